import Foundation

/// Why calls are refused during a pause.
let pausedReason = "the engine is paused"

extension EventsService {
    /// The log from an event on, forward; it waits for what is to come, and ends when the engine is closed.
    public func follow(after seq: Int = 0, types: [String]? = nil) -> Following {
        Following(bank: bank, after: seq, types: types)
    }
}

/// The log, forward only: `for try await event in bank.events.follow(after: seen) { ... }`. Leaving the loop ends it.
public struct Following: AsyncSequence, Sendable {
    public typealias Element = Event

    let bank: Engine
    let after: Int
    let types: [String]?

    public func makeAsyncIterator() -> Iterator {
        Iterator(bank: bank, after: after, types: types)
    }

    /// Goes through the log.
    public struct Iterator: AsyncIteratorProtocol {
        let bank: Engine
        var after: Int
        let types: [String]?
        private var events: [Event] = []
        private var place = 0

        init(bank: Engine, after: Int, types: [String]?) {
            self.bank = bank
            self.after = after
            self.types = types
        }

        public mutating func next() async throws -> Event? {
            var pause = Pause()
            while place == events.count {
                guard let found = try await page() else { return nil }
                events = found
                place = 0
                if events.isEmpty { try await pause.longer() }
            }
            defer { place += 1 }
            after = events[place].seq
            return events[place]
        }

        /// Returns the next events, or `nil` once the engine is closed. While it is paused there are none.
        private func page() async throws -> [Event]? {
            let (after, types) = (after, types)
            switch try await bank.unlessAsleep({ try await $0.events.list(afterSeq: after, limit: 100, types: types).page().items }) {
            case .did(let events): return events
            case .paused: return []
            case .closed: return nil
            }
        }

        /// The events that are there, up to a hundred, or those that come next.
        mutating func batch() async throws -> Int? {
            guard try await next() != nil else { return nil }
            let seq = events.last?.seq ?? after
            (after, place) = (seq, events.count)
            return seq
        }
    }
}

/// The result of a call that a pause or the end of the engine may prevent.
enum Awake<T: Sendable>: Sendable {
    case did(T)
    case paused
    case closed
}

extension Engine {
    /// Calls, and tells a pause and the end of the engine from other refusals.
    func unlessAsleep<T: Sendable>(_ call: @Sendable (Engine) async throws -> T) async throws -> Awake<T> {
        do {
            return .did(try await call(self))
        } catch let error as EarnestError where error.code == "store_unavailable" {
            if isClosed { return .closed }
            // it may go on already when this is heard
            if isPaused || error.refusal["reason"]?.string == pausedReason { return .paused }
            throw error
        }
    }
}

/// How long a reader waits for something new: a bit longer each time, from 20 ms to a second.
struct Pause {
    private var milliseconds = 10

    mutating func longer() async throws {
        milliseconds = min(milliseconds * 2, 1000)
        try await Task.sleep(for: .milliseconds(milliseconds))
    }

    mutating func shortest() {
        milliseconds = 10
    }
}
