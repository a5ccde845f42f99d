//! The timeline of a decision. If a later reader finds another timeline, the store was restored, forked or
//! moved in between.

use uuid::Uuid;

use super::draft::{Decided, Draft, Halt};
use crate::rows::needs::Needs;

impl Draft<'_> {
    /// The timeline of the store as far as this process knows it; `None` is the first. The process drops its
    /// cached rows when it begins a timeline or finds another one. So only a write in the instant after
    /// another process began one may carry the old timeline.
    pub fn timeline(&self) -> Decided<Option<Uuid>> {
        let key = (self.ctx.book.clone(),);
        if !self.seen().heads.knows(&key) {
            let mut needs = Needs::default();
            needs.heads.insert(key);
            return Err(Halt::NeedMore(Box::new(needs)));
        }
        Ok(self.seen().heads.row(&key).and_then(|head| head.timeline))
    }
}
