//! The timeline under which something was decided: what finds another one later was written before a restore,
//! a fork or a move of the store.

use uuid::Uuid;

use super::draft::{Draft, Halt};
use crate::rows::needs::Needs;

impl Draft<'_> {
    /// The timeline of the store as far as this process knows it; `None` is the first. It forgets what it
    /// knows when it begins a timeline or finds another one, so only what it writes in the instant after
    /// another process began one may be under the timeline before.
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
}
