// Replies of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its rows set and its
/// request does not name.
public struct Commitment: EarnestView {
    public static let _form = _Form("Commitment", "commitment", [
        .init("outflows", .list(.view { CommittedOutflow._form })),
        .init("payees", .list(.text)),
        .init("terms", .object, optional: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Money that leaves accounts, or is held there, by payer.
    public var outflows: [CommittedOutflow] { wire.views("outflows") }

    /// All who are paid, now or later: accounts, or addresses of a chain.
    public var payees: [String] { wire.texts("payees") }

    /// Terms that bind a party, by their names: `inspection`, `fees`, `grants`.
    public var terms: JSON? { wire.anyOrNil("terms") }
}

/// Money that leaves one account in a call, to one payee.
public struct CommittedOutflow: EarnestView {
    public static let _form = _Form("CommittedOutflow", "committed_outflow", [
        .init("amount", .money),
        .init("from", .text),
        .init("to", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The amount.
    public var amount: Money { wire.money("amount") }

    /// The account that gives it.
    public var from: String { wire.text("from") }

    /// The account, or the address of a chain, that gets it; `null` where the money is only held.
    public var to: String? { wire.textOrNil("to") }
}

/// Reply of `allowed_actions`.
public struct PurchaseChoices: EarnestView {
    public static let _form = _Form("PurchaseChoices", "purchase_choices", [
        .init("actions", .list(.view { PurchaseAction._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actions, in the order of the table of transitions.
    public var actions: [PurchaseAction] { wire.views("actions") }
}

/// An action that an actor can take on a purchase now.
public struct PurchaseAction: EarnestView {
    public static let _form = _Form("PurchaseAction", "purchase_action", [
        .init("to", .text, optional: true, nullable: true),
        .init("needs", .list(.text)),
        .init("trigger", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state that it leads to; `null` where the payment or the quantity decides.
    public var to: PurchaseState? { wire.ofOrNil("to") }

    /// The fields that it needs beside the purchase.
    public var needs: [String] { wire.texts("needs") }

    /// The operation, without the service.
    public var trigger: String { wire.text("trigger") }
}

/// Reply of `set_source` and `rotate_secret`.
public struct SourceReply: EarnestView {
    public static let _form = _Form("SourceReply", "source_reply", [
        .init("replayed", .flag),
        .init("source", .view { Source._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The source.
    public var source: Source { wire.view("source") }
}

/// A source of webhooks.
public struct Source: EarnestView, Identifiable {
    public static let _form = _Form("Source", "source", [
        .init("id", .text),
        .init("gateway", .text),
        .init("scheme", .text),
        .init("secrets", .whole),
        .init("tolerance", .length),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// The gateway that it speaks for.
    public var gateway: String { wire.text("gateway") }

    /// How it signs.
    public var scheme: Scheme { wire.of("scheme") }

    /// How many secrets are good now.
    public var secrets: Int { wire.whole("secrets") }

    /// How far the time of a message may be from now.
    public var tolerance: Duration { wire.length("tolerance") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// The outcome of a message of a source.
public struct WebhookReceived: EarnestView {
    public static let _form = _Form("WebhookReceived", "webhook_received", [
        .init("event", .text),
        .init("payment", .view { Payment._form }, optional: true, nullable: true),
        .init("replayed", .flag),
        .init("reply", .view { WebhookReply._form }),
        .init("result", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The sender's own id of it.
    public var event: String { wire.text("event") }

    /// The payment; `null` where none is known.
    public var payment: Payment? { wire.viewOrNil("payment") }

    /// Whether it was told before.
    public var replayed: Bool { wire.flag("replayed") }

    /// The answer to its sender, whatever the outcome is.
    public var reply: WebhookReply { wire.view("reply") }

    /// The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of ours; `parked`,
    /// because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended` or `mismatched`.
    public var result: Heard { wire.of("result") }
}

/// The answer that a sender wants, so that it does not tell again.
public struct WebhookReply: EarnestView {
    public static let _form = _Form("WebhookReply", "webhook_reply", [
        .init("body", .text),
        .init("status", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The body, as plain text; mostly empty.
    public var body: String { wire.text("body") }

    /// The status of HTTP.
    public var status: Int { wire.whole("status") }
}

/// An event of a source that was seen.
public struct SeenWebhook: EarnestView {
    public static let _form = _Form("SeenWebhook", "seen_webhook", [
        .init("at", .time),
        .init("event", .text),
        .init("payment", .text, optional: true, nullable: true),
        .init("result", .text),
        .init("sha256", .text),
        .init("source", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it was first seen.
    public var at: Date { wire.time("at") }

    /// The sender's id of it.
    public var event: String { wire.text("event") }

    /// The payment that it was about; `null` where none was known.
    public var payment: String? { wire.textOrNil("payment") }

    /// The outcome, as `receive` answered it.
    public var result: Heard { wire.of("result") }

    /// The SHA-256 of its body, in hex; the body is not kept.
    public var sha256: String { wire.text("sha256") }

    /// The source.
    public var source: String { wire.text("source") }
}

/// Reply of `set_chain`.
public struct ChainReply: EarnestView {
    public static let _form = _Form("ChainReply", "chain_reply", [
        .init("chain", .view { WithdrawalChain._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The chain.
    public var chain: WithdrawalChain { wire.view("chain") }

    /// Whether nothing changed, or the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A chain.
public struct WithdrawalChain: EarnestView {
    public static let _form = _Form("WithdrawalChain", "withdrawal_chain", [
        .init("block_time", .length),
        .init("bump_after", .length),
        .init("bump_bps", .whole),
        .init("chain", .text),
        .init("chain_id", .text),
        .init("endpoints", .list(.text)),
        .init("facts_ttl", .length),
        .init("fee_cap", .text),
        .init("finality", .view { Finality._form }),
        .init("min_priority_fee", .text),
        .init("now", .view { ChainFees._form }, optional: true, nullable: true),
        .init("quorum", .whole),
        .init("resend_after", .length),
        .init("version", .whole),
        .init("views", .list(.view { ChainEndpoint._form })),
        .init("watch", .length),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How long a block takes.
    public var blockTime: Duration { wire.length("block_time") }

    /// How long a node has had a transaction before it is bumped.
    public var bumpAfter: Duration { wire.length("bump_after") }

    /// By how much a bump raises both fees, in hundredths of a percent.
    public var bumpBps: Int { wire.whole("bump_bps") }

    /// Its name.
    public var chain: String { wire.text("chain") }

    /// Its number, as text.
    public var chainId: String { wire.text("chain_id") }

    /// The names of those who speak for it.
    public var endpoints: [String] { wire.texts("endpoints") }

    /// How long what is known of the chain is good.
    public var factsTtl: Duration { wire.length("facts_ttl") }

    /// The most for a unit of gas, in wei.
    public var feeCap: String { wire.text("fee_cap") }

    /// When a block is final.
    public var finality: Finality { wire.view("finality") }

    /// The least that is given on top of the base fee, in wei.
    public var minPriorityFee: String { wire.text("min_priority_fee") }

    /// The price of gas; `null` until a quorum has said it.
    public var now: ChainFees? { wire.viewOrNil("now") }

    /// How many must agree.
    public var quorum: Int { wire.whole("quorum") }

    /// How long a transaction is unseen before it is sent again.
    public var resendAfter: Duration { wire.length("resend_after") }

    /// Counts its changes.
    public var version: Int { wire.whole("version") }

    /// How its endpoints did.
    public var views: [ChainEndpoint] { wire.views("views") }

    /// How long what is final is still looked at.
    public var watch: Duration { wire.length("watch") }
}

/// When a block is final: by the tag or by the depth.
public struct Finality: EarnestView {
    public static let _form = _Form("Finality", "finality", [
        .init("depth", .whole, optional: true, nullable: true),
        .init("tag", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// So many blocks that stand on it; left out where `tag` is there.
    public var depth: Int? { wire.wholeOrNil("depth") }

    /// The block that endpoints hold for final; left out where `depth` is there.
    public var tag: FinalityTag? { wire.ofOrNil("tag") }
}

/// The price of gas on a chain, as a quorum said last.
public struct ChainFees: EarnestView {
    public static let _form = _Form("ChainFees", "chain_fees", [
        .init("at", .time),
        .init("base_fee", .text),
        .init("priority_fee", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it was said.
    public var at: Date { wire.time("at") }

    /// The base fee, in wei.
    public var baseFee: String { wire.text("base_fee") }

    /// The priority fee that others pay, in wei.
    public var priorityFee: String { wire.text("priority_fee") }
}

/// How an endpoint did last.
public struct ChainEndpoint: EarnestView {
    public static let _form = _Form("ChainEndpoint", "chain_endpoint", [
        .init("at", .time, optional: true, nullable: true),
        .init("endpoint", .text),
        .init("failures", .whole),
        .init("head", .text, optional: true, nullable: true),
        .init("status", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it answered last.
    public var at: Date? { wire.timeOrNil("at") }

    /// Its name.
    public var endpoint: String { wire.text("endpoint") }

    /// How often in a row it failed.
    public var failures: Int { wire.whole("failures") }

    /// The height of its newest block, as text.
    public var head: String? { wire.textOrNil("head") }

    /// How it did: `ok`, `failing`, `behind` or `wrong_chain`.
    public var status: String { wire.text("status") }
}

/// Reply of `set_asset`.
public struct AssetReply: EarnestView {
    public static let _form = _Form("AssetReply", "asset_reply", [
        .init("asset", .view { Asset._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The asset.
    public var asset: Asset { wire.view("asset") }

    /// Whether nothing changed, or the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A currency on a chain.
public struct Asset: EarnestView {
    public static let _form = _Form("Asset", "asset", [
        .init("currency", .text),
        .init("kind", .text),
        .init("chain", .text),
        .init("decimals", .whole),
        .init("fee", .money, optional: true, nullable: true),
        .init("max", .money, optional: true, nullable: true),
        .init("max_gas", .whole),
        .init("min", .money, optional: true, nullable: true),
        .init("reason", .text, optional: true, nullable: true),
        .init("state", .text),
        .init("token", .text, optional: true, nullable: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The currency.
    public var currency: String { wire.text("currency") }

    /// The kind of asset.
    public var kind: AssetKind { wire.of("kind") }

    /// The chain.
    public var chain: String { wire.text("chain") }

    /// Its decimals.
    public var decimals: Int { wire.whole("decimals") }

    /// The fee of a withdrawal, on top of its amount.
    public var fee: Money? { wire.moneyOrNil("fee") }

    /// The most that is withdrawn.
    public var max: Money? { wire.moneyOrNil("max") }

    /// The most gas that a payment may take.
    public var maxGas: Int { wire.whole("max_gas") }

    /// The least that is withdrawn.
    public var min: Money? { wire.moneyOrNil("min") }

    /// Why it was refused: its token has no `code`, or other `decimals`.
    public var reason: String? { wire.textOrNil("reason") }

    /// Whether it may be withdrawn.
    public var state: AssetState { wire.of("state") }

    /// The address of its token.
    public var token: String? { wire.textOrNil("token") }

    /// Counts its changes.
    public var version: Int { wire.whole("version") }
}

/// Reply of a change of a lane.
public struct LaneReply: EarnestView {
    public static let _form = _Form("LaneReply", "lane_reply", [
        .init("lane", .view { Lane._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The lane.
    public var lane: Lane { wire.view("lane") }

    /// Whether nothing changed, or the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A key on a chain, and its counter. Numbers of a chain are texts.
public struct Lane: EarnestView, Identifiable {
    public static let _form = _Form("Lane", "lane", [
        .init("id", .text),
        .init("address", .text),
        .init("chain", .text),
        .init("final_nonce", .text, optional: true, nullable: true),
        .init("in_flight", .whole),
        .init("key", .text),
        .init("native", .text, optional: true, nullable: true),
        .init("next_nonce", .text),
        .init("promised", .object),
        .init("reason", .text, optional: true, nullable: true),
        .init("state", .text),
        .init("tokens", .object),
        .init("version", .whole),
        .init("window", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// Its address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }

    /// The chain.
    public var chain: String { wire.text("chain") }

    /// The highest nonce that is final.
    public var finalNonce: String? { wire.textOrNil("final_nonce") }

    /// How many nonces are not final.
    public var inFlight: Int { wire.whole("in_flight") }

    /// The key.
    public var key: String { wire.text("key") }

    /// The coins of its address, in wei, as a quorum said last.
    public var native: String? { wire.textOrNil("native") }

    /// The nonce that it gives next.
    public var nextNonce: String { wire.text("next_nonce") }

    /// The amounts promised to nonces in no block: `native` in wei, and tokens by currency.
    public var promised: JSON { wire.any("promised") }

    /// Why it is paused, or does not open yet.
    public var reason: String? { wire.textOrNil("reason") }

    /// Its state.
    public var state: LaneState { wire.of("state") }

    /// The tokens of its address, by currency, in their units.
    public var tokens: JSON { wire.any("tokens") }

    /// Counts its changes.
    public var version: Int { wire.whole("version") }

    /// How many of them may be in no block.
    public var window: Int { wire.whole("window") }
}

/// Reply of `request`.
public struct WithdrawalRequested: EarnestView {
    public static let _form = _Form("WithdrawalRequested", "withdrawal_requested", [
        .init("balance", .view { Balance._form }),
        .init("replayed", .flag),
        .init("withdrawal", .view { Withdrawal._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The present balance of the account.
    public var balance: Balance { wire.view("balance") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The withdrawal.
    public var withdrawal: Withdrawal { wire.view("withdrawal") }
}

/// A withdrawal. Numbers of a chain are texts.
public struct Withdrawal: EarnestView, Identifiable {
    public static let _form = _Form("Withdrawal", "withdrawal", [
        .init("id", .text),
        .init("account", .text),
        .init("amount", .money),
        .init("to", .text),
        .init("attempts", .list(.view { WithdrawalAttempt._form })),
        .init("attention", .view { Attention._form }, optional: true, nullable: true),
        .init("block", .view { WithdrawalBlock._form }, optional: true, nullable: true),
        .init("cancelling", .flag),
        .init("chain", .text),
        .init("confirmations", .whole),
        .init("confirmed_at", .time, optional: true, nullable: true),
        .init("created_at", .time),
        .init("failure", .view { WithdrawalFailure._form }, optional: true, nullable: true),
        .init("fee", .money),
        .init("gas_paid", .text, optional: true, nullable: true),
        .init("give_up_at", .time, optional: true, nullable: true),
        .init("hash", .text, optional: true, nullable: true),
        .init("hold", .text),
        .init("lane", .text, optional: true, nullable: true),
        .init("metadata", .object),
        .init("nonce", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("requested_by", .text),
        .init("state", .text),
        .init("transfer", .text, optional: true, nullable: true),
        .init("unsettled", .flag),
        .init("updated_at", .time),
        .init("version", .whole),
        .init("waiting", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The account that pays.
    public var account: String { wire.text("account") }

    /// The amount for the payee.
    public var amount: Money { wire.money("amount") }

    /// The address of the payee, with the checksum of EIP-55.
    public var to: String { wire.text("to") }

    /// The tries at its nonce.
    public var attempts: [WithdrawalAttempt] { wire.views("attempts") }

    /// Why people should look at it.
    public var attention: Attention? { wire.viewOrNil("attention") }

    /// The block that it is in.
    public var block: WithdrawalBlock? { wire.viewOrNil("block") }

    /// Whether it is given up: no payment is signed any more.
    public var cancelling: Bool { wire.flag("cancelling") }

    /// The chain.
    public var chain: String { wire.text("chain") }

    /// How many blocks a quorum counts from its block on.
    public var confirmations: Int { wire.whole("confirmations") }

    /// When it was final.
    public var confirmedAt: Date? { wire.timeOrNil("confirmed_at") }

    /// When it was asked for.
    public var createdAt: Date { wire.time("created_at") }

    /// Why it failed.
    public var failure: WithdrawalFailure? { wire.viewOrNil("failure") }

    /// The fee on top of the amount.
    public var fee: Money { wire.money("fee") }

    /// The cost of its gas, in wei.
    public var gasPaid: String? { wire.textOrNil("gas_paid") }

    /// When it is given up, without a nonce.
    public var giveUpAt: Date? { wire.timeOrNil("give_up_at") }

    /// The hash of its transaction: the final one, else the newest.
    public var hash: String? { wire.textOrNil("hash") }

    /// The hold of the amount and the fee.
    public var hold: String { wire.text("hold") }

    /// The lane that sends it.
    public var lane: String? { wire.textOrNil("lane") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// Its nonce on that lane.
    public var nonce: String? { wire.textOrNil("nonce") }

    /// The caller's own id.
    public var reference: String? { wire.textOrNil("reference") }

    /// The actor who requested it.
    public var requestedBy: String { wire.text("requested_by") }

    /// Its state.
    public var state: WithdrawalState { wire.of("state") }

    /// The newest transfer that it made.
    public var transfer: String? { wire.textOrNil("transfer") }

    /// Whether what was final is gone.
    public var unsettled: Bool { wire.flag("unsettled") }

    /// When it last changed.
    public var updatedAt: Date { wire.time("updated_at") }

    /// Counts its changes.
    public var version: Int { wire.whole("version") }

    /// The condition that it waits for.
    public var waiting: Waiting? { wire.ofOrNil("waiting") }
}

/// One try at the nonce of a withdrawal. Numbers of a chain are texts.
public struct WithdrawalAttempt: EarnestView {
    public static let _form = _Form("WithdrawalAttempt", "withdrawal_attempt", [
        .init("kind", .text),
        .init("gas_limit", .text),
        .init("hash", .text, optional: true, nullable: true),
        .init("max_fee_per_gas", .text),
        .init("max_priority_fee_per_gas", .text),
        .init("number", .whole),
        .init("outcome", .text, optional: true, nullable: true),
        .init("sent_at", .time, optional: true, nullable: true),
        .init("signed_at", .time, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The purpose of the attempt.
    public var kind: AttemptKind { wire.of("kind") }

    /// The gas that it may use up.
    public var gasLimit: String { wire.text("gas_limit") }

    /// The hash of its bytes, once they are signed.
    public var hash: String? { wire.textOrNil("hash") }

    /// The most for a unit of gas, in wei.
    public var maxFeePerGas: String { wire.text("max_fee_per_gas") }

    /// The most of that for who makes the block, in wei.
    public var maxPriorityFeePerGas: String { wire.text("max_priority_fee_per_gas") }

    /// Counts from 1.
    public var number: Int { wire.whole("number") }

    /// The last answer of nodes to them.
    public var outcome: BroadcastOutcome? { wire.ofOrNil("outcome") }

    /// When a worker took them last, to send them.
    public var sentAt: Date? { wire.timeOrNil("sent_at") }

    /// When its bytes were kept.
    public var signedAt: Date? { wire.timeOrNil("signed_at") }
}

/// Why people should look at a withdrawal.
public struct Attention: EarnestView {
    public static let _form = _Form("Attention", "attention", [
        .init("kind", .text),
        .init("code", .text),
        .init("since", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether it may go away by itself.
    public var kind: AttentionKind { wire.of("kind") }

    /// The reason.
    public var code: AttentionCode { wire.of("code") }

    /// Since when.
    public var since: Date { wire.time("since") }
}

/// The block that a withdrawal is in.
public struct WithdrawalBlock: EarnestView {
    public static let _form = _Form("WithdrawalBlock", "withdrawal_block", [
        .init("hash", .text),
        .init("number", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its hash.
    public var hash: String { wire.text("hash") }

    /// Its number, as text.
    public var number: String { wire.text("number") }
}

/// Why a withdrawal failed.
public struct WithdrawalFailure: EarnestView {
    public static let _form = _Form("WithdrawalFailure", "withdrawal_failure", [
        .init("code", .text),
        .init("message", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`.
    public var code: String { wire.text("code") }

    /// The message of a failed simulation.
    public var message: String? { wire.textOrNil("message") }
}

/// Reply of a change of a withdrawal.
public struct WithdrawalReply: EarnestView {
    public static let _form = _Form("WithdrawalReply", "withdrawal_reply", [
        .init("replayed", .flag),
        .init("withdrawal", .view { Withdrawal._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether nothing changed, or the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The withdrawal.
    public var withdrawal: Withdrawal { wire.view("withdrawal") }
}

/// The quote of a withdrawal.
public struct WithdrawalQuote: EarnestView {
    public static let _form = _Form("WithdrawalQuote", "withdrawal_quote", [
        .init("amount", .money),
        .init("fee", .money),
        .init("gas_price", .text, optional: true, nullable: true),
        .init("held", .money),
        .init("network_fee", .text, optional: true, nullable: true),
        .init("waiting", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The amount for the payee.
    public var amount: Money { wire.money("amount") }

    /// The fee on top of the amount.
    public var fee: Money { wire.money("fee") }

    /// The present price of a unit of gas, in wei; `null` while nobody has said it.
    public var gasPrice: String? { wire.textOrNil("gas_price") }

    /// The sum of both, to be held.
    public var held: Money { wire.money("held") }

    /// The gas that its transaction costs the lane at that price, in wei; of a token by an estimate.
    public var networkFee: String? { wire.textOrNil("network_fee") }

    /// The condition that it would wait for now.
    public var waiting: Waiting? { wire.ofOrNil("waiting") }
}

/// Reply of `allowed_actions`.
public struct WithdrawalChoices: EarnestView {
    public static let _form = _Form("WithdrawalChoices", "withdrawal_choices", [
        .init("actions", .list(.view { WithdrawalAction._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actions, in the order of the table of transitions.
    public var actions: [WithdrawalAction] { wire.views("actions") }
}

/// An action that an actor can take on a withdrawal now.
public struct WithdrawalAction: EarnestView {
    public static let _form = _Form("WithdrawalAction", "withdrawal_action", [
        .init("to", .text, optional: true, nullable: true),
        .init("needs", .list(.text)),
        .init("trigger", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state that it leads to; `null` where the chain decides.
    public var to: WithdrawalState? { wire.ofOrNil("to") }

    /// The fields that it needs beside the withdrawal.
    public var needs: [String] { wire.texts("needs") }

    /// The operation, without the service.
    public var trigger: String { wire.text("trigger") }
}

/// How many withdrawals there are, and how they went.
public struct WithdrawalStats: EarnestView {
    public static let _form = _Form("WithdrawalStats", "withdrawal_stats", [
        .init("attention", .object),
        .init("by_state", .object),
        .init("confirmed", .whole),
        .init("error_rate", .whole, optional: true, nullable: true),
        .init("failed", .whole),
        .init("gas_paid", .object),
        .init("mean_seconds", .whole, optional: true, nullable: true),
        .init("oldest", .time, optional: true, nullable: true),
        .init("p95_seconds", .whole, optional: true, nullable: true),
        .init("waiting", .object),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How many people should look at, by reason.
    public var attention: JSON { wire.any("attention") }

    /// How many are in each state.
    public var byState: JSON { wire.any("by_state") }

    /// How many are paid.
    public var confirmed: Int { wire.whole("confirmed") }

    /// How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over.
    public var errorRate: Int? { wire.wholeOrNil("error_rate") }

    /// How many failed.
    public var failed: Int { wire.whole("failed") }

    /// The total gas cost, in wei, by chain.
    public var gasPaid: JSON { wire.any("gas_paid") }

    /// How many seconds those took that are paid, on average.
    public var meanSeconds: Int? { wire.wholeOrNil("mean_seconds") }

    /// Since when the oldest waits that is not over.
    public var oldest: Date? { wire.timeOrNil("oldest") }

    /// How many seconds 95 of 100 of them took at most.
    public var p95Seconds: Int? { wire.wholeOrNil("p95_seconds") }

    /// How many wait for what.
    public var waiting: JSON { wire.any("waiting") }
}

/// Reply of `set_policy`.
public struct PolicyReply: EarnestView {
    public static let _form = _Form("PolicyReply", "policy_reply", [
        .init("policy", .view { Policy._form }),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The policy.
    public var policy: Policy { wire.view("policy") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's settings: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// A policy: from this amount up, a call with this effect needs this many approvals.
public struct Policy: EarnestView, Identifiable {
    public static let _form = _Form("Policy", "policy", [
        .init("id", .text),
        .init("currency", .text),
        .init("approvers", .whole),
        .init("built_in", .flag),
        .init("expires_in", .length),
        .init("operation", .text),
        .init("require", .list(.text)),
        .init("role", .text),
        .init("threshold", .money),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Currency of the threshold.
    public var currency: String { wire.text("currency") }

    /// How many different people must approve.
    public var approvers: Int { wire.whole("approvers") }

    /// Whether it comes from the options of the engine, and not from the book.
    public var builtIn: Bool { wire.flag("built_in") }

    /// How long an approval stays open.
    public var expiresIn: Duration { wire.length("expires_in") }

    /// The effect of the calls that it covers.
    public var operation: String { wire.text("operation") }

    /// The factors that the caller must prove.
    public var require: [String] { wire.texts("require") }

    /// The role in which they must act.
    public var role: String { wire.text("role") }

    /// From here up.
    public var threshold: Money { wire.money("threshold") }
}

/// Reply of `remove_policy`.
public struct PolicyRemoved: EarnestView {
    public static let _form = _Form("PolicyRemoved", "policy_removed", [
        .init("removed", .text),
        .init("replayed", .flag),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The name of the policy that is gone.
    public var removed: String { wire.text("removed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// Version of the book's settings: it counts every change of any of them.
    public var version: Int { wire.whole("version") }
}

/// Reply of `approve`.
public struct ApproveReply: EarnestView {
    public static let _form = _Form("ApproveReply", "approve_reply", [
        .init("approval", .view { Approval._form }),
        .init("error", .refusal, optional: true, nullable: true),
        .init("executed", .flag),
        .init("replayed", .flag),
        .init("reply", .object, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The approval.
    public var approval: Approval { wire.view("approval") }

    /// Why the call was refused; the consent stays, and this may be repeated until the approval expires.
    public var error: EarnestError? { wire.refusalOrNil("error") }

    /// Whether the call took place.
    public var executed: Bool { wire.flag("executed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The call's own reply, when it took place.
    public var reply: JSON? { wire.anyOrNil("reply") }
}

/// An approval.
public struct Approval: EarnestView, Identifiable {
    public static let _form = _Form("Approval", "approval", [
        .init("id", .text),
        .init("account", .text),
        .init("amount", .money),
        .init("approvals", .list(.view { Consent._form })),
        .init("commitment", .view { Commitment._form }, optional: true, nullable: true),
        .init("ended_at", .time, optional: true, nullable: true),
        .init("expires_at", .time),
        .init("now", .view { Foreseen._form }, optional: true, nullable: true),
        .init("operation", .text),
        .init("payload_hash", .text),
        .init("policy", .text),
        .init("reason", .text, optional: true, nullable: true),
        .init("rejected_by", .text, optional: true, nullable: true),
        .init("request", .object, optional: true, nullable: true),
        .init("requested_at", .time),
        .init("requested_by", .text),
        .init("required", .whole),
        .init("result", .view { ApprovalResult._form }, optional: true, nullable: true),
        .init("role", .text),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The account that gives most of the amount.
    public var account: String { wire.text("account") }

    /// The amount that the call takes, of the currency that its policy is about.
    public var amount: Money { wire.money("amount") }

    /// The actors who have approved, in their order.
    public var approvals: [Consent] { wire.views("approvals") }

    /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier version,
    /// which is held to its amount.
    public var commitment: Commitment? { wire.viewOrNil("commitment") }

    /// When it was executed, rejected or expired.
    public var endedAt: Date? { wire.timeOrNil("ended_at") }

    /// Its deadline: it must be given and used up before.
    public var expiresAt: Date { wire.time("expires_at") }

    /// Its effect now, as a query answers while it is open; otherwise `null`.
    public var now: Foreseen? { wire.viewOrNil("now") }

    /// The operation that waits.
    public var operation: String { wire.text("operation") }

    /// SHA-256 of its canonical request, hexadecimal.
    public var payloadHash: String { wire.text("payload_hash") }

    /// The policy that asks for it.
    public var policy: String { wire.text("policy") }

    /// Why.
    public var reason: String? { wire.textOrNil("reason") }

    /// The actor who rejected it.
    public var rejectedBy: String? { wire.textOrNil("rejected_by") }

    /// Its request, without key and actor; `null` when it was erased.
    public var request: JSON? { wire.anyOrNil("request") }

    /// When it was asked for.
    public var requestedAt: Date { wire.time("requested_at") }

    /// The requester: the call runs as this actor.
    public var requestedBy: String { wire.text("requested_by") }

    /// How many must approve.
    public var required: Int { wire.whole("required") }

    /// The outcome of the call; `null` while it has not been tried.
    public var result: ApprovalResult? { wire.viewOrNil("result") }

    /// In which role.
    public var role: String { wire.text("role") }

    /// Its state.
    public var state: ApprovalState { wire.of("state") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// An actor's approval.
public struct Consent: EarnestView {
    public static let _form = _Form("Consent", "consent", [
        .init("actor", .text),
        .init("at", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actor.
    public var actor: String { wire.text("actor") }

    /// When.
    public var at: Date { wire.time("at") }
}

/// The effect that a parked call would have now.
public struct Foreseen: EarnestView {
    public static let _form = _Form("Foreseen", "foreseen", [
        .init("beyond", .text, optional: true, nullable: true),
        .init("commitment", .view { Commitment._form }, optional: true, nullable: true),
        .init("error", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The first part of it that goes beyond what was asked for, for which it is refused: `currency`, `payer`, `payee`, `amount`
    /// or the name of a term.
    public var beyond: String? { wire.textOrNil("beyond") }

    /// Its commitment; `null` where it would be refused.
    public var commitment: Commitment? { wire.viewOrNil("commitment") }

    /// The code that it would be refused with, before its gates.
    public var error: String? { wire.textOrNil("error") }
}

/// The outcome of the call that waited.
public struct ApprovalResult: EarnestView {
    public static let _form = _Form("ApprovalResult", "approval_result", [
        .init("error", .text, optional: true, nullable: true),
        .init("executed", .flag),
        .init("made", .list(.text)),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The code that it was refused with when it should have run last.
    public var error: String? { wire.textOrNil("error") }

    /// Whether it took place.
    public var executed: Bool { wire.flag("executed") }

    /// The ids of what it made.
    public var made: [String] { wire.texts("made") }
}

/// Reply of a change of an approval.
public struct ApprovalReply: EarnestView {
    public static let _form = _Form("ApprovalReply", "approval_reply", [
        .init("approval", .view { Approval._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The approval.
    public var approval: Approval { wire.view("approval") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Reply of `put`.
public struct ValuePut: EarnestView {
    public static let _form = _Form("ValuePut", "value_put", [
        .init("key_id", .text),
        .init("name", .text),
        .init("replayed", .flag),
        .init("subject", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The key of the keyring that wraps the subject's data key.
    public var keyId: String { wire.text("key_id") }

    /// The name of the value.
    public var name: String { wire.text("name") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The subject.
    public var subject: String { wire.text("subject") }

    /// Counts the values under this name, from 1.
    public var version: Int { wire.whole("version") }
}

/// Reply of `reveal`.
public struct ValueRevealed: EarnestView {
    public static let _form = _Form("ValueRevealed", "value_revealed", [
        .init("replayed", .flag),
        .init("value", .text, secret: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    public var replayed: Bool { wire.flag("replayed") }

    /// The value.
    public var value: String { wire.text("value") }

    /// Counts the values under this name.
    public var version: Int { wire.whole("version") }
}
