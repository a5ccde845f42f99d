//! Gives events their places: a gapless number and a link of the hash chain, after the commit that wrote them.
//!
//! On SQLite and in memory the commit itself does it. On PostgreSQL a pass takes what commits left behind, in the
//! order of their stamps, and moves the book's head by compare-and-set: of two sequencers one wins and the other
//! stops. The same pass folds what was appended to streaming accounts.

use std::time::Duration;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::events::{self, Items};
use crate::ids::Book;
use crate::kernel::fold::Fold;
use crate::kernel::needs::{Access, Needs};
use crate::store::rows::Row;
use crate::store::{Fault, FaultKind, Listing, Session, SharedStore, Wait, Writes, Written};
use crate::time::Span;

/// Commits that one pass takes.
const BATCH: usize = 1_000;
/// How often a pass is made again that had to give way to another transaction: it waits a quarter of a second each time.
const AGAIN: u32 = 8;

/// Sequences everything that a book has pending.
///
/// # Errors
/// What befell the store.
pub async fn catch_up(store: &SharedStore, env: &Env, book: &Book) -> Result<()> {
    if store.mechanics().exclusive {
        return Ok(());
    }
    passes(store, env, book, true).await.map(drop)
}

/// Makes passes until nothing is pending; one that does not insist stops where somebody else is at it, and answers `false`.
async fn passes(store: &SharedStore, env: &Env, book: &Book, insist: bool) -> Result<bool> {
    let mut session = store.writer().await.map_err(|fault| fault.into_error(false))?;
    let mut failed = 0;
    loop {
        match pass(session.as_mut(), store, env, book).await {
            Ok(Pass::More) => {}
            Ok(Pass::Done) => return Ok(true),
            Ok(Pass::Lost) if !insist => return Ok(false),
            // somebody else is at it: look again, so that the caller sees what it waits for
            Ok(Pass::Lost) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(fault) => {
                drop(session.rollback().await);
                let again = matches!(fault.kind, FaultKind::Serialization | FaultKind::LockTimeout);
                if !again || failed >= AGAIN {
                    return Err(fault.into_error(false));
                }
                failed += 1;
                tokio::time::sleep(Duration::from_millis(1 << failed)).await;
            }
        }
    }
}

/// Sequences whatever any book has pending, as far as one look finds it.
///
/// # Errors
/// What befell the store.
pub async fn sweep(store: &SharedStore, env: &Env) -> Result<()> {
    sweep_all(store, env, true).await.map(drop)
}

/// The same, but leaves a book to whoever is at it already; answers whether nobody was.
///
/// # Errors
/// What befell the store.
pub(crate) async fn sweep_politely(store: &SharedStore, env: &Env) -> Result<bool> {
    sweep_all(store, env, false).await
}

async fn sweep_all(store: &SharedStore, env: &Env, insist: bool) -> Result<bool> {
    if store.mechanics().exclusive {
        return Ok(true);
    }
    let listing = Listing::PendingBooks { limit: 100 };
    let mut session = store.reader().await.map_err(|fault| fault.into_error(false))?;
    let books = session.list(&listing).await.map_err(|fault| fault.into_error(false))?.books;
    drop(session);
    let mut undisturbed = true;
    for book in &books {
        undisturbed &= passes(store, env, book, insist).await?;
    }
    Ok(undisturbed)
}

/// Forgets the marks of commits that nobody can still be asking for.
///
/// # Errors
/// What befell the store.
pub async fn forget_marks(store: &SharedStore, env: &Env) -> Result<()> {
    let mut session = store.writer().await.map_err(|fault| fault.into_error(false))?;
    let until = env.commit_before(Span::from_hours(1));
    let mut after = None;
    loop {
        let listing = Listing::Books { after: after.take(), limit: 500 };
        let books = session.list(&listing).await.map_err(|fault| fault.into_error(false))?.books;
        for book in &books {
            session.forget_marks(book, until).await.map_err(|fault| fault.into_error(false))?;
        }
        match books.last() {
            Some(last) => after = Some(last.clone()),
            None => return Ok(()),
        }
    }
}

enum Pass {
    More,
    Done,
    Lost,
}

async fn pass(session: &mut dyn Session, store: &SharedStore, env: &Env, book: &Book) -> Result<Pass, Fault> {
    session.begin().await?;
    // the head is read before the work: a pass in between then shows as a head that has moved
    let mut fold = Fold::new(env.clock.now());
    let mut needs = Needs::default();
    needs.heads.insert((book.clone(),));
    let loaded = session.lock(&needs, Wait::Skip).await?;
    fold.absorb(&needs, loaded);
    let listed = session.list(&Listing::Pending { book: book.clone(), limit: BATCH }).await?;
    let streams = session.list(&Listing::Streams { book: book.clone(), limit: BATCH }).await?.streams;
    if listed.pending.is_empty() && streams.is_empty() {
        session.rollback().await?;
        return Ok(Pass::Done);
    }
    let mut drain = Needs::default();
    for row in streams {
        drain.account((row.book, row.account, row.currency), Access::Drain);
    }
    if !drain.is_empty() {
        let loaded = session.lock(&drain, Wait::Skip).await?;
        fold.absorb(&drain, loaded);
    }
    let more = listed.pending.len() == BATCH;
    let head = fold.seen.heads.row(&(book.clone(),)).cloned();
    let mut writes = fold.finish(env.commit(), store.mechanics());
    if let Some(head) = head {
        place(&mut writes, &head, listed.pending)?;
    }
    if writes.is_empty() {
        session.rollback().await?;
        return Ok(Pass::Done);
    }
    match session.write(&writes).await? {
        Written::All => session.commit().await?,
        Written::Stale => {
            session.rollback().await?;
            return Ok(Pass::Lost);
        }
    }
    Ok(if more { Pass::More } else { Pass::Done })
}

/// Gives pending events their places after the head.
fn place(
    writes: &mut Writes,
    head: &crate::store::rows::HeadRow,
    mut pending: Vec<crate::store::rows::PendingRow>,
) -> Result<(), Error> {
    if pending.is_empty() {
        return Ok(());
    }
    pending.sort_by_key(|row| (row.stamp, row.id));
    let mut moved = head.clone();
    for row in &pending {
        let items = Items::read(row.items.clone())?;
        writes.sequence.push(events::sequence(&mut moved, row.id, &items));
    }
    moved.version += 1;
    writes.heads.update.push((head.version, moved));
    writes.sequenced = pending.iter().map(Row::key).collect();
    Ok(())
}
