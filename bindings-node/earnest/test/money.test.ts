import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { EarnestError, errors, Money, registerCurrency, views } from 'earnest';

const usd = (amount: string) => Money.of(amount, 'USD');

test('amounts are exact', () => {
  assert.equal(usd('40.00').plus(Money.fromMinor(295n, 'USD')).toString(), '42.95 USD');
  assert.equal(usd('0.1').plus(usd('0.2')).amount, '0.30');
  assert.equal(usd('1.00').minus(usd('3.50')).amount, '-2.50');
  assert.equal(usd('-0.05').abs().amount, '0.05');
  assert.equal(Money.parse('5000 KRW').times(3).amount, '15000');
  assert.equal(Money.fromMinor(5, 'USD').amount, '0.05');
  assert.equal(usd('12.34').minor, 1234n);
  assert.equal(usd('12.34').scale, 2);
  assert.ok(Money.zero('USD').isZero && usd('-1').isNegative);
  assert.equal(Money.sum([usd('1'), usd('2')]).amount, '3.00');
  assert.equal(Money.sum([], 'USD').amount, '0.00');
  assert.equal(Money.from({ amount: '1.5', currency: 'USD' }).amount, '1.50');
  assert.ok(usd('1.00').equals(Money.from('1 USD')) && !usd('1').equals('1.00 USD'));
  assert.equal(usd('1').compare(usd('2')), -1);
  assert.ok(usd('1').lessThan(usd('2')) && usd('2').greaterThanOrEqual(usd('2')));
  assert.equal(usd('1234.5').toLocaleString('en-US'), '$1,234.50');
});

test('money of JSON is brought to the places of its currency', () => {
  const read = (amount: unknown, currency = 'USD') => {
    const money = { amount, currency };
    const wire = { account: 'alice', currency, kind: 'user', status: 'active', version: 1, available: money, held: money, posted: money };
    return views.Balance.fromJSON(wire).available;
  };
  assert.ok(read('40').equals(usd('40.00')) && read('40').minor === 4000n);
  assert.deepEqual([read('40').plus(usd('1.00')), read('40').minus(usd('1.00'))].map(String), ['41.00 USD', '39.00 USD']);
  assert.ok(read('40').greaterThan(usd('1.00')));
  assert.deepEqual(read('40').split(3).map(String), ['13.34 USD', '13.33 USD', '13.33 USD']);
  assert.ok(read('-0.0').equals(Money.zero('USD')) && read('-0.00').equals(Money.zero('USD')));
  assert.equal(read('-40').toString(), '-40.00 USD');
  for (const bad of ['40.001', '01', '1e3', '', '+1', '--1', '1.', '9'.repeat(60), 40, null]) {
    assert.throws(() => read(bad), (error: any) => error.code === 'invalid_amount' && error.details.field === 'amount', String(bad));
  }
  // of a currency that nobody has told of: as it is written, and counted rightly all the same
  assert.equal(read('40', 'NOBODY').toString(), '40 NOBODY');
  assert.equal(read('40', 'NOBODY').plus(read('1.50', 'NOBODY')).toString(), '41.50 NOBODY');
  assert.equal(read('1.50', 'NOBODY').minus(read('40', 'NOBODY')).toString(), '-38.50 NOBODY');
  assert.ok(read('2', 'NOBODY').greaterThan(read('1.50', 'NOBODY')));
});

test('a refusal is read as a server answers it', () => {
  let refused: EarnestError | undefined;
  assert.throws(() => usd('1.001'), (error: any) => ((refused = error), true));
  const read = EarnestError.fromJSON({ error: refused!.toJSON() });
  assert.ok(read instanceof errors.InvalidAmount);
  assert.deepEqual(read.toJSON(), EarnestError.fromJSON(refused!.toJSON()).toJSON());
  assert.throws(() => EarnestError.fromJSON({ error: { message: 'no' } }), { code: 'invalid_request' });
});

test('parts sum to the whole', () => {
  assert.deepEqual(usd('40.00').split(3).map(String), ['13.34 USD', '13.33 USD', '13.33 USD']);
  assert.deepEqual(usd('-0.05').split([1, 0, 1]).map(String), ['-0.03 USD', '0.00 USD', '-0.02 USD']);
  for (const into of [0, -1, 1.5, [], [0], ['1'], 100_001, '3', null]) {
    assert.throws(() => usd('1').split(into as never), (error: any) => error.code === 'invalid_request' && error.details.field === 'into');
  }
});

test('nothing of JavaScript is an amount', () => {
  for (const bad of [1, 1n, true, Number.NaN, new Date(), new String('1'), ['1'], null, undefined, {}]) {
    for (const make of [() => Money.of(bad as never, 'USD'), () => Money.parse(bad as never), () => Money.from(bad as never)]) {
      assert.throws(make, (error: any) => error.code === 'invalid_amount' && error.details.field === 'amount');
    }
  }
  const hostile = new Proxy({}, { getPrototypeOf() { throw new Error('no'); } }); // prettier-ignore
  for (const bad of [hostile, { get amount() { throw new Error('no'); }, currency: 'USD' }]) {
    assert.throws(() => Money.from(bad as never), (error: any) => error.code === 'invalid_amount' && error.details.field === 'amount');
  } // prettier-ignore
  assert.throws(() => Money.fromMinor(1.5, 'USD'), (error: any) => error instanceof errors.InvalidAmount && error.details.field === 'minor');
  assert.throws(() => usd('1').times(0.5), (error: any) => error instanceof errors.InvalidRequest && error.details.field === 'factor');
  assert.throws(() => usd('1.001'), { code: 'invalid_amount' });
  assert.throws(() => Money.of('1', 'NOPE'), { code: 'invalid_currency' });
  assert.throws(() => usd('1').plus(Money.of('1', 'EUR')), { code: 'currency_mismatch' });
  assert.throws(() => Money.fromMinor(10n ** 38n, 'USD'), { code: 'invalid_amount' });
});

test('arithmetic of JavaScript says what to use', () => {
  const m = usd('40.00') as any;
  assert.equal(`${m}`, '40.00 USD');
  for (const wrong of [() => m + m, () => m < m, () => +m, () => m + '']) assert.throws(wrong, /plus.*compare/);
  assert.ok(Object.isFrozen(m));
});

test('money of another copy and another realm is money', () => {
  const path = require.resolve('earnest');
  const kept = { ...require.cache };
  for (const name of Object.keys(require.cache)) if (name.includes('earnest') && !name.endsWith('.node')) delete require.cache[name];
  const other = require(path).Money.of('1.00', 'USD');
  Object.assign(require.cache, kept);
  assert.ok(!(other instanceof Money) && Money.isMoney(other));
  assert.equal(usd('1').plus(other).amount, '2.00');
  assert.equal(Money.from(runInNewContext(`({ amount: '2.00', currency: 'USD' })`)).amount, '2.00');
});

test('a token is registered with its places', () => {
  registerCurrency('USDC', 6);
  assert.equal(Money.of('1.5', 'USDC').amount, '1.500000');
  assert.equal(Money.of('1.5', 'USDC').toLocaleString('en'), '1.500000 USDC');
  assert.throws(() => registerCurrency('USDC', 2), { code: 'invalid_request' });
});
