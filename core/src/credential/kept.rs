//! What is kept beside a credential: counts of attempts by device.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::attempts::{Lanes, Locked};
use crate::error::{Detail, Error, Result, Retry};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::request::record::Trace;
use crate::rows::body::Text;
use crate::rows::needs::RecordKey;
use crate::rows::object::Stored;
use crate::time::Time;
use crate::vault::credentials::{Credential, unset};
use crate::vault::model::State;
use crate::vault::safe::Safe;

pub use crate::vault::proofs::{Presented, Proof, Token, keep_proof, required, room};

/// What a device is known by: a keyed hash of its name.
#[must_use]
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
    (name, value): (&str, &T),
) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|_| Error::corrupted("a text has no JSON form"))?;
    record.texts.insert(name.to_owned(), Text::new(&text, draft.ids.salt()));
    Ok(())
}

/// The counts of a credential.
///
/// # Errors
/// `corrupted`.
pub fn lanes<F: Credential>(record: &Stored<F>) -> Result<Lanes> {
    read(record.text("lanes"), "counts")
}

/// Keeps the counts of a credential.
///
/// # Errors
/// `corrupted`.
pub fn keep_lanes<F: Credential>(record: &mut Stored<F>, draft: &mut Draft<'_>, lanes: &Lanes) -> Result<()> {
    write(record, draft, ("lanes", lanes))
}

/// Uses up a proof of a subject, for a request of this hash or for none in particular.
///
/// # Errors
/// `factor_required` when none of them is good.
pub fn proven(
    draft: &mut Draft<'_>,
    (proofs, request): (&[Presented], &[u8]),
    subject: &str,
) -> Result<(), Halt> {
    for proof in proofs {
        if proof.subject(draft, request)?.as_deref() == Some(subject) {
            return proof.used(draft);
        }
    }
    Err(required(&BTreeSet::from(["pin", "totp"])).into())
}

/// A credential that is set.
///
/// # Errors
/// `credential_not_found`.
pub fn known<F: Credential>(draft: &Draft<'_>, key: &RecordKey, subject: &str) -> Result<Stored<F>, Halt> {
    let record = draft.record(key)?.map(Stored::<F>::of).transpose()?;
    let record = record.filter(|record| record.state == State::Active);
    Ok(record.ok_or_else(|| not_found::<F>(subject))?)
}

/// Whether a credential is in force: an enrolment that nobody has confirmed is none.
///
/// # Errors
/// Halts when it was not read.
pub fn is_set<F: Credential>(draft: &Draft<'_>, key: &RecordKey) -> Result<bool, Halt> {
    let record = draft.record(key)?.map(Stored::<F>::of).transpose()?;
    Ok(record.is_some_and(|record| record.state == State::Active && record.facts.in_force()))
}

/// A credential, or the beginning of one.
///
/// # Errors
/// Halts when it was not read.
pub fn any<F: Credential>(draft: &Draft<'_>, key: &RecordKey) -> Result<Stored<F>, Halt> {
    let known = draft.record(key)?.map(Stored::<F>::of).transpose()?;
    Ok(known.map_or_else(|| unset::<F>(key.clone(), draft.ctx.time()), Ok)?)
}

/// `credential_not_found`.
#[must_use]
pub fn not_found<F: Credential>(subject: &str) -> Error {
    Detail::CredentialNotFound { subject: subject.to_owned(), factor: F::FACTOR.to_owned() }.into()
}

/// `pin_locked` or `otp_locked`.
#[must_use]
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

/// Whole seconds until a time, rounded up, at least one.
fn seconds(until: Time, now: Time) -> i64 {
    let micros = until.since(now).micros();
    (micros / 1_000_000 + i64::from(micros % 1_000_000 != 0)).max(1)
}
