//! The environment of a group, and the rows that its commands claim there.

use std::sync::atomic::AtomicBool;

use crate::env::Env;
use crate::kernel::objects::Unfinished;
use crate::kernel::snapshot::Snapshot;
use crate::pipeline::latches::Latches;
use crate::pipeline::queue::Queued;
use crate::pipeline::row_cache::RowCache;
use crate::pipeline::ticket::Ticket;
use crate::rows::needs::{AccountKey, Needs};
use crate::store::Capabilities;

/// The owner of a transaction.
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
    /// The store's capabilities.
    pub capabilities: Capabilities,
    /// Clock and seeds.
    pub env: &'g Env,
    /// The transaction's owner.
    pub host: Host,
    /// Rows that earlier groups left in memory; `None` where every group reads.
    pub row_cache: Option<&'g RowCache>,
    /// The latches of concurrent groups, and the number of this group; `None` where groups do not run
    /// concurrently.
    pub latches: Option<(&'g Latches, u64)>,
    /// The group's ticket; `None` where it follows no other group.
    pub ticket: Option<&'g Ticket>,
    /// Objects that open transactions of hosts have created so far; `None` on connections of the engine's
    /// own.
    pub made: Option<&'g Unfinished>,
    /// Set when the group waited for rows that somebody else had locked.
    pub waited: &'g AtomicBool,
}

impl GroupEnv<'_> {
    /// As [`GroupEnv::claim`] when nothing is known yet.
    pub(super) fn claim_first(&self, commands: Vec<Queued>) -> Vec<Queued> {
        if self.latches.is_none() { commands } else { self.claim(commands, &Snapshot::default()).0 }
    }

    /// Latches the rows of commands, as far as `seen` lets them name these. Returns the commands that got
    /// their latches, and the rows that they need. Commands that want a row of another group wait.
    pub(super) fn claim(&self, commands: Vec<Queued>, seen: &Snapshot) -> (Vec<Queued>, Needs) {
        let Some((latches, group)) = self.latches else {
            let needs = wanted(&commands, seen);
            return (commands, needs);
        };
        let appends = |key: &AccountKey| {
            key.account.as_str().starts_with('@')
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

/// The rows that commands ask for, as far as `seen` lets them name these.
pub(super) fn wanted(group: &[Queued], seen: &Snapshot) -> Needs {
    let mut needs = Needs::default();
    for queued in group {
        queued.command.needs(seen, &mut needs);
    }
    needs
}
