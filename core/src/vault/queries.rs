//! The queries of the vault. None of them opens a value.

use super::model::{KEYS, Keys, KeysFacts, SUBJECT, Subject, VALUE, Value, keys_of};
use super::requests::{FOUND, FindSubjects, ListValues, ListVaultKeys};
use super::reveal::names_of;
use super::safe::Safe;
use super::views::{SubjectsFound, ValueListed, WrappingKey};
use crate::error::Result;
use crate::kernel::key_dependence::{INDEX, RestsOn, key_in};
use crate::kernel::permit::Tie;
use crate::keyring::Purpose;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::rows::listing::{Listing, PartyColumn, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;
use crate::sorting::Sorting;

/// `vault.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListValues) -> Result<Page<ValueListed>> {
    let safe = Safe::reading(reading).await?;
    let whom = safe.whom(&request.subject)?;
    let size = limit_of(request.limit);
    let after: Option<String> = cursor(request.after.as_deref())?;
    reading.permit(&[Tie::Id(&whom.subject)])?;
    let row = reading.record(whom.key.clone()).await?;
    let Some(subject) = row.as_ref().map(Subject::of).transpose()? else {
        return Ok(Page { items: Vec::new(), next: None, lag: None });
    };
    let key_id = subject.facts.wrapped_by.clone().unwrap_or_default();
    let names = names_of(&safe, &whom, Some(Ok(subject)));
    let behind = names.into_iter().filter(|named| after.as_deref().is_none_or(|after| &*named.name > after));
    let names: Vec<_> = behind.take(size + 1).collect();
    let mut needs = Needs::default();
    names.iter().for_each(|named| needs.record(named.key.clone(), Access::Read));
    let rows = if names.is_empty() { Vec::new() } else { reading.load(&needs).await?.records };
    let mut listed = Vec::with_capacity(names.len());
    for named in names {
        let Some(row) = rows.iter().find(|row| row.id == named.key.id) else { continue };
        let value = Value::of(row)?;
        listed.push(ValueListed {
            name: named.name.to_string(),
            version: i64::try_from(value.facts.version).unwrap_or(i64::MAX),
            key_id: key_id.clone(),
            searchable: row.reference.is_some(),
        });
    }
    page(listed, size, |item| Ok(item.clone()), |item| item.name.clone())
}

/// `vault.find`.
pub async fn find(reading: &mut Reading<'_>, request: &FindSubjects) -> Result<SubjectsFound> {
    let safe = Safe::reading(reading).await?;
    let entry = safe.entry(&request.name, &request.value)?;
    let size = limit_of(request.limit.or(Some(FOUND)));
    let (reference, after) = (Some(entry.into()), cursor(request.after.as_deref())?);
    let records = Records { reference, after, limit: size + 1, ..Records::of(&reading.book, VALUE) };
    let rows = reading.list(&Listing::Records(records)).await?.records;
    let of = |row: &RecordRow| Ok(Value::of(row)?.text("subject").map(ToString::to_string));
    let found = page(rows, size, of, |row| (row.created_at, row.id))?;
    let mut subjects: Vec<String> = found.items.into_iter().flatten().collect();
    subjects.order();
    Ok(SubjectsFound { subjects, next: found.next })
}

/// `vault.keys`: all of them on one page, that of the index last.
pub async fn keys(reading: &mut Reading<'_>, _: &ListVaultKeys) -> Result<Page<WrappingKey>> {
    let mut needs = Needs::default();
    needs.record(keys_of(&reading.book), Access::Read);
    RestsOn::needs(&reading.book, &mut needs);
    let rows = reading.load(&needs).await?.records;
    let row = |kind: &str| rows.iter().find(|row| &*row.kind == kind);
    let keyring = reading.keyring;
    let lacks = |purpose, kid: &str| keyring.is_none_or(|keyring| keyring.named(purpose, kid).is_err());
    let KeysFacts { primary, in_use } = match row(KEYS).map(Keys::of).transpose()? {
        Some(keys) => keys.facts,
        None => KeysFacts::default(),
    };
    let mut items = Vec::new();
    for key_id in in_use {
        // the store counts, each key by itself, so that nothing is sorted: there may be a million subjects
        let (book, kind, of) = (reading.book.clone(), SUBJECT.into(), PartyColumn::Peer);
        let counted = Listing::RecordCounts { book, kind, of, parties: vec![key_id.as_str().into()] };
        let wraps = reading.list(&counted).await?.record_counts.first().map_or(0, |(_, count)| *count);
        let missing = lacks(Purpose::Vault, &key_id);
        let purpose = Purpose::Vault.as_str().to_owned();
        items.push(WrappingKey { primary: key_id == primary, key_id, purpose, wraps, missing });
    }
    if let Some(key_id) = row(INDEX).map(key_in).transpose()? {
        let missing = lacks(Purpose::Index, &key_id);
        let purpose = Purpose::Index.as_str().to_owned();
        items.push(WrappingKey { primary: false, key_id, purpose, wraps: 0, missing });
    }
    Ok(Page { items, next: None, lag: None })
}

/// The records of subjects whose data keys are wrapped with a key.
pub fn wrapped_by(book: &crate::ids::Book, kid: &str, limit: usize) -> Records {
    Records { peer: Some(kid.into()), limit, ..Records::of(book, SUBJECT) }
}
