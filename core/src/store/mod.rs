//! The store interface: traits that carry capabilities only, so that every store gives the same answers.
//!
//! A store reads rows, locks and loads them, writes a group's decisions, and lists by keyset pages. It knows
//! no rule. [`contract`] is the public suite that shows whether a store is right.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod attached;
pub mod contract;
pub(crate) mod exhausted;
pub mod fault;
#[cfg(feature = "sql")]
pub mod host;
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod reachable_books;
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
    /// Skips them and reports them as busy. A write waits only briefly for the claims of others.
    Skip,
    /// Like `Skip` with a shorter wait: one command of this group is known to block the rest.
    Brief,
    /// Waits for them, as long as the connection's time-outs allow.
    Block,
}

/// The result of [`Session::write`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Written {
    /// Everything was written.
    All,
    /// A key or a new row exists already, or a row differs from the image that was seen. Nothing of this
    /// transaction may be committed; the group reads again.
    Stale,
    /// The one key of the call is taken. Nothing was written, the transaction remains usable, and the group
    /// reads again. Only a session in a host's transaction returns this.
    Claimed,
}

/// Rows that a store may delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outdated {
    /// Idempotency keys that expired this long ago. Keys that are kept for ever do not expire, and keys tied
    /// to a request that waits for an approval ([`AWAITS_APPROVAL`](crate::rows::tables::AWAITS_APPROVAL)) go
    /// with the request.
    Keys(Span),
    /// Jobs that were done or discarded this long ago. A dead job stays: an operator must look at it.
    Jobs(Span),
    /// Counters whose entries all left their windows this long ago.
    Counters(Span),
}

/// The books whose servers are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Homes<'b> {
    /// One book.
    Of(&'b Book),
    /// So many after a book.
    After(Option<&'b Book>, usize),
}

/// One connection to a store. Outside [`Session::begin`] it only reads.
#[async_trait]
pub trait Session: Send {
    /// Notes the book that the next transactions and reads are about; `None` for several. It decides whose
    /// turn at a connection they take, and nothing else.
    fn concerns(&mut self, _book: Option<&Book>) {}
    /// Reads which server has which books, on stores spread over several servers.
    async fn homes(&mut self, _of: Homes<'_>) -> Result<Vec<(Book, reachable_books::Home)>, Fault> {
        Ok(Vec::new())
    }
    /// Opens a transaction that will write.
    async fn begin(&mut self) -> Result<(), Fault>;
    /// Reads from one snapshot until [`Session::rollback`], where the store can. Nothing is locked and
    /// nothing can be written. An open transaction, or a host's, is left as it is.
    async fn snapshot(&mut self) -> Result<(), Fault> {
        Ok(())
    }
    /// Reads rows without locking them.
    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault>;
    /// As [`Session::peek`], as far as rows can be read: the others are named.
    async fn peek_readable(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        self.peek(needs).await
    }
    /// Reads rows and locks those that will be written, in one pass and in the order of [`Needs`].
    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault>;
    /// Registers currencies in the open transaction, and returns all currencies of the store as the
    /// transaction sees them. A code that is registered already stays as it is.
    async fn currencies(&mut self, _register: &[Currency]) -> Result<Vec<Currency>, Fault> {
        Ok(Vec::new())
    }
    /// Writes a group. Every claim, every guard and every image that was seen is checked.
    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault>;
    /// Writes a group and commits it, in a transaction of its own. Where the store can, that is one
    /// statement, which waits only briefly for rows that others have locked.
    async fn write_autocommit(&mut self, writes: &Writes) -> Result<Written, Fault> {
        write_and_commit(self, writes).await
    }
    /// Locks what [`Session::lock`] read against other writers until the transaction ends. A no-op where
    /// `lock` has locked the rows already.
    async fn lock_read_rows(&mut self) -> Result<(), Fault> {
        Ok(())
    }
    /// Begins the timeline `to` in the open transaction, if the identity of the store is still `from`: the
    /// next link of every book belongs to `to`. `server` is noted as the server that keeps the store, if it
    /// is known.
    async fn start_timeline(
        &mut self,
        _from: Identity,
        _to: Uuid,
        _server: Option<&str>,
    ) -> Result<Written, Fault> {
        Err(Fault::not_supported("admin.fork", "the store keeps one timeline"))
    }
    /// Makes it durable.
    async fn commit(&mut self) -> Result<(), Fault>;
    /// Gives it up.
    async fn rollback(&mut self) -> Result<(), Fault>;
    /// Reads one page of a listing.
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault>;
    /// The same, as far as its rows can be read: the others are named.
    async fn list_readable(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        self.list(listing).await
    }
    /// The stamp of a commit's mark, where the store keeps marks. Callers read it only after
    /// [`Session::write`] found the mark taken, so the mark is committed.
    async fn mark(&mut self, _book: &Book, _id: Uuid) -> Result<Option<Time>, Fault> {
        Ok(None)
    }
    /// Deletes at most `limit` outdated rows over all books, and returns how many. Each book has a
    /// transaction of its own, which skips rows that others have locked.
    async fn forget(&mut self, _what: Outdated, _limit: usize) -> Result<usize, Fault> {
        Ok(0)
    }
    /// Row counts of a book, on stores where a concurrent writer can hide rows from a listing; `None` on
    /// other stores.
    async fn tally(&mut self, _book: &Book) -> Result<Option<Tally>, Fault> {
        Ok(None)
    }
    /// The open transactions of any client that have written rows, on stores with several writers: no listing
    /// shows their rows yet. A store with one writer has none to report: the next writer has waited for it.
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

/// An open transaction that has written rows. Its name is only compared for equality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Open on a connection.
    Open(String),
    /// Prepared for a two-phase commit, and in doubt. Preparing gives a transaction another name.
    Prepared(String),
    /// Unknown: the store is a standby, which sees no transaction of its primary.
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

/// Orphans: rows that no listing leads to, because their parent is missing.
#[derive(Clone, Copy, Debug)]
pub enum Strays<'b> {
    /// Entries of a book whose transfer is missing, by the transfer's id.
    Entries(&'b Book),
    /// Events of a book that are neither in the sequence nor pending for it.
    Events(&'b Book),
    /// Marks of commits that left no events.
    Marks(&'b Book),
    /// Books that have rows and are not listed.
    Books,
    /// The contents of the reserved book: the name of each table that has rows there, and for records their
    /// kinds and ids.
    Reserved,
    /// The rows of the schema (`meta`, `migration`) that are not as a migration wrote them: table, key and
    /// column.
    Schema,
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
    /// The subject as the log writes it: the whole text without a role, and the prefix of one with a role.
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

/// How many events are erased in one transaction.
pub const ERASED_AT_ONCE: usize = 1_000;

/// Longest wait between deciding and writing. After it the decision is stale (its `now` first) and the group
/// is decided again.
pub(crate) const DECIDED: Duration = Duration::from_millis(250);

/// Runs one write as a transaction. The write is stale when it waited long for others.
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
    /// Whether a pooler gives each transaction another connection of its server, so that nothing can be
    /// prepared on one: the URL says so, or the store has found that out.
    fn is_pooled(&self) -> bool {
        false
    }
    /// A connection that will write.
    async fn writer(&self) -> Result<Box<dyn Session>, Fault>;
    /// A connection that only reads, and does not wait for writers where the store can do so.
    async fn reader(&self) -> Result<Box<dyn Session>, Fault>;
    /// The schema version found, and the oldest reader and writer that it admits.
    async fn schema(&self) -> Result<Option<Schema>, Fault>;
    /// Migrates the schema to the newest version. Several processes may do so at once.
    async fn migrate(&self) -> Result<(), Fault>;
    /// Spreads the tables over the servers of a cluster, and returns whether that was still to be done. If
    /// so, every process must open the store anew.
    async fn distribute(&self) -> Result<bool, Fault> {
        Err(Fault::not_supported("migrate", "only Citus spreads the tables over several servers"))
    }
    /// Returns the identity of the store and of its history; nil for a store that cannot be distinguished
    /// from others.
    async fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity::default())
    }
    /// The server that keeps the store, with the one on record; `None` on stores without a server, and on a
    /// server in recovery.
    async fn server(&self) -> Result<Option<Server>, Fault> {
        Ok(None)
    }
    /// Registers currencies, and adds all currencies of the store to `known`. A code that is registered
    /// already stays as it is. An engine registers a currency before its first use: the store has the meaning
    /// of a code before any amount in it.
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault>;
    /// Succeeds when the store can be reached; `Err` has the reason.
    async fn ping(&self) -> Result<(), Fault>;
    /// Checks that the name still leads to the file that is open. Writes to a file that was replaced are
    /// lost.
    async fn check_files(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Checkpoints the store's own log, so that nothing of erased rows is left in it. A reader of an older
    /// state may hold some of it back.
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
    /// Writes a meaningless value durably, as a group would; `false` where there is nothing to try. Fails
    /// with the reason where the store takes no writes.
    async fn probe_write(&self) -> Result<bool, Fault> {
        Ok(false)
    }
    /// Which books have a server that answers, on stores spread over several servers.
    fn reach(&self) -> Option<&reachable_books::Reach> {
        None
    }
    /// A number that rises when a connection breaks, and when a new one reaches another server or a restarted
    /// one. Rows read before that may belong to a lost history. It is read before every group, so it must be
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
        Err(Fault::not_supported("admin.restore", "the store is restored by tools of its own"))
    }
    /// Whether [`pause`](Self::pause) is there.
    fn can_pause(&self) -> bool {
        false
    }
    /// Closes every connection and every file until [`resume`](Self::resume). A transaction under way ends at
    /// its next statement and is rolled back; nothing is opened meanwhile.
    async fn pause(&self) -> Result<(), Fault> {
        Err(Fault::not_supported("pause", "only a store of its own file stands still"))
    }
    /// Allows connections again. The caller must compare the store's identity with the one before.
    async fn resume(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Closes all connections.
    async fn close(&self);
}

/// A backup that replaces a store's contents, in a transaction that is still open.
pub struct Restoring {
    /// The session with the open transaction. Dropping it rolls the restore back.
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

/// The server that keeps a store, as `cluster/database/timeline`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// As it was written down.
    pub recorded: Option<String>,
    /// As it is.
    pub current: String,
}

impl Server {
    /// Whether it is the server on record. Parts that are `-` are not compared: the role may not read them.
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

/// Waits for work about a book that may be given up and done later: none once the server of the book, one of
/// several, is silent.
pub async fn while_heard<T>(store: &SharedStore, book: &Book, work: impl Future<Output = T>) -> Option<T> {
    match store.reach() {
        Some(reach) => reach.while_heard(book, work).await,
        None => Some(work.await),
    }
}

/// Reads a listing across books, for work that handles each book and each row by itself: a row that cannot
/// be read is named, and stops none of the others. Where a server of several is
/// gone, the listing has only the books whose server answers, so an absent row proves nothing.
///
/// # Errors
/// Any failure of the store that concerns more than some of the books.
pub async fn look_around(store: &SharedStore, listing: &Listing) -> Result<Listed, Fault> {
    match store.reach() {
        Some(reach) => reach.look(store, listing).await,
        None => readable_page(store.reader().await?.as_mut(), listing).await,
    }
}

/// Reads a page of a listing. Rows that cannot be read are named and take no place on it, so that whoever
/// reads page after page does not take them for the end.
pub(crate) async fn readable_page(session: &mut dyn Session, listing: &Listing) -> Result<Listed, Fault> {
    let mut listed = session.list_readable(listing).await?;
    let mut more = 0;
    while listed.unreadable.len() > more
        && let Some(wider) = listing.wider(listed.unreadable.len())
    {
        more = listed.unreadable.len();
        listed = session.list_readable(&wider).await?;
    }
    Ok(listed)
}
