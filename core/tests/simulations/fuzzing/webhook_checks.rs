//! The invariants of any webhook, whoever has sent it: shared by the mutation runner and by the target of
//! cargo-fuzz.
//!
//! An input is `SCHEME HEADER BODY`: the scheme of a source, its signature, and what came over the line. The
//! headers of a scheme that has several stand beside each other, with `|` between them. An input that begins
//! with no scheme is a body, which every driver reads.

use earnest::currency::Currencies;
use earnest::gateway::driver_of;
use earnest::gateway::incoming::{DisputePhase, Incoming, WebhookContent, WebhookItem};
use earnest::gateway::words::{GatewayDriver, GatewayOutcome};
use earnest::jobs::webhooks::WebhookSecret;
use earnest::request::secret::Secret;
use earnest::webhook::message::{ReceivedMessage, WebhookBody, WebhookHeaders};
use earnest::webhook::scheme::Scheme;
use earnest::{Detail, Error, Time};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// When messages come, in seconds, and how far from that they may have been sent.
const NOW: i64 = 1_700_000_000;
const TOLERANCE: i64 = 300;
/// The secrets of sources, and those of others.
const STANDARD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const STANDARD_TOO: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PLAIN: &str = "marked-secret-of-the-source";
const PLAIN_TOO: &str = "marked-secret-of-another";

/// All that a refusal of a body may say: where, and what would be right.
const PLACES: [&str; 15] = [
    "body",
    "body.P_OID",
    "body.P_TID",
    "body.data",
    "body.data.object",
    "body.data.orderId",
    "body.data.paymentKey",
    "body.data.status",
    "body.eventType",
    "body.no_oid",
    "body.no_tid",
    "body.orderId",
    "body.paymentKey",
    "body.status",
    "body.type",
];
const WANTED: [&str; 4] =
    ["must be a text", "must be an object", "must be given", "must be of the shape that Stripe documents"];
/// All that a refusal of a signature may say, beside the name of a header.
const FORGED: [&str; 6] = [
    "its nonce has a dot",
    "its signature is not by one of the secrets",
    "its signature names no time",
    "its timestamp is not seconds since 1970",
    "no signature is by one of the secrets",
    "the message was sent too long before or after now",
];

/// The upshot of a webhook.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WebhookUpshot {
    /// The signature that it came with is right.
    pub(crate) genuine: bool,
    /// A driver has read it.
    pub(crate) read: bool,
    /// It says what became of money.
    pub(crate) told: bool,
}

/// A webhook: refused by its signature or by a member, or news that its body proves.
pub(crate) fn webhook(input: &[u8]) -> WebhookUpshot {
    let text = String::from_utf8_lossy(input);
    let mut upshot = WebhookUpshot::default();
    let mut parts = text.splitn(3, ' ');
    let scheme = parts.next().and_then(|word| word.parse::<Scheme>().ok());
    let (Some(scheme), Some(header), Some(body)) = (scheme, parts.next(), parts.next()) else {
        for driver in [GatewayDriver::Stripe, GatewayDriver::Toss, GatewayDriver::Inicis] {
            upshot.read(driver, &text);
        }
        return upshot;
    };
    if scheme.is_signed() {
        upshot.genuine = came_with(scheme, header, body);
        made_here(scheme, body);
    }
    if let Some(driver) = scheme.driver() {
        upshot.read(driver, body);
    }
    upshot
}

impl WebhookUpshot {
    fn read(&mut self, driver: GatewayDriver, text: &str) {
        let Some(body) = body_of(driver, text) else { return };
        let currencies = Currencies::iso();
        let incoming = Incoming { body: &body, currencies: &currencies };
        assert_eq!(format!("{incoming:?}"), "Incoming(..)");
        let reader = driver_of(driver).unwrap();
        match reader.read(&incoming) {
            Ok(all) => {
                self.read = true;
                for heard in &all {
                    let is_told = !matches!(
                        heard.news,
                        WebhookContent::Nothing | WebhookContent::Hint | WebhookContent::Unread
                    );
                    self.told |= is_told;
                    is_proved(driver, heard, &body);
                }
                assert_eq!(reader.read(&incoming).ok(), Some(all), "it is read in two ways: {text}");
            }
            Err(refusal) => says_where(&refusal, text),
        }
    }
}

/// The body as a source reads it: KG Inicis sends forms.
fn body_of(driver: GatewayDriver, text: &str) -> Option<Value> {
    let form = || {
        let members = url::form_urlencoded::parse(text.as_bytes()).into_owned();
        Value::Object(members.map(|(name, value)| (name, Value::from(value))).collect())
    };
    let json = serde_json::from_str(text).ok();
    json.or_else(|| (driver == GatewayDriver::Inicis).then(form))
}

/// A refusal names the member and what would be right, and nothing of what is there.
fn says_where(refusal: &Error, text: &str) {
    match refusal.detail() {
        Detail::InvalidRequest { field, reason, .. } => {
            assert!(
                PLACES.contains(&field.as_str()) && WANTED.contains(&reason.as_str()),
                "{refusal}: {text}"
            );
        }
        other => panic!("{other:?}: {text}"),
    }
}

/// Checks that an unsigned webhook says nothing of money, and a signed one what stands in it.
fn is_proved(driver: GatewayDriver, heard: &WebhookItem, body: &Value) {
    if driver != GatewayDriver::Stripe {
        assert!(matches!(heard.news, WebhookContent::Hint | WebhookContent::Nothing), "{heard:?} by {body}");
        return;
    }
    let (kind, object) = (body["type"].as_str().unwrap_or_default(), &body["data"]["object"]);
    let is_whole = |name: &str| object[name].is_i64();
    let status = object["status"].as_str();
    match &heard.news {
        WebhookContent::Outcome(answer) => {
            assert!(kind.starts_with("payment_intent.") && object["object"] == "payment_intent", "{body}");
            let payment = object["metadata"]["payment"].as_str();
            assert!(payment.is_some() && payment == heard.payment.as_deref(), "{body}");
            assert!(heard.reference.is_some() && heard.reference == answer.reference, "{body}");
            let shown = match answer.told {
                GatewayOutcome::Captured => "succeeded",
                GatewayOutcome::Authorized => "requires_capture",
                GatewayOutcome::Voided | GatewayOutcome::Nothing => "canceled",
                GatewayOutcome::ActionRequired => "requires_action",
                GatewayOutcome::Pending => "processing",
                GatewayOutcome::Refused => status.unwrap_or_default(),
                other => panic!("{other}: {body}"),
            };
            assert_eq!(status, Some(shown), "{body}");
            for name in ["amount_received", "amount_capturable"] {
                assert!(object[name].is_null() || is_whole(name), "{body}");
            }
        }
        WebhookContent::Refund { told, refund, amount } => {
            assert!(object["object"] == "refund" && is_whole("amount") && amount.is_some(), "{body}");
            assert_eq!(object["metadata"]["refund"].as_str(), Some(refund.as_str()), "{body}");
            let fits = match told {
                GatewayOutcome::Refunded => status == Some("succeeded") || object["status"].is_null(),
                GatewayOutcome::RefundFailed => matches!(status, Some("failed" | "canceled")),
                _ => false,
            };
            assert!(fits, "{told}: {body}");
        }
        WebhookContent::Dispute { phase, amount, .. } => {
            assert!(kind.starts_with("charge.dispute.") && heard.reference.is_some(), "{body}");
            assert!(amount.is_none() || is_whole("amount"), "{body}");
            let fits = match phase {
                DisputePhase::Open => matches!(status, Some("needs_response" | "under_review")),
                DisputePhase::Won => status == Some("won"),
                DisputePhase::Lost => status == Some("lost"),
            };
            assert!(fits, "{phase}: {body}");
        }
        WebhookContent::Hint | WebhookContent::Unread => assert!(heard.reference.is_some(), "{body}"),
        WebhookContent::Nothing => {}
    }
}

/// Whether a message is believed by the signature that it came with: only by one that is right, of about now.
fn came_with(scheme: Scheme, header: &str, body: &str) -> bool {
    let headers = headers_of(scheme, header);
    let is_genuine = accepts(scheme, &headers, body, secret_of(scheme));
    assert!(!is_genuine || is_signed(scheme, &headers, body), "{scheme} {header} {body}");
    is_genuine
}

/// Messages that are signed here: by the right secret and now it is believed, and otherwise it is not.
fn made_here(scheme: Scheme, body: &str) {
    let (ours, theirs) = (secret_of(scheme), another_of(scheme));
    let right = headers_of(scheme, &signed(scheme, ours, NOW, body));
    assert!(accepts(scheme, &right, body, ours), "{scheme} {body}");
    assert!(!accepts(scheme, &right, &format!("{body} "), ours), "another body: {scheme} {body}");
    for (secret, at) in [(theirs, NOW), (ours, NOW - TOLERANCE - 1), (ours, NOW + TOLERANCE + 1)] {
        let wrong = headers_of(scheme, &signed(scheme, secret, at, body));
        assert!(!accepts(scheme, &wrong, body, ours), "{scheme} at {at}: {body}");
    }
}

fn accepts(scheme: Scheme, headers: &WebhookHeaders, body: &str, secret: &str) -> bool {
    let body = WebhookBody::from(body);
    let message = ReceivedMessage { headers, body: &body };
    assert!(format!("{message:?}").len() < 100, "it shows what came");
    let now = Time::from_micros(NOW * 1_000_000);
    match scheme.verify_at(message, &[Secret::from(secret)], now, "PT5M".parse().unwrap()) {
        Ok(()) => true,
        Err(refusal) => {
            let Detail::SignatureInvalid { reason, .. } = refusal.detail() else { panic!("{refusal:?}") };
            let is_missing = reason.starts_with("the header `") && reason.ends_with("` is missing");
            assert!(FORGED.contains(&reason.as_str()) || is_missing && reason.len() < 60, "{reason}");
            false
        }
    }
}

const fn secret_of(scheme: Scheme) -> &'static str {
    if matches!(scheme, Scheme::Standard) { STANDARD } else { PLAIN }
}

const fn another_of(scheme: Scheme) -> &'static str {
    if matches!(scheme, Scheme::Standard) { STANDARD_TOO } else { PLAIN_TOO }
}

fn headers_of(scheme: Scheme, text: &str) -> WebhookHeaders {
    let names: &[&str] = match scheme {
        Scheme::Standard => &["webhook-id", "webhook-timestamp", "webhook-signature"],
        Scheme::Stripe => &["Stripe-Signature"],
        Scheme::Hmac => &["X-Signature", "X-Timestamp", "X-Nonce"],
        Scheme::Toss | Scheme::Inicis => &[],
    };
    names.iter().copied().zip(text.splitn(names.len().max(1), '|')).collect()
}

fn signed(scheme: Scheme, secret: &str, at: i64, body: &str) -> String {
    match scheme {
        Scheme::Standard => {
            let secret = WebhookSecret::parse("secret", secret).unwrap();
            format!("msg_1|{at}|{}", secret.sign("msg_1", at, body.as_bytes()).unwrap())
        }
        Scheme::Hmac => format!("sha256={}|{at}|n-1", mac(secret, &[at.to_string().as_str(), ".n-1.", body])),
        _ => format!("t={at},v1={}", mac(secret, &[at.to_string().as_str(), ".", body])),
    }
}

/// Whether a message is signed, worked out once more.
fn is_signed(scheme: Scheme, headers: &WebhookHeaders, body: &str) -> bool {
    let header = |name: &str| headers.get(name).unwrap_or_default().to_owned();
    let is_near = |time: &str| {
        let sent = time.parse::<i64>().ok();
        sent.is_some_and(|sent| sent.abs_diff(NOW) <= TOLERANCE.unsigned_abs())
    };
    let secret = secret_of(scheme);
    match scheme {
        Scheme::Standard => {
            let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
            let sent = time.parse::<i64>().unwrap();
            let right = WebhookSecret::parse("secret", secret).unwrap().sign(&id, sent, body.as_bytes());
            let right = right.unwrap();
            is_near(&time) && header("webhook-signature").split(' ').any(|given| given == right)
        }
        Scheme::Stripe => {
            let given = header("stripe-signature");
            let parts = || given.split(',').map(str::trim);
            let time = parts().find_map(|part| part.strip_prefix("t=")).unwrap_or_default();
            let right = mac(secret, &[time, ".", body]);
            let mut signatures = parts().filter_map(|part| part.strip_prefix("v1="));
            is_near(time) && signatures.any(|given| given.eq_ignore_ascii_case(&right))
        }
        Scheme::Hmac => {
            let (time, nonce) = (header("x-timestamp"), header("x-nonce"));
            let right = mac(secret, &[time.as_str(), ".", nonce.as_str(), ".", body]);
            let given = header("x-signature");
            let given = given.strip_prefix("sha256=").unwrap_or_default();
            is_near(&time) && !nonce.contains('.') && given.eq_ignore_ascii_case(&right)
        }
        Scheme::Toss | Scheme::Inicis => false,
    }
}

/// An HMAC-SHA-256 in hex.
fn mac(secret: &str, parts: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
