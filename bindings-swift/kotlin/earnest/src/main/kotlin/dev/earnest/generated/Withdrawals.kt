// The operations of `withdrawals`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `withdrawals`. */
public open class Withdrawals internal constructor(internal val calls: Calls) {
    /**
     * Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds `chain.*`, which a
     * worker of the application's own leases, unless its endpoints have `urls`.
     *
     * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`,
     * `key_not_found`.
     *
     * @param chain Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param blockTime How long a block takes, PT1S to PT10M; PT2S for a new chain.
     * @param bumpAfter How long a node has had a transaction before it is bumped, PT1S to PT1H; PT20S for a new
     * chain.
     * @param bumpBps By how much a bump raises both fees, in hundredths of a percent, 1,250 to 10,000; 1,250 for a
     * new chain.
     * @param chainId Its number, which stays for ever: decimal, or hex with `0x`.
     * @param endpoints The names of those who speak for it, 1 to 16.
     * @param factsTtl How long what is known of the chain is good, PT1S to PT1H; PT30S for a new chain.
     * @param feeCap The most for a unit of gas, in wei, below 2^128.
     * @param finality When a block is final: `{"tag": "finalized"}`, `{"tag": "safe"}` or `{"depth": 20}`; the first
     * of these for a new chain.
     * @param minPriorityFee The least that is given on top of the base fee, in wei, below 2^128; 0 for a new chain,
     * and 25 gwei for those of the numbers 137 and 80002.
     * @param quorum How many endpoints must agree; more than half of them, where endpoints are set without it.
     * @param resendAfter How long a transaction is unseen before it is sent again, PT1S to PT1H; PT30S for a new
     * chain.
     * @param urls Their addresses by name, which are sealed and never shown. Without them the application's own
     * workers talk to them.
     * @param watch How long what is final is still looked at, PT0S to P30D; PT1H for a new chain.
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
    public suspend fun setChain(
        chain: String,
        blockTime: Duration? = null,
        bumpAfter: Duration? = null,
        bumpBps: Long? = null,
        chainId: String? = null,
        endpoints: List<String>? = null,
        factsTtl: Duration? = null,
        feeCap: String? = null,
        finality: FinalityTerms? = null,
        minPriorityFee: String? = null,
        quorum: Long? = null,
        resendAfter: Duration? = null,
        urls: Json? = null,
        watch: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ChainReply = this.calls.one("withdrawals.set_chain", ::ChainReply) {
        text("chain", chain)
        duration("block_time", blockTime)
        duration("bump_after", bumpAfter)
        integer("bump_bps", bumpBps)
        text("chain_id", chainId)
        texts("endpoints", endpoints)
        duration("facts_ttl", factsTtl)
        text("fee_cap", feeCap)
        record("finality", finality)
        text("min_priority_fee", minPriorityFee)
        integer("quorum", quorum)
        duration("resend_after", resendAfter)
        members("urls", urls)
        duration("watch", watch)
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
     * Says what a currency is on a chain, or changes its bounds and its fee: what is left out stays as it is. A token
     * is `checking` until a quorum has seen its code and its decimals. A currency that nobody knows yet is registered
     * with these decimals, in every process of the store.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `version_conflict`, `invalid_address`, `chain_not_found`, `factor_required`, `idempotency_mismatch`,
     * `key_not_found`.
     *
     * @param chain The chain.
     * @param currency The currency. One that nobody knows yet is registered with these decimals.
     * @param kind The kind of asset: `native`, the chain's own coins, or `erc20`. One of [AssetKind], or its text.
     * @param decimals Its decimals there, which are those of the currency: coins have 18.
     * @param fee The fee of a withdrawal, on top of its amount.
     * @param max The most that is withdrawn.
     * @param maxGas The most gas that a payment may take, 21,000 to 30,000,000; 500,000 for a new one. The code of
     * the payee runs at the wallet's expense: what takes more is not sent, and fails.
     * @param min The least that is withdrawn.
     * @param token The address of its token, which stays for ever.
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
    public suspend fun setAsset(
        chain: String,
        currency: String,
        kind: AssetKind,
        decimals: Long,
        fee: Money? = null,
        max: Money? = null,
        maxGas: Long? = null,
        min: Money? = null,
        token: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AssetReply = this.calls.one("withdrawals.set_asset", ::AssetReply) {
        text("chain", chain)
        text("currency", currency)
        word("kind", kind)
        integer("decimals", decimals)
        money("fee", fee)
        money("max", max)
        integer("max_gas", maxGas)
        money("min", min)
        text("token", token)
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
    public suspend fun setAsset(
        chain: String,
        currency: String,
        kind: String,
        decimals: Long,
        fee: Money? = null,
        max: Money? = null,
        maxGas: Long? = null,
        min: Money? = null,
        token: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AssetReply = this.setAsset(
        chain = chain,
        currency = currency,
        kind = AssetKind(kind),
        decimals = decimals,
        fee = fee,
        max = max,
        maxGas = maxGas,
        min = min,
        token = token,
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
     * Pauses a lane: it binds nothing more, and what it has bound goes on.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
     * `idempotency_mismatch`, `key_not_found`.
     *
     * @param lane The lane.
     * @param reason Why.
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
    public suspend fun pauseLane(
        lane: String,
        reason: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): LaneReply = this.calls.one("withdrawals.pause_lane", ::LaneReply) {
        text("lane", lane)
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
     * Lets a lane bind again that was paused: once somebody has compared it with the chain. With `adopt` its counter
     * goes up to the chain's, while none of its nonces is under way.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `lane_not_found`,
     * `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param lane The lane.
     * @param adopt Whether its counter moves up to the chain's, because somebody else has used its key.
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
    public suspend fun resumeLane(
        lane: String,
        adopt: Boolean? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): LaneReply = this.calls.one("withdrawals.resume_lane", ::LaneReply) {
        text("lane", lane)
        boolean("adopt", adopt)
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
     * Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
     * `idempotency_mismatch`, `key_not_found`.
     *
     * @param lane The lane.
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
    public suspend fun retireLane(
        lane: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): LaneReply = this.calls.one("withdrawals.retire_lane", ::LaneReply) {
        text("lane", lane)
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
     * Asks for a withdrawal: the amount and the fee of its asset are held at once, and captured when the chain has
     * made the payment final. Rules and lists see the address in lower case as the counterparty.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
     * `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `invalid_address`, `chain_not_found`,
     * `asset_not_found`, `lane_not_found`, `factor_required`, `approval_required`, `already_approved`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param account The account that pays.
     * @param amount The amount for the payee.
     * @param chain The chain.
     * @param to The address of the payee. One in both cases of letters must have the checksum of EIP-55.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param giveUpIn After how long it is given up, where it has no nonce by then, PT1S to P30D; never if it is left
     * out.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun request(
        account: String,
        amount: Money,
        chain: String,
        to: String,
        key: CharSequence,
        giveUpIn: Duration? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WithdrawalRequested = this.calls.one("withdrawals.request", ::WithdrawalRequested) {
        text("account", account)
        money("amount", amount)
        text("chain", chain)
        text("to", to)
        key("key", key)
        duration("give_up_in", giveUpIn)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own program, has a
     * no-op sent under the same nonce, and the chain says which of the two it was.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param maxFeePerGas The most for a unit of gas of the no-op, in wei, below 2^128, which an admin may set above
     * the cap.
     * @param reason Why.
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
        withdrawal: String,
        maxFeePerGas: String? = null,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WithdrawalReply = this.calls.one("withdrawals.cancel", ::WithdrawalReply) {
        text("withdrawal", withdrawal)
        text("max_fee_per_gas", maxFeePerGas)
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
     * Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first of a lane that is
     * in no block is worth it.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param maxFeePerGas The most for a unit of gas, in wei, below 2^128, which may be above the cap.
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
    public suspend fun speedUp(
        withdrawal: String,
        maxFeePerGas: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WithdrawalReply = this.calls.one("withdrawals.speed_up", ::WithdrawalReply) {
        text("withdrawal", withdrawal)
        text("max_fee_per_gas", maxFeePerGas)
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
     * Has the call of a withdrawal written again that gave up (attention `retries_exhausted`). Once it has given up
     * again, the same order is another one. Where a rule wants a review of that, it needs a `key` of its own: the
     * derived one is used up, and cannot wait for people.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param withdrawal The withdrawal.
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
    public suspend fun retry(
        withdrawal: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WithdrawalReply = this.calls.one("withdrawals.retry", ::WithdrawalReply) {
        text("withdrawal", withdrawal)
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
     * Says what an admin has found out about a withdrawal that is final, and of which nobody can show whether it was
     * paid (attention `not_proved`, `nonce_taken`).
     *
     * Refused with `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
     * `withdrawal_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param paid Whether the payee has it.
     * @param reason How it was found out.
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
    public suspend fun settle(
        withdrawal: String,
        paid: Boolean,
        reason: String,
        key: CharSequence,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WithdrawalReply = this.calls.one("withdrawals.settle", ::WithdrawalReply) {
        text("withdrawal", withdrawal)
        boolean("paid", paid)
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
     * The chains, by name, what gas costs there, and how their endpoints do.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun chains(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<WithdrawalChain> = this.calls.list("withdrawals.chains", ::WithdrawalChain) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The assets: which currencies may be withdrawn to which chains.
     *
     * @param after The `next` of the page before.
     * @param chain Only of this chain.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun assets(
        after: String? = null,
        chain: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Asset> = this.calls.list("withdrawals.assets", ::Asset) {
        text("after", after)
        text("chain", chain)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The lanes, newest first.
     *
     * @param after The `next` of the page before.
     * @param chain Only of this chain.
     * @param limit Page size, at most 500.
     * @param state Only in this state: `opening`, `active`, `paused` or `retired`. One of [LaneState], or its text.
     * @param actor The actor who asks.
     */
    public fun lanes(
        after: String? = null,
        chain: String? = null,
        limit: Long? = null,
        state: LaneState? = null,
        actor: Actor? = null,
    ): Listing<Lane> = this.calls.list("withdrawals.lanes", ::Lane) {
        text("after", after)
        text("chain", chain)
        integer("limit", limit)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun lanes(
        after: String? = null,
        chain: String? = null,
        limit: Long? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Lane> = this.lanes(
        after = after,
        chain = chain,
        limit = limit,
        state = LaneState(state),
        actor = actor,
    )

    /**
     * One lane: its counter, what is under way, and what its wallet has and has promised.
     *
     * Refused with `lane_not_found`.
     *
     * @param lane The lane.
     * @param actor The actor who asks.
     */
    public suspend fun lane(
        lane: String,
        actor: Actor? = null,
    ): Lane = this.calls.one("withdrawals.lane", ::Lane) {
        text("lane", lane)
        actor("actor", actor)
    }

    /**
     * Quotes a withdrawal: its cost now, and what it would wait for.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `chain_not_found`,
     * `asset_not_found`.
     *
     * @param chain The chain.
     * @param amount The amount for the payee.
     * @param actor The actor who asks.
     */
    public suspend fun quote(
        chain: String,
        amount: Money,
        actor: Actor? = null,
    ): WithdrawalQuote = this.calls.one("withdrawals.quote", ::WithdrawalQuote) {
        text("chain", chain)
        money("amount", amount)
        actor("actor", actor)
    }

    /**
     * One withdrawal, by its id or the caller's own reference.
     *
     * Refused with `withdrawal_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param actor The actor who asks.
     * @param reference The caller's own id of it, in place of `withdrawal`.
     */
    public suspend fun get(
        withdrawal: String? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Withdrawal = this.calls.one("withdrawals.get", ::Withdrawal) {
        text("withdrawal", withdrawal)
        actor("actor", actor)
        text("reference", reference)
    }

    /**
     * Withdrawals, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param account Only of this account.
     * @param after The `next` of the page before.
     * @param attention Only those that people should look at for this reason. One of [AttentionCode], or its text.
     * @param cancelling Only those that are being given up, or only the others.
     * @param chain Only to this chain.
     * @param fromTime Only those that were asked for at this time or later.
     * @param lane Only of this lane.
     * @param limit Page size, at most 500.
     * @param state Only in this state. One of [WithdrawalState], or its text.
     * @param to Only to this address.
     * @param toTime Only those that were asked for before this time.
     * @param waiting Only those that wait for this: `chain`, `fees`, `wallet`, `window` or `lane`. One of [Waiting],
     * or its text.
     * @param actor The actor who asks.
     */
    public fun list(
        account: String? = null,
        after: String? = null,
        attention: AttentionCode? = null,
        cancelling: Boolean? = null,
        chain: String? = null,
        fromTime: Instant? = null,
        lane: String? = null,
        limit: Long? = null,
        state: WithdrawalState? = null,
        to: String? = null,
        toTime: Instant? = null,
        waiting: Waiting? = null,
        actor: Actor? = null,
    ): Listing<Withdrawal> = this.calls.list("withdrawals.list", ::Withdrawal) {
        text("account", account)
        text("after", after)
        word("attention", attention)
        boolean("cancelling", cancelling)
        text("chain", chain)
        time("from_time", fromTime)
        text("lane", lane)
        integer("limit", limit)
        word("state", state)
        text("to", to)
        time("to_time", toTime)
        word("waiting", waiting)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        account: String? = null,
        after: String? = null,
        attention: String,
        cancelling: Boolean? = null,
        chain: String? = null,
        fromTime: Instant? = null,
        lane: String? = null,
        limit: Long? = null,
        state: String? = null,
        to: String? = null,
        toTime: Instant? = null,
        waiting: String? = null,
        actor: Actor? = null,
    ): Listing<Withdrawal> = this.list(
        account = account,
        after = after,
        attention = AttentionCode(attention),
        cancelling = cancelling,
        chain = chain,
        fromTime = fromTime,
        lane = lane,
        limit = limit,
        state = state?.let(::WithdrawalState),
        to = to,
        toTime = toTime,
        waiting = waiting?.let(::Waiting),
        actor = actor,
    )

    /** The same with texts for closed sets. */
    public fun list(
        account: String? = null,
        after: String? = null,
        attention: AttentionCode? = null,
        cancelling: Boolean? = null,
        chain: String? = null,
        fromTime: Instant? = null,
        lane: String? = null,
        limit: Long? = null,
        state: String,
        to: String? = null,
        toTime: Instant? = null,
        waiting: String? = null,
        actor: Actor? = null,
    ): Listing<Withdrawal> = this.list(
        account = account,
        after = after,
        attention = attention,
        cancelling = cancelling,
        chain = chain,
        fromTime = fromTime,
        lane = lane,
        limit = limit,
        state = WithdrawalState(state),
        to = to,
        toTime = toTime,
        waiting = waiting?.let(::Waiting),
        actor = actor,
    )

    /** The same with texts for closed sets. */
    public fun list(
        account: String? = null,
        after: String? = null,
        attention: AttentionCode? = null,
        cancelling: Boolean? = null,
        chain: String? = null,
        fromTime: Instant? = null,
        lane: String? = null,
        limit: Long? = null,
        state: WithdrawalState? = null,
        to: String? = null,
        toTime: Instant? = null,
        waiting: String,
        actor: Actor? = null,
    ): Listing<Withdrawal> = this.list(
        account = account,
        after = after,
        attention = attention,
        cancelling = cancelling,
        chain = chain,
        fromTime = fromTime,
        lane = lane,
        limit = limit,
        state = state,
        to = to,
        toTime = toTime,
        waiting = Waiting(waiting),
        actor = actor,
    )

    /**
     * The events of a withdrawal, oldest first.
     *
     * Refused with `withdrawal_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun history(
        withdrawal: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("withdrawals.history", ::Event) {
        text("withdrawal", withdrawal)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Lists the actions open to the actor on a withdrawal now.
     *
     * Refused with `withdrawal_not_found`.
     *
     * @param withdrawal The withdrawal.
     * @param actor The actor who asks.
     */
    public suspend fun allowedActions(
        withdrawal: String,
        actor: Actor? = null,
    ): WithdrawalChoices = this.calls.one("withdrawals.allowed_actions", ::WithdrawalChoices) {
        text("withdrawal", withdrawal)
        actor("actor", actor)
    }

    /**
     * The states and transitions of a withdrawal as a picture, drawn from the table that runs them.
     *
     * @param format `mermaid`, which is the default.
     * @param actor The actor who asks.
     */
    public suspend fun diagram(
        format: String? = null,
        actor: Actor? = null,
    ): Diagram = this.calls.one("withdrawals.diagram", ::Diagram) {
        text("format", format)
        actor("actor", actor)
    }

    /**
     * How many withdrawals are in which state, how they ended, and how long they took.
     *
     * @param since Of those that are over only such as changed at this time or later; a week ago if it is left out.
     * @param actor The actor who asks.
     */
    public suspend fun stats(
        since: Instant? = null,
        actor: Actor? = null,
    ): WithdrawalStats = this.calls.one("withdrawals.stats", ::WithdrawalStats) {
        time("since", since)
        actor("actor", actor)
    }

    /**
     * Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening` until a quorum
     * gives the same nonce for its address, and no code there; then its counter begins at that nonce, and is never
     * read from the chain again.
     *
     * Refused with `version_conflict`, `chain_not_found`, `lane_exists`, `factor_required`, `decryption_failed`,
     * `key_not_found`.
     *
     * @param chain The chain.
     * @param key The id of the key, `ky_...`, of the vault or of the host.
     * @param window How many withdrawals may be sent and not yet seen in a block, 1 to 256.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun openLane(
        chain: String,
        key: CharSequence,
        window: Long? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): LaneReply = this.calls.one("withdrawals.open_lane", ::LaneReply) {
        text("chain", chain)
        key("key", key)
        integer("window", window)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }
}
