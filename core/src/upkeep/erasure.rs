//! Erases the clear texts that events keep of end users: their address and device. The chain holds without
//! them.
//!
//! The event of an erasure is written first, so that nothing is erased without one. It has the time before
//! which, and whose texts as a hash: `verify` compares missing texts with it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::error::{Error, Result};
use crate::ids::{Actor, ActorInput};
use crate::kernel::draft::Draft;
use crate::kernel::identity::mark_of;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::store::{ERASED_AT_ONCE, Erasure, Fault};
use crate::time::Time;
use crate::upkeep::requests::EraseContext;
use crate::upkeep::views::Erased;

/// The object that events of erasures are about.
pub(crate) const OBJECT: (&str, &str) = ("operation", "admin.erase_context");

/// `admin.erase_context`.
///
/// # Errors
/// `invalid_request` naming `subject`; any failure of the store. Repeated, it erases what is left.
pub async fn erase(engine: &Engine, actor: &Actor, request: &EraseContext) -> Result<Erased> {
    if request.subject.is_none() && request.before_time.is_none() {
        return Err(Error::invalid("subject", "must be given, or `before_time`"));
    }
    let subject = request.subject.as_deref().map(named).transpose()?;
    let noted = Noted { subject: subject.as_ref().and_then(hash_of), before: request.before_time };
    let book = engine.book_name().clone();
    let (call, told) = internal_as(engine, &book, actor.clone(), OBJECT.1, noted);
    engine.queue(Box::new(call))?;
    told.await.map_err(|_| Error::corrupted("an erasure was not answered"))??;
    let fault = |fault: Fault| fault.into_error(false);
    let subject = subject.map(|subject| Arc::from(subject.id()));
    let erasure = Erasure { book, subject, before: request.before_time };
    let mut session = engine.store().writer().await.map_err(fault)?;
    let mut erased = 0;
    loop {
        let page = session.erase_private(&erasure).await.map_err(fault)?;
        erased += i64::try_from(page).unwrap_or(i64::MAX);
        if page < ERASED_AT_ONCE {
            break;
        }
    }
    drop(session);
    engine.store().fold().await.map_err(fault)?;
    Ok(Erased { erased })
}

fn named(subject: &str) -> Result<Actor> {
    ActorInput::Raw(Value::from(subject)).resolve("subject")
}

/// How an event names whose texts were erased.
pub(crate) fn hash_of(subject: &Actor) -> Option<String> {
    // every event of the actor, in whatever role
    mark_of(&Actor::new(subject.id())).map(hex::encode)
}

/// Writes the event of an erasure.
#[derive(Clone, Debug)]
struct Noted {
    subject: Option<String>,
    before: Option<Time>,
}

impl Operation for Noted {
    type Reply = ();

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let data = json!({ "before": self.before, "subject": self.subject });
        draft.event("context.erased", OBJECT, 0, &data)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
