//! A deal moves: the one operation behind every trigger, judged and run from the table of transitions.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::model::{self, Deal, KIND, State, Trigger};
use super::money;
use super::roles::{Parties, judge};
use super::transitions::{Course, Guard, Transition};
use crate::api::views::escrow::DealReply;
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, DealId};
use crate::kernel::draft::Draft;
use crate::kernel::image::Text;
use crate::kernel::needs::{Access, Needs, RecordKey};
use crate::kernel::operation::{Halt, Made, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::Note;
use crate::time::Time;

/// Pulls a trigger on a deal.
#[derive(Clone, Debug)]
pub struct Move {
    /// The book.
    pub book: Book,
    /// The deal.
    pub deal: DealId,
    /// The trigger.
    pub trigger: Trigger,
    /// For `pay`: go on into the deal's account.
    pub secure: bool,
    /// Why; required of an admin in the place of a party.
    pub reason: Option<Arc<str>>,
    /// Free texts to keep, by name.
    pub texts: Vec<(&'static str, Arc<str>)>,
    /// The caller's notes; they go to the transfers that are posted.
    pub note: Note,
}

impl Move {
    /// A trigger without anything else.
    #[must_use]
    pub fn new(book: Book, deal: DealId, trigger: Trigger) -> Self {
        Self { book, deal, trigger, secure: true, reason: None, texts: Vec::new(), note: Note::default() }
    }

    /// The key of the deal's record.
    #[must_use]
    pub fn record(&self) -> RecordKey {
        model::key(&self.book, self.deal)
    }

    /// Judges everything but accounts and funds, in the order of verdicts: existence, state, who, guard.
    fn judged(&self, draft: &Draft<'_>) -> Result<(Deal, &'static Transition, bool), Halt> {
        let Some(row) = draft.record(&self.record())? else {
            return Err(model::not_found(self.deal).into());
        };
        let deal = Deal::of(row)?;
        self.note.check_version(&self.deal.to_string(), Some(row.version))?;
        let row =
            Transition::find(deal.state, self.trigger).ok_or_else(|| not_allowed(&deal, self.trigger))?;
        let (buyer, seller) = (party(draft, &deal.buyer())?, party(draft, &deal.seller())?);
        let parties = Parties { buyer: &buyer, seller: &seller };
        let overriding = judge(row, parties, &draft.ctx.actor, self.reason.is_some())?;
        guard(row, &deal, draft.ctx.now)?;
        Ok((deal, row, overriding))
    }

    /// Keeps the texts of the call; answers what the first event says of them.
    fn keep_texts(&self, draft: &mut Draft<'_>, deal: &mut Deal, overriding: bool) -> Map<String, Value> {
        let mut said = Map::new();
        for (name, text) in &self.texts {
            deal.texts.insert((*name).to_owned(), Text::new(text, draft.ids.salt()));
        }
        if overriding {
            said.insert("override".into(), true.into());
        }
        if let Some(reason) = &self.reason {
            let text = Text::new(reason, draft.ids.salt());
            said.insert("reason_hash".into(), text.hash.as_ref().into());
            deal.texts.insert(format!("{}_reason", self.trigger), text);
        }
        said
    }
}

fn party(
    draft: &Draft<'_>,
    key: &crate::kernel::needs::AccountKey,
) -> Result<crate::store::rows::AccountRow, Halt> {
    let row = draft.account(key)?.cloned();
    row.ok_or_else(|| Error::corrupted(format!("account {} of a deal", key.1)).into())
}

/// `transition_not_allowed`, with what is possible instead.
#[must_use]
pub fn not_allowed(deal: &Deal, trigger: Trigger) -> Error {
    let callable = Transition::leaving(deal.state).filter(|row| !row.trigger.is_timer());
    Detail::TransitionNotAllowed {
        object: deal.id().to_string(),
        state: deal.state.to_string(),
        trigger: trigger.to_string(),
        allowed: callable.map(|row| row.trigger.to_string()).collect(),
    }
    .into()
}

/// Judges the guard of a row. A deadline passes at its very instant, for guards and timers alike.
///
/// # Errors
/// `condition_not_met` naming the deadline.
pub fn guard(row: &Transition, deal: &Deal, now: Time) -> Result<()> {
    let (deadline, met) = match row.guard {
        Guard::Always => return Ok(()),
        Guard::Before(deadline) => (deadline, deal.facts.time(deadline).is_none_or(|at| now < at)),
        Guard::Passed(deadline) => (deadline, deal.facts.time(deadline).is_some_and(|at| at <= now)),
    };
    if met {
        return Ok(());
    }
    let (object, trigger) = (deal.id().to_string(), row.trigger.to_string());
    let (condition, deadline) = (deadline.to_string(), deal.facts.time(deadline));
    Err(Detail::ConditionNotMet { object, trigger, condition, deadline }.into())
}

/// Names the rows that a trigger needs: the deal, both parties, and what its money moves.
pub fn needs(key: &RecordKey, trigger: Trigger, seen: &Snapshot, needs: &mut Needs) {
    needs.record(key.clone(), Access::Write);
    let Some(row) = seen.records.row(key) else {
        needs.more |= !seen.records.knows(key);
        return;
    };
    // a record that cannot be read is refused by `decide`
    let Ok(deal) = Deal::of(row) else { return };
    needs.account(deal.buyer(), Access::Read);
    needs.account(deal.seller(), Access::Read);
    if let Some(row) = Transition::find(deal.state, trigger) {
        // every step that the row has: which are taken is for `decide`
        let super::transitions::Target::Through(steps) = row.to;
        for step in steps {
            money::needs(step.money, &deal, needs);
        }
    }
}

/// Takes a transition that was judged: each state passed is an event, and its money moves with it.
///
/// # Errors
/// Those of the money.
pub fn run(
    draft: &mut Draft<'_>,
    mut deal: Deal,
    row: &Transition,
    course: Course,
    (note, mut said): (&Note, Map<String, Value>),
) -> Result<(), Halt> {
    let mut moved = false;
    for step in row.steps(course) {
        let from = std::mem::replace(&mut deal.state, step.state);
        said.append(&mut money::apply(step.money, draft, &mut deal, note)?);
        enter(&mut deal, draft.ctx.now);
        record(draft, &mut deal, Some(from), row.trigger.as_str(), std::mem::take(&mut said))?;
        moved = true;
    }
    if !moved {
        return Err(Error::corrupted(format!("deal {} has nowhere to go", deal.id())).into());
    }
    money::settled(&deal)?;
    draft.put_record(deal.into_row()?);
    Ok(())
}

/// Sets the times of the state that was reached. A deadline that was not agreed on does not exist.
fn enter(deal: &mut Deal, now: Time) {
    // terms are bounded when the deal is opened: an end beyond the calendar is its end
    let after = |span| now.checked_add(span).unwrap_or(Time::MAX);
    let times = &mut deal.facts.times;
    match deal.state {
        State::AwaitingShipment => times.ship_by = deal.facts.terms.ship_within.map(after),
        State::Shipped => times.shipped_at = Some(now),
        State::Delivered => {
            times.delivered_at = Some(now);
            times.release_at = Some(after(deal.facts.terms.inspection));
        }
        _ => {}
    }
}

/// Writes the event of the state that was reached; the version of the deal rises with it.
///
/// # Errors
/// Only halts.
pub fn record(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    from: Option<State>,
    trigger: &str,
    mut said: Map<String, Value>,
) -> Result<(), Halt> {
    deal.row.version += 1;
    said.insert("from".into(), json!(from));
    said.insert("to".into(), json!(deal.state));
    said.insert("trigger".into(), trigger.into());
    draft.event(deal.state.event(), (KIND, &deal.id().to_string()), deal.row.version, &said)
}

impl Operation for Move {
    type Reply = DealReply;

    fn needs(&self, seen: &Snapshot, wanted: &mut Needs) {
        needs(&self.record(), self.trigger, seen, wanted);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Made, Halt> {
        let (mut deal, row, overriding) = self.judged(draft)?;
        let course = Course::of(self.trigger, &deal.facts.terms, self.secure);
        let said = self.keep_texts(draft, &mut deal, overriding);
        run(draft, deal, row, course, (&self.note, said))?;
        Ok(Made { deal: Some(self.deal), ..Made::default() })
    }

    fn reply(&self, _: &Made, seen: &Snapshot, replayed: bool) -> Result<DealReply, Halt> {
        DealReply::seen(&self.book, self.deal, seen, replayed)
    }
}
