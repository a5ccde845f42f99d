// The operations of `withdrawals`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `withdrawals`, of an engine or a view.
public struct WithdrawalsService: Sendable {
    let bank: Engine

    /// Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds `chain.*`, which a worker of the
    /// application's own leases, unless its endpoints have `urls`.
    ///
    /// - Parameters:
    ///   - chain: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - blockTime: How long a block takes, PT1S to PT10M; PT2S for a new chain.
    ///   - bumpAfter: How long a node has had a transaction before it is bumped, PT1S to PT1H; PT20S for a new chain.
    ///   - bumpBps: By how much a bump raises both fees, in hundredths of a percent, 1,250 to 10,000; 1,250 for a new chain.
    ///   - chainId: Its number, which stays for ever: decimal, or hex with `0x`.
    ///   - endpoints: The names of those who speak for it, 1 to 16.
    ///   - factsTtl: How long what is known of the chain is good, PT1S to PT1H; PT30S for a new chain.
    ///   - feeCap: The most for a unit of gas, in wei, below 2^128.
    ///   - finality: When a block is final: `{"tag": "finalized"}`, `{"tag": "safe"}` or `{"depth": 20}`; the first of these for a new chain.
    ///   - minPriorityFee: The least that is given on top of the base fee, in wei, below 2^128; 0 for a new chain, and 25 gwei for those of the numbers 137 and 80002.
    ///   - quorum: How many endpoints must agree; more than half of them, where endpoints are set without it.
    ///   - resendAfter: How long a transaction is unseen before it is sent again, PT1S to PT1H; PT30S for a new chain.
    ///   - urls: Their addresses by name, which are sealed and never shown. Without them the application's own workers talk to them.
    ///   - watch: How long what is final is still looked at, PT0S to P30D; PT1H for a new chain.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func setChain(
        chain: String, blockTime: Duration? = nil, bumpAfter: Duration? = nil, bumpBps: Int? = nil, chainId: String? = nil,
        endpoints: [String]? = nil, factsTtl: Duration? = nil, feeCap: String? = nil, finality: FinalityTerms? = nil,
        minPriorityFee: String? = nil, quorum: Int? = nil, resendAfter: Duration? = nil, urls: JSON? = nil,
        watch: Duration? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ChainReply {
        var given = Given()
        given.text("chain", chain)
        given.length("block_time", blockTime)
        given.length("bump_after", bumpAfter)
        given.whole("bump_bps", bumpBps)
        given.text("chain_id", chainId)
        given.texts("endpoints", endpoints)
        given.length("facts_ttl", factsTtl)
        given.text("fee_cap", feeCap)
        given.record("finality", finality)
        given.text("min_priority_fee", minPriorityFee)
        given.whole("quorum", quorum)
        given.length("resend_after", resendAfter)
        given.any("urls", urls)
        given.length("watch", watch)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.set_chain", given)
    }

    /// Says what a currency is on a chain, or changes its bounds and its fee: what is left out stays as it is. A token is
    /// `checking` until a quorum has seen its code and its decimals. A currency that nobody knows yet is registered with these
    /// decimals, in every process of the store.
    ///
    /// - Parameters:
    ///   - chain: The chain.
    ///   - currency: The currency. One that nobody knows yet is registered with these decimals.
    ///   - kind: The kind of asset: `native`, the chain's own coins, or `erc20`.
    ///   - decimals: Its decimals there, which are those of the currency: coins have 18.
    ///   - fee: The fee of a withdrawal, on top of its amount.
    ///   - max: The most that is withdrawn.
    ///   - maxGas: The most gas that a payment may take, 21,000 to 30,000,000; 500,000 for a new one. The code of the payee runs at the wallet's expense: what takes more is not sent, and fails.
    ///   - min: The least that is withdrawn.
    ///   - token: The address of its token, which stays for ever.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `version_conflict`,
    ///   `invalid_address`, `chain_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func setAsset(
        chain: String, currency: String, kind: AssetKind, decimals: Int, fee: Money? = nil, max: Money? = nil, maxGas: Int? = nil,
        min: Money? = nil, token: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> AssetReply {
        var given = Given()
        given.text("chain", chain)
        given.text("currency", currency)
        given.of("kind", kind)
        given.whole("decimals", decimals)
        given.money("fee", fee)
        given.money("max", max)
        given.whole("max_gas", maxGas)
        given.money("min", min)
        given.text("token", token)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.set_asset", given)
    }

    /// Pauses a lane: it binds nothing more, and what it has bound goes on.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - reason: Why.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`, `idempotency_mismatch`,
    ///   `key_not_found`.
    @discardableResult
    public func pauseLane(
        lane: String, reason: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> LaneReply {
        var given = Given()
        given.text("lane", lane)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.pause_lane", given)
    }

    /// Lets a lane bind again that was paused: once somebody has compared it with the chain. With `adopt` its counter goes up to
    /// the chain's, while none of its nonces is under way.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - adopt: Whether its counter moves up to the chain's, because somebody else has used its key.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `lane_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func resumeLane(
        lane: String, adopt: Bool? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> LaneReply {
        var given = Given()
        given.text("lane", lane)
        given.flag("adopt", adopt)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.resume_lane", given)
    }

    /// Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`, `idempotency_mismatch`,
    ///   `key_not_found`.
    @discardableResult
    public func retireLane(
        lane: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> LaneReply {
        var given = Given()
        given.text("lane", lane)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.retire_lane", given)
    }

    /// Asks for a withdrawal: the amount and the fee of its asset are held at once, and captured when the chain has made the
    /// payment final. Rules and lists see the address in lower case as the counterparty.
    ///
    /// - Parameters:
    ///   - account: The account that pays.
    ///   - amount: The amount for the payee.
    ///   - chain: The chain.
    ///   - to: The address of the payee. One in both cases of letters must have the checksum of EIP-55.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - giveUpIn: After how long it is given up, where it has no nonce by then, PT1S to P30D; never if it is left out.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`,
    ///   `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
    ///   `condition_not_met`, `version_conflict`, `invalid_address`, `chain_not_found`, `asset_not_found`, `lane_not_found`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func request(
        account: String, amount: Money, chain: String, to: String, key: String, giveUpIn: Duration? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WithdrawalRequested {
        var given = Given()
        given.text("account", account)
        given.money("amount", amount)
        given.text("chain", chain)
        given.text("to", to)
        given.text("key", key)
        given.length("give_up_in", giveUpIn)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.request", given)
    }

    /// Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own program, has a no-op sent
    /// under the same nonce, and the chain says which of the two it was.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - maxFeePerGas: The most for a unit of gas of the no-op, in wei, below 2^128, which an admin may set above the cap.
    ///   - reason: Why.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func cancel(
        withdrawal: String, maxFeePerGas: String? = nil, reason: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WithdrawalReply {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.text("max_fee_per_gas", maxFeePerGas)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.cancel", given)
    }

    /// Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first of a lane that is in no
    /// block is worth it.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - maxFeePerGas: The most for a unit of gas, in wei, below 2^128, which may be above the cap.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func speedUp(
        withdrawal: String, maxFeePerGas: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WithdrawalReply {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.text("max_fee_per_gas", maxFeePerGas)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.speed_up", given)
    }

    /// Has the call of a withdrawal written again that gave up (attention `retries_exhausted`). Once it has given up again, the
    /// same order is another one. Where a rule wants a review of that, it needs a `key` of its own: the derived one is used up,
    /// and cannot wait for people.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func retry(
        withdrawal: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WithdrawalReply {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.retry", given)
    }

    /// Says what an admin has found out about a withdrawal that is final, and of which nobody can show whether it was paid
    /// (attention `not_proved`, `nonce_taken`).
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - paid: Whether the payee has it.
    ///   - reason: How it was found out.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func settle(
        withdrawal: String, paid: Bool, reason: String, key: String, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WithdrawalReply {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.flag("paid", paid)
        given.text("reason", reason)
        given.text("key", key)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.settle", given)
    }

    /// The chains, by name, what gas costs there, and how their endpoints do.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func chains(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<WithdrawalChain> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "withdrawals.chains", after: after, given)
    }

    /// The assets: which currencies may be withdrawn to which chains.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - chain: Only of this chain.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func assets(after: String? = nil, chain: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Asset> {
        var given = Given()
        given.text("chain", chain)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "withdrawals.assets", after: after, given)
    }

    /// The lanes, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - chain: Only of this chain.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state: `opening`, `active`, `paused` or `retired`.
    ///   - actor: The actor who asks.
    public func lanes(
        after: String? = nil, chain: String? = nil, limit: Int? = nil, state: LaneState? = nil, actor: Actor? = nil
    ) -> Listing<Lane> {
        var given = Given()
        given.text("chain", chain)
        given.whole("limit", limit)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "withdrawals.lanes", after: after, given)
    }

    /// One lane: its counter, what is under way, and what its wallet has and has promised.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `lane_not_found`.
    @discardableResult
    public func lane(lane: String, actor: Actor? = nil) async throws -> Lane {
        var given = Given()
        given.text("lane", lane)
        given.actor("actor", actor)
        return try await bank.one("withdrawals.lane", given)
    }

    /// Quotes a withdrawal: its cost now, and what it would wait for.
    ///
    /// - Parameters:
    ///   - chain: The chain.
    ///   - amount: The amount for the payee.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `chain_not_found`, `asset_not_found`.
    @discardableResult
    public func quote(chain: String, amount: Money, actor: Actor? = nil) async throws -> WithdrawalQuote {
        var given = Given()
        given.text("chain", chain)
        given.money("amount", amount)
        given.actor("actor", actor)
        return try await bank.one("withdrawals.quote", given)
    }

    /// One withdrawal, by its id or the caller's own reference.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id of it, in place of `withdrawal`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `withdrawal_not_found`.
    @discardableResult
    public func get(withdrawal: String? = nil, actor: Actor? = nil, reference: String? = nil) async throws -> Withdrawal {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.actor("actor", actor)
        given.text("reference", reference)
        return try await bank.one("withdrawals.get", given)
    }

    /// Withdrawals, newest first.
    ///
    /// - Parameters:
    ///   - account: Only of this account.
    ///   - after: The `next` of the page before.
    ///   - attention: Only those that people should look at for this reason.
    ///   - cancelling: Only those that are being given up, or only the others.
    ///   - chain: Only to this chain.
    ///   - fromTime: Only those that were asked for at this time or later.
    ///   - lane: Only of this lane.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state.
    ///   - to: Only to this address.
    ///   - toTime: Only those that were asked for before this time.
    ///   - waiting: Only those that wait for this: `chain`, `fees`, `wallet`, `window` or `lane`.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func list(
        account: String? = nil, after: String? = nil, attention: AttentionCode? = nil, cancelling: Bool? = nil,
        chain: String? = nil, fromTime: Date? = nil, lane: String? = nil, limit: Int? = nil, state: WithdrawalState? = nil,
        to: String? = nil, toTime: Date? = nil, waiting: Waiting? = nil, actor: Actor? = nil
    ) -> Listing<Withdrawal> {
        var given = Given()
        given.text("account", account)
        given.of("attention", attention)
        given.flag("cancelling", cancelling)
        given.text("chain", chain)
        given.time("from_time", fromTime)
        given.text("lane", lane)
        given.whole("limit", limit)
        given.of("state", state)
        given.text("to", to)
        given.time("to_time", toTime)
        given.of("waiting", waiting)
        given.actor("actor", actor)
        return Listing(bank, "withdrawals.list", after: after, given)
    }

    /// The events of a withdrawal, oldest first.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `withdrawal_not_found`.
    public func history(withdrawal: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Event> {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "withdrawals.history", after: after, given)
    }

    /// Lists the actions open to the actor on a withdrawal now.
    ///
    /// - Parameters:
    ///   - withdrawal: The withdrawal.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `withdrawal_not_found`.
    @discardableResult
    public func allowedActions(withdrawal: String, actor: Actor? = nil) async throws -> WithdrawalChoices {
        var given = Given()
        given.text("withdrawal", withdrawal)
        given.actor("actor", actor)
        return try await bank.one("withdrawals.allowed_actions", given)
    }

    /// The states and transitions of a withdrawal as a picture, drawn from the table that runs them.
    ///
    /// - Parameters:
    ///   - format: `mermaid`, which is the default.
    ///   - actor: The actor who asks.
    @discardableResult
    public func diagram(format: String? = nil, actor: Actor? = nil) async throws -> Diagram {
        var given = Given()
        given.text("format", format)
        given.actor("actor", actor)
        return try await bank.one("withdrawals.diagram", given)
    }

    /// How many withdrawals are in which state, how they ended, and how long they took.
    ///
    /// - Parameters:
    ///   - since: Of those that are over only such as changed at this time or later; a week ago if it is left out.
    ///   - actor: The actor who asks.
    @discardableResult
    public func stats(since: Date? = nil, actor: Actor? = nil) async throws -> WithdrawalStats {
        var given = Given()
        given.time("since", since)
        given.actor("actor", actor)
        return try await bank.one("withdrawals.stats", given)
    }

    /// Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening` until a quorum gives the same
    /// nonce for its address, and no code there; then its counter begins at that nonce, and is never read from the chain again.
    ///
    /// - Parameters:
    ///   - chain: The chain.
    ///   - key: The id of the key, `ky_...`, of the vault or of the host.
    ///   - window: How many withdrawals may be sent and not yet seen in a block, 1 to 256.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `chain_not_found`, `lane_exists`, `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func openLane(
        chain: String, key: String, window: Int? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> LaneReply {
        var given = Given()
        given.text("chain", chain)
        given.text("key", key)
        given.whole("window", window)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("withdrawals.open_lane", given)
    }
}
