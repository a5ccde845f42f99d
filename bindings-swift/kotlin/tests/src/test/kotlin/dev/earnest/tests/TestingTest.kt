package dev.earnest.tests

import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Json
import dev.earnest.Keyring
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.testing.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.time.Instant
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredMemberProperties
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
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
    fun `options that a test was opened with stay without its clock`(): Unit = runBlocking {
        val options = Options(book = "shop-1")
        TestEngine.open(options = options).close()
        TestEngine.open(File(folder(), "a.db"), options).close()
        assertNotNull(Options(Instant.parse("2026-06-01T00:00:00Z"), options).forTests)
        assertNull(options.forTests)
        Engine.open("memory:", options).use { bank -> refusedNow("not_supported") { bank.advance("P1D") } }
    }

    @Test
    fun `the options of a test have all that was given`() {
        val options = Options(
            keyring = Keyring.text(Keyring.generate()), migrate = "check", tablePrefix = "till_", book = "shop-1", books = listOf("shop-1"),
            currencies = mapOf("USDC" to 6), allowedCurrencies = listOf("USDC"), defaultCurrency = "USDC", requireActor = true,
            policies = listOf(Json.obj()), rules = listOf(Json.obj()), rates = listOf(Json.obj()), background = true, keepJobs = 1.seconds,
            notifyEveryState = true, waitLimits = mapOf("dispute.open" to 3600.seconds), readOnly = true, poolSize = 1, queueLimit = 1, groupLimit = 1, connectTimeout = 1.seconds,
            statementTimeout = 1.seconds, synchronous = "full", clockIsRight = true, log = "info", messages = emptyMap(), webhooks = false,
        )
        val copied = Options(Instant.parse("2026-06-01T00:00:00Z"), options)
        for (one in dev.earnest.Options::class.declaredMemberProperties.filter { it.visibility == KVisibility.PUBLIC }) {
            assertNotNull(one.get(options), one.name)
            assertEquals(one.get(options), one.get(copied), one.name)
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
