// The application.

import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EarnestModule, type ModuleOptions } from 'earnest-nestjs';
import { DataSource } from 'typeorm';
import { ByHand } from './by-hand.js';
import { databaseOptions, urlOf } from './database.js';
import { RequestLog } from './logger.js';
import { Disputes } from './routes/disputes.js';
import { Items } from './routes/items.js';
import { Operations } from './routes/operations.js';
import { Orders } from './routes/orders.js';
import { StaffRoutes } from './routes/staff.js';
import { Users } from './routes/users.js';
import { Wallet } from './routes/wallet.js';
import { Following } from './following.js';
import { OrderBook } from './order-book.js';

/** Whoever opens more deals than this in an hour is up to something. */
const ORDERS_AN_HOUR = Number(process.env['ORDERS_AN_HOUR'] ?? 30);

/** How the engine is opened: after TypeORM, whose migrations make its tables. */
function engineOptions(_: DataSource): ModuleOptions {
  return {
    url: urlOf(),
    migrate: 'check',
    allowedCurrencies: ['KRW'],
    metrics: true,
    rules: [
      { id: 'orders', action: 'escrow.open', subject: 'actor', metric: 'count', window: 'PT1H', limit: ORDERS_AN_HOUR, outcome: 'block' },
    ],
    // a payment of 1,000,000 KRW and above needs two of the staff: that is so without a word
  };
}

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: () => ({ ...databaseOptions(), retryAttempts: 3 }) }),
    EarnestModule.forRootAsync({ inject: [DataSource], useFactory: engineOptions }),
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [Users, Wallet, Items, Orders, Disputes, StaffRoutes, Operations, ...(process.env['BY_HAND'] === '1' ? [ByHand] : [])],
  providers: [OrderBook, Following],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestLog).forRoutes('{*path}');
  }
}
