//! Opening an engine: the store, the table of operations, and the background tasks.

use serde_json::Value;

use super::background;
use super::operations::{self, CATALOGUE};
use crate::engine::Engine;
#[cfg(feature = "sql")]
use crate::engine::bound::Bound;
use crate::engine::options::Options;
use crate::engine::seed_rules;
use crate::engine::store_url::{self, Opened};
use crate::error::{Result, checked, publish};
use crate::store::SharedStore;
use crate::upkeep::lacking::warn_of_missing;
use crate::upkeep::requests::{GetHealth, RunVerify};
use crate::upkeep::views::{Health, Verify};

impl Engine {
    /// Opens a store by its URL: `memory:`, `sqlite:PATH`, `postgres://...`.
    ///
    /// # Errors
    /// `invalid_request` naming `url`; `store_unavailable`; `migration_required`; `schema_too_new`;
    /// `corrupted`.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, Options::default()).await
    }

    /// Opens a store with options.
    ///
    /// # Errors
    /// As [`Engine::open`]; `invalid_request` naming `keyring` where its source does not give one.
    pub async fn open_with(url: &str, options: Options) -> Result<Self> {
        let options = options.prepared().await?;
        let opened = store_url::by_url(url, &options).await?;
        begin(opened, options, true).await
    }

    /// Opens a file of SQLite by its path, whatever characters are in it; `sqlite:` URLs end a path at `?`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// use earnest::{Engine, Options};
    ///
    /// let bank = Engine::open_file(folder.path().join("what? 100%.db"), Options::new()).await?;
    /// assert!(folder.path().join("what? 100%.db").exists());
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Engine::open`]; `invalid_request` naming `url` for a path that is empty or no text.
    #[cfg(feature = "sqlite")]
    pub async fn open_file(path: impl AsRef<std::path::Path>, options: Options) -> Result<Self> {
        let options = options.prepared().await?;
        let opened = store_url::by_path(path.as_ref(), &options).await?;
        begin(opened, options, true).await
    }

    /// Opens an engine on your own connection pool: it opens no connection itself, and works on those that
    /// the pool lends it, each for one transaction. With the feature `host-sqlx` a pool is a `sqlx::PgPool`
    /// or a `sqlx::SqlitePool`; any other driver implements
    /// [`HostPool`](crate::store::attached::HostPool).
    ///
    /// Each transaction sets what it needs, such as a durable commit, and restores the settings. The engine
    /// runs no background unless [`Options::background`] says so: then timers and events wait for a process
    /// that does, such as `earnest worker`. A file of SQLite is given a write-ahead log.
    ///
    /// ```
    /// # #[cfg(feature = "host-sqlx")]
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let options = sqlx::sqlite::SqliteConnectOptions::new();
    /// # let options = options.filename(folder.path().join("shop.db")).create_if_missing(true);
    /// use earnest::requests::TopUp;
    /// use earnest::{Engine, Options};
    ///
    /// let pool = sqlx::SqlitePool::connect_with(options).await?;
    /// let bank = Engine::attach(pool.clone(), Options::new()).await?;
    /// bank.ledger().top_up(TopUp::new("alice", "10.00 USD").key("t-1")).await?;
    ///
    /// let mut tx = pool.begin().await?;
    /// let paid = bank.using(&mut tx)?.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-2")).await?;
    /// tx.commit().await?;
    /// assert_eq!(paid.balance.available.to_string(), "15.00 USD");
    /// # bank.close().await;
    /// # Ok(()) }
    /// # #[cfg(not(feature = "host-sqlx"))] fn main() {}
    /// ```
    ///
    /// # Errors
    /// As [`Engine::open`]; `invalid_request` naming `pool` for a pool of one connection, or `sslmode`, which
    /// the pool decides; `not_supported` for a database in memory and for a SQLite library older than 3.51.3;
    /// `store_conflict` for a file that this process has open through another SQLite library.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub async fn attach(
        pool: impl crate::store::attached::HostPool + 'static,
        options: Options,
    ) -> Result<Self> {
        let options = options.prepared().await?;
        let opened = store_url::by_pool(std::sync::Arc::new(pool), &options).await?;
        begin(opened, options, false).await
    }

    /// Opens an engine over a store of your own.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn over(store: SharedStore, options: Options) -> Result<Self> {
        store_url::check_sslmode(&options, Some("the store"))?;
        begin(Opened::new(store), options.prepared().await?, true).await
    }

    /// Runs any operation by its name, from JSON to JSON.
    ///
    /// # Errors
    /// `invalid_request` for an unknown name or field, and every refusal of the operation.
    pub async fn call(&self, name: &str, args: Value) -> Result<Value> {
        operations::call(self, name, args).await
    }

    /// Is everything well: `admin.health`.
    ///
    /// # Errors
    /// None of its own: a store that cannot be reached is a critical check.
    pub async fn health(&self) -> Result<Health> {
        self.admin().health(GetHealth::new()).await
    }

    /// Recomputes every invariant of every book: `admin.verify`.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn verify(&self) -> Result<Verify> {
        self.admin().verify(RunVerify::new()).await
    }
}

#[cfg(feature = "sql")]
impl Bound<'_> {
    /// Runs any operation of a transaction by its name, from JSON to JSON: for whoever dispatches by name, as
    /// a batch or a job does.
    ///
    /// ```no_run
    /// # async fn run(bank: &earnest::Engine, pool: &sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut tx = pool.begin().await?;
    /// let mine = bank.using(&mut tx)?;
    /// let paid = serde_json::json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1" });
    /// let moved = mine.call("ledger.top_up", paid).await?;
    /// assert_eq!(moved["replayed"], false);
    /// drop(mine);
    /// tx.commit().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Engine::call`], and `not_supported` for an operation that works on the whole store.
    pub async fn call(&self, name: &str, args: Value) -> Result<Value> {
        operations::call(self, name, args).await
    }
}

/// `background` is the default of the option.
async fn begin(opened: Opened, options: Options, background: bool) -> Result<Engine> {
    let engine = Engine::over_opened(opened, options, &CATALOGUE).await?;
    publish(checked(&engine.options().messages)?);
    warn_of_missing(&engine).await;
    seed_rules::begin_book(&engine).await;
    if engine.options().background.unwrap_or(background) && !engine.is_read_only() {
        background::start(&engine);
    }
    Ok(engine)
}
