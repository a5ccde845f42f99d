package dev.earnest

import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** Why calls are refused during a pause. */
internal const val PAUSED = "the engine is paused"

/** Takes an event. When it throws, the event comes again. */
public typealias EventHandler = suspend (Event) -> Unit

/** Hears of a handler that threw, with its event, or of a refusal of the engine, with none. It is for logs, and changes nothing. */
public typealias EventFailureHandler = (Throwable, Event?) -> Unit

/** The operations of `events`, with what reads the log. */
public class EngineEvents internal constructor(private val bank: Engine) : Events(bank.calls) {
    /**
     * The log from behind an event on, forward only. It waits for what is to come, and ends when the engine is closed; a
     * collection is ended by its coroutine.
     */
    public fun follow(after: Long = 0, types: List<String>? = null): Flow<Event> = flow {
        var last = after
        var pause = Running.PAUSE
        while (!bank.isClosed) {
            val page = try {
                list(afterSeq = last, types = types, limit = BATCH).page()
            } catch (refused: EarnestException.StoreUnavailable) {
                if (bank.isClosed) return@flow
                // it may go on already when this is heard
                if (refused.reason != PAUSED && !bank.isPaused) throw refused
                null
            }
            page?.items?.forEach { event ->
                last = event.seq
                emit(event)
            }
            val isNew = page != null && page.items.isNotEmpty()
            pause = if (isNew) Running.PAUSE else minOf(pause * 2, Running.LONGEST)
            if (!isNew) delay(pause)
        }
    }

    /**
     * Makes a sink, and gives its events to a handler, at least once and in the order of each object, until it is stopped or
     * the engine is closed. After a handler that throws, the event comes again, and those of its object behind it.
     */
    public suspend fun subscribe(
        sink: String,
        types: List<String>? = null,
        from: String? = null,
        lease: Duration = 60.seconds,
        onError: EventFailureHandler? = null,
        handler: EventHandler,
    ): Subscription {
        if (lease < 1.seconds || lease > 1.hours) throw invalid("lease", "must be between PT1S and PT1H")
        subscribe(sink = sink, from = from, types = types, maxAttempts = null)
        return Subscription(bank, sink, lease, onError, handler).also(Running::start)
    }

    private companion object {
        const val BATCH = 100L
    }
}

/** Gives the events of a sink to a handler. */
public class Subscription internal constructor(
    bank: Engine,
    private val sink: String,
    private val lease: Duration,
    private val onError: EventFailureHandler?,
    private val handler: EventHandler,
) : Running(bank) {
    internal override fun heard(refused: EarnestException) {
        onError?.invoke(refused, null)
    }

    internal override suspend fun round(): Boolean {
        val begun = TimeSource.Monotonic.markNow()
        val taken = bank.events.take(sink = sink, forTime = lease, limit = 100)
        val fence = taken.fence ?: return taken.more
        val failures = ArrayList<FailedEvent>()
        val left = HashSet<Pair<String, String>>()
        var last: Long? = null
        var seq = taken.seq
        for (event in taken.events) {
            val of = event.objectKind to event.objectId
            if (of !in left) {
                // reported on early enough that the handler at work has the rest of the time
                val stops = isStopping || begun.elapsedNow() > lease / 3
                if (last != null && stops) {
                    seq = last
                    break
                }
                val failure = runCatching { handling { handler(event) } }.exceptionOrNull()
                if (failure != null) {
                    runCatching { onError?.invoke(failure, event) }
                    failures += FailedEvent(error = reasonOf(failure), seq = event.seq)
                    left += of
                }
            }
            last = event.seq
        }
        settle(fence, seq, failures)
        return true
    }

    private suspend fun settle(fence: Long, seq: Long, failures: List<FailedEvent>) {
        var told = failures
        while (true) {
            try {
                bank.events.settle(sink = sink, fence = fence, seq = seq, failed = told)
                return
            } catch (refused: EarnestException.StoreUnavailable) {
                // a pause has begun meanwhile: unless that is told afterwards, nobody has the next events before the lease ends
                if (refused.reason != PAUSED || isStopping) throw refused
                delay(50.milliseconds)
            } catch (refused: EarnestException.Invalid) {
                if (told !== failures) throw refused
                told = failures.map { FailedEvent(error = "its report was refused", seq = it.seq) }
            }
        }
    }
}
