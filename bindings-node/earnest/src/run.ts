// Runs a whole transaction of yours, and again when another one was in its way.

import { EarnestError, invalid, kindOf, nameOf, refuse } from './error';
import { pause } from './globals';
import { drizzleKinds, isFunction, isPgPool, isSqlite } from './hosts/find';
import type { PgClient } from './hosts/pg';

/** A function that begins a transaction, and runs a body in it. */
export type HostFunction<Tx> = (body: (tx: Tx) => Promise<any>) => Promise<any>;

/** A source of transactions by its own means: a pool of pg, a `DataSource`, a `PrismaClient` and others. */
export type HostRoot<Tx> = { readonly __tx?: Tx } | object;

/** Knex, which could be taken for such a function. */
export interface KnexRoot<Trx> {
  transactionProvider(...given: any[]): () => Promise<Trx>;
}

type Method = (...given: any[]) => any;

/**
 * The transaction that a host begins, by its shape: the client of a pool of pg, the manager of a `DataSource`, and what the
 * bodies of Prisma, Knex, postgres.js, Kysely, Drizzle and MikroORM are given.
 */
export type TransactionOf<Host> = 0 extends 1 & Host
  ? any
  : Host extends { readonly totalCount: number; connect: { (): Promise<infer Client>; (back: any): any } }
    ? Client
    : Host extends { $transaction(body: (tx: infer Tx) => any, ...more: any[]): any }
      ? Tx
      : Host extends { createQueryRunner: Method; readonly manager: infer Manager }
        ? Manager
        : Host extends KnexRoot<infer Trx>
          ? Trx
          : Host extends { begin: { (body: (sql: infer Sql) => any): any; (options: any, body: any): any } }
            ? Sql
            : Host extends { selectFrom: Method; transaction(): { execute(body: (trx: infer Trx) => any): any } }
              ? Trx
              : Host extends { transaction(body: (tx: infer Tx) => any, ...more: any[]): any }
                ? Tx
                : Host extends { transactional: Method }
                  ? Host
                  : Host extends { readonly em: infer Manager }
                    ? Manager
                    : any;

/** How often it is run at most, and the first pause between, in milliseconds; it doubles, and is uneven. */
const RUNS = 5;
const PAUSE = 2;

type Begin = (body: (tx: unknown) => Promise<unknown>) => Promise<unknown>;
type Has = Record<string, any>;

export async function runTransaction<T>(host: unknown, body: (tx: unknown) => Promise<T>, given: unknown): Promise<T> {
  const begin = beginOf(host);
  if (typeof given !== 'function') throw invalid('body', `must be a function, and is ${kindOf(given)}`);
  for (let attempt = 1; ; attempt++) {
    let ran: Ran<T> | undefined;
    try {
      ran = await once(begin, body);
    } catch (error) {
      if (attempt === RUNS || !isWorthRunningAgain(error)) throw error;
    }
    if (ran !== undefined) {
      // a host that has not waited for it has ended its transaction: what became of it is told, and nothing is run again
      await ran.work;
      return ran.answer;
    }
    await pause(PAUSE * 2 ** attempt * (0.5 + Math.random()));
  }
}

/** The answer of a host, and the last body it began. */
interface Ran<T> {
  answer: T;
  work: Promise<T> | undefined;
}

/** Runs it once. A refusal to begin the body is what is told, whatever the host makes of it. */
async function once<T>(begin: Begin, body: (tx: unknown) => Promise<T>): Promise<Ran<T>> {
  const refusals: unknown[] = [];
  let last: Promise<T> | undefined;
  const joined = (tx: unknown): Promise<T> => {
    let work: Promise<T>;
    refusals.length = 0; // a host may begin it again by itself
    try {
      work = body(tx);
    } catch (error) {
      refusals.push(error);
      work = Promise.reject(error);
    }
    // a host that does not wait lets it fall, and nobody else would hear of it: that ends a process
    work.catch(() => undefined);
    last = work;
    return work;
  };
  let answer: unknown;
  try {
    answer = await begin(joined);
  } catch (error) {
    throw refusals.length > 0 && !EarnestError.is(error) ? refusals[0] : error;
  }
  if (refusals.length > 0) throw refusals[0];
  return { answer: answer as T, work: last };
}

function beginOf(host: unknown): Begin {
  const has = host as Has;
  if (isFunction(host)) {
    if (isFunction(has['raw']) && isFunction(has['transaction'])) return (body) => has['transaction'](body);
    if (isFunction(has['unsafe']) && isFunction(has['begin'])) return (body) => has['begin'](body);
    return host as Begin;
  }
  if (typeof host === 'object' && host !== null) {
    if (isSqlite(has) || drizzleKinds(host).some((kind) => kind.startsWith('BetterSQLite'))) {
      throw invalid('host', `is a \`${nameOf(host)}\`, whose transactions do not wait: begin one, and use \`usingSync\` in it`);
    }
    if (isPgPool(has)) return (body) => onClient(has, body);
    if (isFunction(has['$transaction'])) return (body) => has['$transaction'](body);
    if (drizzleKinds(host).length > 0 && isFunction(has['transaction'])) return (body) => has['transaction'](body);
    if (isFunction(has['transactional'])) return (body) => has['transactional'](body);
    if (isFunction(has['em']?.fork)) return (body) => has['em'].fork().transactional(body);
    if (isFunction(has['transaction']) && isFunction(has['createQueryRunner'])) return (body) => has['transaction'](body);
    if (isFunction(has['transaction']) && isFunction(has['selectFrom'])) return (body) => has['transaction']().execute(body);
  }
  throw invalid('host', `must be what begins a transaction, such as a \`Pool\`, a \`DataSource\` or a function, and is ${kindOf(host)}`);
}

/** A client of a pool of pg, whose transaction is committed or rolled back. */
async function onClient(pool: Has, body: (tx: unknown) => Promise<unknown>): Promise<unknown> {
  const client = (await pool['connect']()) as PgClient;
  let broken = false;
  // a connection that breaks while it is lent is told by its next statement
  const lost = (): unknown => (broken = true);
  client.on?.('error', lost);
  try {
    await client.query({ text: 'BEGIN' });
    let answer: unknown;
    try {
      answer = await body(client);
    } catch (error) {
      // what was lost cannot even be rolled back
      await client.query({ text: 'ROLLBACK' }).catch(() => (broken = true));
      throw error;
    }
    let ended: { command?: unknown };
    try {
      ended = await client.query({ text: 'COMMIT' });
    } catch (error) {
      broken = true;
      throw error;
    }
    // PostgreSQL rolls a transaction back that has failed, and says it by this tag alone
    if (ended.command === 'ROLLBACK') throw refuse('transaction_aborted', {});
    return answer;
  } finally {
    client.removeListener?.('error', lost);
    client.release?.(broken);
  }
}

/** Whether a whole transaction failed because another one was in its way: of Earnest's, or of your own. */
export function isWorthRunningAgain(error: unknown): boolean {
  for (let one = error, depth = 0; typeof one === 'object' && one !== null && depth < 16; depth++) {
    if (EarnestError.is(one)) return one.retry === 'transaction';
    const { code, cause, driverError } = one as { code?: unknown; cause?: unknown; driverError?: unknown };
    if (code === '40001' || code === '40P01' || code === 'P2034') return true;
    if (typeof code === 'string' && code.startsWith('SQLITE_BUSY')) return true;
    one = driverError ?? cause;
  }
  return false;
}
