//! The ids of what Earnest creates: a prefix and a UUID (version 7).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The UUID behind `prefix` in `text`, in the one form that Earnest prints: hyphenated and lower-case. Other
/// spellings are refused, so that equal ids are always equal text.
fn parse(prefix: &str, text: &str) -> Option<Uuid> {
    let tail = text.strip_prefix(prefix)?;
    if tail.len() != uuid::fmt::Hyphenated::LENGTH || tail.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Uuid::try_parse(tail).ok()
}

/// Whether a text is what stands behind the prefix of an id.
#[must_use]
pub fn is_created_tail(text: &str) -> bool {
    parse("", text).is_some()
}

/// Bytes of the text form.
const LENGTH: usize = 3 + uuid::fmt::Hyphenated::LENGTH;

/// The text form of an id, written to `buffer`: no formatter and no allocation, as every event names several.
fn text<'b>(prefix: &str, uuid: Uuid, buffer: &'b mut [u8; LENGTH]) -> &'b str {
    let (head, tail) = buffer.split_at_mut(prefix.len());
    head.copy_from_slice(prefix.as_bytes());
    uuid.as_hyphenated().encode_lower(tail);
    // only ASCII was written, so this never falls back
    std::str::from_utf8(buffer).unwrap_or_default()
}

/// The id of what Earnest creates: a UUID with a text form of its own.
pub trait CreatedId: Copy + fmt::Display {
    /// The letter that an outcome keeps with it; `r` where a domain has none of its own.
    const TAG: u8 = b'r';
    /// The id with this UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID alone.
    fn uuid(self) -> Uuid;
}

impl CreatedId for Uuid {
    fn from_uuid(uuid: Uuid) -> Self {
        uuid
    }

    fn uuid(self) -> Uuid {
        self
    }
}

macro_rules! prefixed_ids {
    ($($name:ident $prefix:literal $tag:literal $what:literal;)*) => {
        /// The text form of an id that was kept with its letter; `None` for a letter that no id has.
        #[must_use]
        pub fn created_text(tag: u8, uuid: Uuid) -> Option<String> {
            match tag {
                $($tag => Some($name(uuid).to_string()),)*
                Uuid::TAG => Some(uuid.to_string()),
                _ => None,
            }
        }

        $(
        impl CreatedId for $name {
            const TAG: u8 = $tag;

            fn from_uuid(uuid: Uuid) -> $name {
                $name(uuid)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        #[doc = concat!("The id of ", $what, ": `", $prefix, "` and a UUID, hyphenated and lower-case.")]
        ///
        /// Made as UUID version 7; any UUID reads, and order is that of the UUID.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of the text form.
            pub const PREFIX: &'static str = $prefix;

            /// The id with this UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> $name {
                $name(uuid)
            }

            /// The UUID alone.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the request field `field`.
            ///
            /// # Errors
            /// `invalid_request` naming `field` if `text` is not the prefix and a UUID.
            pub fn request(field: &str, text: &str) -> Result<$name> {
                parse($prefix, text)
                    .map($name)
                    .ok_or_else(|| Error::invalid(field, concat!("must be `", $prefix, "` and a lower-case uuid")))
            }
        }

        /// For requests, which take ids as text: `PayDeal::new(deal.id)`.
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }

        /// For requests that take an id or a whole document: `RenderReceipt::new(moved.transfer.id, "text")`.
        impl From<$name> for serde_json::Value {
            fn from(id: $name) -> serde_json::Value {
                id.to_string().into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(text($prefix, self.0, &mut [0; LENGTH]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// # Errors
            /// `invalid_request` naming `id`.
            fn from_str(text: &str) -> Result<$name> {
                $name::request("id", text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(text($prefix, self.0, &mut [0; LENGTH]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                parse($prefix, &text)
                    .map($name)
                    .ok_or_else(|| de::Error::custom(concat!("must be `", $prefix, "` and a lower-case uuid")))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "pattern": concat!("^", $prefix, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                })
            }
        }
        )*
    };
}

prefixed_ids! {
    TransferId "tr_" b't' "a transfer";
    HoldId "hd_" b'h' "a hold";
    DealId "dl_" b'd' "a deal";
    DisputeId "dp_" b'p' "a dispute";
    ApprovalId "ap_" b'a' "an approval";
    ReviewId "rv_" b'v' "a review";
    WithdrawalId "wd_" b'x' "a withdrawal";
    LaneId "ln_" b'l' "a lane of withdrawals";
    PaymentId "py_" b'y' "a payment";
    PurchaseId "pu_" b'u' "a purchase";
    RefundId "rf_" b'f' "a refund of a payment";
    DebtId "dt_" b'o' "a debt";
    ReceiptId "rc_" b'c' "a receipt (the UUID of its transfer)";
    JobId "jb_" b'j' "a job";
    DecisionId "dc_" b'n' "a decision about risk";
    SigningKeyId "ky_" b'k' "a key that signs";
    EventId "ev_" b'e' "an event";
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "tr_0190b3a4-7c1e-7abc-8def-0123456789ab";

    #[test]
    fn has_one_text_form() {
        let id: TransferId = TEXT.parse().unwrap();
        assert_eq!((id.to_string().as_str(), format!("{id:?}").as_str()), (TEXT, TEXT));
        assert_eq!(TransferId::from_uuid(id.uuid()), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{TEXT}\""));
        assert_eq!(serde_json::from_str::<TransferId>(&format!("\"{TEXT}\"")).unwrap(), id);
        assert_eq!(ReceiptId::from_uuid(id.uuid()).to_string(), TEXT.replace("tr_", "rc_"));
    }

    #[test]
    fn refuses_other_spellings() {
        for bad in [
            "",
            "tr_",
            "0190b3a4-7c1e-7abc-8def-0123456789ab",
            "hd_0190b3a4-7c1e-7abc-8def-0123456789ab",
            "tr_0190B3A4-7c1e-7abc-8def-0123456789ab",
            "TR_0190b3a4-7c1e-7abc-8def-0123456789ab",
            "tr_0190b3a47c1e7abc8def0123456789ab",
            "tr_{0190b3a4-7c1e-7abc-8def-0123456789a}",
            "tr_0190b3a4-7c1e-7abc-8def-0123456789ab ",
            "tr_0190b3a4-7c1e-7abc-8def-0123456789é",
            "tr_urn:uuid:0190b3a4-7c1e-7abc-8def-0123",
        ] {
            let error = TransferId::request("transfer", bad).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &"transfer".into()),
                "{bad}"
            );
            assert!(serde_json::from_value::<TransferId>(bad.into()).is_err());
        }
    }

    #[test]
    fn prefixes_differ() {
        let prefixes = [
            TransferId::PREFIX,
            HoldId::PREFIX,
            DealId::PREFIX,
            DisputeId::PREFIX,
            ApprovalId::PREFIX,
            ReviewId::PREFIX,
            WithdrawalId::PREFIX,
            LaneId::PREFIX,
            PaymentId::PREFIX,
            PurchaseId::PREFIX,
            RefundId::PREFIX,
            DebtId::PREFIX,
            ReceiptId::PREFIX,
            JobId::PREFIX,
            EventId::PREFIX,
        ];
        let distinct: std::collections::BTreeSet<_> = prefixes.into_iter().collect();
        assert_eq!(distinct.len(), prefixes.len());
    }
}
