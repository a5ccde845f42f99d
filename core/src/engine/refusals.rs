//! Events of refusals that happen outside a group: before the queue, in a host's transaction, or of an
//! operation on the whole store.

use tokio::sync::oneshot;

use super::Engine;
use super::internal::internal_traced;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Kind, Result};
use crate::ids::{Actor, ActorInput};
use crate::kernel::permit::Who;
use crate::kernel::refusal::Refused;
use crate::request::scope::{Asker, OperationInfo};

impl Engine {
    /// Whether [`Engine::close`] was called: all calls are refused from then on.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.committer.open().is_err()
    }

    /// Refuses a call in a host's transaction once the engine is closed, as the queue refuses all others.
    #[cfg(feature = "sql")]
    pub(crate) fn refuse_closed(&self) -> Result<()> {
        self.inner.committer.open()
    }

    /// Queues the event of a refusal that happened outside a group of the engine: before the queue, or in a
    /// host's transaction, whose rollback it must survive. Only refusals of kind denied and limited leave
    /// one. It names the caller, or else the bound actor.
    pub(crate) fn note_refusal(
        &self,
        info: &'static OperationInfo,
        error: &Error,
        asker: Option<&Asker>,
    ) -> Option<oneshot::Receiver<Result<()>>> {
        if !matches!(error.kind(), Kind::Denied | Kind::Limited) || self.is_read_only() {
            return None;
        }
        let bound = || Asker { actor: self.actor.clone().unwrap_or_else(Actor::system), trace: None };
        let note = Refused { operation: info.name, code: error.code() };
        let asker = asker.cloned().unwrap_or_else(bound);
        let (call, noted) = internal_traced(self, &self.book, asker, "call.refused", note);
        if self.queue(Box::new(call)).is_err() {
            tracing::warn!(operation = info.name, "a refusal was not noted: the queue is full");
        }
        Some(noted)
    }

    /// Returns the caller of an operation on the whole store, if it is permitted. A refused write leaves an
    /// event, as any other does.
    pub(crate) async fn admitted(
        &self,
        info: &'static OperationInfo,
        given: Option<&ActorInput>,
    ) -> Result<Actor> {
        let scope = self.scope();
        if info.changes() {
            scope.admits(info)?;
        }
        let actor = scope.actor(info, given);
        let judged = match &actor {
            // an operation for staff only can be judged without rows
            Ok(actor) if info.who == Who::Staff => info.who.judge(actor, &[]),
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        let Err(error) = judged else { return actor };
        if info.changes() {
            self.count(info, Some(&error));
            let asker = actor.ok().map(|actor| Asker { actor, trace: None });
            if let Some(noted) = self.note_refusal(info, &error, asker.as_ref()) {
                // the caller can read the event as soon as the denial arrives
                drop(noted.await);
            }
        }
        Err(error)
    }
}
