// What runs calls, and pages that go on by themselves.

import { Taken } from './encode';
import { invalid, kindOf, refuse } from './error';
import { only } from './only';
import type { Operation } from './shapes';

/** Options of a call, beside its arguments. */
export interface CallOptions {
  /** Stops the waiting; the call goes on, and its key tells what became of it. */
  signal?: AbortSignal | undefined;
}

/** Runs the calls of services. */
export interface Runner {
  /** @internal */
  one<T>(operation: Operation<T>, args: unknown, options: CallOptions | undefined): Promise<T>;
  /** @internal */
  wire(operation: Operation<unknown>, args: unknown, options: CallOptions | undefined): Promise<any>;
}

/** The same without waiting. */
export interface SyncRunner {
  /** @internal */
  one<T>(operation: Operation<T>, args: unknown, options?: unknown): T;
  /** @internal */
  wire(operation: Operation<unknown>, args: unknown, options?: unknown): any;
}

/** The signal among what a call was given beside its arguments. */
export function signalOf(options: CallOptions | null | undefined): AbortSignal | undefined {
  const { signal } = only(options, ['signal']);
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal.addEventListener !== 'function' || typeof signal.aborted !== 'boolean') {
    throw invalid('signal', `must be an \`AbortSignal\`, and is ${kindOf(signal)}`);
  }
  return signal;
}

/** Refuses what a call in a transaction of the host was given beside its arguments: it has neither a signal nor a handler. */
export function nothingMore(name: string, options: unknown): void {
  if (typeof options === 'function') {
    throw refuse('not_supported', { operation: name, reason: 'a call in your transaction has no handler: give it to the engine' });
  }
  if (only(options as CallOptions | null | undefined, ['signal']).signal != null) {
    throw refuse('not_supported', { operation: name, reason: 'a call in your transaction has no `signal`: abort the transaction instead' });
  }
}

/** The ways in which pages go on, apart from the pages: these are data, and copies have nothing that could be asked. */
const behind = new WeakMap<object, (after: string) => Promise<Page<any>>>();

/**
 * A page of a list: `items`, and `next` where there is more. It is data, which servers and serializers write as it is;
 * `all()` goes through this page and all behind it, and so does `for await`.
 */
export class Page<T> implements Iterable<T | PromiseLike<T>> {
  declare readonly items: readonly T[];
  /** The `after` of the page behind it. */
  declare readonly next: string | null;
  /** Where the order follows the log, how many events it is behind. */
  declare readonly lag: number | null;

  /** Lists answer one. */
  protected constructor(items: T[], wire: { next?: string | null; lag?: number | null }, more: (after: string) => Promise<Page<T>>) {
    this.items = Object.freeze(items);
    this.next = wire.next ?? null;
    const lag = wire.lag ?? null;
    // where it is none nobody meets it, as in its JSON
    Object.defineProperty(this, 'lag', { value: lag, enumerable: lag !== null });
    behind.set(this, more);
    Object.freeze(this);
  }

  /** @internal */
  static of<T>(items: T[], wire: { next?: string | null; lag?: number | null }, more: (after: string) => Promise<Page<T>>): Page<T> {
    return new Page(items, wire, more);
  }

  /** Goes through the items of this page and of all behind it. */
  async *all(): AsyncGenerator<T, void, undefined> {
    let page: Page<T> = this;
    for (;;) {
      yield* page.items;
      if (page.next === null) return;
      page = await pageBehind(page);
    }
  }

  /**
   * Serves `for await`, which goes through this page and all behind it as `all()` does. A page has no asynchronous iterator:
   * NestJS and others answer whatever has one as a stream, of the whole list. So the last item of a page that has one behind
   * it is a promise here, which is kept when that is there; nothing is asked for that nobody waits for.
   */
  *[Symbol.iterator](): Generator<T | PromiseLike<T>, void, undefined> {
    let page: Page<T> = this;
    for (let from = 0; ; ) {
      const items = page.items.slice(from);
      yield* page.next === null ? items : items.slice(0, -1);
      if (page.next === null) return;
      let found: Page<T> | undefined;
      let failure: { error: unknown } | undefined;
      yield late(async () => {
        try {
          found = await withItems(page);
        } catch (error) {
          // told behind the last item, which is here
          failure = { error };
        }
        if (items.length > 0) return items.at(-1)!;
        if (found !== undefined) return found.items[0]!;
        throw failure?.error ?? refuse('not_supported', { operation: 'for await', reason: 'no page from here on has an item: `all()` says that' });
      });
      if (failure !== undefined) yield late(() => Promise.reject(failure!.error));
      if (found === undefined) return;
      from = items.length > 0 ? 0 : 1;
      page = found;
    }
  }

  /** At most so many items of this page and those behind it. */
  async toArray(options: { limit: number }): Promise<T[]> {
    const limit = limitOf(options);
    const found: T[] = [];
    if (limit > 0) {
      for await (const item of this.all()) {
        found.push(item);
        if (found.length >= limit) break;
      }
    }
    return found;
  }

  toJSON(): { items: readonly T[]; next: string | null; lag?: number } {
    const { items, next, lag } = this;
    return lag === null || lag === undefined ? { items, next } : { items, next, lag };
  }
}

function pageBehind<T>(page: Page<T>): Promise<Page<T>> {
  const more = behind.get(page);
  if (more !== undefined) return more(page.next!);
  throw refuse('not_supported', { operation: 'all', reason: 'this is a copy of a page: ask for the one behind it with `after`' });
}

/** The first page behind one that has items, if there is any. */
async function withItems<T>(page: Page<T>): Promise<Page<T> | undefined> {
  let found = page;
  do {
    if (found.next === null) return undefined;
    found = await pageBehind(found);
  } while (found.items.length === 0);
  return found;
}

/** A promise of what is begun when somebody waits for it. */
function late<T>(work: () => Promise<T>): PromiseLike<T> {
  let begun: Promise<T> | undefined;
  return { then: (done, failed) => (begun ??= work()).then(done, failed) };
}

function limitOf(options: { limit: number } | undefined): number {
  const limit: unknown = options?.limit;
  if (!Number.isSafeInteger(limit) || (limit as number) < 0) {
    throw invalid('limit', 'must be a whole number: how many items are wanted at most');
  }
  return limit as number;
}

/**
 * A list that was asked for: awaited it is its first page, and `for await` goes through all of it. It is sent when it is
 * first awaited or gone through, once, and asks for what its arguments were when it was made.
 */
export class PagePromise<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #ask: () => Promise<Page<T>>;
  #asked: Promise<Page<T>> | undefined;

  /** @internal */
  constructor(ask: () => Promise<Page<T>>) {
    this.#ask = ask;
  }

  #page(): Promise<Page<T>> {
    return (this.#asked ??= this.#ask());
  }

  then<A = Page<T>, B = never>(
    done?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    failed?: ((error: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(done, failed);
  }

  catch<B = never>(failed?: ((error: any) => B | PromiseLike<B>) | null): Promise<Page<T> | B> {
    return this.#page().catch(failed);
  }

  finally(done?: (() => void) | null): Promise<Page<T>> {
    return this.#page().finally(done);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* (await this.#page()).all();
  }

  /** At most so many items of the list. */
  async toArray(options: { limit: number }): Promise<T[]> {
    limitOf(options);
    return (await this.#page()).toArray(options);
  }

  get [Symbol.toStringTag](): string {
    return 'PagePromise';
  }
}

/** A list of an operation. */
export function listed<T>(
  runner: Runner,
  operation: Operation<T>,
  args: object | undefined,
  options: CallOptions | undefined,
): PagePromise<T> {
  const taken = Taken.of(operation, args);
  const page = async (given: Taken): Promise<Page<T>> => {
    const wire = await runner.wire(operation, given, options);
    const items = (wire.items as unknown[]).map(operation.read);
    return Page.of(items, wire, (after) => page(taken.after(after)));
  };
  return new PagePromise(() => page(taken));
}

/** A page of a list in a transaction that does not wait: the one behind it is asked for by `after`. */
export type SyncPage<T> = Page<T>;

/** The same without waiting. */
export function paged<T>(runner: SyncRunner, operation: Operation<T>, args: unknown, options?: unknown): SyncPage<T> {
  const wire = runner.wire(operation, args, options);
  const items = (wire.items as unknown[]).map(operation.read);
  return Page.of(items, wire, async () => {
    // it would be waited for, and the transaction be over
    const reason = 'a transaction that does not wait has no page behind this one: ask for that with `after`';
    throw refuse('not_supported', { operation: operation.name, reason });
  });
}
