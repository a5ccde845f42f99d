// All services.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

package dev.earnest

internal const val VERSION: String = "0.1.0"

/** All services, of an engine or of a view of one. */
public abstract class Services internal constructor() {
    internal abstract val calls: Calls

    /** The operations of `ledger`. */
    public open val ledger: Ledger get() = Ledger(calls)

    /** The operations of `escrow`. */
    public open val escrow: Escrow get() = Escrow(calls)

    /** The operations of `receipts`. */
    public open val receipts: Receipts get() = Receipts(calls)

    /** The operations of `treasury`. */
    public open val treasury: Treasury get() = Treasury(calls)

    /** The operations of `payments`. */
    public open val payments: Payments get() = Payments(calls)

    /** The operations of `purchases`. */
    public open val purchases: Purchases get() = Purchases(calls)

    /** The operations of `webhooks`. */
    public open val webhooks: Webhooks get() = Webhooks(calls)

    /** The operations of `withdrawals`. */
    public open val withdrawals: Withdrawals get() = Withdrawals(calls)

    /** The operations of `approvals`. */
    public open val approvals: Approvals get() = Approvals(calls)

    /** The operations of `vault`. */
    public open val vault: Vault get() = Vault(calls)

    /** The operations of `credentials`. */
    public open val credentials: Credentials get() = Credentials(calls)

    /** The operations of `risk`. */
    public open val risk: Risk get() = Risk(calls)

    /** The operations of `signing`. */
    public open val signing: Signing get() = Signing(calls)

    /** The operations of `events`. */
    public open val events: Events get() = Events(calls)

    /** The operations of `jobs`. */
    public open val jobs: Jobs get() = Jobs(calls)

    /** The operations of `admin`. */
    public open val admin: Admin get() = Admin(calls)
}
