//! The timeline under which something was decided: what finds another one later was written before a restore,
//! a fork or a move of the store.

use uuid::Uuid;

use super::draft::Draft;
use super::operation::Halt;
use crate::rows::needs::Needs;

impl Draft<'_> {
    /// The timeline of the store as it has it now; `None` is the first. A head that this process has cached may
    /// be that of a history that was left.
    ///
    /// # Errors
    /// Halts when the head of the book was not read, or only from the cache.
    pub fn timeline(&self) -> Result<Option<Uuid>, Halt> {
        let key = (self.ctx.book.clone(),);
        if self.seen().from_cache {
            return Err(Halt::Busy);
        }
        if !self.seen().heads.knows(&key) {
            let mut needs = Needs::default();
            needs.heads.insert(key);
            return Err(Halt::NeedMore(Box::new(needs)));
        }
        Ok(self.seen().heads.row(&key).and_then(|head| head.timeline))
    }
}
