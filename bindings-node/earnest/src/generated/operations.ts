// The table of operations: what each takes, by names here and in JSON, and how its reply is read.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

import { operation, shape, type Shape } from '../shapes';
import v = require('./views');

const shapeOfTrace = (): Shape =>
  shape({
    causationId: ['causation_id', 's'],
    correlationId: ['correlation_id', 's'],
    device: 's',
    ip: 's',
    traceparent: 's',
  });

const shapeOfLeg = (): Shape =>
  shape({
    account: 's',
    amount: 'm',
  });

const shapeOfBatchOp = (): Shape =>
  shape({
    args: 'o',
    op: 's',
  });

const shapeOfFeeTerm = (): Shape =>
  shape({
    amount: 'm',
    bps: 'p',
    from: 's',
    to: 's',
  });

const shapeOfMilestoneTerm = (): Shape =>
  shape({
    amount: 'm',
    bps: 'p',
    name: 's',
  });

const shapeOfSplitTerm = (): Shape =>
  shape({
    amount: 'm',
    bps: 'p',
    to: 's',
  });

const shapeOfBreakerTerms = (): Shape =>
  shape({
    failures: 'p',
    pause: 'd',
  });

const shapeOfFailureInput = (): Shape =>
  shape({
    code: 's',
    gatewayCode: ['gateway_code', 's'],
    retry: 's',
  });

const shapeOfDealTerms = (): Shape =>
  shape({
    deliverWithin: ['deliver_within', 'd'],
    fees: { list: { record: shapeOfFeeTerm } },
    inspection: 'd',
    requireAcceptance: ['require_acceptance', 'p'],
    shipWithin: ['ship_within', 'd'],
    shipping: 'p',
    splits: { list: { record: shapeOfSplitTerm } },
  });

const shapeOfDiscountTerms = (): Shape =>
  shape({
    amount: 'm',
    bps: 'p',
  });

const shapeOfFinalityTerms = (): Shape =>
  shape({
    depth: 'p',
    tag: 's',
  });

const shapeOfProofFor = (): Shape =>
  shape({
    args: 'o',
    operation: 's',
  });

const shapeOfAccessEntry = (): Shape =>
  shape({
    address: 's',
    storageKeys: ['storage_keys', { list: 's' }],
  });

const shapeOfTransactionFields = (): Shape =>
  shape({
    accessList: ['access_list', { list: { record: shapeOfAccessEntry } }],
    chainId: ['chain_id', 's'],
    data: 's',
    gasLimit: ['gas_limit', 's'],
    gasPrice: ['gas_price', 's'],
    maxFeePerGas: ['max_fee_per_gas', 's'],
    maxPriorityFeePerGas: ['max_priority_fee_per_gas', 's'],
    nonce: 's',
    to: 's',
    type: 's',
    value: 's',
  });

const shapeOfCallAllowed = (): Shape =>
  shape({
    selector: 's',
    to: 's',
  });

const shapeOfTokenLimit = (): Shape =>
  shape({
    dailyValue: ['daily_value', 's'],
    maxValue: ['max_value', 's'],
    token: 's',
  });

const shapeOfTypedDataAllowed = (): Shape =>
  shape({
    primaryType: ['primary_type', 's'],
    verifyingContract: ['verifying_contract', 's'],
  });

const shapeOfFailedEvent = (): Shape =>
  shape({
    error: 's',
    permanent: 'p',
    seq: 'p',
  });

export const ledgerOpenAccount = operation(
  'ledger.open_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      displayName: ['display_name', 's'],
      kind: 's',
      overdraftLimit: ['overdraft_limit', 'm'],
      owner: 's',
      streaming: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AccountReply(wire),
);

export const ledgerUpdateAccount = operation(
  'ledger.update_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      displayName: ['display_name', 's'],
      kind: 's',
      overdraftLimit: ['overdraft_limit', 'm'],
      owner: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AccountReply(wire),
);

export const ledgerLockAccount = operation(
  'ledger.lock_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AccountReply(wire),
);

export const ledgerUnlockAccount = operation(
  'ledger.unlock_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AccountReply(wire),
);

export const ledgerCloseAccount = operation(
  'ledger.close_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AccountReply(wire),
);

export const ledgerTopUp = operation(
  'ledger.top_up',
  true,
  () =>
    shape({
      account: 's',
      amount: 'm',
      key: 'i',
      source: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Moved(wire),
);

export const ledgerDeduct = operation(
  'ledger.deduct',
  true,
  () =>
    shape({
      account: 's',
      amount: 'm',
      key: 'i',
      to: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Moved(wire),
);

export const ledgerTransfer = operation(
  'ledger.transfer',
  true,
  () =>
    shape({
      from: 's',
      to: 's',
      amount: 'm',
      key: 'i',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Moved(wire),
);

export const ledgerPost = operation(
  'ledger.post',
  true,
  () =>
    shape({
      postings: { list: { record: shapeOfLeg } },
      key: 'i',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Posted(wire),
);

export const ledgerCancel = operation(
  'ledger.cancel',
  true,
  () =>
    shape({
      transfer: 's',
      key: 'i',
      reason: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Moved(wire),
);

export const ledgerRefund = operation(
  'ledger.refund',
  true,
  () =>
    shape({
      transfer: 's',
      key: 'i',
      amount: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Moved(wire),
);

export const ledgerHold = operation(
  'ledger.hold',
  true,
  () =>
    shape({
      account: 's',
      amount: 'm',
      key: 'i',
      expiresAt: ['expires_at', 't'],
      expiresIn: ['expires_in', 'd'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.HoldReply(wire),
);

export const ledgerCapture = operation(
  'ledger.capture',
  true,
  () =>
    shape({
      hold: 's',
      to: 's',
      key: 'i',
      amount: 'm',
      final: 'p',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Captured(wire),
);

export const ledgerVoid = operation(
  'ledger.void',
  true,
  () =>
    shape({
      hold: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.HoldReply(wire),
);

export const ledgerExtend = operation(
  'ledger.extend',
  true,
  () =>
    shape({
      hold: 's',
      expiresAt: ['expires_at', 't'],
      key: 'i',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.HoldReply(wire),
);

export const ledgerLock = operation(
  'ledger.lock',
  true,
  () =>
    shape({
      accounts: { list: 's' },
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Locked(wire),
);

export const ledgerAccount = operation(
  'ledger.account',
  false,
  () =>
    shape({
      account: 's',
      currency: 's',
      actor: 'a',
    }),
  (wire) => new v.Account(wire),
);

export const ledgerAccounts = operation(
  'ledger.accounts',
  false,
  () =>
    shape({
      after: 's',
      currency: 's',
      limit: 'p',
      order: 's',
      owner: 's',
      search: 's',
      actor: 'a',
    }),
  (wire) => new v.Account(wire),
);

export const ledgerBalance = operation(
  'ledger.balance',
  false,
  () =>
    shape({
      account: 's',
      at: 't',
      currency: 's',
      actor: 'a',
    }),
  (wire) => new v.Balance(wire),
);

export const ledgerBalances = operation(
  'ledger.balances',
  false,
  () =>
    shape({
      accounts: { list: 's' },
      owner: 's',
      actor: 'a',
    }),
  (wire) => new v.Balances(wire),
);

export const ledgerGetTransfer = operation(
  'ledger.get_transfer',
  false,
  () =>
    shape({
      transfer: 's',
      actor: 'a',
    }),
  (wire) => new v.Transfer(wire),
);

export const ledgerTransfers = operation(
  'ledger.transfers',
  false,
  () =>
    shape({
      account: 's',
      after: 's',
      fromTime: ['from_time', 't'],
      limit: 'p',
      toTime: ['to_time', 't'],
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Transfer(wire),
);

export const ledgerEntries = operation(
  'ledger.entries',
  false,
  () =>
    shape({
      account: 's',
      after: 's',
      currency: 's',
      fromTime: ['from_time', 't'],
      limit: 'p',
      toTime: ['to_time', 't'],
      actor: 'a',
    }),
  (wire) => new v.Entry(wire),
);

export const ledgerStatement = operation(
  'ledger.statement',
  false,
  () =>
    shape({
      account: 's',
      fromTime: ['from_time', 't'],
      toTime: ['to_time', 't'],
      after: 's',
      currency: 's',
      format: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Statement(wire),
);

export const ledgerGetHold = operation(
  'ledger.get_hold',
  false,
  () =>
    shape({
      hold: 's',
      actor: 'a',
    }),
  (wire) => new v.Hold(wire),
);

export const ledgerHolds = operation(
  'ledger.holds',
  false,
  () =>
    shape({
      account: 's',
      after: 's',
      limit: 'p',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Hold(wire),
);

export const ledgerTrialBalance = operation(
  'ledger.trial_balance',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.TrialBalance(wire),
);

export const ledgerBatch = operation(
  'ledger.batch',
  false,
  () =>
    shape({
      ops: { list: { record: shapeOfBatchOp } },
      atomic: 'p',
      actor: 'a',
    }),
  (wire) => new v.BatchReply(wire),
);

export const escrowOpen = operation(
  'escrow.open',
  true,
  () =>
    shape({
      buyer: 's',
      seller: 's',
      price: 'm',
      key: 'i',
      deliverWithin: ['deliver_within', 'd'],
      fees: { list: { record: shapeOfFeeTerm } },
      inspection: 'd',
      item: 's',
      milestones: { list: { record: shapeOfMilestoneTerm } },
      payWithin: ['pay_within', 'd'],
      requireAcceptance: ['require_acceptance', 'p'],
      respondWithin: ['respond_within', 'd'],
      shipWithin: ['ship_within', 'd'],
      shipping: 'p',
      splits: { list: { record: shapeOfSplitTerm } },
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowPay = operation(
  'escrow.pay',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      secure: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowSecure = operation(
  'escrow.secure',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowAccept = operation(
  'escrow.accept',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowShip = operation(
  'escrow.ship',
  true,
  () =>
    shape({
      deal: 's',
      carrier: 's',
      reason: 's',
      tracking: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowDeliver = operation(
  'escrow.deliver',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowConfirm = operation(
  'escrow.confirm',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowCancel = operation(
  'escrow.cancel',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowRequestRefund = operation(
  'escrow.request_refund',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      key: 'i',
      amount: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowApproveRefund = operation(
  'escrow.approve_refund',
  true,
  () =>
    shape({
      deal: 's',
      key: 'i',
      reason: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowRefuseRefund = operation(
  'escrow.refuse_refund',
  true,
  () =>
    shape({
      deal: 's',
      reason: 's',
      key: 'i',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowReleasePart = operation(
  'escrow.release_part',
  true,
  () =>
    shape({
      deal: 's',
      key: 'i',
      amount: 'm',
      milestone: 's',
      reason: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowExtend = operation(
  'escrow.extend',
  true,
  () =>
    shape({
      deal: 's',
      deliverBy: ['deliver_by', 't'],
      payBy: ['pay_by', 't'],
      reason: 's',
      releaseAt: ['release_at', 't'],
      shipBy: ['ship_by', 't'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowUpdate = operation(
  'escrow.update',
  true,
  () =>
    shape({
      deal: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DealReply(wire),
);

export const escrowDispute = operation(
  'escrow.dispute',
  true,
  () =>
    shape({
      deal: 's',
      type: 's',
      statement: 's',
      key: 'i',
      reason: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DisputeReply(wire),
);

export const escrowAddEvidence = operation(
  'escrow.add_evidence',
  true,
  () =>
    shape({
      dispute: 's',
      kind: 's',
      sha256: 's',
      statement: 's',
      uri: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DisputeReply(wire),
);

export const escrowInvestigate = operation(
  'escrow.investigate',
  true,
  () =>
    shape({
      dispute: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DisputeReply(wire),
);

export const escrowWithdraw = operation(
  'escrow.withdraw',
  true,
  () =>
    shape({
      dispute: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DisputeReply(wire),
);

export const escrowResolve = operation(
  'escrow.resolve',
  true,
  () =>
    shape({
      dispute: 's',
      outcome: 's',
      resolution: 's',
      key: 'i',
      refund: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DisputeReply(wire),
);

export const escrowQuote = operation(
  'escrow.quote',
  false,
  () =>
    shape({
      price: 'm',
      fees: { list: { record: shapeOfFeeTerm } },
      splits: { list: { record: shapeOfSplitTerm } },
      actor: 'a',
    }),
  (wire) => new v.Quote(wire),
);

export const escrowGet = operation(
  'escrow.get',
  false,
  () =>
    shape({
      deal: 's',
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Deal(wire),
);

export const escrowList = operation(
  'escrow.list',
  false,
  () =>
    shape({
      after: 's',
      buyer: 's',
      dueBefore: ['due_before', 't'],
      limit: 'p',
      seller: 's',
      state: 's',
      updatedSince: ['updated_since', 't'],
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Deal(wire),
);

export const escrowHistory = operation(
  'escrow.history',
  false,
  () =>
    shape({
      deal: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const escrowValidate = operation(
  'escrow.validate',
  false,
  () =>
    shape({
      deal: 's',
      trigger: 's',
      amount: 'm',
      locale: 's',
      outcome: 's',
      reason: 's',
      actor: 'a',
    }),
  (wire) => new v.Validation(wire),
);

export const escrowAllowedActions = operation(
  'escrow.allowed_actions',
  false,
  () =>
    shape({
      deal: 's',
      actor: 'a',
    }),
  (wire) => new v.Actions(wire),
);

export const escrowDiagram = operation(
  'escrow.diagram',
  false,
  () =>
    shape({
      format: 's',
      actor: 'a',
    }),
  (wire) => new v.Diagram(wire),
);

export const escrowGetDispute = operation(
  'escrow.get_dispute',
  false,
  () =>
    shape({
      dispute: 's',
      actor: 'a',
    }),
  (wire) => new v.DisputeFile(wire),
);

export const escrowDisputes = operation(
  'escrow.disputes',
  false,
  () =>
    shape({
      after: 's',
      deal: 's',
      limit: 'p',
      state: 's',
      type: 's',
      actor: 'a',
    }),
  (wire) => new v.Dispute(wire),
);

export const escrowDisputeStats = operation(
  'escrow.dispute_stats',
  false,
  () =>
    shape({
      since: 't',
      actor: 'a',
    }),
  (wire) => new v.DisputeStats(wire),
);

export const receiptsVerify = operation(
  'receipts.verify',
  false,
  () =>
    shape({
      receipt: 'j',
      publicKeys: ['public_keys', 'j'],
      actor: 'a',
    }),
  (wire) => new v.Verification(wire),
);

export const receiptsPublicKeys = operation(
  'receipts.public_keys',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.PublicKeys(wire),
);

export const receiptsGet = operation(
  'receipts.get',
  false,
  () =>
    shape({
      receipt: 's',
      actor: 'a',
    }),
  (wire) => new v.Receipt(wire),
);

export const receiptsList = operation(
  'receipts.list',
  false,
  () =>
    shape({
      after: 's',
      deal: 's',
      limit: 'p',
      transfer: 's',
      actor: 'a',
    }),
  (wire) => new v.Receipt(wire),
);

export const receiptsRender = operation(
  'receipts.render',
  false,
  () =>
    shape({
      receipt: 'j',
      format: 's',
      locale: 's',
      timeZone: ['time_zone', 's'],
      actor: 'a',
    }),
  (wire) => new v.RenderedReceipt(wire),
);

export const treasurySetAccount = operation(
  'treasury.set_account',
  true,
  () =>
    shape({
      account: 's',
      currency: 's',
      tier: 's',
      ceiling: 'm',
      dailyLimit: ['daily_limit', 'm'],
      monthlyLimit: ['monthly_limit', 'm'],
      timeZone: ['time_zone', 's'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.TreasuryReply(wire),
);

export const treasuryUsage = operation(
  'treasury.usage',
  false,
  () =>
    shape({
      account: 's',
      currency: 's',
      actor: 'a',
    }),
  (wire) => new v.Usage(wire),
);

export const treasurySettlements = operation(
  'treasury.settlements',
  false,
  () =>
    shape({
      after: 's',
      deal: 's',
      fromTime: ['from_time', 't'],
      limit: 'p',
      toTime: ['to_time', 't'],
      type: 's',
      actor: 'a',
    }),
  (wire) => new v.Settlement(wire),
);

export const paymentsSetGateway = operation(
  'payments.set_gateway',
  true,
  () =>
    shape({
      id: 's',
      driver: 's',
      abilities: { list: 's' },
      active: 'p',
      breaker: { record: shapeOfBreakerTerms },
      config: 'o',
      currencies: { list: 's' },
      secrets: 'h',
      settleAfter: ['settle_after', 'd'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.GatewayReply(wire),
);

export const paymentsSetRoute = operation(
  'payments.set_route',
  true,
  () =>
    shape({
      id: 's',
      gateways: { list: 's' },
      currency: 's',
      max: 'm',
      min: 'm',
      priority: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RouteReply(wire),
);

export const paymentsRemoveRoute = operation(
  'payments.remove_route',
  true,
  () =>
    shape({
      id: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RouteRemoved(wire),
);

export const paymentsCreate = operation(
  'payments.create',
  true,
  () =>
    shape({
      amount: 'm',
      key: 'i',
      authorizationFor: ['authorization_for', 'd'],
      capture: 's',
      deal: 's',
      expiresIn: ['expires_in', 'd'],
      gateway: 's',
      payer: 's',
      to: 's',
      token: 'k',
      tokens: 'h',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsConfirm = operation(
  'payments.confirm',
  true,
  () =>
    shape({
      payment: 's',
      token: 'k',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsCapture = operation(
  'payments.capture',
  true,
  () =>
    shape({
      payment: 's',
      key: 'i',
      amount: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsVoid = operation(
  'payments.void',
  true,
  () =>
    shape({
      payment: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsSync = operation(
  'payments.sync',
  true,
  () =>
    shape({
      payment: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsRefund = operation(
  'payments.refund',
  true,
  () =>
    shape({
      payment: 's',
      key: 'i',
      amount: 'm',
      reason: 's',
      refundAccount: ['refund_account', 'h'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RefundReply(wire),
);

export const paymentsSettle = operation(
  'payments.settle',
  true,
  () =>
    shape({
      payment: 's',
      outcome: 's',
      reason: 's',
      key: 'i',
      amount: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsReport = operation(
  'payments.report',
  true,
  () =>
    shape({
      gateway: 's',
      event: 's',
      outcome: 's',
      action: 'o',
      amount: 'm',
      authorized: 'm',
      captured: 'm',
      failure: { record: shapeOfFailureInput },
      payment: 's',
      refund: 's',
      refunded: 'm',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.Reported(wire),
);

export const paymentsChargeback = operation(
  'payments.chargeback',
  true,
  () =>
    shape({
      payment: 's',
      case: 's',
      amount: 'm',
      phase: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PaymentReply(wire),
);

export const paymentsRecover = operation(
  'payments.recover',
  true,
  () =>
    shape({
      debt: 's',
      key: 'i',
      amount: 'm',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DebtReply(wire),
);

export const paymentsWriteOff = operation(
  'payments.write_off',
  true,
  () =>
    shape({
      debt: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DebtReply(wire),
);

export const paymentsGateways = operation(
  'payments.gateways',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Gateway(wire),
);

export const paymentsRoutes = operation(
  'payments.routes',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Route(wire),
);

export const paymentsDebts = operation(
  'payments.debts',
  false,
  () =>
    shape({
      account: 's',
      after: 's',
      limit: 'p',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Debt(wire),
);

export const paymentsGet = operation(
  'payments.get',
  false,
  () =>
    shape({
      payment: 's',
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Payment(wire),
);

export const paymentsCheckout = operation(
  'payments.checkout',
  false,
  () =>
    shape({
      payment: 's',
      actor: 'a',
    }),
  (wire) => new v.Checkout(wire),
);

export const paymentsList = operation(
  'payments.list',
  false,
  () =>
    shape({
      after: 's',
      deal: 's',
      gateway: 's',
      limit: 'p',
      payer: 's',
      purchase: 's',
      state: 's',
      to: 's',
      unsettled: 'p',
      actor: 'a',
    }),
  (wire) => new v.Payment(wire),
);

export const paymentsHistory = operation(
  'payments.history',
  false,
  () =>
    shape({
      payment: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const paymentsAllowedActions = operation(
  'payments.allowed_actions',
  false,
  () =>
    shape({
      payment: 's',
      actor: 'a',
    }),
  (wire) => new v.PaymentChoices(wire),
);

export const paymentsDiagram = operation(
  'payments.diagram',
  false,
  () =>
    shape({
      format: 's',
      actor: 'a',
    }),
  (wire) => new v.Diagram(wire),
);

export const purchasesSetOffer = operation(
  'purchases.set_offer',
  true,
  () =>
    shape({
      id: 's',
      active: 'p',
      escrow: { record: shapeOfDealTerms },
      grants: { list: 'm' },
      holdFor: ['hold_for', 'd'],
      perUserLimit: ['per_user_limit', 'p'],
      price: 'm',
      saleFrom: ['sale_from', 't'],
      saleUntil: ['sale_until', 't'],
      seller: 's',
      stock: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.OfferReply(wire),
);

export const purchasesSetPromo = operation(
  'purchases.set_promo',
  true,
  () =>
    shape({
      id: 's',
      off: { record: shapeOfDiscountTerms },
      active: 'p',
      from: 't',
      limit: 'p',
      offers: { list: 's' },
      perUserLimit: ['per_user_limit', 'p'],
      until: 't',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PromoReply(wire),
);

export const purchasesReserve = operation(
  'purchases.reserve',
  true,
  () =>
    shape({
      offer: 's',
      buyer: 's',
      key: 'i',
      expect: 'j',
      promo: 's',
      quantity: 'p',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PurchaseReply(wire),
);

export const purchasesPay = operation(
  'purchases.pay',
  true,
  () =>
    shape({
      purchase: 's',
      gateway: 's',
      token: 'k',
      tokens: 'h',
      with: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PurchaseReply(wire),
);

export const purchasesBuy = operation(
  'purchases.buy',
  true,
  () =>
    shape({
      offer: 's',
      buyer: 's',
      key: 'i',
      expect: 'j',
      gateway: 's',
      promo: 's',
      quantity: 'p',
      token: 'k',
      tokens: 'h',
      with: 's',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PurchaseReply(wire),
);

export const purchasesCancel = operation(
  'purchases.cancel',
  true,
  () =>
    shape({
      purchase: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PurchaseReply(wire),
);

export const purchasesRefund = operation(
  'purchases.refund',
  true,
  () =>
    shape({
      purchase: 's',
      key: 'i',
      force: 'p',
      quantity: 'p',
      reason: 's',
      refundAccount: ['refund_account', 'h'],
      restock: 'p',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PurchaseRefunded(wire),
);

export const purchasesGetOffer = operation(
  'purchases.get_offer',
  false,
  () =>
    shape({
      offer: 's',
      actor: 'a',
    }),
  (wire) => new v.Offer(wire),
);

export const purchasesOffers = operation(
  'purchases.offers',
  false,
  () =>
    shape({
      active: 'p',
      after: 's',
      limit: 'p',
      seller: 's',
      actor: 'a',
    }),
  (wire) => new v.Offer(wire),
);

export const purchasesPromos = operation(
  'purchases.promos',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      offer: 's',
      actor: 'a',
    }),
  (wire) => new v.Promo(wire),
);

export const purchasesQuote = operation(
  'purchases.quote',
  false,
  () =>
    shape({
      offer: 's',
      buyer: 's',
      promo: 's',
      quantity: 'p',
      actor: 'a',
    }),
  (wire) => new v.PurchaseQuote(wire),
);

export const purchasesGet = operation(
  'purchases.get',
  false,
  () =>
    shape({
      purchase: 's',
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Purchase(wire),
);

export const purchasesList = operation(
  'purchases.list',
  false,
  () =>
    shape({
      after: 's',
      buyer: 's',
      limit: 'p',
      offer: 's',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Purchase(wire),
);

export const purchasesHistory = operation(
  'purchases.history',
  false,
  () =>
    shape({
      purchase: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const purchasesAllowedActions = operation(
  'purchases.allowed_actions',
  false,
  () =>
    shape({
      purchase: 's',
      actor: 'a',
    }),
  (wire) => new v.PurchaseChoices(wire),
);

export const webhooksSetSource = operation(
  'webhooks.set_source',
  true,
  () =>
    shape({
      id: 's',
      scheme: 's',
      gateway: 's',
      secrets: { list: 'k' },
      tolerance: 'd',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SourceReply(wire),
);

export const webhooksRotateSecret = operation(
  'webhooks.rotate_secret',
  true,
  () =>
    shape({
      source: 's',
      secret: 'k',
      keepOldFor: ['keep_old_for', 'd'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SourceReply(wire),
);

export const webhooksReceive = operation(
  'webhooks.receive',
  true,
  () =>
    shape({
      source: 's',
      headers: 'o',
      body: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WebhookReceived(wire),
);

export const webhooksSources = operation(
  'webhooks.sources',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Source(wire),
);

export const webhooksList = operation(
  'webhooks.list',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      payment: 's',
      result: 's',
      source: 's',
      actor: 'a',
    }),
  (wire) => new v.SeenWebhook(wire),
);

export const withdrawalsSetChain = operation(
  'withdrawals.set_chain',
  true,
  () =>
    shape({
      chain: 's',
      blockTime: ['block_time', 'd'],
      bumpAfter: ['bump_after', 'd'],
      bumpBps: ['bump_bps', 'p'],
      chainId: ['chain_id', 's'],
      endpoints: { list: 's' },
      factsTtl: ['facts_ttl', 'd'],
      feeCap: ['fee_cap', 's'],
      finality: { record: shapeOfFinalityTerms },
      minPriorityFee: ['min_priority_fee', 's'],
      quorum: 'p',
      resendAfter: ['resend_after', 'd'],
      urls: 'h',
      watch: 'd',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ChainReply(wire),
);

export const withdrawalsSetAsset = operation(
  'withdrawals.set_asset',
  true,
  () =>
    shape({
      chain: 's',
      currency: 's',
      kind: 's',
      decimals: 'p',
      fee: 'm',
      max: 'm',
      maxGas: ['max_gas', 'p'],
      min: 'm',
      token: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.AssetReply(wire),
);

export const withdrawalsPauseLane = operation(
  'withdrawals.pause_lane',
  true,
  () =>
    shape({
      lane: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.LaneReply(wire),
);

export const withdrawalsResumeLane = operation(
  'withdrawals.resume_lane',
  true,
  () =>
    shape({
      lane: 's',
      adopt: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.LaneReply(wire),
);

export const withdrawalsRetireLane = operation(
  'withdrawals.retire_lane',
  true,
  () =>
    shape({
      lane: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.LaneReply(wire),
);

export const withdrawalsRequest = operation(
  'withdrawals.request',
  true,
  () =>
    shape({
      account: 's',
      amount: 'm',
      chain: 's',
      to: 's',
      key: 'i',
      giveUpIn: ['give_up_in', 'd'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WithdrawalRequested(wire),
);

export const withdrawalsCancel = operation(
  'withdrawals.cancel',
  true,
  () =>
    shape({
      withdrawal: 's',
      maxFeePerGas: ['max_fee_per_gas', 's'],
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WithdrawalReply(wire),
);

export const withdrawalsSpeedUp = operation(
  'withdrawals.speed_up',
  true,
  () =>
    shape({
      withdrawal: 's',
      maxFeePerGas: ['max_fee_per_gas', 's'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WithdrawalReply(wire),
);

export const withdrawalsRetry = operation(
  'withdrawals.retry',
  true,
  () =>
    shape({
      withdrawal: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WithdrawalReply(wire),
);

export const withdrawalsSettle = operation(
  'withdrawals.settle',
  true,
  () =>
    shape({
      withdrawal: 's',
      paid: 'p',
      reason: 's',
      key: 'i',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.WithdrawalReply(wire),
);

export const withdrawalsChains = operation(
  'withdrawals.chains',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.WithdrawalChain(wire),
);

export const withdrawalsAssets = operation(
  'withdrawals.assets',
  false,
  () =>
    shape({
      after: 's',
      chain: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Asset(wire),
);

export const withdrawalsLanes = operation(
  'withdrawals.lanes',
  false,
  () =>
    shape({
      after: 's',
      chain: 's',
      limit: 'p',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Lane(wire),
);

export const withdrawalsLane = operation(
  'withdrawals.lane',
  false,
  () =>
    shape({
      lane: 's',
      actor: 'a',
    }),
  (wire) => new v.Lane(wire),
);

export const withdrawalsQuote = operation(
  'withdrawals.quote',
  false,
  () =>
    shape({
      chain: 's',
      amount: 'm',
      actor: 'a',
    }),
  (wire) => new v.WithdrawalQuote(wire),
);

export const withdrawalsGet = operation(
  'withdrawals.get',
  false,
  () =>
    shape({
      withdrawal: 's',
      actor: 'a',
      reference: 's',
    }),
  (wire) => new v.Withdrawal(wire),
);

export const withdrawalsList = operation(
  'withdrawals.list',
  false,
  () =>
    shape({
      account: 's',
      after: 's',
      attention: 's',
      cancelling: 'p',
      chain: 's',
      fromTime: ['from_time', 't'],
      lane: 's',
      limit: 'p',
      state: 's',
      to: 's',
      toTime: ['to_time', 't'],
      waiting: 's',
      actor: 'a',
    }),
  (wire) => new v.Withdrawal(wire),
);

export const withdrawalsHistory = operation(
  'withdrawals.history',
  false,
  () =>
    shape({
      withdrawal: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const withdrawalsAllowedActions = operation(
  'withdrawals.allowed_actions',
  false,
  () =>
    shape({
      withdrawal: 's',
      actor: 'a',
    }),
  (wire) => new v.WithdrawalChoices(wire),
);

export const withdrawalsDiagram = operation(
  'withdrawals.diagram',
  false,
  () =>
    shape({
      format: 's',
      actor: 'a',
    }),
  (wire) => new v.Diagram(wire),
);

export const withdrawalsStats = operation(
  'withdrawals.stats',
  false,
  () =>
    shape({
      since: 't',
      actor: 'a',
    }),
  (wire) => new v.WithdrawalStats(wire),
);

export const withdrawalsOpenLane = operation(
  'withdrawals.open_lane',
  true,
  () =>
    shape({
      chain: 's',
      key: 's',
      window: 'p',
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.LaneReply(wire),
);

export const approvalsSetPolicy = operation(
  'approvals.set_policy',
  true,
  () =>
    shape({
      id: 's',
      operation: 's',
      threshold: 'm',
      approvers: 'p',
      currency: 's',
      expiresIn: ['expires_in', 'd'],
      require: { list: 's' },
      role: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PolicyReply(wire),
);

export const approvalsRemovePolicy = operation(
  'approvals.remove_policy',
  true,
  () =>
    shape({
      id: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PolicyRemoved(wire),
);

export const approvalsApprove = operation(
  'approvals.approve',
  true,
  () =>
    shape({
      approval: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ApproveReply(wire),
);

export const approvalsReject = operation(
  'approvals.reject',
  true,
  () =>
    shape({
      approval: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ApprovalReply(wire),
);

export const approvalsPolicies = operation(
  'approvals.policies',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Policy(wire),
);

export const approvalsGet = operation(
  'approvals.get',
  false,
  () =>
    shape({
      approval: 's',
      actor: 'a',
    }),
  (wire) => new v.Approval(wire),
);

export const approvalsList = operation(
  'approvals.list',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      operation: 's',
      requestedBy: ['requested_by', 's'],
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Approval(wire),
);

export const vaultPut = operation(
  'vault.put',
  true,
  () =>
    shape({
      subject: 's',
      name: 's',
      value: 'k',
      searchable: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ValuePut(wire),
);

export const vaultReveal = operation(
  'vault.reveal',
  true,
  () =>
    shape({
      subject: 's',
      name: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ValueRevealed(wire),
);

export const vaultExport = operation(
  'vault.export',
  true,
  () =>
    shape({
      subject: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SubjectExported(wire),
);

export const vaultForget = operation(
  'vault.forget',
  true,
  () =>
    shape({
      subject: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SubjectForgotten(wire),
);

export const vaultFind = operation(
  'vault.find',
  false,
  () =>
    shape({
      name: 's',
      value: 'k',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.SubjectsFound(wire),
);

export const vaultList = operation(
  'vault.list',
  false,
  () =>
    shape({
      subject: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.ValueListed(wire),
);

export const vaultKeys = operation(
  'vault.keys',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.WrappingKey(wire),
);

export const vaultRotate = operation(
  'vault.rotate',
  true,
  () =>
    shape({
      subject: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.KeysRotated(wire),
);

export const credentialsUnlockPin = operation(
  'credentials.unlock_pin',
  true,
  () =>
    shape({
      subject: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PinUnlocked(wire),
);

export const credentialsEnrolTotp = operation(
  'credentials.enrol_totp',
  true,
  () =>
    shape({
      subject: 's',
      issuer: 's',
      accountName: ['account_name', 's'],
      algorithm: 's',
      digits: 'p',
      secret: 'k',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.TotpEnrolled(wire),
);

export const credentialsConfirmTotp = operation(
  'credentials.confirm_totp',
  true,
  () =>
    shape({
      subject: 's',
      code: 'k',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.TotpConfirmed(wire),
);

export const credentialsVerifyTotp = operation(
  'credentials.verify_totp',
  true,
  () =>
    shape({
      subject: 's',
      code: 'k',
      for: { record: shapeOfProofFor },
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.TotpVerified(wire),
);

export const credentialsSetPin = operation(
  'credentials.set_pin',
  true,
  () =>
    shape({
      subject: 's',
      pin: 'k',
      current: 'k',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PinSet(wire),
);

export const credentialsVerifyPin = operation(
  'credentials.verify_pin',
  true,
  () =>
    shape({
      subject: 's',
      pin: 'k',
      for: { record: shapeOfProofFor },
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PinVerified(wire),
);

export const riskSetRule = operation(
  'risk.set_rule',
  true,
  () =>
    shape({
      id: 's',
      action: 's',
      subject: 's',
      metric: 's',
      limit: 'n',
      outcome: 's',
      exact: 'p',
      expiresIn: ['expires_in', 'd'],
      factors: { list: 's' },
      from: 't',
      message: 's',
      priority: 'p',
      shadow: 'p',
      timeZone: ['time_zone', 's'],
      until: 't',
      weight: 'p',
      window: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RuleReply(wire),
);

export const riskSetRate = operation(
  'risk.set_rate',
  true,
  () =>
    shape({
      id: 's',
      action: 's',
      subject: 's',
      limit: 'p',
      per: 's',
      burst: 'p',
      message: 's',
      priority: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RateReply(wire),
);

export const riskRemoveRule = operation(
  'risk.remove_rule',
  true,
  () =>
    shape({
      id: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.RuleRemoved(wire),
);

export const riskSetThresholds = operation(
  'risk.set_thresholds',
  true,
  () =>
    shape({
      block: 'p',
      challenge: 'p',
      review: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ThresholdsReply(wire),
);

export const riskBlock = operation(
  'risk.block',
  true,
  () =>
    shape({
      subject: 's',
      value: 's',
      reason: 's',
      until: 't',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ListReply(wire),
);

export const riskAllow = operation(
  'risk.allow',
  true,
  () =>
    shape({
      subject: 's',
      value: 's',
      reason: 's',
      until: 't',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ListReply(wire),
);

export const riskUnlist = operation(
  'risk.unlist',
  true,
  () =>
    shape({
      subject: 's',
      value: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ListReply(wire),
);

export const riskApproveReview = operation(
  'risk.approve_review',
  true,
  () =>
    shape({
      review: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ReviewedReply(wire),
);

export const riskRejectReview = operation(
  'risk.reject_review',
  true,
  () =>
    shape({
      review: 's',
      reason: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ReviewReply(wire),
);

export const riskInstallPack = operation(
  'risk.install_pack',
  true,
  () =>
    shape({
      name: 's',
      currencies: { list: 's' },
      currency: 's',
      timeZone: ['time_zone', 's'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.PackReply(wire),
);

export const riskRules = operation(
  'risk.rules',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Rules(wire),
);

export const riskEvaluate = operation(
  'risk.evaluate',
  false,
  () =>
    shape({
      action: 's',
      args: 'o',
      actor: 'a',
    }),
  (wire) => new v.Decision(wire),
);

export const riskReviews = operation(
  'risk.reviews',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Review(wire),
);

export const riskProfile = operation(
  'risk.profile',
  false,
  () =>
    shape({
      account: 's',
      actor: 'a',
    }),
  (wire) => new v.Profile(wire),
);

export const riskDecisions = operation(
  'risk.decisions',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      outcome: 's',
      subject: 's',
      value: 's',
      actor: 'a',
    }),
  (wire) => new v.Decision(wire),
);

export const signingCreateKey = operation(
  'signing.create_key',
  true,
  () =>
    shape({
      label: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.KeyKept(wire),
);

export const signingKeys = operation(
  'signing.keys',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.SigningKey(wire),
);

export const signingComplete = operation(
  'signing.complete',
  false,
  () =>
    shape({
      key: 's',
      signature: 's',
      message: 's',
      messageHex: ['message_hex', 's'],
      tx: { record: shapeOfTransactionFields },
      typedData: ['typed_data', 'o'],
      actor: 'a',
    }),
  (wire) => new v.SignatureCompleted(wire),
);

export const signingAddress = operation(
  'signing.address',
  false,
  () =>
    shape({
      key: 's',
      actor: 'a',
    }),
  (wire) => new v.KeyAddress(wire),
);

export const signingRecover = operation(
  'signing.recover',
  false,
  () =>
    shape({
      signature: 's',
      digest: 's',
      message: 's',
      messageHex: ['message_hex', 's'],
      typedData: ['typed_data', 'o'],
      actor: 'a',
    }),
  (wire) => new v.AddressRecovered(wire),
);

export const signingDecodeTransaction = operation(
  'signing.decode_transaction',
  false,
  () =>
    shape({
      raw: 's',
      actor: 'a',
    }),
  (wire) => new v.TransactionDecoded(wire),
);

export const signingErc20Transfer = operation(
  'signing.erc20_transfer',
  false,
  () =>
    shape({
      token: 's',
      to: 's',
      amount: 's',
      actor: 'a',
    }),
  (wire) => new v.CallData(wire),
);

export const signingImportKey = operation(
  'signing.import_key',
  true,
  () =>
    shape({
      address: 's',
      keystore: 'j',
      label: 's',
      mnemonic: 'k',
      passphrase: 'k',
      password: 'k',
      path: 's',
      privateKey: ['private_key', 'k'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.KeyKept(wire),
);

export const signingSetKeyPolicy = operation(
  'signing.set_key_policy',
  true,
  () =>
    shape({
      key: 's',
      chainIds: ['chain_ids', { list: 's' }],
      calls: { list: { record: shapeOfCallAllowed } },
      dailyFee: ['daily_fee', 's'],
      dailyValue: ['daily_value', 's'],
      deploy: 'p',
      maxFee: ['max_fee', 's'],
      maxValue: ['max_value', 's'],
      messages: 'p',
      priorityAboveCap: ['priority_above_cap', 'p'],
      recipients: { list: 's' },
      tokens: { list: { record: shapeOfTokenLimit } },
      typedData: ['typed_data', { list: { record: shapeOfTypedDataAllowed } }],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.KeyPolicySet(wire),
);

export const signingPrepare = operation(
  'signing.prepare',
  true,
  () =>
    shape({
      key: 's',
      message: 's',
      messageHex: ['message_hex', 's'],
      tx: { record: shapeOfTransactionFields },
      typedData: ['typed_data', 'o'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SignaturePrepared(wire),
);

export const signingSignTransaction = operation(
  'signing.sign_transaction',
  true,
  () =>
    shape({
      key: 's',
      tx: { record: shapeOfTransactionFields },
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.TransactionSigned(wire),
);

export const signingSignMessage = operation(
  'signing.sign_message',
  true,
  () =>
    shape({
      key: 's',
      message: 's',
      messageHex: ['message_hex', 's'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DigestSigned(wire),
);

export const signingSignTypedData = operation(
  'signing.sign_typed_data',
  true,
  () =>
    shape({
      key: 's',
      typedData: ['typed_data', 'o'],
      actor: 'a',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.DigestSigned(wire),
);

export const eventsSubscribe = operation(
  'events.subscribe',
  true,
  () =>
    shape({
      sink: 's',
      from: 's',
      maxAttempts: ['max_attempts', 'p'],
      types: { list: 's' },
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SinkReply(wire),
);

export const eventsAdvance = operation(
  'events.advance',
  true,
  () =>
    shape({
      consumer: 's',
      seq: 'p',
      afterSeq: ['after_seq', 'p'],
      fence: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.SinkReply(wire),
);

export const eventsUnpark = operation(
  'events.unpark',
  true,
  () =>
    shape({
      sink: 's',
      object: 's',
      objectId: ['object_id', 's'],
      discard: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.ParkedReply(wire),
);

export const eventsList = operation(
  'events.list',
  false,
  () =>
    shape({
      after: 's',
      afterSeq: ['after_seq', 'p'],
      limit: 'p',
      object: 's',
      types: { list: 's' },
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const eventsVerifyChain = operation(
  'events.verify_chain',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Chain(wire),
);

export const eventsStateHash = operation(
  'events.state_hash',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.StateHash(wire),
);

export const eventsSinks = operation(
  'events.sinks',
  false,
  () =>
    shape({
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.SinkStatus(wire),
);

export const eventsParked = operation(
  'events.parked',
  false,
  () =>
    shape({
      sink: 's',
      after: 's',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Parked(wire),
);

export const eventsReplay = operation(
  'events.replay',
  false,
  () =>
    shape({
      into: 's',
      actor: 'a',
    }),
  (wire) => new v.Replayed(wire),
);

export const eventsTake = operation(
  'events.take',
  false,
  () =>
    shape({
      sink: 's',
      for: 'd',
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Batch(wire),
);

export const eventsSettle = operation(
  'events.settle',
  false,
  () =>
    shape({
      sink: 's',
      fence: 'p',
      seq: 'p',
      failed: { list: { record: shapeOfFailedEvent } },
      retryAt: ['retry_at', 't'],
      actor: 'a',
    }),
  (wire) => new v.SinkReply(wire),
);

export const eventsRewind = operation(
  'events.rewind',
  false,
  () =>
    shape({
      sink: 's',
      seq: 'p',
      actor: 'a',
    }),
  (wire) => new v.SinkReply(wire),
);

export const eventsUnsubscribe = operation(
  'events.unsubscribe',
  false,
  () =>
    shape({
      sink: 's',
      actor: 'a',
    }),
  (wire) => new v.SinkReply(wire),
);

export const jobsEnqueue = operation(
  'jobs.enqueue',
  true,
  () =>
    shape({
      kind: 's',
      payload: 'j',
      maxAttempts: ['max_attempts', 'p'],
      runAt: ['run_at', 't'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsComplete = operation(
  'jobs.complete',
  true,
  () =>
    shape({
      job: 's',
      fence: 'p',
      result: 'j',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsFail = operation(
  'jobs.fail',
  true,
  () =>
    shape({
      job: 's',
      fence: 'p',
      error: 's',
      retryAt: ['retry_at', 't'],
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsExtend = operation(
  'jobs.extend',
  true,
  () =>
    shape({
      job: 's',
      fence: 'p',
      for: 'd',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsRelease = operation(
  'jobs.release',
  true,
  () =>
    shape({
      job: 's',
      fence: 'p',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsRetry = operation(
  'jobs.retry',
  true,
  () =>
    shape({
      job: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsDiscard = operation(
  'jobs.discard',
  true,
  () =>
    shape({
      job: 's',
      actor: 'a',
      key: 'i',
      reference: 's',
      metadata: 'o',
      context: { record: shapeOfTrace },
      riskScore: ['risk_score', 'p'],
      expectedVersion: ['expected_version', 'p'],
      proofs: { list: 'k' },
    }),
  (wire) => new v.JobReply(wire),
);

export const jobsList = operation(
  'jobs.list',
  false,
  () =>
    shape({
      after: 's',
      kind: 's',
      limit: 'p',
      state: 's',
      actor: 'a',
    }),
  (wire) => new v.Job(wire),
);

export const jobsStats = operation(
  'jobs.stats',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.JobStats(wire),
);

export const jobsLease = operation(
  'jobs.lease',
  false,
  () =>
    shape({
      kinds: { list: 's' },
      limit: 'p',
      for: 'd',
      allBooks: ['all_books', 'p'],
      actor: 'a',
    }),
  (wire) => new v.Leased(wire),
);

export const jobsRunDue = operation(
  'jobs.run_due',
  false,
  () =>
    shape({
      limit: 'p',
      actor: 'a',
    }),
  (wire) => new v.Ran(wire),
);

export const adminLookupKey = operation(
  'admin.lookup_key',
  false,
  () =>
    shape({
      key: 'i',
      actor: 'a',
    }),
  (wire) => new v.KeyOutcome(wire),
);

export const adminAudit = operation(
  'admin.audit',
  false,
  () =>
    shape({
      after: 's',
      fromTime: ['from_time', 't'],
      limit: 'p',
      object: 's',
      toTime: ['to_time', 't'],
      actor: 'a',
    }),
  (wire) => new v.Event(wire),
);

export const adminHealth = operation(
  'admin.health',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Health(wire),
);

export const adminVerify = operation(
  'admin.verify',
  false,
  () =>
    shape({
      anchor: 's',
      actor: 'a',
    }),
  (wire) => new v.Verify(wire),
);

export const adminConfirmClock = operation(
  'admin.confirm_clock',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.ClockConfirmed(wire),
);

export const adminEraseContext = operation(
  'admin.erase_context',
  false,
  () =>
    shape({
      beforeTime: ['before_time', 't'],
      subject: 's',
      actor: 'a',
    }),
  (wire) => new v.Erased(wire),
);

export const adminFork = operation(
  'admin.fork',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Timeline(wire),
);

export const adminBackup = operation(
  'admin.backup',
  false,
  () =>
    shape({
      path: 's',
      actor: 'a',
    }),
  (wire) => new v.Copied(wire),
);

export const adminRestore = operation(
  'admin.restore',
  false,
  () =>
    shape({
      path: 's',
      force: 'p',
      actor: 'a',
    }),
  (wire) => new v.Timeline(wire),
);

export const adminMetrics = operation(
  'admin.metrics',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Metrics(wire),
);

export const adminStats = operation(
  'admin.stats',
  false,
  () =>
    shape({
      actor: 'a',
    }),
  (wire) => new v.Stats(wire),
);
