// The operations of `signing`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/** The operations of `signing`. */
public open class Signing internal constructor(internal val calls: Calls) {
    /**
     * Draws a key and seals it in the vault. No operation shows a private key.
     *
     * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
     *
     * @param label A label for people.
     * @param actor The actor; the library's own default is `system`.
     * @param key Idempotency key: the same key with the same request is one effect and one reply.
     * @param reference The caller's own id of the object, indexed.
     * @param metadata A JSON object of the caller's, at most 16 KiB.
     * @param context Tracing ids; they make no difference to what is done.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version.
     * @param proofs Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of
     * `credentials.verify_pin` or `verify_totp`.
     */
    public suspend fun createKey(
        label: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): KeyKept = this.calls.one("signing.create_key", ::KeyKept) {
        text("label", label)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * The keys, newest first.
     *
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun keys(
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<SigningKey> = this.calls.list("signing.keys", ::SigningKey) {
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer with a high s is
     * lowered; one of another key is `signature_invalid`.
     *
     * Refused with `key_not_found`, `signature_invalid`.
     *
     * @param key The id of the key, `ky_...`.
     * @param signature The signature: DER, or r and s with or without a last byte; s may be high.
     * @param message The message, as text.
     * @param messageHex The message, as bytes.
     * @param tx The transaction.
     * @param typedData The typed data.
     * @param actor The actor who asks.
     */
    public suspend fun complete(
        key: CharSequence,
        signature: String,
        message: String? = null,
        messageHex: String? = null,
        tx: TransactionFields? = null,
        typedData: Json? = null,
        actor: Actor? = null,
    ): SignatureCompleted = this.calls.one("signing.complete", ::SignatureCompleted) {
        key("key", key)
        text("signature", signature)
        text("message", message)
        text("message_hex", messageHex)
        record("tx", tx)
        members("typed_data", typedData)
        actor("actor", actor)
    }

    /**
     * The address of a key.
     *
     * Refused with `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param actor The actor who asks.
     */
    public suspend fun address(
        key: CharSequence,
        actor: Actor? = null,
    ): KeyAddress = this.calls.one("signing.address", ::KeyAddress) {
        key("key", key)
        actor("actor", actor)
    }

    /**
     * Recovers the signer of a message, typed data or a digest.
     *
     * Refused with `signature_invalid`.
     *
     * @param signature 65 bytes, or 64 (EIP-2098).
     * @param digest 32 bytes.
     * @param message A message, as text.
     * @param messageHex A message, as bytes.
     * @param typedData Typed data.
     * @param actor The actor who asks.
     */
    public suspend fun recover(
        signature: String,
        digest: String? = null,
        message: String? = null,
        messageHex: String? = null,
        typedData: Json? = null,
        actor: Actor? = null,
    ): AddressRecovered = this.calls.one("signing.recover", ::AddressRecovered) {
        text("signature", signature)
        text("digest", digest)
        text("message", message)
        text("message_hex", messageHex)
        members("typed_data", typedData)
        actor("actor", actor)
    }

    /**
     * Decodes a signed transaction, which must be in its one canonical form, and recovers its signer.
     *
     * Refused with `signature_invalid`.
     *
     * @param raw The bytes.
     * @param actor The actor who asks.
     */
    public suspend fun decodeTransaction(
        raw: String,
        actor: Actor? = null,
    ): TransactionDecoded = this.calls.one("signing.decode_transaction", ::TransactionDecoded) {
        text("raw", raw)
        actor("actor", actor)
    }

    /**
     * The `to` and `data` of a transaction that moves tokens (ERC-20).
     *
     * @param token The contract of the token.
     * @param to The recipient of the tokens.
     * @param amount How many, in the token's smallest unit.
     * @param actor The actor who asks.
     */
    public suspend fun erc20Transfer(
        token: String,
        to: String,
        amount: String,
        actor: Actor? = null,
    ): CallData = this.calls.one("signing.erc20_transfer", ::CallData) {
        text("token", token)
        text("to", to)
        text("amount", amount)
        actor("actor", actor)
    }

    /**
     * Takes over a key from elsewhere and seals it, or the address of one that the host has. One that is there
     * already stays as it is.
     *
     * Refused with `factor_required`, `password_invalid`, `decryption_failed`, `key_not_found`.
     *
     * @param address The address of a key whose private key is with the host, or with a service of its own.
     * @param keystore A keystore of version 3, as an object or as its text.
     * @param label A label for people.
     * @param mnemonic 12 to 24 words of the English list (BIP-39), in letters of either case.
     * @param passphrase The passphrase of the mnemonic, if it has one.
     * @param password The password of the keystore: tried as it is given, then in the form NFKC, in which ethers
     * takes it.
     * @param path Where the key is (BIP-32): `m/44'/60'/0'/0/0`.
     * @param privateKey `0x` and 64 hex digits.
     * @param actor The actor who asks.
     * @param key Accepted as on every write, and checked; nothing is kept under it: the same call again is made
     * again.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun importKey(
        address: String? = null,
        keystore: Json? = null,
        label: String? = null,
        mnemonic: String? = null,
        passphrase: String? = null,
        password: String? = null,
        path: String? = null,
        privateKey: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): KeyKept = this.calls.one("signing.import_key", ::KeyKept) {
        text("address", address)
        json("keystore", keystore)
        text("label", label)
        text("mnemonic", mnemonic)
        text("passphrase", passphrase)
        text("password", password)
        text("path", path)
        text("private_key", privateKey)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Says what a key may sign. It takes the place of the policy before; what was counted stays.
     *
     * Refused with `version_conflict`, `factor_required`, `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param chainIds The chains, at least one.
     * @param calls Other functions that may be called.
     * @param dailyFee The most wei of that in any 24 hours. Replacements of one nonce count once.
     * @param dailyValue The most wei in any 24 hours.
     * @param deploy Whether contracts may be created, without value.
     * @param maxFee The most wei of gas limit times the price of gas, which is no part of values: it goes to whoever
     * builds the block.
     * @param maxValue The most wei of one transaction.
     * @param messages Whether messages may be signed; never one of 32 bytes.
     * @param priorityAboveCap Whether `max_priority_fee_per_gas` may be above `max_fee_per_gas`: valid on Arbitrum,
     * where nobody is paid it, and on no chain that pays it. Without a policy it may not.
     * @param recipients The addresses that may get the chain's own currency, and tokens.
     * @param tokens Tokens that may be moved: by calls, permits (EIP-2612, DAI), Permit2 and EIP-3009.
     * @param typedData Other typed data that may be signed.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun setKeyPolicy(
        key: CharSequence,
        chainIds: List<String>,
        calls: List<CallAllowed>? = null,
        dailyFee: String? = null,
        dailyValue: String? = null,
        deploy: Boolean? = null,
        maxFee: String? = null,
        maxValue: String? = null,
        messages: Boolean? = null,
        priorityAboveCap: Boolean? = null,
        recipients: List<String>? = null,
        tokens: List<TokenLimit>? = null,
        typedData: List<TypedDataAllowed>? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): KeyPolicySet = this.calls.one("signing.set_key_policy", ::KeyPolicySet) {
        key("key", key)
        texts("chain_ids", chainIds)
        records("calls", calls)
        text("daily_fee", dailyFee)
        text("daily_value", dailyValue)
        boolean("deploy", deploy)
        text("max_fee", maxFee)
        text("max_value", maxValue)
        boolean("messages", messages)
        boolean("priority_above_cap", priorityAboveCap)
        texts("recipients", recipients)
        records("tokens", tokens)
        records("typed_data", typedData)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose private key is
     * with the host.
     *
     * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param message A message, as text.
     * @param messageHex A message, as bytes.
     * @param tx A transaction.
     * @param typedData Typed data.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun prepare(
        key: CharSequence,
        message: String? = null,
        messageHex: String? = null,
        tx: TransactionFields? = null,
        typedData: Json? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SignaturePrepared = this.calls.one("signing.prepare", ::SignaturePrepared) {
        key("key", key)
        text("message", message)
        text("message_hex", messageHex)
        record("tx", tx)
        members("typed_data", typedData)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Signs a transaction, once the key's policy has judged what it moves. The same transaction again has the same
     * signature and counts no more, nor does one of the same nonce that moves less.
     *
     * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param tx The transaction.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun signTransaction(
        key: CharSequence,
        tx: TransactionFields,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TransactionSigned = this.calls.one("signing.sign_transaction", ::TransactionSigned) {
        key("key", key)
        record("tx", tx)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Signs a message (EIP-191).
     *
     * Refused with `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param message Text, as UTF-8, even if it looks like hex; at most 1 MiB.
     * @param messageHex Bytes.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun signMessage(
        key: CharSequence,
        message: String? = null,
        messageHex: String? = null,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DigestSigned = this.calls.one("signing.sign_message", ::DigestSigned) {
        key("key", key)
        text("message", message)
        text("message_hex", messageHex)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }

    /**
     * Signs typed data (EIP-712), once the key's policy has judged what it lets others take.
     *
     * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
     *
     * @param key The id of the key, `ky_...`.
     * @param typedData `{types, primaryType, domain, message}`, as EIP-712 has it.
     * @param actor The actor who asks.
     * @param reference The caller's own id; checked like that of every write.
     * @param metadata A JSON object of the caller's, at most 16 KiB, for rules.
     * @param context Where the call comes from: ids for tracing, and facts for rules.
     * @param riskScore The host's own risk score of this call, 0 to 100, for rules; not hashed.
     * @param expectedVersion Refuse with `version_conflict` unless the object has this version, where the call is
     * about one that has.
     * @param proofs Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or
     * `verify_totp`.
     */
    public suspend fun signTypedData(
        key: CharSequence,
        typedData: Json,
        actor: Actor? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): DigestSigned = this.calls.one("signing.sign_typed_data", ::DigestSigned) {
        key("key", key)
        members("typed_data", typedData)
        actor("actor", actor)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }
}
