// Arguments as JSON. Each property is read once, and only from plain objects and arrays; what has no place in JSON is
// refused under the path that it has in the arguments.

import { EarnestError, HALF, invalid, kindOf } from './error';
import { Money, NO_AMOUNT, refuseAmount } from './money';
import { operationOf } from './operations';
import { isPlain } from './plain';
import { isSecret } from './secret';
import type { Field, Operation, Shape, Type } from './shapes';
import { actorWire, dateText, durationText, isActor, isDate, isKey } from './values';
import { View } from './view';

const DEEPEST = 64;

/** Where a call belongs, as the `context` of requests has it. */
export type Noted = Readonly<Record<string, string>> | undefined;

/** Arguments as they were when they were given, of a call that is sent later. What was refused of them is told then. */
export class Taken {
  readonly #read: () => Record<string, unknown>;

  private constructor(read: () => Record<string, unknown>) {
    this.#read = read;
  }

  /** Reads them now. */
  static of(operation: Operation<unknown>, args: unknown): Taken {
    let text: string;
    try {
      text = encodeArgs(operation, args, undefined);
    } catch (error) {
      return new Taken(() => {
        throw error;
      });
    }
    return new Taken(() => JSON.parse(text) as Record<string, unknown>);
  }

  /** In their form in JSON. */
  get wire(): Record<string, unknown> {
    return this.#read();
  }

  /** The same, for the page behind this place. */
  after(after: string): Taken {
    return new Taken(() => ({ ...this.wire, after }));
  }
}

/** The arguments of an operation, with what is known of where the call belongs. */
export function encodeArgs(operation: Operation<unknown>, args: unknown, noted: Noted): string {
  if (args instanceof Taken) return encodeWire(args.wire, noted, operation.noted);
  const members = new Members();
  if (args !== undefined && args !== null) {
    record(members, operation.shape, args, '', [], 'args');
  }
  if (noted !== undefined && operation.noted && !members.has('context')) members.add('context', JSON.stringify(noted));
  return members.text();
}

/** Arguments in their form in JSON already. */
export function encodeWire(args: unknown, noted: Noted, takesNote: boolean): string {
  const members = new Members();
  if (args !== undefined && args !== null) {
    each(args, '', 'args', (name, value) => {
      if (value !== undefined && value !== null) members.add(name, readably(name, () => free(value, name, [])));
    });
  }
  if (noted !== undefined && takesNote && !members.has('context')) members.add('context', JSON.stringify(noted));
  return members.text();
}

/** Any JSON, such as an option, under its name. */
export function encodeValue(path: string, value: unknown): string {
  return readably(path, () => free(value, path, []));
}

/** An object of a shape, under a path. */
export function encodeRecord(known: Shape, value: unknown, path: string): string {
  const members = new Members();
  record(members, known, value, path, [], path);
  return members.text();
}

class Members {
  readonly #names = new Set<string>();
  #text = '';

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string, json: string): void {
    this.#names.add(name);
    this.#text += `${this.#text === '' ? '' : ','}${JSON.stringify(name)}:${json}`;
  }

  text(): string {
    return `{${this.#text}}`;
  }
}

/** Goes through the members of a plain object, each of which is read once. */
function each(given: unknown, path: string, field: string, member: (name: string, value: unknown) => void): void {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  let names: (string | symbol)[];
  let plain: boolean;
  try {
    plain = isPlain(given);
    names = plain ? Reflect.ownKeys(given as object) : [];
  } catch {
    throw invalid(field, 'cannot be read');
  }
  if (!plain) throw invalid(field, `must be a plain object, and is ${Array.isArray(given) ? 'an array' : kindOf(given)}`);
  for (const name of names) {
    if (typeof name === 'symbol') throw invalid(field, 'must have texts as names, and has a symbol');
    let value: unknown;
    try {
      if (!Object.prototype.propertyIsEnumerable.call(given, name)) continue;
      value = (given as Record<string, unknown>)[name];
    } catch {
      throw invalid(at(name), 'cannot be read');
    }
    if (!name.isWellFormed()) throw invalid(field, HALF);
    member(name, value);
  }
}

function record(members: Members, known: Shape, given: unknown, path: string, above: object[], field: string): void {
  const inside = [...above, given as object];
  const found: [Field, string, unknown][] = [];
  const named = new Map<string, unknown>();
  each(given, path, field, (name, value) => {
    const at = path === '' ? name : `${path}.${name}`;
    // a copy of a view has the names of JSON
    const about = known.get(name) ?? (path === '' ? undefined : namedInJson(known, name));
    if (about === undefined) throw invalid(at, 'is not known here');
    if (value === undefined || value === null) return;
    if (named.has(about.wire)) throw invalid(at, 'is given twice, by both of its names');
    found.push([about, at, value]);
    named.set(about.wire, value);
  });
  for (const [about, at, value] of found) {
    // the arguments of another operation are named as that names them
    const other = about.wire === 'args' ? operationOf(named.get('op') ?? named.get('operation') ?? named.get('action')) : undefined;
    members.add(about.wire, readably(at, () => (other === undefined ? typed(about.type, value, at, inside) : argsWithin(other, value, at, inside))));
  }
}

function namedInJson(known: Shape, name: string): Field | undefined {
  for (const field of known.values()) if (field.wire === name) return field;
  return undefined;
}

/** Arguments within arguments: names of both forms are taken. */
function argsWithin(operation: Operation<unknown>, given: unknown, path: string, above: object[]): string {
  const wires = new Map([...operation.shape.values()].map((field) => [field.wire, field]));
  const members = new Members();
  each(given, path, path, (name, value) => {
    if (value === undefined || value === null) return;
    const about = operation.shape.get(name) ?? wires.get(name) ?? { wire: name, type: 'j' };
    members.add(about.wire, typed(about.type, value, `${path}.${name}`, above));
  });
  return members.text();
}

function typed(type: Type, value: unknown, path: string, above: object[]): string {
  if (typeof value === 'string') return text(value, path);
  if (typeof type === 'object') {
    if ('list' in type) return list(type.list, value, path, above);
    if (value instanceof View) return JSON.stringify(value);
    const members = new Members();
    deeper(value, path, above);
    record(members, type.record(), value, path, above, path);
    return members.text();
  }
  switch (type) {
    case 'k':
      if (isSecret(value)) return text(value.reveal(), path);
      break;
    case 'm':
      return money(value, path);
    case 't':
      if (isDate(value)) return JSON.stringify(dateText(path, value));
      break;
    case 'd':
      if (typeof value === 'object' && isPlain(value)) return JSON.stringify(duration(value, path));
      throw invalid(path, `must be a length of time such as \`P3D\` or \`{ days: 3 }\`, and is ${kindOf(value)}`);
    case 'n':
      if (Money.isMoney(value)) return JSON.stringify(value.toJSON());
      break;
    case 'a':
      if (typeof value === 'object' && value !== null && isActor(value)) return free(actorWire(value), path, above);
      break;
    case 'h':
      return secrets(value, path, above);
    case 'j':
    case 'o':
      return free(value, path, above);
    default:
      break;
  }
  if (typeof value === 'object' && value !== null && isKey(value)) return text(String(value), path);
  return free(value, path, above, true);
}

/** Texts by names of any kind, secrets among them. */
function secrets(value: unknown, path: string, above: object[]): string {
  if (!isPlainQuietly(value)) return free(value, path, above);
  const members = new Members();
  each(value, path, path, (name, member) => {
    const at = `${path}.${name}`;
    if (member !== undefined) members.add(name, isSecret(member) ? text(member.reveal(), at) : free(member, at, above));
  });
  return members.text();
}

/** Reads, and refuses `path` as unreadable where the read throws anything but a refusal. */
function readably<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw EarnestError.is(error) ? error : invalid(path, 'cannot be read');
  }
}

/** The members of an array, each of which is read once. */
function items(value: readonly unknown[], path: string): unknown[] {
  const length = readably(path, () => value.length);
  const found: unknown[] = [];
  for (let place = 0; place < length; place++) found.push(readably(`${path}[${place}]`, () => value[place]));
  return found;
}

function list(of: Type, value: unknown, path: string, above: object[]): string {
  if (!Array.isArray(value)) return free(value, path, above, true);
  deeper(value, path, above);
  const inside = [...above, value];
  return `[${items(value, path).map((one, place) => (one == null ? 'null' : typed(of, one, `${path}[${place}]`, inside))).join(',')}]`;
}

function money(value: unknown, path: string): string {
  if (Money.isMoney(value)) {
    // of whichever copy of this package it is, and whoever made it
    const { amount, currency } = value as { amount: unknown; currency: unknown };
    if (typeof amount !== 'string' || typeof currency !== 'string') throw refuseAmount(path, NO_AMOUNT);
    return `{"amount":${text(amount, path)},"currency":${text(currency, path)}}`;
  }
  if (typeof value !== 'object' || value === null || !isPlainQuietly(value)) {
    throw refuseAmount(path, `${NO_AMOUNT}, and is ${Array.isArray(value) ? 'an array' : kindOf(value)}`);
  }
  const members = new Members();
  each(value, path, path, (name, member) => {
    if (name === 'amount' && typeof member !== 'string') throw refuseAmount(path, `${NO_AMOUNT}, and \`amount\` is ${kindOf(member)}`);
    members.add(name, free(member, `${path}.${name}`, []));
  });
  return members.text();
}

function isPlainQuietly(value: unknown): boolean {
  try {
    return isPlain(value);
  } catch {
    return false;
  }
}

function duration(value: unknown, path: string): string {
  const parts: Record<string, unknown> = {};
  each(value, path, path, (name, part) => {
    parts[name] = part;
  });
  return durationText(path, parts);
}

function text(value: string, path: string): string {
  if (!value.isWellFormed()) throw invalid(path, HALF);
  return JSON.stringify(value);
}

function deeper(value: unknown, path: string, above: object[]): void {
  if (above.includes(value as object)) throw invalid(path, 'is inside of itself');
  if (above.length > DEEPEST) throw invalid(path, `is nested deeper than ${DEEPEST} levels`);
}

/** Any JSON. Where a certain value is meant, a time or money is refused: it would be another text than was meant. */
function free(value: unknown, path: string, above: object[], strict = false): string {
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'boolean':
      return String(value);
    case 'number':
      return number(value, path);
    case 'object':
      return value === null ? 'null' : object(value, path, above, strict);
    default:
      throw invalid(path, `must not be ${kindOf(value)}`);
  }
}

function number(value: number, path: string): string {
  if (!Number.isFinite(value)) throw invalid(path, 'must not be NaN or infinite');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw invalid(path, 'must not be a whole number beyond 2^53: give a text');
  }
  return JSON.stringify(value);
}

function object(value: object, path: string, above: object[], strict: boolean): string {
  if (Array.isArray(value)) {
    deeper(value, path, above);
    const inside = [...above, value];
    return `[${items(value, path).map((one, place) => (one === undefined ? 'null' : free(one, `${path}[${place}]`, inside, strict))).join(',')}]`;
  }
  const own = ownJson(value, path, strict);
  if (own !== undefined) return own;
  deeper(value, path, above);
  const inside = [...above, value];
  const members = new Members();
  each(value, path, path, (name, member) => {
    if (member !== undefined) members.add(name, free(member, `${path}.${name}`, inside, strict));
  });
  return members.text();
}

/** Returns the JSON of money, views, keys, actors and times; undefined for any other value. */
function ownJson(value: object, path: string, strict: boolean): string | undefined {
  try {
    if (isSecret(value)) throw invalid(path, 'must not be a `Secret`: what stands here is kept, and shown to others');
    if (isDate(value)) {
      if (strict) throw invalid(path, 'must not be a `Date`: where a text is meant, give the text');
      return JSON.stringify(dateText(path, value));
    }
    if (isActor(value)) return JSON.stringify(actorWire(value));
    if (Money.isMoney(value) || value instanceof View || isKey(value)) return JSON.stringify(value);
  } catch (error) {
    throw EarnestError.is(error) ? error : invalid(path, 'cannot be read');
  }
  return undefined;
}
