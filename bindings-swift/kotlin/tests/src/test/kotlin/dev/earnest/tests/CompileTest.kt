package dev.earnest.tests

import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Code that must not compile, line by line. */
class CompileTest {
    @Test
    fun `floats are no money and a key that is required is not forgotten`() {
        val wrong = listOf(
            """Money(40.1, "USD")""",
            """Money(40.1f, "USD")""",
            """val float = 40.1; Money(float, "USD")""",
            """Money("1", "USD") * 1.5""",
            """Money("1", "USD") + 1.0""",
            """Money(40.1, "USD") == Money("1", "USD")""",
            """bank.ledger.topUp(account = "a", amount = Money("1", "USD"))""",
            """bank.ledger.topUp(account = "a", key = "k")""",
            """bank.ledger.topUp(account = "a", amount = "1.00 USD", key = "k")""",
            """bank.calls""",
            """bank.escrow.list(state = PaymentState.CAPTURED)""",
            """bank.escrow.disputes(type = DisputeType.NON_DELIVERY, state = DealState.SHIPPED)""",
            """bank.approvals.setPolicy(id = "p", operation = "o", threshold = Money("1", "USD"), require = listOf(Side.SELLER))""",
            """bank.ledger.topUp(account = "a", amount = Money("1", "USD"), key = DealState.SHIPPED)""",
            """FeeTerm(to = "f", bps = 1, from = DealState.SHIPPED)""",
            """val text: CharSequence = DealState.SHIPPED""",
        )
        val right = listOf(
            """bank.ledger.topUp(account = "a", amount = Money("1", "USD"), key = "k")""",
            """bank.escrow.list(state = DealState.SHIPPED)""",
            """bank.escrow.list(state = "shipped"); bank.escrow.list()""",
            """bank.escrow.disputes(state = "open", type = "quality"); bank.escrow.disputes(type = "quality"); bank.escrow.disputes()""",
            """bank.approvals.setPolicy(id = "p", operation = "o", threshold = Money("1", "USD"), require = listOf("pin"))""",
            """bank.approvals.setPolicy(id = "p", operation = "o", threshold = Money("1", "USD"), require = listOf(Factor.PIN))""",
            """FeeTerm(to = "f", bps = 1, from = "seller"); FeeTerm(to = "f", bps = 1)""",
            """val text: String = DealState.SHIPPED.value""",
            """bank.escrow.dispute(deal = "d", type = DisputeType.NON_DELIVERY, statement = "s", key = "k")""",
            """bank.escrow.resolve(dispute = "d", outcome = Ruling.SPLIT, resolution = "r", key = "k")""",
            """bank.ledger.holds(state = HoldState.AUTHORIZED)""",
            """FeeTerm(to = "f", bps = 1, from = Side.SELLER)""",
            """bank.purchases.buy(offer = "o", buyer = "b", key = "k", with = PaidWith.GATEWAY)""",
            """bank.payments.create(amount = Money("1", "USD"), key = "k", capture = CaptureMode.MANUAL)""",
            """bank.jobs.list(state = JobState.DEAD); bank.approvals.list(state = ApprovalState.PENDING)""",
        )
        val lines = (wrong + right).withIndex().joinToString("\n") { (place, line) -> "suspend fun f$place(bank: Engine) { $line }" }
        val file = File(folder(), "Wrong.kt").apply { writeText("import dev.earnest.*\n$lines\n") }
        val out = ByteArrayOutputStream()
        val classes = System.getProperty("java.class.path")
        K2JVMCompiler().exec(PrintStream(out), "-cp", classes, "-no-stdlib", "-no-reflect", "-d", folder().path, file.path)
        val errors = Regex("Wrong\\.kt:(\\d+):\\d+: error:").findAll(out.toString()).map { it.groupValues[1].toInt() }.toSortedSet()
        assertEquals((2..wrong.size + 1).toSortedSet(), errors) { out.toString() }
    }

    /** It costs the seconds of a compiler: what is internal, or warned of, would show nowhere else. */
    @Test
    fun `an app with an explicit interface compiles without a warning`() {
        val file = File(ROOT, "bindings-swift/kotlin/tests/src/test/kotlin/dev/earnest/app/AppTest.kt")
        val out = ByteArrayOutputStream()
        val classes = System.getProperty("java.class.path").split(File.pathSeparator).filter { File(it).exists() }
        val given = arrayOf("-cp", classes.joinToString(File.pathSeparator), "-no-stdlib", "-no-reflect", "-jvm-target", "17")
        val code = K2JVMCompiler().exec(PrintStream(out), *given, "-Xexplicit-api=strict", "-d", folder().path, file.path)
        val said = Regex("AppTest\\.kt:\\d+:\\d+: (error|warning): .*").findAll(out.toString()).map { it.value }.toList()
        assertEquals(emptyList<String>(), said)
        assertEquals(ExitCode.OK, code) { out.toString() }
    }
}
