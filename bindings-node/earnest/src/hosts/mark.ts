// A mark in a block of a transaction on PostgreSQL, which a rollback of that block takes back: for drivers that show no such end, and
// that send what they are given in its order.

import { elapsed } from '../globals';
import type { Rows } from '../native';
import type { Adapter, Block } from './protocol';

const NAME = 'earnest.turns';
const MARKS = `current_setting('${NAME}', true)`;

const set = (mark: string) => `SELECT set_config('${NAME}', concat_ws(' ', nullif(${MARKS}, ''), ${mark}), true)`;
/** Whether it stands; it is taken away, as a call asks once. */
const take = (mark: string) => `SELECT (${mark} = ANY (string_to_array(${MARKS}, ' ')))::text AS stood, set_config('${NAME}',
  array_to_string(array_remove(string_to_array(${MARKS}, ' '), ${mark}), ' '), true) AS rest`;

/** No two marks of a transaction are the same, whatever a test has made of random numbers: not those of two copies of this package. */
const COPY = Math.round(elapsed() * 1e6).toString(36);
let made = 0;

/** How a driver is asked. */
export interface Asking {
  /** The mark stands in the text of its statements: without parameters they are sent at once. */
  isInline?: boolean;
  /** The end that the driver tells of all the same, once it has sent the statements behind it. */
  hasEnded?(): boolean;
}

export class Mark implements Block {
  readonly #adapter: Adapter;
  readonly #asking: Asking;
  readonly #text = `m${COPY}.${++made}`;
  readonly #set: Promise<unknown>;

  /** Sets it. */
  constructor(adapter: Adapter, asking: Asking) {
    this.#adapter = adapter;
    this.#asking = asking;
    // where it fails nothing stands, and whatever is sent next says why
    this.#set = this.#ask(set).catch(() => undefined);
  }

  #ask(statement: (mark: string) => string): Promise<Rows> {
    if (this.#asking.isInline === true) return this.#adapter.query(statement(`'${this.#text}'`), []);
    return this.#adapter.query(statement('$1::text'), [this.#text]);
  }

  isOver(): boolean {
    return false;
  }

  async begin(sql: string, params: (string | null)[]): Promise<Rows | undefined> {
    const { hasEnded } = this.#asking;
    if (hasEnded !== undefined) await this.#set;
    // both are sent at once: nothing comes in between
    const asked = this.#ask(take);
    const sent = this.#adapter.query(sql, params);
    sent.catch(() => undefined);
    const rows = await asked;
    // a driver may never answer what it had not sent when the transaction ended
    if (rows[0]?.[0] !== 'true') return undefined;
    const found = await sent;
    return hasEnded?.() === true ? undefined : found;
  }
}
