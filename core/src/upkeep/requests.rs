//! Requests of upkeep: timers, health, verification, clock, copies, replays and counts.

use crate::request::bounds::{LINE, chars, whole};
use crate::request::declare::request;
use crate::time::Time;

request! {
    /// Applies the log of a book into an empty store, as a read-only copy, for checking.
    read Replay {
        /// The URL of the store: it must be empty.
        into: String [chars(4_096)],
    }
}

request! {
    /// Runs what is due: timers and built-in jobs, once.
    read RunDue {
        ;
        /// How many at most, 1,000 when absent.
        limit: Option<u32> [whole(0, 100_000)] = 1_000,
    }
}

request! {
    /// Asks whether the engine and its store are well.
    read GetHealth {}
}

request! {
    /// Recomputes every invariant from the rows.
    read RunVerify {
        ;
        /// A link of this book's chain that was kept elsewhere, as `SEQ:HASH`: the log must still have it.
        anchor: Option<String> [chars(128)],
    }
}

request! {
    /// Says that the clock is right as it is now.
    read ConfirmClock {}
}

request! {
    /// Declares that this copy of a store goes its own way: from now on it differs from the store that it was
    /// copied from.
    read Fork {}
}

request! {
    /// Copies the store to a new file, while it is in use.
    read Backup {
        /// The file; there must be none.
        path: String [chars(4_096)],
    }
}

request! {
    /// Puts a backup in the place of everything that the store has.
    read Restore {
        /// The file that `backup` wrote.
        path: String [chars(4_096)],
        ;
        /// Restore it although this process's keyring lacks a key that something in it needs: that stays
        /// closed until a process has the key.
        force: Option<bool> = false,
    }
}

request! {
    /// Asks for counts of the store and of this process.
    read GetStats {}
}

request! {
    /// Asks for the metrics of this process.
    read GetMetrics {}
}

request! {
    /// Erases the address and the device of end users from the events of this book. The chain stays as it is:
    /// what is hashed has their salted hashes, and the salts are erased with them. At least one of `subject`
    /// and `before_time` is given.
    read EraseContext {
        ;
        /// Only from events that this actor caused.
        subject: Option<String> [LINE],
        /// Only from events before this time.
        before_time: Option<Time>,
    }
}
