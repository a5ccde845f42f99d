// Which library a transaction is of: found by what it has, never by importing one, nor by the name of a class, which bundlers change.

import { invalid, kindOf, nameOf, EarnestError } from '../error';
import { dialectOf, KnexAdapter, TypeormAdapter, type KnexTransaction, type QueryRunner } from './layered';
import { KyselyAdapter, OwnAdapter, PostgresJsAdapter, PrismaAdapter, type KyselyTransaction, type PostgresSql, type PrismaTransaction } from './others';
import { checkClient, PgAdapter, type PgClient } from './pg';
import { noTransaction, otherDatabase, type Adapter, type HostProtocol, type Prepared, type SyncAdapter } from './protocol';
import { SqliteAdapter, type SqliteDatabase } from './sqlite';

type Has = Record<string, any>;

const KIND = Symbol.for('drizzle:entityKind');

/** The kinds of something of Drizzle. */
export function drizzleKinds(given: object): string[] {
  const found: string[] = [];
  for (let one: unknown = (given as Has)['constructor']; typeof one === 'function' && found.length < 8; one = Object.getPrototypeOf(one)) {
    const kind: unknown = Object.hasOwn(one, KIND) ? (one as unknown as Record<symbol, unknown>)[KIND] : undefined;
    if (typeof kind === 'string') found.push(kind);
  }
  return found;
}

export const isFunction = (value: unknown): value is (...args: any[]) => any => typeof value === 'function';

/** The adapter of a transaction, for calls that are waited for. */
export function adapterOf(given: unknown, prepared: Prepared): Adapter {
  try {
    return find(given, prepared);
  } catch (error) {
    if (EarnestError.is(error)) throw error;
    // something of it throws when it is looked at
    throw invalid('tx', 'cannot be read');
  }
}

function find(given: unknown, prepared: Prepared): Adapter {
  if (isFunction(given)) return ofFunction(given as unknown as Has, prepared);
  if (typeof given !== 'object' || given === null) throw unknown(given);
  const has = given as Has;
  const kinds = drizzleKinds(given);
  if (kinds.length > 0) return ofDrizzle(has, kinds, prepared);
  if (isFunction(has['$queryRawUnsafe'])) return ofPrisma(has);
  if (isFunction(has['getTransactionContext'])) return ofMikro(has);
  if (isSqlite(has)) {
    throw invalid('tx', `is a \`${nameOf(given)}\` of better-sqlite3, whose statements do not wait: use \`usingSync\``);
  }
  if (isDataSource(has) || isManager(has) || isManager(has['manager']) || isRunner(has)) return ofTypeorm(has, prepared);
  if (isFunction(has['executeQuery']) && 'isTransaction' in has) return ofKysely(has);
  if (isPgPool(has)) throw noTransaction(given, 'a client of it after `BEGIN`');
  if (isPgClient(has)) {
    checkClient(has as PgClient);
    return new PgAdapter(has as PgClient, prepared);
  }
  if (isFunction(has['query']) && 'dialect' in has && isFunction(has['inTransaction'])) return new OwnAdapter(has as HostProtocol);
  if (isMikro(has)) throw noTransaction(given, 'the `em` of `em.transactional(...)`');
  throw unknown(given);
}

function unknown(given: unknown) {
  return invalid('tx', `must be an open transaction, and is ${Array.isArray(given) ? 'an array' : kindOf(given)}`);
}

export function isSqlite(has: Has): boolean {
  return isFunction(has['prepare']) && typeof has['inTransaction'] === 'boolean' && isFunction(has['pragma']);
}

export function isPgPool(has: Has): boolean {
  return isFunction(has['connect']) && 'totalCount' in has && 'idleCount' in has;
}

function isPgClient(has: Has): boolean {
  return isFunction(has['query']) && isFunction(has['connect']) && ('processID' in has || isFunction(has['getTransactionStatus']));
}

/** Whether something is a `DataSource` of TypeORM. */
export function isDataSource(has: Has | null | undefined): boolean {
  return typeof has === 'object' && has !== null && isFunction(has['createQueryRunner']) && isFunction(has['createEntityManager']);
}

/** Whether something is an `EntityManager` of TypeORM. */
function isManager(has: Has | null | undefined): boolean {
  return typeof has === 'object' && has !== null && isFunction(has['getTreeRepository']) && isDataSource(has['dataSource'] ?? has['connection']);
}

/** Whether something is a `MikroORM`. */
export function isMikro(has: Has): boolean {
  const manager: unknown = has['em'];
  return typeof manager === 'object' && manager !== null && isFunction((manager as Has)['getTransactionContext']);
}

function isRunner(has: Has): boolean {
  return isFunction(has['query']) && 'isTransactionActive' in has && 'isReleased' in has;
}

function ofTypeorm(has: Has, prepared: Prepared): Adapter {
  const instead = 'the `EntityManager` of `dataSource.transaction(...)`, or a `QueryRunner` after `startTransaction()`';
  if (isRunner(has)) return new TypeormAdapter(has as QueryRunner, prepared);
  const source = (has['dataSource'] ?? has['connection'] ?? has['manager']?.['connection']) as Has | undefined;
  const type: unknown = (isDataSource(has) ? has : source)?.['options']?.type;
  if (type !== undefined) dialectOf(type);
  const runner = has['queryRunner'] as QueryRunner | undefined;
  if (runner == null || !isManager(has)) throw noTransaction(has, instead);
  return new TypeormAdapter(runner, prepared);
}

function ofDrizzle(has: Has, kinds: string[], prepared: Prepared): Adapter {
  const client: unknown = has['session']?.client;
  if (kinds.includes('BetterSQLiteTransaction') || kinds.some((kind) => kind.startsWith('BetterSQLite'))) {
    throw invalid('tx', `is a \`${nameOf(has)}\` over better-sqlite3, whose statements do not wait: use \`usingSync\``);
  }
  if (kinds.some((kind) => /^(MySql|SQLite|LibSQL|SingleStore)/.test(kind))) throw otherDatabase(kinds[0]);
  if (!kinds.includes('PgTransaction')) throw noTransaction(has, 'the `tx` of `db.transaction(...)`');
  if (isFunction(client)) return new PostgresJsAdapter(client as unknown as PostgresSql, prepared);
  if (typeof client === 'object' && client !== null && isPgClient(client as Has)) {
    checkClient(client as PgClient);
    return new PgAdapter(client as PgClient, prepared);
  }
  throw invalid('tx', 'is a transaction of Drizzle over a driver that is not known: node-postgres or postgres.js is needed');
}

function ofPrisma(has: Has): Adapter {
  if (isFunction(has['$connect'])) throw noTransaction(has, 'the `tx` of `$transaction(async (tx) => ...)`');
  return new PrismaAdapter(has as PrismaTransaction);
}

function ofMikro(has: Has): Adapter {
  const context = has['getTransactionContext']() as (KyselyTransaction & Has) | undefined;
  if (context == null || context.isCommitted === true || context.isRolledBack === true) {
    throw noTransaction(has, 'the `em` of `em.transactional(...)`');
  }
  if (!isFunction(context.executeQuery)) throw otherDatabase(nameOf(has['getPlatform']?.() ?? context));
  checkKysely(context);
  return new KyselyAdapter(context, () => true);
}

function ofKysely(has: Has): Adapter {
  if (has['isTransaction'] !== true) throw noTransaction(has, 'the `Transaction` of `db.transaction().execute(...)`');
  checkKysely(has);
  return new KyselyAdapter(has as KyselyTransaction, () => true);
}

/** Refuses another database, which is told by what it can: of those that Kysely knows PostgreSQL alone can both. */
function checkKysely(has: Has): void {
  const adapter = has['getExecutor']?.()?.adapter as Has | undefined;
  if (adapter == null || (adapter['supportsReturning'] === true && adapter['supportsTransactionalDdl'] === true)) return;
  throw otherDatabase(nameOf(adapter));
}

function ofFunction(has: Has, prepared: Prepared): Adapter {
  if (isFunction(has['unsafe']) && isFunction(has['begin'])) throw noTransaction(has, 'the `sql` of `sql.begin(...)`');
  if (isFunction(has['unsafe']) && isFunction(has['savepoint'])) return new PostgresJsAdapter(has as PostgresSql, prepared);
  if ('client' in has && isFunction(has['raw']) && isFunction(has['transaction'])) {
    dialectOf(has['client']?.driverName ?? has['client']?.config?.client);
    if (has['isTransaction'] !== true || !isFunction(has['isCompleted'])) throw noTransaction(has, 'the `trx` of `knex.transaction(...)`');
    return new KnexAdapter(has as KnexTransaction, prepared);
  }
  throw unknown(has);
}

/** The adapter of a transaction, for calls that do not wait. */
export function syncAdapterOf(given: unknown): SyncAdapter {
  if (isFunction(given)) throw notSync(given);
  if (typeof given !== 'object' || given === null) throw invalid('tx', `must be a \`Database\` of better-sqlite3, and is ${kindOf(given)}`);
  const has = given as Has;
  let db: unknown = given;
  try {
    const kinds = drizzleKinds(given);
    if (kinds.length > 0) {
      db = has['session']?.client;
      if (db == null || !isSqlite(db as Has)) throw notSync(given);
      if (!kinds.includes('BetterSQLiteTransaction')) throw noTransaction(given, 'the `tx` of `db.transaction(...)`');
    }
    if (!isSqlite(db as Has)) throw notSync(given);
  } catch (error) {
    throw EarnestError.is(error) ? error : invalid('tx', 'cannot be read');
  }
  const database = db as SqliteDatabase;
  if (!database.open || !database.inTransaction) {
    throw noTransaction(given, 'a `Database` with `inTransaction`, as inside of `db.transaction(...)`');
  }
  return new SqliteAdapter(database);
}

function notSync(given: object) {
  return invalid('tx', `is \`${isFunction(given) ? given.name || 'function' : nameOf(given)}\`, no \`Database\` of better-sqlite3: use \`using\` for libraries that wait`);
}
