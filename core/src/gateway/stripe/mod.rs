//! Stripe: an intent is created under the key of its call, and then confirmed by its id.
//!
//! | setting | what it is |
//! | --- | --- |
//! | secret `secret_key` | the API key of the merchant, `sk_...` or `rk_...` |
//! | `publishable_key` | the key that the client's widget begins with, `pk_...` |
//! | `return_url` | where banks send the payer back to; without one, what redirects is not offered |
//!
//! The API is that of <https://docs.stripe.com/api>, at one version. A question goes to the intent by its id.
//! Where no id is known, intents are searched by our key or payment in their metadata, which Stripe finds
//! within a minute as a rule (<https://docs.stripe.com/search>). What was not found is then created again
//! under its old key: the same key answers with the same intent, and a creation takes no money. A capture, a
//! void or a refund whose key repeats a failure that Stripe has saved is looked for, and where it surely was
//! not done, made under another key.

mod amounts;
#[cfg(feature = "gateways")]
mod faults;
#[cfg(feature = "gateways")]
mod find;
#[cfg(feature = "gateways")]
mod intents;
#[cfg_attr(not(feature = "gateways"), allow(dead_code, reason = "what sends reads the rest"))]
mod objects;
mod read;
#[cfg(feature = "gateways")]
mod refunds;
#[cfg_attr(not(feature = "gateways"), allow(dead_code, reason = "what sends reads the rest"))]
mod refusals;
#[cfg(feature = "gateways")]
pub mod replies;
#[cfg(feature = "gateways")]
mod requests;
mod settings;
#[cfg(feature = "gateways")]
mod settle;

use serde_json::{Map, Value};
use settings::{PUBLISHABLE_KEY, RETURN_URL, SECRET_KEY};

use super::incoming::{Incoming, WebhookItem};
use super::merchant::{Lacking, Merchant};
use super::wire::{CheckoutOrder, Driver, Needed};
use super::words::GatewayAbility;
use crate::error::{Detail, Error, Result};

/// The built-in driver of Stripe.
#[derive(Clone, Copy, Debug)]
pub struct Stripe;

impl Driver for Stripe {
    fn abilities(&self) -> &'static [GatewayAbility] {
        GatewayAbility::ALL
    }

    fn needs(&self) -> Needed {
        Needed { secrets: &[SECRET_KEY], config: &[PUBLISHABLE_KEY] }
    }

    fn checkout(&self, account: &Merchant, order: &CheckoutOrder) -> Result<Map<String, Value>> {
        let key = account.text(PUBLISHABLE_KEY).ok_or(Lacking(PUBLISHABLE_KEY))?;
        if !key.starts_with("pk_") {
            // a secret key in its place would be given to every payer
            return Err(Error::invalid(PUBLISHABLE_KEY, "must begin with `pk_`"));
        }
        let amount = amounts::to_wire(order.amount).ok_or_else(|| Detail::NotSupported {
            operation: "payments.checkout".to_owned(),
            reason: "the gateway takes no such amount".to_owned(),
        })?;
        let method = if order.capture_at_once { "automatic" } else { "manual" };
        let mut fields = Map::new();
        fields.insert(PUBLISHABLE_KEY.to_owned(), key.into());
        fields.insert("mode".to_owned(), "payment".into());
        fields.insert("amount".to_owned(), amount.into());
        fields.insert("currency".to_owned(), order.amount.currency().code().to_ascii_lowercase().into());
        fields.insert("capture_method".to_owned(), method.into());
        fields.insert("payment".to_owned(), order.payment.as_str().into());
        if let Some(page) = account.text(RETURN_URL) {
            fields.insert(RETURN_URL.to_owned(), page.into());
        }
        Ok(fields)
    }

    fn read(&self, incoming: &Incoming<'_>) -> Result<Vec<WebhookItem>> {
        read::read(incoming)
    }
}

#[cfg(feature = "gateways")]
mod caller {
    use async_trait::async_trait;

    use super::requests::StripeApi;
    use super::{Stripe, intents, refunds, settle};
    use crate::gateway::answer::{DriverReply, GatewayAnswer};
    use crate::gateway::call::GatewayRequest;
    use crate::gateway::drive::{Caller, Door};
    use crate::gateway::words::{GatewayCall, GatewayOutcome};

    #[async_trait]
    impl Caller for Stripe {
        async fn send(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
            // without a key nothing is sent
            let Ok(line) = StripeApi::open(at) else {
                return DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent));
            };
            match call.call {
                GatewayCall::Authorize => intents::authorize(&line, call).await,
                GatewayCall::Capture => intents::capture(&line, call).await,
                GatewayCall::Void => intents::void(&line, call).await,
                GatewayCall::Refund => refunds::refund(&line, call).await,
                GatewayCall::Query => settle::settle(&line, call, at.now).await,
            }
        }

        async fn settle(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
            match StripeApi::open(at) {
                Ok(line) => settle::settle(&line, call, at.now).await,
                Err(lacking) => DriverReply::Unknown(lacking.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::money::Money;
    use crate::time::Time;

    fn account(config: &Value) -> Merchant {
        Merchant::new("cards", config.as_object().unwrap().clone(), BTreeMap::new())
    }

    fn order(minor: i128, code: &str) -> CheckoutOrder {
        let amount = Money::minor(minor, code).unwrap();
        CheckoutOrder {
            payment: "py_1".to_owned(),
            amount,
            capture_at_once: false,
            now: Time::EPOCH,
            payer: None,
        }
    }

    #[test]
    fn a_widget_gets_the_publishable_key_and_what_is_paid() {
        let account =
            account(&json!({ "publishable_key": "pk_test_1", "return_url": "https://shop.example/back" }));
        let fields = Stripe.checkout(&account, &order(1_250, "USD")).unwrap();
        assert_eq!(
            Value::Object(fields),
            json!({
                "publishable_key": "pk_test_1", "mode": "payment", "amount": 1_250, "currency": "usd",
                "capture_method": "manual", "payment": "py_1", "return_url": "https://shop.example/back",
            })
        );
    }

    #[test]
    fn a_secret_key_is_never_given_to_a_widget() {
        for config in [json!({}), json!({ "publishable_key": "" }), json!({ "publishable_key": "sk_live_1" })]
        {
            let error = Stripe.checkout(&account(&config), &order(1_250, "USD")).unwrap_err();
            assert_eq!(error.details()["field"], "publishable_key");
            assert!(!error.message().contains("sk_live_1"));
        }
        let public = account(&json!({ "publishable_key": "pk_1" }));
        let error = Stripe.checkout(&public, &order(5_124, "KWD")).unwrap_err();
        assert_eq!(error.code().as_str(), "not_supported");
    }
}
