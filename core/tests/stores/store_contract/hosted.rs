//! A store whose every session is inside a transaction that a host opened with sqlx: what the contract suite
//! judges.

use std::path::Path;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use earnest::currency::{Currencies, Currency};
use earnest::env::Clock;
use earnest::rows::identity::Identity;
use earnest::rows::listing::{Listed, Listing};
use earnest::rows::loaded::Loaded;
use earnest::rows::needs::Needs;
use earnest::rows::writes::Writes;
use earnest::store::host::{HostConnection, HostSession, Savepoint};
use earnest::store::sql::{Cells, Dialect, Names};
use earnest::store::{
    Capabilities, Counted, Fault, FaultKind, Outdated, Schema, Session, SharedStore, Store, Wait, Written,
};
use futures_util::future::BoxFuture;
use sqlx::{Pool, Postgres, Sqlite, Transaction};
use tokio::sync::Mutex;
use uuid::Uuid;

/// A host's open transaction.
pub(crate) trait Hosting: HostConnection {
    fn end(self: Box<Self>, keep: bool) -> BoxFuture<'static, Result<(), Fault>>;
}

/// The opener of a transaction: for writing, or only for looking.
type Opener = Arc<dyn Fn(bool) -> BoxFuture<'static, Result<Box<dyn Hosting>, Fault>> + Send + Sync>;

fn failed(error: &sqlx::Error) -> Fault {
    Fault::new(FaultKind::Unavailable, error.to_string())
}

fn over() -> Fault {
    Fault::new(FaultKind::NotInTransaction, "the host's transaction is over")
}

macro_rules! hosting {
    ($database:ty, $opener:ident, $writing:literal) => {
        impl Hosting for Transaction<'static, $database> {
            fn end(self: Box<Self>, keep: bool) -> BoxFuture<'static, Result<(), Fault>> {
                Box::pin(async move {
                    let done = if keep { self.commit().await } else { self.rollback().await };
                    done.map_err(|error| failed(&error))
                })
            }
        }

        fn $opener(pool: Pool<$database>) -> Opener {
            Arc::new(move |writing| {
                let pool = pool.clone();
                Box::pin(async move {
                    let begin = if writing { $writing } else { "BEGIN" };
                    let transaction = pool.begin_with(begin).await.map_err(|error| failed(&error))?;
                    Ok(Box::new(transaction) as Box<dyn Hosting>)
                })
            })
        }
    };
}
hosting!(Sqlite, of_sqlite, "BEGIN IMMEDIATE");
hosting!(Postgres, of_postgres, "BEGIN");

/// A transaction that the session and its host both hold.
struct Held(Arc<Mutex<Option<Box<dyn Hosting>>>>, Dialect);

#[async_trait]
impl HostConnection for Held {
    fn dialect(&self) -> Dialect {
        self.1
    }
    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
        self.0.lock().await.as_mut().ok_or_else(over)?.query(sql, params).await
    }
    async fn in_transaction(&mut self) -> Result<bool, Fault> {
        Ok(self.0.lock().await.is_some())
    }
    async fn savepoint(&mut self) -> Result<(), Fault> {
        self.0.lock().await.as_mut().ok_or_else(over)?.savepoint().await
    }
    async fn release(&mut self) -> Result<(), Fault> {
        self.0.lock().await.as_mut().ok_or_else(over)?.release().await
    }
    async fn roll_back(&mut self) -> Result<(), Fault> {
        self.0.lock().await.as_mut().ok_or_else(over)?.roll_back().await
    }
    fn give_up(&mut self) {
        if let Ok(mut held) = self.0.try_lock()
            && let Some(transaction) = held.as_mut()
        {
            transaction.give_up();
        }
    }
    fn shares_library(&self) -> bool {
        true
    }
}

/// The parts that a session needs to join a transaction.
#[derive(Clone)]
struct Way {
    open: Opener,
    dialect: Dialect,
    names: Arc<Names>,
    currencies: Arc<RwLock<Currencies>>,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Way").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Hosted {
    inner: SharedStore,
    way: Way,
}

/// The store of `inner`, reached through transactions on the same file.
pub(crate) fn on_sqlite(
    inner: SharedStore,
    pool: Pool<Sqlite>,
    names: Arc<Names>,
    currencies: Arc<RwLock<Currencies>>,
) -> SharedStore {
    let way = Way { open: of_sqlite(pool), dialect: Dialect::Sqlite, names, currencies };
    Arc::new(Hosted { inner, way })
}

/// The store of `inner`, reached through transactions on the same server.
pub(crate) fn on_postgres(
    inner: SharedStore,
    pool: Pool<Postgres>,
    names: Arc<Names>,
    currencies: Arc<RwLock<Currencies>>,
) -> SharedStore {
    let way = Way { open: of_postgres(pool), dialect: Dialect::Postgres, names, currencies };
    Arc::new(Hosted { inner, way })
}

struct Open {
    held: Arc<Mutex<Option<Box<dyn Hosting>>>>,
    session: HostSession<'static>,
}

async fn join(way: Way, writing: bool) -> Result<Open, Fault> {
    let held = Arc::new(Mutex::new(Some((way.open)(writing).await?)));
    let connection = Box::new(Held(held.clone(), way.dialect));
    let session =
        HostSession::new(connection, way.names, Clock::System, way.currencies, Savepoint::Operation);
    Ok(Open { held, session })
}

async fn end(open: Option<Open>, keep: bool) -> Result<(), Fault> {
    let Some(Open { held, session }) = open else { return Ok(()) };
    drop(session);
    let transaction = held.lock().await.take();
    match transaction {
        Some(transaction) => transaction.end(keep).await,
        None => Ok(()),
    }
}

struct HostedSession {
    way: Way,
    open: Option<Open>,
}

impl HostedSession {
    fn writing(&mut self) -> Result<&mut HostSession<'static>, Fault> {
        self.open.as_mut().map(|open| &mut open.session).ok_or_else(over)
    }
}

#[async_trait]
impl Session for HostedSession {
    async fn begin(&mut self) -> Result<(), Fault> {
        end(self.open.take(), false).await?;
        let mut open = join(self.way.clone(), true).await?;
        open.session.begin().await?;
        self.open = Some(open);
        Ok(())
    }
    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        if let Some(open) = &mut self.open {
            return open.session.peek(needs).await;
        }
        let mut open = join(self.way.clone(), false).await?;
        let found = open.session.peek(needs).await;
        end(Some(open), false).await?;
        found
    }
    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault> {
        self.writing()?.lock(needs, wait).await
    }
    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        self.writing()?.write(writes).await
    }
    async fn start_timeline(
        &mut self,
        from: Identity,
        to: Uuid,
        server: Option<&str>,
    ) -> Result<Written, Fault> {
        self.writing()?.start_timeline(from, to, server).await
    }
    async fn commit(&mut self) -> Result<(), Fault> {
        self.writing()?.commit().await?;
        end(self.open.take(), true).await
    }
    async fn rollback(&mut self) -> Result<(), Fault> {
        if let Some(open) = &mut self.open {
            open.session.rollback().await?;
        }
        end(self.open.take(), false).await
    }
    async fn forget(&mut self, what: Outdated, limit: usize) -> Result<usize, Fault> {
        let mut open = join(self.way.clone(), true).await?;
        let gone = open.session.forget(what, limit).await;
        end(Some(open), gone.is_ok()).await?;
        gone
    }
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        if let Some(open) = &mut self.open {
            return open.session.list(listing).await;
        }
        let mut open = join(self.way.clone(), false).await?;
        let found = open.session.list(listing).await;
        end(Some(open), false).await?;
        found
    }
}

#[async_trait]
impl Store for Hosted {
    fn capabilities(&self) -> Capabilities {
        // a host's transaction is never written by one statement alone
        Capabilities { verified_writes: false, ..self.inner.capabilities() }
    }
    fn name(&self) -> &'static str {
        "hosted"
    }
    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(HostedSession { way: self.way.clone(), open: None }))
    }
    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(HostedSession { way: self.way.clone(), open: None }))
    }
    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        self.inner.schema().await
    }
    async fn migrate(&self) -> Result<(), Fault> {
        self.inner.migrate().await
    }
    async fn identity(&self) -> Result<Identity, Fault> {
        self.inner.identity().await
    }
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        self.inner.currencies(register, known).await
    }
    async fn ping(&self) -> Result<(), Fault> {
        self.inner.ping().await
    }
    fn counted(&self) -> Counted {
        self.inner.counted()
    }
    async fn backup(&self, path: &Path) -> Result<(), Fault> {
        self.inner.backup(path).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}
