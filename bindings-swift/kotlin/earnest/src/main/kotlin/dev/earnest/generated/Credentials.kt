// The operations of `credentials`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

/** The operations of `credentials`. */
public open class Credentials internal constructor(internal val calls: Calls) {
    /**
     * Opens all locks of a PIN and of one-time codes, whichever of them there are.
     *
     * Refused with `idempotency_mismatch`, `credential_not_found`, `key_not_found`.
     *
     * @param subject The subject: a user's id.
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
    public suspend fun unlockPin(
        subject: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PinUnlocked = this.calls.one("credentials.unlock_pin", ::PinUnlocked) {
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
     * Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are in force once a
     * code was confirmed. A replay shows none of it: `reply_not_kept`.
     *
     * Refused with `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
     *
     * @param subject The subject: a user's id.
     * @param issuer The issuer of the codes, as phones show it; without `:`.
     * @param accountName The name of the account, as phones show it; without `:`.
     * @param algorithm `SHA1`, `SHA256` or `SHA512`. Many phones know `SHA1` alone.
     * @param digits Digits of a code: 6 or 8.
     * @param secret A secret that is taken over from elsewhere, in base32, also in groups: 10 to 64 bytes. Below 16
     * bytes the reply has a warning.
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
    public suspend fun enrolTotp(
        subject: String,
        issuer: String,
        accountName: String,
        algorithm: String? = null,
        digits: Long? = null,
        secret: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TotpEnrolled = this.calls.one("credentials.enrol_totp", ::TotpEnrolled) {
        text("subject", subject)
        text("issuer", issuer)
        text("account_name", accountName)
        text("algorithm", algorithm)
        integer("digits", digits)
        text("secret", secret)
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
     * Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs one of `proofs`.
     *
     * Refused with `factor_required`, `idempotency_mismatch`, `credential_not_found`, `otp_invalid`, `otp_locked`,
     * `decryption_failed`, `key_not_found`.
     *
     * @param subject The subject: a user's id.
     * @param code The code.
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
    public suspend fun confirmTotp(
        subject: String,
        code: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TotpConfirmed = this.calls.one("credentials.confirm_totp", ::TotpConfirmed) {
        text("subject", subject)
        text("code", code)
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
     * Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`. Five wrong ones in a
     * row lock.
     *
     * Refused with `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
     * `otp_invalid`, `otp_reused`, `otp_locked`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
     *
     * @param subject The subject: a user's id.
     * @param code The code.
     * @param forTime The call that the proof is for. Without it, any call of the subject.
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
    public suspend fun verifyTotp(
        subject: String,
        code: String,
        forTime: ProofFor? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): TotpVerified = this.calls.one("credentials.verify_totp", ::TotpVerified) {
        text("subject", subject)
        text("code", code)
        record("for", forTime)
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
     * Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an admin sets another
     * one, which its owner should change. A first one needs such a proof where codes are in force, or an admin.
     *
     * Refused with `factor_required`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
     * `pin_invalid`, `pin_locked`, `decryption_failed`, `key_not_found`.
     *
     * @param subject The subject: a user's id.
     * @param pin The new PIN.
     * @param current The present PIN, where there is one: an attempt like any other. Admins need none.
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
    public suspend fun setPin(
        subject: String,
        pin: String,
        current: String? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PinSet = this.calls.one("credentials.set_pin", ::PinSet) {
        text("subject", subject)
        text("pin", pin)
        text("current", current)
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
     * Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five wrong ones in a row
     * lock for five minutes, and after that there is one try each.
     *
     * Refused with `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`,
     * `pin_locked`, `decryption_failed`, `key_not_found`.
     *
     * @param subject The subject: a user's id.
     * @param pin The PIN.
     * @param forTime The call that the proof is for. Without it, any call of the subject.
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
    public suspend fun verifyPin(
        subject: String,
        pin: String,
        forTime: ProofFor? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): PinVerified = this.calls.one("credentials.verify_pin", ::PinVerified) {
        text("subject", subject)
        text("pin", pin)
        record("for", forTime)
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
