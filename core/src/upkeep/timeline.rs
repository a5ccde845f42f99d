//! Timelines: a copy of a store that goes its own way is told apart from the original, and so are two
//! histories of one store.
//!
//! A fork, a restore through Earnest, and a server that is another one than before (a failover, a restore of
//! its data) begin a timeline: a random id in `meta`, by compare-and-set, which every link of the chain and
//! every receipt from then on carries.

use std::path::Path;
use std::sync::atomic::Ordering;

use serde_json::json;

use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::engine::store_url;
use crate::error::{Detail, Error, Result};
use crate::ids::Actor;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{Halt, Made, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::identity::Identity;
use crate::rows::needs::Needs;
use crate::store::Written;
use crate::upkeep::requests::{Backup, Fork, Restore};
use crate::upkeep::timers;
use crate::upkeep::views::{Copied, Timeline};

/// `admin.fork`: says that this copy of a store goes its own way from now on.
///
/// # Errors
/// `contention` when another process began a timeline at the same moment; what befell the store.
pub async fn fork(engine: &Engine, actor: &Actor, _: &Fork) -> Result<Timeline> {
    let from = known(engine).await?;
    begin(engine, from, None).await?.ok_or_else(overtaken)?;
    tell(engine, actor, "store.forked", from).await
}

/// `admin.backup`: copies the store to a file, while it is in use.
///
/// # Errors
/// `not_supported` where the store has tools of its own; what befell the store.
pub async fn backup(engine: &Engine, _: &Actor, request: &Backup) -> Result<Copied> {
    let path = Path::new(&request.path);
    engine.store().backup(path).await.map_err(|fault| fault.into_error(false))?;
    let bytes = std::fs::metadata(path).map_or(0, |found| i64::try_from(found.len()).unwrap_or(i64::MAX));
    Ok(Copied { path: request.path.clone(), bytes })
}

/// `admin.restore`: puts the contents of a backup in the place of what the store has, in one transaction, and
/// begins a timeline.
///
/// # Errors
/// `store_mismatch` when the backup is of another store; `not_supported` where the store has tools of its
/// own.
pub async fn restore(engine: &Engine, actor: &Actor, request: &Restore) -> Result<Timeline> {
    let to = engine.scope().env.store_id();
    let from = engine.store().restore(Path::new(&request.path), to).await;
    let from = from.map_err(|fault| fault.into_error(false))?;
    store_url::identify(engine.opened()).await?;
    // the backup may be older than the currencies that this engine registered
    store_url::currencies(engine.opened(), engine.options()).await?;
    tell(engine, actor, "store.restored", from).await
}

/// Looks whether the server is still the one that wrote the store last, and begins a timeline where it is
/// not: once when the store is opened.
///
/// # Errors
/// What befell the store.
pub(crate) async fn notice(engine: &Engine) -> Result<()> {
    engine.opened().noticed.store(engine.store().history(), Ordering::Release);
    look(engine).await
}

/// The same whenever a connection broke since the last look. Nobody waits for it: what is decided meanwhile
/// is compared with what is there, whatever its timeline.
pub(crate) fn watch(engine: &Engine) {
    let (history, noticed) = (engine.store().history(), &engine.opened().noticed);
    if noticed.load(Ordering::Acquire) == history || noticed.swap(history, Ordering::AcqRel) == history {
        return;
    }
    let engine = engine.clone();
    tokio::spawn(async move {
        let looked = async {
            // a history that went back may have lost them
            store_url::currencies(engine.opened(), engine.options()).await?;
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
        // whoever may write begins it
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
    if begin(engine, from, Some(&server.current)).await?.is_some() {
        tell(engine, &Actor::system(), "store.moved", from).await?;
    }
    Ok(())
}

/// Which store it is now.
async fn known(engine: &Engine) -> Result<Identity> {
    store_url::identify(engine.opened()).await?;
    Ok(engine.identity())
}

fn overtaken() -> Error {
    Detail::Contention { reason: "timeline".into() }.into()
}

/// Begins a timeline, unless somebody else has begun one.
async fn begin(engine: &Engine, from: Identity, server: Option<&str>) -> Result<Option<()>> {
    let to = engine.scope().env.store_id();
    let fault = |fault: crate::store::Fault| fault.into_error(false);
    let mut session = engine.store().writer().await.map_err(fault)?;
    session.begin().await.map_err(fault)?;
    let begun = match session.renew(from, to, server).await {
        Ok(Written::All) => session.commit().await.map(|()| Some(())),
        Ok(Written::Stale) => session.rollback().await.map(|()| None),
        Err(fault) => session.rollback().await.and(Err(fault)),
    };
    let begun = begun.map_err(fault)?;
    store_url::identify(engine.opened()).await?;
    Ok(begun)
}

/// Writes the event: the first of the new timeline in the engine's own book.
async fn tell(engine: &Engine, actor: &Actor, event: &'static str, from: Identity) -> Result<Timeline> {
    let to = engine.identity();
    let began = Began { event, from, to };
    let book = engine.book_name().clone();
    let (call, written) = timers::internal_as(engine, &book, actor.clone(), event, began);
    engine.queue(Box::new(call))?;
    written.await.map_err(|_| Error::corrupted("a timeline was not told of"))??;
    let [store, timeline, previous] = [to.store, to.timeline, from.timeline].map(|id| id.to_string());
    Ok(Timeline { store, timeline, previous })
}

/// Writes down that a timeline began.
#[derive(Clone, Copy, Debug)]
struct Began {
    event: &'static str,
    from: Identity,
    to: Identity,
}

impl Operation for Began {
    type Reply = ();

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Made, Halt> {
        let data = json!({ "previous": self.from.timeline, "timeline": self.to.timeline });
        draft.event(self.event, ("store", &self.to.store.to_string()), 0, &data)?;
        Ok(Made::default())
    }

    fn reply(&self, _: &Made, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
