// Amounts of money: exact, of one currency, and never a JavaScript number.

import { inspect } from 'node:util';
import { EarnestError, HALF, invalid, kindOf, nameOf, readsOthers, refuse, told, whole } from './error';
import { native } from './native';
import { isPlain } from './plain';

/** The mark of an amount, the same in every copy of this package. */
const BRAND = Symbol.for('earnest.money');
const LIMIT = 10n ** 38n;
/** Parts that an amount is split into at most. */
const PARTS = 100_000;
const scales = new Map<string, number>();
/** The key to the constructor of `Money`: only this module has it. */
const OWN = Symbol('earnest.own');

/** An amount for a call: `Money`, a text such as `"40.00 USD"`, or `{ amount: "40.00", currency: "USD" }`. */
export type MoneyLike = Money | `${string} ${string}` | { amount: string; currency: string };

/** An amount of one currency, such as `Money.of('40.00', 'USD')`. It cannot be changed. */
export class Money {
  /** The amount in units of the currency, with all its decimal places. */
  readonly amount: string;
  /** The code of the currency. */
  readonly currency: string;

  /** Money is read: `Money.of('40.00', 'USD')`. */
  private constructor(amount: string, currency: string, own?: symbol) {
    if (own !== OWN) throw new TypeError("money is made by `Money.of('40.00', 'USD')`, `Money.parse` and `Money.from`");
    this.amount = amount;
    this.currency = currency;
    Object.freeze(this);
  }

  /** So much of a currency: `Money.of('40.00', 'USD')`. */
  static of(amount: string, currency: string): Money {
    return new Money(amountText('amount', amount, currency), currency, OWN);
  }

  /** Reads `"40.00 USD"`. */
  static parse(text: string): Money {
    const space = typeof text === 'string' ? text.indexOf(' ') : -1;
    if (space < 0) throw unreadable('amount', text);
    return Money.of(text.slice(0, space), text.slice(space + 1));
  }

  /** Money of whatever is taken for it. */
  static from(value: MoneyLike): Money {
    if (Money.isMoney(value)) return value instanceof Money ? value : read(value);
    if (typeof value === 'string') return Money.parse(value);
    const given = partsOf(value);
    if (given === undefined) throw unreadable('amount', value);
    return Money.of(given.amount as string, given.currency as string);
  }

  /** So many minor units: cents of a dollar. */
  static fromMinor(minor: bigint | number, currency: string): Money {
    return ofMinor(bigOf(minor, () => refuseAmount('minor', `must be a bigint or a safe integer, and is ${valueOf(minor)}`)), currency, scaleOf(currency));
  }

  /** Nothing of a currency. */
  static zero(currency: string): Money {
    return Money.of('0', currency);
  }

  /** All of them together; `currency` says of what, where there may be none. */
  static sum(all: Iterable<Money>, currency?: string): Money {
    if (typeof (all as { [Symbol.iterator]?: unknown } | null | undefined)?.[Symbol.iterator] !== 'function') {
      throw invalid('all', `must be a list of Money, and is ${kindOf(all)}`);
    }
    let total = currency === undefined ? undefined : Money.zero(currency);
    for (const one of all) total = total === undefined ? same(one) : total.plus(one);
    if (total === undefined) throw invalid('currency', 'must be given where nothing is summed');
    return total;
  }

  /** Whether something is money, whichever copy of this package made it. */
  static isMoney(value: unknown): value is Money {
    try {
      return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
    } catch {
      return false;
    }
  }

  /** The amount in minor units: cents of a dollar. */
  get minor(): bigint {
    return BigInt(this.amount.replace('.', ''));
  }

  /** The decimal places of the currency. */
  get scale(): number {
    const point = this.amount.indexOf('.');
    return point < 0 ? 0 : this.amount.length - point - 1;
  }

  /** Whether it is nothing. */
  get isZero(): boolean {
    return this.minor === 0n;
  }

  /** Whether it is below zero. */
  get isNegative(): boolean {
    return this.amount.startsWith('-');
  }

  /** The sum of both. */
  plus(other: Money): Money {
    const [mine, theirs, scale] = both(this, other);
    return ofMinor(mine + theirs, this.currency, scale);
  }

  /** Subtracts the other amount. */
  minus(other: Money): Money {
    const [mine, theirs, scale] = both(this, other);
    return ofMinor(mine - theirs, this.currency, scale);
  }

  /** So many times as much. */
  times(factor: bigint | number): Money {
    const by = bigOf(factor, () => invalid('factor', `must be a bigint or a safe integer, and is ${valueOf(factor)}`));
    return ofMinor(this.minor * by, this.currency, this.scale);
  }

  /** The same below zero, or above. */
  negated(): Money {
    return ofMinor(-this.minor, this.currency, this.scale);
  }

  /** The same above zero. */
  abs(): Money {
    return this.isNegative ? this.negated() : this;
  }

  /**
   * Parts that sum to the whole, to the minor unit: so many equal ones, or by weights. What cannot be divided goes, a
   * minor unit each, to the first parts.
   */
  split(into: number | readonly number[]): Money[] {
    const weights = weightsOf(into);
    const total = weights.reduce((sum, weight) => sum + weight, 0n);
    if (total === 0n) {
      throw invalid('into', `must be a number of parts from 1 to ${PARTS}, or their weights: whole numbers from 0 up`);
    }
    const whole = this.abs().minor;
    const parts = weights.map((weight) => (whole * weight) / total);
    let left = whole - parts.reduce((sum, part) => sum + part, 0n);
    for (let place = 0; left > 0n && place < parts.length; place++) {
      if (weights[place]! > 0n) {
        parts[place]! += 1n;
        left -= 1n;
      }
    }
    const sign = this.isNegative ? -1n : 1n;
    return parts.map((part) => ofMinor(sign * part, this.currency, this.scale));
  }

  /** -1 where it is less than the other, 0 where both are the same, 1 where it is more. */
  compare(other: Money): -1 | 0 | 1 {
    const [mine, theirs] = both(this, other);
    return mine < theirs ? -1 : mine > theirs ? 1 : 0;
  }

  /** Whether something is the same amount of the same currency. */
  equals(other: unknown): boolean {
    return Money.isMoney(other) && other.amount === this.amount && other.currency === this.currency;
  }

  lessThan(other: Money): boolean {
    return this.compare(other) < 0;
  }

  lessThanOrEqual(other: Money): boolean {
    return this.compare(other) <= 0;
  }

  greaterThan(other: Money): boolean {
    return this.compare(other) > 0;
  }

  greaterThanOrEqual(other: Money): boolean {
    return this.compare(other) >= 0;
  }

  /** `"40.00 USD"`. */
  toString(): string {
    return `${this.amount} ${this.currency}`;
  }

  /** `{ amount: "40.00", currency: "USD" }`. */
  toJSON(): { amount: string; currency: string } {
    return { amount: this.amount, currency: this.currency };
  }

  /** As people of a language write it: `$40.00`. */
  toLocaleString(locale?: string): string {
    const language = languageOf(locale);
    const places = { minimumFractionDigits: this.scale, maximumFractionDigits: this.scale };
    const text = this.amount as unknown as number; // a text is formatted to its last digit
    if (/^[A-Z]{3}$/.test(this.currency)) {
      return new Intl.NumberFormat(language, { style: 'currency', currency: this.currency, ...places }).format(text);
    }
    return `${new Intl.NumberFormat(language, places).format(text)} ${this.currency}`;
  }

  /** A template has its text; arithmetic and comparisons of JavaScript would make a number of it. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new TypeError('Money is no number: use `plus`, `minus`, `times` and `compare`, or `toString()` for its text');
  }

  /** @internal */
  [inspect.custom](): string {
    return `Money(${this.toString()})`;
  }
}

Object.defineProperty(Money.prototype, BRAND, { value: true });

const Made = Money as unknown as new (amount: string, currency: string, own: symbol) => Money;

/** An amount as JSON has it; a total may have a digit more than what is counted here. */
const WRITTEN = /^-?(0|[1-9]\d{0,38})(?:\.(\d{1,38}))?$/;
/** The decimal places of currencies that were met. What is registered afterwards has the say. */
const met = new Map<string, number>();

/** Money of a reply, which has all places of its store's currency; what others may have written is brought to them. */
export function moneyOf(wire: { amount: string; currency: string }): Money {
  const { amount, currency } = wire as { amount: unknown; currency: unknown };
  const found = typeof amount === 'string' && typeof currency === 'string' ? WRITTEN.exec(amount) : null;
  if (found === null) throw refuseAmount('amount', 'must be the JSON of Money, with its amount and its currency as texts');
  const text = readsOthers() ? brought(found[0], currency as string, found) : found[0];
  return new Made(text, currency as string, OWN);
}

/** An amount brought to the places of its currency. Of one that is unknown here it stays as it is. */
function brought(amount: string, currency: string, found: RegExpExecArray): string {
  const scale = placesOf(currency);
  const digits = found[2] ?? '';
  const signed = amount.startsWith('-');
  if (scale === undefined || (digits.length === scale && !signed)) return amount;
  if (digits.length > scale) throw refuseAmount('amount', `must not have more decimal places than ${scale}, as \`${currency}\` has`);
  const full = scale > 0 ? `${found[1]}.${digits.padEnd(scale, '0')}` : found[1]!;
  // what is zero has no sign
  return signed && /[1-9]/.test(full) ? `-${full}` : full;
}

function placesOf(currency: string): number | undefined {
  const known = scales.get(currency) ?? met.get(currency);
  if (known !== undefined) return known;
  try {
    const scale = scaleOf(currency);
    met.set(currency, scale);
    return scale;
  } catch (error) {
    if (EarnestError.is(error, 'invalid_currency')) return undefined;
    throw error;
  }
}

/** Reads the measure of a rule: a whole number, or money. */
export function measureOf(wire: number | { amount: string; currency: string }): number | Money {
  return typeof wire === 'object' ? moneyOf(wire) : wire;
}

/**
 * Makes a currency beside ISO 4217 known to `Money` in this process: its code and its decimal places. An engine that is
 * opened with `currencies: { USDC: 6 }` does so by itself.
 */
export function registerCurrency(code: string, scale: number): void {
  checkCurrency(code, scale);
  if (!scales.has(code)) scales.set(code, scale);
}

/** Refuses what cannot be registered as a currency. */
export function checkCurrency(code: unknown, scale: unknown): void {
  const name = whole('currencies', code);
  if (!Number.isInteger(scale)) throw invalid('currencies', `must give \`${name}\` a whole number of decimal places`);
  const places = scale as number;
  told(() => native().amount('currencies', '0', name, places >= 0 && places <= 255 ? places : 255));
  const known = scales.get(name) ?? places;
  if (known !== places) throw invalid('currencies', `gives \`${name}\` scale ${places}, but it has scale ${known}`);
}

/** The reason to refuse anything else in the place of money. */
export const NO_AMOUNT = 'must be Money, or a text with the currency such as `1.00 USD`';

export function refuseAmount(field: string, reason: string) {
  return refuse('invalid_amount', { field, reason });
}

function read(other: { amount: string; currency: string }): Money {
  return moneyOf(other);
}

function same(one: Money): Money {
  if (!Money.isMoney(one)) throw refuseAmount('all', `must be Money, and one is ${valueOf(one)}`);
  return one instanceof Money ? one : read(one);
}

/** Both in minor units, and their decimal places, which may differ in a currency that is unknown here. */
function both(one: Money, other: Money): [bigint, bigint, number] {
  if (!Money.isMoney(other)) throw refuseAmount('other', `must be Money, and is ${valueOf(other)}`);
  if (other.currency !== one.currency) {
    throw refuse('currency_mismatch', { field: 'currency', expected: one.currency, actual: other.currency });
  }
  const theirs = same(other);
  const scale = Math.max(one.scale, theirs.scale);
  const minorOf = (money: Money) => (money.scale === scale ? money.minor : money.minor * 10n ** BigInt(scale - money.scale));
  return [minorOf(one), minorOf(theirs), scale];
}

/** Returns the amount and the currency of a plain object, each read once. */
function partsOf(value: unknown): { amount: unknown; currency: unknown } | undefined {
  try {
    if (!isPlain(value) || Object.keys(value as object).length !== 2) return undefined;
    const given = value as { amount?: unknown; currency?: unknown };
    return 'amount' in given && 'currency' in given ? { amount: given.amount, currency: given.currency } : undefined;
  } catch {
    // something of it throws when it is looked at
    return undefined;
  }
}

function unreadable(field: string, given: unknown) {
  const reason = typeof given === 'string' ? 'must be a text such as `40.00 USD`' : `${NO_AMOUNT}, and is ${valueOf(given)}`;
  return refuseAmount(field, reason);
}

function amountText(field: string, amount: unknown, currency: unknown): string {
  if (typeof amount !== 'string') throw refuseAmount(field, `must be a text such as \`40.00\`, and is ${valueOf(amount)}`);
  if (!amount.isWellFormed()) throw refuseAmount(field, HALF);
  const code = currencyOf(currency);
  return told(() => native().amount(field, amount, code, scales.get(code)).text);
}

function currencyOf(currency: unknown): string {
  if (typeof currency !== 'string') {
    throw refuse('invalid_currency', { field: 'currency', currency: typeof currency === 'object' && currency ? nameOf(currency) : String(typeof currency) });
  }
  return whole('currency', currency);
}

/** The language of a locale, which Intl would refuse in its own way. */
function languageOf(locale: unknown): string | undefined {
  if (locale === undefined || locale === null) return undefined;
  try {
    if (typeof locale === 'string') return Intl.getCanonicalLocales(locale)[0];
  } catch {
    // told below
  }
  throw invalid('locale', 'must be a text such as `ko` or `en-US`');
}

function scaleOf(currency: string): number {
  const code = currencyOf(currency);
  return scales.get(code) ?? told(() => native().amount('currency', '0', code, undefined).scale);
}

function ofMinor(minor: bigint, currency: string, scale: number): Money {
  if (minor <= -LIMIT || minor >= LIMIT) throw refuseAmount('amount', 'must be below 10^38 minor units');
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, '0');
  const text = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return new Made(minor < 0n ? `-${text}` : text, currency, OWN);
}

function bigOf(value: unknown, otherwise: () => Error): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw otherwise();
  return BigInt(value as number);
}

function weightsOf(into: unknown): bigint[] {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (isCount(into) && (into as number) <= PARTS) return Array<bigint>(into as number).fill(1n);
  if (!Array.isArray(into) || into.length > PARTS || !into.every(isCount)) return [];
  return into.map((weight) => BigInt(weight as number));
}

/** Names a number or a boolean by its value, and all else by its kind. */
function valueOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `the ${typeof value} ${String(value)}` : kindOf(value);
}
