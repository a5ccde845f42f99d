package dev.earnest

import java.time.Instant
import java.time.OffsetDateTime
import java.time.format.DateTimeParseException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days

/**
 * JSON that is read by its names; what is absent or of another kind is refused under its path. Amounts of an engine's [own]
 * replies have the places of its store.
 */
internal class Reading(val json: Json, val path: String = "", private val own: Boolean = false) {
    private fun at(name: String): String = if (path.isEmpty()) name else "$path.$name"

    private fun optional(name: String): Reading? = json[name].takeUnless(Json::isNull)?.let { Reading(it, at(name), own) }

    private fun required(name: String): Reading {
        if (json.membersOrNull == null) throw wrong("must be an object")
        return optional(name) ?: throw invalid(at(name), "is missing")
    }

    private fun wrong(reason: String): EarnestException = invalid(path.ifEmpty { "json" }, reason)

    fun asText(): String = json.textOrNull ?: throw wrong("must be a text")

    fun asInteger(): Long = json.longOrNull ?: throw wrong("must be a whole number of 64 bits")

    private fun asBoolean(): Boolean = json.booleanOrNull ?: throw wrong("must be true or false")

    fun asTime(): Instant = try {
        OffsetDateTime.parse(asText()).toInstant()
    } catch (_: DateTimeParseException) {
        throw wrong("must be a time such as `2026-01-31T09:00:00Z`")
    }

    private fun asDuration(): Duration {
        // weeks are days, and a day has 24 hours
        val found = SPAN.matchEntire(asText()) ?: throw wrong("must be a length of time such as `P3D`")
        val (weeks, days, time) = found.destructured
        if (weeks.isEmpty() && days.isEmpty() && time.isEmpty()) throw wrong("must be a length of time such as `P3D`")
        val clock = if (time.isEmpty()) Duration.ZERO else Duration.parseIsoStringOrNull("PT$time")
        return (count(weeks) * 7 + count(days)).days + (clock ?: throw wrong("must be a length of time such as `P3D`"))
    }

    private fun count(digits: String): Long = if (digits.isEmpty()) 0 else digits.dropLast(1).toLong()

    /** `{"amount":"40.00","currency":"USD"}`, or `"40.00 USD"`. */
    fun asMoney(): Money {
        val short = json.textOrNull ?: return Money.of(required("amount").asText(), required("currency").asText(), at("amount"), at("currency"), own)
        val space = short.indexOf(' ')
        if (space < 0) throw wrong("must be an amount such as `40.00 USD`")
        val field = path.ifEmpty { "amount" }
        return Money.of(short.substring(0, space), short.substring(space + 1), field, field, own)
    }

    private fun asMeasure(): Measure = if (json.digitsOrNull != null) Count(asInteger()) else asMoney()

    private fun asActor(): Actor {
        json.textOrNull?.let { return Actor(it) }
        return Actor(required("id").asText(), optional("role")?.asText())
    }

    fun text(name: String): String = required(name).asText()

    fun textOrNull(name: String): String? = optional(name)?.asText()

    fun integer(name: String): Long = required(name).asInteger()

    fun integerOrNull(name: String): Long? = optional(name)?.asInteger()

    fun boolean(name: String): Boolean = required(name).asBoolean()

    fun booleanOrNull(name: String): Boolean? = optional(name)?.asBoolean()

    fun time(name: String): Instant = required(name).asTime()

    fun timeOrNull(name: String): Instant? = optional(name)?.asTime()

    fun duration(name: String): Duration = required(name).asDuration()

    fun durationOrNull(name: String): Duration? = optional(name)?.asDuration()

    fun money(name: String): Money = required(name).asMoney()

    fun moneyOrNull(name: String): Money? = optional(name)?.asMoney()

    fun measure(name: String): Measure = required(name).asMeasure()

    fun measureOrNull(name: String): Measure? = optional(name)?.asMeasure()

    fun actor(name: String): Actor = required(name).asActor()

    fun actorOrNull(name: String): Actor? = optional(name)?.asActor()

    fun errorOrNull(name: String): EarnestException? = optional(name)?.let(::refusalOf)

    /** Returns the content of `{"error": {...}}`, as servers answer it; or this. */
    fun unwrapped(): Reading = if (json["code"].isNull && json["error"].membersOrNull != null) one("error") { it } else this

    /** Any JSON, of which `null` is some. */
    fun json(name: String): Json {
        if (json.membersOrNull?.containsKey(name) != true) throw invalid(at(name), "is missing")
        return json[name]
    }

    fun jsonOrNull(name: String): Json? = optional(name)?.json

    /** A JSON object. */
    fun members(name: String): Json = one(name) { it.json }

    fun membersOrNull(name: String): Json? = oneOrNull(name) { it.json }

    fun <T> one(name: String, make: (Reading) -> T): T = required(name).made(make)

    fun <T> oneOrNull(name: String, make: (Reading) -> T): T? = optional(name)?.made(make)

    private fun <T> made(make: (Reading) -> T): T = if (json.membersOrNull == null) throw wrong("must be an object") else make(this)

    fun <T> list(name: String, make: (Reading) -> T): List<T> = required(name).each(make)

    fun <T> listOrNull(name: String, make: (Reading) -> T): List<T>? = optional(name)?.each(make)

    private fun <T> each(make: (Reading) -> T): List<T> {
        val items = json.itemsOrNull ?: throw wrong("must be a list")
        return items.mapIndexed { place, item -> make(Reading(item, "$path[$place]", own)) }
    }

    companion object {
        private val SPAN = Regex("P([0-9]{1,9}W)?([0-9]{1,9}D)?(?:T([0-9HMS.]+))?")

        /** The JSON of an object that came from elsewhere: with the name of a view paths begin with that. */
        fun of(text: String, path: String = ""): Reading {
            val found = Reading(Json.parse(text, path.ifEmpty { "json" }), path)
            if (found.json.membersOrNull == null) throw found.wrong("must be an object")
            return found
        }

        /** Reads JSON that the engine has written. */
        fun ofReply(text: String): Reading = Reading(JsonReader(text, 512).whole(), own = true)
    }
}

/** The refusal of its JSON. What is absent is made up, as far as that can be. */
internal fun refusalOf(from: Reading): EarnestException {
    val code = from.text("code")
    from.text("message")
    val members = LinkedHashMap(from.json.members)
    if (members["retry"]?.textOrNull == null) members["retry"] = Json.ofText(Native.retry(code) ?: "never")
    if (members["details"]?.membersOrNull == null) members["details"] = Json.ofMembers(emptyMap())
    return EarnestException.of(Json.ofMembers(members), code)
}
