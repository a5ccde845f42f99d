//! Your transaction: an engine bound to a transaction that the host application has open.
//!
//! The host's commit or rollback decides about all calls made here. A refusal leaves the host's transaction
//! usable. Calls are not retried inside: `contention` then says `retry: "transaction"`.

use std::any::Any;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::currency::Currencies;
use crate::engine::currency_registry;
use crate::engine::metrics::{Metrics, Mode};
use crate::engine::pausing::Taken;
use crate::engine::runner::{Runner, Stage};
use crate::engine::{Engine, merge_deltas};
use crate::error::{Detail, Error, Result, Retry};
use crate::ids::Actor;
use crate::kernel::call::Command;
use crate::pipeline::group;
use crate::pipeline::group_env::{GroupEnv, Host};
use crate::pipeline::queue::Queued;
use crate::request::erased::AnyRead;
use crate::request::reading::{Reading, answer};
use crate::request::scope::{OperationInfo, Scope};
use crate::store::host::{Expected, HostConnection, HostSession, Savepoint};
use crate::store::sql::Dialect;
use crate::store::{Capabilities, Session as _, Wait};

/// How many rounds in a row may end without an answer because commands ask for more rows.
const ROUNDS: usize = 4;

/// An engine that is bound to a host's open transaction. Calls are taken one after the other.
pub struct Bound<'t> {
    engine: Engine,
    dialect: Dialect,
    foreign: bool,
    session: Mutex<HostSession<'t>>,
}

impl std::fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound")
            .field("engine", &self.engine)
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Binds the engine to a transaction that the host has open on the same database: to a
    /// `sqlx::Transaction`, or to the connection in which sqlx began one. In a connection without one every
    /// call is `not_in_transaction`; a `BEGIN` that went past sqlx counts as none. That it is the same one
    /// is found out by the first call: in any other, of the same kind too, all calls are refused with
    /// `store_mismatch`, reads included.
    ///
    /// # Errors
    /// `store_mismatch` when the connection is to another kind of database, `not_supported` for a store in
    /// memory.
    pub fn using<'t>(&self, connection: impl HostConnection + 't) -> Result<Bound<'t>> {
        let (dialect, foreign) = (connection.dialect(), !connection.shares_library());
        let opened = self.opened();
        let Some(names) = opened.names.clone() else {
            let (operation, reason) = (
                "using".to_owned(),
                "a store in memory has no transactions to join: open the database that the transaction is on, \
                 or attach the engine to its pool"
                    .to_owned(),
            );
            return Err(Detail::NotSupported { operation, reason }.into());
        };
        if let Some(expected) = opened.dialect.filter(|expected| *expected != dialect) {
            let (expected, actual) =
                (format!("{expected:?}").to_lowercase(), format!("{dialect:?}").to_lowercase());
            return Err(Detail::StoreMismatch { expected, actual }.into());
        }
        let clock = self.options().env.clock.clone();
        let savepoint = if dialect == Dialect::Sqlite { Savepoint::Writes } else { Savepoint::Never };
        let session = HostSession::new(Box::new(connection), names, clock, opened.known.clone(), savepoint);
        let (known, store) = (opened.identity.clone(), opened.store.clone());
        let expected = Expected { known, store, servers: opened.servers.clone() };
        let session = session.expecting(expected).of_edition(opened.edition.clone());
        Ok(Bound { engine: self.clone(), dialect, foreign, session: Mutex::new(session) })
    }
}

impl Bound<'_> {
    /// Binds an actor to the transaction. As with [`Engine::acting`], the binding is final.
    #[must_use]
    pub fn acting(mut self, actor: Actor) -> Self {
        self.engine = self.engine.acting(actor);
        self
    }

    /// Wraps every operation in a savepoint, at two more round trips each. A refusal leaves the transaction
    /// usable in any case. With savepoints an error of the server, such as a lock timeout, does too. Without
    /// them such an error has `retry: "transaction"`, and the transaction must be rolled back.
    #[must_use]
    pub fn with_savepoints(mut self) -> Self {
        self.session.get_mut().exec().wrap(Savepoint::Operation);
        self
    }

    /// The same transaction with another book.
    ///
    /// # Errors
    /// As [`Engine::book`].
    pub fn book(mut self, name: &str) -> Result<Self> {
        self.engine = self.engine.book(name)?;
        Ok(self)
    }

    /// The host's connection, for statements of the host's own between two calls: in the same transaction.
    ///
    /// ```no_run
    /// # async fn place(bank: &earnest::Engine, pool: &sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// use earnest::requests::OpenDeal;
    /// use sqlx::PgConnection;
    ///
    /// let mut tx = pool.begin().await?;
    /// let mut mine = bank.using(&mut tx)?;
    /// let opened = mine.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("order-7")).await?;
    /// if !opened.replayed {
    ///     let order = sqlx::query("INSERT INTO orders (deal) VALUES ($1)").bind(opened.deal.id.to_string());
    ///     order.execute(mine.connection::<PgConnection>()?).await?;
    /// }
    /// drop(mine);
    /// tx.commit().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `not_supported` where the engine is bound to a connection of another type, or by a driver of the
    /// host's own that does not give its connection.
    pub fn connection<C: Any>(&mut self) -> Result<&mut C> {
        let own = self.session.get_mut().exec().own();
        own.and_then(|connection| (connection as &mut dyn Any).downcast_mut()).ok_or_else(|| {
            let (operation, wanted) = ("connection".to_owned(), std::any::type_name::<C>());
            let reason = format!("the transaction is not one of a `{wanted}`");
            Detail::NotSupported { operation, reason }.into()
        })
    }

    const fn capabilities(&self) -> Capabilities {
        // a SQLite transaction that writes excludes all others, the engine's and the host's
        let exclusive = matches!(self.dialect, Dialect::Sqlite);
        Capabilities { exclusive, multi_book: false, lanes: 1, verified_writes: false, break_even_group: 1 }
    }

    /// Refuses a file that both the engine and the host's own SQLite library have open: two libraries in one
    /// process lose each other's commits.
    async fn refuse_second_library(&self, session: &mut HostSession<'_>) -> Result<()> {
        if !self.foreign || self.engine.opened().file.is_none() {
            return Ok(());
        }
        let file = session.exec().sqlite_file().await.map_err(|fault| fault.into_error(true))?;
        if self.is_own(file.as_deref()) { Err(two_libraries()) } else { Ok(()) }
    }

    /// Registers currencies at their first use. On SQLite a host's writing transaction excludes all others,
    /// so it registers them itself, and its rollback undoes that.
    async fn settle(&self, session: &mut HostSession<'_>, named: &Currencies) -> Result<()> {
        if named.first_named().is_empty() {
            return named.check_declared(&[]);
        }
        session.exec().in_transaction().await.map_err(|fault| fault.into_error(true))?;
        if self.dialect == Dialect::Postgres {
            return currency_registry::settle(self.engine.opened(), named, false).await;
        }
        self.engine.learn_currencies(named).await?;
        let first = named.first_named();
        if first.is_empty() {
            return named.check_declared(&[]);
        }
        let mut found = session.currencies(&first).await.map_err(|fault| fault.into_error(true))?;
        found.retain(|currency| first.iter().any(|named| named.code() == currency.code()));
        currency_registry::judge(named, &found)
    }

    fn is_own(&self, file: Option<&str>) -> bool {
        let found = file.and_then(|file| std::fs::canonicalize(Path::new(file)).ok());
        found.is_some() && found.as_deref() == self.engine.opened().file.as_deref()
    }

    /// The refusal of a connection of another SQLite library, by its open file. It comes before any lock is
    /// taken there.
    pub(crate) fn refusal_of(&self, file: Option<&str>) -> Error {
        if self.is_own(file) {
            return two_libraries();
        }
        let identity =
            self.engine.opened().identity.read().unwrap_or_else(PoisonError::into_inner).to_string();
        Detail::StoreMismatch { expected: identity, actual: "another file".to_owned() }.into()
    }
}

fn two_libraries() -> Error {
    let reason = "this process has the same file open through two SQLite libraries: \
                  attach the engine to connections of the application, or use PostgreSQL";
    Detail::StoreConflict { reason: reason.to_owned() }.into()
}

/// A call under way on the host's connection. A call that is dropped half-way is kept from being committed.
struct Shield<'s, 't>(tokio::sync::MutexGuard<'s, HostSession<'t>>);

impl Drop for Shield<'_, '_> {
    fn drop(&mut self) {
        self.0.exec().give_up();
    }
}

#[async_trait]
impl Runner for Bound<'_> {
    fn scope(&self) -> Scope {
        Scope { host: true, ..self.engine.scope() }
    }

    async fn submit(&self, commands: Vec<Box<dyn Command>>, named: &Currencies) -> Result<()> {
        self.engine.refuse_closed()?;
        self.engine.hear_of_clock().await;
        let mut session = Shield(self.session.lock().await);
        self.engine.store().check_files().await.map_err(|fault| fault.into_error(true))?;
        self.refuse_second_library(&mut session.0).await?;
        self.settle(&mut session.0, named).await?;
        let env = self.engine.options().env.clone();
        let mut group = Queued::in_order(commands);
        let (capabilities, host) = (self.capabilities(), Host::Transaction);
        let mut left = ROUNDS;
        while left > 0 && !group.is_empty() {
            let before = group.len();
            let made = Some(&self.engine.opened().unfinished);
            let group_env = GroupEnv {
                capabilities,
                env: &env,
                host,
                row_cache: None,
                latches: None,
                ticket: None,
                made,
                waited: &AtomicBool::new(false),
            };
            let outcome = group::run(&mut *session.0, group_env, group, Wait::Block).await;
            group = outcome.again;
            for of_refusal in outcome.survivors {
                self.engine.leave(of_refusal);
            }
            left = if group.len() < before { ROUNDS } else { left - 1 };
        }
        for queued in group {
            let error = Error::from(Detail::Contention { reason: "references".into() });
            queued.command.finish(Err(error.with_retry(Retry::Transaction)));
        }
        Ok(())
    }

    async fn learn(&self, named: &Currencies) -> Result<bool> {
        self.engine.learn_currencies(named).await
    }

    async fn read_once(
        &self,
        info: &'static OperationInfo,
        request: &mut dyn AnyRead,
        scope: Scope,
    ) -> Result<()> {
        self.engine.refuse_closed()?;
        let actor = request.prepare(&scope, info)?;
        let now = self.engine.store_now().await?;
        let mut session = self.session.lock().await;
        session.exec().in_transaction().await.map_err(|fault| fault.into_error(true))?;
        self.engine.store().check_files().await.map_err(|fault| fault.into_error(true))?;
        self.refuse_second_library(&mut session).await?;
        let mut reading = Reading::over(&scope, &mut *session, actor, info.who, now);
        answer(request, &mut reading).await
    }

    fn engine(&self, info: &'static OperationInfo) -> Result<&Engine> {
        Err(Scope::refused(info))
    }

    fn take_call(&self) -> Result<Taken> {
        self.engine.take_call()
    }

    fn mode(&self) -> Mode {
        Mode::Host
    }

    fn metrics(&self) -> &Metrics {
        self.engine.metrics()
    }

    async fn answered(&self, info: &'static OperationInfo, refusal: Option<&Error>, stage: Stage<'_>) {
        self.engine.count(info, refusal);
        merge_deltas::relieve(&self.engine);
        // the event must survive the host's rollback, so the engine's own committer writes it, unawaited. A
        // decided call has left its event already
        if let (Some(error), Stage::Shape(asker)) = (refusal, stage) {
            drop(self.engine.note_refusal(info, error, asker));
        }
    }
}
