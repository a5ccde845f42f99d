import XCTest

@testable import Earnest

private struct Store: KeyStore {
    let work: @Sendable () async throws -> String
    func keyring() async throws -> String { try await work() }
}

private struct TestSigner: Signer {
    let address: Address
    let work: @Sendable (Data) async throws -> Data
    func sign(digest: Data) async throws -> Data { try await work(digest) }
}

final class KeyTests: XCTestCase {
    func testAKeyringFromAStore() async throws {
        let asked = Seen<Bool>()
        let text = Keyring.generate()
        let store = Store { asked.add(true); return text }
        let bank = try await Engine.open("memory:", Options(keyring: .source(store)))
        _ = try await bank.vault.put(subject: "alice", name: "email", value: "alice@example.com")
        let changed = try await bank.reloadKeyring()
        XCTAssertFalse(changed)
        XCTAssertEqual(asked.all.count, 2)
        let revealed = try await bank.vault.reveal(subject: "alice", name: "email")
        XCTAssertEqual(revealed.value, "alice@example.com")
        XCTAssertTrue("\(revealed)".contains("<hidden>"))
        XCTAssertFalse("\(revealed)".contains("alice@example.com"))
        var dumped = ""
        dump(revealed, to: &dumped)
        XCTAssertFalse(dumped.contains("alice@example.com"), dumped)
        await bank.close()
    }

    func testAKeyringAsTextAndFile() async throws {
        try await withFolder { folder in
            let text = Keyring.generate()
            let file = folder.appendingPathComponent("key ring")
            try text.write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path(percentEncoded: false))
            for keyring in [Keyring.text(text), .file(file)] {
                let bank = try await Engine.open("memory:", Options(keyring: keyring))
                _ = try await bank.vault.put(subject: "a", name: "b", value: "c")
                await bank.close()
            }
        }
    }

    func testAFileOfAKeyringIsReadAgain() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("key ring")
            try Keyring.generate().write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path(percentEncoded: false))
            let bank = try await Engine.open("memory:", Options(keyring: .file(file)))
            let changed = try await bank.reloadKeyring()
            XCTAssertFalse(changed)
            try "garbage".write(to: file, atomically: false, encoding: .utf8)
            await refused("invalid_request", field: "keyring") { try await bank.reloadKeyring() }
            await bank.close()
        }
    }

    func testALineOfOptionsShowsNothingOfTheKeyring() {
        struct Kept: KeyStore {
            let text = "secret 1234"
            func keyring() async throws -> String { text }
        }
        for keyring in [Keyring.text("secret 1234"), .file(URL(fileURLWithPath: "/secret 1234")), .source(Kept())] {
            let options = Options(keyring: keyring)
            var dumped = ""
            dump(options, to: &dumped)
            for shown in ["\(keyring)", "\(options)", String(reflecting: options), dumped] {
                XCTAssertTrue(shown.contains("Keyring(<hidden>)"), shown)
                XCTAssertFalse(shown.contains("1234"), shown)
            }
        }
    }

    func testAStoreThatFailsIsToldByItsTypeAlone() async throws {
        let error = await refused("invalid_request", field: "keyring") {
            try await Engine.open("memory:", Options(keyring: .source(Store { throw Broken() })))
        }
        XCTAssertEqual(error?.refusal["reason"], "was not fetched: Broken")
        XCTAssertFalse(String(decoding: error?.toJSON() ?? Data(), as: UTF8.self).contains("1234"))
        await refused("invalid_request", field: "keyring") {
            try await Engine.open("memory:", Options(keyring: .source(Store { "garbage" })))
        }
        let hanging = Store { try await Task.sleep(for: .seconds(3600)); return "" }
        let late = await refused("invalid_request", field: "keyring") { try await Keyring.asked(hanging, limit: .milliseconds(20)) }
        XCTAssertEqual(late?.refusal["reason"], "was not fetched within 30 s")
        let deaf = Store { await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in }; return "" }
        let opening = Task { try await Engine.open("memory:", Options(keyring: .source(deaf))) }
        try await Task.sleep(for: .milliseconds(20))
        opening.cancel()
        if case .failure(let error) = await opening.result { XCTAssertTrue(error is CancellationError) } else { XCTFail("opened") }
    }

    /// A key of the tests, whose signature of every message was made once by another library.
    func testASignerThatFailsIsToldByItsTypeAlone() async throws {
        let bank = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let address = try Address.parse("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23")
        let kept = try await bank.signing.importKey(address: address.text)
        _ = try await bank.signing.setKeyPolicy(key: kept.key, chainIds: ["1"], messages: true)
        let (long, short) = (Duration.seconds(120), Duration.milliseconds(200))
        let works: [(@Sendable (Data) async throws -> Data, Duration, String)] = [
            ({ _ in throw Broken() }, long, "the signer failed: Broken"),
            ({ _ in Data() }, long, "the signer answered no signature"),
            ({ _ in try await Task.sleep(for: .seconds(3600)); return Data() }, short, "the signer did not answer"),
            ({ _ in _ = try await bank.health(); throw Broken() }, long, "the signer failed: Broken"),
        ]
        for (work, limit, reason) in works {
            let error = await refused("signature_invalid") {
                try await bank.signing.sign(
                    message: "pay", with: TestSigner(address: address, work: work), key: kept.key, limit: limit)
            }
            XCTAssertEqual(error?.refusal["reason"]?.string, reason)
        }
        for garbage in [Data(repeating: 7, count: 65), Data(repeating: 1, count: 64), Data([0x30, 1, 2])] {
            await refused("signature_invalid") {
                try await bank.signing.sign(message: "pay", with: TestSigner(address: address) { _ in garbage }, key: kept.key)
            }
        }
        // nobody is asked whose address it is not, or for less than no time
        let asked = Seen<Bool>()
        let other = TestSigner(address: try Address.parse("0x000000000000000000000000000000000000dEaD")) { _ in asked.add(true); return Data() }
        let strange = await refused("signature_invalid") { try await bank.signing.sign(message: "pay", with: other, key: kept.key) }
        XCTAssertEqual(strange?.refusal["reason"]?.string, "the signer is of another address")
        await refused("invalid_request", field: "limit") {
            try await bank.signing.sign(message: "pay", with: other, key: kept.key, limit: .seconds(-1))
        }
        XCTAssertTrue(asked.all.isEmpty)
        // as long as there are lengths
        await refused("signature_invalid") {
            try await bank.signing.sign(
                message: "pay", with: TestSigner(address: address) { _ in throw Broken() }, key: kept.key, limit: .seconds(Int64.max))
        }
        let health = try await bank.health()
        XCTAssertFalse("\(health)".isEmpty)
        await bank.close()
    }

    /// A message that is signed by a key outside of the engine is recovered by the core: here the key is another engine's.
    func testAMessageSignedOutside() async throws {
        let device = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let own = try await device.signing.createKey(label: "device")
        _ = try await device.signing.setKeyPolicy(key: own.key, chainIds: ["1"], messages: true)
        let address = try Address.parse(try await device.signing.address(key: own.key).address)
        let bank = try await Engine.open("memory:", Options(keyring: .text(Keyring.generate())))
        let kept = try await bank.signing.importKey(address: address.text)
        _ = try await bank.signing.setKeyPolicy(key: kept.key, chainIds: ["1"], messages: true)
        let signer = TestSigner(address: address) { _ in
            let signed = try await device.signing.signMessage(key: own.key, message: "pay 40.00 USD")
            return try XCTUnwrap(Data(hex: signed.signature))
        }
        let signed = try await bank.signing.sign(message: "pay 40.00 USD", with: signer, key: kept.key)
        XCTAssertEqual(try Address.recover(message: "pay 40.00 USD", signature: signed.signature), address)
        XCTAssertEqual(try Signature.recover(digest: signed.digest, signature: signed.signature), address)
        await bank.close()
        await device.close()
    }

    func testAddresses() async throws {
        let address = try Address.parse("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23")
        XCTAssertEqual(address.text, "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23")
        await refused("invalid_request") { try Address.parse("0x2c7536E3605D9C16a7a3D7b1898e529396a65C23") }
        await refused("invalid_request") { try Address.parse("no\0") }
        await refused { try Signature.recover(digest: "0x00", signature: "0x00") }
    }
}
