// Pools that an engine can be attached to: each lends a connection of its driver, and takes it back.

import { EarnestError, invalid, kindOf, nameOf, refuse } from '../error';
import type { Rows } from '../native';
import { drizzleKinds, isDataSource, isFunction, isMikro, isPgPool, isSqlite } from './find';
import { dialectOf } from './layered';
import { AS_TEXTS, isOpen, statementName, type PgClient } from './pg';
import { noTransaction, sqliteCode, sqlstate } from './protocol';
import { LIBRARY, query as querySqlite, type SqliteDatabase } from './sqlite';

type Has = Record<string, any>;

/** A pool, or a function that opens a database. */
export type HostPool = object | (() => SqliteDatabase | Promise<SqliteDatabase>);

/** A connection that was lent. */
export interface Line {
  readonly dialect: 'postgresql' | 'sqlite';
  readonly library?: string;
  query(sql: string, params: (string | null)[]): Promise<Rows>;
  code(error: unknown): string | undefined;
  /** Whether a transaction of the application's is open on it: then nothing is done on it, and it is ended. */
  isOpen(): Promise<boolean>;
  /** Whether a pooler answers for the server, which may give every transaction another connection of that. */
  isPooled?(): Promise<boolean>;
  /** Gives it back as it was, or ends it. */
  giveBack(): Promise<void>;
  discard(): Promise<void>;
  /** Where its driver does not wait: the same at once. */
  readonly now?: { query(sql: string, params: (string | null)[]): Rows; isOpen(): boolean; giveBack(): void; discard(): void };
}

/** Lends connections. */
export interface Pool {
  readonly size: number;
  /** Whether statements are named, where the driver can. */
  prepared?: boolean;
  /** Whether its URL says that there is a pooler before the server. */
  readonly isPooled?: boolean;
  lend(): Promise<Line>;
  /** The same at once, where that is possible. */
  lendNow?(): Line | undefined;
  /** The one that is being opened, where that was not. */
  opened?(): Promise<Line>;
  close(): Promise<void>;
}

/** How many connections there can be where nothing says how many. */
const MANY = 64;

/** The pool of what was given. */
export function poolOf(given: unknown): Pool {
  try {
    return find(given);
  } catch (error) {
    throw EarnestError.is(error) ? error : invalid('pool', 'cannot be read');
  }
}

function find(given: unknown): Pool {
  const has = given as Has;
  if (isFunction(given)) {
    if ('client' in has && isFunction(has['raw'])) return ofKnex(has);
    if (isFunction(has['unsafe']) && isFunction(has['begin'])) throw notSupported('postgres.js lends no connections');
    if (isFunction(has['unsafe'])) throw noTransaction(given, 'a pool');
    return new Factory(given as () => unknown);
  }
  if (typeof given !== 'object' || given === null) throw unknown(given);
  if (isSqlite(has)) throw oneConnection(given);
  const kinds = drizzleKinds(given);
  if (kinds.length > 0) return ofDrizzle(has, kinds);
  if (isPgPool(has)) return new PgPool(async () => released(await has['connect']()), Number(has['options']?.max ?? 10), has['options']?.connectionString);
  if (isFunction(has['$queryRawUnsafe'])) throw notSupported('Prisma lends no connections: give the `pg.Pool` that `new PrismaPg(pool)` was made with');
  if (isDataSource(has)) return ofTypeorm(has);
  if (isMikro(has)) return ofMikro(has);
  throw unknown(given);
}

function unknown(given: unknown) {
  return invalid('pool', `must be a \`Pool\` of pg, a \`DataSource\`, a \`Knex\`, a Drizzle database, a \`MikroORM\`, or a function that opens a \`Database\`, and is ${kindOf(given)}`);
}

function notSupported(reason: string) {
  return refuse('not_supported', { operation: 'attach', reason });
}

function oneConnection(given: object) {
  const name = isFunction(given) ? 'Knex' : nameOf(given);
  return invalid('pool', `is a \`${name}\` on SQLite, which is one connection: give a function that opens one, as \`() => new Database(file)\``);
}

function ofKnex(has: Has): Pool {
  const client = has['client'] as Has;
  if (dialectOf(client['driverName'] ?? client['config']?.client, 'pool') === 'sqlite') throw oneConnection(has);
  const size = Number(client['pool']?.max ?? MANY);
  return new PgPool(
    async () => {
      const connection = (await client['acquireConnection']()) as PgClient;
      const release = (destroy: boolean): void => {
        // knex asks of a connection whether it was disposed of before it lends it again
        if (destroy) (connection as unknown as Has)['__knex__disposed'] = new Error('given up by the engine');
        void client['releaseConnection'](connection);
      };
      return { client: connection, release };
    },
    size,
    client['config']?.connection?.connectionString ?? client['config']?.connection,
  );
}

function ofTypeorm(has: Has): Pool {
  if (dialectOf(has['options']?.type, 'pool') === 'sqlite') throw oneConnection(has);
  return new PgPool(async () => {
    const master = has['driver']?.master as Has | undefined;
    if (master === undefined || !isFunction(master['connect'])) throw invalid('pool', 'is a `DataSource` that is not initialized');
    return released((await master['connect']()) as PgClient);
  }, Number(has['options']?.extra?.max ?? has['options']?.poolSize ?? 10), has['options']?.url);
}

function ofDrizzle(has: Has, kinds: string[]): Pool {
  const client: unknown = has['$client'] ?? has['session']?.client;
  if (kinds.some((kind) => kind.startsWith('BetterSQLite'))) throw oneConnection(has);
  if (client === null || client === undefined) throw unknown(has);
  if (isFunction(client)) throw notSupported('postgres.js lends no connections');
  return find(client);
}

function ofMikro(has: Has): Pool {
  const connection = has['em']?.getConnection?.('write') as Has | undefined;
  if (connection === undefined || !isFunction(connection['getNativeClient'])) {
    throw notSupported('the pool of this `MikroORM` is not known: give the `pg.Pool` below it');
  }
  const pool = async (): Promise<Has> => {
    const found = (await connection['getNativeClient']()) as Has;
    if (!isPgPool(found)) throw invalid('pool', 'is a `MikroORM` of another database: PostgreSQL is needed');
    return found;
  };
  return new PgPool(async () => released((await (await pool())['connect']()) as PgClient), Number(has['config']?.get?.('pool')?.max ?? 10));
}

/** A client that was lent, and what gives it back. */
interface Lent {
  client: PgClient;
  release: (destroy: boolean) => void;
}

function released(client: PgClient): Lent {
  return { client, release: (destroy) => client.release?.(destroy) };
}

/** A pool of pg, or what lends its clients. */
class PgPool implements Pool {
  readonly size: number;
  prepared = true;
  readonly #connect: () => Promise<Lent>;

  readonly isPooled: boolean;

  constructor(connect: () => Promise<Lent>, size: number, url?: unknown) {
    this.#connect = connect;
    this.isPooled = typeof url === 'string' && /[?&]pgbouncer=true(?:&|#|$)/.test(url);
    this.size = Number.isSafeInteger(size) && size > 0 ? size : MANY;
  }

  async lend(): Promise<Line> {
    return new PgLine(await this.#connect(), this.prepared);
  }

  async close(): Promise<void> {}
}

class PgLine implements Line {
  readonly dialect = 'postgresql';
  readonly #client: PgClient;
  readonly #release: (destroy: boolean) => void;
  readonly #prepared: boolean;
  readonly #lost = (): void => undefined;

  constructor({ client, release }: Lent, prepared: boolean) {
    this.#client = client;
    this.#release = release;
    this.#prepared = prepared;
    // a connection that breaks while it is lent is told by its next statement
    (client as unknown as Has)['on']?.('error', this.#lost);
  }

  async query(sql: string, params: (string | null)[]): Promise<Rows> {
    const named = this.#prepared && params.length > 0 ? { name: statementName(sql) } : {};
    const found = await this.#client.query({ text: sql, values: params, rowMode: 'array', types: AS_TEXTS, ...named });
    const last = Array.isArray(found) ? (found.at(-1) as { rows: unknown[] }) : found;
    return (last.rows as unknown[][]).map((row) => row.map((cell) => (cell === null || typeof cell === 'string' ? cell : String(cell))));
  }

  code(error: unknown): string | undefined {
    return sqlstate(error);
  }

  isOpen(): Promise<boolean> {
    // a failure of the question is that of an open transaction that has failed
    return isOpen(this.#client).catch(() => true);
  }

  async isPooled(): Promise<boolean> {
    // a pooler gives a number of its own to whoever connects
    const number: unknown = (this.#client as unknown as Has)['processID'];
    const rows = await this.query('SELECT pg_backend_pid()', []).catch(() => []);
    return typeof number === 'number' && rows.length > 0 && rows[0]![0] !== String(number);
  }

  async giveBack(): Promise<void> {
    this.#end(false);
  }

  async discard(): Promise<void> {
    this.#end(true);
  }

  #end(destroy: boolean): void {
    (this.#client as unknown as Has)['removeListener']?.('error', this.#lost);
    this.#release(destroy);
  }
}

/** A function that opens a connection to SQLite. */
class Factory implements Pool {
  readonly size = MANY;
  readonly #open: () => unknown;
  readonly #idle: SqliteDatabase[] = [];
  readonly #opening: Promise<unknown>[] = [];
  #closed = false;

  constructor(open: () => unknown) {
    this.#open = open;
  }

  async lend(): Promise<Line> {
    const now = this.lendNow();
    return now ?? this.opened();
  }

  async opened(): Promise<Line> {
    return this.#line(await this.#opening.shift());
  }

  lendNow(): Line | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined) return this.#line(idle);
    const opened = this.#open();
    if (typeof (opened as { then?: unknown } | null)?.then !== 'function') return this.#line(opened);
    this.#opening.push(opened as Promise<unknown>);
    return undefined;
  }

  #line(db: unknown): Line {
    if (typeof db !== 'object' || db === null || !isSqlite(db as Has)) {
      throw invalid('pool', `must open a \`Database\` of better-sqlite3, and answered ${kindOf(db)}`);
    }
    return new SqliteLine(db as SqliteDatabase, (given) => this.#back(given));
  }

  #back(db: SqliteDatabase): void {
    if (this.#closed || !db.open) db.close();
    else this.#idle.push(db);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const db of this.#idle.splice(0)) db.close();
  }
}

class SqliteLine implements Line {
  readonly dialect = 'sqlite';
  readonly library = LIBRARY;
  readonly #db: SqliteDatabase;
  readonly #back: (db: SqliteDatabase) => void;

  constructor(db: SqliteDatabase, back: (db: SqliteDatabase) => void) {
    this.#db = db;
    this.#back = back;
  }

  readonly now = {
    query: (sql: string, params: (string | null)[]): Rows => querySqlite(this.#db, sql, params),
    isOpen: (): boolean => this.#db.open && this.#db.inTransaction,
    giveBack: (): void => this.#back(this.#db),
    discard: (): void => void this.#db.close(),
  };

  async query(sql: string, params: (string | null)[]): Promise<Rows> {
    return this.now.query(sql, params);
  }

  code(error: unknown): string | undefined {
    return sqliteCode(error);
  }

  async isOpen(): Promise<boolean> {
    return this.now.isOpen();
  }

  async giveBack(): Promise<void> {
    this.now.giveBack();
  }

  async discard(): Promise<void> {
    this.now.discard();
  }
}
