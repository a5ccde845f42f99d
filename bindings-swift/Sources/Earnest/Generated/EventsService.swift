// The operations of `events`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `events`, of an engine or a view.
public struct EventsService: Sendable {
    let bank: Engine

    /// Makes a sink, a named reader of the log that gets every event but its own at least once, and those of one object in their
    /// order; or changes what one wants.
    ///
    /// - Parameters:
    ///   - sink: Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
    ///   - from: Where a new sink begins: `first` is the beginning of the log, `next` is behind its newest event, which is meant if it is left out.
    ///   - maxAttempts: How often an event may fail before its object is parked, 1 to 100.
    ///   - types: Only events of these types, such as `transfer.posted`, or `deal.*` for all of deals; all if it is left out.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `idempotency_mismatch`.
    @discardableResult
    public func subscribe(
        sink: String, from: String? = nil, maxAttempts: Int? = nil, types: [String]? = nil, actor: Actor? = nil,
        key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SinkReply {
        var given = Given()
        given.text("sink", sink)
        given.text("from", from)
        given.whole("max_attempts", maxAttempts)
        given.texts("types", types)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("events.subscribe", given)
    }

    /// Moves a consumer's place in the log; inside a transaction of the application it is moved with what the consumer has done
    /// there, or not at all.
    ///
    /// - Parameters:
    ///   - consumer: The consumer: the name of a sink.
    ///   - seq: Everything up to this place is done.
    ///   - afterSeq: The place that it was at: if another process has moved it since, this is `version_conflict`.
    ///   - fence: The number of the batch from `events.take` that ends with this.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `idempotency_mismatch`.
    @discardableResult
    public func advance(
        consumer: String, seq: Int, afterSeq: Int? = nil, fence: Int? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SinkReply {
        var given = Given()
        given.text("consumer", consumer)
        given.whole("seq", seq)
        given.whole("after_seq", afterSeq)
        given.whole("fence", fence)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("events.advance", given)
    }

    /// Delivers the events of an object again that a sink has left behind, or gives them up.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - object: The kind of the object, as its events say it.
    ///   - objectId: The object's id, as its events say it.
    ///   - discard: Gives up what waits; the object's next events are delivered.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `sink_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func unpark(
        sink: String, object: String, objectId: String, discard: Bool? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ParkedReply {
        var given = Given()
        given.text("sink", sink)
        given.text("object", object)
        given.text("object_id", objectId)
        given.flag("discard", discard)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("events.unpark", given)
    }

    /// Events in the order of the book's sequence.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - afterSeq: After this sequence number.
    ///   - limit: Page size, at most 500.
    ///   - object: Only of this object: a prefixed id, or the name of an account.
    ///   - types: Only of these types, such as `transfer.posted`.
    ///   - actor: The actor who asks.
    public func list(
        after: String? = nil, afterSeq: Int? = nil, limit: Int? = nil, object: String? = nil, types: [String]? = nil,
        actor: Actor? = nil
    ) -> Listing<Event> {
        var given = Given()
        given.whole("after_seq", afterSeq)
        given.whole("limit", limit)
        given.text("object", object)
        given.texts("types", types)
        given.actor("actor", actor)
        return Listing(bank, "events.list", after: after, given)
    }

    /// Recomputes the hash chain of a book.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func verifyChain(actor: Actor? = nil) async throws -> Chain {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("events.verify_chain", given)
    }

    /// Hashes the whole state of a book: equal on every store for equal money.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func stateHash(actor: Actor? = nil) async throws -> StateHash {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("events.state_hash", given)
    }

    /// The sinks of a book, and how far behind they are.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func sinks(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<SinkStatus> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "events.sinks", after: after, given)
    }

    /// The objects that a sink has left behind because one of their events failed.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `sink_not_found`.
    public func parked(sink: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<Parked> {
        var given = Given()
        given.text("sink", sink)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "events.parked", after: after, given)
    }

    /// Applies the log of a book into an empty store: a read-only copy of equal hash.
    ///
    /// - Parameters:
    ///   - into: The URL of the store: it must be empty.
    ///   - actor: The actor who asks.
    @discardableResult
    public func replay(into: String, actor: Actor? = nil) async throws -> Replayed {
        var given = Given()
        given.text("into", into)
        given.actor("actor", actor)
        return try await bank.one("events.replay", given)
    }

    /// Takes the next events of a sink for a while; nobody else gets events of it until then, or until they are reported on. Who
    /// is too slow has them delivered to others too.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - for: For how long, PT1S to PT1H. Until then nobody else gets events of this sink.
    ///   - limit: How many at most, 1 to 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `sink_not_found`.
    @discardableResult
    public func take(sink: String, for: Duration, limit: Int? = nil, actor: Actor? = nil) async throws -> Batch {
        var given = Given()
        given.text("sink", sink)
        given.length("for", `for`)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return try await bank.one("events.take", given)
    }

    /// Reports on events that were taken: what is done, and what failed. An object whose event failed is left behind until it
    /// comes again; the sink goes on with all others. Under an older batch: `version_conflict`.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - fence: The number of the batch.
    ///   - seq: Everything up to this place is done, but for what failed: the `seq` of the batch if that is all of it. What comes behind is delivered again.
    ///   - failed: Events up to `seq` that failed. Their objects' later events of the batch count as not delivered.
    ///   - retryAt: The sink rests until then, at most 24 hours: the other side is down.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `sink_not_found`.
    @discardableResult
    public func settle(
        sink: String, fence: Int, seq: Int, failed: [FailedEvent]? = nil, retryAt: Date? = nil, actor: Actor? = nil
    ) async throws -> SinkReply {
        var given = Given()
        given.text("sink", sink)
        given.whole("fence", fence)
        given.whole("seq", seq)
        given.records("failed", failed)
        given.time("retry_at", retryAt)
        given.actor("actor", actor)
        return try await bank.one("events.settle", given)
    }

    /// Takes a sink back to an earlier place: the events after it come again, under the same ids.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - seq: The place, not behind the one that it is at; 0 is the beginning of the log.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `sink_not_found`.
    @discardableResult
    public func rewind(sink: String, seq: Int, actor: Actor? = nil) async throws -> SinkReply {
        var given = Given()
        given.text("sink", sink)
        given.whole("seq", seq)
        given.actor("actor", actor)
        return try await bank.one("events.rewind", given)
    }

    /// Removes a sink, with what it has left behind. Nobody can take its events any more.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `sink_not_found`.
    @discardableResult
    public func unsubscribe(sink: String, actor: Actor? = nil) async throws -> SinkReply {
        var given = Given()
        given.text("sink", sink)
        given.actor("actor", actor)
        return try await bank.one("events.unsubscribe", given)
    }
}
