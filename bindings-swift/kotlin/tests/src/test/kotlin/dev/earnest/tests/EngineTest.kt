package dev.earnest.tests

import dev.earnest.Actor
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.IdempotencyKey
import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

private val DOLLAR = Money("1.00", "USD")

class EngineTest {
    @Test
    fun `the first minutes`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            val moved = bank.ledger.topUp(account = "alice", amount = Money("100.00", "USD"), key = "t-1")
            assertEquals(Money("100.00", "USD"), moved.balance.available)
            assertFalse(moved.replayed)
            assertTrue(bank.ledger.topUp(account = "alice", amount = Money("100.00", "USD"), key = "t-1").replayed)
            val key = IdempotencyKey("ord-7").forStep("open")
            val opened = bank.escrow.open(buyer = "alice", seller = "bob", price = Money("40.00", "USD"), key = key)
            bank.escrow.pay(deal = opened.deal.id)
            assertEquals(listOf("-40.00 USD", "100.00 USD"), bank.ledger.entries(account = "alice").toList().map { it.amount.toString() })
            val refused = refused("insufficient_balance") { bank.ledger.deduct(account = "alice", amount = Money("99", "USD"), key = "d") }
            refused as EarnestException.InsufficientBalance
            assertTrue((refused as Any) is EarnestException.Rejected)
            assertEquals(Money("60.00", "USD"), refused.available)
            assertEquals(refused.available, refused.details.available)
            assertTrue(bank.health().status.isNotEmpty())
            assertTrue("earnest" in bank.metrics())
        }
    }

    @Test
    fun `lists fetch as they are collected`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            repeat(7) { bank.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-$it") }
            val list = bank.ledger.entries(account = "alice", limit = 3)
            assertEquals(3, list.page().items.size)
            assertEquals(7, list.toList().size)
            assertEquals(list.toList(), list.toList())
            assertEquals(2, list.take(2).toList().size)
            refused("account_not_found") { bank.ledger.entries(account = "nobody").toList() }
        }
    }

    @Test
    fun `64 coroutines conserve money`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            repeat(8) { bank.funded("a$it", "100.00 USD") }
            (0 until 64).map { number ->
                async {
                    repeat(10) { round ->
                        val (from, to) = "a${(number + round) % 8}" to "a${(number * 3 + round + 1) % 8}"
                        if (from != to) bank.ledger.transfer(from = from, to = to, amount = DOLLAR, key = "$number-$round")
                    }
                }
            }.awaitAll()
            val sum = (0 until 8).map { bank.ledger.balance(account = "a$it").available }.reduce(Money::plus)
            assertEquals(Money("800.00", "USD"), sum)
            bank.assertConserved()
        }
    }

    @Test
    fun `a cancelled call ends its wait and is decided by its key`(): Unit = runBlocking(Dispatchers.Default) {
        val count = if (System.getProperty("earnest.soak").isNullOrEmpty()) 1_000 else 10_000
        TestEngine.open(File(folder(), "till.db")).use { bank ->
            bank.funded("alice", "1000.00 USD")
            var slowest = Duration.ZERO
            for (batch in (0 until count).chunked(64)) {
                val calls = batch.map { number ->
                    launch { bank.ledger.deduct(account = "alice", amount = Money("0.01", "USD"), key = "c-$number") }
                }
                delay((batch.first() % 4).milliseconds)
                val begun = TimeSource.Monotonic.markNow()
                calls.forEach { it.cancel() }
                calls.joinAll()
                slowest = maxOf(slowest, begun.elapsedNow())
            }
            // 100 ms is what `make soak-mobile` shows with nothing beside it; elsewhere it only ends
            val within = if (count == 10_000) 100.milliseconds else 60.seconds
            assertTrue(slowest < within) { "$slowest" }
            assertEquals(0, bank.home.waits)
            repeat(count) { bank.ledger.deduct(account = "alice", amount = Money("0.01", "USD"), key = "c-$it") }
            val left = Money("1000.00", "USD") - Money("0.01", "USD") * count.toLong()
            assertEquals(left, bank.ledger.balance(account = "alice").available)
            bank.assertConserved()
        }
    }

    @Test
    fun `what is cancelled already sends nothing`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            val call = launch(start = CoroutineStart.UNDISPATCHED) {
                coroutineContext.job.cancel()
                try {
                    bank.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-1")
                } catch (cancelled: CancellationException) {
                    return@launch
                }
                fail<Unit>("it was sent")
            }
            call.join()
            refused("account_not_found") { bank.ledger.balance(account = "alice") }
            // whenever the time is over: the threads of timers and of this test are woken in any order
            assertEquals(null, withTimeoutOrNull(1.milliseconds) { repeat(100_000) { bank.health() } })
        }
    }

    @Test
    fun `code without a dispatcher does not go on where answers come from`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            withContext(Dispatchers.Unconfined) {
                repeat(3) {
                    bank.health()
                    assertFalse(Thread.currentThread().name == "earnest-answers")
                    // would wait for ever there
                    runBlocking { bank.health() }
                }
            }
        }
    }

    @Test
    fun `an engine is closed once and answers what it took`(): Unit = runBlocking(Dispatchers.Default) {
        val bank = Engine.open("memory:")
        val calls = (0 until 200).map { number ->
            async { runCatching { bank.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-$number") } }
        }
        bank.close()
        bank.close()
        assertTrue(bank.isClosed)
        calls.awaitAll().mapNotNull { it.exceptionOrNull() }.forEach {
            assertTrue(it is EarnestException.StoreUnavailable || it is EarnestException.OutcomeUnknown, "$it")
        }
        assertEquals("never", refused("store_unavailable") { bank.health() }.retry)
        refused("store_unavailable") { bank.acting("alice").health() }
        refused("store_unavailable") { bank.pause() }
        assertEquals(0, bank.home.waits)
    }

    @Test
    fun `views have an actor or a book and close nothing`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            val shop = bank.book("shop-1").acting(Actor("anna", "admin"))
            shop.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-1")
            refused("account_not_found") { bank.ledger.balance(account = "alice") }
            val entry = shop.admin.audit().page().items.first()
            assertEquals(Actor.admin("anna"), entry.actor)
            refused("not_supported") { shop.close() }
            refused("invalid_request") { bank.book("a b") }
            assertFalse(bank.isClosed)
        }
    }

    @Test
    fun `two engines on one file see each other`(): Unit = runBlocking {
        // a path is taken as it is
        val file = File(folder(), "my %20 till? 한글.db")
        Engine.open(file).use { one ->
            Engine.open(file).use { other ->
                one.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-1")
                assertEquals(DOLLAR, other.ledger.balance(account = "alice").available)
            }
        }
        assertTrue(file.isFile)
    }

    @Test
    fun `calls go from JSON to JSON`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            bank.call("ledger.top_up", """{"account":"alice","amount":"1.00 USD","key":"t-1"}""")
            val balance = Json.parse(bank.call("ledger.balance", """{"account":"alice"}"""))
            assertEquals("1.00", balance["available"]["amount"].text)
            refused("invalid_request") { bank.call("ledger.nothing", "{}") }
            refused("invalid_request") { bank.call("ledger.balance", """{"account":"alice","more":1}""") }
            refused("invalid_request") { bank.call("ledger.balance", "{") }
            refused("invalid_request") { bank.call("ledger.balance", """{"account":"\ud800"}""") }
        }
    }

    @Test
    fun `a missing actor is invalid and the fault of the program`(): Unit = runBlocking {
        Engine.open("memory:").use { bank ->
            val missing = refused("invalid_request") { bank.approvals.approve(approval = "ap_00000000-0000-8000-8000-000000000000") }
            missing as EarnestException.InvalidRequest
            assertEquals("invalid" to 500, missing.kind to missing.httpStatus)
            assertEquals("actor" to "approvals.approve", missing.field to missing.operation)
            // nobody who reads it has done something wrong
            assertEquals("The request could not be processed. Please contact the administrator", missing.toUser())
            assertEquals(500, EarnestException.fromJson(missing.toJson()).httpStatus)
            val malformed = refused("invalid_request") { bank.call("ledger.balance", """{"account":"alice","more":1}""") }
            assertEquals(400, malformed.httpStatus)
        }
    }

    @Test
    fun `options are those of the core`(): Unit = runBlocking {
        val options = Options(currencies = mapOf("KTOKEN" to 6), defaultCurrency = "KTOKEN", requireActor = true, policies = emptyList(), keepJobs = 5.seconds)
        Engine.open("memory:", options).use { bank ->
            val missing = refused("invalid_request") { bank.ledger.topUp(account = "alice", amount = DOLLAR, key = "t-1") }
            assertEquals("actor" to 500, missing.field to missing.httpStatus)
            val moved = bank.acting(Actor.admin("anna")).ledger.topUp(account = "alice", amount = Money("1.5", "KTOKEN"), key = "t-1")
            assertEquals("1.500000", moved.balance.available.text)
        }
        coroutineScope { refused("invalid_request") { Engine.open("memory:", Options(migrate = "soon")) } }
    }
}
