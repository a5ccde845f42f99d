package dev.earnest

import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.time.temporal.ChronoUnit
import kotlin.time.Duration

/** Arguments as JSON. What has no place there is refused under its path, before anything is sent. */
internal class Arguments(private val path: String = "") {
    private val parts = LinkedHashMap<String, String>()

    private fun at(name: String): String = path + name

    fun text(): String = parts.entries.joinToString(",", "{", "}") { (name, json) -> "\"$name\":$json" }

    fun text(name: String, value: CharSequence?) {
        if (value != null) parts[name] = quoted(at(name), value.toString())
    }

    /** One of a closed set. */
    fun word(name: String, value: ClosedSet?): Unit = text(name, value?.value)

    fun key(name: String, value: CharSequence?): Unit = text(name, value)

    fun integer(name: String, value: Long?) {
        if (value != null) parts[name] = value.toString()
    }

    fun boolean(name: String, value: Boolean?) {
        if (value != null) parts[name] = value.toString()
    }

    fun time(name: String, value: Instant?) {
        if (value != null) parts[name] = "\"${timeText(at(name), value)}\""
    }

    fun duration(name: String, value: Duration?) {
        if (value != null) parts[name] = "\"${durationText(at(name), value)}\""
    }

    fun money(name: String, value: Money?) {
        if (value != null) parts[name] = value.json().toString()
    }

    fun measure(name: String, value: Measure?) {
        when (value) {
            null -> Unit
            is Count -> integer(name, value.value)
            is Money -> money(name, value)
        }
    }

    fun actor(name: String, value: Actor?) {
        if (value != null) parts[name] = value.json(at(name)).toString()
    }

    fun json(name: String, value: Json?) {
        if (value == null) return
        check(at(name), value, 1)
        parts[name] = value.toString()
    }

    /** A JSON object. */
    fun members(name: String, value: Json?) {
        if (value != null && value.membersOrNull == null) throw invalid(at(name), "must be an object")
        json(name, value)
    }

    /** Texts, or those of a closed set. */
    fun texts(name: String, value: List<Any>?) {
        val quoted = value?.mapIndexed { place, one -> quoted("${at(name)}[$place]", one.toString()) }
        if (quoted != null) parts[name] = quoted.joinToString(",", "[", "]")
    }

    fun amounts(name: String, value: List<Money>?) {
        if (value != null) parts[name] = value.joinToString(",", "[", "]") { it.json().toString() }
    }

    fun record(name: String, value: Term?) {
        if (value != null) parts[name] = Arguments("${at(name)}.").also(value::write).text()
    }

    fun records(name: String, value: List<Term>?) {
        val written = value?.mapIndexed { place, one -> Arguments("${at(name)}[$place].").also(one::write).text() }
        if (written != null) parts[name] = written.joinToString(",", "[", "]")
    }

    companion object {
        private const val HALF = "must be a text, and has half a character: a surrogate without its other half"

        /** Refuses a text that has no place in JSON, or in a store. */
        fun whole(field: String, text: String, mayHaveNul: Boolean = false): String {
            if (!isWhole(text)) throw invalid(field, HALF)
            if (!mayHaveNul && '\u0000' in text) throw invalid(field, "must not have a NUL")
            return text
        }

        fun quoted(field: String, text: String): String = StringBuilder().also { quote(whole(field, text), it) }.toString()

        /** RFC 3339 in UTC, to the microsecond. */
        fun timeText(field: String, time: Instant): String {
            if (time !in FIRST..<END) throw invalid(field, "must be a time of the years 0000 to 9999")
            return TIME.format(time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
        }

        private val FIRST = Instant.parse("0000-01-01T00:00:00Z")
        private val END = Instant.parse("+10000-01-01T00:00:00Z")
        private val TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")

        /** ISO 8601, in seconds. */
        fun durationText(field: String, span: Duration): String {
            if (span.isInfinite() || span.isNegative()) throw invalid(field, "must be a finite length of time from 0 up")
            return span.toComponents { seconds, nanoseconds ->
                if (nanoseconds % 1000 != 0) throw invalid(field, "must be whole microseconds")
                val micros = (nanoseconds / 1000).toString().padStart(6, '0').trimEnd('0')
                if (micros.isEmpty()) "PT${seconds}S" else "PT$seconds.${micros}S"
            }
        }

        /** Refuses JSON that is too deep, has a number beyond 64 bits, or a text that no store holds. */
        fun check(field: String, json: Json, depth: Int) {
            val inside = json.itemsOrNull ?: json.membersOrNull?.values
            if (inside != null && depth > Json.DEEPEST) throw invalid(field, "is nested deeper than ${Json.DEEPEST} levels")
            json.membersOrNull?.keys?.forEach { whole(field, it) }
            inside?.forEach { check(field, it, depth + 1) }
            json.textOrNull?.let { whole(field, it) }
            json.digitsOrNull?.let { if (!fits(it)) throw invalid(field, "has a number beyond 64 bits") }
        }

        private fun fits(digits: String): Boolean = when {
            digits.any { it in ".eE" } -> digits.toDouble().isFinite()
            else -> digits.toLongOrNull() != null || digits.toULongOrNull() != null
        }
    }
}
