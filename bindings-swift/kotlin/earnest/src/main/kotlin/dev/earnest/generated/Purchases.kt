// The operations of `purchases`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `purchases`. */
public open class Purchases internal constructor(internal val calls: Calls) {
    /**
     * Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun keep their price.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
     * `key_not_found`.
     *
     * @param id Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param active Whether it is sold; a new one is.
     * @param escrow It is sold by deals with these terms, in place of all that were set before.
     * @param grants The grants to a buyer for each unit, such as points: amounts, each of a currency of its own.
     * @param holdFor How long units are held for a buyer who pays later, PT1S to P30D; PT10M for a new offer.
     * @param perUserLimit How many one buyer may have; no limit if it is left out.
     * @param price The price of one unit. A new offer needs it.
     * @param saleFrom From when on it is sold.
     * @param saleUntil Until when it is sold.
     * @param seller The account that is paid; opened with the first sale. A new offer needs it.
     * @param stock How many units there are in all, those that are sold included; no limit if it is left out.
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
    public suspend fun setOffer(
        id: String,
        active: Boolean? = null,
        escrow: DealTerms? = null,
        grants: List<Money>? = null,
        holdFor: Duration? = null,
        perUserLimit: Long? = null,
        price: Money? = null,
        saleFrom: Instant? = null,
        saleUntil: Instant? = null,
        seller: String? = null,
        stock: Long? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): OfferReply = this.calls.one("purchases.set_offer", ::OfferReply) {
        text("id", id)
        boolean("active", active)
        record("escrow", escrow)
        amounts("grants", grants)
        duration("hold_for", holdFor)
        integer("per_user_limit", perUserLimit)
        money("price", price)
        time("sale_from", saleFrom)
        time("sale_until", saleUntil)
        text("seller", seller)
        integer("stock", stock)
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
     * Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is set by staff
     * alone.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
     * `offer_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param id Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
     * @param off The discount: hundredths of a percent (`bps`), or an `amount`.
     * @param active Whether it may be used; a new one may.
     * @param from From when on it may be used.
     * @param limit How many purchases may use it; no limit if it is left out.
     * @param offers The offers that it is for; all if it is left out.
     * @param perUserLimit How many purchases of one buyer may use it; no limit if it is left out.
     * @param until Until when it may be used.
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
    public suspend fun setPromo(
        id: String,
        off: DiscountTerms,
        active: Boolean? = null,
        from: Instant? = null,
        limit: Long? = null,
        offers: List<String>? = null,
        perUserLimit: Long? = null,
        until: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PromoReply = this.calls.one("purchases.set_promo", ::PromoReply) {
        text("id", id)
        record("off", off)
        boolean("active", active)
        time("from", from)
        integer("limit", limit)
        texts("offers", offers)
        integer("per_user_limit", perUserLimit)
        time("until", until)
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
     * Takes units of an offer for a buyer, who pays later: the price is fixed now, and the units are held until
     * `hold_until`. Rules count the total as if it were paid.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `overflow`, `condition_not_met`, `version_conflict`, `offer_not_found`, `promo_not_found`,
     * `out_of_stock`, `purchase_limit_exceeded`, `promo_not_applicable`, `factor_required`, `approval_required`,
     * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
     * `blocked`, `review_required`, `key_not_found`.
     *
     * @param offer The offer.
     * @param buyer The buyer. An account is needed only to pay from it.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param expect The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at
     * another total, or beyond what was quoted.
     * @param promo A promo.
     * @param quantity How many units, 1 to 1,000,000.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun reserve(
        offer: String,
        buyer: String,
        key: CharSequence,
        expect: Json? = null,
        promo: String? = null,
        quantity: Long? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.calls.one("purchases.reserve", ::PurchaseReply) {
        text("offer", offer)
        text("buyer", buyer)
        key("key", key)
        json("expect", expect)
        text("promo", promo)
        integer("quantity", quantity)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Pays a purchase that is held: from the buyer's balance at once, or through a gateway, whose answer completes
     * it. Where it is sold by a deal, that is opened and paid, which is the effect `escrow.pay`. To try again with
     * the same token give a key.
     *
     * Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
     * `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
     * `gateway_unavailable`, `purchase_not_found`, `factor_required`, `approval_required`, `already_approved`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`,
     * `key_not_found`.
     *
     * @param purchase The purchase.
     * @param gateway The gateway; without it a route says.
     * @param token The gateway's own handle of the payer's means. Never a card number.
     * @param tokens Such handles by gateway, where a route may take one or another.
     * @param with The means of payment: the buyer's `balance`, or a `gateway`. One of [PaidWith], or its text.
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
    public suspend fun pay(
        purchase: String,
        gateway: String? = null,
        token: String? = null,
        tokens: Json? = null,
        with: PaidWith? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.calls.one("purchases.pay", ::PurchaseReply) {
        text("purchase", purchase)
        text("gateway", gateway)
        text("token", token)
        members("tokens", tokens)
        word("with", with)
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
    public suspend fun pay(
        purchase: String,
        gateway: String? = null,
        token: String? = null,
        tokens: Json? = null,
        with: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.pay(
        purchase = purchase,
        gateway = gateway,
        token = token,
        tokens = tokens,
        with = PaidWith(with),
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
     * Takes units of an offer for a buyer, and pays them in the same commit, as `pay` does.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
     * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
     * `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
     * `gateway_unavailable`, `offer_not_found`, `promo_not_found`, `out_of_stock`, `purchase_limit_exceeded`,
     * `promo_not_applicable`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`,
     * `key_not_found`.
     *
     * @param offer The offer.
     * @param buyer The buyer. An account is needed only to pay from it.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param expect The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at
     * another total, or beyond what was quoted.
     * @param gateway The gateway; without it a route says.
     * @param promo A promo.
     * @param quantity How many units, 1 to 1,000,000.
     * @param token The gateway's own handle of the payer's means. Never a card number.
     * @param tokens Such handles by gateway, where a route may take one or another.
     * @param with The means of payment: the buyer's `balance`, or a `gateway`. One of [PaidWith], or its text.
     * @param actor The actor; the library's own default is `system`.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun buy(
        offer: String,
        buyer: String,
        key: CharSequence,
        expect: Json? = null,
        gateway: String? = null,
        promo: String? = null,
        quantity: Long? = null,
        token: String? = null,
        tokens: Json? = null,
        with: PaidWith? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.calls.one("purchases.buy", ::PurchaseReply) {
        text("offer", offer)
        text("buyer", buyer)
        key("key", key)
        json("expect", expect)
        text("gateway", gateway)
        text("promo", promo)
        integer("quantity", quantity)
        text("token", token)
        members("tokens", tokens)
        word("with", with)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /** The same with texts for closed sets. */
    public suspend fun buy(
        offer: String,
        buyer: String,
        key: CharSequence,
        expect: Json? = null,
        gateway: String? = null,
        promo: String? = null,
        quantity: Long? = null,
        token: String? = null,
        tokens: Json? = null,
        with: String,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.buy(
        offer = offer,
        buyer = buyer,
        key = key,
        expect = expect,
        gateway = gateway,
        promo = promo,
        quantity = quantity,
        token = token,
        tokens = tokens,
        with = PaidWith(with),
        actor = actor,
        reference = reference,
        metadata = metadata,
        context = context,
        riskScore = riskScore,
        expectedVersion = expectedVersion,
        proofs = proofs,
    )

    /**
     * Gives a purchase up that is not paid: its units and its promo use come back. Where a payment is under way, once
     * that is surely over; one that a gateway may have is not given up.
     *
     * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `purchase_not_found`,
     * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
     * `key_not_found`.
     *
     * @param purchase The purchase.
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
    public suspend fun cancel(
        purchase: String,
        reason: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseReply = this.calls.one("purchases.cancel", ::PurchaseReply) {
        text("purchase", purchase)
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
     * Gives units of a purchase back: the money goes to where it came from, and what was given with them is taken
     * back. What is sold by a deal goes back through the deal alone.
     *
     * Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
     * `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `refund_exceeds_captured`,
     * `purchase_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
     * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
     *
     * @param purchase The purchase.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param force Whether what was given and is spent becomes a debt; an admin's alone.
     * @param quantity How many units; all that are left if it is left out.
     * @param reason Why.
     * @param refundAccount The buyer's account that a deposit into a virtual account goes back to: `bank` (its code),
     * `number` and `holder`. Kept sealed until the refund is over; other payments take none.
     * @param restock Whether the units may be sold again.
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
        purchase: String,
        key: CharSequence,
        force: Boolean? = null,
        quantity: Long? = null,
        reason: String? = null,
        refundAccount: Json? = null,
        restock: Boolean? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PurchaseRefunded = this.calls.one("purchases.refund", ::PurchaseRefunded) {
        text("purchase", purchase)
        key("key", key)
        boolean("force", force)
        integer("quantity", quantity)
        text("reason", reason)
        members("refund_account", refundAccount)
        boolean("restock", restock)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * One offer, and how much of it is left.
     *
     * Refused with `offer_not_found`.
     *
     * @param offer The offer.
     * @param actor The actor who asks.
     */
    public suspend fun getOffer(
        offer: String,
        actor: Actor? = null,
    ): Offer = this.calls.one("purchases.get_offer", ::Offer) {
        text("offer", offer)
        actor("actor", actor)
    }

    /**
     * Offers, newest first.
     *
     * Refused with `invalid_account`.
     *
     * @param active Only those that are active, or that are not.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param seller Only of this seller.
     * @param actor The actor who asks.
     */
    public fun offers(
        active: Boolean? = null,
        after: String? = null,
        limit: Long? = null,
        seller: String? = null,
        actor: Actor? = null,
    ): Listing<Offer> = this.calls.list("purchases.offers", ::Offer) {
        boolean("active", active)
        text("after", after)
        integer("limit", limit)
        text("seller", seller)
        actor("actor", actor)
    }

    /**
     * Promos, newest first.
     *
     * Refused with `offer_not_found`.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param offer Only those that are for this offer.
     * @param actor The actor who asks.
     */
    public fun promos(
        after: String? = null,
        limit: Long? = null,
        offer: String? = null,
        actor: Actor? = null,
    ): Listing<Promo> = this.calls.list("purchases.promos", ::Promo) {
        text("after", after)
        integer("limit", limit)
        text("offer", offer)
        actor("actor", actor)
    }

    /**
     * Quotes units of an offer, and says whether they could be bought now.
     *
     * Refused with `invalid_account`, `overflow`, `offer_not_found`, `promo_not_found`.
     *
     * @param offer The offer.
     * @param buyer The buyer's account; without it, the limits of a buyer are not looked at.
     * @param promo A promo.
     * @param quantity How many units, 1 to 1,000,000.
     * @param actor The actor who asks.
     */
    public suspend fun quote(
        offer: String,
        buyer: String? = null,
        promo: String? = null,
        quantity: Long? = null,
        actor: Actor? = null,
    ): PurchaseQuote = this.calls.one("purchases.quote", ::PurchaseQuote) {
        text("offer", offer)
        text("buyer", buyer)
        text("promo", promo)
        integer("quantity", quantity)
        actor("actor", actor)
    }

    /**
     * One purchase, by its id or the caller's own reference.
     *
     * Refused with `purchase_not_found`.
     *
     * @param purchase The purchase.
     * @param actor The actor who asks.
     * @param reference The caller's own id of it, in place of `purchase`.
     */
    public suspend fun get(
        purchase: String? = null,
        actor: Actor? = null,
        reference: String? = null,
    ): Purchase = this.calls.one("purchases.get", ::Purchase) {
        text("purchase", purchase)
        actor("actor", actor)
        text("reference", reference)
    }

    /**
     * Purchases, newest first.
     *
     * Refused with `invalid_account`, `offer_not_found`.
     *
     * @param after The `next` of the page before.
     * @param buyer Only of this buyer.
     * @param limit Page size, at most 500.
     * @param offer Only of this offer.
     * @param state Only in this state. One of [PurchaseState], or its text.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        buyer: String? = null,
        limit: Long? = null,
        offer: String? = null,
        state: PurchaseState? = null,
        actor: Actor? = null,
    ): Listing<Purchase> = this.calls.list("purchases.list", ::Purchase) {
        text("after", after)
        text("buyer", buyer)
        integer("limit", limit)
        text("offer", offer)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        buyer: String? = null,
        limit: Long? = null,
        offer: String? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Purchase> = this.list(
        after = after,
        buyer = buyer,
        limit = limit,
        offer = offer,
        state = PurchaseState(state),
        actor = actor,
    )

    /**
     * The events of a purchase, oldest first.
     *
     * Refused with `purchase_not_found`.
     *
     * @param purchase The purchase.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun history(
        purchase: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("purchases.history", ::Event) {
        text("purchase", purchase)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The actions that the actor could take on a purchase now.
     *
     * Refused with `purchase_not_found`.
     *
     * @param purchase The purchase.
     * @param actor The actor who asks.
     */
    public suspend fun allowedActions(
        purchase: String,
        actor: Actor? = null,
    ): PurchaseChoices = this.calls.one("purchases.allowed_actions", ::PurchaseChoices) {
        text("purchase", purchase)
        actor("actor", actor)
    }
}
