// What operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

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

    /// The ids that it made.
    public var made: [String] { wire.texts("made") }

    /// The operation; `null` when nothing happened under the key.
    public var operation: String? { wire.textOrNil("operation") }

    /// `accepted`, or `unknown` when nothing happened under the key.
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
