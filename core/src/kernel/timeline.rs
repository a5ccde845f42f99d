//! The timeline under which something was decided: what finds another one later was written before a restore,
//! a fork or a move of the store.

use uuid::Uuid;

use super::draft::Draft;
use super::operation::Halt;
use crate::rows::needs::Needs;

impl Draft<'_> {
    /// The timeline of the store as far as this process knows it; `None` is the first. What is written under
    /// it and finds another one later was written before a restore, a fork or a move of the store.
    ///
    /// # Errors
    /// Halts when the head of the book was not read.
    pub fn timeline(&self) -> Result<Option<Uuid>, Halt> {
        let key = (self.ctx.book.clone(),);
        if !self.seen().heads.knows(&key) {
            let mut needs = Needs::default();
            needs.heads.insert(key);
            return Err(Halt::NeedMore(Box::new(needs)));
        }
        Ok(self.seen().heads.row(&key).and_then(|head| head.timeline))
    }

    /// The same as the store has it now.
    ///
    /// # Errors
    /// As [`Draft::timeline`], and where it is known from before alone.
    pub fn timeline_now(&self) -> Result<Option<Uuid>, Halt> {
        if self.seen().from_cache { Err(Halt::Busy) } else { self.timeline() }
    }
}
