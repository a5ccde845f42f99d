//! Requests about events, timers and the state of a store.

use crate::api::bounds::{COUNT, CURSOR, LINE, NAME, PAGE, chars, whole};
use crate::api::request::request;
use crate::time::Time;

request! {
    /// Lists events in the order of the book's sequence.
    read ListEvents {
        ;
        /// After this sequence number.
        after_seq: Option<i64> [COUNT],
        /// Only of these types, such as `transfer.posted`.
        types: Option<Vec<String>> [NAME.items(100)],
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String> [chars(128)],
        /// Page size, at most 500.
        limit: Option<u32> [PAGE],
        /// The `next` of the page before.
        after: Option<String> [CURSOR],
    }
}

request! {
    /// Asks who did what, and what happened to what, oldest first. `actor` is whose events are wanted. A page may have
    /// fewer items than asked for, or none, and still a `next`: one call looks at 10,000 events at most.
    read Audit looks for actor {
        ;
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String> [chars(128)],
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
        /// Page size, at most 500.
        limit: Option<u32> [PAGE],
        /// The `next` of the page before.
        after: Option<String> [CURSOR],
    }
}

request! {
    /// Recomputes the hash chain of a book.
    read VerifyChain {}
}

request! {
    /// Hashes the whole state of a book.
    read GetStateHash {}
}

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
        /// At most so many, 1,000 when absent.
        limit: Option<u32> [whole(0, 100_000)],
    }
}

request! {
    /// Asks whether the engine and its store are well.
    read GetHealth {}
}

request! {
    /// Erases the address and the device of end users from the events of this book. The chain stays as it is: what is hashed has
    /// their salted hashes, and the salts are erased with them. At least one of `subject` and `before_time` is given.
    read EraseContext {
        ;
        /// Only from events that this actor caused.
        subject: Option<String> [LINE],
        /// Only from events before this time.
        before_time: Option<Time>,
    }
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
    /// Says that this copy of a store goes its own way: from now on it is told apart from the store that it was copied from.
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
    }
}

request! {
    /// Asks for counts of the store and of this process.
    read GetStats {}
}

request! {
    /// Asks what happened under an idempotency key.
    read LookupKey {
        /// The key.
        key: String [LINE],
    }
}

request! {
    /// Asks for the trial balance of a book.
    read GetTrialBalance {}
}
