//! The reader of Stripe's webhooks.
//!
//! By <https://docs.stripe.com/api/events/types> and <https://docs.stripe.com/api/disputes/object>. An intent
//! or a refund that has no id of ours in its metadata is somebody else's on the same account.

use serde_json::Value;

use super::amounts::{Codes, from_wire};
use super::objects::{Intent, RefundStatus, StripeRefund, metadata, reference, text};
use super::refusals::is_code;
use crate::error::{Error, Result};
use crate::gateway::incoming::{DisputePhase, Incoming, WebhookContent, WebhookItem};
use crate::gateway::words::GatewayOutcome;

/// The message of a webhook. Its owner comes first: what is nobody's here is not read any further, whatever
/// its shape and its currency are.
pub(super) fn read(incoming: &Incoming<'_>) -> Result<Vec<WebhookItem>> {
    let codes = |code: &str| incoming.currencies.known(code);
    let kind = text(incoming.body, "type").ok_or_else(|| Error::invalid("body.type", "must be a text"))?;
    let (object_is, of): (&str, OfObject) = match kind {
        "payment_intent.succeeded"
        | "payment_intent.amount_capturable_updated"
        | "payment_intent.payment_failed"
        | "payment_intent.canceled"
        | "payment_intent.requires_action"
        | "payment_intent.processing" => ("payment_intent", |_, object, codes| Some(intent(object, codes))),
        // totals there count refunds that are still on their way: the gateway is asked
        "charge.refunded" => ("charge", |_, object, _| Some(hint(object))),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            ("refund", |_, object, codes| Some(refund(object, codes)))
        }
        "charge.dispute.created"
        | "charge.dispute.updated"
        | "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated"
        | "charge.dispute.closed" => ("dispute", dispute),
        // of other objects, or an event of the second version, which has no object in it
        _ => return Ok(vec![WebhookItem::nothing()]),
    };
    let misshapen = || Error::invalid("body.data.object", "must be of the shape that Stripe documents");
    let object = incoming.body.get("data").and_then(|data| data.get("object"));
    let object = object.filter(|object| text(object, "object") == Some(object_is)).ok_or_else(misshapen)?;
    Ok(vec![of(kind, object, &codes).ok_or_else(misshapen)?])
}

/// Reads one kind of object; none for what is ours and not of the documented shape.
type OfObject = fn(&str, &Value, Codes<'_>) -> Option<WebhookItem>;

fn intent(object: &Value, codes: Codes<'_>) -> WebhookItem {
    let (Some(payment), Some(id)) = (metadata(object, "payment"), reference(Some(object))) else {
        return WebhookItem::nothing();
    };
    let ours = WebhookItem { payment: Some(payment), reference: Some(id), ..WebhookItem::nothing() };
    let Some(intent) = Intent::of(object, codes) else {
        // a state of tomorrow is asked about; what is no amount of a currency that is known here is not
        // booked
        let is_newer = Intent::amounts_are_read(object, codes);
        let news = if is_newer { WebhookContent::Hint } else { WebhookContent::Unread };
        return WebhookItem { news, ..ours };
    };
    let answer = intent.answer();
    // an intent that is open says nothing, unless something was refused
    let news = if answer.told == GatewayOutcome::Nothing && !answer.closed {
        WebhookContent::Nothing
    } else {
        WebhookContent::Outcome(answer)
    };
    WebhookItem { key: intent.key, news, ..ours }
}

fn hint(charge: &Value) -> WebhookItem {
    match reference(charge.get("payment_intent")) {
        Some(intent) => WebhookItem {
            payment: metadata(charge, "payment"),
            reference: Some(intent),
            news: WebhookContent::Hint,
            ..WebhookItem::nothing()
        },
        None => WebhookItem::nothing(),
    }
}

fn refund(object: &Value, codes: Codes<'_>) -> WebhookItem {
    let Some(of) = reference(object.get("payment_intent")) else { return WebhookItem::nothing() };
    let payment = metadata(object, "payment");
    let there = WebhookItem { payment: payment.clone(), reference: Some(of), ..WebhookItem::nothing() };
    let Some(refund) = StripeRefund::of(object, codes) else {
        // one that somebody made at Stripe itself is asked about, whatever it says
        let news = if payment.is_some() { WebhookContent::Unread } else { WebhookContent::Hint };
        return WebhookItem { news, ..there };
    };
    let told = match refund.status {
        RefundStatus::Pending => None,
        RefundStatus::Succeeded => Some(GatewayOutcome::Refunded),
        RefundStatus::Failed => Some(GatewayOutcome::RefundFailed),
    };
    let news = match (told, refund.refund) {
        (None, _) => WebhookContent::Nothing,
        (Some(told), Some(ours)) => {
            WebhookContent::Refund { told, refund: ours, amount: Some(refund.amount) }
        }
        // somebody made it at Stripe itself
        (Some(_), None) => WebhookContent::Hint,
    };
    WebhookItem { news, ..there }
}

/// A dispute takes money when it is more than a warning.
fn dispute(kind: &str, object: &Value, codes: Codes<'_>) -> Option<WebhookItem> {
    let Some(intent) = reference(object.get("payment_intent")) else { return Some(WebhookItem::nothing()) };
    let phase = match text(object, "status")? {
        "won" => DisputePhase::Won,
        "lost" => DisputePhase::Lost,
        "needs_response" | "under_review" => match kind {
            "charge.dispute.created" | "charge.dispute.funds_withdrawn" => DisputePhase::Open,
            _ => return Some(WebhookItem::nothing()),
        },
        // `warning_needs_response`, `warning_under_review`, `warning_closed`, `prevented`: nothing was taken
        _ => return Some(WebhookItem::nothing()),
    };
    let case = text(object, "id")?.to_owned();
    // one that cannot be read is kept, and told to people
    let amount = from_wire(object.get("amount")?, text(object, "currency")?, codes);
    let reason = text(object, "reason").filter(|reason| is_code(reason)).map(ToOwned::to_owned);
    let news = WebhookContent::Dispute { case, phase, amount, reason };
    Some(WebhookItem { reference: Some(intent), news, ..WebhookItem::nothing() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::currency::Currencies;
    use crate::money::Money;

    fn heard(kind: &str, object: &Value) -> Result<WebhookItem> {
        let body = json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } });
        let currencies = Currencies::iso();
        read(&Incoming { body: &body, currencies: &currencies }).map(|mut all| all.remove(0))
    }

    fn intent(status: &str) -> Value {
        json!({
            "id": "pi_1", "object": "payment_intent", "amount": 1_250, "currency": "usd", "created": 1,
            "amount_capturable": 1_250, "amount_received": 1_250,
            "metadata": { "payment": "py_1" }, "status": status,
        })
    }

    #[test]
    fn news_of_intents_are_told_of_our_payment() {
        for (kind, status, told) in [
            ("payment_intent.succeeded", "succeeded", GatewayOutcome::Captured),
            ("payment_intent.amount_capturable_updated", "requires_capture", GatewayOutcome::Authorized),
            ("payment_intent.canceled", "canceled", GatewayOutcome::Voided),
            ("payment_intent.requires_action", "requires_action", GatewayOutcome::ActionRequired),
            ("payment_intent.processing", "processing", GatewayOutcome::Pending),
        ] {
            let heard = heard(kind, &intent(status)).unwrap();
            assert_eq!((heard.payment.as_deref(), heard.reference.as_deref()), (Some("py_1"), Some("pi_1")));
            assert!(matches!(heard.news, WebhookContent::Outcome(answer) if answer.told == told), "{kind}");
        }
        let mut failed = intent("requires_payment_method");
        let nothing = heard("payment_intent.payment_failed", &failed).unwrap();
        assert_eq!(nothing.news, WebhookContent::Nothing);
        failed["last_payment_error"] = json!({ "type": "card_error", "code": "expired_card" });
        let failed = heard("payment_intent.payment_failed", &failed).unwrap();
        assert!(
            matches!(failed.news, WebhookContent::Outcome(answer) if answer.told == GatewayOutcome::Refused)
        );
        // made by another program on the same account
        let mut other = intent("succeeded");
        other["metadata"] = json!({});
        assert_eq!(heard("payment_intent.succeeded", &other).unwrap(), WebhookItem::nothing());
        assert_eq!(heard("customer.created", &json!({})).unwrap(), WebhookItem::nothing());
    }

    #[test]
    fn refunds_are_told_by_our_id_and_those_of_others_are_asked_about() {
        let refund = |status: &str, metadata: Value| {
            json!({ "id": "re_1", "object": "refund", "amount": 250, "currency": "usd", "status": status,
                "payment_intent": "pi_1", "metadata": metadata })
        };
        let ours = || json!({ "refund": "rf_1", "payment": "py_1" });
        let amount = Some(Money::minor(250, "USD").unwrap());
        for (status, told) in
            [("succeeded", GatewayOutcome::Refunded), ("failed", GatewayOutcome::RefundFailed)]
        {
            let heard = heard("refund.updated", &refund(status, ours())).unwrap();
            assert_eq!(heard.payment.as_deref(), Some("py_1"));
            assert_eq!(heard.news, WebhookContent::Refund { told, refund: "rf_1".to_owned(), amount });
        }
        let pending = heard("refund.created", &refund("pending", ours())).unwrap();
        assert_eq!(pending.news, WebhookContent::Nothing);
        let theirs = heard("refund.created", &refund("succeeded", json!({}))).unwrap();
        assert_eq!((theirs.reference.as_deref(), theirs.news), (Some("pi_1"), WebhookContent::Hint));
        let charge = json!({ "id": "ch_1", "object": "charge", "payment_intent": "pi_1" });
        assert_eq!(heard("charge.refunded", &charge).unwrap().news, WebhookContent::Hint);
    }

    #[test]
    fn a_warning_takes_nothing_and_a_dispute_goes_forward() {
        let dispute = |status: &str| {
            json!({ "id": "dp_1", "object": "dispute", "amount": 1_500, "currency": "usd",
                "payment_intent": "pi_1", "reason": "fraudulent", "status": status })
        };
        for (kind, status, phase) in [
            ("created", "needs_response", Some(DisputePhase::Open)),
            ("created", "warning_needs_response", None),
            ("updated", "warning_under_review", None),
            ("updated", "under_review", None),
            ("funds_withdrawn", "needs_response", Some(DisputePhase::Open)),
            ("funds_reinstated", "under_review", None),
            ("funds_reinstated", "won", Some(DisputePhase::Won)),
            ("closed", "won", Some(DisputePhase::Won)),
            ("closed", "lost", Some(DisputePhase::Lost)),
            ("closed", "warning_closed", None),
        ] {
            let heard = heard(&format!("charge.dispute.{kind}"), &dispute(status)).unwrap();
            match (heard.news, phase) {
                (WebhookContent::Nothing, None) => {}
                (WebhookContent::Dispute { case, phase, amount, reason }, Some(wanted)) => {
                    assert_eq!(
                        (case.as_str(), phase, reason.as_deref()),
                        ("dp_1", wanted, Some("fraudulent"))
                    );
                    assert_eq!(amount.map(Money::minor_units), Some(1_500));
                }
                (news, _) => panic!("{kind} {status}: {news:?}"),
            }
        }
    }

    #[test]
    fn what_is_misshapen_is_refused_by_its_member() {
        let currencies = Currencies::iso();
        for (body, field) in [
            (json!({}), "body.type"),
            (json!([]), "body.type"),
            (json!({ "type": 7 }), "body.type"),
            (json!({ "type": "payment_intent.succeeded" }), "body.data.object"),
            (json!({ "type": "payment_intent.succeeded", "data": { "object": {} } }), "body.data.object"),
        ] {
            let error = read(&Incoming { body: &body, currencies: &currencies }).unwrap_err();
            assert_eq!(error.details()["field"], field, "{body}");
        }
    }

    #[test]
    fn whose_it_is_comes_before_what_it_says() {
        let dispute = json!({ "id": "dp_1", "object": "dispute", "amount": 500, "currency": "gbp",
            "payment_intent": "pi_1", "status": "needs_response", "reason": "general" });
        let refund = json!({ "id": "re_1", "object": "refund", "amount": 500, "currency": "gbp",
            "payment_intent": "pi_1", "status": "succeeded", "metadata": { "payment": "py_1", "refund": "rf_1" } });
        let with = |mut object: Value, name: &str, value: Value| {
            object[name] = value;
            object
        };
        let strange = [
            ("currency", json!("ugx")),
            ("currency", json!("usdc")),
            ("amount", json!(12.5)),
            ("amount", json!("1250")),
        ];
        for (name, value) in strange {
            // of a payment of ours it is kept
            let ours = with(intent("succeeded"), name, value.clone());
            assert_eq!(
                heard("payment_intent.succeeded", &ours).unwrap().news,
                WebhookContent::Unread,
                "{value}"
            );
            let ours = with(refund.clone(), name, value.clone());
            assert_eq!(heard("refund.created", &ours).unwrap().news, WebhookContent::Unread, "{value}");
            let news =
                heard("charge.dispute.created", &with(dispute.clone(), name, value.clone())).unwrap().news;
            assert!(matches!(news, WebhookContent::Dispute { amount: None, .. }), "{value}: {news:?}");
            // of anybody else it is nothing
            let others = with(with(intent("succeeded"), name, value.clone()), "metadata", json!({}));
            assert_eq!(
                heard("payment_intent.succeeded", &others).unwrap(),
                WebhookItem::nothing(),
                "{value}"
            );
            for (kind, object) in [("refund.created", &refund), ("charge.dispute.created", &dispute)] {
                let others = with(with(object.clone(), name, value.clone()), "payment_intent", json!(null));
                assert_eq!(heard(kind, &others).unwrap(), WebhookItem::nothing(), "{kind} {value}");
            }
        }
        let newer = with(intent("succeeded"), "status", json!("requires_something_new"));
        assert_eq!(heard("payment_intent.processing", &newer).unwrap().news, WebhookContent::Hint);
        let keyed =
            with(intent("succeeded"), "metadata", json!({ "payment": "py_1", "key": "py_1:authorize:2" }));
        let keyed = heard("payment_intent.succeeded", &keyed).unwrap();
        assert_eq!(keyed.key.as_deref(), Some("py_1:authorize:2"));
        // events of the second version have no object in them
        let thin = json!({ "id": "evt_1", "object": "v2.core.event", "type": "v2.core.account.updated" });
        let currencies = Currencies::iso();
        let read = read(&Incoming { body: &thin, currencies: &currencies }).unwrap();
        assert_eq!(read, [WebhookItem::nothing()]);
    }
}
