import Foundation

extension LedgerService {
    /// The balance of an account, and again whenever it has changed: for what a screen shows.
    public func balanceUpdates(account: String, currency: String? = nil) -> Updates<Balance> {
        Updates(bank) { try await $0.ledger.balance(account: account, currency: currency) }
    }
}

extension EscrowService {
    /// A deal, and again whenever it has changed: for what a screen shows.
    public func dealUpdates(deal id: String) -> Updates<Deal> {
        Updates(bank) { try await $0.escrow.get(deal: id) }
    }
}

/// A value as it is, and as it becomes: `for try await balance in bank.ledger.balanceUpdates(account: "alice") { ... }`.
///
/// The actor of the view reads it, whose refusal ends it. Values in between may be left out, the last one never
/// is. It stands still during a pause, and ends when the engine is closed or the loop is left.
public struct Updates<T: EarnestView>: AsyncSequence, Sendable {
    public typealias Element = T

    let bank: Engine
    let read: @Sendable (Engine) async throws -> T

    init(_ bank: Engine, _ read: @escaping @Sendable (Engine) async throws -> T) {
        self.bank = bank
        self.read = read
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(bank: bank, read: read)
    }

    /// Goes through the values.
    public struct Iterator: AsyncIteratorProtocol {
        let bank: Engine
        let read: @Sendable (Engine) async throws -> T
        private var log: Following.Iterator?
        private var last: T?

        init(bank: Engine, read: @escaping @Sendable (Engine) async throws -> T) {
            self.bank = bank
            self.read = read
        }

        public mutating func next() async throws -> T? {
            while true {
                if log == nil {
                    // before what is read first: a change behind that is seen
                    guard let seq = try await awake(bank.observer, { try await $0.events.newest() }) else { return nil }
                    log = bank.observer.events.follow(after: seq).makeAsyncIterator()
                } else if try await log?.batch() == nil {
                    return nil
                }
                guard let found = try await awake(bank, read) else { return nil }
                if found != last {
                    last = found
                    return found
                }
            }
        }

        /// The result of a call, once the engine is awake; `nil` when it was closed.
        private func awake<R: Sendable>(_ bank: Engine, _ call: @Sendable (Engine) async throws -> R) async throws -> R? {
            var pause = Pause()
            while true {
                switch try await bank.unlessAsleep(call) {
                case .did(let found): return found
                case .paused: try await pause.longer()
                case .closed: return nil
                }
            }
        }
    }
}

extension EventsService {
    /// The place of the newest event, which is looked for in steps that double: the log has no operation for it.
    func newest() async throws -> Int {
        var (low, high) = (0, 1)
        while try await isAny(after: high) { (low, high) = (high, high * 2) }
        // there is one behind `low`, unless that is 0, and none behind `high`
        while low < high {
            let middle = (low + high) / 2
            if try await isAny(after: middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isAny(after seq: Int) async throws -> Bool {
        try await !list(afterSeq: seq, limit: 1).page().items.isEmpty
    }
}
