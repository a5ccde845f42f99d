//! Writes the survivors of refusals in a host's transaction, in transactions of the engine's own.

use std::time::Duration;

use super::Engine;
use super::internal::internal_traced;
use crate::error::Result;
use crate::kernel::refusal::{PendingSurvivors, WriteSurvivors, is_early};
use crate::request::scope::Asker;

/// How often the write of survivors is tried: for about a minute.
const LEAVE_LIMIT: u32 = 14;

impl Engine {
    /// Writes the survivors of a refusal in a host's transaction, in one commit. Nobody waits for it: on
    /// SQLite the write must wait for the end of the host's transaction, and elsewhere what asks people about
    /// an object of that transaction waits for its commit, by itself.
    pub(crate) fn leave(&self, of_refusal: PendingSurvivors) {
        let (engine, mut left) = (self.clone(), of_refusal);
        tokio::spawn(async move {
            let Some(name) = left.survivors.first().map(|first| first.name()) else { return };
            let mut early = false;
            for attempt in 0..LEAVE_LIMIT {
                match engine.write_survivors(&left, name).await {
                    Err(error) if error.retryable() => {
                        early = is_early(&error);
                        if early && let Some(others) = left.part() {
                            engine.leave(others);
                        }
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
            if early {
                // the host rolled back, as it may
                tracing::debug!(name, "nobody is asked about what was not committed");
            } else {
                tracing::error!(name, "what must survive a refusal was not written: the store is busy");
            }
        });
    }

    async fn write_survivors(&self, left: &PendingSurvivors, name: &'static str) -> Result<()> {
        // one writer excludes all others: the host's transaction has ended when this is written
        let may_come = !self.store().capabilities().exclusive;
        let surviving = WriteSurvivors { survivors: left.survivors.clone(), may_come };
        let asker = Asker { actor: left.actor.clone(), trace: left.trace.clone() };
        let (call, written) = internal_traced(self, &left.book, asker, name, surviving);
        self.queue(Box::new(call))?;
        written.await.unwrap_or(Ok(()))
    }
}
