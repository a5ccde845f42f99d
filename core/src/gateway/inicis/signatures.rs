//! Signatures for KG Inicis: hashes of texts in a fixed order, with or without a key among them.
//!
//! By <https://manual.inicis.com/pay/stdpay_pc.html>, <https://manual.inicis.com/pay/stdpay_m.html> and
//! <https://manual.inicis.com/pay/cancel.html>.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256, Sha512};

/// An order that a window shows.
#[derive(Clone, Copy)]
pub(super) struct OfOrder<'o> {
    /// Our id of the payment.
    pub oid: &'o str,
    /// How much, in won.
    pub price: &'o str,
    /// When, in milliseconds.
    pub timestamp: &'o str,
}

impl OfOrder<'_> {
    /// The signature of an order on a PC.
    pub(super) fn signature(self) -> String {
        let Self { oid, price, timestamp } = self;
        sha256(&format!("oid={oid}&price={price}&timestamp={timestamp}"))
    }

    /// The same with the merchant's key.
    pub(super) fn verification(self, sign_key: &str) -> String {
        let Self { oid, price, timestamp } = self;
        sha256(&format!("oid={oid}&price={price}&signKey={sign_key}&timestamp={timestamp}"))
    }

    /// The hash of an amount on a phone.
    pub(super) fn amount_hash(self, hash_key: &str) -> String {
        let Self { oid, price, timestamp } = self;
        BASE64.encode(&Sha512::digest(format!("{price}{oid}{timestamp}{hash_key}").as_bytes()))
    }
}

/// The key of a merchant, as windows have it.
pub(super) fn merchant_key(sign_key: &str) -> String {
    sha256(sign_key)
}

/// An approval on a PC.
#[cfg(any(feature = "gateways", test))]
#[derive(Clone, Copy)]
pub(super) struct OfApproval<'o> {
    /// The `authToken` that the window gave.
    pub auth_token: &'o str,
    /// When, in milliseconds.
    pub timestamp: &'o str,
}

#[cfg(any(feature = "gateways", test))]
impl OfApproval<'_> {
    /// The signature of an approval.
    pub(super) fn signature(self) -> String {
        let Self { auth_token, timestamp } = self;
        sha256(&format!("authToken={auth_token}&timestamp={timestamp}"))
    }

    /// The same with the merchant's key.
    pub(super) fn verification(self, sign_key: &str) -> String {
        let Self { auth_token, timestamp } = self;
        sha256(&format!("authToken={auth_token}&signKey={sign_key}&timestamp={timestamp}"))
    }
}

/// A request to `INIAPI`, version 2.
#[cfg(any(feature = "gateways", test))]
#[derive(Clone, Copy)]
pub(super) struct OfRequest<'o> {
    /// The merchant.
    pub mid: &'o str,
    /// The kind of request.
    pub kind: &'o str,
    /// When, as `YYYYMMDDhhmmss`.
    pub timestamp: &'o str,
    /// The data, exactly as it is sent.
    pub data: &'o str,
}

#[cfg(any(feature = "gateways", test))]
impl OfRequest<'_> {
    /// The hash of the request.
    pub(super) fn hash(self, api_key: &str) -> String {
        let Self { mid, kind, timestamp, data } = self;
        HEXLOWER.encode(&Sha512::digest(format!("{api_key}{mid}{kind}{timestamp}{data}").as_bytes()))
    }
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}
