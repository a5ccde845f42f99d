package dev.earnest

/** An object of named values and nothing else: two of the same values are equal. */
public abstract class Values internal constructor() {
    /** Names, as JSON has them, and values in turn. */
    internal abstract fun parts(): Array<Any?>

    /** The names of what only its reader may see. */
    internal open fun hidden(): List<String> = emptyList()

    internal abstract fun json(): Json

    override fun equals(other: Any?): Boolean =
        this === other || (other is Values && other.javaClass == javaClass && parts().contentEquals(other.parts()))

    override fun hashCode(): Int = parts().contentHashCode()

    override fun toString(): String = pairs().joinToString(", ", "${javaClass.simpleName}(", ")") { (name, value) ->
        "${camel(name)}=${if (value != null && name in hidden()) "<hidden>" else value}"
    }

    internal fun pairs(): List<Pair<String, Any?>> = parts().toList().chunked(2) { (name, value) -> name as String to value }
}

/**
 * A record of a reply. It cannot be changed; [toJson] is its JSON as every language writes it, and `fromJson` of its class
 * reads that.
 */
public abstract class View internal constructor(from: Reading) : Values() {
    internal val received: Json = from.json

    /** The JSON of every language. */
    public fun toJson(): String = json().toString()

    internal override fun json(): Json {
        val known = pairs().toMap()
        return Json.ofMembers(received.members.filterKeys(known::containsKey).mapValues { (name, raw) -> kept(raw, known[name]) })
    }

    private fun kept(raw: Json, value: Any?): Json = when (value) {
        is View -> value.json()
        // with all its places, however it came
        is Money -> value.json()
        is List<*> -> Json.ofItems(value.mapIndexed { place, one -> kept(raw[place], one) })
        else -> raw
    }
}

/** A record within arguments. */
public abstract class Term internal constructor() : Values() {
    internal abstract fun write(into: Arguments)

    internal override fun json(): Json = Json.parse(Arguments("").also(::write).text())
}

/** `buyer_owner` as `buyerOwner`. */
internal fun camel(name: String): String =
    name.split('_').mapIndexed { place, part -> if (place == 0) part else part.replaceFirstChar(Char::uppercaseChar) }.joinToString("")
