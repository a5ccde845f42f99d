//! What a deal does by itself when a deadline passes: late is the same as on time, twice the same as once.

use serde_json::Map;

use super::decide::{guard, needs, run};
use super::model::{Deal, KIND, State, Trigger};
use super::transitions::{Course, Transition};
use super::wish::Wish;
use crate::ids::DealId;
use crate::kernel::draft::Draft;
use crate::kernel::needs::{Needs, RecordKey};
use crate::kernel::operation::{Halt, Made, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::Note;
use crate::store::rows::{RecordRow, Row};

/// The timer of a record that is due; `None` when it is no deal, or waits for nothing.
#[must_use]
pub fn due(record: &RecordRow) -> Option<Trigger> {
    let state =
        Some(record).filter(|record| record.kind.as_ref() == KIND && record.due_at.is_some())?.state.parse();
    state.ok().and_then(State::deadline).map(super::model::Deadline::trigger)
}

/// The operation of a record that is due: what the engine's tick runs, as `system`.
#[must_use]
pub fn operation(record: &RecordRow) -> Option<Tick> {
    due(record).map(|trigger| Tick { deal: record.key(), trigger, version: record.version })
}

/// Runs a timer of a deal, unless somebody changed the deal in the meantime.
#[derive(Clone, Debug)]
pub struct Tick {
    deal: RecordKey,
    trigger: Trigger,
    version: i64,
}

impl Operation for Tick {
    /// Whether the deal moved now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, wanted: &mut Needs) {
        needs(&self.deal, self.trigger, seen, wanted);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Made, Halt> {
        let Some(record) = draft.record(&self.deal)?.filter(|row| row.version == self.version) else {
            return Ok(Made::default());
        };
        let deal = Deal::of(record)?;
        let row =
            Transition::find(deal.state, self.trigger).filter(|row| guard(row, &deal, draft.ctx.now).is_ok());
        let Some(row) = row else { return Ok(Made::default()) };
        let course = Course::of(self.trigger, &deal.facts, &Wish::default());
        run(draft, deal, row, (course, 0), (&Note::default(), Map::new()))?;
        Ok(Made { deal: Some(DealId::from_uuid(self.deal.2)), ..Made::default() })
    }

    fn reply(&self, made: &Made, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(made.deal.is_some())
    }
}
