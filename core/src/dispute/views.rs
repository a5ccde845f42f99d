//! Views of the escrow service that are about disputes.

use crate::dispute::model::{self, State, Type, evidence_text};
use crate::error::Error;
use crate::escrow::facts::dispute_key;
use crate::escrow::model::{Role, Ruling};
use crate::escrow::views::{Deal, Shipment};
use crate::history::views::Event;
use crate::ids::{Book, DealId, DisputeId};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::request::view::views;
use crate::rows::tables::AccountRow;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

views! {
    /// A piece of evidence.
    view Evidence {
        /// Its place, from 1.
        number: i64,
        /// The type of the evidence.
        kind: String,
        /// The statement; `null` also when it was erased.
        statement: Option<String>,
        /// SHA-256 of a file that the host keeps.
        sha256: Option<String>,
        /// Where that file is.
        uri: Option<String>,
        /// The actor who showed it.
        added_by: String,
        /// For which side: `buyer`, `seller`, or the staff (`admin`, `system`).
        role: Role,
        /// When.
        added_at: Time,
    }
}

/// A dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dispute<D = DealId> {
    /// Its id.
    pub id: DisputeId,
    /// The deal.
    pub deal: D,
    /// The type of the dispute.
    pub r#type: Type,
    /// Its state.
    pub state: State,
    /// The actor who opened it.
    pub opened_by: String,
    /// The opener's statement; `null` when it was erased.
    pub statement: Option<String>,
    /// Evidence, in the order in which it was shown.
    pub evidence: Vec<Evidence>,
    /// The ruling.
    pub outcome: Option<Ruling>,
    /// The part of the price that the ruling refunds to the buyer.
    pub refund: Option<Money>,
    /// Why.
    pub resolution: Option<String>,
    /// The actor who ruled.
    pub resolved_by: Option<String>,
    /// The other side should have answered.
    pub respond_by: Option<Time>,
    /// The other side did not answer in time.
    pub response_overdue: bool,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was resolved.
    pub resolved_at: Option<Time>,
    /// Counts every event.
    pub version: i64,
    /// The caller's own reference.
    pub reference: Option<String>,
}

impl Dispute {
    /// The view of a dispute.
    ///
    /// # Errors
    /// `corrupted` when what is stored is out of bounds.
    pub fn of(dispute: &model::Dispute) -> Result<Self, Error> {
        Self::with(dispute, dispute.facts.deal)
    }
}

impl<D> Dispute<D> {
    /// The view of a dispute with what is to be shown of its deal.
    ///
    /// # Errors
    /// `corrupted` when what is stored is out of bounds.
    pub fn with(dispute: &model::Dispute, deal: D) -> Result<Self, Error> {
        let (facts, times) = (&dispute.facts, &dispute.facts.times);
        let text = |name: &str| dispute.text(name).map(|text| text.to_string());
        let broken = || Error::corrupted(format!("dispute {}", dispute.id()));
        let refund = facts.refund.map(|part| Money::new(part.0, dispute.currency).ok_or_else(broken));
        let mut evidence = Vec::with_capacity(facts.evidence.len());
        for (number, (piece, at)) in (1_usize..).zip(facts.evidence.iter().zip(&times.evidence)) {
            evidence.push(Evidence {
                number: i64::try_from(number).map_err(|_| broken())?,
                kind: piece.kind.clone(),
                statement: text(&evidence_text(number, "statement")),
                sha256: piece.sha256.clone(),
                uri: text(&evidence_text(number, "uri")),
                added_by: piece.by.clone(),
                role: piece.role,
                added_at: *at,
            });
        }
        Ok(Self {
            id: dispute.id(),
            deal,
            r#type: facts.kind,
            state: dispute.state,
            opened_by: facts.opened_by.clone(),
            statement: text("statement"),
            evidence,
            outcome: facts.outcome,
            refund: refund.transpose()?,
            resolution: text("resolution"),
            resolved_by: facts.resolved_by.clone(),
            respond_by: times.respond_by,
            response_overdue: facts.overdue,
            opened_at: times.opened_at,
            resolved_at: times.resolved_at,
            version: dispute.row.version,
            reference: dispute.row.reference.as_deref().map(ToOwned::to_owned),
        })
    }
}

views! {
    /// Reply of a change of a dispute.
    view DisputeReply seen(book: &Book, id: DisputeId, seen: &Snapshot, replayed: bool) -> Decided {
        let dispute = model::Dispute::of(seen.record(&dispute_key(book, id))?)?;
        let deal = Deal::seen(book, dispute.facts.deal, seen)?;
    } => {
        /// The dispute.
        dispute: Dispute = Dispute::of(&dispute)?,
        /// Its deal.
        deal: Deal,
        /// Whether the key was used before for the same request.
        replayed: bool,
    }

    /// A party of a deal.
    view Party of(row: &AccountRow) {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(ToOwned::to_owned);
    } => {
        /// The account.
        account: String = row.id.to_string(),
        /// Its owner now.
        owner: Option<String> = text(&row.owner),
        /// Its name for people.
        display_name: Option<String> = text(&row.display_name),
    }

    /// Both parties of a deal.
    view BothParties {
        /// The buyer.
        buyer: Party,
        /// The seller.
        seller: Party,
    }
}

pub use file::DisputeFile;

/// A reply whose fields are those of another one beside its own: reading it looks at every kind of number.
mod file {
    #![expect(
        clippy::disallowed_types,
        reason = "serde writes the reader, which takes no number for an amount"
    )]
    use super::*;

    /// A dispute in full: its own fields, the whole deal, and the history of both.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    pub struct DisputeFile {
        /// The dispute, with its whole deal in `deal`.
        #[serde(flatten)]
        pub dispute: Dispute<Deal>,
        /// The parties of the deal.
        pub parties: BothParties,
        /// The shipments.
        pub shipments: Vec<Shipment>,
        /// The events of the deal and of the dispute, oldest first.
        pub history: Vec<Event>,
    }
}

views! {
    /// Disputes that have not ended, by type.
    #[derive(Copy, Default)]
    view ByType {
        /// The quality is not as agreed.
        quality_issue: i64,
        /// The delivery never came.
        non_delivery: i64,
        /// Something else came.
        wrong_item: i64,
        /// The seller does not answer.
        seller_non_response: i64,
        /// Anything else.
        other: i64,
    }

    /// Counts of disputes.
    #[derive(Copy, Default)]
    view DisputeStats {
        /// Open now.
        open: i64,
        /// Under investigation now.
        investigating: i64,
        /// Resolved in the period.
        resolved_in_period: i64,
        /// How long those took from their opening, in whole seconds on average; `null` when there were none.
        mean_resolution_seconds: Option<i64>,
        /// Disputes that have not ended, by type.
        by_type: ByType,
    }
}

impl ByType {
    /// Counts one more.
    pub const fn count(&mut self, kind: Type) {
        *match kind {
            Type::QualityIssue => &mut self.quality_issue,
            Type::NonDelivery => &mut self.non_delivery,
            Type::WrongItem => &mut self.wrong_item,
            Type::SellerNonResponse => &mut self.seller_non_response,
            Type::Other => &mut self.other,
        } += 1;
    }
}
