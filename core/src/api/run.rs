//! How a request becomes a call, on the engine's own connections or inside a host's transaction.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::oneshot;

use super::operations::Info;
use super::query::Reading;
use super::request::{Parse, Request, WriteRequest, payload};
use crate::approval::gate::Gate;
use crate::approval::policy::Policy;
use crate::currency::Currencies;
use crate::engine::Engine;
use crate::env::{Env, Seed};
use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, ActorInput, Book, Key};
use crate::kernel::call::{Answer, Call, Caller, Command};
use crate::kernel::identity::Identity;
use crate::kernel::operation::Operation;
use crate::keyring::Keyring;

/// Whether a write needs an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Without one it is `idempotency_key_missing`.
    Required,
    /// Without one it is derived from operation, object and actor, so that a plain retry replays.
    Derived,
    /// Without one the call is decided by state.
    Optional,
    /// It only reads.
    None,
}

/// Whether an operation may join a host's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// It does.
    Joins,
    /// It is `not_supported` there.
    Refused,
}

/// How far a call came before it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was refused before it was queued.
    Shape,
    /// It was decided.
    Decision,
}

/// Who calls, where, and with which settings.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The book.
    pub book: Book,
    /// The actor that was bound, if any.
    pub actor: Option<Actor>,
    /// A missing actor is refused.
    pub require_actor: bool,
    /// Currencies known and allowed.
    pub currencies: Arc<Currencies>,
    /// The keys that receipts are signed with.
    pub keyring: Option<Keyring>,
    /// Clock and seeds.
    pub env: Env,
    /// The policies of the engine's options.
    pub policies: Arc<[Policy]>,
    /// Calls run inside a host's transaction.
    pub host: bool,
    /// Nothing is written.
    pub read_only: bool,
}

/// Where calls run: the engine, or a host's transaction that is bound to it.
#[async_trait]
pub trait Runner: Send + Sync {
    /// Who calls.
    fn scope(&self) -> Scope;
    /// Runs commands; each answers through its own channel.
    async fn submit(&self, commands: Vec<Box<dyn Command>>) -> Result<()>;
    /// Runs a reading operation.
    async fn read<R: ReadRequest>(&self, info: &'static Info, request: R) -> Result<R::Reply>;
    /// The engine itself, for operations that work on the whole store.
    ///
    /// # Errors
    /// `not_supported` inside a host's transaction.
    fn engine(&self, info: &'static Info) -> Result<&Engine>;
    /// Told of every answer to a write: `None` when it was accepted.
    async fn answered(&self, info: &'static Info, refusal: Option<&Error>, stage: Stage);
}

/// A request that only reads.
pub trait ReadRequest: Request {
    /// What the caller receives.
    type Reply: Send + 'static;
    /// Whether the sequencer must have caught up first.
    const SEQUENCED: bool = false;
    /// Reads.
    fn read<'a>(&'a self, reading: &'a mut Reading<'_>) -> BoxFuture<'a, Result<Self::Reply>>;
}

impl Scope {
    /// Who acts in a request.
    ///
    /// # Errors
    /// `invalid_request` naming `actor` when it is malformed, or missing where one is needed; `not_permitted` when another
    /// one is bound.
    pub fn actor(&self, info: &Info, given: Option<&ActorInput>) -> Result<Actor> {
        match self.named(given)? {
            Some(actor) => Ok(actor),
            None if self.require_actor || info.needs_actor => Err(Error::invalid("actor", "must be given")),
            None => Ok(Actor::system()),
        }
    }

    /// The actor that a request names, or the one that is bound. A bound actor is final: a request may name him again, and
    /// which side of a deal he speaks for, but neither somebody else nor a role that he was not bound in.
    ///
    /// # Errors
    /// `invalid_request` naming `actor` when it is malformed; `not_permitted` when it is not the one that is bound.
    pub fn named(&self, given: Option<&ActorInput>) -> Result<Option<Actor>> {
        let given = given.map(|actor| actor.resolve("actor")).transpose()?;
        let (Some(given), Some(bound)) = (&given, &self.actor) else {
            return Ok(given.or_else(|| self.actor.clone()));
        };
        let known = given.role().is_none() || given.role() == bound.role();
        let side = bound.role().is_none() && (given.has_role("buyer") || given.has_role("seller"));
        if given.id() != bound.id() || !(known || side) {
            let (field, actor) = (Some("actor".to_owned()), Some(bound.id().to_owned()));
            let reason = "must be the actor that is bound, or be left out".to_owned();
            return Err(Detail::NotPermitted { field, actor, reason }.into());
        }
        Ok(Some(if side { given.clone() } else { bound.clone() }))
    }

    /// Who acts in a read. Where `actor` is what is looked for, it says who asks only if nobody is bound.
    ///
    /// # Errors
    /// As [`Scope::actor`].
    pub fn reader<R: Request>(&self, info: &Info, request: &R) -> Result<Actor> {
        let looked_for = R::LOOKS_FOR_ACTOR && self.actor.is_some();
        self.actor(info, request.common().actor.filter(|_| !looked_for))
    }

    fn identity<R: WriteRequest>(&self, info: &'static Info, request: &R, actor: &Actor) -> Result<Identity> {
        let given = request.common().key.map(|key| Key::request("key", key)).transpose()?;
        let mut derived = false;
        let key = match (given, info.key) {
            (Some(key), _) => Some(key),
            (None, KeyRule::Required) => {
                return Err(Detail::IdempotencyKeyMissing { operation: info.name.to_owned() }.into());
            }
            (None, KeyRule::Derived) => {
                derived = true;
                let object = request.object().unwrap_or_default();
                Some(Key::derived(format!("auto:{}:{object}:{}", info.name, actor.id())))
            }
            (None, KeyRule::Optional | KeyRule::None) => None,
        };
        let canonical = request.canonical();
        let size = canonical.size();
        let (hash, fields) = canonical.finish();
        Ok(Identity { key, derived, request: hash, fields, names: R::FIELDS, kept: info.kept, size })
    }

    /// Refuses what writes where nothing may be written, and what may not join a host's transaction.
    ///
    /// # Errors
    /// `not_supported`.
    pub fn admits(&self, info: &Info) -> Result<()> {
        if self.read_only {
            return Err(Self::read_only(info.name));
        }
        if self.host && info.host == HostRule::Refused { Err(Self::refused(info)) } else { Ok(()) }
    }

    /// What is called to write on an engine that only reads.
    #[must_use]
    pub fn read_only(operation: &str) -> Error {
        let reason = "the engine was opened to read only".to_owned();
        Detail::NotSupported { operation: operation.to_owned(), reason }.into()
    }

    /// What may not join a host's transaction.
    #[must_use]
    pub fn refused(info: &Info) -> Error {
        let reason = "it may not join a transaction that can be rolled back".to_owned();
        Detail::NotSupported { operation: info.name.to_owned(), reason }.into()
    }

    /// Makes a typed call: shape first, then the key.
    ///
    /// # Errors
    /// Those of steps 1 and 2 of the order of verdicts.
    pub fn call<R: WriteRequest>(
        &self,
        info: &'static Info,
        request: R,
        answer: Answer<<R::Operation as Operation>::Reply>,
    ) -> Result<Box<dyn Command>> {
        self.seeded(info, self.env.seed(), request, answer)
    }

    /// The same with the seed of its ids.
    ///
    /// # Errors
    /// As [`Scope::call`].
    pub fn seeded<R: WriteRequest>(
        &self,
        info: &'static Info,
        seed: Seed,
        mut request: R,
        answer: Answer<<R::Operation as Operation>::Reply>,
    ) -> Result<Box<dyn Command>> {
        request.fits("")?;
        request.normalise(&self.currencies)?;
        let actor = self.actor(info, request.common().actor)?;
        let now = self.env.clock.now();
        let (currencies, book, policies) = (&self.currencies, &self.book, &self.policies);
        let parse = Parse { currencies, book, actor: &actor, now, policies };
        let operation = request.parse(&parse)?;
        let trace = request.common().context.map_or(Ok(None), |context| context.for_events(seed.salt()))?;
        let identity = self.identity(info, &request, &actor)?;
        let caller = Caller { book: self.book.clone(), actor, trace, seed };
        // what moves money has a key: nothing else comes before the gate
        let gate = matches!(info.key, KeyRule::Required | KeyRule::Derived).then(|| {
            let request = Box::new(move || payload(&request));
            Gate { effect: info.effect, policies: self.policies.clone(), request }
        });
        let call = Call::with_answer(info.name, operation, identity, caller, answer);
        let call = call.judged_by(info.who).gated(gate);
        Ok(R::command(call, self))
    }
}

/// Runs a writing operation and waits for its reply.
///
/// # Errors
/// The operation's refusals, and what befell the store.
pub async fn write<R: WriteRequest, S: Runner + ?Sized>(
    runner: &S,
    info: &'static Info,
    request: R,
) -> Result<<R::Operation as Operation>::Reply> {
    let scope = runner.scope();
    scope.admits(info)?;
    let (sender, receiver) = oneshot::channel();
    let answer = Box::new(move |outcome| drop(sender.send(outcome)));
    let command = match scope.call(info, request, answer) {
        Ok(command) => command,
        Err(error) => {
            runner.answered(info, Some(&error), Stage::Shape).await;
            return Err(error);
        }
    };
    runner.submit(vec![command]).await?;
    // a committer that ends early drops the call: nobody knows what became of it
    let outcome = receiver.await.unwrap_or_else(|_| Err(Detail::OutcomeUnknown { key: None }.into()));
    runner.answered(info, outcome.as_ref().err(), Stage::Decision).await;
    outcome
}

/// A reply as JSON.
///
/// # Errors
/// `corrupted` when it has no JSON form.
pub fn to_json<T: serde::Serialize>(reply: &T) -> Result<Value> {
    serde_json::to_value(reply).map_err(|_| Error::corrupted("a reply has no JSON form"))
}
