// How an engine is opened.

import { encodeRecord, encodeValue } from './encode';
import { invalid, kindOf, whole } from './error';
import { keysOf, type Unwrap } from './keyring';
import type { Logger } from './log';
import { checkCurrency, registerCurrency } from './money';
import { isPlain } from './plain';
import { operationOf } from './operations';
import { revealed, type Secret } from './secret';
import type { Shape } from './shapes';
import { actorWire, dateText, durationText, isActor, isDate, type ActorLike, type DurationLike, type TimeLike } from './values';
import type * as r from './generated/requests';

/** Options of an engine; what is absent has its default. */
export interface Options {
  /** `auto` brings the schema to the newest version, `check` refuses an older one, `off` looks at nothing. */
  migrate?: 'auto' | 'check' | 'off' | undefined;
  /** The schema of the tables, on PostgreSQL; `earnest` by default. */
  schema?: string | undefined;
  /** The prefix of the tables' names, on SQLite; `earnest_` by default. */
  tablePrefix?: string | undefined;
  /** The book of calls; `main` by default. */
  book?: string | undefined;
  /** The only books that there may be; `open`, the default, is any, `declared` that of the option `book`. */
  books?: readonly string[] | 'open' | 'declared' | undefined;
  /** Tokens beside ISO 4217, with their decimal places. */
  currencies?: Readonly<Record<string, number>> | undefined;
  /** The only currencies that requests may name. */
  allowedCurrencies?: readonly string[] | undefined;
  /** The one that is meant where none is named. */
  defaultCurrency?: string | undefined;
  /** Whether a call without an actor is refused. */
  requireActor?: boolean | undefined;
  /** Approvals that every book begins with. */
  policies?: readonly r.ApprovalsSetPolicy[] | undefined;
  /** Rules that every book begins with. */
  rules?: readonly r.RiskSetRule[] | undefined;
  /** Rates that every book begins with. */
  rates?: readonly r.RiskSetRate[] | undefined;
  /** A keyring: its text, `file:` and its path, or a function that fetches the text within 30 seconds. */
  keyring?: string | Secret | (() => string | Secret | Promise<string | Secret>) | undefined;
  /** Has a key service open the data key of a sealed keyring. */
  keyringUnwrap?: Unwrap | undefined;
  /** Whether this process sends webhooks. */
  webhooks?: boolean | { allowPrivate?: boolean | undefined; allowHttp?: boolean | undefined } | undefined;
  /** Gateways whose calls are made here, by the drivers that are built in (Stripe, Toss Payments, KG Inicis). */
  gateways?: readonly string[] | undefined;
  /** Whether timers and jobs run here; yes by default, no by default on a pool of yours. */
  background?: boolean | undefined;
  /** How long jobs that are done stay; 30 days by default. */
  keepJobs?: DurationLike | undefined;
  /** A job for every state of a deal. */
  notifyEveryState?: boolean | undefined;
  /** How long objects may wait for others before admins are told, by the names of the waits (`refund.unknown`). */
  waitLimits?: Readonly<Record<string, DurationLike>> | undefined;
  /** Nothing is ever written. */
  readOnly?: boolean | undefined;
  /** Connections; 8 by default. */
  poolSize?: number | undefined;
  /** Calls that may wait. */
  queueLimit?: number | undefined;
  /** Calls of one commit. */
  groupLimit?: number | undefined;
  connectTimeout?: DurationLike | undefined;
  statementTimeout?: DurationLike | undefined;
  /** SQLite: `full`, or `normal`, which a power cut may cost the newest commits. */
  synchronous?: 'full' | 'normal' | undefined;
  /** PostgreSQL: off behind a pooler that mixes sessions. */
  preparedStatements?: boolean | undefined;
  sslmode?: string | undefined;
  /** For tests: the time at which a clock stands still, beside ids that are counted. */
  clock?: TimeLike | undefined;
  /** Timers need not wait until the clock has proved to be right. */
  clockIsRight?: boolean | undefined;
  /** From which level on the engine's lines are shown; `warn` by default. */
  log?: 'off' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | undefined;
  /** Where its lines go; to the console by default. */
  logger?: Logger | undefined;
  /** Texts for people in more languages, for the whole process. */
  messages?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

/** The names of options in JSON. `logger` and `keyringUnwrap` do not cross. */
const WIRE: Record<string, string> = {
  migrate: 'migrate', schema: 'schema', tablePrefix: 'table_prefix', book: 'book', books: 'books', currencies: 'currencies',
  allowedCurrencies: 'allowed_currencies', defaultCurrency: 'default_currency', requireActor: 'require_actor', policies: 'policies',
  rules: 'rules', rates: 'rates', keyring: 'keyring', webhooks: 'webhooks', background: 'background', keepJobs: 'keep_jobs',
  notifyEveryState: 'notify_every_state', waitLimits: 'wait_limits', readOnly: 'read_only', poolSize: 'pool_size', queueLimit: 'queue_limit',
  groupLimit: 'group_limit', connectTimeout: 'connect_timeout', statementTimeout: 'statement_timeout', synchronous: 'synchronous',
  preparedStatements: 'prepared_statements', sslmode: 'sslmode', clock: 'clock', clockIsRight: 'clock_is_right', log: 'log',
  messages: 'messages', gateways: 'gateways', keyringUnwrap: '', logger: '',
}; // prettier-ignore

const LENGTHS = ['keepJobs', 'connectTimeout', 'statementTimeout'];
const RECORDS: Record<string, string> = { policies: 'approvals.set_policy', rules: 'risk.set_rule', rates: 'risk.set_rate' };

/** Options that were read once, each by its name here. */
export type Given = ReadonlyMap<string, unknown>;

/** Reads options, and refuses those that are unknown. */
export function given(options: unknown): Given {
  const found = new Map<string, unknown>();
  if (options === undefined || options === null) return found;
  if (!isPlain(options)) throw invalid('options', `must be a plain object, and is ${kindOf(options)}`);
  for (const name of Reflect.ownKeys(options)) {
    if (typeof name === 'symbol' || !Object.hasOwn(WIRE, name)) throw invalid(String(name), 'is no option of an engine');
    let value: unknown;
    try {
      value = options[name];
    } catch {
      throw invalid(name, 'cannot be read');
    }
    if (value !== undefined && value !== null) found.set(name, name === 'keyring' ? revealed(value) : value);
  }
  if (found.has('logger') && typeof found.get('logger') !== 'function') throw invalid('logger', 'must be a function');
  keysOf(found);
  for (const [code, scale] of currenciesOf(found)) checkCurrency(code, scale);
  return found;
}

/** Options as JSON, with what this package knows beside them. */
export function settings(options: Given, more: Record<string, unknown> = {}): string {
  const parts: string[] = [];
  for (const [name, value] of options) {
    const said = WIRE[name]!;
    if (said === '' || (name === 'keyring' && (typeof value === 'function' || more.fetched_keyring !== undefined))) continue;
    const [wire, json] = one(name, said, value);
    if (json !== undefined) parts.push(`${JSON.stringify(wire)}:${json}`);
  }
  for (const [name, value] of Object.entries(more)) {
    if (value !== undefined) parts.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return `{${parts.join(',')}}`;
}

function one(name: string, wire: string, value: unknown): [string, string | undefined] {
  if (name === 'books' && (value === 'open' || value === 'declared')) return [wire, value === 'open' ? undefined : '[]'];
  if (name === 'webhooks') return [wire, webhooksJson(value)];
  if (name === 'clock') return ['test_clock', JSON.stringify(isDate(value) ? dateText('clock', value) : whole('clock', value))];
  if (LENGTHS.includes(name)) return [wire, lengthJson(name, value)];
  if (name === 'waitLimits' && isPlain(value)) {
    const limits = Object.entries(value).map(([wait, limit]) => `${JSON.stringify(wait)}:${lengthJson(`waitLimits.${wait}`, limit)}`);
    return [wire, `{${limits.join(',')}}`];
  }
  const known = RECORDS[name] === undefined ? undefined : operationOf(RECORDS[name])?.shape;
  if (known !== undefined && Array.isArray(value)) return [wire, listJson(known, name, value)];
  return [wire, encodeValue(name, value)];
}

function lengthJson(name: string, value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(whole(name, value));
  if (!isPlain(value)) throw invalid(name, `must be a length of time such as \`PT10S\` or \`{ seconds: 10 }\`, and is ${kindOf(value)}`);
  return JSON.stringify(durationText(name, value));
}

function listJson(known: Shape, name: string, value: unknown[]): string {
  return `[${Array.from(value, (member, place) => encodeRecord(known, member, `${name}[${place}]`)).join(',')}]`;
}

function webhooksJson(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? '{}' : undefined;
  if (!isPlain(value)) throw invalid('webhooks', 'must be `true`, or an object such as `{ allowHttp: true }`');
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const wire = { allowPrivate: 'allow_private', allowHttp: 'allow_http' }[name];
    if (wire === undefined) throw invalid(`webhooks.${name}`, 'is no option of webhooks');
    if (typeof member !== 'boolean') throw invalid(`webhooks.${name}`, `must be true or false, and is ${kindOf(member)}`);
    found[wire] = member;
  }
  return JSON.stringify(found);
}

function currenciesOf(options: Given): [string, unknown][] {
  const currencies = options.get('currencies');
  if (currencies === undefined) return [];
  if (!isPlain(currencies)) throw invalid('currencies', 'must be codes with their decimal places, such as `{ USDC: 6 }`');
  return Object.entries(currencies);
}

/** Makes the currencies of an engine that is open known to `Money`. */
export function known(options: Given): void {
  for (const [code, scale] of currenciesOf(options)) registerCurrency(code, scale as number);
}

/** A length of time among the options; `undefined` where there is none, or one in weeks, months or years. */
export function millisecondsOf(options: Given, name: string): number | undefined {
  const value = options.get(name);
  const text = isPlain(value) ? durationText(name, value) : String(value);
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part: string | undefined) => Number(part ?? 0)) as [number, number, number, number];
  const length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  // no timer takes more than that
  return length > 0 ? Math.min(length, 2 ** 31 - 1) : undefined;
}

/** Returns the actor as JSON. */
export function actorJson(actor: ActorLike): string {
  if (typeof actor === 'string') return JSON.stringify(whole('actor', actor));
  if (typeof actor !== 'object' || actor === null) {
    throw invalid('actor', `must name who calls, and is ${kindOf(actor)}: a call without an actor is the application's own`);
  }
  return isActor(actor) ? JSON.stringify(actorWire(actor)) : encodeValue('actor', actor);
}
