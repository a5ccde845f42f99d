//! Chains: their endpoints, when a block is final, and the bounds of gas prices.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::judge::fees::FeeTerms;
use super::judge::num::Num;
use super::judge::quorum::EndpointStatus;
use super::judge::views::FeesView;
use super::model::Waiting;
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, JobId, LaneId, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::payment::gateway::id_of;
use crate::request::shape::is_name;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{Stored, members, object};
use crate::time::{Span, Time};

/// The kind of a chain's record, and the object of its events.
pub const KIND: &str = "chain";
/// The longest name of a chain or an endpoint.
const NAME_MAX: usize = 48;

text_enum! {
    /// The state of a chain: there is one.
    pub enum ChainState {
        /// It is used.
        Active = "active",
    }
}

text_enum! {
    /// The block that endpoints hold for final.
    pub enum FinalityTag {
        /// It can not be taken back.
        Finalized = "finalized",
        /// It is seldom taken back.
        Safe = "safe",
    }
}

/// When a block is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    /// When an endpoint tags it so.
    Tag(FinalityTag),
    /// When this many blocks follow it.
    Depth(u32),
}

/// The price of gas, as a quorum reported it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeesSeen {
    /// The base fee, in wei.
    pub base_fee: Num,
    /// The priority fee that others pay, in wei.
    pub priority_fee: Num,
    /// When it was reported.
    pub at: Time,
}

/// The last known health of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSeen {
    /// Its name.
    pub endpoint: String,
    pub status: EndpointStatus,
    /// How often in a row it failed.
    pub failures: u32,
    /// The height of its newest block.
    #[serde(default)]
    pub head: Option<u64>,
    /// When it answered last.
    #[serde(default)]
    pub at: Option<Time>,
}

/// The oldest withdrawal that waits for something that all withdrawals of a chain wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldestWaiting {
    pub withdrawal: WithdrawalId,
    /// When it was asked for.
    pub asked_at: Time,
    pub waiting: Waiting,
    /// Until when it goes first. By then it should have looked again.
    pub until: Time,
}

/// What is kept of a chain and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFacts {
    /// Its name.
    pub id: String,
    /// Its number, as decimal text.
    pub chain_id: String,
    /// The names of its endpoints.
    pub endpoints: Vec<String>,
    /// How many endpoints must agree.
    pub quorum: u32,
    /// When a block is final.
    pub finality: Finality,
    /// How long a block takes.
    pub block_time: Span,
    /// The highest price of a unit of gas, in wei.
    pub fee_cap: Num,
    /// The least priority fee, in wei.
    pub min_priority_fee: Num,
    /// By how much a bump raises both fees, in basis points.
    pub bump_bps: u32,
    /// How long a node has an attempt before it is bumped.
    pub bump_after: Span,
    /// How long an attempt is unseen before it is sent again.
    pub resend_after: Span,
    /// How long the facts of the chain are fresh.
    pub facts_ttl: Span,
    /// How long final nonces are watched.
    pub watch: Span,
    /// The present price of gas.
    #[serde(default)]
    pub now: Option<FeesSeen>,
    /// The health of its endpoints.
    #[serde(default)]
    pub endpoints_seen: Vec<EndpointSeen>,
    /// The job that asks for its facts.
    #[serde(default)]
    pub facts_job: Option<JobId>,
    /// The currencies of its assets.
    #[serde(default)]
    pub assets: Vec<String>,
    /// Its lanes, in the order in which they were opened.
    #[serde(default)]
    pub lanes: Vec<LaneId>,
    /// The oldest withdrawal that waits for something that all wait for.
    #[serde(default)]
    pub oldest: Option<OldestWaiting>,
}

impl ChainFacts {
    /// Whether its facts are fresh enough to bind on.
    #[must_use]
    pub fn is_fresh(&self, now: Time) -> bool {
        self.now.as_ref().is_some_and(|facts| now.since(facts.at) < self.facts_ttl)
    }

    /// The oldest waiting withdrawal, if so few nonces are free that all of them are left to it.
    #[must_use]
    pub fn kept_for(&self, free: usize, now: Time) -> Option<&OldestWaiting> {
        let oldest = self.oldest.as_ref().filter(|oldest| now < oldest.until)?;
        let is_enough = match oldest.waiting {
            Waiting::Window | Waiting::Chain => free > 1,
            Waiting::Lane | Waiting::Fees | Waiting::Wallet => false,
        };
        (!is_enough).then_some(oldest)
    }

    /// The present price of gas, if it was reported.
    #[must_use]
    pub fn price(&self) -> Option<FeesView> {
        let now = self.now.as_ref()?;
        Some(FeesView { base_fee: now.base_fee, priority_fee: now.priority_fee })
    }

    /// Its rules for bids.
    #[must_use]
    pub fn fee_terms(&self) -> FeeTerms {
        FeeTerms { cap: self.fee_cap, min_priority_fee: self.min_priority_fee, bump_bps: self.bump_bps }
    }
}

/// A chain, read from its record. Its texts are the sealed addresses of endpoints, by [`url_of`].
pub type Chain = Stored<ChainFacts>;

object! { ChainFacts: KIND, ChainState, Uuid }

/// The name of a chain or an endpoint in a request.
///
/// # Errors
/// `invalid_request` naming the field.
pub fn name(field: &str, text: &str) -> Result<String> {
    if is_name(text) && text.len() <= NAME_MAX {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(field, format!("must be 1 to {NAME_MAX} of `A-Z a-z 0-9 . _ : -`")))
}

/// The key of a chain's record.
#[must_use]
pub fn key(book: &Book, id: &str) -> RecordKey {
    Chain::key(book, id_of(book, KIND, &[id]))
}

/// The name of the text that has the sealed address of an endpoint.
#[must_use]
pub fn url_of(endpoint: &str) -> String {
    format!("url.{endpoint}")
}

/// `chain_not_found`.
#[must_use]
pub fn not_found(id: &str) -> Error {
    Detail::ChainNotFound { chain: id.to_owned() }.into()
}

/// Writes a chain with its event.
///
/// # Errors
/// Only halts.
pub fn put(draft: &mut Draft<'_>, chain: &mut Chain, event: &'static str) -> Result<(), Halt> {
    let data = members!("chain": chain.facts.id.as_str(), "chain_id": chain.facts.chain_id.as_str());
    draft.emit(chain, event, &data)?;
    draft.put_record(chain.clone().into_row()?);
    Ok(())
}
