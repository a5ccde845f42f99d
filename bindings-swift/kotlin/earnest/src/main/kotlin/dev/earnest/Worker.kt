package dev.earnest

import dev.earnest.views.Job
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job as Task
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import java.util.concurrent.ConcurrentHashMap

/** Does a job. What it answers is kept with it, as JSON; when it throws, the job comes again. */
public typealias JobHandler = suspend (Job) -> Any?

/** Hears of a handler that threw, with its job, or of a refusal of the engine, with none. It is for logs, and changes nothing. */
public typealias JobFailureHandler = (Throwable, Job?) -> Unit

/** The operations of `jobs`, with handlers that do them. */
public class EngineJobs internal constructor(private val bank: Engine) : Jobs(bank.calls) {
    /** Runs handlers of jobs, by the kinds of these, until it is stopped or the engine is closed. */
    public fun worker(
        handlers: Map<String, JobHandler>,
        concurrency: Int = 8,
        allBooks: Boolean = false,
        onError: JobFailureHandler? = null,
    ): Worker {
        if (handlers.isEmpty()) throw invalid("handlers", "must be functions by the kind of their jobs, one at least")
        for (kind in handlers.keys) if (!KIND.matches(kind)) throw invalid("handlers", "must be of kinds of 1 to 64 of `A-Z a-z 0-9 . _ : -`")
        if (concurrency !in 1..500) throw invalid("concurrency", "must be a whole number from 1 to 500")
        return Worker(bank, handlers.toMap(), concurrency, allBooks, onError).also(Running::start)
    }

    private companion object {
        /** The name of a kind of jobs: one that is none would be asked for for ever. */
        val KIND = Regex("[A-Za-z0-9._:-]{1,64}")
    }
}

/** Waits until one of them has ended. Where all have ended before they were listed, nothing is left to wait for. */
internal suspend fun oneEnds(tasks: List<Task>) {
    if (tasks.isNotEmpty()) select { tasks.forEach { task -> task.onJoin {} } }
}

/** Runs handlers of jobs. */
public class Worker internal constructor(
    bank: Engine,
    private val handlers: Map<String, JobHandler>,
    private val concurrency: Int,
    private val allBooks: Boolean,
    private val onError: JobFailureHandler?,
) : Running(bank) {
    private val tasks: MutableSet<Task> = ConcurrentHashMap.newKeySet()

    /** Does something while it runs, and stops it. */
    public suspend inline fun <T> use(block: (Worker) -> T): T {
        try {
            return block(this)
        } finally {
            withContext(NonCancellable) { stop() }
        }
    }

    internal override suspend fun round(): Boolean {
        val free = concurrency - tasks.size
        if (free <= 0) {
            oneEnds(tasks.toList())
            return true
        }
        val leased = bank.jobs.lease(kinds = handlers.keys.toList(), limit = free.toLong(), forTime = LEASE, allBooks = if (allBooks) true else null)
        for (job in leased.jobs) {
            val task = scope.launch { work(job) }
            tasks += task
            task.invokeOnCompletion { tasks -= task }
        }
        return leased.jobs.isNotEmpty()
    }

    internal override fun heard(refused: EarnestException) {
        onError?.invoke(refused, null)
    }

    internal override suspend fun finish() {
        tasks.toList().joinAll()
    }

    private suspend fun work(job: Job) {
        val jobs = try {
            bank.book(job.book).jobs
        } catch (_: EarnestException) {
            // the engine was closed meanwhile: when its lease ends, another worker has the job
            return
        }
        val longer = scope.launch { extending(jobs, job) }
        val result = try {
            runCatching { Json.of(handling { handlers.getValue(job.kind)(job) }.takeUnless { it == Unit }) }
                .onFailure { failure -> runCatching { onError?.invoke(failure, job) } }
        } finally {
            longer.cancel()
        }
        val failure = result.exceptionOrNull()
        val ways: List<suspend () -> Any> = when {
            failure == null -> listOf { jobs.complete(job = job.id, fence = job.fence, result = result.getOrThrow().takeUnless(Json::isNull)) }
            else -> listOfNotNull(
                (failure as? Failed)?.retryAt?.let { at -> suspend { jobs.fail(job = job.id, error = reasonOf(failure), fence = job.fence, retryAt = at) } },
                suspend { jobs.fail(job = job.id, error = reasonOf(failure), fence = job.fence) },
            )
        }
        report(ways + suspend { jobs.fail(job = job.id, error = REFUSED, fence = job.fence) })
    }

    /** The first report that is taken: a time may have gone, and a result may have no JSON form. */
    private suspend fun report(ways: List<suspend () -> Any>) {
        for (way in ways) {
            try {
                way()
                return
            } catch (refused: EarnestException) {
                // its lease was over, say: whoever has it now reports
                if (refused !is EarnestException.Invalid) return
            }
        }
    }

    /** More time for a handler that needs it. */
    private suspend fun extending(jobs: EngineJobs, job: Job) {
        while (scope.isActive) {
            delay(LEASE / 2)
            try {
                jobs.extend(job = job.id, fence = job.fence, forTime = LEASE)
            } catch (gone: CancellationException) {
                throw gone
            } catch (_: EarnestException) {
                return
            }
        }
    }

    private companion object {
        val LEASE: Duration = 60.seconds
        const val REFUSED = "its report was refused: invalid_request"
    }
}
