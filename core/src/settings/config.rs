//! The record in which a book keeps its own settings.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::policy::Policy;
use crate::error::Result;
use crate::ids::Book;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, object};
use crate::time::Time;

/// The kind of the record that holds a book's settings.
pub const KIND: &str = "config";

/// The settings of a book, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigFacts {
    /// The book's own policies, in the order of their names.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Policies of the engine's options that are off in this book.
    #[serde(default)]
    pub removed: Vec<String>,
}

text_enum! {
    /// Settings have one state.
    pub enum State {
        /// They hold.
        Active = "active",
    }
}

object! { ConfigFacts: KIND, State, Uuid }

/// A book's settings, read from their one record. Its version counts every change: a group that loads it has
/// the current settings.
pub type Config = Stored<ConfigFacts>;

impl Config {
    /// The settings of a book that has none yet.
    pub fn empty(book: &Book, at: Time) -> Result<Self> {
        Self::begin(key(book), ListedBy::default(), State::Active, ConfigFacts::default(), at)
    }

    /// Counts every change.
    pub const fn version(&self) -> i64 {
        self.row.version
    }
}

/// The key of a book's settings.
pub fn key(book: &Book) -> RecordKey {
    // read with every group that passes a gate: the name is made once
    static CONFIG: LazyLock<Arc<str>> = LazyLock::new(|| KIND.into());
    RecordKey::new(book.clone(), CONFIG.clone(), Uuid::nil())
}
