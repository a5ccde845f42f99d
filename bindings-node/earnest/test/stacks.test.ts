// The stack of a refusal: its operation, and whoever awaits it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { EarnestError, Engine, errors } from 'earnest';
import { database, poolOn, rejection } from './support';

const terms = { account: 'alice', amount: '9.00 USD', key: 'k' } as const;

test('the stack of a refusal begins with its operation, and leads to its caller', async () => {
  const url = await database();
  const [bank, pool] = [await Engine.open(url, { background: false }), poolOn(url, 2)];
  const ways: Record<string, (key: string) => Promise<unknown>> = {
    'ledger.deduct': async function buyerOfMugs(key) {
      await bank.ledger.deduct({ ...terms, key });
    },
    'ledger.transfer': (key) =>
      bank.run(pool, async function buyerOfMugs(_client, mine) {
        await mine.ledger.transfer({ from: 'alice', to: 'bob', amount: '9.00 USD', key });
      }),
    'ledger.top_up': async function buyerOfMugs(key) {
      await bank.call('ledger.top_up', { account: 'alice', amount: { amount: '-1.00', currency: 'USD' }, key });
    },
    'ledger.entries': async function buyerOfMugs() {
      for await (const entry of bank.ledger.entries({ account: 'nobody' })) assert.ok(entry);
    },
    'ledger.hold': async function buyerOfMugs(key) {
      await bank.ledger.hold({ ...terms, amount: 9 as never, key }); // refused here
    },
  };
  for (const [operation, way] of Object.entries(ways)) {
    const error = await rejection(way(operation));
    const [head, first, ...rest] = error.stack!.split('\n');
    assert.deepEqual([head, first], [`${error.name}: ${error.message}`.split('\n')[0], `    at ${operation} (earnest)`]);
    assert.ok(rest.some((line: string) => line.includes('buyerOfMugs')), error.stack);
    assert.ok(EarnestError.is(EarnestError.fromJSON(JSON.parse(JSON.stringify(error)))));
  }
  await bank.close();
  await pool.end();
});

test('a reason to stop waiting stays as it was given', async () => {
  const bank = await Engine.open('memory:');
  const reason = new errors.InsufficientBalance({ code: 'insufficient_balance', message: 'own', retry: 'never' } as never);
  const { stack } = reason;
  const control = new AbortController();
  const call = bank.ledger.balance({ account: 'alice' }, { signal: control.signal });
  control.abort(reason);
  assert.equal(await rejection(call), reason);
  assert.equal(reason.stack, stack);
  await bank.close();
});

test('a forgotten `await` names the operation', () => {
  const program = `
    const { Engine } = require('earnest');
    Engine.open('memory:').then((bank) => {
      bank.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'k' });
    });`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: __dirname, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /AccountNotFound|InsufficientBalance/);
  assert.match(stderr, /\n    at ledger\.deduct \(earnest\)\n/);
});
