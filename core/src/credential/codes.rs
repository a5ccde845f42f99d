//! Enrolling for one-time codes, confirming an enrolment, and checking codes.
//!
//! A code is checked in the commit of its call, under the lock of its record: it costs two hashes. It is
//! looked at once all gates have passed. A wrong one leaves its attempt although it is refused.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde_json::Map;

use super::attempt_state::{self, Presented, Token};
use super::enrolment::{Label, qr_svg, uri};
use super::input_form::Typed;
use super::pepper::{Owner, Pepper};
use super::recovery::{self, RecoveryCode};
use super::requests::{ConfirmTotp, EnrolTotp, VerifyTotp};
use super::totp::{Algorithm, Checked, Totp};
use super::views::{TotpConfirmed, TotpEnrolled, TotpVerified};
use crate::error::{Detail, Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::gate::Survivor;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation, Rejection};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::keyring::Purpose;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::vault::credentials::{CODES, PIN, PinFacts, TOTP, TotpFacts, TotpRecord};
use crate::vault::model::{State, failed, keys_of};
use crate::vault::put::{Opened, opened};
use crate::vault::safe::{Safe, Whom};

/// The warning about a secret that is shorter than the standard asks for.
const SHORT_SECRET: &str = "the secret is shorter than the 16 bytes that RFC 4226 asks for: enrol again without \
                            `secret` when its owner has the phone at hand";

/// The pepper of the keyring that is used now.
pub fn pepper(safe: &Safe) -> Result<Pepper> {
    let key = safe.keyring().newest(Purpose::Pins)?;
    Pepper::new(key.kid(), key.secret())
}

/// Draws a secret and recovery codes.
pub struct Enrol {
    safe: Safe,
    whom: Whom,
    totp: Totp,
    uri: Secret,
    codes: Vec<RecoveryCode>,
}

impl WriteRequest for EnrolTotp {
    type Operation = Enrol;
    fn parse(&self, parse: &Parse<'_>) -> Result<Enrol> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        let label = Label::request(&self.issuer, &self.account_name)?;
        let digits = match self.digits {
            None | Some(6) => 6,
            Some(8) => 8,
            Some(_) => return Err(Error::invalid("digits", "must be 6 or 8")),
        };
        let algorithm = Algorithm::request("algorithm", self.algorithm.as_deref().unwrap_or("SHA1"))?;
        let totp = match &self.secret {
            Some(secret) => Totp::request(secret, digits, algorithm)?,
            None => Totp::draw(safe.env(), digits, algorithm)?,
        };
        let uri = uri(&totp, label).as_str().into();
        let codes = RecoveryCode::draw(safe.env()).into();
        Ok(Enrol { safe, whom, totp, uri, codes })
    }
}

impl Operation for Enrol {
    type Reply = TotpEnrolled;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        needs.record(self.whom.key.clone(), Access::Write);
        needs.record(self.safe.of_kind(TOTP, &self.whom), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        let key = self.safe.of_kind(TOTP, &self.whom);
        let mut record = attempt_state::any::<TotpFacts>(draft, &key)?;
        let Opened { subject, key: data_key, is_new } = opened(draft, &self.safe, &self.whom)?;
        if is_new {
            draft.put_record(subject.into_row()?);
        }
        let enrolments = record.facts.enrolments.checked_add(1).ok_or_else(|| failed(TOTP, key.id))?;
        record.facts.enrolments = enrolments;
        let place = self.safe.place(TOTP, &self.whom.subject, CODES, enrolments);
        let sealed = self.safe.seal_at(&data_key, &place, &self.totp.base32())?;
        let (pepper, owner) = (pepper(&self.safe)?, self.owner());
        let codes: Vec<String> =
            self.codes.iter().map(|code| HEXLOWER.encode(&code.kept(&pepper, &owner))).collect();
        let codes = serde_json::to_string(&codes).map_err(|_| Error::corrupted("codes have no JSON form"))?;
        record.facts.pending = Some((self.totp.digits(), self.totp.algorithm().as_str().to_owned()));
        record.state = State::Active;
        let (subject, pepper) = (&*self.whom.subject, pepper.id());
        let texts = [
            ("pending", &*sealed),
            ("pending_codes", &*codes),
            ("pending_pepper", pepper),
            ("subject", subject),
        ];
        for (name, text) in texts {
            record.texts.insert(name.to_owned(), Text::new(text, draft.ids.salt()));
        }
        draft.write(record, "credential_totp.enrolled", &Map::new())?;
        Ok(CreatedIds::of(key.id))
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<TotpEnrolled> {
        if replayed {
            return Err(Detail::ReplyNotKept { operation: "credentials.enrol_totp".to_owned() }.into());
        }
        Ok(TotpEnrolled {
            secret: self.totp.base32().as_str().into(),
            uri: self.uri.clone(),
            qr_svg: qr_svg(&self.uri)?.as_str().into(),
            recovery_codes: self.codes.iter().map(|code| code.shown().as_str().into()).collect(),
            warning: self.totp.is_short().then(|| SHORT_SECRET.to_owned()),
            replayed: false,
        })
    }
}

impl Enrol {
    fn owner(&self) -> Owner<'_> {
        Owner { book: self.safe.book.as_str(), subject: &self.whom.subject }
    }
}

/// A code of somebody, to be checked.
#[derive(Clone)]
struct Guess {
    safe: Safe,
    whom: Whom,
    device: Option<[u8; 32]>,
    code: Typed,
}

impl Guess {
    /// The secret of a record, in force or pending.
    fn secret(&self, draft: &mut Draft<'_>, record: &TotpRecord, pending: bool) -> Decided<Totp> {
        let broken = || failed(TOTP, record.id());
        let Opened { key, is_new, .. } = opened(draft, &self.safe, &self.whom)?;
        let facts = &record.facts;
        let (shape, version, text) = match pending {
            true => (&facts.pending, facts.enrolments, record.text("pending")),
            false => (&facts.shape, facts.confirmed, record.text("sealed")),
        };
        let (digits, algorithm) = shape.as_ref().filter(|_| !is_new).ok_or_else(broken)?;
        let place = self.safe.place(TOTP, &self.whom.subject, CODES, version);
        let secret = Safe::open_at(&key, &place, text).ok_or_else(broken)?;
        Ok(Totp::request(&secret, *digits, Algorithm::request("algorithm", algorithm)?)?)
    }

    /// Refuses an enrolment whose recovery codes would be good for nothing: their key was dropped meanwhile.
    fn may_keep_codes(&self, record: &TotpRecord) -> Result<()> {
        let Some(kid) = record.text("pending_pepper") else { return Ok(()) };
        if self.safe.keyring().named_by_now(Purpose::Pins, kid).is_ok() {
            return Ok(());
        }
        let hint = "the recovery codes of this enrolment are hashed with it, and this keyring lacks it: enrol \
                    anew, or give this process the newest keyring";
        Err(Detail::KeyNotFound { key: format!("pins/{kid}"), hint: hint.to_owned() }.into())
    }

    /// The refusal of a claimed attempt that was wrong, which leaves the attempt.
    fn wrong(&self, draft: &Draft<'_>, record: &TotpRecord) -> Decided<Halt> {
        let now = draft.ctx.now;
        let lanes = attempt_state::lanes_now(record, now)?.0.claim(self.device.as_ref(), now);
        let lanes =
            lanes.map_err(|locked| attempt_state::locked::<TotpFacts>(locked, now, &self.whom.subject))?;
        let lane = lanes.of(self.device.as_ref(), now);
        let error: Error = match lane.lock() {
            Some(locked) => attempt_state::locked::<TotpFacts>(locked, now, &self.whom.subject),
            None => Detail::OtpInvalid { attempts_left: lane.left().into() }.into(),
        };
        let tried = Tried { safe: self.safe.clone(), whom: self.whom.clone(), device: self.device };
        Ok(Halt::Reject(Rejection { error, survivors: vec![Arc::new(tried)] }))
    }
}

/// A wrong code: its attempt counts although the call was refused.
struct Tried {
    safe: Safe,
    whom: Whom,
    device: Option<[u8; 32]>,
}

impl std::fmt::Debug for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tried").finish_non_exhaustive()
    }
}

impl Survivor for Tried {
    fn name(&self) -> &'static str {
        "credentials.tried"
    }

    fn is_attempt(&self) -> bool {
        true
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.safe.of_kind(TOTP, &self.whom), Access::Write);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let key = self.safe.of_kind(TOTP, &self.whom);
        let Ok(mut record) = attempt_state::known::<TotpFacts>(draft, &key, &self.whom.subject) else {
            return Ok(());
        };
        let now = draft.ctx.now;
        let Ok(lanes) = attempt_state::lanes_now(&record, now)?.0.claim(self.device.as_ref(), now) else {
            return Ok(());
        };
        record.facts.tries = record.facts.tries.saturating_add(1);
        attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        draft.write(record, "credential_totp.tried", &Map::new())
    }
}

/// Refuses an attempt while it is locked: right and wrong codes get the same answer then.
fn may(guess: &Guess, record: &TotpRecord, draft: &Draft<'_>) -> Decided<()> {
    let now = draft.ctx.now;
    let (lanes, is_ahead) = attempt_state::lanes_now(record, now)?;
    let out = attempt_state::LockedOut { safe: &guess.safe, whom: &guess.whom, now, is_ahead };
    lanes.of(guess.device.as_ref(), now).may(now).map_err(|locked| out.refused::<TotpFacts>(locked))
}

/// Confirms an enrolment. Where its subject has a factor already it needs a proof of one: who has a session
/// alone adds none.
pub struct Confirm {
    guess: Guess,
    proofs: Vec<Presented>,
    /// The hash of the request, which proofs may be bound to.
    request: Arc<[u8]>,
}

impl WriteRequest for ConfirmTotp {
    type Operation = Confirm;
    fn parse(&self, parse: &Parse<'_>) -> Result<Confirm> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        let device = attempt_state::device_of(&safe, self.common().context);
        let given = self.common().proofs.unwrap_or_default();
        let proofs = given.iter().filter_map(|proof| Presented::given(&safe, proof)).collect();
        let scope = parse.scope.filter(|_| !given.is_empty());
        let request = scope.map(|scope| scope.form_hash(self)).transpose()?.unwrap_or_default();
        Ok(Confirm { guess: Guess { safe, whom, device, code: Typed::code(&self.code) }, proofs, request })
    }
}

impl Operation for Confirm {
    type Reply = TotpConfirmed;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        verify_needs(&self.guess, seen, needs);
        // locked: no first PIN is set at the same time
        needs.record(self.pin(), Access::Write);
        self.proofs.iter().for_each(|proof| proof.needs(needs));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let guess = &self.guess;
        draft.permit(&[Tie::Id(&guess.whom.subject)])?;
        let key = guess.safe.of_kind(TOTP, &guess.whom);
        let mut record = attempt_state::known::<TotpFacts>(draft, &key, &guess.whom.subject)?;
        if record.facts.pending.is_none() {
            return Err(attempt_state::not_found::<TotpFacts>(&guess.whom.subject).into());
        }
        may(guess, &record, draft)?;
        let totp = guess.secret(draft, &record, true)?;
        let Checked::Right { step } = totp.check(guess.code.text(), draft.ctx.now, None)? else {
            return Err(guess.wrong(draft, &record)?);
        };
        guess.may_keep_codes(&record)?;
        let has_pin = attempt_state::is_set::<PinFacts>(draft, &self.pin())?;
        if has_pin || record.facts.shape.is_some() {
            attempt_state::proven(draft, &self.proofs, &self.request, &guess.whom.subject)?;
            // a proof of the codes themselves waited in this record
            record.row.version = draft.record(&key)?.map_or(record.row.version, |row| row.version);
        }
        for (from, to) in [("pending", "sealed"), ("pending_codes", "codes"), ("pending_pepper", "pepper")] {
            if let Some(text) = record.texts.remove(from) {
                record.texts.insert(to.to_owned(), text);
            }
        }
        record.facts.shape = record.facts.pending.take();
        (record.facts.confirmed, record.facts.step) = (record.facts.enrolments, Some(step));
        record.texts.remove("proofs");
        let lanes = attempt_state::lanes(&record)?.right(guess.device.as_ref(), draft.ctx.now);
        attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        draft.write(record, "credential_totp.confirmed", &Map::new())?;
        Ok(CreatedIds::of(key.id))
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<TotpConfirmed> {
        Ok(TotpConfirmed { subject: self.guess.whom.subject.to_string(), replayed })
    }
}

impl Confirm {
    /// The record of its subject's PIN.
    fn pin(&self) -> RecordKey {
        self.guess.safe.of_kind(PIN, &self.guess.whom)
    }
}

/// The rows that a code is checked with.
fn verify_needs(guess: &Guess, _: &Snapshot, needs: &mut Needs) {
    needs.record(keys_of(&guess.safe.book), Access::Read);
    needs.record(guess.whom.key.clone(), Access::Read);
    needs.record(guess.safe.of_kind(TOTP, &guess.whom), Access::Write);
}

/// Checks a one-time code or a recovery code.
pub struct Verify {
    guess: Guess,
    token: Token,
    request: Option<String>,
}

impl WriteRequest for VerifyTotp {
    type Operation = Verify;
    fn parse(&self, parse: &Parse<'_>) -> Result<Verify> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        let device = attempt_state::device_of(&safe, self.common().context);
        let token = Token::draw::<TotpFacts>(&safe, &safe.of_kind(TOTP, &whom))?;
        let request = match &self.r#for {
            Some(call) => call.call(parse.scope)?,
            None => None,
        };
        Ok(Verify { guess: Guess { safe, whom, device, code: Typed::code(&self.code) }, token, request })
    }
}

impl Verify {
    /// The codes that are in force.
    fn record(&self, draft: &Draft<'_>) -> Decided<TotpRecord> {
        let whom = &self.guess.whom;
        let record =
            attempt_state::known::<TotpFacts>(draft, &self.guess.safe.of_kind(TOTP, whom), &whom.subject)?;
        if record.facts.shape.is_none() {
            return Err(attempt_state::not_found::<TotpFacts>(&whom.subject).into());
        }
        Ok(record)
    }

    /// Takes the step of a one-time code.
    fn stepped(&self, draft: &mut Draft<'_>, record: &mut TotpRecord, code: &str) -> Decided<()> {
        let totp = self.guess.secret(draft, record, false)?;
        match totp.check(code, draft.ctx.now, record.facts.step)? {
            Checked::Right { step } => {
                record.facts.step = Some(step);
                Ok(())
            }
            // it was right once: who sends it again has guessed nothing
            Checked::Reused => Err(Detail::OtpReused {}.into()),
            Checked::Wrong => Err(self.guess.wrong(draft, record)?),
        }
    }

    /// Takes the code out of the record: its step, or itself.
    fn taken(&self, draft: &mut Draft<'_>, record: &mut TotpRecord) -> Decided<()> {
        let guess = &self.guess;
        let code = match &guess.code {
            Typed::Recovery(code) => RecoveryCode::request("code", code)?,
            Typed::OneTime(code) => return self.stepped(draft, record, code),
        };
        let broken = || failed(TOTP, record.id());
        let texts = record.text("codes").ok_or_else(broken)?;
        let mut codes: Vec<String> = serde_json::from_str(texts).map_err(|_| broken())?;
        if codes.is_empty() {
            // with the last of them the key that they were hashed with may have gone
            return Err(guess.wrong(draft, record)?);
        }
        let kid = record.text("pepper").ok_or_else(broken)?;
        let key = guess.safe.keyring().named_by_now(Purpose::Pins, kid)?;
        let pepper = Pepper::new(key.kid(), key.secret())?;
        let owner = Owner { book: guess.safe.book.as_str(), subject: &guess.whom.subject };
        let read = |text: &String| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
        let kept: Vec<[u8; 32]> = codes.iter().map(read).collect::<Option<_>>().ok_or_else(broken)?;
        let Some(place) = recovery::find(&kept, &code.kept(&pepper, &owner)) else {
            return Err(guess.wrong(draft, record)?);
        };
        codes.remove(place);
        let text = serde_json::to_string(&codes).map_err(|_| Error::corrupted("codes have no JSON form"))?;
        record.texts.insert("codes".to_owned(), Text::new(&text, draft.ids.salt()));
        Ok(())
    }
}

impl Operation for Verify {
    type Reply = TotpVerified;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        verify_needs(&self.guess, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.guess.whom.subject)])?;
        let record = self.record(draft)?;
        may(&self.guess, &record, draft)?;
        attempt_state::room(&record, draft.ctx.now)?;
        Ok(CreatedIds::of(record.id()))
    }

    fn conclude(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let guess = &self.guess;
        let mut record = self.record(draft)?;
        self.taken(draft, &mut record)?;
        let now = draft.ctx.now;
        let lanes = attempt_state::lanes(&record)?.right(guess.device.as_ref(), now);
        attempt_state::keep_lanes(&mut record, draft, &lanes)?;
        let proof = self.token.kept(self.request.clone(), draft);
        attempt_state::keep_proof(&mut record, draft, proof)?;
        record.facts.tries = record.facts.tries.saturating_add(1);
        draft.write(record, "credential_totp.verified", &Map::new())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<TotpVerified> {
        if replayed {
            return Err(Detail::ReplyNotKept { operation: "credentials.verify_totp".to_owned() }.into());
        }
        let recovery_code_used = matches!(self.guess.code, Typed::Recovery(_));
        let proof = self.token.shown();
        Ok(TotpVerified { verified: true, proof, recovery_code_used, replayed: false })
    }
}
