// Amounts in bodies of requests, for class-validator.

import { ValidateBy, type ValidationOptions } from 'class-validator';
import { EarnestError, Money, type MoneyLike } from 'earnest';

/** What is asked of an amount. */
export interface MoneyRule {
  /** The only currency that it may be of. */
  currency?: string;
  /** Whether it must be above zero; yes by default. */
  positive?: boolean;
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

/** An amount: a text such as `40.00 USD`, or an object with `amount` and `currency`; never a number. */
export function IsMoney(options: MoneyRule & ValidationOptions = {}): PropertyDecorator {
  const { currency, positive = true, ...more } = options;
  const rule: MoneyRule = { positive, ...(currency === undefined ? {} : { currency }) };
  const isEach = more.each === true;
  return ValidateBy(
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
}
