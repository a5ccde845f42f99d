// A real application of NestJS, asked over HTTP.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Body, Controller, Get, Headers, HttpCode, Injectable, Module, Param, Post, Req, UseGuards, ValidationPipe, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { Registry } from 'prom-client';
import { Actor, Engine, Money, type MoneyLike } from 'earnest';
import { EarnestEvents, EarnestHealthIndicator, EarnestJob, EarnestModule, IdempotencyKey, Idempotent, InjectEarnest, WebhookGuard } from 'earnest-nestjs';
import { IsMoney } from 'earnest-nestjs/validation';

const registry = new Registry();
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const done: string[] = [];
const seen: string[] = [];
let runs = 0;
let asked = 0;
let bothAsked!: () => void;
const both = new Promise<void>((resolve) => (bothAsked = resolve));

class Gift {
  @IsString()
  to!: string;

  @IsMoney({ currency: 'USD' })
  amount!: MoneyLike;
}

const who = (request: any): string => request.headers['x-user'] as string;
// called by the interceptor, which from there on knows of the request
const counted = (request: any): string => {
  asked += 1;
  if (asked === 2) bothAsked();
  return who(request);
};

@Controller()
class Shop {
  constructor(private readonly bank: Engine) {}

  @Post('gifts')
  @HttpCode(200)
  @Idempotent({ scope: counted })
  async give(@Body() gift: Gift, @Headers('x-user') user: string, @IdempotencyKey({ scope: who }) key: IdempotencyKey) {
    runs += 1;
    await both; // of a double click, so that the second is there while the first is under way
    return (await this.bank.acting(user).ledger.transfer({ from: user, to: gift.to, amount: gift.amount, key })).balance;
  }

  @Post('key')
  key(@IdempotencyKey({ scope: () => 42 }) key: IdempotencyKey) {
    return { key: key.toString() };
  }

  @Get('balance/:account')
  async balance(@Param('account') account: string) {
    return this.bank.acting(account).ledger.balance({ account });
  }

  @Get('entries/:account')
  entries(@Param('account') account: string) {
    return this.bank.acting(account).ledger.entries({ account, limit: 1 });
  }

  @Get('forgotten')
  async forgotten() {
    return this.bank.ledger.trialBalance();
  }

  @Post('hooks')
  @HttpCode(200)
  @UseGuards(WebhookGuard({ secrets: () => [SECRET] }))
  hook(@Req() request: any) {
    return { id: request.webhookId };
  }

  @Get('health')
  async health() {
    return this.indicator.isHealthy();
  }

  @InjectEarnest() private readonly again!: Engine;

  @Get('same')
  same() {
    return { same: this.again === this.bank };
  }

  private get indicator(): EarnestHealthIndicator {
    return new EarnestHealthIndicator(this.bank.acting(Actor.system()));
  }
}

@Injectable()
class Mails {
  @EarnestJob('shop.mail')
  async mail(job: any) {
    done.push(job.payload.to);
  }

  @EarnestEvents({ sink: 'notes', types: ['transfer.*'] })
  async note(event: any) {
    seen.push(event.type);
  }
}

@Module({
  imports: [EarnestModule.forRoot({ url: 'memory:', background: true, metrics: registry })],
  controllers: [Shop],
  providers: [Mails],
})
class App {}

let app: INestApplication;
let base: string;
let bank: Engine;

before(async () => {
  app = await NestFactory.create(App, { rawBody: true, logger: false });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
  bank = app.get(Engine).acting(Actor.system());
  await bank.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 't-1' });
  await bank.ledger.openAccount({ account: 'bob', currency: 'USD', key: 'o-1' });
});
after(() => app?.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${base}/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

test('a gift, a double click, and a retry', async () => {
  const headers = { 'x-user': 'alice', 'idempotency-key': 'gift-1', 'x-correlation-id': 'request-7' };
  const both = await Promise.all([1, 2].map(() => post('gifts', { to: 'bob', amount: '10.00 USD' }, headers)));
  const [first, second] = await Promise.all(both.map((one) => one.json() as any));
  assert.deepEqual([both[0]!.status, first.available], [200, { amount: '90.00', currency: 'USD' }]);
  assert.deepEqual([second, runs, both[0]!.headers.get('x-correlation-id')], [first, 1, 'request-7']);
  const later = await post('gifts', { to: 'bob', amount: '10.00 USD' }, headers);
  assert.deepEqual([await later.json(), later.headers.get('idempotency-replayed'), both[0]!.headers.get('idempotency-replayed')], [first, 'true', null]);
  const events = await bank.events.list().toArray({ limit: 100 });
  assert.ok(events.some((event) => event.correlationId === 'request-7'));
});

test('another request under the same key at the same time is refused', async () => {
  const headers = { 'x-user': 'alice', 'idempotency-key': 'gift-1b' };
  const both = await Promise.all(['1.00 USD', '2.00 USD'].map((amount) => post('gifts', { to: 'bob', amount }, headers)));
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 409]);
});

test('refusals are answers in the language of the caller', async () => {
  const headers = { 'x-user': 'alice', 'idempotency-key': 'gift-2', 'accept-language': 'xx, ko;q=0.9, en;q=0.8' };
  const refused = await post('gifts', { to: 'bob', amount: '999.00 USD' }, headers);
  assert.deepEqual([refused.status, refused.headers.get('content-language')], [409, 'ko']);
  assert.deepEqual(await refused.json(), { error: { code: 'INSUFFICIENT_BALANCE', message: '잔액이 부족합니다', retryable: false } });
  const missing = await post('gifts', { to: 'bob', amount: '1.00 USD' }, { 'x-user': 'alice' });
  assert.deepEqual([missing.status, (await missing.json() as any).error.code], [400, 'IDEMPOTENCY_KEY_MISSING']);
  const long = await post('gifts', { to: 'bob', amount: '1.00 USD' }, { 'x-user': 'alice', 'idempotency-key': 'x'.repeat(256) });
  assert.deepEqual([long.status, (await long.json() as any).error.code], [400, 'INVALID_REQUEST']);
  const unknown = await fetch(`${base}/balance/nobody`);
  assert.equal(unknown.status, 404);
  // a route that forgets who calls is answered with 500: its caller can do nothing about it
  const forgotten = await fetch(`${base}/forgotten`);
  const { code, message } = (await forgotten.json() as any).error;
  assert.deepEqual([forgotten.status, code], [500, 'INVALID_REQUEST']);
  assert.equal(message, 'The request could not be processed. Please contact the administrator');
  assert.equal((await post('gifts', { to: 'bob', amount: 5 }, { 'x-user': 'alice', 'idempotency-key': 'n' })).status, 400);
});

test('the key of a request is that of every framework', async () => {
  const { key } = (await (await post('key', {}, { 'idempotency-key': 'order-7' })).json()) as any;
  // SHA-256 of `2:42:order-7`
  assert.equal(key, `http:${(await import('node:crypto')).createHash('sha256').update('2:42:order-7').digest('hex')}`);
});

test('views are answered as their JSON', async () => {
  const balance = (await (await fetch(`${base}/balance/alice`)).json()) as any;
  assert.equal(balance.account, 'alice');
  assert.ok('available' in balance && typeof balance.available.amount === 'string');
  assert.ok(Money.isMoney((await bank.ledger.balance({ account: 'alice' })).available));
  assert.deepEqual(await (await fetch(`${base}/same`)).json(), { same: true });
  const page = (await (await fetch(`${base}/entries/alice`)).json()) as any;
  assert.deepEqual([page.items.length, page.items[0].account, typeof page.next], [1, 'alice', 'string']);
});

test('webhooks must be genuine', async () => {
  const body = JSON.stringify({ order: 7 });
  const at = String(Math.floor(Date.now() / 1000));
  const signature = `v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(`msg_7.${at}.${body}`).digest('base64')}`;
  const send = (signed: string) =>
    fetch(`${base}/hooks`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'webhook-id': 'msg_7', 'webhook-timestamp': at, 'webhook-signature': signed } });
  assert.deepEqual(await (await send(signature)).json(), { id: 'msg_7' });
  const refused = await send('v1,AAAA');
  assert.deepEqual([refused.status, (await refused.json() as any).error.code], [403, 'SIGNATURE_INVALID']);
  for (const more of [{}, { 'webhook-id': 'msg_7', 'webhook-timestamp': 'xx', 'webhook-signature': signature }] as Record<string, string>[]) {
    const unsigned = await fetch(`${base}/hooks`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...more } });
    assert.deepEqual([unsigned.status, (await unsigned.json() as any).error.code], [403, 'SIGNATURE_INVALID']);
  }
});

test('jobs, events, health and metrics', async () => {
  await bank.jobs.enqueue({ kind: 'shop.mail', payload: { to: 'carol' }, key: 'mail-1' });
  for (let n = 0; n < 4500 && (done.length === 0 || seen.length === 0); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(done, ['carol']);
  assert.ok(seen.includes('transfer.posted'));
  assert.equal((await (await fetch(`${base}/health`)).json() as any).earnest.status, 'up');
  assert.match(await registry.metrics(), /earnest_operations_total/);
});

test('an engine for tests', async () => {
  @Module({ imports: [EarnestModule.forTest()] })
  class TestApp {}
  const made = await NestFactory.createApplicationContext(TestApp, { logger: false });
  const engine: any = made.get(Engine);
  assert.equal(engine.clock.now, '2026-01-01T00:00:00.000000Z');
  await made.close();
  assert.ok(engine.closed);
});
