//! The signals that end a worker.

use earnest::for_cli::Stopping;

use crate::output::Failure;

/// Listens from now on: no signal is missed. The first one asks to stop, the second one to stop at once.
#[cfg(unix)]
pub(super) fn listen() -> Result<Stopping, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stopping = Stopping::default();
    let told = stopping.clone();
    tokio::spawn(async move {
        loop {
            let heard = tokio::select! {
                heard = interrupt.recv() => heard,
                heard = terminate.recv() => heard,
            };
            if heard.is_none() {
                return;
            }
            told.stop();
        }
    });
    Ok(stopping)
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape on every system")]
pub(super) fn listen() -> Result<Stopping, Failure> {
    let stopping = Stopping::default();
    let told = stopping.clone();
    tokio::spawn(async move {
        // without Ctrl-C handling the console itself ends the process
        while tokio::signal::ctrl_c().await.is_ok() {
            told.stop();
        }
    });
    Ok(stopping)
}
