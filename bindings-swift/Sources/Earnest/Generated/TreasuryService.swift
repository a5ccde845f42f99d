// The operations of `treasury`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `treasury`, of an engine or a view.
public struct TreasuryService: Sendable {
    let bank: Engine

    /// Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`, whatever the operation.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency.
    ///   - tier: `hot` or `cold`.
    ///   - ceiling: The most that a hot account should have.
    ///   - dailyLimit: The most that may leave it in a calendar day.
    ///   - monthlyLimit: The most that may leave it in a calendar month.
    ///   - timeZone: Where its days and months begin, `Asia/Seoul` when absent.
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
    ///   `account_not_found`, `account_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func setAccount(
        account: String, currency: String, tier: Tier, ceiling: Money? = nil, dailyLimit: Money? = nil,
        monthlyLimit: Money? = nil, timeZone: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> TreasuryReply {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.of("tier", tier)
        given.money("ceiling", ceiling)
        given.money("daily_limit", dailyLimit)
        given.money("monthly_limit", monthlyLimit)
        given.text("time_zone", timeZone)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("treasury.set_account", given)
    }

    /// How much of its limits an account has used, and what should be moved to a cold account.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - currency: Its currency.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `condition_not_met`.
    @discardableResult
    public func usage(account: String, currency: String, actor: Actor? = nil) async throws -> Usage {
        var given = Given()
        given.text("account", account)
        given.text("currency", currency)
        given.actor("actor", actor)
        return try await bank.one("treasury.usage", given)
    }

    /// Lists payouts and refunds of deals, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - deal: Only of this deal.
    ///   - fromTime: From this time on.
    ///   - limit: Page size, at most 500.
    ///   - toTime: Before this time.
    ///   - type: Only `settlement` (to sellers and other recipients) or `refund` (to buyers).
    ///   - actor: The actor who asks.
    public func settlements(
        after: String? = nil, deal: String? = nil, fromTime: Date? = nil, limit: Int? = nil, toTime: Date? = nil,
        type: TransferKind? = nil, actor: Actor? = nil
    ) -> Listing<Settlement> {
        var given = Given()
        given.text("deal", deal)
        given.time("from_time", fromTime)
        given.whole("limit", limit)
        given.time("to_time", toTime)
        given.of("type", type)
        given.actor("actor", actor)
        return Listing(bank, "treasury.settlements", after: after, given)
    }
}
