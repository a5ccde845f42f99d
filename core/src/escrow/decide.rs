//! A deal moves: the one operation behind every trigger, judged and run from the table of transitions.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::model::{Deal, DealFacts, Role, State, Trigger};
use super::moves::moved;
use super::paying::paid_by;
use super::roles::{Parties, Permit, judge};
use super::transitions::{Branches, Place, Transition};
use super::{agreed, money};
use crate::error::{Detail, Error, Result};
use crate::escrow::move_args::{MoveArgs, unmet};
use crate::escrow::views::DealReply;
use crate::ids::{Book, DealId};
use crate::jobs::NOTIFY_PARTIES;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs, RecordKey};
use crate::rows::tables::AccountRow;
use crate::time::Time;

/// Pulls a trigger on a deal.
#[derive(Clone, Debug)]
pub struct Move {
    pub book: Book,
    pub deal: DealId,
    pub trigger: Trigger,
    /// How much, which ruling, until when.
    pub args: MoveArgs,
    /// Why; required of an admin in the place of a party.
    pub reason: Option<Arc<str>>,
    /// Free texts to keep, by name.
    pub texts: Vec<(&'static str, Arc<str>)>,
    /// The caller's notes; they go to the transfers that are posted.
    pub note: Note,
}

/// A transition that the actor may take.
#[derive(Clone, Debug)]
pub struct Judged {
    pub deal: Deal,
    /// The row of the table.
    pub row: &'static Transition,
    /// How the actor may take it.
    pub permit: Permit,
}

impl Move {
    /// A trigger without anything else.
    pub fn new(book: Book, deal: DealId, trigger: Trigger) -> Self {
        Self {
            book,
            deal,
            trigger,
            args: MoveArgs::default(),
            reason: None,
            texts: Vec::new(),
            note: Note::default(),
        }
    }

    /// The key of the deal's record.
    pub fn record(&self) -> RecordKey {
        Deal::key(&self.book, self.deal)
    }

    /// Judges whether the actor may do it, in the order of verdicts: existence, state, who, guard.
    pub fn judged(&self, draft: &Draft<'_>) -> Decided<Judged> {
        let deal = known(draft, &self.book, self.deal, &self.note)?;
        let row =
            Transition::find(deal.state, self.trigger).ok_or_else(|| not_allowed(&deal, self.trigger))?;
        if let Some((deadline, _)) =
            self.args.until.filter(|(named, _)| deal.state.deadline() != Some(*named))
        {
            // another deadline than the one in force
            return Err(not_allowed_to(&deal, &format!("extend {deadline}")).into());
        }
        let (buyer, seller) = parties(draft, &deal)?;
        let parties = Parties { buyer: &buyer, seller: &seller };
        draft.permitted();
        let permit = judge(row, &deal.facts, parties, &draft.ctx.actor, self.reason.is_some())?;
        self.met(row, &deal, draft.ctx.now)?;
        Ok(Judged { deal, row, permit })
    }

    /// Judges the guard of the row; and nobody pays beside a payment that is under way.
    fn met(&self, row: &Transition, deal: &Deal, now: Time) -> Result<()> {
        guard(row, deal, now)?;
        match self.trigger {
            Trigger::Pay => paid_by(deal, self.args.payment),
            _ => Ok(()),
        }
    }

    /// Pulls the trigger in the commit of another call, for the engine itself: state and guard are judged,
    /// and no role.
    pub fn by_system(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let before = draft.writes().events.len();
        self.by_owner(draft)?;
        draft.followed_from_terms_since(before);
        Ok(())
    }

    /// Pulls the trigger in the commit of another call, which has judged who makes it: state and guard are
    /// judged, and no role.
    pub fn by_owner(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let deal = known(draft, &self.book, self.deal, &self.note)?;
        let row =
            Transition::find(deal.state, self.trigger).ok_or_else(|| not_allowed(&deal, self.trigger))?;
        self.met(row, &deal, draft.ctx.now)?;
        self.take(draft, Judged { deal, row, permit: Permit::InRole(Role::System) }, Map::new())
    }

    /// Takes the transition that was judged: its bounds, then its money and its events.
    pub fn take(&self, draft: &mut Draft<'_>, judged: Judged, mut data: Map<String, Value>) -> Decided<()> {
        let Judged { mut deal, row, permit } = judged;
        let part = self.args.apply(&mut deal, row.trigger, permit.role(), draft.ctx.now)?;
        let branches = Branches::of(self.trigger, &deal.facts, &self.args);
        data.append(&mut self.keep_texts(draft, &mut deal, permit.is_override()));
        if let (Some((deadline, until)), Trigger::Extend) = (self.args.until, self.trigger) {
            data.insert("deadline".into(), deadline.as_str().into());
            data.insert("until".into(), until.to_string().into());
        }
        if let (Some(milestone), Trigger::ReleasePart) = (&self.args.milestone, self.trigger) {
            data.insert("milestone".into(), milestone.as_ref().into());
        }
        run(draft, deal, row, branches, part, &self.note, data)
    }

    /// Keeps the texts of the call; returns their part of the first event.
    fn keep_texts(&self, draft: &mut Draft<'_>, deal: &mut Deal, overriding: bool) -> Map<String, Value> {
        let mut data = Map::new();
        for (name, text) in &self.texts {
            deal.texts.insert((*name).to_owned(), Text::new(text, draft.ids.salt()));
        }
        if overriding {
            data.insert("override".into(), true.into());
        }
        if let Some(reason) = &self.reason {
            let text = Text::new(reason, draft.ids.salt());
            data.insert("reason_hash".into(), text.hash.as_ref().into());
            deal.texts.insert(format!("{}_reason", self.trigger), text);
        }
        data
    }
}

/// A deal that must exist, at the version that the caller expects.
pub fn known(draft: &Draft<'_>, book: &Book, id: DealId, note: &Note) -> Decided<Deal> {
    let row = draft.record(&Deal::key(book, id))?.ok_or_else(|| Deal::not_found(id))?;
    note.check_version(&id.to_string(), row.version)?;
    Ok(Deal::of(row)?)
}

/// The accounts of the parties of a deal: the buyer's and the seller's.
pub fn parties(draft: &Draft<'_>, deal: &Deal) -> Decided<(AccountRow, AccountRow)> {
    let party = |key: &AccountKey| -> Decided<AccountRow> {
        let row = draft.account(key)?.cloned();
        row.ok_or_else(|| Error::corrupted("an account of a deal").into())
    };
    Ok((party(&deal.buyer())?, party(&deal.seller())?))
}

/// `transition_not_allowed`, with what is possible instead.
pub fn not_allowed(deal: &Deal, trigger: Trigger) -> Error {
    not_allowed_to(deal, trigger.as_str())
}

fn not_allowed_to(deal: &Deal, trigger: &str) -> Error {
    let callable = Transition::leaving(deal.state).filter(|row| row.trigger.is_called());
    Detail::TransitionNotAllowed {
        object: deal.id().to_string(),
        state: deal.state.to_string(),
        trigger: trigger.to_owned(),
        allowed: callable.map(|row| row.trigger.to_string()).collect(),
    }
    .into()
}

/// Judges the guard of a row.
pub fn guard(row: &Transition, deal: &Deal, now: Time) -> Result<()> {
    match row.guard.missed(|deadline| deal.facts.time(deadline), now) {
        None => Ok(()),
        Some(deadline) => Err(unmet(deal, row.trigger, deadline.as_str(), deal.facts.time(deadline))),
    }
}

/// Names the rows of a deal and of both parties, and returns the deal if it has been read: whatever is done
/// with a deal needs these.
pub fn needs_parties(key: &RecordKey, access: Access, seen: &Snapshot, needs: &mut Needs) -> Option<Deal> {
    needs.record(key.clone(), access);
    let Some(row) = seen.records.row(key) else {
        needs.incomplete |= !seen.records.knows(key);
        return None;
    };
    // a record that cannot be read is refused by `decide`
    let deal = Deal::of(row).ok()?;
    needs.account(deal.buyer(), Access::Read);
    needs.account(deal.seller(), Access::Read);
    Some(deal)
}

/// Names the rows that a trigger needs: the deal, both parties, and what its money moves.
pub fn needs(key: &RecordKey, trigger: Trigger, seen: &Snapshot, needs: &mut Needs) {
    let Some(deal) = needs_parties(key, Access::Write, seen, needs) else { return };
    if let Some(row) = Transition::find(deal.state, trigger) {
        // every step that the row has: which are taken is for `decide`
        let super::transitions::Target::Through(steps) = row.to;
        for step in steps {
            money::needs(step.money, &deal, needs);
        }
    }
}

/// Takes a transition that was judged: each state passed is an event, and its money moves with it.
pub fn run(
    draft: &mut Draft<'_>,
    mut deal: Deal,
    row: &Transition,
    branches: Branches,
    part: i128,
    note: &Note,
    mut data: Map<String, Value>,
) -> Decided<()> {
    let (mut last, dispute) = (None, data.get("dispute").cloned());
    for step in row.steps(branches) {
        let from = deal.state;
        let nowhere = || Error::corrupted(format!("deal {} has nowhere to go back to", deal.id()));
        deal.state = step.end(from, branches).ok_or_else(nowhere)?;
        data.append(&mut money::apply(step.money, draft, &mut deal, part, note)?);
        let event = match step.place {
            Place::At(state) => {
                enter(&mut deal, from, draft.ctx.now);
                state.event()
            }
            Place::Before => {
                resume(&mut deal, draft.ctx.now);
                row.trigger.event()
            }
            Place::Here => row.trigger.event(),
        };
        emit(draft, &mut deal, Some(from), event, row.trigger.as_str(), std::mem::take(&mut data))?;
        if step.follows_from_terms(row.trigger) {
            draft.followed_from_terms();
        }
        if draft.ctx.notify_every_state && deal.state != from {
            draft.enqueue(NOTIFY_PARTIES, &notification(&deal, event, dispute.as_ref()))?;
        }
        last = Some((event, deal.state != from));
    }
    let nowhere = || Error::corrupted(format!("deal {} has nowhere to go", deal.id()));
    let (event, entered) = last.ok_or_else(nowhere)?;
    // once is enough
    if row.trigger.is_told() && !(draft.ctx.notify_every_state && entered) {
        draft.enqueue(NOTIFY_PARTIES, &notification(&deal, event, dispute.as_ref()))?;
    }
    money::settled(&deal)?;
    draft.put_record(deal.into_row()?);
    Ok(())
}

/// Tells the parties of a deal that begins, where they are told of every state.
pub fn tell_of_opening(draft: &mut Draft<'_>, deal: &Deal) -> Decided<()> {
    if draft.ctx.notify_every_state {
        draft.enqueue(NOTIFY_PARTIES, &notification(deal, State::Pending.event(), None))?;
    }
    Ok(())
}

/// The notification of the parties: ids and names of states, no text of people.
fn notification(deal: &Deal, event: &str, dispute: Option<&Value>) -> Value {
    json!({
        "event": event,
        "deal": deal.id().to_string(),
        "state": deal.state,
        "buyer": deal.buyer().account.as_str(),
        "seller": deal.seller().account.as_str(),
        "dispute": dispute,
    })
}

/// Sets the times of the state that was reached. A deadline that was not agreed on does not exist.
fn enter(deal: &mut Deal, from: State, now: Time) {
    // terms are bounded when the deal is opened: an end beyond the calendar is its end
    let after = |span| now.checked_add(span).unwrap_or(Time::MAX);
    let facts = &mut deal.facts;
    match deal.state {
        State::AwaitingShipment => facts.times.ship_by = facts.terms.ship_within.map(after),
        State::Shipped => {
            facts.times.shipped_at = Some(now);
            facts.times.deliver_by = facts.terms.deliver_within.map(after);
        }
        State::Delivered => {
            facts.times.delivered_at = Some(now);
            facts.times.release_at = Some(after(facts.terms.inspection));
        }
        state if state.is_frozen() => freeze(facts, from, now),
        state if state.is_terminal() => {
            (facts.asked, facts.dispute, facts.times.left) = (None, None, None);
        }
        _ => {}
    }
}

/// Stops the timer of the state that was left, and keeps the time that remained.
fn freeze(facts: &mut DealFacts, from: State, now: Time) {
    if let Some(deadline) = from.deadline() {
        facts.times.left = facts.time(deadline).map(|at| at.since(now));
        facts.set_time(deadline, None);
    }
}

/// Resumes a deal after a standstill, with the time that remained then.
fn resume(deal: &mut Deal, now: Time) {
    let facts = &mut deal.facts;
    if deal.state == State::RefundPending {
        // the dispute is over, the refund that was asked for is still open
        facts.dispute = None;
        return;
    }
    (facts.asked, facts.dispute) = (None, None);
    if let (Some(deadline), Some(left)) = (deal.state.deadline(), facts.times.left.take()) {
        facts.set_time(deadline, Some(now.checked_add(left).unwrap_or(Time::MAX)));
    }
}

/// Writes the event of a change; the version of the deal rises with it.
pub fn emit(
    draft: &mut Draft<'_>,
    deal: &mut Deal,
    from: Option<State>,
    event: &'static str,
    trigger: &str,
    mut data: Map<String, Value>,
) -> Decided<()> {
    data.insert("from".into(), json!(from));
    data.insert("to".into(), json!(deal.state));
    data.insert("trigger".into(), trigger.into());
    draft.emit(deal, event, &data)
}

impl Operation for Move {
    type Reply = DealReply;

    fn needs(&self, seen: &Snapshot, wanted: &mut Needs) {
        needs(&self.record(), self.trigger, seen, wanted);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        moved(&self.record(), self.trigger, &self.args, seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let judged = self.judged(draft)?;
        if self.trigger == Trigger::Pay {
            agreed::bind(draft, &judged.deal)?;
        }
        self.take(draft, judged, Map::new())?;
        Ok(CreatedIds::of(self.deal))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DealReply> {
        DealReply::seen(&self.book, self.deal, seen, replayed)
    }
}
