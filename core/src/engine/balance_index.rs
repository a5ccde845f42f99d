//! Updates the balance index from the log: before a list of accounts by balance, and once a minute.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::internal::internal;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::ledger::queries::posted;
use crate::ledger::rank::{Follow, asked, moved, reader};
use crate::ledger::requests::Accounts;
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::AccountRow;
use crate::store::while_heard;

/// Events of one step, each step being a commit.
const STEP: usize = 500;
/// Steps that a list waits for. Events beyond them are its lag.
const STEPS: usize = 200;
/// Page size when books are listed.
const BOOKS: usize = 100;

/// Updates the index if the read is answered from it. If that fails, the list has a lag.
pub(super) async fn before(engine: &Engine, list: Option<&Accounts>) {
    if list.and_then(asked).is_none() || engine.is_read_only() {
        return;
    }
    if let Err(error) = follow(engine, engine.book_name()).await {
        tracing::debug!(code = error.code().as_str(), "the rank did not follow the log");
    }
}

/// Updates the index of every book whose accounts were ever listed by balance.
///
/// # Errors
/// `overloaded`; any failure of the store.
pub(crate) async fn follow_all(engine: &Engine) -> Result<()> {
    let mut next = Some(Listing::Books { after: None, limit: BOOKS });
    while let Some(listing) = next {
        let page = engine.look_around(&listing).await?;
        for book in &page.books {
            // each book has a statement of its own: a server of a cluster has only some of them
            let followed = async {
                let mut needs = Needs::default();
                needs.sink(reader(book), Access::Read);
                if engine.peek(&needs).await?.sinks.is_empty() { Ok(()) } else { follow(engine, book).await }
            };
            while_heard(engine.store(), book, followed).await.unwrap_or(Ok(()))?;
        }
        next = listing.behind(&page, true);
    }
    Ok(())
}

async fn follow(engine: &Engine, book: &Book) -> Result<()> {
    engine.place_events(book).await?;
    for _ in 0..STEPS {
        if !step(engine, book).await? {
            break;
        }
    }
    Ok(())
}

/// Applies one step of the log; `false` at its end.
async fn step(engine: &Engine, book: &Book) -> Result<bool> {
    let mut needs = Needs::default();
    needs.sink(reader(book), Access::Read);
    let after = engine.peek(&needs).await?.sinks.first().map_or(0, |row| row.settled);
    let events = Listing::Events {
        book: book.clone(),
        after_seq: after,
        types: Vec::new(),
        object: None,
        limit: STEP,
    };
    let events = engine.look(&events).await?;
    let Some(last) = events.sequence.last() else { return Ok(false) };
    let currencies = engine.scope().currencies;
    let mut needs = Needs::default();
    for event in &events.events {
        moved(event, &currencies)?.into_iter().for_each(|key| needs.account(key, Access::Read));
    }
    let mut found = BTreeMap::new();
    if !needs.is_empty() {
        let loaded = engine.peek(&needs).await?;
        let of = |row: &AccountRow| (row.key(), (posted(row, &loaded), row.owner.clone()));
        found.extend(loaded.accounts.iter().map(of));
    }
    let follow = Follow { book: book.clone(), after, until: last.seq, found };
    let (call, receiver) = internal(engine, book, "ledger.rank", follow);
    engine.queue(Box::new(call))?;
    // if another process was faster, the next step reads its place
    receiver.await.map_err(|_| Error::corrupted("a step of the rank was not answered"))??;
    Ok(true)
}
