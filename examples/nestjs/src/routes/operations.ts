// For those who run it.

import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { Actor, Engine } from 'earnest';
import { EarnestHealthIndicator } from 'earnest-nestjs';
import { register } from 'prom-client';
import type { Response } from '../http.js';
import { OrderBook } from '../order-book.js';
import { Staff } from '../login.js';

@ApiTags('operations')
@Controller()
export class Operations {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly money: EarnestHealthIndicator,
    private readonly bank: Engine,
    private readonly book: OrderBook,
  ) {}

  /** 200 as long as it can work, 503 when somebody must come. */
  @Get('health')
  @HealthCheck()
  healthy() {
    return this.health.check([() => this.database.pingCheck('database'), () => this.money.isHealthy() as never]);
  }

  @Get('metrics')
  @ApiExcludeEndpoint()
  async metrics(@Res() response: Response): Promise<void> {
    response.type(register.contentType).send(await register.metrics());
  }

  /** Whether everything adds up: every entry, every balance, every order and its deal. */
  @Get('check')
  async check(@Staff() staff: Actor) {
    const auditor = this.bank.acting(staff);
    const { balanced } = await auditor.ledger.trialBalance();
    const { ok } = await auditor.verify();
    return { balanced, verified: ok, strays: await this.book.strays() };
  }
}
