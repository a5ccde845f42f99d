//! Stripe's objects, as far as they are read: intents and refunds.
//!
//! By <https://docs.stripe.com/api/payment_intents/object> and <https://docs.stripe.com/api/refunds/object>.

use serde_json::{Map, Value};

use super::amounts::{Codes, from_wire};
use super::refusals::{refund_failure, refusal};
use crate::gateway::answer::{GatewayAnswer, Refusal};
use crate::gateway::identity::Marks;
use crate::gateway::words::GatewayOutcome;
use crate::money::Money;

/// Why an intent that was never confirmed is cancelled: what is cancelled so took no money and never will.
pub(super) const ABANDONED: &str = "abandoned";
/// The longest id that is read.
const LONGEST: usize = 255;

/// How far an intent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntentStatus {
    /// It was not confirmed, or what it was confirmed with was refused.
    Open,
    /// The payer must do something.
    RequiresAction,
    /// It is worked on.
    Processing,
    /// The money is held.
    RequiresCapture,
    /// The money is taken.
    Succeeded,
    /// It is over without money.
    Canceled,
}

/// An intent: what Stripe has of a payment.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    /// Its id, which is the reference of the payment.
    pub id: String,
    /// How far it is.
    pub status: IntentStatus,
    /// When it was made, in seconds.
    pub created: i64,
    /// Our id of the payment.
    pub payment: Option<String>,
    /// The key of the call that created it.
    pub key: Option<String>,
    pub amount: Money,
    /// The amount held.
    pub capturable: Money,
    /// The amount taken.
    pub received: Money,
    /// Why the last attempt did not succeed.
    pub failure: Option<Refusal>,
    /// It was cancelled before anything was tried.
    pub abandoned: bool,
    action: Map<String, Value>,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefundStatus {
    /// It is on its way.
    Pending,
    /// The money is back.
    Succeeded,
    /// The money did not arrive, and came back to the merchant; or it was given up.
    Failed,
}

#[derive(Clone, Debug)]
pub(super) struct StripeRefund {
    pub id: String,
    /// How far it is.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
    pub intent: Option<String>,
    /// Our id of it; none of one that somebody made at Stripe itself.
    pub refund: Option<String>,
    /// Our id of the payment.
    pub payment: Option<String>,
    reason: Option<String>,
}

impl Intent {
    /// An intent; none for what is not of the documented shape.
    pub(super) fn of(object: &Value, codes: Codes<'_>) -> Option<Self> {
        if text(object, "object") != Some("payment_intent") {
            return None;
        }
        let code = text(object, "currency")?;
        let amount = |name: &str| match object.get(name) {
            None | Some(Value::Null) => from_wire(&Value::from(0), code, codes),
            Some(minor) => from_wire(minor, code, codes),
        };
        let status = match text(object, "status")? {
            "requires_payment_method" | "requires_confirmation" => IntentStatus::Open,
            "requires_action" => IntentStatus::RequiresAction,
            "processing" => IntentStatus::Processing,
            "requires_capture" => IntentStatus::RequiresCapture,
            "succeeded" => IntentStatus::Succeeded,
            "canceled" => IntentStatus::Canceled,
            _ => return None,
        };
        let untried = object.get("latest_charge").is_none_or(Value::is_null);
        let failure = object.get("last_payment_error").filter(|error| !error.is_null()).map(refusal);
        Some(Self {
            id: id(object, "id")?,
            status,
            created: object.get("created").and_then(Value::as_i64).unwrap_or(i64::MAX),
            payment: metadata(object, "payment"),
            key: metadata(object, "key"),
            amount: amount("amount")?,
            capturable: amount("amount_capturable")?,
            received: amount("amount_received")?,
            failure,
            abandoned: untried && text(object, "cancellation_reason") == Some(ABANDONED),
            action: action(object),
        })
    }

    /// Whether its amounts are some of a currency that is known here, whatever state it is in.
    pub(super) fn amounts_are_read(object: &Value, codes: Codes<'_>) -> bool {
        let code = text(object, "currency");
        let is_read = |name: &str| match object.get(name) {
            None | Some(Value::Null) => true,
            Some(minor) => code.is_some_and(|code| from_wire(minor, code, codes).is_some()),
        };
        code.is_some() && ["amount", "amount_capturable", "amount_received"].into_iter().all(is_read)
    }

    /// Its marks.
    pub(super) fn marks(&self) -> Marks<'_> {
        Marks {
            id: Some(&self.id),
            payment: self.payment.as_deref(),
            mark: self.key.as_deref(),
            amount: Some(self.amount),
            ..Marks::default()
        }
    }

    /// Maps its status to an answer about its payment.
    pub(super) fn answer(&self) -> GatewayAnswer {
        let answer = match (self.status, &self.failure) {
            (IntentStatus::Open, Some(failure)) => {
                GatewayAnswer::of(GatewayOutcome::Refused).failure(failure.clone())
            }
            (IntentStatus::Open, None) => GatewayAnswer::of(GatewayOutcome::Nothing),
            (IntentStatus::RequiresAction, _) => {
                GatewayAnswer::of(GatewayOutcome::ActionRequired).action(self.action.clone())
            }
            (IntentStatus::Processing, _) => GatewayAnswer::of(GatewayOutcome::Pending),
            (IntentStatus::RequiresCapture, _) => {
                GatewayAnswer::of(GatewayOutcome::Authorized).authorized(self.capturable)
            }
            (IntentStatus::Succeeded, _) => {
                GatewayAnswer::of(GatewayOutcome::Captured).captured(self.received)
            }
            (IntentStatus::Canceled, _) if self.abandoned => {
                GatewayAnswer::of(GatewayOutcome::Nothing).closed()
            }
            (IntentStatus::Canceled, _) => GatewayAnswer::of(GatewayOutcome::Voided),
        };
        answer.reference(self.id.as_str())
    }
}

impl StripeRefund {
    /// A refund; none for what is not of the documented shape.
    pub(super) fn of(object: &Value, codes: Codes<'_>) -> Option<Self> {
        if text(object, "object") != Some("refund") {
            return None;
        }
        let status = match object.get("status") {
            // one of before there were states has none
            None | Some(Value::Null) => RefundStatus::Succeeded,
            Some(status) => match status.as_str()? {
                "succeeded" => RefundStatus::Succeeded,
                "pending" | "requires_action" => RefundStatus::Pending,
                "failed" | "canceled" => RefundStatus::Failed,
                _ => return None,
            },
        };
        Some(Self {
            id: id(object, "id")?,
            status,
            amount: from_wire(object.get("amount")?, text(object, "currency")?, codes)?,
            intent: reference(object.get("payment_intent")),
            refund: metadata(object, "refund"),
            payment: metadata(object, "payment"),
            reason: text(object, "failure_reason").map(ToOwned::to_owned),
        })
    }

    /// Its marks.
    pub(super) fn marks(&self) -> Marks<'_> {
        Marks {
            payment: self.payment.as_deref(),
            mark: self.refund.as_deref(),
            parent: self.intent.as_deref(),
            amount: Some(self.amount),
            ..Marks::default()
        }
    }

    /// Why it failed.
    pub(super) fn failure(&self) -> Refusal {
        refund_failure(self.reason.as_deref())
    }
}

/// A member that is a text.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

/// The id of what a member names: as a text, or as the object itself where it was expanded.
pub(super) fn reference(member: Option<&Value>) -> Option<String> {
    match member? {
        Value::String(text) => Some(text.as_str()).filter(|text| is_id(text)).map(ToOwned::to_owned),
        object => id(object, "id"),
    }
}

/// Whether a text is an id as Stripe makes them: it may stand in a path.
pub(super) fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(fits)
}

fn id(object: &Value, name: &str) -> Option<String> {
    text(object, name).filter(|text| is_id(text)).map(ToOwned::to_owned)
}

/// A member of the metadata that is a text.
pub(super) fn metadata(object: &Value, name: &str) -> Option<String> {
    let value = object.get("metadata")?.get(name)?.as_str()?;
    Some(value).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

/// Reads the payer's next action: a page to go to, or the secret that the client's library goes on with.
fn action(object: &Value) -> Map<String, Value> {
    let next = object.get("next_action").filter(|next| !next.is_null());
    let kind = next.and_then(|next| text(next, "type")).unwrap_or("use_stripe_sdk");
    let page = next.and_then(|next| text(next.get("redirect_to_url")?, "url"));
    let mut action = Map::new();
    action.insert("type".to_owned(), kind.into());
    match (page, text(object, "client_secret")) {
        (Some(page), _) => action.insert("url".to_owned(), page.into()),
        (None, Some(secret)) => action.insert("client_secret".to_owned(), secret.into()),
        (None, None) => None,
    };
    action
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::currency::Currency;
    use crate::gateway::words::FailureCode;

    fn intent(more: &Value) -> Value {
        let mut object = json!({
            "id": "pi_1", "object": "payment_intent", "amount": 1_250, "amount_capturable": 0,
            "amount_received": 0, "cancellation_reason": null, "client_secret": "pi_1_secret_x",
            "created": 1_700_000_000, "currency": "usd", "last_payment_error": null, "latest_charge": null,
            "metadata": { "payment": "py_1", "key": "py_1:authorize:1" }, "next_action": null,
            "status": "requires_payment_method",
        });
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    }

    #[test]
    fn an_intent_says_by_its_status_what_became_of_its_payment() {
        let error = json!({ "type": "card_error", "code": "card_declined" });
        for (more, told, closed) in [
            (json!({}), GatewayOutcome::Nothing, false),
            (json!({ "status": "requires_confirmation" }), GatewayOutcome::Nothing, false),
            (json!({ "last_payment_error": error }), GatewayOutcome::Refused, false),
            (json!({ "status": "requires_action" }), GatewayOutcome::ActionRequired, false),
            (json!({ "status": "processing" }), GatewayOutcome::Pending, false),
            (
                json!({ "status": "requires_capture", "amount_capturable": 1_250 }),
                GatewayOutcome::Authorized,
                false,
            ),
            (json!({ "status": "succeeded", "amount_received": 1_250 }), GatewayOutcome::Captured, false),
            (
                json!({ "status": "canceled", "cancellation_reason": "requested_by_customer" }),
                GatewayOutcome::Voided,
                false,
            ),
            (
                json!({ "status": "canceled", "cancellation_reason": "abandoned" }),
                GatewayOutcome::Nothing,
                true,
            ),
            (
                json!({ "status": "canceled", "cancellation_reason": "abandoned", "latest_charge": "ch_1" }),
                GatewayOutcome::Voided,
                false,
            ),
        ] {
            let answer = Intent::of(&intent(&more), &Currency::iso).unwrap().answer();
            assert_eq!((answer.told, answer.closed), (told, closed), "{more}");
            assert_eq!(answer.reference.as_deref(), Some("pi_1"));
        }
        let taken = json!({ "status": "succeeded", "amount_received": 1_250 });
        let taken = Intent::of(&intent(&taken), &Currency::iso).unwrap().answer();
        assert_eq!(taken.captured, Some(Money::minor(1_250, "USD").unwrap()));
    }

    #[test]
    fn the_payer_is_sent_to_a_page_or_the_clients_library_goes_on() {
        let page = json!({ "status": "requires_action", "next_action": {
            "type": "redirect_to_url", "redirect_to_url": { "url": "https://hooks.example/3ds" } } });
        let page = Intent::of(&intent(&page), &Currency::iso).unwrap().answer().action.unwrap();
        assert_eq!(
            Value::Object(page),
            json!({ "type": "redirect_to_url", "url": "https://hooks.example/3ds" })
        );
        let library = json!({ "status": "requires_action", "next_action": { "type": "use_stripe_sdk" } });
        let library = Intent::of(&intent(&library), &Currency::iso).unwrap().answer().action.unwrap();
        assert_eq!(
            Value::Object(library),
            json!({ "type": "use_stripe_sdk", "client_secret": "pi_1_secret_x" })
        );
    }

    #[test]
    fn what_is_not_of_the_documented_shape_is_not_read() {
        for more in [
            json!({ "object": "charge" }),
            json!({ "id": "pi_1/../refunds" }),
            json!({ "id": 7 }),
            json!({ "status": "won" }),
            json!({ "currency": "nope" }),
            json!({ "amount_received": 12.5 }),
            json!({ "amount_capturable": "1250" }),
        ] {
            assert!(Intent::of(&intent(&more), &Currency::iso).is_none(), "{more}");
        }
        assert!(Intent::of(&json!([]), &Currency::iso).is_none());
    }

    #[test]
    fn a_refund_is_read_with_its_own_failure() {
        let refund = json!({
            "id": "re_1", "object": "refund", "amount": 250, "currency": "usd", "status": "failed",
            "payment_intent": { "id": "pi_1" }, "failure_reason": "lost_or_stolen_card",
            "metadata": { "refund": "rf_1", "payment": "py_1" },
        });
        let read = StripeRefund::of(&refund, &Currency::iso).unwrap();
        assert_eq!((read.status, read.intent.as_deref()), (RefundStatus::Failed, Some("pi_1")));
        assert_eq!((read.refund.as_deref(), read.payment.as_deref()), (Some("rf_1"), Some("py_1")));
        assert_eq!(read.failure().code, FailureCode::InvalidMethod);
        for (status, want) in [
            ("pending", RefundStatus::Pending),
            ("requires_action", RefundStatus::Pending),
            ("canceled", RefundStatus::Failed),
        ] {
            let mut other = refund.clone();
            other["status"] = status.into();
            assert_eq!(StripeRefund::of(&other, &Currency::iso).unwrap().status, want);
        }
        for (name, value) in [("amount", json!(2.5)), ("status", json!(7)), ("status", json!(["failed"]))] {
            let mut wrong = refund.clone();
            wrong[name] = value;
            assert!(StripeRefund::of(&wrong, &Currency::iso).is_none(), "{wrong}");
        }
    }
}
