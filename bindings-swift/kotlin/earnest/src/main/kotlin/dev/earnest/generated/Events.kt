// The operations of `events`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import java.time.Instant
import kotlin.time.Duration

/** The operations of `events`. */
public open class Events internal constructor(internal val calls: Calls) {
    /**
     * Makes a sink, a named reader of the log that gets every event but its own at least once, and those of one
     * object in their order; or changes what one wants.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param sink Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
     * @param from Where a new sink begins: `first` is the beginning of the log, `next` is behind its newest event,
     * which is meant if it is left out.
     * @param maxAttempts How often an event may fail before its object is parked, 1 to 100.
     * @param types Only events of these types, such as `transfer.posted`, or `deal.*` for all of deals; all if it is
     * left out.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun subscribe(
        sink: String,
        from: String? = null,
        maxAttempts: Long? = null,
        types: List<String>? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SinkReply = this.calls.one("events.subscribe", ::SinkReply) {
        text("sink", sink)
        text("from", from)
        integer("max_attempts", maxAttempts)
        texts("types", types)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Moves a consumer's place in the log; inside a transaction of the application it is moved with what the consumer
     * has done there, or not at all.
     *
     * Refused with `version_conflict`, `idempotency_mismatch`.
     *
     * @param consumer The consumer: the name of a sink.
     * @param seq Everything up to this place is done.
     * @param afterSeq The place that it was at: if another process has moved it since, this is `version_conflict`.
     * @param fence The number of the batch from `events.take` that ends with this.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun advance(
        consumer: String,
        seq: Long,
        afterSeq: Long? = null,
        fence: Long? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SinkReply = this.calls.one("events.advance", ::SinkReply) {
        text("consumer", consumer)
        integer("seq", seq)
        integer("after_seq", afterSeq)
        integer("fence", fence)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Delivers the events of an object again that a sink has left behind, or gives them up.
     *
     * Refused with `version_conflict`, `sink_not_found`, `idempotency_mismatch`.
     *
     * @param sink The sink.
     * @param objectKind The kind of the object, as its events say it.
     * @param objectId The object's id, as its events say it.
     * @param discard Gives up what waits; the object's next events are delivered.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun unpark(
        sink: String,
        objectKind: String,
        objectId: String,
        discard: Boolean? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ParkedReply = this.calls.one("events.unpark", ::ParkedReply) {
        text("sink", sink)
        text("object", objectKind)
        text("object_id", objectId)
        boolean("discard", discard)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Events in the order of the book's sequence.
     *
     * @param after The `next` of the page before.
     * @param afterSeq After this sequence number.
     * @param limit Page size, at most 500.
     * @param objectKind Only of this object: a prefixed id, or the name of an account.
     * @param types Only of these types, such as `transfer.posted`.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        afterSeq: Long? = null,
        limit: Long? = null,
        objectKind: String? = null,
        types: List<String>? = null,
        actor: Actor? = null,
    ): Listing<Event> = this.calls.list("events.list", ::Event) {
        text("after", after)
        integer("after_seq", afterSeq)
        integer("limit", limit)
        text("object", objectKind)
        texts("types", types)
        actor("actor", actor)
    }

    /**
     * Recomputes the hash chain of a book.
     *
     * @param actor The actor who asks.
     */
    public suspend fun verifyChain(
        actor: Actor? = null,
    ): Chain = this.calls.one("events.verify_chain", ::Chain) {
        actor("actor", actor)
    }

    /**
     * Hashes the whole state of a book: equal on every store for equal money.
     *
     * @param actor The actor who asks.
     */
    public suspend fun stateHash(
        actor: Actor? = null,
    ): StateHash = this.calls.one("events.state_hash", ::StateHash) {
        actor("actor", actor)
    }

    /**
     * The sinks of a book, and how far behind they are.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun sinks(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<SinkStatus> = this.calls.list("events.sinks", ::SinkStatus) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The objects that a sink has left behind because one of their events failed.
     *
     * Refused with `sink_not_found`.
     *
     * @param sink The sink.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun parked(
        sink: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<Parked> = this.calls.list("events.parked", ::Parked) {
        text("sink", sink)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Applies the log of a book into an empty store: a read-only copy of equal hash.
     *
     * @param into The URL of the store: it must be empty.
     * @param actor The actor who asks.
     */
    public suspend fun replay(
        into: String,
        actor: Actor? = null,
    ): Replayed = this.calls.one("events.replay", ::Replayed) {
        text("into", into)
        actor("actor", actor)
    }

    /**
     * Takes the next events of a sink for a while; nobody else gets events of it until then, or until they are
     * reported on. Who is too slow has them delivered to others too.
     *
     * Refused with `sink_not_found`.
     *
     * @param sink The sink.
     * @param forTime For how long, PT1S to PT1H. Until then nobody else gets events of this sink.
     * @param limit How many at most, 1 to 500.
     * @param actor The actor who asks.
     */
    public suspend fun take(
        sink: String,
        forTime: Duration,
        limit: Long? = null,
        actor: Actor? = null,
    ): Batch = this.calls.one("events.take", ::Batch) {
        text("sink", sink)
        duration("for", forTime)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Reports on events that were taken: what is done, and what failed. An object whose event failed is left behind
     * until it comes again; the sink goes on with all others. Under an older batch: `version_conflict`.
     *
     * Refused with `version_conflict`, `sink_not_found`.
     *
     * @param sink The sink.
     * @param fence The number of the batch.
     * @param seq Everything up to this place is done, but for what failed: the `seq` of the batch if that is all of
     * it. What comes behind is delivered again.
     * @param failed Events up to `seq` that failed. Their objects' later events of the batch count as not delivered.
     * @param retryAt The sink rests until then, at most 24 hours: the other side is down.
     * @param actor The actor who asks.
     */
    public suspend fun settle(
        sink: String,
        fence: Long,
        seq: Long,
        failed: List<FailedEvent>? = null,
        retryAt: Instant? = null,
        actor: Actor? = null,
    ): SinkReply = this.calls.one("events.settle", ::SinkReply) {
        text("sink", sink)
        integer("fence", fence)
        integer("seq", seq)
        records("failed", failed)
        time("retry_at", retryAt)
        actor("actor", actor)
    }

    /**
     * Takes a sink back to an earlier place: the events after it come again, under the same ids.
     *
     * Refused with `version_conflict`, `sink_not_found`.
     *
     * @param sink The sink.
     * @param seq The place, not behind the one that it is at; 0 is the beginning of the log.
     * @param actor The actor who asks.
     */
    public suspend fun rewind(
        sink: String,
        seq: Long,
        actor: Actor? = null,
    ): SinkReply = this.calls.one("events.rewind", ::SinkReply) {
        text("sink", sink)
        integer("seq", seq)
        actor("actor", actor)
    }

    /**
     * Removes a sink, with what it has left behind. Nobody can take its events any more.
     *
     * Refused with `version_conflict`, `sink_not_found`.
     *
     * @param sink The sink.
     * @param actor The actor who asks.
     */
    public suspend fun unsubscribe(
        sink: String,
        actor: Actor? = null,
    ): SinkReply = this.calls.one("events.unsubscribe", ::SinkReply) {
        text("sink", sink)
        actor("actor", actor)
    }
}
