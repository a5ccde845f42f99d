// The operations of `risk`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `risk`. */
public open class Risk internal constructor(internal val calls: Calls) {
    /**
     * Sets a rule, which holds at once in every process, in the place of the one of that name. Another action,
     * subject, metric or window begins from zero; the rest leaves the counts.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
     * `idempotency_mismatch`.
     *
     * @param id Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rates'.
     * @param action Which calls: an operation, a service such as `escrow.*`, or `*`; several with commas between them
     * count together. The last two mean what opens something; what settles is meant only by its full name.
     * @param subject About whom: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
     * @param metric The metric: `count`, `sum`, `amount`, `failures` or `distinct:FIELD`, where FIELD is one of the
     * subjects.
     * @param limit So much passes: a whole number, or money for `sum` and `amount`. Of failures so many are too many.
     * @param outcome The outcome when it fires: `block`, `challenge`, `review` or `flag`. One of [Outcome], or its
     * text.
     * @param exact Whether no call too many may pass even where many share a subject. If not, transactions about one
     * subject do not wait for each other, and those that are open at once may go over the limit together; on SQLite
     * and in memory that makes no difference.
     * @param expiresIn Of a review: how long it stays open, at most `P90D`.
     * @param factors Of a challenge: `pin`, `totp`; any that is enrolled when absent. Each one of [Factor], or its
     * text.
     * @param from In force from then on.
     * @param message A message for people, at most 200 characters.
     * @param priority Which refusal speaks first: the highest, -1,000 to 1,000.
     * @param shadow Whether it only shows what it would do.
     * @param timeZone Where midnight is, for `day` and `month`; `UTC` when absent.
     * @param until In force before then.
     * @param weight The points that it adds to the score when it fires, -100 to 100.
     * @param window For how long a call counts: a length of time up to `P400D`, `day`, `month` or `lifetime`; none
     * for `amount`.
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
    public suspend fun setRule(
        id: String,
        action: String,
        subject: String,
        metric: String,
        limit: Measure,
        outcome: Outcome,
        exact: Boolean? = null,
        expiresIn: Duration? = null,
        factors: List<Factor>? = null,
        from: Instant? = null,
        message: String? = null,
        priority: Long? = null,
        shadow: Boolean? = null,
        timeZone: String? = null,
        until: Instant? = null,
        weight: Long? = null,
        window: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RuleReply = this.calls.one("risk.set_rule", ::RuleReply) {
        text("id", id)
        text("action", action)
        text("subject", subject)
        text("metric", metric)
        measure("limit", limit)
        word("outcome", outcome)
        boolean("exact", exact)
        duration("expires_in", expiresIn)
        texts("factors", factors)
        time("from", from)
        text("message", message)
        integer("priority", priority)
        boolean("shadow", shadow)
        text("time_zone", timeZone)
        time("until", until)
        integer("weight", weight)
        text("window", window)
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
    public suspend fun setRule(
        id: String,
        action: String,
        subject: String,
        metric: String,
        limit: Measure,
        outcome: String,
        exact: Boolean? = null,
        expiresIn: Duration? = null,
        factors: List<String>? = null,
        from: Instant? = null,
        message: String? = null,
        priority: Long? = null,
        shadow: Boolean? = null,
        timeZone: String? = null,
        until: Instant? = null,
        weight: Long? = null,
        window: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RuleReply = this.setRule(
        id = id,
        action = action,
        subject = subject,
        metric = metric,
        limit = limit,
        outcome = Outcome(outcome),
        exact = exact,
        expiresIn = expiresIn,
        factors = factors?.map(::Factor),
        from = from,
        message = message,
        priority = priority,
        shadow = shadow,
        timeZone = timeZone,
        until = until,
        weight = weight,
        window = window,
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
     * Sets a rate: calls of a subject are spaced, so many in a span, with a burst.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param id Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rules'.
     * @param action As a rule's.
     * @param subject As a rule's.
     * @param limit How many calls in a span.
     * @param per The span, at most `P400D`.
     * @param burst How many at once after a pause; the limit when absent.
     * @param message As a rule's.
     * @param priority As a rule's.
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
    public suspend fun setRate(
        id: String,
        action: String,
        subject: String,
        limit: Long,
        per: String,
        burst: Long? = null,
        message: String? = null,
        priority: Long? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RateReply = this.calls.one("risk.set_rate", ::RateReply) {
        text("id", id)
        text("action", action)
        text("subject", subject)
        integer("limit", limit)
        text("per", per)
        integer("burst", burst)
        text("message", message)
        integer("priority", priority)
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
     * Removes a rule or a rate, and with it what it has counted.
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
    public suspend fun removeRule(
        id: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RuleRemoved = this.calls.one("risk.remove_rule", ::RuleRemoved) {
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
     * Says from which score on something follows; what is left out leads to nothing any more.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param block From here on it is refused.
     * @param challenge From here on a further factor must be proved.
     * @param review From here on people look at it first.
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
    public suspend fun setThresholds(
        block: Long? = null,
        challenge: Long? = null,
        review: Long? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ThresholdsReply = this.calls.one("risk.set_thresholds", ::ThresholdsReply) {
        integer("block", block)
        integer("challenge", challenge)
        integer("review", review)
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
     * Blocks an account, an actor, an address, a device or a value: what opens something for it is refused, whatever
     * rules say. It takes the place of an entry that allows.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param subject In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
     * @param value The value to block: an account, an actor's id, an address or a network such as `198.51.100.0/24`,
     * a device, or the text of the field.
     * @param reason Why, at most 1,000 characters; events carry its salted hash only.
     * @param until In force before then; for ever when absent.
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
    public suspend fun block(
        subject: String,
        value: String,
        reason: String,
        until: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ListReply = this.calls.one("risk.block", ::ListReply) {
        text("subject", subject)
        text("value", value)
        text("reason", reason)
        time("until", until)
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
     * Lets an account, an actor, an address, a device or a value through, whatever rules say.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param subject In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
     * @param value The value to allow: an account, an actor's id, an address or a network such as `198.51.100.0/24`,
     * a device, or the text of the field.
     * @param reason Why, at most 1,000 characters; events carry its salted hash only.
     * @param until In force before then; for ever when absent.
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
    public suspend fun allow(
        subject: String,
        value: String,
        reason: String,
        until: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ListReply = this.calls.one("risk.allow", ::ListReply) {
        text("subject", subject)
        text("value", value)
        text("reason", reason)
        time("until", until)
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
     * Takes somebody or something off the lists.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param subject In which part of a call.
     * @param value The listed value, in the form of the entry or in any other that it could be listed by.
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
    public suspend fun unlist(
        subject: String,
        value: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ListReply = this.calls.one("risk.unlist", ::ListReply) {
        text("subject", subject)
        text("value", value)
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
     * Agrees to a call that waits for people to look at it, which is then made under its own key, as the actor who
     * asked for it. Where it is refused then, this may be repeated.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
     * `already_approved`, `self_approval`, `idempotency_mismatch`.
     *
     * @param review The review.
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
    public suspend fun approveReview(
        review: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ReviewedReply = this.calls.one("risk.approve_review", ::ReviewedReply) {
        text("review", review)
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
     * Refuses a call that waits for people to look at it, for good.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
     * `idempotency_mismatch`.
     *
     * @param review The review.
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
    public suspend fun rejectReview(
        review: String,
        reason: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ReviewReply = this.calls.one("risk.reject_review", ::ReviewReply) {
        text("review", review)
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
     * Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
     * `idempotency_mismatch`.
     *
     * @param name `prepaid`, `marketplace`, `limited_sale` or `payouts`.
     * @param currencies Further currencies of its amounts, each by rules of its own whose names end with the code.
     * @param currency The currency of its amounts: `KRW`, `USD` or `EUR`. Without one it limits no amounts.
     * @param timeZone Where its days and months begin; `UTC` when absent.
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
    public suspend fun installPack(
        name: String,
        currencies: List<String>? = null,
        currency: String? = null,
        timeZone: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PackReply = this.calls.one("risk.install_pack", ::PackReply) {
        text("name", name)
        texts("currencies", currencies)
        text("currency", currency)
        text("time_zone", timeZone)
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
     * The rules, the rates and the thresholds.
     *
     * @param actor The actor who asks.
     */
    public suspend fun rules(
        actor: Actor? = null,
    ): Rules = this.calls.one("risk.rules", ::Rules) {
        actor("actor", actor)
    }

    /**
     * Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`.
     *
     * @param action The operation: `ledger.transfer`.
     * @param args Its request; the key may be left out.
     * @param actor The actor who asks.
     */
    public suspend fun evaluate(
        action: String,
        args: Json,
        actor: Actor? = null,
    ): Decision = this.calls.one("risk.evaluate", ::Decision) {
        text("action", action)
        members("args", args)
        actor("actor", actor)
    }

    /**
     * Calls that wait for people to look at them, and those that did, newest first.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param state Only in this state: `pending`, `rejected`, `expired` or `executed`. One of [ReviewState], or its
     * text.
     * @param actor The actor who asks.
     */
    public fun reviews(
        after: String? = null,
        limit: Long? = null,
        state: ReviewState? = null,
        actor: Actor? = null,
    ): Listing<Review> = this.calls.list("risk.reviews", ::Review) {
        text("after", after)
        integer("limit", limit)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun reviews(
        after: String? = null,
        limit: Long? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Review> = this.reviews(
        after = after,
        limit = limit,
        state = ReviewState(state),
        actor = actor,
    )

    /**
     * Rates an account by its operations, its disputes and its refunds.
     *
     * Refused with `invalid_account`, `account_not_found`.
     *
     * @param account The account.
     * @param actor The actor who asks.
     */
    public suspend fun profile(
        account: String,
        actor: Actor? = null,
    ): Profile = this.calls.one("risk.profile", ::Profile) {
        text("account", account)
        actor("actor", actor)
    }

    /**
     * Lists decisions in which something fired, newest first. A plain yes is not kept.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param outcome Only with this outcome: `allow`, `flag`, `review`, `challenge` or `block`. One of [Outcome], or
     * its text.
     * @param subject Only those whose first rule is about this part of a call: `account`, `actor`, `ip` and so on.
     * @param value Only those about this account, actor, address or network and so on; of any part of a call without
     * `subject`.
     * @param actor The actor who asks.
     */
    public fun decisions(
        after: String? = null,
        limit: Long? = null,
        outcome: Outcome? = null,
        subject: String? = null,
        value: String? = null,
        actor: Actor? = null,
    ): Listing<Decision> = this.calls.list("risk.decisions", ::Decision) {
        text("after", after)
        integer("limit", limit)
        word("outcome", outcome)
        text("subject", subject)
        text("value", value)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun decisions(
        after: String? = null,
        limit: Long? = null,
        outcome: String,
        subject: String? = null,
        value: String? = null,
        actor: Actor? = null,
    ): Listing<Decision> = this.decisions(
        after = after,
        limit = limit,
        outcome = Outcome(outcome),
        subject = subject,
        value = value,
        actor = actor,
    )
}
