//! One group from lock to commit: the decisions of its commands become durable together, or not at all.

use std::collections::VecDeque;
use std::time::Duration;

use crate::env::Env;
use crate::error::{Detail, Error, Retry};
use crate::kernel::refusal::PendingSurvivors;
use crate::pipeline::group_env::{GroupEnv, Host};
use crate::pipeline::locked::{Attempt, attempt};
use crate::pipeline::optimistic::{self, OptimisticOutcome};
use crate::pipeline::queue::Queued;
use crate::sorting::Sorting;
use crate::store::{Fault, FaultKind, Session, Wait};

/// How often a group is retried after something it read had changed, or the server could not serialize it:
/// with growing pauses, about one second in all.
const AGAIN_LIMIT: u8 = 12;
/// How often a command is put off because of busy rows before it waits for them.
pub const BUSY_LIMIT: u8 = 8;

#[derive(Default)]
pub struct GroupOutcome {
    /// Commands that go to a later group.
    pub again: Vec<Queued>,
    /// Rows that must survive the rollback of a host's transaction.
    pub survivors: Vec<PendingSurvivors>,
    /// Whether something was committed.
    pub committed: bool,
    /// How its last part failed, unless a later part was committed.
    pub failed: Option<Fault>,
    /// The connection must not be used again.
    pub broken: bool,
    /// It waited for rows that somebody else had locked.
    pub waited: bool,
    /// It waited for a key that another open transaction has claimed.
    pub is_of_key: bool,
}

impl GroupOutcome {
    /// A part of the group ended well; if it was committed, the store takes writes.
    fn ended(&mut self, committed: bool) {
        if committed {
            self.committed = true;
            self.failed = None;
        }
    }
}

/// Groups of commands that wait to be run, in the order in which they came, each with the number of its
/// attempts.
#[derive(Default)]
struct Work(VecDeque<(Vec<Queued>, u8)>);

impl Work {
    fn push(&mut self, group: Vec<Queued>, attempts: u8) {
        if !group.is_empty() {
            self.0.push_front((group, attempts));
        }
    }

    /// Adds to the commands in `later` the batch behind the last of them.
    fn left(&mut self, mut later: Vec<Queued>) -> Vec<Queued> {
        while let Some(last) = later.last().map(|queued| queued.position)
            && let Some((next, _)) = self.0.front_mut()
        {
            let behind = next
                .iter()
                .zip(last + 1..)
                .take_while(|(queued, place)| queued.batched && queued.position == *place);
            let count = behind.count();
            later.extend(next.drain(..count));
            if count == 0 || !next.is_empty() {
                break;
            }
            self.0.pop_front();
        }
        later
    }

    /// Removes and returns all waiting commands.
    fn rest(&mut self) -> impl Iterator<Item = Queued> + '_ {
        self.0.drain(..).flat_map(|(group, _)| group)
    }
}

/// Runs commands as one group; splits it where the store makes it necessary.
pub async fn run(
    session: &mut dyn Session,
    group_env: GroupEnv<'_>,
    mut commands: Vec<Queued>,
    wait: Wait,
) -> GroupOutcome {
    commands.iter_mut().enumerate().for_each(|(place, queued)| queued.position = place);
    if let Some(first) = commands.first_mut() {
        // no command of this group is before it
        first.batched = false;
    }
    let mut outcome = GroupOutcome::default();
    let mut commands = on_cached_rows(session, &group_env, commands, wait, &mut outcome).await;
    if !commands.is_empty() {
        if let Some(ticket) = group_env.ticket {
            ticket.come().await;
        }
        commands.order_by_key(|queued| queued.position);
        locking(session, &group_env, commands, wait, &mut outcome).await;
    }
    outcome.again.order_by_key(|queued| queued.position);
    // commands behind one that has run follow it no longer
    let mut last = None;
    for queued in &mut outcome.again {
        queued.batched &= last.is_some_and(|last| last + 1 == queued.position);
        last = Some(queued.position);
    }
    outcome
}

/// Runs commands with locks, until each has an outcome or is left for a later group.
async fn locking(
    session: &mut dyn Session,
    group_env: &GroupEnv<'_>,
    commands: Vec<Queued>,
    mut wait: Wait,
    outcome: &mut GroupOutcome,
) {
    let mut work = Work::default();
    work.push(commands, 0);
    // set when the wait of all timed out: a command whose rows are still busy has waited long enough
    let mut waited: Option<Fault> = None;
    while let Some((group, attempts)) = work.0.pop_front() {
        match attempt(session, group_env, group, wait, attempts == 0).await {
            Attempt::Done { again, survivors, committed } => {
                let again = work.left(again);
                let late = |queued: &Queued| waited.is_some() && queued.busy > 0;
                let (late, again): (Vec<_>, Vec<_>) = again.into_iter().partition(late);
                if let Some(fault) = &waited {
                    give_up(late, &|| fault.clone().into_error(false));
                }
                outcome.again.extend(again);
                outcome.survivors.extend(survivors);
                outcome.ended(committed);
            }
            Attempt::Spoilt(mut group, later) => {
                let later = later.map(|later| behind(&mut group, later)).unwrap_or_default();
                work.push(group, attempts);
                outcome.again.extend(work.left(later));
            }
            Attempt::Stale(group) if group_env.host == Host::Transaction => {
                give_up(group, &|| contention("versions", group_env.host));
            }
            Attempt::Stale(group) | Attempt::Overtaken(group) => {
                retry(&mut work, group, attempts, "versions", group_env).await;
            }
            Attempt::Failed(group, fault) if group_env.host == Host::Transaction => {
                // an aborted transaction refuses this too; the host's own rollback then does it
                if session.rollback().await.is_err() {
                    tracing::debug!("the savepoint could not be rolled back to");
                }
                give_up(group, &|| fault.clone().into_error(true));
            }
            Attempt::Failed(mut group, fault) => {
                tracing::warn!(fault = %fault, commands = group.len(), "a group failed");
                outcome.broken |= session.rollback().await.is_err();
                group_env.row_cache.inspect(|row_cache| row_cache.forget());
                outcome.failed = Some(fault.clone());
                if fault.kind == FaultKind::LockTimeout && may_look_again(group_env, &group, wait) {
                    group.iter_mut().for_each(|queued| queued.busy = 0);
                    work.push(group, attempts);
                    (waited, wait) = (Some(fault), Wait::Skip);
                } else {
                    if fault.kind == FaultKind::LockTimeout && wait == Wait::Skip {
                        // one command's wait timed out: find out which before all the others have waited too
                        wait = Wait::Brief;
                    }
                    failed(&mut work, group, attempts, wait, group_env, fault, outcome).await;
                }
            }
        }
        if outcome.broken {
            outcome.again.extend(work.rest());
        }
    }
}

/// Whether a group whose wait for rows timed out is tried once more without waiting: perhaps not all of its
/// commands waited for the same row.
fn may_look_again(group_env: &GroupEnv<'_>, group: &[Queued], wait: Wait) -> bool {
    let keys = group.iter().all(|queued| queued.awaits_key);
    wait == Wait::Block && !group_env.capabilities.exclusive && group.len() > 1 && !keys
}

/// Takes the batch behind `later` out of a group, and returns both together.
fn behind(group: &mut Vec<Queued>, later: Queued) -> Vec<Queued> {
    let from = group.partition_point(|queued| queued.position < later.position);
    let follows = |(queued, place): &(&Queued, usize)| queued.batched && queued.position == *place;
    let count = group.iter().skip(from).zip(later.position + 1..).take_while(follows).count();
    std::iter::once(later).chain(group.drain(from..from + count)).collect()
}

/// Decides commands on cached rows where possible, and gives back the rest.
async fn on_cached_rows(
    session: &mut dyn Session,
    group_env: &GroupEnv<'_>,
    commands: Vec<Queued>,
    wait: Wait,
    outcome: &mut GroupOutcome,
) -> Vec<Queued> {
    let Some(row_cache) = group_env.row_cache.filter(|_| wait == Wait::Skip) else { return commands };
    if !row_cache.is_trusted() {
        return group_env.claim_first(commands);
    }
    match optimistic::attempt(session, group_env, row_cache, commands).await {
        OptimisticOutcome::Committed(aside) => {
            outcome.ended(true);
            aside
        }
        OptimisticOutcome::Unsettled(commands) => commands,
        OptimisticOutcome::Failed(failed, mut aside, fault) => {
            give_up(failed, &|| fault.clone().into_error(false));
            outcome.failed = Some(fault);
            // the transaction may still hold locks that others wait for
            if session.rollback().await.is_err() {
                outcome.broken = true;
                outcome.again.append(&mut aside);
            }
            aside
        }
    }
}

fn contention(reason: &str, host: Host) -> Error {
    let error = Error::from(Detail::Contention { reason: reason.into() });
    if host == Host::Transaction { error.with_retry(Retry::Transaction) } else { error }
}

/// Answers commands that had no turn to wait for what others have.
pub(crate) fn no_turn(group: Vec<Queued>) {
    for queued in group {
        let late = Fault::new(FaultKind::LockTimeout, "had no turn to wait").of_key(queued.is_of_key);
        queued.finish(Err(late.into_error(false)));
    }
}

fn give_up(group: Vec<Queued>, error: &dyn Fn() -> Error) {
    for queued in group {
        queued.finish(Err(error()));
    }
}

async fn retry(work: &mut Work, group: Vec<Queued>, attempts: u8, reason: &str, group_env: &GroupEnv<'_>) {
    if attempts >= AGAIN_LIMIT {
        give_up(group, &|| contention(reason, group_env.host));
        return;
    }
    // the jitter of the store's own latency is enough at first; later attempts step back
    if attempts > 1 {
        tokio::time::sleep(pause(attempts, group_env.env)).await;
    }
    work.push(group, attempts + 1);
}

/// Backs off: longer from one attempt to the next, and with jitter, so that groups that collided once do not
/// collide again in step.
fn pause(attempts: u8, env: &Env) -> Duration {
    let [.., spread] = env.commit().into_bytes();
    let longest = 1_000_u64 << attempts.min(8);
    Duration::from_micros(longest / 2 + longest * u64::from(spread) / 512)
}

async fn failed(
    work: &mut Work,
    mut group: Vec<Queued>,
    attempts: u8,
    wait: Wait,
    group_env: &GroupEnv<'_>,
    fault: Fault,
    outcome: &mut GroupOutcome,
) {
    match fault.kind {
        FaultKind::Unknown => give_up(group, &|| fault.clone().into_error(false)),
        FaultKind::Serialization => {
            retry(work, group, attempts, "serialization", group_env).await;
        }
        // all of them waited for the one writer
        FaultKind::LockTimeout if group_env.capabilities.exclusive => {
            give_up(group, &|| fault.clone().into_error(false));
        }
        FaultKind::LockTimeout if group.iter().all(|queued| queued.awaits_key) => {
            outcome.is_of_key |= fault.is_of_key;
            give_up(group, &|| fault.clone().into_error(false));
        }
        FaultKind::LockTimeout if group.len() > 1 => {
            let half = group.split_off(group.len() / 2);
            work.push(half, attempts);
            work.push(group, attempts);
        }
        // this is the command that waits: it goes on in the slow lane, where it delays no other
        FaultKind::LockTimeout if wait != Wait::Block => {
            for queued in &mut group {
                (queued.awaits_key, queued.is_of_key) = (true, fault.is_of_key);
            }
            outcome.again.extend(group);
        }
        FaultKind::LockTimeout | FaultKind::Away => give_up(group, &|| fault.clone().into_error(false)),
        FaultKind::Unavailable => {
            outcome.broken = true;
            give_up(group, &|| fault.clone().into_error(false));
        }
        _ if group.len() > 1 => {
            for queued in group.into_iter().rev() {
                work.push(vec![queued], attempts);
            }
        }
        _ => give_up(group, &|| fault.clone().into_error(false)),
    }
}
