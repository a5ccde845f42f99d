// The operations of `vault`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/** The operations of `vault`. */
public open class Vault internal constructor(internal val calls: Calls) {
    /**
     * Seals a value of a subject. Under a name that it has, the old value is gone.
     *
     * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`,
     * `key_not_found`.
     *
     * @param subject The subject: 1 to 128 of `A-Z a-z 0-9 . _ : - @`, best the id that actors have.
     * @param name The name of the value: 1 to 64 of `A-Z a-z 0-9 . _ : -`. A subject has at most 256 values.
     * @param value The value, a text of at most 64 KiB.
     * @param searchable Whether `vault.find` finds it. Then the store shows which subjects have the same value under
     * the same name.
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
    public suspend fun put(
        subject: String,
        name: String,
        value: String,
        searchable: Boolean? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ValuePut = this.calls.one("vault.put", ::ValuePut) {
        text("subject", subject)
        text("name", name)
        text("value", value)
        boolean("searchable", searchable)
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
     * Opens a value, and leaves an event that says who read it. Not inside a host's transaction, which may be rolled
     * back with the event. A replay has no value: `reply_not_kept`.
     *
     * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
     *
     * @param subject The subject.
     * @param name The name of the value.
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
    public suspend fun reveal(
        subject: String,
        name: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): ValueRevealed = this.calls.one("vault.reveal", ::ValueRevealed) {
        text("subject", subject)
        text("name", name)
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
     * Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not inside a host's
     * transaction.
     *
     * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
     *
     * @param subject The subject.
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
    public suspend fun export(
        subject: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SubjectExported = this.calls.one("vault.export", ::SubjectExported) {
        text("subject", subject)
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
     * Removes the data key of a subject, its values and what finds them, in one commit. Its money and its deals stay.
     * A value that is put afterwards begins at version 1.
     *
     * Refused with `factor_required`, `idempotency_mismatch`, `key_not_found`.
     *
     * @param subject The subject to forget.
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
    public suspend fun forget(
        subject: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): SubjectForgotten = this.calls.one("vault.forget", ::SubjectForgotten) {
        text("subject", subject)
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
     * Finds subjects by a value and its name.
     *
     * Refused with `key_not_found`.
     *
     * @param name The name of the value.
     * @param value The value: byte for byte, but for how letters with accents are composed.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500, which it is when absent.
     * @param actor The actor who asks.
     */
    public suspend fun find(
        name: String,
        value: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): SubjectsFound = this.calls.one("vault.find", ::SubjectsFound) {
        text("name", name)
        text("value", value)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The names of the values of a subject, in order.
     *
     * Refused with `key_not_found`.
     *
     * @param subject The subject.
     * @param after The `next` of the page before.
     * @param limit Page size, at most 500.
     * @param actor The actor who asks.
     */
    public fun list(
        subject: String,
        after: String? = null,
        limit: Long? = null,
        actor: Actor? = null,
    ): Listing<ValueListed> = this.calls.list("vault.list", ::ValueListed) {
        text("subject", subject)
        text("after", after)
        integer("limit", limit)
        actor("actor", actor)
    }

    /**
     * The keys of the keyring that the book rests on: those that wrap its data keys, and that of its index. Each says
     * whether this process lacks it.
     *
     * @param actor The actor who asks.
     */
    public fun keys(
        actor: Actor? = null,
    ): Listing<WrappingKey> = this.calls.list("vault.keys", ::WrappingKey) {
        actor("actor", actor)
    }

    /**
     * Makes the current key of this process's keyring the one that wraps, in every process, and wraps all data keys
     * with it, a hundred in each commit, while the vault is in use. What is left is told; the next call continues.
     *
     * Refused with `factor_required`, `decryption_failed`, `key_not_found`.
     *
     * @param subject Gives this subject a new data key and seals its values anew. Without it, every data key of the
     * book is wrapped with the current key of the keyring.
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
    public suspend fun rotate(
        subject: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): KeysRotated = this.calls.one("vault.rotate", ::KeysRotated) {
        text("subject", subject)
        actor("actor", actor)
        key("key", key)
        text("reference", reference)
        members("metadata", metadata)
        record("context", context)
        integer("risk_score", riskScore)
        integer("expected_version", expectedVersion)
        texts("proofs", proofs)
    }
}
