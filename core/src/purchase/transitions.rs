//! The transitions of a purchase as one table: who may pull a trigger, and where it leads. Refusals list the
//! possible triggers.

use super::model::State;
use crate::escrow::model::Role;
use crate::kernel::transitions::{Transition, Transitions, row};
use crate::rows::codec::text_enum;

text_enum! {
    /// The cause of a change of a purchase.
    pub enum PurchaseTrigger {
        /// Somebody takes units of an offer.
        Reserve = "reserve",
        /// Somebody pays.
        Pay = "pay",
        /// Somebody gives it up.
        Cancel = "cancel",
        /// Somebody gives back what was paid.
        Refund = "refund",
        /// The gateway has not given back what it was asked to.
        RefundFailed = "refund_failed",
        /// Its deal has given everything back to the buyer.
        DealRefunded = "deal_refunded",
        /// Its payment has the money.
        Captured = "captured",
        /// Its payment ended without money.
        PaymentEnded = "payment_ended",
        /// The payer's bank takes the money back.
        Chargeback = "chargeback",
        /// The payer's bank gives the money again.
        Won = "won",
        /// Its units were held so long.
        HoldUntil = "hold_until",
    }
}

use PurchaseTrigger as T;
use State as S;

/// The buyer and staff.
const BUYER: &[Role] = &[Role::Buyer, Role::Admin, Role::System];
/// The seller and admins, but not the host's own program.
const SELLER: &[Role] = &[Role::Seller, Role::Admin];
/// No caller: only the engine itself.
const SYSTEM: &[Role] = &[Role::System];

/// All transitions of a purchase. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, PurchaseTrigger, &[Role]> = Transitions {
    called: &[T::Reserve, T::Pay, T::Cancel, T::Refund],
    rows: &[
        Transition { from: None, trigger: T::Reserve, who: BUYER, to: &[S::Held] },
        row(S::Held, T::Pay, BUYER, &[S::Completed, S::Paying]),
        row(S::Held, T::Cancel, BUYER, &[S::Cancelled]),
        row(S::Held, T::HoldUntil, SYSTEM, &[S::Expired]),
        row(S::Paying, T::Captured, SYSTEM, &[S::Completed]),
        row(S::Paying, T::PaymentEnded, SYSTEM, &[S::Held, S::Expired, S::Cancelled]),
        row(S::Paying, T::Cancel, BUYER, &[S::Paying]),
        row(S::Paying, T::HoldUntil, SYSTEM, &[S::Paying]),
        row(S::Completed, T::Refund, SELLER, &[S::Completed, S::Refunded]),
        row(S::Completed, T::DealRefunded, SYSTEM, &[S::Refunded]),
        row(S::Completed, T::Chargeback, SYSTEM, &[S::ChargedBack]),
        row(S::Refunded, T::RefundFailed, SYSTEM, &[S::Completed]),
        row(S::ChargedBack, T::Refund, SELLER, &[S::ChargedBack]),
        row(S::ChargedBack, T::Won, SYSTEM, &[S::Completed, S::Refunded]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Actor;
    use crate::kernel::permit::Tie;
    use crate::kernel::transitions::roles;

    #[test]
    fn every_state_is_reached_and_has_one_row_for_a_trigger() {
        TRANSITIONS.check(State::ALL, PurchaseTrigger::ALL);
    }

    #[test]
    fn the_hosts_program_gives_nothing_back() {
        let refund = TRANSITIONS.find(Some(State::Completed), PurchaseTrigger::Refund).unwrap();
        let (hers, shop) = ([Tie::Id("alice")], [Tie::Id("shop")]);
        for (actor, may) in [
            (Actor::new("shop"), true),
            (Actor::admin("anna"), true),
            (Actor::new("alice"), false),
            (Actor::system(), false),
            (Actor::new("mallory"), false),
        ] {
            let roles = roles(&actor, &[(Role::Buyer, &hers), (Role::Seller, &shop)]);
            assert_eq!(refund.judge(&actor, &roles, None).is_ok(), may, "{actor:?}");
        }
    }
}
