// Clocks and timers that a test has replaced stand still: nothing of ours waits for them.

import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Engine, keygen } from 'earnest';
import { database, folder, inner, poolOn } from './support';

let url: string;
let pool: Pool;

before(async () => {
  url = await database();
  pool = poolOn(url);
  const bank = await Engine.open(url, { background: false });
  await bank.close();
});

after(() => pool?.end());

/** Runs something while no timer fires and no clock goes on. */
async function still(work: () => Promise<unknown>): Promise<void> {
  // a test that waits for such a timer has nothing to do, and Node would end it
  const awake = setInterval(() => undefined, 1_000);
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
  const random = mock.method(Math, 'random', () => 0.5);
  try {
    await work();
  } finally {
    random.mock.restore();
    mock.timers.reset();
    clearInterval(awake);
  }
}

test('an engine on a pool, and its end', { timeout: 30_000 }, async () => {
  await still(async () => {
    for (const background of [false, true]) {
      const lent = await Engine.attach(pool, { background }).ready();
      const n = Number(background);
      await Promise.all([1, 2, 3].map((m) => lent.ledger.topUp({ account: `a${m}`, amount: '1.00 USD', key: `a-${n}-${m}` })));
      const last = lent.ledger.balance({ account: 'a1' });
      await lent.close();
      assert.equal((await last).available.amount, `${n + 1}.00`);
    }
    const file = join(folder(), 'still.db');
    const lent = await Engine.attach(async () => new Database(file), { background: false }).ready();
    await lent.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
    await lent.close();
  });
});

test('a worker, a reader and their ends', { timeout: 30_000 }, async () => {
  await still(async () => {
    const bank = await Engine.open('memory:', { keyring: async () => keygen() });
    let read: (type: string) => void = () => undefined;
    const first = new Promise((resolve) => (read = resolve));
    const subscription = await bank.events.subscribe({ sink: 'still' }, (event) => read(event.type));
    let done: (kind: string) => void = () => undefined;
    const job = new Promise((resolve) => (done = resolve));
    const worker = bank.jobs.worker({ 'still.mail': ({ kind }) => done(kind) });
    // both wait for something new by now
    await new Promise((resolve) => inner('globals').setTimeout(resolve, 200));
    await bank.jobs.enqueue({ kind: 'still.mail', payload: {}, key: 'j' });
    assert.equal(await job, 'still.mail');
    await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k' });
    assert.ok(await first);
    await worker.stop();
    await subscription.stop();
    await bank.close();
  });
});

test('calls at once in one transaction, and a transaction that is run again', { timeout: 30_000 }, async () => {
  const bank = await Engine.open(url, { background: false });
  await still(async () => {
    let runs = 0;
    await bank.run(pool, async (_, mine) => {
      runs += 1;
      await Promise.all([1, 2, 3].map((n) => mine.ledger.topUp({ account: 'many', amount: '1.00 USD', key: `many-${n}` })));
      if (runs === 1) throw Object.assign(new Error('in the way'), { code: '40001' });
    });
    assert.equal(runs, 2);
  });
  assert.equal((await bank.ledger.balance({ account: 'many' })).available.amount, '3.00');
  await bank.close();
});

test('no two marks are the same, whatever random numbers are', async () => {
  const { Mark } = inner('hosts/mark');
  const asked: string[] = [];
  const adapter = { query: async (_: string, [mark]: string[]) => (asked.push(mark!), []) };
  await still(async () => void [new Mark(adapter, {}), new Mark(adapter, {})]);
  assert.equal(new Set(asked).size, 2);
});
