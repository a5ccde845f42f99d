//! An admin's consent makes the call that was parked: both run one after the other in the same group, and are
//! one commit.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::review::{self, Review, State};
use super::reviews::Agree;
use crate::env::Seed;
use crate::error::{Code, Error, Result};
use crate::ids::{Book, ReviewId};
use crate::kernel::call::{Call, Caller, Command};
use crate::kernel::draft::Draft;
use crate::kernel::fold::Fold;
use crate::kernel::operation::{CreatedIds, Halt, Operation, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::scope::Scope;
use crate::risk::views;
use crate::rows::needs::{Access, Needs};

/// Where the outcome of the call that waited arrives.
type Slot = Arc<Mutex<Option<Result<Value>>>>;

/// A consent, and the call that it sets off.
pub(super) struct Reviewing {
    agree: Call<Agree>,
    review: ReviewId,
    scope: Scope,
    /// Of the call that waits.
    seed: Seed,
    /// Of what is written about how it went.
    noted: Seed,
    ran: Option<(Box<dyn Command>, Slot)>,
}

impl Reviewing {
    /// The command of a consent.
    pub(super) fn new(agree: Call<Agree>, scope: &Scope) -> Self {
        let review = agree.operation().review;
        let (seed, noted) = (scope.env.seed(), scope.env.seed());
        Self { agree, review, scope: scope.clone(), seed, noted, ran: None }
    }

    fn known(&self, seen: &Snapshot) -> Option<Review> {
        seen.records.row(&review::key(self.book(), self.review)).and_then(|row| Review::of(row).ok())
    }

    /// The call that waits, under its own key and as the actor who asked for it.
    fn waiting(&self, review: &Review) -> Result<(Box<dyn Command>, Slot)> {
        let missing = || Error::corrupted(format!("the call of review {}", review.id()));
        let (request, key) = review.text("request").zip(review.text("key")).ok_or_else(missing)?;
        let slot = Slot::default();
        let arrives = slot.clone();
        let answer = Box::new(move |outcome| {
            *arrives.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        });
        let mut args: Value = serde_json::from_str(request).map_err(|_| missing())?;
        if !crate::ids::Key::stored(key.clone()).is_derived() {
            args["key"] = key.as_ref().into();
        }
        let scope = Scope { actor: Some(review.facts.requested_by.clone()), ..self.scope.clone() };
        let command = scope.catalogue.command;
        Ok((command(&scope, self.seed, &review.facts.operation, args, answer)?, slot))
    }

    /// Agrees; then makes the call.
    fn whole(&mut self, fold: &mut Fold) -> Result<(), Halt> {
        self.agree.run(fold)?;
        let ready = |review: &Review| matches!(review.state, State::Approved | State::Executed);
        let Some(review) = self.known(&fold.seen).filter(ready) else { return Ok(()) };
        let (mut command, slot) = match self.waiting(&review) {
            Ok(waiting) => waiting,
            Err(error) => return self.ended(fold, Some(error)),
        };
        let refused = match command.run(fold) {
            Ok(()) => None,
            Err(Halt::Reject(rejection)) => Some(rejection.error),
            Err(Halt::NeedMore(needs)) => {
                self.agree.remember(&needs);
                return Err(Halt::NeedMore(needs));
            }
            Err(Halt::Busy) => return Err(Halt::Busy),
        };
        self.ran = Some((command, slot));
        self.ended(fold, refused)
    }

    /// Writes down how the call went, and shows it in the reply.
    fn ended(&mut self, fold: &mut Fold, refused: Option<Error>) -> Result<(), Halt> {
        let caller = self.agree.caller();
        let (book, error) = (caller.book.clone(), refused.as_ref().map(Error::code));
        let ended = Ended { book: book.clone(), review: self.review, error };
        let caller = Caller { seed: self.noted, ..caller.clone() };
        let (mut noted, _) =
            Call::new("risk.approve_review", ended, crate::kernel::identity::no_identity(), caller);
        noted.run(fold)?;
        let review = views::Review::seen(&book, self.review, &fold.seen)?;
        if let Some(Ok(reply)) = self.agree.outcome_mut() {
            reply.executed = review.state == views::ReviewState::Executed;
            reply.review = review;
            reply.error = refused;
        }
        Ok(())
    }
}

impl Command for Reviewing {
    fn book(&self) -> &Book {
        self.agree.book()
    }

    fn weight(&self) -> usize {
        self.agree.weight() + std::mem::size_of::<Self>()
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.agree.needs(seen, needs);
        let waiting = self.known(seen).and_then(|review| self.waiting(&review).ok());
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
        self.agree.note(fold, rejection)
    }

    fn remember(&mut self, needs: &Needs) {
        self.agree.remember(needs);
    }

    fn finish(mut self: Box<Self>, group: Result<()>) {
        if let Some((command, slot)) = self.ran.take() {
            command.finish(group.clone());
            let outcome = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let (Some(Ok(made)), Some(Ok(reply))) = (outcome, self.agree.outcome_mut()) {
                reply.reply = Some(made);
            }
        }
        Box::new(self.agree).finish(group);
    }
}

/// How the call went that was parked.
#[derive(Clone, Debug)]
struct Ended {
    book: Book,
    review: ReviewId,
    error: Option<Code>,
}

impl Operation for Ended {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(review::key(&self.book, self.review), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = draft.record(&review::key(&self.book, self.review))?;
        let mut review = Review::of(row.ok_or_else(|| review::not_found(self.review))?)?;
        let (code, now) = (self.error.map(Code::as_str), draft.ctx.now);
        if review.state != State::Approved
            || code.is_some_and(|code| review.facts.error.as_deref() == Some(code))
        {
            // the gate wrote it with the call, or it failed as it did before
            return Ok(CreatedIds::default());
        }
        review.facts.error = code.map(ToOwned::to_owned);
        let event = if code.is_some() { "review.refused" } else { "review.executed" };
        if code.is_none() {
            // the call has taken place without it: nothing is left to approve
            review.state = State::Executed;
            review.facts.times.ended_at = Some(now);
        }
        let data = code.map(|code| ("code".to_owned(), Value::from(code)));
        draft.emit(&mut review, event, &data.into_iter().collect())?;
        draft.put_record(review.into_row()?);
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
