// What is given is read once, and what has no place in JSON is refused under its path.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { Engine, IdempotencyKey, Money, Actor } from 'earnest';
import { rejection } from './support';

let bank: Engine;
before(async () => {
  bank = await Engine.open('memory:');
});
after(() => bank.close());

const topUp = (more: object) => bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k', ...more } as never);

async function refused(args: object, code: string, field: string): Promise<void> {
  const error = await rejection(topUp(args));
  assert.equal(error.code, code, String(error));
  assert.equal(error.details.field, field, String(error));
}

test('an amount is money or a text', async () => {
  for (const amount of [1, 1n, true, Number.NaN, new Date(), new String('1 USD'), ['1 USD'], Symbol('1'), () => 1]) {
    await refused({ amount }, 'invalid_amount', 'amount');
  }
  await refused({ amount: { amount: 1, currency: 'USD' } }, 'invalid_amount', 'amount');
  for (const amount of [null, undefined]) await refused({ amount }, 'invalid_request', 'amount');
});

test('what has no place in JSON is named by its path', async () => {
  const cycle: any = { a: [] };
  cycle.a.push(cycle);
  const deep: any = {};
  let at = deep;
  for (let level = 0; level < 70; level++) at = at.x = {};
  const cases: [object, string][] = [
    [{ nonsense: 1 }, 'nonsense'],
    [{ metadata: { a: [1, Number.NaN] } }, 'metadata.a[1]'],
    [{ metadata: { a: Number.POSITIVE_INFINITY } }, 'metadata.a'],
    [{ metadata: { a: 2 ** 53 } }, 'metadata.a'],
    [{ metadata: { a: 1n } }, 'metadata.a'],
    [{ metadata: { a: () => 1 } }, 'metadata.a'],
    [{ metadata: { a: Symbol('x') } }, 'metadata.a'],
    [{ metadata: { a: new Map() } }, 'metadata.a'],
    [{ metadata: { a: new (class Thing {})() } }, 'metadata.a'],
    [{ metadata: { a: new Date(Number.NaN) } }, 'metadata.a'],
    [{ metadata: { a: '\ud800' } }, 'metadata.a'],
    [{ metadata: { [Symbol('x')]: 1 } }, 'metadata'],
    [{ metadata: { get a() { throw new Error('no'); } } }, 'metadata.a'],
    [{ metadata: cycle }, 'metadata.a[0]'],
    [{ account: '\udc00' }, 'account'],
    [{ metadata: new Proxy({}, { ownKeys() { throw new Error('no'); } }) }, 'metadata'],
    [{ metadata: { toJSON: () => ({}) } }, 'metadata.toJSON'],
    [{ context: { correlationId: 7 } }, 'context.correlationId'],
  ]; // prettier-ignore
  for (const [args, field] of cases) await refused(args, 'invalid_request', field);
  const tooDeep = await rejection(topUp({ metadata: deep }));
  assert.ok(tooDeep.code === 'invalid_request' && tooDeep.details.field.startsWith('metadata.x.x'));
  const named = await rejection(bank.ledger.topUp(JSON.parse('{"__proto__":{"x":1}}')));
  assert.equal(named.code, 'invalid_request');
  for (const args of [[], 'x', 7, new Map(), new Date()]) {
    assert.equal((await rejection(bank.ledger.topUp(args as never))).code, 'invalid_request');
  }
});

test('times and lengths of time', async () => {
  const hold = (more: object) => bank.ledger.hold({ account: 'alice', amount: '1.00 USD', key: 'h', ...more } as never);
  await topUp({ key: 'times', amount: '100.00 USD' });
  for (const [more, field] of [
    [{ expiresIn: 5 }, 'expiresIn'],
    [{ expiresIn: { days: 1, fortnights: 1 } }, 'expiresIn.fortnights'],
    [{ expiresAt: new Date(Number.NaN) }, 'expiresAt'],
    [{ expiresAt: '2030-01-01T00:00:00' }, 'expiresAt'],
  ] as const) {
    const error = await rejection(hold(more));
    assert.deepEqual([error.code, error.details.field], ['invalid_request', field], String(error));
  }
  const at = new Date(Date.now() + 86_400_000);
  const kept = await hold({ expiresAt: at, key: 'h-1' });
  assert.equal(new Date(kept.hold.expiresAt!).getTime(), at.getTime());
  assert.match(kept.hold.expiresAt!, /\.\d{6}Z$/);
  assert.equal((await hold({ expiresIn: { days: 1, minutes: 90 }, key: 'h-2' })).hold.state, (await hold({ expiresIn: 'P1DT90M', key: 'h-2' })).hold.state);
});

test('your own names and values stay as they are', async () => {
  const metadata = JSON.parse('{"__proto__":{"x":1},"snake_case":1,"camelCase":null}');
  metadata.when = new Date(0);
  metadata.price = Money.of('1.00', 'USD');
  const made = await topUp({ key: new IdempotencyKey('own').for('step'), metadata, actor: Actor.admin('anna') });
  const shown = JSON.stringify(made.transfer.metadata);
  for (const part of ['"__proto__":{"x":1}', '"snake_case":1', '"camelCase":null', '"when":"1970-01-01T00:00:00.000Z"']) assert.ok(shown.includes(part), shown);
  assert.equal(({} as any).x, undefined);
  assert.ok(Object.isFrozen(made.transfer.metadata));
});

test('each property is read once, and objects of another realm are taken', async () => {
  let reads = 0;
  const args = { account: 'alice', key: 'once', get amount() { reads++; return '1.00 USD' as const; } }; // prettier-ignore
  await bank.ledger.topUp(args);
  assert.equal(reads, 1);
  const other = runInNewContext(`({ account: 'alice', amount: '1.00 USD', key: 'realm', metadata: { a: [1], at: new Date(0) } })`);
  assert.deepEqual({ ...(await bank.ledger.topUp(other)).transfer.metadata }, { a: [1], at: '1970-01-01T00:00:00.000Z' });
});

test('fields of a refusal are named as they are here', async () => {
  const error = await rejection(bank.ledger.hold({ account: 'alice', amount: '1.00 USD', key: 'f', expiresIn: 'nonsense' }));
  assert.deepEqual([error.code, error.details.field, error.toJSON().details.field], ['invalid_request', 'expiresIn', 'expires_in']);
});
