//! Webhooks: signed messages to the servers of others, delivered as jobs.
//!
//! A job of the kind `webhook.deliver` is written with `jobs.enqueue`, in the commit of the change that it
//! reports. It is sent until the receiver answers with success or the job is dead. The message follows
//! [Standard Webhooks](https://www.standardwebhooks.com): the headers `webhook-id` (the job's key, the same
//! at every attempt), `webhook-timestamp` and `webhook-signature`, an HMAC-SHA-256 of id, timestamp and body.
//! Each receiver has a secret of its own, which the keyring makes ([`Keyring::webhook_secrets`]), so that no
//! receiver can sign as this sender to another. While a key is rotated, messages have the signatures of both.
//!
//! | member | what it is |
//! | --- | --- |
//! | `url` | where to: `https://` and a public server, unless the sender's options allow others |
//! | `body` | any JSON |
//! | `event` | the type of the message: with one, what is sent is `{"type", "timestamp", "data"}`, and `data` is `body` |

mod receiver;
pub mod secret;
#[cfg(feature = "webhooks")]
pub mod send;

use serde_json::{Value, json};
use url::Url;

pub use secret::{Headers, WebhookSecret, verify_webhook};

use crate::error::{Error, Result};
use crate::jobs::views::Job;
#[cfg(doc)]
use crate::keyring::Keyring;
use crate::request::shape::is_name;

/// A message to the server of somebody else.
pub const DELIVER: &str = "webhook.deliver";

/// The longest URL.
const MOST_URL: usize = 2_000;

/// A message, as the payload of a job has it.
#[derive(Debug)]
pub struct Message {
    /// Where to.
    pub url: Url,
    /// The body.
    pub body: String,
}

impl Message {
    /// The message of a job.
    ///
    /// # Errors
    /// `invalid_request` naming the member of `payload` that is wrong.
    pub fn of(job: &Job) -> Result<Self> {
        let url = check(&job.payload)?;
        let body = &job.payload["body"];
        let body = match job.payload["event"].as_str() {
            Some(event) => json!({ "type": event, "timestamp": job.created_at, "data": body }).to_string(),
            None => body.to_string(),
        };
        Ok(Self { url, body })
    }
}

/// Checks the payload of a job that delivers, and returns where to.
///
/// # Errors
/// `invalid_request` naming the member of `payload` that is wrong.
pub fn check(payload: &Value) -> Result<Url> {
    let Some(members) = payload.as_object() else {
        return Err(Error::invalid("payload", "must be an object with `url` and `body`"));
    };
    if let Some(other) = members.keys().find(|name| !["url", "body", "event"].contains(&name.as_str())) {
        return Err(Error::invalid(format!("payload.{other}"), "is not a member of a webhook's payload"));
    }
    if !members.contains_key("body") {
        return Err(Error::invalid("payload.body", "must be given"));
    }
    if members.get("event").is_some_and(|event| !event.as_str().is_some_and(is_name)) {
        return Err(Error::invalid("payload.event", "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"));
    }
    let text = members.get("url").and_then(Value::as_str);
    address_of("payload.url", text.ok_or_else(|| Error::invalid("payload.url", "must be a text"))?)
}

/// The address of a receiver.
///
/// # Errors
/// `invalid_request` naming `field`.
fn address_of(field: &str, text: &str) -> Result<Url> {
    let bad = |reason: &str| Error::invalid(field, reason);
    if text.len() > MOST_URL {
        return Err(bad("must have at most 2,000 characters"));
    }
    let url = Url::parse(text).map_err(|_| bad("must be a URL"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(bad("must be a URL of `https:` with a server"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("must not have a password: it would be kept with the job"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_names_what_is_wrong_with_it() {
        let url = "https://shop.example/hook?a=b";
        assert_eq!(check(&json!({ "url": url, "body": null })).unwrap().as_str(), url);
        assert!(check(&json!({ "url": url, "body": {}, "event": "deal.paid" })).is_ok());
        for (field, payload) in [
            ("payload", json!([])),
            ("payload.body", json!({ "url": url })),
            ("payload.bodi", json!({ "url": url, "body": 1, "bodi": 1 })),
            ("payload.event", json!({ "url": url, "body": 1, "event": "a b" })),
            ("payload.event", json!({ "url": url, "body": 1, "event": null })),
            ("payload.url", json!({ "body": 1 })),
            ("payload.url", json!({ "url": 1, "body": 1 })),
            ("payload.url", json!({ "url": "shop", "body": 1 })),
            ("payload.url", json!({ "url": "ftp://shop.example", "body": 1 })),
            ("payload.url", json!({ "url": "data:x", "body": 1 })),
            ("payload.url", json!({ "url": "https://me:secret@shop.example", "body": 1 })),
            (
                "payload.url",
                json!({ "url": format!("https://shop.example/{}", "x".repeat(2_000)), "body": 1 }),
            ),
        ] {
            let error = check(&payload).unwrap_err();
            assert_eq!(error.details()["field"], field, "{payload}: {error}");
            assert!(!error.message().contains("secret"));
        }
    }
}
