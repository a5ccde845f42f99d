package dev.earnest.tests

import dev.earnest.Actor
import dev.earnest.DealState
import dev.earnest.Engine
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

private val LIMIT = 45.seconds

/** Values that a screen shows as they become. */
class ObservingTest {
    private suspend fun <T> ConcurrentLinkedQueue<T>.has(what: (T) -> Boolean): Unit = withTimeout(LIMIT) { while (none(what)) delay(10) }

    @Test
    fun `a balance is there at once, and again when it has changed and no more often`(): Unit = runBlocking(Dispatchers.Default) {
        val till = Engine.open(File(folder(), "till.db"), Options(requireActor = true, background = true))
        val bank = till.acting(Actor.admin("anna"))
        repeat(5) { bank.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "t-$it") }
        val seen = ConcurrentLinkedQueue<Money>()
        // a customer sees the own account, and not the log
        val all = async { bank.acting("alice").ledger.balanceFlow("alice").collect { seen += it.available } }
        seen.has { it == Money("5.00", "USD") }
        bank.ledger.topUp(account = "bob", amount = Money("1.00", "USD"), key = "b-1")
        bank.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "t-6")
        seen.has { it == Money("6.00", "USD") }
        bank.pause()
        delay(100)
        bank.resume()
        bank.ledger.deduct(account = "alice", amount = Money("2.00", "USD"), key = "d-1")
        seen.has { it == Money("4.00", "USD") }
        assertEquals(listOf("5.00", "6.00", "4.00"), seen.map { it.text })
        till.close()
        withTimeout(LIMIT) { all.await() }
    }

    @Test
    fun `a deal is followed in its book, and what may not be read is refused`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { main ->
            val bank = main.book("shop-1")
            bank.ledger.topUp(account = "alice", amount = Money("50.00", "USD"), key = "t-1")
            val deal = bank.escrow.open(buyer = "alice", seller = "bob", price = Money("40.00", "USD"), key = "ord-7").deal
            val paid = async { withTimeout(LIMIT) { bank.acting("bob").escrow.dealFlow(deal.id).first { it.state == DealState.AWAITING_SHIPMENT } } }
            bank.escrow.pay(deal = deal.id)
            main.catchUp()
            assertEquals(deal.id, paid.await().id)
            refused("deal_not_found") { main.escrow.dealFlow(deal.id).first() }
        }
    }
}
