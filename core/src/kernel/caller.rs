//! The caller of an operation.

use std::sync::Arc;

use super::follow::RecordFollower;
use super::tally::Tallies;
use crate::env::Seed;
use crate::ids::{Actor, Book};
use crate::rows::traced::Traced;
use crate::time::Time;
use crate::waits::WaitLimits;

/// The caller: book, actor, trace, id seed, proofs, and the followers of the records that he changes.
#[derive(Clone)]
pub struct Caller {
    pub book: Book,
    pub actor: Actor,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
    /// When the call was first made, if it was parked since.
    pub since: Option<Time>,
    /// The seed of its ids.
    pub seed: Seed,
    /// The marks of proofs of factors that a gate may ask for.
    pub proofs: Option<Arc<[String]>>,
    /// Whether parties are told of every state.
    pub notify_every_state: bool,
    /// How long objects may wait for others, where options say so.
    pub wait_limits: WaitLimits,
    /// The followers of the records that it changes.
    pub followers: Arc<dyn RecordFollower>,
    /// The metrics of this process.
    pub tallies: Arc<Tallies>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("Caller");
        debug.field("book", &self.book).field("actor", &self.actor).finish_non_exhaustive()
    }
}
