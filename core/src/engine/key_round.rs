//! How far the check of the keyring has come on its way through the books.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use crate::engine::Engine;
use crate::ids::Book;
use crate::time::Time;

/// What is looked at next in a book. Each is one page, from the record after this one on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The keys that wrap.
    #[default]
    Keys,
    /// PINs.
    Pins(Option<(Time, Uuid)>),
    /// Recovery codes.
    Codes(Option<(Time, Uuid)>),
}

/// A round through all books, of which each check of health goes a part.
#[derive(Debug, Default)]
pub(crate) struct KeyRound {
    /// The keys of the keyring that is compared with: another one begins anew.
    pub(crate) kids: Vec<String>,
    /// Books to be looked at, in order.
    pub(crate) next: VecDeque<Book>,
    /// What comes next in the first of them.
    pub(crate) piece: Piece,
    /// The last book that was listed, while there may be more.
    pub(crate) listed: Option<Book>,
    /// Books that were looked at in this round.
    pub(crate) looked: usize,
    /// Books of the last whole round.
    pub(crate) whole: Option<usize>,
    /// What is missing, by book, and where: looked at again each time.
    pub(crate) lacking: BTreeMap<Book, (Piece, String)>,
}

/// The round of an engine, which one check goes on with at a time.
#[derive(Debug, Default)]
pub(super) struct KeyRounds(Mutex<KeyRound>);

impl Engine {
    /// Waits until no other check goes on with the round.
    pub(crate) async fn key_round(&self) -> MutexGuard<'_, KeyRound> {
        self.inner.key_rounds.0.lock().await
    }
}
