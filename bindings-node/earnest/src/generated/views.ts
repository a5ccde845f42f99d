// Everything that operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { type EarnestError, errorOf } from '../error';
import { type Json } from '../json';
import { measureOf, moneyOf, type Money } from '../money';
import { type Actor, actorOf } from '../values';
import { absent, frozen, unlisted, unlistedWithToken, View, type Known } from '../view';

const freeze = globalThis.Object.freeze;
const listOf = <T>(all: any[], read: (one: any) => T): readonly T[] => freeze(all.map(read));

/** Whether an account takes part in money movements. */
export type AccountStatus =
  | 'active'
  | 'locked'
  | 'closed';

/** Why a transfer exists. */
export type TransferKind =
  | 'top_up'
  | 'deduct'
  | 'transfer'
  | 'post'
  | 'capture'
  | 'reversal'
  | 'refund'
  | 'fee'
  | 'settlement'
  | 'payment'
  | 'purchase'
  | 'grant'
  | 'clawback'
  | 'chargeback'
  | 'recovery'
  | 'withdrawal';

/** The state of a hold. */
export type HoldState =
  | 'authorized'
  | 'partially_captured'
  | 'captured'
  | 'voided'
  | 'expired';

/** The state of a deal in its life cycle. The order is that of a deal that goes well; the last five are final. */
export type DealState =
  | 'pending'
  | 'paid'
  | 'in_escrow'
  | 'awaiting_shipment'
  | 'shipped'
  | 'delivered'
  | 'disputed'
  | 'refund_pending'
  | 'released'
  | 'refunded'
  | 'split'
  | 'cancelled'
  | 'expired';

/** A side of a deal. */
export type Side =
  | 'buyer'
  | 'seller';

/** The role in which an actor acts on a deal. */
export type EvidenceRole =
  | 'buyer'
  | 'seller'
  | 'admin'
  | 'system';

/** How staff decide a dispute. */
export type Ruling =
  | 'release'
  | 'refund'
  | 'split';

/** The state of a dispute in its life cycle; the last two are final. */
export type DisputeState =
  | 'open'
  | 'investigating'
  | 'resolved'
  | 'withdrawn';

/** The type of a dispute. */
export type DisputeType =
  | 'quality_issue'
  | 'non_delivery'
  | 'wrong_item'
  | 'seller_non_response'
  | 'other';

/** How a receipt is signed. */
export type Alg =
  | 'HMAC-SHA-256'
  | 'Ed25519';

/** The tier of a treasury account. */
export type Tier =
  | 'hot'
  | 'cold';

/** An ability of a gateway. */
export type GatewayAbility =
  | 'two_step'
  | 'partial_capture'
  | 'partial_refund'
  | 'query';

/** The driver of a gateway. */
export type GatewayDriver =
  | 'host'
  | 'stripe'
  | 'toss'
  | 'inicis';

/** Whether a gateway answers. */
export type GatewayStatus =
  | 'up'
  | 'down'
  | 'probing';

/** The outcome of an attempt at a gateway. */
export type AttemptOutcome =
  | 'authorized'
  | 'captured'
  | 'voided'
  | 'refused'
  | 'unsent'
  | 'nothing';

/** When the money is taken. */
export type CaptureMode =
  | 'auto'
  | 'manual';

/** How far a chargeback is. */
export type ChargebackPhase =
  | 'open'
  | 'won'
  | 'lost';

/** A kind of call to a gateway. */
export type GatewayCall =
  | 'authorize'
  | 'capture'
  | 'void'
  | 'refund'
  | 'query';

/** How far a call is. */
export type CallPhase =
  | 'queued'
  | 'sent'
  | 'accepted'
  | 'unknown';

/** Why a gateway did not do what it was asked for, in words that all of them share. */
export type FailureCode =
  | 'declined'
  | 'insufficient_funds'
  | 'invalid_method'
  | 'authentication_failed'
  | 'fraud_suspected'
  | 'limit'
  | 'not_supported'
  | 'not_processed'
  | 'gateway_error';

/** Whether trying again can help. */
export type FailureRetry =
  | 'never'
  | 'other_method'
  | 'other_gateway'
  | 'later';

/** How far a refund is. */
export type RefundState =
  | 'queued'
  | 'sent'
  | 'unknown'
  | 'done'
  | 'refused'
  | 'returned';

/** The state of a payment in its life cycle. */
export type PaymentState =
  | 'created'
  | 'authorizing'
  | 'action_required'
  | 'authorized'
  | 'capturing'
  | 'captured'
  | 'voiding'
  | 'unknown'
  | 'mismatched'
  | 'refunded'
  | 'charged_back'
  | 'voided'
  | 'expired'
  | 'failed';

/** The outcome of news. */
export type Heard =
  | 'applied'
  | 'ignored'
  | 'parked'
  | 'queried'
  | 'suspended'
  | 'mismatched';

/** The state of a debt in its life cycle. */
export type DebtState =
  | 'open'
  | 'recovered'
  | 'written_off';

/** The means of payment of a purchase. */
export type PaidWith =
  | 'balance'
  | 'gateway';

/** The state of a purchase in its life cycle. */
export type PurchaseState =
  | 'held'
  | 'paying'
  | 'completed'
  | 'cancelled'
  | 'expired'
  | 'refunded'
  | 'charged_back';

/** How a sender signs. */
export type Scheme =
  | 'standard'
  | 'stripe'
  | 'hmac'
  | 'toss'
  | 'inicis';

/** The block that endpoints hold for final. */
export type FinalityTag =
  | 'finalized'
  | 'safe';

/** The kind of an asset. */
export type AssetKind =
  | 'native'
  | 'erc20';

/** Whether an asset may be withdrawn. */
export type AssetState =
  | 'checking'
  | 'active'
  | 'refused';

/** The state of a lane. */
export type LaneState =
  | 'opening'
  | 'active'
  | 'paused'
  | 'retired';

/** The purpose of an attempt. */
export type AttemptKind =
  | 'pay'
  | 'noop';

/** The answer of nodes to an attempt. */
export type BroadcastOutcome =
  | 'taken'
  | 'underpriced'
  | 'no_funds'
  | 'rejected'
  | 'unknown';

/** Whether a reason to look may go away by itself. */
export type AttentionKind =
  | 'transient'
  | 'permanent';

/** Why people should look at a withdrawal. */
export type AttentionCode =
  | 'not_proved'
  | 'nonce_taken'
  | 'rejected'
  | 'retries_exhausted'
  | 'sign_refused'
  | 'late';

/** The state of a withdrawal in its life cycle. */
export type WithdrawalState =
  | 'pending'
  | 'signing'
  | 'signed'
  | 'broadcasting'
  | 'broadcasted'
  | 'confirming'
  | 'confirmed'
  | 'failed';

/** The condition that a withdrawal without a nonce waits for. */
export type Waiting =
  | 'chain'
  | 'fees'
  | 'wallet'
  | 'window'
  | 'lane';

/** The state of a parked call in its life cycle. */
export type ApprovalState =
  | 'pending'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'executed';

/** A factor that can be proved. */
export type Factor =
  | 'pin'
  | 'totp';

/** The outcome of rules that fire, from the mildest to the strictest. */
export type Outcome =
  | 'allow'
  | 'flag'
  | 'review'
  | 'challenge'
  | 'block';

/** The effect of an entry of a list. */
export type Listed =
  | 'blocked'
  | 'allowed'
  | 'removed';

/** The state of a review. */
export type ReviewState =
  | 'pending'
  | 'rejected'
  | 'expired'
  | 'executed';

/** The delivery state of a row's events. */
export type SinkState =
  | 'open'
  | 'waiting'
  | 'parked'
  | 'clear';

/** The state of a job. */
export type JobState =
  | 'queued'
  | 'leased'
  | 'done'
  | 'dead';

/** Reply of a change of an account. */
export class AccountReply extends View {
  /** @internal */
  static override readonly known: Known = { account: () => Account, replayed: null };
  /** The account. */
  declare readonly account: Account;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = new Account(wire.account);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An account: its balance and what is known of it. */
export class Account extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, kind: null, available: null, created_at: null, display_name: null, held: null, metadata: null, overdraft_limit: null, owner: null, posted: null, reference: null, status: null, streaming: null, tier: null, version: null };
  static {
    absent(this, 'kind', 'owner', 'reference', 'tier', 'version');
  }
  /** The account. */
  declare readonly account: string;
  /** Its currency. */
  declare readonly currency: string;
  /** The caller's label. */
  declare readonly kind: string | null;
  /** The amount that can be spent. */
  declare readonly available: Money;
  /** @internal */
  declare readonly created_at: string;
  /** When it was opened. */
  get createdAt(): string {
    return this.created_at;
  }
  /** @internal */
  declare readonly display_name: string | null;
  /** Name for people. */
  get displayName(): string | null {
    return this.display_name ?? null;
  }
  /** The amount kept by open holds. */
  declare readonly held: Money;
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** @internal */
  declare readonly overdraft_limit: Money;
  /** How far below zero it may go. */
  get overdraftLimit(): Money {
    return this.overdraft_limit;
  }
  /** Its owner. */
  declare readonly owner: string | null;
  /** Everything posted. */
  declare readonly posted: Money;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** Status. */
  declare readonly status: AccountStatus;
  /** Whether credits append. */
  declare readonly streaming: boolean;
  /** Tier of a treasury account. */
  declare readonly tier: string | null;
  /** Counts every change; `null` on a streaming account. */
  declare readonly version: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.available = moneyOf(wire.available);
    this.created_at = wire.created_at;
    this.currency = wire.currency;
    if (wire.display_name !== undefined) this.display_name = (wire.display_name ?? null);
    this.held = moneyOf(wire.held);
    if (wire.kind !== undefined) this.kind = (wire.kind ?? null);
    this.metadata = frozen(wire.metadata);
    this.overdraft_limit = moneyOf(wire.overdraft_limit);
    if (wire.owner !== undefined) this.owner = (wire.owner ?? null);
    this.posted = moneyOf(wire.posted);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.status = wire.status;
    this.streaming = wire.streaming;
    if (wire.tier !== undefined) this.tier = (wire.tier ?? null);
    if (wire.version !== undefined) this.version = (wire.version ?? null);
    freeze(this);
  }
}

/** Reply of a movement of money. */
export class Moved extends View {
  /** @internal */
  static override readonly known: Known = { balance: () => Balance, replayed: null, transfer: () => Transfer };
  /** Balance of the account that the call is about, as it is now. */
  declare readonly balance: Balance;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The transfer. */
  declare readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super();
    this.balance = new Balance(wire.balance);
    this.replayed = wire.replayed;
    this.transfer = new Transfer(wire.transfer);
    freeze(this);
  }
}

/** The balance of an account. */
export class Balance extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, available: null, held: null, posted: null, version: null };
  static {
    absent(this, 'version');
  }
  /** The account. */
  declare readonly account: string;
  /** Its currency. */
  declare readonly currency: string;
  /** The amount that can be spent: `posted - held` and the overdraft limit. */
  declare readonly available: Money;
  /** The amount kept by open holds. */
  declare readonly held: Money;
  /** Everything posted. */
  declare readonly posted: Money;
  /** Counts every change; `null` on a streaming account. */
  declare readonly version: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.available = moneyOf(wire.available);
    this.currency = wire.currency;
    this.held = moneyOf(wire.held);
    this.posted = moneyOf(wire.posted);
    if (wire.version !== undefined) this.version = (wire.version ?? null);
    freeze(this);
  }
}

/** A transfer. */
export class Transfer extends View {
  /** @internal */
  static override readonly known: Known = { id: null, kind: null, amount: null, from: null, to: null, created_at: null, deal: null, hold: null, metadata: null, payment: null, postings: () => Posting, purchase: null, reference: null, refunded: null, reverses: null, withdrawal: null };
  static {
    absent(this, 'amount', 'from', 'to', 'deal', 'hold', 'payment', 'purchase', 'reference', 'refunded', 'reverses', 'withdrawal');
  }
  /** Its id. */
  declare readonly id: string;
  /** Why it exists. */
  declare readonly kind: TransferKind;
  /** The amount moved; `null` with more than two postings. */
  declare readonly amount: Money | null;
  /** The payer; `null` with more than two postings. */
  declare readonly from: string | null;
  /** The payee; `null` with more than two postings. */
  declare readonly to: string | null;
  /** @internal */
  declare readonly created_at: string;
  /** When it was posted. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The deal that it belongs to. */
  declare readonly deal: string | null;
  /** The hold that it captured. */
  declare readonly hold: string | null;
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** The payment that it belongs to. */
  declare readonly payment: string | null;
  /** Its legs. */
  declare readonly postings: readonly Posting[];
  /** The purchase that it belongs to. */
  declare readonly purchase: string | null;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** How much of it was returned; `null` with more than two postings. */
  declare readonly refunded: Money | null;
  /** The transfer that this one reverses or refunds. */
  declare readonly reverses: string | null;
  /** The withdrawal that it belongs to. */
  declare readonly withdrawal: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.amount !== undefined) this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.created_at = wire.created_at;
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    if (wire.from !== undefined) this.from = (wire.from ?? null);
    if (wire.hold !== undefined) this.hold = (wire.hold ?? null);
    this.id = wire.id;
    this.kind = wire.kind;
    this.metadata = frozen(wire.metadata);
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    this.postings = listOf(wire.postings, (one: any) => new Posting(one));
    if (wire.purchase !== undefined) this.purchase = (wire.purchase ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    if (wire.refunded !== undefined) this.refunded = (wire.refunded == null ? null : moneyOf(wire.refunded));
    if (wire.reverses !== undefined) this.reverses = (wire.reverses ?? null);
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    if (wire.withdrawal !== undefined) this.withdrawal = (wire.withdrawal ?? null);
    freeze(this);
  }
}

/** One leg of a transfer. */
export class Posting extends View {
  /** @internal */
  static override readonly known: Known = { account: null, amount: null, balance_after: null, balance_before: null, number: null };
  static {
    absent(this, 'number');
  }
  /** The account. */
  declare readonly account: string;
  /** Signed: positive is a credit. */
  declare readonly amount: Money;
  /** @internal */
  declare readonly balance_after: Money | null;
  /** Balance after; `null` on a streaming account. */
  get balanceAfter(): Money | null {
    return this.balance_after ?? null;
  }
  /** @internal */
  declare readonly balance_before: Money | null;
  /** Balance before; `null` on a streaming account. */
  get balanceBefore(): Money | null {
    return this.balance_before ?? null;
  }
  /** Gapless number within the account; `null` on a streaming account. */
  declare readonly number: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    if (wire.balance_after !== undefined) this.balance_after = (wire.balance_after == null ? null : moneyOf(wire.balance_after));
    if (wire.balance_before !== undefined) this.balance_before = (wire.balance_before == null ? null : moneyOf(wire.balance_before));
    if (wire.number !== undefined) this.number = (wire.number ?? null);
    freeze(this);
  }
}

/** Reply of a posting of n legs. */
export class Posted extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, transfer: () => Transfer };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The transfer. */
  declare readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.transfer = new Transfer(wire.transfer);
    freeze(this);
  }
}

/** Reply of a change of a hold. */
export class HoldReply extends View {
  /** @internal */
  static override readonly known: Known = { balance: () => Balance, hold: () => Hold, replayed: null };
  /** Balance of its account, as it is now. */
  declare readonly balance: Balance;
  /** The hold. */
  declare readonly hold: Hold;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.balance = new Balance(wire.balance);
    this.hold = new Hold(wire.hold);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A hold. */
export class Hold extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, captured: null, created_at: null, expires_at: null, metadata: null, reference: null, released: null, remaining: null, state: null, version: null };
  static {
    absent(this, 'reference');
  }
  /** Its id. */
  declare readonly id: string;
  /** The account whose money it keeps. */
  declare readonly account: string;
  /** The amount authorized. */
  declare readonly amount: Money;
  /** The amount captured. */
  declare readonly captured: Money;
  /** @internal */
  declare readonly created_at: string;
  /** When it was made. */
  get createdAt(): string {
    return this.created_at;
  }
  /** @internal */
  declare readonly expires_at: string | null;
  /** When it expires. */
  get expiresAt(): string | null {
    return this.expires_at ?? null;
  }
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** The amount released. */
  declare readonly released: Money;
  /** The amount it still keeps. */
  declare readonly remaining: Money;
  /** Its state, as stored: the clock may have ended it already. */
  declare readonly state: HoldState;
  /** Counts every change. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.captured = moneyOf(wire.captured);
    this.created_at = wire.created_at;
    if (wire.expires_at !== undefined) this.expires_at = (wire.expires_at ?? null);
    this.id = wire.id;
    this.metadata = frozen(wire.metadata);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.released = moneyOf(wire.released);
    this.remaining = moneyOf(wire.remaining);
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of a capture. */
export class Captured extends View {
  /** @internal */
  static override readonly known: Known = { balance: () => Balance, hold: () => Hold, replayed: null, transfer: () => Transfer };
  /** Balance of the hold's account, as it is now. */
  declare readonly balance: Balance;
  /** The hold. */
  declare readonly hold: Hold;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The transfer. */
  declare readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super();
    this.balance = new Balance(wire.balance);
    this.hold = new Hold(wire.hold);
    this.replayed = wire.replayed;
    this.transfer = new Transfer(wire.transfer);
    freeze(this);
  }
}

/** Reply of `ledger.lock`. */
export class Locked extends View {
  /** @internal */
  static override readonly known: Known = { accounts: () => Balance, replayed: null };
  /** The accounts that are locked now, in the order of locking. */
  declare readonly accounts: readonly Balance[];
  /** Always false: locking leaves nothing to replay. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.accounts = listOf(wire.accounts, (one: any) => new Balance(one));
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Balances of several accounts. */
export class Balances extends View {
  /** @internal */
  static override readonly known: Known = { balances: () => Balance };
  /** The balances, by account and currency. */
  declare readonly balances: readonly Balance[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.balances = listOf(wire.balances, (one: any) => new Balance(one));
    freeze(this);
  }
}

/** An entry of an account. */
export class Entry extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, kind: null, amount: null, balance_after: null, balance_before: null, counterparty: null, created_at: null, deal: null, metadata: null, number: null, payment: null, purchase: null, reference: null, transfer: null, withdrawal: null };
  static {
    absent(this, 'counterparty', 'deal', 'number', 'payment', 'purchase', 'reference', 'withdrawal');
  }
  /** The account. */
  declare readonly account: string;
  /** The currency. */
  declare readonly currency: string;
  /** Why the transfer exists. */
  declare readonly kind: TransferKind;
  /** Signed: positive is a credit. */
  declare readonly amount: Money;
  /** @internal */
  declare readonly balance_after: Money | null;
  /** Balance after; `null` on a streaming account. */
  get balanceAfter(): Money | null {
    return this.balance_after ?? null;
  }
  /** @internal */
  declare readonly balance_before: Money | null;
  /** Balance before; `null` on a streaming account. */
  get balanceBefore(): Money | null {
    return this.balance_before ?? null;
  }
  /** The account on the other side; `null` where the transfer has more than two postings. */
  declare readonly counterparty: string | null;
  /** @internal */
  declare readonly created_at: string;
  /** When it was posted. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The deal that it was for. */
  declare readonly deal: string | null;
  /** The transfer's metadata. */
  declare readonly metadata: Record<string, Json>;
  /** Gapless number within the account; `null` on a streaming account. */
  declare readonly number: number | null;
  /** The payment that it was for. */
  declare readonly payment: string | null;
  /** The purchase that it was for. */
  declare readonly purchase: string | null;
  /** The transfer's reference. */
  declare readonly reference: string | null;
  /** Its transfer. */
  declare readonly transfer: string;
  /** The withdrawal that it was for. */
  declare readonly withdrawal: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    if (wire.balance_after !== undefined) this.balance_after = (wire.balance_after == null ? null : moneyOf(wire.balance_after));
    if (wire.balance_before !== undefined) this.balance_before = (wire.balance_before == null ? null : moneyOf(wire.balance_before));
    if (wire.counterparty !== undefined) this.counterparty = (wire.counterparty ?? null);
    this.created_at = wire.created_at;
    this.currency = wire.currency;
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    this.kind = wire.kind;
    this.metadata = frozen(wire.metadata);
    if (wire.number !== undefined) this.number = (wire.number ?? null);
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    if (wire.purchase !== undefined) this.purchase = (wire.purchase ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.transfer = wire.transfer;
    if (wire.withdrawal !== undefined) this.withdrawal = (wire.withdrawal ?? null);
    freeze(this);
  }
}

/** A statement of an account. */
export class Statement extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, closing: null, credits: null, csv: null, debits: null, entries: () => Entry, from_time: null, next: null, opening: null, to_time: null };
  static {
    absent(this, 'csv', 'next');
  }
  /** The account. */
  declare readonly account: string;
  /** Its currency. */
  declare readonly currency: string;
  /** Balance after the last entry of this page: the `opening` of the next one. */
  declare readonly closing: Money;
  /** Sum of the credits of this page. */
  declare readonly credits: Money;
  /** The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone. */
  declare readonly csv: string | null;
  /** Sum of the debits of this page, as a positive amount. */
  declare readonly debits: Money;
  /** The entries, oldest first. */
  declare readonly entries: readonly Entry[];
  /** @internal */
  declare readonly from_time: string;
  /** From this time on. */
  get fromTime(): string {
    return this.from_time;
  }
  /** Asks for the next page; `null` on the last one, which most statements are. */
  declare readonly next: string | null;
  /** Balance before the first entry of this page. */
  declare readonly opening: Money;
  /** @internal */
  declare readonly to_time: string;
  /** Before this time. */
  get toTime(): string {
    return this.to_time;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.closing = moneyOf(wire.closing);
    this.credits = moneyOf(wire.credits);
    if (wire.csv !== undefined) this.csv = (wire.csv ?? null);
    this.currency = wire.currency;
    this.debits = moneyOf(wire.debits);
    this.entries = listOf(wire.entries, (one: any) => new Entry(one));
    this.from_time = wire.from_time;
    if (wire.next !== undefined) this.next = (wire.next ?? null);
    this.opening = moneyOf(wire.opening);
    this.to_time = wire.to_time;
    freeze(this);
  }
}

/** All balances of a book, per currency. */
export class TrialBalance extends View {
  /** @internal */
  static override readonly known: Known = { balanced: null, currencies: () => TrialLine };
  /** Whether every line sums to zero. */
  declare readonly balanced: boolean;
  /** One line a currency. */
  declare readonly currencies: readonly TrialLine[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.balanced = wire.balanced;
    this.currencies = listOf(wire.currencies, (one: any) => new TrialLine(one));
    freeze(this);
  }
}

/** Debits and credits of one currency. */
export class TrialLine extends View {
  /** @internal */
  static override readonly known: Known = { currency: null, credits: null, debits: null, sum: null };
  /** The currency. */
  declare readonly currency: string;
  /** Sum of positive balances. */
  declare readonly credits: Money;
  /** Sum of negative balances, as a positive amount. */
  declare readonly debits: Money;
  /** Their difference: zero. */
  declare readonly sum: Money;

  /** @internal */
  constructor(wire: any) {
    super();
    this.credits = moneyOf(wire.credits);
    this.currency = wire.currency;
    this.debits = moneyOf(wire.debits);
    this.sum = moneyOf(wire.sum);
    freeze(this);
  }
}

/** Results of a batch, in the order of its calls. */
export class BatchReply extends View {
  /** @internal */
  static override readonly known: Known = { results: () => BatchResult };
  /** One result a call. */
  declare readonly results: readonly BatchResult[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.results = listOf(wire.results, (one: any) => new BatchResult(one));
    freeze(this);
  }
}

/** One result of a batch. */
export class BatchResult extends View {
  /** @internal */
  static override readonly known: Known = { error: null, ok: null, reply: null };
  static {
    absent(this, 'error', 'reply');
  }
  /** Its refusal; left out where it was accepted. */
  declare readonly error: EarnestError | null;
  /** Whether it was accepted. */
  declare readonly ok: boolean;
  /** Its reply; left out where it was refused. */
  declare readonly reply: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.error !== undefined) this.error = (wire.error == null ? null : errorOf(wire.error));
    this.ok = wire.ok;
    if (wire.reply !== undefined) this.reply = frozen((wire.reply ?? null));
    freeze(this);
  }
}

/** Reply of a change of a deal. */
export class DealReply extends View {
  /** @internal */
  static override readonly known: Known = { deal: () => Deal, replayed: null };
  /** The deal. */
  declare readonly deal: Deal;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.deal = new Deal(wire.deal);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A deal. */
export class Deal extends View {
  /** @internal */
  static override readonly known: Known = { id: null, buyer: null, buyer_owner: null, buyer_pays: null, created_at: null, deadlines: () => Deadlines, dispute: null, fees: () => Fee, fees_taken: null, funded: null, held: null, item: null, metadata: null, milestones: () => Milestone, payment: null, price: null, reference: null, refund_asked: null, refunded: null, released: null, seller: null, seller_gets: null, seller_owner: null, shipment: () => Shipment, splits: () => SplitShare, state: null, stopped: () => Stopped, terms: () => Terms, updated_at: null, version: null };
  static {
    absent(this, 'dispute', 'item', 'payment', 'reference', 'stopped');
  }
  /** Its id. */
  declare readonly id: string;
  /** The buyer's account. */
  declare readonly buyer: string;
  /** @internal */
  declare readonly buyer_owner: string | null;
  /** Owner of the buyer's account now. */
  get buyerOwner(): string | null {
    return this.buyer_owner ?? null;
  }
  /** @internal */
  declare readonly buyer_pays: Money;
  /** The total that the buyer pays. */
  get buyerPays(): Money {
    return this.buyer_pays;
  }
  /** @internal */
  declare readonly created_at: string;
  /** When it was opened. */
  get createdAt(): string {
    return this.created_at;
  }
  /** Deadlines. */
  declare readonly deadlines: Deadlines;
  /** The open dispute. */
  declare readonly dispute: string | null;
  /** Fees. */
  declare readonly fees: readonly Fee[];
  /** @internal */
  declare readonly fees_taken: Money;
  /** The amount taken as fees. */
  get feesTaken(): Money {
    return this.fees_taken;
  }
  /** The amount that came into its account. */
  declare readonly funded: Money;
  /** The balance of its account now. */
  declare readonly held: Money;
  /** The item sold, for people. */
  declare readonly item: string | null;
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** Parts that are released one by one. */
  declare readonly milestones: readonly Milestone[];
  /** The payment from outside that is to pay it, or has. */
  declare readonly payment: string | null;
  /** The price. */
  declare readonly price: Money;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** @internal */
  declare readonly refund_asked: Money | null;
  /** The refund that the buyer asked for and that is still undecided, as a part of the price. */
  get refundAsked(): Money | null {
    return this.refund_asked ?? null;
  }
  /** The amount that went back to the buyer. */
  declare readonly refunded: Money;
  /** The amount that went to the seller's side. */
  declare readonly released: Money;
  /** The seller's account. */
  declare readonly seller: string;
  /** @internal */
  declare readonly seller_gets: Money;
  /** The seller's proceeds if nothing is refunded. */
  get sellerGets(): Money {
    return this.seller_gets;
  }
  /** @internal */
  declare readonly seller_owner: string | null;
  /** Owner of the seller's account now. */
  get sellerOwner(): string | null {
    return this.seller_owner ?? null;
  }
  /** The shipment. */
  declare readonly shipment: Shipment;
  /** Others who get a part. */
  declare readonly splits: readonly SplitShare[];
  /** Its state, as stored: a deadline may have passed already. */
  declare readonly state: DealState;
  /** While it is at a standstill: who stopped it, and where it goes on. */
  declare readonly stopped: Stopped | null;
  /** The terms. */
  declare readonly terms: Terms;
  /** @internal */
  declare readonly updated_at: string;
  /** When it last changed. */
  get updatedAt(): string {
    return this.updated_at;
  }
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.buyer = wire.buyer;
    if (wire.buyer_owner !== undefined) this.buyer_owner = (wire.buyer_owner ?? null);
    this.buyer_pays = moneyOf(wire.buyer_pays);
    this.created_at = wire.created_at;
    this.deadlines = new Deadlines(wire.deadlines);
    if (wire.dispute !== undefined) this.dispute = (wire.dispute ?? null);
    this.fees = listOf(wire.fees, (one: any) => new Fee(one));
    this.fees_taken = moneyOf(wire.fees_taken);
    this.funded = moneyOf(wire.funded);
    this.held = moneyOf(wire.held);
    this.id = wire.id;
    if (wire.item !== undefined) this.item = (wire.item ?? null);
    this.metadata = frozen(wire.metadata);
    this.milestones = listOf(wire.milestones, (one: any) => new Milestone(one));
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    this.price = moneyOf(wire.price);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    if (wire.refund_asked !== undefined) this.refund_asked = (wire.refund_asked == null ? null : moneyOf(wire.refund_asked));
    this.refunded = moneyOf(wire.refunded);
    this.released = moneyOf(wire.released);
    this.seller = wire.seller;
    this.seller_gets = moneyOf(wire.seller_gets);
    if (wire.seller_owner !== undefined) this.seller_owner = (wire.seller_owner ?? null);
    this.shipment = new Shipment(wire.shipment);
    this.splits = listOf(wire.splits, (one: any) => new SplitShare(one));
    this.state = wire.state;
    if (wire.stopped !== undefined) this.stopped = (wire.stopped == null ? null : new Stopped(wire.stopped));
    this.terms = new Terms(wire.terms);
    this.updated_at = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`. */
export class Deadlines extends View {
  /** @internal */
  static override readonly known: Known = { deliver_by: null, left: null, pay_by: null, release_at: null, ship_by: null };
  static {
    absent(this, 'left');
  }
  /** @internal */
  declare readonly deliver_by: string | null;
  /** The deadline after which it counts as delivered. */
  get deliverBy(): string | null {
    return this.deliver_by ?? null;
  }
  /** While a dispute or the request of a refund stops the clock: what is left of the deadline that was in force. */
  declare readonly left: string | null;
  /** @internal */
  declare readonly pay_by: string | null;
  /** The buyer must have paid. */
  get payBy(): string | null {
    return this.pay_by ?? null;
  }
  /** @internal */
  declare readonly release_at: string | null;
  /** The seller is paid without further ado. */
  get releaseAt(): string | null {
    return this.release_at ?? null;
  }
  /** @internal */
  declare readonly ship_by: string | null;
  /** The seller must have shipped. */
  get shipBy(): string | null {
    return this.ship_by ?? null;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.deliver_by !== undefined) this.deliver_by = (wire.deliver_by ?? null);
    if (wire.left !== undefined) this.left = (wire.left ?? null);
    if (wire.pay_by !== undefined) this.pay_by = (wire.pay_by ?? null);
    if (wire.release_at !== undefined) this.release_at = (wire.release_at ?? null);
    if (wire.ship_by !== undefined) this.ship_by = (wire.ship_by ?? null);
    freeze(this);
  }
}

/** A fee. */
export class Fee extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, from: null, to: null, bps: null };
  static {
    absent(this, 'bps');
  }
  /** The amount when the whole price is released. */
  declare readonly amount: Money;
  /** The payer: `seller` or `buyer`. */
  declare readonly from: string;
  /** The payee. */
  declare readonly to: string;
  /** Hundredths of a percent of the price; `null` for a fixed amount. */
  declare readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    if (wire.bps !== undefined) this.bps = (wire.bps ?? null);
    this.from = wire.from;
    this.to = wire.to;
    freeze(this);
  }
}

/** A part of the price that is released by name. */
export class Milestone extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, name: null, released: null };
  /** How much of the price it is. */
  declare readonly amount: Money;
  /** Its name. */
  declare readonly name: string;
  /** Whether it was released. */
  declare readonly released: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    this.name = wire.name;
    this.released = wire.released;
    freeze(this);
  }
}

/** The shipment. */
export class Shipment extends View {
  /** @internal */
  static override readonly known: Known = { carrier: null, delivered_at: null, shipped_at: null, tracking: null };
  static {
    absent(this, 'carrier', 'tracking');
  }
  /** The carrier. */
  declare readonly carrier: string | null;
  /** @internal */
  declare readonly delivered_at: string | null;
  /** When it was delivered. */
  get deliveredAt(): string | null {
    return this.delivered_at ?? null;
  }
  /** @internal */
  declare readonly shipped_at: string | null;
  /** When it was shipped. */
  get shippedAt(): string | null {
    return this.shipped_at ?? null;
  }
  /** The carrier's number for it. */
  declare readonly tracking: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.carrier !== undefined) this.carrier = (wire.carrier ?? null);
    if (wire.delivered_at !== undefined) this.delivered_at = (wire.delivered_at ?? null);
    if (wire.shipped_at !== undefined) this.shipped_at = (wire.shipped_at ?? null);
    if (wire.tracking !== undefined) this.tracking = (wire.tracking ?? null);
    freeze(this);
  }
}

/** A share of another payee in the seller's proceeds. */
export class SplitShare extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, to: null, bps: null };
  static {
    absent(this, 'bps');
  }
  /** The amount when the whole price is released. */
  declare readonly amount: Money;
  /** The payee. */
  declare readonly to: string;
  /** Hundredths of a percent of the price; `null` for a fixed amount. */
  declare readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    if (wire.bps !== undefined) this.bps = (wire.bps ?? null);
    this.to = wire.to;
    freeze(this);
  }
}

/** Why a deal is at a standstill, and where it goes on. */
export class Stopped extends View {
  /** @internal */
  static override readonly known: Known = { before: null, by: null, whole: null };
  static {
    absent(this, 'by', 'whole');
  }
  /** The state before, to which it returns. */
  declare readonly before: DealState;
  /** The side that opened the dispute; `null` where staff did, and where a refund was asked for. */
  declare readonly by: Side | null;
  /** Whether the refund that was asked for is all that is left of the price; `null` in a dispute. */
  declare readonly whole: boolean | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.before = wire.before;
    if (wire.by !== undefined) this.by = (wire.by ?? null);
    if (wire.whole !== undefined) this.whole = (wire.whole ?? null);
    freeze(this);
  }
}

/** The terms of a deal. */
export class Terms extends View {
  /** @internal */
  static override readonly known: Known = { deliver_within: null, inspection: null, pay_within: null, require_acceptance: null, respond_within: null, ship_within: null, shipping: null };
  /** @internal */
  declare readonly deliver_within: string | null;
  /** How long it may be on its way before it counts as delivered. */
  get deliverWithin(): string | null {
    return this.deliver_within ?? null;
  }
  /** How long the buyer may look at what arrived. */
  declare readonly inspection: string;
  /** @internal */
  declare readonly pay_within: string | null;
  /** How long the buyer may take to pay. */
  get payWithin(): string | null {
    return this.pay_within ?? null;
  }
  /** @internal */
  declare readonly require_acceptance: boolean;
  /** The seller must accept before the deal continues. */
  get requireAcceptance(): boolean {
    return this.require_acceptance;
  }
  /** @internal */
  declare readonly respond_within: string;
  /** How long the other side may take to answer a dispute. */
  get respondWithin(): string {
    return this.respond_within;
  }
  /** @internal */
  declare readonly ship_within: string | null;
  /** How long the seller may take to ship. */
  get shipWithin(): string | null {
    return this.ship_within ?? null;
  }
  /** Something is shipped. */
  declare readonly shipping: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.deliver_within !== undefined) this.deliver_within = (wire.deliver_within ?? null);
    this.inspection = wire.inspection;
    if (wire.pay_within !== undefined) this.pay_within = (wire.pay_within ?? null);
    this.require_acceptance = wire.require_acceptance;
    this.respond_within = wire.respond_within;
    if (wire.ship_within !== undefined) this.ship_within = (wire.ship_within ?? null);
    this.shipping = wire.shipping;
    freeze(this);
  }
}

/** Reply of a change of a dispute. */
export class DisputeReply extends View {
  /** @internal */
  static override readonly known: Known = { deal: () => Deal, dispute: () => Dispute, replayed: null };
  /** Its deal. */
  declare readonly deal: Deal;
  /** The dispute. */
  declare readonly dispute: Dispute;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.deal = new Deal(wire.deal);
    this.dispute = new Dispute(wire.dispute);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A dispute. */
export class Dispute extends View {
  /** @internal */
  static override readonly known: Known = { id: null, deal: null, evidence: () => Evidence, opened_at: null, opened_by: null, outcome: null, reference: null, refund: null, resolution: null, resolved_at: null, resolved_by: null, respond_by: null, response_overdue: null, state: null, statement: null, type: null, version: null };
  static {
    absent(this, 'outcome', 'reference', 'refund', 'resolution', 'statement');
  }
  /** Its id. */
  declare readonly id: string;
  /** The deal. */
  declare readonly deal: string;
  /** Evidence, in the order in which it was shown. */
  declare readonly evidence: readonly Evidence[];
  /** @internal */
  declare readonly opened_at: string;
  /** When it was opened. */
  get openedAt(): string {
    return this.opened_at;
  }
  /** @internal */
  declare readonly opened_by: string;
  /** The actor who opened it. */
  get openedBy(): string {
    return this.opened_by;
  }
  /** The ruling. */
  declare readonly outcome: Ruling | null;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** The part of the price that the ruling refunds to the buyer. */
  declare readonly refund: Money | null;
  /** Why. */
  declare readonly resolution: string | null;
  /** @internal */
  declare readonly resolved_at: string | null;
  /** When it was resolved. */
  get resolvedAt(): string | null {
    return this.resolved_at ?? null;
  }
  /** @internal */
  declare readonly resolved_by: string | null;
  /** The actor who ruled. */
  get resolvedBy(): string | null {
    return this.resolved_by ?? null;
  }
  /** @internal */
  declare readonly respond_by: string | null;
  /** The other side should have answered. */
  get respondBy(): string | null {
    return this.respond_by ?? null;
  }
  /** @internal */
  declare readonly response_overdue: boolean;
  /** The other side did not answer in time. */
  get responseOverdue(): boolean {
    return this.response_overdue;
  }
  /** Its state. */
  declare readonly state: DisputeState;
  /** The opener's statement; `null` when it was erased. */
  declare readonly statement: string | null;
  /** The type of the dispute. */
  declare readonly type: DisputeType;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.deal = wire.deal;
    this.evidence = listOf(wire.evidence, (one: any) => new Evidence(one));
    this.id = wire.id;
    this.opened_at = wire.opened_at;
    this.opened_by = wire.opened_by;
    if (wire.outcome !== undefined) this.outcome = (wire.outcome ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    if (wire.refund !== undefined) this.refund = (wire.refund == null ? null : moneyOf(wire.refund));
    if (wire.resolution !== undefined) this.resolution = (wire.resolution ?? null);
    if (wire.resolved_at !== undefined) this.resolved_at = (wire.resolved_at ?? null);
    if (wire.resolved_by !== undefined) this.resolved_by = (wire.resolved_by ?? null);
    if (wire.respond_by !== undefined) this.respond_by = (wire.respond_by ?? null);
    this.response_overdue = wire.response_overdue;
    this.state = wire.state;
    if (wire.statement !== undefined) this.statement = (wire.statement ?? null);
    this.type = wire.type;
    this.version = wire.version;
    freeze(this);
  }
}

/** A piece of evidence. */
export class Evidence extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, added_at: null, added_by: null, number: null, role: null, sha256: null, statement: null, uri: null };
  static {
    absent(this, 'sha256', 'statement', 'uri');
  }
  /** The type of the evidence. */
  declare readonly kind: string;
  /** @internal */
  declare readonly added_at: string;
  /** When. */
  get addedAt(): string {
    return this.added_at;
  }
  /** @internal */
  declare readonly added_by: string;
  /** The actor who showed it. */
  get addedBy(): string {
    return this.added_by;
  }
  /** Its place, from 1. */
  declare readonly number: number;
  /** For which side: `buyer`, `seller`, or the staff (`admin`, `system`). */
  declare readonly role: EvidenceRole;
  /** SHA-256 of a file that the host keeps. */
  declare readonly sha256: string | null;
  /** The statement; `null` also when it was erased. */
  declare readonly statement: string | null;
  /** Where that file is. */
  declare readonly uri: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.added_at = wire.added_at;
    this.added_by = wire.added_by;
    this.kind = wire.kind;
    this.number = wire.number;
    this.role = wire.role;
    if (wire.sha256 !== undefined) this.sha256 = (wire.sha256 ?? null);
    if (wire.statement !== undefined) this.statement = (wire.statement ?? null);
    if (wire.uri !== undefined) this.uri = (wire.uri ?? null);
    freeze(this);
  }
}

/** The cost and the proceeds of a deal. */
export class Quote extends View {
  /** @internal */
  static override readonly known: Known = { buyer_pays: null, fees: () => Fee, price: null, seller_gets: null, splits: () => SplitShare };
  /** @internal */
  declare readonly buyer_pays: Money;
  /** The total that the buyer pays. */
  get buyerPays(): Money {
    return this.buyer_pays;
  }
  /** Fees. */
  declare readonly fees: readonly Fee[];
  /** The price. */
  declare readonly price: Money;
  /** @internal */
  declare readonly seller_gets: Money;
  /** The seller's proceeds. */
  get sellerGets(): Money {
    return this.seller_gets;
  }
  /** Others who get a part. */
  declare readonly splits: readonly SplitShare[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.buyer_pays = moneyOf(wire.buyer_pays);
    this.fees = listOf(wire.fees, (one: any) => new Fee(one));
    this.price = moneyOf(wire.price);
    this.seller_gets = moneyOf(wire.seller_gets);
    this.splits = listOf(wire.splits, (one: any) => new SplitShare(one));
    freeze(this);
  }
}

/** An event. */
export class Event extends View {
  /** @internal */
  static override readonly known: Known = { id: null, actor: null, at: null, causation_id: null, correlation_id: null, data: null, device: null, hash: null, ip: null, object: null, object_id: null, previous_hash: null, seq: null, timeline: null, type: null, version: null };
  static {
    absent(this, 'actor', 'device', 'ip', 'timeline');
  }
  /** Its id. */
  declare readonly id: string;
  /** The actor. */
  declare readonly actor: Actor | null;
  /** When. */
  declare readonly at: string;
  /** @internal */
  declare readonly causation_id: string | null;
  /** The event or call that caused it. */
  get causationId(): string | null {
    return this.causation_id ?? null;
  }
  /** @internal */
  declare readonly correlation_id: string | null;
  /** Ties together what one user action caused. */
  get correlationId(): string | null {
    return this.correlation_id ?? null;
  }
  /** Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well. */
  declare readonly data: Record<string, Json>;
  /** Device of the end user, for staff in `admin.audit`, until it is erased. */
  declare readonly device: string | null;
  /** Its link of the chain, hexadecimal. */
  declare readonly hash: string;
  /** Address of the end user, for staff in `admin.audit`, until it is erased. */
  declare readonly ip: string | null;
  /** The kind of object. */
  declare readonly object: string;
  /** @internal */
  declare readonly object_id: string;
  /** The object's id. */
  get objectId(): string {
    return this.object_id;
  }
  /** @internal */
  declare readonly previous_hash: string;
  /** The link before. */
  get previousHash(): string {
    return this.previous_hash;
  }
  /** Its place in the book, without gaps. */
  declare readonly seq: number;
  /** The timeline that the link is of; `null` is the store's first. */
  declare readonly timeline: string | null;
  /** `object.past_tense`. */
  declare readonly type: string;
  /** The object's version after it. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.actor !== undefined) this.actor = (wire.actor == null ? null : actorOf(wire.actor));
    this.at = wire.at;
    if (wire.causation_id !== undefined) this.causation_id = (wire.causation_id ?? null);
    if (wire.correlation_id !== undefined) this.correlation_id = (wire.correlation_id ?? null);
    this.data = frozen(wire.data);
    if (wire.device !== undefined) this.device = (wire.device ?? null);
    this.hash = wire.hash;
    this.id = wire.id;
    if (wire.ip !== undefined) this.ip = (wire.ip ?? null);
    this.object = wire.object;
    this.object_id = wire.object_id;
    this.previous_hash = wire.previous_hash;
    this.seq = wire.seq;
    if (wire.timeline !== undefined) this.timeline = (wire.timeline ?? null);
    this.type = wire.type;
    this.version = wire.version;
    freeze(this);
  }
}

/** The verdict of a dry run. */
export class Validation extends View {
  /** @internal */
  static override readonly known: Known = { to: null, allowed: null, reason: () => Reason };
  static {
    absent(this, 'to', 'reason');
  }
  /** The state that the deal would be in; `null` when it is refused. */
  declare readonly to: DealState | null;
  /**
   * Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors are not
   * asked.
   */
  declare readonly allowed: boolean;
  /** Why it would be refused; `null` when it is allowed. */
  declare readonly reason: Reason | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.allowed = wire.allowed;
    if (wire.reason !== undefined) this.reason = (wire.reason == null ? null : new Reason(wire.reason));
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    freeze(this);
  }
}

/** Why something would be refused. */
export class Reason extends View {
  /** @internal */
  static override readonly known: Known = { code: null, message: null };
  /** The code of the refusal. */
  declare readonly code: string;
  /** The message, for developers. */
  declare readonly message: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.code = wire.code;
    this.message = wire.message;
    freeze(this);
  }
}

/** Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does. */
export class Actions extends View {
  /** @internal */
  static override readonly known: Known = { actions: () => Action };
  /** The actions, in the order of the table of transitions. */
  declare readonly actions: readonly Action[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.actions = listOf(wire.actions, (one: any) => new Action(one));
    freeze(this);
  }
}

/** Something that an actor could do with a deal. */
export class Action extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  /** The state that the deal would be in. */
  declare readonly to: DealState;
  /** Fields that the call must have in addition to the deal. */
  declare readonly needs: readonly string[];
  /** The trigger; it is the name of the operation too. */
  declare readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.needs = frozen(wire.needs);
    this.to = wire.to;
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** A picture of everything that a deal can do. */
export class Diagram extends View {
  /** @internal */
  static override readonly known: Known = { content: null, format: null };
  /** The picture, as text. */
  declare readonly content: string;
  /** `mermaid` or `svg`. */
  declare readonly format: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.content = wire.content;
    this.format = wire.format;
    freeze(this);
  }
}

/** A dispute in full: its own fields, the whole deal, and the history of both. */
export class DisputeFile extends View {
  /** @internal */
  static override readonly known: Known = { id: null, deal: () => Deal, evidence: () => Evidence, history: () => Event, opened_at: null, opened_by: null, outcome: null, parties: () => BothParties, reference: null, refund: null, resolution: null, resolved_at: null, resolved_by: null, respond_by: null, response_overdue: null, shipments: () => Shipment, state: null, statement: null, type: null, version: null };
  static {
    absent(this, 'outcome', 'reference', 'refund', 'resolution', 'statement');
  }
  /** Its id. */
  declare readonly id: string;
  /** The deal. */
  declare readonly deal: Deal;
  /** Evidence, in the order in which it was shown. */
  declare readonly evidence: readonly Evidence[];
  /** The events of the deal and of the dispute, oldest first. */
  declare readonly history: readonly Event[];
  /** @internal */
  declare readonly opened_at: string;
  /** When it was opened. */
  get openedAt(): string {
    return this.opened_at;
  }
  /** @internal */
  declare readonly opened_by: string;
  /** The actor who opened it. */
  get openedBy(): string {
    return this.opened_by;
  }
  /** The ruling. */
  declare readonly outcome: Ruling | null;
  /** The parties of the deal. */
  declare readonly parties: BothParties;
  /** The caller's own reference. */
  declare readonly reference: string | null;
  /** The part of the price that the ruling refunds to the buyer. */
  declare readonly refund: Money | null;
  /** Why. */
  declare readonly resolution: string | null;
  /** @internal */
  declare readonly resolved_at: string | null;
  /** When it was resolved. */
  get resolvedAt(): string | null {
    return this.resolved_at ?? null;
  }
  /** @internal */
  declare readonly resolved_by: string | null;
  /** The actor who ruled. */
  get resolvedBy(): string | null {
    return this.resolved_by ?? null;
  }
  /** @internal */
  declare readonly respond_by: string | null;
  /** The other side should have answered. */
  get respondBy(): string | null {
    return this.respond_by ?? null;
  }
  /** @internal */
  declare readonly response_overdue: boolean;
  /** The other side did not answer in time. */
  get responseOverdue(): boolean {
    return this.response_overdue;
  }
  /** The shipments. */
  declare readonly shipments: readonly Shipment[];
  /** Its state. */
  declare readonly state: DisputeState;
  /** The opener's statement; `null` when it was erased. */
  declare readonly statement: string | null;
  /** The type of the dispute. */
  declare readonly type: DisputeType;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.deal = new Deal(wire.deal);
    this.evidence = listOf(wire.evidence, (one: any) => new Evidence(one));
    this.history = listOf(wire.history, (one: any) => new Event(one));
    this.id = wire.id;
    this.opened_at = wire.opened_at;
    this.opened_by = wire.opened_by;
    if (wire.outcome !== undefined) this.outcome = (wire.outcome ?? null);
    this.parties = new BothParties(wire.parties);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    if (wire.refund !== undefined) this.refund = (wire.refund == null ? null : moneyOf(wire.refund));
    if (wire.resolution !== undefined) this.resolution = (wire.resolution ?? null);
    if (wire.resolved_at !== undefined) this.resolved_at = (wire.resolved_at ?? null);
    if (wire.resolved_by !== undefined) this.resolved_by = (wire.resolved_by ?? null);
    if (wire.respond_by !== undefined) this.respond_by = (wire.respond_by ?? null);
    this.response_overdue = wire.response_overdue;
    this.shipments = listOf(wire.shipments, (one: any) => new Shipment(one));
    this.state = wire.state;
    if (wire.statement !== undefined) this.statement = (wire.statement ?? null);
    this.type = wire.type;
    this.version = wire.version;
    freeze(this);
  }
}

/** Both parties of a deal. */
export class BothParties extends View {
  /** @internal */
  static override readonly known: Known = { buyer: () => Party, seller: () => Party };
  /** The buyer. */
  declare readonly buyer: Party;
  /** The seller. */
  declare readonly seller: Party;

  /** @internal */
  constructor(wire: any) {
    super();
    this.buyer = new Party(wire.buyer);
    this.seller = new Party(wire.seller);
    freeze(this);
  }
}

/** A party of a deal. */
export class Party extends View {
  /** @internal */
  static override readonly known: Known = { account: null, display_name: null, owner: null };
  static {
    absent(this, 'owner');
  }
  /** The account. */
  declare readonly account: string;
  /** @internal */
  declare readonly display_name: string | null;
  /** Its name for people. */
  get displayName(): string | null {
    return this.display_name ?? null;
  }
  /** Its owner now. */
  declare readonly owner: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    if (wire.display_name !== undefined) this.display_name = (wire.display_name ?? null);
    if (wire.owner !== undefined) this.owner = (wire.owner ?? null);
    freeze(this);
  }
}

/** Counts of disputes. */
export class DisputeStats extends View {
  /** @internal */
  static override readonly known: Known = { by_type: () => ByType, investigating: null, mean_resolution_seconds: null, open: null, resolved_in_period: null };
  /** @internal */
  declare readonly by_type: ByType;
  /** Disputes that have not ended, by type. */
  get byType(): ByType {
    return this.by_type;
  }
  /** Under investigation now. */
  declare readonly investigating: number;
  /** @internal */
  declare readonly mean_resolution_seconds: number | null;
  /** How long those took from their opening, in whole seconds on average; `null` when there were none. */
  get meanResolutionSeconds(): number | null {
    return this.mean_resolution_seconds ?? null;
  }
  /** Open now. */
  declare readonly open: number;
  /** @internal */
  declare readonly resolved_in_period: number;
  /** Resolved in the period. */
  get resolvedInPeriod(): number {
    return this.resolved_in_period;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.by_type = new ByType(wire.by_type);
    this.investigating = wire.investigating;
    if (wire.mean_resolution_seconds !== undefined) this.mean_resolution_seconds = (wire.mean_resolution_seconds ?? null);
    this.open = wire.open;
    this.resolved_in_period = wire.resolved_in_period;
    freeze(this);
  }
}

/** Disputes that have not ended, by type. */
export class ByType extends View {
  /** @internal */
  static override readonly known: Known = { non_delivery: null, other: null, quality_issue: null, seller_non_response: null, wrong_item: null };
  /** @internal */
  declare readonly non_delivery: number;
  /** The delivery never came. */
  get nonDelivery(): number {
    return this.non_delivery;
  }
  /** Anything else. */
  declare readonly other: number;
  /** @internal */
  declare readonly quality_issue: number;
  /** The quality is not as agreed. */
  get qualityIssue(): number {
    return this.quality_issue;
  }
  /** @internal */
  declare readonly seller_non_response: number;
  /** The seller does not answer. */
  get sellerNonResponse(): number {
    return this.seller_non_response;
  }
  /** @internal */
  declare readonly wrong_item: number;
  /** Something else came. */
  get wrongItem(): number {
    return this.wrong_item;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.non_delivery = wire.non_delivery;
    this.other = wire.other;
    this.quality_issue = wire.quality_issue;
    this.seller_non_response = wire.seller_non_response;
    this.wrong_item = wire.wrong_item;
    freeze(this);
  }
}

/** The result of checking a receipt. */
export class Verification extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, kid: null, reason: null, valid: null };
  static {
    absent(this, 'alg', 'kid', 'reason');
  }
  /** The algorithm that this signature names. */
  declare readonly alg: string | null;
  /** The key of the signature that decided. */
  declare readonly kid: string | null;
  /**
   * Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key` (another of
   * the known keys made it) or `bad_signature`. `old_key` of a genuine one whose key was rotated out since.
   */
  declare readonly reason: string | null;
  /** Whether it is genuine: nothing was changed, and every signature that could be checked is right. */
  declare readonly valid: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.alg !== undefined) this.alg = (wire.alg ?? null);
    if (wire.kid !== undefined) this.kid = (wire.kid ?? null);
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    this.valid = wire.valid;
    freeze(this);
  }
}

/** The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it. */
export class PublicKeys extends View {
  /** @internal */
  static override readonly known: Known = { keys: () => PublicKey };
  /** The keys, the current one first. */
  declare readonly keys: readonly PublicKey[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.keys = listOf(wire.keys, (one: any) => new PublicKey(one));
    freeze(this);
  }
}

/** A public key. */
export class PublicKey extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, created_at: null, kid: null, old: null, pem: null, public_key: null, purpose: null, retired_at: null };
  static {
    absent(this, 'old', 'pem');
  }
  /** `Ed25519`. */
  declare readonly alg: Alg;
  /** @internal */
  declare readonly created_at: string | null;
  /** When it was made. */
  get createdAt(): string | null {
    return this.created_at ?? null;
  }
  /** Its id, which signatures name. */
  declare readonly kid: string;
  /** Whether it was rotated out: what it signed stays valid. */
  declare readonly old: boolean | null;
  /** The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it. */
  declare readonly pem: string | null;
  /** @internal */
  declare readonly public_key: string;
  /** The 32 bytes of the key, hexadecimal. */
  get publicKey(): string {
    return this.public_key;
  }
  /** The purpose: `receipts`. */
  declare readonly purpose: string;
  /** @internal */
  declare readonly retired_at: string | null;
  /** When it was rotated out. */
  get retiredAt(): string | null {
    return this.retired_at ?? null;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.alg = wire.alg;
    if (wire.created_at !== undefined) this.created_at = (wire.created_at ?? null);
    this.kid = wire.kid;
    if (wire.old !== undefined) this.old = (wire.old ?? null);
    if (wire.pem !== undefined) this.pem = (wire.pem ?? null);
    this.public_key = wire.public_key;
    this.purpose = wire.purpose;
    if (wire.retired_at !== undefined) this.retired_at = (wire.retired_at ?? null);
    freeze(this);
  }
}

/** A receipt: one transfer, signed. The fields next to the payload repeat it. */
export class Receipt extends View {
  /** @internal */
  static override readonly known: Known = { id: null, kind: null, amount: null, from: null, to: null, deal: null, integrity_hash: null, issued_at: null, number: null, payload: null, signatures: () => ReceiptSignature, transfer: null };
  static {
    absent(this, 'amount', 'from', 'to', 'deal');
  }
  /** Its id: `rc_` and the uuid of its transfer. */
  declare readonly id: string;
  /** Why the money moved. */
  declare readonly kind: TransferKind;
  /** The amount moved; `null` with more than two postings. */
  declare readonly amount: Money | null;
  /** The payer; `null` with more than two postings. */
  declare readonly from: string | null;
  /** The payee; `null` with more than two postings. */
  declare readonly to: string | null;
  /** The deal that it belongs to. */
  declare readonly deal: string | null;
  /** @internal */
  declare readonly integrity_hash: string;
  /** SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal. */
  get integrityHash(): string {
    return this.integrity_hash;
  }
  /** @internal */
  declare readonly issued_at: string;
  /** When the money moved. */
  get issuedAt(): string {
    return this.issued_at;
  }
  /** The place of its event in the book's gapless sequence: no two receipts of a book share one. */
  declare readonly number: number;
  /** The signed payload. */
  declare readonly payload: Record<string, Json>;
  /** The signatures. */
  declare readonly signatures: readonly ReceiptSignature[];
  /** The transfer. */
  declare readonly transfer: string;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.amount !== undefined) this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    if (wire.from !== undefined) this.from = (wire.from ?? null);
    this.id = wire.id;
    this.integrity_hash = wire.integrity_hash;
    this.issued_at = wire.issued_at;
    this.kind = wire.kind;
    this.number = wire.number;
    this.payload = frozen(wire.payload);
    this.signatures = listOf(wire.signatures, (one: any) => new ReceiptSignature(one));
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.transfer = wire.transfer;
    freeze(this);
  }
}

/** One signature over the canonical JSON (RFC 8785) of a receipt's payload. */
export class ReceiptSignature extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, kid: null, value: null };
  /** `HMAC-SHA-256` or `Ed25519`. */
  declare readonly alg: Alg;
  /** The id of the key. */
  declare readonly kid: string;
  /** The signature, in lower-case hexadecimal. */
  declare readonly value: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.alg = wire.alg;
    this.kid = wire.kid;
    this.value = wire.value;
    freeze(this);
  }
}

/** A receipt for people. */
export class RenderedReceipt extends View {
  /** @internal */
  static override readonly known: Known = { content: null, format: null, locale: null };
  /** The text, or a whole page. */
  declare readonly content: string;
  /** `text` or `html`. */
  declare readonly format: string;
  /** The language that it is in. */
  declare readonly locale: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.content = wire.content;
    this.format = wire.format;
    this.locale = wire.locale;
    freeze(this);
  }
}

/** Reply of `treasury.set_account`. */
export class TreasuryReply extends View {
  /** @internal */
  static override readonly known: Known = { account: () => Account, replayed: null, usage: () => Usage };
  /** The account. */
  declare readonly account: Account;
  /** Whether this was done before under the same key. */
  declare readonly replayed: boolean;
  /** Its limits, and what is used of them. */
  declare readonly usage: Usage;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = new Account(wire.account);
    this.replayed = wire.replayed;
    this.usage = new Usage(wire.usage);
    freeze(this);
  }
}

/** How much of its limits an account has used. */
export class Usage extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, ceiling: null, daily_limit: null, day_ends_at: null, month_ends_at: null, monthly_limit: null, sweep: null, this_month: null, tier: null, time_zone: null, today: null, version: null };
  static {
    absent(this, 'ceiling', 'sweep');
  }
  /** The account. */
  declare readonly account: string;
  /** Its currency. */
  declare readonly currency: string;
  /** The most that a hot account should have. */
  declare readonly ceiling: Money | null;
  /** @internal */
  declare readonly daily_limit: Money | null;
  /** The most that may leave it in a day; `null` is no limit. */
  get dailyLimit(): Money | null {
    return this.daily_limit ?? null;
  }
  /** @internal */
  declare readonly day_ends_at: string;
  /** When today ends. */
  get dayEndsAt(): string {
    return this.day_ends_at;
  }
  /** @internal */
  declare readonly month_ends_at: string;
  /** When this month ends. */
  get monthEndsAt(): string {
    return this.month_ends_at;
  }
  /** @internal */
  declare readonly monthly_limit: Money | null;
  /** The most that may leave it in a month; `null` is no limit. */
  get monthlyLimit(): Money | null {
    return this.monthly_limit ?? null;
  }
  /**
   * The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when there is
   * none.
   */
  declare readonly sweep: Money | null;
  /** @internal */
  declare readonly this_month: Money;
  /** The amount that has left it this month. */
  get thisMonth(): Money {
    return this.this_month;
  }
  /** `hot` or `cold`. */
  declare readonly tier: Tier;
  /** @internal */
  declare readonly time_zone: string;
  /** Where its days and months begin. */
  get timeZone(): string {
    return this.time_zone;
  }
  /** The amount that has left it today. */
  declare readonly today: Money;
  /** Counts every change of limits and counts. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    if (wire.ceiling !== undefined) this.ceiling = (wire.ceiling == null ? null : moneyOf(wire.ceiling));
    this.currency = wire.currency;
    if (wire.daily_limit !== undefined) this.daily_limit = (wire.daily_limit == null ? null : moneyOf(wire.daily_limit));
    this.day_ends_at = wire.day_ends_at;
    this.month_ends_at = wire.month_ends_at;
    if (wire.monthly_limit !== undefined) this.monthly_limit = (wire.monthly_limit == null ? null : moneyOf(wire.monthly_limit));
    if (wire.sweep !== undefined) this.sweep = (wire.sweep == null ? null : moneyOf(wire.sweep));
    this.this_month = moneyOf(wire.this_month);
    this.tier = wire.tier;
    this.time_zone = wire.time_zone;
    this.today = moneyOf(wire.today);
    this.version = wire.version;
    freeze(this);
  }
}

/** Money that a deal has paid out. */
export class Settlement extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, from: null, to: null, approved_by: null, deal: null, executed_at: null, type: null };
  static {
    absent(this, 'amount', 'from', 'to', 'deal');
  }
  /** The transfer. */
  declare readonly id: string;
  /** How much. */
  declare readonly amount: Money | null;
  /** The account that paid. */
  declare readonly from: string | null;
  /** The account that was paid. */
  declare readonly to: string | null;
  /** @internal */
  declare readonly approved_by: readonly string[];
  /**
   * Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the approvers. Otherwise
   * the actor who confirmed or decided; `system` for a deadline.
   */
  get approvedBy(): readonly string[] {
    return this.approved_by;
  }
  /** The deal. */
  declare readonly deal: string | null;
  /** @internal */
  declare readonly executed_at: string;
  /** When. */
  get executedAt(): string {
    return this.executed_at;
  }
  /** `settlement` or `refund`. */
  declare readonly type: TransferKind;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.amount !== undefined) this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.approved_by = frozen(wire.approved_by);
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    this.executed_at = wire.executed_at;
    if (wire.from !== undefined) this.from = (wire.from ?? null);
    this.id = wire.id;
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.type = wire.type;
    freeze(this);
  }
}

/** Reply of `set_gateway`. */
export class GatewayReply extends View {
  /** @internal */
  static override readonly known: Known = { gateway: () => Gateway, replayed: null };
  /** The gateway. */
  declare readonly gateway: Gateway;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.gateway = new Gateway(wire.gateway);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A gateway. */
export class Gateway extends View {
  /** @internal */
  static override readonly known: Known = { id: null, abilities: null, active: null, breaker: () => Breaker, config: null, currencies: null, driver: null, retry_at: null, secrets: null, settle_after: null, status: null, version: null };
  static {
    absent(this, 'currencies');
  }
  /** Its name. */
  declare readonly id: string;
  /** Its abilities. */
  declare readonly abilities: readonly GatewayAbility[];
  /** Whether new payments may go to it. */
  declare readonly active: boolean;
  /** When it counts as down. */
  declare readonly breaker: Breaker;
  /** Settings of its driver. */
  declare readonly config: Record<string, Json>;
  /** The currencies that it takes; `null` if all. */
  declare readonly currencies: readonly string[] | null;
  /** The driver that talks to it. */
  declare readonly driver: GatewayDriver;
  /** @internal */
  declare readonly retry_at: string | null;
  /** When it is tried again; `null` while it is up. */
  get retryAt(): string | null {
    return this.retry_at ?? null;
  }
  /** The names of its secrets. */
  declare readonly secrets: readonly string[];
  /** @internal */
  declare readonly settle_after: string;
  /** How long after a call its answer that it knows of none is not believed yet. */
  get settleAfter(): string {
    return this.settle_after;
  }
  /** Whether it answers. */
  declare readonly status: GatewayStatus;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.abilities = frozen(wire.abilities);
    this.active = wire.active;
    this.breaker = new Breaker(wire.breaker);
    this.config = frozen(wire.config);
    if (wire.currencies !== undefined) this.currencies = (wire.currencies == null ? null : frozen(wire.currencies));
    this.driver = wire.driver;
    this.id = wire.id;
    if (wire.retry_at !== undefined) this.retry_at = (wire.retry_at ?? null);
    this.secrets = frozen(wire.secrets);
    this.settle_after = wire.settle_after;
    this.status = wire.status;
    this.version = wire.version;
    freeze(this);
  }
}

/** When a gateway counts as down. */
export class Breaker extends View {
  /** @internal */
  static override readonly known: Known = { failures: null, pause: null };
  /** So many calls in a row without an answer. */
  declare readonly failures: number;
  /** How long it is left alone then. */
  declare readonly pause: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.failures = wire.failures;
    this.pause = wire.pause;
    freeze(this);
  }
}

/** Reply of `set_route`. */
export class RouteReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, route: () => Route };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The route. */
  declare readonly route: Route;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.route = new Route(wire.route);
    freeze(this);
  }
}

/** Which gateways are asked for which payments. */
export class Route extends View {
  /** @internal */
  static override readonly known: Known = { id: null, currency: null, gateways: null, max: null, min: null, priority: null, version: null };
  static {
    absent(this, 'currency', 'max', 'min');
  }
  /** Its name. */
  declare readonly id: string;
  /** Only payments in this currency. */
  declare readonly currency: string | null;
  /** The gateways, in the order in which they are tried. */
  declare readonly gateways: readonly string[];
  /** Only payments of this amount or less. */
  declare readonly max: Money | null;
  /** Only payments of this amount or more. */
  declare readonly min: Money | null;
  /** Of the routes that fit, the one with the highest is taken. */
  declare readonly priority: number;
  /** The version of the book's routes when it was set. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.currency !== undefined) this.currency = (wire.currency ?? null);
    this.gateways = frozen(wire.gateways);
    this.id = wire.id;
    if (wire.max !== undefined) this.max = (wire.max == null ? null : moneyOf(wire.max));
    if (wire.min !== undefined) this.min = (wire.min == null ? null : moneyOf(wire.min));
    this.priority = wire.priority;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `remove_route`. */
export class RouteRemoved extends View {
  /** @internal */
  static override readonly known: Known = { removed: null, replayed: null };
  /** The name of the route that is gone. */
  declare readonly removed: string;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.removed = wire.removed;
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Reply of a change of a payment. */
export class PaymentReply extends View {
  /** @internal */
  static override readonly known: Known = { payment: () => Payment, replayed: null };
  /** The payment. */
  declare readonly payment: Payment;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.payment = new Payment(wire.payment);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A payment. */
export class Payment extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, to: null, action: null, attempts: () => PaymentAttempt, authorization_expires_at: null, authorized: null, cancel_requested: null, capture: null, captured: null, chargebacks: () => Chargeback, charged_back: null, created_at: null, deal: null, doing: () => Doing, expires_at: null, failure: () => PaymentFailure, gateway: null, gateway_reference: null, metadata: null, payer: null, purchase: null, reference: null, refunded: null, refunds: () => PaymentRefund, state: null, suspended: null, transfers: null, updated_at: null, version: null };
  static {
    absent(this, 'action', 'deal', 'doing', 'failure', 'gateway', 'payer', 'purchase', 'reference');
  }
  /** Its id. */
  declare readonly id: string;
  /** Its amount. */
  declare readonly amount: Money;
  /** The account that gets it. */
  declare readonly to: string;
  /** The payer's next action. */
  declare readonly action: Record<string, Json> | null;
  /** The gateways that were tried. */
  declare readonly attempts: readonly PaymentAttempt[];
  /** @internal */
  declare readonly authorization_expires_at: string | null;
  /** When its authorization is voided. */
  get authorizationExpiresAt(): string | null {
    return this.authorization_expires_at ?? null;
  }
  /** The amount that the gateway has authorized. */
  declare readonly authorized: Money;
  /** @internal */
  declare readonly cancel_requested: boolean;
  /** It is given up as soon as its gateway allows. */
  get cancelRequested(): boolean {
    return this.cancel_requested;
  }
  /** Whether the money is taken at once. */
  declare readonly capture: CaptureMode;
  /** The amount captured. */
  declare readonly captured: Money;
  /** Its chargebacks. */
  declare readonly chargebacks: readonly Chargeback[];
  /** @internal */
  declare readonly charged_back: Money;
  /** The amount of its chargebacks, open and lost. */
  get chargedBack(): Money {
    return this.charged_back;
  }
  /** @internal */
  declare readonly created_at: string;
  /** When it was created. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The deal that it pays. */
  declare readonly deal: string | null;
  /** The call that it waits for. */
  declare readonly doing: Doing | null;
  /** @internal */
  declare readonly expires_at: string | null;
  /** Until when it may be confirmed. */
  get expiresAt(): string | null {
    return this.expires_at ?? null;
  }
  /** Why the last call did not succeed. */
  declare readonly failure: PaymentFailure | null;
  /** The gateway that has it; before it is sent, the one that was chosen for it. */
  declare readonly gateway: string | null;
  /** @internal */
  declare readonly gateway_reference: string | null;
  /** Its reference there. */
  get gatewayReference(): string | null {
    return this.gateway_reference ?? null;
  }
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** The payer's id. */
  declare readonly payer: string | null;
  /** The purchase that it pays. */
  declare readonly purchase: string | null;
  /** The caller's own id. */
  declare readonly reference: string | null;
  /** The amount given back by refunds that are done. */
  declare readonly refunded: Money;
  /** Its refunds. */
  declare readonly refunds: readonly PaymentRefund[];
  /** Its state. */
  declare readonly state: PaymentState;
  /** The amount that came and is nobody's yet: it waits in `@suspense`. */
  declare readonly suspended: Money;
  /** The transfers that it made, in their order. */
  declare readonly transfers: readonly string[];
  /** @internal */
  declare readonly updated_at: string;
  /** When it last changed. */
  get updatedAt(): string {
    return this.updated_at;
  }
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.action !== undefined) this.action = frozen((wire.action ?? null));
    this.amount = moneyOf(wire.amount);
    this.attempts = listOf(wire.attempts, (one: any) => new PaymentAttempt(one));
    if (wire.authorization_expires_at !== undefined) this.authorization_expires_at = (wire.authorization_expires_at ?? null);
    this.authorized = moneyOf(wire.authorized);
    this.cancel_requested = wire.cancel_requested;
    this.capture = wire.capture;
    this.captured = moneyOf(wire.captured);
    this.chargebacks = listOf(wire.chargebacks, (one: any) => new Chargeback(one));
    this.charged_back = moneyOf(wire.charged_back);
    this.created_at = wire.created_at;
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    if (wire.doing !== undefined) this.doing = (wire.doing == null ? null : new Doing(wire.doing));
    if (wire.expires_at !== undefined) this.expires_at = (wire.expires_at ?? null);
    if (wire.failure !== undefined) this.failure = (wire.failure == null ? null : new PaymentFailure(wire.failure));
    if (wire.gateway !== undefined) this.gateway = (wire.gateway ?? null);
    if (wire.gateway_reference !== undefined) this.gateway_reference = (wire.gateway_reference ?? null);
    this.id = wire.id;
    this.metadata = frozen(wire.metadata);
    if (wire.payer !== undefined) this.payer = (wire.payer ?? null);
    if (wire.purchase !== undefined) this.purchase = (wire.purchase ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.refunded = moneyOf(wire.refunded);
    this.refunds = listOf(wire.refunds, (one: any) => new PaymentRefund(one));
    this.state = wire.state;
    this.suspended = moneyOf(wire.suspended);
    this.to = wire.to;
    this.transfers = frozen(wire.transfers);
    this.updated_at = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** A gateway that was tried. */
export class PaymentAttempt extends View {
  /** @internal */
  static override readonly known: Known = { gateway: null, number: null, outcome: null, reference: null };
  static {
    absent(this, 'outcome', 'reference');
  }
  /** The gateway. */
  declare readonly gateway: string;
  /** Counts from 1. */
  declare readonly number: number;
  /** The outcome; `null` while it is open. */
  declare readonly outcome: AttemptOutcome | null;
  /** Its reference. */
  declare readonly reference: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.gateway = wire.gateway;
    this.number = wire.number;
    if (wire.outcome !== undefined) this.outcome = (wire.outcome ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    freeze(this);
  }
}

/** A chargeback by a payer's bank. */
export class Chargeback extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, case: null, opened_at: null, phase: null, reason: null };
  static {
    absent(this, 'reason');
  }
  /** How much. */
  declare readonly amount: Money;
  /** The gateway's id of it. */
  declare readonly case: string;
  /** @internal */
  declare readonly opened_at: string;
  /** When it was opened. */
  get openedAt(): string {
    return this.opened_at;
  }
  /** `open`, `won` or `lost`. */
  declare readonly phase: ChargebackPhase;
  /** Why. */
  declare readonly reason: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    this.case = wire.case;
    this.opened_at = wire.opened_at;
    this.phase = wire.phase;
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    freeze(this);
  }
}

/** The call that a payment waits for. */
export class Doing extends View {
  /** @internal */
  static override readonly known: Known = { call: null, key: null, phase: null, since: null };
  /** The kind of call to the gateway. */
  declare readonly call: GatewayCall;
  /** The idempotency key that it carries. */
  declare readonly key: string;
  /** How far it is. */
  declare readonly phase: CallPhase;
  /** Since when. */
  declare readonly since: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.call = wire.call;
    this.key = wire.key;
    this.phase = wire.phase;
    this.since = wire.since;
    freeze(this);
  }
}

/** Why a gateway did not do what it was asked for. */
export class PaymentFailure extends View {
  /** @internal */
  static override readonly known: Known = { code: null, gateway_code: null, retry: null };
  /** The reason in words that all gateways share. */
  declare readonly code: FailureCode;
  /** @internal */
  declare readonly gateway_code: string | null;
  /** The gateway's own code. */
  get gatewayCode(): string | null {
    return this.gateway_code ?? null;
  }
  /** Whether trying again can help. */
  declare readonly retry: FailureRetry;

  /** @internal */
  constructor(wire: any) {
    super();
    this.code = wire.code;
    if (wire.gateway_code !== undefined) this.gateway_code = (wire.gateway_code ?? null);
    this.retry = wire.retry;
    freeze(this);
  }
}

/** A refund of a payment. */
export class PaymentRefund extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, reason: null, reference: null, state: null, transfer: null };
  static {
    absent(this, 'reason', 'reference', 'transfer');
  }
  /** Its id. */
  declare readonly id: string;
  /** How much. */
  declare readonly amount: Money;
  /** Why. */
  declare readonly reason: string | null;
  /** The gateway's reference. */
  declare readonly reference: string | null;
  /** Its state. */
  declare readonly state: RefundState;
  /** The transfer that took it from who was paid. */
  declare readonly transfer: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    this.id = wire.id;
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.state = wire.state;
    if (wire.transfer !== undefined) this.transfer = (wire.transfer ?? null);
    freeze(this);
  }
}

/** Reply of `refund`. */
export class RefundReply extends View {
  /** @internal */
  static override readonly known: Known = { payment: () => Payment, refund: () => PaymentRefund, replayed: null };
  /** The payment. */
  declare readonly payment: Payment;
  /** The refund. */
  declare readonly refund: PaymentRefund;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.payment = new Payment(wire.payment);
    this.refund = new PaymentRefund(wire.refund);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** The outcome of a gateway's report. */
export class Reported extends View {
  /** @internal */
  static override readonly known: Known = { event: null, payment: () => Payment, replayed: null, result: null };
  static {
    absent(this, 'payment');
  }
  /** The gateway's own id of it. */
  declare readonly event: string;
  /** The payment; `null` where none is known. */
  declare readonly payment: Payment | null;
  /** Whether it was told before. */
  declare readonly replayed: boolean;
  /**
   * The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`, because no
   * payment has this reference yet; `queried`, because the gateway is asked first; `suspended` or `mismatched`.
   */
  declare readonly result: Heard;

  /** @internal */
  constructor(wire: any) {
    super();
    this.event = wire.event;
    if (wire.payment !== undefined) this.payment = (wire.payment == null ? null : new Payment(wire.payment));
    this.replayed = wire.replayed;
    this.result = wire.result;
    freeze(this);
  }
}

/** Reply of a change of a debt. */
export class DebtReply extends View {
  /** @internal */
  static override readonly known: Known = { debt: () => Debt, replayed: null };
  /** The debt. */
  declare readonly debt: Debt;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.debt = new Debt(wire.debt);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** The debt of an account that did not have all of the money that was taken back from it. */
export class Debt extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, case: null, created_at: null, payment: null, purchase: null, recovered: null, state: null, version: null };
  static {
    absent(this, 'payment', 'purchase');
  }
  /** Its id. */
  declare readonly id: string;
  /** The debtor's account. */
  declare readonly account: string;
  /** How much. */
  declare readonly amount: Money;
  /** The chargeback. */
  declare readonly case: string;
  /** @internal */
  declare readonly created_at: string;
  /** Since when. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The payment, if there was one. */
  declare readonly payment: string | null;
  /** The purchase. */
  declare readonly purchase: string | null;
  /** How much of it came back. */
  declare readonly recovered: Money;
  /** Its state. */
  declare readonly state: DebtState;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.case = wire.case;
    this.created_at = wire.created_at;
    this.id = wire.id;
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    if (wire.purchase !== undefined) this.purchase = (wire.purchase ?? null);
    this.recovered = moneyOf(wire.recovered);
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** The input of the client's widget that collects the payer's means. */
export class Checkout extends View {
  /** @internal */
  static override readonly known: Known = { fields: null, gateway: null };
  /**
   * The fields of its widget, signed by the server where the gateway wants that: amount, order, keys that may be
   * public. Each driver has its own.
   */
  declare readonly fields: Record<string, Json>;
  /** The gateway that the means are for. */
  declare readonly gateway: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.fields = frozen(wire.fields);
    this.gateway = wire.gateway;
    freeze(this);
  }
}

/** Reply of `allowed_actions`. */
export class PaymentChoices extends View {
  /** @internal */
  static override readonly known: Known = { actions: () => PaymentAction };
  /** The actions, in the order of the table of transitions. */
  declare readonly actions: readonly PaymentAction[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.actions = listOf(wire.actions, (one: any) => new PaymentAction(one));
    freeze(this);
  }
}

/** An action that an actor can take on a payment now. */
export class PaymentAction extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  static {
    absent(this, 'to');
  }
  /** The state that it leads to; `null` where the gateway or the amount decides. */
  declare readonly to: PaymentState | null;
  /** The fields that it needs beside the payment. */
  declare readonly needs: readonly string[];
  /** The operation, without the service. */
  declare readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.needs = frozen(wire.needs);
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** Reply of `set_offer`. */
export class OfferReply extends View {
  /** @internal */
  static override readonly known: Known = { offer: () => Offer, replayed: null };
  /** The offer. */
  declare readonly offer: Offer;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.offer = new Offer(wire.offer);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An offer. */
export class Offer extends View {
  /** @internal */
  static override readonly known: Known = { id: null, active: null, available: null, escrow: null, grants: null, held: null, hold_for: null, metadata: null, per_user_limit: null, price: null, sale_from: null, sale_until: null, seller: null, sold: null, stock: null, version: null };
  static {
    absent(this, 'available', 'escrow', 'stock');
  }
  /** Its name. */
  declare readonly id: string;
  /** Whether it is sold. */
  declare readonly active: boolean;
  /** How many can be bought; `null` without a limit. */
  declare readonly available: number | null;
  /** The terms of the deals by which it is sold; `null` where the seller is paid at once. */
  declare readonly escrow: Record<string, Json> | null;
  /** The grants to a buyer for each unit. */
  declare readonly grants: readonly Money[];
  /** How many are held for purchases that are not paid. */
  declare readonly held: number;
  /** @internal */
  declare readonly hold_for: string;
  /** How long units are held for a buyer who pays later. */
  get holdFor(): string {
    return this.hold_for;
  }
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** @internal */
  declare readonly per_user_limit: number | null;
  /** How many one buyer may have. */
  get perUserLimit(): number | null {
    return this.per_user_limit ?? null;
  }
  /** The price of one unit. */
  declare readonly price: Money;
  /** @internal */
  declare readonly sale_from: string | null;
  /** From when on it is sold. */
  get saleFrom(): string | null {
    return this.sale_from ?? null;
  }
  /** @internal */
  declare readonly sale_until: string | null;
  /** Until when it is sold. */
  get saleUntil(): string | null {
    return this.sale_until ?? null;
  }
  /** The account that is paid. */
  declare readonly seller: string;
  /** How many are sold. */
  declare readonly sold: number;
  /** How many units there are in all; `null` without a limit. */
  declare readonly stock: number | null;
  /** Counts every change, those of the units included. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.active = wire.active;
    if (wire.available !== undefined) this.available = (wire.available ?? null);
    if (wire.escrow !== undefined) this.escrow = frozen((wire.escrow ?? null));
    this.grants = listOf(wire.grants, (one: any) => moneyOf(one));
    this.held = wire.held;
    this.hold_for = wire.hold_for;
    this.id = wire.id;
    this.metadata = frozen(wire.metadata);
    if (wire.per_user_limit !== undefined) this.per_user_limit = (wire.per_user_limit ?? null);
    this.price = moneyOf(wire.price);
    if (wire.sale_from !== undefined) this.sale_from = (wire.sale_from ?? null);
    if (wire.sale_until !== undefined) this.sale_until = (wire.sale_until ?? null);
    this.seller = wire.seller;
    this.sold = wire.sold;
    if (wire.stock !== undefined) this.stock = (wire.stock ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `set_promo`. */
export class PromoReply extends View {
  /** @internal */
  static override readonly known: Known = { promo: () => Promo, replayed: null };
  /** The promo. */
  declare readonly promo: Promo;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.promo = new Promo(wire.promo);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A promo. */
export class Promo extends View {
  /** @internal */
  static override readonly known: Known = { id: null, from: null, active: null, limit: null, metadata: null, off: () => Discount, offers: null, per_user_limit: null, until: null, used: null, version: null };
  static {
    absent(this, 'from', 'limit', 'offers', 'until');
  }
  /** Its name. */
  declare readonly id: string;
  /** From when on it may be used. */
  declare readonly from: string | null;
  /** Whether it may be used. */
  declare readonly active: boolean;
  /** How many purchases may use it. */
  declare readonly limit: number | null;
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** The discount. */
  declare readonly off: Discount;
  /** The offers that it is for; `null` if all. */
  declare readonly offers: readonly string[] | null;
  /** @internal */
  declare readonly per_user_limit: number | null;
  /** How many purchases of one buyer may use it. */
  get perUserLimit(): number | null {
    return this.per_user_limit ?? null;
  }
  /** Until when it may be used. */
  declare readonly until: string | null;
  /** How many purchases use it: those that have neither expired nor were cancelled. */
  declare readonly used: number;
  /** Counts every change, those of the uses included. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.active = wire.active;
    if (wire.from !== undefined) this.from = (wire.from ?? null);
    this.id = wire.id;
    if (wire.limit !== undefined) this.limit = (wire.limit ?? null);
    this.metadata = frozen(wire.metadata);
    this.off = new Discount(wire.off);
    if (wire.offers !== undefined) this.offers = (wire.offers == null ? null : frozen(wire.offers));
    if (wire.per_user_limit !== undefined) this.per_user_limit = (wire.per_user_limit ?? null);
    if (wire.until !== undefined) this.until = (wire.until ?? null);
    this.used = wire.used;
    this.version = wire.version;
    freeze(this);
  }
}

/** The discount of a promo. */
export class Discount extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, bps: null };
  static {
    absent(this, 'amount', 'bps');
  }
  /** An amount, and at most the sum. */
  declare readonly amount: Money | null;
  /** Hundredths of a percent of the sum. */
  declare readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.amount !== undefined) this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    if (wire.bps !== undefined) this.bps = (wire.bps ?? null);
    freeze(this);
  }
}

/** Reply of a change of a purchase. */
export class PurchaseReply extends View {
  /** @internal */
  static override readonly known: Known = { purchase: () => Purchase, replayed: null };
  /** The purchase. */
  declare readonly purchase: Purchase;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.purchase = new Purchase(wire.purchase);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A purchase. */
export class Purchase extends View {
  /** @internal */
  static override readonly known: Known = { id: null, buyer: null, cancel_requested: null, created_at: null, deal: null, discount: null, grants: null, hold_until: null, metadata: null, offer: null, paid_with: null, payment: null, promo: null, quantity: null, reference: null, refunded: null, seller: null, state: null, total: null, transfer: null, unit_price: null, updated_at: null, version: null };
  static {
    absent(this, 'deal', 'payment', 'promo', 'reference', 'transfer');
  }
  /** Its id. */
  declare readonly id: string;
  /** The buyer's account. */
  declare readonly buyer: string;
  /** @internal */
  declare readonly cancel_requested: boolean;
  /** Whether its buyer has given it up while a payment was under way. */
  get cancelRequested(): boolean {
    return this.cancel_requested;
  }
  /** @internal */
  declare readonly created_at: string;
  /** When it was made. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The newest deal that was opened for it; `null` where the seller is paid at once. */
  declare readonly deal: string | null;
  /** The promo's discount. */
  declare readonly discount: Money;
  /** The grants to the buyer for all units. */
  declare readonly grants: readonly Money[];
  /** @internal */
  declare readonly hold_until: string;
  /** Until when its units are held. */
  get holdUntil(): string {
    return this.hold_until;
  }
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** The offer. */
  declare readonly offer: string;
  /** @internal */
  declare readonly paid_with: PaidWith | null;
  /** The means of payment. */
  get paidWith(): PaidWith | null {
    return this.paid_with ?? null;
  }
  /** The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays. */
  declare readonly payment: string | null;
  /** The promo. */
  declare readonly promo: string | null;
  /** How many units. */
  declare readonly quantity: number;
  /** The caller's own id. */
  declare readonly reference: string | null;
  /** How much of what was paid went back, or is on its way. */
  declare readonly refunded: Money;
  /** The account that is paid. */
  declare readonly seller: string;
  /** Its state. */
  declare readonly state: PurchaseState;
  /** The price after the discount. */
  declare readonly total: Money;
  /** The transfer that paid the seller from a balance. */
  declare readonly transfer: string | null;
  /** @internal */
  declare readonly unit_price: Money;
  /** The price of one unit. */
  get unitPrice(): Money {
    return this.unit_price;
  }
  /** @internal */
  declare readonly updated_at: string;
  /** When it last changed. */
  get updatedAt(): string {
    return this.updated_at;
  }
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.buyer = wire.buyer;
    this.cancel_requested = wire.cancel_requested;
    this.created_at = wire.created_at;
    if (wire.deal !== undefined) this.deal = (wire.deal ?? null);
    this.discount = moneyOf(wire.discount);
    this.grants = listOf(wire.grants, (one: any) => moneyOf(one));
    this.hold_until = wire.hold_until;
    this.id = wire.id;
    this.metadata = frozen(wire.metadata);
    this.offer = wire.offer;
    if (wire.paid_with !== undefined) this.paid_with = (wire.paid_with ?? null);
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    if (wire.promo !== undefined) this.promo = (wire.promo ?? null);
    this.quantity = wire.quantity;
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.refunded = moneyOf(wire.refunded);
    this.seller = wire.seller;
    this.state = wire.state;
    this.total = moneyOf(wire.total);
    if (wire.transfer !== undefined) this.transfer = (wire.transfer ?? null);
    this.unit_price = moneyOf(wire.unit_price);
    this.updated_at = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `refund`. */
export class PurchaseRefunded extends View {
  /** @internal */
  static override readonly known: Known = { purchase: () => Purchase, refund: () => PaymentRefund, replayed: null };
  static {
    absent(this, 'refund');
  }
  /** The purchase. */
  declare readonly purchase: Purchase;
  /** The refund of its payment; `null` where it was paid from a balance. */
  declare readonly refund: PaymentRefund | null;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.purchase = new Purchase(wire.purchase);
    if (wire.refund !== undefined) this.refund = (wire.refund == null ? null : new PaymentRefund(wire.refund));
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** The present price of units of an offer, and whether they can be bought. */
export class PurchaseQuote extends View {
  /** @internal */
  static override readonly known: Known = { allowed: null, commitment: () => Commitment, discount: null, reason: null, subtotal: null, total: null, unit_price: null };
  static {
    absent(this, 'commitment', 'reason');
  }
  /** Whether they can be bought now. */
  declare readonly allowed: boolean;
  /**
   * The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a purchase is held
   * to it. `null` without a `buyer`, or where nothing could be bought.
   */
  declare readonly commitment: Commitment | null;
  /** The promo's discount. */
  declare readonly discount: Money;
  /**
   * Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of
   * `promo_not_applicable` the reason behind a colon.
   */
  declare readonly reason: string | null;
  /** All of them. */
  declare readonly subtotal: Money;
  /** The subtotal less the discount. */
  declare readonly total: Money;
  /** @internal */
  declare readonly unit_price: Money;
  /** One unit. */
  get unitPrice(): Money {
    return this.unit_price;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.allowed = wire.allowed;
    if (wire.commitment !== undefined) this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.discount = moneyOf(wire.discount);
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    this.subtotal = moneyOf(wire.subtotal);
    this.total = moneyOf(wire.total);
    this.unit_price = moneyOf(wire.unit_price);
    freeze(this);
  }
}

/**
 * The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its rows set
 * and its request does not name.
 */
export class Commitment extends View {
  /** @internal */
  static override readonly known: Known = { outflows: () => CommittedOutflow, payees: null, terms: null };
  static {
    absent(this, 'terms');
  }
  /** Money that leaves accounts, or is held there, by payer. */
  declare readonly outflows: readonly CommittedOutflow[];
  /** All who are paid, now or later: accounts, or addresses of a chain. */
  declare readonly payees: readonly string[];
  /** Terms that bind a party, by their names: `inspection`, `fees`, `grants`. */
  declare readonly terms: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.outflows = listOf(wire.outflows, (one: any) => new CommittedOutflow(one));
    this.payees = frozen(wire.payees);
    if (wire.terms !== undefined) this.terms = frozen((wire.terms ?? null));
    freeze(this);
  }
}

/** Money that leaves one account in a call, to one payee. */
export class CommittedOutflow extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, from: null, to: null };
  static {
    absent(this, 'to');
  }
  /** The amount. */
  declare readonly amount: Money;
  /** The account that gives it. */
  declare readonly from: string;
  /** The account, or the address of a chain, that gets it; `null` where the money is only held. */
  declare readonly to: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    this.from = wire.from;
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    freeze(this);
  }
}

/** Reply of `allowed_actions`. */
export class PurchaseChoices extends View {
  /** @internal */
  static override readonly known: Known = { actions: () => PurchaseAction };
  /** The actions, in the order of the table of transitions. */
  declare readonly actions: readonly PurchaseAction[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.actions = listOf(wire.actions, (one: any) => new PurchaseAction(one));
    freeze(this);
  }
}

/** An action that an actor can take on a purchase now. */
export class PurchaseAction extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  static {
    absent(this, 'to');
  }
  /** The state that it leads to; `null` where the payment or the quantity decides. */
  declare readonly to: PurchaseState | null;
  /** The fields that it needs beside the purchase. */
  declare readonly needs: readonly string[];
  /** The operation, without the service. */
  declare readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.needs = frozen(wire.needs);
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** Reply of `set_source` and `rotate_secret`. */
export class SourceReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, source: () => Source };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The source. */
  declare readonly source: Source;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.source = new Source(wire.source);
    freeze(this);
  }
}

/** A source of webhooks. */
export class Source extends View {
  /** @internal */
  static override readonly known: Known = { id: null, gateway: null, scheme: null, secrets: null, tolerance: null, version: null };
  /** Its name. */
  declare readonly id: string;
  /** The gateway that it speaks for. */
  declare readonly gateway: string;
  /** How it signs. */
  declare readonly scheme: Scheme;
  /** How many secrets are good now. */
  declare readonly secrets: number;
  /** How far the time of a message may be from now. */
  declare readonly tolerance: string;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.gateway = wire.gateway;
    this.id = wire.id;
    this.scheme = wire.scheme;
    this.secrets = wire.secrets;
    this.tolerance = wire.tolerance;
    this.version = wire.version;
    freeze(this);
  }
}

/** The outcome of a message of a source. */
export class WebhookReceived extends View {
  /** @internal */
  static override readonly known: Known = { event: null, payment: () => Payment, replayed: null, reply: () => WebhookReply, result: null };
  static {
    absent(this, 'payment');
  }
  /** The sender's own id of it. */
  declare readonly event: string;
  /** The payment; `null` where none is known. */
  declare readonly payment: Payment | null;
  /** Whether it was told before. */
  declare readonly replayed: boolean;
  /** The answer to its sender, whatever the outcome is. */
  declare readonly reply: WebhookReply;
  /**
   * The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of ours;
   * `parked`, because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended`
   * or `mismatched`.
   */
  declare readonly result: Heard;

  /** @internal */
  constructor(wire: any) {
    super();
    this.event = wire.event;
    if (wire.payment !== undefined) this.payment = (wire.payment == null ? null : new Payment(wire.payment));
    this.replayed = wire.replayed;
    this.reply = new WebhookReply(wire.reply);
    this.result = wire.result;
    freeze(this);
  }
}

/** The answer that a sender wants, so that it does not tell again. */
export class WebhookReply extends View {
  /** @internal */
  static override readonly known: Known = { body: null, status: null };
  /** The body, as plain text; mostly empty. */
  declare readonly body: string;
  /** The status of HTTP. */
  declare readonly status: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.body = wire.body;
    this.status = wire.status;
    freeze(this);
  }
}

/** An event of a source that was seen. */
export class SeenWebhook extends View {
  /** @internal */
  static override readonly known: Known = { at: null, event: null, payment: null, result: null, sha256: null, source: null };
  static {
    absent(this, 'payment');
  }
  /** When it was first seen. */
  declare readonly at: string;
  /** The sender's id of it. */
  declare readonly event: string;
  /** The payment that it was about; `null` where none was known. */
  declare readonly payment: string | null;
  /** The outcome, as `receive` answered it. */
  declare readonly result: Heard;
  /** The SHA-256 of its body, in hex; the body is not kept. */
  declare readonly sha256: string;
  /** The source. */
  declare readonly source: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.at = wire.at;
    this.event = wire.event;
    if (wire.payment !== undefined) this.payment = (wire.payment ?? null);
    this.result = wire.result;
    this.sha256 = wire.sha256;
    this.source = wire.source;
    freeze(this);
  }
}

/** Reply of `set_chain`. */
export class ChainReply extends View {
  /** @internal */
  static override readonly known: Known = { chain: () => WithdrawalChain, replayed: null };
  /** The chain. */
  declare readonly chain: WithdrawalChain;
  /** Whether nothing changed, or the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.chain = new WithdrawalChain(wire.chain);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A chain. */
export class WithdrawalChain extends View {
  /** @internal */
  static override readonly known: Known = { block_time: null, bump_after: null, bump_bps: null, chain: null, chain_id: null, endpoints: null, facts_ttl: null, fee_cap: null, finality: () => Finality, min_priority_fee: null, now: () => ChainFees, quorum: null, resend_after: null, version: null, views: () => ChainEndpoint, watch: null };
  static {
    absent(this, 'now');
  }
  /** @internal */
  declare readonly block_time: string;
  /** How long a block takes. */
  get blockTime(): string {
    return this.block_time;
  }
  /** @internal */
  declare readonly bump_after: string;
  /** How long a node has had a transaction before it is bumped. */
  get bumpAfter(): string {
    return this.bump_after;
  }
  /** @internal */
  declare readonly bump_bps: number;
  /** By how much a bump raises both fees, in hundredths of a percent. */
  get bumpBps(): number {
    return this.bump_bps;
  }
  /** Its name. */
  declare readonly chain: string;
  /** @internal */
  declare readonly chain_id: string;
  /** Its number, as text. */
  get chainId(): string {
    return this.chain_id;
  }
  /** The names of those who speak for it. */
  declare readonly endpoints: readonly string[];
  /** @internal */
  declare readonly facts_ttl: string;
  /** How long what is known of the chain is good. */
  get factsTtl(): string {
    return this.facts_ttl;
  }
  /** @internal */
  declare readonly fee_cap: string;
  /** The most for a unit of gas, in wei. */
  get feeCap(): string {
    return this.fee_cap;
  }
  /** When a block is final. */
  declare readonly finality: Finality;
  /** @internal */
  declare readonly min_priority_fee: string;
  /** The least that is given on top of the base fee, in wei. */
  get minPriorityFee(): string {
    return this.min_priority_fee;
  }
  /** The price of gas; `null` until a quorum has said it. */
  declare readonly now: ChainFees | null;
  /** How many must agree. */
  declare readonly quorum: number;
  /** @internal */
  declare readonly resend_after: string;
  /** How long a transaction is unseen before it is sent again. */
  get resendAfter(): string {
    return this.resend_after;
  }
  /** Counts its changes. */
  declare readonly version: number;
  /** How its endpoints did. */
  declare readonly views: readonly ChainEndpoint[];
  /** How long what is final is still looked at. */
  declare readonly watch: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.block_time = wire.block_time;
    this.bump_after = wire.bump_after;
    this.bump_bps = wire.bump_bps;
    this.chain = wire.chain;
    this.chain_id = wire.chain_id;
    this.endpoints = frozen(wire.endpoints);
    this.facts_ttl = wire.facts_ttl;
    this.fee_cap = wire.fee_cap;
    this.finality = new Finality(wire.finality);
    this.min_priority_fee = wire.min_priority_fee;
    if (wire.now !== undefined) this.now = (wire.now == null ? null : new ChainFees(wire.now));
    this.quorum = wire.quorum;
    this.resend_after = wire.resend_after;
    this.version = wire.version;
    this.views = listOf(wire.views, (one: any) => new ChainEndpoint(one));
    this.watch = wire.watch;
    freeze(this);
  }
}

/** When a block is final: by the tag or by the depth. */
export class Finality extends View {
  /** @internal */
  static override readonly known: Known = { depth: null, tag: null };
  static {
    absent(this, 'depth', 'tag');
  }
  /** So many blocks that stand on it; left out where `tag` is there. */
  declare readonly depth: number | null;
  /** The block that endpoints hold for final; left out where `depth` is there. */
  declare readonly tag: FinalityTag | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.depth !== undefined) this.depth = (wire.depth ?? null);
    if (wire.tag !== undefined) this.tag = (wire.tag ?? null);
    freeze(this);
  }
}

/** The price of gas on a chain, as a quorum said last. */
export class ChainFees extends View {
  /** @internal */
  static override readonly known: Known = { at: null, base_fee: null, priority_fee: null };
  /** When it was said. */
  declare readonly at: string;
  /** @internal */
  declare readonly base_fee: string;
  /** The base fee, in wei. */
  get baseFee(): string {
    return this.base_fee;
  }
  /** @internal */
  declare readonly priority_fee: string;
  /** The priority fee that others pay, in wei. */
  get priorityFee(): string {
    return this.priority_fee;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.at = wire.at;
    this.base_fee = wire.base_fee;
    this.priority_fee = wire.priority_fee;
    freeze(this);
  }
}

/** How an endpoint did last. */
export class ChainEndpoint extends View {
  /** @internal */
  static override readonly known: Known = { at: null, endpoint: null, failures: null, head: null, status: null };
  static {
    absent(this, 'at', 'head');
  }
  /** When it answered last. */
  declare readonly at: string | null;
  /** Its name. */
  declare readonly endpoint: string;
  /** How often in a row it failed. */
  declare readonly failures: number;
  /** The height of its newest block, as text. */
  declare readonly head: string | null;
  /** How it did: `ok`, `failing`, `behind` or `wrong_chain`. */
  declare readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.at !== undefined) this.at = (wire.at ?? null);
    this.endpoint = wire.endpoint;
    this.failures = wire.failures;
    if (wire.head !== undefined) this.head = (wire.head ?? null);
    this.status = wire.status;
    freeze(this);
  }
}

/** Reply of `set_asset`. */
export class AssetReply extends View {
  /** @internal */
  static override readonly known: Known = { asset: () => Asset, replayed: null };
  /** The asset. */
  declare readonly asset: Asset;
  /** Whether nothing changed, or the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.asset = new Asset(wire.asset);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A currency on a chain. */
export class Asset extends View {
  /** @internal */
  static override readonly known: Known = { currency: null, kind: null, chain: null, decimals: null, fee: null, max: null, max_gas: null, min: null, reason: null, state: null, token: null, version: null };
  static {
    absent(this, 'fee', 'max', 'min', 'reason', 'token');
  }
  /** The currency. */
  declare readonly currency: string;
  /** The kind of asset. */
  declare readonly kind: AssetKind;
  /** The chain. */
  declare readonly chain: string;
  /** Its decimals. */
  declare readonly decimals: number;
  /** The fee of a withdrawal, on top of its amount. */
  declare readonly fee: Money | null;
  /** The most that is withdrawn. */
  declare readonly max: Money | null;
  /** @internal */
  declare readonly max_gas: number;
  /** The most gas that a payment may take. */
  get maxGas(): number {
    return this.max_gas;
  }
  /** The least that is withdrawn. */
  declare readonly min: Money | null;
  /** Why it was refused: its token has no `code`, or other `decimals`. */
  declare readonly reason: string | null;
  /** Whether it may be withdrawn. */
  declare readonly state: AssetState;
  /** The address of its token. */
  declare readonly token: string | null;
  /** Counts its changes. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.chain = wire.chain;
    this.currency = wire.currency;
    this.decimals = wire.decimals;
    if (wire.fee !== undefined) this.fee = (wire.fee == null ? null : moneyOf(wire.fee));
    this.kind = wire.kind;
    if (wire.max !== undefined) this.max = (wire.max == null ? null : moneyOf(wire.max));
    this.max_gas = wire.max_gas;
    if (wire.min !== undefined) this.min = (wire.min == null ? null : moneyOf(wire.min));
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    this.state = wire.state;
    if (wire.token !== undefined) this.token = (wire.token ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of a change of a lane. */
export class LaneReply extends View {
  /** @internal */
  static override readonly known: Known = { lane: () => Lane, replayed: null };
  /** The lane. */
  declare readonly lane: Lane;
  /** Whether nothing changed, or the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.lane = new Lane(wire.lane);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A key on a chain, and its counter. Numbers of a chain are texts. */
export class Lane extends View {
  /** @internal */
  static override readonly known: Known = { id: null, address: null, chain: null, final_nonce: null, in_flight: null, key: null, native: null, next_nonce: null, promised: null, reason: null, state: null, tokens: null, version: null, window: null };
  static {
    absent(this, 'native', 'reason');
  }
  /** Its id. */
  declare readonly id: string;
  /** Its address, with the checksum of EIP-55. */
  declare readonly address: string;
  /** The chain. */
  declare readonly chain: string;
  /** @internal */
  declare readonly final_nonce: string | null;
  /** The highest nonce that is final. */
  get finalNonce(): string | null {
    return this.final_nonce ?? null;
  }
  /** @internal */
  declare readonly in_flight: number;
  /** How many nonces are not final. */
  get inFlight(): number {
    return this.in_flight;
  }
  /** The key. */
  declare readonly key: string;
  /** The coins of its address, in wei, as a quorum said last. */
  declare readonly native: string | null;
  /** @internal */
  declare readonly next_nonce: string;
  /** The nonce that it gives next. */
  get nextNonce(): string {
    return this.next_nonce;
  }
  /** The amounts promised to nonces in no block: `native` in wei, and tokens by currency. */
  declare readonly promised: Record<string, Json>;
  /** Why it is paused, or does not open yet. */
  declare readonly reason: string | null;
  /** Its state. */
  declare readonly state: LaneState;
  /** The tokens of its address, by currency, in their units. */
  declare readonly tokens: Record<string, Json>;
  /** Counts its changes. */
  declare readonly version: number;
  /** How many of them may be in no block. */
  declare readonly window: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.chain = wire.chain;
    if (wire.final_nonce !== undefined) this.final_nonce = (wire.final_nonce ?? null);
    this.id = wire.id;
    this.in_flight = wire.in_flight;
    this.key = wire.key;
    if (wire.native !== undefined) this.native = (wire.native ?? null);
    this.next_nonce = wire.next_nonce;
    this.promised = frozen(wire.promised);
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    this.state = wire.state;
    this.tokens = frozen(wire.tokens);
    this.version = wire.version;
    this.window = wire.window;
    freeze(this);
  }
}

/** Reply of `request`. */
export class WithdrawalRequested extends View {
  /** @internal */
  static override readonly known: Known = { balance: () => Balance, replayed: null, withdrawal: () => Withdrawal };
  /** The present balance of the account. */
  declare readonly balance: Balance;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The withdrawal. */
  declare readonly withdrawal: Withdrawal;

  /** @internal */
  constructor(wire: any) {
    super();
    this.balance = new Balance(wire.balance);
    this.replayed = wire.replayed;
    this.withdrawal = new Withdrawal(wire.withdrawal);
    freeze(this);
  }
}

/** A withdrawal. Numbers of a chain are texts. */
export class Withdrawal extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, to: null, attempts: () => WithdrawalAttempt, attention: () => Attention, block: () => WithdrawalBlock, cancelling: null, chain: null, confirmations: null, confirmed_at: null, created_at: null, failure: () => WithdrawalFailure, fee: null, gas_paid: null, give_up_at: null, hash: null, hold: null, lane: null, metadata: null, nonce: null, reference: null, requested_by: null, state: null, transfer: null, unsettled: null, updated_at: null, version: null, waiting: null };
  static {
    absent(this, 'attention', 'block', 'failure', 'hash', 'lane', 'nonce', 'reference', 'transfer', 'waiting');
  }
  /** Its id. */
  declare readonly id: string;
  /** The account that pays. */
  declare readonly account: string;
  /** The amount for the payee. */
  declare readonly amount: Money;
  /** The address of the payee, with the checksum of EIP-55. */
  declare readonly to: string;
  /** The tries at its nonce. */
  declare readonly attempts: readonly WithdrawalAttempt[];
  /** Why people should look at it. */
  declare readonly attention: Attention | null;
  /** The block that it is in. */
  declare readonly block: WithdrawalBlock | null;
  /** Whether it is given up: no payment is signed any more. */
  declare readonly cancelling: boolean;
  /** The chain. */
  declare readonly chain: string;
  /** How many blocks a quorum counts from its block on. */
  declare readonly confirmations: number;
  /** @internal */
  declare readonly confirmed_at: string | null;
  /** When it was final. */
  get confirmedAt(): string | null {
    return this.confirmed_at ?? null;
  }
  /** @internal */
  declare readonly created_at: string;
  /** When it was asked for. */
  get createdAt(): string {
    return this.created_at;
  }
  /** Why it failed. */
  declare readonly failure: WithdrawalFailure | null;
  /** The fee on top of the amount. */
  declare readonly fee: Money;
  /** @internal */
  declare readonly gas_paid: string | null;
  /** The cost of its gas, in wei. */
  get gasPaid(): string | null {
    return this.gas_paid ?? null;
  }
  /** @internal */
  declare readonly give_up_at: string | null;
  /** When it is given up, without a nonce. */
  get giveUpAt(): string | null {
    return this.give_up_at ?? null;
  }
  /** The hash of its transaction: the final one, else the newest. */
  declare readonly hash: string | null;
  /** The hold of the amount and the fee. */
  declare readonly hold: string;
  /** The lane that sends it. */
  declare readonly lane: string | null;
  /** The caller's own data. */
  declare readonly metadata: Record<string, Json>;
  /** Its nonce on that lane. */
  declare readonly nonce: string | null;
  /** The caller's own id. */
  declare readonly reference: string | null;
  /** @internal */
  declare readonly requested_by: string;
  /** The actor who requested it. */
  get requestedBy(): string {
    return this.requested_by;
  }
  /** Its state. */
  declare readonly state: WithdrawalState;
  /** The newest transfer that it made. */
  declare readonly transfer: string | null;
  /** Whether what was final is gone. */
  declare readonly unsettled: boolean;
  /** @internal */
  declare readonly updated_at: string;
  /** When it last changed. */
  get updatedAt(): string {
    return this.updated_at;
  }
  /** Counts its changes. */
  declare readonly version: number;
  /** The condition that it waits for. */
  declare readonly waiting: Waiting | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.attempts = listOf(wire.attempts, (one: any) => new WithdrawalAttempt(one));
    if (wire.attention !== undefined) this.attention = (wire.attention == null ? null : new Attention(wire.attention));
    if (wire.block !== undefined) this.block = (wire.block == null ? null : new WithdrawalBlock(wire.block));
    this.cancelling = wire.cancelling;
    this.chain = wire.chain;
    this.confirmations = wire.confirmations;
    if (wire.confirmed_at !== undefined) this.confirmed_at = (wire.confirmed_at ?? null);
    this.created_at = wire.created_at;
    if (wire.failure !== undefined) this.failure = (wire.failure == null ? null : new WithdrawalFailure(wire.failure));
    this.fee = moneyOf(wire.fee);
    if (wire.gas_paid !== undefined) this.gas_paid = (wire.gas_paid ?? null);
    if (wire.give_up_at !== undefined) this.give_up_at = (wire.give_up_at ?? null);
    if (wire.hash !== undefined) this.hash = (wire.hash ?? null);
    this.hold = wire.hold;
    this.id = wire.id;
    if (wire.lane !== undefined) this.lane = (wire.lane ?? null);
    this.metadata = frozen(wire.metadata);
    if (wire.nonce !== undefined) this.nonce = (wire.nonce ?? null);
    if (wire.reference !== undefined) this.reference = (wire.reference ?? null);
    this.requested_by = wire.requested_by;
    this.state = wire.state;
    this.to = wire.to;
    if (wire.transfer !== undefined) this.transfer = (wire.transfer ?? null);
    this.unsettled = wire.unsettled;
    this.updated_at = wire.updated_at;
    this.version = wire.version;
    if (wire.waiting !== undefined) this.waiting = (wire.waiting ?? null);
    freeze(this);
  }
}

/** One try at the nonce of a withdrawal. Numbers of a chain are texts. */
export class WithdrawalAttempt extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, gas_limit: null, hash: null, max_fee_per_gas: null, max_priority_fee_per_gas: null, number: null, outcome: null, sent_at: null, signed_at: null };
  static {
    absent(this, 'hash', 'outcome');
  }
  /** The purpose of the attempt. */
  declare readonly kind: AttemptKind;
  /** @internal */
  declare readonly gas_limit: string;
  /** The gas that it may use up. */
  get gasLimit(): string {
    return this.gas_limit;
  }
  /** The hash of its bytes, once they are signed. */
  declare readonly hash: string | null;
  /** @internal */
  declare readonly max_fee_per_gas: string;
  /** The most for a unit of gas, in wei. */
  get maxFeePerGas(): string {
    return this.max_fee_per_gas;
  }
  /** @internal */
  declare readonly max_priority_fee_per_gas: string;
  /** The most of that for who makes the block, in wei. */
  get maxPriorityFeePerGas(): string {
    return this.max_priority_fee_per_gas;
  }
  /** Counts from 1. */
  declare readonly number: number;
  /** The last answer of nodes to them. */
  declare readonly outcome: BroadcastOutcome | null;
  /** @internal */
  declare readonly sent_at: string | null;
  /** When a worker took them last, to send them. */
  get sentAt(): string | null {
    return this.sent_at ?? null;
  }
  /** @internal */
  declare readonly signed_at: string | null;
  /** When its bytes were kept. */
  get signedAt(): string | null {
    return this.signed_at ?? null;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.gas_limit = wire.gas_limit;
    if (wire.hash !== undefined) this.hash = (wire.hash ?? null);
    this.kind = wire.kind;
    this.max_fee_per_gas = wire.max_fee_per_gas;
    this.max_priority_fee_per_gas = wire.max_priority_fee_per_gas;
    this.number = wire.number;
    if (wire.outcome !== undefined) this.outcome = (wire.outcome ?? null);
    if (wire.sent_at !== undefined) this.sent_at = (wire.sent_at ?? null);
    if (wire.signed_at !== undefined) this.signed_at = (wire.signed_at ?? null);
    freeze(this);
  }
}

/** Why people should look at a withdrawal. */
export class Attention extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, code: null, since: null };
  /** Whether it may go away by itself. */
  declare readonly kind: AttentionKind;
  /** The reason. */
  declare readonly code: AttentionCode;
  /** Since when. */
  declare readonly since: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.code = wire.code;
    this.kind = wire.kind;
    this.since = wire.since;
    freeze(this);
  }
}

/** The block that a withdrawal is in. */
export class WithdrawalBlock extends View {
  /** @internal */
  static override readonly known: Known = { hash: null, number: null };
  /** Its hash. */
  declare readonly hash: string;
  /** Its number, as text. */
  declare readonly number: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.hash = wire.hash;
    this.number = wire.number;
    freeze(this);
  }
}

/** Why a withdrawal failed. */
export class WithdrawalFailure extends View {
  /** @internal */
  static override readonly known: Known = { code: null, message: null };
  static {
    absent(this, 'message');
  }
  /** `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`. */
  declare readonly code: string;
  /** The message of a failed simulation. */
  declare readonly message: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.code = wire.code;
    if (wire.message !== undefined) this.message = (wire.message ?? null);
    freeze(this);
  }
}

/** Reply of a change of a withdrawal. */
export class WithdrawalReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, withdrawal: () => Withdrawal };
  /** Whether nothing changed, or the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The withdrawal. */
  declare readonly withdrawal: Withdrawal;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.withdrawal = new Withdrawal(wire.withdrawal);
    freeze(this);
  }
}

/** The quote of a withdrawal. */
export class WithdrawalQuote extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, fee: null, gas_price: null, held: null, network_fee: null, waiting: null };
  static {
    absent(this, 'waiting');
  }
  /** The amount for the payee. */
  declare readonly amount: Money;
  /** The fee on top of the amount. */
  declare readonly fee: Money;
  /** @internal */
  declare readonly gas_price: string | null;
  /** The present price of a unit of gas, in wei; `null` while nobody has said it. */
  get gasPrice(): string | null {
    return this.gas_price ?? null;
  }
  /** The sum of both, to be held. */
  declare readonly held: Money;
  /** @internal */
  declare readonly network_fee: string | null;
  /** The gas that its transaction costs the lane at that price, in wei; of a token by an estimate. */
  get networkFee(): string | null {
    return this.network_fee ?? null;
  }
  /** The condition that it would wait for now. */
  declare readonly waiting: Waiting | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.amount = moneyOf(wire.amount);
    this.fee = moneyOf(wire.fee);
    if (wire.gas_price !== undefined) this.gas_price = (wire.gas_price ?? null);
    this.held = moneyOf(wire.held);
    if (wire.network_fee !== undefined) this.network_fee = (wire.network_fee ?? null);
    if (wire.waiting !== undefined) this.waiting = (wire.waiting ?? null);
    freeze(this);
  }
}

/** Reply of `allowed_actions`. */
export class WithdrawalChoices extends View {
  /** @internal */
  static override readonly known: Known = { actions: () => WithdrawalAction };
  /** The actions, in the order of the table of transitions. */
  declare readonly actions: readonly WithdrawalAction[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.actions = listOf(wire.actions, (one: any) => new WithdrawalAction(one));
    freeze(this);
  }
}

/** An action that an actor can take on a withdrawal now. */
export class WithdrawalAction extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  static {
    absent(this, 'to');
  }
  /** The state that it leads to; `null` where the chain decides. */
  declare readonly to: WithdrawalState | null;
  /** The fields that it needs beside the withdrawal. */
  declare readonly needs: readonly string[];
  /** The operation, without the service. */
  declare readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.needs = frozen(wire.needs);
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** How many withdrawals there are, and how they went. */
export class WithdrawalStats extends View {
  /** @internal */
  static override readonly known: Known = { attention: null, by_state: null, confirmed: null, error_rate: null, failed: null, gas_paid: null, mean_seconds: null, oldest: null, p95_seconds: null, waiting: null };
  static {
    absent(this, 'oldest');
  }
  /** How many people should look at, by reason. */
  declare readonly attention: Record<string, Json>;
  /** @internal */
  declare readonly by_state: Record<string, Json>;
  /** How many are in each state. */
  get byState(): Record<string, Json> {
    return this.by_state;
  }
  /** How many are paid. */
  declare readonly confirmed: number;
  /** @internal */
  declare readonly error_rate: number | null;
  /** How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over. */
  get errorRate(): number | null {
    return this.error_rate ?? null;
  }
  /** How many failed. */
  declare readonly failed: number;
  /** @internal */
  declare readonly gas_paid: Record<string, Json>;
  /** The total gas cost, in wei, by chain. */
  get gasPaid(): Record<string, Json> {
    return this.gas_paid;
  }
  /** @internal */
  declare readonly mean_seconds: number | null;
  /** How many seconds those took that are paid, on average. */
  get meanSeconds(): number | null {
    return this.mean_seconds ?? null;
  }
  /** Since when the oldest waits that is not over. */
  declare readonly oldest: string | null;
  /** @internal */
  declare readonly p95_seconds: number | null;
  /** How many seconds 95 of 100 of them took at most. */
  get p95Seconds(): number | null {
    return this.p95_seconds ?? null;
  }
  /** How many wait for what. */
  declare readonly waiting: Record<string, Json>;

  /** @internal */
  constructor(wire: any) {
    super();
    this.attention = frozen(wire.attention);
    this.by_state = frozen(wire.by_state);
    this.confirmed = wire.confirmed;
    if (wire.error_rate !== undefined) this.error_rate = (wire.error_rate ?? null);
    this.failed = wire.failed;
    this.gas_paid = frozen(wire.gas_paid);
    if (wire.mean_seconds !== undefined) this.mean_seconds = (wire.mean_seconds ?? null);
    if (wire.oldest !== undefined) this.oldest = (wire.oldest ?? null);
    if (wire.p95_seconds !== undefined) this.p95_seconds = (wire.p95_seconds ?? null);
    this.waiting = frozen(wire.waiting);
    freeze(this);
  }
}

/** Reply of `set_policy`. */
export class PolicyReply extends View {
  /** @internal */
  static override readonly known: Known = { policy: () => Policy, replayed: null, version: null };
  /** The policy. */
  declare readonly policy: Policy;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** Version of the book's settings: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.policy = new Policy(wire.policy);
    this.replayed = wire.replayed;
    this.version = wire.version;
    freeze(this);
  }
}

/** A policy: from this amount up, a call with this effect needs this many approvals. */
export class Policy extends View {
  /** @internal */
  static override readonly known: Known = { id: null, currency: null, approvers: null, built_in: null, expires_in: null, operation: null, require: null, role: null, threshold: null };
  /** Its name. */
  declare readonly id: string;
  /** Currency of the threshold. */
  declare readonly currency: string;
  /** How many different people must approve. */
  declare readonly approvers: number;
  /** @internal */
  declare readonly built_in: boolean;
  /** Whether it comes from the options of the engine, and not from the book. */
  get builtIn(): boolean {
    return this.built_in;
  }
  /** @internal */
  declare readonly expires_in: string;
  /** How long an approval stays open. */
  get expiresIn(): string {
    return this.expires_in;
  }
  /** The effect of the calls that it covers. */
  declare readonly operation: string;
  /** The factors that the caller must prove. */
  declare readonly require: readonly string[];
  /** The role in which they must act. */
  declare readonly role: string;
  /** From here up. */
  declare readonly threshold: Money;

  /** @internal */
  constructor(wire: any) {
    super();
    this.approvers = wire.approvers;
    this.built_in = wire.built_in;
    this.currency = wire.currency;
    this.expires_in = wire.expires_in;
    this.id = wire.id;
    this.operation = wire.operation;
    this.require = frozen(wire.require);
    this.role = wire.role;
    this.threshold = moneyOf(wire.threshold);
    freeze(this);
  }
}

/** Reply of `remove_policy`. */
export class PolicyRemoved extends View {
  /** @internal */
  static override readonly known: Known = { removed: null, replayed: null, version: null };
  /** The name of the policy that is gone. */
  declare readonly removed: string;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** Version of the book's settings: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.removed = wire.removed;
    this.replayed = wire.replayed;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `approve`. */
export class ApproveReply extends View {
  /** @internal */
  static override readonly known: Known = { approval: () => Approval, error: null, executed: null, replayed: null, reply: null };
  static {
    absent(this, 'error', 'reply');
  }
  /** The approval. */
  declare readonly approval: Approval;
  /** Why the call was refused; the consent stays, and this may be repeated until the approval expires. */
  declare readonly error: EarnestError | null;
  /** Whether the call took place. */
  declare readonly executed: boolean;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The call's own reply, when it took place. */
  declare readonly reply: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.approval = new Approval(wire.approval);
    if (wire.error !== undefined) this.error = (wire.error == null ? null : errorOf(wire.error));
    this.executed = wire.executed;
    this.replayed = wire.replayed;
    if (wire.reply !== undefined) this.reply = frozen((wire.reply ?? null));
    freeze(this);
  }
}

/** An approval. */
export class Approval extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, approvals: () => Consent, commitment: () => Commitment, ended_at: null, expires_at: null, now: () => Foreseen, operation: null, payload_hash: null, policy: null, reason: null, rejected_by: null, request: null, requested_at: null, requested_by: null, required: null, result: () => ApprovalResult, role: null, state: null, version: null };
  static {
    absent(this, 'commitment', 'now', 'reason', 'request', 'result');
  }
  /** Its id. */
  declare readonly id: string;
  /** The account that gives most of the amount. */
  declare readonly account: string;
  /** The amount that the call takes, of the currency that its policy is about. */
  declare readonly amount: Money;
  /** The actors who have approved, in their order. */
  declare readonly approvals: readonly Consent[];
  /**
   * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier
   * version, which is held to its amount.
   */
  declare readonly commitment: Commitment | null;
  /** @internal */
  declare readonly ended_at: string | null;
  /** When it was executed, rejected or expired. */
  get endedAt(): string | null {
    return this.ended_at ?? null;
  }
  /** @internal */
  declare readonly expires_at: string;
  /** Its deadline: it must be given and used up before. */
  get expiresAt(): string {
    return this.expires_at;
  }
  /** Its effect now, as a query answers while it is open; otherwise `null`. */
  declare readonly now: Foreseen | null;
  /** The operation that waits. */
  declare readonly operation: string;
  /** @internal */
  declare readonly payload_hash: string;
  /** SHA-256 of its canonical request, hexadecimal. */
  get payloadHash(): string {
    return this.payload_hash;
  }
  /** The policy that asks for it. */
  declare readonly policy: string;
  /** Why. */
  declare readonly reason: string | null;
  /** @internal */
  declare readonly rejected_by: string | null;
  /** The actor who rejected it. */
  get rejectedBy(): string | null {
    return this.rejected_by ?? null;
  }
  /** Its request, without key and actor; `null` when it was erased. */
  declare readonly request: Record<string, Json> | null;
  /** @internal */
  declare readonly requested_at: string;
  /** When it was asked for. */
  get requestedAt(): string {
    return this.requested_at;
  }
  /** @internal */
  declare readonly requested_by: string;
  /** The requester: the call runs as this actor. */
  get requestedBy(): string {
    return this.requested_by;
  }
  /** How many must approve. */
  declare readonly required: number;
  /** The outcome of the call; `null` while it has not been tried. */
  declare readonly result: ApprovalResult | null;
  /** In which role. */
  declare readonly role: string;
  /** Its state. */
  declare readonly state: ApprovalState;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.approvals = listOf(wire.approvals, (one: any) => new Consent(one));
    if (wire.commitment !== undefined) this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    if (wire.ended_at !== undefined) this.ended_at = (wire.ended_at ?? null);
    this.expires_at = wire.expires_at;
    this.id = wire.id;
    if (wire.now !== undefined) this.now = (wire.now == null ? null : new Foreseen(wire.now));
    this.operation = wire.operation;
    this.payload_hash = wire.payload_hash;
    this.policy = wire.policy;
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    if (wire.rejected_by !== undefined) this.rejected_by = (wire.rejected_by ?? null);
    if (wire.request !== undefined) this.request = frozen((wire.request ?? null));
    this.requested_at = wire.requested_at;
    this.requested_by = wire.requested_by;
    this.required = wire.required;
    if (wire.result !== undefined) this.result = (wire.result == null ? null : new ApprovalResult(wire.result));
    this.role = wire.role;
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** An actor's approval. */
export class Consent extends View {
  /** @internal */
  static override readonly known: Known = { actor: null, at: null };
  /** The actor. */
  declare readonly actor: string;
  /** When. */
  declare readonly at: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.actor = wire.actor;
    this.at = wire.at;
    freeze(this);
  }
}

/** The effect that a parked call would have now. */
export class Foreseen extends View {
  /** @internal */
  static override readonly known: Known = { beyond: null, commitment: () => Commitment, error: null };
  static {
    absent(this, 'beyond', 'commitment', 'error');
  }
  /**
   * The first part of it that goes beyond what was asked for, for which it is refused: `currency`, `payer`, `payee`,
   * `amount` or the name of a term.
   */
  declare readonly beyond: string | null;
  /** Its commitment; `null` where it would be refused. */
  declare readonly commitment: Commitment | null;
  /** The code that it would be refused with, before its gates. */
  declare readonly error: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.beyond !== undefined) this.beyond = (wire.beyond ?? null);
    if (wire.commitment !== undefined) this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    if (wire.error !== undefined) this.error = (wire.error ?? null);
    freeze(this);
  }
}

/** The outcome of the call that waited. */
export class ApprovalResult extends View {
  /** @internal */
  static override readonly known: Known = { error: null, executed: null, made: null };
  static {
    absent(this, 'error');
  }
  /** The code that it was refused with when it should have run last. */
  declare readonly error: string | null;
  /** Whether it took place. */
  declare readonly executed: boolean;
  /** The ids of what it made. */
  declare readonly made: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.error !== undefined) this.error = (wire.error ?? null);
    this.executed = wire.executed;
    this.made = frozen(wire.made);
    freeze(this);
  }
}

/** Reply of a change of an approval. */
export class ApprovalReply extends View {
  /** @internal */
  static override readonly known: Known = { approval: () => Approval, replayed: null };
  /** The approval. */
  declare readonly approval: Approval;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.approval = new Approval(wire.approval);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Reply of `put`. */
export class ValuePut extends View {
  /** @internal */
  static override readonly known: Known = { key_id: null, name: null, replayed: null, subject: null, version: null };
  /** @internal */
  declare readonly key_id: string;
  /** The key of the keyring that wraps the subject's data key. */
  get keyId(): string {
    return this.key_id;
  }
  /** The name of the value. */
  declare readonly name: string;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The subject. */
  declare readonly subject: string;
  /** Counts the values under this name, from 1. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.key_id = wire.key_id;
    this.name = wire.name;
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `reveal`. */
export class ValueRevealed extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, value: null, version: null };
  /** @internal */
  static override readonly hidden = ['value'];
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  declare readonly replayed: boolean;
  /** The value. */
  declare readonly value: string;
  /** Counts the values under this name. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    unlisted(this, 'value', wire.value);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `export`. */
export class SubjectExported extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, subject: null, values: () => ExportedValue };
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  declare readonly replayed: boolean;
  /** The subject of the values. */
  declare readonly subject: string;
  /** Its values, in the order of their names. */
  declare readonly values: readonly ExportedValue[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    this.values = listOf(wire.values, (one: any) => new ExportedValue(one));
    freeze(this);
  }
}

/** A value of a subject that was exported. */
export class ExportedValue extends View {
  /** @internal */
  static override readonly known: Known = { name: null, value: null, version: null };
  /** @internal */
  static override readonly hidden = ['value'];
  /** The name of the value. */
  declare readonly name: string;
  /** The value. */
  declare readonly value: string;
  /** Counts the values under this name. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.name = wire.name;
    unlisted(this, 'value', wire.value);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `forget`. */
export class SubjectForgotten extends View {
  /** @internal */
  static override readonly known: Known = { forgotten: null, replayed: null, subject: null };
  /** Whether something was there, and is gone. */
  declare readonly forgotten: boolean;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The subject that was forgotten. */
  declare readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.forgotten = wire.forgotten;
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    freeze(this);
  }
}

/** Reply of `find`. */
export class SubjectsFound extends View {
  /** @internal */
  static override readonly known: Known = { next: null, subjects: null };
  static {
    absent(this, 'next');
  }
  /** Where the next page begins; `null` on the last. */
  declare readonly next: string | null;
  /** The subjects with this value, of a page in order. */
  declare readonly subjects: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.next !== undefined) this.next = (wire.next ?? null);
    this.subjects = frozen(wire.subjects);
    freeze(this);
  }
}

/** A value of a subject by its name. */
export class ValueListed extends View {
  /** @internal */
  static override readonly known: Known = { key_id: null, name: null, searchable: null, version: null };
  /** @internal */
  declare readonly key_id: string;
  /** The key of the keyring that wraps the subject's data key. */
  get keyId(): string {
    return this.key_id;
  }
  /** The name of the value. */
  declare readonly name: string;
  /** Whether `find` finds it. */
  declare readonly searchable: boolean;
  /** Counts the values under this name. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.key_id = wire.key_id;
    this.name = wire.name;
    this.searchable = wire.searchable;
    this.version = wire.version;
    freeze(this);
  }
}

/** A key of the keyring that a book rests on: one that wraps data keys, or the one of its index. */
export class WrappingKey extends View {
  /** @internal */
  static override readonly known: Known = { key_id: null, missing: null, primary: null, purpose: null, wraps: null };
  /** @internal */
  declare readonly key_id: string;
  /** Its id, as the keyring has it. */
  get keyId(): string {
    return this.key_id;
  }
  /** Whether the keyring of the process that answers lacks it. */
  declare readonly missing: boolean;
  /** Whether it wraps new data keys. */
  declare readonly primary: boolean;
  /** `vault`: it wraps; `index`: names are found and proofs are checked by it. */
  declare readonly purpose: string;
  /** How many data keys are wrapped with it. */
  declare readonly wraps: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.key_id = wire.key_id;
    this.missing = wire.missing;
    this.primary = wire.primary;
    this.purpose = wire.purpose;
    this.wraps = wire.wraps;
    freeze(this);
  }
}

/** Reply of `rotate`. */
export class KeysRotated extends View {
  /** @internal */
  static override readonly known: Known = { remaining: null, replayed: null, rewrapped: null };
  /** How many are still wrapped with another key than the current one: 0 when all was done. */
  declare readonly remaining: number;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** How many data keys were wrapped anew. */
  declare readonly rewrapped: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.remaining = wire.remaining;
    this.replayed = wire.replayed;
    this.rewrapped = wire.rewrapped;
    freeze(this);
  }
}

/** Reply of `unlock_pin`. */
export class PinUnlocked extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, subject: null };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The subject: a user's id. */
  declare readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    freeze(this);
  }
}

/** Reply of `enrol_totp`. It is shown once. */
export class TotpEnrolled extends View {
  /** @internal */
  static override readonly known: Known = { qr_svg: null, recovery_codes: null, replayed: null, secret: null, uri: null, warning: null };
  /** @internal */
  static override readonly hidden = ['qrSvg', 'recoveryCodes', 'secret', 'uri'];
  static {
    absent(this, 'warning');
  }
  /** @internal */
  declare readonly qr_svg: string;
  /** The URI as a picture to scan, SVG. */
  get qrSvg(): string {
    return this.qr_svg;
  }
  /** @internal */
  declare readonly recovery_codes: readonly string[];
  /** Ten codes, each good once in place of a one-time code. */
  get recoveryCodes(): readonly string[] {
    return this.recovery_codes;
  }
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  declare readonly replayed: boolean;
  /** The secret in base32, for those who cannot scan it. */
  declare readonly secret: string;
  /** The same as a URI that applications on phones know. */
  declare readonly uri: string;
  /** Why the secret that was given should be replaced soon, if it should: it is short. */
  declare readonly warning: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    unlisted(this, 'qr_svg', wire.qr_svg);
    unlisted(this, 'recovery_codes', frozen(wire.recovery_codes));
    this.replayed = wire.replayed;
    unlisted(this, 'secret', wire.secret);
    unlisted(this, 'uri', wire.uri);
    if (wire.warning !== undefined) this.warning = (wire.warning ?? null);
    freeze(this);
  }
}

/** Reply of `confirm_totp`. */
export class TotpConfirmed extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, subject: null };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The subject: a user's id. */
  declare readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    freeze(this);
  }
}

/** Reply of `verify_totp`. */
export class TotpVerified extends View {
  /** @internal */
  static override readonly known: Known = { proof: null, recovery_code_used: null, replayed: null, verified: null };
  /** @internal */
  static override readonly hidden = ['proof'];
  /** The proof, which `proofs` of a call takes once, for two minutes. */
  declare readonly proof: string;
  /** @internal */
  declare readonly recovery_code_used: boolean;
  /** Whether it was a recovery code, of which there is one fewer now. */
  get recoveryCodeUsed(): boolean {
    return this.recovery_code_used;
  }
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  declare readonly replayed: boolean;
  /** Always true: a wrong code is an error. */
  declare readonly verified: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    unlisted(this, 'proof', wire.proof);
    this.recovery_code_used = wire.recovery_code_used;
    this.replayed = wire.replayed;
    this.verified = wire.verified;
    freeze(this);
  }
}

/** Reply of `set_pin`. */
export class PinSet extends View {
  /** @internal */
  static override readonly known: Known = { must_change: null, replayed: null, subject: null };
  /** @internal */
  declare readonly must_change: boolean;
  /** Whether its owner should set another one: an admin has set it in place of another. */
  get mustChange(): boolean {
    return this.must_change;
  }
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** The subject: a user's id. */
  declare readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.must_change = wire.must_change;
    this.replayed = wire.replayed;
    this.subject = wire.subject;
    freeze(this);
  }
}

/** Reply of `verify_pin`. */
export class PinVerified extends View {
  /** @internal */
  static override readonly known: Known = { must_change: null, proof: null, replayed: null, verified: null };
  /** @internal */
  static override readonly hidden = ['proof'];
  /** @internal */
  declare readonly must_change: boolean;
  /** Whether its owner should set another one. */
  get mustChange(): boolean {
    return this.must_change;
  }
  /** The proof, which `proofs` of a call takes once, for two minutes. */
  declare readonly proof: string;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** Always true: a wrong PIN is an error. */
  declare readonly verified: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.must_change = wire.must_change;
    unlisted(this, 'proof', wire.proof);
    this.replayed = wire.replayed;
    this.verified = wire.verified;
    freeze(this);
  }
}

/** Reply of `set_rule`. */
export class RuleReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, rule: () => Rule, version: null };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The rule. */
  declare readonly rule: Rule;
  /** Version of the book's rules: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.rule = new Rule(wire.rule);
    this.version = wire.version;
    freeze(this);
  }
}

/** A rule. */
export class Rule extends View {
  /** @internal */
  static override readonly known: Known = { id: null, from: null, action: null, created_at: null, exact: null, expires_in: null, factors: null, generation: null, limit: null, message: null, metric: null, outcome: null, priority: null, shadow: null, subject: null, time_zone: null, until: null, updated_at: null, weight: null, window: null };
  static {
    absent(this, 'from', 'message', 'until', 'window');
  }
  /** Its name. */
  declare readonly id: string;
  /** In force from then on. */
  declare readonly from: string | null;
  /** Which calls it is about. */
  declare readonly action: string;
  /** @internal */
  declare readonly created_at: string;
  /** It counts from then on. */
  get createdAt(): string {
    return this.created_at;
  }
  /**
   * Whether no call too many may pass even where many share a subject. If not, transactions about one subject do not
   * wait for each other, and those that are open at once may go over the limit together.
   */
  declare readonly exact: boolean;
  /** @internal */
  declare readonly expires_in: string | null;
  /** Of a review: how long it stays open. */
  get expiresIn(): string | null {
    return this.expires_in ?? null;
  }
  /** Of a challenge: which factors; any that is enrolled if there is none. */
  declare readonly factors: readonly Factor[];
  /** The number of what it counts: with a new one it has begun from zero. */
  declare readonly generation: number;
  /** So much passes: a whole number, or money. */
  declare readonly limit: number | Money;
  /** A message for people. */
  declare readonly message: string | null;
  /** The metric that it counts. */
  declare readonly metric: string;
  /** The outcome when it fires. */
  declare readonly outcome: Outcome;
  /** Which refusal speaks first: the highest. */
  declare readonly priority: number;
  /** Whether it only shows what it would do. */
  declare readonly shadow: boolean;
  /** About whom. */
  declare readonly subject: string;
  /** @internal */
  declare readonly time_zone: string | null;
  /** Where midnight is, for `day` and `month`. */
  get timeZone(): string | null {
    return this.time_zone ?? null;
  }
  /** In force before then. */
  declare readonly until: string | null;
  /** @internal */
  declare readonly updated_at: string;
  /** When it was set last. */
  get updatedAt(): string {
    return this.updated_at;
  }
  /** The points that it adds to the score. */
  declare readonly weight: number;
  /** For how long that counts; `null` for `amount`. */
  declare readonly window: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.action = wire.action;
    this.created_at = wire.created_at;
    this.exact = wire.exact;
    if (wire.expires_in !== undefined) this.expires_in = (wire.expires_in ?? null);
    this.factors = frozen(wire.factors);
    if (wire.from !== undefined) this.from = (wire.from ?? null);
    this.generation = wire.generation;
    this.id = wire.id;
    this.limit = measureOf(wire.limit);
    if (wire.message !== undefined) this.message = (wire.message ?? null);
    this.metric = wire.metric;
    this.outcome = wire.outcome;
    this.priority = wire.priority;
    this.shadow = wire.shadow;
    this.subject = wire.subject;
    if (wire.time_zone !== undefined) this.time_zone = (wire.time_zone ?? null);
    if (wire.until !== undefined) this.until = (wire.until ?? null);
    this.updated_at = wire.updated_at;
    this.weight = wire.weight;
    if (wire.window !== undefined) this.window = (wire.window ?? null);
    freeze(this);
  }
}

/** Reply of `set_rate`. */
export class RateReply extends View {
  /** @internal */
  static override readonly known: Known = { rate: () => Rate, replayed: null, version: null };
  /** The rate. */
  declare readonly rate: Rate;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** Version of the book's rules: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.rate = new Rate(wire.rate);
    this.replayed = wire.replayed;
    this.version = wire.version;
    freeze(this);
  }
}

/** A rate. */
export class Rate extends View {
  /** @internal */
  static override readonly known: Known = { id: null, action: null, burst: null, created_at: null, generation: null, limit: null, message: null, per: null, priority: null, subject: null, updated_at: null };
  static {
    absent(this, 'message');
  }
  /** Its name. */
  declare readonly id: string;
  /** Which calls it is about. */
  declare readonly action: string;
  /** How many at once after a pause. */
  declare readonly burst: number;
  /** @internal */
  declare readonly created_at: string;
  /** When it was set first. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The number of what it counts: with a new one it has begun from zero. */
  declare readonly generation: number;
  /** How many calls in a span. */
  declare readonly limit: number;
  /** A message for people. */
  declare readonly message: string | null;
  /** The span. */
  declare readonly per: string;
  /** Which refusal speaks first: the highest. */
  declare readonly priority: number;
  /** About whom. */
  declare readonly subject: string;
  /** @internal */
  declare readonly updated_at: string;
  /** When it was set last. */
  get updatedAt(): string {
    return this.updated_at;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.action = wire.action;
    this.burst = wire.burst;
    this.created_at = wire.created_at;
    this.generation = wire.generation;
    this.id = wire.id;
    this.limit = wire.limit;
    if (wire.message !== undefined) this.message = (wire.message ?? null);
    this.per = wire.per;
    this.priority = wire.priority;
    this.subject = wire.subject;
    this.updated_at = wire.updated_at;
    freeze(this);
  }
}

/** Reply of `remove_rule`. */
export class RuleRemoved extends View {
  /** @internal */
  static override readonly known: Known = { removed: null, replayed: null, version: null };
  /** The name of the rule or the rate that is gone. */
  declare readonly removed: string;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** Version of the book's rules: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.removed = wire.removed;
    this.replayed = wire.replayed;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `set_thresholds`. */
export class ThresholdsReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, thresholds: () => Thresholds, version: null };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** From which score on something follows. */
  declare readonly thresholds: Thresholds;
  /** Version of the book's rules: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.thresholds = new Thresholds(wire.thresholds);
    this.version = wire.version;
    freeze(this);
  }
}

/** From which score on something follows. */
export class Thresholds extends View {
  /** @internal */
  static override readonly known: Known = { block: null, challenge: null, review: null };
  static {
    absent(this, 'block', 'challenge', 'review');
  }
  /** A refusal. */
  declare readonly block: number | null;
  /** A further factor. */
  declare readonly challenge: number | null;
  /** A look by people. */
  declare readonly review: number | null;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.block !== undefined) this.block = (wire.block ?? null);
    if (wire.challenge !== undefined) this.challenge = (wire.challenge ?? null);
    if (wire.review !== undefined) this.review = (wire.review ?? null);
    freeze(this);
  }
}

/** Reply of `block`, `allow` and `unlist`. */
export class ListReply extends View {
  /** @internal */
  static override readonly known: Known = { entry: () => ListEntry, replayed: null };
  /** The entry. */
  declare readonly entry: ListEntry;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.entry = new ListEntry(wire.entry);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An entry of a list. */
export class ListEntry extends View {
  /** @internal */
  static override readonly known: Known = { created_at: null, reason: null, state: null, subject: null, until: null, value: null, version: null };
  static {
    absent(this, 'reason', 'until', 'value');
  }
  /** @internal */
  declare readonly created_at: string;
  /** When it was listed first. */
  get createdAt(): string {
    return this.created_at;
  }
  /** Why; `null` when it was erased. */
  declare readonly reason: string | null;
  /** `blocked`, `allowed`, or `removed` from the lists. */
  declare readonly state: Listed;
  /** In which part of a call. */
  declare readonly subject: string;
  /** In force before then; `null` is for ever. */
  declare readonly until: string | null;
  /** The listed value; `null` when it was erased. */
  declare readonly value: string | null;
  /** Counts every change. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.created_at = wire.created_at;
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    this.state = wire.state;
    this.subject = wire.subject;
    if (wire.until !== undefined) this.until = (wire.until ?? null);
    if (wire.value !== undefined) this.value = (wire.value ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `approve_review`. */
export class ReviewedReply extends View {
  /** @internal */
  static override readonly known: Known = { error: null, executed: null, replayed: null, reply: null, review: () => Review };
  static {
    absent(this, 'error', 'reply');
  }
  /** Why the call was refused; this may be repeated until the review expires. */
  declare readonly error: EarnestError | null;
  /** Whether the call took place. */
  declare readonly executed: boolean;
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The call's own reply, when it took place. */
  declare readonly reply: Record<string, Json> | null;
  /** The review. */
  declare readonly review: Review;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.error !== undefined) this.error = (wire.error == null ? null : errorOf(wire.error));
    this.executed = wire.executed;
    this.replayed = wire.replayed;
    if (wire.reply !== undefined) this.reply = frozen((wire.reply ?? null));
    this.review = new Review(wire.review);
    freeze(this);
  }
}

/** A call that rules want people to look at first. */
export class Review extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, commitment: () => Commitment, created_at: null, decided_by: null, expires_at: null, now: () => Foreseen, operation: null, reason: null, request: null, requested_by: null, result: () => ReviewResult, rules: null, state: null, version: null };
  static {
    absent(this, 'account', 'amount', 'commitment', 'now', 'reason', 'request', 'result');
  }
  /** Its id. */
  declare readonly id: string;
  /** The account that gives most of the amount; `null` where none gives anything. */
  declare readonly account: string | null;
  /** The amount that the call takes, of one currency. */
  declare readonly amount: Money | null;
  /**
   * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier
   * version, which is held to its amount.
   */
  declare readonly commitment: Commitment | null;
  /** @internal */
  declare readonly created_at: string;
  /** When it was asked for first. */
  get createdAt(): string {
    return this.created_at;
  }
  /** @internal */
  declare readonly decided_by: string | null;
  /** The admin who decided. */
  get decidedBy(): string | null {
    return this.decided_by ?? null;
  }
  /** @internal */
  declare readonly expires_at: string;
  /** Its deadline. */
  get expiresAt(): string {
    return this.expires_at;
  }
  /** Its effect now, as a query answers while it is open; otherwise `null`. */
  declare readonly now: Foreseen | null;
  /** The operation that waits. */
  declare readonly operation: string;
  /** Why it was rejected. */
  declare readonly reason: string | null;
  /** Its request, without key and actor; `null` when it was erased. */
  declare readonly request: Record<string, Json> | null;
  /** @internal */
  declare readonly requested_by: string;
  /** The requester: the call runs as this actor. */
  get requestedBy(): string {
    return this.requested_by;
  }
  /** The outcome of the call; `null` while it has not been tried. */
  declare readonly result: ReviewResult | null;
  /** The rules that want it, the first to speak first. */
  declare readonly rules: readonly string[];
  /** Its state. */
  declare readonly state: ReviewState;
  /** Counts every event. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.account !== undefined) this.account = (wire.account ?? null);
    if (wire.amount !== undefined) this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    if (wire.commitment !== undefined) this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.created_at = wire.created_at;
    if (wire.decided_by !== undefined) this.decided_by = (wire.decided_by ?? null);
    this.expires_at = wire.expires_at;
    this.id = wire.id;
    if (wire.now !== undefined) this.now = (wire.now == null ? null : new Foreseen(wire.now));
    this.operation = wire.operation;
    if (wire.reason !== undefined) this.reason = (wire.reason ?? null);
    if (wire.request !== undefined) this.request = frozen((wire.request ?? null));
    this.requested_by = wire.requested_by;
    if (wire.result !== undefined) this.result = (wire.result == null ? null : new ReviewResult(wire.result));
    this.rules = frozen(wire.rules);
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** The outcome of a call that was parked. */
export class ReviewResult extends View {
  /** @internal */
  static override readonly known: Known = { error: null, executed: null, made: null };
  static {
    absent(this, 'error');
  }
  /** The code that it was refused with when it should have run last. */
  declare readonly error: string | null;
  /** Whether it took place. */
  declare readonly executed: boolean;
  /** The ids of what it made. */
  declare readonly made: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.error !== undefined) this.error = (wire.error ?? null);
    this.executed = wire.executed;
    this.made = frozen(wire.made);
    freeze(this);
  }
}

/** Reply of `reject_review`. */
export class ReviewReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, review: () => Review };
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The review. */
  declare readonly review: Review;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.review = new Review(wire.review);
    freeze(this);
  }
}

/** Reply of `install_pack`. */
export class PackReply extends View {
  /** @internal */
  static override readonly known: Known = { leaves_open: null, rates: () => Rate, replayed: null, rules: () => Rule, version: null };
  /** @internal */
  declare readonly leaves_open: readonly string[];
  /**
   * In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every other one where
   * the engine allows all.
   */
  get leavesOpen(): readonly string[] {
    return this.leaves_open;
  }
  /** Its rates. */
  declare readonly rates: readonly Rate[];
  /** Whether the key was used before for the same request. */
  declare readonly replayed: boolean;
  /** The rules of the pack. */
  declare readonly rules: readonly Rule[];
  /** Version of the book's rules: it counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.leaves_open = frozen(wire.leaves_open);
    this.rates = listOf(wire.rates, (one: any) => new Rate(one));
    this.replayed = wire.replayed;
    this.rules = listOf(wire.rules, (one: any) => new Rule(one));
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `rules`: all of them on one page. */
export class Rules extends View {
  /** @internal */
  static override readonly known: Known = { items: () => Rule, next: null, rates: () => Rate, thresholds: () => Thresholds, version: null };
  static {
    absent(this, 'next');
  }
  /** The rules, in the order of their names. */
  declare readonly items: readonly Rule[];
  /** Always `null`. */
  declare readonly next: string | null;
  /** The rates, in the order of their names. */
  declare readonly rates: readonly Rate[];
  /** From which score on something follows. */
  declare readonly thresholds: Thresholds;
  /** Counts every change of any of them. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.items = listOf(wire.items, (one: any) => new Rule(one));
    if (wire.next !== undefined) this.next = (wire.next ?? null);
    this.rates = listOf(wire.rates, (one: any) => new Rate(one));
    this.thresholds = new Thresholds(wire.thresholds);
    this.version = wire.version;
    freeze(this);
  }
}

/** The verdict of rules and rates on a call. */
export class Decision extends View {
  /** @internal */
  static override readonly known: Known = { id: null, action: null, allowed_by: null, at: null, factors: null, fired: () => Fired, outcome: null, retry_after: null, score: null, shadow: () => Fired, subject: null };
  static {
    absent(this, 'id', 'factors', 'subject');
  }
  /** Its id; `null` where nothing was decided, but only asked. */
  declare readonly id: string | null;
  /** The operation that was judged. */
  declare readonly action: string;
  /** @internal */
  declare readonly allowed_by: string | null;
  /** The entry of a list that lifted it. */
  get allowedBy(): string | null {
    return this.allowed_by ?? null;
  }
  /** When. */
  declare readonly at: string;
  /**
   * The factors that the call must prove first, by policies or, where that is the outcome, by challenges: without
   * them it is `factor_required`.
   */
  declare readonly factors: readonly string[] | null;
  /** All that fired, the first to speak first. */
  declare readonly fired: readonly Fired[];
  /** The strictest outcome. */
  declare readonly outcome: Outcome;
  /** @internal */
  declare readonly retry_after: number | null;
  /**
   * Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps or nothing
   * refuses.
   */
  get retryAfter(): number | null {
    return this.retry_after ?? null;
  }
  /** The weights of what fired and the host's own number, 0 to 100. */
  declare readonly score: number;
  /** The shadow rules that would have fired. */
  declare readonly shadow: readonly Fired[];
  /** The part of the call that the first rule is about. */
  declare readonly subject: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.action = wire.action;
    if (wire.allowed_by !== undefined) this.allowed_by = (wire.allowed_by ?? null);
    this.at = wire.at;
    if (wire.factors !== undefined) this.factors = (wire.factors == null ? null : frozen(wire.factors));
    this.fired = listOf(wire.fired, (one: any) => new Fired(one));
    if (wire.id !== undefined) this.id = (wire.id ?? null);
    this.outcome = wire.outcome;
    if (wire.retry_after !== undefined) this.retry_after = (wire.retry_after ?? null);
    this.score = wire.score;
    this.shadow = listOf(wire.shadow, (one: any) => new Fired(one));
    if (wire.subject !== undefined) this.subject = (wire.subject ?? null);
    freeze(this);
  }
}

/** A rule or a rate that fired. */
export class Fired extends View {
  /** @internal */
  static override readonly known: Known = { limit: null, message: null, metric: null, outcome: null, requested: null, rule: null, seen: null, subject: null, window: null };
  static {
    absent(this, 'message', 'window');
  }
  /** The limit: as `seen`. */
  declare readonly limit: number | Money;
  /** Its message for people. */
  declare readonly message: string | null;
  /** Its metric; `rate` for a rate, `score` for a threshold. */
  declare readonly metric: string;
  /** Its own outcome. */
  declare readonly outcome: Outcome;
  /** The part that the call would add: as `seen`. */
  declare readonly requested: number | Money;
  /** Its name; `score` for a threshold. */
  declare readonly rule: string;
  /** The part of the limit that was used before the call: a whole number, or money. */
  declare readonly seen: number | Money;
  /** About whom. */
  declare readonly subject: string;
  /** For how long it counts; `null` for `amount` and `score`. */
  declare readonly window: string | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.limit = measureOf(wire.limit);
    if (wire.message !== undefined) this.message = (wire.message ?? null);
    this.metric = wire.metric;
    this.outcome = wire.outcome;
    this.requested = measureOf(wire.requested);
    this.rule = wire.rule;
    this.seen = measureOf(wire.seen);
    this.subject = wire.subject;
    if (wire.window !== undefined) this.window = (wire.window ?? null);
    freeze(this);
  }
}

/** The history of an account: its operations, disputes and refunds. */
export class Profile extends View {
  /** @internal */
  static override readonly known: Known = { account: null, disputes: null, first_seen: null, last_seen: null, operations: null, refunds: null, score: null, trust: null };
  /** The account. */
  declare readonly account: string;
  /**
   * How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it sells.
   */
  declare readonly disputes: number;
  /** @internal */
  declare readonly first_seen: string;
  /** When it was opened. */
  get firstSeen(): string {
    return this.first_seen;
  }
  /** @internal */
  declare readonly last_seen: string;
  /** When its newest entry was made. */
  get lastSeen(): string {
    return this.last_seen;
  }
  /** How many entries it has, in all currencies; of a streaming account at most 10,000 are counted. */
  declare readonly operations: number;
  /** In how many of these deals money went back to the buyer. */
  declare readonly refunds: number;
  /**
   * 0 to 100: the share of its deals that were disputed, and half of the share in which money went back. Four deals
   * that went well are added to everybody's, so that one dispute alone is no verdict.
   */
  declare readonly score: number;
  /** 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation. */
  declare readonly trust: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.account = wire.account;
    this.disputes = wire.disputes;
    this.first_seen = wire.first_seen;
    this.last_seen = wire.last_seen;
    this.operations = wire.operations;
    this.refunds = wire.refunds;
    this.score = wire.score;
    this.trust = wire.trust;
    freeze(this);
  }
}

/** Reply of `create_key` and `import_key`. */
export class KeyKept extends View {
  /** @internal */
  static override readonly known: Known = { address: null, key: null, replayed: null };
  /** Its address, with the checksum of EIP-55. */
  declare readonly address: string;
  /** The id of the key, `ky_...`. */
  declare readonly key: string;
  /** Whether the idempotency key was used before for the same request. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.key = wire.key;
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A key that signs. */
export class SigningKey extends View {
  /** @internal */
  static override readonly known: Known = { address: null, created_at: null, custody: null, key: null, label: null, policy: null, signed: null, version: null };
  static {
    absent(this, 'label', 'policy');
  }
  /** Its address, with the checksum of EIP-55. */
  declare readonly address: string;
  /** @internal */
  declare readonly created_at: string;
  /** When it was made, or brought here. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The holder of the private key: `vault` or `host`. */
  declare readonly custody: string;
  /** Its id, `ky_...`. */
  declare readonly key: string;
  /** Its label for people. */
  declare readonly label: string | null;
  /** The policy, as the fields of `set_key_policy`; null while none limits the key. */
  declare readonly policy: Record<string, Json> | null;
  /** How many times something was signed with it. */
  declare readonly signed: number;
  /** Counts the changes of it. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.created_at = wire.created_at;
    this.custody = wire.custody;
    this.key = wire.key;
    if (wire.label !== undefined) this.label = (wire.label ?? null);
    if (wire.policy !== undefined) this.policy = frozen((wire.policy ?? null));
    this.signed = wire.signed;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `complete`. */
export class SignatureCompleted extends View {
  /** @internal */
  static override readonly known: Known = { digest: null, signature: null, transaction: () => TransactionSigned };
  static {
    absent(this, 'transaction');
  }
  /** The 32 bytes that were signed. */
  declare readonly digest: string;
  /** 65 bytes: r, s in the lower half of its range, and 27 or 28. */
  declare readonly signature: string;
  /** The transaction, ready to be sent to a node, if it was one. */
  declare readonly transaction: TransactionSigned | null;

  /** @internal */
  constructor(wire: any) {
    super();
    this.digest = wire.digest;
    this.signature = wire.signature;
    if (wire.transaction !== undefined) this.transaction = (wire.transaction == null ? null : new TransactionSigned(wire.transaction));
    freeze(this);
  }
}

/** Reply of `sign_transaction`: ready to be sent to a node. */
export class TransactionSigned extends View {
  /** @internal */
  static override readonly known: Known = { from: null, hash: null, r: null, raw: null, replayed: null, s: null, v: null, y_parity: null };
  /** The signer's address. */
  declare readonly from: string;
  /** The id of the transaction. */
  declare readonly hash: string;
  /** The first number of the signature: `0x` and 64 digits. */
  declare readonly r: string;
  /** The bytes for a node. */
  declare readonly raw: string;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** The second, in the lower half of its range (EIP-2). */
  declare readonly s: string;
  /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
  declare readonly v: string;
  /** @internal */
  declare readonly y_parity: number;
  /** 0 or 1. */
  get yParity(): number {
    return this.y_parity;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.from = wire.from;
    this.hash = wire.hash;
    this.r = wire.r;
    this.raw = wire.raw;
    this.replayed = wire.replayed;
    this.s = wire.s;
    this.v = wire.v;
    this.y_parity = wire.y_parity;
    freeze(this);
  }
}

/** Reply of `address`. */
export class KeyAddress extends View {
  /** @internal */
  static override readonly known: Known = { address: null, key: null };
  /** Its address, with the checksum of EIP-55. */
  declare readonly address: string;
  /** The id of the key. */
  declare readonly key: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.key = wire.key;
    freeze(this);
  }
}

/** Reply of `recover`. */
export class AddressRecovered extends View {
  /** @internal */
  static override readonly known: Known = { address: null };
  /** The signer's address, with the checksum of EIP-55. */
  declare readonly address: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    freeze(this);
  }
}

/** Reply of `decode_transaction`: the fields of `tx`, and the signature. */
export class TransactionDecoded extends View {
  /** @internal */
  static override readonly known: Known = { from: null, to: null, access_list: () => StorageRead, chain_id: null, data: null, gas_limit: null, gas_price: null, hash: null, max_fee_per_gas: null, max_priority_fee_per_gas: null, nonce: null, r: null, s: null, type: null, v: null, value: null, y_parity: null };
  static {
    absent(this, 'to');
  }
  /** The signer's address. */
  declare readonly from: string;
  /** The recipient of the value and the call; null creates a contract. */
  declare readonly to: string | null;
  /** @internal */
  declare readonly access_list: readonly StorageRead[] | null;
  /** The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`. */
  get accessList(): readonly StorageRead[] | null {
    return this.access_list ?? null;
  }
  /** @internal */
  declare readonly chain_id: string | null;
  /** The chain; null from before EIP-155, valid on every chain. */
  get chainId(): string | null {
    return this.chain_id ?? null;
  }
  /** The input of the call, or the code of a new contract. */
  declare readonly data: string;
  /** @internal */
  declare readonly gas_limit: string;
  /** Gas that may be used up. */
  get gasLimit(): string {
    return this.gas_limit;
  }
  /** @internal */
  declare readonly gas_price: string | null;
  /** Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`. */
  get gasPrice(): string | null {
    return this.gas_price ?? null;
  }
  /** The id of the transaction. */
  declare readonly hash: string;
  /** @internal */
  declare readonly max_fee_per_gas: string | null;
  /** At most this many wei for a unit of gas (`eip1559`); left out with other types. */
  get maxFeePerGas(): string | null {
    return this.max_fee_per_gas ?? null;
  }
  /** @internal */
  declare readonly max_priority_fee_per_gas: string | null;
  /** Of these at most so many for whoever makes the block (`eip1559`); left out with other types. */
  get maxPriorityFeePerGas(): string | null {
    return this.max_priority_fee_per_gas ?? null;
  }
  /** How many transactions the address sent before. */
  declare readonly nonce: string;
  /** The first number of the signature. */
  declare readonly r: string;
  /** The second. */
  declare readonly s: string;
  /** `legacy`, `eip2930` or `eip1559`. */
  declare readonly type: string;
  /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
  declare readonly v: string;
  /** In wei. */
  declare readonly value: string;
  /** @internal */
  declare readonly y_parity: number;
  /** 0 or 1. */
  get yParity(): number {
    return this.y_parity;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.access_list !== undefined) this.access_list = (wire.access_list == null ? null : listOf(wire.access_list, (one: any) => new StorageRead(one)));
    if (wire.chain_id !== undefined) this.chain_id = (wire.chain_id ?? null);
    this.data = wire.data;
    this.from = wire.from;
    this.gas_limit = wire.gas_limit;
    if (wire.gas_price !== undefined) this.gas_price = (wire.gas_price ?? null);
    this.hash = wire.hash;
    if (wire.max_fee_per_gas !== undefined) this.max_fee_per_gas = (wire.max_fee_per_gas ?? null);
    if (wire.max_priority_fee_per_gas !== undefined) this.max_priority_fee_per_gas = (wire.max_priority_fee_per_gas ?? null);
    this.nonce = wire.nonce;
    this.r = wire.r;
    this.s = wire.s;
    if (wire.to !== undefined) this.to = (wire.to ?? null);
    this.type = wire.type;
    this.v = wire.v;
    this.value = wire.value;
    this.y_parity = wire.y_parity;
    freeze(this);
  }
}

/** An address with the storage of it that a transaction reads (EIP-2930). */
export class StorageRead extends View {
  /** @internal */
  static override readonly known: Known = { address: null, storage_keys: null };
  /** The contract. */
  declare readonly address: string;
  /** @internal */
  declare readonly storage_keys: readonly string[];
  /** Its slots, 32 bytes each. */
  get storageKeys(): readonly string[] {
    return this.storage_keys;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.storage_keys = frozen(wire.storage_keys);
    freeze(this);
  }
}

/** Reply of `erc20_transfer`: what a transaction that moves tokens carries. */
export class CallData extends View {
  /** @internal */
  static override readonly known: Known = { to: null, data: null };
  /** The contract of the token. */
  declare readonly to: string;
  /** The call. */
  declare readonly data: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.data = wire.data;
    this.to = wire.to;
    freeze(this);
  }
}

/** Reply of `set_key_policy`: the key, as it is from then on. */
export class KeyPolicySet extends View {
  /** @internal */
  static override readonly known: Known = { address: null, created_at: null, custody: null, key: null, label: null, policy: null, replayed: null, signed: null, version: null };
  static {
    absent(this, 'label', 'policy');
  }
  /** Its address, with the checksum of EIP-55. */
  declare readonly address: string;
  /** @internal */
  declare readonly created_at: string;
  /** When it was made, or brought here. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The holder of the private key: `vault` or `host`. */
  declare readonly custody: string;
  /** Its id, `ky_...`. */
  declare readonly key: string;
  /** Its label for people. */
  declare readonly label: string | null;
  /** The policy, as the fields of `set_key_policy`. */
  declare readonly policy: Record<string, Json> | null;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** How many times something was signed with it. */
  declare readonly signed: number;
  /** Counts the changes of it. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.address = wire.address;
    this.created_at = wire.created_at;
    this.custody = wire.custody;
    this.key = wire.key;
    if (wire.label !== undefined) this.label = (wire.label ?? null);
    if (wire.policy !== undefined) this.policy = frozen((wire.policy ?? null));
    this.replayed = wire.replayed;
    this.signed = wire.signed;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `prepare`. */
export class SignaturePrepared extends View {
  /** @internal */
  static override readonly known: Known = { from: null, digest: null, replayed: null };
  /** The address whose key is to sign them. */
  declare readonly from: string;
  /** The 32 bytes to be signed. */
  declare readonly digest: string;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.digest = wire.digest;
    this.from = wire.from;
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Reply of `sign_message` and `sign_typed_data`. */
export class DigestSigned extends View {
  /** @internal */
  static override readonly known: Known = { digest: null, replayed: null, signature: null };
  /** The 32 bytes that were signed (EIP-191, EIP-712). */
  declare readonly digest: string;
  /** Always false: the same call again is made again. */
  declare readonly replayed: boolean;
  /** 65 bytes: r, s, and 27 or 28. */
  declare readonly signature: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.digest = wire.digest;
    this.replayed = wire.replayed;
    this.signature = wire.signature;
    freeze(this);
  }
}

/** Reply of the writes about a sink. */
export class SinkReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, sink: () => Sink };
  /** Whether this step was taken before. */
  declare readonly replayed: boolean;
  /** The sink. */
  declare readonly sink: Sink;

  /** @internal */
  constructor(wire: any) {
    super();
    this.replayed = wire.replayed;
    this.sink = new Sink(wire.sink);
    freeze(this);
  }
}

/** A named reader of the log. */
export class Sink extends View {
  /** @internal */
  static override readonly known: Known = { created_at: null, fence: null, leased_until: null, max_attempts: null, name: null, retry_at: null, seq: null, types: null, version: null };
  /** @internal */
  declare readonly created_at: string;
  /** When it was made. */
  get createdAt(): string {
    return this.created_at;
  }
  /** The number of its newest batch. */
  declare readonly fence: number;
  /** @internal */
  declare readonly leased_until: string | null;
  /** Until when the newest batch belongs to its holder; `null` when it was reported on. */
  get leasedUntil(): string | null {
    return this.leased_until ?? null;
  }
  /** @internal */
  declare readonly max_attempts: number;
  /** How often an event may fail before its object is parked. */
  get maxAttempts(): number {
    return this.max_attempts;
  }
  /** Its name. */
  declare readonly name: string;
  /** @internal */
  declare readonly retry_at: string | null;
  /** It rests until then. */
  get retryAt(): string | null {
    return this.retry_at ?? null;
  }
  /** The place in the sequence up to which everything is settled. */
  declare readonly seq: number;
  /** The types of events that it wants; none is all. */
  declare readonly types: readonly string[];
  /** Counts every change. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.created_at = wire.created_at;
    this.fence = wire.fence;
    if (wire.leased_until !== undefined) this.leased_until = (wire.leased_until ?? null);
    this.max_attempts = wire.max_attempts;
    this.name = wire.name;
    if (wire.retry_at !== undefined) this.retry_at = (wire.retry_at ?? null);
    this.seq = wire.seq;
    this.types = frozen(wire.types);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `events.unpark`. */
export class ParkedReply extends View {
  /** @internal */
  static override readonly known: Known = { parked: () => Parked, replayed: null };
  /** The object. */
  declare readonly parked: Parked;
  /** Whether this step was taken before. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.parked = new Parked(wire.parked);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An object that a sink has left behind. */
export class Parked extends View {
  /** @internal */
  static override readonly known: Known = { after_seq: null, attempts: null, created_at: null, last_error: null, object: null, object_id: null, retry_at: null, sink: null, state: null, version: null };
  /** @internal */
  declare readonly after_seq: number;
  /** Its events after this place are left behind. */
  get afterSeq(): number {
    return this.after_seq;
  }
  /** How often the first of them has failed. */
  declare readonly attempts: number;
  /** @internal */
  declare readonly created_at: string;
  /** When an event of the object failed for the first time. */
  get createdAt(): string {
    return this.created_at;
  }
  /** @internal */
  declare readonly last_error: string | null;
  /** The newest error. */
  get lastError(): string | null {
    return this.last_error ?? null;
  }
  /** The kind of object. */
  declare readonly object: string;
  /** @internal */
  declare readonly object_id: string;
  /** The object's id. */
  get objectId(): string {
    return this.object_id;
  }
  /** @internal */
  declare readonly retry_at: string | null;
  /** When they are delivered again. */
  get retryAt(): string | null {
    return this.retry_at ?? null;
  }
  /** The sink. */
  declare readonly sink: string;
  /**
   * `waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`: nothing is
   * left behind.
   */
  declare readonly state: SinkState;
  /** Counts every change. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.after_seq = wire.after_seq;
    this.attempts = wire.attempts;
    this.created_at = wire.created_at;
    if (wire.last_error !== undefined) this.last_error = (wire.last_error ?? null);
    this.object = wire.object;
    this.object_id = wire.object_id;
    if (wire.retry_at !== undefined) this.retry_at = (wire.retry_at ?? null);
    this.sink = wire.sink;
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** The chain of a book, recomputed. */
export class Chain extends View {
  /** @internal */
  static override readonly known: Known = { broken_at: null, events: null, head: () => Head, ok: null };
  /** @internal */
  declare readonly broken_at: number | null;
  /** The first sequence number that is wrong. */
  get brokenAt(): number | null {
    return this.broken_at ?? null;
  }
  /** How many events were read. */
  declare readonly events: number;
  /** The newest link: keep it elsewhere to find a cut tail later. */
  declare readonly head: Head;
  /** Whether every link is right and none is missing. */
  declare readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.broken_at !== undefined) this.broken_at = (wire.broken_at ?? null);
    this.events = wire.events;
    this.head = new Head(wire.head);
    this.ok = wire.ok;
    freeze(this);
  }
}

/** The newest link of a chain. */
export class Head extends View {
  /** @internal */
  static override readonly known: Known = { hash: null, seq: null };
  /** Its hash, hexadecimal. */
  declare readonly hash: string;
  /** Its sequence number. */
  declare readonly seq: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.hash = wire.hash;
    this.seq = wire.seq;
    freeze(this);
  }
}

/** The hash of the whole state of a book. */
export class StateHash extends View {
  /** @internal */
  static override readonly known: Known = { hash: null, rows: null };
  /** SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records. */
  declare readonly hash: string;
  /** How many accounts, transfers, holds and records went into it. */
  declare readonly rows: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.hash = wire.hash;
    this.rows = wire.rows;
    freeze(this);
  }
}

/** A sink, and how far behind it is. */
export class SinkStatus extends View {
  /** @internal */
  static override readonly known: Known = { lag: null, parked: null, sink: () => Sink, waiting: null };
  /** How many events of the book come after its place, wanted or not. */
  declare readonly lag: number;
  /** How many objects it left behind that wait for a person; 1,000 are counted. */
  declare readonly parked: number;
  /** The sink. */
  declare readonly sink: Sink;
  /** How many objects it left behind that are delivered again by themselves; 1,000 are counted. */
  declare readonly waiting: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.lag = wire.lag;
    this.parked = wire.parked;
    this.sink = new Sink(wire.sink);
    this.waiting = wire.waiting;
    freeze(this);
  }
}

/** A read-only copy that was made from the log of a book. */
export class Replayed extends View {
  /** @internal */
  static override readonly known: Known = { events: null, hash: null, head: () => Head, rows: null };
  /** How many events were applied. */
  declare readonly events: number;
  /** The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book itself. */
  declare readonly hash: string;
  /** The newest link of the copy's chain. */
  declare readonly head: Head;
  /** How many accounts, transfers, holds and records went into it. */
  declare readonly rows: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.events = wire.events;
    this.hash = wire.hash;
    this.head = new Head(wire.head);
    this.rows = wire.rows;
    freeze(this);
  }
}

/** Events that were taken. */
export class Batch extends View {
  /** @internal */
  static override readonly known: Known = { again: null, events: () => Event, fence: null, leased_until: null, more: null, seq: null, wait_until: null };
  static {
    absent(this, 'fence');
  }
  /** All of them are of one object that had been left behind. */
  declare readonly again: boolean;
  /** The events, in the order of the sequence. */
  declare readonly events: readonly Event[];
  /**
   * The number of the batch, for the report on it; `null` when there is none: nothing new has happened, somebody else
   * has a batch, or the sink rests.
   */
  declare readonly fence: number | null;
  /** @internal */
  declare readonly leased_until: string | null;
  /** Until when they belong to the caller. */
  get leasedUntil(): string | null {
    return this.leased_until ?? null;
  }
  /** Whether there may be more at once. */
  declare readonly more: boolean;
  /** The place to report when everything is done. */
  declare readonly seq: number;
  /** @internal */
  declare readonly wait_until: string | null;
  /** Why there is no batch, if that will change at a known time: somebody has one until then, or the sink rests. */
  get waitUntil(): string | null {
    return this.wait_until ?? null;
  }

  /** @internal */
  constructor(wire: any) {
    super();
    this.again = wire.again;
    this.events = listOf(wire.events, (one: any) => new Event(one));
    if (wire.fence !== undefined) this.fence = (wire.fence ?? null);
    if (wire.leased_until !== undefined) this.leased_until = (wire.leased_until ?? null);
    this.more = wire.more;
    this.seq = wire.seq;
    if (wire.wait_until !== undefined) this.wait_until = (wire.wait_until ?? null);
    freeze(this);
  }
}

/** Reply of the writes about a job. */
export class JobReply extends View {
  /** @internal */
  static override readonly known: Known = { job: () => Job, replayed: null };
  /** The job. */
  declare readonly job: Job;
  /** Whether this step was taken before. */
  declare readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.job = new Job(wire.job);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Something to do outside. */
export class Job extends View {
  /** @internal */
  static override readonly known: Known = { id: null, kind: null, attempts: null, book: null, created_at: null, discarded: null, fence: null, key: null, last_error: null, leased_until: null, max_attempts: null, payload: null, result: null, run_at: null, state: null, version: null };
  /** Its id. */
  declare readonly id: string;
  /** The kind of work. */
  declare readonly kind: string;
  /** How often it was leased. */
  declare readonly attempts: number;
  /** Its book: report on it there. */
  declare readonly book: string;
  /** @internal */
  declare readonly created_at: string;
  /** When it was written. */
  get createdAt(): string {
    return this.created_at;
  }
  /** Whether it was ended without being done. */
  declare readonly discarded: boolean;
  /** The number of the newest lease: a report names it. */
  declare readonly fence: number;
  /** The key to send outside: fixed when the job was written, the same at every attempt. */
  declare readonly key: string;
  /** @internal */
  declare readonly last_error: string | null;
  /** The newest error. */
  get lastError(): string | null {
    return this.last_error ?? null;
  }
  /** @internal */
  declare readonly leased_until: string | null;
  /** When the lease ends. */
  get leasedUntil(): string | null {
    return this.leased_until ?? null;
  }
  /** @internal */
  declare readonly max_attempts: number;
  /** How often it may be leased before it is dead. */
  get maxAttempts(): number {
    return this.max_attempts;
  }
  /** The work. */
  declare readonly payload: Json;
  /** The result. */
  declare readonly result: Json;
  /** @internal */
  declare readonly run_at: string;
  /** Not before this time. */
  get runAt(): string {
    return this.run_at;
  }
  /** `queued`, `leased`, `done` or `dead`. */
  declare readonly state: JobState;
  /** Counts every change. */
  declare readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.attempts = wire.attempts;
    this.book = wire.book;
    this.created_at = wire.created_at;
    this.discarded = wire.discarded;
    this.fence = wire.fence;
    this.id = wire.id;
    this.key = wire.key;
    this.kind = wire.kind;
    if (wire.last_error !== undefined) this.last_error = (wire.last_error ?? null);
    if (wire.leased_until !== undefined) this.leased_until = (wire.leased_until ?? null);
    this.max_attempts = wire.max_attempts;
    unlistedWithToken(this, 'payload', frozen(wire.payload));
    unlistedWithToken(this, 'result', frozen(wire.result));
    this.run_at = wire.run_at;
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** How many jobs a book has. */
export class JobStats extends View {
  /** @internal */
  static override readonly known: Known = { dead: null, done: null, kinds: () => KindStats, leased: null, oldest_due: null, queued: null };
  /** Failed as often as they may. */
  declare readonly dead: number;
  /** Over: done, or discarded. */
  declare readonly done: number;
  /** The same by kind. */
  declare readonly kinds: readonly KindStats[];
  /** Leased, including expired leases. */
  declare readonly leased: number;
  /** @internal */
  declare readonly oldest_due: string | null;
  /** Since when the oldest one could be taken; `null` when none can be. */
  get oldestDue(): string | null {
    return this.oldest_due ?? null;
  }
  /** Waiting. */
  declare readonly queued: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.dead = wire.dead;
    this.done = wire.done;
    this.kinds = listOf(wire.kinds, (one: any) => new KindStats(one));
    this.leased = wire.leased;
    if (wire.oldest_due !== undefined) this.oldest_due = (wire.oldest_due ?? null);
    this.queued = wire.queued;
    freeze(this);
  }
}

/** How many jobs of a kind a book has. */
export class KindStats extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, dead: null, done: null, leased: null, queued: null };
  /** The kind. */
  declare readonly kind: string;
  /** Failed as often as they may. */
  declare readonly dead: number;
  /** Over. */
  declare readonly done: number;
  /** Taken. */
  declare readonly leased: number;
  /** Waiting. */
  declare readonly queued: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.dead = wire.dead;
    this.done = wire.done;
    this.kind = wire.kind;
    this.leased = wire.leased;
    this.queued = wire.queued;
    freeze(this);
  }
}

/** Reply of `jobs.lease`. */
export class Leased extends View {
  /** @internal */
  static override readonly known: Known = { jobs: () => Job };
  /** The jobs that are the caller's now, the oldest first. */
  declare readonly jobs: readonly Job[];

  /** @internal */
  constructor(wire: any) {
    super();
    this.jobs = listOf(wire.jobs, (one: any) => new Job(one));
    freeze(this);
  }
}

/** The result of `jobs.run_due`. */
export class Ran extends View {
  /** @internal */
  static override readonly known: Known = { holds: null, jobs: null, timers: null };
  /** Holds that ended. */
  declare readonly holds: number;
  /** Jobs that this process's handlers were given, whether or not they worked. */
  declare readonly jobs: number;
  /** Timers of records that did something. */
  declare readonly timers: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.holds = wire.holds;
    this.jobs = wire.jobs;
    this.timers = wire.timers;
    freeze(this);
  }
}

/** The call that a key was used for. */
export class KeyOutcome extends View {
  /** @internal */
  static override readonly known: Known = { at: null, key: null, made: null, operation: null, outcome: null };
  static {
    absent(this, 'at', 'operation');
  }
  /** When. */
  declare readonly at: string | null;
  /** The key. */
  declare readonly key: string;
  /** The ids that it made; of a call that is not accepted, the id of the approval or the review. */
  declare readonly made: readonly string[];
  /** The operation; `null` when nothing happened under the key. */
  declare readonly operation: string | null;
  /**
   * `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once they have
   * refused it; `expired` once their time has passed, so that the same call may ask again; `unknown` when nothing
   * happened under the key.
   */
  declare readonly outcome: string;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.at !== undefined) this.at = (wire.at ?? null);
    this.key = wire.key;
    this.made = frozen(wire.made);
    if (wire.operation !== undefined) this.operation = (wire.operation ?? null);
    this.outcome = wire.outcome;
    freeze(this);
  }
}

/** The health of an engine and its store. */
export class Health extends View {
  /** @internal */
  static override readonly known: Known = { checks: () => HealthCheck, status: null };
  /** The checks. */
  declare readonly checks: readonly HealthCheck[];
  /** The worst of the checks. */
  declare readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.checks = listOf(wire.checks, (one: any) => new HealthCheck(one));
    this.status = wire.status;
    freeze(this);
  }
}

/** One check of health or verification. */
export class HealthCheck extends View {
  /** @internal */
  static override readonly known: Known = { detail: null, name: null, status: null };
  /** The finding. */
  declare readonly detail: string;
  /** The name of the check. */
  declare readonly name: string;
  /** `healthy`, `warning` or `critical`. */
  declare readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.detail = wire.detail;
    this.name = wire.name;
    this.status = wire.status;
    freeze(this);
  }
}

/** Every invariant, recomputed. */
export class Verify extends View {
  /** @internal */
  static override readonly known: Known = { checks: () => VerifyCheck, heads: () => BookHead, ok: null };
  /** The checks. */
  declare readonly checks: readonly VerifyCheck[];
  /**
   * The newest link of every book: keep them elsewhere, and give the one of a book to a later verification as
   * `anchor`.
   */
  declare readonly heads: readonly BookHead[];
  /** Whether all hold. */
  declare readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.checks = listOf(wire.checks, (one: any) => new VerifyCheck(one));
    this.heads = listOf(wire.heads, (one: any) => new BookHead(one));
    this.ok = wire.ok;
    freeze(this);
  }
}

/** One invariant, recomputed. */
export class VerifyCheck extends View {
  /** @internal */
  static override readonly known: Known = { examined: null, found: null, name: null, ok: null };
  /** How many rows were examined. */
  declare readonly examined: number;
  /** The errors found, at most 20: what and where. */
  declare readonly found: readonly string[];
  /** Its name. */
  declare readonly name: string;
  /** Whether it holds. */
  declare readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super();
    this.examined = wire.examined;
    this.found = frozen(wire.found);
    this.name = wire.name;
    this.ok = wire.ok;
    freeze(this);
  }
}

/** The newest link of a book's chain. */
export class BookHead extends View {
  /** @internal */
  static override readonly known: Known = { book: null, hash: null, seq: null };
  /** The book. */
  declare readonly book: string;
  /** Its hash, hexadecimal. */
  declare readonly hash: string;
  /** Its sequence number. */
  declare readonly seq: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.book = wire.book;
    this.hash = wire.hash;
    this.seq = wire.seq;
    freeze(this);
  }
}

/** A clock that was confirmed to be right. */
export class ClockConfirmed extends View {
  /** @internal */
  static override readonly known: Known = { expected: null, now: null };
  static {
    absent(this, 'expected');
  }
  /** The time that it should have shown by the time that has passed, if it had jumped. */
  declare readonly expected: string | null;
  /** The time that it shows. */
  declare readonly now: string;

  /** @internal */
  constructor(wire: any) {
    super();
    if (wire.expected !== undefined) this.expected = (wire.expected ?? null);
    this.now = wire.now;
    freeze(this);
  }
}

/** The result of `admin.erase_context`. */
export class Erased extends View {
  /** @internal */
  static override readonly known: Known = { erased: null };
  /** From how many events something was erased. */
  declare readonly erased: number;

  /** @internal */
  constructor(wire: any) {
    super();
    this.erased = wire.erased;
    freeze(this);
  }
}

/** A timeline that has begun. */
export class Timeline extends View {
  /** @internal */
  static override readonly known: Known = { previous: null, store: null, timeline: null };
  /** The one before. */
  declare readonly previous: string;
  /** The store. */
  declare readonly store: string;
  /** The timeline: links of the chain and receipts carry it from now on. */
  declare readonly timeline: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.previous = wire.previous;
    this.store = wire.store;
    this.timeline = wire.timeline;
    freeze(this);
  }
}

/** A copy that was made. */
export class Copied extends View {
  /** @internal */
  static override readonly known: Known = { bytes: null, path: null };
  /** Its size. */
  declare readonly bytes: number;
  /** The file. */
  declare readonly path: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.bytes = wire.bytes;
    this.path = wire.path;
    freeze(this);
  }
}

/** The metrics of a process. */
export class Metrics extends View {
  /** @internal */
  static override readonly known: Known = { content_type: null, text: null };
  /** @internal */
  declare readonly content_type: string;
  /** Its media type, for the header of an answer over HTTP. */
  get contentType(): string {
    return this.content_type;
  }
  /** The text, as Prometheus reads it. */
  declare readonly text: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.content_type = wire.content_type;
    this.text = wire.text;
    freeze(this);
  }
}

/** Counts of a store and of this process. */
export class Stats extends View {
  /** @internal */
  static override readonly known: Known = { accepted: null, events: null, queued: null, refused: null, store: null };
  /** Accepted and refused calls of this process. */
  declare readonly accepted: number;
  /** Sequenced events of the book. */
  declare readonly events: number;
  /** Commands waiting or running in this process. */
  declare readonly queued: number;
  /** Refused calls of this process. */
  declare readonly refused: number;
  /** Name of the store. */
  declare readonly store: string;

  /** @internal */
  constructor(wire: any) {
    super();
    this.accepted = wire.accepted;
    this.events = wire.events;
    this.queued = wire.queued;
    this.refused = wire.refused;
    this.store = wire.store;
    freeze(this);
  }
}
