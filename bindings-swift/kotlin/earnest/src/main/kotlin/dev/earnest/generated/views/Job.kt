// `Job`, whose name others have too.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest.views

import dev.earnest.*
import java.time.Instant

/** Something to do outside. */
public class Job internal constructor(from: Reading) : View(from) {
    /** Its id. */
    public val id: String = from.text("id")
    /** The kind of work. */
    public val kind: String = from.text("kind")
    /** How often it was leased. */
    public val attempts: Long = from.integer("attempts")
    /** Its book: report on it there. */
    public val book: String = from.text("book")
    /** When it was written. */
    public val createdAt: Instant = from.time("created_at")
    /** Whether it was ended without being done. */
    public val discarded: Boolean = from.boolean("discarded")
    /** The number of the newest lease: a report names it. */
    public val fence: Long = from.integer("fence")
    /** The key to send outside: fixed when the job was written, the same at every attempt. */
    public val key: String = from.text("key")
    /** The newest error. */
    public val lastError: String? = from.textOrNull("last_error")
    /** When the lease ends. */
    public val leasedUntil: Instant? = from.timeOrNull("leased_until")
    /** How often it may be leased before it is dead. */
    public val maxAttempts: Long = from.integer("max_attempts")
    /** The work. */
    public val payload: Json = from.json("payload")
    /** The result. */
    public val result: Json = from.json("result")
    /** Not before this time. */
    public val runAt: Instant = from.time("run_at")
    /** `queued`, `leased`, `done` or `dead`. */
    public val state: JobState = JobState(from.text("state"))
    /** Counts every change. */
    public val version: Long = from.integer("version")

    override fun parts(): Array<Any?> = arrayOf("id", id, "kind", kind, "attempts", attempts, "book", book, "created_at", createdAt, "discarded", discarded, "fence", fence, "key", key, "last_error", lastError, "leased_until", leasedUntil, "max_attempts", maxAttempts, "payload", payload, "result", result, "run_at", runAt, "state", state, "version", version)

    override fun hidden(): List<String> = listOf("payload", "result")

    public companion object {
        /** Reads the JSON of any language. Members that this version does not know make no difference. */
        public fun fromJson(text: String): Job = Job(Reading.of(text, "job"))
    }
}
