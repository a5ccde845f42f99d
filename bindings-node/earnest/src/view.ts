// The base of what operations answer: records that cannot be changed.

import { inspect } from 'node:util';
import { EarnestError, invalid, kindOf, readingOthers } from './error';
import { Money } from './money';
import { camel } from './names';
import { isPlain } from './plain';

/** The fields of a view by their names in JSON: the view that is in each, if any. */
export type Known = Record<string, (() => ViewClass) | null>;

export interface ViewClass {
  new (wire: any): View;
  readonly known: Known;
}

type Json = Record<string, any>;

/**
 * A record of a reply. It cannot be changed. Its members are read by their names here, `deal.buyerPays`. Whoever goes over
 * what it has, be it a copy, a cache or a serializer, finds its JSON as every language writes it, `buyer_pays`; so do
 * `toJSON()` and `JSON.stringify`. `fromJSON()` of its class reads each of these.
 */
export class View {
  /** @internal */
  static readonly known: Known = {};
  /** @internal Fields whose values only their reader may see: no copy has them. */
  static readonly hidden: readonly string[] = [];

  /** Reads the JSON of any language; members that this version does not know are left out. */
  static fromJSON<T extends View>(this: { new (wire: any): T }, wire: unknown): T {
    // declarations leave internal members out, and would refuse every class here
    const about = this as unknown as ViewClass;
    try {
      if (!isPlain(wire) && !(wire instanceof View)) throw invalid('wire', `must be the JSON of a view, and is ${kindOf(wire)}`);
      return readingOthers(() => new this(jsonOf(wire)));
    } catch (error) {
      throw EarnestError.is(error) ? error : invalid('wire', `must be the JSON of \`${about.name}\``);
    }
  }

  /** The JSON of every language. */
  toJSON(): Record<string, unknown> {
    const { known } = this.constructor as unknown as ViewClass;
    const made: Json = {};
    // those that no copy has are among them: so they reach whom they are for
    for (const name of Object.getOwnPropertyNames(this)) {
      if (Object.hasOwn(known, name)) made[name] = jsonOf((this as Json)[name]);
    }
    return made;
  }

  /** @internal */
  [inspect.custom](depth: number, options: import('node:util').InspectOptionsStylized, own: typeof inspect): string {
    const { hidden, known, name } = this.constructor as unknown as ViewClass & { hidden: readonly string[]; name: string };
    if (depth < 0) return options.stylize(`[${name}]`, 'special');
    const fields: Record<string, unknown> = {};
    for (const wire of Object.keys(known)) {
      const field = camel(wire);
      const value: unknown = (this as Json)[field];
      if (value === undefined) continue;
      fields[field] = hidden.includes(field) && value !== null ? new Hidden() : shownOf(this, field, value);
    }
    return `${name} ${own(fields, { ...options, depth: options.depth == null ? null : depth })}`;
  }
}

class Hidden {
  /** @internal */
  [inspect.custom](): string {
    return '<hidden>';
  }
}

/** Hides the token in a gateway's payload, which only the handler of its job may see. */
function shownOf(view: object, field: string, value: unknown): unknown {
  return field === 'payload' && hasToken(view, value) ? { ...(value as object), token: new Hidden() } : value;
}

function hasToken(view: object, payload: unknown): boolean {
  const { kind } = view as { kind?: unknown };
  if (typeof kind !== 'string' || !kind.startsWith('gateway.')) return false;
  return typeof payload === 'object' && payload !== null && (payload as Json)['token'] != null;
}

/** Gives a view a member that is read by its name alone: nobody meets it who goes over what the view has. */
export function unlisted(view: View, name: string, value: unknown): void {
  Object.defineProperty(view, name, { value, enumerable: false });
}

/** The same, where a token of a gateway is in it; a job has its kind by then. */
export function unlistedWithToken(view: View, name: string, value: unknown): void {
  if (hasToken(view, value)) unlisted(view, name, value);
  else (view as Json)[name] = value;
}

/** Members that JSON may leave out, and that are `null` then. */
export function absent(made: { prototype: View }, ...names: string[]): void {
  // writable, as those that are there are written over it
  for (const name of names) Object.defineProperty(made.prototype, name, { value: null, writable: true });
}

/** A value of a view, as JSON that is nobody else's. */
function jsonOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof View || Money.isMoney(value)) return value.toJSON();
  // free JSON has no functions
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return jsonOf(toJSON.call(value));
  if (value instanceof Error) throw invalid('wire', 'has an error, and a copy of that alone has not what it says');
  const made: Json = {};
  for (const name of Object.keys(value)) {
    const member = jsonOf((value as Json)[name]);
    if (name === '__proto__') {
      Object.defineProperty(made, name, { value: member, enumerable: true, configurable: true, writable: true });
    } else {
      made[name] = member;
    }
  }
  return made;
}

/** JSON that cannot be changed: what a view has of yours. */
export function frozen<T>(json: T): T {
  if (typeof json === 'object' && json !== null && !Object.isFrozen(json)) {
    Object.values(json).forEach(frozen);
    Object.freeze(json);
  }
  return json;
}
