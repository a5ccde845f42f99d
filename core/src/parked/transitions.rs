//! The states and transitions of a parked call as one table. Who may pull a trigger is in the facts: an
//! approval names the role of its approvers, and staff decide on reviews.

use crate::kernel::transitions::{Transitions, row};
use crate::rows::codec::text_enum;

text_enum! {
    /// The state of a parked call in its life cycle.
    pub enum State {
        /// Not enough people have consented yet.
        Pending = "pending",
        /// Enough have; the call was refused when it should have run, and may be tried again.
        Approved = "approved",
        /// Somebody rejected it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call may ask again.
        Expired = "expired",
        /// The call took place, for good.
        Executed = "executed",
    }
}

impl State {
    /// Whether it can still be approved, rejected or executed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

text_enum! {
    /// A reason for which a parked call goes on.
    pub enum ParkedTrigger {
        /// Somebody consents.
        Approve = "approve",
        /// Somebody rejects it.
        Reject = "reject",
        /// It was made.
        Execute = "execute",
        /// Its time passed.
        ExpiresAt = "expires_at",
        /// The same call asks again.
        Ask = "ask",
    }
}

use ParkedTrigger as T;
use State as S;

/// All transitions of a parked call. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, ParkedTrigger, ()> = Transitions {
    called: &[T::Approve, T::Reject],
    rows: &[
        row(S::Pending, T::Approve, (), &[S::Pending, S::Approved]),
        row(S::Pending, T::Reject, (), &[S::Rejected]),
        // a review that no rule asks for any more
        row(S::Pending, T::Execute, (), &[S::Executed]),
        row(S::Pending, T::ExpiresAt, (), &[S::Expired]),
        // a policy may ask for more votes than it did when enough were given
        row(S::Approved, T::Approve, (), &[S::Pending, S::Approved]),
        row(S::Approved, T::Reject, (), &[S::Rejected]),
        row(S::Approved, T::Execute, (), &[S::Executed]),
        row(S::Approved, T::ExpiresAt, (), &[S::Expired]),
        row(S::Expired, T::Ask, (), &[S::Pending]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_has_one_row_for_a_trigger() {
        TRANSITIONS.check(State::ALL, ParkedTrigger::ALL);
    }
}
