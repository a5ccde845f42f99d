// better-sqlite3: a `Database` with a transaction open. It does not wait, so its calls do not either.

import { realpathSync } from 'node:fs';
import type { Rows } from '../native';
import { backsOf } from './ends';
import { sqliteCode, type Adapter, type Block, type SyncAdapter } from './protocol';

/** The part of better-sqlite3 that is used. */
export interface SqliteDatabase {
  readonly inTransaction: boolean;
  readonly open: boolean;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

interface SqliteStatement {
  readonly reader: boolean;
  raw(on?: boolean): SqliteStatement;
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): unknown;
}

/** Statements of a connection, which are prepared once. */
const prepared = new WeakMap<object, Map<string, SqliteStatement>>();
const MOST = 500;

/** Sends a statement, and takes all its rows. */
export function query(db: SqliteDatabase, sql: string, params: (string | null)[]): Rows {
  let known = prepared.get(db);
  if (known === undefined) prepared.set(db, (known = new Map()));
  let statement = known.get(sql);
  if (statement === undefined) {
    statement = db.prepare(sql);
    if (statement.reader) statement.raw(true);
    if (known.size < MOST) known.set(sql, statement);
  }
  const given = params.length === 0 ? [] : [Object.fromEntries(params.map((value, place) => [String(place + 1), value]))];
  if (!statement.reader) {
    statement.run(...given);
    return [];
  }
  return (statement.all(...given) as unknown[][]).map((row) => row.map(cell));
}

/** A PRAGMA answers with numbers. */
function cell(value: unknown): string | null {
  return value === null || typeof value === 'string' ? value : String(value);
}

/** The file that a connection has open; none of what is in memory. */
export function fileOf(db: SqliteDatabase): string | undefined {
  const row = query(db, 'PRAGMA database_list', []).find((one) => one[1] === 'main');
  const file = row?.[2];
  if (!file) return undefined;
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** The library behind better-sqlite3, wherever it is used. */
export const LIBRARY = 'better-sqlite3';

export class SqliteAdapter implements SyncAdapter {
  readonly dialect = 'sqlite';
  readonly library = LIBRARY;
  readonly db: SqliteDatabase;

  constructor(db: SqliteDatabase) {
    this.db = db;
  }

  connection(): object {
    return this.db;
  }

  inTransaction(): boolean {
    return this.db.open && this.db.inTransaction;
  }

  query(sql: string, params: (string | null)[]): Rows {
    return query(this.db, sql, params);
  }

  code(error: unknown): string | undefined {
    return sqliteCode(error);
  }

  invalidate(): void {
    // one that was only rolled back commits by themselves the statements that follow
    this.db.close();
  }
}

/** The same for libraries that wait, and have such a connection below. */
export class AsyncSqliteAdapter implements Adapter {
  readonly dialect = 'sqlite';
  readonly library = LIBRARY;
  readonly #inner: SqliteAdapter;

  constructor(db: SqliteDatabase) {
    this.#inner = new SqliteAdapter(db);
  }

  get db(): SqliteDatabase {
    return this.#inner.db;
  }

  get now(): SyncAdapter {
    return this.#inner;
  }

  block(): Block {
    const backs = backsOf(this.db);
    const { count } = backs;
    return { isOver: () => backs.count !== count };
  }

  connection(): object {
    return this.#inner.db;
  }

  inTransaction(): boolean {
    return this.#inner.inTransaction();
  }

  async query(sql: string, params: (string | null)[]): Promise<Rows> {
    return this.#inner.query(sql, params);
  }

  code(error: unknown): string | undefined {
    return sqliteCode(error);
  }

  async invalidate(): Promise<void> {
    this.#inner.db.close();
  }
}
