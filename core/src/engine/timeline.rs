//! Timelines: they distinguish a diverging copy of a store from the original, and two histories of one store
//! from each other.
//!
//! A fork, a restore through Earnest, and a change of server (a failover, a restore of its data) begin a
//! timeline: a random id in `meta`, by compare-and-set, which every link of the chain and every receipt from
//! then on carries.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::Engine;
use super::internal::internal_as;
use super::runner::Runner as _;
use super::store_url;
use crate::error::{Code, Detail, Error, Result};
use crate::ids::Actor;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::pipeline::joined;
use crate::rows::identity::Identity;
use crate::rows::needs::Needs;
use crate::store::{Fault, FaultKind, Session, Wait, Written};

/// Compares the server with the one on record when the store is opened. If it is another one, a timeline
/// begins.
///
/// # Errors
/// Any failure of the store.
pub(crate) async fn notice(engine: &Engine) -> Result<()> {
    engine.opened().noticed.store(engine.store().connection_epoch(), Ordering::Release);
    look(engine).await
}

/// Compares the server again if a connection broke since the last time. Nobody waits for that: guards compare
/// a decision made meanwhile with the present rows, whatever its timeline.
pub(crate) fn watch(engine: &Engine) {
    let (history, noticed) = (engine.store().connection_epoch(), &engine.opened().noticed);
    if noticed.load(Ordering::Acquire) == history || noticed.swap(history, Ordering::AcqRel) == history {
        return;
    }
    let engine = engine.clone();
    tokio::spawn(async move {
        let looked = async {
            // a lost history may have taken currencies with it
            engine.learn_currencies_anew().await?;
            look(&engine).await
        };
        if let Err(error) = looked.await {
            engine.opened().noticed.store(u64::MAX, Ordering::Release);
            tracing::warn!(code = error.code().as_str(), "nobody knows yet whether the server is the same");
        }
    });
}

async fn look(engine: &Engine) -> Result<()> {
    if engine.options().read_only {
        // a process that may write will begin the timeline
        return Ok(());
    }
    let Some(server) = engine.store().server().await.map_err(|fault| fault.into_error(false))? else {
        return Ok(());
    };
    let from = known(engine).await?;
    if server.is_same() {
        return Ok(());
    }
    tracing::warn!(was = ?server.recorded, is = %server.current, "the store is on another server or timeline");
    match begin(engine, "store.moved", &Actor::system(), from, Some(&server.current)).await {
        // with this clock no other write succeeds either; the next call compares again
        Err(error) if error.code() == Code::ClockUnusable => {
            engine.opened().noticed.store(u64::MAX, Ordering::Release);
            Ok(())
        }
        begun => begun.map(drop),
    }
}

/// Which store it is now.
pub(crate) async fn known(engine: &Engine) -> Result<Identity> {
    store_url::identify(engine.opened()).await?;
    Ok(engine.identity())
}

/// The refusal if another process began a timeline first.
pub(crate) fn overtaken() -> Error {
    Detail::Contention { reason: "timeline".into() }.into()
}

/// Begins a timeline and writes its event, unless another process has begun one.
pub(crate) async fn begin(
    engine: &Engine,
    event: &'static str,
    actor: &Actor,
    from: Identity,
    server: Option<&str>,
) -> Result<Option<Began>> {
    let to = Identity { timeline: engine.scope().env.store_id(), ..from };
    let mut session = engine.store().writer().await.map_err(fault)?;
    session.begin().await.map_err(fault)?;
    match session.start_timeline(from, to.timeline, server).await {
        Ok(Written::All) => finish(engine, session, event, actor, Began { from, to }).await.map(Some),
        Ok(Written::Stale | Written::Claimed) => {
            session.rollback().await.map_err(fault)?;
            store_url::identify(engine.opened()).await?;
            engine.leave_history();
            Ok(None)
        }
        Err(fault) => {
            // the first error matters, not that of the rollback
            drop(session.rollback().await);
            Err(fault.into_error(false))
        }
    }
}

/// Writes the event of a timeline that begins in the open transaction, and commits both.
pub(crate) async fn finish(
    engine: &Engine,
    mut session: Box<dyn Session>,
    event: &'static str,
    actor: &Actor,
    began: Began,
) -> Result<Began> {
    if let Err(error) = tell(engine, session.as_mut(), event, actor, began).await {
        drop(session.rollback().await);
        return Err(error);
    }
    let committed = session.commit().await;
    drop(session);
    match committed {
        // the store shows whether it was committed
        Err(lost) if lost.kind == FaultKind::Unknown => match engine.store().identity().await {
            Ok(now) if now == began.to => {}
            _ => return Err(lost.into_error(false)),
        },
        committed => committed.map_err(fault)?,
    }
    engine.opened().now_is(began.to);
    engine.leave_history();
    engine.nudge();
    Ok(began)
}

/// Writes the event, which is the first of the new timeline in the engine's own book. A copy's log gets none,
/// nor does one that cannot go on.
async fn tell(
    engine: &Engine,
    session: &mut dyn Session,
    event: &'static str,
    actor: &Actor,
    began: Began,
) -> Result<()> {
    let book = engine.book_name();
    let mut needs = Needs::default();
    needs.heads.insert((book.clone(),));
    let heads = session.lock(&needs, Wait::Block).await.map_err(fault)?.heads;
    // a book whose log cannot go on must not keep the store from being opened; `verify` reports it
    if heads.first().is_some_and(|head| head.is_copy() || head.is_spent()) {
        return Ok(());
    }
    let (call, _) = internal_as(engine, book, actor.clone(), event, began);
    joined::write(session, &engine.options().env, engine.store().capabilities(), Box::new(call)).await
}

fn fault(fault: Fault) -> Error {
    fault.into_error(false)
}

/// A timeline that began. Its event has the name of the call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    /// The timeline before.
    pub(crate) from: Identity,
    /// The new one.
    pub(crate) to: Identity,
}

impl Operation for Began {
    type Reply = ();

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let data = json!({ "previous": self.from.timeline, "timeline": self.to.timeline });
        draft.event(draft.ctx.operation, ("store", &self.to.store.to_string()), 0, &data)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}
