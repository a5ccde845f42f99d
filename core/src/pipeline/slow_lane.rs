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
    /// Keys. A command that waits too long for one gets `in_progress`.
    Keys,
    Rows,
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
    /// Until when commands on a resource go to the slow lane.
    known: BTreeMap<Resource, Instant>,
    parked: VecDeque<Parked>,
    /// The resources of running groups.
    waiting: Vec<Names>,
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
        let known = |name| self.known.get(name).is_some_and(|until| *until > now);
        names.iter().any(known) || self.waiting.iter().any(|waiting| !waiting.is_disjoint(&names))
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
            if self.what == WaitsFor::Keys || queued.busy >= BUSY_LIMIT {
                self.remember(of_one.clone());
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
    /// `limit` commands of a lane that `may` have one. Commands that waited too long for their turn get
    /// `in_progress`.
    pub(super) fn next(
        &mut self,
        limit: usize,
        may: impl Fn(&LaneKey) -> bool,
    ) -> Option<(LaneKey, Names, Vec<Queued>)> {
        let now = env::monotonic_now();
        let mut place = 0;
        while let Some(parked) = self.parked.get_mut(place) {
            let late = self.what == WaitsFor::Keys && now.duration_since(parked.since) > PATIENCE;
            let waited_for = || self.waiting.iter().any(|names| !names.is_disjoint(&parked.names));
            if !late && (waited_for() || !may(&parked.lane)) {
                place += 1;
                continue;
            }
            let all = parked.group.len() <= limit || late;
            let group = parked.group.drain(..if all { parked.group.len() } else { limit }).collect();
            let (lane, names) = (parked.lane.clone(), parked.names.clone());
            if all {
                self.parked.remove(place);
            }
            if late {
                group::in_progress(group);
                continue;
            }
            self.waiting.push(names.clone());
            return Some((lane, names, group));
        }
        None
    }

    /// Ends a group. If it had to wait for its rows (`waited`), those that were known to be slow stay slow:
    /// otherwise each command would first find them busy again.
    pub(super) fn ended(&mut self, names: Names, waited: bool) {
        if let Some(place) = self.waiting.iter().position(|waiting| *waiting == names) {
            self.waiting.swap_remove(place);
        }
        if self.what == WaitsFor::Keys {
            self.remember(names);
        } else if waited {
            let now = env::monotonic_now();
            let known = |name: &Resource| self.known.get(name).is_some_and(|until| *until > now);
            let still: Names = names.into_iter().filter(known).gathered();
            self.remember(still);
        }
    }

    fn remember(&mut self, names: Names) {
        let now = env::monotonic_now();
        self.known.retain(|_, until| *until > now);
        let until = now + STAYS_SLOW;
        self.known.extend(names.into_iter().map(|name| (name, until)));
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
