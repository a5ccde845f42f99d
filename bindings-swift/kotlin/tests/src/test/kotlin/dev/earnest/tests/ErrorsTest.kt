package dev.earnest.tests

import dev.earnest.Account
import dev.earnest.BatchOp
import dev.earnest.Deal
import dev.earnest.DealReply
import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.Page
import dev.earnest.ProofFor
import dev.earnest.testing.TestEngine
import dev.earnest.use
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Refusals and views, and their JSON from elsewhere. */
class ErrorsTest {
    private val refused = EarnestException.fromJson(
        """{"code":"insufficient_balance","message":"no","retry":"later","details":
            {"account":"alice","available":{"amount":"1.00","currency":"USD"},"required":{"amount":"5.00","currency":"USD"}}}""",
    )

    @Test
    fun `a refusal speaks to people`() {
        assertTrue("잔액이 부족합니다" in refused.toUser("ko"), refused.toUser("ko"))
        assertEquals(refused.toUser("en"), refused.toUser("xx"))
        assertEquals("ko", refused.languageOf("ko-KR"))
        assertNull(refused.languageOf("xx"))
        assertTrue(refused.render("has {available}").startsWith("has "))
        val envelope = refused.envelope("ko")
        assertEquals(listOf("INSUFFICIENT_BALANCE", refused.toUser("ko")), listOf(envelope.code, envelope.message))
        assertTrue(envelope.retryable)
    }

    @Test
    fun `a refusal is read back`() {
        refused as EarnestException.InsufficientBalance
        assertEquals(Money("1.00", "USD"), refused.available)
        assertEquals("rejected", refused.kind)
        assertEquals(409, refused.httpStatus)
        assertEquals(refused, EarnestException.fromJson(refused.toJson()))
        val answered = listOf("500", "404", "200", "\"500\"", "null").map {
            EarnestException.fromJson("""{"code":"deal_not_found","message":"no","http_status":$it,"details":{"deal":"d"}}""").httpStatus
        }
        assertEquals(listOf(500, 404, 404, 404, 404), answered) { "that of its JSON, if it is one" }
        val later = EarnestException.fromJson("""{"code":"of_later","message":"new"}""")
        assertTrue(later is EarnestException.Unknown)
        assertEquals(listOf("of_later", "never", 500), listOf(later.code, later.retry, later.httpStatus))
        refusedNow("invalid_request") { EarnestException.fromJson("""{"code":5}""") }
        val wrong = refusedNow("invalid_request") {
            EarnestException.fromJson(refused.toJson().replace("\"1.00\"", "1"))
        }
        assertEquals("details.available.amount", wrong.field)
    }

    @Test
    fun `a refusal is read as a server answers it`() {
        assertEquals(refused, EarnestException.fromJson("""{"error":${refused.toJson()}}"""))
        val wrong = refusedNow("invalid_request") { EarnestException.fromJson("""{"error":{"message":"no"}}""") }
        assertEquals("error.code", wrong.field)
    }

    private fun kindOf(refused: EarnestException): String = when (refused) {
        is EarnestException.Invalid -> "invalid"
        is EarnestException.Denied -> "denied"
        is EarnestException.NotFound -> "not_found"
        is EarnestException.Conflict -> "conflict"
        is EarnestException.Rejected -> "rejected"
        is EarnestException.Limited -> "limited"
        is EarnestException.Unavailable -> "unavailable"
        is EarnestException.Corrupt -> "corrupt"
        is EarnestException.Unknown -> "of later"
    }

    @Test
    fun `the kinds are all that there is`() {
        assertEquals("rejected", kindOf(refused))
        val misused = EarnestException.fromJson("""{"code":"not_in_transaction","message":"no","details":{"operation":"x","reason":"no"}}""")
        assertEquals(listOf("invalid", "misused"), listOf(kindOf(misused), misused.kind))
        assertEquals("of later", kindOf(EarnestException.fromJson("""{"code":"of_later","message":"new"}""")))
    }

    @Test
    fun `a refusal goes through the serialization of Java`() {
        val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).writeObject(refused) }.toByteArray()
        val again = ObjectInputStream(ByteArrayInputStream(bytes)).readObject() as EarnestException.InsufficientBalance
        assertEquals(refused, again)
        assertEquals(Money("1.00", "USD"), again.available)
    }

    /** A fault in the JSON of a deal, and the path that names it. */
    private class Fault(val field: String, val change: MutableMap<String, Any?>.() -> Unit)

    @Test
    fun `a view of a server is read without an engine`(): Unit = runBlocking {
        val deal = TestEngine.open().use { it.deal(DealState.SHIPPED) }
        val reply = """{"deal":${deal.toJson()},"replayed":false,"of_later":{"a":[1]}}"""
        assertEquals(deal, DealReply.fromJson(reply).deal)
        assertEquals(deal, Deal.fromJson(deal.toJson()))
        assertEquals(DealState.SHIPPED, deal.state)
        val page = Page.fromJson("""{"items":[${deal.toJson()}],"next":null}""", Deal::fromJson)
        assertEquals(listOf(deal), page.items)

        val faults = listOf(
            Fault("deal.price.amount") { put("price", Json.obj("amount" to 40, "currency" to "USD")) },
            Fault("deal.price.amount") { put("price", Json.obj("currency" to "USD")) },
            Fault("deal.id") { remove("id") },
            Fault("deal.version") { put("version", "1") },
            Fault("deal.fees") { put("fees", 1) },
            Fault("deal.fees[0]") { put("fees", listOf(1)) },
            Fault("deal.created_at") { put("created_at", "yesterday") },
            Fault("deal.terms") { put("terms", "none") },
            Fault("deal.metadata") { put("metadata", listOf(1)) },
        )
        for (fault in faults) {
            val members = LinkedHashMap<String, Any?>(Json.parse(deal.toJson()).members).also(fault.change)
            assertEquals(fault.field, refusedNow("invalid_request") { Deal.fromJson(Json.of(members).toString()) }.field)
            val inside = refusedNow("invalid_request") { DealReply.fromJson(Json.obj("deal" to members, "replayed" to false).toString()) }
            assertEquals("deal_reply.${fault.field}", inside.field)
            val listed = Json.obj("items" to listOf(Json.parse(deal.toJson()), members), "next" to null).toString()
            val wrong = refusedNow("invalid_request") { Page.fromJson(listed, Deal::fromJson) }
            assertEquals(fault.field.replaceFirst("deal", "page.items[1]"), wrong.field)
        }
        val excess = LinkedHashMap<String, Any?>(Json.parse(deal.toJson()).members)
        excess["price"] = Json.obj("amount" to "40.001", "currency" to "USD")
        assertEquals("deal.price.amount", refusedNow("invalid_amount") { Deal.fromJson(Json.of(excess).toString()) }.field)
        val listed = Json.obj("items" to listOf(excess), "next" to null).toString()
        assertEquals("page.items[0].price.amount", refusedNow("invalid_amount") { Page.fromJson(listed, Deal::fromJson) }.field)
        excess["price"] = Json.obj("amount" to "40", "currency" to "USD")
        val short = Deal.fromJson(Json.of(excess).toString())
        assertEquals(Money("40.00", "USD"), short.price)
        assertEquals(short, Deal.fromJson(short.toJson()))
        assertTrue("40.00" in short.toJson())
        val absent = Deal.fromJson(Json.of(Json.parse(deal.toJson()).members - "dispute").toString())
        assertNull(absent.dispute)
        assertEquals(DealState("of_later"), Deal.fromJson(deal.toJson().replace("\"shipped\"", "\"of_later\"")).state)
    }

    @Test
    fun `a page is written and read back`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            bank.funded("alice")
            bank.funded("bob")
            val page = bank.ledger.accounts(limit = 1).page()
            assertEquals(1, page.items.size)
            assertEquals(page, Page.fromJson(page.toJson(), Account::fromJson))
            assertEquals(page.next, Json.parse(page.toJson())["next"].textOrNull)
        }
        val own = """{"items":[{"amount":"1.00","currency":"USD"}],"next":null}"""
        assertEquals(own, Page.fromJson(own, Money::fromJson).toJson())
    }

    @Test
    fun `what is no view at all is named by what it was to be`() {
        for (text in listOf("[]", "{", "1", "\"\\ud800\"")) {
            assertEquals("deal", refusedNow("invalid_request") { Deal.fromJson(text) }.field)
            assertEquals("deal_reply", refusedNow("invalid_request") { DealReply.fromJson(text) }.field)
            assertEquals("page", refusedNow("invalid_request") { Page.fromJson(text, Deal::fromJson) }.field)
        }
        assertEquals("page.items", refusedNow("invalid_request") { Page.fromJson("{}", Deal::fromJson) }.field)
        assertEquals("page.items[0]", refusedNow("invalid_request") { Page.fromJson("""{"items":[1]}""", Deal::fromJson) }.field)
        val ofMoney = refusedNow("invalid_request") {
            Page.fromJson("""{"items":[{"amount":1,"currency":"USD"}]}""", Money::fromJson)
        }
        assertEquals("page.items[0].amount", ofMoney.field)
        // neither is a view
        assertEquals("amount", refusedNow("invalid_request") { Money.fromJson("""{"amount":1,"currency":"USD"}""") }.field)
        assertEquals("json", refusedNow("invalid_request") { EarnestException.fromJson("[]") }.field)
    }

    @Test
    fun `JSON that is none is refused`() {
        val deep = "[".repeat(65) + "]".repeat(65)
        val wrong = listOf("", "{", "{\"a\":1,}", "[1,]", "01", "1.", "\"\\ud800\"", "\"\\x\"", "\u0000", "nul", "{\"a\":1,\"a\":2}", "[] []", deep, "\"${"x".repeat(1 shl 20)}\"")
        for (text in wrong) refusedNow("invalid_request") { Json.parse(text) }
        refusedNow("invalid_request") { Json.parse(byteArrayOf(0x22, 0xC3.toByte(), 0x22)) }
        refusedNow("invalid_request") { Deal.fromJson("[]") }
        val right = """{"a":[1,-2.5e3,true,null,"\"é😀\\"],"b":{}}"""
        assertEquals(right, Json.parse(right).toString())
        assertEquals(Json.parse("\"\\u00e9\\ud83d\\ude00\""), Json.of("é😀"))
        assertEquals(64, generateSequence(Json.parse("[".repeat(64) + "]".repeat(64))) { it.items.firstOrNull() }.count())
        assertTrue(Json.parse("{}")["a"]["b"].isNull && Json.parse("[true]")[0].boolean)
        refusedNow("invalid_request") { Json.parse("1").text }
    }

    @Test
    fun `what only its reader may see is hidden`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            bank.vault.put(subject = "alice", name = "iban", value = "DE00SECRET")
            val shown = bank.vault.reveal(subject = "alice", name = "iban")
            assertEquals("DE00SECRET", shown.value)
            assertFalse("DE00SECRET" in "$shown") { "$shown" }
            assertTrue("<hidden>" in "$shown")
            bank.jobs.enqueue(kind = "shop.pay", payload = Json.obj("token" to "tok_secret"), key = "j")
            val job = bank.jobs.list().page().items.single()
            assertEquals("tok_secret", job.payload["token"].text)
            assertFalse("tok_secret" in "$job") { "$job" }
            val given = listOf(BatchOp(op = "credentials.set_pin", args = Json.obj("pin" to "4821")), ProofFor("ledger.deduct", Json.obj("pin" to "4821")))
            assertFalse("4821" in "$given") { "$given" }
        }
    }
}
