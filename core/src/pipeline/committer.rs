//! The queue that forms groups: commands that wait while a commit runs become the next group.
//!
//! The committer is detached: a caller that goes away never cancels work. There is no timer; a group is
//! whatever is queued when there is room for one more, bounded by count and bytes. Where the store takes
//! several groups of a book at once, concurrent groups change different rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use hashbrown::HashMap;
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::env::{self, Env};
use crate::error::{Detail, Error, Result, Retry};
use crate::kernel::call::Command;
use crate::pipeline::group::{self, BUSY_LIMIT, GroupOutcome};
use crate::pipeline::group_env::{GroupEnv, Host};
use crate::pipeline::lane::{Lane, LaneKey};
pub use crate::pipeline::last_write::{Failure, LastWrite};
use crate::pipeline::latches::Latches;
use crate::pipeline::queue::{Capacity, Limits, Queued, runs};
use crate::pipeline::row_cache::RowCache;
use crate::pipeline::slow_lane::{Names, SlowLane, Waits, WaitsFor};
use crate::pipeline::ticket::Ticket;
use crate::store::reachable_books::{Home, Reach};
use crate::store::{Capabilities, Fault, FaultKind, Session, SharedStore, Wait};
use crate::turns::{Shares, Turns};

/// Scheduler yields without a new call before a group starts without the callers that were just answered.
const IDLE_YIELDS: u32 = 32;
/// How often the lanes of silent servers are looked at, and how long a call waits in one at most.
const SILENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

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
    pub fn grouped(&self) -> u64 {
        self.grouped.load(Ordering::Relaxed)
    }

    /// Groups committed so far.
    pub fn groups(&self) -> u64 {
        self.groups.load(Ordering::Relaxed)
    }

    /// Reports how the newest group ended: whether the store takes writes.
    pub fn last_write(&self) -> &LastWrite {
        &self.last_write
    }

    /// Queues a command.
    pub fn submit(&self, command: Box<dyn Command>) -> Result<()> {
        self.submit_all(vec![command])
    }

    /// Queues commands that are decided in their order, and in one group if its bounds allow.
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
    pub fn submit_outcome(&self, command: Box<dyn Command>) -> Result<()> {
        self.send(vec![Queued::new(command, None)])
    }

    fn send(&self, queued: Vec<Queued>) -> Result<()> {
        self.sender()?.send(queued).map_err(|_| closed())
    }

    /// Where commands are sent while the engine is open.
    fn sender(&self) -> Result<mpsc::UnboundedSender<Vec<Queued>>> {
        self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone().ok_or_else(closed)
    }

    /// Passes while the engine is open: for calls that the committer does not see.
    pub fn open(&self) -> Result<()> {
        self.sender().map(drop)
    }

    /// Places taken in the queue, and how many there are.
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

/// The refusal of an engine that was closed, which no later try gets past.
pub fn closed() -> Error {
    let refusal = Detail::StoreUnavailable { reason: "the engine is closed".into() };
    Error::from(refusal).with_retry(Retry::Never)
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
    /// The lanes in which commands wait, each for its turn.
    turns: Turns<LaneKey>,
    /// Running groups that belong to a lane.
    running: usize,
    /// Running groups of each server, where there are several.
    shares: Shares<Option<Home>>,
    /// When the lanes of silent servers were looked at.
    looked: Option<Instant>,
    /// The number of the last group.
    last: u64,
    /// Commands that were just answered.
    answered: usize,
    idle: Vec<Box<dyn Session>>,
    tasks: JoinSet<EndedGroup>,
    /// The running groups, in case one panics.
    begun: HashMap<tokio::task::Id, BegunGroup>,
    /// The slow lane: commands that wait for rows, and commands that wait for keys.
    rows: SlowLane,
    keys: SlowLane,
    /// Groups in the slow lane by lane and by server.
    slow: Shares<LaneKey>,
    slow_shares: Shares<Option<Home>>,
}

/// A group that runs.
#[derive(Clone)]
struct BegunGroup {
    number: u64,
    lane_key: LaneKey,
    track: Track,
    /// Its commands when it began.
    size: usize,
    /// The server that it was counted to.
    home: Option<Home>,
}

struct EndedGroup {
    begun: BegunGroup,
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
            turns: Turns::default(),
            running: 0,
            shares: Shares::default(),
            looked: None,
            last: 0,
            answered: 0,
            idle: Vec::new(),
            tasks: JoinSet::new(),
            begun: HashMap::new(),
            rows: SlowLane::new(WaitsFor::Rows),
            keys: SlowLane::new(WaitsFor::Keys),
            slow: Shares::default(),
            slow_shares: Shares::default(),
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
                        self.begun.remove(&id);
                        self.ended(ended);
                    }
                    Err(error) => self.lost(&error),
                },
                count = receiver.recv_many(&mut arrived, self.limits.group), if open => open = count > 0,
                () = tokio::time::sleep(SILENCE.0), if self.is_held_back() => {}
                else => {}
            }
            self.refuse_late();
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
            self.turns.wait(&lane_key);
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

    /// Starts groups while there is room: the lane that has waited longest has the next one, and stands
    /// behind all others for its second. The books of one server get no more than its share, because a
    /// server that is silent keeps what it has.
    fn dispatch(&mut self) {
        let capabilities = self.shared.capabilities();
        let (store, limits) = (self.shared.store.clone(), self.limits);
        let share = share(store.reach(), capabilities.lanes);
        while self.running < capabilities.lanes {
            let Self { turns, lanes, shares, .. } = self;
            let next = turns.next(|lane_key| {
                let room = || shares.taken(&home(store.reach(), lane_key)) < share;
                lanes.get(lane_key).is_none_or(|lane| lane.may_start(capabilities) && room())
            });
            let Some(lane_key) = next else { break };
            let Some(lane) = self.lanes.get_mut(&lane_key) else { continue };
            let started = lane.next(capabilities, &limits);
            if lane.is_waited_for() {
                self.turns.wait(&lane_key);
            }
            let Some((group, ticket)) = started else { continue };
            self.running += 1;
            self.spawn(lane_key, group, ticket, Track::Fast);
        }
        self.dispatch_slow();
    }

    /// Commands whose rows were busy again and again, or whose key is claimed, wait on connections of their
    /// own; the lanes continue. One lane leaves a connection to the others.
    fn dispatch_slow(&mut self) {
        let store = self.shared.store.clone();
        let limit = store.capabilities().lanes.div_ceil(2).max(1);
        let (share, of_lane) = (share(store.reach(), limit), if limit > 2 { limit - 1 } else { limit });
        let group = self.limits.group;
        loop {
            let Self { slow, slow_shares, keys, rows, .. } = self;
            let running = keys.running() + rows.running();
            let may = |lane_key: &LaneKey| {
                let room = || slow_shares.taken(&home(store.reach(), lane_key)) < share;
                (lane_key.is_none() || slow.taken(lane_key) < of_lane) && room()
            };
            // waits for keys get half of these connections at most, because they may be long
            let key = (running < limit && keys.running() < limit.div_ceil(2)).then(|| keys.next(group, may));
            let (lane_key, group, track) = if let Some((lane_key, names, group)) = key.flatten() {
                (lane_key, group, Track::Key(names))
            } else if running < limit
                && let Some((lane_key, names, group)) = rows.next(group, may)
            {
                (lane_key, group, Track::Rows(names))
            } else {
                return;
            };
            self.slow.take(&lane_key);
            self.spawn(lane_key, group, None, track);
        }
    }

    /// Whether commands wait while another server may keep them from their turn.
    fn is_held_back(&self) -> bool {
        self.shared.store.reach().is_some() && self.lanes.values().any(Lane::is_waited_for)
    }

    /// Refuses the commands that have waited long for a server that is silent.
    fn refuse_late(&mut self) {
        let (store, now) = (self.shared.store.clone(), env::monotonic_now());
        let is_due = self.looked.is_none_or(|at| now.saturating_duration_since(at) >= SILENCE.0);
        let Some(reach) = store.reach().filter(|_| is_due) else { return };
        self.looked = Some(now);
        for (lane_key, lane) in &mut self.lanes {
            if lane.waits_for() > SILENCE.1 && lane_key.as_ref().is_some_and(|book| reach.is_silent(book)) {
                let fault = Fault::new(FaultKind::Away, "the server of the book says nothing");
                for queued in lane.give_up() {
                    queued.finish(Err(fault.clone().into_error(false)));
                }
            }
        }
        self.lanes.retain(|_, lane| !lane.is_idle());
    }

    fn spawn(&mut self, lane_key: LaneKey, group: Vec<Queued>, ticket: Option<Ticket>, track: Track) {
        self.last += 1;
        let (number, size) = (self.last, group.len());
        let session = self.idle.pop();
        let shared = self.shared.clone();
        let home = home(shared.store.reach(), &lane_key);
        let wait = if matches!(track, Track::Fast) { Wait::Skip } else { Wait::Block };
        self.shares_of(&track).take(&home);
        let begun = BegunGroup { number, lane_key, track, size, home };
        let known = begun.clone();
        let task = self.tasks.spawn(async move {
            let (session, outcome) = shared.run(session, &begun, ticket, group, wait).await;
            EndedGroup { begun, session, outcome }
        });
        self.begun.insert(task.id(), known);
    }

    fn shares_of(&mut self, track: &Track) -> &mut Shares<Option<Home>> {
        if matches!(track, Track::Fast) { &mut self.shares } else { &mut self.slow_shares }
    }

    /// A group has ended: commands that waited for its rows are queued before all that came later.
    fn free(&mut self, begun: BegunGroup, waits: Waits) {
        let BegunGroup { number, lane_key, track, size, home } = begun;
        self.shares_of(&track).give_back(&home);
        match track {
            Track::Fast => {
                let met = self.shared.latches.end(number);
                self.answered += size;
                self.running = self.running.saturating_sub(1);
                let lane = self.lanes.entry(lane_key.clone()).or_default();
                lane.ended(size, met);
                if lane.is_waited_for() {
                    self.turns.wait(&lane_key);
                }
                if lane.is_idle() {
                    self.lanes.remove(&lane_key);
                }
            }
            Track::Rows(names) => {
                // their callers ask again at once too: without them the next group would wait for its rows
                // half empty
                self.answered += size;
                self.slow.give_back(&lane_key);
                self.rows.ended(names, waits);
            }
            Track::Key(names) => {
                self.slow.give_back(&lane_key);
                self.keys.ended(names, waits);
            }
        }
    }

    /// A group panicked: its callers get `outcome_unknown`, and its lane continues with a new connection.
    fn lost(&mut self, error: &tokio::task::JoinError) {
        tracing::error!(%error, "a group ended without an outcome");
        if let Some(begun) = self.begun.remove(&error.id()) {
            self.free(begun, Waits::default());
        }
    }

    fn ended(&mut self, ended: EndedGroup) {
        let BegunGroup { lane_key, size, .. } = ended.begun.clone();
        let GroupOutcome { waited: rows, is_of_key: key, .. } = ended.outcome;
        self.free(ended.begun, Waits { rows, key });
        match &ended.outcome.failed {
            Some(fault) => self.last_write.failed(fault, self.shared.env.clock.now()),
            None if ended.outcome.committed => self.last_write.committed(),
            None => {}
        }
        if ended.outcome.committed {
            self.groups.fetch_add(1, Ordering::Relaxed);
            let size = size.saturating_sub(ended.outcome.again.len());
            self.grouped.fetch_add(u64::try_from(size).unwrap_or(u64::MAX), Ordering::Relaxed);
            self.committed.notify_one();
        }
        if let Some(session) = ended.session.filter(|_| !ended.outcome.broken) {
            self.idle.push(session);
        }
        let mut again = Vec::new();
        for run in runs(ended.outcome.again) {
            if run.iter().any(|queued| queued.awaits_key || self.keys.meets(queued)) {
                self.keys.park(lane_key.clone(), run);
            } else if run.iter().any(|queued| queued.busy >= BUSY_LIMIT) {
                self.rows.park(lane_key.clone(), run);
            } else {
                again.extend(run);
            }
        }
        if !again.is_empty() {
            self.turns.wait(&lane_key);
            self.lanes.entry(lane_key).or_default().push_front(again);
        }
    }
}

/// The server that has the book of a lane, where there are several and it is known.
fn home(reach: Option<&Reach>, lane_key: &LaneKey) -> Option<Home> {
    reach?.home(lane_key.as_ref()?)
}

/// How many of these places the books of one server may have.
fn share(reach: Option<&Reach>, places: usize) -> usize {
    reach.map_or(places, |reach| reach.share(places))
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
        begun: &BegunGroup,
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
                session.concerns(begun.lane_key.as_ref());
                let capabilities = self.store.capabilities();
                let left = self.histories.load(Ordering::Acquire);
                self.row_cache.now_in(self.store.connection_epoch().wrapping_add(left));
                let row_cache = capabilities.verified_writes.then_some(&self.row_cache);
                // no latches for groups that follow one another: they may change the same rows
                let latches =
                    (capabilities.lanes > 1 && ticket.is_none()).then_some((&self.latches, begun.number));
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
