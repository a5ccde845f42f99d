// Amounts in bodies of requests, for class-validator.

import { createRequire } from 'node:module';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { EarnestError, Money, type MoneyLike } from 'earnest';

/** The rule that an amount must keep. */
export interface MoneyRule {
  /** The only currency that it may be of. */
  currency?: string | undefined;
  /** Whether it must be above zero; yes by default. */
  positive?: boolean | undefined;
}

/** The fault of an amount; nothing where it is one that the rule takes. */
function wrong(value: unknown, rule: MoneyRule): string | undefined {
  let money: Money;
  try {
    money = Money.from(value as MoneyLike);
  } catch (error) {
    return reasonOf(error);
  }
  if (rule.currency !== undefined && money.currency !== rule.currency) return `must be an amount of ${rule.currency}, and is one of ${money.currency}`;
  if (rule.positive === false || (!money.isZero && !money.isNegative)) return undefined;
  return `must be above zero, and is ${money.isZero ? 'zero' : 'below it'}`;
}

function reasonOf(error: unknown): string {
  if (EarnestError.is(error, 'invalid_currency')) return 'must be of a currency that is known';
  const { reason } = (EarnestError.is(error, 'invalid_amount') ? error.details : {}) as { reason?: unknown };
  return typeof reason === 'string' ? reason : 'must be an amount with its currency such as `40.00 USD`';
}

/** The fault of the first of several values that has one, or of the only one. */
function firstWrong(value: unknown, rule: MoneyRule, isEach: boolean): string | undefined {
  const isMany = isEach && (Array.isArray(value) || value instanceof Set || value instanceof Map);
  for (const one of isMany ? value.values() : [value]) {
    const said = wrong(one, rule);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The part of class-transformer that is used; it is found where an application has it. */
interface Transformer {
  Transform(work: (about: { value: unknown }) => unknown): PropertyDecorator;
}

let transformer: Transformer | null | undefined;

function found(): Transformer | null {
  if (transformer !== undefined) return transformer;
  try {
    transformer = createRequire(import.meta.url)('class-transformer') as Transformer;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    transformer = null;
  }
  return transformer;
}

function asMoney(value: unknown): unknown {
  try {
    return Money.from(value as MoneyLike);
  } catch {
    // what is none is told by the validation
    return value;
  }
}

/**
 * Keeps class-transformer, which makes objects of the class that a property is declared as, from making an amount by that of
 * amounts, which nobody may, or by that of a list.
 */
function transformed(target: object, property: string | symbol): void {
  const types = Reflect as { getMetadata?(key: string, ...of: unknown[]): unknown; defineMetadata?(key: string, value: unknown, ...of: unknown[]): void };
  const type = types.getMetadata?.('design:type', target, property);
  if (type !== Money && type !== Array) return;
  types.defineMetadata?.('design:type', Object, target, property);
  if (type === Money) found()?.Transform(({ value }) => asMoney(value))(target, property);
}

/**
 * An amount: a text such as `40.00 USD`, or an object with `amount` and `currency`; never a number. A property that is
 * declared as `MoneyLike` stays what came; one that is declared as `Money` is that where the pipe transforms.
 */
export function IsMoney(options: MoneyRule & ValidationOptions = {}): PropertyDecorator {
  const { currency, positive = true, ...more } = options;
  const rule: MoneyRule = { positive, ...(currency === undefined ? {} : { currency }) };
  const isEach = more.each === true;
  const validated = ValidateBy(
    {
      name: 'isMoney',
      constraints: [rule],
      validator: {
        validate: (value: unknown) => wrong(value, rule) === undefined,
        defaultMessage: (args) => `${isEach ? 'each value in ' : ''}${args?.property} ${firstWrong(args?.value, rule, isEach) ?? 'must be an amount'}`,
      },
    },
    more,
  );
  return (target, property) => {
    transformed(target, property);
    validated(target, property);
  };
}
