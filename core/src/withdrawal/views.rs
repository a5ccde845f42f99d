//! Views of the withdrawals service.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::asset::{Asset as AssetRecord, AssetKind, AssetState};
use super::chain::{Chain as ChainRecord, Finality as FinalityFacts, FinalityTag};
use super::judge::num::Num;
use super::judge::quorum::EndpointStatus;
use super::lane::{BY_HAND, Lane as LaneRecord, LaneState};
use super::model::{
    self, AttentionCode, AttentionFacts, AttentionKind, State, Waiting, Withdrawal as WithdrawalRecord,
};
use super::slot::{self, AttemptFacts, AttemptKind, BroadcastOutcome, Slot};
use crate::currency::{Currencies, Currency};
use crate::error::{Error, Result};
use crate::ids::{Book, HoldId, LaneId, TransferId, WithdrawalId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::views::{Balance, metadata_of};
use crate::money::Money;
use crate::time::{Span, Time};

/// When a block is final: by the tag or by the depth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finality {
    /// The block that endpoints hold for final; left out where `depth` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<FinalityTag>,
    /// So many blocks that stand on it; left out where `tag` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
}

impl Finality {
    const fn of(finality: FinalityFacts) -> Self {
        match finality {
            FinalityFacts::Tag(tag) => Self { tag: Some(tag), depth: None },
            FinalityFacts::Depth(depth) => Self { tag: None, depth: Some(depth) },
        }
    }
}

/// The price of gas on a chain, as a quorum said last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainFees {
    /// The base fee, in wei.
    pub base_fee: String,
    /// The priority fee that others pay, in wei.
    pub priority_fee: String,
    /// When it was said.
    pub at: Time,
}

/// How an endpoint did last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainEndpoint {
    /// Its name.
    pub endpoint: String,
    /// How it did: `ok`, `failing`, `behind` or `wrong_chain`.
    pub status: String,
    /// How often in a row it failed.
    pub failures: i64,
    /// The height of its newest block, as text.
    pub head: Option<String>,
    /// When it answered last.
    pub at: Option<Time>,
}

/// A chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WithdrawalChain")]
pub struct Chain {
    /// Its name.
    pub chain: String,
    /// Its number, as text.
    pub chain_id: String,
    /// The names of those who speak for it.
    pub endpoints: Vec<String>,
    /// How many must agree.
    pub quorum: i64,
    /// When a block is final.
    pub finality: Finality,
    /// How long a block takes.
    pub block_time: Span,
    /// The most for a unit of gas, in wei.
    pub fee_cap: String,
    /// The least that is given on top of the base fee, in wei.
    pub min_priority_fee: String,
    /// By how much a bump raises both fees, in hundredths of a percent.
    pub bump_bps: i64,
    /// How long a node has had a transaction before it is bumped.
    pub bump_after: Span,
    /// How long a transaction is unseen before it is sent again.
    pub resend_after: Span,
    /// How long what is known of the chain is good.
    pub facts_ttl: Span,
    /// How long what is final is still looked at.
    pub watch: Span,
    /// The price of gas; `null` until a quorum has said it.
    pub now: Option<ChainFees>,
    /// How its endpoints did.
    pub views: Vec<ChainEndpoint>,
    /// Counts its changes.
    pub version: i64,
}

impl Chain {
    /// The view of a chain.
    #[must_use]
    pub fn of(chain: &ChainRecord) -> Self {
        let facts = &chain.facts;
        Self {
            chain: facts.id.clone(),
            chain_id: facts.chain_id.clone(),
            endpoints: facts.endpoints.clone(),
            quorum: i64::from(facts.quorum),
            finality: Finality::of(facts.finality),
            block_time: facts.block_time,
            fee_cap: facts.fee_cap.to_string(),
            min_priority_fee: facts.min_priority_fee.to_string(),
            bump_bps: i64::from(facts.bump_bps),
            bump_after: facts.bump_after,
            resend_after: facts.resend_after,
            facts_ttl: facts.facts_ttl,
            watch: facts.watch,
            now: facts.now.as_ref().map(|now| ChainFees {
                base_fee: now.base_fee.to_string(),
                priority_fee: now.priority_fee.to_string(),
                at: now.at,
            }),
            views: facts.endpoints.iter().map(|name| endpoint(chain, name)).collect(),
            version: chain.row.version,
        }
    }
}

/// How an endpoint did; one that nobody has asked yet has not failed.
fn endpoint(chain: &ChainRecord, name: &str) -> ChainEndpoint {
    let seen = chain.facts.endpoints_seen.iter().find(|seen| seen.endpoint == name);
    let status = seen.map_or(EndpointStatus::Ok, |seen| seen.status);
    ChainEndpoint {
        endpoint: name.to_owned(),
        status: status.as_str().to_owned(),
        failures: seen.map_or(0, |seen| i64::from(seen.failures)),
        head: seen.and_then(|seen| seen.head).map(|head| head.to_string()),
        at: seen.and_then(|seen| seen.at),
    }
}

/// Reply of `set_chain`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainReply {
    /// The chain.
    pub chain: Chain,
    /// Whether nothing changed, or the key was used before for the same request.
    pub replayed: bool,
}

/// A currency on a chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Asset {
    /// The chain.
    pub chain: String,
    /// The currency.
    pub currency: String,
    /// The kind of asset.
    pub kind: AssetKind,
    /// The address of its token.
    pub token: Option<String>,
    /// Its decimals.
    pub decimals: i64,
    /// The least that is withdrawn.
    pub min: Option<Money>,
    /// The most that is withdrawn.
    pub max: Option<Money>,
    /// The fee of a withdrawal, on top of its amount.
    pub fee: Option<Money>,
    /// The most gas that a payment may take.
    pub max_gas: i64,
    /// Whether it may be withdrawn.
    pub state: AssetState,
    /// Why it was refused: its token has no `code`, or other `decimals`.
    pub reason: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

impl Asset {
    /// The view of an asset.
    ///
    /// # Errors
    /// `corrupted` when its currency or an amount is none.
    pub fn of(asset: &AssetRecord, currencies: &Currencies) -> Result<Self> {
        let facts = &asset.facts;
        let scale = u8::try_from(facts.decimals).ok();
        let new = || Currency::new(&facts.currency, scale?);
        let broken = || Error::corrupted(format!("the currency of asset {}", facts.currency));
        Self::in_currency(asset, currencies.known(&facts.currency).or_else(new).ok_or_else(broken)?)
    }

    /// The view of an asset, whose currency is known.
    ///
    /// # Errors
    /// `corrupted` when an amount is none.
    pub fn in_currency(asset: &AssetRecord, currency: Currency) -> Result<Self> {
        let facts = &asset.facts;
        let broken = || Error::corrupted(format!("an amount of asset {}", facts.currency));
        let money = |minor: Option<i128>| {
            minor.map(|minor| Money::new(minor, currency).ok_or_else(broken)).transpose()
        };
        Ok(Self {
            chain: facts.chain.clone(),
            currency: facts.currency.clone(),
            kind: facts.kind,
            token: facts.token.clone(),
            decimals: i64::from(facts.decimals),
            min: money(facts.min)?,
            max: money(facts.max)?,
            fee: money(facts.fee)?,
            max_gas: i64::from(facts.max_gas),
            state: asset.state,
            reason: facts.reason.clone(),
            version: asset.row.version,
        })
    }
}

/// Reply of `set_asset`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssetReply {
    /// The asset.
    pub asset: Asset,
    /// Whether nothing changed, or the key was used before for the same request.
    pub replayed: bool,
}

/// A key on a chain, and its counter. Numbers of a chain are texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lane {
    /// Its id.
    pub id: LaneId,
    /// The chain.
    pub chain: String,
    /// The key.
    pub key: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// Its state.
    pub state: LaneState,
    /// Why it is paused, or does not open yet.
    pub reason: Option<String>,
    /// The nonce that it gives next.
    pub next_nonce: String,
    /// The highest nonce that is final.
    pub final_nonce: Option<String>,
    /// How many nonces are not final.
    pub in_flight: i64,
    /// How many of them may be in no block.
    pub window: i64,
    /// The coins of its address, in wei, as a quorum said last.
    pub native: Option<String>,
    /// The tokens of its address, by currency, in their units.
    pub tokens: Map<String, Value>,
    /// The amounts promised to nonces in no block: `native` in wei, and tokens by currency.
    pub promised: Map<String, Value>,
    /// Counts its changes.
    pub version: i64,
}

impl Lane {
    /// The view of a lane.
    #[must_use]
    pub fn of(lane: &LaneRecord) -> Self {
        let facts = &lane.facts;
        let texts = |units: &BTreeMap<String, Num>| {
            units.iter().map(|(name, units)| (name.clone(), units.to_string().into())).collect()
        };
        Self {
            id: lane.id(),
            chain: facts.chain.clone(),
            key: facts.key.to_string(),
            address: facts.address.clone(),
            state: lane.state,
            reason: reason(lane),
            next_nonce: facts.next_nonce.to_string(),
            final_nonce: facts.final_nonce.map(|nonce| nonce.to_string()),
            in_flight: i64::try_from(facts.in_flight.len()).unwrap_or(i64::MAX),
            window: i64::from(facts.window),
            native: facts.native.map(|native| native.to_string()),
            tokens: texts(&facts.tokens),
            promised: texts(&facts.promised),
            version: lane.row.version,
        }
    }

    /// The view of a lane that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: LaneId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&LaneRecord::of(seen.record(&super::lane::key(book, id))?)?))
    }
}

/// Why a lane is paused: in the words of who has paused it, or a word of Earnest's own.
fn reason(lane: &LaneRecord) -> Option<String> {
    let words = lane.text("reason").filter(|_| lane.facts.reason.as_deref() == Some(BY_HAND));
    words.map(ToString::to_string).or_else(|| lane.facts.reason.clone())
}

/// Reply of a change of a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LaneReply {
    /// The lane.
    pub lane: Lane,
    /// Whether nothing changed, or the key was used before for the same request.
    pub replayed: bool,
}

/// Why people should look at a withdrawal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attention {
    /// The reason.
    pub code: AttentionCode,
    /// Whether it may go away by itself.
    pub kind: AttentionKind,
    /// Since when.
    pub since: Time,
}

impl Attention {
    const fn of(attention: &AttentionFacts) -> Self {
        Self { code: attention.code, kind: attention.kind, since: attention.since }
    }
}

/// Why a withdrawal failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalFailure {
    /// `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`.
    pub code: String,
    /// The message of a failed simulation.
    pub message: Option<String>,
}

/// One try at the nonce of a withdrawal. Numbers of a chain are texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalAttempt {
    /// Counts from 1.
    pub number: i64,
    /// The purpose of the attempt.
    pub kind: AttemptKind,
    /// The hash of its bytes, once they are signed.
    pub hash: Option<String>,
    /// The gas that it may use up.
    pub gas_limit: String,
    /// The most for a unit of gas, in wei.
    pub max_fee_per_gas: String,
    /// The most of that for who makes the block, in wei.
    pub max_priority_fee_per_gas: String,
    /// When its bytes were kept.
    pub signed_at: Option<Time>,
    /// When a worker took them last, to send them.
    pub sent_at: Option<Time>,
    /// The last answer of nodes to them.
    pub outcome: Option<BroadcastOutcome>,
}

impl WithdrawalAttempt {
    fn of(attempt: &AttemptFacts) -> Self {
        Self {
            number: i64::from(attempt.number),
            kind: attempt.kind,
            hash: attempt.hash.clone(),
            gas_limit: attempt.gas_limit.to_string(),
            max_fee_per_gas: attempt.max_fee_per_gas.to_string(),
            max_priority_fee_per_gas: attempt.max_priority_fee_per_gas.to_string(),
            signed_at: attempt.signed_at,
            sent_at: attempt.sent_at,
            outcome: attempt.outcome,
        }
    }
}

/// The block that a withdrawal is in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalBlock {
    /// Its number, as text.
    pub number: String,
    /// Its hash.
    pub hash: String,
}

/// A withdrawal. Numbers of a chain are texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawal {
    /// Its id.
    pub id: WithdrawalId,
    /// The account that pays.
    pub account: String,
    /// The amount for the payee.
    pub amount: Money,
    /// The fee on top of the amount.
    pub fee: Money,
    /// The address of the payee, with the checksum of EIP-55.
    pub to: String,
    /// The chain.
    pub chain: String,
    /// Its state.
    pub state: State,
    /// The condition that it waits for.
    pub waiting: Option<Waiting>,
    /// Whether it is given up: no payment is signed any more.
    pub cancelling: bool,
    /// Why people should look at it.
    pub attention: Option<Attention>,
    /// Why it failed.
    pub failure: Option<WithdrawalFailure>,
    /// The lane that sends it.
    pub lane: Option<LaneId>,
    /// Its nonce on that lane.
    pub nonce: Option<String>,
    /// The hash of its transaction: the final one, else the newest.
    pub hash: Option<String>,
    /// The tries at its nonce.
    pub attempts: Vec<WithdrawalAttempt>,
    /// How many blocks a quorum counts from its block on.
    pub confirmations: i64,
    /// The block that it is in.
    pub block: Option<WithdrawalBlock>,
    /// The cost of its gas, in wei.
    pub gas_paid: Option<String>,
    /// Whether what was final is gone.
    pub unsettled: bool,
    /// The hold of the amount and the fee.
    pub hold: HoldId,
    /// The newest transfer that it made.
    pub transfer: Option<TransferId>,
    /// When it is given up, without a nonce.
    pub give_up_at: Option<Time>,
    /// The actor who requested it.
    pub requested_by: String,
    /// Counts its changes.
    pub version: i64,
    /// The caller's own id.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was asked for.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was final.
    pub confirmed_at: Option<Time>,
}

impl Withdrawal {
    /// The view of a withdrawal, and of its nonce where it has one.
    ///
    /// # Errors
    /// `corrupted` when an amount or a text is none.
    pub fn of(withdrawal: &WithdrawalRecord, slot: Option<&Slot>) -> Result<Self> {
        let facts = &withdrawal.facts;
        let attempts = slot.map_or(&[][..], |slot| slot.facts.attempts.as_slice());
        let newest = attempts.iter().rev().find_map(|attempt| attempt.hash.clone());
        let failure = facts.failure.as_ref().map(|failure| WithdrawalFailure {
            code: failure.code.clone(),
            message: withdrawal.text("failure").map(ToString::to_string),
        });
        let block = facts.block.as_ref();
        Ok(Self {
            id: withdrawal.id(),
            account: facts.account.to_string(),
            amount: facts.amount,
            fee: withdrawal.money(facts.fee)?,
            to: facts.to.clone(),
            chain: facts.chain.clone(),
            state: withdrawal.state,
            waiting: facts.waiting,
            cancelling: facts.cancelling,
            attention: facts.attention.as_ref().map(Attention::of),
            failure,
            lane: facts.lane,
            nonce: facts.nonce.map(|nonce| nonce.to_string()),
            hash: facts.hash.clone().filter(|_| facts.block.is_some()).or(newest),
            attempts: attempts.iter().map(WithdrawalAttempt::of).collect(),
            confirmations: i64::try_from(facts.confirmations).unwrap_or(i64::MAX),
            block: block.map(|at| WithdrawalBlock { number: at.number.to_string(), hash: at.hash.clone() }),
            gas_paid: facts.gas_paid.map(|gas| gas.to_string()),
            unsettled: facts.unsettled,
            hold: facts.hold,
            transfer: facts.transfers.last().copied(),
            give_up_at: facts.give_up_at,
            requested_by: facts.requested_by.clone(),
            version: withdrawal.row.version,
            reference: withdrawal.row.reference.as_deref().map(Into::into),
            metadata: metadata_of(withdrawal.text("metadata").map(AsRef::as_ref))?,
            created_at: withdrawal.row.created_at,
            updated_at: facts.updated_at,
            confirmed_at: facts.confirmed_at,
        })
    }

    /// The view of a withdrawal that is known.
    ///
    /// # Errors
    /// Halts when it is not, or its nonce is not.
    pub fn seen(book: &Book, id: WithdrawalId, seen: &Snapshot) -> Decided<Self> {
        let withdrawal = WithdrawalRecord::of(seen.record(&model::key(book, id))?)?;
        let slot = match (withdrawal.facts.lane, withdrawal.facts.nonce) {
            (Some(lane), Some(nonce)) => Some(Slot::of(seen.record(&slot::key(book, lane, nonce))?)?),
            _ => None,
        };
        Ok(Self::of(&withdrawal, slot.as_ref())?)
    }
}

/// Reply of a change of a withdrawal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalReply {
    /// The withdrawal.
    pub withdrawal: Withdrawal,
    /// Whether nothing changed, or the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `request`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalRequested {
    /// The withdrawal.
    pub withdrawal: Withdrawal,
    /// The present balance of the account.
    pub balance: Balance,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The quote of a withdrawal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalQuote {
    /// The amount for the payee.
    pub amount: Money,
    /// The fee on top of the amount.
    pub fee: Money,
    /// The sum of both, to be held.
    pub held: Money,
    /// The present price of a unit of gas, in wei; `null` while nobody has said it.
    pub gas_price: Option<String>,
    /// The gas that its transaction costs the lane at that price, in wei; of a token by an estimate.
    pub network_fee: Option<String>,
    /// The condition that it would wait for now.
    pub waiting: Option<Waiting>,
}

/// An action that an actor can take on a withdrawal now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalAction {
    /// The operation, without the service.
    pub trigger: String,
    /// The state that it leads to; `null` where the chain decides.
    pub to: Option<State>,
    /// The fields that it needs beside the withdrawal.
    pub needs: Vec<String>,
}

/// Reply of `allowed_actions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalChoices {
    /// The actions, in the order of the table of transitions.
    pub actions: Vec<WithdrawalAction>,
}

/// How many withdrawals there are, and how they went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawalStats {
    /// How many are in each state.
    pub by_state: Map<String, Value>,
    /// How many wait for what.
    pub waiting: Map<String, Value>,
    /// How many people should look at, by reason.
    pub attention: Map<String, Value>,
    /// How many are paid.
    pub confirmed: i64,
    /// How many failed.
    pub failed: i64,
    /// How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over.
    pub error_rate: Option<i64>,
    /// How many seconds those took that are paid, on average.
    pub mean_seconds: Option<i64>,
    /// How many seconds 95 of 100 of them took at most.
    pub p95_seconds: Option<i64>,
    /// The total gas cost, in wei, by chain.
    pub gas_paid: Map<String, Value>,
    /// Since when the oldest waits that is not over.
    pub oldest: Option<Time>,
}
