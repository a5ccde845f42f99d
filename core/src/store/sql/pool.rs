//! A pool of a few connections: a caller waits for a permit, and a connection that failed is discarded.
//!
//! Small on purpose. The pool of sqlx pings the server after every use, which costs a round trip per
//! transaction; here a connection returns only from a caller that knows it to be sound.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::fault::{Fault, FaultKind};

/// Idle connections, and permits for as many as there may be.
pub(crate) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    permits: Arc<Semaphore>,
    closed: AtomicBool,
    /// The generation of the pool: how often all open connections were given up.
    distrusted: AtomicU64,
}

/// The right to one connection, and the connection once there is one.
pub(crate) struct Lease<C> {
    pub(crate) conn: Option<C>,
    pool: Arc<Pool<C>>,
    /// The pool's generation when the connection was opened. A connection of an older generation is not taken
    /// back.
    since: u64,
    _permit: OwnedSemaphorePermit,
}

impl<C> Pool<C> {
    pub(crate) fn new(size: usize) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size.clamp(1, 1024)));
        let (closed, distrusted) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { idle: Mutex::default(), permits, closed, distrusted })
    }

    /// Waits for a permit, and takes an idle connection if there is one.
    pub(crate) async fn lease(self: &Arc<Self>) -> Result<Lease<C>, Fault> {
        self.check_open()?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let (conn, since) = (idle.pop(), self.distrusted.load(Ordering::Acquire));
        Ok(Lease { conn, pool: Arc::clone(self), since, _permit: permit })
    }

    /// Discards every connection: the failure of one may affect all others.
    #[cfg(feature = "postgres")]
    pub(crate) fn distrust(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        self.distrusted.fetch_add(1, Ordering::AcqRel);
        idle.clear();
    }

    pub(crate) fn check_open(&self) -> Result<(), Fault> {
        if self.closed.load(Ordering::Acquire) { Err(closed()) } else { Ok(()) }
    }

    /// Hands over what is idle, so that it can be closed.
    #[cfg(feature = "sqlite")]
    pub(crate) fn take_idle(&self) -> Vec<C> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives out nothing more, and hands over what is idle.
    pub(crate) fn close(&self) -> Vec<C> {
        self.closed.store(true, Ordering::Release);
        self.permits.close();
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<C> Lease<C> {
    /// Takes a connection that was opened in the generation `since`.
    #[cfg(feature = "postgres")]
    pub(crate) fn put(&mut self, conn: C, since: u64) {
        (self.conn, self.since) = (Some(conn), since);
    }

    /// The present generation. Read it before a connection is opened, and [put](Self::put) the connection
    /// with it.
    #[cfg(feature = "postgres")]
    pub(crate) fn moment(&self) -> u64 {
        self.pool.distrusted.load(Ordering::Acquire)
    }

    /// Gives a sound connection back. A lease that is dropped takes its connection with it.
    pub(crate) fn give_back(mut self) {
        if let Some(conn) = self.conn.take() {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let trusted = self.pool.distrusted.load(Ordering::Acquire) == self.since;
            if trusted && !self.pool.closed.load(Ordering::Acquire) {
                idle.push(conn);
            }
        }
    }
}

fn closed() -> Fault {
    Fault::new(FaultKind::Unavailable, "the store is closed")
}
