//! Disputes about deals: a party opens one, both sides show evidence, staff review it and decide.
//!
//! A dispute is a record of its own next to its deal. Opening, withdrawing and resolving one are transitions
//! of the deal too, judged by the deal's table and written in the same commit, money included. While a
//! dispute is open the timers of its deal are stopped.

mod check;
pub mod decide;
pub mod model;
mod overtaken;
mod parse;
pub mod queries;
pub mod requests;
pub mod timers;
pub mod transitions;
pub mod views;

use crate::escrow::model::KIND as DEAL;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{Domain, Timer, checks, timer_of};
use crate::request::scope::Scope;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// Disputes about deals.
#[derive(Clone, Copy, Debug)]
pub struct Disputes;

impl Domain for Disputes {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(crate::escrow::facts::DISPUTE, "dp")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<model::DisputeFacts>(record)
    }

    checks! { whole |reading, audit, examine| check::verify(reading, examine) }

    fn follows(&self) -> &'static [&'static str] {
        &[DEAL]
    }

    fn object_needs(&self, record: &RecordRow, _: &Snapshot, needs: &mut Needs) {
        overtaken::needs(record, needs);
    }

    fn object_changed(
        &self,
        before: Option<&RecordRow>,
        after: &RecordRow,
        draft: &mut Draft<'_>,
    ) -> Decided<()> {
        before.map_or(Ok(()), |before| overtaken::changed(before, after, draft))
    }
}
