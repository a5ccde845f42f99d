//! Money in PostgreSQL: group commit over plain tables in a schema of its own, in the application's database.
//!
//! A group is read and locked by one statement and written by one more. Locks are taken in one order
//! everywhere, and every claim and every version is compared when it is written, so that correctness does not
//! rest on the locks. One transaction works in one book.

mod bind;
mod connect;
mod exec;
mod history;
mod line;
mod rights;
mod shared;
#[cfg(test)]
pub(crate) mod tests;
mod tls;

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use self::shared::Shared;
use super::fault::{Fault, FaultKind};
use super::sql::session::{Exec, SqlSession};
use super::sql::{Counters, Dialect, Names, Wire, migrate, write};
use super::{Capabilities, Counted, Schema, Server, Session, Store};
use crate::currency::{Currencies, Currency};
use crate::env::{Clock, Env};
use crate::error::{Detail, Error};
use crate::rows::identity::Identity;
use async_trait::async_trait;
pub use exec::PostgresExec;
use uuid::Uuid;

/// How often a migration is retried when another process runs it concurrently, and how far apart.
const MIGRATE: (u32, Duration) = (40, Duration::from_millis(100));

/// How long the statement that writes a group waits for another transaction's claim before the group is
/// searched for the command that is in its way. A commit of another process is over sooner.
const CLAIM: Duration = Duration::from_millis(250);
/// The same while it is searched. A command that is suspected wrongly loses nothing but its place in the
/// group.
const BRIEF: Duration = Duration::from_millis(40);

/// How long a ping waits for an answer.
const ANSWER: Duration = Duration::from_secs(2);

/// How a PostgreSQL store is opened.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The schema of our tables.
    pub schema: String,
    /// How many connections there may be.
    pub pool_size: usize,
    /// Whether the server keeps prepared statements; off behind a pooler that hands connections round.
    /// Nothing else that outlasts a transaction is left on a connection then, and every statement is sent
    /// inside one.
    pub prepared_statements: bool,
    /// How long a connection may take, waiting for a free one included.
    pub connect_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// How long a single call may wait for a lock or a claim of another transaction; a whole group waits a
    /// quarter of a second at most.
    pub lock_timeout: Duration,
    /// Nothing is ever written; the server may be a standby.
    pub read_only: bool,
    /// Where "now" comes from.
    pub clock: Clock,
    /// The id of the store, should it be made now.
    pub new_store: Uuid,
    /// The currencies known, shared with the engine.
    pub currencies: Arc<RwLock<Currencies>>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: Names::SCHEMA.into(),
            pool_size: 4,
            prepared_statements: true,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(2),
            read_only: false,
            clock: Clock::System,
            new_store: Env::default().store_id(),
            currencies: Arc::new(RwLock::new(Currencies::iso())),
        }
    }
}

/// A store in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").field("names", &self.shared.names).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects, and checks that the schema is ours or absent. It is brought up by [`Store::migrate`].
    ///
    /// # Errors
    /// A fault of kind `Unavailable` when the server cannot be reached or refuses the user, `Corrupt` when
    /// tables of our names are not ours, `Schema` when a migration that ran is not ours; with
    /// `invalid_request` for a bad URL, naming the parameter, or a bad `schema`.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, Fault> {
        let names = Names::postgres(&options.schema)?;
        let target = connect::target(url)?;
        let shared = Shared::new(names, target, options);
        shared.probe().await?;
        let store = Self { shared: Arc::new(shared) };
        store.schema().await?;
        Ok(store)
    }

    /// Statements, round trips and commits so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.shared.counters
    }

    /// The names of its tables, for a host connection to the same database.
    #[must_use]
    pub fn names(&self) -> &Arc<Names> {
        &self.shared.names
    }

    fn exec(&self) -> PostgresExec {
        PostgresExec::new(Arc::clone(&self.shared))
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        self.shared.pool.check_open()?;
        let Shared { names, clock, currencies, .. } = &*self.shared;
        Ok(Box::new(SqlSession::over(self.exec(), Arc::clone(names), clock.clone(), Arc::clone(currencies))))
    }

    /// Begins a transaction that no group waits for.
    async fn begin_patiently(&self, exec: &mut PostgresExec) -> Result<(), Fault> {
        exec.begin().await?;
        exec.query(&write::bare(waiting(self.shared.lock_timeout))).await.map(drop)
    }

    async fn found(
        &self,
        exec: &mut PostgresExec,
    ) -> Result<(Option<Schema>, Vec<migrate::Migration>), Fault> {
        let names = &self.shared.names;
        let tables = exec.query(&migrate::existing(Dialect::Postgres, names)).await?;
        match migrate::found(names, &tables)? {
            migrate::Found::Nothing => Ok((None, migrate::migrations(Dialect::Postgres).to_vec())),
            migrate::Found::Ours => {
                let rows = exec.query(&migrate::read(Dialect::Postgres, names)).await?;
                migrate::judge(Dialect::Postgres, &rows)
            }
        }
    }

    /// Runs the missing migrations in one transaction. A process that comes second waits for the first table,
    /// and then finds that it exists; that is no failure, but a reason to look again.
    async fn try_migrate(&self) -> Result<(), Fault> {
        let mut exec = self.exec();
        let (found, missing) = self.found(&mut exec).await?;
        if missing.is_empty() {
            return Ok(());
        }
        self.begin_patiently(&mut exec).await?;
        if let (None, Some(schema)) = (found, self.shared.names.schema()) {
            // a schema that was made for this role must do: the role need not be able to make another
            let found =
                format!("SELECT 'found' AS c0 FROM pg_catalog.pg_namespace WHERE nspname = '{schema}'");
            if exec.query(&write::bare(found)).await?.is_empty() {
                let create = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
                exec.query(&write::bare(create)).await?;
            }
        }
        for migration in missing {
            for step in migration.steps(&self.shared.names) {
                exec.query(&write::bare(step)).await?;
            }
            let made = (self.shared.clock.now(), Some(self.shared.new_store), self.shared.history.server());
            for step in migrate::done(Dialect::Postgres, &self.shared.names, &migration, made) {
                exec.query(&step).await?;
            }
        }
        exec.commit().await
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn capabilities(&self) -> Capabilities {
        let lanes = self.shared.pool_size.saturating_sub(1).max(1);
        Capabilities {
            exclusive: false,
            multi_book: false,
            lanes,
            verified_writes: true,
            break_even_group: 64,
        }
    }

    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        self.session()
    }

    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        self.session()
    }

    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        Ok(self.found(&mut self.exec()).await?.0)
    }

    async fn migrate(&self) -> Result<(), Fault> {
        let (tries, pause) = MIGRATE;
        for _ in 1..tries {
            match self.try_migrate().await {
                Err(fault) if is_race(fault.kind) => tokio::time::sleep(pause).await,
                done => return done,
            }
        }
        self.try_migrate().await
    }

    async fn identity(&self) -> Result<Identity, Fault> {
        let rows = self.exec().query(&migrate::read_identity(&self.shared.names)).await?;
        migrate::identity(rows.first().map_or(&[], Vec::as_slice))
    }

    async fn server(&self) -> Result<Option<Server>, Fault> {
        let mut exec = self.exec();
        let recorded = exec.query(&migrate::read_server(&self.shared.names)).await?;
        let recorded = recorded.into_iter().flatten().next().flatten();
        let Some(current) = self.shared.history.server() else { return Ok(None) };
        if recorded.is_none() {
            let names = &self.shared.names;
            // a role that may only read leaves it to another
            exec.query(&migrate::record_server(Dialect::Postgres, names, &current)).await.ok();
        }
        Ok(Some(Server { recorded, current }))
    }

    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        let mut exec = self.exec();
        if !register.is_empty() {
            let rows = super::sql::currency_rows(register);
            self.begin_patiently(&mut exec).await?;
            exec.query(&write::currencies(Dialect::Postgres, Wire::Typed, &self.shared.names, &rows)).await?;
            exec.commit().await?;
        }
        let rows = exec.query(&migrate::registered(&self.shared.names)).await?;
        super::sql::register(known, &rows)
    }

    async fn ping(&self) -> Result<(), Fault> {
        let ask = write::bare("SELECT current_setting('transaction_read_only') AS c0");
        let late = |_| {
            let reason = format!("the server did not answer within {} s", ANSWER.as_secs());
            Fault::new(FaultKind::Unavailable, reason)
        };
        let rows = tokio::time::timeout(ANSWER, self.exec().query(&ask)).await.map_err(late)??;
        let reads_only = rows.iter().flatten().flatten().any(|set| set == "on");
        if reads_only { self.shared.meets_reader() } else { Ok(()) }
    }

    async fn trial(&self) -> Result<bool, Fault> {
        super::sql::session::trial(&mut self.exec(), &self.shared.names).await
    }

    fn history(&self) -> u64 {
        self.shared.history.number()
    }

    fn counted(&self) -> Counted {
        self.shared.counters.read()
    }

    async fn backup(&self, _: &Path) -> Result<(), Fault> {
        let (operation, reason) =
            ("admin.backup".to_owned(), "PostgreSQL has its own tools, such as pg_dump".to_owned());
        Err(Error::from(Detail::NotSupported { operation, reason }).into())
    }

    async fn close(&self) {
        for line in self.shared.pool.close() {
            line.close().await;
        }
    }
}

/// The statement that makes the open transaction wait so long for a lock.
fn waiting(time: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", time.as_millis())
}

/// Whether a failed migration may have raced another one.
const fn is_race(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Constraint
            | FaultKind::Schema
            | FaultKind::Missing
            | FaultKind::Serialization
            | FaultKind::LockTimeout
    )
}
