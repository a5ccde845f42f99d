//! The queue that forms groups: commands that wait while a commit is under way become the next group.
//!
//! The committer is detached: a caller that goes away never cancels work. There is no timer; a group is
//! whatever is queued when the one before it ends, bounded by count and bytes.

mod apart;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use self::apart::{Apart, For, Names};
use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::kernel::call::Command;
use crate::kernel::group::{self, BUSY_LIMIT, Ground, Host, Leftover, Queued};
use crate::kernel::recall::Recall;
use crate::store::{Session, SharedStore, Wait};

/// Bounds of the queue and of a group.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Commands that may wait or be under way at once; above it a call is `overloaded`.
    pub queue: usize,
    /// Commands in one group.
    pub group: usize,
    /// Bytes in one group.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { queue: 16_384, group: 1_000, bytes: 16 << 20 }
    }
}

/// The handle of a running committer.
#[derive(Debug)]
pub struct Committer {
    sender: std::sync::Mutex<Option<mpsc::UnboundedSender<Queued>>>,
    places: Arc<Semaphore>,
    limit: usize,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// Told after every commit.
    pub committed: Arc<Notify>,
    groups: Arc<AtomicU64>,
}

impl Committer {
    /// Starts a committer on the current tokio runtime.
    #[must_use]
    pub fn start(store: SharedStore, env: Env, limits: Limits) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let committed = Arc::new(Notify::new());
        let lanes = Lanes::new(store, env, limits, committed.clone());
        let groups = lanes.groups.clone();
        let task = tokio::spawn(lanes.run(receiver));
        Self {
            sender: std::sync::Mutex::new(Some(sender)),
            places: Arc::new(Semaphore::new(limits.queue)),
            limit: limits.queue,
            task: tokio::sync::Mutex::new(Some(task)),
            committed,
            groups,
        }
    }

    /// Groups committed so far.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.groups.load(Ordering::Relaxed)
    }

    /// Queues a command.
    ///
    /// # Errors
    /// `overloaded` when the queue is full; `store_unavailable` when the engine is closed.
    pub fn submit(&self, command: Box<dyn Command>) -> Result<()> {
        self.submit_all(vec![command])
    }

    /// Queues commands side by side.
    ///
    /// # Errors
    /// As [`Committer::submit`]; none is queued then.
    pub fn submit_all(&self, commands: Vec<Box<dyn Command>>) -> Result<()> {
        let closed = || Error::from(Detail::StoreUnavailable { reason: "the engine is closed".into() });
        let sender = self
            .sender
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
            .ok_or_else(closed)?;
        let mut queued = Vec::with_capacity(commands.len());
        for command in commands {
            let full =
                |_| Error::from(Detail::Overloaded { queued: i64::try_from(self.limit).unwrap_or(i64::MAX) });
            let permit = self.places.clone().try_acquire_owned().map_err(full)?;
            queued.push(Queued { command, needed_more: 0, busy: 0, alone: false, permit: Some(permit) });
        }
        for command in queued {
            sender.send(command).map_err(|_| closed())?;
        }
        Ok(())
    }

    /// Places taken in the queue, and how many there are.
    #[must_use]
    pub fn depth(&self) -> (usize, usize) {
        (self.limit.saturating_sub(self.places.available_permits()), self.limit)
    }

    /// Takes no more commands and waits until those that were taken are answered.
    pub async fn close(&self) {
        self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = self.task.lock().await.take()
            && task.await.is_err()
        {
            tracing::error!("the committer ended early");
        }
    }
}

/// One stream of groups: a book, or everything where the store takes wide groups.
type Lane = Option<Book>;

/// Where a group is under way.
#[derive(Clone)]
enum Place {
    /// With its lane.
    Fast,
    /// Beside its lane, waiting for rows that were busy.
    Rows(Names),
    /// Beside its lane, waiting for a key that somebody else has claimed.
    Key(Names),
}

struct Lanes {
    store: SharedStore,
    env: Env,
    limits: Limits,
    committed: Arc<Notify>,
    groups: Arc<AtomicU64>,
    queues: HashMap<Lane, VecDeque<Queued>>,
    running: HashMap<Lane, usize>,
    idle: Vec<Box<dyn Session>>,
    tasks: JoinSet<Ended>,
    /// Where each running group belongs, should it end without saying so.
    places: HashMap<tokio::task::Id, (Lane, Place)>,
    /// The slow lane: who waits for rows, and who for keys.
    rows: Apart,
    keys: Apart,
    recall: Arc<Recall>,
}

struct Ended {
    lane: Lane,
    place: Place,
    session: Option<Box<dyn Session>>,
    leftover: Leftover,
}

impl Lanes {
    fn new(store: SharedStore, env: Env, limits: Limits, committed: Arc<Notify>) -> Self {
        let recall = Arc::new(Recall::new(&env.clock));
        Self {
            store,
            env,
            limits,
            committed,
            groups: Arc::default(),
            queues: HashMap::new(),
            running: HashMap::new(),
            idle: Vec::new(),
            tasks: JoinSet::new(),
            places: HashMap::new(),
            rows: Apart::new(For::Rows),
            keys: Apart::new(For::Keys),
            recall,
        }
    }

    async fn run(mut self, mut receiver: mpsc::UnboundedReceiver<Queued>) {
        let mut arrived = Vec::new();
        let mut open = true;
        while open || !self.tasks.is_empty() || self.is_waited_for() {
            tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => match ended {
                    Ok((id, ended)) => {
                        self.places.remove(&id);
                        self.ended(ended);
                    }
                    Err(error) => self.lost(&error),
                },
                count = receiver.recv_many(&mut arrived, self.limits.group), if open => open = count > 0,
                else => {}
            }
            // callers that were just answered ask again: they come first, so that the next group is theirs together
            if open {
                tokio::task::yield_now().await;
            }
            while let Ok(queued) = receiver.try_recv() {
                arrived.push(queued);
            }
            for queued in arrived.drain(..) {
                let lane = self.lane(&queued);
                if self.keys.meets(&queued) {
                    self.keys.park(lane, queued);
                } else if self.rows.meets(&queued) {
                    self.rows.park(lane, queued);
                } else {
                    self.queues.entry(lane).or_default().push_back(queued);
                }
            }
            self.dispatch();
        }
    }

    fn is_waited_for(&self) -> bool {
        let apart = !self.keys.is_empty() || !self.rows.is_empty();
        apart || self.queues.values().any(|queue| !queue.is_empty())
    }

    fn lane(&self, queued: &Queued) -> Lane {
        if self.store.mechanics().wide { None } else { Some(queued.command.book().clone()) }
    }

    fn dispatch(&mut self) {
        let lanes = self.store.mechanics().lanes;
        let mut waiting: Vec<Lane> =
            self.queues.iter().filter(|(_, queue)| !queue.is_empty()).map(|(lane, _)| lane.clone()).collect();
        waiting.retain(|lane| !self.running.contains_key(lane));
        for lane in waiting {
            if self.running.len() >= lanes {
                break;
            }
            let group = self.next_group(&lane);
            self.running.insert(lane.clone(), group.len());
            self.spawn(lane, group, Place::Fast);
        }
        self.dispatch_slow();
    }

    /// Commands whose rows were busy twice, or whose key is claimed, wait on connections of their own; the rest goes on.
    fn dispatch_slow(&mut self) {
        let limit = self.store.mechanics().lanes.div_ceil(2).max(1);
        // half of it at most: who waits for a key may wait for long
        while self.keys.running() < limit.div_ceil(2)
            && self.rows.running() + self.keys.running() < limit
            && let Some((lane, names, group)) = self.keys.next(self.limits.group)
        {
            self.spawn(lane, group, Place::Key(names));
        }
        while self.rows.running() + self.keys.running() < limit
            && let Some((lane, names, group)) = self.rows.next(self.limits.group)
        {
            self.spawn(lane, group, Place::Rows(names));
        }
    }

    fn next_group(&mut self, lane: &Lane) -> Vec<Queued> {
        let Some(queue) = self.queues.get_mut(lane) else { return Vec::new() };
        let mut bytes = 0;
        let mut count = 0;
        for queued in queue.iter().take(self.limits.group) {
            bytes += queued.command.weight();
            if bytes > self.limits.bytes && count > 0 {
                break;
            }
            count += 1;
        }
        let group = queue.drain(..count).collect();
        if queue.is_empty() {
            self.queues.remove(lane);
        }
        group
    }

    fn spawn(&mut self, lane: Lane, group: Vec<Queued>, place: Place) {
        let session = self.idle.pop();
        let (store, env, recall) = (self.store.clone(), self.env.clone(), self.recall.clone());
        let wait = if matches!(place, Place::Fast) { Wait::Skip } else { Wait::Block };
        let known = (lane.clone(), place.clone());
        let task = self.tasks.spawn(async move {
            let (session, leftover) = run_on(store, session, (&env, &recall), group, wait).await;
            Ended { lane, place, session, leftover }
        });
        self.places.insert(task.id(), known);
    }

    fn free(&mut self, lane: &Lane, place: Place) {
        match place {
            Place::Fast => drop(self.running.remove(lane)),
            Place::Rows(names) => self.rows.ended(names),
            Place::Key(names) => self.keys.ended(names),
        }
    }

    /// A group that panicked: its callers see `outcome_unknown`, and its lane goes on with a new connection.
    fn lost(&mut self, error: &tokio::task::JoinError) {
        tracing::error!(%error, "a group ended without an outcome");
        if let Some((lane, place)) = self.places.remove(&error.id()) {
            self.free(&lane, place);
        }
    }

    fn ended(&mut self, ended: Ended) {
        self.free(&ended.lane, ended.place);
        if ended.leftover.committed {
            self.groups.fetch_add(1, Ordering::Relaxed);
            self.committed.notify_one();
        }
        if let Some(session) = ended.session.filter(|_| !ended.leftover.broken) {
            self.idle.push(session);
        }
        let mut again = Vec::new();
        for queued in ended.leftover.again {
            if queued.alone || self.keys.meets(&queued) {
                self.keys.park(ended.lane.clone(), queued);
            } else if queued.busy >= BUSY_LIMIT {
                self.rows.park(ended.lane.clone(), queued);
            } else {
                again.push(queued);
            }
        }
        if !again.is_empty() {
            let queue = self.queues.entry(ended.lane).or_default();
            again.into_iter().rev().for_each(|queued| queue.push_front(queued));
        }
    }
}

async fn run_on(
    store: SharedStore,
    session: Option<Box<dyn Session>>,
    (env, recall): (&Env, &Recall),
    group: Vec<Queued>,
    wait: Wait,
) -> (Option<Box<dyn Session>>, Leftover) {
    let opened = match session {
        Some(session) => Ok(session),
        None => store.writer().await,
    };
    match opened {
        Ok(mut session) => {
            let mechanics = store.mechanics();
            let recall = mechanics.recalls.then_some(recall);
            let ground = Ground { mechanics, env, host: Host::Own, recall };
            let leftover = group::run(session.as_mut(), ground, group, wait).await;
            (Some(session), leftover)
        }
        Err(fault) => {
            for queued in group {
                queued.command.finish(Err(fault.clone().into_error(false)));
            }
            (None, Leftover::default())
        }
    }
}
