// The operations of `signing`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `signing`, of an engine or a view.
public struct SigningService: Sendable {
    let bank: Engine

    /// Draws a key and seals it in the vault. No operation shows a private key.
    ///
    /// - Parameters:
    ///   - label: A label for people.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func createKey(
        label: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> KeyKept {
        var given = Given()
        given.text("label", label)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.create_key", given)
    }

    /// The keys, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    public func keys(after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<SigningKey> {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "signing.keys", after: after, given)
    }

    /// Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer with a high s is lowered; one
    /// of another key is `signature_invalid`.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - signature: The signature: DER, or r and s with or without a last byte; s may be high.
    ///   - message: The message, as text.
    ///   - messageHex: The message, as bytes.
    ///   - tx: The transaction.
    ///   - typedData: The typed data.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`, `signature_invalid`.
    @discardableResult
    public func complete(
        key: String, signature: String, message: String? = nil, messageHex: String? = nil, tx: TransactionFields? = nil,
        typedData: JSON? = nil, actor: Actor? = nil
    ) async throws -> SignatureCompleted {
        var given = Given()
        given.text("key", key)
        given.text("signature", signature)
        given.text("message", message)
        given.text("message_hex", messageHex)
        given.record("tx", tx)
        given.any("typed_data", typedData)
        given.actor("actor", actor)
        return try await bank.one("signing.complete", given)
    }

    /// The address of a key.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    @discardableResult
    public func address(key: String, actor: Actor? = nil) async throws -> KeyAddress {
        var given = Given()
        given.text("key", key)
        given.actor("actor", actor)
        return try await bank.one("signing.address", given)
    }

    /// Recovers the signer of a message, typed data or a digest.
    ///
    /// - Parameters:
    ///   - signature: 65 bytes, or 64 (EIP-2098).
    ///   - digest: 32 bytes.
    ///   - message: A message, as text.
    ///   - messageHex: A message, as bytes.
    ///   - typedData: Typed data.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `signature_invalid`.
    @discardableResult
    public func recover(
        signature: String, digest: String? = nil, message: String? = nil, messageHex: String? = nil, typedData: JSON? = nil,
        actor: Actor? = nil
    ) async throws -> AddressRecovered {
        var given = Given()
        given.text("signature", signature)
        given.text("digest", digest)
        given.text("message", message)
        given.text("message_hex", messageHex)
        given.any("typed_data", typedData)
        given.actor("actor", actor)
        return try await bank.one("signing.recover", given)
    }

    /// Decodes a signed transaction, which must be in its one canonical form, and recovers its signer.
    ///
    /// - Parameters:
    ///   - raw: The bytes.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `signature_invalid`.
    @discardableResult
    public func decodeTransaction(raw: String, actor: Actor? = nil) async throws -> TransactionDecoded {
        var given = Given()
        given.text("raw", raw)
        given.actor("actor", actor)
        return try await bank.one("signing.decode_transaction", given)
    }

    /// The `to` and `data` of a transaction that moves tokens (ERC-20).
    ///
    /// - Parameters:
    ///   - token: The contract of the token.
    ///   - to: The recipient of the tokens.
    ///   - amount: How many, in the token's smallest unit.
    ///   - actor: The actor who asks.
    @discardableResult
    public func erc20Transfer(token: String, to: String, amount: String, actor: Actor? = nil) async throws -> CallData {
        var given = Given()
        given.text("token", token)
        given.text("to", to)
        given.text("amount", amount)
        given.actor("actor", actor)
        return try await bank.one("signing.erc20_transfer", given)
    }

    /// Takes over a key from elsewhere and seals it, or the address of one that the host has. One that is there already stays as
    /// it is.
    ///
    /// - Parameters:
    ///   - address: The address of a key whose private key is with the host, or with a service of its own.
    ///   - keystore: A keystore of version 3, as an object or as its text.
    ///   - label: A label for people.
    ///   - mnemonic: 12 to 24 words of the English list (BIP-39), in letters of either case.
    ///   - passphrase: The passphrase of the mnemonic, if it has one.
    ///   - password: The password of the keystore: tried as it is given, then in the form NFKC, in which ethers takes it.
    ///   - path: Where the key is (BIP-32): `m/44'/60'/0'/0/0`.
    ///   - privateKey: `0x` and 64 hex digits.
    ///   - actor: The actor who asks.
    ///   - key: Accepted as on every write, and checked; nothing is kept under it: the same call again is made again.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `password_invalid`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func importKey(
        address: String? = nil, keystore: JSON? = nil, label: String? = nil, mnemonic: String? = nil, passphrase: String? = nil,
        password: String? = nil, path: String? = nil, privateKey: String? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> KeyKept {
        var given = Given()
        given.text("address", address)
        given.any("keystore", keystore)
        given.text("label", label)
        given.text("mnemonic", mnemonic)
        given.text("passphrase", passphrase)
        given.text("password", password)
        given.text("path", path)
        given.text("private_key", privateKey)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.import_key", given)
    }

    /// Says what a key may sign. It takes the place of the policy before; what was counted stays.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - chainIds: The chains, at least one.
    ///   - calls: Other functions that may be called.
    ///   - dailyFee: The most wei of that in any 24 hours. Replacements of one nonce count once.
    ///   - dailyValue: The most wei in any 24 hours.
    ///   - deploy: Whether contracts may be created, without value.
    ///   - maxFee: The most wei of gas limit times the price of gas, which is no part of values: it goes to whoever builds the block.
    ///   - maxValue: The most wei of one transaction.
    ///   - messages: Whether messages may be signed; never one of 32 bytes.
    ///   - priorityAboveCap: Whether `max_priority_fee_per_gas` may be above `max_fee_per_gas`: valid on Arbitrum, where nobody is paid it, and on no chain that pays it. Without a policy it may not.
    ///   - recipients: The addresses that may get the chain's own currency, and tokens.
    ///   - tokens: Tokens that may be moved: by calls, permits (EIP-2612, DAI), Permit2 and EIP-3009.
    ///   - typedData: Other typed data that may be signed.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `factor_required`, `key_not_found`.
    @discardableResult
    public func setKeyPolicy(
        key: String, chainIds: [String], calls: [CallAllowed]? = nil, dailyFee: String? = nil, dailyValue: String? = nil,
        deploy: Bool? = nil, maxFee: String? = nil, maxValue: String? = nil, messages: Bool? = nil, priorityAboveCap: Bool? = nil,
        recipients: [String]? = nil, tokens: [TokenLimit]? = nil, typedData: [TypedDataAllowed]? = nil, actor: Actor? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> KeyPolicySet {
        var given = Given()
        given.text("key", key)
        given.texts("chain_ids", chainIds)
        given.records("calls", calls)
        given.text("daily_fee", dailyFee)
        given.text("daily_value", dailyValue)
        given.flag("deploy", deploy)
        given.text("max_fee", maxFee)
        given.text("max_value", maxValue)
        given.flag("messages", messages)
        given.flag("priority_above_cap", priorityAboveCap)
        given.texts("recipients", recipients)
        given.records("tokens", tokens)
        given.records("typed_data", typedData)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.set_key_policy", given)
    }

    /// Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose private key is with the
    /// host.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - message: A message, as text.
    ///   - messageHex: A message, as bytes.
    ///   - tx: A transaction.
    ///   - typedData: Typed data.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func prepare(
        key: String, message: String? = nil, messageHex: String? = nil, tx: TransactionFields? = nil, typedData: JSON? = nil,
        actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SignaturePrepared {
        var given = Given()
        given.text("key", key)
        given.text("message", message)
        given.text("message_hex", messageHex)
        given.record("tx", tx)
        given.any("typed_data", typedData)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.prepare", given)
    }

    /// Signs a transaction, once the key's policy has judged what it moves. The same transaction again has the same signature and
    /// counts no more, nor does one of the same nonce that moves less.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - tx: The transaction.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func signTransaction(
        key: String, tx: TransactionFields, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> TransactionSigned {
        var given = Given()
        given.text("key", key)
        given.record("tx", tx)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.sign_transaction", given)
    }

    /// Signs a message (EIP-191).
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - message: Text, as UTF-8, even if it looks like hex; at most 1 MiB.
    ///   - messageHex: Bytes.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func signMessage(
        key: String, message: String? = nil, messageHex: String? = nil, actor: Actor? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DigestSigned {
        var given = Given()
        given.text("key", key)
        given.text("message", message)
        given.text("message_hex", messageHex)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.sign_message", given)
    }

    /// Signs typed data (EIP-712), once the key's policy has judged what it lets others take.
    ///
    /// - Parameters:
    ///   - key: The id of the key, `ky_...`.
    ///   - typedData: `{types, primaryType, domain, message}`, as EIP-712 has it.
    ///   - actor: The actor who asks.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func signTypedData(
        key: String, typedData: JSON, actor: Actor? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> DigestSigned {
        var given = Given()
        given.text("key", key)
        given.any("typed_data", typedData)
        given.actor("actor", actor)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("signing.sign_typed_data", given)
    }
}
