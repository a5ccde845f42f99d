// The same, without waiting.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { paged, type SyncPage, type SyncRunner } from '../runner';
import o = require('./operations');
import type * as r from './requests';
import type * as v from './views';

/** The operations of `ledger`. */
export class SyncLedger {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Opens an account in one currency.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_exists`, `overflow`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  openAccount(args: r.LedgerOpenAccount, options?: never): v.AccountReply {
    return this.#runner.one(o.ledgerOpenAccount, args, options);
  }

  /**
   * Changes label, owner, name, overdraft limit, reference or metadata of an account.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_closed`, `overflow`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  updateAccount(args: r.LedgerUpdateAccount, options?: never): v.AccountReply {
    return this.#runner.one(o.ledgerUpdateAccount, args, options);
  }

  /**
   * Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff capture its holds.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_locked`, `account_closed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   */
  lockAccount(args: r.LedgerLockAccount, options?: never): v.AccountReply {
    return this.#runner.one(o.ledgerLockAccount, args, options);
  }

  /**
   * Unlocks an account, or opens a closed one again that was paid what it was owed.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_closed`, `transition_not_allowed`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   */
  unlockAccount(args: r.LedgerUnlockAccount, options?: never): v.AccountReply {
    return this.#runner.one(o.ledgerUnlockAccount, args, options);
  }

  /**
   * Closes an empty account for good: only what it is still owed opens it again.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `account_closed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   */
  closeAccount(args: r.LedgerCloseAccount, options?: never): v.AccountReply {
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
   */
  topUp(args: r.LedgerTopUp, options?: never): v.Moved {
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
   */
  deduct(args: r.LedgerDeduct, options?: never): v.Moved {
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
   */
  transfer(args: r.LedgerTransfer, options?: never): v.Moved {
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
   */
  post(args: r.LedgerPost, options?: never): v.Posted {
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
   */
  cancel(args: r.LedgerCancel, options?: never): v.Moved {
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
   */
  refund(args: r.LedgerRefund, options?: never): v.Moved {
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
   */
  hold(args: r.LedgerHold, options?: never): v.HoldReply {
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
   */
  capture(args: r.LedgerCapture, options?: never): v.Captured {
    return this.#runner.one(o.ledgerCapture, args, options);
  }

  /**
   * Releases a hold.
   *
   * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  void(args: r.LedgerVoid, options?: never): v.HoldReply {
    return this.#runner.one(o.ledgerVoid, args, options);
  }

  /**
   * Moves the expiry of a hold.
   *
   * Refused with `hold_not_found`, `hold_expired`, `hold_closed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  extend(args: r.LedgerExtend, options?: never): v.HoldReply {
    return this.#runner.one(o.ledgerExtend, args, options);
  }

  /**
   * Takes row locks ahead of several calls in one host transaction.
   *
   * Refused with `invalid_account`, `account_not_found`, `idempotency_mismatch`.
   */
  lock(args: r.LedgerLock, options?: never): v.Locked {
    return this.#runner.one(o.ledgerLock, args, options);
  }

  /**
   * One account.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   */
  account(args: r.LedgerAccount, options?: never): v.Account {
    return this.#runner.one(o.ledgerAccount, args, options);
  }

  /**
   * Accounts, by owner or by the beginning of their name.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`.
   */
  accounts(args?: r.LedgerAccounts, options?: never): SyncPage<v.Account> {
    return paged(this.#runner, o.ledgerAccounts, args, options);
  }

  /**
   * A balance, now or at a time in the past.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   */
  balance(args: r.LedgerBalance, options?: never): v.Balance {
    return this.#runner.one(o.ledgerBalance, args, options);
  }

  /**
   * Many balances in one round trip.
   *
   * Refused with `invalid_account`, `account_not_found`.
   */
  balances(args?: r.LedgerBalances, options?: never): v.Balances {
    return this.#runner.one(o.ledgerBalances, args, options);
  }

  /**
   * One transfer.
   *
   * Refused with `transfer_not_found`.
   */
  getTransfer(args: r.LedgerGetTransfer, options?: never): v.Transfer {
    return this.#runner.one(o.ledgerGetTransfer, args, options);
  }

  /**
   * Transfers, newest first.
   *
   * Refused with `invalid_account`.
   */
  transfers(args?: r.LedgerTransfers, options?: never): SyncPage<v.Transfer> {
    return paged(this.#runner, o.ledgerTransfers, args, options);
  }

  /**
   * Entries of an account, newest first.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`.
   */
  entries(args: r.LedgerEntries, options?: never): SyncPage<v.Entry> {
    return paged(this.#runner, o.ledgerEntries, args, options);
  }

  /**
   * A statement of an account, also as CSV.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`, `overflow`.
   */
  statement(args: r.LedgerStatement, options?: never): v.Statement {
    return this.#runner.one(o.ledgerStatement, args, options);
  }

  /**
   * One hold.
   *
   * Refused with `hold_not_found`.
   */
  getHold(args: r.LedgerGetHold, options?: never): v.Hold {
    return this.#runner.one(o.ledgerGetHold, args, options);
  }

  /**
   * Holds, newest first.
   *
   * Refused with `invalid_account`.
   */
  holds(args?: r.LedgerHolds, options?: never): SyncPage<v.Hold> {
    return paged(this.#runner, o.ledgerHolds, args, options);
  }

  /**
   * All balances of a book per currency: they sum to zero.
   *
   * Refused with `overflow`.
   */
  trialBalance(args?: r.LedgerTrialBalance, options?: never): v.TrialBalance {
    return this.#runner.one(o.ledgerTrialBalance, args, options);
  }

  /** Runs several writing calls as one group: all or none, or each for itself. */
  batch(args: r.LedgerBatch, options?: never): v.BatchReply {
    return this.#runner.one(o.ledgerBatch, args, options);
  }
}

/** The operations of `escrow`. */
export class SyncEscrow {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Opens a deal in `pending`.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_locked`, `account_closed`, `overflow`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  open(args: r.EscrowOpen, options?: never): v.DealReply {
    return this.#runner.one(o.escrowOpen, args, options);
  }

  /**
   * Takes the price from the buyer's balance: held, then secured in the deal's own account.
   *
   * Refused with `account_locked`, `account_closed`, `insufficient_balance`, `limit_exceeded`, `overflow`,
   * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  pay(args: r.EscrowPay, options?: never): v.DealReply {
    return this.#runner.one(o.escrowPay, args, options);
  }

  /**
   * Secures a deal that was only paid: its hold is captured into the deal's own account.
   *
   * Refused with `limit_exceeded`, `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`,
   * `version_conflict`, `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  secure(args: r.EscrowSecure, options?: never): v.DealReply {
    return this.#runner.one(o.escrowSecure, args, options);
  }

  /**
   * The seller accepts a deal that asks for it.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  accept(args: r.EscrowAccept, options?: never): v.DealReply {
    return this.#runner.one(o.escrowAccept, args, options);
  }

  /**
   * The seller has shipped.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   */
  ship(args: r.EscrowShip, options?: never): v.DealReply {
    return this.#runner.one(o.escrowShip, args, options);
  }

  /**
   * It has arrived: the time to inspect begins.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  deliver(args: r.EscrowDeliver, options?: never): v.DealReply {
    return this.#runner.one(o.escrowDeliver, args, options);
  }

  /**
   * The buyer is content: the seller is paid.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  confirm(args: r.EscrowConfirm, options?: never): v.DealReply {
    return this.#runner.one(o.escrowConfirm, args, options);
  }

  /**
   * Calls the deal off; what was paid goes back to the buyer.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  cancel(args: r.EscrowCancel, options?: never): v.DealReply {
    return this.#runner.one(o.escrowCancel, args, options);
  }

  /**
   * The buyer asks for the money back, all of it or a part: the clock stops until it is decided.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `deal_not_found`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  requestRefund(args: r.EscrowRequestRefund, options?: never): v.DealReply {
    return this.#runner.one(o.escrowRequestRefund, args, options);
  }

  /**
   * The seller or an admin gives back what the buyer asked for; after a part the deal continues where it stood.
   *
   * Refused with `overflow`, `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  approveRefund(args: r.EscrowApproveRefund, options?: never): v.DealReply {
    return this.#runner.one(o.escrowApproveRefund, args, options);
  }

  /**
   * The seller or an admin refuses the refund: the deal continues where it stood, with the time that was left.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  refuseRefund(args: r.EscrowRefuseRefund, options?: never): v.DealReply {
    return this.#runner.one(o.escrowRefuseRefund, args, options);
  }

  /**
   * Releases a part of the price, by amount or by milestone; the state stays.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  releasePart(args: r.EscrowReleasePart, options?: never): v.DealReply {
    return this.#runner.one(o.escrowReleasePart, args, options);
  }

  /**
   * Puts off the deadline in force; the side that waits for it may, and an admin.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  extend(args: r.EscrowExtend, options?: never): v.DealReply {
    return this.#runner.one(o.escrowExtend, args, options);
  }

  /**
   * Changes metadata or reference of a deal, in any state.
   *
   * Refused with `deal_not_found`, `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  update(args: r.EscrowUpdate, options?: never): v.DealReply {
    return this.#runner.one(o.escrowUpdate, args, options);
  }

  /**
   * A party opens a dispute: the deal stands still until it has ended.
   *
   * Refused with `deal_not_found`, `transition_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  dispute(args: r.EscrowDispute, options?: never): v.DisputeReply {
    return this.#runner.one(o.escrowDispute, args, options);
  }

  /**
   * Shows a piece of evidence in a dispute; it can not be changed.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  addEvidence(args: r.EscrowAddEvidence, options?: never): v.DisputeReply {
    return this.#runner.one(o.escrowAddEvidence, args, options);
  }

  /**
   * Staff look into a dispute.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  investigate(args: r.EscrowInvestigate, options?: never): v.DisputeReply {
    return this.#runner.one(o.escrowInvestigate, args, options);
  }

  /**
   * The party that opened a dispute takes it back: the deal continues where it stood, with the time that was left.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  withdraw(args: r.EscrowWithdraw, options?: never): v.DisputeReply {
    return this.#runner.one(o.escrowWithdraw, args, options);
  }

  /**
   * Staff decide a dispute, and its money goes where the ruling says, in one commit.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `dispute_not_found`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_key_missing`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  resolve(args: r.EscrowResolve, options?: never): v.DisputeReply {
    return this.#runner.one(o.escrowResolve, args, options);
  }

  /**
   * Quotes the cost and the proceeds of a deal, without writing.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`.
   */
  quote(args: r.EscrowQuote, options?: never): v.Quote {
    return this.#runner.one(o.escrowQuote, args, options);
  }

  /**
   * One deal, by its id or the caller's own reference.
   *
   * Refused with `deal_not_found`.
   */
  get(args?: r.EscrowGet, options?: never): v.Deal {
    return this.#runner.one(o.escrowGet, args, options);
  }

  /**
   * Deals, newest first.
   *
   * Refused with `invalid_account`.
   */
  list(args?: r.EscrowList, options?: never): SyncPage<v.Deal> {
    return paged(this.#runner, o.escrowList, args, options);
  }

  /**
   * The events of a deal, oldest first.
   *
   * Refused with `deal_not_found`.
   */
  history(args: r.EscrowHistory, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.escrowHistory, args, options);
  }

  /**
   * Would this be allowed? Verdict and reason, without writing.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `deal_not_found`.
   */
  validate(args: r.EscrowValidate, options?: never): v.Validation {
    return this.#runner.one(o.escrowValidate, args, options);
  }

  /**
   * Lists the actions open to an actor on a deal now, for user interfaces.
   *
   * Refused with `deal_not_found`.
   */
  allowedActions(args: r.EscrowAllowedActions, options?: never): v.Actions {
    return this.#runner.one(o.escrowAllowedActions, args, options);
  }

  /** The states and transitions of a deal as a picture, drawn from the table that runs them. */
  diagram(args?: r.EscrowDiagram, options?: never): v.Diagram {
    return this.#runner.one(o.escrowDiagram, args, options);
  }

  /**
   * One dispute with its deal, its parties, what was shipped and all that happened.
   *
   * Refused with `dispute_not_found`.
   */
  getDispute(args: r.EscrowGetDispute, options?: never): v.DisputeFile {
    return this.#runner.one(o.escrowGetDispute, args, options);
  }

  /** Disputes, newest first. */
  disputes(args?: r.EscrowDisputes, options?: never): SyncPage<v.Dispute> {
    return paged(this.#runner, o.escrowDisputes, args, options);
  }

  /** How many disputes there are of which type, and how long it takes to resolve them. */
  disputeStats(args?: r.EscrowDisputeStats, options?: never): v.DisputeStats {
    return this.#runner.one(o.escrowDisputeStats, args, options);
  }
}

/** The operations of `receipts`. */
export class SyncReceipts {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Checks a receipt with the engine's keys, or with public keys that are given: genuine or not, and why not.
   *
   * Refused with `key_not_found`.
   */
  verify(args: r.ReceiptsVerify, options?: never): v.Verification {
    return this.#runner.one(o.receiptsVerify, args, options);
  }

  /**
   * The keys that others need to check receipts.
   *
   * Refused with `key_not_found`.
   */
  publicKeys(args?: r.ReceiptsPublicKeys, options?: never): v.PublicKeys {
    return this.#runner.one(o.receiptsPublicKeys, args, options);
  }

  /**
   * The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be rolled back.
   *
   * Refused with `transfer_not_found`, `key_not_found`.
   */
  get(args: r.ReceiptsGet, options?: never): v.Receipt {
    return this.#runner.one(o.receiptsGet, args, options);
  }

  /**
   * Receipts, newest first, each derived and signed.
   *
   * Refused with `key_not_found`.
   */
  list(args?: r.ReceiptsList, options?: never): SyncPage<v.Receipt> {
    return paged(this.#runner, o.receiptsList, args, options);
  }

  /**
   * A receipt as a text or a page for people, in English or Korean.
   *
   * Refused with `transfer_not_found`, `key_not_found`, `signature_invalid`.
   */
  render(args: r.ReceiptsRender, options?: never): v.RenderedReceipt {
    return this.#runner.one(o.receiptsRender, args, options);
  }
}

/** The operations of `treasury`. */
export class SyncTreasury {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`, whatever the operation.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `account_not_found`, `account_closed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   */
  setAccount(args: r.TreasurySetAccount, options?: never): v.TreasuryReply {
    return this.#runner.one(o.treasurySetAccount, args, options);
  }

  /**
   * How much of its limits an account has used, and what should be moved to a cold account.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `invalid_account`, `account_not_found`,
   * `condition_not_met`.
   */
  usage(args: r.TreasuryUsage, options?: never): v.Usage {
    return this.#runner.one(o.treasuryUsage, args, options);
  }

  /** Lists payouts and refunds of deals, newest first. */
  settlements(args?: r.TreasurySettlements, options?: never): SyncPage<v.Settlement> {
    return paged(this.#runner, o.treasurySettlements, args, options);
  }
}

/** The operations of `payments`. */
export class SyncPayments {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the kind `gateway.ID`,
   * which a worker of the application's own leases, or a driver that is built in does.
   *
   * Refused with `invalid_currency`, `currency_not_allowed`, `version_conflict`, `factor_required`,
   * `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   */
  setGateway(args: r.PaymentsSetGateway, options?: never): v.GatewayReply {
    return this.#runner.one(o.paymentsSetGateway, args, options);
  }

  /**
   * Makes a route, or changes one: which gateways are tried for which payments, in their order.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  setRoute(args: r.PaymentsSetRoute, options?: never): v.RouteReply {
    return this.#runner.one(o.paymentsSetRoute, args, options);
  }

  /**
   * Removes a route. Payments that have been made keep their gateways.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  removeRoute(args: r.PaymentsRemoveRoute, options?: never): v.RouteRemoved {
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
   */
  create(args: r.PaymentsCreate, options?: never): v.PaymentReply {
    return this.#runner.one(o.paymentsCreate, args, options);
  }

  /**
   * Sends a payment to its gateway with the payer's means: the gateway's own token, never a card number.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `gateway_not_found`, `gateway_unavailable`, `factor_required`, `idempotency_mismatch`, `rate_limited`,
   * `velocity_blocked`, `blocked`, `review_required`, `decryption_failed`, `key_not_found`.
   */
  confirm(args: r.PaymentsConfirm, options?: never): v.PaymentReply {
    return this.#runner.one(o.paymentsConfirm, args, options);
  }

  /**
   * Takes the money of an authorized payment, once; what is left over is released.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `capture_exceeds_authorized`, `factor_required`, `idempotency_key_missing`, `idempotency_mismatch`,
   * `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  capture(args: r.PaymentsCapture, options?: never): v.PaymentReply {
    return this.#runner.one(o.paymentsCapture, args, options);
  }

  /**
   * Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is voided, or refunded
   * whole, as soon as the gateway has said what became of it.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   */
  void(args: r.PaymentsVoid, options?: never): v.PaymentReply {
    return this.#runner.one(o.paymentsVoid, args, options);
  }

  /**
   * Asks the gateway what it knows of a payment; one question is open at a time.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  sync(args: r.PaymentsSync, options?: never): v.PaymentReply {
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
   */
  refund(args: r.PaymentsRefund, options?: never): v.RefundReply {
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
   */
  settle(args: r.PaymentsSettle, options?: never): v.PaymentReply {
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
   */
  report(args: r.PaymentsReport, options?: never): v.Reported {
    return this.#runner.one(o.paymentsReport, args, options);
  }

  /**
   * Tells that the payer's bank takes a payment back, or how that ended. What its account does not have is a debt.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`, `overflow`,
   * `transition_not_allowed`, `condition_not_met`, `version_conflict`, `payment_not_found`, `factor_required`,
   * `approval_required`, `already_approved`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`,
   * `review_required`, `key_not_found`.
   */
  chargeback(args: r.PaymentsChargeback, options?: never): v.PaymentReply {
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
   */
  recover(args: r.PaymentsRecover, options?: never): v.DebtReply {
    return this.#runner.one(o.paymentsRecover, args, options);
  }

  /**
   * Gives a debt up: the loss stays where it is.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `debt_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   */
  writeOff(args: r.PaymentsWriteOff, options?: never): v.DebtReply {
    return this.#runner.one(o.paymentsWriteOff, args, options);
  }

  /** The gateways, by name, and whether they answer. */
  gateways(args?: r.PaymentsGateways, options?: never): SyncPage<v.Gateway> {
    return paged(this.#runner, o.paymentsGateways, args, options);
  }

  /** The routes, by name. */
  routes(args?: r.PaymentsRoutes, options?: never): SyncPage<v.Route> {
    return paged(this.#runner, o.paymentsRoutes, args, options);
  }

  /**
   * Debts, newest first.
   *
   * Refused with `invalid_account`.
   */
  debts(args?: r.PaymentsDebts, options?: never): SyncPage<v.Debt> {
    return paged(this.#runner, o.paymentsDebts, args, options);
  }

  /**
   * One payment, by its id or the caller's own reference.
   *
   * Refused with `payment_not_found`.
   */
  get(args?: r.PaymentsGet, options?: never): v.Payment {
    return this.#runner.one(o.paymentsGet, args, options);
  }

  /**
   * Returns the fields that the client's widget needs to collect the payer's means, of a payment that waits for them.
   * A gateway that a worker of the application's own talks to is `not_supported`.
   *
   * Refused with `transition_not_allowed`, `payment_not_found`, `gateway_not_found`, `gateway_unavailable`,
   * `decryption_failed`, `key_not_found`.
   */
  checkout(args: r.PaymentsCheckout, options?: never): v.Checkout {
    return this.#runner.one(o.paymentsCheckout, args, options);
  }

  /**
   * Payments, newest first.
   *
   * Refused with `invalid_account`.
   */
  list(args?: r.PaymentsList, options?: never): SyncPage<v.Payment> {
    return paged(this.#runner, o.paymentsList, args, options);
  }

  /**
   * The events of a payment, oldest first.
   *
   * Refused with `payment_not_found`.
   */
  history(args: r.PaymentsHistory, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.paymentsHistory, args, options);
  }

  /**
   * The actions that the actor could take on a payment now.
   *
   * Refused with `payment_not_found`.
   */
  allowedActions(args: r.PaymentsAllowedActions, options?: never): v.PaymentChoices {
    return this.#runner.one(o.paymentsAllowedActions, args, options);
  }

  /** The states and transitions of a payment as a picture, drawn from the table that runs them. */
  diagram(args?: r.PaymentsDiagram, options?: never): v.Diagram {
    return this.#runner.one(o.paymentsDiagram, args, options);
  }
}

/** The operations of `purchases`. */
export class SyncPurchases {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun keep their price.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `invalid_account`, `condition_not_met`, `version_conflict`, `factor_required`, `idempotency_mismatch`,
   * `key_not_found`.
   */
  setOffer(args: r.PurchasesSetOffer, options?: never): v.OfferReply {
    return this.#runner.one(o.purchasesSetOffer, args, options);
  }

  /**
   * Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is set by staff alone.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`, `offer_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  setPromo(args: r.PurchasesSetPromo, options?: never): v.PromoReply {
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
   */
  reserve(args: r.PurchasesReserve, options?: never): v.PurchaseReply {
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
   */
  pay(args: r.PurchasesPay, options?: never): v.PurchaseReply {
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
   */
  buy(args: r.PurchasesBuy, options?: never): v.PurchaseReply {
    return this.#runner.one(o.purchasesBuy, args, options);
  }

  /**
   * Gives a purchase up that is not paid: its units and its promo use come back. Where a payment is under way, once
   * that is surely over; one that a gateway may have is not given up.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `purchase_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   */
  cancel(args: r.PurchasesCancel, options?: never): v.PurchaseReply {
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
   */
  refund(args: r.PurchasesRefund, options?: never): v.PurchaseRefunded {
    return this.#runner.one(o.purchasesRefund, args, options);
  }

  /**
   * One offer, and how much of it is left.
   *
   * Refused with `offer_not_found`.
   */
  getOffer(args: r.PurchasesGetOffer, options?: never): v.Offer {
    return this.#runner.one(o.purchasesGetOffer, args, options);
  }

  /**
   * Offers, newest first.
   *
   * Refused with `invalid_account`.
   */
  offers(args?: r.PurchasesOffers, options?: never): SyncPage<v.Offer> {
    return paged(this.#runner, o.purchasesOffers, args, options);
  }

  /**
   * Promos, newest first.
   *
   * Refused with `offer_not_found`.
   */
  promos(args?: r.PurchasesPromos, options?: never): SyncPage<v.Promo> {
    return paged(this.#runner, o.purchasesPromos, args, options);
  }

  /**
   * Quotes units of an offer, and says whether they could be bought now.
   *
   * Refused with `invalid_account`, `overflow`, `offer_not_found`, `promo_not_found`.
   */
  quote(args: r.PurchasesQuote, options?: never): v.PurchaseQuote {
    return this.#runner.one(o.purchasesQuote, args, options);
  }

  /**
   * One purchase, by its id or the caller's own reference.
   *
   * Refused with `purchase_not_found`.
   */
  get(args?: r.PurchasesGet, options?: never): v.Purchase {
    return this.#runner.one(o.purchasesGet, args, options);
  }

  /**
   * Purchases, newest first.
   *
   * Refused with `invalid_account`, `offer_not_found`.
   */
  list(args?: r.PurchasesList, options?: never): SyncPage<v.Purchase> {
    return paged(this.#runner, o.purchasesList, args, options);
  }

  /**
   * The events of a purchase, oldest first.
   *
   * Refused with `purchase_not_found`.
   */
  history(args: r.PurchasesHistory, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.purchasesHistory, args, options);
  }

  /**
   * The actions that the actor could take on a purchase now.
   *
   * Refused with `purchase_not_found`.
   */
  allowedActions(args: r.PurchasesAllowedActions, options?: never): v.PurchaseChoices {
    return this.#runner.one(o.purchasesAllowedActions, args, options);
  }
}

/** The operations of `webhooks`. */
export class SyncWebhooks {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes a source of webhooks, or changes one: what is left out stays as it is.
   *
   * Refused with `version_conflict`, `gateway_not_found`, `factor_required`, `idempotency_mismatch`,
   * `decryption_failed`, `key_not_found`.
   */
  setSource(args: r.WebhooksSetSource, options?: never): v.SourceReply {
    return this.#runner.one(o.webhooksSetSource, args, options);
  }

  /**
   * Gives a source a new secret. The old one is good for a while, because the sender changes later.
   *
   * Refused with `version_conflict`, `source_not_found`, `factor_required`, `idempotency_mismatch`,
   * `decryption_failed`, `key_not_found`.
   */
  rotateSecret(args: r.WebhooksRotateSecret, options?: never): v.SourceReply {
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
   */
  receive(args: r.WebhooksReceive, options?: never): v.WebhookReceived {
    return this.#runner.one(o.webhooksReceive, args, options);
  }

  /** The sources, by name. */
  sources(args?: r.WebhooksSources, options?: never): SyncPage<v.Source> {
    return paged(this.#runner, o.webhooksSources, args, options);
  }

  /** Lists the events received from sources, newest first. Bodies are not kept. */
  list(args?: r.WebhooksList, options?: never): SyncPage<v.SeenWebhook> {
    return paged(this.#runner, o.webhooksList, args, options);
  }
}

/** The operations of `withdrawals`. */
export class SyncWithdrawals {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds `chain.*`, which a
   * worker of the application's own leases, unless its endpoints have `urls`.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   */
  setChain(args: r.WithdrawalsSetChain, options?: never): v.ChainReply {
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
   */
  setAsset(args: r.WithdrawalsSetAsset, options?: never): v.AssetReply {
    return this.#runner.one(o.withdrawalsSetAsset, args, options);
  }

  /**
   * Pauses a lane: it binds nothing more, and what it has bound goes on.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   */
  pauseLane(args: r.WithdrawalsPauseLane, options?: never): v.LaneReply {
    return this.#runner.one(o.withdrawalsPauseLane, args, options);
  }

  /**
   * Lets a lane bind again that was paused: once somebody has compared it with the chain. With `adopt` its counter
   * goes up to the chain's, while none of its nonces is under way.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `lane_not_found`,
   * `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  resumeLane(args: r.WithdrawalsResumeLane, options?: never): v.LaneReply {
    return this.#runner.one(o.withdrawalsResumeLane, args, options);
  }

  /**
   * Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `lane_not_found`, `factor_required`,
   * `idempotency_mismatch`, `key_not_found`.
   */
  retireLane(args: r.WithdrawalsRetireLane, options?: never): v.LaneReply {
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
   */
  request(args: r.WithdrawalsRequest, options?: never): v.WithdrawalRequested {
    return this.#runner.one(o.withdrawalsRequest, args, options);
  }

  /**
   * Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own program, has a no-op
   * sent under the same nonce, and the chain says which of the two it was.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   */
  cancel(args: r.WithdrawalsCancel, options?: never): v.WithdrawalReply {
    return this.#runner.one(o.withdrawalsCancel, args, options);
  }

  /**
   * Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first of a lane that is
   * in no block is worth it.
   *
   * Refused with `transition_not_allowed`, `condition_not_met`, `version_conflict`, `withdrawal_not_found`,
   * `factor_required`, `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`,
   * `key_not_found`.
   */
  speedUp(args: r.WithdrawalsSpeedUp, options?: never): v.WithdrawalReply {
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
   */
  retry(args: r.WithdrawalsRetry, options?: never): v.WithdrawalReply {
    return this.#runner.one(o.withdrawalsRetry, args, options);
  }

  /**
   * Says what an admin has found out about a withdrawal that is final, and of which nobody can show whether it was
   * paid (attention `not_proved`, `nonce_taken`).
   *
   * Refused with `overflow`, `transition_not_allowed`, `condition_not_met`, `version_conflict`,
   * `withdrawal_not_found`, `factor_required`, `approval_required`, `already_approved`, `idempotency_key_missing`,
   * `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `review_required`, `key_not_found`.
   */
  settle(args: r.WithdrawalsSettle, options?: never): v.WithdrawalReply {
    return this.#runner.one(o.withdrawalsSettle, args, options);
  }

  /** The chains, by name, what gas costs there, and how their endpoints do. */
  chains(args?: r.WithdrawalsChains, options?: never): SyncPage<v.WithdrawalChain> {
    return paged(this.#runner, o.withdrawalsChains, args, options);
  }

  /** The assets: which currencies may be withdrawn to which chains. */
  assets(args?: r.WithdrawalsAssets, options?: never): SyncPage<v.Asset> {
    return paged(this.#runner, o.withdrawalsAssets, args, options);
  }

  /** The lanes, newest first. */
  lanes(args?: r.WithdrawalsLanes, options?: never): SyncPage<v.Lane> {
    return paged(this.#runner, o.withdrawalsLanes, args, options);
  }

  /**
   * One lane: its counter, what is under way, and what its wallet has and has promised.
   *
   * Refused with `lane_not_found`.
   */
  lane(args: r.WithdrawalsLane, options?: never): v.Lane {
    return this.#runner.one(o.withdrawalsLane, args, options);
  }

  /**
   * Quotes a withdrawal: its cost now, and what it would wait for.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `chain_not_found`,
   * `asset_not_found`.
   */
  quote(args: r.WithdrawalsQuote, options?: never): v.WithdrawalQuote {
    return this.#runner.one(o.withdrawalsQuote, args, options);
  }

  /**
   * One withdrawal, by its id or the caller's own reference.
   *
   * Refused with `withdrawal_not_found`.
   */
  get(args?: r.WithdrawalsGet, options?: never): v.Withdrawal {
    return this.#runner.one(o.withdrawalsGet, args, options);
  }

  /**
   * Withdrawals, newest first.
   *
   * Refused with `invalid_account`.
   */
  list(args?: r.WithdrawalsList, options?: never): SyncPage<v.Withdrawal> {
    return paged(this.#runner, o.withdrawalsList, args, options);
  }

  /**
   * The events of a withdrawal, oldest first.
   *
   * Refused with `withdrawal_not_found`.
   */
  history(args: r.WithdrawalsHistory, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.withdrawalsHistory, args, options);
  }

  /**
   * Lists the actions open to the actor on a withdrawal now.
   *
   * Refused with `withdrawal_not_found`.
   */
  allowedActions(args: r.WithdrawalsAllowedActions, options?: never): v.WithdrawalChoices {
    return this.#runner.one(o.withdrawalsAllowedActions, args, options);
  }

  /** The states and transitions of a withdrawal as a picture, drawn from the table that runs them. */
  diagram(args?: r.WithdrawalsDiagram, options?: never): v.Diagram {
    return this.#runner.one(o.withdrawalsDiagram, args, options);
  }

  /** How many withdrawals are in which state, how they ended, and how long they took. */
  stats(args?: r.WithdrawalsStats, options?: never): v.WithdrawalStats {
    return this.#runner.one(o.withdrawalsStats, args, options);
  }

  /**
   * Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening` until a quorum gives
   * the same nonce for its address, and no code there; then its counter begins at that nonce, and is never read from
   * the chain again.
   *
   * Refused with `version_conflict`, `chain_not_found`, `lane_exists`, `factor_required`, `decryption_failed`,
   * `key_not_found`.
   */
  openLane(args: r.WithdrawalsOpenLane, options?: never): v.LaneReply {
    return this.#runner.one(o.withdrawalsOpenLane, args, options);
  }
}

/** The operations of `approvals`. */
export class SyncApprovals {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Asks for the consent of others before calls with this effect, from this amount up; it takes the place of the
   * policy of that name. It holds at once, in every process.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_mismatch`, `currency_not_allowed`,
   * `version_conflict`, `idempotency_mismatch`.
   */
  setPolicy(args: r.ApprovalsSetPolicy, options?: never): v.PolicyReply {
    return this.#runner.one(o.approvalsSetPolicy, args, options);
  }

  /**
   * Removes a policy. Approvals that were asked for already stay as they were asked for.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  removePolicy(args: r.ApprovalsRemovePolicy, options?: never): v.PolicyRemoved {
    return this.#runner.one(o.approvalsRemovePolicy, args, options);
  }

  /**
   * Consents to a call that waits. The last consent that is needed makes the call, under its own key and as the actor
   * who asked for it; where it is refused then, this may be repeated until the approval expires.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `already_approved`, `self_approval`, `idempotency_mismatch`.
   */
  approve(args: r.ApprovalsApprove, options?: never): v.ApproveReply {
    return this.#runner.one(o.approvalsApprove, args, options);
  }

  /**
   * Refuses a call that waits, for good.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `idempotency_mismatch`.
   */
  reject(args: r.ApprovalsReject, options?: never): v.ApprovalReply {
    return this.#runner.one(o.approvalsReject, args, options);
  }

  /** The policies in force. */
  policies(args?: r.ApprovalsPolicies, options?: never): SyncPage<v.Policy> {
    return paged(this.#runner, o.approvalsPolicies, args, options);
  }

  /**
   * One approval.
   *
   * Refused with `approval_not_found`.
   */
  get(args: r.ApprovalsGet, options?: never): v.Approval {
    return this.#runner.one(o.approvalsGet, args, options);
  }

  /** Approvals, newest first. */
  list(args?: r.ApprovalsList, options?: never): SyncPage<v.Approval> {
    return paged(this.#runner, o.approvalsList, args, options);
  }
}

/** The operations of `vault`. */
export class SyncVault {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Seals a value of a subject. Under a name that it has, the old value is gone.
   *
   * Refused with `version_conflict`, `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   */
  put(args: r.VaultPut, options?: never): v.ValuePut {
    return this.#runner.one(o.vaultPut, args, options);
  }

  /**
   * Opens a value, and leaves an event that says who read it. Not inside a host's transaction, which may be rolled
   * back with the event. A replay has no value: `reply_not_kept`.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   */
  reveal(args: r.VaultReveal, options?: never): v.ValueRevealed {
    return this.#runner.one(o.vaultReveal, args, options);
  }

  /**
   * Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not inside a host's
   * transaction.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   */
  export(args: r.VaultExport, options?: never): v.SubjectExported {
    return this.#runner.one(o.vaultExport, args, options);
  }

  /**
   * Removes the data key of a subject, its values and what finds them, in one commit. Its money and its deals stay. A
   * value that is put afterwards begins at version 1.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `key_not_found`.
   */
  forget(args: r.VaultForget, options?: never): v.SubjectForgotten {
    return this.#runner.one(o.vaultForget, args, options);
  }

  /**
   * Finds subjects by a value and its name.
   *
   * Refused with `key_not_found`.
   */
  find(args: r.VaultFind, options?: never): v.SubjectsFound {
    return this.#runner.one(o.vaultFind, args, options);
  }

  /**
   * The names of the values of a subject, in order.
   *
   * Refused with `key_not_found`.
   */
  list(args: r.VaultList, options?: never): SyncPage<v.ValueListed> {
    return paged(this.#runner, o.vaultList, args, options);
  }

  /**
   * The keys of the keyring that the book rests on: those that wrap its data keys, and that of its index. Each says
   * whether this process lacks it.
   */
  keys(args?: r.VaultKeys, options?: never): SyncPage<v.WrappingKey> {
    return paged(this.#runner, o.vaultKeys, args, options);
  }

  /**
   * Makes the current key of this process's keyring the one that wraps, in every process, and wraps all data keys
   * with it, a hundred in each commit, while the vault is in use. What is left is told; the next call continues.
   *
   * Refused with `factor_required`, `decryption_failed`, `key_not_found`.
   */
  rotate(args?: r.VaultRotate, options?: never): v.KeysRotated {
    return this.#runner.one(o.vaultRotate, args, options);
  }
}

/** The operations of `credentials`. */
export class SyncCredentials {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Opens all locks of a PIN and of one-time codes, whichever of them there are.
   *
   * Refused with `idempotency_mismatch`, `credential_not_found`, `key_not_found`.
   */
  unlockPin(args: r.CredentialsUnlockPin, options?: never): v.PinUnlocked {
    return this.#runner.one(o.credentialsUnlockPin, args, options);
  }

  /**
   * Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are in force once a code
   * was confirmed. A replay shows none of it: `reply_not_kept`.
   *
   * Refused with `idempotency_mismatch`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   */
  enrolTotp(args: r.CredentialsEnrolTotp, options?: never): v.TotpEnrolled {
    return this.#runner.one(o.credentialsEnrolTotp, args, options);
  }

  /**
   * Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs one of `proofs`.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `credential_not_found`, `otp_invalid`, `otp_locked`,
   * `decryption_failed`, `key_not_found`.
   */
  confirmTotp(args: r.CredentialsConfirmTotp, options?: never): v.TotpConfirmed {
    return this.#runner.one(o.credentialsConfirmTotp, args, options);
  }

  /**
   * Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`. Five wrong ones in a
   * row lock.
   *
   * Refused with `idempotency_mismatch`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
   * `otp_invalid`, `otp_reused`, `otp_locked`, `decryption_failed`, `key_not_found`, `reply_not_kept`.
   */
  verifyTotp(args: r.CredentialsVerifyTotp, options?: never): v.TotpVerified {
    return this.#runner.one(o.credentialsVerifyTotp, args, options);
  }

  /**
   * Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an admin sets another
   * one, which its owner should change. A first one needs such a proof where codes are in force, or an admin.
   *
   * Refused with `factor_required`, `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`,
   * `pin_invalid`, `pin_locked`, `decryption_failed`, `key_not_found`.
   */
  setPin(args: r.CredentialsSetPin, options?: never): v.PinSet {
    return this.#runner.one(o.credentialsSetPin, args, options);
  }

  /**
   * Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five wrong ones in a row
   * lock for five minutes, and after that there is one try each.
   *
   * Refused with `rate_limited`, `velocity_blocked`, `blocked`, `credential_not_found`, `pin_invalid`, `pin_locked`,
   * `decryption_failed`, `key_not_found`.
   */
  verifyPin(args: r.CredentialsVerifyPin, options?: never): v.PinVerified {
    return this.#runner.one(o.credentialsVerifyPin, args, options);
  }
}

/** The operations of `risk`. */
export class SyncRisk {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Sets a rule, which holds at once in every process, in the place of the one of that name. Another action, subject,
   * metric or window begins from zero; the rest leaves the counts.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
   * `idempotency_mismatch`.
   */
  setRule(args: r.RiskSetRule, options?: never): v.RuleReply {
    return this.#runner.one(o.riskSetRule, args, options);
  }

  /**
   * Sets a rate: calls of a subject are spaced, so many in a span, with a burst.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  setRate(args: r.RiskSetRate, options?: never): v.RateReply {
    return this.#runner.one(o.riskSetRate, args, options);
  }

  /**
   * Removes a rule or a rate, and with it what it has counted.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  removeRule(args: r.RiskRemoveRule, options?: never): v.RuleRemoved {
    return this.#runner.one(o.riskRemoveRule, args, options);
  }

  /**
   * Says from which score on something follows; what is left out leads to nothing any more.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  setThresholds(args?: r.RiskSetThresholds, options?: never): v.ThresholdsReply {
    return this.#runner.one(o.riskSetThresholds, args, options);
  }

  /**
   * Blocks an account, an actor, an address, a device or a value: what opens something for it is refused, whatever
   * rules say. It takes the place of an entry that allows.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  block(args: r.RiskBlock, options?: never): v.ListReply {
    return this.#runner.one(o.riskBlock, args, options);
  }

  /**
   * Lets an account, an actor, an address, a device or a value through, whatever rules say.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  allow(args: r.RiskAllow, options?: never): v.ListReply {
    return this.#runner.one(o.riskAllow, args, options);
  }

  /**
   * Takes somebody or something off the lists.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  unlist(args: r.RiskUnlist, options?: never): v.ListReply {
    return this.#runner.one(o.riskUnlist, args, options);
  }

  /**
   * Agrees to a call that waits for people to look at it, which is then made under its own key, as the actor who
   * asked for it. Where it is refused then, this may be repeated.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `already_approved`, `self_approval`, `idempotency_mismatch`.
   */
  approveReview(args: r.RiskApproveReview, options?: never): v.ReviewedReply {
    return this.#runner.one(o.riskApproveReview, args, options);
  }

  /**
   * Refuses a call that waits for people to look at it, for good.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `approval_not_found`, `approval_expired`,
   * `idempotency_mismatch`.
   */
  rejectReview(args: r.RiskRejectReview, options?: never): v.ReviewReply {
    return this.#runner.one(o.riskRejectReview, args, options);
  }

  /**
   * Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `version_conflict`,
   * `idempotency_mismatch`.
   */
  installPack(args: r.RiskInstallPack, options?: never): v.PackReply {
    return this.#runner.one(o.riskInstallPack, args, options);
  }

  /** The rules, the rates and the thresholds. */
  rules(args?: r.RiskRules, options?: never): v.Rules {
    return this.#runner.one(o.riskRules, args, options);
  }

  /**
   * Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`.
   */
  evaluate(args: r.RiskEvaluate, options?: never): v.Decision {
    return this.#runner.one(o.riskEvaluate, args, options);
  }

  /** Calls that wait for people to look at them, and those that did, newest first. */
  reviews(args?: r.RiskReviews, options?: never): SyncPage<v.Review> {
    return paged(this.#runner, o.riskReviews, args, options);
  }

  /**
   * Rates an account by its operations, its disputes and its refunds.
   *
   * Refused with `invalid_account`, `account_not_found`.
   */
  profile(args: r.RiskProfile, options?: never): v.Profile {
    return this.#runner.one(o.riskProfile, args, options);
  }

  /** Lists decisions in which something fired, newest first. A plain yes is not kept. */
  decisions(args?: r.RiskDecisions, options?: never): SyncPage<v.Decision> {
    return paged(this.#runner, o.riskDecisions, args, options);
  }
}

/** The operations of `signing`. */
export class SyncSigning {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Draws a key and seals it in the vault. No operation shows a private key.
   *
   * Refused with `factor_required`, `idempotency_mismatch`, `decryption_failed`, `key_not_found`.
   */
  createKey(args?: r.SigningCreateKey, options?: never): v.KeyKept {
    return this.#runner.one(o.signingCreateKey, args, options);
  }

  /** The keys, newest first. */
  keys(args?: r.SigningKeys, options?: never): SyncPage<v.SigningKey> {
    return paged(this.#runner, o.signingKeys, args, options);
  }

  /**
   * Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer with a high s is
   * lowered; one of another key is `signature_invalid`.
   *
   * Refused with `key_not_found`, `signature_invalid`.
   */
  complete(args: r.SigningComplete, options?: never): v.SignatureCompleted {
    return this.#runner.one(o.signingComplete, args, options);
  }

  /**
   * The address of a key.
   *
   * Refused with `key_not_found`.
   */
  address(args: r.SigningAddress, options?: never): v.KeyAddress {
    return this.#runner.one(o.signingAddress, args, options);
  }

  /**
   * Recovers the signer of a message, typed data or a digest.
   *
   * Refused with `signature_invalid`.
   */
  recover(args: r.SigningRecover, options?: never): v.AddressRecovered {
    return this.#runner.one(o.signingRecover, args, options);
  }

  /**
   * Decodes a signed transaction, which must be in its one canonical form, and recovers its signer.
   *
   * Refused with `signature_invalid`.
   */
  decodeTransaction(args: r.SigningDecodeTransaction, options?: never): v.TransactionDecoded {
    return this.#runner.one(o.signingDecodeTransaction, args, options);
  }

  /** The `to` and `data` of a transaction that moves tokens (ERC-20). */
  erc20Transfer(args: r.SigningErc20Transfer, options?: never): v.CallData {
    return this.#runner.one(o.signingErc20Transfer, args, options);
  }

  /**
   * Takes over a key from elsewhere and seals it, or the address of one that the host has. One that is there already
   * stays as it is.
   *
   * Refused with `factor_required`, `password_invalid`, `decryption_failed`, `key_not_found`.
   */
  importKey(args?: r.SigningImportKey, options?: never): v.KeyKept {
    return this.#runner.one(o.signingImportKey, args, options);
  }

  /**
   * Says what a key may sign. It takes the place of the policy before; what was counted stays.
   *
   * Refused with `version_conflict`, `factor_required`, `key_not_found`.
   */
  setKeyPolicy(args: r.SigningSetKeyPolicy, options?: never): v.KeyPolicySet {
    return this.#runner.one(o.signingSetKeyPolicy, args, options);
  }

  /**
   * Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose private key is
   * with the host.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   */
  prepare(args: r.SigningPrepare, options?: never): v.SignaturePrepared {
    return this.#runner.one(o.signingPrepare, args, options);
  }

  /**
   * Signs a transaction, once the key's policy has judged what it moves. The same transaction again has the same
   * signature and counts no more, nor does one of the same nonce that moves less.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   */
  signTransaction(args: r.SigningSignTransaction, options?: never): v.TransactionSigned {
    return this.#runner.one(o.signingSignTransaction, args, options);
  }

  /**
   * Signs a message (EIP-191).
   *
   * Refused with `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   */
  signMessage(args: r.SigningSignMessage, options?: never): v.DigestSigned {
    return this.#runner.one(o.signingSignMessage, args, options);
  }

  /**
   * Signs typed data (EIP-712), once the key's policy has judged what it lets others take.
   *
   * Refused with `limit_exceeded`, `version_conflict`, `factor_required`, `decryption_failed`, `key_not_found`.
   */
  signTypedData(args: r.SigningSignTypedData, options?: never): v.DigestSigned {
    return this.#runner.one(o.signingSignTypedData, args, options);
  }
}

/** The operations of `events`. */
export class SyncEvents {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Makes a sink, a named reader of the log that gets every event but its own at least once, and those of one object
   * in their order; or changes what one wants.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  subscribe(args: r.EventsSubscribe, options?: never): v.SinkReply {
    return this.#runner.one(o.eventsSubscribe, args, options);
  }

  /**
   * Moves a consumer's place in the log; inside a transaction of the application it is moved with what the consumer
   * has done there, or not at all.
   *
   * Refused with `version_conflict`, `idempotency_mismatch`.
   */
  advance(args: r.EventsAdvance, options?: never): v.SinkReply {
    return this.#runner.one(o.eventsAdvance, args, options);
  }

  /**
   * Delivers the events of an object again that a sink has left behind, or gives them up.
   *
   * Refused with `version_conflict`, `sink_not_found`, `idempotency_mismatch`.
   */
  unpark(args: r.EventsUnpark, options?: never): v.ParkedReply {
    return this.#runner.one(o.eventsUnpark, args, options);
  }

  /** Events in the order of the book's sequence. */
  list(args?: r.EventsList, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.eventsList, args, options);
  }

  /** Recomputes the hash chain of a book. */
  verifyChain(args?: r.EventsVerifyChain, options?: never): v.Chain {
    return this.#runner.one(o.eventsVerifyChain, args, options);
  }

  /** Hashes the whole state of a book: equal on every store for equal money. */
  stateHash(args?: r.EventsStateHash, options?: never): v.StateHash {
    return this.#runner.one(o.eventsStateHash, args, options);
  }

  /** The sinks of a book, and how far behind they are. */
  sinks(args?: r.EventsSinks, options?: never): SyncPage<v.SinkStatus> {
    return paged(this.#runner, o.eventsSinks, args, options);
  }

  /**
   * The objects that a sink has left behind because one of their events failed.
   *
   * Refused with `sink_not_found`.
   */
  parked(args: r.EventsParked, options?: never): SyncPage<v.Parked> {
    return paged(this.#runner, o.eventsParked, args, options);
  }

  /** Applies the log of a book into an empty store: a read-only copy of equal hash. */
  replay(args: r.EventsReplay, options?: never): v.Replayed {
    return this.#runner.one(o.eventsReplay, args, options);
  }

  /**
   * Takes the next events of a sink for a while; nobody else gets events of it until then, or until they are reported
   * on. Who is too slow has them delivered to others too.
   *
   * Refused with `sink_not_found`.
   */
  take(args: r.EventsTake, options?: never): v.Batch {
    return this.#runner.one(o.eventsTake, args, options);
  }

  /**
   * Reports on events that were taken: what is done, and what failed. An object whose event failed is left behind
   * until it comes again; the sink goes on with all others. Under an older batch: `version_conflict`.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   */
  settle(args: r.EventsSettle, options?: never): v.SinkReply {
    return this.#runner.one(o.eventsSettle, args, options);
  }

  /**
   * Takes a sink back to an earlier place: the events after it come again, under the same ids.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   */
  rewind(args: r.EventsRewind, options?: never): v.SinkReply {
    return this.#runner.one(o.eventsRewind, args, options);
  }

  /**
   * Removes a sink, with what it has left behind. Nobody can take its events any more.
   *
   * Refused with `version_conflict`, `sink_not_found`.
   */
  unsubscribe(args: r.EventsUnsubscribe, options?: never): v.SinkReply {
    return this.#runner.one(o.eventsUnsubscribe, args, options);
  }
}

/** The operations of `jobs`. */
export class SyncJobs {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /**
   * Writes a job of the application's own, in the same commit; inside a transaction of the application it takes place
   * with that. Workers lease it as any other. A key names one job for ever: once that is over and swept, the same
   * call is `reply_not_kept`.
   *
   * Refused with `idempotency_mismatch`, `reply_not_kept`.
   */
  enqueue(args: r.JobsEnqueue, options?: never): v.JobReply {
    return this.#runner.one(o.jobsEnqueue, args, options);
  }

  /**
   * Says that a job is done. Under an older lease: `version_conflict`.
   *
   * Refused with `invalid_amount`, `invalid_currency`, `currency_not_allowed`, `overflow`, `transition_not_allowed`,
   * `version_conflict`, `job_not_found`, `idempotency_mismatch`, `signature_invalid`.
   */
  complete(args: r.JobsComplete, options?: never): v.JobReply {
    return this.#runner.one(o.jobsComplete, args, options);
  }

  /**
   * Says that a job did not work: it is tried again after a pause that grows, until it is dead.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   */
  fail(args: r.JobsFail, options?: never): v.JobReply {
    return this.#runner.one(o.jobsFail, args, options);
  }

  /**
   * Asks for more time for a job.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   */
  extend(args: r.JobsExtend, options?: never): v.JobReply {
    return this.#runner.one(o.jobsExtend, args, options);
  }

  /**
   * Gives back a job that was not begun: it is due as before, and the lease was no attempt.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   */
  release(args: r.JobsRelease, options?: never): v.JobReply {
    return this.#runner.one(o.jobsRelease, args, options);
  }

  /**
   * Drives a job again from its first attempt on: one that is dead, or that waits.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   */
  retry(args: r.JobsRetry, options?: never): v.JobReply {
    return this.#runner.one(o.jobsRetry, args, options);
  }

  /**
   * Ends a job without its being done: one that is dead, or that waits.
   *
   * Refused with `transition_not_allowed`, `version_conflict`, `job_not_found`, `idempotency_mismatch`.
   */
  discard(args: r.JobsDiscard, options?: never): v.JobReply {
    return this.#runner.one(o.jobsDiscard, args, options);
  }

  /** Jobs, newest first. */
  list(args?: r.JobsList, options?: never): SyncPage<v.Job> {
    return paged(this.#runner, o.jobsList, args, options);
  }

  /** How many jobs a book has, by state and kind. */
  stats(args?: r.JobsStats, options?: never): v.JobStats {
    return this.#runner.one(o.jobsStats, args, options);
  }

  /**
   * Takes jobs that are due for a while: each carries the number of its lease, for the report.
   *
   * Refused with `decryption_failed`, `key_not_found`.
   */
  lease(args: r.JobsLease, options?: never): v.Leased {
    return this.#runner.one(o.jobsLease, args, options);
  }

  /** Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in this process. */
  runDue(args?: r.JobsRunDue, options?: never): v.Ran {
    return this.#runner.one(o.jobsRunDue, args, options);
  }
}

/** The operations of `admin`. */
export class SyncAdmin {
  readonly #runner: SyncRunner;

  /** @internal */
  constructor(runner: SyncRunner) {
    this.#runner = runner;
  }

  /** Looks up the outcome of an idempotency key. */
  lookupKey(args: r.AdminLookupKey, options?: never): v.KeyOutcome {
    return this.#runner.one(o.adminLookupKey, args, options);
  }

  /** Lists who did what, and what happened to what, oldest first. */
  audit(args?: r.AdminAudit, options?: never): SyncPage<v.Event> {
    return paged(this.#runner, o.adminAudit, args, options);
  }

  /** Whether the engine and its store are well. */
  health(args?: r.AdminHealth, options?: never): v.Health {
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
   */
  verify(args?: r.AdminVerify, options?: never): v.Verify {
    return this.#runner.one(o.adminVerify, args, options);
  }

  /**
   * Says that the clock is right as it is: after a jump calls are taken again, in every process, and timers run by
   * it.
   */
  confirmClock(args?: r.AdminConfirmClock, options?: never): v.ClockConfirmed {
    return this.#runner.one(o.adminConfirmClock, args, options);
  }

  /** Erases the address and the device of end users from events; the chain stays as it is. */
  eraseContext(args?: r.AdminEraseContext, options?: never): v.Erased {
    return this.#runner.one(o.adminEraseContext, args, options);
  }

  /**
   * Begins a timeline: this copy of a store goes its own way, and its links and receipts differ from the original's.
   */
  fork(args?: r.AdminFork, options?: never): v.Timeline {
    return this.#runner.one(o.adminFork, args, options);
  }

  /** Copies the store to a new file, while it is in use (SQLite). */
  backup(args: r.AdminBackup, options?: never): v.Copied {
    return this.#runner.one(o.adminBackup, args, options);
  }

  /**
   * Puts a backup of this store in the place of everything that it has, whole or not at all, and begins a timeline
   * (SQLite). What happened after the backup is gone: keys of calls that were made since are free again. Where this
   * process's keyring lacks a key that something in the backup needs, nothing is restored without `force`.
   *
   * Refused with `key_not_found`.
   */
  restore(args: r.AdminRestore, options?: never): v.Timeline {
    return this.#runner.one(o.adminRestore, args, options);
  }

  /**
   * Returns what this process has done and how far it is behind, as a text that Prometheus reads: give it as the
   * answer of a route of your own.
   */
  metrics(args?: r.AdminMetrics, options?: never): v.Metrics {
    return this.#runner.one(o.adminMetrics, args, options);
  }

  /** Counts of the store and of this process. */
  stats(args?: r.AdminStats, options?: never): v.Stats {
    return this.#runner.one(o.adminStats, args, options);
  }
}

/** All services, of an engine or of a transaction that it is bound to. */
export abstract class SyncServices {
  readonly #made = new Map<string, unknown>();

  /** @internal */
  protected abstract readonly runner: SyncRunner;

  /** @internal */
  protected made<T>(name: string, make: (runner: SyncRunner) => T): T {
    let one = this.#made.get(name) as T | undefined;
    if (one === undefined) this.#made.set(name, (one = make(this.runner)));
    return one;
  }

  /** The operations of `ledger`. */
  get ledger(): SyncLedger {
    return this.made('ledger', (runner) => new SyncLedger(runner));
  }

  /** The operations of `escrow`. */
  get escrow(): SyncEscrow {
    return this.made('escrow', (runner) => new SyncEscrow(runner));
  }

  /** The operations of `receipts`. */
  get receipts(): SyncReceipts {
    return this.made('receipts', (runner) => new SyncReceipts(runner));
  }

  /** The operations of `treasury`. */
  get treasury(): SyncTreasury {
    return this.made('treasury', (runner) => new SyncTreasury(runner));
  }

  /** The operations of `payments`. */
  get payments(): SyncPayments {
    return this.made('payments', (runner) => new SyncPayments(runner));
  }

  /** The operations of `purchases`. */
  get purchases(): SyncPurchases {
    return this.made('purchases', (runner) => new SyncPurchases(runner));
  }

  /** The operations of `webhooks`. */
  get webhooks(): SyncWebhooks {
    return this.made('webhooks', (runner) => new SyncWebhooks(runner));
  }

  /** The operations of `withdrawals`. */
  get withdrawals(): SyncWithdrawals {
    return this.made('withdrawals', (runner) => new SyncWithdrawals(runner));
  }

  /** The operations of `approvals`. */
  get approvals(): SyncApprovals {
    return this.made('approvals', (runner) => new SyncApprovals(runner));
  }

  /** The operations of `vault`. */
  get vault(): SyncVault {
    return this.made('vault', (runner) => new SyncVault(runner));
  }

  /** The operations of `credentials`. */
  get credentials(): SyncCredentials {
    return this.made('credentials', (runner) => new SyncCredentials(runner));
  }

  /** The operations of `risk`. */
  get risk(): SyncRisk {
    return this.made('risk', (runner) => new SyncRisk(runner));
  }

  /** The operations of `signing`. */
  get signing(): SyncSigning {
    return this.made('signing', (runner) => new SyncSigning(runner));
  }

  /** The operations of `events`. */
  get events(): SyncEvents {
    return this.made('events', (runner) => new SyncEvents(runner));
  }

  /** The operations of `jobs`. */
  get jobs(): SyncJobs {
    return this.made('jobs', (runner) => new SyncJobs(runner));
  }

  /** The operations of `admin`. */
  get admin(): SyncAdmin {
    return this.made('admin', (runner) => new SyncAdmin(runner));
  }
}
