// The operations of `jobs`.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

import dev.earnest.views.Job
import java.time.Instant
import kotlin.time.Duration

/** The operations of `jobs`. */
public open class Jobs internal constructor(internal val calls: Calls) {
    /**
     * Writes a job of the application's own, in the same commit; inside a transaction of the application it takes
     * place with that. Workers lease it as any other. A key names one job for ever: once that is over and swept, the
     * same call is `reply_not_kept`.
     *
     * Refused with `idempotency_mismatch`, `reply_not_kept`.
     *
     * @param kind The kind of work: 1 to 64 of `A-Z a-z 0-9 . _ : -`, and none whose jobs Earnest writes itself.
     * @param payload The work: any JSON of at most 16 KiB, best ids and amounts. It stays with the job. That of
     * `webhook.deliver` has `url`, `body` and, if it is of a type, `event`.
     * @param maxAttempts After how many leases without success the job is dead, 1 to 100.
     * @param runAt Not before this time, at most 366 days ahead. At once if it is left out.
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
    public suspend fun enqueue(
        kind: String,
        payload: Json,
        maxAttempts: Long? = null,
        runAt: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.enqueue", ::JobReply) {
        text("kind", kind)
        json("payload", payload)
        integer("max_attempts", maxAttempts)
        time("run_at", runAt)
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
     * Says that a job is done. Under an older lease: `version_conflict`.
     *
     * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`,
     * `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`, `signature_invalid`.
     *
     * @param job The job.
     * @param fence The number of the lease.
     * @param result The result: any JSON of at most 16 KiB, and of at most 256 KiB for the kinds `chain.*` and
     * `signer.*`, whose reports are judged and not kept.
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
    public suspend fun complete(
        job: String,
        fence: Long,
        result: Json? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.complete", ::JobReply) {
        text("job", job)
        integer("fence", fence)
        json("result", result)
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
     * Says that a job did not work: it is tried again after a pause that grows, until it is dead.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
     *
     * @param job The job.
     * @param fence The number of the lease.
     * @param error The error, at most 1,000 characters. No personal data: it is kept with the job.
     * @param retryAt When to try again; otherwise after a pause that grows.
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
    public suspend fun fail(
        job: String,
        fence: Long,
        error: String,
        retryAt: Instant? = null,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.fail", ::JobReply) {
        text("job", job)
        integer("fence", fence)
        text("error", error)
        time("retry_at", retryAt)
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
     * Asks for more time for a job.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
     *
     * @param job The job.
     * @param fence The number of the lease.
     * @param forTime For how long from now on, PT1S to PT24H.
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
    public suspend fun extend(
        job: String,
        fence: Long,
        forTime: Duration,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.extend", ::JobReply) {
        text("job", job)
        integer("fence", fence)
        duration("for", forTime)
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
     * Gives back a job that was not begun: it is due as before, and the lease was no attempt.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
     *
     * @param job The job.
     * @param fence The number of the lease.
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
    public suspend fun release(
        job: String,
        fence: Long,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.release", ::JobReply) {
        text("job", job)
        integer("fence", fence)
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
     * Drives a job again from its first attempt on: one that is dead, or that waits.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
     *
     * @param job The job.
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
    public suspend fun retry(
        job: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.retry", ::JobReply) {
        text("job", job)
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
     * Ends a job without its being done: one that is dead, or that waits.
     *
     * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
     *
     * @param job The job.
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
    public suspend fun discard(
        job: String,
        actor: Actor? = null,
        key: CharSequence? = null,
        reference: String? = null,
        metadata: Json? = null,
        context: Trace? = null,
        riskScore: Long? = null,
        expectedVersion: Long? = null,
        proofs: List<String>? = null,
    ): JobReply = this.calls.one("jobs.discard", ::JobReply) {
        text("job", job)
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
     * Jobs, newest first.
     *
     * @param after The `next` of the page before.
     * @param kind Only of this kind.
     * @param limit Page size, at most 500.
     * @param state Only in this state: `queued`, `leased`, `done` or `dead`. One of [JobState], or its text.
     * @param actor The actor who asks.
     */
    public fun list(
        after: String? = null,
        kind: String? = null,
        limit: Long? = null,
        state: JobState? = null,
        actor: Actor? = null,
    ): Listing<Job> = this.calls.list("jobs.list", ::Job) {
        text("after", after)
        text("kind", kind)
        integer("limit", limit)
        word("state", state)
        actor("actor", actor)
    }

    /** The same with texts for closed sets. */
    public fun list(
        after: String? = null,
        kind: String? = null,
        limit: Long? = null,
        state: String,
        actor: Actor? = null,
    ): Listing<Job> = this.list(
        after = after,
        kind = kind,
        limit = limit,
        state = JobState(state),
        actor = actor,
    )

    /**
     * How many jobs a book has, by state and kind.
     *
     * @param actor The actor who asks.
     */
    public suspend fun stats(
        actor: Actor? = null,
    ): JobStats = this.calls.one("jobs.stats", ::JobStats) {
        actor("actor", actor)
    }

    /**
     * Takes jobs that are due for a while: each carries the number of its lease, for the report.
     *
     * Refused with `decryption_failed`, `key_not_found`.
     *
     * @param kinds Of these kinds, 1 to 32.
     * @param limit How many at most, 1 to 500.
     * @param forTime For how long, PT1S to PT24H. The worker reports before that, or asks for more time.
     * @param allBooks Of every book of the store, not of this one alone; each job names its book. For the host's own
     * program alone: an admin is `not_permitted`.
     * @param actor The actor who asks.
     */
    public suspend fun lease(
        kinds: List<String>,
        limit: Long,
        forTime: Duration,
        allBooks: Boolean? = null,
        actor: Actor? = null,
    ): Leased = this.calls.one("jobs.lease", ::Leased) {
        texts("kinds", kinds)
        integer("limit", limit)
        duration("for", forTime)
        boolean("all_books", allBooks)
        actor("actor", actor)
    }

    /**
     * Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in this process.
     *
     * @param limit How many at most, 1,000 when absent.
     * @param actor The actor who asks.
     */
    public suspend fun runDue(
        limit: Long? = null,
        actor: Actor? = null,
    ): Ran = this.calls.one("jobs.run_due", ::Ran) {
        integer("limit", limit)
        actor("actor", actor)
    }
}
