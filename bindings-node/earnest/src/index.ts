// Earnest: an embeddable engine for money that must not be lost, doubled or let out early.

// as they are, and not as copies of all that they have: these are made whenever the package is imported
import errors = require('./errors');
import views = require('./generated/views');

export { Engine, EngineEvents, EngineJobs, type HostDatabase, type HostTransaction } from './engine';
export { BoundEngine, SyncBoundEngine, type UsingOptions } from './bound';
export { Money, registerCurrency, type MoneyLike } from './money';
export { Actor, IdempotencyKey, type ActorLike, type DurationLike, type TimeLike } from './values';
export { EarnestError, type WireError } from './error';
export type { Code, Details, KindOf as Kind } from './generated/errors';
export { errors, views };
export type * as requests from './generated/requests';
export type {
  Admin, Approvals, Credentials, Escrow, Events, Jobs, Ledger, Payments, Purchases, Receipts, Risk, Signing, Treasury, Vault, Webhooks,
  Withdrawals,
} from './generated/services'; // prettier-ignore
export { Failed, Subscription, Worker, type EventHandler, type JobHandler } from './workers';
export { Page, PagePromise, type CallOptions, type SyncPage } from './runner';
export { View } from './view';
export { context, type Context } from './observe';
export { keygen, sealKeyring } from './keyring';
export { Secret } from './secret';
export { verifyWebhook } from './webhook';
export type { HostProtocol } from './hosts/protocol';
export type { HostPool } from './hosts/pools';
export type { HostFunction, HostRoot, TransactionOf } from './run';
export type { Json, JsonInput, JsonObject } from './json';
export type { LogLine, Logger } from './log';
export type { Options } from './options';

/** The version of this package. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const version: string = (require('../package.json') as { version: string }).version;

