// The operations of `ledger`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `ledger`. */
public open class Ledger internal constructor(internal val calls: Calls) {
    /**
     * Opens an account in one currency.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_exists`, `overflow`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param account The caller's own name for it: 1 to 128 of `A-Z a-z 0-9 . _ : -`.
     * @param currency Its currency.
     * @param displayName Name for people; `search` finds it by prefix.
     * @param kind A label of the caller's, such as `customer`.
     * @param overdraftLimit How far below zero it may go.
     * @param owner Its owner's id.
     * @param streaming Credits append instead of locking the row: for accounts that everybody pays into. Fixed at
     * birth.
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
    public suspend fun openAccount(
        account: String,
        currency: String,
        displayName: String? = null,
        kind: String? = null,
        overdraftLimit: Money? = null,
        owner: String? = null,
        streaming: Boolean? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AccountReply = this.calls.one("ledger.open_account", ::AccountReply) {
        text("account", account)
        text("currency", currency)
        text("display_name", displayName)
        text("kind", kind)
        money("overdraft_limit", overdraftLimit)
        text("owner", owner)
        boolean("streaming", streaming)
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
     * Changes label, owner, name, overdraft limit, reference or metadata of an account.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_not_found`, `account_closed`, `overflow`, `condition_not_met`, `version_conflict`,
     * `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param account The account.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param displayName Name for people.
     * @param kind A label of the caller's.
     * @param overdraftLimit How far below zero it may go; never below what is used already.
     * @param owner Its owner's id.
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
    public suspend fun updateAccount(
        account: String,
        currency: String? = null,
        displayName: String? = null,
        kind: String? = null,
        overdraftLimit: Money? = null,
        owner: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AccountReply = this.calls.one("ledger.update_account", ::AccountReply) {
        text("account", account)
        text("currency", currency)
        text("display_name", displayName)
        text("kind", kind)
        money("overdraft_limit", overdraftLimit)
        text("owner", owner)
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
     * Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff capture its holds.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
     * `account_locked`, `account_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
     * `key_not_found`.
     *
     * @param account The account.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param reason Why; kept with the event as a salted hash.
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
    public suspend fun lockAccount(
        account: String,
        currency: String? = null,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AccountReply = this.calls.one("ledger.lock_account", ::AccountReply) {
        text("account", account)
        text("currency", currency)
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
     * Unlocks an account, or opens a closed one again that was paid what it was owed.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
     * `account_closed`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
     * `key_not_found`.
     *
     * @param account The account.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param reason Why; kept with the event as a salted hash.
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
    public suspend fun unlockAccount(
        account: String,
        currency: String? = null,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AccountReply = this.calls.one("ledger.unlock_account", ::AccountReply) {
        text("account", account)
        text("currency", currency)
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
     * Closes an empty account for good: only what it is still owed opens it again.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
     * `account_closed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
     * `key_not_found`.
     *
     * @param account The account.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param reason Why; kept with the event as a salted hash.
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
    public suspend fun closeAccount(
        account: String,
        currency: String? = null,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): AccountReply = this.calls.one("ledger.close_account", ::AccountReply) {
        text("account", account)
        text("currency", currency)
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
     * Credits an account from outside, and opens it if there is none.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
     * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
     * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
     * `blocked`, `review_required`, `key_not_found`.
     *
     * @param account The account.
     * @param amount How much.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param source Where the money comes from.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun topUp(
        account: String,
        amount: Money,
        key: CharSequence,
        source: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Moved = this.calls.one("ledger.top_up", ::Moved) {
        text("account", account)
        money("amount", amount)
        key("key", key)
        text("source", source)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Takes money out of an account.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
     * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
     * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
     * `blocked`, `review_required`, `key_not_found`.
     *
     * @param account The account.
     * @param amount How much.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param to Where the money goes.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun deduct(
        account: String,
        amount: Money,
        key: CharSequence,
        to: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Moved = this.calls.one("ledger.deduct", ::Moved) {
        text("account", account)
        money("amount", amount)
        key("key", key)
        text("to", to)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Moves money between two accounts of one currency.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
     * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
     * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
     * `blocked`, `review_required`, `key_not_found`.
     *
     * @param from The payer.
     * @param to The payee.
     * @param amount How much.
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
    public suspend fun transfer(
        from: String,
        to: String,
        amount: Money,
        key: CharSequence,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Moved = this.calls.one("ledger.transfer", ::Moved) {
        text("from", from)
        text("to", to)
        money("amount", amount)
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
     * Posts n legs that sum to zero per currency.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
     * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `factor_required`, `approval_required`, `already_approved`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param postings The legs.
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
    public suspend fun post(
        postings: List<Leg>,
        key: CharSequence,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Posted = this.calls.one("ledger.post", ::Posted) {
        records("postings", postings)
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
     * Reverses a transfer whole, once.
     *
     * Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transfer_not_found`, `already_reversed`, `refund_exceeds_original`, `transition_not_allowed`,
     * `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`, `already_approved`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param transfer The transfer.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reason Why; kept with the event as a salted hash.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun cancel(
        transfer: String,
        key: CharSequence,
        reason: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Moved = this.calls.one("ledger.cancel", ::Moved) {
        text("transfer", transfer)
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
     * Returns part of a transfer of two legs; parts never exceed the original.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transfer_not_found`,
     * `already_reversed`, `refund_exceeds_original`, `transition_not_allowed`, `condition_not_met`,
     * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param transfer The transfer.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much; what is left when absent.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun refund(
        transfer: String,
        key: CharSequence,
        amount: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Moved = this.calls.one("ledger.refund", ::Moved) {
        text("transfer", transfer)
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
     * Holds money: it stays in the account but is no longer available.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
     * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
     * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
     * `blocked`, `review_required`, `key_not_found`.
     *
     * @param account The account.
     * @param amount How much.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param expiresAt Ends at this time.
     * @param expiresIn Ends after this time.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun hold(
        account: String,
        amount: Money,
        key: CharSequence,
        expiresAt: Instant? = null,
        expiresIn: Duration? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): HoldReply = this.calls.one("ledger.hold", ::HoldReply) {
        text("account", account)
        money("amount", amount)
        key("key", key)
        time("expires_at", expiresAt)
        duration("expires_in", expiresIn)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Captures a hold, whole or in part.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_locked`, `account_closed`, `limit_exceeded`, `overflow`, `hold_not_found`,
     * `hold_expired`, `hold_closed`, `capture_exceeds_hold`, `transition_not_allowed`, `condition_not_met`,
     * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param hold The hold.
     * @param to The payee; opened if there is no such account.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much; what remains when absent.
     * @param final Releases what is left, so that the hold ends.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun capture(
        hold: String,
        to: String,
        key: CharSequence,
        amount: Money? = null,
        final: Boolean? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Captured = this.calls.one("ledger.capture", ::Captured) {
        text("hold", hold)
        text("to", to)
        key("key", key)
        money("amount", amount)
        boolean("final", final)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Releases a hold.
     *
     * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param hold The hold.
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
    public suspend fun void(
        hold: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): HoldReply = this.calls.one("ledger.void", ::HoldReply) {
        text("hold", hold)
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
     * Moves the expiry of a hold.
     *
     * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param hold The hold.
     * @param expiresAt The new end.
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
    public suspend fun extend(
        hold: String,
        expiresAt: Instant,
        key: CharSequence,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): HoldReply = this.calls.one("ledger.extend", ::HoldReply) {
        text("hold", hold)
        time("expires_at", expiresAt)
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
     * Takes row locks ahead of several calls in one host transaction.
     *
     * Refused with `invalid_account`, `account_not_found`, `idempotency_mismatch`.
     *
     * @param accounts The accounts, each in every currency that it has.
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
    public suspend fun lock(
        accounts: List<String>,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Locked = this.calls.one("ledger.lock", ::Locked) {
        texts("accounts", accounts)
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
     * One account.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
     *
     * @param account The account.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param actor The actor who asks.
     */
    public suspend fun account(
        account: String,
        currency: String? = null,
        actor: Actor? = null,
    ): Account = this.calls.one("ledger.account", ::Account) {
        text("account", account)
        text("currency", currency)
        actor("actor", actor)
    }

    /**
     * Accounts, by owner or by the beginning of their name.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`.
     *
     * @param after The `next` of the page before.
     * @param currency With `order: "balance"`: only accounts in this currency, read page by page from a rank that
     * follows the log. Without `currency`, or with `search`, every account that fits is read.
     * @param limit Page size, at most 500.
     * @param order `created` (the default; with `search` it is `name`), `name`, or `balance`: greatest first within a
     * currency.
     * @param owner Only with this owner.
     * @param search Only whose name begins so, when both are lower-cased.
     * @param actor The actor who asks.
     */
    public fun accounts(
        after: String? = null,
        currency: String? = null,
        limit: Long? = null,
        order: String? = null,
        owner: String? = null,
        search: String? = null,
        actor: Actor? = null,
    ): Listing<Account> = this.calls.list("ledger.accounts", ::Account) {
        text("after", after)
        text("currency", currency)
        integer("limit", limit)
        text("order", order)
        text("owner", owner)
        text("search", search)
        actor("actor", actor)
    }

    /**
     * A balance, now or at a time in the past.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
     *
     * @param account The account.
     * @param at As it was at this time: of what was posted before it, as in a statement that ends there. Holds of the
     * past are not kept, so `held` is zero.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param actor The actor who asks.
     */
    public suspend fun balance(
        account: String,
        at: Instant? = null,
        currency: String? = null,
        actor: Actor? = null,
    ): Balance = this.calls.one("ledger.balance", ::Balance) {
        text("account", account)
        time("at", at)
        text("currency", currency)
        actor("actor", actor)
    }

    /**
     * Many balances in one round trip.
     *
     * Refused with `invalid_account`, `account_not_found`.
     *
     * @param accounts These accounts, at most 500.
     * @param owner All accounts of this owner.
     * @param actor The actor who asks.
     */
    public suspend fun balances(
        accounts: List<String>? = null,
        owner: String? = null,
        actor: Actor? = null,
    ): Balances = this.calls.one("ledger.balances", ::Balances) {
        texts("accounts", accounts)
        text("owner", owner)
        actor("actor", actor)
    }

    /**
     * One transfer.
     *
     * Refused with `transfer_not_found`.
     *
     * @param transfer The transfer.
     * @param actor The actor who asks.
     */
    public suspend fun getTransfer(
        transfer: String,
        actor: Actor? = null,
    ): Transfer = this.calls.one("ledger.get_transfer", ::Transfer) {
        text("transfer", transfer)
        actor("actor", actor)
    }

    /**
     * Transfers, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param account Only with a leg on this account.
     * @param after The `next` of the page before.
     * @param fromTime From this time on.
     * @param limit Page size, at most 500.
     * @param toTime Before this time.
     * @param actor The actor who asks.
     * @param reference Only with this reference.
     */
    public fun transfers(
        account: String? = null,
        after: String? = null,
        fromTime: Instant? = null,
        limit: Long? = null,
        toTime: Instant? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Listing<Transfer> = this.calls.list("ledger.transfers", ::Transfer) {
        text("account", account)
        text("after", after)
        time("from_time", fromTime)
        integer("limit", limit)
        time("to_time", toTime)
        actor("actor", actor)
        text("reference", reference)
    }

    /**
     * Entries of an account, newest first.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
     *
     * @param account The account.
     * @param after The `next` of the page before.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param fromTime From this time on.
     * @param limit Page size, at most 500.
     * @param toTime Before this time.
     * @param actor The actor who asks.
     */
    public fun entries(
        account: String,
        after: String? = null,
        currency: String? = null,
        fromTime: Instant? = null,
        limit: Long? = null,
        toTime: Instant? = null,
        actor: Actor? = null,
    ): Listing<Entry> = this.calls.list("ledger.entries", ::Entry) {
        text("account", account)
        text("after", after)
        text("currency", currency)
        time("from_time", fromTime)
        integer("limit", limit)
        time("to_time", toTime)
        actor("actor", actor)
    }

    /**
     * A statement of an account, also as CSV.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `overflow`.
     *
     * @param account The account.
     * @param fromTime From this time on.
     * @param toTime Before this time.
     * @param after The `next` of the page before.
     * @param currency Its currency; when absent the default one of the engine, else the only one that the account
     * has.
     * @param format `json` (the default) or `csv`: then the reply has the text in `csv`.
     * @param limit Entries of a page, at most 100,000, which is what there is when absent.
     * @param actor The actor who asks.
     */
    public suspend fun statement(
        account: String,
        fromTime: Instant,
        toTime: Instant,
        after: String? = null,
        currency: String? = null,
        format: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Statement = this.calls.one("ledger.statement", ::Statement) {
        text("account", account)
        time("from_time", fromTime)
        time("to_time", toTime)
        text("after", after)
        text("currency", currency)
        text("format", format)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * One hold.
     *
     * Refused with `hold_not_found`.
     *
     * @param hold The hold.
     * @param actor The actor who asks.
     */
    public suspend fun getHold(
        hold: String,
        actor: Actor? = null,
    ): Hold = this.calls.one("ledger.get_hold", ::Hold) {
        text("hold", hold)
        actor("actor", actor)
    }

    /**
     * Holds, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param account Only of this account.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param state Only in this state. One of [HoldState], or its text.
     * @param actor The actor who asks.
     */
    public fun holds(
        account: String? = null,
        after: String? = null,
        limit: Long? = null,
        state: HoldState? = null,
        actor: Actor? = null,
    ): Listing<Hold> = this.calls.list("ledger.holds", ::Hold) {
        text("account", account)
        text("after", after)
        integer("limit", limit)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun holds(
        account: String? = null,
        after: String? = null,
        limit: Long? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Hold> = this.holds(
        account = account,
        after = after,
        limit = limit,
        state = HoldState(state),
        actor = actor,
    )

    /**
     * All balances of a book per currency: they sum to zero.
     *
     * Refused with `overflow`.
     *
     * @param actor The actor who asks.
     */
    public suspend fun trialBalance(
        actor: Actor? = null,
    ): TrialBalance = this.calls.one("ledger.trial_balance", ::TrialBalance) {
        actor("actor", actor)
    }

    /**
     * Runs several writing calls as one group: all or none, or each for itself.
     *
     * @param ops The calls, at most 1,000.
     * @param atomic All or none (the default), or each for itself.
     * @param actor The actor who asks.
     */
    public suspend fun batch(
        ops: List<BatchOp>,
        atomic: Boolean? = null,
        actor: Actor? = null,
    ): BatchReply = this.calls.one("ledger.batch", ::BatchReply) {
        records("ops", ops)
        boolean("atomic", atomic)
        actor("actor", actor)
    }
}
