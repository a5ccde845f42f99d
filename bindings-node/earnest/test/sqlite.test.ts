// better-sqlite3: an engine on connections of yours, and calls that do not wait.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import knexOf from 'knex';
import { DataSource } from 'typeorm';
import { Engine, errors } from 'earnest';
import { folder, rejection } from './support';

async function shop() {
  const file = join(folder(), 'shop.db');
  const open = () => new Database(file);
  const bank = await Engine.attach(open).ready();
  const db = open();
  db.exec('CREATE TABLE orders (id text PRIMARY KEY)');
  const orders = () => db.prepare('SELECT id FROM orders ORDER BY id').pluck().all();
  return { file, open, bank, db, orders };
}

test('both or neither, without waiting', async () => {
  const { bank, db, orders } = await shop();
  await bank.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 't-1' });
  await bank.ledger.openAccount({ account: 'bob', currency: 'USD', key: 'o-1' });
  const buy = db.transaction((id: string) => {
    const bound = bank.usingSync(db, { actor: 'alice' });
    const paid = bound.ledger.transfer({ from: 'alice', to: 'bob', amount: '40.00 USD', key: id });
    if (!paid.replayed) db.prepare('INSERT INTO orders VALUES (?)').run(id);
    return paid;
  });
  assert.equal(buy.immediate('order-7').replayed, false);
  assert.equal(buy.immediate('order-7').replayed, true);
  assert.deepEqual(orders(), ['order-7']);
  const failing = db.transaction(() => {
    bank.usingSync(db).ledger.transfer({ from: 'alice', to: 'bob', amount: '40.00 USD', key: 'order-8' });
    db.prepare('INSERT INTO orders VALUES (?)').run('order-8');
    throw new Error('on purpose');
  });
  assert.throws(() => failing.immediate(), /on purpose/);
  assert.equal((await bank.ledger.balance({ account: 'bob' })).available.amount, '40.00');
  const more = db.transaction(() => {
    const bound = bank.usingSync(db);
    assert.throws(() => bound.ledger.deduct({ account: 'alice', amount: '999.00 USD', key: 'd' }), errors.InsufficientBalance);
    return [...bound.ledger.entries({ account: 'alice', limit: 2 }).items].length;
  });
  assert.equal(more.immediate(), 2);
  assert.throws(() => bank.usingSync(db), { code: 'not_in_transaction' });
  assert.throws(() => bank.using(db), (error: any) => error.details.field === 'tx' && /usingSync/.test(error.message));
  await bank.close();
  db.close();
});

test('Drizzle, Knex and TypeORM on it', async () => {
  const { file, bank, db, orders } = await shop();
  drizzle(db).transaction((tx) => {
    bank.usingSync(tx).ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'drizzle' });
  }, { behavior: 'immediate' }); // prettier-ignore
  const knex = knexOf({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true });
  await knex.transaction(async (trx) => {
    await trx('orders').insert({ id: 'knex' });
    await bank.using(trx).ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'knex' });
  });
  const source = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
  await source.transaction(async (manager) => {
    await manager.query(`INSERT INTO orders VALUES ('typeorm')`);
    await bank.using(manager).ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'typeorm' });
  });
  assert.deepEqual(orders(), ['knex', 'typeorm']);
  assert.equal((await bank.ledger.balance({ account: 'alice' })).available.amount, '3.00');
  for (const given of [knex, source, db]) {
    assert.throws(() => Engine.attach(given), (error: any) => error.code === 'invalid_request' && error.details.field === 'pool');
  }
  await knex.destroy();
  await source.destroy();
  await bank.close();
  db.close();
});

test('the file that the engine has open itself, and another', async () => {
  const at = folder();
  const bank = await Engine.open(`sqlite:${join(at, 'own.db')}`);
  for (const [name, code] of [['own.db', 'store_conflict'], ['other.db', 'store_mismatch']] as const) {
    const db = new Database(join(at, name));
    db.exec('BEGIN IMMEDIATE');
    const error = await rejection(() => bank.usingSync(db).ledger.trialBalance());
    assert.equal(error.code, code, String(error));
    db.exec('ROLLBACK');
    db.close();
  }
  await bank.close();
});

test('an engine that is not open yet says so', async () => {
  const file = join(folder(), 'late.db');
  const bank = Engine.attach(() => new Database(file));
  const db = new Database(file);
  db.exec('BEGIN');
  assert.throws(() => bank.usingSync(db), (error: any) => error.code === 'store_unavailable' && /ready/.test(error.message));
  db.exec('ROLLBACK');
  db.close();
  await bank.ready();
  await bank.ledger.trialBalance();
  await bank.close();
  const broken = Engine.attach((() => { throw new Error('no'); }) as never); // prettier-ignore
  assert.equal((await rejection(broken.ready())).code, 'store_unavailable');
  assert.equal((await rejection(broken.ledger.trialBalance())).code, 'store_unavailable');
});
