//! Keys that somebody else's open transaction has claimed: their commands wait by themselves, and stop nobody.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::Lane;
use crate::env;
use crate::ids::{Book, Key};
use crate::kernel::group::{self, Queued};
use crate::kernel::needs::Needs;
use crate::kernel::snapshot::Snapshot;

/// How long commands of a key that was waited for do not join a group.
const APART: Duration = Duration::from_secs(1);
/// How long a command waits for its turn to wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// The keys of a command; several when it is a batch.
pub(super) type Names = BTreeSet<(Book, Key)>;

/// Commands of one key.
struct Parked {
    lane: Lane,
    names: Names,
    group: Vec<Queued>,
    since: Instant,
}

/// Who waits alone.
#[derive(Default)]
pub(super) struct Alone {
    /// Until when the commands of a key go alone.
    known: Vec<(Names, Instant)>,
    parked: VecDeque<Parked>,
    /// Keys whose commands are under way by themselves.
    waiting: Vec<Names>,
}

impl Alone {
    /// How many groups of one key are under way.
    pub(super) fn running(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parked.is_empty()
    }

    /// Whether a command must go alone: it was found out, or its key was, less than a second ago.
    pub(super) fn holds(&mut self, queued: &Queued) -> bool {
        if queued.alone || self.known.is_empty() {
            return queued.alone;
        }
        let now = env::moment();
        self.known.retain(|(_, until)| *until > now);
        let names = names(queued);
        let known = self.known.iter().map(|(known, _)| known).chain(&self.waiting);
        known.into_iter().any(|known| !known.is_disjoint(&names))
    }

    /// Keeps a command until there is a connection for it. From now on its key goes alone.
    pub(super) fn park(&mut self, lane: Lane, mut queued: Queued) {
        queued.alone = true;
        let names = names(&queued);
        self.remember(names.clone());
        match self.parked.iter_mut().find(|parked| parked.lane == lane && parked.names == names) {
            Some(parked) if !names.is_empty() => parked.group.push(queued),
            _ => self.parked.push_back(Parked { lane, names, group: vec![queued], since: env::moment() }),
        }
    }

    /// The next group that may wait on a connection of its own. Those that waited for it in vain are told.
    pub(super) fn next(&mut self) -> Option<(Lane, Names, Vec<Queued>)> {
        let now = env::moment();
        let mut place = 0;
        while let Some(parked) = self.parked.get(place) {
            let late = now.duration_since(parked.since) > PATIENCE;
            if !late && self.waiting.iter().any(|names| !names.is_disjoint(&parked.names)) {
                place += 1;
                continue;
            }
            let Some(parked) = self.parked.remove(place) else { break };
            if late {
                group::in_progress(parked.group);
                continue;
            }
            self.waiting.push(parked.names.clone());
            return Some((parked.lane, parked.names, parked.group));
        }
        None
    }

    /// A group of its own has ended.
    pub(super) fn ended(&mut self, names: Names) {
        if let Some(place) = self.waiting.iter().position(|waiting| *waiting == names) {
            self.waiting.swap_remove(place);
        }
        self.remember(names);
    }

    fn remember(&mut self, names: Names) {
        if names.is_empty() {
            return;
        }
        let until = env::moment() + APART;
        match self.known.iter_mut().find(|(known, _)| *known == names) {
            Some((_, known)) => *known = until,
            None => self.known.push((names, until)),
        }
    }
}

/// The keys that a command claims.
fn names(queued: &Queued) -> Names {
    let mut needs = Needs::default();
    queued.command.needs(&Snapshot::default(), &mut needs);
    needs.keys
}
