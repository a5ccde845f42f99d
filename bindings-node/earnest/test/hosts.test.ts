// Every library on its real database: together or rolled back, refusals in between, and what has no transaction.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Engine, errors, type BoundEngine } from 'earnest';
import * as testing from 'earnest/testing';
import { database, inner, poolOn, rejection } from './support';
import { librariesOn, onPoolOf, type Libraries, type Way } from './ways';

let url: string;
let bank: Engine;
let on: Libraries;

before(async () => {
  url = await database();
  on = await librariesOn(url);
  bank = await Engine.open(url);
});

after(async () => {
  await bank?.close();
  await on?.close();
});

const NAMES = ['pg', 'typeorm', 'knex', 'drizzle over pg', 'drizzle over postgres.js', 'postgres.js', 'kysely', 'prisma', 'mikroorm'];
const onPool: ReturnType<typeof onPoolOf> = (body) => onPoolOf(on.pool)(body);
const wayOf = (name: string): Way => ({ run: (body) => on.ways[name]!.run(body), root: () => on.ways[name]!.root(), block: (tx, body) => on.ways[name]!.block(tx, body) });

const orders = async () => (await on.pool.query('SELECT id FROM orders ORDER BY id')).rows.map((row) => row.id as string);
const balance = async (account: string) => (await bank.ledger.balance({ account })).available.amount;

for (const name of NAMES) {
  const way = wayOf(name);
  const id = (text: string) => `${name}-${text}`.replace(/[^a-z0-9-]/g, '-');

  test(`${name}: both or neither`, async () => {
    const [alice, bob] = [id('alice'), id('bob')];
    await bank.ledger.topUp({ account: alice, amount: '100.00 USD', key: id('t') });
    await bank.ledger.openAccount({ account: bob, currency: 'USD', key: id('o') });
    await way.run(async (tx, order) => {
      const bound = bank.using(tx, { actor: { id: 'checkout', role: 'system' } });
      const moved = await bound.ledger.transfer({ from: alice, to: bob, amount: '40.00 USD', key: id('1') });
      assert.equal(moved.balance.available.amount, '60.00');
      await order(id('1'));
    });
    assert.ok((await orders()).includes(id('1')) && (await balance(bob)) === '40.00');
    const rolled = await rejection(
      way.run(async (tx, order) => {
        await bank.using(tx).ledger.transfer({ from: alice, to: bob, amount: '40.00 USD', key: id('2') });
        await order(id('2'));
        throw new Error('on purpose');
      }),
    );
    assert.equal(rolled.message, 'on purpose');
    assert.ok(!(await orders()).includes(id('2')) && (await balance(bob)) === '40.00');
  });

  test(`${name}: a refusal leaves the transaction usable, and calls take turns`, async () => {
    const [alice, bob] = [id('carol'), id('dave')];
    await bank.ledger.topUp({ account: alice, amount: '10.00 USD', key: id('t2') });
    await bank.ledger.openAccount({ account: bob, currency: 'USD', key: id('o2') });
    await way.run(async (tx, order) => {
      const bound = bank.using(tx);
      const refused = await rejection(bound.ledger.deduct({ account: alice, amount: '99.00 USD', key: id('no') }));
      assert.ok(refused instanceof errors.InsufficientBalance, String(refused));
      await order(id('3'));
      const other = bank.using(tx);
      await Promise.all([1, 2, 3, 4].map((n) => (n % 2 ? bound : other).ledger.transfer({ from: alice, to: bob, amount: '1.00 USD', key: id(`p${n}`) })));
    });
    assert.ok((await orders()).includes(id('3')) && (await balance(bob)) === '4.00');
    const signal = new AbortController().signal;
    await way.run(async (tx) => {
      assert.equal((await rejection(bank.using(tx).ledger.trialBalance({}, { signal }))).code, 'not_supported');
      const replay = await bank.using(tx).ledger.transfer({ from: alice, to: bob, amount: '1.00 USD', key: id('p1') });
      assert.ok(replay.replayed);
    });
  });

  test(`${name}: what has no transaction is named, and nothing is written`, async () => {
    assert.throws(() => bank.using(way.root() as object), (error: any) => error.code === 'not_in_transaction' && /give/.test(error.details.reason), name);
    let kept: BoundEngine | undefined;
    let tx: any;
    await way.run(async (given) => {
      tx = given;
      kept = bank.using(given);
      await kept.ledger.trialBalance();
    });
    const late = await rejection(() => kept!.ledger.topUp({ account: id('late'), amount: '1.00 USD', key: id('late') }));
    assert.equal(late.code, 'not_in_transaction', String(late));
    const missing = await rejection(bank.ledger.balance({ account: id('late') }));
    assert.equal(missing.code, 'account_not_found');
    void tx;
  });

  test(`${name}: 64 at once conserve money`, async () => {
    const accounts = Array.from({ length: 4 }, (_, n) => id(`many-${n}`));
    for (const account of accounts) await bank.ledger.topUp({ account, amount: '100.00 USD', key: `${account}-t` });
    await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        bank.run(
          (body: (tx: any) => Promise<unknown>) => way.run((tx) => body(tx)) as any,
          (_, bound) => bound.ledger.transfer({ from: accounts[n % 4]!, to: accounts[(n + 1) % 4]!, amount: '1.00 USD', key: id(`m${n}`) }) as any,
        ),
      ),
    );
    const sums = await Promise.all(accounts.map(balance));
    assert.deepEqual(sums, ['100.00', '100.00', '100.00', '100.00']);
  });

  test(`${name}: run begins by its own means`, async () => {
    const account = id('run');
    const moved: any = await bank.run(way.root() as object, (_, bound) => bound.ledger.topUp({ account, amount: '2.00 USD', key: id('run') }) as any);
    assert.ok(!moved.replayed && (await balance(account)) === '2.00');
    const failed = await rejection(
      bank.run(way.root() as object, async (_, bound) => {
        await bound.ledger.topUp({ account, amount: '2.00 USD', key: id('run-2') });
        throw new Error('on purpose');
      }),
    );
    assert.equal(failed.message, 'on purpose');
    assert.equal(await balance(account), '2.00');
  });
}

test('a failed transaction is aborted, and another database a mismatch', async () => {
  await onPool(async (client) => {
    const bound = bank.using(client);
    await client.query('SELECT nonsense').catch(() => undefined);
    const error = await rejection(bound.ledger.topUp({ account: 'x', amount: '1.00 USD', key: 'aborted' }));
    assert.deepEqual([error.code, error.retry], ['transaction_aborted', 'transaction']);
  });
  const other = poolOn(await database(), 2);
  const client = await other.connect();
  await client.query('BEGIN');
  assert.equal((await rejection(bank.using(client).ledger.trialBalance())).code, 'store_mismatch');
  await client.query('ROLLBACK');
  client.release();
  await other.end();
});

test('a released client is refused', async () => {
  const client = await on.pool.connect();
  await client.query('BEGIN');
  const bound = bank.using(client);
  await client.query('ROLLBACK');
  client.release();
  assert.equal((await rejection(bound.ledger.topUp({ account: 'x', amount: '1.00 USD', key: 'released' }))).code, 'not_in_transaction');
  assert.throws(() => bank.using(client), { code: 'not_in_transaction' });
});

test('a bound engine that outlives its loan stays out of the transaction of the next one', async () => {
  const pool = poolOn(url, 1);
  const first = await pool.connect();
  await first.query('BEGIN');
  const kept = bank.using(first);
  await kept.ledger.trialBalance();
  first.release(); // and is still in its transaction
  const next = await pool.connect();
  assert.equal((await rejection(kept.ledger.topUp({ account: 'outlived', amount: '1.00 USD', key: 'outlived-1' }))).code, 'not_in_transaction');
  await next.query('ROLLBACK');
  await next.query('BEGIN');
  assert.equal((await rejection(kept.ledger.topUp({ account: 'outlived', amount: '1.00 USD', key: 'outlived-2' }))).code, 'not_in_transaction');
  await bank.using(next).ledger.topUp({ account: 'outlived', amount: '2.00 USD', key: 'outlived-3' });
  await next.query('COMMIT');
  next.release();
  await pool.end();
  assert.equal(await balance('outlived'), '2.00');
});

test('ends of transactions are counted when they are sent, and a rollback to a savepoint is none', async () => {
  const { endsOf } = inner('hosts/ends');
  const connection: any = { query: (...given: unknown[]) => given.length };
  const ends = endsOf(connection, 'query');
  const all = ['COMMIT;', ' end', 'abort work', 'ROLLBACK', 'rollback and chain', "PREPARE TRANSACTION 'x'", '/* why */ -- because\n commit'];
  for (const [place, text] of all.entries()) {
    assert.equal(connection.query(place % 2 === 0 ? text : { text }, []), 2);
    assert.equal(ends.count, place + 1, text);
  }
  for (const text of ['ROLLBACK TO s', 'rollback work to savepoint s', 'SAVEPOINT s', 'RELEASE s', 'SELECT 1', 'endless', '-- COMMIT', '']) {
    connection.query(text);
    connection.query({ text });
    assert.equal(ends.count, all.length, text);
  }
  // of one that an application has changed in between
  connection.query = () => 7;
  assert.equal(endsOf(connection, 'query'), ends);
  assert.equal(connection.query('COMMIT'), 7);
  assert.equal(ends.count, all.length + 1);
  await onPool(async (client) => {
    const bound = bank.using(client);
    await client.query('SAVEPOINT s');
    await bound.ledger.topUp({ account: 'savepoint', amount: '1.00 USD', key: 'savepoint-1' });
    await client.query('ROLLBACK TO SAVEPOINT s');
    await bound.ledger.topUp({ account: 'savepoint', amount: '2.00 USD', key: 'savepoint-2' });
  });
  assert.equal(await balance('savepoint'), '2.00');
});

test('what is no transaction at all is an invalid request', async () => {
  const lying = new Proxy({}, { get() { throw new Error('no'); }, getPrototypeOf() { throw new Error('no'); } }); // prettier-ignore
  for (const tx of [null, undefined, 'x', 7, {}, [], new Map(), Promise.resolve(), () => 1, lying, { dialect: 'mysql', query() {}, inTransaction: () => true }]) {
    assert.throws(() => bank.using(tx as never), (error: any) => error.code === 'invalid_request' && error.details.field === 'tx');
    assert.throws(() => bank.usingSync(tx as never), (error: any) => error.code === 'invalid_request' && error.details.field === 'tx');
  }
  const memory = await Engine.open('memory:');
  await onPool(async (client) => {
    assert.throws(() => memory.using(client), { code: 'not_supported' });
    assert.equal((await rejection(bank.using(client).credentials.verifyPin({ subject: 'a', pin: '111111' }))).code, 'not_supported');
  });
  await memory.close();
  const error = await rejection(bank.run({} as never, async () => 1));
  assert.equal(error.details.field, 'host');
});

test('a driver of your own', async () => {
  await onPool(async (client) => {
    let open = true;
    const own = {
      dialect: 'postgresql' as const,
      query: async (text: string, params: (string | null)[]) => (await client.query({ text, values: params, rowMode: 'array' })).rows,
      inTransaction: () => open,
    };
    await bank.using(own).ledger.topUp({ account: 'own', amount: '1.00 USD', key: 'own' });
    open = false;
    assert.throws(() => bank.using(own), { code: 'not_in_transaction' });
  });
  assert.equal(await balance('own'), '1.00');
});

for (const [name, given] of Object.entries({
  pg: () => on.pool,
  typeorm: () => on.source,
  knex: () => on.knex,
  drizzle: () => drizzle(on.pool),
  mikroorm: () => on.mikro,
})) {
  test(`attached to ${name}`, async () => {
    const lent = Engine.attach(given() as object, { background: false });
    assert.equal(lent.closed, false);
    const account = `attached-${name}`;
    await Promise.all(Array.from({ length: 20 }, (_, n) => lent.ledger.topUp({ account, amount: '1.00 USD', key: `${account}-${n}` })));
    assert.equal(await balance(account), '20.00');
    await onPool(async (client) => {
      await lent.using(client).ledger.topUp({ account, amount: '1.00 USD', key: `${account}-host` });
    });
    assert.equal((await lent.ledger.balance({ account })).available.amount, '21.00');
    await lent.close();
    assert.equal((await rejection(lent.ready())).code, 'store_unavailable');
  });
}

test('an engine whose opening waits for a connection that its own callers hold says so in time, and opens later', async () => {
  const pool = poolOn(url, 3);
  const lent = Engine.attach(pool, { background: false, connectTimeout: 'PT4S' });
  const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
  const ends = await Promise.all(
    held.map(async (client, n) => {
      await client.query('BEGIN');
      const refused = await rejection(lent.using(client).ledger.topUp({ account: 'crowd', amount: '1.00 USD', key: `crowd-${n}` }));
      await client.query('ROLLBACK');
      client.release();
      return refused;
    }),
  );
  for (const end of ends) assert.ok(end.code === 'store_unavailable' && /ready\(\)/.test(end.details.reason), String(end));
  await lent.ready();
  await lent.ledger.topUp({ account: 'crowd', amount: '1.00 USD', key: 'crowd' });
  await lent.close();
  // what was lent too late was given back
  assert.equal(pool.idleCount, pool.totalCount);
  await pool.end();
});

test('statements of an attached engine have names, unless `preparedStatements` is false', async () => {
  for (const preparedStatements of [true, false]) {
    const pool = poolOn(url, 4);
    const names: unknown[] = [];
    pool.on('connect', (client: any) => {
      const query = client.query;
      client.query = (...given: any[]) => {
        names.push(given[0]?.name);
        return query.apply(client, given);
      };
    });
    const lent = await Engine.attach(pool, { background: false, preparedStatements }).ready();
    await lent.ledger.topUp({ account: 'named', amount: '1.00 USD', key: `named-${preparedStatements}` });
    await onPoolOf(pool)((client) => lent.using(client).ledger.topUp({ account: 'named', amount: '1.00 USD', key: `named-host-${preparedStatements}` }));
    await lent.close();
    await pool.end();
    assert.ok(names.length > 3);
    assert.equal(names.some((name) => name !== undefined), preparedStatements);
  }
  assert.equal(await balance('named'), '4.00');
});

test('what cannot lend is refused', () => {
  for (const given of [null, 7, {}, 'postgres://x']) {
    assert.throws(() => Engine.attach(given as never), (error: any) => error.code === 'invalid_request' && error.details.field === 'pool');
  }
  for (const given of [on.pgjs, on.prisma]) assert.throws(() => Engine.attach(given), { code: 'not_supported' });
});

test('an engine for tests in a transaction of yours: a test that rolls it back leaves nothing', async () => {
  for (const name of NAMES) {
    // the others say of no transaction where it is
    const at = ['pg', 'typeorm', 'knex', 'drizzle over pg'].includes(name) ? {} : { url };
    const account = `testing-${name}`.replaceAll(/[^a-z-]/g, '-');
    const ended = await rejection(
      wayOf(name).run(async (tx) => {
        const test = await testing.engine({ ...at, host: tx });
        assert.equal(test.clock.now, '2026-01-01T00:00:00.000000Z');
        await testing.funded(test, account, '5.00 USD');
        assert.equal((await test.acting(account).ledger.balance({ account })).available.amount, '5.00');
        test.failNext('ledger.deduct', 'overflow');
        assert.equal((await rejection(test.ledger.deduct({ account, amount: '1.00 USD', key: 'd' }))).code, 'overflow');
        await testing.assertConserved(test);
        await test.close();
        throw new Error('rolled back');
      }),
    );
    assert.equal(ended.message, 'rolled back', `${name}: ${ended}`);
    assert.equal((await rejection(bank.ledger.balance({ account }))).code, 'account_not_found');
  }
});

test('options of a transaction are those of its library: `run` takes a function that begins it', async () => {
  const [source, knex, prisma] = ['typeorm', 'knex', 'prisma'].map((name) => on.ways[name]!.root() as any);
  const hosts: Record<string, (body: (tx: any) => Promise<any>) => Promise<any>> = {
    typeorm: (body) => source.transaction('SERIALIZABLE', body),
    knex: (body) => knex.transaction(body, { isolationLevel: 'serializable' }),
    prisma: (body) => prisma.$transaction(body, { isolationLevel: 'Serializable', timeout: 10_000 }),
  };
  const asked = "SELECT current_setting('transaction_isolation') AS level";
  for (const [name, host] of Object.entries(hosts)) {
    const level = await bank.run(host, async (tx, mine) => {
      await mine.ledger.topUp({ account: 'isolated', amount: '1.00 USD', key: `isolated-${name}` });
      const found = name === 'prisma' ? await tx.$queryRawUnsafe(asked) : name === 'knex' ? (await tx.raw(asked)).rows : await tx.query(asked);
      return found[0].level as string;
    });
    assert.equal(level, 'serializable', name);
  }
  assert.equal(await balance('isolated'), '3.00');
});
