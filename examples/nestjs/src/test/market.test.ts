// The whole market, asked over HTTP.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { fresh, Market, refusalOf, until } from './market.js';

const LIMIT = 5;
let market: Market;

before(async () => {
  market = await Market.open({ ORDERS_AN_HOUR: String(LIMIT), BY_HAND: '1' });
});
after(() => market?.close());

test('what README has people try', async () => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const block = /^## Try it\n\n```sh\n(.*?)^```$/ms.exec(page)![1]!;
  const lines = block.replace('http://127.0.0.1:3000', market.server.base);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', lines]);
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers.flatMap(({ error }) => error?.message ?? []), ['잔액이 부족합니다']);
  assert.equal(answers.at(-1).executed, true);
  const { body: orders } = await market.client.get('/orders', { as: 'user-1' });
  assert.deepEqual(orders.map(({ id, state }: any) => [id, state]), [[2, 'awaiting_shipment'], [1, 'released']]);
});

test('from an item to the money of its seller', async () => {
  const [kim, lee] = [await market.user('Kim', '100000 KRW'), await market.user('Lee')];
  const item = await market.item(lee, '45000 KRW');
  const order = await market.made('/orders', kim, { item });
  assert.deepEqual([order.state, order.deal.price.amount], ['pending', '45000']);
  const path = `/orders/${order.id}`;
  const paid = await market.made(`${path}/payment`, kim);
  assert.deepEqual([paid.state, paid.deal.held.amount, await market.has(kim)], ['awaiting_shipment', '45000', 55_000]);
  assert.deepEqual(await market.refused(`${path}/confirmation`, kim), [409, 'TRANSITION_NOT_ALLOWED']);
  assert.deepEqual(await market.refused(`${path}/shipment`, kim, { carrier: 'Korea Post', tracking: 'RR1KR' }), [403, 'NOT_PERMITTED']);
  await market.made(`${path}/shipment`, lee, { carrier: 'Korea Post', tracking: 'RR1KR' });
  const { body: actions } = await market.client.get(`${path}/actions`, { as: kim });
  assert.match(JSON.stringify(actions), /confirm/);
  const done = await market.made(`${path}/confirmation`, kim);
  // 2.5% are the market's
  assert.deepEqual([done.state, await market.has(lee)], ['released', 43_875]);
  assert.equal(await market.stateOf(order.id, lee), 'released');
  const { body: entries } = await market.client.get('/wallet/entries', { as: lee });
  assert.deepEqual(entries.items.map((entry: any) => entry.amount.amount), ['43875']);
  const { body: mine } = await market.client.get('/orders', { as: kim });
  assert.deepEqual(mine.map((one: any) => [one.id, one.state]), [[order.id, 'released']]);
  await market.check();
});

test('a hundred buyers want one item', async () => {
  const seller = await market.user('Seller');
  const item = await market.item(seller, '1000 KRW');
  const buyers = await Promise.all(Array.from({ length: 100 }, (_, n) => market.user(`Buyer ${n}`, '1000 KRW')));
  const answers = await Promise.all(buyers.map((as) => market.client.post('/orders', { as, key: fresh(), body: { item } })));
  const won = answers.flatMap(({ status }, n) => (status === 201 ? [n] : []));
  assert.equal(won.length, 1);
  const refusals = answers.filter((_, n) => n !== won[0]).map((answer) => refusalOf(answer).join(' '));
  assert.deepEqual([refusals.length, new Set(refusals)], [99, new Set(['409 ITEM_SOLD'])]);
  const winner = buyers[won[0]!]!;
  const { id } = answers[won[0]!]!.body;
  await market.made(`/orders/${id}/payment`, winner);
  await market.made(`/orders/${id}/shipment`, seller, { carrier: 'Korea Post', tracking: 'RR1KR' });
  await market.made(`/orders/${id}/confirmation`, winner);
  const left = await Promise.all(buyers.map((buyer) => market.has(buyer)));
  assert.deepEqual([left.reduce((all, one) => all + one, 0), await market.has(winner), await market.has(seller)], [99_000, 0, 975]);
  await market.check();
});

test('a double click is one order, one payment, one gift', async () => {
  const [kim, lee] = [await market.user('Kim', '50000 KRW'), await market.user('Lee')];
  const item = await market.item(lee, '10000 KRW');
  const twice = (path: string, body: object) => {
    const asked = { as: kim, key: fresh(), body };
    return Promise.all([market.client.post(path, asked), market.client.post(path, asked)]);
  };
  const [first, second] = await twice('/orders', { item });
  assert.deepEqual([first.status, second.status, first.body.id], [201, 201, second.body.id]);
  const payments = await twice(`/orders/${first.body.id}/payment`, {});
  assert.deepEqual(payments.map(({ status }) => status), [201, 201]);
  const gifts = await twice('/wallet/gifts', { to: Number(lee.slice(5)), amount: '500 KRW', note: 'for the post' });
  assert.deepEqual(gifts.map(({ status }) => status), [201, 201]);
  assert.equal(await market.has(kim), 39_500);
  const { body: cards } = await market.client.get('/wallet/gifts', { as: lee });
  assert.deepEqual(cards.map((card: any) => card.note), ['for the post']);

  const key = fresh();
  const pay = (amount: string) => market.client.post('/wallet/transfers', { as: kim, key, body: { to: Number(lee.slice(5)), amount } });
  await pay('100 KRW');
  const later = await pay('100 KRW');
  assert.deepEqual([later.status, later.headers['idempotency-replayed']], [201, 'true']);
  assert.deepEqual(refusalOf(await pay('200 KRW')), [409, 'IDEMPOTENCY_MISMATCH']);
  const without = await market.client.post('/orders', { as: kim, body: { item } });
  assert.deepEqual(refusalOf(without), [400, 'IDEMPOTENCY_KEY_MISSING']);
});

test('who has not enough is told so in his language, and nothing is there of it', async () => {
  const [kim, lee] = [await market.user('Kim', '1000 KRW'), await market.user('Lee')];
  const body = { to: Number(lee.slice(5)), amount: '5000 KRW', note: 'for you' };
  const refused = await market.client.post('/wallet/gifts', { as: kim, key: fresh(), body, headers: { 'accept-language': 'ko' } });
  assert.deepEqual([refused.status, refused.headers['content-language']], [409, 'ko']);
  assert.deepEqual(refused.body, { error: { code: 'INSUFFICIENT_BALANCE', message: '잔액이 부족합니다', retryable: false } });
  const { body: cards } = await market.client.get('/wallet/gifts', { as: lee });
  assert.deepEqual([cards, await market.has(kim), await market.has(lee)], [[], 1000, 0]);
});

test('a dispute with evidence, and a ruling that moves the money', async () => {
  const [kim, lee, stranger] = [await market.user('Kim', '40000 KRW'), await market.user('Lee'), await market.user('Park')];
  const order = await market.sold(kim, lee, '40000 KRW');
  await market.made(`/orders/${order}/shipment`, lee, { carrier: 'Korea Post', tracking: 'RR1KR' });
  const { dispute } = await market.made(`/orders/${order}/dispute`, kim, { type: 'quality_issue', statement: 'the lamp is cracked' });
  assert.deepEqual(await market.refused(`/orders/${order}/confirmation`, kim), [409, 'TRANSITION_NOT_ALLOWED']);
  const path = `/disputes/${dispute.id}`;
  const sha256 = createHash('sha256').update('a photo').digest('hex');
  await market.made(`${path}/evidence`, kim, { kind: 'photo', statement: 'the crack', sha256, uri: 'https://example.com/crack.jpg' });
  await market.made(`${path}/evidence`, lee, { kind: 'photo', statement: 'whole when it was sent' });
  assert.deepEqual(await market.refused(`${path}/evidence`, stranger, { kind: 'photo', statement: 'I saw it' }), [403, 'NOT_PERMITTED']);
  assert.deepEqual(await market.refused(`${path}/ruling`, kim, { outcome: 'refund', resolution: 'I want it' }), [403, 'STAFF_ONLY']);
  await market.made(`${path}/investigation`, 'staff-anna');
  const { body: file } = await market.client.get(path, { as: 'staff-anna' });
  assert.equal(file.evidence.length, 2);
  await market.made(`${path}/ruling`, 'staff-anna', { outcome: 'split', refund: '15000 KRW', resolution: 'the shade is whole' });
  assert.deepEqual([await market.stateOf(order, kim), await market.has(kim)], ['split', 15_000]);
  assert.ok((await market.has(lee)) > 24_000);
  const { body: stats } = await market.client.get('/staff/disputes', { as: 'staff-anna' });
  assert.match(JSON.stringify(stats), /quality_issue/);
  await market.check();
});

test('a refund, and an order that is called off', async () => {
  const [kim, lee] = [await market.user('Kim', '9000 KRW'), await market.user('Lee')];
  const order = await market.sold(kim, lee, '9000 KRW');
  await market.made(`/orders/${order}/shipment`, lee, { carrier: 'Korea Post', tracking: 'RR1KR' });
  await market.made(`/orders/${order}/refund-request`, kim, { reason: 'it does not fit' });
  await market.made(`/orders/${order}/refund-refusal`, lee, { reason: 'it was worn' });
  await market.made(`/orders/${order}/refund-request`, kim, { reason: 'it was not' });
  assert.deepEqual(await market.refused(`/orders/${order}/refund`, kim), [403, 'NOT_PERMITTED']);
  await market.made(`/orders/${order}/refund`, lee);
  assert.deepEqual([await market.stateOf(order, lee), await market.has(kim)], ['refunded', 9000]);

  const item = await market.item(lee, '100 KRW');
  const { id } = await market.made('/orders', kim, { item });
  const onSale = async () => (await market.client.get('/items')).body.some((one: any) => one.id === item);
  assert.equal(await onSale(), false);
  await market.made(`/orders/${id}/cancellation`, kim, { reason: 'ordered twice' });
  assert.ok(await onSale());
  await market.check();
});

test('a large sum is paid when two of the staff consent, once', async () => {
  const [kim, lee] = [await market.user('Kim', '3000000 KRW'), await market.user('Lee')];
  const { id } = await market.made('/orders', kim, { item: await market.item(lee, '1500000 KRW', 'A car') });
  const { approval } = await market.wanted(202, `/orders/${id}/payment`, kim);
  assert.equal((await market.wanted(202, `/orders/${id}/payment`, kim)).approval, approval);
  assert.deepEqual([await market.stateOf(id, kim), await market.has(kim)], ['pending', 3_000_000]);
  const waiting = async () => (await market.client.get('/staff/approvals', { as: 'staff-anna' })).body.items.map((one: any) => one.id);
  // the engine writes it once the transaction of the route is rolled back
  await until(async () => (await waiting()).length > 0);
  assert.deepEqual(await waiting(), [approval]);
  const consent = `/staff/approvals/${approval}/consent`;
  assert.deepEqual(await market.refused(consent, kim), [403, 'STAFF_ONLY']);
  assert.equal((await market.made(consent, 'staff-anna')).executed, false);
  assert.equal((await market.made(consent, 'staff-ben')).executed, true);
  assert.deepEqual([await market.stateOf(id, kim), await market.has(kim)], ['awaiting_shipment', 1_500_000]);
  await market.made(`/orders/${id}/payment`, kim);
  assert.equal(await market.has(kim), 1_500_000);
  await until(() => market.server.lines.some(({ message }) => message.includes('staff must look at') && message.includes(approval)));

  const other = await market.made('/orders', kim, { item: await market.item(lee, '1000000 KRW', 'A bike') });
  const asked = await market.wanted(202, `/orders/${other.id}/payment`, kim);
  await until(async () => (await waiting()).includes(asked.approval));
  await market.made(`/staff/approvals/${asked.approval}/rejection`, 'staff-ben', { reason: 'an unknown buyer' });
  assert.equal(await market.stateOf(other.id, kim), 'pending');
  await market.check();
});

test('who orders more than anybody would is stopped', async () => {
  const [kim, lee] = [await market.user('Kim'), await market.user('Lee')];
  for (let n = 0; n < LIMIT; n++) await market.made('/orders', kim, { item: await market.item(lee, '100 KRW') });
  const item = await market.item(lee, '100 KRW');
  const refused = await market.client.post('/orders', { as: kim, key: fresh(), body: { item } });
  assert.deepEqual(refusalOf(refused), [429, 'VELOCITY_BLOCKED']);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  // nobody has the item
  assert.equal((await market.client.get(`/items/${item}`)).body.isSold, false);
});

test('what is malformed, forbidden or unknown is a refusal of one form', async () => {
  const kim = await market.user('Kim', '1000 KRW');
  for (const body of [{ amount: 500 }, { amount: '0.5 KRW' }, { amount: '5 USD' }, { amount: '-5 KRW' }, {}, { amount: '5 KRW', more: 1 }]) {
    assert.deepEqual(await market.refused('/wallet/top-ups', kim, body), [400, 'INVALID_REQUEST'], JSON.stringify(body));
  }
  assert.deepEqual(await market.refused('/orders', kim, { item: 999_999 }), [404, 'NOT_FOUND']);
  assert.deepEqual(await market.refused('/orders', 'nobody', { item: 1 }), [401, 'LOGIN_REQUIRED']);
  assert.deepEqual(await market.refused('/wallet/transfers', kim, { to: 999_999, amount: '5 KRW' }), [404, 'ACCOUNT_NOT_FOUND']);
  assert.equal((await market.client.get('/check', { as: kim })).status, 403);
});

test('log, health, metrics and documentation', async () => {
  const kim = await market.user('Kim');
  const answer = await market.client.get('/wallet', { as: kim, headers: { 'x-correlation-id': 'request-7' } });
  assert.equal(answer.headers['x-correlation-id'], 'request-7');
  await until(() => market.server.lines.some((line) => line.correlationId === 'request-7' && line.message.startsWith('GET /wallet 200')));
  for (const line of market.server.lines) {
    assert.deepEqual(Object.keys(line).slice(0, 5), ['timestamp', 'correlationId', 'service', 'level', 'message']);
    assert.equal(line.service, 'market');
  }
  const { status, body: health } = await market.client.get('/health');
  assert.deepEqual([status, health.status, health.details.database.status, health.details.earnest.status], [200, 'ok', 'up', 'up']);
  assert.match((await market.client.get('/metrics')).body, /^earnest_operations_total\{op="escrow.open",mode="host"/m);
  assert.match((await market.client.get('/docs')).body, /swagger/i);
  const { body: document } = await market.client.get('/docs-json');
  assert.deepEqual(Object.keys(document.paths['/orders/{id}/payment'].post.responses), ['201', '202', '403', '409']);
  for (const name of ['OrderReply', 'DealDto', 'MovedDto', 'PageOfEntryDto']) assert.ok(name in document.components.schemas, name);
  assert.ok(!Object.keys(document.paths).some((path) => path.startsWith('/by-hand')));
});

test('what is measured against keeps the same promises', async () => {
  const [kim, lee] = [await market.user('Kim'), await market.user('Lee')];
  await market.made('/by-hand/wallet/top-ups', lee, { amount: '1 KRW' });
  const key = fresh();
  for (const replayed of [false, true]) {
    const moved = await market.made('/by-hand/wallet/top-ups', kim, { amount: '1000 KRW' }, key);
    assert.deepEqual([moved.balance, moved.replayed], ['1000', replayed]);
  }
  const gift = { to: Number(lee.slice(5)), amount: '600 KRW', note: 'for you' };
  assert.equal((await market.made('/by-hand/wallet/gifts', kim, gift)).balance, '400');
  assert.deepEqual(await market.refused('/by-hand/wallet/transfers', kim, { to: gift.to, amount: '600 KRW' }), [409, 'INSUFFICIENT_BALANCE']);
});
