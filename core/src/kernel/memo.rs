//! Memos: a value is computed once and kept for everybody who asks again.

use std::any::Any;
use std::sync::OnceLock;

/// A value that a gate has computed, kept for as long as its input does not change. The first value stays.
#[derive(Default)]
pub struct Memo(OnceLock<Box<dyn Any + Send + Sync>>);

impl Memo {
    /// The kept value, if it has this type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.get()?.downcast_ref()
    }

    /// Keeps a value, unless there is one already.
    pub fn set<T: Any + Send + Sync>(&self, what: T) {
        self.0.get_or_init(|| Box::new(what));
    }
}
