import Foundation

/// Does a job: when it throws, the job comes again.
public typealias JobHandler = @Sendable (Job) async throws -> Void
/// Does a job, and says what is kept with it.
public typealias AnsweringJobHandler = @Sendable (Job) async throws -> JSON?
/// Takes an event: when it throws, that event comes again after a pause.
public typealias EventHandler = @Sendable (Event) async throws -> Void
/// Hears of a handler that threw, with its job, or of a refusal of the engine, with none. It is for logs: what it does changes nothing.
public typealias JobFailureHandler = @Sendable (any Error, Job?) -> Void
/// Hears of a handler that threw, with its event, or of a refusal of the engine, with none. It is for logs: what it does changes nothing.
public typealias EventFailureHandler = @Sendable (any Error, Event?) -> Void

/// The error of a handler whose work could not be done. Its text is kept, so it holds no personal data; of
/// any other error the name of its type alone is kept.
public struct Failed: Error, Sendable {
    /// Why.
    public let reason: String
    /// When it is tried again.
    public let retryAt: Date?

    public init(_ reason: String, retryAt: Date? = nil) {
        self.reason = reason
        self.retryAt = retryAt
    }
}

extension JobsService {
    /// Runs handlers of jobs, by their kinds, until it is stopped or the engine is closed.
    ///
    /// - Throws: `EarnestError.invalidRequest` for no handlers, for a kind that no job has, and for a
    ///   `concurrency` that is not 1 to 500.
    public func worker(
        _ handlers: [String: JobHandler], concurrency: Int = 8, allBooks: Bool = false, onError: JobFailureHandler? = nil
    ) throws(EarnestError) -> Worker {
        var answering: [String: AnsweringJobHandler] = [:]
        for (kind, handler) in handlers {
            answering[kind] = { job in
                try await handler(job)
                return nil
            }
        }
        return try worker(answering, concurrency: concurrency, allBooks: allBooks, onError: onError)
    }

    /// The same with handlers that say what is kept with the job.
    @_disfavoredOverload
    public func worker(
        _ handlers: [String: AnsweringJobHandler], concurrency: Int = 8, allBooks: Bool = false, onError: JobFailureHandler? = nil
    ) throws(EarnestError) -> Worker {
        guard !handlers.isEmpty else { throw .invalid("handlers", "must be functions by the kind of their jobs, one at least") }
        for kind in handlers.keys where !isKind(kind) { throw .invalid("handlers", "must be of kinds of 1 to 64 of `A-Z a-z 0-9 . _ : -`") }
        guard (1...500).contains(concurrency) else { throw .invalid("concurrency", "must be a whole number from 1 to 500") }
        return Worker(bank, handlers, concurrency: concurrency, allBooks: allBooks, onError)
    }
}

extension EventsService {
    /// Makes a sink, and gives its events to a handler until it is stopped: at least once, in order for each object. When
    /// the handler throws, the event comes again after a pause, and later events of its object wait.
    public func subscribe(
        _ sink: String, types: [String]? = nil, from: String? = nil, maxAttempts: Int? = nil, lease: Duration = .seconds(60),
        onError: EventFailureHandler? = nil, handler: @escaping EventHandler
    ) async throws -> Subscription {
        guard lease >= .seconds(1), lease <= .seconds(3600), let text = Lengths.text(lease) else {
            throw EarnestError.invalid("lease", "must be between PT1S and PT1H, in whole microseconds")
        }
        _ = try await subscribe(sink: sink, from: from, maxAttempts: maxAttempts, types: types)
        return Subscription(bank, sink, text: text, lease: lease, onError, handler)
    }
}

/// Whether jobs may be of a kind: one that is none would be asked for for ever.
private func isKind(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || "._:-".utf8.contains($0)
        }
}

/// The handlers that a task runs inside of: one that stops its own worker does not wait for itself.
enum Handling {
    @TaskLocal static var inside: [ObjectIdentifier] = []
}

/// Runs rounds until it is stopped, or its engine is closed.
final class Rounds: @unchecked Sendable {
    private let lock = NSLock()
    private var isStopping = false
    private var task: Task<Void, Never>?
    private var sleep: Task<Void, any Error>?

    var stopped: Bool { lock.withLock { isStopping } }

    func start(
        _ bank: Engine, onError: (@Sendable (any Error) -> Void)?, _ round: @escaping @Sendable () async throws -> Bool,
        _ finish: @escaping @Sendable () async -> Void
    ) {
        let task = Task.detached { [self] in
            var milliseconds = 50
            while !stopped {
                var did = false
                do {
                    did = try await round()
                } catch {
                    if bank.isClosed { break }
                    if (error as? EarnestError)?.refusal["reason"]?.string != pausedReason { onError?(error) }
                }
                milliseconds = did ? 50 : min(milliseconds * 2, 1000)
                if !did { await rest(milliseconds) }
            }
            await finish()
        }
        lock.withLock { self.task = task }
    }

    private func rest(_ milliseconds: Int) async {
        let sleep = Task { try await Task.sleep(for: .milliseconds(milliseconds)) }
        lock.withLock {
            self.sleep = sleep
            if isStopping { sleep.cancel() }
        }
        _ = try? await sleep.value
    }

    func stop(_ owner: ObjectIdentifier) async {
        let task: Task<Void, Never>? = lock.withLock {
            isStopping = true
            sleep?.cancel()
            return self.task
        }
        if !Handling.inside.contains(owner) { await task?.value }
    }
}

/// Returns the text to keep of a failure. NUL, which no store holds, is a `?`.
private func reason(of error: any Error) -> String {
    let text = (error as? Failed)?.reason ?? typeName(error)
    let kept = String(text.unicodeScalars.prefix(1000).map { $0 == "\0" ? "?" : Character($0) })
    return kept.isEmpty ? "it failed" : kept
}

private let refusedReport = "its report was refused: invalid_request"

/// Runs handlers of jobs: `bank.jobs.worker(...)`.
public final class Worker: Sendable {
    private let bank: Engine
    private let handlers: [String: AnsweringJobHandler]
    private let allBooks: Bool
    private let onError: JobFailureHandler?
    private let rounds = Rounds()
    private let free: Places
    private static let lease = Duration.seconds(60)

    init(_ bank: Engine, _ handlers: [String: AnsweringJobHandler], concurrency: Int, allBooks: Bool, _ onError: JobFailureHandler?) {
        self.bank = bank
        self.handlers = handlers
        self.allBooks = allBooks
        self.onError = onError
        free = Places(concurrency)
        let told: (@Sendable (any Error) -> Void)? = onError.map { heard in { @Sendable error in heard(error, nil) } }
        rounds.start(bank, onError: told, { [self] in try await round() }, { [free] in await free.empty() })
    }

    /// Takes nothing new, waits until what is under way is done and reported, and ends. Inside of a handler it does not
    /// wait.
    public func stop() async {
        await rounds.stop(ObjectIdentifier(self))
    }

    private func round() async throws -> Bool {
        let limit = await free.some()
        let leased = try await bank.jobs.lease(
            kinds: handlers.keys.sorted(), limit: limit, for: Worker.lease, allBooks: allBooks ? true : nil)
        for job in leased.jobs {
            free.take()
            Task.detached { [self] in
                await work(job)
                free.give()
            }
        }
        return !leased.jobs.isEmpty
    }

    private func work(_ job: Job) async {
        let bank = bank.book(job.book)
        let extending = Task.detached {
            while !Task.isCancelled {
                try await Task.sleep(for: Worker.lease / 2)
                _ = try? await bank.jobs.extend(job: job.id, fence: job.fence, for: Worker.lease)
            }
        }
        let handler = handlers[job.kind]
        let done: Result<JSON?, any Error>
        do {
            let inside = Handling.inside + [ObjectIdentifier(self)]
            done = .success(try await Handling.$inside.withValue(inside) { try await handler?(job) ?? nil })
        } catch {
            done = .failure(error)
            onError?(error, job)
        }
        extending.cancel()
        await report(bank, job, done)
    }

    private func report(_ bank: Engine, _ job: Job, _ done: Result<JSON?, any Error>) async {
        do {
            switch done {
            case .success(let result):
                _ = try await bank.jobs.complete(job: job.id, fence: job.fence, result: result)
            case .failure(let error):
                let retryAt = (error as? Failed)?.retryAt
                _ = try await bank.jobs.fail(job: job.id, fence: job.fence, error: reason(of: error), retryAt: retryAt)
            }
        } catch let error as EarnestError where error.kind == "invalid" {
            _ = try? await bank.jobs.fail(job: job.id, fence: job.fence, error: refusedReport)
        } catch {
            // its lease was over, say: whoever has it now reports
        }
    }
}

/// So many jobs at once.
final class Places: @unchecked Sendable {
    private let lock = NSLock()
    private let all: Int
    private var free: Int
    private var waiting: [(Int, CheckedContinuation<Void, Never>)] = []

    init(_ all: Int) {
        self.all = all
        free = all
    }

    /// Waits until there is a place, and says how many there are.
    func some() async -> Int {
        await wait(for: 1)
        return lock.withLock { free }
    }

    /// Waits until nobody has a place.
    func empty() async {
        await wait(for: all)
    }

    private func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isNow = lock.withLock {
                if free >= count { return true }
                waiting.append((count, continuation))
                return false
            }
            if isNow { continuation.resume() }
        }
    }

    func take() {
        lock.withLock { free -= 1 }
    }

    func give() {
        let woken: [CheckedContinuation<Void, Never>] = lock.withLock {
            free += 1
            let found = waiting.filter { $0.0 <= free }.map(\.1)
            waiting.removeAll { $0.0 <= free }
            return found
        }
        for continuation in woken { continuation.resume() }
    }
}

/// Gives the events of a sink to a handler: `try await bank.events.subscribe("notes") { event in ... }`.
public final class Subscription: Sendable {
    private let bank: Engine
    private let sink: String
    private let text: String
    private let lease: Duration
    private let onError: EventFailureHandler?
    private let handler: EventHandler
    private let rounds = Rounds()

    init(
        _ bank: Engine, _ sink: String, text: String, lease: Duration, _ onError: EventFailureHandler?, _ handler: @escaping EventHandler
    ) {
        self.bank = bank
        self.sink = sink
        self.text = text
        self.lease = lease
        self.onError = onError
        self.handler = handler
        let told: (@Sendable (any Error) -> Void)? = onError.map { heard in { @Sendable error in heard(error, nil) } }
        rounds.start(bank, onError: told, { [self] in try await round() }, {})
    }

    /// Takes nothing new, waits until what is under way is done and reported, and ends. Inside of a handler it does not
    /// wait.
    public func stop() async {
        await rounds.stop(ObjectIdentifier(self))
    }

    private func round() async throws -> Bool {
        // reported on early enough that the handler at work has the rest of the time
        let until = ContinuousClock.now + lease / 3
        let taken = try await bank.events.take(sink: sink, for: lease, limit: 100)
        guard let fence = taken.fence else { return taken.more }
        var seq = taken.seq
        var failed: [FailedEvent] = []
        var left: Set<String> = []
        var last: Int?
        for event in taken.events {
            let object = "\(event.object) \(event.objectId)"
            if left.contains(object) {
                last = event.seq
                continue
            }
            if let done = last, rounds.stopped || ContinuousClock.now > until {
                seq = done
                break
            }
            do {
                let inside = Handling.inside + [ObjectIdentifier(self)]
                try await Handling.$inside.withValue(inside) { try await handler(event) }
            } catch {
                onError?(error, event)
                failed.append(FailedEvent(error: reason(of: error), seq: event.seq))
                left.insert(object)
            }
            last = event.seq
        }
        do {
            try await settle(fence, seq, failed)
        } catch let error as EarnestError where error.kind == "invalid" {
            try await settle(fence, seq, failed.map { FailedEvent(error: refusedReport, seq: $0.seq) })
        }
        return true
    }

    /// Reports on a batch. Where a pause has begun meanwhile that is done afterwards: otherwise nobody would have the next
    /// events before the lease ends.
    private func settle(_ fence: Int, _ seq: Int, _ failed: [FailedEvent]) async throws {
        while true {
            do {
                _ = try await bank.events.settle(sink: sink, fence: fence, seq: seq, failed: failed)
                return
            } catch EarnestError.storeUnavailable(let refused) where refused.reason == pausedReason && !rounds.stopped {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
