//! The books in which calls have counted apart lately: what they counted is still to be added up.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;
use tokio::time::Instant;

use crate::env;
use crate::ids::Book;

/// How long after a call in a book its rows are looked for: a host may commit late.
const LATE: Duration = Duration::from_secs(60);

/// These books, and when the last such call was judged.
#[derive(Debug, Default)]
pub struct CountedApart(Mutex<HashMap<Book, Instant>>);

impl CountedApart {
    /// Notes that a call counts apart in a book.
    pub fn note(&self, book: &Book) {
        // a plain list: a panic leaves nothing half-way
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = env::monotonic_now();
        match books.get_mut(book) {
            Some(last) => *last = now,
            None => drop(books.insert(book.clone(), now)),
        }
    }

    /// The books; those in which nothing has happened for long are forgotten.
    #[must_use]
    pub fn lately(&self) -> Vec<Book> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = env::monotonic_now();
        books.retain(|_, last| now.saturating_duration_since(*last) < LATE);
        books.keys().cloned().collect()
    }
}
