//! Requests about events, timers and the state of a store.

use crate::request::bounds::{COUNT, LINE, NAME, chars};
use crate::request::declare::request;
use crate::time::Time;

request! {
    /// Lists events in the order of the book's sequence.
    read ListEvents pages {
        ;
        /// After this sequence number.
        after_seq: Option<i64> [COUNT],
        /// Only of these types, such as `transfer.posted`.
        types: Option<Vec<String>> [NAME.items(100)],
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String> [chars(128)],
    }

    /// Asks who did what, and what happened to what, oldest first. `actor` is whose events are wanted. A page
    /// may have fewer items than asked for, or none, and still a `next`: one call looks at 10,000 events at
    /// most.
    read Audit pages looks for actor {
        ;
        /// Only of this object: a prefixed id, or the name of an account.
        object: Option<String> [chars(128)],
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
    }

    /// Recomputes the hash chain of a book.
    read VerifyChain {}

    /// Hashes the whole state of a book.
    read GetStateHash {}

    /// Asks what happened under an idempotency key.
    read LookupKey {
        /// The key.
        key: String [LINE],
    }
}
