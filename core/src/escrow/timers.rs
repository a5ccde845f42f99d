//! The timers of a deal: they run when a deadline passes. Late is the same as on time, twice the same as
//! once.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::decide::{guard, needs, not_allowed, run};
use super::model::{Deal, KIND, State, Trigger};
use super::transitions::{Branches, Transition};
use crate::env::Seed;
use crate::error::{Error, Result};
use crate::escrow::move_args::MoveArgs;
use crate::ids::{DealId, Key};
use crate::kernel::call::{Answer, Call};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::scope::{Scope, TimerCall, consented};
use crate::rows::needs::{Needs, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// The timer of a record that is due; `None` when it is no deal, or waits for nothing.
pub fn due(record: &RecordRow) -> Option<Trigger> {
    let state =
        Some(record).filter(|record| record.kind.as_ref() == KIND && record.due_at.is_some())?.state.parse();
    state.ok().and_then(State::deadline).map(super::model::Deadline::trigger)
}

/// The operation for a due record: the engine's tick runs it as `system`.
pub fn operation(record: &RecordRow) -> Option<Tick> {
    due(record).map(|trigger| Tick { deal: record.key(), trigger, version: Some(record.version) })
}

/// The name of a timer's call, which an approval shows.
pub const NAME: &str = "escrow.timer";

/// The call of a timer that others have consented to.
pub fn with_consent(scope: &Scope, seed: Seed, request: &str, answer: Answer<Value>) -> Result<Call<Tick>> {
    let asked: TimerRequest =
        serde_json::from_str(request).map_err(|_| Error::corrupted("the request of a timer"))?;
    let tick = Tick {
        deal: Deal::key(&scope.book, asked.deal),
        trigger: asked.trigger.parse().map_err(|_| Error::corrupted("the trigger of a timer"))?,
        version: None,
    };
    let answered = move |outcome: Result<bool>| answer(outcome.map(|_| json!({ "deal": asked.deal })));
    Ok(tick.call(scope, seed, Box::new(answered)))
}

/// The key under which the timer of a record asks for consent; `None` when it is no deal, or waits for
/// nothing.
pub fn consent(record: &RecordRow) -> Option<Key> {
    due(record).map(|trigger| key_of(DealId::from_uuid(record.id), trigger))
}

fn key_of(deal: DealId, trigger: Trigger) -> Key {
    Key::derived(format!("auto:{NAME}:{deal}:{trigger}"))
}

/// The request of a timer, as an approval keeps it.
#[derive(Serialize, Deserialize)]
struct TimerRequest {
    deal: DealId,
    trigger: String,
}

/// Runs a timer of a deal, unless the deal was changed in the meantime.
#[derive(Clone, Debug)]
pub struct Tick {
    deal: RecordKey,
    trigger: Trigger,
    /// As it was when it was found due; `None` when others have approved: then it runs or returns why not.
    version: Option<i64>,
}

impl Tick {
    /// The call of this timer. Its payouts and refunds are covered by the policies of that effect.
    pub fn call(self, scope: &Scope, seed: Seed, answer: Answer<bool>) -> Call<Self> {
        let (deal, trigger) = (DealId::from_uuid(self.deal.id), self.trigger.as_str());
        let key = key_of(deal, self.trigger);
        let effect = if self.trigger == Trigger::ReleaseAt { "escrow.release" } else { "escrow.refund" };
        let request = json!({ "deal": deal, "trigger": trigger }).to_string();
        let timer = TimerCall { name: NAME, operation: self, key, effect, request };
        consented(scope, seed, timer, answer)
    }

    /// The row of the table that the timer takes now; `None` when it was overtaken.
    fn row(&self, deal: &Deal, now: Time) -> Result<Option<&'static Transition>> {
        let row = Transition::find(deal.state, self.trigger);
        match self.version {
            Some(version) if version != deal.row.version => Ok(None),
            Some(_) => Ok(row.filter(|row| guard(row, deal, now).is_ok())),
            None => {
                let row = row.ok_or_else(|| not_allowed(deal, self.trigger))?;
                guard(row, deal, now)?;
                Ok(Some(row))
            }
        }
    }
}

impl Operation for Tick {
    /// Whether the deal moved now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, wanted: &mut Needs) {
        needs(&self.deal, self.trigger, seen, wanted);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(deal) = Deal::at(draft, &self.deal)? else { return Ok(CreatedIds::default()) };
        let Some(row) = self.row(&deal, draft.ctx.now)? else { return Ok(CreatedIds::default()) };
        let branches = Branches::of(self.trigger, &deal.facts, &MoveArgs::default());
        run(draft, deal, row, branches, 0, &Note::default(), Map::new())?;
        Ok(CreatedIds::of(DealId::from_uuid(self.deal.id)))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
