//! The scope of a call: its caller, its book and its settings. It turns requests into calls.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::domain::Parse;
pub use super::domain::{Asker, Scope};
pub use super::info::{CHECKS, Class, FORGETS, HostRule, KeyRule, OperationInfo, SETS, UNKEYED};
use super::note::Common;
use super::record::{Request, WriteRequest};
use crate::currency::Currencies;
use crate::env::Seed;
use crate::error::{Code, Detail, Error, Result};
use crate::ids::{Actor, ActorInput, Key};
use crate::kernel::call::{Answer, Call, Command};
use crate::kernel::caller::Caller;
use crate::kernel::gate::{GateContext, RequestJson};
use crate::kernel::identity::KeyRetention;
use crate::kernel::identity::no_identity;
use crate::kernel::identity::{Canonical, Identity};
use crate::kernel::key_dependence::RestsOn;
use crate::kernel::operation::Operation;
use crate::keyring::{self, Purpose};

/// The operations of probes and collectors of metrics. Nobody acts in them: they need no actor where others
/// do.
const PROBES: [&str; 2] = ["admin.health", "admin.metrics"];

impl Scope {
    /// A call that the engine makes by itself, as `system`: it was judged before, and has no key.
    pub fn internal<O: Operation>(
        &self,
        name: &'static str,
        operation: O,
        answer: Answer<O::Reply>,
    ) -> Call<O> {
        let caller = self.caller(Actor::system(), self.env.seed());
        Call::with_answer(name, operation, no_identity(), caller, answer)
    }

    /// Returns the caller of a call that no request asks for: the engine itself, or a timer.
    pub(crate) fn caller(&self, actor: Actor, seed: Seed) -> Caller {
        Caller {
            book: self.book.clone(),
            actor,
            trace: None,
            since: None,
            seed,
            proofs: None,
            notify_every_state: self.notify_every_state,
            wait_limits: self.wait_limits.clone(),
            followers: self.domains.of_records(),
            tallies: self.tallies.clone(),
        }
    }

    /// Returns the actor of a request.
    pub fn actor(&self, info: &OperationInfo, given: Option<&ActorInput>) -> Result<Actor> {
        let asks = info.needs_actor || self.require_actor && !PROBES.contains(&info.name);
        match self.named(given)? {
            Some(actor) => Ok(actor),
            None if asks => Err(Error::actor_missing(info.name)),
            None => Ok(Actor::system()),
        }
    }

    /// The actor that a request names, or the one that is bound. A bound actor is final: a request may name
    /// him again, and which side of a deal he speaks for, but neither somebody else nor a role that he was
    /// not bound in.
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
            return Err(Detail::NotPermitted { field, actor, reason, policy: None }.into());
        }
        Ok(Some(if side { given.clone() } else { bound.clone() }))
    }

    /// Returns the actor of a read. Where `actor` is what is looked for, it names the caller only if nobody
    /// is bound.
    pub fn reader<R: Request>(&self, info: &OperationInfo, request: &R) -> Result<Actor> {
        let looked_for = R::LOOKS_FOR_ACTOR && self.actor.is_some();
        self.actor(info, request.common().actor.filter(|_| !looked_for))
    }

    /// The key of a call: the one that is given, or the one that its object stands for.
    fn key(&self, info: &OperationInfo, given: &Given<'_>, actor: &Actor) -> Result<(Option<Key>, bool)> {
        let key = given.common.key.map(|key| Key::request("key", key)).transpose()?;
        Ok(match (key, info.key) {
            (Some(key), _) => (Some(key), false),
            (None, KeyRule::Required) => {
                return Err(Detail::IdempotencyKeyMissing { operation: info.name.to_owned() }.into());
            }
            (None, KeyRule::Derived) => match given.object.as_deref() {
                Some(object) => {
                    (Some(Key::derived(format!("auto:{}:{object}:{}", info.name, actor.id()))), true)
                }
                // what it says of itself must be verified first: a record of its own is its key
                None => (None, false),
            },
            (None, KeyRule::Optional | KeyRule::None) => (None, false),
        })
    }

    /// An empty canonical form. Where a request has a secret, its hashes are made with a key of the book: a
    /// PIN has so few digits that any other hash of it can be searched.
    fn form(&self, secret: bool) -> Result<Canonical> {
        if secret { self.keyed_form() } else { Ok(Canonical::default()) }
    }

    /// The form of a request that has a secret.
    pub fn keyed_form(&self) -> Result<Canonical> {
        let keyring = self.keyring.as_ref().ok_or_else(|| keyring::none(Purpose::Index))?;
        Ok(Canonical::keyed(&*keyring.of_book(&self.book, "request")?))
    }

    /// Refuses what writes where nothing may be written.
    pub fn admits(&self, info: &OperationInfo) -> Result<()> {
        if self.read_only { Err(Self::read_only(info.name)) } else { Ok(()) }
    }

    /// Refuses what may not join a host's transaction, once its shape is known to be right.
    pub fn joins(&self, info: &OperationInfo) -> Result<()> {
        if self.host && info.host == HostRule::Refused { Err(Self::refused(info)) } else { Ok(()) }
    }

    /// Why a call was not made. What may not join a host's transaction is refused for that, whether the key
    /// that it needs is there or not.
    pub fn not_made(&self, info: &OperationInfo, error: Error) -> Error {
        match self.joins(info) {
            Err(refused) if error.code() == Code::KeyNotFound => refused,
            _ => error,
        }
    }

    /// Returns the refusal of a write on an engine that only reads.
    pub fn read_only(operation: &str) -> Error {
        let reason = "the engine was opened to read only".to_owned();
        Detail::NotSupported { operation: operation.to_owned(), reason }.into()
    }

    /// Returns the refusal of a call that may not join a host's transaction.
    pub fn refused(info: &OperationInfo) -> Error {
        let reason = "it may not join a transaction that can be rolled back".to_owned();
        Detail::NotSupported { operation: info.name.to_owned(), reason }.into()
    }

    /// Makes a typed call: shape first, then the key. The request is spent by it, unless it was refused.
    pub fn call<R: WriteRequest>(
        &self,
        info: &'static OperationInfo,
        request: &mut Option<R>,
        answer: Answer<<R::Operation as Operation>::Reply>,
    ) -> Result<Box<dyn Command>> {
        self.seeded(info, self.env.seed(), request, answer)
    }

    /// The same with the seed of its ids.
    pub fn seeded<R: WriteRequest>(
        &self,
        info: &'static OperationInfo,
        seed: Seed,
        given: &mut Option<R>,
        answer: Answer<<R::Operation as Operation>::Reply>,
    ) -> Result<Box<dyn Command>> {
        let request = given.as_mut().ok_or_else(spent)?;
        let actor = self.settled(info, request)?;
        let rests_on_keys = Cell::new(false);
        let operation = match request.operation(&self.parsing(&actor, &rests_on_keys)) {
            Ok(operation) => operation,
            Err(error) => {
                self.refused_to(&actor, request, seed);
                return Err(error);
            }
        };
        let made_with_keys = rests_on_keys.get();
        let Sealed { identity, caller, rests_on, score, effect } =
            self.sealed(info, request, Sender { actor, seed, made_with_keys })?;
        let request = given.take().ok_or_else(spent)?;
        let passage = self.passage(info, effect, score, Box::new(move || payload(&request)));
        let call = Call::with_answer(info.name, operation, identity, caller, answer);
        Ok(R::command(call.judged_by(info.who).resting_on(rests_on).gated(passage), self))
    }

    /// The hash of the canonical form of a request that is in its normal form.
    pub fn form_hash<R: WriteRequest>(&self, request: &R) -> Result<Arc<[u8]>> {
        Ok(request.canonical(self.form(request.has_secret())?).finish().0)
    }

    /// The hash of the canonical form of a request, which is given its normal form.
    pub fn hash_of<R: WriteRequest>(&self, request: &mut R) -> Result<Arc<[u8]>> {
        self.hashed(request)
    }

    fn hashed(&self, request: &mut dyn Untyped) -> Result<Arc<[u8]>> {
        request.settle(&self.currencies)?;
        let given = request.given();
        match self.waited.as_ref().filter(|_| given.lost_secrets) {
            // one that waits is kept without what only its reader may see
            Some(waited) => Ok(waited.clone()),
            None => Ok(request.form(self.form(given.secret)?).finish().0),
        }
    }

    /// Checks the shape of a request, and says who acts in it.
    fn settled(&self, info: &OperationInfo, request: &mut dyn Untyped) -> Result<Actor> {
        request.settle(&self.currencies)?;
        self.actor(info, request.carried().actor)
    }

    fn refused_to(&self, actor: &Actor, request: &dyn Untyped, seed: Seed) {
        // who sends a context that nobody can read is known all the same
        let trace =
            request.carried().context.and_then(|context| context.for_events(seed.salt()).ok().flatten());
        let _ = self.asker.set(Asker { actor: actor.clone(), trace });
    }

    /// Returns the index key behind a call's names and hashes, or behind the marks of its proofs alone.
    fn rests_on(&self, info: &OperationInfo, given: &Given<'_>, by_name: bool) -> Option<RestsOn> {
        let proves = info.looks_at_proofs() && given.common.proofs.is_some_and(|proofs| !proofs.is_empty());
        let index = || RestsOn::index_of(self.keyring.as_ref());
        if by_name || given.secret { Some(index()) } else { proves.then(|| index().for_marks()) }
    }

    fn parsing<'e>(&'e self, actor: &'e Actor, rests_on_keys: &'e Cell<bool>) -> Parse<'e> {
        Parse {
            currencies: &self.currencies,
            book: &self.book,
            actor,
            now: self.env.clock.now(),
            keyring: self.keyring.as_ref(),
            rests_on_keys,
            env: &self.env,
            scope: Some(self),
            policies: &self.policies,
            rules: self.rules.as_ref(),
            operations: self.catalogue.operations,
            domains: &self.domains,
        }
    }

    /// Returns the identity of a call, its caller, and the index key that it rests on.
    fn sealed(&self, info: &OperationInfo, request: &dyn Untyped, sender: Sender) -> Result<Sealed> {
        let (given, Sender { actor, seed, made_with_keys }) = (request.given(), sender);
        let trace = given.common.context.map_or(Ok(None), |context| context.for_events(seed.salt()))?;
        let (key, derived) = self.key(info, &given, &actor)?;
        let canonical = request.form(self.form(given.secret)?);
        let size = canonical.size();
        let (mut request, fields) = canonical.finish();
        if let Some(waited) = self.waited.as_ref().filter(|_| given.lost_secrets) {
            request = waited.clone();
        }
        let proofs = given.common.proven(self);
        let identity = Identity { key, derived, request, fields, names: given.names, kept: info.kept, size };
        let caller = Caller { trace, since: self.since, proofs, ..self.caller(actor, seed) };
        let rests_on = self.rests_on(info, &given, made_with_keys);
        let (score, effect) = (given.common.score(), given.effect.unwrap_or(info.effect));
        Ok(Sealed { identity, caller, rests_on, score, effect })
    }

    /// Returns the context that gates get of a call. They judge calls with a key, as all have that move
    /// money, calls that rules are about, and calls of which a policy can demand factors.
    fn passage(
        &self,
        info: &OperationInfo,
        effect: &'static str,
        score: u8,
        request: RequestJson,
    ) -> Option<GateContext> {
        let keyed = matches!(info.key, KeyRule::Required | KeyRule::Derived);
        let is_judged = keyed || info.risk != Class::None || info.demands_at_any_amount();
        is_judged.then(|| GateContext { score, ..GateContext::whole(effect, self.gates.clone(), request) })
    }
}

/// A write without its type: what is the same for all of them is compiled once.
trait Untyped {
    /// Holds its fields against their bounds, and gives it its normal form.
    fn settle(&mut self, currencies: &Currencies) -> Result<()>;
    /// Returns the fields that it carries besides its own.
    fn carried(&self) -> Common<'_>;
    /// Returns its facts.
    fn given(&self) -> Given<'_>;
    /// Adds its fields to its canonical form.
    fn form(&self, form: Canonical) -> Canonical;
}

impl<R: WriteRequest> Untyped for R {
    fn settle(&mut self, currencies: &Currencies) -> Result<()> {
        self.fits("")?;
        self.settle_form(currencies)
    }

    fn carried(&self) -> Common<'_> {
        self.common()
    }

    fn given(&self) -> Given<'_> {
        let secret = self.has_secret();
        Given {
            common: self.common(),
            object: self.object(),
            names: R::FIELDS,
            secret,
            lost_secrets: R::SECRET && !secret,
            effect: self.effect(),
        }
    }

    fn form(&self, form: Canonical) -> Canonical {
        self.canonical(form)
    }
}

/// The facts of a request, whatever its type.
struct Given<'r> {
    common: Common<'r>,
    /// The object that a derived key names.
    object: Option<Cow<'r, str>>,
    /// Names of the fields that make two requests the same.
    names: &'static [&'static str],
    /// It has a field that only its reader may see.
    secret: bool,
    /// It may have such fields, and has none: one that waited is kept without them.
    lost_secrets: bool,
    /// Its effect, where that is not the one of its row.
    effect: Option<&'static str>,
}

/// The sender of a request, and the seed of its ids.
struct Sender {
    actor: Actor,
    seed: Seed,
    /// Its operation has names and hashes that were made with keys.
    made_with_keys: bool,
}

/// The parts of a call besides its operation and the context that gates get.
struct Sealed {
    identity: Identity,
    caller: Caller,
    rests_on: Option<RestsOn>,
    score: u8,
    effect: &'static str,
}

/// A request as JSON: what is kept of it where it must be made again later. Its key, its actor and its
/// context are no part of what it asks for; what only its reader may see is left out. The version that it
/// expects is no part of it either, but stays: a call that waited must not change what has changed meanwhile.
fn payload<R: Request>(request: &R) -> Result<String> {
    shown(serde_json::to_value(request).ok(), R::SECRETS)
}

fn shown(request: Option<Value>, fields: &[(&str, bool)]) -> Result<String> {
    let no_form = || Error::corrupted("a request has no JSON form");
    let mut value = request.ok_or_else(no_form)?;
    let members = value.as_object_mut().ok_or_else(no_form)?;
    let secret = fields.iter().filter(|(_, hidden)| *hidden).map(|(name, _)| *name);
    for name in ["key", "actor", "context", "proofs"].into_iter().chain(secret) {
        members.remove(name);
    }
    if members.get("expected_version").is_some_and(Value::is_null) {
        members.remove("expected_version");
    }
    Ok(value.to_string())
}

/// The request has become a call before.
pub(crate) fn spent() -> Error {
    Error::corrupted("a request was made twice")
}

/// The call of a timer whose effect a policy may cover.
pub(crate) struct TimerCall<O> {
    pub(crate) name: &'static str,
    /// The operation of the call.
    pub(crate) operation: O,
    /// The key under which it asks for the consent of others.
    pub(crate) key: Key,
    /// The effect that the policies are about.
    pub(crate) effect: &'static str,
    /// The request that others consent to.
    pub(crate) request: String,
}

/// Makes the call of a timer: it asks for the consent of others under a key of its own.
pub(crate) fn consented<O: Operation>(
    scope: &Scope,
    seed: Seed,
    timer: TimerCall<O>,
    answer: Answer<O::Reply>,
) -> Call<O> {
    let TimerCall { name, operation, key, effect, request } = timer;
    let identity = Identity {
        key: Some(key),
        request: Sha256::digest(request.as_bytes()).as_slice().into(),
        size: request.len(),
        kept: KeyRetention::Consent,
        ..no_identity()
    };
    let caller = scope.caller(Actor::system(), seed);
    let gates = scope.gates.clone();
    let passage = GateContext::whole(effect, gates, Box::new(move || Ok(request.clone())));
    Call::with_answer(name, operation, identity, caller, answer).gated(Some(passage))
}
