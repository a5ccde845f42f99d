//! Timers that wait for approval: health reports approvals that are still open, or were rejected.

use std::collections::BTreeMap;

use super::checks::{CRITICAL, HEALTHY, WARNING, check};
use crate::approval::model::{Approval, State};
use crate::engine::Engine;
use crate::error::Result;
use crate::escrow;
use crate::ids::{Book, DealId};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;
use crate::upkeep::views::HealthCheck;

/// Due objects that are looked at.
pub(super) const LOOKED_AT: usize = 500;

/// The state of the approvals that due timers need.
#[derive(Default)]
pub(super) struct Consent {
    /// Timers that wait: no worker can run them.
    pub waiting: Vec<RecordKey>,
    rejected: Vec<DealId>,
}

impl Consent {
    /// Reads the approvals of due objects, book by book.
    pub(super) async fn of(engine: &Engine, due: &[RecordRow]) -> Result<Self> {
        let mut books: BTreeMap<&Book, Vec<(RecordKey, RecordKey)>> = BTreeMap::new();
        for row in due {
            if let Some(key) = escrow::timers::consent(row) {
                let approval = Approval::key_of(&row.book, &key);
                books.entry(&row.book).or_default().push((row.key(), approval));
            }
        }
        let mut consent = Self::default();
        for timers in books.into_values() {
            let mut needs = Needs::default();
            timers.iter().for_each(|(_, approval)| needs.record(approval.clone(), Access::Read));
            let records = engine.peek(&needs).await?.records;
            for (timer, approval) in timers {
                let found = records.iter().find(|row| row.is(&approval)).map(Approval::of).transpose()?;
                match found.map(|approval| approval.state) {
                    Some(State::Pending) => consent.waiting.push(timer),
                    Some(State::Rejected) => {
                        consent.rejected.push(DealId::from_uuid(timer.id));
                        consent.waiting.push(timer);
                    }
                    _ => {}
                }
            }
        }
        Ok(consent)
    }

    /// The check: a timer whose approval was rejected stays due until somebody moves the deal by hand.
    pub(super) fn check(&self) -> HealthCheck {
        match self.rejected.as_slice() {
            [] if self.waiting.is_empty() => check("consent", HEALTHY, "no timer waits for consent"),
            [] => {
                let waits = self.waiting.len();
                check("consent", HEALTHY, format!("{waits} timers wait for somebody to approve them"))
            }
            [first, ..] => {
                let count = self.rejected.len();
                let advice = "confirm, cancel, refund or dispute the deal";
                let message = format!("{count} timers were rejected, first that of deal `{first}`: {advice}");
                check("consent", WARNING, message)
            }
        }
    }
}

/// The check when the store did not answer.
pub(super) fn unknown(error: &crate::error::Error) -> HealthCheck {
    check("consent", CRITICAL, error.message())
}
