//! Finds the books whose server answers, on a store that is spread over several servers.
//!
//! A listing across books asks every server, and fails where one is gone. Then books are listed one by one,
//! until a listing across books succeeds again. A book that does not answer rests for a while, longer each
//! time, so that a lost server slows nobody down for long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{Fault, FaultKind, SharedStore};
use crate::env::monotonic_now;
use crate::ids::Book;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::JobState;

/// How long a listing across books may take before books are listed one by one.
const ACROSS: Duration = Duration::from_secs(5);
/// How long the look at one book may take.
const EACH: Duration = Duration::from_secs(2);
/// How long one turn waits for books that may not answer.
const SPENT: Duration = Duration::from_secs(3);
/// How long a book, or a listing across books, rests after a failure: at first, and at most.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// Page size when all books are listed.
const PAGE: usize = 500;
/// How often all books are learned, so that they are known when a server is gone.
const LEARN: Duration = Duration::from_secs(300);
/// How many books are kept in mind.
const MOST: usize = 100_000;

/// What a process knows of the books of a store, and of the servers that have them.
#[derive(Debug, Default)]
pub struct Reach(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Books that were seen.
    known: BTreeSet<Book>,
    /// When all books were listed.
    learned: Option<Instant>,
    /// Set while listings across books fail: until when they rest.
    across: Option<Rest>,
    /// Books that have answered since a look across failed.
    answered: BTreeSet<Book>,
    /// Books that did not answer, and until when each rests.
    away: BTreeMap<Book, Rest>,
}

/// The pause after a failure to answer.
#[derive(Clone, Copy, Debug)]
struct Rest {
    until: Instant,
    pause: Duration,
}

impl Rest {
    /// The next pause, which is twice as long as the one before.
    fn after(before: Option<Self>, now: Instant) -> Self {
        let pause = before.map_or(REST.0, |rest| (rest.pause * 2).min(REST.1));
        Self { until: now + pause, pause }
    }

    fn is_over(self, now: Instant) -> bool {
        now >= self.until
    }
}

impl Reach {
    fn state(&self) -> MutexGuard<'_, State> {
        // the state is sets of names, so a panic leaves it usable
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a book exists.
    pub fn remember(&self, book: &Book) {
        let mut state = self.state();
        if !state.known.contains(book) && state.known.len() < MOST {
            state.known.insert(book.clone());
        }
    }

    /// Notes that the server of a book did not answer.
    pub fn misses(&self, book: &Book) {
        let (mut state, now) = (self.state(), monotonic_now());
        state.answered.remove(book);
        let rest = Rest::after(state.away.get(book).copied(), now);
        state.away.insert(book.clone(), rest);
    }

    /// Notes that the server of a book answered.
    fn hears(&self, book: &Book) {
        let mut state = self.state();
        if state.away.remove(book).is_some() {
            tracing::info!(book = book.as_str(), "the server of a book answers again");
        }
        state.answered.insert(book.clone());
    }

    /// Books whose server did not answer when it was last asked.
    #[must_use]
    pub fn missing(&self) -> Vec<Book> {
        self.state().away.keys().cloned().collect()
    }

    /// Whether a look across books failed, and none has succeeded since.
    #[must_use]
    pub fn is_in_parts(&self) -> bool {
        self.state().across.is_some()
    }

    fn may_look_across(&self) -> bool {
        self.state().across.is_none_or(|rest| rest.is_over(monotonic_now()))
    }

    /// Notes that a listing across books failed.
    fn breaks(&self) {
        let (mut state, now) = (self.state(), monotonic_now());
        if state.across.is_none() {
            tracing::warn!("a server does not answer: books are looked at one by one");
        }
        state.across = Some(Rest::after(state.across, now));
    }

    /// Notes that a listing across books succeeded: every server answers.
    fn is_whole(&self) {
        let mut state = self.state();
        if state.across.take().is_some() {
            tracing::info!("every server answers again");
        }
        state.answered.clear();
        state.away.clear();
    }

    /// The next books to look at, each with whether it has answered since a look across failed.
    fn turn(&self, after: Option<&Book>) -> Vec<(Book, bool)> {
        let (state, now) = (self.state(), monotonic_now());
        let next = state.known.iter().filter(|book| after.is_none_or(|after| *book > after));
        let awake = next.filter(|book| state.away.get(*book).is_none_or(|rest| rest.is_over(now)));
        awake.map(|book| (book.clone(), state.answered.contains(book))).collect()
    }

    /// Learns all books every [`LEARN`], while every server answers.
    async fn learn(&self, store: &SharedStore) -> Result<(), Fault> {
        let now = monotonic_now();
        let is_new = |at: Instant| now.saturating_duration_since(at) < LEARN;
        if self.state().learned.is_some_and(is_new) {
            return Ok(());
        }
        let mut after = None;
        loop {
            let listing = Listing::Books { after: after.take(), limit: PAGE };
            let books = store.reader().await?.list(&listing).await?.books;
            books.iter().for_each(|book| self.remember(book));
            match books.last().filter(|_| books.len() == PAGE) {
                Some(last) => after = Some(last.clone()),
                None => break,
            }
        }
        self.state().learned = Some(now);
        Ok(())
    }

    /// Reads a listing across books, of those whose server answers.
    ///
    /// # Errors
    /// Any failure of the store that concerns more than some of the books.
    pub(super) async fn look(&self, store: &SharedStore, listing: &Listing) -> Result<Listed, Fault> {
        if is_of_one_book(listing) {
            return store.reader().await?.list(listing).await;
        }
        if self.may_look_across() {
            let across = async {
                let listed = store.reader().await?.list(listing).await?;
                self.learn(store).await?;
                Ok::<_, Fault>(listed)
            };
            match timeout(ACROSS, across).await {
                Ok(Ok(listed)) => {
                    self.is_whole();
                    books_of(&listed).for_each(|book| self.remember(book));
                    return Ok(listed);
                }
                Ok(Err(Fault { kind: FaultKind::Away, .. })) | Err(_) => self.breaks(),
                Ok(Err(fault)) => return Err(fault),
            }
        }
        self.one_by_one(store, listing).await
    }

    async fn one_by_one(&self, store: &SharedStore, listing: &Listing) -> Result<Listed, Fault> {
        let (mut found, mut spent) = (Listed::default(), Duration::ZERO);
        for (book, answered) in self.turn(after(listing)) {
            if is_enough(listing, &found) || spent > SPENT * 4 {
                break;
            }
            if !answered && spent > SPENT {
                continue;
            }
            let since = monotonic_now();
            match timeout(EACH, look_at(store, listing, &book)).await {
                Ok(Ok(listed)) => {
                    self.hears(&book);
                    add(&mut found, listed);
                }
                Ok(Err(Fault { kind: FaultKind::Away, .. })) | Err(_) => {
                    self.misses(&book);
                    spent += monotonic_now().saturating_duration_since(since);
                }
                Ok(Err(fault)) => return Err(fault),
            }
        }
        #[cfg(feature = "sql")]
        super::sql::list::arrange(listing, &mut found);
        Ok(found)
    }
}

const fn is_of_one_book(listing: &Listing) -> bool {
    matches!(
        listing,
        Listing::DueJobs { book: Some(_), .. }
            | Listing::DueRecords { book: Some(_), .. }
            | Listing::DueHolds { book: Some(_), .. }
    )
}

/// The book after which a page of books begins.
const fn after(listing: &Listing) -> Option<&Book> {
    match listing {
        Listing::Books { after, .. }
        | Listing::PendingBooks { after, .. }
        | Listing::BooksWithDeltas { after, .. } => after.as_ref(),
        _ => None,
    }
}

/// Whether a page of books is full. Rows that are due come oldest first, whichever book they are of.
const fn is_enough(listing: &Listing, found: &Listed) -> bool {
    match listing {
        Listing::Books { limit, .. }
        | Listing::PendingBooks { limit, .. }
        | Listing::BooksWithDeltas { limit, .. } => found.books.len() >= *limit,
        _ => false,
    }
}

/// Reads the part of one book of a listing across books.
async fn look_at(store: &SharedStore, listing: &Listing, book: &Book) -> Result<Listed, Fault> {
    let mut session = store.reader().await?;
    let named = |there: bool| Listed {
        books: if there { vec![book.clone()] } else { Vec::new() },
        ..Listed::default()
    };
    let one = Some(book.clone());
    match listing {
        Listing::DueRecords { now, limit, .. } => {
            session.list(&Listing::DueRecords { book: one, now: *now, limit: *limit }).await
        }
        Listing::DueHolds { now, limit, .. } => {
            session.list(&Listing::DueHolds { book: one, now: *now, limit: *limit }).await
        }
        Listing::DueJobs { kinds, now, limit, .. } => {
            let (kinds, now, limit) = (kinds.clone(), *now, *limit);
            session.list(&Listing::DueJobs { book: one, kinds, now, limit }).await
        }
        Listing::JobKinds { .. } => {
            let counts = session.list(&Listing::JobCounts { book: book.clone() }).await?.job_counts;
            let open = counts
                .into_iter()
                .filter(|(_, state, _)| matches!(state, JobState::Queued | JobState::Leased));
            Ok(Listed { job_kinds: open.map(|(kind, ..)| kind).collect(), ..Listed::default() })
        }
        Listing::BooksWithDeltas { .. } => {
            let listing = Listing::Deltas { book: book.clone(), after: None, limit: 1 };
            Ok(named(!session.list(&listing).await?.counters.is_empty()))
        }
        // any listing of the book shows whether its server answers
        _ => {
            let pending = session.list(&Listing::Pending { book: book.clone(), limit: 1 }).await?.pending;
            if matches!(listing, Listing::Books { .. }) || !pending.is_empty() {
                return Ok(named(true));
            }
            let streams = session.list(&Listing::Streams { book: book.clone(), limit: 1 }).await?.streams;
            Ok(named(!streams.is_empty()))
        }
    }
}

fn add(found: &mut Listed, more: Listed) {
    found.books.extend(more.books);
    found.records.extend(more.records);
    found.holds.extend(more.holds);
    found.jobs.extend(more.jobs);
    found.job_kinds.extend(more.job_kinds);
}

fn books_of(listed: &Listed) -> impl Iterator<Item = &Book> {
    let due = listed.records.iter().map(|row| &row.book).chain(listed.holds.iter().map(|row| &row.book));
    listed.books.iter().chain(due).chain(listed.jobs.iter().map(|row| &row.book))
}
