//! Requests of the withdrawals service: chains, assets and lanes, and what becomes of a withdrawal.

use crate::ids::WithdrawalId;
use crate::money::Amount;
use crate::request::bounds::{
    ACCOUNT, Bound, CURRENCY, ID, LINE, NAME, REASON, WORD, chars, spans, whole, word_of,
};
use crate::request::declare::request;
use crate::request::parsed::{Name, Words};
use crate::request::secret::SecretMap;
use crate::time::{Span, SpanInput, Time};
use crate::withdrawal::asset::AssetKind;
pub use crate::withdrawal::finality::FinalityTerms;
use crate::withdrawal::lane::LaneState;
use crate::withdrawal::model::{AttentionCode, State, Waiting};
#[cfg(feature = "signing")]
use crate::{
    vault::sealer::Seal,
    withdrawal::chain::Fee,
    withdrawal::chain_terms::{ChainNumber, Endpoints, FinalBlock, Urls, seal_of},
};

/// A number of a chain: decimal, or hex with `0x`.
const NUMBER: Bound = chars(80);
/// An address of a chain.
const ADDRESS: Bound = chars(64);
/// The address of an endpoint.
const URL: Bound = chars(2_000);
/// How many endpoints a chain may have.
const ENDPOINTS: usize = 16;
/// How long a block may take.
const BLOCK: Bound = spans(Span::from_secs(1), Span::from_mins(10));
/// How long a node may have something before more is done.
const PATIENCE: Bound = spans(Span::from_secs(1), Span::from_hours(1));
/// How long what is final may be looked at.
const WATCHING: Bound = spans(Span::ZERO, Span::from_days(30));
/// The gas of a payment: what the smallest transaction takes, up to what a block has room for.
const GAS: Bound = whole(21_000, 30_000_000);
/// How long somebody may wait for a nonce.
const WAITING: Bound = spans(Span::from_secs(1), Span::from_days(30));

request! {
    #[cfg(feature = "signing")]
    mod operations;
    metadata without cards;

    /// Makes a chain, or changes one: what is left out stays as it is. A new one needs `chain_id`,
    /// `endpoints` and `fee_cap`.
    write SetChain parses ChainSetting {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        chain: String as Name,
        ;
        /// Its number, which stays for ever: decimal, or hex with `0x`.
        chain_id: Option<String as ChainNumber> [NUMBER],
        /// The names of those who speak for it, 1 to 16.
        endpoints: Option<Vec<String> as Endpoints> [NAME.items(ENDPOINTS)],
        /// Their addresses by name, which are sealed and never shown. Without them the application's own
        /// workers talk to them.
        urls: Option<SecretMap as Urls> [URL.items(ENDPOINTS)],
        /// How many endpoints must agree; more than half of them, where endpoints are set without it.
        quorum: Option<u32> [whole(1, 16)],
        /// When a block is final: `{"tag": "finalized"}`, `{"tag": "safe"}` or `{"depth": 20}`; the first of
        /// these for a new chain.
        finality: Option<FinalityTerms as FinalBlock> [Bound::NONE],
        /// How long a block takes, PT1S to PT10M; PT2S for a new chain.
        block_time: Option<SpanInput as Span> [BLOCK],
        /// The most for a unit of gas, in wei, below 2^128.
        fee_cap: Option<String as Fee> [NUMBER],
        /// The least that is given on top of the base fee, in wei, below 2^128; 0 for a new chain, and 25
        /// gwei for those of the numbers 137 and 80002.
        min_priority_fee: Option<String as Fee> [NUMBER],
        /// By how much a bump raises both fees, in hundredths of a percent, 1,250 to 10,000; 1,250 for a new
        /// chain.
        bump_bps: Option<u32> [whole(1_250, 10_000)],
        /// How long a node has had a transaction before it is bumped, PT1S to PT1H; PT20S for a new chain.
        bump_after: Option<SpanInput as Span> [PATIENCE],
        /// How long a transaction is unseen before it is sent again, PT1S to PT1H; PT30S for a new chain.
        resend_after: Option<SpanInput as Span> [PATIENCE],
        /// How long what is known of the chain is good, PT1S to PT1H; PT30S for a new chain.
        facts_ttl: Option<SpanInput as Span> [PATIENCE],
        /// How long what is final is still looked at, PT0S to P30D; PT1H for a new chain.
        watch: Option<SpanInput as Span> [WATCHING],
        |parse|
        seal: Option<Seal> = seal_of(urls.as_ref(), &chain, parse)?,
    }

    /// Lists chains by name.
    read ListChains pages {}

    /// Makes a currency one that can be withdrawn to a chain, or changes its bounds: what is left out stays
    /// as it is.
    write SetAsset {
        /// The chain.
        chain: String [NAME],
        /// The currency. One that nobody knows yet is registered with these decimals.
        currency: String [CURRENCY],
        /// The kind of asset: `native`, the chain's own coins, or `erc20`.
        kind: String [word_of::<AssetKind>()],
        /// Its decimals there, which are those of the currency: coins have 18.
        decimals: u32 [whole(0, 30)],
        ;
        /// The address of its token, which stays for ever.
        token: Option<String> [ADDRESS],
        /// The least that is withdrawn.
        min: Option<Amount>,
        /// The most that is withdrawn.
        max: Option<Amount>,
        /// The fee of a withdrawal, on top of its amount.
        fee: Option<Amount>,
        /// The most gas that a payment may take, 21,000 to 30,000,000; 500,000 for a new one. The code of the
        /// payee runs at the wallet's expense: what takes more is not sent, and fails.
        max_gas: Option<u32> [GAS],
    }

    /// Lists assets by chain and currency.
    read ListAssets pages {
        ;
        /// Only of this chain.
        chain: Option<String> [NAME],
    }

    /// Has a key sign withdrawals to a chain, and nothing else from then on.
    effect OpenLane about key {
        /// The chain.
        chain: String [NAME],
        /// The id of the key, `ky_...`, of the vault or of the host.
        key: String [ID],
        ;
        /// How many withdrawals may be sent and not yet seen in a block, 1 to 256.
        window: Option<u32> [whole(1, 256)] = 16,
    }

    /// Pauses a lane: it binds nothing more, and what it has bound goes on.
    write PauseLane {
        /// The lane.
        lane: String [ID],
        /// Why.
        reason: String [REASON],
        ;
    }

    /// Lets a lane bind again that was paused.
    write ResumeLane {
        /// The lane.
        lane: String [ID],
        ;
        /// Whether its counter moves up to the chain's, because somebody else has used its key.
        adopt: Option<bool> = false,
    }

    /// Has a lane bind nothing more, for ever.
    write RetireLane {
        /// The lane.
        lane: String [ID],
        ;
    }

    /// Looks up a lane.
    read GetLane {
        /// The lane.
        lane: String [ID],
        ;
    }

    /// Lists lanes, newest first.
    read ListLanes pages {
        ;
        /// Only of this chain.
        chain: Option<String> [NAME],
        /// Only in this state: `opening`, `active`, `paused` or `retired`.
        state: Option<String> [word_of::<LaneState>()],
    }

    /// Withdraws an amount to an address of a chain.
    write RequestWithdrawal<K> {
        /// The account that pays.
        account: String [ACCOUNT],
        /// The amount for the payee.
        amount: Amount,
        /// The chain.
        chain: String [NAME],
        /// The address of the payee. One in both cases of letters must have the checksum of EIP-55.
        to: String [ADDRESS],
        ;
        /// After how long it is given up, where it has no nonce by then, PT1S to P30D; never if it is left
        /// out.
        give_up_in: Option<SpanInput> [WAITING],
    }

    /// Gives a withdrawal up: at once before it has a nonce, and after that by a no-op of the same nonce.
    write CancelWithdrawal parses CancelCall object withdrawal {
        /// The withdrawal.
        withdrawal: String as WithdrawalId,
        ;
        /// Why.
        reason: Option<String as Words>,
        /// The most for a unit of gas of the no-op, in wei, below 2^128, which an admin may set above the
        /// cap.
        max_fee_per_gas: Option<String as Fee> [NUMBER],
    }

    /// Has a withdrawal signed at a higher price, without waiting until it is bumped.
    write SpeedUpWithdrawal parses BidMore {
        /// The withdrawal.
        withdrawal: String as WithdrawalId,
        ;
        /// The most for a unit of gas, in wei, below 2^128, which may be above the cap.
        max_fee_per_gas: Option<String as Fee> [NUMBER],
    }

    /// Has a job of a withdrawal written again that gave up.
    write RetryWithdrawal parses RetryCall object withdrawal {
        /// The withdrawal.
        withdrawal: String as WithdrawalId,
        ;
    }

    /// Says what an admin has found out about a withdrawal that is final, and of which nobody can show that
    /// it was paid.
    write SettleWithdrawal<K> parses SettleByHand {
        /// The withdrawal.
        withdrawal: String as WithdrawalId,
        /// Whether the payee has it.
        paid: bool,
        /// How it was found out.
        reason: String as Words,
        ;
    }

    /// Asks what a withdrawal would take, and whether anything is in its way now.
    read QuoteWithdrawal {
        /// The chain.
        chain: String [NAME],
        /// The amount for the payee.
        amount: Amount,
        ;
    }

    /// Looks up a withdrawal, by its id or by the caller's reference: the newest that has it and that the
    /// caller may read, unless these differ in account, payee, chain or amount.
    read GetWithdrawal {
        ;
        /// The withdrawal.
        withdrawal: Option<String> [ID],
        /// The caller's own id of it, in place of `withdrawal`.
        reference: Option<String> [LINE],
    }

    /// Lists withdrawals, newest first.
    read ListWithdrawals pages {
        ;
        /// Only in this state.
        state: Option<String> [word_of::<State>()],
        /// Only of this account.
        account: Option<String> [ACCOUNT],
        /// Only to this chain.
        chain: Option<String> [NAME],
        /// Only of this lane.
        lane: Option<String> [ID],
        /// Only those that wait for this: `chain`, `fees`, `wallet`, `window` or `lane`.
        waiting: Option<String> [word_of::<Waiting>()],
        /// Only those that people should look at for this reason.
        attention: Option<String> [word_of::<AttentionCode>()],
        /// Only those that are being given up, or only the others.
        cancelling: Option<bool>,
        /// Only to this address.
        to: Option<String> [ADDRESS],
        /// Only those that were asked for at this time or later.
        from_time: Option<Time>,
        /// Only those that were asked for before this time.
        to_time: Option<Time>,
    }

    /// Lists the events of a withdrawal, oldest first.
    read WithdrawalHistory pages {
        /// The withdrawal.
        withdrawal: String [ID],
    }

    /// Draws the states of a withdrawal from the table of transitions.
    read WithdrawalDiagram {
        ;
        /// `mermaid`, which is the default.
        format: Option<String> [WORD] = "mermaid",
    }

    /// Asks what the actor could do with a withdrawal now.
    read WithdrawalActions {
        /// The withdrawal.
        withdrawal: String [ID],
    }

    /// Counts withdrawals: those that are not over, and of the others those that changed lately.
    read GetWithdrawalStats {
        ;
        /// Of those that are over only such as changed at this time or later; a week ago if it is left out.
        since: Option<Time>,
    }
}
