//! Views of the webhooks service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event::WebhookEvent;
use super::scheme::Scheme;
use super::source::Source as SourceRecord;
use crate::ids::PaymentId;
use crate::payment::apply_report::Heard;
use crate::payment::views::{Payment, Reported};
use crate::time::{Span, Time};

/// A source of webhooks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Its name.
    pub id: String,
    /// How it signs.
    pub scheme: Scheme,
    /// The gateway that it speaks for.
    pub gateway: String,
    /// How far the time of a message may be from now.
    pub tolerance: Span,
    /// How many secrets are good now.
    pub secrets: i64,
    /// Counts every event.
    pub version: i64,
}

impl Source {
    /// The view of a source; without a time all its secrets are counted.
    #[must_use]
    pub fn of(source: &SourceRecord, now: Option<Time>) -> Self {
        let facts = &source.facts;
        let good = facts.secrets.iter().filter(|secret| now.is_none_or(|now| secret.is_good(now)));
        Self {
            id: facts.id.clone(),
            scheme: facts.scheme,
            gateway: facts.gateway.clone(),
            tolerance: facts.tolerance,
            secrets: i64::try_from(good.count()).unwrap_or(i64::MAX),
            version: source.row.version,
        }
    }
}

/// Reply of `set_source` and `rotate_secret`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceReply {
    /// The source.
    pub source: Source,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The answer that a sender wants, so that it does not tell again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookReply {
    /// The status of HTTP.
    pub status: i64,
    /// The body, as plain text; mostly empty.
    pub body: String,
}

impl WebhookReply {
    fn of(scheme: Scheme) -> Self {
        Self { status: 200, body: scheme.acknowledgement().to_owned() }
    }
}

/// The outcome of a message of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookReceived {
    /// The sender's own id of it.
    pub event: String,
    /// The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of
    /// ours; `parked`, because no payment has this reference yet; `queried`, because the gateway is asked
    /// first; `suspended` or `mismatched`.
    pub result: Heard,
    /// The payment; `null` where none is known.
    pub payment: Option<Payment>,
    /// The answer to its sender, whatever the outcome is.
    pub reply: WebhookReply,
    /// Whether it was told before.
    pub replayed: bool,
}

impl WebhookReceived {
    /// The outcome of a message of a source with this scheme.
    #[must_use]
    pub fn of(reported: Reported, scheme: Scheme) -> Self {
        let Reported { event, result, payment, replayed } = reported;
        Self { event, result, payment, reply: WebhookReply::of(scheme), replayed }
    }
}

/// An event of a source that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeenWebhook {
    /// The source.
    pub source: String,
    /// The sender's id of it.
    pub event: String,
    /// The outcome, as `receive` answered it.
    pub result: Heard,
    /// The payment that it was about; `null` where none was known.
    pub payment: Option<PaymentId>,
    /// When it was first seen.
    pub at: Time,
    /// The SHA-256 of its body, in hex; the body is not kept.
    pub sha256: String,
}

impl SeenWebhook {
    /// The view of an event.
    #[must_use]
    pub fn of(event: &WebhookEvent) -> Self {
        Self {
            source: event.facts.source.clone(),
            event: event.facts.event.clone(),
            result: event.state,
            payment: event.facts.payment,
            at: event.row.created_at,
            sha256: event.facts.sha256.clone(),
        }
    }
}
