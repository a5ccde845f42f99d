// What is given is read once, and what has no place in JSON is refused under its path.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { Actor, context, EarnestError, Engine, Failed, IdempotencyKey, keygen, Money, sealKeyring, views } from 'earnest';
import { rejection, until } from './support';

let bank: Engine;
before(async () => {
  bank = await Engine.open('memory:');
});
after(() => bank.close());

const topUp = (more: object) => bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k', ...more } as never);

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

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
  // what only says that it is money
  await refused({ amount: { [Symbol.for('earnest.money')]: true, amount: 1, currency: 'USD' } }, 'invalid_amount', 'amount');
  const own = Object.assign(Object.create({ toString: () => '1.00 USD', toJSON: () => '1.00 USD' }), { amount: '1.00', currency: 'USD' });
  await refused({ amount: own }, 'invalid_amount', 'amount');
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
    [{ metadata: { a: new Proxy([1], { get() { throw new Error('no'); } }) } }, 'metadata.a'],
    [{ metadata: { a: [1, 2, Object.defineProperty([0], 0, { get() { throw new Error('no'); } })] } }, 'metadata.a[2][0]'],
    [{ metadata: { a: revoked() } }, 'metadata'],
    [{ metadata: { a: { [Symbol.toStringTag]: 'Date', getTime: () => 0 } } }, 'metadata.a'],
    [{ metadata: { a: { [Symbol.for('earnest.money')]: true, get amount() { throw new Error('no'); } } } }, 'metadata.a'],
    [{ key: 7n }, 'key'],
    [{ account: { toString: () => 'alice' } }, 'account.toString'],
    [{ reference: ['alice'] }, 'reference'],
    [{ account: new String('alice') }, 'account'],
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

test('65 levels are too many, and 64 are not', async () => {
  const nested = (levels: number): any => (levels === 0 ? 1 : { x: nested(levels - 1) });
  const deepest = async (levels: number) => bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `deep-${levels}`, metadata: nested(levels) });
  const error = await rejection(deepest(65));
  assert.deepEqual([error.code, error.details.field.startsWith('metadata')], ['invalid_request', true]);
  const ends = await deepest(64).then(() => undefined, (refusal) => refusal);
  // the engine itself takes fewer levels of some arguments, and names them
  assert.ok(ends === undefined || (ends.code === 'invalid_request' && /48/.test(ends.message)), String(ends));
});

test('an engine of another thread, and what is no engine', async () => {
  const { port1, port2 } = new MessageChannel();
  const carried = await new Promise<any>((resolve) => {
    port2.once('message', resolve);
    try {
      port1.postMessage(bank);
    } catch (error) {
      resolve(error);
    }
  });
  assert.ok(carried instanceof Error || carried.ledger === undefined);
  port1.close();
  assert.throws(() => new (Engine as any)(), TypeError);
  assert.throws(() => new (Engine as any)(Symbol('own')), TypeError);
});

test('what is called back may throw, reject or answer nonsense', async () => {
  const loose: unknown[] = [];
  const heard = (error: unknown) => loose.push(error);
  process.on('unhandledRejection', heard);
  const logged = await Engine.open('memory:', { requireActor: true, logger: (async () => { throw new Error('no'); }) as never }); // prettier-ignore
  await rejection(logged.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' }));
  for (const answer of [undefined, null, 7, {}, 'no keyring']) {
    const error = await rejection(Engine.open('memory:', { keyring: () => answer as never }));
    assert.deepEqual([error.code, error.details.field], ['invalid_request', 'keyring'], String(answer));
  }
  const sealed = sealKeyring(keygen(), { by: 'kms', wrapped: new Uint8Array(4), key: new Uint8Array(32) });
  for (const keyringUnwrap of [() => 'text', () => new Uint8Array(3), () => Promise.reject(new Error('the secret')), () => { throw null; }]) { // prettier-ignore
    const error = await rejection(Engine.open('memory:', { keyring: sealed, keyringUnwrap: keyringUnwrap as never }));
    assert.ok(['invalid_request', 'decryption_failed'].includes(error.code) && !String(error).includes('the secret'), String(error));
  }
  for (const open of [() => undefined, () => 7, async () => { throw new Error('no'); }, () => ({ prepare() {} })]) { // prettier-ignore
    const error = await rejection(Engine.attach(open as never).ready());
    assert.ok(['invalid_request', 'store_unavailable'].includes(error.code), String(error));
  }
  let asked = 0;
  const worker = bank.jobs.worker({
    'arguments.odd': () => {
      asked += 1;
      if (asked === 1) throw undefined;
      if (asked === 2) return Promise.reject(7);
      return { circle: undefined as unknown, when: () => 1 };
    },
  });
  for (const n of [1, 2, 3]) await bank.jobs.enqueue({ kind: 'arguments.odd', payload: {}, key: `odd-${n}` });
  await until(async () => (await bank.jobs.list({ kind: 'arguments.odd' }).toArray({ limit: 9 })).every((job) => job.attempts > 0 && job.state === 'queued'));
  await worker.stop();
  assert.equal((await rejection(context({ correlationId: 'x' }, async () => { throw new Error('own'); }))).message, 'own'); // prettier-ignore
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off('unhandledRejection', heard);
  assert.deepEqual(loose, []);
  await logged.close();
});

test('JSON with a number for an amount is neither a view nor a refusal', async () => {
  const wire = (await topUp({ key: 'wire' })).balance.toJSON();
  const amounts = [{ amount: 5, currency: 'USD' }, { amount: '5.00', currency: 7 }, { amount: 'five', currency: 'USD' }, {}, 5, 'five'];
  for (const available of amounts) {
    assert.throws(() => views.Balance.fromJSON({ ...wire, available }), { code: 'invalid_amount' });
    const refusal = { code: 'insufficient_balance', message: 'no', retry: 'never', details: { account: 'alice', available } };
    assert.throws(() => EarnestError.fromJSON(refusal), { code: 'invalid_amount' });
  }
  const looped: Record<string, unknown> = { ...wire };
  looped['version'] = looped;
  for (const given of [{}, null, 7, [], { ...wire, available: null }, looped]) {
    assert.throws(() => views.Balance.fromJSON(given), (error: any) => error.code === 'invalid_request' && error.details.field === 'wire');
  }
  assert.throws(() => views.Deal.fromJSON({}), (error: any) => error.code === 'invalid_request' && /`Deal`/.test(error.message));
  const untold = { code: 'overflow', message: 'no', details: { why: () => 1 } };
  assert.throws(() => EarnestError.fromJSON(untold), (error: any) => error.code === 'invalid_request' && error.details.field === 'wire');
  // what only says that it is money
  const posing = { [Symbol.for('earnest.money')]: true, amount: 5, currency: 'USD' } as never;
  for (const add of [() => Money.from(posing), () => Money.sum([posing]), () => Money.zero('USD').plus(posing)]) {
    assert.throws(add, { code: 'invalid_amount' });
  }
  assert.equal(String(views.Balance.fromJSON(JSON.parse(JSON.stringify(wire))).available), String(views.Balance.fromJSON(wire).available));
});

test('null and nonsense in the place of options, arguments or a name are refused as in every call', async () => {
  await topUp({ key: 'programming' });
  await bank.jobs.worker({ 'arguments.none': () => 1 }, null as never).stop();
  const events = bank.events.follow(null as never)[Symbol.asyncIterator]();
  assert.equal((await events.next()).done, false);
  await events.return?.();
  assert.equal((await rejection(bank.events.subscribe(null as never, () => 1))).code, 'invalid_request');
  assert.equal((await rejection(bank.events.subscribe(new Map() as never, () => 1))).details.field, 'args');
  for (const all of [5, null, undefined, {}]) {
    assert.throws(() => Money.sum(all as never), (error: any) => error.code === 'invalid_request' && error.details.field === 'all');
  }
  for (const locale of ['no such locale', '', 7]) assert.throws(() => Money.zero('USD').toLocaleString(locale as never), { code: 'invalid_request' });
  assert.equal(new Failed('the post is closed', null as never).retryAt, undefined);
  // nothing of it is opened: the name is looked at first
  const lent = Engine.attach(() => { throw new Error('nobody opens it'); }); // prettier-ignore
  const bound = lent.using({ dialect: 'sqlite', query: async () => [], inTransaction: () => true });
  for (const name of [7, null, 'ledger top up', '']) {
    const refused = await rejection(bound.call(name as never, {}));
    assert.deepEqual([refused.code, refused.details.field], ['invalid_request', 'op'], String(refused));
  }
  await lent.close();
});

test('a key that no call takes is refused when it is made', () => {
  for (const text of ['', 'k'.repeat(256), 'auto:x', 'order\n7', '주문', 7, null]) {
    assert.throws(
      () => new IdempotencyKey(text as never),
      (error) => EarnestError.is(error, 'invalid_request') && error.details.field === 'key',
    );
  }
});
