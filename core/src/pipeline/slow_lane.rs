//! The slow lane: commands that wait for a key that another open transaction has claimed, or for rows that
//! others keep locking. Commands that wait for the same resource form one group, on a connection of its own,
//! and delay no others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::env;
use crate::kernel::snapshot::Snapshot;
use crate::pipeline::group::{self, BUSY_LIMIT};
use crate::pipeline::lane::LaneKey;
use crate::pipeline::queue::Queued;
use crate::pipeline::resource::{Resource, Resources};
use crate::rows::needs::Needs;
use crate::sorting::Gathering;

/// How long a command waits for its turn to wait for a key.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long commands on a resource go to the slow lane after one waited for it.
const STAYS_SLOW: Duration = Duration::from_secs(1);

/// The resources that a command waits for: several when it is a batch, or needs several rows.
pub(super) type Names = BTreeSet<Resource>;

/// The kind of resource waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// Keys, and new rows whose names nobody knows before they are written. A command that has no turn in
    /// time is refused.
    Keys,
    Rows,
}

/// Whether a group waited for rows, and for a key, of somebody else.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Waits {
    pub(super) rows: bool,
    pub(super) key: bool,
}

/// A resource that was waited for lately.
#[derive(Clone, Copy)]
struct SlowResource {
    /// Until when commands on it go to the slow lane.
    until: Instant,
    /// Whether the database said that it is a key that another open transaction has claimed.
    is_of_key: bool,
}

/// The resources of a running group, and whether one of them is known to be a key that another open
/// transaction has claimed.
struct WaitingGroup {
    names: Names,
    is_of_key: bool,
}

/// Commands that wait for the same.
struct Parked {
    lane: LaneKey,
    names: Names,
    group: VecDeque<Queued>,
    since: Instant,
}

/// The commands that wait in the slow lane.
pub(super) struct SlowLane {
    what: WaitsFor,
    resources: Resources,
    known: BTreeMap<Resource, SlowResource>,
    parked: VecDeque<Parked>,
    waiting: Vec<WaitingGroup>,
}

impl SlowLane {
    pub(super) fn new(what: WaitsFor) -> Self {
        let (resources, known) = (Resources::default(), BTreeMap::new());
        Self { what, resources, known, parked: VecDeque::new(), waiting: Vec::new() }
    }

    /// How many groups run.
    pub(super) fn running(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parked.is_empty()
    }

    /// Whether a command wants a resource that is waited for, or was lately.
    pub(super) fn meets(&self, queued: &Queued) -> bool {
        if self.known.is_empty() {
            return false;
        }
        let (now, names) = (env::monotonic_now(), self.names(queued));
        let known = |name| self.known.get(name).is_some_and(|known| known.until > now);
        names.iter().any(known) || self.waits_for(&names)
    }

    fn waits_for(&self, names: &Names) -> bool {
        self.waiting.iter().any(|waiting| !waiting.names.is_disjoint(names))
    }

    /// Whether one of these resources is known to be a key that another open transaction has claimed.
    fn has_key(&self, names: &Names) -> bool {
        let known = |name| self.known.get(name).is_some_and(|known| known.is_of_key);
        let waits = |waiting: &WaitingGroup| waiting.is_of_key && !waiting.names.is_disjoint(names);
        names.iter().any(known) || self.waiting.iter().any(waits)
    }

    /// Parks a command until there is a connection for it. Later commands on the same resource follow it to
    /// the slow lane, unless this one was itself only a follower on a row: otherwise the set of slow rows
    /// would grow until it held them all.
    ///
    /// Commands that were queued behind it as one batch wait with it.
    pub(super) fn park(&mut self, lane: LaneKey, mut run: Vec<Queued>) {
        let mut names = Names::new();
        let single = run.len() == 1;
        for queued in &mut run {
            // in a batch, not every command waits for a key: running it shows which do
            queued.awaits_key |= self.what == WaitsFor::Keys && (single || self.meets(queued));
            let of_one = self.names(queued);
            queued.is_of_key |= self.has_key(&of_one);
            if self.what == WaitsFor::Keys || queued.busy >= BUSY_LIMIT {
                self.remember(of_one.clone(), queued.is_of_key);
            }
            names.extend(of_one);
        }
        let same = |parked: &&mut Parked| {
            // commands that cannot name the rows that they lock yet wait together
            let nameless = parked.names.is_empty() && names.is_empty();
            parked.lane == lane && (nameless || !parked.names.is_disjoint(&names))
        };
        match self.parked.iter_mut().find(same) {
            Some(parked) => {
                parked.names.extend(names);
                parked.group.extend(run);
            }
            None => {
                let group = VecDeque::from(run);
                self.parked.push_back(Parked { lane, names, group, since: env::monotonic_now() });
            }
        }
    }

    /// Returns the group that has waited longest of those that may wait on a connection of their own, at most
    /// `limit` commands of a lane that `may` have one. Commands that waited too long for their turn are
    /// refused.
    pub(super) fn next(
        &mut self,
        limit: usize,
        may: impl Fn(&LaneKey) -> bool,
    ) -> Option<(LaneKey, Names, Vec<Queued>)> {
        let now = env::monotonic_now();
        let mut place = 0;
        while let Some(parked) = self.parked.get_mut(place) {
            let late = self.what == WaitsFor::Keys && now.duration_since(parked.since) > PATIENCE;
            let waited_for = || self.waiting.iter().any(|waiting| !waiting.names.is_disjoint(&parked.names));
            if !late && (waited_for() || !may(&parked.lane)) {
                place += 1;
                continue;
            }
            let all = parked.group.len() <= limit || late;
            let group: Vec<Queued> =
                parked.group.drain(..if all { parked.group.len() } else { limit }).collect();
            let (lane, names) = (parked.lane.clone(), parked.names.clone());
            if all {
                self.parked.remove(place);
            }
            if late {
                group::no_turn(group);
                continue;
            }
            let is_of_key = group.iter().any(|queued| queued.is_of_key);
            self.waiting.push(WaitingGroup { names: names.clone(), is_of_key });
            return Some((lane, names, group));
        }
        None
    }

    /// Ends a group. If it had to wait for its rows, those that were known to be slow stay slow:
    /// otherwise each command would first find them busy again.
    pub(super) fn ended(&mut self, names: Names, waits: Waits) {
        if let Some(place) = self.waiting.iter().position(|waiting| waiting.names == names) {
            self.waiting.swap_remove(place);
        }
        if self.what == WaitsFor::Keys {
            self.remember(names, waits.key);
        } else if waits.rows {
            let now = env::monotonic_now();
            let known = |name: &Resource| self.known.get(name).is_some_and(|known| known.until > now);
            let still: Names = names.into_iter().filter(known).gathered();
            self.remember(still, false);
        }
    }

    fn remember(&mut self, names: Names, is_of_key: bool) {
        let now = env::monotonic_now();
        self.known.retain(|_, known| known.until > now);
        let until = now + STAYS_SLOW;
        for name in names {
            let known = self.known.entry(name).or_insert(SlowResource { until, is_of_key });
            *known = SlowResource { until, is_of_key: known.is_of_key || is_of_key };
        }
    }

    /// The resources that a command can wait for: the keys it claims, or the rows it locks as far as it names
    /// them at once.
    fn names(&self, queued: &Queued) -> Names {
        let mut needs = Needs::default();
        queued.command.needs(&Snapshot::default(), &mut needs);
        if self.what == WaitsFor::Keys {
            return self.resources.keys(&needs).gathered();
        }
        // a system account is locked only by debits: a credit need not wait for it
        let rows = self.resources.rows(&needs, |key| key.account.as_str().starts_with('@'));
        rows.into_iter().filter(|(_, access)| access.changes()).map(|(row, _)| row).gathered()
    }
}
