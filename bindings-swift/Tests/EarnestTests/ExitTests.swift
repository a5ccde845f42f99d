import XCTest

@testable import Earnest

final class ExitTests: XCTestCase {
    func testProcessesThatEndWithCallsInFlight() async throws {
        let folder = try XCTUnwrap(ProcessInfo.processInfo.environment["EARNEST_SWIFT_BUILD"], "run by scripts/test-swift")
        let isLong = ProcessInfo.processInfo.environment["EARNEST_SOAK"] != nil
        try await withFolder { store in
            let file = store.appendingPathComponent("till.db")
            var answered = 0
            for _ in 0..<(isLong ? 200 : 10) {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: folder).appendingPathComponent("Exits")
                process.arguments = [file.path(percentEncoded: false)]
                let pipe = Pipe()
                process.standardOutput = pipe
                try process.run()
                process.waitUntilExit()
                XCTAssertEqual(process.terminationReason, .exit)
                XCTAssertEqual(process.terminationStatus, 0)
                let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                answered = try XCTUnwrap(Int(said.trimmingCharacters(in: .whitespacesAndNewlines)), said)
            }
            let bank = try await Engine.open(file: file)
            let balance = try await bank.ledger.balance(account: "alice")
            XCTAssertGreaterThanOrEqual(Int(balance.posted.minor) ?? 0, answered)
            let verified = try await bank.verify()
            XCTAssertTrue(verified.ok)
            await bank.close()
        }
    }

    /// Memory stays where it is over many calls.
    func testMemoryIsFlat() async throws {
        let isLong = ProcessInfo.processInfo.environment["EARNEST_SOAK"] != nil
        let bank = try await Engine.open("memory:")
        _ = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "1")
        for _ in 0..<2000 { _ = try await bank.ledger.balance(account: "alice") }
        let more = try await grown {
            for _ in 0..<(isLong ? 100_000 : 10_000) { _ = try await bank.ledger.balance(account: "alice") }
        }
        XCTAssertLessThan(more, flat)
        XCTAssertEqual(bank.waiting, 0)
        await bank.close()
    }
}
