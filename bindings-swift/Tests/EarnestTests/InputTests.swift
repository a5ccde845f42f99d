import EarnestTesting
import XCTest

@testable import Earnest

final class InputTests: XCTestCase {
    func testStoresThatAreNone() async throws {
        try await withFolder { folder in
            let missing = await refused("store_unavailable") {
                try await Engine.open(file: folder.appendingPathComponent("none/till.db"))
            }
            XCTAssertFalse(String(decoding: missing?.toJSON() ?? Data(), as: UTF8.self).contains(folder.lastPathComponent))
            await refused("store_unavailable") { try await Engine.open(file: folder) }
            let text = folder.appendingPathComponent("text.db")
            try String(repeating: "no database ", count: 1000).write(to: text, atomically: true, encoding: .utf8)
            await refused("corrupted") { try await Engine.open(file: text) }
            await refused("not_supported") { try await Engine.open("postgres://localhost/shop") }
            await refused { try await Engine.open("nonsense:") }
            await refused("invalid_request", field: "file") { try await Engine.open(file: URL(string: "https://example.com")!) }
            await refused("invalid_request", field: "url") { try await Engine.open("sqlite:a\0b") }
        }
    }

    func testTwoEnginesOnOneFile() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("한글 100% ?.db")
            let one = try await Engine.open(file: file)
            let other = try await Engine.open(file: file)
            _ = try await one.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "1")
            let balance = try await other.ledger.balance(account: "alice")
            XCTAssertEqual(balance.posted.text, "1.00")
            await one.close()
            _ = try await other.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "2")
            await other.close()
            XCTAssertTrue(FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
        }
    }

    func testOptionsThatAreNone() async throws {
        await refused("not_supported") { try await Engine.open("memory:", Options(webhooks: true)) }
        await refused("invalid_request", field: "migrate") { try await Engine.open("memory:", Options(migrate: "never")) }
        await refused("invalid_request", field: "keyring") { try await Engine.open("memory:", Options(keyring: .text("garbage"))) }
        await refused("invalid_request", field: "keep_jobs") { try await Engine.open("memory:", Options(keepJobs: .nanoseconds(1))) }
        await refused { try await Engine.open("memory:", Options(currencies: ["USD": 3])) }
        let bank = try await Engine.open("memory:", Options(book: "shop", books: .declared, currencies: ["GOLD": 4], defaultCurrency: "USD"))
        XCTAssertEqual(try Money("1", "GOLD").text, "1.0000")
        _ = try await bank.ledger.openAccount(account: "alice", currency: "GOLD")
        await bank.close()
    }

    func testOptionsBeginWithTheKeyringOrGoByTheTable() throws {
        let text = Keyring.generate()
        _ = Options(keyring: .text(text), currencies: ["USDC": 6])
        let first = Options(keyring: .text(text), requireActor: true, background: true)
        let table = Options(requireActor: true, keyring: .text(text), background: true)
        XCTAssertEqual(try first.json(keyring: text), try table.json(keyring: text))
        let all = Options(
            keyring: .text(text), migrate: .check, schema: "till", tablePrefix: "till_", book: "shop", books: .declared,
            currencies: ["USDC": 6], allowedCurrencies: ["USDC"], defaultCurrency: "USDC", requireActor: true, policies: [],
            rules: [], rates: [], webhooks: false, background: true, keepJobs: .seconds(1), notifyEveryState: true,
            waitLimits: ["dispute.open": .seconds(3600)], readOnly: true,
            poolSize: 1, queueLimit: 1, groupLimit: 1, connectTimeout: .seconds(1), statementTimeout: .seconds(1),
            synchronous: .normal, preparedStatements: false, sslmode: "disable", clockIsRight: true, log: .info, messages: [:])
        for member in Mirror(reflecting: all).children where member.label != "clock" && member.label != "seed" {
            XCTAssertNotEqual(String(describing: member.value), "nil", member.label ?? "")
        }
    }

    func testArgumentsThatAreNone() async throws {
        let bank = try await TestEngine.open()
        try await bank.funded("alice", "100.00 USD")
        let usd = try Money("1.00", "USD")
        await refused("invalid_request", field: "expires_in") {
            try await bank.ledger.hold(account: "alice", amount: usd, key: "h", expiresIn: .nanoseconds(1500))
        }
        await refused("invalid_request", field: "expires_in") {
            try await bank.ledger.hold(account: "alice", amount: usd, key: "h", expiresIn: .seconds(-1))
        }
        await refused("invalid_request", field: "expires_at") {
            try await bank.ledger.hold(account: "alice", amount: usd, key: "h", expiresAt: Date(timeIntervalSince1970: 253_402_300_800))
        }
        await refused("invalid_request", field: "expires_at") {
            try await bank.ledger.hold(account: "alice", amount: usd, key: "h", expiresAt: Date(timeIntervalSince1970: .nan))
        }
        await refused("invalid_request", field: "account") { try await bank.ledger.topUp(account: "a\0b", amount: usd, key: "n") }
        await refused("invalid_request", field: "key") { try await bank.ledger.topUp(account: "alice", amount: usd, key: "a\0b") }
        var deep: JSON = 1
        for _ in 0..<65 { deep = [deep] }
        await refused("invalid_request", field: "metadata") {
            try await bank.ledger.topUp(account: "alice", amount: usd, key: "n", metadata: deep)
        }
        await refused("invalid_request") {
            try await bank.ledger.topUp(account: "alice", amount: usd, key: "n", metadata: ["a": ["b\0"]])
        }
        await refused("invalid_request") {
            try await bank.ledger.topUp(account: "alice", amount: usd, key: "n", metadata: ["a": .number(.infinity)])
        }
        await refused("invalid_request") { try await bank.ledger.post(postings: [Leg(account: "a\0", amount: usd)], key: "n") }
        await refused("idempotency_key_missing") { try await bank.call("ledger.top_up", json: #"{"account":"a","amount":"1.00 USD"}"#) }
        for (name, json) in [("ledger.none", "{}"), ("", "{}"), ("ledger.balance", "{"), ("ledger.balance", #"{"account":"a","more":1}"#),
            ("ledger.balance", "[]"), ("ledger.balance", #"{"account":"\ud800"}"#), ("ledger.balance", "")]
        {
            await refused("invalid_request") { try await bank.call(name, json: json) }
        }
        await refused { try await bank.call("ledger.top_up", json: #"{"account":"alice","amount":{"amount":1.5,"currency":"USD"},"key":"k"}"#) }
        try await bank.assertConserved()
        await bank.close()
    }

    func testOneOfAClosedSetIsGivenAsItIsOrAsItsText() async throws {
        let bank = try await TestEngine.open()
        let deal = try await bank.deal(state: .shipped)
        for list in [bank.escrow.list(state: .shipped), bank.escrow.list(state: "shipped"), bank.escrow.list(state: deal.state)] {
            let found = try await list.page().items.map(\.id)
            XCTAssertEqual(found, [deal.id])
        }
        await refused("invalid_request", field: "state") { try await bank.escrow.list(state: "nowhere").page() }
        await refused("invalid_request", field: "state") { try await bank.escrow.list(state: DealState(rawValue: "a\0")).page() }
        _ = try await bank.ledger.holds(state: .authorized).page()
        let judged = try await bank.acting(deal.seller).escrow.validate(deal: deal.id, trigger: .confirm, outcome: .refund)
        XCTAssertFalse(judged.allowed)
        _ = try await bank.approvals.setPolicy(
            id: "p", operation: "ledger.deduct", threshold: Money("1.00", "USD"), require: [.pin, "totp"])
        XCTAssertEqual(FeeTerm(to: "fees", bps: 1, from: .seller), FeeTerm(to: "fees", bps: 1, from: "seller"))
        let proof = ProofFor(operation: "ledger.deduct", args: ["pin": "4821"])
        let call = BatchOp(op: "credentials.set_pin", args: ["pin": "4821"])
        var dumped = ""
        dump([proof], to: &dumped)
        dump([call], to: &dumped)
        for shown in ["\(proof)", "\(call)", String(reflecting: [call]), dumped] {
            XCTAssertFalse(shown.contains("4821"), shown)
            XCTAssertTrue(shown.contains("<hidden>"), shown)
        }
        await bank.close()
    }

    func testARefusalIsReadAsAServerAnswersIt() async throws {
        let refusal = await refused("invalid_amount") { try Money("1.001", "USD") }
        let inner = String(decoding: try XCTUnwrap(refusal).toJSON(), as: UTF8.self)
        XCTAssertEqual(try EarnestError(json: #"{"error":\#(inner)}"#), refusal)
        XCTAssertEqual(try EarnestError(json: Data(inner.utf8)), refusal)
        await refused("invalid_request", field: "json") { try EarnestError(json: #"{"error":{"message":"no"}}"#) }
    }

    func testAnItemThatIsNotThereIsNil() {
        let json: JSON = [1]
        for place in [1, 5, -1] { XCTAssertTrue(json[place] as JSON? == nil) }
        if let found: JSON = json[1] { XCTFail("\(found)") }
        XCTAssertEqual(json[0], 1)
        XCTAssertEqual(json[1] as JSON, .null)
    }

    func testJSONThatIsNone() async throws {
        for text in ["", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "nul", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2",
            "123456789012345678901234567890", "1e999", "'a'", "{a:1}", "\"\\x\"", "[1", "\""]
        {
            await refused("invalid_request") { try JSON(parsing: text) }
        }
        await refused("invalid_request") { try JSON(Data([0x22, 0xff, 0x22])) }
        await refused("invalid_request") { try JSON(parsing: String(repeating: "[", count: 65) + String(repeating: "]", count: 65)) }
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        XCTAssertEqual(try JSON(parsing: deepest).text, deepest)
        let read = try JSON(parsing: #" {"a": [1, -2.5, true, null, "\u00e9\ud83d\ude00\n"], "b": {}, "big": 18446744073709551615} "#)
        XCTAssertEqual(read["a"]?[0], 1)
        XCTAssertEqual(read["a"][1].double, -2.5)
        XCTAssertEqual(read["a"]?[4]?.string, "é😀\n")
        XCTAssertEqual(try JSON(read.data), read)
        XCTAssertEqual(try JSONDecoder().decode(JSON.self, from: JSONEncoder().encode(read)), read)
    }

    func testANameThatAnObjectHasTwiceIsRefused() async throws {
        await refused("invalid_request", field: "json") { try JSON(parsing: #"{"a":1,"a":2}"#) }
        await refused("invalid_request", field: "json") { try JSON(parsing: #"[{"a":1,"b":{},"\u0061":2}]"#) }
        await refused("invalid_request", field: "deal") { try Deal(json: #"{"id":"one","id":"other"}"#) }
        XCTAssertEqual(try JSON(parsing: #"[{"a":1},{"a":2}]"#)[1]["a"], 2)
    }

    /// Two ways to write an accent are one text to Swift: what another language has stored is still read.
    func testNamesThatOnlySwiftHoldsForOneAreRead() async throws {
        let bank = try await Engine.open("memory:")
        let names = #"{"caf\u00e9":1,"cafe\u0301":2}"#
        _ = try await bank.call("ledger.top_up", json: #"{"account":"alice","amount":"1.00 USD","key":"t-1","metadata":\#(names)}"#)
        let entries = try await bank.ledger.entries(account: "alice").page().items
        XCTAssertEqual(entries.map(\.amount.text), ["1.00"])
        await bank.close()
        for again in ["caf\\u00e9", "cafe\\u0301"] {
            XCTAssertThrowsError(try JSON(parsing: #"{"caf\u00e9":1,"cafe\u0301":2,""# + again + #"":3}"#))
        }
    }

    func testViewsOfAServersJSON() async throws {
        let bank = try await TestEngine.open()
        let deal = try await bank.deal(state: .shipped)
        var wire = try XCTUnwrap(try JSON(deal.toJSON()).object)
        wire["of_later"] = ["a": 1]
        XCTAssertEqual(try Deal(json: JSON(wire).data), deal)
        wire["price"] = ["amount": 40, "currency": "USD"]
        await refused("invalid_request", field: "deal.price.amount") { try Deal(json: JSON(wire).data) }
        wire["price"] = ["amount": "40.001", "currency": "USD"]
        await refused("invalid_amount", field: "deal.price.amount") { try Deal(json: JSON(wire).data) }
        for price: JSON in [["amount": "40", "currency": "USD"], "40 USD"] {
            wire["price"] = price
            let short = try Deal(json: JSON(wire).data)
            XCTAssertEqual(short.price, try Money("40.00", "USD"))
            XCTAssertEqual(try JSON(short.toJSON())["price"]?["amount"], "40.00")
        }
        wire["price"] = nil
        await refused("invalid_request", field: "deal.price") { try Deal(json: JSON(wire).data) }
        await refused("invalid_request", field: "page.items[0].price") {
            try Page<Deal>(json: JSON(["items": .array([JSON(wire)]), "next": nil]).data)
        }
        await refused("invalid_request", field: "deal") { try Deal(json: Data(count: 2 << 20)) }
        await refused("invalid_request", field: "deal") { try Deal(json: #"{"id":"\ud800"}"#) }
        XCTAssertThrowsError(try JSONDecoder().decode([Deal].self, from: JSON.array([JSON(wire)]).data))
        await bank.close()
    }

    func testTimesAndLengths() {
        for text in ["2026-01-31T09:00:00.000001Z", "0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "2024-02-29T00:00:00.500000Z"] {
            let micros = Times.micros(text)
            XCTAssertEqual(micros.map { Times.text(micros: $0) }, text)
        }
        XCTAssertEqual(Times.micros("2026-01-31T09:00:00+09:00"), Times.micros("2026-01-31T00:00:00Z"))
        XCTAssertEqual(Times.text(Times.date(1_767_225_600_000_001)), "2026-01-01T00:00:00.000001Z")
        for text in ["2110-06-06T05:05:35.241368Z", "2262-04-11T23:47:16.854775Z", "1901-12-13T20:45:52.000001Z"] {
            XCTAssertEqual(Times.micros(text).map(Times.date).flatMap { Times.text($0) }, text)
        }
        for text in ["2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", ""] {
            XCTAssertNil(Times.micros(text), text)
        }
        XCTAssertEqual(Lengths.read("P1W"), .seconds(604_800))
        XCTAssertEqual(Lengths.read("P3DT4H5M6.5S"), .seconds(3 * 86_400 + 4 * 3600 + 5 * 60 + 6) + .milliseconds(500))
        XCTAssertEqual(Lengths.text(.seconds(3 * 86_400)), "P3D")
        XCTAssertEqual(Lengths.text(.microseconds(1_500_000)), "PT1.5S")
        XCTAssertEqual(Lengths.text(.zero), "PT0S")
        for text in ["", "P", "PT", "3D", "P1.5D", "PT1H1H", "P1D1D", "PT-1S", "P١D"] { XCTAssertNil(Lengths.read(text), text) }
    }
}
