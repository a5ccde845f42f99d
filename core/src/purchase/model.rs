//! The model of a purchase: its states, its price, its payment and its grants.

use serde::{Deserialize, Serialize};

use super::refund_shares::share;
use super::sale_terms::SaleTerms;
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, DealId, DebtId, PaymentId, PurchaseId, TransferId};
use crate::money::{Money, minor};
use crate::rows::codec::text_enum;
use crate::rows::needs::AccountKey;
use crate::rows::object::{Stored, object};
use crate::time::Time;

/// The kind of a purchase's record, and the object of its events.
pub const KIND: &str = "purchase";
/// The name of paying from a balance.
pub const BALANCE: &str = "balance";

text_enum! {
    /// The state of a purchase in its life cycle.
    pub enum State {
        /// Its units are held until a time, and nothing is paid.
        Held = "held",
        /// A payment through a gateway is under way.
        Paying = "paying",
        /// It is paid, and what was promised with it is given.
        Completed = "completed",
        /// It was given up before it was paid.
        Cancelled = "cancelled",
        /// Its time passed before it was paid.
        Expired = "expired",
        /// All of it was given back.
        Refunded = "refunded",
        /// The payer's bank took the money back.
        ChargedBack = "charged_back",
    }
}

impl State {
    /// Whether its units are held for it.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Held | Self::Paying)
    }

    /// Whether it was paid, even if the money went back since.
    pub const fn was_paid(self) -> bool {
        matches!(self, Self::Completed | Self::Refunded | Self::ChargedBack)
    }

    /// The type of the event of reaching this state.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Held => "purchase.held",
            Self::Paying => "purchase.paying",
            Self::Completed => "purchase.completed",
            Self::Cancelled => "purchase.cancelled",
            Self::Expired => "purchase.expired",
            Self::Refunded => "purchase.refunded",
            Self::ChargedBack => "purchase.charged_back",
        }
    }
}

text_enum! {
    /// The means of payment of a purchase.
    pub enum PaidWith {
        /// The buyer's balance.
        Balance = "balance",
        /// A payment through a gateway.
        Gateway = "gateway",
    }
}

/// A grant that was taken back after a chargeback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenGrant {
    /// The whole amount.
    pub amount: Money,
    /// The buyer's debt for it.
    #[serde(default)]
    pub debt: Option<DebtId>,
}

/// The facts of a purchase that are kept and may be published in events: ids, amounts, times and names of
/// states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseFacts {
    pub offer: String,
    pub buyer: AccountId,
    /// The account that is paid.
    pub seller: AccountId,
    /// How many units.
    pub quantity: i64,
    /// The price of one unit.
    pub unit_price: Money,
    /// The promo's discount.
    pub discount: Money,
    /// The price after the discount.
    pub total: Money,
    #[serde(default)]
    pub promo: Option<String>,
    /// The grants for each unit.
    #[serde(default)]
    pub grants: Vec<Money>,
    /// The terms of the deal by which it is sold; `None` if the seller is paid at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<SaleTerms>,
    /// The newest deal that it has opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    #[serde(default)]
    pub paid_with: Option<PaidWith>,
    /// The payment that pays it, or that was begun last; `None` if the buyer's balance pays.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// The payment can still be given up: its call is not sent, or the gateway waits for the payer.
    #[serde(default)]
    pub waits: bool,
    /// The transfer that paid it from a balance.
    #[serde(default)]
    pub transfer: Option<TransferId>,
    /// The transfers that it made, in their order.
    #[serde(default)]
    pub transfers: Vec<TransferId>,
    /// How many of its units were given back.
    #[serde(default)]
    pub returned: i64,
    /// How many of those may be sold again.
    #[serde(default)]
    pub restocked: i64,
    /// How much of the money was given back, in minor units.
    #[serde(with = "minor")]
    pub refunded: i128,
    /// The grants that a chargeback has taken back, unless it is won.
    #[serde(default)]
    pub taken: Vec<TakenGrant>,
    /// Its buyer has given it up while a payment was under way.
    #[serde(default)]
    pub cancel_requested: bool,
    /// Its time passed while a payment was under way.
    #[serde(default)]
    pub timed_out: bool,
    /// Until when it holds its units.
    pub hold_until: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl PurchaseFacts {
    /// How many of its units were not given back.
    pub const fn kept(&self) -> i64 {
        self.quantity.saturating_sub(self.returned)
    }

    /// The money to give back, in minor units, for this many more units: their price, and the money of
    /// earlier returns that did not reach the buyer.
    pub fn due_with(&self, units: i64) -> i128 {
        let returned = self.returned.saturating_add(units);
        share(self.total.minor_units(), self.quantity, 0, returned).saturating_sub(self.refunded).max(0)
    }

    /// The money of returned units that did not reach the buyer, in minor units, because a gateway refused
    /// the refund or the payer's bank took the money.
    pub fn owed(&self) -> i128 {
        self.due_with(0)
    }

    /// Whether all units went back, and all of their money.
    pub fn is_all_back(&self) -> bool {
        self.kept() == 0 && self.owed() == 0
    }
}

/// A purchase, read from its record. Its texts are `metadata`, the metadata of its cancel and its refund, and
/// reasons.
pub type Purchase = Stored<PurchaseFacts>;

object! { PurchaseFacts: KIND, State, PurchaseId, total {
    fn not_found(purchase: PurchaseId) -> Error {
        Detail::PurchaseNotFound { purchase: purchase.to_string() }.into()
    }

    fn due_at(&self, state: State) -> Option<Time> {
        match state {
            State::Held => Some(self.hold_until),
            // a sent call cannot be given up: its outcome decides how the purchase goes on
            State::Paying if self.waits && !self.timed_out && !self.cancel_requested => Some(self.hold_until),
            _ => None,
        }
    }
} }

impl Purchase {
    /// An amount of its currency.
    pub fn money(&self, minor: i128) -> Result<Money> {
        Money::new(minor, self.currency)
            .ok_or_else(|| Error::corrupted(format!("an amount of purchase {}", self.id())))
    }

    /// The key of an account that it moves money on.
    pub fn account(&self, id: &AccountId, currency: Currency) -> AccountKey {
        AccountKey::new(self.row.book.clone(), id.clone(), currency)
    }

    /// The account that pays.
    pub fn buyer(&self) -> AccountKey {
        self.account(&self.facts.buyer, self.currency)
    }

    /// The account that is paid.
    pub fn seller(&self) -> AccountKey {
        self.account(&self.facts.seller, self.currency)
    }
}
