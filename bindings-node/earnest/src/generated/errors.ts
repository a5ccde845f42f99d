// Every refusal, each code a class of its own.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { EarnestError, register } from '../error';
import { measureOf, moneyOf, type Money } from '../money';

/** Kinds of refusals. */
export type KindOf =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'rejected'
  | 'denied'
  | 'unavailable'
  | 'limited'
  | 'corrupt'
  | 'misused';

/** Every code. */
export type Code = keyof Details;

/** The details of each code. */
export interface Details {
  invalid_request: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The reason, for developers. */
    reason: string;
    /** The operation's name. */
    operation: string | null;
  };
  invalid_amount: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The reason, for developers. */
    reason: string;
  };
  invalid_currency: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The currency code. */
    currency: string;
  };
  currency_mismatch: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The value required. */
    expected: string;
    /** The value found. */
    actual: string;
  };
  currency_not_allowed: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The currency code. */
    currency: string;
  };
  invalid_account: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The account concerned. */
    account: string;
    /** The reason, for developers. */
    reason: string;
  };
  account_not_found: {
    /** The account concerned. */
    account: string;
    /** The currency code. */
    currency: string | null;
  };
  account_exists: {
    /** The account concerned. */
    account: string;
    /** The currency code. */
    currency: string;
  };
  account_locked: {
    /** The account concerned. */
    account: string;
    /** The currency code. */
    currency: string;
  };
  account_closed: {
    /** The account concerned. */
    account: string;
    /** The currency code. */
    currency: string;
  };
  insufficient_balance: {
    /** The account concerned. */
    account: string;
    /** The amount that can be spent, or the units that can be bought, now. */
    available: Money;
    /** The amount that is needed, or the version. */
    required: Money;
  };
  limit_exceeded: {
    /** The account concerned. */
    account: string;
    /** The limit. */
    limit: Money | null;
    /** The used part of the limit. */
    used: Money | null;
    /** The period that the limit is for. */
    window: string;
    /**
     * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
     */
    policy: string | null;
  };
  overflow: {
    /** The account concerned. */
    account: string;
  };
  transfer_not_found: {
    /** The id of the transfer. */
    transfer: string;
  };
  already_reversed: {
    /** The id of the transfer. */
    transfer: string;
    /** The id of the reversal. */
    reversedBy: string | null;
  };
  refund_exceeds_original: {
    /** The id of the transfer. */
    transfer: string;
    /** The amount of the original transfer. */
    original: Money;
    /** The total refunded so far. */
    refunded: Money;
    /** The amount or number asked for. */
    requested: Money;
  };
  hold_not_found: {
    /** The id of the hold. */
    hold: string;
  };
  hold_expired: {
    /** The id of the hold. */
    hold: string;
    /** When it expired. */
    expiredAt: string;
  };
  hold_closed: {
    /** The id of the hold. */
    hold: string;
    /** The present state. */
    state: string;
  };
  capture_exceeds_hold: {
    /** The id of the hold. */
    hold: string;
    /** The rest of the hold, or of the authorized amount. */
    remaining: Money;
    /** The amount or number asked for. */
    requested: Money;
  };
  deal_not_found: {
    /** The id of the deal. */
    deal: string;
  };
  transition_not_allowed: {
    /** The id of the object. */
    object: string;
    /** The present state. */
    state: string;
    /** The trigger that was tried. */
    trigger: string;
    /** The triggers that are possible in this state. */
    allowed: readonly string[];
  };
  condition_not_met: {
    /** The id of the object. */
    object: string;
    /** The trigger that was tried. */
    trigger: string;
    /** The condition that is false. */
    condition: string;
    /** The deadline that has passed, if the condition is one. */
    deadline: string | null;
  };
  not_permitted: {
    /** The request field, as a path such as `amount.currency`. */
    field: string | null;
    /** The id of the actor who asked. */
    actor: string | null;
    /** The reason, for developers. */
    reason: string;
    /**
     * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
     */
    policy: string | null;
  };
  version_conflict: {
    /** The id of the object. */
    object: string;
    /** The value required. */
    expected: number;
    /** The value found. */
    actual: number;
  };
  dispute_not_found: {
    /** The id of the dispute. */
    dispute: string;
  };
  job_not_found: {
    /** The id of the job. */
    job: string;
  };
  sink_not_found: {
    /** The name of the sink. */
    sink: string;
  };
  payment_not_found: {
    /** The id of the payment. */
    payment: string;
  };
  gateway_not_found: {
    /** The name of the gateway. */
    gateway: string | null;
  };
  debt_not_found: {
    /** The id of the debt. */
    debt: string;
  };
  capture_exceeds_authorized: {
    /** The id of the payment. */
    payment: string;
    /** The rest of the hold, or of the authorized amount. */
    remaining: Money;
    /** The amount or number asked for. */
    requested: Money;
  };
  refund_exceeds_captured: {
    /** The id of the payment. */
    payment: string;
    /** The total captured. */
    captured: Money;
    /** The total refunded so far. */
    refunded: Money;
    /** The total that payers' banks have taken back. */
    chargedBack: Money;
    /** The amount or number asked for. */
    requested: Money;
  };
  gateway_unavailable: {
    /** The name of the gateway. */
    gateway: string | null;
    /** Seconds to wait before another attempt. */
    retryAfter: number | null;
  };
  offer_not_found: {
    /** The name of the offer. */
    offer: string;
  };
  promo_not_found: {
    /** The name of the promo. */
    promo: string;
  };
  purchase_not_found: {
    /** The id of the purchase. */
    purchase: string;
  };
  out_of_stock: {
    /** The name of the offer. */
    offer: string;
    /** The amount that can be spent, or the units that can be bought, now. */
    available: number;
    /** The amount or number asked for. */
    requested: number;
  };
  purchase_limit_exceeded: {
    /** The name of the offer. */
    offer: string;
    /** The limit. */
    limit: number;
    /** The used part of the limit. */
    used: number;
    /** The amount or number asked for. */
    requested: number;
  };
  promo_not_applicable: {
    /** The name of the promo. */
    promo: string;
    /** The reason, for developers. */
    reason: string;
  };
  source_not_found: {
    /** The name of the source of webhooks. */
    source: string;
  };
  invalid_address: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The reason, for developers. */
    reason: string;
  };
  withdrawal_not_found: {
    /** The id of the withdrawal. */
    withdrawal: string;
  };
  chain_not_found: {
    /** The name of the chain. */
    chain: string;
  };
  asset_not_found: {
    /** The name of the chain. */
    chain: string;
    /** The currency code. */
    currency: string;
  };
  lane_not_found: {
    /** The id of the lane. */
    lane: string;
  };
  lane_exists: {
    /** The id of the lane. */
    lane: string;
  };
  factor_required: {
    /** The factors that would do: `pin`, `totp`. */
    factors: readonly string[];
    /** The rule's message for people. */
    message: string | null;
  };
  approval_required: {
    /** The id of the approval. */
    approval: string;
    /**
     * The policy that asks for it, or the part of a key's policy that refuses: `chain`, `recipient`, `max_value`.
     */
    policy: string;
    /** The step that mends it. */
    hint: string | null;
  };
  approval_not_found: {
    /** The id of the approval. */
    approval: string;
  };
  approval_expired: {
    /** The id of the approval. */
    approval: string;
  };
  already_approved: {
    /** The id of the approval. */
    approval: string;
  };
  self_approval: {
    /** The id of the approval. */
    approval: string;
  };
  idempotency_key_missing: {
    /** The operation's name. */
    operation: string;
  };
  idempotency_mismatch: {
    /** The name of the key, never the key itself. */
    key: string;
    /** The operation's name. */
    operation: string;
    /** When the key was first used. */
    at: string;
    /** The fields that differ from the first request. */
    fields: readonly string[];
  };
  rate_limited: {
    /** The rule that fired. */
    rule: string;
    /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
    metric: string;
    /** The vault subject or list entry. */
    subject: string;
    /** The used part of the limit. */
    used: number | Money;
    /** The amount or number asked for. */
    requested: number | Money;
    /** The limit. */
    limit: number | Money;
    /** The period that the limit is for. */
    window: string | null;
    /** Seconds to wait before another attempt. */
    retryAfter: number | null;
    /** The rule's message for people. */
    message: string | null;
    /** The names of all rules and rates that fired. */
    fired: readonly string[];
  };
  velocity_blocked: {
    /** The rule that fired. */
    rule: string;
    /** The thing counted: `count`, `sum`, `amount`, `distinct:FIELD`, `failures`, `rate` or `score`. */
    metric: string;
    /** The vault subject or list entry. */
    subject: string;
    /** The used part of the limit. */
    used: number | Money;
    /** The amount or number asked for. */
    requested: number | Money;
    /** The limit. */
    limit: number | Money;
    /** The period that the limit is for. */
    window: string | null;
    /** Seconds to wait before another attempt. */
    retryAfter: number | null;
    /** The rule's message for people. */
    message: string | null;
    /** The names of all rules and rates that fired. */
    fired: readonly string[];
  };
  blocked: {
    /** The vault subject or list entry. */
    subject: string | null;
    /** The id of the review. */
    review: string | null;
    /** The reason, for developers. */
    reason: string | null;
  };
  review_required: {
    /** The id of the review. */
    review: string;
    /** The rule that fired. */
    rule: string;
    /** The rule's message for people. */
    message: string | null;
  };
  credential_not_found: {
    /** The vault subject or list entry. */
    subject: string;
    /** The factor: `pin` or `totp`. */
    factor: string;
  };
  pin_invalid: {
    /** How many more attempts there are before the lock. */
    attemptsLeft: number;
  };
  pin_locked: {
    /** When the lock ends. */
    lockedUntil: string | null;
    /** Seconds to wait before another attempt. */
    retryAfter: number | null;
  };
  password_invalid: {
    /** The request field, as a path such as `amount.currency`. */
    field: string;
    /** The reason, for developers. */
    reason: string;
  };
  otp_invalid: {
    /** How many more attempts there are before the lock. */
    attemptsLeft: number;
  };
  otp_reused: {};
  otp_locked: {
    /** The vault subject or list entry. */
    subject: string;
    /** When the lock ends. */
    lockedUntil: string | null;
    /** Seconds to wait before another attempt. */
    retryAfter: number | null;
  };
  decryption_failed: {
    /** The id of the object. */
    object: string;
  };
  key_not_found: {
    /** The name of the key, never the key itself. */
    key: string;
    /** The step that mends it. */
    hint: string;
  };
  signature_invalid: {
    /** The reason, for developers. */
    reason: string;
  };
  overloaded: {
    /** How many operations are waiting. */
    queued: number;
  };
  contention: {
    /** The reason, for developers. */
    reason: string;
  };
  store_unavailable: {
    /** The reason, for developers. */
    reason: string;
  };
  store_denied: {
    /** The reason, for developers. */
    reason: string;
  };
  clock_unusable: {
    /** The value found. */
    actual: string;
    /** The value required. */
    expected: string | null;
  };
  outcome_unknown: {
    /** The name of the key, never the key itself. */
    key: string | null;
  };
  store_conflict: {
    /** The reason, for developers. */
    reason: string;
  };
  store_mismatch: {
    /** The value required. */
    expected: string;
    /** The value found. */
    actual: string;
  };
  not_in_transaction: {
    /** The reason, for developers. */
    reason: string;
  };
  transaction_aborted: {};
  reply_not_kept: {
    /** The operation's name. */
    operation: string;
  };
  migration_required: {
    /** The schema version found in the store. */
    schema: number;
    /** The amount that is needed, or the version. */
    required: number;
    /** The command that brings the schema up to date. */
    command: string;
  };
  schema_too_new: {
    /** The schema version found in the store. */
    schema: number;
    /** The newest schema version that this build knows. */
    supported: number;
  };
  corrupted: {
    /** The damage, and its place. */
    what: string;
  };
  internal: {
    /** The id of the object. */
    object: string;
    /** The trigger that was tried. */
    trigger: string;
    /** The present state. */
    state: string;
  };
  command_failed: {
    /** The reason, for developers. */
    reason: string;
  };
  not_supported: {
    /** The operation's name. */
    operation: string;
    /** The reason, for developers. */
    reason: string;
  };
}

/** Refusals of kind `invalid`, HTTP status 400. */
export class Invalid<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'invalid';
  static override readonly httpStatus: number = 400;
}

/** Refusals of kind `not_found`, HTTP status 404. */
export class NotFound<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'not_found';
  static override readonly httpStatus: number = 404;
}

/** Refusals of kind `conflict`, HTTP status 409. */
export class Conflict<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'conflict';
  static override readonly httpStatus: number = 409;
}

/** Refusals of kind `rejected`, HTTP status 409. */
export class Rejected<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'rejected';
  static override readonly httpStatus: number = 409;
}

/** Refusals of kind `denied`, HTTP status 403. */
export class Denied<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'denied';
  static override readonly httpStatus: number = 403;
}

/** Refusals of kind `unavailable`, HTTP status 503. */
export class Unavailable<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'unavailable';
  static override readonly httpStatus: number = 503;
}

/** Refusals of kind `limited`, HTTP status 429. */
export class Limited<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'limited';
  static override readonly httpStatus: number = 429;
}

/** Refusals of kind `corrupt`, HTTP status 500. */
export class Corrupt<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'corrupt';
  static override readonly httpStatus: number = 500;
}

/** Refusals of kind `misused`, HTTP status 500. */
export class Misused<C extends Code = Code> extends EarnestError<C> {
  static override readonly kind: string = 'misused';
  static override readonly httpStatus: number = 500;
}

/**
 * `invalid_request`: A field is missing, unknown or malformed, or fields do not fit together. `operation` is left out
 * unless the program names no actor where that operation needs one: the status is then 500.
 */
export class InvalidRequest extends Invalid<'invalid_request'> {
  static override readonly code: string = 'invalid_request';
}

/**
 * `invalid_amount`: An amount is not a decimal text within the currency's scale and bounds, or has the wrong sign.
 */
export class InvalidAmount extends Invalid<'invalid_amount'> {
  static override readonly code: string = 'invalid_amount';
}

/** `invalid_currency`: A currency code is malformed or unknown. */
export class InvalidCurrency extends Invalid<'invalid_currency'> {
  static override readonly code: string = 'invalid_currency';
}

/** `currency_mismatch`: Two amounts that belong together are in different currencies. */
export class CurrencyMismatch extends Invalid<'currency_mismatch'> {
  static override readonly code: string = 'currency_mismatch';
}

/** `currency_not_allowed`: The currency is known, but this engine is set up not to take it. */
export class CurrencyNotAllowed extends Invalid<'currency_not_allowed'> {
  static override readonly code: string = 'currency_not_allowed';
}

/** `invalid_account`: An account name is malformed. */
export class InvalidAccount extends Invalid<'invalid_account'> {
  static override readonly code: string = 'invalid_account';
}

/** `account_not_found`: There is no such account in that currency. */
export class AccountNotFound extends NotFound<'account_not_found'> {
  static override readonly code: string = 'account_not_found';
}

/** `account_exists`: The account was opened before. */
export class AccountExists extends Conflict<'account_exists'> {
  static override readonly code: string = 'account_exists';
}

/** `account_locked`: The account is locked: no new debits, credits or holds. */
export class AccountLocked extends Rejected<'account_locked'> {
  static override readonly code: string = 'account_locked';
}

/** `account_closed`: The account is closed. */
export class AccountClosed extends Rejected<'account_closed'> {
  static override readonly code: string = 'account_closed';
}

/** `insufficient_balance`: What is available does not cover what is required. */
export class InsufficientBalance extends Rejected<'insufficient_balance'> {
  static override readonly code: string = 'insufficient_balance';
  static override readonly readers = {
    available: moneyOf,
    required: moneyOf,
  };
}

/**
 * `limit_exceeded`: A limit of the account would be passed. `policy` is left out unless it is one of a key's policy.
 */
export class LimitExceeded extends Rejected<'limit_exceeded'> {
  static override readonly code: string = 'limit_exceeded';
  static override readonly readers = {
    limit: moneyOf,
    used: moneyOf,
  };
}

/** `overflow`: A balance or sum would reach 10^38 minor units. */
export class Overflow extends Rejected<'overflow'> {
  static override readonly code: string = 'overflow';
}

/** `transfer_not_found`: There is no such transfer. */
export class TransferNotFound extends NotFound<'transfer_not_found'> {
  static override readonly code: string = 'transfer_not_found';
}

/** `already_reversed`: The transfer was cancelled before. */
export class AlreadyReversed extends Conflict<'already_reversed'> {
  static override readonly code: string = 'already_reversed';
}

/** `refund_exceeds_original`: The refunds together would pass the original amount. */
export class RefundExceedsOriginal extends Rejected<'refund_exceeds_original'> {
  static override readonly code: string = 'refund_exceeds_original';
  static override readonly readers = {
    original: moneyOf,
    refunded: moneyOf,
    requested: moneyOf,
  };
}

/** `hold_not_found`: There is no such hold. */
export class HoldNotFound extends NotFound<'hold_not_found'> {
  static override readonly code: string = 'hold_not_found';
}

/** `hold_expired`: The hold ran out before the call. */
export class HoldExpired extends Rejected<'hold_expired'> {
  static override readonly code: string = 'hold_expired';
}

/** `hold_closed`: The hold was captured or voided before. */
export class HoldClosed extends Rejected<'hold_closed'> {
  static override readonly code: string = 'hold_closed';
}

/** `capture_exceeds_hold`: The capture is larger than what is left of the hold. */
export class CaptureExceedsHold extends Rejected<'capture_exceeds_hold'> {
  static override readonly code: string = 'capture_exceeds_hold';
  static override readonly readers = {
    remaining: moneyOf,
    requested: moneyOf,
  };
}

/** `deal_not_found`: There is no such deal. */
export class DealNotFound extends NotFound<'deal_not_found'> {
  static override readonly code: string = 'deal_not_found';
}

/** `transition_not_allowed`: The object's state has no such transition. */
export class TransitionNotAllowed extends Rejected<'transition_not_allowed'> {
  static override readonly code: string = 'transition_not_allowed';
}

/**
 * `condition_not_met`: The transition exists, but its condition is false; a deadline that has passed is one too.
 */
export class ConditionNotMet extends Rejected<'condition_not_met'> {
  static override readonly code: string = 'condition_not_met';
}

/**
 * `not_permitted`: This actor may not do this, or this account can not be named here. `policy` is left out unless a
 * key's policy refuses.
 */
export class NotPermitted extends Denied<'not_permitted'> {
  static override readonly code: string = 'not_permitted';
}

/** `version_conflict`: The object is not at `expected_version` any more: read it again, then decide. */
export class VersionConflict extends Conflict<'version_conflict'> {
  static override readonly code: string = 'version_conflict';
}

/** `dispute_not_found`: There is no such dispute. */
export class DisputeNotFound extends NotFound<'dispute_not_found'> {
  static override readonly code: string = 'dispute_not_found';
}

/** `job_not_found`: There is no such job. */
export class JobNotFound extends NotFound<'job_not_found'> {
  static override readonly code: string = 'job_not_found';
}

/** `sink_not_found`: There is no such sink. */
export class SinkNotFound extends NotFound<'sink_not_found'> {
  static override readonly code: string = 'sink_not_found';
}

/** `payment_not_found`: There is no such payment. */
export class PaymentNotFound extends NotFound<'payment_not_found'> {
  static override readonly code: string = 'payment_not_found';
}

/** `gateway_not_found`: There is no such gateway, or no route has one for this payment. */
export class GatewayNotFound extends NotFound<'gateway_not_found'> {
  static override readonly code: string = 'gateway_not_found';
}

/** `debt_not_found`: There is no such debt. */
export class DebtNotFound extends NotFound<'debt_not_found'> {
  static override readonly code: string = 'debt_not_found';
}

/** `capture_exceeds_authorized`: The capture is larger than what is authorized. */
export class CaptureExceedsAuthorized extends Rejected<'capture_exceeds_authorized'> {
  static override readonly code: string = 'capture_exceeds_authorized';
  static override readonly readers = {
    remaining: moneyOf,
    requested: moneyOf,
  };
}

/**
 * `refund_exceeds_captured`: The refund is larger than what was captured and is neither refunded nor charged back.
 */
export class RefundExceedsCaptured extends Rejected<'refund_exceeds_captured'> {
  static override readonly code: string = 'refund_exceeds_captured';
  static override readonly readers = {
    captured: moneyOf,
    refunded: moneyOf,
    charged_back: moneyOf,
    requested: moneyOf,
  };
}

/** `gateway_unavailable`: The gateway is down, or every one that could take this payment; nothing was done. */
export class GatewayUnavailable extends Unavailable<'gateway_unavailable'> {
  static override readonly code: string = 'gateway_unavailable';
}

/** `offer_not_found`: There is no such offer. */
export class OfferNotFound extends NotFound<'offer_not_found'> {
  static override readonly code: string = 'offer_not_found';
}

/** `promo_not_found`: There is no such promo. */
export class PromoNotFound extends NotFound<'promo_not_found'> {
  static override readonly code: string = 'promo_not_found';
}

/** `purchase_not_found`: There is no such purchase. */
export class PurchaseNotFound extends NotFound<'purchase_not_found'> {
  static override readonly code: string = 'purchase_not_found';
}

/** `out_of_stock`: Fewer units are left than are asked for: the others are sold, or held for other buyers. */
export class OutOfStock extends Rejected<'out_of_stock'> {
  static override readonly code: string = 'out_of_stock';
}

/** `purchase_limit_exceeded`: The buyer would have more units of the offer than one buyer may. */
export class PurchaseLimitExceeded extends Rejected<'purchase_limit_exceeded'> {
  static override readonly code: string = 'purchase_limit_exceeded';
}

/**
 * `promo_not_applicable`: The promo may not be used here: `inactive`, `not_started`, `ended`, `offer`, `limit` or
 * `user_limit`.
 */
export class PromoNotApplicable extends Rejected<'promo_not_applicable'> {
  static override readonly code: string = 'promo_not_applicable';
}

/** `source_not_found`: There is no such source of webhooks. */
export class SourceNotFound extends NotFound<'source_not_found'> {
  static override readonly code: string = 'source_not_found';
}

/**
 * `invalid_address`: An address is none, or none that may be paid: `malformed`, `checksum`, `zero`, `own` or `token`.
 */
export class InvalidAddress extends Invalid<'invalid_address'> {
  static override readonly code: string = 'invalid_address';
}

/** `withdrawal_not_found`: There is no such withdrawal. */
export class WithdrawalNotFound extends NotFound<'withdrawal_not_found'> {
  static override readonly code: string = 'withdrawal_not_found';
}

/** `chain_not_found`: There is no such chain. */
export class ChainNotFound extends NotFound<'chain_not_found'> {
  static override readonly code: string = 'chain_not_found';
}

/** `asset_not_found`: The currency cannot be withdrawn to this chain. */
export class AssetNotFound extends NotFound<'asset_not_found'> {
  static override readonly code: string = 'asset_not_found';
}

/** `lane_not_found`: There is no such lane. */
export class LaneNotFound extends NotFound<'lane_not_found'> {
  static override readonly code: string = 'lane_not_found';
}

/** `lane_exists`: The key has a lane on this chain already: its nonces have one counter. */
export class LaneExists extends Conflict<'lane_exists'> {
  static override readonly code: string = 'lane_exists';
}

/**
 * `factor_required`: A second factor must be proved first; repeat the call with its proof. `message` is left out
 * where no rule has one.
 */
export class FactorRequired extends Denied<'factor_required'> {
  static override readonly code: string = 'factor_required';
}

/**
 * `approval_required`: Others must approve first; after that the same call answers the executed reply. With a `hint`,
 * nobody was asked yet.
 */
export class ApprovalRequired extends Rejected<'approval_required'> {
  static override readonly code: string = 'approval_required';
}

/** `approval_not_found`: There is no such approval. */
export class ApprovalNotFound extends NotFound<'approval_not_found'> {
  static override readonly code: string = 'approval_not_found';
}

/** `approval_expired`: The approval ran out. */
export class ApprovalExpired extends Rejected<'approval_expired'> {
  static override readonly code: string = 'approval_expired';
}

/** `already_approved`: This actor has approved it before, or it was decided. */
export class AlreadyApproved extends Conflict<'already_approved'> {
  static override readonly code: string = 'already_approved';
}

/** `self_approval`: Nobody approves what they asked for themselves. */
export class SelfApproval extends Denied<'self_approval'> {
  static override readonly code: string = 'self_approval';
}

/** `idempotency_key_missing`: The operation moves money and needs a `key`. */
export class IdempotencyKeyMissing extends Invalid<'idempotency_key_missing'> {
  static override readonly code: string = 'idempotency_key_missing';
}

/** `idempotency_mismatch`: The key was used for another request. */
export class IdempotencyMismatch extends Conflict<'idempotency_mismatch'> {
  static override readonly code: string = 'idempotency_mismatch';
}

/** `rate_limited`: Too many calls in a short time: the rate in `rule` refuses. */
export class RateLimited extends Limited<'rate_limited'> {
  static override readonly code: string = 'rate_limited';
  static override readonly readers = {
    used: measureOf,
    requested: measureOf,
    limit: measureOf,
  };
}

/**
 * `velocity_blocked`: The rule in `rule` has blocked it: too often or too much. Without `retry_after` no waiting
 * helps.
 */
export class VelocityBlocked extends Limited<'velocity_blocked'> {
  static override readonly code: string = 'velocity_blocked';
  static override readonly readers = {
    used: measureOf,
    requested: measureOf,
    limit: measureOf,
  };
}

/**
 * `blocked`: A block list names the account, the actor or a value of the request, or people have rejected it after a
 * review.
 */
export class Blocked extends Denied<'blocked'> {
  static override readonly code: string = 'blocked';
}

/**
 * `review_required`: Parked until somebody has reviewed it; after that the same call answers the executed reply.
 */
export class ReviewRequired extends Rejected<'review_required'> {
  static override readonly code: string = 'review_required';
}

/** `credential_not_found`: The subject has no such credential. */
export class CredentialNotFound extends NotFound<'credential_not_found'> {
  static override readonly code: string = 'credential_not_found';
}

/** `pin_invalid`: The PIN is wrong. */
export class PinInvalid extends Denied<'pin_invalid'> {
  static override readonly code: string = 'pin_invalid';
}

/** `pin_locked`: Too many wrong PINs in a row. Without a time only staff can help. */
export class PinLocked extends Limited<'pin_locked'> {
  static override readonly code: string = 'pin_locked';
}

/**
 * `password_invalid`: What is sealed by the caller's own password does not open: the password is wrong, or the file
 * was changed.
 */
export class PasswordInvalid extends Denied<'password_invalid'> {
  static override readonly code: string = 'password_invalid';
}

/** `otp_invalid`: The one-time code is wrong or too old. */
export class OtpInvalid extends Denied<'otp_invalid'> {
  static override readonly code: string = 'otp_invalid';
}

/** `otp_reused`: The one-time code was used before; wait for the next one. */
export class OtpReused extends Denied<'otp_reused'> {
  static override readonly code: string = 'otp_reused';
}

/** `otp_locked`: Too many wrong one-time codes in a row. Without a time only staff can help. */
export class OtpLocked extends Limited<'otp_locked'> {
  static override readonly code: string = 'otp_locked';
}

/** `decryption_failed`: A stored secret does not open: it, its place or its key was altered. */
export class DecryptionFailed extends Corrupt<'decryption_failed'> {
  static override readonly code: string = 'decryption_failed';
}

/** `key_not_found`: A cryptographic key is missing: never made, not configured, or forgotten on purpose. */
export class KeyNotFound extends NotFound<'key_not_found'> {
  static override readonly code: string = 'key_not_found';
}

/** `signature_invalid`: A signature or proof does not fit what it is for. */
export class SignatureInvalid extends Denied<'signature_invalid'> {
  static override readonly code: string = 'signature_invalid';
}

/** `overloaded`: The queue is full; nothing was done. */
export class Overloaded extends Unavailable<'overloaded'> {
  static override readonly code: string = 'overloaded';
}

/** `contention`: Others held the same rows for too long; nothing was done. */
export class Contention extends Unavailable<'contention'> {
  static override readonly code: string = 'contention';
}

/** `store_unavailable`: The store can not be reached; nothing was done. */
export class StoreUnavailable extends Unavailable<'store_unavailable'> {
  static override readonly code: string = 'store_unavailable';
}

/** `store_denied`: The database refuses the role a right that it needs; nothing was done. */
export class StoreDenied extends Unavailable<'store_denied'> {
  static override readonly code: string = 'store_denied';
}

/**
 * `clock_unusable`: The clock went where time could not take it: nothing is written until it is right again or
 * confirmed by `admin.confirm_clock`.
 */
export class ClockUnusable extends Unavailable<'clock_unusable'> {
  static override readonly code: string = 'clock_unusable';
}

/**
 * `outcome_unknown`: The connection broke while committing, or the answer to what writes in the host's transaction
 * was lost, which is then given up: repeat with the same key and the outcome is found or made once.
 */
export class OutcomeUnknown extends Unavailable<'outcome_unknown'> {
  static override readonly code: string = 'outcome_unknown';
}

/** `store_conflict`: The store is in use in a way that does not go together with this one. */
export class StoreConflict extends Conflict<'store_conflict'> {
  static override readonly code: string = 'store_conflict';
}

/** `store_mismatch`: The store is another one than the one expected. */
export class StoreMismatch extends Conflict<'store_mismatch'> {
  static override readonly code: string = 'store_mismatch';
}

/** `not_in_transaction`: The call needs an open transaction of the host. */
export class NotInTransaction extends Misused<'not_in_transaction'> {
  static override readonly code: string = 'not_in_transaction';
}

/** `transaction_aborted`: The host's transaction has failed already: roll it back and run it again. */
export class TransactionAborted extends Unavailable<'transaction_aborted'> {
  static override readonly code: string = 'transaction_aborted';
}

/**
 * `reply_not_kept`: The call was done before, and its reply is not kept: a secret is shown only once, and a job that
 * is over is swept.
 */
export class ReplyNotKept extends Rejected<'reply_not_kept'> {
  static override readonly code: string = 'reply_not_kept';
}

/** `migration_required`: The store's schema is older than this build needs. */
export class MigrationRequired extends Unavailable<'migration_required'> {
  static override readonly code: string = 'migration_required';
}

/** `schema_too_new`: The store's schema is newer than this build knows. */
export class SchemaTooNew extends Unavailable<'schema_too_new'> {
  static override readonly code: string = 'schema_too_new';
}

/** `corrupted`: Stored data breaks an invariant; nothing was done. */
export class Corrupted extends Corrupt<'corrupted'> {
  static override readonly code: string = 'corrupted';
}

/**
 * `internal`: The table of the object lacks a step that this library was about to take: a fault of the library,
 * please report it; nothing was done.
 */
export class Internal extends Corrupt<'internal'> {
  static override readonly code: string = 'internal';
}

/**
 * `command_failed`: A command of the command line could not do its work: a file, a pipe, or an outcome that was not
 * as expected.
 */
export class CommandFailed extends Rejected<'command_failed'> {
  static override readonly code: string = 'command_failed';
}

/** `not_supported`: This store, account or build does not do that. */
export class NotSupported extends Invalid<'not_supported'> {
  static override readonly code: string = 'not_supported';
}

/** The class of every code. */
export const ALL = [
  InvalidRequest,
  InvalidAmount,
  InvalidCurrency,
  CurrencyMismatch,
  CurrencyNotAllowed,
  InvalidAccount,
  AccountNotFound,
  AccountExists,
  AccountLocked,
  AccountClosed,
  InsufficientBalance,
  LimitExceeded,
  Overflow,
  TransferNotFound,
  AlreadyReversed,
  RefundExceedsOriginal,
  HoldNotFound,
  HoldExpired,
  HoldClosed,
  CaptureExceedsHold,
  DealNotFound,
  TransitionNotAllowed,
  ConditionNotMet,
  NotPermitted,
  VersionConflict,
  DisputeNotFound,
  JobNotFound,
  SinkNotFound,
  PaymentNotFound,
  GatewayNotFound,
  DebtNotFound,
  CaptureExceedsAuthorized,
  RefundExceedsCaptured,
  GatewayUnavailable,
  OfferNotFound,
  PromoNotFound,
  PurchaseNotFound,
  OutOfStock,
  PurchaseLimitExceeded,
  PromoNotApplicable,
  SourceNotFound,
  InvalidAddress,
  WithdrawalNotFound,
  ChainNotFound,
  AssetNotFound,
  LaneNotFound,
  LaneExists,
  FactorRequired,
  ApprovalRequired,
  ApprovalNotFound,
  ApprovalExpired,
  AlreadyApproved,
  SelfApproval,
  IdempotencyKeyMissing,
  IdempotencyMismatch,
  RateLimited,
  VelocityBlocked,
  Blocked,
  ReviewRequired,
  CredentialNotFound,
  PinInvalid,
  PinLocked,
  PasswordInvalid,
  OtpInvalid,
  OtpReused,
  OtpLocked,
  DecryptionFailed,
  KeyNotFound,
  SignatureInvalid,
  Overloaded,
  Contention,
  StoreUnavailable,
  StoreDenied,
  ClockUnusable,
  OutcomeUnknown,
  StoreConflict,
  StoreMismatch,
  NotInTransaction,
  TransactionAborted,
  ReplyNotKept,
  MigrationRequired,
  SchemaTooNew,
  Corrupted,
  Internal,
  CommandFailed,
  NotSupported,
] as const;

register(ALL as never);
