// Records within arguments.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import kotlin.time.Duration

/** Where a call comes from: ids for tracing and facts for rules. Not part of what makes two requests the same. */
public class Trace(
    /** The event or call that caused this one. */
    public val causationId: String? = null,
    /** Ties together everything that one user action caused. */
    public val correlationId: String? = null,
    /** Device of the end user: events keep a salted hash, and next to it the text until it is erased. */
    public val device: String? = null,
    /**
     * Address of the end user, IPv4 or IPv6; a port, brackets and a zone are cut off, and a list is refused. Events
     * keep a salted hash, and next to it the text until it is erased.
     */
    public val ip: String? = null,
    /** W3C trace context. */
    public val traceparent: String? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("causation_id", causationId)
        into.text("correlation_id", correlationId)
        into.text("device", device)
        into.text("ip", ip)
        into.text("traceparent", traceparent)
    }

    override fun parts(): Array<Any?> = arrayOf("causation_id", causationId, "correlation_id", correlationId, "device", device, "ip", ip, "traceparent", traceparent)
}

/** One leg of a posting. */
public class Leg(
    /** The account. */
    public val account: String,
    /** Signed: positive credits the account. */
    public val amount: Money,
) : Term() {
    override fun write(into: Arguments) {
        into.text("account", account)
        into.money("amount", amount)
    }

    override fun parts(): Array<Any?> = arrayOf("account", account, "amount", amount)
}

/** One call of a batch. */
public class BatchOp(
    /** Name of the operation, such as `ledger.transfer`. */
    public val op: String,
    /** Its request. */
    public val args: Json? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("op", op)
        into.members("args", args)
    }

    override fun parts(): Array<Any?> = arrayOf("op", op, "args", args)

    override fun hidden(): List<String> = listOf("args")
}

/**
 * A fee. It is `floor(price * bps / 10,000)`, or a fixed amount. Where fees and splits are the whole price, the
 * largest of them, of equals the last, gets what rounding leaves over.
 */
public class FeeTerm(
    /** The account that gets it; opened if there is none. */
    public val to: String,
    /** A fixed amount; either this or `bps`. */
    public val amount: Money? = null,
    /** Hundredths of a percent of the price, at most 10,000. */
    public val bps: Long? = null,
    /**
     * The party that bears it: the `seller`, out of what the deal brings (the default), or the `buyer`, on top of the
     * price. One of [Side], or its text.
     */
    public val from: Side? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("to", to)
        into.money("amount", amount)
        into.integer("bps", bps)
        into.word("from", from)
    }

    override fun parts(): Array<Any?> = arrayOf("to", to, "amount", amount, "bps", bps, "from", from)

    public companion object {
        /** The same with texts for closed sets. */
        public operator fun invoke(to: String, amount: Money? = null, bps: Long? = null, from: String): FeeTerm =
            FeeTerm(to, amount, bps, Side(from))
    }
}

/** A part of the price that `release_part` releases by its name. */
public class MilestoneTerm(
    /** Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
    public val name: String,
    /** A fixed amount; either this or `bps`. */
    public val amount: Money? = null,
    /** Hundredths of a percent of the price, at most 10,000. */
    public val bps: Long? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("name", name)
        into.money("amount", amount)
        into.integer("bps", bps)
    }

    override fun parts(): Array<Any?> = arrayOf("name", name, "amount", amount, "bps", bps)
}

/**
 * A third party's share of what the seller gets. Where fees and splits are the whole price, the largest of them, of
 * equals the last, gets what rounding leaves over.
 */
public class SplitTerm(
    /** The account that gets it; opened if there is none. */
    public val to: String,
    /** A fixed amount; either this or `bps`. */
    public val amount: Money? = null,
    /** Hundredths of a percent of the price, at most 10,000. */
    public val bps: Long? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("to", to)
        into.money("amount", amount)
        into.integer("bps", bps)
    }

    override fun parts(): Array<Any?> = arrayOf("to", to, "amount", amount, "bps", bps)
}

/** When a gateway counts as down. */
public class BreakerTerms(
    /** So many calls in a row without an answer, 1 to 1,000. */
    public val failures: Long? = null,
    /** How long it is left alone then, PT1S to PT24H. */
    public val pause: Duration? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.integer("failures", failures)
        into.duration("pause", pause)
    }

    override fun parts(): Array<Any?> = arrayOf("failures", failures, "pause", pause)
}

/** Why a gateway did not do what it was asked for. */
public class FailureInput(
    /**
     * One of `declined`, `insufficient_funds`, `invalid_method`, `authentication_failed`, `fraud_suspected`, `limit`,
     * `not_supported`, `not_processed`, `gateway_error`. One of [FailureCode], or its text.
     */
    public val code: FailureCode,
    /** The gateway's own code. */
    public val gatewayCode: String? = null,
    /**
     * Whether trying again can help: `never`, `other_method`, `other_gateway` or `later`. One of [FailureRetry], or
     * its text.
     */
    public val retry: FailureRetry? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.word("code", code)
        into.text("gateway_code", gatewayCode)
        into.word("retry", retry)
    }

    override fun parts(): Array<Any?> = arrayOf("code", code, "gateway_code", gatewayCode, "retry", retry)

    public companion object {
        /** The same with texts for closed sets. */
        public operator fun invoke(code: String, gatewayCode: String? = null, retry: String? = null): FailureInput =
            FailureInput(FailureCode(code), gatewayCode, retry?.let(::FailureRetry))
    }
}

/** The terms of the deals by which an offer is sold, in place of a payment to the seller at once. */
public class DealTerms(
    /** How long it may be on its way. */
    public val deliverWithin: Duration? = null,
    /**
     * Fees that the seller bears: who gets them, and how much. An amount is of each unit, and shrinks with what a
     * promo takes off.
     */
    public val fees: List<FeeTerm>? = null,
    /** How long the buyer may look at what arrived before the seller is paid. */
    public val inspection: Duration? = null,
    /** The seller must accept before the deal continues. */
    public val requireAcceptance: Boolean? = null,
    /** How long the seller may take to ship. */
    public val shipWithin: Duration? = null,
    /** Something is shipped; otherwise a paid deal counts as delivered. */
    public val shipping: Boolean? = null,
    /** Others who share in what the seller gets; amounts as of fees. */
    public val splits: List<SplitTerm>? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.duration("deliver_within", deliverWithin)
        into.records("fees", fees)
        into.duration("inspection", inspection)
        into.boolean("require_acceptance", requireAcceptance)
        into.duration("ship_within", shipWithin)
        into.boolean("shipping", shipping)
        into.records("splits", splits)
    }

    override fun parts(): Array<Any?> = arrayOf("deliver_within", deliverWithin, "fees", fees, "inspection", inspection, "require_acceptance", requireAcceptance, "ship_within", shipWithin, "shipping", shipping, "splits", splits)
}

/** The discount of a promo: `bps` or `amount`. */
public class DiscountTerms(
    /** An amount, and at most the sum. */
    public val amount: Money? = null,
    /** Hundredths of a percent of the sum, rounded down, 1 to 10,000. */
    public val bps: Long? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.money("amount", amount)
        into.integer("bps", bps)
    }

    override fun parts(): Array<Any?> = arrayOf("amount", amount, "bps", bps)
}

/** When a block is final: `tag` or `depth`. */
public class FinalityTerms(
    /** So many blocks that stand on it, 1 to 100,000. */
    public val depth: Long? = null,
    /** The block that endpoints hold for final: `finalized` or `safe`. One of [FinalityTag], or its text. */
    public val tag: FinalityTag? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.integer("depth", depth)
        into.word("tag", tag)
    }

    override fun parts(): Array<Any?> = arrayOf("depth", depth, "tag", tag)

    public companion object {
        /** The same with texts for closed sets. */
        public operator fun invoke(depth: Long? = null, tag: String): FinalityTerms =
            FinalityTerms(depth, FinalityTag(tag))
    }
}

/** The call that a proof is for: the proof is good for no other. */
public class ProofFor(
    /** The operation: `ledger.transfer`. */
    public val operation: String,
    /** Its arguments, without actor and context; without key, too, where it writes. */
    public val args: Json,
) : Term() {
    override fun write(into: Arguments) {
        into.text("operation", operation)
        into.members("args", args)
    }

    override fun parts(): Array<Any?> = arrayOf("operation", operation, "args", args)

    override fun hidden(): List<String> = listOf("args")
}

/** An address with the storage of it that a transaction reads (EIP-2930). */
public class AccessEntry(
    /** The contract. */
    public val address: String,
    /** Its slots, 32 bytes each. */
    public val storageKeys: List<String>,
) : Term() {
    override fun write(into: Arguments) {
        into.text("address", address)
        into.texts("storage_keys", storageKeys)
    }

    override fun parts(): Array<Any?> = arrayOf("address", address, "storage_keys", storageKeys)
}

/** A transaction to sign. Without `type`, the fields say what it is. */
public class TransactionFields(
    /** The chain, from 1 to 9223372036854775771 (EIP-2294). */
    public val chainId: String,
    /** Gas that may be used up. */
    public val gasLimit: String,
    /** How many transactions the address sent before. */
    public val nonce: String,
    /** In wei. */
    public val value: String,
    /** The addresses and slots that will be read (`eip2930`, `eip1559`). */
    public val accessList: List<AccessEntry>? = null,
    /** The input of the call; at most 128 KiB. */
    public val data: String? = null,
    /** Wei for a unit of gas (`legacy`, `eip2930`). */
    public val gasPrice: String? = null,
    /** At most this many wei for a unit of gas (`eip1559`). */
    public val maxFeePerGas: String? = null,
    /** Of these at most so many for whoever makes the block (`eip1559`). */
    public val maxPriorityFeePerGas: String? = null,
    /** The recipient of the value and the call. Null creates a contract, of which `data` is the code. */
    public val to: String? = null,
    /** `legacy`, `eip2930` or `eip1559`. */
    public val type: String? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("chain_id", chainId)
        into.text("gas_limit", gasLimit)
        into.text("nonce", nonce)
        into.text("value", value)
        into.records("access_list", accessList)
        into.text("data", data)
        into.text("gas_price", gasPrice)
        into.text("max_fee_per_gas", maxFeePerGas)
        into.text("max_priority_fee_per_gas", maxPriorityFeePerGas)
        into.text("to", to)
        into.text("type", type)
    }

    override fun parts(): Array<Any?> = arrayOf("chain_id", chainId, "gas_limit", gasLimit, "nonce", nonce, "value", value, "access_list", accessList, "data", data, "gas_price", gasPrice, "max_fee_per_gas", maxFeePerGas, "max_priority_fee_per_gas", maxPriorityFeePerGas, "to", to, "type", type)
}

/** A function of a contract that a key may call. */
public class CallAllowed(
    /** The first four bytes of the call. */
    public val selector: String,
    /** The contract. */
    public val to: String,
) : Term() {
    override fun write(into: Arguments) {
        into.text("selector", selector)
        into.text("to", to)
    }

    override fun parts(): Array<Any?> = arrayOf("selector", selector, "to", to)
}

/** A token that a key may move, in its smallest unit. */
public class TokenLimit(
    /** The contract. */
    public val token: String,
    /** The most in any 24 hours. */
    public val dailyValue: String? = null,
    /** The most of one call or permit. */
    public val maxValue: String? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("token", token)
        into.text("daily_value", dailyValue)
        into.text("max_value", maxValue)
    }

    override fun parts(): Array<Any?> = arrayOf("token", token, "daily_value", dailyValue, "max_value", maxValue)
}

/** Typed data that a key may sign. */
public class TypedDataAllowed(
    /** The name of its type. */
    public val primaryType: String,
    /** The contract that checks it. */
    public val verifyingContract: String,
) : Term() {
    override fun write(into: Arguments) {
        into.text("primary_type", primaryType)
        into.text("verifying_contract", verifyingContract)
    }

    override fun parts(): Array<Any?> = arrayOf("primary_type", primaryType, "verifying_contract", verifyingContract)
}

/** An event that could not be taken. */
public class FailedEvent(
    /** The error, at most 1,000 characters. No personal data: it is kept with the sink. */
    public val error: String,
    /** Its place in the sequence. */
    public val seq: Long,
    /** It would fail again however often it comes: its object is parked at once. */
    public val permanent: Boolean? = null,
) : Term() {
    override fun write(into: Arguments) {
        into.text("error", error)
        into.integer("seq", seq)
        into.boolean("permanent", permanent)
    }

    override fun parts(): Array<Any?> = arrayOf("error", error, "seq", seq, "permanent", permanent)
}
