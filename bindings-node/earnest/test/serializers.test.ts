// What serializers and copies of others make of what this package answers: the table of docs/node.md, each cell a test.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { createCache } from 'cache-manager';
import { instanceToPlain } from 'class-transformer';
import { produce } from 'immer';
import { Keyv } from 'keyv';
import { Actor, IdempotencyKey, keygen, Money, Page, Secret, views } from 'earnest';
import * as testing from 'earnest/testing';
import { rejection, ROOT } from './support';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const lodash: { cloneDeep<T>(value: T): T } = require('lodash');
// as with Redis behind it: without a store it hands back what it was given
const cache = createCache({ stores: [new Keyv()] });
const KEYRING = keygen();
let bank: testing.TestEngine;
let samples: Record<Column, unknown>;

type Column = 'view' | 'view with a secret' | 'page' | 'refusal' | 'money' | 'keyring';
const COLUMNS: Record<Column, string> = {
  view: 'a view',
  'view with a secret': 'a view that shows a secret',
  page: 'a page',
  refusal: 'a refusal',
  money: '`Money`',
  keyring: 'a keyring as `Secret`',
};

/** The result, in words. */
type Cell = 'JSON' | 'JSON without it' | 'a copy of its class' | 'a copy without it' | 'itself' | 'its members' | 'name and message' | 'nothing' | '`<hidden>`' | 'shown' | 'shown without it';

const SERIALIZERS: Record<string, { work: (value: unknown) => unknown; cells: Record<Column, Cell> }> = {
  '`JSON.stringify`, `toJSON()`': {
    work: (value) => JSON.parse(JSON.stringify(value)),
    cells: { view: 'JSON', 'view with a secret': 'JSON', page: 'JSON', refusal: 'JSON', money: 'JSON', keyring: '`<hidden>`' },
  },
  '`{ ...it }`, `Object.entries`': {
    work: (value) => {
      assert.deepEqual(Object.fromEntries(Object.entries(value as object)), { ...(value as object) });
      return { ...(value as object) };
    },
    cells: { view: 'JSON', 'view with a secret': 'JSON without it', page: 'JSON', refusal: 'its members', money: 'JSON', keyring: 'nothing' },
  },
  '`structuredClone`, `postMessage`': {
    work: (value) => structuredClone(value),
    cells: { view: 'JSON', 'view with a secret': 'JSON without it', page: 'JSON', refusal: 'name and message', money: 'JSON', keyring: 'nothing' },
  },
  "lodash's `cloneDeep`": {
    work: (value) => lodash.cloneDeep(value),
    cells: { view: 'a copy of its class', 'view with a secret': 'a copy without it', page: 'a copy of its class', refusal: 'nothing', money: 'a copy of its class', keyring: 'a copy without it' },
  },
  "class-transformer's `instanceToPlain`": {
    work: (value) => instanceToPlain(value),
    cells: { view: 'JSON', 'view with a secret': 'JSON without it', page: 'JSON', refusal: 'its members', money: 'JSON', keyring: 'nothing' },
  },
  superjson: {
    work: async (value) => (JSON.parse((await import('superjson')).stringify(value)) as { json: unknown }).json,
    cells: { view: 'JSON', 'view with a secret': 'JSON', page: 'JSON', refusal: 'name and message', money: 'JSON', keyring: '`<hidden>`' },
  },
  "immer's `produce`": {
    work: (value) => {
      const made = produce({ value, n: 0 }, (draft) => {
        draft.n = 1;
      });
      assert.equal(made.n, 1);
      return made.value;
    },
    cells: { view: 'itself', 'view with a secret': 'itself', page: 'itself', refusal: 'itself', money: 'itself', keyring: 'itself' },
  },
  'cache-manager over Keyv': {
    work: async (value) => {
      await cache.set('key', value);
      return cache.get('key');
    },
    cells: { view: 'JSON', 'view with a secret': 'JSON', page: 'JSON', refusal: 'JSON', money: 'JSON', keyring: '`<hidden>`' },
  },
  '`console.log`, `util.inspect`': {
    work: (value) => inspect(value, { depth: 9 }),
    cells: { view: 'shown', 'view with a secret': 'shown without it', page: 'shown', refusal: 'shown', money: 'shown', keyring: '`<hidden>`' },
  },
};

const jsonOf = (value: unknown): any => JSON.parse(JSON.stringify(value));

/** The words for what came out. */
function saidOf(column: Column, given: any, out: any): Cell | string {
  if (typeof out === 'string') return out.includes('<hidden>') ? (column === 'keyring' ? '`<hidden>`' : 'shown without it') : 'shown';
  if (out === given) return 'itself';
  if (column === 'keyring') {
    if (!(out instanceof Secret)) return Object.keys(out).length === 0 ? 'nothing' : inspect(out);
    assert.throws(() => out.reveal(), (error: any) => error.code === 'invalid_request' && /copy/.test(error.message));
    return 'a copy without it';
  }
  if (given instanceof Error && Object.keys(out).length === 0 && !(out instanceof Error)) return 'nothing';
  if (given instanceof Error && out.message === given.message && out.code === undefined) return 'name and message';
  if (given instanceof Error && isDeepStrictEqual(Object.keys(out), ['code', 'kind', 'httpStatus', 'retry', 'details'])) return 'its members';
  const whole = jsonOf(given);
  const { proof, ...rest } = whole;
  if (out.constructor === given.constructor) {
    if (isDeepStrictEqual(jsonOf(out), whole)) return 'a copy of its class';
    return isDeepStrictEqual(jsonOf(out), rest) ? 'a copy without it' : inspect(out);
  }
  if (isDeepStrictEqual(jsonOf(out), whole)) return 'JSON';
  return isDeepStrictEqual(jsonOf(out), rest) ? 'JSON without it' : inspect(out);
}

before(async () => {
  bank = await testing.engine({ keyring: new Secret(KEYRING) });
  await bank.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 't-1', metadata: { order: 7, of: { a: [null, 'b'] } } });
  await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 't-2' });
  await bank.credentials.setPin({ subject: 'alice', pin: new Secret('493817') });
  samples = {
    view: await testing.deal(bank, 'shipped', { fees: [{ to: 'shop', bps: 500, from: 'seller' }] as never }),
    'view with a secret': await bank.credentials.verifyPin({ subject: 'alice', pin: '493817' }),
    page: await bank.ledger.entries({ account: 'alice', limit: 1 }),
    refusal: await rejection(bank.ledger.deduct({ account: 'alice', amount: '900.00 USD', key: 'd-1' })),
    money: Money.of('40.00', 'USD'),
    keyring: new Secret(KEYRING),
  };
});
after(() => bank?.close());

for (const [name, { work, cells }] of Object.entries(SERIALIZERS)) {
  for (const column of Object.keys(COLUMNS) as Column[]) {
    test(`${name}: ${column}`, async () => {
      const given = samples[column];
      const out = await work(given);
      assert.equal(saidOf(column, given, out), cells[column]);
      for (const text of [String(out), inspect(out, { depth: 9 }), JSON.stringify(out) ?? '']) assert.ok(!text.includes(KEYRING.slice(20, 60)));
      // names are those of here; texts and the frames of a refusal have others
      if (name.includes('inspect') && column !== 'refusal') assert.ok(!/_/.test(String(out).replace(/'[^']*'/g, '')), String(out));
    });
  }
}

const BEGIN = '<!-- what serializers make of it, from bindings-node/earnest/test/serializers.test.ts -->';
const END = '<!-- end of what serializers make of it -->';

test('docs/node.md has the table', () => {
  const path = join(ROOT, 'docs/node.md');
  const page = readFileSync(path, 'utf8');
  const [start, rest] = page.split(BEGIN);
  const [was, end] = rest?.split(END) ?? [];
  assert.ok(start !== undefined && was !== undefined && end !== undefined, 'docs/node.md has no place for the table');
  // the rows of NestJS are those of its own tests
  const nest = was.split('\n').filter((line) => line.startsWith('| NestJS'));
  assert.equal(nest.length, 2);
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rows = Object.entries(SERIALIZERS).map(([name, { cells }]) => row([name, ...(Object.keys(COLUMNS) as Column[]).map((column) => cells[column])]));
  const table = [row(['', ...Object.values(COLUMNS)]), row(['', ...Object.values(COLUMNS)].map(() => '---')), ...rows, ...nest].join('\n');
  const made = `${start}${BEGIN}\n${table}\n${END}${end}`;
  if (process.env['EARNEST_WRITE']) writeFileSync(path, made);
  assert.equal(readFileSync(path, 'utf8'), made, 'EARNEST_WRITE=1 writes it');
});

test('every copy of a view is read back, and calculates', async () => {
  const deal = samples.view as views.Deal;
  for (const copy of [{ ...deal }, structuredClone({ ...jsonOf(deal) }), structuredClone(deal), lodash.cloneDeep(deal), instanceToPlain(deal), jsonOf(deal)]) {
    const read = views.Deal.fromJSON(copy);
    assert.ok(read instanceof views.Deal && Object.isFrozen(read));
    assert.equal(JSON.stringify(read), JSON.stringify(deal));
    assert.ok(read.buyerPays.equals(deal.buyerPays));
  }
  const copy = lodash.cloneDeep(deal);
  assert.ok(copy.buyerPays.plus(Money.of('1', 'USD')).greaterThan(deal.buyerPays));
  assert.equal(lodash.cloneDeep(new IdempotencyKey('k')).for('a').toString(), new IdempotencyKey('k').for('a').toString());
  for (const actor of [new Actor('alice'), Actor.admin('anna')]) assert.deepEqual([{ ...actor }, jsonOf(lodash.cloneDeep(actor)), instanceToPlain(actor)], Array(3).fill(jsonOf(actor)));
  const event = (await bank.events.list({ limit: 1 })).items[0]!;
  const wire = (await bank.call('events.list', { limit: 1 }))['items'][0];
  assert.deepEqual([JSON.stringify(event), jsonOf({ ...event })], [JSON.stringify(wire), wire]);
  // a quote that comes out of a cache is one that a call takes
  const quote = await bank.escrow.quote({ price: '40.00 USD' });
  const terms = { fees: quote.fees.map((fee) => structuredClone(fee)) };
  assert.ok((await bank.escrow.quote({ price: '40.00 USD', ...(terms as object) })).price.equals(quote.price));
});

test('what is read has the names of here, and what is gone over those of JSON', () => {
  const { buyerPays, ...rest } = samples.view as any;
  assert.ok(Money.isMoney(buyerPays) && Money.isMoney(rest.buyer_pays) && !('buyerPays' in rest));
  const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  let fields = 0;
  for (const view of Object.values(views) as any[]) {
    if (typeof view !== 'function' || view.known === undefined) continue;
    const wires = Object.keys(view.known);
    // one whose members JSON has left out says `null`, or nothing
    const bare = Object.create(view.prototype);
    for (const wire of wires) {
      if (camel(wire) === wire) continue;
      assert.equal(typeof Object.getOwnPropertyDescriptor(view.prototype, camel(wire))?.get, 'function', `${view.name}.${camel(wire)}`);
      assert.ok(bare[camel(wire)] == null);
      fields += 1;
    }
  }
  assert.ok(fields > 150, String(fields));
});

test('a page is data, and goes on where that is asked for', async () => {
  const page = (await bank.ledger.entries({ account: 'alice', limit: 1 })) as Page<views.Entry>;
  assert.ok(page.next !== null && !(Symbol.asyncIterator in page));
  const numbers = async (all: AsyncIterable<views.Entry> | Page<views.Entry>) => {
    const found: unknown[] = [];
    for await (const entry of all) found.push(entry.number);
    return found;
  };
  const whole = await numbers(bank.ledger.entries({ account: 'alice' }));
  assert.ok(whole.length >= 2);
  assert.deepEqual([await numbers(page.all()), await numbers(page), await numbers(bank.ledger.entries({ account: 'alice', limit: 1 }))], [whole, whole, whole]);
  // nothing is asked for by what only goes over it
  const [last] = [...page];
  assert.ok(last !== undefined && !(last instanceof Promise));
  for (const copy of [lodash.cloneDeep(page), Object.assign(Object.create(Page.prototype), structuredClone(page))]) {
    assert.equal(JSON.stringify(copy), JSON.stringify(page));
    const refused = await rejection(copy.toArray({ limit: 9 }));
    assert.deepEqual([refused.code, refused.details.operation], ['not_supported', 'all']);
  }
});

test('a page whose next one is refused gives all its items first', async () => {
  const seen: unknown[] = [];
  const page = await bank.ledger.entries({ account: 'alice', limit: 1 });
  bank.failNext('ledger.entries', 'store_unavailable');
  const refused = await rejection(async () => {
    for await (const entry of page) seen.push(entry.number);
  });
  assert.deepEqual([refused.code, seen.length], ['store_unavailable', 1]);
});

test('no copy of a job of a gateway has its token', async () => {
  await bank.payments.setGateway({ id: 'card', driver: 'host' });
  await bank.payments.create({ amount: '5.00 USD', to: 'shop', gateway: 'card', key: 'p', token: 'pm_7391' });
  const { jobs } = await bank.jobs.lease({ kinds: ['gateway.card'], limit: 1, for: 'PT1M' });
  assert.equal((jobs[0]!.payload as any).token, 'pm_7391');
  for (const copy of [{ ...jobs[0] }, structuredClone(jobs[0]), lodash.cloneDeep(jobs[0]), instanceToPlain(jobs[0])]) assert.ok(!JSON.stringify(copy).includes('pm_7391'));
});
