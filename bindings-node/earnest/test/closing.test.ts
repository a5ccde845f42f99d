// What becomes of calls that are under way when their engine is closed: each is answered.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { Engine } from 'earnest';
import { database, folder, poolOn, rejection } from './support';

const STORES: Record<string, () => Promise<{ open: () => Promise<Engine>; end: () => Promise<void> }>> = {
  memory: async () => ({ open: () => Engine.open('memory:', { background: false }), end: async () => undefined }),
  sqlite: async () => {
    const url = `sqlite:${join(folder(), 'closing.db')}`;
    return { open: () => Engine.open(url, { background: false }), end: async () => undefined };
  },
  postgresql: async () => {
    const url = await database();
    return { open: () => Engine.open(url, { background: false }), end: async () => undefined };
  },
  'a pool of pg': async () => {
    const pool = poolOn(await database(), 4);
    return { open: () => Engine.attach(pool, { background: false }).ready(), end: () => pool.end() };
  },
  'better-sqlite3': async () => {
    const file = join(folder(), 'lent.db');
    return { open: () => Engine.attach(() => new Database(file)).ready(), end: async () => undefined };
  },
};

for (const [name, made] of Object.entries(STORES)) {
  test(`close answers every call that was begun before it: ${name}`, async () => {
    const { open, end } = await made();
    for (let round = 0; round < 8; round++) {
      const bank = await open();
      await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `${round}` });
      const calls: Promise<unknown>[] = [1, 2, 3, 4, 5].flatMap((n) => [
        bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `${round}-${n}` }),
        bank.book('main').ledger.balance({ account: 'a' }),
      ]);
      // begun in the same turn, or a little later
      if (round % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
      const closing = bank.close();
      const late = rejection(bank.ledger.balance({ account: 'a' }));
      const ends = await Promise.allSettled(calls);
      assert.deepEqual(ends.map((one) => (one.status === 'fulfilled' ? 'ok' : String(one.reason))), calls.map(() => 'ok'));
      assert.deepEqual([(await late).code, (await late).retry], ['store_unavailable', 'never']);
      await Promise.all([closing, bank.close()]);
    }
    await end();
  });
}

test('close answers calls that have waited for the opening of an engine on a pool', async () => {
  const file = join(folder(), 'late.db');
  const bank = Engine.attach(() => new Database(file));
  const calls = [1, 2, 3].map((n) => bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `${n}` }));
  const ready = rejection(bank.ready());
  await bank.close();
  assert.equal((await Promise.all(calls)).length, 3);
  assert.equal((await ready).code, 'store_unavailable');
});
