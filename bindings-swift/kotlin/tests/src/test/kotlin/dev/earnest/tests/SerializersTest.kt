package dev.earnest.tests

import com.fasterxml.jackson.databind.ObjectMapper
import com.google.gson.Gson
import com.google.gson.GsonBuilder
import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.EarnestJson
import dev.earnest.Keyring
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.Page
import dev.earnest.PinVerified
import dev.earnest.Transfer
import dev.earnest.View
import dev.earnest.serializers.EarnestExceptionSerializer
import dev.earnest.serializers.EarnestGson
import dev.earnest.serializers.EarnestJackson
import dev.earnest.serializers.MoneySerializer
import dev.earnest.serializers.ViewSerializer
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

private const val BEGIN = "<!-- what serializers make of it, from SerializersTest.kt -->\n"
private const val END = "<!-- end of what serializers make of it -->"

/** A serializer of others, and what it makes of each sample. */
private class Row(val name: String, val cells: List<String>, val work: (Any) -> Any?)

/** The table of docs/kotlin.md: results of serializers and copies of others, each cell a test. */
class SerializersTest {
    private val keys = Keyring.generate()
    private val samples: Map<String, Any> = runBlocking {
        TestEngine.open(options = Options(keyring = Keyring.text(keys))).use { bank ->
            bank.funded("alice", "100.00 USD")
            bank.credentials.setPin(subject = "alice", pin = "493817")
            mapOf(
                "a view" to bank.deal(DealState.SHIPPED),
                "a view that shows a secret" to bank.credentials.verifyPin(subject = "alice", pin = "493817"),
                "a page" to bank.ledger.transfers(limit = 1).page(),
                "a refusal" to refused("insufficient_balance") { bank.ledger.deduct(account = "alice", amount = Money("900.00", "USD"), key = "d-1") },
                "`Money`" to Money("40.00", "USD"),
                "a `Keyring`" to Keyring.text(keys),
            )
        }
    }
    private val secret = (samples.getValue("a view that shows a secret") as PinVerified).proof
    private val gson = GsonBuilder().registerTypeAdapterFactory(EarnestGson).create()
    private val jackson = ObjectMapper().registerModule(EarnestJackson)

    private fun wire(value: Any): String? = when (value) {
        is View -> value.toJson()
        is Page<*> -> value.toJson()
        is EarnestException -> value.toJson()
        is Money -> value.toJson()
        else -> null
    }

    private fun kotlinx(value: Any): String = when (value) {
        is dev.earnest.Deal -> Json.encodeToString(ViewSerializer("Deal", dev.earnest.Deal::fromJson), value)
        is PinVerified -> Json.encodeToString(ViewSerializer("PinVerified", PinVerified::fromJson), value)
        is EarnestException -> Json.encodeToString(EarnestExceptionSerializer, value)
        is Money -> Json.encodeToString(MoneySerializer, value)
        else -> Json.encodeToString(kotlinx.serialization.serializer(value.javaClass), value)
    }

    private fun kotlinxAgain(value: Any): Any? = when (value) {
        is dev.earnest.Deal -> Json.decodeFromString(ViewSerializer("Deal", dev.earnest.Deal::fromJson), kotlinx(value))
        is PinVerified -> Json.decodeFromString(ViewSerializer("PinVerified", PinVerified::fromJson), kotlinx(value))
        is EarnestException -> Json.decodeFromString(EarnestExceptionSerializer, kotlinx(value))
        is Money -> Json.decodeFromString(MoneySerializer, kotlinx(value))
        else -> kotlinx(value)
    }

    private fun copied(value: Any): Any {
        val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).writeObject(value) }.toByteArray()
        return ObjectInputStream(ByteArrayInputStream(bytes)).readObject()
    }

    private val json = List(5) { "JSON" }
    private val equal = List(2) { "equal" }
    private val none = "`UnsupportedOperationException`"
    private val lost = "`NotSerializableException`"
    private val rows = listOf(
        Row("`toJson()`", json + "(there is none)") { wire(it) ?: "(there is none)" },
        Row("`toString()`, logs, templates", listOf("shown", "shown without it", "shown", "shown", "shown", "`<hidden>`")) { "$it" },
        Row("Gson with `EarnestGson`", json + "`<hidden>`") { gson.toJson(it) },
        Row("Gson with it, read again", equal + none + equal + none) { gson.fromJson(gson.toJson(it), it.javaClass) },
        Row("Gson alone", listOf("`JsonIOException`", "its members", "`JsonIOException`", "`JsonIOException`", "its members", "nothing")) { Gson().toJson(it) },
        Row("Jackson with `EarnestJackson`", json + "`<hidden>`") { jackson.writeValueAsString(it) },
        Row("Jackson with it, read again", equal + none + equal + none) { jackson.readValue(jackson.writeValueAsBytes(it), it.javaClass) },
        Row("Jackson with it, `valueToTree`", json + "`<hidden>`") { jackson.valueToTree<com.fasterxml.jackson.databind.JsonNode>(it).toString() },
        Row(
            "Jackson alone",
            listOf("InvalidDefinition", "JsonMapping", "InvalidDefinition", "JsonMapping").map { "`${it}Exception`" } + "its members" + "nothing",
        ) { ObjectMapper().writeValueAsString(it) },
        Row("kotlinx.serialization", listOf("JSON", "JSON", "`SerializationException`", "JSON", "JSON", "`SerializationException`"), ::kotlinx),
        Row("kotlinx.serialization, read again", equal + "`SerializationException`" + equal + "`SerializationException`", ::kotlinxAgain),
        Row("Java's `ObjectOutputStream`", List(3) { lost } + equal + lost, ::copied),
    )

    /** The words for what came out. */
    private fun said(given: Any, work: (Any) -> Any?): String {
        val out = try {
            work(given)
        } catch (thrown: Exception) {
            return "`${thrown.javaClass.simpleName}`"
        }
        assertFalse(keys.substring(20, 60) in out.toString())
        if (out !is String) return if (out == given) "equal" else "another: $out"
        val whole = wire(given)
        val read = runCatching { EarnestJson.parse(out) }.getOrNull()
        return when {
            out.startsWith("(") -> out
            given is Keyring -> if ("<hidden>" in (read?.textOrNull ?: out)) "`<hidden>`" else if (out == "{}") "nothing" else out
            read != null && read == EarnestJson.parse(whole!!) -> "JSON"
            read != null -> "its members"
            secret in out -> "shown"
            given is PinVerified -> if ("<hidden>" in out) "shown without it" else out
            else -> "shown"
        }
    }

    @TestFactory
    fun `each cell`(): List<DynamicTest> = rows.flatMap { row ->
        samples.entries.zip(row.cells).map { (sample, cell) ->
            dynamicTest("${row.name}: ${sample.key}") { assertEquals(cell, said(sample.value, row.work)) }
        }
    }

    @Test
    fun `what holds a keyring shows nothing of it`() {
        val options = Options(keyring = Keyring.text(keys))
        for (text in listOf(gson.toJson(listOf(options)), gson.toJson(mapOf("a" to options.keyring)), Gson().toJson(listOf(options.keyring)))) {
            assertFalse(keys.substring(20, 60) in text, text)
        }
    }

    @Test
    fun `null members and numbers are kept as they were written`() {
        val text = """{"items":[{"n":1.10,"of":null,"big":123456789012345678901234567890}]}"""
        val given = EarnestJson.parse(text)
        assertEquals(text, gson.toJson(given))
        assertEquals(text, jackson.writeValueAsString(given))
        assertEquals(given, gson.fromJson(text, EarnestJson::class.java))
        assertEquals(given, jackson.readValue(text, EarnestJson::class.java))
        val transfers = object : com.google.gson.reflect.TypeToken<List<Transfer>>() {}
        val page = samples.getValue("a page") as Page<*>
        assertEquals(page.items, gson.fromJson(gson.toJson(page.items), transfers))
    }

    @Test
    fun `the page has the table`() {
        val file = File(ROOT, "docs/kotlin.md")
        val page = file.readText()
        val table = listOf(listOf("") + samples.keys, List(samples.size + 1) { "---" }) + rows.map { listOf(it.name) + it.cells }
        val made = table.joinToString("") { row -> row.joinToString(" | ", "| ", " |\n") }
        val written = page.substringBefore(BEGIN) + BEGIN + made + END + page.substringAfter(END)
        if (System.getenv("EARNEST_WRITE") != null) file.writeText(written)
        assertEquals(written, file.readText()) { "EARNEST_WRITE=1 writes it" }
    }
}
