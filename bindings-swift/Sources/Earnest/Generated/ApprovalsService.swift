// The operations of `approvals`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `approvals`, of an engine or a view.
public struct ApprovalsService: Sendable {
    let bank: Engine

    /// Asks for the consent of others before calls with this effect, from this amount up; it takes the place of the policy of
    /// that name. It holds at once, in every process.
    ///
    /// - Parameters:
    ///   - id: Its name, 1 to 64 of `A-Z a-z 0-9 . _ : -`; one of that name is replaced, `default` too.
    ///   - operation: The effect of the calls that it covers: `escrow.pay`, a family such as `treasury.*`, or `*`. Of `signing.sign`, which is in `*` too, it can only require factors; and of an effect that takes no money, such as `vault.reveal`, if that is named in full.
    ///   - threshold: From here up; zero for any amount. Calls that take another currency are not covered. Signatures and what takes no money are covered at any amount.
    ///   - approvers: How many different people must approve: 1 to 20; 2 when absent. With 0 only factors are required, as always where no money is taken.
    ///   - currency: The currency of the threshold, again.
    ///   - expiresIn: How long an approval stays open; 24 hours when absent.
    ///   - require: The factors that the caller must prove by `proofs`: `pin`, `totp`, or both. Where no money is taken they are those of the actor himself, so that the host's own program cannot make such a call.
    ///   - role: The role in which they must act; `admin` when absent.
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
    ///   `idempotency_mismatch`.
    @discardableResult
    public func setPolicy(
        id: String, operation: String, threshold: Money, approvers: Int? = nil, currency: String? = nil,
        expiresIn: Duration? = nil, require: [Factor]? = nil, role: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PolicyReply {
        var given = Given()
        given.text("id", id)
        given.text("operation", operation)
        given.money("threshold", threshold)
        given.whole("approvers", approvers)
        given.text("currency", currency)
        given.length("expires_in", expiresIn)
        given.sets("require", require)
        given.text("role", role)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("approvals.set_policy", given)
    }

    /// Removes a policy. Approvals that were asked for already stay as they were asked for.
    ///
    /// - Parameters:
    ///   - id: Its name.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `idempotency_mismatch`.
    @discardableResult
    public func removePolicy(
        id: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PolicyRemoved {
        var given = Given()
        given.text("id", id)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("approvals.remove_policy", given)
    }

    /// Consents to a call that waits. The last consent that is needed makes the call, under its own key and as the actor who
    /// asked for it; where it is refused then, this may be repeated until the approval expires.
    ///
    /// - Parameters:
    ///   - approval: The approval.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`, `already_approved`,
    ///   `self_approval`, `idempotency_mismatch`.
    @discardableResult
    public func approve(
        approval: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ApproveReply {
        var given = Given()
        given.text("approval", approval)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("approvals.approve", given)
    }

    /// Refuses a call that waits, for good.
    ///
    /// - Parameters:
    ///   - approval: The approval.
    ///   - reason: Why, at most 1,000 characters; events carry its salted hash only.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`, `idempotency_mismatch`.
    @discardableResult
    public func reject(
        approval: String, reason: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ApprovalReply {
        var given = Given()
        given.text("approval", approval)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("approvals.reject", given)
    }

    /// The policies in force.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    public func policies(actor: Actor? = nil) -> Listing<Policy> {
        var given = Given()
        given.actor("actor", actor)
        return Listing(bank, "approvals.policies", given)
    }

    /// One approval.
    ///
    /// - Parameters:
    ///   - approval: The approval.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `approval_not_found`.
    @discardableResult
    public func get(approval: String, actor: Actor? = nil) async throws -> Approval {
        var given = Given()
        given.text("approval", approval)
        given.actor("actor", actor)
        return try await bank.one("approvals.get", given)
    }

    /// Approvals, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - operation: Only those of this operation.
    ///   - requestedBy: Only those that this actor asked for.
    ///   - state: Only in this state: `pending`, `approved`, `rejected`, `expired` or `executed`.
    ///   - actor: The actor who asks.
    public func list(
        after: String? = nil, limit: Int? = nil, operation: String? = nil, requestedBy: String? = nil,
        state: ApprovalState? = nil, actor: Actor? = nil
    ) -> Listing<Approval> {
        var given = Given()
        given.whole("limit", limit)
        given.text("operation", operation)
        given.text("requested_by", requestedBy)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "approvals.list", after: after, given)
    }
}
