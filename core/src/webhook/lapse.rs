//! The timer of a source: a secret that was rotated out is wiped when it is good no longer.

use super::source::{Source, SourceFacts};
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;

impl Timed for SourceFacts {
    const TIMER: &'static str = "webhook.secret_timer";

    fn run_timer(mut source: Source, draft: &mut Draft<'_>) -> Decided<bool> {
        let has_changed = source.drop_old(draft.ctx.now);
        if has_changed {
            source.put(draft, "source.secret_dropped")?;
        }
        Ok(has_changed)
    }
}
