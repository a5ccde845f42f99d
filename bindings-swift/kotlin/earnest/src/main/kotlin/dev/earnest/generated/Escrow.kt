// The operations of `escrow`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `escrow`. */
public open class Escrow internal constructor(internal val calls: Calls) {
    /**
     * Opens a deal in `pending`.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `overflow`, `factor_required`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param buyer The buyer's account.
     * @param seller The seller's account; opened if there is none.
     * @param price The price.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param deliverWithin How long it may be on its way before it counts as delivered; without it the deal waits.
     * @param fees Fees: who gets them, how much, and from whom.
     * @param inspection How long the buyer may look at what arrived before the seller is paid.
     * @param item The item sold, for people: at most 1,000 characters.
     * @param milestones Parts of the price that are released by name.
     * @param payWithin How long the buyer may take to pay; without it the deal waits.
     * @param requireAcceptance The seller must accept before the deal continues.
     * @param respondWithin How long the other side may take to answer a dispute.
     * @param shipWithin How long the seller may take to ship, counted from the state that awaits it; without it the
     * deal waits.
     * @param shipping Something is shipped; otherwise a paid deal counts as delivered.
     * @param splits Others who share in what the seller gets.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun open(
        buyer: String,
        seller: String,
        price: Money,
        key: CharSequence,
        deliverWithin: Duration? = null,
        fees: List<FeeTerm>? = null,
        inspection: Duration? = null,
        item: String? = null,
        milestones: List<MilestoneTerm>? = null,
        payWithin: Duration? = null,
        requireAcceptance: Boolean? = null,
        respondWithin: Duration? = null,
        shipWithin: Duration? = null,
        shipping: Boolean? = null,
        splits: List<SplitTerm>? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.open", ::DealReply) {
        text("buyer", buyer)
        text("seller", seller)
        money("price", price)
        key("key", key)
        duration("deliver_within", deliverWithin)
        records("fees", fees)
        duration("inspection", inspection)
        text("item", item)
        records("milestones", milestones)
        duration("pay_within", payWithin)
        boolean("require_acceptance", requireAcceptance)
        duration("respond_within", respondWithin)
        duration("ship_within", shipWithin)
        boolean("shipping", shipping)
        records("splits", splits)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Takes the price from the buyer's balance: held, then secured in the deal's own account.
     *
     * Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why, where an admin acts in the place of a party.
     * @param secure Go on into the deal's own account; `false` stops at the hold.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun pay(
        deal: String,
        reason: String? = null,
        secure: Boolean? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.pay", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        boolean("secure", secure)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Secures a deal that was only paid: its hold is captured into the deal's own account.
     *
     * Refused with `limit_exceeded`, `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
     * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
     * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why, where an admin acts in the place of a party.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun secure(
        deal: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.secure", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The seller accepts a deal that asks for it.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why, where an admin acts in the place of the seller.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun accept(
        deal: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.accept", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The seller has shipped.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param deal The deal.
     * @param carrier The carrier.
     * @param reason Why, where an admin acts in the place of a party.
     * @param tracking The carrier's number for it.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun ship(
        deal: String,
        carrier: String? = null,
        reason: String? = null,
        tracking: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.ship", ::DealReply) {
        text("deal", deal)
        text("carrier", carrier)
        text("reason", reason)
        text("tracking", tracking)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * It has arrived: the time to inspect begins.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why, where an admin acts in the place of a party.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun deliver(
        deal: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.deliver", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The buyer is content: the seller is paid.
     *
     * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why, where an admin acts in the place of the buyer.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun confirm(
        deal: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.confirm", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Calls the deal off; what was paid goes back to the buyer.
     *
     * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why; events carry its salted hash only.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun cancel(
        deal: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.cancel", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The buyer asks for the money back, all of it or a part: the clock stops until it is decided.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why; events carry its salted hash only.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much of the price; all that the deal holds when absent.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun requestRefund(
        deal: String,
        reason: String,
        key: CharSequence,
        amount: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.request_refund", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        key("key", key)
        money("amount", amount)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The seller or an admin gives back what the buyer asked for; after a part the deal continues where it stood.
     *
     * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
     * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reason Why; events carry its salted hash only.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun approveRefund(
        deal: String,
        key: CharSequence,
        reason: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.approve_refund", ::DealReply) {
        text("deal", deal)
        key("key", key)
        text("reason", reason)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The seller or an admin refuses the refund: the deal continues where it stood, with the time that was left.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param reason Why; events carry its salted hash only.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun refuseRefund(
        deal: String,
        reason: String,
        key: CharSequence,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.refuse_refund", ::DealReply) {
        text("deal", deal)
        text("reason", reason)
        key("key", key)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Releases a part of the price, by amount or by milestone; the state stays.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
     * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much of the price; either this or `milestone`.
     * @param milestone The milestone that was reached.
     * @param reason Why, where an admin acts in the place of the buyer.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun releasePart(
        deal: String,
        key: CharSequence,
        amount: Money? = null,
        milestone: String? = null,
        reason: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.release_part", ::DealReply) {
        text("deal", deal)
        key("key", key)
        money("amount", amount)
        text("milestone", milestone)
        text("reason", reason)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Puts off the deadline in force; the side that waits for it may, and an admin.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param deal The deal.
     * @param deliverBy It counts as delivered.
     * @param payBy The buyer must have paid.
     * @param reason Why; events carry its salted hash only.
     * @param releaseAt The seller is paid without further ado.
     * @param shipBy The seller must have shipped.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun extend(
        deal: String,
        deliverBy: Instant? = null,
        payBy: Instant? = null,
        reason: String? = null,
        releaseAt: Instant? = null,
        shipBy: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.extend", ::DealReply) {
        text("deal", deal)
        time("deliver_by", deliverBy)
        time("pay_by", payBy)
        text("reason", reason)
        time("release_at", releaseAt)
        time("ship_by", shipBy)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Changes metadata or reference of a deal, in any state.
     *
     * Refused with `deal_not_found`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param deal The deal.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun update(
        deal: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DealReply = this.calls.one("escrow.update", ::DealReply) {
        text("deal", deal)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * A party opens a dispute: the deal stands still until it has ended.
     *
     * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param deal The deal.
     * @param type The type: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or `other`. One of
     * [DisputeType], or its text.
     * @param statement The statement of the party that opens it, at most 4,000 characters; events carry its salted
     * hash only.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reason Why, where an admin acts in the place of a party.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun dispute(
        deal: String,
        type: DisputeType,
        statement: String,
        key: CharSequence,
        reason: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.calls.one("escrow.dispute", ::DisputeReply) {
        text("deal", deal)
        word("type", type)
        text("statement", statement)
        key("key", key)
        text("reason", reason)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /** The same with texts for closed sets. */
    public suspend fun dispute(
        deal: String,
        type: String,
        statement: String,
        key: CharSequence,
        reason: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.dispute(
        deal = deal,
        type = DisputeType(type),
        statement = statement,
        key = key,
        reason = reason,
        actor = actor,
        reference = reference,
        metadata = metadata,
        context = context,
        riskScore = riskScore,
        expectedVersion = expectedVersion,
        proofs = proofs,
    )

    /**
     * Shows a piece of evidence in a dispute; it can not be changed.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`,
     * `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param dispute The dispute.
     * @param kind The kind of evidence, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
     * @param sha256 SHA-256 of a file that the host keeps, in lower-case hexadecimal.
     * @param statement A statement about it, at most 2,000 characters; events carry its salted hash only.
     * @param uri Where that file is, at most 1,000 characters; events carry its salted hash only.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun addEvidence(
        dispute: String,
        kind: String,
        sha256: String? = null,
        statement: String? = null,
        uri: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.calls.one("escrow.add_evidence", ::DisputeReply) {
        text("dispute", dispute)
        text("kind", kind)
        text("sha256", sha256)
        text("statement", statement)
        text("uri", uri)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Staff look into a dispute.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param dispute The dispute.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun investigate(
        dispute: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.calls.one("escrow.investigate", ::DisputeReply) {
        text("dispute", dispute)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The party that opened a dispute takes it back: the deal continues where it stood, with the time that was left.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param dispute The dispute.
     * @param reason Why, where an admin acts in the place of a party.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun withdraw(
        dispute: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.calls.one("escrow.withdraw", ::DisputeReply) {
        text("dispute", dispute)
        text("reason", reason)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Staff decide a dispute, and its money goes where the ruling says, in one commit.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param dispute The dispute.
     * @param outcome The ruling: `release` to the seller, `refund` to the buyer, or `split`. One of [Ruling], or its
     * text.
     * @param resolution Why, at most 4,000 characters; events carry its salted hash only.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param refund For a split: how much of the price goes back to the buyer.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun resolve(
        dispute: String,
        outcome: Ruling,
        resolution: String,
        key: CharSequence,
        refund: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.calls.one("escrow.resolve", ::DisputeReply) {
        text("dispute", dispute)
        word("outcome", outcome)
        text("resolution", resolution)
        key("key", key)
        money("refund", refund)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /** The same with texts for closed sets. */
    public suspend fun resolve(
        dispute: String,
        outcome: String,
        resolution: String,
        key: CharSequence,
        refund: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DisputeReply = this.resolve(
        dispute = dispute,
        outcome = Ruling(outcome),
        resolution = resolution,
        key = key,
        refund = refund,
        actor = actor,
        reference = reference,
        metadata = metadata,
        context = context,
        riskScore = riskScore,
        expectedVersion = expectedVersion,
        proofs = proofs,
    )

    /**
     * Quotes the cost and the proceeds of a deal, without writing.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`.
     *
     * @param price The price.
     * @param fees Fees: who gets them, how much, and from whom.
     * @param splits Others who share in what the seller gets.
     * @param actor The actor who asks.
     */
    public suspend fun quote(
        price: Money,
        fees: List<FeeTerm>? = null,
        splits: List<SplitTerm>? = null,
        actor: Actor? = null,
    ): Quote = this.calls.one("escrow.quote", ::Quote) {
        money("price", price)
        records("fees", fees)
        records("splits", splits)
        actor("actor", actor)
    }

    /**
     * One deal, by its id or the caller's own reference.
     *
     * Refused with `deal_not_found`.
     *
     * @param deal The deal.
     * @param actor The actor who asks.
     * @param reference The caller's own id.
     */
    public suspend fun get(
        deal: String? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Deal = this.calls.one("escrow.get", ::Deal) {
        text("deal", deal)
        actor("actor", actor)
        text("reference", reference)
    }

    /**
     * Deals, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param after The `next` of the page before.
     * @param buyer Only of this buyer's account.
     * @param dueBefore Only with a deadline in force before this time.
     * @param limit Page size, at most 500.
     * @param seller Only of this seller's account.
     * @param state Only in this state. One of [DealState], or its text.
     * @param updatedSince Only changed at or after this time.
     * @param actor The actor who asks.
     * @param reference Only with this reference.
     */
    public fun list(
        after: String? = null,
        buyer: String? = null,
        dueBefore: Instant? = null,
        limit: Long? = null,
        seller: String? = null,
        state: DealState? = null,
        updatedSince: Instant? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Listing<Deal> = this.calls.list("escrow.list", ::Deal) {
        text("after", after)
        text("buyer", buyer)
        time("due_before", dueBefore)
        integer("limit", limit)
        text("seller", seller)
        word("state", state)
        time("updated_since", updatedSince)
        actor("actor", actor)
        text("reference", reference)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        buyer: String? = null,
        dueBefore: Instant? = null,
        limit: Long? = null,
        seller: String? = null,
        state: String,
        updatedSince: Instant? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Listing<Deal> = this.list(
        after = after,
        buyer = buyer,
        dueBefore = dueBefore,
        limit = limit,
        seller = seller,
        state = DealState(state),
        updatedSince = updatedSince,
        actor = actor,
        reference = reference,
    )

    /**
     * The events of a deal, oldest first.
     *
     * Refused with `deal_not_found`.
     *
     * @param deal The deal.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun history(
        deal: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("escrow.history", ::Event) {
        text("deal", deal)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Would this be allowed? Verdict and reason, without writing.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `deal_not_found`.
     *
     * @param deal The deal.
     * @param trigger The trigger, such as `ship`.
     * @param amount How much, for `request_refund`, `release_part`, and `resolve` with a split.
     * @param locale The reason for people in this language, `ko` or `en`; for developers when absent.
     * @param outcome The ruling, for `resolve`: `release` (the default), `refund` or `split`. One of [Ruling], or its
     * text.
     * @param reason Why, where an admin would act in the place of a party.
     * @param actor The actor who asks.
     */
    public suspend fun validate(
        deal: String,
        trigger: String,
        amount: Money? = null,
        locale: String? = null,
        outcome: Ruling? = null,
        reason: String? = null,
        actor: Actor? = null,
    ): Validation = this.calls.one("escrow.validate", ::Validation) {
        text("deal", deal)
        text("trigger", trigger)
        money("amount", amount)
        text("locale", locale)
        word("outcome", outcome)
        text("reason", reason)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public suspend fun validate(
        deal: String,
        trigger: String,
        amount: Money? = null,
        locale: String? = null,
        outcome: String,
        reason: String? = null,
        actor: Actor? = null,
    ): Validation = this.validate(
        deal = deal,
        trigger = trigger,
        amount = amount,
        locale = locale,
        outcome = Ruling(outcome),
        reason = reason,
        actor = actor,
    )

    /**
     * Lists the actions open to an actor on a deal now, for user interfaces.
     *
     * Refused with `deal_not_found`.
     *
     * @param deal The deal.
     * @param actor The actor who asks.
     */
    public suspend fun allowedActions(
        deal: String,
        actor: Actor? = null,
    ): Actions = this.calls.one("escrow.allowed_actions", ::Actions) {
        text("deal", deal)
        actor("actor", actor)
    }

    /**
     * The states and transitions of a deal as a picture, drawn from the table that runs them.
     *
     * @param format `mermaid` (the default) or `svg`.
     * @param actor The actor who asks.
     */
    public suspend fun diagram(
        format: String? = null,
        actor: Actor? = null,
    ): Diagram = this.calls.one("escrow.diagram", ::Diagram) {
        text("format", format)
        actor("actor", actor)
    }

    /**
     * One dispute with its deal, its parties, what was shipped and all that happened.
     *
     * Refused with `dispute_not_found`.
     *
     * @param dispute The dispute.
     * @param actor The actor who asks.
     */
    public suspend fun getDispute(
        dispute: String,
        actor: Actor? = null,
    ): DisputeFile = this.calls.one("escrow.get_dispute", ::DisputeFile) {
        text("dispute", dispute)
        actor("actor", actor)
    }

    /**
     * Disputes, newest first.
     *
     * @param after The `next` of the page before.
     * @param deal Only about this deal.
     * @param limit Page size, at most 500.
     * @param state Only in this state: `open`, `investigating`, `resolved` or `withdrawn`. One of [DisputeState], or
     * its text.
     * @param type Only of this type. One of [DisputeType], or its text.
     * @param actor The actor who asks.
     */
    public fun disputes(
        after: String? = null,
        deal: String? = null,
        limit: Long? = null,
        state: DisputeState? = null,
        type: DisputeType? = null,
        actor: Actor? = null,
    ): Listing<Dispute> = this.calls.list("escrow.disputes", ::Dispute) {
        text("after", after)
        text("deal", deal)
        integer("limit", limit)
        word("state", state)
        word("type", type)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun disputes(
        after: String? = null,
        deal: String? = null,
        limit: Long? = null,
        state: String,
        type: String? = null,
        actor: Actor? = null,
    ): Listing<Dispute> = this.disputes(
        after = after,
        deal = deal,
        limit = limit,
        state = DisputeState(state),
        type = type?.let(::DisputeType),
        actor = actor,
    )

    /** The same with texts for closed sets. */
    public fun disputes(
        after: String? = null,
        deal: String? = null,
        limit: Long? = null,
        state: DisputeState? = null,
        type: String,
        actor: Actor? = null,
    ): Listing<Dispute> = this.disputes(
        after = after,
        deal = deal,
        limit = limit,
        state = state,
        type = DisputeType(type),
        actor = actor,
    )

    /**
     * How many disputes there are of which type, and how long it takes to resolve them.
     *
     * @param since The period begins here; a week ago when absent.
     * @param actor The actor who asks.
     */
    public suspend fun disputeStats(
        since: Instant? = null,
        actor: Actor? = null,
    ): DisputeStats = this.calls.one("escrow.dispute_stats", ::DisputeStats) {
        time("since", since)
        actor("actor", actor)
    }
}
