// What applications give their libraries, plugins, extensions, transforms and parsers, is for their own rows, and not for those that a
// call reads in their transaction.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drizzle } from 'drizzle-orm/node-postgres';
import knexOf from 'knex';
import { CamelCasePlugin, Kysely, ParseJSONResultsPlugin, PostgresDialect } from 'kysely';
import postgres from 'postgres';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { database, poolOn, rejection } from './support';
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

const simple = (text: string) => text.replaceAll(/[^a-z0-9]+/gi, '-');

/** A payment in a transaction, and reads of what has texts that look like something else. */
async function pays(host: unknown, name: string): Promise<void> {
  const account = simple(name);
  const metadata = { note: '[1]', list: [1, 2], text: '{"a":1}', empty: '', at: '2026-01-01' };
  const again = async (mine: any) => mine.ledger.topUp({ account, amount: '5.00 USD', key: account, metadata });
  const moved = await bank.run(host as object, async (_tx, mine) => {
    const first = await again(mine);
    await mine.escrow.open({ buyer: account, seller: 'shop', price: '2.00 USD', key: `${account}-deal`, metadata });
    assert.equal((await mine.ledger.entries({ account })).items.length, 1);
    return first;
  });
  assert.deepEqual(moved.transfer.metadata, metadata);
  const replay = await bank.run(host as object, async (_tx, mine) => again(mine));
  assert.ok(replay.replayed);
  assert.equal((await bank.ledger.balance({ account })).available.amount, '5.00');
}

/** Changes of the application's, each with what it is made on and how that is closed. */
const CHANGED: Record<string, () => Promise<[unknown, () => unknown]>> = {
  'kysely that parses JSON': async () => kyselyWith([new ParseJSONResultsPlugin()]),
  'kysely in camel case': async () => kyselyWith([new CamelCasePlugin()]),
  'kysely without empty texts': async () =>
    kyselyWith([{ transformQuery: ({ node }: any) => node, transformResult: async ({ result }: any) => ({ ...result, rows: result.rows.map(nulled) }) }]),
  'kysely that shows nothing': async () => kyselyWith([{ transformQuery: ({ node }: any) => node, transformResult: async ({ result }: any) => ({ ...result, rows: [] }) }]),
  'knex that processes responses': async () => {
    const host = knexOf({ client: 'pg', connection: url, postProcessResponse: () => [], wrapIdentifier: (value) => value.toUpperCase() });
    return [host, () => host.destroy()];
  },
  'prisma with an extension': async () => [on.prisma.$extends({ query: { $allOperations: async () => [] } }), () => undefined],
  'prisma with two extensions': async () => {
    const first = on.prisma.$extends({ query: { async $queryRawUnsafe({ args, query }: any) { return (await query(args)).map(nulled); } } }); // prettier-ignore
    return [first.$extends({ query: { async $allOperations({ args, query }: any) { await query(args); return []; } } }), () => undefined]; // prettier-ignore
  },
  'postgres.js with transforms': async () => {
    const host = postgres(url, {
      onnotice: () => undefined,
      transform: { ...postgres.camel, value: { from: (value: unknown) => (value === '' ? null : value) }, row: { from: (row: any) => ({ ...row }) } } as never,
    });
    return [host, () => host.end()];
  },
  'postgres.js with types': async () => {
    const parse = (value: string) => ({ value });
    const host = postgres(url, { onnotice: () => undefined, types: { text: { to: 25, from: [25], serialize: (value: unknown) => String(value), parse } } as never });
    return [host, () => host.end()];
  },
  'pg with parsers': async () => {
    const host = poolOn(url, 2, { types: { getTypeParser: () => () => 'parsed' } as never });
    return [host, () => host.end()];
  },
  'pg in binary': async () => {
    const host = poolOn(url, 2, { binary: true } as never);
    return [host, () => host.end()];
  },
  'drizzle with a casing and a logger': async () => {
    const pool = poolOn(url, 2);
    return [drizzle(pool, { casing: 'snake_case', logger: { logQuery: () => undefined } }), () => pool.end()];
  },
  'typeorm with a subscriber': async () => {
    class Subscriber {
      afterQuery(event: any) {
        event.rawResults = [];
      }
    }
    const host = await new DataSource({ type: 'postgres', url, entities: [], subscribers: [Subscriber], extra: { max: 2 } }).initialize();
    return [host, () => host.destroy()];
  },
};

function nulled(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]));
}

function kyselyWith(plugins: any[]): [unknown, () => unknown] {
  const host = new Kysely<any>({ dialect: new PostgresDialect({ pool: poolOn(url, 2) }), plugins });
  return [host, () => host.destroy()];
}

for (const [name, made] of Object.entries(CHANGED)) {
  test(`a call is made on ${name}`, async () => {
    const [host, close] = await made();
    try {
      await pays(host, name);
    } finally {
      await close();
    }
  });
}

test('Kysely still refuses what comes behind its transaction, past its plugins', async () => {
  const [host, close] = kyselyWith([new ParseJSONResultsPlugin()]);
  const tx = await (host as Kysely<any>).startTransaction().execute();
  const mine = bank.using(tx);
  await mine.ledger.topUp({ account: 'late', amount: '1.00 USD', key: 'late-1' });
  await tx.rollback().execute();
  assert.equal((await rejection(mine.ledger.topUp({ account: 'late', amount: '1.00 USD', key: 'late-2' }))).code, 'not_in_transaction');
  await close();
});
