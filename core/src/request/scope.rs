//! Who calls, where, and with which settings: from a request to a call.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use sha2::{Digest as _, Sha256};

use super::catalogue::Catalogue;
use super::domain::Domains;
use super::erased::{payload, spent};
use super::reading::Reading;
use super::record::{Common, Parse, Request, Trace, WriteRequest};
use crate::currency::Currencies;
use crate::env::{Env, Seed};
use crate::error::{Code, Detail, Error, Result};
use crate::ids::{Actor, ActorInput, Book, Key};
use crate::kernel::call::{Answer, Call, Caller, Command};
use crate::kernel::gate::{Gate, GateContext, RequestJson};
use crate::kernel::identity::KeyRetention;
use crate::kernel::identity::no_identity;
use crate::kernel::identity::{Canonical, Identity};
use crate::kernel::operation::Operation;
use crate::kernel::permit::Who;
use crate::kernel::rests_on::RestsOn;
use crate::kernel::tally::Tallies;
use crate::keyring::{self, Keyring, Purpose};
use crate::request::bounds::Bound;
use crate::rows::traced::Traced;
use crate::settings::policy::Policy;
use crate::sorting::Sorting;
use crate::time::Time;

/// What probes and collectors of metrics read, for which nobody acts: they need no actor where all else does.
const PROBES: [&str; 2] = ["admin.health", "admin.metrics"];

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// `service.name`.
    pub name: &'static str,
    /// What it does, in one sentence or two; empty without the feature `schemas`.
    pub doc: &'static str,
    /// Whether it needs a key.
    pub key: KeyRule,
    /// How long its outcome is kept.
    pub kept: KeyRetention,
    /// Whether it joins a host's transaction.
    pub host: HostRule,
    /// What kind of effect it has, for policies and rules: money going out, money coming in, and so on.
    pub effect: &'static str,
    /// Whether it can take money out of an account, or hold it there: only then can a policy ask.
    pub takes: bool,
    /// Whether rules of risk judge it.
    pub risk: Class,
    /// Whether an actor must be named.
    pub needs_actor: bool,
    /// Who may call it, and how a plain actor is judged.
    pub who: Who,
    /// The codes that it may answer in addition to those of every call, in groups.
    pub codes: &'static [&'static [Code]],
    /// What is to be known of its key, its callers and host transactions, as Markdown; empty without the
    /// feature `schemas`.
    pub manual: &'static str,
    /// A line of `earnest run` that calls it; empty without the feature `schemas`.
    pub example: &'static str,
    /// How much the fields of its request may hold, by name.
    pub bounds: &'static [(&'static str, Bound)],
    /// JSON Schema of its request; an empty one without the feature `schemas`.
    pub request: fn() -> schemars::Schema,
    /// JSON Schema of its reply; an empty one without the feature `schemas`.
    pub reply: fn() -> schemars::Schema,
}

/// The schema of a request or a view: what describes them all is a twentieth of a small program.
#[cfg(feature = "schemas")]
pub(crate) fn schema<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::schema_for!(T)
}

#[cfg(not(feature = "schemas"))]
pub(crate) fn schema<T>() -> schemars::Schema {
    schemars::Schema::default()
}

/// What people read of an operation: a program without the feature `schemas` shows it to nobody, and has
/// none.
#[cfg(feature = "schemas")]
pub(crate) const fn about(text: &'static str) -> &'static str {
    text
}

#[cfg(not(feature = "schemas"))]
pub(crate) const fn about(_text: &'static str) -> &'static str {
    ""
}

impl OperationInfo {
    /// Whether it changes anything: what is refused then leaves an event.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.key != KeyRule::None || self.effect != "read"
    }

    /// Whether a policy can demand factors of it whatever the amount: it writes, and takes no money. What
    /// sets the guard itself is out of reach of a policy, so that nobody locks himself out.
    #[must_use]
    pub fn demands_at_any_amount(&self) -> bool {
        let sets_the_guard = UNGUARDED.contains(&self.effect) || self.effect.starts_with("credentials.");
        let writes = self.key != KeyRule::None || UNKEYED.contains(&self.effect);
        writes && !self.takes && !sets_the_guard
    }

    /// Whether rules or policies may ask its caller for proofs of factors.
    #[must_use]
    pub fn looks_at_proofs(&self) -> bool {
        self.risk != Class::None || self.demands_at_any_amount()
    }

    /// The codes that it may answer in addition to those of every call, in the order of the table of errors.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        let mut codes = self.codes.concat();
        if self.demands_at_any_amount() {
            codes.push(Code::FactorRequired);
        }
        if self.looks_at_proofs() {
            codes.push(Code::KeyNotFound);
        }
        codes.order();
        codes.dedup();
        codes
    }
}

/// Whether an operation opens something new, or finishes what is already promised: which rules of risk can
/// judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It opens: every pattern of a rule can match it.
    Opens,
    /// It settles: only its full name matches it, so that no rule by mistake keeps what is owed.
    Settles,
    /// It is a read or a setting: no rule judges it.
    None,
}

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

/// Effects of which no policy demands a factor: settings of the guard, and the host's own program.
const UNGUARDED: [&str; 5] = ["approval", "risk", "events", "jobs", "read"];

/// Effects of writes that are kept under no key, of which a policy can demand factors all the same.
pub const UNKEYED: [&str; 3] = ["signing.key", "vault.rotate", "withdrawals.setup"];

/// The effect of operations that check what somebody proves who he is by: an attempt each.
pub const CHECKS: &str = "credentials.verify";

/// The effect of what sets a PIN: where there is one, something must prove that its owner sets it.
pub const SETS: &str = "credentials.set";

/// The effect of operations that remove what must not be found any more, not even in the store's log.
pub const FORGETS: &str = "vault.forget";

/// Whether an operation may join a host's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// It does.
    Joins,
    /// It is `not_supported` there.
    Refused,
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
    /// The keys of this installation.
    pub keyring: Option<Keyring>,
    /// Clock and seeds.
    pub env: Env,
    /// The policies of the engine's options.
    pub policies: Arc<[Policy]>,
    /// The rules of the engine's options, as the record of a book keeps them.
    pub rules: Option<Arc<str>>,
    /// The gates that a call passes, in their order.
    pub gates: Arc<[Arc<dyn Gate>]>,
    /// The operations table.
    pub catalogue: &'static Catalogue,
    /// The domains, in the order in which they are checked.
    pub domains: Domains,
    /// Calls run inside a host's transaction.
    pub host: bool,
    /// Nothing is written.
    pub read_only: bool,
    /// Parties are told of every state.
    pub notify_every_state: bool,
    /// When the call was first made, where it has waited since.
    pub since: Option<Time>,
    /// The hash of the request that the call is, where it has waited since: with what is not kept of it.
    pub waited: Option<Arc<[u8]>>,
    /// Who made a call that was refused before it was queued.
    pub asker: OnceLock<Asker>,
    /// Where this process counts what came of its calls.
    pub tallies: Arc<Tallies>,
}

/// Who makes a call, and where it comes from.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who calls.
    pub actor: Actor,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
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
    /// A call that the engine makes by itself, as `system`: it was judged before, and has no key.
    pub fn internal<O: Operation>(
        &self,
        name: &'static str,
        operation: O,
        answer: Answer<O::Reply>,
    ) -> Call<O> {
        let (book, actor) = (self.book.clone(), Actor::system());
        let (seed, notify_every_state) = (self.env.seed(), self.notify_every_state);
        let followers = self.domains.of_records();
        let caller = Caller {
            book,
            actor,
            trace: None,
            since: None,
            seed,
            proofs: None,
            notify_every_state,
            followers,
            tallies: self.tallies.clone(),
        };
        Call::with_answer(name, operation, no_identity(), caller, answer)
    }

    /// Who acts in a request.
    ///
    /// # Errors
    /// `invalid_request` naming `actor` when it is malformed; `actor_missing` where one is needed;
    /// `not_permitted` when another one is bound.
    pub fn actor(&self, info: &OperationInfo, given: Option<&ActorInput>) -> Result<Actor> {
        let asks = info.needs_actor || self.require_actor && !PROBES.contains(&info.name);
        match self.named(given)? {
            Some(actor) => Ok(actor),
            None if asks => {
                Err(Detail::ActorMissing { field: "actor".into(), operation: info.name.into() }.into())
            }
            None => Ok(Actor::system()),
        }
    }

    /// The actor that a request names, or the one that is bound. A bound actor is final: a request may name
    /// him again, and which side of a deal he speaks for, but neither somebody else nor a role that he was
    /// not bound in.
    ///
    /// # Errors
    /// `invalid_request` naming `actor` when it is malformed; `not_permitted` when it is not the one that is
    /// bound.
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

    /// Who acts in a read. Where `actor` is what is looked for, it says who asks only if nobody is bound.
    ///
    /// # Errors
    /// As [`Scope::actor`].
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

    /// The canonical form of a request. Where it has a secret, its hashes are made with a key of the book: a
    /// PIN has so few digits that any other hash of it can be searched.
    ///
    /// # Errors
    /// `key_not_found` for a request with a secret, where the keyring has no such key.
    pub fn canonical<R: Request>(&self, request: &R) -> Result<Canonical> {
        Ok(request.canonical(self.form(request.has_secret())?))
    }

    fn form(&self, secret: bool) -> Result<Canonical> {
        if secret { self.keyed_form() } else { Ok(Canonical::default()) }
    }

    /// The form of a request that has a secret.
    ///
    /// # Errors
    /// `key_not_found` where the keyring has no such key.
    pub fn keyed_form(&self) -> Result<Canonical> {
        let keyring = self.keyring.as_ref().ok_or_else(|| keyring::none(Purpose::Index))?;
        Ok(Canonical::keyed(&*keyring.of_book(&self.book, "request")?))
    }

    /// Refuses what writes where nothing may be written.
    ///
    /// # Errors
    /// `not_supported`.
    pub fn admits(&self, info: &OperationInfo) -> Result<()> {
        if self.read_only { Err(Self::read_only(info.name)) } else { Ok(()) }
    }

    /// Refuses what may not join a host's transaction, once its shape is known to be right.
    ///
    /// # Errors
    /// `not_supported`.
    pub fn joins(&self, info: &OperationInfo) -> Result<()> {
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
    pub fn refused(info: &OperationInfo) -> Error {
        let reason = "it may not join a transaction that can be rolled back".to_owned();
        Detail::NotSupported { operation: info.name.to_owned(), reason }.into()
    }

    /// Makes a typed call: shape first, then the key. The request is spent by it, unless it was refused.
    ///
    /// # Errors
    /// Those of steps 1 and 2 of the order of verdicts.
    pub fn call<R: WriteRequest>(
        &self,
        info: &'static OperationInfo,
        request: &mut Option<R>,
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
        info: &'static OperationInfo,
        seed: Seed,
        given: &mut Option<R>,
        answer: Answer<<R::Operation as Operation>::Reply>,
    ) -> Result<Box<dyn Command>> {
        let request = given.as_mut().ok_or_else(spent)?;
        request.fits("")?;
        request.settle_form(&self.currencies)?;
        let actor = self.actor(info, request.common().actor)?;
        let rests_on_keys = Cell::new(false);
        let parsed = request.parse(&self.parsing(&actor, &rests_on_keys));
        let operation = parsed.inspect_err(|_| self.refused_to(&actor, request.common().context, seed))?;
        let request = &*request;
        let own = Given {
            common: request.common(),
            object: request.object(),
            names: R::FIELDS,
            secret: request.has_secret(),
            lost_secrets: R::SECRET && !request.has_secret(),
            canonical: &|form| request.canonical(form),
        };
        let (identity, caller) = self.identified(info, &own, actor, seed)?;
        let rests_on = self.rests_on(info, &own, rests_on_keys.get());
        let (score, effect) = (own.common.score(), request.effect().unwrap_or(info.effect));
        let request = given.take().ok_or_else(spent)?;
        let passage = self.passage(info, effect, score, Box::new(move || payload(&request)));
        let call = Call::with_answer(info.name, operation, identity, caller, answer);
        Ok(R::command(call.judged_by(info.who).resting_on(rests_on).gated(passage), self))
    }

    fn refused_to(&self, actor: &Actor, context: Option<&Trace>, seed: Seed) {
        // who sends a context that nobody can read is known all the same
        let trace = context.and_then(|context| context.for_events(seed.salt()).ok().flatten());
        let _ = self.asker.set(Asker { actor: actor.clone(), trace });
    }

    /// What a call rests on: names and hashes that are made with keys, or the marks of its proofs alone.
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

    /// What makes two calls the same, and who makes this one.
    fn identified(
        &self,
        info: &'static OperationInfo,
        given: &Given<'_>,
        actor: Actor,
        seed: Seed,
    ) -> Result<(Identity, Caller)> {
        let trace = given.common.context.map_or(Ok(None), |context| context.for_events(seed.salt()))?;
        let (key, derived) = self.key(info, given, &actor)?;
        let canonical = (given.canonical)(self.form(given.secret)?);
        let size = canonical.size();
        let (mut request, fields) = canonical.finish();
        if let Some(waited) = self.waited.as_ref().filter(|_| given.lost_secrets) {
            request = waited.clone();
        }
        let proofs = given.common.proven(self);
        let identity = Identity { key, derived, request, fields, names: given.names, kept: info.kept, size };
        let (book, since, notify_every_state) = (self.book.clone(), self.since, self.notify_every_state);
        let followers = self.domains.of_records();
        let tallies = self.tallies.clone();
        let caller =
            Caller { book, actor, trace, since, seed, proofs, notify_every_state, followers, tallies };
        Ok((identity, caller))
    }

    /// What gates get of a call. What moves money has a key: besides it, they judge what rules are about, and
    /// what a policy can demand factors of.
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

/// A request without its type: what is the same for all of them is compiled once.
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
    canonical: &'r dyn Fn(Canonical) -> Canonical,
}

/// The call of a timer whose effect a policy may cover.
pub(crate) struct TimerCall<O> {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
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
    let (book, gates) = (scope.book.clone(), scope.gates.clone());
    let (actor, notify_every_state) = (Actor::system(), scope.notify_every_state);
    let (followers, tallies) = (scope.domains.of_records(), scope.tallies.clone());
    let caller = Caller {
        book,
        actor,
        trace: None,
        since: None,
        seed,
        proofs: None,
        notify_every_state,
        followers,
        tallies,
    };
    let passage = GateContext::whole(effect, gates, Box::new(move || Ok(request.clone())));
    Call::with_answer(name, operation, identity, caller, answer).gated(Some(passage))
}
