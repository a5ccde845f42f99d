import Earnest
import EarnestTesting
import Till
import XCTest

final class TillTests: XCTestCase {
    private func till(_ bank: TestEngine) -> Till {
        Till(bank: bank.engine, shop: "shop", language: "ko")
    }

    func testADayAtTheTill() async throws {
        let bank = try await TestEngine.open()
        let till = till(bank)
        _ = try await bank.ledger.openAccount(account: "shop", currency: "USD")
        let hundred = try Money("100.00", "USD")
        let balance = try await till.topUp("alice", hundred, slip: "1")
        let again = try await till.topUp("alice", hundred, slip: "1")
        XCTAssertEqual(balance, hundred)
        XCTAssertEqual(again, hundred)

        try await till.enrol("alice", pin: "2580")
        let sale = try await till.pay("alice", Money("30.00", "USD"), pin: "2580", sale: "s-1")
        do {
            _ = try await till.pay("alice", Money("30.00", "USD"), pin: "0852", sale: "s-2")
            XCTFail("a wrong PIN paid")
        } catch EarnestError.pinInvalid {}
        let refusal = await till.refusal
        XCTAssertNotNil(refusal)

        let deal = try await till.sell("alice", "a blue lamp", Money("40.00", "USD"), order: "o-1")
        XCTAssertTrue(try till.buttons(deal).contains(.ship))
        let shipped = try await till.ship(deal, tracking: "1Z")
        let released = try await till.confirm(shipped, by: "alice")
        XCTAssertEqual(released.state, .released)
        XCTAssertFalse(try till.buttons(released).contains(.ship))

        let shop = try await bank.ledger.balance(account: "shop")
        XCTAssertEqual(shop.available, try Money("70.00", "USD"))

        let check = ReceiptCheck(keys: try await till.publicKeys())
        let receipt = try await till.receipt(of: sale).toJSON()
        XCTAssertEqual(check.shown(receipt), "genuine: 30.00 USD")
        let forged = String(decoding: receipt, as: UTF8.self).replacingOccurrences(of: "30.00", with: "90.00")
        XCTAssertEqual(check.shown(Data(forged.utf8)), "forged: broken_integrity")
        XCTAssertEqual(check.shown(Data("scribble".utf8)).hasPrefix("genuine"), false)
        try await bank.assertConserved()
        await bank.close()
    }
}
