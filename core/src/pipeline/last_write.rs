//! Whether writes succeed: the last failure of a group, kept until a group is committed.

use std::sync::{Mutex, PoisonError};

use crate::store::{Fault, FaultKind};
use crate::time::Time;

/// How the newest group of an engine ended, as far as it shows whether the store takes writes.
#[derive(Debug, Default)]
pub struct LastWrite(Mutex<Option<Failure>>);

/// Groups that failed since one was committed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The store's fault at the last of them.
    pub fault: Fault,
    /// When the first of them failed.
    pub since: Time,
    /// How many they are.
    pub groups: u64,
}

impl LastWrite {
    /// A group was committed, or the store took another write.
    pub fn committed(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that a group failed. Failures that its own commands caused, and those that a retry cures, say
    /// nothing about the store.
    pub fn failed(&self, fault: &Fault, now: Time) {
        if !stops_all(fault.kind) {
            return;
        }
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, groups) = last.as_ref().map_or((now, 0), |failure| (failure.since, failure.groups));
        *last = Some(Failure { fault: fault.clone(), since, groups: groups + 1 });
    }

    /// The groups that failed, if the newest one did.
    pub fn failure(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether the next group would fail in the same way, whatever is in it.
const fn stops_all(kind: FaultKind) -> bool {
    match kind {
        FaultKind::Full
        | FaultKind::ReadOnly
        | FaultKind::Corrupt
        | FaultKind::Schema
        | FaultKind::Unsupported
        | FaultKind::Missing
        | FaultKind::Denied
        | FaultKind::Unavailable
        | FaultKind::Unclean
        | FaultKind::Unknown => true,
        // one of several servers
        FaultKind::Away
        | FaultKind::Serialization
        | FaultKind::Stale
        | FaultKind::LockTimeout
        | FaultKind::Constraint
        | FaultKind::Aborted
        | FaultKind::NotInTransaction => false,
    }
}
