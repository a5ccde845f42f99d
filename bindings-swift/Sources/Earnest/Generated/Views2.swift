// Replies of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Counts of disputes.
public struct DisputeStats: EarnestView {
    public static let _form = _Form("DisputeStats", "dispute_stats", [
        .init("by_type", .view { ByType._form }),
        .init("investigating", .whole),
        .init("mean_resolution_seconds", .whole, optional: true, nullable: true),
        .init("open", .whole),
        .init("resolved_in_period", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Disputes that have not ended, by type.
    public var byType: ByType { wire.view("by_type") }

    /// Under investigation now.
    public var investigating: Int { wire.whole("investigating") }

    /// How long those took from their opening, in whole seconds on average; `null` when there were none.
    public var meanResolutionSeconds: Int? { wire.wholeOrNil("mean_resolution_seconds") }

    /// Open now.
    public var `open`: Int { wire.whole("open") }

    /// Resolved in the period.
    public var resolvedInPeriod: Int { wire.whole("resolved_in_period") }
}

/// Disputes that have not ended, by type.
public struct ByType: EarnestView {
    public static let _form = _Form("ByType", "by_type", [
        .init("non_delivery", .whole),
        .init("other", .whole),
        .init("quality_issue", .whole),
        .init("seller_non_response", .whole),
        .init("wrong_item", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The delivery never came.
    public var nonDelivery: Int { wire.whole("non_delivery") }

    /// Anything else.
    public var other: Int { wire.whole("other") }

    /// The quality is not as agreed.
    public var qualityIssue: Int { wire.whole("quality_issue") }

    /// The seller does not answer.
    public var sellerNonResponse: Int { wire.whole("seller_non_response") }

    /// Something else came.
    public var wrongItem: Int { wire.whole("wrong_item") }
}

/// The result of checking a receipt.
public struct Verification: EarnestView {
    public static let _form = _Form("Verification", "verification", [
        .init("alg", .text, optional: true, nullable: true),
        .init("kid", .text, optional: true, nullable: true),
        .init("reason", .text, optional: true, nullable: true),
        .init("valid", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The algorithm that this signature names.
    public var alg: String? { wire.textOrNil("alg") }

    /// The key of the signature that decided.
    public var kid: String? { wire.textOrNil("kid") }

    /// Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key` (another of the known
    /// keys made it) or `bad_signature`. `old_key` of a genuine one whose key was rotated out since.
    public var reason: String? { wire.textOrNil("reason") }

    /// Whether it is genuine: nothing was changed, and every signature that could be checked is right.
    public var valid: Bool { wire.flag("valid") }
}

/// The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it.
public struct PublicKeys: EarnestView {
    public static let _form = _Form("PublicKeys", "public_keys", [
        .init("keys", .list(.view { PublicKey._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The keys, the current one first.
    public var keys: [PublicKey] { wire.views("keys") }
}

/// A public key.
public struct PublicKey: EarnestView {
    public static let _form = _Form("PublicKey", "public_key", [
        .init("alg", .text),
        .init("created_at", .time, optional: true, nullable: true),
        .init("kid", .text),
        .init("old", .flag, optional: true),
        .init("pem", .text, optional: true),
        .init("public_key", .text),
        .init("purpose", .text),
        .init("retired_at", .time, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// `Ed25519`.
    public var alg: Alg { wire.of("alg") }

    /// When it was made.
    public var createdAt: Date? { wire.timeOrNil("created_at") }

    /// Its id, which signatures name.
    public var kid: String { wire.text("kid") }

    /// Whether it was rotated out: what it signed stays valid.
    public var old: Bool? { wire.flagOrNil("old") }

    /// The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it.
    public var pem: String? { wire.textOrNil("pem") }

    /// The 32 bytes of the key, hexadecimal.
    public var publicKey: String { wire.text("public_key") }

    /// The purpose: `receipts`.
    public var purpose: String { wire.text("purpose") }

    /// When it was rotated out.
    public var retiredAt: Date? { wire.timeOrNil("retired_at") }
}

/// A receipt: one transfer, signed. The fields next to the payload repeat it.
public struct Receipt: EarnestView, Identifiable {
    public static let _form = _Form("Receipt", "receipt", [
        .init("id", .text),
        .init("kind", .text),
        .init("amount", .money, optional: true, nullable: true),
        .init("from", .text, optional: true, nullable: true),
        .init("to", .text, optional: true, nullable: true),
        .init("deal", .text, optional: true, nullable: true),
        .init("integrity_hash", .text),
        .init("issued_at", .time),
        .init("number", .whole),
        .init("payload", .object),
        .init("signatures", .list(.view { ReceiptSignature._form })),
        .init("transfer", .text),
    ], keepsAll: true)
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id: `rc_` and the uuid of its transfer.
    public var id: String { wire.text("id") }

    /// Why the money moved.
    public var kind: TransferKind { wire.of("kind") }

    /// The amount moved; `null` with more than two postings.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// The payer; `null` with more than two postings.
    public var from: String? { wire.textOrNil("from") }

    /// The payee; `null` with more than two postings.
    public var to: String? { wire.textOrNil("to") }

    /// The deal that it belongs to.
    public var deal: String? { wire.textOrNil("deal") }

    /// SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal.
    public var integrityHash: String { wire.text("integrity_hash") }

    /// When the money moved.
    public var issuedAt: Date { wire.time("issued_at") }

    /// The place of its event in the book's gapless sequence: no two receipts of a book share one.
    public var number: Int { wire.whole("number") }

    /// The signed payload.
    public var payload: JSON { wire.any("payload") }

    /// The signatures.
    public var signatures: [ReceiptSignature] { wire.views("signatures") }

    /// The transfer.
    public var transfer: String { wire.text("transfer") }
}

/// One signature over the canonical JSON (RFC 8785) of a receipt's payload.
public struct ReceiptSignature: EarnestView {
    public static let _form = _Form("ReceiptSignature", "receipt_signature", [
        .init("alg", .text),
        .init("kid", .text),
        .init("value", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// `HMAC-SHA-256` or `Ed25519`.
    public var alg: Alg { wire.of("alg") }

    /// The id of the key.
    public var kid: String { wire.text("kid") }

    /// The signature, in lower-case hexadecimal.
    public var value: String { wire.text("value") }
}

/// A receipt for people.
public struct RenderedReceipt: EarnestView {
    public static let _form = _Form("RenderedReceipt", "rendered_receipt", [
        .init("content", .text),
        .init("format", .text),
        .init("locale", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The text, or a whole page.
    public var content: String { wire.text("content") }

    /// `text` or `html`.
    public var format: String { wire.text("format") }

    /// The language that it is in.
    public var locale: String { wire.text("locale") }
}

/// Reply of `treasury.set_account`.
public struct TreasuryReply: EarnestView {
    public static let _form = _Form("TreasuryReply", "treasury_reply", [
        .init("account", .view { Account._form }),
        .init("replayed", .flag),
        .init("usage", .view { Usage._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: Account { wire.view("account") }

    /// Whether this was done before under the same key.
    public var replayed: Bool { wire.flag("replayed") }

    /// Its limits, and what is used of them.
    public var usage: Usage { wire.view("usage") }
}

/// How much of its limits an account has used.
public struct Usage: EarnestView {
    public static let _form = _Form("Usage", "usage", [
        .init("account", .text),
        .init("currency", .text),
        .init("ceiling", .money, optional: true, nullable: true),
        .init("daily_limit", .money, optional: true, nullable: true),
        .init("day_ends_at", .time),
        .init("month_ends_at", .time),
        .init("monthly_limit", .money, optional: true, nullable: true),
        .init("sweep", .money, optional: true, nullable: true),
        .init("this_month", .money),
        .init("tier", .text),
        .init("time_zone", .text),
        .init("today", .money),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The account.
    public var account: String { wire.text("account") }

    /// Its currency.
    public var currency: String { wire.text("currency") }

    /// The most that a hot account should have.
    public var ceiling: Money? { wire.moneyOrNil("ceiling") }

    /// The most that may leave it in a day; `null` is no limit.
    public var dailyLimit: Money? { wire.moneyOrNil("daily_limit") }

    /// When today ends.
    public var dayEndsAt: Date { wire.time("day_ends_at") }

    /// When this month ends.
    public var monthEndsAt: Date { wire.time("month_ends_at") }

    /// The most that may leave it in a month; `null` is no limit.
    public var monthlyLimit: Money? { wire.moneyOrNil("monthly_limit") }

    /// The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when there is none.
    public var sweep: Money? { wire.moneyOrNil("sweep") }

    /// The amount that has left it this month.
    public var thisMonth: Money { wire.money("this_month") }

    /// `hot` or `cold`.
    public var tier: Tier { wire.of("tier") }

    /// Where its days and months begin.
    public var timeZone: String { wire.text("time_zone") }

    /// The amount that has left it today.
    public var today: Money { wire.money("today") }

    /// Counts every change of limits and counts.
    public var version: Int { wire.whole("version") }
}

/// Money that a deal has paid out.
public struct Settlement: EarnestView, Identifiable {
    public static let _form = _Form("Settlement", "settlement", [
        .init("id", .text),
        .init("amount", .money, optional: true, nullable: true),
        .init("from", .text, optional: true, nullable: true),
        .init("to", .text, optional: true, nullable: true),
        .init("approved_by", .list(.text)),
        .init("deal", .text, optional: true, nullable: true),
        .init("executed_at", .time),
        .init("type", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The transfer.
    public var id: String { wire.text("id") }

    /// How much.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// The account that paid.
    public var from: String? { wire.textOrNil("from") }

    /// The account that was paid.
    public var to: String? { wire.textOrNil("to") }

    /// Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the approvers. Otherwise the
    /// actor who confirmed or decided; `system` for a deadline.
    public var approvedBy: [String] { wire.texts("approved_by") }

    /// The deal.
    public var deal: String? { wire.textOrNil("deal") }

    /// When.
    public var executedAt: Date { wire.time("executed_at") }

    /// `settlement` or `refund`.
    public var type: TransferKind { wire.of("type") }
}

/// Reply of `set_gateway`.
public struct GatewayReply: EarnestView {
    public static let _form = _Form("GatewayReply", "gateway_reply", [
        .init("gateway", .view { Gateway._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The gateway.
    public var gateway: Gateway { wire.view("gateway") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A gateway.
public struct Gateway: EarnestView, Identifiable {
    public static let _form = _Form("Gateway", "gateway", [
        .init("id", .text),
        .init("abilities", .list(.text)),
        .init("active", .flag),
        .init("breaker", .view { Breaker._form }),
        .init("config", .object),
        .init("currencies", .list(.text), optional: true, nullable: true),
        .init("driver", .text),
        .init("retry_at", .time, optional: true, nullable: true),
        .init("secrets", .list(.text)),
        .init("settle_after", .length),
        .init("status", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Its abilities.
    public var abilities: [GatewayAbility] { wire.sets("abilities") }

    /// Whether new payments may go to it.
    public var active: Bool { wire.flag("active") }

    /// When it counts as down.
    public var breaker: Breaker { wire.view("breaker") }

    /// Settings of its driver.
    public var config: JSON { wire.any("config") }

    /// The currencies that it takes; `null` if all.
    public var currencies: [String]? { wire.textsOrNil("currencies") }

    /// The driver that talks to it.
    public var driver: GatewayDriver { wire.of("driver") }

    /// When it is tried again; `null` while it is up.
    public var retryAt: Date? { wire.timeOrNil("retry_at") }

    /// The names of its secrets.
    public var secrets: [String] { wire.texts("secrets") }

    /// How long after a call its answer that it knows of none is not believed yet.
    public var settleAfter: Duration { wire.length("settle_after") }

    /// Whether it answers.
    public var status: GatewayStatus { wire.of("status") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// When a gateway counts as down.
public struct Breaker: EarnestView {
    public static let _form = _Form("Breaker", "breaker", [
        .init("failures", .whole),
        .init("pause", .length),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// So many calls in a row without an answer.
    public var failures: Int { wire.whole("failures") }

    /// How long it is left alone then.
    public var pause: Duration { wire.length("pause") }
}

/// Reply of `set_route`.
public struct RouteReply: EarnestView {
    public static let _form = _Form("RouteReply", "route_reply", [
        .init("replayed", .flag),
        .init("route", .view { Route._form }),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }

    /// The route.
    public var route: Route { wire.view("route") }
}

/// Which gateways are asked for which payments.
public struct Route: EarnestView, Identifiable {
    public static let _form = _Form("Route", "route", [
        .init("id", .text),
        .init("currency", .text, optional: true, nullable: true),
        .init("gateways", .list(.text)),
        .init("max", .money, optional: true, nullable: true),
        .init("min", .money, optional: true, nullable: true),
        .init("priority", .whole),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Only payments in this currency.
    public var currency: String? { wire.textOrNil("currency") }

    /// The gateways, in the order in which they are tried.
    public var gateways: [String] { wire.texts("gateways") }

    /// Only payments of this amount or less.
    public var max: Money? { wire.moneyOrNil("max") }

    /// Only payments of this amount or more.
    public var min: Money? { wire.moneyOrNil("min") }

    /// Of the routes that fit, the one with the highest is taken.
    public var priority: Int { wire.whole("priority") }

    /// The version of the book's routes when it was set.
    public var version: Int { wire.whole("version") }
}

/// Reply of `remove_route`.
public struct RouteRemoved: EarnestView {
    public static let _form = _Form("RouteRemoved", "route_removed", [
        .init("removed", .text),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The name of the route that is gone.
    public var removed: String { wire.text("removed") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// Reply of a change of a payment.
public struct PaymentReply: EarnestView {
    public static let _form = _Form("PaymentReply", "payment_reply", [
        .init("payment", .view { Payment._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The payment.
    public var payment: Payment { wire.view("payment") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A payment.
public struct Payment: EarnestView, Identifiable {
    public static let _form = _Form("Payment", "payment", [
        .init("id", .text),
        .init("amount", .money),
        .init("to", .text),
        .init("action", .object, optional: true, nullable: true),
        .init("attempts", .list(.view { PaymentAttempt._form })),
        .init("authorization_expires_at", .time, optional: true, nullable: true),
        .init("authorized", .money),
        .init("cancel_requested", .flag),
        .init("capture", .text),
        .init("captured", .money),
        .init("chargebacks", .list(.view { Chargeback._form })),
        .init("charged_back", .money),
        .init("created_at", .time),
        .init("deal", .text, optional: true, nullable: true),
        .init("doing", .view { Doing._form }, optional: true, nullable: true),
        .init("expires_at", .time, optional: true, nullable: true),
        .init("failure", .view { PaymentFailure._form }, optional: true, nullable: true),
        .init("gateway", .text, optional: true, nullable: true),
        .init("gateway_reference", .text, optional: true, nullable: true),
        .init("metadata", .object),
        .init("payer", .text, optional: true, nullable: true),
        .init("purchase", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("refunded", .money),
        .init("refunds", .list(.view { PaymentRefund._form })),
        .init("state", .text),
        .init("suspended", .money),
        .init("transfers", .list(.text)),
        .init("updated_at", .time),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// Its amount.
    public var amount: Money { wire.money("amount") }

    /// The account that gets it.
    public var to: String { wire.text("to") }

    /// The payer's next action.
    public var action: JSON? { wire.anyOrNil("action") }

    /// The gateways that were tried.
    public var attempts: [PaymentAttempt] { wire.views("attempts") }

    /// When its authorization is voided.
    public var authorizationExpiresAt: Date? { wire.timeOrNil("authorization_expires_at") }

    /// The amount that the gateway has authorized.
    public var authorized: Money { wire.money("authorized") }

    /// It is given up as soon as its gateway allows.
    public var cancelRequested: Bool { wire.flag("cancel_requested") }

    /// Whether the money is taken at once.
    public var capture: CaptureMode { wire.of("capture") }

    /// The amount captured.
    public var captured: Money { wire.money("captured") }

    /// Its chargebacks.
    public var chargebacks: [Chargeback] { wire.views("chargebacks") }

    /// The amount of its chargebacks, open and lost.
    public var chargedBack: Money { wire.money("charged_back") }

    /// When it was created.
    public var createdAt: Date { wire.time("created_at") }

    /// The deal that it pays.
    public var deal: String? { wire.textOrNil("deal") }

    /// The call that it waits for.
    public var doing: Doing? { wire.viewOrNil("doing") }

    /// Until when it may be confirmed.
    public var expiresAt: Date? { wire.timeOrNil("expires_at") }

    /// Why the last call did not succeed.
    public var failure: PaymentFailure? { wire.viewOrNil("failure") }

    /// The gateway that has it; before it is sent, the one that was chosen for it.
    public var gateway: String? { wire.textOrNil("gateway") }

    /// Its reference there.
    public var gatewayReference: String? { wire.textOrNil("gateway_reference") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// The payer's id.
    public var payer: String? { wire.textOrNil("payer") }

    /// The purchase that it pays.
    public var purchase: String? { wire.textOrNil("purchase") }

    /// The caller's own id.
    public var reference: String? { wire.textOrNil("reference") }

    /// The amount given back by refunds that are done.
    public var refunded: Money { wire.money("refunded") }

    /// Its refunds.
    public var refunds: [PaymentRefund] { wire.views("refunds") }

    /// Its state.
    public var state: PaymentState { wire.of("state") }

    /// The amount that came and is nobody's yet: it waits in `@suspense`.
    public var suspended: Money { wire.money("suspended") }

    /// The transfers that it made, in their order.
    public var transfers: [String] { wire.texts("transfers") }

    /// When it last changed.
    public var updatedAt: Date { wire.time("updated_at") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// A gateway that was tried.
public struct PaymentAttempt: EarnestView {
    public static let _form = _Form("PaymentAttempt", "payment_attempt", [
        .init("gateway", .text),
        .init("number", .whole),
        .init("outcome", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The gateway.
    public var gateway: String { wire.text("gateway") }

    /// Counts from 1.
    public var number: Int { wire.whole("number") }

    /// The outcome; `null` while it is open.
    public var outcome: AttemptOutcome? { wire.ofOrNil("outcome") }

    /// Its reference.
    public var reference: String? { wire.textOrNil("reference") }
}

/// A chargeback by a payer's bank.
public struct Chargeback: EarnestView {
    public static let _form = _Form("Chargeback", "chargeback", [
        .init("amount", .money),
        .init("case", .text),
        .init("opened_at", .time),
        .init("phase", .text),
        .init("reason", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// How much.
    public var amount: Money { wire.money("amount") }

    /// The gateway's id of it.
    public var `case`: String { wire.text("case") }

    /// When it was opened.
    public var openedAt: Date { wire.time("opened_at") }

    /// `open`, `won` or `lost`.
    public var phase: ChargebackPhase { wire.of("phase") }

    /// Why.
    public var reason: String? { wire.textOrNil("reason") }
}

/// The call that a payment waits for.
public struct Doing: EarnestView {
    public static let _form = _Form("Doing", "doing", [
        .init("call", .text),
        .init("key", .text),
        .init("phase", .text),
        .init("since", .time),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The kind of call to the gateway.
    public var call: GatewayCall { wire.of("call") }

    /// The idempotency key that it carries.
    public var key: String { wire.text("key") }

    /// How far it is.
    public var phase: CallPhase { wire.of("phase") }

    /// Since when.
    public var since: Date { wire.time("since") }
}

/// Why a gateway did not do what it was asked for.
public struct PaymentFailure: EarnestView {
    public static let _form = _Form("PaymentFailure", "payment_failure", [
        .init("code", .text),
        .init("gateway_code", .text, optional: true, nullable: true),
        .init("retry", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The reason in words that all gateways share.
    public var code: FailureCode { wire.of("code") }

    /// The gateway's own code.
    public var gatewayCode: String? { wire.textOrNil("gateway_code") }

    /// Whether trying again can help.
    public var retry: FailureRetry { wire.of("retry") }
}

/// A refund of a payment.
public struct PaymentRefund: EarnestView, Identifiable {
    public static let _form = _Form("PaymentRefund", "payment_refund", [
        .init("id", .text),
        .init("amount", .money),
        .init("reason", .text, optional: true, nullable: true),
        .init("reference", .text, optional: true, nullable: true),
        .init("state", .text),
        .init("transfer", .text, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// How much.
    public var amount: Money { wire.money("amount") }

    /// Why.
    public var reason: String? { wire.textOrNil("reason") }

    /// The gateway's reference.
    public var reference: String? { wire.textOrNil("reference") }

    /// Its state.
    public var state: RefundState { wire.of("state") }

    /// The transfer that took it from who was paid.
    public var transfer: String? { wire.textOrNil("transfer") }
}

/// Reply of `refund`.
public struct RefundReply: EarnestView {
    public static let _form = _Form("RefundReply", "refund_reply", [
        .init("payment", .view { Payment._form }),
        .init("refund", .view { PaymentRefund._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The payment.
    public var payment: Payment { wire.view("payment") }

    /// The refund.
    public var refund: PaymentRefund { wire.view("refund") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// The outcome of a gateway's report.
public struct Reported: EarnestView {
    public static let _form = _Form("Reported", "reported", [
        .init("event", .text),
        .init("payment", .view { Payment._form }, optional: true, nullable: true),
        .init("replayed", .flag),
        .init("result", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The gateway's own id of it.
    public var event: String { wire.text("event") }

    /// The payment; `null` where none is known.
    public var payment: Payment? { wire.viewOrNil("payment") }

    /// Whether it was told before.
    public var replayed: Bool { wire.flag("replayed") }

    /// The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`, because no payment has
    /// this reference yet; `queried`, because the gateway is asked first; `suspended` or `mismatched`.
    public var result: Heard { wire.of("result") }
}

/// Reply of a change of a debt.
public struct DebtReply: EarnestView {
    public static let _form = _Form("DebtReply", "debt_reply", [
        .init("debt", .view { Debt._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The debt.
    public var debt: Debt { wire.view("debt") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// The debt of an account that did not have all of the money that was taken back from it.
public struct Debt: EarnestView, Identifiable {
    public static let _form = _Form("Debt", "debt", [
        .init("id", .text),
        .init("account", .text),
        .init("amount", .money),
        .init("case", .text),
        .init("created_at", .time),
        .init("payment", .text, optional: true, nullable: true),
        .init("purchase", .text, optional: true, nullable: true),
        .init("recovered", .money),
        .init("state", .text),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The debtor's account.
    public var account: String { wire.text("account") }

    /// How much.
    public var amount: Money { wire.money("amount") }

    /// The chargeback.
    public var `case`: String { wire.text("case") }

    /// Since when.
    public var createdAt: Date { wire.time("created_at") }

    /// The payment, if there was one.
    public var payment: String? { wire.textOrNil("payment") }

    /// The purchase.
    public var purchase: String? { wire.textOrNil("purchase") }

    /// How much of it came back.
    public var recovered: Money { wire.money("recovered") }

    /// Its state.
    public var state: DebtState { wire.of("state") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// The input of the client's widget that collects the payer's means.
public struct Checkout: EarnestView {
    public static let _form = _Form("Checkout", "checkout", [
        .init("fields", .object),
        .init("gateway", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The fields of its widget, signed by the server where the gateway wants that: amount, order, keys that may be public. Each
    /// driver has its own.
    public var fields: JSON { wire.any("fields") }

    /// The gateway that the means are for.
    public var gateway: String { wire.text("gateway") }
}

/// Reply of `allowed_actions`.
public struct PaymentChoices: EarnestView {
    public static let _form = _Form("PaymentChoices", "payment_choices", [
        .init("actions", .list(.view { PaymentAction._form })),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The actions, in the order of the table of transitions.
    public var actions: [PaymentAction] { wire.views("actions") }
}

/// An action that an actor can take on a payment now.
public struct PaymentAction: EarnestView {
    public static let _form = _Form("PaymentAction", "payment_action", [
        .init("to", .text, optional: true, nullable: true),
        .init("needs", .list(.text)),
        .init("trigger", .text),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The state that it leads to; `null` where the gateway or the amount decides.
    public var to: PaymentState? { wire.ofOrNil("to") }

    /// The fields that it needs beside the payment.
    public var needs: [String] { wire.texts("needs") }

    /// The operation, without the service.
    public var trigger: String { wire.text("trigger") }
}

/// Reply of `set_offer`.
public struct OfferReply: EarnestView {
    public static let _form = _Form("OfferReply", "offer_reply", [
        .init("offer", .view { Offer._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The offer.
    public var offer: Offer { wire.view("offer") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// An offer.
public struct Offer: EarnestView, Identifiable {
    public static let _form = _Form("Offer", "offer", [
        .init("id", .text),
        .init("active", .flag),
        .init("available", .whole, optional: true, nullable: true),
        .init("escrow", .object, optional: true, nullable: true),
        .init("grants", .list(.money)),
        .init("held", .whole),
        .init("hold_for", .length),
        .init("metadata", .object),
        .init("per_user_limit", .whole, optional: true, nullable: true),
        .init("price", .money),
        .init("sale_from", .time, optional: true, nullable: true),
        .init("sale_until", .time, optional: true, nullable: true),
        .init("seller", .text),
        .init("sold", .whole),
        .init("stock", .whole, optional: true, nullable: true),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// Whether it is sold.
    public var active: Bool { wire.flag("active") }

    /// How many can be bought; `null` without a limit.
    public var available: Int? { wire.wholeOrNil("available") }

    /// The terms of the deals by which it is sold; `null` where the seller is paid at once.
    public var escrow: JSON? { wire.anyOrNil("escrow") }

    /// The grants to a buyer for each unit.
    public var grants: [Money] { wire.moneys("grants") }

    /// How many are held for purchases that are not paid.
    public var held: Int { wire.whole("held") }

    /// How long units are held for a buyer who pays later.
    public var holdFor: Duration { wire.length("hold_for") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// How many one buyer may have.
    public var perUserLimit: Int? { wire.wholeOrNil("per_user_limit") }

    /// The price of one unit.
    public var price: Money { wire.money("price") }

    /// From when on it is sold.
    public var saleFrom: Date? { wire.timeOrNil("sale_from") }

    /// Until when it is sold.
    public var saleUntil: Date? { wire.timeOrNil("sale_until") }

    /// The account that is paid.
    public var seller: String { wire.text("seller") }

    /// How many are sold.
    public var sold: Int { wire.whole("sold") }

    /// How many units there are in all; `null` without a limit.
    public var stock: Int? { wire.wholeOrNil("stock") }

    /// Counts every change, those of the units included.
    public var version: Int { wire.whole("version") }
}

/// Reply of `set_promo`.
public struct PromoReply: EarnestView {
    public static let _form = _Form("PromoReply", "promo_reply", [
        .init("promo", .view { Promo._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The promo.
    public var promo: Promo { wire.view("promo") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A promo.
public struct Promo: EarnestView, Identifiable {
    public static let _form = _Form("Promo", "promo", [
        .init("id", .text),
        .init("from", .time, optional: true, nullable: true),
        .init("active", .flag),
        .init("limit", .whole, optional: true, nullable: true),
        .init("metadata", .object),
        .init("off", .view { Discount._form }),
        .init("offers", .list(.text), optional: true, nullable: true),
        .init("per_user_limit", .whole, optional: true, nullable: true),
        .init("until", .time, optional: true, nullable: true),
        .init("used", .whole),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its name.
    public var id: String { wire.text("id") }

    /// From when on it may be used.
    public var from: Date? { wire.timeOrNil("from") }

    /// Whether it may be used.
    public var active: Bool { wire.flag("active") }

    /// How many purchases may use it.
    public var limit: Int? { wire.wholeOrNil("limit") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// The discount.
    public var off: Discount { wire.view("off") }

    /// The offers that it is for; `null` if all.
    public var offers: [String]? { wire.textsOrNil("offers") }

    /// How many purchases of one buyer may use it.
    public var perUserLimit: Int? { wire.wholeOrNil("per_user_limit") }

    /// Until when it may be used.
    public var until: Date? { wire.timeOrNil("until") }

    /// How many purchases use it: those that have neither expired nor were cancelled.
    public var used: Int { wire.whole("used") }

    /// Counts every change, those of the uses included.
    public var version: Int { wire.whole("version") }
}

/// The discount of a promo.
public struct Discount: EarnestView {
    public static let _form = _Form("Discount", "discount", [
        .init("amount", .money, optional: true, nullable: true),
        .init("bps", .whole, optional: true, nullable: true),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// An amount, and at most the sum.
    public var amount: Money? { wire.moneyOrNil("amount") }

    /// Hundredths of a percent of the sum.
    public var bps: Int? { wire.wholeOrNil("bps") }
}

/// Reply of a change of a purchase.
public struct PurchaseReply: EarnestView {
    public static let _form = _Form("PurchaseReply", "purchase_reply", [
        .init("purchase", .view { Purchase._form }),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The purchase.
    public var purchase: Purchase { wire.view("purchase") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// A purchase.
public struct Purchase: EarnestView, Identifiable {
    public static let _form = _Form("Purchase", "purchase", [
        .init("id", .text),
        .init("buyer", .text),
        .init("cancel_requested", .flag),
        .init("created_at", .time),
        .init("deal", .text, optional: true, nullable: true),
        .init("discount", .money),
        .init("grants", .list(.money)),
        .init("hold_until", .time),
        .init("metadata", .object),
        .init("offer", .text),
        .init("paid_with", .text, optional: true, nullable: true),
        .init("payment", .text, optional: true, nullable: true),
        .init("promo", .text, optional: true, nullable: true),
        .init("quantity", .whole),
        .init("reference", .text, optional: true, nullable: true),
        .init("refunded", .money),
        .init("seller", .text),
        .init("state", .text),
        .init("total", .money),
        .init("transfer", .text, optional: true, nullable: true),
        .init("unit_price", .money),
        .init("updated_at", .time),
        .init("version", .whole),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Its id.
    public var id: String { wire.text("id") }

    /// The buyer's account.
    public var buyer: String { wire.text("buyer") }

    /// Whether its buyer has given it up while a payment was under way.
    public var cancelRequested: Bool { wire.flag("cancel_requested") }

    /// When it was made.
    public var createdAt: Date { wire.time("created_at") }

    /// The newest deal that was opened for it; `null` where the seller is paid at once.
    public var deal: String? { wire.textOrNil("deal") }

    /// The promo's discount.
    public var discount: Money { wire.money("discount") }

    /// The grants to the buyer for all units.
    public var grants: [Money] { wire.moneys("grants") }

    /// Until when its units are held.
    public var holdUntil: Date { wire.time("hold_until") }

    /// The caller's own data.
    public var metadata: JSON { wire.any("metadata") }

    /// The offer.
    public var offer: String { wire.text("offer") }

    /// The means of payment.
    public var paidWith: PaidWith? { wire.ofOrNil("paid_with") }

    /// The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays.
    public var payment: String? { wire.textOrNil("payment") }

    /// The promo.
    public var promo: String? { wire.textOrNil("promo") }

    /// How many units.
    public var quantity: Int { wire.whole("quantity") }

    /// The caller's own id.
    public var reference: String? { wire.textOrNil("reference") }

    /// How much of what was paid went back, or is on its way.
    public var refunded: Money { wire.money("refunded") }

    /// The account that is paid.
    public var seller: String { wire.text("seller") }

    /// Its state.
    public var state: PurchaseState { wire.of("state") }

    /// The price after the discount.
    public var total: Money { wire.money("total") }

    /// The transfer that paid the seller from a balance.
    public var transfer: String? { wire.textOrNil("transfer") }

    /// The price of one unit.
    public var unitPrice: Money { wire.money("unit_price") }

    /// When it last changed.
    public var updatedAt: Date { wire.time("updated_at") }

    /// Counts every event.
    public var version: Int { wire.whole("version") }
}

/// Reply of `refund`.
public struct PurchaseRefunded: EarnestView {
    public static let _form = _Form("PurchaseRefunded", "purchase_refunded", [
        .init("purchase", .view { Purchase._form }),
        .init("refund", .view { PaymentRefund._form }, optional: true, nullable: true),
        .init("replayed", .flag),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// The purchase.
    public var purchase: Purchase { wire.view("purchase") }

    /// The refund of its payment; `null` where it was paid from a balance.
    public var refund: PaymentRefund? { wire.viewOrNil("refund") }

    /// Whether the key was used before for the same request.
    public var replayed: Bool { wire.flag("replayed") }
}

/// The present price of units of an offer, and whether they can be bought.
public struct PurchaseQuote: EarnestView {
    public static let _form = _Form("PurchaseQuote", "purchase_quote", [
        .init("allowed", .flag),
        .init("commitment", .view { Commitment._form }, optional: true, nullable: true),
        .init("discount", .money),
        .init("reason", .text, optional: true, nullable: true),
        .init("subtotal", .money),
        .init("total", .money),
        .init("unit_price", .money),
    ])
    public let _wire: _Wire
    public init(_wire: _Wire) { self._wire = _wire }
    private var wire: _Wire { _wire }

    /// Whether they can be bought now.
    public var allowed: Bool { wire.flag("allowed") }

    /// The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a purchase is held to it.
    /// `null` without a `buyer`, or where nothing could be bought.
    public var commitment: Commitment? { wire.viewOrNil("commitment") }

    /// The promo's discount.
    public var discount: Money { wire.money("discount") }

    /// Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of `promo_not_applicable`
    /// the reason behind a colon.
    public var reason: String? { wire.textOrNil("reason") }

    /// All of them.
    public var subtotal: Money { wire.money("subtotal") }

    /// The subtotal less the discount.
    public var total: Money { wire.money("total") }

    /// One unit.
    public var unitPrice: Money { wire.money("unit_price") }
}
