//! Requests about events, timers and the state of a store.

use crate::api::request::request;
use crate::time::Time;

request! {
    /// Lists events in the order of the book's sequence.
    read ListEvents {
        ;
        /// After this sequence number.
        after_seq: Option<i64>,
        /// Only of these types, such as `transfer.posted`.
        types: Option<Vec<String>>,
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String>,
        /// Page size, at most 500.
        limit: Option<u32>,
        /// The `next` of the page before.
        after: Option<String>,
    }
}

request! {
    /// Asks who did what, and what happened to what, oldest first. `actor` is whose events are wanted. A page may have
    /// fewer items than asked for, or none, and still a `next`: one call looks at 10,000 events at most.
    read Audit looks for actor {
        ;
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String>,
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
        /// Page size, at most 500.
        limit: Option<u32>,
        /// The `next` of the page before.
        after: Option<String>,
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
        into: String,
    }
}

request! {
    /// Runs what is due: timers and built-in jobs, once.
    read RunDue {
        ;
        /// At most so many, 1,000 when absent.
        limit: Option<u32>,
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
        anchor: Option<String>,
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
        key: String,
    }
}

request! {
    /// Asks for the trial balance of a book.
    read GetTrialBalance {}
}
