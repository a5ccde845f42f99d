// Ends of transactions, counted when they are sent: a driver tells of one only when the server has answered, and what is sent
// in between runs behind it, in no transaction.

import type { Block } from './protocol';
import type { SqliteDatabase } from './sqlite';

/** COMMIT and its like, behind comments. A rollback to a savepoint ends nothing. */
const ENDS =
  /^(?:\s|;|--[^\n]*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*(commit|end|abort|prepare\s+transaction|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b))\b/i;

/** A rollback to a savepoint: the end of a block. */
const BACK = /^(?:\s|;|--[^\n]*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*rollback\s+(?:(?:work|transaction)\s+)?to\b/i;

/** How many ends were sent on a connection. */
export interface Ends {
  readonly count: number;
  /** How many blocks within a transaction were rolled back. */
  readonly blocks: number;
}

interface Counted extends Ends {
  count: number;
  blocks: number;
  /** Nobody knows what the call in it has written: nothing but a rollback is sent any more. */
  isLost: boolean;
  /** The method that counts, as it was put in place. */
  by: unknown;
}

const counts = new WeakMap<object, Counted>();

/** Statements of a library that sends them later, with the counts behind which they are sent no more. */
const bounds = new WeakMap<object, Bound>();

interface Bound {
  count: number;
  /** Of the first statement of a call. */
  blocks: number | undefined;
}

/** The block that is open on a connection now: it is over when one was rolled back since. */
export function blockOf(ends: Ends): Block {
  const { blocks } = ends;
  return { isOver: () => ends.blocks !== blocks };
}

/** Counts the ends that are sent on a connection by this method of it, whoever calls that. */
export function endsOf(connection: object, method: 'query' | 'executeQuery'): Ends {
  const before: unknown = (connection as Record<string, unknown>)[method];
  let ends = counts.get(connection);
  // an application may have put a method of its own in place, and takes it back with the connection: then it is ours again
  if (ends?.by === before || typeof before !== 'function') return ends ?? { count: 0, blocks: 0 };
  if (ends === undefined) counts.set(connection, (ends = { count: 0, blocks: 0, isLost: false, by: undefined }));
  ends.by = watch(connection, method, before as (...given: unknown[]) => unknown, ends);
  return ends;
}

function watch(connection: object, method: string, before: (...given: unknown[]) => unknown, ends: Counted): unknown {
  const counting = function (this: unknown, ...given: unknown[]): unknown {
    const [first] = given;
    const bound = typeof first === 'object' && first !== null ? bounds.get(first) : undefined;
    if (bound !== undefined && (bound.count !== ends.count || (bound.blocks ?? ends.blocks) !== ends.blocks)) {
      return Promise.reject(new Error(ENDED));
    }
    const end = endIn(first);
    if (end === undefined && BACK.test(textOf(first))) ends.blocks += 1;
    if (ends.isLost && end !== 'rollback') return Promise.reject(new Error(LOST));
    if (end !== undefined) {
      ends.count += 1;
      ends.isLost = false;
    }
    return before.apply(this, given);
  };
  try {
    Object.defineProperty(connection, method, { value: counting, writable: true, configurable: true });
    return counting;
  } catch {
    // what cannot be changed is judged by its status alone
    return before;
  }
}

const backs = new WeakMap<object, { count: number }>();

/** Counts the rollbacks to savepoints of the application's on a connection to SQLite: what its statements are run by is watched. */
export function backsOf(db: SqliteDatabase): { readonly count: number } {
  let counted = backs.get(db);
  if (counted !== undefined) return counted;
  backs.set(db, (counted = { count: 0 }));
  const known = counted;
  const { prepare, exec } = db as unknown as Record<string, (...given: unknown[]) => unknown>;
  // those of a call name its own savepoint
  const counts = (sql: unknown) => typeof sql === 'string' && BACK.test(sql) && !/\bearnest\b/.test(sql);
  put(db, 'exec', function (this: unknown, ...given) {
    if (counts(given[0])) known.count += 1;
    return exec!.apply(this, given);
  });
  put(db, 'prepare', function (this: unknown, ...given) {
    const statement = prepare!.apply(this, given) as object;
    if (counts(given[0])) {
      const { run } = statement as { run: (...params: unknown[]) => unknown };
      put(statement, 'run', function (this: unknown, ...params) {
        known.count += 1;
        return run.apply(this, params);
      });
    }
    return statement;
  });
  return known;
}

function put(on: object, name: string, method: (this: unknown, ...given: unknown[]) => unknown): void {
  try {
    Object.defineProperty(on, name, { value: method, writable: true, configurable: true });
  } catch {
    // what cannot be changed tells of no block
  }
}

const LOST = 'what became of a call in this transaction is not known: it can only be rolled back';

function textOf(statement: unknown): string {
  const { text, sql } = (typeof statement === 'object' && statement !== null ? statement : { text: statement }) as { text?: unknown; sql?: unknown };
  const said = text ?? sql;
  return typeof said === 'string' ? said : '';
}

/** The word by which a statement ends a transaction. */
function endIn(statement: unknown): string | undefined {
  return ENDS.exec(textOf(statement))?.[1]!.toLowerCase();
}

/** Has the transaction of a connection end by a rollback alone. Whether it could be marked so. */
export function loses(ends: Ends): boolean {
  const counted = ends as Counted;
  if (typeof counted.by !== 'function') return false;
  counted.isLost = true;
  return true;
}

/** Has a statement refused where the connection has sent more ends than these when its turn comes. */
export function notBehind(statement: object, count: number, blocks?: number): void {
  bounds.set(statement, { count, blocks });
}

/** The refusal of such a statement. */
export const ENDED = 'the transaction has ended';
