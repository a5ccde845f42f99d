// Arguments of operations.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { type JsonInput } from '../json';
import { type MoneyLike } from '../money';
import { type Secret } from '../secret';
import { type ActorLike, type DurationLike, type IdempotencyKey, type TimeLike } from '../values';
import type * as v from './views';

/** Where a call comes from: ids for tracing and facts for rules. Not part of what makes two requests the same. */
export interface Trace {
  /** The event or call that caused this one. */
  causationId?: string | null | undefined;
  /** Ties together everything that one user action caused. */
  correlationId?: string | null | undefined;
  /** Device of the end user: events keep a salted hash, and next to it the text until it is erased. */
  device?: string | null | undefined;
  /**
   * Address of the end user, IPv4 or IPv6; a port, brackets and a zone are cut off, and a list is refused. Events
   * keep a salted hash, and next to it the text until it is erased.
   */
  ip?: string | null | undefined;
  /** W3C trace context. */
  traceparent?: string | null | undefined;
}

/** One leg of a posting. */
export interface Leg {
  /** The account. */
  account: string;
  /** Signed: positive credits the account. */
  amount: MoneyLike;
}

/** One call of a batch. */
export interface BatchOp {
  /** Its request. */
  args?: Record<string, unknown> | null | undefined;
  /** Name of the operation, such as `ledger.transfer`. */
  op: string;
}

/**
 * A fee. It is `floor(price * bps / 10,000)`, or a fixed amount. Where fees and splits are the whole price, the
 * largest of them, of equals the last, gets what rounding leaves over.
 */
export interface FeeTerm {
  /** A fixed amount; either this or `bps`. */
  amount?: MoneyLike | null | undefined;
  /** Hundredths of a percent of the price, at most 10,000. */
  bps?: number | null | undefined;
  /**
   * The party that bears it: the `seller`, out of what the deal brings (the default), or the `buyer`, on top of the
   * price.
   */
  from?: v.Side | (string & {}) | null | undefined;
  /** The account that gets it; opened if there is none. */
  to: string;
}

/** A part of the price that `release_part` releases by its name. */
export interface MilestoneTerm {
  /** A fixed amount; either this or `bps`. */
  amount?: MoneyLike | null | undefined;
  /** Hundredths of a percent of the price, at most 10,000. */
  bps?: number | null | undefined;
  /** Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  name: string;
}

/**
 * A third party's share of what the seller gets. Where fees and splits are the whole price, the largest of them, of
 * equals the last, gets what rounding leaves over.
 */
export interface SplitTerm {
  /** A fixed amount; either this or `bps`. */
  amount?: MoneyLike | null | undefined;
  /** Hundredths of a percent of the price, at most 10,000. */
  bps?: number | null | undefined;
  /** The account that gets it; opened if there is none. */
  to: string;
}

/** When a gateway counts as down. */
export interface BreakerTerms {
  /** So many calls in a row without an answer, 1 to 1,000. */
  failures?: number | null | undefined;
  /** How long it is left alone then, PT1S to PT24H. */
  pause?: DurationLike | null | undefined;
}

/** Why a gateway did not do what it was asked for. */
export interface FailureInput {
  /**
   * One of `declined`, `insufficient_funds`, `invalid_method`, `authentication_failed`, `fraud_suspected`, `limit`,
   * `not_supported`, `not_processed`, `gateway_error`.
   */
  code: v.FailureCode | (string & {});
  /** The gateway's own code. */
  gatewayCode?: string | null | undefined;
  /** Whether trying again can help: `never`, `other_method`, `other_gateway` or `later`. */
  retry?: v.FailureRetry | (string & {}) | null | undefined;
}

/** The terms of the deals by which an offer is sold, in place of a payment to the seller at once. */
export interface DealTerms {
  /** How long it may be on its way. */
  deliverWithin?: DurationLike | null | undefined;
  /**
   * Fees that the seller bears: who gets them, and how much. An amount is of each unit, and shrinks with what a promo
   * takes off.
   */
  fees?: readonly FeeTerm[] | null | undefined;
  /** How long the buyer may look at what arrived before the seller is paid. */
  inspection?: DurationLike | null | undefined;
  /** The seller must accept before the deal continues. */
  requireAcceptance?: boolean | null | undefined;
  /** How long the seller may take to ship. */
  shipWithin?: DurationLike | null | undefined;
  /** Something is shipped; otherwise a paid deal counts as delivered. */
  shipping?: boolean | null | undefined;
  /** Others who share in what the seller gets; amounts as of fees. */
  splits?: readonly SplitTerm[] | null | undefined;
}

/** The discount of a promo: `bps` or `amount`. */
export interface DiscountTerms {
  /** An amount, and at most the sum. */
  amount?: MoneyLike | null | undefined;
  /** Hundredths of a percent of the sum, rounded down, 1 to 10,000. */
  bps?: number | null | undefined;
}

/** When a block is final: `tag` or `depth`. */
export interface FinalityTerms {
  /** So many blocks that stand on it, 1 to 100,000. */
  depth?: number | null | undefined;
  /** The block that endpoints hold for final: `finalized` or `safe`. */
  tag?: v.FinalityTag | (string & {}) | null | undefined;
}

/** The call that a proof is for: the proof is good for no other. */
export interface ProofFor {
  /** Its arguments, without actor and context; without key, too, where it writes. */
  args: Record<string, unknown>;
  /** The operation: `ledger.transfer`. */
  operation: string;
}

/** An address with the storage of it that a transaction reads (EIP-2930). */
export interface AccessEntry {
  /** The contract. */
  address: string;
  /** Its slots, 32 bytes each. */
  storageKeys: readonly string[];
}

/** A transaction to sign. Without `type`, the fields say what it is. */
export interface TransactionFields {
  /** The addresses and slots that will be read (`eip2930`, `eip1559`). */
  accessList?: readonly AccessEntry[] | null | undefined;
  /** The chain, from 1 to 9223372036854775771 (EIP-2294). */
  chainId: string;
  /** The input of the call; at most 128 KiB. */
  data?: string | null | undefined;
  /** Gas that may be used up. */
  gasLimit: string;
  /** Wei for a unit of gas (`legacy`, `eip2930`). */
  gasPrice?: string | null | undefined;
  /** At most this many wei for a unit of gas (`eip1559`). */
  maxFeePerGas?: string | null | undefined;
  /** Of these at most so many for whoever makes the block (`eip1559`). */
  maxPriorityFeePerGas?: string | null | undefined;
  /** How many transactions the address sent before. */
  nonce: string;
  /** The recipient of the value and the call. Null creates a contract, of which `data` is the code. */
  to?: string | null | undefined;
  /** `legacy`, `eip2930` or `eip1559`. */
  type?: string | null | undefined;
  /** In wei. */
  value: string;
}

/** A function of a contract that a key may call. */
export interface CallAllowed {
  /** The first four bytes of the call. */
  selector: string;
  /** The contract. */
  to: string;
}

/** A token that a key may move, in its smallest unit. */
export interface TokenLimit {
  /** The most in any 24 hours. */
  dailyValue?: string | null | undefined;
  /** The most of one call or permit. */
  maxValue?: string | null | undefined;
  /** The contract. */
  token: string;
}

/** Typed data that a key may sign. */
export interface TypedDataAllowed {
  /** The name of its type. */
  primaryType: string;
  /** The contract that checks it. */
  verifyingContract: string;
}

/** An event that could not be taken. */
export interface FailedEvent {
  /** The error, at most 1,000 characters. No personal data: it is kept with the sink. */
  error: string;
  /** It would fail again however often it comes: its object is parked at once. */
  permanent?: boolean | null | undefined;
  /** Its place in the sequence. */
  seq: number;
}

/** Arguments of `ledger.open_account`. */
export interface LedgerOpenAccount {
  /** The caller's own name for it: 1 to 128 of `A-Z a-z 0-9 . _ : -`. */
  account: string;
  /** Its currency. */
  currency: string;
  /** Name for people; `search` finds it by prefix. */
  displayName?: string | null | undefined;
  /** A label of the caller's, such as `customer`. */
  kind?: string | null | undefined;
  /** How far below zero it may go. */
  overdraftLimit?: MoneyLike | null | undefined;
  /** Its owner's id. */
  owner?: string | null | undefined;
  /** Credits append instead of locking the row: for accounts that everybody pays into. Fixed at birth. */
  streaming?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.update_account`. */
export interface LedgerUpdateAccount {
  /** The account. */
  account: string;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** Name for people. */
  displayName?: string | null | undefined;
  /** A label of the caller's. */
  kind?: string | null | undefined;
  /** How far below zero it may go; never below what is used already. */
  overdraftLimit?: MoneyLike | null | undefined;
  /** Its owner's id. */
  owner?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.lock_account`. */
export interface LedgerLockAccount {
  /** The account. */
  account: string;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** Why; kept with the event as a salted hash. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.unlock_account`. */
export interface LedgerUnlockAccount {
  /** The account. */
  account: string;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** Why; kept with the event as a salted hash. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.close_account`. */
export interface LedgerCloseAccount {
  /** The account. */
  account: string;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** Why; kept with the event as a salted hash. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.top_up`. */
export interface LedgerTopUp {
  /** The account. */
  account: string;
  /** How much. */
  amount: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Where the money comes from. */
  source?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.deduct`. */
export interface LedgerDeduct {
  /** The account. */
  account: string;
  /** How much. */
  amount: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Where the money goes. */
  to?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.transfer`. */
export interface LedgerTransfer {
  /** The payer. */
  from: string;
  /** The payee. */
  to: string;
  /** How much. */
  amount: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.post`. */
export interface LedgerPost {
  /** The legs. */
  postings: readonly Leg[];
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.cancel`. */
export interface LedgerCancel {
  /** The transfer. */
  transfer: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Why; kept with the event as a salted hash. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.refund`. */
export interface LedgerRefund {
  /** The transfer. */
  transfer: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much; what is left when absent. */
  amount?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.hold`. */
export interface LedgerHold {
  /** The account. */
  account: string;
  /** How much. */
  amount: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Ends at this time. */
  expiresAt?: TimeLike | null | undefined;
  /** Ends after this time. */
  expiresIn?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.capture`. */
export interface LedgerCapture {
  /** The hold. */
  hold: string;
  /** The payee; opened if there is no such account. */
  to: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much; what remains when absent. */
  amount?: MoneyLike | null | undefined;
  /** Releases what is left, so that the hold ends. */
  final?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.void`. */
export interface LedgerVoid {
  /** The hold. */
  hold: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.extend`. */
export interface LedgerExtend {
  /** The hold. */
  hold: string;
  /** The new end. */
  expiresAt: TimeLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.lock`. */
export interface LedgerLock {
  /** The accounts, each in every currency that it has. */
  accounts: readonly string[];
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `ledger.account`. */
export interface LedgerAccount {
  /** The account. */
  account: string;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.accounts`. */
export interface LedgerAccounts {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /**
   * With `order: "balance"`: only accounts in this currency, read page by page from a rank that follows the log.
   * Without `currency`, or with `search`, every account that fits is read.
   */
  currency?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /**
   * `created` (the default; with `search` it is `name`), `name`, or `balance`: greatest first within a currency.
   */
  order?: string | null | undefined;
  /** Only with this owner. */
  owner?: string | null | undefined;
  /** Only whose name begins so, when both are lower-cased. */
  search?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.balance`. */
export interface LedgerBalance {
  /** The account. */
  account: string;
  /**
   * As it was at this time: of what was posted before it, as in a statement that ends there. Holds of the past are
   * not kept, so `held` is zero.
   */
  at?: TimeLike | null | undefined;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.balances`. */
export interface LedgerBalances {
  /** These accounts, at most 500. */
  accounts?: readonly string[] | null | undefined;
  /** All accounts of this owner. */
  owner?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.get_transfer`. */
export interface LedgerGetTransfer {
  /** The transfer. */
  transfer: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.transfers`. */
export interface LedgerTransfers {
  /** Only with a leg on this account. */
  account?: string | null | undefined;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** From this time on. */
  fromTime?: TimeLike | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Before this time. */
  toTime?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Only with this reference. */
  reference?: string | null | undefined;
}

/** Arguments of `ledger.entries`. */
export interface LedgerEntries {
  /** The account. */
  account: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** From this time on. */
  fromTime?: TimeLike | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Before this time. */
  toTime?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.statement`. */
export interface LedgerStatement {
  /** The account. */
  account: string;
  /** From this time on. */
  fromTime: TimeLike;
  /** Before this time. */
  toTime: TimeLike;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Its currency; when absent the default one of the engine, else the only one that the account has. */
  currency?: string | null | undefined;
  /** `json` (the default) or `csv`: then the reply has the text in `csv`. */
  format?: string | null | undefined;
  /** Entries of a page, at most 100,000, which is what there is when absent. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.get_hold`. */
export interface LedgerGetHold {
  /** The hold. */
  hold: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.holds`. */
export interface LedgerHolds {
  /** Only of this account. */
  account?: string | null | undefined;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state. */
  state?: v.HoldState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.trial_balance`. */
export interface LedgerTrialBalance {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `ledger.batch`. */
export interface LedgerBatch {
  /** The calls, at most 1,000. */
  ops: readonly BatchOp[];
  /** All or none (the default), or each for itself. */
  atomic?: boolean | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.open`. */
export interface EscrowOpen {
  /** The buyer's account. */
  buyer: string;
  /** The seller's account; opened if there is none. */
  seller: string;
  /** The price. */
  price: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How long it may be on its way before it counts as delivered; without it the deal waits. */
  deliverWithin?: DurationLike | null | undefined;
  /** Fees: who gets them, how much, and from whom. */
  fees?: readonly FeeTerm[] | null | undefined;
  /** How long the buyer may look at what arrived before the seller is paid. */
  inspection?: DurationLike | null | undefined;
  /** The item sold, for people: at most 1,000 characters. */
  item?: string | null | undefined;
  /** Parts of the price that are released by name. */
  milestones?: readonly MilestoneTerm[] | null | undefined;
  /** How long the buyer may take to pay; without it the deal waits. */
  payWithin?: DurationLike | null | undefined;
  /** The seller must accept before the deal continues. */
  requireAcceptance?: boolean | null | undefined;
  /** How long the other side may take to answer a dispute. */
  respondWithin?: DurationLike | null | undefined;
  /** How long the seller may take to ship, counted from the state that awaits it; without it the deal waits. */
  shipWithin?: DurationLike | null | undefined;
  /** Something is shipped; otherwise a paid deal counts as delivered. */
  shipping?: boolean | null | undefined;
  /** Others who share in what the seller gets. */
  splits?: readonly SplitTerm[] | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.pay`. */
export interface EscrowPay {
  /** The deal. */
  deal: string;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** Go on into the deal's own account; `false` stops at the hold. */
  secure?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.secure`. */
export interface EscrowSecure {
  /** The deal. */
  deal: string;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.accept`. */
export interface EscrowAccept {
  /** The deal. */
  deal: string;
  /** Why, where an admin acts in the place of the seller. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.ship`. */
export interface EscrowShip {
  /** The deal. */
  deal: string;
  /** The carrier. */
  carrier?: string | null | undefined;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** The carrier's number for it. */
  tracking?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.deliver`. */
export interface EscrowDeliver {
  /** The deal. */
  deal: string;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.confirm`. */
export interface EscrowConfirm {
  /** The deal. */
  deal: string;
  /** Why, where an admin acts in the place of the buyer. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.cancel`. */
export interface EscrowCancel {
  /** The deal. */
  deal: string;
  /** Why; events carry its salted hash only. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.request_refund`. */
export interface EscrowRequestRefund {
  /** The deal. */
  deal: string;
  /** Why; events carry its salted hash only. */
  reason: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much of the price; all that the deal holds when absent. */
  amount?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.approve_refund`. */
export interface EscrowApproveRefund {
  /** The deal. */
  deal: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Why; events carry its salted hash only. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.refuse_refund`. */
export interface EscrowRefuseRefund {
  /** The deal. */
  deal: string;
  /** Why; events carry its salted hash only. */
  reason: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.release_part`. */
export interface EscrowReleasePart {
  /** The deal. */
  deal: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much of the price; either this or `milestone`. */
  amount?: MoneyLike | null | undefined;
  /** The milestone that was reached. */
  milestone?: string | null | undefined;
  /** Why, where an admin acts in the place of the buyer. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.extend`. */
export interface EscrowExtend {
  /** The deal. */
  deal: string;
  /** It counts as delivered. */
  deliverBy?: TimeLike | null | undefined;
  /** The buyer must have paid. */
  payBy?: TimeLike | null | undefined;
  /** Why; events carry its salted hash only. */
  reason?: string | null | undefined;
  /** The seller is paid without further ado. */
  releaseAt?: TimeLike | null | undefined;
  /** The seller must have shipped. */
  shipBy?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.update`. */
export interface EscrowUpdate {
  /** The deal. */
  deal: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.dispute`. */
export interface EscrowDispute {
  /** The deal. */
  deal: string;
  /** The type: `quality_issue`, `non_delivery`, `wrong_item`, `seller_non_response` or `other`. */
  type: v.DisputeType | (string & {});
  /** The statement of the party that opens it, at most 4,000 characters; events carry its salted hash only. */
  statement: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.add_evidence`. */
export interface EscrowAddEvidence {
  /** The dispute. */
  dispute: string;
  /** The kind of evidence, such as `photo`: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  kind: string;
  /** SHA-256 of a file that the host keeps, in lower-case hexadecimal. */
  sha256?: string | null | undefined;
  /** A statement about it, at most 2,000 characters; events carry its salted hash only. */
  statement?: string | null | undefined;
  /** Where that file is, at most 1,000 characters; events carry its salted hash only. */
  uri?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.investigate`. */
export interface EscrowInvestigate {
  /** The dispute. */
  dispute: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.withdraw`. */
export interface EscrowWithdraw {
  /** The dispute. */
  dispute: string;
  /** Why, where an admin acts in the place of a party. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.resolve`. */
export interface EscrowResolve {
  /** The dispute. */
  dispute: string;
  /** The ruling: `release` to the seller, `refund` to the buyer, or `split`. */
  outcome: v.Ruling | (string & {});
  /** Why, at most 4,000 characters; events carry its salted hash only. */
  resolution: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** For a split: how much of the price goes back to the buyer. */
  refund?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `escrow.quote`. */
export interface EscrowQuote {
  /** The price. */
  price: MoneyLike;
  /** Fees: who gets them, how much, and from whom. */
  fees?: readonly FeeTerm[] | null | undefined;
  /** Others who share in what the seller gets. */
  splits?: readonly SplitTerm[] | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.get`. */
export interface EscrowGet {
  /** The deal. */
  deal?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id. */
  reference?: string | null | undefined;
}

/** Arguments of `escrow.list`. */
export interface EscrowList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this buyer's account. */
  buyer?: string | null | undefined;
  /** Only with a deadline in force before this time. */
  dueBefore?: TimeLike | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this seller's account. */
  seller?: string | null | undefined;
  /** Only in this state. */
  state?: v.DealState | (string & {}) | null | undefined;
  /** Only changed at or after this time. */
  updatedSince?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Only with this reference. */
  reference?: string | null | undefined;
}

/** Arguments of `escrow.history`. */
export interface EscrowHistory {
  /** The deal. */
  deal: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.validate`. */
export interface EscrowValidate {
  /** The deal. */
  deal: string;
  /** The trigger, such as `ship`. */
  trigger: string;
  /** How much, for `request_refund`, `release_part`, and `resolve` with a split. */
  amount?: MoneyLike | null | undefined;
  /** The reason for people in this language, `ko` or `en`; for developers when absent. */
  locale?: string | null | undefined;
  /** The ruling, for `resolve`: `release` (the default), `refund` or `split`. */
  outcome?: v.Ruling | (string & {}) | null | undefined;
  /** Why, where an admin would act in the place of a party. */
  reason?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.allowed_actions`. */
export interface EscrowAllowedActions {
  /** The deal. */
  deal: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.diagram`. */
export interface EscrowDiagram {
  /** `mermaid` (the default) or `svg`. */
  format?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.get_dispute`. */
export interface EscrowGetDispute {
  /** The dispute. */
  dispute: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.disputes`. */
export interface EscrowDisputes {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only about this deal. */
  deal?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state: `open`, `investigating`, `resolved` or `withdrawn`. */
  state?: v.DisputeState | (string & {}) | null | undefined;
  /** Only of this type. */
  type?: v.DisputeType | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `escrow.dispute_stats`. */
export interface EscrowDisputeStats {
  /** The period begins here; a week ago when absent. */
  since?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `receipts.verify`. */
export interface ReceiptsVerify {
  /** The whole receipt, as `get` replied it, or its JSON as text, which every language reads alike. */
  receipt: JsonInput;
  /** The reply of `public_keys`, in place of the engine's keyring; an HMAC cannot be checked with it. */
  publicKeys?: JsonInput | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `receipts.public_keys`. */
export interface ReceiptsPublicKeys {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `receipts.get`. */
export interface ReceiptsGet {
  /** The receipt: `rc_` and the uuid of its transfer. The id of the transfer itself will do. */
  receipt: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `receipts.list`. */
export interface ReceiptsList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this deal. */
  deal?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this transfer. */
  transfer?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `receipts.render`. */
export interface ReceiptsRender {
  /**
   * The id of a receipt or of its transfer; or the whole receipt, or its JSON as text, which must then be genuine.
   */
  receipt: JsonInput;
  /** `text` or `html`. */
  format: string;
  /** The language: `en` (also for every language that is not known) or `ko`. */
  locale?: string | null | undefined;
  /** The time zone of the time shown, such as `Asia/Seoul`; UTC by default. */
  timeZone?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `treasury.set_account`. */
export interface TreasurySetAccount {
  /** The account. */
  account: string;
  /** Its currency. */
  currency: string;
  /** `hot` or `cold`. */
  tier: v.Tier | (string & {});
  /** The most that a hot account should have. */
  ceiling?: MoneyLike | null | undefined;
  /** The most that may leave it in a calendar day. */
  dailyLimit?: MoneyLike | null | undefined;
  /** The most that may leave it in a calendar month. */
  monthlyLimit?: MoneyLike | null | undefined;
  /** Where its days and months begin, `Asia/Seoul` when absent. */
  timeZone?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `treasury.usage`. */
export interface TreasuryUsage {
  /** The account. */
  account: string;
  /** Its currency. */
  currency: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `treasury.settlements`. */
export interface TreasurySettlements {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this deal. */
  deal?: string | null | undefined;
  /** From this time on. */
  fromTime?: TimeLike | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Before this time. */
  toTime?: TimeLike | null | undefined;
  /** Only `settlement` (to sellers and other recipients) or `refund` (to buyers). */
  type?: v.TransferKind | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.set_gateway`. */
export interface PaymentsSetGateway {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  id: string;
  /**
   * The driver that talks to it: `host` is a worker of the application's own, `stripe`, `toss` and `inicis` are
   * drivers that are built in.
   */
  driver: v.GatewayDriver | (string & {});
  /**
   * Its abilities, of `two_step`, `partial_capture`, `partial_refund` and `query`; a new gateway has all of them if
   * they are left out. Refused for a built-in driver, which has its own.
   */
  abilities?: readonly (v.GatewayAbility | (string & {}))[] | null | undefined;
  /** Whether new payments may go to it. */
  active?: boolean | null | undefined;
  /** When it counts as down. */
  breaker?: BreakerTerms | null | undefined;
  /**
   * Settings of its driver, which are shown; each driver has its own. A payment keeps those that there were when it
   * began.
   */
  config?: Record<string, unknown> | null | undefined;
  /** The currencies that it takes; all if it is left out. */
  currencies?: readonly string[] | null | undefined;
  /** Secrets of its driver by name, which are sealed and never shown. */
  secrets?: Record<string, unknown> | null | undefined;
  /** How long after a call its answer that it knows of none is not believed yet, PT1S to PT24H. */
  settleAfter?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.set_route`. */
export interface PaymentsSetRoute {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  id: string;
  /** The gateways, in the order in which they are tried. */
  gateways: readonly string[];
  /** Only payments in this currency. */
  currency?: string | null | undefined;
  /** Only payments of this amount or less. */
  max?: MoneyLike | null | undefined;
  /** Only payments of this amount or more. */
  min?: MoneyLike | null | undefined;
  /** Of the routes that fit, the one with the highest is taken; of equals the first by name. */
  priority?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.remove_route`. */
export interface PaymentsRemoveRoute {
  /** The route. */
  id: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.create`. */
export interface PaymentsCreate {
  /** The amount to pay. */
  amount: MoneyLike;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How long an authorization stands before it is voided, PT1H to P90D. */
  authorizationFor?: DurationLike | null | undefined;
  /** Whether the money is taken at once (`auto`) or by `capture` (`manual`); of a deal at once. */
  capture?: v.CaptureMode | (string & {}) | null | undefined;
  /**
   * The deal that it pays, in place of `to`: its buyer's account gets the money, and the deal takes it in the same
   * commit. `amount` is what the buyer pays.
   */
  deal?: string | null | undefined;
  /** How long the payer has, PT1M to P30D. */
  expiresIn?: DurationLike | null | undefined;
  /** The gateway; without it a route says. */
  gateway?: string | null | undefined;
  /**
   * The payer: an id of the host's, who may then confirm and void. Left out, it is a plain actor himself, or else the
   * buyer of the deal.
   */
  payer?: string | null | undefined;
  /** The account that gets it; opened if there is none. */
  to?: string | null | undefined;
  /** The gateway's own handle of the payer's means, such as a payment method. Never a card number. */
  token?: string | Secret | null | undefined;
  /** Such handles by gateway, where a route may take one or another. */
  tokens?: Record<string, unknown> | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.confirm`. */
export interface PaymentsConfirm {
  /** The payment. */
  payment: string;
  /** The gateway's own handle of the payer's means. Never a card number. */
  token: string | Secret;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.capture`. */
export interface PaymentsCapture {
  /** The payment. */
  payment: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much; all of it if it is left out. What is left over is released. */
  amount?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.void`. */
export interface PaymentsVoid {
  /** The payment. */
  payment: string;
  /** Why. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.sync`. */
export interface PaymentsSync {
  /** The payment. */
  payment: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.refund`. */
export interface PaymentsRefund {
  /** The payment. */
  payment: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much; what is left of it if it is left out. */
  amount?: MoneyLike | null | undefined;
  /** Why. */
  reason?: string | null | undefined;
  /**
   * The payer's account that a deposit into a virtual account goes back to: `bank` (its code), `number` and `holder`.
   * Kept sealed until the refund is over; other payments take none.
   */
  refundAccount?: Record<string, unknown> | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.settle`. */
export interface PaymentsSettle {
  /** The payment. */
  payment: string;
  /** One of `authorized`, `captured`, `voided`, `refused`, `refunded`. */
  outcome: string;
  /** How it was found out. */
  reason: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The amount; what was asked for if it is left out. */
  amount?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.report`. */
export interface PaymentsReport {
  /** The gateway. */
  gateway: string;
  /** The gateway's own id of what it says: told twice it is one effect. */
  event: string;
  /**
   * The outcome: `authorized`, `captured`, `voided`, `action_required`, `pending`, `refused`, `nothing`, `refunded`
   * or `refund_failed`.
   */
  outcome: string;
  /** The payer's next action. */
  action?: Record<string, unknown> | null | undefined;
  /** The amount of a refund. */
  amount?: MoneyLike | null | undefined;
  /** The total that is authorized there. */
  authorized?: MoneyLike | null | undefined;
  /** The total that is captured there. */
  captured?: MoneyLike | null | undefined;
  /** Why it refused. */
  failure?: FailureInput | null | undefined;
  /** The payment. */
  payment?: string | null | undefined;
  /** The refund: its id, or the gateway's reference. */
  refund?: string | null | undefined;
  /** The total that is refunded there. */
  refunded?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.chargeback`. */
export interface PaymentsChargeback {
  /** The payment. */
  payment: string;
  /** The gateway's id of it. */
  case: string;
  /** How much is taken back; all that is left if it is left out. It may be more than was paid. */
  amount?: MoneyLike | null | undefined;
  /** How far it is: `open`, `won` or `lost`. */
  phase?: v.ChargebackPhase | (string & {}) | null | undefined;
  /** Why. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.recover`. */
export interface PaymentsRecover {
  /** The debt. */
  debt: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** How much; as much as there is of what is owed if it is left out. */
  amount?: MoneyLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.write_off`. */
export interface PaymentsWriteOff {
  /** The debt. */
  debt: string;
  /** Why. */
  reason: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `payments.gateways`. */
export interface PaymentsGateways {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.routes`. */
export interface PaymentsRoutes {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.debts`. */
export interface PaymentsDebts {
  /** Only of this account. */
  account?: string | null | undefined;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state: `open`, `recovered` or `written_off`. */
  state?: v.DebtState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.get`. */
export interface PaymentsGet {
  /** The payment. */
  payment?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of it, in place of `payment`. */
  reference?: string | null | undefined;
}

/** Arguments of `payments.checkout`. */
export interface PaymentsCheckout {
  /** The payment. */
  payment: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.list`. */
export interface PaymentsList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this deal. */
  deal?: string | null | undefined;
  /** Only at this gateway. */
  gateway?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this payer. */
  payer?: string | null | undefined;
  /** Only of this purchase. */
  purchase?: string | null | undefined;
  /** Only in this state. */
  state?: v.PaymentState | (string & {}) | null | undefined;
  /** Only to this account. */
  to?: string | null | undefined;
  /** Only those that wait for an answer of their gateway. */
  unsettled?: boolean | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.history`. */
export interface PaymentsHistory {
  /** The payment. */
  payment: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.allowed_actions`. */
export interface PaymentsAllowedActions {
  /** The payment. */
  payment: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `payments.diagram`. */
export interface PaymentsDiagram {
  /** `mermaid`, which is the default. */
  format?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.set_offer`. */
export interface PurchasesSetOffer {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  id: string;
  /** Whether it is sold; a new one is. */
  active?: boolean | null | undefined;
  /** It is sold by deals with these terms, in place of all that were set before. */
  escrow?: DealTerms | null | undefined;
  /** The grants to a buyer for each unit, such as points: amounts, each of a currency of its own. */
  grants?: readonly MoneyLike[] | null | undefined;
  /** How long units are held for a buyer who pays later, PT1S to P30D; PT10M for a new offer. */
  holdFor?: DurationLike | null | undefined;
  /** How many one buyer may have; no limit if it is left out. */
  perUserLimit?: number | null | undefined;
  /** The price of one unit. A new offer needs it. */
  price?: MoneyLike | null | undefined;
  /** From when on it is sold. */
  saleFrom?: TimeLike | null | undefined;
  /** Until when it is sold. */
  saleUntil?: TimeLike | null | undefined;
  /** The account that is paid; opened with the first sale. A new offer needs it. */
  seller?: string | null | undefined;
  /** How many units there are in all, those that are sold included; no limit if it is left out. */
  stock?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.set_promo`. */
export interface PurchasesSetPromo {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  id: string;
  /** The discount: hundredths of a percent (`bps`), or an `amount`. */
  off: DiscountTerms;
  /** Whether it may be used; a new one may. */
  active?: boolean | null | undefined;
  /** From when on it may be used. */
  from?: TimeLike | null | undefined;
  /** How many purchases may use it; no limit if it is left out. */
  limit?: number | null | undefined;
  /** The offers that it is for; all if it is left out. */
  offers?: readonly string[] | null | undefined;
  /** How many purchases of one buyer may use it; no limit if it is left out. */
  perUserLimit?: number | null | undefined;
  /** Until when it may be used. */
  until?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.reserve`. */
export interface PurchasesReserve {
  /** The offer. */
  offer: string;
  /** The buyer. An account is needed only to pay from it. */
  buyer: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /**
   * The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at another total,
   * or beyond what was quoted.
   */
  expect?: JsonInput | null | undefined;
  /** A promo. */
  promo?: string | null | undefined;
  /** How many units, 1 to 1,000,000. */
  quantity?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.pay`. */
export interface PurchasesPay {
  /** The purchase. */
  purchase: string;
  /** The gateway; without it a route says. */
  gateway?: string | null | undefined;
  /** The gateway's own handle of the payer's means. Never a card number. */
  token?: string | Secret | null | undefined;
  /** Such handles by gateway, where a route may take one or another. */
  tokens?: Record<string, unknown> | null | undefined;
  /** The means of payment: the buyer's `balance`, or a `gateway`. */
  with?: v.PaidWith | (string & {}) | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.buy`. */
export interface PurchasesBuy {
  /** The offer. */
  offer: string;
  /** The buyer. An account is needed only to pay from it. */
  buyer: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /**
   * The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at another total,
   * or beyond what was quoted.
   */
  expect?: JsonInput | null | undefined;
  /** The gateway; without it a route says. */
  gateway?: string | null | undefined;
  /** A promo. */
  promo?: string | null | undefined;
  /** How many units, 1 to 1,000,000. */
  quantity?: number | null | undefined;
  /** The gateway's own handle of the payer's means. Never a card number. */
  token?: string | Secret | null | undefined;
  /** Such handles by gateway, where a route may take one or another. */
  tokens?: Record<string, unknown> | null | undefined;
  /** The means of payment: the buyer's `balance`, or a `gateway`. */
  with?: v.PaidWith | (string & {}) | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.cancel`. */
export interface PurchasesCancel {
  /** The purchase. */
  purchase: string;
  /** Why. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.refund`. */
export interface PurchasesRefund {
  /** The purchase. */
  purchase: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** Whether what was given and is spent becomes a debt; an admin's alone. */
  force?: boolean | null | undefined;
  /** How many units; all that are left if it is left out. */
  quantity?: number | null | undefined;
  /** Why. */
  reason?: string | null | undefined;
  /**
   * The buyer's account that a deposit into a virtual account goes back to: `bank` (its code), `number` and `holder`.
   * Kept sealed until the refund is over; other payments take none.
   */
  refundAccount?: Record<string, unknown> | null | undefined;
  /** Whether the units may be sold again. */
  restock?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `purchases.get_offer`. */
export interface PurchasesGetOffer {
  /** The offer. */
  offer: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.offers`. */
export interface PurchasesOffers {
  /** Only those that are active, or that are not. */
  active?: boolean | null | undefined;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this seller. */
  seller?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.promos`. */
export interface PurchasesPromos {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only those that are for this offer. */
  offer?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.quote`. */
export interface PurchasesQuote {
  /** The offer. */
  offer: string;
  /** The buyer's account; without it, the limits of a buyer are not looked at. */
  buyer?: string | null | undefined;
  /** A promo. */
  promo?: string | null | undefined;
  /** How many units, 1 to 1,000,000. */
  quantity?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.get`. */
export interface PurchasesGet {
  /** The purchase. */
  purchase?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of it, in place of `purchase`. */
  reference?: string | null | undefined;
}

/** Arguments of `purchases.list`. */
export interface PurchasesList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this buyer. */
  buyer?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this offer. */
  offer?: string | null | undefined;
  /** Only in this state. */
  state?: v.PurchaseState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.history`. */
export interface PurchasesHistory {
  /** The purchase. */
  purchase: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `purchases.allowed_actions`. */
export interface PurchasesAllowedActions {
  /** The purchase. */
  purchase: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `webhooks.set_source`. */
export interface WebhooksSetSource {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  id: string;
  /**
   * How it signs: `standard` (Standard Webhooks), `stripe`, `hmac`, or `toss` and `inicis`, which do not sign: what
   * they send is only a hint, and the gateway is asked.
   */
  scheme: v.Scheme | (string & {});
  /** The gateway that it speaks for; `stripe`, `toss` and `inicis` go with one of that driver alone. */
  gateway: string;
  /**
   * The secrets that it signs with, which are sealed and never shown: one, or several while the sender changes from
   * one to another. `standard`: `whsec_` and base64; others: 16 characters or more.
   */
  secrets?: readonly (string | Secret)[] | null | undefined;
  /** How far the time of a message may be from now, PT1S to PT24H. */
  tolerance?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `webhooks.rotate_secret`. */
export interface WebhooksRotateSecret {
  /** The source. */
  source: string;
  /** The new secret, which is sealed and never shown. */
  secret: string | Secret;
  /** How long the old one is good, PT0S to P30D. */
  keepOldFor?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `webhooks.receive`. */
export interface WebhooksReceive {
  /** The source. */
  source: string;
  /** The headers by name, in upper or lower case; each value is a text. */
  headers: Record<string, unknown>;
  /** The body as it came over the line, before anybody parsed it; at most 256 KiB. */
  body: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `webhooks.sources`. */
export interface WebhooksSources {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `webhooks.list`. */
export interface WebhooksList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only about this payment. */
  payment?: string | null | undefined;
  /** Only what came to this: `applied`, `ignored`, `parked`, `queried`, `suspended` or `mismatched`. */
  result?: v.Heard | (string & {}) | null | undefined;
  /** Only of this source. */
  source?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.set_chain`. */
export interface WithdrawalsSetChain {
  /** Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`. */
  chain: string;
  /** How long a block takes, PT1S to PT10M; PT2S for a new chain. */
  blockTime?: DurationLike | null | undefined;
  /** How long a node has had a transaction before it is bumped, PT1S to PT1H; PT20S for a new chain. */
  bumpAfter?: DurationLike | null | undefined;
  /** By how much a bump raises both fees, in hundredths of a percent, 1,250 to 10,000; 1,250 for a new chain. */
  bumpBps?: number | null | undefined;
  /** Its number, which stays for ever: decimal, or hex with `0x`. */
  chainId?: string | null | undefined;
  /** The names of those who speak for it, 1 to 16. */
  endpoints?: readonly string[] | null | undefined;
  /** How long what is known of the chain is good, PT1S to PT1H; PT30S for a new chain. */
  factsTtl?: DurationLike | null | undefined;
  /** The most for a unit of gas, in wei, below 2^128. */
  feeCap?: string | null | undefined;
  /**
   * When a block is final: `{"tag": "finalized"}`, `{"tag": "safe"}` or `{"depth": 20}`; the first of these for a new
   * chain.
   */
  finality?: FinalityTerms | null | undefined;
  /**
   * The least that is given on top of the base fee, in wei, below 2^128; 0 for a new chain, and 25 gwei for those of
   * the numbers 137 and 80002.
   */
  minPriorityFee?: string | null | undefined;
  /** How many endpoints must agree; more than half of them, where endpoints are set without it. */
  quorum?: number | null | undefined;
  /** How long a transaction is unseen before it is sent again, PT1S to PT1H; PT30S for a new chain. */
  resendAfter?: DurationLike | null | undefined;
  /**
   * Their addresses by name, which are sealed and never shown. Without them the application's own workers talk to
   * them.
   */
  urls?: Record<string, unknown> | null | undefined;
  /** How long what is final is still looked at, PT0S to P30D; PT1H for a new chain. */
  watch?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.set_asset`. */
export interface WithdrawalsSetAsset {
  /** The chain. */
  chain: string;
  /** The currency. One that nobody knows yet is registered with these decimals. */
  currency: string;
  /** The kind of asset: `native`, the chain's own coins, or `erc20`. */
  kind: v.AssetKind | (string & {});
  /** Its decimals there, which are those of the currency: coins have 18. */
  decimals: number;
  /** The fee of a withdrawal, on top of its amount. */
  fee?: MoneyLike | null | undefined;
  /** The most that is withdrawn. */
  max?: MoneyLike | null | undefined;
  /**
   * The most gas that a payment may take, 21,000 to 30,000,000; 500,000 for a new one. The code of the payee runs at
   * the wallet's expense: what takes more is not sent, and fails.
   */
  maxGas?: number | null | undefined;
  /** The least that is withdrawn. */
  min?: MoneyLike | null | undefined;
  /** The address of its token, which stays for ever. */
  token?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.pause_lane`. */
export interface WithdrawalsPauseLane {
  /** The lane. */
  lane: string;
  /** Why. */
  reason: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.resume_lane`. */
export interface WithdrawalsResumeLane {
  /** The lane. */
  lane: string;
  /** Whether its counter moves up to the chain's, because somebody else has used its key. */
  adopt?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.retire_lane`. */
export interface WithdrawalsRetireLane {
  /** The lane. */
  lane: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.request`. */
export interface WithdrawalsRequest {
  /** The account that pays. */
  account: string;
  /** The amount for the payee. */
  amount: MoneyLike;
  /** The chain. */
  chain: string;
  /** The address of the payee. One in both cases of letters must have the checksum of EIP-55. */
  to: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** After how long it is given up, where it has no nonce by then, PT1S to P30D; never if it is left out. */
  giveUpIn?: DurationLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.cancel`. */
export interface WithdrawalsCancel {
  /** The withdrawal. */
  withdrawal: string;
  /** The most for a unit of gas of the no-op, in wei, below 2^128, which an admin may set above the cap. */
  maxFeePerGas?: string | null | undefined;
  /** Why. */
  reason?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.speed_up`. */
export interface WithdrawalsSpeedUp {
  /** The withdrawal. */
  withdrawal: string;
  /** The most for a unit of gas, in wei, below 2^128, which may be above the cap. */
  maxFeePerGas?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.retry`. */
export interface WithdrawalsRetry {
  /** The withdrawal. */
  withdrawal: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.settle`. */
export interface WithdrawalsSettle {
  /** The withdrawal. */
  withdrawal: string;
  /** Whether the payee has it. */
  paid: boolean;
  /** How it was found out. */
  reason: string;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key: string | IdempotencyKey;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `withdrawals.chains`. */
export interface WithdrawalsChains {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.assets`. */
export interface WithdrawalsAssets {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this chain. */
  chain?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.lanes`. */
export interface WithdrawalsLanes {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this chain. */
  chain?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state: `opening`, `active`, `paused` or `retired`. */
  state?: v.LaneState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.lane`. */
export interface WithdrawalsLane {
  /** The lane. */
  lane: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.quote`. */
export interface WithdrawalsQuote {
  /** The chain. */
  chain: string;
  /** The amount for the payee. */
  amount: MoneyLike;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.get`. */
export interface WithdrawalsGet {
  /** The withdrawal. */
  withdrawal?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id of it, in place of `withdrawal`. */
  reference?: string | null | undefined;
}

/** Arguments of `withdrawals.list`. */
export interface WithdrawalsList {
  /** Only of this account. */
  account?: string | null | undefined;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only those that people should look at for this reason. */
  attention?: v.AttentionCode | (string & {}) | null | undefined;
  /** Only those that are being given up, or only the others. */
  cancelling?: boolean | null | undefined;
  /** Only to this chain. */
  chain?: string | null | undefined;
  /** Only those that were asked for at this time or later. */
  fromTime?: TimeLike | null | undefined;
  /** Only of this lane. */
  lane?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state. */
  state?: v.WithdrawalState | (string & {}) | null | undefined;
  /** Only to this address. */
  to?: string | null | undefined;
  /** Only those that were asked for before this time. */
  toTime?: TimeLike | null | undefined;
  /** Only those that wait for this: `chain`, `fees`, `wallet`, `window` or `lane`. */
  waiting?: v.Waiting | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.history`. */
export interface WithdrawalsHistory {
  /** The withdrawal. */
  withdrawal: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.allowed_actions`. */
export interface WithdrawalsAllowedActions {
  /** The withdrawal. */
  withdrawal: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.diagram`. */
export interface WithdrawalsDiagram {
  /** `mermaid`, which is the default. */
  format?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.stats`. */
export interface WithdrawalsStats {
  /** Of those that are over only such as changed at this time or later; a week ago if it is left out. */
  since?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `withdrawals.open_lane`. */
export interface WithdrawalsOpenLane {
  /** The chain. */
  chain: string;
  /** The id of the key, `ky_...`, of the vault or of the host. */
  key: string;
  /** How many withdrawals may be sent and not yet seen in a block, 1 to 256. */
  window?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `approvals.set_policy`. */
export interface ApprovalsSetPolicy {
  /** Its name, 1 to 64 of `A-Z a-z 0-9 . _ : -`; one of that name is replaced, `default` too. */
  id: string;
  /**
   * The effect of the calls that it covers: `escrow.pay`, a family such as `treasury.*`, or `*`. Of `signing.sign`,
   * which is in `*` too, it can only require factors; and of an effect that takes no money, such as `vault.reveal`,
   * if that is named in full.
   */
  operation: string;
  /**
   * From here up; zero for any amount. Calls that take another currency are not covered. Signatures and what takes no
   * money are covered at any amount.
   */
  threshold: MoneyLike;
  /**
   * How many different people must approve: 1 to 20; 2 when absent. With 0 only factors are required, as always where
   * no money is taken.
   */
  approvers?: number | null | undefined;
  /** The currency of the threshold, again. */
  currency?: string | null | undefined;
  /** How long an approval stays open; 24 hours when absent. */
  expiresIn?: DurationLike | null | undefined;
  /**
   * The factors that the caller must prove by `proofs`: `pin`, `totp`, or both. Where no money is taken they are
   * those of the actor himself, so that the host's own program cannot make such a call.
   */
  require?: readonly (v.Factor | (string & {}))[] | null | undefined;
  /** The role in which they must act; `admin` when absent. */
  role?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `approvals.remove_policy`. */
export interface ApprovalsRemovePolicy {
  /** Its name. */
  id: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `approvals.approve`. */
export interface ApprovalsApprove {
  /** The approval. */
  approval: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `approvals.reject`. */
export interface ApprovalsReject {
  /** The approval. */
  approval: string;
  /** Why, at most 1,000 characters; events carry its salted hash only. */
  reason: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `approvals.policies`. */
export interface ApprovalsPolicies {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `approvals.get`. */
export interface ApprovalsGet {
  /** The approval. */
  approval: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `approvals.list`. */
export interface ApprovalsList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only those of this operation. */
  operation?: string | null | undefined;
  /** Only those that this actor asked for. */
  requestedBy?: string | null | undefined;
  /** Only in this state: `pending`, `approved`, `rejected`, `expired` or `executed`. */
  state?: v.ApprovalState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `vault.put`. */
export interface VaultPut {
  /** The subject: 1 to 128 of `A-Z a-z 0-9 . _ : - @`, best the id that actors have. */
  subject: string;
  /** The name of the value: 1 to 64 of `A-Z a-z 0-9 . _ : -`. A subject has at most 256 values. */
  name: string;
  /** The value, a text of at most 64 KiB. */
  value: string | Secret;
  /** Whether `vault.find` finds it. Then the store shows which subjects have the same value under the same name. */
  searchable?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `vault.reveal`. */
export interface VaultReveal {
  /** The subject. */
  subject: string;
  /** The name of the value. */
  name: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `vault.export`. */
export interface VaultExport {
  /** The subject. */
  subject: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `vault.forget`. */
export interface VaultForget {
  /** The subject to forget. */
  subject: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `vault.find`. */
export interface VaultFind {
  /** The name of the value. */
  name: string;
  /** The value: byte for byte, but for how letters with accents are composed. */
  value: string | Secret;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500, which it is when absent. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `vault.list`. */
export interface VaultList {
  /** The subject. */
  subject: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `vault.keys`. */
export interface VaultKeys {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `vault.rotate`. */
export interface VaultRotate {
  /**
   * Gives this subject a new data key and seals its values anew. Without it, every data key of the book is wrapped
   * with the current key of the keyring.
   */
  subject?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Accepted as on every write, and checked; nothing is kept under it: the same call again is made again. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.unlock_pin`. */
export interface CredentialsUnlockPin {
  /** The subject: a user's id. */
  subject: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.enrol_totp`. */
export interface CredentialsEnrolTotp {
  /** The subject: a user's id. */
  subject: string;
  /** The issuer of the codes, as phones show it; without `:`. */
  issuer: string;
  /** The name of the account, as phones show it; without `:`. */
  accountName: string;
  /** `SHA1`, `SHA256` or `SHA512`. Many phones know `SHA1` alone. */
  algorithm?: string | null | undefined;
  /** Digits of a code: 6 or 8. */
  digits?: number | null | undefined;
  /**
   * A secret that is taken over from elsewhere, in base32, also in groups: 10 to 64 bytes. Below 16 bytes the reply
   * has a warning.
   */
  secret?: string | Secret | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.confirm_totp`. */
export interface CredentialsConfirmTotp {
  /** The subject: a user's id. */
  subject: string;
  /** The code. */
  code: string | Secret;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.verify_totp`. */
export interface CredentialsVerifyTotp {
  /** The subject: a user's id. */
  subject: string;
  /** The code. */
  code: string | Secret;
  /** The call that the proof is for. Without it, any call of the subject. */
  for?: ProofFor | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.set_pin`. */
export interface CredentialsSetPin {
  /** The subject: a user's id. */
  subject: string;
  /** The new PIN. */
  pin: string | Secret;
  /** The present PIN, where there is one: an attempt like any other. Admins need none. */
  current?: string | Secret | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Accepted as on every write, and checked; nothing is kept under it: the same call again is made again. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `credentials.verify_pin`. */
export interface CredentialsVerifyPin {
  /** The subject: a user's id. */
  subject: string;
  /** The PIN. */
  pin: string | Secret;
  /** The call that the proof is for. Without it, any call of the subject. */
  for?: ProofFor | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Accepted as on every write, and checked; nothing is kept under it: the same call again is made again. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.set_rule`. */
export interface RiskSetRule {
  /** Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rates'. */
  id: string;
  /**
   * Which calls: an operation, a service such as `escrow.*`, or `*`; several with commas between them count together.
   * The last two mean what opens something; what settles is meant only by its full name.
   */
  action: string;
  /** About whom: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`. */
  subject: string;
  /** The metric: `count`, `sum`, `amount`, `failures` or `distinct:FIELD`, where FIELD is one of the subjects. */
  metric: string;
  /** So much passes: a whole number, or money for `sum` and `amount`. Of failures so many are too many. */
  limit: number | MoneyLike;
  /** The outcome when it fires: `block`, `challenge`, `review` or `flag`. */
  outcome: v.Outcome | (string & {});
  /**
   * Whether no call too many may pass even where many share a subject. If not, transactions about one subject do not
   * wait for each other, and those that are open at once may go over the limit together; on SQLite and in memory that
   * makes no difference.
   */
  exact?: boolean | null | undefined;
  /** Of a review: how long it stays open, at most `P90D`. */
  expiresIn?: DurationLike | null | undefined;
  /** Of a challenge: `pin`, `totp`; any that is enrolled when absent. */
  factors?: readonly (v.Factor | (string & {}))[] | null | undefined;
  /** In force from then on. */
  from?: TimeLike | null | undefined;
  /** A message for people, at most 200 characters. */
  message?: string | null | undefined;
  /** Which refusal speaks first: the highest, -1,000 to 1,000. */
  priority?: number | null | undefined;
  /** Whether it only shows what it would do. */
  shadow?: boolean | null | undefined;
  /** Where midnight is, for `day` and `month`; `UTC` when absent. */
  timeZone?: string | null | undefined;
  /** In force before then. */
  until?: TimeLike | null | undefined;
  /** The points that it adds to the score when it fires, -100 to 100. */
  weight?: number | null | undefined;
  /**
   * For how long a call counts: a length of time up to `P400D`, `day`, `month` or `lifetime`; none for `amount`.
   */
  window?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.set_rate`. */
export interface RiskSetRate {
  /** Its name, 1 to 48 of `A-Z a-z 0-9 . _ : -`, in one space with the rules'. */
  id: string;
  /** As a rule's. */
  action: string;
  /** As a rule's. */
  subject: string;
  /** How many calls in a span. */
  limit: number;
  /** The span, at most `P400D`. */
  per: string;
  /** How many at once after a pause; the limit when absent. */
  burst?: number | null | undefined;
  /** As a rule's. */
  message?: string | null | undefined;
  /** As a rule's. */
  priority?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.remove_rule`. */
export interface RiskRemoveRule {
  /** Its name. */
  id: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.set_thresholds`. */
export interface RiskSetThresholds {
  /** From here on it is refused. */
  block?: number | null | undefined;
  /** From here on a further factor must be proved. */
  challenge?: number | null | undefined;
  /** From here on people look at it first. */
  review?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.block`. */
export interface RiskBlock {
  /** In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`. */
  subject: string;
  /**
   * The value to block: an account, an actor's id, an address or a network such as `198.51.100.0/24`, a device, or
   * the text of the field.
   */
  value: string;
  /** Why, at most 1,000 characters; events carry its salted hash only. */
  reason: string;
  /** In force before then; for ever when absent. */
  until?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.allow`. */
export interface RiskAllow {
  /** In which part of a call: `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`. */
  subject: string;
  /**
   * The value to allow: an account, an actor's id, an address or a network such as `198.51.100.0/24`, a device, or
   * the text of the field.
   */
  value: string;
  /** Why, at most 1,000 characters; events carry its salted hash only. */
  reason: string;
  /** In force before then; for ever when absent. */
  until?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.unlist`. */
export interface RiskUnlist {
  /** In which part of a call. */
  subject: string;
  /** The listed value, in the form of the entry or in any other that it could be listed by. */
  value: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.approve_review`. */
export interface RiskApproveReview {
  /** The review. */
  review: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.reject_review`. */
export interface RiskRejectReview {
  /** The review. */
  review: string;
  /** Why, at most 1,000 characters; events carry its salted hash only. */
  reason: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.install_pack`. */
export interface RiskInstallPack {
  /** `prepaid`, `marketplace`, `limited_sale` or `payouts`. */
  name: string;
  /** Further currencies of its amounts, each by rules of its own whose names end with the code. */
  currencies?: readonly string[] | null | undefined;
  /** The currency of its amounts: `KRW`, `USD` or `EUR`. Without one it limits no amounts. */
  currency?: string | null | undefined;
  /** Where its days and months begin; `UTC` when absent. */
  timeZone?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `risk.rules`. */
export interface RiskRules {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `risk.evaluate`. */
export interface RiskEvaluate {
  /** The operation: `ledger.transfer`. */
  action: string;
  /** Its request; the key may be left out. */
  args: Record<string, unknown>;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `risk.reviews`. */
export interface RiskReviews {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state: `pending`, `rejected`, `expired` or `executed`. */
  state?: v.ReviewState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `risk.profile`. */
export interface RiskProfile {
  /** The account. */
  account: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `risk.decisions`. */
export interface RiskDecisions {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only with this outcome: `allow`, `flag`, `review`, `challenge` or `block`. */
  outcome?: v.Outcome | (string & {}) | null | undefined;
  /** Only those whose first rule is about this part of a call: `account`, `actor`, `ip` and so on. */
  subject?: string | null | undefined;
  /**
   * Only those about this account, actor, address or network and so on; of any part of a call without `subject`.
   */
  value?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.create_key`. */
export interface SigningCreateKey {
  /** A label for people. */
  label?: string | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.keys`. */
export interface SigningKeys {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.complete`. */
export interface SigningComplete {
  /** The id of the key, `ky_...`. */
  key: string;
  /** The signature: DER, or r and s with or without a last byte; s may be high. */
  signature: string;
  /** The message, as text. */
  message?: string | null | undefined;
  /** The message, as bytes. */
  messageHex?: string | null | undefined;
  /** The transaction. */
  tx?: TransactionFields | null | undefined;
  /** The typed data. */
  typedData?: Record<string, unknown> | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.address`. */
export interface SigningAddress {
  /** The id of the key, `ky_...`. */
  key: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.recover`. */
export interface SigningRecover {
  /** 65 bytes, or 64 (EIP-2098). */
  signature: string;
  /** 32 bytes. */
  digest?: string | null | undefined;
  /** A message, as text. */
  message?: string | null | undefined;
  /** A message, as bytes. */
  messageHex?: string | null | undefined;
  /** Typed data. */
  typedData?: Record<string, unknown> | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.decode_transaction`. */
export interface SigningDecodeTransaction {
  /** The bytes. */
  raw: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.erc20_transfer`. */
export interface SigningErc20Transfer {
  /** The contract of the token. */
  token: string;
  /** The recipient of the tokens. */
  to: string;
  /** How many, in the token's smallest unit. */
  amount: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `signing.import_key`. */
export interface SigningImportKey {
  /** The address of a key whose private key is with the host, or with a service of its own. */
  address?: string | null | undefined;
  /** A keystore of version 3, as an object or as its text. */
  keystore?: JsonInput | null | undefined;
  /** A label for people. */
  label?: string | null | undefined;
  /** 12 to 24 words of the English list (BIP-39), in letters of either case. */
  mnemonic?: string | Secret | null | undefined;
  /** The passphrase of the mnemonic, if it has one. */
  passphrase?: string | Secret | null | undefined;
  /** The password of the keystore: tried as it is given, then in the form NFKC, in which ethers takes it. */
  password?: string | Secret | null | undefined;
  /** Where the key is (BIP-32): `m/44'/60'/0'/0/0`. */
  path?: string | null | undefined;
  /** `0x` and 64 hex digits. */
  privateKey?: string | Secret | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** Accepted as on every write, and checked; nothing is kept under it: the same call again is made again. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.set_key_policy`. */
export interface SigningSetKeyPolicy {
  /** The id of the key, `ky_...`. */
  key: string;
  /** The chains, at least one. */
  chainIds: readonly string[];
  /** Other functions that may be called. */
  calls?: readonly CallAllowed[] | null | undefined;
  /** The most wei of that in any 24 hours. Replacements of one nonce count once. */
  dailyFee?: string | null | undefined;
  /** The most wei in any 24 hours. */
  dailyValue?: string | null | undefined;
  /** Whether contracts may be created, without value. */
  deploy?: boolean | null | undefined;
  /**
   * The most wei of gas limit times the price of gas, which is no part of values: it goes to whoever builds the
   * block.
   */
  maxFee?: string | null | undefined;
  /** The most wei of one transaction. */
  maxValue?: string | null | undefined;
  /** Whether messages may be signed; never one of 32 bytes. */
  messages?: boolean | null | undefined;
  /**
   * Whether `max_priority_fee_per_gas` may be above `max_fee_per_gas`: valid on Arbitrum, where nobody is paid it,
   * and on no chain that pays it. Without a policy it may not.
   */
  priorityAboveCap?: boolean | null | undefined;
  /** The addresses that may get the chain's own currency, and tokens. */
  recipients?: readonly string[] | null | undefined;
  /** Tokens that may be moved: by calls, permits (EIP-2612, DAI), Permit2 and EIP-3009. */
  tokens?: readonly TokenLimit[] | null | undefined;
  /** Other typed data that may be signed. */
  typedData?: readonly TypedDataAllowed[] | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.prepare`. */
export interface SigningPrepare {
  /** The id of the key, `ky_...`. */
  key: string;
  /** A message, as text. */
  message?: string | null | undefined;
  /** A message, as bytes. */
  messageHex?: string | null | undefined;
  /** A transaction. */
  tx?: TransactionFields | null | undefined;
  /** Typed data. */
  typedData?: Record<string, unknown> | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.sign_transaction`. */
export interface SigningSignTransaction {
  /** The id of the key, `ky_...`. */
  key: string;
  /** The transaction. */
  tx: TransactionFields;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.sign_message`. */
export interface SigningSignMessage {
  /** The id of the key, `ky_...`. */
  key: string;
  /** Text, as UTF-8, even if it looks like hex; at most 1 MiB. */
  message?: string | null | undefined;
  /** Bytes. */
  messageHex?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `signing.sign_typed_data`. */
export interface SigningSignTypedData {
  /** The id of the key, `ky_...`. */
  key: string;
  /** `{types, primaryType, domain, message}`, as EIP-712 has it. */
  typedData: Record<string, unknown>;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
  /** The caller's own id; checked like that of every write. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB, for rules. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Where the call comes from: ids for tracing, and facts for rules. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version, where the call is about one that has. */
  expectedVersion?: number | null | undefined;
  /** Proofs of factors, at most 4: each the `proof` of a reply of `credentials.verify_pin` or `verify_totp`. */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `events.subscribe`. */
export interface EventsSubscribe {
  /** Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  sink: string;
  /**
   * Where a new sink begins: `first` is the beginning of the log, `next` is behind its newest event, which is meant
   * if it is left out.
   */
  from?: string | null | undefined;
  /** How often an event may fail before its object is parked, 1 to 100. */
  maxAttempts?: number | null | undefined;
  /** Only events of these types, such as `transfer.posted`, or `deal.*` for all of deals; all if it is left out. */
  types?: readonly string[] | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `events.advance`. */
export interface EventsAdvance {
  /** The consumer: the name of a sink. */
  consumer: string;
  /** Everything up to this place is done. */
  seq: number;
  /** The place that it was at: if another process has moved it since, this is `version_conflict`. */
  afterSeq?: number | null | undefined;
  /** The number of the batch from `events.take` that ends with this. */
  fence?: number | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `events.unpark`. */
export interface EventsUnpark {
  /** The sink. */
  sink: string;
  /** The kind of the object, as its events say it. */
  object: string;
  /** The object's id, as its events say it. */
  objectId: string;
  /** Gives up what waits; the object's next events are delivered. */
  discard?: boolean | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `events.list`. */
export interface EventsList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** After this sequence number. */
  afterSeq?: number | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this object: a prefixed id, or the name of an account. */
  object?: string | null | undefined;
  /** Only of these types, such as `transfer.posted`. */
  types?: readonly string[] | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.verify_chain`. */
export interface EventsVerifyChain {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.state_hash`. */
export interface EventsStateHash {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.sinks`. */
export interface EventsSinks {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.parked`. */
export interface EventsParked {
  /** The sink. */
  sink: string;
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.replay`. */
export interface EventsReplay {
  /** The URL of the store: it must be empty. */
  into: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.take`. */
export interface EventsTake {
  /** The sink. */
  sink: string;
  /** For how long, PT1S to PT1H. Until then nobody else gets events of this sink. */
  for: DurationLike;
  /** How many at most, 1 to 500. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.settle`. */
export interface EventsSettle {
  /** The sink. */
  sink: string;
  /** The number of the batch. */
  fence: number;
  /**
   * Everything up to this place is done, but for what failed: the `seq` of the batch if that is all of it. What comes
   * behind is delivered again.
   */
  seq: number;
  /** Events up to `seq` that failed. Their objects' later events of the batch count as not delivered. */
  failed?: readonly FailedEvent[] | null | undefined;
  /** The sink rests until then, at most 24 hours: the other side is down. */
  retryAt?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.rewind`. */
export interface EventsRewind {
  /** The sink. */
  sink: string;
  /** The place, not behind the one that it is at; 0 is the beginning of the log. */
  seq: number;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `events.unsubscribe`. */
export interface EventsUnsubscribe {
  /** The sink. */
  sink: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `jobs.enqueue`. */
export interface JobsEnqueue {
  /** The kind of work: 1 to 64 of `A-Z a-z 0-9 . _ : -`, and none whose jobs Earnest writes itself. */
  kind: string;
  /**
   * The work: any JSON of at most 16 KiB, best ids and amounts. It stays with the job. That of `webhook.deliver` has
   * `url`, `body` and, if it is of a type, `event`.
   */
  payload: JsonInput;
  /** After how many leases without success the job is dead, 1 to 100. */
  maxAttempts?: number | null | undefined;
  /** Not before this time, at most 366 days ahead. At once if it is left out. */
  runAt?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.complete`. */
export interface JobsComplete {
  /** The job. */
  job: string;
  /** The number of the lease. */
  fence: number;
  /**
   * The result: any JSON of at most 16 KiB, and of at most 256 KiB for the kinds `chain.*` and `signer.*`, whose
   * reports are judged and not kept.
   */
  result?: JsonInput | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.fail`. */
export interface JobsFail {
  /** The job. */
  job: string;
  /** The number of the lease. */
  fence: number;
  /** The error, at most 1,000 characters. No personal data: it is kept with the job. */
  error: string;
  /** When to try again; otherwise after a pause that grows. */
  retryAt?: TimeLike | null | undefined;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.extend`. */
export interface JobsExtend {
  /** The job. */
  job: string;
  /** The number of the lease. */
  fence: number;
  /** For how long from now on, PT1S to PT24H. */
  for: DurationLike;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.release`. */
export interface JobsRelease {
  /** The job. */
  job: string;
  /** The number of the lease. */
  fence: number;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.retry`. */
export interface JobsRetry {
  /** The job. */
  job: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.discard`. */
export interface JobsDiscard {
  /** The job. */
  job: string;
  /** The actor; the library's own default is `system`. */
  actor?: ActorLike | null | undefined;
  /** Idempotency key: the same key with the same request is one effect and one reply. */
  key?: string | IdempotencyKey | null | undefined;
  /** The caller's own id of the object, indexed. */
  reference?: string | null | undefined;
  /** A JSON object of the caller's, at most 16 KiB. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Tracing ids; they make no difference to what is done. */
  context?: Trace | null | undefined;
  /** The host's own risk score of this call, 0 to 100, for rules; not hashed. */
  riskScore?: number | null | undefined;
  /** Refuse with `version_conflict` unless the object has this version. */
  expectedVersion?: number | null | undefined;
  /**
   * Proofs of the factors that a policy asks for, at most 4: each the `proof` of a reply of `credentials.verify_pin`
   * or `verify_totp`.
   */
  proofs?: readonly (string | Secret)[] | null | undefined;
}

/** Arguments of `jobs.list`. */
export interface JobsList {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** Only of this kind. */
  kind?: string | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only in this state: `queued`, `leased`, `done` or `dead`. */
  state?: v.JobState | (string & {}) | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `jobs.stats`. */
export interface JobsStats {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `jobs.lease`. */
export interface JobsLease {
  /** Of these kinds, 1 to 32. */
  kinds: readonly string[];
  /** How many at most, 1 to 500. */
  limit: number;
  /** For how long, PT1S to PT24H. The worker reports before that, or asks for more time. */
  for: DurationLike;
  /**
   * Of every book of the store, not of this one alone; each job names its book. For the host's own program alone: an
   * admin is `not_permitted`.
   */
  allBooks?: boolean | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `jobs.run_due`. */
export interface JobsRunDue {
  /** How many at most, 1,000 when absent. */
  limit?: number | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.lookup_key`. */
export interface AdminLookupKey {
  /** The key. */
  key: string | IdempotencyKey;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.audit`. */
export interface AdminAudit {
  /** The `next` of the page before. */
  after?: string | null | undefined;
  /** From this time on. */
  fromTime?: TimeLike | null | undefined;
  /** Page size, at most 500. */
  limit?: number | null | undefined;
  /** Only of this object: a prefixed id, or the name of an account. */
  object?: string | null | undefined;
  /** Before this time. */
  toTime?: TimeLike | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.health`. */
export interface AdminHealth {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.verify`. */
export interface AdminVerify {
  /** A link of this book's chain that was kept elsewhere, as `SEQ:HASH`: the log must still have it. */
  anchor?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.confirm_clock`. */
export interface AdminConfirmClock {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.erase_context`. */
export interface AdminEraseContext {
  /** Only from events before this time. */
  beforeTime?: TimeLike | null | undefined;
  /** Only from events that this actor caused. */
  subject?: string | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.fork`. */
export interface AdminFork {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.backup`. */
export interface AdminBackup {
  /** The file; there must be none. */
  path: string;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.restore`. */
export interface AdminRestore {
  /** The file that `backup` wrote. */
  path: string;
  /**
   * Restore it although this process's keyring lacks a key that something in it needs: that stays closed until a
   * process has the key.
   */
  force?: boolean | null | undefined;
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.metrics`. */
export interface AdminMetrics {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}

/** Arguments of `admin.stats`. */
export interface AdminStats {
  /** The actor who asks. */
  actor?: ActorLike | null | undefined;
}
