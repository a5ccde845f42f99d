// Closed sets of texts.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/**
 * Whether an account takes part in money movements.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class AccountStatus(public val value: String) {
    override fun toString(): String = value

    public companion object {
        /** It does. */
        public val ACTIVE: AccountStatus = AccountStatus("active")
        /** It takes no new debit, credit or hold; money already owed to it is still paid. */
        public val LOCKED: AccountStatus = AccountStatus("locked")
        /** It is closed for good; it takes only what is owed to it. */
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
public value class TransferKind(public val value: String) {
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

        /** Every value of this version. */
        public val all: List<TransferKind> = listOf(TOP_UP, DEDUCT, TRANSFER, POST, CAPTURE, REVERSAL, REFUND, FEE, SETTLEMENT)
    }
}

/**
 * The state of a hold.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class HoldState(public val value: String) {
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
public value class DealState(public val value: String) {
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
public value class Side(public val value: String) {
    override fun toString(): String = value

    public companion object {
        /** Who pays. */
        public val BUYER: Side = Side("buyer")
        /** Who is paid. */
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
public value class EvidenceRole(public val value: String) {
    override fun toString(): String = value

    public companion object {
        /** Who pays: derived from the buyer's account. */
        public val BUYER: EvidenceRole = EvidenceRole("buyer")
        /** Who is paid: derived from the seller's account. */
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
public value class Ruling(public val value: String) {
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
public value class DisputeState(public val value: String) {
    override fun toString(): String = value

    public companion object {
        /** Opened: both sides show what they have. */
        public val OPEN: DisputeState = DisputeState("open")
        /** Staff look into it. */
        public val INVESTIGATING: DisputeState = DisputeState("investigating")
        /** Staff decided it. */
        public val RESOLVED: DisputeState = DisputeState("resolved")
        /** Who opened it took it back. */
        public val WITHDRAWN: DisputeState = DisputeState("withdrawn")

        /** Every value of this version. */
        public val all: List<DisputeState> = listOf(OPEN, INVESTIGATING, RESOLVED, WITHDRAWN)
    }
}

/**
 * What a dispute is about.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class DisputeType(public val value: String) {
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
public value class Alg(public val value: String) {
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
public value class Tier(public val value: String) {
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
 * The state of a parked call in its life cycle.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class ApprovalState(public val value: String) {
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
public value class Factor(public val value: String) {
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
 * What follows when rules fire, from the mildest to the strictest.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Outcome(public val value: String) {
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
 * What an entry of a list does.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class Listed(public val value: String) {
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
 * What has become of a review.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class ReviewState(public val value: String) {
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
 * What becomes of the events of a row.
 *
 * A value of a later version is kept as it is.
 */
@JvmInline
public value class SinkState(public val value: String) {
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
public value class JobState(public val value: String) {
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
