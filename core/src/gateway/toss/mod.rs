//! Toss Payments: a payment that its payer has agreed to in the widget is confirmed, and so taken at once.
//!
//! | setting | what it is |
//! | --- | --- |
//! | secret `secret_key` | the API key of the merchant, `test_sk_...` or `live_sk_...` |
//! | `client_key` | the key that the client's widget begins with, `test_ck_...` or `live_ck_...` |
//! | `order_name` | what the widget calls an order; left out, our id of the payment |
//!
//! The API is that of <https://docs.tosspayments.com/reference>. The token of a payment is the `paymentKey`
//! that the widget hands back, our id of it is the `orderId`, and the key of a call goes out as
//! `Idempotency-Key`, which Toss Payments keeps for fifteen days. A virtual account is an action of the
//! payer's: he pays into it until its due date. Webhooks are not signed, so that they are hints: the gateway
//! is asked.

mod codes;
pub mod replies;
#[cfg(feature = "gateways")]
mod send;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use super::incoming::{HintSays, Incoming, WebhookContent, WebhookItem};
use super::merchant::{Lacking, Merchant};
use super::wire::{CheckoutOrder, Driver, Needed};
use super::words::GatewayAbility;
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::money::Money;

/// The setting that the client's widget begins with.
const CLIENT_KEY: &str = "client_key";
/// The setting that the widget calls an order by.
const ORDER_NAME: &str = "order_name";
/// The API key of the merchant.
const SECRET_KEY: &str = "secret_key";

/// How client keys begin, those of the payment widget too.
const CLIENT_KEYS: &[&str] = &["live_ck_", "live_gck_", "test_ck_", "test_gck_"];
/// The longest name of an order that the widget takes.
const LONGEST_NAME: usize = 100;

/// The built-in driver of Toss Payments.
#[derive(Clone, Copy, Debug)]
pub struct Toss;

impl Driver for Toss {
    fn abilities(&self) -> &'static [GatewayAbility] {
        &[GatewayAbility::PartialRefund, GatewayAbility::Query]
    }

    fn needs(&self) -> Needed {
        Needed { secrets: &[SECRET_KEY], config: &[CLIENT_KEY] }
    }

    fn takes(&self, currency: Currency) -> bool {
        currency.scale() == 0
    }

    fn checkout(&self, account: &Merchant, order: &CheckoutOrder) -> Result<Map<String, Value>> {
        let key = account.text(CLIENT_KEY).ok_or(Lacking(CLIENT_KEY))?;
        if !CLIENT_KEYS.iter().any(|prefix| key.starts_with(prefix)) {
            // a secret key in its place would be given to every payer
            return Err(Error::invalid(CLIENT_KEY, "must be a client key, such as `live_ck_...`"));
        }
        let value = to_wire(order.amount).ok_or_else(|| Detail::NotSupported {
            operation: "payments.checkout".to_owned(),
            reason: "the gateway takes no such amount".to_owned(),
        })?;
        let name = account.text(ORDER_NAME).unwrap_or(&order.payment);
        let mut fields = Map::new();
        fields.insert("clientKey".to_owned(), key.into());
        fields.insert("orderId".to_owned(), order.payment.as_str().into());
        fields.insert("orderName".to_owned(), name.chars().take(LONGEST_NAME).collect::<String>().into());
        let amount = json!({ "value": value, "currency": order.amount.currency().code() });
        fields.insert("amount".to_owned(), amount);
        if let Some(payer) = order.payer.as_deref().filter(|payer| is_customer_key(payer)) {
            fields.insert("customerKey".to_owned(), payer.into());
        }
        Ok(fields)
    }

    fn read(&self, incoming: &Incoming<'_>) -> Result<Vec<WebhookItem>> {
        let body = incoming.body;
        if !body.is_object() {
            return Err(Error::invalid("body", "must be an object"));
        }
        match body.get("eventType") {
            // the news of deposits have their members beside each other, and no type
            None | Some(Value::Null) => hint(body, "body"),
            Some(Value::String(event)) => match event.as_str() {
                "PAYMENT_STATUS_CHANGED" | "CANCEL_STATUS_CHANGED" | "DEPOSIT_CALLBACK" => {
                    let data = body.get("data").filter(|data| data.is_object());
                    hint(data.ok_or_else(|| Error::invalid("body.data", "must be an object"))?, "body.data")
                }
                // of payouts, of the payer's means, of the merchant's customers
                _ => Ok(vec![WebhookItem::nothing()]),
            },
            Some(_) => Err(Error::invalid("body.eventType", "must be a text")),
        }
    }
}

/// A hint about the payment that these members name.
fn hint(data: &Value, place: &str) -> Result<Vec<WebhookItem>> {
    let text = |name: &str| match data.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Error::invalid(format!("{place}.{name}"), "must be a text")),
    };
    let (payment, reference) = (text("orderId")?, text("paymentKey")?);
    if payment.is_none() && reference.is_none() {
        return Err(Error::invalid(format!("{place}.orderId"), "must be given"));
    }
    let left = || data.get("balanceAmount").and_then(Value::as_i64).filter(|left| *left >= 0);
    let (says, news) = match text("status")?.as_deref() {
        // nothing has happened yet: the payer looks at the widget
        Some("READY" | "IN_PROGRESS") => (None, WebhookContent::Nothing),
        Some("DONE") => (Some(HintSays::Paid), WebhookContent::Hint),
        Some("WAITING_FOR_DEPOSIT") => (Some(HintSays::Waits), WebhookContent::Hint),
        Some("CANCELED" | "PARTIAL_CANCELED") => (left().map(HintSays::Left), WebhookContent::Hint),
        _ => (None, WebhookContent::Hint),
    };
    Ok(vec![WebhookItem { payment, reference, says, news, ..WebhookItem::nothing() }])
}

/// An amount as Toss Payments takes it: a whole number of a currency without decimal places, because those
/// with decimal places are written as fractions there, which no integer holds.
fn to_wire(amount: Money) -> Option<i64> {
    let whole = amount.currency().scale() == 0 && amount.is_positive();
    i64::try_from(amount.minor_units()).ok().filter(|_| whole)
}

/// Whether the widget takes an id of a payer: 2 to 50 letters, digits and `-_=.@`, with at least one of the
/// latter (<https://docs.tosspayments.com/sdk/v2/js>).
fn is_customer_key(payer: &str) -> bool {
    let is_mark = |byte: u8| b"-_=.@".contains(&byte);
    (2..=50).contains(&payer.len())
        && payer.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
        && payer.bytes().any(is_mark)
}
