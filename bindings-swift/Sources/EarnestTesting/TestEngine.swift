import Earnest
import Foundation

/// An engine with a clock that stands still, ids that are counted and a keyring of tests.
///
/// ```swift
/// let bank = try await TestEngine.open()
/// let deal = try await bank.deal(state: .delivered)
/// try bank.clock.advance("P3D")
/// try await bank.runDue()
/// ```
public final class TestEngine: EngineServices, Sendable {
    /// The engine itself.
    public let engine: Engine
    private let failing: Failing

    private init(engine: Engine) {
        self.engine = engine
        failing = Failing()
        engine.meeting { [failing] name in try failing.meet(name) }
    }

    /// Opens one in memory.
    public static func open(_ options: Options = Options()) async throws -> TestEngine {
        TestEngine(engine: try await Engine.open("memory:", test(options)))
    }

    /// Opens one on a file. On one that is there already, ids begin elsewhere each time.
    public static func open(file: URL, _ options: Options = Options()) async throws -> TestEngine {
        var options = test(options)
        let isThere = FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
        if isThere { options.seed = Int.random(in: 1..<1 << 20) }
        return TestEngine(engine: try await Engine.open(file: file, options))
    }

    private static func test(_ options: Options) -> Options {
        options.clock == nil ? Options(options, testClock: Date(timeIntervalSince1970: 1_767_225_600)) : options
    }

    /// Its clock.
    public var clock: TestClock { TestClock(engine: engine) }

    /// Runs what is due: timers, the expiry of holds, and jobs that have a handler.
    @discardableResult
    public func runDue() async throws -> Ran {
        try await engine.jobs.runDue()
    }

    /// Gives the events so far their places in the sequence.
    public func catchUp() async throws {
        try await engine.catchUp()
    }

    /// An account with so much more in it.
    @discardableResult
    public func funded(_ account: String, _ amount: String = "1000.00 USD") async throws -> Balance {
        try await funded(account, Money.parse(amount))
    }

    /// An account with so much more in it.
    @discardableResult
    public func funded(_ account: String, _ amount: Money) async throws -> Balance {
        try await engine.ledger.topUp(account: account, amount: amount, key: "testing:\(UUID().uuidString)").balance
    }

    /// A deal in a state on its way from `pending` to `released`; its buyer has what it costs.
    public func deal(
        state: DealState = .pending, buyer: String = "buyer", seller: String = "seller", price: Money? = nil
    ) async throws -> Deal {
        let way: [DealState] = [.pending, .awaitingShipment, .shipped, .delivered, .released]
        guard let steps = way.firstIndex(of: state) else {
            throw TestFailure("state must be one of \(way.map(\.rawValue).joined(separator: ", "))")
        }
        let price = try price ?? Money("40.00", "USD")
        let key = "testing:\(UUID().uuidString)"
        let cost = try await engine.escrow.quote(price: price).buyerPays
        _ = try await engine.ledger.topUp(account: buyer, amount: cost, key: "\(key):money")
        var now = try await engine.escrow.open(buyer: buyer, seller: seller, price: price, key: key).deal
        if steps > 0 { now = try await engine.escrow.pay(deal: now.id).deal }
        if steps > 1 { now = try await engine.escrow.ship(deal: now.id).deal }
        if steps > 2 { now = try await engine.escrow.deliver(deal: now.id).deal }
        if steps > 3 { now = try await engine.escrow.confirm(deal: now.id, actor: Actor(buyer)).deal }
        guard now.state == state else { throw TestFailure("the deal is \(now.state), and not \(state)") }
        return now
    }

    /// The next call of this operation is refused with this code, before it reaches the engine. Details that are not
    /// given are made up.
    public func failNext(_ operation: String, code: String, details: [String: JSON] = [:]) throws(EarnestError) {
        failing.plan(operation, try EarnestError.madeUp(operation: operation, code: code, details: details))
    }

    /// Throws unless every book sums to zero and every invariant holds.
    public func assertConserved() async throws {
        guard try await engine.ledger.trialBalance().balanced else { throw TestFailure("the book does not sum to zero") }
        let verified = try await engine.verify()
        guard verified.ok else { throw TestFailure("an invariant does not hold: \(verified.checks.filter { !$0.ok })") }
    }

    /// Closes the engine.
    public func close() async {
        await engine.close()
    }
}

/// An expectation of a test that was not met.
public struct TestFailure: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The clock of a test, which stands still until it is moved.
public struct TestClock: Sendable {
    let engine: Engine

    /// The time that it shows.
    public var now: Date { engine.testNow }

    /// Moves it forward, and says what it shows then.
    @discardableResult
    public func advance(_ by: Duration) throws(EarnestError) -> Date {
        try engine.advance(by)
    }

    /// Moves it forward by a duration of ISO 8601, such as `P4D`, and says what it shows then.
    @discardableResult
    public func advance(_ by: String) throws(EarnestError) -> Date {
        try engine.advance(by)
    }
}

extension Options {
    /// Options with a clock that stands still at a time, and ids that are counted from a number on.
    ///
    /// A store may have ids of an earlier opening already: there `testSeed` must be another one each time.
    public init(_ options: Options = Options(), testClock: Date, testSeed: Int = 0) {
        self = options
        clock = testClock
        seed = testSeed
    }
}

/// Refusals that tests ask for.
private final class Failing: @unchecked Sendable {
    private let lock = NSLock()
    private var planned: [(operation: String, error: EarnestError)] = []

    func plan(_ operation: String, _ error: EarnestError) {
        lock.withLock { planned.append((operation, error)) }
    }

    func meet(_ name: String) throws {
        let error: EarnestError? = lock.withLock {
            planned.firstIndex { $0.operation == name }.map { planned.remove(at: $0).error }
        }
        if let error { throw error }
    }
}
