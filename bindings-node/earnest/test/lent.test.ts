// What a pool lends to an attached engine in the middle of a transaction of the application's, and what the engine knows of a pooler:
// neither is committed, seen or prepared.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { database, folder, poolOn } from './support';

let url: string;
let bank: Engine;
let own: Pool;

before(async () => {
  url = await database();
  bank = await Engine.open(url);
  own = poolOn(url, 4);
  await own.query('CREATE TABLE orders (id text PRIMARY KEY)');
});

after(async () => {
  await bank?.close();
  await own?.end();
});

const idOf = (name: string, text: string) => `${name}-${text}`.replace(/[^a-z0-9-]/g, '-');

const LEFT: Record<string, string[]> = {
  open: ['BEGIN', `INSERT INTO orders VALUES ('half')`],
  aborted: ['BEGIN', `INSERT INTO orders VALUES ('half')`, 'SELECT 1 / 0'],
  'read-only': ['BEGIN READ ONLY', 'SELECT 1'],
  'repeatable read': ['BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM orders'],
};
const POOLS: Record<string, (size: number) => Promise<{ given: object; pool: Pool; end: () => Promise<unknown> }>> = {
  pg: async (size) => {
    const pool = poolOn(url, size);
    return { given: pool, pool, end: () => pool.end() };
  },
  typeorm: async (size) => {
    const source = await new DataSource({ type: 'postgres', url, entities: [], extra: { max: size } }).initialize();
    return { given: source, pool: (source.driver as any).master, end: () => source.destroy() };
  },
};

for (const [name, made] of Object.entries(POOLS)) {
  for (const [left, statements] of Object.entries(LEFT)) {
    test(`${name}: a pool that lends a transaction that is ${left}`, async () => {
      const { given, pool, end } = await made(3);
      const lent = await Engine.attach(given, { background: false }).ready();
      const account = idOf(name, left).replace(' ', '-');
      await lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-0` });
      for (let round = 1; round < 4; round++) {
        const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
        for (const client of clients.slice(0, round)) {
          for (const statement of statements) await client.query(statement.replace('half', `half-${account}-${round}`)).catch(() => undefined);
          if (left === 'open') break;
        }
        clients.forEach((client) => client.release());
        await bank.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-other-${round}` });
        // committed by another, and seen
        assert.equal((await lent.ledger.balance({ account })).available.amount, `${2 * round}.00`);
        await lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-${round}` });
      }
      await lent.close();
      await end();
      assert.deepEqual((await own.query(`SELECT id FROM orders WHERE id LIKE 'half-%'`)).rows, [], 'a half transaction was committed');
    });
  }
}

test('a function that opens a database in a transaction', async () => {
  const file = join(folder(), 'shop.db');
  new Database(file).exec('CREATE TABLE orders (id text PRIMARY KEY)').close();
  let made = 0;
  const lent = await Engine.attach(() => {
    const db = new Database(file);
    if (++made % 2 === 1) db.exec(`BEGIN; INSERT INTO orders VALUES ('half')`);
    return db;
  }, { background: false }).ready();
  await Promise.all([1, 2, 3, 4].map((n) => lent.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `k-${n}` })));
  assert.equal((await lent.ledger.balance({ account: 'alice' })).available.amount, '4.00');
  await lent.close();
  assert.ok(made > 1);
  assert.deepEqual(new Database(file).prepare('SELECT id FROM orders').all(), []);
});

test('what the engine knows of a pooler holds for connections of yours', async () => {
  const names = async (at: Engine, key: string): Promise<number> => {
    const client = await own.connect();
    await client.query('BEGIN');
    await at.using(client).ledger.topUp({ account: 'pooled', amount: '1.00 USD', key });
    const { rows } = await client.query(`SELECT count(*) AS n FROM pg_prepared_statements WHERE name LIKE 'earnest_%'`);
    await client.query('COMMIT');
    client.release(true);
    return Number(rows[0].n);
  };
  assert.ok((await names(bank, 'plain')) > 0);
  const through = `${url}?pgbouncer=true`;
  const by: Record<string, () => Promise<Engine>> = {
    url: () => Engine.open(through, { background: false }),
    option: () => Engine.open(url, { background: false, preparedStatements: false }),
  };
  for (const [way, open] of Object.entries(by)) {
    const at = await open();
    assert.equal(await names(at, way), 0, way);
    await at.close();
  }
  // an engine that is attached hears of it by the URL of its pool
  const pool = poolOn(through, 2);
  const lent = await Engine.attach(pool, { background: false }).ready();
  assert.equal(await names(lent, 'pool'), 0);
  await lent.close();
  await pool.end();
  // a process of its own, as no test changes the environment of another
  const script = `
    const { Engine } = require('earnest');
    const { Client } = require('pg');
    (async () => {
      const bank = await Engine.fromEnv({ background: false });
      const client = new Client({ connectionString: process.env.URL });
      await client.connect();
      await client.query('BEGIN');
      await bank.using(client).ledger.topUp({ account: 'pooled', amount: '1.00 USD', key: 'environment' });
      console.log((await client.query("SELECT count(*) AS n FROM pg_prepared_statements WHERE name LIKE 'earnest_%'")).rows[0].n);
      await client.end();
      await bank.close();
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: __dirname, env: { ...process.env, URL: url, DATABASE_URL: through } });
  assert.equal(stdout.trim(), '0');
});
