//! Consent makes the call that was parked: both run one after the other in the same group, and are one
//! commit.

use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::oneshot;

use super::transitions::ParkedTrigger;
use super::{ParkedCall, ParkedFacts, State, not_found, origin};
use crate::env::Seed;
use crate::error::{Code, Error, Result};
use crate::ids::{Book, Key};
use crate::kernel::call::{Answer, Call, Command};
use crate::kernel::caller::Caller;
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Editor};
use crate::kernel::fold::Fold;
use crate::kernel::identity::no_identity;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::scope::Scope;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{Stored, members};

/// An operation that agrees to a parked call.
pub trait ConsentOperation: Operation {
    /// The facts of what it agrees to.
    type Facts: ParkedFacts + 'static;
    const NAME: &'static str;

    /// The record of the parked call.
    fn parked(&self) -> RecordKey;

    /// Whether this consent may be the last one. If so, the rows of the parked call are read with it.
    fn may_be_last(_: &Stored<Self::Facts>) -> bool {
        true
    }

    /// The command of the parked call, whose request this is.
    fn command(
        scope: &Scope,
        seed: Seed,
        parked: &Stored<Self::Facts>,
        request: &str,
        answer: Answer<Value>,
    ) -> Result<Box<dyn Command>> {
        command_of(scope, seed, parked, request, answer)
    }

    /// Shows in the reply how the call went.
    fn show(&self, reply: &mut Self::Reply, seen: &Snapshot, refused: Option<Error>) -> Decided<()>;

    /// Puts the call's own reply into the reply.
    fn answer(reply: &mut Self::Reply, made: Value);
}

/// The command of a parked call: its operation from the table, under its own key and as its requester.
pub fn command_of<F: ParkedFacts>(
    scope: &Scope,
    seed: Seed,
    parked: &Stored<F>,
    request: &str,
    answer: Answer<Value>,
) -> Result<Box<dyn Command>> {
    let missing = || missing(parked);
    let mut args: Map<String, Value> = serde_json::from_str(request).map_err(|_| missing())?;
    let key = parked.text("key").ok_or_else(missing)?;
    if !Key::stored(key.clone()).is_derived() {
        args.insert("key".to_owned(), key.as_ref().into());
    }
    args.extend(origin::context(parked).map(|context| ("context".to_owned(), context)));
    let ParkedCall { operation, payload_hash, requested_by, .. } = parked.facts.call();
    // the stored request lacks its secret fields, so the hash that people agreed to is passed on
    let waited = hex::decode(payload_hash).ok().map(Arc::from);
    let (actor, since) = (Some(requested_by.clone()), origin::at(parked));
    let scope = Scope { actor, since, waited, ..scope.clone() };
    (scope.catalogue.command)(&scope, seed, operation, args.into(), answer)
}

fn missing<F: ParkedFacts>(parked: &Stored<F>) -> Error {
    Error::corrupted(format!("the call of {} {}", F::KIND, parked.id()))
}

/// The call that waited, and its answer, once it has ended.
struct ConsentedCall {
    command: Box<dyn Command>,
    answer: oneshot::Receiver<Result<Value>>,
}

/// A consent, and the call that it sets off when it is the last one.
pub struct ConsentCommand<O: ConsentOperation> {
    consent: Call<O>,
    scope: Scope,
    /// The id seed of the parked call.
    seed: Seed,
    /// The id seed of the command that writes its outcome.
    noted: Seed,
    ran: Option<ConsentedCall>,
}

impl<O: ConsentOperation> ConsentCommand<O> {
    /// The command of a consent.
    pub fn new(consent: Call<O>, scope: &Scope) -> Self {
        let (seed, noted) = (scope.env.seed(), scope.env.seed());
        Self { consent, scope: scope.clone(), seed, noted, ran: None }
    }

    fn known(&self, seen: &Snapshot) -> Option<Stored<O::Facts>> {
        seen.records.row(&self.consent.operation().parked()).and_then(|row| Stored::of(row).ok())
    }

    /// The call that waits.
    fn waiting(&self, parked: &Stored<O::Facts>) -> Result<ConsentedCall> {
        let request = parked.text("request").filter(|_| parked.text("key").is_some());
        let request = request.ok_or_else(|| missing(parked))?;
        let (sender, answer) = oneshot::channel();
        let answered = Box::new(move |outcome| drop(sender.send(outcome)));
        let command = O::command(&self.scope, self.seed, parked, request, answered)?;
        Ok(ConsentedCall { command, answer })
    }

    /// Consents; then makes the call, if enough have.
    fn whole(&mut self, fold: &mut Fold) -> Decided<()> {
        self.consent.run(fold)?;
        let ready = |parked: &Stored<O::Facts>| matches!(parked.state, State::Approved | State::Executed);
        let Some(parked) = self.known(&fold.seen).filter(ready) else { return Ok(()) };
        let mut waiting = match self.waiting(&parked) {
            Ok(waiting) => waiting,
            Err(error) => return self.ended(fold, Some(error)),
        };
        let refused = match waiting.command.run(fold) {
            Ok(()) => None,
            Err(Halt::Reject(rejection)) => Some(rejection.error),
            Err(Halt::NeedMore(needs)) => {
                self.consent.remember(&needs);
                return Err(Halt::NeedMore(needs));
            }
            Err(Halt::Busy) => return Err(Halt::Busy),
        };
        self.ran = Some(waiting);
        self.ended(fold, refused)
    }

    /// Writes the outcome of the call, and shows it in the reply.
    fn ended(&mut self, fold: &mut Fold, refused: Option<Error>) -> Decided<()> {
        let (caller, parked) = (self.consent.caller(), self.consent.operation().parked());
        let error = refused.as_ref().map(Error::code);
        let ended = Ended::<O::Facts> { parked, error, of: PhantomData };
        let caller = Caller { seed: self.noted, ..caller.clone() };
        let (mut noted, _) = Call::new(O::NAME, ended, no_identity(), caller);
        noted.run(fold)?;
        self.consent.extend(|operation, reply| operation.show(reply, &fold.seen, refused))
    }
}

impl<O: ConsentOperation> Command for ConsentCommand<O> {
    fn book(&self) -> &Book {
        self.consent.book()
    }

    fn weight(&self) -> usize {
        self.consent.weight() + std::mem::size_of::<Self>()
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.consent.needs(seen, needs);
        let waiting = self.known(seen).filter(O::may_be_last).and_then(|parked| self.waiting(&parked).ok());
        if let Some(waiting) = waiting {
            waiting.command.needs(seen, needs);
        }
    }

    fn run(&mut self, fold: &mut Fold) -> Decided<()> {
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

    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Decided<()> {
        self.consent.note(fold, rejection)
    }

    fn remember(&mut self, needs: &Needs) {
        self.consent.remember(needs);
    }

    fn finish(mut self: Box<Self>, group: Result<()>) {
        if let Some(ConsentedCall { command, mut answer }) = self.ran.take() {
            command.finish(group.clone());
            if let (Ok(Ok(made)), Some(Ok(reply))) = (answer.try_recv(), self.consent.outcome_mut()) {
                O::answer(reply, made);
            }
        }
        Box::new(self.consent).finish(group);
    }
}

/// Writes the outcome of a parked call.
#[derive(Clone, Debug)]
struct Ended<F> {
    parked: RecordKey,
    error: Option<Code>,
    of: PhantomData<fn() -> F>,
}

impl<F: ParkedFacts + 'static> Operation for Ended<F> {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.parked.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = Stored::<F>::at(draft, &self.parked)?;
        let mut parked = known.ok_or_else(|| not_found(self.parked.id))?;
        let code = self.error.map(Code::as_str);
        let error = &mut parked.facts.call_mut().error;
        if parked.state != State::Approved || code.is_some_and(|code| error.as_deref() == Some(code)) {
            // the gate has written the outcome with the call, or the call failed as it did before
            return Ok(CreatedIds::default());
        }
        *error = code.map(ToOwned::to_owned);
        let mut editor = Editor::new(draft, parked);
        match code {
            Some(code) => editor.emit(F::REFUSED, members!("code": code))?,
            // the call was made without its gate using the approval up: nothing is left to approve
            None => editor.enter(State::Executed, ParkedTrigger::Execute, Data::new())?,
        }
        editor.put()?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}
