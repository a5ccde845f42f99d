// What the engine needs of a transaction of yours, whatever library it is of: an adapter for each is some thirty lines.

import { refuse, invalid, nameOf } from '../error';
import type { Rows } from '../native';

/** A transaction of a driver of your own. */
export interface HostProtocol {
  readonly dialect: 'postgresql' | 'sqlite';
  /** Sends a statement with parameters `$1`, `$2`, and takes all its rows, whose columns are texts. */
  query(sql: string, params: (string | null)[]): Promise<(string | null)[][]>;
  /** Whether a transaction is open. */
  inTransaction(): boolean;
  /** The SQLSTATE, or the name or number of a SQLite result code, of what `query` rejected with. */
  code?(error: unknown): string | undefined;
  /** Makes the transaction one that cannot be committed. */
  invalidate?(): Promise<void>;
}

/** Whether statements are prepared: asked when one is sent, as the engine may hear of a pooler later. */
export type Prepared = () => boolean;

/** A transaction of a library. */
export interface Adapter {
  readonly dialect: 'postgresql' | 'sqlite';
  /** Which SQLite library drives it. */
  readonly library?: string;
  /** Returns the object by which calls on the connection take their turns. */
  connection(): object;
  /** Makes it ready for statements. */
  ready?(): Promise<void>;
  inTransaction(): boolean;
  /** The same without waiting, where the library can: then nothing comes between the statements of a call. */
  readonly now?: SyncAdapter | undefined;
  /**
   * The block of the transaction that is open on the connection, for a call that is made in it now; undefined where it is not
   * known. `waits` says that the call cannot be sent at once.
   */
  block?(waits: boolean): Block | undefined;
  /** Whether a statement has failed, so that a commit would be a rollback without a word; it may reject with the SQLSTATE that says so. */
  hasFailed?(): Promise<boolean>;
  query(sql: string, params: (string | null)[]): Promise<Rows>;
  code(error: unknown): string | undefined;
  invalidate(): Promise<void>;
}

/** The block, a transaction or a savepoint within one, in which a call was made: behind the rollback of that it is not begun. */
export interface Block {
  /** Whether it was rolled back, as far as that is seen. */
  isOver(): boolean;
  /** Sends the first statement of the call; no rows where the block has ended before it. */
  begin?(sql: string, params: (string | null)[]): Promise<Rows | undefined>;
}

/** A transaction of a library that does not wait. */
export interface SyncAdapter {
  readonly dialect: 'sqlite';
  readonly library: string;
  connection(): object;
  inTransaction(): boolean;
  query(sql: string, params: (string | null)[]): Rows;
  code(error: unknown): string | undefined;
  invalidate(): void;
}

/** Returns the first line of a driver's error, as later lines may hold values of users. */
export function words(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error) ? String((error as Error).message) : '';
  } catch {
    text = '';
  }
  const line = text.split('\n', 1)[0]!.slice(0, 200).toWellFormed();
  return line || (typeof error === 'object' && error !== null ? nameOf(error) : 'it failed');
}

/** Whether a driver has answered what it is asked for: rows whose columns are texts. */
export function areRows(rows: unknown): rows is Rows {
  const isCell = (cell: unknown) => cell === null || cell === undefined || typeof cell === 'string';
  return Array.isArray(rows) && rows.every((row: unknown) => Array.isArray(row) && row.every(isCell));
}

/** The refusal of what has no transaction. */
export function noTransaction(given: unknown, instead: string) {
  const name = typeof given === 'function' ? given.name || 'function' : nameOf(given as object);
  return refuse('not_in_transaction', { reason: `\`${name}\` is no transaction: give ${instead}` });
}

/** The refusal of a database that the engine has no dialect of. */
export function otherDatabase(name: unknown, field = 'tx') {
  return invalid(field, `is of the database \`${String(name)}\`: PostgreSQL or SQLite is needed`);
}

/** The SQLSTATE of an error or of what caused it. */
export function sqlstate(error: unknown): string | undefined {
  for (let one = error, depth = 0; one != null && depth < 8; depth++) {
    const { code, driverError, cause } = one as { code?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
    one = driverError ?? cause;
  }
  return undefined;
}

/** Whether a code is one by which the server itself refuses a statement: drivers have some that look the same. */
export function isOfServer(code: string | undefined): boolean {
  return code !== undefined && /^(?:[0-9][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/.test(code) && !code.startsWith('08') && code !== '40003';
}

const SQLITE: Record<string, number> = {
  SQLITE_ERROR: 1, SQLITE_PERM: 3, SQLITE_ABORT: 4, SQLITE_BUSY: 5, SQLITE_LOCKED: 6, SQLITE_NOMEM: 7, SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9, SQLITE_IOERR: 10, SQLITE_CORRUPT: 11, SQLITE_FULL: 13, SQLITE_CANTOPEN: 14, SQLITE_PROTOCOL: 15,
  SQLITE_SCHEMA: 17, SQLITE_TOOBIG: 18, SQLITE_CONSTRAINT: 19, SQLITE_MISMATCH: 20, SQLITE_MISUSE: 21, SQLITE_AUTH: 23,
  SQLITE_RANGE: 25, SQLITE_NOTADB: 26,
  SQLITE_BUSY_RECOVERY: 261, SQLITE_BUSY_SNAPSHOT: 517, SQLITE_BUSY_TIMEOUT: 773, SQLITE_CONSTRAINT_CHECK: 275,
  SQLITE_CONSTRAINT_NOTNULL: 1299, SQLITE_CONSTRAINT_PRIMARYKEY: 1555, SQLITE_CONSTRAINT_UNIQUE: 2067,
  SQLITE_CONSTRAINT_TRIGGER: 1811, SQLITE_CONSTRAINT_FOREIGNKEY: 787,
}; // prettier-ignore

/** The number of a SQLite result code, which libraries tell by its name. */
export function sqliteCode(error: unknown): string | undefined {
  for (let one = error, depth = 0; one != null && depth < 8; depth++) {
    const { code, driverError, cause } = one as { code?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_')) {
      const primary = code.split('_').slice(0, 2).join('_');
      const number = SQLITE[code] ?? SQLITE[primary];
      return number === undefined ? undefined : String(number);
    }
    one = driverError ?? cause;
  }
  return undefined;
}
