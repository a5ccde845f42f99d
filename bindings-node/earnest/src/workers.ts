// What happens after the commit: handlers of jobs, and readers of the log, until they are stopped.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EarnestError, invalid, kindOf, nameOf, told, whole } from './error';
import { clearInterval, clearTimeout, elapsed, outside, setInterval, setTimeout } from './globals';
import { warn } from './log';
import { native } from './native';
import { context } from './observe';
import { only } from './only';
import { isPlain } from './plain';
import { post } from './post';
import { dateText, isDate, type DurationLike } from './values';
import { Event, Job } from './generated/views';
import { encodeValue } from './encode';
import type * as r from './generated/requests';
import type * as v from './generated/views';
import type { Engine } from './engine';

/** Does a job: what it answers is kept with it; when it throws, it comes again. */
export type JobHandler = (job: Job) => unknown;
/** Takes an event: when it throws, that comes again. */
export type EventHandler = (event: Event) => unknown;

const LEASE = 'PT60S';
const LEASE_MS = 60_000;
/** The shortest and the longest time that a reader may have events, in milliseconds. */
const LEASES = [1_000, 3_600_000] as const;
/** How long a reader waits for something new: at first, and at most, in milliseconds. */
const PAUSES = [50, 1_000] as const;
/** Events that are taken at once. */
const BATCH = 100;
/** The text kept where a report itself was refused: a time that has gone, or a result without a JSON form. */
const REFUSED = 'its report was refused: invalid_request';

/** The mark of a failure, the same in every copy of this package. */
const FAILED = Symbol.for('earnest.failed');

/**
 * The error of a handler whose work could not be done. Its text is kept, so it holds no personal data; of any
 * other error the name of its class alone is kept.
 */
export class Failed extends Error {
  readonly retryAt: Date | undefined;

  constructor(message: string, options?: { retryAt?: Date | undefined; cause?: unknown }) {
    const given: { retryAt?: Date | undefined; cause?: unknown } = options ?? {};
    super(message, 'cause' in given ? { cause: given.cause } : undefined);
    this.name = 'Failed';
    this.retryAt = given.retryAt;
  }
}

Object.defineProperty(Failed.prototype, FAILED, { value: true });

function isFailed(error: unknown): error is Failed {
  try {
    const marked = error as { [FAILED]?: unknown; message?: unknown } | null;
    return typeof marked === 'object' && marked !== null && marked[FAILED] === true && typeof marked.message === 'string';
  } catch {
    return false;
  }
}

/** Returns the text to keep of a failure, with `?` for a NUL or half a character, which no store holds. */
function reasonOf(error: unknown): string {
  const text = isFailed(error) ? error.message : typeof error === 'object' && error !== null ? nameOf(error) : typeof error;
  return text.slice(0, 1000).replaceAll('\0', '?').replaceAll(/\p{Surrogate}/gu, '?') || 'it failed';
}

/** The handlers that this code runs inside of. */
const inside = new AsyncLocalStorage<readonly { of: unknown }[]>();

async function handling<T>(running: unknown, causationId: string, work: () => T): Promise<Awaited<T>> {
  const turn = { of: running };
  try {
    return await inside.run([...(inside.getStore() ?? []), turn], () => context({ causationId }, work));
  } finally {
    // for what it has left behind, it is over
    turn.of = undefined;
  }
}

function handlerOf(handler: unknown, field: string): asserts handler is (given: any) => unknown {
  if (typeof handler !== 'function') throw invalid(field, `must be a function, and is ${kindOf(handler)}`);
  const kind = Object.prototype.toString.call(handler);
  if (kind === '[object GeneratorFunction]' || kind === '[object AsyncGeneratorFunction]') {
    throw invalid(field, 'must not be a generator, which nobody would go through');
  }
}

/** Waits, for so long or until it is stopped. */
class Stop {
  stopped = false;
  #wake: (() => void) | undefined;

  set(): void {
    this.stopped = true;
    this.#wake?.();
  }

  wait(milliseconds: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
    });
  }
}

/** A loop that runs until it is stopped, or its engine is closed. It keeps the process alive. */
abstract class Running {
  protected readonly stopping = new Stop();
  protected readonly bank: Engine;
  #ended: Promise<void>;

  constructor(bank: Engine) {
    this.bank = bank;
    const here = post();
    here.hold();
    // the first round begins when the constructor of the class has ended; what comes is not of the request that has begun it
    this.#ended = outside(() => Promise.resolve().then(() => this.#run())).finally(() => here.release());
  }

  /** Its name in lines of the log. */
  protected abstract readonly named: string;
  protected abstract round(): Promise<boolean>;
  protected async finish(): Promise<void> {}

  async #run(): Promise<void> {
    let pause: number = PAUSES[0];
    while (!this.stopping.stopped) {
      let did = false;
      try {
        did = await this.round();
      } catch (error) {
        if (this.bank.closed) break;
        warn(`${this.named} was interrupted: ${EarnestError.is(error) ? error.code : nameOf(error as object)}`);
      }
      pause = did ? PAUSES[0] : Math.min(pause * 2, PAUSES[1]);
      if (!did) await this.stopping.wait(pause);
    }
    await this.finish();
  }

  /** Takes nothing new, waits until what is under way is done and reported, and ends. Inside of a handler it does not wait. */
  async stop(): Promise<void> {
    this.stopping.set();
    if (!(inside.getStore() ?? []).some((turn) => turn.of === this)) await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Runs handlers of jobs: `bank.jobs.worker(...)`. */
export class Worker extends Running {
  readonly #handlers: Map<string, JobHandler>;
  readonly #concurrency: number;
  readonly #allBooks: boolean;
  readonly #jobs = new Set<Promise<void>>();

  /** @internal */
  constructor(bank: Engine, handlers: Record<string, JobHandler>, options?: { concurrency?: number | undefined; allBooks?: boolean | undefined } | null) {
    const found = handlersOf(handlers);
    const { concurrency: asked, allBooks }: { concurrency?: unknown; allBooks?: unknown } = only(options, ['concurrency', 'allBooks']);
    const concurrency = asked ?? 8;
    if (!Number.isInteger(concurrency) || (concurrency as number) < 1 || (concurrency as number) > 500) {
      throw invalid('concurrency', 'must be a whole number from 1 to 500');
    }
    if (allBooks != null && typeof allBooks !== 'boolean') throw invalid('allBooks', `must be true or false, and is ${kindOf(allBooks)}`);
    super(bank);
    this.#handlers = found;
    this.#concurrency = concurrency as number;
    this.#allBooks = allBooks === true;
  }

  protected override get named(): string {
    return `the worker for ${[...this.#handlers.keys()].map((kind) => `\`${kind}\``).join(', ')}`;
  }

  protected override async round(): Promise<boolean> {
    const free = this.#concurrency - this.#jobs.size;
    if (free === 0) {
      await Promise.race(this.#jobs);
      return true;
    }
    const more = this.#allBooks ? { all_books: true } : {};
    const leased = await this.bank.call('jobs.lease', { kinds: [...this.#handlers.keys()], limit: free, for: LEASE, ...more });
    const jobs = (leased['jobs'] as unknown[]).map((wire) => new Job(wire));
    for (const job of jobs) {
      const work = this.#work(job).finally(() => this.#jobs.delete(work));
      this.#jobs.add(work);
    }
    return jobs.length > 0;
  }

  protected override async finish(): Promise<void> {
    await Promise.all(this.#jobs);
  }

  async #work(job: Job): Promise<void> {
    const bank = this.bank.book(job.book);
    const timer = setInterval(() => void this.#extend(bank, job), LEASE_MS / 2);
    let reports: [string, Record<string, unknown>][];
    try {
      const result = await handling(this, job.id, () => this.#handlers.get(job.kind)!(job));
      reports = [['jobs.complete', resultOf(result)]];
    } catch (error) {
      warn(`the handler of job \`${job.id}\` of the kind \`${job.kind}\` failed: ${stackOf(error)}`);
      const failure = reasonOf(error);
      const at = isFailed(error) && error.retryAt !== undefined ? timeOf(error.retryAt) : undefined;
      reports = at === undefined ? [] : [['jobs.fail', { error: failure, retry_at: at }]];
      reports.push(['jobs.fail', { error: failure }]);
    } finally {
      clearInterval(timer);
    }
    await report(bank, job, [...reports, ['jobs.fail', { error: REFUSED }]]);
  }

  /** More time for a handler that needs it. */
  async #extend(bank: Engine, job: Job): Promise<void> {
    try {
      await bank.call('jobs.extend', { job: job.id, fence: job.fence, for: LEASE });
    } catch (error) {
      warn(`job \`${job.id}\` of the kind \`${job.kind}\` was given no more time: ${codeOf(error)}`);
    }
  }
}

async function report(bank: Engine, job: Job, ways: [string, Record<string, unknown>][]): Promise<void> {
  for (const [name, args] of ways) {
    try {
      await bank.call(name, { job: job.id, fence: job.fence, ...args });
      return;
    } catch (error) {
      // its lease was over, say: whoever has it now reports
      warn(`job \`${job.id}\` of the kind \`${job.kind}\` could not be reported on by \`${name}\`: ${codeOf(error)}`);
      if (!EarnestError.is(error) || error.kind !== 'invalid') return;
    }
  }
}

function codeOf(error: unknown): string {
  return EarnestError.is(error) ? error.code : 'unknown';
}

function resultOf(result: unknown): Record<string, unknown> {
  if (result === undefined) return {};
  encodeValue('result', result);
  return { result };
}

function timeOf(date: unknown): string | undefined {
  try {
    return isDate(date) ? dateText('retryAt', date) : undefined;
  } catch {
    return undefined;
  }
}

function stackOf(error: unknown): string {
  try {
    // by what it has: an error of another realm is no `Error` of this one
    const { stack } = error as { stack?: unknown };
    return typeof stack === 'string' ? stack : reasonOf(error);
  } catch {
    return reasonOf(error);
  }
}

function handlersOf(handlers: unknown): Map<string, JobHandler> {
  if (!isPlain(handlers) || Object.keys(handlers).length === 0) {
    throw invalid('handlers', 'must be functions by the kind of their jobs, one at least');
  }
  const found = new Map<string, JobHandler>();
  for (const [kind, handler] of Object.entries(handlers)) {
    handlerOf(handler, 'handlers');
    told(() => native().checkKind('handlers', whole('handlers', kind)));
    found.set(kind, handler);
  }
  return found;
}

/** Makes a sink, and gives its events to a handler. */
export async function subscription(
  bank: Engine,
  args: r.EventsSubscribe & { lease?: DurationLike | undefined },
  handler: unknown,
  subscribe: (args: r.EventsSubscribe) => Promise<v.SinkReply>,
): Promise<Subscription> {
  handlerOf(handler, 'handler');
  const asked: unknown = args;
  if (asked != null && !isPlain(asked)) throw invalid('args', `must be a plain object, and is ${kindOf(asked)}`);
  const { lease, ...plain } = args ?? {};
  const [text, milliseconds] = leaseOf(lease);
  const sink = plain as r.EventsSubscribe;
  await subscribe(sink);
  return new Subscription(bank, sink.sink, handler, text, milliseconds);
}

const LENGTH = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** For how long a reader has events, as text and in milliseconds. */
function leaseOf(given: unknown): [string, number] {
  if (given === undefined || given === null) return [LEASE, LEASE_MS];
  const parts = typeof given === 'string' ? LENGTH.exec(given)?.slice(1).map(Number) : undefined;
  const named = isPlain(given) ? [given['days'], given['hours'], given['minutes'], given['seconds']].map((part) => Number(part ?? 0)) : undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? named ?? [Number.NaN]).map((part) => part || 0);
  const milliseconds = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (!(milliseconds >= LEASES[0] && milliseconds <= LEASES[1])) throw invalid('lease', 'must be between PT1S and PT1H');
  return [`PT${milliseconds / 1000}S`, milliseconds];
}

/** Gives the events of a sink to a handler: `await bank.events.subscribe({ sink }, handler)`. */
export class Subscription extends Running {
  readonly #sink: string;
  readonly #handler: EventHandler;
  readonly #lease: string;
  readonly #milliseconds: number;

  /** @internal */
  constructor(bank: Engine, sink: string, handler: EventHandler, lease: string, milliseconds: number) {
    super(bank);
    this.#sink = sink;
    this.#handler = handler;
    this.#lease = lease;
    this.#milliseconds = milliseconds;
  }

  protected override get named(): string {
    return `the subscription of sink \`${this.#sink}\``;
  }

  protected override async round(): Promise<boolean> {
    // reported on early enough that the handler at work has the rest of the time
    const until = elapsed() + this.#milliseconds / 3;
    const taken = await this.bank.call('events.take', { sink: this.#sink, for: this.#lease, limit: BATCH });
    if (taken['fence'] == null) return Boolean(taken['more']);
    const failures: { seq: number; error: string }[] = [];
    const left = new Set<string>();
    let last: number | undefined;
    let seq = taken['seq'] as number;
    for (const wire of taken['events'] as unknown[]) {
      const event = new Event(wire);
      const of = JSON.stringify([event.object, event.objectId]);
      if (left.has(of)) {
        last = event.seq ?? undefined;
        continue;
      }
      if (last !== undefined && (this.stopping.stopped || elapsed() > until)) {
        seq = last;
        break;
      }
      try {
        await handling(this, event.id, () => this.#handler(event));
      } catch (error) {
        warn(`the handler of sink \`${this.#sink}\` failed at \`${event.type}\`, seq ${event.seq}: ${stackOf(error)}`);
        failures.push({ seq: event.seq!, error: reasonOf(error) });
        left.add(of);
      }
      last = event.seq ?? undefined;
    }
    await this.#settle({ sink: this.#sink, fence: taken['fence'], seq, failed: failures });
    return true;
  }

  async #settle(batch: { seq: number; failed: { seq: number; error: string }[]; [name: string]: unknown }): Promise<void> {
    try {
      await this.bank.call('events.settle', batch);
    } catch (error) {
      if (!EarnestError.is(error) || error.kind !== 'invalid') throw error;
      warn(`events of the sink \`${this.#sink}\` up to seq ${batch.seq} could not be reported on: ${error.code}`);
      const failed = batch.failed.map((one) => ({ ...one, error: REFUSED }));
      await this.bank.call('events.settle', { ...batch, failed });
    }
  }
}

/** The log, forward only; it waits for what is to come. */
export async function* follow(
  bank: Engine,
  args: { afterSeq?: number; types?: readonly string[] },
  signal: AbortSignal | undefined,
): AsyncGenerator<Event, void, undefined> {
  let afterSeq = args.afterSeq ?? 0;
  let pause: number = PAUSES[0];
  const stop = new Stop();
  const aborted = () => stop.set();
  signal?.addEventListener('abort', aborted, { once: true });
  try {
    for (;;) {
      if (signal?.aborted) throw signal.reason;
      const page = await bank.events.list({ ...args, afterSeq, limit: BATCH } as never, signal === undefined ? undefined : { signal });
      for (const event of page.items) {
        afterSeq = event.seq!;
        yield event;
      }
      pause = page.items.length > 0 ? PAUSES[0] : Math.min(pause * 2, PAUSES[1]);
      if (page.items.length === 0) await stop.wait(pause);
    }
  } finally {
    signal?.removeEventListener('abort', aborted);
  }
}
