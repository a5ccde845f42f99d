package dev.earnest.tests

import dev.earnest.Engine
import java.io.File
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Processes that end while they call, and those that have another native library. */
class ProcessTest {
    private fun run(main: String, vararg more: String, options: List<String> = emptyList()): Pair<Int, String> {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val command = listOf(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")) + options + main + more
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val text = process.inputStream.bufferedReader().readText()
        assertTrue(process.waitFor(120, TimeUnit.SECONDS)) { "$main has said all, and does not end: $text" }
        return process.exitValue() to text
    }

    @Test
    fun `a process ends with calls in flight and loses nothing that was acknowledged`() {
        val rounds = if (System.getProperty("earnest.soak").isNullOrEmpty()) 3 else 200
        val file = File(folder(), "till.db")
        var acknowledged = 0L
        repeat(rounds) { round ->
            val (code, text) = run("dev.earnest.tests.ExitingKt", file.path, "$round")
            assertEquals(7, code) { text }
            acknowledged += text.trim().lines().last().toLong()
        }
        runBlocking {
            val bank = Engine.open(file)
            val found = bank.ledger.balance(account = "alice").available.minor.toLong()
            assertTrue(found >= acknowledged) { "$found of $acknowledged" }
            assertTrue(bank.verify().ok)
            bank.close()
        }
    }

    @Test
    fun `memory is flat over many calls`() {
        val isLong = !System.getProperty("earnest.soak").isNullOrEmpty()
        val calls = if (isLong) 100_000 else 10_000
        // for `make compare-mobile`, which runs what was built here
        if (isLong) File(ROOT, "target/kotlin/classpath").writeText(System.getProperty("java.class.path"))
        // a heap that has all of its pages from the beginning: what grows is not it
        val options = listOf("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        val (code, text) = run("dev.earnest.tests.CallingKt", "memory", "$calls", options = options)
        assertEquals(0, code) { text }
        assertTrue(text.trim().lines().last().toLong() < FLAT) { text }
    }

    @Test
    fun `a native library of another version is not supported`() {
        // a library that has none of the functions
        val other = File("/usr/lib/x86_64-linux-gnu/libm.so.6").takeIf(File::exists) ?: File("/lib64/libm.so.6")
        val option = "-Duniffi.component.earnest_native.libraryOverride=${other.path}"
        val (code, text) = run("dev.earnest.tests.LoadingKt", options = listOf(option))
        assertEquals(0, code) { text }
        assertTrue("NotSupported" in text && "0.1.0" in text && "is of another version" in text) { text }
        assertEquals(3, Regex("cause: java.lang.*(uniffi|undefined symbol)").findAll(text).count()) { text }
    }

    @Test
    fun `what kept the native library from being loaded is the cause of the refusal`() {
        // JNA's own half in a folder of somebody else's, as one of another version is
        val strange = folder()
        File("/usr/lib/x86_64-linux-gnu/libm.so.6").copyTo(File(strange, "libjnidispatch.so"))
        val faults = listOf(
            listOf("-Duniffi.component.earnest_native.libraryOverride=/nowhere/libearnest_mobile.so") to "/nowhere/libearnest_mobile.so",
            // the files of a process are nowhere that one can be made
            listOf("-Djna.nosys=true", "-Djna.tmpdir=/proc/self") to "/proc/self|Permission denied|temporary",
            listOf("-Djna.nosys=true", "-Djna.boot.library.path=${strange.path}") to "com.sun.jna|jnidispatch",
        )
        for ((options, says) in faults) {
            val (code, text) = run("dev.earnest.tests.LoadingKt", options = options)
            assertEquals(0, code) { text }
            assertEquals(3, Regex("NotSupported .*0\\.1\\.0.*could not be loaded: [A-Za-z]+Error").findAll(text).count()) { text }
            assertEquals(3, Regex("cause: .*($says)").findAll(text).count()) { text }
            assertTrue(text.lines().filter { "NotSupported" in it }.none { "/" in it.substringAfter("library") }) { text }
        }
    }
}
