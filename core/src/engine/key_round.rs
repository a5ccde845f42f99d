//! The progress of the keyring check through the books.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use crate::engine::Engine;
use crate::ids::Book;
use crate::time::Time;

/// The next piece of a book to check: one page, from the record after this one on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The keys that wrap.
    #[default]
    Keys,
    Pins(Option<(Time, Uuid)>),
    /// Recovery codes.
    Codes(Option<(Time, Uuid)>),
}

/// A round through all books. Each health check does a part of it.
#[derive(Debug, Default)]
pub(crate) struct KeyRound {
    /// The keys of the keyring that is checked. Another keyring begins a new round.
    pub(crate) kids: Vec<String>,
    /// Books to be looked at, in order.
    pub(crate) next: VecDeque<Book>,
    /// The next piece of the first of them.
    pub(crate) piece: Piece,
    /// The last book that was listed, while there may be more.
    pub(crate) listed: Option<Book>,
    /// Books that were looked at in this round.
    pub(crate) looked: usize,
    /// How many books the last complete round had.
    pub(crate) whole: Option<usize>,
    /// Findings by book, each with its piece. Each check repeats them, up to the first that still holds.
    pub(crate) lacking: BTreeMap<Book, (Piece, String)>,
}

/// The round of an engine. One check at a time continues it.
#[derive(Debug, Default)]
pub(super) struct KeyRounds(Mutex<KeyRound>);

impl Engine {
    /// Waits until no other check continues the round.
    pub(crate) async fn key_round(&self) -> MutexGuard<'_, KeyRound> {
        self.inner.key_rounds.0.lock().await
    }
}
