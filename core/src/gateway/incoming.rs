//! The news in a gateway's webhook.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::GatewayAnswer;
use super::words::GatewayOutcome;
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
pub struct WebhookItem {
    /// Our id of the payment, from metadata or an order id.
    pub payment: Option<String>,
    /// The gateway's reference of the payment.
    pub reference: Option<String>,
    /// The key of the call that made it at the gateway, where the gateway repeats that.
    pub key: Option<String>,
    /// The event that a hint tells of, as far as it says so.
    pub says: Option<HintSays>,
    /// The news itself.
    pub news: WebhookContent,
}

/// The claim of a hint on the money. It is not believed: the gateway is asked until it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HintSays {
    /// The payer has paid.
    Paid,
    /// The gateway waits for the payer, again or still.
    Waits,
    /// So much is left of it, in minor units.
    Left(i64),
}

/// The content of one piece of news.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
pub enum WebhookContent {
    /// News, as `payments.report` would take it.
    Outcome(GatewayAnswer),
    /// The outcome of a refund.
    Refund {
        /// The outcome: `refunded`, or `refund_failed` where the money came back.
        told: GatewayOutcome,
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
        /// How much; `None` in a currency that is not known here, or if it is no amount.
        amount: Option<Money>,
        /// Why.
        reason: Option<String>,
    },
    /// It says only that something happened: the gateway is asked.
    Hint,
    /// It is of a payment of ours, and its amount or its currency cannot be read.
    Unread,
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

impl WebhookItem {
    /// News that names no payment, and needs none.
    pub const fn nothing() -> Self {
        Self { payment: None, reference: None, key: None, says: None, news: WebhookContent::Nothing }
    }
}
