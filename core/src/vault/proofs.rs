//! Proofs that a factor was checked: opaque to who holds one, good once, for two minutes.
//!
//! A proof names the record of its credential, where its hash waits beside the credential. So a call that
//! uses one names a row, and two calls cannot use the same one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::credentials::{Credential, PIN, PinFacts, TOTP, TotpFacts};
use super::model::State;
use super::safe::Safe;
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, Key};
use crate::kernel::debits::{Outflow, flows};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gated};
use crate::kernel::operation::Decided;
use crate::request::proof::mark_of;
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::Stored;
use crate::rows::tables::RecordRow;
use crate::sorting::Sorting;
use crate::time::{Span, Time};

/// How long a proof is good, without the end.
pub const PROOF_FOR: Span = Span::from_mins(2);
/// How many proofs of a credential wait at once. Whoever asks for more is told when the oldest ends.
const WAITING: usize = 32;

/// A proof that was given and not yet used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// A hash of what the caller holds, with a key of the keyring: who writes the store makes none.
    pub hash: String,
    /// It is good before this time.
    pub until: Time,
    /// Drawn when it was given; `None` for one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Uuid>,
    /// The only call that it is for, if it is for one, as [`call_of`] writes it.
    #[serde(default)]
    pub request: Option<String>,
}

/// A call as a proof names it. The hash alone is not enough: it covers fields and no operation, and what
/// pays a deal out has the same fields as what cancels it.
pub fn call_of(operation: &str, request: &[u8]) -> String {
    format!("{operation} {}", hex::encode(request))
}

/// A call that is to be proven.
struct ProvenCall<'c> {
    /// Its name, as a proof may be bound to it.
    call: &'c str,
    now: Time,
    /// When the prices and the terms that it rests on were set last.
    terms_set: Option<Uuid>,
}

impl ProvenCall<'_> {
    /// Whether a proof is good for it: in time, for this call if it is for one, and no older than its price.
    fn is_proven_by(&self, proof: &Proof) -> bool {
        let was_shown = |given: Uuid| self.terms_set.is_none_or(|set| set < given);
        self.now < proof.until
            && proof.request.as_ref().is_none_or(|only| only == self.call)
            && proof.given.is_none_or(was_shown)
    }
}

/// A proof as the caller holds it.
pub struct Token {
    shown: Zeroizing<String>,
    /// The hash that is kept of it.
    hash: String,
}

impl Token {
    /// A new one for a credential.
    pub fn draw<F: Credential>(safe: &Safe, record: &RecordKey) -> Result<Self> {
        let secret = Zeroizing::new(hex::encode(safe.env().secret().as_slice()));
        let (letter, id) = (F::LETTER, record.id.simple());
        let shown = Zeroizing::new(format!("{letter}.{id}.{}", secret.as_str()));
        let mark = mark_of(safe.keyring(), &safe.book, &shown)?.unwrap_or_default();
        let hash = mark.rsplit('.').next().unwrap_or_default().to_owned();
        Ok(Self { shown, hash })
    }

    /// As the caller is given it.
    pub fn shown(&self) -> Secret {
        self.shown.as_str().into()
    }

    pub fn kept(&self, request: Option<String>, draft: &mut Draft<'_>) -> Proof {
        let until = draft.ctx.now.checked_add(PROOF_FOR).unwrap_or(Time::MAX);
        Proof { hash: self.hash.clone(), until, given: Some(draft.ids.uuid()), request }
    }
}

/// A proof that a call brings, before anybody looked whether it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Its factor, as it says itself.
    pub factor: &'static str,
    key: RecordKey,
    hash: String,
}

impl Presented {
    /// Reads a proof that a request brings itself; what is none is passed over.
    pub fn given(safe: &Safe, proof: &str) -> Option<Self> {
        Self::of(&safe.book, &mark_of(safe.keyring(), &safe.book, proof).ok()??)
    }

    /// Reads the mark of what a call brings; what is none is passed over.
    pub fn of(book: &Book, mark: &str) -> Option<Self> {
        let (letter, rest) = mark.split_once('.')?;
        let (id, hash) = rest.split_once('.')?;
        let (factor, kind) = match letter {
            "p" => (PinFacts::FACTOR, PIN),
            "t" => (TotpFacts::FACTOR, TOTP),
            _ => return None,
        };
        let key = RecordKey::new(book.clone(), kind.into(), Uuid::try_parse(id).ok()?);
        Some(Self { factor, key, hash: hash.to_owned() })
    }

    /// Names the row that it waits in.
    pub fn needs(&self, needs: &mut Needs) {
        needs.record(self.key.clone(), Access::Write);
    }

    /// Returns the subject of the proof, if that is good for this request now, even where a gate has used it
    /// up for this very call.
    pub fn subject(&self, draft: &Draft<'_>, request: &[u8]) -> Decided<Option<String>> {
        draft.record(&self.key)?;
        let Some(row) = draft.seen().records.row(&self.key) else { return Ok(None) };
        let call = call_of(draft.ctx.operation, request);
        let judged = ProvenCall { call: &call, now: draft.ctx.now, terms_set: draft.writes().terms_set };
        Ok(match self.factor {
            PinFacts::FACTOR => self.subject_in::<PinFacts>(row, &judged)?,
            _ => self.subject_in::<TotpFacts>(row, &judged)?,
        })
    }

    fn subject_in<F: Credential>(&self, row: &RecordRow, judged: &ProvenCall<'_>) -> Result<Option<String>> {
        let record = Stored::<F>::of(row)?;
        let fits = |proof: &Proof| proof.hash == self.hash && judged.is_proven_by(proof);
        let good = record.state == State::Active && waiting(&record)?.iter().any(fits);
        Ok(record.text("subject").filter(|_| good).map(ToString::to_string))
    }

    /// Uses it up.
    pub fn used(&self, draft: &mut Draft<'_>) -> Decided<()> {
        match self.factor {
            PinFacts::FACTOR => self.used_in::<PinFacts>(draft),
            _ => self.used_in::<TotpFacts>(draft),
        }
    }

    fn used_in<F: Credential>(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let Some(mut record) = Stored::<F>::at(draft, &self.key)? else {
            return Ok(());
        };
        let mut proofs = waiting(&record)?;
        if !proofs.iter().any(|proof| proof.hash == self.hash) {
            return Ok(());
        }
        proofs.retain(|proof| proof.hash != self.hash);
        keep(&mut record, draft, &proofs)?;
        draft.put_changed(record)
    }

    /// Whether it waits still: a call that was decided later may have used it up.
    pub fn waits(&self, draft: &Draft<'_>) -> Decided<bool> {
        Ok(draft.record(&self.key)?.map_or(Ok(false), |row| self.waits_in(row))?)
    }

    /// Whether it waits in a row.
    fn waits_in(&self, row: &RecordRow) -> Result<bool> {
        let proofs = match self.factor {
            PinFacts::FACTOR => waiting(&Stored::<PinFacts>::of(row)?)?,
            _ => waiting(&Stored::<TotpFacts>::of(row)?)?,
        };
        Ok(proofs.iter().any(|proof| proof.hash == self.hash))
    }
}

/// The proofs that a call brings.
pub fn brought(call: &Gated<'_>) -> Vec<Presented> {
    let caller = call.caller();
    let marks = caller.proofs.iter().flat_map(|proofs| proofs.iter());
    marks.filter_map(|mark| Presented::of(&caller.book, mark)).collect()
}

/// Those of them that are good for this call: of the actor himself, or of who is or owns an account that
/// gives.
pub fn good(call: &Gated<'_>, taken: &[Outflow], draft: &Draft<'_>) -> Decided<Vec<Presented>> {
    let mut good = Vec::new();
    for proof in brought(call) {
        let Some(subject) = proof.subject(draft, &call.identity().request)? else { continue };
        if subject == draft.ctx.actor.id() || gives(draft, taken, &subject)? {
            good.push(proof);
        }
    }
    Ok(good)
}

/// Those that the gates have used up for this call so far: where it is parked, they are used up with that.
pub fn used_up(call: &Gated<'_>, draft: &Draft<'_>) -> Decided<Vec<Presented>> {
    let mut used = Vec::new();
    for proof in brought(call) {
        let now = draft.record(&proof.key)?;
        let before = draft.seen().records.row(&proof.key);
        let waits = |row: Option<&RecordRow>| row.map_or(Ok(false), |row| proof.waits_in(row));
        if waits(before)? && !waits(now)? {
            used.push(proof);
        }
    }
    Ok(used)
}

/// Looks up what was proven when a call was parked that waits now. Approvals and reviews each have one.
pub type Parked = fn(&Draft<'_>, &Key) -> Decided<BTreeSet<String>>;

/// Returns the factors that were proven when a call was parked, in whichever way: none where it does not
/// wait.
pub fn parked_with(
    call: &Gated<'_>,
    accepted: &Accepted<'_>,
    ways: &[Parked],
    draft: &Draft<'_>,
) -> Decided<BTreeSet<String>> {
    let Some(key) = call.identity().key.as_ref().filter(|_| accepted.waits) else {
        return Ok(BTreeSet::new());
    };
    let mut proven = BTreeSet::new();
    for way in ways {
        proven.extend(way(draft, key)?);
    }
    Ok(proven)
}

/// Whether an account that gives is a subject, or is owned by it. An outflow names only the one that gives
/// most of it.
fn gives(draft: &Draft<'_>, taken: &[Outflow], subject: &str) -> Decided<bool> {
    for (key, minor) in flows(draft.writes(), draft.seen()) {
        if minor <= 0 || key.account.is_world() || taken.iter().all(|of| of.currency != key.currency) {
            continue;
        }
        let owner = draft.account(&key)?.and_then(|row| row.owner.as_deref());
        if key.account.as_str() == subject || owner == Some(subject) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn waiting<F: Credential>(record: &Stored<F>) -> Result<Vec<Proof>> {
    let Some(text) = record.text("proofs") else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|_| Error::corrupted("proofs of a credential"))
}

fn keep<F: Credential>(record: &mut Stored<F>, draft: &mut Draft<'_>, proofs: &[Proof]) -> Result<()> {
    let text = serde_json::to_string(proofs).map_err(|_| Error::corrupted("proofs have no JSON form"))?;
    record.texts.insert("proofs".to_owned(), Text::new(&text, draft.ids.salt()));
    Ok(())
}

/// Whether one more proof may wait, asked before anything is checked. Attempts that are under way at once may
/// all be told so: their proofs wait beside the others, and none that is good is dropped.
pub fn room<F: Credential>(record: &Stored<F>, now: Time) -> Result<()> {
    let mut ends: Vec<Time> = waiting(record)?.iter().map(|proof| proof.until).collect();
    ends.retain(|until| now < *until);
    ends.order();
    let Some(last) = ends.len().checked_sub(WAITING) else { return Ok(()) };
    let retry_after = ends.get(last).map(|until| until.since(now).seconds_up().max(1));
    let rule = "proofs".to_owned();
    Err(Detail::RateLimited {
        fired: vec![rule.clone()],
        rule,
        metric: "count".to_owned(),
        subject: F::FACTOR.to_owned(),
        used: ends.len().into(),
        requested: 1.into(),
        limit: WAITING.into(),
        window: Some(PROOF_FOR.to_string()),
        retry_after,
        message: None,
    }
    .into())
}

/// Keeps a new proof beside those that wait.
pub fn keep_proof<F: Credential>(record: &mut Stored<F>, draft: &mut Draft<'_>, proof: Proof) -> Result<()> {
    let mut proofs = waiting(record)?;
    let now = draft.ctx.now;
    proofs.retain(|proof| now < proof.until);
    proofs.push(proof);
    keep(record, draft, &proofs)
}

/// `factor_required`, with those that are missing.
pub fn required(missing: &BTreeSet<&str>) -> Error {
    let factors = missing.iter().map(|factor| (*factor).to_owned()).collect();
    Detail::FactorRequired { factors, message: None }.into()
}
