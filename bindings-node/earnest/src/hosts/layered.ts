// Libraries that stand on a driver: TypeORM and Knex hand out the connection below, and the engine uses that.

import type { Rows } from '../native';
import { PgAdapter, type PgClient } from './pg';
import { AsyncSqliteAdapter, type SqliteDatabase } from './sqlite';
import { noTransaction, otherDatabase, type Adapter, type Block, type Prepared, type SyncAdapter } from './protocol';

export type Below = PgAdapter | AsyncSqliteAdapter;

/** The connection below, which is known once the library has handed it out. */
abstract class Layered implements Adapter {
  abstract readonly dialect: 'postgresql' | 'sqlite';
  abstract readonly library?: string;
  protected readonly prepared: Prepared;
  #below: Below | undefined;
  #coming: Promise<void> | undefined;
  /** Blocks of calls that were made before it was known. */
  readonly #notes: (() => void)[] = [];

  constructor(prepared: Prepared) {
    this.prepared = prepared;
  }

  protected abstract handle(): object;
  protected abstract open(): boolean;
  protected abstract fetch(): Promise<unknown>;

  /** The connection, where the library shows it at once. */
  protected shown(): unknown {
    return undefined;
  }

  connection(): object {
    return this.#below?.connection() ?? this.handle();
  }

  async ready(): Promise<void> {
    if (this.#below === undefined && this.open()) await this.#arrive();
    await (this.#below as Adapter | undefined)?.ready?.();
  }

  /** Several calls may ask for it at once, and it is of the moment in which the first one did. */
  #arrive(): Promise<void> {
    this.#coming ??= this.fetch().then(
      (found) => this.#on(found),
      (error: unknown) => {
        this.#coming = undefined;
        throw error;
      },
    );
    return this.#coming;
  }

  #on(found: unknown): void {
    this.#below ??= this.dialect === 'sqlite' ? new AsyncSqliteAdapter(found as SqliteDatabase) : new PgAdapter(found as PgClient, this.prepared);
    for (const note of this.#notes.splice(0)) note();
  }

  get below(): Below {
    return this.#below!;
  }

  get now(): SyncAdapter | undefined {
    return this.#below instanceof AsyncSqliteAdapter ? this.#below.now : undefined;
  }

  inTransaction(): boolean {
    return this.open() && (this.#below?.inTransaction() ?? true);
  }

  block(): Block | undefined {
    if (this.#below === undefined && this.open()) {
      const shown = this.shown();
      if (shown !== undefined && shown !== null) this.#on(shown);
    }
    if (this.#below !== undefined || !this.open()) return this.#below?.block();
    // as soon as it is there: a library takes longer to send anything
    let block: Block | undefined;
    this.#notes.push(() => (block = this.#below!.block()));
    void this.#arrive().catch(() => undefined);
    return { isOver: () => block?.isOver() === true };
  }

  async hasFailed(): Promise<boolean> {
    await this.ready();
    const below: Adapter | undefined = this.#below;
    return this.open() && (await below?.hasFailed?.()) === true;
  }

  query(sql: string, params: (string | null)[]): Promise<Rows> {
    return this.below.query(sql, params);
  }

  code(error: unknown): string | undefined {
    return this.below.code(error);
  }

  invalidate(): Promise<void> {
    return this.below.invalidate();
  }
}

/** The part of TypeORM that is used. */
export interface QueryRunner {
  readonly isReleased: boolean;
  readonly isTransactionActive: boolean;
  readonly manager?: unknown;
  readonly connection?: { options?: { type?: string } };
  readonly dataSource?: { options?: { type?: string } };
  /** The one of a server, and the one of a file. */
  readonly databaseConnection?: unknown;
  readonly driver?: { databaseConnection?: unknown };
  connect(): Promise<unknown>;
}

/** The dialect of a type of TypeORM or a client of Knex. */
export function dialectOf(name: unknown, field = 'tx'): 'postgresql' | 'sqlite' {
  const text = String(name);
  if (['postgres', 'postgresql', 'pg', 'aurora-postgres', 'cockroachdb', 'pgnative'].includes(text)) return 'postgresql';
  if (text === 'better-sqlite3') return 'sqlite';
  throw otherDatabase(text, field);
}

export class TypeormAdapter extends Layered {
  override readonly dialect: 'postgresql' | 'sqlite';
  override readonly library?: string;
  readonly #runner: QueryRunner;

  constructor(runner: QueryRunner, prepared: Prepared) {
    super(prepared);
    this.#runner = runner;
    const source = runner.dataSource ?? runner.connection;
    this.dialect = dialectOf(source?.options?.type);
    if (this.dialect === 'sqlite') this.library = 'better-sqlite3';
    if (runner.isReleased || !runner.isTransactionActive) {
      throw noTransaction(runner, 'the `EntityManager` of `dataSource.transaction(...)`, or a `QueryRunner` after `startTransaction()`');
    }
  }

  protected override handle(): object {
    return this.#runner;
  }

  protected override open(): boolean {
    return !this.#runner.isReleased && this.#runner.isTransactionActive;
  }

  protected override fetch(): Promise<unknown> {
    return this.#runner.connect();
  }

  protected override shown(): unknown {
    return this.#runner.databaseConnection ?? this.#runner.driver?.databaseConnection;
  }
}

/** The part of Knex that is used. */
export interface KnexTransaction {
  readonly client: { acquireConnection(): Promise<unknown>; readonly driverName?: string; config?: { client?: unknown } };
  isCompleted(): boolean;
}

export class KnexAdapter extends Layered {
  override readonly dialect: 'postgresql' | 'sqlite';
  override readonly library?: string;
  readonly #trx: KnexTransaction;

  constructor(trx: KnexTransaction, prepared: Prepared) {
    super(prepared);
    this.#trx = trx;
    this.dialect = dialectOf(trx.client.driverName ?? trx.client.config?.client);
    if (this.dialect === 'sqlite') this.library = 'better-sqlite3';
    if (trx.isCompleted()) throw noTransaction(trx, 'a `trx` of `knex.transaction(...)` that has not ended');
  }

  protected override handle(): object {
    return this.#trx.client;
  }

  protected override open(): boolean {
    return !this.#trx.isCompleted();
  }

  protected override fetch(): Promise<unknown> {
    return this.#trx.client.acquireConnection();
  }
}
