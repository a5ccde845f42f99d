//! Merges counter deltas, so that a call reads few rows of each subject.
//!
//! Where the store locks rows, rules with `exact: false` write a delta row for each commit
//! ([`delta_rows`](crate::rows::delta_rows)). A pass reads the deltas by the page. It locks those of a page
//! with their counters, and skips rows that another process has locked. A row that cannot be read stays for
//! an operator to look at, and blocks no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::ids::Book;
use crate::risk;
use crate::risk::counting::deltas::DeltaMerge;
use crate::rows::delta_rows::{DELTA, added_to};
use crate::rows::listing::Listing;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::{CounterRow, RecordRow};
use crate::rows::writes::Writes;
use crate::sorting::{Gathering, Sorting};
use crate::store::{Fault, FaultKind, Session, Wait, Written, while_heard};
use crate::time::Time;

/// Delta rows that are merged at once.
const BATCH: usize = 1_000;
/// Books that one page names.
const PAGE: usize = 100;

/// Merges the deltas of all books that have any, whichever process counted them. Returns whether there were
/// any. A book that fails, for example because its rows were altered, does not stop the others.
///
/// # Errors
/// Any failure of the store to list the books, or to answer at all.
pub(crate) async fn merge_all(engine: &Engine) -> Result<bool> {
    if engine.store().capabilities().exclusive {
        return Ok(false);
    }
    let (mut any, mut next) = (false, Some(Listing::BooksWithDeltas { after: None, limit: PAGE }));
    while let Some(listing) = next {
        let page = engine.look_around(&listing).await?;
        for book in &page.books {
            let of_book = || CounterKey::new(book.clone(), "".into(), "".into());
            let merged = while_heard(engine.store(), book, merge_book(engine, book)).await;
            let Some(merged) = merged else { continue };
            match merged.map_err(|fault| (fault.kind, fault.into_error(false))) {
                Ok(added) => any |= added,
                Err((FaultKind::Away, error)) => tell(engine, &of_book(), &error),
                Err((_, error)) if error.code() == Code::StoreUnavailable => return Err(error),
                Err((_, error)) => tell(engine, &of_book(), &error),
            }
        }
        next = listing.behind(&page, true);
    }
    Ok(any)
}

/// Starts a merge, unawaited, when a call has read many deltas: perhaps no background merges.
pub(crate) fn relieve(engine: &Engine) {
    if engine.is_read_only() || !engine.deltas().needs_relief() {
        return;
    }
    let engine = engine.clone();
    tokio::spawn(async move {
        if let Err(error) = merge_all(&engine).await {
            tracing::warn!(code = error.code().as_str(), "counters were not added up");
        }
        engine.deltas().relieved();
    });
}

/// Logs once that a delta cannot be merged, without its subject.
fn tell(engine: &Engine, key: &CounterKey, error: &Error) {
    if engine.deltas().is_news(key) {
        let (book, rule, code) = (key.book.as_str(), &*key.rule, error.code().as_str());
        tracing::warn!(book, rule, code, "what was counted of a subject was not added up");
    }
}

async fn merge_book(engine: &Engine, book: &Book) -> Result<bool, Fault> {
    let mut session = engine.store().writer().await?;
    session.concerns(Some(book));
    let first = Listing::Deltas { book: book.clone(), after: None, limit: BATCH };
    let (mut any, mut next) = (false, Some(first));
    while let Some(listing) = next {
        let listed = session.list(&listing).await?;
        let page: Vec<CounterKey> = listed.counters.iter().map(CounterRow::key).collect();
        match merge_page(session.as_mut(), engine, &page).await {
            Ok(added) => any |= added,
            Err(fault) => {
                drop(session.rollback().await);
                return Err(fault);
            }
        }
        next = listing.behind(&listed, true);
    }
    Ok(any)
}

/// Merges the deltas of a page in a transaction of its own. Returns whether anything was merged.
async fn merge_page(session: &mut dyn Session, engine: &Engine, page: &[CounterKey]) -> Result<bool, Fault> {
    let Some(CounterKey { book, .. }) = page.first() else { return Ok(false) };
    session.begin().await?;
    let (mut needs, mut rules) = (Needs::default(), Needs::default());
    for key in page {
        needs.counter(key.clone(), Access::Write);
        needs.counter(added_to(key), Access::Write);
    }
    let locked = session.lock(&needs, Wait::Skip).await?;
    // read after the deltas, so that no delta was counted by newer rules
    rules.record(risk::model::key(book), Access::Read);
    let read = session.lock(&rules, Wait::Skip).await?;
    let Some(rules) = read.records.first() else {
        return Err(Error::corrupted("counters of a book without rules").into());
    };
    let now = read.now.or(locked.now).unwrap_or_else(|| engine.options().env.clock.now());
    let writes = summed(engine, rules, &locked, now)?;
    if writes.is_empty() {
        session.rollback().await?;
        return Ok(false);
    }
    match session.write(&Writes { commit: engine.options().env.commit(), ..writes }).await? {
        Written::All => session.commit().await.map(|()| true),
        Written::Stale | Written::Claimed => session.rollback().await.map(|()| false),
    }
}

/// Adds the deltas to their counters and drops them. Counters that another process has locked are left out,
/// and so are those with an unreadable row.
fn summed(engine: &Engine, rules: &RecordRow, locked: &Loaded, now: Time) -> Result<Writes, Error> {
    let mut more = BTreeMap::<CounterKey, Vec<&CounterRow>>::new();
    for row in locked.counters.iter().filter(|row| row.rule.starts_with(DELTA)) {
        more.entry(added_to(&row.key())).or_default().push(row);
    }
    more.retain(|key, _| !locked.busy.counters.contains(key));
    let rows = locked.counters.iter().filter(|row| !row.rule.starts_with(DELTA));
    let rows: BTreeMap<CounterKey, &CounterRow> = rows.map(|row| (row.key(), row)).gathered();
    let (mut writes, adding) = (Writes::default(), risk::MergeDeltas::by(rules)?);
    for (key, more) in more {
        let row = rows.get(&key).copied();
        match adding.sum(&key, row, &more, now) {
            Ok(sum) => {
                match row {
                    Some(row) => writes.counters.update.push((row.seen(), sum)),
                    None => writes.counters.insert.push(sum),
                }
                writes.dropped.extend(more.iter().map(|row| row.key()));
            }
            Err(error) => tell(engine, &key, &error),
        }
    }
    writes.dropped.order();
    Ok(writes)
}

impl Engine {
    /// The deltas that wait to be merged into their counters.
    pub(crate) fn deltas(&self) -> &Arc<DeltaMerge> {
        &self.inner.deltas
    }
}
