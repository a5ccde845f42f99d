// Libraries are known by their shape: the names of their classes and functions are what bundlers make of them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Engine, errors } from 'earnest';
import { database } from './support';
import { librariesOn, type Libraries } from './ways';

let url: string;
let bank: Engine;
let on: Libraries;

before(async () => {
  url = await database();
  on = await librariesOn(url, { size: 4 });
  bank = await Engine.open(url, { background: false });
});

after(async () => {
  await bank?.close();
  await on?.close();
});

/** Names every class `t` that something, or what it has, is of. */
function shorten(given: any, depth = 3, seen = new Set<unknown>()): void {
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null || seen.has(given) || depth < 0) return;
  seen.add(given);
  for (let one = Object.getPrototypeOf(given); one !== null; one = Object.getPrototypeOf(one)) {
    const made: unknown = one.constructor;
    if (typeof made === 'function' && !/\[native code\]/.test(Function.prototype.toString.call(made))) Object.defineProperty(made, 'name', { value: 't' });
  }
  const members = Object.getOwnPropertyDescriptors(given);
  for (const { value } of Object.values(members)) shorten(value, depth - 1, seen);
}

const id = (text: string) => text.replaceAll(/[^a-z0-9]+/gi, '-');
const NAMES = ['pg', 'typeorm', 'knex', 'drizzle over pg', 'drizzle over postgres.js', 'postgres.js', 'kysely', 'prisma', 'mikroorm'];

for (const name of NAMES) {
  test(`${name} is known without the names of its classes`, async () => {
    const way = on.ways[name]!;
    const roots: any[] = [way.root(), way.pool?.given];
    await way.run(async (tx: any) => {
      roots.forEach((one) => shorten(one));
      // what they keep to themselves and tell a caller
      [tx, tx.getExecutor?.().adapter, tx.getPlatform?.(), tx.getTransactionContext?.().getExecutor().adapter].forEach((one) => shorten(one));
      await bank.using(tx).ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `short-${id(name)}` });
    });
    await bank.run(way.root() as object, async (_tx, mine) => mine.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `short-run-${id(name)}` }));
    if (way.pool === undefined) return;
    const lent = await Engine.attach(way.pool.given, { background: false }).ready();
    await lent.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `short-own-${id(name)}` });
    await lent.close();
  });
}

test('what is no transaction is told without names, too', async () => {
  for (const one of [on.source, on.source.manager, on.mikro, on.mikro.em, on.ways['kysely']!.root()]) {
    shorten(one);
    assert.throws(() => bank.using(one as object), { code: 'not_in_transaction' });
  }
  const client = await on.pool.connect();
  const { release } = client;
  // as pools before 3.2 leave it on what they have back
  client.release = function t() {
    throw new Error('Release called on client which has already been released to the pool.');
  };
  assert.throws(() => bank.using(client), (error: any) => error instanceof errors.NotInTransaction && /given back/.test(error.message));
  release.call(client);
  const other = new Kysely<any>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) });
  await other.transaction().execute(async (tx) => {
    shorten(tx.getExecutor().adapter);
    assert.throws(() => bank.using(tx), (error: any) => error.details.field === 'tx' && /is of the database/.test(error.message));
  });
  await other.destroy();
});

test('a refusal has the name of its class, whatever that is called', async () => {
  for (const one of errors.ALL as readonly unknown[] as any[]) {
    const refused = new one({ code: one.code, message: 'm', retry: 'never', details: {} });
    assert.equal(refused.name, one.name);
  }
});
