//! The queue that forms groups: commands that wait while a commit runs become the next group.
//!
//! The committer is detached: a caller that goes away never cancels work. There is no timer; a group is
//! whatever is queued when there is room for one more, bounded by count and bytes. Where the store takes
//! several groups of a book at once, concurrent groups change different rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use hashbrown::HashMap;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::kernel::call::Command;
use crate::pipeline::group::{self, BUSY_LIMIT, GroupOutcome};
use crate::pipeline::group_env::{GroupEnv, Host};
use crate::pipeline::lane::{Lane, LaneKey};
pub use crate::pipeline::last_write::{Failure, LastWrite};
use crate::pipeline::latches::Latches;
use crate::pipeline::queue::{Limits, Queued};
use crate::pipeline::row_cache::RowCache;
use crate::pipeline::slow_lane::{Names, SlowLane, WaitsFor};
use crate::pipeline::ticket::Ticket;
use crate::store::{Capabilities, Session, SharedStore, Wait};

/// Scheduler yields without a new call before a group starts without the callers that were just answered.
const IDLE_YIELDS: u32 = 32;

/// A capacity of the queue: calls or bytes.
#[derive(Debug)]
struct Capacity {
    free: Arc<Semaphore>,
    limit: usize,
}

impl Capacity {
    fn new(limit: usize) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(limit)), limit }
    }

    /// Reserves `count` units if they are free. A larger request than the whole capacity reserves all of it,
    /// so that it can run at all.
    fn take(&self, count: usize) -> Option<OwnedSemaphorePermit> {
        let count = u32::try_from(count.min(self.limit).max(1)).unwrap_or(u32::MAX);
        self.free.clone().try_acquire_many_owned(count).ok()
    }

    fn taken(&self) -> usize {
        self.limit.saturating_sub(self.free.available_permits())
    }
}

/// The handle of a running committer.
#[derive(Debug)]
pub struct Committer {
    sender: std::sync::Mutex<Option<mpsc::UnboundedSender<Vec<Queued>>>>,
    places: Capacity,
    bytes: Capacity,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// Notified after every commit.
    pub committed: Arc<Notify>,
    groups: Arc<AtomicU64>,
    grouped: Arc<AtomicU64>,
    last_write: Arc<LastWrite>,
    histories: Arc<AtomicU64>,
}

impl Committer {
    /// Starts a committer on the current tokio runtime.
    #[must_use]
    pub fn start(store: SharedStore, env: Env, limits: Limits) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let committed = Arc::new(Notify::new());
        let lanes = Lanes::new(store, env, limits, committed.clone());
        let (groups, grouped) = (lanes.groups.clone(), lanes.grouped.clone());
        let last_write = lanes.last_write.clone();
        let histories = lanes.shared.histories.clone();
        let task = tokio::spawn(lanes.run(receiver));
        Self {
            sender: std::sync::Mutex::new(Some(sender)),
            places: Capacity::new(limits.queue),
            bytes: Capacity::new(limits.queue_bytes),
            task: tokio::sync::Mutex::new(Some(task)),
            committed,
            groups,
            grouped,
            last_write,
            histories,
        }
    }

    /// Notes that this process has begun a timeline, or found another one. Cached rows of the history before
    /// are not used again.
    pub fn leave_history(&self) {
        self.histories.fetch_add(1, Ordering::AcqRel);
    }

    /// Calls in the groups committed so far.
    #[must_use]
    pub fn grouped(&self) -> u64 {
        self.grouped.load(Ordering::Relaxed)
    }

    /// Groups committed so far.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.groups.load(Ordering::Relaxed)
    }

    /// Reports how the newest group ended: whether the store takes writes.
    #[must_use]
    pub fn last_write(&self) -> &LastWrite {
        &self.last_write
    }

    /// Queues a command.
    ///
    /// # Errors
    /// `overloaded` when the queue is full; `store_unavailable` when the engine is closed.
    pub fn submit(&self, command: Box<dyn Command>) -> Result<()> {
        self.submit_all(vec![command])
    }

    /// Queues commands that are decided in their order, and in one group if its bounds allow.
    ///
    /// # Errors
    /// As [`Committer::submit`]; none is queued then.
    pub fn submit_all(&self, commands: Vec<Box<dyn Command>>) -> Result<()> {
        let mut queued = Vec::with_capacity(commands.len());
        for command in commands {
            let room = self.places.take(command.calls()).zip(self.bytes.take(command.weight()));
            let (places, bytes) = room.ok_or_else(|| {
                let queued = i64::try_from(self.places.taken()).unwrap_or(i64::MAX);
                Error::from(Detail::Overloaded { queued })
            })?;
            let joined = !queued.is_empty();
            queued.push(Queued { batched: joined, ..Queued::new(command, Some([places, bytes])) });
        }
        self.send(queued)
    }

    /// Queues the command that ends an operation of two commits, however full the queue is. The caller must
    /// bound how many there are at once.
    ///
    /// # Errors
    /// `store_unavailable` when the engine is closed.
    pub fn submit_outcome(&self, command: Box<dyn Command>) -> Result<()> {
        self.send(vec![Queued::new(command, None)])
    }

    fn send(&self, queued: Vec<Queued>) -> Result<()> {
        self.sender()?.send(queued).map_err(|_| closed())
    }

    /// Where commands are sent while the engine is open.
    ///
    /// # Errors
    /// `store_unavailable` when the engine is closed.
    fn sender(&self) -> Result<mpsc::UnboundedSender<Vec<Queued>>> {
        self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone().ok_or_else(closed)
    }

    /// Passes while the engine is open: for calls that the committer does not see.
    ///
    /// # Errors
    /// `store_unavailable` when the engine is closed.
    pub fn open(&self) -> Result<()> {
        self.sender().map(drop)
    }

    /// Places taken in the queue, and how many there are.
    #[must_use]
    pub fn depth(&self) -> (usize, usize) {
        (self.places.taken(), self.places.limit)
    }

    /// Stops taking commands and waits until those that were taken are answered.
    pub async fn close(&self) {
        self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = self.task.lock().await.take()
            && task.await.is_err()
        {
            tracing::error!("the committer ended early");
        }
    }
}

fn closed() -> Error {
    Detail::StoreUnavailable { reason: "the engine is closed".into() }.into()
}

/// Where a group runs.
#[derive(Clone)]
enum Track {
    /// With its lane.
    Fast,
    /// In the slow lane, waiting for rows that were busy.
    Rows(Names),
    /// In the slow lane, waiting for a key that another transaction has claimed.
    Key(Names),
}

/// State that all groups share.
struct Shared {
    store: SharedStore,
    env: Env,
    row_cache: RowCache,
    /// How many histories (timelines) this process has left while its connections stayed.
    histories: Arc<AtomicU64>,
    latches: Latches,
}

struct Lanes {
    shared: Arc<Shared>,
    limits: Limits,
    committed: Arc<Notify>,
    groups: Arc<AtomicU64>,
    grouped: Arc<AtomicU64>,
    last_write: Arc<LastWrite>,
    lanes: HashMap<LaneKey, Lane>,
    /// Running groups that belong to a lane.
    running: usize,
    /// The number of the last group.
    last: u64,
    /// Commands that were just answered.
    answered: usize,
    idle: Vec<Box<dyn Session>>,
    tasks: JoinSet<EndedGroup>,
    /// Where each running group belongs, in case it panics.
    places: HashMap<tokio::task::Id, (u64, LaneKey, Track, usize)>,
    /// The slow lane: commands that wait for rows, and commands that wait for keys.
    rows: SlowLane,
    keys: SlowLane,
}

struct EndedGroup {
    number: u64,
    lane_key: LaneKey,
    place: Track,
    /// Its commands when it began.
    size: usize,
    session: Option<Box<dyn Session>>,
    outcome: GroupOutcome,
}

impl Lanes {
    fn new(store: SharedStore, env: Env, limits: Limits, committed: Arc<Notify>) -> Self {
        let row_cache = RowCache::new(&env.clock);
        Self {
            shared: Arc::new(Shared {
                store,
                env,
                row_cache,
                histories: Arc::default(),
                latches: Latches::default(),
            }),
            limits,
            committed,
            groups: Arc::default(),
            grouped: Arc::default(),
            last_write: Arc::default(),
            lanes: HashMap::new(),
            running: 0,
            last: 0,
            answered: 0,
            idle: Vec::new(),
            tasks: JoinSet::new(),
            places: HashMap::new(),
            rows: SlowLane::new(WaitsFor::Rows),
            keys: SlowLane::new(WaitsFor::Keys),
        }
    }

    async fn run(mut self, mut receiver: mpsc::UnboundedReceiver<Vec<Queued>>) {
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
            if open {
                self.gather(&mut receiver, &mut arrived).await;
            }
            for queued in arrived.drain(..) {
                self.arrived(queued);
            }
            self.dispatch();
        }
    }

    /// Queues commands that arrived together behind all others, or in the slow lane when one of them wants a
    /// row or key that commands wait for there.
    fn arrived(&mut self, queued: Vec<Queued>) {
        let Some(lane_key) = queued.first().map(|first| self.lane_key(first)) else { return };
        if queued.iter().any(|queued| self.keys.meets(queued)) {
            self.keys.park(lane_key, queued);
        } else if queued.iter().any(|queued| self.rows.meets(queued)) {
            self.rows.park(lane_key, queued);
        } else {
            self.lanes.entry(lane_key).or_default().push(queued);
        }
    }

    /// Waits for the next calls of callers that were just answered, so that these form one group. There is no
    /// timer: the wait lasts only as long as calls keep coming.
    async fn gather(
        &mut self,
        receiver: &mut mpsc::UnboundedReceiver<Vec<Queued>>,
        arrived: &mut Vec<Vec<Queued>>,
    ) {
        let mut idle_yields = 0;
        let mut count: usize = arrived.iter().map(Vec::len).sum();
        while idle_yields < IDLE_YIELDS {
            tokio::task::yield_now().await;
            let before = arrived.len();
            while let Ok(queued) = receiver.try_recv() {
                count += queued.len();
                arrived.push(queued);
            }
            if count >= self.answered {
                break;
            }
            idle_yields = if arrived.len() > before { 0 } else { idle_yields + 1 };
        }
        self.answered = 0;
    }

    fn is_waited_for(&self) -> bool {
        let slow = !self.keys.is_empty() || !self.rows.is_empty();
        slow || self.lanes.values().any(Lane::is_waited_for)
    }

    fn lane_key(&self, queued: &Queued) -> LaneKey {
        if self.shared.store.capabilities().multi_book { None } else { Some(queued.command.book().clone()) }
    }

    fn dispatch(&mut self) {
        let capabilities = self.shared.capabilities();
        let waited_for = |(_, lane): &(&LaneKey, &Lane)| lane.is_waited_for();
        let waiting: Vec<LaneKey> =
            self.lanes.iter().filter(waited_for).map(|(lane_key, _)| lane_key.clone()).collect();
        for lane_key in waiting {
            while self.running < capabilities.lanes
                && let Some(lane) = self.lanes.get_mut(&lane_key)
                && let Some((group, ticket)) = lane.next(capabilities, &self.limits)
            {
                self.running += 1;
                self.spawn(lane_key.clone(), group, ticket, Track::Fast);
            }
        }
        self.dispatch_slow();
    }

    /// Commands whose rows were busy again and again, or whose key is claimed, wait on connections of their
    /// own; the lanes continue.
    fn dispatch_slow(&mut self) {
        let limit = self.shared.store.capabilities().lanes.div_ceil(2).max(1);
        // waits for keys get half of these connections at most, because they may be long
        while self.keys.running() < limit.div_ceil(2)
            && self.rows.running() + self.keys.running() < limit
            && let Some((lane_key, names, group)) = self.keys.next(self.limits.group)
        {
            self.spawn(lane_key, group, None, Track::Key(names));
        }
        while self.rows.running() + self.keys.running() < limit
            && let Some((lane_key, names, group)) = self.rows.next(self.limits.group)
        {
            self.spawn(lane_key, group, None, Track::Rows(names));
        }
    }

    fn spawn(&mut self, lane_key: LaneKey, group: Vec<Queued>, ticket: Option<Ticket>, place: Track) {
        self.last += 1;
        let (number, size) = (self.last, group.len());
        let session = self.idle.pop();
        let shared = self.shared.clone();
        let wait = if matches!(place, Track::Fast) { Wait::Skip } else { Wait::Block };
        let known = (number, lane_key.clone(), place.clone(), size);
        let task = self.tasks.spawn(async move {
            let (session, outcome) = shared.run(session, number, ticket, group, wait).await;
            EndedGroup { number, lane_key, place, size, session, outcome }
        });
        self.places.insert(task.id(), known);
    }

    /// A group has ended: commands that waited for its rows are queued before all that came later.
    fn free(&mut self, number: u64, lane_key: &LaneKey, place: Track, size: usize, waited: bool) {
        match place {
            Track::Fast => {
                let met = self.shared.latches.end(number);
                self.answered += size;
                self.running = self.running.saturating_sub(1);
                let lane = self.lanes.entry(lane_key.clone()).or_default();
                lane.ended(size, met);
                if lane.is_idle() {
                    self.lanes.remove(lane_key);
                }
            }
            Track::Rows(names) => {
                // their callers ask again at once too: without them the next group would wait for its rows
                // half empty
                self.answered += size;
                self.rows.ended(names, waited);
            }
            Track::Key(names) => self.keys.ended(names, waited),
        }
    }

    /// A group panicked: its callers get `outcome_unknown`, and its lane continues with a new connection.
    fn lost(&mut self, error: &tokio::task::JoinError) {
        tracing::error!(%error, "a group ended without an outcome");
        if let Some((number, lane_key, place, size)) = self.places.remove(&error.id()) {
            self.free(number, &lane_key, place, size, false);
        }
    }

    fn ended(&mut self, ended: EndedGroup) {
        self.free(ended.number, &ended.lane_key, ended.place, ended.size, ended.outcome.waited);
        match &ended.outcome.failed {
            Some(fault) => self.last_write.failed(fault, self.shared.env.clock.now()),
            None if ended.outcome.committed => self.last_write.committed(),
            None => {}
        }
        if ended.outcome.committed {
            self.groups.fetch_add(1, Ordering::Relaxed);
            let size = ended.size.saturating_sub(ended.outcome.again.len());
            self.grouped.fetch_add(u64::try_from(size).unwrap_or(u64::MAX), Ordering::Relaxed);
            self.committed.notify_one();
        }
        if let Some(session) = ended.session.filter(|_| !ended.outcome.broken) {
            self.idle.push(session);
        }
        let mut again = Vec::new();
        for run in runs(ended.outcome.again) {
            if run.iter().any(|queued| queued.awaits_key || self.keys.meets(queued)) {
                self.keys.park(ended.lane_key.clone(), run);
            } else if run.iter().any(|queued| queued.busy >= BUSY_LIMIT) {
                self.rows.park(ended.lane_key.clone(), run);
            } else {
                again.extend(run);
            }
        }
        if !again.is_empty() {
            self.lanes.entry(ended.lane_key).or_default().push_front(again);
        }
    }
}

/// Splits commands into runs: each run was queued together.
fn runs(commands: Vec<Queued>) -> Vec<Vec<Queued>> {
    let mut runs: Vec<Vec<Queued>> = Vec::new();
    for queued in commands {
        match runs.last_mut().filter(|_| queued.batched) {
            Some(run) => run.push(queued),
            None => runs.push(vec![queued]),
        }
    }
    runs
}

impl Shared {
    /// The capabilities of the store. If it has one writer at a time, a group can only be decided while
    /// another is written, and the cost of a commit is counted in commands as slow as the recent ones.
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.store.capabilities();
        if capabilities.exclusive {
            capabilities.break_even_group = self.row_cache.as_many_as(capabilities.break_even_group);
        }
        capabilities
    }

    /// Runs a group to its end.
    async fn run(
        &self,
        session: Option<Box<dyn Session>>,
        number: u64,
        ticket: Option<Ticket>,
        group: Vec<Queued>,
        wait: Wait,
    ) -> (Option<Box<dyn Session>>, GroupOutcome) {
        let opened = match session {
            Some(session) => Ok(session),
            None => self.store.writer().await,
        };
        match opened {
            Ok(mut session) => {
                let capabilities = self.store.capabilities();
                let left = self.histories.load(Ordering::Acquire);
                self.row_cache.now_in(self.store.connection_epoch().wrapping_add(left));
                let row_cache = capabilities.verified_writes.then_some(&self.row_cache);
                // no latches for groups that follow one another: they may change the same rows
                let latches = (capabilities.lanes > 1 && ticket.is_none()).then_some((&self.latches, number));
                let (ticket, waited) = (ticket.as_ref(), AtomicBool::new(false));
                let group_env = GroupEnv {
                    capabilities,
                    env: &self.env,
                    host: Host::Own,
                    row_cache,
                    latches,
                    ticket,
                    made: None,
                    waited: &waited,
                };
                let mut outcome = group::run(session.as_mut(), group_env, group, wait).await;
                outcome.waited = waited.into_inner();
                (Some(session), outcome)
            }
            Err(fault) => {
                for queued in group {
                    queued.command.finish(Err(fault.clone().into_error(false)));
                }
                (None, GroupOutcome { failed: Some(fault), ..GroupOutcome::default() })
            }
        }
    }
}
