// Closed sets of texts. A text of a later version is kept as it is.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// Whether an account takes part in money movements.
public struct AccountStatus: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It does.
    public static let active = AccountStatus(rawValue: "active")

    /// It takes no new debit, credit or hold; money already owed to it is still paid.
    public static let locked = AccountStatus(rawValue: "locked")

    /// It is closed for good; it takes only what is owed to it, and opens again only to pay that out.
    public static let closed = AccountStatus(rawValue: "closed")
}

/// Why a transfer exists.
public struct TransferKind: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Money entered an account from outside.
    public static let topUp = TransferKind(rawValue: "top_up")

    /// Money left an account.
    public static let deduct = TransferKind(rawValue: "deduct")

    /// Money moved between two accounts.
    public static let transfer = TransferKind(rawValue: "transfer")

    /// A posting of n legs.
    public static let post = TransferKind(rawValue: "post")

    /// A hold was captured.
    public static let capture = TransferKind(rawValue: "capture")

    /// An original was reversed whole.
    public static let reversal = TransferKind(rawValue: "reversal")

    /// Part of an original, or of a deal, was given back.
    public static let refund = TransferKind(rawValue: "refund")

    /// A fee of a deal.
    public static let fee = TransferKind(rawValue: "fee")

    /// A deal paid its seller or another recipient.
    public static let settlement = TransferKind(rawValue: "settlement")

    /// Money came in through a gateway.
    public static let payment = TransferKind(rawValue: "payment")

    /// A purchase was paid.
    public static let purchase = TransferKind(rawValue: "purchase")

    /// A purchase gave its buyer what was promised with it.
    public static let grant = TransferKind(rawValue: "grant")

    /// The grant of a purchase was taken back.
    public static let clawback = TransferKind(rawValue: "clawback")

    /// The payer's bank took a payment back, or gave it again.
    public static let chargeback = TransferKind(rawValue: "chargeback")

    /// A debt was paid.
    public static let recovery = TransferKind(rawValue: "recovery")

    /// A withdrawal left for a chain.
    public static let withdrawal = TransferKind(rawValue: "withdrawal")
}

/// The state of a hold.
public struct HoldState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nothing was captured yet.
    public static let authorized = HoldState(rawValue: "authorized")

    /// Part was captured and the rest is still held.
    public static let partiallyCaptured = HoldState(rawValue: "partially_captured")

    /// It was captured, and the rest was released.
    public static let captured = HoldState(rawValue: "captured")

    /// It was released without capture.
    public static let voided = HoldState(rawValue: "voided")

    /// It expired, and the rest was released.
    public static let expired = HoldState(rawValue: "expired")
}

/// The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are final.
public struct DealState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Opened: it waits for the buyer's money.
    public static let pending = DealState(rawValue: "pending")

    /// The buyer's money is held in the buyer's account.
    public static let paid = DealState(rawValue: "paid")

    /// The money is in the deal's own account; it waits for the seller to accept.
    public static let inEscrow = DealState(rawValue: "in_escrow")

    /// The seller must ship.
    public static let awaitingShipment = DealState(rawValue: "awaiting_shipment")

    /// On its way.
    public static let shipped = DealState(rawValue: "shipped")

    /// It arrived: the buyer looks at it until `release_at`.
    public static let delivered = DealState(rawValue: "delivered")

    /// The parties disagree: every timer stands still.
    public static let disputed = DealState(rawValue: "disputed")

    /// The buyer asked for the money back.
    public static let refundPending = DealState(rawValue: "refund_pending")

    /// The seller has the money.
    public static let released = DealState(rawValue: "released")

    /// The buyer has the money back.
    public static let refunded = DealState(rawValue: "refunded")

    /// Each has a part of the money.
    public static let split = DealState(rawValue: "split")

    /// Called off before the money was in the deal's account.
    public static let cancelled = DealState(rawValue: "cancelled")

    /// Nobody paid in time.
    public static let expired = DealState(rawValue: "expired")
}

/// A side of a deal.
public struct Side: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The payer.
    public static let buyer = Side(rawValue: "buyer")

    /// The payee.
    public static let seller = Side(rawValue: "seller")
}

/// The role in which an actor acts on a deal.
public struct EvidenceRole: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The payer: derived from the buyer's account.
    public static let buyer = EvidenceRole(rawValue: "buyer")

    /// The payee: derived from the seller's account.
    public static let seller = EvidenceRole(rawValue: "seller")

    /// Staff of the host, as the host says.
    public static let admin = EvidenceRole(rawValue: "admin")

    /// The host's own program, and timers.
    public static let system = EvidenceRole(rawValue: "system")
}

/// How staff decide a dispute.
public struct Ruling: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The seller gets what the deal has.
    public static let release = Ruling(rawValue: "release")

    /// The buyer gets it back.
    public static let refund = Ruling(rawValue: "refund")

    /// Each gets a part.
    public static let split = Ruling(rawValue: "split")
}

/// The state of a dispute in its life cycle; the last two are final.
public struct DisputeState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Opened: both sides show what they have.
    public static let `open` = DisputeState(rawValue: "open")

    /// Staff look into it.
    public static let investigating = DisputeState(rawValue: "investigating")

    /// Staff decided it.
    public static let resolved = DisputeState(rawValue: "resolved")

    /// Its opener took it back.
    public static let withdrawn = DisputeState(rawValue: "withdrawn")
}

/// The type of a dispute.
public struct DisputeType: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is not as good as was agreed on.
    public static let qualityIssue = DisputeType(rawValue: "quality_issue")

    /// It never came.
    public static let nonDelivery = DisputeType(rawValue: "non_delivery")

    /// Something else came.
    public static let wrongItem = DisputeType(rawValue: "wrong_item")

    /// The seller does not answer.
    public static let sellerNonResponse = DisputeType(rawValue: "seller_non_response")

    /// Anything else.
    public static let other = DisputeType(rawValue: "other")
}

/// How a receipt is signed.
public struct Alg: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Only the holder of the secret can check it.
    public static let hmacSha256 = Alg(rawValue: "HMAC-SHA-256")

    /// Every holder of the public key can check it (RFC 8032).
    public static let ed25519 = Alg(rawValue: "Ed25519")
}

/// The tier of a treasury account.
public struct Tier: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is used for payments, and should not have too much.
    public static let hot = Tier(rawValue: "hot")

    /// It is for keeping.
    public static let cold = Tier(rawValue: "cold")
}

/// An ability of a gateway.
public struct GatewayAbility: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Authorize now and capture later.
    public static let twoStep = GatewayAbility(rawValue: "two_step")

    /// Capture less than was authorized.
    public static let partialCapture = GatewayAbility(rawValue: "partial_capture")

    /// Give back a part.
    public static let partialRefund = GatewayAbility(rawValue: "partial_refund")

    /// Say what it knows of a payment.
    public static let query = GatewayAbility(rawValue: "query")
}

/// The driver of a gateway.
public struct GatewayDriver: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A worker of the application's own.
    public static let host = GatewayDriver(rawValue: "host")

    /// The built-in driver of Stripe.
    public static let stripe = GatewayDriver(rawValue: "stripe")

    /// The built-in driver of Toss Payments.
    public static let toss = GatewayDriver(rawValue: "toss")

    /// The built-in driver of KG Inicis.
    public static let inicis = GatewayDriver(rawValue: "inicis")
}

/// Whether a gateway answers.
public struct GatewayStatus: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It does.
    public static let up = GatewayStatus(rawValue: "up")

    /// It is left alone for a while.
    public static let down = GatewayStatus(rawValue: "down")

    /// One call shows whether it answers again.
    public static let probing = GatewayStatus(rawValue: "probing")
}

/// The outcome of an attempt at a gateway.
public struct AttemptOutcome: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It has authorized the payment.
    public static let authorized = AttemptOutcome(rawValue: "authorized")

    /// It has taken the money.
    public static let captured = AttemptOutcome(rawValue: "captured")

    /// It let go of it.
    public static let voided = AttemptOutcome(rawValue: "voided")

    /// It refused.
    public static let refused = AttemptOutcome(rawValue: "refused")

    /// The call surely never reached it.
    public static let unsent = AttemptOutcome(rawValue: "unsent")

    /// It surely knows of none.
    public static let nothing = AttemptOutcome(rawValue: "nothing")
}

/// When the money is taken.
public struct CaptureMode: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// At once.
    public static let auto = CaptureMode(rawValue: "auto")

    /// By `capture`.
    public static let manual = CaptureMode(rawValue: "manual")
}

/// How far a chargeback is.
public struct ChargebackPhase: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bank has taken the money.
    public static let `open` = ChargebackPhase(rawValue: "open")

    /// It gave the money back.
    public static let won = ChargebackPhase(rawValue: "won")

    /// It keeps the money.
    public static let lost = ChargebackPhase(rawValue: "lost")
}

/// A kind of call to a gateway.
public struct GatewayCall: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// To authorize a payment, or to take it at once.
    public static let authorize = GatewayCall(rawValue: "authorize")

    /// To take what is authorized.
    public static let capture = GatewayCall(rawValue: "capture")

    /// To let go of what is authorized.
    public static let void = GatewayCall(rawValue: "void")

    /// To give back what was taken.
    public static let refund = GatewayCall(rawValue: "refund")

    /// To say what it knows.
    public static let query = GatewayCall(rawValue: "query")
}

/// How far a call is.
public struct CallPhase: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No worker has taken it.
    public static let queued = CallPhase(rawValue: "queued")

    /// A worker has taken it: the gateway may have it.
    public static let sent = CallPhase(rawValue: "sent")

    /// The gateway has it, and says more later.
    public static let accepted = CallPhase(rawValue: "accepted")

    /// Nobody knows whether the gateway has it.
    public static let unknown = CallPhase(rawValue: "unknown")
}

/// Why a gateway did not do what it was asked for, in words that all of them share.
public struct FailureCode: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The payer's bank said no.
    public static let declined = FailureCode(rawValue: "declined")

    /// The payer has not enough.
    public static let insufficientFunds = FailureCode(rawValue: "insufficient_funds")

    /// The means of payment are not valid.
    public static let invalidMethod = FailureCode(rawValue: "invalid_method")

    /// The payer was not recognised.
    public static let authenticationFailed = FailureCode(rawValue: "authentication_failed")

    /// Somebody suspects fraud.
    public static let fraudSuspected = FailureCode(rawValue: "fraud_suspected")

    /// A limit of the payer's or of the merchant's.
    public static let limit = FailureCode(rawValue: "limit")

    /// The gateway cannot do this.
    public static let notSupported = FailureCode(rawValue: "not_supported")

    /// It was never processed.
    public static let notProcessed = FailureCode(rawValue: "not_processed")

    /// The gateway failed.
    public static let gatewayError = FailureCode(rawValue: "gateway_error")
}

/// Whether trying again can help.
public struct FailureRetry: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It cannot.
    public static let never = FailureRetry(rawValue: "never")

    /// With other means of payment.
    public static let otherMethod = FailureRetry(rawValue: "other_method")

    /// At another gateway.
    public static let otherGateway = FailureRetry(rawValue: "other_gateway")

    /// Later.
    public static let later = FailureRetry(rawValue: "later")
}

/// How far a refund is.
public struct RefundState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It waits for its turn, or for a worker.
    public static let queued = RefundState(rawValue: "queued")

    /// The gateway may have it.
    public static let sent = RefundState(rawValue: "sent")

    /// Nobody knows whether the gateway has it: it is asked.
    public static let unknown = RefundState(rawValue: "unknown")

    /// The money went back.
    public static let done = RefundState(rawValue: "done")

    /// The gateway refused it.
    public static let refused = RefundState(rawValue: "refused")

    /// The money went back, and came back to the gateway.
    public static let returned = RefundState(rawValue: "returned")
}

/// The state of a payment in its life cycle.
public struct PaymentState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It waits for the payer's means.
    public static let created = PaymentState(rawValue: "created")

    /// The gateway is asked to authorize it, or to take it at once.
    public static let authorizing = PaymentState(rawValue: "authorizing")

    /// The payer must do something.
    public static let actionRequired = PaymentState(rawValue: "action_required")

    /// The gateway holds the money for us.
    public static let authorized = PaymentState(rawValue: "authorized")

    /// The gateway is asked to take it.
    public static let capturing = PaymentState(rawValue: "capturing")

    /// The money is taken, and on its account.
    public static let captured = PaymentState(rawValue: "captured")

    /// The gateway is asked to let go of it.
    public static let voiding = PaymentState(rawValue: "voiding")

    /// A call that may move money has no answer: the gateway is asked what became of it.
    public static let unknown = PaymentState(rawValue: "unknown")

    /// The gateway says something that was not asked for: an admin settles it.
    public static let mismatched = PaymentState(rawValue: "mismatched")

    /// All of it went back.
    public static let refunded = PaymentState(rawValue: "refunded")

    /// The payer's bank took it back.
    public static let chargedBack = PaymentState(rawValue: "charged_back")

    /// It was given up before anything was taken.
    public static let voided = PaymentState(rawValue: "voided")

    /// Its time passed before anything was taken.
    public static let expired = PaymentState(rawValue: "expired")

    /// No gateway took it.
    public static let failed = PaymentState(rawValue: "failed")
}

/// The outcome of news.
public struct Heard: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The payment is as it says.
    public static let applied = Heard(rawValue: "applied")

    /// It was known, or is older than what is known.
    public static let ignored = Heard(rawValue: "ignored")

    /// No payment has this reference yet.
    public static let parked = Heard(rawValue: "parked")

    /// The gateway is asked first.
    public static let queried = Heard(rawValue: "queried")

    /// Money came that is nobody's.
    public static let suspended = Heard(rawValue: "suspended")

    /// It is something else than was asked for.
    public static let mismatched = Heard(rawValue: "mismatched")
}

/// The state of a debt in its life cycle.
public struct DebtState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Some of it is owed.
    public static let `open` = DebtState(rawValue: "open")

    /// All of it came back.
    public static let recovered = DebtState(rawValue: "recovered")

    /// The rest was given up.
    public static let writtenOff = DebtState(rawValue: "written_off")
}

/// The means of payment of a purchase.
public struct PaidWith: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The buyer's balance.
    public static let balance = PaidWith(rawValue: "balance")

    /// A payment through a gateway.
    public static let gateway = PaidWith(rawValue: "gateway")
}

/// The state of a purchase in its life cycle.
public struct PurchaseState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Its units are held until a time, and nothing is paid.
    public static let held = PurchaseState(rawValue: "held")

    /// A payment through a gateway is under way.
    public static let paying = PurchaseState(rawValue: "paying")

    /// It is paid, and what was promised with it is given.
    public static let completed = PurchaseState(rawValue: "completed")

    /// It was given up before it was paid.
    public static let cancelled = PurchaseState(rawValue: "cancelled")

    /// Its time passed before it was paid.
    public static let expired = PurchaseState(rawValue: "expired")

    /// All of it was given back.
    public static let refunded = PurchaseState(rawValue: "refunded")

    /// The payer's bank took the money back.
    public static let chargedBack = PurchaseState(rawValue: "charged_back")
}

/// How a sender signs.
public struct Scheme: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// As Standard Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    public static let standard = Scheme(rawValue: "standard")

    /// As Stripe does: `Stripe-Signature`.
    public static let stripe = Scheme(rawValue: "stripe")

    /// `X-Signature` over `X-Timestamp`, `X-Nonce` and the body.
    public static let hmac = Scheme(rawValue: "hmac")

    /// Toss Payments, which does not sign: what it sends is a hint.
    public static let toss = Scheme(rawValue: "toss")

    /// KG Inicis, which does not sign: what it sends is a hint.
    public static let inicis = Scheme(rawValue: "inicis")
}

/// The block that endpoints hold for final.
public struct FinalityTag: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It can not be taken back.
    public static let finalized = FinalityTag(rawValue: "finalized")

    /// It is seldom taken back.
    public static let safe = FinalityTag(rawValue: "safe")
}

/// The kind of an asset.
public struct AssetKind: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The chain's own coins.
    public static let native = AssetKind(rawValue: "native")

    /// A token.
    public static let erc20 = AssetKind(rawValue: "erc20")
}

/// Whether an asset may be withdrawn.
public struct AssetState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A quorum has still to see its code and decimals.
    public static let checking = AssetState(rawValue: "checking")

    /// It may.
    public static let active = AssetState(rawValue: "active")

    /// It is something else on the chain.
    public static let refused = AssetState(rawValue: "refused")
}

/// The state of a lane.
public struct LaneState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A quorum has still to say where its counter begins.
    public static let opening = LaneState(rawValue: "opening")

    /// It binds.
    public static let active = LaneState(rawValue: "active")

    /// It binds nothing until somebody resumes it.
    public static let paused = LaneState(rawValue: "paused")

    /// It never binds again.
    public static let retired = LaneState(rawValue: "retired")
}

/// The purpose of an attempt.
public struct AttemptKind: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It pays.
    public static let pay = AttemptKind(rawValue: "pay")

    /// It uses up the nonce, and nothing else.
    public static let noop = AttemptKind(rawValue: "noop")
}

/// The answer of nodes to an attempt.
public struct BroadcastOutcome: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// One has it.
    public static let taken = BroadcastOutcome(rawValue: "taken")

    /// A quorum wants a higher price.
    public static let underpriced = BroadcastOutcome(rawValue: "underpriced")

    /// A quorum says that the wallet cannot pay for it.
    public static let noFunds = BroadcastOutcome(rawValue: "no_funds")

    /// A quorum will not have it.
    public static let rejected = BroadcastOutcome(rawValue: "rejected")

    /// Nobody knows.
    public static let unknown = BroadcastOutcome(rawValue: "unknown")
}

/// Whether a reason to look may go away by itself.
public struct AttentionKind: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It may.
    public static let transient = AttentionKind(rawValue: "transient")

    /// Somebody must do something.
    public static let permanent = AttentionKind(rawValue: "permanent")
}

/// Why people should look at a withdrawal.
public struct AttentionCode: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is final, and its token does not show that the payee was paid.
    public static let notProved = AttentionCode(rawValue: "not_proved")

    /// Its nonce is used up, finally, and nobody shows by what.
    public static let nonceTaken = AttentionCode(rawValue: "nonce_taken")

    /// Nodes will not have its bytes.
    public static let rejected = AttentionCode(rawValue: "rejected")

    /// A job was tried as often as it may be.
    public static let retriesExhausted = AttentionCode(rawValue: "retries_exhausted")

    /// The policy of the key does not let it be signed.
    public static let signRefused = AttentionCode(rawValue: "sign_refused")

    /// It has waited in its state for as long as it may.
    public static let late = AttentionCode(rawValue: "late")
}

/// The state of a withdrawal in its life cycle.
public struct WithdrawalState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It has no nonce yet.
    public static let pending = WithdrawalState(rawValue: "pending")

    /// Its nonce is fixed, and nothing is signed.
    public static let signing = WithdrawalState(rawValue: "signing")

    /// Its bytes are there, and nobody has them.
    public static let signed = WithdrawalState(rawValue: "signed")

    /// A worker has taken the bytes, to send them.
    public static let broadcasting = WithdrawalState(rawValue: "broadcasting")

    /// A node has them.
    public static let broadcasted = WithdrawalState(rawValue: "broadcasted")

    /// It is in a block.
    public static let confirming = WithdrawalState(rawValue: "confirming")

    /// It is paid, finally.
    public static let confirmed = WithdrawalState(rawValue: "confirmed")

    /// It is not paid.
    public static let failed = WithdrawalState(rawValue: "failed")
}

/// The condition that a withdrawal without a nonce waits for.
public struct Waiting: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// For news of the chain.
    public static let chain = Waiting(rawValue: "chain")

    /// For lower fees.
    public static let fees = Waiting(rawValue: "fees")

    /// For money in the wallet of a lane.
    public static let wallet = Waiting(rawValue: "wallet")

    /// For room in the window of a lane.
    public static let window = Waiting(rawValue: "window")

    /// For a lane.
    public static let lane = Waiting(rawValue: "lane")
}

/// The state of a parked call in its life cycle.
public struct ApprovalState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Not enough people have consented yet.
    public static let pending = ApprovalState(rawValue: "pending")

    /// Enough have; the call was refused when it should have run, and may be tried again.
    public static let approved = ApprovalState(rawValue: "approved")

    /// Somebody rejected it, for good.
    public static let rejected = ApprovalState(rawValue: "rejected")

    /// Its time passed. The same call may ask again.
    public static let expired = ApprovalState(rawValue: "expired")

    /// The call took place, for good.
    public static let executed = ApprovalState(rawValue: "executed")
}

/// A factor that can be proved.
public struct Factor: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A PIN.
    public static let pin = Factor(rawValue: "pin")

    /// A one-time code.
    public static let totp = Factor(rawValue: "totp")
}

/// The outcome of rules that fire, from the mildest to the strictest.
public struct Outcome: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nothing.
    public static let allow = Outcome(rawValue: "allow")

    /// It is noted.
    public static let flag = Outcome(rawValue: "flag")

    /// People look at it first.
    public static let review = Outcome(rawValue: "review")

    /// A further factor must be proved.
    public static let challenge = Outcome(rawValue: "challenge")

    /// It is refused.
    public static let block = Outcome(rawValue: "block")
}

/// The effect of an entry of a list.
public struct Listed: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It refuses.
    public static let blocked = Listed(rawValue: "blocked")

    /// It lifts rates, rules and the score.
    public static let allowed = Listed(rawValue: "allowed")

    /// It was taken off.
    public static let removed = Listed(rawValue: "removed")
}

/// The state of a review.
public struct ReviewState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nobody has decided; or an admin has agreed, and the call was refused when it should have run: then `decided_by` names him
    /// and `result` says why, and he or another admin may agree again.
    public static let pending = ReviewState(rawValue: "pending")

    /// Somebody rejected it, for good.
    public static let rejected = ReviewState(rawValue: "rejected")

    /// Its time passed. The same call may ask again.
    public static let expired = ReviewState(rawValue: "expired")

    /// The call took place, for good.
    public static let executed = ReviewState(rawValue: "executed")
}

/// The delivery state of a row's events.
public struct SinkState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The sink's own row: they are delivered in the order of the sequence.
    public static let `open` = SinkState(rawValue: "open")

    /// An object whose event failed: its events wait, and are delivered again by themselves.
    public static let waiting = SinkState(rawValue: "waiting")

    /// It failed as often as it may: its events wait for a person.
    public static let parked = SinkState(rawValue: "parked")

    /// An object that failed once, and of which nothing is left behind; or a sink that was removed.
    public static let clear = SinkState(rawValue: "clear")
}

/// The state of a job.
public struct JobState: ClosedSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It waits to be done.
    public static let queued = JobState(rawValue: "queued")

    /// A worker has it until its lease ends.
    public static let leased = JobState(rawValue: "leased")

    /// It is over: done, or discarded.
    public static let done = JobState(rawValue: "done")

    /// It failed as often as it may: it waits for a person.
    public static let dead = JobState(rawValue: "dead")
}
