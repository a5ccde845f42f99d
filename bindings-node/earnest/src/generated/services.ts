// The services: a method for every operation.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { listed, type CallOptions, type PagePromise, type Runner } from '../runner';
import o = require('./operations');
import type * as r from './requests';
import type * as v from './views';

/** The operations of `ledger`. */
export class Ledger {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Opens an account in one currency.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_exists`, `overflow`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.openAccount({ account: 'alice', currency: 'USD', owner: 'u-1', displayName: 'Alice Kim' });
   * ```
   */
  openAccount(args: r.LedgerOpenAccount, options?: CallOptions): Promise<v.AccountReply> {
    return this.#runner.one(o.ledgerOpenAccount, args, options);
  }

  /**
   * Changes label, owner, name, overdraft limit, reference or metadata of an account.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_closed`, `overflow`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.updateAccount({ account: 'alice', kind: 'customer', expectedVersion: 1 });
   * ```
   */
  updateAccount(args: r.LedgerUpdateAccount, options?: CallOptions): Promise<v.AccountReply> {
    return this.#runner.one(o.ledgerUpdateAccount, args, options);
  }

  /**
   * Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff capture its holds.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_locked`, `account_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.lockAccount({ account: 'alice', reason: 'a lost phone' });
   * ```
   */
  lockAccount(args: r.LedgerLockAccount, options?: CallOptions): Promise<v.AccountReply> {
    return this.#runner.one(o.ledgerLockAccount, args, options);
  }

  /**
   * Unlocks an account, or opens a closed one again that was paid what it was owed.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_closed`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.unlockAccount({ account: 'alice' });
   * ```
   */
  unlockAccount(args: r.LedgerUnlockAccount, options?: CallOptions): Promise<v.AccountReply> {
    return this.#runner.one(o.ledgerUnlockAccount, args, options);
  }

  /**
   * Closes an empty account for good: only what it is still owed opens it again.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_closed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.closeAccount({ account: 'carol', reason: 'moved away' });
   * ```
   */
  closeAccount(args: r.LedgerCloseAccount, options?: CallOptions): Promise<v.AccountReply> {
    return this.#runner.one(o.ledgerCloseAccount, args, options);
  }

  /**
   * Credits an account from outside, and opens it if there is none.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
   * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.topUp({ account: 'alice', amount: '900.00 USD', key: 'top-up-1' });
   * ```
   */
  topUp(args: r.LedgerTopUp, options?: CallOptions): Promise<v.Moved> {
    return this.#runner.one(o.ledgerTopUp, args, options);
  }

  /**
   * Takes money out of an account.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
   * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.deduct({ account: 'alice', amount: '20.00 USD', key: 'payout-1' });
   * ```
   */
  deduct(args: r.LedgerDeduct, options?: CallOptions): Promise<v.Moved> {
    return this.#runner.one(o.ledgerDeduct, args, options);
  }

  /**
   * Moves money between two accounts of one currency.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
   * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const sent = await bank.ledger.transfer({ from: 'alice', to: 'bob', amount: '40.00 USD', key: 'order-1' });
   * ```
   */
  transfer(args: r.LedgerTransfer, options?: CallOptions): Promise<v.Moved> {
    return this.#runner.one(o.ledgerTransfer, args, options);
  }

  /**
   * Posts n legs that sum to zero per currency.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
   * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `factor_required`, `approval_required`, `already_approved`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.post({ postings: [{ account: 'alice', amount: '-3.00 USD' }, { account: 'bob', amount: '2.00 USD' }, { account: '@fees', amount: '1.00 USD' }], key: 'order-2' });
   * ```
   */
  post(args: r.LedgerPost, options?: CallOptions): Promise<v.Posted> {
    return this.#runner.one(o.ledgerPost, args, options);
  }

  /**
   * Reverses a transfer whole, once.
   *
   * Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `transfer_not_found`, `already_reversed`, `refund_exceeds_original`, `transition_not_allowed`,
   * `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`, `already_approved`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.cancel({ transfer: mistaken.transfer.id, reason: 'sent twice', key: 'order-3/cancel' });
   * ```
   */
  cancel(args: r.LedgerCancel, options?: CallOptions): Promise<v.Moved> {
    return this.#runner.one(o.ledgerCancel, args, options);
  }

  /**
   * Returns part of a transfer of two legs; parts never exceed the original.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`,
   * `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transfer_not_found`, `already_reversed`,
   * `refund_exceeds_original`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.refund({ transfer: sent.transfer.id, amount: '5.00 USD', key: 'order-1/refund' });
   * ```
   */
  refund(args: r.LedgerRefund, options?: CallOptions): Promise<v.Moved> {
    return this.#runner.one(o.ledgerRefund, args, options);
  }

  /**
   * Holds money: it stays in the account but is no longer available.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `invalid_account`,
   * `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const held = await bank.ledger.hold({ account: 'alice', amount: '60.00 USD', expiresIn: 'P7D', key: 'room-12' });
   * ```
   */
  hold(args: r.LedgerHold, options?: CallOptions): Promise<v.HoldReply> {
    return this.#runner.one(o.ledgerHold, args, options);
  }

  /**
   * Captures a hold, whole or in part.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_locked`, `account_closed`, `limit_exceeded`, `overflow`, `hold_not_found`,
   * `hold_expired`, `hold_closed`, `capture_exceeds_hold`, `transition_not_allowed`, `condition_not_met`,
   * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.capture({ hold: held.hold.id, to: 'bob', amount: '45.00 USD', final: false, key: 'room-12/capture' });
   * ```
   */
  capture(args: r.LedgerCapture, options?: CallOptions): Promise<v.Captured> {
    return this.#runner.one(o.ledgerCapture, args, options);
  }

  /**
   * Releases a hold.
   *
   * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.void({ hold: held.hold.id });
   * ```
   */
  void(args: r.LedgerVoid, options?: CallOptions): Promise<v.HoldReply> {
    return this.#runner.one(o.ledgerVoid, args, options);
  }

  /**
   * Moves the expiry of a hold.
   *
   * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.extend({ hold: held.hold.id, expiresAt: '2099-12-31T00:00:00Z', key: 'room-12/extend' });
   * ```
   */
  extend(args: r.LedgerExtend, options?: CallOptions): Promise<v.HoldReply> {
    return this.#runner.one(o.ledgerExtend, args, options);
  }

  /**
   * Takes row locks ahead of several calls in one host transaction.
   *
   * Refused with `invalid_account`, `account_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.ledger.lock({ accounts: ['alice', 'bob'] });
   * ```
   */
  lock(args: r.LedgerLock, options?: CallOptions): Promise<v.Locked> {
    return this.#runner.one(o.ledgerLock, args, options);
  }

  /**
   * One account.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.account({ account: 'alice' });
   * ```
   */
  account(args: r.LedgerAccount, options?: CallOptions): Promise<v.Account> {
    return this.#runner.one(o.ledgerAccount, args, options);
  }

  /**
   * Accounts, by owner or by the beginning of their name.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`.
   *
   * @example
   * ```ts
   * await bank.ledger.accounts({ owner: 'u-1' });
   * ```
   */
  accounts(args?: r.LedgerAccounts, options?: CallOptions): PagePromise<v.Account> {
    return listed(this.#runner, o.ledgerAccounts, args, options);
  }

  /**
   * A balance, now or at a time in the past.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.balance({ account: 'alice' });
   * ```
   */
  balance(args: r.LedgerBalance, options?: CallOptions): Promise<v.Balance> {
    return this.#runner.one(o.ledgerBalance, args, options);
  }

  /**
   * Many balances in one round trip.
   *
   * Refused with `invalid_account`, `account_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.balances({ accounts: ['alice', 'bob'] });
   * ```
   */
  balances(args?: r.LedgerBalances, options?: CallOptions): Promise<v.Balances> {
    return this.#runner.one(o.ledgerBalances, args, options);
  }

  /**
   * One transfer.
   *
   * Refused with `transfer_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.getTransfer({ transfer: sent.transfer.id });
   * ```
   */
  getTransfer(args: r.LedgerGetTransfer, options?: CallOptions): Promise<v.Transfer> {
    return this.#runner.one(o.ledgerGetTransfer, args, options);
  }

  /**
   * Transfers, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.ledger.transfers({ account: 'alice', limit: 20 });
   * ```
   */
  transfers(args?: r.LedgerTransfers, options?: CallOptions): PagePromise<v.Transfer> {
    return listed(this.#runner, o.ledgerTransfers, args, options);
  }

  /**
   * Entries of an account, newest first.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.entries({ account: 'alice', limit: 20 });
   * ```
   */
  entries(args: r.LedgerEntries, options?: CallOptions): PagePromise<v.Entry> {
    return listed(this.#runner, o.ledgerEntries, args, options);
  }

  /**
   * A statement of an account, also as CSV.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `overflow`.
   *
   * @example
   * ```ts
   * await bank.ledger.statement({ account: 'alice', fromTime: '2026-01-01T00:00:00Z', toTime: '2099-12-31T00:00:00Z', format: 'csv' });
   * ```
   */
  statement(args: r.LedgerStatement, options?: CallOptions): Promise<v.Statement> {
    return this.#runner.one(o.ledgerStatement, args, options);
  }

  /**
   * One hold.
   *
   * Refused with `hold_not_found`.
   *
   * @example
   * ```ts
   * await bank.ledger.getHold({ hold: held.hold.id });
   * ```
   */
  getHold(args: r.LedgerGetHold, options?: CallOptions): Promise<v.Hold> {
    return this.#runner.one(o.ledgerGetHold, args, options);
  }

  /**
   * Holds, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.ledger.holds({ account: 'alice', state: 'voided' });
   * ```
   */
  holds(args?: r.LedgerHolds, options?: CallOptions): PagePromise<v.Hold> {
    return listed(this.#runner, o.ledgerHolds, args, options);
  }

  /**
   * All balances of a book per currency: they sum to zero.
   *
   * Refused with `overflow`.
   *
   * @example
   * ```ts
   * await bank.ledger.trialBalance();
   * ```
   */
  trialBalance(args?: r.LedgerTrialBalance, options?: CallOptions): Promise<v.TrialBalance> {
    return this.#runner.one(o.ledgerTrialBalance, args, options);
  }

  /**
   * Runs several writing calls as one group: all or none, or each for itself.
   *
   * @example
   * ```ts
   * await bank.ledger.batch({ ops: [{ op: 'ledger.transfer', args: { from: 'alice', to: 'bob', amount: '1.00 USD', key: 'tip-1' } }, { op: 'ledger.top_up', args: { account: 'bob', amount: '1.00 USD', key: 'bonus-1' } }], atomic: true });
   * ```
   */
  batch(args: r.LedgerBatch, options?: CallOptions): Promise<v.BatchReply> {
    return this.#runner.one(o.ledgerBatch, args, options);
  }
}

/** The operations of `escrow`. */
export class Escrow {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Opens a deal in `pending`.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `overflow`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const order = await bank.escrow.open({ buyer: 'alice', seller: 'bob', price: '40.00 USD', item: 'a blue lamp', requireAcceptance: true, shipWithin: 'P3D', reference: 'order-7', key: 'order-7' });
   * ```
   */
  open(args: r.EscrowOpen, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowOpen, args, options);
  }

  /**
   * Takes the price from the buyer's balance: held, then secured in the deal's own account.
   *
   * Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.pay({ deal: order.deal.id, secure: false, actor: 'alice' });
   * ```
   */
  pay(args: r.EscrowPay, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowPay, args, options);
  }

  /**
   * Secures a deal that was only paid: its hold is captured into the deal's own account.
   *
   * Refused with `limit_exceeded`, `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
   * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.secure({ deal: order.deal.id, actor: 'alice' });
   * ```
   */
  secure(args: r.EscrowSecure, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowSecure, args, options);
  }

  /**
   * The seller accepts a deal that asks for it.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.accept({ deal: order.deal.id, actor: 'bob' });
   * ```
   */
  accept(args: r.EscrowAccept, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowAccept, args, options);
  }

  /**
   * The seller has shipped.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.ship({ deal: order.deal.id, carrier: 'Korea Post', tracking: 'RR1KR', actor: 'bob' });
   * ```
   */
  ship(args: r.EscrowShip, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowShip, args, options);
  }

  /**
   * It has arrived: the time to inspect begins.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.deliver({ deal: order.deal.id, actor: 'alice' });
   * ```
   */
  deliver(args: r.EscrowDeliver, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowDeliver, args, options);
  }

  /**
   * The buyer is content: the seller is paid.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.confirm({ deal: order.deal.id, actor: 'alice' });
   * ```
   */
  confirm(args: r.EscrowConfirm, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowConfirm, args, options);
  }

  /**
   * Calls the deal off; what was paid goes back to the buyer.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.cancel({ deal: unwanted.deal.id, reason: 'ordered twice', actor: 'alice' });
   * ```
   */
  cancel(args: r.EscrowCancel, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowCancel, args, options);
  }

  /**
   * The buyer asks for the money back, all of it or a part: the clock stops until it is decided.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `deal_not_found`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.requestRefund({ deal: late.deal.id, reason: 'nothing was shipped', key: 'order-9/ask', actor: 'alice' });
   * ```
   */
  requestRefund(args: r.EscrowRequestRefund, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowRequestRefund, args, options);
  }

  /**
   * The seller or an admin gives back what the buyer asked for; after a part the deal continues where it stood.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.approveRefund({ deal: late.deal.id, key: 'order-9/approve', actor: 'bob' });
   * ```
   */
  approveRefund(args: r.EscrowApproveRefund, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowApproveRefund, args, options);
  }

  /**
   * The seller or an admin refuses the refund: the deal continues where it stood, with the time that was left.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.refuseRefund({ deal: late.deal.id, reason: 'it is on its way', key: 'order-9/refuse', actor: 'bob' });
   * ```
   */
  refuseRefund(args: r.EscrowRefuseRefund, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowRefuseRefund, args, options);
  }

  /**
   * Releases a part of the price, by amount or by milestone; the state stays.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.releasePart({ deal: order.deal.id, amount: '10.00 USD', key: 'order-7/half', actor: 'alice' });
   * ```
   */
  releasePart(args: r.EscrowReleasePart, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowReleasePart, args, options);
  }

  /**
   * Puts off the deadline in force; the side that waits for it may, and an admin.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.extend({ deal: order.deal.id, shipBy: '2099-12-31T00:00:00Z', actor: 'alice' });
   * ```
   */
  extend(args: r.EscrowExtend, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowExtend, args, options);
  }

  /**
   * Changes metadata or reference of a deal, in any state.
   *
   * Refused with `deal_not_found`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.update({ deal: order.deal.id, metadata: { gift: true }, actor: 'alice' });
   * ```
   */
  update(args: r.EscrowUpdate, options?: CallOptions): Promise<v.DealReply> {
    return this.#runner.one(o.escrowUpdate, args, options);
  }

  /**
   * A party opens a dispute: the deal stands still until it has ended.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const dispute = await bank.escrow.dispute({ deal: cracked.deal.id, type: 'quality_issue', statement: 'the lamp is cracked', key: 'order-10/dispute', actor: 'alice' });
   * ```
   */
  dispute(args: r.EscrowDispute, options?: CallOptions): Promise<v.DisputeReply> {
    return this.#runner.one(o.escrowDispute, args, options);
  }

  /**
   * Shows a piece of evidence in a dispute; it can not be changed.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.addEvidence({ dispute: dispute.dispute.id, kind: 'photo', statement: 'the crack', uri: 'https://example.com/crack.jpg', actor: 'alice' });
   * ```
   */
  addEvidence(args: r.EscrowAddEvidence, options?: CallOptions): Promise<v.DisputeReply> {
    return this.#runner.one(o.escrowAddEvidence, args, options);
  }

  /**
   * Staff look into a dispute.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.investigate({ dispute: dispute.dispute.id, actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  investigate(args: r.EscrowInvestigate, options?: CallOptions): Promise<v.DisputeReply> {
    return this.#runner.one(o.escrowInvestigate, args, options);
  }

  /**
   * The party that opened a dispute takes it back: the deal continues where it stood, with the time that was left.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.withdraw({ dispute: hasty.dispute.id, reason: 'it came today', actor: 'alice' });
   * ```
   */
  withdraw(args: r.EscrowWithdraw, options?: CallOptions): Promise<v.DisputeReply> {
    return this.#runner.one(o.escrowWithdraw, args, options);
  }

  /**
   * Staff decide a dispute, and its money goes where the ruling says, in one commit.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.resolve({ dispute: dispute.dispute.id, outcome: 'split', refund: '15.00 USD', resolution: 'the shade is whole', key: 'order-10/resolve', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  resolve(args: r.EscrowResolve, options?: CallOptions): Promise<v.DisputeReply> {
    return this.#runner.one(o.escrowResolve, args, options);
  }

  /**
   * Quotes the cost and the proceeds of a deal, without writing.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.escrow.quote({ price: '40.00 USD', fees: [{ to: '@fees', bps: 250, from: 'seller' }] });
   * ```
   */
  quote(args: r.EscrowQuote, options?: CallOptions): Promise<v.Quote> {
    return this.#runner.one(o.escrowQuote, args, options);
  }

  /**
   * One deal, by its id or the caller's own reference.
   *
   * Refused with `deal_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.get({ reference: 'order-7' });
   * ```
   */
  get(args?: r.EscrowGet, options?: CallOptions): Promise<v.Deal> {
    return this.#runner.one(o.escrowGet, args, options);
  }

  /**
   * Deals, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.escrow.list({ buyer: 'alice', state: 'released' });
   * ```
   */
  list(args?: r.EscrowList, options?: CallOptions): PagePromise<v.Deal> {
    return listed(this.#runner, o.escrowList, args, options);
  }

  /**
   * The events of a deal, oldest first.
   *
   * Refused with `deal_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.history({ deal: order.deal.id });
   * ```
   */
  history(args: r.EscrowHistory, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.escrowHistory, args, options);
  }

  /**
   * Would this be allowed? Verdict and reason, without writing.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `deal_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.validate({ deal: order.deal.id, trigger: 'ship', actor: 'bob' });
   * ```
   */
  validate(args: r.EscrowValidate, options?: CallOptions): Promise<v.Validation> {
    return this.#runner.one(o.escrowValidate, args, options);
  }

  /**
   * Lists the actions open to an actor on a deal now, for user interfaces.
   *
   * Refused with `deal_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.allowedActions({ deal: order.deal.id, actor: 'bob' });
   * ```
   */
  allowedActions(args: r.EscrowAllowedActions, options?: CallOptions): Promise<v.Actions> {
    return this.#runner.one(o.escrowAllowedActions, args, options);
  }

  /**
   * The states and transitions of a deal as a picture, drawn from the table that runs them.
   *
   * @example
   * ```ts
   * await bank.escrow.diagram({ format: 'mermaid' });
   * ```
   */
  diagram(args?: r.EscrowDiagram, options?: CallOptions): Promise<v.Diagram> {
    return this.#runner.one(o.escrowDiagram, args, options);
  }

  /**
   * One dispute with its deal, its parties, what was shipped and all that happened.
   *
   * Refused with `dispute_not_found`.
   *
   * @example
   * ```ts
   * await bank.escrow.getDispute({ dispute: dispute.dispute.id });
   * ```
   */
  getDispute(args: r.EscrowGetDispute, options?: CallOptions): Promise<v.DisputeFile> {
    return this.#runner.one(o.escrowGetDispute, args, options);
  }

  /**
   * Disputes, newest first.
   *
   * @example
   * ```ts
   * await bank.escrow.disputes({ deal: cracked.deal.id });
   * ```
   */
  disputes(args?: r.EscrowDisputes, options?: CallOptions): PagePromise<v.Dispute> {
    return listed(this.#runner, o.escrowDisputes, args, options);
  }

  /**
   * How many disputes there are of which type, and how long it takes to resolve them.
   *
   * @example
   * ```ts
   * await bank.escrow.disputeStats({ since: '2026-01-01T00:00:00Z' });
   * ```
   */
  disputeStats(args?: r.EscrowDisputeStats, options?: CallOptions): Promise<v.DisputeStats> {
    return this.#runner.one(o.escrowDisputeStats, args, options);
  }
}

/** The operations of `receipts`. */
export class Receipts {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Checks a receipt with the engine's keys, or with public keys that are given: genuine or not, and why not.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.receipts.verify({ receipt: receipt });
   * ```
   */
  verify(args: r.ReceiptsVerify, options?: CallOptions): Promise<v.Verification> {
    return this.#runner.one(o.receiptsVerify, args, options);
  }

  /**
   * The keys that others need to check receipts.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.receipts.publicKeys();
   * ```
   */
  publicKeys(args?: r.ReceiptsPublicKeys, options?: CallOptions): Promise<v.PublicKeys> {
    return this.#runner.one(o.receiptsPublicKeys, args, options);
  }

  /**
   * The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be rolled back.
   *
   * Refused with `transfer_not_found`, `key_not_found`.
   *
   * @example
   * ```ts
   * const receipt = await bank.receipts.get({ receipt: sent.transfer.id });
   * ```
   */
  get(args: r.ReceiptsGet, options?: CallOptions): Promise<v.Receipt> {
    return this.#runner.one(o.receiptsGet, args, options);
  }

  /**
   * Receipts, newest first, each derived and signed.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.receipts.list({ deal: order.deal.id });
   * ```
   */
  list(args?: r.ReceiptsList, options?: CallOptions): PagePromise<v.Receipt> {
    return listed(this.#runner, o.receiptsList, args, options);
  }

  /**
   * A receipt as a text or a page for people, in English or Korean.
   *
   * Refused with `transfer_not_found`, `key_not_found`, `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.receipts.render({ receipt: sent.transfer.id, format: 'text', locale: 'ko' });
   * ```
   */
  render(args: r.ReceiptsRender, options?: CallOptions): Promise<v.RenderedReceipt> {
    return this.#runner.one(o.receiptsRender, args, options);
  }
}

/** The operations of `treasury`. */
export class Treasury {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`, whatever the operation.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_closed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.treasury.setAccount({ account: 'bob', currency: 'USD', tier: 'hot', dailyLimit: '500.00 USD', ceiling: '2000.00 USD', timeZone: 'Asia/Seoul' });
   * ```
   */
  setAccount(args: r.TreasurySetAccount, options?: CallOptions): Promise<v.TreasuryReply> {
    return this.#runner.one(o.treasurySetAccount, args, options);
  }

  /**
   * How much of its limits an account has used, and what should be moved to a cold account.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `condition_not_met`.
   *
   * @example
   * ```ts
   * await bank.treasury.usage({ account: 'bob', currency: 'USD' });
   * ```
   */
  usage(args: r.TreasuryUsage, options?: CallOptions): Promise<v.Usage> {
    return this.#runner.one(o.treasuryUsage, args, options);
  }

  /**
   * Lists payouts and refunds of deals, newest first.
   *
   * @example
   * ```ts
   * await bank.treasury.settlements({ deal: order.deal.id });
   * ```
   */
  settlements(args?: r.TreasurySettlements, options?: CallOptions): PagePromise<v.Settlement> {
    return listed(this.#runner, o.treasurySettlements, args, options);
  }
}

/** The operations of `payments`. */
export class Payments {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the kind `gateway.ID`,
   * which a worker of the application's own leases, or a driver that is built in does.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.setGateway({ id: 'card', driver: 'host', currencies: ['USD'], settleAfter: 'PT2M' });
   * ```
   */
  setGateway(args: r.PaymentsSetGateway, options?: CallOptions): Promise<v.GatewayReply> {
    return this.#runner.one(o.paymentsSetGateway, args, options);
  }

  /**
   * Makes a route, or changes one: which gateways are tried for which payments, in their order.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.setRoute({ id: 'cards', gateways: ['card'], currency: 'USD' });
   * ```
   */
  setRoute(args: r.PaymentsSetRoute, options?: CallOptions): Promise<v.RouteReply> {
    return this.#runner.one(o.paymentsSetRoute, args, options);
  }

  /**
   * Removes a route. Payments that have been made keep their gateways.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.removeRoute({ id: 'cards' });
   * ```
   */
  removeRoute(args: r.PaymentsRemoveRoute, options?: CallOptions): Promise<v.RouteRemoved> {
    return this.#runner.one(o.paymentsRemoveRoute, args, options);
  }

  /**
   * Begins a payment into an account, or of a deal that its buyer may pay now, in `created`, or with a token on to
   * `authorizing`. Without a gateway the route that fits and has the highest priority says which are tried. Of a deal
   * it is judged as `escrow.pay`, and nobody pays the deal beside it.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_locked`, `account_closed`, `overflow`, `deal_not_found`, `transition_not_allowed`,
   * `condition_not_met`, `version_conflict`, `gateway_not_found`, `gateway_unavailable`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const paying = await bank.payments.create({ amount: '25.00 USD', to: 'shop', capture: 'manual', payer: 'u-7', reference: 'order-11', key: 'order-11/pay' });
   * ```
   */
  create(args: r.PaymentsCreate, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsCreate, args, options);
  }

  /**
   * Sends a payment to its gateway with the payer's means: the gateway's own token, never a card number.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `gateway_not_found`, `gateway_unavailable`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.confirm({ payment: paying.payment.id, token: 'pm_1', actor: 'u-7' });
   * ```
   */
  confirm(args: r.PaymentsConfirm, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsConfirm, args, options);
  }

  /**
   * Takes the money of an authorized payment, once; what is left over is released.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `capture_exceeds_authorized`, `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.capture({ payment: paying.payment.id, key: 'order-11/capture' });
   * ```
   */
  capture(args: r.PaymentsCapture, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsCapture, args, options);
  }

  /**
   * Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is voided, or refunded
   * whole, as soon as the gateway has said what became of it.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.void({ payment: unwantedPayment.payment.id, reason: 'ordered twice' });
   * ```
   */
  void(args: r.PaymentsVoid, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsVoid, args, options);
  }

  /**
   * Asks the gateway what it knows of a payment; one question is open at a time.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.sync({ payment: paying.payment.id });
   * ```
   */
  sync(args: r.PaymentsSync, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsSync, args, options);
  }

  /**
   * Gives captured money back: it leaves the account at once, and comes back to it if the gateway refuses.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`,
   * `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`,
   * `condition_not_met`, `version_conflict`, `payment_not_found`, `refund_exceeds_captured`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.refund({ payment: paying.payment.id, amount: '5.00 USD', reason: 'a shade is missing', key: 'order-11/refund' });
   * ```
   */
  refund(args: r.PaymentsRefund, options?: CallOptions): Promise<v.RefundReply> {
    return this.#runner.one(o.paymentsRefund, args, options);
  }

  /**
   * Says what an admin has found out about a payment that is `unknown` or `mismatched`.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`,
   * `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`,
   * `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.settle({ payment: lostPayment.payment.id, outcome: 'refused', reason: 'the gateway\'s console shows none', key: 'order-13/settle', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  settle(args: r.PaymentsSettle, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsSettle, args, options);
  }

  /**
   * Tells what a gateway has said, for hosts that verify its webhooks themselves. The same event again is a replay,
   * whatever else it carries.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.report({ gateway: 'card', event: 'evt_1', reference: 'ch_1', outcome: 'captured', captured: '25.00 USD' });
   * ```
   */
  report(args: r.PaymentsReport, options?: CallOptions): Promise<v.Reported> {
    return this.#runner.one(o.paymentsReport, args, options);
  }

  /**
   * Tells that the payer's bank takes a payment back, or how that ended. What its account does not have is a debt.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.chargeback({ payment: paying.payment.id, case: 'cb_1', amount: '30.00 USD', reason: 'the payer knows nothing of it' });
   * ```
   */
  chargeback(args: r.PaymentsChargeback, options?: CallOptions): Promise<v.PaymentReply> {
    return this.#runner.one(o.paymentsChargeback, args, options);
  }

  /**
   * Takes what a debtor owes from what the debtor has.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `account_locked`,
   * `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`, `transition_not_allowed`,
   * `condition_not_met`, `version_conflict`, `debt_not_found`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.recover({ debt: owed.items[0].id, amount: '4.00 USD', key: 'debt-1' });
   * ```
   */
  recover(args: r.PaymentsRecover, options?: CallOptions): Promise<v.DebtReply> {
    return this.#runner.one(o.paymentsRecover, args, options);
  }

  /**
   * Gives a debt up: the loss stays where it is.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `debt_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.writeOff({ debt: owed.items[0].id, reason: 'the shop has closed', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  writeOff(args: r.PaymentsWriteOff, options?: CallOptions): Promise<v.DebtReply> {
    return this.#runner.one(o.paymentsWriteOff, args, options);
  }

  /**
   * The gateways, by name, and whether they answer.
   *
   * @example
   * ```ts
   * await bank.payments.gateways();
   * ```
   */
  gateways(args?: r.PaymentsGateways, options?: CallOptions): PagePromise<v.Gateway> {
    return listed(this.#runner, o.paymentsGateways, args, options);
  }

  /**
   * The routes, by name.
   *
   * @example
   * ```ts
   * await bank.payments.routes();
   * ```
   */
  routes(args?: r.PaymentsRoutes, options?: CallOptions): PagePromise<v.Route> {
    return listed(this.#runner, o.paymentsRoutes, args, options);
  }

  /**
   * Debts, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * const owed = await bank.payments.debts({ account: 'shop', state: 'open' });
   * ```
   */
  debts(args?: r.PaymentsDebts, options?: CallOptions): PagePromise<v.Debt> {
    return listed(this.#runner, o.paymentsDebts, args, options);
  }

  /**
   * One payment, by its id or the caller's own reference.
   *
   * Refused with `payment_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.get({ reference: 'order-11' });
   * ```
   */
  get(args?: r.PaymentsGet, options?: CallOptions): Promise<v.Payment> {
    return this.#runner.one(o.paymentsGet, args, options);
  }

  /**
   * Returns the fields that the client's widget needs to collect the payer's means, of a payment that waits for them.
   * A gateway that a worker of the application's own talks to is `not_supported`.
   *
   * Refused with `transition_not_allowed`, `payment_not_found`, `gateway_not_found`, `gateway_unavailable`,
   * `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.checkout({ payment: atWidget.payment.id });
   * ```
   */
  checkout(args: r.PaymentsCheckout, options?: CallOptions): Promise<v.Checkout> {
    return this.#runner.one(o.paymentsCheckout, args, options);
  }

  /**
   * Payments, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.payments.list({ to: 'shop', state: 'captured' });
   * ```
   */
  list(args?: r.PaymentsList, options?: CallOptions): PagePromise<v.Payment> {
    return listed(this.#runner, o.paymentsList, args, options);
  }

  /**
   * The events of a payment, oldest first.
   *
   * Refused with `payment_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.history({ payment: paying.payment.id });
   * ```
   */
  history(args: r.PaymentsHistory, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.paymentsHistory, args, options);
  }

  /**
   * The actions that the actor could take on a payment now.
   *
   * Refused with `payment_not_found`.
   *
   * @example
   * ```ts
   * await bank.payments.allowedActions({ payment: paying.payment.id, actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  allowedActions(args: r.PaymentsAllowedActions, options?: CallOptions): Promise<v.PaymentChoices> {
    return this.#runner.one(o.paymentsAllowedActions, args, options);
  }

  /**
   * The states and transitions of a payment as a picture, drawn from the table that runs them.
   *
   * @example
   * ```ts
   * await bank.payments.diagram({ format: 'mermaid' });
   * ```
   */
  diagram(args?: r.PaymentsDiagram, options?: CallOptions): Promise<v.Diagram> {
    return this.#runner.one(o.paymentsDiagram, args, options);
  }
}

/** The operations of `purchases`. */
export class Purchases {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun keep their price.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.setOffer({ id: 'mug', seller: 'shop', price: '12.00 USD', stock: 20, perUserLimit: 5, saleUntil: '2099-12-31T00:00:00Z', holdFor: 'PT15M', grants: ['0.60 USD'] });
   * ```
   */
  setOffer(args: r.PurchasesSetOffer, options?: CallOptions): Promise<v.OfferReply> {
    return this.#runner.one(o.purchasesSetOffer, args, options);
  }

  /**
   * Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is set by staff alone.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`, `offer_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.setPromo({ id: 'SPRING', off: { bps: 1000 }, offers: ['mug'], limit: 100, perUserLimit: 1 });
   * ```
   */
  setPromo(args: r.PurchasesSetPromo, options?: CallOptions): Promise<v.PromoReply> {
    return this.#runner.one(o.purchasesSetPromo, args, options);
  }

  /**
   * Takes units of an offer for a buyer, who pays later: the price is fixed now, and the units are held until
   * `hold_until`. Rules count the total as if it were paid.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `overflow`, `condition_not_met`, `version_conflict`, `offer_not_found`, `promo_not_found`,
   * `out_of_stock`, `purchase_limit_exceeded`, `promo_not_applicable`, `factor_required`, `approval_required`,
   * `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`,
   * `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const bought = await bank.purchases.reserve({ offer: 'mug', buyer: 'alice', quantity: 2, promo: 'SPRING', expect: '21.60 USD', reference: 'order-21', key: 'order-21', actor: 'alice' });
   * ```
   */
  reserve(args: r.PurchasesReserve, options?: CallOptions): Promise<v.PurchaseReply> {
    return this.#runner.one(o.purchasesReserve, args, options);
  }

  /**
   * Pays a purchase that is held: from the buyer's balance at once, or through a gateway, whose answer completes it.
   * Where it is sold by a deal, that is opened and paid, which is the effect `escrow.pay`. To try again with the same
   * token give a key.
   *
   * Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
   * `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
   * `gateway_unavailable`, `purchase_not_found`, `factor_required`, `approval_required`, `already_approved`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.pay({ purchase: bought.purchase.id, actor: 'alice' });
   * ```
   */
  pay(args: r.PurchasesPay, options?: CallOptions): Promise<v.PurchaseReply> {
    return this.#runner.one(o.purchasesPay, args, options);
  }

  /**
   * Takes units of an offer for a buyer, and pays them in the same commit, as `pay` does.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
   * `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `gateway_not_found`,
   * `gateway_unavailable`, `offer_not_found`, `promo_not_found`, `out_of_stock`, `purchase_limit_exceeded`,
   * `promo_not_applicable`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.buy({ offer: 'mug', buyer: 'alice', expect: '12.00 USD', key: 'order-23', actor: 'alice' });
   * ```
   */
  buy(args: r.PurchasesBuy, options?: CallOptions): Promise<v.PurchaseReply> {
    return this.#runner.one(o.purchasesBuy, args, options);
  }

  /**
   * Gives a purchase up that is not paid: its units and its promo use come back. Where a payment is under way, once
   * that is surely over; one that a gateway may have is not given up.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `purchase_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.cancel({ purchase: reserved.purchase.id, reason: 'another colour', actor: 'alice' });
   * ```
   */
  cancel(args: r.PurchasesCancel, options?: CallOptions): Promise<v.PurchaseReply> {
    return this.#runner.one(o.purchasesCancel, args, options);
  }

  /**
   * Gives units of a purchase back: the money goes to where it came from, and what was given with them is taken back.
   * What is sold by a deal goes back through the deal alone.
   *
   * Refused with `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`,
   * `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `refund_exceeds_captured`,
   * `purchase_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.refund({ purchase: bought.purchase.id, quantity: 1, reason: 'a crack', key: 'order-21/refund', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  refund(args: r.PurchasesRefund, options?: CallOptions): Promise<v.PurchaseRefunded> {
    return this.#runner.one(o.purchasesRefund, args, options);
  }

  /**
   * One offer, and how much of it is left.
   *
   * Refused with `offer_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.getOffer({ offer: 'mug' });
   * ```
   */
  getOffer(args: r.PurchasesGetOffer, options?: CallOptions): Promise<v.Offer> {
    return this.#runner.one(o.purchasesGetOffer, args, options);
  }

  /**
   * Offers, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.purchases.offers({ seller: 'shop', active: true });
   * ```
   */
  offers(args?: r.PurchasesOffers, options?: CallOptions): PagePromise<v.Offer> {
    return listed(this.#runner, o.purchasesOffers, args, options);
  }

  /**
   * Promos, newest first.
   *
   * Refused with `offer_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.promos({ offer: 'mug' });
   * ```
   */
  promos(args?: r.PurchasesPromos, options?: CallOptions): PagePromise<v.Promo> {
    return listed(this.#runner, o.purchasesPromos, args, options);
  }

  /**
   * Quotes units of an offer, and says whether they could be bought now.
   *
   * Refused with `invalid_account`, `overflow`, `offer_not_found`, `promo_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.quote({ offer: 'mug', quantity: 2, promo: 'SPRING', buyer: 'alice' });
   * ```
   */
  quote(args: r.PurchasesQuote, options?: CallOptions): Promise<v.PurchaseQuote> {
    return this.#runner.one(o.purchasesQuote, args, options);
  }

  /**
   * One purchase, by its id or the caller's own reference.
   *
   * Refused with `purchase_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.get({ reference: 'order-21' });
   * ```
   */
  get(args?: r.PurchasesGet, options?: CallOptions): Promise<v.Purchase> {
    return this.#runner.one(o.purchasesGet, args, options);
  }

  /**
   * Purchases, newest first.
   *
   * Refused with `invalid_account`, `offer_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.list({ buyer: 'alice', state: 'completed' });
   * ```
   */
  list(args?: r.PurchasesList, options?: CallOptions): PagePromise<v.Purchase> {
    return listed(this.#runner, o.purchasesList, args, options);
  }

  /**
   * The events of a purchase, oldest first.
   *
   * Refused with `purchase_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.history({ purchase: bought.purchase.id });
   * ```
   */
  history(args: r.PurchasesHistory, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.purchasesHistory, args, options);
  }

  /**
   * The actions that the actor could take on a purchase now.
   *
   * Refused with `purchase_not_found`.
   *
   * @example
   * ```ts
   * await bank.purchases.allowedActions({ purchase: bought.purchase.id, actor: 'bob' });
   * ```
   */
  allowedActions(args: r.PurchasesAllowedActions, options?: CallOptions): Promise<v.PurchaseChoices> {
    return this.#runner.one(o.purchasesAllowedActions, args, options);
  }
}

/** The operations of `webhooks`. */
export class Webhooks {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes a source of webhooks, or changes one: what is left out stays as it is.
   *
   * Refused with `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`,
   * `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.webhooks.setSource({ id: 'card', scheme: 'standard', gateway: 'card', secrets: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'], tolerance: 'PT5M' });
   * ```
   */
  setSource(args: r.WebhooksSetSource, options?: CallOptions): Promise<v.SourceReply> {
    return this.#runner.one(o.webhooksSetSource, args, options);
  }

  /**
   * Gives a source a new secret. The old one is good for a while, because the sender changes later.
   *
   * Refused with `version_conflict`, `source_not_found`, `factor_required`, `idempotency_mismatch`,
   * `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.webhooks.rotateSecret({ source: 'card', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', keepOldFor: 'PT24H' });
   * ```
   */
  rotateSecret(args: r.WebhooksRotateSecret, options?: CallOptions): Promise<v.SourceReply> {
    return this.#runner.one(o.webhooksRotateSecret, args, options);
  }

  /**
   * Takes what a source has sent, as it came over the line: verifies it, and does what it says. `reply` is what to
   * answer the sender with, whatever came of it; a refusal is answered with its status. One that is not genuine is
   * refused and leaves nothing, not even an event. The same event again is a replay, whatever else it carries. What
   * nobody signed is only a hint: the gateway is asked.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `gateway_not_found`,
   * `source_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`,
   * `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.webhooks.receive({ source: 'toss', headers: { 'tosspayments-webhook-transmission-id': 't-1' }, body: '{"eventType":"PAYMENT_STATUS_CHANGED","data":{"paymentKey":"pk-1","orderId":"order-1","status":"DONE"}}' });
   * ```
   */
  receive(args: r.WebhooksReceive, options?: CallOptions): Promise<v.WebhookReceived> {
    return this.#runner.one(o.webhooksReceive, args, options);
  }

  /**
   * The sources, by name.
   *
   * @example
   * ```ts
   * await bank.webhooks.sources();
   * ```
   */
  sources(args?: r.WebhooksSources, options?: CallOptions): PagePromise<v.Source> {
    return listed(this.#runner, o.webhooksSources, args, options);
  }

  /**
   * Lists the events received from sources, newest first. Bodies are not kept.
   *
   * @example
   * ```ts
   * await bank.webhooks.list({ source: 'card' });
   * ```
   */
  list(args?: r.WebhooksList, options?: CallOptions): PagePromise<v.SeenWebhook> {
    return listed(this.#runner, o.webhooksList, args, options);
  }
}

/** The operations of `withdrawals`. */
export class Withdrawals {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds `chain.*`, which a
   * worker of the application's own leases, unless its endpoints have `urls`.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.setChain({ chain: 'polygon', chainId: '137', endpoints: ['north', 'south'], quorum: 1, feeCap: '500000000000' });
   * ```
   */
  setChain(args: r.WithdrawalsSetChain, options?: CallOptions): Promise<v.ChainReply> {
    return this.#runner.one(o.withdrawalsSetChain, args, options);
  }

  /**
   * Says what a currency is on a chain, or changes its bounds and its fee: what is left out stays as it is. A token
   * is `checking` until a quorum has seen its code and its decimals. A currency that nobody knows yet is registered
   * with these decimals, in every process of the store.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `version_conflict`, `invalid_address`, `chain_not_found`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.setAsset({ chain: 'polygon', currency: 'USD', kind: 'erc20', token: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', decimals: 2, min: '1.00 USD', max: '5000.00 USD', fee: '0.10 USD', maxGas: 200000 });
   * ```
   */
  setAsset(args: r.WithdrawalsSetAsset, options?: CallOptions): Promise<v.AssetReply> {
    return this.#runner.one(o.withdrawalsSetAsset, args, options);
  }

  /**
   * Pauses a lane: it binds nothing more, and what it has bound goes on.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.pauseLane({ lane: opened.lane.id, reason: 'an audit' });
   * ```
   */
  pauseLane(args: r.WithdrawalsPauseLane, options?: CallOptions): Promise<v.LaneReply> {
    return this.#runner.one(o.withdrawalsPauseLane, args, options);
  }

  /**
   * Lets a lane bind again that was paused: once somebody has compared it with the chain. With `adopt` its counter
   * goes up to the chain's, while none of its nonces is under way.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `lane_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.resumeLane({ lane: opened.lane.id });
   * ```
   */
  resumeLane(args: r.WithdrawalsResumeLane, options?: CallOptions): Promise<v.LaneReply> {
    return this.#runner.one(o.withdrawalsResumeLane, args, options);
  }

  /**
   * Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.retireLane({ lane: opened.lane.id });
   * ```
   */
  retireLane(args: r.WithdrawalsRetireLane, options?: CallOptions): Promise<v.LaneReply> {
    return this.#runner.one(o.withdrawalsRetireLane, args, options);
  }

  /**
   * Asks for a withdrawal: the amount and the fee of its asset are held at once, and captured when the chain has made
   * the payment final. Rules and lists see the address in lower case as the counterparty.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `insufficient_balance`,
   * `limit_exceeded`, `overflow`, `condition_not_met`, `version_conflict`, `invalid_address`, `chain_not_found`,
   * `asset_not_found`, `lane_not_found`, `factor_required`, `approval_required`, `already_approved`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * const withdrawn = await bank.withdrawals.request({ account: 'alice', amount: '5.00 USD', chain: 'polygon', to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', giveUpIn: 'P1D', reference: 'out-1', key: 'out-1' });
   * ```
   */
  request(args: r.WithdrawalsRequest, options?: CallOptions): Promise<v.WithdrawalRequested> {
    return this.#runner.one(o.withdrawalsRequest, args, options);
  }

  /**
   * Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own program, has a no-op
   * sent under the same nonce, and the chain says which of the two it was.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.cancel({ withdrawal: regretted.withdrawal.id, reason: 'another wallet', actor: 'u-1' });
   * ```
   */
  cancel(args: r.WithdrawalsCancel, options?: CallOptions): Promise<v.WithdrawalReply> {
    return this.#runner.one(o.withdrawalsCancel, args, options);
  }

  /**
   * Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first of a lane that is
   * in no block is worth it.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.speedUp({ withdrawal: withdrawn.withdrawal.id, maxFeePerGas: '600000000000', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  speedUp(args: r.WithdrawalsSpeedUp, options?: CallOptions): Promise<v.WithdrawalReply> {
    return this.#runner.one(o.withdrawalsSpeedUp, args, options);
  }

  /**
   * Has the call of a withdrawal written again that gave up (attention `retries_exhausted`). Once it has given up
   * again, the same order is another one. Where a rule wants a review of that, it needs a `key` of its own: the
   * derived one is used up, and cannot wait for people.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.retry({ withdrawal: withdrawn.withdrawal.id }); // rejects with errors.ConditionNotMet
   * ```
   */
  retry(args: r.WithdrawalsRetry, options?: CallOptions): Promise<v.WithdrawalReply> {
    return this.#runner.one(o.withdrawalsRetry, args, options);
  }

  /**
   * Says what an admin has found out about a withdrawal that is final, and of which nobody can show whether it was
   * paid (attention `not_proved`, `nonce_taken`).
   *
   * Refused with `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `withdrawal_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.settle({ withdrawal: withdrawn.withdrawal.id, paid: true, reason: 'seen on an explorer', key: 'out-1/settle', actor: { id: 'kim', role: 'admin' } }); // rejects with errors.ConditionNotMet
   * ```
   */
  settle(args: r.WithdrawalsSettle, options?: CallOptions): Promise<v.WithdrawalReply> {
    return this.#runner.one(o.withdrawalsSettle, args, options);
  }

  /**
   * The chains, by name, what gas costs there, and how their endpoints do.
   *
   * @example
   * ```ts
   * await bank.withdrawals.chains();
   * ```
   */
  chains(args?: r.WithdrawalsChains, options?: CallOptions): PagePromise<v.WithdrawalChain> {
    return listed(this.#runner, o.withdrawalsChains, args, options);
  }

  /**
   * The assets: which currencies may be withdrawn to which chains.
   *
   * @example
   * ```ts
   * await bank.withdrawals.assets({ chain: 'polygon' });
   * ```
   */
  assets(args?: r.WithdrawalsAssets, options?: CallOptions): PagePromise<v.Asset> {
    return listed(this.#runner, o.withdrawalsAssets, args, options);
  }

  /**
   * The lanes, newest first.
   *
   * @example
   * ```ts
   * await bank.withdrawals.lanes({ chain: 'polygon', state: 'active' });
   * ```
   */
  lanes(args?: r.WithdrawalsLanes, options?: CallOptions): PagePromise<v.Lane> {
    return listed(this.#runner, o.withdrawalsLanes, args, options);
  }

  /**
   * One lane: its counter, what is under way, and what its wallet has and has promised.
   *
   * Refused with `lane_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.lane({ lane: opened.lane.id });
   * ```
   */
  lane(args: r.WithdrawalsLane, options?: CallOptions): Promise<v.Lane> {
    return this.#runner.one(o.withdrawalsLane, args, options);
  }

  /**
   * Quotes a withdrawal: its cost now, and what it would wait for.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `chain_not_found`,
   * `asset_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.quote({ chain: 'polygon', amount: '5.00 USD' });
   * ```
   */
  quote(args: r.WithdrawalsQuote, options?: CallOptions): Promise<v.WithdrawalQuote> {
    return this.#runner.one(o.withdrawalsQuote, args, options);
  }

  /**
   * One withdrawal, by its id or the caller's own reference.
   *
   * Refused with `withdrawal_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.get({ reference: 'out-1' });
   * ```
   */
  get(args?: r.WithdrawalsGet, options?: CallOptions): Promise<v.Withdrawal> {
    return this.#runner.one(o.withdrawalsGet, args, options);
  }

  /**
   * Withdrawals, newest first.
   *
   * Refused with `invalid_account`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.list({ account: 'alice', chain: 'polygon', state: 'failed' });
   * ```
   */
  list(args?: r.WithdrawalsList, options?: CallOptions): PagePromise<v.Withdrawal> {
    return listed(this.#runner, o.withdrawalsList, args, options);
  }

  /**
   * The events of a withdrawal, oldest first.
   *
   * Refused with `withdrawal_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.history({ withdrawal: withdrawn.withdrawal.id });
   * ```
   */
  history(args: r.WithdrawalsHistory, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.withdrawalsHistory, args, options);
  }

  /**
   * Lists the actions open to the actor on a withdrawal now.
   *
   * Refused with `withdrawal_not_found`.
   *
   * @example
   * ```ts
   * await bank.withdrawals.allowedActions({ withdrawal: withdrawn.withdrawal.id, actor: 'u-1' });
   * ```
   */
  allowedActions(args: r.WithdrawalsAllowedActions, options?: CallOptions): Promise<v.WithdrawalChoices> {
    return this.#runner.one(o.withdrawalsAllowedActions, args, options);
  }

  /**
   * The states and transitions of a withdrawal as a picture, drawn from the table that runs them.
   *
   * @example
   * ```ts
   * await bank.withdrawals.diagram({ format: 'mermaid' });
   * ```
   */
  diagram(args?: r.WithdrawalsDiagram, options?: CallOptions): Promise<v.Diagram> {
    return this.#runner.one(o.withdrawalsDiagram, args, options);
  }

  /**
   * How many withdrawals are in which state, how they ended, and how long they took.
   *
   * @example
   * ```ts
   * await bank.withdrawals.stats();
   * ```
   */
  stats(args?: r.WithdrawalsStats, options?: CallOptions): Promise<v.WithdrawalStats> {
    return this.#runner.one(o.withdrawalsStats, args, options);
  }

  /**
   * Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening` until a quorum gives
   * the same nonce for its address, and no code there; then its counter begins at that nonce, and is never read from
   * the chain again.
   *
   * Refused with `version_conflict`, `chain_not_found`, `lane_exists`, `factor_required`, `decryption_failed`,
   * `key_not_found`.
   *
   * @example
   * ```ts
   * const opened = await bank.withdrawals.openLane({ chain: 'polygon', key: payouts.key, window: 16 });
   * ```
   */
  openLane(args: r.WithdrawalsOpenLane, options?: CallOptions): Promise<v.LaneReply> {
    return this.#runner.one(o.withdrawalsOpenLane, args, options);
  }
}

/** The operations of `approvals`. */
export class Approvals {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Asks for the consent of others before calls with this effect, from this amount up; it takes the place of the
   * policy of that name. It holds at once, in every process.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.approvals.setPolicy({ id: 'large-payouts', operation: 'ledger.deduct', threshold: '100.00 USD', approvers: 1 });
   * ```
   */
  setPolicy(args: r.ApprovalsSetPolicy, options?: CallOptions): Promise<v.PolicyReply> {
    return this.#runner.one(o.approvalsSetPolicy, args, options);
  }

  /**
   * Removes a policy. Approvals that were asked for already stay as they were asked for.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.approvals.removePolicy({ id: 'large-payouts' });
   * ```
   */
  removePolicy(args: r.ApprovalsRemovePolicy, options?: CallOptions): Promise<v.PolicyRemoved> {
    return this.#runner.one(o.approvalsRemovePolicy, args, options);
  }

  /**
   * Consents to a call that waits. The last consent that is needed makes the call, under its own key and as the actor
   * who asked for it; where it is refused then, this may be repeated until the approval expires.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `already_approved`, `self_approval`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.approvals.approve({ approval: asked.details.approval, actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  approve(args: r.ApprovalsApprove, options?: CallOptions): Promise<v.ApproveReply> {
    return this.#runner.one(o.approvalsApprove, args, options);
  }

  /**
   * Refuses a call that waits, for good.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.approvals.reject({ approval: doubted.details.approval, reason: 'an unknown bank', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  reject(args: r.ApprovalsReject, options?: CallOptions): Promise<v.ApprovalReply> {
    return this.#runner.one(o.approvalsReject, args, options);
  }

  /**
   * The policies in force.
   *
   * @example
   * ```ts
   * await bank.approvals.policies();
   * ```
   */
  policies(args?: r.ApprovalsPolicies, options?: CallOptions): PagePromise<v.Policy> {
    return listed(this.#runner, o.approvalsPolicies, args, options);
  }

  /**
   * One approval.
   *
   * Refused with `approval_not_found`.
   *
   * @example
   * ```ts
   * await bank.approvals.get({ approval: asked.details.approval });
   * ```
   */
  get(args: r.ApprovalsGet, options?: CallOptions): Promise<v.Approval> {
    return this.#runner.one(o.approvalsGet, args, options);
  }

  /**
   * Approvals, newest first.
   *
   * @example
   * ```ts
   * await bank.approvals.list({ state: 'pending' });
   * ```
   */
  list(args?: r.ApprovalsList, options?: CallOptions): PagePromise<v.Approval> {
    return listed(this.#runner, o.approvalsList, args, options);
  }
}

/** The operations of `vault`. */
export class Vault {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Seals a value of a subject. Under a name that it has, the old value is gone.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.vault.put({ subject: 'u-1', name: 'email', value: 'alice@example.com', searchable: true });
   * ```
   */
  put(args: r.VaultPut, options?: CallOptions): Promise<v.ValuePut> {
    return this.#runner.one(o.vaultPut, args, options);
  }

  /**
   * Opens a value, and leaves an event that says who read it. Not inside a host's transaction, which may be rolled
   * back with the event. A replay has no value: `reply_not_kept`.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   *
   * @example
   * ```ts
   * await bank.vault.reveal({ subject: 'u-1', name: 'email' });
   * ```
   */
  reveal(args: r.VaultReveal, options?: CallOptions): Promise<v.ValueRevealed> {
    return this.#runner.one(o.vaultReveal, args, options);
  }

  /**
   * Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not inside a host's
   * transaction.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   *
   * @example
   * ```ts
   * await bank.vault.export({ subject: 'u-1', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  export(args: r.VaultExport, options?: CallOptions): Promise<v.SubjectExported> {
    return this.#runner.one(o.vaultExport, args, options);
  }

  /**
   * Removes the data key of a subject, its values and what finds them, in one commit. Its money and its deals stay. A
   * value that is put afterwards begins at version 1.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.vault.forget({ subject: 'u-1' });
   * ```
   */
  forget(args: r.VaultForget, options?: CallOptions): Promise<v.SubjectForgotten> {
    return this.#runner.one(o.vaultForget, args, options);
  }

  /**
   * Finds subjects by a value and its name.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.vault.find({ name: 'email', value: 'alice@example.com' });
   * ```
   */
  find(args: r.VaultFind, options?: CallOptions): Promise<v.SubjectsFound> {
    return this.#runner.one(o.vaultFind, args, options);
  }

  /**
   * The names of the values of a subject, in order.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.vault.list({ subject: 'u-1' });
   * ```
   */
  list(args: r.VaultList, options?: CallOptions): PagePromise<v.ValueListed> {
    return listed(this.#runner, o.vaultList, args, options);
  }

  /**
   * The keys of the keyring that the book rests on: those that wrap its data keys, and that of its index. Each says
   * whether this process lacks it.
   *
   * @example
   * ```ts
   * await bank.vault.keys();
   * ```
   */
  keys(args?: r.VaultKeys, options?: CallOptions): PagePromise<v.WrappingKey> {
    return listed(this.#runner, o.vaultKeys, args, options);
  }

  /**
   * Makes the current key of this process's keyring the one that wraps, in every process, and wraps all data keys
   * with it, a hundred in each commit, while the vault is in use. What is left is told; the next call continues.
   *
   * Refused with `factor_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.vault.rotate();
   * ```
   */
  rotate(args?: r.VaultRotate, options?: CallOptions): Promise<v.KeysRotated> {
    return this.#runner.one(o.vaultRotate, args, options);
  }
}

/** The operations of `credentials`. */
export class Credentials {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Opens all locks of a PIN and of one-time codes, whichever of them there are.
   *
   * Refused with `idempotency_mismatch`, `credential_not_found`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.credentials.unlockPin({ subject: 'u-1', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  unlockPin(args: r.CredentialsUnlockPin, options?: CallOptions): Promise<v.PinUnlocked> {
    return this.#runner.one(o.credentialsUnlockPin, args, options);
  }

  /**
   * Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are in force once a code
   * was confirmed. A replay shows none of it: `reply_not_kept`.
   *
   * Refused with `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   *
   * @example
   * ```ts
   * await bank.credentials.enrolTotp({ subject: 'u-1', issuer: 'Shop', accountName: 'alice@example.com' });
   * ```
   */
  enrolTotp(args: r.CredentialsEnrolTotp, options?: CallOptions): Promise<v.TotpEnrolled> {
    return this.#runner.one(o.credentialsEnrolTotp, args, options);
  }

  /**
   * Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs one of `proofs`.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `credential_not_found`, `otp_invalid`, `otp_locked`,
   * `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.credentials.confirmTotp({ subject: 'u-1', code: '000000' }); // rejects with errors.OtpInvalid
   * ```
   */
  confirmTotp(args: r.CredentialsConfirmTotp, options?: CallOptions): Promise<v.TotpConfirmed> {
    return this.#runner.one(o.credentialsConfirmTotp, args, options);
  }

  /**
   * Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`. Five wrong ones in a
   * row lock.
   *
   * Refused with `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
   * `otp_invalid`, `otp_reused`, `otp_locked`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   *
   * @example
   * ```ts
   * await bank.credentials.verifyTotp({ subject: 'u-1', code: '000000' }); // rejects with errors.CredentialNotFound
   * ```
   */
  verifyTotp(args: r.CredentialsVerifyTotp, options?: CallOptions): Promise<v.TotpVerified> {
    return this.#runner.one(o.credentialsVerifyTotp, args, options);
  }

  /**
   * Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an admin sets another
   * one, which its owner should change. A first one needs such a proof where codes are in force, or an admin.
   *
   * Refused with `factor_required`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
   * `pin_invalid`, `pin_locked`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.credentials.setPin({ subject: 'u-1', pin: '470815' });
   * ```
   */
  setPin(args: r.CredentialsSetPin, options?: CallOptions): Promise<v.PinSet> {
    return this.#runner.one(o.credentialsSetPin, args, options);
  }

  /**
   * Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five wrong ones in a row
   * lock for five minutes, and after that there is one try each.
   *
   * Refused with `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`, `pin_locked`,
   * `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.credentials.verifyPin({ subject: 'u-1', pin: '470815', context: { device: '0b9e5c1f7a3d4e62' } });
   * ```
   */
  verifyPin(args: r.CredentialsVerifyPin, options?: CallOptions): Promise<v.PinVerified> {
    return this.#runner.one(o.credentialsVerifyPin, args, options);
  }
}

/** The operations of `risk`. */
export class Risk {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Sets a rule, which holds at once in every process, in the place of the one of that name. Another action, subject,
   * metric or window begins from zero; the rest leaves the counts.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
   * `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.setRule({ id: 'five-in-ten-seconds', action: 'ledger.deduct', subject: 'account', metric: 'count', window: 'PT10S', limit: 5, outcome: 'block' });
   * ```
   */
  setRule(args: r.RiskSetRule, options?: CallOptions): Promise<v.RuleReply> {
    return this.#runner.one(o.riskSetRule, args, options);
  }

  /**
   * Sets a rate: calls of a subject are spaced, so many in a span, with a burst.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.setRate({ id: 'hundred-a-minute', action: '*', subject: 'actor', limit: 100, per: 'PT1M' });
   * ```
   */
  setRate(args: r.RiskSetRate, options?: CallOptions): Promise<v.RateReply> {
    return this.#runner.one(o.riskSetRate, args, options);
  }

  /**
   * Removes a rule or a rate, and with it what it has counted.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.removeRule({ id: 'five-in-ten-seconds' });
   * ```
   */
  removeRule(args: r.RiskRemoveRule, options?: CallOptions): Promise<v.RuleRemoved> {
    return this.#runner.one(o.riskRemoveRule, args, options);
  }

  /**
   * Says from which score on something follows; what is left out leads to nothing any more.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.setThresholds({ challenge: 60, block: 90 });
   * ```
   */
  setThresholds(args?: r.RiskSetThresholds, options?: CallOptions): Promise<v.ThresholdsReply> {
    return this.#runner.one(o.riskSetThresholds, args, options);
  }

  /**
   * Blocks an account, an actor, an address, a device or a value: what opens something for it is refused, whatever
   * rules say. It takes the place of an entry that allows.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.block({ subject: 'ip', value: '203.0.113.7', reason: 'stolen cards' });
   * ```
   */
  block(args: r.RiskBlock, options?: CallOptions): Promise<v.ListReply> {
    return this.#runner.one(o.riskBlock, args, options);
  }

  /**
   * Lets an account, an actor, an address, a device or a value through, whatever rules say.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.allow({ subject: 'account', value: 'alice', reason: 'known well', until: '2026-02-01T00:00:00Z' });
   * ```
   */
  allow(args: r.RiskAllow, options?: CallOptions): Promise<v.ListReply> {
    return this.#runner.one(o.riskAllow, args, options);
  }

  /**
   * Takes somebody or something off the lists.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.unlist({ subject: 'ip', value: '203.0.113.7' });
   * ```
   */
  unlist(args: r.RiskUnlist, options?: CallOptions): Promise<v.ListReply> {
    return this.#runner.one(o.riskUnlist, args, options);
  }

  /**
   * Agrees to a call that waits for people to look at it, which is then made under its own key, as the actor who
   * asked for it. Where it is refused then, this may be repeated.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `already_approved`, `self_approval`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.approveReview({ review: parked.details.review, actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  approveReview(args: r.RiskApproveReview, options?: CallOptions): Promise<v.ReviewedReply> {
    return this.#runner.one(o.riskApproveReview, args, options);
  }

  /**
   * Refuses a call that waits for people to look at it, for good.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.rejectReview({ review: unknown.details.review, reason: 'nobody knows it', actor: { id: 'kim', role: 'admin' } });
   * ```
   */
  rejectReview(args: r.RiskRejectReview, options?: CallOptions): Promise<v.ReviewReply> {
    return this.#runner.one(o.riskRejectReview, args, options);
  }

  /**
   * Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
   * `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.risk.installPack({ name: 'prepaid', currency: 'KRW', timeZone: 'Asia/Seoul' });
   * ```
   */
  installPack(args: r.RiskInstallPack, options?: CallOptions): Promise<v.PackReply> {
    return this.#runner.one(o.riskInstallPack, args, options);
  }

  /**
   * The rules, the rates and the thresholds.
   *
   * @example
   * ```ts
   * await bank.risk.rules();
   * ```
   */
  rules(args?: r.RiskRules, options?: CallOptions): Promise<v.Rules> {
    return this.#runner.one(o.riskRules, args, options);
  }

  /**
   * Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`.
   *
   * @example
   * ```ts
   * await bank.risk.evaluate({ action: 'ledger.deduct', args: { account: 'alice', amount: '5.00 USD' } });
   * ```
   */
  evaluate(args: r.RiskEvaluate, options?: CallOptions): Promise<v.Decision> {
    return this.#runner.one(o.riskEvaluate, args, options);
  }

  /**
   * Calls that wait for people to look at them, and those that did, newest first.
   *
   * @example
   * ```ts
   * await bank.risk.reviews({ state: 'pending', limit: 20 });
   * ```
   */
  reviews(args?: r.RiskReviews, options?: CallOptions): PagePromise<v.Review> {
    return listed(this.#runner, o.riskReviews, args, options);
  }

  /**
   * Rates an account by its operations, its disputes and its refunds.
   *
   * Refused with `invalid_account`, `account_not_found`.
   *
   * @example
   * ```ts
   * await bank.risk.profile({ account: 'alice' });
   * ```
   */
  profile(args: r.RiskProfile, options?: CallOptions): Promise<v.Profile> {
    return this.#runner.one(o.riskProfile, args, options);
  }

  /**
   * Lists decisions in which something fired, newest first. A plain yes is not kept.
   *
   * @example
   * ```ts
   * await bank.risk.decisions({ subject: 'account', value: 'alice', limit: 20 });
   * ```
   */
  decisions(args?: r.RiskDecisions, options?: CallOptions): PagePromise<v.Decision> {
    return listed(this.#runner, o.riskDecisions, args, options);
  }
}

/** The operations of `signing`. */
export class Signing {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Draws a key and seals it in the vault. No operation shows a private key.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const hot = await bank.signing.createKey({ label: 'hot wallet' });
   * ```
   */
  createKey(args?: r.SigningCreateKey, options?: CallOptions): Promise<v.KeyKept> {
    return this.#runner.one(o.signingCreateKey, args, options);
  }

  /**
   * The keys, newest first.
   *
   * @example
   * ```ts
   * await bank.signing.keys();
   * ```
   */
  keys(args?: r.SigningKeys, options?: CallOptions): PagePromise<v.SigningKey> {
    return listed(this.#runner, o.signingKeys, args, options);
  }

  /**
   * Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer with a high s is
   * lowered; one of another key is `signature_invalid`.
   *
   * Refused with `key_not_found`, `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.signing.complete({ key: kms.key, message: 'Some data', signature: '0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c' });
   * ```
   */
  complete(args: r.SigningComplete, options?: CallOptions): Promise<v.SignatureCompleted> {
    return this.#runner.one(o.signingComplete, args, options);
  }

  /**
   * The address of a key.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.signing.address({ key: old.key });
   * ```
   */
  address(args: r.SigningAddress, options?: CallOptions): Promise<v.KeyAddress> {
    return this.#runner.one(o.signingAddress, args, options);
  }

  /**
   * Recovers the signer of a message, typed data or a digest.
   *
   * Refused with `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.signing.recover({ message: 'Log in to the shop, 2026-01-01', signature: login.signature });
   * ```
   */
  recover(args: r.SigningRecover, options?: CallOptions): Promise<v.AddressRecovered> {
    return this.#runner.one(o.signingRecover, args, options);
  }

  /**
   * Decodes a signed transaction, which must be in its one canonical form, and recovers its signer.
   *
   * Refused with `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.signing.decodeTransaction({ raw: signed.raw });
   * ```
   */
  decodeTransaction(args: r.SigningDecodeTransaction, options?: CallOptions): Promise<v.TransactionDecoded> {
    return this.#runner.one(o.signingDecodeTransaction, args, options);
  }

  /**
   * The `to` and `data` of a transaction that moves tokens (ERC-20).
   *
   * @example
   * ```ts
   * await bank.signing.erc20Transfer({ token: '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359', to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', amount: '25000000' });
   * ```
   */
  erc20Transfer(args: r.SigningErc20Transfer, options?: CallOptions): Promise<v.CallData> {
    return this.#runner.one(o.signingErc20Transfer, args, options);
  }

  /**
   * Takes over a key from elsewhere and seals it, or the address of one that the host has. One that is there already
   * stays as it is.
   *
   * Refused with `factor_required`, `password_invalid`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const old = await bank.signing.importKey({ mnemonic: 'test test test test test test test test test test test junk', path: 'm/44\'/60\'/0\'/0/0' });
   * ```
   */
  importKey(args?: r.SigningImportKey, options?: CallOptions): Promise<v.KeyKept> {
    return this.#runner.one(o.signingImportKey, args, options);
  }

  /**
   * Says what a key may sign. It takes the place of the policy before; what was counted stays.
   *
   * Refused with `version_conflict`, `factor_required`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.signing.setKeyPolicy({ key: old.key, chainIds: ['137'], recipients: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'], maxValue: '1000000000000000000', dailyValue: '5000000000000000000', messages: true });
   * ```
   */
  setKeyPolicy(args: r.SigningSetKeyPolicy, options?: CallOptions): Promise<v.KeyPolicySet> {
    return this.#runner.one(o.signingSetKeyPolicy, args, options);
  }

  /**
   * Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose private key is
   * with the host.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.signing.prepare({ key: kms.key, message: 'Some data' });
   * ```
   */
  prepare(args: r.SigningPrepare, options?: CallOptions): Promise<v.SignaturePrepared> {
    return this.#runner.one(o.signingPrepare, args, options);
  }

  /**
   * Signs a transaction, once the key's policy has judged what it moves. The same transaction again has the same
   * signature and counts no more, nor does one of the same nonce that moves less.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const signed = await bank.signing.signTransaction({ key: old.key, tx: { type: 'eip1559', chainId: '137', nonce: '0', to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', value: '1000000000000000000', gasLimit: '21000', maxFeePerGas: '30000000000', maxPriorityFeePerGas: '1000000000' } });
   * ```
   */
  signTransaction(args: r.SigningSignTransaction, options?: CallOptions): Promise<v.TransactionSigned> {
    return this.#runner.one(o.signingSignTransaction, args, options);
  }

  /**
   * Signs a message (EIP-191).
   *
   * Refused with `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const login = await bank.signing.signMessage({ key: old.key, message: 'Log in to the shop, 2026-01-01' });
   * ```
   */
  signMessage(args: r.SigningSignMessage, options?: CallOptions): Promise<v.DigestSigned> {
    return this.#runner.one(o.signingSignMessage, args, options);
  }

  /**
   * Signs typed data (EIP-712), once the key's policy has judged what it lets others take.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.signing.signTypedData({ key: hot.key, typedData: { types: { Mail: [{ name: 'to', type: 'address' }, { name: 'contents', type: 'string' }] }, primaryType: 'Mail', domain: { name: 'Ether Mail', chainId: 1 }, message: { to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', contents: 'Hello' } } });
   * ```
   */
  signTypedData(args: r.SigningSignTypedData, options?: CallOptions): Promise<v.DigestSigned> {
    return this.#runner.one(o.signingSignTypedData, args, options);
  }
}

/** The operations of `events`. */
export class Events {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Makes a sink, a named reader of the log that gets every event but its own at least once, and those of one object
   * in their order; or changes what one wants.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.events.subscribe({ sink: 'mailer', types: ['deal.*'], from: 'first' });
   * ```
   */
  subscribe(args: r.EventsSubscribe, options?: CallOptions): Promise<v.SinkReply> {
    return this.#runner.one(o.eventsSubscribe, args, options);
  }

  /**
   * Moves a consumer's place in the log; inside a transaction of the application it is moved with what the consumer
   * has done there, or not at all.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.events.advance({ consumer: 'reports', seq: batch.seq, afterSeq: 0 });
   * ```
   */
  advance(args: r.EventsAdvance, options?: CallOptions): Promise<v.SinkReply> {
    return this.#runner.one(o.eventsAdvance, args, options);
  }

  /**
   * Delivers the events of an object again that a sink has left behind, or gives them up.
   *
   * Refused with `version_conflict`, `sink_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.events.unpark({ sink: 'mailer', object: left.items[0].object, objectId: left.items[0].objectId });
   * ```
   */
  unpark(args: r.EventsUnpark, options?: CallOptions): Promise<v.ParkedReply> {
    return this.#runner.one(o.eventsUnpark, args, options);
  }

  /**
   * Events in the order of the book's sequence.
   *
   * @example
   * ```ts
   * await bank.events.list({ types: ['deal.opened'], limit: 20 });
   * ```
   */
  list(args?: r.EventsList, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.eventsList, args, options);
  }

  /**
   * Recomputes the hash chain of a book.
   *
   * @example
   * ```ts
   * await bank.events.verifyChain();
   * ```
   */
  verifyChain(args?: r.EventsVerifyChain, options?: CallOptions): Promise<v.Chain> {
    return this.#runner.one(o.eventsVerifyChain, args, options);
  }

  /**
   * Hashes the whole state of a book: equal on every store for equal money.
   *
   * @example
   * ```ts
   * await bank.events.stateHash();
   * ```
   */
  stateHash(args?: r.EventsStateHash, options?: CallOptions): Promise<v.StateHash> {
    return this.#runner.one(o.eventsStateHash, args, options);
  }

  /**
   * The sinks of a book, and how far behind they are.
   *
   * @example
   * ```ts
   * await bank.events.sinks();
   * ```
   */
  sinks(args?: r.EventsSinks, options?: CallOptions): PagePromise<v.SinkStatus> {
    return listed(this.#runner, o.eventsSinks, args, options);
  }

  /**
   * The objects that a sink has left behind because one of their events failed.
   *
   * Refused with `sink_not_found`.
   *
   * @example
   * ```ts
   * const left = await bank.events.parked({ sink: 'mailer' });
   * ```
   */
  parked(args: r.EventsParked, options?: CallOptions): PagePromise<v.Parked> {
    return listed(this.#runner, o.eventsParked, args, options);
  }

  /**
   * Applies the log of a book into an empty store: a read-only copy of equal hash.
   *
   * @example
   * ```ts
   * await bank.events.replay({ into: 'memory:' });
   * ```
   */
  replay(args: r.EventsReplay, options?: CallOptions): Promise<v.Replayed> {
    return this.#runner.one(o.eventsReplay, args, options);
  }

  /**
   * Takes the next events of a sink for a while; nobody else gets events of it until then, or until they are reported
   * on. Who is too slow has them delivered to others too.
   *
   * Refused with `sink_not_found`.
   *
   * @example
   * ```ts
   * const batch = await bank.events.take({ sink: 'mailer', limit: 2, for: 'PT1M' });
   * ```
   */
  take(args: r.EventsTake, options?: CallOptions): Promise<v.Batch> {
    return this.#runner.one(o.eventsTake, args, options);
  }

  /**
   * Reports on events that were taken: what is done, and what failed. An object whose event failed is left behind
   * until it comes again; the sink goes on with all others. Under an older batch: `version_conflict`.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   *
   * @example
   * ```ts
   * await bank.events.settle({ sink: 'mailer', fence: batch.fence, seq: batch.seq, failed: [{ seq: batch.events[0].seq, error: 'no answer' }] });
   * ```
   */
  settle(args: r.EventsSettle, options?: CallOptions): Promise<v.SinkReply> {
    return this.#runner.one(o.eventsSettle, args, options);
  }

  /**
   * Takes a sink back to an earlier place: the events after it come again, under the same ids.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   *
   * @example
   * ```ts
   * await bank.events.rewind({ sink: 'mailer', seq: 0 });
   * ```
   */
  rewind(args: r.EventsRewind, options?: CallOptions): Promise<v.SinkReply> {
    return this.#runner.one(o.eventsRewind, args, options);
  }

  /**
   * Removes a sink, with what it has left behind. Nobody can take its events any more.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   *
   * @example
   * ```ts
   * await bank.events.unsubscribe({ sink: 'reports' });
   * ```
   */
  unsubscribe(args: r.EventsUnsubscribe, options?: CallOptions): Promise<v.SinkReply> {
    return this.#runner.one(o.eventsUnsubscribe, args, options);
  }
}

/** The operations of `jobs`. */
export class Jobs {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Writes a job of the application's own, in the same commit; inside a transaction of the application it takes place
   * with that. Workers lease it as any other. A key names one job for ever: once that is over and swept, the same
   * call is `reply_not_kept`.
   *
   * Refused with `idempotency_mismatch`, `reply_not_kept`.
   *
   * @example
   * ```ts
   * await bank.jobs.enqueue({ kind: 'mail.invoice', payload: { order: 'order-1' }, key: 'order-1/invoice' });
   * ```
   */
  enqueue(args: r.JobsEnqueue, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsEnqueue, args, options);
  }

  /**
   * Says that a job is done. Under an older lease: `version_conflict`.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `transition_not_allowed`,
   * `version_conflict`, `job_not_found`, `idempotency_mismatch`, `signature_invalid`.
   *
   * @example
   * ```ts
   * await bank.jobs.complete({ job: leased.jobs[0].id, fence: leased.jobs[0].fence, result: { sent: true } });
   * ```
   */
  complete(args: r.JobsComplete, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsComplete, args, options);
  }

  /**
   * Says that a job did not work: it is tried again after a pause that grows, until it is dead.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.jobs.fail({ job: leased.jobs[1].id, fence: leased.jobs[1].fence, error: 'no answer' });
   * ```
   */
  fail(args: r.JobsFail, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsFail, args, options);
  }

  /**
   * Asks for more time for a job.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.jobs.extend({ job: leased.jobs[2].id, fence: leased.jobs[2].fence, for: 'PT10M' });
   * ```
   */
  extend(args: r.JobsExtend, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsExtend, args, options);
  }

  /**
   * Gives back a job that was not begun: it is due as before, and the lease was no attempt.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.jobs.release({ job: leased.jobs[2].id, fence: leased.jobs[2].fence });
   * ```
   */
  release(args: r.JobsRelease, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsRelease, args, options);
  }

  /**
   * Drives a job again from its first attempt on: one that is dead, or that waits.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.jobs.retry({ job: leased.jobs[1].id });
   * ```
   */
  retry(args: r.JobsRetry, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsRetry, args, options);
  }

  /**
   * Ends a job without its being done: one that is dead, or that waits.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   *
   * @example
   * ```ts
   * await bank.jobs.discard({ job: leased.jobs[2].id });
   * ```
   */
  discard(args: r.JobsDiscard, options?: CallOptions): Promise<v.JobReply> {
    return this.#runner.one(o.jobsDiscard, args, options);
  }

  /**
   * Jobs, newest first.
   *
   * @example
   * ```ts
   * await bank.jobs.list({ state: 'queued', limit: 20 });
   * ```
   */
  list(args?: r.JobsList, options?: CallOptions): PagePromise<v.Job> {
    return listed(this.#runner, o.jobsList, args, options);
  }

  /**
   * How many jobs a book has, by state and kind.
   *
   * @example
   * ```ts
   * await bank.jobs.stats();
   * ```
   */
  stats(args?: r.JobsStats, options?: CallOptions): Promise<v.JobStats> {
    return this.#runner.one(o.jobsStats, args, options);
  }

  /**
   * Takes jobs that are due for a while: each carries the number of its lease, for the report.
   *
   * Refused with `decryption_failed`, `key_not_found`.
   *
   * @example
   * ```ts
   * const leased = await bank.jobs.lease({ kinds: ['notify.parties'], limit: 3, for: 'PT1M' });
   * ```
   */
  lease(args: r.JobsLease, options?: CallOptions): Promise<v.Leased> {
    return this.#runner.one(o.jobsLease, args, options);
  }

  /**
   * Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in this process.
   *
   * @example
   * ```ts
   * await bank.jobs.runDue({ limit: 100 });
   * ```
   */
  runDue(args?: r.JobsRunDue, options?: CallOptions): Promise<v.Ran> {
    return this.#runner.one(o.jobsRunDue, args, options);
  }
}

/** The operations of `admin`. */
export class Admin {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * Looks up the outcome of an idempotency key.
   *
   * @example
   * ```ts
   * await bank.admin.lookupKey({ key: 'order-7' });
   * ```
   */
  lookupKey(args: r.AdminLookupKey, options?: CallOptions): Promise<v.KeyOutcome> {
    return this.#runner.one(o.adminLookupKey, args, options);
  }

  /**
   * Lists who did what, and what happened to what, oldest first.
   *
   * @example
   * ```ts
   * await bank.admin.audit({ object: order.deal.id });
   * ```
   */
  audit(args?: r.AdminAudit, options?: CallOptions): PagePromise<v.Event> {
    return listed(this.#runner, o.adminAudit, args, options);
  }

  /**
   * Whether the engine and its store are well.
   *
   * @example
   * ```ts
   * await bank.admin.health();
   * ```
   */
  health(args?: r.AdminHealth, options?: CallOptions): Promise<v.Health> {
    return this.#runner.one(o.adminHealth, args, options);
  }

  /**
   * Recomputes every invariant of every book from the rows and the log. Recounts what rules have counted, by the
   * rules of then, and compares each counter with the result (`counters_recomputed`): counts, sums, failures, rates,
   * different values, in every window, about accounts, actors, other sides, addresses, devices and metadata. A rule
   * is left out, with all that it has counted, where the log and the rows do not have what the recount needs: a rule
   * about addresses or devices once `admin.erase_context` has erased one of a counted call; a rule about metadata
   * once it has counted a call that failed, one whose metadata no row keeps (only transfers, holds and deals keep
   * it), or the opening of a deal whose metadata was changed since; and, after a clock was set back, what a refusal
   * took as counted now of parties whom no event names. A rule set anew under another name is compared from its
   * beginning.
   *
   * @example
   * ```ts
   * await bank.admin.verify();
   * ```
   */
  verify(args?: r.AdminVerify, options?: CallOptions): Promise<v.Verify> {
    return this.#runner.one(o.adminVerify, args, options);
  }

  /**
   * Says that the clock is right as it is: after a jump calls are taken again, in every process, and timers run by
   * it.
   *
   * @example
   * ```ts
   * await bank.admin.confirmClock();
   * ```
   */
  confirmClock(args?: r.AdminConfirmClock, options?: CallOptions): Promise<v.ClockConfirmed> {
    return this.#runner.one(o.adminConfirmClock, args, options);
  }

  /**
   * Erases the address and the device of end users from events; the chain stays as it is.
   *
   * @example
   * ```ts
   * await bank.admin.eraseContext({ subject: 'u-1' });
   * ```
   */
  eraseContext(args?: r.AdminEraseContext, options?: CallOptions): Promise<v.Erased> {
    return this.#runner.one(o.adminEraseContext, args, options);
  }

  /**
   * Begins a timeline: this copy of a store goes its own way, and its links and receipts differ from the original's.
   *
   * @example
   * ```ts
   * await bank.admin.fork();
   * ```
   */
  fork(args?: r.AdminFork, options?: CallOptions): Promise<v.Timeline> {
    return this.#runner.one(o.adminFork, args, options);
  }

  /**
   * Copies the store to a new file, while it is in use (SQLite).
   *
   * @example
   * ```ts
   * await bank.admin.backup({ path: 'backup.db' });
   * ```
   */
  backup(args: r.AdminBackup, options?: CallOptions): Promise<v.Copied> {
    return this.#runner.one(o.adminBackup, args, options);
  }

  /**
   * Puts a backup of this store in the place of everything that it has, whole or not at all, and begins a timeline
   * (SQLite). What happened after the backup is gone: keys of calls that were made since are free again. Where this
   * process's keyring lacks a key that something in the backup needs, nothing is restored without `force`.
   *
   * Refused with `key_not_found`.
   *
   * @example
   * ```ts
   * await bank.admin.restore({ path: 'backup.db' });
   * ```
   */
  restore(args: r.AdminRestore, options?: CallOptions): Promise<v.Timeline> {
    return this.#runner.one(o.adminRestore, args, options);
  }

  /**
   * Returns what this process has done and how far it is behind, as a text that Prometheus reads: give it as the
   * answer of a route of your own.
   *
   * @example
   * ```ts
   * await bank.admin.metrics();
   * ```
   */
  metrics(args?: r.AdminMetrics, options?: CallOptions): Promise<v.Metrics> {
    return this.#runner.one(o.adminMetrics, args, options);
  }

  /**
   * Counts of the store and of this process.
   *
   * @example
   * ```ts
   * await bank.admin.stats();
   * ```
   */
  stats(args?: r.AdminStats, options?: CallOptions): Promise<v.Stats> {
    return this.#runner.one(o.adminStats, args, options);
  }
}

/** All services, of an engine or of a transaction that it is bound to. */
export abstract class Services {
  readonly #made = new Map<string, unknown>();

  /** @internal */
  protected abstract readonly runner: Runner;

  /** @internal */
  protected made<T>(name: string, make: (runner: Runner) => T): T {
    let one = this.#made.get(name) as T | undefined;
    if (one === undefined) this.#made.set(name, (one = make(this.runner)));
    return one;
  }

  /** The operations of `ledger`. */
  get ledger(): Ledger {
    return this.made('ledger', (runner) => new Ledger(runner));
  }

  /** The operations of `escrow`. */
  get escrow(): Escrow {
    return this.made('escrow', (runner) => new Escrow(runner));
  }

  /** The operations of `receipts`. */
  get receipts(): Receipts {
    return this.made('receipts', (runner) => new Receipts(runner));
  }

  /** The operations of `treasury`. */
  get treasury(): Treasury {
    return this.made('treasury', (runner) => new Treasury(runner));
  }

  /** The operations of `payments`. */
  get payments(): Payments {
    return this.made('payments', (runner) => new Payments(runner));
  }

  /** The operations of `purchases`. */
  get purchases(): Purchases {
    return this.made('purchases', (runner) => new Purchases(runner));
  }

  /** The operations of `webhooks`. */
  get webhooks(): Webhooks {
    return this.made('webhooks', (runner) => new Webhooks(runner));
  }

  /** The operations of `withdrawals`. */
  get withdrawals(): Withdrawals {
    return this.made('withdrawals', (runner) => new Withdrawals(runner));
  }

  /** The operations of `approvals`. */
  get approvals(): Approvals {
    return this.made('approvals', (runner) => new Approvals(runner));
  }

  /** The operations of `vault`. */
  get vault(): Vault {
    return this.made('vault', (runner) => new Vault(runner));
  }

  /** The operations of `credentials`. */
  get credentials(): Credentials {
    return this.made('credentials', (runner) => new Credentials(runner));
  }

  /** The operations of `risk`. */
  get risk(): Risk {
    return this.made('risk', (runner) => new Risk(runner));
  }

  /** The operations of `signing`. */
  get signing(): Signing {
    return this.made('signing', (runner) => new Signing(runner));
  }

  /** The operations of `events`. */
  get events(): Events {
    return this.made('events', (runner) => new Events(runner));
  }

  /** The operations of `jobs`. */
  get jobs(): Jobs {
    return this.made('jobs', (runner) => new Jobs(runner));
  }

  /** The operations of `admin`. */
  get admin(): Admin {
    return this.made('admin', (runner) => new Admin(runner));
  }
}
