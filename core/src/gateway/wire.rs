//! The part of built-in drivers that sends nothing: their abilities, the fields of the client's widget, and
//! the meaning of webhooks.

use serde_json::{Map, Value};

use super::incoming::{Incoming, WebhookItem};
use super::merchant::Merchant;
use super::words::GatewayAbility;
use crate::currency::Currency;
use crate::error::Result;
use crate::money::Money;
use crate::time::Time;

/// A built-in driver, without what sends.
pub trait Driver: Send + Sync {
    /// Lists its gateway's abilities.
    fn abilities(&self) -> &'static [GatewayAbility];

    /// Names its required secrets and settings.
    fn needs(&self) -> Needed;

    /// Whether its gateway takes payments in a currency.
    fn takes(&self, _currency: Currency) -> bool {
        true
    }

    /// The setting that says who the merchant is, where one does. It stays as it is: payments under way are
    /// asked about with the secrets that the gateway has now, and another merchant's see nothing of them.
    fn merchant(&self) -> Option<&'static str> {
        None
    }

    /// Returns the part of a token that must not be reused, so that a second payment cannot undo the first;
    /// none where a token may be reused.
    fn agreed_once(&self, _token: &str) -> Option<String> {
        None
    }

    /// Builds the client widget's fields, signed where the gateway wants that. Pure.
    fn checkout(&self, account: &Merchant, order: &CheckoutOrder) -> Result<Map<String, Value>>;

    /// Reads the news in a webhook. Pure.
    fn read(&self, incoming: &Incoming<'_>) -> Result<Vec<WebhookItem>>;
}

/// The secrets and settings that a driver cannot do without, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    pub secrets: &'static [&'static str],
    /// Settings, which are shown.
    pub config: &'static [&'static str],
}

/// A payment that a client's widget is to be shown for.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckoutOrder {
    /// Our id of it, which is the merchant's reference.
    pub payment: String,
    /// The amount to pay.
    pub amount: Money,
    /// Whether the money is taken at once.
    pub capture_at_once: bool,
    pub now: Time,
    /// The payer: an id of the host's.
    pub payer: Option<String>,
}
