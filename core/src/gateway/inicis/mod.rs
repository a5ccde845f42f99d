//! KG Inicis: a payment that its payer has agreed to in the window of a PC or a phone is approved, and so
//! taken at once.
//!
//! | setting | what it is |
//! | --- | --- |
//! | `mid` | the merchant's id |
//! | secret `sign_key` | the key of payments on PCs (web standard payment) |
//! | secret `api_key` | the key of `INIAPI`: questions and refunds |
//! | secret `hash_key` | the key of amounts on phones; without one the amount there is not signed |
//! | `return_url` | where the window sends the payer back to; left out, the page names it |
//! | `goods_name` | what the window calls an order; left out, our id of the payment |
//! | `client_ip` | the address that the merchant has registered for `INIAPI` |
//! | `mode` | `test`: the staging servers; left out, the real ones |
//! | `nothing_codes` | result codes with which `INIAPI` says that it has no such order, with commas |
//!
//! By <https://manual.inicis.com/pay/stdpay_pc.html>, <https://manual.inicis.com/pay/stdpay_m.html>,
//! <https://manual.inicis.com/pay/cancel.html> and <https://manual.inicis.com/pay/etc-inquiry.html>. The
//! token of a payment is what the window hands to the page that the payer returns to, as JSON: see [`token`].
//! Requests have no keys. An approval without an answer is undone by a *net cancel*, once and at once, while
//! its token is there; where that has no answer either, the gateway is asked. A net cancel is never a refund.
//! Questions go by our id of the payment until the gateway's is known, which needs a merchant whose order
//! numbers may not repeat. The manual names no code for an order that is not there, so that the merchant
//! names it: without one a payment that never arrived would stay unknown. An account whose number was lost
//! with the answer is closed. Notices of deposits are not signed, so that they are hints.

mod codes;
pub mod replies;
#[cfg(feature = "gateways")]
mod send;
mod signatures;
#[cfg(test)]
mod tests;
#[cfg_attr(not(feature = "gateways"), allow(dead_code, reason = "what sends reads the rest"))]
pub mod token;

use serde_json::{Map, Value};

use super::incoming::{HintSays, Incoming, WebhookContent, WebhookItem};
use super::merchant::{Lacking, Merchant};
use super::wire::{CheckoutOrder, Driver, Needed};
use super::words::GatewayAbility;
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::money::Money;
use crate::time::Time;

/// The key of `INIAPI`.
const API_KEY: &str = "api_key";
/// The address that the merchant has registered.
#[cfg(feature = "gateways")]
const CLIENT_IP: &str = "client_ip";
/// The setting that the window calls an order by.
const GOODS_NAME: &str = "goods_name";
/// The key of amounts on phones.
const HASH_KEY: &str = "hash_key";
/// The merchant's id.
const MID: &str = "mid";
/// Which servers are called.
#[cfg(feature = "gateways")]
const MODE: &str = "mode";
/// Codes that say that there is no such order.
const NOTHING_CODES: &str = "nothing_codes";
/// The setting with the page that payers come back to.
const RETURN_URL: &str = "return_url";
/// The key of payments on PCs.
const SIGN_KEY: &str = "sign_key";

/// The longest name of an order that both windows take, in bytes.
const LONGEST_NAME: usize = 40;

/// The built-in driver of KG Inicis.
#[derive(Clone, Copy, Debug)]
pub struct Inicis;

impl Driver for Inicis {
    fn abilities(&self) -> &'static [GatewayAbility] {
        &[GatewayAbility::PartialRefund, GatewayAbility::Query]
    }

    fn needs(&self) -> Needed {
        Needed { secrets: &[SIGN_KEY, API_KEY], config: &[MID, NOTHING_CODES] }
    }

    fn takes(&self, currency: Currency) -> bool {
        is_won(currency)
    }

    fn merchant(&self) -> Option<&'static str> {
        Some(MID)
    }

    fn agreed_once(&self, token: &str) -> Option<String> {
        token::agreed_to(token)
    }

    fn checkout(&self, account: &Merchant, order: &CheckoutOrder) -> Result<Map<String, Value>> {
        let price = to_wire(order.amount).ok_or_else(|| Detail::NotSupported {
            operation: "payments.checkout".to_owned(),
            reason: "the gateway takes won alone".to_owned(),
        })?;
        let order = Signable {
            mid: account.text(MID).ok_or(Lacking(MID))?,
            oid: &order.payment,
            price: price.to_string(),
            timestamp: millis(order.now),
            goods: goods_name(account.text(GOODS_NAME).unwrap_or(&order.payment)),
            page: account.text(RETURN_URL),
        };
        let mut fields = Map::new();
        fields.insert("pc".to_owned(), order.for_pc(account.secret(SIGN_KEY)?).into());
        let hash_key = account.secret(HASH_KEY).ok();
        fields.insert("mobile".to_owned(), order.for_mobile(hash_key.map(|key| &**key)).into());
        Ok(fields)
    }

    fn read(&self, incoming: &Incoming<'_>) -> Result<Vec<WebhookItem>> {
        let body = incoming.body;
        if !body.is_object() {
            return Err(Error::invalid("body", "must be an object"));
        }
        // those of phones have other names
        let payment = member(body, "P_OID")?.or(member(body, "no_oid")?);
        let reference = member(body, "P_TID")?.or(member(body, "no_tid")?);
        if payment.is_none() && reference.is_none() {
            return Err(Error::invalid("body.no_oid", "must be given"));
        }
        // the notices of deposits: `0200` of a PC, `02` of a phone
        let is_deposit = |name: &str, code: &str| body.get(name).and_then(Value::as_str) == Some(code);
        let is_deposit = is_deposit("type_msg", "0200") || is_deposit("P_STATUS", "02");
        let says = is_deposit.then_some(HintSays::Paid);
        Ok(vec![WebhookItem {
            payment,
            reference,
            says,
            news: WebhookContent::Hint,
            ..WebhookItem::nothing()
        }])
    }
}

/// An order as the windows show it.
struct Signable<'o> {
    mid: &'o str,
    oid: &'o str,
    price: String,
    timestamp: String,
    goods: String,
    page: Option<&'o str>,
}

impl Signable<'_> {
    /// The fields of the window on a PC. Those of the buyer are the page's to add.
    fn for_pc(&self, sign_key: &str) -> Map<String, Value> {
        let (oid, price, timestamp) = (self.oid, self.price.as_str(), self.timestamp.as_str());
        let order = signatures::OfOrder { oid, price, timestamp };
        let mut fields = Map::new();
        let mut put = |name: &str, value: &str| drop(fields.insert(name.to_owned(), value.into()));
        put("version", "1.0");
        put("mid", self.mid);
        put("oid", oid);
        put("price", price);
        put("timestamp", timestamp);
        put("use_chkfake", "Y");
        put("signature", &order.signature());
        put("verification", &order.verification(sign_key));
        put("mKey", &signatures::merchant_key(sign_key));
        put("currency", "WON");
        put("goodname", &self.goods);
        put("charset", "UTF-8");
        // the answer names the server that approves
        put("acceptmethod", "centerCd(Y)");
        if let Some(page) = self.page {
            put("returnUrl", page);
        }
        fields
    }

    /// The fields of the window on a phone. Those of the buyer are the page's to add.
    fn for_mobile(&self, hash_key: Option<&str>) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: &str| drop(fields.insert(name.to_owned(), value.into()));
        put("P_INI_PAYMENT", "CARD");
        put("P_MID", self.mid);
        put("P_OID", self.oid);
        put("P_AMT", &self.price);
        put("P_GOODS", &self.goods);
        put("P_CHARSET", "utf8");
        match hash_key {
            Some(key) => {
                let order =
                    signatures::OfOrder { oid: self.oid, price: &self.price, timestamp: &self.timestamp };
                put("P_RESERVED", "centerCd=Y&amt_hash=Y");
                put("P_TIMESTAMP", &self.timestamp);
                put("P_CHKFAKE", &order.amount_hash(key));
            }
            None => put("P_RESERVED", "centerCd=Y"),
        }
        if let Some(page) = self.page {
            put("P_NEXT_URL", page);
        }
        fields
    }
}

/// A member of a notice that is a text.
fn member(body: &Value, name: &str) -> Result<Option<String>> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Error::invalid(format!("body.{name}"), "must be a text")),
    }
}

/// Whether a currency is won.
fn is_won(currency: Currency) -> bool {
    currency.code() == "KRW" && currency.scale() == 0
}

/// An amount as KG Inicis takes it: won.
fn to_wire(amount: Money) -> Option<i64> {
    let is_right = is_won(amount.currency()) && amount.is_positive();
    i64::try_from(amount.minor_units()).ok().filter(|_| is_right)
}

/// A time in milliseconds, as payments are signed with it.
fn millis(now: Time) -> String {
    (now.micros() / 1_000).to_string()
}

/// As much of a name as the windows take.
fn goods_name(name: &str) -> String {
    let mut kept = String::new();
    for letter in name.chars().take_while(|letter| !letter.is_control()) {
        if kept.len() + letter.len_utf8() > LONGEST_NAME {
            break;
        }
        kept.push(letter);
    }
    kept
}
