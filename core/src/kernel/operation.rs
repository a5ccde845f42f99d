//! An operation: the rows it needs, the pure decision, and the view that answers it.

use std::sync::Arc;

use uuid::Uuid;

use super::draft::Draft;
use super::gate::Survivor;
use super::permit::Who;
use super::snapshot::Snapshot;
use crate::error::Error;
use crate::ids::{Actor, ApprovalId, Book, DealId, DisputeId, HoldId, JobId, TransferId};
use crate::rows::needs::{Access, Needs};
use crate::rows::traced::Traced;
use crate::time::Time;

/// Why a decision did not accept.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It needs rows that were not read; the command goes to the next group.
    NeedMore(Box<Needs>),
    /// A row that it needs is locked by another transaction; the command goes to the next group.
    Busy,
    /// It refuses.
    Reject(Rejection),
}

/// A refusal: nothing of the operation's own is written.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The public error.
    pub error: Error,
    /// Written in spite of the refusal.
    pub survivors: Vec<Arc<dyn Survivor>>,
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Reject(Rejection { error: error.into(), survivors: Vec::new() })
    }
}

/// The context of one attempt at one command: its only clock and its only identity.
#[derive(Clone, Debug)]
pub struct Context {
    /// The book.
    pub book: Book,
    /// Name of the operation, as in the operations table.
    pub operation: &'static str,
    /// The store's time, read once the locks were held. Guards compare with it.
    pub now: Time,
    /// The stamp that everything written carries: later than every row locked.
    pub stamp: Time,
    /// The clock's time, if the stamp is well ahead of it; `None` otherwise.
    pub at: Option<Time>,
    /// The actor.
    pub actor: Actor,
    /// Who may call, by the operations table.
    pub who: Who,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
}

impl Context {
    /// The time shown to people and used by calendars: the clock's time. It follows the stamp while that is
    /// about now, so that the events of one group appear in their order.
    #[must_use]
    pub fn time(&self) -> Time {
        self.at.unwrap_or(self.stamp)
    }
}

/// The ids that an accepted operation made; kept with its idempotency key, so that a replay can rebuild the
/// reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreatedIds {
    /// The transfer.
    pub transfer: Option<TransferId>,
    /// The hold.
    pub hold: Option<HoldId>,
    /// The deal.
    pub deal: Option<DealId>,
    /// The dispute.
    pub dispute: Option<DisputeId>,
    /// The job.
    pub job: Option<JobId>,
    /// The approval that was voted on.
    pub approval: Option<ApprovalId>,
    /// Nothing yet: the call waits for this approval.
    pub waits: Option<ApprovalId>,
    /// Another record.
    pub record: Option<Uuid>,
}

/// Bytes of one packed id, with the letter of what it names.
const PACKED: usize = 17;

impl CreatedIds {
    /// Names the rows that were made.
    pub fn needs(&self, book: &Book, needs: &mut Needs) {
        if let Some(id) = self.transfer {
            needs.transfer((book.clone(), id), Access::Read);
        }
        if let Some(id) = self.hold {
            needs.hold((book.clone(), id), Access::Read);
        }
        if let Some(id) = self.deal {
            needs.record((book.clone(), "deal".into(), id.uuid()), Access::Read);
        }
        if let Some(id) = self.dispute {
            needs.record((book.clone(), "dispute".into(), id.uuid()), Access::Read);
        }
        if let Some(id) = self.job {
            needs.job((book.clone(), id), Access::Read);
        }
        if let Some(id) = self.approval {
            needs.record((book.clone(), "approval".into(), id.uuid()), Access::Read);
        }
        if let Some(id) = self.waits {
            needs.record((book.clone(), "approval".into(), id.uuid()), Access::Write);
        }
    }

    /// The bytes that a key keeps: a letter and 16 bytes for each id.
    #[must_use]
    pub fn pack(&self) -> Arc<[u8]> {
        let ids = [
            (b't', self.transfer.map(|id| id.uuid())),
            (b'h', self.hold.map(|id| id.uuid())),
            (b'd', self.deal.map(|id| id.uuid())),
            (b'p', self.dispute.map(|id| id.uuid())),
            (b'j', self.job.map(|id| id.uuid())),
            (b'a', self.approval.map(|id| id.uuid())),
            (b'w', self.waits.map(|id| id.uuid())),
            (b'r', self.record),
        ];
        let mut packed = Vec::with_capacity(2 * PACKED);
        for (letter, id) in ids {
            if let Some(id) = id {
                packed.push(letter);
                packed.extend_from_slice(id.as_bytes());
            }
        }
        packed.into()
    }

    /// Reads what [`CreatedIds::pack`] wrote.
    ///
    /// # Errors
    /// `corrupted` when it did not.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Error> {
        let bad = || Error::corrupted("the outcome of a key");
        let mut made = Self::default();
        for packed in bytes.chunks(PACKED) {
            let (letter, id) = packed.split_first().ok_or_else(bad)?;
            let id = Uuid::from_slice(id).map_err(|_| bad())?;
            match letter {
                b't' => made.transfer = Some(TransferId::from_uuid(id)),
                b'h' => made.hold = Some(HoldId::from_uuid(id)),
                b'd' => made.deal = Some(DealId::from_uuid(id)),
                b'p' => made.dispute = Some(DisputeId::from_uuid(id)),
                b'j' => made.job = Some(JobId::from_uuid(id)),
                b'a' => made.approval = Some(ApprovalId::from_uuid(id)),
                b'w' => made.waits = Some(ApprovalId::from_uuid(id)),
                b'r' => made.record = Some(id),
                _ => return Err(bad()),
            }
        }
        Ok(made)
    }

    /// The ids of the created objects, as text.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        let ids = [
            self.transfer.map(|id| id.to_string()),
            self.hold.map(|id| id.to_string()),
            self.deal.map(|id| id.to_string()),
            self.dispute.map(|id| id.to_string()),
        ];
        ids.into_iter().flatten().collect()
    }

    /// All ids, as text, to answer what a key was used for.
    #[must_use]
    pub fn all_ids(&self) -> Vec<String> {
        let more = [
            self.job.map(|id| id.to_string()),
            self.approval.or(self.waits).map(|id| id.to_string()),
            self.record.map(|id| id.to_string()),
        ];
        self.ids().into_iter().chain(more.into_iter().flatten()).collect()
    }
}

/// One operation, parsed and checked for shape. Pure: no clock, no randomness, no I/O.
pub trait Operation: Send + Sync + 'static {
    /// The reply to the caller.
    type Reply: Send + 'static;

    /// Names the rows it needs. Called again, with what was read, until [`Needs::incomplete`] stays false.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);

    /// Whether it may be written by a clock that nobody believes: the confirmation of the clock may.
    fn believes_any_clock(&self) -> bool {
        false
    }

    /// Decides, by writing to the draft.
    ///
    /// # Errors
    /// [`Halt::Reject`] refuses; [`Halt::NeedMore`] asks for rows.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt>;

    /// Builds the reply from the rows, at first as on a replay.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] asks for rows.
    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<Self::Reply, Halt>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_back() {
        let id = |n: u128| Uuid::from_u128(n << 100 | n);
        let made = CreatedIds {
            transfer: Some(TransferId::from_uuid(id(1))),
            hold: Some(HoldId::from_uuid(id(2))),
            deal: Some(DealId::from_uuid(id(3))),
            dispute: Some(DisputeId::from_uuid(id(4))),
            job: Some(JobId::from_uuid(id(5))),
            approval: Some(ApprovalId::from_uuid(id(6))),
            waits: Some(ApprovalId::from_uuid(id(7))),
            record: Some(id(8)),
        };
        for made in
            [made, CreatedIds { transfer: made.transfer, ..CreatedIds::default() }, CreatedIds::default()]
        {
            assert_eq!(CreatedIds::unpack(&made.pack()).unwrap(), made);
        }
        let packed = made.pack();
        assert!(CreatedIds::unpack(&packed[..packed.len() - 1]).is_err());
        assert!(CreatedIds::unpack(&[b'x'; PACKED]).is_err());
    }
}
