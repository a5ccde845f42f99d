package dev.earnest

/** The caller: an id, and the role it claims; without a role, a plain actor. */
public class Actor(
    /** The id. */
    public val id: String,
    /** The role that is claimed. */
    public val role: String? = null,
) {
    override fun equals(other: Any?): Boolean = other is Actor && other.id == id && other.role == role

    override fun hashCode(): Int = 31 * id.hashCode() + role.hashCode()

    override fun toString(): String = if (role == null) id else "$id ($role)"

    internal fun json(field: String): Json {
        val members = linkedMapOf("id" to Json.ofText(Arguments.whole(field, id)))
        if (role != null) members["role"] = Json.ofText(Arguments.whole("$field.role", role))
        return Json.ofMembers(members)
    }

    public companion object {
        /** A member of staff, who may call everything. */
        public fun admin(id: String): Actor = Actor(id, "admin")

        /** The host's own program, under a name for the audit trail. */
        public fun system(id: String = "system"): Actor = Actor(id, "system")
    }
}

/** One of a closed set of texts. One that this version does not know is made of its text: `DealState("later")`. */
public sealed interface ClosedSet {
    /** The text, as every language has it. */
    public val value: String
}

/** A key of calls, from which those of its steps are derived: `IdempotencyKey("ord-7").forStep("open")`. */
public class IdempotencyKey(
    /** The key as text. */
    public val text: String,
) : CharSequence by text {
    /** The key of a step of this work. */
    public fun forStep(step: String): IdempotencyKey {
        val (key, name) = Arguments.whole("key", text) to Arguments.whole("step", step)
        return IdempotencyKey(Native.calling { childKey(key, name) })
    }

    override fun equals(other: Any?): Boolean = other is IdempotencyKey && other.text == text

    override fun hashCode(): Int = text.hashCode()

    override fun toString(): String = text
}

/** An address of an Ethereum-like chain. */
public class Address private constructor(
    /** The address as it is written with its checksum. */
    public val text: String,
) {
    override fun equals(other: Any?): Boolean = other is Address && other.text == text

    override fun hashCode(): Int = text.hashCode()

    override fun toString(): String = text

    public companion object {
        /** Reads an address; one whose capitals are no checksum of it is refused with `invalid_request`. */
        public fun parse(text: String): Address {
            val given = Arguments.whole("address", text)
            return Address(Native.calling { parseAddress(given) })
        }

        /** The address that signed a message. */
        public fun recover(message: String, signature: String): Address {
            val (text, signed) = Arguments.whole("message", message) to Arguments.whole("signature", signature)
            return Address(Native.calling { recoverMessage(text, signed) })
        }

        /** The address that signed a message, by the bytes of its signature. */
        public fun recover(message: String, signature: ByteArray): Address = recover(message, hex(signature))

        internal fun ofDigest(digest: String, signature: String): Address =
            Address(Native.calling { recoverDigest(digest, signature) })
    }
}

/** Signatures of Ethereum-like chains. */
public object Signature {
    /** The address that signed 32 bytes, given in hexadecimal with `0x`. */
    public fun recover(digest: String, signature: String): Address =
        Address.ofDigest(Arguments.whole("digest", digest), Arguments.whole("signature", signature))

    /** The address that signed 32 bytes. */
    public fun recover(digest: ByteArray, signature: ByteArray): Address = Address.ofDigest(hex(digest), hex(signature))
}

/** Bytes in hexadecimal, with `0x`. */
internal fun hex(bytes: ByteArray): String = bytes.joinToString("", "0x") { "%02x".format(it) }

/** The bytes of hexadecimal, with `0x` or without. */
internal fun bytes(hex: String): ByteArray =
    hex.removePrefix("0x").chunked(2).map { it.toInt(16).toByte() }.toByteArray()
