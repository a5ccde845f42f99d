//! Data kept beside a credential: counts of attempts by device.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;

use super::attempts::{Lanes, Locked};
use crate::error::{Detail, Error, Result, Retry};
use crate::kernel::draft::Draft;
use crate::kernel::gate::Survivor;
use crate::kernel::operation::{Decided, Halt, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::record::Trace;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::Stored;
use crate::time::Time;
use crate::vault::credentials::{Credential, unset};
use crate::vault::model::State;
use crate::vault::safe::{Safe, Whom};

pub use crate::vault::proofs::{Presented, Proof, Token, keep_proof, required, room};

/// Returns the keyed hash of a device's name, by which it is known.
pub fn device_of(safe: &Safe, context: Option<&Trace>) -> Option<[u8; 32]> {
    let device = context?.device.as_deref()?;
    Some(safe.keyed("device", &[device]))
}

fn read<T: DeserializeOwned + Default>(text: Option<&Arc<str>>, what: &str) -> Result<T> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_str(text).map_err(|_| Error::corrupted(format!("{what} of a credential")))
}

fn write<T: Serialize, F: Credential>(
    record: &mut Stored<F>,
    draft: &mut Draft<'_>,
    name: &str,
    value: &T,
) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|_| Error::corrupted("a text has no JSON form"))?;
    record.texts.insert(name.to_owned(), Text::new(&text, draft.ids.salt()));
    Ok(())
}

/// The counts of a credential.
pub fn lanes<F: Credential>(record: &Stored<F>) -> Result<Lanes> {
    read(record.text("lanes"), "counts")
}

/// The same as of now, and whether they were later: a clock that was ahead has written them.
pub fn lanes_now<F: Credential>(record: &Stored<F>, now: Time) -> Result<(Lanes, bool)> {
    let mut lanes = lanes(record)?;
    let ahead = lanes.take_as_now(now);
    Ok((lanes, ahead))
}

/// Keeps the counts of a credential.
pub fn keep_lanes<F: Credential>(record: &mut Stored<F>, draft: &mut Draft<'_>, lanes: &Lanes) -> Result<()> {
    write(record, draft, "lanes", lanes)
}

/// Uses up a proof of a subject, for a request of this hash or for none in particular.
pub fn proven(draft: &mut Draft<'_>, proofs: &[Presented], request: &[u8], subject: &str) -> Decided<()> {
    for proof in proofs {
        if proof.subject(draft, request)?.as_deref() == Some(subject) {
            return proof.used(draft);
        }
    }
    Err(required(&BTreeSet::from(["pin", "totp"])).into())
}

/// A credential that is set.
pub fn known<F: Credential>(draft: &Draft<'_>, key: &RecordKey, subject: &str) -> Decided<Stored<F>> {
    let record = Stored::<F>::at(draft, key)?;
    let record = record.filter(|record| record.state == State::Active);
    Ok(record.ok_or_else(|| not_found::<F>(subject))?)
}

/// Whether a credential is in force: an enrolment that nobody has confirmed is none.
pub fn is_set<F: Credential>(draft: &Draft<'_>, key: &RecordKey) -> Decided<bool> {
    let record = Stored::<F>::at(draft, key)?;
    Ok(record.is_some_and(|record| record.state == State::Active && record.facts.in_force()))
}

/// A credential, or the beginning of one.
pub fn any<F: Credential>(draft: &Draft<'_>, key: &RecordKey) -> Decided<Stored<F>> {
    let known = Stored::<F>::at(draft, key)?;
    Ok(known.map_or_else(|| unset::<F>(key.clone(), draft.ctx.time()), Ok)?)
}

/// `credential_not_found`.
pub fn not_found<F: Credential>(subject: &str) -> Error {
    Detail::CredentialNotFound { subject: subject.to_owned(), factor: F::FACTOR.to_owned() }.into()
}

/// `pin_locked` or `otp_locked`.
pub fn locked<F: Credential>(locked: Locked, now: Time, subject: &str) -> Error {
    let (locked_until, retry_after) = match locked {
        Locked::Until(until) => (Some(until), Some(seconds(until, now))),
        Locked::ForGood => (None, None),
    };
    let error: Error = match F::FACTOR {
        "pin" => Detail::PinLocked { locked_until, retry_after }.into(),
        _ => Detail::OtpLocked { subject: subject.to_owned(), locked_until, retry_after }.into(),
    };
    if locked_until.is_none() { error.with_retry(Retry::Never) } else { error }
}

/// Somebody who tries while attempts may be locked.
pub struct LockedOut<'a> {
    /// Where the credential is kept.
    pub safe: &'a Safe,
    /// Its owner.
    pub whom: &'a Whom,
    /// When it is tried.
    pub now: Time,
    /// Whether the lock was begun later than that.
    pub is_ahead: bool,
}

impl LockedOut<'_> {
    /// The refusal. Where the lock was begun later, that it begins now is written.
    pub fn refused<F: Credential + 'static>(&self, reason: Locked) -> Halt {
        let error = locked::<F>(reason, self.now, &self.whom.subject);
        let taken: Arc<dyn Survivor> = Arc::new(RestartedLock::<F> {
            safe: self.safe.clone(),
            whom: self.whom.clone(),
            of: PhantomData,
        });
        Halt::Reject(Rejection { error, survivors: self.is_ahead.then_some(taken).into_iter().collect() })
    }
}

/// A lock that was begun by a clock that was ahead, and begins now.
struct RestartedLock<F> {
    safe: Safe,
    whom: Whom,
    of: PhantomData<fn() -> F>,
}

impl<F> fmt::Debug for RestartedLock<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestartedLock").finish_non_exhaustive()
    }
}

impl<F: Credential + 'static> Survivor for RestartedLock<F> {
    fn name(&self) -> &'static str {
        "credentials.taken_as_now"
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.safe.of_kind(F::KIND, &self.whom), Access::Write);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let key = self.safe.of_kind(F::KIND, &self.whom);
        let Ok(mut record) = known::<F>(draft, &key, &self.whom.subject) else { return Ok(()) };
        let (lanes, ahead) = lanes_now(&record, draft.ctx.now)?;
        if !ahead {
            return Ok(());
        }
        let event = match F::FACTOR {
            "pin" => "credential_pin.lock_taken_as_now",
            _ => "credential_totp.lock_taken_as_now",
        };
        keep_lanes(&mut record, draft, &lanes)?;
        draft.write(record, event, &Map::new())
    }
}

/// Whole seconds until a time, rounded up, at least one.
fn seconds(until: Time, now: Time) -> i64 {
    let micros = until.since(now).micros();
    (micros / 1_000_000 + i64::from(micros % 1_000_000 != 0)).max(1)
}
