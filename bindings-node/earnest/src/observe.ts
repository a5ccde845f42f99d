// What is known of calls besides their replies: where they belong, and spans of OpenTelemetry.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EarnestError, invalid, kindOf, whole } from './error';
import { native } from './native';
import { isPlain } from './plain';
import type { Noted } from './encode';

const here = new AsyncLocalStorage<Record<string, string>>();

/** Where calls belong. */
export interface Context {
  correlationId?: string | undefined;
  causationId?: string | undefined;
  traceparent?: string | undefined;
  ip?: string | undefined;
  device?: string | undefined;
}

const NAMES: Record<keyof Context, string> = {
  correlationId: 'correlation_id',
  causationId: 'causation_id',
  traceparent: 'traceparent',
  ip: 'ip',
  device: 'device',
};

/** Says for all calls inside `fn` where they belong; they note it with their events. One inside another adds to it. */
export function context<T>(where: Context, fn: () => T): T {
  if (!isPlain(where)) throw invalid('context', `must be an object such as \`{ correlationId }\`, and is ${kindOf(where)}`);
  if (typeof fn !== 'function') throw invalid('fn', `must be a function, and is ${kindOf(fn)}`);
  const named: Record<string, string> = { ...here.getStore() };
  for (const [name, value] of Object.entries(where)) {
    if (!Object.hasOwn(NAMES, name)) throw invalid(name, 'is no part of a context');
    if (value !== undefined && value !== null) named[NAMES[name as keyof Context]] = whole(name, value);
  }
  return here.run(named, fn);
}

/** What of OpenTelemetry is used; its global is found, never imported. */
interface Span {
  spanContext(): { traceId: string; spanId: string; traceFlags: number };
  setAttribute(name: string, value: unknown): void;
  setStatus(status: { code: number; message?: string }): void;
  end(): void;
}

interface Tracing {
  trace?: { getTracer(name: string, version: string): { startSpan(name: string, options: object): Span }; getDelegate?(): object };
}

function tracing(): Tracing['trace'] | undefined {
  const found = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] as Tracing | undefined;
  return found?.trace;
}

/** A call that is watched. It tells its operation, code and mode, and neither amounts nor ids. */
export class Watched {
  readonly noted: Noted;
  readonly #span: Span | undefined;

  constructor(name: string, mode: 'own' | 'host') {
    const provider = tracing();
    let noted = here.getStore();
    if (provider !== undefined) {
      const attributes = { 'earnest.operation': name, 'earnest.mode': mode };
      const span = provider.getTracer('earnest', native().version()).startSpan(`earnest ${name}`, { attributes });
      const { traceId, spanId, traceFlags } = span.spanContext();
      if (!/^0*$/.test(traceId)) {
        const flags = traceFlags.toString(16).padStart(2, '0');
        noted = { ...noted, traceparent: `00-${traceId}-${spanId}-${flags}` };
      }
      this.#span = span;
    }
    this.noted = noted;
  }

  done(replayed: boolean): void {
    this.#end('ok', replayed, false);
  }

  failed(error: unknown): void {
    const refused = EarnestError.is(error);
    const code = refused ? error.code : error instanceof Error ? error.constructor.name : 'unknown';
    this.#end(code, false, !(refused && error.httpStatus < 500));
  }

  #end(code: string, replayed: boolean, broken: boolean): void {
    const span = this.#span;
    if (span === undefined) return;
    span.setAttribute('earnest.code', code);
    span.setAttribute('earnest.replayed', replayed);
    if (broken) span.setStatus({ code: 2, message: code });
    span.end();
  }
}

/** What watches a call, if anybody looks. */
export function begun(name: string, mode: 'own' | 'host'): Watched | undefined {
  return here.getStore() === undefined && tracing() === undefined ? undefined : new Watched(name, mode);
}
