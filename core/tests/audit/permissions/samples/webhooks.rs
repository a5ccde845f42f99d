//! Webhooks, which staff alone set up and hand in.

use earnest::jobs::webhooks::WebhookSecret;

use super::{Cell, Found, STAFF};
use crate::support::{Value, json};

/// The secret of a source.
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// Another one.
const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A call that is in order, and who may make it.
pub(super) async fn found(cell: &Cell<'_>, verb: &str) -> Found {
    Some(match verb {
        "set_source" => (cell.source_terms().await, STAFF),
        "rotate_secret" => (json!({ "source": cell.source().await, "secret": OTHER }), STAFF),
        "receive" => {
            let (source, event) = (cell.source().await, format!("e-{}", cell.n));
            let body = json!({ "reference": event, "outcome": "pending" }).to_string();
            let at = cell.stage.clock.now().micros() / 1_000_000;
            let secret = WebhookSecret::parse("secret", SECRET).unwrap();
            let signature = secret.sign(&event, at, body.as_bytes()).unwrap();
            let headers = json!({ "webhook-id": event, "webhook-timestamp": at.to_string(),
                "webhook-signature": signature });
            (json!({ "source": source, "headers": headers, "body": body }), STAFF)
        }
        "sources" | "list" => (json!({}), STAFF),
        _ => return None,
    })
}

impl Cell<'_> {
    async fn source_terms(&self) -> Value {
        let gateway = json!({ "id": "g", "driver": "host" });
        self.stage.ok("payments.set_gateway", gateway).await;
        json!({ "id": format!("s-{}", self.n), "scheme": "standard", "gateway": "g", "secrets": [SECRET] })
    }

    /// A source of this cell.
    async fn source(&self) -> String {
        self.stage.ok("webhooks.set_source", self.source_terms().await).await;
        format!("s-{}", self.n)
    }
}
