//! The transitions of a payment as one table: who may pull a trigger, and where it leads. No other state is
//! entered. The diagram is drawn from it, and refusals list what is possible.

use super::model::State;
use super::parts::ChargebackPhase;
use crate::escrow::model::State as DealState;
use crate::kernel::transitions::{TableRole, Transitions, row};
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

text_enum! {
    /// The role in which an actor acts on a payment.
    pub enum PaymentRole {
        /// The payer; of a deal or a purchase that its buyer pays, the holder or owner of his account too.
        Payer = "payer",
        /// The holder or owner of the account that is paid.
        Payee = "payee",
        /// Staff of the host.
        Admin = "admin",
        /// The host's own program, workers and timers.
        System = "system",
    }
}

impl TableRole for PaymentRole {
    const ADMIN: Self = Self::Admin;
    const SYSTEM: Self = Self::System;
}

use PaymentRole as R;
use PaymentTrigger as T;
use State as S;

/// The payer and staff.
const PAYER: &[R] = &[R::Payer, R::Admin, R::System];
/// The payee and staff.
const PAYEE: &[R] = &[R::Payee, R::Admin, R::System];
/// Either side, and staff.
const EITHER: &[R] = &[R::Payer, R::Payee, R::Admin, R::System];
/// Staff and the host's own program.
const STAFF: &[R] = &[R::Admin, R::System];
/// Admins, but not the host's own program.
const ADMIN: &[R] = &[R::Admin];
/// No caller: only the engine itself.
const SYSTEM: &[R] = &[R::System];

/// All transitions of a payment. What is not here cannot happen.
pub const TRANSITIONS: Transitions<State, PaymentTrigger, &[R]> = Transitions {
    called: &[T::Confirm, T::Capture, T::Void, T::Refund, T::Settle, T::Chargeback, T::Sync],
    rows: &[
        row(S::Created, T::Confirm, PAYER, &[S::Authorizing]),
        row(S::Created, T::Void, PAYER, &[S::Voided]),
        row(S::Created, T::ExpiresAt, SYSTEM, &[S::Expired]),
        row(S::Created, T::Cancel, SYSTEM, &[S::Voided]),
        row(S::Created, T::HoldUntil, SYSTEM, &[S::Expired]),
        row(S::Created, T::DealCancelled, SYSTEM, &[S::Voided]),
        row(S::Created, T::DealExpired, SYSTEM, &[S::Voided]),
        row(
            S::Authorizing,
            T::Told,
            SYSTEM,
            &[S::ActionRequired, S::Authorized, S::Captured, S::Voided, S::Mismatched],
        ),
        row(S::Authorizing, T::Refused, SYSTEM, &[S::Failed]),
        row(S::Authorizing, T::Nothing, SYSTEM, &[S::Voided, S::Failed]),
        row(S::Authorizing, T::Unsent, SYSTEM, &[S::Voided]),
        row(S::Authorizing, T::NoAnswer, SYSTEM, &[S::Unknown]),
        row(S::Authorizing, T::OtherGateway, SYSTEM, &[S::Authorizing]),
        row(S::Authorizing, T::CancelRequested, SYSTEM, &[S::Voided]),
        row(S::Authorizing, T::Late, SYSTEM, &[S::Voided]),
        row(S::Authorizing, T::Void, PAYER, &[S::Voided, S::Authorizing]),
        row(S::Authorizing, T::Sync, STAFF, &[S::Authorizing]),
        row(S::Authorizing, T::ExpiresAt, SYSTEM, &[S::Expired]),
        row(S::Authorizing, T::Cancel, SYSTEM, &[S::Voided]),
        row(S::Authorizing, T::HoldUntil, SYSTEM, &[S::Expired]),
        row(S::Authorizing, T::DealCancelled, SYSTEM, &[S::Voided]),
        row(S::Authorizing, T::DealExpired, SYSTEM, &[S::Voided]),
        row(S::ActionRequired, T::Told, SYSTEM, &[S::Authorized, S::Captured, S::Voided, S::Mismatched]),
        row(S::ActionRequired, T::Refused, SYSTEM, &[S::Failed]),
        row(S::ActionRequired, T::Nothing, SYSTEM, &[S::Voided, S::Failed]),
        row(S::ActionRequired, T::OtherGateway, SYSTEM, &[S::Authorizing]),
        row(S::ActionRequired, T::Late, SYSTEM, &[S::Voided]),
        row(S::ActionRequired, T::CancelRequested, SYSTEM, &[S::Voiding]),
        row(S::ActionRequired, T::Void, PAYER, &[S::Voiding]),
        row(S::ActionRequired, T::Sync, STAFF, &[S::ActionRequired]),
        row(S::ActionRequired, T::ExpiresAt, SYSTEM, &[S::Voiding]),
        row(S::ActionRequired, T::Cancel, SYSTEM, &[S::Voiding]),
        row(S::ActionRequired, T::HoldUntil, SYSTEM, &[S::Voiding]),
        row(S::ActionRequired, T::DealCancelled, SYSTEM, &[S::Voiding]),
        row(S::ActionRequired, T::DealExpired, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::Told, SYSTEM, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Authorized, T::Late, SYSTEM, &[S::Voided]),
        row(S::Authorized, T::Capture, PAYEE, &[S::Capturing]),
        row(S::Authorized, T::Auto, SYSTEM, &[S::Capturing]),
        row(S::Authorized, T::CancelRequested, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::Void, PAYEE, &[S::Voiding]),
        row(S::Authorized, T::Sync, STAFF, &[S::Authorized]),
        row(S::Authorized, T::AuthorizationExpiresAt, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::Cancel, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::HoldUntil, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::DealCancelled, SYSTEM, &[S::Voiding]),
        row(S::Authorized, T::DealExpired, SYSTEM, &[S::Voiding]),
        row(S::Capturing, T::Told, SYSTEM, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Capturing, T::Refused, SYSTEM, &[S::Authorized]),
        row(S::Capturing, T::Nothing, SYSTEM, &[S::Authorized]),
        row(S::Capturing, T::NoAnswer, SYSTEM, &[S::Unknown]),
        row(S::Capturing, T::Late, SYSTEM, &[S::Voided]),
        // of money that is held for the payee, the payee alone
        row(S::Capturing, T::Void, EITHER, &[S::Capturing]),
        row(S::Capturing, T::Sync, STAFF, &[S::Capturing]),
        row(S::Voiding, T::Told, SYSTEM, &[S::Captured, S::Voided, S::Expired, S::Mismatched]),
        row(S::Voiding, T::Refused, SYSTEM, &[S::ActionRequired, S::Authorized]),
        row(S::Voiding, T::NoAnswer, SYSTEM, &[S::Unknown]),
        row(S::Voiding, T::Late, SYSTEM, &[S::Voided]),
        row(S::Voiding, T::Sync, STAFF, &[S::Voiding]),
        row(
            S::Unknown,
            T::Told,
            SYSTEM,
            &[S::ActionRequired, S::Authorized, S::Captured, S::Voided, S::Expired, S::Mismatched],
        ),
        row(S::Unknown, T::Refused, SYSTEM, &[S::ActionRequired, S::Authorized, S::Failed]),
        row(S::Unknown, T::Nothing, SYSTEM, &[S::Authorized, S::Capturing, S::Voiding, S::Voided, S::Failed]),
        row(S::Unknown, T::Unsent, SYSTEM, &[S::Authorizing, S::Capturing, S::Voiding, S::Voided]),
        row(S::Unknown, T::OtherGateway, SYSTEM, &[S::Authorizing]),
        row(S::Unknown, T::Late, SYSTEM, &[S::Voided]),
        row(S::Unknown, T::Void, EITHER, &[S::Unknown]),
        row(S::Unknown, T::Sync, STAFF, &[S::Unknown]),
        row(S::Unknown, T::Settle, ADMIN, &[S::Authorized]),
        row(S::Mismatched, T::Told, SYSTEM, &[S::Mismatched]),
        row(
            S::Mismatched,
            T::Settle,
            ADMIN,
            &[S::Authorized, S::Captured, S::Refunded, S::ChargedBack, S::Voided, S::Failed],
        ),
        row(S::Mismatched, T::Sync, STAFF, &[S::Mismatched]),
        row(S::Captured, T::Told, SYSTEM, &[S::Mismatched]),
        row(S::Captured, T::Refund, PAYEE, &[S::Captured]),
        row(S::Captured, T::Refunded, SYSTEM, &[S::Refunded]),
        row(S::Captured, T::Chargeback, STAFF, &[S::ChargedBack]),
        row(S::Captured, T::Open, SYSTEM, &[S::ChargedBack]),
        row(S::Captured, T::Lost, SYSTEM, &[S::ChargedBack]),
        row(S::Captured, T::Settle, ADMIN, &[S::Captured, S::Refunded]),
        row(S::Captured, T::Sync, STAFF, &[S::Captured]),
        row(S::Refunded, T::Told, SYSTEM, &[S::Mismatched]),
        row(S::Refunded, T::RefundFailed, SYSTEM, &[S::Captured]),
        row(S::Refunded, T::Chargeback, STAFF, &[S::ChargedBack]),
        row(S::Refunded, T::Open, SYSTEM, &[S::ChargedBack]),
        row(S::Refunded, T::Lost, SYSTEM, &[S::ChargedBack]),
        row(S::Refunded, T::Settle, ADMIN, &[S::Captured, S::Refunded]),
        row(S::Refunded, T::Sync, STAFF, &[S::Refunded]),
        row(S::ChargedBack, T::Told, SYSTEM, &[S::Mismatched]),
        row(S::ChargedBack, T::Chargeback, STAFF, &[S::Captured, S::Refunded, S::ChargedBack]),
        row(S::ChargedBack, T::Refund, PAYEE, &[S::ChargedBack]),
        row(S::ChargedBack, T::Open, SYSTEM, &[S::ChargedBack]),
        row(S::ChargedBack, T::Lost, SYSTEM, &[S::ChargedBack]),
        row(S::ChargedBack, T::Won, SYSTEM, &[S::Captured, S::Refunded]),
        row(S::ChargedBack, T::Settle, ADMIN, &[S::ChargedBack]),
        row(S::ChargedBack, T::Sync, STAFF, &[S::ChargedBack]),
        row(S::Voided, T::Sync, STAFF, &[S::Voided]),
        row(S::Expired, T::Sync, STAFF, &[S::Expired]),
        row(S::Failed, T::Sync, STAFF, &[S::Failed]),
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
