// better-sqlite3: an engine on connections of yours, and calls that do not wait.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import knexOf from 'knex';
import { DataSource } from 'typeorm';
import { Engine, errors, Page, type views } from 'earnest';
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
  assert.throws(() => bank.using(db as never), (error: any) => error.details.field === 'tx' && /usingSync/.test(error.message));
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

test('run over better-sqlite3, whose transactions do not wait, is refused and does not end the process', async () => {
  const { bank, db, orders } = await shop();
  const loose: unknown[] = [];
  const heard = (error: unknown) => loose.push(error);
  process.on('unhandledRejection', heard);
  const hosts: [object, string][] = [
    [drizzle(db), 'host'],
    [db, 'host'],
    [(body: () => Promise<unknown>) => db.transaction(body)(), 'tx'],
    [async (body: () => Promise<unknown>) => db.transaction(body)(), 'tx'],
    // whoever takes the promise for an answer of its own
    [async (body: () => Promise<unknown>) => void body(), 'tx'],
  ];
  for (const [host, field] of hosts) {
    const refused = await rejection(bank.run(host, async () => db.exec(`INSERT INTO orders VALUES ('never')`)));
    assert.deepEqual([refused.code, refused.details.field], ['invalid_request', field], String(refused));
  }
  assert.match((await rejection(bank.run(drizzle(db), async () => 1))).message, /usingSync/);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', heard);
  assert.deepEqual([loose, orders()], [[], []]);
  await bank.close();
  db.close();
});

test('a host that begins the body again by itself is not told what was refused before', async () => {
  const bank = Engine.attach(() => new Database(join(folder(), 'unopened.db')));
  const own = { dialect: 'sqlite', query: async () => [], inTransaction: () => true };
  const host = async (body: (tx: object) => Promise<unknown>) => {
    await rejection(body({}));
    return body(own);
  };
  assert.equal(await bank.run(host, async () => 'done'), 'done');
  await bank.close();
});

test('a body that a host does not wait for is waited for, and its refusal told', async () => {
  const bank = Engine.attach(() => new Database(join(folder(), 'unopened.db')));
  const own = { dialect: 'sqlite', query: async () => [], inTransaction: () => true };
  const loose: unknown[] = [];
  const heard = (error: unknown) => loose.push(error);
  process.on('unhandledRejection', heard);
  const host = async (body: (tx: object) => Promise<unknown>) => void body(own);
  let runs = 0;
  const failing = bank.run(host, async () => {
    runs += 1;
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('late');
  });
  await assert.rejects(failing, /late/);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', heard);
  assert.deepEqual([loose, runs], [[], 1]);
  await bank.close();
});

test('a list that does not wait is a page, which does not go on to the one behind it', async () => {
  const { bank, db } = await shop();
  for (const key of ['t-1', 't-2', 't-3']) await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key });
  const read = db.transaction((limit: number) => {
    const page: Page<views.Entry> = bank.usingSync(db).ledger.entries({ account: 'alice', limit });
    return page;
  });
  const page = read.immediate(2);
  assert.ok(page instanceof Page && Object.isFrozen(page) && Object.isFrozen(page.items));
  assert.deepEqual([page.items.length, typeof page.next, page.lag], [2, 'string', null]);
  assert.equal(JSON.stringify(page), JSON.stringify({ items: page.items, next: page.next }));
  assert.equal((await page.toArray({ limit: 2 })).length, 2);
  assert.equal((await rejection(page.toArray({ limit: 3 }))).code, 'not_supported');
  const seen = [];
  for await (const entry of read.immediate(9)) seen.push(entry.amount.amount);
  assert.deepEqual(seen, ['1.00', '1.00', '1.00']);
  await bank.close();
  db.close();
});
