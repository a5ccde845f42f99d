package dev.earnest

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** The error of a handler whose work could not be done. Its text is kept: it must hold no personal data. */
public class Failed(
    reason: String,
    /** When it is worth trying again. */
    public val retryAt: java.time.Instant? = null,
) : Exception(reason)

/** Which handlers the code runs inside of: it cannot wait until they have ended. */
private class Inside(val running: Set<Running>) : AbstractCoroutineContextElement(Inside) {
    companion object : CoroutineContext.Key<Inside>
}

/** A loop that runs until it is stopped, or its engine is closed. */
public abstract class Running internal constructor(internal val bank: Engine) {
    internal val scope: CoroutineScope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val stopping = CompletableDeferred<Unit>()
    private val ended = CompletableDeferred<Unit>()

    internal val isStopping: Boolean get() = stopping.isCompleted

    /** One turn; answers whether there was anything to do. */
    internal abstract suspend fun round(): Boolean

    internal open suspend fun finish() {}

    /** Tells the application of a refusal of the engine. */
    internal open fun heard(refused: EarnestException) {}

    internal fun start() {
        scope.launch {
            try {
                rounds()
                finish()
            } finally {
                ended.complete(Unit)
                scope.cancel()
            }
        }
    }

    private suspend fun rounds() {
        var pause = PAUSE
        while (!isStopping && !bank.isClosed) {
            val did = try {
                round()
            } catch (refused: EarnestException) {
                if (refused.details["reason"].textOrNull != PAUSED && !bank.isClosed) runCatching { heard(refused) }
                // what is paused goes on, and what is in the way leaves
                if (!refused.retryable && refused !is EarnestException.Unavailable && !isOnTheWay(refused)) break
                false
            }
            pause = if (did) PAUSE else minOf(pause * 2, LONGEST)
            if (!did) withTimeoutOrNull(pause) { stopping.await() }
        }
    }

    internal open fun isOnTheWay(refused: EarnestException): Boolean = true

    internal suspend fun <T> handling(work: suspend () -> T): T {
        val outer = currentCoroutineContext()[Inside]?.running.orEmpty()
        return withContext(Inside(outer + this)) { work() }
    }

    /** Takes nothing new, waits until what is under way is done and reported, and ends. Inside of a handler it does not wait. */
    public suspend fun stop() {
        stopping.complete(Unit)
        if (this !in currentCoroutineContext()[Inside]?.running.orEmpty()) ended.await()
    }

    internal companion object {
        val PAUSE: Duration = 20.milliseconds
        val LONGEST: Duration = 1.seconds

        /** Returns the text to keep of a failure: of any error but [Failed] the name of its type alone. */
        fun reasonOf(failure: Throwable): String {
            val text = if (failure is Failed) failure.message.orEmpty() else typeOf(failure)
            val kept = text.take(1000).replace('\u0000', '?')
            return (if (isWhole(kept)) kept else kept.map { if (it.isSurrogate()) '?' else it }.joinToString("")).ifEmpty { "it failed" }
        }
    }
}
