// What goes wrong under a call in your transaction: whatever it is, your rows and the money agree behind it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { Pool } from 'pg';
import { EarnestError, Engine, errors, type BoundEngine } from 'earnest';
import { database, poolOn, rejection, until } from './support';
import { librariesOn, onPoolOf, type Libraries } from './ways';

let url: string;
let elsewhere: string;
let bank: Engine;
let other: Engine;
let on: Libraries;

before(async () => {
  [url, elsewhere] = await Promise.all([database(), database()]);
  bank = await Engine.open(url);
  other = await Engine.open(elsewhere);
  on = await librariesOn(url);
  await bank.ledger.topUp({ account: 'alice', amount: '1000000.00 USD', key: 'alice' });
  await bank.ledger.openAccount({ account: 'shop', currency: 'USD', key: 'shop' });
});

after(async () => {
  await bank?.close();
  await other?.close();
  await on?.close();
});

const NAMES = ['pg', 'typeorm', 'knex', 'drizzle over pg', 'drizzle over postgres.js', 'postgres.js', 'kysely', 'prisma', 'mikroorm'];
const has = async (id: string) => (await on.pool.query('SELECT 1 FROM orders WHERE id = $1', [id])).rows.length === 1;
/** Whether a key was used: asked by the engine of its own. */
const wasPaid = async (key: string, at = bank): Promise<boolean> => {
  const error = await at.ledger.balance({ account: key }).then(() => undefined, (refused) => refused);
  if (error === undefined) return true;
  assert.equal(error.code, 'account_not_found', String(error));
  return false;
};
const idOf = (name: string, text: string) => `${name}-${text}`.replace(/[^a-z0-9-]/g, '-');

const isWaiting = async () => {
  const found = await on.pool.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return found.rows.length > 0;
};

/** Ends a transaction while a call in it waits for a row: what became of the call, of the transaction, and whether money moved. */
async function endsUnder(key: string, run: (pays: (bound: BoundEngine) => Promise<void>) => Promise<unknown>): Promise<[any, any, boolean]> {
  const payment = { from: 'alice', to: 'shop', amount: '1.00 USD' } as const;
  const locking = await on.pool.connect();
  await locking.query('BEGIN');
  await bank.using(locking).ledger.transfer({ ...payment, key: `${key}-lock` });
  let paying: Promise<unknown> = Promise.resolve();
  let reached!: () => void;
  const waits = new Promise<void>((resolve) => (reached = resolve));
  const ran = run(async (bound) => {
    paying = bound.ledger.transfer({ ...payment, key }).catch((refused: unknown) => refused);
    await until(isWaiting);
    reached();
  }).catch((error: unknown) => error);
  await Promise.race([waits, ran]);
  // the end is sent meanwhile, or waits for the call
  await new Promise((resolve) => setTimeout(resolve, 100));
  await locking.query('ROLLBACK');
  locking.release();
  const end = await ran;
  const call = await paying;
  return [call, end, (await bank.ledger.transfer({ ...payment, key })).replayed];
}

for (const name of NAMES) {
  const id = (text: string) => idOf(name, text);

  // postgres.js keeps what is sent behind an end in a queue that nobody reads any more: the call has no answer, and no effect
  const answers = !name.includes('postgres.js');

  if (answers) test(`${name}: the write of a call is not sent behind the rollback of its transaction`, async () => {
    const [call, end, moved] = await endsUnder(id('behind'), (pays) =>
      on.ways[name]!.run(async (tx) => {
        await pays(bank.using(tx));
        throw new Error('on purpose');
      }),
    );
    assert.equal(end.message, 'on purpose');
    assert.equal(moved, false, `it was committed alone: ${call}`);
  });

  if (answers) test(`${name}: the write of a call that nobody waited for is not sent behind the commit`, async () => {
    const [call, end, moved] = await endsUnder(id('forgotten'), (pays) => on.ways[name]!.run((tx) => pays(bank.using(tx))));
    assert.equal(end, undefined, String(end));
    assert.equal(moved, false, `it was committed alone: ${call}`);
    assert.equal(call.code, 'not_in_transaction', String(call));
  });

  test(`${name}: run rolls back behind the calls of its body, and sends no write of theirs any more`, async () => {
    const [call, end, moved] = await endsUnder(id('run-behind'), (pays) =>
      bank.run(on.ways[name]!.root() as object, async (_, bound) => {
        await pays(bound);
        throw new Error('on purpose');
      }),
    );
    assert.equal(end.message, 'on purpose');
    assert.deepEqual([call.code, moved], ['not_in_transaction', false], String(call));
  });

  test(`${name}: run commits what its body has not waited for`, async () => {
    const [call, end, moved] = await endsUnder(id('run-forgotten'), (pays) => bank.run(on.ways[name]!.root() as object, (_, bound) => pays(bound)));
    assert.equal(end, undefined, String(end));
    assert.deepEqual([call.replayed, moved], [false, true], String(call));
  });

  test(`${name}: run does not resolve where PostgreSQL has rolled back what was not to fail`, async () => {
    await on.pool.query('INSERT INTO orders VALUES ($1)', [id('audit')]);
    let inserts!: (id: string) => Promise<unknown>;
    const host = (body: (tx: any) => Promise<unknown>) =>
      on.ways[name]!.run((tx, order) => {
        inserts = order;
        return body(tx);
      });
    const refused = await rejection(
      bank.run<any, unknown>(host, async (_, bound) => {
        await bound.ledger.topUp({ account: id('audited'), amount: '1.00 USD', key: id('audited') });
        await Promise.resolve(inserts(id('audit'))).catch(() => undefined); // not important
      }),
    );
    // postgres.js rejects with what has failed
    if (!name.includes('postgres.js')) assert.equal(refused.code, 'transaction_aborted', String(refused));
    assert.ok(!(await wasPaid(id('audited'))));
  });

  test(`${name}: an aborted transaction is told as such, and nothing is written`, async () => {
    let refused: any;
    await rejection(
      on.ways[name]!.run(async (tx, order) => {
        const bound = bank.using(tx);
        await order(id('twice'));
        await rejection(Promise.resolve(order(id('twice'))));
        refused = await rejection(bound.ledger.topUp({ account: id('aborted'), amount: '1.00 USD', key: id('aborted') }));
        throw refused;
      }),
    );
    assert.deepEqual([refused.code, refused.retry], ['transaction_aborted', 'transaction'], String(refused));
    assert.ok(!(await has(id('twice'))) && !(await wasPaid(id('aborted'))));
  });

  test(`${name}: a transaction of another database is a mismatch, and nothing is written`, async () => {
    let refused: any;
    await rejection(
      on.ways[name]!.run(async (tx, order) => {
        await order(id('mismatch'));
        refused = await rejection(other.using(tx).ledger.topUp({ account: id('mismatch'), amount: '1.00 USD', key: id('mismatch') }));
        throw refused;
      }),
    );
    assert.equal(refused.code, 'store_mismatch', String(refused));
    assert.ok(!(await has(id('mismatch'))) && !(await wasPaid(id('mismatch'))) && !(await wasPaid(id('mismatch'), other)));
  });

  test(`${name}: an ended transaction is refused by name, whichever way it ended`, async () => {
    for (const end of ['commit', 'rollback'] as const) {
      let kept: any;
      const ran = on.ways[name]!.run(async (tx) => {
        kept = tx;
        if (end === 'rollback') throw new Error('on purpose');
      });
      await (end === 'rollback' ? rejection(ran) : ran);
      const late = await rejection(async () => bank.using(kept).ledger.topUp({ account: id(end), amount: '1.00 USD', key: id(end) }));
      assert.equal(late.code, 'not_in_transaction', `${end}: ${late}`);
      assert.ok(!(await wasPaid(id(end))));
    }
  });

  test(`${name}: many calls at once on one transaction, one of which is refused`, async () => {
    await on.ways[name]!.run(async (tx, order) => {
      const bound = bank.using(tx);
      const pay = (n: number) => bound.ledger.topUp({ account: id('many'), amount: '1.00 USD', key: id(`many-${n}`) });
      const broke = bound.ledger.deduct({ account: id('many'), amount: '999.00 USD', key: id('broke') });
      const ends = await Promise.allSettled([pay(1), pay(2), broke, pay(3), bank.using(tx).ledger.topUp({ account: id('many'), amount: '1.00 USD', key: id('many-4') })]);
      assert.deepEqual(ends.map((end) => end.status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      await order(id('many'));
    });
    assert.equal((await bank.ledger.balance({ account: id('many') })).available.amount, '4.00');
    assert.ok(await has(id('many')));
  });
}

test('a driver that answers no rows of texts is refused, and what its statement wrote is not committed', async () => {
  const own = (client: any, answer: (rows: any, sql: string) => any) => ({
    dialect: 'postgresql' as const,
    inTransaction: () => true,
    query: async (text: string, values: (string | null)[]) => answer((await client.query({ text, values, rowMode: 'array' })).rows, text),
    code: () => {
      throw new Error('no code either');
    },
  });
  const answers: Record<string, (rows: any, sql: string) => unknown> = {
    nothing: () => undefined,
    objects: (rows) => rows.map((row: object) => ({ ...row })),
    numbers: (rows) => rows.map((row: unknown[]) => row.map(() => 7)),
    'nothing-behind-the-write': (rows, sql) => (/INSERT/.test(sql) ? undefined : rows),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const client = await on.pool.connect();
    await client.query('BEGIN');
    const key = `rows-${name}`;
    const refused = await rejection(bank.using(own(client, answer)).ledger.topUp({ account: key, amount: '1.00 USD', key }));
    assert.ok(EarnestError.is(refused), `${name}: ${refused}`);
    await client.query('COMMIT');
    client.release();
    assert.ok(!(await wasPaid(key)), name);
  }
});

test('what an application has pg make of types does not matter', async () => {
  const pool = new Pool({ connectionString: url, max: 2, types: { getTypeParser: () => () => 7 } as never });
  const client = await pool.connect();
  await client.query('BEGIN');
  await bank.using(client).ledger.topUp({ account: 'parsed', amount: '1.00 USD', key: 'parsed' });
  await client.query('COMMIT');
  client.release();
  const lent = await Engine.attach(pool, { background: false }).ready();
  assert.equal((await lent.ledger.balance({ account: 'parsed' })).available.amount, '1.00');
  await lent.close();
  await pool.end();
});

test('a commit that the server answers by a rollback is told as such', async () => {
  await on.pool.query(`INSERT INTO orders VALUES ('tag')`);
  const refused = await rejection(
    bank.run<any, unknown>(on.pool, async (client, bound) => {
      await bound.ledger.topUp({ account: 'tag', amount: '1.00 USD', key: 'tag' });
      // nobody has heard of its failure when the commit is sent
      void client.query(`INSERT INTO orders SELECT 'tag' FROM pg_sleep(0.1)`).catch(() => undefined);
    }),
  );
  assert.equal(refused.code, 'transaction_aborted', String(refused));
  assert.ok(!(await wasPaid('tag')));
});

test('Prisma ends a transaction for its time while a call is under way', async () => {
  const locking = await on.pool.connect();
  await locking.query('BEGIN');
  await bank.using(locking).ledger.transfer({ from: 'alice', to: 'shop', amount: '1.00 USD', key: 'p-lock' });
  let refused: any;
  const ran = rejection(
    on.prisma.$transaction(
      async (tx: any) => {
        await tx.$executeRawUnsafe(`INSERT INTO orders VALUES ('p-late')`);
        // it waits for the row, longer than the transaction may take
        refused = await rejection(bank.using(tx).ledger.transfer({ from: 'alice', to: 'shop', amount: '1.00 USD', key: 'p-late' }));
        throw refused;
      },
      { timeout: 2_000 },
    ),
  );
  await until(isWaiting);
  // its time began before this one, and is over before
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  await locking.query('ROLLBACK');
  locking.release();
  await ran;
  assert.deepEqual([refused.code, refused.retry], ['contention', 'transaction'], String(refused));
  assert.ok(!(await has('p-late')));
  const again = await bank.ledger.transfer({ from: 'alice', to: 'shop', amount: '1.00 USD', key: 'p-late' });
  assert.equal(again.replayed, false);
});

/** Stands between a driver and the server, and can lose what the server answers. */
class Line {
  readonly #server: Server;
  #sockets = new Set<Socket>();
  /** Asked of each answer of the server: whether this one is lost, and the line with it. */
  loses: (question: Buffer) => boolean = () => false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(to: string): Promise<Line> {
    const { hostname, port } = new URL(to);
    const server = createServer();
    const line = new Line(server);
    server.on('connection', (near) => {
      const far = connect({ host: hostname, port: Number(port) });
      let question: Buffer = Buffer.alloc(0);
      for (const socket of [near, far]) {
        line.#sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => [near, far].forEach((one) => one.destroy()));
      }
      near.on('data', (data) => {
        question = data;
        far.write(data);
      });
      far.on('data', (data) => {
        if (line.loses(question)) near.destroy();
        else near.write(data);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  url(to: string): string {
    const through = new URL(to);
    through.hostname = '127.0.0.1';
    through.port = String((this.#server.address() as AddressInfo).port);
    return through.toString();
  }

  close(): void {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#server.close();
  }
}

test('an answer that is lost: of a call, and of the commit', async () => {
  const line = await Line.to(url);
  const pool = poolOn(line.url(url), 2);
  const onLine = onPoolOf(pool);
  const pay = (key: string) => (client: any, order: (id: string) => Promise<unknown>) =>
    bank.using(client).ledger.transfer({ from: 'alice', to: 'shop', amount: '2.00 USD', key }).then(async (moved) => {
      if (!moved.replayed) await order(key);
      return moved;
    });
  const before = (await bank.ledger.balance({ account: 'shop' })).available;
  let seen = 0;
  // the statement that writes: its answer never comes
  line.loses = (question) => question.includes('earnest_') && question.includes('l-1') && ++seen === 2;
  const cut = await rejection(onLine(pay('l-1')));
  line.loses = () => false;
  assert.ok(cut instanceof errors.Unavailable || cut.httpStatus >= 500, String(cut));
  assert.ok(!(await has('l-1')));
  assert.equal((await onLine(pay('l-1'))).replayed, false);
  // the commit was made, and nobody heard of it: the retry replays
  line.loses = (question) => question.includes('COMMIT');
  await rejection(onLine(pay('l-2')));
  line.loses = () => false;
  assert.ok(await has('l-2'));
  assert.equal((await onLine(pay('l-2'))).replayed, true);
  const gained = (await bank.ledger.balance({ account: 'shop' })).available.minus(before);
  assert.equal(gained.toString(), '4.00 USD');
  await pool.end();
  line.close();
});

test('a process that is killed between two statements', async () => {
  const script = `
    const { Engine } = require('earnest');
    const { Pool } = require('pg');
    const pool = new Pool({ connectionString: process.env.URL, max: 4 });
    let made = 0;
    Engine.open(process.env.URL).then(async (bank) => {
      const one = async (n) => {
        for (let m = 0; ; m++) {
          await bank.run(pool, async (client, mine) => {
            const key = 'kill-' + process.pid + '-' + n + '-' + m;
            await client.query('INSERT INTO orders VALUES ($1)', [key]);
            await mine.ledger.topUp({ account: 'killed', amount: '1.00 USD', key });
          });
          if (++made === 5) console.log('busy');
        }
      };
      await Promise.all([0, 1, 2, 3].map(one));
    });`;
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, ['-e', script], { cwd: __dirname, env: { ...process.env, URL: url }, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 30 + round * 47));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
  const rows = async () => Number((await on.pool.query(`SELECT count(*) AS n FROM orders WHERE id LIKE 'kill-%'`)).rows[0].n);
  // the server may need a moment to see that nobody is there
  await until(async () => (await bank.ledger.balance({ account: 'killed' })).available.minor === 100n * BigInt(await rows()));
  assert.ok((await rows()) > 8);
  assert.ok((await bank.verify()).ok);
});

test('a pool that lends nothing any more, and one whose connections break', async () => {
  const pool = poolOn(url, 3);
  const lent = await Engine.attach(pool, { background: false }).ready();
  await lent.ledger.topUp({ account: 'lent', amount: '1.00 USD', key: 'lent-1' });
  // what the server ends is told, and the pool opens another
  await on.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND application_name = $1', ['']);
  const paid = await until(async () => lent.ledger.topUp({ account: 'lent', amount: '1.00 USD', key: 'lent-2' }).then(() => true, () => false));
  assert.equal(paid, undefined);
  await pool.end();
  const error = await rejection(lent.ledger.topUp({ account: 'lent', amount: '1.00 USD', key: 'lent-3' }));
  assert.equal(error.code, 'store_unavailable', String(error));
  await lent.close();
  assert.equal((await bank.ledger.balance({ account: 'lent' })).available.amount, '2.00');
});
