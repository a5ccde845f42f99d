//! What a trigger moves of a deal, known without pulling it: for whoever asks beforehand, and for calls that
//! were refused.

use std::collections::BTreeSet;

use super::model::{Deal, Trigger};
use super::money::{Cost, shares};
use super::move_args::MoveArgs;
use super::plan::{Plan, Settled};
use super::transitions::{Branches, Movement, TRANSITIONS, Transition};
use crate::error::Result;
use crate::ids::AccountId;

/// The money that a trigger moves.
#[derive(Debug, Default)]
pub struct Moves {
    /// What leaves the buyer's account or is newly held there, in minor units.
    pub buyer_pays: i128,
    /// Who is paid from the deal's account.
    pub paid: BTreeSet<AccountId>,
}

/// What is left of a price, and how the rest was settled.
struct Left<'a> {
    plan: Plan<'a>,
    settled: Settled,
    minor: i128,
}

impl Moves {
    /// What a trigger moves, by the row of the table that it takes; in a state where it takes none, by one of
    /// another state.
    ///
    /// # Errors
    /// `invalid_amount` for a deal that costs more than money can count.
    pub fn of(deal: &Deal, trigger: Trigger, args: &MoveArgs) -> Result<Self> {
        let mut moves = Self::default();
        let elsewhere = || TRANSITIONS.iter().rev().find(|row| row.trigger == trigger);
        let Some(row) = Transition::find(deal.state, trigger).or_else(elsewhere) else { return Ok(moves) };
        let (plan, unsettled) = (deal.facts.plan(), deal.facts.unsettled());
        // of a deal that has no money, as if it had all of it
        let mut left = match unsettled {
            0 => Left { plan, settled: Settled::default(), minor: plan.price },
            minor => Left { plan, settled: deal.facts.settled, minor },
        };
        let part = part(deal, trigger, args).unwrap_or(left.minor).min(left.minor);
        for step in row.steps(Branches::of(trigger, &deal.facts, args)) {
            let all = left.minor;
            match step.money {
                Movement::Nothing | Movement::Void => {}
                Movement::Hold | Movement::Capture => moves.buyer_pays = Cost::of(plan)?.buyer_pays,
                Movement::Refund => moves.refund(deal, &mut left, all),
                Movement::RefundPart => moves.refund(deal, &mut left, part),
                Movement::Release => moves.release(deal, &mut left, all),
                Movement::ReleasePart => moves.release(deal, &mut left, part),
                Movement::Split => {
                    moves.refund(deal, &mut left, part);
                    moves.release(deal, &mut left, all - part);
                }
            }
        }
        Ok(moves)
    }

    fn refund(&mut self, deal: &Deal, left: &mut Left<'_>, part: i128) {
        if left.plan.refund(left.settled, part) != 0 {
            self.paid.insert(deal.facts.buyer.clone());
        }
        left.settled.refunded += part;
        left.minor -= part;
        if left.minor == 0 && left.plan.kept_back(left.settled) != 0 {
            self.paid.insert(deal.facts.seller.clone());
        }
    }

    fn release(&mut self, deal: &Deal, left: &mut Left<'_>, part: i128) {
        let paid = shares(deal, left.plan.release(left.settled, part));
        self.paid.extend(paid.into_iter().map(|share| share.to.1));
        left.settled.released += part;
        left.minor -= part;
    }
}

/// The part of the price that a call names, as far as it can.
fn part(deal: &Deal, trigger: Trigger, args: &MoveArgs) -> Option<i128> {
    if trigger == Trigger::ApproveRefund {
        return deal.facts.asked_for();
    }
    if let Some(name) = &args.milestone {
        let milestone = deal.facts.milestones.iter().find(|milestone| milestone.name == **name)?;
        return Some(milestone.size.of(deal.facts.price.amount, deal.facts.price.amount));
    }
    // all that the deal has, with the buyer's fees, is all of the price
    let amount = args.amount.filter(|amount| amount.currency() == deal.currency)?;
    Some(amount.minor_units()).filter(|minor| *minor != deal.facts.held())
}
