//! Money in PostgreSQL: group commit over plain tables in a schema of its own, in the application's database.
//!
//! A group is read and locked by one statement and written by one more. Locks are taken in one order
//! everywhere, and every claim and every version is compared when it is written, so that correctness does not
//! rest on the locks. One transaction works in one book.

mod bind;
mod connect;
mod exec;
mod line;
mod parameters;
mod rights;
mod shared;
mod target;
#[cfg(test)]
pub(crate) mod tests;
mod tls;

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use self::shared::Shared;
use super::fault::{Fault, FaultKind};
use super::reachable_books::Reach;
use super::sql::migrate::Made;
use super::sql::server::History;
use super::sql::session::{Exec as _, try_locks};
use super::sql::store::sql_store;
use super::sql::{Flavour, Names, cluster, schema, server_checks, write};
use super::{Capabilities, Finding, Server, Store};
use crate::currency::Currencies;
use crate::env::{Clock, Env};
use crate::ids::Book;
pub use exec::PostgresExec;
use uuid::Uuid;

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
    /// How connections are encrypted, as libpq has it, where the URL does not say the same.
    pub sslmode: Option<String>,
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
            sslmode: None,
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

/// Connects as the engine does, for programs that measure beside it: to the first host of the URL that lets
/// it in.
///
/// # Errors
/// A fault of kind `Unavailable`, and `invalid_request` for a bad URL, naming the parameter.
pub async fn connection(url: &str) -> Result<sqlx::postgres::PgConnection, Fault> {
    let target = connect::target(url)?.secured(None)?;
    let mut refused = Fault::new(FaultKind::Unavailable, "the URL names no host");
    for host in &target.hosts {
        match shared::connect(host).await {
            Ok(connection) => return Ok(connection),
            Err(error) => refused = exec::unreachable(&error, &target.name(host)),
        }
    }
    Err(refused)
}

impl PostgresStore {
    /// Connects, and checks that the schema is ours or absent. It is brought up by [`Store::migrate`].
    ///
    /// # Errors
    /// A fault of kind `Unavailable` when the server cannot be reached or refuses the user, `Corrupt` when
    /// tables of our names are not ours, `Schema` when a migration that ran is not ours; with
    /// `invalid_request` for a bad URL, naming the parameter, or a bad `schema`; with `not_supported` for an
    /// engine that lacks transactions or SKIP LOCKED.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, Fault> {
        let names = Names::postgres(&options.schema)?;
        let target = connect::target(url)?.secured(options.sslmode.as_deref())?;
        let shared = Shared::new(names, target, options);
        shared.probe().await?;
        shared.try_pooler().await?;
        shared.look_around().await;
        let mut store = Self { shared: Arc::new(shared) };
        let found = cluster::flavour(&mut store.exec(), &store.shared.names).await?;
        if let Some(shared) = Arc::get_mut(&mut store.shared).filter(|shared| shared.names.flavour() != found)
        {
            shared.set_flavour(found);
        }
        if store.schema().await?.is_some() {
            store.shared.history.found_store();
            store.try_router().await?;
            try_locks(&mut store.exec(), &store.shared.names).await?;
        }
        Ok(store)
    }

    /// The history that it serves, by which connections of the application are judged too.
    pub(crate) fn history(&self) -> Option<Arc<History>> {
        (!self.shared.is_routed()).then(|| Arc::clone(&self.shared.history))
    }

    /// Looks what a router that the URL tells of does with a transaction, which leaves nothing behind.
    async fn try_router(&self) -> Result<(), Fault> {
        if !self.shared.is_routed() {
            return Ok(());
        }
        let book = Book::stored(format!("@{}", Env::default().seed().ids().uuid()));
        cluster::try_router(&mut self.exec(), &self.shared.names, &book).await
    }

    /// The server that keeps the store. Behind a router it is the router's affair which of several answers
    /// what is about no book, and another one is no other store.
    fn kept_by(&self) -> Option<String> {
        self.shared.history.server().filter(|_| !self.shared.is_routed())
    }
}

sql_store! { impl Store for PostgresStore over PostgresExec {
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

    fn is_pooled(&self) -> bool {
        self.shared.is_pooled()
    }

    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn migrate(&self) -> Result<(), Fault> {
        let made = || Made {
            at: self.shared.clock.now(),
            store: Some(self.shared.new_store),
            server: self.kept_by(),
        };
        schema::migrate(&mut self.exec(), &self.shared.names, made).await?;
        self.shared.history.found_store();
        self.try_router().await
    }

    async fn distribute(&self) -> Result<bool, Fault> {
        if self.shared.names.flavour() == Flavour::Spread {
            return Ok(false);
        }
        cluster::distribute(&mut self.exec(), &self.shared.names).await.map(|()| true)
    }

    async fn server(&self) -> Result<Option<Server>, Fault> {
        schema::server(&mut self.exec(), &self.shared.names, self.kept_by()).await
    }

    async fn ping(&self) -> Result<(), Fault> {
        let ask = write::bare(server_checks::READ_ONLY);
        let late = |_| {
            let reason = format!("the server did not answer within {} s", ANSWER.as_secs());
            Fault::new(FaultKind::Unavailable, reason)
        };
        let rows = tokio::time::timeout(ANSWER, self.exec().query(&ask)).await.map_err(late)??;
        let reads_only = rows.first().and_then(|row| row.first()?.as_deref()) == Some("on");
        if !reads_only {
            return Ok(());
        }
        let error = server_checks::set_read_only(&rows).map(Box::new);
        self.shared.meets_reader().map_err(|fault| Fault { error, ..fault })
    }

    async fn findings(&self) -> Vec<Finding> {
        self.shared.look_around().await;
        vec![self.shared.history.finding()]
    }

    fn reach(&self) -> Option<&Reach> {
        self.shared.several()
    }

    fn connection_epoch(&self) -> u64 {
        self.shared.history.number()
    }

    async fn backup(&self, _: &Path) -> Result<(), Fault> {
        Err(Fault::not_supported("admin.backup", "PostgreSQL has its own tools, such as pg_dump"))
    }

    async fn close(&self) {
        for line in self.shared.pool.close() {
            line.close().await;
        }
    }
} }
