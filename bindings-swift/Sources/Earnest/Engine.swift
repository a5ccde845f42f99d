import Foundation
internal import EarnestNative

/// An engine, or a view of one with another book or an actor.
///
/// ```swift
/// let bank = try await Engine.open("memory:")
/// let moved = try await bank.ledger.topUp(account: "alice", amount: Money("100.00", "USD"), key: "t-1")
/// ```
///
/// Any number of tasks and threads may call it. When its last reference is gone it closes by itself; `close()` waits
/// until it has.
public final class Engine: EngineServices, Sendable {
    let home: Home
    private let native: Result<NativeEngine, EarnestError>
    private let isView: Bool
    /// The book that its calls go to; `nil` for that of the options.
    private let bookName: String?

    /// The engine itself.
    public var engine: Engine { self }

    init(home: Home, native: Result<NativeEngine, EarnestError>, isView: Bool, bookName: String? = nil) {
        self.home = home
        self.native = native
        self.isView = isView
        self.bookName = bookName
    }

    /// Opens a store: `memory:` or `sqlite:PATH`.
    public static func open(_ url: String, _ options: Options = Options()) async throws -> Engine {
        if url.utf8.contains(0) { throw EarnestError.invalid("url", "must not have NUL") }
        return try await open(options) { try NativeEngine.open(ticket: $0, url: url, options: $1) }
    }

    /// Opens the file of a store, whatever characters are in its path. Its folder must exist.
    public static func open(file: URL, _ options: Options = Options()) async throws -> Engine {
        guard file.isFileURL else { throw EarnestError.invalid("file", "must be the URL of a file") }
        let path = file.path(percentEncoded: false)
        if path.utf8.contains(0) { throw EarnestError.invalid("file", "must not have NUL") }
        return try await open(options) { try NativeEngine.openFile(ticket: $0, path: path, options: $1) }
    }

    private static func open(
        _ options: Options, _ make: (UInt64, String) throws -> NativeEngine
    ) async throws -> Engine {
        try Native.ready()
        try Task.checkCancellation()
        let text = try await options.keyring?.fetched()
        let settings = try options.json(keyring: text)
        let home = try await Home.opened(keyring: options.keyring) { try make($0, settings) }
        for (code, scale) in options.currencies ?? [:] { try Currency.register(code, scale: scale) }
        return Engine(home: home, native: .success(home.native), isView: false)
    }

    /// A view whose calls are made by this actor and nobody else. It closes nothing.
    public func acting(_ actor: Actor) -> Engine {
        view(book: nil, by: actor.json.text)
    }

    /// A view whose calls are made by this actor and nobody else. It closes nothing.
    public func acting(_ id: String) -> Engine {
        acting(Actor(id))
    }

    /// A view whose calls go to another book. It closes nothing.
    public func book(_ name: String) -> Engine {
        view(book: name, by: nil)
    }

    /// Makes a view. One that could not be refuses at its first call.
    private func view(book: String?, by: String?) -> Engine {
        let made = native.flatMap { native in
            Result<NativeEngine, EarnestError> { () throws(EarnestError) in
                if let text = [book, by].compactMap({ $0 }).first(where: { $0.utf8.contains(0) || $0.contains("\\u0000") }) {
                    throw .invalid(text == book ? "book" : "actor", "must not have NUL")
                }
                do {
                    return try native.view(book: book, by: by)
                } catch {
                    throw Native.refused(error)
                }
            }
        }
        return Engine(home: home, native: made, isView: true, bookName: book ?? bookName)
    }

    /// A view that reads the log of its book on behalf of this package: the actor of a view may not see that.
    var observer: Engine {
        let whole = Engine(home: home, native: .success(home.native), isView: true)
        return (bookName.map(whole.book) ?? whole).acting(.system("earnest"))
    }

    /// Stops taking calls, answers those that were taken, and closes the store. Twice is harmless. A view closes nothing:
    /// close the engine that it is of.
    public func close() async {
        guard !isView else { return }
        _ = try? await home.mailbox.insist { home.native.close(ticket: $0) }
    }

    /// Refuses new calls, answers those that were taken, and closes every file of the store, so that the system may
    /// suspend the process. What has not been committed within `limit` is rolled back. Twice is harmless. Pauses and resumes
    /// that one actor asks for take effect in that order: the last one decides.
    /// It throws nothing: `isPaused` tells whether the engine stands still.
    public func pause(limit: Duration = .seconds(5), isolation: isolated (any _Concurrency.Actor)? = #isolation) async {
        let parts = limit.components
        let micros = max(0, min(parts.seconds, 86_400)) * 1_000_000 + max(0, parts.attoseconds / 1_000_000_000_000)
        _ = try? await home.mailbox.insist(isolation: isolation) { home.native.pause(ticket: $0, limitUs: UInt64(micros)) }
    }

    /// Opens the files again and goes on. Another file in their place is `store_mismatch`, and it stays paused.
    public func resume(isolation: isolated (any _Concurrency.Actor)? = #isolation) async throws {
        _ = try await home.mailbox.insist(isolation: isolation) { home.native.resume(ticket: $0) }
    }

    /// Whether it was closed.
    public var isClosed: Bool { home.native.isClosed() }

    /// Whether it is paused.
    public var isPaused: Bool { home.native.isPaused() }

    /// Asks again where the keyring came from, and uses what is there from now on. Answers whether anything changed.
    public func reloadKeyring() async throws -> Bool {
        let text = try await home.keyring?.refetched()
        return try await home.mailbox.ask { home.native.reloadKeyring(ticket: $0, text: text) } == "true"
    }

    /// Lets the background look now.
    public func nudge() {
        home.native.nudge()
    }

    /// Runs an operation by its name, from JSON to JSON: names are those of every language.
    public func call(_ name: String, json: String) async throws -> String {
        try home.meet(name)
        let engine = try native.get()
        return try await home.mailbox.ask { engine.begin(ticket: $0, name: name, json: json) }
    }

    func one<T: EarnestView>(_ name: String, _ given: Given) async throws -> T {
        try await T(reply: reply(name, given.json()))
    }

    func page<T: EarnestView>(_ name: String, _ json: String) async throws -> Page<T> {
        try await Page(reply: reply(name, json))
    }

    private func reply(_ name: String, _ json: String) async throws -> JSON {
        let text = try await call(name, json: json)
        return try JSONReader.read(Array(text.utf8), field: "reply", deepest: 128)
    }

    // For the product of tests.

    package func catchUp() async throws {
        _ = try await home.mailbox.ask { home.native.catchUp(ticket: $0) }
    }

    package var testNow: Date {
        Times.micros(home.native.now()).map(Times.date) ?? Date(timeIntervalSince1970: 0)
    }

    package func advance(_ by: String) throws(EarnestError) -> Date {
        do {
            let now = try home.native.advance(by: by)
            return Times.micros(now).map(Times.date) ?? testNow
        } catch {
            throw Native.refused(error)
        }
    }

    package func advance(_ by: Duration) throws(EarnestError) -> Date {
        guard let text = Lengths.text(by) else { throw .invalid("by", "must be whole microseconds, and not below zero") }
        return try advance(text)
    }

    package func meeting(_ met: @escaping @Sendable (String) throws -> Void) {
        home.meeting(met)
    }

    package var waiting: Int { home.mailbox.count }
}

extension EarnestView {
    init(reply: JSON) throws(EarnestError) {
        try self.init(read: reply, path: Self._form.path)
    }
}

/// The state that an engine shares with its views.
final class Home: @unchecked Sendable {
    let mailbox: Mailbox
    let native: NativeEngine
    let keyring: Keyring?
    private let lock = NSLock()
    private var met: (@Sendable (String) throws -> Void)?

    private init(mailbox: Mailbox, native: NativeEngine, keyring: Keyring?) {
        self.mailbox = mailbox
        self.native = native
        self.keyring = keyring
    }

    static func opened(keyring: Keyring?, _ make: (UInt64) throws -> NativeEngine) async throws -> Home {
        let mailbox = Mailbox()
        let opening = Opening()
        do {
            _ = try await mailbox.ask { ticket in
                let engine = try make(ticket)
                opening.engine = engine
                mailbox.listen(to: engine)
            }
        } catch {
            if let engine = opening.engine { mailbox.abandon(engine) }
            throw error
        }
        guard let engine = opening.engine else { throw EarnestError.unavailable("the engine did not open") }
        return Home(mailbox: mailbox, native: engine, keyring: keyring)
    }

    deinit {
        mailbox.abandon(native)
    }

    func meet(_ name: String) throws {
        try lock.withLock { met }?(name)
    }

    func meeting(_ met: @escaping @Sendable (String) throws -> Void) {
        lock.withLock { self.met = met }
    }
}

/// The engine of an opening: made in the beginning of a wait, and looked at behind it.
private final class Opening: @unchecked Sendable {
    var engine: NativeEngine?
}
