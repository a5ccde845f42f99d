// Faults that were found by people who knew only the contract.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import Database from 'better-sqlite3';
import { Actor, EarnestError, Engine, errors, Failed, IdempotencyKey, keygen, Money, registerCurrency, verifyWebhook, views, type Ledger } from 'earnest';
import { migrationSource } from 'earnest/knex';
import * as testing from 'earnest/testing';
import { ignoreTables, migration } from 'earnest/typeorm';
import { folder, rejection, until } from './support';

const fieldOf = (code: string, field: string) => (error: any) => error instanceof EarnestError && error.code === code && error.details['field'] === field;

test('a refusal of a later version, or with other details, has a text, no language and an envelope', () => {
  const later = { code: 'some_new_code', kind: 'rejected', message: 'alice', retryable: false, retry: 'never', http_status: 418, details: { left: 3 } };
  const short = { code: 'rate_limited', kind: 'limited', message: 'm', retryable: true, retry: 'later', http_status: 429, details: { retry_after: 7, rule: 'r' } };
  for (const [wire, status] of [[later, 418], [short, 429]] as const) {
    const error = EarnestError.fromJSON(wire);
    assert.equal(error.httpStatus, status);
    assert.equal(error.languageOf('ko'), null);
    assert.ok(error.toUser('ko').length > 3 && !error.toUser().includes('alice'));
    assert.deepEqual({ ...error.envelope('ko') }, { code: wire.code.toUpperCase(), message: error.toUser(), retryable: wire.retryable });
  }
  assert.equal(EarnestError.fromJSON(later).render('{left} left[ of {of}]'), '3 left');
  assert.equal(EarnestError.fromJSON({ ...later, http_status: 200 }).httpStatus, 409);
});

test('the message of a refusal that somebody else made is one line', () => {
  const message = 'no such order\r\n2026-11-30 ERROR paid\u001b[2K\u2028';
  const read = EarnestError.fromJSON({ code: 'invalid_request', message, retry: 'never', details: { field: 'a', reason: 'b' } });
  assert.equal(read.message, 'no such order\\u{d}\\u{a}2026-11-30 ERROR paid\\u{1b}[2K\\u{2028}');
});

test('a webhook without or with malformed headers is not genuine', () => {
  const secret = 'whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH';
  const good = { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' };
  for (const headers of [{}, { ...good, 'webhook-timestamp': 'xx' }, { ...good, 'webhook-signature': undefined }]) {
    assert.throws(() => verifyWebhook('{}', headers, secret), errors.SignatureInvalid);
  }
  assert.throws(() => verifyWebhook('{}', null as never, secret), fieldOf('invalid_request', 'headers'));
  assert.throws(() => verifyWebhook('{}', good, secret, { at: '1' } as never), fieldOf('invalid_request', 'at'));
});

test('all values of a header with signatures are read', () => {
  // the known answer of Standard Webhooks
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': ['v1,AAAA', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  };
  const now = new Date(1_614_265_330_000);
  assert.equal(verifyWebhook('{"test": 2432232314}', headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { now }), headers['webhook-id']);
});

test('the currency of an asset, and those of a store that is opened, are known to Money', async () => {
  const bank = await Engine.open('memory:', { keyring: keygen(), background: false });
  await bank.withdrawals.setChain({ chain: 'polygon', chainId: '137', endpoints: ['north'], feeCap: '500000000000' });
  assert.throws(() => Money.of('1', 'FOUNDA'), { code: 'invalid_currency' });
  const token = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
  await bank.withdrawals.setAsset({ chain: 'polygon', currency: 'FOUNDA', kind: 'erc20', token, decimals: 6 });
  assert.equal(String(Money.of('1', 'FOUNDA')), '1.000000 FOUNDA');
  assert.equal(Money.fromMinor(5, 'FOUNDA').amount, '0.000005');
  const { balance } = await bank.ledger.topUp({ account: 'a', amount: Money.parse('2.5 FOUNDA'), key: 't' });
  assert.ok(Money.from(balance.available.toJSON()).equals(balance.available));
  await bank.close();

  // another process has registered it by an option
  const url = `sqlite:${join(folder(), 'found.db')}`;
  const script = `require('earnest').Engine.open(${JSON.stringify(url)}, { currencies: { FOUNDB: 3 }, background: false }).then((bank) => bank.close());`;
  execFileSync(process.execPath, ['-e', script], { cwd: __dirname });
  assert.throws(() => Money.zero('FOUNDB'), { code: 'invalid_currency' });
  const other = await Engine.open(url, { background: false });
  assert.equal(Money.zero('FOUNDB').amount, '0.000');
  await other.close();
  // what the program says counts, whatever a store has
  registerCurrency('FOUNDB', 5);
  assert.equal(Money.zero('FOUNDB').amount, '0.00000');
});

test('options that nobody reads are refused', async () => {
  const file = join(folder(), 'options.db');
  const bank = await Engine.attach(() => new Database(file)).ready();
  // one that is not open yet takes a driver of any SQLite library
  const lent = Engine.attach(() => new Database(file));
  const tx = { dialect: 'sqlite' as const, query: async () => [], inTransaction: () => true };
  const db = new Database(file);
  assert.throws(() => bank.using(tx, { aktor: 'u-1' } as never), fieldOf('invalid_request', 'aktor'));
  assert.throws(() => bank.using(tx, { actor: null } as never), fieldOf('invalid_request', 'actor'));
  const host = async (body: (tx: object) => Promise<unknown>) => body(tx);
  assert.ok(fieldOf('invalid_request', 'foo')(await rejection(bank.run(host, async () => 1, { foo: 1 } as never))));
  for (const options of [{ foo: 1 }, { signal: undefined, foo: 1 }]) {
    assert.ok(fieldOf('invalid_request', 'foo')(await rejection(bank.ledger.trialBalance({}, options as never))));
  }
  const { signal } = new AbortController();
  assert.ok(fieldOf('invalid_request', 'options')(await rejection(bank.ledger.trialBalance({}, signal as never))));
  assert.equal((await rejection(lent.using(tx).call('ledger.trial_balance', {}, { signal } as never))).code, 'not_supported');
  const handled = await rejection((lent.using(tx).events as any).subscribe({ sink: 's' }, () => 1));
  assert.equal(handled.code, 'not_supported');
  db.exec('BEGIN IMMEDIATE');
  const bound = bank.usingSync(db);
  assert.throws(() => bank.usingSync(db, { aktor: 'u-1' } as never), fieldOf('invalid_request', 'aktor'));
  for (const call of [() => bound.call('ledger.trial_balance', {}, { signal } as never), () => (bound.ledger as any).trialBalance({}, { signal })]) {
    assert.throws(call, { code: 'not_supported' });
  }
  assert.throws(() => (bound.ledger as any).entries({ account: 'a' }, { foo: 1 }), fieldOf('invalid_request', 'foo'));
  db.exec('ROLLBACK');
  const worker = (handlers: object, options?: object) => () => bank.jobs.worker(handlers as never, options as never);
  assert.throws(worker({ a: () => 1 }, { foo: 1 }), fieldOf('invalid_request', 'foo'));
  assert.throws(worker({ a: () => 1 }, { allBooks: 'x' }), fieldOf('invalid_request', 'allBooks'));
  for (const kind of ['', 'a b', 'x'.repeat(65)]) assert.throws(worker({ [kind]: () => 1 }), fieldOf('invalid_request', 'handlers'));
  for (const made of [() => migration({ foo: 1 } as never), () => migrationSource({ foo: 1 } as never), () => ignoreTables({ foo: 1 } as never)]) {
    assert.throws(made, fieldOf('invalid_request', 'foo'));
  }
  db.close();
  await lent.close();
  await bank.close();
});

test('a leased job of a gateway shows no token', async () => {
  const bank = await testing.engine();
  await bank.payments.setGateway({ id: 'card', driver: 'host' });
  await bank.payments.create({ amount: '5.00 USD', to: 'shop', gateway: 'card', token: 'pm_secret', key: 'p' });
  const { jobs } = await bank.jobs.lease({ kinds: ['gateway.card'], limit: 1, for: 'PT1M' });
  const [job] = jobs;
  assert.equal((job!.payload as any).token, 'pm_secret');
  for (const shown of [inspect(job), inspect({ jobs }, { depth: 9 })]) assert.ok(!shown.includes('pm_secret') && shown.includes('<hidden>'), shown);
  await bank.close();
});

test('a failure of another copy of the package keeps its text', async () => {
  class Failure extends Error {
    readonly retryAt = new Date('2026-01-02T00:00:00Z');
  }
  Object.defineProperty(Failure.prototype, Symbol.for('earnest.failed'), { value: true });
  assert.ok((Failed.prototype as any)[Symbol.for('earnest.failed')]);
  const bank = await testing.engine();
  await bank.jobs.enqueue({ kind: 'found.mail', payload: {}, key: 'm' });
  const worker = bank.jobs.worker({
    'found.mail': () => {
      throw new Failure('the post is closed');
    },
  });
  const found = async () => (await bank.jobs.list({ kind: 'found.mail' }).toArray({ limit: 1 }))[0]!;
  await until(async () => (await found()).attempts === 1 && (await found()).state === 'queued');
  await worker.stop();
  assert.deepEqual([(await found()).lastError, (await found()).runAt], ['the post is closed', '2026-01-02T00:00:00.000000Z']);
  await bank.close();
});

test('keys and actors are looked at when they are made', () => {
  for (const key of ['', 'é', 'x'.repeat(256), 'auto:x']) assert.throws(() => new IdempotencyKey(key), fieldOf('invalid_request', 'key'), key);
  assert.equal(String(new IdempotencyKey('x'.repeat(255))).length, 255);
  for (const made of [() => new Actor(''), () => Actor.admin(''), () => Actor.system('x'.repeat(1000))]) {
    assert.throws(made, (error: any) => error instanceof errors.Invalid && /^actor/.test(String((error.details as any).field)));
  }
  assert.deepEqual({ ...new Actor('anna') }, { id: 'anna', role: null });
});

test('money is not made by its class', () => {
  assert.throws(() => new (Money as any)('1', 'USD'), TypeError);
  assert.equal(Money.of('1', 'USD').minor, 100n);
});

test('a list asks for what its arguments were when it was made', async () => {
  const bank = await Engine.open('memory:');
  const ledger: Ledger = bank.ledger;
  for (const account of ['alice', 'bob']) for (const n of [1, 2, 3]) await ledger.topUp({ account, amount: '1.00 USD', key: `${account}-${n}` });
  const args = { account: 'alice', limit: 2 };
  const list = ledger.entries(args);
  args.account = 'bob';
  const seen: string[] = [];
  for await (const entry of list) {
    seen.push(entry.account);
    args.limit = 1;
  }
  assert.deepEqual(seen, ['alice', 'alice', 'alice']);
  // what is wrong with them is told where it is awaited
  const wrong = ledger.entries({ account: 'alice', nonsense: 1 } as never);
  assert.ok(fieldOf('invalid_request', 'nonsense')(await rejection(Promise.resolve(wrong))));
  assert.ok((await list) !== undefined && (await bank.verify()) instanceof views.Verify);
  await bank.close();
});

test('a level below warnings silences those of the package', async () => {
  const lines: string[] = [];
  const bank = await Engine.open('memory:', { log: 'off', logger: ({ message }) => lines.push(message) });
  await bank.jobs.enqueue({ kind: 'found.off', payload: {}, key: 'o' });
  const worker = bank.jobs.worker({
    'found.off': () => {
      throw new Error('no');
    },
  });
  await until(async () => (await bank.jobs.list({ kind: 'found.off' }).toArray({ limit: 1 }))[0]!.attempts > 0);
  await worker.stop();
  assert.deepEqual(lines, []);
  await bank.close();
  const loud = await Engine.open('memory:', { log: 'warn' });
  await loud.close();
});
