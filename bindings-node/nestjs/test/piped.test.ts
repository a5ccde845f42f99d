// Amounts in bodies, by every pipe that an application may have, and whatever a property is declared as.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import { Money, type MoneyLike } from 'earnest';
import { IsMoney } from 'earnest-nestjs/validation';

class Declared {
  @IsMoney()
  money!: Money;

  @IsMoney()
  like!: MoneyLike;

  @IsMoney({ each: true })
  many!: MoneyLike[];
}

class Text {
  @IsMoney()
  price!: string;
}

const PIPES: ValidationPipeOptions[] = [{}, { transform: true }, { transform: true, transformOptions: { enableImplicitConversion: true } }];
const GOOD = ['5.00 USD', { amount: '5.00', currency: 'USD' }];
const BAD = [5, '5.00', '', null, undefined, true, [], {}, { amount: 5, currency: 'USD' }, { amount: '5.00', currency: 'USD', more: 1 }, ['5.00 USD'], 'x'.repeat(1000)];

const piped = (options: ValidationPipeOptions, metatype: any, value: object): Promise<any> => new ValidationPipe(options).transform(value, { type: 'body', metatype });

for (const options of PIPES) {
  test(`an amount is taken, and nothing else, with ${JSON.stringify(options)}`, async () => {
    for (const amount of GOOD) {
      const read = await piped(options, Declared, { money: amount, like: amount, many: [amount] });
      assert.ok(Money.from(read.money).equals(Money.of('5', 'USD')));
      if (options.transform === true) assert.ok(Money.isMoney(read.money));
      assert.deepEqual([read.like, read.many], [amount, [amount]]);
    }
    for (const wrong of BAD) {
      const whole = { money: '5.00 USD', like: '5.00 USD', many: ['5.00 USD'] };
      for (const member of [{ money: wrong }, { like: wrong }, { many: [wrong] }]) {
        await assert.rejects(piped(options, Declared, { ...whole, ...member }), { status: 400 }, JSON.stringify(member));
      }
    }
  });
}

test('an object for an amount that is declared as a text is the fault of the caller', async () => {
  for (const options of PIPES) {
    assert.equal((await piped(options, Text, { price: '5.00 USD' })).price, '5.00 USD');
    await assert.rejects(piped(options, Text, { price: { amount: 5 } }), { status: 400 });
  }
});
