//! Deals that a payment from outside pays: one at a time, and nobody pays beside it.

use serde_json::{Map, Value};

use super::model::{Deal, Trigger};
use crate::error::Result;
use crate::escrow::move_args::unmet;
use crate::ids::PaymentId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;

/// The effect that policies know for paying a deal, whichever call pays it and in whichever way.
pub const EFFECT: &str = "escrow.pay";

/// Refuses a deal that another payment is under way for.
pub fn paid_by(deal: &Deal, payment: Option<PaymentId>) -> Result<()> {
    if deal.facts.payment == payment {
        return Ok(());
    }
    Err(unmet(deal, Trigger::Pay, "payment", None))
}

/// A payment begins that is to pay a deal.
pub fn begin(draft: &mut Draft<'_>, mut deal: Deal, payment: PaymentId) -> Decided<()> {
    deal.facts.payment = Some(payment);
    written(draft, deal, "deal.payment_begun", payment)
}

/// The payment of a deal ended without money: the deal may be paid otherwise.
pub fn end(draft: &mut Draft<'_>, mut deal: Deal) -> Decided<()> {
    let Some(payment) = deal.facts.payment.take() else { return Ok(()) };
    written(draft, deal, "deal.payment_ended", payment)
}

fn written(draft: &mut Draft<'_>, deal: Deal, event: &'static str, payment: PaymentId) -> Decided<()> {
    let data: Map<String, Value> = Map::from_iter([("payment".to_owned(), payment.to_string().into())]);
    draft.write(deal, event, &data)
}
