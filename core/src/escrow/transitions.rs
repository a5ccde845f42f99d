//! The whole truth about what a deal can do: one table, from which the engine runs and the diagram is drawn.

use super::model::{Deadline, DealFacts, Role, Ruling, State, Trigger};
use crate::escrow::move_args::MoveArgs;
use crate::time::Time;

/// One row: in state `from`, `trigger` may be pulled by `who` if `guard` holds, and the deal goes `to`.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The state it leaves.
    pub from: State,
    pub trigger: Trigger,
    /// The roles that may pull it.
    pub who: &'static [Role],
    /// The condition.
    pub guard: Guard,
    /// Where it goes, and what money moves on the way.
    pub to: Target,
}

/// A condition of a transition, in addition to the state and the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    Always,
    /// The deadline has not passed, or there is none.
    Before(Deadline),
    /// The deadline has passed.
    Passed(Deadline),
    /// The actor opened the dispute.
    Opener,
}

impl Guard {
    /// The deadline that does not let it hold at this time, by the deadlines of the deal. A deadline passes
    /// at its very instant, for guards and timers alike.
    pub fn missed(self, deadlines: impl Fn(Deadline) -> Option<Time>, now: Time) -> Option<Deadline> {
        let (deadline, met) = match self {
            // the opener was checked with the roles
            Self::Always | Self::Opener => return None,
            Self::Before(deadline) => (deadline, deadlines(deadline).is_none_or(|at| now < at)),
            Self::Passed(deadline) => (deadline, deadlines(deadline).is_some_and(|at| at <= now)),
        };
        Some(deadline).filter(|_| !met)
    }
}

/// Where a transition goes.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Through these states in order, each with an event of its own; steps whose condition is false are left
    /// out.
    Through(&'static [Waypoint]),
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To a state.
    At(State),
    /// Back to the state before the deal came to a standstill.
    Before,
    /// Nowhere: the state stays.
    Here,
}

/// One state on the way of a transition.
#[derive(Clone, Copy, Debug)]
pub struct Waypoint {
    /// The state that is reached.
    pub place: Place,
    /// The condition of the step.
    pub when: When,
    /// The money that moves with it.
    pub money: Movement,
}

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In every case.
    Always,
    /// Unless the payer asked to stop at the hold (`secure: false`).
    Secured,
    /// When nobody has to accept any more, and something is shipped.
    ToShip,
    /// When nobody has to accept any more, and nothing is shipped (`shipping: false`).
    NothingToShip,
    /// When the refund that was asked for is all that the deal has.
    Whole,
    /// When it is a part.
    Part,
    /// When staff rule so.
    Ruled(Ruling),
}

/// The conditions that select the steps of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branches {
    /// The money continues into the deal's account.
    pub secure: bool,
    /// The seller has accepted, or needs not.
    pub accepted: bool,
    /// Something is shipped.
    pub shipping: bool,
    /// The refund that was asked for is all that the deal has.
    pub whole: bool,
    /// The ruling of the staff.
    pub ruling: Ruling,
    /// The state before the deal came to a standstill.
    pub before: Option<State>,
}

impl Branches {
    /// The conditions of a trigger on a deal with these arguments.
    pub fn of(trigger: Trigger, facts: &DealFacts, args: &MoveArgs) -> Self {
        Self {
            secure: trigger != Trigger::Pay || args.secure,
            accepted: trigger == Trigger::Accept || !facts.terms.require_acceptance,
            shipping: facts.terms.shipping,
            whole: facts.asked_for().is_none_or(|part| part == facts.unsettled()),
            ruling: args.ruling,
            before: match trigger {
                Trigger::Withdraw => facts.dispute.as_ref().map(|dispute| dispute.before),
                _ => facts.asked.as_ref().map(|asked| asked.before),
            },
        }
    }

    fn takes(self, when: When) -> bool {
        match when {
            When::Always => true,
            When::Secured => self.secure,
            When::ToShip => self.secure && self.accepted && self.shipping,
            When::NothingToShip => self.secure && self.accepted && !self.shipping,
            When::Whole => self.whole,
            When::Part => !self.whole,
            When::Ruled(ruling) => self.ruling == ruling,
        }
    }
}

/// The movement of money in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// None.
    Nothing,
    /// The buyer's money is held.
    Hold,
    /// The held money goes into the deal's account.
    Capture,
    /// The hold is given up.
    Void,
    /// All that the deal has goes back to the buyer.
    Refund,
    /// The part that was asked for goes back to the buyer.
    RefundPart,
    /// All that the deal has goes to fees, splits and the seller.
    Release,
    /// A part of it goes there.
    ReleasePart,
    /// A part goes back to the buyer, and the rest to fees, splits and the seller.
    Split,
}

impl Movement {
    /// In plain words, for documentation.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "no money moves",
            Self::Hold => "held in the buyer's account",
            Self::Capture => "captured into the deal's account",
            Self::Void => "the hold is voided",
            Self::Refund => "all back to the buyer",
            Self::RefundPart => "a part back to the buyer",
            Self::Release => "all to the seller",
            Self::ReleasePart => "a part to the seller",
            Self::Split => "a part back to the buyer, the rest to the seller",
        }
    }
}

const BUYER_SIDE: &[Role] = &[Role::Buyer, Role::Admin, Role::System];
const SELLER_SIDE: &[Role] = &[Role::Seller, Role::Admin, Role::System];
const ANYBODY: &[Role] = &[Role::Buyer, Role::Seller, Role::Admin, Role::System];
const BUYER: &[Role] = &[Role::Buyer];
const SELLER: &[Role] = &[Role::Seller];
const PARTIES: &[Role] = &[Role::Buyer, Role::Seller];
const SELLER_OR_ADMIN: &[Role] = &[Role::Seller, Role::Admin];
const ADMIN: &[Role] = &[Role::Admin];
const CLOCK: &[Role] = &[Role::System];
/// Nobody pulls it by a call: it is told of the payment that paid the deal.
const BANK: &[Role] = &[Role::System];

const fn step(state: State, when: When, money: Movement) -> Waypoint {
    Waypoint { place: Place::At(state), when, money }
}

const fn to(place: Place, when: When, money: Movement) -> Waypoint {
    Waypoint { place, when, money }
}

const TO_SHIP: Waypoint = step(State::AwaitingShipment, When::ToShip, Movement::Nothing);
const NOTHING_TO_SHIP: Waypoint = step(State::Delivered, When::NothingToShip, Movement::Nothing);

const PAID: Target = Target::Through(&[
    step(State::Paid, When::Always, Movement::Hold),
    step(State::InEscrow, When::Secured, Movement::Capture),
    TO_SHIP,
    NOTHING_TO_SHIP,
]);
const SECURED: Target =
    Target::Through(&[step(State::InEscrow, When::Always, Movement::Capture), TO_SHIP, NOTHING_TO_SHIP]);
const ACCEPTED: Target = Target::Through(&[TO_SHIP, NOTHING_TO_SHIP]);
const SHIPPED: Target = Target::Through(&[step(State::Shipped, When::Always, Movement::Nothing)]);
const DELIVERED: Target = Target::Through(&[step(State::Delivered, When::Always, Movement::Nothing)]);
const RELEASED: Target = Target::Through(&[step(State::Released, When::Always, Movement::Release)]);
const REFUNDED: Target = Target::Through(&[step(State::Refunded, When::Always, Movement::Refund)]);
const CALLED_OFF: Target = Target::Through(&[step(State::Cancelled, When::Always, Movement::Nothing)]);
const VOIDED: Target = Target::Through(&[step(State::Cancelled, When::Always, Movement::Void)]);
const EXPIRED: Target = Target::Through(&[step(State::Expired, When::Always, Movement::Nothing)]);

const ASKED: Target = Target::Through(&[step(State::RefundPending, When::Always, Movement::Nothing)]);
const APPROVED: Target = Target::Through(&[
    step(State::Refunded, When::Whole, Movement::Refund),
    to(Place::Before, When::Part, Movement::RefundPart),
]);
const BACK: Target = Target::Through(&[to(Place::Before, When::Always, Movement::Nothing)]);
const DISPUTED: Target = Target::Through(&[step(State::Disputed, When::Always, Movement::Nothing)]);
const RESOLVED: Target = Target::Through(&[
    step(State::Released, When::Ruled(Ruling::Release), Movement::Release),
    step(State::Refunded, When::Ruled(Ruling::Refund), Movement::Refund),
    step(State::Split, When::Ruled(Ruling::Split), Movement::Split),
]);
const IN_PART: Target = Target::Through(&[to(Place::Here, When::Always, Movement::ReleasePart)]);
const STAYS: Target = Target::Through(&[to(Place::Here, When::Always, Movement::Nothing)]);

const fn row(from: State, trigger: Trigger, who: &'static [Role], guard: Guard, to: Target) -> Transition {
    Transition { from, trigger, who, guard, to }
}

/// All transitions of a deal. What is not here cannot happen.
pub const TRANSITIONS: &[Transition] = &[
    row(State::Pending, Trigger::Pay, BUYER_SIDE, Guard::Before(Deadline::PayBy), PAID),
    row(State::Pending, Trigger::Cancel, ANYBODY, Guard::Always, CALLED_OFF),
    row(State::Pending, Trigger::PayBy, CLOCK, Guard::Passed(Deadline::PayBy), EXPIRED),
    row(State::Paid, Trigger::Secure, BUYER_SIDE, Guard::Always, SECURED),
    row(State::Paid, Trigger::Cancel, ANYBODY, Guard::Always, VOIDED),
    row(State::InEscrow, Trigger::Accept, SELLER, Guard::Always, ACCEPTED),
    row(State::InEscrow, Trigger::Cancel, ANYBODY, Guard::Always, REFUNDED),
    row(State::AwaitingShipment, Trigger::Ship, SELLER_SIDE, Guard::Before(Deadline::ShipBy), SHIPPED),
    row(State::AwaitingShipment, Trigger::Cancel, SELLER_SIDE, Guard::Always, REFUNDED),
    row(State::AwaitingShipment, Trigger::ShipBy, CLOCK, Guard::Passed(Deadline::ShipBy), REFUNDED),
    row(State::Shipped, Trigger::Deliver, BUYER_SIDE, Guard::Always, DELIVERED),
    row(State::Shipped, Trigger::Confirm, BUYER, Guard::Always, RELEASED),
    row(State::Delivered, Trigger::Confirm, BUYER, Guard::Always, RELEASED),
    row(State::Delivered, Trigger::ReleaseAt, CLOCK, Guard::Passed(Deadline::ReleaseAt), RELEASED),
    row(State::Shipped, Trigger::DeliverBy, CLOCK, Guard::Passed(Deadline::DeliverBy), DELIVERED),
    row(State::AwaitingShipment, Trigger::RequestRefund, BUYER, Guard::Always, ASKED),
    row(State::Shipped, Trigger::RequestRefund, BUYER, Guard::Always, ASKED),
    row(State::Delivered, Trigger::RequestRefund, BUYER, Guard::Always, ASKED),
    row(State::RefundPending, Trigger::ApproveRefund, SELLER_OR_ADMIN, Guard::Always, APPROVED),
    row(State::RefundPending, Trigger::RefuseRefund, SELLER_OR_ADMIN, Guard::Always, BACK),
    row(State::InEscrow, Trigger::Dispute, PARTIES, Guard::Always, DISPUTED),
    row(State::AwaitingShipment, Trigger::Dispute, PARTIES, Guard::Always, DISPUTED),
    row(State::Shipped, Trigger::Dispute, PARTIES, Guard::Always, DISPUTED),
    row(State::Delivered, Trigger::Dispute, PARTIES, Guard::Always, DISPUTED),
    row(State::RefundPending, Trigger::Dispute, PARTIES, Guard::Always, DISPUTED),
    row(State::Disputed, Trigger::Withdraw, PARTIES, Guard::Opener, BACK),
    row(State::Disputed, Trigger::Resolve, ADMIN, Guard::Always, RESOLVED),
    row(State::InEscrow, Trigger::ReleasePart, BUYER_SIDE, Guard::Always, IN_PART),
    row(State::AwaitingShipment, Trigger::ReleasePart, BUYER_SIDE, Guard::Always, IN_PART),
    row(State::Shipped, Trigger::ReleasePart, BUYER_SIDE, Guard::Always, IN_PART),
    row(State::Delivered, Trigger::ReleasePart, BUYER_SIDE, Guard::Always, IN_PART),
    // while the deal has the money
    row(State::InEscrow, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    row(State::AwaitingShipment, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    row(State::Shipped, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    row(State::Delivered, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    row(State::RefundPending, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    row(State::Disputed, Trigger::Chargeback, BANK, Guard::Always, REFUNDED),
    // a deadline is put off by the side that waits for it
    row(State::Pending, Trigger::Extend, SELLER_SIDE, Guard::Before(Deadline::PayBy), STAYS),
    row(State::AwaitingShipment, Trigger::Extend, BUYER_SIDE, Guard::Before(Deadline::ShipBy), STAYS),
    row(State::Shipped, Trigger::Extend, SELLER_SIDE, Guard::Before(Deadline::DeliverBy), STAYS),
    row(State::Delivered, Trigger::Extend, SELLER_SIDE, Guard::Before(Deadline::ReleaseAt), STAYS),
];

impl Transition {
    /// The row of a state and a trigger.
    pub fn find(from: State, trigger: Trigger) -> Option<&'static Self> {
        TRANSITIONS.iter().find(|row| row.from == from && row.trigger == trigger)
    }

    /// The rows of a state.
    pub fn leaving(from: State) -> impl Iterator<Item = &'static Self> {
        TRANSITIONS.iter().filter(move |row| row.from == from)
    }

    /// The steps that are taken.
    pub fn steps(&self, branches: Branches) -> impl Iterator<Item = &'static Waypoint> {
        let Target::Through(steps) = self.to;
        steps.iter().filter(move |step| branches.takes(step.when))
    }

    /// The state where it ends.
    pub fn end(&self, branches: Branches) -> Option<State> {
        self.steps(branches)
            .try_fold(self.from, |from, step| step.end(from, branches))
            .filter(|_| self.leads(branches))
    }

    fn leads(&self, branches: Branches) -> bool {
        self.steps(branches).next().is_some()
    }

    /// The roles that may do it on this deal.
    pub fn who_on(&self, facts: &DealFacts) -> &'static [Role] {
        self.who_with(facts.dispute.as_ref().map(|dispute| dispute.opener))
    }

    /// The roles that may do it on a deal whose dispute, if there is one, was opened in this role.
    pub fn who_with(&self, opener: Option<Role>) -> &'static [Role] {
        match (self.guard, opener) {
            (Guard::Opener, Some(Role::Buyer)) => BUYER,
            (Guard::Opener, Some(Role::Seller)) => SELLER,
            (Guard::Opener, Some(Role::Admin)) => ADMIN,
            _ => self.who,
        }
    }
}

impl Waypoint {
    /// Whether the step follows from the terms and nobody did it: they ask for no acceptance, or for no
    /// shipment.
    pub fn follows_from_terms(&self, trigger: Trigger) -> bool {
        matches!(self.when, When::ToShip | When::NothingToShip) && trigger != Trigger::Accept
    }

    /// The state that it leads to.
    pub const fn end(&self, from: State, branches: Branches) -> Option<State> {
        match self.place {
            Place::At(state) => Some(state),
            Place::Here => Some(from),
            Place::Before => branches.before,
        }
    }
}
