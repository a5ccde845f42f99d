// Every library on a database: how each begins a transaction and inserts a row of its own.

import 'reflect-metadata';
import type { Pool, PoolClient } from 'pg';
import postgres from 'postgres';
import knexOf, { type Knex } from 'knex';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import { sql } from 'drizzle-orm';
import { Kysely, PostgresDialect, sql as kyselySql } from 'kysely';
import { DataSource } from 'typeorm';
import { statementName } from 'earnest/prisma';
import { poolOn } from './support';

export interface Way {
  /** Runs a body in a transaction, with what inserts an order in it. */
  run<T>(body: (tx: any, order: (id: string) => Promise<unknown>) => Promise<T>): Promise<T>;
  root(): unknown;
}

type Body<T> = (tx: PoolClient, order: (id: string) => Promise<unknown>) => Promise<T>;

/** Libraries that are connected to one database, which has a table of orders. */
export interface Libraries {
  pool: Pool;
  source: DataSource;
  knex: Knex;
  pgjs: postgres.Sql;
  mikro: any;
  prisma: any;
  ways: Record<string, Way>;
  close(): Promise<void>;
}

export function onPoolOf(pool: Pool): <T>(body: Body<T>) => Promise<T> {
  return async (body) => {
    const client = await pool.connect();
    let broken = false;
    const lost = () => (broken = true);
    client.on('error', lost);
    try {
      await client.query('BEGIN');
      const answer = await body(client, (id) => client.query('INSERT INTO orders VALUES ($1)', [id]));
      await client.query('COMMIT');
      return answer;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.removeListener('error', lost);
      client.release(broken);
    }
  };
}

export async function librariesOn(url: string, size = 20): Promise<Libraries> {
  const pool = poolOn(url, size);
  await pool.query('CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY)');
  const source = await new DataSource({ type: 'postgres', url, entities: [] }).initialize();
  const knex = knexOf({ client: 'pg', connection: url });
  const pgjs = postgres(url, { onnotice: () => undefined });
  const { PrismaClient } = require('./prisma');
  const { PrismaPg } = await import('@prisma/adapter-pg');
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: size }, { statementNameGenerator: statementName } as any), transactionOptions: { maxWait: 30_000, timeout: 30_000 } });
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const mikro: any = await MikroORM.init({ entities: [], clientUrl: url, discovery: { warnWhenNoEntities: false }, pool: { max: 10 } });
  const kysely = new Kysely<any>({ dialect: new PostgresDialect({ pool: poolOn(url) }) });
  const close = async () => {
    await Promise.all([source.destroy(), knex.destroy(), pgjs.end({ timeout: 1 }), kysely.destroy(), mikro.close(), prisma.$disconnect(), pool.end()]);
  };
  const ways: Record<string, Way> = {
    pg: { run: onPoolOf(pool), root: () => pool },
    typeorm: {
      run: (body) => source.transaction((m) => body(m, (id) => m.query('INSERT INTO orders VALUES ($1)', [id]))) as any,
      root: () => source,
    },
    knex: {
      run: (body) => knex.transaction((trx) => body(trx, (id) => trx('orders').insert({ id }) as any)) as any,
      root: () => knex,
    },
    'drizzle over pg': {
      run: (body) => drizzle(pool).transaction((tx) => body(tx, (id) => tx.execute(sql`INSERT INTO orders VALUES (${id})`))) as any,
      root: () => drizzle(pool),
    },
    'drizzle over postgres.js': {
      run: (body) => drizzlePostgresJs(pgjs).transaction((tx) => body(tx, (id) => tx.execute(sql`INSERT INTO orders VALUES (${id})`))) as any,
      root: () => drizzlePostgresJs(pgjs),
    },
    'postgres.js': {
      run: (body) => pgjs.begin((tx) => body(tx, (id) => tx`INSERT INTO orders VALUES (${id})` as any)) as any,
      root: () => pgjs,
    },
    kysely: {
      run: (body) => kysely.transaction().execute((tx) => body(tx, (id) => kyselySql`INSERT INTO orders VALUES (${id})`.execute(tx))),
      root: () => kysely,
    },
    prisma: {
      run: (body) => prisma.$transaction((tx: any) => body(tx, (id) => tx.$executeRawUnsafe('INSERT INTO orders VALUES ($1)', id))),
      root: () => prisma,
    },
    mikroorm: {
      run: (body) => mikro.em.fork().transactional((em: any) => body(em, (id) => em.execute(`INSERT INTO orders VALUES ('${id}')`))),
      root: () => mikro.em.fork(),
    },
  };
  return { pool, source, knex, pgjs, mikro, prisma, ways, close };
}
