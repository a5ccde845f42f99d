package dev.earnest.tests

import dev.earnest.Currency
import dev.earnest.IdempotencyKey
import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.verifyWebhook
import java.math.BigDecimal
import java.math.BigInteger
import java.time.Instant
import java.util.Locale
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Amounts, and what else every package answers the same. */
class MoneyTest {
    private fun shown(value: Any?): Json = Json.of(if (value is List<*>) value.map { it.toString() } else (value as? Money)?.toString() ?: value)

    /** Whether what is made is what the line gives, or is refused as the line says. */
    private fun asTold(line: Json, make: () -> Any?) {
        if (line["refused"].isNull) return assertEquals(line["gives"], shown(make())) { line.toString() }
        val refused = refusedNow(line["refused"].text, make)
        if (!line["field"].isNull) assertEquals(line["field"].text, refused.field) { line.toString() }
    }

    private fun counted(line: Json): Any? {
        fun money(name: String) = Money.parse(line[name].text)
        return when (line["op"].text) {
            "of" -> Money(line["amount"].text, line["currency"].text)
            "parse" -> Money.parse(line["text"].text)
            "from_minor" -> Money.ofMinor(BigInteger(line["minor"].text), line["currency"].text)
            "plus" -> money("one") + money("other")
            "minus" -> money("one") - money("other")
            "times" -> money("one") * line["factor"].long
            "negated" -> -money("one")
            "abs" -> money("one").abs()
            "compare" -> money("one").compareTo(money("other"))
            "equals" -> money("one") == money("other")
            "split" -> line["into"].longOrNull?.let { money("one").split(it.toInt()) } ?: money("one").split(line["into"].items.map { it.long.toInt() })
            else -> throw AssertionError(line)
        }
    }

    @Test
    fun `money is that of every language`() {
        // a factor or a weight that is no whole number does not compile here
        val whole = conformance("money.jsonl").filter { line ->
            (line["factor"].isNull || line["factor"].longOrNull != null) &&
                (line["into"].numberOrNull == null || line["into"].longOrNull != null) &&
                line["into"].items.all { it.longOrNull?.let { weight -> weight in Int.MIN_VALUE..Int.MAX_VALUE } == true }
        }
        assertTrue(whole.size > 70)
        for (line in whole) asTold(line) { counted(line) }
    }

    @Test
    fun `keys of steps and webhooks are those of every language`() {
        for (line in conformance("child_keys.jsonl")) asTold(line) { IdempotencyKey(line["key"].text).forStep(line["step"].text).text }
        for (line in conformance("webhooks.jsonl")) {
            val headers = line["headers"].members.mapValues { it.value.text }
            asTold(line) {
                verifyWebhook(line["body"].text, headers, line["secrets"].items.map { it.text }, Instant.parse(line["now"].text))
            }
        }
    }

    @Test
    fun `an amount says what it is`() {
        val money = Money("40", "USD")
        assertEquals("40.00", money.text)
        assertEquals(BigDecimal("40.00"), money.amount)
        assertEquals(BigInteger("4000"), money.minor)
        assertEquals(2, money.scale)
        assertEquals("40.00 USD", "$money")
        assertEquals("$40.00", money.format(Locale.US))
        assertEquals(Money(BigDecimal("4E+1"), "USD"), money)
        assertEquals(Money.ofMinor(4000, "USD"), money)
        assertEquals(Money(5000L, "KRW"), Money("5000", "KRW"))
        assertEquals(listOf("33.34", "33.33", "33.33"), Money("100.00", "USD").split(3).map { it.text })
        assertEquals(listOf("13.34 USD", "26.66 USD"), money.split(listOf(1, 2)).map { it.toString() })
        assertTrue(Money.zero("USD").isZero && (-money).isNegative && money > Money("39.99", "USD"))
        assertEquals(money, Money.fromJson(money.toJson()))
    }

    @Test
    fun `what is no amount is refused`() {
        refusedNow("invalid_amount") { Money(5L, "USD") }
        refusedNow("invalid_amount") { Money(BigDecimal("40.001"), "USD") }
        refusedNow("invalid_amount") { Money(BigDecimal("1E+1000000000"), "USD") }
        assertEquals("amount", refusedNow("invalid_request") { Money("\ud800", "USD") }.field)
        assertEquals("amount", refusedNow("invalid_request") { Money("1\u0000", "USD") }.field)
        assertEquals("currency", refusedNow("invalid_request") { Money("1", "US\u0000") }.field)
        refusedNow("invalid_currency") { Money("1", "XXQ") }
        refusedNow("invalid_currency") { Money(1L, "") }
        refusedNow("currency_mismatch") { Money("1", "USD") + Money("1", "KRW") }
        refusedNow("currency_mismatch") { Money("1", "USD") < Money("1", "KRW") }
        val most = Money.ofMinor(BigInteger.TEN.pow(38) - BigInteger.ONE, "KRW")
        refusedNow("invalid_amount") { most + Money(1L, "KRW") }
    }

    @Test
    fun `money of JSON is brought to the places of its currency`() {
        fun read(amount: String, currency: String = "USD") = Money.fromJson("""{"amount":"$amount","currency":"$currency"}""")
        val dollar = Money("1.00", "USD")
        assertEquals(Money("40.00", "USD"), read("40"))
        assertEquals(listOf("41.00 USD", "39.00 USD"), listOf(read("40") + dollar, read("40") - dollar).map { "$it" })
        assertTrue(read("40") > dollar && dollar < read("40"))
        assertEquals(listOf("13.34", "13.33", "13.33"), read("40").split(3).map { it.text })
        assertEquals(Money.zero("USD"), read("-0.0"))
        assertEquals(Money(40L, "KRW"), read("40", "KRW"))
        assertEquals(Money("40", "USD"), Money.fromJson("\"40 USD\""))
        assertEquals("amount", refusedNow("invalid_amount") { read("40.001") }.field)
        for (amount in listOf("01", "1e3", "", "+1", "--1", "1.", "9".repeat(60))) refusedNow("invalid_request") { read(amount) }
        // of a currency that nobody has told of: as it is written, and counted rightly all the same
        assertEquals("40 NOBODY", "${read("40", "NOBODY")}")
        assertEquals("41.50 NOBODY", "${read("40", "NOBODY") + read("1.50", "NOBODY")}")
        assertEquals("38.50 NOBODY", "${read("40", "NOBODY") - read("1.50", "NOBODY")}")
        assertTrue(read("2", "NOBODY") > read("1.50", "NOBODY"))
    }

    @Test
    fun `a token is registered once`() {
        Currency.register("KTEST", 6)
        Currency.register("KTEST", 6)
        assertEquals("1.500000", Money("1.5", "KTEST").text)
        refusedNow("invalid_request") { Currency.register("KTEST", 2) }
        refusedNow("invalid_currency") { Currency.register("kt", 2) }
    }
}
