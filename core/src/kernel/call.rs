//! A call on its way through a group to its answer.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::attempt::DecidedCall;
use super::caller::Caller;
use super::fold::Fold;
use super::gate::{Envelope, GateContext, Gated};
use super::identity::Identity;
use super::key_dependence::RestsOn;
use super::operation::{Decided, Halt, Operation, Rejection};
use super::permit::Who;
use super::snapshot::Snapshot;
use super::tally::CallTally;
use crate::error::Error;
use crate::ids::Book;
use crate::rows::needs::Needs;

/// A call as the committer sees it: its types are erased, and it holds its own reply.
pub trait Command: Send {
    /// The book that it touches.
    fn book(&self) -> &Book;
    /// Its approximate size in the queue, in bytes, including the request.
    fn weight(&self) -> usize;
    /// Returns how many calls it consists of: each takes a place in the queue.
    fn calls(&self) -> usize {
        1
    }
    /// Adds the rows that it needs, as far as `seen` lets it name them.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// Runs on a group. The outcome waits until the group is durable.
    fn run(&mut self, fold: &mut Fold) -> Decided<()>;
    /// Writes what outlives a refusal: its event, if its kind is denied or limited, and the survivors of
    /// gates.
    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Decided<()>;
    /// Adds rows that a run asked for to the command's needs.
    fn remember(&mut self, needs: &Needs);
    /// Answers the caller: with the outcome of the run, or with the failure of the group.
    fn finish(self: Box<Self>, group: Result<(), Error>);
}

/// Delivers the outcome of a call.
pub type Answer<R> = Box<dyn FnOnce(Result<R, Error>) + Send>;

/// A typed call.
pub struct Call<O: Operation> {
    operation: O,
    envelope: Envelope,
    outcome: Option<Result<O::Reply, Error>>,
    tallies: Vec<CallTally>,
    answer: Answer<O::Reply>,
}

impl<O: Operation> Call<O> {
    /// A call and the receiver of its reply.
    pub fn new(
        name: &'static str,
        operation: O,
        identity: Identity,
        caller: Caller,
    ) -> (Self, oneshot::Receiver<Result<O::Reply, Error>>) {
        let (sender, receiver) = oneshot::channel();
        // a caller that stopped waiting does not undo the call
        let answer = Box::new(move |outcome| drop(sender.send(outcome)));
        (Self::with_answer(name, operation, identity, caller, answer), receiver)
    }

    /// A call whose outcome goes to `answer`.
    pub fn with_answer(
        name: &'static str,
        operation: O,
        identity: Identity,
        caller: Caller,
        answer: Answer<O::Reply>,
    ) -> Self {
        // the engine's own calls were authorised before
        let who = Who::Anybody;
        let envelope =
            Envelope { name, identity, caller, who, passage: None, rests_on: None, extra: Needs::default() };
        Self { operation, envelope, outcome: None, tallies: Vec::new(), answer }
    }

    /// Restricts the call to the actors that the rule admits.
    pub const fn judged_by(mut self, who: Who) -> Self {
        self.envelope.who = who;
        self
    }

    /// The same call with the marks of the caller's proofs.
    pub fn proving(mut self, proofs: Option<Arc<[String]>>) -> Self {
        self.envelope.caller.proofs = proofs;
        self
    }

    /// The same call with its request hash, to which proofs may be bound.
    pub fn asking(mut self, request: Arc<[u8]>) -> Self {
        self.envelope.identity.request = request;
        self
    }

    /// The same call with the keyring key that it rests on.
    pub fn resting_on(mut self, rests_on: Option<RestsOn>) -> Self {
        self.envelope.rests_on = rests_on;
        self
    }

    /// The same call with the gates that it has to pass.
    pub fn gated(mut self, passage: Option<GateContext>) -> Self {
        self.envelope.passage = passage;
        self
    }

    fn view(&self) -> Gated<'_> {
        Gated { envelope: &self.envelope, operation: &self.operation }
    }

    pub const fn operation(&self) -> &O {
        &self.operation
    }

    pub const fn caller(&self) -> &Caller {
        &self.envelope.caller
    }

    /// Lets a wrapper extend the reply of a run that was accepted.
    pub fn extend(&mut self, with: impl FnOnce(&O, &mut O::Reply) -> Decided<()>) -> Decided<()> {
        match &mut self.outcome {
            Some(Ok(reply)) => with(&self.operation, reply),
            _ => Ok(()),
        }
    }

    /// The outcome of the run, which a wrapper may extend before it is answered.
    pub const fn outcome_mut(&mut self) -> &mut Option<Result<O::Reply, Error>> {
        &mut self.outcome
    }
}

impl<O: Operation> Command for Call<O> {
    fn book(&self) -> &Book {
        &self.envelope.caller.book
    }

    fn weight(&self) -> usize {
        let Envelope { caller, identity, .. } = &self.envelope;
        let trace = caller.trace.as_ref().map_or(0, |trace| trace.size());
        std::mem::size_of::<Self>() + identity.fields.len() + identity.size + trace
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.view().needs(seen, needs);
    }

    fn run(&mut self, fold: &mut Fold) -> Decided<()> {
        let gated = self.view();
        let mut counted = Vec::new();
        let reply = gated.decide(fold).and_then(|decided| {
            let DecidedCall { made, replayed, tallies } = decided;
            counted = tallies;
            let reply = self.operation.reply(&made, &fold.seen, replayed);
            if let Err(Halt::NeedMore(_) | Halt::Busy) = &reply
                && !replayed
            {
                // its writes are in the group already, though it is not done: the group must run without it
                fold.spoil();
            }
            reply
        });
        match reply {
            Ok(reply) => {
                (self.outcome, self.tallies) = (Some(Ok(reply)), counted);
                Ok(())
            }
            Err(halt) => {
                let rejection = gated.refuse(fold, halt)?;
                self.tallies = self.operation.tally_of(&rejection.error, &fold.seen).into_iter().collect();
                self.outcome = Some(Err(rejection.error.clone()));
                Err(Halt::Reject(rejection))
            }
        }
    }

    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Decided<()> {
        self.view().note(fold, rejection)
    }

    fn remember(&mut self, needs: &Needs) {
        self.envelope.extra.extend(needs);
    }

    fn finish(self: Box<Self>, group: Result<(), Error>) {
        let missing = || Err(Error::corrupted("a call was answered before it ran"));
        let outcome = match group {
            Ok(()) => self.outcome.unwrap_or_else(missing),
            Err(error) => return (self.answer)(Err(error)),
        };
        let Envelope { name, caller, .. } = self.envelope;
        self.tallies.into_iter().for_each(|tally| caller.tallies.add(tally));
        if let Err(error) = &outcome
            && self.operation.refuses_quietly(error)
        {
            caller.tallies.refused_quietly(name, error.code().as_str());
        }
        (self.answer)(outcome);
    }
}
