//! The words for what a deal can be and do: its states, its triggers, its roles and its deadlines.

use crate::error::Result;
use crate::request::shape::one_of;
use crate::rows::codec::text_enum;

text_enum! {
    /// The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are
    /// final.
    pub enum State {
        /// Opened: it waits for the buyer's money.
        Pending = "pending",
        /// The buyer's money is held in the buyer's account.
        Paid = "paid",
        /// The money is in the deal's own account; it waits for the seller to accept.
        InEscrow = "in_escrow",
        /// The seller must ship.
        AwaitingShipment = "awaiting_shipment",
        /// On its way.
        Shipped = "shipped",
        /// It arrived: the buyer looks at it until `release_at`.
        Delivered = "delivered",
        /// The parties disagree: every timer stands still.
        Disputed = "disputed",
        /// The buyer asked for the money back.
        RefundPending = "refund_pending",
        /// The seller has the money.
        Released = "released",
        /// The buyer has the money back.
        Refunded = "refunded",
        /// Each has a part of the money.
        Split = "split",
        /// Called off before the money was in the deal's account.
        Cancelled = "cancelled",
        /// Nobody paid in time.
        Expired = "expired",
    }
}

impl State {
    /// Whether the deal is over: no transition leaves this state.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Released | Self::Refunded | Self::Split | Self::Cancelled | Self::Expired)
    }

    /// Whether the deal is at a standstill: no timer runs, and one that was stopped continues afterwards with
    /// the time that remained.
    pub const fn is_frozen(self) -> bool {
        matches!(self, Self::Disputed | Self::RefundPending)
    }

    /// The type of the event of reaching this state.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Pending => "deal.opened",
            Self::Paid => "deal.paid",
            Self::InEscrow => "deal.secured",
            // by the seller (`trigger` is `accept`), or by `system` where the terms ask for no acceptance
            Self::AwaitingShipment => "deal.accepted",
            Self::Shipped => "deal.shipped",
            Self::Delivered => "deal.delivered",
            Self::Disputed => "deal.disputed",
            Self::RefundPending => "deal.refund_requested",
            Self::Released => "deal.released",
            Self::Refunded => "deal.refunded",
            Self::Split => "deal.split",
            Self::Cancelled => "deal.cancelled",
            Self::Expired => "deal.expired",
        }
    }

    /// The deadline that is in force in this state: its timer runs.
    pub const fn deadline(self) -> Option<Deadline> {
        match self {
            Self::Pending => Some(Deadline::PayBy),
            Self::AwaitingShipment => Some(Deadline::ShipBy),
            Self::Shipped => Some(Deadline::DeliverBy),
            Self::Delivered => Some(Deadline::ReleaseAt),
            _ => None,
        }
    }
}

text_enum! {
    /// The cause of a change of a deal: a call, or a timer.
    pub enum Trigger {
        /// The buyer pays.
        Pay = "pay",
        /// Held money is secured in the deal's account.
        Secure = "secure",
        /// The seller accepts.
        Accept = "accept",
        /// The seller ships.
        Ship = "ship",
        /// It was delivered.
        Deliver = "deliver",
        /// The buyer is content.
        Confirm = "confirm",
        /// A party calls it off.
        Cancel = "cancel",
        /// The buyer wants the money back, all of it or a part.
        RequestRefund = "request_refund",
        /// The seller gives it back.
        ApproveRefund = "approve_refund",
        /// The seller does not.
        RefuseRefund = "refuse_refund",
        /// The parties disagree.
        Dispute = "dispute",
        /// The opener takes the dispute back.
        Withdraw = "withdraw",
        /// Staff decide the dispute.
        Resolve = "resolve",
        /// A part of the money goes to the seller.
        ReleasePart = "release_part",
        /// A deadline is put off.
        Extend = "extend",
        /// The bank of who paid takes the money back.
        Chargeback = "chargeback",
        /// Timer: nobody paid in time.
        PayBy = "pay_by",
        /// Timer: nobody shipped in time.
        ShipBy = "ship_by",
        /// Timer: nobody reported the delivery in time.
        DeliverBy = "deliver_by",
        /// Timer: the time to look at it is over.
        ReleaseAt = "release_at",
    }
}

impl Trigger {
    /// Whether only the clock pulls it.
    pub const fn is_timer(self) -> bool {
        matches!(self, Self::PayBy | Self::ShipBy | Self::DeliverBy | Self::ReleaseAt)
    }

    /// Whether somebody calls it: an operation has its name.
    pub const fn is_called(self) -> bool {
        !self.is_timer() && !matches!(self, Self::Chargeback)
    }

    /// Whether a job notifies buyer and seller. Paying, shipping and confirming are their own acts, and
    /// frequent: for these the events are enough.
    pub const fn is_told(self) -> bool {
        let asked = matches!(self, Self::RequestRefund | Self::ApproveRefund | Self::RefuseRefund);
        let disputed = matches!(self, Self::Dispute | Self::Withdraw | Self::Resolve);
        asked || disputed || matches!(self, Self::Chargeback | Self::ShipBy | Self::ReleaseAt)
    }

    /// The type of the event when it leads to no state of its own: back to the one before, or nowhere.
    pub const fn event(self) -> &'static str {
        match self {
            Self::ApproveRefund => "deal.refund_approved",
            Self::RefuseRefund => "deal.refund_refused",
            Self::Withdraw => "deal.dispute_withdrawn",
            Self::ReleasePart => "deal.part_released",
            Self::Extend => "deal.extended",
            _ => "deal.changed",
        }
    }

    /// The fields that a call must have in addition to the deal.
    pub const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::RequestRefund | Self::RefuseRefund => &["reason"],
            Self::Dispute => &["type", "statement"],
            Self::Withdraw => &["dispute"],
            Self::Resolve => &["dispute", "outcome", "resolution"],
            Self::ReleasePart => &["amount"],
            _ => &[],
        }
    }

    /// Reads the request field `trigger`.
    pub fn request(text: &str) -> Result<Self> {
        text.parse().map_err(|_| one_of("trigger", Self::ALL.iter().map(|trigger| trigger.as_str())))
    }
}

text_enum! {
    /// The role in which an actor acts on a deal.
    pub enum Role {
        /// The payer: derived from the buyer's account.
        Buyer = "buyer",
        /// The payee: derived from the seller's account.
        Seller = "seller",
        /// Staff of the host, as the host says.
        Admin = "admin",
        /// The host's own program, and timers.
        System = "system",
    }

    /// A side of a deal.
    pub enum Side {
        /// The payer.
        Buyer = "buyer",
        /// The payee.
        Seller = "seller",
    }

    /// How staff decide a dispute.
    pub enum Ruling {
        /// The seller gets what the deal has.
        Release = "release",
        /// The buyer gets it back.
        Refund = "refund",
        /// Each gets a part.
        Split = "split",
    }

    /// A point in time that a deal waits for.
    pub enum Deadline {
        /// The buyer must have paid.
        PayBy = "pay_by",
        /// The seller must have shipped.
        ShipBy = "ship_by",
        /// It counts as delivered.
        DeliverBy = "deliver_by",
        /// The money goes to the seller by itself.
        ReleaseAt = "release_at",
    }
}

impl Deadline {
    /// The timer of this deadline.
    pub const fn trigger(self) -> Trigger {
        match self {
            Self::PayBy => Trigger::PayBy,
            Self::ShipBy => Trigger::ShipBy,
            Self::DeliverBy => Trigger::DeliverBy,
            Self::ReleaseAt => Trigger::ReleaseAt,
        }
    }
}
