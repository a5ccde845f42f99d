//! Where PINs are hashed: at most one per core, behind a queue that is bounded, outside every group of calls,
//! and after all else that the process has to do.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::error::{Detail, Error, Result};

/// How many hashes may wait for each that is computed.
const WAITING: usize = 32;
/// By how much others go before it, where threads of a process can differ in that.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// The queue of hashes of a process.
#[derive(Debug)]
pub(crate) struct Hashing {
    workers: Arc<Workers>,
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
            workers: Arc::new(Workers { most: cores, state: Mutex::default() }),
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
            return Err(overloaded(before));
        }
        Ok(place)
    }

    /// Computes where it stops nobody. Whoever goes away in between frees no core before it has ended.
    ///
    /// # Errors
    /// `corrupted` when it panicked; `overloaded` when the system starts no thread.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (tell, told) = oneshot::channel();
        self.workers.take(Box::new(move || {
            // nobody waits for it any more when this fails
            drop(tell.send(work()));
        }))?;
        told.await.map_err(|_| Error::corrupted("a hash was not computed"))
    }
}

fn overloaded(queued: usize) -> Error {
    Detail::Overloaded { queued: i64::try_from(queued).unwrap_or(i64::MAX) }.into()
}

type Work = Box<dyn FnOnce() + Send>;

/// Threads of their own, which live as long as there is work. A hash takes 19 MiB: on whichever of the many
/// threads of a runtime it is computed, an allocator keeps as much for that thread.
struct Workers {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    threads: usize,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Workers {
    fn take(self: &Arc<Self>, work: Work) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.push_back(work);
        if state.threads == self.most {
            return Ok(());
        }
        let workers = self.clone();
        let started = std::thread::Builder::new().name("earnest-hash".to_owned());
        match started.spawn(move || workers.work()) {
            Ok(_) => state.threads += 1,
            // those that run already will come to it
            Err(_) if state.threads > 0 => {}
            Err(_) => {
                let queued = state.waiting.len();
                state.waiting.pop_back();
                return Err(overloaded(queued));
            }
        }
        Ok(())
    }

    fn work(&self) {
        // where the system does not allow it, it takes its turns like all others
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(None, NICE);
        while let Some(work) = self.next() {
            // who waits is told by the end of the channel
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    /// The next piece of work; without one the thread ends.
    fn next(&self) -> Option<Work> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let next = state.waiting.pop_front();
        if next.is_none() {
            state.threads -= 1;
        }
        next
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn so_many_at_once_and_all_of_them_in_the_end() {
        let hashing = Arc::new(Hashing::default());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..3 {
            let calls = (0..50).map(|number| {
                let (hashing, now, most) = (hashing.clone(), now.clone(), most.clone());
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(2));
                        now.fetch_sub(1, Ordering::SeqCst);
                        number
                    };
                    hashing.run(work).await.unwrap()
                })
            });
            for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
                assert_eq!(call.await.unwrap(), number);
            }
        }
        assert_eq!(most.load(Ordering::SeqCst), hashing.workers.most);
        while hashing.workers.state.lock().unwrap().threads > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn who_panics_stops_nobody() {
        let hashing = Hashing::default();
        for _ in 0..2 * hashing.workers.most {
            let error =
                hashing.run(|| panic!("a hash that panics, for a test")).await.map(|()| 0).unwrap_err();
            assert_eq!(error.code().as_str(), "corrupted");
        }
        assert_eq!(hashing.run(|| 7).await.unwrap(), 7);
    }

    #[test]
    fn the_queue_is_bounded_and_places_come_back() {
        let hashing = Hashing::default();
        let places: Vec<_> = (0..hashing.limit).map(|_| hashing.enter().unwrap()).collect();
        assert_eq!(hashing.enter().unwrap_err().code().as_str(), "overloaded");
        drop(places);
        assert!(hashing.enter().is_ok());
    }
}
