// The operations of `receipts`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `receipts`, of an engine or a view.
public struct ReceiptsService: Sendable {
    let bank: Engine

    /// Checks a receipt with the engine's keys, or with public keys that are given: genuine or not, and why not.
    ///
    /// - Parameters:
    ///   - receipt: The whole receipt, as `get` replied it, or its JSON as text, which every language reads alike.
    ///   - publicKeys: The reply of `public_keys`, in place of the engine's keyring; an HMAC cannot be checked with it.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    @discardableResult
    public func verify(receipt: JSON, publicKeys: JSON? = nil, actor: Actor? = nil) async throws -> Verification {
        var given = Given()
        given.any("receipt", receipt)
        given.any("public_keys", publicKeys)
        given.actor("actor", actor)
        return try await bank.one("receipts.verify", given)
    }

    /// The keys that others need to check receipts.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    @discardableResult
    public func publicKeys(actor: Actor? = nil) async throws -> PublicKeys {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("receipts.public_keys", given)
    }

    /// The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be rolled back.
    ///
    /// - Parameters:
    ///   - receipt: The receipt: `rc_` and the uuid of its transfer. The id of the transfer itself will do.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transfer_not_found`, `key_not_found`.
    @discardableResult
    public func get(receipt: String, actor: Actor? = nil) async throws -> Receipt {
        var given = Given()
        given.text("receipt", receipt)
        given.actor("actor", actor)
        return try await bank.one("receipts.get", given)
    }

    /// Receipts, newest first, each derived and signed.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - deal: Only of this deal.
    ///   - limit: Page size, at most 500.
    ///   - transfer: Only of this transfer.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    public func list(
        after: String? = nil, deal: String? = nil, limit: Int? = nil, transfer: String? = nil, actor: Actor? = nil
    ) -> Listing<Receipt> {
        var given = Given()
        given.text("deal", deal)
        given.whole("limit", limit)
        given.text("transfer", transfer)
        given.actor("actor", actor)
        return Listing(bank, "receipts.list", after: after, given)
    }

    /// A receipt as a text or a page for people, in English or Korean.
    ///
    /// - Parameters:
    ///   - receipt: The id of a receipt or of its transfer; or the whole receipt, or its JSON as text, which must then be genuine.
    ///   - format: `text` or `html`.
    ///   - locale: The language: `en` (also for every language that is not known) or `ko`.
    ///   - timeZone: The time zone of the time shown, such as `Asia/Seoul`; UTC by default.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transfer_not_found`, `key_not_found`, `signature_invalid`.
    @discardableResult
    public func render(
        receipt: JSON, format: String, locale: String? = nil, timeZone: String? = nil, actor: Actor? = nil
    ) async throws -> RenderedReceipt {
        var given = Given()
        given.any("receipt", receipt)
        given.text("format", format)
        given.text("locale", locale)
        given.text("time_zone", timeZone)
        given.actor("actor", actor)
        return try await bank.one("receipts.render", given)
    }
}
