//! The timer of a purchase, which ends the hold of its units.

use super::by_gateway::needs_of_payment;
use super::editor::{PurchaseEditor, needs_of};
use super::model::{KIND, PurchaseFacts, State};
use super::transitions::PurchaseTrigger;
use crate::ids::PurchaseId;
use crate::kernel::draft::Draft;
use crate::kernel::due::DueRecord;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "purchase.timer";

/// Runs the timer of a purchase, unless the purchase has changed since.
#[derive(Clone, Debug)]
pub(super) struct HoldTimer(DueRecord);

/// The timer of a purchase that is due; `None` for another record, or one without a deadline.
pub(super) fn due(record: &RecordRow) -> Option<HoldTimer> {
    DueRecord::of(record, KIND).map(HoldTimer)
}

impl Operation for HoldTimer {
    /// Whether the purchase changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let id = PurchaseId::from_uuid(self.0.key.id);
        if let Some(purchase) = needs_of(&self.0.key.book, id, seen, needs) {
            needs_of_payment(&purchase, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(purchase) = self.0.now::<PurchaseFacts>(draft)? else { return Ok(CreatedIds::default()) };
        let mut editor = PurchaseEditor::of(draft, &self.0.key.book, purchase.id(), None)?;
        match editor.object.state {
            State::Held => editor.end_unpaid(State::Expired, PurchaseTrigger::HoldUntil)?,
            _ => {
                if !editor.give_up_payment(PurchaseTrigger::HoldUntil)? {
                    return Ok(CreatedIds::default());
                }
            }
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
