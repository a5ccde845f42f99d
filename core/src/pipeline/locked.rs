//! One attempt at a group: lock and read, run each command, write, commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::group_env::{GroupEnv, Host, wanted};
use super::queue::Queued;
use crate::env;
use crate::error::{Code, Detail};
use crate::kernel::fold::Fold;
use crate::kernel::operation::Halt;
use crate::kernel::refusal::PendingSurvivors;
use crate::kernel::snapshot::Snapshot;
use crate::pipeline::in_doubt::resolve_commit;
use crate::rows::needs::{HoldKey, KeyKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::KeyRow;
use crate::sorting::{Gathering, Sorting};
use crate::store::{Capabilities, Fault, FaultKind, Session, Wait, Written};
use crate::time::Time;

/// How often a command's references may change before it gets `contention`.
const NEED_MORE_LIMIT: u8 = 3;

/// Rows that nobody has locked are locked within two round trips plus this.
const AT_ONCE: Duration = Duration::from_millis(1);

/// How one attempt ended. Commands keep their order.
pub(super) enum Attempt {
    /// Committed, or nothing to commit; these go to a later group.
    Done { again: Vec<Queued>, survivors: Vec<PendingSurvivors>, committed: bool },
    /// Something that the group read had changed.
    Stale(Vec<Queued>),
    /// A refusal depends on keys or holds that have changed since, or the key to claim is taken. Nothing was
    /// written; the group reads them again, in a host's transaction too.
    Overtaken(Vec<Queued>),
    /// A command was set aside after it had changed the group's draft: the others run again without it.
    Spoilt(Vec<Queued>, Option<Queued>),
    /// The store failed.
    Failed(Vec<Queued>, Fault),
}

/// The result of an attempt before it is written.
#[derive(Default)]
struct Run {
    done: Vec<Queued>,
    /// For a later group.
    again: Vec<Queued>,
    /// The position of the last command in `again`.
    last: Option<usize>,
    /// The keys of refused commands, and the accounts whose due holds these asked for.
    refused: Needs,
    /// A command found corrupted data.
    corrupt: bool,
    /// A command was accepted.
    accepted: bool,
}

impl Run {
    /// Whether a command stays behind the one before it, which did not run.
    fn stays_behind(&self, queued: &Queued) -> bool {
        queued.batched && self.last.is_some_and(|last| last + 1 == queued.position)
    }

    fn later(&mut self, queued: Queued) {
        self.last = Some(queued.position);
        self.again.push(queued);
    }

    fn ran(&mut self, queued: Queued, refusal: Option<Code>, seen: &Snapshot) {
        self.accepted |= refusal.is_none();
        if let Some(code) = refusal {
            let mut needs = Needs::default();
            queued.command.needs(seen, &mut needs);
            self.refused.keys.append(&mut needs.keys);
            self.refused.due_holds.append(&mut needs.due_holds);
            self.corrupt |= code == Code::Corrupted;
        }
        self.done.push(queued);
    }

    /// All commands, in the order in which they came.
    fn everyone(self, rest: impl Iterator<Item = Queued>) -> Vec<Queued> {
        in_order(self.done.into_iter().chain(self.again).chain(rest))
    }
}

fn in_order(group: impl Iterator<Item = Queued>) -> Vec<Queued> {
    let mut group: Vec<Queued> = group.collect();
    group.order_by_key(|queued| queued.position);
    group
}

/// Runs a group once. On the first attempt, corrupted data is taken for a change between two reads.
pub(super) async fn attempt(
    session: &mut dyn Session,
    group_env: &GroupEnv<'_>,
    mut group: Vec<Queued>,
    wait: Wait,
    first: bool,
) -> Attempt {
    let mut fold = Fold::new(group_env.env.clock.now());
    if group_env.host == Host::Transaction {
        fold = fold.in_host();
    }
    if let Err(fault) = gather(session, group_env, &mut fold, &mut group, wait).await {
        return Attempt::Failed(group, fault);
    }
    if let Some(made) = group_env.made {
        // the number of the transaction came with its rows
        fold.made = made.of(fold.xact);
    }
    let mut run = Run::default();
    let mut rest = group.into_iter();
    while let Some(queued) = rest.next() {
        if run.stays_behind(&queued) {
            run.later(queued);
            continue;
        }
        match run_one(session, group_env.capabilities, &mut fold, queued, wait).await {
            Ok(Ran::Decided(queued, refusal)) => run.ran(queued, refusal, &fold.seen),
            Ok(Ran::Later(queued)) => run.later(queued),
            Ok(Ran::Answered) => {}
            Ok(Ran::Spoilt(later)) => {
                return match session.rollback().await {
                    Ok(()) => Attempt::Spoilt(run.everyone(rest), later),
                    Err(fault) => Attempt::Failed(run.everyone(rest.chain(later)), fault),
                };
            }
            Err((queued, fault)) => {
                return Attempt::Failed(run.everyone(rest.chain([queued])), fault);
            }
        }
    }
    if group_env.capabilities.exclusive {
        return finish(session, group_env, fold, run).await;
    }
    let doubtful = run.corrupt && first && group_env.host == Host::Own;
    match overtaken(session, &fold.seen, std::mem::take(&mut run.refused)).await {
        Ok(overtaken) if overtaken || doubtful => match session.rollback().await {
            Ok(()) => Attempt::Overtaken(run.everyone(std::iter::empty())),
            Err(fault) => Attempt::Failed(run.everyone(std::iter::empty()), fault),
        },
        Ok(_) => finish(session, group_env, fold, run).await,
        Err(fault) => Attempt::Failed(run.everyone(std::iter::empty()), fault),
    }
}

/// Whether a key of a refused call was claimed after it had been read, or the due holds have changed since.
///
/// Under READ COMMITTED a locked row is re-read after the lock is granted, but keys and due holds in the same
/// statement come from its snapshot. A retry that waited for its own first attempt would therefore see the
/// money gone and the key free, and be refused. A hold that expired while the call waited must not keep its
/// money from the call, and a hold that was voided meanwhile must not count twice. So a refusal looks again.
///
/// A key that another request claims after this look does not undo a refusal: the same request would have
/// needed the rows that are locked here. An accepted call needs no second look: the versions of the rows that
/// it writes are compared, and an expired hold that it did not find is ended by the timer of that hold.
async fn overtaken(session: &mut dyn Session, seen: &Snapshot, refused: Needs) -> Result<bool, Fault> {
    if refused.keys.is_empty() && refused.due_holds.is_empty() {
        return Ok(false);
    }
    let stamp = |key: &KeyKey| Some((key.clone(), seen.keys.row(key)?.stamp));
    let known: BTreeMap<KeyKey, Time> = refused.keys.iter().filter_map(stamp).gathered();
    let due = refused.due_holds.iter().filter_map(|account| seen.due_holds.get(account));
    let due: BTreeSet<HoldKey> = due.flatten().cloned().gathered();
    let found = session.peek(&refused).await?;
    let newer = |row: &KeyRow| known.get(&row.key()).is_none_or(|stamp| row.stamp > *stamp);
    Ok(found.keys.iter().any(newer) || found.due.iter().map(Row::key).gathered::<BTreeSet<_>>() != due)
}

async fn finish(session: &mut dyn Session, group_env: &GroupEnv<'_>, mut fold: Fold, run: Run) -> Attempt {
    let (idle, survivors, xact) = (fold.is_idle(), fold.take_survivors(), fold.xact);
    let outcome = if idle {
        let kept = group_env.host == Host::Transaction && run.accepted;
        end_idle(session, kept, fold.locks()).await.map(|()| Written::All)
    } else {
        let writes = fold.finish(group_env.env.commit(), group_env.capabilities);
        let written = match session.write(&writes).await {
            Ok(Written::All) => match session.commit().await {
                Err(fault) if fault.kind == FaultKind::Unknown && group_env.host == Host::Own => {
                    resolve_commit(session, &writes, fault).await
                }
                done => done.map(|()| Written::All),
            },
            Ok(refused) => session.rollback().await.map(|()| refused),
            Err(fault) => Err(fault),
        };
        if let (Ok(Written::All), Some(row_cache)) = (&written, group_env.row_cache) {
            row_cache.keep(&writes);
        }
        if let (Ok(Written::All), Some(made)) = (&written, group_env.made) {
            made.learn(xact, &writes);
        }
        written
    };
    match outcome {
        Ok(Written::All) => {
            for queued in run.done {
                queued.finish(Ok(()));
            }
            Attempt::Done { again: run.again, survivors, committed: !idle }
        }
        Ok(Written::Stale) => Attempt::Stale(run.everyone(std::iter::empty())),
        Ok(Written::Claimed) => Attempt::Overtaken(run.everyone(std::iter::empty())),
        Err(fault) => Attempt::Failed(run.everyone(std::iter::empty()), fault),
    }
}

/// Ends a group that wrote nothing. In a host's transaction an accepted call keeps its locks until the host
/// ends the transaction: a rollback to the savepoint would free them.
async fn end_idle(session: &mut dyn Session, kept: bool, locks: bool) -> Result<(), Fault> {
    if !kept {
        return session.rollback().await;
    }
    if locks {
        session.lock_read_rows().await?;
    }
    session.commit().await
}

/// Reads until every row is named, then locks in one pass. The clock is read once the locks are held: the
/// time that the group waited for them has passed.
async fn gather(
    session: &mut dyn Session,
    group_env: &GroupEnv<'_>,
    fold: &mut Fold,
    group: &mut [Queued],
    wait: Wait,
) -> Result<(), Fault> {
    if group_env.capabilities.exclusive {
        session.begin().await?;
        fold.set_now(group_env.env.clock.now());
        fold.watch(group_env.env);
        return name_all(session, fold, group, Some(wait)).await;
    }
    let mut needs = wanted(group, &fold.seen);
    if needs.incomplete {
        let mut scout = Fold::new(fold.now());
        name_all(session, &mut scout, group, None).await?;
        needs = wanted(group, &scout.seen);
    }
    let began = env::monotonic_now();
    session.begin().await?;
    let asked = env::monotonic_now();
    let loaded = session.lock(&needs, wait).await?;
    let trip = asked.saturating_duration_since(began);
    if env::monotonic_now().saturating_duration_since(asked) > trip * 2 + AT_ONCE {
        group_env.waited.store(true, Ordering::Relaxed);
    }
    // a store with its own clock reports the time with the rows (`Fold::absorb`)
    fold.set_now(group_env.env.clock.now());
    if let Some(row_cache) = group_env.row_cache {
        row_cache.learn(&needs, &loaded);
    }
    fold.absorb(&needs, loaded);
    fold.watch(group_env.env);
    Ok(())
}

/// Reads until every command has named its rows. The group is borrowed mutably only so that the borrow may
/// cross threads: commands are `Send`, not `Sync`.
async fn name_all(
    session: &mut dyn Session,
    fold: &mut Fold,
    group: &mut [Queued],
    lock: Option<Wait>,
) -> Result<(), Fault> {
    // a chain of references is never longer than this; `decide` asks for rows that are still missing
    for round in 0..8 {
        let wanted = wanted(group, &fold.seen);
        // at first nothing is known yet
        let missing = if round == 0 { wanted } else { fold.seen.missing(&wanted) };
        if missing.is_empty() {
            break;
        }
        let loaded = match lock {
            Some(wait) => session.lock(&missing, wait).await?,
            None => session.peek(&missing).await?,
        };
        // a known key names the objects made under it
        let complete = !missing.incomplete && loaded.keys.is_empty();
        fold.absorb(&missing, loaded);
        if complete {
            break;
        }
    }
    Ok(())
}

/// The result of running one command.
enum Ran {
    /// It has an outcome; a refusal has a code.
    Decided(Queued, Option<Code>),
    Later(Queued),
    Spoilt(Option<Queued>),
    Answered,
}

/// Runs one command. On a store with one writer it reads missing rows at once; elsewhere the command goes to
/// the next group.
async fn run_one(
    session: &mut dyn Session,
    capabilities: Capabilities,
    fold: &mut Fold,
    mut queued: Queued,
    wait: Wait,
) -> Result<Ran, (Queued, Fault)> {
    loop {
        match queued.command.run(fold) {
            Ok(()) => return Ok(Ran::Decided(queued, None)),
            Err(Halt::Reject(rejection)) => return Ok(Ran::Decided(queued, Some(rejection.error.code()))),
            Err(Halt::Busy) => {
                queued.busy = queued.busy.saturating_add(1);
                let spoilt = fold.is_spoilt();
                return Ok(if spoilt { Ran::Spoilt(Some(queued)) } else { Ran::Later(queued) });
            }
            Err(Halt::NeedMore(needs)) => {
                queued.needed_more += 1;
                queued.command.remember(&needs);
                if queued.needed_more > NEED_MORE_LIMIT {
                    queued.finish(Err(Detail::Contention { reason: "references".into() }.into()));
                    return Ok(if fold.is_spoilt() { Ran::Spoilt(None) } else { Ran::Answered });
                }
                if fold.is_spoilt() {
                    return Ok(Ran::Spoilt(Some(queued)));
                }
                if !capabilities.exclusive {
                    return Ok(Ran::Later(queued));
                }
                let mut wanted = Needs::default();
                queued.command.needs(&fold.seen, &mut wanted);
                let missing = fold.seen.missing(&wanted);
                match session.lock(&missing, wait).await {
                    Ok(loaded) => fold.absorb(&missing, loaded),
                    Err(fault) => return Err((queued, fault)),
                }
            }
        }
    }
}
