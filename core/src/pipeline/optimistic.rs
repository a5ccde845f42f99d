//! Runs a group on cached rows: it locks nothing, reads only what is missing, and is written in one statement
//! that verifies every row it relied on.
//!
//! Commands that cannot be decided this way, and all refusals, are left to the locking path.

use super::group_env::GroupEnv;
use super::queue::Queued;
use crate::env;
use crate::kernel::fold::Fold;
use crate::kernel::operation::Halt;
use crate::pipeline::row_cache::{CacheAnswer, RowCache};
use crate::rows::needs::Needs;
use crate::store::{DECIDED, Fault, FaultKind, Session, Written};

/// How often commands may name more rows before the locking path takes over. A round on cached rows costs no
/// statement, and no chain of references is longer.
const ROUNDS: usize = 8;

/// How a group on cached rows ended.
pub enum OptimisticOutcome {
    /// Committed. These were not part of it.
    Committed(Vec<Queued>),
    /// Nothing was written: all commands go to the locking path.
    Unsettled(Vec<Queued>),
    /// The first commands have failed: their commit is in doubt, or they have waited too long for the one
    /// writer. The second ones were not part of it.
    Failed(Vec<Queued>, Vec<Queued>, Fault),
}

/// Runs commands on the rows in `row_cache`.
pub async fn attempt(
    session: &mut dyn Session,
    group_env: &GroupEnv<'_>,
    row_cache: &RowCache,
    group: Vec<Queued>,
) -> OptimisticOutcome {
    if let Some(ticket) = group_env.ticket {
        ticket.begin().await;
    }
    let before = row_cache.forgotten();
    let mut fold = Fold::new(group_env.env.clock.now()).recalling();
    let done = Vec::with_capacity(group.len());
    let mut run = Run { group_env, row_cache, done, aside: Vec::new(), named: Needs::default() };
    match run.all(session, &mut fold, group).await {
        Ok(()) if !run.done.is_empty() && !fold.is_spoilt() && !fold.is_idle() => {}
        Ok(()) => return OptimisticOutcome::Unsettled(run.everyone()),
        Err(fault) => {
            tracing::debug!(%fault, "what was not remembered could not be read");
            return OptimisticOutcome::Unsettled(run.everyone());
        }
    }
    // rows read by commands that were set aside are guarded too: that costs a little, and at worst the group
    // runs again
    let guards = fold.seen.guards(&run.named);
    let mut writes = fold.finish(group_env.env.commit(), group_env.capabilities);
    writes.guards = guards;
    // the next group is decided on these rows while this one is written
    row_cache.keep(&writes);
    if let Some(ticket) = group_env.ticket {
        ticket.decided();
        let since = env::monotonic_now();
        ticket.come().await;
        let waited = env::monotonic_now().saturating_duration_since(since);
        // the group ahead was not written, and this one was decided on it; or the decision is stale
        if row_cache.forgotten() != before || waited > DECIDED {
            row_cache.forget();
            return OptimisticOutcome::Unsettled(run.everyone());
        }
    }
    let written = match session.write_autocommit(&writes).await {
        Err(fault) if fault.kind == FaultKind::Unknown => {
            crate::pipeline::in_doubt::resolve_commit(session, &writes, fault).await
        }
        written => written,
    };
    ended(session, run, written).await
}

/// Turns the result of a write into the outcome of its group.
async fn ended(
    session: &mut dyn Session,
    run: Run<'_>,
    written: Result<Written, Fault>,
) -> OptimisticOutcome {
    let (group_env, row_cache) = (run.group_env, run.row_cache);
    match written {
        Ok(Written::All) => {
            row_cache.held();
            for queued in run.done {
                queued.command.finish(Ok(()));
            }
            OptimisticOutcome::Committed(run.aside)
        }
        Ok(Written::Stale | Written::Claimed) => {
            row_cache.forget();
            OptimisticOutcome::Unsettled(run.everyone())
        }
        Err(fault) => {
            row_cache.forget();
            if fault.kind == FaultKind::Unknown {
                return OptimisticOutcome::Failed(run.done, run.aside, fault);
            }
            if fault.kind == FaultKind::LockTimeout && group_env.capabilities.exclusive {
                return OptimisticOutcome::Failed(run.everyone(), Vec::new(), fault);
            }
            if session.rollback().await.is_err() {
                tracing::debug!("nothing was left to roll back");
            }
            OptimisticOutcome::Unsettled(run.everyone())
        }
    }
}

struct Run<'r> {
    group_env: &'r GroupEnv<'r>,
    row_cache: &'r RowCache,
    done: Vec<Queued>,
    aside: Vec<Queued>,
    /// The rows that the commands have named.
    named: Needs,
}

impl Run<'_> {
    fn everyone(self) -> Vec<Queued> {
        self.done.into_iter().chain(self.aside).collect()
    }

    /// Reads until every row is named, and runs the commands; those that ask for more rows run again once
    /// these were read.
    async fn all(
        &mut self,
        session: &mut dyn Session,
        fold: &mut Fold,
        group: Vec<Queued>,
    ) -> Result<(), Fault> {
        let mut waiting = group;
        for round in 0..ROUNDS {
            let (claimed, wanted) = self.group_env.claim(waiting, &fold.seen);
            waiting = claimed;
            let missing = (round > 0).then(|| fold.seen.missing(&wanted));
            let missing = missing.as_ref().unwrap_or(&wanted);
            let (drains, more) = (missing.drains(), missing.incomplete);
            if drains {
                break;
            }
            let gathered = gather(session, self.row_cache, fold, missing).await;
            self.named.take_in(wanted);
            let named = match gathered {
                Ok(named) => named,
                Err(fault) => {
                    self.aside.append(&mut waiting);
                    return Err(fault);
                }
            };
            if (more || named) && round + 1 < ROUNDS {
                continue;
            }
            waiting = self.once(fold, waiting);
            if waiting.is_empty() || fold.is_spoilt() {
                break;
            }
        }
        self.aside.append(&mut waiting);
        Ok(())
    }

    /// Runs each command once, and returns those that named more rows. If a command did not run, the batch
    /// behind it does not run either.
    fn once(&mut self, fold: &mut Fold, group: Vec<Queued>) -> Vec<Queued> {
        fold.watch(self.group_env.env);
        let (since, count) = (env::monotonic_now(), group.len());
        let mut again = Vec::new();
        let mut last = Ran::Done;
        for mut queued in group {
            if last == Ran::Done || !queued.batched {
                last = match queued.command.run(fold) {
                    Ok(()) => Ran::Done,
                    Err(Halt::NeedMore(needs)) if !needs.drains() => {
                        queued.command.remember(&needs);
                        Ran::Again
                    }
                    Err(_) => Ran::Aside,
                };
            }
            match last {
                Ran::Done => self.done.push(queued),
                Ran::Again => again.push(queued),
                Ran::Aside => self.aside.push(queued),
            }
        }
        self.row_cache.paced(count, env::monotonic_now().saturating_duration_since(since));
        again
    }
}

/// The result of running one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ran {
    Done,
    Again,
    Aside,
}

/// Reads what `wanted` names and the cache lacks. Returns whether it found a key that names more rows.
async fn gather(
    session: &mut dyn Session,
    row_cache: &RowCache,
    fold: &mut Fold,
    wanted: &Needs,
) -> Result<bool, Fault> {
    let CacheAnswer { loaded, missing } = row_cache.answer(wanted);
    if missing.is_empty() {
        fold.absorb(wanted, loaded);
        return Ok(false);
    }
    let read = session.peek(&missing).await?;
    row_cache.learn(&missing, &read);
    let known = wanted.without(&missing);
    let named = !read.keys.is_empty();
    fold.absorb(&missing, read);
    fold.absorb(&known, loaded);
    Ok(named)
}
