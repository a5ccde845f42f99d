import EarnestTesting
import XCTest

@testable import Earnest

/// Collects items from several tasks.
final class Seen<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var items: [T] = []

    func add(_ item: T) { lock.withLock { items.append(item) } }
    var all: [T] { lock.withLock { items } }
}

struct Broken: Error {
    let secret = "secret 1234"
}

final class EventTests: XCTestCase {
    func testFollowingEndsWithTheEngine() async throws {
        let bank = try await Engine.open("memory:", Options(background: true))
        let seen = Seen<Int>()
        let following = Task {
            for try await event in bank.events.follow() { seen.add(event.seq) }
        }
        _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "1")
        let came = try await eventually { !seen.all.isEmpty }
        XCTAssertTrue(came)
        await bank.close()
        try await following.value
        XCTAssertEqual(seen.all, seen.all.sorted())
    }

    func testFollowingEndsWithItsTask() async throws {
        let bank = try await Engine.open("memory:")
        let following = Task {
            for try await event in bank.events.follow(after: 1_000_000) { XCTFail("\(event)") }
        }
        try await Task.sleep(for: .milliseconds(50))
        following.cancel()
        if case .failure(let error) = await following.result { XCTAssertTrue(error is CancellationError, "\(error)") }
        await bank.close()
    }

    func testASubscriptionHandsOverEverythingAtLeastOnce() async throws {
        let bank = try await Engine.open("memory:", Options(background: true))
        let seen = Seen<String>()
        let isFirst = Seen<Bool>()
        let subscription = try await bank.events.subscribe("notes", lease: .seconds(2)) { event in
            if event.objectId == "bad", isFirst.all.isEmpty {
                isFirst.add(true)
                throw Broken()
            }
            // a handler may call the engine
            _ = try await bank.health()
            seen.add(event.objectId)
        }
        for name in ["good", "bad", "fine"] { _ = try await bank.ledger.openAccount(account: name, currency: "USD") }
        // what failed comes again after 7 to 15 seconds
        let came = try await eventually { Set(seen.all).isSuperset(of: ["good", "bad", "fine"].map { $0 }) || seen.all.count >= 3 }
        XCTAssertTrue(came, "\(seen.all)")
        await subscription.stop()
        await refused("invalid_request", field: "lease") {
            try await bank.events.subscribe("short", lease: .milliseconds(1)) { _ in }
        }
        await bank.close()
    }

    func testAFailureIsHeardOfBesideWhatIsKeptOfIt() async throws {
        let bank = try await TestEngine.open()
        let heard = Seen<String>()
        try await bank.jobs.enqueue(kind: "shop.throw", payload: [:], maxAttempts: 1, key: "j-1")
        let worker = try bank.jobs.worker(["shop.throw": { _ in throw Broken() }]) { error, job in
            heard.add("\((error as? EarnestError)?.code ?? (error as? Broken)?.secret ?? "") \(job?.kind ?? "none")")
        }
        let failed = try await eventually { heard.all.contains("secret 1234 shop.throw") }
        XCTAssertTrue(failed, "\(heard.all)")
        try bank.failNext("jobs.lease", code: "contention")
        let refused = try await eventually { heard.all.contains("contention none") }
        XCTAssertTrue(refused, "\(heard.all)")
        await worker.stop()
        let told = Seen<String>()
        let notes = try await bank.events.subscribe(
            "notes", onError: { error, event in told.add("\((error as? Broken)?.secret ?? "") \(event?.type ?? "none")") }
        ) { _ in throw Broken() }
        try await bank.funded("alice", "1.00 USD")
        try await bank.catchUp()
        let came = try await eventually { told.all.contains { $0.hasPrefix("secret 1234 ") && !$0.hasSuffix("none") } }
        XCTAssertTrue(came, "\(told.all)")
        await notes.stop()
        await bank.close()
    }

    func testABalanceIsThereAtOnceAndAgainWhenItHasChanged() async throws {
        try await withFolder { folder in
            let bank = try await Engine.open(
                file: folder.appendingPathComponent("till.db"), Options(requireActor: true, background: true))
            let anna = bank.acting(Actor("anna", role: .admin))
            for key in ["1", "2", "3"] { try await anna.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: key) }
            let seen = Seen<String>()
            // a customer sees the own account, and not the log
            let updates = bank.acting("alice").ledger.balanceUpdates(account: "alice")
            let following = Task { for try await balance in updates { seen.add(balance.available.text) } }
            func has(_ text: String) async throws {
                let came = try await eventually { seen.all.last == text }
                XCTAssertTrue(came, "\(seen.all)")
            }
            try await has("3.00")
            try await anna.ledger.topUp(account: "bob", amount: Money("1.00", "USD"), key: "b")
            try await anna.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "4")
            try await has("4.00")
            await bank.pause()
            try await bank.resume()
            try await anna.ledger.deduct(account: "alice", amount: Money("2.00", "USD"), key: "d")
            try await has("2.00")
            XCTAssertEqual(seen.all, ["3.00", "4.00", "2.00"])
            await bank.close()
            try await following.value
        }
    }

    func testADealIsFollowedInItsBook() async throws {
        let main = try await Engine.open("memory:", Options(background: true))
        let bank = main.book("shop-1")
        try await bank.ledger.topUp(account: "alice", amount: Money("50.00", "USD"), key: "t-1")
        let deal = try await bank.escrow.open(buyer: "alice", seller: "bob", price: Money("40.00", "USD"), key: "ord-7").deal
        let paid = Task {
            for try await now in bank.acting("bob").escrow.dealUpdates(deal: deal.id) where now.state == .awaitingShipment { return true }
            return false
        }
        try await bank.escrow.pay(deal: deal.id)
        let wasPaid = try await paid.value
        XCTAssertTrue(wasPaid)
        await refused("deal_not_found") { () -> String in
            for try await _ in main.escrow.dealUpdates(deal: deal.id) {}
            return "none"
        }
        await main.close()
    }

    func testAWorkerDoesJobs() async throws {
        let bank = try await Engine.open("memory:")
        let seen = Seen<String>()
        let worker = try bank.jobs.worker(
            [
                "shop.mail": { job in seen.add(job.payload["to"]?.string ?? "") },
                "shop.bad": { job in throw Broken() },
                "shop.told": { job in throw Failed("no mail server") },
            ], concurrency: 4)
        let mails = try await (0..<10).asyncMap {
            try await bank.jobs.enqueue(kind: "shop.mail", payload: ["to": "a\($0)"]).job.id
        }
        let bad = try await bank.jobs.enqueue(kind: "shop.bad", payload: [:], maxAttempts: 1).job.id
        let told = try await bank.jobs.enqueue(kind: "shop.told", payload: nil, maxAttempts: 1).job.id
        let done = try await eventually {
            let all = try await bank.jobs.list(limit: 100).page().items
            return all.filter { $0.state == .done }.count == mails.count && all.filter { $0.lastError != nil }.count == 2
        }
        XCTAssertTrue(done)
        XCTAssertEqual(Set(seen.all).count, 10)
        let all = try await bank.jobs.list(limit: 100).page().items
        XCTAssertEqual(all.first { $0.id == bad }?.lastError, "Broken")
        XCTAssertEqual(all.first { $0.id == told }?.lastError, "no mail server")
        await worker.stop()
        await worker.stop()
        await bank.close()
    }

    func testAHandlerStopsItsOwnWorkerAndItsAnswerIsKept() async throws {
        let bank = try await Engine.open("memory:")
        let own = Seen<Worker>()
        let answering: [String: AnsweringJobHandler] = [
            "shop.last": { job in
                await own.all.first?.stop()
                return ["kept": true]
            }
        ]
        let worker = try bank.jobs.worker(answering)
        own.add(worker)
        let job = try await bank.jobs.enqueue(kind: "shop.last", payload: [:]).job.id
        let done = try await eventually { try await bank.jobs.list(limit: 10).page().items.first { $0.id == job }?.state == .done }
        XCTAssertTrue(done)
        await worker.stop()
        let token = try await bank.jobs.enqueue(kind: "shop.pay", payload: ["token": "tok_secret"]).job.id
        let listed = try await bank.jobs.list(limit: 10).page().items
        let hidden = try XCTUnwrap(listed.first { $0.id == token })
        XCTAssertEqual(hidden.payload["token"]?.string, "tok_secret")
        XCTAssertFalse("\(hidden)".contains("tok_secret"), "\(hidden)")
        let kept = try await bank.jobs.list(limit: 10).page().items.first { $0.id == job }?.result
        XCTAssertEqual(kept, ["kept": true])
        await refused("invalid_request", field: "handlers") { try bank.jobs.worker([String: JobHandler]()) }
        for kind in ["", "bad kind!", "a\0", String(repeating: "a", count: 65)] {
            await refused("invalid_request", field: "handlers") { try bank.jobs.worker(["good.kind": { _ in }, kind: { _ in }]) }
        }
        await refused("invalid_request", field: "concurrency") { try bank.jobs.worker(["a": { _ in }], concurrency: 0) }
        await bank.close()
    }
}

extension Sequence where Self: Sendable {
    func asyncMap<T>(_ work: (Element) async throws -> T) async rethrows -> [T] {
        var found: [T] = []
        for one in self { found.append(try await work(one)) }
        return found
    }
}
