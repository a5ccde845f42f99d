//! The movements of a deal's money by a trigger, known without pulling it.

use super::model::{Deal, Trigger};
use super::money::{Cost, shares};
use super::move_args::MoveArgs;
use super::plan::{Plan, Settled};
use super::transitions::{Branches, Movement, TRANSITIONS, Transition};
use crate::error::Result;
use crate::kernel::moves::Moves;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::needs::RecordKey;

/// The unsettled part of a price, and how the rest was settled.
struct Left<'a> {
    plan: Plan<'a>,
    settled: Settled,
    minor: i128,
}

/// Returns what a trigger moves of the deal with this key; nothing where the deal was not read, or does not
/// exist.
pub(super) fn moved(key: &RecordKey, trigger: Trigger, args: &MoveArgs, seen: &Snapshot) -> Result<Moves> {
    let mut moving = Moving(Moves { about: Some(key.clone()), ..Moves::default() });
    if let Some(row) = seen.records.row(key) {
        moving.by(&Deal::of(row)?, trigger, args)?;
    }
    Ok(moving.0)
}

/// The moves of a deal, step by step.
struct Moving(Moves);

impl Moving {
    /// Adds what a trigger moves, by the row of the table that it takes; in a state where it takes none, by
    /// one of another state.
    fn by(&mut self, deal: &Deal, trigger: Trigger, args: &MoveArgs) -> Result<()> {
        let elsewhere = || TRANSITIONS.iter().rev().find(|row| row.trigger == trigger);
        let Some(row) = Transition::find(deal.state, trigger).or_else(elsewhere) else { return Ok(()) };
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
                Movement::Hold | Movement::Capture => {
                    let cost = Cost::of(plan)?.buyer_pays;
                    // held and captured in one call, it is paid once
                    self.0.paying.remove(&deal.facts.buyer);
                    if cost > 0 {
                        self.0.pays(&deal.facts.buyer, Money::new(cost, deal.currency));
                    }
                }
                Movement::Refund => self.refund(deal, &mut left, all),
                Movement::RefundPart => self.refund(deal, &mut left, part),
                Movement::Release => self.release(deal, &mut left, all),
                Movement::ReleasePart => self.release(deal, &mut left, part),
                Movement::Split => {
                    self.refund(deal, &mut left, part);
                    self.release(deal, &mut left, all - part);
                }
            }
        }
        Ok(())
    }

    fn refund(&mut self, deal: &Deal, left: &mut Left<'_>, part: i128) {
        if left.plan.refund(left.settled, part) != 0 {
            self.0.gets(&deal.facts.buyer);
        }
        left.settled.refunded += part;
        left.minor -= part;
        if left.minor == 0 && left.plan.kept_back(left.settled) != 0 {
            self.0.gets(&deal.facts.seller);
        }
    }

    fn release(&mut self, deal: &Deal, left: &mut Left<'_>, part: i128) {
        let paid = shares(deal, left.plan.release(left.settled, part));
        paid.iter().for_each(|share| self.0.gets(&share.to.account));
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
