//! The row cache: rows that earlier groups left in memory, so that the next one need not read them again.
//!
//! Correctness does not depend on it. The store verifies every row of a group that was decided on cached
//! rows; if another process changed one, all rows are dropped, and groups read and lock for a while. Nothing
//! is kept across a broken connection or a change of server.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use tokio::time::Instant;

use crate::env::{self, Clock};
use crate::money::SMALL;
use crate::rows::kinds::{Cached, Lockable, each_kind};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, HeadKey, KeyKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::HeadRow;
use crate::rows::writes::Writes;
use crate::store::TRANSFER;
use crate::time::Time;

/// Heads, claimed keys and sums that a generation holds; two generations are kept.
const GENERATION: usize = 8_192;
/// How long the store's clock may be extrapolated from its last reading.
const EXTRAPOLATED: Duration = Duration::from_secs(1);
/// How many groups bypass the cache after a cached row was wrong: at first, and at most.
const PAUSE: (u32, u32) = (4, 1_024);
/// Groups on cached rows that must be verified before the next pause is a short one again.
const TRUSTED_AGAIN: u32 = 100;

/// A map that evicts: an entry that nobody asked for while a generation filled up is dropped.
#[derive(Debug)]
struct Generations<K, V> {
    size: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Generations<K, V> {
    fn of(size: usize) -> Self {
        Self { size, young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self::of(GENERATION)
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Generations<K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let value = self.old.remove(key)?;
        self.put(key.clone(), value.clone());
        Some(value)
    }

    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.size {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

/// The cached rows of a kind, and the keys that are known to have no row.
#[derive(Debug)]
struct CachedRows<R: Lockable>(Generations<R::Key, Option<R>>);

impl<R: Lockable> Default for CachedRows<R> {
    fn default() -> Self {
        Self(Generations::of(match R::CACHED {
            Cached::No => 0,
            Cached::Rows(size) | Cached::Absent(size) => size,
        }))
    }
}

impl<R: Lockable> CachedRows<R> {
    /// Returns the cached rows among `asked`, and adds the others to `missing`.
    fn answer(&mut self, asked: &BTreeMap<R::Key, Access>, missing: &mut BTreeMap<R::Key, Access>) -> Vec<R> {
        if R::CACHED == Cached::No {
            missing.clone_from(asked);
            return Vec::new();
        }
        let mut rows = Vec::with_capacity(asked.len());
        for (key, access) in asked {
            match self.0.get(key) {
                Some(row) => rows.extend(row),
                None => drop(missing.insert(key.clone(), *access)),
            }
        }
        rows
    }

    fn put<'r>(&mut self, rows: impl Iterator<Item = &'r R>) {
        if R::CACHED != Cached::No {
            // a merged counter or a delta is never cached: others add to it, so it must be read
            rows.filter(|row| !row.is_part()).for_each(|row| self.0.put(row.key(), Some(row.clone())));
        }
    }

    /// Caches rows that were read, and which keys have no row.
    fn learn(&mut self, asked: &BTreeMap<R::Key, Access>, rows: &[R], busy: &[R::Key]) {
        self.put(rows.iter());
        if !matches!(R::CACHED, Cached::Absent(_)) || rows.len() == asked.len() {
            return;
        }
        let mut found = rows.iter().filter(|row| !row.is_part()).peekable();
        let mut absent: Vec<&R::Key> =
            asked.keys().filter(|key| found.next_if(|row| row.is(key)).is_none()).collect();
        if found.peek().is_some() {
            // they did not come in the order in which they were asked for
            let found: HashSet<R::Key> = rows.iter().map(Row::key).collect();
            absent = asked.keys().filter(|key| !found.contains(*key)).collect();
        }
        for key in absent.into_iter().filter(|key| !R::is_added_to(key) && !busy.contains(key)) {
            self.0.put(key.clone(), None);
        }
    }
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// The rows of all kinds.
    #[derive(Debug, Default)]
    struct Kinds {
        $($rows: CachedRows<$Row>,)*
    }

    impl Kinds {
        fn answer(&mut self, asked: &Needs, missing: &mut Needs) -> Loaded {
            Loaded { $($rows: self.$rows.answer(&asked.$rows, &mut missing.$rows),)* ..Loaded::default() }
        }

        fn learn(&mut self, asked: &Needs, loaded: &Loaded) {
            $(self.$rows.learn(&asked.$rows, &loaded.$rows, &loaded.busy.$rows);)*
        }

        fn keep(&mut self, writes: &Writes) {
            $(self.$rows.put(writes.$rows.rows());)*
        }
    }
} }

#[derive(Debug, Default)]
struct Rows {
    heads: Generations<HeadKey, HeadRow>,
    kinds: Kinds,
    /// Amounts that were pending on streaming accounts when the accounts were read.
    streams: Generations<AccountKey, i128>,
    /// Keys that were claimed: a repeated call must read the outcome of the first.
    keys: Generations<KeyKey, ()>,
    /// The store's clock, and when it was read.
    clock: Option<(Time, Instant)>,
    /// The length of the last pause in groups, how many of these are left, and how many groups were verified
    /// since.
    pause: u32,
    left: u32,
    held: u32,
    /// How often all rows were dropped.
    forgotten: u64,
    /// The number of the store's history that the rows belong to.
    history: u64,
    /// The recent time to decide a command.
    pace: Duration,
}

/// The row cache, shared by all groups of an engine.
#[derive(Debug)]
pub struct RowCache {
    rows: Mutex<Rows>,
    /// Whether the store's clock is extrapolated; a test clock does not move by itself.
    extrapolates: bool,
}

/// The cache's answer to what was asked.
#[derive(Debug)]
pub struct CacheAnswer {
    /// The rows found.
    pub loaded: Loaded,
    /// The rows that must be read.
    pub missing: Needs,
}

impl RowCache {
    /// An empty cache.
    pub fn new(clock: &Clock) -> Self {
        Self { rows: Mutex::default(), extrapolates: !clock.is_test() }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        // rows that a panic left half-way are verified like all others
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the next group may use the cache: not soon after a cached row was wrong.
    pub fn is_trusted(&self) -> bool {
        let mut rows = self.rows();
        let pauses = rows.left > 0;
        rows.left = rows.left.saturating_sub(1);
        !pauses
    }

    /// Drops everything from another history of the store: rows, claimed keys, the clock.
    pub fn now_in(&self, history: u64) {
        let mut rows = self.rows();
        if rows.history == history {
            return;
        }
        let (forgotten, pace) = (rows.forgotten + 1, rows.pace);
        *rows = Rows { history, forgotten, pace, ..Rows::default() };
    }

    /// How often all rows were dropped: when it has changed, answers given before may be wrong.
    pub fn forgotten(&self) -> u64 {
        self.rows().forgotten
    }

    /// Notes that `count` commands were decided in `took`.
    pub fn paced(&self, count: usize, took: Duration) {
        let mut rows = self.rows();
        let each = took / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        rows.pace = (rows.pace * 7 + each) / 8;
    }

    /// How many commands of the recent kind take as long to decide as `transfers` transfers. Nothing counts
    /// as quicker than a transfer.
    pub fn as_many_as(&self, transfers: usize) -> usize {
        let each = self.rows().pace.max(TRANSFER).as_nanos().max(1);
        let all = TRANSFER.as_nanos().saturating_mul(transfers as u128);
        usize::try_from(all.div_ceil(each)).unwrap_or(transfers)
    }

    /// Whether an account is known to take credits by appending them.
    pub fn is_streaming(&self, key: &AccountKey) -> bool {
        self.rows().kinds.accounts.0.get(key).flatten().is_some_and(|row| row.streaming)
    }

    /// The cached part of `asked`. A key that nobody is known to have claimed counts as free: the attempt to
    /// claim it shows the truth.
    pub fn answer(&self, asked: &Needs) -> CacheAnswer {
        let mut guard = self.rows();
        let rows = &mut *guard;
        let mut missing = Needs {
            incomplete: asked.incomplete,
            accounts_of: asked.accounts_of.clone(),
            counter_deltas: asked.counter_deltas.clone(),
            due_holds: asked.due_holds.clone(),
            ..Needs::default()
        };
        let mut loaded = rows.kinds.answer(asked, &mut missing);
        for key in &asked.heads {
            match rows.heads.get(key) {
                Some(row) => loaded.heads.push(row),
                None => drop(missing.heads.insert(key.clone())),
            }
        }
        for row in loaded.accounts.iter().filter(|row| row.streaming) {
            let pending = rows.streams.get(&row.key());
            loaded.streams.extend(pending.map(|sum| (row.key(), sum)));
        }
        missing.keys.extend(asked.keys.iter().filter(|key| rows.keys.get(key).is_some()).cloned());
        match rows.clock.filter(|_| self.extrapolates) {
            Some((read, at)) if since(at) < EXTRAPOLATED => loaded.now = extrapolated(read, since(at)),
            Some(_) => {
                // reading any row reads the clock as well, and streaming accounts are never written by groups
                missing.heads.extend(asked.heads.iter().cloned());
                let streaming = loaded.accounts.iter().filter(|row| row.streaming).map(Row::key);
                let asked = streaming.filter_map(|key| asked.accounts.get_key_value(&key));
                missing.accounts.extend(asked.map(|(key, access)| (key.clone(), *access)));
                loaded.accounts.retain(|row| !row.streaming);
                loaded.streams.clear();
            }
            None => {}
        }
        CacheAnswer { loaded, missing }
    }

    /// Caches what was read.
    pub fn learn(&self, asked: &Needs, loaded: &Loaded) {
        let mut rows = self.rows();
        if let Some(now) = loaded.now {
            rows.clock = Some((now, env::monotonic_now()));
        }
        for row in &loaded.heads {
            rows.heads.put(row.key(), row.clone());
        }
        rows.kinds.learn(asked, loaded);
        for row in loaded.accounts.iter().filter(|row| row.streaming) {
            // kept next to the row and never in it: the row may be written, and the pending sum is folded
            // into it later
            let pending = loaded.streams.iter().find(|(key, _)| row.is(key));
            rows.streams.put(row.key(), pending.map_or(0, |(_, sum)| *sum));
        }
        for row in &loaded.keys {
            rows.keys.put(row.key(), ());
        }
    }

    /// Caches what was decided. If it is not written, [`RowCache::forget`] must follow.
    pub fn keep(&self, writes: &Writes) {
        let mut rows = self.rows();
        for row in writes.heads.rows() {
            rows.heads.put(row.key(), row.clone());
        }
        rows.kinds.keep(writes);
        for row in writes.accounts.rows() {
            rows.streams.remove(&row.key());
        }
        for row in writes.streams.iter().filter(|row| row.amount.abs() > SMALL) {
            rows.kinds.accounts.0.remove(&row.account_key());
        }
        for row in writes.keys.rows() {
            rows.keys.put(row.key(), ());
        }
    }

    /// Notes that a group decided on cached rows was verified.
    pub fn held(&self) {
        let mut rows = self.rows();
        rows.held = rows.held.saturating_add(1);
        if rows.held >= TRUSTED_AGAIN {
            rows.pause = 0;
        }
    }

    /// Drops all rows, because one was wrong or a write is in doubt. The cache is then bypassed for a while,
    /// longer each time. Claimed keys and the clock stay: a claimed key is read anyway, and time passes.
    pub fn forget(&self) {
        let mut rows = self.rows();
        rows.heads.clear();
        rows.kinds = Kinds::default();
        rows.streams.clear();
        rows.held = 0;
        rows.forgotten += 1;
        rows.pause = rows.pause.saturating_mul(2).clamp(PAUSE.0, PAUSE.1);
        rows.left = rows.pause;
    }
}

fn since(at: Instant) -> Duration {
    env::monotonic_now().saturating_duration_since(at)
}

fn extrapolated(read: Time, elapsed: Duration) -> Option<Time> {
    let micros = i64::try_from(elapsed.as_micros()).ok()?;
    Some(Time::from_micros(read.micros().saturating_add(micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row that is written from memory must not hold what is still pending: the fold would count it twice.
    #[cfg(feature = "sql")]
    #[test]
    fn what_is_pending_stays_beside_the_row() {
        use crate::rows::tables::AccountRow;
        use crate::store::sql::tests::account;
        let book = crate::ids::Book::stored("main");
        let row = AccountRow { streaming: true, ..account(&book, "shop", 5, 1) };
        let mut needs = Needs::default();
        needs.account(row.key(), Access::Write);
        let read = Loaded { accounts: vec![row.clone()], streams: vec![(row.key(), 7)], ..Loaded::default() };
        let row_cache = RowCache::new(&Clock::System);
        row_cache.learn(&needs, &read);
        let CacheAnswer { loaded, missing } = row_cache.answer(&needs);
        assert!(missing.is_empty());
        assert_eq!((loaded.accounts[0].posted, loaded.streams), (5, vec![(row.key(), 7)]));
        // once written, the row may include what was pending
        let mut writes = Writes::default();
        writes.accounts.update.push((row.seen(), AccountRow { posted: 12, version: 2, ..row }));
        row_cache.keep(&writes);
        let CacheAnswer { loaded, .. } = row_cache.answer(&needs);
        assert_eq!((loaded.accounts[0].posted, loaded.streams.len()), (12, 0));
    }

    #[cfg(feature = "sql")]
    #[test]
    fn nothing_is_remembered_of_another_history() {
        use crate::store::sql::tests::{account, key};
        let book = crate::ids::Book::stored("main");
        let (alice, claimed) = (account(&book, "alice", 5, 1), key(&book, "k", 1, None));
        let mut needs = Needs::default();
        needs.account(alice.key(), Access::Write);
        needs.keys.insert(claimed.key());
        let now = Some(Time::from_micros(7));
        let read = Loaded { accounts: vec![alice], keys: vec![claimed], now, ..Loaded::default() };
        let row_cache = RowCache::new(&Clock::System);
        row_cache.learn(&needs, &read);
        row_cache.now_in(0);
        let CacheAnswer { loaded, missing } = row_cache.answer(&needs);
        assert_eq!((loaded.accounts.len(), missing.accounts.len(), missing.keys.len()), (1, 0, 1));
        let before = row_cache.forgotten();
        row_cache.now_in(1);
        let CacheAnswer { loaded, missing } = row_cache.answer(&needs);
        assert_eq!((loaded.accounts.len(), missing.accounts.len(), missing.keys.len()), (0, 1, 0));
        assert!(loaded.now.is_none() && row_cache.forgotten() > before && row_cache.is_trusted());
    }

    #[test]
    fn what_takes_longer_to_decide_is_fewer() {
        let row_cache = RowCache::new(&Clock::System);
        assert_eq!(row_cache.as_many_as(64), 64);
        (0..100).for_each(|_| row_cache.paced(10, 40 * TRANSFER));
        assert_eq!(row_cache.as_many_as(64), 17, "nearly four transfers each");
        (0..100).for_each(|_| row_cache.paced(10, TRANSFER));
        assert_eq!(row_cache.as_many_as(64), 64, "nothing is quicker");
    }

    /// Keys without a row are found in whatever order the rows come, and are never cached for counters with
    /// deltas.
    #[cfg(feature = "sql")]
    #[test]
    fn absent_rows_are_known_and_parts_are_not() {
        use crate::store::sql::tests::counter;
        let book = crate::ids::Book::stored("main");
        let row = |rule: &str, subject: &str| counter(&book, rule, subject);
        let part = row("++actor", "a/1");
        let mut needs = Needs::default();
        for asked in [row("+actor", "a"), row("account", "a"), row("account", "b"), row("account", "c")] {
            needs.counter(asked.key(), Access::Write);
        }
        let known = [row("account", "a"), row("account", "c")];
        let [first, second] = known.clone();
        for counters in [vec![part.clone(), first.clone(), second.clone()], vec![second, part, first]] {
            let row_cache = RowCache::new(&Clock::System);
            row_cache.learn(&needs, &Loaded { counters, ..Loaded::default() });
            let CacheAnswer { loaded, missing } = row_cache.answer(&needs);
            assert_eq!(loaded.counters, known);
            assert_eq!(missing.counters.into_keys().collect::<Vec<_>>(), [row("+actor", "a").key()]);
        }
    }

    #[test]
    fn what_is_not_asked_for_is_forgotten_and_the_rest_kept() {
        let mut map: Generations<usize, usize> = Generations::default();
        for number in 0..3 * GENERATION {
            map.put(number, number);
            assert_eq!(map.get(&0), Some(0), "asked for all the time");
        }
        assert_eq!(map.get(&1), None);
        assert!(map.young.len() + map.old.len() <= 2 * GENERATION);
    }
}
