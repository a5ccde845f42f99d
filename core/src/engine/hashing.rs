//! Where PINs are hashed: at most one per core, behind a queue that is bounded, outside every group of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use crate::error::{Detail, Error, Result};

/// How many hashes may wait for each that is computed.
const WAITING: usize = 32;

/// The queue of hashes of a process.
#[derive(Debug)]
pub(crate) struct Hashing {
    permits: Arc<Semaphore>,
    places: Arc<AtomicUsize>,
    limit: usize,
}

/// A place in the queue. It is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            permits: Arc::new(Semaphore::new(cores)),
            places: Arc::default(),
            limit: cores * (WAITING + 1),
        }
    }
}

impl Hashing {
    /// Takes a place in the queue, before anything is counted.
    ///
    /// # Errors
    /// `overloaded` when the queue is full.
    pub(crate) fn enter(&self) -> Result<Place> {
        let place = Place(self.places.clone());
        let before = self.places.fetch_add(1, Ordering::SeqCst);
        if before >= self.limit {
            return Err(Detail::Overloaded { queued: i64::try_from(before).unwrap_or(i64::MAX) }.into());
        }
        Ok(place)
    }

    /// Computes where it stops nobody. Whoever goes away in between frees no core before it has ended.
    ///
    /// # Errors
    /// `corrupted` when it panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let broken = || Error::corrupted("a hash was not computed");
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| broken())?;
        let work = move || {
            let done = work();
            drop(permit);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| broken())
    }
}
