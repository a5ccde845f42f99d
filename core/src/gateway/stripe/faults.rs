//! Outcomes of requests to Stripe: done, not worked on, refused, or unknown.
//!
//! By <https://docs.stripe.com/api/errors>, <https://docs.stripe.com/error-low-level> and
//! <https://docs.stripe.com/api/idempotent_requests>.

use serde_json::Value;

use super::objects::{reference, text};
use super::refusals::refusal;
use crate::gateway::answer::{DriverReply, GatewayAnswer, Refusal};
use crate::gateway::words::GatewayOutcome;
use crate::http::outcome::{Body, Outcome};

/// Errors after which the object may be in the very state that was asked for: it is asked about.
const UNSURE: &[&str] = &[
    "charge_already_captured",
    "charge_already_refunded",
    "idempotency_key_in_use",
    "lock_timeout",
    "payment_intent_unexpected_state",
];

/// The outcome of a request.
#[derive(Debug)]
pub(super) enum Upshot {
    Done(Done),
    /// It surely was not, and may be sent again.
    Unsent(String),
    /// Stripe will not do it.
    Refused(Box<Declination>),
    /// Nobody knows.
    Unknown(NotKnown),
}

#[derive(Debug)]
pub(super) struct Done {
    /// The object.
    pub body: Value,
    /// It is what was answered to the same key before.
    pub replayed: bool,
}

/// A refusal.
#[derive(Debug)]
pub(super) struct Declination {
    /// Why.
    pub refusal: Refusal,
    /// The intent that it is about.
    pub intent: Option<String>,
}

/// An unknown outcome.
#[derive(Debug)]
pub(super) struct NotKnown {
    /// For people, without secrets.
    pub why: String,
    /// The failure was saved under the key, and is all that this key will ever answer.
    pub saved: bool,
}

/// Judges what became of a request.
pub(super) fn judge(outcome: Outcome) -> Upshot {
    match outcome {
        Outcome::NotSent(fault) => Upshot::Unsent(fault.to_string()),
        Outcome::Unknown(fault) => doubt(fault.to_string()),
        Outcome::Answered(response) => {
            let replayed = response.header("idempotent-replayed") == Some("true");
            let status = response.status.as_u16();
            match &response.body {
                Body::Whole(bytes) => read(status, replayed, bytes),
                Body::TooLong | Body::CutShort => answered(status, replayed, None),
            }
        }
    }
}

/// Judges the bytes of an answer.
pub(super) fn read(status: u16, replayed: bool, bytes: &[u8]) -> Upshot {
    answered(status, replayed, serde_json::from_slice(bytes).ok().filter(Value::is_object))
}

/// Judges an answer; its body is none where it was no JSON object, or was not all there.
fn answered(status: u16, replayed: bool, body: Option<Value>) -> Upshot {
    match (status, body) {
        (200..=299, Some(body)) => Upshot::Done(Done { body, replayed }),
        (200..=299, None) => doubt("the answer cannot be read".to_owned()),
        // refused before any work: the key is wrong or may not, or there were too many requests
        (401 | 403 | 429, _) => Upshot::Unsent(format!("the answer was {status}")),
        (500.., _) => Upshot::Unknown(NotKnown { why: format!("the answer was {status}"), saved: replayed }),
        (400..=499, Some(body)) if status != 409 => of_error(status, replayed, &body),
        _ => doubt(format!("the answer was {status}")),
    }
}

fn of_error(status: u16, replayed: bool, body: &Value) -> Upshot {
    let Some(error) = body.get("error").filter(|error| error.is_object()) else {
        return doubt(format!("the answer was {status}"));
    };
    let code = text(error, "code");
    match text(error, "type") {
        Some("card_error" | "invalid_request_error") if !code.is_some_and(|code| UNSURE.contains(&code)) => {
            let intent = reference(error.get("payment_intent"));
            Upshot::Refused(Box::new(Declination { refusal: refusal(error), intent }))
        }
        // another request went out under this key, or Stripe failed; what is repeated was saved under the key
        _ => Upshot::Unknown(NotKnown { why: format!("the answer was {status}"), saved: replayed }),
    }
}

const fn doubt(why: String) -> Upshot {
    Upshot::Unknown(NotKnown { why, saved: false })
}

impl Upshot {
    /// Returns the result of a call that did not succeed.
    pub(super) fn said(self) -> DriverReply {
        match self {
            Self::Done(_) => unread(),
            Self::Unsent(_) => DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent)),
            Self::Refused(refused) => {
                let answer = GatewayAnswer::of(GatewayOutcome::Refused).failure(refused.refusal);
                DriverReply::Answer(GatewayAnswer { reference: refused.intent, ..answer })
            }
            Self::Unknown(doubt) => DriverReply::Unknown(doubt.why),
        }
    }

    /// Returns the result of a question that was not answered.
    pub(super) fn unanswered(self) -> Box<DriverReply> {
        Box::new(match self {
            Self::Done(_) => unread(),
            Self::Unsent(why) => DriverReply::Unknown(why),
            Self::Refused(refused) => {
                let code = refused.refusal.code;
                let code = refused.refusal.gateway_code.unwrap_or_else(|| code.to_string());
                DriverReply::Unknown(format!("the question was refused: {code}"))
            }
            Self::Unknown(doubt) => DriverReply::Unknown(doubt.why),
        })
    }
}

/// An answer of another shape than is documented.
pub(super) fn unread() -> DriverReply {
    DriverReply::Unknown("the answer is not of the shape that is documented".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::words::FailureCode;
    use crate::http::outcome::Fault;

    fn error(kind: &str, code: &str) -> Option<Value> {
        Some(json!({ "error": { "type": kind, "code": code } }))
    }

    #[test]
    fn what_may_have_been_done_is_unknown() {
        for (status, body) in [
            (200, None),
            (500, error("api_error", "x")),
            (503, None),
            (302, None),
            (400, None),
            (400, Some(json!({ "error": "no" }))),
            (400, Some(json!({ "message": "no" }))),
            (400, error("idempotency_error", "x")),
            (400, error("invalid_request_error", "charge_already_captured")),
            (400, error("invalid_request_error", "payment_intent_unexpected_state")),
            (400, error("api_error", "x")),
            (409, error("idempotency_error", "idempotency_key_in_use")),
            (409, error("invalid_request_error", "idempotency_key_in_use")),
        ] {
            let verdict = answered(status, false, body.clone());
            assert!(matches!(verdict, Upshot::Unknown(NotKnown { saved: false, .. })), "{status} {body:?}");
        }
        for (status, body) in [
            (500, None),
            (400, error("invalid_request_error", "payment_intent_unexpected_state")),
            (400, error("invalid_request_error", "lock_timeout")),
        ] {
            let saved = answered(status, true, body);
            assert!(matches!(saved, Upshot::Unknown(NotKnown { saved: true, .. })), "{status}");
        }
        assert!(matches!(judge(Outcome::Unknown(Fault::Late)), Upshot::Unknown(_)));
    }

    #[test]
    fn what_was_not_worked_on_is_unsent() {
        for status in [401, 403, 429] {
            assert!(matches!(answered(status, false, None), Upshot::Unsent(_)), "{status}");
        }
        assert!(matches!(judge(Outcome::NotSent(Fault::NotPublic)), Upshot::Unsent(_)));
    }

    #[test]
    fn a_refusal_names_its_intent_and_nothing_of_what_was_sent() {
        let error = json!({
            "type": "card_error", "code": "card_declined", "decline_code": "lost_card",
            "message": "Your card 4242424242424242 was declined.", "payment_intent": { "id": "pi_1" },
        });
        let body = json!({ "error": error });
        let Upshot::Refused(refused) = answered(402, false, Some(body)) else { panic!() };
        assert_eq!(
            (refused.refusal.code, refused.intent.as_deref()),
            (FailureCode::FraudSuspected, Some("pi_1"))
        );
        let said = format!("{:?}", Upshot::Refused(refused).said());
        assert!(said.contains("pi_1") && !said.contains("4242"), "{said}");
    }
}
