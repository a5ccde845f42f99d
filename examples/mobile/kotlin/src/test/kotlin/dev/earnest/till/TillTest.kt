package dev.earnest.till

import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.Options
import dev.earnest.testing.TestEngine
import dev.earnest.use
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TillTest {
    private val policy = Json.obj(
        "id" to "pins", "operation" to "ledger.transfer", "threshold" to "100.00 USD", "require" to listOf("pin"), "approvers" to 0,
    )

    @Test
    fun `a payment above the limit needs the PIN`(): Unit = runBlocking {
        TestEngine.open(options = Options(policies = listOf(policy))).use { bank ->
            val till = Till(bank, "ko")
            bank.funded("cafe", "1.00 USD")
            till.topUp("alice", "500.00 USD", slip = "1")
            till.topUp("alice", "500.00 USD", slip = "1")
            assertEquals(Money("500.00", "USD"), till.shown.value.balance)
            assertTrue("already" in till.shown.value.done.orEmpty())
            bank.acting("alice").credentials.setPin(subject = "alice", pin = "470815")

            till.pay("alice", "cafe", "4.00 USD", bill = "1")
            assertEquals(Money("496.00", "USD"), till.shown.value.balance)
            till.pay("alice", "cafe", "120.00 USD", bill = "2")
            assertTrue(till.shown.value.needsPin)
            till.pin("111111")
            assertTrue(till.shown.value.needsPin && till.shown.value.problem != null)
            till.pin("470815")
            assertEquals(Money("376.00", "USD"), till.shown.value.balance)
            till.pay("alice", "cafe", "99.00 EUR", bill = "3")
            assertTrue(till.shown.value.problem != null)
            bank.assertConserved()
        }
    }

    @Test
    fun `a deal shows what may be pressed, and its receipt is checked offline`(): Unit = runBlocking {
        TestEngine.open().use { bank ->
            val deal = bank.deal()
            val buyer = DealScreen(bank, "buyer", deal)
            assertTrue("pay" in buyer.buttons)
            buyer.press("pay")
            val seller = DealScreen(bank, "seller", buyer.deal.value)
            assertTrue("ship" in seller.buttons && "ship" !in buyer.buttons)
            seller.press("ship")
            buyer.press("look")
            buyer.press("confirm")
            assertEquals("released", buyer.deal.value.state.value)

            val check = ReceiptCheck(bank.receipts.publicKeys())
            val receipt = bank.receipts.list(deal = deal.id).first()
            assertTrue(check.of(receipt.toJson()).startsWith("genuine")) { check.of(receipt.toJson()) }
            assertTrue(check.of(receipt.toJson().replace("40.00", "41.00")).startsWith("not genuine"))
            assertEquals("no receipt", check.of("a photograph"))
        }
    }
}
