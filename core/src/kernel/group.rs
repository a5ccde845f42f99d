//! One group from lock to commit: what each command decided becomes durable together, or not at all.

use std::collections::VecDeque;
use std::time::Duration;

use super::call::Command;
use super::claims::Claims;
use super::fold::Fold;
use super::needs::{AccountKey, Needs};
use super::operation::Halt;
use super::recall::Recall;
use super::recalled::{self, Outcome};
use super::snapshot::Snapshot;
use super::turn::Turn;
use crate::approval::ask::Ask;
use crate::env::Env;
use crate::error::{Detail, Error, Retry};
use crate::store::{Fault, FaultKind, Mechanics, Session, Wait, Writes, Written};
use crate::time::Time;

/// How often references may change under a command before it is `contention`.
const NEED_MORE_LIMIT: u8 = 3;
/// How often a group is run again because something it saw had changed, or the server could not serialize it: with
/// growing pauses, about two seconds in all.
const AGAIN_LIMIT: u8 = 12;
/// How often the outcome of a lost commit is asked for, with growing pauses: about 15 seconds in all.
const SETTLE_LIMIT: u32 = 12;
/// The stamp of a mark that says: this commit never happened.
const SETTLED: Time = Time::from_micros(0);
/// How often a command is set aside for busy rows before it waits for them.
pub const BUSY_LIMIT: u8 = 8;

/// Whose transaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The engine's own: what fails for no fault of the commands is run again.
    Own,
    /// The host's: nothing is run again inside, the host repeats its whole transaction.
    Transaction,
}

/// Where and how a group runs.
#[derive(Clone, Copy)]
pub struct Ground<'g> {
    /// What the store can do.
    pub mechanics: Mechanics,
    /// Clock and seeds.
    pub env: &'g Env,
    /// Whose transaction it is.
    pub host: Host,
    /// What earlier groups left in memory; `None` where every group reads.
    pub recall: Option<&'g Recall>,
    /// What groups side by side change, and the number of this one; `None` where there are none.
    pub claims: Option<(&'g Claims, u64)>,
    /// The group's turn; `None` where it follows no other.
    pub turn: Option<&'g Turn>,
}

impl Ground<'_> {
    /// As [`Ground::claim`] when nothing is known yet.
    fn claim_first(&self, commands: Vec<Queued>) -> Vec<Queued> {
        if self.claims.is_none() { commands } else { self.claim(commands, &Snapshot::default()).0 }
    }

    /// Claims what commands change, as far as `seen` lets them name it, and says what they need. Those that meet a row of
    /// another group are with that group from here on.
    pub(super) fn claim(&self, commands: Vec<Queued>, seen: &Snapshot) -> (Vec<Queued>, Needs) {
        let Some((claims, group)) = self.claims else {
            let needs = wanted(&commands, seen);
            return (commands, needs);
        };
        let appends = |key: &AccountKey| {
            key.1.as_str().starts_with('@') || self.recall.is_some_and(|recall| recall.is_streaming(key))
        };
        let mut all = Needs::default();
        let mut taken = Vec::with_capacity(commands.len());
        // whom the last command met: what was queued together with it stays behind it
        let mut met = None;
        for queued in commands {
            if let Some(owner) = met.filter(|_| queued.joined) {
                claims.leave(group, owner, queued);
                continue;
            }
            let mut needs = Needs::default();
            queued.command.needs(seen, &mut needs);
            match claims.take(group, queued, &needs, appends) {
                Ok(queued) => {
                    all.extend(&needs);
                    taken.push(queued);
                    met = None;
                }
                Err(owner) => met = Some(owner),
            }
        }
        (taken, all)
    }
}

/// A command with what befell it so far.
pub struct Queued {
    /// The command.
    pub command: Box<dyn Command>,
    /// How often it asked for more.
    pub needed_more: u8,
    /// How often a row of it was busy.
    pub busy: u8,
    /// How often it met a row of another group of this engine.
    pub met: u8,
    /// It was queued together with the one before it, and stays behind it.
    pub joined: bool,
    /// It was found to wait for a claim of somebody else's open transaction.
    pub alone: bool,
    /// Its place in the queue, given back when it ends.
    pub permit: Option<tokio::sync::OwnedSemaphorePermit>,
}

impl Queued {
    /// A command to which nothing has happened yet.
    #[must_use]
    pub const fn new(command: Box<dyn Command>, permit: Option<tokio::sync::OwnedSemaphorePermit>) -> Self {
        Self { command, needed_more: 0, busy: 0, met: 0, joined: false, alone: false, permit }
    }

    fn finish(self, outcome: Result<(), Error>) {
        self.command.finish(outcome);
    }
}

/// What a group leaves behind.
#[derive(Default)]
pub struct Leftover {
    /// Commands that go to a later group.
    pub again: Vec<Queued>,
    /// What was asked inside a host's transaction and must survive its rollback.
    pub asks: Vec<Ask>,
    /// Whether something was committed.
    pub committed: bool,
    /// The connection must not be used again.
    pub broken: bool,
}

/// How one attempt ended.
enum Attempt {
    /// Committed, or nothing to commit; these go to a later group.
    Done { again: Vec<Queued>, asks: Vec<Ask>, committed: bool },
    /// Something that was seen had changed.
    Stale(Vec<Queued>),
    /// A command was set aside after it had changed the group: the others run again without it.
    Spoilt(Vec<Queued>, Option<Queued>),
    /// The store failed.
    Failed(Vec<Queued>, Fault),
}

/// Runs commands as one group; splits it where the store makes it necessary.
pub async fn run(
    session: &mut dyn Session,
    ground: Ground<'_>,
    commands: Vec<Queued>,
    wait: Wait,
) -> Leftover {
    let host = ground.host;
    let mut leftover = Leftover::default();
    let commands = on_recall(session, &ground, commands, wait, &mut leftover).await;
    if commands.is_empty() {
        return leftover;
    }
    if let Some(turn) = ground.turn {
        turn.come().await;
    }
    let mut work = VecDeque::from([(commands, 0_u8)]);
    // set when somebody waited in vain: who it is must be found before all the others have waited too
    let mut searching = false;
    while let Some((group, attempts)) = work.pop_front() {
        let wait = if searching && wait == Wait::Skip { Wait::Brief } else { wait };
        match attempt(session, &ground, group, wait).await {
            Attempt::Done { again, asks, committed } => {
                leftover.again.extend(again);
                leftover.asks.extend(asks);
                leftover.committed |= committed;
            }
            Attempt::Spoilt(group, later) => {
                leftover.again.extend(later);
                if !group.is_empty() {
                    work.push_front((group, attempts));
                }
            }
            Attempt::Stale(group) if host == Host::Transaction => {
                give_up(group, &|| contention("versions", host));
            }
            Attempt::Stale(group) => retry(&mut work, group, attempts, ("versions", ground.env)).await,
            Attempt::Failed(group, fault) if host == Host::Transaction => {
                // an aborted transaction refuses this too; the host's own rollback then does it
                if session.rollback().await.is_err() {
                    tracing::debug!("the savepoint could not be rolled back to");
                }
                give_up(group, &|| fault.clone().into_error(true));
            }
            Attempt::Failed(group, fault) => {
                tracing::warn!(fault = %fault, commands = group.len(), "a group failed");
                searching |= fault.kind == FaultKind::LockTimeout;
                if session.rollback().await.is_err() {
                    leftover.broken = true;
                }
                ground.recall.inspect(|recall| recall.forget());
                failed(&mut work, group, (attempts, wait, ground.env), fault, &mut leftover).await;
            }
        }
        if leftover.broken {
            leftover.again.extend(work.drain(..).flat_map(|(group, _)| group));
        }
    }
    leftover
}

/// Decides what can be decided on what is remembered, and gives back the rest.
async fn on_recall(
    session: &mut dyn Session,
    ground: &Ground<'_>,
    commands: Vec<Queued>,
    wait: Wait,
    leftover: &mut Leftover,
) -> Vec<Queued> {
    let Some(recall) = ground.recall.filter(|_| wait == Wait::Skip) else { return commands };
    if !recall.is_trusted() {
        return ground.claim_first(commands);
    }
    match recalled::attempt(session, ground, recall, commands).await {
        Outcome::Committed(aside) => {
            leftover.committed = true;
            aside
        }
        Outcome::Unsettled(commands) => commands,
        Outcome::Unknown(done, aside, fault) => {
            give_up(done, &|| fault.clone().into_error(false));
            aside
        }
    }
}

fn contention(reason: &str, host: Host) -> Error {
    let error = Error::from(Detail::Contention { reason: reason.into() });
    if host == Host::Transaction { error.with_retry(Retry::Transaction) } else { error }
}

/// Answers commands whose key somebody else's open transaction has claimed.
pub(crate) fn in_progress(group: Vec<Queued>) {
    give_up(group, &|| contention("key_in_progress", Host::Own));
}

fn give_up(group: Vec<Queued>, error: &dyn Fn() -> Error) {
    for queued in group {
        queued.finish(Err(error()));
    }
}

async fn retry(
    work: &mut VecDeque<(Vec<Queued>, u8)>,
    group: Vec<Queued>,
    attempts: u8,
    (reason, env): (&str, &Env),
) {
    if attempts >= AGAIN_LIMIT {
        give_up(group, &|| contention(reason, Host::Own));
        return;
    }
    // the jitter of the store's own latency is enough at first; later attempts step back
    if attempts > 1 {
        tokio::time::sleep(pause(attempts, env)).await;
    }
    work.push_front((group, attempts + 1));
}

/// Longer from one attempt to the next, and never the same: those who collided once must not collide again in step.
fn pause(attempts: u8, env: &Env) -> Duration {
    let [.., spread] = env.commit().into_bytes();
    let longest = 1_000_u64 << attempts.min(8);
    Duration::from_micros(longest / 2 + longest * u64::from(spread) / 512)
}

async fn failed(
    work: &mut VecDeque<(Vec<Queued>, u8)>,
    mut group: Vec<Queued>,
    (attempts, wait, env): (u8, Wait, &Env),
    fault: Fault,
    leftover: &mut Leftover,
) {
    match fault.kind {
        FaultKind::Unknown => give_up(group, &|| fault.clone().into_error(false)),
        FaultKind::Serialization => retry(work, group, attempts, ("serialization", env)).await,
        FaultKind::LockTimeout if group.iter().all(|queued| queued.alone) => in_progress(group),
        FaultKind::LockTimeout if group.len() > 1 => {
            let half = group.split_off(group.len() / 2);
            work.push_front((half, attempts));
            work.push_front((group, attempts));
        }
        // this is who waits: it goes on waiting where it stops nobody
        FaultKind::LockTimeout if wait != Wait::Block => {
            group.iter_mut().for_each(|queued| queued.alone = true);
            leftover.again.extend(group);
        }
        FaultKind::LockTimeout => give_up(group, &|| fault.clone().into_error(false)),
        FaultKind::Unavailable => {
            leftover.broken = true;
            give_up(group, &|| fault.clone().into_error(false));
        }
        _ if group.len() > 1 => {
            for queued in group.into_iter().rev() {
                work.push_front((vec![queued], attempts));
            }
        }
        _ => give_up(group, &|| fault.clone().into_error(false)),
    }
}

async fn attempt(
    session: &mut dyn Session,
    ground: &Ground<'_>,
    mut group: Vec<Queued>,
    wait: Wait,
) -> Attempt {
    let mut fold = Fold::new(ground.env.clock.now());
    if ground.host == Host::Transaction {
        fold = fold.in_host();
    }
    if let Err(fault) = gather(session, ground, &mut fold, (&mut group, wait)).await {
        return Attempt::Failed(group, fault);
    }
    let mut done = Vec::with_capacity(group.len());
    let mut again = Vec::new();
    let mut rest = group.into_iter();
    while let Some(queued) = rest.next() {
        match settle(session, ground.mechanics, &mut fold, queued, wait).await {
            Ok(Settled::Ran(queued)) => done.push(queued),
            Ok(Settled::Later(queued)) => again.push(queued),
            Ok(Settled::Answered) => {}
            Ok(Settled::Spoilt(later)) => {
                done.extend(again);
                done.extend(rest);
                return match session.rollback().await {
                    Ok(()) => Attempt::Spoilt(done, later),
                    Err(fault) => {
                        done.extend(later);
                        Attempt::Failed(done, fault)
                    }
                };
            }
            Err((queued, fault)) => {
                done.push(queued);
                done.extend(again);
                done.extend(rest);
                return Attempt::Failed(done, fault);
            }
        }
    }
    finish(session, ground, fold, done, again).await
}

async fn finish(
    session: &mut dyn Session,
    ground: &Ground<'_>,
    mut fold: Fold,
    done: Vec<Queued>,
    again: Vec<Queued>,
) -> Attempt {
    let (idle, asks) = (fold.is_idle(), fold.take_asks());
    let outcome = if idle {
        session.rollback().await.map(|()| Written::All)
    } else {
        let writes = fold.finish(ground.env.commit(), ground.mechanics);
        let written = match session.write(&writes).await {
            Ok(Written::All) => match session.commit().await {
                Err(fault) if fault.kind == FaultKind::Unknown => {
                    settle_commit(session, &writes, fault).await
                }
                done => done.map(|()| Written::All),
            },
            Ok(Written::Stale) => session.rollback().await.map(|()| Written::Stale),
            Err(fault) => Err(fault),
        };
        if let (Ok(Written::All), Some(recall)) = (&written, ground.recall) {
            recall.keep(&writes);
        }
        written
    };
    let all = |done: Vec<Queued>, again: Vec<Queued>| done.into_iter().chain(again).collect();
    match outcome {
        Ok(Written::All) => {
            for queued in done {
                queued.finish(Ok(()));
            }
            Attempt::Done { again, asks, committed: !idle }
        }
        Ok(Written::Stale) => Attempt::Stale(all(done, again)),
        Err(fault) => Attempt::Failed(all(done, again), fault),
    }
}

/// Finds out what became of a COMMIT whose reply was lost, by inserting its mark again.
///
/// The insert waits for the old transaction, should it still be under way. A mark that is there says that it was
/// committed; one that could be inserted says that it never will be. Reading would not do: a transaction may be
/// committed right after somebody looked. The reply to the commit of that insert may be lost too, so the mark that
/// settles has the stamp 0: it is not taken for the mark of the transaction itself.
pub(super) async fn settle_commit(
    session: &mut dyn Session,
    writes: &Writes,
    lost: Fault,
) -> Result<Written, Fault> {
    let mut marks = Writes { commit: writes.commit, marks: writes.marks.clone(), ..Writes::default() };
    marks.marks.iter_mut().for_each(|mark| mark.stamp = SETTLED);
    if marks.marks.is_empty() {
        return Err(lost);
    }
    tracing::warn!(fault = %lost, "the reply to a commit was lost");
    for attempt in 0..SETTLE_LIMIT {
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
        // the mark that settles must itself be durable before anybody relies on it
        session.commit().await?;
        return Ok(false);
    }
    session.rollback().await?;
    let Some(mark) = marks.marks.first() else { return Ok(true) };
    // an earlier attempt of ours may have come through unheard
    Ok(session.mark(&mark.book, mark.id).await? != Some(SETTLED))
}

/// Reads until every row is named, then locks in one pass. A clock is read when the locks are held: what passed while the
/// group waited for them has passed.
async fn gather(
    session: &mut dyn Session,
    ground: &Ground<'_>,
    fold: &mut Fold,
    (group, wait): (&mut [Queued], Wait),
) -> Result<(), Fault> {
    if ground.mechanics.exclusive {
        session.begin().await?;
        fold.set_now(ground.env.clock.now());
        return name_all(session, fold, group, Some(wait)).await;
    }
    let mut needs = wanted(group, &fold.seen);
    if needs.more {
        let mut scout = Fold::new(fold.now());
        name_all(session, &mut scout, group, None).await?;
        needs = wanted(group, &scout.seen);
    }
    session.begin().await?;
    let loaded = session.lock(&needs, wait).await?;
    // of the store's clock, where it has one, the rows tell
    fold.set_now(ground.env.clock.now());
    if let Some(recall) = ground.recall {
        recall.learn(&needs, &loaded);
    }
    fold.absorb(&needs, loaded);
    Ok(())
}

/// What commands ask for, as far as `seen` lets them name it.
pub(super) fn wanted(group: &[Queued], seen: &Snapshot) -> Needs {
    let mut needs = Needs::default();
    for queued in group {
        queued.command.needs(seen, &mut needs);
    }
    needs
}

/// The group is borrowed mutably only so that the borrow may cross threads: commands are `Send`, not `Sync`.
async fn name_all(
    session: &mut dyn Session,
    fold: &mut Fold,
    group: &mut [Queued],
    lock: Option<Wait>,
) -> Result<(), Fault> {
    // a chain of references is never longer than this; what is still missing then is asked for by `decide`
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
        // a key that is known names what was made under it
        let complete = !missing.more && loaded.keys.is_empty();
        fold.absorb(&missing, loaded);
        if complete {
            break;
        }
    }
    Ok(())
}

enum Settled {
    Ran(Queued),
    Later(Queued),
    Spoilt(Option<Queued>),
    Answered,
}

/// Runs one command; an exclusive store reads on where others must wait for the next group.
async fn settle(
    session: &mut dyn Session,
    mechanics: Mechanics,
    fold: &mut Fold,
    mut queued: Queued,
    wait: Wait,
) -> Result<Settled, (Queued, Fault)> {
    loop {
        match queued.command.run(fold) {
            Ok(()) | Err(Halt::Reject(_)) => return Ok(Settled::Ran(queued)),
            Err(Halt::Busy) => {
                queued.busy = queued.busy.saturating_add(1);
                let spoilt = fold.is_spoilt();
                return Ok(if spoilt { Settled::Spoilt(Some(queued)) } else { Settled::Later(queued) });
            }
            Err(Halt::NeedMore(needs)) => {
                queued.needed_more += 1;
                queued.command.remember(&needs);
                if queued.needed_more > NEED_MORE_LIMIT {
                    queued.finish(Err(Detail::Contention { reason: "references".into() }.into()));
                    return Ok(if fold.is_spoilt() { Settled::Spoilt(None) } else { Settled::Answered });
                }
                if fold.is_spoilt() {
                    return Ok(Settled::Spoilt(Some(queued)));
                }
                if !mechanics.exclusive {
                    return Ok(Settled::Later(queued));
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::Book;
    use crate::kernel::operation::Rejection;

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
