// For tests: engines in memory with a clock that stands still, data to begin with, and refusals on demand.

import { AssertionError } from 'node:assert';
import { randomInt, randomUUID } from 'node:crypto';
import { URL } from 'node:url';
import { BoundEngine, type UsingOptions } from './bound';
import { attached, Engine, opened, type EngineClass, type HostTransaction } from './engine';
import { EarnestError, invalid, refuse, told, whole, type CodeInfo } from './error';
import { ALL, type Code, type Details } from './generated/errors';
import type * as r from './generated/requests';
import * as v from './generated/views';
import { adapterOf, isDataSource } from './hosts/find';
import { Seen, type Home } from './home';
import { native } from './native';
import { actorJson, given, type Options } from './options';
import { isPlain } from './plain';
import { Money, type MoneyLike } from './money';
import { Actor, durationText, type ActorLike, type DurationLike } from './values';

/** Where the clock of a test begins. */
const START = '2026-01-01T00:00:00Z';

/** The clock of a test, which stands still until it is moved. */
export class Clock {
  readonly #bank: { native: { now(): string; advance(by: string): string } };

  /** @internal */
  constructor(bank: { native: { now(): string; advance(by: string): string } }) {
    this.#bank = bank;
  }

  /** The time that it shows. */
  get now(): string {
    return told(() => this.#bank.native.now());
  }

  /** Moves it forward, and says what it shows then. */
  advance(by: DurationLike): string {
    const text = isPlain(by) ? durationText('by', by) : whole('by', by);
    return told(() => this.#bank.native.advance(text));
  }
}

/** Refusals that tests ask for. */
class Failing {
  readonly #planned: [string, EarnestError][] = [];

  plan(operation: string, code: Code, details: Record<string, unknown>): void {
    if (!native().operations().includes(operation)) throw invalid('operation', 'must be an operation such as `ledger.deduct`');
    const info = (ALL as readonly unknown[] as CodeInfo[]).find((one) => one.code === code);
    if (info === undefined) throw invalid('code', 'must be a code such as `store_unavailable`');
    this.#planned.push([operation, refuseMadeUp(code, details)]);
  }

  meet(name: string): void {
    const place = this.#planned.findIndex(([operation]) => operation === name);
    if (place >= 0) throw this.#planned.splice(place, 1)[0]![1];
  }
}

/** Details that a code has, until it is satisfied: what is not given is made up. */
function refuseMadeUp(code: Code, details: Record<string, unknown>): EarnestError {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    wire[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = Money.isMoney(value) ? value.toJSON() : value;
  }
  const samples = [undefined, { amount: '1.00', currency: 'USD' }, 'testing', 1, START, ['testing']];
  for (let round = 0; round < 12; round++) {
    try {
      return refuse(code, wire);
    } catch (error) {
      // the table says which detail it lacks, or cannot read
      const missing = lacking(error);
      if (missing === undefined) throw error;
      wire[missing] = sampleFor(code, wire, missing, samples);
    }
  }
  return refuse(code, wire);
}

/** The detail that the table of errors did not find, or could not read. */
function lacking(error: unknown): string | undefined {
  const reason = EarnestError.is(error, 'invalid_request') ? String(error.details.reason) : '';
  return /missing field `(\w+)`/.exec(reason)?.[1] ?? /`details\.(\w+)` is not what/.exec(reason)?.[1];
}

function sampleFor(code: Code, wire: Record<string, unknown>, name: string, samples: readonly unknown[]): unknown {
  for (const sample of samples.slice(1)) {
    try {
      refuse(code, { ...wire, [name]: sample });
      return sample;
    } catch (error) {
      if (lacking(error) !== name) return sample;
    }
  }
  return 'testing';
}

/** An engine with a test clock. */
export class TestEngine extends Engine {
  #failing = new Failing();

  /** Its clock. */
  get clock(): Clock {
    return new Clock(this);
  }

  /** Runs what is due: timers, the expiry of holds, and jobs that have a handler. */
  runDue(): Promise<v.Ran> {
    return this.jobs.runDue();
  }

  /** The next call of this operation is refused with this code, before it reaches the engine. Details that are not given are made up. */
  failNext<C extends Code>(operation: string, code: C, details?: { [D in keyof Details[C]]?: Details[C][D] | undefined }): void {
    this.#failing.plan(operation, code, details ?? {});
  }

  /** @internal */
  protected override meet(name: string): void {
    this.#failing.meet(name);
  }

  /** @internal */
  protected override like(own: symbol, home: Home, seen: Seen): Engine {
    const view = new (TestEngine as unknown as new (own: symbol, home: Home, seen: Seen, isView: boolean) => TestEngine)(own, home, seen, true);
    view.#failing = this.#failing;
    return view;
  }
}

/** An engine with a test clock whose calls join an open transaction of yours: a test that rolls it back leaves nothing. */
export class HostEngine extends BoundEngine {
  readonly #of: { home: Home; tx: HostTransaction; seen: Seen };
  #failing = new Failing();

  /** @internal */
  constructor(home: Home, seen: Seen, tx: HostTransaction) {
    super(home, seen, adapterOf(tx, () => home.prepared));
    this.#of = { home, tx, seen };
  }

  /** Its clock. */
  get clock(): Clock {
    return new Clock({ native: this.#of.home.engine! });
  }

  failNext<C extends Code>(operation: string, code: C, details?: { [D in keyof Details[C]]?: Details[C][D] | undefined }): void {
    this.#failing.plan(operation, code, details ?? {});
  }

  acting(actor: ActorLike): HostEngine {
    return this.#view({ actor });
  }

  book(name: string): HostEngine {
    return this.#view({ book: whole('book', name) });
  }

  /** Closes the engine; the transaction stays yours. */
  async close(): Promise<void> {
    await this.#of.home.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  protected override meet(name: string): void {
    this.#failing.meet(name);
  }

  #view({ actor, book }: UsingOptions): HostEngine {
    const { home, tx, seen } = this.#of;
    const by = actor === undefined ? seen.by : actorJson(actor);
    const made = new HostEngine(home, new Seen(book ?? seen.book, by), tx);
    made.#failing = this.#failing;
    return made;
  }
}

type TestOptions = Options & { host?: HostTransaction | undefined; url?: string | undefined; attach?: object | (() => unknown) | undefined };

/**
 * An engine in memory with a clock that stands still, a fixed keyring and no background. With `host` its calls join that
 * open transaction: `url` names the database, or `attach` is a pool on it.
 */
export async function engine(options?: Options & { host?: undefined; url?: string | undefined }): Promise<TestEngine>;
export async function engine(options: TestOptions & { host: HostTransaction }): Promise<HostEngine & TestEngine>;
export async function engine(options?: TestOptions): Promise<TestEngine>;
export async function engine(options?: TestOptions): Promise<any> {
  const { host, url = 'memory:', attach, ...plain }: TestOptions = options ?? {};
  const read = given({ background: false, ...plain });
  // a store may have ids of an earlier opening already: there they begin elsewhere each time
  const more = {
    // the option is of that name there, and what comes last would count
    ...(read.has('clock') ? {} : { test_clock: START }),
    test_seed: url === 'memory:' && host === undefined ? 0 : randomInt(1 << 20),
  };
  if (host === undefined) return (await opened(url, read, TestEngine as unknown as EngineClass, more)) as TestEngine;
  const bank = await opener(url, attach, read, more, host);
  return new HostEngine(bank.home, new Seen(), host);
}

async function opener(url: string, attach: unknown, read: ReturnType<typeof given>, more: Record<string, unknown>, host: HostTransaction): Promise<Engine> {
  const pool = attach ?? poolBehind(host);
  const named = url !== 'memory:' ? url : pool === undefined ? await urlBehind(host) : undefined;
  if (named !== undefined) return opened(named, read, Engine as unknown as EngineClass, more);
  if (pool === undefined) throw invalid('url', 'must name the database of `host`, or `attach` a pool on it');
  return attached(pool, read, Engine as unknown as EngineClass, more).ready();
}

/** The pool that a transaction is of, where it tells. */
function poolBehind(host: any): unknown {
  const source = host?.dataSource ?? host?.connection ?? host?.queryRunner?.connection;
  return isDataSource(source) ? source : undefined;
}

/** The database that a client of pg is connected to, which Knex and Drizzle have below. */
async function urlBehind(host: any): Promise<string | undefined> {
  const below = host?.session?.client ?? host;
  const client = typeof host?.isCompleted === 'function' ? await host.client.acquireConnection() : below;
  const { host: server, port, database, user, password } = client?.connectionParameters ?? {};
  if (typeof server !== 'string' || server.startsWith('/') || typeof database !== 'string') return undefined;
  const url = new URL('postgres://localhost');
  url.hostname = server;
  url.port = String(port ?? '');
  url.pathname = encodeURIComponent(database);
  url.username = typeof user === 'string' ? encodeURIComponent(user) : '';
  url.password = typeof password === 'string' ? encodeURIComponent(password) : '';
  return url.toString();
}

/** An account with so much more in it. */
export async function funded(bank: Engine | BoundEngine, account: string, amount: MoneyLike = '1000.00 USD'): Promise<v.Balance> {
  return (await bank.ledger.topUp({ account, amount, key: `testing:${randomUUID()}` })).balance;
}

/** The steps of a deal on its way, each with the state behind it. */
const WAY = [
  ['pay', 'awaiting_shipment'],
  ['ship', 'shipped'],
  ['deliver', 'delivered'],
  ['confirm', 'released'],
] as const;

/** The states that a deal is made in. */
export type MadeState = 'pending' | (typeof WAY)[number][1];

/** The terms of a deal that differ from the usual. */
export type DealTerms = { [T in 'buyer' | 'seller' | 'price' | 'fees' | 'splits']?: r.EscrowOpen[T] | undefined };

/** A deal in a state on its way from `pending` to `released`; its buyer has what it costs. */
export async function deal(bank: Engine | BoundEngine, state: MadeState = 'pending', terms: DealTerms = {}): Promise<v.Deal> {
  const states: string[] = ['pending', ...WAY.map(([, after]) => after)];
  if (!states.includes(state)) throw invalid('state', `must be one of ${states.join(', ')}`);
  const { buyer = 'buyer', seller = 'seller', price = '40.00 USD', ...shares } = terms;
  const key = `testing:${randomUUID()}`;
  const cost = (await bank.escrow.quote({ price, ...shares })).buyerPays;
  await bank.ledger.topUp({ account: buyer, amount: cost, key: `${key}:money` });
  let now = (await bank.escrow.open({ buyer, seller, price, key, ...shares })).deal;
  for (const [step, after] of WAY.slice(0, states.indexOf(state))) {
    const actor = step === 'confirm' ? { actor: new Actor(buyer) } : {};
    now = (await bank.escrow[step]({ deal: now.id, ...actor })).deal;
    if (now.state !== after) throw new AssertionError({ message: `the deal is ${now.state}, and not ${after}` });
  }
  return now;
}

/** Rejects unless every book sums to zero and every invariant holds; in a transaction of yours, its book sums to zero. */
export async function assertConserved(bank: Engine | BoundEngine): Promise<void> {
  const balanced = await bank.ledger.trialBalance();
  if (!balanced.balanced) throw new AssertionError({ message: 'the book does not sum to zero', actual: balanced.toJSON() });
  if (!(bank instanceof Engine)) return;
  const verified = await bank.verify();
  if (verified.ok) return;
  throw new AssertionError({ message: 'an invariant does not hold', actual: verified.toJSON()['checks'] });
}
