package dev.earnest.till

import dev.earnest.Actor
import dev.earnest.Deal
import dev.earnest.EarnestException
import dev.earnest.Engine
import dev.earnest.IdempotencyKey
import dev.earnest.Json
import dev.earnest.Money
import dev.earnest.ProofFor
import dev.earnest.PublicKeys
import dev.earnest.Receipt
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** The content of a screen: the balance, the next step, and any problem in the words of its language. */
data class Shown(val balance: Money? = null, val needsPin: Boolean = false, val done: String? = null, val problem: String? = null)

/** A till: it takes cash for accounts, and pays from them by PIN. */
class Till(private val bank: Engine, private val language: String) {
    private val state = MutableStateFlow(Shown())
    private var asked: Payment? = null

    /** The content of the screen. */
    val shown: StateFlow<Shown> = state.asStateFlow()

    private class Payment(val from: String, val to: String, val amount: Money, val key: IdempotencyKey)

    /** Takes cash. The number of the slip is the key: whoever presses twice has paid in once. */
    suspend fun topUp(account: String, amount: String, slip: String): Unit = showing {
        val moved = bank.ledger.topUp(account = account, amount = Money.parse(amount), key = IdempotencyKey("slip-$slip"))
        Shown(balance = moved.balance.available, done = if (moved.replayed) "slip $slip was taken already" else "slip $slip")
    }

    /** Pays. Above what the policy of the till allows, it asks for the PIN and waits for [pin]. */
    suspend fun pay(from: String, to: String, amount: String, bill: String): Unit = showing {
        val payment = Payment(from, to, Money.parse(amount), IdempotencyKey("bill-$bill"))
        try {
            paid(payment, null)
        } catch (_: EarnestException.FactorRequired) {
            asked = payment
            Shown(needsPin = true)
        }
    }

    /** The PIN of the payment that was asked for. A wrong one counts, and the screen says how many are left. */
    suspend fun pin(digits: String): Unit = showing {
        val payment = asked ?: return@showing state.value
        val args = mapOf("from" to payment.from, "to" to payment.to, "amount" to payment.amount.toString())
        val checked = bank.acting(payment.from).credentials.verifyPin(
            subject = payment.from,
            pin = digits,
            forTime = ProofFor(operation = "ledger.transfer", args = Json.of(args)),
        )
        paid(payment, listOf(checked.proof)).also { asked = null }
    }

    private suspend fun paid(payment: Payment, proofs: List<String>?): Shown {
        val moved = bank.acting(payment.from).ledger.transfer(
            from = payment.from,
            to = payment.to,
            amount = payment.amount,
            key = payment.key,
            proofs = proofs,
        )
        return Shown(balance = moved.balance.available, done = "${payment.amount} to ${payment.to}")
    }

    private suspend fun showing(work: suspend () -> Shown) {
        state.value = try {
            work()
        } catch (refused: EarnestException) {
            state.value.copy(done = null, problem = refused.toUser(language))
        }
    }
}

/** A deal on the device of its buyer or seller: what may be pressed is what the deal's state allows. */
class DealScreen(private val bank: Engine, private val who: String, deal: Deal) {
    private val state = MutableStateFlow(deal)

    /** The deal. */
    val deal: StateFlow<Deal> = state.asStateFlow()

    /** The buttons. A hint alone: the engine judges what is pressed. */
    val buttons: List<String> get() = state.value.allowedActions(Actor(who)).map { it.trigger }

    /** Presses one of them. */
    suspend fun press(trigger: String) {
        val mine = bank.acting(who).escrow
        val id = state.value.id
        state.value = when (trigger) {
            "pay" -> mine.pay(deal = id).deal
            "ship" -> mine.ship(deal = id).deal
            "confirm" -> mine.confirm(deal = id).deal
            else -> bank.escrow.get(deal = id)
        }
    }
}

/** Whether a receipt that somebody shows is genuine, without a network: the keys of its issuer were fetched before. */
class ReceiptCheck(private val keys: PublicKeys) {
    /** Says whether a receipt is genuine. */
    fun of(scanned: String): String = try {
        val receipt = Receipt.fromJson(scanned)
        val found = receipt.verify(keys)
        if (found.valid) "genuine: ${receipt.amount} to ${receipt.to}" else "not genuine: ${found.reason}"
    } catch (_: EarnestException.InvalidRequest) {
        "no receipt"
    }
}
