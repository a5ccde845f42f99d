package dev.earnest

import java.io.Serializable

/** The members of every refusal; [EarnestException] is the only one, and has a class for each code. */
public abstract class Refusal internal constructor(internal val json: Json) : Exception(json["message"].textOrNull) {
    /** The stable name of the refusal. */
    public val code: String = json["code"].text

    /** Its kind, which decides the HTTP status. */
    public open val kind: String get() = json["kind"].textOrNull ?: "unknown"

    /** The HTTP status to answer with: that of the kind, but where it is the program that forgot the actor. */
    public val httpStatus: Int
        get() = json["http_status"].longOrNull?.takeIf { it in 400L..599L }?.toInt() ?: EarnestException.statuses[kind] ?: 500

    /** Whether and how trying again can help: `call`, `later`, `transaction` or `never`. */
    public val retry: String = json["retry"].textOrNull ?: "never"

    /** Whether the same call may succeed later without a change. */
    public val retryable: Boolean get() = retry != "never"

    /** The member of a batch that was refused, counted from 0. */
    public val index: Long? get() = json["details"]["index"].longOrNull

    /** The details of the code. */
    public abstract val details: RefusalDetails

    internal val wireDetails: Reading get() = Reading(json["details"], "details", own = true)

    override val message: String get() = super.message.orEmpty()

    /** The text for people in a language, such as `ko`; in English where there is no other. */
    public fun toUser(locale: String = "en"): String =
        Native.callingOr(message) { toUser(json.toString(), locale.takeIf(::isWhole)?.ifEmpty { null } ?: "en") }

    /** The part of `locale` that names the language of [toUser]; `null` where that is English for want of another. */
    public fun languageOf(locale: String): String? =
        if (locale.isEmpty() || !isWhole(locale)) null else Native.callingOr(null) { languageOf(json.toString(), locale) }

    /** A text of your own: `{name}` is that detail; what is in `[...]` is left out when one inside is absent. */
    public fun render(template: String): String {
        val text = Arguments.whole("template", template)
        return Native.callingOr(message) { render(json.toString(), text) }
    }

    /** The form with the code in upper case and the message for people. */
    public fun envelope(locale: String = "en"): Envelope = Envelope(code.uppercase(), toUser(locale), retryable)

    /** The refusal as JSON, as every language writes it. */
    public fun toJson(): String = json.toString()

    override fun equals(other: Any?): Boolean = other is Refusal && other.json == json

    override fun hashCode(): Int = json.hashCode()

    override fun toString(): String = "${javaClass.name}: $message"
}

/** The details of a refusal, beyond its code. */
public open class RefusalDetails internal constructor(from: Reading) : Serializable {
    private val json: Json = from.json

    /** A detail by its name in JSON. */
    public operator fun get(name: String): Json = json[name]

    override fun equals(other: Any?): Boolean = other is RefusalDetails && other.json == json

    override fun hashCode(): Int = json.hashCode()

    override fun toString(): String = json.toString()
}

/** A refusal as applications show it to their callers. */
public class Envelope internal constructor(
    /** The code in upper case. */
    public val code: String,
    /** The message for people. */
    public val message: String,
    /** Whether the same call may succeed later. */
    public val retryable: Boolean,
) {
    /** As JSON. */
    public fun toJson(): String = toString()

    override fun equals(other: Any?): Boolean = other is Envelope && other.toString() == toString()

    override fun hashCode(): Int = toString().hashCode()

    override fun toString(): String = Json.obj("code" to code, "message" to message, "retryable" to retryable).toString()
}

/** A refusal that is found here, in the words of the table of errors. */
internal fun refuse(code: String, vararg details: Pair<String, Any?>): EarnestException = Native.refusal(code, details.toMap())

/** `invalid_request` for an argument. */
internal fun invalid(field: String, reason: String): EarnestException = refuse("invalid_request", "field" to field, "reason" to reason)

internal fun unavailable(reason: String): EarnestException = refuse("store_unavailable", "reason" to reason)
