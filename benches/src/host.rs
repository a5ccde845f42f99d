//! The same workloads inside a host's transaction: it inserts a row of its own, makes the calls, and commits.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use earnest::error::Retry;
use earnest::store::Fault;
use earnest::store::host::HostConnection;
use earnest::store::sql::{Cells, Dialect};
use earnest::{Engine, Error};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::Done;
use crate::args::ContenderOrder;
use crate::bank::{self, Workload};
use crate::ledger::{CALLERS, finish, load};
use crate::meter::{self, Kind};
use crate::output::{Bar, failed};
use crate::report::{Part, Report, Shape};
use crate::shared::{Draw, Work, clock, drive};

/// How often a host transaction is run again.
const ATTEMPTS: u32 = 10;
/// The application name of the pool's connections.
pub(crate) const APPLICATION: &str = "bench application";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS bench_orders (id text PRIMARY KEY)";
pub(crate) const ORDER: &str = "INSERT INTO bench_orders (id) VALUES ($1)";

/// `host`.
pub(crate) async fn host(order: &ContenderOrder) -> Done {
    let (base, workload) = (&order.order.base, order.order.workload);
    if base.processes > 1 || base.strace {
        return failed("`host` runs in one process, and without `--strace`");
    }
    if workload.sells() {
        return failed("`host` measures transfers, holds and deals");
    }
    let load = load(base, CALLERS);
    let bank = bank::open(&base.store).await?;
    bank::fund(&bank, base.accounts, &load.run).await?;
    let pool = match meter::kind(&base.store)? {
        Kind::Memory => return failed("a store in memory has no transactions to join"),
        Kind::Sqlite(path) => Pool::Sqlite(sqlite(&path).await?),
        Kind::Postgres => Pool::Postgres(postgres(&base.store, order).await?),
    };
    let before = meter::before(&base.store, base.vacuum).await?;
    let done = Arc::new(AtomicU64::new(0));
    let bar = Bar::lasting("host", load.lasting, done.clone());
    let work = bank::shared(Hosted {
        bank: bank.clone(),
        pool,
        workload,
        accounts: base.accounts,
        counts: Counts::default(),
    });
    let (counts, groups) = (bank.store().counted(), bank.groups());
    let served = meter::served(&base.store).await?;
    let began = clock::now();
    let tally = drive(work.clone(), &load, done).await;
    bank.catch_up().await?;
    let served = meter::served_since(&base.store, served).await?;
    let mut part = Part::of(&tally, clock::micros_since(began)).counted(&bank, counts, groups);
    bar.clear();
    work.counts.add_to(&mut part);
    let conserved = bank::conserved(&bank, base.verify).await?;
    work.pool.close().await;
    bank.close().await;
    let after = meter::after(&base.store, base.vacuum).await?;
    let shape = Shape {
        workload: workload.name(),
        mode: "host",
        each: 1,
        calls: workload.calls(),
        transfers: workload.transfers(),
    };
    let report =
        Report::of(shape, &load, &[part], conserved, base).measured(shape.transfers, &before, &after, None);
    let report = report.served(served);
    finish(&report, base.json)
}

/// A pool whose connections are all open, so that no run pays for opening them.
pub(crate) async fn postgres(url: &str, order: &ContenderOrder) -> Done<PgPool> {
    let mut options: PgConnectOptions = PgConnectOptions::from_str(url)?.application_name(APPLICATION);
    if order.unprepared {
        options = options.statement_cache_capacity(0);
    }
    let pool = PgPoolOptions::new()
        .max_connections(order.pool)
        .min_connections(order.pool)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await?;
    sqlx::query(TABLE).execute(&pool).await?;
    Ok(pool)
}

/// SQLite has one writer at a time: a pool of one is a fair queue, many would sleep and try again.
pub(crate) async fn sqlite(path: &str) -> Done<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await?;
    sqlx::query(TABLE).execute(&pool).await?;
    Ok(pool)
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Counters of the host's connections.
#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    commits: AtomicU64,
    retries: AtomicU64,
}

impl Counts {
    fn trip(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    fn add_to(&self, part: &mut Part) {
        let statements = self.statements.load(Ordering::Relaxed);
        part.statements += statements;
        // each waits for its answer
        part.round_trips += statements;
        let commits = self.commits.load(Ordering::Relaxed);
        part.commits += commits;
        part.groups += commits;
        part.retries += self.retries.load(Ordering::Relaxed);
    }
}

/// Counts what the engine sends over a host's connection.
struct Counting<'h, C> {
    inner: &'h mut C,
    counts: &'h Counts,
}

#[async_trait]
impl<C: HostConnection> HostConnection for Counting<'_, C> {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
        self.counts.trip();
        self.inner.query(sql, params).await
    }

    async fn in_transaction(&mut self) -> Result<bool, Fault> {
        self.inner.in_transaction().await
    }

    fn shares_library(&self) -> bool {
        self.inner.shares_library()
    }
}

struct Hosted {
    bank: Engine,
    pool: Pool,
    workload: Workload,
    accounts: u64,
    counts: Counts,
}

/// Why an attempt failed.
enum Fate {
    Refused(Error),
    Driver(sqlx::Error),
}

impl From<sqlx::Error> for Fate {
    fn from(error: sqlx::Error) -> Self {
        Self::Driver(error)
    }
}

/// One host transaction: a row of the host's, then the calls, then its commit.
macro_rules! transaction {
    ($self:ident, $begun:expr, $draw:ident, $key:ident) => {{
        let mut tx = $begun.await?;
        sqlx::query(ORDER).bind($key).execute(&mut *tx).await?;
        let connection = Counting { inner: &mut tx, counts: &$self.counts };
        let bound = $self.bank.using(connection).map_err(Fate::Refused)?;
        let done = $self.workload.perform(&bound, $draw, $self.accounts, $key).await;
        drop(bound);
        done.map_err(Fate::Refused)?;
        tx.commit().await?;
        // BEGIN, INSERT, COMMIT
        $self.counts.statements.fetch_add(3, Ordering::Relaxed);
        $self.counts.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }};
}

impl Hosted {
    async fn attempt(&self, draw: &mut Draw, key: &str) -> Result<(), Fate> {
        match &self.pool {
            Pool::Sqlite(pool) => transaction!(self, pool.begin_with("BEGIN IMMEDIATE"), draw, key),
            Pool::Postgres(pool) => transaction!(self, pool.begin(), draw, key),
        }
    }
}

impl Work for Hosted {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        for attempt in 0..ATTEMPTS {
            match self.attempt(draw, &key).await {
                Ok(()) => return Ok(()),
                Err(Fate::Refused(error)) if error.retry() == Retry::Transaction => {
                    self.counts.retries.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(1 + draw.below(1 << attempt))).await;
                }
                Err(Fate::Refused(error)) => return Err(bank::code(&error)),
                Err(Fate::Driver(error)) => {
                    let code = error.as_database_error().and_then(|error| error.code());
                    return Err(format!("host {}", code.unwrap_or_else(|| "connection".into())));
                }
            }
        }
        Err("contention".to_owned())
    }
}
