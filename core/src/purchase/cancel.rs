//! Cancels a purchase that is not paid, for its buyer.

use super::by_gateway::needs_of_payment;
use super::editor::{edited, needs_of};
use super::model::{Purchase, State};
use super::requests::operations::Cancel;
use super::transitions::PurchaseTrigger;
use super::views::{Purchase as PurchaseView, PurchaseReply};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;

impl Operation for Cancel {
    type Reply = PurchaseReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(purchase) = needs_of(&self.book, self.purchase, seen, needs) {
            needs_of_payment(&purchase, seen, needs);
        }
    }

    /// A cancel moves nothing. Its sides are the buyer and the seller.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let row = seen.records.row(&Purchase::key(&self.book, self.purchase));
        let mut moves = Moves::default();
        if let Some(purchase) = row.map(Purchase::of).transpose()? {
            moves.pays(&purchase.facts.buyer, None);
            moves.gets(&purchase.facts.seller);
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = edited(draft, &self.book, self.purchase, &self.note)?;
        editor.judge(PurchaseTrigger::Cancel)?;
        if editor.object.state == State::Held {
            editor.end_unpaid(State::Cancelled, PurchaseTrigger::Cancel)?;
        } else if !editor.give_up_payment(PurchaseTrigger::Cancel)? {
            return Ok(CreatedIds::default());
        }
        if let Some(reason) = &self.reason {
            editor.keep("cancel_reason", reason);
        }
        if let Some(metadata) = &self.note.metadata {
            editor.keep("cancel_metadata", metadata);
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseReply> {
        let purchase = PurchaseView::seen(&self.book, self.purchase, seen)?;
        Ok(PurchaseReply { purchase, replayed: replayed || made.is_empty() })
    }
}
