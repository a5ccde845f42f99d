//! A group in memory: each command decides on what the commands before it left, and one write set comes out.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use uuid::Uuid;

use super::conservation::{by_transfer, conserved};
use super::context::Context;
use super::refusal::PendingSurvivors;
use super::snapshot::{Drained, Snapshot, Table};
use super::write_set::WriteSet;
use crate::env::{Env, Jump};
use crate::error::{Detail, Error};
use crate::ids::Book;
use crate::rows::delta_rows::is_added_to;
use crate::rows::events::{self, Items};
use crate::rows::identity::Identity;
use crate::rows::kinds::each_kind;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{AccountKey, CounterKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, CounterRow, EntryRow, EventRow, HeadRow, KeyRow, LAST_VERSION, MarkRow, PendingRow,
    SequenceRow, StreamRow,
};
use crate::rows::writes::Writes;
use crate::store::Capabilities;
use crate::time::{Span, Time};

/// No clock is believed from here on: 9990-01-01T00:00:00Z. The rest is reserved for stamps that run ahead.
const LAST: Time = Time::from_micros(253_086_768_000_000_000);

/// How far a stamp may run ahead of the clock and still be shown as the time.
const ABOUT: Span = Span::from_secs(1);

type Undo = Box<dyn FnOnce(&mut Snapshot) + Send>;

/// A group in progress.
pub struct Fold {
    /// The rows known so far.
    pub seen: Snapshot,
    now: Time,
    floors: HashMap<Book, Time>,
    newest: Time,
    entries: Vec<EntryRow>,
    events: Vec<EventRow>,
    streams: BTreeMap<AccountKey, i128>,
    undo: Option<Vec<Undo>>,
    host: bool,
    /// Objects that the host's own open transaction created.
    pub made: super::objects::Objects,
    /// The number of the host's own open transaction, where the server has one.
    pub xact: Option<u64>,
    /// The survivors of each refusal, which the engine writes later.
    survivors: Vec<PendingSurvivors>,
    spoilt: bool,
    locks: bool,
    jump: Option<Jump>,
}

/// A savepoint in memory: what follows it is kept or undone as a whole. A batch uses it, and a vote with the
/// call that it triggers.
#[derive(Clone, Debug)]
pub struct Mark {
    entries: usize,
    events: usize,
    floors: HashMap<Book, Time>,
    streams: BTreeMap<AccountKey, i128>,
    survivors: usize,
    locks: bool,
    undo: usize,
    outermost: bool,
}

impl Fold {
    /// An empty group at the time given.
    pub fn new(now: Time) -> Self {
        Self {
            seen: Snapshot::default(),
            now,
            floors: HashMap::new(),
            newest: Time::from_micros(0),
            entries: Vec::new(),
            events: Vec::new(),
            streams: BTreeMap::new(),
            undo: None,
            host: false,
            made: super::objects::Objects::default(),
            xact: None,
            survivors: Vec::new(),
            spoilt: false,
            locks: false,
            jump: None,
        }
    }

    /// A group in a host's transaction: what must survive its rollback is written in another transaction.
    pub fn in_host(mut self) -> Self {
        self.host = true;
        self
    }

    /// A group on cached rows, which may be outdated: the rows it relied on are verified when it is written.
    pub fn recalling(mut self) -> Self {
        self.seen.from_cache = true;
        self
    }

    /// Marks the group as spoilt: a command that was set aside has left changes in it, so the group must not
    /// be written.
    pub fn spoil(&mut self) {
        self.spoilt = true;
    }

    /// Whether [`Fold::spoil`] was called.
    pub const fn is_spoilt(&self) -> bool {
        self.spoilt
    }

    /// Whether refusals leave their event in this group.
    pub const fn notes_refusals(&self) -> bool {
        !self.host
    }

    /// Whether a command wants its locks kept until the transaction ends, even if it wrote nothing.
    pub const fn locks(&self) -> bool {
        self.locks
    }

    /// Keeps the survivors of a refusal in a host's transaction. The engine writes them in a transaction of
    /// its own.
    pub fn survive(&mut self, of_refusal: PendingSurvivors) {
        if !of_refusal.survivors.is_empty() {
            self.survivors.push(of_refusal);
        }
    }

    /// Takes out the survivors, by refusal.
    pub fn take_survivors(&mut self) -> Vec<PendingSurvivors> {
        std::mem::take(&mut self.survivors)
    }

    /// Adds rows that were read. The store's clock, where it has one, replaces the time.
    pub fn absorb(&mut self, asked: &Needs, loaded: Loaded) {
        if let Some(now) = loaded.now {
            self.now = now;
        }
        self.xact = loaded.xact.or(self.xact);
        self.newest = self.newest.max(self.seen.absorb(asked, loaded));
    }

    /// Sets the time that guards compare with. Called once the locks are held, so that the wait for them
    /// counts.
    pub const fn set_now(&mut self, now: Time) {
        self.now = now;
    }

    /// The time that guards compare with.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// The stamp of the next command of a book: later than now, than every row read and than every command
    /// applied before. Only a command that is applied uses it up. One that refuses, or runs once more with
    /// more rows, does not.
    pub fn next_stamp(&self, book: &Book) -> Time {
        let floor = self.floors.get(book).copied().unwrap_or(self.newest).max(self.newest);
        Time::from_micros(self.now.max(floor).micros().saturating_add(1))
    }

    /// Reads the clock, and notes whether it is credible.
    pub fn watch(&mut self, env: &Env) {
        self.jump = env.watch.take(&env.clock, self.now);
    }

    /// Refuses to write by a clock that is not credible, or so near the end of time that order could not
    /// continue.
    pub fn believe(&self) -> Result<(), Error> {
        let expected = self.jump.map(|jump| jump.expected);
        if expected.is_none() && self.now < LAST {
            return Ok(());
        }
        Err(Detail::ClockUnusable { actual: self.now, expected }.into())
    }

    /// The clock's time, if the stamp is further ahead of it than the commands of one group can push it.
    pub fn at(&self, stamp: Time) -> Option<Time> {
        (stamp.since(self.now) > ABOUT).then_some(self.now)
    }

    /// Applies the writes of a command, with the key that it claims.
    pub fn apply(&mut self, ctx: &Context, writes: WriteSet, key: Option<KeyRow>) -> Result<(), Error> {
        conserved(&writes.entries)?;
        let events = self.finish_events(ctx, &writes, key.as_ref())?;
        self.floors.insert(ctx.book.clone(), ctx.stamp);
        self.locks |= writes.locks;
        writes.accounts.iter().for_each(|row| self.learn_currency(row));
        writes.counters.iter().for_each(|row| self.learn_counter(row));
        each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
            $(writes.$rows.into_iter().for_each(|row| self.put(|seen| &mut seen.$rows, row));)*
        } }
        for legs in by_transfer(&writes.entries) {
            let Some(first) = legs.first() else { continue };
            let transfer = (first.book.clone(), first.transfer);
            let known = self.seen.entries.entry(transfer.clone()).or_default();
            let before = known.len();
            known.extend_from_slice(legs);
            self.remember(move |seen| {
                if let Some(known) = seen.entries.get_mut(&transfer) {
                    known.truncate(before);
                }
            });
        }
        for (account, amount) in writes.streams {
            self.add_stream(account, amount);
        }
        writes.keys.into_iter().chain(key).for_each(|row| self.put(|seen| &mut seen.keys, row));
        self.entries.extend(writes.entries);
        self.events.extend(events);
        Ok(())
    }

    /// Notes the currency of a new account among those of its id.
    fn learn_currency(&mut self, row: &AccountRow) {
        let (of, currency) = ((row.book.clone(), row.id.clone()), row.currency);
        let known = self.seen.accounts_of.get_mut(&of).filter(|known| !known.contains(&currency));
        if let Some(known) = known {
            known.push(currency);
            self.remember(move |seen| {
                if let Some(known) = seen.accounts_of.get_mut(&of) {
                    known.retain(|other| *other != currency);
                }
            });
        }
    }

    /// Adds a new merged counter or delta to the known rows under its key, and notes that a known one has
    /// changed.
    fn learn_counter(&mut self, row: &CounterRow) {
        if !is_added_to(&row.rule) {
            return;
        }
        let of = CounterKey::new(row.book.clone(), row.rule.clone(), row.subject_of().into());
        let key = row.key();
        let Some(under) = self.seen.counter_deltas.get_mut(&of) else { return };
        if under.put(&key) {
            self.remember(move |seen| {
                if let Some(under) = seen.counter_deltas.get_mut(&of) {
                    under.undo_put(&key);
                }
            });
        }
    }

    fn put<R: Row>(&mut self, table: fn(&mut Snapshot) -> &mut Table<R>, row: R) {
        let key = self.undo.is_some().then(|| row.key());
        let before = table(&mut self.seen).put(row);
        if let Some(key) = key {
            self.remember(move |seen| table(seen).restore(&key, before));
        }
    }

    fn add_stream(&mut self, account: AccountKey, amount: i128) {
        let sum = self.seen.streams.entry(account.clone()).or_default();
        *sum = sum.saturating_add(amount);
        let sum = self.streams.entry(account.clone()).or_default();
        *sum = sum.saturating_add(amount);
        // `rollback` restores the group's own sums (`self.streams`) from the mark
        self.remember(move |seen| {
            let sum = seen.streams.entry(account).or_default();
            *sum = sum.saturating_sub(amount);
        });
    }

    fn remember(&mut self, undo: impl FnOnce(&mut Snapshot) + Send + 'static) {
        if let Some(log) = &mut self.undo {
            log.push(Box::new(undo));
        }
    }

    /// Sets a savepoint: what follows is kept or undone as a whole. Savepoints may be nested.
    pub fn mark(&mut self) -> Mark {
        let outermost = self.undo.is_none();
        let undo = self.undo.get_or_insert_default().len();
        Mark {
            entries: self.entries.len(),
            events: self.events.len(),
            floors: self.floors.clone(),
            streams: self.streams.clone(),
            survivors: self.survivors.len(),
            locks: self.locks,
            undo,
            outermost,
        }
    }

    /// Releases a savepoint: what followed it is kept.
    pub fn keep(&mut self, mark: &Mark) {
        if mark.outermost {
            self.undo = None;
        }
    }

    /// Undoes everything after a savepoint.
    pub fn rollback(&mut self, mark: Mark) {
        let undo = self.undo.as_mut().map(|log| log.split_off(mark.undo.min(log.len()))).unwrap_or_default();
        for undo in undo.into_iter().rev() {
            undo(&mut self.seen);
        }
        if mark.outermost {
            self.undo = None;
        }
        self.entries.truncate(mark.entries);
        self.events.truncate(mark.events);
        self.survivors.truncate(mark.survivors);
        self.locks = mark.locks;
        self.floors = mark.floors;
        self.streams = mark.streams;
    }

    /// Gives the events of one command their actor, stamp, images and hash. The last one carries the images.
    fn finish_events(
        &self,
        ctx: &Context,
        writes: &WriteSet,
        key: Option<&KeyRow>,
    ) -> Result<Vec<EventRow>, Error> {
        let actor = events::written_by(&ctx.actor)?;
        let mut rows = Vec::with_capacity(writes.events.len());
        let last = writes.events.len().saturating_sub(1);
        for (place, draft) in writes.events.iter().enumerate() {
            let data = if place == last {
                writes.with_images(&draft.data, key, &self.seen, ctx.at.is_some())?
            } else {
                draft.data.whole()?
            };
            // the event log names no actor for what followed from terms
            let actor = actor.clone().filter(|_| !draft.by_terms);
            rows.push(draft.row(ctx, actor, data));
        }
        Ok(rows)
    }

    /// Whether the group has something to write.
    pub fn is_idle(&self) -> bool {
        self.events.is_empty() && self.books().is_empty() && !self.seen.changes_unlogged()
    }

    /// The write set of the whole group.
    pub fn finish(mut self, commit: Uuid, capabilities: Capabilities) -> Writes {
        let mut writes = Writes { commit, ..Writes::default() };
        self.events.iter_mut().for_each(|event| event.commit_id = commit);
        if capabilities.exclusive {
            self.fold_streams();
            writes.sequence = self.sequence(commit);
        } else {
            writes.streams = self.stream_rows(commit);
            writes.pending = self.pending_rows(commit);
            writes.marks = self.mark_rows(commit);
            self.bump_drained(&mut writes);
            self.create_heads();
        }
        writes.heads = self.seen.heads.take_dirty();
        self.seen.take_changed(&mut writes);
        writes.keys = self.seen.keys.take_dirty();
        writes.entries = self.entries;
        writes.events = self.events;
        writes
    }

    /// Adds what the group streamed to the fold rows themselves: nothing stays pending.
    fn fold_streams(&mut self) {
        for (key, amount) in std::mem::take(&mut self.streams) {
            if let Some(row) = self.seen.accounts.row(&key) {
                let mut row = row.clone();
                row.posted = row.posted.saturating_add(amount);
                row.headroom = row.headroom.saturating_add(amount);
                row.version += 1;
                self.seen.accounts.put(row);
            }
        }
    }

    fn books(&self) -> BTreeSet<Book> {
        let mut books = BTreeSet::new();
        let of_events = self.events.iter().map(|event| &event.book);
        for book in of_events.chain(self.seen.keys.changed().map(|key| &key.book)) {
            if !books.contains(book) {
                books.insert(book.clone());
            }
        }
        self.seen.changed_books(&mut books);
        books
    }

    fn head(&self, book: &Book) -> HeadRow {
        let timeline = self.seen.identity.and_then(Identity::later_timeline);
        let origin = || HeadRow { book: book.clone(), seq: 0, hash: events::origin(), timeline, version: 0 };
        self.seen.heads.row(&(book.clone(),)).cloned().unwrap_or_else(origin)
    }

    /// Gives the events their places, book by book, and moves the heads.
    fn sequence(&mut self, commit: Uuid) -> Vec<SequenceRow> {
        let mut rows = Vec::new();
        for book in self.books() {
            let mut head = self.head(&book);
            match self.items_of(&book) {
                Some((_, items)) => rows.push(events::sequence(&mut head, commit, &items)),
                // a book that exists and in which nothing happened keeps its head
                None if self.seen.heads.row(&(book,)).is_some() => continue,
                None => {}
            }
            head.version += 1;
            self.seen.heads.put(head);
        }
        rows
    }

    /// The stamp of the first event of a book, and the items of all its events for the sequencer.
    fn items_of(&self, book: &Book) -> Option<(Time, Items)> {
        let of_book = || self.events.iter().filter(|event| event.book == *book);
        Some((of_book().next()?.stamp, Items::of(of_book())))
    }

    fn create_heads(&mut self) {
        for book in self.books() {
            if self.seen.heads.row(&(book.clone(),)).is_none() {
                self.seen.heads.put(self.head(&book));
            }
        }
    }

    fn pending_rows(&self, commit: Uuid) -> Vec<PendingRow> {
        let row = |book: Book| {
            let (stamp, items) = self.items_of(&book)?;
            Some(PendingRow { book, id: commit, stamp, items: items.bytes() })
        };
        self.books().into_iter().filter_map(row).collect()
    }

    /// The marks that prove the commit. A host's commit has none: the engine does not wait for its reply.
    fn mark_rows(&self, commit: Uuid) -> Vec<MarkRow> {
        let books = if self.host { BTreeSet::new() } else { self.books() };
        books.into_iter().map(|book| MarkRow { book, id: commit, stamp: self.now }).collect()
    }

    fn stream_rows(&self, commit: Uuid) -> Vec<StreamRow> {
        let changed = self
            .streams
            .iter()
            .filter(|(key, amount)| **amount != 0 && !self.seen.drained.contains_key(*key));
        let row = |(key, amount): (&AccountKey, &i128)| {
            let AccountKey { book, account, currency } = key.clone();
            StreamRow { book, account, currency, id: commit, amount: *amount }
        };
        changed.map(row).collect()
    }

    /// Finishes the drain of an account: its fold row is locked, so what the group streamed is added to that
    /// row, and the drained pending rows are deleted.
    fn bump_drained(&mut self, writes: &mut Writes) {
        for (key, Drained { ids, .. }) in std::mem::take(&mut self.seen.drained) {
            let amount = self.streams.get(&key).copied().unwrap_or(0);
            if amount == 0 && ids.is_empty() {
                continue;
            }
            if let Some(row) = self.seen.accounts.row(&key) {
                if row.version > LAST_VERSION {
                    // somebody has altered it: calls refuse it, so none has streamed to it here
                    continue;
                }
                let mut row = row.clone();
                row.posted = row.posted.saturating_add(amount);
                row.headroom = row.headroom.saturating_add(amount);
                row.version += 1;
                self.seen.accounts.put(row);
            }
            writes
                .folded
                .extend(ids.into_iter().map(|id| (key.book.clone(), key.account.clone(), key.currency, id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_s_clock_replaces_that_of_this_machine() {
        for micros in [50, 150] {
            let mut fold = Fold::new(Time::from_micros(100));
            let loaded = Loaded { now: Some(Time::from_micros(micros)), ..Loaded::default() };
            fold.absorb(&Needs::default(), loaded);
            assert_eq!(fold.now(), Time::from_micros(micros));
        }
    }

    #[cfg(feature = "sql")]
    fn context(book: &Book) -> Context {
        let (now, stamp) = (Time::from_micros(1), Time::from_micros(2));
        let (operation, actor) = ("ledger.transfer", crate::ids::Actor::system());
        let who = crate::kernel::permit::Who::Anybody;
        Context {
            book: book.clone(),
            operation,
            now,
            stamp,
            at: None,
            actor,
            who,
            trace: None,
            notify_every_state: false,
            wait_limits: crate::waits::WaitLimits::default(),
        }
    }

    /// Stores refuse a write that claims a key twice, or replace what they have just written.
    #[cfg(feature = "sql")]
    #[test]
    fn a_key_is_claimed_once_with_what_became_of_it_last() {
        use crate::store::sql::tests::key;
        let book = Book::stored("main");
        let row = |name: &str, stamp| key(&book, name, stamp, None);
        let mut fold = Fold::new(Time::from_micros(1));
        let mut apply = |keys: Vec<KeyRow>, own: Option<KeyRow>, kept: bool| {
            let mark = fold.mark();
            fold.apply(&context(&book), WriteSet { keys, ..WriteSet::default() }, own).unwrap();
            if kept { fold.keep(&mark) } else { fold.rollback(mark) }
        };
        apply(vec![row("b", 1)], Some(row("a", 2)), true);
        apply(vec![row("b", 3)], None, true);
        apply(vec![row("b", 4)], Some(row("c", 4)), false);
        let capabilities = Capabilities {
            exclusive: false,
            multi_book: false,
            lanes: 2,
            verified_writes: true,
            break_even_group: 1,
        };
        assert_eq!(fold.finish(Uuid::nil(), capabilities).keys.insert, [row("a", 2), row("b", 3)]);
    }

    #[cfg(feature = "sql")]
    #[test]
    fn an_account_is_one_of_its_id_s_until_it_is_taken_back() {
        use crate::store::sql::tests::account;
        let book = Book::stored("main");
        let row = account(&book, "shop", 5, 1);
        let of = (book.clone(), row.id.clone());
        let mut asked = Needs::default();
        asked.accounts_of.insert(of.clone());
        let mut fold = Fold::new(Time::from_micros(1));
        fold.absorb(&asked, Loaded::default());
        let mark = fold.mark();
        let accounts = || WriteSet { accounts: vec![row.clone()], ..WriteSet::default() };
        fold.apply(&context(&book), accounts(), None).unwrap();
        assert_eq!(fold.seen.accounts_of[&of], [row.currency]);
        fold.rollback(mark);
        assert_eq!(fold.seen.accounts_of[&of], []);
        // after the account was opened, the store's answer alone is incomplete
        fold.apply(&context(&book), accounts(), None).unwrap();
        fold.absorb(&asked, Loaded::default());
        assert_eq!(fold.seen.accounts_of[&of], [row.currency]);
    }
}
