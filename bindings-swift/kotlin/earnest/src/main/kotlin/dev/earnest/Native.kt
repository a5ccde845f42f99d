package dev.earnest

import dev.earnest.internal.NativeException
import dev.earnest.internal.RustBuffer
import dev.earnest.internal.UniffiRustCallStatus
import com.sun.jna.NativeLibrary
import dev.earnest.internal.version

/** The native half: it is loaded once, and whatever it throws becomes a refusal here. */
internal object Native {
    /** The form of the contract that this package was made from. */
    private const val CONTRACT = 1u

    private const val LIBRARY = "earnest_mobile"

    /** Why the native half cannot be used, if it cannot. */
    private val fault: EarnestException? by lazy(::loaded)

    private fun loaded(): EarnestException? = try {
        val found = version()
        if (found.library == VERSION && found.contract == CONTRACT) null else other("is ${found.library}, contract ${found.contract}", null)
    } catch (failed: Throwable) {
        // checksums of another version, a symbol that is not there, or no library at all
        if (failed is VirtualMachineError && failed !is StackOverflowError) throw failed
        other(readVersion() ?: "could not be loaded: ${typeOf(failed)}", failed)
    }

    /** The version that a library says of itself whose functions differ from those that this package calls; `null` where there is none. */
    private fun readVersion(): String? {
        val library = try {
            // as the bridge looks for it
            NativeLibrary.getInstance(System.getProperty("uniffi.component.earnest_native.libraryOverride") ?: LIBRARY)
        } catch (_: Throwable) {
            return null
        }
        return try {
            val function = library.getFunction("uniffi_earnest_mobile_fn_func_version")
            val buffer = function.invoke(RustBuffer.ByValue::class.java, arrayOf(UniffiRustCallStatus())) as RustBuffer.ByValue
            val bytes = buffer.asByteBuffer() ?: throw IllegalStateException()
            val text = ByteArray(bytes.getInt()).also(bytes::get)
            "is ${text.decodeToString()}"
        } catch (_: Throwable) {
            "is of another version that does not say which"
        }
    }

    /** `not_supported`, without the table of errors that could not be loaded. Paths stand in its cause alone. */
    private fun other(what: String, cause: Throwable?): EarnestException {
        val reason = "this package is $VERSION, contract $CONTRACT, and its native library $what"
        val details = Json.obj("operation" to "load", "reason" to reason)
        val wire = Json.obj("code" to "not_supported", "message" to "`load` is not supported: $reason", "retry" to "never", "details" to details)
        return EarnestException.of(wire, "not_supported").apply { initCause(cause) }
    }

    /** Refuses where the native half cannot be used. */
    fun check() {
        fault?.let { throw EarnestException.of(it.json, it.code).apply { initCause(it.cause) } }
    }

    /** Calls a function of the native half. */
    fun <T> calling(call: Functions.() -> T): T {
        check()
        try {
            return Functions.call()
        } catch (refused: NativeException.Refused) {
            throw refusalOf(Reading.ofReply(refused.json))
        } catch (failed: EarnestException) {
            throw failed
        } catch (failed: Exception) {
            throw broken()
        }
    }

    /** The same where a refusal is shown, which may be that there is no native half. */
    fun <T> callingOr(otherwise: T, call: Functions.() -> T): T = if (fault == null) calling(call) else otherwise

    /** Returns the refusal for a fault of the bridge; nothing of its text leaves. */
    private fun broken(): EarnestException {
        val details = Json.obj("what" to "the native half failed")
        val message = "the engine found something that cannot be: the native half failed"
        return EarnestException.of(Json.obj("code" to "corrupted", "message" to message, "retry" to "never", "details" to details), "corrupted")
    }

    /** A refusal in the words of the table of errors. */
    fun refusal(code: String, details: Map<String, Any?>): EarnestException {
        check()
        val wire = try {
            dev.earnest.internal.refusal(code, Json.of(details).toString())
        } catch (refused: NativeException.Refused) {
            refused.json
        } catch (_: Exception) {
            return broken()
        }
        val json = Reading.ofReply(wire).json
        return EarnestException.of(json, json["code"].text)
    }

    fun retry(code: String): String? = if (isWhole(code)) calling { retry(code) } else null
}
