//! How senders sign, and whether a message is genuine: pure, in constant time, by all its good secrets.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::message::{ReceivedMessage, WebhookBody};
use crate::error::{Detail, Error, Result};
use crate::gateway::words::GatewayDriver;
use crate::jobs::webhooks::secret::{Headers, Moment, WebhookSecret, verify_within};
use crate::request::secret::Secret;
use crate::rows::codec::text_enum;
use crate::time::{Span, Time};

/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 16;
/// The longest id of an event that is kept as it is.
const LONGEST: usize = 255;
/// The shortest secret.
const SHORTEST: usize = 16;

text_enum! {
    /// How a sender signs.
    pub enum Scheme {
        /// As Standard Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature`.
        Standard = "standard",
        /// As Stripe does: `Stripe-Signature`.
        Stripe = "stripe",
        /// `X-Signature` over `X-Timestamp`, `X-Nonce` and the body.
        Hmac = "hmac",
        /// Toss Payments, which does not sign: what it sends is a hint.
        Toss = "toss",
        /// KG Inicis, which does not sign: what it sends is a hint.
        Inicis = "inicis",
    }
}

impl Scheme {
    /// Whether its messages are signed. What is not signed is only a hint.
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::Toss | Self::Inicis)
    }

    /// The driver that the gateway of such a source must have; any if `None`.
    pub const fn driver(self) -> Option<GatewayDriver> {
        match self {
            Self::Standard | Self::Hmac => None,
            Self::Stripe => Some(GatewayDriver::Stripe),
            Self::Toss => Some(GatewayDriver::Toss),
            Self::Inicis => Some(GatewayDriver::Inicis),
        }
    }

    /// The text that a sender must be answered with, beside status 200, so that it does not tell again. KG
    /// Inicis repeats a notice for hours unless the answer is `OK`, as its pages on notices of deposits and
    /// of mobile payments say; all others go by the status.
    pub const fn acknowledgement(self) -> &'static str {
        match self {
            Self::Inicis => "OK",
            Self::Standard | Self::Stripe | Self::Hmac | Self::Toss => "",
        }
    }

    /// Judges a secret before it is sealed.
    pub fn takes(self, field: &str, secret: &Secret) -> Result<()> {
        match self {
            Self::Standard => WebhookSecret::parse(field, secret).map(drop),
            // what is left of a template or a setting that was not filled in
            Self::Stripe | Self::Hmac
                if secret.chars().filter(|one| !one.is_whitespace()).count() < SHORTEST =>
            {
                let reason = format!("must have at least {SHORTEST} characters, without spaces");
                Err(Error::invalid(field, reason))
            }
            Self::Stripe | Self::Hmac => Ok(()),
            Self::Toss | Self::Inicis => {
                Err(Error::invalid(field, "must be left out: such a sender does not sign"))
            }
        }
    }

    /// The sender's id of what it tells: the same event again has the same one. Of a message that is genuine
    /// it is signed, so nobody gives an event another one.
    pub fn event(self, message: ReceivedMessage<'_>, body: Option<&Value>) -> String {
        let given = match self {
            Self::Standard => message.headers.get("webhook-id"),
            Self::Stripe => body.and_then(|body| body["id"].as_str()),
            Self::Hmac => message.headers.get("x-nonce"),
            // the id of one transmission, as Toss Payments documents its webhooks
            Self::Toss => message.headers.get("tosspayments-webhook-transmission-id"),
            Self::Inicis => None,
        };
        match given {
            Some(id) if is_plain(id) => id.to_owned(),
            Some(id) => digest_of(id.as_bytes()),
            None => digest_of(message.body.as_bytes()),
        }
    }

    /// Whether a message is genuine, as a source with these secrets judges it.
    pub fn verify_at(
        self,
        message: ReceivedMessage<'_>,
        secrets: &[Secret],
        now: Time,
        tolerance: Span,
    ) -> Result<()> {
        self.verify(message, secrets, Moment { now, tolerance })
    }

    /// Whether a message is genuine: one of its signatures is by one of the secrets, and it was sent at about
    /// the moment. A sender that does not sign is believed nothing, so there is nothing to verify.
    pub(crate) fn verify(
        self,
        message: ReceivedMessage<'_>,
        secrets: &[Secret],
        moment: Moment,
    ) -> Result<()> {
        match self {
            Self::Standard => standard(message, secrets, moment),
            Self::Stripe => stripe(message, secrets, moment),
            Self::Hmac => hmac(message, secrets, moment),
            Self::Toss | Self::Inicis => Ok(()),
        }
    }
}

/// The SHA-256 of a body, in hex.
pub fn sha256_of(body: &WebhookBody) -> String {
    digest_of(body.as_bytes())
}

fn digest_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether an id is kept as it is.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST && !id.chars().any(char::is_control)
}

fn refused(reason: &str) -> Error {
    Detail::SignatureInvalid { reason: reason.to_owned() }.into()
}

fn header<'m>(message: ReceivedMessage<'m>, name: &str) -> Result<&'m str> {
    let missing = || refused(&format!("the header `{name}` is missing"));
    message.headers.get(name).filter(|value| !value.is_empty()).ok_or_else(missing)
}

/// The seconds of a timestamp, which must be of about the moment.
fn sent_at(text: &str, moment: Moment) -> Result<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let sent = Some(text).filter(|_| digits).and_then(|text| text.parse::<i64>().ok());
    let sent = sent.ok_or_else(|| refused("its timestamp is not seconds since 1970"))?;
    if moment.has(sent) != Some(true) {
        return Err(refused("the message was sent too long before or after now"));
    }
    Ok(sent)
}

fn standard(message: ReceivedMessage<'_>, secrets: &[Secret], moment: Moment) -> Result<()> {
    let headers = Headers {
        id: header(message, "webhook-id")?,
        timestamp: header(message, "webhook-timestamp")?,
        signature: header(message, "webhook-signature")?,
    };
    sent_at(headers.timestamp, moment)?;
    let secrets = secrets.iter().map(|secret| WebhookSecret::parse("secret", secret));
    let secrets: Vec<WebhookSecret> = secrets.collect::<Result<_>>()?;
    verify_within(message.body.as_bytes(), headers, &secrets, moment).map(drop)
}

/// `Stripe-Signature: t=1492774577,v1=...`: HMAC-SHA256, keyed with the whole secret, over the time, a dot
/// and the body, as <https://docs.stripe.com/webhooks> says. Signatures of other versions are passed over.
fn stripe(message: ReceivedMessage<'_>, secrets: &[Secret], moment: Moment) -> Result<()> {
    let parts = || header(message, "stripe-signature").map(|all| all.split(',').map(str::trim));
    let mut times = parts()?.filter_map(|part| part.strip_prefix("t="));
    let time = times.next().ok_or_else(|| refused("its signature names no time"))?;
    sent_at(time, moment)?;
    let signed: [&[u8]; 3] = [time.as_bytes(), b".", message.body.as_bytes()];
    let given = parts()?.filter_map(|part| part.strip_prefix("v1=")).take(MOST_SIGNATURES);
    if is_by_one(secrets, &signed, given) {
        return Ok(());
    }
    Err(refused("no signature is by one of the secrets"))
}

/// `X-Signature: sha256=...` over `X-Timestamp`, `X-Nonce` and the body, with dots between them.
fn hmac(message: ReceivedMessage<'_>, secrets: &[Secret], moment: Moment) -> Result<()> {
    let (time, nonce) = (header(message, "x-timestamp")?, header(message, "x-nonce")?);
    let given = header(message, "x-signature")?;
    sent_at(time, moment)?;
    if nonce.contains('.') {
        // it would be another nonce with another body
        return Err(refused("its nonce has a dot"));
    }
    let signed: [&[u8]; 5] = [time.as_bytes(), b".", nonce.as_bytes(), b".", message.body.as_bytes()];
    if is_by_one(secrets, &signed, given.strip_prefix("sha256=").into_iter()) {
        return Ok(());
    }
    Err(refused("its signature is not by one of the secrets"))
}

/// Whether one of the signatures, in hex, is by one of the secrets: what is signed is gone through once for
/// each secret, every pair is compared, and each comparison takes the same time wherever it differs.
fn is_by_one<'g>(secrets: &[Secret], signed: &[&[u8]], given: impl Iterator<Item = &'g str>) -> bool {
    let given: Vec<Vec<u8>> = given.filter_map(|text| hex::decode(text).ok()).collect();
    let mut genuine = false;
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        signed.iter().for_each(|part| mac.update(part));
        let right = mac.finalize().into_bytes();
        for signature in &given {
            genuine |= bool::from(right.as_slice().ct_eq(signature.as_slice()));
        }
    }
    genuine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::message::WebhookHeaders;

    const BODY: &str = r#"{"id":"evt_1","type":"payment_intent.succeeded"}"#;
    const SENT: i64 = 1_700_000_000;
    const SECRET: &str = "whsec_0123456789abcdef";
    const OTHER: &str = "another-secret-of-theirs";

    fn moment(late: i64) -> Moment {
        Moment { now: Time::from_micros((SENT + late) * 1_000_000), tolerance: Span::from_mins(5) }
    }

    fn hex_of(secret: &str, signed: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    fn judged(scheme: Scheme, headers: &[(&str, &str)], body: &str, late: i64) -> Result<()> {
        let headers: WebhookHeaders = headers.iter().copied().collect();
        let body = WebhookBody::from(body);
        let message = ReceivedMessage { headers: &headers, body: &body };
        scheme.verify(message, &[SECRET.into(), OTHER.into()], moment(late))
    }

    fn refusal(scheme: Scheme, headers: &[(&str, &str)], body: &str, late: i64) {
        let error = judged(scheme, headers, body, late).unwrap_err();
        assert_eq!(error.code().as_str(), "signature_invalid", "{headers:?}");
        assert!(!error.to_string().contains(SECRET), "{error}");
    }

    #[test]
    fn a_message_of_stripe_is_signed_over_its_time_and_its_body() {
        let by = |secret| hex_of(secret, &format!("{SENT}.{BODY}"));
        let (good, other) = (by(SECRET), by("no-secret-of-this-source"));
        let many = format!(",v1={other},v1=ab,v1=?").repeat(5);
        for header in [
            format!("t={SENT},v1={good}"),
            format!("t={SENT}, v1={other}, v1={good}, v0=ab"),
            format!("t={SENT},v1={}", by(OTHER)),
            format!("t={SENT}{many},v1={good}"),
        ] {
            assert!(
                judged(Scheme::Stripe, &[("Stripe-Signature", header.as_str())], BODY, 0).is_ok(),
                "{header}"
            );
        }
        let header = format!("t={SENT},v1={good}");
        for late in [-300, 300] {
            assert!(judged(Scheme::Stripe, &[("stripe-signature", header.as_str())], BODY, late).is_ok());
        }
        for (header, body, late) in [
            (header.clone(), BODY, 301),
            (header.clone(), BODY, -301),
            (header, "{}", 0),
            (format!("t={SENT},v1={other}"), BODY, 0),
            (format!("t={SENT},v0={good}"), BODY, 0),
            (format!("t={},v1={good}", SENT + 1), BODY, 0),
            (format!("v1={good}"), BODY, 0),
            (format!("t=x,v1={good}"), BODY, 0),
            (format!("t={SENT},v1=zz"), BODY, 0),
            (format!("t={SENT},v1={}", &good[..62]), BODY, 0),
            (String::new(), BODY, 0),
        ] {
            refusal(Scheme::Stripe, &[("stripe-signature", header.as_str())], body, late);
        }
        refusal(Scheme::Stripe, &[], BODY, 0);
    }

    #[test]
    fn each_sender_is_answered_as_it_wants() {
        for (scheme, text) in [
            (Scheme::Standard, ""),
            (Scheme::Stripe, ""),
            (Scheme::Hmac, ""),
            (Scheme::Toss, ""),
            (Scheme::Inicis, "OK"),
        ] {
            assert_eq!(scheme.acknowledgement(), text, "{scheme}");
        }
        assert_eq!(Scheme::ALL.len(), 5, "a new sender wants to be answered in its way");
    }

    #[test]
    fn a_signed_nonce_belongs_to_its_time_and_its_body() {
        let (sent, good) = (SENT.to_string(), hex_of(SECRET, &format!("{SENT}.n-1.{BODY}")));
        let signature = format!("sha256={good}");
        let all = [("X-Signature", signature.as_str()), ("X-Timestamp", sent.as_str()), ("X-Nonce", "n-1")];
        assert!(judged(Scheme::Hmac, &all, BODY, 0).is_ok());
        refusal(Scheme::Hmac, &all, BODY, 301);
        refusal(Scheme::Hmac, &all, "{}", 0);
        for left_out in 0..all.len() {
            let mut some = all.to_vec();
            some.remove(left_out);
            refusal(Scheme::Hmac, &some, BODY, 0);
        }
        refusal(Scheme::Hmac, &[all[0], all[1], ("X-Nonce", "n-2")], BODY, 0);
        refusal(Scheme::Hmac, &[("X-Signature", good.as_str()), all[1], all[2]], BODY, 0);
        // a dot would move the border between nonce and body
        let moved = format!("sha256={}", hex_of(SECRET, &format!("{SENT}.n.1.{BODY}")));
        refusal(Scheme::Hmac, &[("X-Signature", moved.as_str()), all[1], ("X-Nonce", "n.1")], BODY, 0);
    }

    #[test]
    fn the_standard_is_that_of_the_libraries() {
        // the example of the libraries of Standard Webhooks
        let secret = Secret::from("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        let body = WebhookBody::from(r#"{"email":"test@example.com","username":"test_user"}"#);
        let (id, sent) = ("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "1649367553");
        let signature = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
        let headers = |signature| {
            WebhookHeaders::from_iter([
                ("Webhook-Id", id),
                ("WEBHOOK-TIMESTAMP", sent),
                ("webhook-signature", signature),
            ])
        };
        let now = Time::from_micros(1_649_367_553 * 1_000_000);
        let judged = |headers: &WebhookHeaders, tolerance| {
            let message = ReceivedMessage { headers, body: &body };
            let moment = Moment { now: Time::from_micros(now.micros() + 400_000_000), tolerance };
            Scheme::Standard.verify(message, std::slice::from_ref(&secret), moment)
        };
        assert!(judged(&headers(signature), Span::from_mins(10)).is_ok());
        for (signature, tolerance) in
            [(signature, Span::from_mins(5)), ("v1,AAAA", Span::from_mins(10)), ("", Span::from_mins(10))]
        {
            let error = judged(&headers(signature), tolerance).unwrap_err();
            assert_eq!(error.code().as_str(), "signature_invalid");
        }
    }

    #[test]
    fn an_event_is_what_its_sender_calls_it() {
        let headers = WebhookHeaders::from_iter([
            ("webhook-id", "msg_1"),
            ("x-nonce", "n-1"),
            ("tosspayments-webhook-transmission-id", "t-1"),
        ]);
        let body = WebhookBody::from(BODY);
        let message = ReceivedMessage { headers: &headers, body: &body };
        let value: Value = serde_json::from_str(BODY).unwrap();
        let event = |scheme: Scheme| scheme.event(message, Some(&value));
        assert_eq!(
            [Scheme::Standard, Scheme::Stripe, Scheme::Hmac, Scheme::Toss].map(event),
            ["msg_1", "evt_1", "n-1", "t-1"]
        );
        assert_eq!(event(Scheme::Inicis), sha256_of(&body));
        assert_eq!(Scheme::Stripe.event(message, None), sha256_of(&body));
        let long = "x".repeat(256);
        let headers = WebhookHeaders::from_iter([("x-nonce", long.as_str())]);
        let event = Scheme::Hmac.event(ReceivedMessage { headers: &headers, body: &body }, None);
        assert_eq!(event, digest_of(long.as_bytes()));
    }

    #[test]
    fn a_secret_is_one_of_its_scheme() {
        for (scheme, secret, fits) in [
            (Scheme::Standard, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", true),
            (Scheme::Standard, "0123456789abcdef", false),
            (Scheme::Stripe, SECRET, true),
            (Scheme::Stripe, "whsec_short", false),
            (Scheme::Hmac, "0123456789abcdef", true),
            (Scheme::Hmac, "", false),
            (Scheme::Hmac, "                    ", false),
            (Scheme::Hmac, "\u{a0}\t\n                 abc", false),
            (Scheme::Stripe, "                    ", false),
            (Scheme::Toss, SECRET, false),
        ] {
            let judged = scheme.takes("secrets[0]", &secret.into());
            assert_eq!(judged.is_ok(), fits, "{scheme}");
            assert!(
                judged.err().is_none_or(|error| secret.is_empty() || !error.to_string().contains(secret))
            );
        }
    }
}
