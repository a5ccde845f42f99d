// An engine on your own pool: does with your driver what the engine wants of its connections, one request at a time.

import { EarnestError, refuse } from '../error';
import { clearTimeout, elapsed, outside, pause, setTimeout } from '../globals';
import { Kind, native, type Letter, type Mailbox } from '../native';
import { alive } from '../post';
import type { Line, Pool } from './pools';
import { words } from './protocol';

/** How long the end of an engine waits for connections that are still at work, in milliseconds. */
const PATIENCE = 5_000;

/** How long the first connection may take where nothing says how long, in milliseconds. */
const LENDING = 10_000;

export class Server {
  readonly mailbox: Mailbox;
  readonly dialect: 'postgresql' | 'sqlite';
  readonly library: string | undefined;
  readonly size: number;
  /** Whether a pooler was found before the server that the URL of the pool does not name. */
  readonly isPooled: boolean;
  readonly #pool: Pool;
  readonly #lent = new Map<number, Line>();
  readonly #work = new Map<number, Promise<void>>();

  /** Serves a pool, one connection of which says what the others are. It has so long to lend that. */
  static async of(pool: Pool, patience = LENDING): Promise<Server> {
    try {
      const line = await alive(inTime(clean(pool), patience));
      const isPooled = pool.prepared === true && (await line.isPooled?.()) === true;
      await line.giveBack();
      // before any other is lent
      if (isPooled) pool.prepared = false;
      return new Server(pool, line, isPooled);
    } catch (error) {
      throw EarnestError.is(error) ? error : refuse('store_unavailable', { reason: words(error) });
    }
  }

  private constructor(pool: Pool, first: Line, isPooled: boolean) {
    this.#pool = pool;
    this.dialect = first.dialect;
    this.library = first.library;
    this.size = pool.size;
    this.isPooled = isPooled;
    this.mailbox = outside(() => new (native().Mailbox)(() => this.drain()));
  }

  /** Does what was asked for: at once where the driver does not wait. */
  drain(): void {
    outside(() => this.#drain());
  }

  #drain(): void {
    for (const letter of this.mailbox.take()) {
      if (letter.kind !== Kind.Done && !this.#now(letter)) this.#hear(letter);
    }
  }

  /** Does it at once, if it can be: so a call that does not wait has what the engine needs for it meanwhile. */
  #now(letter: Letter): boolean {
    const number = letter.connection!;
    if (this.#work.has(number)) return false;
    if (letter.kind === Kind.Lend) return this.#lendNow(letter, number);
    const line = this.#lent.get(number);
    if (line?.now === undefined) return false;
    if (letter.kind === Kind.GiveBack || letter.kind === Kind.Discard) {
      this.#lent.delete(number);
      endNow(line, letter.kind === Kind.GiveBack);
      return true;
    }
    try {
      let rows: (string | null)[][] = [];
      if (letter.kind === Kind.Query) rows = line.now.query(letter.text!, letter.params!);
      for (const statement of letter.statements ?? []) rows = line.now.query(statement, []);
      letter.answer!.rows(rows);
    } catch (error) {
      letter.answer!.failed(line.code(error), words(error));
    }
    return true;
  }

  #lendNow(letter: Letter, number: number): boolean {
    if (this.#pool.lendNow === undefined) return false;
    let line: Line | undefined;
    try {
      line = this.#pool.lendNow();
    } catch (error) {
      letter.answer!.failed(undefined, words(error));
      return true;
    }
    if (line === undefined) {
      // it is being opened: whoever asks next has that one
      void this.#opened(letter, number);
      return true;
    }
    if (line.now?.isOpen() === true) {
      endNow(line, false);
      letter.answer!.failed(OPEN, IN_TRANSACTION);
      return true;
    }
    this.#lent.set(number, line);
    letter.answer!.rows([]);
    return true;
  }

  async #opened(letter: Letter, number: number): Promise<void> {
    try {
      await this.#take(letter, number, await this.#pool.opened!());
    } catch (error) {
      letter.answer!.failed(undefined, words(error));
    }
  }

  /** Closes a connection that comes in a transaction of the application's; the engine asks for another. */
  async #take(letter: Letter, number: number, line: Line): Promise<void> {
    if (await line.isOpen()) {
      await end(line, false);
      letter.answer!.failed(OPEN, IN_TRANSACTION);
      return;
    }
    this.#lent.set(number, line);
    letter.answer!.rows([]);
  }

  /** Requests for one connection come one after the other. */
  #hear(letter: Letter): void {
    const number = letter.connection!;
    const before = this.#work.get(number) ?? Promise.resolve();
    const ends = letter.kind === Kind.GiveBack || letter.kind === Kind.Discard;
    const work = before.then(() => this.#do(letter, number)).catch(() => undefined);
    this.#work.set(number, work);
    if (ends) void work.then(() => this.#work.get(number) === work && this.#work.delete(number));
  }

  async #do(letter: Letter, number: number): Promise<void> {
    if (letter.kind === Kind.Lend) return this.#lend(letter, number);
    const line = this.#lent.get(number);
    if (letter.kind === Kind.GiveBack || letter.kind === Kind.Discard) {
      this.#lent.delete(number);
      if (line !== undefined) await end(line, letter.kind === Kind.GiveBack);
      return;
    }
    // its loan failed: nobody waits for the answer
    if (line === undefined) return;
    try {
      if (letter.kind === Kind.Query) {
        letter.answer!.rows(await line.query(letter.text!, letter.params!));
        return;
      }
      let rows: (string | null)[][] = [];
      for (const statement of letter.statements!) rows = await line.query(statement, []);
      letter.answer!.rows(rows);
    } catch (error) {
      letter.answer!.failed(line.code(error), words(error));
    }
  }

  async #lend(letter: Letter, number: number): Promise<void> {
    try {
      await this.#take(letter, number, await this.#pool.lend());
    } catch (error) {
      letter.answer!.failed(undefined, words(error));
    }
  }

  /** Waits for what is under way, and closes what was opened for the engine alone. */
  async close(): Promise<void> {
    const until = elapsed() + PATIENCE;
    this.drain();
    while (this.#work.size > 0 && elapsed() < until) {
      await pause(5);
      this.drain();
    }
    await this.#pool.close();
  }
}

/** The SQLSTATE of a transaction that is open where none may be. */
const OPEN = '25001';
const IN_TRANSACTION = 'the connection was lent in an open transaction';

/** The first connection of a pool on which no transaction is open. */
async function clean(pool: Pool): Promise<Line> {
  for (let left = pool.size; ; left--) {
    const line = await pool.lend();
    if (!(await line.isOpen())) return line;
    await end(line, false);
    if (left <= 0) throw refuse('store_unavailable', { reason: IN_TRANSACTION });
  }
}

/** Waits so long and no longer: those who have all connections of a pool may be waiting for this very opening. */
async function inTime(lending: Promise<Line>, patience: number): Promise<Line> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = 'the application lent no connection in time: `await bank.ready()` before transactions begin';
    timer = setTimeout(() => reject(refuse('store_unavailable', { reason })), patience);
  });
  try {
    return await Promise.race([lending, late]);
  } catch (error) {
    // what comes too late goes back
    void lending.then((line) => line.giveBack()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function endNow(line: Line, back: boolean): void {
  try {
    if (back) return line.now!.giveBack();
  } catch {
    // it is not as it was: nobody else may have it
  }
  try {
    line.now!.discard();
  } catch {
    // a connection that cannot even be closed is gone
  }
}

async function end(line: Line, back: boolean): Promise<void> {
  try {
    if (back) return await line.giveBack();
  } catch {
    // it is not as it was: nobody else may have it
  }
  try {
    await line.discard();
  } catch {
    // a connection that cannot even be closed is gone
  }
}
