// What `IsMoney` says of an amount that it does not take.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateSync } from 'class-validator';
import { IsMoney } from 'earnest-nestjs/validation';

class Order {
  @IsMoney()
  any: unknown = '1.00 USD';

  @IsMoney({ currency: 'USD' })
  dollars: unknown = '1.00 USD';

  @IsMoney({ positive: false })
  change: unknown = '-1.00 USD';

  @IsMoney({ currency: 'USD', each: true })
  parts: unknown = ['1.00 USD'];

  @IsMoney({ message: 'ours' })
  own: unknown = '1.00 USD';
}

function said(given: Partial<Order>): string[] {
  return validateSync(Object.assign(new Order(), given)).flatMap((error) => Object.values(error.constraints!));
}

test('each fault has its own text', () => {
  const texts: [Partial<Order>, RegExp][] = [
    [{ any: 40 }, /^any must be Money, or a text with the currency such as `1\.00 USD`, and is the number 40$/],
    [{ any: null }, /^any must be Money, .* and is null$/],
    [{ any: '40.00' }, /^any must be a text such as `40\.00 USD`$/],
    [{ any: '40.001 USD' }, /^any .*\b2 decimal places$/],
    [{ any: '1e3 USD' }, /^any must /],
    [{ any: '1.00 XQX' }, /^any must be of a currency that is known$/],
    [{ any: '0.00 USD' }, /^any must be above zero, and is zero$/],
    [{ any: { amount: '-1.00', currency: 'USD' } }, /^any must be above zero, and is below it$/],
    [{ dollars: '1 KRW' }, /^dollars must be an amount of USD, and is one of KRW$/],
    [{ dollars: 'x USD' }, /^dollars must /],
    [{ change: 'x' }, /^change must be a text such as `40\.00 USD`$/],
    [{ parts: ['1.00 USD', '2 KRW'] }, /^each value in parts must be an amount of USD, and is one of KRW$/],
    [{ parts: ['1.00 USD', 7] }, /^each value in parts must be Money, .* and is the number 7$/],
    [{ own: 7 }, /^ours$/],
  ];
  for (const [given, text] of texts) {
    const [only, ...more] = said(given);
    assert.match(only ?? 'it was taken', text, JSON.stringify(given));
    assert.deepEqual(more, []);
  }
  assert.equal(new Set(texts.map(([given]) => said(given)[0])).size >= 11, true);
});

test('what is an amount is taken', () => {
  assert.deepEqual(said({}), []);
  assert.deepEqual(said({ any: { amount: '1.00', currency: 'KWD' }, change: '0.00 USD', parts: [] }), []);
});
