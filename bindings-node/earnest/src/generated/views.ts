// Everything that operations answer.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { type EarnestError, errorOf } from '../error';
import { type Json } from '../json';
import { measureOf, moneyOf, type Money } from '../money';
import { type Actor, actorOf } from '../values';
import { frozen, View, type Known } from '../view';

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

/** What a dispute is about. */
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

/** What a gateway can do. */
export type GatewayAbility =
  | 'two_step'
  | 'partial_capture'
  | 'partial_refund'
  | 'query';

/** Who talks to a gateway. */
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

/** What came of a gateway that was tried. */
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

/** What a gateway is asked. */
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

/** What came of news. */
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

/** What a purchase is paid with. */
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

/** What an asset is. */
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

/** What an attempt is for. */
export type AttemptKind =
  | 'pay'
  | 'noop';

/** What nodes said of an attempt. */
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

/** What a withdrawal without a nonce waits for. */
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

/** What follows when rules fire, from the mildest to the strictest. */
export type Outcome =
  | 'allow'
  | 'flag'
  | 'review'
  | 'challenge'
  | 'block';

/** What an entry of a list does. */
export type Listed =
  | 'blocked'
  | 'allowed'
  | 'removed';

/** What has become of a review. */
export type ReviewState =
  | 'pending'
  | 'rejected'
  | 'expired'
  | 'executed';

/** What becomes of the events of a row. */
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
  readonly account: Account;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = new Account(wire.account);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An account: its balance and what is known of it. */
export class Account extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, kind: null, available: null, created_at: null, display_name: null, held: null, metadata: null, overdraft_limit: null, owner: null, posted: null, reference: null, status: null, streaming: null, tier: null, version: null };
  /** The account. */
  readonly account: string;
  /** Its currency. */
  readonly currency: string;
  /** The caller's label. */
  readonly kind: string | null;
  /** The amount that can be spent. */
  readonly available: Money;
  /** When it was opened. */
  readonly createdAt: string;
  /** Name for people. */
  readonly displayName: string | null;
  /** The amount kept by open holds. */
  readonly held: Money;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** How far below zero it may go. */
  readonly overdraftLimit: Money;
  /** Its owner. */
  readonly owner: string | null;
  /** Everything posted. */
  readonly posted: Money;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** Status. */
  readonly status: AccountStatus;
  /** Whether credits append. */
  readonly streaming: boolean;
  /** Tier of a treasury account. */
  readonly tier: string | null;
  /** Counts every change; `null` on a streaming account. */
  readonly version: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.currency = wire.currency;
    this.kind = (wire.kind ?? null);
    this.available = moneyOf(wire.available);
    this.createdAt = wire.created_at;
    this.displayName = (wire.display_name ?? null);
    this.held = moneyOf(wire.held);
    this.metadata = frozen(wire.metadata);
    this.overdraftLimit = moneyOf(wire.overdraft_limit);
    this.owner = (wire.owner ?? null);
    this.posted = moneyOf(wire.posted);
    this.reference = (wire.reference ?? null);
    this.status = wire.status;
    this.streaming = wire.streaming;
    this.tier = (wire.tier ?? null);
    this.version = (wire.version ?? null);
    freeze(this);
  }
}

/** Reply of a movement of money. */
export class Moved extends View {
  /** @internal */
  static override readonly known: Known = { balance: () => Balance, replayed: null, transfer: () => Transfer };
  /** Balance of the account that the call is about, as it is now. */
  readonly balance: Balance;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The transfer. */
  readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The account. */
  readonly account: string;
  /** Its currency. */
  readonly currency: string;
  /** The amount that can be spent: `posted - held` and the overdraft limit. */
  readonly available: Money;
  /** The amount kept by open holds. */
  readonly held: Money;
  /** Everything posted. */
  readonly posted: Money;
  /** Counts every change; `null` on a streaming account. */
  readonly version: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.currency = wire.currency;
    this.available = moneyOf(wire.available);
    this.held = moneyOf(wire.held);
    this.posted = moneyOf(wire.posted);
    this.version = (wire.version ?? null);
    freeze(this);
  }
}

/** A transfer. */
export class Transfer extends View {
  /** @internal */
  static override readonly known: Known = { id: null, kind: null, amount: null, from: null, to: null, created_at: null, deal: null, hold: null, metadata: null, payment: null, postings: () => Posting, purchase: null, reference: null, refunded: null, reverses: null, withdrawal: null };
  /** Its id. */
  readonly id: string;
  /** Why it exists. */
  readonly kind: TransferKind;
  /** The amount moved; `null` with more than two postings. */
  readonly amount: Money | null;
  /** The payer; `null` with more than two postings. */
  readonly from: string | null;
  /** The payee; `null` with more than two postings. */
  readonly to: string | null;
  /** When it was posted. */
  readonly createdAt: string;
  /** The deal that it belongs to. */
  readonly deal: string | null;
  /** The hold that it captured. */
  readonly hold: string | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** The payment that it belongs to. */
  readonly payment: string | null;
  /** Its legs. */
  readonly postings: readonly Posting[];
  /** The purchase that it belongs to. */
  readonly purchase: string | null;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** How much of it was returned; `null` with more than two postings. */
  readonly refunded: Money | null;
  /** The transfer that this one reverses or refunds. */
  readonly reverses: string | null;
  /** The withdrawal that it belongs to. */
  readonly withdrawal: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.kind = wire.kind;
    this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.from = (wire.from ?? null);
    this.to = (wire.to ?? null);
    this.createdAt = wire.created_at;
    this.deal = (wire.deal ?? null);
    this.hold = (wire.hold ?? null);
    this.metadata = frozen(wire.metadata);
    this.payment = (wire.payment ?? null);
    this.postings = listOf(wire.postings, (one: any) => new Posting(one));
    this.purchase = (wire.purchase ?? null);
    this.reference = (wire.reference ?? null);
    this.refunded = (wire.refunded == null ? null : moneyOf(wire.refunded));
    this.reverses = (wire.reverses ?? null);
    this.withdrawal = (wire.withdrawal ?? null);
    freeze(this);
  }
}

/** One leg of a transfer. */
export class Posting extends View {
  /** @internal */
  static override readonly known: Known = { account: null, amount: null, balance_after: null, balance_before: null, number: null };
  /** The account. */
  readonly account: string;
  /** Signed: positive is a credit. */
  readonly amount: Money;
  /** Balance after; `null` on a streaming account. */
  readonly balanceAfter: Money | null;
  /** Balance before; `null` on a streaming account. */
  readonly balanceBefore: Money | null;
  /** Gapless number within the account; `null` on a streaming account. */
  readonly number: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.balanceAfter = (wire.balance_after == null ? null : moneyOf(wire.balance_after));
    this.balanceBefore = (wire.balance_before == null ? null : moneyOf(wire.balance_before));
    this.number = (wire.number ?? null);
    freeze(this);
  }
}

/** Reply of a posting of n legs. */
export class Posted extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, transfer: () => Transfer };
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The transfer. */
  readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly balance: Balance;
  /** The hold. */
  readonly hold: Hold;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its id. */
  readonly id: string;
  /** The account whose money it keeps. */
  readonly account: string;
  /** The amount authorized. */
  readonly amount: Money;
  /** The amount captured. */
  readonly captured: Money;
  /** When it was made. */
  readonly createdAt: string;
  /** When it expires. */
  readonly expiresAt: string | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** The amount released. */
  readonly released: Money;
  /** The amount it still keeps. */
  readonly remaining: Money;
  /** Its state, as stored: the clock may have ended it already. */
  readonly state: HoldState;
  /** Counts every change. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.captured = moneyOf(wire.captured);
    this.createdAt = wire.created_at;
    this.expiresAt = (wire.expires_at ?? null);
    this.metadata = frozen(wire.metadata);
    this.reference = (wire.reference ?? null);
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
  readonly balance: Balance;
  /** The hold. */
  readonly hold: Hold;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The transfer. */
  readonly transfer: Transfer;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly accounts: readonly Balance[];
  /** Always false: locking leaves nothing to replay. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly balances: readonly Balance[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.balances = listOf(wire.balances, (one: any) => new Balance(one));
    freeze(this);
  }
}

/** An entry of an account. */
export class Entry extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, kind: null, amount: null, balance_after: null, balance_before: null, counterparty: null, created_at: null, deal: null, metadata: null, number: null, payment: null, purchase: null, reference: null, transfer: null, withdrawal: null };
  /** The account. */
  readonly account: string;
  /** The currency. */
  readonly currency: string;
  /** Why the transfer exists. */
  readonly kind: TransferKind;
  /** Signed: positive is a credit. */
  readonly amount: Money;
  /** Balance after; `null` on a streaming account. */
  readonly balanceAfter: Money | null;
  /** Balance before; `null` on a streaming account. */
  readonly balanceBefore: Money | null;
  /** The account on the other side; `null` where the transfer has more than two postings. */
  readonly counterparty: string | null;
  /** When it was posted. */
  readonly createdAt: string;
  /** The deal that it was for. */
  readonly deal: string | null;
  /** The transfer's metadata. */
  readonly metadata: Record<string, Json>;
  /** Gapless number within the account; `null` on a streaming account. */
  readonly number: number | null;
  /** The payment that it was for. */
  readonly payment: string | null;
  /** The purchase that it was for. */
  readonly purchase: string | null;
  /** The transfer's reference. */
  readonly reference: string | null;
  /** Its transfer. */
  readonly transfer: string;
  /** The withdrawal that it was for. */
  readonly withdrawal: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.currency = wire.currency;
    this.kind = wire.kind;
    this.amount = moneyOf(wire.amount);
    this.balanceAfter = (wire.balance_after == null ? null : moneyOf(wire.balance_after));
    this.balanceBefore = (wire.balance_before == null ? null : moneyOf(wire.balance_before));
    this.counterparty = (wire.counterparty ?? null);
    this.createdAt = wire.created_at;
    this.deal = (wire.deal ?? null);
    this.metadata = frozen(wire.metadata);
    this.number = (wire.number ?? null);
    this.payment = (wire.payment ?? null);
    this.purchase = (wire.purchase ?? null);
    this.reference = (wire.reference ?? null);
    this.transfer = wire.transfer;
    this.withdrawal = (wire.withdrawal ?? null);
    freeze(this);
  }
}

/** A statement of an account. */
export class Statement extends View {
  /** @internal */
  static override readonly known: Known = { account: null, currency: null, closing: null, credits: null, csv: null, debits: null, entries: () => Entry, from_time: null, next: null, opening: null, to_time: null };
  /** The account. */
  readonly account: string;
  /** Its currency. */
  readonly currency: string;
  /** Balance after the last entry of this page: the `opening` of the next one. */
  readonly closing: Money;
  /** Sum of the credits of this page. */
  readonly credits: Money;
  /** The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone. */
  readonly csv: string | null;
  /** Sum of the debits of this page, as a positive amount. */
  readonly debits: Money;
  /** The entries, oldest first. */
  readonly entries: readonly Entry[];
  /** From this time on. */
  readonly fromTime: string;
  /** Asks for the next page; `null` on the last one, which most statements are. */
  readonly next: string | null;
  /** Balance before the first entry of this page. */
  readonly opening: Money;
  /** Before this time. */
  readonly toTime: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.currency = wire.currency;
    this.closing = moneyOf(wire.closing);
    this.credits = moneyOf(wire.credits);
    this.csv = (wire.csv ?? null);
    this.debits = moneyOf(wire.debits);
    this.entries = listOf(wire.entries, (one: any) => new Entry(one));
    this.fromTime = wire.from_time;
    this.next = (wire.next ?? null);
    this.opening = moneyOf(wire.opening);
    this.toTime = wire.to_time;
    freeze(this);
  }
}

/** All balances of a book, per currency. */
export class TrialBalance extends View {
  /** @internal */
  static override readonly known: Known = { balanced: null, currencies: () => TrialLine };
  /** Whether every line sums to zero. */
  readonly balanced: boolean;
  /** One line a currency. */
  readonly currencies: readonly TrialLine[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly currency: string;
  /** Sum of positive balances. */
  readonly credits: Money;
  /** Sum of negative balances, as a positive amount. */
  readonly debits: Money;
  /** Their difference: zero. */
  readonly sum: Money;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.currency = wire.currency;
    this.credits = moneyOf(wire.credits);
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
  readonly results: readonly BatchResult[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.results = listOf(wire.results, (one: any) => new BatchResult(one));
    freeze(this);
  }
}

/** One result of a batch. */
export class BatchResult extends View {
  /** @internal */
  static override readonly known: Known = { error: null, ok: null, reply: null };
  /** Its refusal; left out where it was accepted. */
  readonly error: EarnestError | null;
  /** Whether it was accepted. */
  readonly ok: boolean;
  /** Its reply; left out where it was refused. */
  readonly reply: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.error = (wire.error == null ? null : errorOf(wire.error));
    this.ok = wire.ok;
    this.reply = frozen((wire.reply ?? null));
    freeze(this);
  }
}

/** Reply of a change of a deal. */
export class DealReply extends View {
  /** @internal */
  static override readonly known: Known = { deal: () => Deal, replayed: null };
  /** The deal. */
  readonly deal: Deal;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.deal = new Deal(wire.deal);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A deal. */
export class Deal extends View {
  /** @internal */
  static override readonly known: Known = { id: null, buyer: null, buyer_owner: null, buyer_pays: null, created_at: null, deadlines: () => Deadlines, dispute: null, fees: () => Fee, fees_taken: null, funded: null, held: null, item: null, metadata: null, milestones: () => Milestone, payment: null, price: null, reference: null, refund_asked: null, refunded: null, released: null, seller: null, seller_gets: null, seller_owner: null, shipment: () => Shipment, splits: () => SplitShare, state: null, stopped: () => Stopped, terms: () => Terms, updated_at: null, version: null };
  /** Its id. */
  readonly id: string;
  /** The buyer's account. */
  readonly buyer: string;
  /** Owner of the buyer's account now. */
  readonly buyerOwner: string | null;
  /** The total that the buyer pays. */
  readonly buyerPays: Money;
  /** When it was opened. */
  readonly createdAt: string;
  /** Deadlines. */
  readonly deadlines: Deadlines;
  /** The open dispute. */
  readonly dispute: string | null;
  /** Fees. */
  readonly fees: readonly Fee[];
  /** The amount taken as fees. */
  readonly feesTaken: Money;
  /** The amount that came into its account. */
  readonly funded: Money;
  /** The balance of its account now. */
  readonly held: Money;
  /** The item sold, for people. */
  readonly item: string | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** Parts that are released one by one. */
  readonly milestones: readonly Milestone[];
  /** The payment from outside that is to pay it, or has. */
  readonly payment: string | null;
  /** The price. */
  readonly price: Money;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** The refund that the buyer asked for and that is still undecided, as a part of the price. */
  readonly refundAsked: Money | null;
  /** The amount that went back to the buyer. */
  readonly refunded: Money;
  /** The amount that went to the seller's side. */
  readonly released: Money;
  /** The seller's account. */
  readonly seller: string;
  /** The seller's proceeds if nothing is refunded. */
  readonly sellerGets: Money;
  /** Owner of the seller's account now. */
  readonly sellerOwner: string | null;
  /** The shipment. */
  readonly shipment: Shipment;
  /** Others who get a part. */
  readonly splits: readonly SplitShare[];
  /** Its state, as stored: a deadline may have passed already. */
  readonly state: DealState;
  /** While it is at a standstill: who stopped it, and where it goes on. */
  readonly stopped: Stopped | null;
  /** The terms. */
  readonly terms: Terms;
  /** When it last changed. */
  readonly updatedAt: string;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.buyer = wire.buyer;
    this.buyerOwner = (wire.buyer_owner ?? null);
    this.buyerPays = moneyOf(wire.buyer_pays);
    this.createdAt = wire.created_at;
    this.deadlines = new Deadlines(wire.deadlines);
    this.dispute = (wire.dispute ?? null);
    this.fees = listOf(wire.fees, (one: any) => new Fee(one));
    this.feesTaken = moneyOf(wire.fees_taken);
    this.funded = moneyOf(wire.funded);
    this.held = moneyOf(wire.held);
    this.item = (wire.item ?? null);
    this.metadata = frozen(wire.metadata);
    this.milestones = listOf(wire.milestones, (one: any) => new Milestone(one));
    this.payment = (wire.payment ?? null);
    this.price = moneyOf(wire.price);
    this.reference = (wire.reference ?? null);
    this.refundAsked = (wire.refund_asked == null ? null : moneyOf(wire.refund_asked));
    this.refunded = moneyOf(wire.refunded);
    this.released = moneyOf(wire.released);
    this.seller = wire.seller;
    this.sellerGets = moneyOf(wire.seller_gets);
    this.sellerOwner = (wire.seller_owner ?? null);
    this.shipment = new Shipment(wire.shipment);
    this.splits = listOf(wire.splits, (one: any) => new SplitShare(one));
    this.state = wire.state;
    this.stopped = (wire.stopped == null ? null : new Stopped(wire.stopped));
    this.terms = new Terms(wire.terms);
    this.updatedAt = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`. */
export class Deadlines extends View {
  /** @internal */
  static override readonly known: Known = { deliver_by: null, left: null, pay_by: null, release_at: null, ship_by: null };
  /** The deadline after which it counts as delivered. */
  readonly deliverBy: string | null;
  /** While a dispute or the request of a refund stops the clock: what is left of the deadline that was in force. */
  readonly left: string | null;
  /** The buyer must have paid. */
  readonly payBy: string | null;
  /** The seller is paid without further ado. */
  readonly releaseAt: string | null;
  /** The seller must have shipped. */
  readonly shipBy: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.deliverBy = (wire.deliver_by ?? null);
    this.left = (wire.left ?? null);
    this.payBy = (wire.pay_by ?? null);
    this.releaseAt = (wire.release_at ?? null);
    this.shipBy = (wire.ship_by ?? null);
    freeze(this);
  }
}

/** A fee. */
export class Fee extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, from: null, to: null, bps: null };
  /** The amount when the whole price is released. */
  readonly amount: Money;
  /** The payer: `seller` or `buyer`. */
  readonly from: string;
  /** The payee. */
  readonly to: string;
  /** Hundredths of a percent of the price; `null` for a fixed amount. */
  readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = moneyOf(wire.amount);
    this.from = wire.from;
    this.to = wire.to;
    this.bps = (wire.bps ?? null);
    freeze(this);
  }
}

/** A part of the price that is released by name. */
export class Milestone extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, name: null, released: null };
  /** How much of the price it is. */
  readonly amount: Money;
  /** Its name. */
  readonly name: string;
  /** Whether it was released. */
  readonly released: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The carrier. */
  readonly carrier: string | null;
  /** When it was delivered. */
  readonly deliveredAt: string | null;
  /** When it was shipped. */
  readonly shippedAt: string | null;
  /** The carrier's number for it. */
  readonly tracking: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.carrier = (wire.carrier ?? null);
    this.deliveredAt = (wire.delivered_at ?? null);
    this.shippedAt = (wire.shipped_at ?? null);
    this.tracking = (wire.tracking ?? null);
    freeze(this);
  }
}

/** A share of another payee in the seller's proceeds. */
export class SplitShare extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, to: null, bps: null };
  /** The amount when the whole price is released. */
  readonly amount: Money;
  /** The payee. */
  readonly to: string;
  /** Hundredths of a percent of the price; `null` for a fixed amount. */
  readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = moneyOf(wire.amount);
    this.to = wire.to;
    this.bps = (wire.bps ?? null);
    freeze(this);
  }
}

/** Why a deal is at a standstill, and where it goes on. */
export class Stopped extends View {
  /** @internal */
  static override readonly known: Known = { before: null, by: null, whole: null };
  /** The state before, to which it returns. */
  readonly before: DealState;
  /** The side that opened the dispute; `null` where staff did, and where a refund was asked for. */
  readonly by: Side | null;
  /** Whether the refund that was asked for is all that is left of the price; `null` in a dispute. */
  readonly whole: boolean | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.before = wire.before;
    this.by = (wire.by ?? null);
    this.whole = (wire.whole ?? null);
    freeze(this);
  }
}

/** The terms of a deal. */
export class Terms extends View {
  /** @internal */
  static override readonly known: Known = { deliver_within: null, inspection: null, pay_within: null, require_acceptance: null, respond_within: null, ship_within: null, shipping: null };
  /** How long it may be on its way before it counts as delivered. */
  readonly deliverWithin: string | null;
  /** How long the buyer may look at what arrived. */
  readonly inspection: string;
  /** How long the buyer may take to pay. */
  readonly payWithin: string | null;
  /** The seller must accept before the deal continues. */
  readonly requireAcceptance: boolean;
  /** How long the other side may take to answer a dispute. */
  readonly respondWithin: string;
  /** How long the seller may take to ship. */
  readonly shipWithin: string | null;
  /** Something is shipped. */
  readonly shipping: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.deliverWithin = (wire.deliver_within ?? null);
    this.inspection = wire.inspection;
    this.payWithin = (wire.pay_within ?? null);
    this.requireAcceptance = wire.require_acceptance;
    this.respondWithin = wire.respond_within;
    this.shipWithin = (wire.ship_within ?? null);
    this.shipping = wire.shipping;
    freeze(this);
  }
}

/** Reply of a change of a dispute. */
export class DisputeReply extends View {
  /** @internal */
  static override readonly known: Known = { deal: () => Deal, dispute: () => Dispute, replayed: null };
  /** Its deal. */
  readonly deal: Deal;
  /** The dispute. */
  readonly dispute: Dispute;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its id. */
  readonly id: string;
  /** The deal. */
  readonly deal: string;
  /** Evidence, in the order in which it was shown. */
  readonly evidence: readonly Evidence[];
  /** When it was opened. */
  readonly openedAt: string;
  /** The actor who opened it. */
  readonly openedBy: string;
  /** The ruling. */
  readonly outcome: Ruling | null;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** The part of the price that the ruling refunds to the buyer. */
  readonly refund: Money | null;
  /** Why. */
  readonly resolution: string | null;
  /** When it was resolved. */
  readonly resolvedAt: string | null;
  /** The actor who ruled. */
  readonly resolvedBy: string | null;
  /** The other side should have answered. */
  readonly respondBy: string | null;
  /** The other side did not answer in time. */
  readonly responseOverdue: boolean;
  /** Its state. */
  readonly state: DisputeState;
  /** The opener's statement; `null` when it was erased. */
  readonly statement: string | null;
  /** The type of the dispute. */
  readonly type: DisputeType;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.deal = wire.deal;
    this.evidence = listOf(wire.evidence, (one: any) => new Evidence(one));
    this.openedAt = wire.opened_at;
    this.openedBy = wire.opened_by;
    this.outcome = (wire.outcome ?? null);
    this.reference = (wire.reference ?? null);
    this.refund = (wire.refund == null ? null : moneyOf(wire.refund));
    this.resolution = (wire.resolution ?? null);
    this.resolvedAt = (wire.resolved_at ?? null);
    this.resolvedBy = (wire.resolved_by ?? null);
    this.respondBy = (wire.respond_by ?? null);
    this.responseOverdue = wire.response_overdue;
    this.state = wire.state;
    this.statement = (wire.statement ?? null);
    this.type = wire.type;
    this.version = wire.version;
    freeze(this);
  }
}

/** A piece of evidence. */
export class Evidence extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, added_at: null, added_by: null, number: null, role: null, sha256: null, statement: null, uri: null };
  /** The type of the evidence. */
  readonly kind: string;
  /** When. */
  readonly addedAt: string;
  /** The actor who showed it. */
  readonly addedBy: string;
  /** Its place, from 1. */
  readonly number: number;
  /** For which side: `buyer`, `seller`, or the staff (`admin`, `system`). */
  readonly role: EvidenceRole;
  /** SHA-256 of a file that the host keeps. */
  readonly sha256: string | null;
  /** The statement; `null` also when it was erased. */
  readonly statement: string | null;
  /** Where that file is. */
  readonly uri: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.kind = wire.kind;
    this.addedAt = wire.added_at;
    this.addedBy = wire.added_by;
    this.number = wire.number;
    this.role = wire.role;
    this.sha256 = (wire.sha256 ?? null);
    this.statement = (wire.statement ?? null);
    this.uri = (wire.uri ?? null);
    freeze(this);
  }
}

/** The cost and the proceeds of a deal. */
export class Quote extends View {
  /** @internal */
  static override readonly known: Known = { buyer_pays: null, fees: () => Fee, price: null, seller_gets: null, splits: () => SplitShare };
  /** The total that the buyer pays. */
  readonly buyerPays: Money;
  /** Fees. */
  readonly fees: readonly Fee[];
  /** The price. */
  readonly price: Money;
  /** The seller's proceeds. */
  readonly sellerGets: Money;
  /** Others who get a part. */
  readonly splits: readonly SplitShare[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.buyerPays = moneyOf(wire.buyer_pays);
    this.fees = listOf(wire.fees, (one: any) => new Fee(one));
    this.price = moneyOf(wire.price);
    this.sellerGets = moneyOf(wire.seller_gets);
    this.splits = listOf(wire.splits, (one: any) => new SplitShare(one));
    freeze(this);
  }
}

/** An event. */
export class Event extends View {
  /** @internal */
  static override readonly known: Known = { id: null, actor: null, at: null, causation_id: null, correlation_id: null, data: null, device: null, hash: null, ip: null, object: null, object_id: null, previous_hash: null, seq: null, timeline: null, type: null, version: null };
  /** Its id. */
  readonly id: string;
  /** The actor. */
  readonly actor: Actor | null;
  /** When. */
  readonly at: string;
  /** The event or call that caused it. */
  readonly causationId: string | null;
  /** Ties together what one user action caused. */
  readonly correlationId: string | null;
  /** Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well. */
  readonly data: Record<string, Json>;
  /** Device of the end user, for staff in `admin.audit`, until it is erased. */
  readonly device: string | null;
  /** Its link of the chain, hexadecimal. */
  readonly hash: string;
  /** Address of the end user, for staff in `admin.audit`, until it is erased. */
  readonly ip: string | null;
  /** The kind of object. */
  readonly object: string;
  /** The object's id. */
  readonly objectId: string;
  /** The link before. */
  readonly previousHash: string;
  /** Its place in the book, without gaps. */
  readonly seq: number;
  /** The timeline that the link is of; `null` is the store's first. */
  readonly timeline: string | null;
  /** `object.past_tense`. */
  readonly type: string;
  /** The object's version after it. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.actor = (wire.actor == null ? null : actorOf(wire.actor));
    this.at = wire.at;
    this.causationId = (wire.causation_id ?? null);
    this.correlationId = (wire.correlation_id ?? null);
    this.data = frozen(wire.data);
    this.device = (wire.device ?? null);
    this.hash = wire.hash;
    this.ip = (wire.ip ?? null);
    this.object = wire.object;
    this.objectId = wire.object_id;
    this.previousHash = wire.previous_hash;
    this.seq = wire.seq;
    this.timeline = (wire.timeline ?? null);
    this.type = wire.type;
    this.version = wire.version;
    freeze(this);
  }
}

/** The verdict of a dry run. */
export class Validation extends View {
  /** @internal */
  static override readonly known: Known = { to: null, allowed: null, reason: () => Reason };
  /** The state that the deal would be in; `null` when it is refused. */
  readonly to: DealState | null;
  /**
   * Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors are not
   * asked.
   */
  readonly allowed: boolean;
  /** Why it would be refused; `null` when it is allowed. */
  readonly reason: Reason | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.to = (wire.to ?? null);
    this.allowed = wire.allowed;
    this.reason = (wire.reason == null ? null : new Reason(wire.reason));
    freeze(this);
  }
}

/** Why something would be refused. */
export class Reason extends View {
  /** @internal */
  static override readonly known: Known = { code: null, message: null };
  /** The code of the refusal. */
  readonly code: string;
  /** The message, for developers. */
  readonly message: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly actions: readonly Action[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.actions = listOf(wire.actions, (one: any) => new Action(one));
    freeze(this);
  }
}

/** Something that an actor could do with a deal. */
export class Action extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  /** The state that the deal would be in. */
  readonly to: DealState;
  /** Fields that the call must have in addition to the deal. */
  readonly needs: readonly string[];
  /** The trigger; it is the name of the operation too. */
  readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.to = wire.to;
    this.needs = frozen(wire.needs);
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** A picture of everything that a deal can do. */
export class Diagram extends View {
  /** @internal */
  static override readonly known: Known = { content: null, format: null };
  /** The picture, as text. */
  readonly content: string;
  /** `mermaid` or `svg`. */
  readonly format: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.content = wire.content;
    this.format = wire.format;
    freeze(this);
  }
}

/** A dispute in full: its own fields, the whole deal, and the history of both. */
export class DisputeFile extends View {
  /** @internal */
  static override readonly known: Known = { id: null, deal: () => Deal, evidence: () => Evidence, history: () => Event, opened_at: null, opened_by: null, outcome: null, parties: () => BothParties, reference: null, refund: null, resolution: null, resolved_at: null, resolved_by: null, respond_by: null, response_overdue: null, shipments: () => Shipment, state: null, statement: null, type: null, version: null };
  /** Its id. */
  readonly id: string;
  /** The deal. */
  readonly deal: Deal;
  /** Evidence, in the order in which it was shown. */
  readonly evidence: readonly Evidence[];
  /** The events of the deal and of the dispute, oldest first. */
  readonly history: readonly Event[];
  /** When it was opened. */
  readonly openedAt: string;
  /** The actor who opened it. */
  readonly openedBy: string;
  /** The ruling. */
  readonly outcome: Ruling | null;
  /** The parties of the deal. */
  readonly parties: BothParties;
  /** The caller's own reference. */
  readonly reference: string | null;
  /** The part of the price that the ruling refunds to the buyer. */
  readonly refund: Money | null;
  /** Why. */
  readonly resolution: string | null;
  /** When it was resolved. */
  readonly resolvedAt: string | null;
  /** The actor who ruled. */
  readonly resolvedBy: string | null;
  /** The other side should have answered. */
  readonly respondBy: string | null;
  /** The other side did not answer in time. */
  readonly responseOverdue: boolean;
  /** The shipments. */
  readonly shipments: readonly Shipment[];
  /** Its state. */
  readonly state: DisputeState;
  /** The opener's statement; `null` when it was erased. */
  readonly statement: string | null;
  /** The type of the dispute. */
  readonly type: DisputeType;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.deal = new Deal(wire.deal);
    this.evidence = listOf(wire.evidence, (one: any) => new Evidence(one));
    this.history = listOf(wire.history, (one: any) => new Event(one));
    this.openedAt = wire.opened_at;
    this.openedBy = wire.opened_by;
    this.outcome = (wire.outcome ?? null);
    this.parties = new BothParties(wire.parties);
    this.reference = (wire.reference ?? null);
    this.refund = (wire.refund == null ? null : moneyOf(wire.refund));
    this.resolution = (wire.resolution ?? null);
    this.resolvedAt = (wire.resolved_at ?? null);
    this.resolvedBy = (wire.resolved_by ?? null);
    this.respondBy = (wire.respond_by ?? null);
    this.responseOverdue = wire.response_overdue;
    this.shipments = listOf(wire.shipments, (one: any) => new Shipment(one));
    this.state = wire.state;
    this.statement = (wire.statement ?? null);
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
  readonly buyer: Party;
  /** The seller. */
  readonly seller: Party;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.buyer = new Party(wire.buyer);
    this.seller = new Party(wire.seller);
    freeze(this);
  }
}

/** A party of a deal. */
export class Party extends View {
  /** @internal */
  static override readonly known: Known = { account: null, display_name: null, owner: null };
  /** The account. */
  readonly account: string;
  /** Its name for people. */
  readonly displayName: string | null;
  /** Its owner now. */
  readonly owner: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.displayName = (wire.display_name ?? null);
    this.owner = (wire.owner ?? null);
    freeze(this);
  }
}

/** Counts of disputes. */
export class DisputeStats extends View {
  /** @internal */
  static override readonly known: Known = { by_type: () => ByType, investigating: null, mean_resolution_seconds: null, open: null, resolved_in_period: null };
  /** Disputes that have not ended, by type. */
  readonly byType: ByType;
  /** Under investigation now. */
  readonly investigating: number;
  /** How long those took from their opening, in whole seconds on average; `null` when there were none. */
  readonly meanResolutionSeconds: number | null;
  /** Open now. */
  readonly open: number;
  /** Resolved in the period. */
  readonly resolvedInPeriod: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.byType = new ByType(wire.by_type);
    this.investigating = wire.investigating;
    this.meanResolutionSeconds = (wire.mean_resolution_seconds ?? null);
    this.open = wire.open;
    this.resolvedInPeriod = wire.resolved_in_period;
    freeze(this);
  }
}

/** Disputes that have not ended, by type. */
export class ByType extends View {
  /** @internal */
  static override readonly known: Known = { non_delivery: null, other: null, quality_issue: null, seller_non_response: null, wrong_item: null };
  /** The delivery never came. */
  readonly nonDelivery: number;
  /** Anything else. */
  readonly other: number;
  /** The quality is not as agreed. */
  readonly qualityIssue: number;
  /** The seller does not answer. */
  readonly sellerNonResponse: number;
  /** Something else came. */
  readonly wrongItem: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.nonDelivery = wire.non_delivery;
    this.other = wire.other;
    this.qualityIssue = wire.quality_issue;
    this.sellerNonResponse = wire.seller_non_response;
    this.wrongItem = wire.wrong_item;
    freeze(this);
  }
}

/** The result of checking a receipt. */
export class Verification extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, kid: null, reason: null, valid: null };
  /** The algorithm that this signature names. */
  readonly alg: string | null;
  /** The key of the signature that decided. */
  readonly kid: string | null;
  /**
   * Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key` (another of
   * the known keys made it) or `bad_signature`. `old_key` of a genuine one whose key was rotated out since.
   */
  readonly reason: string | null;
  /** Whether it is genuine: nothing was changed, and every signature that could be checked is right. */
  readonly valid: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.alg = (wire.alg ?? null);
    this.kid = (wire.kid ?? null);
    this.reason = (wire.reason ?? null);
    this.valid = wire.valid;
    freeze(this);
  }
}

/** What others need to check receipts. An HMAC has no public key: only its issuer can check it. */
export class PublicKeys extends View {
  /** @internal */
  static override readonly known: Known = { keys: () => PublicKey };
  /** The keys, the current one first. */
  readonly keys: readonly PublicKey[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.keys = listOf(wire.keys, (one: any) => new PublicKey(one));
    freeze(this);
  }
}

/** A public key. */
export class PublicKey extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, created_at: null, kid: null, old: null, pem: null, public_key: null, purpose: null, retired_at: null };
  /** `Ed25519`. */
  readonly alg: Alg;
  /** When it was made. */
  readonly createdAt: string | null;
  /** Its id, which signatures name. */
  readonly kid: string;
  /** Whether it was rotated out: what it signed stays valid. */
  readonly old: boolean | null;
  /** The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it. */
  readonly pem: string | null;
  /** The 32 bytes of the key, hexadecimal. */
  readonly publicKey: string;
  /** What it is for: `receipts`. */
  readonly purpose: string;
  /** When it was rotated out. */
  readonly retiredAt: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.alg = wire.alg;
    this.createdAt = (wire.created_at ?? null);
    this.kid = wire.kid;
    this.old = (wire.old ?? null);
    this.pem = (wire.pem ?? null);
    this.publicKey = wire.public_key;
    this.purpose = wire.purpose;
    this.retiredAt = (wire.retired_at ?? null);
    freeze(this);
  }
}

/** A receipt: one transfer, signed. The fields next to the payload repeat it. */
export class Receipt extends View {
  /** @internal */
  static override readonly known: Known = { id: null, kind: null, amount: null, from: null, to: null, deal: null, integrity_hash: null, issued_at: null, number: null, payload: null, signatures: () => ReceiptSignature, transfer: null };
  /** Its id: `rc_` and the uuid of its transfer. */
  readonly id: string;
  /** Why the money moved. */
  readonly kind: TransferKind;
  /** The amount moved; `null` with more than two postings. */
  readonly amount: Money | null;
  /** The payer; `null` with more than two postings. */
  readonly from: string | null;
  /** The payee; `null` with more than two postings. */
  readonly to: string | null;
  /** The deal that it belongs to. */
  readonly deal: string | null;
  /** SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal. */
  readonly integrityHash: string;
  /** When the money moved. */
  readonly issuedAt: string;
  /** The place of its event in the book's gapless sequence: no two receipts of a book share one. */
  readonly number: number;
  /** The signed payload. */
  readonly payload: Record<string, Json>;
  /** The signatures. */
  readonly signatures: readonly ReceiptSignature[];
  /** The transfer. */
  readonly transfer: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.kind = wire.kind;
    this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.from = (wire.from ?? null);
    this.to = (wire.to ?? null);
    this.deal = (wire.deal ?? null);
    this.integrityHash = wire.integrity_hash;
    this.issuedAt = wire.issued_at;
    this.number = wire.number;
    this.payload = frozen(wire.payload);
    this.signatures = listOf(wire.signatures, (one: any) => new ReceiptSignature(one));
    this.transfer = wire.transfer;
    freeze(this);
  }
}

/** One signature over the canonical JSON (RFC 8785) of a receipt's payload. */
export class ReceiptSignature extends View {
  /** @internal */
  static override readonly known: Known = { alg: null, kid: null, value: null };
  /** `HMAC-SHA-256` or `Ed25519`. */
  readonly alg: Alg;
  /** The id of the key. */
  readonly kid: string;
  /** The signature, in lower-case hexadecimal. */
  readonly value: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly content: string;
  /** `text` or `html`. */
  readonly format: string;
  /** The language that it is in. */
  readonly locale: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly account: Account;
  /** Whether this was done before under the same key. */
  readonly replayed: boolean;
  /** Its limits, and what is used of them. */
  readonly usage: Usage;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The account. */
  readonly account: string;
  /** Its currency. */
  readonly currency: string;
  /** The most that a hot account should have. */
  readonly ceiling: Money | null;
  /** The most that may leave it in a day; `null` is no limit. */
  readonly dailyLimit: Money | null;
  /** When today ends. */
  readonly dayEndsAt: string;
  /** When this month ends. */
  readonly monthEndsAt: string;
  /** The most that may leave it in a month; `null` is no limit. */
  readonly monthlyLimit: Money | null;
  /**
   * The amount to move to a cold account: what a hot one has above its ceiling and can spend. `null` when there is
   * none.
   */
  readonly sweep: Money | null;
  /** The amount that has left it this month. */
  readonly thisMonth: Money;
  /** `hot` or `cold`. */
  readonly tier: Tier;
  /** Where its days and months begin. */
  readonly timeZone: string;
  /** The amount that has left it today. */
  readonly today: Money;
  /** Counts every change of limits and counts. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.currency = wire.currency;
    this.ceiling = (wire.ceiling == null ? null : moneyOf(wire.ceiling));
    this.dailyLimit = (wire.daily_limit == null ? null : moneyOf(wire.daily_limit));
    this.dayEndsAt = wire.day_ends_at;
    this.monthEndsAt = wire.month_ends_at;
    this.monthlyLimit = (wire.monthly_limit == null ? null : moneyOf(wire.monthly_limit));
    this.sweep = (wire.sweep == null ? null : moneyOf(wire.sweep));
    this.thisMonth = moneyOf(wire.this_month);
    this.tier = wire.tier;
    this.timeZone = wire.time_zone;
    this.today = moneyOf(wire.today);
    this.version = wire.version;
    freeze(this);
  }
}

/** Money that a deal has paid out. */
export class Settlement extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, from: null, to: null, approved_by: null, deal: null, executed_at: null, type: null };
  /** The transfer. */
  readonly id: string;
  /** How much. */
  readonly amount: Money | null;
  /** The account that paid. */
  readonly from: string | null;
  /** The account that was paid. */
  readonly to: string | null;
  /**
   * Ids of the actors behind the payout, in their order. Where a policy asked for approvals: the approvers. Otherwise
   * the actor who confirmed or decided; `system` for a deadline.
   */
  readonly approvedBy: readonly string[];
  /** The deal. */
  readonly deal: string | null;
  /** When. */
  readonly executedAt: string;
  /** `settlement` or `refund`. */
  readonly type: TransferKind;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.from = (wire.from ?? null);
    this.to = (wire.to ?? null);
    this.approvedBy = frozen(wire.approved_by);
    this.deal = (wire.deal ?? null);
    this.executedAt = wire.executed_at;
    this.type = wire.type;
    freeze(this);
  }
}

/** Reply of `set_gateway`. */
export class GatewayReply extends View {
  /** @internal */
  static override readonly known: Known = { gateway: () => Gateway, replayed: null };
  /** The gateway. */
  readonly gateway: Gateway;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.gateway = new Gateway(wire.gateway);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A gateway. */
export class Gateway extends View {
  /** @internal */
  static override readonly known: Known = { id: null, abilities: null, active: null, breaker: () => Breaker, config: null, currencies: null, driver: null, retry_at: null, secrets: null, settle_after: null, status: null, version: null };
  /** Its name. */
  readonly id: string;
  /** What it can do. */
  readonly abilities: readonly GatewayAbility[];
  /** Whether new payments may go to it. */
  readonly active: boolean;
  /** When it counts as down. */
  readonly breaker: Breaker;
  /** Settings of its driver. */
  readonly config: Record<string, Json>;
  /** The currencies that it takes; `null` if all. */
  readonly currencies: readonly string[] | null;
  /** Who talks to it. */
  readonly driver: GatewayDriver;
  /** When it is tried again; `null` while it is up. */
  readonly retryAt: string | null;
  /** The names of its secrets. */
  readonly secrets: readonly string[];
  /** How long after a call its answer that it knows of none is not believed yet. */
  readonly settleAfter: string;
  /** Whether it answers. */
  readonly status: GatewayStatus;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.abilities = frozen(wire.abilities);
    this.active = wire.active;
    this.breaker = new Breaker(wire.breaker);
    this.config = frozen(wire.config);
    this.currencies = (wire.currencies == null ? null : frozen(wire.currencies));
    this.driver = wire.driver;
    this.retryAt = (wire.retry_at ?? null);
    this.secrets = frozen(wire.secrets);
    this.settleAfter = wire.settle_after;
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
  readonly failures: number;
  /** How long it is left alone then. */
  readonly pause: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly replayed: boolean;
  /** The route. */
  readonly route: Route;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.replayed = wire.replayed;
    this.route = new Route(wire.route);
    freeze(this);
  }
}

/** Which gateways are asked for which payments. */
export class Route extends View {
  /** @internal */
  static override readonly known: Known = { id: null, currency: null, gateways: null, max: null, min: null, priority: null, version: null };
  /** Its name. */
  readonly id: string;
  /** Only payments in this currency. */
  readonly currency: string | null;
  /** The gateways, in the order in which they are tried. */
  readonly gateways: readonly string[];
  /** Only payments of this amount or less. */
  readonly max: Money | null;
  /** Only payments of this amount or more. */
  readonly min: Money | null;
  /** Of the routes that fit, the one with the highest is taken. */
  readonly priority: number;
  /** The version of the book's routes when it was set. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.currency = (wire.currency ?? null);
    this.gateways = frozen(wire.gateways);
    this.max = (wire.max == null ? null : moneyOf(wire.max));
    this.min = (wire.min == null ? null : moneyOf(wire.min));
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
  readonly removed: string;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly payment: Payment;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.payment = new Payment(wire.payment);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A payment. */
export class Payment extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, to: null, action: null, attempts: () => PaymentAttempt, authorization_expires_at: null, authorized: null, cancel_requested: null, capture: null, captured: null, chargebacks: () => Chargeback, charged_back: null, created_at: null, deal: null, doing: () => Doing, expires_at: null, failure: () => PaymentFailure, gateway: null, gateway_reference: null, metadata: null, payer: null, purchase: null, reference: null, refunded: null, refunds: () => PaymentRefund, state: null, suspended: null, transfers: null, updated_at: null, version: null };
  /** Its id. */
  readonly id: string;
  /** What is paid. */
  readonly amount: Money;
  /** The account that gets it. */
  readonly to: string;
  /** What the payer must do. */
  readonly action: Record<string, Json> | null;
  /** The gateways that were tried. */
  readonly attempts: readonly PaymentAttempt[];
  /** When its authorization is voided. */
  readonly authorizationExpiresAt: string | null;
  /** What the gateway has authorized. */
  readonly authorized: Money;
  /** It is given up as soon as its gateway allows. */
  readonly cancelRequested: boolean;
  /** Whether the money is taken at once. */
  readonly capture: CaptureMode;
  /** What it has taken. */
  readonly captured: Money;
  /** What payers' banks took back. */
  readonly chargebacks: readonly Chargeback[];
  /** What payers' banks have taken back, open and lost. */
  readonly chargedBack: Money;
  /** When it was created. */
  readonly createdAt: string;
  /** The deal that it pays. */
  readonly deal: string | null;
  /** The call that it waits for. */
  readonly doing: Doing | null;
  /** Until when it may be confirmed. */
  readonly expiresAt: string | null;
  /** Why the last call did not succeed. */
  readonly failure: PaymentFailure | null;
  /** The gateway that has it; before it is sent, the one that was chosen for it. */
  readonly gateway: string | null;
  /** Its reference there. */
  readonly gatewayReference: string | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** Who pays. */
  readonly payer: string | null;
  /** The purchase that it pays. */
  readonly purchase: string | null;
  /** The caller's own id. */
  readonly reference: string | null;
  /** What went back by refunds that are done. */
  readonly refunded: Money;
  /** Its refunds. */
  readonly refunds: readonly PaymentRefund[];
  /** Its state. */
  readonly state: PaymentState;
  /** What came and is nobody's yet: it waits in `@suspense`. */
  readonly suspended: Money;
  /** The transfers that it made, in their order. */
  readonly transfers: readonly string[];
  /** When it last changed. */
  readonly updatedAt: string;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.amount = moneyOf(wire.amount);
    this.to = wire.to;
    this.action = frozen((wire.action ?? null));
    this.attempts = listOf(wire.attempts, (one: any) => new PaymentAttempt(one));
    this.authorizationExpiresAt = (wire.authorization_expires_at ?? null);
    this.authorized = moneyOf(wire.authorized);
    this.cancelRequested = wire.cancel_requested;
    this.capture = wire.capture;
    this.captured = moneyOf(wire.captured);
    this.chargebacks = listOf(wire.chargebacks, (one: any) => new Chargeback(one));
    this.chargedBack = moneyOf(wire.charged_back);
    this.createdAt = wire.created_at;
    this.deal = (wire.deal ?? null);
    this.doing = (wire.doing == null ? null : new Doing(wire.doing));
    this.expiresAt = (wire.expires_at ?? null);
    this.failure = (wire.failure == null ? null : new PaymentFailure(wire.failure));
    this.gateway = (wire.gateway ?? null);
    this.gatewayReference = (wire.gateway_reference ?? null);
    this.metadata = frozen(wire.metadata);
    this.payer = (wire.payer ?? null);
    this.purchase = (wire.purchase ?? null);
    this.reference = (wire.reference ?? null);
    this.refunded = moneyOf(wire.refunded);
    this.refunds = listOf(wire.refunds, (one: any) => new PaymentRefund(one));
    this.state = wire.state;
    this.suspended = moneyOf(wire.suspended);
    this.transfers = frozen(wire.transfers);
    this.updatedAt = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** A gateway that was tried. */
export class PaymentAttempt extends View {
  /** @internal */
  static override readonly known: Known = { gateway: null, number: null, outcome: null, reference: null };
  /** The gateway. */
  readonly gateway: string;
  /** Counts from 1. */
  readonly number: number;
  /** What came of it; `null` while it is open. */
  readonly outcome: AttemptOutcome | null;
  /** Its reference. */
  readonly reference: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.gateway = wire.gateway;
    this.number = wire.number;
    this.outcome = (wire.outcome ?? null);
    this.reference = (wire.reference ?? null);
    freeze(this);
  }
}

/** What a payer's bank took back. */
export class Chargeback extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, case: null, opened_at: null, phase: null, reason: null };
  /** How much. */
  readonly amount: Money;
  /** The gateway's id of it. */
  readonly case: string;
  /** When it was opened. */
  readonly openedAt: string;
  /** `open`, `won` or `lost`. */
  readonly phase: ChargebackPhase;
  /** Why. */
  readonly reason: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = moneyOf(wire.amount);
    this.case = wire.case;
    this.openedAt = wire.opened_at;
    this.phase = wire.phase;
    this.reason = (wire.reason ?? null);
    freeze(this);
  }
}

/** The call that a payment waits for. */
export class Doing extends View {
  /** @internal */
  static override readonly known: Known = { call: null, key: null, phase: null, since: null };
  /** What is asked of the gateway. */
  readonly call: GatewayCall;
  /** The idempotency key that it carries. */
  readonly key: string;
  /** How far it is. */
  readonly phase: CallPhase;
  /** Since when. */
  readonly since: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly code: FailureCode;
  /** The gateway's own code. */
  readonly gatewayCode: string | null;
  /** Whether trying again can help. */
  readonly retry: FailureRetry;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.code = wire.code;
    this.gatewayCode = (wire.gateway_code ?? null);
    this.retry = wire.retry;
    freeze(this);
  }
}

/** A refund of a payment. */
export class PaymentRefund extends View {
  /** @internal */
  static override readonly known: Known = { id: null, amount: null, reason: null, reference: null, state: null, transfer: null };
  /** Its id. */
  readonly id: string;
  /** How much. */
  readonly amount: Money;
  /** Why. */
  readonly reason: string | null;
  /** The gateway's reference. */
  readonly reference: string | null;
  /** Its state. */
  readonly state: RefundState;
  /** The transfer that took it from who was paid. */
  readonly transfer: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.amount = moneyOf(wire.amount);
    this.reason = (wire.reason ?? null);
    this.reference = (wire.reference ?? null);
    this.state = wire.state;
    this.transfer = (wire.transfer ?? null);
    freeze(this);
  }
}

/** Reply of `refund`. */
export class RefundReply extends View {
  /** @internal */
  static override readonly known: Known = { payment: () => Payment, refund: () => PaymentRefund, replayed: null };
  /** The payment. */
  readonly payment: Payment;
  /** The refund. */
  readonly refund: PaymentRefund;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.payment = new Payment(wire.payment);
    this.refund = new PaymentRefund(wire.refund);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** What came of what a gateway said. */
export class Reported extends View {
  /** @internal */
  static override readonly known: Known = { event: null, payment: () => Payment, replayed: null, result: null };
  /** The gateway's own id of it. */
  readonly event: string;
  /** The payment; `null` where none is known. */
  readonly payment: Payment | null;
  /** Whether it was told before. */
  readonly replayed: boolean;
  /**
   * What came of it: `applied`; `ignored`, because it was known or is older than what is known; `parked`, because no
   * payment has this reference yet; `queried`, because the gateway is asked first; `suspended` or `mismatched`.
   */
  readonly result: Heard;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.event = wire.event;
    this.payment = (wire.payment == null ? null : new Payment(wire.payment));
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
  readonly debt: Debt;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.debt = new Debt(wire.debt);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** What somebody owes, because a payment that the money came from was taken back. */
export class Debt extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, case: null, created_at: null, payment: null, purchase: null, recovered: null, state: null, version: null };
  /** Its id. */
  readonly id: string;
  /** Who owes it. */
  readonly account: string;
  /** How much. */
  readonly amount: Money;
  /** The chargeback. */
  readonly case: string;
  /** Since when. */
  readonly createdAt: string;
  /** The payment, if there was one. */
  readonly payment: string | null;
  /** The purchase. */
  readonly purchase: string | null;
  /** How much of it came back. */
  readonly recovered: Money;
  /** Its state. */
  readonly state: DebtState;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.case = wire.case;
    this.createdAt = wire.created_at;
    this.payment = (wire.payment ?? null);
    this.purchase = (wire.purchase ?? null);
    this.recovered = moneyOf(wire.recovered);
    this.state = wire.state;
    this.version = wire.version;
    freeze(this);
  }
}

/** What the client's widget needs to collect the payer's means. */
export class Checkout extends View {
  /** @internal */
  static override readonly known: Known = { fields: null, gateway: null };
  /**
   * What its widget takes, signed by the server where the gateway wants that: amount, order, keys that may be public.
   * Each driver has fields of its own.
   */
  readonly fields: Record<string, Json>;
  /** The gateway that the means are for. */
  readonly gateway: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.fields = frozen(wire.fields);
    this.gateway = wire.gateway;
    freeze(this);
  }
}

/** Reply of `set_offer`. */
export class OfferReply extends View {
  /** @internal */
  static override readonly known: Known = { offer: () => Offer, replayed: null };
  /** The offer. */
  readonly offer: Offer;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.offer = new Offer(wire.offer);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An offer. */
export class Offer extends View {
  /** @internal */
  static override readonly known: Known = { id: null, active: null, available: null, escrow: null, grants: null, held: null, hold_for: null, metadata: null, per_user_limit: null, price: null, sale_from: null, sale_until: null, seller: null, sold: null, stock: null, version: null };
  /** Its name. */
  readonly id: string;
  /** Whether it is sold. */
  readonly active: boolean;
  /** How many can be bought; `null` without a limit. */
  readonly available: number | null;
  /** The terms of the deals by which it is sold; `null` where the seller is paid at once. */
  readonly escrow: Record<string, Json> | null;
  /** What a buyer is given with each unit. */
  readonly grants: readonly Money[];
  /** How many are held for purchases that are not paid. */
  readonly held: number;
  /** How long units are held for a buyer who pays later. */
  readonly holdFor: string;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** How many one buyer may have. */
  readonly perUserLimit: number | null;
  /** What one unit costs. */
  readonly price: Money;
  /** From when on it is sold. */
  readonly saleFrom: string | null;
  /** Until when it is sold. */
  readonly saleUntil: string | null;
  /** The account that is paid. */
  readonly seller: string;
  /** How many are sold. */
  readonly sold: number;
  /** How many units there are in all; `null` without a limit. */
  readonly stock: number | null;
  /** Counts every change, those of the units included. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.active = wire.active;
    this.available = (wire.available ?? null);
    this.escrow = frozen((wire.escrow ?? null));
    this.grants = listOf(wire.grants, (one: any) => moneyOf(one));
    this.held = wire.held;
    this.holdFor = wire.hold_for;
    this.metadata = frozen(wire.metadata);
    this.perUserLimit = (wire.per_user_limit ?? null);
    this.price = moneyOf(wire.price);
    this.saleFrom = (wire.sale_from ?? null);
    this.saleUntil = (wire.sale_until ?? null);
    this.seller = wire.seller;
    this.sold = wire.sold;
    this.stock = (wire.stock ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `set_promo`. */
export class PromoReply extends View {
  /** @internal */
  static override readonly known: Known = { promo: () => Promo, replayed: null };
  /** The promo. */
  readonly promo: Promo;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.promo = new Promo(wire.promo);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A promo. */
export class Promo extends View {
  /** @internal */
  static override readonly known: Known = { id: null, from: null, active: null, limit: null, metadata: null, off: () => Discount, offers: null, per_user_limit: null, until: null, used: null, version: null };
  /** Its name. */
  readonly id: string;
  /** From when on it may be used. */
  readonly from: string | null;
  /** Whether it may be used. */
  readonly active: boolean;
  /** How many purchases may use it. */
  readonly limit: number | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** What it takes off. */
  readonly off: Discount;
  /** The offers that it is for; `null` if all. */
  readonly offers: readonly string[] | null;
  /** How many purchases of one buyer may use it. */
  readonly perUserLimit: number | null;
  /** Until when it may be used. */
  readonly until: string | null;
  /** How many purchases use it: those that have neither expired nor were cancelled. */
  readonly used: number;
  /** Counts every change, those of the uses included. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.from = (wire.from ?? null);
    this.active = wire.active;
    this.limit = (wire.limit ?? null);
    this.metadata = frozen(wire.metadata);
    this.off = new Discount(wire.off);
    this.offers = (wire.offers == null ? null : frozen(wire.offers));
    this.perUserLimit = (wire.per_user_limit ?? null);
    this.until = (wire.until ?? null);
    this.used = wire.used;
    this.version = wire.version;
    freeze(this);
  }
}

/** What a promo takes off. */
export class Discount extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, bps: null };
  /** An amount, and at most the sum. */
  readonly amount: Money | null;
  /** Hundredths of a percent of the sum. */
  readonly bps: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.bps = (wire.bps ?? null);
    freeze(this);
  }
}

/** Reply of a change of a purchase. */
export class PurchaseReply extends View {
  /** @internal */
  static override readonly known: Known = { purchase: () => Purchase, replayed: null };
  /** The purchase. */
  readonly purchase: Purchase;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.purchase = new Purchase(wire.purchase);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A purchase. */
export class Purchase extends View {
  /** @internal */
  static override readonly known: Known = { id: null, buyer: null, cancel_requested: null, created_at: null, deal: null, discount: null, grants: null, hold_until: null, metadata: null, offer: null, paid_with: null, payment: null, promo: null, quantity: null, reference: null, refunded: null, seller: null, state: null, total: null, transfer: null, unit_price: null, updated_at: null, version: null };
  /** Its id. */
  readonly id: string;
  /** Who buys. */
  readonly buyer: string;
  /** Whether its buyer has given it up while a payment was under way. */
  readonly cancelRequested: boolean;
  /** When it was made. */
  readonly createdAt: string;
  /** The newest deal that was opened for it; `null` where the seller is paid at once. */
  readonly deal: string | null;
  /** What the promo takes off. */
  readonly discount: Money;
  /** What the buyer is given with all units. */
  readonly grants: readonly Money[];
  /** Until when its units are held. */
  readonly holdUntil: string;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** The offer. */
  readonly offer: string;
  /** What it is paid with. */
  readonly paidWith: PaidWith | null;
  /** The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays. */
  readonly payment: string | null;
  /** The promo. */
  readonly promo: string | null;
  /** How many units. */
  readonly quantity: number;
  /** The caller's own id. */
  readonly reference: string | null;
  /** How much of what was paid went back, or is on its way. */
  readonly refunded: Money;
  /** Who is paid. */
  readonly seller: string;
  /** Its state. */
  readonly state: PurchaseState;
  /** What is paid. */
  readonly total: Money;
  /** The transfer that paid the seller from a balance. */
  readonly transfer: string | null;
  /** What one unit costs. */
  readonly unitPrice: Money;
  /** When it last changed. */
  readonly updatedAt: string;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.buyer = wire.buyer;
    this.cancelRequested = wire.cancel_requested;
    this.createdAt = wire.created_at;
    this.deal = (wire.deal ?? null);
    this.discount = moneyOf(wire.discount);
    this.grants = listOf(wire.grants, (one: any) => moneyOf(one));
    this.holdUntil = wire.hold_until;
    this.metadata = frozen(wire.metadata);
    this.offer = wire.offer;
    this.paidWith = (wire.paid_with ?? null);
    this.payment = (wire.payment ?? null);
    this.promo = (wire.promo ?? null);
    this.quantity = wire.quantity;
    this.reference = (wire.reference ?? null);
    this.refunded = moneyOf(wire.refunded);
    this.seller = wire.seller;
    this.state = wire.state;
    this.total = moneyOf(wire.total);
    this.transfer = (wire.transfer ?? null);
    this.unitPrice = moneyOf(wire.unit_price);
    this.updatedAt = wire.updated_at;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `refund`. */
export class PurchaseRefunded extends View {
  /** @internal */
  static override readonly known: Known = { purchase: () => Purchase, refund: () => PaymentRefund, replayed: null };
  /** The purchase. */
  readonly purchase: Purchase;
  /** The refund of its payment; `null` where it was paid from a balance. */
  readonly refund: PaymentRefund | null;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.purchase = new Purchase(wire.purchase);
    this.refund = (wire.refund == null ? null : new PaymentRefund(wire.refund));
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** What units of an offer cost now, and whether they can be bought. */
export class PurchaseQuote extends View {
  /** @internal */
  static override readonly known: Known = { allowed: null, commitment: () => Commitment, discount: null, reason: null, subtotal: null, total: null, unit_price: null };
  /** Whether they can be bought now. */
  readonly allowed: boolean;
  /**
   * The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a purchase is held
   * to it. `null` without a `buyer`, or where nothing could be bought.
   */
  readonly commitment: Commitment | null;
  /** What the promo takes off. */
  readonly discount: Money;
  /**
   * Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of
   * `promo_not_applicable` the reason behind a colon.
   */
  readonly reason: string | null;
  /** All of them. */
  readonly subtotal: Money;
  /** What would be paid. */
  readonly total: Money;
  /** One unit. */
  readonly unitPrice: Money;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.allowed = wire.allowed;
    this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.discount = moneyOf(wire.discount);
    this.reason = (wire.reason ?? null);
    this.subtotal = moneyOf(wire.subtotal);
    this.total = moneyOf(wire.total);
    this.unitPrice = moneyOf(wire.unit_price);
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
  /** Money that leaves accounts, or is held there, by payer. */
  readonly outflows: readonly CommittedOutflow[];
  /** All who are paid, now or later: accounts, or addresses of a chain. */
  readonly payees: readonly string[];
  /** Terms that bind a party, by their names: `inspection`, `fees`, `grants`. */
  readonly terms: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.outflows = listOf(wire.outflows, (one: any) => new CommittedOutflow(one));
    this.payees = frozen(wire.payees);
    this.terms = frozen((wire.terms ?? null));
    freeze(this);
  }
}

/** Money that leaves one account in a call, to one payee. */
export class CommittedOutflow extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, from: null, to: null };
  /** The amount. */
  readonly amount: Money;
  /** The account that gives it. */
  readonly from: string;
  /** The account, or the address of a chain, that gets it; `null` where the money is only held. */
  readonly to: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = moneyOf(wire.amount);
    this.from = wire.from;
    this.to = (wire.to ?? null);
    freeze(this);
  }
}

/** Reply of `set_source` and `rotate_secret`. */
export class SourceReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, source: () => Source };
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The source. */
  readonly source: Source;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly id: string;
  /** The gateway that it speaks for. */
  readonly gateway: string;
  /** How it signs. */
  readonly scheme: Scheme;
  /** How many secrets are good now. */
  readonly secrets: number;
  /** How far the time of a message may be from now. */
  readonly tolerance: string;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.gateway = wire.gateway;
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
  /** The sender's own id of it. */
  readonly event: string;
  /** The payment; `null` where none is known. */
  readonly payment: Payment | null;
  /** Whether it was told before. */
  readonly replayed: boolean;
  /** The answer to its sender, whatever the outcome is. */
  readonly reply: WebhookReply;
  /**
   * The outcome: `applied`; `ignored`, because it was known, is older than what is known, or is none of ours;
   * `parked`, because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended`
   * or `mismatched`.
   */
  readonly result: Heard;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.event = wire.event;
    this.payment = (wire.payment == null ? null : new Payment(wire.payment));
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
  readonly body: string;
  /** The status of HTTP. */
  readonly status: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.body = wire.body;
    this.status = wire.status;
    freeze(this);
  }
}

/** An event of a source that was seen. */
export class SeenWebhook extends View {
  /** @internal */
  static override readonly known: Known = { at: null, event: null, payment: null, result: null, sha256: null, source: null };
  /** When it was first seen. */
  readonly at: string;
  /** The sender's id of it. */
  readonly event: string;
  /** The payment that it was about; `null` where none was known. */
  readonly payment: string | null;
  /** What came of it, as `receive` answered. */
  readonly result: Heard;
  /** The SHA-256 of its body, in hex; the body is not kept. */
  readonly sha256: string;
  /** The source. */
  readonly source: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.at = wire.at;
    this.event = wire.event;
    this.payment = (wire.payment ?? null);
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
  readonly chain: WithdrawalChain;
  /** Whether nothing changed, or the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.chain = new WithdrawalChain(wire.chain);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A chain. */
export class WithdrawalChain extends View {
  /** @internal */
  static override readonly known: Known = { block_time: null, bump_after: null, bump_bps: null, chain: null, chain_id: null, endpoints: null, facts_ttl: null, fee_cap: null, finality: () => Finality, min_priority_fee: null, now: () => ChainFees, quorum: null, resend_after: null, version: null, views: () => ChainEndpoint, watch: null };
  /** How long a block takes. */
  readonly blockTime: string;
  /** How long a node has had a transaction before it is bumped. */
  readonly bumpAfter: string;
  /** By how much a bump raises both fees, in hundredths of a percent. */
  readonly bumpBps: number;
  /** Its name. */
  readonly chain: string;
  /** Its number, as text. */
  readonly chainId: string;
  /** The names of those who speak for it. */
  readonly endpoints: readonly string[];
  /** How long what is known of the chain is good. */
  readonly factsTtl: string;
  /** The most for a unit of gas, in wei. */
  readonly feeCap: string;
  /** When a block is final. */
  readonly finality: Finality;
  /** The least that is given on top of the base fee, in wei. */
  readonly minPriorityFee: string;
  /** What gas costs; `null` until a quorum has said it. */
  readonly now: ChainFees | null;
  /** How many must agree. */
  readonly quorum: number;
  /** How long a transaction is unseen before it is sent again. */
  readonly resendAfter: string;
  /** Counts its changes. */
  readonly version: number;
  /** How its endpoints did. */
  readonly views: readonly ChainEndpoint[];
  /** How long what is final is still looked at. */
  readonly watch: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.blockTime = wire.block_time;
    this.bumpAfter = wire.bump_after;
    this.bumpBps = wire.bump_bps;
    this.chain = wire.chain;
    this.chainId = wire.chain_id;
    this.endpoints = frozen(wire.endpoints);
    this.factsTtl = wire.facts_ttl;
    this.feeCap = wire.fee_cap;
    this.finality = new Finality(wire.finality);
    this.minPriorityFee = wire.min_priority_fee;
    this.now = (wire.now == null ? null : new ChainFees(wire.now));
    this.quorum = wire.quorum;
    this.resendAfter = wire.resend_after;
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
  /** So many blocks that stand on it; left out where `tag` is there. */
  readonly depth: number | null;
  /** The block that endpoints hold for final; left out where `depth` is there. */
  readonly tag: FinalityTag | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.depth = (wire.depth ?? null);
    this.tag = (wire.tag ?? null);
    freeze(this);
  }
}

/** What gas costs on a chain, as a quorum said last. */
export class ChainFees extends View {
  /** @internal */
  static override readonly known: Known = { at: null, base_fee: null, priority_fee: null };
  /** When it was said. */
  readonly at: string;
  /** The base fee, in wei. */
  readonly baseFee: string;
  /** What others give on top, in wei. */
  readonly priorityFee: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.at = wire.at;
    this.baseFee = wire.base_fee;
    this.priorityFee = wire.priority_fee;
    freeze(this);
  }
}

/** How an endpoint did last. */
export class ChainEndpoint extends View {
  /** @internal */
  static override readonly known: Known = { at: null, endpoint: null, failures: null, head: null, status: null };
  /** When it answered last. */
  readonly at: string | null;
  /** Its name. */
  readonly endpoint: string;
  /** How often in a row it failed. */
  readonly failures: number;
  /** The height of its newest block, as text. */
  readonly head: string | null;
  /** How it did: `ok`, `failing`, `behind` or `wrong_chain`. */
  readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.at = (wire.at ?? null);
    this.endpoint = wire.endpoint;
    this.failures = wire.failures;
    this.head = (wire.head ?? null);
    this.status = wire.status;
    freeze(this);
  }
}

/** Reply of `set_asset`. */
export class AssetReply extends View {
  /** @internal */
  static override readonly known: Known = { asset: () => Asset, replayed: null };
  /** The asset. */
  readonly asset: Asset;
  /** Whether nothing changed, or the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.asset = new Asset(wire.asset);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A currency on a chain. */
export class Asset extends View {
  /** @internal */
  static override readonly known: Known = { currency: null, kind: null, chain: null, decimals: null, fee: null, max: null, max_gas: null, min: null, reason: null, state: null, token: null, version: null };
  /** The currency. */
  readonly currency: string;
  /** What it is there. */
  readonly kind: AssetKind;
  /** The chain. */
  readonly chain: string;
  /** Its decimals. */
  readonly decimals: number;
  /** What a withdrawal costs beside its amount. */
  readonly fee: Money | null;
  /** The most that is withdrawn. */
  readonly max: Money | null;
  /** The most gas that a payment may take. */
  readonly maxGas: number;
  /** The least that is withdrawn. */
  readonly min: Money | null;
  /** Why it was refused: its token has no `code`, or other `decimals`. */
  readonly reason: string | null;
  /** Whether it may be withdrawn. */
  readonly state: AssetState;
  /** The address of its token. */
  readonly token: string | null;
  /** Counts its changes. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.currency = wire.currency;
    this.kind = wire.kind;
    this.chain = wire.chain;
    this.decimals = wire.decimals;
    this.fee = (wire.fee == null ? null : moneyOf(wire.fee));
    this.max = (wire.max == null ? null : moneyOf(wire.max));
    this.maxGas = wire.max_gas;
    this.min = (wire.min == null ? null : moneyOf(wire.min));
    this.reason = (wire.reason ?? null);
    this.state = wire.state;
    this.token = (wire.token ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of a change of a lane. */
export class LaneReply extends View {
  /** @internal */
  static override readonly known: Known = { lane: () => Lane, replayed: null };
  /** The lane. */
  readonly lane: Lane;
  /** Whether nothing changed, or the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.lane = new Lane(wire.lane);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** A key on a chain, and its counter. Numbers of a chain are texts. */
export class Lane extends View {
  /** @internal */
  static override readonly known: Known = { id: null, address: null, chain: null, final_nonce: null, in_flight: null, key: null, native: null, next_nonce: null, promised: null, reason: null, state: null, tokens: null, version: null, window: null };
  /** Its id. */
  readonly id: string;
  /** Its address, with the checksum of EIP-55. */
  readonly address: string;
  /** The chain. */
  readonly chain: string;
  /** The highest nonce that is final. */
  readonly finalNonce: string | null;
  /** How many nonces are not final. */
  readonly inFlight: number;
  /** The key. */
  readonly key: string;
  /** The coins of its address, in wei, as a quorum said last. */
  readonly native: string | null;
  /** The nonce that it gives next. */
  readonly nextNonce: string;
  /** What is promised to nonces in no block: `native` in wei, and tokens by currency. */
  readonly promised: Record<string, Json>;
  /** Why it is paused, or does not open yet. */
  readonly reason: string | null;
  /** Its state. */
  readonly state: LaneState;
  /** The tokens of its address, by currency, in their units. */
  readonly tokens: Record<string, Json>;
  /** Counts its changes. */
  readonly version: number;
  /** How many of them may be in no block. */
  readonly window: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.address = wire.address;
    this.chain = wire.chain;
    this.finalNonce = (wire.final_nonce ?? null);
    this.inFlight = wire.in_flight;
    this.key = wire.key;
    this.native = (wire.native ?? null);
    this.nextNonce = wire.next_nonce;
    this.promised = frozen(wire.promised);
    this.reason = (wire.reason ?? null);
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
  /** What the account has now. */
  readonly balance: Balance;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The withdrawal. */
  readonly withdrawal: Withdrawal;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its id. */
  readonly id: string;
  /** The account that pays. */
  readonly account: string;
  /** What the payee gets. */
  readonly amount: Money;
  /** The address of the payee, with the checksum of EIP-55. */
  readonly to: string;
  /** The tries at its nonce. */
  readonly attempts: readonly WithdrawalAttempt[];
  /** Why people should look at it. */
  readonly attention: Attention | null;
  /** The block that it is in. */
  readonly block: WithdrawalBlock | null;
  /** Whether it is given up: no payment is signed any more. */
  readonly cancelling: boolean;
  /** The chain. */
  readonly chain: string;
  /** How many blocks a quorum counts from its block on. */
  readonly confirmations: number;
  /** When it was final. */
  readonly confirmedAt: string | null;
  /** When it was asked for. */
  readonly createdAt: string;
  /** Why it failed. */
  readonly failure: WithdrawalFailure | null;
  /** What it costs beside that. */
  readonly fee: Money;
  /** What its gas cost, in wei. */
  readonly gasPaid: string | null;
  /** When it is given up, without a nonce. */
  readonly giveUpAt: string | null;
  /** The hash of its transaction: the final one, else the newest. */
  readonly hash: string | null;
  /** What holds the amount and the fee. */
  readonly hold: string;
  /** The lane that sends it. */
  readonly lane: string | null;
  /** The caller's own data. */
  readonly metadata: Record<string, Json>;
  /** Its nonce on that lane. */
  readonly nonce: string | null;
  /** The caller's own id. */
  readonly reference: string | null;
  /** Who asked for it. */
  readonly requestedBy: string;
  /** Its state. */
  readonly state: WithdrawalState;
  /** The newest transfer that it made. */
  readonly transfer: string | null;
  /** Whether what was final is gone. */
  readonly unsettled: boolean;
  /** When it last changed. */
  readonly updatedAt: string;
  /** Counts its changes. */
  readonly version: number;
  /** What it waits for. */
  readonly waiting: Waiting | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.to = wire.to;
    this.attempts = listOf(wire.attempts, (one: any) => new WithdrawalAttempt(one));
    this.attention = (wire.attention == null ? null : new Attention(wire.attention));
    this.block = (wire.block == null ? null : new WithdrawalBlock(wire.block));
    this.cancelling = wire.cancelling;
    this.chain = wire.chain;
    this.confirmations = wire.confirmations;
    this.confirmedAt = (wire.confirmed_at ?? null);
    this.createdAt = wire.created_at;
    this.failure = (wire.failure == null ? null : new WithdrawalFailure(wire.failure));
    this.fee = moneyOf(wire.fee);
    this.gasPaid = (wire.gas_paid ?? null);
    this.giveUpAt = (wire.give_up_at ?? null);
    this.hash = (wire.hash ?? null);
    this.hold = wire.hold;
    this.lane = (wire.lane ?? null);
    this.metadata = frozen(wire.metadata);
    this.nonce = (wire.nonce ?? null);
    this.reference = (wire.reference ?? null);
    this.requestedBy = wire.requested_by;
    this.state = wire.state;
    this.transfer = (wire.transfer ?? null);
    this.unsettled = wire.unsettled;
    this.updatedAt = wire.updated_at;
    this.version = wire.version;
    this.waiting = (wire.waiting ?? null);
    freeze(this);
  }
}

/** One try at the nonce of a withdrawal. Numbers of a chain are texts. */
export class WithdrawalAttempt extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, gas_limit: null, hash: null, max_fee_per_gas: null, max_priority_fee_per_gas: null, number: null, outcome: null, sent_at: null, signed_at: null };
  /** What it is for. */
  readonly kind: AttemptKind;
  /** The gas that it may use up. */
  readonly gasLimit: string;
  /** The hash of its bytes, once they are signed. */
  readonly hash: string | null;
  /** The most for a unit of gas, in wei. */
  readonly maxFeePerGas: string;
  /** The most of that for who makes the block, in wei. */
  readonly maxPriorityFeePerGas: string;
  /** Counts from 1. */
  readonly number: number;
  /** What nodes said of them last. */
  readonly outcome: BroadcastOutcome | null;
  /** When a worker took them last, to send them. */
  readonly sentAt: string | null;
  /** When its bytes were kept. */
  readonly signedAt: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.kind = wire.kind;
    this.gasLimit = wire.gas_limit;
    this.hash = (wire.hash ?? null);
    this.maxFeePerGas = wire.max_fee_per_gas;
    this.maxPriorityFeePerGas = wire.max_priority_fee_per_gas;
    this.number = wire.number;
    this.outcome = (wire.outcome ?? null);
    this.sentAt = (wire.sent_at ?? null);
    this.signedAt = (wire.signed_at ?? null);
    freeze(this);
  }
}

/** Why people should look at a withdrawal. */
export class Attention extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, code: null, since: null };
  /** Whether it may go away by itself. */
  readonly kind: AttentionKind;
  /** The reason. */
  readonly code: AttentionCode;
  /** Since when. */
  readonly since: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.kind = wire.kind;
    this.code = wire.code;
    this.since = wire.since;
    freeze(this);
  }
}

/** The block that a withdrawal is in. */
export class WithdrawalBlock extends View {
  /** @internal */
  static override readonly known: Known = { hash: null, number: null };
  /** Its hash. */
  readonly hash: string;
  /** Its number, as text. */
  readonly number: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.hash = wire.hash;
    this.number = wire.number;
    freeze(this);
  }
}

/** Why a withdrawal failed. */
export class WithdrawalFailure extends View {
  /** @internal */
  static override readonly known: Known = { code: null, message: null };
  /** `simulation_reverted`, `cancelled`, `expired`, `reverted`, `nonce_taken` or `not_paid`. */
  readonly code: string;
  /** What somebody said of it. */
  readonly message: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.code = wire.code;
    this.message = (wire.message ?? null);
    freeze(this);
  }
}

/** Reply of a change of a withdrawal. */
export class WithdrawalReply extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, withdrawal: () => Withdrawal };
  /** Whether nothing changed, or the key was used before for the same request. */
  readonly replayed: boolean;
  /** The withdrawal. */
  readonly withdrawal: Withdrawal;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.replayed = wire.replayed;
    this.withdrawal = new Withdrawal(wire.withdrawal);
    freeze(this);
  }
}

/** What a withdrawal would take. */
export class WithdrawalQuote extends View {
  /** @internal */
  static override readonly known: Known = { amount: null, fee: null, gas_price: null, held: null, network_fee: null, waiting: null };
  /** What the payee would get. */
  readonly amount: Money;
  /** What it costs beside that. */
  readonly fee: Money;
  /** What a unit of gas costs now, in wei; `null` while nobody has said it. */
  readonly gasPrice: string | null;
  /** What would be held: both. */
  readonly held: Money;
  /** What its transaction may cost the lane at that price, in wei; of a token with an estimate of its gas. */
  readonly networkFee: string | null;
  /** What it would wait for now. */
  readonly waiting: Waiting | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.amount = moneyOf(wire.amount);
    this.fee = moneyOf(wire.fee);
    this.gasPrice = (wire.gas_price ?? null);
    this.held = moneyOf(wire.held);
    this.networkFee = (wire.network_fee ?? null);
    this.waiting = (wire.waiting ?? null);
    freeze(this);
  }
}

/** Reply of `allowed_actions`. */
export class WithdrawalChoices extends View {
  /** @internal */
  static override readonly known: Known = { actions: () => WithdrawalAction };
  /** The actions, in the order of the table of transitions. */
  readonly actions: readonly WithdrawalAction[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.actions = listOf(wire.actions, (one: any) => new WithdrawalAction(one));
    freeze(this);
  }
}

/** What an actor can do with a withdrawal now. */
export class WithdrawalAction extends View {
  /** @internal */
  static override readonly known: Known = { to: null, needs: null, trigger: null };
  /** The state that it leads to; `null` where the chain decides. */
  readonly to: WithdrawalState | null;
  /** The fields that it needs beside the withdrawal. */
  readonly needs: readonly string[];
  /** The operation, without the service. */
  readonly trigger: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.to = (wire.to ?? null);
    this.needs = frozen(wire.needs);
    this.trigger = wire.trigger;
    freeze(this);
  }
}

/** How many withdrawals there are, and how they went. */
export class WithdrawalStats extends View {
  /** @internal */
  static override readonly known: Known = { attention: null, by_state: null, confirmed: null, error_rate: null, failed: null, gas_paid: null, mean_seconds: null, oldest: null, p95_seconds: null, waiting: null };
  /** How many people should look at, by reason. */
  readonly attention: Record<string, Json>;
  /** How many are in each state. */
  readonly byState: Record<string, Json>;
  /** How many are paid. */
  readonly confirmed: number;
  /** How many of a hundred that are over failed, in hundredths of a percent; `null` where none is over. */
  readonly errorRate: number | null;
  /** How many failed. */
  readonly failed: number;
  /** What their gas cost, in wei, by chain. */
  readonly gasPaid: Record<string, Json>;
  /** How many seconds those took that are paid, on average. */
  readonly meanSeconds: number | null;
  /** Since when the oldest waits that is not over. */
  readonly oldest: string | null;
  /** How many seconds 95 of 100 of them took at most. */
  readonly p95Seconds: number | null;
  /** How many wait for what. */
  readonly waiting: Record<string, Json>;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.attention = frozen(wire.attention);
    this.byState = frozen(wire.by_state);
    this.confirmed = wire.confirmed;
    this.errorRate = (wire.error_rate ?? null);
    this.failed = wire.failed;
    this.gasPaid = frozen(wire.gas_paid);
    this.meanSeconds = (wire.mean_seconds ?? null);
    this.oldest = (wire.oldest ?? null);
    this.p95Seconds = (wire.p95_seconds ?? null);
    this.waiting = frozen(wire.waiting);
    freeze(this);
  }
}

/** Reply of `set_policy`. */
export class PolicyReply extends View {
  /** @internal */
  static override readonly known: Known = { policy: () => Policy, replayed: null, version: null };
  /** The policy. */
  readonly policy: Policy;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Version of the book's settings: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly id: string;
  /** Currency of the threshold. */
  readonly currency: string;
  /** How many different people must approve. */
  readonly approvers: number;
  /** Whether it comes from the options of the engine, and not from the book. */
  readonly builtIn: boolean;
  /** How long an approval stays open. */
  readonly expiresIn: string;
  /** The effect of the calls that it covers. */
  readonly operation: string;
  /** The factors that the caller must prove. */
  readonly require: readonly string[];
  /** The role in which they must act. */
  readonly role: string;
  /** From here up. */
  readonly threshold: Money;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.currency = wire.currency;
    this.approvers = wire.approvers;
    this.builtIn = wire.built_in;
    this.expiresIn = wire.expires_in;
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
  readonly removed: string;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Version of the book's settings: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The approval. */
  readonly approval: Approval;
  /** Why the call was refused; the consent stays, and this may be repeated until the approval expires. */
  readonly error: EarnestError | null;
  /** Whether the call took place. */
  readonly executed: boolean;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The call's own reply, when it took place. */
  readonly reply: Record<string, Json> | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.approval = new Approval(wire.approval);
    this.error = (wire.error == null ? null : errorOf(wire.error));
    this.executed = wire.executed;
    this.replayed = wire.replayed;
    this.reply = frozen((wire.reply ?? null));
    freeze(this);
  }
}

/** An approval. */
export class Approval extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, approvals: () => Consent, commitment: () => Commitment, ended_at: null, expires_at: null, now: () => Foreseen, operation: null, payload_hash: null, policy: null, reason: null, rejected_by: null, request: null, requested_at: null, requested_by: null, required: null, result: () => ApprovalResult, role: null, state: null, version: null };
  /** Its id. */
  readonly id: string;
  /** The account that gives most of the amount. */
  readonly account: string;
  /** The amount that the call takes, of the currency that its policy is about. */
  readonly amount: Money;
  /** The actors who have approved, in their order. */
  readonly approvals: readonly Consent[];
  /**
   * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier
   * version, which is held to its amount.
   */
  readonly commitment: Commitment | null;
  /** When it was executed, rejected or expired. */
  readonly endedAt: string | null;
  /** Its deadline: it must be given and used up before. */
  readonly expiresAt: string;
  /** Its effect now, as a query answers while it is open; otherwise `null`. */
  readonly now: Foreseen | null;
  /** The operation that waits. */
  readonly operation: string;
  /** SHA-256 of its canonical request, hexadecimal. */
  readonly payloadHash: string;
  /** The policy that asks for it. */
  readonly policy: string;
  /** Why. */
  readonly reason: string | null;
  /** The actor who rejected it. */
  readonly rejectedBy: string | null;
  /** Its request, without key and actor; `null` when it was erased. */
  readonly request: Record<string, Json> | null;
  /** When it was asked for. */
  readonly requestedAt: string;
  /** The requester: the call runs as this actor. */
  readonly requestedBy: string;
  /** How many must approve. */
  readonly required: number;
  /** The outcome of the call; `null` while it has not been tried. */
  readonly result: ApprovalResult | null;
  /** In which role. */
  readonly role: string;
  /** Its state. */
  readonly state: ApprovalState;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.account = wire.account;
    this.amount = moneyOf(wire.amount);
    this.approvals = listOf(wire.approvals, (one: any) => new Consent(one));
    this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.endedAt = (wire.ended_at ?? null);
    this.expiresAt = wire.expires_at;
    this.now = (wire.now == null ? null : new Foreseen(wire.now));
    this.operation = wire.operation;
    this.payloadHash = wire.payload_hash;
    this.policy = wire.policy;
    this.reason = (wire.reason ?? null);
    this.rejectedBy = (wire.rejected_by ?? null);
    this.request = frozen((wire.request ?? null));
    this.requestedAt = wire.requested_at;
    this.requestedBy = wire.requested_by;
    this.required = wire.required;
    this.result = (wire.result == null ? null : new ApprovalResult(wire.result));
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
  readonly actor: string;
  /** When. */
  readonly at: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.actor = wire.actor;
    this.at = wire.at;
    freeze(this);
  }
}

/** The effect that a parked call would have now. */
export class Foreseen extends View {
  /** @internal */
  static override readonly known: Known = { beyond: null, commitment: () => Commitment, error: null };
  /**
   * The first part of it that goes beyond what was asked for, for which it is refused: `currency`, `payer`, `payee`,
   * `amount` or the name of a term.
   */
  readonly beyond: string | null;
  /** Its commitment; `null` where it would be refused. */
  readonly commitment: Commitment | null;
  /** The code that it would be refused with, before its gates. */
  readonly error: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.beyond = (wire.beyond ?? null);
    this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.error = (wire.error ?? null);
    freeze(this);
  }
}

/** The outcome of the call that waited. */
export class ApprovalResult extends View {
  /** @internal */
  static override readonly known: Known = { error: null, executed: null, made: null };
  /** The code that it was refused with when it should have run last. */
  readonly error: string | null;
  /** Whether it took place. */
  readonly executed: boolean;
  /** The ids of what it made. */
  readonly made: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.error = (wire.error ?? null);
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
  readonly approval: Approval;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.approval = new Approval(wire.approval);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Reply of `put`. */
export class ValuePut extends View {
  /** @internal */
  static override readonly known: Known = { key_id: null, name: null, replayed: null, subject: null, version: null };
  /** The key of the keyring that wraps the subject's data key. */
  readonly keyId: string;
  /** What it is. */
  readonly name: string;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Whom it is about. */
  readonly subject: string;
  /** Counts the values under this name, from 1. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.keyId = wire.key_id;
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
  readonly replayed: boolean;
  /** The value. */
  readonly value: string;
  /** Counts the values under this name. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.replayed = wire.replayed;
    this.value = wire.value;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `export`. */
export class SubjectExported extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, subject: null, values: () => ExportedValue };
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  readonly replayed: boolean;
  /** Whom they are about. */
  readonly subject: string;
  /** Its values, in the order of their names. */
  readonly values: readonly ExportedValue[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** What it is. */
  readonly name: string;
  /** The value. */
  readonly value: string;
  /** Counts the values under this name. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.name = wire.name;
    this.value = wire.value;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `forget`. */
export class SubjectForgotten extends View {
  /** @internal */
  static override readonly known: Known = { forgotten: null, replayed: null, subject: null };
  /** Whether something was there, and is gone. */
  readonly forgotten: boolean;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Whom it was about. */
  readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Where the next page begins; `null` on the last. */
  readonly next: string | null;
  /** The subjects with this value, of a page in order. */
  readonly subjects: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.next = (wire.next ?? null);
    this.subjects = frozen(wire.subjects);
    freeze(this);
  }
}

/** A value of a subject by its name. */
export class ValueListed extends View {
  /** @internal */
  static override readonly known: Known = { key_id: null, name: null, searchable: null, version: null };
  /** The key of the keyring that wraps the subject's data key. */
  readonly keyId: string;
  /** What it is. */
  readonly name: string;
  /** Whether `find` finds it. */
  readonly searchable: boolean;
  /** Counts the values under this name. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.keyId = wire.key_id;
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
  /** Its id, as the keyring has it. */
  readonly keyId: string;
  /** Whether the keyring of the process that answers lacks it. */
  readonly missing: boolean;
  /** Whether it wraps new data keys. */
  readonly primary: boolean;
  /** `vault`: it wraps; `index`: names are found and proofs are checked by it. */
  readonly purpose: string;
  /** How many data keys are wrapped with it. */
  readonly wraps: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.keyId = wire.key_id;
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
  readonly remaining: number;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** How many data keys were wrapped anew. */
  readonly rewrapped: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly replayed: boolean;
  /** Whose. */
  readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The URI as a picture to scan, SVG. */
  readonly qrSvg: string;
  /** Ten codes, each good once in place of a one-time code. */
  readonly recoveryCodes: readonly string[];
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  readonly replayed: boolean;
  /** The secret in base32, for those who cannot scan it. */
  readonly secret: string;
  /** The same as a URI that applications on phones know. */
  readonly uri: string;
  /** Why the secret that was given should be replaced soon, if it should: it is short. */
  readonly warning: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.qrSvg = wire.qr_svg;
    this.recoveryCodes = frozen(wire.recovery_codes);
    this.replayed = wire.replayed;
    this.secret = wire.secret;
    this.uri = wire.uri;
    this.warning = (wire.warning ?? null);
    freeze(this);
  }
}

/** Reply of `confirm_totp`. */
export class TotpConfirmed extends View {
  /** @internal */
  static override readonly known: Known = { replayed: null, subject: null };
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Whose. */
  readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** What `proofs` of a call takes, once, for two minutes. */
  readonly proof: string;
  /** Whether it was a recovery code, of which there is one fewer now. */
  readonly recoveryCodeUsed: boolean;
  /** Always false: what is shown once is not shown to a replay, which is `reply_not_kept`. */
  readonly replayed: boolean;
  /** Always true: a wrong code is an error. */
  readonly verified: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.proof = wire.proof;
    this.recoveryCodeUsed = wire.recovery_code_used;
    this.replayed = wire.replayed;
    this.verified = wire.verified;
    freeze(this);
  }
}

/** Reply of `set_pin`. */
export class PinSet extends View {
  /** @internal */
  static override readonly known: Known = { must_change: null, replayed: null, subject: null };
  /** Whether its owner should set another one: an admin has set it in place of another. */
  readonly mustChange: boolean;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** Whose. */
  readonly subject: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.mustChange = wire.must_change;
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
  /** Whether its owner should set another one. */
  readonly mustChange: boolean;
  /** What `proofs` of a call takes, once, for two minutes. */
  readonly proof: string;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** Always true: a wrong PIN is an error. */
  readonly verified: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.mustChange = wire.must_change;
    this.proof = wire.proof;
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
  readonly replayed: boolean;
  /** The rule. */
  readonly rule: Rule;
  /** Version of the book's rules: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its name. */
  readonly id: string;
  /** In force from then on. */
  readonly from: string | null;
  /** Which calls it is about. */
  readonly action: string;
  /** It counts from then on. */
  readonly createdAt: string;
  /**
   * Whether no call too many may pass even where many share a subject. If not, transactions about one subject do not
   * wait for each other, and those that are open at once may go over the limit together.
   */
  readonly exact: boolean;
  /** Of a review: how long it stays open. */
  readonly expiresIn: string | null;
  /** Of a challenge: which factors; any that is enrolled if there is none. */
  readonly factors: readonly Factor[];
  /** The number of what it counts: with a new one it has begun from zero. */
  readonly generation: number;
  /** So much passes: a whole number, or money. */
  readonly limit: number | Money;
  /** What to tell people. */
  readonly message: string | null;
  /** What it counts. */
  readonly metric: string;
  /** What follows. */
  readonly outcome: Outcome;
  /** Which refusal speaks first: the highest. */
  readonly priority: number;
  /** Whether it only shows what it would do. */
  readonly shadow: boolean;
  /** About whom. */
  readonly subject: string;
  /** Where midnight is, for `day` and `month`. */
  readonly timeZone: string | null;
  /** In force before then. */
  readonly until: string | null;
  /** When it was set last. */
  readonly updatedAt: string;
  /** What it adds to the score. */
  readonly weight: number;
  /** For how long that counts; `null` for `amount`. */
  readonly window: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.from = (wire.from ?? null);
    this.action = wire.action;
    this.createdAt = wire.created_at;
    this.exact = wire.exact;
    this.expiresIn = (wire.expires_in ?? null);
    this.factors = frozen(wire.factors);
    this.generation = wire.generation;
    this.limit = measureOf(wire.limit);
    this.message = (wire.message ?? null);
    this.metric = wire.metric;
    this.outcome = wire.outcome;
    this.priority = wire.priority;
    this.shadow = wire.shadow;
    this.subject = wire.subject;
    this.timeZone = (wire.time_zone ?? null);
    this.until = (wire.until ?? null);
    this.updatedAt = wire.updated_at;
    this.weight = wire.weight;
    this.window = (wire.window ?? null);
    freeze(this);
  }
}

/** Reply of `set_rate`. */
export class RateReply extends View {
  /** @internal */
  static override readonly known: Known = { rate: () => Rate, replayed: null, version: null };
  /** The rate. */
  readonly rate: Rate;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Version of the book's rules: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its name. */
  readonly id: string;
  /** Which calls it is about. */
  readonly action: string;
  /** How many at once after a pause. */
  readonly burst: number;
  /** When it was set first. */
  readonly createdAt: string;
  /** The number of what it counts: with a new one it has begun from zero. */
  readonly generation: number;
  /** How many calls in a span. */
  readonly limit: number;
  /** What to tell people. */
  readonly message: string | null;
  /** The span. */
  readonly per: string;
  /** Which refusal speaks first: the highest. */
  readonly priority: number;
  /** About whom. */
  readonly subject: string;
  /** When it was set last. */
  readonly updatedAt: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.action = wire.action;
    this.burst = wire.burst;
    this.createdAt = wire.created_at;
    this.generation = wire.generation;
    this.limit = wire.limit;
    this.message = (wire.message ?? null);
    this.per = wire.per;
    this.priority = wire.priority;
    this.subject = wire.subject;
    this.updatedAt = wire.updated_at;
    freeze(this);
  }
}

/** Reply of `remove_rule`. */
export class RuleRemoved extends View {
  /** @internal */
  static override readonly known: Known = { removed: null, replayed: null, version: null };
  /** The name of the rule or the rate that is gone. */
  readonly removed: string;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** Version of the book's rules: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly replayed: boolean;
  /** From which score on something follows. */
  readonly thresholds: Thresholds;
  /** Version of the book's rules: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** A refusal. */
  readonly block: number | null;
  /** A further factor. */
  readonly challenge: number | null;
  /** A look by people. */
  readonly review: number | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.block = (wire.block ?? null);
    this.challenge = (wire.challenge ?? null);
    this.review = (wire.review ?? null);
    freeze(this);
  }
}

/** Reply of `block`, `allow` and `unlist`. */
export class ListReply extends View {
  /** @internal */
  static override readonly known: Known = { entry: () => ListEntry, replayed: null };
  /** The entry. */
  readonly entry: ListEntry;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.entry = new ListEntry(wire.entry);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An entry of a list. */
export class ListEntry extends View {
  /** @internal */
  static override readonly known: Known = { created_at: null, reason: null, state: null, subject: null, until: null, value: null, version: null };
  /** When it was listed first. */
  readonly createdAt: string;
  /** Why; `null` when it was erased. */
  readonly reason: string | null;
  /** `blocked`, `allowed`, or `removed` from the lists. */
  readonly state: Listed;
  /** In which part of a call. */
  readonly subject: string;
  /** In force before then; `null` is for ever. */
  readonly until: string | null;
  /** Who or what; `null` when it was erased. */
  readonly value: string | null;
  /** Counts every change. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.createdAt = wire.created_at;
    this.reason = (wire.reason ?? null);
    this.state = wire.state;
    this.subject = wire.subject;
    this.until = (wire.until ?? null);
    this.value = (wire.value ?? null);
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `approve_review`. */
export class ReviewedReply extends View {
  /** @internal */
  static override readonly known: Known = { error: null, executed: null, replayed: null, reply: null, review: () => Review };
  /** Why the call was refused; this may be repeated until the review expires. */
  readonly error: EarnestError | null;
  /** Whether the call took place. */
  readonly executed: boolean;
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The call's own reply, when it took place. */
  readonly reply: Record<string, Json> | null;
  /** The review. */
  readonly review: Review;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.error = (wire.error == null ? null : errorOf(wire.error));
    this.executed = wire.executed;
    this.replayed = wire.replayed;
    this.reply = frozen((wire.reply ?? null));
    this.review = new Review(wire.review);
    freeze(this);
  }
}

/** A call that rules want people to look at first. */
export class Review extends View {
  /** @internal */
  static override readonly known: Known = { id: null, account: null, amount: null, commitment: () => Commitment, created_at: null, decided_by: null, expires_at: null, now: () => Foreseen, operation: null, reason: null, request: null, requested_by: null, result: () => ReviewResult, rules: null, state: null, version: null };
  /** Its id. */
  readonly id: string;
  /** The account that gives most of the amount; `null` where none gives anything. */
  readonly account: string | null;
  /** The amount that the call takes, of one currency. */
  readonly amount: Money | null;
  /**
   * Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of an earlier
   * version, which is held to its amount.
   */
  readonly commitment: Commitment | null;
  /** When it was asked for first. */
  readonly createdAt: string;
  /** The admin who decided. */
  readonly decidedBy: string | null;
  /** Its deadline. */
  readonly expiresAt: string;
  /** Its effect now, as a query answers while it is open; otherwise `null`. */
  readonly now: Foreseen | null;
  /** The operation that waits. */
  readonly operation: string;
  /** Why it was rejected. */
  readonly reason: string | null;
  /** Its request, without key and actor; `null` when it was erased. */
  readonly request: Record<string, Json> | null;
  /** The requester: the call runs as this actor. */
  readonly requestedBy: string;
  /** The outcome of the call; `null` while it has not been tried. */
  readonly result: ReviewResult | null;
  /** The rules that want it, the first to speak first. */
  readonly rules: readonly string[];
  /** Its state. */
  readonly state: ReviewState;
  /** Counts every event. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.account = (wire.account ?? null);
    this.amount = (wire.amount == null ? null : moneyOf(wire.amount));
    this.commitment = (wire.commitment == null ? null : new Commitment(wire.commitment));
    this.createdAt = wire.created_at;
    this.decidedBy = (wire.decided_by ?? null);
    this.expiresAt = wire.expires_at;
    this.now = (wire.now == null ? null : new Foreseen(wire.now));
    this.operation = wire.operation;
    this.reason = (wire.reason ?? null);
    this.request = frozen((wire.request ?? null));
    this.requestedBy = wire.requested_by;
    this.result = (wire.result == null ? null : new ReviewResult(wire.result));
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
  /** The code that it was refused with when it should have run last. */
  readonly error: string | null;
  /** Whether it took place. */
  readonly executed: boolean;
  /** The ids of what it made. */
  readonly made: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.error = (wire.error ?? null);
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
  readonly replayed: boolean;
  /** The review. */
  readonly review: Review;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.replayed = wire.replayed;
    this.review = new Review(wire.review);
    freeze(this);
  }
}

/** Reply of `install_pack`. */
export class PackReply extends View {
  /** @internal */
  static override readonly known: Known = { leaves_open: null, rates: () => Rate, replayed: null, rules: () => Rule, version: null };
  /**
   * In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every other one where
   * the engine allows all.
   */
  readonly leavesOpen: readonly string[];
  /** Its rates. */
  readonly rates: readonly Rate[];
  /** Whether the key was used before for the same request. */
  readonly replayed: boolean;
  /** The rules of the pack. */
  readonly rules: readonly Rule[];
  /** Version of the book's rules: it counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.leavesOpen = frozen(wire.leaves_open);
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
  /** The rules, in the order of their names. */
  readonly items: readonly Rule[];
  /** Always `null`. */
  readonly next: string | null;
  /** The rates, in the order of their names. */
  readonly rates: readonly Rate[];
  /** From which score on something follows. */
  readonly thresholds: Thresholds;
  /** Counts every change of any of them. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.items = listOf(wire.items, (one: any) => new Rule(one));
    this.next = (wire.next ?? null);
    this.rates = listOf(wire.rates, (one: any) => new Rate(one));
    this.thresholds = new Thresholds(wire.thresholds);
    this.version = wire.version;
    freeze(this);
  }
}

/** What rules and rates said of a call. */
export class Decision extends View {
  /** @internal */
  static override readonly known: Known = { id: null, action: null, allowed_by: null, at: null, factors: null, fired: () => Fired, outcome: null, retry_after: null, score: null, shadow: () => Fired, subject: null };
  /** Its id; `null` where nothing was decided, but only asked. */
  readonly id: string | null;
  /** The operation that was judged. */
  readonly action: string;
  /** The entry of a list that lifted it. */
  readonly allowedBy: string | null;
  /** When. */
  readonly at: string;
  /**
   * The factors that the call must prove first, by policies or, where that is the outcome, by challenges: without
   * them it is `factor_required`.
   */
  readonly factors: readonly string[] | null;
  /** What fired, the first to speak first. */
  readonly fired: readonly Fired[];
  /** The strictest outcome. */
  readonly outcome: Outcome;
  /**
   * Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps or nothing
   * refuses.
   */
  readonly retryAfter: number | null;
  /** The weights of what fired and the host's own number, 0 to 100. */
  readonly score: number;
  /** What would have fired. */
  readonly shadow: readonly Fired[];
  /** The part of the call that the first rule is about. */
  readonly subject: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = (wire.id ?? null);
    this.action = wire.action;
    this.allowedBy = (wire.allowed_by ?? null);
    this.at = wire.at;
    this.factors = (wire.factors == null ? null : frozen(wire.factors));
    this.fired = listOf(wire.fired, (one: any) => new Fired(one));
    this.outcome = wire.outcome;
    this.retryAfter = (wire.retry_after ?? null);
    this.score = wire.score;
    this.shadow = listOf(wire.shadow, (one: any) => new Fired(one));
    this.subject = (wire.subject ?? null);
    freeze(this);
  }
}

/** A rule or a rate that fired. */
export class Fired extends View {
  /** @internal */
  static override readonly known: Known = { limit: null, message: null, metric: null, outcome: null, requested: null, rule: null, seen: null, subject: null, window: null };
  /** The limit: as `seen`. */
  readonly limit: number | Money;
  /** What it says to people. */
  readonly message: string | null;
  /** What it counts. */
  readonly metric: string;
  /** What follows from it alone. */
  readonly outcome: Outcome;
  /** What the call would add: as `seen`. */
  readonly requested: number | Money;
  /** Its name; `score` for a threshold. */
  readonly rule: string;
  /** What was used before the call: a whole number, or money. */
  readonly seen: number | Money;
  /** About whom. */
  readonly subject: string;
  /** For how long it counts; `null` for `amount` and `score`. */
  readonly window: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.limit = measureOf(wire.limit);
    this.message = (wire.message ?? null);
    this.metric = wire.metric;
    this.outcome = wire.outcome;
    this.requested = measureOf(wire.requested);
    this.rule = wire.rule;
    this.seen = measureOf(wire.seen);
    this.subject = wire.subject;
    this.window = (wire.window ?? null);
    freeze(this);
  }
}

/** What an account did, and how often that was disputed or given back. */
export class Profile extends View {
  /** @internal */
  static override readonly known: Known = { account: null, disputes: null, first_seen: null, last_seen: null, operations: null, refunds: null, score: null, trust: null };
  /** The account. */
  readonly account: string;
  /**
   * How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it sells.
   */
  readonly disputes: number;
  /** When it was opened. */
  readonly firstSeen: string;
  /** When its newest entry was made. */
  readonly lastSeen: string;
  /** How many entries it has, in all currencies; of a streaming account at most 10,000 are counted. */
  readonly operations: number;
  /** In how many of these deals money went back to the buyer. */
  readonly refunds: number;
  /**
   * 0 to 100: the share of its deals that were disputed, and half of the share in which money went back. Four deals
   * that went well are added to everybody's, so that one dispute alone is no verdict.
   */
  readonly score: number;
  /** 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation. */
  readonly trust: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.account = wire.account;
    this.disputes = wire.disputes;
    this.firstSeen = wire.first_seen;
    this.lastSeen = wire.last_seen;
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
  readonly address: string;
  /** The id of the key, `ky_...`. */
  readonly key: string;
  /** Whether the idempotency key was used before for the same request. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** Its address, with the checksum of EIP-55. */
  readonly address: string;
  /** When it was made, or brought here. */
  readonly createdAt: string;
  /** Who has the private key: `vault` or `host`. */
  readonly custody: string;
  /** Its id, `ky_...`. */
  readonly key: string;
  /** What people call it. */
  readonly label: string | null;
  /** What it may sign: the fields of `set_key_policy`. Without one it may sign everything. */
  readonly policy: Record<string, Json> | null;
  /** How many times something was signed with it. */
  readonly signed: number;
  /** Counts the changes of it. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.address = wire.address;
    this.createdAt = wire.created_at;
    this.custody = wire.custody;
    this.key = wire.key;
    this.label = (wire.label ?? null);
    this.policy = frozen((wire.policy ?? null));
    this.signed = wire.signed;
    this.version = wire.version;
    freeze(this);
  }
}

/** Reply of `complete`. */
export class SignatureCompleted extends View {
  /** @internal */
  static override readonly known: Known = { digest: null, signature: null, transaction: () => TransactionSigned };
  /** The 32 bytes that were signed. */
  readonly digest: string;
  /** 65 bytes: r, s in the lower half of its range, and 27 or 28. */
  readonly signature: string;
  /** The transaction, ready to be sent to a node, if it was one. */
  readonly transaction: TransactionSigned | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.digest = wire.digest;
    this.signature = wire.signature;
    this.transaction = (wire.transaction == null ? null : new TransactionSigned(wire.transaction));
    freeze(this);
  }
}

/** Reply of `sign_transaction`: ready to be sent to a node. */
export class TransactionSigned extends View {
  /** @internal */
  static override readonly known: Known = { from: null, hash: null, r: null, raw: null, replayed: null, s: null, v: null, y_parity: null };
  /** Who signed. */
  readonly from: string;
  /** The id of the transaction. */
  readonly hash: string;
  /** The first number of the signature: `0x` and 64 digits. */
  readonly r: string;
  /** The bytes for a node. */
  readonly raw: string;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** The second, in the lower half of its range (EIP-2). */
  readonly s: string;
  /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
  readonly v: string;
  /** 0 or 1. */
  readonly yParity: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.from = wire.from;
    this.hash = wire.hash;
    this.r = wire.r;
    this.raw = wire.raw;
    this.replayed = wire.replayed;
    this.s = wire.s;
    this.v = wire.v;
    this.yParity = wire.y_parity;
    freeze(this);
  }
}

/** Reply of `address`. */
export class KeyAddress extends View {
  /** @internal */
  static override readonly known: Known = { address: null, key: null };
  /** Its address, with the checksum of EIP-55. */
  readonly address: string;
  /** The id of the key. */
  readonly key: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.address = wire.address;
    this.key = wire.key;
    freeze(this);
  }
}

/** Reply of `recover`. */
export class AddressRecovered extends View {
  /** @internal */
  static override readonly known: Known = { address: null };
  /** Who signed, with the checksum of EIP-55. */
  readonly address: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.address = wire.address;
    freeze(this);
  }
}

/** Reply of `decode_transaction`: the fields of `tx`, and the signature. */
export class TransactionDecoded extends View {
  /** @internal */
  static override readonly known: Known = { from: null, to: null, access_list: () => StorageRead, chain_id: null, data: null, gas_limit: null, gas_price: null, hash: null, max_fee_per_gas: null, max_priority_fee_per_gas: null, nonce: null, r: null, s: null, type: null, v: null, value: null, y_parity: null };
  /** Who signed. */
  readonly from: string;
  /** Who gets the value and the call; null creates a contract. */
  readonly to: string | null;
  /** What will be read (`eip2930`, `eip1559`); left out with `legacy`. */
  readonly accessList: readonly StorageRead[] | null;
  /** The chain; null from before EIP-155, valid on every chain. */
  readonly chainId: string | null;
  /** What the contract is called with, or the code of a new one. */
  readonly data: string;
  /** Gas that may be used up. */
  readonly gasLimit: string;
  /** Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`. */
  readonly gasPrice: string | null;
  /** The id of the transaction. */
  readonly hash: string;
  /** At most this many wei for a unit of gas (`eip1559`); left out with other types. */
  readonly maxFeePerGas: string | null;
  /** Of these at most so many for whoever makes the block (`eip1559`); left out with other types. */
  readonly maxPriorityFeePerGas: string | null;
  /** How many transactions the address sent before. */
  readonly nonce: string;
  /** The first number of the signature. */
  readonly r: string;
  /** The second. */
  readonly s: string;
  /** `legacy`, `eip2930` or `eip1559`. */
  readonly type: string;
  /** chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity. */
  readonly v: string;
  /** In wei. */
  readonly value: string;
  /** 0 or 1. */
  readonly yParity: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.from = wire.from;
    this.to = (wire.to ?? null);
    this.accessList = (wire.access_list == null ? null : listOf(wire.access_list, (one: any) => new StorageRead(one)));
    this.chainId = (wire.chain_id ?? null);
    this.data = wire.data;
    this.gasLimit = wire.gas_limit;
    this.gasPrice = (wire.gas_price ?? null);
    this.hash = wire.hash;
    this.maxFeePerGas = (wire.max_fee_per_gas ?? null);
    this.maxPriorityFeePerGas = (wire.max_priority_fee_per_gas ?? null);
    this.nonce = wire.nonce;
    this.r = wire.r;
    this.s = wire.s;
    this.type = wire.type;
    this.v = wire.v;
    this.value = wire.value;
    this.yParity = wire.y_parity;
    freeze(this);
  }
}

/** An address with the storage of it that a transaction reads (EIP-2930). */
export class StorageRead extends View {
  /** @internal */
  static override readonly known: Known = { address: null, storage_keys: null };
  /** The contract. */
  readonly address: string;
  /** Its slots, 32 bytes each. */
  readonly storageKeys: readonly string[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.address = wire.address;
    this.storageKeys = frozen(wire.storage_keys);
    freeze(this);
  }
}

/** Reply of `erc20_transfer`: what a transaction that moves tokens carries. */
export class CallData extends View {
  /** @internal */
  static override readonly known: Known = { to: null, data: null };
  /** The contract of the token. */
  readonly to: string;
  /** The call. */
  readonly data: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.to = wire.to;
    this.data = wire.data;
    freeze(this);
  }
}

/** Reply of `set_key_policy`: the key, as it is from then on. */
export class KeyPolicySet extends View {
  /** @internal */
  static override readonly known: Known = { address: null, created_at: null, custody: null, key: null, label: null, policy: null, replayed: null, signed: null, version: null };
  /** Its address, with the checksum of EIP-55. */
  readonly address: string;
  /** When it was made, or brought here. */
  readonly createdAt: string;
  /** Who has the private key: `vault` or `host`. */
  readonly custody: string;
  /** Its id, `ky_...`. */
  readonly key: string;
  /** What people call it. */
  readonly label: string | null;
  /** What it may sign: the fields of `set_key_policy`. */
  readonly policy: Record<string, Json> | null;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** How many times something was signed with it. */
  readonly signed: number;
  /** Counts the changes of it. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.address = wire.address;
    this.createdAt = wire.created_at;
    this.custody = wire.custody;
    this.key = wire.key;
    this.label = (wire.label ?? null);
    this.policy = frozen((wire.policy ?? null));
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
  readonly from: string;
  /** The 32 bytes to be signed. */
  readonly digest: string;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.from = wire.from;
    this.digest = wire.digest;
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** Reply of `sign_message` and `sign_typed_data`. */
export class DigestSigned extends View {
  /** @internal */
  static override readonly known: Known = { digest: null, replayed: null, signature: null };
  /** The 32 bytes that were signed (EIP-191, EIP-712). */
  readonly digest: string;
  /** Always false: the same call again is made again. */
  readonly replayed: boolean;
  /** 65 bytes: r, s, and 27 or 28. */
  readonly signature: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly replayed: boolean;
  /** The sink. */
  readonly sink: Sink;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.replayed = wire.replayed;
    this.sink = new Sink(wire.sink);
    freeze(this);
  }
}

/** A named reader of the log. */
export class Sink extends View {
  /** @internal */
  static override readonly known: Known = { created_at: null, fence: null, leased_until: null, max_attempts: null, name: null, retry_at: null, seq: null, types: null, version: null };
  /** When it was made. */
  readonly createdAt: string;
  /** The number of its newest batch. */
  readonly fence: number;
  /** Until when the newest batch belongs to its holder; `null` when it was reported on. */
  readonly leasedUntil: string | null;
  /** How often an event may fail before its object is parked. */
  readonly maxAttempts: number;
  /** Its name. */
  readonly name: string;
  /** It rests until then. */
  readonly retryAt: string | null;
  /** The place in the sequence up to which everything is settled. */
  readonly seq: number;
  /** The types of events that it wants; none is all. */
  readonly types: readonly string[];
  /** Counts every change. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.createdAt = wire.created_at;
    this.fence = wire.fence;
    this.leasedUntil = (wire.leased_until ?? null);
    this.maxAttempts = wire.max_attempts;
    this.name = wire.name;
    this.retryAt = (wire.retry_at ?? null);
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
  readonly parked: Parked;
  /** Whether this step was taken before. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.parked = new Parked(wire.parked);
    this.replayed = wire.replayed;
    freeze(this);
  }
}

/** An object that a sink has left behind. */
export class Parked extends View {
  /** @internal */
  static override readonly known: Known = { after_seq: null, attempts: null, created_at: null, last_error: null, object: null, object_id: null, retry_at: null, sink: null, state: null, version: null };
  /** Its events after this place are left behind. */
  readonly afterSeq: number;
  /** How often the first of them has failed. */
  readonly attempts: number;
  /** When an event of the object failed for the first time. */
  readonly createdAt: string;
  /** The newest error. */
  readonly lastError: string | null;
  /** The kind of object. */
  readonly object: string;
  /** The object's id. */
  readonly objectId: string;
  /** When they are delivered again. */
  readonly retryAt: string | null;
  /** The sink. */
  readonly sink: string;
  /**
   * `waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`: nothing is
   * left behind.
   */
  readonly state: SinkState;
  /** Counts every change. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.afterSeq = wire.after_seq;
    this.attempts = wire.attempts;
    this.createdAt = wire.created_at;
    this.lastError = (wire.last_error ?? null);
    this.object = wire.object;
    this.objectId = wire.object_id;
    this.retryAt = (wire.retry_at ?? null);
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
  /** The first sequence number that is wrong. */
  readonly brokenAt: number | null;
  /** How many events were read. */
  readonly events: number;
  /** The newest link: keep it elsewhere to find a cut tail later. */
  readonly head: Head;
  /** Whether every link is right and none is missing. */
  readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.brokenAt = (wire.broken_at ?? null);
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
  readonly hash: string;
  /** Its sequence number. */
  readonly seq: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly hash: string;
  /** How many accounts, transfers, holds and records went into it. */
  readonly rows: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly lag: number;
  /** How many objects it left behind that wait for a person; 1,000 are counted. */
  readonly parked: number;
  /** The sink. */
  readonly sink: Sink;
  /** How many objects it left behind that are delivered again by themselves; 1,000 are counted. */
  readonly waiting: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly events: number;
  /** The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book itself. */
  readonly hash: string;
  /** The newest link of the copy's chain. */
  readonly head: Head;
  /** How many accounts, transfers, holds and records went into it. */
  readonly rows: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** All of them are of one object that had been left behind. */
  readonly again: boolean;
  /** The events, in the order of the sequence. */
  readonly events: readonly Event[];
  /**
   * The number of the batch, for the report on it; `null` when there is none: nothing new has happened, somebody else
   * has a batch, or the sink rests.
   */
  readonly fence: number | null;
  /** Until when they belong to the caller. */
  readonly leasedUntil: string | null;
  /** Whether there may be more at once. */
  readonly more: boolean;
  /** The place to report when everything is done. */
  readonly seq: number;
  /** Why there is no batch, if that will change at a known time: somebody has one until then, or the sink rests. */
  readonly waitUntil: string | null;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.again = wire.again;
    this.events = listOf(wire.events, (one: any) => new Event(one));
    this.fence = (wire.fence ?? null);
    this.leasedUntil = (wire.leased_until ?? null);
    this.more = wire.more;
    this.seq = wire.seq;
    this.waitUntil = (wire.wait_until ?? null);
    freeze(this);
  }
}

/** Reply of the writes about a job. */
export class JobReply extends View {
  /** @internal */
  static override readonly known: Known = { job: () => Job, replayed: null };
  /** The job. */
  readonly job: Job;
  /** Whether this step was taken before. */
  readonly replayed: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly id: string;
  /** The kind of work. */
  readonly kind: string;
  /** How often it was leased. */
  readonly attempts: number;
  /** Its book: report on it there. */
  readonly book: string;
  /** When it was written. */
  readonly createdAt: string;
  /** Whether it was ended without being done. */
  readonly discarded: boolean;
  /** The number of the newest lease: a report names it. */
  readonly fence: number;
  /** The key to send outside: fixed when the job was written, the same at every attempt. */
  readonly key: string;
  /** The newest error. */
  readonly lastError: string | null;
  /** When the lease ends. */
  readonly leasedUntil: string | null;
  /** How often it may be leased before it is dead. */
  readonly maxAttempts: number;
  /** The work. */
  readonly payload: Json;
  /** The result. */
  readonly result: Json;
  /** Not before this time. */
  readonly runAt: string;
  /** `queued`, `leased`, `done` or `dead`. */
  readonly state: JobState;
  /** Counts every change. */
  readonly version: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.id = wire.id;
    this.kind = wire.kind;
    this.attempts = wire.attempts;
    this.book = wire.book;
    this.createdAt = wire.created_at;
    this.discarded = wire.discarded;
    this.fence = wire.fence;
    this.key = wire.key;
    this.lastError = (wire.last_error ?? null);
    this.leasedUntil = (wire.leased_until ?? null);
    this.maxAttempts = wire.max_attempts;
    this.payload = frozen(wire.payload);
    this.result = frozen(wire.result);
    this.runAt = wire.run_at;
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
  readonly dead: number;
  /** Over: done, or discarded. */
  readonly done: number;
  /** The same by kind. */
  readonly kinds: readonly KindStats[];
  /** Leased, including expired leases. */
  readonly leased: number;
  /** Since when the oldest one could be taken; `null` when none can be. */
  readonly oldestDue: string | null;
  /** Waiting. */
  readonly queued: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.dead = wire.dead;
    this.done = wire.done;
    this.kinds = listOf(wire.kinds, (one: any) => new KindStats(one));
    this.leased = wire.leased;
    this.oldestDue = (wire.oldest_due ?? null);
    this.queued = wire.queued;
    freeze(this);
  }
}

/** How many jobs of a kind a book has. */
export class KindStats extends View {
  /** @internal */
  static override readonly known: Known = { kind: null, dead: null, done: null, leased: null, queued: null };
  /** The kind. */
  readonly kind: string;
  /** Failed as often as they may. */
  readonly dead: number;
  /** Over. */
  readonly done: number;
  /** Taken. */
  readonly leased: number;
  /** Waiting. */
  readonly queued: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.kind = wire.kind;
    this.dead = wire.dead;
    this.done = wire.done;
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
  readonly jobs: readonly Job[];

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.jobs = listOf(wire.jobs, (one: any) => new Job(one));
    freeze(this);
  }
}

/** The result of `jobs.run_due`. */
export class Ran extends View {
  /** @internal */
  static override readonly known: Known = { holds: null, jobs: null, timers: null };
  /** Holds that ended. */
  readonly holds: number;
  /** Jobs that this process's handlers were given, whether or not they worked. */
  readonly jobs: number;
  /** Timers of records that did something. */
  readonly timers: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** When. */
  readonly at: string | null;
  /** The key. */
  readonly key: string;
  /** The ids that it made; of a call that is not accepted, the id of the approval or the review. */
  readonly made: readonly string[];
  /** The operation; `null` when nothing happened under the key. */
  readonly operation: string | null;
  /**
   * `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once they have
   * refused it; `expired` once their time has passed, so that the same call may ask again; `unknown` when nothing
   * happened under the key.
   */
  readonly outcome: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.at = (wire.at ?? null);
    this.key = wire.key;
    this.made = frozen(wire.made);
    this.operation = (wire.operation ?? null);
    this.outcome = wire.outcome;
    freeze(this);
  }
}

/** The health of an engine and its store. */
export class Health extends View {
  /** @internal */
  static override readonly known: Known = { checks: () => HealthCheck, status: null };
  /** The checks. */
  readonly checks: readonly HealthCheck[];
  /** The worst of the checks. */
  readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly detail: string;
  /** The name of the check. */
  readonly name: string;
  /** `healthy`, `warning` or `critical`. */
  readonly status: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly checks: readonly VerifyCheck[];
  /**
   * The newest link of every book: keep them elsewhere, and give the one of a book to a later verification as
   * `anchor`.
   */
  readonly heads: readonly BookHead[];
  /** Whether all hold. */
  readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly examined: number;
  /** The errors found, at most 20: what and where. */
  readonly found: readonly string[];
  /** Its name. */
  readonly name: string;
  /** Whether it holds. */
  readonly ok: boolean;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly book: string;
  /** Its hash, hexadecimal. */
  readonly hash: string;
  /** Its sequence number. */
  readonly seq: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  /** The time that it should have shown by the time that has passed, if it had jumped. */
  readonly expected: string | null;
  /** The time that it shows. */
  readonly now: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.expected = (wire.expected ?? null);
    this.now = wire.now;
    freeze(this);
  }
}

/** The result of `admin.erase_context`. */
export class Erased extends View {
  /** @internal */
  static override readonly known: Known = { erased: null };
  /** From how many events something was erased. */
  readonly erased: number;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.erased = wire.erased;
    freeze(this);
  }
}

/** A timeline that has begun. */
export class Timeline extends View {
  /** @internal */
  static override readonly known: Known = { previous: null, store: null, timeline: null };
  /** The one before. */
  readonly previous: string;
  /** The store. */
  readonly store: string;
  /** The timeline: links of the chain and receipts carry it from now on. */
  readonly timeline: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
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
  readonly bytes: number;
  /** The file. */
  readonly path: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.bytes = wire.bytes;
    this.path = wire.path;
    freeze(this);
  }
}

/** The metrics of a process. */
export class Metrics extends View {
  /** @internal */
  static override readonly known: Known = { content_type: null, text: null };
  /** Its media type, for the header of an answer over HTTP. */
  readonly contentType: string;
  /** The text, as Prometheus reads it. */
  readonly text: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.contentType = wire.content_type;
    this.text = wire.text;
    freeze(this);
  }
}

/** Counts of a store and of this process. */
export class Stats extends View {
  /** @internal */
  static override readonly known: Known = { accepted: null, events: null, queued: null, refused: null, store: null };
  /** Accepted and refused calls of this process. */
  readonly accepted: number;
  /** Sequenced events of the book. */
  readonly events: number;
  /** Commands waiting or running in this process. */
  readonly queued: number;
  /** Refused calls of this process. */
  readonly refused: number;
  /** Name of the store. */
  readonly store: string;

  /** @internal */
  constructor(wire: any) {
    super(wire);
    this.accepted = wire.accepted;
    this.events = wire.events;
    this.queued = wire.queued;
    this.refused = wire.refused;
    this.store = wire.store;
    freeze(this);
  }
}
