//! Memos: what was worked out of something once, for all who ask again.

use std::any::Any;
use std::sync::OnceLock;

/// What a gate has worked out of something, for as long as that does not change: the first thing that it
/// kept.
#[derive(Default)]
pub struct Memo(OnceLock<Box<dyn Any + Send + Sync>>);

impl Memo {
    /// What was kept, if it is one of these.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.get()?.downcast_ref()
    }

    /// Keeps something, unless something is kept already.
    pub fn set<T: Any + Send + Sync>(&self, what: T) {
        self.0.get_or_init(|| Box::new(what));
    }
}
