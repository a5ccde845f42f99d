import EarnestTesting
import XCTest

@testable import Earnest

/// The recorded scenarios of the core: Swift answers what Rust answers, to the byte, ids and times included.
final class GoldenTests: XCTestCase {
    func testScenarioInMemory() async throws { try await replay("scenario", try await TestEngine.open()) }
    func testPaymentsInMemory() async throws { try await replay("payments", try await TestEngine.open()) }
    func testWithdrawalsInMemory() async throws { try await replay("withdrawals", try await TestEngine.open()) }
    func testRefusalsInMemory() async throws { try await replay("refusals", try await TestEngine.open()) }

    func testScenarioOnAFile() async throws {
        try await withFolder { try await replay("scenario", try await TestEngine.open(file: $0.appendingPathComponent("a b%20?#금.db"))) }
    }

    func testRefusalsOnAFile() async throws {
        try await withFolder { try await replay("refusals", try await TestEngine.open(file: $0.appendingPathComponent("till.db"))) }
    }

    private func replay(_ name: String, _ bank: TestEngine) async throws {
        let calls = try lines("core/tests/vectors/\(name).jsonl")
        let recorded = try lines("core/tests/vectors/\(name).replies.jsonl")
        XCTAssertEqual(calls.count, recorded.count)
        XCTAssertGreaterThan(calls.count, 30)
        var names: [String: JSON] = [:]
        for (place, call) in calls.enumerated() {
            let line = try json(call)
            let args = resolve(line["args"] ?? [:], names)
            let operation = try XCTUnwrap(line["op"]?.string)
            let answer: String
            do {
                let reply = try await ask(bank, operation, args)
                answer = #"{"ok":true,"reply":\#(reply)}"#
                names[line["as"]?.string ?? ""] = try JSONReader.read(Array(reply.utf8), field: "reply", deepest: 128)
            } catch let error as EarnestError {
                let wire = try json(String(decoding: error.toJSON(), as: UTF8.self))
                names[line["as"]?.string ?? ""] = ["error": wire]
                let then = try json(recorded[place])
                XCTAssertEqual(then["ok"], false, "line \(place + 1): \(error)")
                XCTAssertEqual(then["error"], wire, "line \(place + 1)")
                try await bank.catchUp()
                continue
            }
            XCTAssertEqual(answer, recorded[place], "line \(place + 1)")
            try await bank.catchUp()
        }
        await bank.close()
    }

    private func ask(_ bank: TestEngine, _ operation: String, _ args: JSON) async throws -> String {
        guard operation == "clock.advance" else { return try await bank.call(operation, json: args.text) }
        let now = try bank.clock.advance(args["by"]?.string ?? "")
        return #"{"now":"\#(Times.text(now) ?? "")"}"#
    }

    private func resolve(_ value: JSON, _ names: [String: JSON]) -> JSON {
        switch value {
        case .object(let members): return .object(members.mapValues { resolve($0, names) })
        case .array(let items): return .array(items.map { resolve($0, names) })
        case .string(let text) where text.hasPrefix("$"):
            let path = text.dropFirst().split(separator: ".").map(String.init)
            var found: JSON? = names[path[0]]
            for step in path.dropFirst() { found = Int(step).flatMap { found?[$0] } ?? found?[step] }
            return found ?? .null
        default: return value
        }
    }

    /// Every reply that was recorded is a view of its own, which writes it again.
    func testViewsKeepWhatTheReplySays() throws {
        let records = try Records()
        var seen: Set<String> = []
        for name in ["scenario", "refusals"] {
            let calls = try lines("core/tests/vectors/\(name).jsonl")
            let replies = try lines("core/tests/vectors/\(name).replies.jsonl")
            for (call, reply) in zip(calls, replies) {
                let operation = try XCTUnwrap(try json(call)["op"]?.string)
                let said = try json(reply)
                guard let wire = said["reply"] as JSON?, let about = records.operations[operation] else { continue }
                seen.insert(operation)
                let wires = about.isPage ? wire["items"]?.array ?? [] : [wire]
                let view = try XCTUnwrap(Records.views[about.reply], about.reply)
                for one in wires { XCTAssertEqual(try again(view, one), one, operation) }
            }
        }
        XCTAssertGreaterThan(seen.count, 15)
    }

    private func again<T: EarnestView>(_ view: T.Type, _ wire: JSON) throws -> JSON {
        let read = try T(json: wire.data)
        let text = read.toJSON()
        XCTAssertEqual(try T(json: text), read)
        XCTAssertEqual(try JSONDecoder().decode(T.self, from: text), read)
        XCTAssertEqual(try T(json: JSONEncoder().encode(read)), read)
        XCTAssertFalse("\(read)".isEmpty)
        return try JSON(text)
    }
}
