package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Json
import java.io.File
import java.nio.file.Files
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.fail

/** The root of the repository. */
val ROOT: File = File(System.getProperty("earnest.root")).canonicalFile

/** The lines of a file of vectors. */
fun vectors(name: String): List<String> = File(ROOT, "core/tests/vectors/$name").readLines().filter(String::isNotBlank)

/** The lines of a file that every package answers the same. */
fun conformance(name: String): List<Json> =
    File(ROOT, "bindings-shared/conformance/$name").readLines().filter(String::isNotBlank).map { Json.parse(it) }

/** Returns the output of the core's program, such as of `contract --json`. */
fun said(vararg arguments: String): String {
    val program = System.getProperty("earnest.program") ?: fail("`earnest.program` names the program of the core")
    val process = ProcessBuilder(program, *arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    val text = process.inputStream.bufferedReader().readText()
    assertEquals(0, process.waitFor())
    return text
}

/** A folder of a test's own. */
fun folder(): File = Files.createTempDirectory("earnest").toFile().apply { deleteOnExit() }

/** Returns the refusal of the work. */
suspend fun refused(code: String, work: suspend () -> Any?): EarnestException {
    val found = try {
        work()
    } catch (refused: EarnestException) {
        assertEquals(code, refused.code) { refused.toJson() }
        return refused
    }
    fail<Nothing>("`$code` was expected, and it answered $found")
    throw IllegalStateException()
}

/** The same where nothing is waited for. */
fun refusedNow(code: String, work: () -> Any?): EarnestException = runBlocking { refused(code) { work() } }

/** The field that a refusal names. */
val EarnestException.field: String? get() = details["field"].textOrNull

/** How many descriptors of files in a folder this process has. */
fun descriptors(inside: File): List<String> =
    File("/proc/self/fd").listFiles().orEmpty().mapNotNull { runCatching { Files.readSymbolicLink(it.toPath()).toString() }.getOrNull() }
        .filter { it.startsWith(inside.path) }
