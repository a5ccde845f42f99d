// better-sqlite3 where something is in the way: another writer, an end in the middle of calls, a killed process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import knexOf, { type Knex } from 'knex';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { folder, rejection } from './support';

let file: string;
let bank: Engine;
let db: Database.Database;
let knex: Knex;
let source: DataSource;

before(async () => {
  file = join(folder(), 'shop.db');
  bank = await Engine.attach(() => new Database(file)).ready();
  db = new Database(file);
  db.exec('CREATE TABLE orders (id text PRIMARY KEY)');
  knex = knexOf({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true });
  source = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
  await bank.ledger.topUp({ account: 'alice', amount: '1000.00 USD', key: 't' });
});
after(async () => {
  await Promise.all([knex?.destroy(), source?.destroy()]);
  db?.close();
  await bank?.close();
});

const count = (like: string) => Number(db.prepare('SELECT count(*) FROM orders WHERE id LIKE ?').pluck().get(like));
const balance = async (account: string) => (await bank.ledger.balance({ account })).available.amount;

for (const name of ['knex', 'typeorm'] as const) {
  const run = (body: (tx: any, order: (id: string) => Promise<unknown>) => Promise<unknown>): Promise<unknown> =>
    name === 'knex'
      ? knex.transaction((trx) => body(trx, (id) => trx('orders').insert({ id }) as any))
      : source.transaction((manager) => body(manager, (id) => manager.query('INSERT INTO orders VALUES (?)', [id])));

  test(`${name}: calls at once take turns, together or rolled back`, async () => {
    const account = `${name}-many`;
    const pay = (bound: any, n: number) => bound.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-${n}` });
    await run(async (tx, order) => {
      const refused = rejection(bank.using(tx).ledger.deduct({ account: 'alice', amount: '9999.00 USD', key: `${account}-no` }));
      await Promise.all([1, 2, 3, 4].map((n) => pay(bank.using(tx), n)));
      assert.equal((await refused).code, 'insufficient_balance');
      await order(`${name}-1`);
    });
    assert.deepEqual([await balance(account), count(`${name}-%`)], ['4.00', 1]);
    await rejection(
      run(async (tx, order) => {
        await pay(bank.using(tx), 5);
        await order(`${name}-2`);
        throw new Error('on purpose');
      }),
    );
    assert.deepEqual([await balance(account), count(`${name}-%`)], ['4.00', 1]);
  });

  test(`${name}: what has ended is refused, and nothing is written`, async () => {
    let kept: any;
    await run(async (tx) => void (kept = tx));
    const late = await rejection(async () => bank.using(kept).ledger.topUp({ account: `${name}-late`, amount: '1.00 USD', key: `${name}-late` }));
    assert.equal(late.code, 'not_in_transaction', String(late));
    assert.equal((await rejection(bank.ledger.balance({ account: `${name}-late` }))).code, 'account_not_found');
    for (const root of [knex, source, source.manager]) assert.throws(() => bank.using(root), { code: 'not_in_transaction' });
  });
}

test('Drizzle: what has ended is refused, and so is the database itself', () => {
  let kept: any;
  drizzle(db).transaction((tx) => void (kept = tx), { behavior: 'immediate' });
  assert.throws(() => bank.usingSync(kept), { code: 'not_in_transaction' });
  assert.throws(() => bank.usingSync(drizzle(db)), { code: 'not_in_transaction' });
  db.exec('BEGIN IMMEDIATE');
  const bound = bank.usingSync(db);
  db.exec('ROLLBACK');
  assert.throws(() => bound.ledger.topUp({ account: 'late', amount: '1.00 USD', key: 'late' }), { code: 'not_in_transaction' });
});

test('another writer is contention, worth the whole transaction again', async () => {
  const other = new Database(file, { timeout: 20 });
  const own = new Database(file, { timeout: 20 });
  other.exec('BEGIN IMMEDIATE');
  const buy = own.transaction(() => bank.usingSync(own).ledger.deduct({ account: 'alice', amount: '1.00 USD', key: 'busy' }));
  let error: any;
  try {
    buy.deferred();
  } catch (refused) {
    error = refused;
  }
  assert.deepEqual([error.code, error.retry], ['contention', 'transaction'], String(error));
  other.exec('ROLLBACK');
  assert.equal(buy.immediate().replayed, false);
  other.close();
  own.close();
});

test('a process that is killed between two statements', async () => {
  const script = `
    const Database = require('better-sqlite3');
    const { Engine } = require('earnest');
    const db = new Database(process.env.FILE);
    Engine.attach(() => new Database(process.env.FILE), { background: false }).ready().then((bank) => {
      const buy = db.transaction((key) => {
        db.prepare('INSERT INTO orders VALUES (?)').run(key);
        bank.usingSync(db).ledger.topUp({ account: 'killed', amount: '1.00 USD', key });
      });
      for (let n = 0; ; n++) {
        buy.immediate('kill-' + process.pid + '-' + n);
        if (n === 3) process.stdout.write('busy');
      }
    });`;
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, ['-e', script], { cwd: __dirname, env: { ...process.env, FILE: file }, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 31));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
  assert.equal(await balance('killed'), `${count('kill-%')}.00`);
  assert.ok(count('kill-%') >= 8);
  assert.ok((await bank.verify()).ok);
});
