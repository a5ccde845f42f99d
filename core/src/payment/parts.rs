//! The parts of a payment: its refunds and chargebacks, its open question, and the rest of a part capture.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::gateway::incoming::HintSays;
use crate::ids::{DebtId, JobId, RefundId, TransferId};
use crate::money::{Money, minor};
use crate::rows::codec::text_enum;
use crate::time::{Span, Time};

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
    pub id: RefundId,
    /// How much, in minor units.
    #[serde(with = "minor")]
    pub minor: i128,
    /// How far it is.
    pub state: RefundState,
    /// The attempt whose gateway has the money, counted from 0.
    pub attempt: usize,
    /// It gives back late money, which waits in `@suspense`.
    #[serde(default)]
    pub late: bool,
    /// The gateway's reference.
    #[serde(default)]
    pub reference: Option<String>,
    /// The transfer that took it from the payee, or from `@suspense`.
    #[serde(default)]
    pub transfer: Option<TransferId>,
    /// The transfer that undid it, if it was refused or returned.
    #[serde(default)]
    pub reversal: Option<TransferId>,
}

impl Refund {
    /// Whether the money went back.
    pub fn is_done(&self) -> bool {
        self.state == RefundState::Done
    }

    /// Whether it gives back late money.
    pub const fn is_of_late_money(&self) -> bool {
        self.late
    }

    /// Whether it gives back late money, and is in this state.
    pub fn is_late_in(&self, state: RefundState) -> bool {
        self.late && self.state == state
    }

    /// Whether it lowers the amount that may still be refunded.
    pub const fn counts(&self) -> bool {
        !matches!(self.state, RefundState::Refused | RefundState::Returned)
    }
}

/// The name of the text with the reason of a refund.
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
    /// How much of it was taken from the buyer of a deal, who had it from refunds that were held back for it,
    /// in minor units.
    #[serde(default, with = "minor", skip_serializing_if = "is_nothing")]
    pub of_refunds: i128,
    /// Only a lower total `captured` has shown it: it may be the money of a case that is told later.
    #[serde(default, skip_serializing_if = "is_no")]
    pub by_total: bool,
    /// The debt of the payee for the rest.
    #[serde(default)]
    pub debt: Option<DebtId>,
    /// When it was opened.
    pub opened_at: Time,
}

impl ChargebackFacts {
    /// Whether the money is with the payer.
    pub fn counts(&self) -> bool {
        self.phase != ChargebackPhase::Won
    }
}

const fn is_no(flag: &bool) -> bool {
    !*flag
}

const fn is_nothing(minor: &i128) -> bool {
    *minor == 0
}

text_enum! {
    /// When the last hint about an open question came.
    pub enum Hinted {
        /// Before a worker took the question: its answer covers the hint.
        Before = "before",
        /// Since a worker took it: its answer may be older than the hint.
        Since = "since",
    }
}

/// An open question to a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub job: JobId,
    /// How many questions in a row had no helpful answer.
    pub asked: u32,
    /// When the last hint about it came. If it ends without an answer that covers the hint, another question
    /// follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hinted: Option<Hinted>,
    /// The gateway that it goes to, if that is the gateway of an earlier attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

/// A chargeback as it is reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ToldCase {
    /// The gateway's id of it.
    pub case: String,
    /// How far it is.
    pub phase: ChargebackPhase,
    /// The amount; `None` means all that is left of the payment.
    pub amount: Option<Money>,
    /// The amount is in a currency that is not known here, or is none.
    #[serde(default)]
    pub is_strange: bool,
    /// The reason, without card numbers.
    pub reason: Option<Arc<str>>,
}

/// A hint, as long as no answer of the gateway shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHint {
    pub says: HintSays,
    /// How many answers have not shown it.
    pub asked: u32,
}

/// The rest of an authorization of which a part was captured, as long as the gateway may hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRest {
    /// How much, in minor units.
    #[serde(with = "minor")]
    pub minor: i128,
    /// The gateway has said that it holds this. Otherwise it is asked.
    pub known: bool,
    /// Until then the worker of the capture may be about to release it: that the gateway holds it is believed
    /// of a question from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_from: Option<Time>,
}

impl HeldRest {
    /// The rest after the gateway has named its totals; `None` if it holds nothing more.
    pub fn told(&self, authorized: i128, captured: i128) -> Option<Self> {
        let held = authorized.saturating_sub(captured).min(self.minor);
        (held > 0).then_some(Self { minor: held, known: true, asked_from: None })
    }
}

/// The facts of the waits of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitFacts {
    /// When it became mismatched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatched_at: Option<Time>,
    /// The limit of its present wait, if an option sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_limit: Option<Span>,
    /// The waits that the admins were told of, of those that began with its present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<LateFacts>,
}

/// Waits that the admins were told of: a call that is sent again waits now for a worker, now for its gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFacts {
    /// Their names.
    pub told: Vec<String>,
    /// Their beginning.
    pub since: Time,
    /// The gateway whose record names the payment.
    pub gateway: String,
}

impl WaitFacts {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_gateway_holds_what_it_names_beyond_the_capture() {
        let rest = HeldRest { minor: 4_000, known: false, asked_from: None };
        for (authorized, captured, held) in [
            (10_000, 6_000, Some(4_000)),
            (8_000, 6_000, Some(2_000)),
            // an authorization of more than was asked for is none of this payment's
            (20_000, 6_000, Some(4_000)),
            (6_000, 6_000, None),
            // a gateway that names what is left of the authorization
            (4_000, 6_000, None),
            (i128::MIN, 6_000, None),
        ] {
            let held = held.map(|minor| HeldRest { minor, known: true, asked_from: None });
            assert_eq!(rest.told(authorized, captured), held, "{authorized} {captured}");
        }
    }

    #[test]
    fn a_question_without_hints_is_written_as_before() {
        let written = json!({ "job": "jb_0190c3f0-0000-7000-8000-000000000000", "asked": 2 });
        let question: Question = serde_json::from_value(written.clone()).unwrap();
        assert_eq!((question.hinted, &question.left), (None, &None));
        assert_eq!(serde_json::to_value(&question).unwrap(), written);
        let hinted = Question { hinted: Some(Hinted::Since), left: Some("card".to_owned()), ..question };
        let again: Question = serde_json::from_value(serde_json::to_value(&hinted).unwrap()).unwrap();
        assert_eq!(again, hinted);
    }
}
