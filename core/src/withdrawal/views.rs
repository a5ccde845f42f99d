//! Views of the withdrawals service.

use super::asset::{Asset as AssetRecord, AssetKind, AssetState};
use super::chain::{Chain as ChainRecord, Finality as FinalityFacts, FinalityTag};
use super::judge::num::Num;
use super::judge::quorum::EndpointStatus;
use super::lane::{BY_HAND, Lane as LaneRecord, LaneState};
use super::model::{
    AttentionCode, AttentionFacts, AttentionKind, State, Waiting, Withdrawal as WithdrawalRecord,
};
use super::slot::{AttemptFacts, AttemptKind, BroadcastOutcome, Slot};
use crate::currency::{Currencies, Currency};
use crate::error::{Error, Result};
use crate::ids::{Book, HoldId, LaneId, TransferId, WithdrawalId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::views::{Balance, metadata_of};
use crate::money::Money;
use crate::request::view::views;
use crate::time::{Span, Time};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

views! {
    /// When a block is final: by the tag or by the depth.
    view Finality {
        /// The block that endpoints hold for final; left out where `depth` is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<FinalityTag>,
        /// So many blocks that stand on it; left out where `tag` is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        depth: Option<u32>,
    }

    /// The price of gas on a chain, as a quorum said last.
    view ChainFees {
        /// The base fee, in wei.
        base_fee: String,
        /// The priority fee that others pay, in wei.
        priority_fee: String,
        /// When it was said.
        at: Time,
    }

    /// How an endpoint did last.
    view ChainEndpoint {
        /// Its name.
        endpoint: String,
        /// How it did: `ok`, `failing`, `behind` or `wrong_chain`.
        status: String,
        /// How often in a row it failed.
        failures: i64,
        /// The height of its newest block, as text.
        head: Option<String>,
        /// When it answered last.
        at: Option<Time>,
    }

    /// A chain.
    #[schemars(rename = "WithdrawalChain")]
    view Chain of(chain: &ChainRecord) {
        let facts = &chain.facts;
    } => {
        /// Its name.
        chain: String = facts.id.clone(),
        /// Its number, as text.
        chain_id: String = facts.chain_id.clone(),
        /// The names of those who speak for it.
        endpoints: Vec<String> = facts.endpoints.clone(),
        /// How many must agree.
        quorum: i64 = i64::from(facts.quorum),
        /// When a block is final.
        finality: Finality = Finality::of(facts.finality),
        /// How long a block takes.
        block_time: Span = facts.block_time,
        /// The most for a unit of gas, in wei.
        fee_cap: String = facts.fee_cap.to_string(),
        /// The least that is given on top of the base fee, in wei.
        min_priority_fee: String = facts.min_priority_fee.to_string(),
        /// By how much a bump raises both fees, in hundredths of a percent.
        bump_bps: i64 = i64::from(facts.bump_bps),
        /// How long a node has had a transaction before it is bumped.
        bump_after: Span = facts.bump_after,
        /// How long a transaction is unseen before it is sent again.
        resend_after: Span = facts.resend_after,
        /// How long what is known of the chain is good.
        facts_ttl: Span = facts.facts_ttl,
        /// How long what is final is still looked at.
        watch: Span = facts.watch,
        /// The price of gas; `null` until a quorum has said it.
        now: Option<ChainFees> = facts.now.as_ref().map(|now| ChainFees {
                base_fee: now.base_fee.to_string(),
                priority_fee: now.priority_fee.to_string(),
                at: now.at,
            }),
        /// How its endpoints did.
        views: Vec<ChainEndpoint> = facts.endpoints.iter().map(|name| endpoint(chain, name)).collect(),
        /// Counts its changes.
        version: i64 = chain.row.version,
    }
}

impl Finality {
    const fn of(finality: FinalityFacts) -> Self {
        match finality {
            FinalityFacts::Tag(tag) => Self { tag: Some(tag), depth: None },
            FinalityFacts::Depth(depth) => Self { tag: None, depth: Some(depth) },
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

views! {
    /// Reply of `set_chain`.
    view ChainReply {
        /// The chain.
        chain: Chain,
        /// Whether nothing changed, or the key was used before for the same request.
        replayed: bool,
    }

    /// A currency on a chain.
    view Asset in_currency(asset: &AssetRecord, currency: Currency) -> Result {
        let facts = &asset.facts;
        let broken = || Error::corrupted(format!("an amount of asset {}", facts.currency));
        let money = |minor: Option<i128>| {
            minor.map(|minor| Money::new(minor, currency).ok_or_else(broken)).transpose()
        };
    } => {
        /// The chain.
        chain: String = facts.chain.clone(),
        /// The currency.
        currency: String = facts.currency.clone(),
        /// The kind of asset.
        kind: AssetKind = facts.kind,
        /// The address of its token.
        token: Option<String> = facts.token.clone(),
        /// Its decimals.
        decimals: i64 = i64::from(facts.decimals),
        /// The least that is withdrawn.
        min: Option<Money> = money(facts.min)?,
        /// The most that is withdrawn.
        max: Option<Money> = money(facts.max)?,
        /// The fee of a withdrawal, on top of its amount.
        fee: Option<Money> = money(facts.fee)?,
        /// The most gas that a payment may take.
        max_gas: i64 = i64::from(facts.max_gas),
        /// Whether it may be withdrawn.
        state: AssetState = asset.state,
        /// Why it was refused: its token has no `code`, or other `decimals`.
        reason: Option<String> = facts.reason.clone(),
        /// Counts its changes.
        version: i64 = asset.row.version,
    }

    /// Reply of `set_asset`.
    view AssetReply {
        /// The asset.
        asset: Asset,
        /// Whether nothing changed, or the key was used before for the same request.
        replayed: bool,
    }

    /// A key on a chain, and its counter. Numbers of a chain are texts.
    view Lane of(lane: &LaneRecord) {
        let facts = &lane.facts;
        let texts = |units: &BTreeMap<String, Num>| {
            units.iter().map(|(name, units)| (name.clone(), units.to_string().into())).collect()
        };
    } => {
        /// Its id.
        id: LaneId = lane.id(),
        /// The chain.
        chain: String = facts.chain.clone(),
        /// The key.
        key: String = facts.key.to_string(),
        /// Its address, with the checksum of EIP-55.
        address: String = facts.address.clone(),
        /// Its state.
        state: LaneState = lane.state,
        /// Why it is paused, or does not open yet.
        reason: Option<String> = reason(lane),
        /// The nonce that it gives next.
        next_nonce: String = facts.next_nonce.to_string(),
        /// The highest nonce that is final.
        final_nonce: Option<String> = facts.final_nonce.map(|nonce| nonce.to_string()),
        /// How many nonces are not final.
        in_flight: i64 = i64::try_from(facts.in_flight.len()).unwrap_or(i64::MAX),
        /// How many of them may be in no block.
        window: i64 = i64::from(facts.window),
        /// The coins of its address, in wei, as a quorum said last.
        native: Option<String> = facts.native.map(|native| native.to_string()),
        /// The tokens of its address, by currency, in their units.
        tokens: Map<String, Value> = texts(&facts.tokens),
        /// The amounts promised to nonces in no block: `native` in wei, and tokens by currency.
        promised: Map<String, Value> = texts(&facts.promised),
        /// Counts its changes.
        version: i64 = lane.row.version,
    }
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
}

impl Lane {
    /// The view of a lane that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: LaneId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&LaneRecord::shown(seen, book, id)?))
    }
}

/// Why a lane is paused: in the words of who has paused it, or a word of Earnest's own.
fn reason(lane: &LaneRecord) -> Option<String> {
    let words = lane.text("reason").filter(|_| lane.facts.reason.as_deref() == Some(BY_HAND));
    words.map(ToString::to_string).or_else(|| lane.facts.reason.clone())
}

views! {
    /// Reply of a change of a lane.
    view LaneReply {
        /// The lane.
        lane: Lane,
        /// Whether nothing changed, or the key was used before for the same request.
        replayed: bool,
    }

    /// Why people should look at a withdrawal.
    view Attention {
        /// The reason.
        code: AttentionCode,
        /// Whether it may go away by itself.
        kind: AttentionKind,
        /// Since when.
        since: Time,
    }

    /// Why a withdrawal failed.
    view WithdrawalFailure {
        /// `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`.
        code: String,
        /// The message of a failed simulation.
        message: Option<String>,
    }

    /// One try at the nonce of a withdrawal. Numbers of a chain are texts.
    view WithdrawalAttempt of(attempt: &AttemptFacts) => {
        /// Counts from 1.
        number: i64 = i64::from(attempt.number),
        /// The purpose of the attempt.
        kind: AttemptKind = attempt.kind,
        /// The hash of its bytes, once they are signed.
        hash: Option<String> = attempt.hash.clone(),
        /// The gas that it may use up.
        gas_limit: String = attempt.gas_limit.to_string(),
        /// The most for a unit of gas, in wei.
        max_fee_per_gas: String = attempt.max_fee_per_gas.to_string(),
        /// The most of that for who makes the block, in wei.
        max_priority_fee_per_gas: String = attempt.max_priority_fee_per_gas.to_string(),
        /// When its bytes were kept.
        signed_at: Option<Time> = attempt.signed_at,
        /// When a worker took them last, to send them.
        sent_at: Option<Time> = attempt.sent_at,
        /// The last answer of nodes to them.
        outcome: Option<BroadcastOutcome> = attempt.outcome,
    }

    /// The block that a withdrawal is in.
    view WithdrawalBlock {
        /// Its number, as text.
        number: String,
        /// Its hash.
        hash: String,
    }

    /// A withdrawal. Numbers of a chain are texts.
    view Withdrawal of(withdrawal: &WithdrawalRecord, slot: Option<&Slot>) -> Result {
        let facts = &withdrawal.facts;
        let attempts = slot.map_or(&[][..], |slot| slot.facts.attempts.as_slice());
        let newest = attempts.iter().rev().find_map(|attempt| attempt.hash.clone());
        let failure = facts.failure.as_ref().map(|failure| WithdrawalFailure {
            code: failure.code.clone(),
            message: withdrawal.text("failure").map(ToString::to_string),
        });
        let block = facts.block.as_ref();
    } => {
        /// Its id.
        id: WithdrawalId = withdrawal.id(),
        /// The account that pays.
        account: String = facts.account.to_string(),
        /// The amount for the payee.
        amount: Money = facts.amount,
        /// The fee on top of the amount.
        fee: Money = withdrawal.money(facts.fee)?,
        /// The address of the payee, with the checksum of EIP-55.
        to: String = facts.to.clone(),
        /// The chain.
        chain: String = facts.chain.clone(),
        /// Its state.
        state: State = withdrawal.state,
        /// The condition that it waits for.
        waiting: Option<Waiting> = facts.waiting,
        /// Whether it is given up: no payment is signed any more.
        cancelling: bool = facts.cancelling,
        /// Why people should look at it.
        attention: Option<Attention> = facts.attention.as_ref().map(Attention::of),
        /// Why it failed.
        failure: Option<WithdrawalFailure>,
        /// The lane that sends it.
        lane: Option<LaneId> = facts.lane,
        /// Its nonce on that lane.
        nonce: Option<String> = facts.nonce.map(|nonce| nonce.to_string()),
        /// The hash of its transaction: the final one, else the newest.
        hash: Option<String> = facts.hash.clone().filter(|_| facts.block.is_some()).or(newest),
        /// The tries at its nonce.
        attempts: Vec<WithdrawalAttempt> = attempts.iter().map(WithdrawalAttempt::of).collect(),
        /// How many blocks a quorum counts from its block on.
        confirmations: i64 = i64::try_from(facts.confirmations).unwrap_or(i64::MAX),
        /// The block that it is in.
        block: Option<WithdrawalBlock> =
            block.map(|at| WithdrawalBlock { number: at.number.to_string(), hash: at.hash.clone() }),
        /// The cost of its gas, in wei.
        gas_paid: Option<String> = facts.gas_paid.map(|gas| gas.to_string()),
        /// Whether what was final is gone.
        unsettled: bool = facts.unsettled,
        /// The hold of the amount and the fee.
        hold: HoldId = facts.hold,
        /// The newest transfer that it made.
        transfer: Option<TransferId> = facts.transfers.last().copied(),
        /// When it is given up, without a nonce.
        give_up_at: Option<Time> = facts.give_up_at,
        /// The actor who requested it.
        requested_by: String = facts.requested_by.clone(),
        /// Counts its changes.
        version: i64 = withdrawal.row.version,
        /// The caller's own id.
        reference: Option<String> = withdrawal.row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(withdrawal.text("metadata").map(AsRef::as_ref))?,
        /// When it was asked for.
        created_at: Time = withdrawal.row.created_at,
        /// When it last changed.
        updated_at: Time = facts.updated_at,
        /// When it was final.
        confirmed_at: Option<Time> = facts.confirmed_at,
    }

    /// Reply of a change of a withdrawal.
    view WithdrawalReply {
        /// The withdrawal.
        withdrawal: Withdrawal,
        /// Whether nothing changed, or the key was used before for the same request.
        replayed: bool,
    }

    /// Reply of `request`.
    reply WithdrawalRequested {
        /// The withdrawal.
        withdrawal: Withdrawal,
        /// The present balance of the account.
        balance: Balance,
    }

    /// The quote of a withdrawal.
    view WithdrawalQuote {
        /// The amount for the payee.
        amount: Money,
        /// The fee on top of the amount.
        fee: Money,
        /// The sum of both, to be held.
        held: Money,
        /// The present price of a unit of gas, in wei; `null` while nobody has said it.
        gas_price: Option<String>,
        /// The gas that its transaction costs the lane at that price, in wei; of a token by an estimate.
        network_fee: Option<String>,
        /// The condition that it would wait for now.
        waiting: Option<Waiting>,
    }

    /// An action that an actor can take on a withdrawal now.
    view WithdrawalAction {
        /// The operation, without the service.
        trigger: String,
        /// The state that it leads to; `null` where the chain decides.
        to: Option<State>,
        /// The fields that it needs beside the withdrawal.
        needs: Vec<String>,
    }

    /// Reply of `allowed_actions`.
    view WithdrawalChoices {
        /// The actions, in the order of the table of transitions.
        actions: Vec<WithdrawalAction>,
    }

    /// How many withdrawals there are, and how they went.
    view WithdrawalStats {
        /// How many are in each state.
        by_state: Map<String, Value>,
        /// How many wait for what.
        waiting: Map<String, Value>,
        /// How many people should look at, by reason.
        attention: Map<String, Value>,
        /// How many are paid.
        confirmed: i64,
        /// How many failed.
        failed: i64,
        /// How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over.
        error_rate: Option<i64>,
        /// How many seconds those took that are paid, on average.
        mean_seconds: Option<i64>,
        /// How many seconds 95 of 100 of them took at most.
        p95_seconds: Option<i64>,
        /// The total gas cost, in wei, by chain.
        gas_paid: Map<String, Value>,
        /// Since when the oldest waits that is not over.
        oldest: Option<Time>,
    }
}

impl Attention {
    const fn of(attention: &AttentionFacts) -> Self {
        Self { code: attention.code, kind: attention.kind, since: attention.since }
    }
}

impl Withdrawal {
    /// The view of a withdrawal that is known.
    ///
    /// # Errors
    /// Halts when it is not, or its nonce is not.
    pub fn seen(book: &Book, id: WithdrawalId, seen: &Snapshot) -> Decided<Self> {
        let withdrawal = WithdrawalRecord::shown(seen, book, id)?;
        let slot = match (withdrawal.facts.lane, withdrawal.facts.nonce) {
            (Some(lane), Some(nonce)) => Some(Slot::shown(seen, book, (lane, nonce))?),
            _ => None,
        };
        Ok(Self::of(&withdrawal, slot.as_ref())?)
    }
}
