import Earnest
import EarnestTesting
import Foundation
import XCTest

/// Where an app keeps its keyring.
private struct Kept: KeyStore {
    let text: String

    func keyring() async throws -> String { text }
}

/// A key that is kept elsewhere: by the engine of another device.
private struct Device: Signer {
    let bank: Engine
    let key: String
    let address: Address
    let message: String

    func sign(digest: Data) async throws -> Data {
        let signed = try await bank.signing.signMessage(key: key, message: message)
        guard signed.digest == "0x" + digest.map({ String(format: "%02x", $0) }).joined() else { throw Failed("another digest") }
        let digits = Array(signed.signature.dropFirst(2))
        return Data(stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) })
    }
}

/// An app as its developer writes it: what the package promises, line by line, and over what is public alone.
final class AppTests: XCTestCase {
    func testAnEngineIsOpenedLookedAtAndClosed() async throws {
        let t = Keyring.generate()
        let bank = try await Engine.open("memory:", Options(keyring: .text(t), currencies: ["USDC": 6]))
        let anna = bank.acting(Actor("anna", role: .admin))
        try await anna.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "t-1")
        let alice = bank.acting("alice")
        let balance = try await alice.ledger.balance(account: "alice")
        XCTAssertEqual(balance.available.text, "1.00")
        let shop = bank.book("shop-1")
        let accounts = try await shop.ledger.accounts().page()
        XCTAssertTrue(accounts.items.isEmpty)
        let raw: String = try await bank.call("ledger.balance", json: #"{"account":"alice"}"#)
        XCTAssertEqual(try JSON(Data(raw.utf8))["available"]?["amount"]?.string, "1.00")
        XCTAssertFalse(bank.isClosed)
        XCTAssertFalse(bank.isPaused)
        let health = try await bank.health()
        XCTAssertFalse(health.status.isEmpty)
        let verified = try await bank.verify()
        XCTAssertTrue(verified.ok)
        let metrics: String = try await bank.metrics()
        XCTAssertTrue(metrics.contains("earnest_"))
        let changed: Bool = try await bank.reloadKeyring()
        XCTAssertFalse(changed)
        bank.nudge()
        await bank.close()
        await bank.close()
        XCTAssertTrue(bank.isClosed)
        do {
            _ = try await bank.ledger.balance(account: "alice")
            XCTFail("it was closed")
        } catch EarnestError.storeUnavailable(let refused) {
            XCTAssertFalse(refused.reason.isEmpty)
        }
        do {
            _ = try await Engine.open("postgres://localhost/shop")
            XCTFail("there is no PostgreSQL")
        } catch EarnestError.notSupported {}
    }

    func testAFileStandsStillAndGoesOn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("한글 100% ? \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = Options(background: true)
        let bank = try await Engine.open(file: folder.appendingPathComponent("my till?.db"), options)
        await bank.pause()
        XCTAssertTrue(bank.isPaused)
        do {
            _ = try await bank.health()
            XCTFail("it is paused")
        } catch let error as EarnestError {
            XCTAssertEqual(error.code, "store_unavailable")
            XCTAssertEqual(error.retry, .later)
            guard case .storeUnavailable(let refused) = error else { return XCTFail("\(error)") }
            XCTAssertEqual(refused.reason, "the engine is paused")
        }
        await bank.pause(limit: .seconds(1))
        try await bank.resume()
        XCTAssertFalse(bank.isPaused)
        let ran = try await bank.jobs.runDue()
        XCTAssertEqual(ran.timers, 0)
        await bank.close()
    }

    func testADealIsOpenedPaidAndListed() async throws {
        let bank = try await Engine.open("memory:", Options())
        let moved = try await bank.ledger.topUp(account: "alice", amount: Money("100.00", "USD"), key: "t-1")
        XCTAssertTrue(moved.balance.available == (try Money("100.00", "USD"))); XCTAssertTrue(moved.replayed == false)
        let opened = try await bank.escrow.open(buyer: "alice", seller: "bob", price: Money("40.00", "USD"), key: "ord-7")
        let paid = try await bank.escrow.pay(deal: opened.deal.id)          // key derived
        XCTAssertEqual(paid.deal.state, DealState.awaitingShipment)
        for try await entry in bank.ledger.entries(account: "alice") { print(entry.amount) }

        let list = bank.ledger.entries(account: "alice", limit: 1)
        let page: Page<Entry> = try await list.page()
        XCTAssertEqual(page.items.map(\.amount.text), ["-40.00"])
        let next: String? = page.next
        XCTAssertNotNil(next)
        let lag: Int? = page.lag
        XCTAssertGreaterThanOrEqual(lag ?? 0, 0)

        let later = Date().addingTimeInterval(3600)
        let usd = try Money("1.00", "USD")
        try await bank.ledger.hold(account: "alice", amount: usd, key: "h-1", expiresIn: .seconds(60), metadata: ["tier": "gold"])
        try await bank.ledger.hold(account: "alice", amount: usd, key: "h-2", expiresAt: later, reference: "table 4")
        let balance = try await bank.ledger.balance(account: "alice", actor: "alice")
        XCTAssertEqual(balance.held.text, "2.00")
        let json = try JSON(Data(#"{"name":"Kim","seats":[4,true]}"#.utf8))
        XCTAssertEqual(json["name"]?.string, "Kim")
        XCTAssertEqual(json["seats"]?.array?.count, 2)
        XCTAssertEqual(json["seats"]?[0]?.int, 4)
        XCTAssertEqual(json["seats"]?[1]?.bool, true)
        XCTAssertEqual(try JSON(json.data), json)
        await bank.close()
    }

    func testMoneyIsMadeReadCountedAndShown() throws {
        let a = try Money("40.00", "USD")
        let b = try Money(Decimal(2), "USD")
        let lunch = try Money(5000, "KRW")
        XCTAssertEqual(lunch.text, "5000")
        XCTAssertEqual(try Money.parse("40.00 USD"), a)
        XCTAssertEqual(try Money(minor: "4000", "USD"), a)
        XCTAssertEqual(a.amount, Decimal(40))
        XCTAssertTrue(a.text == "40.00")
        XCTAssertEqual([a.currency, a.minor], ["USD", "4000"])
        XCTAssertEqual(a.scale, 2)
        XCTAssertTrue(try Money.zero("USD").isZero)
        XCTAssertFalse(a.isNegative)
        XCTAssertEqual(try a + b, try Money("42.00", "USD"))
        XCTAssertEqual(try a - b, try Money("38.00", "USD"))
        XCTAssertEqual(try a * 3, try Money("120.00", "USD"))
        XCTAssertEqual(try -a, try Money("-40.00", "USD"))
        XCTAssertTrue(try a.compare(b) > 0)
        XCTAssertEqual(try a.split([1, 2]).map(\.text), ["13.34", "26.66"])
        XCTAssertEqual(try Money("100.00", "USD").split(3).map(\.text), ["33.34", "33.33", "33.33"])
        XCTAssertTrue("\(a)" == "40.00 USD")
        XCTAssertEqual(a.format(), "40.00 USD")
        XCTAssertEqual(a.format(locale: Locale(identifier: "en_US")), "$40.00")
        try Currency.register("USDC", scale: 6)
        XCTAssertEqual(try Money("1.5", "USDC").text, "1.500000")
        XCTAssertThrowsError(try a + lunch) { error in
            guard case EarnestError.currencyMismatch(let refused) = error else { return XCTFail("\(error)") }
            XCTAssertEqual(Set([refused.expected, refused.actual]), ["USD", "KRW"])
        }
    }

    func testARefusalIsCaughtByItsCode() async throws {
        let bank = try await TestEngine.open()
        try await bank.funded("alice", "1.00 USD")
        do {
            try await bank.ledger.deduct(account: "alice", amount: Money("2.00", "USD"), key: "d-1")
            XCTFail("nobody has that much")
        } catch EarnestError.insufficientBalance(let refused) {
            XCTAssertEqual(refused.available, try Money("1.00", "USD"))
            let error = EarnestError.insufficientBalance(refused)
            let code: String = error.code
            XCTAssertEqual(code, "insufficient_balance")
            XCTAssertEqual(error.kind, "rejected")
            XCTAssertFalse(error.message.isEmpty)
            XCTAssertEqual(error.retry, .never)
            XCTAssertFalse(error.retryable)
            XCTAssertEqual(error.httpStatus, 409)
            XCTAssertNil(error.index)
            XCTAssertEqual(error.toUser("ko"), "잔액이 부족합니다")
            XCTAssertEqual(error.languageOf("ko-KR"), "ko")
            XCTAssertEqual(error.render("{available} left").hasSuffix(" left"), true)
            XCTAssertEqual(error.envelope("ko").code, "INSUFFICIENT_BALANCE")
            XCTAssertEqual(try EarnestError(json: error.toJSON()), error)
        }
        let later = try EarnestError(json: #"{"code":"of_later","message":"m"}"#)
        guard case .unknown(let refusal) = later else { return XCTFail("\(later)") }
        XCTAssertEqual(refusal.code, "of_later")
        await bank.close()
    }

    func testTheJSONOfAServerIsRead() async throws {
        let bank = try await TestEngine.open()
        let deal = try await bank.deal(state: .delivered)
        let data: Data = deal.toJSON()
        let text = String(decoding: data, as: UTF8.self)
        XCTAssertEqual(try Deal(json: data), deal)
        XCTAssertEqual(try Deal(json: text), deal)
        XCTAssertEqual(try JSONDecoder().decode([Deal].self, from: Data("[\(text)]".utf8)), [deal])
        let wrong = text.replacingOccurrences(of: #""price":{"amount":"40.00""#, with: #""price":{"amount":40"#)
        XCTAssertThrowsError(try Deal(json: wrong)) { error in
            guard case EarnestError.invalidRequest(let refused) = error else { return XCTFail("\(error)") }
            XCTAssertEqual(refused.field, "deal.price.amount")
        }

        let now = bank.clock.now
        let actions: [Action] = try deal.allowedActions(as: "buyer", at: now)
        XCTAssertTrue(actions.contains(.confirm))
        let confirm = try XCTUnwrap(actions.first { $0.trigger == "confirm" })
        XCTAssertEqual(confirm.to, .released)
        XCTAssertEqual(confirm.needs, [])
        XCTAssertNil(deal.stopped)
        XCTAssertThrowsError(try deal.allowedActions(as: Actor("buyer", role: .seller), at: now)) { error in
            guard case EarnestError.notPermitted = error else { return XCTFail("\(error)") }
        }
        let rows = Deal.transitions.filter { $0.from == deal.state && $0.trigger == .confirm }
        XCTAssertEqual(rows.map(\.to), ["released"])
        XCTAssertEqual(rows.map(\.guarded), ["always"])
        await bank.close()
    }

    func testReceiptsKeysAndWebhooksAreCheckedWithoutAnEngine() async throws {
        let bank = try await TestEngine.open()
        let deal = try await bank.deal(state: .released)
        let publicKeys = try await bank.receipts.publicKeys()
        let receipt = try await bank.receipts.list(deal: deal.id).page().items[0]
        await bank.close()

        let verification: Verification = try receipt.verify(publicKeys)
        XCTAssertTrue(verification.valid)
        XCTAssertNotNil(verification.kid)
        XCTAssertNotNil(verification.alg)
        XCTAssertNil(verification.reason)
        XCTAssertEqual(try receipt.verify(publicKeys.toJSON()), verification)
        XCTAssertEqual(try receipt.verify(String(decoding: publicKeys.toJSON(), as: UTF8.self)), verification)
        XCTAssertEqual(try Receipt.verify(json: receipt.toJSON(), publicKeys: publicKeys), verification)
        XCTAssertEqual(try IdempotencyKey("ord-7").forStep("open"), "ord-7/open")
        XCTAssertEqual(
            try Address.parse("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23").text, "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23")
        let id = try verifyWebhook(
            body: Data(#"{"test": 2432232314}"#.utf8),
            headers: [
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
                "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ],
            secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], now: Date(timeIntervalSince1970: 1_614_265_330))
        XCTAssertEqual(id, "msg_p5jXN8AQM9LWM0D4loKWxJek")
    }

    func testAKeyringIsATextAFileOrFetched() async throws {
        let t = Keyring.generate()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("keys \(UUID().uuidString)")
        try t.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path(percentEncoded: false))
        for keyring in [Keyring.text(t), .file(file), .source(Kept(text: t))] {
            let bank = try await Engine.open("memory:", Options(keyring: keyring))
            try await bank.vault.put(subject: "alice", name: "email", value: "alice@example.com")
            let changed = try await bank.reloadKeyring()
            XCTAssertFalse(changed)
            await bank.close()
        }
    }

    func testAKeyOfTheDeviceSigns() async throws {
        let other = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let own = try await other.signing.createKey(label: "device")
        try await other.signing.setKeyPolicy(key: own.key, chainIds: ["1"], messages: true)
        let device = Device(bank: other, key: own.key, address: try Address.parse(own.address), message: "pay 40.00 USD")

        let bank = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let kept = try await bank.signing.importKey(address: device.address.text)
        try await bank.signing.setKeyPolicy(key: kept.key, chainIds: ["1"], messages: true)
        let signed = try await bank.signing.sign(message: "pay 40.00 USD", with: device, key: kept.key)
        XCTAssertEqual(try Address.recover(message: "pay 40.00 USD", signature: signed.signature), device.address)
        XCTAssertEqual(try Signature.recover(digest: signed.digest, signature: signed.signature), device.address)
        await bank.close()
        await other.close()
    }

    func testWhatIsCancelledIsDecidedByItsKey() async throws {
        let bank = try await Engine.open("memory:")
        let call = Task { try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c-1") }
        call.cancel()
        _ = await call.result
        let again = try await bank.ledger.topUp(account: "alice", amount: Money("1.00", "USD"), key: "c-1")
        XCTAssertEqual(again.balance.available.text, "1.00")
        await bank.close()
    }

    func testEventsAndJobsAreHandled() async throws {
        let bank = try await Engine.open("memory:", Options(background: true))
        try await bank.ledger.openAccount(account: "alice", currency: "USD")
        for try await event in bank.events.follow(after: 0, types: ["account.opened"]) {
            XCTAssertGreaterThan(event.seq, 0)
            break
        }
        let subscription = try await bank.events.subscribe("notes", types: ["account.opened"], lease: .seconds(60)) { event in
            print(event.type)
        }
        await subscription.stop()

        let (mails, mailed) = AsyncStream.makeStream(of: String.self)
        let worker = try bank.jobs.worker(
            [
                "shop.mail": { job in
                    guard let to = job.payload["to"]?.string else { throw Failed("nobody to write to", retryAt: Date()) }
                    mailed.yield(to)
                }
            ], concurrency: 4)
        try await bank.jobs.enqueue(kind: "shop.mail", payload: ["to": "alice"])
        for await to in mails {
            XCTAssertEqual(to, "alice")
            break
        }
        await worker.stop()
        await bank.close()
    }

    func testAnAppIsTested() async throws {
        let bank = try await TestEngine.open()
        XCTAssertEqual(bank.clock.now, Date(timeIntervalSince1970: 1_767_225_600))
        let tomorrow: Date = try bank.clock.advance(.seconds(86400))
        XCTAssertEqual(tomorrow, Date(timeIntervalSince1970: 1_767_225_600 + 86_400))
        try bank.clock.advance("P4D")
        try await bank.runDue()
        try await bank.funded("alice", "100.00 USD")
        let deal = try await bank.deal(state: .shipped)
        XCTAssertEqual(deal.state, .shipped)
        try bank.failNext("ledger.deduct", code: "store_unavailable")
        do {
            try await bank.ledger.deduct(account: "alice", amount: Money("1.00", "USD"), key: "d-1")
            XCTFail("it was to fail")
        } catch EarnestError.storeUnavailable {}
        bank.nudge()
        try await bank.catchUp()
        try await bank.assertConserved()
        await bank.close()

        let june = Date(timeIntervalSince1970: 1_780_272_000)
        let engine = try await Engine.open("memory:", Options(testClock: june))
        let opened = try await engine.ledger.openAccount(account: "alice", currency: "USD")
        // each stamp is a microsecond behind the one before it
        XCTAssertEqual(opened.account.createdAt.timeIntervalSince(june), 0, accuracy: 0.001)
        await engine.close()
    }
}
