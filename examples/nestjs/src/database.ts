// The market's own tables, beside Earnest's in one database.

import { Logger } from '@nestjs/common';
import {
  Column,
  Entity,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type DataSourceOptions,
  type Logger as DatabaseLogger,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { Money } from 'earnest';
import { migration } from 'earnest/typeorm';

export const CURRENCY = 'KRW';

/** An amount in a column: whole minor units, never a float. */
const money = {
  to: (amount: Money): string => amount.minor.toString(),
  from: (minor: string): Money => Money.fromMinor(BigInt(minor), CURRENCY),
};

@Entity({ name: 'users' })
export class User {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('text')
  name!: string;
}

@Entity({ name: 'items' })
export class Item {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('integer')
  seller!: number;

  @Column('text')
  title!: string;

  @Column('bigint', { transformer: money })
  price!: Money;

  @Column('boolean', { name: 'is_sold', default: false })
  isSold!: boolean;
}

@Entity({ name: 'orders' })
export class Order {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('integer')
  item!: number;

  @Column('integer')
  buyer!: number;

  @Column('integer')
  seller!: number;

  /** The deal that has the money. */
  @Column('text')
  deal!: string;

  /** The state of that deal, for the market's own lists: written in the transaction that changes it. */
  @Column('text')
  state!: string;

  @Column('integer')
  version!: number;
}

@Entity({ name: 'gifts' })
export class Gift {
  /** The transfer that moved the money. */
  @PrimaryColumn('text')
  transfer!: string;

  @Column('integer')
  sender!: number;

  @Column('integer')
  recipient!: number;

  @Column('text')
  note!: string;
}

const TABLES = `
CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE items (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seller integer NOT NULL REFERENCES users,
  title text NOT NULL,
  price bigint NOT NULL CHECK (price > 0),
  is_sold boolean NOT NULL DEFAULT false
);
CREATE INDEX items_on_sale ON items (id) WHERE NOT is_sold;
CREATE TABLE orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item integer NOT NULL REFERENCES items,
  buyer integer NOT NULL REFERENCES users,
  seller integer NOT NULL REFERENCES users,
  deal text NOT NULL UNIQUE,
  state text NOT NULL,
  version integer NOT NULL
);
CREATE INDEX orders_of_buyer ON orders (buyer, id);
CREATE INDEX orders_of_seller ON orders (seller, id);
CREATE TABLE gifts (
  transfer text PRIMARY KEY,
  sender integer NOT NULL REFERENCES users,
  recipient integer NOT NULL REFERENCES users,
  note text NOT NULL
);
`;

class MarketTables1767225600001 implements MigrationInterface {
  readonly name = 'MarketTables1767225600001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE gifts, orders, items, users');
  }
}

/** The database's URL. */
export function urlOf(): string {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') throw new Error('DATABASE_URL names no database, such as postgres://localhost/market');
  return url;
}

/** TypeORM's messages, in the application's log; statements are left out, as they have what users sent. */
class DatabaseLog implements DatabaseLogger {
  readonly #logger = new Logger('database');

  logQuery = (): void => undefined;
  logSchemaBuild = (): void => undefined;
  logQueryError = (error: string | Error): void => this.#logger.debug(String(error));
  logQuerySlow = (time: number): void => this.#logger.warn(`a statement took ${time} ms`);
  logMigration = (message: string): void => this.#logger.log(message);
  log = (level: 'log' | 'info' | 'warn', message: unknown): void => this.#logger[level === 'warn' ? 'warn' : 'log'](message);
}

/** How TypeORM opens it: Earnest's tables and the market's are made by migrations. */
export function databaseOptions(): DataSourceOptions {
  return {
    type: 'postgres',
    url: urlOf(),
    entities: [User, Item, Order, Gift],
    migrations: [migration(), MarketTables1767225600001],
    migrationsRun: true,
    migrationsTransactionMode: 'each',
    logger: new DatabaseLog(),
    poolSize: Number(process.env['POOL'] ?? 16),
  };
}

