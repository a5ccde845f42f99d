// Records within arguments.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Where a call comes from: ids for tracing and facts for rules. Not part of what makes two requests the same.
public struct Trace: Sendable, Hashable, GivenRecord {
    /// The event or call that caused this one.
    public var causationId: String?
    /// Ties together everything that one user action caused.
    public var correlationId: String?
    /// Device of the end user: events keep a salted hash, and next to it the text until it is erased.
    public var device: String?
    /// Address of the end user, IPv4 or IPv6; a port, brackets and a zone are cut off, and a list is refused. Events keep a
    /// salted hash, and next to it the text until it is erased.
    public var ip: String?
    /// W3C trace context.
    public var traceparent: String?

    public init(causationId: String? = nil, correlationId: String? = nil, device: String? = nil, ip: String? = nil, traceparent: String? = nil) {
        self.causationId = causationId
        self.correlationId = correlationId
        self.device = device
        self.ip = ip
        self.traceparent = traceparent
    }

    func give(_ given: inout Given) {
        given.text("causation_id", causationId)
        given.text("correlation_id", correlationId)
        given.text("device", device)
        given.text("ip", ip)
        given.text("traceparent", traceparent)
    }
}

/// One leg of a posting.
public struct Leg: Sendable, Hashable, GivenRecord {
    /// The account.
    public var account: String
    /// Signed: positive credits the account.
    public var amount: Money

    public init(account: String, amount: Money) {
        self.account = account
        self.amount = amount
    }

    func give(_ given: inout Given) {
        given.text("account", account)
        given.money("amount", amount)
    }
}

/// One call of a batch.
public struct BatchOp: Sendable, Hashable, GivenRecord {
    /// Name of the operation, such as `ledger.transfer`.
    public var op: String
    /// Its request.
    public var args: JSON?

    public init(op: String, args: JSON? = nil) {
        self.op = op
        self.args = args
    }

    func give(_ given: inout Given) {
        given.text("op", op)
        given.any("args", args)
    }
}

extension BatchOp: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its members. Those that may be secrets are `<hidden>`.
    public var description: String { "BatchOp(op: \(op), args: <hidden>)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["op": op, "args": "<hidden>"], displayStyle: .struct) }
}

/// A fee. It is `floor(price * bps / 10,000)`, or a fixed amount. Where fees and splits are the whole price, the largest of them,
/// of equals the last, gets what rounding leaves over.
public struct FeeTerm: Sendable, Hashable, GivenRecord {
    /// The account that gets it; opened if there is none.
    public var to: String
    /// A fixed amount; either this or `bps`.
    public var amount: Money?
    /// Hundredths of a percent of the price, at most 10,000.
    public var bps: Int?
    /// The party that bears it: the `seller`, out of what the deal brings (the default), or the `buyer`, on top of the price.
    public var from: Side?

    public init(to: String, amount: Money? = nil, bps: Int? = nil, from: Side? = nil) {
        self.to = to
        self.amount = amount
        self.bps = bps
        self.from = from
    }

    func give(_ given: inout Given) {
        given.text("to", to)
        given.money("amount", amount)
        given.whole("bps", bps)
        given.of("from", from)
    }
}

/// A part of the price that `release_part` releases by its name.
public struct MilestoneTerm: Sendable, Hashable, GivenRecord {
    /// Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
    public var name: String
    /// A fixed amount; either this or `bps`.
    public var amount: Money?
    /// Hundredths of a percent of the price, at most 10,000.
    public var bps: Int?

    public init(name: String, amount: Money? = nil, bps: Int? = nil) {
        self.name = name
        self.amount = amount
        self.bps = bps
    }

    func give(_ given: inout Given) {
        given.text("name", name)
        given.money("amount", amount)
        given.whole("bps", bps)
    }
}

/// A third party's share of what the seller gets. Where fees and splits are the whole price, the largest of them, of equals the
/// last, gets what rounding leaves over.
public struct SplitTerm: Sendable, Hashable, GivenRecord {
    /// The account that gets it; opened if there is none.
    public var to: String
    /// A fixed amount; either this or `bps`.
    public var amount: Money?
    /// Hundredths of a percent of the price, at most 10,000.
    public var bps: Int?

    public init(to: String, amount: Money? = nil, bps: Int? = nil) {
        self.to = to
        self.amount = amount
        self.bps = bps
    }

    func give(_ given: inout Given) {
        given.text("to", to)
        given.money("amount", amount)
        given.whole("bps", bps)
    }
}

/// When a gateway counts as down.
public struct BreakerTerms: Sendable, Hashable, GivenRecord {
    /// So many calls in a row without an answer, 1 to 1,000.
    public var failures: Int?
    /// How long it is left alone then, PT1S to PT24H.
    public var pause: Duration?

    public init(failures: Int? = nil, pause: Duration? = nil) {
        self.failures = failures
        self.pause = pause
    }

    func give(_ given: inout Given) {
        given.whole("failures", failures)
        given.length("pause", pause)
    }
}

/// Why a gateway did not do what it was asked for.
public struct FailureInput: Sendable, Hashable, GivenRecord {
    /// One of `declined`, `insufficient_funds`, `invalid_method`, `authentication_failed`, `fraud_suspected`, `limit`,
    /// `not_supported`, `not_processed`, `gateway_error`.
    public var code: FailureCode
    /// The gateway's own code.
    public var gatewayCode: String?
    /// Whether trying again can help: `never`, `other_method`, `other_gateway` or `later`.
    public var retry: FailureRetry?

    public init(code: FailureCode, gatewayCode: String? = nil, retry: FailureRetry? = nil) {
        self.code = code
        self.gatewayCode = gatewayCode
        self.retry = retry
    }

    func give(_ given: inout Given) {
        given.of("code", code)
        given.text("gateway_code", gatewayCode)
        given.of("retry", retry)
    }
}

/// The terms of the deals by which an offer is sold, in place of a payment to the seller at once.
public struct DealTerms: Sendable, Hashable, GivenRecord {
    /// How long it may be on its way.
    public var deliverWithin: Duration?
    /// Fees that the seller bears: who gets them, and how much. An amount is of each unit, and shrinks with what a promo takes
    /// off.
    public var fees: [FeeTerm]?
    /// How long the buyer may look at what arrived before the seller is paid.
    public var inspection: Duration?
    /// The seller must accept before the deal continues.
    public var requireAcceptance: Bool?
    /// How long the seller may take to ship.
    public var shipWithin: Duration?
    /// Something is shipped; otherwise a paid deal counts as delivered.
    public var shipping: Bool?
    /// Others who share in what the seller gets; amounts as of fees.
    public var splits: [SplitTerm]?

    public init(deliverWithin: Duration? = nil, fees: [FeeTerm]? = nil, inspection: Duration? = nil, requireAcceptance: Bool? = nil, shipWithin: Duration? = nil, shipping: Bool? = nil, splits: [SplitTerm]? = nil) {
        self.deliverWithin = deliverWithin
        self.fees = fees
        self.inspection = inspection
        self.requireAcceptance = requireAcceptance
        self.shipWithin = shipWithin
        self.shipping = shipping
        self.splits = splits
    }

    func give(_ given: inout Given) {
        given.length("deliver_within", deliverWithin)
        given.records("fees", fees)
        given.length("inspection", inspection)
        given.flag("require_acceptance", requireAcceptance)
        given.length("ship_within", shipWithin)
        given.flag("shipping", shipping)
        given.records("splits", splits)
    }
}

/// The discount of a promo: `bps` or `amount`.
public struct DiscountTerms: Sendable, Hashable, GivenRecord {
    /// An amount, and at most the sum.
    public var amount: Money?
    /// Hundredths of a percent of the sum, rounded down, 1 to 10,000.
    public var bps: Int?

    public init(amount: Money? = nil, bps: Int? = nil) {
        self.amount = amount
        self.bps = bps
    }

    func give(_ given: inout Given) {
        given.money("amount", amount)
        given.whole("bps", bps)
    }
}

/// When a block is final: `tag` or `depth`.
public struct FinalityTerms: Sendable, Hashable, GivenRecord {
    /// So many blocks that stand on it, 1 to 100,000.
    public var depth: Int?
    /// The block that endpoints hold for final: `finalized` or `safe`.
    public var tag: FinalityTag?

    public init(depth: Int? = nil, tag: FinalityTag? = nil) {
        self.depth = depth
        self.tag = tag
    }

    func give(_ given: inout Given) {
        given.whole("depth", depth)
        given.of("tag", tag)
    }
}

/// The call that a proof is for: the proof is good for no other.
public struct ProofFor: Sendable, Hashable, GivenRecord {
    /// The operation: `ledger.transfer`.
    public var operation: String
    /// Its arguments, without actor and context; without key, too, where it writes.
    public var args: JSON

    public init(operation: String, args: JSON) {
        self.operation = operation
        self.args = args
    }

    func give(_ given: inout Given) {
        given.text("operation", operation)
        given.any("args", args)
    }
}

extension ProofFor: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its members. Those that may be secrets are `<hidden>`.
    public var description: String { "ProofFor(operation: \(operation), args: <hidden>)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["operation": operation, "args": "<hidden>"], displayStyle: .struct) }
}

/// An address with the storage of it that a transaction reads (EIP-2930).
public struct AccessEntry: Sendable, Hashable, GivenRecord {
    /// The contract.
    public var address: String
    /// Its slots, 32 bytes each.
    public var storageKeys: [String]

    public init(address: String, storageKeys: [String]) {
        self.address = address
        self.storageKeys = storageKeys
    }

    func give(_ given: inout Given) {
        given.text("address", address)
        given.texts("storage_keys", storageKeys)
    }
}

/// A transaction to sign. Without `type`, the fields say what it is.
public struct TransactionFields: Sendable, Hashable, GivenRecord {
    /// The chain, from 1 to 9223372036854775771 (EIP-2294).
    public var chainId: String
    /// Gas that may be used up.
    public var gasLimit: String
    /// How many transactions the address sent before.
    public var nonce: String
    /// In wei.
    public var value: String
    /// The addresses and slots that will be read (`eip2930`, `eip1559`).
    public var accessList: [AccessEntry]?
    /// The input of the call; at most 128 KiB.
    public var data: String?
    /// Wei for a unit of gas (`legacy`, `eip2930`).
    public var gasPrice: String?
    /// At most this many wei for a unit of gas (`eip1559`).
    public var maxFeePerGas: String?
    /// Of these at most so many for whoever makes the block (`eip1559`).
    public var maxPriorityFeePerGas: String?
    /// The recipient of the value and the call. Null creates a contract, of which `data` is the code.
    public var to: String?
    /// `legacy`, `eip2930` or `eip1559`.
    public var type: String?

    public init(chainId: String, gasLimit: String, nonce: String, value: String, accessList: [AccessEntry]? = nil, data: String? = nil, gasPrice: String? = nil, maxFeePerGas: String? = nil, maxPriorityFeePerGas: String? = nil, to: String? = nil, type: String? = nil) {
        self.chainId = chainId
        self.gasLimit = gasLimit
        self.nonce = nonce
        self.value = value
        self.accessList = accessList
        self.data = data
        self.gasPrice = gasPrice
        self.maxFeePerGas = maxFeePerGas
        self.maxPriorityFeePerGas = maxPriorityFeePerGas
        self.to = to
        self.type = type
    }

    func give(_ given: inout Given) {
        given.text("chain_id", chainId)
        given.text("gas_limit", gasLimit)
        given.text("nonce", nonce)
        given.text("value", value)
        given.records("access_list", accessList)
        given.text("data", data)
        given.text("gas_price", gasPrice)
        given.text("max_fee_per_gas", maxFeePerGas)
        given.text("max_priority_fee_per_gas", maxPriorityFeePerGas)
        given.text("to", to)
        given.text("type", type)
    }
}

/// A function of a contract that a key may call.
public struct CallAllowed: Sendable, Hashable, GivenRecord {
    /// The first four bytes of the call.
    public var selector: String
    /// The contract.
    public var to: String

    public init(selector: String, to: String) {
        self.selector = selector
        self.to = to
    }

    func give(_ given: inout Given) {
        given.text("selector", selector)
        given.text("to", to)
    }
}

/// A token that a key may move, in its smallest unit.
public struct TokenLimit: Sendable, Hashable, GivenRecord {
    /// The contract.
    public var token: String
    /// The most in any 24 hours.
    public var dailyValue: String?
    /// The most of one call or permit.
    public var maxValue: String?

    public init(token: String, dailyValue: String? = nil, maxValue: String? = nil) {
        self.token = token
        self.dailyValue = dailyValue
        self.maxValue = maxValue
    }

    func give(_ given: inout Given) {
        given.text("token", token)
        given.text("daily_value", dailyValue)
        given.text("max_value", maxValue)
    }
}

/// Typed data that a key may sign.
public struct TypedDataAllowed: Sendable, Hashable, GivenRecord {
    /// The name of its type.
    public var primaryType: String
    /// The contract that checks it.
    public var verifyingContract: String

    public init(primaryType: String, verifyingContract: String) {
        self.primaryType = primaryType
        self.verifyingContract = verifyingContract
    }

    func give(_ given: inout Given) {
        given.text("primary_type", primaryType)
        given.text("verifying_contract", verifyingContract)
    }
}

/// An event that could not be taken.
public struct FailedEvent: Sendable, Hashable, GivenRecord {
    /// The error, at most 1,000 characters. No personal data: it is kept with the sink.
    public var error: String
    /// Its place in the sequence.
    public var seq: Int
    /// It would fail again however often it comes: its object is parked at once.
    public var permanent: Bool?

    public init(error: String, seq: Int, permanent: Bool? = nil) {
        self.error = error
        self.seq = seq
        self.permanent = permanent
    }

    func give(_ given: inout Given) {
        given.text("error", error)
        given.whole("seq", seq)
        given.flag("permanent", permanent)
    }
}
