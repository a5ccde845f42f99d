// Objects, errors and money of another realm, as test runners make one for each file, and the addon loaded twice.

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createContext, runInContext, runInNewContext } from 'node:vm';
import { EarnestError, Engine, errors, IdempotencyKey, Money, Actor } from 'earnest';
import { folder, rejection } from './support';

const ENTRY = require.resolve('earnest');

/** The package in a realm of its own: its files are run there, beside few globals of Node, as Jest does it for pages. */
function elsewhere(binary?: string): typeof import('earnest') {
  const env = { ...process.env, ...(binary === undefined ? {} : { EARNEST_NODE_BINARY: binary }) };
  const context = createContext({ process: Object.create(process, { env: { value: env } }) as object, console, Buffer });
  const loaded = new Map<string, { exports: any }>();
  const load = (file: string): any => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const made = { exports: {} as any };
    loaded.set(file, made);
    const own = createRequire(file);
    const required = (name: string): any => {
      const found = own.resolve(name);
      return found.startsWith(dirname(ENTRY)) ? load(found) : own(name);
    };
    runInContext(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`, context, { filename: file })(
      made.exports, required, made, file, dirname(file)); // prettier-ignore
    return made.exports;
  };
  return load(ENTRY);
}

test('plain objects, arrays and dates of another realm are taken', async () => {
  const bank = await Engine.open('memory:');
  const args = runInNewContext(`({ account: 'alice', amount: { amount: '5.00', currency: 'USD' }, key: 'k', metadata: { a: [1, { b: 'x' }], at: new Date(0) } })`);
  const moved = await bank.ledger.topUp(args);
  assert.equal(JSON.stringify(moved.transfer.metadata), '{"a":[1,{"b":"x"}],"at":"1970-01-01T00:00:00.000Z"}');
  const odd = runInNewContext(`new (class Thing { constructor() { this.a = 1; } })()`);
  const refused = await rejection(bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k2', metadata: odd }));
  assert.deepEqual([refused.code, refused.details.field], ['invalid_request', 'metadata']);
  await bank.close();
});

test('what another realm makes of the package is known here, and the other way round', async () => {
  const other = elsewhere();
  assert.notEqual(other.Money, Money);
  const [bank, there] = await Promise.all([Engine.open('memory:'), other.Engine.open('memory:')]);
  const five: any = other.Money.of('5.00', 'USD');
  assert.ok(Money.isMoney(five) && other.Money.isMoney(Money.of('1', 'USD')));
  assert.ok(Money.of('5', 'USD').equals(five) && five.equals(Money.of('5', 'USD')));
  const key = new other.IdempotencyKey('k').for('step');
  assert.equal(String(key), String(new IdempotencyKey('k').for('step')));
  const moved = await bank.ledger.topUp({ account: 'alice', amount: five, key: key as never, actor: other.Actor.admin('anna') as never });
  assert.equal(String(moved.balance.available), '5.00 USD');
  await there.acting(Actor.admin('anna') as never).ledger.topUp({ account: 'alice', amount: Money.of('5.00', 'USD') as never, key: 'k' });
  const theirs = await rejection(there.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'd' }));
  assert.ok(theirs instanceof errors.InsufficientBalance && theirs instanceof EarnestError && theirs instanceof errors.Rejected);
  assert.ok(!(theirs instanceof errors.Overflow) && EarnestError.is(theirs, 'insufficient_balance') && !EarnestError.is(theirs, 'overflow'));
  const ours = await rejection(bank.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'd' }));
  assert.ok(ours instanceof (other.errors.InsufficientBalance as any) && other.EarnestError.is(ours));
  await Promise.all([bank.close(), there.close()]);
});

test('the addon loaded twice in one process, from two files', async () => {
  const copy = join(folder(), 'again.node');
  copyFileSync(process.env['EARNEST_NODE_BINARY']!, copy);
  const other = elsewhere(copy);
  const [bank, there] = await Promise.all([Engine.open('memory:'), other.Engine.open('memory:')]);
  const pay = (engine: any, n: number) => engine.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `k-${n}` });
  await Promise.all(Array.from({ length: 200 }, (_, n) => pay(n % 2 ? bank : there, n)));
  for (const engine of [bank, there]) {
    assert.equal((await engine.ledger.balance({ account: 'alice' })).available.amount, '100.00');
    assert.ok((await engine.verify()).ok);
    await engine.close();
  }
});

test('a refusal, a job and a list work where Node has few globals', async () => {
  const { EarnestError: theirs, Engine: there, views } = elsewhere();
  const bank = await there.open('memory:');
  const { balance } = await bank.ledger.topUp({ account: 'alice', amount: '5.00 USD', key: 'k' });
  assert.deepEqual(views.Balance.fromJSON(JSON.parse(JSON.stringify(balance))).toJSON(), balance.toJSON());
  const refused = await rejection(bank.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'd' }));
  const read = theirs.fromJSON(JSON.parse(JSON.stringify(refused)));
  assert.ok(theirs.is(read, 'insufficient_balance') && JSON.stringify(read) === JSON.stringify(refused));
  const done = await new Promise((resolve) => {
    const worker = bank.jobs.worker({ 'realm.mail': (job) => resolve([job.kind, worker]) });
    void bank.jobs.enqueue({ kind: 'realm.mail', payload: {}, key: 'm' });
  });
  const [kind, worker] = done as [string, { stop(): Promise<void> }];
  assert.equal(kind, 'realm.mail');
  await worker.stop();
  for await (const event of bank.events.follow({})) if (event.type === 'transfer.posted') break;
  await bank.close();
});

/** Globals that tests replace, or that a realm does not have. */
const REPLACED =
  /(?<![.\w$])(?:(?:set|clear)(?:Timeout|Interval|Immediate)|queueMicrotask|structuredClone|performance|Abort(?:Controller|Signal)|Text(?:En|De)coder|MessageChannel|Date\.now|new Date|new URL)\b(?!:)/g;

test('no module uses a global that tests replace', () => {
  const built = join(dirname(ENTRY), '../build/src');
  for (const file of readdirSync(built, { recursive: true }).map(String)) {
    if (!file.endsWith('.js') || file === 'globals.js') continue;
    const code = readFileSync(join(built, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\])*'/g, '');
    assert.deepEqual([...code.matchAll(REPLACED)].map(([found]) => found), [], file);
  }
});
