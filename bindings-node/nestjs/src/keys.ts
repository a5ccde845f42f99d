// The key of a request: what the caller gave in a header, kept apart from those of others.

import { createHash } from 'node:crypto';
import { createParamDecorator, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { IdempotencyKey as Key, type EarnestError } from 'earnest';
import { describeKey } from './described.js';
import { refusal } from './refusals.js';

const HEADER = 'idempotency-key';

/** Answers the id of who makes a request. */
export type Scope = (request: any) => string | number | bigint;

/** How the key of a request is found. */
export interface KeyOptions {
  /** Answers the id of who calls; without one it is that of the module, and without that keys of all callers are in one place. */
  scope?: Scope | undefined;
  /** The header; `idempotency-key` by default. */
  header?: string | undefined;
}

/** The key of a caller's own: `http:` and a hash of who and what was given. */
export function keyOf(who: string, given: string): Key {
  // one text for one pair: lengths keep `a` + `bc` apart from `ab` + `c`
  const digest = createHash('sha256').update(`${[...who].length}:${who}:${given}`).digest('hex');
  return new Key(`http:${digest}`);
}

/** The header that a key is in. */
export function headerOf(options: KeyOptions | undefined): string {
  return typeof options?.header === 'string' ? options.header : HEADER;
}

/** The key of a request. */
export function keyOfRequest(request: any, options: KeyOptions = {}): Key {
  const header = headerOf(options).toLowerCase();
  const said: unknown = request.headers?.[header];
  const given = Array.isArray(said) ? said[0] : said;
  if (typeof given !== 'string' || given === '') throw missing(request);
  if (given.length > 255 || !/^[ -~]+$/.test(given)) {
    throw refusal('invalid_request', { field: header, reason: 'must be 1 to 255 printable ASCII characters' });
  }
  const scope = options.scope ?? usual.get(request);
  return keyOf(callerOf(scope === undefined ? '' : scope(request), scope !== undefined), given);
}

/** The `scope` of the module for the requests of its application: a decorator of a parameter has nothing injected. */
const usual = new WeakMap<object, Scope>();

/** Notes the `scope` of the module for each request, before any route looks for its key. */
export class ScopeInterceptor implements NestInterceptor {
  readonly #scope: Scope | undefined;

  constructor(scope: Scope | undefined) {
    this.#scope = scope;
  }

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    if (this.#scope !== undefined && context.getType() === 'http') usual.set(context.switchToHttp().getRequest<object>(), this.#scope);
    return next.handle();
  }
}

function missing(request: any): EarnestError {
  const path: string = request.route?.path ?? request.routeOptions?.url ?? String(request.originalUrl ?? request.url ?? '').split('?')[0];
  return refusal('idempotency_key_missing', { operation: `${request.method} ${path}` });
}

/** The id of a caller as text, the same at every request. */
function callerOf(who: unknown, isAsked: boolean): string {
  if (!isAsked) return '';
  if (typeof who === 'string' && who !== '' && who.isWellFormed()) return who;
  if (typeof who === 'bigint' || Number.isSafeInteger(who)) return String(who);
  const what = who === '' ? 'an empty text' : who === null ? 'null' : `a ${typeof who}`;
  throw refusal('invalid_request', { field: 'scope', reason: `must answer the id of who calls, and answered ${what}` });
}

const found = createParamDecorator((options: KeyOptions | undefined, context: ExecutionContext): Key => {
  return keyOfRequest(context.switchToHttp().getRequest(), options);
});

/** A parameter of a route: the key of the request. Documents of OpenAPI have its header. */
export const IdempotencyKey: typeof found = (...given) => {
  const decorate = found(...given);
  return (target, name, place) => {
    const route: unknown = name === undefined ? undefined : (target as Record<string | symbol, unknown>)[name];
    if (typeof route === 'function') describeKey(route, true, headerOf(given[0] as KeyOptions | undefined));
    decorate(target, name, place);
  };
};
export type IdempotencyKey = Key;

