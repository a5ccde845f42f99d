// What each library makes of a call whose answer is lost, and of a block that is rolled back under a call: together or not at all, and the
// answer true.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import Database from 'better-sqlite3';
import knexOf from 'knex';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { testsOf, type Seen } from './matrix';
import { database, folder, inner, rejection, until } from './support';
import { librariesOn, type Libraries } from './ways';

let url: string;
let bank: Engine;
let on: Libraries;
/** With a time limit of their own. */
let limited: Libraries;

before(async () => {
  url = await database();
  bank = await Engine.open(url, { background: false });
  on = await librariesOn(url);
  limited = await librariesOn(url, { size: 3, limit: 300 });
  await bank.ledger.openAccount({ account: 'shop', currency: 'USD', key: 'shop' });
});

after(async () => {
  await bank?.close();
  await Promise.all([on?.close(), limited?.close()]);
  // what a library waits no longer for may keep its line, and with it the process
  setTimeout(() => process.exit(), 2_000).unref();
});

const idOf = (name: string, text: string) => `${name}-${text}`.replace(/[^a-z0-9-]/g, '-');
const has = async (id: string) => (await on.pool.query('SELECT 1 FROM orders WHERE id = $1', [id])).rows.length === 1;
const outcome = async (key: string) => (await bank.admin.lookupKey({ key })).outcome;
const deduct = (account: string, key: string) => ({ account, amount: '1.00 USD', key }) as const;
const isWaiting = async () => {
  const waits = await on.pool.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return waits.rows.length > 0;
};
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The error that a transaction ended with, if any. */
const endOf = (running: Promise<unknown>): Promise<unknown> => running.then(() => undefined, (error: unknown) => error ?? 'it failed');

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

/** Holds a row or a table that others wait for; the answer lets go. */
async function holding(account: string, what: 'row' | 'table'): Promise<() => Promise<void>> {
  const holder = await on.pool.connect();
  await holder.query('BEGIN');
  if (what === 'row') await bank.using(holder).ledger.deduct(deduct(account, `${account}-held`));
  // what makes an index on our tables lets a call read, and not write
  else await holder.query('LOCK TABLE earnest.idempotency IN SHARE MODE');
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    await holder.query('ROLLBACK');
    holder.release();
  };
}

/** The same of a call that was refused, and of whose application then went on and committed. */
async function judged(id: string, told: any, ended: unknown): Promise<Seen> {
  assert.equal(await outcome(id), 'unknown', `${told}, ${ended}`);
  assert.equal((await bank.ledger.balance({ account: id })).available.amount, '10.00', `${told}, ${ended}`);
  assert.equal(await has(id), ended === undefined, `${told}, ${ended}`);
  if (told.code === 'store_unavailable' && ended === undefined) return 'refused';
  if (told.code === 'outcome_unknown' && told.retry === 'transaction' && ended !== undefined) return 'unknown';
  throw new Error(`the call: ${told}; the transaction: ${ended}`);
}

async function limitOf(host: string, state: string): Promise<Seen> {
  const id = idOf(host, state);
  await bank.ledger.topUp({ account: id, amount: '10.00 USD', key: `${id}-open` });
  const letGo = await holding(id, state === 'limit-load' ? 'row' : 'table');
  let told: any;
  const ended = await endOf(
    limited.ways[host]!.run(async (tx, order) => {
      told = await rejection(bank.using(tx).ledger.deduct(deduct(id, id)));
      await letGo();
      // the application catches it, and goes on
      await order(id);
    }),
  );
  await letGo();
  await until(async () => !(await isWaiting()));
  return judged(id, told, ended);
}

async function lossOf(host: string, state: string): Promise<Seen> {
  const seen = new Set<Seen>();
  for (const isDone of [true, false]) {
    const id = idOf(host, `${state}-${isDone}`);
    await bank.ledger.topUp({ account: id, amount: '10.00 USD', key: `${id}-open` });
    let left = 1;
    const losing = (real: Query): Query =>
      async function (sql, params) {
        if ((state === 'lost-write' ? !isWrite(sql) : !isLoad(sql)) || left-- <= 0) return real.call(this, sql, params);
        if (isDone) await real.call(this, sql, params);
        throw new Error(LIMIT);
      };
    let told: any;
    const ended = await endOf(
      on.ways[host]!.run(async (tx, order) => {
        told = await with_(losing, () => rejection(bank.using(tx).ledger.deduct(deduct(id, id))));
        await order(id);
      }),
    );
    assert.equal(told.cause?.message, LIMIT, String(told));
    seen.add(await judged(id, told, ended));
    // the library is as good as before
    await on.ways[host]!.run((tx) => bank.using(tx).ledger.deduct(deduct(id, `${id}-again`)));
  }
  assert.equal(seen.size, 1);
  return [...seen][0]!;
}

testsOf('answers', async (host, state) => {
  if (on.ways[host] === undefined) return lossOnSqlite(host, state);
  return state.startsWith('limit') ? limitOf(host, state) : lossOf(host, state);
});

/** A block that fails while calls in it are under way; the application goes on in the outer transaction, and commits. */
async function rolledBack(host: string, state: string): Promise<Seen> {
  const id = idOf(host, state);
  const way = on.ways[host]!;
  await bank.ledger.topUp({ account: id, amount: '10.00 USD', key: `${id}-open` });
  const letGo = state === 'as made' ? async () => undefined : await holding(id, state === 'write' ? 'table' : 'row');
  const stop = new Error('on purpose');
  const answers: Promise<string>[] = [];
  let left: unknown;
  const ended = await endOf(
    way.run(async (tx, order) => {
      left = await rejection(
        way.block(tx, async (block) => {
          const pays = (n: number) => bank.using(block).ledger.deduct(deduct(id, `${id}-${n}`)).then(() => 'made', (error) => error.code ?? String(error));
          answers.push(pays(1));
          if (state === 'turn') answers.push(pays(2));
          if (state !== 'as made') await until(isWaiting);
          setTimeout(() => void letGo(), 60);
          throw stop;
        }),
      );
      await order(id);
    }),
  );
  const said = await Promise.all(answers);
  await letGo();
  const about = `calls: ${said}; block: ${left}; transaction: ${ended}`;
  for (const n of [1, 2]) assert.equal(await outcome(`${id}-${n}`), 'unknown', about);
  assert.equal((await bank.ledger.balance({ account: id })).available.amount, '10.00', about);
  assert.equal(await has(id), ended === undefined, about);
  if (left === stop && ended === undefined && said.every((code) => code === 'not_in_transaction')) return 'refused';
  if (left === stop && ended === undefined && said.every((code) => code === 'made')) return 'taken back';
  if (left === stop && ended === undefined && said.every((code) => ['made', 'not_in_transaction'].includes(code))) return 'whole';
  throw new Error(about);
}

/** The rollback comes between load and write, to a savepoint that is not the last one. */
async function rolledBetween(host: string): Promise<Seen> {
  const id = idOf(host, 'between');
  await bank.ledger.topUp({ account: id, amount: '10.00 USD', key: `${id}-open` });
  let under: string[] = [];
  const rolling = (real: Query): Query =>
    async function (sql, params) {
      while (isWrite(sql) && under.length > 0) await real.call(this, under.shift()!, []);
      return real.call(this, sql, params);
    };
  const raw = async (adapter: object, sql: string) => (adapter as { query(sql: string, params: []): Promise<unknown> }).query(sql, []);
  let refused: any;
  await on.ways[host]!.run(async (tx, order) => {
    const adapter = inner('hosts/find').adapterOf(tx, () => true);
    await adapter.ready?.();
    await raw(adapter, 'SAVEPOINT one');
    await raw(adapter, 'SAVEPOINT two');
    under = ['RELEASE SAVEPOINT two', 'ROLLBACK TO SAVEPOINT one'];
    await with_(rolling, async () => {
      refused = await rejection(bank.using(tx).ledger.deduct(deduct(id, id)));
      // the outer transaction stays usable
      await bank.using(tx).ledger.deduct(deduct(id, `${id}-outer`));
    });
    await order(id);
  });
  assert.equal(under.length, 0);
  assert.deepEqual([await outcome(id), await outcome(`${id}-outer`), await has(id)], ['unknown', 'accepted', true]);
  assert.equal(refused.code, 'not_in_transaction', String(refused));
  return 'refused';
}

testsOf('blocks', (host, state) => {
  if (on.ways[host] === undefined) return rolledBackOnSqlite(host, state);
  return state === 'between' ? rolledBetween(host) : rolledBack(host, state);
});

async function lite() {
  const file = join(folder(), 'shop.db');
  const lent = await Engine.attach(() => new Database(file), { background: false }).ready();
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

const LOST: Record<string, (sql: string) => boolean> = {
  'lost-load': (sql) => sql.startsWith('SELECT') || sql.startsWith('WITH'),
  'lost-write': (sql) => sql.startsWith('INSERT'),
  'lost-end': (sql) => sql.startsWith('RELEASE'),
};

/** A call that the savepoint takes back is known not to be done; behind its end nothing is known. */
async function lossOnSqlite(host: string, state: string): Promise<Seen> {
  const { file, lent, db } = await lite();
  const knex = knexOf({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true });
  const source = await new DataSource({ type: 'better-sqlite3', database: file, entities: [] }).initialize();
  let seen: Seen = 'refused';
  for (const isDone of [false, true]) {
    const key = `${state}-${isDone}`;
    let told: any;
    const ended = await endOf(
      losingOnSqlite(LOST[state]!, isDone, async () => {
        if (host === 'knex on SQLite') {
          return knex.transaction(async (trx) => {
            told = await rejection(lent.using(trx).ledger.deduct(deduct('alice', key)));
            await trx('orders').insert({ id: key });
          });
        }
        if (host === 'typeorm on SQLite') {
          return source.transaction(async (manager) => {
            told = await rejection(lent.using(manager).ledger.deduct(deduct('alice', key)));
            await manager.query('INSERT INTO orders VALUES (?)', [key]);
          });
        }
        db.transaction(() => {
          try {
            lent.usingSync(db).ledger.deduct(deduct('alice', key));
          } catch (error) {
            told = error;
          }
          db.prepare('INSERT INTO orders VALUES (?)').run(key);
        }).immediate();
      }),
    );
    const probe = new Database(file);
    const ordered = probe.prepare('SELECT count(*) FROM orders WHERE id = ?').pluck().get(key) === 1;
    probe.close();
    const open = state === 'lost-end' && isDone;
    const found = (await lent.admin.lookupKey({ key })).outcome;
    assert.deepEqual([told?.code, found, ended === undefined, ordered], [open ? 'outcome_unknown' : 'store_unavailable', 'unknown', !open, !open], `${key}: ${told} ${ended}`);
    if (open) seen = 'unknown';
  }
  await knex.destroy().catch(() => undefined);
  await source.destroy().catch(() => undefined);
  await lent.close();
  db.close();
  return seen;
}

/** A block is rolled back so many turns of the event loop behind the call: that was whole by then, and is taken back, or is not begun. */
async function rolledBackOnSqlite(host: string, state: string): Promise<Seen> {
  const { file, lent, db } = await lite();
  const knex = knexOf({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true });
  const source = await new DataSource({ type: 'better-sqlite3', database: file, entities: [] }).initialize();
  type Body = (tx: object, send: (sql: string) => Promise<unknown>) => Promise<void>;
  const run = (body: Body) =>
    host === 'knex on SQLite' ? knex.transaction((trx) => body(trx, async (sql) => trx.raw(sql))) : source.transaction((manager) => body(manager, (sql) => manager.query(sql)));
  const said = new Set<string>();
  for (let turns = 0; turns < (state === 'as made' ? 1 : 48); turns++) {
    await run(async (tx, send) => {
      await send('SAVEPOINT one');
      const calls = ['a', 'b', 'c'].slice(0, state === 'turn' ? 3 : 1).map((key) =>
        lent.using(tx).ledger.deduct(deduct('alice', `${key}-${turns}`)).then(() => 'made', (error) => error.code ?? String(error)),
      );
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      await send('ROLLBACK TO SAVEPOINT one');
      for (const answer of await Promise.all(calls)) said.add(answer);
    });
    assert.equal((await lent.ledger.balance({ account: 'alice' })).available.amount, '100.00', `${turns}: ${[...said]}`);
  }
  assert.ok([...said].every((answer) => ['made', 'not_in_transaction'].includes(answer)), [...said].join());
  assert.ok(state === 'as made' || said.size === 2, [...said].join());
  assert.ok((await lent.verify()).ok);
  await knex.destroy();
  await source.destroy();
  await lent.close();
  db.close();
  return 'whole';
}
