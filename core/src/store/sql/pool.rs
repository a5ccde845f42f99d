//! A handful of connections: whoever needs one waits for a permit, and what went wrong on a connection goes with it.
//!
//! Small on purpose. The pool of sqlx asks the server after every use whether it is still there, which costs a round trip
//! a transaction; here a connection comes back only from those who know that it is sound.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::fault::{Fault, FaultKind};

/// Connections that nobody uses, and permits for as many as there may be.
pub(crate) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    permits: Arc<Semaphore>,
    closed: AtomicBool,
}

/// The right to one connection, and the connection once there is one.
pub(crate) struct Lease<C> {
    pub(crate) conn: Option<C>,
    pool: Arc<Pool<C>>,
    _permit: OwnedSemaphorePermit,
}

impl<C> Pool<C> {
    pub(crate) fn new(size: usize) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size.clamp(1, 1024)));
        Arc::new(Self { idle: Mutex::default(), permits, closed: AtomicBool::new(false) })
    }

    /// Waits for a permit, and takes an idle connection if there is one.
    pub(crate) async fn lease(self: &Arc<Self>) -> Result<Lease<C>, Fault> {
        self.check_open()?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let conn = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Lease { conn, pool: Arc::clone(self), _permit: permit })
    }

    pub(crate) fn check_open(&self) -> Result<(), Fault> {
        if self.closed.load(Ordering::Acquire) { Err(closed()) } else { Ok(()) }
    }

    /// Gives out nothing more, and hands over what is idle.
    pub(crate) fn close(&self) -> Vec<C> {
        self.closed.store(true, Ordering::Release);
        self.permits.close();
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<C> Lease<C> {
    /// Gives a sound connection back. A lease that is dropped takes its connection with it.
    pub(crate) fn give_back(mut self) {
        if let Some(conn) = self.conn.take() {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if !self.pool.closed.load(Ordering::Acquire) {
                idle.push(conn);
            }
        }
    }
}

fn closed() -> Fault {
    Fault::new(FaultKind::Unavailable, "the store is closed")
}
