//! Arguments of a transition: amount, milestone, ruling, deadline, dispute.

use std::sync::Arc;

use super::model::{Deadline, Deal, InDispute, RefundRequest, Role, Ruling, Trigger};
use crate::error::{Detail, Error, Result};
use crate::ids::{DisputeId, PaymentId};
use crate::ledger::model::mismatch;
use crate::money::Money;
use crate::money::minor::Part;
use crate::request::bounds::{CENTURY, ahead};
use crate::time::Time;

/// The arguments of a call. Triggers ignore the ones they do not take.
#[derive(Clone, Debug)]
pub struct MoveArgs {
    /// `pay`: continue into the deal's account.
    pub secure: bool,
    /// `request_refund`, `release_part`, and `resolve` with a split: how much of the price.
    pub amount: Option<Money>,
    /// `release_part`: the milestone.
    pub milestone: Option<Arc<str>>,
    /// `resolve`: the ruling.
    pub ruling: Ruling,
    /// `extend`: which deadline, and until when.
    pub until: Option<(Deadline, Time)>,
    /// `dispute`: the dispute that it is about.
    pub dispute: Option<DisputeId>,
    /// `pay`: the payment from outside that the money came by.
    pub payment: Option<PaymentId>,
}

impl Default for MoveArgs {
    fn default() -> Self {
        Self {
            secure: true,
            amount: None,
            milestone: None,
            ruling: Ruling::Release,
            until: None,
            dispute: None,
            payment: None,
        }
    }
}

/// The name of the field that an amount comes from.
const fn field_of(trigger: Trigger) -> &'static str {
    if matches!(trigger, Trigger::Resolve) { "refund" } else { "amount" }
}

impl MoveArgs {
    /// Checks the bounds of the arguments and writes them into the deal; returns the part of the price that
    /// will move.
    pub fn apply(&self, deal: &mut Deal, trigger: Trigger, role: Role, now: Time) -> Result<i128> {
        match trigger {
            Trigger::RequestRefund => self.ask(deal, trigger),
            Trigger::ApproveRefund => Ok(deal.facts.asked_for().unwrap_or(0)),
            Trigger::ReleasePart => self.part(deal, trigger),
            Trigger::Resolve => self.rule(deal, trigger),
            Trigger::Extend => self.extend(deal, trigger, now).map(|()| 0),
            Trigger::Dispute => {
                let id = self.dispute.unwrap_or(DisputeId::from_uuid(uuid::Uuid::nil()));
                deal.facts.dispute = Some(InDispute { id, before: deal.state, opener: role });
                Ok(0)
            }
            _ => Ok(0),
        }
    }

    fn ask(&self, deal: &mut Deal, trigger: Trigger) -> Result<i128> {
        if deal.facts.unsettled() == 0 {
            return Err(unmet(deal, trigger, "held", None));
        }
        let amount = self.amount_of(deal, trigger)?;
        deal.facts.asked = Some(RefundRequest { before: deal.state, amount: amount.map(Part) });
        Ok(0)
    }

    fn part(&self, deal: &mut Deal, trigger: Trigger) -> Result<i128> {
        if let Some(name) = &self.milestone {
            return milestone(deal, trigger, name);
        }
        // a dry run may leave the amount open
        Ok(self.amount_of(deal, trigger)?.unwrap_or(0))
    }

    fn rule(&self, deal: &Deal, trigger: Trigger) -> Result<i128> {
        let left = deal.facts.unsettled();
        let amount = self.amount_of(deal, trigger)?;
        match self.ruling {
            Ruling::Release => Ok(0),
            Ruling::Refund => match amount {
                Some(amount) if amount != left => {
                    Err(out_of_bounds("refund", "must be all that the deal holds, or else `outcome` a split"))
                }
                _ => Ok(left),
            },
            Ruling::Split => match amount {
                Some(amount) if amount < left => Ok(amount),
                // a guard of the table: what is all of it is no split
                _ => Err(unmet(deal, trigger, "refund", None)),
            },
        }
    }

    /// The amount in the deal's currency, at most what it holds.
    fn amount_of(&self, deal: &Deal, trigger: Trigger) -> Result<Option<i128>> {
        let Some(amount) = self.amount else { return Ok(None) };
        let field = field_of(trigger);
        if amount.currency() != deal.currency {
            return Err(mismatch(field, deal.currency, amount.currency()));
        }
        if amount.minor_units() == deal.facts.held() {
            // all of it, with the buyer's fees
            return Ok(Some(deal.facts.unsettled()));
        }
        if amount.minor_units() > deal.facts.unsettled() {
            let left = deal.money(deal.facts.unsettled())?;
            return Err(out_of_bounds(
                field,
                &format!("must be at most `{left}`, which the deal holds of its price"),
            ));
        }
        Ok(Some(amount.minor_units()))
    }

    fn extend(&self, deal: &mut Deal, trigger: Trigger, now: Time) -> Result<()> {
        let Some(deadline) = deal.state.deadline() else { return Ok(()) };
        let Some(old) = deal.facts.time(deadline) else {
            return Err(unmet(deal, trigger, deadline.as_str(), None));
        };
        // a dry run may leave the time open
        let Some((_, until)) = self.until else { return Ok(()) };
        if until <= old || until <= now {
            return Err(Error::invalid(deadline.as_str(), format!("must be later than `{old}`")));
        }
        let until = ahead(deadline.as_str(), until, now, CENTURY)?;
        deal.facts.set_time(deadline, Some(until));
        Ok(())
    }
}

/// Releases a milestone: how much of the price that is.
fn milestone(deal: &mut Deal, trigger: Trigger, name: &str) -> Result<i128> {
    let (price, left) = (deal.facts.price.amount, deal.facts.unsettled());
    let Some(place) = deal.facts.milestones.iter().position(|milestone| milestone.name == name) else {
        return Err(Error::invalid("milestone", "must be one of the deal's"));
    };
    let refused = |deal: &Deal, condition: &str| Err(unmet(deal, trigger, condition, None));
    let Some(milestone) = deal.facts.milestones.get_mut(place) else { return Ok(0) };
    let amount = milestone.size.of(price, price);
    if milestone.released {
        return refused(deal, "milestone");
    }
    if amount > left {
        return Err(out_of_bounds("milestone", "must be at most what the deal holds of its price"));
    }
    milestone.released = true;
    Ok(amount)
}

fn out_of_bounds(field: &str, reason: &str) -> Error {
    Detail::InvalidAmount { field: field.to_owned(), reason: reason.to_owned() }.into()
}

/// `condition_not_met`.
pub(super) fn unmet(deal: &Deal, trigger: Trigger, condition: &str, deadline: Option<Time>) -> Error {
    let (object, trigger) = (deal.id().to_string(), trigger.to_string());
    Detail::ConditionNotMet { object, trigger, condition: condition.to_owned(), deadline }.into()
}
