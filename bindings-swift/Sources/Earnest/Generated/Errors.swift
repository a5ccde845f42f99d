// Every refusal: a case for each code, with its details.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import Foundation

/// A refusal. Each code is a case of its own; its message is not stable.
public enum EarnestError: Error, Sendable, Hashable {
    /// `invalid_request`: A field is missing, unknown or malformed, or fields do not fit together. `operation` is left out unless
    /// the program names no actor where that operation needs one: the status is then 500.
    case invalidRequest(InvalidRequest)
    /// `invalid_amount`: An amount is not a decimal text within the currency's scale and bounds, or has the wrong sign.
    case invalidAmount(InvalidAmount)
    /// `invalid_currency`: A currency code is malformed or unknown.
    case invalidCurrency(InvalidCurrency)
    /// `currency_mismatch`: Two amounts that belong together are in different currencies.
    case currencyMismatch(CurrencyMismatch)
    /// `currency_not_allowed`: The currency is known, but this engine is set up not to take it.
    case currencyNotAllowed(CurrencyNotAllowed)
    /// `invalid_account`: An account name is malformed.
    case invalidAccount(InvalidAccount)
    /// `account_not_found`: There is no such account in that currency.
    case accountNotFound(AccountNotFound)
    /// `account_exists`: The account was opened before.
    case accountExists(AccountExists)
    /// `account_locked`: The account is locked: no new debits, credits or holds.
    case accountLocked(AccountLocked)
    /// `account_closed`: The account is closed.
    case accountClosed(AccountClosed)
    /// `insufficient_balance`: What is available does not cover what is required.
    case insufficientBalance(InsufficientBalance)
    /// `limit_exceeded`: A limit of the account would be passed. `policy` is left out unless it is one of a key's policy.
    case limitExceeded(LimitExceeded)
    /// `overflow`: A balance or sum would reach 10^38 minor units.
    case overflow(Overflow)
    /// `transfer_not_found`: There is no such transfer.
    case transferNotFound(TransferNotFound)
    /// `already_reversed`: The transfer was cancelled before.
    case alreadyReversed(AlreadyReversed)
    /// `refund_exceeds_original`: The refunds together would pass the original amount.
    case refundExceedsOriginal(RefundExceedsOriginal)
    /// `hold_not_found`: There is no such hold.
    case holdNotFound(HoldNotFound)
    /// `hold_expired`: The hold ran out before the call.
    case holdExpired(HoldExpired)
    /// `hold_closed`: The hold was captured or voided before.
    case holdClosed(HoldClosed)
    /// `capture_exceeds_hold`: The capture is larger than what is left of the hold.
    case captureExceedsHold(CaptureExceedsHold)
    /// `deal_not_found`: There is no such deal.
    case dealNotFound(DealNotFound)
    /// `transition_not_allowed`: The object's state has no such transition.
    case transitionNotAllowed(TransitionNotAllowed)
    /// `condition_not_met`: The transition exists, but its condition is false; a deadline that has passed is one too.
    case conditionNotMet(ConditionNotMet)
    /// `not_permitted`: This actor may not do this, or this account can not be named here. `policy` is left out unless a key's
    /// policy refuses.
    case notPermitted(NotPermitted)
    /// `version_conflict`: The object is not at `expected_version` any more: read it again, then decide.
    case versionConflict(VersionConflict)
    /// `dispute_not_found`: There is no such dispute.
    case disputeNotFound(DisputeNotFound)
    /// `job_not_found`: There is no such job.
    case jobNotFound(JobNotFound)
    /// `sink_not_found`: There is no such sink.
    case sinkNotFound(SinkNotFound)
    /// `payment_not_found`: There is no such payment.
    case paymentNotFound(PaymentNotFound)
    /// `gateway_not_found`: There is no such gateway, or no route has one for this payment.
    case gatewayNotFound(GatewayNotFound)
    /// `debt_not_found`: There is no such debt.
    case debtNotFound(DebtNotFound)
    /// `capture_exceeds_authorized`: The capture is larger than what is authorized.
    case captureExceedsAuthorized(CaptureExceedsAuthorized)
    /// `refund_exceeds_captured`: The refund is larger than what was captured and is neither refunded nor charged back.
    case refundExceedsCaptured(RefundExceedsCaptured)
    /// `gateway_unavailable`: The gateway is down, or every one that could take this payment; nothing was done.
    case gatewayUnavailable(GatewayUnavailable)
    /// `offer_not_found`: There is no such offer.
    case offerNotFound(OfferNotFound)
    /// `promo_not_found`: There is no such promo.
    case promoNotFound(PromoNotFound)
    /// `purchase_not_found`: There is no such purchase.
    case purchaseNotFound(PurchaseNotFound)
    /// `out_of_stock`: Fewer units are left than are asked for: the others are sold, or held for other buyers.
    case outOfStock(OutOfStock)
    /// `purchase_limit_exceeded`: The buyer would have more units of the offer than one buyer may.
    case purchaseLimitExceeded(PurchaseLimitExceeded)
    /// `promo_not_applicable`: The promo may not be used here: `inactive`, `not_started`, `ended`, `offer`, `limit` or
    /// `user_limit`.
    case promoNotApplicable(PromoNotApplicable)
    /// `source_not_found`: There is no such source of webhooks.
    case sourceNotFound(SourceNotFound)
    /// `invalid_address`: An address is none, or none that may be paid: `malformed`, `checksum`, `zero`, `own` or `token`.
    case invalidAddress(InvalidAddress)
    /// `withdrawal_not_found`: There is no such withdrawal.
    case withdrawalNotFound(WithdrawalNotFound)
    /// `chain_not_found`: There is no such chain.
    case chainNotFound(ChainNotFound)
    /// `asset_not_found`: The currency cannot be withdrawn to this chain.
    case assetNotFound(AssetNotFound)
    /// `lane_not_found`: There is no such lane.
    case laneNotFound(LaneNotFound)
    /// `lane_exists`: The key has a lane on this chain already: its nonces have one counter.
    case laneExists(LaneExists)
    /// `factor_required`: A second factor must be proved first; repeat the call with its proof. `message` is left out where no
    /// rule has one.
    case factorRequired(FactorRequired)
    /// `approval_required`: Others must approve first; after that the same call answers the executed reply. With a `hint`, nobody
    /// was asked yet.
    case approvalRequired(ApprovalRequired)
    /// `approval_not_found`: There is no such approval.
    case approvalNotFound(ApprovalNotFound)
    /// `approval_expired`: The approval ran out.
    case approvalExpired(ApprovalExpired)
    /// `already_approved`: This actor has approved it before, or it was decided.
    case alreadyApproved(AlreadyApproved)
    /// `self_approval`: Nobody approves what they asked for themselves.
    case selfApproval(SelfApproval)
    /// `idempotency_key_missing`: The operation moves money and needs a `key`.
    case idempotencyKeyMissing(IdempotencyKeyMissing)
    /// `idempotency_mismatch`: The key was used for another request.
    case idempotencyMismatch(IdempotencyMismatch)
    /// `rate_limited`: Too many calls in a short time: the rate in `rule` refuses.
    case rateLimited(RateLimited)
    /// `velocity_blocked`: The rule in `rule` has blocked it: too often or too much. Without `retry_after` no waiting helps.
    case velocityBlocked(VelocityBlocked)
    /// `blocked`: A block list names the account, the actor or a value of the request, or people have rejected it after a review.
    case blocked(Blocked)
    /// `review_required`: Parked until somebody has reviewed it; after that the same call answers the executed reply.
    case reviewRequired(ReviewRequired)
    /// `credential_not_found`: The subject has no such credential.
    case credentialNotFound(CredentialNotFound)
    /// `pin_invalid`: The PIN is wrong.
    case pinInvalid(PinInvalid)
    /// `pin_locked`: Too many wrong PINs in a row. Without a time only staff can help.
    case pinLocked(PinLocked)
    /// `password_invalid`: What is sealed by the caller's own password does not open: the password is wrong, or the file was
    /// changed.
    case passwordInvalid(PasswordInvalid)
    /// `otp_invalid`: The one-time code is wrong or too old.
    case otpInvalid(OtpInvalid)
    /// `otp_reused`: The one-time code was used before; wait for the next one.
    case otpReused(OtpReused)
    /// `otp_locked`: Too many wrong one-time codes in a row. Without a time only staff can help.
    case otpLocked(OtpLocked)
    /// `decryption_failed`: A stored secret does not open: it, its place or its key was altered.
    case decryptionFailed(DecryptionFailed)
    /// `key_not_found`: A cryptographic key is missing: never made, not configured, or forgotten on purpose.
    case keyNotFound(KeyNotFound)
    /// `signature_invalid`: A signature or proof does not fit what it is for.
    case signatureInvalid(SignatureInvalid)
    /// `overloaded`: The queue is full; nothing was done.
    case overloaded(Overloaded)
    /// `contention`: Others held the same rows for too long; nothing was done.
    case contention(Contention)
    /// `store_unavailable`: The store can not be reached; nothing was done.
    case storeUnavailable(StoreUnavailable)
    /// `store_denied`: The database refuses the role a right that it needs; nothing was done.
    case storeDenied(StoreDenied)
    /// `clock_unusable`: The clock went where time could not take it: nothing is written until it is right again or confirmed by
    /// `admin.confirm_clock`.
    case clockUnusable(ClockUnusable)
    /// `outcome_unknown`: The connection broke while committing, or the answer to what writes in the host's transaction was lost,
    /// which is then given up: repeat with the same key and the outcome is found or made once.
    case outcomeUnknown(OutcomeUnknown)
    /// `store_conflict`: The store is in use in a way that does not go together with this one.
    case storeConflict(StoreConflict)
    /// `store_mismatch`: The store is another one than the one expected.
    case storeMismatch(StoreMismatch)
    /// `not_in_transaction`: The call needs an open transaction of the host.
    case notInTransaction(NotInTransaction)
    /// `transaction_aborted`: The host's transaction has failed already: roll it back and run it again.
    case transactionAborted(TransactionAborted)
    /// `reply_not_kept`: The call was done before, and its reply is not kept: a secret is shown only once, and a job that is over
    /// is swept.
    case replyNotKept(ReplyNotKept)
    /// `migration_required`: The store's schema is older than this build needs.
    case migrationRequired(MigrationRequired)
    /// `schema_too_new`: The store's schema is newer than this build knows.
    case schemaTooNew(SchemaTooNew)
    /// `corrupted`: Stored data breaks an invariant; nothing was done.
    case corrupted(Corrupted)
    /// `internal`: The table of the object lacks a step that this library was about to take: a fault of the library, please
    /// report it; nothing was done.
    case `internal`(Internal)
    /// `command_failed`: A command of the command line could not do its work: a file, a pipe, or an outcome that was not as
    /// expected.
    case commandFailed(CommandFailed)
    /// `not_supported`: This store, account or build does not do that.
    case notSupported(NotSupported)
    /// A code of a later version.
    case unknown(Refusal)

    /// The members of every refusal.
    public var refusal: Refusal {
        switch self {
        case .invalidRequest(let details): details.refusal
        case .invalidAmount(let details): details.refusal
        case .invalidCurrency(let details): details.refusal
        case .currencyMismatch(let details): details.refusal
        case .currencyNotAllowed(let details): details.refusal
        case .invalidAccount(let details): details.refusal
        case .accountNotFound(let details): details.refusal
        case .accountExists(let details): details.refusal
        case .accountLocked(let details): details.refusal
        case .accountClosed(let details): details.refusal
        case .insufficientBalance(let details): details.refusal
        case .limitExceeded(let details): details.refusal
        case .overflow(let details): details.refusal
        case .transferNotFound(let details): details.refusal
        case .alreadyReversed(let details): details.refusal
        case .refundExceedsOriginal(let details): details.refusal
        case .holdNotFound(let details): details.refusal
        case .holdExpired(let details): details.refusal
        case .holdClosed(let details): details.refusal
        case .captureExceedsHold(let details): details.refusal
        case .dealNotFound(let details): details.refusal
        case .transitionNotAllowed(let details): details.refusal
        case .conditionNotMet(let details): details.refusal
        case .notPermitted(let details): details.refusal
        case .versionConflict(let details): details.refusal
        case .disputeNotFound(let details): details.refusal
        case .jobNotFound(let details): details.refusal
        case .sinkNotFound(let details): details.refusal
        case .paymentNotFound(let details): details.refusal
        case .gatewayNotFound(let details): details.refusal
        case .debtNotFound(let details): details.refusal
        case .captureExceedsAuthorized(let details): details.refusal
        case .refundExceedsCaptured(let details): details.refusal
        case .gatewayUnavailable(let details): details.refusal
        case .offerNotFound(let details): details.refusal
        case .promoNotFound(let details): details.refusal
        case .purchaseNotFound(let details): details.refusal
        case .outOfStock(let details): details.refusal
        case .purchaseLimitExceeded(let details): details.refusal
        case .promoNotApplicable(let details): details.refusal
        case .sourceNotFound(let details): details.refusal
        case .invalidAddress(let details): details.refusal
        case .withdrawalNotFound(let details): details.refusal
        case .chainNotFound(let details): details.refusal
        case .assetNotFound(let details): details.refusal
        case .laneNotFound(let details): details.refusal
        case .laneExists(let details): details.refusal
        case .factorRequired(let details): details.refusal
        case .approvalRequired(let details): details.refusal
        case .approvalNotFound(let details): details.refusal
        case .approvalExpired(let details): details.refusal
        case .alreadyApproved(let details): details.refusal
        case .selfApproval(let details): details.refusal
        case .idempotencyKeyMissing(let details): details.refusal
        case .idempotencyMismatch(let details): details.refusal
        case .rateLimited(let details): details.refusal
        case .velocityBlocked(let details): details.refusal
        case .blocked(let details): details.refusal
        case .reviewRequired(let details): details.refusal
        case .credentialNotFound(let details): details.refusal
        case .pinInvalid(let details): details.refusal
        case .pinLocked(let details): details.refusal
        case .passwordInvalid(let details): details.refusal
        case .otpInvalid(let details): details.refusal
        case .otpReused(let details): details.refusal
        case .otpLocked(let details): details.refusal
        case .decryptionFailed(let details): details.refusal
        case .keyNotFound(let details): details.refusal
        case .signatureInvalid(let details): details.refusal
        case .overloaded(let details): details.refusal
        case .contention(let details): details.refusal
        case .storeUnavailable(let details): details.refusal
        case .storeDenied(let details): details.refusal
        case .clockUnusable(let details): details.refusal
        case .outcomeUnknown(let details): details.refusal
        case .storeConflict(let details): details.refusal
        case .storeMismatch(let details): details.refusal
        case .notInTransaction(let details): details.refusal
        case .transactionAborted(let details): details.refusal
        case .replyNotKept(let details): details.refusal
        case .migrationRequired(let details): details.refusal
        case .schemaTooNew(let details): details.refusal
        case .corrupted(let details): details.refusal
        case .`internal`(let details): details.refusal
        case .commandFailed(let details): details.refusal
        case .notSupported(let details): details.refusal
        case .unknown(let refusal): refusal
        }
    }

    static func of(_ refusal: Refusal) -> EarnestError {
        guard let form = forms[refusal.code], (try? form.checked(.object(refusal.details.members), form.path)) != nil else {
            return .unknown(refusal)
        }
        switch refusal.code {
        case "invalid_request": return .invalidRequest(InvalidRequest(refusal: refusal))
        case "invalid_amount": return .invalidAmount(InvalidAmount(refusal: refusal))
        case "invalid_currency": return .invalidCurrency(InvalidCurrency(refusal: refusal))
        case "currency_mismatch": return .currencyMismatch(CurrencyMismatch(refusal: refusal))
        case "currency_not_allowed": return .currencyNotAllowed(CurrencyNotAllowed(refusal: refusal))
        case "invalid_account": return .invalidAccount(InvalidAccount(refusal: refusal))
        case "account_not_found": return .accountNotFound(AccountNotFound(refusal: refusal))
        case "account_exists": return .accountExists(AccountExists(refusal: refusal))
        case "account_locked": return .accountLocked(AccountLocked(refusal: refusal))
        case "account_closed": return .accountClosed(AccountClosed(refusal: refusal))
        case "insufficient_balance": return .insufficientBalance(InsufficientBalance(refusal: refusal))
        case "limit_exceeded": return .limitExceeded(LimitExceeded(refusal: refusal))
        case "overflow": return .overflow(Overflow(refusal: refusal))
        case "transfer_not_found": return .transferNotFound(TransferNotFound(refusal: refusal))
        case "already_reversed": return .alreadyReversed(AlreadyReversed(refusal: refusal))
        case "refund_exceeds_original": return .refundExceedsOriginal(RefundExceedsOriginal(refusal: refusal))
        case "hold_not_found": return .holdNotFound(HoldNotFound(refusal: refusal))
        case "hold_expired": return .holdExpired(HoldExpired(refusal: refusal))
        case "hold_closed": return .holdClosed(HoldClosed(refusal: refusal))
        case "capture_exceeds_hold": return .captureExceedsHold(CaptureExceedsHold(refusal: refusal))
        case "deal_not_found": return .dealNotFound(DealNotFound(refusal: refusal))
        case "transition_not_allowed": return .transitionNotAllowed(TransitionNotAllowed(refusal: refusal))
        case "condition_not_met": return .conditionNotMet(ConditionNotMet(refusal: refusal))
        case "not_permitted": return .notPermitted(NotPermitted(refusal: refusal))
        case "version_conflict": return .versionConflict(VersionConflict(refusal: refusal))
        case "dispute_not_found": return .disputeNotFound(DisputeNotFound(refusal: refusal))
        case "job_not_found": return .jobNotFound(JobNotFound(refusal: refusal))
        case "sink_not_found": return .sinkNotFound(SinkNotFound(refusal: refusal))
        case "payment_not_found": return .paymentNotFound(PaymentNotFound(refusal: refusal))
        case "gateway_not_found": return .gatewayNotFound(GatewayNotFound(refusal: refusal))
        case "debt_not_found": return .debtNotFound(DebtNotFound(refusal: refusal))
        case "capture_exceeds_authorized": return .captureExceedsAuthorized(CaptureExceedsAuthorized(refusal: refusal))
        case "refund_exceeds_captured": return .refundExceedsCaptured(RefundExceedsCaptured(refusal: refusal))
        case "gateway_unavailable": return .gatewayUnavailable(GatewayUnavailable(refusal: refusal))
        case "offer_not_found": return .offerNotFound(OfferNotFound(refusal: refusal))
        case "promo_not_found": return .promoNotFound(PromoNotFound(refusal: refusal))
        case "purchase_not_found": return .purchaseNotFound(PurchaseNotFound(refusal: refusal))
        case "out_of_stock": return .outOfStock(OutOfStock(refusal: refusal))
        case "purchase_limit_exceeded": return .purchaseLimitExceeded(PurchaseLimitExceeded(refusal: refusal))
        case "promo_not_applicable": return .promoNotApplicable(PromoNotApplicable(refusal: refusal))
        case "source_not_found": return .sourceNotFound(SourceNotFound(refusal: refusal))
        case "invalid_address": return .invalidAddress(InvalidAddress(refusal: refusal))
        case "withdrawal_not_found": return .withdrawalNotFound(WithdrawalNotFound(refusal: refusal))
        case "chain_not_found": return .chainNotFound(ChainNotFound(refusal: refusal))
        case "asset_not_found": return .assetNotFound(AssetNotFound(refusal: refusal))
        case "lane_not_found": return .laneNotFound(LaneNotFound(refusal: refusal))
        case "lane_exists": return .laneExists(LaneExists(refusal: refusal))
        case "factor_required": return .factorRequired(FactorRequired(refusal: refusal))
        case "approval_required": return .approvalRequired(ApprovalRequired(refusal: refusal))
        case "approval_not_found": return .approvalNotFound(ApprovalNotFound(refusal: refusal))
        case "approval_expired": return .approvalExpired(ApprovalExpired(refusal: refusal))
        case "already_approved": return .alreadyApproved(AlreadyApproved(refusal: refusal))
        case "self_approval": return .selfApproval(SelfApproval(refusal: refusal))
        case "idempotency_key_missing": return .idempotencyKeyMissing(IdempotencyKeyMissing(refusal: refusal))
        case "idempotency_mismatch": return .idempotencyMismatch(IdempotencyMismatch(refusal: refusal))
        case "rate_limited": return .rateLimited(RateLimited(refusal: refusal))
        case "velocity_blocked": return .velocityBlocked(VelocityBlocked(refusal: refusal))
        case "blocked": return .blocked(Blocked(refusal: refusal))
        case "review_required": return .reviewRequired(ReviewRequired(refusal: refusal))
        case "credential_not_found": return .credentialNotFound(CredentialNotFound(refusal: refusal))
        case "pin_invalid": return .pinInvalid(PinInvalid(refusal: refusal))
        case "pin_locked": return .pinLocked(PinLocked(refusal: refusal))
        case "password_invalid": return .passwordInvalid(PasswordInvalid(refusal: refusal))
        case "otp_invalid": return .otpInvalid(OtpInvalid(refusal: refusal))
        case "otp_reused": return .otpReused(OtpReused(refusal: refusal))
        case "otp_locked": return .otpLocked(OtpLocked(refusal: refusal))
        case "decryption_failed": return .decryptionFailed(DecryptionFailed(refusal: refusal))
        case "key_not_found": return .keyNotFound(KeyNotFound(refusal: refusal))
        case "signature_invalid": return .signatureInvalid(SignatureInvalid(refusal: refusal))
        case "overloaded": return .overloaded(Overloaded(refusal: refusal))
        case "contention": return .contention(Contention(refusal: refusal))
        case "store_unavailable": return .storeUnavailable(StoreUnavailable(refusal: refusal))
        case "store_denied": return .storeDenied(StoreDenied(refusal: refusal))
        case "clock_unusable": return .clockUnusable(ClockUnusable(refusal: refusal))
        case "outcome_unknown": return .outcomeUnknown(OutcomeUnknown(refusal: refusal))
        case "store_conflict": return .storeConflict(StoreConflict(refusal: refusal))
        case "store_mismatch": return .storeMismatch(StoreMismatch(refusal: refusal))
        case "not_in_transaction": return .notInTransaction(NotInTransaction(refusal: refusal))
        case "transaction_aborted": return .transactionAborted(TransactionAborted(refusal: refusal))
        case "reply_not_kept": return .replyNotKept(ReplyNotKept(refusal: refusal))
        case "migration_required": return .migrationRequired(MigrationRequired(refusal: refusal))
        case "schema_too_new": return .schemaTooNew(SchemaTooNew(refusal: refusal))
        case "corrupted": return .corrupted(Corrupted(refusal: refusal))
        case "internal": return .`internal`(Internal(refusal: refusal))
        case "command_failed": return .commandFailed(CommandFailed(refusal: refusal))
        case "not_supported": return .notSupported(NotSupported(refusal: refusal))
        default: return .unknown(refusal)
        }
    }

    static let forms: [String: _Form] = [
        "invalid_request": _Form("InvalidRequest", "details", [
            .init("field", .text),
            .init("reason", .text),
            .init("operation", .text, optional: true, nullable: true),
        ]),
        "invalid_amount": _Form("InvalidAmount", "details", [
            .init("field", .text),
            .init("reason", .text),
        ]),
        "invalid_currency": _Form("InvalidCurrency", "details", [
            .init("field", .text),
            .init("currency", .text),
        ]),
        "currency_mismatch": _Form("CurrencyMismatch", "details", [
            .init("field", .text),
            .init("expected", .text),
            .init("actual", .text),
        ]),
        "currency_not_allowed": _Form("CurrencyNotAllowed", "details", [
            .init("field", .text),
            .init("currency", .text),
        ]),
        "invalid_account": _Form("InvalidAccount", "details", [
            .init("field", .text),
            .init("account", .text),
            .init("reason", .text),
        ]),
        "account_not_found": _Form("AccountNotFound", "details", [
            .init("account", .text),
            .init("currency", .text, optional: true, nullable: true),
        ]),
        "account_exists": _Form("AccountExists", "details", [
            .init("account", .text),
            .init("currency", .text),
        ]),
        "account_locked": _Form("AccountLocked", "details", [
            .init("account", .text),
            .init("currency", .text),
        ]),
        "account_closed": _Form("AccountClosed", "details", [
            .init("account", .text),
            .init("currency", .text),
        ]),
        "insufficient_balance": _Form("InsufficientBalance", "details", [
            .init("account", .text),
            .init("available", .money),
            .init("required", .money),
        ]),
        "limit_exceeded": _Form("LimitExceeded", "details", [
            .init("account", .text),
            .init("limit", .money, optional: true, nullable: true),
            .init("used", .money, optional: true, nullable: true),
            .init("window", .text),
            .init("policy", .text, optional: true, nullable: true),
        ]),
        "overflow": _Form("Overflow", "details", [
            .init("account", .text),
        ]),
        "transfer_not_found": _Form("TransferNotFound", "details", [
            .init("transfer", .text),
        ]),
        "already_reversed": _Form("AlreadyReversed", "details", [
            .init("transfer", .text),
            .init("reversed_by", .text, optional: true, nullable: true),
        ]),
        "refund_exceeds_original": _Form("RefundExceedsOriginal", "details", [
            .init("transfer", .text),
            .init("original", .money),
            .init("refunded", .money),
            .init("requested", .money),
        ]),
        "hold_not_found": _Form("HoldNotFound", "details", [
            .init("hold", .text),
        ]),
        "hold_expired": _Form("HoldExpired", "details", [
            .init("hold", .text),
            .init("expired_at", .time),
        ]),
        "hold_closed": _Form("HoldClosed", "details", [
            .init("hold", .text),
            .init("state", .text),
        ]),
        "capture_exceeds_hold": _Form("CaptureExceedsHold", "details", [
            .init("hold", .text),
            .init("remaining", .money),
            .init("requested", .money),
        ]),
        "deal_not_found": _Form("DealNotFound", "details", [
            .init("deal", .text),
        ]),
        "transition_not_allowed": _Form("TransitionNotAllowed", "details", [
            .init("object", .text),
            .init("state", .text),
            .init("trigger", .text),
            .init("allowed", .list(.text)),
        ]),
        "condition_not_met": _Form("ConditionNotMet", "details", [
            .init("object", .text),
            .init("trigger", .text),
            .init("condition", .text),
            .init("deadline", .time, optional: true, nullable: true),
        ]),
        "not_permitted": _Form("NotPermitted", "details", [
            .init("field", .text, optional: true, nullable: true),
            .init("actor", .text, optional: true, nullable: true),
            .init("reason", .text),
            .init("policy", .text, optional: true, nullable: true),
        ]),
        "version_conflict": _Form("VersionConflict", "details", [
            .init("object", .text),
            .init("expected", .whole),
            .init("actual", .whole),
        ]),
        "dispute_not_found": _Form("DisputeNotFound", "details", [
            .init("dispute", .text),
        ]),
        "job_not_found": _Form("JobNotFound", "details", [
            .init("job", .text),
        ]),
        "sink_not_found": _Form("SinkNotFound", "details", [
            .init("sink", .text),
        ]),
        "payment_not_found": _Form("PaymentNotFound", "details", [
            .init("payment", .text),
        ]),
        "gateway_not_found": _Form("GatewayNotFound", "details", [
            .init("gateway", .text, optional: true, nullable: true),
        ]),
        "debt_not_found": _Form("DebtNotFound", "details", [
            .init("debt", .text),
        ]),
        "capture_exceeds_authorized": _Form("CaptureExceedsAuthorized", "details", [
            .init("payment", .text),
            .init("remaining", .money),
            .init("requested", .money),
        ]),
        "refund_exceeds_captured": _Form("RefundExceedsCaptured", "details", [
            .init("payment", .text),
            .init("captured", .money),
            .init("refunded", .money),
            .init("charged_back", .money),
            .init("requested", .money),
        ]),
        "gateway_unavailable": _Form("GatewayUnavailable", "details", [
            .init("gateway", .text, optional: true, nullable: true),
            .init("retry_after", .whole, optional: true, nullable: true),
        ]),
        "offer_not_found": _Form("OfferNotFound", "details", [
            .init("offer", .text),
        ]),
        "promo_not_found": _Form("PromoNotFound", "details", [
            .init("promo", .text),
        ]),
        "purchase_not_found": _Form("PurchaseNotFound", "details", [
            .init("purchase", .text),
        ]),
        "out_of_stock": _Form("OutOfStock", "details", [
            .init("offer", .text),
            .init("available", .whole),
            .init("requested", .whole),
        ]),
        "purchase_limit_exceeded": _Form("PurchaseLimitExceeded", "details", [
            .init("offer", .text),
            .init("limit", .whole),
            .init("used", .whole),
            .init("requested", .whole),
        ]),
        "promo_not_applicable": _Form("PromoNotApplicable", "details", [
            .init("promo", .text),
            .init("reason", .text),
        ]),
        "source_not_found": _Form("SourceNotFound", "details", [
            .init("source", .text),
        ]),
        "invalid_address": _Form("InvalidAddress", "details", [
            .init("field", .text),
            .init("reason", .text),
        ]),
        "withdrawal_not_found": _Form("WithdrawalNotFound", "details", [
            .init("withdrawal", .text),
        ]),
        "chain_not_found": _Form("ChainNotFound", "details", [
            .init("chain", .text),
        ]),
        "asset_not_found": _Form("AssetNotFound", "details", [
            .init("chain", .text),
            .init("currency", .text),
        ]),
        "lane_not_found": _Form("LaneNotFound", "details", [
            .init("lane", .text),
        ]),
        "lane_exists": _Form("LaneExists", "details", [
            .init("lane", .text),
        ]),
        "factor_required": _Form("FactorRequired", "details", [
            .init("factors", .list(.text)),
            .init("message", .text, optional: true, nullable: true),
        ]),
        "approval_required": _Form("ApprovalRequired", "details", [
            .init("approval", .text),
            .init("policy", .text),
            .init("hint", .text, optional: true, nullable: true),
        ]),
        "approval_not_found": _Form("ApprovalNotFound", "details", [
            .init("approval", .text),
        ]),
        "approval_expired": _Form("ApprovalExpired", "details", [
            .init("approval", .text),
        ]),
        "already_approved": _Form("AlreadyApproved", "details", [
            .init("approval", .text),
        ]),
        "self_approval": _Form("SelfApproval", "details", [
            .init("approval", .text),
        ]),
        "idempotency_key_missing": _Form("IdempotencyKeyMissing", "details", [
            .init("operation", .text),
        ]),
        "idempotency_mismatch": _Form("IdempotencyMismatch", "details", [
            .init("key", .text),
            .init("operation", .text),
            .init("at", .time),
            .init("fields", .list(.text)),
        ]),
        "rate_limited": _Form("RateLimited", "details", [
            .init("rule", .text),
            .init("metric", .text),
            .init("subject", .text),
            .init("used", .measure),
            .init("requested", .measure),
            .init("limit", .measure),
            .init("window", .text, optional: true, nullable: true),
            .init("retry_after", .whole, optional: true, nullable: true),
            .init("message", .text, optional: true, nullable: true),
            .init("fired", .list(.text)),
        ]),
        "velocity_blocked": _Form("VelocityBlocked", "details", [
            .init("rule", .text),
            .init("metric", .text),
            .init("subject", .text),
            .init("used", .measure),
            .init("requested", .measure),
            .init("limit", .measure),
            .init("window", .text, optional: true, nullable: true),
            .init("retry_after", .whole, optional: true, nullable: true),
            .init("message", .text, optional: true, nullable: true),
            .init("fired", .list(.text)),
        ]),
        "blocked": _Form("Blocked", "details", [
            .init("subject", .text, optional: true, nullable: true),
            .init("review", .text, optional: true, nullable: true),
            .init("reason", .text, optional: true, nullable: true),
        ]),
        "review_required": _Form("ReviewRequired", "details", [
            .init("review", .text),
            .init("rule", .text),
            .init("message", .text, optional: true, nullable: true),
        ]),
        "credential_not_found": _Form("CredentialNotFound", "details", [
            .init("subject", .text),
            .init("factor", .text),
        ]),
        "pin_invalid": _Form("PinInvalid", "details", [
            .init("attempts_left", .whole),
        ]),
        "pin_locked": _Form("PinLocked", "details", [
            .init("locked_until", .time, optional: true, nullable: true),
            .init("retry_after", .whole, optional: true, nullable: true),
        ]),
        "password_invalid": _Form("PasswordInvalid", "details", [
            .init("field", .text),
            .init("reason", .text),
        ]),
        "otp_invalid": _Form("OtpInvalid", "details", [
            .init("attempts_left", .whole),
        ]),
        "otp_reused": _Form("OtpReused", "details", []),
        "otp_locked": _Form("OtpLocked", "details", [
            .init("subject", .text),
            .init("locked_until", .time, optional: true, nullable: true),
            .init("retry_after", .whole, optional: true, nullable: true),
        ]),
        "decryption_failed": _Form("DecryptionFailed", "details", [
            .init("object", .text),
        ]),
        "key_not_found": _Form("KeyNotFound", "details", [
            .init("key", .text),
            .init("hint", .text),
        ]),
        "signature_invalid": _Form("SignatureInvalid", "details", [
            .init("reason", .text),
        ]),
        "overloaded": _Form("Overloaded", "details", [
            .init("queued", .whole),
        ]),
        "contention": _Form("Contention", "details", [
            .init("reason", .text),
        ]),
        "store_unavailable": _Form("StoreUnavailable", "details", [
            .init("reason", .text),
        ]),
        "store_denied": _Form("StoreDenied", "details", [
            .init("reason", .text),
        ]),
        "clock_unusable": _Form("ClockUnusable", "details", [
            .init("actual", .time),
            .init("expected", .time, optional: true, nullable: true),
        ]),
        "outcome_unknown": _Form("OutcomeUnknown", "details", [
            .init("key", .text, optional: true, nullable: true),
        ]),
        "store_conflict": _Form("StoreConflict", "details", [
            .init("reason", .text),
        ]),
        "store_mismatch": _Form("StoreMismatch", "details", [
            .init("expected", .text),
            .init("actual", .text),
        ]),
        "not_in_transaction": _Form("NotInTransaction", "details", [
            .init("reason", .text),
        ]),
        "transaction_aborted": _Form("TransactionAborted", "details", []),
        "reply_not_kept": _Form("ReplyNotKept", "details", [
            .init("operation", .text),
        ]),
        "migration_required": _Form("MigrationRequired", "details", [
            .init("schema", .whole),
            .init("required", .whole),
            .init("command", .text),
        ]),
        "schema_too_new": _Form("SchemaTooNew", "details", [
            .init("schema", .whole),
            .init("supported", .whole),
        ]),
        "corrupted": _Form("Corrupted", "details", [
            .init("what", .text),
        ]),
        "internal": _Form("Internal", "details", [
            .init("object", .text),
            .init("trigger", .text),
            .init("state", .text),
        ]),
        "command_failed": _Form("CommandFailed", "details", [
            .init("reason", .text),
        ]),
        "not_supported": _Form("NotSupported", "details", [
            .init("operation", .text),
            .init("reason", .text),
        ]),
    ]
}

extension EarnestError {
    /// The details of `invalid_request`.
    public struct InvalidRequest: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }

        /// The operation's name.
        public var operation: String? { wire.textOrNil("operation") }
    }
}

extension EarnestError {
    /// The details of `invalid_amount`.
    public struct InvalidAmount: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `invalid_currency`.
    public struct InvalidCurrency: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `currency_mismatch`.
    public struct CurrencyMismatch: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The value required.
        public var expected: String { wire.text("expected") }

        /// The value found.
        public var actual: String { wire.text("actual") }
    }
}

extension EarnestError {
    /// The details of `currency_not_allowed`.
    public struct CurrencyNotAllowed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `invalid_account`.
    public struct InvalidAccount: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `account_not_found`.
    public struct AccountNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The currency code.
        public var currency: String? { wire.textOrNil("currency") }
    }
}

extension EarnestError {
    /// The details of `account_exists`.
    public struct AccountExists: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `account_locked`.
    public struct AccountLocked: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `account_closed`.
    public struct AccountClosed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `insufficient_balance`.
    public struct InsufficientBalance: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The amount that can be spent, or the units that can be bought, now.
        public var available: Money { wire.money("available") }

        /// The amount that is needed, or the version.
        public var required: Money { wire.money("required") }
    }
}

extension EarnestError {
    /// The details of `limit_exceeded`.
    public struct LimitExceeded: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }

        /// The limit.
        public var limit: Money? { wire.moneyOrNil("limit") }

        /// The used part of the limit.
        public var used: Money? { wire.moneyOrNil("used") }

        /// The period that the limit is for.
        public var window: String { wire.text("window") }

        /// The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
        public var policy: String? { wire.textOrNil("policy") }
    }
}

extension EarnestError {
    /// The details of `overflow`.
    public struct Overflow: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The account concerned.
        public var account: String { wire.text("account") }
    }
}

extension EarnestError {
    /// The details of `transfer_not_found`.
    public struct TransferNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the transfer.
        public var transfer: String { wire.text("transfer") }
    }
}

extension EarnestError {
    /// The details of `already_reversed`.
    public struct AlreadyReversed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the transfer.
        public var transfer: String { wire.text("transfer") }

        /// The id of the reversal.
        public var reversedBy: String? { wire.textOrNil("reversed_by") }
    }
}

extension EarnestError {
    /// The details of `refund_exceeds_original`.
    public struct RefundExceedsOriginal: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the transfer.
        public var transfer: String { wire.text("transfer") }

        /// The amount of the original transfer.
        public var original: Money { wire.money("original") }

        /// The total refunded so far.
        public var refunded: Money { wire.money("refunded") }

        /// The amount or number asked for.
        public var requested: Money { wire.money("requested") }
    }
}

extension EarnestError {
    /// The details of `hold_not_found`.
    public struct HoldNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the hold.
        public var hold: String { wire.text("hold") }
    }
}

extension EarnestError {
    /// The details of `hold_expired`.
    public struct HoldExpired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the hold.
        public var hold: String { wire.text("hold") }

        /// When it expired.
        public var expiredAt: Date { wire.time("expired_at") }
    }
}

extension EarnestError {
    /// The details of `hold_closed`.
    public struct HoldClosed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the hold.
        public var hold: String { wire.text("hold") }

        /// The present state.
        public var state: String { wire.text("state") }
    }
}

extension EarnestError {
    /// The details of `capture_exceeds_hold`.
    public struct CaptureExceedsHold: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the hold.
        public var hold: String { wire.text("hold") }

        /// The rest of the hold, or of the authorized amount.
        public var remaining: Money { wire.money("remaining") }

        /// The amount or number asked for.
        public var requested: Money { wire.money("requested") }
    }
}

extension EarnestError {
    /// The details of `deal_not_found`.
    public struct DealNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the deal.
        public var deal: String { wire.text("deal") }
    }
}

extension EarnestError {
    /// The details of `transition_not_allowed`.
    public struct TransitionNotAllowed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the object.
        public var object: String { wire.text("object") }

        /// The present state.
        public var state: String { wire.text("state") }

        /// The trigger that was tried.
        public var trigger: String { wire.text("trigger") }

        /// The triggers that are possible in this state.
        public var allowed: [String] { wire.texts("allowed") }
    }
}

extension EarnestError {
    /// The details of `condition_not_met`.
    public struct ConditionNotMet: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the object.
        public var object: String { wire.text("object") }

        /// The trigger that was tried.
        public var trigger: String { wire.text("trigger") }

        /// The condition that is false.
        public var condition: String { wire.text("condition") }

        /// The deadline that has passed, if the condition is one.
        public var deadline: Date? { wire.timeOrNil("deadline") }
    }
}

extension EarnestError {
    /// The details of `not_permitted`.
    public struct NotPermitted: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String? { wire.textOrNil("field") }

        /// The id of the actor who asked.
        public var actor: String? { wire.textOrNil("actor") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }

        /// The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
        public var policy: String? { wire.textOrNil("policy") }
    }
}

extension EarnestError {
    /// The details of `version_conflict`.
    public struct VersionConflict: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the object.
        public var object: String { wire.text("object") }

        /// The value required.
        public var expected: Int { wire.whole("expected") }

        /// The value found.
        public var actual: Int { wire.whole("actual") }
    }
}

extension EarnestError {
    /// The details of `dispute_not_found`.
    public struct DisputeNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the dispute.
        public var dispute: String { wire.text("dispute") }
    }
}

extension EarnestError {
    /// The details of `job_not_found`.
    public struct JobNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the job.
        public var job: String { wire.text("job") }
    }
}

extension EarnestError {
    /// The details of `sink_not_found`.
    public struct SinkNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the sink.
        public var sink: String { wire.text("sink") }
    }
}

extension EarnestError {
    /// The details of `payment_not_found`.
    public struct PaymentNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the payment.
        public var payment: String { wire.text("payment") }
    }
}

extension EarnestError {
    /// The details of `gateway_not_found`.
    public struct GatewayNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the gateway.
        public var gateway: String? { wire.textOrNil("gateway") }
    }
}

extension EarnestError {
    /// The details of `debt_not_found`.
    public struct DebtNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the debt.
        public var debt: String { wire.text("debt") }
    }
}

extension EarnestError {
    /// The details of `capture_exceeds_authorized`.
    public struct CaptureExceedsAuthorized: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the payment.
        public var payment: String { wire.text("payment") }

        /// The rest of the hold, or of the authorized amount.
        public var remaining: Money { wire.money("remaining") }

        /// The amount or number asked for.
        public var requested: Money { wire.money("requested") }
    }
}

extension EarnestError {
    /// The details of `refund_exceeds_captured`.
    public struct RefundExceedsCaptured: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the payment.
        public var payment: String { wire.text("payment") }

        /// The total captured.
        public var captured: Money { wire.money("captured") }

        /// The total refunded so far.
        public var refunded: Money { wire.money("refunded") }

        /// The total that payers' banks have taken back.
        public var chargedBack: Money { wire.money("charged_back") }

        /// The amount or number asked for.
        public var requested: Money { wire.money("requested") }
    }
}

extension EarnestError {
    /// The details of `gateway_unavailable`.
    public struct GatewayUnavailable: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the gateway.
        public var gateway: String? { wire.textOrNil("gateway") }

        /// Seconds to wait before another attempt.
        public var retryAfter: Int? { wire.wholeOrNil("retry_after") }
    }
}

extension EarnestError {
    /// The details of `offer_not_found`.
    public struct OfferNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the offer.
        public var offer: String { wire.text("offer") }
    }
}

extension EarnestError {
    /// The details of `promo_not_found`.
    public struct PromoNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the promo.
        public var promo: String { wire.text("promo") }
    }
}

extension EarnestError {
    /// The details of `purchase_not_found`.
    public struct PurchaseNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the purchase.
        public var purchase: String { wire.text("purchase") }
    }
}

extension EarnestError {
    /// The details of `out_of_stock`.
    public struct OutOfStock: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the offer.
        public var offer: String { wire.text("offer") }

        /// The amount that can be spent, or the units that can be bought, now.
        public var available: Int { wire.whole("available") }

        /// The amount or number asked for.
        public var requested: Int { wire.whole("requested") }
    }
}

extension EarnestError {
    /// The details of `purchase_limit_exceeded`.
    public struct PurchaseLimitExceeded: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the offer.
        public var offer: String { wire.text("offer") }

        /// The limit.
        public var limit: Int { wire.whole("limit") }

        /// The used part of the limit.
        public var used: Int { wire.whole("used") }

        /// The amount or number asked for.
        public var requested: Int { wire.whole("requested") }
    }
}

extension EarnestError {
    /// The details of `promo_not_applicable`.
    public struct PromoNotApplicable: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the promo.
        public var promo: String { wire.text("promo") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `source_not_found`.
    public struct SourceNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the source of webhooks.
        public var source: String { wire.text("source") }
    }
}

extension EarnestError {
    /// The details of `invalid_address`.
    public struct InvalidAddress: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `withdrawal_not_found`.
    public struct WithdrawalNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the withdrawal.
        public var withdrawal: String { wire.text("withdrawal") }
    }
}

extension EarnestError {
    /// The details of `chain_not_found`.
    public struct ChainNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the chain.
        public var chain: String { wire.text("chain") }
    }
}

extension EarnestError {
    /// The details of `asset_not_found`.
    public struct AssetNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the chain.
        public var chain: String { wire.text("chain") }

        /// The currency code.
        public var currency: String { wire.text("currency") }
    }
}

extension EarnestError {
    /// The details of `lane_not_found`.
    public struct LaneNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the lane.
        public var lane: String { wire.text("lane") }
    }
}

extension EarnestError {
    /// The details of `lane_exists`.
    public struct LaneExists: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the lane.
        public var lane: String { wire.text("lane") }
    }
}

extension EarnestError {
    /// The details of `factor_required`.
    public struct FactorRequired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The factors that would do: `pin`, `totp`.
        public var factors: [String] { wire.texts("factors") }

        /// The rule's message for people.
        public var message: String? { wire.textOrNil("message") }
    }
}

extension EarnestError {
    /// The details of `approval_required`.
    public struct ApprovalRequired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the approval.
        public var approval: String { wire.text("approval") }

        /// The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
        public var policy: String { wire.text("policy") }

        /// The step that mends it.
        public var hint: String? { wire.textOrNil("hint") }
    }
}

extension EarnestError {
    /// The details of `approval_not_found`.
    public struct ApprovalNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the approval.
        public var approval: String { wire.text("approval") }
    }
}

extension EarnestError {
    /// The details of `approval_expired`.
    public struct ApprovalExpired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the approval.
        public var approval: String { wire.text("approval") }
    }
}

extension EarnestError {
    /// The details of `already_approved`.
    public struct AlreadyApproved: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the approval.
        public var approval: String { wire.text("approval") }
    }
}

extension EarnestError {
    /// The details of `self_approval`.
    public struct SelfApproval: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the approval.
        public var approval: String { wire.text("approval") }
    }
}

extension EarnestError {
    /// The details of `idempotency_key_missing`.
    public struct IdempotencyKeyMissing: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The operation's name.
        public var operation: String { wire.text("operation") }
    }
}

extension EarnestError {
    /// The details of `idempotency_mismatch`.
    public struct IdempotencyMismatch: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the key, never the key itself.
        public var key: String { wire.text("key") }

        /// The operation's name.
        public var operation: String { wire.text("operation") }

        /// When the key was first used.
        public var at: Date { wire.time("at") }

        /// The fields that differ from the first request.
        public var fields: [String] { wire.texts("fields") }
    }
}

extension EarnestError {
    /// The details of `rate_limited`.
    public struct RateLimited: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The rule that fired.
        public var rule: String { wire.text("rule") }

        /// The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`.
        public var metric: String { wire.text("metric") }

        /// The vault subject or list entry.
        public var subject: String { wire.text("subject") }

        /// The used part of the limit.
        public var used: Measure { wire.measure("used") }

        /// The amount or number asked for.
        public var requested: Measure { wire.measure("requested") }

        /// The limit.
        public var limit: Measure { wire.measure("limit") }

        /// The period that the limit is for.
        public var window: String? { wire.textOrNil("window") }

        /// Seconds to wait before another attempt.
        public var retryAfter: Int? { wire.wholeOrNil("retry_after") }

        /// The rule's message for people.
        public var message: String? { wire.textOrNil("message") }

        /// The names of all rules and rates that fired.
        public var fired: [String] { wire.texts("fired") }
    }
}

extension EarnestError {
    /// The details of `velocity_blocked`.
    public struct VelocityBlocked: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The rule that fired.
        public var rule: String { wire.text("rule") }

        /// The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`.
        public var metric: String { wire.text("metric") }

        /// The vault subject or list entry.
        public var subject: String { wire.text("subject") }

        /// The used part of the limit.
        public var used: Measure { wire.measure("used") }

        /// The amount or number asked for.
        public var requested: Measure { wire.measure("requested") }

        /// The limit.
        public var limit: Measure { wire.measure("limit") }

        /// The period that the limit is for.
        public var window: String? { wire.textOrNil("window") }

        /// Seconds to wait before another attempt.
        public var retryAfter: Int? { wire.wholeOrNil("retry_after") }

        /// The rule's message for people.
        public var message: String? { wire.textOrNil("message") }

        /// The names of all rules and rates that fired.
        public var fired: [String] { wire.texts("fired") }
    }
}

extension EarnestError {
    /// The details of `blocked`.
    public struct Blocked: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The vault subject or list entry.
        public var subject: String? { wire.textOrNil("subject") }

        /// The id of the review.
        public var review: String? { wire.textOrNil("review") }

        /// The reason, for developers.
        public var reason: String? { wire.textOrNil("reason") }
    }
}

extension EarnestError {
    /// The details of `review_required`.
    public struct ReviewRequired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the review.
        public var review: String { wire.text("review") }

        /// The rule that fired.
        public var rule: String { wire.text("rule") }

        /// The rule's message for people.
        public var message: String? { wire.textOrNil("message") }
    }
}

extension EarnestError {
    /// The details of `credential_not_found`.
    public struct CredentialNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The vault subject or list entry.
        public var subject: String { wire.text("subject") }

        /// The factor: `pin` or `totp`.
        public var factor: String { wire.text("factor") }
    }
}

extension EarnestError {
    /// The details of `pin_invalid`.
    public struct PinInvalid: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// How many more attempts there are before the lock.
        public var attemptsLeft: Int { wire.whole("attempts_left") }
    }
}

extension EarnestError {
    /// The details of `pin_locked`.
    public struct PinLocked: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// When the lock ends.
        public var lockedUntil: Date? { wire.timeOrNil("locked_until") }

        /// Seconds to wait before another attempt.
        public var retryAfter: Int? { wire.wholeOrNil("retry_after") }
    }
}

extension EarnestError {
    /// The details of `password_invalid`.
    public struct PasswordInvalid: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The request field, as a path such as `amount.currency`.
        public var field: String { wire.text("field") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `otp_invalid`.
    public struct OtpInvalid: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// How many more attempts there are before the lock.
        public var attemptsLeft: Int { wire.whole("attempts_left") }
    }
}

extension EarnestError {
    /// The details of `otp_reused`.
    public struct OtpReused: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
    }
}

extension EarnestError {
    /// The details of `otp_locked`.
    public struct OtpLocked: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The vault subject or list entry.
        public var subject: String { wire.text("subject") }

        /// When the lock ends.
        public var lockedUntil: Date? { wire.timeOrNil("locked_until") }

        /// Seconds to wait before another attempt.
        public var retryAfter: Int? { wire.wholeOrNil("retry_after") }
    }
}

extension EarnestError {
    /// The details of `decryption_failed`.
    public struct DecryptionFailed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the object.
        public var object: String { wire.text("object") }
    }
}

extension EarnestError {
    /// The details of `key_not_found`.
    public struct KeyNotFound: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the key, never the key itself.
        public var key: String { wire.text("key") }

        /// The step that mends it.
        public var hint: String { wire.text("hint") }
    }
}

extension EarnestError {
    /// The details of `signature_invalid`.
    public struct SignatureInvalid: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `overloaded`.
    public struct Overloaded: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// How many operations are waiting.
        public var queued: Int { wire.whole("queued") }
    }
}

extension EarnestError {
    /// The details of `contention`.
    public struct Contention: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `store_unavailable`.
    public struct StoreUnavailable: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `store_denied`.
    public struct StoreDenied: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `clock_unusable`.
    public struct ClockUnusable: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The value found.
        public var actual: Date { wire.time("actual") }

        /// The value required.
        public var expected: Date? { wire.timeOrNil("expected") }
    }
}

extension EarnestError {
    /// The details of `outcome_unknown`.
    public struct OutcomeUnknown: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The name of the key, never the key itself.
        public var key: String? { wire.textOrNil("key") }
    }
}

extension EarnestError {
    /// The details of `store_conflict`.
    public struct StoreConflict: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `store_mismatch`.
    public struct StoreMismatch: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The value required.
        public var expected: String { wire.text("expected") }

        /// The value found.
        public var actual: String { wire.text("actual") }
    }
}

extension EarnestError {
    /// The details of `not_in_transaction`.
    public struct NotInTransaction: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `transaction_aborted`.
    public struct TransactionAborted: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
    }
}

extension EarnestError {
    /// The details of `reply_not_kept`.
    public struct ReplyNotKept: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The operation's name.
        public var operation: String { wire.text("operation") }
    }
}

extension EarnestError {
    /// The details of `migration_required`.
    public struct MigrationRequired: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The schema version found in the store.
        public var schema: Int { wire.whole("schema") }

        /// The amount that is needed, or the version.
        public var required: Int { wire.whole("required") }

        /// The command that brings the schema up to date.
        public var command: String { wire.text("command") }
    }
}

extension EarnestError {
    /// The details of `schema_too_new`.
    public struct SchemaTooNew: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The schema version found in the store.
        public var schema: Int { wire.whole("schema") }

        /// The newest schema version that this build knows.
        public var supported: Int { wire.whole("supported") }
    }
}

extension EarnestError {
    /// The details of `corrupted`.
    public struct Corrupted: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The damage, and its place.
        public var what: String { wire.text("what") }
    }
}

extension EarnestError {
    /// The details of `internal`.
    public struct Internal: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The id of the object.
        public var object: String { wire.text("object") }

        /// The trigger that was tried.
        public var trigger: String { wire.text("trigger") }

        /// The present state.
        public var state: String { wire.text("state") }
    }
}

extension EarnestError {
    /// The details of `command_failed`.
    public struct CommandFailed: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The details of `not_supported`.
    public struct NotSupported: Refusing {
        /// The members of every refusal.
        public let refusal: Refusal
        private var wire: Wire { refusal.details }

        /// The operation's name.
        public var operation: String { wire.text("operation") }

        /// The reason, for developers.
        public var reason: String { wire.text("reason") }
    }
}

extension EarnestError {
    /// The kind of a refusal, which decides the HTTP status.
    public struct Kind: ClosedSet {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// HTTP status 400.
        public static let invalid = Kind(rawValue: "invalid")
        /// HTTP status 404.
        public static let notFound = Kind(rawValue: "not_found")
        /// HTTP status 409.
        public static let conflict = Kind(rawValue: "conflict")
        /// HTTP status 409.
        public static let rejected = Kind(rawValue: "rejected")
        /// HTTP status 403.
        public static let denied = Kind(rawValue: "denied")
        /// HTTP status 503.
        public static let unavailable = Kind(rawValue: "unavailable")
        /// HTTP status 429.
        public static let limited = Kind(rawValue: "limited")
        /// HTTP status 500.
        public static let corrupt = Kind(rawValue: "corrupt")
        /// HTTP status 500.
        public static let misused = Kind(rawValue: "misused")
    }

    static let about: [String: (kind: Kind, httpStatus: Int)] = [
        "invalid_request": (.invalid, 400),
        "invalid_amount": (.invalid, 400),
        "invalid_currency": (.invalid, 400),
        "currency_mismatch": (.invalid, 400),
        "currency_not_allowed": (.invalid, 400),
        "invalid_account": (.invalid, 400),
        "account_not_found": (.notFound, 404),
        "account_exists": (.conflict, 409),
        "account_locked": (.rejected, 409),
        "account_closed": (.rejected, 409),
        "insufficient_balance": (.rejected, 409),
        "limit_exceeded": (.rejected, 409),
        "overflow": (.rejected, 409),
        "transfer_not_found": (.notFound, 404),
        "already_reversed": (.conflict, 409),
        "refund_exceeds_original": (.rejected, 409),
        "hold_not_found": (.notFound, 404),
        "hold_expired": (.rejected, 409),
        "hold_closed": (.rejected, 409),
        "capture_exceeds_hold": (.rejected, 409),
        "deal_not_found": (.notFound, 404),
        "transition_not_allowed": (.rejected, 409),
        "condition_not_met": (.rejected, 409),
        "not_permitted": (.denied, 403),
        "version_conflict": (.conflict, 409),
        "dispute_not_found": (.notFound, 404),
        "job_not_found": (.notFound, 404),
        "sink_not_found": (.notFound, 404),
        "payment_not_found": (.notFound, 404),
        "gateway_not_found": (.notFound, 404),
        "debt_not_found": (.notFound, 404),
        "capture_exceeds_authorized": (.rejected, 409),
        "refund_exceeds_captured": (.rejected, 409),
        "gateway_unavailable": (.unavailable, 503),
        "offer_not_found": (.notFound, 404),
        "promo_not_found": (.notFound, 404),
        "purchase_not_found": (.notFound, 404),
        "out_of_stock": (.rejected, 409),
        "purchase_limit_exceeded": (.rejected, 409),
        "promo_not_applicable": (.rejected, 409),
        "source_not_found": (.notFound, 404),
        "invalid_address": (.invalid, 400),
        "withdrawal_not_found": (.notFound, 404),
        "chain_not_found": (.notFound, 404),
        "asset_not_found": (.notFound, 404),
        "lane_not_found": (.notFound, 404),
        "lane_exists": (.conflict, 409),
        "factor_required": (.denied, 403),
        "approval_required": (.rejected, 409),
        "approval_not_found": (.notFound, 404),
        "approval_expired": (.rejected, 409),
        "already_approved": (.conflict, 409),
        "self_approval": (.denied, 403),
        "idempotency_key_missing": (.invalid, 400),
        "idempotency_mismatch": (.conflict, 409),
        "rate_limited": (.limited, 429),
        "velocity_blocked": (.limited, 429),
        "blocked": (.denied, 403),
        "review_required": (.rejected, 409),
        "credential_not_found": (.notFound, 404),
        "pin_invalid": (.denied, 403),
        "pin_locked": (.limited, 429),
        "password_invalid": (.denied, 403),
        "otp_invalid": (.denied, 403),
        "otp_reused": (.denied, 403),
        "otp_locked": (.limited, 429),
        "decryption_failed": (.corrupt, 500),
        "key_not_found": (.notFound, 404),
        "signature_invalid": (.denied, 403),
        "overloaded": (.unavailable, 503),
        "contention": (.unavailable, 503),
        "store_unavailable": (.unavailable, 503),
        "store_denied": (.unavailable, 503),
        "clock_unusable": (.unavailable, 503),
        "outcome_unknown": (.unavailable, 503),
        "store_conflict": (.conflict, 409),
        "store_mismatch": (.conflict, 409),
        "not_in_transaction": (.misused, 500),
        "transaction_aborted": (.unavailable, 503),
        "reply_not_kept": (.rejected, 409),
        "migration_required": (.unavailable, 503),
        "schema_too_new": (.unavailable, 503),
        "corrupted": (.corrupt, 500),
        "internal": (.corrupt, 500),
        "command_failed": (.rejected, 409),
        "not_supported": (.invalid, 400),
    ]

    static let statuses: [Kind: Int] = [.invalid: 400, .notFound: 404, .conflict: 409, .rejected: 409, .denied: 403, .unavailable: 503, .limited: 429, .corrupt: 500, .misused: 500]
}

enum Generated {
    static let version = "0.1.0"
}
