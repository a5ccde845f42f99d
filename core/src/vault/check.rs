//! Checks the vault: every value belongs to a subject that has its key, and opens where this process has the
//! keys, as do the secrets of one-time codes.

use hashbrown::HashMap;
use uuid::Uuid;

use super::credentials::{CODES, TOTP, TotpFacts, TotpRecord, sealed_codes};
use super::model::{State, Subject, VALUE, Value, ValueFacts};
use super::rotate::whom_of;
use super::safe::{Safe, Whom};
use crate::error::{Code, Result};
use crate::request::domain::Examine;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row as _;

/// Checks every value of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
    let safe = Safe::checking(reading).await?;
    // in smaller pages than others: a value may have 64 KiB
    let mut pages = Pages::of(Records { limit: 100, ..Records::of(&reading.book, VALUE) });
    while let Some(values) =
        pages.objects::<ValueFacts>(reading, |error| examine("vault", false, error.message())).await?
    {
        let mut needs = Needs::default();
        let ids = values.iter().filter_map(owner);
        ids.for_each(|id| needs.record(Subject::key(&reading.book, id), Access::Read));
        let rows = reading.load_any(&needs).await?.records;
        let mut subjects = HashMap::new();
        for row in &rows {
            match Subject::of(row) {
                Ok(subject) => drop(subjects.insert(row.id, subject)),
                Err(error) => examine("vault", false, error.message()),
            }
        }
        for value in &values {
            let subject = owner(value).and_then(|id| subjects.get(&id));
            let wrong = wrong(value, subject, safe.as_ref());
            examine(
                "vault",
                wrong.is_none(),
                format!("{VALUE} {}: {}", value.id(), wrong.unwrap_or_default()),
            );
        }
    }
    match safe {
        Some(safe) => verify_codes(reading, &safe, examine).await,
        None => Ok(()),
    }
}

/// Checks the secrets of one-time codes: they are sealed with the data key of their subject.
async fn verify_codes(reading: &mut Reading<'_>, safe: &Safe, examine: Examine<'_>) -> Result<()> {
    let mut pages = Pages::of(Records { limit: 100, ..Records::of(&reading.book, TOTP) });
    while let Some(all) =
        pages.objects::<TotpFacts>(reading, |error| examine("vault", false, error.message())).await?
    {
        let (mut needs, mut owned) = (Needs::default(), Vec::new());
        for codes in all.iter().filter(|codes| codes.state == State::Active) {
            let whom = codes.text("subject").and_then(|subject| safe.whom(subject).ok());
            match whom {
                Some(whom) => {
                    needs.record(whom.key.clone(), Access::Read);
                    owned.push((codes, whom));
                }
                None => examine("vault", false, format!("{TOTP} {}: it is nobody's", codes.id())),
            }
        }
        let rows = reading.load_any(&needs).await?.records;
        for (codes, whom) in owned {
            let subject = rows.iter().find(|row| row.is(&whom.key)).map(Subject::of).transpose();
            let wrong = match subject {
                Ok(subject) => wrong_codes(codes, subject.filter(Subject::is_active).as_ref(), safe, &whom),
                Err(_) => Some("its subject cannot be read"),
            };
            let said = format!("{TOTP} {}: {}", codes.id(), wrong.unwrap_or_default());
            examine("vault", wrong.is_none(), said);
        }
    }
    Ok(())
}

fn wrong_codes(
    codes: &TotpRecord,
    subject: Option<&Subject>,
    safe: &Safe,
    whom: &Whom,
) -> Option<&'static str> {
    let Some(subject) = subject else { return Some("its subject has no data key") };
    let key = match safe.unwrap(subject, &whom.subject) {
        Ok(key) => key,
        // a process without the key cannot tell
        Err(error) if error.code() == Code::KeyNotFound => return None,
        Err(_) => return Some("the data key of its subject does not open"),
    };
    let opens = |(text, enrolment): &(&str, u64)| {
        let place = safe.place(TOTP, &whom.subject, CODES, *enrolment);
        codes.text(text).is_none() || Safe::open_at(&key, &place, codes.text(text)).is_some()
    };
    (!sealed_codes(&codes.facts).iter().all(opens)).then_some("its secret does not open")
}

fn owner(value: &Value) -> Option<Uuid> {
    value.row.owner.as_deref()?.parse().ok()
}

/// Returns the first error in a value.
fn wrong(value: &Value, subject: Option<&Subject>, safe: Option<&Safe>) -> Option<&'static str> {
    if value.state == State::Forgotten {
        let is_empty = value.texts.is_empty() && value.row.reference.is_none() && value.facts.version == 0;
        return (!is_empty).then_some("it was forgotten, and is still there");
    }
    let Some(subject) = subject.filter(|subject| subject.is_active()) else {
        return Some("its subject has no data key");
    };
    if value.facts.key != subject.facts.key {
        return Some("its data key is not that of its subject");
    }
    let opened = safe.map(|safe| opened(value, subject, safe));
    match opened {
        None | Some(Ok(true)) => None,
        Some(Ok(false)) => Some("what finds it is not of its value"),
        // a process without the key cannot tell
        Some(Err(error)) if error.code() == Code::KeyNotFound => None,
        Some(Err(_)) => Some("it does not open"),
    }
}

/// Opens a value; whether its entry in the index is its own.
fn opened(value: &Value, subject: &Subject, safe: &Safe) -> Result<bool> {
    let whom = whom_of(subject)?;
    let name = value.text("name").map(ToString::to_string).unwrap_or_default();
    let key = safe.unwrap(subject, &whom)?;
    let opened = safe.open(&key, value, &whom, &name)?;
    let entry = value.row.reference.as_deref();
    Ok(match entry {
        None => true,
        Some(entry) => *entry == *safe.entry(&name, &opened)?,
    })
}
