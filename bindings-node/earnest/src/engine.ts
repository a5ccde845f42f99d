// The engine.

import { encodeArgs, encodeWire, type Noted } from './encode';
import { calledBy, invalid, kindOf, refuse, told, whole } from './error';
import { Events, Jobs, Services } from './generated/services';
import type * as r from './generated/requests';
import type * as v from './generated/views';
import { BoundEngine, SyncBoundEngine, type UsingOptions } from './bound';
import { adapterOf, syncAdapterOf } from './hosts/find';
import type { HostProtocol } from './hosts/protocol';
import { poolOf, type HostPool } from './hosts/pools';
import { Server } from './hosts/server';
import type { SqliteDatabase } from './hosts/sqlite';
import { closed, Home, Seen, type Opened } from './home';
import type { JsonObject } from './json';
import { fetchKeyring, keysOf } from './keyring';
import { listen, shown, tell, type Logger } from './log';
import { native, type NativeEngine } from './native';
import { begun } from './observe';
import { only } from './only';
import { nameText, operationOf } from './operations';
import { actorJson, given, known, millisecondsOf, settings, type Given, type Options } from './options';
import { askEngine, post } from './post';
import { runTransaction, type HostFunction, type KnexRoot, type TransactionOf } from './run';
import { signalOf, type CallOptions, type Runner } from './runner';
import type { Operation } from './shapes';
import type { ActorLike, DurationLike } from './values';
import { follow, subscription, Worker, type EventHandler, type JobHandler, type Subscription } from './workers';

/** The argument of `using`: an open transaction of a library that is known, by what one of each has, or one of your own. */
export type HostTransaction =
  | HostProtocol
  | {
      /** pg, TypeORM. */
      query?: unknown;
      /** Knex. */
      raw?: unknown;
      /** Drizzle. */
      execute?: unknown;
      /** Kysely. */
      executeQuery?: unknown;
      /** postgres.js. */
      unsafe?: unknown;
      /** Prisma. */
      $queryRawUnsafe?: unknown;
      /** MikroORM. */
      getTransactionContext?: unknown;
    };

/** The argument of `usingSync`: better-sqlite3, or Drizzle over it. */
export type HostDatabase = SqliteDatabase | { prepare?: unknown; run?: unknown };

const OWN = Symbol('earnest.own');

/** An engine, or a view of one with another book or an actor. `await Engine.open(...)` makes one. */
export class Engine extends Services implements Runner {
  readonly #home: Home;
  readonly #seen: Seen;
  readonly #isView: boolean;

  /** Engines are opened: `await Engine.open(url)`. */
  protected constructor(own: symbol, home: Home, seen = new Seen(), isView = false) {
    super();
    if (own !== OWN) throw new TypeError('engines are opened: `await Engine.open(url)`');
    this.#home = home;
    this.#seen = seen;
    this.#isView = isView;
  }

  /** Opens a store: `memory:`, `sqlite:PATH` or `postgres://...`. */
  static async open(url: string, options?: Options): Promise<Engine> {
    return opened(whole('url', url), given(options), madeBy(this));
  }

  /** Opens the store that `EARNEST_STORE`, else `DATABASE_URL` names, with the options of the environment. */
  static async fromEnv(options?: Options): Promise<Engine> {
    return opened(undefined, given(options), madeBy(this), { from_env: true });
  }

  /**
   * An engine on your own pool: it opens no connection itself, and works on those that the pool lends it, each for one
   * transaction. Nothing is opened now: `ready()` or the first call does. Timers and the order of events run only with
   * `background: true`, or in another process.
   */
  static attach(pool: HostPool, options?: Options): Engine {
    return attached(pool, given(options), madeBy(this));
  }

  /** @internal */
  protected override get runner(): Runner {
    return this;
  }

  /** The operations of `events`, with handlers and loops that read the log. */
  override get events(): EngineEvents {
    return this.made('events', () => new EngineEvents(this));
  }

  /** The operations of `jobs`, with handlers that do them. */
  override get jobs(): EngineJobs {
    return this.made('jobs', () => new EngineJobs(this));
  }

  /** Opens it where that is still to be done; rejects as the first call would, and tries anew when asked again. */
  async ready(): Promise<this> {
    await this.#home.open();
    if (this.#home.isClosed) throw closed();
    return this;
  }

  /** Joins a transaction that you have open: what is written is committed or rolled back with it. */
  using(tx: HostTransaction, options?: UsingOptions): BoundEngine {
    const adapter = adapterOf(tx, () => this.#home.prepared);
    return BoundEngine.joining(this.#home, this.#seenWith(options), adapter);
  }

  /** The same for better-sqlite3, whose transactions do not wait. The engine is attached to such connections. */
  usingSync(db: HostDatabase, options?: UsingOptions): SyncBoundEngine {
    const adapter = syncAdapterOf(db);
    return SyncBoundEngine.joining(this.#home, this.#seenWith(options), adapter);
  }

  /**
   * Runs a whole transaction of yours: commits when `body` resolves, rolls back when it rejects, and runs it again, at
   * most five times, when another transaction was in the way. It waits for calls of `bound` that are under way, and is
   * `transaction_aborted` where a statement has failed that `body` went on behind.
   */
  run<Tx = any, T = unknown>(host: KnexRoot<Tx>, body: (tx: Tx, bound: BoundEngine) => Promise<T>, options?: UsingOptions): Promise<T>;
  run<Tx = any, T = unknown>(host: HostFunction<Tx>, body: (tx: Tx, bound: BoundEngine) => Promise<T>, options?: UsingOptions): Promise<T>;
  run<Host extends object = object, T = unknown>(
    host: Host,
    body: (tx: TransactionOf<Host>, bound: BoundEngine) => Promise<T>,
    options?: UsingOptions,
  ): Promise<T>;
  run<T>(host: unknown, body: (tx: any, bound: BoundEngine) => Promise<T>, options?: UsingOptions): Promise<T> {
    const joined = (tx: unknown): Promise<T> => {
      const bound = this.using(tx as HostTransaction, options);
      return bound.during(() => body(tx, bound));
    };
    return runTransaction(host, joined, body);
  }

  /** A view whose calls are made by this actor and nobody else. It closes nothing. */
  acting(actor: ActorLike): this {
    return this.view(undefined, actorJson(actor));
  }

  /** A view whose calls go to another book. It closes nothing. */
  book(name: string): this {
    if (typeof name !== 'string') throw invalid('book', `must be the name of a book, and is ${kindOf(name)}`);
    return this.view(whole('book', name), undefined);
  }

  /** Runs an operation by its name, from JSON to JSON: names are those of every language. */
  async call(name: string, args: JsonObject, options?: CallOptions): Promise<JsonObject> {
    const operation = operationOf(nameText(name));
    return this.#watched(name, options, (noted) => encodeWire(args, noted, operation?.noted ?? false), (wire) => wire as JsonObject);
  }

  /** Whether the engine and its store are well: `admin.health`. */
  health(): Promise<v.Health> {
    return this.admin.health();
  }

  /** Recomputes every invariant of every book: `admin.verify`. */
  verify(): Promise<v.Verify> {
    return this.admin.verify();
  }

  /** Returns the metrics of this process and how far it is behind, as text for Prometheus. */
  async metrics(): Promise<string> {
    return (await this.admin.metrics()).text;
  }

  /** Asks again where the keyring came from, and uses what is there from now on. Answers whether anything changed. */
  async reloadKeyring(): Promise<boolean> {
    const engine = await this.#home.open();
    const reload = told(() => engine.beginReload());
    const text = await fetchKeyring(this.#home.keys);
    const changed = await post().ask<string>((mailbox, ticket) => reload.takeUp(mailbox, ticket, text));
    return changed === 'true';
  }

  /** The secrets with which the receiver at `url` checks webhooks, that of the newest key first. */
  webhookSecrets(url: string): string[] {
    const text = whole('url', url);
    return told(() => this.native.webhookSecrets(text));
  }

  /** Lets the background look now: after the commit of a transaction in which this engine wrote. */
  nudge(): void {
    // what is not open has written nothing
    if (this.#home.engine !== undefined && !this.#home.isClosed) told(() => this.native.nudge());
  }

  /** Stops taking calls, answers those that were taken, and closes the store. Twice is no error. */
  async close(): Promise<void> {
    if (this.#isView) throw refuse('not_supported', { operation: 'close', reason: 'this is a view: close the engine that it is of' });
    await this.#home.close();
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#home.isClosed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isView) await this.close();
  }

  /** @internal */
  get native(): NativeEngine {
    if (this.#home.isClosed) throw closed();
    const engine = this.#home.engine;
    if (engine === undefined) throw refuse('store_unavailable', { reason: 'the engine is not open yet: `await bank.ready()`' });
    return this.#seen.of(engine);
  }

  /** @internal */
  get home(): Home {
    return this.#home;
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
    const signal = signalOf(options);
    if (signal?.aborted) throw signal.reason;
    const watched = begun(name, 'own');
    try {
      const data = encode(watched?.noted);
      watched?.sends(data);
      this.meet(name);
      const reply = signal === undefined ? await this.#send(name, data) : await until(signal, this.#send(name, data));
      const answer = read(JSON.parse(reply));
      watched?.done(answer);
      return answer;
    } catch (error) {
      // what a caller gave as the reason is his own
      const isCancelled = signal?.aborted === true && error === signal.reason;
      watched?.failed(error, isCancelled);
      throw isCancelled ? error : calledBy(error, name);
    }
  }

  #send(name: string, data: string): Promise<string> {
    if (this.#home.engine === undefined || this.#home.isClosed) return this.#home.open().then((root) => this.#asked(root, name, data));
    return this.#asked(this.#home.engine, name, data);
  }

  #asked(root: NativeEngine, name: string, data: string): Promise<string> {
    const engine = this.#seen.of(root);
    return post().ask<string>((mailbox, ticket) => engine.call(mailbox, ticket, name, data));
  }

  #seenWith(options: UsingOptions | undefined): Seen {
    if (this.#home.isClosed) throw closed();
    const { actor, book: name } = only(options, ['actor', 'book']);
    const book = name == null ? undefined : whole('book', name);
    // of an actor that is none the call would be the application's own
    const by = actor === undefined ? undefined : actorJson(actor);
    return this.#narrowed(book, by);
  }

  #narrowed(book: string | undefined, by: string | undefined): Seen {
    const engine = this.#home.isClosed ? undefined : this.#home.engine;
    if (engine === undefined) told(() => native().checkView(book, by));
    else if (book !== undefined || by !== undefined) told(() => this.#seen.of(engine).view(book, by));
    return new Seen(book ?? this.#seen.book, by ?? this.#seen.by);
  }

  /** @internal */
  protected view(book: string | undefined, by: string | undefined): this {
    const seen = this.#narrowed(book, by);
    return this.like(OWN, this.#home, seen) as this;
  }

  /** @internal */
  protected like(own: symbol, home: Home, seen: Seen): Engine {
    return new Engine(own, home, seen, true);
  }
}

/** The operations of `events`, and handlers and loops that read the log: of an engine, not of a transaction. */
export class EngineEvents extends Events {
  readonly #bank: Engine;

  /** @internal */
  constructor(bank: Engine) {
    super(bank);
    this.#bank = bank;
  }

  /**
   * Makes a sink, or changes what one wants. With a handler its events are given to that until it is stopped: each at
   * least once, those of one object in their order.
   */
  override subscribe(args: r.EventsSubscribe, options?: CallOptions): Promise<v.SinkReply>;
  override subscribe(args: r.EventsSubscribe & { lease?: DurationLike | undefined }, handler: EventHandler): Promise<Subscription>;
  override subscribe(args: r.EventsSubscribe & { lease?: DurationLike | undefined }, more?: unknown): Promise<any> {
    const isHandled = typeof more === 'function' || (typeof args === 'object' && args !== null && 'lease' in args);
    if (!isHandled && isOptions(more)) return super.subscribe(args, more as CallOptions | undefined);
    return subscription(this.#bank, args, more, (plain) => super.subscribe(plain));
  }

  /** The log of this book after a place in it, with what is to come. */
  follow(args: { afterSeq?: number | undefined; types?: readonly string[] | undefined } = {}, options?: CallOptions): AsyncIterable<v.Event> {
    return follow(this.#bank, args ?? {}, signalOf(options));
  }
}

function isOptions(more: unknown): boolean {
  return more === undefined || (typeof more === 'object' && more !== null && 'signal' in more);
}

/** The operations of `jobs`, and handlers that do them: of an engine, not of a transaction. */
export class EngineJobs extends Jobs {
  readonly #bank: Engine;

  /** @internal */
  constructor(bank: Engine) {
    super(bank);
    this.#bank = bank;
  }

  /** Runs handlers of jobs by their kind, at most `concurrency` (8) at once, until it is stopped. */
  worker(handlers: Record<string, JobHandler>, options?: { concurrency?: number | undefined; allBooks?: boolean | undefined }): Worker {
    return new Worker(this.#bank, handlers, options);
  }
}

/** @internal */
export interface EngineClass {
  new (own: symbol, home: Home): Engine;
}

/** The class as what makes engines, which nobody else may. */
function madeBy(engines: typeof Engine): EngineClass {
  return engines as unknown as EngineClass;
}

/** @internal Opens a store by itself. */
export async function opened(url: string | undefined, options: Given, made: EngineClass, more: Record<string, unknown> = {}): Promise<Engine> {
  const keys = keysOf(options);
  const fetched = await fetchKeyring(keys);
  const data = settings(options, { ...more, fetched_keyring: fetched });
  listen();
  const quiet = tell(options.get('logger') as Logger | undefined);
  try {
    const engine = await askEngine((mailbox, ticket) => native().open(mailbox, ticket, url, data));
    known(options);
    shown(engine.log());
    const prepared = options.get('preparedStatements') !== false;
    return new made(OWN, new Home({ keys, prepared, opened: { native: engine }, closed: quiet }));
  } catch (error) {
    quiet();
    throw error;
  }
}

/** @internal An engine on a pool, which is opened later. What can be refused without a connection is refused now. */
export function attached(given: unknown, options: Given, made: EngineClass, more: Record<string, unknown> = {}): Engine {
  const pool = poolOf(given);
  const keys = keysOf(options);
  const without = new Map([...options].filter(([name]) => name !== 'keyring' || keys === undefined));
  told(() => native().checkOptions(settings(without, more)));
  let quiet: () => void = () => undefined;
  const prepared = options.get('preparedStatements') !== false;
  // what the URL of the pool says of a pooler the engine is told, and says from then on
  const isPooled = prepared && !options.has('preparedStatements') && pool.isPooled === true;
  pool.prepared = prepared && !isPooled;
  const patience = millisecondsOf(options, 'connectTimeout');
  const opens = async (): Promise<Opened> => {
    const fetched = await fetchKeyring(keys);
    listen();
    const server = await Server.of(pool, patience);
    try {
      const pooler = isPooled || server.isPooled ? { prepared_statements: false } : {};
      const data = settings(options, { ...more, ...pooler, fetched_keyring: fetched });
      const { dialect, library, size } = server;
      const engine = await askEngine((mailbox, ticket) => native().attach(mailbox, server.mailbox, ticket, dialect, library ?? '', size, data));
      known(options);
      shown(engine.log());
      quiet();
      quiet = tell(options.get('logger') as Logger | undefined);
      return { native: engine, server };
    } catch (error) {
      await server.close();
      throw error;
    }
  };
  return new made(OWN, new Home({ keys, prepared, opens, closed: () => quiet() }));
}

/** The waiting calls of each signal, which has one listener however many calls it stops. */
const stops = new WeakMap<AbortSignal, Set<() => void>>();

/** Waits no longer than until a signal: the work goes on. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    let waiting = stops.get(signal);
    if (waiting === undefined) stops.set(signal, (waiting = listening(signal)));
    const all = waiting;
    all.add(stop);
    const done = () => {
      all.delete(stop);
      if (all.size === 0) forget(signal);
    };
    work.then(resolve, reject).then(done);
  });
}

const heard = new WeakMap<AbortSignal, () => void>();

function listening(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  const all = () => waiting.forEach((stop) => stop());
  heard.set(signal, all);
  signal.addEventListener('abort', all, { once: true });
  return waiting;
}

function forget(signal: AbortSignal): void {
  const all = heard.get(signal);
  if (all !== undefined) signal.removeEventListener('abort', all);
  heard.delete(signal);
  stops.delete(signal);
}
