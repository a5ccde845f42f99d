// The services of an engine.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

extension EngineServices {
    /// The operations of `ledger`.
    public var ledger: LedgerService { LedgerService(bank: engine) }

    /// The operations of `escrow`.
    public var escrow: EscrowService { EscrowService(bank: engine) }

    /// The operations of `receipts`.
    public var receipts: ReceiptsService { ReceiptsService(bank: engine) }

    /// The operations of `treasury`.
    public var treasury: TreasuryService { TreasuryService(bank: engine) }

    /// The operations of `payments`.
    public var payments: PaymentsService { PaymentsService(bank: engine) }

    /// The operations of `purchases`.
    public var purchases: PurchasesService { PurchasesService(bank: engine) }

    /// The operations of `webhooks`.
    public var webhooks: WebhooksService { WebhooksService(bank: engine) }

    /// The operations of `withdrawals`.
    public var withdrawals: WithdrawalsService { WithdrawalsService(bank: engine) }

    /// The operations of `approvals`.
    public var approvals: ApprovalsService { ApprovalsService(bank: engine) }

    /// The operations of `vault`.
    public var vault: VaultService { VaultService(bank: engine) }

    /// The operations of `credentials`.
    public var credentials: CredentialsService { CredentialsService(bank: engine) }

    /// The operations of `risk`.
    public var risk: RiskService { RiskService(bank: engine) }

    /// The operations of `signing`.
    public var signing: SigningService { SigningService(bank: engine) }

    /// The operations of `events`.
    public var events: EventsService { EventsService(bank: engine) }

    /// The operations of `jobs`.
    public var jobs: JobsService { JobsService(bank: engine) }

    /// The operations of `admin`.
    public var admin: AdminService { AdminService(bank: engine) }
}
