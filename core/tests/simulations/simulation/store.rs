//! A simulated database: row locks, claims that wait for their twins, pending work, a failing network.
//!
//! It has the capabilities of PostgreSQL over the tables of the memory store: several transactions at once,
//! SKIP LOCKED and waiting, compare-and-set, marks of commits. Every step takes a time that is drawn, and
//! time is that of a paused runtime: nothing here waits, and one seed is one history.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use earnest::currency::{Currencies, Currency};
use earnest::env::Clock;
use earnest::rows::listing::{Listed, Listing};
use earnest::rows::loaded::Loaded;
use earnest::rows::needs::{Access, AccountKey, CounterKey, Needs};
use earnest::rows::row::Row;
use earnest::rows::tables::{AccountRow, EventRow, PendingRow, RecordRow, StreamRow};
use earnest::rows::writes::{Guards, Writes};
use earnest::store::memory::MemoryStore;
use earnest::store::{Capabilities, Fault, FaultKind, Schema, Session, Store, Wait, Written};
use earnest::{Book, Span, Time};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::sync::Notify;
use uuid::Uuid;

mod back;
mod troubles;
use super::claims::{Lock, of_memory, wanted};
pub(crate) use back::Happening;
pub(crate) use troubles::{Happened, Planted, Troubles};

/// How long a statement waits that is a transaction by itself.
const ALONE: Duration = Duration::from_millis(100);
/// How long a statement of a group waits for a lock or a claim.
const CLAIM: Duration = Duration::from_millis(250);

/// How long it waits in a group that is treated so.
fn patience(wait: Wait) -> Duration {
    match wait {
        Wait::Skip => CLAIM,
        Wait::Brief => Duration::from_millis(40),
        Wait::Block => Duration::from_secs(2),
    }
}

#[derive(Debug, Default)]
struct State {
    locks: BTreeMap<Lock, u64>,
    marks: BTreeMap<(Book, Uuid), Time>,
    pending: Vec<PendingRow>,
    streams: Vec<StreamRow>,
    transactions: u64,
    /// The happenings in order: how the history really went.
    journal: Vec<Happening>,
    /// The commits that were not lost, with the journal's length before each.
    commits: Vec<(Writes, usize)>,
    /// How often the database went back, which ends all transactions, and how often connections broke.
    era: u64,
    history: u64,
    /// When each hold was to end, when it was made, and each key, by the stamp of its command.
    ends: BTreeMap<String, Time>,
    /// Every record at every version that was committed.
    records: BTreeMap<(Uuid, i64), RecordRow>,
    counters: BTreeMap<CounterKey, Arc<[u8]>>,
    happened: Happened,
    troubles: Troubles,
    planted: Planted,
}

#[derive(Debug)]
struct Shared {
    memory: Mutex<Arc<MemoryStore>>,
    turn: tokio::sync::Mutex<()>,
    clock: Clock,
    state: Mutex<State>,
    draw: Mutex<ChaCha8Rng>,
    freed: Notify,
    /// Small, and another one from seed to seed, so that groups follow one another.
    break_even_group: usize,
}

/// The store; its clones are the same database.
#[derive(Clone, Debug)]
pub(crate) struct SimStore(Arc<Shared>);

impl SimStore {
    pub(crate) fn new(seed: u64, clock: Clock, troubles: Troubles) -> Self {
        let memory = Mutex::new(Arc::new(MemoryStore::new(clock.clone())));
        let state = Mutex::new(State { troubles, ..State::default() });
        let draw = Mutex::new(ChaCha8Rng::seed_from_u64(seed));
        let break_even_group = 2 + (seed % 4) as usize;
        let (turn, freed) = (tokio::sync::Mutex::default(), Notify::new());
        Self(Arc::new(Shared { memory, turn, clock, state, draw, freed, break_even_group }))
    }

    /// How much has happened.
    pub(crate) fn committed(&self) -> usize {
        self.0.state.lock().unwrap().journal.len()
    }

    /// Returns all that happened, with what was lost.
    pub(crate) fn journal(&self) -> Vec<Happening> {
        self.0.state.lock().unwrap().journal.clone()
    }

    /// The events that are there, in the order of their commits.
    pub(crate) fn log(&self) -> Vec<EventRow> {
        let state = self.0.state.lock().unwrap();
        state.commits.iter().flat_map(|(writes, _)| writes.events.clone()).collect()
    }

    /// When a hold was to end when it was made, or a key (`key NAME STAMP`).
    pub(crate) fn end_of(&self, what: &str) -> Option<Time> {
        self.0.state.lock().unwrap().ends.get(what).copied()
    }

    pub(crate) fn happened(&self) -> Happened {
        self.0.state.lock().unwrap().happened.clone()
    }

    /// A record as it was committed at a version; `None` where two commands of one group changed it.
    pub(crate) fn record_at(&self, id: Uuid, version: i64) -> Option<RecordRow> {
        self.0.state.lock().unwrap().records.get(&(id, version)).cloned()
    }

    /// From now on so much fails.
    pub(crate) fn trouble(&self, troubles: Troubles) {
        self.0.state.lock().unwrap().troubles = troubles;
    }

    /// Gives it a bug.
    pub(crate) fn plant(&self, planted: Planted) {
        self.0.state.lock().unwrap().planted = planted;
    }

    /// From now on nothing fails.
    pub(crate) fn calm(&self) {
        self.trouble(Troubles::default());
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(SimSession {
            store: self.clone(),
            transaction: None,
            era: 0,
            writes: None,
            alone: false,
            patience: CLAIM,
        })
    }
}

impl Shared {
    fn below(&self, bound: u64) -> u64 {
        self.draw.lock().unwrap().next_u64() % bound
    }

    /// A step takes its time, now and then a long one, and may fail.
    async fn step(&self, kinds: &[FaultKind]) -> Result<(), Fault> {
        let millis = if self.below(40) == 0 { self.below(400) } else { self.below(4) };
        tokio::time::sleep(Duration::from_millis(millis)).await;
        let troubles = self.state.lock().unwrap().troubles;
        if self.below(1_000) < troubles.steps {
            self.state.lock().unwrap().happened.failed_steps += 1;
            let kind = kinds[usize::try_from(self.below(kinds.len() as u64)).unwrap()];
            return Err(Fault::new(kind, "by the simulation"));
        }
        Ok(())
    }

    /// Whether the planted bug is this one, and strikes now.
    fn strikes(&self, bug: Planted) -> bool {
        if self.state.lock().unwrap().planted != bug || self.below(6) > 0 {
            return false;
        }
        self.state.lock().unwrap().happened.planted += 1;
        true
    }

    fn try_take(&self, transaction: u64, lock: &Lock) -> bool {
        let mut state = self.state.lock().unwrap();
        *state.locks.entry(lock.clone()).or_insert(transaction) == transaction
    }

    async fn take(&self, transaction: u64, lock: &Lock, patience: Duration) -> Result<(), Fault> {
        if self.try_take(transaction, lock) {
            return Ok(());
        }
        self.state.lock().unwrap().happened.waits += 1;
        let waiting = async {
            loop {
                let freed = self.freed.notified();
                if self.try_take(transaction, lock) {
                    return;
                }
                freed.await;
            }
        };
        let late = |_| Fault::new(FaultKind::LockTimeout, "a lock was not had in time");
        tokio::time::timeout(patience, waiting).await.map_err(late)
    }

    fn memory(&self) -> Arc<MemoryStore> {
        self.memory.lock().unwrap().clone()
    }

    fn era(&self) -> u64 {
        self.state.lock().unwrap().era
    }

    /// A statement arrives that nobody waits for any more. It is carried out as always, if it still can be.
    async fn arrive(&self, writes: Writes, era: u64) {
        let transaction = self.next_transaction();
        let mut fits = true;
        for lock in wanted(&writes) {
            fits = fits && self.take(transaction, &lock, ALONE).await.is_ok();
        }
        let done = fits && self.admits(&writes).await.unwrap() && self.apply(writes, era).await;
        self.state.lock().unwrap().happened.too_late += u64::from(!done);
        self.free(transaction);
    }

    fn next_transaction(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        state.transactions += 1;
        state.transactions
    }

    fn free(&self, transaction: u64) {
        self.state.lock().unwrap().locks.retain(|_, owner| *owner != transaction);
        self.freed.notify_waiters();
    }

    /// Reads the rows as they stand now.
    async fn read(&self, needs: &Needs) -> Result<Loaded, Fault> {
        let mut loaded = self.memory().reader().await?.peek(needs).await?;
        let state = self.state.lock().unwrap();
        for row in loaded.accounts.iter().filter(|row| row.streaming) {
            let of_row = state.streams.iter().filter(|stream| stream.account_key() == row.key());
            let mut sums = of_row.map(|stream| stream.amount).peekable();
            if sums.peek().is_some() {
                loaded.streams.push((row.key(), sums.sum()));
            }
        }
        let fast = state.planted == Planted::FastClock;
        loaded.now = Some(if fast {
            self.clock.now().checked_add(Span::from_days(1)).unwrap()
        } else {
            self.clock.now()
        });
        Ok(loaded)
    }

    /// Whether everything is as it was seen.
    async fn admits(&self, writes: &Writes) -> Result<bool, Fault> {
        let mut session = self.memory().writer().await?;
        session.begin().await?;
        let mut compared = of_memory(writes);
        self.blind(&mut compared).await;
        let (written, books) = (session.write(&compared).await, self.has_books_of(writes).await);
        session.rollback().await?;
        let state = self.state.lock().unwrap();
        let free =
            books && writes.marks.iter().all(|mark| !state.marks.contains_key(&(mark.book.clone(), mark.id)));
        let folded = writes.folded.iter().all(|key| state.streams.iter().any(|row| row.key() == *key));
        let sequenced = writes.sequenced.iter().all(|key| state.pending.iter().any(|row| row.key() == *key));
        Ok(written? == Written::All && free && folded && sequenced)
    }

    /// Makes it durable, unless the database has gone back since the era in which it was begun.
    async fn apply(&self, mut writes: Writes, era: u64) -> bool {
        let _turn = self.turn.lock().await;
        if self.era() != era {
            return false;
        }
        if self.strikes(Planted::LostCommit) {
            return true;
        }
        self.spoil(&mut writes).await;
        // what was relied on without a lock may have changed since it was looked at
        writes.guards = Guards::default();
        self.blind(&mut writes).await;
        self.put(&writes).await;
        let mut state = self.state.lock().unwrap();
        let before = state.journal.len();
        state.journal.extend(writes.events.iter().cloned().map(Happening::Event));
        state.keep(writes, before);
        true
    }

    /// Writes the tables.
    async fn put(&self, writes: &Writes) {
        let mut session = self.memory().writer().await.unwrap();
        session.begin().await.unwrap();
        let written = session.write(&of_memory(writes)).await.unwrap();
        assert_eq!(written, Written::All, "locks and claims were held until the commit");
        session.commit().await.unwrap();
    }
}

struct SimSession {
    store: SimStore,
    transaction: Option<u64>,
    /// The era in which it was begun.
    era: u64,
    writes: Option<Writes>,
    /// Whether the write is a statement by itself: until that arrives, the database knows nothing of it.
    alone: bool,
    patience: Duration,
}

impl Drop for SimSession {
    fn drop(&mut self) {
        self.end();
    }
}

impl SimSession {
    fn end(&mut self) {
        self.writes = None;
        if let Some(transaction) = self.transaction.take() {
            self.store.0.free(transaction);
        }
    }

    fn open(&self) -> Result<u64, Fault> {
        if self.transaction.is_some() && self.era != self.store.0.era() {
            return Err(Fault::new(FaultKind::Unavailable, "the server is another one"));
        }
        self.transaction.ok_or_else(|| Fault::new(FaultKind::NotInTransaction, "no transaction is open"))
    }

    /// Rows that will be written: locked, or busy.
    async fn lock_rows<K: Clone>(
        &self,
        rows: impl Iterator<Item = (K, Lock)>,
        wait: Wait,
    ) -> Result<Vec<K>, Fault> {
        let transaction = self.open()?;
        let mut busy = Vec::new();
        for (key, lock) in rows {
            match wait {
                Wait::Block => self.store.0.take(transaction, &lock, self.patience).await?,
                Wait::Skip | Wait::Brief if !self.store.0.try_take(transaction, &lock) => busy.push(key),
                Wait::Skip | Wait::Brief => {}
            }
        }
        self.store.0.state.lock().unwrap().happened.busy_rows += busy.len() as u64;
        Ok(busy)
    }
}

fn written<K: Clone>(asked: &BTreeMap<K, Access>) -> impl Iterator<Item = K> + '_ {
    asked.iter().filter(|(_, access)| **access > Access::Read).map(|(key, _)| key.clone())
}

/// How many pending rows of one account a debit takes that does not need them all: few, so that more remain.
const DRAIN: usize = 2;

fn drains(needs: &Needs, key: &AccountKey) -> bool {
    needs.accounts.get(key).is_some_and(|access| access.drains())
}

const STEPS: [FaultKind; 3] = [FaultKind::Serialization, FaultKind::LockTimeout, FaultKind::Unavailable];

#[async_trait]
impl Session for SimSession {
    async fn begin(&mut self) -> Result<(), Fault> {
        self.end();
        self.store.0.step(&[FaultKind::Unavailable]).await?;
        (self.patience, self.alone, self.era) = (CLAIM, false, self.store.0.era());
        self.transaction = Some(self.store.0.next_transaction());
        Ok(())
    }

    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        self.store.0.step(&[FaultKind::Unavailable]).await?;
        self.store.0.read(needs).await
    }

    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault> {
        self.open()?;
        let shared = self.store.0.clone();
        shared.step(&STEPS).await?;
        self.patience = patience(wait);
        // what is not there cannot be locked, and a streaming account is locked only to be drained
        let before = shared.read(needs).await?;
        let records: BTreeSet<_> = before.records.iter().map(Row::key).collect();
        let transfers: BTreeSet<_> = before.transfers.iter().map(Row::key).collect();
        let holds: BTreeSet<_> = before.holds.iter().map(Row::key).collect();
        let jobs: BTreeSet<_> = before.jobs.iter().map(Row::key).collect();
        let accounts: BTreeSet<_> = before
            .accounts
            .iter()
            .filter(|row| !row.streaming || drains(needs, &row.key()))
            .map(Row::key)
            .collect();
        let rows = written(&needs.records).filter(|key| records.contains(key));
        let busy_records = self.lock_rows(rows.map(|key| (key.clone(), Lock::Record(key))), wait).await?;
        let rows = written(&needs.transfers).filter(|key| transfers.contains(key));
        let busy_transfers = self.lock_rows(rows.map(|key| (key.clone(), Lock::Transfer(key))), wait).await?;
        let rows = written(&needs.holds).filter(|key| holds.contains(key));
        let busy_holds = self.lock_rows(rows.map(|key| (key.clone(), Lock::Hold(key))), wait).await?;
        let rows = written(&needs.accounts).filter(|key| accounts.contains(key));
        let busy_accounts = self.lock_rows(rows.map(|key| (key.clone(), Lock::Account(key))), wait).await?;
        let rows = written(&needs.jobs).filter(|key| jobs.contains(key));
        let busy_jobs = self.lock_rows(rows.map(|key| (key.clone(), Lock::Job(key))), wait).await?;
        // as in PostgreSQL: locked rows are read anew, the rest is of when the statement began
        let mut loaded = shared.read(needs).await?;
        (loaded.keys, loaded.due) = (before.keys, before.due);
        loaded.records.retain(|row| !busy_records.contains(&row.key()));
        loaded.transfers.retain(|row| !busy_transfers.contains(&row.key()));
        loaded.holds.retain(|row| !busy_holds.contains(&row.key()));
        let asked = |row: &AccountRow| needs.accounts_of.contains(&(row.book.clone(), row.id.clone()));
        loaded.accounts.retain(|row| !busy_accounts.contains(&row.key()) || asked(row));
        loaded.jobs.retain(|row| !busy_jobs.contains(&row.key()));
        let locked = |row: &&AccountRow| row.streaming && !busy_accounts.contains(&row.key());
        let drained = loaded.accounts.iter().filter(locked).map(Row::key);
        let drained: Vec<_> = drained.filter(|key| drains(needs, key)).collect();
        let streams = shared.state.lock().unwrap().streams.clone();
        let mut taken = BTreeMap::new();
        let takes = |row: &StreamRow| {
            let key = row.account_key();
            let count = taken.entry(key.clone()).or_insert(0);
            *count += 1;
            drained.contains(&key) && (*count <= DRAIN || needs.accounts.get(&key) == Some(&Access::DrainAll))
        };
        loaded.drained = streams.into_iter().filter(takes).collect();
        if !busy_accounts.is_empty() && shared.strikes(Planted::BusyIsAbsent) {
            return Ok(loaded);
        }
        loaded.busy.records = busy_records;
        loaded.busy.transfers = busy_transfers;
        loaded.busy.holds = busy_holds;
        loaded.busy.accounts = busy_accounts;
        loaded.busy.jobs = busy_jobs;
        Ok(loaded)
    }

    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        let transaction = self.open()?;
        let shared = self.store.0.clone();
        shared.step(&STEPS).await?;
        for lock in wanted(writes) {
            shared.take(transaction, &lock, self.patience).await?;
        }
        let settles = writes.events.is_empty() && writes.heads.is_empty() && !writes.marks.is_empty();
        if settles && shared.strikes(Planted::LyingMark) {
            return Ok(Written::Stale);
        }
        if !shared.admits(writes).await? {
            shared.state.lock().unwrap().happened.stale += 1;
            return Ok(Written::Stale);
        }
        self.writes = Some(writes.clone());
        Ok(Written::All)
    }

    async fn write_autocommit(&mut self, writes: &Writes) -> Result<Written, Fault> {
        self.begin().await?;
        self.alone = true;
        let written = self.write(writes).await?;
        match written {
            Written::All => self.commit().await?,
            Written::Stale | Written::Claimed => self.rollback().await?,
        }
        Ok(written)
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        let transaction = self.open()?;
        let shared = self.store.0.clone();
        shared.step(&[FaultKind::Serialization]).await.inspect_err(|_| shared.free(transaction))?;
        let Some(writes) = self.writes.take() else {
            self.end();
            return Ok(());
        };
        let (troubles, era) = (shared.state.lock().unwrap().troubles, self.era);
        if shared.below(1_000) >= troubles.commits {
            let done = shared.apply(writes, era).await;
            self.end();
            let gone = || Fault::new(FaultKind::Unknown, "the server is another one");
            return done.then_some(()).ok_or_else(gone);
        }
        // nobody hears what becomes of it: it was done, or is done later, or never
        shared.state.lock().unwrap().happened.lost_replies += 1;
        self.transaction = None;
        let (later, done) = (shared.below(2) == 0, shared.below(2) == 0);
        let under_way = later && self.alone;
        let fate = async move {
            if under_way {
                shared.free(transaction);
            }
            if later {
                tokio::time::sleep(Duration::from_millis(shared.below(1_500))).await;
            }
            if done && under_way {
                shared.arrive(writes, era).await;
            } else if done {
                shared.apply(writes, era).await;
            }
            shared.free(transaction);
        };
        if later {
            tokio::spawn(fate);
        } else {
            fate.await;
        }
        Err(Fault::new(FaultKind::Unknown, "the reply was lost"))
    }
    async fn rollback(&mut self) -> Result<(), Fault> {
        self.end();
        self.store.0.step(&[FaultKind::Unavailable]).await
    }
    async fn mark(&mut self, book: &Book, id: Uuid) -> Result<Option<Time>, Fault> {
        self.store.0.step(&[FaultKind::Unavailable]).await?;
        let state = self.store.0.state.lock().unwrap();
        // a bug that finds marks which are not there finds their stamps too
        let lie = (state.planted == Planted::LyingMark).then_some(Time::from_micros(1));
        Ok(state.marks.get(&(book.clone(), id)).copied().or(lie))
    }
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        self.store.0.step(&[FaultKind::Unavailable]).await?;
        let mut listed = Listed::default();
        {
            let state = self.store.0.state.lock().unwrap();
            match listing {
                Listing::Pending { book, limit } => {
                    listed.pending = state.pending.iter().filter(|row| row.book == *book).cloned().collect();
                    listed.pending.sort_by_key(|row| (row.stamp, row.id));
                    listed.pending.truncate(*limit);
                    return Ok(listed);
                }
                Listing::Streams { book, limit } => {
                    let rows = state.streams.iter().filter(|row| row.book == *book);
                    listed.streams = rows.take(*limit).cloned().collect();
                    return Ok(listed);
                }
                Listing::PendingBooks { after, limit } => {
                    let books: BTreeSet<Book> = state.pending.iter().map(|row| row.book.clone()).collect();
                    let books =
                        books.into_iter().filter(|book| after.as_ref().is_none_or(|after| book > after));
                    listed.books = books.take(*limit).collect();
                    return Ok(listed);
                }
                _ => {}
            }
        }
        self.store.0.memory().reader().await?.list(listing).await
    }
}

#[async_trait]
impl Store for SimStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exclusive: false,
            multi_book: false,
            lanes: 3,
            verified_writes: true,
            break_even_group: self.0.break_even_group,
        }
    }
    fn name(&self) -> &'static str {
        "simulated"
    }
    fn connection_epoch(&self) -> u64 {
        self.0.state.lock().unwrap().history
    }
    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(self.session())
    }
    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(self.session())
    }
    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        self.0.memory().schema().await
    }
    async fn migrate(&self) -> Result<(), Fault> {
        Ok(())
    }
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        self.0.memory().currencies(register, known).await
    }
    async fn ping(&self) -> Result<(), Fault> {
        Ok(())
    }
    async fn backup(&self, path: &Path) -> Result<(), Fault> {
        self.0.memory().backup(path).await
    }
    async fn close(&self) {}
}
