// The operations of `ledger`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `ledger`, of an engine or a view.
public struct LedgerService: Sendable {
    let bank: Engine

    /// Opens an account in one currency.
    ///
    /// - Parameters:
    ///   - account: The caller's own name for it: 1 to 128 of `A-Z a-z 0-9 . _ : -`.
    ///   - currency: Its currency.
    ///   - displayName: Name for people; `search` finds it by prefix.
    ///   - kind: A label of the caller's, such as `customer`.
    ///   - overdraftLimit: How far below zero it may go.
    ///   - owner: Its owner's id.
    ///   - streaming: Credits append instead of locking the row: for accounts that everybody pays into. Fixed at birth.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`, `account_exists`,
    ///   `overflow`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func openAccount(
        account: String, currency: String, displayName: String? = nil, kind: String? = nil, overdraftLimit: Money? = nil,
        owner: String? = nil, streaming: Bool? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AccountReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.text("display_name", displayName)
        given.text("kind", kind)
        given.money("overdraft_limit", overdraftLimit)
        given.text("owner", owner)
        given.flag("streaming", streaming)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.open_account", given)
    }

    /// Changes label, owner, name, overdraft limit, reference or metadata of an account.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - displayName: Name for people.
    ///   - kind: A label of the caller's.
    ///   - overdraftLimit: How far below zero it may go; never below what is used already.
    ///   - owner: Its owner's id.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`,
    ///   `account_not_found`, `account_closed`, `overflow`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func updateAccount(
        account: String, currency: String? = nil, displayName: String? = nil, kind: String? = nil, overdraftLimit: Money? = nil,
        owner: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AccountReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.text("display_name", displayName)
        given.text("kind", kind)
        given.money("overdraft_limit", overdraftLimit)
        given.text("owner", owner)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.update_account", given)
    }

    /// Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff capture its holds.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - reason: Why; kept with the event as a salted hash.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`, `account_closed`,
    ///   `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func lockAccount(
        account: String, currency: String? = nil, reason: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AccountReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.lock_account", given)
    }

    /// Unlocks an account, or opens a closed one again that was paid what it was owed.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - reason: Why; kept with the event as a salted hash.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_closed`,
    ///   `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func unlockAccount(
        account: String, currency: String? = nil, reason: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AccountReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.unlock_account", given)
    }

    /// Closes an empty account for good: only what it is still owed opens it again.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - reason: Why; kept with the event as a salted hash.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_closed`,
    ///   `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func closeAccount(
        account: String, currency: String? = nil, reason: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AccountReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.close_account", given)
    }

    /// Credits an account from outside, and opens it if there is none.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - amount: How much.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - source: Where the money comes from.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`,
    ///   `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`,
    ///   `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func topUp(
        account: String, amount: Money, key: String, source: String? = nil, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Moved {
        var given = Given()
        given.text("account", account)
        given.money("amount", amount)
        given.text("key", key)
        given.text("source", source)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.top_up", given)
    }

    /// Takes money out of an account.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - amount: How much.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - to: Where the money goes.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`,
    ///   `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`,
    ///   `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func deduct(
        account: String, amount: Money, key: String, to: String? = nil, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Moved {
        var given = Given()
        given.text("account", account)
        given.money("amount", amount)
        given.text("key", key)
        given.text("to", to)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.deduct", given)
    }

    /// Moves money between two accounts of one currency.
    ///
    /// - Parameters:
    ///   - from: The payer.
    ///   - to: The payee.
    ///   - amount: How much.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`,
    ///   `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`,
    ///   `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func transfer(
        from: String, to: String, amount: Money, key: String, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Moved {
        var given = Given()
        given.text("from", from)
        given.text("to", to)
        given.money("amount", amount)
        given.text("key", key)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.transfer", given)
    }

    /// Posts n legs that sum to zero per currency.
    ///
    /// - Parameters:
    ///   - postings: The legs.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`,
    ///   `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func post(
        postings: [Leg], key: String, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Posted {
        var given = Given()
        given.records("postings", postings)
        given.text("key", key)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.post", given)
    }

    /// Reverses a transfer whole, once.
    ///
    /// - Parameters:
    ///   - transfer: The transfer.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reason: Why; kept with the event as a salted hash.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transfer_not_found`,
    ///   `already_reversed`, `refund_exceeds_original`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func cancel(
        transfer: String, key: String, reason: String? = nil, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Moved {
        var given = Given()
        given.text("transfer", transfer)
        given.text("key", key)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.cancel", given)
    }

    /// Returns part of a transfer of two legs; parts never exceed the original.
    ///
    /// - Parameters:
    ///   - transfer: The transfer.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much; what is left when absent.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`, `account_closed`,
    ///   `insufficient_balance`, `limit_exceeded`, `overflow`, `transfer_not_found`, `already_reversed`,
    ///   `refund_exceeds_original`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
    ///   `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func refund(
        transfer: String, key: String, amount: Money? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Moved {
        var given = Given()
        given.text("transfer", transfer)
        given.text("key", key)
        given.money("amount", amount)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.refund", given)
    }

    /// Holds money: it stays in the account but is no longer available.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - amount: How much.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - expiresAt: Ends at this time.
    ///   - expiresIn: Ends after this time.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `account_locked`,
    ///   `account_closed`, `insufficient_balance`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func hold(
        account: String, amount: Money, key: String, expiresAt: Date? = nil, expiresIn: Duration? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> HoldReply {
        var given = Given()
        given.text("account", account)
        given.money("amount", amount)
        given.text("key", key)
        given.time("expires_at", expiresAt)
        given.length("expires_in", expiresIn)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.hold", given)
    }

    /// Captures a hold, whole or in part.
    ///
    /// - Parameters:
    ///   - hold: The hold.
    ///   - to: The payee; opened if there is no such account.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much; what remains when absent.
    ///   - final: Releases what is left, so that the hold ends.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`, `account_locked`,
    ///   `account_closed`, `limit_exceeded`, `overflow`, `hold_not_found`, `hold_expired`, `hold_closed`, `capture_exceeds_hold`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
    ///   `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func capture(
        hold: String, to: String, key: String, amount: Money? = nil, final: Bool? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Captured {
        var given = Given()
        given.text("hold", hold)
        given.text("to", to)
        given.text("key", key)
        given.money("amount", amount)
        given.flag("final", final)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.capture", given)
    }

    /// Releases a hold.
    ///
    /// - Parameters:
    ///   - hold: The hold.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func void(
        hold: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> HoldReply {
        var given = Given()
        given.text("hold", hold)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.void", given)
    }

    /// Moves the expiry of a hold.
    ///
    /// - Parameters:
    ///   - hold: The hold.
    ///   - expiresAt: The new end.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func extend(
        hold: String, expiresAt: Date, key: String, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> HoldReply {
        var given = Given()
        given.text("hold", hold)
        given.time("expires_at", expiresAt)
        given.text("key", key)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.extend", given)
    }

    /// Takes row locks ahead of several calls in one host transaction.
    ///
    /// - Parameters:
    ///   - accounts: The accounts, each in every currency that it has.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`, `account_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func lock(
        accounts: [String], actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Locked {
        var given = Given()
        given.texts("accounts", accounts)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("ledger.lock", given)
    }

    /// One account.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
    @discardableResult
    public func account(account: String, currency: String? = nil, actor: Actor? = nil) async throws -> Account {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.actor("actor", actor)
        return try await bank.one("ledger.account", given)
    }

    /// Accounts, by owner or by the beginning of their name.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - currency: With `order: "balance"`: only accounts in this currency, read page by page from a rank that follows the log. Without `currency`, or with `search`, every account that fits is read.
    ///   - limit: Page size, at most 500.
    ///   - order: `created` (the default; with `search` it is `name`), `name`, or `balance`: greatest first within a currency.
    ///   - owner: Only with this owner.
    ///   - search: Only whose name begins so, when both are lower-cased.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`.
    public func accounts(
        after: String? = nil, currency: String? = nil, limit: Int? = nil, order: String? = nil, owner: String? = nil,
        search: String? = nil, actor: Actor? = nil
    ) -> Listing<Account> {
        var given = Given()
        given.text("currency", currency)
        given.whole("limit", limit)
        given.text("order", order)
        given.text("owner", owner)
        given.text("search", search)
        given.actor("actor", actor)
        return Listing(bank, "ledger.accounts", after: after, given)
    }

    /// A balance, now or at a time in the past.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - at: As it was at this time: of what was posted before it, as in a statement that ends there. Holds of the past are not kept, so `held` is zero.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
    @discardableResult
    public func balance(account: String, at: Date? = nil, currency: String? = nil, actor: Actor? = nil) async throws -> Balance {
        var given = Given()
        given.text("account", account)
        given.time("at", at)
        given.text("currency", currency)
        given.actor("actor", actor)
        return try await bank.one("ledger.balance", given)
    }

    /// Many balances in one round trip.
    ///
    /// - Parameters:
    ///   - accounts: These accounts, at most 500.
    ///   - owner: All accounts of this owner.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`, `account_not_found`.
    @discardableResult
    public func balances(accounts: [String]? = nil, owner: String? = nil, actor: Actor? = nil) async throws -> Balances {
        var given = Given()
        given.texts("accounts", accounts)
        given.text("owner", owner)
        given.actor("actor", actor)
        return try await bank.one("ledger.balances", given)
    }

    /// One transfer.
    ///
    /// - Parameters:
    ///   - transfer: The transfer.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transfer_not_found`.
    @discardableResult
    public func getTransfer(transfer: String, actor: Actor? = nil) async throws -> Transfer {
        var given = Given()
        given.text("transfer", transfer)
        given.actor("actor", actor)
        return try await bank.one("ledger.get_transfer", given)
    }

    /// Transfers, newest first.
    ///
    /// - Parameters:
    ///   - account: Only with a leg on this account.
    ///   - after: The `next` of the page before.
    ///   - fromTime: From this time on.
    ///   - limit: Page size, at most 500.
    ///   - toTime: Before this time.
    ///   - actor: The actor who asks.
    ///   - reference: Only with this reference.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func transfers(
        account: String? = nil, after: String? = nil, fromTime: Date? = nil, limit: Int? = nil, toTime: Date? = nil,
        actor: Actor? = nil, reference: String? = nil
    ) -> Listing<Transfer> {
        var given = Given()
        given.text("account", account)
        given.time("from_time", fromTime)
        given.whole("limit", limit)
        given.time("to_time", toTime)
        given.actor("actor", actor)
        given.text("reference", reference)
        return Listing(bank, "ledger.transfers", after: after, given)
    }

    /// Entries of an account, newest first.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - after: The `next` of the page before.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - fromTime: From this time on.
    ///   - limit: Page size, at most 500.
    ///   - toTime: Before this time.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
    public func entries(
        account: String, after: String? = nil, currency: String? = nil, fromTime: Date? = nil, limit: Int? = nil,
        toTime: Date? = nil, actor: Actor? = nil
    ) -> Listing<Entry> {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.time("from_time", fromTime)
        given.whole("limit", limit)
        given.time("to_time", toTime)
        given.actor("actor", actor)
        return Listing(bank, "ledger.entries", after: after, given)
    }

    /// A statement of an account, also as CSV.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - fromTime: From this time on.
    ///   - toTime: Before this time.
    ///   - after: The `next` of the page before.
    ///   - currency: Its currency; when absent the default one of the engine, else the only one that the account has.
    ///   - format: `json` (the default) or `csv`: then the reply has the text in `csv`.
    ///   - limit: Entries of a page, at most 100,000, which is what there is when absent.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `overflow`.
    @discardableResult
    public func statement(
        account: String, fromTime: Date, toTime: Date, after: String? = nil, currency: String? = nil, format: String? = nil,
        limit: Int? = nil, actor: Actor? = nil
    ) async throws -> Statement {
        var given = Given()
        given.text("account", account)
        given.time("from_time", fromTime)
        given.time("to_time", toTime)
        given.text("after", after)
        given.text("currency", currency)
        given.text("format", format)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return try await bank.one("ledger.statement", given)
    }

    /// One hold.
    ///
    /// - Parameters:
    ///   - hold: The hold.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `hold_not_found`.
    @discardableResult
    public func getHold(hold: String, actor: Actor? = nil) async throws -> Hold {
        var given = Given()
        given.text("hold", hold)
        given.actor("actor", actor)
        return try await bank.one("ledger.get_hold", given)
    }

    /// Holds, newest first.
    ///
    /// - Parameters:
    ///   - account: Only of this account.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func holds(
        account: String? = nil, after: String? = nil, limit: Int? = nil, state: HoldState? = nil, actor: Actor? = nil
    ) -> Listing<Hold> {
        var given = Given()
        given.text("account", account)
        given.whole("limit", limit)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "ledger.holds", after: after, given)
    }

    /// All balances of a book per currency: they sum to zero.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `overflow`.
    @discardableResult
    public func trialBalance(actor: Actor? = nil) async throws -> TrialBalance {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("ledger.trial_balance", given)
    }

    /// Runs several writing calls as one group: all or none, or each for itself.
    ///
    /// - Parameters:
    ///   - ops: The calls, at most 1,000.
    ///   - atomic: All or none (the default), or each for itself.
    ///   - actor: The actor who asks.
    @discardableResult
    public func batch(ops: [BatchOp], atomic: Bool? = nil, actor: Actor? = nil) async throws -> BatchReply {
        var given = Given()
        given.records("ops", ops)
        given.flag("atomic", atomic)
        given.actor("actor", actor)
        return try await bank.one("ledger.batch", given)
    }
}
