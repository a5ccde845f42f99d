//! What a purchase can do, as one table: who may pull what, and where it leads. Refusals list what is
//! possible.

use super::model::State;
use crate::error::{Detail, Error, Result};
use crate::escrow::model::Role;
use crate::ids::Actor;
use crate::kernel::permit::Tie;
use crate::rows::codec::text_enum;

text_enum! {
    /// What makes a purchase go on.
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

impl PurchaseTrigger {
    /// Whether somebody calls it.
    #[must_use]
    pub const fn is_called(self) -> bool {
        matches!(self, Self::Reserve | Self::Pay | Self::Cancel | Self::Refund)
    }
}

/// One row: in state `from`, these may pull `trigger`, and it takes the purchase to one of `to`.
#[derive(Clone, Copy, Debug)]
pub struct PurchaseTransition {
    /// The state that it leaves; none where the purchase begins.
    pub from: Option<State>,
    /// The trigger.
    pub trigger: PurchaseTrigger,
    /// Who may pull it.
    pub who: &'static [Role],
    /// Where it goes.
    pub to: &'static [State],
}

const fn row(
    from: State,
    trigger: PurchaseTrigger,
    who: &'static [Role],
    to: &'static [State],
) -> PurchaseTransition {
    PurchaseTransition { from: Some(from), trigger, who, to }
}

use PurchaseTrigger as T;
use State as S;

/// Who pays, and staff.
const BUYER: &[Role] = &[Role::Buyer, Role::Admin, Role::System];
/// Who is paid, and people of the host: not its program.
const SELLER: &[Role] = &[Role::Seller, Role::Admin];
/// Nobody who calls.
const SYSTEM: &[Role] = &[Role::System];

/// All transitions of a purchase. What is not here cannot happen.
pub const TRANSITIONS: &[PurchaseTransition] = &[
    PurchaseTransition { from: None, trigger: T::Reserve, who: BUYER, to: &[S::Held] },
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
];

/// The row of a trigger in a state; none where it cannot be pulled.
#[must_use]
pub fn find(from: Option<State>, trigger: PurchaseTrigger) -> Option<&'static PurchaseTransition> {
    TRANSITIONS.iter().find(|row| row.from == from && row.trigger == trigger)
}

/// Whether a trigger may lead from a state to another one.
#[must_use]
pub fn leads(from: State, trigger: PurchaseTrigger, to: State) -> bool {
    find(Some(from), trigger).is_some_and(|row| row.to.contains(&to))
}

/// What somebody may call in a state.
pub fn callable(state: State) -> impl Iterator<Item = PurchaseTrigger> {
    let rows = TRANSITIONS.iter().filter(move |row| row.from == Some(state));
    rows.filter(|row| row.trigger.is_called()).map(|row| row.trigger)
}

/// The roles of an actor by the ties to the buyer and to the seller. The host's own program is nobody else.
#[must_use]
pub fn roles(actor: &Actor, buyer: &[Tie<'_>], seller: &[Tie<'_>]) -> Vec<Role> {
    if actor.is_system() {
        return vec![Role::System];
    }
    let binds = |ties: &[Tie<'_>]| ties.iter().any(|tie| tie.binds(actor));
    let known = [(Role::Buyer, binds(buyer)), (Role::Seller, binds(seller)), (Role::Admin, actor.is_admin())];
    known.into_iter().filter(|(_, is)| *is).map(|(role, _)| role).collect()
}

/// Judges an actor by a row of the table.
///
/// # Errors
/// `not_permitted`, saying who may.
pub fn judge(row: &PurchaseTransition, actor: &Actor, roles: &[Role]) -> Result<()> {
    if row.who.iter().any(|role| roles.contains(role)) {
        return Ok(());
    }
    let names: Vec<&str> = row.who.iter().map(|role| role.as_str()).collect();
    let reason = format!("only {} may `{}` here", names.join(", "), row.trigger);
    Err(not_permitted(None, actor, reason))
}

/// `not_permitted`, of a field where one is named.
#[must_use]
pub fn not_permitted(field: Option<&str>, actor: &Actor, reason: String) -> Error {
    let (field, actor) = (field.map(ToOwned::to_owned), Some(actor.id().to_owned()));
    Detail::NotPermitted { field, actor, reason, policy: None }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_has_one_row_for_a_trigger() {
        for state in State::ALL {
            assert!(TRANSITIONS.iter().any(|row| row.to.contains(state)), "{state} is never reached");
            for trigger in PurchaseTrigger::ALL {
                let rows = TRANSITIONS.iter();
                let rows = rows.filter(|row| row.from == Some(*state) && row.trigger == *trigger);
                assert!(rows.count() <= 1, "{trigger} in {state} twice");
            }
        }
    }

    #[test]
    fn the_hosts_program_gives_nothing_back() {
        let refund = find(Some(State::Completed), PurchaseTrigger::Refund).unwrap();
        let (hers, shop) = ([Tie::Id("alice")], [Tie::Id("shop")]);
        for (actor, may) in [
            (Actor::new("shop"), true),
            (Actor::admin("anna"), true),
            (Actor::new("alice"), false),
            (Actor::system(), false),
            (Actor::new("mallory"), false),
        ] {
            assert_eq!(judge(refund, &actor, &roles(&actor, &hers, &shop)).is_ok(), may, "{actor:?}");
        }
    }
}
