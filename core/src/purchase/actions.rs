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
use crate::request::reading::Reading;
use crate::time::Time;

impl Purchase {
    /// Whether a call that its table allows can succeed now.
    fn takes(&self, trigger: PurchaseTrigger, now: Time) -> bool {
        let facts = &self.facts;
        let kept = facts.kept();
        match trigger {
            PurchaseTrigger::Pay => facts.hold_until > now,
            PurchaseTrigger::Cancel => self.state == State::Held || facts.waits || facts.cancel_requested,
            // the money in a deal goes back by the deal's own table
            PurchaseTrigger::Refund => facts.deal.is_none() && (kept, facts.due_with(kept)) != (0, 0),
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
    let rows = TRANSITIONS.callable(purchase.state).filter(|row| row.lets(&roles));
    let rows = rows.filter(|row| purchase.takes(row.trigger, reading.now));
    let action =
        |trigger: PurchaseTrigger, to| PurchaseAction { trigger: trigger.to_string(), to, needs: Vec::new() };
    Ok(PurchaseChoices { actions: rows.map(|row| action(row.trigger, row.only_state())).collect() })
}
