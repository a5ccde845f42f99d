//! One group from lock to commit: the decisions of its commands become durable together, or not at all.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use crate::env::Env;
use crate::error::{Detail, Error, Retry};
use crate::kernel::call::Command;
use crate::kernel::gate::PendingSurvivors;
use crate::kernel::objects::Objects;
use crate::kernel::snapshot::Snapshot;
use crate::pipeline::latches::Latches;
use crate::pipeline::locked::{Attempt, attempt};
use crate::pipeline::optimistic::{self, Outcome};
use crate::pipeline::row_cache::RowCache;
use crate::pipeline::ticket::Ticket;
use crate::rows::needs::{AccountKey, Needs};
use crate::sorting::Sorting;
use crate::store::{Capabilities, Fault, FaultKind, Session, Wait};

/// How often a group is retried after something it read had changed, or the server could not serialize it:
/// with growing pauses, about one second in all.
const AGAIN_LIMIT: u8 = 12;
/// How often a command is set aside for busy rows before it waits for them.
pub const BUSY_LIMIT: u8 = 8;

/// Whose transaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The engine's own: a failure that is not the fault of a command is retried.
    Own,
    /// The host's: nothing is run again inside, the host repeats its whole transaction.
    Transaction,
}

/// The surroundings of a group: store, clock, host, caches.
#[derive(Clone, Copy)]
pub struct GroupEnv<'g> {
    /// What the store can do.
    pub capabilities: Capabilities,
    /// Clock and seeds.
    pub env: &'g Env,
    /// Whose transaction it is.
    pub host: Host,
    /// Rows that earlier groups left in memory; `None` where every group reads.
    pub row_cache: Option<&'g RowCache>,
    /// The latches of concurrent groups, and the number of this group; `None` where groups do not run
    /// concurrently.
    pub latches: Option<(&'g Latches, u64)>,
    /// The group's ticket; `None` where it follows no other group.
    pub ticket: Option<&'g Ticket>,
    /// Objects that the host's open transaction has created so far; `None` on connections of the engine's
    /// own.
    pub made: Option<&'g Mutex<Objects>>,
    /// Set when the group waited for rows that somebody else had locked.
    pub waited: &'g AtomicBool,
}

impl GroupEnv<'_> {
    /// As [`GroupEnv::claim`] when nothing is known yet.
    fn claim_first(&self, commands: Vec<Queued>) -> Vec<Queued> {
        if self.latches.is_none() { commands } else { self.claim(commands, &Snapshot::default()).0 }
    }

    /// Latches the rows that commands change, as far as `seen` lets them name these, and returns what they
    /// need. Commands that want a row of another group wait.
    pub(super) fn claim(&self, commands: Vec<Queued>, seen: &Snapshot) -> (Vec<Queued>, Needs) {
        let Some((latches, group)) = self.latches else {
            let needs = wanted(&commands, seen);
            return (commands, needs);
        };
        let appends = |key: &AccountKey| {
            key.1.as_str().starts_with('@')
                || self.row_cache.is_some_and(|row_cache| row_cache.is_streaming(key))
        };
        let mut all = Needs::default();
        let mut taken = Vec::with_capacity(commands.len());
        let mut commands = commands.into_iter().peekable();
        while let Some(queued) = commands.next() {
            let mut needs = Needs::default();
            queued.command.needs(seen, &mut needs);
            let followers = || std::iter::from_fn(|| commands.next_if(|next| next.batched)).collect();
            if let Some(queued) = latches.take(group, queued, followers, &needs, appends) {
                all.take_in(needs);
                taken.push(queued);
            }
        }
        (taken, all)
    }
}

/// A command and its history in the queue.
pub struct Queued {
    /// The command.
    pub command: Box<dyn Command>,
    /// How often it asked for more rows.
    pub needed_more: u8,
    /// How often one of its rows was busy.
    pub busy: u8,
    /// How often it wanted a row of another group of this engine.
    pub conflicts: u8,
    /// It was queued together with the one before it, and stays behind it.
    pub batched: bool,
    /// Its place in the group that it is in.
    pub position: usize,
    /// It was found to wait for a key that another open transaction has claimed.
    pub awaits_key: bool,
    /// Its places and its bytes in the queue, given back when it ends.
    pub permit: Option<[OwnedSemaphorePermit; 2]>,
}

impl Queued {
    /// A command to which nothing has happened yet.
    #[must_use]
    pub const fn new(command: Box<dyn Command>, permit: Option<[OwnedSemaphorePermit; 2]>) -> Self {
        Self {
            command,
            needed_more: 0,
            busy: 0,
            conflicts: 0,
            batched: false,
            position: 0,
            awaits_key: false,
            permit,
        }
    }

    /// Commands that are decided in their order: each stays behind the one before it.
    pub fn in_order(commands: Vec<Box<dyn Command>>) -> Vec<Self> {
        let queued = |(place, command)| Self { batched: place > 0, ..Self::new(command, None) };
        commands.into_iter().enumerate().map(queued).collect()
    }

    pub(super) fn finish(self, outcome: Result<(), Error>) {
        self.command.finish(outcome);
    }
}

/// The outcome of a group.
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

/// Commands that wait to be run as groups, in the order in which they came, with how often they were.
#[derive(Default)]
struct Work(VecDeque<(Vec<Queued>, u8)>);

impl Work {
    fn push(&mut self, group: Vec<Queued>, attempts: u8) {
        if !group.is_empty() {
            self.0.push_front((group, attempts));
        }
    }

    /// Commands that are left for later, and after the last of them all that stay behind it.
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
        // it stays behind no command of this group
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

/// Whether a group whose wait for rows timed out looks once more, without waiting: not all of it waited for
/// the same row.
fn may_look_again(group_env: &GroupEnv<'_>, group: &[Queued], wait: Wait) -> bool {
    let keys = group.iter().all(|queued| queued.awaits_key);
    wait == Wait::Block && !group_env.capabilities.exclusive && group.len() > 1 && !keys
}

/// A command that is left for later, with those of a group that stay behind it.
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
        Outcome::Committed(aside) => {
            outcome.ended(true);
            aside
        }
        Outcome::Unsettled(commands) => commands,
        Outcome::Failed(failed, mut aside, fault) => {
            give_up(failed, &|| fault.clone().into_error(false));
            outcome.failed = Some(fault);
            // it may still hold what others wait for
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

/// Answers commands whose key another open transaction has claimed.
pub(crate) fn in_progress(group: Vec<Queued>) {
    give_up(group, &|| contention("key_in_progress", Host::Own));
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
        FaultKind::LockTimeout if group.iter().all(|queued| queued.awaits_key) => in_progress(group),
        FaultKind::LockTimeout if group.len() > 1 => {
            let half = group.split_off(group.len() / 2);
            work.push(half, attempts);
            work.push(group, attempts);
        }
        // this is the command that waits: it continues in the slow lane, where it stops no other
        FaultKind::LockTimeout if wait != Wait::Block => {
            group.iter_mut().for_each(|queued| queued.awaits_key = true);
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

/// The rows that commands ask for, as far as `seen` lets them name these.
pub(super) fn wanted(group: &[Queued], seen: &Snapshot) -> Needs {
    let mut needs = Needs::default();
    for queued in group {
        queued.command.needs(seen, &mut needs);
    }
    needs
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::Book;
    use crate::kernel::fold::Fold;
    use crate::kernel::operation::{Halt, Rejection};

    /// A command that does nothing, and is known by its weight.
    struct Idle(Book, usize);

    impl Command for Idle {
        fn book(&self) -> &Book {
            &self.0
        }
        fn weight(&self) -> usize {
            self.1
        }
        fn needs(&self, _: &Snapshot, _: &mut Needs) {}
        fn run(&mut self, _: &mut Fold) -> Result<(), Halt> {
            Ok(())
        }
        fn note(&self, _: &mut Fold, _: &Rejection) -> Result<(), Halt> {
            Ok(())
        }
        fn remember(&mut self, _: &Needs) {}
        fn finish(self: Box<Self>, _: Result<(), Error>) {}
    }

    /// A command that does nothing, of this weight.
    pub(crate) fn idle(weight: usize) -> Queued {
        Queued::new(Box::new(Idle(Book::stored("main"), weight)), None)
    }
}
