//! The owner of an account, a hold or a transfer: an object, by its kind and its id.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::codec::{CellPair, text_enum};
use crate::error::Error;
use crate::ids::{CreatedId, DealId, PaymentId, PurchaseId, WithdrawalId};

text_enum! {
    /// The kind of an object that money belongs to, which is the kind of its record.
    pub enum OwnerKind {
        /// A deal.
        Deal = "deal",
        /// A payment.
        Payment = "payment",
        /// A purchase.
        Purchase = "purchase",
        /// A withdrawal.
        Withdrawal = "withdrawal",
    }
}

/// The object that an account, a hold or a transfer belongs to. Its text is the object's id: `dl_<uuid>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwningObject {
    /// Its kind.
    pub kind: OwnerKind,
    /// The UUID of its id.
    pub id: Uuid,
}

impl OwningObject {
    /// Its id, if it is of the kind that has such ids.
    #[must_use]
    pub fn to_id<I: OwnerId>(self) -> Option<I> {
        (self.kind == I::KIND).then(|| I::from_uuid(self.id))
    }
}

/// The id of an object that money can belong to.
pub trait OwnerId: CreatedId {
    /// The kind of the object.
    const KIND: OwnerKind;
}

impl<I: OwnerId> From<I> for OwningObject {
    fn from(id: I) -> Self {
        Self { kind: I::KIND, id: id.uuid() }
    }
}

macro_rules! owners {
    ($($Kind:ident: $Id:ident;)*) => {
        $(impl OwnerId for $Id {
            const KIND: OwnerKind = OwnerKind::$Kind;
        })*

        impl fmt::Display for OwningObject {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.kind {
                    $(OwnerKind::$Kind => fmt::Display::fmt(&$Id::from_uuid(self.id), f),)*
                }
            }
        }

        impl FromStr for OwningObject {
            type Err = Error;

            /// # Errors
            /// `corrupted`: such a text was written by the library itself.
            fn from_str(text: &str) -> Result<Self, Error> {
                $(if let Ok(id) = text.parse::<$Id>() {
                    return Ok(id.into());
                })*
                Err(Error::corrupted("an owner is not the id of an object that owns"))
            }
        }
    };
}

owners! {
    Deal: DealId;
    Payment: PaymentId;
    Purchase: PurchaseId;
    Withdrawal: WithdrawalId;
}

impl Serialize for OwningObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl CellPair for Option<OwningObject> {
    type First = Option<OwnerKind>;
    type Second = Option<Uuid>;

    fn parts(&self) -> (Self::First, Self::Second) {
        self.map(|owner| (owner.kind, owner.id)).unzip()
    }

    fn of(kind: Self::First, id: Self::Second) -> Result<Self, Error> {
        match (kind, id) {
            (None, None) => Ok(None),
            (Some(kind), Some(id)) => Ok(Some(OwningObject { kind, id })),
            _ => Err(Error::corrupted("an owner has no kind or no id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    const UUID: &str = "0190b3a4-7c1e-7abc-8def-0123456789ab";

    fn owner(kind: OwnerKind) -> OwningObject {
        OwningObject { kind, id: UUID.parse().unwrap() }
    }

    #[test]
    fn an_owner_reads_as_the_id_of_its_object() {
        for (kind, prefix) in OwnerKind::ALL.iter().zip(["dl_", "py_", "pu_", "wd_"]) {
            let (owner, text) = (owner(*kind), format!("{prefix}{UUID}"));
            assert_eq!(owner.to_string(), text);
            assert_eq!(serde_json::to_string(&owner).unwrap(), format!("\"{text}\""));
            assert_eq!(text.parse::<OwningObject>().unwrap(), owner);
        }
    }

    #[test]
    fn an_owner_is_of_one_kind() {
        let id: DealId = format!("dl_{UUID}").parse().unwrap();
        let deal = OwningObject::from(id);
        assert_eq!(deal, owner(OwnerKind::Deal));
        assert_eq!((deal.to_id::<DealId>(), deal.to_id::<PaymentId>()), (Some(id), None));
        assert_ne!(deal, owner(OwnerKind::Payment));
    }

    #[test]
    fn what_owns_nothing_is_no_owner() {
        let of_transfer = format!("tr_{UUID}");
        let upper = format!("dl_{}", UUID.to_uppercase());
        for bad in ["", "dl_", "dl_7", "deal:1", UUID, &of_transfer, &upper] {
            let error = bad.parse::<OwningObject>().unwrap_err();
            assert_eq!(error.code(), Code::Corrupted, "{bad}");
        }
    }

    #[test]
    fn an_owner_has_both_columns_or_none() {
        for whole in [None, Some(owner(OwnerKind::Withdrawal))] {
            let (kind, id) = whole.parts();
            assert_eq!(<Option<OwningObject>>::of(kind, id).unwrap(), whole);
        }
        for (kind, id) in [(Some(OwnerKind::Deal), None), (None, Some(Uuid::nil()))] {
            assert_eq!(<Option<OwningObject>>::of(kind, id).unwrap_err().code(), Code::Corrupted);
        }
    }
}
