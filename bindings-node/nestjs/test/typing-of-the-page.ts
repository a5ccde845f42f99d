// An application of NestJS that knows the contract of the packages and nothing else: this file only has to
// compile, without a cast.

import { Body, Controller, Get, Inject, Injectable, Module, Post, UseFilters, UseGuards, type INestApplication, type MiddlewareConsumer } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { HealthCheckService } from '@nestjs/terminus';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { Engine, views, type MoneyLike } from 'earnest';
import {
  CorrelationMiddleware, EarnestEvents, EarnestExceptionFilter, EarnestHealthIndicator, EarnestJob, EarnestLogger, EarnestModule,
  getEarnestToken, IdempotencyKey, Idempotent, InjectEarnest, WebhookGuard, type ModuleOptions, type ModuleOptionsFactory,
} from 'earnest-nestjs'; // prettier-ignore
import { ApiRefusals, BalanceDto, EntryDto, PageOf } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';

export class Gift {
  @IsMoney({ currency: 'USD', positive: true })
  amount!: MoneyLike;

  @IsMoney({ each: true })
  tips!: MoneyLike[];
}

@Controller()
@UseFilters(EarnestExceptionFilter)
export class Shop {
  constructor(
    readonly bank: Engine,
    @InjectEarnest('second') readonly second: Engine,
    @Inject(getEarnestToken('third')) readonly third: Engine,
    readonly health: EarnestHealthIndicator,
    readonly checks: HealthCheckService,
  ) {}

  @Post('gifts')
  @Idempotent({ scope: (request) => request.user.id, header: 'idempotency-key' })
  @ApiOkResponse({ type: BalanceDto })
  @ApiRefusals('insufficient_balance', 'account_locked')
  async give(@Body() gift: Gift, @IdempotencyKey({ scope: (request) => request.user.id }) key: IdempotencyKey): Promise<views.Balance> {
    const { balance } = await this.bank.acting('alice').ledger.transfer({ from: 'alice', to: 'bob', amount: gift.amount, key: key.for('gift') });
    return balance;
  }

  @Post('bare')
  @Idempotent()
  bare(@IdempotencyKey() key: IdempotencyKey): string {
    return `${key}`;
  }

  @Get('secrets')
  secrets(): string[] {
    return this.third.webhookSecrets('https://partner.example/hooks');
  }

  @Get('entries')
  @ApiOkResponse({ type: PageOf(EntryDto) })
  entries() {
    return this.second.ledger.entries({ account: 'alice' });
  }

  @Post('hooks')
  @UseGuards(WebhookGuard({ secrets: async (request) => [String(request.params.secret)] }))
  hook(): void {}

  @Get('health')
  well() {
    return this.checks.check([() => this.health.isHealthy(), () => this.health.isHealthy('money')]);
  }
}

@Injectable()
export class Mails {
  @EarnestJob('shop.mail', { concurrency: 2 })
  async mail(job: views.Job): Promise<void> {
    console.log(job.payload);
  }

  @EarnestEvents({ sink: 'notes', types: ['transfer.*'], from: 'first', lease: 'PT30S' })
  async note(event: views.Event): Promise<void> {
    console.log(event.type);
  }
}

@Injectable()
export class Settings implements ModuleOptionsFactory {
  createEarnestOptions(): ModuleOptions {
    return { env: true, logger: new EarnestLogger().write };
  }
}

@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}

@Module({
  imports: [
    EarnestModule.forRoot({ url: 'memory:', requireActor: true, metrics: new Registry(), correlation: { header: 'x-request-id' } }),
    EarnestModule.forRoot({ attach: new Pool(), name: 'second', filter: false, metrics: false }),
    EarnestModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: async (found: Settings) => ({ ...found.createEarnestOptions(), filter: false, correlation: false }),
      name: 'third',
      isGlobal: false,
    }),
    EarnestModule.forRootAsync({ useClass: Settings, name: 'fourth' }),
    EarnestModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings, name: 'fifth' }),
  ],
  controllers: [Shop],
  providers: [Mails],
})
export class App {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(CorrelationMiddleware).forRoutes('{*path}');
  }
}

@Module({ imports: [EarnestModule.forTest({ clock: '2026-06-01T00:00:00Z' })] })
export class TestApp {}

export function engineOf(app: INestApplication): Engine {
  const bank: Engine = app.get(Engine);
  return bank;
}
