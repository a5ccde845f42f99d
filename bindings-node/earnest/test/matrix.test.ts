// One table for all libraries: what each makes of a call whose answer is lost, and of a block that is rolled back under a call.
// Together or not at all, and the answer true.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Database from 'better-sqlite3';
import knexOf from 'knex';
import { Kysely, PostgresDialect, sql as kyselySql } from 'kysely';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { database, folder, inner, rejection, until } from './support';
import { librariesOn, type Libraries } from './ways';

let url: string;
let bank: Engine;
let on: Libraries;

before(async () => {
  url = await database();
  bank = await Engine.open(url);
  on = await librariesOn(url);
  await bank.ledger.topUp({ account: 'alice', amount: '1000.00 USD', key: 'alice' });
  await bank.ledger.openAccount({ account: 'shop', currency: 'USD', key: 'shop' });
});

after(async () => {
  await bank?.close();
  await on?.close();
});

const NAMES = ['pg', 'typeorm', 'knex', 'drizzle over pg', 'drizzle over postgres.js', 'postgres.js', 'kysely', 'prisma', 'mikroorm'];
const idOf = (name: string, text: string) => `${name}-${text}`.replace(/[^a-z0-9-]/g, '-');
const has = async (id: string) => (await on.pool.query('SELECT 1 FROM orders WHERE id = $1', [id])).rows.length === 1;
const outcome = async (key: string) => (await bank.admin.lookupKey({ key })).outcome;
const pay = (key: string) => ({ from: 'alice', to: 'shop', amount: '1.00 USD', key }) as const;

type Query = (this: object, sql: string, params: (string | null)[]) => Promise<unknown>;

/** Puts a method in the place of `query` of every adapter while something runs. */
async function with_<T>(query: (real: Query) => Query, work: () => Promise<T>): Promise<T> {
  const adapters = [inner('hosts/pg').PgAdapter, ...['PostgresJsAdapter', 'PrismaAdapter', 'KyselyAdapter'].map((name) => inner('hosts/others')[name])];
  const reals = adapters.map((adapter) => adapter.prototype.query as Query);
  adapters.forEach((adapter, place) => (adapter.prototype.query = query(reals[place]!)));
  try {
    return await work();
  } finally {
    adapters.forEach((adapter, place) => (adapter.prototype.query = reals[place]));
  }
}

const isWrite = (sql: string) => sql.startsWith('WITH p0 ');
const isLoad = (sql: string) => / FOR (?:NO KEY UPDATE|SHARE) /.test(sql);
const LIMIT = 'the driver waits no longer';

for (const name of NAMES) {
  for (const answer of ['load', 'write'] as const) {
    for (const isDone of [true, false]) {
      test(`${name}: the answer to the ${answer} is lost, which was ${isDone ? '' : 'not '}done`, async () => {
        const id = idOf(name, `${answer}-${isDone}`);
        let left = 1;
        const losing = (real: Query): Query =>
          async function (sql, params) {
            if ((answer === 'write' ? !isWrite(sql) : !isLoad(sql)) || left-- <= 0) return real.call(this, sql, params);
            if (isDone) await real.call(this, sql, params);
            throw new Error(LIMIT);
          };
        let told: any;
        const ended = await on.ways[name]!.run(async (tx, order) => {
          told = await with_(losing, () => rejection(bank.using(tx).ledger.transfer(pay(id))));
          // the application catches it, and goes on
          await order(id);
        }).then(() => undefined, (error: unknown) => error);
        assert.equal(await outcome(id), 'unknown', String(told));
        if (answer === 'load') {
          assert.deepEqual([told.code, ended, await has(id)], ['store_unavailable', undefined, true], String(told));
        } else {
          assert.deepEqual([told.code, told.retry, await has(id)], ['outcome_unknown', 'transaction', false], String(told));
          assert.ok(ended !== undefined, 'the commit said that it was made');
          assert.equal(told.cause?.message, LIMIT);
        }
        // the library is as good as before
        await on.ways[name]!.run((tx) => bank.using(tx).ledger.transfer(pay(`${id}-again`)));
      });
    }
  }

  test(`${name}: a block that is rolled back before the write takes the call with it, and nothing else`, async () => {
    const id = idOf(name, 'block');
    let under: string[] = [];
    const rolling = (real: Query): Query =>
      async function (sql, params) {
        while (isWrite(sql) && under.length > 0) await real.call(this, under.shift()!, []);
        return real.call(this, sql, params);
      };
    const raw = async (adapter: object, sql: string) => (adapter as { query(sql: string, params: []): Promise<unknown> }).query(sql, []);
    let refused: any;
    await on.ways[name]!.run(async (tx, order) => {
      const adapter = inner('hosts/find').adapterOf(tx, true);
      await adapter.ready?.();
      await raw(adapter, 'SAVEPOINT one');
      await raw(adapter, 'SAVEPOINT two');
      under = ['RELEASE SAVEPOINT two', 'ROLLBACK TO SAVEPOINT one'];
      await with_(rolling, async () => {
        refused = await rejection(bank.using(tx).ledger.transfer(pay(id)));
        // the outer transaction stays usable
        await bank.using(tx).ledger.transfer(pay(`${id}-outer`));
      });
      await order(id);
    });
    assert.deepEqual([refused.code, under.length], ['not_in_transaction', 0], String(refused));
    assert.deepEqual([await outcome(id), await outcome(`${id}-outer`), await has(id)], ['unknown', 'accepted', true]);
  });
}

const LIMITED: Record<string, (body: (tx: any, order: (id: string) => Promise<unknown>) => Promise<void>) => Promise<unknown>> = {
  pg: async (body) => {
    const pool = new Pool({ connectionString: url, max: 2, query_timeout: 300 });
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await body(client, (id) => client.query('INSERT INTO orders VALUES ($1)', [id]));
      await client.query('COMMIT');
    } finally {
      client.release(true);
      await pool.end();
    }
  },
  kysely: async (body) => {
    const kysely = new Kysely<any>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 2, query_timeout: 300 }) }) });
    const ended = kysely.transaction().execute((tx) => body(tx, (id) => kyselySql`INSERT INTO orders VALUES (${id})`.execute(tx)));
    await ended.catch(() => undefined);
    // a rollback that its pool waited no longer for is its own affair
    void kysely.destroy();
    return ended;
  },
};

for (const [name, run] of Object.entries(LIMITED)) {
  test(`${name}: its own time limit behind the write`, async () => {
    const id = idOf(name, 'limit');
    const holder = await on.pool.connect();
    const holding = (real: Query): Query =>
      async function (sql, params) {
        // what makes an index on our tables lets the call read, and not write
        if (isWrite(sql)) await holder.query('BEGIN; LOCK TABLE earnest.idempotency IN SHARE MODE');
        return real.call(this, sql, params);
      };
    let told: any;
    const ended = await run(async (tx, order) => {
      told = await with_(holding, () => rejection(bank.using(tx).ledger.transfer(pay(id))));
      setTimeout(() => void holder.query('ROLLBACK').then(() => holder.release()), 400);
      await order(id);
    }).then(() => undefined, (error: unknown) => error);
    await until(async () => (await on.pool.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rows.length === 0);
    assert.equal(told.code, 'outcome_unknown', String(told));
    assert.ok(ended !== undefined, 'the commit said that it was made');
    assert.deepEqual([await outcome(id), await has(id)], ['unknown', false]);
  });
}

async function lite() {
  const file = join(folder(), 'shop.db');
  const lent = await Engine.attach(() => new Database(file)).ready();
  const db = new Database(file);
  db.exec('CREATE TABLE orders (id text PRIMARY KEY)');
  await lent.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 'alice' });
  return { file, lent, db };
}

/** Loses the answer to one statement of better-sqlite3. */
async function losingOnSqlite<T>(fits: (sql: string) => boolean, isDone: boolean, work: () => Promise<T> | T): Promise<T> {
  const { SqliteAdapter } = inner('hosts/sqlite');
  const real = SqliteAdapter.prototype.query as (this: object, sql: string, params: unknown[]) => unknown;
  let left = 1;
  SqliteAdapter.prototype.query = function (this: object, sql: string, params: unknown[]) {
    if (!fits(sql) || left-- <= 0) return real.call(this, sql, params);
    if (isDone) real.call(this, sql, params);
    throw new Error(LIMIT);
  };
  try {
    return await work();
  } finally {
    SqliteAdapter.prototype.query = real;
  }
}

for (const name of ['better-sqlite3', 'knex', 'typeorm']) {
  test(`${name} on SQLite: an answer that is lost is taken back, or the commit fails`, async () => {
    const { file, lent, db } = await lite();
    const knex = knexOf({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true });
    const source = await new DataSource({ type: 'better-sqlite3', database: file, entities: [] }).initialize();
    let used = db;
    const deduct = (key: string) => ({ account: 'alice', amount: '1.00 USD', key }) as const;
    for (const [answer, fits] of [
      ['load', (sql: string) => sql.startsWith('SELECT') || sql.startsWith('WITH')],
      ['write', (sql: string) => sql.startsWith('INSERT')],
      ['end', (sql: string) => sql.startsWith('RELEASE')],
    ] as const) {
      for (const isDone of [true, false]) {
        const key = `${answer}-${isDone}`;
        let told: any;
        const ended = await losingOnSqlite(fits, isDone, async () => {
          if (name === 'knex') {
            return knex.transaction(async (trx) => {
              told = await rejection(lent.using(trx).ledger.deduct(deduct(key)));
              await trx('orders').insert({ id: key });
            });
          }
          if (name === 'typeorm') {
            return source.transaction(async (manager) => {
              told = await rejection(lent.using(manager).ledger.deduct(deduct(key)));
              await manager.query('INSERT INTO orders VALUES (?)', [key]);
            });
          }
          if (!used.open) used = new Database(file);
          used.transaction(() => {
            try {
              lent.usingSync(used).ledger.deduct(deduct(key));
            } catch (error) {
              told = error;
            }
            used.prepare('INSERT INTO orders VALUES (?)').run(key);
          }).immediate();
        }).then(() => undefined, (error: unknown) => error);
        const probe = new Database(file);
        const ordered = probe.prepare('SELECT count(*) FROM orders WHERE id = ?').pluck().get(key) === 1;
        probe.close();
        const found = (await lent.admin.lookupKey({ key })).outcome;
        // what the savepoint takes back is known not to be done
        const open = answer === 'end' && isDone;
        assert.deepEqual([told?.code, found, ended === undefined, ordered], [open ? 'outcome_unknown' : 'store_unavailable', 'unknown', !open, !open], `${key}: ${told} ${ended}`);
        if (open && name !== 'better-sqlite3') break;
      }
    }
    await knex.destroy().catch(() => undefined);
    await source.destroy().catch(() => undefined);
    await lent.close();
    db.close();
  });
}

test('on SQLite nothing comes between the statements of a call: a block that is rolled back meanwhile takes the whole of it', async () => {
  const { file, lent, db } = await lite();
  const source = await new DataSource({ type: 'better-sqlite3', database: file, entities: [] }).initialize();
  const seen = new Set<string>();
  for (let turns = 0; turns < 48; turns++) {
    let said: unknown;
    await source.transaction(async (manager) => {
      await manager.query('SAVEPOINT one');
      const call = lent.using(manager).ledger.deduct({ account: 'alice', amount: '1.00 USD', key: `t-${turns}` }).then(() => (said = 'made'), (error) => (said = error.code));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      await manager.query('ROLLBACK TO SAVEPOINT one');
      await call;
      // it was whole before that, or began behind it: half of one would not add up
      assert.equal(said, 'made', `${turns}`);
      seen.add((await lent.using(manager).ledger.balance({ account: 'alice' })).available.amount);
      await manager.query('ROLLBACK TO SAVEPOINT one');
    });
    assert.equal((await lent.ledger.balance({ account: 'alice' })).available.amount, '100.00', `${turns}: ${said}`);
  }
  assert.ok([...seen].every((amount) => ['100.00', '99.00'].includes(amount)), [...seen].join());
  assert.ok((await lent.verify()).ok);
  await source.destroy();
  await lent.close();
  db.close();
});
