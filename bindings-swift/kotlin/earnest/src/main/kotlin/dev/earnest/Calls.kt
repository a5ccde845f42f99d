package dev.earnest

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** How services reach the engine. */
internal abstract class Calls {
    abstract suspend fun send(name: String, json: String): String

    suspend fun <T> one(name: String, read: (Reading) -> T, write: Arguments.() -> Unit): T =
        read(Reading.ofReply(send(name, Arguments().apply(write).text())))

    fun <T> list(name: String, read: (Reading) -> T, write: Arguments.() -> Unit): Listing<T> = Listing { after ->
        val arguments = Arguments().apply(write)
        if (after != null) arguments.text("after", after)
        Page.of(Reading.ofReply(send(name, arguments.text())), read)
    }
}

/** A page of a list. */
public class Page<T> internal constructor(
    /** The items on it. */
    public val items: List<T>,
    /** Where the next page begins; `null` on the last one. */
    public val next: String?,
    /** How many writes the search that answered is behind, where one did. */
    public val lag: Long?,
    private val received: Json,
) {
    /** As JSON, which [fromJson] reads. */
    public fun toJson(): String {
        val written = items.mapIndexed { place, item -> if (item is View) item.json() else received["items"][place] }
        return Json.ofMembers(received.members.filterKeys(MEMBERS::contains) + ("items" to Json.ofItems(written))).toString()
    }

    override fun equals(other: Any?): Boolean = other is Page<*> && other.items == items && other.next == next && other.lag == lag

    override fun hashCode(): Int = 31 * items.hashCode() + next.hashCode()

    override fun toString(): String = "Page(items=$items, next=$next, lag=$lag)"

    public companion object {
        private val MEMBERS = listOf("items", "next", "lag")

        /** Reads a page of what has JSON of its own: `Page.fromJson(text, Deal::fromJson)`. */
        public fun <T> fromJson(text: String, read: (String) -> T): Page<T> = of(Reading.of(text, "page")) { item ->
            try {
                read(item.json.toString())
            } catch (refused: EarnestException.InvalidRequest) {
                throw invalid(item.path + within(refused.field), refused.reason)
            } catch (refused: EarnestException.InvalidAmount) {
                throw refuse("invalid_amount", "field" to item.path + within(refused.field), "reason" to refused.reason)
            }
        }

        /** Strips the name that an item has when it is read alone; money has no name there. */
        private fun within(field: String): String =
            if (field == "amount" || field == "currency") ".$field" else field.dropWhile { it != '.' && it != '[' }

        internal fun <T> of(from: Reading, read: (Reading) -> T): Page<T> =
            Page(from.list("items", read), from.textOrNull("next"), from.integerOrNull("lag"), from.json)
    }
}

/**
 * A list: a cold flow that fetches page by page as it is collected, each time from the beginning. [page] fetches the first
 * page alone.
 */
public class Listing<T> private constructor(private val fetch: suspend (after: String?) -> Page<T>, flow: Flow<T>) : Flow<T> by flow {
    internal constructor(fetch: suspend (after: String?) -> Page<T>) : this(
        fetch,
        flow {
            var after: String? = null
            do {
                val page = fetch(after)
                page.items.forEach { emit(it) }
                after = page.next
            } while (after != null)
        },
    )

    /** The first page. */
    public suspend fun page(): Page<T> = fetch(null)
}
