//! Queued commands with their history, and the bounds of the queue.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;
use crate::kernel::call::Command;

/// Bounds of the queue and of a group.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls that may wait or run at once; above it a call is `overloaded`. A batch counts as its calls.
    pub queue: usize,
    /// Bytes of calls that may wait or run at once; above it a call is `overloaded`.
    pub queue_bytes: usize,
    /// Commands in one group.
    pub group: usize,
    /// Bytes in one group.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { queue: 16_384, queue_bytes: 64 << 20, group: 1_000, bytes: 16 << 20 }
    }
}

/// A capacity of the queue: calls or bytes.
#[derive(Debug)]
pub(super) struct Capacity {
    free: Arc<Semaphore>,
    pub(super) limit: usize,
}

impl Capacity {
    pub(super) fn new(limit: usize) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(limit)), limit }
    }

    /// Reserves `count` units if they are free. A larger request than the whole capacity reserves all of it,
    /// so that it can run at all.
    pub(super) fn take(&self, count: usize) -> Option<OwnedSemaphorePermit> {
        let count = u32::try_from(count.min(self.limit).max(1)).unwrap_or(u32::MAX);
        self.free.clone().try_acquire_many_owned(count).ok()
    }

    pub(super) fn taken(&self) -> usize {
        self.limit.saturating_sub(self.free.available_permits())
    }
}

/// A command and its history in the queue.
pub struct Queued {
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
    /// It was found to wait by itself, for a key or for a new row: it goes on in the lane of keys.
    pub awaits_key: bool,
    /// The database said that it is a key that another open transaction has claimed.
    pub is_of_key: bool,
    /// Its places and its bytes in the queue, given back when it ends.
    pub permit: Option<[OwnedSemaphorePermit; 2]>,
}

impl Queued {
    /// A command to which nothing has happened yet.
    pub const fn new(command: Box<dyn Command>, permit: Option<[OwnedSemaphorePermit; 2]>) -> Self {
        Self {
            command,
            needed_more: 0,
            busy: 0,
            conflicts: 0,
            batched: false,
            position: 0,
            awaits_key: false,
            is_of_key: false,
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

/// Splits commands into runs: each run was queued together.
pub(super) fn runs(commands: Vec<Queued>) -> Vec<Vec<Queued>> {
    let mut runs: Vec<Vec<Queued>> = Vec::new();
    for queued in commands {
        match runs.last_mut().filter(|_| queued.batched) {
            Some(run) => run.push(queued),
            None => runs.push(vec![queued]),
        }
    }
    runs
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::Book;
    use crate::kernel::fold::Fold;
    use crate::kernel::operation::{Decided, Rejection};
    use crate::kernel::snapshot::Snapshot;
    use crate::rows::needs::Needs;

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
        fn run(&mut self, _: &mut Fold) -> Decided<()> {
            Ok(())
        }
        fn note(&self, _: &mut Fold, _: &Rejection) -> Decided<()> {
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
