//! Webhooks in: each scheme, what is refused and leaves nothing, and what has its effect once.
//!
//! Messages are signed by the test, at the time of the stage's clock. The gateway is `card` of the tests of
//! payments, whose own webhooks are reports, or one of a built-in driver.

mod disputes;
mod drivers;
mod events;
mod host;
mod refusals;
mod secrets;

use earnest::Error;
use earnest::jobs::webhooks::WebhookSecret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::payments::CARD;
use crate::support::{Stage, Value, json};

/// The secret of every source of `standard`, and one that another has.
const STANDARD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const STANDARD_TOO: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The same of the other schemes.
pub(crate) const PLAIN: &str = "marked-secret-of-the-card";
const PLAIN_TOO: &str = "marked-secret-of-another";

/// The two schemes of a host gateway, with their secrets and those of another source.
const OF_HOSTS: [(&str, &str, &str); 2] = [("standard", STANDARD, STANDARD_TOO), ("hmac", PLAIN, PLAIN_TOO)];

/// A source of this scheme that speaks for `card`; its name is the scheme.
async fn source(stage: &Stage, scheme: &str, secret: &str) -> Value {
    let args = json!({ "id": scheme, "scheme": scheme, "gateway": CARD, "secrets": [secret] });
    stage.ok("webhooks.set_source", args).await["source"].clone()
}

/// The time of the stage, in seconds.
fn now(stage: &Stage) -> i64 {
    stage.clock.now().micros() / 1_000_000
}

fn hex_of(secret: &str, signed: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The headers of a message that was signed at a time.
fn headers(scheme: &str, secret: &str, at: i64, event: &str, body: &str) -> Value {
    match scheme {
        "standard" => {
            let secret = WebhookSecret::parse("secret", secret).unwrap();
            let signature = secret.sign(event, at, body.as_bytes()).unwrap();
            json!({ "webhook-id": event, "webhook-timestamp": at.to_string(), "webhook-signature": signature })
        }
        "hmac" => {
            let signature = format!("sha256={}", hex_of(secret, &format!("{at}.{event}.{body}")));
            json!({ "X-Signature": signature, "X-Timestamp": at.to_string(), "X-Nonce": event })
        }
        "stripe" => {
            let signature = hex_of(secret, &format!("{at}.{body}"));
            json!({ "Stripe-Signature": format!("t={at},v1={signature}") })
        }
        other => panic!("{other} does not sign"),
    }
}

/// A message of a source that has the name of its scheme, signed now.
fn message(stage: &Stage, scheme: &str, secret: &str, event: &str, body: &Value) -> Value {
    let body = body.to_string();
    json!({ "source": scheme, "headers": headers(scheme, secret, now(stage), event, &body), "body": body })
}

/// Receives a source's message.
async fn receive(stage: &Stage, message: &Value) -> Result<Value, Error> {
    stage.call("webhooks.receive", message.clone()).await
}

/// The same, which must be accepted: what came of it. Whatever that is, its sender is answered so that he
/// does not tell again.
async fn heard(stage: &Stage, message: &Value) -> Value {
    let reply = stage.ok("webhooks.receive", message.clone()).await;
    assert_eq!(reply["reply"], json!({ "status": 200, "body": "" }), "{reply}");
    reply
}

/// The result of a body that Stripe has sent, from the source `stripe`.
pub(crate) async fn heard_of_stripe(stage: &Stage, body: &Value) -> Value {
    heard(stage, &message(stage, "stripe", PLAIN, "", body)).await
}

/// How many events the book has.
async fn events(stage: &Stage) -> usize {
    stage.event_types().await.len()
}

/// A message that is not genuine: it leaves nothing, not even an event.
async fn forged(stage: &Stage, message: &Value) {
    let before = events(stage).await;
    stage.no("webhooks.receive", message.clone(), "signature_invalid").await;
    assert_eq!(events(stage).await, before, "a forged message has left an event: {message}");
}

/// News of a payment, as a host's own webhook tells it.
fn captured(payment: &Value) -> Value {
    json!({ "payment": payment["id"], "outcome": "captured", "captured": "100.00 USD" })
}

/// The value of a line of the metrics; 0 where it is not there.
async fn counted(stage: &Stage, line: &str) -> u64 {
    let reply = stage.ok("admin.metrics", json!({})).await;
    let text = reply["text"].as_str().unwrap();
    let found = text.lines().find_map(|each| each.strip_prefix(line)?.strip_prefix(' '));
    found.map_or(0, |count| count.parse().unwrap())
}
