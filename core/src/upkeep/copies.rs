//! Copies of a store: backups, restores, and forks.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::engine::Engine;
use crate::engine::currency_registry;
use crate::engine::runner::Runner as _;
use crate::engine::timeline::{Began, begin, finish, known, overtaken};
use crate::error::Result;
use crate::ids::Actor;
use crate::store::{Restoring, Session};
use crate::upkeep::lacking::Look;
use crate::upkeep::requests::{Backup, Fork, Restore};
use crate::upkeep::views::{Copied, Timeline};

/// `admin.fork`: makes this copy of a store independent of the original from now on.
pub async fn fork(engine: &Engine, actor: &Actor, _: &Fork) -> Result<Timeline> {
    let from = known(engine).await?;
    let begun = begin(engine, "store.forked", actor, from, None).await?;
    Ok(view(begun.ok_or_else(overtaken)?))
}

/// `admin.backup`: copies the store to a file, while it is in use.
pub async fn backup(engine: &Engine, _: &Actor, request: &Backup) -> Result<Copied> {
    let path = Path::new(&request.path);
    engine.store().backup(path).await.map_err(|fault| fault.into_error(false))?;
    let bytes = std::fs::metadata(path).map_or(0, |found| i64::try_from(found.len()).unwrap_or(i64::MAX));
    Ok(Copied { path: request.path.clone(), bytes })
}

/// `admin.restore`: replaces the contents of the store by a backup, begins a timeline and writes its event,
/// in one transaction.
pub async fn restore(engine: &Engine, actor: &Actor, request: &Restore) -> Result<Timeline> {
    let timeline = engine.scope().env.store_id();
    let restoring = engine.store().restore(Path::new(&request.path), timeline).await;
    let Restoring { mut session, from, to } = restoring.map_err(|fault| fault.into_error(false))?;
    if let Err(error) = judge(engine, session.as_mut(), request.force.unwrap_or(false)).await {
        // the first error matters, not that of the rollback
        drop(session.rollback().await);
        return Err(error);
    }
    let restored = finish(engine, session, "store.restored", actor, Began { from, to }).await?;
    // the backup may bring currencies that are new to this engine; the registered ones have stayed
    if let Err(error) = engine.learn_currencies_anew().await {
        engine.opened().noticed.store(u64::MAX, Ordering::Release);
        tracing::warn!(code = error.code().as_str(), "the currencies of the backup are read by a later call");
    }
    Ok(view(restored))
}

/// Refuses a backup that gives a currency another scale than this program, or that needs a key which this
/// process lacks.
async fn judge(engine: &Engine, session: &mut dyn Session, forced: bool) -> Result<()> {
    let found = session.currencies(&[]).await.map_err(|fault| fault.into_error(false))?;
    currency_registry::judge(&engine.scope().currencies, &found)?;
    if forced { Ok(()) } else { opens(engine, session).await }
}

/// Refuses a backup with something that no key of this process opens: a key was dropped since, or the keyring
/// is another one. An engine without a keyring opens nothing in any case, so nothing is checked.
async fn opens(engine: &Engine, session: &mut dyn Session) -> Result<()> {
    let Some(keyring) = engine.keyring() else { return Ok(()) };
    match Look::within(session, keyring).first().await? {
        Some(lack) => {
            Err(lack
                .error("nothing was restored; `force` (`earnest restore --force`) restores it all the same"))
        }
        None => Ok(()),
    }
}

fn view(began: Began) -> Timeline {
    let ids = [began.to.store, began.to.timeline, began.from.timeline];
    let [store, timeline, previous] = ids.map(|id| id.to_string());
    Timeline { store, timeline, previous }
}
