// The base of all refusals, and how one is made from JSON.

import { native } from './native';
import { camelPath } from './names';
import type { Code, Details, KindOf } from './generated/errors';

/** The mark of a refusal, the same in every copy of this package. */
const BRAND = Symbol.for('earnest.error');

/** A refusal as JSON, as every language writes it. */
export interface WireError {
  code: string;
  message: string;
  retry: 'never' | 'call' | 'transaction' | 'later';
  details: Record<string, unknown>;
  [more: string]: unknown;
}

/** How a detail is read; none where JSON is what is meant. */
export type Reader = (wire: any) => unknown;

/** The static side of a generated class. Those classes are in a module that needs this one. */
export interface CodeInfo {
  new (wire: WireError): EarnestError;
  readonly code: string;
  readonly kind: string;
  readonly httpStatus: number;
  readonly readers: Record<string, Reader>;
}

const classes = new Map<string, CodeInfo>();
const statuses = new Map<string, number>();

/** @internal */
export function register(all: readonly CodeInfo[]): void {
  for (const one of all) {
    classes.set(one.code, one);
    statuses.set(one.kind, one.httpStatus);
  }
}

/**
 * A refusal. Its `code` is stable, its message is not.
 *
 * Each code has a class of its own in `errors`, under a class for its kind: `InsufficientBalance` is a `Rejected` is an
 * `EarnestError`.
 */
export class EarnestError<C extends Code = Code> extends Error {
  static readonly code: string = '';
  static readonly kind: string = '';
  static readonly httpStatus: number = 500;
  static readonly readers: Record<string, Reader> = {};

  /** The stable name of the refusal. */
  declare readonly code: C;
  /** Its kind, which decides the HTTP status. */
  declare readonly kind: KindOf;
  /** The HTTP status to answer with. */
  declare readonly httpStatus: number;
  /** Whether and how trying again can help. */
  declare readonly retry: 'never' | 'call' | 'transaction' | 'later';
  /** The details of the code. */
  declare readonly details: Details[C];
  readonly #wire: WireError;

  /** Of its JSON. `EarnestError.fromJSON` reads that, and `failNext` of `earnest/testing` has a call refused. */
  constructor(wire: WireError) {
    super(wire.message);
    this.#wire = wire;
    const about = new.target as unknown as CodeInfo;
    fixed(this, 'name', about.code === '' ? 'EarnestError' : nameOfClass(about.code));
    const kind = about.kind === '' ? wire['kind'] : about.kind;
    shown(this, 'code', wire.code);
    shown(this, 'kind', kind);
    const ofClass = about.code === '' ? (statuses.get(String(kind)) ?? 500) : about.httpStatus;
    // that of the code, but where it is the program that forgot the actor, or the code is of a later version
    shown(this, 'httpStatus', statusIn(wire) ?? ofClass);
    shown(this, 'retry', wire.retry);
    shown(this, 'details', detailsOf(wire.details ?? {}, about.readers));
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return this.retry !== 'never';
  }

  /** The member of a batch that was refused, counted from 0. */
  get index(): number | null {
    const index = (this.#wire.details as { index?: unknown } | undefined)?.index;
    return typeof index === 'number' ? index : null;
  }

  /** The text for people in a language; in English where there is no other. */
  toUser(locale = 'en'): string {
    return native().toUser(this.#json(), localeOf(locale) || 'en');
  }

  /** The part of `locale` that names the language of `toUser`; `null` where that is English for want of another. */
  languageOf(locale: string): string | null {
    const known = localeOf(locale);
    return known === '' ? null : native().languageOf(this.#json(), known);
  }

  /** A text of your own: `{name}` is that detail; what is in `[...]` is left out when one inside is absent. */
  render(template: string): string {
    return native().render(this.#json(), whole('template', template));
  }

  /** The form with the code in upper case and the message for people. */
  envelope(locale = 'en'): { code: string; message: string; retryable: boolean } {
    return { code: this.code.toUpperCase(), message: this.toUser(locale), retryable: this.retryable };
  }

  /** The refusal as JSON, as every language writes it. */
  toJSON(): WireError {
    return copyOf(this.#wire);
  }

  #json(): string {
    return JSON.stringify(this.#wire);
  }

  /**
   * Reads the JSON of a refusal, or what a server answers: `{ error: .. }`. A code of a later version is an
   * `EarnestError`.
   */
  static fromJSON(wire: unknown): EarnestError {
    const given = unwrapped(wire);
    if (typeof given !== 'object' || given === null || typeof given.code !== 'string' || typeof given.message !== 'string') {
      throw invalid('wire', 'must be the JSON of a refusal');
    }
    try {
      const message = native().line(given.message);
      const copied = { ...copyOf(given), message, retry: given.retry ?? 'never', details: copyOf(given.details ?? {}) };
      return readingOthers(() => errorOf(copied));
    } catch (error) {
      throw EarnestError.is(error) ? error : invalid('wire', 'must be the JSON of a refusal');
    }
  }

  /** Whether something is a refusal, of one of these codes where any is given, whichever copy of this package made it. */
  static is(value: unknown): value is EarnestError;
  static is<C extends Code>(value: unknown, ...codes: C[]): value is { [K in C]: EarnestError<K> }[C];
  static is(value: unknown, ...codes: string[]): boolean {
    const code = brandedCode(value);
    return code !== undefined && (codes.length === 0 || codes.includes(code));
  }

  /** By what marks a refusal, so that it holds across copies of this package and realms. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const code = brandedCode(value);
    if (code === undefined) return false;
    const own = (name: string) => Object.hasOwn(this, name);
    // the base has both names, and neither says anything
    if (own('code')) return this.code === '' || code === this.code;
    if (own('kind')) return (value as EarnestError).kind === this.kind;
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/**
 * A refusal of an operation with the stack of who called it: a reply arrives in a callback of nobody, and only where its call goes on does
 * the stack lead to whoever awaits it. Its first line names the operation, which is all there is where nobody does.
 */
export function calledBy<E>(error: E, operation: string): E {
  if (!(error instanceof EarnestError)) return error;
  try {
    Error.captureStackTrace(error, calledBy);
    const [head, stack] = [`${error.name}: ${error.message}`, String(error.stack)];
    const frames = stack.startsWith(head) ? stack.slice(head.length) : stack.slice(Math.max(stack.indexOf('\n'), 0));
    error.stack = `${head}\n    at ${operation} (earnest)${frames}`;
  } catch {
    // one that was frozen stays as it is
  }
  return error;
}

let others = 0;

/** Whether what is read now may be of somebody else. */
export function readsOthers(): boolean {
  return others > 0;
}

/** Reads JSON that somebody else may have written: its money has all places of its currency then. */
export function readingOthers<T>(read: () => T): T {
  others += 1;
  try {
    return read();
  } finally {
    others -= 1;
  }
}

/** A copy of JSON, made by what every realm has. */
function copyOf<T>(json: T): T {
  const told = (_: string, value: unknown): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('what has no form in JSON is no JSON');
    return value;
  };
  return JSON.parse(JSON.stringify(json, told)) as T;
}

/** Returns the content of `{ error: .. }`, or the value itself if it is not wrapped. */
function unwrapped(wire: unknown): WireError | null {
  const given = wire as (WireError & { error?: unknown }) | null;
  if (typeof given !== 'object' || given === null || given.code !== undefined) return given;
  return typeof given.error === 'object' && given.error !== null ? (given.error as WireError) : given;
}

function brandedCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const marked = value as { [BRAND]?: unknown; code?: unknown };
    return marked[BRAND] === true && typeof marked.code === 'string' ? marked.code : undefined;
  } catch {
    return undefined;
  }
}

/** The status that the JSON of a refusal has, where it has one. */
function statusIn(wire: WireError): number | undefined {
  const status = wire['http_status'];
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function shown(error: object, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, enumerable: true });
}

/** The name of the class of a code, which its own name is only outside of bundles. */
function nameOfClass(code: string): string {
  return camelPath(`_${code}`);
}

function fixed(error: object, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true });
}

function detailsOf(wire: Record<string, unknown>, readers: Record<string, Reader>): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(readers)) {
    const value = wire[name] ?? null;
    details[camelPath(name)] = value === null ? null : reader(value);
  }
  for (const [name, value] of Object.entries(wire)) {
    if (!Object.hasOwn(readers, name)) details[camelPath(name)] = value;
  }
  // a field is named as it is given here
  if (typeof details['field'] === 'string') details['field'] = camelPath(details['field']);
  return Object.freeze(details);
}

/** The refusal of its JSON. */
export function errorOf(wire: WireError): EarnestError {
  return new (classes.get(wire.code) ?? EarnestError)(wire);
}

/** A refusal that is found here, in the words of the table of errors. */
export function refuse(code: Code, details: Record<string, unknown>): EarnestError {
  return told(() => errorOf(JSON.parse(native().refusal(code, JSON.stringify(details))) as WireError));
}

/** `invalid_request` for an argument. */
export function invalid(field: string, reason: string): EarnestError {
  return refuse('invalid_request', { field, reason });
}

/** `contention` inside a transaction of the host, the whole of which is to be run again. */
export function inTheWay(reason: string): EarnestError {
  return errorOf({ ...refuse('contention', { reason }).toJSON(), retry: 'transaction' });
}

/** Runs something of the native half, whose refusals are thrown as ours. */
export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ownError(error);
  }
}

/** Maps a refusal of the native half to ours, and leaves all else as it is. */
export function ownError(error: unknown): unknown {
  const said = error as { code?: unknown; message?: unknown };
  return said?.code === 'EARNEST_REFUSED' ? errorOf(JSON.parse(String(said.message)) as WireError) : error;
}

/** Sets the cause of a refusal. */
export function caused(error: EarnestError, cause: unknown): EarnestError {
  if (cause !== undefined) Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}

/** Names the kind of an argument, for a refusal. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `\`${nameOf(value)}\``;
}

/** The name of the class of something. */
export function nameOf(value: object): string {
  try {
    const made = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
    return typeof made === 'string' && made !== '' ? made : 'Object';
  } catch {
    return 'Object';
  }
}

/** The reason to refuse a text with half a character. */
export const HALF = 'must be a text, and has half a character: a surrogate without its other half';

/** The text of an argument, with whole characters. */
export function whole(field: string, text: unknown): string {
  if (typeof text !== 'string') throw invalid(field, `must be a text, and is ${kindOf(text)}`);
  if (!text.isWellFormed()) throw invalid(field, HALF);
  return text;
}

function localeOf(given: unknown): string {
  if (typeof given !== 'string') throw invalid('locale', `must be a text such as \`ko\`, and is ${kindOf(given)}`);
  return given.isWellFormed() ? given : '';
}
