//! The steps of setting and checking a PIN. Each is a commit of its own; the hash is computed between them,
//! where it stops nobody.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use serde_json::Map;

use super::attempt_state::{self, Proof};
use super::attempts::Attempts;
use super::pin::PinHash;
use super::requests::UnlockPin;
use super::views::PinUnlocked;
use crate::error::{Detail, Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::keyring::Purpose;
use crate::request::record::{Parse, WriteRequest};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::vault::credentials::{Credential, PIN, PinFacts, PinRecord, TOTP, TotpFacts};
use crate::vault::model::{State, failed};
use crate::vault::proofs::Presented;
use crate::vault::safe::{Safe, Whom};

/// Claims an attempt, before the PIN is looked at.
pub struct Claim {
    /// The keys of the book.
    pub safe: Safe,
    /// Its owner.
    pub whom: Whom,
    /// The device that it comes from.
    pub device: Option<[u8; 32]>,
    /// Whether a proof is wanted of it.
    pub proves: bool,
}

/// An attempt that was claimed.
pub struct Claimed {
    /// The hash to check the PIN against.
    pub hash: String,
    /// How often the PIN had been set.
    pub set: u64,
    pub lane: Attempts,
}

impl Operation for Claim {
    type Reply = Claimed;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        let (key, now) = (self.safe.of_kind(PIN, &self.whom), draft.ctx.now);
        let mut record = attempt_state::known::<PinFacts>(draft, &key, &self.whom.subject)?;
        // where its pepper is missing nothing can be checked: that is no attempt
        let hash = record.text("hash").ok_or_else(|| failed(PIN, key.id))?;
        let hash = PinHash::read(hash).map_err(|_| failed(PIN, key.id))?;
        self.safe.keyring().named_by_now(Purpose::Pins, hash.pepper())?;
        let (lanes, is_ahead) = attempt_state::lanes_now(&record, now)?;
        let out = attempt_state::LockedOut { safe: &self.safe, whom: &self.whom, now, is_ahead };
        let lanes =
            lanes.claim(self.device.as_ref(), now).map_err(|locked| out.refused::<PinFacts>(locked))?;
        if self.proves {
            attempt_state::room(&record, now)?;
        }
        let lane = lanes.of(self.device.as_ref(), now);
        record.facts.tries = record.facts.tries.saturating_add(1);
        (record.facts.wrong, record.facts.locked_until) = (lane.wrong, lane.locked_until);
        attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        draft.write(record, "credential_pin.tried", &Map::new())?;
        Ok(CreatedIds::of(key.id))
    }

    /// The record as this call left it: calls after it in the group come later.
    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Claimed> {
        let record = PinRecord::of(seen.record(&self.safe.of_kind(PIN, &self.whom))?)?;
        let hash = record.text("hash").ok_or_else(|| Error::corrupted("a PIN without its hash"))?;
        let lane = Attempts { wrong: record.facts.wrong, locked_until: record.facts.locked_until };
        Ok(Claimed { hash: hash.to_string(), set: record.facts.set, lane })
    }
}

/// Makes the proof of a right PIN, in its decision.
pub type GivesProof = Box<dyn Fn(&mut Draft<'_>) -> Proof + Send + Sync>;

/// A claimed attempt was right.
pub struct Right {
    /// The keys of the book.
    pub safe: Safe,
    /// Its owner.
    pub whom: Whom,
    /// The device that it came from.
    pub device: Option<[u8; 32]>,
    /// How often the PIN had been set when it was checked.
    pub set: u64,
    /// A hash of the same PIN at the present cost and with the present pepper, where that of the one that
    /// was checked is older.
    pub rehash: Option<String>,
    /// The proof that its caller is given, if any, made by the decision.
    pub proof: Option<GivesProof>,
}

impl Operation for Right {
    /// Whether the PIN should be changed.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        let (key, now) = (self.safe.of_kind(PIN, &self.whom), draft.ctx.now);
        let mut record = attempt_state::known::<PinFacts>(draft, &key, &self.whom.subject)?;
        let lanes = attempt_state::lanes(&record)?;
        if record.facts.set != self.set {
            // another PIN was set while this one was checked: what was claimed stays a wrong attempt
            let lane = lanes.of(self.device.as_ref(), now);
            let error = match lane.lock() {
                Some(locked) => attempt_state::locked::<PinFacts>(locked, now, &self.whom.subject),
                None => Detail::PinInvalid { attempts_left: lane.left().into() }.into(),
            };
            return Err(error.into());
        }
        let lanes = lanes.right(self.device.as_ref(), now);
        (record.facts.wrong, record.facts.locked_until) = (0, None);
        attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        if let Some(proof) = &self.proof {
            let proof = proof(draft);
            attempt_state::keep_proof(&mut record, draft, proof)?;
        }
        if let Some(rehash) = &self.rehash {
            record.texts.insert("hash".to_owned(), Text::new(rehash, draft.ids.salt()));
        }
        draft.write(record, "credential_pin.verified", &Map::new())?;
        Ok(CreatedIds::of(key.id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<bool> {
        Ok(PinRecord::of(seen.record(&self.safe.of_kind(PIN, &self.whom))?)?.facts.must_change)
    }
}

/// A claimed attempt was wrong: its refusal stands in the log, and is a failure for rules. Lists and rules
/// that refuse a right one by now refuse it too.
pub struct Wrong {
    /// Its owner.
    pub whom: Whom,
    /// The refusal that its caller gets.
    pub error: Error,
}

impl Operation for Wrong {
    type Reply = Infallible;

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        Ok(CreatedIds::default())
    }

    fn conclude(&self, _: &mut Draft<'_>) -> Decided<()> {
        Err(self.error.clone().into())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<Infallible> {
        Err(self.error.clone().into())
    }
}

/// Sets the hash of a PIN.
pub struct Store {
    /// The keys of the book.
    pub safe: Safe,
    /// Its owner.
    pub whom: Whom,
    /// How often it had been set when the new hash was made; `None` where there was no PIN.
    pub before: Option<u64>,
    /// The hash of the new one.
    pub hash: String,
    /// It is the PIN that is there.
    pub same: bool,
    /// An admin sets it: all locks are opened, and its owner should set another one if there was one.
    pub by_admin: bool,
    /// The proof that its owner sets it, where there is no present PIN or none is given; and the hash of the
    /// request, which the proof may be bound to.
    pub proof: Option<(Presented, Arc<[u8]>)>,
}

impl Operation for Store {
    /// Whether the PIN should be changed.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Write);
        // locked: no first codes are confirmed at the same time
        needs.record(self.safe.of_kind(TOTP, &self.whom), Access::Write);
        self.proof.iter().for_each(|(proof, _)| proof.needs(needs));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let key = self.safe.of_kind(PIN, &self.whom);
        let mut record = attempt_state::any::<PinFacts>(draft, &key)?;
        let has_codes = attempt_state::is_set::<TotpFacts>(draft, &self.safe.of_kind(TOTP, &self.whom))?;
        match &self.proof {
            Some((proof, request)) if self.before.is_some() || has_codes => {
                attempt_state::proven(draft, std::slice::from_ref(proof), request, &self.whom.subject)?;
            }
            // a first PIN is a factor more, which the one that is there proves
            None if self.before.is_none() && has_codes && !self.by_admin => {
                return Err(attempt_state::required(&BTreeSet::from([TotpFacts::FACTOR])).into());
            }
            _ => {}
        }
        if record.text("hash").map(|_| record.facts.set) != self.before {
            return Err(Detail::Contention { reason: "another PIN was set at the same time".into() }.into());
        }
        // not before the proof was looked at: it would tell strangers whether they have guessed
        if self.same {
            return Err(the_same().into());
        }
        record.state = State::Active;
        record.facts.must_change = self.by_admin && self.before.is_some();
        record.facts.set = record.facts.set.checked_add(1).ok_or_else(|| failed(PIN, key.id))?;
        record.texts.insert("hash".to_owned(), Text::new(&self.hash, draft.ids.salt()));
        record.texts.insert("subject".to_owned(), Text::new(&self.whom.subject, draft.ids.salt()));
        record.texts.remove("proofs");
        if self.by_admin {
            let lanes = attempt_state::lanes(&record)?.unlocked();
            attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        }
        draft.write(record, "credential_pin.set", &Map::new())?;
        Ok(CreatedIds::of(key.id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<bool> {
        Ok(PinRecord::of(seen.record(&self.safe.of_kind(PIN, &self.whom))?)?.facts.must_change)
    }
}

/// The refusal of a new PIN that is the present one.
pub fn the_same() -> Error {
    Error::invalid("pin", "must not be the present one")
}

/// Opens all locks of a PIN and of one-time codes, whichever of them there are.
pub struct Unlock {
    safe: Safe,
    whom: Whom,
}

impl WriteRequest for UnlockPin {
    type Operation = Unlock;
    fn parse(&self, parse: &Parse<'_>) -> Result<Unlock> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        Ok(Unlock { safe, whom })
    }
}

impl Operation for Unlock {
    type Reply = PinUnlocked;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        for kind in [PIN, TOTP] {
            needs.record(self.safe.of_kind(kind, &self.whom), Access::Write);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let (pin, totp) = (self.safe.of_kind(PIN, &self.whom), self.safe.of_kind(TOTP, &self.whom));
        let set =
            Some(attempt_state::any::<PinFacts>(draft, &pin)?).filter(|record| record.state == State::Active);
        let codes = Some(attempt_state::any::<TotpFacts>(draft, &totp)?)
            .filter(|record| record.state == State::Active);
        if set.is_none() && codes.is_none() {
            return Err(attempt_state::not_found::<PinFacts>(&self.whom.subject).into());
        }
        if let Some(mut record) = set {
            (record.facts.wrong, record.facts.locked_until) = (0, None);
            unlock(draft, record, "credential_pin.unlocked")?;
        }
        if let Some(record) = codes {
            unlock(draft, record, "credential_totp.unlocked")?;
        }
        Ok(CreatedIds::of(pin.id))
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<PinUnlocked> {
        Ok(PinUnlocked { subject: self.whom.subject.to_string(), replayed })
    }
}

/// Opens every lane of a credential.
fn unlock<F: Credential>(draft: &mut Draft<'_>, mut record: Stored<F>, event: &'static str) -> Decided<()> {
    let lanes = attempt_state::lanes(&record)?.unlocked();
    attempt_state::keep_lanes(&mut record, draft, &lanes)?;
    draft.write(record, event, &Map::new())
}
