//! Hashes PINs outside every group of calls, behind a bounded queue. Hashing takes half of the cores at most
//! and a quarter of their time in the long run, at low priority.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::{Detail, Error, Result};

/// How many hashes may wait for each running one.
const WAITING: usize = 32;
/// How many callers may wait for a place in the queue, each with its request in memory.
const OUTSIDE: usize = 1_024;
/// How long callers wait for a place. A caller that is refused at once would retry at once, thousands of
/// times a second.
const PATIENCE: Duration = Duration::from_millis(500);
/// How much longer than it works a thread rests. A core that hashes without pause slows its neighbour, with
/// which it may share units and caches, whatever the priority.
const REST: u32 = 3;
/// How much rest a thread may owe: a dozen hashes run without a pause, but a flood does not.
const PUT_OFF: Duration = Duration::from_millis(500);
/// The longest piece of work that counts for rest: a keystore may take seconds, but only staff import one.
const LONGEST: Duration = Duration::from_millis(50);
/// The nice value of hashing threads, where threads have one of their own.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// The queue of hashes of a process.
#[derive(Debug)]
pub(crate) struct Hashing {
    workers: Arc<Workers>,
    /// The places in the queue.
    places: Arc<Semaphore>,
    /// The places of callers that wait for one in the queue.
    outside: Semaphore,
}

/// A place in the queue, given back on drop. A thread exists as long as there is a place, so that no counted
/// attempt remains unchecked.
#[derive(Debug)]
pub(crate) struct HashingPermit {
    workers: Arc<Workers>,
    _place: OwnedSemaphorePermit,
}

impl Drop for HashingPermit {
    fn drop(&mut self) {
        self.workers.leave();
    }
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // half of the cores stay free for a database on the same machine, which our priority does not affect
        Self::of(cores.div_ceil(2), started)
    }
}

impl Hashing {
    fn of(most: usize, start: Start) -> Self {
        let workers = Workers { most, start, state: Mutex::default(), called: Condvar::new() };
        let places = Arc::new(Semaphore::new(most * (WAITING + 1)));
        Self { workers: Arc::new(workers), places, outside: Semaphore::new(OUTSIDE) }
    }

    /// Takes a place in the queue, before an attempt is counted. If all are taken, it waits for one up to
    /// half a second, first come first served.
    ///
    /// # Errors
    /// `overloaded` when no place became free in that time, when 1,024 wait already, and when the system
    /// starts no thread.
    pub(crate) async fn enter(&self) -> Result<HashingPermit> {
        let place = match self.places.clone().try_acquire_owned() {
            Ok(place) => Some(place),
            Err(_) => self.waited().await,
        };
        let place = place.ok_or_else(|| overloaded(self.workers.state().places))?;
        self.workers.enter()?;
        Ok(HashingPermit { workers: self.workers.clone(), _place: place })
    }

    async fn waited(&self) -> Option<OwnedSemaphorePermit> {
        let _outside = self.outside.try_acquire().ok()?;
        tokio::time::timeout(PATIENCE, self.places.clone().acquire_owned()).await.ok()?.ok()
    }

    /// Runs work on a hashing thread. A caller that stops waiting frees no core: the work runs to its end.
    ///
    /// # Errors
    /// `corrupted` when the work panicked; `overloaded` for a caller without a place, when the system starts
    /// no thread.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (tell, told) = oneshot::channel();
        self.workers.take(Box::new(move || {
            // fails if the caller has stopped waiting
            drop(tell.send(work()));
        }))?;
        told.await.map_err(|_| Error::corrupted("a hash was not computed"))
    }
}

/// How much rest a thread still owes after one more piece of work, and how much it takes now.
fn rest_after(owed: Duration, waited: Duration, worked: Duration) -> (Duration, Duration) {
    let owed = owed.saturating_sub(waited) + worked.min(LONGEST) * REST;
    let rest = owed.saturating_sub(PUT_OFF);
    (owed - rest, rest)
}

#[expect(clippy::disallowed_methods, reason = "no answer depends on how long a hash took")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = std::time::Instant::now();
    let done = work();
    (began.elapsed(), done)
}

fn overloaded(queued: usize) -> Error {
    Detail::Overloaded { queued: i64::try_from(queued).unwrap_or(i64::MAX) }.into()
}

type Work = Box<dyn FnOnce() + Send>;

/// Starts a thread. A system at its limit refuses.
type Start = fn(Work) -> io::Result<()>;

fn started(work: Work) -> io::Result<()> {
    std::thread::Builder::new().name("earnest-hash".to_owned()).spawn(work).map(drop)
}

/// Dedicated threads. They live as long as there is work, and one of them as long as there is a place. A hash
/// takes 19 MiB, and allocators keep as much for each thread that computed one: on a runtime's threads that
/// could be all of them.
struct Workers {
    most: usize,
    start: Start,
    state: Mutex<State>,
    called: Condvar,
}

#[derive(Default)]
struct State {
    places: usize,
    waiting: VecDeque<Work>,
    threads: usize,
    /// How many of them wait for work.
    idle: usize,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Workers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(self: &Arc<Self>) -> Result<()> {
        let mut state = self.state();
        if state.threads == 0 && self.start(&mut state).is_err() {
            return Err(overloaded(state.places));
        }
        state.places += 1;
        Ok(())
    }

    fn leave(&self) {
        let mut state = self.state();
        state.places -= 1;
        if state.places == 0 {
            // the last idle thread may end: no work will come
            self.called.notify_all();
        }
    }

    fn start(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let workers = self.clone();
        (self.start)(Box::new(move || workers.work()))?;
        state.threads += 1;
        Ok(())
    }

    fn take(self: &Arc<Self>, work: Work) -> Result<()> {
        let mut state = self.state();
        state.waiting.push_back(work);
        if state.waiting.len() > state.idle && state.threads < self.most {
            let started = self.start(&mut state);
            // a running thread will take it: every place keeps one alive
            if started.is_err() && state.threads == 0 {
                let queued = state.waiting.len();
                state.waiting.pop_back();
                return Err(overloaded(queued));
            }
        }
        self.called.notify_one();
        Ok(())
    }

    fn work(&self) {
        // where the system does not allow it, the thread keeps the normal priority
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(None, NICE);
        let mut owed = Duration::ZERO;
        loop {
            let (waited, work) = timed(|| self.next());
            let Some(work) = work else { return };
            // a panic closes the channel, which tells the caller
            let (worked, _) = timed(|| catch_unwind(AssertUnwindSafe(work)));
            let rest;
            (owed, rest) = rest_after(owed, waited, worked);
            std::thread::sleep(rest);
        }
    }

    /// The next piece of work. Without one the thread ends, unless it is the last one and there are places.
    fn next(&self) -> Option<Work> {
        let mut state = self.state();
        loop {
            let next = state.waiting.pop_front();
            if next.is_some() {
                return next;
            }
            if state.places == 0 || state.threads > 1 {
                state.threads -= 1;
                return None;
            }
            state.idle += 1;
            state = self.called.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#[expect(clippy::disallowed_methods, reason = "time of the test, which stands still")]
mod tests {
    use futures_util::FutureExt as _;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    /// Threads end with the last place.
    async fn all_end(hashing: &Hashing) {
        while hashing.workers.state().threads > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

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
        all_end(&hashing).await;
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

    static REFUSES: AtomicBool = AtomicBool::new(false);

    /// A system that starts threads until it is at its limit.
    fn at_its_limit(work: Work) -> io::Result<()> {
        match REFUSES.load(Ordering::SeqCst) {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => started(work),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_has_a_place_is_served_whatever_the_system_refuses() {
        let hashing = Hashing::of(4, at_its_limit);
        let place = hashing.enter().await.unwrap();
        assert_eq!(hashing.run(|| 1).await.unwrap(), 1);
        // idle for a while
        tokio::time::sleep(Duration::from_millis(50)).await;
        REFUSES.store(true, Ordering::SeqCst);
        let (one, two) = tokio::join!(hashing.run(|| 2), hashing.run(|| 3));
        assert_eq!((one.unwrap(), two.unwrap()), (2, 3));
        drop(place);
        all_end(&hashing).await;
        // a refused caller holds no place
        let error = hashing.enter().await.unwrap_err();
        assert_eq!((error.code().as_str(), hashing.workers.state().places), ("overloaded", 0));
        REFUSES.store(false, Ordering::SeqCst);
        assert_eq!(hashing.run(|| 4).await.unwrap(), 4);
        all_end(&hashing).await;
    }

    /// In a flood a thread works for a quarter of the time, and a dozen hashes alone wait for no rest.
    #[test]
    fn a_flood_is_rested_from_and_a_dozen_hashes_are_not() {
        let worked = Duration::from_millis(12);
        let (mut owed, mut rests) = (Duration::ZERO, Vec::new());
        for _ in 0..1_000 {
            let rest;
            (owed, rest) = rest_after(owed, Duration::ZERO, worked);
            rests.push(rest);
        }
        assert!(
            rests[..12].iter().all(Duration::is_zero) && rests[14..].iter().all(|rest| *rest == 3 * worked)
        );
        // a thread that idled as long owes nothing; a keystore of seconds counts as one of 50 ms
        assert_eq!(rest_after(owed, owed, Duration::ZERO), (Duration::ZERO, Duration::ZERO));
        let long = rest_after(PUT_OFF, Duration::ZERO, Duration::from_secs(5));
        assert_eq!(long, (PUT_OFF, 3 * LONGEST));
    }

    /// On the test's paused time, which stands still while a task works; nothing works here.
    #[tokio::test(start_paused = true)]
    async fn the_queue_is_bounded_and_places_come_back() {
        let hashing = Hashing::default();
        let mut places = Vec::new();
        while hashing.places.available_permits() > 0 {
            places.push(hashing.enter().await.unwrap());
        }
        assert_eq!(places.len(), hashing.workers.most * (WAITING + 1));
        let began = tokio::time::Instant::now();
        assert_eq!(hashing.enter().await.unwrap_err().code().as_str(), "overloaded");
        assert_eq!(began.elapsed(), PATIENCE);
        // waiting callers get places in the order of their arrival
        let (first, second, ()) = tokio::join!(hashing.enter(), hashing.enter(), async {
            tokio::time::sleep(PATIENCE / 2).await;
            drop(places.pop());
        });
        assert!(first.is_ok());
        assert_eq!(second.unwrap_err().code().as_str(), "overloaded");
        drop((first, places));
        assert!(hashing.enter().await.is_ok());
        assert_eq!(hashing.outside.available_permits(), OUTSIDE);
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_wait_and_whoever_goes_away_waits_no_more() {
        let hashing = Hashing::default();
        let taken =
            hashing.places.clone().acquire_many_owned(33 * u32::try_from(hashing.workers.most).unwrap());
        let taken = taken.await.unwrap();
        let began = tokio::time::Instant::now();
        let mut waiting: Vec<_> = (0..OUTSIDE).map(|_| Box::pin(hashing.enter())).collect();
        for one in &mut waiting {
            assert!(one.as_mut().now_or_never().is_none());
        }
        assert_eq!(hashing.enter().await.unwrap_err().code().as_str(), "overloaded");
        assert_eq!(began.elapsed(), Duration::ZERO, "one more than may wait is refused at once");
        drop(waiting);
        drop(taken);
        assert!(hashing.enter().await.is_ok());
        assert_eq!(hashing.outside.available_permits(), OUTSIDE);
    }
}
