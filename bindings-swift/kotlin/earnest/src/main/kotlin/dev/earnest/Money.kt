package dev.earnest

import java.io.Serializable
import java.math.BigDecimal
import java.math.BigInteger
import java.text.NumberFormat
import java.util.Locale
import java.util.concurrent.ConcurrentHashMap

/** The measure of a rule: [Money], or a [Count] of something. */
public sealed interface Measure

/** A whole number, where a rule may count money too. */
public class Count(public val value: Long) : Measure, Serializable {
    override fun equals(other: Any?): Boolean = other is Count && other.value == value

    override fun hashCode(): Int = value.hashCode()

    override fun toString(): String = value.toString()
}

/**
 * An amount of one currency, such as `Money("40.00", "USD")`. It cannot be changed, and is never a floating-point number.
 *
 * Amounts of two currencies are neither counted together nor compared: `currency_mismatch`.
 */
public class Money private constructor(
    /** The amount in units of the currency, with all its decimal places. */
    public val text: String,
    /** The code of the currency. */
    public val currency: String,
    @Suppress("UNUSED_PARAMETER") made: Made,
) : Comparable<Money>, Measure, Serializable {
    /** Tells the constructor of what is right already from those that look first. */
    private object Made {}

    /** So much of a currency, in units of it. Refused with `invalid_amount` or `invalid_currency`. */
    public constructor(amount: String, currency: String) : this(written("amount", amount, currency), currency, Made)

    /** So much of a currency, in units of it and with no more places than it has. */
    public constructor(amount: BigDecimal, currency: String) : this(written("amount", plain(amount), currency), currency, Made)

    /** So much of a currency that has no decimal places; of any other `invalid_amount`. */
    public constructor(amount: Long, currency: String) : this(unitsOf(amount, currency), currency, Made)

    /** The amount, with the decimal places of the currency. */
    public val amount: BigDecimal get() = BigDecimal(text)

    /** The amount in minor units: cents of a dollar. */
    public val minor: BigInteger get() = BigInteger(text.replace(".", ""))

    /** The decimal places of the currency. */
    public val scale: Int get() = text.substringAfter('.', "").length

    /** Whether it is nothing. */
    public val isZero: Boolean get() = minor.signum() == 0

    /** Whether it is below zero. */
    public val isNegative: Boolean get() = text.startsWith('-')

    /** The sum of both. */
    public operator fun plus(other: Money): Money = counted(amount + amountOf(other))

    /** Subtracts the other amount. */
    public operator fun minus(other: Money): Money = counted(amount - amountOf(other))

    /** So many times as much. */
    public operator fun times(factor: Int): Money = times(factor.toLong())

    /** So many times as much. */
    public operator fun times(factor: Long): Money = counted(minor * factor.toBigInteger())

    /** The same below zero, or above. */
    public operator fun unaryMinus(): Money = counted(minor.negate())

    /** The same above zero. */
    public fun abs(): Money = if (isNegative) -this else this

    override fun compareTo(other: Money): Int = amount.compareTo(amountOf(other))

    /** So many equal parts that sum to the whole. What cannot be divided goes, a minor unit each, to the first parts. */
    public fun split(parts: Int): List<Money> =
        if (parts in 1..PARTS) shared(List(parts) { BigInteger.ONE }) else throw unsplittable()

    /** Parts by weights that sum to the whole, by the same rule; a weight of 0 gets nothing. */
    public fun split(weights: List<Int>): List<Money> = shared(weights.map { it.toBigInteger() })

    private fun shared(weights: List<BigInteger>): List<Money> {
        val total = weights.fold(BigInteger.ZERO, BigInteger::add)
        if (weights.size > PARTS || total.signum() == 0 || weights.any { it.signum() < 0 }) throw unsplittable()
        val whole = minor.abs()
        val parts = weights.mapTo(ArrayList()) { whole * it / total }
        var left = whole - parts.fold(BigInteger.ZERO, BigInteger::add)
        for (place in parts.indices) {
            if (left.signum() > 0 && weights[place].signum() > 0) {
                parts[place] += BigInteger.ONE
                left -= BigInteger.ONE
            }
        }
        return parts.map { counted(if (isNegative) it.negate() else it) }
    }

    /** `"40.00 USD"`. */
    override fun toString(): String = "$text $currency"

    /** The same. */
    public fun format(): String = toString()

    /** As people of a place write it: `$40.00`. */
    public fun format(locale: Locale): String {
        val known = runCatching { java.util.Currency.getInstance(currency) }.getOrNull()
        val numbers = if (known == null) NumberFormat.getNumberInstance(locale) else NumberFormat.getCurrencyInstance(locale)
        if (known != null) numbers.currency = known
        numbers.minimumFractionDigits = scale
        numbers.maximumFractionDigits = scale
        return if (known == null) "${numbers.format(amount)} $currency" else numbers.format(amount)
    }

    /** `{"amount":"40.00","currency":"USD"}`. */
    public fun toJson(): String = json().toString()

    override fun equals(other: Any?): Boolean = other is Money && other.text == text && other.currency == currency

    override fun hashCode(): Int = 31 * text.hashCode() + currency.hashCode()

    internal fun json(): Json = Json.ofMembers(mapOf("amount" to Json.ofText(text), "currency" to Json.ofText(currency)))

    /** Returns another amount as a decimal: in a currency unknown here the two may have different places. */
    private fun amountOf(other: Money): BigDecimal {
        if (other.currency == currency) return other.amount
        throw refuse("currency_mismatch", "field" to "currency", "expected" to currency, "actual" to other.currency)
    }

    private fun counted(minor: BigInteger): Money = ofMinor(minor, currency, scale)

    private fun counted(sum: BigDecimal): Money = ofMinor(sum.unscaledValue(), currency, sum.scale())

    public companion object {
        private val LIMIT = BigInteger.TEN.pow(38)

        /** Parts that an amount is split into at most. */
        private const val PARTS = 100_000

        /** As an amount is written in JSON; a total may have a digit more than what is counted here. */
        private val WRITTEN = Regex("-?(0|[1-9][0-9]{0,38})(\\.[0-9]{1,38})?")

        /** The decimal places of currencies that were met. What is registered afterwards has the say. */
        private val PLACES = ConcurrentHashMap<String, Int>()

        /** Reads `"40.00 USD"`. */
        public fun parse(text: String): Money {
            val space = text.indexOf(' ')
            if (space < 0) throw refuseAmount("amount", "must be a text such as `40.00 USD`")
            return Money(text.substring(0, space), text.substring(space + 1))
        }

        /** So many minor units: cents of a dollar. */
        public fun ofMinor(minor: BigInteger, currency: String): Money = ofMinor(minor, currency, scaleOf(currency))

        /** So many minor units: cents of a dollar. */
        public fun ofMinor(minor: Long, currency: String): Money = ofMinor(minor.toBigInteger(), currency)

        /** Nothing of a currency. */
        public fun zero(currency: String): Money = Money("0", currency)

        /** Reads `{"amount":"40.00","currency":"USD"}`, or `"40.00 USD"`. */
        public fun fromJson(text: String): Money = Reading(Json.parse(text)).asMoney()

        private fun ofMinor(minor: BigInteger, currency: String, scale: Int): Money {
            if (minor.abs() >= LIMIT) throw refuseAmount("amount", "must be below 10^38 minor units")
            return Money(BigDecimal(minor, scale).toPlainString(), currency, Made)
        }

        /** Money of JSON, brought to the places of its currency; of an unknown one, and in an [own] reply, as it is written. */
        internal fun of(amount: String, currency: String, amountAt: String, currencyAt: String, own: Boolean = false): Money {
            if (!WRITTEN.matches(amount)) throw invalid(amountAt, "must be an amount such as `40.00`")
            if (currency.isEmpty() || !currency.all { it in 'A'..'Z' || it in '0'..'9' }) {
                throw invalid(currencyAt, "must be the code of a currency")
            }
            val exact = BigDecimal(amount)
            val places = (if (own) null else placesOf(currency)) ?: exact.scale()
            if (exact.scale() > places) throw refuseAmount(amountAt, "must not have more decimal places than $places, as `$currency` has")
            // what is zero has no sign
            return Money(exact.setScale(places).toPlainString(), currency, Made)
        }

        internal fun forget(currency: String) {
            PLACES.remove(currency)
        }

        private fun placesOf(currency: String): Int? =
            PLACES[currency] ?: Native.calling { placesOf(currency) }?.also { PLACES[currency] = it }

        private fun written(field: String, amount: String, currency: String): String {
            Arguments.whole(field, amount)
            val code = Arguments.whole("currency", currency)
            return Native.calling { amount(field, amount, code) }
        }

        private fun scaleOf(currency: String): Int {
            val code = Arguments.whole("currency", currency)
            return Native.calling { scale(code) }
        }

        private fun plain(amount: BigDecimal): String {
            // one with an exponent of a million would be written with a million digits
            if (amount.precision().toLong() - amount.scale() > 64 || amount.scale() > 64) {
                throw refuseAmount("amount", "must be below 10^38 minor units, and within the places of its currency")
            }
            return amount.toPlainString()
        }

        private fun unitsOf(amount: Long, currency: String): String {
            val scale = scaleOf(currency)
            if (scale == 0) return amount.toString()
            throw refuseAmount("amount", "must be a text such as `40.00`: the currency has $scale decimal places")
        }

        private fun unsplittable(): EarnestException =
            invalid("into", "must be a number of parts from 1 to $PARTS, or their weights: whole numbers from 0 up")

        private fun refuseAmount(field: String, reason: String): EarnestException =
            refuse("invalid_amount", "field" to field, "reason" to reason)
    }
}

/** Currencies beside ISO 4217. */
public object Currency {
    /**
     * Makes a currency known to [Money] in this process: its code and its decimal places. An engine that is opened with
     * `currencies = mapOf("USDC" to 6)` does so by itself. Another number of places than before is refused.
     */
    public fun register(code: String, scale: Int) {
        val name = Arguments.whole("currencies", code)
        Native.calling { registerCurrency(name, scale.coerceIn(-1, 255).let { if (it < 0) 255u else it.toUByte() }) }
        Money.forget(name)
    }
}
