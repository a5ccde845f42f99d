//! Sets and checks PINs: the attempt is claimed in a commit of its own, the hash is computed outside every
//! group, and what it came to is another commit.

use std::sync::Arc;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::credential::attempts::Locked;
use crate::credential::codes::pepper;
use crate::credential::kept::{self, Proof, Token};
use crate::credential::pepper::{Owner, Pepper};
use crate::credential::pin::{BadHash, Pin, PinHash};
use crate::credential::pins::{Claim, Claimed, Right, Store, Wrong, the_same};
use crate::credential::requests::{SetPin, VerifyPin};
use crate::credential::views::{PinSet, PinVerified};
use crate::engine::Engine;
use crate::engine::internal::internal_traced;
use crate::engine::runner::Runner as _;
use crate::error::{Detail, Error, Result};
use crate::ids::Actor;
use crate::kernel::call::Refused;
use crate::kernel::gate::{Part, Passage};
use crate::kernel::operation::Operation;
use crate::kernel::permit::{Tie, Who};
use crate::keyring::Purpose;
use crate::request::erased::hash_of_effect;
use crate::request::record::{Common, Request as _};
use crate::request::scope::CHECKS;
use crate::rows::needs::{Access, Needs};
use crate::rows::traced::Traced;
use crate::time::Time;
use crate::vault::credentials::{PIN, PinFacts, PinRecord};
use crate::vault::model::State;
use crate::vault::proofs::Presented;
use crate::vault::safe::{Safe, Whom};

/// The operations, as events name them.
const SET: &str = "credentials.set_pin";
const VERIFY: &str = "credentials.verify_pin";

/// A proof, and the hash of the request that it may be bound to.
type Bound = (Presented, Arc<[u8]>);

/// Somebody at a PIN.
#[derive(Clone)]
struct Visit {
    engine: Engine,
    actor: Actor,
    name: &'static str,
    safe: Safe,
    whom: Whom,
    device: Option<[u8; 32]>,
    trace: Option<Arc<Traced>>,
    /// What the host's own model thinks of the risk.
    score: u8,
    /// The request as rules see it: without what only its reader may see.
    asked: Value,
}

/// `credentials.verify_pin`.
///
/// # Errors
/// `pin_invalid`, `pin_locked`, `credential_not_found`; `blocked`, `rate_limited`, `velocity_blocked` and
/// `overloaded`, with no attempt used.
pub async fn verify(engine: &Engine, actor: &Actor, request: &VerifyPin) -> Result<PinVerified> {
    let visit = Visit::of(engine, (actor, VERIFY), &request.subject, &request.common())?;
    let pin = Pin::request("pin", &request.pin)?;
    let scope = engine.scope();
    let only = match &request.r#for {
        Some(call) => call.call(Some(&scope))?,
        None => None,
    };
    // whoever stops waiting stops nothing: the attempt is claimed, and its outcome counts
    let work = tokio::spawn(async move { visit.checked(pin, only).await });
    work.await.map_err(|_| Error::corrupted("a PIN was not checked"))?
}

/// `credentials.set_pin`.
///
/// # Errors
/// `factor_required` where there is a PIN, or codes are in force, and nothing proves them; those of
/// `verify_pin` for `current`; `invalid_request` naming `pin` for the PIN that is there;
/// `contention` when two set it at once; `overloaded`.
pub async fn set(engine: &Engine, actor: &Actor, request: &SetPin) -> Result<PinSet> {
    let visit = Visit::of(engine, (actor, SET), &request.subject, &request.common())?;
    if let Err(error) = Who::Subject.judge(actor, &[Tie::Id(&visit.whom.subject)]) {
        return Err(visit.refused(error).await);
    }
    let pin = Pin::chosen("pin", &request.pin)?;
    let current = request.current.as_ref().map(|current| Pin::request("current", current)).transpose()?;
    let given = request.proofs.as_deref().unwrap_or_default();
    // that of a PIN proves no more than the PIN itself, which is asked for
    let mut proofs = given.iter().filter_map(|token| Presented::given(&visit.safe, token));
    let proof = match proofs.find(|proof| proof.factor == "totp") {
        Some(proof) => Some((proof, hash_of_effect(&engine.scope(), request)?)),
        None => None,
    };
    let work = tokio::spawn(async move { visit.replaced(pin, current, proof).await });
    work.await.map_err(|_| Error::corrupted("a PIN was not set"))?
}

impl Visit {
    fn of(
        engine: &Engine,
        (actor, name): (&Actor, &'static str),
        subject: &str,
        common: &Common<'_>,
    ) -> Result<Self> {
        let scope = engine.scope();
        let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
        let whom = safe.whom(subject)?;
        let device = kept::device_of(&safe, common.context);
        let trace = common.context.map_or(Ok(None), |context| context.for_events(scope.env.seed().salt()))?;
        let (engine, actor, score) = (engine.clone(), actor.clone(), common.score());
        let asked = common.asked(json!({ "subject": whom.subject }));
        Ok(Self { engine, actor, name, safe, whom, device, trace, score, asked })
    }

    async fn run<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        self.made(operation, None).await
    }

    /// Makes a part of an attempt, which rules judge as a check of the PIN, whichever request brought it.
    async fn attempts<O: Operation>(&self, operation: O, part: Part) -> Result<O::Reply> {
        let asked = self.asked.to_string();
        let passage = Passage::whole(CHECKS, self.engine.scope().gates, Box::new(move || Ok(asked.clone())));
        let passage = Passage { rules_of: Some(VERIFY), score: self.score, part, ..passage };
        self.made(operation, Some(passage)).await
    }

    async fn made<O: Operation>(&self, operation: O, passage: Option<Passage>) -> Result<O::Reply> {
        let book = self.engine.book_name().clone();
        let caller = (self.actor.clone(), self.trace.clone());
        let (call, told) = internal_traced(&self.engine, &book, caller, self.name, operation);
        // what is no attempt was judged before
        let who = if passage.is_some() { Who::Subject } else { Who::Anybody };
        // its attempt was used, so no full queue may swallow it; places to hash bound how many there are
        let ends = passage.as_ref().is_some_and(|passage| passage.part != Part::Begins);
        let call = call.resting_on(Some(self.safe.rests_on()));
        let command = Box::new(call.judged_by(who).gated(passage));
        if ends {
            self.engine.queue_outcome(command)?;
        } else {
            self.engine.queue(command)?;
        }
        told.await.map_err(|_| Error::from(Detail::OutcomeUnknown { key: None }))?
    }

    /// Notes a refusal in the log, before it is told.
    async fn refused(&self, error: Error) -> Error {
        let noted = self.run(Refused { operation: self.name, code: error.code() }).await;
        noted.err().unwrap_or(error)
    }

    /// A PIN and whose it is, ready to be hashed.
    fn owned(&self) -> (String, String) {
        (self.engine.book_name().as_str().to_owned(), self.whom.subject.to_string())
    }

    /// Whether a PIN is the one of a hash; and what it is at the present cost, where that is another one.
    async fn is_right(&self, hash: &str, pin: Pin) -> Result<(bool, Option<String>)> {
        let broken = |_: BadHash| crate::vault::model::failed(PIN, self.safe.of_kind(PIN, &self.whom).2);
        let kept = PinHash::read(hash).map_err(broken)?;
        let key = self.safe.keyring().named(Purpose::Pins, kept.pepper())?;
        let (old, new) = (Pepper::new(key.kid(), key.secret())?, pepper(&self.safe)?);
        let (env, (book, subject)) = (self.safe.env().clone(), self.owned());
        let cost = self.engine.options().pin_cost;
        let work = move || -> Result<_, BadHash> {
            let owner = Owner { book: &book, subject: &subject };
            let right = kept.verify(&old, &owner, &pin)?;
            let outdated = right && kept.is_outdated(cost, &new);
            let rehash = outdated.then(|| PinHash::new(&env, cost, &new, (&owner, &pin))).transpose()?;
            Ok((right, rehash.map(|hash| hash.to_text())))
        };
        self.engine.hashing().run(work).await?.map_err(broken)
    }

    /// Claims an attempt, and checks it.
    async fn attempt(&self, pin: Pin, proves: bool) -> Result<(Claimed, Option<String>)> {
        let claim = Claim { safe: self.safe.clone(), whom: self.whom.clone(), device: self.device, proves };
        let claimed = self.attempts(claim, Part::Begins).await?;
        let (right, rehash) = self.is_right(&claimed.hash, pin).await?;
        if right {
            return Ok((claimed, rehash));
        }
        let error = match claimed.lane.lock() {
            Some(locked) => self.locked(locked).await,
            None => Detail::PinInvalid { attempts_left: claimed.lane.left().into() }.into(),
        };
        let wrong = Wrong { whom: self.whom.clone(), error: error.clone() };
        let wrong = self.attempts(wrong, Part::Fails).await;
        Err(wrong.err().unwrap_or(error))
    }

    /// Settles a claimed attempt that was right; whether the PIN should be changed.
    async fn right(
        &self,
        (set, rehash): (u64, Option<String>),
        proof: Option<Box<dyn Fn(Time) -> Proof + Send + Sync>>,
    ) -> Result<bool> {
        let (safe, whom, device) = (self.safe.clone(), self.whom.clone(), self.device);
        self.attempts(Right { safe, whom, device, set, rehash, proof }, Part::Whole).await
    }

    async fn locked(&self, locked: Locked) -> Error {
        let now = self.engine.store_now().await.unwrap_or_else(|_| self.engine.now());
        kept::locked::<PinFacts>(locked, now, &self.whom.subject)
    }

    async fn checked(&self, pin: Pin, only: Option<String>) -> Result<PinVerified> {
        let place = self.engine.hashing().enter().await?;
        let (claimed, rehash) = self.attempt(pin, true).await?;
        let token = Token::draw::<PinFacts>(&self.safe, &self.safe.of_kind(PIN, &self.whom))?;
        let shown = token.shown();
        let proof: Box<dyn Fn(Time) -> Proof + Send + Sync> =
            Box::new(move |now| token.kept(only.clone(), now));
        let must_change = self.right((claimed.set, rehash), Some(proof)).await?;
        drop(place);
        Ok(PinVerified { verified: true, proof: shown, must_change, replayed: false })
    }

    /// The PIN that is there: how often it was set, and its hash.
    async fn present(&self) -> Result<Option<(u64, String)>> {
        let mut needs = Needs::default();
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Read);
        let row = self.engine.peek(&needs).await?.records.into_iter().next();
        let record = row.as_ref().map(PinRecord::of).transpose()?;
        let record = record.filter(|record| record.state == State::Active);
        Ok(record.and_then(|record| Some((record.facts.set, record.text("hash")?.to_string()))))
    }

    /// The hash of a new PIN, and whether the hash that is there is one of the same. Where that one cannot be
    /// checked, nobody can tell.
    async fn hashed(&self, pin: Pin, present: Option<String>) -> Result<(String, bool)> {
        let present = present.and_then(|hash| {
            let hash = PinHash::read(&hash).ok()?;
            let key = self.safe.keyring().named(Purpose::Pins, hash.pepper()).ok()?;
            Some((Pepper::new(key.kid(), key.secret()).ok()?, hash))
        });
        let (env, pepper, (book, subject)) = (self.safe.env().clone(), pepper(&self.safe)?, self.owned());
        let cost = self.engine.options().pin_cost;
        let work = move || {
            let owner = Owner { book: &book, subject: &subject };
            let same = |(old, hash): (Pepper, PinHash)| hash.verify(&old, &owner, &pin).unwrap_or(false);
            let same = present.is_some_and(same);
            // in any case: what it takes tells nothing to whose proof is not looked at yet
            let hash = PinHash::new(&env, cost, &pepper, (&owner, &pin))?;
            Ok::<_, BadHash>((Zeroizing::new(hash.to_text()), same))
        };
        let made = self.engine.hashing().run(work).await?;
        let (hash, same) = made.map_err(|_| Error::corrupted("the cost of a PIN"))?;
        Ok((hash.to_string(), same))
    }

    async fn replaced(&self, pin: Pin, current: Option<Pin>, mut proof: Option<Bound>) -> Result<PinSet> {
        let place = self.engine.hashing().enter().await?;
        let by_admin = self.actor.is_admin();
        let (mut before, mut present) = self.present().await?.unzip();
        match current.filter(|_| before.is_some() && !by_admin) {
            Some(current) => {
                let same = current.is(&pin);
                // the attempt says by which PIN it was judged
                let (claimed, _) = self.attempt(current, false).await?;
                self.right((claimed.set, None), None).await?;
                (before, present, proof) = (Some(claimed.set), None, None);
                // who does not know the present one is not told whether this is it: that would be a guess for
                // free
                if same {
                    return Err(the_same());
                }
            }
            None if before.is_some() && !by_admin && proof.is_none() => {
                let factors = vec!["pin".to_owned(), "totp".to_owned()];
                return Err(self.refused(Detail::FactorRequired { factors, message: None }.into()).await);
            }
            // an admin needs no proof; of a first one it is asked where there are codes
            None => proof = proof.filter(|_| !by_admin),
        }
        let (hash, same) = self.hashed(pin, present).await?;
        let (safe, whom) = (self.safe.clone(), self.whom.clone());
        let must_change = self.run(Store { safe, whom, before, hash, same, by_admin, proof }).await?;
        drop(place);
        Ok(PinSet { subject: self.whom.subject.to_string(), must_change, replayed: false })
    }
}
