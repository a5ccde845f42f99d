// The operations of `risk`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `risk`, of an engine or a view.
public struct RiskService: Sendable {
    let bank: Engine

    /// Sets a rule, which holds at once in every process, in the place of the one of that name. Another action, subject, metric
    /// or window begins from zero; the rest leaves the counts.
    ///
    /// - Parameters:
    ///   - id: Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rates'.
    ///   - action: Which calls: an operation, a service such as `escrow.*`, or `*`; several with commas between them count together. The last two mean what opens something; what settles is meant only by its full name.
    ///   - subject: About whom: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
    ///   - metric: The metric: `count`, `sum`, `amount`, `failures` or `distinct:FIELD`, where FIELD is one of the subjects.
    ///   - limit: So much passes: a whole number, or money for `sum` and `amount`. Of failures so many are too many.
    ///   - outcome: The outcome when it fires: `block`, `challenge`, `review` or `flag`.
    ///   - exact: Whether no call too many may pass even where many share a subject. If not, transactions about one subject do not wait for each other, and those that are open at once may go over the limit together; on SQLite and in memory that makes no difference.
    ///   - expiresIn: Of a review: how long it stays open, at most `P90D`.
    ///   - factors: Of a challenge: `pin`, `totp`; any that is enrolled when absent.
    ///   - from: In force from then on.
    ///   - message: A message for people, at most 200 characters.
    ///   - priority: Which refusal speaks first: the highest, -1,000 to 1,000.
    ///   - shadow: Whether it only shows what it would do.
    ///   - timeZone: Where midnight is, for `day` and `month`; `UTC` when absent.
    ///   - until: In force before then.
    ///   - weight: The points that it adds to the score when it fires, -100 to 100.
    ///   - window: For how long a call counts: a length of time up to `P400D`, `day`, `month` or `lifetime`; none for `amount`.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`, `idempotency_mismatch`.
    @discardableResult
    public func setRule(
        id: String, action: String, subject: String, metric: String, limit: Measure, outcome: Outcome, exact: Bool? = nil,
        expiresIn: Duration? = nil, factors: [Factor]? = nil, from: Date? = nil, message: String? = nil, priority: Int? = nil,
        shadow: Bool? = nil, timeZone: String? = nil, until: Date? = nil, weight: Int? = nil, window: String? = nil,
        actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RuleReply {
        var given = Given()
        given.text("id", id)
        given.text("action", action)
        given.text("subject", subject)
        given.text("metric", metric)
        given.measure("limit", limit)
        given.of("outcome", outcome)
        given.flag("exact", exact)
        given.length("expires_in", expiresIn)
        given.sets("factors", factors)
        given.time("from", from)
        given.text("message", message)
        given.whole("priority", priority)
        given.flag("shadow", shadow)
        given.text("time_zone", timeZone)
        given.time("until", until)
        given.whole("weight", weight)
        given.text("window", window)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.set_rule", given)
    }

    /// Sets a rate: calls of a subject are spaced, so many in a span, with a burst.
    ///
    /// - Parameters:
    ///   - id: Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rules'.
    ///   - action: As a rule's.
    ///   - subject: As a rule's.
    ///   - limit: How many calls in a span.
    ///   - per: The span, at most `P400D`.
    ///   - burst: How many at once after a pause; the limit when absent.
    ///   - message: As a rule's.
    ///   - priority: As a rule's.
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
    public func setRate(
        id: String, action: String, subject: String, limit: Int, per: String, burst: Int? = nil, message: String? = nil,
        priority: Int? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RateReply {
        var given = Given()
        given.text("id", id)
        given.text("action", action)
        given.text("subject", subject)
        given.whole("limit", limit)
        given.text("per", per)
        given.whole("burst", burst)
        given.text("message", message)
        given.whole("priority", priority)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.set_rate", given)
    }

    /// Removes a rule or a rate, and with it what it has counted.
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
    public func removeRule(
        id: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RuleRemoved {
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
        return try await bank.one("risk.remove_rule", given)
    }

    /// Says from which score on something follows; what is left out leads to nothing any more.
    ///
    /// - Parameters:
    ///   - block: From here on it is refused.
    ///   - challenge: From here on a further factor must be proved.
    ///   - review: From here on people look at it first.
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
    public func setThresholds(
        block: Int? = nil, challenge: Int? = nil, review: Int? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ThresholdsReply {
        var given = Given()
        given.whole("block", block)
        given.whole("challenge", challenge)
        given.whole("review", review)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.set_thresholds", given)
    }

    /// Blocks an account, an actor, an address, a device or a value: what opens something for it is refused, whatever rules say.
    /// It takes the place of an entry that allows.
    ///
    /// - Parameters:
    ///   - subject: In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
    ///   - value: The value to block: an account, an actor's id, an address or a network such as `198.51.100.0/24`, a device, or the text of the field.
    ///   - reason: Why, at most 1,000 characters; events carry its salted hash only.
    ///   - until: In force before then; for ever when absent.
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
    public func block(
        subject: String, value: String, reason: String, until: Date? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ListReply {
        var given = Given()
        given.text("subject", subject)
        given.text("value", value)
        given.text("reason", reason)
        given.time("until", until)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.block", given)
    }

    /// Lets an account, an actor, an address, a device or a value through, whatever rules say.
    ///
    /// - Parameters:
    ///   - subject: In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
    ///   - value: The value to allow: an account, an actor's id, an address or a network such as `198.51.100.0/24`, a device, or the text of the field.
    ///   - reason: Why, at most 1,000 characters; events carry its salted hash only.
    ///   - until: In force before then; for ever when absent.
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
    public func allow(
        subject: String, value: String, reason: String, until: Date? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ListReply {
        var given = Given()
        given.text("subject", subject)
        given.text("value", value)
        given.text("reason", reason)
        given.time("until", until)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.allow", given)
    }

    /// Takes somebody or something off the lists.
    ///
    /// - Parameters:
    ///   - subject: In which part of a call.
    ///   - value: The listed value, in the form of the entry or in any other that it could be listed by.
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
    public func unlist(
        subject: String, value: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ListReply {
        var given = Given()
        given.text("subject", subject)
        given.text("value", value)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.unlist", given)
    }

    /// Agrees to a call that waits for people to look at it, which is then made under its own key, as the actor who asked for it.
    /// Where it is refused then, this may be repeated.
    ///
    /// - Parameters:
    ///   - review: The review.
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
    public func approveReview(
        review: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ReviewedReply {
        var given = Given()
        given.text("review", review)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.approve_review", given)
    }

    /// Refuses a call that waits for people to look at it, for good.
    ///
    /// - Parameters:
    ///   - review: The review.
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
    public func rejectReview(
        review: String, reason: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ReviewReply {
        var given = Given()
        given.text("review", review)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.reject_review", given)
    }

    /// Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.
    ///
    /// - Parameters:
    ///   - name: `prepaid`, `marketplace`, `limited_sale` or `payouts`.
    ///   - currencies: Further currencies of its amounts, each by rules of its own whose names end with the code.
    ///   - currency: The currency of its amounts: `KRW`, `USD` or `EUR`. Without one it limits no amounts.
    ///   - timeZone: Where its days and months begin; `UTC` when absent.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`, `idempotency_mismatch`.
    @discardableResult
    public func installPack(
        name: String, currencies: [String]? = nil, currency: String? = nil, timeZone: String? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PackReply {
        var given = Given()
        given.text("name", name)
        given.texts("currencies", currencies)
        given.text("currency", currency)
        given.text("time_zone", timeZone)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("risk.install_pack", given)
    }

    /// The rules, the rates and the thresholds.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func rules(actor: Actor? = nil) async throws -> Rules {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("risk.rules", given)
    }

    /// Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.
    ///
    /// - Parameters:
    ///   - action: The operation: `ledger.transfer`.
    ///   - args: Its request; the key may be left out.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`.
    @discardableResult
    public func evaluate(action: String, args: JSON, actor: Actor? = nil) async throws -> Decision {
        var given = Given()
        given.text("action", action)
        given.any("args", args)
        given.actor("actor", actor)
        return try await bank.one("risk.evaluate", given)
    }

    /// Calls that wait for people to look at them, and those that did, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state: `pending`, `rejected`, `expired` or `executed`.
    ///   - actor: The actor who asks.
    public func reviews(
        after: String? = nil, limit: Int? = nil, state: ReviewState? = nil, actor: Actor? = nil
    ) -> Listing<Review> {
        var given = Given()
        given.whole("limit", limit)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "risk.reviews", after: after, given)
    }

    /// Rates an account by its operations, its disputes and its refunds.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`, `account_not_found`.
    @discardableResult
    public func profile(account: String, actor: Actor? = nil) async throws -> Profile {
        var given = Given()
        given.text("account", account)
        given.actor("actor", actor)
        return try await bank.one("risk.profile", given)
    }

    /// Lists decisions in which something fired, newest first. A plain yes is not kept.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - outcome: Only with this outcome: `allow`, `flag`, `review`, `challenge` or `block`.
    ///   - subject: Only those whose first rule is about this part of a call: `account`, `actor`, `ip` and so on.
    ///   - value: Only those about this account, actor, address or network and so on; of any part of a call without `subject`.
    ///   - actor: The actor who asks.
    public func decisions(
        after: String? = nil, limit: Int? = nil, outcome: Outcome? = nil, subject: String? = nil, value: String? = nil,
        actor: Actor? = nil
    ) -> Listing<Decision> {
        var given = Given()
        given.whole("limit", limit)
        given.of("outcome", outcome)
        given.text("subject", subject)
        given.text("value", value)
        given.actor("actor", actor)
        return Listing(bank, "risk.decisions", after: after, given)
    }
}
