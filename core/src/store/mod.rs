//! The store interface: traits that carry capabilities only, so that every store gives the same answers.
//!
//! A store reads rows, locks and loads them, writes a group's decisions, and lists by keyset pages. It knows
//! no rule. [`contract`] is the public suite that shows whether a store is right.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod attached;
pub mod contract;
pub mod fault;
#[cfg(feature = "sql")]
pub mod host;
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod reach;
#[cfg(feature = "sql")]
pub mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

pub use fault::{Fault, FaultKind};

use crate::currency::{Currencies, Currency};
use crate::env;
use crate::ids::Book;
use crate::rows::identity::Identity;
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::Needs;
use crate::rows::writes::Writes;
use crate::time::{Span, Time};

/// The capabilities of a store, as far as the engine depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// A transaction that writes excludes all others: rows need no locks, and streaming accounts and the
    /// sequence are kept in the same commit.
    pub exclusive: bool,
    /// One transaction may hold commands of several books.
    pub multi_book: bool,
    /// Own transactions: how many groups may run at once. Where writers exclude each other, one is written
    /// while the next is decided.
    pub lanes: usize,
    /// A group may be decided on rows that earlier groups left in memory: [`Session::write_autocommit`]
    /// verifies every one.
    pub verified_writes: bool,
    /// Break-even group size, in transfers that take [`TRANSFER`] each to decide. While a group commits, a
    /// smaller one is not started: its fixed cost would dominate. Where writers exclude each other, fewer
    /// commands suffice if each takes longer to decide.
    pub break_even_group: usize,
}

/// The approximate time to decide a transfer.
pub const TRANSFER: Duration = Duration::from_micros(10);

/// Counts of a store's work so far in this process, for benchmarks and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Statements executed.
    pub statements: u64,
    /// Round trips: how often a client waited for an answer.
    pub round_trips: u64,
    /// Transactions made durable, the sequencer's included.
    pub commits: u64,
}

/// How a locking pass treats rows that another transaction has locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It skips them and names them as busy; a write waits only briefly for claims of others.
    Skip,
    /// The same with a shorter wait: one command of this group is known to be in the way of the rest.
    Brief,
    /// It waits for them, as long as the connection's time-outs allow.
    Block,
}

/// The result of [`Session::write`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Written {
    /// Everything was written.
    All,
    /// A key or a new row exists already, or a row is not the image that was seen: nothing of this
    /// transaction may be committed, and the group reads again.
    Stale,
    /// The one key that was to be claimed is taken: nothing was written, and the transaction goes on. Only a
    /// session in a host's transaction says this; it is then the group that reads again.
    Claimed,
}

/// Rows that a store may delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outdated {
    /// Idempotency keys that ended so long ago. Keys that are kept for ever do not expire, and keys tied to a
    /// request that waits for an approval ([`AWAITS_APPROVAL`](crate::rows::tables::AWAITS_APPROVAL)) go with
    /// the request.
    Keys(Span),
    /// Jobs that were done or discarded so long ago. A dead one stays: an operator must look at it.
    Jobs(Span),
    /// Counters of which nothing has counted for so long.
    Counters(Span),
}

/// One connection to a store. Outside [`Session::begin`] it only reads.
#[async_trait]
pub trait Session: Send {
    /// Opens a transaction that will write.
    async fn begin(&mut self) -> Result<(), Fault>;
    /// From here to [`Session::rollback`] everything that is read is as of one moment, where the store can do
    /// so. Nothing is locked and nothing can be written; a transaction that is open, or a host's, stays what
    /// it is.
    async fn snapshot(&mut self) -> Result<(), Fault> {
        Ok(())
    }
    /// Reads rows without locking them.
    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault>;
    /// Reads rows and locks those that will be written, in one pass and in the order of [`Needs`].
    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault>;
    /// Registers currencies in the open transaction, and returns all that the store has as it sees them. A
    /// code that is there stays as it is.
    async fn currencies(&mut self, _register: &[Currency]) -> Result<Vec<Currency>, Fault> {
        Ok(Vec::new())
    }
    /// Writes a group: every claim, every image that was seen and every guard is checked.
    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault>;
    /// Writes a group and makes it durable, in a transaction that consists of nothing else: where the store
    /// can, in one statement that waits only briefly for rows that others have locked.
    async fn write_autocommit(&mut self, writes: &Writes) -> Result<Written, Fault> {
        write_and_commit(self, writes).await
    }
    /// Makes others wait for what [`Session::lock`] read, until the transaction ends: nothing is to be done
    /// where the rows are locked already.
    async fn lock_read_rows(&mut self) -> Result<(), Fault> {
        Ok(())
    }
    /// Begins another timeline in the open transaction, if the identity of the store is still `from`: the
    /// next link of every book belongs to `to`. `server` is the server that does it, where there are several.
    async fn start_timeline(
        &mut self,
        _from: Identity,
        _to: Uuid,
        _server: Option<&str>,
    ) -> Result<Written, Fault> {
        let (operation, reason) = ("admin.fork".to_owned(), "the store keeps one timeline".to_owned());
        Err(crate::error::Error::from(crate::error::Detail::NotSupported { operation, reason }).into())
    }
    /// Makes it durable.
    async fn commit(&mut self) -> Result<(), Fault>;
    /// Gives it up.
    async fn rollback(&mut self) -> Result<(), Fault>;
    /// Reads one page of a listing.
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault>;
    /// The stamp of the mark of a commit, where the store keeps marks: read only after [`Session::write`] has
    /// found it there, so that it is committed.
    async fn mark(&mut self, _book: &Book, _id: Uuid) -> Result<Option<Time>, Fault> {
        Ok(None)
    }
    /// Deletes at most `limit` rows that nobody needs any more, of every book, and returns how many. Those of
    /// each book are a transaction of their own, in which rows that others have locked are skipped.
    async fn forget(&mut self, _what: Outdated, _limit: usize) -> Result<usize, Fault> {
        Ok(0)
    }
    /// How many rows a book has, on stores where a writer beside a listing can hide rows from it; `None` on
    /// stores where none can.
    async fn tally(&mut self, _book: &Book) -> Result<Option<Tally>, Fault> {
        Ok(None)
    }
    /// The open transactions that have written rows, of whomever, where several can write at once: what they
    /// wrote is in no listing yet. Where there is one writer, who writes next has waited for it.
    async fn writers(&mut self) -> Result<Vec<Writer>, Fault> {
        Ok(Vec::new())
    }
    /// Names some of the rows that no listing leads to.
    async fn orphans(&mut self, _what: Strays<'_>) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }
    /// Erases the private texts of at most [`ERASED_AT_ONCE`] events, in a transaction of its own, and
    /// returns how many.
    async fn erase_private(&mut self, _erasure: &Erasure) -> Result<usize, Fault> {
        Ok(0)
    }
    /// Deletes the marks of a book's commits up to a commit id that were written before a time, where the
    /// store keeps marks.
    async fn forget_marks(&mut self, _book: &Book, _until: Uuid, _before: Time) -> Result<(), Fault> {
        Ok(())
    }
}

/// A transaction that is open and has written rows, by a name that nothing but equality is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A connection has it.
    Open(String),
    /// It is in doubt: prepared for a commit in two phases, which gives it another name.
    Prepared(String),
    /// There may be any number: the store is a standby, which sees none of its primary's.
    Unseen,
}

/// How many rows of a book there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries.
    pub entries: i64,
    /// Events.
    pub events: i64,
}

/// Rows that no listing leads to, because what they belong to is not there.
#[derive(Clone, Copy, Debug)]
pub enum Strays<'b> {
    /// Entries of a book without their transfer, by its id.
    Entries(&'b Book),
    /// Events of a book that have no place in the sequence and wait for none.
    Events(&'b Book),
    /// Marks of commits that left no events.
    Marks(&'b Book),
    /// Books that have rows and are not listed.
    Books,
    /// The contents of the reserved book: the name of each table that has rows there, and for records their
    /// kinds and ids.
    Reserved,
}

/// Which private texts of events are erased.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// The book.
    pub book: Book,
    /// Only of events that this actor caused.
    pub subject: Option<Arc<str>>,
    /// Only of events before this time.
    pub before: Option<Time>,
}

impl Erasure {
    /// How the log writes the subject: alone, and as the beginning of one with a role.
    #[must_use]
    pub fn written(&self) -> Option<(String, String)> {
        let id = serde_json::Value::from(self.subject.as_deref()?).to_string();
        let prefix = format!(r#"{{"id":{id},"#);
        Some((id, prefix))
    }

    /// Whether the subject is the host's own program, which the log does not name.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.subject.as_deref() == Some("system")
    }

    /// Whether it is about an event.
    #[must_use]
    pub fn takes(&self, row: &crate::rows::tables::EventRow) -> bool {
        let by = |(id, prefix): (String, String)| {
            row.actor.as_deref().map_or(self.is_system(), |actor| actor == id || actor.starts_with(&prefix))
        };
        row.book == self.book
            && row.private.is_some()
            && self.before.is_none_or(|before| row.time() < before)
            && (self.subject.is_none() || self.written().is_some_and(by))
    }
}

/// Events whose private texts are erased in one transaction.
pub const ERASED_AT_ONCE: usize = 1_000;

/// Longest wait between deciding and writing. After it the decision is stale (its `now` first) and the group
/// is decided again.
pub(crate) const DECIDED: Duration = Duration::from_millis(250);

/// A transaction that consists of one write. Stale when it waited long for others.
pub(crate) async fn write_and_commit<S: Session + ?Sized>(
    session: &mut S,
    writes: &Writes,
) -> Result<Written, Fault> {
    let since = env::monotonic_now();
    session.begin().await?;
    let waited = env::monotonic_now().saturating_duration_since(since) > DECIDED;
    let written = if waited { Written::Stale } else { session.write(writes).await? };
    match written {
        Written::All => session.commit().await?,
        Written::Stale | Written::Claimed => session.rollback().await?,
    }
    Ok(written)
}

/// Where money is kept.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Returns its capabilities.
    fn capabilities(&self) -> Capabilities;
    /// A short name for people and metrics: `memory`, `sqlite`, `postgres`.
    fn name(&self) -> &'static str;
    /// A connection that will write.
    async fn writer(&self) -> Result<Box<dyn Session>, Fault>;
    /// A connection that only reads, and does not wait for writers where the store can do so.
    async fn reader(&self) -> Result<Box<dyn Session>, Fault>;
    /// The schema version found, and the oldest reader and writer that it admits.
    async fn schema(&self) -> Result<Option<Schema>, Fault>;
    /// Brings the schema to the newest version; safe when several processes do it at once.
    async fn migrate(&self) -> Result<(), Fault>;
    /// Spreads the tables over the servers of a cluster, and returns whether that was still to be done. The
    /// store has to be opened anew then, here and in every other process.
    async fn distribute(&self) -> Result<bool, Fault> {
        let (operation, reason) =
            ("migrate".to_owned(), "only Citus spreads the tables over several servers".to_owned());
        Err(crate::error::Error::from(crate::error::Detail::NotSupported { operation, reason }).into())
    }
    /// Returns the identity of the store and of its history; nil for a store that cannot be distinguished
    /// from others.
    async fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity::default())
    }
    /// The server that keeps the store, and the one that was written down; `None` where there is none, or it
    /// cannot be written to.
    async fn server(&self) -> Result<Option<Server>, Fault> {
        Ok(None)
    }
    /// Registers currencies, and adds all that the store has to `known`. A code that is there stays as it is.
    /// An engine registers what it uses first: what a code means stands in the store before anything is
    /// written in it.
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault>;
    /// Succeeds when the store can be reached; `Err` has the reason.
    async fn ping(&self) -> Result<(), Fault>;
    /// Checks that the open store is still the one its name leads to: a file can be replaced, and then writes
    /// to it are lost.
    async fn check_files(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Folds the store's own log so that it has nothing left of erased rows, as far as no reader uses an
    /// older state.
    async fn checkpoint(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Does the upkeep of a store, without keeping callers waiting.
    async fn maintain(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Reports what an operator should know in addition to whether it answers.
    async fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
    /// Writes a meaningless value and makes it durable, as a group would be; `false` where there is nothing
    /// to try. A store that cannot be written returns the reason.
    async fn probe_write(&self) -> Result<bool, Fault> {
        Ok(false)
    }
    /// Which books have a server that answers, where books are on several.
    fn reach(&self) -> Option<&reach::Reach> {
        None
    }
    /// A number that rises whenever a connection broke, or a new one reached another server, or the same one
    /// after a restart: rows read before may belong to a lost history. Read before every group, so it must be
    /// quick.
    fn connection_epoch(&self) -> u64 {
        0
    }
    /// Counts its work so far in this process; zeros where nothing is counted.
    fn counted(&self) -> Counted {
        Counted::default()
    }
    /// Copies the store to a file, where the store supports it.
    async fn backup(&self, path: &std::path::Path) -> Result<(), Fault>;
    /// Replaces the content of this store by a backup of it, and begins a timeline. An empty store takes the
    /// identity of the backup. The transaction stays open: the caller commits it.
    async fn restore(&self, _path: &std::path::Path, _timeline: Uuid) -> Result<Restoring, Fault> {
        let (operation, reason) =
            ("admin.restore".to_owned(), "the store is restored by tools of its own".to_owned());
        Err(crate::error::Error::from(crate::error::Detail::NotSupported { operation, reason }).into())
    }
    /// Whether [`pause`](Self::pause) is there.
    fn can_pause(&self) -> bool {
        false
    }
    /// Closes every connection and every file until [`resume`](Self::resume). What is under way ends at its
    /// next statement, and is rolled back; nothing is opened meanwhile.
    async fn pause(&self) -> Result<(), Fault> {
        let (operation, reason) =
            ("pause".to_owned(), "only a store of its own file stands still".to_owned());
        Err(crate::error::Error::from(crate::error::Detail::NotSupported { operation, reason }).into())
    }
    /// Lets connections be opened again. Whoever calls it compares the identity with the one before.
    async fn resume(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Closes all connections.
    async fn close(&self);
}

/// A backup that replaces a store's contents, in a transaction that is still open.
pub struct Restoring {
    /// Where it is open. Dropped, everything is as it was.
    pub session: Box<dyn Session>,
    /// Which store it was.
    pub from: Identity,
    /// Which store it becomes.
    pub to: Identity,
}

impl std::fmt::Debug for Restoring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restoring").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing is wrong.
    Healthy,
    /// An operator should look at it.
    Warning,
    /// An operator must look at it.
    Critical,
}

/// Something that an operator should know of a store: a check of `admin.health`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name among the checks.
    pub name: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The finding in words.
    pub detail: String,
}

/// A shared store.
pub type SharedStore = Arc<dyn Store>;

/// The server that keeps a store: its cluster, the database in it, and its timeline, behind one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// As it was written down.
    pub recorded: Option<String>,
    /// As it is.
    pub current: String,
}

impl Server {
    /// Whether it is the server that was noted, as far as both are known: a value that a role may not read is
    /// `-`.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let Some(recorded) = &self.recorded else { return true };
        let known = |(was, is): &(&str, &str)| *was != "-" && *is != "-";
        recorded.split('/').zip(self.current.split('/')).filter(known).all(|(was, is)| was == is)
    }
}

/// `meta(schema, min_reader, min_writer)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The newest migration that ran.
    pub schema: i64,
    /// The oldest schema number that a program must know to read.
    pub min_reader: i64,
    /// The oldest schema number that a program must know to write.
    pub min_writer: i64,
}

/// The schema that this version of the library writes.
pub const SCHEMA: i64 = 1;

/// Reads a listing across books for work that goes on for each book by itself: where books are on several
/// servers and one is gone, of the books whose server answers. Nothing may be concluded from what is not in
/// it.
///
/// # Errors
/// Any failure of the store that concerns more than some of the books.
pub async fn look_around(store: &SharedStore, listing: &Listing) -> Result<Listed, Fault> {
    match store.reach() {
        Some(reach) => reach.look(store, listing).await,
        None => store.reader().await?.list(listing).await,
    }
}
