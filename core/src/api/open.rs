//! Opening an engine: the store, the table of operations, and the background tasks.

use serde_json::Value;

use super::background;
use super::operations::{self, CATALOGUE};
use crate::engine::Engine;
use crate::engine::options::Options;
use crate::engine::store_url::{self, Opened};
use crate::error::Result;
use crate::store::SharedStore;
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
    /// As [`Engine::open`].
    pub async fn open_with(url: &str, options: Options) -> Result<Self> {
        let opened = store_url::by_url(url, &options).await?;
        begin(opened, options).await
    }

    /// Opens an engine over a store of your own.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn over(store: SharedStore, options: Options) -> Result<Self> {
        begin(Opened::new(store), options).await
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

async fn begin(opened: Opened, options: Options) -> Result<Engine> {
    let engine = Engine::over_opened(opened, options, &CATALOGUE).await?;
    if engine.options().background && !engine.is_read_only() {
        background::start(&engine);
    }
    Ok(engine)
}
