// `pg`: a `Client` or a `PoolClient` after BEGIN.

import { refuse } from '../error';
import type { Rows } from '../native';
import { blockOf, endsOf, type Ends } from './ends';
import { sqlstate, type Adapter, type Block, type Prepared } from './protocol';

/** The part of `pg` that is used. */
export interface PgClient {
  query(config: {
    text: string;
    values?: unknown[];
    rowMode?: 'array';
    name?: string;
    types?: { getTypeParser(): (value: unknown) => unknown };
  }): Promise<{ rows: unknown[]; command?: unknown }>;
  readyForQuery?: boolean;
  getTransactionStatus?(): string | null;
  connection?: { on(event: 'readyForQuery', heard: (message: { status?: string }) => void): unknown };
  release?: (destroy?: boolean) => void;
  end?(): Promise<void>;
  on?(event: 'error', heard: () => unknown): unknown;
  removeListener?(event: 'error', heard: () => unknown): unknown;
}

/**
 * Columns as they come, whatever parsers the application has for their types. Where it prepares a statement pg takes the
 * same member for a list of the types of its parameters, of which none are said.
 */
export const AS_TEXTS = { length: 0, getTypeParser: () => (value: unknown) => (typeof value === 'string' ? value : String(value)) };

const names = new Map<string, string>();

/** The name under which a statement is prepared. */
export function statementName(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  // an import of the package alone needs none of it
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const name = `earnest_${createHash('sha1').update(sql).digest('hex').slice(0, 24)}`;
  names.set(sql, name);
  return name;
}

/** The statuses of clients of a `pg` that does not tell them, as its connection does. */
const heard = new WeakMap<object, { status: string }>();

/** Whether a transaction is open on a client that a pool lends. */
export async function isOpen(client: PgClient): Promise<boolean> {
  await hears(client);
  return (client.getTransactionStatus?.() ?? heard.get(client)?.status ?? 'I') !== 'I';
}

/** Hears the status of a client of a `pg` that does not tell it. */
async function hears(client: PgClient): Promise<void> {
  if (typeof client.getTransactionStatus === 'function' || heard.has(client)) return;
  const known = { status: 'I' };
  client.connection?.on('readyForQuery', (message) => (known.status = message.status ?? 'I'));
  heard.set(client, known);
  await client.query({ text: 'SELECT 1' });
}

/** Whether a `release` is the one that a pool leaves on a client which it has back: told by its words, as bundlers change names. */
function isGivenBack(release: PgClient['release']): boolean {
  if (release === undefined) return false;
  return release.name === 'throwOnDoubleRelease' || /already been released/.test(Function.prototype.toString.call(release));
}

export class PgAdapter implements Adapter {
  readonly dialect = 'postgresql';
  readonly client: PgClient;
  readonly #prepared: Prepared;
  /** Its loan: a pool makes a new `release` for each. */
  readonly #loan: unknown;
  readonly #wasGivenBack: boolean;
  readonly #ends: Ends;
  readonly #before: number;

  constructor(client: PgClient, prepared: Prepared) {
    this.client = client;
    this.#prepared = prepared;
    this.#loan = client.release;
    this.#wasGivenBack = isGivenBack(client.release);
    this.#ends = endsOf(client, 'query');
    this.#before = this.#ends.count;
  }

  connection(): object {
    return this.client;
  }

  ready(): Promise<void> {
    return hears(this.client);
  }

  inTransaction(): boolean {
    // its status changes when an end was answered: what is sent meanwhile would run behind that
    if (this.isReleased() || this.#ends.count !== this.#before) return false;
    return this.#status() !== 'I';
  }

  block(): Block {
    return blockOf(this.#ends);
  }

  /** Whether the pool has it back: it would still run statements, in nobody's transaction or in that of whoever has it now. */
  isReleased(): boolean {
    return this.#wasGivenBack || this.client.release !== this.#loan;
  }

  async hasFailed(): Promise<boolean> {
    await this.ready();
    if (!this.inTransaction()) return false;
    // a query rejects before the server says how the transaction stands: then this waits for it, and fails as whatever comes does
    if (this.client.readyForQuery !== true) await this.client.query({ text: 'SELECT 1' });
    return this.#status() === 'E';
  }

  #status(): string {
    return this.client.getTransactionStatus?.() ?? heard.get(this.client)?.status ?? 'I';
  }

  async query(sql: string, params: (string | null)[]): Promise<Rows> {
    const name = this.#prepared() ? { name: statementName(sql) } : {};
    const found = await this.client.query({ text: sql, values: params, rowMode: 'array', types: AS_TEXTS, ...name });
    return found.rows as Rows;
  }

  code(error: unknown): string | undefined {
    return sqlstate(error);
  }

  async invalidate(): Promise<void> {
    // it is lost, and what it had begun with it: a commit fails
    await (this.client as { end?(): Promise<void> }).end?.();
  }
}

/** Refuses a client that has no transaction. */
export function checkClient(client: PgClient): void {
  const status = client.getTransactionStatus?.();
  const released = isGivenBack(client.release);
  if (released || status === 'I') {
    const what = released ? 'the client was given back to its pool' : 'the client has no transaction open: `BEGIN` first';
    throw refuse('not_in_transaction', { reason: what });
  }
}
