//! `admin.confirm_clock`: confirms that the clock is right, for every process.
//!
//! The confirmation is kept in the reserved book, so that it holds for every book. The actor is in the log of
//! the caller's book.

use serde_json::json;

use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::engine::persisted_clock::Known;
use crate::error::{Error, Result};
use crate::ids::Actor;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::time::Time;
use crate::upkeep::requests::ConfirmClock;
use crate::upkeep::views::ClockConfirmed;

/// `admin.confirm_clock`.
pub(crate) async fn confirm(engine: &Engine, actor: &Actor, _: &ConfirmClock) -> Result<ClockConfirmed> {
    let now = engine.ask_clock().await?;
    let expected = engine.options().env.watch.jump().map(|jump| jump.expected);
    let data = Confirmed { expected };
    let (call, told) = internal_as(engine, engine.book_name(), actor.clone(), "admin.confirm_clock", data);
    engine.queue(Box::new(call))?;
    told.await.map_err(|_| Error::corrupted("a confirmation was not answered"))??;
    Known::Confirmed.write(engine, now).await?;
    engine.believe(now).await?;
    Ok(ClockConfirmed { now, expected })
}

/// Writes the event of a confirmation.
#[derive(Clone, Copy, Debug)]
struct Confirmed {
    expected: Option<Time>,
}

impl Operation for Confirmed {
    type Reply = ();

    fn believes_any_clock(&self) -> bool {
        true
    }

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let data = json!({ "expected": self.expected, "now": draft.ctx.now });
        draft.event("clock.confirmed", ("clock", "clock"), 0, &data)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}
