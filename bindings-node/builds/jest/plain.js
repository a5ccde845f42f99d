// Tests that run in each environment.
const { Engine, EarnestError, Money, views } = require('earnest');

let bank;
beforeAll(async () => {
  bank = await Engine.open('memory:');
});
afterAll(() => bank.close());

test('a call', async () => {
  const { balance } = await bank.ledger.topUp({ account: 'alice', amount: Money.of('5.00', 'USD'), key: 'k', metadata: { at: new Date(0) } });
  expect(String(balance.available)).toBe('5.00 USD');
  expect(views.Balance.fromJSON(JSON.parse(JSON.stringify(balance)))).toEqual(balance);
});

test('a refusal is JSON, and is read', async () => {
  const error = await bank.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'd' }).catch((refusal) => refusal);
  expect(EarnestError.is(EarnestError.fromJSON(JSON.parse(JSON.stringify(error))), 'insufficient_balance')).toBe(true);
});

test('a signal', async () => {
  const control = new AbortController();
  const call = bank.ledger.balance({ account: 'alice' }, { signal: control.signal });
  control.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});
