// What Node has, as it was when the package was loaded: tests put other timers and clocks in its place, which stand still until they are
// moved, and what waits on a driver or a thread of the engine must not wait for that. Members of a module are replaced too, so that each
// is taken out of it here.

import { AsyncLocalStorage } from 'node:async_hooks';
import timers = require('node:timers');

export const { setTimeout, clearTimeout, setInterval, clearInterval } = timers;

const { hrtime } = process;

/**
 * Runs what serves everybody where the package was loaded, and not in the context of the request that needs it first: connections, timers
 * and functions of native code keep the `AsyncLocalStorage` of whoever makes them.
 */
export const outside: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();

/** The milliseconds since some time that does not change. */
export function elapsed(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Waits so long. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
