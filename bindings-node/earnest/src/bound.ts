// An engine that is bound to a transaction of yours: each statement is sent by your own driver, one after the other.

import { encodeArgs, encodeWire, type Noted } from './encode';
import { calledBy, caused, EarnestError, errorOf, inTheWay, ownError, refuse, told, type WireError } from './error';
import { Services } from './generated/services';
import { SyncServices } from './generated/sync';
import { areRows, words, type Adapter, type Block, type SyncAdapter } from './hosts/protocol';
import { fileOf, type SqliteDatabase } from './hosts/sqlite';
import type { Home, Seen } from './home';
import type { JsonObject } from './json';
import type { NativeCall, NativeTransaction, Step } from './native';
import { begun } from './observe';
import { nameText, operationOf } from './operations';
import { post } from './post';
import { nothingMore, type CallOptions, type Runner, type SyncRunner } from './runner';
import type { Operation } from './shapes';
import type { ActorLike } from './values';

/** The caller and the book of calls in a transaction of yours. */
export interface UsingOptions {
  actor?: ActorLike | undefined;
  book?: string | undefined;
}

/** The last call on each connection, which the next one waits for. */
const turns = new WeakMap<object, Promise<unknown>>();

async function inTurn<T>(connection: object, work: () => Promise<T>): Promise<T> {
  const before = turns.get(connection);
  const mine = before === undefined ? work() : before.then(work, work);
  const settled = mine.catch(() => undefined);
  turns.set(connection, settled);
  return mine;
}

const IN_MEMORY = 'a store in memory has no transactions of yours: for tests there is `testing.engine({ host })`';

/** The transaction of the engine, and of the library that it is joined by. */
function join(home: Home, seen: Seen, adapter: { dialect: string; library?: string }): NativeTransaction {
  const { library } = adapter;
  const server = home.server;
  if (adapter.dialect === 'sqlite' && server?.library !== undefined && library !== undefined && server.library !== library) {
    const reason = `the engine is on connections of \`${server.library}\`, and this is one of \`${library}\`, another SQLite library`;
    throw refuse('store_conflict', { reason });
  }
  try {
    return seen.of(home.engine!).stepped(adapter.dialect);
  } catch (error) {
    const refused = ownError(error);
    // a store in memory, whether a URL or the environment has named it
    throw EarnestError.is(refused, 'not_supported') ? refuse('not_supported', { operation: 'using', reason: IN_MEMORY }) : refused;
  }
}

/** Refuses a connection of another SQLite library than that of the engine. */
function judge(home: Home, transaction: NativeTransaction, adapter: { dialect: string }): void {
  if (adapter.dialect !== 'sqlite' || home.server !== undefined) return;
  const db = (adapter as { db?: SqliteDatabase; below?: { db?: SqliteDatabase } }).db ?? (adapter as { below?: { db?: SqliteDatabase } }).below?.db;
  told(() => transaction.refuseLibrary(db === undefined ? undefined : fileOf(db)));
}

function codeOf(adapter: { code(error: unknown): string | undefined }, error: unknown): string | undefined {
  try {
    const code: unknown = adapter.code(error);
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

const NO_ROWS = 'the driver answered no rows of texts';

/** Whether a commit would be a rollback, without a word. */
async function hasFailed(adapter: Adapter): Promise<boolean> {
  try {
    return (await adapter.hasFailed?.()) === true;
  } catch (error) {
    // whatever else there is, the commit will say
    return codeOf(adapter, error) === '25P02';
  }
}

/** The refusal of a call whose connection cannot be used at all. */
function unready(adapter: { dialect: string; code(error: unknown): string | undefined }, error: unknown) {
  const code = codeOf(adapter, error);
  if (code === '25P01') return caused(refuse('not_in_transaction', { reason: 'the transaction has ended' }), error);
  if (code === '25P02') return caused(refuse('transaction_aborted', {}), error);
  if (code === '40001' || code === '40P01') return caused(inTheWay('serialization'), error);
  if (code === '55P03' || (adapter.dialect === 'sqlite' && code !== undefined && (Number(code) & 0xff) === 5)) {
    return caused(inTheWay('lock_timeout'), error);
  }
  return caused(refuse('store_unavailable', { reason: words(error) }), error);
}

function answer<T>(step: Step, read: (wire: any) => T, cause: unknown): T {
  if (step.refused !== undefined) throw caused(errorOf(JSON.parse(step.refused) as WireError), cause);
  return read(JSON.parse(step.reply!));
}

function isOver(step: Step): boolean {
  return step.reply !== undefined || step.refused !== undefined;
}

/** An engine bound to your open transaction: what it writes is committed or rolled back with it. */
export class BoundEngine extends Services implements Runner {
  readonly #home: Home;
  readonly #seen: Seen;
  readonly #adapter: Adapter;
  readonly #underWay = new Set<Promise<unknown>>();
  #transaction: NativeTransaction | undefined;
  /** Its transaction is about to end: no statement is sent any more. */
  #isOver = false;

  /** `bank.using(tx)` makes one. */
  protected constructor(home: Home, seen: Seen, adapter: Adapter) {
    super();
    this.#home = home;
    this.#seen = seen;
    this.#adapter = adapter;
    // what the store itself refuses is refused now where it is known
    if (home.engine !== undefined) this.#transaction = join(home, seen, adapter);
  }

  /** @internal */
  static joining(home: Home, seen: Seen, adapter: Adapter): BoundEngine {
    return new BoundEngine(home, seen, adapter);
  }

  /** @internal */
  protected override get runner(): Runner {
    return this;
  }

  /** Runs an operation by its name, from JSON to JSON: names are those of every language. */
  async call(name: string, args: JsonObject, options?: never): Promise<JsonObject> {
    const operation = operationOf(nameText(name));
    return this.#watched(name, options, (noted) => encodeWire(args, noted, operation?.noted ?? false), (wire) => wire as JsonObject);
  }

  /** @internal */
  one<T>(operation: Operation<T>, args: unknown, options: CallOptions | undefined): Promise<T> {
    return this.#watched(operation.name, options, (noted) => encodeArgs(operation, args, noted), operation.read);
  }

  /** @internal */
  wire(operation: Operation<unknown>, args: unknown, options: CallOptions | undefined): Promise<any> {
    return this.#watched(operation.name, options, (noted) => encodeArgs(operation, args, noted), (wire) => wire);
  }

  /** @internal Meets every call before it is sent. */
  protected meet(_name: string): void {}

  async #watched<T>(name: string, options: CallOptions | undefined, encode: (noted: Noted) => string, read: (wire: any) => T): Promise<T> {
    nothingMore(name, options);
    const watched = begun(name, 'host');
    try {
      const data = encode(watched?.noted);
      watched?.sends(data);
      this.meet(name);
      const reply = await this.#call(name, data, read);
      watched?.done(reply);
      return reply;
    } catch (error) {
      watched?.failed(error);
      throw calledBy(error, name);
    }
  }

  /**
   * @internal Runs the body of a transaction that ends behind it. Nothing of its calls is left for behind that end: there it
   * would be committed alone.
   */
  async during<T>(body: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await body();
    } catch (error) {
      this.#isOver = true;
      await this.#idle();
      throw error;
    }
    // what nobody has waited for is committed with the rest
    await this.#idle();
    this.#isOver = true;
    if (await hasFailed(this.#adapter)) throw refuse('transaction_aborted', {});
    return result;
  }

  /** Waits for its calls, and for those of other handles on its connection. */
  async #idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    const connection = this.#adapter.connection();
    let waited: unknown;
    for (let last = turns.get(connection); last !== waited; last = turns.get(connection)) {
      await last;
      waited = last;
    }
  }

  #call<T>(name: string, data: string, read: (wire: any) => T): Promise<T> {
    const work = this.#sent(name, data, read);
    this.#underWay.add(work);
    const done = () => this.#underWay.delete(work);
    work.then(done, done);
    return work;
  }

  async #sent<T>(name: string, data: string, read: (wire: any) => T): Promise<T> {
    const adapter = this.#adapter;
    const handle = adapter.connection();
    const isOpen = this.#home.engine !== undefined && !this.#home.isClosed;
    // a call is of the block that it is made in: behind the rollback of that it is not begun
    let block = this.#isOver ? undefined : adapter.block?.(!isOpen || turns.has(handle));
    if (block === undefined && adapter.block !== undefined && adapter.ready !== undefined && !this.#isOver) {
      void adapter.ready().then(() => (block ??= adapter.block!(true)), () => undefined);
    }
    if (!isOpen) await this.#home.open();
    const transaction = (this.#transaction ??= join(this.#home, this.#seen, adapter));
    return inTurn(handle, async () => {
      if (adapter.ready !== undefined && !this.#isOver) await readied(adapter);
      if (!this.#isOver && adapter.inTransaction()) judge(this.#home, transaction, adapter);
      const ending: Ending = { isOver: () => this.#isOver, block: () => (this.#isOver ? undefined : (block ??= adapter.block?.(true))) };
      const driver = adapter.connection();
      const work = () => steps(this.#home, transaction, adapter, ending, name, data, read);
      return driver === handle ? work() : inTurn(driver, work);
    });
  }
}

/** The end that keeps a statement of a call from being sent: that of all calls, or that of the block in which it was made. */
interface Ending {
  isOver(): boolean;
  block(): Block | undefined;
}

async function readied(adapter: Adapter): Promise<void> {
  try {
    await adapter.ready!();
  } catch (error) {
    throw unready(adapter, error);
  }
}

async function steps<T>(
  home: Home,
  transaction: NativeTransaction,
  adapter: Adapter,
  ending: Ending,
  name: string,
  data: string,
  read: (wire: any) => T,
): Promise<T> {
  const here = post();
  const ticket = here.ticket();
  let wake: () => void = () => undefined;
  let woken = false;
  here.heard.set(ticket, () => {
    woken = true;
    wake();
  });
  here.hold();
  let call: NativeCall | undefined;
  let step: Step = {};
  let cause: unknown;
  let isSent = false;
  let hasBegun = false;
  try {
    call = transaction.call(here.mailbox, ticket, name, data);
    step = call.step();
    while (!isOver(step)) {
      if (step.giveUp === true) {
        await adapter.invalidate().catch(() => undefined);
        step = call.step();
        continue;
      }
      if (step.sql === undefined && hasBegun && adapter.now !== undefined) {
        step = waited(call, home);
        continue;
      }
      if (step.sql === undefined) {
        if (!woken) await new Promise<void>((resolve) => (wake = resolve));
        woken = false;
        step = call.step();
        continue;
      }
      const block = hasBegun ? undefined : ending.block();
      if (ending.isOver() || block?.isOver() === true) {
        step = call.notInTransaction();
        continue;
      }
      isSent = hasBegun = true;
      // SQLite says of no statement in which transaction, or block of one, it was sent: nothing may come between them
      const now = adapter.inTransaction() ? adapter.now : undefined;
      [step, cause] = now === undefined ? await send(call, adapter, block, step.sql, step.params!) : sendSync(call, now, step.sql, step.params!);
      isSent = false;
    }
    return answer(step, read, cause);
  } catch (error) {
    throw ownError(error);
  } finally {
    here.heard.delete(ticket);
    here.release();
    if (call !== undefined && !isOver(step)) await undo(call, adapter, isSent);
  }
}

async function send(
  call: NativeCall,
  adapter: Adapter,
  block: Block | undefined,
  sql: string,
  params: (string | null)[],
): Promise<[Step, unknown]> {
  if (!adapter.inTransaction()) return [call.notInTransaction(), undefined];
  let rows: unknown;
  try {
    if (block?.begin === undefined) {
      rows = await adapter.query(sql, params);
    } else {
      rows = await block.begin(sql, params);
      if (rows === undefined) return [call.notInTransaction(), undefined];
    }
  } catch (error) {
    // it may have ended meanwhile: then this is why
    if (!adapter.inTransaction()) return [call.notInTransaction(), error];
    return [call.failed(codeOf(adapter, error), words(error)), error];
  }
  return areRows(rows) ? [call.rows(rows), undefined] : [call.failed(undefined, NO_ROWS), new TypeError(NO_ROWS)];
}

async function undo(call: NativeCall, adapter: Adapter, isSent: boolean): Promise<void> {
  const statements = call.cancel(isSent);
  try {
    // what nothing takes back must not be committed
    if (statements === null) return await adapter.invalidate();
    for (const statement of statements) await adapter.query(statement, []);
  } catch {
    await adapter.invalidate().catch(() => undefined);
  }
}

/** An engine bound to your open transaction of better-sqlite3: its methods do not wait. */
export class SyncBoundEngine extends SyncServices implements SyncRunner {
  readonly #adapter: SyncAdapter;
  readonly #transaction: NativeTransaction;
  readonly #home: Home;

  /** `bank.usingSync(db)` makes one. */
  protected constructor(home: Home, seen: Seen, adapter: SyncAdapter) {
    super();
    if (home.engine === undefined) throw refuse('store_unavailable', { reason: 'the engine is not open yet: `await bank.ready()` first' });
    this.#home = home;
    this.#adapter = adapter;
    this.#transaction = join(home, seen, adapter);
  }

  /** @internal */
  static joining(home: Home, seen: Seen, adapter: SyncAdapter): SyncBoundEngine {
    return new SyncBoundEngine(home, seen, adapter);
  }

  /** @internal */
  protected override get runner(): SyncRunner {
    return this;
  }

  /** Runs an operation by its name, from JSON to JSON: names are those of every language. */
  call(name: string, args: JsonObject, options?: never): JsonObject {
    const operation = operationOf(nameText(name));
    return this.#watched(name, options, (noted) => encodeWire(args, noted, operation?.noted ?? false), (wire) => wire as JsonObject);
  }

  /** @internal */
  one<T>(operation: Operation<T>, args: unknown, options?: unknown): T {
    return this.#watched(operation.name, options, (noted) => encodeArgs(operation, args, noted), operation.read);
  }

  /** @internal */
  wire(operation: Operation<unknown>, args: unknown, options?: unknown): any {
    return this.#watched(operation.name, options, (noted) => encodeArgs(operation, args, noted), (wire) => wire);
  }

  /** @internal Meets every call before it is sent. */
  protected meet(_name: string): void {}

  #watched<T>(name: string, options: unknown, encode: (noted: Noted) => string, read: (wire: any) => T): T {
    nothingMore(name, options);
    const watched = begun(name, 'host');
    try {
      const data = encode(watched?.noted);
      watched?.sends(data);
      this.meet(name);
      const reply = this.#steps(name, data, read);
      watched?.done(reply);
      return reply;
    } catch (error) {
      watched?.failed(error);
      throw calledBy(error, name);
    }
  }

  #steps<T>(name: string, data: string, read: (wire: any) => T): T {
    const here = post();
    const adapter = this.#adapter;
    if (adapter.inTransaction()) judge(this.#home, this.#transaction, adapter);
    let step: Step = {};
    let cause: unknown;
    let isSent = false;
    const call = told(() => this.#transaction.call(here.mailbox, here.ticket(), name, data));
    try {
      step = call.step();
      while (!isOver(step)) {
        if (step.giveUp === true) {
          adapter.invalidate();
          step = call.step();
          continue;
        }
        // what a thread of the engine does meanwhile is short: nothing here can wait for its bell
        if (step.sql === undefined) {
          step = waited(call, this.#home);
          continue;
        }
        isSent = true;
        [step, cause] = sendSync(call, adapter, step.sql, step.params!);
        isSent = false;
      }
      return answer(step, read, cause);
    } finally {
      if (!isOver(step)) undoSync(call, adapter, isSent);
    }
  }
}

const nap = new Int32Array(new SharedArrayBuffer(4));

function waited(call: NativeCall, home: Home): Step {
  Atomics.wait(nap, 0, 0, 1);
  // it may wait for connections, which only this thread lends
  home.server?.drain();
  return call.step();
}

function sendSync(call: NativeCall, adapter: SyncAdapter, sql: string, params: (string | null)[]): [Step, unknown] {
  if (!adapter.inTransaction()) return [call.notInTransaction(), undefined];
  let rows: unknown;
  try {
    rows = adapter.query(sql, params);
  } catch (error) {
    return [call.failed(codeOf(adapter, error), words(error)), error];
  }
  return areRows(rows) ? [call.rows(rows), undefined] : [call.failed(undefined, NO_ROWS), new TypeError(NO_ROWS)];
}

function undoSync(call: NativeCall, adapter: SyncAdapter, isSent: boolean): void {
  const statements = call.cancel(isSent);
  if (statements === null) return adapter.invalidate();
  try {
    for (const statement of statements) adapter.query(statement, []);
  } catch {
    // half a call must not be committed: then nothing is
    adapter.invalidate();
  }
}
