package dev.earnest.tests

import dev.earnest.Engine
import dev.earnest.Money
import java.io.File
import java.util.concurrent.atomic.AtomicLong
import kotlin.system.exitProcess
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** Ends while it calls, and says how many calls were answered. */
@OptIn(kotlinx.coroutines.DelicateCoroutinesApi::class)
fun main(arguments: Array<String>): Unit = runBlocking {
    val bank = Engine.open(File(arguments[0]))
    val answered = AtomicLong()
    repeat(64) { number ->
        GlobalScope.launch(Dispatchers.Default) {
            for (round in 0..10_000) {
                bank.ledger.topUp(account = "alice", amount = Money("0.01", "USD"), key = "${arguments[1]}-$number-$round")
                answered.incrementAndGet()
            }
        }
    }
    while (answered.get() < 100) Thread.sleep(5)
    println(answered.get())
    System.out.flush()
    exitProcess(7)
}
