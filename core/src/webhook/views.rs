//! Views of the webhooks service.

use super::event::WebhookEvent;
use super::scheme::Scheme;
use super::source::Source as SourceRecord;
use crate::ids::PaymentId;
use crate::payment::apply_report::Heard;
use crate::payment::views::{Payment, Reported};
use crate::request::view::views;
use crate::time::{Span, Time};

views! {
    /// A source of webhooks.
    view Source of(source: &SourceRecord, now: Option<Time>) {
        let facts = &source.facts;
        let good = facts.secrets.iter().filter(|secret| now.is_none_or(|now| secret.is_good(now)));
    } => {
        /// Its name.
        id: String = facts.id.clone(),
        /// How it signs.
        scheme: Scheme = facts.scheme,
        /// The gateway that it speaks for.
        gateway: String = facts.gateway.clone(),
        /// How far the time of a message may be from now.
        tolerance: Span = facts.tolerance,
        /// How many secrets are good now.
        secrets: i64 = i64::try_from(good.count()).unwrap_or(i64::MAX),
        /// Counts every event.
        version: i64 = source.row.version,
    }

    /// Reply of `set_source` and `rotate_secret`.
    reply SourceReply {
        /// The source.
        source: Source,
    }

    /// The answer that a sender wants, so that it does not tell again.
    view WebhookReply of(scheme: Scheme) => {
        /// The status of HTTP.
        status: i64 = 200,
        /// The body, as plain text; mostly empty.
        body: String = scheme.acknowledgement().to_owned(),
    }

    /// The outcome of a message of a source.
    view WebhookReceived of(reported: Reported, scheme: Scheme) {
        let Reported { event, result, payment, replayed } = reported;
    } => {
        /// The sender's own id of it.
        event: String,
        /// The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none
        /// of ours; `parked`, because no payment has this reference yet; `queried`, because the gateway is
        /// asked first; `suspended` or `mismatched`.
        result: Heard,
        /// The payment; `null` where none is known.
        payment: Option<Payment>,
        /// The answer to its sender, whatever the outcome is.
        reply: WebhookReply = WebhookReply::of(scheme),
        /// Whether it was told before.
        replayed: bool,
    }

    /// An event of a source that was seen.
    view SeenWebhook of(event: &WebhookEvent) => {
        /// The source.
        source: String = event.facts.source.clone(),
        /// The sender's id of it.
        event: String = event.facts.event.clone(),
        /// The outcome, as `receive` answered it.
        result: Heard = event.state,
        /// The payment that it was about; `null` where none was known.
        payment: Option<PaymentId> = event.facts.payment,
        /// When it was first seen.
        at: Time = event.row.created_at,
        /// The SHA-256 of its body, in hex; the body is not kept.
        sha256: String = event.facts.sha256.clone(),
    }
}
