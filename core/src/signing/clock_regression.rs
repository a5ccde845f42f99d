//! Clocks that were set back: what a key has signed by a later time is taken as signed now.
//!
//! A signature that is allowed writes this with what it counts. A refusal leaves [`TakenAsNow`], which writes
//! nothing else: otherwise a limit that was used up by a clock that was ahead would stay used up until that
//! time comes.

use std::fmt;
use std::sync::Arc;

use serde_json::Map;

use super::model::{self, KeyRecord};
use super::used::History;
use crate::ids::SigningKeyId;
use crate::kernel::draft::Draft;
use crate::kernel::gate::Survivor;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::time::Time;
use crate::vault::safe::Safe;

/// A write that survives a refusal: signatures of later times count as made now.
pub(super) struct TakenAsNow {
    safe: Safe,
    id: SigningKeyId,
}

impl TakenAsNow {
    /// Returns the write that survives a refusal at this time; `None` if nothing was signed later.
    pub(super) fn of(
        safe: &Safe,
        id: SigningKeyId,
        history: &History,
        now: Time,
    ) -> Option<Arc<dyn Survivor>> {
        history.clone().take_as_now(now).then(|| Arc::new(Self { safe: safe.clone(), id }) as _)
    }
}

impl fmt::Debug for TakenAsNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakenAsNow").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Survivor for TakenAsNow {
    fn name(&self) -> &'static str {
        "signing.taken_as_now"
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(KeyRecord::key(&self.safe.book, self.id), Access::Write);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let Some(mut key) = KeyRecord::find(draft, &self.safe.book, self.id)? else { return Ok(()) };
        let mut history = History::read(key.text("used").map(|text| &**text))?;
        // what was altered meanwhile is not vouched for
        if model::vouched(&self.safe, &key).is_err() || !history.take_as_now(draft.ctx.now) {
            return Ok(());
        }
        key.texts.insert("used".to_owned(), Text::new(&history.write()?, draft.ids.salt()));
        draft.emit(&mut key, "signing_key.taken_as_now", &Map::new())?;
        model::vouch(&self.safe, &mut key, draft.ids.salt());
        draft.put_record(key.into_row()?);
        Ok(())
    }
}
