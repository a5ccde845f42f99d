import Foundation
internal import EarnestNative

/// Where the answers of an engine arrive: one thread waits for them and wakes who asked.
///
/// No thread of Rust enters Swift, and no caller's thread is blocked.
final class Mailbox: @unchecked Sendable {
    private enum Waiting {
        /// The request is being made.
        case new
        /// The task that asked was cancelled before that.
        case cancelled
        case waiting(CheckedContinuation<String, any Error>)
    }

    private let lock = NSLock()
    private var waiting: [UInt64: Waiting] = [:]
    private var last: UInt64 = 0
    private var hasEnded = false
    /// The ticket under which an engine is closed that nobody has any more.
    private var ending: UInt64?

    /// How many wait.
    var count: Int { lock.withLock { waiting.count } }

    /// Begins a request and waits for its answer; a task that is cancelled waits no longer.
    func ask(_ begin: (UInt64) throws -> Void) async throws -> String {
        try Task.checkCancellation()
        let ticket = newTicket()
        return try await withTaskCancellationHandler {
            try await wait(ticket, begin)
        } onCancel: {
            cancel(ticket)
        }
    }

    /// The same for what must be waited for to its end. It begins on the actor of the caller, so that what one actor asks
    /// for begins in the order in which it is asked for.
    func insist(isolation: isolated (any _Concurrency.Actor)? = #isolation, _ begin: (UInt64) throws -> Void) async throws -> String {
        try await wait(newTicket(), isolation: isolation, begin)
    }

    private func wait(
        _ ticket: UInt64, isolation: isolated (any _Concurrency.Actor)? = #isolation, _ begin: (UInt64) throws -> Void
    ) async throws -> String {
        try await withCheckedThrowingContinuation(isolation: isolation) { continuation in
            switch enter(ticket, continuation) {
            case .waiting:
                do {
                    try begin(ticket)
                } catch {
                    leave(ticket)?.resume(throwing: Native.refused(error))
                }
            case .cancelled: continuation.resume(throwing: CancellationError())
            case .new: continuation.resume(throwing: EarnestError.unavailable("the engine is closed"))
            }
        }
    }

    private func newTicket() -> UInt64 {
        lock.withLock {
            last += 1
            waiting[last] = .new
            return last
        }
    }

    /// Makes a request wait, unless it was `cancelled`; `new` where nobody will answer any more.
    private func enter(_ ticket: UInt64, _ continuation: CheckedContinuation<String, any Error>) -> Waiting {
        lock.withLock {
            if case .cancelled = waiting[ticket] {
                waiting[ticket] = nil
                return .cancelled
            }
            guard !hasEnded else {
                waiting[ticket] = nil
                return .new
            }
            waiting[ticket] = .waiting(continuation)
            return .waiting(continuation)
        }
    }

    private func leave(_ ticket: UInt64) -> CheckedContinuation<String, any Error>? {
        lock.withLock {
            guard case .waiting(let continuation) = waiting.removeValue(forKey: ticket) else { return nil }
            return continuation
        }
    }

    private func cancel(_ ticket: UInt64) {
        let continuation: CheckedContinuation<String, any Error>? = lock.withLock {
            switch waiting[ticket] {
            case .new:
                waiting[ticket] = .cancelled
                return nil
            case .waiting(let continuation):
                waiting[ticket] = nil
                return continuation
            case .cancelled, nil:
                return nil
            }
        }
        continuation?.resume(throwing: CancellationError())
    }

    /// Starts the thread that waits in the native half.
    func listen(to engine: NativeEngine) {
        let thread = Thread { [self] in
            while true {
                let answers = engine.take()
                if answers.isEmpty { break }
                for answer in answers { deliver(answer, of: engine) }
            }
            end()
        }
        thread.name = "earnest"
        thread.start()
    }

    private func deliver(_ answer: Answer, of engine: NativeEngine) {
        if lock.withLock({ ending }) == answer.ticket { engine.stop() }
        // who was cancelled waits no longer
        guard let continuation = leave(answer.ticket) else { return }
        if let error = answer.error {
            continuation.resume(throwing: Native.read(error))
        } else {
            continuation.resume(returning: answer.reply ?? "null")
        }
    }

    private func end() {
        let left: [CheckedContinuation<String, any Error>] = lock.withLock {
            hasEnded = true
            let found = waiting.values.compactMap { if case .waiting(let one) = $0 { one } else { nil } }
            waiting = waiting.filter { if case .waiting = $0.value { false } else { true } }
            return found
        }
        for continuation in left { continuation.resume(throwing: EarnestError.unavailable("the engine is closed")) }
    }

    /// Closes an engine that nobody has any more, and lets its thread end.
    func abandon(_ engine: NativeEngine) {
        let ticket = lock.withLock {
            last += 1
            ending = last
            return last
        }
        engine.close(ticket: ticket)
    }
}
