// Replies of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Reply of `set_key_policy`: the key, as it is from then on.
public struct KeyPolicySet: EarnestView {
    public static let _form = _Form("KeyPolicySet", "key_policy_set", [
        .init("address", .text),
        .init("created_at", .time),
        .init("custody", .text),
        .init("key", .text),
        .init("label", .text, optional: true, nullable: true),
        .init("policy", .object, optional: true, nullable: true),
        .init("replayed", .flag),
        .init("signed", .whole),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its address, with the checksum of EIP-55.
    public var address: String { wire.text("address") }

    /// When it was made, or brought here.
    public var createdAt: Date { wire.time("created_at") }

    /// The holder of the private key: `vault` or `host`.
    public var custody: String { wire.text("custody") }

    /// Its id, `ky_...`.
    public var key: String { wire.text("key") }

    /// Its label for people.
    public var label: String? { wire.textOrNil("label") }

    /// The policy, as the fields of `set_key_policy`.
    public var policy: JSON? { wire.anyOrNil("policy") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// How many times something was signed with it.
    public var signed: Int { wire.whole("signed") }

    /// Counts the changes of it.
    public var version: Int { wire.whole("version") }
}

/// Reply of `prepare`.
public struct SignaturePrepared: EarnestView {
    public static let _form = _Form("SignaturePrepared", "signature_prepared", [
        .init("from", .text),
        .init("digest", .text),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The address whose key is to sign them.
    public var from: String { wire.text("from") }

    /// The 32 bytes to be signed.
    public var digest: String { wire.text("digest") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Reply of `sign_message` and `sign_typed_data`.
public struct DigestSigned: EarnestView {
    public static let _form = _Form("DigestSigned", "digest_signed", [
        .init("digest", .text),
        .init("replayed", .flag),
        .init("signature", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The 32 bytes that were signed (EIP-191, EIP-712).
    public var digest: String { wire.text("digest") }

    /// Always false: the same call again is made again.
    public var replayed: Bool { wire.flag("replayed") }

    /// 65 bytes: r, s, and 27 or 28.
    public var signature: String { wire.text("signature") }
}

/// Reply of the writes about a sink.
public struct SinkReply: EarnestView {
    public static let _form = _Form("SinkReply", "sink_reply", [
        .init("replayed", .flag),
        .init("sink", .view { Sink._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether this step was taken before.
    public var replayed: Bool { wire.flag("replayed") }

    /// The sink.
    public var sink: Sink { wire.view("sink") }
}

/// A named reader of the log.
public struct Sink: EarnestView {
    public static let _form = _Form("Sink", "sink", [
        .init("created_at", .time),
        .init("fence", .whole),
        .init("leased_until", .time, optional: true, nullable: true),
        .init("max_attempts", .whole),
        .init("name", .text),
        .init("retry_at", .time, optional: true, nullable: true),
        .init("seq", .whole),
        .init("types", .list(.text)),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When it was made.
    public var createdAt: Date { wire.time("created_at") }

    /// The number of its newest batch.
    public var fence: Int { wire.whole("fence") }

    /// Until when the newest batch belongs to its holder; `null` when it was reported on.
    public var leasedUntil: Date? { wire.timeOrNil("leased_until") }

    /// How often an event may fail before its object is parked.
    public var maxAttempts: Int { wire.whole("max_attempts") }

    /// Its name.
    public var name: String { wire.text("name") }

    /// It rests until then.
    public var retryAt: Date? { wire.timeOrNil("retry_at") }

    /// The place in the sequence up to which everything is settled.
    public var seq: Int { wire.whole("seq") }

    /// The types of events that it wants; none is all.
    public var types: [String] { wire.texts("types") }

    /// Counts every change.
    public var version: Int { wire.whole("version") }
}

/// Reply of `events.unpark`.
public struct ParkedReply: EarnestView {
    public static let _form = _Form("ParkedReply", "parked_reply", [
        .init("parked", .view { Parked._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The object.
    public var parked: Parked { wire.view("parked") }

    /// Whether this step was taken before.
    public var replayed: Bool { wire.flag("replayed") }
}

/// An object that a sink has left behind.
public struct Parked: EarnestView {
    public static let _form = _Form("Parked", "parked", [
        .init("after_seq", .whole),
        .init("attempts", .whole),
        .init("created_at", .time),
        .init("last_error", .text, optional: true, nullable: true),
        .init("object", .text),
        .init("object_id", .text),
        .init("retry_at", .time, optional: true, nullable: true),
        .init("sink", .text),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its events after this place are left behind.
    public var afterSeq: Int { wire.whole("after_seq") }

    /// How often the first of them has failed.
    public var attempts: Int { wire.whole("attempts") }

    /// When an event of the object failed for the first time.
    public var createdAt: Date { wire.time("created_at") }

    /// The newest error.
    public var lastError: String? { wire.textOrNil("last_error") }

    /// The kind of object.
    public var object: String { wire.text("object") }

    /// The object's id.
    public var objectId: String { wire.text("object_id") }

    /// When they are delivered again.
    public var retryAt: Date? { wire.timeOrNil("retry_at") }

    /// The sink.
    public var sink: String { wire.text("sink") }

    /// `waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`: nothing is left
    /// behind.
    public var state: SinkState { wire.of("state") }

    /// Counts every change.
    public var version: Int { wire.whole("version") }
}

/// The chain of a book, recomputed.
public struct Chain: EarnestView {
    public static let _form = _Form("Chain", "chain", [
        .init("broken_at", .whole, optional: true, nullable: true),
        .init("events", .whole),
        .init("head", .view { Head._form }),
        .init("ok", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The first sequence number that is wrong.
    public var brokenAt: Int? { wire.wholeOrNil("broken_at") }

    /// How many events were read.
    public var events: Int { wire.whole("events") }

    /// The newest link: keep it elsewhere to find a cut tail later.
    public var head: Head { wire.view("head") }

    /// Whether every link is right and none is missing.
    public var ok: Bool { wire.flag("ok") }
}

/// The newest link of a chain.
public struct Head: EarnestView {
    public static let _form = _Form("Head", "head", [
        .init("hash", .text),
        .init("seq", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its hash, hexadecimal.
    public var hash: String { wire.text("hash") }

    /// Its sequence number.
    public var seq: Int { wire.whole("seq") }
}

/// The hash of the whole state of a book.
public struct StateHash: EarnestView {
    public static let _form = _Form("StateHash", "state_hash", [
        .init("hash", .text),
        .init("rows", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records.
    public var hash: String { wire.text("hash") }

    /// How many accounts, transfers, holds and records went into it.
    public var rows: Int { wire.whole("rows") }
}

/// A sink, and how far behind it is.
public struct SinkStatus: EarnestView {
    public static let _form = _Form("SinkStatus", "sink_status", [
        .init("lag", .whole),
        .init("parked", .whole),
        .init("sink", .view { Sink._form }),
        .init("waiting", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How many events of the book come after its place, wanted or not.
    public var lag: Int { wire.whole("lag") }

    /// How many objects it left behind that wait for a person; 1,000 are counted.
    public var parked: Int { wire.whole("parked") }

    /// The sink.
    public var sink: Sink { wire.view("sink") }

    /// How many objects it left behind that are delivered again by themselves; 1,000 are counted.
    public var waiting: Int { wire.whole("waiting") }
}

/// A read-only copy that was made from the log of a book.
public struct Replayed: EarnestView {
    public static let _form = _Form("Replayed", "replayed", [
        .init("events", .whole),
        .init("hash", .text),
        .init("head", .view { Head._form }),
        .init("rows", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How many events were applied.
    public var events: Int { wire.whole("events") }

    /// The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book itself.
    public var hash: String { wire.text("hash") }

    /// The newest link of the copy's chain.
    public var head: Head { wire.view("head") }

    /// How many accounts, transfers, holds and records went into it.
    public var rows: Int { wire.whole("rows") }
}

/// Events that were taken.
public struct Batch: EarnestView {
    public static let _form = _Form("Batch", "batch", [
        .init("again", .flag),
        .init("events", .list(.view { Event._form })),
        .init("fence", .whole, optional: true, nullable: true),
        .init("leased_until", .time, optional: true, nullable: true),
        .init("more", .flag),
        .init("seq", .whole),
        .init("wait_until", .time, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// All of them are of one object that had been left behind.
    public var again: Bool { wire.flag("again") }

    /// The events, in the order of the sequence.
    public var events: [Event] { wire.views("events") }

    /// The number of the batch, for the report on it; `null` when there is none: nothing new has happened, somebody else has a
    /// batch, or the sink rests.
    public var fence: Int? { wire.wholeOrNil("fence") }

    /// Until when they belong to the caller.
    public var leasedUntil: Date? { wire.timeOrNil("leased_until") }

    /// Whether there may be more at once.
    public var more: Bool { wire.flag("more") }

    /// The place to report when everything is done.
    public var seq: Int { wire.whole("seq") }

    /// Why there is no batch, if that will change at a known time: somebody has one until then, or the sink rests.
    public var waitUntil: Date? { wire.timeOrNil("wait_until") }
}

/// Reply of the writes about a job.
public struct JobReply: EarnestView {
    public static let _form = _Form("JobReply", "job_reply", [
        .init("job", .view { Job._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The job.
    public var job: Job { wire.view("job") }

    /// Whether this step was taken before.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Something to do outside.
public struct Job: EarnestView, Identifiable {
    public static let _form = _Form("Job", "job", [
        .init("id", .text),
        .init("kind", .text),
        .init("attempts", .whole),
        .init("book", .text),
        .init("created_at", .time),
        .init("discarded", .flag),
        .init("fence", .whole),
        .init("key", .text),
        .init("last_error", .text, optional: true, nullable: true),
        .init("leased_until", .time, optional: true, nullable: true),
        .init("max_attempts", .whole),
        .init("payload", .any, secret: true),
        .init("result", .any, secret: true),
        .init("run_at", .time),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The kind of work.
    public var kind: String { wire.text("kind") }

    /// How often it was leased.
    public var attempts: Int { wire.whole("attempts") }

    /// Its book: report on it there.
    public var book: String { wire.text("book") }

    /// When it was written.
    public var createdAt: Date { wire.time("created_at") }

    /// Whether it was ended without being done.
    public var discarded: Bool { wire.flag("discarded") }

    /// The number of the newest lease: a report names it.
    public var fence: Int { wire.whole("fence") }

    /// The key to send outside: fixed when the job was written, the same at every attempt.
    public var key: String { wire.text("key") }

    /// The newest error.
    public var lastError: String? { wire.textOrNil("last_error") }

    /// When the lease ends.
    public var leasedUntil: Date? { wire.timeOrNil("leased_until") }

    /// How often it may be leased before it is dead.
    public var maxAttempts: Int { wire.whole("max_attempts") }

    /// The work.
    public var payload: JSON { wire.any("payload") }

    /// The result.
    public var result: JSON { wire.any("result") }

    /// Not before this time.
    public var runAt: Date { wire.time("run_at") }

    /// `queued`, `leased`, `done` or `dead`.
    public var state: JobState { wire.of("state") }

    /// Counts every change.
    public var version: Int { wire.whole("version") }
}

/// How many jobs a book has.
public struct JobStats: EarnestView {
    public static let _form = _Form("JobStats", "job_stats", [
        .init("dead", .whole),
        .init("done", .whole),
        .init("kinds", .list(.view { KindStats._form })),
        .init("leased", .whole),
        .init("oldest_due", .time, optional: true, nullable: true),
        .init("queued", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Failed as often as they may.
    public var dead: Int { wire.whole("dead") }

    /// Over: done, or discarded.
    public var done: Int { wire.whole("done") }

    /// The same by kind.
    public var kinds: [KindStats] { wire.views("kinds") }

    /// Leased, including expired leases.
    public var leased: Int { wire.whole("leased") }

    /// Since when the oldest one could be taken; `null` when none can be.
    public var oldestDue: Date? { wire.timeOrNil("oldest_due") }

    /// Waiting.
    public var queued: Int { wire.whole("queued") }
}

/// How many jobs of a kind a book has.
public struct KindStats: EarnestView {
    public static let _form = _Form("KindStats", "kind_stats", [
        .init("kind", .text),
        .init("dead", .whole),
        .init("done", .whole),
        .init("leased", .whole),
        .init("queued", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The kind.
    public var kind: String { wire.text("kind") }

    /// Failed as often as they may.
    public var dead: Int { wire.whole("dead") }

    /// Over.
    public var done: Int { wire.whole("done") }

    /// Taken.
    public var leased: Int { wire.whole("leased") }

    /// Waiting.
    public var queued: Int { wire.whole("queued") }
}

/// Reply of `jobs.lease`.
public struct Leased: EarnestView {
    public static let _form = _Form("Leased", "leased", [
        .init("jobs", .list(.view { Job._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The jobs that are the caller's now, the oldest first.
    public var jobs: [Job] { wire.views("jobs") }
}

/// The result of `jobs.run_due`.
public struct Ran: EarnestView {
    public static let _form = _Form("Ran", "ran", [
        .init("holds", .whole),
        .init("jobs", .whole),
        .init("timers", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Holds that ended.
    public var holds: Int { wire.whole("holds") }

    /// Jobs that this process's handlers were given, whether or not they worked.
    public var jobs: Int { wire.whole("jobs") }

    /// Timers of records that did something.
    public var timers: Int { wire.whole("timers") }
}

/// The call that a key was used for.
public struct KeyOutcome: EarnestView {
    public static let _form = _Form("KeyOutcome", "key_outcome", [
        .init("at", .time, optional: true, nullable: true),
        .init("key", .text),
        .init("made", .list(.text)),
        .init("operation", .text, optional: true, nullable: true),
        .init("outcome", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// When.
    public var at: Date? { wire.timeOrNil("at") }

    /// The key.
    public var key: String { wire.text("key") }

    /// The ids that it made; of a call that is not accepted, the id of the approval or the review.
    public var made: [String] { wire.texts("made") }

    /// The operation; `null` when nothing happened under the key.
    public var operation: String? { wire.textOrNil("operation") }

    /// `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once they have refused
    /// it; `expired` once their time has passed, so that the same call may ask again; `unknown` when nothing happened under the
    /// key.
    public var outcome: String { wire.text("outcome") }
}

/// The health of an engine and its store.
public struct Health: EarnestView {
    public static let _form = _Form("Health", "health", [
        .init("checks", .list(.view { HealthCheck._form })),
        .init("status", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The checks.
    public var checks: [HealthCheck] { wire.views("checks") }

    /// The worst of the checks.
    public var status: String { wire.text("status") }
}

/// One check of health or verification.
public struct HealthCheck: EarnestView {
    public static let _form = _Form("HealthCheck", "health_check", [
        .init("detail", .text),
        .init("name", .text),
        .init("status", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The finding.
    public var detail: String { wire.text("detail") }

    /// The name of the check.
    public var name: String { wire.text("name") }

    /// `healthy`, `warning` or `critical`.
    public var status: String { wire.text("status") }
}

/// Every invariant, recomputed.
public struct Verify: EarnestView {
    public static let _form = _Form("Verify", "verify", [
        .init("checks", .list(.view { VerifyCheck._form })),
        .init("heads", .list(.view { BookHead._form })),
        .init("ok", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The checks.
    public var checks: [VerifyCheck] { wire.views("checks") }

    /// The newest link of every book: keep them elsewhere, and give the one of a book to a later verification as `anchor`.
    public var heads: [BookHead] { wire.views("heads") }

    /// Whether all hold.
    public var ok: Bool { wire.flag("ok") }
}

/// One invariant, recomputed.
public struct VerifyCheck: EarnestView {
    public static let _form = _Form("VerifyCheck", "verify_check", [
        .init("examined", .whole),
        .init("found", .list(.text)),
        .init("name", .text),
        .init("ok", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How many rows were examined.
    public var examined: Int { wire.whole("examined") }

    /// The errors found, at most 20: what and where.
    public var found: [String] { wire.texts("found") }

    /// Its name.
    public var name: String { wire.text("name") }

    /// Whether it holds.
    public var ok: Bool { wire.flag("ok") }
}

/// The newest link of a book's chain.
public struct BookHead: EarnestView {
    public static let _form = _Form("BookHead", "book_head", [
        .init("book", .text),
        .init("hash", .text),
        .init("seq", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The book.
    public var book: String { wire.text("book") }

    /// Its hash, hexadecimal.
    public var hash: String { wire.text("hash") }

    /// Its sequence number.
    public var seq: Int { wire.whole("seq") }
}

/// A clock that was confirmed to be right.
public struct ClockConfirmed: EarnestView {
    public static let _form = _Form("ClockConfirmed", "clock_confirmed", [
        .init("expected", .time, optional: true, nullable: true),
        .init("now", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The time that it should have shown by the time that has passed, if it had jumped.
    public var expected: Date? { wire.timeOrNil("expected") }

    /// The time that it shows.
    public var now: Date { wire.time("now") }
}

/// The result of `admin.erase_context`.
public struct Erased: EarnestView {
    public static let _form = _Form("Erased", "erased", [
        .init("erased", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// From how many events something was erased.
    public var erased: Int { wire.whole("erased") }
}

/// A timeline that has begun.
public struct Timeline: EarnestView {
    public static let _form = _Form("Timeline", "timeline", [
        .init("previous", .text),
        .init("store", .text),
        .init("timeline", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The one before.
    public var previous: String { wire.text("previous") }

    /// The store.
    public var store: String { wire.text("store") }

    /// The timeline: links of the chain and receipts carry it from now on.
    public var timeline: String { wire.text("timeline") }
}

/// A copy that was made.
public struct Copied: EarnestView {
    public static let _form = _Form("Copied", "copied", [
        .init("bytes", .whole),
        .init("path", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its size.
    public var bytes: Int { wire.whole("bytes") }

    /// The file.
    public var path: String { wire.text("path") }
}

/// The metrics of a process.
public struct Metrics: EarnestView {
    public static let _form = _Form("Metrics", "metrics", [
        .init("content_type", .text),
        .init("text", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its media type, for the header of an answer over HTTP.
    public var contentType: String { wire.text("content_type") }

    /// The text, as Prometheus reads it.
    public var text: String { wire.text("text") }
}

/// Counts of a store and of this process.
public struct Stats: EarnestView {
    public static let _form = _Form("Stats", "stats", [
        .init("accepted", .whole),
        .init("events", .whole),
        .init("queued", .whole),
        .init("refused", .whole),
        .init("store", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Accepted and refused calls of this process.
    public var accepted: Int { wire.whole("accepted") }

    /// Sequenced events of the book.
    public var events: Int { wire.whole("events") }

    /// Commands waiting or running in this process.
    public var queued: Int { wire.whole("queued") }

    /// Refused calls of this process.
    public var refused: Int { wire.whole("refused") }

    /// Name of the store.
    public var store: String { wire.text("store") }
}
