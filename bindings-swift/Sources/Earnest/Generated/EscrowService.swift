// The operations of `escrow`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `escrow`, of an engine or a view.
public struct EscrowService: Sendable {
    let bank: Engine

    /// Opens a deal in `pending`.
    ///
    /// - Parameters:
    ///   - buyer: The buyer's account.
    ///   - seller: The seller's account; opened if there is none.
    ///   - price: The price.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - deliverWithin: How long it may be on its way before it counts as delivered; without it the deal waits.
    ///   - fees: Fees: who gets them, how much, and from whom.
    ///   - inspection: How long the buyer may look at what arrived before the seller is paid.
    ///   - item: The item sold, for people: at most 1,000 characters.
    ///   - milestones: Parts of the price that are released by name.
    ///   - payWithin: How long the buyer may take to pay; without it the deal waits.
    ///   - requireAcceptance: The seller must accept before the deal continues.
    ///   - respondWithin: How long the other side may take to answer a dispute.
    ///   - shipWithin: How long the seller may take to ship, counted from the state that awaits it; without it the deal waits.
    ///   - shipping: Something is shipped; otherwise a paid deal counts as delivered.
    ///   - splits: Others who share in what the seller gets.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`,
    ///   `account_not_found`, `account_locked`, `account_closed`, `overflow`, `factor_required`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func open(
        buyer: String, seller: String, price: Money, key: String, deliverWithin: Duration? = nil, fees: [FeeTerm]? = nil,
        inspection: Duration? = nil, item: String? = nil, milestones: [MilestoneTerm]? = nil, payWithin: Duration? = nil,
        requireAcceptance: Bool? = nil, respondWithin: Duration? = nil, shipWithin: Duration? = nil, shipping: Bool? = nil,
        splits: [SplitTerm]? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("buyer", buyer)
        given.text("seller", seller)
        given.money("price", price)
        given.text("key", key)
        given.length("deliver_within", deliverWithin)
        given.records("fees", fees)
        given.length("inspection", inspection)
        given.text("item", item)
        given.records("milestones", milestones)
        given.length("pay_within", payWithin)
        given.flag("require_acceptance", requireAcceptance)
        given.length("respond_within", respondWithin)
        given.length("ship_within", shipWithin)
        given.flag("shipping", shipping)
        given.records("splits", splits)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.open", given)
    }

    /// Takes the price from the buyer's balance: held, then secured in the deal's own account.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - secure: Go on into the deal's own account; `false` stops at the hold.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `deal_not_found`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
    ///   `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `key_not_found`.
    @discardableResult
    public func pay(
        deal: String, reason: String? = nil, secure: Bool? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.flag("secure", secure)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.pay", given)
    }

    /// Secures a deal that was only paid: its hold is captured into the deal's own account.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `limit_exceeded`, `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
    ///   `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func secure(
        deal: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.secure", given)
    }

    /// The seller accepts a deal that asks for it.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why, where an admin acts in the place of the seller.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func accept(
        deal: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.accept", given)
    }

    /// The seller has shipped.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - carrier: The carrier.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - tracking: The carrier's number for it.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func ship(
        deal: String, carrier: String? = nil, reason: String? = nil, tracking: String? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("carrier", carrier)
        given.text("reason", reason)
        given.text("tracking", tracking)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.ship", given)
    }

    /// It has arrived: the time to inspect begins.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func deliver(
        deal: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.deliver", given)
    }

    /// The buyer is content: the seller is paid.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why, where an admin acts in the place of the buyer.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func confirm(
        deal: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.confirm", given)
    }

    /// Calls the deal off; what was paid goes back to the buyer.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why; events carry its salted hash only.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func cancel(
        deal: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.cancel", given)
    }

    /// The buyer asks for the money back, all of it or a part: the clock stops until it is decided.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why; events carry its salted hash only.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much of the price; all that the deal holds when absent.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `deal_not_found`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func requestRefund(
        deal: String, reason: String, key: String, amount: Money? = nil, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.text("key", key)
        given.money("amount", amount)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.request_refund", given)
    }

    /// The seller or an admin gives back what the buyer asked for; after a part the deal continues where it stood.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reason: Why; events carry its salted hash only.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
    ///   `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func approveRefund(
        deal: String, key: String, reason: String? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("key", key)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.approve_refund", given)
    }

    /// The seller or an admin refuses the refund: the deal continues where it stood, with the time that was left.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - reason: Why; events carry its salted hash only.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func refuseRefund(
        deal: String, reason: String, key: String, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("reason", reason)
        given.text("key", key)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.refuse_refund", given)
    }

    /// Releases a part of the price, by amount or by milestone; the state stays.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much of the price; either this or `milestone`.
    ///   - milestone: The milestone that was reached.
    ///   - reason: Why, where an admin acts in the place of the buyer.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`, `deal_not_found`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
    ///   `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func releasePart(
        deal: String, key: String, amount: Money? = nil, milestone: String? = nil, reason: String? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.text("key", key)
        given.money("amount", amount)
        given.text("milestone", milestone)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.release_part", given)
    }

    /// Puts off the deadline in force; the side that waits for it may, and an admin.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - deliverBy: It counts as delivered.
    ///   - payBy: The buyer must have paid.
    ///   - reason: Why; events carry its salted hash only.
    ///   - releaseAt: The seller is paid without further ado.
    ///   - shipBy: The seller must have shipped.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func extend(
        deal: String, deliverBy: Date? = nil, payBy: Date? = nil, reason: String? = nil, releaseAt: Date? = nil,
        shipBy: Date? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.time("deliver_by", deliverBy)
        given.time("pay_by", payBy)
        given.text("reason", reason)
        given.time("release_at", releaseAt)
        given.time("ship_by", shipBy)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.extend", given)
    }

    /// Changes metadata or reference of a deal, in any state.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func update(
        deal: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DealReply {
        var given = Given()
        given.text("deal", deal)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.update", given)
    }

    /// A party opens a dispute: the deal stands still until it has ended.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - type: The type: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or `other`.
    ///   - statement: The statement of the party that opens it, at most 4,000 characters; events carry its salted hash only.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func dispute(
        deal: String, type: DisputeType, statement: String, key: String, reason: String? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DisputeReply {
        var given = Given()
        given.text("deal", deal)
        given.of("type", type)
        given.text("statement", statement)
        given.text("key", key)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.dispute", given)
    }

    /// Shows a piece of evidence in a dispute; it can not be changed.
    ///
    /// - Parameters:
    ///   - dispute: The dispute.
    ///   - kind: The kind of evidence, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
    ///   - sha256: SHA-256 of a file that the host keeps, in lower-case hexadecimal.
    ///   - statement: A statement about it, at most 2,000 characters; events carry its salted hash only.
    ///   - uri: Where that file is, at most 1,000 characters; events carry its salted hash only.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func addEvidence(
        dispute: String, kind: String, sha256: String? = nil, statement: String? = nil, uri: String? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DisputeReply {
        var given = Given()
        given.text("dispute", dispute)
        given.text("kind", kind)
        given.text("sha256", sha256)
        given.text("statement", statement)
        given.text("uri", uri)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.add_evidence", given)
    }

    /// Staff look into a dispute.
    ///
    /// - Parameters:
    ///   - dispute: The dispute.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func investigate(
        dispute: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DisputeReply {
        var given = Given()
        given.text("dispute", dispute)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.investigate", given)
    }

    /// The party that opened a dispute takes it back: the deal continues where it stood, with the time that was left.
    ///
    /// - Parameters:
    ///   - dispute: The dispute.
    ///   - reason: Why, where an admin acts in the place of a party.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func withdraw(
        dispute: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DisputeReply {
        var given = Given()
        given.text("dispute", dispute)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.withdraw", given)
    }

    /// Staff decide a dispute, and its money goes where the ruling says, in one commit.
    ///
    /// - Parameters:
    ///   - dispute: The dispute.
    ///   - outcome: The ruling: `release` to the seller, `refund` to the buyer, or `split`.
    ///   - resolution: Why, at most 4,000 characters; events carry its salted hash only.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - refund: For a split: how much of the price goes back to the buyer.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`, `transition_not_allowed`,
    ///   `condition_not_met`, `version_conflict`, `dispute_not_found`, `factor_required`, `approval_required`,
    ///   `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func resolve(
        dispute: String, outcome: Ruling, resolution: String, key: String, refund: Money? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DisputeReply {
        var given = Given()
        given.text("dispute", dispute)
        given.of("outcome", outcome)
        given.text("resolution", resolution)
        given.text("key", key)
        given.money("refund", refund)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("escrow.resolve", given)
    }

    /// Quotes the cost and the proceeds of a deal, without writing.
    ///
    /// - Parameters:
    ///   - price: The price.
    ///   - fees: Fees: who gets them, how much, and from whom.
    ///   - splits: Others who share in what the seller gets.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`.
    @discardableResult
    public func quote(
        price: Money, fees: [FeeTerm]? = nil, splits: [SplitTerm]? = nil, actor: Actor? = nil
    ) async throws -> Quote {
        var given = Given()
        given.money("price", price)
        given.records("fees", fees)
        given.records("splits", splits)
        given.actor("actor", actor)
        return try await bank.one("escrow.quote", given)
    }

    /// One deal, by its id or the caller's own reference.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`.
    @discardableResult
    public func get(deal: String? = nil, actor: Actor? = nil, reference: String? = nil) async throws -> Deal {
        var given = Given()
        given.text("deal", deal)
        given.actor("actor", actor)
        given.text("reference", reference)
        return try await bank.one("escrow.get", given)
    }

    /// Deals, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - buyer: Only of this buyer's account.
    ///   - dueBefore: Only with a deadline in force before this time.
    ///   - limit: Page size, at most 500.
    ///   - seller: Only of this seller's account.
    ///   - state: Only in this state.
    ///   - updatedSince: Only changed at or after this time.
    ///   - actor: The actor who asks.
    ///   - reference: Only with this reference.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func list(
        after: String? = nil, buyer: String? = nil, dueBefore: Date? = nil, limit: Int? = nil, seller: String? = nil,
        state: DealState? = nil, updatedSince: Date? = nil, actor: Actor? = nil, reference: String? = nil
    ) -> Listing<Deal> {
        var given = Given()
        given.text("buyer", buyer)
        given.time("due_before", dueBefore)
        given.whole("limit", limit)
        given.text("seller", seller)
        given.of("state", state)
        given.time("updated_since", updatedSince)
        given.actor("actor", actor)
        given.text("reference", reference)
        return Listing(bank, "escrow.list", after: after, given)
    }

    /// The events of a deal, oldest first.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`.
    public func history(deal: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Event> {
        var given = Given()
        given.text("deal", deal)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "escrow.history", after: after, given)
    }

    /// Would this be allowed? Verdict and reason, without writing.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - trigger: The trigger, such as `ship`.
    ///   - amount: How much, for `request_refund`, `release_part`, and `resolve` with a split.
    ///   - locale: The reason for people in this language, `ko` or `en`; for developers when absent.
    ///   - outcome: The ruling, for `resolve`: `release` (the default), `refund` or `split`.
    ///   - reason: Why, where an admin would act in the place of a party.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `deal_not_found`.
    @discardableResult
    public func validate(
        deal: String, trigger: Trigger, amount: Money? = nil, locale: String? = nil, outcome: Ruling? = nil,
        reason: String? = nil, actor: Actor? = nil
    ) async throws -> Validation {
        var given = Given()
        given.text("deal", deal)
        given.of("trigger", trigger)
        given.money("amount", amount)
        given.text("locale", locale)
        given.of("outcome", outcome)
        given.text("reason", reason)
        given.actor("actor", actor)
        return try await bank.one("escrow.validate", given)
    }

    /// Lists the actions open to an actor on a deal now, for user interfaces.
    ///
    /// - Parameters:
    ///   - deal: The deal.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `deal_not_found`.
    @discardableResult
    public func allowedActions(deal: String, actor: Actor? = nil) async throws -> Actions {
        var given = Given()
        given.text("deal", deal)
        given.actor("actor", actor)
        return try await bank.one("escrow.allowed_actions", given)
    }

    /// The states and transitions of a deal as a picture, drawn from the table that runs them.
    ///
    /// - Parameters:
    ///   - format: `mermaid` (the default) or `svg`.
    ///   - actor: The actor who asks.
    @discardableResult
    public func diagram(format: String? = nil, actor: Actor? = nil) async throws -> Diagram {
        var given = Given()
        given.text("format", format)
        given.actor("actor", actor)
        return try await bank.one("escrow.diagram", given)
    }

    /// One dispute with its deal, its parties, what was shipped and all that happened.
    ///
    /// - Parameters:
    ///   - dispute: The dispute.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `dispute_not_found`.
    @discardableResult
    public func getDispute(dispute: String, actor: Actor? = nil) async throws -> DisputeFile {
        var given = Given()
        given.text("dispute", dispute)
        given.actor("actor", actor)
        return try await bank.one("escrow.get_dispute", given)
    }

    /// Disputes, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - deal: Only about this deal.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state: `open`, `investigating`, `resolved` or `withdrawn`.
    ///   - type: Only of this type.
    ///   - actor: The actor who asks.
    public func disputes(
        after: String? = nil, deal: String? = nil, limit: Int? = nil, state: DisputeState? = nil, type: DisputeType? = nil,
        actor: Actor? = nil
    ) -> Listing<Dispute> {
        var given = Given()
        given.text("deal", deal)
        given.whole("limit", limit)
        given.of("state", state)
        given.of("type", type)
        given.actor("actor", actor)
        return Listing(bank, "escrow.disputes", after: after, given)
    }

    /// How many disputes there are of which type, and how long it takes to resolve them.
    ///
    /// - Parameters:
    ///   - since: The period begins here; a week ago when absent.
    ///   - actor: The actor who asks.
    @discardableResult
    public func disputeStats(since: Date? = nil, actor: Actor? = nil) async throws -> DisputeStats {
        var given = Given()
        given.time("since", since)
        given.actor("actor", actor)
        return try await bank.one("escrow.dispute_stats", given)
    }
}
