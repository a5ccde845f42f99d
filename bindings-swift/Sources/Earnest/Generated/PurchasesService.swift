// The operations of `purchases`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `purchases`, of an engine or a view.
public struct PurchasesService: Sendable {
    let bank: Engine

    /// Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun keep their price.
    ///
    /// - Parameters:
    ///   - id: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - active: Whether it is sold; a new one is.
    ///   - escrow: It is sold by deals with these terms, in place of all that were set before.
    ///   - grants: The grants to a buyer for each unit, such as points: amounts, each of a currency of its own.
    ///   - holdFor: How long units are held for a buyer who pays later, PT1S to P30D; PT10M for a new offer.
    ///   - perUserLimit: How many one buyer may have; no limit if it is left out.
    ///   - price: The price of one unit. A new offer needs it.
    ///   - saleFrom: From when on it is sold.
    ///   - saleUntil: Until when it is sold.
    ///   - seller: The account that is paid; opened with the first sale. A new offer needs it.
    ///   - stock: How many units there are in all, those that are sold included; no limit if it is left out.
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
    ///   `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func setOffer(
        id: String, active: Bool? = nil, escrow: DealTerms? = nil, grants: [Money]? = nil, holdFor: Duration? = nil,
        perUserLimit: Int? = nil, price: Money? = nil, saleFrom: Date? = nil, saleUntil: Date? = nil, seller: String? = nil,
        stock: Int? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> OfferReply {
        var given = Given()
        given.text("id", id)
        given.flag("active", active)
        given.record("escrow", escrow)
        given.moneys("grants", grants)
        given.length("hold_for", holdFor)
        given.whole("per_user_limit", perUserLimit)
        given.money("price", price)
        given.time("sale_from", saleFrom)
        given.time("sale_until", saleUntil)
        given.text("seller", seller)
        given.whole("stock", stock)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.set_offer", given)
    }

    /// Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is set by staff alone.
    ///
    /// - Parameters:
    ///   - id: Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
    ///   - off: The discount: hundredths of a percent (`bps`), or an `amount`.
    ///   - active: Whether it may be used; a new one may.
    ///   - from: From when on it may be used.
    ///   - limit: How many purchases may use it; no limit if it is left out.
    ///   - offers: The offers that it is for; all if it is left out.
    ///   - perUserLimit: How many purchases of one buyer may use it; no limit if it is left out.
    ///   - until: Until when it may be used.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`, `offer_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func setPromo(
        id: String, off: DiscountTerms, active: Bool? = nil, from: Date? = nil, limit: Int? = nil, offers: [String]? = nil,
        perUserLimit: Int? = nil, until: Date? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PromoReply {
        var given = Given()
        given.text("id", id)
        given.record("off", off)
        given.flag("active", active)
        given.time("from", from)
        given.whole("limit", limit)
        given.texts("offers", offers)
        given.whole("per_user_limit", perUserLimit)
        given.time("until", until)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.set_promo", given)
    }

    /// Takes units of an offer for a buyer, who pays later: the price is fixed now, and the units are held until `hold_until`.
    /// Rules count the total as if it were paid.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - buyer: The buyer. An account is needed only to pay from it.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - expect: The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at another total, or beyond what was quoted.
    ///   - promo: A promo.
    ///   - quantity: How many units, 1 to 1,000,000.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `invalid_account`, `overflow`,
    ///   `condition_not_met`, `version_conflict`, `offer_not_found`, `promo_not_found`, `out_of_stock`,
    ///   `purchase_limit_exceeded`, `promo_not_applicable`, `factor_required`, `approval_required`, `already_approved`,
    ///   `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
    ///   `key_not_found`.
    @discardableResult
    public func reserve(
        offer: String, buyer: String, key: String, expect: JSON? = nil, promo: String? = nil, quantity: Int? = nil,
        actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PurchaseReply {
        var given = Given()
        given.text("offer", offer)
        given.text("buyer", buyer)
        given.text("key", key)
        given.any("expect", expect)
        given.text("promo", promo)
        given.whole("quantity", quantity)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.reserve", given)
    }

    /// Pays a purchase that is held: from the buyer's balance at once, or through a gateway, whose answer completes it. Where it
    /// is sold by a deal, that is opened and paid, which is the effect `escrow.pay`. To try again with the same token give a key.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
    ///   - gateway: The gateway; without it a route says.
    ///   - token: The gateway's own handle of the payer's means. Never a card number.
    ///   - tokens: Such handles by gateway, where a route may take one or another.
    ///   - with: The means of payment: the buyer's `balance`, or a `gateway`.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `gateway_not_found`, `gateway_unavailable`,
    ///   `purchase_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func pay(
        purchase: String, gateway: String? = nil, token: String? = nil, tokens: JSON? = nil, with: PaidWith? = nil,
        actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PurchaseReply {
        var given = Given()
        given.text("purchase", purchase)
        given.text("gateway", gateway)
        given.text("token", token)
        given.any("tokens", tokens)
        given.of("with", with)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.pay", given)
    }

    /// Takes units of an offer for a buyer, and pays them in the same commit, as `pay` does.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - buyer: The buyer. An account is needed only to pay from it.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - expect: The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at another total, or beyond what was quoted.
    ///   - gateway: The gateway; without it a route says.
    ///   - promo: A promo.
    ///   - quantity: How many units, 1 to 1,000,000.
    ///   - token: The gateway's own handle of the payer's means. Never a card number.
    ///   - tokens: Such handles by gateway, where a route may take one or another.
    ///   - with: The means of payment: the buyer's `balance`, or a `gateway`.
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
    ///   `condition_not_met`, `version_conflict`, `gateway_not_found`, `gateway_unavailable`, `offer_not_found`,
    ///   `promo_not_found`, `out_of_stock`, `purchase_limit_exceeded`, `promo_not_applicable`, `factor_required`,
    ///   `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
    ///   `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func buy(
        offer: String, buyer: String, key: String, expect: JSON? = nil, gateway: String? = nil, promo: String? = nil,
        quantity: Int? = nil, token: String? = nil, tokens: JSON? = nil, with: PaidWith? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PurchaseReply {
        var given = Given()
        given.text("offer", offer)
        given.text("buyer", buyer)
        given.text("key", key)
        given.any("expect", expect)
        given.text("gateway", gateway)
        given.text("promo", promo)
        given.whole("quantity", quantity)
        given.text("token", token)
        given.any("tokens", tokens)
        given.of("with", with)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.buy", given)
    }

    /// Gives a purchase up that is not paid: its units and its promo use come back. Where a payment is under way, once that is
    /// surely over; one that a gateway may have is not given up.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
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
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `purchase_not_found`, `factor_required`,
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func cancel(
        purchase: String, reason: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PurchaseReply {
        var given = Given()
        given.text("purchase", purchase)
        given.text("reason", reason)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.cancel", given)
    }

    /// Gives units of a purchase back: the money goes to where it came from, and what was given with them is taken back. What is
    /// sold by a deal goes back through the deal alone.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - force: Whether what was given and is spent becomes a debt; an admin's alone.
    ///   - quantity: How many units; all that are left if it is left out.
    ///   - reason: Why.
    ///   - refundAccount: The buyer's account that a deposit into a virtual account goes back to: `bank` (its code), `number` and `holder`. Kept sealed until the refund is over; other payments take none.
    ///   - restock: Whether the units may be sold again.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
    ///   `transition_not_allowed`, `condition_not_met`, `version_conflict`, `refund_exceeds_captured`, `purchase_not_found`,
    ///   `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
    @discardableResult
    public func refund(
        purchase: String, key: String, force: Bool? = nil, quantity: Int? = nil, reason: String? = nil,
        refundAccount: JSON? = nil, restock: Bool? = nil, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PurchaseRefunded {
        var given = Given()
        given.text("purchase", purchase)
        given.text("key", key)
        given.flag("force", force)
        given.whole("quantity", quantity)
        given.text("reason", reason)
        given.any("refund_account", refundAccount)
        given.flag("restock", restock)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("purchases.refund", given)
    }

    /// One offer, and how much of it is left.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `offer_not_found`.
    @discardableResult
    public func getOffer(offer: String, actor: Actor? = nil) async throws -> Offer {
        var given = Given()
        given.text("offer", offer)
        given.actor("actor", actor)
        return try await bank.one("purchases.get_offer", given)
    }

    /// Offers, newest first.
    ///
    /// - Parameters:
    ///   - active: Only those that are active, or that are not.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - seller: Only of this seller.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`.
    public func offers(
        active: Bool? = nil, after: String? = nil, limit: Int? = nil, seller: String? = nil, actor: Actor? = nil
    ) -> Listing<Offer> {
        var given = Given()
        given.flag("active", active)
        given.whole("limit", limit)
        given.text("seller", seller)
        given.actor("actor", actor)
        return Listing(bank, "purchases.offers", after: after, given)
    }

    /// Promos, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - offer: Only those that are for this offer.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `offer_not_found`.
    public func promos(after: String? = nil, limit: Int? = nil, offer: String? = nil, actor: Actor? = nil) -> Listing<Promo> {
        var given = Given()
        given.whole("limit", limit)
        given.text("offer", offer)
        given.actor("actor", actor)
        return Listing(bank, "purchases.promos", after: after, given)
    }

    /// Quotes units of an offer, and says whether they could be bought now.
    ///
    /// - Parameters:
    ///   - offer: The offer.
    ///   - buyer: The buyer's account; without it, the limits of a buyer are not looked at.
    ///   - promo: A promo.
    ///   - quantity: How many units, 1 to 1,000,000.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`, `overflow`, `offer_not_found`, `promo_not_found`.
    @discardableResult
    public func quote(
        offer: String, buyer: String? = nil, promo: String? = nil, quantity: Int? = nil, actor: Actor? = nil
    ) async throws -> PurchaseQuote {
        var given = Given()
        given.text("offer", offer)
        given.text("buyer", buyer)
        given.text("promo", promo)
        given.whole("quantity", quantity)
        given.actor("actor", actor)
        return try await bank.one("purchases.quote", given)
    }

    /// One purchase, by its id or the caller's own reference.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id of it, in place of `purchase`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `purchase_not_found`.
    @discardableResult
    public func get(purchase: String? = nil, actor: Actor? = nil, reference: String? = nil) async throws -> Purchase {
        var given = Given()
        given.text("purchase", purchase)
        given.actor("actor", actor)
        given.text("reference", reference)
        return try await bank.one("purchases.get", given)
    }

    /// Purchases, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - buyer: Only of this buyer.
    ///   - limit: Page size, at most 500.
    ///   - offer: Only of this offer.
    ///   - state: Only in this state.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_account`, `offer_not_found`.
    public func list(
        after: String? = nil, buyer: String? = nil, limit: Int? = nil, offer: String? = nil, state: PurchaseState? = nil,
        actor: Actor? = nil
    ) -> Listing<Purchase> {
        var given = Given()
        given.text("buyer", buyer)
        given.whole("limit", limit)
        given.text("offer", offer)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "purchases.list", after: after, given)
    }

    /// The events of a purchase, oldest first.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `purchase_not_found`.
    public func history(purchase: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Event> {
        var given = Given()
        given.text("purchase", purchase)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "purchases.history", after: after, given)
    }

    /// The actions that the actor could take on a purchase now.
    ///
    /// - Parameters:
    ///   - purchase: The purchase.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `purchase_not_found`.
    @discardableResult
    public func allowedActions(purchase: String, actor: Actor? = nil) async throws -> PurchaseChoices {
        var given = Given()
        given.text("purchase", purchase)
        given.actor("actor", actor)
        return try await bank.one("purchases.allowed_actions", given)
    }
}
