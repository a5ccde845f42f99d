// The operations of `vault`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `vault`, of an engine or a view.
public struct VaultService: Sendable {
    let bank: Engine

    /// Seals a value of a subject. Under a name that it has, the old value is gone.
    ///
    /// - Parameters:
    ///   - subject: The subject: 1 to 128 of `A-Z a-z 0-9 . _ : - @`, best the id that actors have.
    ///   - name: The name of the value: 1 to 64 of `A-Z a-z 0-9 . _ : -`. A subject has at most 256 values.
    ///   - value: The value, a text of at most 64 KiB.
    ///   - searchable: Whether `vault.find` finds it. Then the store shows which subjects have the same value under the same name.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func put(
        subject: String, name: String, value: String, searchable: Bool? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ValuePut {
        var given = Given()
        given.text("subject", subject)
        given.text("name", name)
        given.text("value", value)
        given.flag("searchable", searchable)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("vault.put", given)
    }

    /// Opens a value, and leaves an event that says who read it. Not inside a host's transaction, which may be rolled back with
    /// the event. A replay has no value: `reply_not_kept`.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - name: The name of the value.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
    @discardableResult
    public func reveal(
        subject: String, name: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> ValueRevealed {
        var given = Given()
        given.text("subject", subject)
        given.text("name", name)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("vault.reveal", given)
    }

    /// Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not inside a host's
    /// transaction.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
    @discardableResult
    public func export(
        subject: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SubjectExported {
        var given = Given()
        given.text("subject", subject)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("vault.export", given)
    }

    /// Removes the data key of a subject, its values and what finds them, in one commit. Its money and its deals stay. A value
    /// that is put afterwards begins at version 1.
    ///
    /// - Parameters:
    ///   - subject: The subject to forget.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `idempotency_mismatch`, `key_not_found`.
    @discardableResult
    public func forget(
        subject: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> SubjectForgotten {
        var given = Given()
        given.text("subject", subject)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("vault.forget", given)
    }

    /// Finds subjects by a value and its name.
    ///
    /// - Parameters:
    ///   - name: The name of the value.
    ///   - value: The value: byte for byte, but for how letters with accents are composed.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500, which it is when absent.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    @discardableResult
    public func find(
        name: String, value: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil
    ) async throws -> SubjectsFound {
        var given = Given()
        given.text("name", name)
        given.text("value", value)
        given.text("after", after)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return try await bank.one("vault.find", given)
    }

    /// The names of the values of a subject, in order.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - after: The `next` of the page before.
    ///   - limit: Page size, at most 500.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `key_not_found`.
    public func list(subject: String, after: String? = nil, limit: Int? = nil, actor: Actor? = nil) -> Listing<ValueListed> {
        var given = Given()
        given.text("subject", subject)
        given.whole("limit", limit)
        given.actor("actor", actor)
        return Listing(bank, "vault.list", after: after, given)
    }

    /// The keys of the keyring that the book rests on: those that wrap its data keys, and that of its index. Each says whether
    /// this process lacks it.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    public func keys(actor: Actor? = nil) -> Listing<WrappingKey> {
        var given = Given()
        given.actor("actor", actor)
        return Listing(bank, "vault.keys", given)
    }

    /// Makes the current key of this process's keyring the one that wraps, in every process, and wraps all data keys with it, a
    /// hundred in each commit, while the vault is in use. What is left is told; the next call continues.
    ///
    /// - Parameters:
    ///   - subject: Gives this subject a new data key and seals its values anew. Without it, every data key of the book is wrapped with the current key of the keyring.
    ///   - actor: The actor who asks.
    ///   - key: Accepted as on every write, and checked; nothing is kept under it: the same call again is made again.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `decryption_failed`, `key_not_found`.
    @discardableResult
    public func rotate(
        subject: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> KeysRotated {
        var given = Given()
        given.text("subject", subject)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("vault.rotate", given)
    }
}
