package dev.earnest

import dev.earnest.internal.Answer
import dev.earnest.internal.NativeEngine
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext

/** The state that an engine shares with its views: the waiting calls, and the one thread that brings answers. */
internal class Home private constructor(val keyring: Keyring?) {
    private val waiting = ConcurrentHashMap<Long, CancellableContinuation<Answer?>>()
    private val tickets = AtomicLong()
    private val closing = CompletableDeferred<Unit>()
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /** No letter comes any more. */
    @Volatile
    private var ended = false

    @Volatile
    private var closes = false

    /** Meets every call before it is sent: tests refuse some. */
    @Volatile
    var meets: ((String) -> Unit)? = null

    lateinit var native: NativeEngine

    val isClosed: Boolean get() = closes

    /** How many wait, for tests. */
    val waits: Int get() = waiting.size

    /** Begins something under a ticket, and waits for its answer. A wait that is cancelled leaves nothing behind. */
    suspend fun ask(begin: (ticket: ULong) -> Unit): String? {
        val context = currentCoroutineContext()
        context.ensureActive()
        val interceptor = context[ContinuationInterceptor]
        // the thread that brings answers must not go on with code of the application
        if (interceptor == null || interceptor === Dispatchers.Unconfined) {
            return withContext(Dispatchers.Default) { ask(begin) }
        }
        val answer = suspendCancellableCoroutine { continuation ->
            val ticket = tickets.incrementAndGet()
            waiting[ticket] = continuation
            continuation.invokeOnCancellation { waiting.remove(ticket) }
            try {
                begin(ticket.toULong())
            } catch (failed: Throwable) {
                waiting.remove(ticket)
                throw failed
            }
            if (ended) waiting.remove(ticket)?.resume(null)
        }
        return read(answer)
    }

    private fun read(answer: Answer?): String? {
        if (answer == null) throw closed()
        answer.error?.let { throw refusalOf(Reading.ofReply(it)) }
        return answer.reply
    }

    /** Opens an engine. Whoever is cancelled meanwhile leaves none open. */
    private suspend fun open(make: (ticket: ULong) -> NativeEngine) {
        var made = false
        try {
            ask { ticket ->
                native = make(ticket)
                made = true
                Thread(::bring, "earnest-answers").apply { isDaemon = true }.start()
            }
        } catch (failed: Throwable) {
            if (made) scope.launch { if (isCancellation(failed)) shut() else native.stop() }
            throw failed
        }
    }

    /** Takes letters until there are no more. */
    private fun bring() {
        try {
            while (true) {
                val letters = native.take()
                if (letters.isEmpty()) break
                for (letter in letters) waiting.remove(letter.ticket.toLong())?.resume(letter)
            }
        } finally {
            ended = true
            waiting.keys.toList().forEach { waiting.remove(it)?.resume(null) }
        }
    }

    suspend fun close() {
        val first = synchronized(this) { !closes.also { closes = true } }
        if (first) scope.launch { shut() }
        closing.await()
    }

    private suspend fun shut() {
        closes = true
        try {
            ask { native.close(it) }
        } catch (_: EarnestException) {
            // it was never open, or is closed already
        } finally {
            native.stop()
            closing.complete(Unit)
        }
    }

    companion object {
        /** The refusal of an engine that was closed, which no later try gets past. */
        fun closed(): EarnestException {
            val members = LinkedHashMap(unavailable("the engine is closed").json.members)
            members["retry"] = Json.ofText("never")
            return EarnestException.of(Json.ofMembers(members), "store_unavailable")
        }

        suspend fun open(options: Options, make: Functions.(ticket: ULong, settings: String) -> NativeEngine): Home {
            Native.check()
            options.currencies?.keys?.forEach { Arguments.whole("currencies", it) }
            val settings = options.settings(options.keyring?.source()?.run { store?.let { fetched(it) } ?: text })
            val home = Home(options.keyring)
            home.open { ticket -> Native.calling { make(ticket, settings) } }
            options.currencies?.forEach { (code, scale) -> Currency.register(code, scale) }
            return home
        }
    }
}
