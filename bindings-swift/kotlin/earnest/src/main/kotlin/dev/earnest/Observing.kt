package dev.earnest

import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flow

/** The operations of `ledger`, with balances that are observed. */
public class EngineLedger internal constructor(private val bank: Engine) : Ledger(bank.calls) {
    /** The balance of an account, and again whenever it has changed: for what a screen shows. It ends with the engine. */
    public fun balanceFlow(account: String, currency: String? = null): Flow<Balance> =
        bank.observed { balance(account = account, currency = currency) }
}

/** The operations of `escrow`, with deals that are observed. */
public class EngineEscrow internal constructor(private val bank: Engine) : Escrow(bank.calls) {
    /** A deal, and again whenever it has changed: for what a screen shows. It ends with the engine. */
    public fun dealFlow(deal: String): Flow<Deal> = bank.observed { get(deal = deal) }
}

/**
 * A value as it is, and as it becomes. It is read by the actor of the view, whose refusal ends it. Values in between may be
 * left out, the last one never is. It stands still during a pause.
 */
internal fun <T : Any> Engine.observed(read: suspend () -> T): Flow<T> = flow {
    if (isClosed) return@flow
    val log = observer().events
    // before what is read first: a change behind that is seen
    val from = awake { log.newest() } ?: return@flow
    emit(awake(read) ?: return@flow)
    log.follow(after = from).conflate().collect { awake(read)?.let { emit(it) } }
}.distinctUntilChanged()

/** The result of a call, once the engine is awake; `null` when it was closed. */
private suspend fun <T : Any> Engine.awake(call: suspend () -> T): T? {
    var pause = Running.PAUSE
    while (!isClosed) {
        try {
            return call()
        } catch (refused: EarnestException.StoreUnavailable) {
            if (isClosed) break
            // it may go on already when this is heard
            if (refused.reason != PAUSED && !isPaused) throw refused
        }
        delay(pause)
        pause = minOf(pause * 2, Running.LONGEST)
    }
    return null
}

/** The place of the newest event, which is looked for in steps that double: the log has no operation for it. */
private suspend fun EngineEvents.newest(): Long {
    suspend fun isAny(after: Long) = list(afterSeq = after, limit = 1).page().items.isNotEmpty()
    var low = 0L
    var high = 1L
    while (isAny(high)) {
        low = high
        high *= 2
    }
    while (low < high) {
        val middle = (low + high) / 2
        if (isAny(middle)) low = middle + 1 else high = middle
    }
    return low
}
