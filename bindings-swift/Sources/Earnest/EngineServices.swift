import Foundation

/// The services of engines, of their views and of the engines of tests, each with its operations.
public protocol EngineServices: Sendable {
    /// The engine that runs the calls.
    var engine: Engine { get }
}

extension EngineServices {
    /// Whether the engine and its store are well: `admin.health`.
    public func health() async throws -> Health {
        try await engine.admin.health()
    }

    /// Recomputes every invariant of every book: `admin.verify`.
    public func verify() async throws -> Verify {
        try await engine.admin.verify()
    }

    /// Returns the metrics of this process and how far it is behind, as text for Prometheus.
    public func metrics() async throws -> String {
        try await engine.admin.metrics().text
    }

    /// A view whose calls are made by this actor and nobody else. It closes nothing.
    public func acting(_ actor: Actor) -> Engine {
        engine.acting(actor)
    }

    /// A view whose calls are made by this actor and nobody else. It closes nothing.
    public func acting(_ id: String) -> Engine {
        engine.acting(Actor(id))
    }

    /// A view whose calls go to another book. It closes nothing.
    public func book(_ name: String) -> Engine {
        engine.book(name)
    }

    /// Runs an operation by its name, from JSON to JSON: names are those of every language.
    public func call(_ name: String, json: String) async throws -> String {
        try await engine.call(name, json: json)
    }

    /// Asks again where the keyring came from, and uses what is there from now on. Answers whether anything
    /// changed.
    public func reloadKeyring() async throws -> Bool {
        try await engine.reloadKeyring()
    }

    /// Lets the background look now.
    public func nudge() {
        engine.nudge()
    }

    /// Refuses new calls, answers those that were taken, and closes every file of the store.
    public func pause(limit: Duration = .seconds(5), isolation: isolated (any _Concurrency.Actor)? = #isolation) async {
        await engine.pause(limit: limit, isolation: isolation)
    }

    /// Opens the files again and goes on. Another file in their place is `store_mismatch`, and it stays paused.
    public func resume(isolation: isolated (any _Concurrency.Actor)? = #isolation) async throws {
        try await engine.resume(isolation: isolation)
    }

    /// Whether it was closed.
    public var isClosed: Bool { engine.isClosed }

    /// Whether it is paused.
    public var isPaused: Bool { engine.isPaused }
}
