//! `admin.confirm_clock`: somebody says that the clock is right, and every process hears it.
//!
//! What is confirmed stands in the reserved book, so that it holds in every book; who did it stands in the log of the caller's book.

use serde_json::json;
use uuid::Uuid;

use crate::api::requests::ConfirmClock;
use crate::api::views::admin::ClockConfirmed;
use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, Book};
use crate::kernel::draft::Draft;
use crate::kernel::needs::{Access, Needs, RecordKey};
use crate::kernel::operation::{Halt, Made, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::store::rows::RecordRow;
use crate::store::{Wait, Writes, Written};
use crate::time::Time;
use crate::timers::internal_as;

/// The kind of what is known of the clock in the reserved book.
const KIND: &str = "clock";

/// What is known of the clock in the reserved book.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// What somebody confirmed it to show.
    Confirmed,
    /// What it showed when a process that believed it ran timers last.
    Seen,
}

impl Known {
    fn key(self) -> RecordKey {
        (Book::stored("@system"), KIND.into(), Uuid::from_u128(self as u128))
    }

    /// Reads it.
    ///
    /// # Errors
    /// What befell the store.
    pub(super) async fn read(self, engine: &Engine) -> Result<Option<RecordRow>> {
        let mut needs = Needs::default();
        needs.record(self.key(), Access::Read);
        Ok(engine.peek(&needs).await?.records.into_iter().next())
    }

    /// Writes it. Of two processes that write at once one is enough.
    ///
    /// # Errors
    /// What befell the store.
    pub(super) async fn write(self, engine: &Engine, time: Time) -> Result<()> {
        let fault = |fault: crate::store::Fault| fault.into_error(false);
        let mut session = engine.store().writer().await.map_err(fault)?;
        session.begin().await.map_err(fault)?;
        let mut needs = Needs::default();
        needs.record(self.key(), Access::Write);
        let loaded = session.lock(&needs, Wait::Block).await.map_err(fault)?;
        let known = loaded.records.first().map(|row| (row.version, row.created_at));
        let (book, kind, id) = self.key();
        let row = RecordRow {
            book,
            kind,
            id,
            state: "known".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "{}".into(),
            version: known.map_or(1, |(version, _)| version + 1),
            created_at: known.map_or(time, |(_, created_at)| created_at),
            stamp: time,
            at: None,
        };
        let mut seen = Snapshot::default();
        seen.absorb(&needs, loaded);
        seen.records.put(row);
        let commit = engine.options().env.commit();
        let writes = Writes { commit, records: seen.records.take_dirty(), ..Writes::default() };
        match session.write(&writes).await.map_err(fault)? {
            Written::All => session.commit().await.map_err(fault),
            Written::Stale => session.rollback().await.map_err(fault),
        }
    }
}

/// `admin.confirm_clock`.
///
/// # Errors
/// `not_permitted` to everybody but admins and the host's own program; what befell the store.
pub(crate) async fn confirm(engine: &Engine, actor: &Actor, _: &ConfirmClock) -> Result<ClockConfirmed> {
    if !actor.is_admin() && !actor.is_system() {
        let reason = "only an admin or the host's own program may confirm the clock".to_owned();
        let (field, actor) = (Some("actor".to_owned()), Some(actor.id().to_owned()));
        return Err(Detail::NotPermitted { field, actor, reason }.into());
    }
    let now = engine.ask_clock().await?;
    let expected = engine.options().env.watch.jump().map(|jump| jump.expected);
    let said = Confirmed { expected };
    let (call, told) = internal_as(engine, engine.book_name(), actor.clone(), "admin.confirm_clock", said);
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

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Made, Halt> {
        let said = json!({ "expected": self.expected, "now": draft.ctx.now });
        draft.event("clock.confirmed", ("clock", "clock"), 0, &said)?;
        Ok(Made::default())
    }

    fn reply(&self, _: &Made, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
