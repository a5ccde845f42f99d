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

        /// What comes next, or `nil` once the engine is closed. While it is paused nothing does.
        private func page() async throws -> [Event]? {
            do {
                return try await bank.events.list(afterSeq: after, limit: 100, types: types).page().items
            } catch let error as EarnestError where error.code == "store_unavailable" {
                if bank.isClosed { return nil }
                // it may go on already when this is heard
                if bank.isPaused || error.refusal["reason"]?.string == pausedReason { return [] }
                throw error
            }
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
