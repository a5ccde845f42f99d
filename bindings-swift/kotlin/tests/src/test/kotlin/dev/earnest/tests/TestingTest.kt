package dev.earnest.tests

import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Money
import dev.earnest.testing.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.time.Instant
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TestingTest {
    @Test
    fun `a clock stands still until it is moved`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            assertEquals(Instant.parse("2026-01-01T00:00:00Z"), bank.clock.now)
            assertEquals(Instant.parse("2026-01-02T00:00:00Z"), bank.clock.advance(86400.seconds))
            assertEquals(Instant.parse("2026-01-06T00:00:00Z"), bank.clock.advance("P4D"))
            refused("invalid_request") { bank.clock.advance("soon") }
            val deal = bank.deal(state = DealState.DELIVERED)
            bank.clock.advance("P30D")
            bank.runDue()
            assertEquals(DealState.RELEASED, bank.escrow.get(deal = deal.id).state)
            bank.assertConserved()
        }
    }

    @Test
    fun `the next call is refused as it was asked to be`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            bank.funded("alice", "100.00 USD")
            for (code in EarnestException.codes) {
                bank.failNext("ledger.deduct", code)
                refused(code) { bank.ledger.deduct(account = "alice", amount = Money("1", "USD"), key = "d") }
            }
            bank.failNext("ledger.deduct", "store_unavailable", mapOf("reason" to "a test"))
            val refused = refused("store_unavailable") { bank.acting("alice").ledger.deduct(account = "alice", amount = Money("1", "USD"), key = "d") }
            assertEquals("a test", (refused as EarnestException.StoreUnavailable).reason)
            bank.ledger.deduct(account = "alice", amount = Money("1", "USD"), key = "d")
            refused("invalid_request") { bank.failNext("ledger.nothing", "store_unavailable") }
            refused("invalid_request") { bank.failNext("ledger.deduct", "nothing") }
        }
    }

    @Test
    fun `ids are counted`(): Unit = runBlocking {
        val deals = (0..1).map { TestEngine.open(File(folder(), "a.db")).use { bank -> bank.deal().id } }
        assertEquals(deals[0].length, deals[1].length)
        val options = Options(testClock = Instant.parse("2026-06-01T00:00:00Z"))
        Engine.open("memory:", options).use { bank ->
            val account = bank.ledger.openAccount(account = "a", currency = "USD").account
            assertTrue(account.createdAt.toString().startsWith("2026-06-01"))
        }
    }
}
