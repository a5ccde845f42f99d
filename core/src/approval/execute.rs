//! The last consent makes the call: vote and call run one after the other in the same group, and are one
//! commit.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::decide::Vote;
use super::model::{self, Approval, State};
use crate::approval::views::Approval as ApprovalView;
use crate::env::Seed;
use crate::error::{Code, Error, Result};
use crate::escrow;
use crate::ids::{ApprovalId, Book};
use crate::kernel::call::{Call, Caller, Command};
use crate::kernel::draft::Draft;
use crate::kernel::fold::Fold;
use crate::kernel::operation::{CreatedIds, Halt, Operation, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::scope::Scope;
use crate::rows::needs::{Access, Needs};

/// Where the outcome of the call that waited arrives.
type Slot = Arc<Mutex<Option<Result<Value>>>>;

/// A vote, and the call that it sets off when it is the last one.
pub(super) struct Approving {
    vote: Call<Vote>,
    approval: ApprovalId,
    scope: Scope,
    /// Of the call that waits.
    seed: Seed,
    /// Of what is written about how it went.
    noted: Seed,
    ran: Option<(Box<dyn Command>, Slot)>,
}

impl Approving {
    /// The command of a vote.
    pub(super) fn new(vote: Call<Vote>, scope: &Scope) -> Self {
        let approval = vote.operation().approval;
        let (seed, noted) = (scope.env.seed(), scope.env.seed());
        Self { vote, approval, scope: scope.clone(), seed, noted, ran: None }
    }

    fn known(&self, seen: &Snapshot) -> Option<Approval> {
        seen.records.row(&model::key(self.book(), self.approval)).and_then(|row| Approval::of(row).ok())
    }

    /// The call that waits, under its own key and as the actor who asked for it.
    fn waiting(&self, approval: &Approval) -> Result<(Box<dyn Command>, Slot)> {
        let missing = || Error::corrupted(format!("the call of approval {}", approval.id()));
        let (request, key) = approval.text("request").zip(approval.text("key")).ok_or_else(missing)?;
        let slot = Slot::default();
        let arrives = slot.clone();
        let answer = Box::new(move |outcome| {
            *arrives.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        });
        if approval.facts.operation == escrow::timers::NAME {
            let call = escrow::timers::with_consent(&self.scope, self.seed, request, answer)?;
            return Ok((Box::new(call), slot));
        }
        let mut args: Value = serde_json::from_str(request).map_err(|_| missing())?;
        if !crate::ids::Key::stored(key.clone()).is_derived() {
            args["key"] = key.as_ref().into();
        }
        let scope = Scope { actor: Some(approval.facts.requested_by.clone()), ..self.scope.clone() };
        let command = scope.catalogue.command;
        Ok((command(&scope, self.seed, &approval.facts.operation, args, answer)?, slot))
    }

    /// Votes; then makes the call, if enough have consented.
    fn whole(&mut self, fold: &mut Fold) -> Result<(), Halt> {
        self.vote.run(fold)?;
        let ready = |approval: &Approval| matches!(approval.state, State::Approved | State::Executed);
        let Some(approval) = self.known(&fold.seen).filter(ready) else { return Ok(()) };
        let (mut command, slot) = match self.waiting(&approval) {
            Ok(waiting) => waiting,
            Err(error) => return self.ended(fold, Some(error)),
        };
        let refused = match command.run(fold) {
            Ok(()) => None,
            Err(Halt::Reject(rejection)) => Some(rejection.error),
            Err(Halt::NeedMore(needs)) => {
                self.vote.remember(&needs);
                return Err(Halt::NeedMore(needs));
            }
            Err(Halt::Busy) => return Err(Halt::Busy),
        };
        self.ran = Some((command, slot));
        self.ended(fold, refused)
    }

    /// Writes down how the call went, and shows it in the reply to the vote.
    fn ended(&mut self, fold: &mut Fold, refused: Option<Error>) -> Result<(), Halt> {
        let caller = self.vote.caller();
        let (book, error) = (caller.book.clone(), refused.as_ref().map(Error::code));
        let ended = Ended { book: book.clone(), approval: self.approval, error };
        let caller = Caller { seed: self.noted, ..caller.clone() };
        let (mut noted, _) =
            Call::new("approvals.approve", ended, crate::kernel::identity::no_identity(), caller);
        noted.run(fold)?;
        let approval = ApprovalView::seen(&book, self.approval, &fold.seen)?;
        if let Some(Ok(reply)) = self.vote.outcome_mut() {
            reply.executed = approval.state == State::Executed;
            reply.approval = approval;
            reply.error = refused;
        }
        Ok(())
    }
}

impl Command for Approving {
    fn book(&self) -> &Book {
        self.vote.book()
    }

    fn weight(&self) -> usize {
        self.vote.weight() + std::mem::size_of::<Self>()
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.vote.needs(seen, needs);
        let last = |approval: &Approval| {
            !approval.state.is_open() || approval.facts.votes.len() + 1 >= approval.facts.required as usize
        };
        let waiting = self.known(seen).filter(last).and_then(|approval| self.waiting(&approval).ok());
        if let Some((command, _)) = waiting {
            command.needs(seen, needs);
        }
    }

    fn run(&mut self, fold: &mut Fold) -> Result<(), Halt> {
        self.ran = None;
        let mark = fold.mark();
        match self.whole(fold) {
            Err(halt @ (Halt::NeedMore(_) | Halt::Busy)) => {
                fold.rollback(mark);
                Err(halt)
            }
            outcome => {
                fold.keep(&mark);
                outcome
            }
        }
    }

    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Result<(), Halt> {
        self.vote.note(fold, rejection)
    }

    fn remember(&mut self, needs: &Needs) {
        self.vote.remember(needs);
    }

    fn finish(mut self: Box<Self>, group: Result<()>) {
        if let Some((command, slot)) = self.ran.take() {
            command.finish(group.clone());
            let outcome = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let (Some(Ok(made)), Some(Ok(reply))) = (outcome, self.vote.outcome_mut()) {
                reply.reply = Some(made);
            }
        }
        Box::new(self.vote).finish(group);
    }
}

/// How the call went that an approval was for.
#[derive(Clone, Debug)]
struct Ended {
    book: Book,
    approval: ApprovalId,
    error: Option<Code>,
}

impl Operation for Ended {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(model::key(&self.book, self.approval), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = draft.record(&model::key(&self.book, self.approval))?;
        let mut approval = Approval::of(row.ok_or_else(|| model::not_found(self.approval))?)?;
        let (code, now) = (self.error.map(Code::as_str), draft.ctx.now);
        if approval.state != State::Approved
            || code.is_some_and(|code| approval.facts.error.as_deref() == Some(code))
        {
            // the gate wrote it with the call, or it failed as it did before
            return Ok(CreatedIds::default());
        }
        approval.facts.error = code.map(ToOwned::to_owned);
        let event = if code.is_some() { "approval.refused" } else { "approval.executed" };
        if code.is_none() {
            // the call has taken place without it: nothing is left to approve
            approval.state = State::Executed;
            approval.facts.times.ended_at = Some(now);
        }
        let data = code.map(|code| ("code".to_owned(), Value::from(code)));
        draft.emit(&mut approval, event, &data.into_iter().collect())?;
        draft.put_record(approval.into_row()?);
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
