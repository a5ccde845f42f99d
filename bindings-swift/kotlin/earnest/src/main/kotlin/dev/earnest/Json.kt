package dev.earnest

import java.io.Serializable
import java.math.BigDecimal
import java.math.BigInteger
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.charset.StandardCharsets

/**
 * Any JSON. It cannot be changed; [toString] is its text, and numbers in it are kept as they were written.
 *
 * A member that is not there is [NULL], so that `json["a"]["b"].textOrNull` needs no checks on its way.
 */
public class Json private constructor(private val value: Any?) : Serializable {
    /** A number, as it was written. */
    internal class Digits(val text: String) : Serializable {
        override fun equals(other: Any?): Boolean = other is Digits && other.text == text

        override fun hashCode(): Int = text.hashCode()
    }

    /** The member of an object; [NULL] where there is none. */
    public operator fun get(name: String): Json = membersOrNull?.get(name) ?: NULL

    /** An item of an array, counted from 0; [NULL] where there is none. */
    public operator fun get(place: Int): Json = itemsOrNull?.getOrNull(place) ?: NULL

    /** Whether it is `null`. */
    public val isNull: Boolean get() = value == null

    /** The items of an array; of anything else none. */
    public val items: List<Json> get() = itemsOrNull ?: emptyList()

    /** The members of an object in their order; of anything else none. */
    public val members: Map<String, Json> get() = membersOrNull ?: emptyMap()

    /** The text, if it is one. */
    public val textOrNull: String? get() = value as? String

    /** The text. Refused with `invalid_request` where it is none. */
    public val text: String get() = textOrNull ?: throw other("a text")

    /** True or false, if it is one of them. */
    public val booleanOrNull: Boolean? get() = value as? Boolean

    /** True or false. Refused with `invalid_request` where it is neither. */
    public val boolean: Boolean get() = booleanOrNull ?: throw other("true or false")

    /** The whole number of 64 bits, if it is one. */
    public val longOrNull: Long? get() = digitsOrNull?.toLongOrNull()

    /** The whole number of 64 bits. Refused with `invalid_request` where it is none. */
    public val long: Long get() = longOrNull ?: throw other("a whole number of 64 bits")

    /** The number, if it is one. */
    public val numberOrNull: BigDecimal? get() = digitsOrNull?.toBigDecimalOrNull()

    internal val itemsOrNull: List<Json>?
        get() = (value as? List<*>)?.let { found -> @Suppress("UNCHECKED_CAST") (found as List<Json>) }

    internal val membersOrNull: Map<String, Json>?
        get() = (value as? Map<*, *>)?.let { found -> @Suppress("UNCHECKED_CAST") (found as Map<String, Json>) }

    internal val digitsOrNull: String? get() = (value as? Digits)?.text

    private fun other(wanted: String): EarnestException = invalid("json", "must be $wanted")

    override fun equals(other: Any?): Boolean = other is Json && other.value == value

    override fun hashCode(): Int = value.hashCode()

    override fun toString(): String = StringBuilder().also(::write).toString()

    internal fun write(into: StringBuilder) {
        val items = itemsOrNull
        val members = membersOrNull
        when {
            items != null -> {
                into.append('[')
                items.forEachIndexed { place, one -> if (place > 0) into.append(','); one.write(into) }
                into.append(']')
            }
            members != null -> {
                into.append('{')
                members.entries.forEachIndexed { place, member ->
                    if (place > 0) into.append(',')
                    quote(member.key, into)
                    into.append(':')
                    member.value.write(into)
                }
                into.append('}')
            }
            value is String -> quote(value, into)
            value is Digits -> into.append(value.text)
            else -> into.append(value)
        }
    }

    public companion object {
        /** `null`, and a member that is not there. */
        public val NULL: Json = Json(null)

        /** How deep JSON may be. */
        internal const val DEEPEST = 64

        /** How many bytes JSON from elsewhere may have. */
        private const val LONGEST = 1 shl 20

        /** Reads JSON: at most 1 MiB, at most 64 deep. Refused with `invalid_request`. */
        public fun parse(text: String): Json = parse(text, "json")

        /** The same of what has a name of its own, which a refusal says. */
        internal fun parse(text: String, field: String): Json {
            if (text.length > LONGEST || (text.length > LONGEST / 3 && text.toByteArray().size > LONGEST)) {
                throw invalid(field, "must not have more than 1 MiB")
            }
            return JsonReader(text, DEEPEST, field).whole()
        }

        /** Reads JSON in UTF-8. */
        public fun parse(bytes: ByteArray): Json {
            if (bytes.size > LONGEST) throw invalid("json", "must not have more than 1 MiB")
            try {
                return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())
            } catch (_: CharacterCodingException) {
                throw invalid("json", "must be UTF-8")
            }
        }

        /**
         * JSON of texts, whole numbers, finite numbers, booleans, `null`, lists, maps whose keys are texts, [Money], and
         * of what this package answers.
         */
        public fun of(value: Any?): Json = made(value, 0, "json")

        /** The same of what has a name of its own, which a refusal says. */
        internal fun of(value: Any?, field: String): Json = made(value, 0, field)

        /** An object: `Json.obj("name" to "Kim", "age" to 41)`. */
        public fun obj(vararg members: Pair<String, Any?>): Json = of(members.toMap())

        internal fun ofMembers(members: Map<String, Json>): Json = Json(members)

        internal fun ofItems(items: List<Json>): Json = Json(items)

        internal fun ofText(text: String): Json = Json(text)

        internal fun ofBoolean(value: Boolean): Json = Json(value)

        internal fun ofDigits(text: String): Json = Json(Digits(text))

        private fun made(value: Any?, depth: Int, field: String): Json {
            if (depth > DEEPEST) throw invalid(field, "is nested deeper than $DEEPEST levels")
            return when (value) {
                null -> NULL
                is Json -> value
                is Boolean -> Json(value)
                is Int, is Long, is Short, is Byte, is BigInteger -> ofDigits(value.toString())
                is BigDecimal -> ofDigits(value.toString())
                is Double -> if (value.isFinite()) ofDigits(value.toString()) else throw strange(value, field)
                is Float -> if (value.isFinite()) ofDigits(value.toString()) else throw strange(value, field)
                is Money -> value.json()
                is Values -> value.json()
                is ClosedSet -> Json(Arguments.whole(field, value.value, mayHaveNul = true))
                is EarnestException -> value.json
                is Map<*, *> -> Json(value.entries.associate { nameOf(it.key, field) to made(it.value, depth + 1, field) })
                is List<*> -> Json(value.map { made(it, depth + 1, field) })
                is CharSequence -> Json(Arguments.whole(field, value.toString(), mayHaveNul = true))
                else -> throw strange(value, field)
            }
        }

        private fun nameOf(key: Any?, field: String): String =
            Arguments.whole(field, key as? String ?: throw strange(key, field), mayHaveNul = true)

        private fun strange(value: Any?, field: String): EarnestException =
            invalid(field, "must not be a ${value?.javaClass?.simpleName ?: "null"}")
    }
}

/** Writes a text with its quotes. */
internal fun quote(text: String, into: StringBuilder) {
    into.append('"')
    for (letter in text) {
        when {
            letter == '"' || letter == '\\' -> into.append('\\').append(letter)
            letter == '\n' -> into.append("\\n")
            letter == '\r' -> into.append("\\r")
            letter == '\t' -> into.append("\\t")
            letter == '\b' -> into.append("\\b")
            letter == '\u000c' -> into.append("\\f")
            letter < ' ' -> into.append("\\u").append(letter.code.toString(16).padStart(4, '0'))
            else -> into.append(letter)
        }
    }
    into.append('"')
}

/** Whether every surrogate of a text has its other half. */
internal fun isWhole(text: String): Boolean {
    var place = 0
    while (place < text.length) {
        val letter = text[place]
        if (letter.isLowSurrogate()) return false
        if (letter.isHighSurrogate()) {
            if (place + 1 == text.length || !text[place + 1].isLowSurrogate()) return false
            place++
        }
        place++
    }
    return true
}
