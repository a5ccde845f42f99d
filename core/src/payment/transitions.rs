//! What a payment can do, as one table: the diagram is drawn from it, and refusals list what is possible.

use std::fmt::Write as _;

use super::model::State;
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

impl Trigger {
    /// Whether somebody calls it.
    #[must_use]
    pub const fn is_called(self) -> bool {
        matches!(
            self,
            Self::Confirm
                | Self::Capture
                | Self::Void
                | Self::Refund
                | Self::Settle
                | Self::Chargeback
                | Self::Sync
        )
    }
}

/// One row: in state `from`, `trigger` may take the payment to one of these.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The state that it leaves.
    pub from: State,
    /// The trigger.
    pub trigger: Trigger,
    /// Where it goes.
    pub to: &'static [State],
}

const fn row(from: State, trigger: Trigger, to: &'static [State]) -> Transition {
    Transition { from, trigger, to }
}

use State as S;
use Trigger as T;

/// All transitions of a payment. What is not here cannot happen.
pub const TRANSITIONS: &[Transition] = &[
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
    row(S::Voiding, T::Void, &[S::Voiding]),
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
    row(S::Voided, T::Void, &[S::Voided]),
    row(S::Voided, T::Told, &[S::Voided, S::Mismatched]),
    row(S::Voided, T::Sync, &[S::Voided]),
    row(S::Expired, T::Told, &[S::Expired, S::Mismatched]),
    row(S::Expired, T::Sync, &[S::Expired]),
    row(S::Failed, T::Told, &[S::Failed, S::Mismatched]),
    row(S::Failed, T::Sync, &[S::Failed]),
];

/// What somebody may call in a state.
pub fn callable(state: State) -> impl Iterator<Item = Trigger> {
    TRANSITIONS.iter().filter(move |row| row.from == state && row.trigger.is_called()).map(|row| row.trigger)
}

/// The table as a state diagram of Mermaid.
#[must_use]
pub fn mermaid() -> String {
    let mut text = "stateDiagram-v2\n    [*] --> created\n".to_owned();
    for from in State::ALL {
        for to in State::ALL {
            let rows =
                TRANSITIONS.iter().filter(|row| row.from == *from && row.to.contains(to) && from != to);
            let triggers: Vec<&str> = rows.map(|row| row.trigger.as_str()).collect();
            if !triggers.is_empty() {
                // a text always takes a line
                let _ = writeln!(text, "    {from} --> {to}: {}", triggers.join(", "));
            }
        }
    }
    for end in State::ALL.iter().filter(|state| state.ended_unpaid()) {
        let _ = writeln!(text, "    {end} --> [*]");
    }
    text
}
