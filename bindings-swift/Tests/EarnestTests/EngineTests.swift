import EarnestTesting
import XCTest

@testable import Earnest

final class EngineTests: XCTestCase {
    func testTheFirstCall() async throws {
        let bank = try await Engine.open("memory:", Options())
        let moved = try await bank.ledger.topUp(account: "alice", amount: Money("100.00", "USD"), key: "t-1")
        XCTAssertEqual(moved.balance.available, try Money("100.00", "USD"))
        XCTAssertFalse(moved.replayed)
        let again = try await bank.ledger.topUp(account: "alice", amount: Money("100.00", "USD"), key: "t-1")
        XCTAssertTrue(again.replayed)
        let opened = try await bank.escrow.open(buyer: "alice", seller: "bob", price: Money("40.00", "USD"), key: "ord-7")
        let paid = try await bank.escrow.pay(deal: opened.deal.id)
        XCTAssertEqual(paid.deal.state, .awaitingShipment)
        XCTAssertEqual(paid.deal.state, "awaiting_shipment")
        let actions = try paid.deal.allowedActions(as: "bob")
        XCTAssertTrue(actions.contains(.ship))
        XCTAssertFalse(actions.contains(.confirm))
        var amounts: [String] = []
        for try await entry in bank.ledger.entries(account: "alice", limit: 1) { amounts.append(entry.amount.text) }
        XCTAssertEqual(amounts, ["-40.00", "100.00"])
        let page = try await bank.ledger.entries(account: "alice", limit: 1).page()
        XCTAssertEqual(page.items.count, 1)
        XCTAssertNotNil(page.next)
        XCTAssertEqual(try Page<Entry>(json: page.toJSON()), page)
        let raw = try await bank.call("ledger.balance", json: #"{"account":"alice"}"#)
        XCTAssertTrue(raw.contains("60.00"))
        let health = try await bank.health()
        XCTAssertFalse("\(health)".isEmpty)
        let verified = try await bank.verify()
        XCTAssertTrue(verified.ok)
        let metrics = try await bank.metrics()
        XCTAssertTrue(metrics.contains("earnest_"))
        bank.nudge()
        await bank.close()
        await bank.close()
        XCTAssertTrue(bank.isClosed)
        await refused("store_unavailable") { try await bank.ledger.balance(account: "alice") }
    }

    func testARefusalIsACaseWithItsDetails() async throws {
        let bank = try await TestEngine.open()
        try await bank.funded("alice", "1.00 USD")
        do {
            _ = try await bank.ledger.deduct(account: "alice", amount: Money("2.00", "USD"), key: "d")
            XCTFail("was not refused")
        } catch EarnestError.insufficientBalance(let refused) {
            XCTAssertEqual(refused.account, "alice")
            XCTAssertEqual(refused.available, try Money("1.00", "USD"))
            let error = EarnestError.insufficientBalance(refused)
            XCTAssertEqual(error.kind, .rejected)
            XCTAssertEqual(error.httpStatus, 409)
            XCTAssertEqual(error.retry, .never)
            XCTAssertFalse(error.retryable)
            XCTAssertEqual(error.toUser("ko"), "잔액이 부족합니다")
            XCTAssertEqual(error.envelope("ko").code, "INSUFFICIENT_BALANCE")
            XCTAssertEqual(error.languageOf("ko-KR")?.hasPrefix("ko"), true)
            XCTAssertNil(error.languageOf("tlh"))
            XCTAssertTrue(error.render("{available} left").contains("left"))
            XCTAssertEqual(try EarnestError(json: error.toJSON()), error)
        }
        let later = try EarnestError(json: #"{"code":"of_later","message":"m","kind":"limited","retry":"later","details":{"a":1}}"#)
        guard case .unknown(let refusal) = later else { return XCTFail("\(later)") }
        XCTAssertEqual(refusal["a"], 1)
        XCTAssertEqual(later.httpStatus, 429)
        await bank.close()
    }

    func testAMissingActorIsInvalidAndTheFaultOfTheProgram() async throws {
        let bank = try await TestEngine.open()
        let missing = await refused("invalid_request", field: "actor") {
            try await bank.approvals.approve(approval: "ap_00000000-0000-8000-8000-000000000000")
        }
        guard case .invalidRequest(let details)? = missing, let error = missing else { return XCTFail("\(String(describing: missing))") }
        XCTAssertEqual(details.operation, "approvals.approve")
        XCTAssertEqual(error.kind, .invalid)
        XCTAssertEqual(error.httpStatus, 500)
        // nobody who reads it has done something wrong
        XCTAssertEqual(error.toUser(), "The request could not be processed. Please contact the administrator")
        XCTAssertEqual(try EarnestError(json: error.toJSON()).httpStatus, 500)
        let malformed = await refused("invalid_request") {
            try await bank.approvals.approve(approval: "none", actor: Actor("", role: .admin))
        }
        XCTAssertEqual(malformed?.httpStatus, 400)
        await bank.close()
    }

    func testViewsOfAnEngine() async throws {
        let bank = try await TestEngine.open()
        try await bank.funded("alice", "1.00 USD")
        let alice = bank.acting("alice")
        await refused("not_permitted") { try await alice.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "x") }
        let anna = bank.acting(Actor("anna", role: .admin))
        _ = try await anna.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "x")
        let shop = bank.book("shop-1")
        await refused("account_not_found") { try await shop.ledger.balance(account: "alice") }
        await refused("invalid_request") { try await bank.book("no\0book").ledger.balance(account: "alice") }
        await refused { try await bank.acting("").ledger.balance(account: "alice") }
        await alice.close()
        XCTAssertFalse(bank.isClosed)
        await bank.close()
    }

    func testClosingAViewClosesNothing() async throws {
        let bank = try await Engine.open("memory:")
        await bank.acting("alice").close()
        await bank.book("shop-1").close()
        XCTAssertFalse(bank.isClosed)
        let moved = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "t-1")
        XCTAssertEqual(moved.balance.available.text, "1.00")
        await bank.close()
        XCTAssertTrue(bank.isClosed)
    }

    func testManyTasksConserveMoney() async throws {
        try await withFolder { folder in
            let bank = try await Engine.open(file: folder.appendingPathComponent("till.db"))
            for name in 0..<8 { _ = try await bank.ledger.topUp(account: "a\(name)", amount: Money("100.00", "USD"), key: "t\(name)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for step in 0..<4 {
                            let from = (task + step) % 8
                            do {
                                _ = try await bank.ledger.transfer(
                                    from: "a\(from)", to: "a\((from + 1 + step) % 8)", amount: Money("7.00", "USD"), key: "k\(task).\(step)")
                            } catch let error as EarnestError where ["insufficient_balance", "invalid_request", "invalid_account"].contains(error.code) {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            let balances = try await bank.ledger.balances(accounts: (0..<8).map { "a\($0)" })
            var sum = try Money.zero("USD")
            for one in balances.balances { sum = try sum + one.posted }
            XCTAssertEqual(sum, try Money("800.00", "USD"))
            let verified = try await bank.verify()
            XCTAssertTrue(verified.ok)
            await bank.close()
        }
    }

    func testCancelledCallsAreDecidedByTheirKeys() async throws {
        let isLong = ProcessInfo.processInfo.environment["EARNEST_SOAK"] != nil
        let count = isLong ? 10_000 : 500
        try await withFolder { folder in
            let bank = try await Engine.open(file: folder.appendingPathComponent("till.db"))
            var (ended, slowest) = (0, Duration.zero)
            for first in stride(from: 0, to: count, by: 64) {
                let tasks = (first..<min(first + 64, count)).map { place in
                    Task { try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c\(place)") }
                }
                try await Task.sleep(for: .milliseconds(first / 64 % 4))
                let began = ContinuousClock.now
                for task in tasks { task.cancel() }
                for task in tasks {
                    if case .failure(let error) = await task.result {
                        XCTAssertTrue(error is CancellationError, "\(error)")
                        ended += 1
                    }
                }
                slowest = max(slowest, ContinuousClock.now - began)
            }
            // 100 ms is what `make soak-mobile` shows with nothing beside it; elsewhere it only ends
            XCTAssertLessThan(slowest, isLong ? .milliseconds(100) : .seconds(60))
            XCTAssertGreaterThan(ended, 0)
            for place in 0..<count { _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c\(place)") }
            let balance = try await bank.ledger.balance(account: "alice")
            XCTAssertEqual(balance.posted, try Money("\(count)", "USD"))
            XCTAssertEqual(bank.waiting, 0)
            let verified = try await bank.verify()
            XCTAssertTrue(verified.ok)
            await bank.close()
        }
    }

    func testATaskThatIsCancelledAlreadySendsNothing() async throws {
        let bank = try await Engine.open("memory:")
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "never")
        }
        _ = await late.result
        let found = try await bank.admin.lookupKey(key: "never")
        XCTAssertFalse("\(found)".contains("ledger.top_up"))
        await bank.close()
    }

    func testCloseAnswersWhatIsUnderWay() async throws {
        let bank = try await Engine.open("memory:")
        let tasks = (0..<64).map { place in
            Task { try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c\(place)") }
        }
        await bank.close()
        for task in tasks {
            if case .failure(let error) = await task.result { XCTAssertEqual((error as? EarnestError)?.code, "store_unavailable") }
        }
        XCTAssertEqual(bank.waiting, 0)
    }

    func testTheLastReferenceCloses() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("till.db")
            var bank: Engine? = try await Engine.open(file: file)
            _ = try await bank?.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "t")
            bank = nil
            let isClosed = try await eventually { try descriptors(of: file).isEmpty }
            XCTAssertTrue(isClosed)
        }
    }

    func testTheClockOfATest() async throws {
        let bank = try await TestEngine.open()
        XCTAssertEqual(bank.clock.now, Date(timeIntervalSince1970: 1_767_225_600))
        let deal = try await bank.deal(state: .delivered)
        let then = try bank.clock.advance("P4D")
        XCTAssertEqual(then, bank.clock.now)
        try bank.clock.advance(.seconds(86_400))
        try await bank.runDue()
        let released = try await bank.escrow.get(deal: deal.id)
        XCTAssertEqual(released.state, .released)
        try bank.failNext("ledger.deduct", code: "store_unavailable")
        await refused("store_unavailable") { try await bank.ledger.deduct(account: "buyer", amount: Money("1.00", "USD"), key: "d") }
        await refused("insufficient_balance") { try await bank.ledger.deduct(account: "buyer", amount: Money("1.00", "USD"), key: "d") }
        await refused("invalid_request", field: "operation") { try bank.failNext("ledger.none", code: "contention") }
        await refused("invalid_request", field: "code") { try bank.failNext("ledger.deduct", code: "none") }
        for code in Native.codes() { try bank.failNext("ledger.hold", code: code) }
        try await bank.assertConserved()
        await bank.close()
    }

    func testAnEngineOfTestsIsNudgedAndReloadsItsKeyring() async throws {
        let bank = try await TestEngine.open(Options(keyring: .text(Keyring.generate())))
        bank.nudge()
        let changed = try await bank.reloadKeyring()
        XCTAssertFalse(changed)
        await bank.close()
    }
}

/// The descriptors of this process that are of a store.
func descriptors(of file: URL) throws -> [String] {
    let folder = "/proc/self/fd"
    let name = file.path(percentEncoded: false)
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }.filter { $0.hasPrefix(name) }
}
