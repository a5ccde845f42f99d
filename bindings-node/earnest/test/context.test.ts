// What serves everybody is of nobody: connections, statements, handlers and lines do not run in the `AsyncLocalStorage` of the request
// that was there when they were made. A call is its caller's.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { context, Engine, keygen } from 'earnest';
import { database, folder, poolOn, rejection, until } from './support';

const requests = new AsyncLocalStorage<string>();

/** The requests in which each kind of work ran. */
function seen(): { note(what: string): void; of: Map<string, Set<string | undefined>> } {
  const of = new Map<string, Set<string | undefined>>();
  return { note: (what) => void of.set(what, (of.get(what) ?? new Set()).add(requests.getStore())), of };
}

const nobodys = (of: Map<string, Set<string | undefined>>, names: string[]) =>
  assert.deepEqual(Object.fromEntries([...of].sort()), Object.fromEntries(names.sort().map((name) => [name, new Set([undefined])])));

// the first test of the file: everything of this process is made in that request
test('an engine on a pool, opened by the first call of all', async () => {
  const { note, of } = seen();
  const pool = poolOn(await database(), 4, { idleTimeoutMillis: 5 });
  pool.on('connect', (client) => {
    note('connect');
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => (note('query'), query(...given))) as never;
  });
  pool.on('acquire', () => note('acquire'));
  const keyring = () => (note('keyring'), keygen());
  const lent = requests.run('first', () => Engine.attach(pool, { background: true, keyring, logger: () => note('line') }));
  await requests.run('first', async () => {
    await lent.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k-1' });
    assert.equal(requests.getStore(), 'first');
  });
  nobodys(of, ['acquire', 'connect', 'keyring', 'query']);
  const call = (name: string) =>
    requests.run(name, async () => {
      await lent.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: name });
      assert.equal((await rejection(lent.ledger.deduct({ account: 'alice', amount: '99.00 USD', key: `${name}-no` }))).code, 'insufficient_balance');
      assert.equal(requests.getStore(), name);
    });
  await Promise.all(['second', 'third', 'fourth'].map(call));
  // of a connection that it gets with a transaction open the engine says that in the log
  const dirty = () =>
    requests.run('fifth', async () => {
      const clients = await Promise.all([1, 2, 3, 4].map(() => pool.connect()));
      for (const client of clients) await client.query('BEGIN');
      clients.forEach((client) => client.release());
      for (const name of [...of.keys()]) if (name !== 'line') of.delete(name);
    });
  of.clear();
  await dirty();
  // a pool that idles away its connections on a slow machine is made dirty again
  for (let turn = 0; turn < 20 && !of.has('line'); turn += 1) {
    if (turn) await dirty();
    await call(`sixth-${turn}`);
  }
  await until(() => of.has('line')).finally(() => requests.run('last', () => lent.close()));
  await pool.end();
  nobodys(of, ['acquire', 'connect', 'line', 'query']);
});

test('connections to SQLite that a call opens which does not wait', async () => {
  const { note, of } = seen();
  const file = join(folder(), 'context.db');
  const open = () => (note('open'), new Database(file));
  const lent = await requests.run('first', () => Engine.attach(open, { background: false }).ready());
  const db = new Database(file);
  requests.run('second', () => db.transaction(() => lent.usingSync(db).ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' })).immediate());
  await requests.run('third', () => lent.ledger.balance({ account: 'a' }));
  await lent.close();
  db.close();
  nobodys(of, ['open']);
});

test('handlers of jobs and events', async () => {
  const { note, of } = seen();
  const correlations: unknown[] = [];
  await requests.run('first', () =>
    context({ correlationId: 'of-first' }, async () => {
      const bank = await Engine.open('memory:');
      const subscription = await bank.events.subscribe({ sink: 's', from: 'first' }, () => note('event'));
      const worker = bank.jobs.worker({
        'context.mail': async () => {
          note('job');
          await bank.ledger.topUp({ account: 'bob', amount: '1.00 USD', key: 'in-a-job' });
        },
      });
      await requests.run('second', () => bank.jobs.enqueue({ kind: 'context.mail', payload: {}, key: 'm' }));
      await until(() => of.has('event') && of.has('job')).finally(() => Promise.all([worker.stop(), subscription.stop()]));
      for (const event of await bank.events.list({ types: ['transfer.posted'] }).toArray({ limit: 10 })) correlations.push(event.correlationId);
      await bank.close();
    }),
  );
  nobodys(of, ['event', 'job']);
  assert.deepEqual(correlations, [null]);
});
