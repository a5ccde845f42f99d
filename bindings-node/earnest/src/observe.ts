// What is known of calls besides their replies: where they belong, and spans of OpenTelemetry.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EarnestError, invalid, kindOf, whole } from './error';
import { native } from './native';
import { operationOf } from './operations';
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

/** The part of OpenTelemetry that is used; its global is found, never imported. */
interface Span {
  spanContext(): { traceId: string; spanId: string; traceFlags: number };
  isRecording?(): boolean;
  setAttribute(name: string, value: string | boolean): void;
  setStatus(status: { code: number; message: string }): void;
  end(): void;
}

interface Tracing {
  trace?: { getTracer(name: string, version: string): { startSpan(name: string, options: object): Span } };
}

function tracing(): Tracing['trace'] | undefined {
  const found = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] as Tracing | undefined;
  return found?.trace;
}

/** The status of a span whose call failed, as OpenTelemetry counts them. */
const FAILED = 2;

/** Where a call runs: in a transaction of the engine, or in that of the application. */
type Mode = 'own' | 'host';

/** A call that is watched. Its span says its operation, where it ran, how it ended and a hash of its key, and nothing of what it moves. */
export class Watched {
  readonly noted: Noted;
  readonly #name: string;
  #span: Span | undefined;

  constructor(name: string, mode: Mode) {
    this.#name = name;
    const provider = tracing();
    let noted = here.getStore();
    if (provider !== undefined) {
      const span = provider.getTracer('earnest', native().version()).startSpan(name, { attributes: { 'earnest.operation': name, 'earnest.mode': mode } });
      const { traceId, spanId, traceFlags } = span.spanContext();
      if (!/^0*$/.test(traceId)) {
        const flags = traceFlags.toString(16).padStart(2, '0');
        noted = { ...noted, traceparent: `00-${traceId}-${spanId}-${flags}` };
      }
      this.#span = span;
    }
    this.noted = noted;
  }

  /** Notes the key of the arguments that are sent, by a hash: a key itself often says who pays for what. */
  sends(args: string): void {
    if (this.#span === undefined || this.#span.isRecording?.() === false) return;
    if (operationOf(this.#name)?.shape.get('key')?.type !== 'i') return;
    const { key } = JSON.parse(args) as { key?: unknown };
    if (typeof key === 'string') this.#span.setAttribute('earnest.key_hash', hashOf(key));
  }

  /** Notes the reply: whether the call had been done before, under the same key. */
  done(reply: unknown): void {
    this.#span?.setAttribute('earnest.replayed', (reply as { replayed?: unknown } | null | undefined)?.replayed === true);
    this.#end(undefined);
  }

  /** Notes why it failed: by the code of a refusal alone, as messages name accounts. */
  failed(error: unknown, isCancelled = false): void {
    this.#end(isCancelled ? 'cancelled' : EarnestError.is(error) ? error.code : 'internal');
  }

  #end(code: string | undefined): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    span.setAttribute('earnest.outcome', code === undefined ? 'ok' : 'error');
    if (code !== undefined) {
      span.setAttribute('earnest.code', code);
      span.setStatus({ code: FAILED, message: code });
    }
    span.end();
  }
}

function hashOf(key: string): string {
  // loaded where somebody traces
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The watch of a call, if anybody looks. */
export function begun(name: string, mode: Mode): Watched | undefined {
  return here.getStore() === undefined && tracing() === undefined ? undefined : new Watched(name, mode);
}
