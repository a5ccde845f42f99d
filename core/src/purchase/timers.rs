//! The timer of a purchase, which ends the hold of its units.

use super::by_gateway::needs_of_payment;
use super::model::{self, KIND, Purchase, State};
use super::till::{Till, needs_of};
use super::transitions::PurchaseTrigger;
use crate::error::Result;
use crate::ids::{Book, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "purchase.timer";

/// Runs the timer of a purchase, unless the purchase has changed since.
#[derive(Clone, Debug)]
pub(super) struct HoldTimer {
    book: Book,
    purchase: PurchaseId,
    version: i64,
}

/// The timer of a purchase that is due; `None` for another record, or one without a deadline.
#[must_use]
pub(super) fn due(record: &RecordRow) -> Option<HoldTimer> {
    let waits = record.kind.as_ref() == KIND && record.due_at.is_some();
    waits.then(|| HoldTimer {
        book: record.book.clone(),
        purchase: PurchaseId::from_uuid(record.id),
        version: record.version,
    })
}

impl Operation for HoldTimer {
    /// Whether the purchase changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(purchase) = needs_of(&self.book, self.purchase, seen, needs) {
            needs_of_payment(&purchase, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = draft.record(&model::key(&self.book, self.purchase))?;
        let Some(row) = row.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let purchase = Purchase::of(row)?;
        if purchase.due_at().is_none_or(|at| draft.ctx.now < at) {
            return Ok(CreatedIds::default());
        }
        let mut till = Till::of(draft, &self.book, self.purchase, &Note::default())?;
        match till.purchase.state {
            State::Held => till.end_unpaid(State::Expired, PurchaseTrigger::HoldUntil)?,
            _ => {
                if !till.give_up_payment(PurchaseTrigger::HoldUntil)? {
                    return Ok(CreatedIds::default());
                }
            }
        }
        Ok(CreatedIds::of(till.put()?))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(!made.is_empty())
    }
}
