//! Requests of the webhooks service: sources, what they send, and what was seen.

use super::message;
pub use super::message::{WebhookBody, WebhookHeaders};
use crate::payment::apply_report::Heard;
use crate::request::bounds::{Bound, ID, NAME, REASON, chars, spans, word_of};
use crate::request::declare::request;
use crate::request::parsed::Name;
use crate::request::secret::Secret;
use crate::time::{Span, SpanInput};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;
use crate::webhook::scheme::Scheme;
use crate::webhook::source::DOMAIN;

/// How far the time of a message may be from now.
const TOLERANCES: Bound = spans(Span::from_secs(1), Span::from_hours(24));
/// How long an old secret may be good beside a new one.
const KEEPING: Bound = spans(Span::ZERO, Span::from_days(30));
/// The text of a message.
const BODY: Bound = chars(message::BODY_MAX);

request! {
    mod operations;
    metadata without cards;

    /// Makes a source of webhooks, or changes one: what is left out stays as it is.
    write SetSource {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        id: String [NAME],
        /// How it signs: `standard` (Standard Webhooks), `stripe`, `hmac`, or `toss` and `inicis`, which do
        /// not sign: what they send is only a hint, and the gateway is asked.
        scheme: String [word_of::<Scheme>()],
        /// The gateway that it speaks for; `stripe`, `toss` and `inicis` go with one of that driver alone.
        gateway: String [NAME],
        ;
        /// The secrets that it signs with, which are sealed and never shown: one, or several while the sender
        /// changes from one to another. `standard`: `whsec_` and base64; others: 16 characters or more.
        secrets: Option<Vec<Secret>> [REASON.items(super::source::MOST_SECRETS)],
        /// How far the time of a message may be from now, PT1S to PT24H.
        tolerance: Option<SpanInput> [TOLERANCES] = super::source::TOLERANCE,
    }

    /// Gives a source a new secret. The old one is good for a while, because the sender changes later.
    write RotateSecret parses SecretRotation {
        /// The source.
        source: String as Name,
        /// The new secret, which is sealed and never shown.
        secret: Secret [REASON],
        ;
        /// How long the old one is good, PT0S to P30D.
        keep_old_for: Option<SpanInput as Span> [KEEPING] = crate::webhook::source::KEEP_OLD_FOR,
        |parse|
        seal: Seal = Seal::within(DOMAIN, Safe::parse(parse)?, &source),
    }

    /// Lists sources by name.
    read ListSources pages {}

    /// Takes what a source has sent: verifies it, and does what it says to the payment that it is about.
    write ReceiveWebhook {
        /// The source.
        source: String [NAME],
        /// The headers by name, in upper or lower case; each value is a text.
        headers: WebhookHeaders [message::HEADERS],
        /// The body as it came over the line, before anybody parsed it; at most 256 KiB.
        body: WebhookBody [BODY],
        ;
    }

    /// Lists what was seen of sources, newest first.
    read ListWebhooks pages {
        ;
        /// Only of this source.
        source: Option<String> [NAME],
        /// Only what came to this: `applied`, `ignored`, `parked`, `queried`, `suspended` or `mismatched`.
        result: Option<String> [word_of::<Heard>()],
        /// Only about this payment.
        payment: Option<String> [ID],
    }
}
