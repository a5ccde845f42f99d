//! A store in memory: for tests, for trying things out, and as the reference for the other stores.
//!
//! It keeps nothing beyond the process. One writer at a time; readers see what was committed.

mod listing;
mod tables;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

use super::fault::PAUSED;
use super::{
    Capabilities, Counted, Erasure, Fault, FaultKind, Outdated, SCHEMA, Schema, Session, Store, Wait, Written,
};
use crate::currency::{Currencies, Currency};
use crate::env::{Clock, Env};
use crate::rows::identity::Identity;
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::Needs;
use crate::rows::writes::Writes;
use tables::{Renewed, Tables};

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Arc<RwLock<Tables>>,
    writer: Arc<Mutex<()>>,
    currencies: RwLock<Vec<Currency>>,
    commits: Arc<AtomicU64>,
    clock: Clock,
    closed: AtomicBool,
    still: AtomicBool,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::identified(clock, Env::default().store_id())
    }

    /// An empty store with an id.
    #[must_use]
    pub fn identified(clock: Clock, store: Uuid) -> Self {
        let tables = Tables { identity: Identity::first(store), ..Tables::default() };
        Self { clock, tables: Arc::new(RwLock::new(tables)), ..Self::default() }
    }

    /// Opens a session unless the store is closed or paused. An engine then fails as it would on a closed
    /// database.
    fn session(&self) -> Result<MemorySession, Fault> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(Fault::new(FaultKind::Unavailable, "the store is closed"));
        }
        if self.still.load(Ordering::SeqCst) {
            return Err(PAUSED.fault());
        }
        Ok(MemorySession {
            tables: self.tables.clone(),
            writer: self.writer.clone(),
            commits: self.commits.clone(),
            clock: self.clock.clone(),
            turn: None,
            pending: None,
            renewed: None,
        })
    }
}

/// A connection to a [`MemoryStore`].
struct MemorySession {
    tables: Arc<RwLock<Tables>>,
    writer: Arc<Mutex<()>>,
    commits: Arc<AtomicU64>,
    clock: Clock,
    turn: Option<OwnedMutexGuard<()>>,
    pending: Option<Writes>,
    renewed: Option<Renewed>,
}

impl MemorySession {
    fn read<T>(&self, with: impl FnOnce(&Tables) -> T) -> T {
        with(&self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Session for MemorySession {
    async fn begin(&mut self) -> Result<(), Fault> {
        self.turn = None;
        self.turn = Some(self.writer.clone().lock_owned().await);
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        // no writer is active
        if self.turn.is_none() {
            self.begin().await?;
        }
        Ok(())
    }

    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        let now = self.clock.now();
        let mut loaded = self.read(|tables| tables.load(needs, now));
        if let Some(renewed) = &self.renewed {
            loaded.identity = loaded.identity.map(|_| renewed.identity);
            loaded.heads = needs.heads.iter().filter_map(|key| renewed.heads.get(key).cloned()).collect();
        }
        Ok(loaded)
    }

    async fn lock(&mut self, needs: &Needs, _: Wait) -> Result<Loaded, Fault> {
        self.peek(needs).await
    }

    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        if self.turn.is_none() {
            return Err(Fault::new(FaultKind::NotInTransaction, "write outside a transaction"));
        }
        if !self.read(|tables| tables.admits(writes, self.renewed.as_ref())) {
            return Ok(Written::Stale);
        }
        self.pending = Some(writes.clone());
        Ok(Written::All)
    }

    async fn start_timeline(&mut self, from: Identity, to: Uuid, _: Option<&str>) -> Result<Written, Fault> {
        if self.turn.is_none() {
            return Err(Fault::new(FaultKind::NotInTransaction, "renewed outside a transaction"));
        }
        if self.read(|tables| tables.identity) != from {
            return Ok(Written::Stale);
        }
        self.renewed = Some(self.read(|tables| tables.renewed(to)));
        Ok(Written::All)
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        let renewed = self.renewed.take();
        if renewed.is_some() && self.pending.is_none() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(Renewed { identity, heads }) = renewed {
            let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
            (tables.identity, tables.heads) = (identity, heads);
        }
        if let Some(writes) = self.pending.take() {
            self.tables.write().unwrap_or_else(PoisonError::into_inner).apply(writes);
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        self.turn = None;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        self.pending = None;
        self.renewed = None;
        self.turn = None;
        Ok(())
    }

    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        Ok(self.read(|tables| tables.list(listing)))
    }

    async fn forget(&mut self, what: Outdated, limit: usize) -> Result<usize, Fault> {
        self.begin().await?;
        let now = self.clock.now();
        let gone = self.tables.write().unwrap_or_else(PoisonError::into_inner).forget(what, limit, now);
        self.rollback().await?;
        Ok(gone)
    }

    async fn erase_private(&mut self, erasure: &Erasure) -> Result<usize, Fault> {
        self.begin().await?;
        let erased = self.tables.write().unwrap_or_else(PoisonError::into_inner).erase(erasure);
        self.rollback().await?;
        Ok(erased)
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exclusive: true,
            multi_book: true,
            lanes: 1,
            verified_writes: false,
            break_even_group: 1,
        }
    }

    fn name(&self) -> &'static str {
        "memory"
    }

    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(self.session()?))
    }

    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(self.session()?))
    }

    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        Ok(Some(Schema { schema: SCHEMA, min_reader: 1, min_writer: 1 }))
    }

    async fn migrate(&self) -> Result<(), Fault> {
        Ok(())
    }

    async fn identity(&self) -> Result<Identity, Fault> {
        Ok(self.tables.read().unwrap_or_else(PoisonError::into_inner).identity)
    }

    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        let mut kept = self.currencies.write().unwrap_or_else(PoisonError::into_inner);
        for currency in register {
            if !kept.iter().any(|there| there.code() == currency.code()) {
                kept.push(*currency);
            }
        }
        Ok(kept.iter().map(|currency| known.learn(*currency)).fold(Ok(()), Result::and)?)
    }

    async fn ping(&self) -> Result<(), Fault> {
        self.session().map(drop)
    }

    fn counted(&self) -> Counted {
        Counted { commits: self.commits.load(Ordering::Relaxed), ..Counted::default() }
    }

    async fn backup(&self, _: &Path) -> Result<(), Fault> {
        Err(Fault::not_supported("admin.backup", "a store in memory has no file"))
    }

    fn can_pause(&self) -> bool {
        true
    }

    async fn pause(&self) -> Result<(), Fault> {
        self.still.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn resume(&self) -> Result<(), Fault> {
        self.still.store(false, Ordering::SeqCst);
        Ok(())
    }

    async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}
