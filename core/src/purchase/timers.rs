//! The timer of a purchase, which ends the hold of its units.

use super::by_gateway::needs_of_payment;
use super::editor::{PurchaseEditor, needs_of};
use super::model::{Purchase, PurchaseFacts, State};
use super::transitions::PurchaseTrigger;
use crate::ids::PurchaseId;
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Needs, RecordKey};

impl Timed for PurchaseFacts {
    const TIMER: &'static str = "purchase.timer";

    fn timer_needs(key: &RecordKey, seen: &Snapshot, needs: &mut Needs) {
        if let Some(purchase) = needs_of(&key.book, PurchaseId::from_uuid(key.id), seen, needs) {
            needs_of_payment(&purchase, seen, needs);
        }
    }

    fn run_timer(purchase: Purchase, draft: &mut Draft<'_>) -> Decided<bool> {
        let mut editor = PurchaseEditor::new(draft, purchase);
        if editor.object.state == State::Held {
            editor.end_unpaid(State::Expired, PurchaseTrigger::HoldUntil)?;
        } else if !editor.give_up_payment(PurchaseTrigger::HoldUntil)? {
            return Ok(false);
        }
        editor.put()?;
        Ok(true)
    }
}
