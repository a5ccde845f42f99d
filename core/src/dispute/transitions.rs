//! The transitions of a dispute as one table: who may pull a trigger, and where it leads. Refusals list the
//! possible triggers.

use super::model::{DisputeFacts, State};
use crate::escrow::model::Role;
use crate::kernel::editor::{Editor, Lifecycle};
use crate::kernel::transitions::{Transitions, row};
use crate::rows::codec::text_enum;

text_enum! {
    /// A reason for which a dispute goes on.
    pub enum DisputeTrigger {
        /// A party or the staff shows evidence.
        AddEvidence = "add_evidence",
        /// Staff look into it.
        Investigate = "investigate",
        /// The opener takes it back.
        Withdraw = "withdraw",
        /// Staff rule.
        Resolve = "resolve",
        /// The bank of the payer has taken the money from the deal.
        Chargeback = "chargeback",
    }
}

use DisputeTrigger as T;
use State as S;

/// The parties and staff.
const ANY_SIDE: &[Role] = &[Role::Buyer, Role::Seller, Role::Admin, Role::System];
/// The parties; the deal's own table lets in the opener alone.
const PARTIES: &[Role] = &[Role::Buyer, Role::Seller];
/// Admins, but not the host's own program.
const ADMIN: &[Role] = &[Role::Admin];
/// No caller: only the engine itself.
const SYSTEM: &[Role] = &[Role::System];

/// All transitions of a dispute. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, DisputeTrigger, &[Role]> = Transitions {
    called: &[T::AddEvidence, T::Investigate, T::Withdraw, T::Resolve],
    rows: &[
        row(S::Open, T::AddEvidence, ANY_SIDE, &[S::Open]),
        row(S::Open, T::Investigate, ADMIN, &[S::Investigating]),
        row(S::Open, T::Withdraw, PARTIES, &[S::Withdrawn]),
        row(S::Open, T::Resolve, ADMIN, &[S::Resolved]),
        row(S::Open, T::Chargeback, SYSTEM, &[S::Resolved]),
        row(S::Investigating, T::AddEvidence, ANY_SIDE, &[S::Investigating]),
        row(S::Investigating, T::Withdraw, PARTIES, &[S::Withdrawn]),
        row(S::Investigating, T::Resolve, ADMIN, &[S::Resolved]),
        row(S::Investigating, T::Chargeback, SYSTEM, &[S::Resolved]),
    ],
};

/// A dispute while it is changed.
pub(super) type DisputeEditor<'d, 's> = Editor<'d, 's, DisputeFacts>;

impl Lifecycle for DisputeFacts {
    type Trigger = DisputeTrigger;
    type Who = &'static [Role];
    type Note = ();
    const TRANSITIONS: Transitions<State, DisputeTrigger, &'static [Role]> = TRANSITIONS;
    const NAMES_STATES: bool = false;

    fn event(state: State) -> &'static str {
        match state {
            State::Open => "dispute.opened",
            State::Investigating => "dispute.investigated",
            State::Resolved => "dispute.resolved",
            State::Withdrawn => "dispute.withdrawn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escrow::model::{State as DealState, Trigger};
    use crate::escrow::transitions::Transition;

    #[test]
    fn every_state_but_the_first_is_reached_and_has_one_row_for_a_trigger() {
        TRANSITIONS.check(&State::ALL[1..], DisputeTrigger::ALL);
    }

    #[test]
    fn its_ends_are_judged_as_those_of_the_deal() {
        for (trigger, of_deal) in [(T::Withdraw, Trigger::Withdraw), (T::Resolve, Trigger::Resolve)] {
            let deal = Transition::find(DealState::Disputed, of_deal).unwrap();
            for state in [S::Open, S::Investigating] {
                assert_eq!(TRANSITIONS.find(Some(state), trigger).unwrap().who, deal.who, "{trigger}");
            }
        }
    }
}
