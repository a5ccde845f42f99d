// The operations of `approvals`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import kotlin.time.Duration

/** The operations of `approvals`. */
public open class Approvals internal constructor(internal val calls: Calls) {
    /**
     * Asks for the consent of others before calls with this effect, from this amount up; it takes the place of the
     * policy of that name. It holds at once, in every process.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `version_conflict`, `idempotency_mismatch`.
     *
     * @param id Its name, 1 to 64 of `A-Z a-z 0-9 . _ : -`; one of that name is replaced, `default` too.
     * @param operation The effect of the calls that it covers: `escrow.pay`, a family such as `treasury.*`, or `*`.
     * Of `signing.sign`, which is in `*` too, it can only require factors; and of an effect that takes no money, such
     * as `vault.reveal`, if that is named in full.
     * @param threshold From here up; zero for any amount. Calls that take another currency are not covered.
     * Signatures and what takes no money are covered at any amount.
     * @param approvers How many different people must approve: 1 to 20; 2 when absent. With 0 only factors are
     * required, as always where no money is taken.
     * @param currency The currency of the threshold, again.
     * @param expiresIn How long an approval stays open; 24 hours when absent.
     * @param require The factors that the caller must prove by `proofs`: `pin`, `totp`, or both. Where no money is
     * taken they are those of the actor himself, so that the host's own program cannot make such a call. Each one of
     * [Factor], or its text.
     * @param role The role in which they must act; `admin` when absent.
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
    public suspend fun setPolicy(
        id: String,
        operation: String,
        threshold: Money,
        approvers: Long? = null,
        currency: String? = null,
        expiresIn: Duration? = null,
        require: List<Factor>? = null,
        role: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PolicyReply = this.calls.one("approvals.set_policy", ::PolicyReply) {
        text("id", id)
        text("operation", operation)
        money("threshold", threshold)
        integer("approvers", approvers)
        text("currency", currency)
        duration("expires_in", expiresIn)
        texts("require", require)
        text("role", role)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /** The same with texts for closed sets. */
    @JvmName("setPolicyOfTexts")
    public suspend fun setPolicy(
        id: String,
        operation: String,
        threshold: Money,
        approvers: Long? = null,
        currency: String? = null,
        expiresIn: Duration? = null,
        require: List<String>,
        role: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PolicyReply = this.setPolicy(
        id = id,
        operation = operation,
        threshold = threshold,
        approvers = approvers,
        currency = currency,
        expiresIn = expiresIn,
        require = require.map(::Factor),
        role = role,
        actor = actor,
        key = key,
        reference = reference,
        metadata = metadata,
        context = context,
        riskScore = riskScore,
        expectedVersion = expectedVersion,
        proofs = proofs,
    )

    /**
     * Removes a policy. Approvals that were asked for already stay as they were asked for.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param id Its name.
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
    public suspend fun removePolicy(
        id: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PolicyRemoved = this.calls.one("approvals.remove_policy", ::PolicyRemoved) {
        text("id", id)
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
     * Consents to a call that waits. The last consent that is needed makes the call, under its own key and as the
     * actor who asked for it; where it is refused then, this may be repeated until the approval expires.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
     * `already_approved`, `self_approval`, `idempotency_mismatch`.
     *
     * @param approval The approval.
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
    public suspend fun approve(
        approval: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ApproveReply = this.calls.one("approvals.approve", ::ApproveReply) {
        text("approval", approval)
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
     * Refuses a call that waits, for good.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
     * `idempotency_mismatch`.
     *
     * @param approval The approval.
     * @param reason Why, at most 1,000 characters; events carry its salted hash only.
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
    public suspend fun reject(
        approval: String,
        reason: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ApprovalReply = this.calls.one("approvals.reject", ::ApprovalReply) {
        text("approval", approval)
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
     * The policies in force.
     *
     * @param actor The actor who asks.
     */
    public fun policies(
        actor: Actor? = null,
    ): Listing<Policy> = this.calls.list("approvals.policies", ::Policy) {
        actor("actor", actor)
    }

    /**
     * One approval.
     *
     * Refused with `approval_not_found`.
     *
     * @param approval The approval.
     * @param actor The actor who asks.
     */
    public suspend fun get(
        approval: String,
        actor: Actor? = null,
    ): Approval = this.calls.one("approvals.get", ::Approval) {
        text("approval", approval)
        actor("actor", actor)
    }

    /**
     * Approvals, newest first.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param operation Only those of this operation.
     * @param requestedBy Only those that this actor asked for.
     * @param state Only in this state: `pending`, `approved`, `rejected`, `expired` or `executed`. One of
     * [ApprovalState], or its text.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        limit: Long? = null,
        operation: String? = null,
        requestedBy: String? = null,
        state: ApprovalState? = null,
        actor: Actor? = null,
    ): Listing<Approval> = this.calls.list("approvals.list", ::Approval) {
        text("after", after)
        integer("limit", limit)
        text("operation", operation)
        text("requested_by", requestedBy)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        limit: Long? = null,
        operation: String? = null,
        requestedBy: String? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Approval> = this.list(
        after = after,
        limit = limit,
        operation = operation,
        requestedBy = requestedBy,
        state = ApprovalState(state),
        actor = actor,
    )
}
