package dev.earnest.tests

import dev.earnest.Engine
import dev.earnest.Money
import dev.earnest.use
import java.io.File
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking

/** How many accounts the calls of a rate are spread over, as in `earnest-benches ledger`. */
private const val ACCOUNTS = 1_000

/** By how many bytes a process may grow that grows no more. */
const val FLAT = 5_000_000L

/**
 * Calls for long, in a process of its own:
 *
 * `memory CALLS` says by how many bytes the process grew over so many calls, when it has made 20,000 before: where it grew,
 * it makes them up to twice more, for a leak grows each time, and what the virtual machine keeps for itself does not;
 * `rate FILE TASKS SECONDS` says how many top-ups a second so many coroutines make, each one call after the other.
 */
fun main(arguments: Array<String>): Unit = runBlocking(Dispatchers.Default) {
    when (arguments[0]) {
        "memory" -> println(grown(arguments[1].toInt()))
        "rate" -> println(rate(File(arguments[1]), arguments[2].toInt(), arguments[3].toInt()))
        else -> error("`memory` or `rate`")
    }
}

private suspend fun grown(calls: Int): Long = Engine.open("memory:").use { bank ->
    bank.ledger.topUp(account = "alice", amount = Money("1.00", "USD"), key = "t-1")
    // until everything is loaded, and compiled by the virtual machine
    repeat(20_000) { bank.ledger.balance(account = "alice") }
    var least = Long.MAX_VALUE
    for (round in 1..3) {
        val before = resident()
        repeat(calls) { bank.ledger.balance(account = "alice") }
        least = minOf(least, resident() - before)
        if (least < FLAT) break
    }
    least
}

/** The memory of its own that this process has, in bytes, when nothing on its heap is left over: pages of files come and go. */
private fun resident(): Long {
    repeat(3) { System.gc() }
    val (_, resident, ofFiles) = File("/proc/self/statm").readText().split(' ')
    return (resident.toLong() - ofFiles.toLong()) * 4_096
}

private suspend fun rate(file: File, tasks: Int, seconds: Int): Long = Engine.open(file).use { bank ->
    val amount = Money("0.01", "USD")
    val made = AtomicLong()
    val begun = TimeSource.Monotonic.markNow()
    runBlocking(Dispatchers.Default) {
        (0 until tasks).map { task ->
            async {
                var round = 0
                while (begun.elapsedNow() < seconds.seconds) {
                    bank.ledger.topUp(account = "a-${(round * tasks + task) % ACCOUNTS}", amount = amount, key = "k-$task-$round")
                    round += 1
                    made.incrementAndGet()
                }
            }
        }.awaitAll()
    }
    val took = begun.elapsedNow()
    check(bank.verify().ok)
    made.get() * 1_000 / took.inWholeMilliseconds
}
