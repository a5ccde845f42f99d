//! The transitions of a payment as one table: no other state is entered. The diagram is drawn from it, and
//! refusals list what is possible.

use super::model::State;
use super::parts::ChargebackPhase;
use crate::escrow::model::State as DealState;
use crate::kernel::transitions::{Transition, Transitions};
use crate::rows::codec::text_enum;

text_enum! {
    /// A reason for which a payment enters a state.
    pub enum PaymentTrigger {
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
        /// The gateway says where the money is.
        Told = "told",
        /// The gateway refuses a call.
        Refused = "refused",
        /// The gateway has no such call.
        Nothing = "nothing",
        /// A call surely did not reach the gateway.
        Unsent = "unsent",
        /// A call has no answer.
        NoAnswer = "no_answer",
        /// The next gateway is tried.
        OtherGateway = "other_gateway",
        /// The money is taken without a further call, as was asked for at the beginning.
        Auto = "auto",
        /// It was given up while a call was under way.
        CancelRequested = "cancel_requested",
        /// Money came after its deal or purchase could take it.
        Late = "late",
        /// All of it went back.
        Refunded = "refunded",
        /// A refund came back.
        RefundFailed = "refund_failed",
        /// A chargeback begins.
        Open = "open",
        /// A chargeback is lost.
        Lost = "lost",
        /// A chargeback is won.
        Won = "won",
        /// The payer had so long.
        ExpiresAt = "expires_at",
        /// The authorization stood so long.
        AuthorizationExpiresAt = "authorization_expires_at",
        /// Its purchase is cancelled.
        Cancel = "cancel",
        /// The units of its purchase were held so long.
        HoldUntil = "hold_until",
        /// Its deal is called off.
        DealCancelled = "deal_cancelled",
        /// Its deal was not paid in time.
        DealExpired = "deal_expired",
    }
}

impl PaymentTrigger {
    /// The trigger of a deal that ended unpaid; `None` in any other state of the deal.
    #[must_use]
    pub const fn of_deal(state: DealState) -> Option<Self> {
        match state {
            DealState::Cancelled => Some(Self::DealCancelled),
            DealState::Expired => Some(Self::DealExpired),
            _ => None,
        }
    }
}

impl From<ChargebackPhase> for PaymentTrigger {
    fn from(phase: ChargebackPhase) -> Self {
        match phase {
            ChargebackPhase::Open => Self::Open,
            ChargebackPhase::Lost => Self::Lost,
            ChargebackPhase::Won => Self::Won,
        }
    }
}

const fn row(
    from: State,
    trigger: PaymentTrigger,
    to: &'static [State],
) -> Transition<State, PaymentTrigger, ()> {
    Transition { from: Some(from), trigger, who: (), to }
}

use PaymentTrigger as T;
use State as S;

/// All transitions of a payment. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, PaymentTrigger, ()> = Transitions {
    called: &[T::Confirm, T::Capture, T::Void, T::Refund, T::Settle, T::Chargeback, T::Sync],
    rows: &[
        row(S::Created, T::Confirm, &[S::Authorizing]),
        row(S::Created, T::Void, &[S::Voided]),
        row(S::Created, T::ExpiresAt, &[S::Expired]),
        row(S::Created, T::Cancel, &[S::Voided]),
        row(S::Created, T::HoldUntil, &[S::Expired]),
        row(S::Created, T::DealCancelled, &[S::Voided]),
        row(S::Created, T::DealExpired, &[S::Voided]),
        row(
            S::Authorizing,
            T::Told,
            &[S::ActionRequired, S::Authorized, S::Captured, S::Voided, S::Mismatched],
        ),
        row(S::Authorizing, T::Refused, &[S::Failed]),
        row(S::Authorizing, T::Nothing, &[S::Voided, S::Failed]),
        row(S::Authorizing, T::Unsent, &[S::Voided]),
        row(S::Authorizing, T::NoAnswer, &[S::Unknown]),
        row(S::Authorizing, T::OtherGateway, &[S::Authorizing]),
        row(S::Authorizing, T::CancelRequested, &[S::Voided]),
        row(S::Authorizing, T::Late, &[S::Voided]),
        row(S::Authorizing, T::Void, &[S::Voided, S::Authorizing]),
        row(S::Authorizing, T::Sync, &[S::Authorizing]),
        row(S::Authorizing, T::ExpiresAt, &[S::Expired]),
        row(S::Authorizing, T::Cancel, &[S::Voided]),
        row(S::Authorizing, T::HoldUntil, &[S::Expired]),
        row(S::Authorizing, T::DealCancelled, &[S::Voided]),
        row(S::Authorizing, T::DealExpired, &[S::Voided]),
        row(S::ActionRequired, T::Told, &[S::Authorized, S::Captured, S::Voided, S::Mismatched]),
        row(S::ActionRequired, T::Refused, &[S::Failed]),
        row(S::ActionRequired, T::Nothing, &[S::Voided, S::Failed]),
        row(S::ActionRequired, T::OtherGateway, &[S::Authorizing]),
        row(S::ActionRequired, T::Late, &[S::Voided]),
        row(S::ActionRequired, T::CancelRequested, &[S::Voiding]),
        row(S::ActionRequired, T::Void, &[S::Voiding]),
        row(S::ActionRequired, T::Sync, &[S::ActionRequired]),
        row(S::ActionRequired, T::ExpiresAt, &[S::Voiding]),
        row(S::ActionRequired, T::Cancel, &[S::Voiding]),
        row(S::ActionRequired, T::HoldUntil, &[S::Voiding]),
        row(S::ActionRequired, T::DealCancelled, &[S::Voiding]),
        row(S::ActionRequired, T::DealExpired, &[S::Voiding]),
        row(S::Authorized, T::Told, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Authorized, T::Late, &[S::Voided]),
        row(S::Authorized, T::Capture, &[S::Capturing]),
        row(S::Authorized, T::Auto, &[S::Capturing]),
        row(S::Authorized, T::CancelRequested, &[S::Voiding]),
        row(S::Authorized, T::Void, &[S::Voiding]),
        row(S::Authorized, T::Sync, &[S::Authorized]),
        row(S::Authorized, T::AuthorizationExpiresAt, &[S::Voiding]),
        row(S::Authorized, T::Cancel, &[S::Voiding]),
        row(S::Authorized, T::HoldUntil, &[S::Voiding]),
        row(S::Authorized, T::DealCancelled, &[S::Voiding]),
        row(S::Authorized, T::DealExpired, &[S::Voiding]),
        row(S::Capturing, T::Told, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Capturing, T::Refused, &[S::Authorized]),
        row(S::Capturing, T::Nothing, &[S::Authorized]),
        row(S::Capturing, T::NoAnswer, &[S::Unknown]),
        row(S::Capturing, T::Late, &[S::Voided]),
        row(S::Capturing, T::Void, &[S::Capturing]),
        row(S::Capturing, T::Sync, &[S::Capturing]),
        row(S::Voiding, T::Told, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Voiding, T::Refused, &[S::ActionRequired, S::Authorized]),
        row(S::Voiding, T::NoAnswer, &[S::Unknown]),
        row(S::Voiding, T::Late, &[S::Voided]),
        row(S::Voiding, T::Sync, &[S::Voiding]),
        row(
            S::Unknown,
            T::Told,
            &[S::ActionRequired, S::Authorized, S::Captured, S::Voided, S::Expired, S::Mismatched],
        ),
        row(S::Unknown, T::Refused, &[S::ActionRequired, S::Authorized, S::Failed]),
        row(S::Unknown, T::Nothing, &[S::Authorized, S::Capturing, S::Voiding, S::Voided, S::Failed]),
        row(S::Unknown, T::Unsent, &[S::Authorizing, S::Capturing, S::Voiding, S::Voided]),
        row(S::Unknown, T::OtherGateway, &[S::Authorizing]),
        row(S::Unknown, T::Late, &[S::Voided]),
        row(S::Unknown, T::Void, &[S::Unknown]),
        row(S::Unknown, T::Sync, &[S::Unknown]),
        row(S::Unknown, T::Settle, &[S::Authorized]),
        row(S::Mismatched, T::Told, &[S::Mismatched]),
        row(
            S::Mismatched,
            T::Settle,
            &[S::Authorized, S::Captured, S::Refunded, S::ChargedBack, S::Voided, S::Failed],
        ),
        row(S::Mismatched, T::Sync, &[S::Mismatched]),
        row(S::Captured, T::Told, &[S::Mismatched]),
        row(S::Captured, T::Refund, &[S::Captured]),
        row(S::Captured, T::Refunded, &[S::Refunded]),
        row(S::Captured, T::Chargeback, &[S::ChargedBack]),
        row(S::Captured, T::Open, &[S::ChargedBack]),
        row(S::Captured, T::Lost, &[S::ChargedBack]),
        row(S::Captured, T::Settle, &[S::Captured, S::Refunded]),
        row(S::Captured, T::Sync, &[S::Captured]),
        row(S::Refunded, T::Told, &[S::Mismatched]),
        row(S::Refunded, T::RefundFailed, &[S::Captured]),
        row(S::Refunded, T::Chargeback, &[S::ChargedBack]),
        row(S::Refunded, T::Open, &[S::ChargedBack]),
        row(S::Refunded, T::Lost, &[S::ChargedBack]),
        row(S::Refunded, T::Settle, &[S::Captured, S::Refunded]),
        row(S::Refunded, T::Sync, &[S::Refunded]),
        row(S::ChargedBack, T::Told, &[S::Mismatched]),
        row(S::ChargedBack, T::Refund, &[S::ChargedBack]),
        row(S::ChargedBack, T::Chargeback, &[S::Captured, S::Refunded, S::ChargedBack]),
        row(S::ChargedBack, T::Open, &[S::ChargedBack]),
        row(S::ChargedBack, T::Lost, &[S::ChargedBack]),
        row(S::ChargedBack, T::Won, &[S::Captured, S::Refunded]),
        row(S::ChargedBack, T::Settle, &[S::ChargedBack]),
        row(S::ChargedBack, T::Sync, &[S::ChargedBack]),
        row(S::Voided, T::Sync, &[S::Voided]),
        row(S::Expired, T::Sync, &[S::Expired]),
        row(S::Failed, T::Sync, &[S::Failed]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_first_is_reached_and_has_one_row_for_a_trigger() {
        TRANSITIONS.check(&State::ALL[1..], PaymentTrigger::ALL);
    }
}
