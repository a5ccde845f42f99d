import EarnestTesting
import XCTest

@testable import Earnest

final class PauseTests: XCTestCase {
    func testAPausedEngineHasNoFileOpen() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("till.db")
            let bank = try await Engine.open(file: file)
            let tasks = (0..<64).map { place in
                Task { try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c\(place)") }
            }
            _ = try await bank.ledger.topUp(account: "bob", amount: Money("1.00", "USD"), key: "bob")
            XCTAssertFalse(try descriptors(of: file).isEmpty)
            // what has not ended by then is rolled back: nothing of that here
            await bank.pause(limit: .seconds(120))
            await bank.pause()
            XCTAssertTrue(bank.isPaused)
            XCTAssertEqual(try descriptors(of: file), [])
            var done = 0
            for task in tasks {
                switch await task.result {
                case .success: done += 1
                case .failure(let error): XCTAssertEqual((error as? EarnestError)?.code, "store_unavailable", "\(error)")
                }
            }
            let error = await refused("store_unavailable") { try await bank.ledger.balance(account: "alice") }
            XCTAssertEqual(error?.refusal["reason"], "the engine is paused")
            XCTAssertEqual(error?.retry, .later)
            try await bank.resume()
            XCTAssertFalse(bank.isPaused)
            if done > 0 {
                let balance = try await bank.ledger.balance(account: "alice")
                XCTAssertEqual(balance.posted, try Money("\(done)", "USD"))
            }
            await bank.close()
        }
    }

    func testAnotherFileInItsPlaceIsAMismatch() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("till.db")
            let other = folder.appendingPathComponent("other.db")
            let stranger = try await Engine.open(file: other)
            await stranger.close()
            let bank = try await Engine.open(file: file)
            await bank.pause()
            try FileManager.default.removeItem(at: file)
            try FileManager.default.moveItem(at: other, to: file)
            await refused("store_mismatch") { try await bank.resume() }
            XCTAssertTrue(bank.isPaused)
            await bank.close()
        }
    }

    func testFollowersGoOnAfterwards() async throws {
        try await withFolder { folder in
            let bank = try await Engine.open(file: folder.appendingPathComponent("till.db"), Options(background: true))
            _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "1")
            let following = Task { () -> [Int] in
                var found: [Int] = []
                for try await event in bank.events.follow() {
                    found.append(event.seq)
                    if event.data["key"] == "last" || event.objectId.hasPrefix("bob") { break }
                }
                return found
            }
            try await Task.sleep(for: .milliseconds(50))
            await bank.pause()
            try await Task.sleep(for: .milliseconds(100))
            try await bank.resume()
            _ = try await bank.ledger.openAccount(account: "bob", currency: "USD")
            let found = try await following.value
            XCTAssertGreaterThan(found.count, 1)
            XCTAssertEqual(found, found.sorted())
            await bank.close()
        }
    }

    func testAFollowerGoesOnThatHearsOfAPauseWhenItIsOver() async throws {
        let bank = try await TestEngine.open()
        try await bank.funded("alice")
        try await bank.catchUp()
        try bank.failNext("events.list", code: "store_unavailable", details: ["reason": "the engine is paused"])
        var follower = bank.events.follow().makeAsyncIterator()
        let first = try await follower.next()
        XCTAssertEqual(first?.seq, 1)
        await bank.close()
    }

    func testASubscriptionGoesOnAfterAPauseDuringItsHandler() async throws {
        let bank = try await Engine.open("memory:", Options(background: true))
        let (begun, begins) = AsyncStream.makeStream(of: String.self)
        let notes = try await bank.events.subscribe("notes", types: ["account.opened"]) { event in
            begins.yield(event.objectId)
            if event.objectId.hasPrefix("alice") { try await Task.sleep(for: .milliseconds(300)) }
        }
        _ = try await bank.ledger.openAccount(account: "alice", currency: "USD")
        var handled = begun.makeAsyncIterator()
        _ = await handled.next()
        // the handler ends, and reports, while the engine stands still
        await bank.pause()
        try await Task.sleep(for: .milliseconds(600))
        try await bank.resume()
        _ = try await bank.ledger.openAccount(account: "bob", currency: "USD")
        let since = ContinuousClock.now
        let next = await handled.next()
        XCTAssertEqual(next?.hasPrefix("bob"), true, "what was done does not come again")
        // the lease of what was done is a minute
        XCTAssertLessThan(ContinuousClock.now - since, .seconds(45))
        await notes.stop()
        await bank.close()
    }

    func testInMemoryItOnlyRefuses() async throws {
        let bank = try await Engine.open("memory:")
        _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "1")
        await bank.pause(limit: .milliseconds(100))
        await refused("store_unavailable") { try await bank.ledger.balance(account: "alice") }
        try await bank.resume()
        let balance = try await bank.ledger.balance(account: "alice")
        XCTAssertEqual(balance.posted.text, "1.00")
        await bank.close()
    }

    /// Two tasks of one turn of the main actor: the last one that begins decides, and each is answered.
    @MainActor
    func testTheLastOneThatBeginsDecides() async throws {
        let bank = try await Engine.open("memory:")
        for round in 0..<1_000 {
            let pausing = Task { await bank.pause() }
            let resuming = Task { try await bank.resume() }
            await pausing.value
            try await resuming.value
            XCTAssertFalse(bank.isPaused, "round \(round)")
            let again = Task { try await bank.resume() }
            let last = Task { await bank.pause() }
            try await again.value
            await last.value
            XCTAssertTrue(bank.isPaused, "round \(round)")
            try await bank.resume()
        }
        await bank.close()
    }
}
