package dev.earnest.tests

import dev.earnest.Actor
import dev.earnest.DealState
import dev.earnest.DisputeType
import dev.earnest.Engine
import dev.earnest.Factor
import dev.earnest.FeeTerm
import dev.earnest.Json
import dev.earnest.Leg
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.Side
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.math.BigInteger
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private const val HALF = "a\ud800b"

/** Wrong input: a refusal that names it, before anything is sent, and never a crash. */
class InputTest {
    private val dollar = Money("1.00", "USD")

    private fun nested(depth: Int): Json = (1..depth).fold(Json.NULL) { inner, _ -> Json.of(listOf(inner)) }

    @Test
    fun `arguments without a place in JSON are refused by name`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            val wrong = listOf<Pair<String, suspend () -> Any?>>(
                "account" to { bank.ledger.topUp(account = HALF, amount = dollar, key = "k") },
                "key" to { bank.ledger.topUp(account = "a", amount = dollar, key = "\udc00") },
                "reference" to { bank.ledger.topUp(account = "a", amount = dollar, key = "k", reference = "a\u0000b") },
                "metadata" to { bank.ledger.topUp(account = "a", amount = dollar, key = "k", metadata = Json.of(mapOf("x" to "a\u0000b"))) },
                "metadata" to { bank.ledger.topUp(account = "a", amount = dollar, key = "k", metadata = Json.of(listOf(1))) },
                "actor" to { bank.ledger.topUp(account = "a", amount = dollar, key = "k", actor = Actor(HALF)) },
                "proofs[1]" to { bank.ledger.topUp(account = "a", amount = dollar, key = "k", proofs = listOf("p", HALF)) },
                "postings[1].account" to { bank.ledger.post(postings = listOf(Leg("a", dollar), Leg(HALF, -dollar)), key = "k") },
                "fees[0].to" to { bank.escrow.open(buyer = "a", seller = "b", price = dollar, key = "k", fees = listOf(FeeTerm(to = HALF))) },
                "expires_in" to { bank.ledger.hold(account = "a", amount = dollar, key = "k", expiresIn = 1.nanoseconds) },
                "expires_in" to { bank.ledger.hold(account = "a", amount = dollar, key = "k", expiresIn = Duration.INFINITE) },
                "expires_in" to { bank.ledger.hold(account = "a", amount = dollar, key = "k", expiresIn = (-1).seconds) },
                "expires_at" to { bank.ledger.hold(account = "a", amount = dollar, key = "k", expiresAt = Instant.MAX) },
                "expires_at" to { bank.ledger.hold(account = "a", amount = dollar, key = "k", expiresAt = Instant.parse("+10000-01-01T00:00:00Z")) },
                "payload" to { bank.jobs.enqueue(kind = "a.b", payload = Json.of(BigInteger.TWO.pow(64)), key = "k") },
                "after" to { bank.ledger.entries(account = "a", after = HALF).page() },
            )
            for ((field, call) in wrong) assertEquals(field, refused("invalid_request") { call() }.field)
            refused("invalid_request") { bank.jobs.enqueue(kind = "a.b", payload = Json.of(listOf(nested(64))), key = "k") }
            refusedNow("invalid_request") { Json.of(Double.NaN) }
            refusedNow("invalid_request") { Json.of(mapOf(1 to 2)) }
            assertEquals("json", refusedNow("invalid_request") { Json.of(mapOf("x" to HALF)) }.field)
            refusedNow("invalid_request") { Json.of(mapOf(HALF to "x")) }
            assertEquals("book", refused("invalid_request") { Engine.open("memory:", Options(book = HALF)) }.field)
            refusedNow("invalid_request") { bank.acting(HALF) }
            refusedNow("invalid_request") { bank.book(HALF) }
            // nothing of all that was done
            assertTrue(bank.ledger.accounts().page().items.isEmpty())
        }
    }

    @Test
    fun `one of a closed set is given as it is or as its text`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            val deal = bank.deal(DealState.SHIPPED)
            for (found in listOf(bank.escrow.list(state = DealState.SHIPPED), bank.escrow.list(state = "shipped"), bank.escrow.list(state = deal.state))) {
                assertEquals(listOf(deal.id), found.page().items.map { it.id })
            }
            assertTrue(bank.escrow.list(state = DealState.RELEASED).page().items.isEmpty())
            refused("invalid_request") { bank.escrow.list(state = "nowhere").page() }
            assertEquals("state", refused("invalid_request") { bank.escrow.list(state = DealState(HALF)).page() }.field)
            val opened = bank.acting(deal.buyer).escrow.dispute(deal = deal.id, type = DisputeType.NON_DELIVERY, statement = "none", key = "d").dispute
            assertEquals(DisputeType.NON_DELIVERY, opened.type)
            bank.approvals.setPolicy(id = "p", operation = "ledger.deduct", threshold = dollar, require = listOf(Factor.PIN))
            bank.approvals.setPolicy(id = "q", operation = "ledger.deduct", threshold = dollar, require = listOf("totp"))
            assertEquals(FeeTerm(to = "fees", bps = 1, from = "seller"), FeeTerm(to = "fees", bps = 1, from = Side.SELLER))
            assertEquals("shipped", "${DealState.SHIPPED}")
        }
    }

    @Test
    fun `places without a store are refused`(): Unit = runBlocking {
        val place = folder()
        val text = File(place, "text.db").apply { writeText("no database, and long enough to be read as one".repeat(100)) }
        val missing = refused("store_unavailable") { Engine.open(File(place, "secret-folder/till.db")) }
        assertFalse("secret-folder" in missing.message) { missing.message }
        refused("corrupted") { Engine.open(text) }
        refused("store_unavailable") { Engine.open(place) }
        refused("not_supported") { Engine.open("postgres://localhost/x") }
        refused("not_supported") { Engine.open("postgresql://localhost/x") }
        refused("not_supported") { Engine.open("memory:", Options(webhooks = true)) }
        refused("invalid_request") { Engine.open("nothing:") }
        refused("invalid_request") { Engine.open("sqlite:\u0000") }
        refused("invalid_request") { Engine.open(HALF) }
        refused("invalid_request") { Engine.open("memory:", Options(currencies = mapOf("USD" to 3))) }
        refused("invalid_request") { Engine.open("memory:", Options(keepJobs = 1.nanoseconds)) }
    }
}
