// The operations of `admin`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant

/** The operations of `admin`. */
public open class Admin internal constructor(internal val calls: Calls) {
    /**
     * Looks up the outcome of an idempotency key.
     *
     * @param key The key.
     * @param actor The actor who asks.
     */
    public suspend fun lookupKey(
        key: CharSequence,
        actor: Actor? = null,
    ): KeyOutcome = this.calls.one("admin.lookup_key", ::KeyOutcome) {
        key("key", key)
        actor("actor", actor)
    }

    /**
     * Lists who did what, and what happened to what, oldest first.
     *
     * @param after The `next` of the page before.
     * @param fromTime From this time on.
     * @param limit Page size, at most 500.
     * @param objectKind Only of this object: a prefixed id, or the name of an account.
     * @param toTime Before this time.
     * @param actor The actor who asks.
     */
    public fun audit(
        after: String? = null,
        fromTime: Instant? = null,
        limit: Long? = null,
        objectKind: String? = null,
        toTime: Instant? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("admin.audit", ::Event) {
        text("after", after)
        time("from_time", fromTime)
        integer("limit", limit)
        text("object", objectKind)
        time("to_time", toTime)
        actor("actor", actor)
    }

    /**
     * Whether the engine and its store are well.
     *
     * @param actor The actor who asks.
     */
    public suspend fun health(
        actor: Actor? = null,
    ): Health = this.calls.one("admin.health", ::Health) {
        actor("actor", actor)
    }

    /**
     * Recomputes every invariant of every book from the rows and the log. Recounts what rules have counted, by the
     * rules of then, and compares each counter with the result (`counters_recomputed`): counts, sums, failures,
     * rates, different values, in every window, about accounts, actors, other sides, addresses, devices and metadata.
     * A rule is left out, with all that it has counted, where the log and the rows do not have what the recount
     * needs: a rule about addresses or devices once `admin.erase_context` has erased one of a counted call; a rule
     * about metadata once it has counted a call that failed, one whose metadata no row keeps (only transfers, holds
     * and deals keep it), or the opening of a deal whose metadata was changed since; and, after a clock was set back,
     * what a refusal took as counted now of parties whom no event names. A rule set anew under another name is
     * compared from its beginning.
     *
     * @param anchor A link of this book's chain that was kept elsewhere, as `SEQ:HASH`: the log must still have it.
     * @param actor The actor who asks.
     */
    public suspend fun verify(
        anchor: String? = null,
        actor: Actor? = null,
    ): Verify = this.calls.one("admin.verify", ::Verify) {
        text("anchor", anchor)
        actor("actor", actor)
    }

    /**
     * Says that the clock is right as it is: after a jump calls are taken again, in every process, and timers run by
     * it.
     *
     * @param actor The actor who asks.
     */
    public suspend fun confirmClock(
        actor: Actor? = null,
    ): ClockConfirmed = this.calls.one("admin.confirm_clock", ::ClockConfirmed) {
        actor("actor", actor)
    }

    /**
     * Erases the address and the device of end users from events; the chain stays as it is.
     *
     * @param beforeTime Only from events before this time.
     * @param subject Only from events that this actor caused.
     * @param actor The actor who asks.
     */
    public suspend fun eraseContext(
        beforeTime: Instant? = null,
        subject: String? = null,
        actor: Actor? = null,
    ): Erased = this.calls.one("admin.erase_context", ::Erased) {
        time("before_time", beforeTime)
        text("subject", subject)
        actor("actor", actor)
    }

    /**
     * Begins a timeline: this copy of a store goes its own way, and its links and receipts differ from the
     * original's.
     *
     * @param actor The actor who asks.
     */
    public suspend fun fork(
        actor: Actor? = null,
    ): Timeline = this.calls.one("admin.fork", ::Timeline) {
        actor("actor", actor)
    }

    /**
     * Copies the store to a new file, while it is in use (SQLite).
     *
     * @param path The file; there must be none.
     * @param actor The actor who asks.
     */
    public suspend fun backup(
        path: String,
        actor: Actor? = null,
    ): Copied = this.calls.one("admin.backup", ::Copied) {
        text("path", path)
        actor("actor", actor)
    }

    /**
     * Puts a backup of this store in the place of everything that it has, whole or not at all, and begins a timeline
     * (SQLite). What happened after the backup is gone: keys of calls that were made since are free again. Where this
     * process's keyring lacks a key that something in the backup needs, nothing is restored without `force`.
     *
     * Refused with `key_not_found`.
     *
     * @param path The file that `backup` wrote.
     * @param force Restore it although this process's keyring lacks a key that something in it needs: that stays
     * closed until a process has the key.
     * @param actor The actor who asks.
     */
    public suspend fun restore(
        path: String,
        force: Boolean? = null,
        actor: Actor? = null,
    ): Timeline = this.calls.one("admin.restore", ::Timeline) {
        text("path", path)
        boolean("force", force)
        actor("actor", actor)
    }

    /**
     * Returns what this process has done and how far it is behind, as a text that Prometheus reads: give it as the
     * answer of a route of your own.
     *
     * @param actor The actor who asks.
     */
    public suspend fun metrics(
        actor: Actor? = null,
    ): Metrics = this.calls.one("admin.metrics", ::Metrics) {
        actor("actor", actor)
    }

    /**
     * Counts of the store and of this process.
     *
     * @param actor The actor who asks.
     */
    public suspend fun stats(
        actor: Actor? = null,
    ): Stats = this.calls.one("admin.stats", ::Stats) {
        actor("actor", actor)
    }
}
