//! Checks the vault: every value belongs to a subject that has its key, and opens where this process has the
//! keys.

use hashbrown::HashMap;
use uuid::Uuid;

use super::model::{State, Subject, VALUE, Value, ValueFacts, subject_of};
use super::rotate::whom_of;
use super::safe::Safe;
use crate::error::{Code, Result};
use crate::request::domain::Examine;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::request::scope::Scope;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs};

/// Checks every value of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
///
/// # Errors
/// Any failure of the store.
pub(super) async fn verify(reading: &mut Reading<'_>, scope: &Scope, examine: Examine<'_>) -> Result<()> {
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, &reading.book).ok();
    // in smaller pages than others: a value may have 64 KiB
    let mut pages = Pages::of(Records { limit: 100, ..Records::of(&reading.book, VALUE) });
    while let Some(values) =
        pages.objects::<ValueFacts>(reading, |error| examine("vault", false, error.message())).await?
    {
        let mut needs = Needs::default();
        let ids = values.iter().filter_map(owner);
        ids.for_each(|id| needs.record(subject_of(&reading.book, id), Access::Read));
        let rows = if needs.is_empty() { Vec::new() } else { reading.load(&needs).await?.records };
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
    Ok(())
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
    let opened = safe.open(&key, value, (&whom, &name))?;
    let entry = value.row.reference.as_deref();
    Ok(match entry {
        None => true,
        Some(entry) => *entry == *safe.entry(&name, &opened)?,
    })
}
