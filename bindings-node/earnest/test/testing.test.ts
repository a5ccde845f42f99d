import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed, views } from 'earnest';
import * as testing from 'earnest/testing';
import { Engine } from 'earnest';
import { rejection, until } from './support';

test('a clock that stands still, and deals on their way', async () => {
  const bank = await testing.engine();
  assert.equal(bank.clock.now, '2026-01-01T00:00:00.000000Z');
  const deal = await testing.deal(bank, 'delivered');
  assert.equal(bank.clock.advance('P3D'), '2026-01-04T00:00:00.000000Z');
  await bank.runDue();
  assert.equal((await bank.escrow.get({ deal: deal.id })).state, 'released');
  await testing.assertConserved(bank);
  assert.ok((await testing.funded(bank, 'alice', '10.00 USD')) instanceof views.Balance);
  for (const state of ['pending', 'awaiting_shipment', 'shipped', 'released'] as const) assert.equal((await testing.deal(bank, state)).state, state);
  await bank.close();
});

test('refusals on demand', async () => {
  const bank = await testing.engine();
  await testing.funded(bank, 'alice');
  bank.failNext('ledger.deduct', 'store_unavailable', { reason: 'a test' });
  bank.failNext('ledger.deduct', 'insufficient_balance');
  const deduct = () => bank.ledger.deduct({ account: 'alice', amount: '1.00 USD', key: 'd' });
  assert.equal((await rejection(deduct())).details.reason, 'a test');
  assert.equal((await rejection(bank.acting('alice').ledger.deduct({ account: 'alice', amount: '1.00 USD', key: 'd' }))).code, 'insufficient_balance');
  assert.equal((await deduct()).replayed, false);
  assert.throws(() => bank.failNext('nonsense', 'overflow'), { code: 'invalid_request' });
  await bank.close();
});

test('jobs are done, and tried again when they fail', async () => {
  const bank = await testing.engine();
  await bank.jobs.enqueue({ kind: 'shop.mail', payload: { to: 'customer-7' }, key: 'mail-7' });
  let runs = 0;
  let given: unknown;
  const worker = bank.jobs.worker({
    'shop.mail': async (job) => {
      runs++;
      if (runs === 1) throw new Failed('the post is closed');
      given = job.payload;
      // it waits for itself no more than for anything else
      await worker.stop();
      return { sent: true };
    },
  });
  const state = async () => (await bank.jobs.list({ kind: 'shop.mail' }).toArray({ limit: 1 }))[0]!.state;
  await until(async () => runs === 1 && (await state()) === 'queued');
  bank.clock.advance('PT1H');
  await until(async () => runs === 2);
  await worker.stop();
  assert.deepEqual({ ...(given as object) }, { to: 'customer-7' });
  const [job] = await bank.jobs.list({ kind: 'shop.mail' }).toArray({ limit: 1 });
  assert.equal(job!.state, 'done');
  for (const handlers of [{}, null, { a: 1 }, { a: async function* () {} }, [() => 1]]) {
    assert.throws(() => bank.jobs.worker(handlers as never), (error: any) => error.details.field === 'handlers');
  }
  assert.throws(() => bank.jobs.worker({ a: () => 1 }, { concurrency: 0 }), (error: any) => error.details.field === 'concurrency');
  await bank.close();
});

test('lines about jobs and events say which', async () => {
  const said: string[] = [];
  const bank = await testing.engine({ log: 'warn', logger: ({ message }) => said.push(message) });
  await bank.jobs.enqueue({ kind: 'shop.mail', payload: {}, key: 'm' });
  bank.failNext('jobs.complete', 'store_unavailable');
  const worker = bank.jobs.worker({ 'shop.mail': () => 1 });
  const [job] = await bank.jobs.list({ kind: 'shop.mail' }).toArray({ limit: 1 });
  await until(() => said.some((line) => line === `job \`${job!.id}\` of the kind \`shop.mail\` could not be reported on by \`jobs.complete\`: store_unavailable`));
  await worker.stop();
  await bank.jobs.enqueue({ kind: 'shop.call', payload: {}, key: 'c' });
  const failing = bank.jobs.worker({ 'shop.call': () => { throw new Failed('busy'); } }); // prettier-ignore
  const [call] = await bank.jobs.list({ kind: 'shop.call' }).toArray({ limit: 1 });
  await until(() => said.some((line) => line.startsWith(`the handler of job \`${call!.id}\` of the kind \`shop.call\` failed: `)));
  await failing.stop();
  const sub = await bank.events.subscribe({ sink: 'notes' }, () => { throw new Failed('busy'); }); // prettier-ignore
  await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 't' });
  bank.runDue();
  bank.failNext('events.settle', 'invalid_request', { field: 'seq', reason: 'no' });
  await until(() => said.some((line) => line.startsWith('events of the sink `notes` up to seq ')));
  assert.ok(said.some((line) => line.startsWith('the handler of sink `notes` failed at `')));
  bank.failNext('events.take', 'store_unavailable');
  await until(() => said.some((line) => line === 'the subscription of sink `notes` was interrupted: store_unavailable'));
  await sub.stop();
  await bank.close();
});

test('events come to a handler, in order', async () => {
  const bank = await Engine.open('memory:');
  const seen: string[] = [];
  const sub = await bank.events.subscribe({ sink: 'notes', types: ['transfer.*'] }, (event) => void seen.push(event.type));
  await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 't-1' });
  const followed = (async () => {
    for await (const event of bank.events.follow({ types: ['transfer.posted'] })) return event;
    return undefined;
  })();
  await until(() => seen.length > 0);
  await sub.stop();
  assert.deepEqual(seen, ['transfer.posted']);
  assert.equal((await followed)!.type, 'transfer.posted');
  assert.equal((await bank.events.subscribe({ sink: 'plain' })).sink.name, 'plain');
  for (const handler of [null, 7, function* () {}]) {
    const error = await rejection(bank.events.subscribe({ sink: 'x', lease: 'PT5S' }, handler as never));
    assert.equal(error.details.field, 'handler');
  }
  assert.equal((await rejection(bank.events.subscribe({ sink: 'x', lease: 'P2D' }, () => 1))).details.field, 'lease');
  await bank.close();
});

test('the clock that is asked for is not that of 2026', async () => {
  const bank = await testing.engine({ clock: '2027-06-01T00:00:00Z' });
  assert.equal(bank.clock.now, '2027-06-01T00:00:00.000000Z');
  assert.equal(bank.clock.advance('P1D'), '2027-06-02T00:00:00.000000Z');
  await bank.close();
  const usual = await testing.engine(null as never);
  assert.equal(usual.clock.now, '2026-01-01T00:00:00.000000Z');
  await usual.close();
});
