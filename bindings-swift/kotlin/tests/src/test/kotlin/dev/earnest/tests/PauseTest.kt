package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class PauseTest {
    @Test
    fun `a paused engine holds no file`(): Unit = runBlocking(Dispatchers.Default) {
        val place = folder().canonicalFile
        Engine.open(File(place, "till.db")).use { bank ->
            val calls = (0 until 64).map { number ->
                async { runCatching { bank.ledger.topUp(account = "a$number", amount = Money("1.00", "USD"), key = "t-$number") } }
            }
            assertTrue(descriptors(place).isNotEmpty())
            // what has not ended by then is rolled back: nothing of that here
            bank.pause(limit = 120.seconds)
            assertTrue(bank.isPaused)
            assertEquals(emptyList<String>(), descriptors(place))
            val answered = calls.awaitAll()
            val refused = refused("store_unavailable") { bank.health() } as EarnestException.StoreUnavailable
            assertEquals("the engine is paused", refused.reason)
            assertEquals("later", refused.retry)
            bank.pause()
            bank.resume()
            assertFalse(bank.isPaused)
            for ((number, answer) in answered.withIndex()) {
                val balance = runCatching { bank.ledger.balance(account = "a$number") }.isSuccess
                assertEquals(answer.isSuccess, balance)
            }
            assertTrue(bank.verify().ok)
        }
    }

    @Test
    fun `another file in its place is noticed`(): Unit = runBlocking {
        val place = folder()
        val (mine, other) = File(place, "mine.db") to File(place, "other.db")
        Engine.open(other).close()
        val bank = Engine.open(mine)
        bank.pause()
        mine.renameTo(File(place, "kept.db"))
        other.copyTo(mine)
        refused("store_mismatch") { bank.resume() }
        assertTrue(bank.isPaused)
        bank.close()
    }

    @Test
    fun `memory keeps what is in it and followers go on`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            bank.funded("alice")
            bank.catchUp()
            // it has begun before the pause
            val seen = async(start = CoroutineStart.UNDISPATCHED) { bank.events.follow(types = listOf("account.locked")).first() }
            bank.pause(limit = 1.seconds)
            refused("store_unavailable") { bank.ledger.balance(account = "alice") }
            bank.resume()
            assertEquals(Money("1000.00", "USD"), bank.ledger.balance(account = "alice").available)
            bank.ledger.lockAccount(account = "alice")
            bank.catchUp()
            assertEquals("account.locked", withTimeout(45.seconds) { seen.await() }.type)
        }
    }

    @Test
    fun `a follower goes on that hears of a pause when it is over`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            bank.funded("alice")
            bank.catchUp()
            bank.failNext("events.list", "store_unavailable", mapOf("reason" to "the engine is paused"))
            assertEquals(1L, withTimeout(45.seconds) { bank.events.follow().first() }.seq)
        }
    }

    @Test
    fun `a subscription goes on after a pause during its handler`(): Unit = runBlocking(Dispatchers.Default) {
        Engine.open("memory:", Options(background = true)).use { bank ->
            val begun = Channel<String>(Channel.UNLIMITED)
            val notes = bank.events.subscribe("notes", types = listOf("account.opened")) { event ->
                begun.send(event.objectId)
                if (event.objectId.startsWith("alice")) delay(300.milliseconds)
            }
            bank.ledger.openAccount(account = "alice", currency = "USD")
            begun.receive()
            // the handler ends, and reports, while the engine stands still
            bank.pause()
            delay(600.milliseconds)
            bank.resume()
            bank.ledger.openAccount(account = "bob", currency = "USD")
            val next = withTimeout(45.seconds) { begun.receive() }
            assertTrue(next.startsWith("bob"), "what was done does not come again")
            notes.stop()
        }
    }

    @Test
    fun `the last one that begins decides`(): Unit = runBlocking {
        // one thread, as a main thread is: what is launched begins in that order
        Engine.open("memory:").use { bank ->
            repeat(1_000) { round ->
                val pausing = async { bank.pause() }
                val resuming = async { bank.resume() }
                awaitAll(pausing, resuming)
                assertFalse(bank.isPaused, "round $round")
                val again = async { bank.resume() }
                val last = async { bank.pause() }
                awaitAll(again, last)
                assertTrue(bank.isPaused, "round $round")
                bank.resume()
            }
        }
    }
}
