package dev.earnest

import java.io.File
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.withTimeoutOrNull

/** Where a keyring is fetched: when an engine is opened, and at `reloadKeyring()`. */
public fun interface KeyStore {
    /** The text of the keyring, within 30 seconds. What it throws is told by its type's name alone. */
    public suspend fun keyring(): String
}

/**
 * The keys of receipts, vault and PINs: their text, a file that has it, or what fetches it.
 *
 * Whatever prints or serializes one finds nothing: its one field is transient, and no getter leads to it.
 */
public class Keyring private constructor(@Transient private val kept: Source) {
    /** The place of the text: one of them. */
    internal class Source(val text: String? = null, val file: String? = null, val store: KeyStore? = null)

    internal fun source(): Source = kept

    override fun toString(): String = "Keyring(<hidden>)"

    public companion object {
        /** A keyring by its text. */
        public fun text(text: String): Keyring = Keyring(Source(text = text))

        /** A keyring in a file, which is read again at `reloadKeyring()`. */
        public fun file(file: File): Keyring = Keyring(Source(file = file.path))

        /** A keyring that is fetched. */
        public fun source(store: KeyStore): Keyring = Keyring(Source(store = store))

        /** The text of a new keyring. */
        public fun generate(): String = Native.calling { keygen() }
    }
}

/** Code of the application runs here, so that it cannot hold up who waits for it. */
private val outside = CoroutineScope(SupervisorJob() + Dispatchers.IO)

/**
 * The result of code of the application; `null` when it is late. The limit is of real time: a test whose clock skips what it
 * waits for would be over at once.
 */
internal suspend fun <T> inTime(limit: Duration, work: suspend () -> T): Result<T>? {
    val asked = outside.async { runCatching { work() } }
    val waiting = outside.async { withTimeoutOrNull(limit) { asked.await() } }
    try {
        return waiting.await()
    } finally {
        asked.cancel()
        waiting.cancel()
    }
}

/** How long is waited for code of the application; tests shorten it. */
internal object Limits {
    @Volatile
    var keyring: Duration = 30.seconds
}

/** Asks a key store. Nothing of what it throws is told but its type. */
internal suspend fun fetched(store: KeyStore): String {
    val found = inTime(Limits.keyring) { store.keyring() } ?: throw invalid("keyring", "was not fetched within 30 s")
    val text = found.getOrElse { throw invalid("keyring", "could not be fetched: ${typeOf(it)}") }
    return Arguments.whole("keyring", text)
}

/** The name of a type, for reasons: what has none is said by its nearest named parent. */
internal fun typeOf(thrown: Throwable): String =
    generateSequence<Class<*>>(thrown.javaClass) { it.superclass }.firstNotNullOf { it.simpleName.ifEmpty { null } }

/** Whether something only says that whoever waits has gone. */
internal fun isCancellation(thrown: Throwable): Boolean = thrown is CancellationException
