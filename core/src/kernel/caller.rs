//! Who makes a call.

use std::sync::Arc;

use super::follow::RecordFollower;
use super::tally::Tallies;
use crate::env::Seed;
use crate::ids::{Actor, Book};
use crate::rows::traced::Traced;
use crate::time::Time;

/// The caller: book, actor, trace and id seed, what he proves, and who follows what he changes.
#[derive(Clone)]
pub struct Caller {
    /// The book.
    pub book: Book,
    /// The actor.
    pub actor: Actor,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
    /// When it was first made, where it has waited since.
    pub since: Option<Time>,
    /// The seed of its ids.
    pub seed: Seed,
    /// The marks of what proves factors that a gate may ask for.
    pub proofs: Option<Arc<[String]>>,
    /// Whether parties are told of every state.
    pub notify_every_state: bool,
    /// Who follows the records that it changes.
    pub followers: Arc<dyn RecordFollower>,
    /// Where this process counts what came of it.
    pub tallies: Arc<Tallies>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("Caller");
        debug.field("book", &self.book).field("actor", &self.actor).finish_non_exhaustive()
    }
}
