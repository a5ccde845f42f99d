//! Finds the books whose server answers, on a store that is spread over several servers.
//!
//! A listing across books asks every server, and fails where one is gone. Then books are listed one by one,
//! until a listing across books succeeds again. A book that does not answer rests for a while, longer each
//! time, so that a lost server slows nobody down for long.
//!
//! A server that is silent answers nothing and breaks nothing: it would keep every connection that waits for
//! it. So each book is known with its home, the server that has it: a home gets a share of what there is, and
//! one that says nothing for a while is asked nothing by the background.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;
use tokio::time::{Instant, timeout};

use super::{Fault, FaultKind, Homes, SharedStore};
use crate::env::monotonic_now;
use crate::ids::Book;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::JobState;

/// How long a listing across books may take before books are listed one by one.
const ACROSS: Duration = Duration::from_secs(5);
/// How long a server that was asked may say nothing before it counts as silent.
const SILENT: Duration = Duration::from_secs(1);
/// How often it is seen to that no server has fallen silent.
const GLANCE: Duration = Duration::from_millis(100);
/// How many books are asked one by one for their servers; more are listed.
const ASKED_ALONE: usize = 16;
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

/// A server among several: any text that tells it from the others.
pub type Home = Arc<str>;

/// A process's knowledge of the books of a store, and of the servers that have them.
#[derive(Clone, Debug, Default)]
pub struct Reach(Arc<Mutex<State>>);

/// A question to a server, until it is answered or given up.
#[derive(Debug)]
pub struct Question {
    reach: Reach,
    home: Option<Home>,
    heard: bool,
}

/// The questions to a server that are not answered yet.
#[derive(Clone, Copy, Debug)]
struct Unanswered {
    questions: usize,
    /// When it last said something, or was asked after a time without questions.
    heard: Instant,
}

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
    /// The server of each book, and each server once.
    homes: HashMap<Book, Home>,
    servers: BTreeSet<Home>,
    /// Books that are asked for their server with the next look.
    homeless: BTreeSet<Book>,
    /// Servers with questions.
    asked: HashMap<Home, Unanswered>,
}

impl State {
    fn is_silent(&self, home: &Home, now: Instant) -> bool {
        let late = |asked: &Unanswered| now.saturating_duration_since(asked.heard) > SILENT;
        self.asked.get(home).is_some_and(late)
    }

    fn is_book_silent(&self, book: &Book, now: Instant) -> bool {
        self.homes.get(book).is_some_and(|home| self.is_silent(home, now))
    }
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

    /// The server that has a book, if it is known. Otherwise it will be asked for.
    #[must_use]
    pub fn home(&self, book: &Book) -> Option<Home> {
        if book.as_str().starts_with('@') {
            // it is on no list of books
            return None;
        }
        let mut state = self.state();
        let home = state.homes.get(book).cloned();
        if home.is_none() && state.homeless.len() < MOST && !state.homeless.contains(book) {
            state.homeless.insert(book.clone());
        }
        home
    }

    /// How many of these places the books of one server may have: half, where there are several servers.
    #[must_use]
    pub fn share(&self, places: usize) -> usize {
        if self.state().servers.len() < 2 { places } else { places.div_ceil(2) }
    }

    /// Notes that a server is asked something.
    pub fn asks(&self, home: Option<Home>) -> Question {
        if let Some(home) = &home {
            let now = monotonic_now();
            let mut state = self.state();
            state.asked.entry_ref(home).or_insert(Unanswered { questions: 0, heard: now }).questions += 1;
        }
        Question { reach: self.clone(), home, heard: false }
    }

    /// Whether the server of a book was asked a while ago, and has said nothing since.
    #[must_use]
    pub fn is_silent(&self, book: &Book) -> bool {
        self.state().is_book_silent(book, monotonic_now())
    }

    /// Waits for work about a book that may be given up and done later: none once its server is silent.
    pub async fn while_heard<T>(&self, book: &Book, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            match timeout(SPENT, &mut work).await {
                Ok(done) => return Some(done),
                Err(_) if self.is_silent(book) => return None,
                Err(_) => {}
            }
        }
    }

    /// Whether the server of a book is silent while another one is not: then the way to both is sound.
    #[must_use]
    pub fn is_only_home_silent(&self, book: &Book) -> bool {
        let (state, now) = (self.state(), monotonic_now());
        state.is_book_silent(book, now) && state.servers.iter().any(|home| !state.is_silent(home, now))
    }

    fn is_any_silent(&self) -> bool {
        let (state, now) = (self.state(), monotonic_now());
        state.asked.keys().any(|home| state.is_silent(home, now))
    }

    /// Waits until a server is silent.
    async fn silence(&self) {
        while !self.is_any_silent() {
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Notes which servers have these books.
    fn live(&self, homes: Vec<(Book, Home)>) {
        let mut state = self.state();
        for (book, home) in homes {
            state.homeless.remove(&book);
            if !state.servers.contains(&home) {
                state.servers.insert(home.clone());
            }
            if state.homes.len() < MOST {
                state.homes.insert(book, home);
            }
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
        self.state().across.is_some() || self.is_any_silent()
    }

    fn may_look_across(&self) -> bool {
        self.state().across.is_none_or(|rest| rest.is_over(monotonic_now())) && !self.is_any_silent()
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
        let awake = awake.filter(|book| !state.is_book_silent(book, now));
        awake.map(|book| (book.clone(), state.answered.contains(book))).collect()
    }

    /// Learns all books and their servers every [`LEARN`], while every server answers, and sooner those of
    /// books that were met since.
    async fn learn(&self, store: &SharedStore) -> Result<(), Fault> {
        let now = monotonic_now();
        let is_new = |at: Instant| now.saturating_duration_since(at) < LEARN;
        let homeless = self.state().homeless.clone();
        if self.state().learned.is_some_and(is_new) && homeless.len() <= ASKED_ALONE {
            for book in homeless {
                let homes = store.reader().await?.homes(Homes::Of(&book)).await?;
                self.live(homes);
                // one without rows is asked for again when it is met again
                self.state().homeless.remove(&book);
            }
            return Ok(());
        }
        let mut after = None;
        loop {
            let mut homes = store.reader().await?.homes(Homes::After(after.as_ref(), PAGE)).await?;
            // a router may hand on a page of each server
            homes.truncate(PAGE);
            homes.iter().for_each(|(book, _)| self.remember(book));
            let last = homes.last().map(|(book, _)| book.clone()).filter(|_| homes.len() == PAGE);
            self.live(homes);
            if last.is_none() {
                break;
            }
            after = last;
        }
        let mut state = self.state();
        state.learned = Some(now);
        state.homeless.retain(|book| !homeless.contains(book));
        Ok(())
    }

    /// Reads a listing across books, of those whose server answers.
    pub(super) async fn look(&self, store: &SharedStore, listing: &Listing) -> Result<Listed, Fault> {
        if !is_across(listing) {
            return super::readable_page(store.reader().await?.as_mut(), listing).await;
        }
        if self.may_look_across() {
            let across = async {
                let listed = super::readable_page(store.reader().await?.as_mut(), listing).await?;
                self.learn(store).await?;
                Ok::<_, Fault>(listed)
            };
            let across = async {
                tokio::select! {
                    listed = timeout(ACROSS, across) => listed.ok(),
                    () = self.silence() => None,
                }
            };
            match across.await {
                Some(Ok(listed)) => {
                    self.is_whole();
                    books_of(&listed).for_each(|book| self.remember(book));
                    return Ok(listed);
                }
                Some(Err(Fault { kind: FaultKind::Away, .. })) | None => self.breaks(),
                Some(Err(fault)) => return Err(fault),
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
            if !answered && spent > SPENT || self.is_silent(&book) {
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

impl Question {
    /// Notes that the server says something, and has more to say.
    pub fn touch(&self) {
        if let Some(home) = &self.home
            && let Some(asked) = self.reach.state().asked.get_mut(home)
        {
            asked.heard = monotonic_now();
        }
    }

    /// Notes that it was answered.
    pub fn heard(mut self) {
        self.heard = true;
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        let Some(home) = &self.home else { return };
        let (mut state, now) = (self.reach.state(), monotonic_now());
        let was_silent = self.heard && state.is_silent(home, now);
        if let Some(asked) = state.asked.get_mut(home) {
            asked.questions -= 1;
            if self.heard {
                asked.heard = now;
            }
            if asked.questions == 0 {
                state.asked.remove(home);
            }
        }
        if was_silent {
            tracing::info!(server = &**home, "a server that was silent answers again");
            // nothing of it rests any longer
            let State { away, homes, across, .. } = &mut *state;
            away.retain(|book, _| homes.get(book) != Some(home));
            if let Some(rest) = across {
                *rest = Rest { until: now, pause: REST.0 };
            }
        }
    }
}

/// Whether a listing is about rows of any book.
const fn is_across(listing: &Listing) -> bool {
    matches!(
        listing,
        Listing::Books { .. }
            | Listing::PendingBooks { .. }
            | Listing::BooksWithDeltas { .. }
            | Listing::JobKinds { .. }
            | Listing::DueJobs { book: None, .. }
            | Listing::DueRecords { book: None, .. }
            | Listing::DueHolds { book: None, .. }
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
    session.concerns(Some(book));
    let named = |there: bool| Listed {
        books: if there { vec![book.clone()] } else { Vec::new() },
        ..Listed::default()
    };
    let one = Some(book.clone());
    match listing {
        Listing::DueRecords { now, limit, .. } => {
            let listing = Listing::DueRecords { book: one, now: *now, limit: *limit };
            super::readable_page(session.as_mut(), &listing).await
        }
        Listing::DueHolds { now, limit, .. } => {
            let listing = Listing::DueHolds { book: one, now: *now, limit: *limit };
            super::readable_page(session.as_mut(), &listing).await
        }
        Listing::DueJobs { kinds, now, limit, .. } => {
            let (kinds, now, limit) = (kinds.clone(), *now, *limit);
            let listing = Listing::DueJobs { book: one, kinds, now, limit };
            super::readable_page(session.as_mut(), &listing).await
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
    found.unreadable.extend(more.unreadable);
}

fn books_of(listed: &Listed) -> impl Iterator<Item = &Book> {
    let due = listed.records.iter().map(|row| &row.book).chain(listed.holds.iter().map(|row| &row.book));
    listed.books.iter().chain(due).chain(listed.jobs.iter().map(|row| &row.book))
}
