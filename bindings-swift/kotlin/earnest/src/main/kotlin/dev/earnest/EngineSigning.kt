package dev.earnest

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Has a private key of secp256k1, and signs with it. */
public interface Signer {
    /** The address of its key. */
    public val address: Address

    /** Signs 32 bytes: DER, or 64 or 65 bytes. What it throws is told by its type's name alone. */
    public suspend fun sign(digest: ByteArray): ByteArray
}

/** The operations of `signing`, with signers of your own: `prepare`, the signer, `complete`. Nothing is retried. */
public class EngineSigning internal constructor(private val bank: Engine) : Signing(bank.calls) {
    /** Signs a message. No lock or transaction is held while the signer works, which it may for [limit]. */
    public suspend fun sign(message: String, with: Signer, key: String, limit: Duration = LIMIT): SignatureCompleted {
        checked(limit)
        val prepared = prepare(key = key, message = message)
        return complete(key = key, signature = signed(prepared, with, limit), message = message)
    }

    /** Signs a message of bytes. */
    public suspend fun sign(message: ByteArray, with: Signer, key: String, limit: Duration = LIMIT): SignatureCompleted {
        checked(limit)
        val prepared = prepare(key = key, messageHex = hex(message))
        return complete(key = key, signature = signed(prepared, with, limit), messageHex = hex(message))
    }

    /** Signs a transaction. */
    public suspend fun sign(transaction: TransactionFields, with: Signer, key: String, limit: Duration = LIMIT): SignatureCompleted {
        checked(limit)
        val prepared = prepare(key = key, tx = transaction)
        return complete(key = key, signature = signed(prepared, with, limit), tx = transaction)
    }

    /** Signs typed data (EIP-712). */
    public suspend fun sign(typedData: Json, with: Signer, key: String, limit: Duration = LIMIT): SignatureCompleted {
        checked(limit)
        val prepared = prepare(key = key, typedData = typedData)
        return complete(key = key, signature = signed(prepared, with, limit), typedData = typedData)
    }

    private fun checked(limit: Duration) {
        if (limit.isNegative()) throw invalid("limit", "must be a length of time from 0 up")
    }

    private suspend fun signed(prepared: SignaturePrepared, signer: Signer, limit: Duration): String {
        // nobody is asked to confirm what another key is to sign
        val address = runCatching { signer.address.text }.getOrElse { throw refused("the signer failed: ${typeOf(it)}") }
        if (!address.equals(prepared.from, ignoreCase = true)) throw refused("the signer is of another address")
        val found = inTime(limit) { signer.sign(bytes(prepared.digest)) } ?: throw refused("the signer did not answer")
        val signature = found.getOrElse { throw refused("the signer failed: ${typeOf(it)}") }
        // what is no signature at all is not worth asking about
        if (signature.size !in 8..80) throw refused("the signer answered no signature")
        return hex(signature)
    }

    private fun refused(reason: String): EarnestException = refuse("signature_invalid", "reason" to reason)

    private companion object {
        val LIMIT: Duration = 30.seconds
    }
}
