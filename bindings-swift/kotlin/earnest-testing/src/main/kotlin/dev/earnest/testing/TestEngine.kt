package dev.earnest.testing

import dev.earnest.Actor
import dev.earnest.Arguments
import dev.earnest.Balance
import dev.earnest.Closing
import dev.earnest.Deal
import dev.earnest.DealState
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.Home
import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.Native
import dev.earnest.Options
import dev.earnest.Ran
import dev.earnest.invalid
import dev.earnest.refuse
import java.io.File
import java.time.Instant
import java.util.UUID
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.random.Random
import kotlin.time.Duration

/** Where the clock of a test begins. */
private val START: Instant = Instant.parse("2026-01-01T00:00:00Z")

/** Options with a clock that stands still at [testClock], and ids that are counted. */
@Suppress("FunctionName")
public fun Options(testClock: Instant, options: Options = Options()): Options =
    options.tested(Arguments.timeText("testClock", testClock), 0)

/** The clock of a test, which stands still until it is moved. */
public class Clock internal constructor(private val bank: Engine) {
    /** The time that it shows. */
    public val now: Instant get() = Instant.parse(bank.now())

    /** Moves it forward, and says what it shows then. */
    public fun advance(by: Duration): Instant = advance(Arguments.durationText("by", by))

    /** Moves it forward, by ISO 8601 such as `P4D`. */
    public fun advance(by: String): Instant = Instant.parse(bank.advance(by))
}

/** An engine for tests: with a clock that stands still, ids that are counted, the keys of tests, and no background. */
public class TestEngine private constructor(home: Home) : Engine(home) {
    private val planned = ConcurrentLinkedQueue<Pair<String, EarnestException>>()

    init {
        home.meets = { name -> planned.firstOrNull { it.first == name }?.also(planned::remove)?.let { throw it.second } }
    }

    override val use: Closing<TestEngine> get() = Closing(this)

    /** Its clock. */
    public val clock: Clock = Clock(this)

    /** Runs what is due: timers, the expiry of holds, and jobs that have a handler. */
    public suspend fun runDue(): Ran = jobs.runDue()

    /** Gives the events so far their places in the sequence. */
    public suspend fun catchUp(): Unit = caughtUp()

    /** An account with so much more in it. */
    public suspend fun funded(account: String, amount: String = "1000.00 USD"): Balance = funded(account, Money.parse(amount))

    /** An account with so much more in it. */
    public suspend fun funded(account: String, amount: Money): Balance =
        ledger.topUp(account = account, amount = amount, key = key()).balance

    /** A deal in a state on its way from `pending` to `released`; its buyer has what it costs. */
    public suspend fun deal(
        state: DealState = DealState.PENDING,
        buyer: String = "buyer",
        seller: String = "seller",
        price: Money = Money("40.00", "USD"),
    ): Deal {
        val states = WAY.map { it.second }
        if (state !in states) throw invalid("state", "must be one of ${states.joinToString()}")
        funded(buyer, escrow.quote(price = price).buyerPays)
        var now = escrow.open(buyer = buyer, seller = seller, price = price, key = key()).deal
        for ((step, after) in WAY.drop(1)) {
            if (now.state == state) break
            now = stepped(now, step, buyer)
            check(now.state == after) { "the deal is ${now.state}, and not $after" }
        }
        return now
    }

    private suspend fun stepped(deal: Deal, step: String, buyer: String): Deal = when (step) {
        "pay" -> escrow.pay(deal = deal.id).deal
        "ship" -> escrow.ship(deal = deal.id).deal
        "deliver" -> escrow.deliver(deal = deal.id).deal
        else -> escrow.confirm(deal = deal.id, actor = Actor(buyer)).deal
    }

    /**
     * The next call of an operation is refused with a code, before it reaches the engine. Details that are not given are made
     * up.
     */
    public fun failNext(operation: String, code: String, details: Map<String, Any?> = emptyMap()) {
        if (operation !in Native.calling { operations() }) throw invalid("operation", "must be an operation such as `ledger.deduct`")
        if (code !in EarnestException.codes) throw invalid("code", "must be a code such as `store_unavailable`")
        planned += operation to madeUp(code, details)
    }

    /** Throws unless every book sums to zero and every invariant holds. */
    public suspend fun assertConserved() {
        if (!ledger.trialBalance().balanced) throw AssertionError("the book does not sum to zero")
        val verified = verify()
        if (!verified.ok) throw AssertionError("an invariant does not hold: ${verified.toJson()}")
    }

    private fun key(): String = "testing:${UUID.randomUUID()}"

    public companion object {
        private val WAY = listOf(
            "" to DealState.PENDING,
            "pay" to DealState.AWAITING_SHIPMENT,
            "ship" to DealState.SHIPPED,
            "deliver" to DealState.DELIVERED,
            "confirm" to DealState.RELEASED,
        )

        /** Opens one in memory, or by another URL. */
        public suspend fun open(url: String = "memory:", options: Options = Options()): TestEngine =
            TestEngine(Engine.opened(url, tested(options, url == "memory:")))

        /** Opens one on a file. One that is new answers the same ids and times each time. */
        public suspend fun open(file: File, options: Options = Options()): TestEngine =
            TestEngine(Engine.opened(file, tested(options, !file.exists())))

        private fun tested(options: Options, isNew: Boolean): Options {
            // a store may have ids of an earlier opening already: there they begin elsewhere each time
            val seed = if (isNew) 0 else Random.nextInt(1, 1 shl 20)
            return options.tested(options.forTests?.first ?: Arguments.timeText("clock", START), seed)
        }

        /** Details that a code has, until it is satisfied. */
        private fun madeUp(code: String, details: Map<String, Any?>): EarnestException {
            val wire = LinkedHashMap(details)
            var made = refusalWith(code, wire)
            for (round in 0 until 24) {
                val missing = lacking(code, made) ?: return made
                wire[missing] = SAMPLES.firstOrNull { lacking(code, refusalWith(code, wire + (missing to it))) != missing } ?: "testing"
                made = refusalWith(code, wire)
            }
            return made
        }

        private fun refusalWith(code: String, details: Map<String, Any?>): EarnestException = try {
            refuse(code, *details.toList().toTypedArray())
        } catch (refused: EarnestException.InvalidRequest) {
            // a detail that this package reads was left out
            refused
        }

        /** The detail that the table of errors did not find, or could not read. */
        private fun lacking(code: String, made: EarnestException): String? {
            if (made !is EarnestException.InvalidRequest || (code == made.code && made.field != "details")) return null
            if (made.field.startsWith("details.")) return made.field.split('.')[1]
            return MISSING.find(made.reason)?.groupValues?.drop(1)?.firstOrNull(String::isNotEmpty)
        }

        private val MISSING = Regex("missing field `(\\w+)`|`details\\.(\\w+)` is not what")
        private val SAMPLES = listOf(Json.obj("amount" to "1.00", "currency" to "USD"), "testing", 1, START.toString(), listOf("testing"))
    }
}
