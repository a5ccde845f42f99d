// The operations of `webhooks`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `webhooks`, of an engine or a view.
public struct WebhooksService: Sendable {
    let bank: Engine

    /// Makes a source of webhooks, or changes one: what is left out stays as it is.
    ///
    /// - Parameters:
    ///   - id: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - scheme: How it signs: `standard` (Standard Webhooks), `stripe`, `hmac`, or `toss` and `inicis`, which do not sign: what they send is only a hint, and the gateway is asked.
    ///   - gateway: The gateway that it speaks for; `stripe`, `toss` and `inicis` go with one of that driver alone.
    ///   - secrets: The secrets that it signs with, which are sealed and never shown: one, or several while the sender changes from one to another. `standard`: `whsec_` and base64; others: 16 characters or more.
    ///   - tolerance: How far the time of a message may be from now, PT1S to PT24H.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func setSource(
        id: String, scheme: Scheme, gateway: String, secrets: [String]? = nil, tolerance: Duration? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SourceReply {
        var given = Given()
        given.text("id", id)
        given.of("scheme", scheme)
        given.text("gateway", gateway)
        given.texts("secrets", secrets)
        given.length("tolerance", tolerance)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("webhooks.set_source", given)
    }

    /// Gives a source a new secret. The old one is good for a while, because the sender changes later.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - secret: The new secret, which is sealed and never shown.
    ///   - keepOldFor: How long the old one is good, PT0S to P30D.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `source_not_found`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func rotateSecret(
        source: String, secret: String, keepOldFor: Duration? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SourceReply {
        var given = Given()
        given.text("source", source)
        given.text("secret", secret)
        given.length("keep_old_for", keepOldFor)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("webhooks.rotate_secret", given)
    }

    /// Takes what a source has sent, as it came over the line: verifies it, and does what it says. `reply` is what to answer the
    /// sender with, whatever came of it; a refusal is answered with its status. One that is not genuine is refused and leaves
    /// nothing, not even an event. The same event again is a replay, whatever else it carries. What nobody signed is only a hint:
    /// the gateway is asked.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - headers: The headers by name, in upper or lower case; each value is a text.
    ///   - body: The body as it came over the line, before anybody parsed it; at most 256 KiB.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`, `transition_not_allowed`,
    ///   `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`, `source_not_found`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
    ///   `blocked`, `review_required`, `decryption_failed`, `key_not_found`, `signature_invalid`.
    @discardableResult
    public func receive(
        source: String, headers: JSON, body: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> WebhookReceived {
        var given = Given()
        given.text("source", source)
        given.any("headers", headers)
        given.text("body", body)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("webhooks.receive", given)
    }

    /// The sources, by name.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func sources(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Source> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "webhooks.sources", after: after, given)
    }

    /// Lists the events received from sources, newest first. Bodies are not kept.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - payment: Only about this payment.
    ///   - result: Only what came to this: `applied`, `ignored`, `parked`, `queried`, `suspended` or `mismatched`.
    ///   - source: Only of this source.
    ///   - actor: The actor who asks.
    public func list(
        after: String? = nil, limit: Int? = nil, payment: String? = nil, result: Heard? = nil, source: String? = nil,
        actor: Actor? = nil
    ) -> Listing<SeenWebhook> {
        var given = Given()
        given.whole("limit", limit)
        given.text("payment", payment)
        given.of("result", result)
        given.text("source", source)
        given.actor("actor", actor)
        return Listing(bank, "webhooks.list", after: after, given)
    }
}
