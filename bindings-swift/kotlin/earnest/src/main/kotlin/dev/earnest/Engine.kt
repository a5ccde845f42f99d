package dev.earnest

import dev.earnest.internal.NativeEngine
import java.io.File
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/**
 * An engine, or a view of one with another book or an actor: `Engine.open("memory:")` makes one.
 *
 * Any number of coroutines and threads may use it. No call holds up the thread of its caller.
 */
public open class Engine internal constructor(
    internal val home: Home,
    private val native: NativeEngine = home.native,
    private val isView: Boolean = false,
    private val bookName: String? = null,
) : Services() {
    override val calls: Calls = Sender()

    /** The operations of `ledger`, with balances that are observed. */
    override val ledger: EngineLedger get() = EngineLedger(this)

    /** The operations of `escrow`, with deals that are observed. */
    override val escrow: EngineEscrow get() = EngineEscrow(this)

    /** The operations of `events`, with what reads the log. */
    override val events: EngineEvents get() = EngineEvents(this)

    /** The operations of `jobs`, with handlers that do them. */
    override val jobs: EngineJobs get() = EngineJobs(this)

    /** The operations of `signing`, with signers of your own. */
    override val signing: EngineSigning get() = EngineSigning(this)

    /** A view whose calls are made by this actor and nobody else. It closes nothing. */
    public fun acting(actor: Actor): Engine = view(bookName) { it.view(null, actor.json("actor").toString()) }

    /** A view whose calls are made by this actor and nobody else. */
    public fun acting(actor: String): Engine = acting(Actor(actor))

    /** A view whose calls go to another book. It closes nothing. */
    public fun book(name: String): Engine {
        val text = Arguments.whole("book", name)
        return view(text) { it.view(text, null) }
    }

    private fun view(bookName: String?, make: (NativeEngine) -> NativeEngine): Engine {
        if (home.isClosed) throw Home.closed()
        return Engine(home, Native.calling { make(native) }, true, bookName)
    }

    /** A view that reads the log of its book on behalf of this package: the actor of this one may not see that. */
    internal fun observer(): Engine {
        val whole = Engine(home, isView = true)
        return (bookName?.let(whole::book) ?: whole).acting(Actor.system("earnest"))
    }

    /** Runs an operation by its name, from JSON to JSON: names are those of every language. */
    public suspend fun call(name: String, json: String): String =
        calls.send(Arguments.whole("operation", name), if (isWhole(json)) json else throw invalid("json", "has half a character"))

    /** Whether the engine and its store are well: `admin.health`. */
    public suspend fun health(): Health = admin.health()

    /** Recomputes every invariant of every book: `admin.verify`. */
    public suspend fun verify(): Verify = admin.verify()

    /** Returns the metrics of this process and how far it is behind, as text for Prometheus. */
    public suspend fun metrics(): String = admin.metrics().text

    /** Asks again where the keyring came from, and uses what is there from now on. Answers whether anything changed. */
    public suspend fun reloadKeyring(): Boolean {
        refuseClosed()
        val text = home.keyring?.source()?.run { store?.let { fetched(it) } ?: text }
        return home.ask { native.reloadKeyring(it, text) } == "true"
    }

    /** Lets the background look now. */
    public fun nudge() {
        if (!home.isClosed) Native.calling { native.nudge() }
    }

    /** Whether it was closed. */
    public val isClosed: Boolean get() = home.isClosed

    /** Whether it stands still. */
    public val isPaused: Boolean get() = !home.isClosed && Native.calling { native.isPaused() }

    /**
     * Refuses new calls, lets those under way end and answers them, and closes every file of the store: a device that goes
     * to sleep holds no lock. What has not ended within [limit] is rolled back. A second time is harmless.
     */
    public suspend fun pause(limit: Duration = 5.seconds) {
        refuseClosed()
        if (limit.isNegative()) throw invalid("limit", "must be a length of time from 0 up")
        home.ask { native.pause(it, limit.inWholeMicroseconds.toULong()) }
    }

    /** Goes on. Another store in the place of this one is `store_mismatch`, and it stays paused. */
    public suspend fun resume() {
        refuseClosed()
        home.ask { native.resume(it) }
    }

    /** Does something with it, and closes it: `Engine.open("memory:").use { bank -> ... }`. */
    public open val use: Closing<Engine> get() = Closing(this)

    /** Stops taking calls, answers those that were taken, and closes the store. Twice is no error. */
    public suspend fun close() {
        if (isView) throw refuse("not_supported", "operation" to "close", "reason" to "this is a view: close the engine that it is of")
        home.close()
    }

    internal suspend fun caughtUp() {
        refuseClosed()
        home.ask { native.catchUp(it) }
    }

    internal fun now(): String = Native.calling { native.now() }

    internal fun advance(by: String): String = Native.calling { native.advance(Arguments.whole("by", by)) }

    private fun refuseClosed() {
        if (home.isClosed) throw Home.closed()
    }

    private inner class Sender : Calls() {
        override suspend fun send(name: String, json: String): String {
            refuseClosed()
            home.meets?.invoke(name)
            return home.ask { native.begin(it, name, json) } ?: "null"
        }
    }

    public companion object {
        /** Opens a store: `memory:` or `sqlite:PATH`. */
        public suspend fun open(url: String, options: Options = Options()): Engine = Engine(opened(url, options))

        /** Opens a file by its path, whatever characters are in that. Its folder must exist. */
        public suspend fun open(file: File, options: Options = Options()): Engine = Engine(opened(file, options))

        internal suspend fun opened(url: String, options: Options): Home {
            val text = Arguments.whole("url", url)
            return Home.open(options) { ticket, settings -> open(ticket, text, settings) }
        }

        internal suspend fun opened(file: File, options: Options): Home {
            val path = Arguments.whole("file", file.path)
            return Home.open(options) { ticket, settings -> openFile(ticket, path, settings) }
        }
    }
}

/**
 * Closes an engine at the end of a block: `bank.use { ... }`.
 *
 * A function of [Engine] would hand an engine of tests to its block as an [Engine] alone, and an extension is
 * not there for a file that imports the class by its name.
 */
public class Closing<out E : Engine> internal constructor(engine: E) {
    @PublishedApi
    internal val engine: E = engine

    /** Does something with the engine, and closes it. */
    public suspend inline operator fun <T> invoke(block: (E) -> T): T {
        try {
            return block(engine)
        } finally {
            withContext(NonCancellable) { engine.close() }
        }
    }
}

/** Does something with an engine, and closes it: for files that import this by its name. */
@Suppress("EXTENSION_SHADOWED_BY_MEMBER", "EXTENSION_FUNCTION_SHADOWED_BY_MEMBER_PROPERTY_WITH_INVOKE")
public suspend inline fun <E : Engine, T> E.use(block: (E) -> T): T {
    try {
        return block(this)
    } finally {
        withContext(NonCancellable) { close() }
    }
}
