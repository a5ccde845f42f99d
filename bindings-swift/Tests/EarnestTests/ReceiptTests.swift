import XCTest

@testable import Earnest

final class ReceiptTests: XCTestCase {
    private func vectors() throws -> JSON {
        try JSONReader.read(Array(try text("core/tests/vectors/receipts.json").utf8), field: "vectors", deepest: 128)
    }

    func testEveryCheckOfTheVectors() throws {
        let vectors = try vectors()
        let keys = try PublicKeys(json: try XCTUnwrap(vectors["public_keys"] as JSON?).data)
        let checks = try XCTUnwrap(vectors["checks"]?.array)
        XCTAssertEqual(checks.count, 9)
        for check in checks {
            let wire = try XCTUnwrap(check["receipt"] as JSON?)
            let expected = try Verification(json: try XCTUnwrap(check["with_public_keys"] as JSON?).data)
            let name = check["name"]?.string ?? ""
            XCTAssertEqual(try Receipt(json: wire.data).verify(keys), expected, name)
            XCTAssertEqual(try Receipt(json: wire.data).verify(keys.toJSON()), expected, name)
            XCTAssertEqual(try Receipt(json: wire.data).verify(String(decoding: keys.toJSON(), as: UTF8.self)), expected, name)
            XCTAssertEqual(try Receipt.verify(json: wire.data, publicKeys: keys), expected, name)
            XCTAssertEqual(try Receipt.verify(json: wire.data, publicKeys: keys.toJSON()), expected, name)
        }
    }

    func testEveryReceiptAndAFlippedByteInEach() throws {
        let vectors = try vectors()
        let keys = try PublicKeys(json: try XCTUnwrap(vectors["public_keys"] as JSON?).data)
        let receipts = try XCTUnwrap(vectors["receipts"]?.array)
        XCTAssertEqual(receipts.count, 19)
        for one in receipts {
            let wire: JSON = one["receipt"] ?? one
            let receipt = try Receipt(json: wire.data)
            XCTAssertTrue(try receipt.verify(keys).valid, "\(receipt)")
            XCTAssertEqual(try JSON(receipt.toJSON()), wire)
            var members = try XCTUnwrap(wire.object)
            members["integrity_hash"] = .string(flipped(receipt.integrityHash))
            XCTAssertFalse(try Receipt(json: JSON(members).data).verify(keys).valid)
            members = try XCTUnwrap(wire.object)
            members["surplus"] = true
            XCTAssertEqual(try Receipt(json: JSON(members).data).verify(keys).reason, "broken_integrity")
            XCTAssertEqual(try JSONDecoder().decode(Receipt.self, from: JSON(members).data).verify(keys).reason, "broken_integrity")
        }
    }

    func testAReceiptIsGivenAsItWasAnsweredAndKeepsItsText() async throws {
        let bank = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let sale = try await bank.ledger.topUp(account: "alice", amount: Money("5.00", "USD"), key: "sale")
        let receipt = try await bank.receipts.list(transfer: sale.transfer.id).page().items[0]
        let keys = try await bank.receipts.publicKeys()
        let verified = try await bank.receipts.verify(receipt: receipt, publicKeys: keys)
        XCTAssertEqual(verified, try receipt.verify(keys))
        XCTAssertTrue(verified.valid)
        let known = try await bank.receipts.verify(receipt: receipt)
        XCTAssertTrue(known.valid)
        let page = try await bank.receipts.render(receipt: receipt, format: "html")
        XCTAssertFalse(page.content.isEmpty)
        // what was signed is the text: another way to write an amount is another one
        let text = String(decoding: receipt.toJSON(), as: UTF8.self)
        let short = text.replacingOccurrences(of: "\"5.00\"", with: "\"5\"")
        XCTAssertNotEqual(text, short)
        XCTAssertEqual(try Receipt(json: short).verify(keys).reason, "broken_integrity")
        await bank.close()
    }

    private func flipped(_ digits: String) -> String {
        (digits.first == "0" ? "1" : "0") + digits.dropFirst()
    }

    func testWhatIsNoReceipt() async throws {
        let keys = try PublicKeys(json: try XCTUnwrap(try vectors()["public_keys"] as JSON?).data)
        await refused("invalid_request", field: "receipt.id") { try Receipt(json: "{}") }
        await refused("invalid_request") { try Receipt(json: "[]") }
        await refused("invalid_request") { try Receipt.verify(json: Data([0xff, 0xfe]), publicKeys: keys) }
        await refused("invalid_request") { try Receipt.verify(json: Data(count: 2 << 20), publicKeys: keys) }
        await refused("invalid_request") { try Receipt.verify(json: Data("{}".utf8), publicKeys: keys) }
    }
}

final class ActionTests: XCTestCase {
    /// Every cell of the table, as the core's own test of it wrote them down.
    func testEveryCellOfTheTable() throws {
        var cells = 0
        for line in try lines("core/tests/vectors/allowed_actions.jsonl").map(json) {
            guard let wire: JSON = line["deal"] else { continue }
            let deal = try Deal(json: wire.data)
            for asked in line["asked"]?.array ?? [] {
                cells += 1
                let actor = try XCTUnwrap(Actor(wire: asked["actor"] ?? .null))
                let now = try XCTUnwrap(asked["at"]?.string.flatMap(Times.micros).map(Times.date))
                do {
                    let found = try deal.allowedActions(as: actor, at: now)
                    XCTAssertEqual(JSON.array(try found.map { try JSON($0.toJSON()) }), asked["actions"], "\(asked)")
                } catch {
                    XCTAssertEqual(error.code, asked["refused"]?.string, "\(asked)")
                }
            }
        }
        XCTAssertGreaterThan(cells, 100)
    }

    func testARowOfTheTableSaysWhatMustHoldAndWhereItEnds() throws {
        for row in Deal.transitions {
            XCTAssertFalse(row.to.rawValue.isEmpty, "\(row)")
            XCTAssertEqual(row.through.last, row.to)
            let isTimed = row.guarded == "before" || row.guarded == "passed"
            XCTAssertTrue(isTimed || row.guarded == "always" || row.guarded == "opener", "\(row)")
            XCTAssertEqual(row.deadline != nil, isTimed, "\(row)")
        }
        let confirm = try XCTUnwrap(Deal.transitions.first { $0.from == .delivered && $0.trigger == .confirm })
        XCTAssertEqual(confirm.guarded, "always")
        XCTAssertEqual(confirm.to, .released)
        let pay = try XCTUnwrap(Deal.transitions.first { $0.from == .pending && $0.trigger == .pay })
        XCTAssertEqual([pay.guarded, pay.deadline], ["before", "pay_by"])
        XCTAssertEqual(pay.through.first, .paid)
    }

    func testTriggersAreThoseOfTheTable() {
        let table = Set(Deal.transitions.map(\.trigger))
        let named: Set<Trigger> = [
            .pay, .secure, .accept, .ship, .deliver, .confirm, .cancel, .requestRefund, .approveRefund, .refuseRefund, .dispute, .withdraw,
            .resolve, .releasePart, .extend, .chargeback, .payBy, .shipBy, .deliverBy, .releaseAt,
        ]
        XCTAssertEqual(table, named)
    }
}
