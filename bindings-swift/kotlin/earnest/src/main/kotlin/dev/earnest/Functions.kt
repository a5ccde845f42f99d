package dev.earnest

import dev.earnest.internal.NativeEngine

/** The functions of the native half, all of which may be refused: [Native.calling] calls them. */
internal object Functions {
    fun open(ticket: ULong, url: String, options: String): NativeEngine = NativeEngine.open(ticket, url, options)

    fun openFile(ticket: ULong, path: String, options: String): NativeEngine = NativeEngine.openFile(ticket, path, options)

    fun amount(field: String, given: String, currency: String): String = dev.earnest.internal.amount(field, given, currency).text

    fun scale(currency: String): Int = dev.earnest.internal.amount("currency", "0", currency).scale.toInt()

    /** The decimal places of a currency, if it is known here. */
    fun placesOf(currency: String): Int? = dev.earnest.internal.scale(currency)?.toInt()

    fun registerCurrency(code: String, scale: UByte): Unit = dev.earnest.internal.registerCurrency(code, scale)

    fun toUser(error: String, locale: String): String = dev.earnest.internal.toUser(error, locale)

    fun languageOf(error: String, locale: String): String? = dev.earnest.internal.languageOf(error, locale)

    fun render(error: String, template: String): String = dev.earnest.internal.render(error, template)

    fun retry(code: String): String? = dev.earnest.internal.retry(code)

    fun verifyReceipt(receipt: String, publicKeys: String): String = dev.earnest.internal.verifyReceipt(receipt, publicKeys)

    fun allowedActions(deal: String, actor: String, now: String?): String = dev.earnest.internal.allowedActions(deal, actor, now)

    fun transitions(): String = dev.earnest.internal.transitions()

    fun parseAddress(text: String): String = dev.earnest.internal.parseAddress(text)

    fun recoverMessage(message: String, signature: String): String = dev.earnest.internal.recoverMessage(message, signature)

    fun recoverDigest(digest: String, signature: String): String = dev.earnest.internal.recoverDigest(digest, signature)

    fun childKey(key: String, step: String): String = dev.earnest.internal.childKey(key, step)

    fun keygen(): String = dev.earnest.internal.keygen()

    fun operations(): List<String> = dev.earnest.internal.operations()

    fun verifyWebhook(body: ByteArray, headers: List<String>, secrets: List<String>, now: String?): String =
        dev.earnest.internal.verifyWebhook(body, headers, secrets, now)
}
