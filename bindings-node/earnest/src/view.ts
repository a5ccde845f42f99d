// The base of what operations answer: records that cannot be changed.

import { inspect } from 'node:util';
import { EarnestError, invalid, kindOf, readingOthers } from './error';
import { isPlain } from './plain';

/** The fields of a view by their names in JSON: the view that is in each, if any. */
export type Known = Record<string, (() => ViewClass) | null>;

export interface ViewClass {
  new (wire: any): View;
  readonly known: Known;
}

type Json = Record<string, any>;

/**
 * A record of a reply. It cannot be changed; `toJSON()` is its JSON as every language writes it, and `fromJSON()` of its
 * class reads that.
 */
export class View {
  /** @internal */
  static readonly known: Known = {};
  /** @internal Fields whose values only their reader may see. */
  static readonly hidden: readonly string[] = [];
  readonly #wire: Json;

  /** @internal */
  constructor(wire: Json) {
    this.#wire = wire;
  }

  /** Reads the JSON of any language; members that this version does not know are left out. */
  static fromJSON<T extends View>(this: { new (wire: any): T }, wire: unknown): T {
    // declarations leave internal members out, and would refuse every class here
    const about = this as unknown as ViewClass;
    try {
      if (!isPlain(wire)) throw invalid('wire', `must be the JSON of a view, and is ${kindOf(wire)}`);
      return readingOthers(() => new this(knownOf(about.known, copy(wire) as Json)));
    } catch (error) {
      throw EarnestError.is(error) ? error : invalid('wire', `must be the JSON of \`${about.name}\``);
    }
  }

  /** The JSON of every language. */
  toJSON(): Record<string, unknown> {
    return copy(this.#wire) as Record<string, unknown>;
  }

  [inspect.custom](depth: number, options: import('node:util').InspectOptionsStylized, own: typeof inspect): string {
    const { hidden, name } = this.constructor as unknown as { hidden: readonly string[]; name: string };
    if (depth < 0) return options.stylize(`[${name}]`, 'special');
    const fields: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(this)) {
      fields[field] = hidden.includes(field) && value !== null ? new Hidden() : shownOf(this, field, value);
    }
    return `${name} ${own(fields, { ...options, depth: options.depth == null ? null : depth })}`;
  }
}

class Hidden {
  [inspect.custom](): string {
    return '<hidden>';
  }
}

/** What a gateway is to do, without the token, which only who does it may see. */
function shownOf(view: object, field: string, value: unknown): unknown {
  const { kind } = view as { kind?: unknown };
  if (field !== 'payload' || typeof kind !== 'string' || !kind.startsWith('gateway.')) return value;
  if (typeof value !== 'object' || value === null || (value as Json)['token'] == null) return value;
  return { ...value, token: new Hidden() };
}

function knownOf(known: Known, wire: Json): Json {
  const kept: Json = {};
  for (const [name, value] of Object.entries(wire)) {
    if (!Object.hasOwn(known, name)) continue;
    const inner = known[name];
    if (inner === null || inner === undefined || typeof value !== 'object' || value === null) {
      kept[name] = value;
    } else if (Array.isArray(value)) {
      kept[name] = value.map((one: unknown) => (isPlain(one) ? knownOf(inner().known, one) : one));
    } else {
      kept[name] = knownOf(inner().known, value as Json);
    }
  }
  return kept;
}

/** JSON that is nobody else's. */
function copy(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(copy);
  if (typeof json !== 'object' || json === null) return json;
  const made: Json = {};
  for (const name of Object.keys(json)) {
    const value = copy((json as Json)[name]);
    if (name === '__proto__') {
      Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
    } else {
      made[name] = value;
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
