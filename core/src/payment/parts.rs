//! The parts that a payment has any number of: its refunds, and what payers' banks took back.

use serde::{Deserialize, Serialize};

use crate::ids::{DebtId, RefundId, TransferId};
use crate::money::minor;
use crate::rows::codec::text_enum;
use crate::time::Time;

text_enum! {
    /// How far a refund is.
    pub enum RefundState {
        /// It waits for its turn, or for a worker.
        Queued = "queued",
        /// The gateway may have it.
        Sent = "sent",
        /// Nobody knows whether the gateway has it: it is asked.
        Unknown = "unknown",
        /// The money went back.
        Done = "done",
        /// The gateway refused it.
        Refused = "refused",
        /// The money went back, and came back to the gateway.
        Returned = "returned",
    }
}

/// A refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// How much, in minor units.
    #[serde(with = "minor")]
    pub minor: i128,
    /// How far it is.
    pub state: RefundState,
    /// The attempt whose gateway has the money, counted from 0.
    pub attempt: usize,
    /// It is of money that came too late, and waits in `@suspense`.
    #[serde(default)]
    pub late: bool,
    /// The gateway's reference.
    #[serde(default)]
    pub reference: Option<String>,
    /// The transfer that took it from who was paid.
    #[serde(default)]
    pub transfer: Option<TransferId>,
    /// The transfer that gave it back, once it was refused or returned.
    #[serde(default)]
    pub reversal: Option<TransferId>,
}

impl Refund {
    /// Whether the money went back.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == RefundState::Done
    }

    /// Whether it is of money that came too late.
    #[must_use]
    pub const fn is_of_late_money(&self) -> bool {
        self.late
    }

    /// Whether it takes from what may still be refunded.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !matches!(self.state, RefundState::Refused | RefundState::Returned)
    }
}

/// The name of the text that says why a refund was asked for.
#[must_use]
pub fn reason_of(refund: RefundId) -> String {
    format!("reason.{refund}")
}

text_enum! {
    /// How far a chargeback is.
    pub enum ChargebackPhase {
        /// The bank has taken the money.
        Open = "open",
        /// It gave the money back.
        Won = "won",
        /// It keeps the money.
        Lost = "lost",
    }
}

/// What a payer's bank took back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargebackFacts {
    /// The gateway's id of it.
    pub case: String,
    /// How far it is.
    pub phase: ChargebackPhase,
    /// How much, in minor units.
    #[serde(with = "minor")]
    pub minor: i128,
    /// How much of it the payee bore, in minor units.
    #[serde(with = "minor")]
    pub borne: i128,
    /// What the payee owes for the rest.
    #[serde(default)]
    pub debt: Option<DebtId>,
    /// When it was opened.
    pub opened_at: Time,
}

impl ChargebackFacts {
    /// Whether the money is with the payer.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.phase != ChargebackPhase::Won
    }
}
