package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Event
import dev.earnest.Failed
import dev.earnest.JobState
import dev.earnest.Json
import dev.earnest.Subscription
import dev.earnest.Worker
import dev.earnest.oneEnds
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

/** How long is waited for what comes on any machine: less than a lease, behind which much comes in spite of a fault. */
private val LIMIT = 45.seconds

/** Work after the commit: readers of the log, and handlers of jobs. */
class EventsTest {
    private suspend fun until(what: suspend () -> Boolean) {
        withTimeoutOrNull(LIMIT) { while (!what()) delay(10) } ?: fail<Unit>("it did not come to that within $LIMIT")
    }

    @Test
    fun `a follower has every event and ends with its engine`(): Unit = runBlocking(Dispatchers.Default) {
        val bank = TestEngine.open()
        bank.funded("alice")
        bank.catchUp()
        val first = bank.events.follow().take(2).toList()
        assertEquals(listOf(1L, 2L), first.map { it.seq })
        val seen = ConcurrentLinkedQueue<Long>()
        val all = async { bank.events.follow(after = 2).collect { seen += it.seq } }
        bank.funded("bob")
        bank.catchUp()
        val rest = bank.events.list(afterSeq = 2).toList().map { it.seq }
        assertTrue(rest.isNotEmpty())
        until { seen.size >= rest.size }
        bank.close()
        withTimeout(LIMIT) { all.await() }
        assertEquals(rest.indices.map { it + 3L }, rest)
        assertEquals(rest, seen.toList())
    }

    @Test
    fun `a handler that throws has its event again and others go on`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            val seen = ConcurrentLinkedQueue<Event>()
            var failed = 0
            lateinit var notes: Subscription
            notes = bank.events.subscribe("notes") { event ->
                // it may call the engine that it is of
                bank.ledger.accounts().page()
                if (event.objectId.startsWith("alice") && failed++ == 0) throw IllegalStateException("secret 1234")
                seen += event
            }
            bank.funded("alice")
            bank.funded("bob")
            bank.catchUp()
            until { seen.any { it.objectId.startsWith("bob") } }
            // its clock stands still: a failed event comes again after a pause
            until {
                bank.clock.advance("PT10M")
                bank.catchUp()
                seen.any { it.objectId.startsWith("alice") }
            }
            notes.stop()
            notes.stop()
            val told = bank.events.sinks().toList().map { it.toJson() } + bank.events.parked(sink = "notes").toList().map { it.toJson() }
            assertFalse("1234" in told.toString())
        }
    }

    @Test
    fun `a worker does jobs and tells why it could not`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            val stopped = CompletableDeferred<Unit>()
            lateinit var worker: Worker
            val done = bank.jobs.enqueue(kind = "shop.mail", payload = Json.obj("to" to "alice"), key = "j-1").job.id
            val told = bank.jobs.enqueue(kind = "shop.fail", payload = Json.obj(), key = "j-2", maxAttempts = 1).job.id
            val thrown = bank.jobs.enqueue(kind = "shop.throw", payload = Json.obj(), key = "j-3", maxAttempts = 1).job.id
            suspend fun job(id: String) = bank.jobs.list().toList().single { it.id == id }
            worker = bank.jobs.worker(
                mapOf(
                    "shop.mail" to { job -> mapOf("sent" to job.payload["to"].text) },
                    "shop.fail" to { throw Failed("the post is shut") },
                    "shop.throw" to { throw IllegalArgumentException("secret 1234") },
                    "shop.stop" to { worker.stop(); stopped.complete(Unit) },
                ),
                concurrency = 4,
            )
            worker.use {
                until { listOf(done, told, thrown).all { job(it).state in listOf(JobState.DONE, JobState.DEAD) } }
                assertEquals("alice", job(done).result["sent"].text)
                assertEquals("the post is shut", job(told).lastError)
                assertEquals("IllegalArgumentException", job(thrown).lastError)
                bank.jobs.enqueue(kind = "shop.stop", payload = Json.obj(), key = "j-4")
                withTimeout(LIMIT) { stopped.await() }
            }
            refused("invalid_request") { bank.jobs.worker(emptyMap()) }
            refused("invalid_request") { bank.jobs.worker(mapOf("a" to { null }), concurrency = 0) }
            for (kind in listOf("", "a b", "a\u0000", "a".repeat(65))) {
                assertEquals("handlers", refused("invalid_request") { bank.jobs.worker(mapOf("a" to { null }, kind to { null })) }.field)
            }
        }
    }

    @Test
    fun `a failure is heard of beside what is kept of it`(): Unit = runBlocking(Dispatchers.Default) {
        TestEngine.open().use { bank ->
            val heard = ConcurrentLinkedQueue<Pair<Throwable, Any?>>()
            bank.jobs.enqueue(kind = "shop.throw", payload = Json.obj(), key = "j-1", maxAttempts = 1)
            val worker = bank.jobs.worker(
                mapOf("shop.throw" to { throw IllegalArgumentException("why") }),
                // what it does changes nothing
                onError = { failure, job -> heard += failure to job?.kind; throw IllegalStateException() },
            )
            until { bank.jobs.list(state = JobState.DEAD).page().items.size == 1 }
            bank.failNext("jobs.lease", code = "contention")
            until { heard.size == 2 }
            worker.stop()
            assertEquals(listOf("why" to "shop.throw", "contention" to null), heard.map { (failure, of) -> (if (of == null) (failure as EarnestException).code else failure.message) to of })
            heard.clear()
            bank.failNext("events.take", code = "contention")
            val notes = bank.events.subscribe("notes", onError = { failure, event -> heard += failure to event?.type }) { error("why") }
            bank.funded("alice")
            bank.catchUp()
            until { heard.any { it.second != null } }
            notes.stop()
            assertEquals("contention" to null, heard.first().let { (it.first as EarnestException).code to it.second })
            assertEquals("why", heard.last().first.message)
        }
    }

    @Test
    fun `a worker goes on whose last job ends before it waits for it`(): Unit = runBlocking(Dispatchers.Default) {
        withTimeout(LIMIT) { oneEnds(emptyList()) }
        TestEngine.open().use { bank ->
            val done = AtomicInteger()
            repeat(100) { bank.jobs.enqueue(kind = "shop.mail", payload = Json.obj(), key = "j-$it") }
            bank.jobs.worker(mapOf("shop.mail" to { done.incrementAndGet() }), concurrency = 1).use { until { done.get() == 100 } }
        }
    }

    @Test
    fun `a worker whose engine is closed while it leases ends without a word`(): Unit = runBlocking(Dispatchers.Default) {
        val uncaught = ConcurrentLinkedQueue<Throwable>()
        val before = Thread.getDefaultUncaughtExceptionHandler()
        Thread.setDefaultUncaughtExceptionHandler { _, thrown -> uncaught += thrown }
        try {
            repeat(20) {
                val bank = TestEngine.open()
                bank.jobs.enqueue(kind = "shop.mail", payload = Json.obj(), key = "j-1")
                val closing = CompletableDeferred<Unit>()
                bank.home.meets = { name ->
                    if (name == "jobs.lease") {
                        launch(start = CoroutineStart.UNDISPATCHED) { bank.close() }
                        closing.complete(Unit)
                    }
                }
                val worker = bank.jobs.worker(mapOf("shop.mail" to { null }))
                withTimeout(LIMIT) {
                    closing.await()
                    worker.stop()
                    bank.close()
                }
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before)
        }
        assertEquals(emptyList<Throwable>(), uncaught.toList())
    }
}
