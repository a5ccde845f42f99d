// A wallet with nearly all of what `earnest-nestjs` has: the same source for each version of NestJS.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { Body, Controller, Get, Injectable, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiOkResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Actor, Engine, IdempotencyKey as Key, type MoneyLike } from 'earnest';
import { EarnestHealthIndicator, EarnestJob, EarnestModule, Idempotent, IdempotencyKey } from 'earnest-nestjs';
import { ApiRefusals, BalanceDto } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';
import { register } from 'prom-client';

class Payment {
  @IsMoney({ currency: 'USD' })
  amount!: MoneyLike;
}

@Injectable()
class Mail {
  static readonly sent: string[] = [];

  @EarnestJob('shop.mail')
  send(job: { payload: { to: string } }): void {
    Mail.sent.push(job.payload.to);
  }
}

@Controller('wallet')
class Wallet {
  private readonly bank: Engine;

  constructor(
    bank: Engine,
    private readonly checks: HealthCheckService,
    private readonly earnest: EarnestHealthIndicator,
  ) {
    this.bank = bank.acting('alice');
  }

  @Post('top-ups')
  @Idempotent()
  async topUp(@Body() { amount }: Payment, @IdempotencyKey() key: Key) {
    const system = this.bank.acting(Actor.system());
    const { balance } = await system.ledger.topUp({ account: 'alice', amount, key });
    await system.jobs.enqueue({ kind: 'shop.mail', payload: { to: 'alice' }, key: key.for('mail') });
    return balance;
  }

  @Post('payments')
  @ApiRefusals('insufficient_balance')
  pay(@Body() { amount }: Payment, @IdempotencyKey() key: Key) {
    return this.bank.ledger.deduct({ account: 'alice', amount, key });
  }

  @Get()
  @ApiOkResponse({ type: BalanceDto })
  balance() {
    return this.bank.ledger.balance({ account: 'alice' });
  }

  @Get('health')
  @HealthCheck()
  health() {
    return this.checks.check([() => this.earnest.isHealthy()]);
  }
}

@Module({
  imports: [EarnestModule.forRoot({ url: `sqlite:${process.env['BOOKS']}`, metrics: true }), TerminusModule],
  controllers: [Wallet],
  providers: [Mail],
})
class App {}

async function main(): Promise<void> {
  const app = await NestFactory.create(App, { logger: false });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build());
  await app.listen(0, '127.0.0.1');
  const asked = async (method: string, path: string, body?: object, key?: string): Promise<[number, any, Headers]> => {
    const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const answer = await fetch(`${await app.getUrl()}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return [answer.status, await answer.json(), answer.headers];
  };

  const [status, balance] = await asked('POST', '/wallet/top-ups', { amount: '5.00 USD' }, 'one');
  assert.deepEqual([status, balance.available], [201, { amount: '5.00', currency: 'USD' }]);
  const [, , again] = await asked('POST', '/wallet/top-ups', { amount: '5.00 USD' }, 'one');
  assert.equal(again.get('idempotency-replayed'), 'true');
  assert.equal((await asked('POST', '/wallet/top-ups', { amount: '5.00 USD' }))[1].error.code, 'IDEMPOTENCY_KEY_MISSING');
  assert.match(String((await asked('POST', '/wallet/top-ups', { amount: '5 EUR' }, 'two'))[1].message), /of USD/);
  const [refused, { error }] = await asked('POST', '/wallet/payments', { amount: '9.00 USD' }, 'three');
  assert.deepEqual([refused, error.code], [409, 'INSUFFICIENT_BALANCE']);
  assert.equal((await asked('GET', '/wallet/health'))[1].info.earnest.status, 'up');
  while (Mail.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok((await register.metrics()).includes('earnest_operations_total{'));
  const route = document.paths['/wallet/top-ups']!.post!;
  assert.deepEqual(route.parameters!.map((one) => 'name' in one && one.name), ['idempotency-key']);
  assert.ok(document.components!.schemas!['BalanceDto'] !== undefined);

  const available = (await asked('GET', '/wallet'))[1].available;
  const bank = app.get(Engine);
  await app.close();
  assert.ok(bank.closed);
  console.log(`${available.amount} ${available.currency}`);
}

void main();
