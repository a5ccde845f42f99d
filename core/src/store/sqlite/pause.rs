//! Pausing a store: it has no file open until it is resumed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::Shared;
use crate::store::fault::{Fault, PAUSED};

/// How often a pause checks whether the last connection is closed.
const LOOK: Duration = Duration::from_millis(2);

/// Whether a store is paused, and how many connections it has.
#[derive(Debug, Default)]
pub(super) struct Standing {
    still: AtomicBool,
    /// How many connections are open, or about to be.
    pub(super) open: AtomicUsize,
}

impl Standing {
    /// Fails while the store is paused.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.is_still() { Err(PAUSED.fault()) } else { Ok(()) }
    }

    pub(super) fn is_still(&self) -> bool {
        self.still.load(Ordering::SeqCst)
    }
}

/// Closes every connection. A transaction under way ends at its next statement; nothing is opened meanwhile.
pub(super) async fn pause(shared: &Shared) -> Result<(), Fault> {
    shared.readers.check_open()?;
    let standing = shared.files.standing();
    standing.still.store(true, Ordering::SeqCst);
    let conn = shared.writer.lock().await.conn.take();
    if let Some(mut conn) = conn {
        // the last connection to close checkpoints the log; where another process has the file open, that is
        // not ours
        if let Err(fault) = conn.checkpoint().await {
            tracing::warn!(%fault, "the log was not folded in before the pause");
        }
        conn.close().await;
    }
    loop {
        for conn in shared.readers.take_idle() {
            conn.close().await;
        }
        if standing.open.load(Ordering::SeqCst) == 0 {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    // at resume, the file that is there then tells which store it is
    shared.files.forget();
    Ok(())
}

/// Lets connections be opened again.
pub(super) fn resume(shared: &Shared) -> Result<(), Fault> {
    shared.readers.check_open()?;
    if shared.files.standing().is_still() {
        // a missing file is not created
        shared.files.must_be_there()?;
        shared.files.standing().still.store(false, Ordering::SeqCst);
    }
    Ok(())
}
