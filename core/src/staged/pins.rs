//! Sets and checks PINs. An attempt is claimed in a first commit, the hash is computed outside every group,
//! and the outcome is another commit.

use std::sync::Arc;

use serde_json::json;
use zeroize::Zeroizing;

use super::stages::Staged;
use super::visit::{Commit, Visit};
use crate::credential::attempt_state::{self, Token};
use crate::credential::attempts::Locked;
use crate::credential::codes::pepper;
use crate::credential::pepper::{Owner, Pepper};
use crate::credential::pin::{BadHash, Pin, PinHash};
use crate::credential::pins::{Claim, Claimed, GivesProof, Right, Store, Wrong, the_same};
use crate::credential::requests::{SetPin, VerifyPin};
use crate::credential::views::{PinSet, PinVerified};
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::{Detail, Error, Result};
use crate::ids::Actor;
use crate::kernel::gate::{GateContext, Part};
use crate::kernel::operation::Operation;
use crate::kernel::permit::{Tie, Who};
use crate::keyring::Purpose;
use crate::request::erased::hash_of_effect;
use crate::request::record::{Common, Request as _};
use crate::request::scope::CHECKS;
use crate::request::secret::Secret;
use crate::rows::needs::{Access, Needs};
use crate::vault::credentials::{PIN, PinFacts, PinRecord};
use crate::vault::model::State;
use crate::vault::proofs::Presented;
use crate::vault::safe::{Safe, Whom};

/// The operations, as events name them.
const SET: &str = "credentials.set_pin";
const VERIFY: &str = "credentials.verify_pin";

/// A presented proof, and the hash of the request that it may be bound to.
type Bound = (Presented, Arc<[u8]>);

/// `credentials.verify_pin`.
pub async fn verify(engine: &Engine, actor: &Actor, request: &VerifyPin) -> Result<PinVerified> {
    let entry =
        Arc::new(PinEntry::of(Visit::new(engine, actor, VERIFY), &request.subject, &request.common())?);
    let pin = Arc::new(Pin::request("pin", &request.pin)?);
    let scope = engine.scope();
    let only = match &request.r#for {
        Some(call) => call.call(Some(&scope))?,
        None => None,
    };
    // a task, so that a caller who stops waiting stops nothing: the attempt is claimed, and its outcome
    // counts
    let work = tokio::spawn(async move {
        let place = entry.visit.engine.hashing().enter().await?;
        let wanted = Some(WantedProof { only });
        let settled = Attempt { entry: entry.clone(), pin, wanted }.done().await?;
        drop(place);
        let proof = settled.proof.ok_or_else(|| Error::corrupted("a PIN proved nothing"))?;
        let must_change = settled.must_change;
        Ok::<_, Error>(PinVerified { verified: true, proof, must_change, replayed: false })
    });
    work.await.map_err(|_| Error::corrupted("a PIN was not checked"))?
}

/// `credentials.set_pin`.
pub async fn set(engine: &Engine, actor: &Actor, request: &SetPin) -> Result<PinSet> {
    let entry = Arc::new(PinEntry::of(Visit::new(engine, actor, SET), &request.subject, &request.common())?);
    if let Err(error) = Who::Subject.judge(actor, &[Tie::Id(&entry.whom.subject)]) {
        return Err(entry.visit.refused(error).await);
    }
    let pin = Arc::new(Pin::chosen("pin", &request.pin)?);
    let current = request.current.as_ref().map(|current| Pin::request("current", current)).transpose()?;
    let current = current.map(Arc::new);
    let given = request.proofs.as_deref().unwrap_or_default();
    // a proof of the PIN proves no more than `current`, which is asked for
    let mut proofs = given.iter().filter_map(|token| Presented::given(&entry.safe, token));
    let proof = match proofs.find(|proof| proof.factor == "totp") {
        Some(proof) => Some((proof, hash_of_effect(&engine.scope(), request)?)),
        None => None,
    };
    let work = tokio::spawn(async move {
        let place = entry.visit.engine.hashing().enter().await?;
        let set = Change { entry: entry.clone(), pin, current, proof }.done().await?;
        drop(place);
        Ok::<_, Error>(set)
    });
    work.await.map_err(|_| Error::corrupted("a PIN was not set"))?
}

/// A subject's PIN, with the caller and the device.
struct PinEntry {
    visit: Visit,
    safe: Safe,
    whom: Whom,
    device: Option<[u8; 32]>,
}

impl PinEntry {
    fn of(visit: Visit, subject: &str, common: &Common<'_>) -> Result<Self> {
        let scope = visit.engine.scope();
        let safe = Safe::of(scope.keyring.as_ref(), &scope.env, visit.engine.book_name())?;
        let whom = safe.whom(subject)?;
        let device = attempt_state::device_of(&safe, common.context);
        let visit = visit.saying(common, json!({ "subject": whom.subject }))?.resting_on(&safe);
        Ok(Self { visit, safe, whom, device })
    }

    /// Makes one commit of an attempt. Rules judge it as a check of the PIN, whichever request brought it.
    async fn attempts<O: Operation>(&self, operation: O, part: Part) -> Result<O::Reply> {
        let passage = GateContext { rules_of: Some(VERIFY), part, ..self.visit.passage(CHECKS) };
        // the attempt behind an outcome is used up already, so no full queue may drop it; the places for
        // hashing bound how many there are
        let is_outcome = part != Part::Begins;
        self.visit.made(operation, Commit { passage: Some(passage), who: Who::Subject, is_outcome }).await
    }

    /// The book and the subject that own the PIN, for its hash.
    fn owned(&self) -> (String, String) {
        (self.visit.engine.book_name().as_str().to_owned(), self.whom.subject.to_string())
    }

    async fn locked(&self, locked: Locked) -> Error {
        let engine = &self.visit.engine;
        let now = engine.store_now().await.unwrap_or_else(|_| engine.now());
        attempt_state::locked::<PinFacts>(locked, now, &self.whom.subject)
    }

    /// The present PIN: how often it was set, and its hash.
    async fn present(&self) -> Result<Option<(u64, String)>> {
        let mut needs = Needs::default();
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Read);
        let row = self.visit.engine.peek(&needs).await?.records.into_iter().next();
        let record = row.as_ref().map(PinRecord::of).transpose()?;
        let record = record.filter(|record| record.state == State::Active);
        Ok(record.and_then(|record| Some((record.facts.set, record.text("hash")?.to_string()))))
    }
}

/// An attempt at a PIN.
struct Attempt {
    entry: Arc<PinEntry>,
    pin: Arc<Pin>,
    wanted: Option<WantedProof>,
}

/// The proof that an attempt shall give: for one call, or for any.
struct WantedProof {
    only: Option<String>,
}

/// Whether a PIN was right, with a new hash if the old one has an outdated cost or pepper.
struct Checked {
    right: bool,
    rehash: Option<String>,
}

/// The reply to a right attempt.
struct Settled {
    /// How often the PIN had been set.
    set: u64,
    must_change: bool,
    /// The proof that was wanted.
    proof: Option<Secret>,
}

impl Staged for Attempt {
    type Claimed = Claimed;
    type Worked = Checked;
    type Reply = Settled;

    async fn claim(&self) -> Result<Claimed> {
        let (safe, whom) = (self.entry.safe.clone(), self.entry.whom.clone());
        let claim = Claim { safe, whom, device: self.entry.device, proves: self.wanted.is_some() };
        self.entry.attempts(claim, Part::Begins).await
    }

    /// Checks the PIN against the hash.
    async fn outside(&self, claimed: &Claimed) -> Result<Checked> {
        let safe = &self.entry.safe;
        let broken = |_: BadHash| crate::vault::model::failed(PIN, safe.of_kind(PIN, &self.entry.whom).id);
        let kept = PinHash::read(&claimed.hash).map_err(broken)?;
        let key = safe.keyring().named_by_now(Purpose::Pins, kept.pepper())?;
        let (old, new) = (Pepper::new(key.kid(), key.secret())?, pepper(safe)?);
        let (env, (book, subject)) = (safe.env().clone(), self.entry.owned());
        let engine = &self.entry.visit.engine;
        let (cost, pin) = (engine.options().pin_cost, self.pin.clone());
        let work = move || -> Result<_, BadHash> {
            let owner = Owner { book: &book, subject: &subject };
            let right = kept.verify(&old, &owner, &pin)?;
            let outdated = right && kept.is_outdated(cost, &new);
            let rehash = outdated.then(|| PinHash::new(&env, cost, &new, &owner, &pin)).transpose()?;
            Ok(Checked { right, rehash: rehash.map(|hash| hash.to_text()) })
        };
        engine.hashing().run(work).await?.map_err(broken)
    }

    async fn settle(&self, claimed: Claimed, checked: Checked) -> Result<Settled> {
        if !checked.right {
            return Err(self.wrong(&claimed).await);
        }
        let (proof, proves) = match &self.wanted {
            Some(wanted) => {
                let token = self.token()?;
                let (shown, only) = (token.shown(), wanted.only.clone());
                let proves: GivesProof = Box::new(move |draft| token.kept(only.clone(), draft));
                (Some(shown), Some(proves))
            }
            None => (None, None),
        };
        let (safe, whom) = (self.entry.safe.clone(), self.entry.whom.clone());
        // without a wanted proof a new PIN is being set, which brings a hash of its own
        let rehash = checked.rehash.filter(|_| proves.is_some());
        let (device, set) = (self.entry.device, claimed.set);
        let right = Right { safe, whom, device, set, rehash, proof: proves };
        let must_change = self.entry.attempts(right, Part::Whole).await?;
        Ok(Settled { set, must_change, proof })
    }
}

impl Attempt {
    fn token(&self) -> Result<Token> {
        Token::draw::<PinFacts>(&self.entry.safe, &self.entry.safe.of_kind(PIN, &self.entry.whom))
    }

    /// Settles a wrong attempt, and returns the error for the caller.
    async fn wrong(&self, claimed: &Claimed) -> Error {
        let error = match claimed.lane.lock() {
            Some(locked) => self.entry.locked(locked).await,
            None => Detail::PinInvalid { attempts_left: claimed.lane.left().into() }.into(),
        };
        let wrong = Wrong { whom: self.entry.whom.clone(), error: error.clone() };
        let wrong = self.entry.attempts(wrong, Part::Fails).await;
        wrong.err().unwrap_or(error)
    }
}

/// A PIN is set.
struct Change {
    entry: Arc<PinEntry>,
    pin: Arc<Pin>,
    current: Option<Arc<Pin>>,
    proof: Option<Bound>,
}

/// The base of a new PIN: how often one was set before, the present hash if the new PIN must be compared with
/// it, and the proof that its owner sets it.
struct Base {
    before: Option<u64>,
    present: Option<String>,
    proof: Option<Bound>,
}

/// The hash of a new PIN, and whether the present hash is of the same PIN.
struct Hashed {
    hash: String,
    same: bool,
}

impl Staged for Change {
    type Claimed = Base;
    type Worked = Hashed;
    type Reply = PinSet;

    async fn claim(&self) -> Result<Base> {
        let by_admin = self.entry.visit.actor.is_admin();
        let (before, present) = self.entry.present().await?.unzip();
        match self.current.as_ref().filter(|_| before.is_some() && !by_admin) {
            Some(current) => {
                let attempt = Attempt { entry: self.entry.clone(), pin: current.clone(), wanted: None };
                // the attempt returns which PIN it was checked against
                let set = attempt.done().await?.set;
                // compared only after a right attempt: otherwise this would be a free guess at the present
                // PIN
                if current.is(&self.pin) {
                    return Err(the_same());
                }
                Ok(Base { before: Some(set), present: None, proof: None })
            }
            None if before.is_some() && !by_admin && self.proof.is_none() => {
                let factors = vec!["pin".to_owned(), "totp".to_owned()];
                let error = Detail::FactorRequired { factors, message: None }.into();
                Err(self.entry.visit.refused(error).await)
            }
            // an admin needs no proof; a first PIN needs one where codes are in force
            None => Ok(Base { before, present, proof: self.proof.clone().filter(|_| !by_admin) }),
        }
    }

    /// Hashes the new PIN, and compares it with the present hash where that can be checked.
    async fn outside(&self, base: &Base) -> Result<Hashed> {
        let safe = &self.entry.safe;
        let present = base.present.as_ref().and_then(|hash| {
            let hash = PinHash::read(hash).ok()?;
            let key = safe.keyring().named_by_now(Purpose::Pins, hash.pepper()).ok()?;
            Some((Pepper::new(key.kid(), key.secret()).ok()?, hash))
        });
        let (env, pepper, (book, subject)) = (safe.env().clone(), pepper(safe)?, self.entry.owned());
        let engine = &self.entry.visit.engine;
        let (cost, pin) = (engine.options().pin_cost, self.pin.clone());
        let work = move || {
            let owner = Owner { book: &book, subject: &subject };
            let same = |(old, hash): (Pepper, PinHash)| hash.verify(&old, &owner, &pin).unwrap_or(false);
            let same = present.is_some_and(same);
            // hashed in any case, so that the time taken leaks nothing before the proof is checked
            let hash = PinHash::new(&env, cost, &pepper, &owner, &pin)?;
            Ok::<_, BadHash>((Zeroizing::new(hash.to_text()), same))
        };
        let made = engine.hashing().run(work).await?;
        let (hash, same) = made.map_err(|_| Error::corrupted("the cost of a PIN"))?;
        Ok(Hashed { hash: hash.to_string(), same })
    }

    async fn settle(&self, base: Base, hashed: Hashed) -> Result<PinSet> {
        let (safe, whom) = (self.entry.safe.clone(), self.entry.whom.clone());
        let (Base { before, proof, .. }, Hashed { hash, same }) = (base, hashed);
        let by_admin = self.entry.visit.actor.is_admin();
        let must_change =
            self.entry.visit.run(Store { safe, whom, before, hash, same, by_admin, proof }).await?;
        Ok(PinSet { subject: self.entry.whom.subject.to_string(), must_change, replayed: false })
    }
}
