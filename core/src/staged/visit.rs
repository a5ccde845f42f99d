//! A visit: one caller's run through an operation of several commits, with what each commit needs of the
//! request.

use std::sync::Arc;

use serde_json::Value;

use crate::engine::Engine;
use crate::engine::internal::internal_traced;
use crate::engine::runner::Runner as _;
use crate::error::{Detail, Error, Result};
use crate::ids::Actor;
use crate::kernel::gate::GateContext;
use crate::kernel::key_dependence::RestsOn;
use crate::kernel::operation::Operation;
use crate::kernel::permit::Who;
use crate::kernel::refusal::Refused;
use crate::request::erased::hash_of_effect;
use crate::request::record::{Common, Request};
use crate::request::scope::Asker;
use crate::rows::traced::Traced;
use crate::vault::safe::Safe;

/// One caller at one operation of several commits.
#[derive(Clone)]
pub(super) struct Visit {
    /// Where.
    pub(super) engine: Engine,
    /// The caller.
    pub(super) actor: Actor,
    /// The operation, as events name it.
    pub(super) name: &'static str,
    trace: Option<Arc<Traced>>,
    /// The risk score of the host's own model.
    score: u8,
    /// The request as gates and rules see it, without secrets.
    asked: Value,
    /// The index key by which subjects are found.
    rests_on: Option<RestsOn>,
    /// The caller's proofs, and the hash of the request that they may be bound to.
    proofs: Option<Arc<[String]>>,
    request: Option<Arc<[u8]>>,
    /// The text of the `corrupted` error for a commit without an answer; without a text its outcome is
    /// unknown.
    unanswered: Option<&'static str>,
}

/// How one commit of a visit is made.
pub(super) struct Commit {
    /// The gates that it has to pass, if any.
    pub(super) passage: Option<GateContext>,
    /// The actors that it admits.
    pub(super) who: Who,
    /// Whether it is the outcome of a claim, which no full queue may drop.
    pub(super) is_outcome: bool,
}

impl Commit {
    /// A commit whose actor was judged before, with these gates.
    const fn through(passage: Option<GateContext>) -> Self {
        Self { passage, who: Who::Anybody, is_outcome: false }
    }
}

impl Visit {
    /// A visit without anything of the request yet.
    pub(super) fn new(engine: &Engine, actor: &Actor, name: &'static str) -> Self {
        Self {
            engine: engine.clone(),
            actor: actor.clone(),
            name,
            trace: None,
            score: 0,
            asked: Value::Null,
            rests_on: None,
            proofs: None,
            request: None,
            unanswered: None,
        }
    }

    /// Adds the context and the score of a request, and its fields as gates see them.
    pub(super) fn saying(mut self, common: &Common<'_>, fields: Value) -> Result<Self> {
        if let Some(context) = common.context {
            self.trace = context.for_events(self.engine.scope().env.seed().salt())?;
        }
        (self.score, self.asked) = (common.score(), common.asked(fields));
        Ok(self)
    }

    /// Adds the caller's proofs, and the hash of the request that they may be bound to.
    pub(super) fn proving<R: Request>(mut self, request: &R) -> Result<Self> {
        let scope = self.engine.scope();
        self.proofs = request.common().proven(&scope);
        if self.proofs.is_some() {
            self.request = Some(hash_of_effect(&scope, request)?);
        }
        Ok(self)
    }

    /// Adds the keys by which its rows are found.
    pub(super) fn resting_on(mut self, safe: &Safe) -> Self {
        self.rests_on = Some(safe.rests_on());
        self
    }

    /// Makes a commit without an answer `corrupted`, with this text.
    pub(super) const fn unanswered(mut self, what: &'static str) -> Self {
        self.unanswered = Some(what);
        self
    }

    /// Makes a commit that needs no further judgement.
    pub(super) async fn run<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        self.made(operation, Commit::through(None)).await
    }

    /// Makes a commit that passes the gates: policies may demand factors.
    pub(super) async fn judged<O: Operation>(&self, operation: O, effect: &'static str) -> Result<O::Reply> {
        self.made(operation, Commit::through(Some(self.passage(effect)))).await
    }

    /// The gates of a commit with this effect.
    pub(super) fn passage(&self, effect: &'static str) -> GateContext {
        let asked = self.asked.to_string();
        let passage =
            GateContext::whole(effect, self.engine.scope().gates, Box::new(move || Ok(asked.clone())));
        GateContext { score: self.score, ..passage }
    }

    /// Makes a commit.
    pub(super) async fn made<O: Operation>(&self, operation: O, commit: Commit) -> Result<O::Reply> {
        let book = self.engine.book_name().clone();
        let asker = Asker { actor: self.actor.clone(), trace: self.trace.clone() };
        let (call, told) = internal_traced(&self.engine, &book, asker, self.name, operation);
        let call = call.asking(self.request.clone().unwrap_or_default()).proving(self.proofs.clone());
        let call = call.resting_on(self.rests_on.clone());
        let command = Box::new(call.judged_by(commit.who).gated(commit.passage));
        if commit.is_outcome {
            self.engine.queue_outcome(command)?;
        } else {
            self.engine.queue(command)?;
        }
        told.await.map_err(|_| match self.unanswered {
            Some(what) => Error::corrupted(what),
            None => Detail::OutcomeUnknown { key: None }.into(),
        })?
    }

    /// Leaves an event of a refusal before the caller gets it.
    pub(super) async fn refused(&self, error: Error) -> Error {
        let noted = self.run(Refused { operation: self.name, code: error.code() }).await;
        noted.err().unwrap_or(error)
    }
}
