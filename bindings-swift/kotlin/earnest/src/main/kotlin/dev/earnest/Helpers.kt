package dev.earnest

import java.time.Instant

/** The actions open to an actor on a deal, as its server would say. A hint for user interfaces: the server judges. */
public class AllowedActions internal constructor(private val actions: List<Action>) : AbstractList<Action>() {
    override val size: Int get() = actions.size

    override fun get(index: Int): Action = actions[index]

    /** Whether a trigger, such as `confirm`, is among them. */
    public operator fun contains(trigger: String): Boolean = any { it.trigger == trigger }
}

/** A row of the table of what deals can do. */
public class Transition internal constructor(from: Reading) : View(from) {
    /** The state that it leads from. */
    public val from: DealState = DealState(from.text("from"))

    /** Its trigger: the name of the operation. */
    public val trigger: String = from.text("trigger")

    /** The callers who may do it. */
    public val who: Json = from.json("who")

    /** The condition besides: `always`, `opener`, or `before` and `passed` with the deadline. */
    public val guard: Json = from.json("guard")

    /** The states on its way, the last of which it ends in; `before` is the one before a dispute. */
    public val through: List<String> = from.list("through", Reading::asText)

    override fun parts(): Array<Any?> = arrayOf("from", from, "trigger", trigger, "who", who, "guard", guard, "through", through)

    internal override fun json(): Json = received
}

/** The functions of a deal that need no engine. */
public abstract class DealView internal constructor(from: Reading) : View(from) {
    /** Returns the actions open to an actor, at the time of the device's clock or at another one. */
    public fun allowedActions(actor: Actor, at: Instant = Instant.now()): AllowedActions {
        val who = actor.json("actor").toString()
        val time = Arguments.timeText("at", at)
        val found = Native.calling { allowedActions(received.toString(), who, time) }
        val items = JsonReader(found, Json.DEEPEST).whole().let { it.itemsOrNull ?: it["actions"].items }
        return AllowedActions(items.map { Action(Reading(it)) })
    }

    /** Returns the actions open to an actor. */
    public fun allowedActions(actor: String, at: Instant = Instant.now()): AllowedActions = allowedActions(Actor(actor), at)
}

/** The rules of deals, which need no engine. */
public abstract class DealRules internal constructor() {
    /** The table of what deals can do. */
    public val transitions: List<Transition>
        get() = JsonReader(Native.calling { transitions() }, Json.DEEPEST).whole().items.map { Transition(Reading(it)) }
}

/** The functions of a receipt that need no engine. It keeps its JSON as it was received: additions are noticed. */
public abstract class ReceiptView internal constructor(from: Reading) : View(from) {
    /** Whether it is genuine by the public keys of its issuer. */
    public fun verify(publicKeys: PublicKeys): Verification = verified(received.toString(), publicKeys.toJson())

    /** The same by the JSON that `receipts.publicKeys()` replied. */
    public fun verify(publicKeys: String): Verification = verified(received.toString(), Json.parse(publicKeys, "public_keys").toString())

    internal override fun json(): Json = received
}

/** The checks of a receipt's JSON. */
public abstract class ReceiptChecks internal constructor() {
    /** Whether a receipt is genuine by the public keys of its issuer. */
    public fun verify(json: String, publicKeys: PublicKeys): Verification =
        verified(Json.parse(json, "receipt").toString(), publicKeys.toJson())

    /** The same by the JSON that `receipts.publicKeys()` replied. */
    public fun verify(json: String, publicKeys: String): Verification =
        verified(Json.parse(json, "receipt").toString(), Json.parse(publicKeys, "public_keys").toString())
}

private fun verified(receipt: String, publicKeys: String): Verification =
    Verification(Reading.ofReply(Native.calling { verifyReceipt(receipt, publicKeys) }))

/**
 * Checks a webhook that was received, and answers its id: the same message may come again, and has the same id.
 *
 * [body] is what came over the line, before anybody parsed it. One of [secrets] must have signed it, no more than five
 * minutes before or after [now]; otherwise it is refused with `signature_invalid`.
 */
public fun verifyWebhook(body: ByteArray, headers: Map<String, String>, secrets: List<String>, now: Instant? = null): String {
    val named = headers.flatMap { (name, value) -> listOf(Arguments.whole("headers", name), Arguments.whole("headers", value)) }
    val known = secrets.map { Arguments.whole("secrets", it) }
    val at = now?.let { Arguments.timeText("now", it) }
    return Native.calling { verifyWebhook(body, named, known, at) }
}

/** The same for a body that is text. */
public fun verifyWebhook(body: String, headers: Map<String, String>, secrets: List<String>, now: Instant? = null): String =
    verifyWebhook(Arguments.whole("body", body).toByteArray(), headers, secrets, now)
