//! The transitions of a withdrawal as one table: who may pull a trigger, and where it leads. The diagram is
//! drawn from it, and refusals list the possible triggers.

use super::model::State;
use crate::kernel::transitions::{TableRole, Transition, Transitions, row};
use crate::rows::codec::text_enum;

text_enum! {
    /// The cause of a change of a withdrawal.
    pub enum WithdrawalTrigger {
        /// Somebody asks for it.
        Request = "request",
        /// A simulation says that it reverts.
        Simulated = "simulated",
        /// It gets a nonce, for ever.
        Bind = "bind",
        /// Its signed bytes are there.
        Signed = "signed",
        /// A worker takes the bytes, to send them.
        Lease = "lease",
        /// A node has the bytes.
        Told = "told",
        /// It is in a block.
        Seen = "seen",
        /// It is in no block any more.
        Lost = "lost",
        /// It is signed once more, at a higher price.
        Bump = "bump",
        /// Something is final under its nonce.
        Final = "final",
        /// Its final block is gone.
        Gone = "gone",
        /// Its time passed before it got a nonce.
        GiveUp = "give_up",
        /// Somebody gives it up.
        Cancel = "cancel",
        /// Somebody has it signed at a higher price.
        SpeedUp = "speed_up",
        /// Somebody has a call written again that gave up.
        Retry = "retry",
        /// An admin says what was found out.
        Settle = "settle",
    }
}

text_enum! {
    /// The role in which an actor acts on a withdrawal.
    pub enum WithdrawalRole {
        /// The actor who is or owns the paying account.
        Owner = "owner",
        /// Staff of the host.
        Admin = "admin",
        /// The host's own program, workers and timers.
        System = "system",
    }
}

impl TableRole for WithdrawalRole {
    const ADMIN: Self = Self::Admin;
    const SYSTEM: Self = Self::System;
}

use State as S;
use WithdrawalRole as R;
use WithdrawalTrigger as T;

/// The owner and staff.
const PARTY: &[R] = &[R::Owner, R::Admin, R::System];
/// Staff and the host's own program.
const STAFF: &[R] = &[R::Admin, R::System];
/// Admins, but not the host's own program.
const ADMIN: &[R] = &[R::Admin];
/// No caller: only the engine itself.
const SYSTEM: &[R] = &[R::System];

/// All transitions of a withdrawal. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, WithdrawalTrigger, &[R]> = Transitions {
    called: &[T::Request, T::Cancel, T::SpeedUp, T::Retry, T::Settle],
    rows: &[
        Transition { from: None, trigger: T::Request, who: PARTY, to: &[S::Pending] },
        row(S::Pending, T::Bind, SYSTEM, &[S::Signing]),
        row(S::Pending, T::Simulated, SYSTEM, &[S::Failed]),
        row(S::Pending, T::GiveUp, SYSTEM, &[S::Failed]),
        row(S::Pending, T::Cancel, PARTY, &[S::Failed]),
        row(S::Pending, T::Retry, STAFF, &[S::Pending]),
        // only if an abandoned history may have paid it
        row(S::Pending, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
        row(S::Signing, T::Signed, SYSTEM, &[S::Signed]),
        row(S::Signing, T::Cancel, STAFF, &[S::Signing]),
        row(S::Signing, T::Retry, STAFF, &[S::Signing]),
        row(S::Signed, T::Lease, SYSTEM, &[S::Broadcasting]),
        row(S::Signed, T::Cancel, STAFF, &[S::Signed]),
        row(S::Signed, T::Retry, STAFF, &[S::Signed]),
        row(S::Broadcasting, T::Told, SYSTEM, &[S::Broadcasted]),
        row(S::Broadcasting, T::Bump, SYSTEM, &[S::Broadcasting]),
        row(S::Broadcasting, T::Seen, SYSTEM, &[S::Confirming]),
        row(S::Broadcasting, T::Final, SYSTEM, &[S::Broadcasting, S::Confirmed, S::Failed]),
        row(S::Broadcasting, T::Cancel, STAFF, &[S::Broadcasting]),
        row(S::Broadcasting, T::Retry, STAFF, &[S::Broadcasting]),
        row(S::Broadcasting, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
        row(S::Broadcasted, T::Seen, SYSTEM, &[S::Confirming]),
        row(S::Broadcasted, T::Bump, SYSTEM, &[S::Broadcasted]),
        row(S::Broadcasted, T::Final, SYSTEM, &[S::Broadcasted, S::Confirmed, S::Failed]),
        row(S::Broadcasted, T::SpeedUp, ADMIN, &[S::Broadcasted]),
        row(S::Broadcasted, T::Cancel, STAFF, &[S::Broadcasted]),
        row(S::Broadcasted, T::Retry, STAFF, &[S::Broadcasted]),
        row(S::Broadcasted, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
        row(S::Confirming, T::Lost, SYSTEM, &[S::Broadcasted]),
        row(S::Confirming, T::Final, SYSTEM, &[S::Confirming, S::Confirmed, S::Failed]),
        row(S::Confirming, T::Cancel, STAFF, &[S::Confirming]),
        row(S::Confirming, T::Retry, STAFF, &[S::Confirming]),
        row(S::Confirming, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
        row(S::Confirmed, T::Gone, SYSTEM, &[S::Confirmed]),
        row(S::Confirmed, T::Final, SYSTEM, &[S::Confirmed, S::Failed]),
        // only if its final block is gone, or the payee of a failed one may have been paid
        row(S::Confirmed, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
        row(S::Failed, T::Bump, SYSTEM, &[S::Failed]),
        row(S::Failed, T::Final, SYSTEM, &[S::Confirmed]),
        row(S::Failed, T::Settle, ADMIN, &[S::Confirmed, S::Failed]),
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
        TRANSITIONS.check(State::ALL, WithdrawalTrigger::ALL);
    }

    #[test]
    fn a_nonce_is_given_once() {
        let to_signing = TRANSITIONS.rows.iter().filter(|row| row.to.contains(&State::Signing));
        let bound: Vec<_> = to_signing.filter(|row| row.from != Some(State::Signing)).collect();
        assert_eq!(bound.len(), 1);
        assert_eq!((bound[0].from, bound[0].trigger), (Some(State::Pending), WithdrawalTrigger::Bind));
        for state in State::ALL.iter().filter(|state| **state != State::Pending) {
            let mut rows = TRANSITIONS.rows.iter().filter(|row| row.from == Some(*state));
            assert!(!rows.any(|row| row.to.contains(&State::Pending)));
        }
    }

    #[test]
    fn the_owner_gives_up_what_has_no_nonce_and_nothing_else() {
        let (owner, ties) = (Actor::new("alina"), [Tie::Id("alina")]);
        for state in State::ALL {
            let Some(row) = TRANSITIONS.find(Some(*state), WithdrawalTrigger::Cancel) else { continue };
            let may = |actor: &Actor| row.judge(actor, &roles(actor, &[(R::Owner, &ties)]), None).is_ok();
            assert_eq!(may(&owner), *state == State::Pending, "{state}");
            assert!(may(&Actor::system()), "{state}");
            assert!(!may(&Actor::new("mallory")), "{state}");
        }
    }
}
