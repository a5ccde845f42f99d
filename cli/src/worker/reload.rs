//! The signal that has a worker take up the keyring that was changed.

use earnest::Engine;
use serde_json::json;

use crate::output::{Failure, Say};

/// SIGHUP, where this system has it and no terminal is at hand: the end of a terminal ends the worker as it
/// ends others.
pub(super) struct HangUp {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl HangUp {
    /// Listens from now on.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self, Failure> {
        use std::io::IsTerminal as _;
        use tokio::signal::unix::{SignalKind, signal};
        let of_terminal = std::io::stdin().is_terminal();
        let signal = (!of_terminal).then(|| signal(SignalKind::hangup())).transpose()?;
        Ok(Self { signal })
    }

    /// There is none to listen to.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same shape on every system")]
    pub(super) fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(super) async fn heard(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Asks for the keyring again and says what came of it, while the worker goes on. It keeps the one that it
/// has where nothing better is found.
pub(super) fn reload(engine: &Engine, say: Say) {
    let engine = engine.clone();
    tokio::spawn(async move {
        let outcome = engine.reload_keyring().await;
        let told = match &outcome {
            Ok(changed) => {
                let text = if *changed { "the keyring is another one" } else { "the keyring is the same" };
                say.either(&json!({ "worker": "keyring", "changed": changed }), text)
            }
            Err(error) => {
                let document = json!({ "worker": "keyring", "error": error });
                say.either(&document, format!("the keyring stays as it is: {}", error.message()))
            }
        };
        if told.is_err() {
            tracing::warn!("nobody reads what became of the keyring");
        }
    });
}
