// Who calls, the keys of calls, and lengths of time.

import { inspect } from 'node:util';
import { invalid, told, whole } from './error';
import { native } from './native';

const ACTOR = Symbol.for('earnest.actor');
const KEY = Symbol.for('earnest.key');

/** The roles that an actor may claim. */
export type Role = 'admin' | 'system' | (string & {});

/** An actor for a call: an id, an `Actor`, or `{ id, role }`. */
export type ActorLike = string | Actor | { id: string; role?: Role | null | undefined };

/** The caller: an id, and the role it claims; without a role, a plain actor. */
export class Actor {
  readonly id: string;
  readonly role: Role | null;

  /** An id and a role as every call takes them; what is none is refused here, with the field `actor`. */
  constructor(id: string, role?: Role | null) {
    this.id = whole('id', id);
    this.role = role == null ? null : whole('role', role);
    told(() => native().checkView(undefined, JSON.stringify(actorWire(this))));
    Object.freeze(this);
  }

  /** A member of staff, who may call everything. */
  static admin(id: string): Actor {
    return new Actor(id, 'admin');
  }

  /** The host's own program, under a name for the audit trail. */
  static system(id = 'system'): Actor {
    return new Actor(id, 'system');
  }

  /** As JSON, in which replies say also that there is no role. */
  toJSON(): { id: string; role: string | null } {
    return { id: this.id, role: this.role };
  }
}

Object.defineProperty(Actor.prototype, ACTOR, { value: true });

/** @internal The actor of a reply, whose text was looked at when it was written. */
export function actorOf(wire: { id: string; role?: string | null }): Actor {
  const role = wire.role == null ? null : whole('role', wire.role);
  const made = Object.assign(Object.create(Actor.prototype) as object, { id: whole('id', wire.id), role });
  return Object.freeze(made) as Actor;
}

/**
 * A key of calls, from which those of its steps are derived: `new IdempotencyKey(text).for('open')`. What no call takes is
 * refused when it is made: it has 1 to 255 printable ASCII characters, and does not begin with `auto:`.
 */
export class IdempotencyKey {
  // a private member would break what copies by members make of it
  private readonly text: string;

  constructor(text: string) {
    this.text = whole('key', text);
    told(() => native().checkKey(this.text));
    Object.freeze(this);
  }

  /** The key of a step of this work. */
  for(step: string): IdempotencyKey {
    const name = whole('step', step);
    return new IdempotencyKey(told(() => native().childKey(this.text, name)));
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  /** @internal */
  [inspect.custom](): string {
    return `IdempotencyKey(${JSON.stringify(this.text)})`;
  }
}

Object.defineProperty(IdempotencyKey.prototype, KEY, { value: true });

/** A length of time: ISO 8601, such as `'P3D'`, or its parts. */
export type DurationLike =
  | string
  | {
      weeks?: number | undefined;
      days?: number | undefined;
      hours?: number | undefined;
      minutes?: number | undefined;
      seconds?: number | undefined;
    };

/** A time: a `Date`, or RFC 3339 with an offset. */
export type TimeLike = Date | string;

/** An actor as arguments have it, of whichever copy of this package it is. */
export function actorWire({ id, role }: Actor): { id: string; role?: string } {
  return role == null ? { id } : { id, role };
}

export function isActor(value: object): value is Actor {
  return (value as { [ACTOR]?: unknown })[ACTOR] === true;
}

export function isKey(value: object): value is IdempotencyKey {
  return (value as { [KEY]?: unknown })[KEY] === true;
}

/** Whether something is a `Date`, of this realm or another. */
export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]' && typeof (value as Date).getTime === 'function';
}

/** RFC 3339 of a `Date`. */
export function dateText(path: string, date: Date): string {
  let time: unknown;
  try {
    time = Date.prototype.getTime.call(date);
  } catch {
    throw invalid(path, 'must be a time, and only says that it is one');
  }
  if (Number.isNaN(time)) throw invalid(path, 'must be a time, and is an invalid `Date`');
  return Date.prototype.toISOString.call(date);
}

const PARTS = ['weeks', 'days', 'hours', 'minutes', 'seconds'];

/** ISO 8601 of the parts of a length of time. */
export function durationText(path: string, parts: Record<string, unknown>): string {
  const given: Record<string, number> = {};
  for (const name of Object.keys(parts)) {
    const value = parts[name];
    if (!PARTS.includes(name)) throw invalid(`${path}.${name}`, 'is no part of a length of time');
    if (value == null) continue;
    const fits = name === 'seconds' ? Number.isFinite(value) : Number.isSafeInteger(value);
    if (!fits || (value as number) < 0) throw invalid(`${path}.${name}`, 'must be a number from 0 up, whole but for seconds');
    given[name] = value as number;
  }
  if (Object.keys(given).length === 0) throw invalid(path, 'must have parts, such as `{ days: 3 }`');
  const days = (given['weeks'] ?? 0) * 7 + (given['days'] ?? 0);
  const time = [
    [given['hours'], 'H'],
    [given['minutes'], 'M'],
    [given['seconds'], 'S'],
  ] as const;
  const text = time.map(([value, letter]) => (value ? `${plainNumber(value)}${letter}` : '')).join('');
  if (days === 0 && text === '') return 'PT0S';
  return `P${days > 0 ? `${days}D` : ''}${text === '' ? '' : `T${text}`}`;
}

/** A number without an exponent: to the microsecond. */
function plainNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, '');
}
