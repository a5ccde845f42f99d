//! What one operation is: the rows it needs, the pure decision, and the view that answers it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::draft::Draft;
use super::needs::{Access, Needs};
use super::snapshot::Snapshot;
use crate::approval::ask::Ask;
use crate::error::Error;
use crate::ids::{Actor, ApprovalId, Book, DealId, DisputeId, HoldId, JobId, TransferId};
use crate::time::Time;

/// Why a decision did not accept.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It needs rows that were not read; the command goes to the next group.
    NeedMore(Box<Needs>),
    /// A row that it needs is locked by somebody else; the command goes to the next group.
    Busy,
    /// It refuses.
    Reject(Rejection),
}

/// A refusal: nothing of the operation's own is written.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The public error.
    pub error: Error,
    /// What is written all the same: the request that others approve the call.
    pub asks: Option<Box<Ask>>,
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Reject(Rejection { error: error.into(), asks: None })
    }
}

/// What one attempt at one command is told. There is no other clock and no other identity.
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
    /// Who acts.
    pub actor: Actor,
    /// Correlation and trace ids, as canonical JSON.
    pub trace: Option<Arc<str>>,
}

/// The ids that an accepted operation made; kept with its idempotency key, so that a replay can rebuild the reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The transfer.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferId>,
    /// The hold.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldId>,
    /// The deal.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    /// The dispute.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<DisputeId>,
    /// The job.
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// The approval that was voted on.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalId>,
    /// Nothing yet: the call waits for this approval.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<ApprovalId>,
    /// Another record.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Uuid>,
}

impl Made {
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

    /// The ids of what was made, as text.
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
}

/// One operation, parsed and checked for shape. Pure: no clock, no randomness, no I/O.
pub trait Operation: Send + Sync + 'static {
    /// What a caller receives.
    type Reply: Send + 'static;

    /// Names the rows to know. Asked again, with what was read, until [`Needs::more`] stays false.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);

    /// Decides, by writing to the draft.
    ///
    /// # Errors
    /// [`Halt::Reject`] refuses; [`Halt::NeedMore`] asks for rows.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<Made, Halt>;

    /// Builds the reply from the rows, at first as on a replay.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] asks for rows.
    fn reply(&self, made: &Made, seen: &Snapshot, replayed: bool) -> Result<Self::Reply, Halt>;
}
