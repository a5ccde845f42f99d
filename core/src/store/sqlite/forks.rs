//! Keeps a forked process from opening connections beside those that it inherited.
//!
//! SQLite keeps a table of open files and locks in the memory of the process, and a fork copies it. A child
//! would find its parent's locks there and take none of its own. It would write while others do, wait for
//! ever for a mutex of a thread that it does not have, and lose its log when the parent closes the file.
//! SQLite cannot undo that, so a child opens a file only if its parent had none open.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Detail, Error};
use crate::store::fault::Fault;

/// The connections of this library: the process that opened them, and how many there are. It is an atomic,
/// because a thread could hold a lock during a fork.
static OPEN: Census = Census { state: AtomicU64::new(0) };

/// The process id in the upper half, and the number of connections in the lower.
#[derive(Debug)]
struct Census {
    state: AtomicU64,
}

/// A connection that this process has open, or is about to open.
#[derive(Debug)]
pub(crate) struct Present {
    census: &'static Census,
    process: u32,
}

/// Counts a connection from before it is opened until after it is closed.
pub(crate) fn enter() -> Result<Present, Fault> {
    OPEN.enter(process::id())
}

/// Whether this process inherited connections from the one that forked it.
pub(super) fn inherits() -> bool {
    let (owner, count) = parts(OPEN.state.load(Ordering::Acquire));
    count > 0 && owner != process::id()
}

/// The refusal of a file in a process that inherited connections.
pub(super) fn inherited() -> Fault {
    let reason = "this process was forked while a SQLite file was open, whose locks it takes for its own: close \
                  engines on SQLite before a fork, or open them only after it";
    Error::from(Detail::StoreConflict { reason: reason.to_owned() }).into()
}

impl Census {
    fn enter(&'static self, process: u32) -> Result<Present, Fault> {
        let more = |state: u64| match parts(state) {
            (owner, count) if owner == process => Some(joined(process, count + 1)),
            (_, 0) => Some(joined(process, 1)),
            _ => None,
        };
        let entered = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        entered.map(|_| Present { census: self, process }).map_err(|_| inherited())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let process = self.process;
        let less = |state: u64| match parts(state) {
            (owner, count) if owner == process => Some(joined(process, count.saturating_sub(1))),
            _ => None,
        };
        let _ = self.census.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
    }
}

fn joined(process: u32, count: u32) -> u64 {
    u64::from(process) << 32 | u64::from(count)
}

const fn parts(state: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = state.to_be_bytes();
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_opens_nothing_beside_what_it_inherited() {
        static OPEN: Census = Census { state: AtomicU64::new(0) };
        let one = OPEN.enter(7).expect("nothing is open");
        let two = OPEN.enter(7).expect("the same process");
        assert!(OPEN.enter(8).is_err(), "the parent has two open");
        drop(one);
        assert!(OPEN.enter(8).is_err(), "and still one");
        drop(two);
        let own = OPEN.enter(8).expect("all were closed before the fork");
        assert!(OPEN.enter(7).is_err());
        drop(Present { census: &OPEN, process: 7 });
        assert!(OPEN.enter(7).is_err(), "what another process opened is not counted here");
        drop(own);
        drop(OPEN.enter(7).expect("all are closed"));
    }
}
