//! Finds orphans: entries without a transfer, events outside the sequence, marks of commits that never
//! happened, books that are not listed, rows in the reserved book, books that only claim to be copies,
//! currencies in use that are not registered, and a schema that no migration made.

use std::collections::BTreeSet;

use super::checks::Checks;
use crate::currency::Currency;
use crate::engine::Engine;
use crate::engine::persisted_clock::Known;
use crate::error::{Error, Result};
use crate::ids::{EventId, TransferId};
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::store::{Fault, Strays, Tally};

fn fault(fault: Fault) -> Error {
    fault.into_error(false)
}

/// Compares the rows that exist with those that `verify` has read on its walks, and the currencies of its
/// entries with those that are registered.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    met: Tally,
    used: &BTreeSet<Currency>,
    checks: &mut Checks,
) -> Result<()> {
    let book = reading.book.clone();
    let counted = reading.session.tally(&book).await.map_err(fault)?;
    let registered = reading.session.currencies(&[]).await.map_err(fault)?;
    for currency in used {
        let code = currency.code();
        let known = registered.iter().find(|known| known.code() == code);
        // memory keeps no rows of its currencies
        let there = known.is_some() || counted.is_none();
        checks.examine("currencies", there, || format!("currency {code}: its row is missing"));
        let right = known.is_none_or(|known| known.scale() == currency.scale());
        checks
            .examine("currencies", right, || format!("currency {code}: `scale` is not that of its amounts"));
    }
    // a store without hidden rows has no tally: the rows read are all rows
    let there = counted.unwrap_or(met);
    checks.examine("strays", there.entries == met.entries, || {
        format!("book {book}: it has {} entries, {} of them in transfers", there.entries, met.entries)
    });
    if there.entries != met.entries {
        for id in named(reading, Strays::Entries(&book)).await? {
            let id = TransferId::from_uuid(id.parse().unwrap_or_default());
            checks.examine("strays", false, || format!("an entry of transfer {id}, which does not exist"));
        }
    }
    checks.examine("strays", there.events == met.events, || {
        format!("book {book}: it has {} events, {} of them in the sequence", there.events, met.events)
    });
    if there.events != met.events {
        for id in named(reading, Strays::Events(&book)).await? {
            let id = EventId::from_uuid(id.parse().unwrap_or_default());
            checks.examine("strays", false, || format!("event {id} is not in the sequence"));
        }
    }
    for id in named(reading, Strays::Marks(&book)).await? {
        checks.examine("strays", false, || format!("the mark of commit {id}, which wrote nothing"));
    }
    if checks.copy {
        copied(reading, checks).await?;
    }
    Ok(())
}

async fn named(reading: &mut Reading<'_>, what: Strays<'_>) -> Result<Vec<String>> {
    reading.session.orphans(what).await.map_err(fault)
}

/// Checks that a copy looks like one. Only its state is compared, so a book that merely claims to be a copy
/// would not be compared with its log.
async fn copied(reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
    let book = reading.book.clone();
    let keys = reading.list(&Listing::AllKeys { book: book.clone(), after: None, limit: 1 }).await?.keys;
    let listing = Listing::Jobs { book: book.clone(), kind: None, state: None, after: None, limit: 1 };
    let jobs = reading.list(&listing).await?.jobs;
    checks.examine("strays", keys.is_empty() && jobs.is_empty(), || {
        format!(
            "book {book}: its head says that it is a copy, and it has keys or jobs, which copies do not have"
        )
    });
    Ok(())
}

/// Books that have rows and are not in the list of books, rows in the reserved book, and what the tables of
/// the schema say that no migration wrote.
pub(super) async fn books(engine: &Engine, checks: &mut Checks) -> Result<()> {
    let mut session = engine.store().reader().await.map_err(fault)?;
    let found = session.orphans(Strays::Books).await.map_err(fault)?;
    for book in &found {
        checks.examine("strays", false, || {
            format!("book {book} has rows, and is missing from the list of books")
        });
    }
    let known = Known::ALL.map(|known| format!("`record` {}", known.name()));
    let reserved = session.orphans(Strays::Reserved).await.map_err(fault)?;
    for row in reserved.iter().filter(|row| !known.contains(row)) {
        checks.examine("strays", false, || {
            format!("book @system: {row}: nothing but what is known of the clock may stand there")
        });
    }
    for what in session.orphans(Strays::Schema).await.map_err(fault)? {
        checks.examine("schema", false, || what);
    }
    Ok(())
}
