//! Your pool: an engine that opens no connection, and works on those that the application lends it.
//!
//! There is no second pool and no second SQLite library: groups, the sequencer and timers run on connections
//! of the application's own driver, each lent for one transaction, or for one statement that reads. A driver
//! implements [`HostPool`] and [`LentConnection`]: text in, text out. What a transaction sets it sets for
//! itself, and gives a connection back as it was.

pub mod channel;
#[cfg(feature = "host-sqlx")]
mod driver;
mod exec;
mod lease;
mod pragmas;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use uuid::Uuid;

pub use self::exec::AttachedExec;
use self::pragmas::Pragmas;
use super::fault::{Fault, FaultKind};
use super::host::{Edition, Plain};
use super::reachable_books::Reach;
use super::sql::migrate::Made;
use super::sql::pool::Places;
use super::sql::server::{History, TOKEN};
use super::sql::session_settings::{CLAIM, GRACE, Steering};
use super::sql::store::sql_store;
use super::sql::{Cells, Counters, Dialect, Flavour, Names, schema, write};
use super::{Capabilities, Finding, Server, Store};
use crate::currency::Currencies;
use crate::env::{Clock, Env};
use crate::error::Error;

/// How long a single call waits for a lock or a claim of another transaction.
const LOCK: Duration = Duration::from_secs(2);
/// How long a ping waits for an answer.
const ANSWER: Duration = Duration::from_secs(2);

/// The connections of the application.
#[async_trait]
pub trait HostPool: Send + Sync {
    /// The SQL that they speak.
    fn dialect(&self) -> Dialect;
    /// How many connections there can be. The engine borrows no more than this, and needs two: one writes
    /// while another reads.
    fn size(&self) -> usize;
    /// Lends a connection on which no transaction is open, in the autocommit mode of its driver: the engine
    /// sends its own `BEGIN` and `COMMIT`. It may wait until one is free; the engine stops waiting after its
    /// `connect_timeout`.
    async fn lend(&self) -> Result<Box<dyn LentConnection>, Fault>;
    /// Whether they are driven by the same SQLite library as connections that the engine opens by a URL. Two
    /// libraries in one process exclude each other's locks on nothing, so one file is then refused to both.
    fn shares_library(&self) -> bool {
        false
    }
    /// The name of the SQLite library that drives them, where the process may have several besides the
    /// engine's own. It tells two of one version from each other, whose own words are the same.
    fn library(&self) -> &str {
        ""
    }
}

/// A connection that the application lends, until it is given back or discarded.
///
/// A failure is known by its SQLSTATE or SQLite result code, which [`super::sql::codes::host`] classifies.
#[async_trait]
pub trait LentConnection: Send {
    /// Sends one statement with `$1`, `$2` and so on, all text or NULL, and takes all its rows, every column
    /// text or NULL.
    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault>;
    /// Whether no transaction is open on it. It is asked before a statement that is a transaction by itself;
    /// a driver that sees that when it lends fails the loan with `25001` instead.
    async fn is_clean(&mut self) -> Result<bool, Fault> {
        Ok(true)
    }
    /// Sends statements without parameters in their order, in one round trip where the driver can, and takes
    /// the rows of the last one.
    async fn run(&mut self, statements: &[&str]) -> Result<Vec<Cells>, Fault> {
        let mut rows = Vec::new();
        for statement in statements {
            rows = self.query(statement, &[]).await?;
        }
        Ok(rows)
    }
    /// Sends statements one after the other, as
    /// [`HostConnection::batch`](super::host::HostConnection::batch).
    async fn batch(&mut self, statements: &[Plain], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        let mut counts = Vec::with_capacity(statements.len());
        for ((sql, params), expected) in statements.iter().zip(expected) {
            let count = self.query(sql, params).await?.len() as u64;
            counts.push(count);
            if expected.is_some_and(|expected| expected != count) {
                break;
            }
        }
        Ok(counts)
    }
    /// Takes it back: no transaction is open on it, and its settings are what they were.
    async fn give_back(self: Box<Self>);
    /// Takes it back to close it: a transaction may be open on it, or an answer not have been read. There is
    /// nobody to wait.
    fn discard(self: Box<Self>);
}

/// How a store of lent connections is opened.
#[derive(Clone, Debug)]
pub struct AttachedOptions {
    /// The schema of our tables, on PostgreSQL.
    pub schema: String,
    /// The prefix of the names of our tables, on SQLite.
    pub table_prefix: String,
    /// How many connections are borrowed at once, at most.
    pub pool_size: usize,
    /// How long a connection may take to be lent.
    pub connect_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// SQLite: a commit that a power failure may lose will do.
    pub synchronous_normal: bool,
    /// Nothing is ever written.
    pub read_only: bool,
    /// Where "now" comes from.
    pub clock: Clock,
    /// The id of the store, should it be made now.
    pub new_store: Uuid,
    /// The currencies known, shared with the engine.
    pub currencies: Arc<RwLock<Currencies>>,
}

impl Default for AttachedOptions {
    fn default() -> Self {
        Self {
            schema: Names::SCHEMA.into(),
            table_prefix: Names::PREFIX.into(),
            pool_size: 8,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            synchronous_normal: false,
            read_only: false,
            clock: Clock::System,
            new_store: Env::default().store_id(),
            currencies: Arc::new(RwLock::new(Currencies::iso())),
        }
    }
}

/// A store behind connections that the application lends.
#[derive(Clone)]
pub struct AttachedStore {
    shared: Arc<Shared>,
    /// The file of SQLite.
    file: Option<PathBuf>,
}

/// A value that is dropped when nobody uses a file any more.
type Guard = Option<Arc<dyn std::any::Any + Send + Sync>>;

/// State that all sessions of a store share.
struct Shared {
    pool: Arc<dyn HostPool>,
    dialect: Dialect,
    names: Arc<Names>,
    clock: Clock,
    new_store: Uuid,
    currencies: Arc<RwLock<Currencies>>,
    counters: Arc<Counters>,
    /// As many as may be lent at once, by turns of the books.
    places: Places,
    size: usize,
    /// SQLite: one transaction of ours writes at a time, instead of waiting for a busy file.
    turn: Arc<Mutex<()>>,
    /// PostgreSQL: the statement that sets what each transaction needs, and answers which server it is on.
    steering_text: String,
    #[cfg(feature = "postgres")]
    steering: Steering,
    /// SQLite: the same.
    pragmas: Pragmas,
    history: Arc<History>,
    /// Which books have a server that answers, where there are several.
    reach: Reach,
    /// Whether the log says already that the pool lends open transactions.
    told_unclean: AtomicBool,
    edition: Edition,
    read_only: bool,
    connect_timeout: Duration,
    /// How long an answer may take; none is for ever.
    answer: Option<Duration>,
    lock_timeout: Duration,
    closed: AtomicBool,
    /// The guard that keeps other libraries and forked processes from the file of SQLite, until this store is
    /// closed and every connection that it was lent is back.
    guard: std::sync::Mutex<Guard>,
    /// The names of the file of SQLite, once it is known.
    #[cfg(feature = "sqlite")]
    lent: std::sync::OnceLock<super::sqlite::Lent>,
}

impl AttachedStore {
    /// A store on these connections, which is brought up by [`Store::migrate`]. A file of SQLite is given its
    /// write-ahead log, without which readers would keep writers waiting; while this store lives, no other
    /// SQLite library of this process may open it.
    ///
    /// # Errors
    /// With `invalid_request` naming `pool` for one of a single connection, and for a bad `schema` or
    /// `table_prefix`; `not_supported` for a database in memory and for a SQLite library whose log is not
    /// sound; `store_conflict` for a file that another library of this process has open, and in
    /// a process that was forked while its parent had files open through this library; `Unavailable`.
    pub async fn open(pool: Arc<dyn HostPool>, options: AttachedOptions) -> Result<Self, Fault> {
        let mut store = Self::over(pool, options)?;
        if store.shared.dialect == Dialect::Sqlite {
            store.file = Some(store.take_file().await?);
        }
        #[cfg(feature = "postgres")]
        if store.shared.dialect == Dialect::Postgres {
            store.find_flavour().await?;
        }
        if store.schema().await?.is_some() {
            store.shared.history.found_store();
        }
        Ok(store)
    }

    fn over(pool: Arc<dyn HostPool>, options: AttachedOptions) -> Result<Self, Fault> {
        let size = pool.size().min(options.pool_size);
        if size < 2 {
            let reason = "must have two connections: one writes while another reads";
            return Err(Error::invalid("pool", reason).into());
        }
        let (statement, read_only) = (options.statement_timeout, options.read_only);
        let steering = Steering { lock: CLAIM, statement, read_only, flavour: Flavour::Plain };
        let names = match pool.dialect() {
            Dialect::Sqlite => Names::sqlite(&options.table_prefix)?,
            Dialect::Postgres => Names::postgres(&options.schema)?,
        };
        let shared = Shared {
            dialect: pool.dialect(),
            pool,
            names: Arc::new(names),
            clock: options.clock,
            new_store: options.new_store,
            currencies: options.currencies,
            counters: Arc::new(Counters::default()),
            places: Places::new(size),
            size,
            turn: Arc::default(),
            steering_text: asking(steering),
            #[cfg(feature = "postgres")]
            steering,
            pragmas: Pragmas { normal: options.synchronous_normal, read_only: options.read_only },
            history: Arc::default(),
            reach: Reach::default(),
            told_unclean: AtomicBool::new(false),
            edition: Edition::default(),
            read_only: options.read_only,
            connect_timeout: options.connect_timeout,
            answer: Some(statement).filter(|time| !time.is_zero()).map(|time| time.saturating_add(GRACE)),
            lock_timeout: LOCK,
            closed: AtomicBool::new(false),
            guard: std::sync::Mutex::default(),
            #[cfg(feature = "sqlite")]
            lent: std::sync::OnceLock::new(),
        };
        Ok(Self { shared: Arc::new(shared), file: None })
    }

    /// The edition of the texts that hosts' connections are sent.
    pub(crate) fn edition(&self) -> &Edition {
        &self.shared.edition
    }

    /// The history that it serves, by which connections of the application are judged too.
    pub(crate) fn history(&self) -> Option<Arc<History>> {
        let is_one_server =
            self.shared.dialect == Dialect::Postgres && self.shared.names.flavour() == Flavour::Plain;
        is_one_server.then(|| Arc::clone(&self.shared.history))
    }

    /// The file of SQLite, where the library that the engine itself uses has it open.
    pub(crate) fn own_file(&self) -> Option<PathBuf> {
        self.file.clone().filter(|_| self.shared.pool.shares_library())
    }

    /// Finds out whether the tables are spread over the servers of a cluster, and whether rows can be locked.
    #[cfg(feature = "postgres")]
    async fn find_flavour(&mut self) -> Result<(), Fault> {
        let found = super::sql::cluster::flavour(&mut self.exec(), &self.shared.names).await?;
        if let Some(shared) = Arc::get_mut(&mut self.shared).filter(|_| found != Flavour::Plain) {
            shared.names = Arc::new(Names::clone(&shared.names).flavoured(found));
            shared.steering.flavour = found;
            shared.steering_text = asking(shared.steering);
        }
        super::sql::session::try_locks(&mut self.exec(), &self.shared.names).await
    }

    async fn take_file(&self) -> Result<PathBuf, Fault> {
        let found = pragmas::file(&mut self.exec()).await?;
        let file = std::fs::canonicalize(&found.path).unwrap_or_else(|_| found.path.clone().into());
        #[cfg(feature = "sqlite")]
        if self.shared.pool.shares_library() {
            self.shared.keep(Some(Arc::new(super::sqlite::enter()?)));
        } else {
            let library = format!("{} {}", self.shared.pool.library(), found.source);
            self.shared.keep(Some(super::sqlite::foreign(&file, &library)?));
        }
        if !found.has_log && !self.shared.read_only {
            pragmas::add_log(&mut self.exec()).await?;
        }
        #[cfg(feature = "sqlite")]
        let _ = self.shared.lent.set(super::sqlite::Lent::at(&file));
        Ok(file)
    }
}

/// The settings of a transaction and the token of its server in one statement: one round trip for both.
fn asking(steering: Steering) -> String {
    format!("{}, ({TOKEN}) AS token", steering.statement(true))
}

impl Shared {
    /// Which books have a server that answers, where there are several.
    fn several(&self) -> Option<&Reach> {
        Some(&self.reach).filter(|_| self.names.flavour() == Flavour::Spread)
    }

    fn check_open(&self) -> Result<(), Fault> {
        let closed = self.closed.load(Ordering::Acquire);
        if closed { Err(Fault::new(FaultKind::Unavailable, "the store is closed")) } else { Ok(()) }
    }

    /// Whether the names of a file of SQLite lead to what the open transaction writes to.
    #[cfg(feature = "sqlite")]
    fn check_names(&self) -> Result<(), Fault> {
        self.lent.get().map_or(Ok(()), super::sqlite::Lent::check)
    }

    #[cfg(not(feature = "sqlite"))]
    const fn check_names(&self) -> Result<(), Fault> {
        Ok(())
    }

    fn keep(&self, guard: Guard) {
        *self.guard.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = guard;
    }

    fn guard(&self) -> Guard {
        self.guard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

sql_store! { impl Store for AttachedStore over AttachedExec {
    fn capabilities(&self) -> Capabilities {
        let exclusive = self.shared.dialect == Dialect::Sqlite;
        let lanes = if exclusive { 2 } else { self.shared.size - 1 };
        Capabilities { exclusive, multi_book: exclusive, lanes, verified_writes: true, break_even_group: 64 }
    }

    fn name(&self) -> &'static str {
        match self.shared.dialect {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    async fn migrate(&self) -> Result<(), Fault> {
        let made = || Made {
            at: self.shared.clock.now(),
            store: Some(self.shared.new_store),
            server: self.shared.history.server(),
        };
        schema::migrate(&mut self.exec(), &self.shared.names, made).await?;
        self.shared.history.found_store();
        Ok(())
    }

    async fn server(&self) -> Result<Option<Server>, Fault> {
        use super::sql::session::Exec as _;
        if self.shared.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        let mut exec = self.exec();
        exec.snapshot().await?;
        exec.rollback().await?;
        schema::server(&mut exec, &self.shared.names, self.shared.history.server()).await
    }

    async fn ping(&self) -> Result<(), Fault> {
        use super::sql::session::Exec as _;
        self.shared.check_open()?;
        let is_file = self.shared.dialect == Dialect::Sqlite;
        // a transaction that reads keeps the log of a file open
        let ask = if is_file {
            "SELECT CAST(count(*) AS text) AS c0 FROM sqlite_master"
        } else {
            "SELECT CAST(1 AS text) AS c0"
        };
        let mut exec = self.exec();
        let answer = async {
            if is_file {
                exec.snapshot().await?;
            }
            exec.query(&write::bare(ask)).await?;
            if is_file { self.shared.check_names() } else { Ok(()) }
        };
        let late = |_| {
            let reason = format!("the database did not answer within {} s", ANSWER.as_secs());
            Fault::new(FaultKind::Unavailable, reason)
        };
        let answer = tokio::time::timeout(ANSWER, answer).await.map_err(late)?;
        exec.rollback().await?;
        answer
    }

    async fn findings(&self) -> Vec<Finding> {
        let is_server = self.shared.dialect == Dialect::Postgres;
        is_server.then(|| self.shared.history.finding()).into_iter().collect()
    }

    fn reach(&self) -> Option<&Reach> {
        self.shared.several()
    }

    fn connection_epoch(&self) -> u64 {
        self.shared.history.number()
    }

    async fn backup(&self, _: &Path) -> Result<(), Fault> {
        let reason = "an engine on the application's connections copies nothing: `earnest backup` does";
        Err(Fault::not_supported("admin.backup", reason))
    }

    async fn close(&self) {
        // what was lent is given back by those who hold it
        self.shared.closed.store(true, Ordering::Release);
        self.shared.places.close();
        self.shared.keep(None);
    }
} }
