// Closed sets of texts.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/**
 * Whether an account takes part in money movements.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AccountStatus(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It does. */
        public val ACTIVE: AccountStatus = AccountStatus("active")
        /** It takes no new debit, credit or hold; money already owed to it is still paid. */
        public val LOCKED: AccountStatus = AccountStatus("locked")
        /** It is closed for good; it takes only what is owed to it, and opens again only to pay that out. */
        public val CLOSED: AccountStatus = AccountStatus("closed")

        /** Every value of this version. */
        public val all: List<AccountStatus> = listOf(ACTIVE, LOCKED, CLOSED)
    }
}

/**
 * Why a transfer exists.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class TransferKind(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Money entered an account from outside. */
        public val TOP_UP: TransferKind = TransferKind("top_up")
        /** Money left an account. */
        public val DEDUCT: TransferKind = TransferKind("deduct")
        /** Money moved between two accounts. */
        public val TRANSFER: TransferKind = TransferKind("transfer")
        /** A posting of n legs. */
        public val POST: TransferKind = TransferKind("post")
        /** A hold was captured. */
        public val CAPTURE: TransferKind = TransferKind("capture")
        /** An original was reversed whole. */
        public val REVERSAL: TransferKind = TransferKind("reversal")
        /** Part of an original, or of a deal, was given back. */
        public val REFUND: TransferKind = TransferKind("refund")
        /** A fee of a deal. */
        public val FEE: TransferKind = TransferKind("fee")
        /** A deal paid its seller or another recipient. */
        public val SETTLEMENT: TransferKind = TransferKind("settlement")
        /** Money came in through a gateway. */
        public val PAYMENT: TransferKind = TransferKind("payment")
        /** A purchase was paid. */
        public val PURCHASE: TransferKind = TransferKind("purchase")
        /** A purchase gave its buyer what was promised with it. */
        public val GRANT: TransferKind = TransferKind("grant")
        /** The grant of a purchase was taken back. */
        public val CLAWBACK: TransferKind = TransferKind("clawback")
        /** The payer's bank took a payment back, or gave it again. */
        public val CHARGEBACK: TransferKind = TransferKind("chargeback")
        /** A debt was paid. */
        public val RECOVERY: TransferKind = TransferKind("recovery")
        /** A withdrawal left for a chain. */
        public val WITHDRAWAL: TransferKind = TransferKind("withdrawal")

        /** Every value of this version. */
        public val all: List<TransferKind> = listOf(TOP_UP, DEDUCT, TRANSFER, POST, CAPTURE, REVERSAL, REFUND, FEE, SETTLEMENT, PAYMENT, PURCHASE, GRANT, CLAWBACK, CHARGEBACK, RECOVERY, WITHDRAWAL)
    }
}

/**
 * The state of a hold.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class HoldState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Nothing was captured yet. */
        public val AUTHORIZED: HoldState = HoldState("authorized")
        /** Part was captured and the rest is still held. */
        public val PARTIALLY_CAPTURED: HoldState = HoldState("partially_captured")
        /** It was captured, and the rest was released. */
        public val CAPTURED: HoldState = HoldState("captured")
        /** It was released without capture. */
        public val VOIDED: HoldState = HoldState("voided")
        /** It expired, and the rest was released. */
        public val EXPIRED: HoldState = HoldState("expired")

        /** Every value of this version. */
        public val all: List<HoldState> = listOf(AUTHORIZED, PARTIALLY_CAPTURED, CAPTURED, VOIDED, EXPIRED)
    }
}

/**
 * The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are final.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class DealState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Opened: it waits for the buyer's money. */
        public val PENDING: DealState = DealState("pending")
        /** The buyer's money is held in the buyer's account. */
        public val PAID: DealState = DealState("paid")
        /** The money is in the deal's own account; it waits for the seller to accept. */
        public val IN_ESCROW: DealState = DealState("in_escrow")
        /** The seller must ship. */
        public val AWAITING_SHIPMENT: DealState = DealState("awaiting_shipment")
        /** On its way. */
        public val SHIPPED: DealState = DealState("shipped")
        /** It arrived: the buyer looks at it until `release_at`. */
        public val DELIVERED: DealState = DealState("delivered")
        /** The parties disagree: every timer stands still. */
        public val DISPUTED: DealState = DealState("disputed")
        /** The buyer asked for the money back. */
        public val REFUND_PENDING: DealState = DealState("refund_pending")
        /** The seller has the money. */
        public val RELEASED: DealState = DealState("released")
        /** The buyer has the money back. */
        public val REFUNDED: DealState = DealState("refunded")
        /** Each has a part of the money. */
        public val SPLIT: DealState = DealState("split")
        /** Called off before the money was in the deal's account. */
        public val CANCELLED: DealState = DealState("cancelled")
        /** Nobody paid in time. */
        public val EXPIRED: DealState = DealState("expired")

        /** Every value of this version. */
        public val all: List<DealState> = listOf(PENDING, PAID, IN_ESCROW, AWAITING_SHIPMENT, SHIPPED, DELIVERED, DISPUTED, REFUND_PENDING, RELEASED, REFUNDED, SPLIT, CANCELLED, EXPIRED)
    }
}

/**
 * A side of a deal.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Side(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The payer. */
        public val BUYER: Side = Side("buyer")
        /** The payee. */
        public val SELLER: Side = Side("seller")

        /** Every value of this version. */
        public val all: List<Side> = listOf(BUYER, SELLER)
    }
}

/**
 * The role in which an actor acts on a deal.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class EvidenceRole(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The payer: derived from the buyer's account. */
        public val BUYER: EvidenceRole = EvidenceRole("buyer")
        /** The payee: derived from the seller's account. */
        public val SELLER: EvidenceRole = EvidenceRole("seller")
        /** Staff of the host, as the host says. */
        public val ADMIN: EvidenceRole = EvidenceRole("admin")
        /** The host's own program, and timers. */
        public val SYSTEM: EvidenceRole = EvidenceRole("system")

        /** Every value of this version. */
        public val all: List<EvidenceRole> = listOf(BUYER, SELLER, ADMIN, SYSTEM)
    }
}

/**
 * How staff decide a dispute.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Ruling(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The seller gets what the deal has. */
        public val RELEASE: Ruling = Ruling("release")
        /** The buyer gets it back. */
        public val REFUND: Ruling = Ruling("refund")
        /** Each gets a part. */
        public val SPLIT: Ruling = Ruling("split")

        /** Every value of this version. */
        public val all: List<Ruling> = listOf(RELEASE, REFUND, SPLIT)
    }
}

/**
 * The state of a dispute in its life cycle; the last two are final.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class DisputeState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Opened: both sides show what they have. */
        public val OPEN: DisputeState = DisputeState("open")
        /** Staff look into it. */
        public val INVESTIGATING: DisputeState = DisputeState("investigating")
        /** Staff decided it. */
        public val RESOLVED: DisputeState = DisputeState("resolved")
        /** Its opener took it back. */
        public val WITHDRAWN: DisputeState = DisputeState("withdrawn")

        /** Every value of this version. */
        public val all: List<DisputeState> = listOf(OPEN, INVESTIGATING, RESOLVED, WITHDRAWN)
    }
}

/**
 * The type of a dispute.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class DisputeType(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It is not as good as was agreed on. */
        public val QUALITY_ISSUE: DisputeType = DisputeType("quality_issue")
        /** It never came. */
        public val NON_DELIVERY: DisputeType = DisputeType("non_delivery")
        /** Something else came. */
        public val WRONG_ITEM: DisputeType = DisputeType("wrong_item")
        /** The seller does not answer. */
        public val SELLER_NON_RESPONSE: DisputeType = DisputeType("seller_non_response")
        /** Anything else. */
        public val OTHER: DisputeType = DisputeType("other")

        /** Every value of this version. */
        public val all: List<DisputeType> = listOf(QUALITY_ISSUE, NON_DELIVERY, WRONG_ITEM, SELLER_NON_RESPONSE, OTHER)
    }
}

/**
 * How a receipt is signed.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Alg(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Only the holder of the secret can check it. */
        public val HMAC_SHA_256: Alg = Alg("HMAC-SHA-256")
        /** Every holder of the public key can check it (RFC 8032). */
        public val ED25519: Alg = Alg("Ed25519")

        /** Every value of this version. */
        public val all: List<Alg> = listOf(HMAC_SHA_256, ED25519)
    }
}

/**
 * The tier of a treasury account.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Tier(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It is used for payments, and should not have too much. */
        public val HOT: Tier = Tier("hot")
        /** It is for keeping. */
        public val COLD: Tier = Tier("cold")

        /** Every value of this version. */
        public val all: List<Tier> = listOf(HOT, COLD)
    }
}

/**
 * An ability of a gateway.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class GatewayAbility(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Authorize now and capture later. */
        public val TWO_STEP: GatewayAbility = GatewayAbility("two_step")
        /** Capture less than was authorized. */
        public val PARTIAL_CAPTURE: GatewayAbility = GatewayAbility("partial_capture")
        /** Give back a part. */
        public val PARTIAL_REFUND: GatewayAbility = GatewayAbility("partial_refund")
        /** Say what it knows of a payment. */
        public val QUERY: GatewayAbility = GatewayAbility("query")

        /** Every value of this version. */
        public val all: List<GatewayAbility> = listOf(TWO_STEP, PARTIAL_CAPTURE, PARTIAL_REFUND, QUERY)
    }
}

/**
 * The driver of a gateway.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class GatewayDriver(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** A worker of the application's own. */
        public val HOST: GatewayDriver = GatewayDriver("host")
        /** The built-in driver of Stripe. */
        public val STRIPE: GatewayDriver = GatewayDriver("stripe")
        /** The built-in driver of Toss Payments. */
        public val TOSS: GatewayDriver = GatewayDriver("toss")
        /** The built-in driver of KG Inicis. */
        public val INICIS: GatewayDriver = GatewayDriver("inicis")

        /** Every value of this version. */
        public val all: List<GatewayDriver> = listOf(HOST, STRIPE, TOSS, INICIS)
    }
}

/**
 * Whether a gateway answers.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class GatewayStatus(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It does. */
        public val UP: GatewayStatus = GatewayStatus("up")
        /** It is left alone for a while. */
        public val DOWN: GatewayStatus = GatewayStatus("down")
        /** One call shows whether it answers again. */
        public val PROBING: GatewayStatus = GatewayStatus("probing")

        /** Every value of this version. */
        public val all: List<GatewayStatus> = listOf(UP, DOWN, PROBING)
    }
}

/**
 * The outcome of an attempt at a gateway.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AttemptOutcome(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It has authorized the payment. */
        public val AUTHORIZED: AttemptOutcome = AttemptOutcome("authorized")
        /** It has taken the money. */
        public val CAPTURED: AttemptOutcome = AttemptOutcome("captured")
        /** It let go of it. */
        public val VOIDED: AttemptOutcome = AttemptOutcome("voided")
        /** It refused. */
        public val REFUSED: AttemptOutcome = AttemptOutcome("refused")
        /** The call surely never reached it. */
        public val UNSENT: AttemptOutcome = AttemptOutcome("unsent")
        /** It surely knows of none. */
        public val NOTHING: AttemptOutcome = AttemptOutcome("nothing")

        /** Every value of this version. */
        public val all: List<AttemptOutcome> = listOf(AUTHORIZED, CAPTURED, VOIDED, REFUSED, UNSENT, NOTHING)
    }
}

/**
 * When the money is taken.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class CaptureMode(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** At once. */
        public val AUTO: CaptureMode = CaptureMode("auto")
        /** By `capture`. */
        public val MANUAL: CaptureMode = CaptureMode("manual")

        /** Every value of this version. */
        public val all: List<CaptureMode> = listOf(AUTO, MANUAL)
    }
}

/**
 * How far a chargeback is.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class ChargebackPhase(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The bank has taken the money. */
        public val OPEN: ChargebackPhase = ChargebackPhase("open")
        /** It gave the money back. */
        public val WON: ChargebackPhase = ChargebackPhase("won")
        /** It keeps the money. */
        public val LOST: ChargebackPhase = ChargebackPhase("lost")

        /** Every value of this version. */
        public val all: List<ChargebackPhase> = listOf(OPEN, WON, LOST)
    }
}

/**
 * A kind of call to a gateway.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class GatewayCall(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** To authorize a payment, or to take it at once. */
        public val AUTHORIZE: GatewayCall = GatewayCall("authorize")
        /** To take what is authorized. */
        public val CAPTURE: GatewayCall = GatewayCall("capture")
        /** To let go of what is authorized. */
        public val VOID: GatewayCall = GatewayCall("void")
        /** To give back what was taken. */
        public val REFUND: GatewayCall = GatewayCall("refund")
        /** To say what it knows. */
        public val QUERY: GatewayCall = GatewayCall("query")

        /** Every value of this version. */
        public val all: List<GatewayCall> = listOf(AUTHORIZE, CAPTURE, VOID, REFUND, QUERY)
    }
}

/**
 * How far a call is.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class CallPhase(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** No worker has taken it. */
        public val QUEUED: CallPhase = CallPhase("queued")
        /** A worker has taken it: the gateway may have it. */
        public val SENT: CallPhase = CallPhase("sent")
        /** The gateway has it, and says more later. */
        public val ACCEPTED: CallPhase = CallPhase("accepted")
        /** Nobody knows whether the gateway has it. */
        public val UNKNOWN: CallPhase = CallPhase("unknown")

        /** Every value of this version. */
        public val all: List<CallPhase> = listOf(QUEUED, SENT, ACCEPTED, UNKNOWN)
    }
}

/**
 * Why a gateway did not do what it was asked for, in words that all of them share.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class FailureCode(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The payer's bank said no. */
        public val DECLINED: FailureCode = FailureCode("declined")
        /** The payer has not enough. */
        public val INSUFFICIENT_FUNDS: FailureCode = FailureCode("insufficient_funds")
        /** The means of payment are not valid. */
        public val INVALID_METHOD: FailureCode = FailureCode("invalid_method")
        /** The payer was not recognised. */
        public val AUTHENTICATION_FAILED: FailureCode = FailureCode("authentication_failed")
        /** Somebody suspects fraud. */
        public val FRAUD_SUSPECTED: FailureCode = FailureCode("fraud_suspected")
        /** A limit of the payer's or of the merchant's. */
        public val LIMIT: FailureCode = FailureCode("limit")
        /** The gateway cannot do this. */
        public val NOT_SUPPORTED: FailureCode = FailureCode("not_supported")
        /** It was never processed. */
        public val NOT_PROCESSED: FailureCode = FailureCode("not_processed")
        /** The gateway failed. */
        public val GATEWAY_ERROR: FailureCode = FailureCode("gateway_error")

        /** Every value of this version. */
        public val all: List<FailureCode> = listOf(DECLINED, INSUFFICIENT_FUNDS, INVALID_METHOD, AUTHENTICATION_FAILED, FRAUD_SUSPECTED, LIMIT, NOT_SUPPORTED, NOT_PROCESSED, GATEWAY_ERROR)
    }
}

/**
 * Whether trying again can help.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class FailureRetry(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It cannot. */
        public val NEVER: FailureRetry = FailureRetry("never")
        /** With other means of payment. */
        public val OTHER_METHOD: FailureRetry = FailureRetry("other_method")
        /** At another gateway. */
        public val OTHER_GATEWAY: FailureRetry = FailureRetry("other_gateway")
        /** Later. */
        public val LATER: FailureRetry = FailureRetry("later")

        /** Every value of this version. */
        public val all: List<FailureRetry> = listOf(NEVER, OTHER_METHOD, OTHER_GATEWAY, LATER)
    }
}

/**
 * How far a refund is.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class RefundState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It waits for its turn, or for a worker. */
        public val QUEUED: RefundState = RefundState("queued")
        /** The gateway may have it. */
        public val SENT: RefundState = RefundState("sent")
        /** Nobody knows whether the gateway has it: it is asked. */
        public val UNKNOWN: RefundState = RefundState("unknown")
        /** The money went back. */
        public val DONE: RefundState = RefundState("done")
        /** The gateway refused it. */
        public val REFUSED: RefundState = RefundState("refused")
        /** The money went back, and came back to the gateway. */
        public val RETURNED: RefundState = RefundState("returned")

        /** Every value of this version. */
        public val all: List<RefundState> = listOf(QUEUED, SENT, UNKNOWN, DONE, REFUSED, RETURNED)
    }
}

/**
 * The state of a payment in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class PaymentState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It waits for the payer's means. */
        public val CREATED: PaymentState = PaymentState("created")
        /** The gateway is asked to authorize it, or to take it at once. */
        public val AUTHORIZING: PaymentState = PaymentState("authorizing")
        /** The payer must do something. */
        public val ACTION_REQUIRED: PaymentState = PaymentState("action_required")
        /** The gateway holds the money for us. */
        public val AUTHORIZED: PaymentState = PaymentState("authorized")
        /** The gateway is asked to take it. */
        public val CAPTURING: PaymentState = PaymentState("capturing")
        /** The money is taken, and on its account. */
        public val CAPTURED: PaymentState = PaymentState("captured")
        /** The gateway is asked to let go of it. */
        public val VOIDING: PaymentState = PaymentState("voiding")
        /** A call that may move money has no answer: the gateway is asked what became of it. */
        public val UNKNOWN: PaymentState = PaymentState("unknown")
        /** The gateway says something that was not asked for: an admin settles it. */
        public val MISMATCHED: PaymentState = PaymentState("mismatched")
        /** All of it went back. */
        public val REFUNDED: PaymentState = PaymentState("refunded")
        /** The payer's bank took it back. */
        public val CHARGED_BACK: PaymentState = PaymentState("charged_back")
        /** It was given up before anything was taken. */
        public val VOIDED: PaymentState = PaymentState("voided")
        /** Its time passed before anything was taken. */
        public val EXPIRED: PaymentState = PaymentState("expired")
        /** No gateway took it. */
        public val FAILED: PaymentState = PaymentState("failed")

        /** Every value of this version. */
        public val all: List<PaymentState> = listOf(CREATED, AUTHORIZING, ACTION_REQUIRED, AUTHORIZED, CAPTURING, CAPTURED, VOIDING, UNKNOWN, MISMATCHED, REFUNDED, CHARGED_BACK, VOIDED, EXPIRED, FAILED)
    }
}

/**
 * The outcome of news.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Heard(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The payment is as it says. */
        public val APPLIED: Heard = Heard("applied")
        /** It was known, or is older than what is known. */
        public val IGNORED: Heard = Heard("ignored")
        /** No payment has this reference yet. */
        public val PARKED: Heard = Heard("parked")
        /** The gateway is asked first. */
        public val QUERIED: Heard = Heard("queried")
        /** Money came that is nobody's. */
        public val SUSPENDED: Heard = Heard("suspended")
        /** It is something else than was asked for. */
        public val MISMATCHED: Heard = Heard("mismatched")

        /** Every value of this version. */
        public val all: List<Heard> = listOf(APPLIED, IGNORED, PARKED, QUERIED, SUSPENDED, MISMATCHED)
    }
}

/**
 * The state of a debt in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class DebtState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Some of it is owed. */
        public val OPEN: DebtState = DebtState("open")
        /** All of it came back. */
        public val RECOVERED: DebtState = DebtState("recovered")
        /** The rest was given up. */
        public val WRITTEN_OFF: DebtState = DebtState("written_off")

        /** Every value of this version. */
        public val all: List<DebtState> = listOf(OPEN, RECOVERED, WRITTEN_OFF)
    }
}

/**
 * The means of payment of a purchase.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class PaidWith(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The buyer's balance. */
        public val BALANCE: PaidWith = PaidWith("balance")
        /** A payment through a gateway. */
        public val GATEWAY: PaidWith = PaidWith("gateway")

        /** Every value of this version. */
        public val all: List<PaidWith> = listOf(BALANCE, GATEWAY)
    }
}

/**
 * The state of a purchase in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class PurchaseState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Its units are held until a time, and nothing is paid. */
        public val HELD: PurchaseState = PurchaseState("held")
        /** A payment through a gateway is under way. */
        public val PAYING: PurchaseState = PurchaseState("paying")
        /** It is paid, and what was promised with it is given. */
        public val COMPLETED: PurchaseState = PurchaseState("completed")
        /** It was given up before it was paid. */
        public val CANCELLED: PurchaseState = PurchaseState("cancelled")
        /** Its time passed before it was paid. */
        public val EXPIRED: PurchaseState = PurchaseState("expired")
        /** All of it was given back. */
        public val REFUNDED: PurchaseState = PurchaseState("refunded")
        /** The payer's bank took the money back. */
        public val CHARGED_BACK: PurchaseState = PurchaseState("charged_back")

        /** Every value of this version. */
        public val all: List<PurchaseState> = listOf(HELD, PAYING, COMPLETED, CANCELLED, EXPIRED, REFUNDED, CHARGED_BACK)
    }
}

/**
 * How a sender signs.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Scheme(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** As Standard Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature`. */
        public val STANDARD: Scheme = Scheme("standard")
        /** As Stripe does: `Stripe-Signature`. */
        public val STRIPE: Scheme = Scheme("stripe")
        /** `X-Signature` over `X-Timestamp`, `X-Nonce` and the body. */
        public val HMAC: Scheme = Scheme("hmac")
        /** Toss Payments, which does not sign: what it sends is a hint. */
        public val TOSS: Scheme = Scheme("toss")
        /** KG Inicis, which does not sign: what it sends is a hint. */
        public val INICIS: Scheme = Scheme("inicis")

        /** Every value of this version. */
        public val all: List<Scheme> = listOf(STANDARD, STRIPE, HMAC, TOSS, INICIS)
    }
}

/**
 * The block that endpoints hold for final.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class FinalityTag(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It can not be taken back. */
        public val FINALIZED: FinalityTag = FinalityTag("finalized")
        /** It is seldom taken back. */
        public val SAFE: FinalityTag = FinalityTag("safe")

        /** Every value of this version. */
        public val all: List<FinalityTag> = listOf(FINALIZED, SAFE)
    }
}

/**
 * The kind of an asset.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AssetKind(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The chain's own coins. */
        public val NATIVE: AssetKind = AssetKind("native")
        /** A token. */
        public val ERC20: AssetKind = AssetKind("erc20")

        /** Every value of this version. */
        public val all: List<AssetKind> = listOf(NATIVE, ERC20)
    }
}

/**
 * Whether an asset may be withdrawn.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AssetState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** A quorum has still to see its code and decimals. */
        public val CHECKING: AssetState = AssetState("checking")
        /** It may. */
        public val ACTIVE: AssetState = AssetState("active")
        /** It is something else on the chain. */
        public val REFUSED: AssetState = AssetState("refused")

        /** Every value of this version. */
        public val all: List<AssetState> = listOf(CHECKING, ACTIVE, REFUSED)
    }
}

/**
 * The state of a lane.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class LaneState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** A quorum has still to say where its counter begins. */
        public val OPENING: LaneState = LaneState("opening")
        /** It binds. */
        public val ACTIVE: LaneState = LaneState("active")
        /** It binds nothing until somebody resumes it. */
        public val PAUSED: LaneState = LaneState("paused")
        /** It never binds again. */
        public val RETIRED: LaneState = LaneState("retired")

        /** Every value of this version. */
        public val all: List<LaneState> = listOf(OPENING, ACTIVE, PAUSED, RETIRED)
    }
}

/**
 * The purpose of an attempt.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AttemptKind(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It pays. */
        public val PAY: AttemptKind = AttemptKind("pay")
        /** It uses up the nonce, and nothing else. */
        public val NOOP: AttemptKind = AttemptKind("noop")

        /** Every value of this version. */
        public val all: List<AttemptKind> = listOf(PAY, NOOP)
    }
}

/**
 * The answer of nodes to an attempt.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class BroadcastOutcome(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** One has it. */
        public val TAKEN: BroadcastOutcome = BroadcastOutcome("taken")
        /** A quorum wants a higher price. */
        public val UNDERPRICED: BroadcastOutcome = BroadcastOutcome("underpriced")
        /** A quorum says that the wallet cannot pay for it. */
        public val NO_FUNDS: BroadcastOutcome = BroadcastOutcome("no_funds")
        /** A quorum will not have it. */
        public val REJECTED: BroadcastOutcome = BroadcastOutcome("rejected")
        /** Nobody knows. */
        public val UNKNOWN: BroadcastOutcome = BroadcastOutcome("unknown")

        /** Every value of this version. */
        public val all: List<BroadcastOutcome> = listOf(TAKEN, UNDERPRICED, NO_FUNDS, REJECTED, UNKNOWN)
    }
}

/**
 * Whether a reason to look may go away by itself.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AttentionKind(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It may. */
        public val TRANSIENT: AttentionKind = AttentionKind("transient")
        /** Somebody must do something. */
        public val PERMANENT: AttentionKind = AttentionKind("permanent")

        /** Every value of this version. */
        public val all: List<AttentionKind> = listOf(TRANSIENT, PERMANENT)
    }
}

/**
 * Why people should look at a withdrawal.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AttentionCode(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It is final, and its token does not show that the payee was paid. */
        public val NOT_PROVED: AttentionCode = AttentionCode("not_proved")
        /** Its nonce is used up, finally, and nobody shows by what. */
        public val NONCE_TAKEN: AttentionCode = AttentionCode("nonce_taken")
        /** Nodes will not have its bytes. */
        public val REJECTED: AttentionCode = AttentionCode("rejected")
        /** A job was tried as often as it may be. */
        public val RETRIES_EXHAUSTED: AttentionCode = AttentionCode("retries_exhausted")
        /** The policy of the key does not let it be signed. */
        public val SIGN_REFUSED: AttentionCode = AttentionCode("sign_refused")
        /** It has waited in its state for as long as it may. */
        public val LATE: AttentionCode = AttentionCode("late")

        /** Every value of this version. */
        public val all: List<AttentionCode> = listOf(NOT_PROVED, NONCE_TAKEN, REJECTED, RETRIES_EXHAUSTED, SIGN_REFUSED, LATE)
    }
}

/**
 * The state of a withdrawal in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class WithdrawalState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It has no nonce yet. */
        public val PENDING: WithdrawalState = WithdrawalState("pending")
        /** Its nonce is fixed, and nothing is signed. */
        public val SIGNING: WithdrawalState = WithdrawalState("signing")
        /** Its bytes are there, and nobody has them. */
        public val SIGNED: WithdrawalState = WithdrawalState("signed")
        /** A worker has taken the bytes, to send them. */
        public val BROADCASTING: WithdrawalState = WithdrawalState("broadcasting")
        /** A node has them. */
        public val BROADCASTED: WithdrawalState = WithdrawalState("broadcasted")
        /** It is in a block. */
        public val CONFIRMING: WithdrawalState = WithdrawalState("confirming")
        /** It is paid, finally. */
        public val CONFIRMED: WithdrawalState = WithdrawalState("confirmed")
        /** It is not paid. */
        public val FAILED: WithdrawalState = WithdrawalState("failed")

        /** Every value of this version. */
        public val all: List<WithdrawalState> = listOf(PENDING, SIGNING, SIGNED, BROADCASTING, BROADCASTED, CONFIRMING, CONFIRMED, FAILED)
    }
}

/**
 * The condition that a withdrawal without a nonce waits for.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Waiting(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** For news of the chain. */
        public val CHAIN: Waiting = Waiting("chain")
        /** For lower fees. */
        public val FEES: Waiting = Waiting("fees")
        /** For money in the wallet of a lane. */
        public val WALLET: Waiting = Waiting("wallet")
        /** For room in the window of a lane. */
        public val WINDOW: Waiting = Waiting("window")
        /** For a lane. */
        public val LANE: Waiting = Waiting("lane")

        /** Every value of this version. */
        public val all: List<Waiting> = listOf(CHAIN, FEES, WALLET, WINDOW, LANE)
    }
}

/**
 * The state of a parked call in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class ApprovalState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Not enough people have consented yet. */
        public val PENDING: ApprovalState = ApprovalState("pending")
        /** Enough have; the call was refused when it should have run, and may be tried again. */
        public val APPROVED: ApprovalState = ApprovalState("approved")
        /** Somebody rejected it, for good. */
        public val REJECTED: ApprovalState = ApprovalState("rejected")
        /** Its time passed. The same call may ask again. */
        public val EXPIRED: ApprovalState = ApprovalState("expired")
        /** The call took place, for good. */
        public val EXECUTED: ApprovalState = ApprovalState("executed")

        /** Every value of this version. */
        public val all: List<ApprovalState> = listOf(PENDING, APPROVED, REJECTED, EXPIRED, EXECUTED)
    }
}

/**
 * A factor that can be proved.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Factor(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** A PIN. */
        public val PIN: Factor = Factor("pin")
        /** A one-time code. */
        public val TOTP: Factor = Factor("totp")

        /** Every value of this version. */
        public val all: List<Factor> = listOf(PIN, TOTP)
    }
}

/**
 * The outcome of rules that fire, from the mildest to the strictest.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Outcome(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** Nothing. */
        public val ALLOW: Outcome = Outcome("allow")
        /** It is noted. */
        public val FLAG: Outcome = Outcome("flag")
        /** People look at it first. */
        public val REVIEW: Outcome = Outcome("review")
        /** A further factor must be proved. */
        public val CHALLENGE: Outcome = Outcome("challenge")
        /** It is refused. */
        public val BLOCK: Outcome = Outcome("block")

        /** Every value of this version. */
        public val all: List<Outcome> = listOf(ALLOW, FLAG, REVIEW, CHALLENGE, BLOCK)
    }
}

/**
 * The effect of an entry of a list.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Listed(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It refuses. */
        public val BLOCKED: Listed = Listed("blocked")
        /** It lifts rates, rules and the score. */
        public val ALLOWED: Listed = Listed("allowed")
        /** It was taken off. */
        public val REMOVED: Listed = Listed("removed")

        /** Every value of this version. */
        public val all: List<Listed> = listOf(BLOCKED, ALLOWED, REMOVED)
    }
}

/**
 * The state of a review.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class ReviewState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /**
         * Nobody has decided; or an admin has agreed, and the call was refused when it should have run: then
         * `decided_by` names him and `result` says why, and he or another admin may agree again.
         */
        public val PENDING: ReviewState = ReviewState("pending")
        /** Somebody rejected it, for good. */
        public val REJECTED: ReviewState = ReviewState("rejected")
        /** Its time passed. The same call may ask again. */
        public val EXPIRED: ReviewState = ReviewState("expired")
        /** The call took place, for good. */
        public val EXECUTED: ReviewState = ReviewState("executed")

        /** Every value of this version. */
        public val all: List<ReviewState> = listOf(PENDING, REJECTED, EXPIRED, EXECUTED)
    }
}

/**
 * The delivery state of a row's events.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class SinkState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** The sink's own row: they are delivered in the order of the sequence. */
        public val OPEN: SinkState = SinkState("open")
        /** An object whose event failed: its events wait, and are delivered again by themselves. */
        public val WAITING: SinkState = SinkState("waiting")
        /** It failed as often as it may: its events wait for a person. */
        public val PARKED: SinkState = SinkState("parked")
        /** An object that failed once, and of which nothing is left behind; or a sink that was removed. */
        public val CLEAR: SinkState = SinkState("clear")

        /** Every value of this version. */
        public val all: List<SinkState> = listOf(OPEN, WAITING, PARKED, CLEAR)
    }
}

/**
 * The state of a job.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class JobState(override val value: String) : ClosedSet {
    override fun toString(): String = value

    public companion object {
        /** It waits to be done. */
        public val QUEUED: JobState = JobState("queued")
        /** A worker has it until its lease ends. */
        public val LEASED: JobState = JobState("leased")
        /** It is over: done, or discarded. */
        public val DONE: JobState = JobState("done")
        /** It failed as often as it may: it waits for a person. */
        public val DEAD: JobState = JobState("dead")

        /** Every value of this version. */
        public val all: List<JobState> = listOf(QUEUED, LEASED, DONE, DEAD)
    }
}
