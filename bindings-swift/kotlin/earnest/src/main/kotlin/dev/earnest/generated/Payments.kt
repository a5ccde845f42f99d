// The operations of `payments`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import kotlin.time.Duration

/** The operations of `payments`. */
public open class Payments internal constructor(internal val calls: Calls) {
    /**
     * Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the kind `gateway.ID`,
     * which a worker of the application's own leases, or a driver that is built in does.
     *
     * Refused with `invalid_currency`, `currency_not_allowed`, `version_conflict`, `factor_required`,
     * `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
     *
     * @param id Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param driver The driver that talks to it: `host` is a worker of the application's own, `stripe`, `toss` and
     * `inicis` are drivers that are built in. One of [GatewayDriver], or its text.
     * @param abilities Its abilities, of `two_step`, `partial_capture`, `partial_refund` and `query`; a new gateway
     * has all of them if they are left out. Refused for a built-in driver, which has its own. Each one of
     * [GatewayAbility], or its text.
     * @param active Whether new payments may go to it.
     * @param breaker When it counts as down.
     * @param config Settings of its driver, which are shown; each driver has its own. A payment keeps those that
     * there were when it began.
     * @param currencies The currencies that it takes; all if it is left out.
     * @param secrets Secrets of its driver by name, which are sealed and never shown.
     * @param settleAfter How long after a call its answer that it knows of none is not believed yet, PT1S to PT24H.
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
    public suspend fun setGateway(
        id: String,
        driver: GatewayDriver,
        abilities: List<GatewayAbility>? = null,
        active: Boolean? = null,
        breaker: BreakerTerms? = null,
        config: Json? = null,
        currencies: List<String>? = null,
        secrets: Json? = null,
        settleAfter: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): GatewayReply = this.calls.one("payments.set_gateway", ::GatewayReply) {
        text("id", id)
        word("driver", driver)
        texts("abilities", abilities)
        boolean("active", active)
        record("breaker", breaker)
        members("config", config)
        texts("currencies", currencies)
        members("secrets", secrets)
        duration("settle_after", settleAfter)
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
    public suspend fun setGateway(
        id: String,
        driver: String,
        abilities: List<String>? = null,
        active: Boolean? = null,
        breaker: BreakerTerms? = null,
        config: Json? = null,
        currencies: List<String>? = null,
        secrets: Json? = null,
        settleAfter: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): GatewayReply = this.setGateway(
        id = id,
        driver = GatewayDriver(driver),
        abilities = abilities?.map(::GatewayAbility),
        active = active,
        breaker = breaker,
        config = config,
        currencies = currencies,
        secrets = secrets,
        settleAfter = settleAfter,
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
     * Makes a route, or changes one: which gateways are tried for which payments, in their order.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param id Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param gateways The gateways, in the order in which they are tried.
     * @param currency Only payments in this currency.
     * @param max Only payments of this amount or less.
     * @param min Only payments of this amount or more.
     * @param priority Of the routes that fit, the one with the highest is taken; of equals the first by name.
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
    public suspend fun setRoute(
        id: String,
        gateways: List<String>,
        currency: String? = null,
        max: Money? = null,
        min: Money? = null,
        priority: Long? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RouteReply = this.calls.one("payments.set_route", ::RouteReply) {
        text("id", id)
        texts("gateways", gateways)
        text("currency", currency)
        money("max", max)
        money("min", min)
        integer("priority", priority)
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
     * Removes a route. Payments that have been made keep their gateways.
     *
     * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param id The route.
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
    public suspend fun removeRoute(
        id: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RouteRemoved = this.calls.one("payments.remove_route", ::RouteRemoved) {
        text("id", id)
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
     * Begins a payment into an account, or of a deal that its buyer may pay now, in `created`, or with a token on to
     * `authorizing`. Without a gateway the route that fits and has the highest priority says which are tried. Of a
     * deal it is judged as `escrow.pay`, and nobody pays the deal beside it.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_locked`, `account_closed`, `overflow`, `deal_not_found`, `transition_not_allowed`,
     * `condition_not_met`, `version_conflict`, `gateway_not_found`, `gateway_unavailable`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
     *
     * @param amount The amount to pay.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param authorizationFor How long an authorization stands before it is voided, PT1H to P90D.
     * @param capture Whether the money is taken at once (`auto`) or by `capture` (`manual`); of a deal at once. One
     * of [CaptureMode], or its text.
     * @param deal The deal that it pays, in place of `to`: its buyer's account gets the money, and the deal takes it
     * in the same commit. `amount` is what the buyer pays.
     * @param expiresIn How long the payer has, PT1M to P30D.
     * @param gateway The gateway; without it a route says.
     * @param payer The payer: an id of the host's, who may then confirm and void. Left out, it is a plain actor
     * himself, or else the buyer of the deal.
     * @param to The account that gets it; opened if there is none.
     * @param token The gateway's own handle of the payer's means, such as a payment method. Never a card number.
     * @param tokens Such handles by gateway, where a route may take one or another.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun create(
        amount: Money,
        key: CharSequence,
        authorizationFor: Duration? = null,
        capture: CaptureMode? = null,
        deal: String? = null,
        expiresIn: Duration? = null,
        gateway: String? = null,
        payer: String? = null,
        to: String? = null,
        token: String? = null,
        tokens: Json? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.create", ::PaymentReply) {
        money("amount", amount)
        key("key", key)
        duration("authorization_for", authorizationFor)
        word("capture", capture)
        text("deal", deal)
        duration("expires_in", expiresIn)
        text("gateway", gateway)
        text("payer", payer)
        text("to", to)
        text("token", token)
        members("tokens", tokens)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /** The same with texts for closed sets. */
    public suspend fun create(
        amount: Money,
        key: CharSequence,
        authorizationFor: Duration? = null,
        capture: String,
        deal: String? = null,
        expiresIn: Duration? = null,
        gateway: String? = null,
        payer: String? = null,
        to: String? = null,
        token: String? = null,
        tokens: Json? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.create(
        amount = amount,
        key = key,
        authorizationFor = authorizationFor,
        capture = CaptureMode(capture),
        deal = deal,
        expiresIn = expiresIn,
        gateway = gateway,
        payer = payer,
        to = to,
        token = token,
        tokens = tokens,
        actor = actor,
        reference = reference,
        metadata = metadata,
        context = context,
        riskScore = riskScore,
        expectedVersion = expectedVersion,
        proofs = proofs,
    )

    /**
     * Sends a payment to its gateway with the payer's means: the gateway's own token, never a card number.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
     * `gateway_not_found`, `gateway_unavailable`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
     *
     * @param payment The payment.
     * @param token The gateway's own handle of the payer's means. Never a card number.
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
    public suspend fun confirm(
        payment: String,
        token: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.confirm", ::PaymentReply) {
        text("payment", payment)
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

    /**
     * Takes the money of an authorized payment, once; what is left over is released.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
     * `capture_exceeds_authorized`, `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`,
     * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param payment The payment.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much; all of it if it is left out. What is left over is released.
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
        payment: String,
        key: CharSequence,
        amount: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.capture", ::PaymentReply) {
        text("payment", payment)
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
     * Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is voided, or refunded
     * whole, as soon as the gateway has said what became of it.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param payment The payment.
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
    public suspend fun void(
        payment: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.void", ::PaymentReply) {
        text("payment", payment)
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
     * Asks the gateway what it knows of a payment; one question is open at a time.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
     * `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param payment The payment.
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
    public suspend fun sync(
        payment: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.sync", ::PaymentReply) {
        text("payment", payment)
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
     * Gives captured money back: it leaves the account at once, and comes back to it if the gateway refuses.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
     * `refund_exceeds_captured`, `factor_required`, `approval_required`, `already_approved`,
     * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param payment The payment.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much; what is left of it if it is left out.
     * @param reason Why.
     * @param refundAccount The payer's account that a deposit into a virtual account goes back to: `bank` (its code),
     * `number` and `holder`. Kept sealed until the refund is over; other payments take none.
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
        payment: String,
        key: CharSequence,
        amount: Money? = null,
        reason: String? = null,
        refundAccount: Json? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): RefundReply = this.calls.one("payments.refund", ::RefundReply) {
        text("payment", payment)
        key("key", key)
        money("amount", amount)
        text("reason", reason)
        members("refund_account", refundAccount)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Says what an admin has found out about a payment that is `unknown` or `mismatched`.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param payment The payment.
     * @param outcome One of `authorized`, `captured`, `voided`, `refused`, `refunded`.
     * @param reason How it was found out.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount The amount; what was asked for if it is left out.
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
        payment: String,
        outcome: String,
        reason: String,
        key: CharSequence,
        amount: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.settle", ::PaymentReply) {
        text("payment", payment)
        text("outcome", outcome)
        text("reason", reason)
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
     * Tells what a gateway has said, for hosts that verify its webhooks themselves. The same event again is a replay,
     * whatever else it carries.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`,
     * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param gateway The gateway.
     * @param event The gateway's own id of what it says: told twice it is one effect.
     * @param outcome The outcome: `authorized`, `captured`, `voided`, `action_required`, `pending`, `refused`,
     * `nothing`, `refunded` or `refund_failed`.
     * @param action The payer's next action.
     * @param amount The amount of a refund.
     * @param authorized The total that is authorized there.
     * @param captured The total that is captured there.
     * @param failure Why it refused.
     * @param payment The payment.
     * @param refund The refund: its id, or the gateway's reference.
     * @param refunded The total that is refunded there.
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
    public suspend fun report(
        gateway: String,
        event: String,
        outcome: String,
        action: Json? = null,
        amount: Money? = null,
        authorized: Money? = null,
        captured: Money? = null,
        failure: FailureInput? = null,
        payment: String? = null,
        refund: String? = null,
        refunded: Money? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): Reported = this.calls.one("payments.report", ::Reported) {
        text("gateway", gateway)
        text("event", event)
        text("outcome", outcome)
        members("action", action)
        money("amount", amount)
        money("authorized", authorized)
        money("captured", captured)
        record("failure", failure)
        text("payment", payment)
        text("refund", refund)
        money("refunded", refunded)
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
     * Tells that the payer's bank takes a payment back, or how that ended. What its account does not have is a debt.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
     * `review_required`, `key_not_found`.
     *
     * @param payment The payment.
     * @param case The gateway's id of it.
     * @param amount How much is taken back; all that is left if it is left out. It may be more than was paid.
     * @param phase How far it is: `open`, `won` or `lost`. One of [ChargebackPhase], or its text.
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
    public suspend fun chargeback(
        payment: String,
        case: String,
        amount: Money? = null,
        phase: ChargebackPhase? = null,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.calls.one("payments.chargeback", ::PaymentReply) {
        text("payment", payment)
        text("case", case)
        money("amount", amount)
        word("phase", phase)
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

    /** The same with texts for closed sets. */
    public suspend fun chargeback(
        payment: String,
        case: String,
        amount: Money? = null,
        phase: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PaymentReply = this.chargeback(
        payment = payment,
        case = case,
        amount = amount,
        phase = ChargebackPhase(phase),
        reason = reason,
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
     * Takes what a debtor owes from what the debtor has.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `debt_not_found`, `factor_required`,
     * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
     * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param debt The debt.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param amount How much; as much as there is of what is owed if it is left out.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun recover(
        debt: String,
        key: CharSequence,
        amount: Money? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DebtReply = this.calls.one("payments.recover", ::DebtReply) {
        text("debt", debt)
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
     * Gives a debt up: the loss stays where it is.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `debt_not_found`, `factor_required`,
     * `idempotency_mismatch`, `key_not_found`.
     *
     * @param debt The debt.
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
    public suspend fun writeOff(
        debt: String,
        reason: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DebtReply = this.calls.one("payments.write_off", ::DebtReply) {
        text("debt", debt)
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
     * The gateways, by name, and whether they answer.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun gateways(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Gateway> = this.calls.list("payments.gateways", ::Gateway) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The routes, by name.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun routes(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Route> = this.calls.list("payments.routes", ::Route) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Debts, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param account Only of this account.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param state Only in this state: `open`, `recovered` or `written_off`. One of [DebtState], or its text.
     * @param actor The actor who asks.
     */
    public fun debts(
        account: String? = null,
        after: String? = null,
        limit: Long? = null,
        state: DebtState? = null,
        actor: Actor? = null,
    ): Listing<Debt> = this.calls.list("payments.debts", ::Debt) {
        text("account", account)
        text("after", after)
        integer("limit", limit)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun debts(
        account: String? = null,
        after: String? = null,
        limit: Long? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Debt> = this.debts(
        account = account,
        after = after,
        limit = limit,
        state = DebtState(state),
        actor = actor,
    )

    /**
     * One payment, by its id or the caller's own reference.
     *
     * Refused with `payment_not_found`.
     *
     * @param payment The payment.
     * @param actor The actor who asks.
     * @param reference The caller's own id of it, in place of `payment`.
     */
    public suspend fun get(
        payment: String? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Payment = this.calls.one("payments.get", ::Payment) {
        text("payment", payment)
        actor("actor", actor)
        text("reference", reference)
    }

    /**
     * Returns the fields that the client's widget needs to collect the payer's means, of a payment that waits for
     * them. A gateway that a worker of the application's own talks to is `not_supported`.
     *
     * Refused with `transition_not_allowed`, `payment_not_found`, `gateway_not_found`, `gateway_unavailable`,
     * `decryption_failed`, `key_not_found`.
     *
     * @param payment The payment.
     * @param actor The actor who asks.
     */
    public suspend fun checkout(
        payment: String,
        actor: Actor? = null,
    ): Checkout = this.calls.one("payments.checkout", ::Checkout) {
        text("payment", payment)
        actor("actor", actor)
    }

    /**
     * Payments, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param after The `next` of the page before.
     * @param deal Only of this deal.
     * @param gateway Only at this gateway.
     * @param limit Page size, at most 500.
     * @param payer Only of this payer.
     * @param purchase Only of this purchase.
     * @param state Only in this state. One of [PaymentState], or its text.
     * @param to Only to this account.
     * @param unsettled Only those that wait for an answer of their gateway.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        deal: String? = null,
        gateway: String? = null,
        limit: Long? = null,
        payer: String? = null,
        purchase: String? = null,
        state: PaymentState? = null,
        to: String? = null,
        unsettled: Boolean? = null,
        actor: Actor? = null,
    ): Listing<Payment> = this.calls.list("payments.list", ::Payment) {
        text("after", after)
        text("deal", deal)
        text("gateway", gateway)
        integer("limit", limit)
        text("payer", payer)
        text("purchase", purchase)
        word("state", state)
        text("to", to)
        boolean("unsettled", unsettled)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        deal: String? = null,
        gateway: String? = null,
        limit: Long? = null,
        payer: String? = null,
        purchase: String? = null,
        state: String,
        to: String? = null,
        unsettled: Boolean? = null,
        actor: Actor? = null,
    ): Listing<Payment> = this.list(
        after = after,
        deal = deal,
        gateway = gateway,
        limit = limit,
        payer = payer,
        purchase = purchase,
        state = PaymentState(state),
        to = to,
        unsettled = unsettled,
        actor = actor,
    )

    /**
     * The events of a payment, oldest first.
     *
     * Refused with `payment_not_found`.
     *
     * @param payment The payment.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun history(
        payment: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("payments.history", ::Event) {
        text("payment", payment)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The actions that the actor could take on a payment now.
     *
     * Refused with `payment_not_found`.
     *
     * @param payment The payment.
     * @param actor The actor who asks.
     */
    public suspend fun allowedActions(
        payment: String,
        actor: Actor? = null,
    ): PaymentChoices = this.calls.one("payments.allowed_actions", ::PaymentChoices) {
        text("payment", payment)
        actor("actor", actor)
    }

    /**
     * The states and transitions of a payment as a picture, drawn from the table that runs them.
     *
     * @param format `mermaid`, which is the default.
     * @param actor The actor who asks.
     */
    public suspend fun diagram(
        format: String? = null,
        actor: Actor? = null,
    ): Diagram = this.calls.one("payments.diagram", ::Diagram) {
        text("format", format)
        actor("actor", actor)
    }
}
