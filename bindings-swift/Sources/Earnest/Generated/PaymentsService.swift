// The operations of `payments`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `payments`, of an engine or a view.
public struct PaymentsService: Sendable {
    let bank: Engine

    /// Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the kind `gateway.ID`, which a
    /// worker of the application's own leases, or a driver that is built in does.
    ///
    /// - Parameters:
    ///   - id: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - driver: The driver that talks to it: `host` is a worker of the application's own, `stripe`, `toss` and `inicis` are drivers that are built in.
    ///   - abilities: Its abilities, of `two_step`, `partial_capture`, `partial_refund` and `query`; a new gateway has all of them if they are left out. Refused for a built-in driver, which has its own.
    ///   - active: Whether new payments may go to it.
    ///   - breaker: When it counts as down.
    ///   - config: Settings of its driver, which are shown; each driver has its own. A payment keeps those that there were when it began.
    ///   - currencies: The currencies that it takes; all if it is left out.
    ///   - secrets: Secrets of its driver by name, which are sealed and never shown.
    ///   - settleAfter: How long after a call its answer that it knows of none is not believed yet, PT1S to PT24H.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
    ///   `decryption_failed`, `key_not_found`.
    @discardableResult
    public func setGateway(
        id: String, driver: GatewayDriver, abilities: [GatewayAbility]? = nil, active: Bool? = nil, breaker: BreakerTerms? = nil,
        config: JSON? = nil, currencies: [String]? = nil, secrets: JSON? = nil, settleAfter: Duration? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> GatewayReply {
        var given = Given()
        given.text("id", id)
        given.of("driver", driver)
        given.sets("abilities", abilities)
        given.flag("active", active)
        given.record("breaker", breaker)
        given.any("config", config)
        given.texts("currencies", currencies)
        given.any("secrets", secrets)
        given.length("settle_after", settleAfter)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.set_gateway", given)
    }

    /// Makes a route, or changes one: which gateways are tried for which payments, in their order.
    ///
    /// - Parameters:
    ///   - id: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - gateways: The gateways, in the order in which they are tried.
    ///   - currency: Only payments in this currency.
    ///   - max: Only payments of this amount or less.
    ///   - min: Only payments of this amount or more.
    ///   - priority: Of the routes that fit, the one with the highest is taken; of equals the first by name.
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
    ///   `gateway_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func setRoute(
        id: String, gateways: [String], currency: String? = nil, max: Money? = nil, min: Money? = nil, priority: Int? = nil,
        actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RouteReply {
        var given = Given()
        given.text("id", id)
        given.texts("gateways", gateways)
        given.text("currency", currency)
        given.money("max", max)
        given.money("min", min)
        given.whole("priority", priority)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.set_route", given)
    }

    /// Removes a route. Payments that have been made keep their gateways.
    ///
    /// - Parameters:
    ///   - id: The route.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func removeRoute(
        id: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RouteRemoved {
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
        return try await bank.one("payments.remove_route", given)
    }

    /// Begins a payment into an account, or of a deal that its buyer may pay now, in `created`, or with a token on to
    /// `authorizing`. Without a gateway the route that fits and has the highest priority says which are tried. Of a deal it is
    /// judged as `escrow.pay`, and nobody pays the deal beside it.
    ///
    /// - Parameters:
    ///   - amount: The amount to pay.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - authorizationFor: How long an authorization stands before it is voided, PT1H to P90D.
    ///   - capture: Whether the money is taken at once (`auto`) or by `capture` (`manual`); of a deal at once.
    ///   - deal: The deal that it pays, in place of `to`: its buyer's account gets the money, and the deal takes it in the same commit. `amount` is what the buyer pays.
    ///   - expiresIn: How long the payer has, PT1M to P30D.
    ///   - gateway: The gateway; without it a route says.
    ///   - payer: The payer: an id of the host's, who may then confirm and void. Left out, it is a plain actor himself, or else the buyer of the deal.
    ///   - to: The account that gets it; opened if there is none.
    ///   - token: The gateway's own handle of the payer's means, such as a payment method. Never a card number.
    ///   - tokens: Such handles by gateway, where a route may take one or another.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`, `account_locked`,
    ///   `account_closed`, `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `gateway_not_found`, `gateway_unavailable`, `factor_required`, `approval_required`, `already_approved`,
    ///   `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `decryption_failed`, `key_not_found`.
    @discardableResult
    public func create(
        amount: Money, key: String, authorizationFor: Duration? = nil, capture: CaptureMode? = nil, deal: String? = nil,
        expiresIn: Duration? = nil, gateway: String? = nil, payer: String? = nil, to: String? = nil, token: String? = nil,
        tokens: JSON? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.money("amount", amount)
        given.text("key", key)
        given.length("authorization_for", authorizationFor)
        given.of("capture", capture)
        given.text("deal", deal)
        given.length("expires_in", expiresIn)
        given.text("gateway", gateway)
        given.text("payer", payer)
        given.text("to", to)
        given.text("token", token)
        given.any("tokens", tokens)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.create", given)
    }

    /// Sends a payment to its gateway with the payer's means: the gateway's own token, never a card number.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - token: The gateway's own handle of the payer's means. Never a card number.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`,
    ///   `gateway_unavailable`, `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func confirm(
        payment: String, token: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.text("token", token)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.confirm", given)
    }

    /// Takes the money of an authorized payment, once; what is left over is released.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much; all of it if it is left out. What is left over is released.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `transition_not_allowed`,
    ///   `condition_not_met`, `version_conflict`, `payment_not_found`, `capture_exceeds_authorized`, `factor_required`,
    ///   `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `key_not_found`.
    @discardableResult
    public func capture(
        payment: String, key: String, amount: Money? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.text("key", key)
        given.money("amount", amount)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.capture", given)
    }

    /// Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is voided, or refunded whole, as
    /// soon as the gateway has said what became of it.
    ///
    /// - Parameters:
    ///   - payment: The payment.
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
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func void(
        payment: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.void", given)
    }

    /// Asks the gateway what it knows of a payment; one question is open at a time.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func sync(
        payment: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.sync", given)
    }

    /// Gives captured money back: it leaves the account at once, and comes back to it if the gateway refuses.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much; what is left of it if it is left out.
    ///   - reason: Why.
    ///   - refundAccount: The payer's account that a deposit into a virtual account goes back to: `bank` (its code), `number` and `holder`. Kept sealed until the refund is over; other payments take none.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`, `account_closed`,
    ///   `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `payment_not_found`, `refund_exceeds_captured`, `factor_required`, `approval_required`, `already_approved`,
    ///   `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `key_not_found`.
    @discardableResult
    public func refund(
        payment: String, key: String, amount: Money? = nil, reason: String? = nil, refundAccount: JSON? = nil,
        actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> RefundReply {
        var given = Given()
        given.text("payment", payment)
        given.text("key", key)
        given.money("amount", amount)
        given.text("reason", reason)
        given.any("refund_account", refundAccount)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.refund", given)
    }

    /// Says what an admin has found out about a payment that is `unknown` or `mismatched`.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - outcome: One of `authorized`, `captured`, `voided`, `refused`, `refunded`.
    ///   - reason: How it was found out.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: The amount; what was asked for if it is left out.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`, `account_closed`,
    ///   `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `payment_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func settle(
        payment: String, outcome: String, reason: String, key: String, amount: Money? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.text("outcome", outcome)
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
        return try await bank.one("payments.settle", given)
    }

    /// Tells what a gateway has said, for hosts that verify its webhooks themselves. The same event again is a replay, whatever
    /// else it carries.
    ///
    /// - Parameters:
    ///   - gateway: The gateway.
    ///   - event: The gateway's own id of what it says: told twice it is one effect.
    ///   - outcome: The outcome: `authorized`, `captured`, `voided`, `action_required`, `pending`, `refused`, `nothing`, `refunded` or `refund_failed`.
    ///   - action: The payer's next action.
    ///   - amount: The amount of a refund.
    ///   - authorized: The total that is authorized there.
    ///   - captured: The total that is captured there.
    ///   - failure: Why it refused.
    ///   - payment: The payment.
    ///   - refund: The refund: its id, or the gateway's reference.
    ///   - refunded: The total that is refunded there.
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
    ///   `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
    ///   `review_required`, `key_not_found`.
    @discardableResult
    public func report(
        gateway: String, event: String, outcome: String, action: JSON? = nil, amount: Money? = nil, authorized: Money? = nil,
        captured: Money? = nil, failure: FailureInput? = nil, payment: String? = nil, refund: String? = nil,
        refunded: Money? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> Reported {
        var given = Given()
        given.text("gateway", gateway)
        given.text("event", event)
        given.text("outcome", outcome)
        given.any("action", action)
        given.money("amount", amount)
        given.money("authorized", authorized)
        given.money("captured", captured)
        given.record("failure", failure)
        given.text("payment", payment)
        given.text("refund", refund)
        given.money("refunded", refunded)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.report", given)
    }

    /// Tells that the payer's bank takes a payment back, or how that ended. What its account does not have is a debt.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - case: The gateway's id of it.
    ///   - amount: How much is taken back; all that is left if it is left out. It may be more than was paid.
    ///   - phase: How far it is: `open`, `won` or `lost`.
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
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`, `transition_not_allowed`,
    ///   `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`, `approval_required`,
    ///   `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `key_not_found`.
    @discardableResult
    public func chargeback(
        payment: String, case: String, amount: Money? = nil, phase: ChargebackPhase? = nil, reason: String? = nil,
        actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PaymentReply {
        var given = Given()
        given.text("payment", payment)
        given.text("case", `case`)
        given.money("amount", amount)
        given.of("phase", phase)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.chargeback", given)
    }

    /// Takes what a debtor owes from what the debtor has.
    ///
    /// - Parameters:
    ///   - debt: The debt.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - amount: How much; as much as there is of what is owed if it is left out.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`, `account_closed`,
    ///   `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
    ///   `debt_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func recover(
        debt: String, key: String, amount: Money? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DebtReply {
        var given = Given()
        given.text("debt", debt)
        given.text("key", key)
        given.money("amount", amount)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.recover", given)
    }

    /// Gives a debt up: the loss stays where it is.
    ///
    /// - Parameters:
    ///   - debt: The debt.
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
    ///   `transition_not_allowed`, `version_conflict`, `debt_not_found`, `factor_required`, `idempotency_mismatch`,
    ///   `key_not_found`.
    @discardableResult
    public func writeOff(
        debt: String, reason: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DebtReply {
        var given = Given()
        given.text("debt", debt)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("payments.write_off", given)
    }

    /// The gateways, by name, and whether they answer.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func gateways(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Gateway> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "payments.gateways", after: after, given)
    }

    /// The routes, by name.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func routes(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Route> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "payments.routes", after: after, given)
    }

    /// Debts, newest first.
    ///
    /// - Parameters:
    ///   - account: Only of this account.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state: `open`, `recovered` or `written_off`.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func debts(
        account: String? = nil, after: String? = nil, limit: Int? = nil, state: DebtState? = nil, actor: Actor? = nil
    ) -> Listing<Debt> {
        var given = Given()
        given.text("account", account)
        given.whole("limit", limit)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "payments.debts", after: after, given)
    }

    /// One payment, by its id or the caller's own reference.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id of it, in place of `payment`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `payment_not_found`.
    @discardableResult
    public func get(payment: String? = nil, actor: Actor? = nil, reference: String? = nil) async throws -> Payment {
        var given = Given()
        given.text("payment", payment)
        given.actor("actor", actor)
        given.text("reference", reference)
        return try await bank.one("payments.get", given)
    }

    /// Returns the fields that the client's widget needs to collect the payer's means, of a payment that waits for them. A
    /// gateway that a worker of the application's own talks to is `not_supported`.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `payment_not_found`, `gateway_not_found`, `gateway_unavailable`, `decryption_failed`,
    ///   `key_not_found`.
    @discardableResult
    public func checkout(payment: String, actor: Actor? = nil) async throws -> Checkout {
        var given = Given()
        given.text("payment", payment)
        given.actor("actor", actor)
        return try await bank.one("payments.checkout", given)
    }

    /// Payments, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - deal: Only of this deal.
    ///   - gateway: Only at this gateway.
    ///   - limit: Page size, at most 500.
    ///   - payer: Only of this payer.
    ///   - purchase: Only of this purchase.
    ///   - state: Only in this state.
    ///   - to: Only to this account.
    ///   - unsettled: Only those that wait for an answer of their gateway.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func list(
        after: String? = nil, deal: String? = nil, gateway: String? = nil, limit: Int? = nil, payer: String? = nil,
        purchase: String? = nil, state: PaymentState? = nil, to: String? = nil, unsettled: Bool? = nil, actor: Actor? = nil
    ) -> Listing<Payment> {
        var given = Given()
        given.text("deal", deal)
        given.text("gateway", gateway)
        given.whole("limit", limit)
        given.text("payer", payer)
        given.text("purchase", purchase)
        given.of("state", state)
        given.text("to", to)
        given.flag("unsettled", unsettled)
        given.actor("actor", actor)
        return Listing(bank, "payments.list", after: after, given)
    }

    /// The events of a payment, oldest first.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `payment_not_found`.
    public func history(payment: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Event> {
        var given = Given()
        given.text("payment", payment)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "payments.history", after: after, given)
    }

    /// The actions that the actor could take on a payment now.
    ///
    /// - Parameters:
    ///   - payment: The payment.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `payment_not_found`.
    @discardableResult
    public func allowedActions(payment: String, actor: Actor? = nil) async throws -> PaymentChoices {
        var given = Given()
        given.text("payment", payment)
        given.actor("actor", actor)
        return try await bank.one("payments.allowed_actions", given)
    }

    /// The states and transitions of a payment as a picture, drawn from the table that runs them.
    ///
    /// - Parameters:
    ///   - format: `mermaid`, which is the default.
    ///   - actor: The actor who asks.
    @discardableResult
    public func diagram(format: String? = nil, actor: Actor? = nil) async throws -> Diagram {
        var given = Given()
        given.text("format", format)
        given.actor("actor", actor)
        return try await bank.one("payments.diagram", given)
    }
}
