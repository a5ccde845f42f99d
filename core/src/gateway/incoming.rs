//! What a gateway's webhook says.

use std::fmt;

use serde_json::Value;

use super::answer::GatewayAnswer;
use super::words::Told;
use crate::currency::Currencies;
use crate::money::Money;
use crate::rows::codec::text_enum;

/// A webhook whose signature has been checked, or that its scheme does not sign. `Debug` shows nothing of it:
/// what a gateway knows of a payer is in it.
#[derive(Clone, Copy)]
pub struct Incoming<'m> {
    pub body: &'m Value,
    /// The currencies that the engine knows.
    pub currencies: &'m Currencies,
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Incoming(..)")
    }
}

/// One piece of news in a webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Our id of the payment, from metadata or an order id.
    pub payment: Option<String>,
    /// The gateway's reference of the payment.
    pub reference: Option<String>,
    /// What it says of it.
    pub news: HeardNews,
}

/// What a webhook says of a payment.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
pub enum HeardNews {
    /// News, as `payments.report` would take it.
    Told(GatewayAnswer),
    /// What became of a refund.
    RefundTold {
        /// That it was given back, or that it came back: `refunded` or `refund_failed`.
        told: Told,
        /// The refund: our id of it, or the gateway's reference.
        refund: String,
        /// How much.
        amount: Option<Money>,
    },
    /// The payer's bank takes a payment back, or that has ended.
    Dispute {
        /// The gateway's id of it.
        case: String,
        /// How far it is.
        phase: DisputePhase,
        /// How much.
        amount: Option<Money>,
        /// Why.
        reason: Option<String>,
    },
    /// It says only that something happened: the gateway is asked.
    Hint,
    /// Nothing that concerns a payment.
    Nothing,
}

text_enum! {
    /// How far the taking back of a payment by its payer's bank is.
    pub enum DisputePhase {
        /// The bank takes it back.
        Open = "open",
        /// The bank gave it back to the merchant.
        Won = "won",
        /// It stays with the payer.
        Lost = "lost",
    }
}

impl Heard {
    /// News that names no payment, and needs none.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { payment: None, reference: None, news: HeardNews::Nothing }
    }
}
