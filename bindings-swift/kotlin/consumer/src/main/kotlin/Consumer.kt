import dev.earnest.*
import dev.earnest.testing.TestEngine

/** Uses of the package by an app: suspending and inline functions, flows, closed sets, views, refusals, tests. */
suspend fun main() {
    Engine.open("memory:", Options(currencies = mapOf("USDC" to 6))).use { bank ->
        bank.ledger.topUp(account = "alice", amount = Money("100.00", "USD"), key = IdempotencyKey("ord-7").forStep("pay"))
        val deal = bank.escrow.open(buyer = "alice", seller = "bob", price = Money("40.00", "USD"), key = "ord-7").deal
        check(bank.escrow.pay(deal = deal.id).deal.state == DealState.AWAITING_SHIPMENT)
        bank.ledger.entries(account = "alice").collect { println("${it.number} ${it.amount}") }
        try {
            bank.ledger.deduct(account = "alice", amount = Money("500.00", "USD"), key = "d-1")
        } catch (refused: EarnestException.InsufficientBalance) {
            println(refused.available)
        }
        bank.jobs.worker(mapOf("shop.mail" to { job -> job.payload["to"].text })).use { println(it) }
    }
    TestEngine.open().use { it.assertConserved() }
}
