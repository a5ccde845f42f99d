import EarnestTesting
import XCTest

@testable import Earnest

/// The table of docs/swift.md: results of what prints and serializes values of this package, each cell a test.
final class SerializerTests: XCTestCase {
    private static let columns = ["a view", "a view that shows a secret", "a page", "a refusal", "`Money`", "a `Keyring`"]
    private static let none = "does not compile"

    private struct Samples {
        let view: Deal
        let secret: PinVerified
        let page: Page<Transfer>
        let refusal: EarnestError
        let money: Money
        let keys = Keyring.generate()

        /// Does the same with each of them.
        func each(_ work: (Any) throws -> String) rethrows -> [String] {
            try [view, secret, page, refusal, money, Keyring.text(keys)].map { try work($0) }
        }
    }

    private func samples() async throws -> Samples {
        let bank = try await TestEngine.open()
        try await bank.funded("alice", "100.00 USD")
        try await bank.credentials.setPin(subject: "alice", pin: "493817", actor: .admin("anna"))
        let refusal = await refused("insufficient_balance") {
            try await bank.ledger.deduct(account: "alice", amount: Money("900.00", "USD"), key: "d-1")
        }
        let found = Samples(
            view: try await bank.deal(state: .shipped),
            secret: try await bank.credentials.verifyPin(subject: "alice", pin: "493817", actor: "alice"),
            page: try await bank.ledger.transfers(limit: 1).page(), refusal: try XCTUnwrap(refusal), money: try Money("40.00", "USD"))
        await bank.close()
        return found
    }

    /// The JSON of every language.
    private func wire(_ value: Any) -> Data? {
        switch value {
        case let view as any EarnestView: view.toJSON()
        case let page as Page<Transfer>: page.toJSON()
        case let refusal as EarnestError: refusal.toJSON()
        case let money as Money: Data(#"{"amount":"\#(money.text)","currency":"\#(money.currency)"}"#.utf8)
        default: nil
        }
    }

    private func encoded(_ value: Any) throws -> String {
        guard let value = value as? any Encodable else { return Self.none }
        let (found, whole) = (try JSONEncoder().encode(value), try XCTUnwrap(wire(value)))
        return try JSON(found) == JSON(whole) ? "JSON" : String(decoding: found, as: UTF8.self)
    }

    private func decoded<T: Codable & Equatable>(_ value: T) throws -> String {
        try JSONDecoder().decode([T].self, from: JSONEncoder().encode([value])) == [value] ? "equal" : "another"
    }

    /// The words for what was printed.
    private func said(_ samples: Samples, _ print: (Any) -> String) -> [String] {
        samples.each { value in
            let shown = print(value)
            XCTAssertFalse(shown.contains(samples.keys.dropFirst(20).prefix(40)), shown)
            if value is PinVerified { return shown.contains(samples.secret.proof) || !shown.contains("<hidden>") ? shown : "shown without it" }
            if value is Keyring { return shown.contains("<hidden>") || shown == "▿ Keyring(<hidden>)\n" ? "`<hidden>`" : shown }
            return shown.contains("USD") ? "shown" : shown
        }
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    func testThePageHasTheTable() async throws {
        let samples = try await samples()
        let again = [
            try decoded(samples.view), try decoded(samples.secret), try decoded(samples.page), Self.none, try decoded(samples.money), Self.none,
        ]
        let shown = ["shown", "shown without it", "shown", "shown", "shown", "`<hidden>`"]
        let rows: [(String, found: [String], right: [String])] = [
            ("`JSONEncoder`", try samples.each(encoded), ["JSON", "JSON", "JSON", Self.none, "JSON", Self.none]),
            ("`JSONDecoder`, read again", again, ["equal", "equal", "equal", Self.none, "equal", Self.none]),
            ("`print`, `String(describing:)`", said(samples) { String(describing: $0) }, shown),
            ("`debugPrint`, `String(reflecting:)`", said(samples) { String(reflecting: [$0]) }, shown),
            ("`dump`, `Mirror`", said(samples, dumped), shown),
        ]
        for row in rows { XCTAssertEqual(row.found, row.right, row.0) }
        let lines = [[""] + Self.columns, Array(repeating: "---", count: 7)] + rows.map { [$0.0] + $0.right }
        let table = lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
        let page = try text("docs/swift.md")
        XCTAssertTrue(page.contains(table), "docs/swift.md has another table than:\n\(table)")
    }

    func testARefusalSpeaksWithinItsCase() async throws {
        let error = try await samples().refusal
        guard case .insufficientBalance(let refused) = error else { return XCTFail("\(error)") }
        XCTAssertEqual(refused.code, "insufficient_balance")
        XCTAssertEqual(refused.message, error.message)
        XCTAssertEqual(refused.toUser("ko"), error.toUser("ko"))
        XCTAssertEqual(refused.kind, .rejected)
        XCTAssertEqual(refused.httpStatus, error.httpStatus)
        XCTAssertEqual(refused.refusal.toJSON(), error.toJSON())
    }

    func testAListOfAScreenTellsViewsApart() {
        func isIdentifiable<T: Identifiable & Sendable>(_: T.Type) -> Bool where T.ID == String { true }
        XCTAssertTrue(isIdentifiable(Deal.self) && isIdentifiable(Transfer.self) && isIdentifiable(Job.self))
    }
}
