//! Resolves in-doubt transactions: finds out whether a commit whose reply was lost took effect, and makes the
//! answer final.

use std::time::Duration;

use crate::env;
use crate::rows::writes::Writes;
use crate::store::{Fault, FaultKind, Session, Written};
use crate::time::Time;

/// How often the outcome of a lost commit is asked for, with growing pauses: about 15 seconds in all.
const RESOLVE_LIMIT: u32 = 12;
/// For how long it is asked: on a silent line every attempt takes long.
const RESOLVE_FOR: Duration = Duration::from_secs(15);
/// The stamp of a mark that proves: this commit never happened.
const NEVER_COMMITTED: Time = Time::from_micros(0);

/// Resolves a COMMIT whose reply was lost, by inserting its mark again.
///
/// The insert waits for the old transaction, if that is still open. If the mark exists, the transaction was
/// committed. If it could be inserted, the transaction never will be. A read would not do: the transaction
/// may be committed right after it. The reply to the commit of that insert may be lost too, so the resolving
/// mark has the stamp 0: it cannot be mistaken for the mark of the transaction itself.
pub(super) async fn resolve_commit(
    session: &mut dyn Session,
    writes: &Writes,
    lost: Fault,
) -> Result<Written, Fault> {
    let mut marks = Writes { commit: writes.commit, marks: writes.marks.clone(), ..Writes::default() };
    marks.marks.iter_mut().for_each(|mark| mark.stamp = NEVER_COMMITTED);
    if marks.marks.is_empty() {
        return Err(lost);
    }
    tracing::warn!(fault = %lost, "the reply to a commit was lost");
    let since = env::monotonic_now();
    for attempt in 0..RESOLVE_LIMIT {
        if env::monotonic_now().saturating_duration_since(since) > RESOLVE_FOR {
            break;
        }
        match mark_again(session, &marks).await {
            Ok(true) => return Ok(Written::All),
            Ok(false) => return Ok(Written::Stale),
            Err(fault) => tracing::warn!(fault = %fault, attempt, "the outcome of a commit is not known yet"),
        }
        tokio::time::sleep(Duration::from_millis(50 << attempt.min(5))).await;
    }
    Err(lost)
}

/// Whether the transaction of these marks was committed.
async fn mark_again(session: &mut dyn Session, marks: &Writes) -> Result<bool, Fault> {
    session.begin().await?;
    if session.write(marks).await? == Written::All {
        // the resolving mark must itself be durable before anybody relies on it
        session.commit().await?;
        return Ok(false);
    }
    session.rollback().await?;
    let Some(mark) = marks.marks.first() else { return Ok(true) };
    // an earlier insert of the resolving mark may have been committed with its reply lost
    match session.mark(&mark.book, mark.id).await? {
        Some(stamp) => Ok(stamp != NEVER_COMMITTED),
        // it was there a moment ago: the database was rolled back meanwhile, and the next look reports it
        None => Err(Fault::new(FaultKind::Unavailable, "the mark of a commit has gone")),
    }
}
