import Foundation

/// Where the keys of an engine come from: those of receipts, the vault and PINs.
public enum Keyring: Sendable {
    /// Its text.
    case text(String)
    /// A file that has its text.
    case file(URL)
    /// A store of secrets: it is asked at every open and every reload, and has 30 seconds.
    case source(any KeyStore)

    /// A new keyring: keep it as a secret.
    public static func generate() -> String {
        (try? Native.keygen()) ?? ""
    }

    var isSource: Bool {
        if case .source = self { true } else { false }
    }

    /// The text, or what names the file.
    func fetched() async throws -> String {
        switch self {
        case .text(let text): return text
        case .file(let url):
            guard url.isFileURL else { throw EarnestError.invalid("keyring", "must be the URL of a file") }
            return "file:" + url.path(percentEncoded: false)
        case .source(let store): return try await Keyring.asked(store, limit: .seconds(30))
        }
    }

    /// The text for a reload; of a file there is none, for the engine itself reads that again.
    func refetched() async throws -> String? {
        if case .file = self { return nil }
        return try await fetched()
    }

    /// Asks a store. Its error is told by the name of its type alone: the text may hold a secret.
    static func asked(_ store: any KeyStore, limit: Duration) async throws -> String {
        let answer = try await Race.first(within: limit) { try await store.keyring() }
        switch answer {
        case .value(let text): return text
        case .failed(let error): throw EarnestError.invalid("keyring", "was not fetched: \(typeName(error))")
        case .late: throw EarnestError.invalid("keyring", "was not fetched within 30 s")
        }
    }
}

extension Keyring: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of it is shown.
    public var description: String { "Keyring(<hidden>)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}

/// A store of the keyring: a keychain, or a manager of secrets.
public protocol KeyStore: Sendable {
    /// The text of the keyring.
    func keyring() async throws -> String
}

/// The name of the type of an error, which is all that is told of it.
func typeName(_ error: any Error) -> String {
    if let refused = error as? EarnestError { return refused.code }
    return String(String(describing: type(of: error)).prefix(200))
}

/// Waits for work of others, which has its time; it may go on, and nobody waits for it any more.
enum Race {
    enum Answer<T: Sendable>: Sendable {
        case value(T)
        case failed(any Error)
        case late
    }

    static func first<T: Sendable>(within limit: Duration, _ work: @escaping @Sendable () async throws -> T) async throws -> Answer<T> {
        try Task.checkCancellation()
        let once = Once<Answer<T>>()
        let task = Task {
            do {
                once.give(.success(.value(try await work())))
            } catch {
                once.give(.success(.failed(error)))
            }
        }
        let timer = Task {
            // a clock of Foundation ends the process for a length that it cannot hold
            try await Task.sleep(for: min(limit, .seconds(86_400)))
            once.give(.success(.late))
        }
        defer {
            timer.cancel()
            task.cancel()
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { once.wait($0) }
        } onCancel: {
            once.give(.failure(CancellationError()))
        }
    }
}

/// Gives the first of several values to one who waits.
final class Once<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var given: Result<T, any Error>?
    private var waiting: CheckedContinuation<T, any Error>?

    func wait(_ continuation: CheckedContinuation<T, any Error>) {
        let now: Result<T, any Error>? = lock.withLock {
            if given == nil { waiting = continuation }
            return given
        }
        if let now { continuation.resume(with: now) }
    }

    func give(_ value: Result<T, any Error>) {
        let continuation: CheckedContinuation<T, any Error>? = lock.withLock {
            guard given == nil else { return nil }
            given = value
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(with: value)
    }
}
