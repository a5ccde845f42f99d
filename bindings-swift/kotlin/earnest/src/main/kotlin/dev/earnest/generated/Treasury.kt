// The operations of `treasury`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant

/** The operations of `treasury`. */
public open class Treasury internal constructor(internal val calls: Calls) {
    /**
     * Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`, whatever the operation.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_not_found`, `account_closed`, `version_conflict`, `factor_required`,
     * `idempotency_mismatch`, `key_not_found`.
     *
     * @param account The account.
     * @param currency Its currency.
     * @param tier `hot` or `cold`. One of [Tier], or its text.
     * @param ceiling The most that a hot account should have.
     * @param dailyLimit The most that may leave it in a calendar day.
     * @param monthlyLimit The most that may leave it in a calendar month.
     * @param timeZone Where its days and months begin, `Asia/Seoul` when absent.
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
    public suspend fun setAccount(
        account: String,
        currency: String,
        tier: Tier,
        ceiling: Money? = null,
        dailyLimit: Money? = null,
        monthlyLimit: Money? = null,
        timeZone: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TreasuryReply = this.calls.one("treasury.set_account", ::TreasuryReply) {
        text("account", account)
        text("currency", currency)
        word("tier", tier)
        money("ceiling", ceiling)
        money("daily_limit", dailyLimit)
        money("monthly_limit", monthlyLimit)
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

    /** The same with texts for closed sets. */
    public suspend fun setAccount(
        account: String,
        currency: String,
        tier: String,
        ceiling: Money? = null,
        dailyLimit: Money? = null,
        monthlyLimit: Money? = null,
        timeZone: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TreasuryReply = this.setAccount(
        account = account,
        currency = currency,
        tier = Tier(tier),
        ceiling = ceiling,
        dailyLimit = dailyLimit,
        monthlyLimit = monthlyLimit,
        timeZone = timeZone,
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
     * How much of its limits an account has used, and what should be moved to a cold account.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
     * `condition_not_met`.
     *
     * @param account The account.
     * @param currency Its currency.
     * @param actor The actor who asks.
     */
    public suspend fun usage(
        account: String,
        currency: String,
        actor: Actor? = null,
    ): Usage = this.calls.one("treasury.usage", ::Usage) {
        text("account", account)
        text("currency", currency)
        actor("actor", actor)
    }

    /**
     * Lists payouts and refunds of deals, newest first.
     *
     * @param after The `next` of the page before.
     * @param deal Only of this deal.
     * @param fromTime From this time on.
     * @param limit Page size, at most 500.
     * @param toTime Before this time.
     * @param type Only `settlement` (to sellers and other recipients) or `refund` (to buyers). One of [TransferKind],
     * or its text.
     * @param actor The actor who asks.
     */
    public fun settlements(
        after: String? = null,
        deal: String? = null,
        fromTime: Instant? = null,
        limit: Long? = null,
        toTime: Instant? = null,
        type: TransferKind? = null,
        actor: Actor? = null,
    ): Listing<Settlement> = this.calls.list("treasury.settlements", ::Settlement) {
        text("after", after)
        text("deal", deal)
        time("from_time", fromTime)
        integer("limit", limit)
        time("to_time", toTime)
        word("type", type)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun settlements(
        after: String? = null,
        deal: String? = null,
        fromTime: Instant? = null,
        limit: Long? = null,
        toTime: Instant? = null,
        type: String,
        actor: Actor? = null,
    ): Listing<Settlement> = this.settlements(
        after = after,
        deal = deal,
        fromTime = fromTime,
        limit = limit,
        toTime = toTime,
        type = TransferKind(type),
        actor = actor,
    )
}
