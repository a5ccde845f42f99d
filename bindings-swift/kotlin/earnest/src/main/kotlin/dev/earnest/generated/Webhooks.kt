// The operations of `webhooks`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import kotlin.time.Duration

/** The operations of `webhooks`. */
public open class Webhooks internal constructor(internal val calls: Calls) {
    /**
     * Makes a source of webhooks, or changes one: what is left out stays as it is.
     *
     * Refused with `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`,
     * `decryption_failed`, `key_not_found`.
     *
     * @param id Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param scheme How it signs: `standard` (Standard Webhooks), `stripe`, `hmac`, or `toss` and `inicis`, which do
     * not sign: what they send is only a hint, and the gateway is asked. One of [Scheme], or its text.
     * @param gateway The gateway that it speaks for; `stripe`, `toss` and `inicis` go with one of that driver alone.
     * @param secrets The secrets that it signs with, which are sealed and never shown: one, or several while the
     * sender changes from one to another. `standard`: `whsec_` and base64; others: 16 characters or more.
     * @param tolerance How far the time of a message may be from now, PT1S to PT24H.
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
    public suspend fun setSource(
        id: String,
        scheme: Scheme,
        gateway: String,
        secrets: List<String>? = null,
        tolerance: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SourceReply = this.calls.one("webhooks.set_source", ::SourceReply) {
        text("id", id)
        word("scheme", scheme)
        text("gateway", gateway)
        texts("secrets", secrets)
        duration("tolerance", tolerance)
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
    public suspend fun setSource(
        id: String,
        scheme: String,
        gateway: String,
        secrets: List<String>? = null,
        tolerance: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SourceReply = this.setSource(
        id = id,
        scheme = Scheme(scheme),
        gateway = gateway,
        secrets = secrets,
        tolerance = tolerance,
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
     * Gives a source a new secret. The old one is good for a while, because the sender changes later.
     *
     * Refused with `version_conflict`, `source_not_found`, `factor_required`, `idempotency_mismatch`,
     * `decryption_failed`, `key_not_found`.
     *
     * @param source The source.
     * @param secret The new secret, which is sealed and never shown.
     * @param keepOldFor How long the old one is good, PT0S to P30D.
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
    public suspend fun rotateSecret(
        source: String,
        secret: String,
        keepOldFor: Duration? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SourceReply = this.calls.one("webhooks.rotate_secret", ::SourceReply) {
        text("source", source)
        text("secret", secret)
        duration("keep_old_for", keepOldFor)
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
     * Takes what a source has sent, as it came over the line: verifies it, and does what it says. `reply` is what to
     * answer the sender with, whatever came of it; a refusal is answered with its status. One that is not genuine is
     * refused and leaves nothing, not even an event. The same event again is a replay, whatever else it carries. What
     * nobody signed is only a hint: the gateway is asked.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
     * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`,
     * `source_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
     * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`,
     * `signature_invalid`.
     *
     * @param source The source.
     * @param headers The headers by name, in upper or lower case; each value is a text.
     * @param body The body as it came over the line, before anybody parsed it; at most 256 KiB.
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
    public suspend fun receive(
        source: String,
        headers: Json,
        body: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): WebhookReceived = this.calls.one("webhooks.receive", ::WebhookReceived) {
        text("source", source)
        members("headers", headers)
        text("body", body)
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
     * The sources, by name.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun sources(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Source> = this.calls.list("webhooks.sources", ::Source) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Lists the events received from sources, newest first. Bodies are not kept.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param payment Only about this payment.
     * @param result Only what came to this: `applied`, `ignored`, `parked`, `queried`, `suspended` or `mismatched`.
     * One of [Heard], or its text.
     * @param source Only of this source.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        limit: Long? = null,
        payment: String? = null,
        result: Heard? = null,
        source: String? = null,
        actor: Actor? = null,
    ): Listing<SeenWebhook> = this.calls.list("webhooks.list", ::SeenWebhook) {
        text("after", after)
        integer("limit", limit)
        text("payment", payment)
        word("result", result)
        text("source", source)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        limit: Long? = null,
        payment: String? = null,
        result: String,
        source: String? = null,
        actor: Actor? = null,
    ): Listing<SeenWebhook> = this.list(
        after = after,
        limit = limit,
        payment = payment,
        result = Heard(result),
        source = source,
        actor = actor,
    )
}
