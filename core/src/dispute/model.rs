//! The model of a dispute: its states, its types, its evidence, and its facts.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::escrow::facts::DISPUTE;
use crate::escrow::model::{Role, Ruling};
use crate::ids::{DealId, DisputeId};
use crate::money::minor::Part;
use crate::request::shape::one_of;
use crate::rows::codec::text_enum;
use crate::rows::object::{Object, Stored};
use crate::time::{Span, Time};
use crate::waits::wait_of;

text_enum! {
    /// The state of a dispute in its life cycle; the last two are final.
    pub enum State {
        /// Opened: both sides show what they have.
        Open = "open",
        /// Staff look into it.
        Investigating = "investigating",
        /// Staff decided it.
        Resolved = "resolved",
        /// Its opener took it back.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Whether the dispute is over.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Resolved | Self::Withdrawn)
    }
}

text_enum! {
    /// The type of a dispute.
    pub enum Type {
        /// It is not as good as was agreed on.
        QualityIssue = "quality_issue",
        /// It never came.
        NonDelivery = "non_delivery",
        /// Something else came.
        WrongItem = "wrong_item",
        /// The seller does not answer.
        SellerNonResponse = "seller_non_response",
        /// Anything else.
        Other = "other",
    }
}

impl Type {
    /// Reads the request field `type`.
    pub fn request(text: &str) -> Result<Self> {
        text.parse().map_err(|_| one_of("type", Self::ALL.iter().map(|kind| kind.as_str())))
    }
}

/// A piece of evidence; it never changes. Its texts are with the texts of the dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The kind of evidence.
    pub kind: String,
    /// The actor who showed it.
    pub by: String,
    /// For which side: `admin` and `system` are the staff.
    pub role: Role,
    /// SHA-256 of a file that the host keeps, hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeTimes {
    pub opened_at: Time,
    /// The other side must have answered.
    #[serde(default)]
    pub respond_by: Option<Time>,
    #[serde(default)]
    pub resolved_at: Option<Time>,
    /// The pieces of evidence were shown, in their order.
    #[serde(default)]
    pub evidence: Vec<Time>,
}

/// The facts of a dispute that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFacts {
    pub deal: DealId,
    /// The dispute's type.
    #[serde(rename = "type")]
    pub kind: Type,
    pub opened_by: String,
    pub role: Role,
    /// Currency code of the deal.
    pub currency: String,
    /// Decimal places of the currency.
    pub scale: u8,
    /// Evidence, in the order in which it was shown.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The other side has answered.
    #[serde(default)]
    pub answered: bool,
    /// The other side did not answer in time.
    #[serde(default)]
    pub overdue: bool,
    #[serde(default)]
    pub outcome: Option<Ruling>,
    /// The part of the price that the ruling gives back, in minor units.
    #[serde(default)]
    pub refund: Option<Part>,
    /// The actor who ruled.
    #[serde(default)]
    pub resolved_by: Option<String>,
    /// How long it may wait for staff, if an option sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_limit: Option<Span>,
    /// The admins were told that it waits for too long.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Deadlines and times.
    pub times: DisputeTimes,
}

/// A dispute, read from its record. Its texts are `statement`, `resolution`, the reason given by an admin,
/// and those of evidence.
pub type Dispute = Stored<DisputeFacts>;

impl Object for DisputeFacts {
    const KIND: &'static str = DISPUTE;
    const VERSION: u32 = 1;
    type State = State;
    type Id = DisputeId;
    type Name<'n> = DisputeId;
    type Currency = Currency;

    fn currency(&self) -> Option<Currency> {
        Currency::new(&self.currency, self.scale)
    }

    fn due_at(&self, state: State) -> Option<Time> {
        self.deadline(state).into_iter().chain(self.late_at(state)).min()
    }

    fn not_found(dispute: DisputeId) -> Error {
        Detail::DisputeNotFound { dispute: dispute.to_string() }.into()
    }
}

impl DisputeFacts {
    /// When the other side must have answered. None after it has answered, or its silence was noted.
    pub fn deadline(&self, state: State) -> Option<Time> {
        let waits = !state.is_ended() && !self.answered && !self.overdue;
        self.times.respond_by.filter(|_| waits)
    }

    /// When the admins are told that it waits for staff for too long: once.
    pub fn late_at(&self, state: State) -> Option<Time> {
        let wait = wait_of(DISPUTE, state.as_str()).filter(|_| !self.late)?;
        self.times.opened_at.checked_add(self.wait_limit.unwrap_or(wait.limit))
    }
}

/// The name of a text of a piece of evidence, counted from 1.
pub fn evidence_text(number: usize, what: &str) -> String {
    format!("evidence_{number}_{what}")
}
