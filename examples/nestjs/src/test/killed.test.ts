// Servers that end in the middle of things, and those that take over: orders and money agree.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fresh, Market, until } from './market.js';

/** Returns the status of a request, or nothing if the server was gone. */
async function tried(asking: Promise<{ status: number }>): Promise<number | null> {
  try {
    return (await asking).status;
  } catch {
    return null;
  }
}

let market: Market;

before(async () => {
  market = await Market.open();
});
after(() => market?.close());

test('a server is killed between the deal and its order', async (t) => {
  const [kim, lee] = [await market.user('Kim', '5000 KRW'), await market.user('Lee')];
  const item = await market.item(lee, '5000 KRW');
  const key = fresh();

  // whoever has the row lets the order wait there: its deal is written, and not committed
  const [holder, watcher] = [new pg.Client({ connectionString: market.url }), new pg.Client({ connectionString: market.url })];
  t.after(() => Promise.all([holder.end(), watcher.end()]));
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM items WHERE id = $1 FOR UPDATE', [item]);
  const lost = tried(market.client.post('/orders', { as: kim, key, body: { item } }));
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%items%'";
  await until(async () => (await watcher.query(waiting)).rows.length === 1);
  await market.server.end('SIGKILL');
  assert.equal(await lost, null);
  await holder.query('ROLLBACK');

  await market.start();
  const { body: before } = await market.client.get('/orders', { as: kim });
  assert.deepEqual([before, (await market.client.get(`/items/${item}`)).body.isSold], [[], false]);
  const order = await market.made('/orders', kim, { item }, key);
  const again = await market.made('/orders', kim, { item }, key);
  assert.equal(again.id, order.id);
  await market.made(`/orders/${order.id}/payment`, kim);
  assert.deepEqual([await market.stateOf(order.id, lee), await market.has(kim)], ['awaiting_shipment', 0]);
  await market.check();
});

test('a server is killed while many order and pay, and another is stopped', async () => {
  const seller = await market.user('Seller');
  const buyers = await Promise.all(
    Array.from({ length: 24 }, async (_, n) => ({ as: await market.user(`Buyer ${n}`, '1000 KRW'), item: await market.item(seller, '700 KRW'), key: fresh() })),
  );
  let answered = 0;
  const buy = async ({ as, item, key }: (typeof buyers)[number]): Promise<number | null> => {
    const { status, body } = await market.client.post('/orders', { as, key, body: { item } });
    answered += 1;
    if (status !== 201) return status;
    return (await market.client.post(`/orders/${body.id}/payment`, { as })).status;
  };
  const rush = () => Promise.all(buyers.map((buyer) => tried(buy(buyer).then((status) => ({ status: status ?? 0 })))));

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    answered = 0;
    const all = rush();
    await until(() => answered >= 6);
    const began = Date.now();
    const ended = await market.server.end(signal);
    // SIGTERM: what was taken is answered, and the process ends by that signal, not by a failure
    assert.deepEqual([ended, Date.now() - began < 35_000], [{ code: null, signal }, true]);
    for (const status of await all) assert.ok(status === 201 || status === null || status === 503, String(status));
    market.client.close();
    await market.start();
    await market.check();
  }
  assert.deepEqual(new Set(await rush()), new Set([201]));
  const left = await Promise.all(buyers.map(({ as }) => market.has(as)));
  assert.deepEqual(new Set(left), new Set([300]));
  const { body: sold } = await market.client.get('/orders', { as: seller });
  assert.deepEqual([sold.length, new Set(sold.map((one: any) => one.state))], [24, new Set(['awaiting_shipment'])]);
  await market.check();
});

test('nobody pays: the clock ends the deal, its order follows, and the item is on sale again', async (t) => {
  const market = await Market.open({ PAY_WITHIN: 'PT5S' });
  t.after(() => market.close());
  const [kim, lee] = [await market.user('Kim', '5000 KRW'), await market.user('Lee')];
  const item = await market.item(lee, '5000 KRW');
  const { id } = await market.made('/orders', kim, { item });
  assert.equal((await market.client.get(`/items/${item}`)).body.isSold, true);
  await until(async () => (await market.client.get('/items')).body.some((one: any) => one.id === item));
  assert.equal(await market.stateOf(id, kim), 'expired');
  await market.check();
});
