//! The timer of a source: a secret that was rotated out is wiped when it is good no longer.

use super::source::{KIND, Source};
use crate::kernel::draft::Draft;
use crate::kernel::due::DueRecord;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "webhook.secret_timer";

/// Wipes old secrets of a source, unless the source was changed in the meantime.
#[derive(Clone, Debug)]
pub(super) struct SecretLapse(DueRecord);

/// The timer of a record that is due; `None` when it is no source, or waits for nothing.
pub(super) fn due(record: &RecordRow) -> Option<SecretLapse> {
    DueRecord::of(record, KIND).map(SecretLapse)
}

impl Operation for SecretLapse {
    /// Whether a secret was wiped now.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.0.key.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(mut source): Option<Source> = self.0.unchanged(draft)? else {
            return Ok(CreatedIds::default());
        };
        if !source.drop_old(draft.ctx.now) {
            return Ok(CreatedIds::default());
        }
        source.put(draft, "source.secret_dropped")?;
        Ok(CreatedIds::of(self.0.key.id))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
