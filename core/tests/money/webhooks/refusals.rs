//! Refused webhooks, of which nothing is left.

use super::{
    CARD, OF_HOSTS, PLAIN, STANDARD, captured, counted, events, forged, headers, message, now, receive,
    source,
};
use crate::payments::{confirmed, figures, get, sent, with, with_gateways};
use crate::support::log::Log;
use crate::support::{Kind, Stage, Value, json};

/// JSON that is so many levels deep.
fn deep(levels: usize) -> String {
    format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
}

/// A message of `hmac` with this text as its body, signed as it is.
fn raw(stage: &Stage, event: &str, body: &str) -> Value {
    json!({ "source": "hmac", "headers": headers("hmac", PLAIN, now(stage), event, body), "body": body })
}

with_gateways! {
    /// Signatures that are missing, of another secret, of another body, or too old or too early.
    async fn what_is_not_genuine_leaves_nothing(stage) {
        for (scheme, secret, other) in OF_HOSTS {
            source(stage, scheme, secret).await;
            let payment = confirmed(stage, json!({})).await;
            sent(stage, &payment, "authorize").await;
            let good = message(stage, scheme, secret, "e-1", &captured(&payment));
            let body = good["body"].as_str().unwrap().to_owned();
            let at = now(stage);
            let signed = |secret: &str, at: i64| headers(scheme, secret, at, "e-1", &body);
            let mut bad = vec![
                with(good.clone(), &json!({ "headers": signed(other, at) })),
                with(good.clone(), &json!({ "headers": signed(secret, at - 301) })),
                with(good.clone(), &json!({ "headers": signed(secret, at + 301) })),
                with(good.clone(), &json!({ "headers": {} })),
                with(good.clone(), &json!({ "body": format!("{body} ") })),
                with(good.clone(), &json!({ "body": "{}" })),
            ];
            for name in good["headers"].as_object().unwrap().keys() {
                for value in ["", "x", "0", "sha256=", "v1,"] {
                    let mut changed = good.clone();
                    changed["headers"][name] = value.into();
                    bad.push(changed);
                }
                let mut without = good.clone();
                without["headers"].as_object_mut().unwrap().remove(name);
                bad.push(without);
            }
            for message in &bad {
                forged(stage, message).await;
            }
            let line = format!("earnest_webhooks_total{{source=\"{scheme}\",result=\"refused\"}}");
            assert_eq!(counted(stage, &line).await, u64::try_from(bad.len()).unwrap());
            assert_eq!(figures(&get(stage, &payment).await), "authorizing 0.00 0.00 0.00 0.00");
            for edge in [-300, 300] {
                let event = format!("edge{edge}");
                let headers = headers(scheme, secret, at + edge, &event, &body);
                assert!(receive(stage, &with(good.clone(), &json!({ "headers": headers }))).await.is_ok());
            }
        }
        assert!(!stage.event_types().await.contains(&"call.refused".to_owned()));
    }

    /// How far the time may be from now is the source's.
    async fn a_source_has_its_own_tolerance(stage) {
        source(stage, "hmac", PLAIN).await;
        let set = json!({ "id": "hmac", "scheme": "hmac", "gateway": CARD, "tolerance": "PT10S" });
        assert_eq!(stage.ok("webhooks.set_source", set).await["source"]["tolerance"], "PT10S");
        let payment = confirmed(stage, json!({})).await;
        let body = captured(&payment).to_string();
        let at = |at: i64| json!({ "source": "hmac", "headers": headers("hmac", PLAIN, at, "e-1", &body), "body": body });
        forged(stage, &at(now(stage) - 11)).await;
        assert!(receive(stage, &at(now(stage) - 10)).await.is_ok());
    }

    /// A message that is genuine, and says nothing that can be done.
    async fn a_body_must_be_a_report(stage) {
        source(stage, "hmac", PLAIN).await;
        let payment = confirmed(stage, json!({})).await;
        let too_deep = deep(33);
        for (n, (body, field)) in [
            ("", "body"),
            ("not json", "body"),
            ("[]", "body"),
            ("{\"a\":\u{0}}", "body"),
            (too_deep.as_str(), "body"),
            ("{}", "body.outcome"),
            (r#"{"outcome":"captured"}"#, "body.payment"),
            (r#"{"outcome":"lost","reference":"r"}"#, "body.outcome"),
            (r#"{"outcome":"captured","reference":"r","gateway":"second"}"#, "body.gateway"),
            (r#"{"outcome":"captured","reference":"r","event":"e"}"#, "body.event"),
            (r#"{"outcome":"captured","reference":"r","actor":"adm-1"}"#, "body.actor"),
            (r#"{"outcome":"captured","reference":7}"#, "body.reference"),
        ].into_iter().enumerate() {
            let before = events(stage).await;
            stage.bad("webhooks.receive", raw(stage, &format!("e-{n}"), body), "invalid_request", field).await;
            assert_eq!(events(stage).await, before, "{body}");
        }
        let float = json!({ "payment": payment["id"], "outcome": "captured", "captured": { "amount": 100.5, "currency": "USD" } });
        let error = receive(stage, &message(stage, "hmac", PLAIN, "e-f", &float)).await.unwrap_err();
        assert!(error.details()["field"].as_str().unwrap().starts_with("body.captured"), "{error}");
        let strange = json!({ "payment": "py_00000000-0000-0000-0000-000000000001", "outcome": "captured" });
        stage.no("webhooks.receive", message(stage, "hmac", PLAIN, "e-s", &strange), "payment_not_found").await;
        // none of them was seen: the sender may tell it again, as it should be
        let right = message(stage, "hmac", PLAIN, "e-0", &json!({ "reference": "ch-1", "outcome": "captured", "captured": "100.00 USD" }));
        assert_eq!(receive(stage, &right).await.unwrap()["replayed"], false);
    }

    /// A message that is too large, for no source, or from a caller who may not, is refused.
    async fn a_message_has_bounds(stage) {
        source(stage, "hmac", PLAIN).await;
        let large = "x".repeat(256 * 1024 + 1);
        stage.bad("webhooks.receive", raw(stage, "e-1", &large), "invalid_request", "body").await;
        // bytes count, not characters
        let wide = "é".repeat(128 * 1024 + 1);
        stage.bad("webhooks.receive", raw(stage, "e-1", &wide), "invalid_request", "body").await;
        let fits = "x".repeat(256 * 1024);
        stage.bad("webhooks.receive", raw(stage, "e-1", &fits), "invalid_request", "body").await;
        forged(stage, &with(raw(stage, "e-1", &fits), &json!({ "headers": {} }))).await;
        let good = message(stage, "hmac", PLAIN, "e-1", &json!({ "reference": "r", "outcome": "pending" }));
        let many: serde_json::Map<String, Value> = (0..201).map(|n| (format!("h-{n}"), json!("x"))).collect();
        stage.bad("webhooks.receive", with(good.clone(), &json!({ "headers": many })), "invalid_request", "headers").await;
        let number = json!({ "headers": { "x-nonce": 7 } });
        stage.bad("webhooks.receive", with(good.clone(), &number), "invalid_request", "headers.x-nonce").await;
        let unknown = with(good.clone(), &json!({ "source": "nobody" }));
        let details = stage.no("webhooks.receive", unknown, "source_not_found").await;
        assert_eq!(details["source"], "nobody");
        let line = "earnest_webhooks_total{source=\"nobody\",result=\"refused\"}";
        assert_eq!(counted(stage, line).await, 0, "strangers make no labels");
        stage.no("webhooks.receive", with(good, &json!({ "actor": "mallory" })), "not_permitted").await;
    }

    /// An unfit source is refused, naming the field.
    async fn a_source_must_fit(stage) {
        for (args, code, field) in [
            (json!({ "id": "s", "scheme": "sha1", "gateway": CARD }), "invalid_request", "scheme"),
            (json!({ "id": "a b", "scheme": "hmac", "gateway": CARD, "secrets": [PLAIN] }), "invalid_request", "id"),
            (json!({ "id": "s", "scheme": "hmac", "gateway": CARD }), "invalid_request", "secrets"),
            (json!({ "id": "s", "scheme": "hmac", "gateway": CARD, "secrets": [] }), "invalid_request", "secrets"),
            (json!({ "id": "s", "scheme": "hmac", "gateway": CARD, "secrets": ["short"] }), "invalid_request", "secrets[0]"),
            (json!({ "id": "s", "scheme": "standard", "gateway": CARD, "secrets": [PLAIN] }), "invalid_request", "secrets[0]"),
            (json!({ "id": "s", "scheme": "stripe", "gateway": CARD, "secrets": [PLAIN] }), "invalid_request", "gateway"),
            (json!({ "id": "s", "scheme": "toss", "gateway": CARD }), "invalid_request", "gateway"),
            (json!({ "id": "s", "scheme": "toss", "gateway": CARD, "secrets": [PLAIN] }), "invalid_request", "secrets[0]"),
            (json!({ "id": "s", "scheme": "hmac", "gateway": CARD, "secrets": [PLAIN], "tolerance": "P2D" }), "invalid_request", "tolerance"),
        ] {
            stage.bad("webhooks.set_source", args, code, field).await;
        }
        let nowhere = json!({ "id": "s", "scheme": "hmac", "gateway": "nowhere", "secrets": [PLAIN] });
        stage.no("webhooks.set_source", nowhere, "gateway_not_found").await;
        // that its gateway is there is judged before who asks
        for (gateway, code) in [("nowhere", "gateway_not_found"), (CARD, "not_permitted")] {
            let args = json!({ "id": "s", "scheme": "hmac", "gateway": gateway, "secrets": [PLAIN], "actor": "mallory" });
            stage.no("webhooks.set_source", args, code).await;
        }
        let made = source(stage, "hmac", PLAIN).await;
        let same = json!({ "id": "hmac", "scheme": "hmac", "gateway": CARD, "secrets": [PLAIN] });
        assert_eq!(stage.ok("webhooks.set_source", same).await["replayed"], true);
        let other = json!({ "id": "hmac", "scheme": "standard", "gateway": CARD });
        stage.bad("webhooks.set_source", other, "invalid_request", "secrets").await;
        let other = json!({ "id": "hmac", "scheme": "standard", "gateway": CARD, "secrets": [STANDARD], "expected_version": made["version"] });
        let changed = stage.ok("webhooks.set_source", other).await["source"].clone();
        assert_eq!((&changed["scheme"], &changed["secrets"]), (&json!("standard"), &json!(1)), "{changed}");
    }
}

/// Neither a secret nor a signature is in anything that anybody is shown.
#[tokio::test]
async fn secrets_and_signatures_are_never_shown() {
    let log = Log::begin();
    for kind in [Kind::Memory, Kind::Sqlite] {
        if !Kind::all().contains(&kind) {
            continue;
        }
        let stage = crate::payments::staged(kind).await;
        let mut shown = source(&stage, "hmac", PLAIN).await.to_string();
        let payment = confirmed(&stage, json!({})).await;
        let good = message(&stage, "hmac", PLAIN, "e-1", &captured(&payment));
        let signature = good["headers"]["X-Signature"].as_str().unwrap().to_owned();
        shown.push_str(&receive(&stage, &good).await.unwrap().to_string());
        let error = receive(&stage, &with(good.clone(), &json!({ "body": "{}" }))).await.unwrap_err();
        shown.push_str(&format!("{error} {error:?} {} {}", error.details(), error.envelope("en")));
        for name in ["events.list", "admin.audit", "webhooks.list", "webhooks.sources", "jobs.list"] {
            shown.push_str(&stage.ok(name, json!({ "limit": 500 })).await.to_string());
        }
        let request: earnest::requests::ReceiveWebhook = serde_json::from_value(good).unwrap();
        shown.push_str(&format!("{request:?}"));
        let set = json!({ "id": "s", "scheme": "hmac", "gateway": CARD, "secrets": [PLAIN] });
        let set: earnest::requests::SetSource = serde_json::from_value(set).unwrap();
        shown.push_str(&format!("{set:?}"));
        assert!(!shown.contains(PLAIN), "a secret is shown");
        assert!(!shown.contains(&signature), "a signature is shown");
        stage.finish().await;
    }
    let written = log.end();
    assert!(!written.contains(PLAIN), "the log has a secret");
    assert!(written.contains("nothing was written"), "a refused one is told of: {written}");
}
