import XCTest

@testable import Earnest

/// Answers that are the same in every package: the files of `bindings-shared/conformance`, line by line.
final class ConformanceTests: XCTestCase {
    private func asTold(_ line: JSON, _ make: () throws -> JSON) {
        do {
            let found = try make()
            XCTAssertEqual(found, line["gives"], "\(line)")
        } catch let error as EarnestError {
            XCTAssertEqual(error.code, line["refused"]?.string, "\(line): \(error)")
            if let field = line["field"]?.string { XCTAssertEqual(error.refusal["field"]?.string, field, "\(line): \(error)") }
        } catch {
            XCTFail("\(line): \(error)")
        }
    }

    func testMoney() throws {
        let all = try lines("bindings-shared/conformance/money.jsonl").map(json)
        XCTAssertGreaterThan(all.count, 80)
        for line in all { asTold(line) { try counted(line) } }
    }

    private func counted(_ line: JSON) throws -> JSON {
        let word = { (name: String) in line[name]?.string ?? "" }
        let one = { try Money.parse(word("one")) }
        let other = { try Money.parse(word("other")) }
        switch word("op") {
        case "of": return .string("\(try Money(word("amount"), word("currency")))")
        case "parse": return .string("\(try Money.parse(word("text")))")
        case "from_minor": return .string("\(try Money(minor: word("minor"), word("currency")))")
        case "plus": return .string("\(try one() + other())")
        case "minus": return .string("\(try one() - other())")
        case "times": return .string("\(try one() * (line["factor"]?.int ?? 0))")
        case "negated": return .string("\(try -one())")
        case "abs": return .string("\(try one().magnitude)")
        case "compare": return .int(try one().compare(other()).rawValue)
        case "equals": return .bool(try one() == other())
        case "split":
            let parts = try line["into"]?.int.map { try one().split($0) } ?? one().split(line["into"]?.array?.compactMap(\.int) ?? [])
            return .array(parts.map { .string("\($0)") })
        default:
            XCTFail("`\(word("op"))` is not known here")
            return .null
        }
    }

    func testKeysOfSteps() throws {
        for line in try lines("bindings-shared/conformance/child_keys.jsonl").map(json) {
            asTold(line) { .string(try IdempotencyKey(line["key"]?.string ?? "").forStep(line["step"]?.string ?? "")) }
        }
    }

    func testWebhooks() throws {
        for line in try lines("bindings-shared/conformance/webhooks.jsonl").map(json) {
            asTold(line) {
                let now = line["now"]?.string.flatMap(Times.micros).map(Times.date)
                let headers = line["headers"]?.object?.compactMapValues(\.string) ?? [:]
                let secrets = line["secrets"]?.array?.compactMap(\.string) ?? []
                return .string(try verifyWebhook(body: Data((line["body"]?.string ?? "").utf8), headers: headers, secrets: secrets, now: now))
            }
        }
    }

    func testMoneyIsRead() throws {
        let money = try Money("-40.05", "USD")
        XCTAssertEqual(money.text, "-40.05")
        XCTAssertEqual(money.minor, "-4005")
        XCTAssertEqual(money.scale, 2)
        XCTAssertTrue(money.isNegative)
        XCTAssertFalse(money.isZero)
        XCTAssertEqual(money.amount, Decimal(string: "-40.05"))
        XCTAssertEqual(try Money(5000, "KRW").format(), "5000 KRW")
        XCTAssertEqual(try Money(Decimal(string: "0.10")!, "USD").text, "0.10")
        XCTAssertEqual(try Money("100.00", "USD").split(3).map(\.text), ["33.34", "33.33", "33.33"])
        XCTAssertEqual(try Money("1234.5", "USD").format(locale: Locale(identifier: "en_US")), "$1,234.50")
        XCTAssertTrue(try Money("5000", "KRW").format(locale: Locale(identifier: "ko_KR")).contains("5,000"))
        XCTAssertEqual(try Money.zero("USD").minor, "0")
        XCTAssertTrue(try Money("1", "USD").compare(Money("2", "USD")) < 0)
        XCTAssertEqual(try Money("1", "USD").compare(Money("2", "USD")), .orderedAscending)
        let wire = try JSONEncoder().encode([money])
        XCTAssertEqual(try JSONDecoder().decode([Money].self, from: wire), [money])
    }

    func testMoneyThatIsNone() async {
        await refused("invalid_amount") { try Money(5000, "USD") }
        await refused("invalid_amount") { try Money(Decimal.nan, "USD") }
        for text in ["1.234", "1e3", "+1", " 1", "1,000", "1_000", "", "NaN", "١"] {
            await refused("invalid_amount") { try Money(text, "USD") }
        }
        await refused("invalid_request", field: "amount") { try Money("1\0", "USD") }
        await refused("invalid_request", field: "currency") { try Money("1", "US\0") }
        await refused("invalid_currency") { try Money("1", "XYZW") }
        await refused("currency_mismatch") { try Money("1", "USD") + Money("1", "EUR") }
        let most = String(repeating: "9", count: 36)
        await refused("invalid_amount") { try Money(most, "USD") + Money("0.99", "USD") + Money("0.01", "USD") }
    }

    func testMoneyOfJSONIsBroughtToThePlacesOfItsCurrency() async throws {
        func read(_ amount: String, _ currency: String = "USD") throws -> Money {
            try JSONDecoder().decode(Money.self, from: JSON(["amount": .string(amount), "currency": .string(currency)]).data)
        }
        let dollar = try Money("1.00", "USD")
        XCTAssertEqual(try read("40"), try Money("40.00", "USD"))
        XCTAssertEqual(try read("40").minor, "4000")
        XCTAssertEqual(try [read("40") + dollar, read("40") - dollar].map(\.text), ["41.00", "39.00"])
        XCTAssertTrue(try read("40").compare(dollar) > 0)
        XCTAssertEqual(try read("40").split(3).map(\.text), ["13.34", "13.33", "13.33"])
        XCTAssertEqual(try read("-0.0"), try Money.zero("USD"))
        XCTAssertEqual(try read("40", "KRW"), try Money(40, "KRW"))
        XCTAssertEqual(try JSONDecoder().decode([Money].self, from: Data(#"["40 USD"]"#.utf8)), [try Money("40", "USD")])
        await refused("invalid_amount", field: "money.amount") { try read("40.001") }
        for amount in ["01", "1e3", "", "+1", "--1", "1.", String(repeating: "9", count: 60)] {
            await refused("invalid_request", field: "money.amount") { try read(amount) }
        }
        await refused("invalid_request", field: "money.currency") { try read("1", "usd") }
        // of a currency that nobody has told of: as it is written
        XCTAssertEqual(try read("40", "NOBODY").description, "40 NOBODY")
    }

    func testCurrenciesOfYourOwn() async throws {
        try Currency.register("USDC", scale: 6)
        XCTAssertEqual(try Money("1.5", "USDC").text, "1.500000")
        try Currency.register("USDC", scale: 6)
        await refused { try Currency.register("USDC", scale: 2) }
        await refused { try Currency.register("TOKEN", scale: -1) }
        XCTAssertEqual(Currency.scale("USDC"), 6)
        XCTAssertNil(Currency.scale("NONE"))
    }
}
