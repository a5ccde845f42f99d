//! The states of a review, in the words of replies and requests.

use crate::parked::State;
use crate::rows::codec::text_enum;

text_enum! {
    /// The state of a review.
    pub enum ReviewState {
        /// Nobody has decided; or an admin has agreed, and the call was refused when it should have run: then
        /// `decided_by` names him and `result` says why, and he or another admin may agree again.
        Pending = "pending",
        /// Somebody rejected it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call may ask again.
        Expired = "expired",
        /// The call took place, for good.
        Executed = "executed",
    }
}

impl ReviewState {
    /// Maps the state of a parked call to that of its review.
    #[must_use]
    pub const fn of(state: State) -> Self {
        match state {
            State::Pending | State::Approved => Self::Pending,
            State::Rejected => Self::Rejected,
            State::Expired => Self::Expired,
            State::Executed => Self::Executed,
        }
    }

    /// Those of parked calls that are shown as this one.
    pub fn kept(self) -> impl Iterator<Item = State> {
        State::ALL.iter().copied().filter(move |state| Self::of(*state) == self)
    }
}
