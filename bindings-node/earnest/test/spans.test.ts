// Spans of OpenTelemetry, by its own SDK: one for each call, which says how the call ended and nothing of what it moves.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { context as contexts, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import Database from 'better-sqlite3';
import { Actor, Engine, keygen, version } from 'earnest';
import { join } from 'node:path';
import { database, folder, poolOn, rejection } from './support';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer('application');

let bank: Engine;
before(async () => {
  bank = await Engine.open('memory:', { keyring: keygen() });
});
after(() => bank.close());
beforeEach(() => {
  contexts.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  exporter.reset();
});
afterEach(() => {
  trace.disable();
  contexts.disable();
});

/** The spans of calls that have ended since. */
const ofCalls = (): ReadableSpan[] => exporter.getFinishedSpans().filter((one) => one.instrumentationScope.name === 'earnest');
const attributesOf = (one: ReadableSpan | undefined): object => ({ ...one?.attributes });
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 16);
const made = (operation: string, key: string | undefined, code?: string, replayed = false, mode = 'own'): object => ({
  'earnest.operation': operation,
  'earnest.mode': mode,
  ...(key === undefined ? {} : { 'earnest.key_hash': hashOf(key) }),
  'earnest.outcome': code === undefined ? 'ok' : 'error',
  ...(code === undefined ? { 'earnest.replayed': replayed } : { 'earnest.code': code }),
});
const inside = (operation: string, key: string, code?: string): object => made(operation, key, code, false, 'host');

test('a span of each call says its operation, how it ended and a hash of its key', async () => {
  const money = { account: 'alice', amount: '5.00 USD' } as const;
  await bank.ledger.topUp({ ...money, key: 'order-7' });
  await bank.ledger.topUp({ ...money, key: 'order-7' });
  await rejection(bank.ledger.deduct({ account: 'alice', amount: '99.00 USD', key: 'order-8' }));
  await rejection(bank.ledger.deduct({ account: 'alice', amount: 99 as never, key: 'order-9' }));
  await bank.ledger.balance({ account: 'alice' });
  await bank.call('ledger.top_up', { account: 'alice', amount: { amount: '1.00', currency: 'USD' }, key: 'order-10' });
  for await (const entry of bank.ledger.entries({ account: 'alice', limit: 2 })) assert.equal(entry.account, 'alice');
  assert.deepEqual(ofCalls().map(attributesOf), [
    made('ledger.top_up', 'order-7'),
    made('ledger.top_up', 'order-7', undefined, true),
    made('ledger.deduct', 'order-8', 'insufficient_balance'),
    made('ledger.deduct', undefined, 'invalid_amount'), // never sent
    made('ledger.balance', undefined),
    made('ledger.top_up', 'order-10'),
    made('ledger.entries', undefined),
  ]);
  for (const one of ofCalls()) {
    assert.deepEqual([one.name, one.kind, one.instrumentationScope.version], [one.attributes['earnest.operation'], SpanKind.INTERNAL, version]);
    const code = one.attributes['earnest.code'];
    assert.deepEqual(one.status, code === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: code });
    assert.deepEqual([one.events, one.links], [[], []]);
  }
});

test('a span is a child of the one that its caller is in, and goes with the call', async () => {
  const said: string[] = [];
  const heard = await Engine.open('memory:', { log: 'debug', logger: (line) => void said.push(JSON.stringify(line)) });
  const request = (name: string) =>
    tracer.startActiveSpan(name, async (span) => {
      const calls = ['a', 'b'].map((key) => rejection(heard.ledger.deduct({ account: name, amount: '1.00 USD', key: `${name}-${key}` })));
      assert.equal(trace.getActiveSpan(), span); // a call is in nobody's way
      await Promise.all(calls);
      span.end();
      return span.spanContext();
    });
  const [first, second] = await Promise.all([request('first'), request('second')]);
  await heard.close();
  await (await Engine.open('memory:', { log: 'warn' })).close();
  assert.equal(ofCalls().length, 4);
  for (const parent of [first, second]) {
    const children = ofCalls().filter((one) => one.spanContext().traceId === parent.traceId);
    assert.deepEqual(children.map((one) => one.parentSpanContext?.spanId), [parent.spanId, parent.spanId]);
    for (const { traceId, spanId } of children.map((one) => one.spanContext())) {
      assert.ok(said.some((line) => line.includes(`00-${traceId}-${spanId}-01`)), `${said.join('\n')} has no ${spanId}`);
    }
  }
});

test('whoever stops waiting, and what is no refusal', async () => {
  for (const reason of [new Error('enough'), undefined]) {
    const control = new AbortController();
    const call = bank.ledger.topUp({ account: 'carol', amount: '1.00 USD', key: `c-${String(reason)}` }, { signal: control.signal });
    control.abort(reason);
    await rejection(call);
  }
  await bank.ledger.topUp({ account: 'carol', amount: '1.00 USD', key: 'c-awaited' }, { signal: AbortSignal.timeout(60_000) });
  assert.deepEqual(ofCalls().map((one) => one.attributes['earnest.code']), ['cancelled', 'cancelled', undefined]);
});

test('calls in transactions of the application', async () => {
  const url = await database();
  const [shop, pool] = [await Engine.open(url, { background: false }), poolOn(url, 2)];
  const over = await shop.run(pool, async (_client, mine) => {
    await mine.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'run' });
    return mine;
  });
  await rejection(over.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'none' }));
  await shop.close();
  await pool.end();
  const file = join(folder(), 'own.db');
  const lent = await Engine.attach(() => new Database(file)).ready();
  const db = new Database(file);
  db.transaction(() => {
    const mine = lent.usingSync(db);
    mine.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'sync' });
    assert.throws(() => mine.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'sync-2' }));
  }).immediate();
  db.close();
  await lent.close();
  assert.deepEqual(ofCalls().map(attributesOf), [
    inside('ledger.top_up', 'run'),
    inside('ledger.top_up', 'none', 'not_in_transaction'),
    inside('ledger.top_up', 'sync'),
    inside('ledger.deduct', 'sync-2', 'insufficient_balance'),
  ]);
});

test('nothing of accounts, amounts, actors, keys and secrets is in a span', async () => {
  const secret = 'zq7';
  const by = bank.acting(Actor.admin(`${secret}-anna`)).book(`${secret}-book`);
  const account = `${secret}-alice`;
  await by.ledger.topUp({ account, amount: '707.07 USD', key: `${secret}-1`, reference: `${secret}-order`, metadata: { [secret]: secret } });
  await rejection(by.ledger.deduct({ account, amount: '70707.00 USD', key: `${secret}-2` }));
  await rejection(by.ledger.balance({ account, [secret]: 1 } as never));
  await rejection(by.call('ledger.top_up', { account, amount: `${secret}`, key: `${secret}-3` }));
  await by.credentials.setPin({ owner: account, pin: '707070' } as never).catch(() => undefined);
  await by.signing.address({ key: `${secret}-key` }).catch(() => undefined); // the id of a key is no idempotency key
  await by.admin.lookupKey({ key: `${secret}-1` });
  assert.ok(ofCalls().length >= 7);
  const names = new Set(ofCalls().flatMap((one) => Object.keys(one.attributes)));
  assert.deepEqual([...names].sort(), ['earnest.code', 'earnest.key_hash', 'earnest.mode', 'earnest.operation', 'earnest.outcome', 'earnest.replayed']);
  const all = JSON.stringify(ofCalls().map(({ name, attributes, status, events, links }) => [name, attributes, status, events, links]));
  assert.doesNotMatch(all, /zq7|7070?7|707070|anna|alice/);
  assert.equal(ofCalls().find((one) => one.name === 'signing.address')?.attributes['earnest.key_hash'], undefined);
});

test('nothing is made, and nothing fails, where nobody traces', async () => {
  trace.disable();
  await bank.ledger.topUp({ account: 'dave', amount: '1.00 USD', key: 'untraced' });
  assert.deepEqual(ofCalls(), []);
  // a program that has never loaded OpenTelemetry
  const program = `
    const { Engine } = require('earnest');
    Engine.open('memory:').then(async (bank) => {
      await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
      await bank.close();
      console.log(Object.keys(require.cache).some((file) => file.includes('opentelemetry')));
    });`;
  assert.equal(execFileSync(process.execPath, ['-e', program], { cwd: __dirname, encoding: 'utf8' }), 'false\n');
});
