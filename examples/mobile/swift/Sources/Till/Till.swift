import Earnest
import Foundation

/// A till in a shop: it tops up customers, takes money by their PINs, and sells what is delivered later by
/// a deal.
///
/// It is what the screens are of, and knows none: the tests drive it as they do.
public actor Till {
    private let bank: Engine
    /// The shop, which sells.
    public let shop: String
    /// The refusal of the last step, in the language of the cashier; `nil` once something succeeded.
    public private(set) var refusal: String?

    private let language: String

    public init(bank: Engine, shop: String, language: String) {
        self.bank = bank
        self.shop = shop
        self.language = language
    }

    /// Puts what a customer has paid in cash onto an account. The number of the slip is the key: it counts
    /// once.
    public func topUp(_ customer: String, _ amount: Money, slip: String) async throws -> Money {
        try await told { try await bank.ledger.topUp(account: customer, amount: amount, key: "slip:\(slip)").balance.available }
    }

    /// Sets the PIN of a customer who has none.
    public func enrol(_ customer: String, pin: String) async throws {
        _ = try await told { try await bank.credentials.setPin(subject: customer, pin: pin, actor: .admin(shop)) }
    }

    /// Takes money from a customer who has typed a PIN. A wrong one takes nothing.
    public func pay(_ customer: String, _ amount: Money, pin: String, sale: String) async throws -> Transfer {
        try await told {
            let verified = try await bank.credentials.verifyPin(subject: customer, pin: pin, actor: Actor(customer))
            return try await bank.ledger.transfer(
                from: customer, to: shop, amount: amount, key: "sale:\(sale)", actor: Actor(customer), proofs: [verified.proof]
            ).transfer
        }
    }

    /// Sells what comes later: the money waits in a deal until the customer is content.
    public func sell(_ customer: String, _ item: String, _ price: Money, order: String) async throws -> Deal {
        try await told {
            let key = IdempotencyKey("order:\(order)")
            let opened = try await bank.escrow.open(
                buyer: customer, seller: shop, price: price, key: key.forStep("open"), item: item)
            return try await bank.escrow.pay(deal: opened.deal.id, key: key.forStep("pay")).deal
        }
    }

    /// Returns the shop's actions on a deal now: the buttons of a screen.
    public nonisolated func buttons(_ deal: Deal) throws -> [Action] {
        try deal.allowedActions(as: Actor(shop))
    }

    /// Says that a deal is on its way.
    public func ship(_ deal: Deal, tracking: String) async throws -> Deal {
        try await told { try await bank.escrow.ship(deal: deal.id, tracking: tracking, actor: Actor(shop)).deal }
    }

    /// The customer has it and is content: the shop is paid.
    public func confirm(_ deal: Deal, by customer: String) async throws -> Deal {
        try await told {
            if deal.state == .shipped { try await bank.escrow.deliver(deal: deal.id) }
            return try await bank.escrow.confirm(deal: deal.id, actor: Actor(customer)).deal
        }
    }

    /// The receipt of a sale, to be shown as a code that another till can check.
    public func receipt(of transfer: Transfer) async throws -> Receipt {
        try await told {
            guard let receipt = try await bank.receipts.list(limit: 1, transfer: transfer.id).page().items.first else {
                throw TillError.noReceipt
            }
            return receipt
        }
    }

    /// Returns the keys by which others check receipts of this till.
    public func publicKeys() async throws -> PublicKeys {
        try await told { try await bank.receipts.publicKeys() }
    }

    /// Remembers what a refusal says to people.
    private func told<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        do {
            let answer = try await work()
            refusal = nil
            return answer
        } catch let error as EarnestError {
            refusal = error.toUser(language)
            throw error
        }
    }
}

public enum TillError: Error, Sendable {
    case noReceipt
}

/// Checks receipts of other tills without a network: the keys were fetched before.
public struct ReceiptCheck: Sendable {
    private let keys: PublicKeys

    public init(keys: PublicKeys) {
        self.keys = keys
    }

    /// Tells a cashier whether a scanned receipt is genuine.
    public func shown(_ scanned: Data) -> String {
        do {
            let verification = try Receipt.verify(json: scanned, publicKeys: keys)
            guard verification.valid else { return "forged: \(verification.reason ?? "unknown")" }
            let receipt = try Receipt(json: scanned)
            return "genuine: \(receipt.amount.map { $0.format() } ?? "no amount")"
        } catch {
            return "unreadable: \(error.code)"
        }
    }
}
