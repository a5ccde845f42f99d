// The operations of `jobs`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// The operations of `jobs`, of an engine or a view.
public struct JobsService: Sendable {
    let bank: Engine

    /// Writes a job of the application's own, in the same commit; inside a transaction of the application it takes place with
    /// that. Workers lease it as any other. A key names one job for ever: once that is over and swept, the same call is
    /// `reply_not_kept`.
    ///
    /// - Parameters:
    ///   - kind: The kind of work: 1 to 64 of `A-Z a-z 0-9 . _ : -`, and none whose jobs Earnest writes itself.
    ///   - payload: The work: any JSON of at most 16 KiB, best ids and amounts. It stays with the job. That of `webhook.deliver` has `url`, `body` and, if it is of a type, `event`.
    ///   - maxAttempts: After how many leases without success the job is dead, 1 to 100.
    ///   - runAt: Not before this time, at most 366 days ahead. At once if it is left out.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `idempotency_mismatch`, `reply_not_kept`.
    @discardableResult
    public func enqueue(
        kind: String, payload: JSON, maxAttempts: Int? = nil, runAt: Date? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("kind", kind)
        given.any("payload", payload)
        given.whole("max_attempts", maxAttempts)
        given.time("run_at", runAt)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.enqueue", given)
    }

    /// Says that a job is done. Under an older lease: `version_conflict`.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - fence: The number of the lease.
    ///   - result: The result: any JSON of at most 16 KiB, and of at most 256 KiB for the kinds `chain.*` and `signer.*`, whose reports are judged and not kept.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `transition_not_allowed`, `version_conflict`,
    ///   `job_not_found`, `idempotency_mismatch`, `signature_invalid`.
    @discardableResult
    public func complete(
        job: String, fence: Int, result: JSON? = nil, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.whole("fence", fence)
        given.any("result", result)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.complete", given)
    }

    /// Says that a job did not work: it is tried again after a pause that grows, until it is dead.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - fence: The number of the lease.
    ///   - error: The error, at most 1,000 characters. No personal data: it is kept with the job.
    ///   - retryAt: When to try again; otherwise after a pause that grows.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func fail(
        job: String, fence: Int, error: String, retryAt: Date? = nil, actor: Actor? = nil, key: String? = nil,
        reference: String? = nil, metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil,
        expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.whole("fence", fence)
        given.text("error", error)
        given.time("retry_at", retryAt)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.fail", given)
    }

    /// Asks for more time for a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - fence: The number of the lease.
    ///   - for: For how long from now on, PT1S to PT24H.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func extend(
        job: String, fence: Int, for: Duration, actor: Actor? = nil, key: String? = nil, reference: String? = nil,
        metadata: JSON? = nil, context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.whole("fence", fence)
        given.length("for", `for`)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.extend", given)
    }

    /// Gives back a job that was not begun: it is due as before, and the lease was no attempt.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - fence: The number of the lease.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func release(
        job: String, fence: Int, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.whole("fence", fence)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.release", given)
    }

    /// Drives a job again from its first attempt on: one that is dead, or that waits.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func retry(
        job: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.retry", given)
    }

    /// Ends a job without its being done: one that is dead, or that waits.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - actor: The actor; the library's own default is `system`.
    ///   - key: Idempotency key: the same key with the same request is one effect and one reply.
    ///   - reference: The caller's own id of the object, indexed.
    ///   - metadata: A JSON object of the caller's, at most 16 KiB.
    ///   - context: Tracing ids; they make no difference to what is done.
    ///   - riskScore: The host's own risk score of this call, 0 to 100, for rules; not hashed.
    ///   - expectedVersion: Refuse with `version_conflict` unless the object has this version.
    ///   - proofs: Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
    @discardableResult
    public func discard(
        job: String, actor: Actor? = nil, key: String? = nil, reference: String? = nil, metadata: JSON? = nil,
        context: Trace? = nil, riskScore: Int? = nil, expectedVersion: Int? = nil, proofs: [String]? = nil
    ) async throws -> JobReply {
        var given = Given()
        given.text("job", job)
        given.actor("actor", actor)
        given.text("key", key)
        given.text("reference", reference)
        given.any("metadata", metadata)
        given.record("context", context)
        given.whole("risk_score", riskScore)
        given.whole("expected_version", expectedVersion)
        given.texts("proofs", proofs)
        return try await bank.one("jobs.discard", given)
    }

    /// Jobs, newest first.
    ///
    /// - Parameters:
    ///   - after: The `next` of the page before.
    ///   - kind: Only of this kind.
    ///   - limit: Page size, at most 500.
    ///   - state: Only in this state: `queued`, `leased`, `done` or `dead`.
    ///   - actor: The actor who asks.
    public func list(
        after: String? = nil, kind: String? = nil, limit: Int? = nil, state: JobState? = nil, actor: Actor? = nil
    ) -> Listing<Job> {
        var given = Given()
        given.text("kind", kind)
        given.whole("limit", limit)
        given.of("state", state)
        given.actor("actor", actor)
        return Listing(bank, "jobs.list", after: after, given)
    }

    /// How many jobs a book has, by state and kind.
    ///
    /// - Parameters:
    ///   - actor: The actor who asks.
    @discardableResult
    public func stats(actor: Actor? = nil) async throws -> JobStats {
        var given = Given()
        given.actor("actor", actor)
        return try await bank.one("jobs.stats", given)
    }

    /// Takes jobs that are due for a while: each carries the number of its lease, for the report.
    ///
    /// - Parameters:
    ///   - kinds: Of these kinds, 1 to 32.
    ///   - limit: How many at most, 1 to 500.
    ///   - for: For how long, PT1S to PT24H. The worker reports before that, or asks for more time.
    ///   - allBooks: Of every book of the store, not of this one alone; each job names its book. For the host's own program alone: an admin is `not_permitted`.
    ///   - actor: The actor who asks.
    /// - Throws: `EarnestError`, of its own codes:
    ///   `decryption_failed`, `key_not_found`.
    @discardableResult
    public func lease(
        kinds: [String], limit: Int, for: Duration, allBooks: Bool? = nil, actor: Actor? = nil
    ) async throws -> Leased {
        var given = Given()
        given.texts("kinds", kinds)
        given.whole("limit", limit)
        given.length("for", `for`)
        given.flag("all_books", allBooks)
        given.actor("actor", actor)
        return try await bank.one("jobs.lease", given)
    }

    /// Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in this process.
    ///
    /// - Parameters:
    ///   - limit: How many at most, 1,000 when absent.
    ///   - actor: The actor who asks.
    @discardableResult
    public func runDue(limit: Int? = nil, actor: Actor? = nil) async throws -> Ran {
        var given = Given()
        given.whole("limit", limit)
        given.actor("actor", actor)
        return try await bank.one("jobs.run_due", given)
    }
}
