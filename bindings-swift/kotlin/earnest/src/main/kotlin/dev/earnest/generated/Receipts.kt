// The operations of `receipts`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/** The operations of `receipts`. */
public open class Receipts internal constructor(internal val calls: Calls) {
    /**
     * Checks a receipt with the engine's keys, or with public keys that are given: genuine or not, and why not.
     *
     * Refused with `key_not_found`.
     *
     * @param receipt The whole receipt, as `get` replied it, or its JSON as text, which every language reads alike.
     * @param publicKeys The reply of `public_keys`, in place of the engine's keyring; an HMAC cannot be checked with
     * it.
     * @param actor The actor who asks.
     */
    public suspend fun verify(
        receipt: Json,
        publicKeys: Json? = null,
        actor: Actor? = null,
    ): Verification = this.calls.one("receipts.verify", ::Verification) {
        json("receipt", receipt)
        json("public_keys", publicKeys)
        actor("actor", actor)
    }

    /**
     * The keys that others need to check receipts.
     *
     * Refused with `key_not_found`.
     *
     * @param actor The actor who asks.
     */
    public suspend fun publicKeys(
        actor: Actor? = null,
    ): PublicKeys = this.calls.one("receipts.public_keys", ::PublicKeys) {
        actor("actor", actor)
    }

    /**
     * The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be rolled back.
     *
     * Refused with `transfer_not_found`, `key_not_found`.
     *
     * @param receipt The receipt: `rc_` and the uuid of its transfer. The id of the transfer itself will do.
     * @param actor The actor who asks.
     */
    public suspend fun get(
        receipt: String,
        actor: Actor? = null,
    ): Receipt = this.calls.one("receipts.get", ::Receipt) {
        text("receipt", receipt)
        actor("actor", actor)
    }

    /**
     * Receipts, newest first, each derived and signed.
     *
     * Refused with `key_not_found`.
     *
     * @param after The `next` of the page before.
     * @param deal Only of this deal.
     * @param limit Page size, at most 500.
     * @param transfer Only of this transfer.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        deal: String? = null,
        limit: Long? = null,
        transfer: String? = null,
        actor: Actor? = null,
    ): Listing<Receipt> = this.calls.list("receipts.list", ::Receipt) {
        text("after", after)
        text("deal", deal)
        integer("limit", limit)
        text("transfer", transfer)
        actor("actor", actor)
    }

    /**
     * A receipt as a text or a page for people, in English or Korean.
     *
     * Refused with `transfer_not_found`, `key_not_found`, `signature_invalid`.
     *
     * @param receipt The id of a receipt or of its transfer; or the whole receipt, or its JSON as text, which must
     * then be genuine.
     * @param format `text` or `html`.
     * @param locale The language: `en` (also for every language that is not known) or `ko`.
     * @param timeZone The time zone of the time shown, such as `Asia/Seoul`; UTC by default.
     * @param actor The actor who asks.
     */
    public suspend fun render(
        receipt: Json,
        format: String,
        locale: String? = null,
        timeZone: String? = null,
        actor: Actor? = null,
    ): RenderedReceipt = this.calls.one("receipts.render", ::RenderedReceipt) {
        json("receipt", receipt)
        text("format", format)
        text("locale", locale)
        text("time_zone", timeZone)
        actor("actor", actor)
    }
}
