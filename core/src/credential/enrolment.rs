//! How a secret for one-time codes gets onto a phone: a URI, and the same as a picture to scan.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use zeroize::Zeroizing;

use super::totp::{STEP, Totp};
use crate::error::{Error, Result};

/// The most characters of an issuer and of an account name: with both of that length the picture still fits.
const NAME_MAX: usize = 64;

/// The characters to escape in a URI: all but the unreserved ones (RFC 3986).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The issuer and the account name, which a phone shows above the code.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    issuer: &'a str,
    account_name: &'a str,
}

impl<'a> Label<'a> {
    /// Reads the request fields `issuer` and `account_name`.
    pub fn request(issuer: &'a str, account_name: &'a str) -> Result<Self> {
        for (field, text) in [("issuer", issuer), ("account_name", account_name)] {
            if text.trim().is_empty() || text.chars().count() > NAME_MAX {
                return Err(Error::invalid(field, format!("must have 1 to {NAME_MAX} characters")));
            }
            if text.contains(':') {
                return Err(Error::invalid(
                    field,
                    "must have no `:`, which separates issuer and account name",
                ));
            }
            if text.chars().any(char::is_control) {
                return Err(Error::invalid(field, "must have no control characters"));
            }
        }
        Ok(Self { issuer, account_name })
    }
}

/// The URI that applications on phones know: `otpauth://totp/ISSUER:ACCOUNT?secret=...`. It has the secret.
pub fn uri(totp: &Totp, label: Label<'_>) -> Zeroizing<String> {
    let issuer = utf8_percent_encode(label.issuer, ESCAPED).to_string();
    let account_name = utf8_percent_encode(label.account_name, ESCAPED).to_string();
    let (secret, algorithm, digits) = (totp.base32(), totp.algorithm().as_str(), totp.digits());
    // of its size from the start: a text that grows leaves copies of itself in memory
    let mut uri =
        Zeroizing::new(String::with_capacity(issuer.len() * 2 + account_name.len() + secret.len() + 128));
    for part in ["otpauth://totp/", &issuer, ":", &account_name, "?secret=", &secret, "&issuer=", &issuer] {
        uri.push_str(part);
    }
    uri.push_str(&format!("&algorithm={algorithm}&digits={digits}&period={STEP}"));
    uri
}

/// A URI as a picture to scan, in SVG. It has the secret too; what draws it leaves parts of it in memory.
pub fn qr_svg(uri: &str) -> Result<Zeroizing<String>> {
    // a seventh of such a picture may be dirty, or less of one that would not fit otherwise
    let drawn = QrCode::with_error_correction_level(uri, EcLevel::M)
        .or_else(|_| QrCode::with_error_correction_level(uri, EcLevel::L));
    let code = drawn.map_err(|_| Error::invalid("uri", "is too long for a picture"))?;
    Ok(Zeroizing::new(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build()))
}
