// Amounts in bodies of requests, for class-validator.

import { ValidateBy, type ValidationOptions } from 'class-validator';
import { Money, type MoneyLike } from 'earnest';

/** What is asked of an amount. */
export interface MoneyRule {
  /** The only currency that it may be of. */
  currency?: string;
  /** Whether it must be above zero; yes by default. */
  positive?: boolean;
}

function fits(value: unknown, rule: MoneyRule): boolean {
  try {
    const money = Money.from(value as MoneyLike);
    if (rule.currency !== undefined && money.currency !== rule.currency) return false;
    return rule.positive === false || (!money.isZero && !money.isNegative);
  } catch {
    return false;
  }
}

/** An amount: a text such as `40.00 USD`, or an object with `amount` and `currency`; never a number. */
export function IsMoney(options: MoneyRule & ValidationOptions = {}): PropertyDecorator {
  const { currency, positive = true, ...more } = options;
  const rule: MoneyRule = { positive, ...(currency === undefined ? {} : { currency }) };
  const of = currency === undefined ? 'an amount with its currency such as `40.00 USD`' : `an amount of ${currency} as a text`;
  return ValidateBy(
    {
      name: 'isMoney',
      constraints: [rule],
      validator: {
        validate: (value: unknown) => fits(value, rule),
        defaultMessage: (args) => `${more.each === true ? 'each value in ' : ''}${args?.property} must be ${positive ? 'above zero, as ' : ''}${of}`,
      },
    },
    more,
  );
}
