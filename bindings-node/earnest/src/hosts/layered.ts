// Libraries that stand on a driver: TypeORM and Knex hand out the connection below, and the engine uses that.

import type { Rows } from '../native';
import { PgAdapter, type PgClient } from './pg';
import { AsyncSqliteAdapter, type SqliteDatabase } from './sqlite';
import { noTransaction, otherDatabase, type Adapter, type SyncAdapter } from './protocol';

export type Below = PgAdapter | AsyncSqliteAdapter;

/** The connection below, which is known once the library has handed it out. */
abstract class Layered implements Adapter {
  abstract readonly dialect: 'postgresql' | 'sqlite';
  abstract readonly library?: string;
  protected readonly prepared: boolean;
  #below: Below | undefined;

  constructor(prepared: boolean) {
    this.prepared = prepared;
  }

  protected abstract handle(): object;
  protected abstract open(): boolean;
  protected abstract fetch(): Promise<unknown>;

  connection(): object {
    return this.#below?.connection() ?? this.handle();
  }

  async ready(): Promise<void> {
    if (this.#below !== undefined || !this.open()) return;
    const found = await this.fetch();
    this.#below = this.dialect === 'sqlite' ? new AsyncSqliteAdapter(found as SqliteDatabase) : new PgAdapter(found as PgClient, this.prepared);
    await (this.#below as Adapter).ready?.();
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

  blocks(): number | undefined {
    return this.#below instanceof PgAdapter ? this.#below.blocks() : undefined;
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

/** What of TypeORM is used. */
export interface QueryRunner {
  readonly isReleased: boolean;
  readonly isTransactionActive: boolean;
  readonly manager?: unknown;
  readonly connection?: { options?: { type?: string } };
  readonly dataSource?: { options?: { type?: string } };
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

  constructor(runner: QueryRunner, prepared: boolean) {
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
}

/** What of Knex is used. */
export interface KnexTransaction {
  readonly client: { acquireConnection(): Promise<unknown>; readonly driverName?: string; config?: { client?: unknown } };
  isCompleted(): boolean;
}

export class KnexAdapter extends Layered {
  override readonly dialect: 'postgresql' | 'sqlite';
  override readonly library?: string;
  readonly #trx: KnexTransaction;

  constructor(trx: KnexTransaction, prepared: boolean) {
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
