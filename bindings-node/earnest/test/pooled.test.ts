// Behind a real PgBouncer that gives every transaction another connection: whatever has told the engine of it, no statement of a call has
// a name, on its own connections, on those of your transactions and on those that your pool lends.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Engine, type Options } from 'earnest';
import { testsOf, type Seen } from './matrix';
import { database, inner, pooledBy } from './support';
import { librariesOn, type Libraries } from './ways';

let through: string;
let pooler: { url: string; close(): void };
let on: Libraries;
let said: Libraries;
/** Engines, by what has told them of the pooler. */
const banks = new Map<string, Engine>();

/** The test has this process for itself. */
async function fromEnvironment(options: Options): Promise<Engine> {
  const before = process.env['DATABASE_URL'];
  process.env['DATABASE_URL'] = through;
  try {
    return await Engine.fromEnv(options);
  } finally {
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
  }
}

before(async () => {
  const url = await database();
  const first = await Engine.open(url, { background: false });
  // what the first calls of all make, no others wait for
  await first.ledger.topUp({ account: 'first', amount: '1.00 USD', key: 'first' });
  await first.close();
  pooler = await pooledBy(url);
  through = `${pooler.url}?pgbouncer=true`;
  const background = false;
  banks.set('url', await Engine.open(through, { background }));
  banks.set('environment', await fromEnvironment({ background }));
  banks.set('option', await Engine.open(pooler.url, { background, preparedStatements: false }));
  banks.set('found', await Engine.open(pooler.url, { background }));
  on = await librariesOn(pooler.url, { size: 3, isPooled: true });
  said = await librariesOn(through, { size: 3, isPooled: true });
});

after(async () => {
  for (const bank of banks.values()) await bank.close();
  await Promise.all([on?.close(), said?.close()]);
  pooler?.close();
});

const NAMED = `SELECT count(*)::text FROM pg_prepared_statements WHERE name LIKE 'earnest_%'`;

testsOf('poolers', async (host, state) => {
  const [first, way] = state.split(', ');
  if (way === undefined) return joined(host, banks.get(state)!, state);
  assert.equal(first, 'attached');
  const { given } = (way === 'url' ? said : on).ways[host]!.pool!;
  const lent = Engine.attach(given, { background: false, ...(way === 'option' ? { preparedStatements: false } : {}) });
  try {
    const account = `${host}-${way}`.replaceAll(/[^a-z-]/g, '-');
    await Promise.all(Array.from({ length: 12 }, (_, n) => lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-own-${n}` })));
    assert.equal((await lent.ledger.balance({ account })).available.amount, '12.00');
    return await joined(host, lent, `attached-${way}`);
  } finally {
    await lent.close();
  }
});

/** Calls in transactions of a library, each of which may be on another connection of the server. */
async function joined(host: string, bank: Engine, state: string): Promise<Seen> {
  const account = `${host}-${state}-joined`.replaceAll(/[^a-z-]/g, '-');
  const names: string[] = [];
  for (let round = 0; round < 2; round++) {
    const one = (n: number) =>
      on.ways[host]!.run(async (tx, order) => {
        const key = `${account}-${round}-${n}`;
        await bank.using(tx).ledger.topUp({ account: `${account}-${n}`, amount: '1.00 USD', key });
        await order(key);
        const adapter = inner('hosts/find').adapterOf(tx, () => false);
        await adapter.ready?.();
        names.push((await adapter.query(NAMED, []))[0][0]);
      });
    await Promise.all([one(1), one(2)]);
  }
  assert.deepEqual(names, ['0', '0', '0', '0']);
  for (const n of [1, 2]) assert.equal((await bank.ledger.balance({ account: `${account}-${n}` })).available.amount, '2.00');
  return 'works';
}
