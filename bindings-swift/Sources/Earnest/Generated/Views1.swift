// Replies of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Reply of a change of an account.
public struct AccountReply: EarnestView {
    public static let _form = _Form("AccountReply", "account_reply", [
        .init("account", .view { Account._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: Account { wire.view("account") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// An account: its balance and what is known of it.
public struct Account: EarnestView {
    public static let _form = _Form("Account", "account", [
        .init("account", .text),
        .init("currency", .text),
        .init("kind", .text, optional: true, nullable: true),
        .init("available", .money),
        .init("created_at", .time),
        .init("display_name", .text, optional: true, nullable: true),
        .init("held", .money),
        .init("metadata", .object),
        .init("overdraft_limit", .money),
        .init("owner", .text, optional: true, nullable: true),
        .init("posted", .money),
        .init("reference", .text, optional: true, nullable: true),
        .init("status", .text),
        .init("streaming", .flag),
        .init("tier", .text, optional: true, nullable: true),
        .init("version", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Its currency.
    public var currency: String { wire.text("currency") }

    /// The caller's label.
    public var kind: String? { wire.textOrNil("kind") }

    /// The amount that can be spent.
    public var available: Money { wire.money("available") }

    /// When it was opened.
    public var createdAt: Date { wire.time("created_at") }

    /// Name for people.
    public var displayName: String? { wire.textOrNil("display_name") }

    /// The amount kept by open holds.
    public var held: Money { wire.money("held") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// How far below zero it may go.
    public var overdraftLimit: Money { wire.money("overdraft_limit") }

    /// Its owner.
    public var owner: String? { wire.textOrNil("owner") }

    /// Everything posted.
    public var posted: Money { wire.money("posted") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// Status.
    public var status: AccountStatus { wire.of("status") }

    /// Whether credits append.
    public var streaming: Bool { wire.flag("streaming") }

    /// Tier of a treasury account.
    public var tier: String? { wire.textOrNil("tier") }

    /// Counts every change; `null` on a streaming account.
    public var version: Int? { wire.wholeOrNil("version") }
}

/// Reply of a movement of money.
public struct Moved: EarnestView {
    public static let _form = _Form("Moved", "moved", [
        .init("balance", .view { Balance._form }),
        .init("replayed", .flag),
        .init("transfer", .view { Transfer._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Balance of the account that the call is about, as it is now.
    public var balance: Balance { wire.view("balance") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The transfer.
    public var transfer: Transfer { wire.view("transfer") }
}

/// The balance of an account.
public struct Balance: EarnestView {
    public static let _form = _Form("Balance", "balance", [
        .init("account", .text),
        .init("currency", .text),
        .init("available", .money),
        .init("held", .money),
        .init("posted", .money),
        .init("version", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Its currency.
    public var currency: String { wire.text("currency") }

    /// The amount that can be spent: `posted - held` and the overdraft limit.
    public var available: Money { wire.money("available") }

    /// The amount kept by open holds.
    public var held: Money { wire.money("held") }

    /// Everything posted.
    public var posted: Money { wire.money("posted") }

    /// Counts every change; `null` on a streaming account.
    public var version: Int? { wire.wholeOrNil("version") }
}

/// A transfer.
public struct Transfer: EarnestView, Identifiable {
    public static let _form = _Form("Transfer", "transfer", [
        .init("id", .text),
        .init("kind", .text),
        .init("amount", .money, optional: true, nullable: true),
        .init("from", .text, optional: true, nullable: true),
        .init("to", .text, optional: true, nullable: true),
        .init("created_at", .time),
        .init("deal", .text, optional: true, nullable: true),
        .init("hold", .text, optional: true, nullable: true),
        .init("metadata", .object),
        .init("payment", .text, optional: true, nullable: true),
        .init("postings", .list(.view { Posting._form })),
        .init("purchase", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("refunded", .money, optional: true, nullable: true),
        .init("reverses", .text, optional: true, nullable: true),
        .init("withdrawal", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// Why it exists.
    public var kind: TransferKind { wire.of("kind") }

    /// The amount moved; `null` with more than two postings.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// The payer; `null` with more than two postings.
    public var from: String? { wire.textOrNil("from") }

    /// The payee; `null` with more than two postings.
    public var to: String? { wire.textOrNil("to") }

    /// When it was posted.
    public var createdAt: Date { wire.time("created_at") }

    /// The deal that it belongs to.
    public var deal: String? { wire.textOrNil("deal") }

    /// The hold that it captured.
    public var hold: String? { wire.textOrNil("hold") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// The payment that it belongs to.
    public var payment: String? { wire.textOrNil("payment") }

    /// Its legs.
    public var postings: [Posting] { wire.views("postings") }

    /// The purchase that it belongs to.
    public var purchase: String? { wire.textOrNil("purchase") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// How much of it was returned; `null` with more than two postings.
    public var refunded: Money? { wire.moneyOrNil("refunded") }

    /// The transfer that this one reverses or refunds.
    public var reverses: String? { wire.textOrNil("reverses") }

    /// The withdrawal that it belongs to.
    public var withdrawal: String? { wire.textOrNil("withdrawal") }
}

/// One leg of a transfer.
public struct Posting: EarnestView {
    public static let _form = _Form("Posting", "posting", [
        .init("account", .text),
        .init("amount", .money),
        .init("balance_after", .money, optional: true, nullable: true),
        .init("balance_before", .money, optional: true, nullable: true),
        .init("number", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Signed: positive is a credit.
    public var amount: Money { wire.money("amount") }

    /// Balance after; `null` on a streaming account.
    public var balanceAfter: Money? { wire.moneyOrNil("balance_after") }

    /// Balance before; `null` on a streaming account.
    public var balanceBefore: Money? { wire.moneyOrNil("balance_before") }

    /// Gapless number within the account; `null` on a streaming account.
    public var number: Int? { wire.wholeOrNil("number") }
}

/// Reply of a posting of n legs.
public struct Posted: EarnestView {
    public static let _form = _Form("Posted", "posted", [
        .init("replayed", .flag),
        .init("transfer", .view { Transfer._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The transfer.
    public var transfer: Transfer { wire.view("transfer") }
}

/// Reply of a change of a hold.
public struct HoldReply: EarnestView {
    public static let _form = _Form("HoldReply", "hold_reply", [
        .init("balance", .view { Balance._form }),
        .init("hold", .view { Hold._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Balance of its account, as it is now.
    public var balance: Balance { wire.view("balance") }

    /// The hold.
    public var hold: Hold { wire.view("hold") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A hold.
public struct Hold: EarnestView, Identifiable {
    public static let _form = _Form("Hold", "hold", [
        .init("id", .text),
        .init("account", .text),
        .init("amount", .money),
        .init("captured", .money),
        .init("created_at", .time),
        .init("expires_at", .time, optional: true, nullable: true),
        .init("metadata", .object),
        .init("reference", .text, optional: true, nullable: true),
        .init("released", .money),
        .init("remaining", .money),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The account whose money it keeps.
    public var account: String { wire.text("account") }

    /// The amount authorized.
    public var amount: Money { wire.money("amount") }

    /// The amount captured.
    public var captured: Money { wire.money("captured") }

    /// When it was made.
    public var createdAt: Date { wire.time("created_at") }

    /// When it expires.
    public var expiresAt: Date? { wire.timeOrNil("expires_at") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// The amount released.
    public var released: Money { wire.money("released") }

    /// The amount it still keeps.
    public var remaining: Money { wire.money("remaining") }

    /// Its state, as stored: the clock may have ended it already.
    public var state: HoldState { wire.of("state") }

    /// Counts every change.
    public var version: Int { wire.whole("version") }
}

/// Reply of a capture.
public struct Captured: EarnestView {
    public static let _form = _Form("Captured", "captured", [
        .init("balance", .view { Balance._form }),
        .init("hold", .view { Hold._form }),
        .init("replayed", .flag),
        .init("transfer", .view { Transfer._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Balance of the hold's account, as it is now.
    public var balance: Balance { wire.view("balance") }

    /// The hold.
    public var hold: Hold { wire.view("hold") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The transfer.
    public var transfer: Transfer { wire.view("transfer") }
}

/// Reply of `ledger.lock`.
public struct Locked: EarnestView {
    public static let _form = _Form("Locked", "locked", [
        .init("accounts", .list(.view { Balance._form })),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The accounts that are locked now, in the order of locking.
    public var accounts: [Balance] { wire.views("accounts") }

    /// Always false: locking leaves nothing to replay.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Balances of several accounts.
public struct Balances: EarnestView {
    public static let _form = _Form("Balances", "balances", [
        .init("balances", .list(.view { Balance._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The balances, by account and currency.
    public var balances: [Balance] { wire.views("balances") }
}

/// An entry of an account.
public struct Entry: EarnestView {
    public static let _form = _Form("Entry", "entry", [
        .init("account", .text),
        .init("currency", .text),
        .init("kind", .text),
        .init("amount", .money),
        .init("balance_after", .money, optional: true, nullable: true),
        .init("balance_before", .money, optional: true, nullable: true),
        .init("counterparty", .text, optional: true, nullable: true),
        .init("created_at", .time),
        .init("deal", .text, optional: true, nullable: true),
        .init("metadata", .object),
        .init("number", .whole, optional: true, nullable: true),
        .init("payment", .text, optional: true, nullable: true),
        .init("purchase", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("transfer", .text),
        .init("withdrawal", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// The currency.
    public var currency: String { wire.text("currency") }

    /// Why the transfer exists.
    public var kind: TransferKind { wire.of("kind") }

    /// Signed: positive is a credit.
    public var amount: Money { wire.money("amount") }

    /// Balance after; `null` on a streaming account.
    public var balanceAfter: Money? { wire.moneyOrNil("balance_after") }

    /// Balance before; `null` on a streaming account.
    public var balanceBefore: Money? { wire.moneyOrNil("balance_before") }

    /// The account on the other side; `null` where the transfer has more than two postings.
    public var counterparty: String? { wire.textOrNil("counterparty") }

    /// When it was posted.
    public var createdAt: Date { wire.time("created_at") }

    /// The deal that it was for.
    public var deal: String? { wire.textOrNil("deal") }

    /// The transfer's metadata.
    public var metadata: JSON { wire.any("metadata") }

    /// Gapless number within the account; `null` on a streaming account.
    public var number: Int? { wire.wholeOrNil("number") }

    /// The payment that it was for.
    public var payment: String? { wire.textOrNil("payment") }

    /// The purchase that it was for.
    public var purchase: String? { wire.textOrNil("purchase") }

    /// The transfer's reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// Its transfer.
    public var transfer: String { wire.text("transfer") }

    /// The withdrawal that it was for.
    public var withdrawal: String? { wire.textOrNil("withdrawal") }
}

/// A statement of an account.
public struct Statement: EarnestView {
    public static let _form = _Form("Statement", "statement", [
        .init("account", .text),
        .init("currency", .text),
        .init("closing", .money),
        .init("credits", .money),
        .init("csv", .text, optional: true, nullable: true),
        .init("debits", .money),
        .init("entries", .list(.view { Entry._form })),
        .init("from_time", .time),
        .init("next", .text, optional: true, nullable: true),
        .init("opening", .money),
        .init("to_time", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Its currency.
    public var currency: String { wire.text("currency") }

    /// Balance after the last entry of this page: the `opening` of the next one.
    public var closing: Money { wire.money("closing") }

    /// Sum of the credits of this page.
    public var credits: Money { wire.money("credits") }

    /// The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone.
    public var csv: String? { wire.textOrNil("csv") }

    /// Sum of the debits of this page, as a positive amount.
    public var debits: Money { wire.money("debits") }

    /// The entries, oldest first.
    public var entries: [Entry] { wire.views("entries") }

    /// From this time on.
    public var fromTime: Date { wire.time("from_time") }

    /// Asks for the next page; `null` on the last one, which most statements are.
    public var next: String? { wire.textOrNil("next") }

    /// Balance before the first entry of this page.
    public var opening: Money { wire.money("opening") }

    /// Before this time.
    public var toTime: Date { wire.time("to_time") }
}

/// All balances of a book, per currency.
public struct TrialBalance: EarnestView {
    public static let _form = _Form("TrialBalance", "trial_balance", [
        .init("balanced", .flag),
        .init("currencies", .list(.view { TrialLine._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether every line sums to zero.
    public var balanced: Bool { wire.flag("balanced") }

    /// One line a currency.
    public var currencies: [TrialLine] { wire.views("currencies") }
}

/// Debits and credits of one currency.
public struct TrialLine: EarnestView {
    public static let _form = _Form("TrialLine", "trial_line", [
        .init("currency", .text),
        .init("credits", .money),
        .init("debits", .money),
        .init("sum", .money),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The currency.
    public var currency: String { wire.text("currency") }

    /// Sum of positive balances.
    public var credits: Money { wire.money("credits") }

    /// Sum of negative balances, as a positive amount.
    public var debits: Money { wire.money("debits") }

    /// Their difference: zero.
    public var sum: Money { wire.money("sum") }
}

/// Results of a batch, in the order of its calls.
public struct BatchReply: EarnestView {
    public static let _form = _Form("BatchReply", "batch_reply", [
        .init("results", .list(.view { BatchResult._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// One result a call.
    public var results: [BatchResult] { wire.views("results") }
}

/// One result of a batch.
public struct BatchResult: EarnestView {
    public static let _form = _Form("BatchResult", "batch_result", [
        .init("error", .refusal, optional: true, nullable: true),
        .init("ok", .flag),
        .init("reply", .object, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its refusal; left out where it was accepted.
    public var error: EarnestError? { wire.refusalOrNil("error") }

    /// Whether it was accepted.
    public var ok: Bool { wire.flag("ok") }

    /// Its reply; left out where it was refused.
    public var reply: JSON? { wire.anyOrNil("reply") }
}

/// Reply of a change of a deal.
public struct DealReply: EarnestView {
    public static let _form = _Form("DealReply", "deal_reply", [
        .init("deal", .view { Deal._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The deal.
    public var deal: Deal { wire.view("deal") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A deal.
public struct Deal: EarnestView, Identifiable {
    public static let _form = _Form("Deal", "deal", [
        .init("id", .text),
        .init("buyer", .text),
        .init("buyer_owner", .text, optional: true, nullable: true),
        .init("buyer_pays", .money),
        .init("created_at", .time),
        .init("deadlines", .view { Deadlines._form }),
        .init("dispute", .text, optional: true, nullable: true),
        .init("fees", .list(.view { Fee._form })),
        .init("fees_taken", .money),
        .init("funded", .money),
        .init("held", .money),
        .init("item", .text, optional: true, nullable: true),
        .init("metadata", .object),
        .init("milestones", .list(.view { Milestone._form })),
        .init("payment", .text, optional: true, nullable: true),
        .init("price", .money),
        .init("reference", .text, optional: true, nullable: true),
        .init("refund_asked", .money, optional: true, nullable: true),
        .init("refunded", .money),
        .init("released", .money),
        .init("seller", .text),
        .init("seller_gets", .money),
        .init("seller_owner", .text, optional: true, nullable: true),
        .init("shipment", .view { Shipment._form }),
        .init("splits", .list(.view { SplitShare._form })),
        .init("state", .text),
        .init("stopped", .view { Stopped._form }, optional: true, nullable: true),
        .init("terms", .view { Terms._form }),
        .init("updated_at", .time),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The buyer's account.
    public var buyer: String { wire.text("buyer") }

    /// Owner of the buyer's account now.
    public var buyerOwner: String? { wire.textOrNil("buyer_owner") }

    /// The total that the buyer pays.
    public var buyerPays: Money { wire.money("buyer_pays") }

    /// When it was opened.
    public var createdAt: Date { wire.time("created_at") }

    /// Deadlines.
    public var deadlines: Deadlines { wire.view("deadlines") }

    /// The open dispute.
    public var dispute: String? { wire.textOrNil("dispute") }

    /// Fees.
    public var fees: [Fee] { wire.views("fees") }

    /// The amount taken as fees.
    public var feesTaken: Money { wire.money("fees_taken") }

    /// The amount that came into its account.
    public var funded: Money { wire.money("funded") }

    /// The balance of its account now.
    public var held: Money { wire.money("held") }

    /// The item sold, for people.
    public var item: String? { wire.textOrNil("item") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// Parts that are released one by one.
    public var milestones: [Milestone] { wire.views("milestones") }

    /// The payment from outside that is to pay it, or has.
    public var payment: String? { wire.textOrNil("payment") }

    /// The price.
    public var price: Money { wire.money("price") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// The refund that the buyer asked for and that is still undecided, as a part of the price.
    public var refundAsked: Money? { wire.moneyOrNil("refund_asked") }

    /// The amount that went back to the buyer.
    public var refunded: Money { wire.money("refunded") }

    /// The amount that went to the seller's side.
    public var released: Money { wire.money("released") }

    /// The seller's account.
    public var seller: String { wire.text("seller") }

    /// The seller's proceeds if nothing is refunded.
    public var sellerGets: Money { wire.money("seller_gets") }

    /// Owner of the seller's account now.
    public var sellerOwner: String? { wire.textOrNil("seller_owner") }

    /// The shipment.
    public var shipment: Shipment { wire.view("shipment") }

    /// Others who get a part.
    public var splits: [SplitShare] { wire.views("splits") }

    /// Its state, as stored: a deadline may have passed already.
    public var state: DealState { wire.of("state") }

    /// While it is at a standstill: who stopped it, and where it goes on.
    public var stopped: Stopped? { wire.viewOrNil("stopped") }

    /// The terms.
    public var terms: Terms { wire.view("terms") }

    /// When it last changed.
    public var updatedAt: Date { wire.time("updated_at") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`.
public struct Deadlines: EarnestView {
    public static let _form = _Form("Deadlines", "deadlines", [
        .init("deliver_by", .time, optional: true, nullable: true),
        .init("left", .length, optional: true, nullable: true),
        .init("pay_by", .time, optional: true, nullable: true),
        .init("release_at", .time, optional: true, nullable: true),
        .init("ship_by", .time, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The deadline after which it counts as delivered.
    public var deliverBy: Date? { wire.timeOrNil("deliver_by") }

    /// While a dispute or the request of a refund stops the clock: what is left of the deadline that was in force.
    public var left: Duration? { wire.lengthOrNil("left") }

    /// The buyer must have paid.
    public var payBy: Date? { wire.timeOrNil("pay_by") }

    /// The seller is paid without further ado.
    public var releaseAt: Date? { wire.timeOrNil("release_at") }

    /// The seller must have shipped.
    public var shipBy: Date? { wire.timeOrNil("ship_by") }
}

/// A fee.
public struct Fee: EarnestView {
    public static let _form = _Form("Fee", "fee", [
        .init("amount", .money),
        .init("from", .text),
        .init("to", .text),
        .init("bps", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The amount when the whole price is released.
    public var amount: Money { wire.money("amount") }

    /// The payer: `seller` or `buyer`.
    public var from: String { wire.text("from") }

    /// The payee.
    public var to: String { wire.text("to") }

    /// Hundredths of a percent of the price; `null` for a fixed amount.
    public var bps: Int? { wire.wholeOrNil("bps") }
}

/// A part of the price that is released by name.
public struct Milestone: EarnestView {
    public static let _form = _Form("Milestone", "milestone", [
        .init("amount", .money),
        .init("name", .text),
        .init("released", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How much of the price it is.
    public var amount: Money { wire.money("amount") }

    /// Its name.
    public var name: String { wire.text("name") }

    /// Whether it was released.
    public var released: Bool { wire.flag("released") }
}

/// The shipment.
public struct Shipment: EarnestView {
    public static let _form = _Form("Shipment", "shipment", [
        .init("carrier", .text, optional: true, nullable: true),
        .init("delivered_at", .time, optional: true, nullable: true),
        .init("shipped_at", .time, optional: true, nullable: true),
        .init("tracking", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The carrier.
    public var carrier: String? { wire.textOrNil("carrier") }

    /// When it was delivered.
    public var deliveredAt: Date? { wire.timeOrNil("delivered_at") }

    /// When it was shipped.
    public var shippedAt: Date? { wire.timeOrNil("shipped_at") }

    /// The carrier's number for it.
    public var tracking: String? { wire.textOrNil("tracking") }
}

/// A share of another payee in the seller's proceeds.
public struct SplitShare: EarnestView {
    public static let _form = _Form("SplitShare", "split_share", [
        .init("amount", .money),
        .init("to", .text),
        .init("bps", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The amount when the whole price is released.
    public var amount: Money { wire.money("amount") }

    /// The payee.
    public var to: String { wire.text("to") }

    /// Hundredths of a percent of the price; `null` for a fixed amount.
    public var bps: Int? { wire.wholeOrNil("bps") }
}

/// Why a deal is at a standstill, and where it goes on.
public struct Stopped: EarnestView {
    public static let _form = _Form("Stopped", "stopped", [
        .init("before", .text),
        .init("by", .text, optional: true, nullable: true),
        .init("whole", .flag, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state before, to which it returns.
    public var before: DealState { wire.of("before") }

    /// The side that opened the dispute; `null` where staff did, and where a refund was asked for.
    public var by: Side? { wire.ofOrNil("by") }

    /// Whether the refund that was asked for is all that is left of the price; `null` in a dispute.
    public var whole: Bool? { wire.flagOrNil("whole") }
}

/// The terms of a deal.
public struct Terms: EarnestView {
    public static let _form = _Form("Terms", "terms", [
        .init("deliver_within", .length, optional: true, nullable: true),
        .init("inspection", .length),
        .init("pay_within", .length, optional: true, nullable: true),
        .init("require_acceptance", .flag),
        .init("respond_within", .length),
        .init("ship_within", .length, optional: true, nullable: true),
        .init("shipping", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How long it may be on its way before it counts as delivered.
    public var deliverWithin: Duration? { wire.lengthOrNil("deliver_within") }

    /// How long the buyer may look at what arrived.
    public var inspection: Duration { wire.length("inspection") }

    /// How long the buyer may take to pay.
    public var payWithin: Duration? { wire.lengthOrNil("pay_within") }

    /// The seller must accept before the deal continues.
    public var requireAcceptance: Bool { wire.flag("require_acceptance") }

    /// How long the other side may take to answer a dispute.
    public var respondWithin: Duration { wire.length("respond_within") }

    /// How long the seller may take to ship.
    public var shipWithin: Duration? { wire.lengthOrNil("ship_within") }

    /// Something is shipped.
    public var shipping: Bool { wire.flag("shipping") }
}

/// Reply of a change of a dispute.
public struct DisputeReply: EarnestView {
    public static let _form = _Form("DisputeReply", "dispute_reply", [
        .init("deal", .view { Deal._form }),
        .init("dispute", .view { Dispute._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its deal.
    public var deal: Deal { wire.view("deal") }

    /// The dispute.
    public var dispute: Dispute { wire.view("dispute") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A dispute.
public struct Dispute: EarnestView, Identifiable {
    public static let _form = _Form("Dispute", "dispute", [
        .init("id", .text),
        .init("deal", .text),
        .init("evidence", .list(.view { Evidence._form })),
        .init("opened_at", .time),
        .init("opened_by", .text),
        .init("outcome", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("refund", .money, optional: true, nullable: true),
        .init("resolution", .text, optional: true, nullable: true),
        .init("resolved_at", .time, optional: true, nullable: true),
        .init("resolved_by", .text, optional: true, nullable: true),
        .init("respond_by", .time, optional: true, nullable: true),
        .init("response_overdue", .flag),
        .init("state", .text),
        .init("statement", .text, optional: true, nullable: true),
        .init("type", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The deal.
    public var deal: String { wire.text("deal") }

    /// Evidence, in the order in which it was shown.
    public var evidence: [Evidence] { wire.views("evidence") }

    /// When it was opened.
    public var openedAt: Date { wire.time("opened_at") }

    /// The actor who opened it.
    public var openedBy: String { wire.text("opened_by") }

    /// The ruling.
    public var outcome: Ruling? { wire.ofOrNil("outcome") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// The part of the price that the ruling refunds to the buyer.
    public var refund: Money? { wire.moneyOrNil("refund") }

    /// Why.
    public var resolution: String? { wire.textOrNil("resolution") }

    /// When it was resolved.
    public var resolvedAt: Date? { wire.timeOrNil("resolved_at") }

    /// The actor who ruled.
    public var resolvedBy: String? { wire.textOrNil("resolved_by") }

    /// The other side should have answered.
    public var respondBy: Date? { wire.timeOrNil("respond_by") }

    /// The other side did not answer in time.
    public var responseOverdue: Bool { wire.flag("response_overdue") }

    /// Its state.
    public var state: DisputeState { wire.of("state") }

    /// The opener's statement; `null` when it was erased.
    public var statement: String? { wire.textOrNil("statement") }

    /// The type of the dispute.
    public var type: DisputeType { wire.of("type") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// A piece of evidence.
public struct Evidence: EarnestView {
    public static let _form = _Form("Evidence", "evidence", [
        .init("kind", .text),
        .init("added_at", .time),
        .init("added_by", .text),
        .init("number", .whole),
        .init("role", .text),
        .init("sha256", .text, optional: true, nullable: true),
        .init("statement", .text, optional: true, nullable: true),
        .init("uri", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The type of the evidence.
    public var kind: String { wire.text("kind") }

    /// When.
    public var addedAt: Date { wire.time("added_at") }

    /// The actor who showed it.
    public var addedBy: String { wire.text("added_by") }

    /// Its place, from 1.
    public var number: Int { wire.whole("number") }

    /// For which side: `buyer`, `seller`, or the staff (`admin`, `system`).
    public var role: EvidenceRole { wire.of("role") }

    /// SHA-256 of a file that the host keeps.
    public var sha256: String? { wire.textOrNil("sha256") }

    /// The statement; `null` also when it was erased.
    public var statement: String? { wire.textOrNil("statement") }

    /// Where that file is.
    public var uri: String? { wire.textOrNil("uri") }
}

/// The cost and the proceeds of a deal.
public struct Quote: EarnestView {
    public static let _form = _Form("Quote", "quote", [
        .init("buyer_pays", .money),
        .init("fees", .list(.view { Fee._form })),
        .init("price", .money),
        .init("seller_gets", .money),
        .init("splits", .list(.view { SplitShare._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The total that the buyer pays.
    public var buyerPays: Money { wire.money("buyer_pays") }

    /// Fees.
    public var fees: [Fee] { wire.views("fees") }

    /// The price.
    public var price: Money { wire.money("price") }

    /// The seller's proceeds.
    public var sellerGets: Money { wire.money("seller_gets") }

    /// Others who get a part.
    public var splits: [SplitShare] { wire.views("splits") }
}

/// An event.
public struct Event: EarnestView, Identifiable {
    public static let _form = _Form("Event", "event", [
        .init("id", .text),
        .init("actor", .actor, optional: true, nullable: true),
        .init("at", .time),
        .init("causation_id", .text, optional: true, nullable: true),
        .init("correlation_id", .text, optional: true, nullable: true),
        .init("data", .object),
        .init("device", .text, optional: true, nullable: true),
        .init("hash", .text),
        .init("ip", .text, optional: true, nullable: true),
        .init("object", .text),
        .init("object_id", .text),
        .init("previous_hash", .text),
        .init("seq", .whole),
        .init("timeline", .text, optional: true, nullable: true),
        .init("type", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The actor.
    public var actor: Actor? { wire.actorOrNil("actor") }

    /// When.
    public var at: Date { wire.time("at") }

    /// The event or call that caused it.
    public var causationId: String? { wire.textOrNil("causation_id") }

    /// Ties together what one user action caused.
    public var correlationId: String? { wire.textOrNil("correlation_id") }

    /// Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well.
    public var data: JSON { wire.any("data") }

    /// Device of the end user, for staff in `admin.audit`, until it is erased.
    public var device: String? { wire.textOrNil("device") }

    /// Its link of the chain, hexadecimal.
    public var hash: String { wire.text("hash") }

    /// Address of the end user, for staff in `admin.audit`, until it is erased.
    public var ip: String? { wire.textOrNil("ip") }

    /// The kind of object.
    public var object: String { wire.text("object") }

    /// The object's id.
    public var objectId: String { wire.text("object_id") }

    /// The link before.
    public var previousHash: String { wire.text("previous_hash") }

    /// Its place in the book, without gaps.
    public var seq: Int { wire.whole("seq") }

    /// The timeline that the link is of; `null` is the store's first.
    public var timeline: String? { wire.textOrNil("timeline") }

    /// `object.past_tense`.
    public var type: String { wire.text("type") }

    /// The object's version after it.
    public var version: Int { wire.whole("version") }
}

/// The verdict of a dry run.
public struct Validation: EarnestView {
    public static let _form = _Form("Validation", "validation", [
        .init("to", .text, optional: true, nullable: true),
        .init("allowed", .flag),
        .init("reason", .view { Reason._form }, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state that the deal would be in; `null` when it is refused.
    public var to: DealState? { wire.ofOrNil("to") }

    /// Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors are not asked.
    public var allowed: Bool { wire.flag("allowed") }

    /// Why it would be refused; `null` when it is allowed.
    public var reason: Reason? { wire.viewOrNil("reason") }
}

/// Why something would be refused.
public struct Reason: EarnestView {
    public static let _form = _Form("Reason", "reason", [
        .init("code", .text),
        .init("message", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The code of the refusal.
    public var code: String { wire.text("code") }

    /// The message, for developers.
    public var message: String { wire.text("message") }
}

/// Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does.
public struct Actions: EarnestView {
    public static let _form = _Form("Actions", "actions", [
        .init("actions", .list(.view { Action._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actions, in the order of the table of transitions.
    public var actions: [Action] { wire.views("actions") }
}

/// Something that an actor could do with a deal.
public struct Action: EarnestView {
    public static let _form = _Form("Action", "action", [
        .init("to", .text),
        .init("needs", .list(.text)),
        .init("trigger", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state that the deal would be in.
    public var to: DealState { wire.of("to") }

    /// Fields that the call must have in addition to the deal.
    public var needs: [String] { wire.texts("needs") }

    /// The trigger; it is the name of the operation too.
    public var trigger: Trigger { wire.of("trigger") }
}

/// A picture of everything that a deal can do.
public struct Diagram: EarnestView {
    public static let _form = _Form("Diagram", "diagram", [
        .init("content", .text),
        .init("format", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The picture, as text.
    public var content: String { wire.text("content") }

    /// `mermaid` or `svg`.
    public var format: String { wire.text("format") }
}

/// A dispute in full: its own fields, the whole deal, and the history of both.
public struct DisputeFile: EarnestView, Identifiable {
    public static let _form = _Form("DisputeFile", "dispute_file", [
        .init("id", .text),
        .init("deal", .view { Deal._form }),
        .init("evidence", .list(.view { Evidence._form })),
        .init("history", .list(.view { Event._form })),
        .init("opened_at", .time),
        .init("opened_by", .text),
        .init("outcome", .text, optional: true, nullable: true),
        .init("parties", .view { BothParties._form }),
        .init("reference", .text, optional: true, nullable: true),
        .init("refund", .money, optional: true, nullable: true),
        .init("resolution", .text, optional: true, nullable: true),
        .init("resolved_at", .time, optional: true, nullable: true),
        .init("resolved_by", .text, optional: true, nullable: true),
        .init("respond_by", .time, optional: true, nullable: true),
        .init("response_overdue", .flag),
        .init("shipments", .list(.view { Shipment._form })),
        .init("state", .text),
        .init("statement", .text, optional: true, nullable: true),
        .init("type", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The deal.
    public var deal: Deal { wire.view("deal") }

    /// Evidence, in the order in which it was shown.
    public var evidence: [Evidence] { wire.views("evidence") }

    /// The events of the deal and of the dispute, oldest first.
    public var history: [Event] { wire.views("history") }

    /// When it was opened.
    public var openedAt: Date { wire.time("opened_at") }

    /// The actor who opened it.
    public var openedBy: String { wire.text("opened_by") }

    /// The ruling.
    public var outcome: Ruling? { wire.ofOrNil("outcome") }

    /// The parties of the deal.
    public var parties: BothParties { wire.view("parties") }

    /// The caller's own reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// The part of the price that the ruling refunds to the buyer.
    public var refund: Money? { wire.moneyOrNil("refund") }

    /// Why.
    public var resolution: String? { wire.textOrNil("resolution") }

    /// When it was resolved.
    public var resolvedAt: Date? { wire.timeOrNil("resolved_at") }

    /// The actor who ruled.
    public var resolvedBy: String? { wire.textOrNil("resolved_by") }

    /// The other side should have answered.
    public var respondBy: Date? { wire.timeOrNil("respond_by") }

    /// The other side did not answer in time.
    public var responseOverdue: Bool { wire.flag("response_overdue") }

    /// The shipments.
    public var shipments: [Shipment] { wire.views("shipments") }

    /// Its state.
    public var state: DisputeState { wire.of("state") }

    /// The opener's statement; `null` when it was erased.
    public var statement: String? { wire.textOrNil("statement") }

    /// The type of the dispute.
    public var type: DisputeType { wire.of("type") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// Both parties of a deal.
public struct BothParties: EarnestView {
    public static let _form = _Form("BothParties", "both_parties", [
        .init("buyer", .view { Party._form }),
        .init("seller", .view { Party._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The buyer.
    public var buyer: Party { wire.view("buyer") }

    /// The seller.
    public var seller: Party { wire.view("seller") }
}

/// A party of a deal.
public struct Party: EarnestView {
    public static let _form = _Form("Party", "party", [
        .init("account", .text),
        .init("display_name", .text, optional: true, nullable: true),
        .init("owner", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Its name for people.
    public var displayName: String? { wire.textOrNil("display_name") }

    /// Its owner now.
    public var owner: String? { wire.textOrNil("owner") }
}
