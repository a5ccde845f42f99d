// Libraries whose own statements are sent: postgres.js, Prisma, Kysely, MikroORM, and a driver of your own.

import { invalid, kindOf } from '../error';
import type { Rows } from '../native';
import { noTransaction, sqliteCode, sqlstate, type Adapter, type HostProtocol } from './protocol';

abstract class OnPostgres implements Adapter {
  readonly dialect = 'postgresql';
  abstract connection(): object;
  abstract inTransaction(): boolean;
  abstract query(sql: string, params: (string | null)[]): Promise<Rows>;

  code(error: unknown): string | undefined {
    return sqlstate(error);
  }

  /** A statement that fails: whatever comes behind it is refused by the server. */
  async invalidate(): Promise<void> {
    await this.query('SELECT earnest_cannot_go_on', []).catch(() => undefined);
  }
}

/** What of postgres.js is used: the `sql` of `sql.begin`. */
export interface PostgresSql {
  unsafe(sql: string, params: unknown[], options?: { prepare?: boolean }): { values(): Promise<unknown[]> };
  savepoint: unknown;
}

export class PostgresJsAdapter extends OnPostgres {
  readonly #sql: PostgresSql;
  readonly #prepared: boolean;
  #ended = false;

  constructor(sql: PostgresSql, prepared: boolean) {
    super();
    this.#sql = sql;
    this.#prepared = prepared;
  }

  override connection(): object {
    return this.#sql;
  }

  /** It tells nobody whether it has ended, and would still send: the server knows, and has savepoints in transactions only. */
  async ready(): Promise<void> {
    const probe = ['SAVEPOINT earnest_probe', 'RELEASE SAVEPOINT earnest_probe'];
    await Promise.all(probe.map((sql) => this.#sql.unsafe(sql, []).values()));
  }

  override inTransaction(): boolean {
    return !this.#ended;
  }

  override async query(sql: string, params: (string | null)[]): Promise<Rows> {
    try {
      return Array.from(await this.#sql.unsafe(sql, params, { prepare: this.#prepared }).values()) as Rows;
    } catch (error) {
      // it says so of statements behind its end
      if ((error as { code?: unknown })?.code === 'UNSAFE_TRANSACTION') this.#ended = true;
      throw error;
    }
  }
}

/** What of Prisma is used: the `tx` of `$transaction`. */
export interface PrismaTransaction {
  $queryRawUnsafe(sql: string, ...params: unknown[]): Promise<Record<string, unknown>[]>;
}

export class PrismaAdapter extends OnPostgres {
  readonly #tx: PrismaTransaction;
  #ended = false;

  constructor(tx: PrismaTransaction) {
    super();
    this.#tx = tx;
  }

  override connection(): object {
    return this.#tx;
  }

  override inTransaction(): boolean {
    return !this.#ended;
  }

  override async query(sql: string, params: (string | null)[]): Promise<Rows> {
    try {
      return (await this.#tx.$queryRawUnsafe(sql, ...params)).map((row) => Object.values(row)) as Rows;
    } catch (error) {
      if ((error as { code?: unknown })?.code === 'P2028' && !hasExpired(error)) this.#ended = true;
      throw error;
    }
  }

  override code(error: unknown): string | undefined {
    const { code, meta } = error as { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } }; code?: unknown } };
    // it was given up for its time, or for another one: the whole of it may succeed when it runs again
    if (code === 'P2034' || (code === 'P2028' && hasExpired(error))) return '40001';
    if (code === 'P2028') return '25P01';
    const found = meta?.driverAdapterError?.cause?.originalCode ?? meta?.code;
    return typeof found === 'string' ? found : sqlstate(error);
  }
}

/** Whether a transaction of Prisma took longer than it may: any other end of one has the same code. */
function hasExpired(error: unknown): boolean {
  const { meta, message } = error as { meta?: { timeTaken?: unknown }; message?: unknown };
  return meta?.timeTaken !== undefined || /expired transaction/.test(String(message));
}

/** What of Kysely is used, which MikroORM stands on. */
export interface KyselyTransaction {
  executeQuery(query: object): Promise<{ rows: Record<string, unknown>[] }>;
  readonly isCommitted?: boolean;
  readonly isRolledBack?: boolean;
}

export class KyselyAdapter extends OnPostgres {
  readonly #tx: KyselyTransaction;
  readonly #open: () => boolean;
  #ended = false;

  constructor(tx: KyselyTransaction, open: () => boolean) {
    super();
    this.#tx = tx;
    this.#open = open;
  }

  override connection(): object {
    return this.#tx;
  }

  override inTransaction(): boolean {
    return !this.#ended && this.#open() && this.#tx.isCommitted !== true && this.#tx.isRolledBack !== true;
  }

  override async query(sql: string, params: (string | null)[]): Promise<Rows> {
    const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] };
    let found;
    try {
      found = await this.#tx.executeQuery({ sql, parameters: params, query, queryId: { queryId: 'earnest' } });
    } catch (error) {
      // the executor of Kysely says so of statements behind its end
      if (/^Transaction is already /.test(String((error as { message?: unknown } | null)?.message))) this.#ended = true;
      throw error;
    }
    return found.rows.map((row) => Object.values(row)) as Rows;
  }
}

/** A driver of your own. */
export class OwnAdapter implements Adapter {
  readonly dialect: 'postgresql' | 'sqlite';
  readonly library?: string;
  readonly #given: HostProtocol;

  constructor(given: HostProtocol) {
    if (given.dialect !== 'postgresql' && given.dialect !== 'sqlite') {
      throw invalid('tx', `has the dialect ${kindOf(given.dialect)}: it must be \`postgresql\` or \`sqlite\``);
    }
    this.dialect = given.dialect;
    if (given.dialect === 'sqlite') this.library = 'its own';
    this.#given = given;
    if (given.inTransaction() !== true) throw noTransaction(given, 'what has a transaction open, and says so by `inTransaction()`');
  }

  connection(): object {
    return this.#given;
  }

  inTransaction(): boolean {
    return this.#given.inTransaction() === true;
  }

  query(sql: string, params: (string | null)[]): Promise<Rows> {
    return this.#given.query(sql, params);
  }

  code(error: unknown): string | undefined {
    const said = this.#given.code?.(error);
    const text = said ?? (this.dialect === 'sqlite' ? sqliteCode(error) : sqlstate(error));
    return text !== undefined && text.startsWith('SQLITE_') ? sqliteCode({ code: text }) : text;
  }

  async invalidate(): Promise<void> {
    await this.#given.invalidate?.();
  }
}
