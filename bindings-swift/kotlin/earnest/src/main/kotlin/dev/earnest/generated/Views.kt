// Everything that operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import dev.earnest.views.Job
import java.time.Instant
import kotlin.time.Duration

/** Reply of a change of an account. */
public class AccountReply internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: Account = from.one("account", ::Account)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("account", account, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): AccountReply = AccountReply(Reading.of(text, "account_reply"))
    }
}

/** An account: its balance and what is known of it. */
public class Account internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Its currency. */
    public val currency: String = from.text("currency")
    /** The caller's label. */
    public val kind: String? = from.textOrNull("kind")
    /** The amount that can be spent. */
    public val available: Money = from.money("available")
    /** When it was opened. */
    public val createdAt: Instant = from.time("created_at")
    /** Name for people. */
    public val displayName: String? = from.textOrNull("display_name")
    /** The amount kept by open holds. */
    public val held: Money = from.money("held")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** How far below zero it may go. */
    public val overdraftLimit: Money = from.money("overdraft_limit")
    /** Its owner. */
    public val owner: String? = from.textOrNull("owner")
    /** Everything posted. */
    public val posted: Money = from.money("posted")
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** Status. */
    public val status: AccountStatus = AccountStatus(from.text("status"))
    /** Whether credits append. */
    public val streaming: Boolean = from.boolean("streaming")
    /** Tier of a treasury account. */
    public val tier: String? = from.textOrNull("tier")
    /** Counts every change; `null` on a streaming account. */
    public val version: Long? = from.integerOrNull("version")

    override fun parts(): Array<Any?> = arrayOf("account", account, "currency", currency, "kind", kind, "available", available, "created_at", createdAt, "display_name", displayName, "held", held, "metadata", metadata, "overdraft_limit", overdraftLimit, "owner", owner, "posted", posted, "reference", reference, "status", status, "streaming", streaming, "tier", tier, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Account = Account(Reading.of(text, "account"))
    }
}

/** Reply of a movement of money. */
public class Moved internal constructor(from: Reading) : View(from) {
    /** Balance of the account that the call is about, as it is now. */
    public val balance: Balance = from.one("balance", ::Balance)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The transfer. */
    public val transfer: Transfer = from.one("transfer", ::Transfer)

    override fun parts(): Array<Any?> = arrayOf("balance", balance, "replayed", replayed, "transfer", transfer)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Moved = Moved(Reading.of(text, "moved"))
    }
}

/** The balance of an account. */
public class Balance internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Its currency. */
    public val currency: String = from.text("currency")
    /** The amount that can be spent: `posted - held` and the overdraft limit. */
    public val available: Money = from.money("available")
    /** The amount kept by open holds. */
    public val held: Money = from.money("held")
    /** Everything posted. */
    public val posted: Money = from.money("posted")
    /** Counts every change; `null` on a streaming account. */
    public val version: Long? = from.integerOrNull("version")

    override fun parts(): Array<Any?> = arrayOf("account", account, "currency", currency, "available", available, "held", held, "posted", posted, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Balance = Balance(Reading.of(text, "balance"))
    }
}

/** A transfer. */
public class Transfer internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** Why it exists. */
    public val kind: TransferKind = TransferKind(from.text("kind"))
    /** The amount moved; `null` with more than two postings. */
    public val amount: Money? = from.moneyOrNull("amount")
    /** The payer; `null` with more than two postings. */
    public val from: String? = from.textOrNull("from")
    /** The payee; `null` with more than two postings. */
    public val to: String? = from.textOrNull("to")
    /** When it was posted. */
    public val createdAt: Instant = from.time("created_at")
    /** The deal that it belongs to. */
    public val deal: String? = from.textOrNull("deal")
    /** The hold that it captured. */
    public val hold: String? = from.textOrNull("hold")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** The payment that it belongs to. */
    public val payment: String? = from.textOrNull("payment")
    /** Its legs. */
    public val postings: List<Posting> = from.list("postings", ::Posting)
    /** The purchase that it belongs to. */
    public val purchase: String? = from.textOrNull("purchase")
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** How much of it was returned; `null` with more than two postings. */
    public val refunded: Money? = from.moneyOrNull("refunded")
    /** The transfer that this one reverses or refunds. */
    public val reverses: String? = from.textOrNull("reverses")
    /** The withdrawal that it belongs to. */
    public val withdrawal: String? = from.textOrNull("withdrawal")

    override fun parts(): Array<Any?> = arrayOf("id", id, "kind", kind, "amount", amount, "from", from, "to", to, "created_at", createdAt, "deal", deal, "hold", hold, "metadata", metadata, "payment", payment, "postings", postings, "purchase", purchase, "reference", reference, "refunded", refunded, "reverses", reverses, "withdrawal", withdrawal)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Transfer = Transfer(Reading.of(text, "transfer"))
    }
}

/** One leg of a transfer. */
public class Posting internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Signed: positive is a credit. */
    public val amount: Money = from.money("amount")
    /** Balance after; `null` on a streaming account. */
    public val balanceAfter: Money? = from.moneyOrNull("balance_after")
    /** Balance before; `null` on a streaming account. */
    public val balanceBefore: Money? = from.moneyOrNull("balance_before")
    /** Gapless number within the account; `null` on a streaming account. */
    public val number: Long? = from.integerOrNull("number")

    override fun parts(): Array<Any?> = arrayOf("account", account, "amount", amount, "balance_after", balanceAfter, "balance_before", balanceBefore, "number", number)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Posting = Posting(Reading.of(text, "posting"))
    }
}

/** Reply of a posting of n legs. */
public class Posted internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The transfer. */
    public val transfer: Transfer = from.one("transfer", ::Transfer)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "transfer", transfer)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Posted = Posted(Reading.of(text, "posted"))
    }
}

/** Reply of a change of a hold. */
public class HoldReply internal constructor(from: Reading) : View(from) {
    /** Balance of its account, as it is now. */
    public val balance: Balance = from.one("balance", ::Balance)
    /** The hold. */
    public val hold: Hold = from.one("hold", ::Hold)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("balance", balance, "hold", hold, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): HoldReply = HoldReply(Reading.of(text, "hold_reply"))
    }
}

/** A hold. */
public class Hold internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The account whose money it keeps. */
    public val account: String = from.text("account")
    /** The amount authorized. */
    public val amount: Money = from.money("amount")
    /** The amount captured. */
    public val captured: Money = from.money("captured")
    /** When it was made. */
    public val createdAt: Instant = from.time("created_at")
    /** When it expires. */
    public val expiresAt: Instant? = from.timeOrNull("expires_at")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** The amount released. */
    public val released: Money = from.money("released")
    /** The amount it still keeps. */
    public val remaining: Money = from.money("remaining")
    /** Its state, as stored: the clock may have ended it already. */
    public val state: HoldState = HoldState(from.text("state"))
    /** Counts every change. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "account", account, "amount", amount, "captured", captured, "created_at", createdAt, "expires_at", expiresAt, "metadata", metadata, "reference", reference, "released", released, "remaining", remaining, "state", state, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Hold = Hold(Reading.of(text, "hold"))
    }
}

/** Reply of a capture. */
public class Captured internal constructor(from: Reading) : View(from) {
    /** Balance of the hold's account, as it is now. */
    public val balance: Balance = from.one("balance", ::Balance)
    /** The hold. */
    public val hold: Hold = from.one("hold", ::Hold)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The transfer. */
    public val transfer: Transfer = from.one("transfer", ::Transfer)

    override fun parts(): Array<Any?> = arrayOf("balance", balance, "hold", hold, "replayed", replayed, "transfer", transfer)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Captured = Captured(Reading.of(text, "captured"))
    }
}

/** Reply of `ledger.lock`. */
public class Locked internal constructor(from: Reading) : View(from) {
    /** The accounts that are locked now, in the order of locking. */
    public val accounts: List<Balance> = from.list("accounts", ::Balance)
    /** Always false: locking leaves nothing to replay. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("accounts", accounts, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Locked = Locked(Reading.of(text, "locked"))
    }
}

/** Balances of several accounts. */
public class Balances internal constructor(from: Reading) : View(from) {
    /** The balances, by account and currency. */
    public val balances: List<Balance> = from.list("balances", ::Balance)

    override fun parts(): Array<Any?> = arrayOf("balances", balances)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Balances = Balances(Reading.of(text, "balances"))
    }
}

/** An entry of an account. */
public class Entry internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** The currency. */
    public val currency: String = from.text("currency")
    /** Why the transfer exists. */
    public val kind: TransferKind = TransferKind(from.text("kind"))
    /** Signed: positive is a credit. */
    public val amount: Money = from.money("amount")
    /** Balance after; `null` on a streaming account. */
    public val balanceAfter: Money? = from.moneyOrNull("balance_after")
    /** Balance before; `null` on a streaming account. */
    public val balanceBefore: Money? = from.moneyOrNull("balance_before")
    /** The account on the other side; `null` where the transfer has more than two postings. */
    public val counterparty: String? = from.textOrNull("counterparty")
    /** When it was posted. */
    public val createdAt: Instant = from.time("created_at")
    /** The deal that it was for. */
    public val deal: String? = from.textOrNull("deal")
    /** The transfer's metadata. */
    public val metadata: Json = from.members("metadata")
    /** Gapless number within the account; `null` on a streaming account. */
    public val number: Long? = from.integerOrNull("number")
    /** The payment that it was for. */
    public val payment: String? = from.textOrNull("payment")
    /** The purchase that it was for. */
    public val purchase: String? = from.textOrNull("purchase")
    /** The transfer's reference. */
    public val reference: String? = from.textOrNull("reference")
    /** Its transfer. */
    public val transfer: String = from.text("transfer")
    /** The withdrawal that it was for. */
    public val withdrawal: String? = from.textOrNull("withdrawal")

    override fun parts(): Array<Any?> = arrayOf("account", account, "currency", currency, "kind", kind, "amount", amount, "balance_after", balanceAfter, "balance_before", balanceBefore, "counterparty", counterparty, "created_at", createdAt, "deal", deal, "metadata", metadata, "number", number, "payment", payment, "purchase", purchase, "reference", reference, "transfer", transfer, "withdrawal", withdrawal)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Entry = Entry(Reading.of(text, "entry"))
    }
}

/** A statement of an account. */
public class Statement internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Its currency. */
    public val currency: String = from.text("currency")
    /** Balance after the last entry of this page: the `opening` of the next one. */
    public val closing: Money = from.money("closing")
    /** Sum of the credits of this page. */
    public val credits: Money = from.money("credits")
    /** The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone. */
    public val csv: String? = from.textOrNull("csv")
    /** Sum of the debits of this page, as a positive amount. */
    public val debits: Money = from.money("debits")
    /** The entries, oldest first. */
    public val entries: List<Entry> = from.list("entries", ::Entry)
    /** From this time on. */
    public val fromTime: Instant = from.time("from_time")
    /** Asks for the next page; `null` on the last one, which most statements are. */
    public val next: String? = from.textOrNull("next")
    /** Balance before the first entry of this page. */
    public val opening: Money = from.money("opening")
    /** Before this time. */
    public val toTime: Instant = from.time("to_time")

    override fun parts(): Array<Any?> = arrayOf("account", account, "currency", currency, "closing", closing, "credits", credits, "csv", csv, "debits", debits, "entries", entries, "from_time", fromTime, "next", next, "opening", opening, "to_time", toTime)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Statement = Statement(Reading.of(text, "statement"))
    }
}

/** All balances of a book, per currency. */
public class TrialBalance internal constructor(from: Reading) : View(from) {
    /** Whether every line sums to zero. */
    public val balanced: Boolean = from.boolean("balanced")
    /** One line a currency. */
    public val currencies: List<TrialLine> = from.list("currencies", ::TrialLine)

    override fun parts(): Array<Any?> = arrayOf("balanced", balanced, "currencies", currencies)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TrialBalance = TrialBalance(Reading.of(text, "trial_balance"))
    }
}

/** Debits and credits of one currency. */
public class TrialLine internal constructor(from: Reading) : View(from) {
    /** The currency. */
    public val currency: String = from.text("currency")
    /** Sum of positive balances. */
    public val credits: Money = from.money("credits")
    /** Sum of negative balances, as a positive amount. */
    public val debits: Money = from.money("debits")
    /** Their difference: zero. */
    public val sum: Money = from.money("sum")

    override fun parts(): Array<Any?> = arrayOf("currency", currency, "credits", credits, "debits", debits, "sum", sum)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TrialLine = TrialLine(Reading.of(text, "trial_line"))
    }
}

/** Results of a batch, in the order of its calls. */
public class BatchReply internal constructor(from: Reading) : View(from) {
    /** One result a call. */
    public val results: List<BatchResult> = from.list("results", ::BatchResult)

    override fun parts(): Array<Any?> = arrayOf("results", results)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): BatchReply = BatchReply(Reading.of(text, "batch_reply"))
    }
}

/** One result of a batch. */
public class BatchResult internal constructor(from: Reading) : View(from) {
    /** Its refusal; left out where it was accepted. */
    public val error: EarnestException? = from.errorOrNull("error")
    /** Whether it was accepted. */
    public val ok: Boolean = from.boolean("ok")
    /** Its reply; left out where it was refused. */
    public val reply: Json? = from.membersOrNull("reply")

    override fun parts(): Array<Any?> = arrayOf("error", error, "ok", ok, "reply", reply)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): BatchResult = BatchResult(Reading.of(text, "batch_result"))
    }
}

/** Reply of a change of a deal. */
public class DealReply internal constructor(from: Reading) : View(from) {
    /** The deal. */
    public val deal: Deal = from.one("deal", ::Deal)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("deal", deal, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DealReply = DealReply(Reading.of(text, "deal_reply"))
    }
}

/** A deal. */
public class Deal internal constructor(from: Reading) : DealView(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The buyer's account. */
    public val buyer: String = from.text("buyer")
    /** Owner of the buyer's account now. */
    public val buyerOwner: String? = from.textOrNull("buyer_owner")
    /** The total that the buyer pays. */
    public val buyerPays: Money = from.money("buyer_pays")
    /** When it was opened. */
    public val createdAt: Instant = from.time("created_at")
    /** Deadlines. */
    public val deadlines: Deadlines = from.one("deadlines", ::Deadlines)
    /** The open dispute. */
    public val dispute: String? = from.textOrNull("dispute")
    /** Fees. */
    public val fees: List<Fee> = from.list("fees", ::Fee)
    /** The amount taken as fees. */
    public val feesTaken: Money = from.money("fees_taken")
    /** The amount that came into its account. */
    public val funded: Money = from.money("funded")
    /** The balance of its account now. */
    public val held: Money = from.money("held")
    /** The item sold, for people. */
    public val item: String? = from.textOrNull("item")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** Parts that are released one by one. */
    public val milestones: List<Milestone> = from.list("milestones", ::Milestone)
    /** The payment from outside that is to pay it, or has. */
    public val payment: String? = from.textOrNull("payment")
    /** The price. */
    public val price: Money = from.money("price")
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** The refund that the buyer asked for and that is still undecided, as a part of the price. */
    public val refundAsked: Money? = from.moneyOrNull("refund_asked")
    /** The amount that went back to the buyer. */
    public val refunded: Money = from.money("refunded")
    /** The amount that went to the seller's side. */
    public val released: Money = from.money("released")
    /** The seller's account. */
    public val seller: String = from.text("seller")
    /** The seller's proceeds if nothing is refunded. */
    public val sellerGets: Money = from.money("seller_gets")
    /** Owner of the seller's account now. */
    public val sellerOwner: String? = from.textOrNull("seller_owner")
    /** The shipment. */
    public val shipment: Shipment = from.one("shipment", ::Shipment)
    /** Others who get a part. */
    public val splits: List<SplitShare> = from.list("splits", ::SplitShare)
    /** Its state, as stored: a deadline may have passed already. */
    public val state: DealState = DealState(from.text("state"))
    /** While it is at a standstill: who stopped it, and where it goes on. */
    public val stopped: Stopped? = from.oneOrNull("stopped", ::Stopped)
    /** The terms. */
    public val terms: Terms = from.one("terms", ::Terms)
    /** When it last changed. */
    public val updatedAt: Instant = from.time("updated_at")
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "buyer", buyer, "buyer_owner", buyerOwner, "buyer_pays", buyerPays, "created_at", createdAt, "deadlines", deadlines, "dispute", dispute, "fees", fees, "fees_taken", feesTaken, "funded", funded, "held", held, "item", item, "metadata", metadata, "milestones", milestones, "payment", payment, "price", price, "reference", reference, "refund_asked", refundAsked, "refunded", refunded, "released", released, "seller", seller, "seller_gets", sellerGets, "seller_owner", sellerOwner, "shipment", shipment, "splits", splits, "state", state, "stopped", stopped, "terms", terms, "updated_at", updatedAt, "version", version)

    public companion object : DealRules() {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Deal = Deal(Reading.of(text, "deal"))
    }
}

/** Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`. */
public class Deadlines internal constructor(from: Reading) : View(from) {
    /** The deadline after which it counts as delivered. */
    public val deliverBy: Instant? = from.timeOrNull("deliver_by")
    /**
     * While a dispute or the request of a refund stops the clock: what is left of the deadline that was in force.
     */
    public val left: Duration? = from.durationOrNull("left")
    /** The buyer must have paid. */
    public val payBy: Instant? = from.timeOrNull("pay_by")
    /** The seller is paid without further ado. */
    public val releaseAt: Instant? = from.timeOrNull("release_at")
    /** The seller must have shipped. */
    public val shipBy: Instant? = from.timeOrNull("ship_by")

    override fun parts(): Array<Any?> = arrayOf("deliver_by", deliverBy, "left", left, "pay_by", payBy, "release_at", releaseAt, "ship_by", shipBy)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Deadlines = Deadlines(Reading.of(text, "deadlines"))
    }
}

/** A fee. */
public class Fee internal constructor(from: Reading) : View(from) {
    /** The amount when the whole price is released. */
    public val amount: Money = from.money("amount")
    /** The payer: `seller` or `buyer`. */
    public val from: String = from.text("from")
    /** The payee. */
    public val to: String = from.text("to")
    /** Hundredths of a percent of the price; `null` for a fixed amount. */
    public val bps: Long? = from.integerOrNull("bps")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "from", from, "to", to, "bps", bps)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Fee = Fee(Reading.of(text, "fee"))
    }
}

/** A part of the price that is released by name. */
public class Milestone internal constructor(from: Reading) : View(from) {
    /** How much of the price it is. */
    public val amount: Money = from.money("amount")
    /** Its name. */
    public val name: String = from.text("name")
    /** Whether it was released. */
    public val released: Boolean = from.boolean("released")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "name", name, "released", released)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Milestone = Milestone(Reading.of(text, "milestone"))
    }
}

/** The shipment. */
public class Shipment internal constructor(from: Reading) : View(from) {
    /** The carrier. */
    public val carrier: String? = from.textOrNull("carrier")
    /** When it was delivered. */
    public val deliveredAt: Instant? = from.timeOrNull("delivered_at")
    /** When it was shipped. */
    public val shippedAt: Instant? = from.timeOrNull("shipped_at")
    /** The carrier's number for it. */
    public val tracking: String? = from.textOrNull("tracking")

    override fun parts(): Array<Any?> = arrayOf("carrier", carrier, "delivered_at", deliveredAt, "shipped_at", shippedAt, "tracking", tracking)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Shipment = Shipment(Reading.of(text, "shipment"))
    }
}

/** A share of another payee in the seller's proceeds. */
public class SplitShare internal constructor(from: Reading) : View(from) {
    /** The amount when the whole price is released. */
    public val amount: Money = from.money("amount")
    /** The payee. */
    public val to: String = from.text("to")
    /** Hundredths of a percent of the price; `null` for a fixed amount. */
    public val bps: Long? = from.integerOrNull("bps")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "to", to, "bps", bps)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SplitShare = SplitShare(Reading.of(text, "split_share"))
    }
}

/** Why a deal is at a standstill, and where it goes on. */
public class Stopped internal constructor(from: Reading) : View(from) {
    /** The state before, to which it returns. */
    public val before: DealState = DealState(from.text("before"))
    /** The side that opened the dispute; `null` where staff did, and where a refund was asked for. */
    public val by: Side? = from.textOrNull("by")?.let(::Side)
    /** Whether the refund that was asked for is all that is left of the price; `null` in a dispute. */
    public val whole: Boolean? = from.booleanOrNull("whole")

    override fun parts(): Array<Any?> = arrayOf("before", before, "by", by, "whole", whole)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Stopped = Stopped(Reading.of(text, "stopped"))
    }
}

/** The terms of a deal. */
public class Terms internal constructor(from: Reading) : View(from) {
    /** How long it may be on its way before it counts as delivered. */
    public val deliverWithin: Duration? = from.durationOrNull("deliver_within")
    /** How long the buyer may look at what arrived. */
    public val inspection: Duration = from.duration("inspection")
    /** How long the buyer may take to pay. */
    public val payWithin: Duration? = from.durationOrNull("pay_within")
    /** The seller must accept before the deal continues. */
    public val requireAcceptance: Boolean = from.boolean("require_acceptance")
    /** How long the other side may take to answer a dispute. */
    public val respondWithin: Duration = from.duration("respond_within")
    /** How long the seller may take to ship. */
    public val shipWithin: Duration? = from.durationOrNull("ship_within")
    /** Something is shipped. */
    public val shipping: Boolean = from.boolean("shipping")

    override fun parts(): Array<Any?> = arrayOf("deliver_within", deliverWithin, "inspection", inspection, "pay_within", payWithin, "require_acceptance", requireAcceptance, "respond_within", respondWithin, "ship_within", shipWithin, "shipping", shipping)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Terms = Terms(Reading.of(text, "terms"))
    }
}

/** Reply of a change of a dispute. */
public class DisputeReply internal constructor(from: Reading) : View(from) {
    /** Its deal. */
    public val deal: Deal = from.one("deal", ::Deal)
    /** The dispute. */
    public val dispute: Dispute = from.one("dispute", ::Dispute)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("deal", deal, "dispute", dispute, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DisputeReply = DisputeReply(Reading.of(text, "dispute_reply"))
    }
}

/** A dispute. */
public class Dispute internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The deal. */
    public val deal: String = from.text("deal")
    /** Evidence, in the order in which it was shown. */
    public val evidence: List<Evidence> = from.list("evidence", ::Evidence)
    /** When it was opened. */
    public val openedAt: Instant = from.time("opened_at")
    /** The actor who opened it. */
    public val openedBy: String = from.text("opened_by")
    /** The ruling. */
    public val outcome: Ruling? = from.textOrNull("outcome")?.let(::Ruling)
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** The part of the price that the ruling refunds to the buyer. */
    public val refund: Money? = from.moneyOrNull("refund")
    /** Why. */
    public val resolution: String? = from.textOrNull("resolution")
    /** When it was resolved. */
    public val resolvedAt: Instant? = from.timeOrNull("resolved_at")
    /** The actor who ruled. */
    public val resolvedBy: String? = from.textOrNull("resolved_by")
    /** The other side should have answered. */
    public val respondBy: Instant? = from.timeOrNull("respond_by")
    /** The other side did not answer in time. */
    public val responseOverdue: Boolean = from.boolean("response_overdue")
    /** Its state. */
    public val state: DisputeState = DisputeState(from.text("state"))
    /** The opener's statement; `null` when it was erased. */
    public val statement: String? = from.textOrNull("statement")
    /** The type of the dispute. */
    public val type: DisputeType = DisputeType(from.text("type"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "deal", deal, "evidence", evidence, "opened_at", openedAt, "opened_by", openedBy, "outcome", outcome, "reference", reference, "refund", refund, "resolution", resolution, "resolved_at", resolvedAt, "resolved_by", resolvedBy, "respond_by", respondBy, "response_overdue", responseOverdue, "state", state, "statement", statement, "type", type, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Dispute = Dispute(Reading.of(text, "dispute"))
    }
}

/** A piece of evidence. */
public class Evidence internal constructor(from: Reading) : View(from) {
    /** The type of the evidence. */
    public val kind: String = from.text("kind")
    /** When. */
    public val addedAt: Instant = from.time("added_at")
    /** The actor who showed it. */
    public val addedBy: String = from.text("added_by")
    /** Its place, from 1. */
    public val number: Long = from.integer("number")
    /** For which side: `buyer`, `seller`, or the staff (`admin`, `system`). */
    public val role: EvidenceRole = EvidenceRole(from.text("role"))
    /** SHA-256 of a file that the host keeps. */
    public val sha256: String? = from.textOrNull("sha256")
    /** The statement; `null` also when it was erased. */
    public val statement: String? = from.textOrNull("statement")
    /** Where that file is. */
    public val uri: String? = from.textOrNull("uri")

    override fun parts(): Array<Any?> = arrayOf("kind", kind, "added_at", addedAt, "added_by", addedBy, "number", number, "role", role, "sha256", sha256, "statement", statement, "uri", uri)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Evidence = Evidence(Reading.of(text, "evidence"))
    }
}

/** The cost and the proceeds of a deal. */
public class Quote internal constructor(from: Reading) : View(from) {
    /** The total that the buyer pays. */
    public val buyerPays: Money = from.money("buyer_pays")
    /** Fees. */
    public val fees: List<Fee> = from.list("fees", ::Fee)
    /** The price. */
    public val price: Money = from.money("price")
    /** The seller's proceeds. */
    public val sellerGets: Money = from.money("seller_gets")
    /** Others who get a part. */
    public val splits: List<SplitShare> = from.list("splits", ::SplitShare)

    override fun parts(): Array<Any?> = arrayOf("buyer_pays", buyerPays, "fees", fees, "price", price, "seller_gets", sellerGets, "splits", splits)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Quote = Quote(Reading.of(text, "quote"))
    }
}

/** An event. */
public class Event internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The actor. */
    public val actor: Actor? = from.actorOrNull("actor")
    /** When. */
    public val at: Instant = from.time("at")
    /** The event or call that caused it. */
    public val causationId: String? = from.textOrNull("causation_id")
    /** Ties together what one user action caused. */
    public val correlationId: String? = from.textOrNull("correlation_id")
    /** Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well. */
    public val data: Json = from.members("data")
    /** Device of the end user, for staff in `admin.audit`, until it is erased. */
    public val device: String? = from.textOrNull("device")
    /** Its link of the chain, hexadecimal. */
    public val hash: String = from.text("hash")
    /** Address of the end user, for staff in `admin.audit`, until it is erased. */
    public val ip: String? = from.textOrNull("ip")
    /** The kind of object. */
    public val objectKind: String = from.text("object")
    /** The object's id. */
    public val objectId: String = from.text("object_id")
    /** The link before. */
    public val previousHash: String = from.text("previous_hash")
    /** Its place in the book, without gaps. */
    public val seq: Long = from.integer("seq")
    /** The timeline that the link is of; `null` is the store's first. */
    public val timeline: String? = from.textOrNull("timeline")
    /** `object.past_tense`. */
    public val type: String = from.text("type")
    /** The object's version after it. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "actor", actor, "at", at, "causation_id", causationId, "correlation_id", correlationId, "data", data, "device", device, "hash", hash, "ip", ip, "object", objectKind, "object_id", objectId, "previous_hash", previousHash, "seq", seq, "timeline", timeline, "type", type, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Event = Event(Reading.of(text, "event"))
    }
}

/** The verdict of a dry run. */
public class Validation internal constructor(from: Reading) : View(from) {
    /** The state that the deal would be in; `null` when it is refused. */
    public val to: DealState? = from.textOrNull("to")?.let(::DealState)
    /**
     * Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors are not
     * asked.
     */
    public val allowed: Boolean = from.boolean("allowed")
    /** Why it would be refused; `null` when it is allowed. */
    public val reason: Reason? = from.oneOrNull("reason", ::Reason)

    override fun parts(): Array<Any?> = arrayOf("to", to, "allowed", allowed, "reason", reason)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Validation = Validation(Reading.of(text, "validation"))
    }
}

/** Why something would be refused. */
public class Reason internal constructor(from: Reading) : View(from) {
    /** The code of the refusal. */
    public val code: String = from.text("code")
    /** The message, for developers. */
    public val message: String = from.text("message")

    override fun parts(): Array<Any?> = arrayOf("code", code, "message", message)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Reason = Reason(Reading.of(text, "reason"))
    }
}

/** Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does. */
public class Actions internal constructor(from: Reading) : View(from) {
    /** The actions, in the order of the table of transitions. */
    public val actions: List<Action> = from.list("actions", ::Action)

    override fun parts(): Array<Any?> = arrayOf("actions", actions)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Actions = Actions(Reading.of(text, "actions"))
    }
}

/** Something that an actor could do with a deal. */
public class Action internal constructor(from: Reading) : View(from) {
    /** The state that the deal would be in. */
    public val to: DealState = DealState(from.text("to"))
    /** Fields that the call must have in addition to the deal. */
    public val needs: List<String> = from.list("needs", Reading::asText)
    /** The trigger; it is the name of the operation too. */
    public val trigger: String = from.text("trigger")

    override fun parts(): Array<Any?> = arrayOf("to", to, "needs", needs, "trigger", trigger)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Action = Action(Reading.of(text, "action"))
    }
}

/** A picture of everything that a deal can do. */
public class Diagram internal constructor(from: Reading) : View(from) {
    /** The picture, as text. */
    public val content: String = from.text("content")
    /** `mermaid` or `svg`. */
    public val format: String = from.text("format")

    override fun parts(): Array<Any?> = arrayOf("content", content, "format", format)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Diagram = Diagram(Reading.of(text, "diagram"))
    }
}

/** A dispute in full: its own fields, the whole deal, and the history of both. */
public class DisputeFile internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The deal. */
    public val deal: Deal = from.one("deal", ::Deal)
    /** Evidence, in the order in which it was shown. */
    public val evidence: List<Evidence> = from.list("evidence", ::Evidence)
    /** The events of the deal and of the dispute, oldest first. */
    public val history: List<Event> = from.list("history", ::Event)
    /** When it was opened. */
    public val openedAt: Instant = from.time("opened_at")
    /** The actor who opened it. */
    public val openedBy: String = from.text("opened_by")
    /** The ruling. */
    public val outcome: Ruling? = from.textOrNull("outcome")?.let(::Ruling)
    /** The parties of the deal. */
    public val parties: BothParties = from.one("parties", ::BothParties)
    /** The caller's own reference. */
    public val reference: String? = from.textOrNull("reference")
    /** The part of the price that the ruling refunds to the buyer. */
    public val refund: Money? = from.moneyOrNull("refund")
    /** Why. */
    public val resolution: String? = from.textOrNull("resolution")
    /** When it was resolved. */
    public val resolvedAt: Instant? = from.timeOrNull("resolved_at")
    /** The actor who ruled. */
    public val resolvedBy: String? = from.textOrNull("resolved_by")
    /** The other side should have answered. */
    public val respondBy: Instant? = from.timeOrNull("respond_by")
    /** The other side did not answer in time. */
    public val responseOverdue: Boolean = from.boolean("response_overdue")
    /** The shipments. */
    public val shipments: List<Shipment> = from.list("shipments", ::Shipment)
    /** Its state. */
    public val state: DisputeState = DisputeState(from.text("state"))
    /** The opener's statement; `null` when it was erased. */
    public val statement: String? = from.textOrNull("statement")
    /** The type of the dispute. */
    public val type: DisputeType = DisputeType(from.text("type"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "deal", deal, "evidence", evidence, "history", history, "opened_at", openedAt, "opened_by", openedBy, "outcome", outcome, "parties", parties, "reference", reference, "refund", refund, "resolution", resolution, "resolved_at", resolvedAt, "resolved_by", resolvedBy, "respond_by", respondBy, "response_overdue", responseOverdue, "shipments", shipments, "state", state, "statement", statement, "type", type, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DisputeFile = DisputeFile(Reading.of(text, "dispute_file"))
    }
}

/** Both parties of a deal. */
public class BothParties internal constructor(from: Reading) : View(from) {
    /** The buyer. */
    public val buyer: Party = from.one("buyer", ::Party)
    /** The seller. */
    public val seller: Party = from.one("seller", ::Party)

    override fun parts(): Array<Any?> = arrayOf("buyer", buyer, "seller", seller)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): BothParties = BothParties(Reading.of(text, "both_parties"))
    }
}

/** A party of a deal. */
public class Party internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Its name for people. */
    public val displayName: String? = from.textOrNull("display_name")
    /** Its owner now. */
    public val owner: String? = from.textOrNull("owner")

    override fun parts(): Array<Any?> = arrayOf("account", account, "display_name", displayName, "owner", owner)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Party = Party(Reading.of(text, "party"))
    }
}

/** Counts of disputes. */
public class DisputeStats internal constructor(from: Reading) : View(from) {
    /** Disputes that have not ended, by type. */
    public val byType: ByType = from.one("by_type", ::ByType)
    /** Under investigation now. */
    public val investigating: Long = from.integer("investigating")
    /** How long those took from their opening, in whole seconds on average; `null` when there were none. */
    public val meanResolutionSeconds: Long? = from.integerOrNull("mean_resolution_seconds")
    /** Open now. */
    public val open: Long = from.integer("open")
    /** Resolved in the period. */
    public val resolvedInPeriod: Long = from.integer("resolved_in_period")

    override fun parts(): Array<Any?> = arrayOf("by_type", byType, "investigating", investigating, "mean_resolution_seconds", meanResolutionSeconds, "open", open, "resolved_in_period", resolvedInPeriod)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DisputeStats = DisputeStats(Reading.of(text, "dispute_stats"))
    }
}

/** Disputes that have not ended, by type. */
public class ByType internal constructor(from: Reading) : View(from) {
    /** The delivery never came. */
    public val nonDelivery: Long = from.integer("non_delivery")
    /** Anything else. */
    public val other: Long = from.integer("other")
    /** The quality is not as agreed. */
    public val qualityIssue: Long = from.integer("quality_issue")
    /** The seller does not answer. */
    public val sellerNonResponse: Long = from.integer("seller_non_response")
    /** Something else came. */
    public val wrongItem: Long = from.integer("wrong_item")

    override fun parts(): Array<Any?> = arrayOf("non_delivery", nonDelivery, "other", other, "quality_issue", qualityIssue, "seller_non_response", sellerNonResponse, "wrong_item", wrongItem)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ByType = ByType(Reading.of(text, "by_type"))
    }
}

/** The result of checking a receipt. */
public class Verification internal constructor(from: Reading) : View(from) {
    /** The algorithm that this signature names. */
    public val alg: String? = from.textOrNull("alg")
    /** The key of the signature that decided. */
    public val kid: String? = from.textOrNull("kid")
    /**
     * Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key` (another
     * of the known keys made it) or `bad_signature`. `old_key` of a genuine one whose key was rotated out since.
     */
    public val reason: String? = from.textOrNull("reason")
    /** Whether it is genuine: nothing was changed, and every signature that could be checked is right. */
    public val valid: Boolean = from.boolean("valid")

    override fun parts(): Array<Any?> = arrayOf("alg", alg, "kid", kid, "reason", reason, "valid", valid)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Verification = Verification(Reading.of(text, "verification"))
    }
}

/** The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it. */
public class PublicKeys internal constructor(from: Reading) : View(from) {
    /** The keys, the current one first. */
    public val keys: List<PublicKey> = from.list("keys", ::PublicKey)

    override fun parts(): Array<Any?> = arrayOf("keys", keys)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PublicKeys = PublicKeys(Reading.of(text, "public_keys"))
    }
}

/** A public key. */
public class PublicKey internal constructor(from: Reading) : View(from) {
    /** `Ed25519`. */
    public val alg: Alg = Alg(from.text("alg"))
    /** When it was made. */
    public val createdAt: Instant? = from.timeOrNull("created_at")
    /** Its id, which signatures name. */
    public val kid: String = from.text("kid")
    /** Whether it was rotated out: what it signed stays valid. */
    public val old: Boolean? = from.booleanOrNull("old")
    /** The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it. */
    public val pem: String? = from.textOrNull("pem")
    /** The 32 bytes of the key, hexadecimal. */
    public val publicKey: String = from.text("public_key")
    /** The purpose: `receipts`. */
    public val purpose: String = from.text("purpose")
    /** When it was rotated out. */
    public val retiredAt: Instant? = from.timeOrNull("retired_at")

    override fun parts(): Array<Any?> = arrayOf("alg", alg, "created_at", createdAt, "kid", kid, "old", old, "pem", pem, "public_key", publicKey, "purpose", purpose, "retired_at", retiredAt)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PublicKey = PublicKey(Reading.of(text, "public_key"))
    }
}

/** A receipt: one transfer, signed. The fields next to the payload repeat it. */
public class Receipt internal constructor(from: Reading) : ReceiptView(from) {
    /** Its id: `rc_` and the uuid of its transfer. */
    public val id: String = from.text("id")
    /** Why the money moved. */
    public val kind: TransferKind = TransferKind(from.text("kind"))
    /** The amount moved; `null` with more than two postings. */
    public val amount: Money? = from.moneyOrNull("amount")
    /** The payer; `null` with more than two postings. */
    public val from: String? = from.textOrNull("from")
    /** The payee; `null` with more than two postings. */
    public val to: String? = from.textOrNull("to")
    /** The deal that it belongs to. */
    public val deal: String? = from.textOrNull("deal")
    /** SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal. */
    public val integrityHash: String = from.text("integrity_hash")
    /** When the money moved. */
    public val issuedAt: Instant = from.time("issued_at")
    /** The place of its event in the book's gapless sequence: no two receipts of a book share one. */
    public val number: Long = from.integer("number")
    /** The signed payload. */
    public val payload: Json = from.members("payload")
    /** The signatures. */
    public val signatures: List<ReceiptSignature> = from.list("signatures", ::ReceiptSignature)
    /** The transfer. */
    public val transfer: String = from.text("transfer")

    override fun parts(): Array<Any?> = arrayOf("id", id, "kind", kind, "amount", amount, "from", from, "to", to, "deal", deal, "integrity_hash", integrityHash, "issued_at", issuedAt, "number", number, "payload", payload, "signatures", signatures, "transfer", transfer)

    public companion object : ReceiptChecks() {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Receipt = Receipt(Reading.of(text, "receipt"))
    }
}

/** One signature over the canonical JSON (RFC 8785) of a receipt's payload. */
public class ReceiptSignature internal constructor(from: Reading) : View(from) {
    /** `HMAC-SHA-256` or `Ed25519`. */
    public val alg: Alg = Alg(from.text("alg"))
    /** The id of the key. */
    public val kid: String = from.text("kid")
    /** The signature, in lower-case hexadecimal. */
    public val value: String = from.text("value")

    override fun parts(): Array<Any?> = arrayOf("alg", alg, "kid", kid, "value", value)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ReceiptSignature = ReceiptSignature(Reading.of(text, "receipt_signature"))
    }
}

/** A receipt for people. */
public class RenderedReceipt internal constructor(from: Reading) : View(from) {
    /** The text, or a whole page. */
    public val content: String = from.text("content")
    /** `text` or `html`. */
    public val format: String = from.text("format")
    /** The language that it is in. */
    public val locale: String = from.text("locale")

    override fun parts(): Array<Any?> = arrayOf("content", content, "format", format, "locale", locale)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RenderedReceipt = RenderedReceipt(Reading.of(text, "rendered_receipt"))
    }
}

/** Reply of `treasury.set_account`. */
public class TreasuryReply internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: Account = from.one("account", ::Account)
    /** Whether this was done before under the same key. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Its limits, and what is used of them. */
    public val usage: Usage = from.one("usage", ::Usage)

    override fun parts(): Array<Any?> = arrayOf("account", account, "replayed", replayed, "usage", usage)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TreasuryReply = TreasuryReply(Reading.of(text, "treasury_reply"))
    }
}

/** How much of its limits an account has used. */
public class Usage internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /** Its currency. */
    public val currency: String = from.text("currency")
    /** The most that a hot account should have. */
    public val ceiling: Money? = from.moneyOrNull("ceiling")
    /** The most that may leave it in a day; `null` is no limit. */
    public val dailyLimit: Money? = from.moneyOrNull("daily_limit")
    /** When today ends. */
    public val dayEndsAt: Instant = from.time("day_ends_at")
    /** When this month ends. */
    public val monthEndsAt: Instant = from.time("month_ends_at")
    /** The most that may leave it in a month; `null` is no limit. */
    public val monthlyLimit: Money? = from.moneyOrNull("monthly_limit")
    /**
     * The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when there is
     * none.
     */
    public val sweep: Money? = from.moneyOrNull("sweep")
    /** The amount that has left it this month. */
    public val thisMonth: Money = from.money("this_month")
    /** `hot` or `cold`. */
    public val tier: Tier = Tier(from.text("tier"))
    /** Where its days and months begin. */
    public val timeZone: String = from.text("time_zone")
    /** The amount that has left it today. */
    public val today: Money = from.money("today")
    /** Counts every change of limits and counts. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("account", account, "currency", currency, "ceiling", ceiling, "daily_limit", dailyLimit, "day_ends_at", dayEndsAt, "month_ends_at", monthEndsAt, "monthly_limit", monthlyLimit, "sweep", sweep, "this_month", thisMonth, "tier", tier, "time_zone", timeZone, "today", today, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Usage = Usage(Reading.of(text, "usage"))
    }
}

/** Money that a deal has paid out. */
public class Settlement internal constructor(from: Reading) : View(from) {
    /** The transfer. */
    public val id: String = from.text("id")
    /** How much. */
    public val amount: Money? = from.moneyOrNull("amount")
    /** The account that paid. */
    public val from: String? = from.textOrNull("from")
    /** The account that was paid. */
    public val to: String? = from.textOrNull("to")
    /**
     * Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the approvers.
     * Otherwise the actor who confirmed or decided; `system` for a deadline.
     */
    public val approvedBy: List<String> = from.list("approved_by", Reading::asText)
    /** The deal. */
    public val deal: String? = from.textOrNull("deal")
    /** When. */
    public val executedAt: Instant = from.time("executed_at")
    /** `settlement` or `refund`. */
    public val type: TransferKind = TransferKind(from.text("type"))

    override fun parts(): Array<Any?> = arrayOf("id", id, "amount", amount, "from", from, "to", to, "approved_by", approvedBy, "deal", deal, "executed_at", executedAt, "type", type)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Settlement = Settlement(Reading.of(text, "settlement"))
    }
}

/** Reply of `set_gateway`. */
public class GatewayReply internal constructor(from: Reading) : View(from) {
    /** The gateway. */
    public val gateway: Gateway = from.one("gateway", ::Gateway)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("gateway", gateway, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): GatewayReply = GatewayReply(Reading.of(text, "gateway_reply"))
    }
}

/** A gateway. */
public class Gateway internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** Its abilities. */
    public val abilities: List<GatewayAbility> = from.list("abilities") { GatewayAbility(it.asText()) }
    /** Whether new payments may go to it. */
    public val active: Boolean = from.boolean("active")
    /** When it counts as down. */
    public val breaker: Breaker = from.one("breaker", ::Breaker)
    /** Settings of its driver. */
    public val config: Json = from.members("config")
    /** The currencies that it takes; `null` if all. */
    public val currencies: List<String>? = from.listOrNull("currencies", Reading::asText)
    /** The driver that talks to it. */
    public val driver: GatewayDriver = GatewayDriver(from.text("driver"))
    /** When it is tried again; `null` while it is up. */
    public val retryAt: Instant? = from.timeOrNull("retry_at")
    /** The names of its secrets. */
    public val secrets: List<String> = from.list("secrets", Reading::asText)
    /** How long after a call its answer that it knows of none is not believed yet. */
    public val settleAfter: Duration = from.duration("settle_after")
    /** Whether it answers. */
    public val status: GatewayStatus = GatewayStatus(from.text("status"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "abilities", abilities, "active", active, "breaker", breaker, "config", config, "currencies", currencies, "driver", driver, "retry_at", retryAt, "secrets", secrets, "settle_after", settleAfter, "status", status, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Gateway = Gateway(Reading.of(text, "gateway"))
    }
}

/** When a gateway counts as down. */
public class Breaker internal constructor(from: Reading) : View(from) {
    /** So many calls in a row without an answer. */
    public val failures: Long = from.integer("failures")
    /** How long it is left alone then. */
    public val pause: Duration = from.duration("pause")

    override fun parts(): Array<Any?> = arrayOf("failures", failures, "pause", pause)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Breaker = Breaker(Reading.of(text, "breaker"))
    }
}

/** Reply of `set_route`. */
public class RouteReply internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The route. */
    public val route: Route = from.one("route", ::Route)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "route", route)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RouteReply = RouteReply(Reading.of(text, "route_reply"))
    }
}

/** Which gateways are asked for which payments. */
public class Route internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** Only payments in this currency. */
    public val currency: String? = from.textOrNull("currency")
    /** The gateways, in the order in which they are tried. */
    public val gateways: List<String> = from.list("gateways", Reading::asText)
    /** Only payments of this amount or less. */
    public val max: Money? = from.moneyOrNull("max")
    /** Only payments of this amount or more. */
    public val min: Money? = from.moneyOrNull("min")
    /** Of the routes that fit, the one with the highest is taken. */
    public val priority: Long = from.integer("priority")
    /** The version of the book's routes when it was set. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "currency", currency, "gateways", gateways, "max", max, "min", min, "priority", priority, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Route = Route(Reading.of(text, "route"))
    }
}

/** Reply of `remove_route`. */
public class RouteRemoved internal constructor(from: Reading) : View(from) {
    /** The name of the route that is gone. */
    public val removed: String = from.text("removed")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("removed", removed, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RouteRemoved = RouteRemoved(Reading.of(text, "route_removed"))
    }
}

/** Reply of a change of a payment. */
public class PaymentReply internal constructor(from: Reading) : View(from) {
    /** The payment. */
    public val payment: Payment = from.one("payment", ::Payment)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("payment", payment, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentReply = PaymentReply(Reading.of(text, "payment_reply"))
    }
}

/** A payment. */
public class Payment internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** Its amount. */
    public val amount: Money = from.money("amount")
    /** The account that gets it. */
    public val to: String = from.text("to")
    /** The payer's next action. */
    public val action: Json? = from.membersOrNull("action")
    /** The gateways that were tried. */
    public val attempts: List<PaymentAttempt> = from.list("attempts", ::PaymentAttempt)
    /** When its authorization is voided. */
    public val authorizationExpiresAt: Instant? = from.timeOrNull("authorization_expires_at")
    /** The amount that the gateway has authorized. */
    public val authorized: Money = from.money("authorized")
    /** It is given up as soon as its gateway allows. */
    public val cancelRequested: Boolean = from.boolean("cancel_requested")
    /** Whether the money is taken at once. */
    public val capture: CaptureMode = CaptureMode(from.text("capture"))
    /** The amount captured. */
    public val captured: Money = from.money("captured")
    /** Its chargebacks. */
    public val chargebacks: List<Chargeback> = from.list("chargebacks", ::Chargeback)
    /** The amount of its chargebacks, open and lost. */
    public val chargedBack: Money = from.money("charged_back")
    /** When it was created. */
    public val createdAt: Instant = from.time("created_at")
    /** The deal that it pays. */
    public val deal: String? = from.textOrNull("deal")
    /** The call that it waits for. */
    public val doing: Doing? = from.oneOrNull("doing", ::Doing)
    /** Until when it may be confirmed. */
    public val expiresAt: Instant? = from.timeOrNull("expires_at")
    /** Why the last call did not succeed. */
    public val failure: PaymentFailure? = from.oneOrNull("failure", ::PaymentFailure)
    /** The gateway that has it; before it is sent, the one that was chosen for it. */
    public val gateway: String? = from.textOrNull("gateway")
    /** Its reference there. */
    public val gatewayReference: String? = from.textOrNull("gateway_reference")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** The payer's id. */
    public val payer: String? = from.textOrNull("payer")
    /** The purchase that it pays. */
    public val purchase: String? = from.textOrNull("purchase")
    /** The caller's own id. */
    public val reference: String? = from.textOrNull("reference")
    /** The amount given back by refunds that are done. */
    public val refunded: Money = from.money("refunded")
    /** Its refunds. */
    public val refunds: List<PaymentRefund> = from.list("refunds", ::PaymentRefund)
    /** Its state. */
    public val state: PaymentState = PaymentState(from.text("state"))
    /** The amount that came and is nobody's yet: it waits in `@suspense`. */
    public val suspended: Money = from.money("suspended")
    /** The transfers that it made, in their order. */
    public val transfers: List<String> = from.list("transfers", Reading::asText)
    /** When it last changed. */
    public val updatedAt: Instant = from.time("updated_at")
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "amount", amount, "to", to, "action", action, "attempts", attempts, "authorization_expires_at", authorizationExpiresAt, "authorized", authorized, "cancel_requested", cancelRequested, "capture", capture, "captured", captured, "chargebacks", chargebacks, "charged_back", chargedBack, "created_at", createdAt, "deal", deal, "doing", doing, "expires_at", expiresAt, "failure", failure, "gateway", gateway, "gateway_reference", gatewayReference, "metadata", metadata, "payer", payer, "purchase", purchase, "reference", reference, "refunded", refunded, "refunds", refunds, "state", state, "suspended", suspended, "transfers", transfers, "updated_at", updatedAt, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Payment = Payment(Reading.of(text, "payment"))
    }
}

/** A gateway that was tried. */
public class PaymentAttempt internal constructor(from: Reading) : View(from) {
    /** The gateway. */
    public val gateway: String = from.text("gateway")
    /** Counts from 1. */
    public val number: Long = from.integer("number")
    /** The outcome; `null` while it is open. */
    public val outcome: AttemptOutcome? = from.textOrNull("outcome")?.let(::AttemptOutcome)
    /** Its reference. */
    public val reference: String? = from.textOrNull("reference")

    override fun parts(): Array<Any?> = arrayOf("gateway", gateway, "number", number, "outcome", outcome, "reference", reference)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentAttempt = PaymentAttempt(Reading.of(text, "payment_attempt"))
    }
}

/** A chargeback by a payer's bank. */
public class Chargeback internal constructor(from: Reading) : View(from) {
    /** How much. */
    public val amount: Money = from.money("amount")
    /** The gateway's id of it. */
    public val case: String = from.text("case")
    /** When it was opened. */
    public val openedAt: Instant = from.time("opened_at")
    /** `open`, `won` or `lost`. */
    public val phase: ChargebackPhase = ChargebackPhase(from.text("phase"))
    /** Why. */
    public val reason: String? = from.textOrNull("reason")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "case", case, "opened_at", openedAt, "phase", phase, "reason", reason)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Chargeback = Chargeback(Reading.of(text, "chargeback"))
    }
}

/** The call that a payment waits for. */
public class Doing internal constructor(from: Reading) : View(from) {
    /** The kind of call to the gateway. */
    public val call: GatewayCall = GatewayCall(from.text("call"))
    /** The idempotency key that it carries. */
    public val key: String = from.text("key")
    /** How far it is. */
    public val phase: CallPhase = CallPhase(from.text("phase"))
    /** Since when. */
    public val since: Instant = from.time("since")

    override fun parts(): Array<Any?> = arrayOf("call", call, "key", key, "phase", phase, "since", since)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Doing = Doing(Reading.of(text, "doing"))
    }
}

/** Why a gateway did not do what it was asked for. */
public class PaymentFailure internal constructor(from: Reading) : View(from) {
    /** The reason in words that all gateways share. */
    public val code: FailureCode = FailureCode(from.text("code"))
    /** The gateway's own code. */
    public val gatewayCode: String? = from.textOrNull("gateway_code")
    /** Whether trying again can help. */
    public val retry: FailureRetry = FailureRetry(from.text("retry"))

    override fun parts(): Array<Any?> = arrayOf("code", code, "gateway_code", gatewayCode, "retry", retry)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentFailure = PaymentFailure(Reading.of(text, "payment_failure"))
    }
}

/** A refund of a payment. */
public class PaymentRefund internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** How much. */
    public val amount: Money = from.money("amount")
    /** Why. */
    public val reason: String? = from.textOrNull("reason")
    /** The gateway's reference. */
    public val reference: String? = from.textOrNull("reference")
    /** Its state. */
    public val state: RefundState = RefundState(from.text("state"))
    /** The transfer that took it from who was paid. */
    public val transfer: String? = from.textOrNull("transfer")

    override fun parts(): Array<Any?> = arrayOf("id", id, "amount", amount, "reason", reason, "reference", reference, "state", state, "transfer", transfer)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentRefund = PaymentRefund(Reading.of(text, "payment_refund"))
    }
}

/** Reply of `refund`. */
public class RefundReply internal constructor(from: Reading) : View(from) {
    /** The payment. */
    public val payment: Payment = from.one("payment", ::Payment)
    /** The refund. */
    public val refund: PaymentRefund = from.one("refund", ::PaymentRefund)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("payment", payment, "refund", refund, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RefundReply = RefundReply(Reading.of(text, "refund_reply"))
    }
}

/** The outcome of a gateway's report. */
public class Reported internal constructor(from: Reading) : View(from) {
    /** The gateway's own id of it. */
    public val event: String = from.text("event")
    /** The payment; `null` where none is known. */
    public val payment: Payment? = from.oneOrNull("payment", ::Payment)
    /** Whether it was told before. */
    public val replayed: Boolean = from.boolean("replayed")
    /**
     * The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`, because no
     * payment has this reference yet; `queried`, because the gateway is asked first; `suspended` or `mismatched`.
     */
    public val result: Heard = Heard(from.text("result"))

    override fun parts(): Array<Any?> = arrayOf("event", event, "payment", payment, "replayed", replayed, "result", result)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Reported = Reported(Reading.of(text, "reported"))
    }
}

/** Reply of a change of a debt. */
public class DebtReply internal constructor(from: Reading) : View(from) {
    /** The debt. */
    public val debt: Debt = from.one("debt", ::Debt)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("debt", debt, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DebtReply = DebtReply(Reading.of(text, "debt_reply"))
    }
}

/** The debt of an account that did not have all of the money that was taken back from it. */
public class Debt internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The debtor's account. */
    public val account: String = from.text("account")
    /** How much. */
    public val amount: Money = from.money("amount")
    /** The chargeback. */
    public val case: String = from.text("case")
    /** Since when. */
    public val createdAt: Instant = from.time("created_at")
    /** The payment, if there was one. */
    public val payment: String? = from.textOrNull("payment")
    /** The purchase. */
    public val purchase: String? = from.textOrNull("purchase")
    /** How much of it came back. */
    public val recovered: Money = from.money("recovered")
    /** Its state. */
    public val state: DebtState = DebtState(from.text("state"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "account", account, "amount", amount, "case", case, "created_at", createdAt, "payment", payment, "purchase", purchase, "recovered", recovered, "state", state, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Debt = Debt(Reading.of(text, "debt"))
    }
}

/** The input of the client's widget that collects the payer's means. */
public class Checkout internal constructor(from: Reading) : View(from) {
    /**
     * The fields of its widget, signed by the server where the gateway wants that: amount, order, keys that may be
     * public. Each driver has its own.
     */
    public val fields: Json = from.members("fields")
    /** The gateway that the means are for. */
    public val gateway: String = from.text("gateway")

    override fun parts(): Array<Any?> = arrayOf("fields", fields, "gateway", gateway)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Checkout = Checkout(Reading.of(text, "checkout"))
    }
}

/** Reply of `allowed_actions`. */
public class PaymentChoices internal constructor(from: Reading) : View(from) {
    /** The actions, in the order of the table of transitions. */
    public val actions: List<PaymentAction> = from.list("actions", ::PaymentAction)

    override fun parts(): Array<Any?> = arrayOf("actions", actions)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentChoices = PaymentChoices(Reading.of(text, "payment_choices"))
    }
}

/** An action that an actor can take on a payment now. */
public class PaymentAction internal constructor(from: Reading) : View(from) {
    /** The state that it leads to; `null` where the gateway or the amount decides. */
    public val to: PaymentState? = from.textOrNull("to")?.let(::PaymentState)
    /** The fields that it needs beside the payment. */
    public val needs: List<String> = from.list("needs", Reading::asText)
    /** The operation, without the service. */
    public val trigger: String = from.text("trigger")

    override fun parts(): Array<Any?> = arrayOf("to", to, "needs", needs, "trigger", trigger)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PaymentAction = PaymentAction(Reading.of(text, "payment_action"))
    }
}

/** Reply of `set_offer`. */
public class OfferReply internal constructor(from: Reading) : View(from) {
    /** The offer. */
    public val offer: Offer = from.one("offer", ::Offer)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("offer", offer, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): OfferReply = OfferReply(Reading.of(text, "offer_reply"))
    }
}

/** An offer. */
public class Offer internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** Whether it is sold. */
    public val active: Boolean = from.boolean("active")
    /** How many can be bought; `null` without a limit. */
    public val available: Long? = from.integerOrNull("available")
    /** The terms of the deals by which it is sold; `null` where the seller is paid at once. */
    public val escrow: Json? = from.membersOrNull("escrow")
    /** The grants to a buyer for each unit. */
    public val grants: List<Money> = from.list("grants", Reading::asMoney)
    /** How many are held for purchases that are not paid. */
    public val held: Long = from.integer("held")
    /** How long units are held for a buyer who pays later. */
    public val holdFor: Duration = from.duration("hold_for")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** How many one buyer may have. */
    public val perUserLimit: Long? = from.integerOrNull("per_user_limit")
    /** The price of one unit. */
    public val price: Money = from.money("price")
    /** From when on it is sold. */
    public val saleFrom: Instant? = from.timeOrNull("sale_from")
    /** Until when it is sold. */
    public val saleUntil: Instant? = from.timeOrNull("sale_until")
    /** The account that is paid. */
    public val seller: String = from.text("seller")
    /** How many are sold. */
    public val sold: Long = from.integer("sold")
    /** How many units there are in all; `null` without a limit. */
    public val stock: Long? = from.integerOrNull("stock")
    /** Counts every change, those of the units included. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "active", active, "available", available, "escrow", escrow, "grants", grants, "held", held, "hold_for", holdFor, "metadata", metadata, "per_user_limit", perUserLimit, "price", price, "sale_from", saleFrom, "sale_until", saleUntil, "seller", seller, "sold", sold, "stock", stock, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Offer = Offer(Reading.of(text, "offer"))
    }
}

/** Reply of `set_promo`. */
public class PromoReply internal constructor(from: Reading) : View(from) {
    /** The promo. */
    public val promo: Promo = from.one("promo", ::Promo)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("promo", promo, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PromoReply = PromoReply(Reading.of(text, "promo_reply"))
    }
}

/** A promo. */
public class Promo internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** From when on it may be used. */
    public val from: Instant? = from.timeOrNull("from")
    /** Whether it may be used. */
    public val active: Boolean = from.boolean("active")
    /** How many purchases may use it. */
    public val limit: Long? = from.integerOrNull("limit")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** The discount. */
    public val off: Discount = from.one("off", ::Discount)
    /** The offers that it is for; `null` if all. */
    public val offers: List<String>? = from.listOrNull("offers", Reading::asText)
    /** How many purchases of one buyer may use it. */
    public val perUserLimit: Long? = from.integerOrNull("per_user_limit")
    /** Until when it may be used. */
    public val until: Instant? = from.timeOrNull("until")
    /** How many purchases use it: those that have neither expired nor were cancelled. */
    public val used: Long = from.integer("used")
    /** Counts every change, those of the uses included. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "from", from, "active", active, "limit", limit, "metadata", metadata, "off", off, "offers", offers, "per_user_limit", perUserLimit, "until", until, "used", used, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Promo = Promo(Reading.of(text, "promo"))
    }
}

/** The discount of a promo. */
public class Discount internal constructor(from: Reading) : View(from) {
    /** An amount, and at most the sum. */
    public val amount: Money? = from.moneyOrNull("amount")
    /** Hundredths of a percent of the sum. */
    public val bps: Long? = from.integerOrNull("bps")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "bps", bps)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Discount = Discount(Reading.of(text, "discount"))
    }
}

/** Reply of a change of a purchase. */
public class PurchaseReply internal constructor(from: Reading) : View(from) {
    /** The purchase. */
    public val purchase: Purchase = from.one("purchase", ::Purchase)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("purchase", purchase, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PurchaseReply = PurchaseReply(Reading.of(text, "purchase_reply"))
    }
}

/** A purchase. */
public class Purchase internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The buyer's account. */
    public val buyer: String = from.text("buyer")
    /** Whether its buyer has given it up while a payment was under way. */
    public val cancelRequested: Boolean = from.boolean("cancel_requested")
    /** When it was made. */
    public val createdAt: Instant = from.time("created_at")
    /** The newest deal that was opened for it; `null` where the seller is paid at once. */
    public val deal: String? = from.textOrNull("deal")
    /** The promo's discount. */
    public val discount: Money = from.money("discount")
    /** The grants to the buyer for all units. */
    public val grants: List<Money> = from.list("grants", Reading::asMoney)
    /** Until when its units are held. */
    public val holdUntil: Instant = from.time("hold_until")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** The offer. */
    public val offer: String = from.text("offer")
    /** The means of payment. */
    public val paidWith: PaidWith? = from.textOrNull("paid_with")?.let(::PaidWith)
    /** The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays. */
    public val payment: String? = from.textOrNull("payment")
    /** The promo. */
    public val promo: String? = from.textOrNull("promo")
    /** How many units. */
    public val quantity: Long = from.integer("quantity")
    /** The caller's own id. */
    public val reference: String? = from.textOrNull("reference")
    /** How much of what was paid went back, or is on its way. */
    public val refunded: Money = from.money("refunded")
    /** The account that is paid. */
    public val seller: String = from.text("seller")
    /** Its state. */
    public val state: PurchaseState = PurchaseState(from.text("state"))
    /** The price after the discount. */
    public val total: Money = from.money("total")
    /** The transfer that paid the seller from a balance. */
    public val transfer: String? = from.textOrNull("transfer")
    /** The price of one unit. */
    public val unitPrice: Money = from.money("unit_price")
    /** When it last changed. */
    public val updatedAt: Instant = from.time("updated_at")
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "buyer", buyer, "cancel_requested", cancelRequested, "created_at", createdAt, "deal", deal, "discount", discount, "grants", grants, "hold_until", holdUntil, "metadata", metadata, "offer", offer, "paid_with", paidWith, "payment", payment, "promo", promo, "quantity", quantity, "reference", reference, "refunded", refunded, "seller", seller, "state", state, "total", total, "transfer", transfer, "unit_price", unitPrice, "updated_at", updatedAt, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Purchase = Purchase(Reading.of(text, "purchase"))
    }
}

/** Reply of `refund`. */
public class PurchaseRefunded internal constructor(from: Reading) : View(from) {
    /** The purchase. */
    public val purchase: Purchase = from.one("purchase", ::Purchase)
    /** The refund of its payment; `null` where it was paid from a balance. */
    public val refund: PaymentRefund? = from.oneOrNull("refund", ::PaymentRefund)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("purchase", purchase, "refund", refund, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PurchaseRefunded = PurchaseRefunded(Reading.of(text, "purchase_refunded"))
    }
}

/** The present price of units of an offer, and whether they can be bought. */
public class PurchaseQuote internal constructor(from: Reading) : View(from) {
    /** Whether they can be bought now. */
    public val allowed: Boolean = from.boolean("allowed")
    /**
     * The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a purchase is
     * held to it. `null` without a `buyer`, or where nothing could be bought.
     */
    public val commitment: Commitment? = from.oneOrNull("commitment", ::Commitment)
    /** The promo's discount. */
    public val discount: Money = from.money("discount")
    /**
     * Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of
     * `promo_not_applicable` the reason behind a colon.
     */
    public val reason: String? = from.textOrNull("reason")
    /** All of them. */
    public val subtotal: Money = from.money("subtotal")
    /** The subtotal less the discount. */
    public val total: Money = from.money("total")
    /** One unit. */
    public val unitPrice: Money = from.money("unit_price")

    override fun parts(): Array<Any?> = arrayOf("allowed", allowed, "commitment", commitment, "discount", discount, "reason", reason, "subtotal", subtotal, "total", total, "unit_price", unitPrice)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PurchaseQuote = PurchaseQuote(Reading.of(text, "purchase_quote"))
    }
}

/**
 * The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its rows set
 * and its request does not name.
 */
public class Commitment internal constructor(from: Reading) : View(from) {
    /** Money that leaves accounts, or is held there, by payer. */
    public val outflows: List<CommittedOutflow> = from.list("outflows", ::CommittedOutflow)
    /** All who are paid, now or later: accounts, or addresses of a chain. */
    public val payees: List<String> = from.list("payees", Reading::asText)
    /** Terms that bind a party, by their names: `inspection`, `fees`, `grants`. */
    public val terms: Json? = from.membersOrNull("terms")

    override fun parts(): Array<Any?> = arrayOf("outflows", outflows, "payees", payees, "terms", terms)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Commitment = Commitment(Reading.of(text, "commitment"))
    }
}

/** Money that leaves one account in a call, to one payee. */
public class CommittedOutflow internal constructor(from: Reading) : View(from) {
    /** The amount. */
    public val amount: Money = from.money("amount")
    /** The account that gives it. */
    public val from: String = from.text("from")
    /** The account, or the address of a chain, that gets it; `null` where the money is only held. */
    public val to: String? = from.textOrNull("to")

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "from", from, "to", to)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): CommittedOutflow = CommittedOutflow(Reading.of(text, "committed_outflow"))
    }
}

/** Reply of `allowed_actions`. */
public class PurchaseChoices internal constructor(from: Reading) : View(from) {
    /** The actions, in the order of the table of transitions. */
    public val actions: List<PurchaseAction> = from.list("actions", ::PurchaseAction)

    override fun parts(): Array<Any?> = arrayOf("actions", actions)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PurchaseChoices = PurchaseChoices(Reading.of(text, "purchase_choices"))
    }
}

/** An action that an actor can take on a purchase now. */
public class PurchaseAction internal constructor(from: Reading) : View(from) {
    /** The state that it leads to; `null` where the payment or the quantity decides. */
    public val to: PurchaseState? = from.textOrNull("to")?.let(::PurchaseState)
    /** The fields that it needs beside the purchase. */
    public val needs: List<String> = from.list("needs", Reading::asText)
    /** The operation, without the service. */
    public val trigger: String = from.text("trigger")

    override fun parts(): Array<Any?> = arrayOf("to", to, "needs", needs, "trigger", trigger)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PurchaseAction = PurchaseAction(Reading.of(text, "purchase_action"))
    }
}

/** Reply of `set_source` and `rotate_secret`. */
public class SourceReply internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The source. */
    public val source: Source = from.one("source", ::Source)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "source", source)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SourceReply = SourceReply(Reading.of(text, "source_reply"))
    }
}

/** A source of webhooks. */
public class Source internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** The gateway that it speaks for. */
    public val gateway: String = from.text("gateway")
    /** How it signs. */
    public val scheme: Scheme = Scheme(from.text("scheme"))
    /** How many secrets are good now. */
    public val secrets: Long = from.integer("secrets")
    /** How far the time of a message may be from now. */
    public val tolerance: Duration = from.duration("tolerance")
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "gateway", gateway, "scheme", scheme, "secrets", secrets, "tolerance", tolerance, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Source = Source(Reading.of(text, "source"))
    }
}

/** The outcome of a message of a source. */
public class WebhookReceived internal constructor(from: Reading) : View(from) {
    /** The sender's own id of it. */
    public val event: String = from.text("event")
    /** The payment; `null` where none is known. */
    public val payment: Payment? = from.oneOrNull("payment", ::Payment)
    /** Whether it was told before. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The answer to its sender, whatever the outcome is. */
    public val reply: WebhookReply = from.one("reply", ::WebhookReply)
    /**
     * The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of ours;
     * `parked`, because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended`
     * or `mismatched`.
     */
    public val result: Heard = Heard(from.text("result"))

    override fun parts(): Array<Any?> = arrayOf("event", event, "payment", payment, "replayed", replayed, "reply", reply, "result", result)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WebhookReceived = WebhookReceived(Reading.of(text, "webhook_received"))
    }
}

/** The answer that a sender wants, so that it does not tell again. */
public class WebhookReply internal constructor(from: Reading) : View(from) {
    /** The body, as plain text; mostly empty. */
    public val body: String = from.text("body")
    /** The status of HTTP. */
    public val status: Long = from.integer("status")

    override fun parts(): Array<Any?> = arrayOf("body", body, "status", status)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WebhookReply = WebhookReply(Reading.of(text, "webhook_reply"))
    }
}

/** An event of a source that was seen. */
public class SeenWebhook internal constructor(from: Reading) : View(from) {
    /** When it was first seen. */
    public val at: Instant = from.time("at")
    /** The sender's id of it. */
    public val event: String = from.text("event")
    /** The payment that it was about; `null` where none was known. */
    public val payment: String? = from.textOrNull("payment")
    /** The outcome, as `receive` answered it. */
    public val result: Heard = Heard(from.text("result"))
    /** The SHA-256 of its body, in hex; the body is not kept. */
    public val sha256: String = from.text("sha256")
    /** The source. */
    public val source: String = from.text("source")

    override fun parts(): Array<Any?> = arrayOf("at", at, "event", event, "payment", payment, "result", result, "sha256", sha256, "source", source)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SeenWebhook = SeenWebhook(Reading.of(text, "seen_webhook"))
    }
}

/** Reply of `set_chain`. */
public class ChainReply internal constructor(from: Reading) : View(from) {
    /** The chain. */
    public val chain: WithdrawalChain = from.one("chain", ::WithdrawalChain)
    /** Whether nothing changed, or the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("chain", chain, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ChainReply = ChainReply(Reading.of(text, "chain_reply"))
    }
}

/** A chain. */
public class WithdrawalChain internal constructor(from: Reading) : View(from) {
    /** How long a block takes. */
    public val blockTime: Duration = from.duration("block_time")
    /** How long a node has had a transaction before it is bumped. */
    public val bumpAfter: Duration = from.duration("bump_after")
    /** By how much a bump raises both fees, in hundredths of a percent. */
    public val bumpBps: Long = from.integer("bump_bps")
    /** Its name. */
    public val chain: String = from.text("chain")
    /** Its number, as text. */
    public val chainId: String = from.text("chain_id")
    /** The names of those who speak for it. */
    public val endpoints: List<String> = from.list("endpoints", Reading::asText)
    /** How long what is known of the chain is good. */
    public val factsTtl: Duration = from.duration("facts_ttl")
    /** The most for a unit of gas, in wei. */
    public val feeCap: String = from.text("fee_cap")
    /** When a block is final. */
    public val finality: Finality = from.one("finality", ::Finality)
    /** The least that is given on top of the base fee, in wei. */
    public val minPriorityFee: String = from.text("min_priority_fee")
    /** The price of gas; `null` until a quorum has said it. */
    public val now: ChainFees? = from.oneOrNull("now", ::ChainFees)
    /** How many must agree. */
    public val quorum: Long = from.integer("quorum")
    /** How long a transaction is unseen before it is sent again. */
    public val resendAfter: Duration = from.duration("resend_after")
    /** Counts its changes. */
    public val version: Long = from.integer("version")
    /** How its endpoints did. */
    public val views: List<ChainEndpoint> = from.list("views", ::ChainEndpoint)
    /** How long what is final is still looked at. */
    public val watch: Duration = from.duration("watch")

    override fun parts(): Array<Any?> = arrayOf("block_time", blockTime, "bump_after", bumpAfter, "bump_bps", bumpBps, "chain", chain, "chain_id", chainId, "endpoints", endpoints, "facts_ttl", factsTtl, "fee_cap", feeCap, "finality", finality, "min_priority_fee", minPriorityFee, "now", now, "quorum", quorum, "resend_after", resendAfter, "version", version, "views", views, "watch", watch)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalChain = WithdrawalChain(Reading.of(text, "withdrawal_chain"))
    }
}

/** When a block is final: by the tag or by the depth. */
public class Finality internal constructor(from: Reading) : View(from) {
    /** So many blocks that stand on it; left out where `tag` is there. */
    public val depth: Long? = from.integerOrNull("depth")
    /** The block that endpoints hold for final; left out where `depth` is there. */
    public val tag: FinalityTag? = from.textOrNull("tag")?.let(::FinalityTag)

    override fun parts(): Array<Any?> = arrayOf("depth", depth, "tag", tag)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Finality = Finality(Reading.of(text, "finality"))
    }
}

/** The price of gas on a chain, as a quorum said last. */
public class ChainFees internal constructor(from: Reading) : View(from) {
    /** When it was said. */
    public val at: Instant = from.time("at")
    /** The base fee, in wei. */
    public val baseFee: String = from.text("base_fee")
    /** The priority fee that others pay, in wei. */
    public val priorityFee: String = from.text("priority_fee")

    override fun parts(): Array<Any?> = arrayOf("at", at, "base_fee", baseFee, "priority_fee", priorityFee)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ChainFees = ChainFees(Reading.of(text, "chain_fees"))
    }
}

/** How an endpoint did last. */
public class ChainEndpoint internal constructor(from: Reading) : View(from) {
    /** When it answered last. */
    public val at: Instant? = from.timeOrNull("at")
    /** Its name. */
    public val endpoint: String = from.text("endpoint")
    /** How often in a row it failed. */
    public val failures: Long = from.integer("failures")
    /** The height of its newest block, as text. */
    public val head: String? = from.textOrNull("head")
    /** How it did: `ok`, `failing`, `behind` or `wrong_chain`. */
    public val status: String = from.text("status")

    override fun parts(): Array<Any?> = arrayOf("at", at, "endpoint", endpoint, "failures", failures, "head", head, "status", status)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ChainEndpoint = ChainEndpoint(Reading.of(text, "chain_endpoint"))
    }
}

/** Reply of `set_asset`. */
public class AssetReply internal constructor(from: Reading) : View(from) {
    /** The asset. */
    public val asset: Asset = from.one("asset", ::Asset)
    /** Whether nothing changed, or the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("asset", asset, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): AssetReply = AssetReply(Reading.of(text, "asset_reply"))
    }
}

/** A currency on a chain. */
public class Asset internal constructor(from: Reading) : View(from) {
    /** The currency. */
    public val currency: String = from.text("currency")
    /** The kind of asset. */
    public val kind: AssetKind = AssetKind(from.text("kind"))
    /** The chain. */
    public val chain: String = from.text("chain")
    /** Its decimals. */
    public val decimals: Long = from.integer("decimals")
    /** The fee of a withdrawal, on top of its amount. */
    public val fee: Money? = from.moneyOrNull("fee")
    /** The most that is withdrawn. */
    public val max: Money? = from.moneyOrNull("max")
    /** The most gas that a payment may take. */
    public val maxGas: Long = from.integer("max_gas")
    /** The least that is withdrawn. */
    public val min: Money? = from.moneyOrNull("min")
    /** Why it was refused: its token has no `code`, or other `decimals`. */
    public val reason: String? = from.textOrNull("reason")
    /** Whether it may be withdrawn. */
    public val state: AssetState = AssetState(from.text("state"))
    /** The address of its token. */
    public val token: String? = from.textOrNull("token")
    /** Counts its changes. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("currency", currency, "kind", kind, "chain", chain, "decimals", decimals, "fee", fee, "max", max, "max_gas", maxGas, "min", min, "reason", reason, "state", state, "token", token, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Asset = Asset(Reading.of(text, "asset"))
    }
}

/** Reply of a change of a lane. */
public class LaneReply internal constructor(from: Reading) : View(from) {
    /** The lane. */
    public val lane: Lane = from.one("lane", ::Lane)
    /** Whether nothing changed, or the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("lane", lane, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): LaneReply = LaneReply(Reading.of(text, "lane_reply"))
    }
}

/** A key on a chain, and its counter. Numbers of a chain are texts. */
public class Lane internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** Its address, with the checksum of EIP-55. */
    public val address: String = from.text("address")
    /** The chain. */
    public val chain: String = from.text("chain")
    /** The highest nonce that is final. */
    public val finalNonce: String? = from.textOrNull("final_nonce")
    /** How many nonces are not final. */
    public val inFlight: Long = from.integer("in_flight")
    /** The key. */
    public val key: String = from.text("key")
    /** The coins of its address, in wei, as a quorum said last. */
    public val native: String? = from.textOrNull("native")
    /** The nonce that it gives next. */
    public val nextNonce: String = from.text("next_nonce")
    /** The amounts promised to nonces in no block: `native` in wei, and tokens by currency. */
    public val promised: Json = from.members("promised")
    /** Why it is paused, or does not open yet. */
    public val reason: String? = from.textOrNull("reason")
    /** Its state. */
    public val state: LaneState = LaneState(from.text("state"))
    /** The tokens of its address, by currency, in their units. */
    public val tokens: Json = from.members("tokens")
    /** Counts its changes. */
    public val version: Long = from.integer("version")
    /** How many of them may be in no block. */
    public val window: Long = from.integer("window")

    override fun parts(): Array<Any?> = arrayOf("id", id, "address", address, "chain", chain, "final_nonce", finalNonce, "in_flight", inFlight, "key", key, "native", native, "next_nonce", nextNonce, "promised", promised, "reason", reason, "state", state, "tokens", tokens, "version", version, "window", window)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Lane = Lane(Reading.of(text, "lane"))
    }
}

/** Reply of `request`. */
public class WithdrawalRequested internal constructor(from: Reading) : View(from) {
    /** The present balance of the account. */
    public val balance: Balance = from.one("balance", ::Balance)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The withdrawal. */
    public val withdrawal: Withdrawal = from.one("withdrawal", ::Withdrawal)

    override fun parts(): Array<Any?> = arrayOf("balance", balance, "replayed", replayed, "withdrawal", withdrawal)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalRequested = WithdrawalRequested(Reading.of(text, "withdrawal_requested"))
    }
}

/** A withdrawal. Numbers of a chain are texts. */
public class Withdrawal internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The account that pays. */
    public val account: String = from.text("account")
    /** The amount for the payee. */
    public val amount: Money = from.money("amount")
    /** The address of the payee, with the checksum of EIP-55. */
    public val to: String = from.text("to")
    /** The tries at its nonce. */
    public val attempts: List<WithdrawalAttempt> = from.list("attempts", ::WithdrawalAttempt)
    /** Why people should look at it. */
    public val attention: Attention? = from.oneOrNull("attention", ::Attention)
    /** The block that it is in. */
    public val block: WithdrawalBlock? = from.oneOrNull("block", ::WithdrawalBlock)
    /** Whether it is given up: no payment is signed any more. */
    public val cancelling: Boolean = from.boolean("cancelling")
    /** The chain. */
    public val chain: String = from.text("chain")
    /** How many blocks a quorum counts from its block on. */
    public val confirmations: Long = from.integer("confirmations")
    /** When it was final. */
    public val confirmedAt: Instant? = from.timeOrNull("confirmed_at")
    /** When it was asked for. */
    public val createdAt: Instant = from.time("created_at")
    /** Why it failed. */
    public val failure: WithdrawalFailure? = from.oneOrNull("failure", ::WithdrawalFailure)
    /** The fee on top of the amount. */
    public val fee: Money = from.money("fee")
    /** The cost of its gas, in wei. */
    public val gasPaid: String? = from.textOrNull("gas_paid")
    /** When it is given up, without a nonce. */
    public val giveUpAt: Instant? = from.timeOrNull("give_up_at")
    /** The hash of its transaction: the final one, else the newest. */
    public val hash: String? = from.textOrNull("hash")
    /** The hold of the amount and the fee. */
    public val hold: String = from.text("hold")
    /** The lane that sends it. */
    public val lane: String? = from.textOrNull("lane")
    /** The caller's own data. */
    public val metadata: Json = from.members("metadata")
    /** Its nonce on that lane. */
    public val nonce: String? = from.textOrNull("nonce")
    /** The caller's own id. */
    public val reference: String? = from.textOrNull("reference")
    /** The actor who requested it. */
    public val requestedBy: String = from.text("requested_by")
    /** Its state. */
    public val state: WithdrawalState = WithdrawalState(from.text("state"))
    /** The newest transfer that it made. */
    public val transfer: String? = from.textOrNull("transfer")
    /** Whether what was final is gone. */
    public val unsettled: Boolean = from.boolean("unsettled")
    /** When it last changed. */
    public val updatedAt: Instant = from.time("updated_at")
    /** Counts its changes. */
    public val version: Long = from.integer("version")
    /** The condition that it waits for. */
    public val waiting: Waiting? = from.textOrNull("waiting")?.let(::Waiting)

    override fun parts(): Array<Any?> = arrayOf("id", id, "account", account, "amount", amount, "to", to, "attempts", attempts, "attention", attention, "block", block, "cancelling", cancelling, "chain", chain, "confirmations", confirmations, "confirmed_at", confirmedAt, "created_at", createdAt, "failure", failure, "fee", fee, "gas_paid", gasPaid, "give_up_at", giveUpAt, "hash", hash, "hold", hold, "lane", lane, "metadata", metadata, "nonce", nonce, "reference", reference, "requested_by", requestedBy, "state", state, "transfer", transfer, "unsettled", unsettled, "updated_at", updatedAt, "version", version, "waiting", waiting)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Withdrawal = Withdrawal(Reading.of(text, "withdrawal"))
    }
}

/** One try at the nonce of a withdrawal. Numbers of a chain are texts. */
public class WithdrawalAttempt internal constructor(from: Reading) : View(from) {
    /** The purpose of the attempt. */
    public val kind: AttemptKind = AttemptKind(from.text("kind"))
    /** The gas that it may use up. */
    public val gasLimit: String = from.text("gas_limit")
    /** The hash of its bytes, once they are signed. */
    public val hash: String? = from.textOrNull("hash")
    /** The most for a unit of gas, in wei. */
    public val maxFeePerGas: String = from.text("max_fee_per_gas")
    /** The most of that for who makes the block, in wei. */
    public val maxPriorityFeePerGas: String = from.text("max_priority_fee_per_gas")
    /** Counts from 1. */
    public val number: Long = from.integer("number")
    /** The last answer of nodes to them. */
    public val outcome: BroadcastOutcome? = from.textOrNull("outcome")?.let(::BroadcastOutcome)
    /** When a worker took them last, to send them. */
    public val sentAt: Instant? = from.timeOrNull("sent_at")
    /** When its bytes were kept. */
    public val signedAt: Instant? = from.timeOrNull("signed_at")

    override fun parts(): Array<Any?> = arrayOf("kind", kind, "gas_limit", gasLimit, "hash", hash, "max_fee_per_gas", maxFeePerGas, "max_priority_fee_per_gas", maxPriorityFeePerGas, "number", number, "outcome", outcome, "sent_at", sentAt, "signed_at", signedAt)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalAttempt = WithdrawalAttempt(Reading.of(text, "withdrawal_attempt"))
    }
}

/** Why people should look at a withdrawal. */
public class Attention internal constructor(from: Reading) : View(from) {
    /** Whether it may go away by itself. */
    public val kind: AttentionKind = AttentionKind(from.text("kind"))
    /** The reason. */
    public val code: AttentionCode = AttentionCode(from.text("code"))
    /** Since when. */
    public val since: Instant = from.time("since")

    override fun parts(): Array<Any?> = arrayOf("kind", kind, "code", code, "since", since)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Attention = Attention(Reading.of(text, "attention"))
    }
}

/** The block that a withdrawal is in. */
public class WithdrawalBlock internal constructor(from: Reading) : View(from) {
    /** Its hash. */
    public val hash: String = from.text("hash")
    /** Its number, as text. */
    public val number: String = from.text("number")

    override fun parts(): Array<Any?> = arrayOf("hash", hash, "number", number)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalBlock = WithdrawalBlock(Reading.of(text, "withdrawal_block"))
    }
}

/** Why a withdrawal failed. */
public class WithdrawalFailure internal constructor(from: Reading) : View(from) {
    /** `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`. */
    public val code: String = from.text("code")
    /** The message of a failed simulation. */
    public val message: String? = from.textOrNull("message")

    override fun parts(): Array<Any?> = arrayOf("code", code, "message", message)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalFailure = WithdrawalFailure(Reading.of(text, "withdrawal_failure"))
    }
}

/** Reply of a change of a withdrawal. */
public class WithdrawalReply internal constructor(from: Reading) : View(from) {
    /** Whether nothing changed, or the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The withdrawal. */
    public val withdrawal: Withdrawal = from.one("withdrawal", ::Withdrawal)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "withdrawal", withdrawal)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalReply = WithdrawalReply(Reading.of(text, "withdrawal_reply"))
    }
}

/** The quote of a withdrawal. */
public class WithdrawalQuote internal constructor(from: Reading) : View(from) {
    /** The amount for the payee. */
    public val amount: Money = from.money("amount")
    /** The fee on top of the amount. */
    public val fee: Money = from.money("fee")
    /** The present price of a unit of gas, in wei; `null` while nobody has said it. */
    public val gasPrice: String? = from.textOrNull("gas_price")
    /** The sum of both, to be held. */
    public val held: Money = from.money("held")
    /** The gas that its transaction costs the lane at that price, in wei; of a token by an estimate. */
    public val networkFee: String? = from.textOrNull("network_fee")
    /** The condition that it would wait for now. */
    public val waiting: Waiting? = from.textOrNull("waiting")?.let(::Waiting)

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "fee", fee, "gas_price", gasPrice, "held", held, "network_fee", networkFee, "waiting", waiting)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalQuote = WithdrawalQuote(Reading.of(text, "withdrawal_quote"))
    }
}

/** Reply of `allowed_actions`. */
public class WithdrawalChoices internal constructor(from: Reading) : View(from) {
    /** The actions, in the order of the table of transitions. */
    public val actions: List<WithdrawalAction> = from.list("actions", ::WithdrawalAction)

    override fun parts(): Array<Any?> = arrayOf("actions", actions)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalChoices = WithdrawalChoices(Reading.of(text, "withdrawal_choices"))
    }
}

/** An action that an actor can take on a withdrawal now. */
public class WithdrawalAction internal constructor(from: Reading) : View(from) {
    /** The state that it leads to; `null` where the chain decides. */
    public val to: WithdrawalState? = from.textOrNull("to")?.let(::WithdrawalState)
    /** The fields that it needs beside the withdrawal. */
    public val needs: List<String> = from.list("needs", Reading::asText)
    /** The operation, without the service. */
    public val trigger: String = from.text("trigger")

    override fun parts(): Array<Any?> = arrayOf("to", to, "needs", needs, "trigger", trigger)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalAction = WithdrawalAction(Reading.of(text, "withdrawal_action"))
    }
}

/** How many withdrawals there are, and how they went. */
public class WithdrawalStats internal constructor(from: Reading) : View(from) {
    /** How many people should look at, by reason. */
    public val attention: Json = from.members("attention")
    /** How many are in each state. */
    public val byState: Json = from.members("by_state")
    /** How many are paid. */
    public val confirmed: Long = from.integer("confirmed")
    /** How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over. */
    public val errorRate: Long? = from.integerOrNull("error_rate")
    /** How many failed. */
    public val failed: Long = from.integer("failed")
    /** The total gas cost, in wei, by chain. */
    public val gasPaid: Json = from.members("gas_paid")
    /** How many seconds those took that are paid, on average. */
    public val meanSeconds: Long? = from.integerOrNull("mean_seconds")
    /** Since when the oldest waits that is not over. */
    public val oldest: Instant? = from.timeOrNull("oldest")
    /** How many seconds 95 of 100 of them took at most. */
    public val p95Seconds: Long? = from.integerOrNull("p95_seconds")
    /** How many wait for what. */
    public val waiting: Json = from.members("waiting")

    override fun parts(): Array<Any?> = arrayOf("attention", attention, "by_state", byState, "confirmed", confirmed, "error_rate", errorRate, "failed", failed, "gas_paid", gasPaid, "mean_seconds", meanSeconds, "oldest", oldest, "p95_seconds", p95Seconds, "waiting", waiting)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WithdrawalStats = WithdrawalStats(Reading.of(text, "withdrawal_stats"))
    }
}

/** Reply of `set_policy`. */
public class PolicyReply internal constructor(from: Reading) : View(from) {
    /** The policy. */
    public val policy: Policy = from.one("policy", ::Policy)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Version of the book's settings: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("policy", policy, "replayed", replayed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PolicyReply = PolicyReply(Reading.of(text, "policy_reply"))
    }
}

/** A policy: from this amount up, a call with this effect needs this many approvals. */
public class Policy internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** Currency of the threshold. */
    public val currency: String = from.text("currency")
    /** How many different people must approve. */
    public val approvers: Long = from.integer("approvers")
    /** Whether it comes from the options of the engine, and not from the book. */
    public val builtIn: Boolean = from.boolean("built_in")
    /** How long an approval stays open. */
    public val expiresIn: Duration = from.duration("expires_in")
    /** The effect of the calls that it covers. */
    public val operation: String = from.text("operation")
    /** The factors that the caller must prove. */
    public val require: List<String> = from.list("require", Reading::asText)
    /** The role in which they must act. */
    public val role: String = from.text("role")
    /** From here up. */
    public val threshold: Money = from.money("threshold")

    override fun parts(): Array<Any?> = arrayOf("id", id, "currency", currency, "approvers", approvers, "built_in", builtIn, "expires_in", expiresIn, "operation", operation, "require", require, "role", role, "threshold", threshold)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Policy = Policy(Reading.of(text, "policy"))
    }
}

/** Reply of `remove_policy`. */
public class PolicyRemoved internal constructor(from: Reading) : View(from) {
    /** The name of the policy that is gone. */
    public val removed: String = from.text("removed")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Version of the book's settings: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("removed", removed, "replayed", replayed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PolicyRemoved = PolicyRemoved(Reading.of(text, "policy_removed"))
    }
}

/** Reply of `approve`. */
public class ApproveReply internal constructor(from: Reading) : View(from) {
    /** The approval. */
    public val approval: Approval = from.one("approval", ::Approval)
    /** Why the call was refused; the consent stays, and this may be repeated until the approval expires. */
    public val error: EarnestException? = from.errorOrNull("error")
    /** Whether the call took place. */
    public val executed: Boolean = from.boolean("executed")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The call's own reply, when it took place. */
    public val reply: Json? = from.membersOrNull("reply")

    override fun parts(): Array<Any?> = arrayOf("approval", approval, "error", error, "executed", executed, "replayed", replayed, "reply", reply)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ApproveReply = ApproveReply(Reading.of(text, "approve_reply"))
    }
}

/** An approval. */
public class Approval internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The account that gives most of the amount. */
    public val account: String = from.text("account")
    /** The amount that the call takes, of the currency that its policy is about. */
    public val amount: Money = from.money("amount")
    /** The actors who have approved, in their order. */
    public val approvals: List<Consent> = from.list("approvals", ::Consent)
    /**
     * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an
     * earlier version, which is held to its amount.
     */
    public val commitment: Commitment? = from.oneOrNull("commitment", ::Commitment)
    /** When it was executed, rejected or expired. */
    public val endedAt: Instant? = from.timeOrNull("ended_at")
    /** Its deadline: it must be given and used up before. */
    public val expiresAt: Instant = from.time("expires_at")
    /** Its effect now, as a query answers while it is open; otherwise `null`. */
    public val now: Foreseen? = from.oneOrNull("now", ::Foreseen)
    /** The operation that waits. */
    public val operation: String = from.text("operation")
    /** SHA-256 of its canonical request, hexadecimal. */
    public val payloadHash: String = from.text("payload_hash")
    /** The policy that asks for it. */
    public val policy: String = from.text("policy")
    /** Why. */
    public val reason: String? = from.textOrNull("reason")
    /** The actor who rejected it. */
    public val rejectedBy: String? = from.textOrNull("rejected_by")
    /** Its request, without key and actor; `null` when it was erased. */
    public val request: Json? = from.membersOrNull("request")
    /** When it was asked for. */
    public val requestedAt: Instant = from.time("requested_at")
    /** The requester: the call runs as this actor. */
    public val requestedBy: String = from.text("requested_by")
    /** How many must approve. */
    public val required: Long = from.integer("required")
    /** The outcome of the call; `null` while it has not been tried. */
    public val result: ApprovalResult? = from.oneOrNull("result", ::ApprovalResult)
    /** In which role. */
    public val role: String = from.text("role")
    /** Its state. */
    public val state: ApprovalState = ApprovalState(from.text("state"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "account", account, "amount", amount, "approvals", approvals, "commitment", commitment, "ended_at", endedAt, "expires_at", expiresAt, "now", now, "operation", operation, "payload_hash", payloadHash, "policy", policy, "reason", reason, "rejected_by", rejectedBy, "request", request, "requested_at", requestedAt, "requested_by", requestedBy, "required", required, "result", result, "role", role, "state", state, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Approval = Approval(Reading.of(text, "approval"))
    }
}

/** An actor's approval. */
public class Consent internal constructor(from: Reading) : View(from) {
    /** The actor. */
    public val actor: String = from.text("actor")
    /** When. */
    public val at: Instant = from.time("at")

    override fun parts(): Array<Any?> = arrayOf("actor", actor, "at", at)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Consent = Consent(Reading.of(text, "consent"))
    }
}

/** The effect that a parked call would have now. */
public class Foreseen internal constructor(from: Reading) : View(from) {
    /**
     * The first part of it that goes beyond what was asked for, for which it is refused: `currency`, `payer`,
     * `payee`, `amount` or the name of a term.
     */
    public val beyond: String? = from.textOrNull("beyond")
    /** Its commitment; `null` where it would be refused. */
    public val commitment: Commitment? = from.oneOrNull("commitment", ::Commitment)
    /** The code that it would be refused with, before its gates. */
    public val error: String? = from.textOrNull("error")

    override fun parts(): Array<Any?> = arrayOf("beyond", beyond, "commitment", commitment, "error", error)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Foreseen = Foreseen(Reading.of(text, "foreseen"))
    }
}

/** The outcome of the call that waited. */
public class ApprovalResult internal constructor(from: Reading) : View(from) {
    /** The code that it was refused with when it should have run last. */
    public val error: String? = from.textOrNull("error")
    /** Whether it took place. */
    public val executed: Boolean = from.boolean("executed")
    /** The ids of what it made. */
    public val made: List<String> = from.list("made", Reading::asText)

    override fun parts(): Array<Any?> = arrayOf("error", error, "executed", executed, "made", made)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ApprovalResult = ApprovalResult(Reading.of(text, "approval_result"))
    }
}

/** Reply of a change of an approval. */
public class ApprovalReply internal constructor(from: Reading) : View(from) {
    /** The approval. */
    public val approval: Approval = from.one("approval", ::Approval)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("approval", approval, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ApprovalReply = ApprovalReply(Reading.of(text, "approval_reply"))
    }
}

/** Reply of `put`. */
public class ValuePut internal constructor(from: Reading) : View(from) {
    /** The key of the keyring that wraps the subject's data key. */
    public val keyId: String = from.text("key_id")
    /** The name of the value. */
    public val name: String = from.text("name")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject. */
    public val subject: String = from.text("subject")
    /** Counts the values under this name, from 1. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("key_id", keyId, "name", name, "replayed", replayed, "subject", subject, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ValuePut = ValuePut(Reading.of(text, "value_put"))
    }
}

/** Reply of `reveal`. */
public class ValueRevealed internal constructor(from: Reading) : View(from) {
    /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The value. */
    public val value: String = from.text("value")
    /** Counts the values under this name. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "value", value, "version", version)

    override fun hidden(): List<String> = listOf("value")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ValueRevealed = ValueRevealed(Reading.of(text, "value_revealed"))
    }
}

/** Reply of `export`. */
public class SubjectExported internal constructor(from: Reading) : View(from) {
    /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject of the values. */
    public val subject: String = from.text("subject")
    /** Its values, in the order of their names. */
    public val values: List<ExportedValue> = from.list("values", ::ExportedValue)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "subject", subject, "values", values)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SubjectExported = SubjectExported(Reading.of(text, "subject_exported"))
    }
}

/** A value of a subject that was exported. */
public class ExportedValue internal constructor(from: Reading) : View(from) {
    /** The name of the value. */
    public val name: String = from.text("name")
    /** The value. */
    public val value: String = from.text("value")
    /** Counts the values under this name. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("name", name, "value", value, "version", version)

    override fun hidden(): List<String> = listOf("value")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ExportedValue = ExportedValue(Reading.of(text, "exported_value"))
    }
}

/** Reply of `forget`. */
public class SubjectForgotten internal constructor(from: Reading) : View(from) {
    /** Whether something was there, and is gone. */
    public val forgotten: Boolean = from.boolean("forgotten")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject that was forgotten. */
    public val subject: String = from.text("subject")

    override fun parts(): Array<Any?> = arrayOf("forgotten", forgotten, "replayed", replayed, "subject", subject)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SubjectForgotten = SubjectForgotten(Reading.of(text, "subject_forgotten"))
    }
}

/** Reply of `find`. */
public class SubjectsFound internal constructor(from: Reading) : View(from) {
    /** Where the next page begins; `null` on the last. */
    public val next: String? = from.textOrNull("next")
    /** The subjects with this value, of a page in order. */
    public val subjects: List<String> = from.list("subjects", Reading::asText)

    override fun parts(): Array<Any?> = arrayOf("next", next, "subjects", subjects)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SubjectsFound = SubjectsFound(Reading.of(text, "subjects_found"))
    }
}

/** A value of a subject by its name. */
public class ValueListed internal constructor(from: Reading) : View(from) {
    /** The key of the keyring that wraps the subject's data key. */
    public val keyId: String = from.text("key_id")
    /** The name of the value. */
    public val name: String = from.text("name")
    /** Whether `find` finds it. */
    public val searchable: Boolean = from.boolean("searchable")
    /** Counts the values under this name. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("key_id", keyId, "name", name, "searchable", searchable, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ValueListed = ValueListed(Reading.of(text, "value_listed"))
    }
}

/** A key of the keyring that a book rests on: one that wraps data keys, or the one of its index. */
public class WrappingKey internal constructor(from: Reading) : View(from) {
    /** Its id, as the keyring has it. */
    public val keyId: String = from.text("key_id")
    /** Whether the keyring of the process that answers lacks it. */
    public val missing: Boolean = from.boolean("missing")
    /** Whether it wraps new data keys. */
    public val primary: Boolean = from.boolean("primary")
    /** `vault`: it wraps; `index`: names are found and proofs are checked by it. */
    public val purpose: String = from.text("purpose")
    /** How many data keys are wrapped with it. */
    public val wraps: Long = from.integer("wraps")

    override fun parts(): Array<Any?> = arrayOf("key_id", keyId, "missing", missing, "primary", primary, "purpose", purpose, "wraps", wraps)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): WrappingKey = WrappingKey(Reading.of(text, "wrapping_key"))
    }
}

/** Reply of `rotate`. */
public class KeysRotated internal constructor(from: Reading) : View(from) {
    /** How many are still wrapped with another key than the current one: 0 when all was done. */
    public val remaining: Long = from.integer("remaining")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** How many data keys were wrapped anew. */
    public val rewrapped: Long = from.integer("rewrapped")

    override fun parts(): Array<Any?> = arrayOf("remaining", remaining, "replayed", replayed, "rewrapped", rewrapped)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KeysRotated = KeysRotated(Reading.of(text, "keys_rotated"))
    }
}

/** Reply of `unlock_pin`. */
public class PinUnlocked internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject: a user's id. */
    public val subject: String = from.text("subject")

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "subject", subject)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PinUnlocked = PinUnlocked(Reading.of(text, "pin_unlocked"))
    }
}

/** Reply of `enrol_totp`. It is shown once. */
public class TotpEnrolled internal constructor(from: Reading) : View(from) {
    /** The URI as a picture to scan, SVG. */
    public val qrSvg: String = from.text("qr_svg")
    /** Ten codes, each good once in place of a one-time code. */
    public val recoveryCodes: List<String> = from.list("recovery_codes", Reading::asText)
    /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The secret in base32, for those who cannot scan it. */
    public val secret: String = from.text("secret")
    /** The same as a URI that applications on phones know. */
    public val uri: String = from.text("uri")
    /** Why the secret that was given should be replaced soon, if it should: it is short. */
    public val warning: String? = from.textOrNull("warning")

    override fun parts(): Array<Any?> = arrayOf("qr_svg", qrSvg, "recovery_codes", recoveryCodes, "replayed", replayed, "secret", secret, "uri", uri, "warning", warning)

    override fun hidden(): List<String> = listOf("qr_svg", "recovery_codes", "secret", "uri")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TotpEnrolled = TotpEnrolled(Reading.of(text, "totp_enrolled"))
    }
}

/** Reply of `confirm_totp`. */
public class TotpConfirmed internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject: a user's id. */
    public val subject: String = from.text("subject")

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "subject", subject)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TotpConfirmed = TotpConfirmed(Reading.of(text, "totp_confirmed"))
    }
}

/** Reply of `verify_totp`. */
public class TotpVerified internal constructor(from: Reading) : View(from) {
    /** The proof, which `proofs` of a call takes once, for two minutes. */
    public val proof: String = from.text("proof")
    /** Whether it was a recovery code, of which there is one fewer now. */
    public val recoveryCodeUsed: Boolean = from.boolean("recovery_code_used")
    /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Always true: a wrong code is an error. */
    public val verified: Boolean = from.boolean("verified")

    override fun parts(): Array<Any?> = arrayOf("proof", proof, "recovery_code_used", recoveryCodeUsed, "replayed", replayed, "verified", verified)

    override fun hidden(): List<String> = listOf("proof")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TotpVerified = TotpVerified(Reading.of(text, "totp_verified"))
    }
}

/** Reply of `set_pin`. */
public class PinSet internal constructor(from: Reading) : View(from) {
    /** Whether its owner should set another one: an admin has set it in place of another. */
    public val mustChange: Boolean = from.boolean("must_change")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The subject: a user's id. */
    public val subject: String = from.text("subject")

    override fun parts(): Array<Any?> = arrayOf("must_change", mustChange, "replayed", replayed, "subject", subject)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PinSet = PinSet(Reading.of(text, "pin_set"))
    }
}

/** Reply of `verify_pin`. */
public class PinVerified internal constructor(from: Reading) : View(from) {
    /** Whether its owner should set another one. */
    public val mustChange: Boolean = from.boolean("must_change")
    /** The proof, which `proofs` of a call takes once, for two minutes. */
    public val proof: String = from.text("proof")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Always true: a wrong PIN is an error. */
    public val verified: Boolean = from.boolean("verified")

    override fun parts(): Array<Any?> = arrayOf("must_change", mustChange, "proof", proof, "replayed", replayed, "verified", verified)

    override fun hidden(): List<String> = listOf("proof")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PinVerified = PinVerified(Reading.of(text, "pin_verified"))
    }
}

/** Reply of `set_rule`. */
public class RuleReply internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The rule. */
    public val rule: Rule = from.one("rule", ::Rule)
    /** Version of the book's rules: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "rule", rule, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RuleReply = RuleReply(Reading.of(text, "rule_reply"))
    }
}

/** A rule. */
public class Rule internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** In force from then on. */
    public val from: Instant? = from.timeOrNull("from")
    /** Which calls it is about. */
    public val action: String = from.text("action")
    /** It counts from then on. */
    public val createdAt: Instant = from.time("created_at")
    /**
     * Whether no call too many may pass even where many share a subject. If not, transactions about one subject do
     * not wait for each other, and those that are open at once may go over the limit together.
     */
    public val exact: Boolean = from.boolean("exact")
    /** Of a review: how long it stays open. */
    public val expiresIn: Duration? = from.durationOrNull("expires_in")
    /** Of a challenge: which factors; any that is enrolled if there is none. */
    public val factors: List<Factor> = from.list("factors") { Factor(it.asText()) }
    /** The number of what it counts: with a new one it has begun from zero. */
    public val generation: Long = from.integer("generation")
    /** So much passes: a whole number, or money. */
    public val limit: Measure = from.measure("limit")
    /** A message for people. */
    public val message: String? = from.textOrNull("message")
    /** The metric that it counts. */
    public val metric: String = from.text("metric")
    /** The outcome when it fires. */
    public val outcome: Outcome = Outcome(from.text("outcome"))
    /** Which refusal speaks first: the highest. */
    public val priority: Long = from.integer("priority")
    /** Whether it only shows what it would do. */
    public val shadow: Boolean = from.boolean("shadow")
    /** About whom. */
    public val subject: String = from.text("subject")
    /** Where midnight is, for `day` and `month`. */
    public val timeZone: String? = from.textOrNull("time_zone")
    /** In force before then. */
    public val until: Instant? = from.timeOrNull("until")
    /** When it was set last. */
    public val updatedAt: Instant = from.time("updated_at")
    /** The points that it adds to the score. */
    public val weight: Long = from.integer("weight")
    /** For how long that counts; `null` for `amount`. */
    public val window: String? = from.textOrNull("window")

    override fun parts(): Array<Any?> = arrayOf("id", id, "from", from, "action", action, "created_at", createdAt, "exact", exact, "expires_in", expiresIn, "factors", factors, "generation", generation, "limit", limit, "message", message, "metric", metric, "outcome", outcome, "priority", priority, "shadow", shadow, "subject", subject, "time_zone", timeZone, "until", until, "updated_at", updatedAt, "weight", weight, "window", window)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Rule = Rule(Reading.of(text, "rule"))
    }
}

/** Reply of `set_rate`. */
public class RateReply internal constructor(from: Reading) : View(from) {
    /** The rate. */
    public val rate: Rate = from.one("rate", ::Rate)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Version of the book's rules: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("rate", rate, "replayed", replayed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RateReply = RateReply(Reading.of(text, "rate_reply"))
    }
}

/** A rate. */
public class Rate internal constructor(from: Reading) : View(from) {
    /** Its name. */
    public val id: String = from.text("id")
    /** Which calls it is about. */
    public val action: String = from.text("action")
    /** How many at once after a pause. */
    public val burst: Long = from.integer("burst")
    /** When it was set first. */
    public val createdAt: Instant = from.time("created_at")
    /** The number of what it counts: with a new one it has begun from zero. */
    public val generation: Long = from.integer("generation")
    /** How many calls in a span. */
    public val limit: Long = from.integer("limit")
    /** A message for people. */
    public val message: String? = from.textOrNull("message")
    /** The span. */
    public val per: String = from.text("per")
    /** Which refusal speaks first: the highest. */
    public val priority: Long = from.integer("priority")
    /** About whom. */
    public val subject: String = from.text("subject")
    /** When it was set last. */
    public val updatedAt: Instant = from.time("updated_at")

    override fun parts(): Array<Any?> = arrayOf("id", id, "action", action, "burst", burst, "created_at", createdAt, "generation", generation, "limit", limit, "message", message, "per", per, "priority", priority, "subject", subject, "updated_at", updatedAt)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Rate = Rate(Reading.of(text, "rate"))
    }
}

/** Reply of `remove_rule`. */
public class RuleRemoved internal constructor(from: Reading) : View(from) {
    /** The name of the rule or the rate that is gone. */
    public val removed: String = from.text("removed")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** Version of the book's rules: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("removed", removed, "replayed", replayed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): RuleRemoved = RuleRemoved(Reading.of(text, "rule_removed"))
    }
}

/** Reply of `set_thresholds`. */
public class ThresholdsReply internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** From which score on something follows. */
    public val thresholds: Thresholds = from.one("thresholds", ::Thresholds)
    /** Version of the book's rules: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "thresholds", thresholds, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ThresholdsReply = ThresholdsReply(Reading.of(text, "thresholds_reply"))
    }
}

/** From which score on something follows. */
public class Thresholds internal constructor(from: Reading) : View(from) {
    /** A refusal. */
    public val block: Long? = from.integerOrNull("block")
    /** A further factor. */
    public val challenge: Long? = from.integerOrNull("challenge")
    /** A look by people. */
    public val review: Long? = from.integerOrNull("review")

    override fun parts(): Array<Any?> = arrayOf("block", block, "challenge", challenge, "review", review)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Thresholds = Thresholds(Reading.of(text, "thresholds"))
    }
}

/** Reply of `block`, `allow` and `unlist`. */
public class ListReply internal constructor(from: Reading) : View(from) {
    /** The entry. */
    public val entry: ListEntry = from.one("entry", ::ListEntry)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("entry", entry, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ListReply = ListReply(Reading.of(text, "list_reply"))
    }
}

/** An entry of a list. */
public class ListEntry internal constructor(from: Reading) : View(from) {
    /** When it was listed first. */
    public val createdAt: Instant = from.time("created_at")
    /** Why; `null` when it was erased. */
    public val reason: String? = from.textOrNull("reason")
    /** `blocked`, `allowed`, or `removed` from the lists. */
    public val state: Listed = Listed(from.text("state"))
    /** In which part of a call. */
    public val subject: String = from.text("subject")
    /** In force before then; `null` is for ever. */
    public val until: Instant? = from.timeOrNull("until")
    /** The listed value; `null` when it was erased. */
    public val value: String? = from.textOrNull("value")
    /** Counts every change. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("created_at", createdAt, "reason", reason, "state", state, "subject", subject, "until", until, "value", value, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ListEntry = ListEntry(Reading.of(text, "list_entry"))
    }
}

/** Reply of `approve_review`. */
public class ReviewedReply internal constructor(from: Reading) : View(from) {
    /** Why the call was refused; this may be repeated until the review expires. */
    public val error: EarnestException? = from.errorOrNull("error")
    /** Whether the call took place. */
    public val executed: Boolean = from.boolean("executed")
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The call's own reply, when it took place. */
    public val reply: Json? = from.membersOrNull("reply")
    /** The review. */
    public val review: Review = from.one("review", ::Review)

    override fun parts(): Array<Any?> = arrayOf("error", error, "executed", executed, "replayed", replayed, "reply", reply, "review", review)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ReviewedReply = ReviewedReply(Reading.of(text, "reviewed_reply"))
    }
}

/** A call that rules want people to look at first. */
public class Review internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The account that gives most of the amount; `null` where none gives anything. */
    public val account: String? = from.textOrNull("account")
    /** The amount that the call takes, of one currency. */
    public val amount: Money? = from.moneyOrNull("amount")
    /**
     * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an
     * earlier version, which is held to its amount.
     */
    public val commitment: Commitment? = from.oneOrNull("commitment", ::Commitment)
    /** When it was asked for first. */
    public val createdAt: Instant = from.time("created_at")
    /** The admin who decided. */
    public val decidedBy: String? = from.textOrNull("decided_by")
    /** Its deadline. */
    public val expiresAt: Instant = from.time("expires_at")
    /** Its effect now, as a query answers while it is open; otherwise `null`. */
    public val now: Foreseen? = from.oneOrNull("now", ::Foreseen)
    /** The operation that waits. */
    public val operation: String = from.text("operation")
    /** Why it was rejected. */
    public val reason: String? = from.textOrNull("reason")
    /** Its request, without key and actor; `null` when it was erased. */
    public val request: Json? = from.membersOrNull("request")
    /** The requester: the call runs as this actor. */
    public val requestedBy: String = from.text("requested_by")
    /** The outcome of the call; `null` while it has not been tried. */
    public val result: ReviewResult? = from.oneOrNull("result", ::ReviewResult)
    /** The rules that want it, the first to speak first. */
    public val rules: List<String> = from.list("rules", Reading::asText)
    /** Its state. */
    public val state: ReviewState = ReviewState(from.text("state"))
    /** Counts every event. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "account", account, "amount", amount, "commitment", commitment, "created_at", createdAt, "decided_by", decidedBy, "expires_at", expiresAt, "now", now, "operation", operation, "reason", reason, "request", request, "requested_by", requestedBy, "result", result, "rules", rules, "state", state, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Review = Review(Reading.of(text, "review"))
    }
}

/** The outcome of a call that was parked. */
public class ReviewResult internal constructor(from: Reading) : View(from) {
    /** The code that it was refused with when it should have run last. */
    public val error: String? = from.textOrNull("error")
    /** Whether it took place. */
    public val executed: Boolean = from.boolean("executed")
    /** The ids of what it made. */
    public val made: List<String> = from.list("made", Reading::asText)

    override fun parts(): Array<Any?> = arrayOf("error", error, "executed", executed, "made", made)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ReviewResult = ReviewResult(Reading.of(text, "review_result"))
    }
}

/** Reply of `reject_review`. */
public class ReviewReply internal constructor(from: Reading) : View(from) {
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The review. */
    public val review: Review = from.one("review", ::Review)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "review", review)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ReviewReply = ReviewReply(Reading.of(text, "review_reply"))
    }
}

/** Reply of `install_pack`. */
public class PackReply internal constructor(from: Reading) : View(from) {
    /**
     * In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every other one
     * where the engine allows all.
     */
    public val leavesOpen: List<String> = from.list("leaves_open", Reading::asText)
    /** Its rates. */
    public val rates: List<Rate> = from.list("rates", ::Rate)
    /** Whether the key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The rules of the pack. */
    public val rules: List<Rule> = from.list("rules", ::Rule)
    /** Version of the book's rules: it counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("leaves_open", leavesOpen, "rates", rates, "replayed", replayed, "rules", rules, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): PackReply = PackReply(Reading.of(text, "pack_reply"))
    }
}

/** Reply of `rules`: all of them on one page. */
public class Rules internal constructor(from: Reading) : View(from) {
    /** The rules, in the order of their names. */
    public val items: List<Rule> = from.list("items", ::Rule)
    /** Always `null`. */
    public val next: String? = from.textOrNull("next")
    /** The rates, in the order of their names. */
    public val rates: List<Rate> = from.list("rates", ::Rate)
    /** From which score on something follows. */
    public val thresholds: Thresholds = from.one("thresholds", ::Thresholds)
    /** Counts every change of any of them. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("items", items, "next", next, "rates", rates, "thresholds", thresholds, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Rules = Rules(Reading.of(text, "rules"))
    }
}

/** The verdict of rules and rates on a call. */
public class Decision internal constructor(from: Reading) : View(from) {
    /** Its id; `null` where nothing was decided, but only asked. */
    public val id: String? = from.textOrNull("id")
    /** The operation that was judged. */
    public val action: String = from.text("action")
    /** The entry of a list that lifted it. */
    public val allowedBy: String? = from.textOrNull("allowed_by")
    /** When. */
    public val at: Instant = from.time("at")
    /**
     * The factors that the call must prove first, by policies or, where that is the outcome, by challenges: without
     * them it is `factor_required`.
     */
    public val factors: List<String>? = from.listOrNull("factors", Reading::asText)
    /** All that fired, the first to speak first. */
    public val fired: List<Fired> = from.list("fired", ::Fired)
    /** The strictest outcome. */
    public val outcome: Outcome = Outcome(from.text("outcome"))
    /**
     * Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps or
     * nothing refuses.
     */
    public val retryAfter: Long? = from.integerOrNull("retry_after")
    /** The weights of what fired and the host's own number, 0 to 100. */
    public val score: Long = from.integer("score")
    /** The shadow rules that would have fired. */
    public val shadow: List<Fired> = from.list("shadow", ::Fired)
    /** The part of the call that the first rule is about. */
    public val subject: String? = from.textOrNull("subject")

    override fun parts(): Array<Any?> = arrayOf("id", id, "action", action, "allowed_by", allowedBy, "at", at, "factors", factors, "fired", fired, "outcome", outcome, "retry_after", retryAfter, "score", score, "shadow", shadow, "subject", subject)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Decision = Decision(Reading.of(text, "decision"))
    }
}

/** A rule or a rate that fired. */
public class Fired internal constructor(from: Reading) : View(from) {
    /** The limit: as `seen`. */
    public val limit: Measure = from.measure("limit")
    /** Its message for people. */
    public val message: String? = from.textOrNull("message")
    /** Its metric; `rate` for a rate, `score` for a threshold. */
    public val metric: String = from.text("metric")
    /** Its own outcome. */
    public val outcome: Outcome = Outcome(from.text("outcome"))
    /** The part that the call would add: as `seen`. */
    public val requested: Measure = from.measure("requested")
    /** Its name; `score` for a threshold. */
    public val rule: String = from.text("rule")
    /** The part of the limit that was used before the call: a whole number, or money. */
    public val seen: Measure = from.measure("seen")
    /** About whom. */
    public val subject: String = from.text("subject")
    /** For how long it counts; `null` for `amount` and `score`. */
    public val window: String? = from.textOrNull("window")

    override fun parts(): Array<Any?> = arrayOf("limit", limit, "message", message, "metric", metric, "outcome", outcome, "requested", requested, "rule", rule, "seen", seen, "subject", subject, "window", window)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Fired = Fired(Reading.of(text, "fired"))
    }
}

/** The history of an account: its operations, disputes and refunds. */
public class Profile internal constructor(from: Reading) : View(from) {
    /** The account. */
    public val account: String = from.text("account")
    /**
     * How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it sells.
     */
    public val disputes: Long = from.integer("disputes")
    /** When it was opened. */
    public val firstSeen: Instant = from.time("first_seen")
    /** When its newest entry was made. */
    public val lastSeen: Instant = from.time("last_seen")
    /** How many entries it has, in all currencies; of a streaming account at most 10,000 are counted. */
    public val operations: Long = from.integer("operations")
    /** In how many of these deals money went back to the buyer. */
    public val refunds: Long = from.integer("refunds")
    /**
     * 0 to 100: the share of its deals that were disputed, and half of the share in which money went back. Four deals
     * that went well are added to everybody's, so that one dispute alone is no verdict.
     */
    public val score: Long = from.integer("score")
    /** 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation. */
    public val trust: Long = from.integer("trust")

    override fun parts(): Array<Any?> = arrayOf("account", account, "disputes", disputes, "first_seen", firstSeen, "last_seen", lastSeen, "operations", operations, "refunds", refunds, "score", score, "trust", trust)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Profile = Profile(Reading.of(text, "profile"))
    }
}

/** Reply of `create_key` and `import_key`. */
public class KeyKept internal constructor(from: Reading) : View(from) {
    /** Its address, with the checksum of EIP-55. */
    public val address: String = from.text("address")
    /** The id of the key, `ky_...`. */
    public val key: String = from.text("key")
    /** Whether the idempotency key was used before for the same request. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("address", address, "key", key, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KeyKept = KeyKept(Reading.of(text, "key_kept"))
    }
}

/** A key that signs. */
public class SigningKey internal constructor(from: Reading) : View(from) {
    /** Its address, with the checksum of EIP-55. */
    public val address: String = from.text("address")
    /** When it was made, or brought here. */
    public val createdAt: Instant = from.time("created_at")
    /** The holder of the private key: `vault` or `host`. */
    public val custody: String = from.text("custody")
    /** Its id, `ky_...`. */
    public val key: String = from.text("key")
    /** Its label for people. */
    public val label: String? = from.textOrNull("label")
    /** The policy, as the fields of `set_key_policy`; null while none limits the key. */
    public val policy: Json? = from.membersOrNull("policy")
    /** How many times something was signed with it. */
    public val signed: Long = from.integer("signed")
    /** Counts the changes of it. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("address", address, "created_at", createdAt, "custody", custody, "key", key, "label", label, "policy", policy, "signed", signed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SigningKey = SigningKey(Reading.of(text, "signing_key"))
    }
}

/** Reply of `complete`. */
public class SignatureCompleted internal constructor(from: Reading) : View(from) {
    /** The 32 bytes that were signed. */
    public val digest: String = from.text("digest")
    /** 65 bytes: r, s in the lower half of its range, and 27 or 28. */
    public val signature: String = from.text("signature")
    /** The transaction, ready to be sent to a node, if it was one. */
    public val transaction: TransactionSigned? = from.oneOrNull("transaction", ::TransactionSigned)

    override fun parts(): Array<Any?> = arrayOf("digest", digest, "signature", signature, "transaction", transaction)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SignatureCompleted = SignatureCompleted(Reading.of(text, "signature_completed"))
    }
}

/** Reply of `sign_transaction`: ready to be sent to a node. */
public class TransactionSigned internal constructor(from: Reading) : View(from) {
    /** The signer's address. */
    public val from: String = from.text("from")
    /** The id of the transaction. */
    public val hash: String = from.text("hash")
    /** The first number of the signature: `0x` and 64 digits. */
    public val r: String = from.text("r")
    /** The bytes for a node. */
    public val raw: String = from.text("raw")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The second, in the lower half of its range (EIP-2). */
    public val s: String = from.text("s")
    /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
    public val v: String = from.text("v")
    /** 0 or 1. */
    public val yParity: Long = from.integer("y_parity")

    override fun parts(): Array<Any?> = arrayOf("from", from, "hash", hash, "r", r, "raw", raw, "replayed", replayed, "s", s, "v", v, "y_parity", yParity)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TransactionSigned = TransactionSigned(Reading.of(text, "transaction_signed"))
    }
}

/** Reply of `address`. */
public class KeyAddress internal constructor(from: Reading) : View(from) {
    /** Its address, with the checksum of EIP-55. */
    public val address: String = from.text("address")
    /** The id of the key. */
    public val key: String = from.text("key")

    override fun parts(): Array<Any?> = arrayOf("address", address, "key", key)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KeyAddress = KeyAddress(Reading.of(text, "key_address"))
    }
}

/** Reply of `recover`. */
public class AddressRecovered internal constructor(from: Reading) : View(from) {
    /** The signer's address, with the checksum of EIP-55. */
    public val address: String = from.text("address")

    override fun parts(): Array<Any?> = arrayOf("address", address)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): AddressRecovered = AddressRecovered(Reading.of(text, "address_recovered"))
    }
}

/** Reply of `decode_transaction`: the fields of `tx`, and the signature. */
public class TransactionDecoded internal constructor(from: Reading) : View(from) {
    /** The signer's address. */
    public val from: String = from.text("from")
    /** The recipient of the value and the call; null creates a contract. */
    public val to: String? = from.textOrNull("to")
    /** The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`. */
    public val accessList: List<StorageRead>? = from.listOrNull("access_list", ::StorageRead)
    /** The chain; null from before EIP-155, valid on every chain. */
    public val chainId: String? = from.textOrNull("chain_id")
    /** The input of the call, or the code of a new contract. */
    public val data: String = from.text("data")
    /** Gas that may be used up. */
    public val gasLimit: String = from.text("gas_limit")
    /** Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`. */
    public val gasPrice: String? = from.textOrNull("gas_price")
    /** The id of the transaction. */
    public val hash: String = from.text("hash")
    /** At most this many wei for a unit of gas (`eip1559`); left out with other types. */
    public val maxFeePerGas: String? = from.textOrNull("max_fee_per_gas")
    /** Of these at most so many for whoever makes the block (`eip1559`); left out with other types. */
    public val maxPriorityFeePerGas: String? = from.textOrNull("max_priority_fee_per_gas")
    /** How many transactions the address sent before. */
    public val nonce: String = from.text("nonce")
    /** The first number of the signature. */
    public val r: String = from.text("r")
    /** The second. */
    public val s: String = from.text("s")
    /** `legacy`, `eip2930` or `eip1559`. */
    public val type: String = from.text("type")
    /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
    public val v: String = from.text("v")
    /** In wei. */
    public val value: String = from.text("value")
    /** 0 or 1. */
    public val yParity: Long = from.integer("y_parity")

    override fun parts(): Array<Any?> = arrayOf("from", from, "to", to, "access_list", accessList, "chain_id", chainId, "data", data, "gas_limit", gasLimit, "gas_price", gasPrice, "hash", hash, "max_fee_per_gas", maxFeePerGas, "max_priority_fee_per_gas", maxPriorityFeePerGas, "nonce", nonce, "r", r, "s", s, "type", type, "v", v, "value", value, "y_parity", yParity)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): TransactionDecoded = TransactionDecoded(Reading.of(text, "transaction_decoded"))
    }
}

/** An address with the storage of it that a transaction reads (EIP-2930). */
public class StorageRead internal constructor(from: Reading) : View(from) {
    /** The contract. */
    public val address: String = from.text("address")
    /** Its slots, 32 bytes each. */
    public val storageKeys: List<String> = from.list("storage_keys", Reading::asText)

    override fun parts(): Array<Any?> = arrayOf("address", address, "storage_keys", storageKeys)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): StorageRead = StorageRead(Reading.of(text, "storage_read"))
    }
}

/** Reply of `erc20_transfer`: what a transaction that moves tokens carries. */
public class CallData internal constructor(from: Reading) : View(from) {
    /** The contract of the token. */
    public val to: String = from.text("to")
    /** The call. */
    public val data: String = from.text("data")

    override fun parts(): Array<Any?> = arrayOf("to", to, "data", data)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): CallData = CallData(Reading.of(text, "call_data"))
    }
}

/** Reply of `set_key_policy`: the key, as it is from then on. */
public class KeyPolicySet internal constructor(from: Reading) : View(from) {
    /** Its address, with the checksum of EIP-55. */
    public val address: String = from.text("address")
    /** When it was made, or brought here. */
    public val createdAt: Instant = from.time("created_at")
    /** The holder of the private key: `vault` or `host`. */
    public val custody: String = from.text("custody")
    /** Its id, `ky_...`. */
    public val key: String = from.text("key")
    /** Its label for people. */
    public val label: String? = from.textOrNull("label")
    /** The policy, as the fields of `set_key_policy`. */
    public val policy: Json? = from.membersOrNull("policy")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** How many times something was signed with it. */
    public val signed: Long = from.integer("signed")
    /** Counts the changes of it. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("address", address, "created_at", createdAt, "custody", custody, "key", key, "label", label, "policy", policy, "replayed", replayed, "signed", signed, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KeyPolicySet = KeyPolicySet(Reading.of(text, "key_policy_set"))
    }
}

/** Reply of `prepare`. */
public class SignaturePrepared internal constructor(from: Reading) : View(from) {
    /** The address whose key is to sign them. */
    public val from: String = from.text("from")
    /** The 32 bytes to be signed. */
    public val digest: String = from.text("digest")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("from", from, "digest", digest, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SignaturePrepared = SignaturePrepared(Reading.of(text, "signature_prepared"))
    }
}

/** Reply of `sign_message` and `sign_typed_data`. */
public class DigestSigned internal constructor(from: Reading) : View(from) {
    /** The 32 bytes that were signed (EIP-191, EIP-712). */
    public val digest: String = from.text("digest")
    /** Always false: the same call again is made again. */
    public val replayed: Boolean = from.boolean("replayed")
    /** 65 bytes: r, s, and 27 or 28. */
    public val signature: String = from.text("signature")

    override fun parts(): Array<Any?> = arrayOf("digest", digest, "replayed", replayed, "signature", signature)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): DigestSigned = DigestSigned(Reading.of(text, "digest_signed"))
    }
}

/** Reply of the writes about a sink. */
public class SinkReply internal constructor(from: Reading) : View(from) {
    /** Whether this step was taken before. */
    public val replayed: Boolean = from.boolean("replayed")
    /** The sink. */
    public val sink: Sink = from.one("sink", ::Sink)

    override fun parts(): Array<Any?> = arrayOf("replayed", replayed, "sink", sink)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SinkReply = SinkReply(Reading.of(text, "sink_reply"))
    }
}

/** A named reader of the log. */
public class Sink internal constructor(from: Reading) : View(from) {
    /** When it was made. */
    public val createdAt: Instant = from.time("created_at")
    /** The number of its newest batch. */
    public val fence: Long = from.integer("fence")
    /** Until when the newest batch belongs to its holder; `null` when it was reported on. */
    public val leasedUntil: Instant? = from.timeOrNull("leased_until")
    /** How often an event may fail before its object is parked. */
    public val maxAttempts: Long = from.integer("max_attempts")
    /** Its name. */
    public val name: String = from.text("name")
    /** It rests until then. */
    public val retryAt: Instant? = from.timeOrNull("retry_at")
    /** The place in the sequence up to which everything is settled. */
    public val seq: Long = from.integer("seq")
    /** The types of events that it wants; none is all. */
    public val types: List<String> = from.list("types", Reading::asText)
    /** Counts every change. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("created_at", createdAt, "fence", fence, "leased_until", leasedUntil, "max_attempts", maxAttempts, "name", name, "retry_at", retryAt, "seq", seq, "types", types, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Sink = Sink(Reading.of(text, "sink"))
    }
}

/** Reply of `events.unpark`. */
public class ParkedReply internal constructor(from: Reading) : View(from) {
    /** The object. */
    public val parked: Parked = from.one("parked", ::Parked)
    /** Whether this step was taken before. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("parked", parked, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ParkedReply = ParkedReply(Reading.of(text, "parked_reply"))
    }
}

/** An object that a sink has left behind. */
public class Parked internal constructor(from: Reading) : View(from) {
    /** Its events after this place are left behind. */
    public val afterSeq: Long = from.integer("after_seq")
    /** How often the first of them has failed. */
    public val attempts: Long = from.integer("attempts")
    /** When an event of the object failed for the first time. */
    public val createdAt: Instant = from.time("created_at")
    /** The newest error. */
    public val lastError: String? = from.textOrNull("last_error")
    /** The kind of object. */
    public val objectKind: String = from.text("object")
    /** The object's id. */
    public val objectId: String = from.text("object_id")
    /** When they are delivered again. */
    public val retryAt: Instant? = from.timeOrNull("retry_at")
    /** The sink. */
    public val sink: String = from.text("sink")
    /**
     * `waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`: nothing is
     * left behind.
     */
    public val state: SinkState = SinkState(from.text("state"))
    /** Counts every change. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("after_seq", afterSeq, "attempts", attempts, "created_at", createdAt, "last_error", lastError, "object", objectKind, "object_id", objectId, "retry_at", retryAt, "sink", sink, "state", state, "version", version)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Parked = Parked(Reading.of(text, "parked"))
    }
}

/** The chain of a book, recomputed. */
public class Chain internal constructor(from: Reading) : View(from) {
    /** The first sequence number that is wrong. */
    public val brokenAt: Long? = from.integerOrNull("broken_at")
    /** How many events were read. */
    public val events: Long = from.integer("events")
    /** The newest link: keep it elsewhere to find a cut tail later. */
    public val head: Head = from.one("head", ::Head)
    /** Whether every link is right and none is missing. */
    public val ok: Boolean = from.boolean("ok")

    override fun parts(): Array<Any?> = arrayOf("broken_at", brokenAt, "events", events, "head", head, "ok", ok)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Chain = Chain(Reading.of(text, "chain"))
    }
}

/** The newest link of a chain. */
public class Head internal constructor(from: Reading) : View(from) {
    /** Its hash, hexadecimal. */
    public val hash: String = from.text("hash")
    /** Its sequence number. */
    public val seq: Long = from.integer("seq")

    override fun parts(): Array<Any?> = arrayOf("hash", hash, "seq", seq)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Head = Head(Reading.of(text, "head"))
    }
}

/** The hash of the whole state of a book. */
public class StateHash internal constructor(from: Reading) : View(from) {
    /** SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records. */
    public val hash: String = from.text("hash")
    /** How many accounts, transfers, holds and records went into it. */
    public val rows: Long = from.integer("rows")

    override fun parts(): Array<Any?> = arrayOf("hash", hash, "rows", rows)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): StateHash = StateHash(Reading.of(text, "state_hash"))
    }
}

/** A sink, and how far behind it is. */
public class SinkStatus internal constructor(from: Reading) : View(from) {
    /** How many events of the book come after its place, wanted or not. */
    public val lag: Long = from.integer("lag")
    /** How many objects it left behind that wait for a person; 1,000 are counted. */
    public val parked: Long = from.integer("parked")
    /** The sink. */
    public val sink: Sink = from.one("sink", ::Sink)
    /** How many objects it left behind that are delivered again by themselves; 1,000 are counted. */
    public val waiting: Long = from.integer("waiting")

    override fun parts(): Array<Any?> = arrayOf("lag", lag, "parked", parked, "sink", sink, "waiting", waiting)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): SinkStatus = SinkStatus(Reading.of(text, "sink_status"))
    }
}

/** A read-only copy that was made from the log of a book. */
public class Replayed internal constructor(from: Reading) : View(from) {
    /** How many events were applied. */
    public val events: Long = from.integer("events")
    /** The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book itself. */
    public val hash: String = from.text("hash")
    /** The newest link of the copy's chain. */
    public val head: Head = from.one("head", ::Head)
    /** How many accounts, transfers, holds and records went into it. */
    public val rows: Long = from.integer("rows")

    override fun parts(): Array<Any?> = arrayOf("events", events, "hash", hash, "head", head, "rows", rows)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Replayed = Replayed(Reading.of(text, "replayed"))
    }
}

/** Events that were taken. */
public class Batch internal constructor(from: Reading) : View(from) {
    /** All of them are of one object that had been left behind. */
    public val again: Boolean = from.boolean("again")
    /** The events, in the order of the sequence. */
    public val events: List<Event> = from.list("events", ::Event)
    /**
     * The number of the batch, for the report on it; `null` when there is none: nothing new has happened, somebody
     * else has a batch, or the sink rests.
     */
    public val fence: Long? = from.integerOrNull("fence")
    /** Until when they belong to the caller. */
    public val leasedUntil: Instant? = from.timeOrNull("leased_until")
    /** Whether there may be more at once. */
    public val more: Boolean = from.boolean("more")
    /** The place to report when everything is done. */
    public val seq: Long = from.integer("seq")
    /**
     * Why there is no batch, if that will change at a known time: somebody has one until then, or the sink rests.
     */
    public val waitUntil: Instant? = from.timeOrNull("wait_until")

    override fun parts(): Array<Any?> = arrayOf("again", again, "events", events, "fence", fence, "leased_until", leasedUntil, "more", more, "seq", seq, "wait_until", waitUntil)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Batch = Batch(Reading.of(text, "batch"))
    }
}

/** Reply of the writes about a job. */
public class JobReply internal constructor(from: Reading) : View(from) {
    /** The job. */
    public val job: Job = from.one("job", ::Job)
    /** Whether this step was taken before. */
    public val replayed: Boolean = from.boolean("replayed")

    override fun parts(): Array<Any?> = arrayOf("job", job, "replayed", replayed)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): JobReply = JobReply(Reading.of(text, "job_reply"))
    }
}

/** How many jobs a book has. */
public class JobStats internal constructor(from: Reading) : View(from) {
    /** Failed as often as they may. */
    public val dead: Long = from.integer("dead")
    /** Over: done, or discarded. */
    public val done: Long = from.integer("done")
    /** The same by kind. */
    public val kinds: List<KindStats> = from.list("kinds", ::KindStats)
    /** Leased, including expired leases. */
    public val leased: Long = from.integer("leased")
    /** Since when the oldest one could be taken; `null` when none can be. */
    public val oldestDue: Instant? = from.timeOrNull("oldest_due")
    /** Waiting. */
    public val queued: Long = from.integer("queued")

    override fun parts(): Array<Any?> = arrayOf("dead", dead, "done", done, "kinds", kinds, "leased", leased, "oldest_due", oldestDue, "queued", queued)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): JobStats = JobStats(Reading.of(text, "job_stats"))
    }
}

/** How many jobs of a kind a book has. */
public class KindStats internal constructor(from: Reading) : View(from) {
    /** The kind. */
    public val kind: String = from.text("kind")
    /** Failed as often as they may. */
    public val dead: Long = from.integer("dead")
    /** Over. */
    public val done: Long = from.integer("done")
    /** Taken. */
    public val leased: Long = from.integer("leased")
    /** Waiting. */
    public val queued: Long = from.integer("queued")

    override fun parts(): Array<Any?> = arrayOf("kind", kind, "dead", dead, "done", done, "leased", leased, "queued", queued)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KindStats = KindStats(Reading.of(text, "kind_stats"))
    }
}

/** Reply of `jobs.lease`. */
public class Leased internal constructor(from: Reading) : View(from) {
    /** The jobs that are the caller's now, the oldest first. */
    public val jobs: List<Job> = from.list("jobs", ::Job)

    override fun parts(): Array<Any?> = arrayOf("jobs", jobs)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Leased = Leased(Reading.of(text, "leased"))
    }
}

/** The result of `jobs.run_due`. */
public class Ran internal constructor(from: Reading) : View(from) {
    /** Holds that ended. */
    public val holds: Long = from.integer("holds")
    /** Jobs that this process's handlers were given, whether or not they worked. */
    public val jobs: Long = from.integer("jobs")
    /** Timers of records that did something. */
    public val timers: Long = from.integer("timers")

    override fun parts(): Array<Any?> = arrayOf("holds", holds, "jobs", jobs, "timers", timers)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Ran = Ran(Reading.of(text, "ran"))
    }
}

/** The call that a key was used for. */
public class KeyOutcome internal constructor(from: Reading) : View(from) {
    /** When. */
    public val at: Instant? = from.timeOrNull("at")
    /** The key. */
    public val key: String = from.text("key")
    /** The ids that it made; of a call that is not accepted, the id of the approval or the review. */
    public val made: List<String> = from.list("made", Reading::asText)
    /** The operation; `null` when nothing happened under the key. */
    public val operation: String? = from.textOrNull("operation")
    /**
     * `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once they have
     * refused it; `expired` once their time has passed, so that the same call may ask again; `unknown` when nothing
     * happened under the key.
     */
    public val outcome: String = from.text("outcome")

    override fun parts(): Array<Any?> = arrayOf("at", at, "key", key, "made", made, "operation", operation, "outcome", outcome)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): KeyOutcome = KeyOutcome(Reading.of(text, "key_outcome"))
    }
}

/** The health of an engine and its store. */
public class Health internal constructor(from: Reading) : View(from) {
    /** The checks. */
    public val checks: List<HealthCheck> = from.list("checks", ::HealthCheck)
    /** The worst of the checks. */
    public val status: String = from.text("status")

    override fun parts(): Array<Any?> = arrayOf("checks", checks, "status", status)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Health = Health(Reading.of(text, "health"))
    }
}

/** One check of health or verification. */
public class HealthCheck internal constructor(from: Reading) : View(from) {
    /** The finding. */
    public val detail: String = from.text("detail")
    /** The name of the check. */
    public val name: String = from.text("name")
    /** `healthy`, `warning` or `critical`. */
    public val status: String = from.text("status")

    override fun parts(): Array<Any?> = arrayOf("detail", detail, "name", name, "status", status)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): HealthCheck = HealthCheck(Reading.of(text, "health_check"))
    }
}

/** Every invariant, recomputed. */
public class Verify internal constructor(from: Reading) : View(from) {
    /** The checks. */
    public val checks: List<VerifyCheck> = from.list("checks", ::VerifyCheck)
    /**
     * The newest link of every book: keep them elsewhere, and give the one of a book to a later verification as
     * `anchor`.
     */
    public val heads: List<BookHead> = from.list("heads", ::BookHead)
    /** Whether all hold. */
    public val ok: Boolean = from.boolean("ok")

    override fun parts(): Array<Any?> = arrayOf("checks", checks, "heads", heads, "ok", ok)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Verify = Verify(Reading.of(text, "verify"))
    }
}

/** One invariant, recomputed. */
public class VerifyCheck internal constructor(from: Reading) : View(from) {
    /** How many rows were examined. */
    public val examined: Long = from.integer("examined")
    /** The errors found, at most 20: what and where. */
    public val found: List<String> = from.list("found", Reading::asText)
    /** Its name. */
    public val name: String = from.text("name")
    /** Whether it holds. */
    public val ok: Boolean = from.boolean("ok")

    override fun parts(): Array<Any?> = arrayOf("examined", examined, "found", found, "name", name, "ok", ok)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): VerifyCheck = VerifyCheck(Reading.of(text, "verify_check"))
    }
}

/** The newest link of a book's chain. */
public class BookHead internal constructor(from: Reading) : View(from) {
    /** The book. */
    public val book: String = from.text("book")
    /** Its hash, hexadecimal. */
    public val hash: String = from.text("hash")
    /** Its sequence number. */
    public val seq: Long = from.integer("seq")

    override fun parts(): Array<Any?> = arrayOf("book", book, "hash", hash, "seq", seq)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): BookHead = BookHead(Reading.of(text, "book_head"))
    }
}

/** A clock that was confirmed to be right. */
public class ClockConfirmed internal constructor(from: Reading) : View(from) {
    /** The time that it should have shown by the time that has passed, if it had jumped. */
    public val expected: Instant? = from.timeOrNull("expected")
    /** The time that it shows. */
    public val now: Instant = from.time("now")

    override fun parts(): Array<Any?> = arrayOf("expected", expected, "now", now)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): ClockConfirmed = ClockConfirmed(Reading.of(text, "clock_confirmed"))
    }
}

/** The result of `admin.erase_context`. */
public class Erased internal constructor(from: Reading) : View(from) {
    /** From how many events something was erased. */
    public val erased: Long = from.integer("erased")

    override fun parts(): Array<Any?> = arrayOf("erased", erased)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Erased = Erased(Reading.of(text, "erased"))
    }
}

/** A timeline that has begun. */
public class Timeline internal constructor(from: Reading) : View(from) {
    /** The one before. */
    public val previous: String = from.text("previous")
    /** The store. */
    public val store: String = from.text("store")
    /** The timeline: links of the chain and receipts carry it from now on. */
    public val timeline: String = from.text("timeline")

    override fun parts(): Array<Any?> = arrayOf("previous", previous, "store", store, "timeline", timeline)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Timeline = Timeline(Reading.of(text, "timeline"))
    }
}

/** A copy that was made. */
public class Copied internal constructor(from: Reading) : View(from) {
    /** Its size. */
    public val bytes: Long = from.integer("bytes")
    /** The file. */
    public val path: String = from.text("path")

    override fun parts(): Array<Any?> = arrayOf("bytes", bytes, "path", path)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Copied = Copied(Reading.of(text, "copied"))
    }
}

/** The metrics of a process. */
public class Metrics internal constructor(from: Reading) : View(from) {
    /** Its media type, for the header of an answer over HTTP. */
    public val contentType: String = from.text("content_type")
    /** The text, as Prometheus reads it. */
    public val text: String = from.text("text")

    override fun parts(): Array<Any?> = arrayOf("content_type", contentType, "text", text)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Metrics = Metrics(Reading.of(text, "metrics"))
    }
}

/** Counts of a store and of this process. */
public class Stats internal constructor(from: Reading) : View(from) {
    /** Accepted and refused calls of this process. */
    public val accepted: Long = from.integer("accepted")
    /** Sequenced events of the book. */
    public val events: Long = from.integer("events")
    /** Commands waiting or running in this process. */
    public val queued: Long = from.integer("queued")
    /** Refused calls of this process. */
    public val refused: Long = from.integer("refused")
    /** Name of the store. */
    public val store: String = from.text("store")

    override fun parts(): Array<Any?> = arrayOf("accepted", accepted, "events", events, "queued", queued, "refused", refused, "store", store)

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Stats = Stats(Reading.of(text, "stats"))
    }
}
