// The operations of `credentials`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `credentials`, of an engine or a view.
public struct CredentialsService: Sendable {
    let bank: Engine

    /// Opens all locks of a PIN and of one-time codes, whichever of them there are.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `idempotency_mismatch`, `credential_not_found`, `key_not_found`.
    @discardableResult
    public func unlockPin(
        subject: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PinUnlocked {
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
        return try await bank.one("credentials.unlock_pin", given)
    }

    /// Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are in force once a code was
    /// confirmed. A replay shows none of it: `reply_not_kept`.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - issuer: The issuer of the codes, as phones show it; without `:`.
    ///   - accountName: The name of the account, as phones show it; without `:`.
    ///   - algorithm: `SHA1`, `SHA256` or `SHA512`. Many phones know `SHA1` alone.
    ///   - digits: Digits of a code: 6 or 8.
    ///   - secret: A secret that is taken over from elsewhere, in base32, also in groups: 10 to 64 bytes. Below 16 bytes the reply has a warning.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
    @discardableResult
    public func enrolTotp(
        subject: String, issuer: String, accountName: String, algorithm: String? = nil, digits: Int? = nil, secret: String? = nil,
        actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil,
        riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> TotpEnrolled {
        var given = Given()
        given.text("subject", subject)
        given.text("issuer", issuer)
        given.text("account_name", accountName)
        given.text("algorithm", algorithm)
        given.whole("digits", digits)
        given.text("secret", secret)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("credentials.enrol_totp", given)
    }

    /// Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs one of `proofs`.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - code: The code.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `idempotency_mismatch`, `credential_not_found`, `otp_invalid`, `otp_locked`, `decryption_failed`,
    ///   `key_not_found`.
    @discardableResult
    public func confirmTotp(
        subject: String, code: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> TotpConfirmed {
        var given = Given()
        given.text("subject", subject)
        given.text("code", code)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("credentials.confirm_totp", given)
    }

    /// Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`. Five wrong ones in a row lock.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - code: The code.
    ///   - for: The call that the proof is for. Without it, any call of the subject.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `otp_invalid`,
    ///   `otp_reused`, `otp_locked`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
    @discardableResult
    public func verifyTotp(
        subject: String, code: String, for: ProofFor? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> TotpVerified {
        var given = Given()
        given.text("subject", subject)
        given.text("code", code)
        given.record("for", `for`)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("credentials.verify_totp", given)
    }

    /// Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an admin sets another one, which
    /// its owner should change. A first one needs such a proof where codes are in force, or an admin.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - pin: The new PIN.
    ///   - current: The present PIN, where there is one: an attempt like any other. Admins need none.
    ///   - actor: The actor who asks.
    ///   - key: Accepted as on every write, and checked; nothing is kept under it: the same call again is made again.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `factor_required`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`, `pin_locked`,
    ///   `decryption_failed`, `key_not_found`.
    @discardableResult
    public func setPin(
        subject: String, pin: String, current: String? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PinSet {
        var given = Given()
        given.text("subject", subject)
        given.text("pin", pin)
        given.text("current", current)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("credentials.set_pin", given)
    }

    /// Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five wrong ones in a row lock for
    /// five minutes, and after that there is one try each.
    ///
    /// - Parameters:
    ///   - subject: The subject: a user's id.
    ///   - pin: The PIN.
    ///   - for: The call that the proof is for. Without it, any call of the subject.
    ///   - actor: The actor who asks.
    ///   - key: Accepted as on every write, and checked; nothing is kept under it: the same call again is made again.
    ///   - reference: The caller's own id; checked like that of every write.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB, for rules.
    ///   - context: Where the call comes from: ids for tracing, and facts for rules.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version, where the call is about one that has.
    ///   - proofs: Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`, `pin_locked`, `decryption_failed`,
    ///   `key_not_found`.
    @discardableResult
    public func verifyPin(
        subject: String, pin: String, for: ProofFor? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> PinVerified {
        var given = Given()
        given.text("subject", subject)
        given.text("pin", pin)
        given.record("for", `for`)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("credentials.verify_pin", given)
    }
}
