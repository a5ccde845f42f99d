//! The ids that an accepted call created: they are kept with its key, so that a replay can rebuild the
//! reply.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::Error;
use crate::ids::{Book, CreatedId, HoldId, JobId, TransferId, created_text};
use crate::rows::needs::{Access, Needs};

/// Bytes of one packed id, with the letter of what it names.
const PACKED: usize = 17;

/// The letter of a request for consent that a parked call waits for.
const PENDING: u8 = b'w';

/// The ids that an accepted call created or changed: none, one or two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreatedIds([Option<(u8, Uuid)>; 2]);

impl CreatedIds {
    /// One id.
    pub fn of<I: CreatedId>(id: I) -> Self {
        Self([Some((I::TAG, id.uuid())), None])
    }

    /// Two ids, of different kinds.
    pub fn two<I: CreatedId, J: CreatedId>(one: I, other: J) -> Self {
        Self([Some((I::TAG, one.uuid())), Some((J::TAG, other.uuid()))])
    }

    /// Nothing yet: the call waits for the consent that was asked for under this id.
    pub fn pending<I: CreatedId>(id: I) -> Self {
        Self([Some((PENDING, id.uuid())), None])
    }

    /// Whether the call waits for consent.
    pub fn is_pending(&self) -> bool {
        self.find(PENDING).is_some()
    }

    /// The request for consent that the call waits for.
    pub fn pending_on<I: CreatedId>(&self) -> Option<I> {
        self.find(PENDING).map(I::from_uuid)
    }

    /// Whether it created nothing.
    pub fn is_empty(&self) -> bool {
        self.0 == [None; 2]
    }

    fn find(&self, tag: u8) -> Option<Uuid> {
        self.0.iter().flatten().find(|(of, _)| *of == tag).map(|(_, id)| *id)
    }

    /// The id of this kind.
    pub fn get<I: CreatedId>(&self) -> Option<I> {
        self.find(I::TAG).map(I::from_uuid)
    }

    /// The id of this kind, which the reply is about.
    pub fn expect<I: CreatedId>(&self) -> Result<I, Error> {
        self.get().ok_or_else(|| Error::corrupted("an outcome without its id"))
    }

    /// Adds the rows of transfers, holds and jobs. Records are added by their domains.
    pub fn needs(&self, book: &Book, needs: &mut Needs) {
        if let Some(id) = self.get::<TransferId>() {
            needs.transfer((book.clone(), id), Access::Read);
        }
        if let Some(id) = self.get::<HoldId>() {
            needs.hold((book.clone(), id), Access::Read);
        }
        if let Some(id) = self.get::<JobId>() {
            needs.job((book.clone(), id), Access::Read);
        }
    }

    /// The bytes that a key keeps: a letter and 16 bytes for each id.
    pub fn pack(&self) -> Arc<[u8]> {
        let mut packed = Vec::with_capacity(2 * PACKED);
        for (tag, id) in self.0.iter().flatten() {
            packed.push(*tag);
            packed.extend_from_slice(id.as_bytes());
        }
        packed.into()
    }

    /// Reads what [`CreatedIds::pack`] wrote.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Error> {
        let bad = || Error::corrupted("the outcome of a key");
        let mut made = Self::default();
        if bytes.len() > PACKED * made.0.len() {
            return Err(bad());
        }
        for (slot, packed) in made.0.iter_mut().zip(bytes.chunks(PACKED)) {
            let (tag, id) = packed.split_first().ok_or_else(bad)?;
            let id = Uuid::from_slice(id).map_err(|_| bad())?;
            if *tag != PENDING && created_text(*tag, id).is_none() {
                return Err(bad());
            }
            *slot = Some((*tag, id));
        }
        Ok(made)
    }

    /// The ids as text; none while the call waits.
    pub fn ids(&self) -> Vec<String> {
        self.0.iter().flatten().filter_map(|(tag, id)| created_text(*tag, *id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ApprovalId, DealId, DisputeId};

    #[test]
    fn what_was_created_is_read_back() {
        let id = |n: u128| Uuid::from_u128(n << 100 | n);
        let (transfer, hold) = (TransferId::from_uuid(id(1)), HoldId::from_uuid(id(2)));
        let (deal, dispute) = (DealId::from_uuid(id(3)), DisputeId::from_uuid(id(4)));
        for made in [
            CreatedIds::default(),
            CreatedIds::of(transfer),
            CreatedIds::two(transfer, hold),
            CreatedIds::two(deal, dispute),
            CreatedIds::of(JobId::from_uuid(id(5))),
            CreatedIds::of(id(6)),
            CreatedIds::pending(ApprovalId::from_uuid(id(7))),
        ] {
            assert_eq!(CreatedIds::unpack(&made.pack()).unwrap(), made);
        }
        let both = CreatedIds::two(transfer, hold);
        assert_eq!((both.get(), both.get(), both.get::<DealId>()), (Some(transfer), Some(hold), None));
        assert_eq!(both.ids(), [transfer.to_string(), hold.to_string()]);
        let waits = CreatedIds::pending(ApprovalId::from_uuid(id(7)));
        assert!(waits.is_pending() && waits.get::<ApprovalId>().is_none() && waits.ids().is_empty());
        assert_eq!(waits.pending_on(), Some(ApprovalId::from_uuid(id(7))));
        let packed = both.pack();
        assert!(CreatedIds::unpack(&packed[..packed.len() - 1]).is_err());
        assert!(CreatedIds::unpack(&[packed.as_ref(), &packed].concat()).is_err());
        assert!(CreatedIds::unpack(&[b'?'; PACKED]).is_err());
    }
}
