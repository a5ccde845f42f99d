import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Actor, context, EarnestError, Engine, errors, keygen, Money, Page, sealKeyring, verifyWebhook, views } from 'earnest';
import { database, folder, rejection, until } from './support';

for (const store of ['memory', 'sqlite', 'postgresql']) {
  test(`the first call on ${store}`, async () => {
    const url = { memory: 'memory:', sqlite: `sqlite:${join(folder(), 'first.db')}` }[store] ?? (await database());
    const bank = await Engine.open(url);
    try {
      await bank.ledger.topUp({ account: 'alice', amount: Money.of('100.00', 'USD'), key: 't-1' });
      const paid = await bank.ledger.deduct({ account: 'alice', amount: '25.00 USD', key: 'd-1' });
      const again = await bank.ledger.deduct({ account: 'alice', amount: '25.00 USD', key: 'd-1' });
      assert.ok(paid.balance.available.equals(Money.of('75.00', 'USD')));
      assert.deepEqual([paid.replayed, again.replayed, again.transfer.id], [false, true, paid.transfer.id]);
      assert.ok(paid instanceof views.Moved && Object.isFrozen(paid) && paid.transfer instanceof views.Transfer);
      const error = await rejection(bank.ledger.deduct({ account: 'alice', amount: '99.00 USD', key: 'd-2' }));
      assert.ok(error instanceof errors.InsufficientBalance && error instanceof errors.Rejected && error instanceof EarnestError);
      assert.ok(error.details.available.equals(Money.parse('75.00 USD')));
      assert.deepEqual([error.name, error.httpStatus, error.retry, error.retryable], ['InsufficientBalance', 409, 'never', false]);
      assert.equal(error.toUser('ko'), '잔액이 부족합니다');
      assert.ok(EarnestError.is(error, 'insufficient_balance') && !EarnestError.is(error, 'overflow'));
      assert.ok(EarnestError.fromJSON(JSON.parse(JSON.stringify(error))) instanceof errors.InsufficientBalance);
      const all = await Promise.all(Array.from({ length: 200 }, (_, n) => bank.ledger.topUp({ account: 'bob', amount: '1.00 USD', key: `b-${n}` })));
      assert.equal(all.length, 200);
      assert.equal((await bank.ledger.balance({ account: 'bob' })).available.amount, '200.00');
      assert.ok((await bank.verify()).ok);
      assert.match(await bank.metrics(), /earnest_operations_total/);
      assert.notEqual((await bank.health()).status, undefined);
    } finally {
      await bank.close();
    }
    assert.ok(bank.closed);
    await bank.close();
    assert.equal((await rejection(bank.ledger.trialBalance())).code, 'store_unavailable');
  });
}

test('lists go on by themselves, and are sent once', async () => {
  const bank = await Engine.open('memory:');
  for (let n = 0; n < 7; n++) await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `t-${n}` });
  const list = bank.ledger.entries({ account: 'alice', limit: 3 });
  const page = await list;
  assert.ok(page instanceof Page && page.items.length === 3 && page.next !== null && (await list) === page);
  const seen = [];
  for await (const entry of list) seen.push(entry.number);
  assert.deepEqual([seen.length, new Set(seen).size], [7, 7]);
  assert.equal((await bank.ledger.entries({ account: 'alice', limit: 2 }).toArray({ limit: 5 })).length, 5);
  assert.equal((await rejection(bank.ledger.entries({ account: 'alice' }).toArray({} as never))).details.field, 'limit');
  await bank.close();
});

test('views of actors and books', async () => {
  const bank = await Engine.open('memory:', { requireActor: true });
  assert.equal((await rejection(bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' }))).httpStatus >= 400, true);
  const anna = bank.acting(Actor.admin('anna'));
  await anna.ledger.topUp({ account: 'alice', amount: '5.00 USD', key: 'k' });
  assert.equal((await rejection(bank.acting('alice').ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k2' }))).code, 'not_permitted');
  assert.equal((await rejection(anna.close())).code, 'not_supported');
  const other = await rejection(anna.book('other').ledger.balance({ account: 'alice' }));
  assert.equal(other.code, 'account_not_found');
  for (const bad of [null, undefined, 7, {}, { id: 7 }, { id: 'a', role: 7 }]) {
    assert.throws(() => bank.acting(bad as never), (error: any) => error instanceof EarnestError && /^actor/.test(error.details.field as string), inspect(bad));
  }
  assert.throws(() => bank.book(7 as never), { code: 'invalid_request' });
  assert.equal((bank as any).then, undefined);
  await bank.close();
  assert.equal((await rejection(anna.ledger.trialBalance())).code, 'store_unavailable');
});

test('a signal stops the waiting, and nothing of it stays', async () => {
  const bank = await Engine.open('memory:');
  const control = new AbortController();
  const reason = new Error('gone');
  const before = AbortSignal.abort(reason);
  assert.equal(await rejection(bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'never' }, { signal: before })), reason);
  const waiting = bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'late' }, { signal: control.signal });
  control.abort(reason);
  assert.equal(await rejection(waiting), reason);
  await until(async () => (await bank.ledger.balance({ account: 'a' }).catch(() => undefined)) !== undefined);
  const again = await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'late' });
  assert.ok(again.replayed);
  assert.equal((await bank.ledger.balance({ account: 'a' })).available.amount, '1.00');
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  (signal as any).addEventListener = (...given: any[]) => { listeners++; (add as any)(...given); }; // prettier-ignore
  (signal as any).removeEventListener = (...given: any[]) => { listeners--; (remove as any)(...given); }; // prettier-ignore
  await Promise.all(Array.from({ length: 50 }, () => bank.ledger.trialBalance({}, { signal })));
  await new Promise(setImmediate);
  assert.equal(listeners, 0);
  assert.equal((await rejection(bank.ledger.trialBalance({}, { signal: 'x' as never }))).details.field, 'signal');
  await bank.close();
});

test('options are named when they are wrong', async () => {
  for (const [options, field] of [
    [{ nonsense: 1 }, 'nonsense'],
    [{ poolSize: 'x' }, 'poolSize'],
    [{ poolSize: 0 }, 'poolSize'],
    [{ queueLimit: 0 }, 'queueLimit'],
    [{ groupLimit: 0 }, 'groupLimit'],
    [{ keyring: 7 }, 'keyring'],
    [{ keyringUnwrap: () => new Uint8Array() }, 'keyringUnwrap'],
    [{ connectTimeout: 10 }, 'connectTimeout'],
    [{ migrate: 'perhaps' }, 'migrate'],
    [{ currencies: { USDC: 'six' } }, 'currencies'],
    [{ logger: 'console' }, 'logger'],
    [{ webhooks: { nonsense: true } }, 'webhooks.nonsense'],
    [{ gateways: ['cards', 'a b'] }, 'gateways[1]'],
    [{ gateways: 'cards' }, 'gateways'],
    [{ keyring: () => { throw new TypeError('the secret'); } }, 'keyring'],
  ] as const) {
    const error = await rejection(Engine.open('memory:', options as never));
    assert.deepEqual([error.code, error.details.field], ['invalid_request', field], String(error));
    assert.ok(!String(error).includes('the secret'));
  }
  assert.equal((await rejection(Engine.open(7 as never))).details.field, 'url');
  assert.throws(() => new (Engine as any)(), TypeError);
});

test('gateways are driven where an option names them', async () => {
  const bank = await Engine.open('memory:', { keyring: keygen(), gateways: ['cards'], background: false });
  for (const gateway of ['cards', 'other']) {
    // no driver that is built in talks to it: who takes its calls gives them back, and looks again later
    await bank.payments.setGateway({ id: gateway, driver: 'host' });
    await bank.payments.create({ amount: '5.00 USD', to: 'shop', gateway, token: 'pm_1', key: gateway });
  }
  await bank.jobs.runDue();
  const jobs = await bank.jobs.list().toArray({ limit: 9 });
  const givenBack = jobs.map((job) => [job.kind, Date.parse(job.runAt) - Date.parse(job.createdAt) > 10_000] as const);
  assert.deepEqual(Object.fromEntries(givenBack), { 'gateway.cards': true, 'gateway.other': false });
  await bank.close();
});

test('a keyring is used however it is given: as a text, as a file, by a function', async () => {
  const file = join(folder(), 'keys.json');
  writeFileSync(file, keygen(), { mode: 0o600 });
  for (const keyring of [keygen(), `file:${file}`, () => keygen()]) {
    const bank = await Engine.open('memory:', { keyring });
    await bank.vault.put({ subject: 'alice', name: 'email', value: 'alice@example.com' });
    await bank.close();
  }
});

test('keyrings, secrets and webhooks', async () => {
  const text = keygen();
  const key = new Uint8Array(32).fill(7);
  const sealed = sealKeyring(text, { by: 'kms', wrapped: Buffer.from('wrapped'), key });
  const asked: string[] = [];
  const keyringUnwrap = async (by: string, wrapped: Uint8Array) => {
    asked.push(`${by}:${Buffer.from(wrapped).toString()}`);
    return key;
  };
  const bank = await Engine.open('memory:', { keyring: async () => sealed, keyringUnwrap });
  await bank.vault.put({ subject: 'alice', name: 'email', value: 'alice@example.com' });
  const shown = await bank.acting(Actor.admin('anna')).vault.reveal({ subject: 'alice', name: 'email' });
  assert.equal(shown.value, 'alice@example.com');
  assert.ok(inspect(shown).includes('<hidden>') && !inspect({ a: [shown] }, { depth: 9 }).includes('example.com'));
  assert.equal(await bank.reloadKeyring(), false);
  assert.deepEqual(asked, ['kms:wrapped', 'kms:wrapped']);
  const [secret] = bank.webhookSecrets('https://partner.example/hooks');
  assert.match(secret!, /^whsec_/);
  const headers = { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' };
  assert.throws(() => verifyWebhook('{}', headers, secret!), { code: 'signature_invalid' });
  assert.throws(() => verifyWebhook({ parsed: true } as never, headers, secret!), (error: any) => error.details.field === 'body');
  await bank.close();
});

test('a relative file of a keyring is of the folder of the opening', async (t) => {
  const [key, before, other] = [new Uint8Array(32).fill(7), process.cwd(), folder()];
  t.after(() => process.chdir(before));
  const text = keygen();
  const sealed = sealKeyring(text, { by: 'kms', wrapped: Buffer.from('wrapped'), key });
  for (const [written, more] of [[text, {}], [sealed, { keyringUnwrap: () => key }]] as const) {
    const place = folder();
    writeFileSync(join(place, 'keys.json'), written, { mode: 0o600 });
    process.chdir(place);
    const bank = await Engine.open('memory:', { keyring: 'file:keys.json', background: false, ...more });
    process.chdir(other);
    assert.equal(await bank.reloadKeyring(), false);
    await bank.close();
  }
});

test('a context is noted, and adds to that around it', async () => {
  const bank = await Engine.open('memory:');
  await context({ correlationId: 'request-7' }, () => context({ causationId: 'c-1' }, () => bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' })));
  const events = await bank.events.list().toArray({ limit: 50 });
  assert.ok(events.some((event) => event.correlationId === 'request-7'), inspect(events[0]));
  assert.throws(() => context({ nonsense: 'x' } as never, () => 1), { code: 'invalid_request' });
  await bank.close();
});

test('a missing actor is invalid and the fault of the program', async () => {
  const bank = await Engine.open('memory:');
  const error = await rejection(bank.approvals.approve({ approval: 'ap_00000000-0000-8000-8000-000000000000' }));
  assert.deepEqual([error.name, error.code, error.kind, error.httpStatus], ['InvalidRequest', 'invalid_request', 'invalid', 500]);
  const { field, operation, reason } = (error as errors.InvalidRequest).details;
  assert.deepEqual([field, operation], ['actor', 'approvals.approve']);
  assert.match(reason, /`approvals.approve` needs an actor: bind one with `acting`/);
  // nobody who reads it has done something wrong
  assert.equal(error.toUser(), 'The request could not be processed. Please contact the administrator');
  const read = EarnestError.fromJSON(error.toJSON());
  assert.deepEqual([read.httpStatus, read.toUser('ko')], [500, error.toUser('ko')]);
  const malformed = await rejection(bank.ledger.balance({ account: 'a', at: 'yesterday' }));
  assert.deepEqual([malformed.httpStatus, errors.InvalidRequest.httpStatus], [400, 400]);
  await bank.close();
});

test('a logger has the lines, and one that throws changes nothing', async () => {
  const linesOf: string[] = [];
  const bank = await Engine.open('memory:', { requireActor: true, logger: ({ level, message }) => { linesOf.push(`${level} ${message}`); throw new Error('no'); } }); // prettier-ignore
  await rejection(bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' }));
  // it comes by a way of its own
  await until(() => linesOf.length > 0);
  assert.match(linesOf.join(), /^warn .*invalid_request.*needs an actor/);
  await bank.close();
});

test('what a store refuses at its opening is typed', async () => {
  for (const url of ['nonsense:', 'sqlite:/nowhere/at/all.db', 'postgres://nobody@127.0.0.1:1/x']) {
    assert.ok((await rejection(Engine.open(url, { connectTimeout: { seconds: 1 } }))) instanceof EarnestError);
  }
});

test('a store in memory that the environment has named says what there is for tests', async () => {
  const before = process.env['EARNEST_STORE'];
  process.env['EARNEST_STORE'] = 'memory:';
  try {
    const bank = await Engine.fromEnv();
    const tx = { dialect: 'sqlite', query: async () => [], inTransaction: () => true };
    assert.throws(() => bank.using(tx), (error: any) => error.code === 'not_supported' && /testing\.engine/.test(error.details.reason));
    await bank.close();
  } finally {
    if (before === undefined) delete process.env['EARNEST_STORE'];
    else process.env['EARNEST_STORE'] = before;
  }
});
