// Libraries whose own statements are sent: postgres.js, Prisma, Kysely, MikroORM, and a driver of your own.

import { invalid, kindOf } from '../error';
import { elapsed, pause } from '../globals';
import { isBytes } from '../keyring';
import type { Rows } from '../native';
import { endsOf, loses, notBehind, type Ends } from './ends';
import { Mark } from './mark';
import { isOfServer, noTransaction, sqliteCode, sqlstate, type Adapter, type Block, type HostProtocol, type Prepared } from './protocol';

/** How long a driver that stops waiting for its statements is asked to make a transaction one that fails, in milliseconds. */
const PATIENCE = 30_000;

/** A statement that fails: whatever comes behind it is refused by the server. It is sent until the server has said so: a driver that
 * stopped waiting may have taken it out of its queue. */
async function spoil(adapter: Adapter): Promise<void> {
  for (const until = elapsed() + PATIENCE; adapter.inTransaction() && elapsed() < until; ) {
    try {
      await adapter.query('SELECT earnest_cannot_go_on', []);
    } catch (error) {
      if (isOfServer(adapter.code(error))) return;
    }
    await pause(20);
  }
}

abstract class OnPostgres implements Adapter {
  readonly dialect = 'postgresql';
  abstract connection(): object;
  abstract inTransaction(): boolean;
  abstract query(sql: string, params: (string | null)[]): Promise<Rows>;

  code(error: unknown): string | undefined {
    return sqlstate(error);
  }

  /** The server knows, and refuses every statement then. */
  async hasFailed(): Promise<boolean> {
    if (this.inTransaction()) await this.query('SELECT 1', []);
    return false;
  }

  invalidate(): Promise<void> {
    return spoil(this);
  }
}

/** The part of postgres.js that is used: `sql` of `sql.begin`. */
export interface PostgresSql {
  unsafe(sql: string, params: unknown[], options?: { prepare?: boolean }): { raw(): Promise<object[]> };
  savepoint: unknown;
}

export class PostgresJsAdapter extends OnPostgres {
  readonly #sql: PostgresSql;
  readonly #prepared: Prepared;
  #ended = false;

  constructor(sql: PostgresSql, prepared: Prepared) {
    super();
    this.#sql = sql;
    this.#prepared = prepared;
  }

  override connection(): object {
    return this.#sql;
  }

  /** It tells nobody whether the transaction or a block has ended, and would still send: the server knows. */
  block(): Block {
    return new Mark(this, { isInline: true });
  }

  override inTransaction(): boolean {
    return !this.#ended;
  }

  /** `sql.begin` rejects with what has failed in it, also where the body took that. */
  override async hasFailed(): Promise<boolean> {
    return false;
  }

  override async query(sql: string, params: (string | null)[]): Promise<Rows> {
    try {
      // as they come: parsers and transforms of the application are for its own rows
      const found = await this.#sql.unsafe(sql, params, { prepare: this.#prepared() }).raw();
      return Array.from(found, (row) => Object.values(row).map(textOf)) as Rows;
    } catch (error) {
      // it says so of statements behind its end
      if ((error as { code?: unknown })?.code === 'UNSAFE_TRANSACTION') this.#ended = true;
      throw error;
    }
  }
}

/** The text of a cell that no parser has seen. */
function textOf(cell: unknown): unknown {
  return isBytes(cell) ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString() : cell;
}

/** Where Prisma keeps which of its transactions are open within each other. */
const SCOPE = Symbol.for('prisma.client.transaction.scope_context');

/** The part of Prisma that is used: `tx` of `$transaction`. */
export interface PrismaTransaction {
  /** The extensions of the application, and the client without any. */
  readonly _extensions?: object;
  readonly _originalClient?: { readonly _extensions?: object };
  readonly [SCOPE]?: { scopeState?: { stack?: unknown[] } };
  $queryRawUnsafe(sql: string, ...params: unknown[]): Promise<Record<string, unknown>[]>;
}

export class PrismaAdapter extends OnPostgres {
  readonly #tx: PrismaTransaction;
  /** The same without the extensions of the application, which may change statements and rows. */
  readonly #plain: PrismaTransaction;
  #ended = false;

  constructor(tx: PrismaTransaction) {
    super();
    this.#tx = tx;
    const none = tx._originalClient?._extensions;
    const isExtended = typeof none === 'object' && none !== tx._extensions;
    this.#plain = isExtended ? (Object.create(tx, { _extensions: { value: none } }) as PrismaTransaction) : tx;
  }

  override connection(): object {
    return this.#tx;
  }

  /** Its statements come in the order in which they were made, and so does the end of a block. Only that of a transaction within one
   * overtakes them: of that it tells. */
  block(waits: boolean): Block {
    const open = this.#tx[SCOPE]?.scopeState?.stack;
    const mine = open?.at(-1);
    const isNested = open !== undefined && open.length > 1;
    if (!waits && !isNested) return { isOver: () => false };
    return new Mark(this, isNested ? { hasEnded: () => !open.includes(mine) } : {});
  }

  override inTransaction(): boolean {
    return !this.#ended;
  }

  override async query(sql: string, params: (string | null)[]): Promise<Rows> {
    try {
      return (await this.#plain.$queryRawUnsafe(sql, ...params)).map((row) => Object.values(row)) as Rows;
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

/** The part of Kysely that is used; MikroORM stands on it. */
export interface KyselyTransaction {
  getExecutor?(): KyselyExecutor;
  executeQuery(query: object): Promise<{ rows: Record<string, unknown>[] }>;
  readonly isCommitted?: boolean;
  readonly isRolledBack?: boolean;
}

interface KyselyExecutor {
  provideConnection(consumer: (connection: object) => Promise<void>): Promise<void>;
  executeQuery(query: object): Promise<{ rows: Record<string, unknown>[] }>;
  withoutPlugins(): KyselyExecutor;
}

export class KyselyAdapter extends OnPostgres {
  readonly #tx: KyselyTransaction;
  readonly #open: () => boolean;
  #ended = false;
  #ends: Ends | undefined;
  #before = 0;
  #finding: Promise<void> | undefined;

  constructor(tx: KyselyTransaction, open: () => boolean) {
    super();
    this.#tx = tx;
    this.#open = open;
  }

  override connection(): object {
    return this.#tx;
  }

  override inTransaction(): boolean {
    // its state changes when an end was answered: what is sent meanwhile would run behind that
    if (this.#ended || (this.#ends !== undefined && this.#ends.count !== this.#before)) return false;
    return this.#open() && this.#tx.isCommitted !== true && this.#tx.isRolledBack !== true;
  }

  block(): Block | undefined {
    const ends = this.#ends;
    if (ends === undefined) return undefined;
    const { blocks } = ends;
    const isOver = () => ends.blocks !== blocks;
    const begin = async (sql: string, params: (string | null)[]): Promise<Rows | undefined> => {
      try {
        return await this.query(sql, params, blocks);
      } catch (error) {
        if (isOver()) return undefined;
        throw error;
      }
    };
    return { isOver, begin };
  }

  /** The ends are sent on the connection below, past all that the transaction knows. */
  async ready(): Promise<void> {
    if (this.#ends !== undefined || !this.inTransaction()) return;
    await (this.#finding ??= this.#find().finally(() => (this.#finding = undefined)));
  }

  async #find(): Promise<void> {
    try {
      await this.#tx.getExecutor?.().provideConnection(async (connection) => {
        this.#ends = endsOf(connection, 'executeQuery');
        this.#before = this.#ends.count;
      });
    } catch (error) {
      this.#hear(error);
      if (!this.#ended) throw error;
    }
  }

  /** `blocks` are those that were rolled back when its call was made, of which this is the first statement. */
  override async query(sql: string, params: (string | null)[], blocks?: number): Promise<Rows> {
    const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] };
    const compiled = { sql, parameters: params, query, queryId: { queryId: 'earnest' } };
    // it is sent some turns later: nothing of it may be if an end goes before
    if (this.#ends !== undefined) notBehind(compiled, this.#before, blocks);
    let found;
    try {
      // past the plugins of the application, which change what the server answers
      found = await (this.#tx.getExecutor?.().withoutPlugins() ?? this.#tx).executeQuery(compiled);
    } catch (error) {
      this.#hear(error);
      throw error;
    }
    return found.rows.map((row) => Object.values(row)) as Rows;
  }

  /** Its driver may stop waiting for whatever is sent: so its own commit is not sent any more. */
  override async invalidate(): Promise<void> {
    if (this.#ends === undefined || !loses(this.#ends)) await super.invalidate();
  }

  /** The executor of Kysely says so of statements behind its end. */
  #hear(error: unknown): void {
    if (/^Transaction is already /.test(String((error as { message?: unknown } | null)?.message))) this.#ended = true;
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

  async hasFailed(): Promise<boolean> {
    if (this.dialect === 'postgresql' && this.inTransaction()) await this.query('SELECT 1', []);
    return false;
  }

  async invalidate(): Promise<void> {
    if (this.#given.invalidate !== undefined) await this.#given.invalidate();
    else if (this.dialect === 'postgresql') await spoil(this);
    else await this.query('ROLLBACK', []);
  }
}
