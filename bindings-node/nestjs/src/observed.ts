// Which writes a request made, and whether all of them were there before.

import { AsyncLocalStorage } from 'node:async_hooks';
import { BoundEngine, Engine, SyncBoundEngine } from 'earnest';

const seen = new AsyncLocalStorage<{ writes: number; replayed: number }>();

/** Runs what makes calls, and says whether every write of them replayed. */
export async function observed<T>(work: () => Promise<T>): Promise<[T, boolean]> {
  const counts = { writes: 0, replayed: 0 };
  const answer = await seen.run(counts, work);
  return [answer, counts.writes > 0 && counts.replayed === counts.writes];
}

function note(reply: unknown): void {
  const counts = seen.getStore();
  const replayed = (reply as { replayed?: unknown } | null)?.replayed;
  if (counts === undefined || typeof replayed !== 'boolean') return;
  counts.writes += 1;
  if (replayed) counts.replayed += 1;
}

/** Waits by `await`, which the stack of a refusal goes through to the caller. */
async function noted(reply: Promise<unknown>): Promise<unknown> {
  const found = await reply;
  note(found);
  return found;
}

/** Has engines tell of their replies. */
function tap(prototype: any, isAsync: boolean): void {
  for (const name of ['one', 'call']) {
    const original = prototype[name] as (...given: unknown[]) => unknown;
    prototype[name] = function tapped(this: unknown, ...given: unknown[]): unknown {
      const reply = original.apply(this, given);
      if (seen.getStore() === undefined) return reply;
      if (!isAsync) {
        note(reply);
        return reply;
      }
      return noted(reply as Promise<unknown>);
    };
  }
}

tap(Engine.prototype, true);
tap(BoundEngine.prototype, true);
tap(SyncBoundEngine.prototype, false);
