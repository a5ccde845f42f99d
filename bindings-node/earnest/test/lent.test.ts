// What a pool lends to an attached engine in the middle of a transaction of the application's: it is neither committed nor seen.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import Database from 'better-sqlite3';
import type { Pool } from 'pg';
import { Engine } from 'earnest';
import { testsOf, type Seen } from './matrix';
import { database, folder, poolOn } from './support';
import { librariesOn, type LentClient, type Libraries } from './ways';

const SIZE = 3;

let url: string;
let bank: Engine;
let own: Pool;
let on: Libraries;

before(async () => {
  url = await database();
  bank = await Engine.open(url, { background: false });
  own = poolOn(url, 4);
  on = await librariesOn(url, { size: SIZE });
});

after(async () => {
  await bank?.close();
  await Promise.all([own?.end(), on?.close()]);
});

const LEFT: Record<string, string[]> = {
  open: ['BEGIN', `INSERT INTO orders VALUES ('half')`],
  aborted: ['BEGIN', `INSERT INTO orders VALUES ('half')`, 'SELECT 1 / 0'],
  'read-only': ['BEGIN READ ONLY', 'SELECT 1'],
  'repeatable read': ['BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM orders'],
};

testsOf('loans', (host, state) => (host === 'better-sqlite3' ? lentByFunction(state) : lentBy(host, state)));

/** An application gives one to all of its connections back as they are left. */
async function lentBy(host: string, state: string): Promise<Seen> {
  const { given, lend } = on.ways[host]!.pool!;
  const lent = await Engine.attach(given, { background: false }).ready();
  const account = `${host}-${state}`.replaceAll(/[^a-z-]/g, '-');
  await lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-0` });
  for (let round = 1; round <= SIZE; round++) {
    const clients: LentClient[] = [];
    while (clients.length < SIZE) clients.push(await lend());
    // some have been so since the last round
    for (const [place, client] of clients.slice(0, round).entries()) {
      for (const statement of LEFT[state]!) await client.query(statement.replace('half', `${account}-${round}-${place}`)).catch(() => undefined);
    }
    for (const client of clients) await client.giveBack();
    await bank.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-other-${round}` });
    // committed by another, and seen
    assert.equal((await lent.ledger.balance({ account })).available.amount, `${2 * round}.00`);
    await lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-${round}` });
  }
  await lent.close();
  // those that the engine did not meet are the application's still
  const clients: LentClient[] = [];
  while (clients.length < SIZE) clients.push(await lend());
  for (const client of clients) await client.query('ROLLBACK');
  for (const client of clients) await client.giveBack();
  assert.deepEqual((await own.query('SELECT id FROM orders')).rows, [], 'a half transaction was committed');
  return 'closed';
}

/** A function that opens every other database in a transaction. */
async function lentByFunction(state: string): Promise<Seen> {
  const file = join(folder(), 'shop.db');
  new Database(file).exec('CREATE TABLE orders (id text PRIMARY KEY)').close();
  const left = state === 'open' ? `BEGIN; INSERT INTO orders VALUES ('half')` : 'BEGIN; SELECT count(*) FROM orders';
  let made = 0;
  const lent = await Engine.attach(() => {
    const db = new Database(file);
    if (++made % 2 === 1) db.exec(left);
    return db;
  }, { background: false }).ready();
  await Promise.all([1, 2, 3, 4].map((n) => lent.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `k-${n}` })));
  assert.equal((await lent.ledger.balance({ account: 'alice' })).available.amount, '4.00');
  await lent.close();
  assert.ok(made > 1);
  assert.deepEqual(new Database(file).prepare('SELECT id FROM orders').all(), []);
  return 'closed';
}
