//! The actions that an actor could take on a purchase now.

use super::model::{Purchase, State};
use super::queries::{known, sides, ties};
use super::requests::PurchaseActions;
use super::transitions::{PurchaseTrigger, TRANSITIONS};
use super::views::{PurchaseAction, PurchaseChoices};
use crate::error::Result;
use crate::escrow::model::Role;
use crate::ids::PurchaseId;
use crate::kernel::transitions::roles;
use crate::payment::actions::needs_of_refund;
use crate::payment::model::Payment;
use crate::request::reading::Reading;
use crate::time::Time;

impl Purchase {
    /// Whether a call that its table allows can succeed now. `payment` has paid it.
    fn takes(&self, trigger: PurchaseTrigger, payment: Option<&Payment>, now: Time) -> bool {
        let facts = &self.facts;
        let due = facts.due_with(facts.kept());
        match trigger {
            PurchaseTrigger::Pay => facts.hold_until > now,
            PurchaseTrigger::Cancel => self.state == State::Held || facts.waits || facts.cancel_requested,
            // the money in a deal goes back by the deal's own table
            PurchaseTrigger::Refund => {
                let can_pay = due == 0 || payment.is_none_or(Payment::gives_back);
                facts.deal.is_none() && (facts.kept(), due) != (0, 0) && can_pay
            }
            _ => true,
        }
    }
}

/// `purchases.allowed_actions`: an actor who may do nothing gets an empty list.
pub async fn allowed_actions(
    reading: &mut Reading<'_>,
    request: &PurchaseActions,
) -> Result<PurchaseChoices> {
    let id = PurchaseId::request("purchase", &request.purchase)?;
    let purchase = known(reading, id).await?;
    let rows = sides(reading, std::slice::from_ref(&purchase)).await?;
    let [buyer, seller] = ties(&purchase, &rows);
    let roles = roles(&reading.actor, &[(Role::Buyer, &buyer), (Role::Seller, &seller)]);
    reading.judged = true;
    let payment = match purchase.facts.payment {
        Some(payment) => reading.record(Payment::key(&reading.book, payment)).await?,
        None => None,
    };
    let payment = payment.as_ref().map(Payment::of).transpose()?;
    let needs = match &payment {
        Some(payment) => needs_of_refund(reading, payment).await?,
        None => &[],
    };
    let mut actions = Vec::new();
    for row in TRANSITIONS.callable(purchase.state).filter(|row| row.lets(&roles)) {
        if !purchase.takes(row.trigger, payment.as_ref(), reading.now) {
            continue;
        }
        let needs = if row.trigger == PurchaseTrigger::Refund { needs } else { &[] };
        // a payment that was not sent is over at once, and the purchase with it
        let is_open = (purchase.state, row.trigger) == (State::Paying, PurchaseTrigger::Cancel);
        actions.push(PurchaseAction {
            trigger: row.trigger.to_string(),
            to: row.only_state().filter(|_| !is_open),
            needs: needs.iter().map(|field| (*field).to_owned()).collect(),
        });
    }
    Ok(PurchaseChoices { actions })
}
