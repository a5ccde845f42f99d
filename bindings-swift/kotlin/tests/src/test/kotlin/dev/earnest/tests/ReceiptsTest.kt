package dev.earnest.tests

import dev.earnest.Actor
import dev.earnest.Deal
import dev.earnest.DealState
import dev.earnest.Json
import dev.earnest.PublicKeys
import dev.earnest.Receipt
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Checks without an engine: whether receipts are genuine, and what may be done with a deal. */
class ReceiptsTest {
    private val known = Json.parseAny(File(ROOT, "core/tests/vectors/receipts.json").readText())
    private val keys = PublicKeys.fromJson(known["public_keys"].toString())

    @Test
    fun `receipts are judged as the core judges them`() {
        assertEquals(9, known["checks"].items.size)
        for (check in known["checks"].items) {
            val found = Receipt.verify(check["receipt"].toString(), keys)
            assertEquals(check["with_public_keys"], Json.parse(found.toJson())) { check["name"].text }
            assertEquals(found, Receipt.fromJson(check["receipt"].toString()).verify(known["public_keys"].toString()))
        }
    }

    @Test
    fun `receipts are genuine until a byte of them changes`() {
        assertEquals(19, known["receipts"].items.size)
        for (one in known["receipts"].items) {
            val text = one["receipt"].toString()
            val receipt = Receipt.fromJson(text)
            val found = receipt.verify(keys)
            // an HMAC has no public key
            val isPublic = receipt.signatures.any { it.alg.value == "Ed25519" }
            assertEquals(isPublic, found.valid) { found.toJson() }
            assertEquals(found, Receipt.verify(receipt.toJson(), known["public_keys"].toString()))
            val signature = (receipt.signatures.find { it.alg.value == "Ed25519" } ?: receipt.signatures.first()).value
            val flipped = text.replace(signature, signature.replaceRange(7, 8, if (signature[7] == '0') "1" else "0"))
            assertFalse(Receipt.verify(flipped, keys).valid)
            val more = Receipt.fromJson(Json.of(one["receipt"].members + ("more" to Json.of(1))).toString())
            assertEquals("broken_integrity", more.verify(keys).reason)
        }
    }

    @Test
    fun `keys that are no JSON are refused by name`() {
        val receipt = Receipt.fromJson(known["receipts"].items.first()["receipt"].toString())
        assertEquals("public_keys", refusedNow("invalid_request") { receipt.verify("scribble") }.field)
        assertEquals("public_keys", refusedNow("invalid_request") { Receipt.verify(receipt.toJson(), "scribble") }.field)
        assertEquals("receipt", refusedNow("invalid_request") { Receipt.verify("scribble", keys) }.field)
    }

    @Test
    fun `what an actor may do is what the engine answers`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            for (state in listOf(DealState.PENDING, DealState.AWAITING_SHIPMENT, DealState.SHIPPED, DealState.DELIVERED, DealState.RELEASED)) {
                val deal = bank.deal(state)
                for (actor in listOf(Actor("buyer"), Actor("seller"), Actor.admin("anna"), Actor.system(), Actor("eve"))) {
                    val answered = bank.acting(actor).escrow.allowedActions(deal = deal.id).actions
                    val found = Deal.fromJson(deal.toJson()).allowedActions(actor, at = bank.clock.now)
                    assertEquals(answered, found.toList()) { "$state for $actor" }
                    assertEquals(answered.any { it.trigger == "confirm" }, "confirm" in found)
                }
            }
            refusedNow("not_permitted") { runBlocking { bank.deal() }.allowedActions(Actor("buyer", "seller"), bank.clock.now) }
        }
        assertTrue(Deal.transitions.any { it.trigger == "confirm" })
    }

    @Test
    fun `every cell of the table answers as it was recorded`() {
        var cells = 0
        for (line in vectors("allowed_actions.jsonl").map { Json.parse(it) }) {
            val deal = Deal.fromJson(line["deal"].toString())
            for (asked in line["asked"].items) {
                cells++
                val actor = Actor(asked["actor"]["id"].text, asked["actor"]["role"].textOrNull)
                val answer = { deal.allowedActions(actor, Instant.parse(asked["at"].text)) }
                asked["refused"].textOrNull?.let { code -> refusedNow(code, answer) }
                    ?: assertEquals(asked["actions"], Json.of(answer().map { Json.parse(it.toJson()) })) { "$actor: ${line["deal"]}" }
            }
        }
        assertTrue(cells > 100)
    }
}
