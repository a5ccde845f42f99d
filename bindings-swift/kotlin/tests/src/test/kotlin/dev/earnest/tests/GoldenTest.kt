package dev.earnest.tests

import dev.earnest.EarnestException
import dev.earnest.Json
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.File
import kotlin.reflect.full.companionObjectInstance
import kotlin.reflect.full.functions
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource

/** The recorded scenarios of the core: Kotlin answers what Rust answers, to the byte, ids and times included. */
class GoldenTest {
    private fun resolved(value: Json, names: Map<String, Json>): Json {
        val text = value.textOrNull
        return when {
            text != null && text.startsWith("$") -> {
                val (name, path) = text.drop(1).split('.').let { it[0] to it.drop(1) }
                path.fold(names.getValue(name)) { found, step -> step.toIntOrNull()?.let { found[it] } ?: found[step] }
            }
            value.members.isNotEmpty() -> Json.of(value.members.mapValues { resolved(it.value, names) })
            value.items.isNotEmpty() -> Json.of(value.items.map { resolved(it, names) })
            else -> value
        }
    }

    /** With names in their order, as the recorded lines have them. */
    private fun sorted(value: Json): Json =
        if (value.members.isEmpty()) value else Json.of(value.members.toSortedMap().mapValues { sorted(it.value) })

    private suspend fun answers(bank: TestEngine, lines: List<String>): List<String> {
        val names = HashMap<String, Json>()
        return lines.map { text ->
            val line = Json.parse(text)
            val given = resolved(line["args"].takeUnless(Json::isNull) ?: Json.obj(), names)
            val answer = try {
                val reply = if (line["op"].text == "clock.advance") {
                    val now = bank.clock.advance(given["by"].text)
                    // an `Instant` shows no more digits than it needs
                    """{"now":"${now.toString().dropLast(1).let { if ('.' in it) it else "$it." }.padEnd(26, '0')}Z"}"""
                } else {
                    bank.call(line["op"].text, given.toString())
                }
                line["as"].textOrNull?.let { names[it] = Json.parse(reply) }
                """{"ok":true,"reply":$reply}"""
            } catch (refused: EarnestException) {
                val error = Json.parse(refused.toJson())
                line["as"].textOrNull?.let { names[it] = Json.obj("error" to error) }
                sorted(Json.obj("error" to error, "ok" to false)).toString()
            }
            bank.catchUp()
            answer
        }
    }

    @ParameterizedTest
    @CsvSource("scenario,memory", "scenario,file", "refusals,memory", "refusals,file", "payments,memory", "payments,file", "withdrawals,memory", "withdrawals,file")
    fun `recorded calls answer what Rust answers`(name: String, store: String): Unit = runBlocking {
        val bank = if (store == "memory") TestEngine.open() else TestEngine.open(File(folder(), "golden.db"))
        val found = bank.use { answers(it, vectors("$name.jsonl")) }
        val recorded = vectors("$name.replies.jsonl")
        assertEquals(recorded.size, found.size)
        recorded.forEachIndexed { place, line -> assertEquals(line, found[place]) { "line ${place + 1}" } }
    }

    @Test
    fun `views keep what a reply says`() {
        val replies = Json.parseAny(said("contract", "--json"))["services"].items.flatMap { it["operations"].items }
            .associate { it["name"].text to it["reply"] }
        val seen = HashSet<String>()
        for (name in listOf("scenario", "refusals")) {
            val calls = vectors("$name.jsonl").map { Json.parse(it)["op"].text }
            vectors("$name.replies.jsonl").map { Json.parse(it) }.forEachIndexed { place, answer ->
                val about = replies[calls[place]]
                if (about != null && answer["ok"].boolean) {
                    val wires = if (about["page"].boolean) answer["reply"]["items"].items else listOf(answer["reply"])
                    wires.forEach { kept(about["record"].text, it) }
                    if (wires.isNotEmpty()) seen += about["record"].text
                }
            }
        }
        assertTrue(seen.size > 8, seen.toString())
    }

    private fun kept(record: String, wire: Json) {
        val companion = Class.forName("dev.earnest.$record").kotlin.companionObjectInstance!!
        val fromJson = companion::class.functions.single { it.name == "fromJson" }
        val toJson = Class.forName("dev.earnest.$record").getMethod("toJson")
        val view = fromJson.call(companion, wire.toString())!!
        assertEquals(wire.toString(), toJson.invoke(view)) { record }
        val later = fromJson.call(companion, Json.of(wire.members + ("of_later" to Json.of(1))).toString())!!
        assertEquals(view, later)
        assertEquals(view.hashCode(), later.hashCode())
        assertEquals(view, fromJson.call(companion, toJson.invoke(later)))
        if (record != "Receipt") assertEquals(wire.toString(), toJson.invoke(later)) { record }
    }
}

/** The contract is longer than what may come from elsewhere. */
fun Json.Companion.parseAny(text: String): Json = dev.earnest.JsonReader(text, 64).whole()
