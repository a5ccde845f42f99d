//! Gives events their places: a gapless number and a link of the hash chain, after the commit that wrote
//! them.
//!
//! On SQLite and in memory the commit itself does it. On PostgreSQL a pass takes the pending events of
//! commits, in the order of their stamps, and moves the book's head by compare-and-set: of two sequencers one
//! wins and the other stops. The same pass folds what was appended to streaming accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::env::{self, Env};
use crate::error::{Code, Error, Result};
use crate::ids::Book;
use crate::kernel::fold::Fold;
use crate::rows::events::{self, Items};
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{HeadRow, PendingRow};
use crate::rows::writes::Writes;
use crate::sorting::Sorting;
use crate::store::reachable_books::{Home, Reach};
use crate::store::{Fault, FaultKind, Session, SharedStore, Wait, Written, look_around, while_heard};
use crate::time::{Span, Time};

/// Commits that one pass takes.
const BATCH: usize = 1_000;
/// Passes that the background task makes for one book before it continues with the next.
const TURN: u32 = 4;
/// Books that one look finds.
pub const PAGE: usize = 100;
/// How often a pass is retried after it gave way to another transaction, a quarter of a second apart.
const AGAIN: u32 = 8;
/// How long a reader waits for a lock that another transaction keeps.
const PATIENCE: Duration = Duration::from_millis(900);
/// How long a step waits for the slowest of several servers.
const LATE: Duration = Duration::from_secs(1);

/// Sequences everything that a book has pending.
pub async fn catch_up(store: &SharedStore, env: &Env, book: &Book) -> Result<()> {
    if store.capabilities().exclusive {
        return Ok(());
    }
    passes(store, env, book, Effort::Insist).await.map(drop).map_err(|fault| fault.into_error(false))
}

/// The same for readers, which do not insist: if another transaction blocks the sequencing, or nothing may be
/// written, its events are left out of what is read. Returns whether none is.
pub async fn catch_up_if_free(store: &SharedStore, env: &Env, book: &Book) -> Result<bool> {
    if store.capabilities().exclusive {
        return Ok(true);
    }
    let passes = passes(store, env, book, Effort::Read).await;
    let may_not_write = |fault: &Fault| matches!(fault.kind, FaultKind::ReadOnly | FaultKind::Denied);
    match passes.map_err(|fault| (may_not_write(&fault), fault.into_error(false))) {
        Err((may_not_write, error)) if may_not_write || error.code() == Code::Contention => {
            tracing::debug!(book = book.as_str(), "events are read without those that wait for their places");
            Ok(false)
        }
        done => done.map(|_| true).map_err(|(_, error)| error),
    }
}

/// How long a pass over a book tries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// As [`Effort::Insist`], but not against a lock that another transaction keeps.
    Read,
    /// Until nothing is pending, even if another process is sequencing too.
    Insist,
    /// A few passes, so that other books get theirs; obstacles are left to the next round.
    Polite,
}

async fn passes(store: &SharedStore, env: &Env, book: &Book, zeal: Effort) -> Result<Pass, Fault> {
    let mut session = store.writer().await?;
    session.concerns(Some(book));
    let (mut failed, mut made, since) = (0, 0, env::monotonic_now());
    loop {
        match pass(session.as_mut(), store, env, book).await {
            Ok(Pass::More) if zeal != Effort::Polite || made < TURN => made += 1,
            // another process is sequencing: look again, so that the caller sees what it waits for
            Ok(Pass::Lost) if zeal != Effort::Polite => tokio::time::sleep(Duration::from_millis(1)).await,
            Ok(last) => return Ok(last),
            Err(fault) => {
                drop(session.rollback().await);
                let again = matches!(fault.kind, FaultKind::Serialization | FaultKind::LockTimeout);
                let waited = env::monotonic_now().saturating_duration_since(since) > PATIENCE;
                let held = zeal == Effort::Read && fault.kind == FaultKind::LockTimeout && waited;
                if !again || held || failed >= AGAIN || zeal == Effort::Polite {
                    return Err(fault);
                }
                failed += 1;
                tokio::time::sleep(Duration::from_millis(1 << failed)).await;
            }
        }
    }
}

/// Sequences what every book has pending. A failing book stops none of the others.
pub async fn sweep(store: &SharedStore, env: &Env) -> Result<()> {
    if store.capabilities().exclusive {
        return Ok(());
    }
    let (mut outcome, mut next) = (Ok(()), Some(Listing::PendingBooks { after: None, limit: PAGE }));
    while let Some(listing) = next {
        let page = store.reader().await.map_err(|fault| fault.into_error(false))?.list(&listing).await;
        let page = page.map_err(|fault| fault.into_error(false))?;
        for book in &page.books {
            match passes(store, env, book, Effort::Insist).await {
                Err(fault) if is_gone(&fault) => return Err(fault.into_error(false)),
                Err(fault) => {
                    failed(store, book, &fault);
                    outcome = outcome.and(Err(fault.into_error(false)));
                }
                Ok(_) => {}
            }
        }
        next = listing.behind(&page, true);
    }
    outcome
}

/// The rounds of a background task through the books: each step continues behind the book where the last one
/// ended, so that books with steady work, and failing books, do not starve the others.
///
/// Where several servers have the books, each server's are taken side by side: one that is silent keeps the
/// next step from its own books alone.
#[derive(Debug, Default)]
pub struct Rounds {
    after: Option<Book>,
    /// The servers whose books are being sequenced, where there are several.
    running: JoinSet<ServerTurn>,
    under_way: BTreeSet<Option<Home>>,
}

/// How the books of one server were sequenced.
#[derive(Debug)]
struct ServerTurn {
    home: Option<Home>,
    findings: Result<RoundFindings>,
}

/// The findings of one step of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundFindings {
    /// Another process was sequencing a book.
    pub disturbed: bool,
    /// Something was pending.
    pub found: bool,
    /// More is pending, and nobody needs to wait for it.
    pub more: bool,
}

impl Rounds {
    /// Sequences what the next books have pending, and skips a book that another process is sequencing.
    pub async fn step(&mut self, store: &SharedStore, env: &Env) -> Result<RoundFindings> {
        let mut step = RoundFindings::default();
        if store.capabilities().exclusive {
            return Ok(step);
        }
        let books = pending_books(store, self.after.clone()).await?;
        step.found = !books.is_empty();
        let is_page = books.len() >= PAGE;
        if let Some(reach) = store.reach() {
            self.after = books.last().cloned();
            self.side_by_side(store, env, reach, books, &mut step).await?;
        } else {
            for book in &books {
                // set before the pass: if the store goes away at a book, the next step does not begin with
                // it again
                self.after = Some(book.clone());
                one(store, env, book, &mut step).await?;
            }
        }
        if is_page {
            step.more = true;
        } else {
            self.after = None;
        }
        Ok(step)
    }

    /// Sequences books by their servers, and waits for the servers that are quick.
    async fn side_by_side(
        &mut self,
        store: &SharedStore,
        env: &Env,
        reach: &Reach,
        books: Vec<Book>,
        step: &mut RoundFindings,
    ) -> Result<()> {
        let mut of_homes = BTreeMap::<Option<Home>, Vec<Book>>::new();
        for book in books {
            of_homes.entry(reach.home(&book)).or_default().push(book);
        }
        for (home, books) in of_homes {
            if self.under_way.insert(home.clone()) {
                let (store, env) = (store.clone(), env.clone());
                self.running.spawn(async move {
                    let mut findings = RoundFindings::default();
                    for book in &books {
                        if let Err(error) = one(&store, &env, book, &mut findings).await {
                            return ServerTurn { home, findings: Err(error) };
                        }
                    }
                    ServerTurn { home, findings: Ok(findings) }
                });
            }
        }
        let late = tokio::time::sleep(LATE);
        tokio::pin!(late);
        loop {
            let ended = tokio::select! {
                ended = self.running.join_next() => ended,
                () = &mut late => return Ok(()),
            };
            match ended {
                None => return Ok(()),
                Some(Ok(ServerTurn { home, findings })) => {
                    self.under_way.remove(&home);
                    let findings = findings?;
                    step.disturbed |= findings.disturbed;
                    step.more |= findings.more;
                }
                Some(Err(error)) => {
                    // nobody knows whose it was: none is under way once all have ended
                    tracing::error!(%error, "a pass of the sequencer ended early");
                    self.running.abort_all();
                    self.under_way.clear();
                }
            }
        }
    }
}

/// Makes the passes of one book in a round.
async fn one(store: &SharedStore, env: &Env, book: &Book, step: &mut RoundFindings) -> Result<()> {
    match passes(store, env, book, Effort::Polite).await {
        Ok(Pass::Done) => {}
        Ok(Pass::More) => step.more = true,
        Ok(Pass::Lost) => step.disturbed = true,
        Err(fault) if is_gone(&fault) => return Err(fault.into_error(false)),
        Err(fault) => failed(store, book, &fault),
    }
    Ok(())
}

/// Looks for an event that was written at `since` or before and is not sequenced yet, in any book whose
/// server answers, and returns when it was written. If its stamp is ahead of the clock, the id of its commit
/// gives the time.
pub(crate) async fn waiting_since(store: &SharedStore, since: Time) -> Result<Option<Time>> {
    let mut next = Some(Listing::PendingBooks { after: None, limit: PAGE });
    while let Some(listing) = next {
        let page = look_around(store, &listing).await.map_err(|fault| fault.into_error(false))?;
        let mut session = store.reader().await.map_err(|fault| fault.into_error(false))?;
        for book in &page.books {
            let listing = Listing::Pending { book: book.clone(), limit: 1 };
            let listed = match session.list(&listing).await {
                Err(fault) if fault.kind == FaultKind::Away => continue,
                listed => listed.map_err(|fault| fault.into_error(false))?,
            };
            let written =
                listed.pending.first().map(|row| row.stamp.min(env::time_of(row.id).unwrap_or(row.stamp)));
            if let Some(written) = written.filter(|written| *written <= since) {
                return Ok(Some(written));
            }
        }
        next = listing.behind(&page, true);
    }
    Ok(None)
}

/// Books with pending work, of those whose server answers.
async fn pending_books(store: &SharedStore, after: Option<Book>) -> Result<Vec<Book>> {
    let listing = Listing::PendingBooks { after, limit: PAGE };
    Ok(look_around(store, &listing).await.map_err(|fault| fault.into_error(false))?.books)
}

/// Whether the fault would meet every other book too.
fn is_gone(fault: &Fault) -> bool {
    fault.kind != FaultKind::Away && fault.clone().into_error(false).code() == Code::StoreUnavailable
}

fn failed(store: &SharedStore, book: &Book, fault: &Fault) {
    missed(store, book, fault);
    let code = fault.clone().into_error(false).code().as_str();
    tracing::warn!(book = book.as_str(), code, "a book was not sequenced");
}

/// Leaves a book alone for a while if its server does not answer.
fn missed(store: &SharedStore, book: &Book, fault: &Fault) {
    if let Some(reach) = store.reach().filter(|_| fault.kind == FaultKind::Away) {
        reach.misses(book);
    }
}

/// Deletes the marks of commits whose outcome nobody can still be asking for.
pub async fn forget_marks(store: &SharedStore, now: Time) -> Result<()> {
    let mut session = store.writer().await.map_err(|fault| fault.into_error(false))?;
    // by the store's clock: that of this process may be ahead of a process that still asks
    let before = now.checked_sub(Span::from_hours(1)).unwrap_or(Time::MIN);
    let until = env::commit_before(before);
    let mut next = Some(Listing::Books { after: None, limit: 500 });
    while let Some(listing) = next {
        let page = look_around(store, &listing).await.map_err(|fault| fault.into_error(false))?;
        for book in &page.books {
            let forgotten = while_heard(store, book, session.forget_marks(book, until, before)).await;
            let Some(forgotten) = forgotten else { continue };
            match forgotten {
                Err(fault) if fault.kind == FaultKind::Away => missed(store, book, &fault),
                forgotten => forgotten.map_err(|fault| fault.into_error(false))?,
            }
        }
        next = listing.behind(&page, false);
    }
    Ok(())
}

/// How a pass for a book ended, or the last of several.
enum Pass {
    /// More is pending, and other books may come first.
    More,
    /// Nothing is pending.
    Done,
    /// Another process is sequencing.
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
        drain.account(row.account_key(), Access::Drain);
    }
    if !drain.is_empty() {
        let loaded = session.lock(&drain, Wait::Skip).await?;
        fold.absorb(&drain, loaded);
    }
    let head = fold.seen.heads.row(&(book.clone(),)).cloned();
    if head.as_ref().is_some_and(HeadRow::is_spent) {
        return Err(Error::corrupted("the number of the last event of the book").into());
    }
    let mut writes = fold.finish(env.commit(), store.capabilities());
    // rows that others keep locked were skipped, and are no reason for another pass
    let more = listed.pending.len() == BATCH || writes.folded.len() >= BATCH;
    if let Some(head) = head {
        place(&mut writes, &head, listed.pending)?;
    }
    if writes.is_empty() {
        session.rollback().await?;
        return Ok(Pass::Done);
    }
    match session.write(&writes).await? {
        Written::All => session.commit().await?,
        Written::Stale | Written::Claimed => {
            session.rollback().await?;
            return Ok(Pass::Lost);
        }
    }
    Ok(if more { Pass::More } else { Pass::Done })
}

/// Gives pending events their places after the head.
fn place(writes: &mut Writes, head: &HeadRow, mut pending: Vec<PendingRow>) -> Result<(), Error> {
    if pending.is_empty() {
        return Ok(());
    }
    pending.order_by_key(|row| (row.stamp, row.id));
    let mut moved = head.clone();
    for row in &pending {
        let items = Items::read(row.items.clone())?;
        writes.sequence.push(events::sequence(&mut moved, row.id, &items));
    }
    moved.version += 1;
    writes.heads.update.push((head.seen(), moved));
    writes.sequenced = pending.iter().map(Row::key).collect();
    Ok(())
}
