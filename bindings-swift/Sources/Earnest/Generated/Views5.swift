// What operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

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
