//! What a payment can do, as one table: the diagram is drawn from it, and refusals list what is possible.

use super::model::State;
use crate::kernel::transitions::{Transition, Transitions};
use crate::rows::codec::text_enum;

text_enum! {
    /// What makes a payment go on.
    pub enum Trigger {
        /// The payer's means are there.
        Confirm = "confirm",
        /// Somebody takes what is authorized.
        Capture = "capture",
        /// Somebody gives it up.
        Void = "void",
        /// Somebody gives back what was taken.
        Refund = "refund",
        /// An admin says what was found out.
        Settle = "settle",
        /// The payer's bank takes it back.
        Chargeback = "chargeback",
        /// The gateway is asked.
        Sync = "sync",
        /// The gateway says something.
        Told = "told",
        /// A call has no answer.
        NoAnswer = "no_answer",
        /// The payer had so long.
        ExpiresAt = "expires_at",
        /// The authorization stood so long.
        AuthorizationExpiresAt = "authorization_expires_at",
    }
}

const fn row(from: State, trigger: Trigger, to: &'static [State]) -> Transition<State, Trigger, ()> {
    Transition { from: Some(from), trigger, who: (), to }
}

use State as S;
use Trigger as T;

/// All transitions of a payment. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, Trigger, ()> = Transitions {
    called: &[T::Confirm, T::Capture, T::Void, T::Refund, T::Settle, T::Chargeback, T::Sync],
    rows: &[
        row(S::Created, T::Confirm, &[S::Authorizing]),
        row(S::Created, T::Void, &[S::Voided]),
        row(S::Created, T::ExpiresAt, &[S::Expired]),
        row(
            S::Authorizing,
            T::Told,
            &[S::Authorized, S::Captured, S::ActionRequired, S::Failed, S::Voided, S::Mismatched],
        ),
        row(S::Authorizing, T::NoAnswer, &[S::Unknown]),
        row(S::Authorizing, T::Void, &[S::Voided, S::Authorizing]),
        row(S::Authorizing, T::Sync, &[S::Authorizing]),
        row(S::Authorizing, T::ExpiresAt, &[S::Expired]),
        row(S::ActionRequired, T::Told, &[S::Authorized, S::Captured, S::Failed, S::Voided, S::Mismatched]),
        row(S::ActionRequired, T::Void, &[S::Voiding]),
        row(S::ActionRequired, T::Sync, &[S::ActionRequired]),
        row(S::ActionRequired, T::ExpiresAt, &[S::Voiding]),
        row(S::Authorized, T::Capture, &[S::Capturing]),
        row(S::Authorized, T::Void, &[S::Voiding]),
        row(S::Authorized, T::Sync, &[S::Authorized]),
        row(S::Authorized, T::Told, &[S::Captured, S::Voided, S::Mismatched]),
        row(S::Authorized, T::AuthorizationExpiresAt, &[S::Voiding]),
        row(S::Capturing, T::Told, &[S::Captured, S::Authorized, S::Voided, S::Mismatched]),
        row(S::Capturing, T::NoAnswer, &[S::Unknown]),
        row(S::Capturing, T::Void, &[S::Capturing]),
        row(S::Capturing, T::Sync, &[S::Capturing]),
        row(
            S::Voiding,
            T::Told,
            &[S::Voided, S::Expired, S::Captured, S::Authorized, S::ActionRequired, S::Mismatched],
        ),
        row(S::Voiding, T::NoAnswer, &[S::Unknown]),
        row(S::Voiding, T::Sync, &[S::Voiding]),
        row(
            S::Unknown,
            T::Told,
            &[
                S::Authorized,
                S::Captured,
                S::ActionRequired,
                S::Capturing,
                S::Voiding,
                S::Voided,
                S::Failed,
                S::Mismatched,
            ],
        ),
        row(S::Unknown, T::Void, &[S::Unknown]),
        row(S::Unknown, T::Sync, &[S::Unknown]),
        row(S::Unknown, T::Settle, &[S::Authorized, S::Captured, S::Voided, S::Failed]),
        row(S::Mismatched, T::Settle, &[S::Authorized, S::Captured, S::Voided, S::Failed]),
        row(S::Mismatched, T::Sync, &[S::Mismatched]),
        row(S::Captured, T::Refund, &[S::Captured]),
        row(S::Captured, T::Told, &[S::Captured, S::Refunded, S::ChargedBack, S::Mismatched]),
        row(S::Captured, T::Chargeback, &[S::ChargedBack]),
        row(S::Captured, T::Sync, &[S::Captured]),
        row(S::Refunded, T::Told, &[S::Captured, S::ChargedBack, S::Mismatched]),
        row(S::Refunded, T::Chargeback, &[S::ChargedBack]),
        row(S::Refunded, T::Sync, &[S::Refunded]),
        row(S::ChargedBack, T::Chargeback, &[S::Captured, S::Refunded, S::ChargedBack]),
        row(S::ChargedBack, T::Refund, &[S::ChargedBack]),
        row(S::ChargedBack, T::Told, &[S::ChargedBack, S::Mismatched]),
        row(S::ChargedBack, T::Sync, &[S::ChargedBack]),
        row(S::Voided, T::Told, &[S::Voided]),
        row(S::Voided, T::Sync, &[S::Voided]),
        row(S::Expired, T::Told, &[S::Expired]),
        row(S::Expired, T::Sync, &[S::Expired]),
        row(S::Failed, T::Told, &[S::Failed]),
        row(S::Failed, T::Sync, &[S::Failed]),
    ],
};
