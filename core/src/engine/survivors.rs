//! Writes the survivors of refusals in a host's transaction, in transactions of the engine's own.

use std::time::Duration;

use super::Engine;
use super::internal::internal_traced;
use crate::kernel::refusal::{PendingSurvivors, WriteSurvivors};
use crate::request::scope::Asker;

/// How often the write of survivors is tried: for about a minute.
const LEAVE_LIMIT: u32 = 14;

impl Engine {
    /// Writes the survivors of a refusal in a host's transaction, in one commit. Nobody waits for it: on
    /// SQLite the write must wait for the end of the host's transaction.
    pub(crate) fn leave(&self, of_refusal: PendingSurvivors) {
        let engine = self.clone();
        tokio::spawn(async move {
            let PendingSurvivors { book, actor, trace, survivors } = of_refusal;
            let Some(name) = survivors.first().map(|first| first.name()) else { return };
            for attempt in 0..LEAVE_LIMIT {
                let surviving = WriteSurvivors(survivors.clone());
                let asker = Asker { actor: actor.clone(), trace: trace.clone() };
                let (call, written) = internal_traced(&engine, &book, asker, name, surviving);
                let outcome = match engine.queue(Box::new(call)) {
                    Ok(()) => written.await.unwrap_or(Ok(())),
                    Err(error) => Err(error),
                };
                match outcome {
                    Err(error) if error.retryable() => {
                        tokio::time::sleep(Duration::from_millis(100 << attempt.min(6))).await;
                    }
                    Err(error) => {
                        let code = error.code().as_str();
                        tracing::error!(name, code, "what must survive a refusal was not written");
                        return;
                    }
                    Ok(()) => return,
                }
            }
            tracing::error!(name, "what must survive a refusal was not written: the store is busy");
        });
    }
}
