/** @jest-environment node */
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Engine } = require('earnest');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('with timers that stand still: a call, a job, and their ends', async () => {
  const bank = await Engine.open(`sqlite:${join(mkdtempSync(join(tmpdir(), 'earnest-jest-')), 'shop.db')}`);
  await bank.ledger.topUp({ account: 'alice', amount: '5.00 USD', key: 'k' });
  let done;
  const did = new Promise((resolve) => (done = resolve));
  const worker = bank.jobs.worker({ 'shop.mail': async () => done() });
  await bank.jobs.enqueue({ kind: 'shop.mail', payload: {}, key: 'j' });
  await did;
  await worker.stop();
  expect(String((await bank.ledger.balance({ account: 'alice' })).available)).toBe('5.00 USD');
  await bank.close();
});
