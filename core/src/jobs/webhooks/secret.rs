//! The secrets that webhooks are signed with, and how a receiver checks a message.

use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::{Detail, Error, Result};
use crate::time::{Span, Time};

/// How far the timestamp of a message may be from the receiver's clock.
const TOLERANCE: Span = Span::from_mins(5);
/// How secrets are written.
const PREFIX: &str = "whsec_";
/// The shortest and the longest secret, in bytes, that Standard Webhooks asks for.
const SIZES: std::ops::RangeInclusive<usize> = 24..=64;
/// More signatures than this are neither sent nor looked at.
pub(super) const MOST_SIGNATURES: usize = 16;

/// A secret that webhooks are signed with: 24 to 64 random bytes, as `whsec_` and base64. `Debug` shows
/// nothing of it, and it is wiped with its last clone.
///
/// ```
/// use earnest::jobs::webhooks::WebhookSecret;
/// let secret = WebhookSecret::parse("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone)]
pub struct WebhookSecret(pub(super) Arc<Zeroizing<Vec<u8>>>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

impl WebhookSecret {
    /// Reads a secret, with or without `whsec_`.
    ///
    /// # Errors
    /// `invalid_request` naming `field`; the message does not repeat the secret.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let bad = || Error::invalid(field, "must be `whsec_` and 24 to 64 bytes as base64");
        let bytes = BASE64.decode(text.strip_prefix(PREFIX).unwrap_or(text).as_bytes()).map_err(|_| bad())?;
        let bytes = Zeroizing::new(bytes);
        if SIZES.contains(&bytes.len()) { Ok(Self(Arc::new(bytes))) } else { Err(bad()) }
    }

    /// The secret as receivers have it: `whsec_` and base64. Whoever has it can sign as the sender.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        // allocated whole: a growing text would leave copies of itself in memory
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + BASE64.encode_len(self.0.len())));
        text.push_str(PREFIX);
        BASE64.encode_append(&self.0, &mut text);
        text
    }

    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_| Error::corrupted("a webhook secret is no key"))?;
        Ok(mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body))
    }

    /// The signature of a message: `v1,` and base64.
    ///
    /// # Errors
    /// None for a secret that was parsed.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
        let signature = self.mac(id, timestamp, body)?.finalize().into_bytes();
        Ok(format!("v1,{}", BASE64.encode(&signature)))
    }
}

/// The headers of a message that its check needs.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'h> {
    /// `webhook-id`.
    pub id: &'h str,
    /// `webhook-timestamp`.
    pub timestamp: &'h str,
    /// `webhook-signature`.
    pub signature: &'h str,
}

impl<'h> Headers<'h> {
    /// Picks them out of all headers; their names may be in upper or lower case.
    ///
    /// # Errors
    /// `signature_invalid` where one is missing: nobody has signed such a message.
    pub fn of(headers: &[(&'h str, &'h str)]) -> Result<Self> {
        let find = |name: &str| {
            let found =
                headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
            found.ok_or_else(|| refused(&format!("the header `{name}` is missing")))
        };
        Ok(Self {
            id: find("webhook-id")?,
            timestamp: find("webhook-timestamp")?,
            signature: find("webhook-signature")?,
        })
    }
}

/// Checks a message that was received: one of its signatures is by one of the secrets, and it was sent within
/// five minutes of `now`. The body is what came over the line, byte by byte, before anybody parsed it.
/// Returns the message's id: the same message may come again, and has the same id.
///
/// ```
/// use earnest::Time;
/// use earnest::jobs::webhooks::{Headers, WebhookSecret, verify_webhook};
///
/// let secret = WebhookSecret::parse("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// let (id, sent, body) = ("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, r#"{"email":"test@example.com","username":"test_user"}"#);
/// let (timestamp, signature) = (sent.to_string(), secret.sign(id, sent, body.as_bytes())?);
/// let headers = Headers { id, timestamp: &timestamp, signature: &signature };
/// let now = Time::from_micros(sent * 1_000_000);
/// assert_eq!(verify_webhook(body.as_bytes(), headers, &[secret], now)?, id);
/// # Ok::<(), earnest::Error>(())
/// ```
///
/// # Errors
/// `signature_invalid`, also for a message that is too old or from the future, or whose headers are
/// malformed.
pub fn verify_webhook<'h>(
    body: &[u8],
    headers: Headers<'h>,
    secrets: &[WebhookSecret],
    now: Time,
) -> Result<&'h str> {
    verify_within(body, headers, secrets, Moment { now, tolerance: TOLERANCE })
}

/// When a message is checked, and how far from that it may have been sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The receiver's clock.
    pub now: Time,
    /// How far the timestamp of a message may be from it.
    pub tolerance: Span,
}

impl Moment {
    /// Whether a message with this Unix time is within the tolerance; `None` for a number that is no time.
    pub(crate) fn has(self, sent: i64) -> Option<bool> {
        let micros = sent.checked_mul(1_000_000)?;
        Some(micros.abs_diff(self.now.micros()) <= self.tolerance.micros().unsigned_abs())
    }
}

/// As [`verify_webhook`], with the receiver's own tolerance.
pub(crate) fn verify_within<'h>(
    body: &[u8],
    headers: Headers<'h>,
    secrets: &[WebhookSecret],
    moment: Moment,
) -> Result<&'h str> {
    let bad = || refused("its timestamp is not seconds since 1970");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let sent = Some(headers.timestamp).filter(|text| digits(text)).and_then(|text| text.parse::<i64>().ok());
    let sent = sent.ok_or_else(bad)?;
    if !moment.has(sent).ok_or_else(bad)? {
        return Err(refused("the message was sent too long before or after now"));
    }
    let given = headers.signature.split(' ').filter_map(|part| part.strip_prefix("v1,"));
    let given = given.take(MOST_SIGNATURES).filter_map(|text| BASE64.decode(text.as_bytes()).ok());
    let given: Vec<Vec<u8>> = given.collect();
    let mut genuine = false;
    for secret in secrets {
        // the body is hashed once for each secret, and each comparison takes constant time
        let right = secret.mac(headers.id, sent, body)?.finalize().into_bytes();
        for signature in &given {
            genuine |= bool::from(right.as_slice().ct_eq(signature.as_slice()));
        }
    }
    if genuine { Ok(headers.id) } else { Err(refused("no signature is by one of the secrets")) }
}

fn refused(reason: &str) -> Error {
    Detail::SignatureInvalid { reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the libraries of Standard Webhooks.
    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const SENT: i64 = 1_649_367_553;
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
    const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn secret(text: &str) -> WebhookSecret {
        WebhookSecret::parse("secret", text).unwrap()
    }

    fn check(signature: &str, secrets: &[&str], timestamp: &str, late: i64) -> Result<String> {
        let secrets: Vec<_> = secrets.iter().map(|text| secret(text)).collect();
        let headers = Headers { id: ID, timestamp, signature };
        let now = Time::from_micros((SENT + late) * 1_000_000);
        verify_webhook(BODY, headers, &secrets, now).map(ToOwned::to_owned)
    }

    #[test]
    fn the_known_answer() {
        assert_eq!(secret(SECRET).sign(ID, SENT, BODY).unwrap(), SIGNATURE);
        assert_eq!(check(SIGNATURE, &[SECRET], &SENT.to_string(), 0).unwrap(), ID);
    }

    #[test]
    fn either_secret_will_do_while_one_is_rotated() {
        let both = format!("{} {SIGNATURE}", secret(OTHER).sign(ID, SENT, BODY).unwrap());
        let sent = SENT.to_string();
        assert!(check(&both, &[SECRET], &sent, 0).is_ok() && check(&both, &[OTHER], &sent, 0).is_ok());
        assert!(check(SIGNATURE, &[OTHER, SECRET], &sent, 0).is_ok());
        assert!(check(SIGNATURE, &[OTHER], &sent, 0).is_err() && check(SIGNATURE, &[], &sent, 0).is_err());
        assert!(check(&format!("v1a,abc v1,??? {SIGNATURE}"), &[SECRET], &sent, 0).is_ok());
    }

    #[test]
    fn what_was_changed_or_is_old_is_refused() {
        let sent = SENT.to_string();
        for late in [-300, 300] {
            assert!(check(SIGNATURE, &[SECRET], &sent, late).is_ok());
        }
        for (signature, timestamp, late) in [
            (SIGNATURE, sent.as_str(), 301),
            (SIGNATURE, &sent, -301),
            (SIGNATURE, "1649367554", 0),
            ("v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkx=", &sent, 0),
            ("v2,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", &sent, 0),
            ("", &sent, 0),
        ] {
            let error = check(signature, &[SECRET], timestamp, late).unwrap_err();
            assert_eq!(error.code().as_str(), "signature_invalid", "{signature} {timestamp} {late}");
        }
        for timestamp in ["", "x", "+1649367553", "-1", "1649367553.0", "99999999999999999999"] {
            let error = check(SIGNATURE, &[SECRET], timestamp, 0).unwrap_err();
            assert_eq!(error.code().as_str(), "signature_invalid", "{timestamp}");
        }
    }

    #[test]
    fn headers_are_found_by_name_in_any_case() {
        let all = [("Webhook-Id", "a"), ("WEBHOOK-TIMESTAMP", "1"), ("webhook-signature", "s"), ("x", "y")];
        let found = Headers::of(&all).unwrap();
        assert_eq!((found.id, found.timestamp, found.signature), ("a", "1", "s"));
        for (missing, _) in &all[..3] {
            let others: Vec<_> = all.iter().copied().filter(|(name, _)| name != missing).collect();
            let error = Headers::of(&others).unwrap_err();
            assert_eq!(error.code().as_str(), "signature_invalid");
            let reason = format!("the header `{}` is missing", missing.to_ascii_lowercase());
            assert_eq!(error.details()["reason"], reason);
        }
    }

    #[test]
    fn a_secret_is_long_enough_and_never_shown() {
        for text in [
            "",
            "whsec_",
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o",
            "whsec_???",
            "whsk_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        ] {
            let error = WebhookSecret::parse("secrets[0]", text).unwrap_err();
            assert_eq!(error.details()["field"], "secrets[0]");
        }
        let long = BASE64.encode(&[7; 65]);
        assert!(WebhookSecret::parse("secret", &long).is_err());
        assert!(!format!("{:?}", secret(SECRET)).contains("C2FV"));
    }
}
