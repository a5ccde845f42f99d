//! Adds up what transactions have counted apart, so that a call reads few rows of each subject.
//!
//! Rules with `exact: false` count in rows of their own for each commit where the store locks rows
//! ([`under`](crate::rows::under)). A pass locks the rows to which these are added, and then reads them: what
//! it deletes is exactly what it has added. Rows that another process adds up are left to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::Engine;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::risk;
use crate::risk::apart::CountedApart;
use crate::rows::kinds::CounterKey;
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::{CounterRow, RecordRow};
use crate::rows::under::{ADDED_TO, TO_ADD};
use crate::rows::writes::Writes;
use crate::store::{Fault, Session, SharedStore, Wait, Written};
use crate::time::Time;

/// Rows that one pass adds up.
const BATCH: usize = 1_000;
/// Books that one page names.
const PAGE: usize = 500;

/// Adds up in the books where this process has counted lately.
pub(crate) async fn add_up_lately(engine: &Engine) {
    for book in engine.counted_apart().lately() {
        add_up_or_say(engine.store(), &engine.options().env, &book).await;
    }
}

/// A book that fails, because somebody has altered its rows, stops none of the others.
async fn add_up_or_say(store: &SharedStore, env: &Env, book: &Book) {
    if let Err(error) = add_up(store, env, book).await {
        tracing::warn!(book = book.as_str(), code = error.code().as_str(), "counters were not added up");
    }
}

/// Adds up in all books: what processes have left that have ended since.
///
/// # Errors
/// Any failure of the store to list the books.
pub(crate) async fn add_up_all(store: &SharedStore, env: &Env) -> Result<()> {
    let mut after = None;
    loop {
        let listing = Listing::Books { after: after.take(), limit: PAGE };
        let mut session = store.reader().await.map_err(|fault| fault.into_error(false))?;
        let books = session.list(&listing).await.map_err(|fault| fault.into_error(false))?.books;
        drop(session);
        for book in &books {
            add_up_or_say(store, env, book).await;
        }
        match books.last() {
            Some(last) if books.len() == PAGE => after = Some(last.clone()),
            _ => return Ok(()),
        }
    }
}

async fn add_up(store: &SharedStore, env: &Env, book: &Book) -> Result<()> {
    let mut session = store.writer().await.map_err(|fault| fault.into_error(false))?;
    loop {
        match pass(session.as_mut(), env, book).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(fault) => {
                drop(session.rollback().await);
                return Err(fault.into_error(false));
            }
        }
    }
}

/// Adds up one page; whether there may be more, and nobody else is at it.
async fn pass(session: &mut dyn Session, env: &Env, book: &Book) -> Result<bool, Fault> {
    let after = Some((Arc::from(TO_ADD), Arc::from("")));
    let listing = Listing::Counters { book: book.clone(), after, limit: BATCH };
    let listed = session.list(&listing).await?.counters;
    let waiting: Vec<CounterRow> = listed.into_iter().filter(|row| row.rule.starts_with(TO_ADD)).collect();
    if waiting.is_empty() {
        return Ok(false);
    }
    session.begin().await?;
    let mut needs = Needs::default();
    let subjects: BTreeSet<CounterKey> = waiting.iter().map(to_add).collect();
    subjects.iter().for_each(|key| needs.counter(added_to(key), Access::Write));
    let locked = session.lock(&needs, Wait::Skip).await?;
    let is_free = |key: &&CounterKey| !locked.busy.counters.contains(&added_to(key));
    // read when the locks are held: nobody else deletes these now
    let mut rest = Needs::default();
    rest.counters_under.extend(subjects.iter().filter(is_free).cloned());
    rest.record(risk::model::key(book), Access::Read);
    let read = session.lock(&rest, Wait::Skip).await?;
    let Some(rules) = read.records.first() else {
        return Err(Error::corrupted("counters of a book without rules").into());
    };
    let mut more = read.counters;
    let left = more.len() > BATCH;
    more.truncate(BATCH);
    let now = read.now.or(locked.now).unwrap_or_else(|| env.clock.now());
    let writes = summed(rules, &locked.counters, more, now)?;
    if writes.is_empty() {
        session.rollback().await?;
        return Ok(false);
    }
    match session.write(&Writes { commit: env.commit(), ..writes }).await? {
        Written::All => session.commit().await?,
        Written::Stale | Written::Claimed => {
            session.rollback().await?;
            return Ok(false);
        }
    }
    Ok(left || waiting.len() == BATCH)
}

/// The rows with the others added, which go.
fn summed(rules: &RecordRow, rows: &[CounterRow], more: Vec<CounterRow>, now: Time) -> Result<Writes, Error> {
    let mut writes = Writes::default();
    let mut of_rows = BTreeMap::<CounterKey, Vec<CounterRow>>::new();
    for row in more {
        writes.dropped.push(row.key());
        of_rows.entry(added_to(&to_add(&row))).or_default().push(row);
    }
    for (key, more) in of_rows {
        let row = rows.iter().find(|row| row.is(&key));
        let sum = risk::added_up((rules, row), (&key, &more), now)?;
        match row {
            Some(row) => writes.counters.update.push((row.seen(), sum)),
            None => writes.counters.insert.push(sum),
        }
    }
    Ok(writes)
}

/// The key under which what is added to a subject stands.
fn to_add(row: &CounterRow) -> CounterKey {
    (row.book.clone(), row.rule.clone(), row.subject_of().into())
}

/// The key of the row to which it is added.
fn added_to((book, rule, subject): &CounterKey) -> CounterKey {
    let family = rule.strip_prefix(TO_ADD).unwrap_or(rule);
    (book.clone(), format!("{ADDED_TO}{family}").into(), subject.clone())
}

impl Engine {
    /// The books in which calls have counted apart lately.
    pub(crate) fn counted_apart(&self) -> &CountedApart {
        &self.inner.counted_apart
    }
}
