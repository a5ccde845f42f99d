//! The facts of a deal that are kept and may be published in events: ids, amounts, terms and times.

use serde::{Deserialize, Serialize};

use super::plan::{Plan, Settled, Share, Size};
use super::states::{Deadline, Role, State};
use crate::ids::Book;
use crate::ids::{AccountId, DisputeId, HoldId, PaymentId, PurchaseId};
use crate::money::minor;
use crate::money::minor::Part;
use crate::rows::needs::RecordKey;
use crate::time::{Span, Time};

/// How long the buyer may look at what arrived when the terms do not say.
pub const INSPECTION: Span = Span::from_days(3);

/// How long the other side may take to answer a dispute when the terms do not say.
pub const RESPONSE: Span = Span::from_days(3);

/// The price of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Minor units.
    #[serde(with = "minor")]
    pub amount: i128,
    /// Currency code.
    pub currency: String,
    /// Decimal places of the currency.
    pub scale: u8,
}

/// The terms agreed when the deal was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long the buyer may take to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_within: Option<Span>,
    /// How long the seller may take to ship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_within: Option<Span>,
    /// How long it may be on its way before it counts as delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_within: Option<Span>,
    /// How long the buyer may look at what arrived.
    pub inspection: Span,
    /// How long the other side may take to answer a dispute.
    #[serde(default = "respond_within")]
    pub respond_within: Span,
    /// The seller must accept before the deal continues.
    pub require_acceptance: bool,
    /// Something is shipped.
    pub shipping: bool,
}

const fn respond_within() -> Span {
    RESPONSE
}

/// When things happened or will happen. Kept separately, because the state of the money does not depend on
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The buyer must have paid.
    #[serde(default)]
    pub pay_by: Option<Time>,
    /// The seller must have shipped.
    #[serde(default)]
    pub ship_by: Option<Time>,
    /// It counts as delivered.
    #[serde(default)]
    pub deliver_by: Option<Time>,
    /// The deadline for the release to the seller.
    #[serde(default)]
    pub release_at: Option<Time>,
    /// The time that remained of the current deadline when the deal came to a standstill.
    #[serde(default)]
    pub left: Option<Span>,
    #[serde(default)]
    pub shipped_at: Option<Time>,
    #[serde(default)]
    pub delivered_at: Option<Time>,
}

/// A part of the price that is released by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub name: String,
    /// How large it is.
    pub size: Size,
    /// Whether it was released.
    pub released: bool,
}

/// A refund that the buyer asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    pub before: State,
    /// Minor units of the price; all that is left when absent.
    #[serde(default)]
    pub amount: Option<Part>,
}

/// The kind of a dispute's record, and the object of its events.
pub const DISPUTE: &str = "dispute";

/// The key of a dispute's record.
pub fn dispute_key(book: &Book, dispute: DisputeId) -> RecordKey {
    RecordKey::new(book.clone(), DISPUTE.into(), dispute.uuid())
}

/// The dispute that a deal is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InDispute {
    pub id: DisputeId,
    pub before: State,
    pub opener: Role,
}

/// The facts of a deal that are kept and may be published in events: ids, amounts, terms and times. A member
/// that may change is written even when it is absent, so that it replaces the earlier one; members that a
/// later version wrote stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealFacts {
    /// The buyer's account.
    pub buyer: AccountId,
    /// The seller's account.
    pub seller: AccountId,
    pub price: Price,
    pub terms: Terms,
    /// Fees, then splits.
    #[serde(default)]
    pub cuts: Vec<Share>,
    /// Parts that are released by name.
    #[serde(default)]
    pub milestones: Vec<Milestone>,
    /// The amount that came into the deal's account.
    #[serde(with = "minor")]
    pub funded: i128,
    /// The amount that went to the seller's side.
    #[serde(with = "minor")]
    pub released: i128,
    /// The amount that went back to the buyer.
    #[serde(with = "minor")]
    pub refunded: i128,
    /// The amount taken as fees.
    #[serde(with = "minor")]
    pub fees_taken: i128,
    /// How much of the price was released and given back.
    #[serde(default)]
    pub settled: Settled,
    /// The hold on the buyer's account.
    #[serde(default)]
    pub hold: Option<HoldId>,
    /// The payment from outside that is to pay it, or has; one that ended without money is left out.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// The purchase that it was opened for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<PurchaseId>,
    #[serde(default)]
    pub asked: Option<RefundRequest>,
    /// The open dispute.
    #[serde(default)]
    pub dispute: Option<InDispute>,
    /// Deadlines and times.
    #[serde(default)]
    pub times: Times,
}

impl DealFacts {
    /// The balance that the deal's account must have now, in minor units.
    pub const fn held(&self) -> i128 {
        self.funded - self.released - self.refunded - self.fees_taken
    }

    /// How the price is divided.
    pub fn plan(&self) -> Plan<'_> {
        Plan { price: self.price.amount, cuts: &self.cuts }
    }

    /// How much of the price is in the deal's account, in minor units.
    pub const fn unsettled(&self) -> i128 {
        if self.funded == 0 { 0 } else { self.price.amount - self.settled.released - self.settled.refunded }
    }

    /// The part of the price in the refund that was asked for, in minor units.
    pub fn asked_for(&self) -> Option<i128> {
        let left = self.unsettled();
        self.asked.as_ref().map(|asked| asked.amount.map_or(left, |part| part.0.min(left)))
    }

    /// The time of a deadline, if it has one.
    pub const fn time(&self, deadline: Deadline) -> Option<Time> {
        match deadline {
            Deadline::PayBy => self.times.pay_by,
            Deadline::ShipBy => self.times.ship_by,
            Deadline::DeliverBy => self.times.deliver_by,
            Deadline::ReleaseAt => self.times.release_at,
        }
    }

    /// Sets the time of a deadline.
    pub const fn set_time(&mut self, deadline: Deadline, at: Option<Time>) {
        match deadline {
            Deadline::PayBy => self.times.pay_by = at,
            Deadline::ShipBy => self.times.ship_by = at,
            Deadline::DeliverBy => self.times.deliver_by = at,
            Deadline::ReleaseAt => self.times.release_at = at,
        }
    }
}
