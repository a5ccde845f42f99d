//! Pausing an engine: no file of its store is open until it is resumed.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, oneshot, watch};

use super::{Engine, store_url};
use crate::env;
use crate::error::{Detail, Error, Result};
use crate::store::fault::PAUSED;

/// How often a pause checks whether the calls under way have ended.
const LOOK: Duration = Duration::from_millis(2);

/// How long the calls that a pause has interrupted may take to be answered.
const ANSWERS: Duration = Duration::from_secs(2);

/// Whether an engine is paused, and the number of calls under way.
#[derive(Debug)]
pub(crate) struct Pausing {
    still: watch::Sender<bool>,
    calls: AtomicUsize,
    /// Lets one pause or resume run at a time.
    turn: Mutex<()>,
    /// Ends with the pause or resume that was asked for last.
    last: std::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Default for Pausing {
    fn default() -> Self {
        let still = watch::Sender::new(false);
        Self { still, calls: AtomicUsize::new(0), turn: Mutex::default(), last: std::sync::Mutex::default() }
    }
}

impl Pausing {
    fn is_still(&self) -> bool {
        *self.still.borrow()
    }

    fn stand(&self, still: bool) {
        self.still.send_replace(still);
    }

    /// Takes the place behind every pause and resume that was asked for before.
    fn place(&self) -> PausingPlace {
        let (done, ended) = oneshot::channel();
        let before = self.last.lock().unwrap_or_else(PoisonError::into_inner).replace(ended);
        PausingPlace { before, _done: done }
    }
}

/// A place in the line of pauses and resumes, until it is dropped.
struct PausingPlace {
    before: Option<oneshot::Receiver<()>>,
    _done: oneshot::Sender<()>,
}

impl PausingPlace {
    /// Waits until the one before it has ended.
    async fn turn(&mut self) {
        if let Some(before) = self.before.take() {
            // its place is dropped when it has ended, and nothing is ever sent
            let _ = before.await;
        }
    }
}

/// A call that was admitted. A pause waits until it has ended.
#[derive(Debug)]
pub struct Taken(Arc<Pausing>);

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Engine {
    /// Refuses calls from now on, answers those that were taken, and closes every connection and every file
    /// of the store: no lock of SQLite is held then. Calls are refused with `store_unavailable` until
    /// [`Engine::resume`]; followers, subscriptions and workers wait that long.
    ///
    /// Calls that are not committed within the limit are rolled back, and answered with `store_unavailable`.
    /// A store in memory keeps what it has. Where the engine stands still already, nothing happens.
    ///
    /// Pauses and resumes take effect in the order in which they are called, whichever is awaited first: the
    /// last one decides. A caller that stops waiting changes nothing.
    ///
    /// ```
    /// use earnest::Engine;
    /// use earnest::requests::TopUp;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let url = format!("sqlite:{}", folder.path().join("till.db").display());
    /// let bank = Engine::open(&url).await?;
    /// bank.pause(std::time::Duration::from_secs(5)).await?;
    /// let refused = bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await.unwrap_err();
    /// assert_eq!(refused.details()["reason"], "the engine is paused");
    /// bank.resume().await?;
    /// bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await?;
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `not_supported` on PostgreSQL and on a pool of the host; `store_unavailable` when the engine is
    /// closed.
    pub fn pause(&self, limit: Duration) -> impl Future<Output = Result<()>> + Send + use<> {
        let (engine, mut place) = (self.clone(), self.inner.pausing.place());
        to_the_end(async move {
            place.turn().await;
            engine.stand_still(limit).await
        })
    }

    /// Goes on after [`Engine::pause`], if the file is still that of the same store and of the same history.
    /// An engine that does not stand still goes on as it is.
    ///
    /// # Errors
    /// `store_mismatch` for another file; `store_unavailable` where there is none, and when the engine is
    /// closed. It stands still then as before.
    pub fn resume(&self) -> impl Future<Output = Result<()>> + Send + use<> {
        let (engine, mut place) = (self.clone(), self.inner.pausing.place());
        to_the_end(async move {
            place.turn().await;
            engine.go_on().await
        })
    }

    /// Whether it is paused, from the call of [`Engine::pause`] on.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.pausing.is_still()
    }

    /// Admits a call, unless the engine is paused.
    pub(crate) fn take_call(&self) -> Result<Taken> {
        let pausing = &self.inner.pausing;
        // counted before the check: a pause waits for the count
        pausing.calls.fetch_add(1, Ordering::SeqCst);
        let taken = Taken(Arc::clone(pausing));
        if pausing.is_still() { Err(PAUSED.fault().into_error(false)) } else { Ok(taken) }
    }

    /// Waits while the engine is paused.
    pub(crate) async fn going(&self) {
        let mut still = self.inner.pausing.still.subscribe();
        // cannot fail: this engine holds the sender
        let _ = still.wait_for(|still| !still).await;
    }

    /// Ends the pause for waiting tasks, because the engine is closed.
    pub(super) fn let_go(&self) {
        self.inner.pausing.stand(false);
    }

    async fn stand_still(&self, limit: Duration) -> Result<()> {
        let pausing = &self.inner.pausing;
        let _turn = pausing.turn.lock().await;
        self.inner.committer.open()?;
        if pausing.is_still() {
            return Ok(());
        }
        let store = self.store();
        if store.can_pause() {
            pausing.stand(true);
            self.drained(limit).await;
        }
        if let Err(fault) = store.pause().await {
            pausing.stand(false);
            return Err(fault.into_error(false));
        }
        self.drained(ANSWERS).await;
        Ok(())
    }

    /// Waits until the admitted calls have ended, up to a limit.
    async fn drained(&self, limit: Duration) {
        let since = env::monotonic_now();
        while self.inner.pausing.calls.load(Ordering::SeqCst) > 0 || self.queue_depth().0 > 0 {
            let gone = env::monotonic_now().saturating_duration_since(since);
            if gone >= limit {
                return;
            }
            tokio::time::sleep(LOOK.min(limit - gone)).await;
        }
    }

    async fn go_on(&self) -> Result<()> {
        let pausing = &self.inner.pausing;
        let _turn = pausing.turn.lock().await;
        self.inner.committer.open()?;
        if !pausing.is_still() {
            return Ok(());
        }
        let store = self.store();
        store.resume().await.map_err(|fault| fault.into_error(false))?;
        if let Err(error) = self.is_the_same().await {
            store.pause().await.map_err(|fault| fault.into_error(false))?;
            return Err(error);
        }
        pausing.stand(false);
        self.nudge();
        Ok(())
    }

    /// Whether the store is the one that it was.
    async fn is_the_same(&self) -> Result<()> {
        let before = self.identity();
        let found = self.store().identity().await.map_err(|fault| fault.into_error(false))?;
        if found == before {
            return store_url::prepare_schema(self.store(), self.options()).await;
        }
        Err(Detail::StoreMismatch { expected: before.to_string(), actual: found.to_string() }.into())
    }
}

/// Waits until the engine is not paused; `None` once nobody holds it any more.
pub(crate) async fn going<F: Fn() -> Option<Engine> + Send + Sync>(engine: &F) -> Option<Engine> {
    loop {
        let (found, mut still) = {
            let engine = engine()?;
            let still = engine.inner.pausing.still.subscribe();
            (engine, still)
        };
        if !*still.borrow_and_update() {
            return Some(found);
        }
        // waiting must not keep the engine alive
        drop(found);
        still.wait_for(|still| !still).await.ok()?;
    }
}

/// Runs the work to its end, even if the caller stops waiting, from now on: where no runtime is there yet,
/// from when it is first waited for.
fn to_the_end(
    work: impl Future<Output = Result<()>> + Send + 'static,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
    let early = |_| Err(Error::corrupted("a pause ended early"));
    match Handle::try_current() {
        Ok(runtime) => {
            let begun = runtime.spawn(work);
            Box::pin(async move { begun.await.unwrap_or_else(early) })
        }
        Err(_) => Box::pin(async move { tokio::spawn(work).await.unwrap_or_else(early) }),
    }
}
