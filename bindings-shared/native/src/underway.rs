//! Calls that were begun on an engine and are not answered yet: it is closed when none of them is left.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use earnest::Result;
use earnest::pipeline::committer::closed;
use tokio::sync::watch;
use tokio::time::timeout;

/// A call that was begun; dropped, it has been answered.
pub(crate) type Begun = watch::Receiver<()>;

/// The calls under way of an engine and its views.
#[derive(Debug, Default)]
pub(crate) struct Underway {
    closing: AtomicBool,
    /// Each call that was begun is a receiver of it: what is sent is nothing, and never.
    calls: watch::Sender<()>,
}

impl Underway {
    /// Begins a call.
    ///
    /// # Errors
    /// `store_unavailable` once the engine is being closed.
    pub(crate) fn begin(&self) -> Result<Begun> {
        // counted before the check: an end waits for the count
        let begun = self.calls.subscribe();
        if self.is_closing() {
            return Err(closed());
        }
        Ok(begun)
    }

    /// Takes no more calls from now on.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    /// Whether it takes no more calls.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Waits until all calls are answered, at most so long.
    pub(crate) async fn answered(&self, limit: Duration) {
        if timeout(limit, self.calls.closed()).await.is_err() {
            tracing::warn!("calls were still under way when the engine was closed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_end_waits_for_what_was_begun_and_takes_nothing_more() {
        let underway = Underway::default();
        underway.answered(Duration::from_secs(60)).await;
        let begun = underway.begin().unwrap();
        underway.close();
        assert_eq!(underway.begin().unwrap_err().code().as_str(), "store_unavailable");
        let answered = async {
            tokio::task::yield_now().await;
            drop(begun);
        };
        tokio::join!(underway.answered(Duration::from_secs(60)), answered);
        assert_eq!(underway.calls.receiver_count(), 0);
    }

    #[tokio::test]
    async fn an_end_does_not_wait_for_ever() {
        let underway = Underway::default();
        let begun = underway.begin().unwrap();
        underway.close();
        underway.answered(Duration::from_millis(1)).await;
        drop(begun);
    }
}
