// Every library on a database: how each begins a transaction, a block within one, and inserts a row of its own.

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
  /** Runs a body in a block of an open transaction, which is rolled back when it rejects. */
  block<T>(tx: any, body: (tx: any) => Promise<T>): Promise<T>;
  /** A pool that an engine can be attached to, and the function that lends a client of it. */
  pool?: { given: object; lend(): Promise<LentClient> };
}

/** A client of pg that a pool has lent. */
export interface LentClient {
  query(sql: string): Promise<unknown>;
  giveBack(): unknown;
}

/** How libraries are connected. */
export interface Connecting {
  size?: number;
  /** Their own time limit of a statement, in milliseconds. */
  limit?: number;
  /** They prepare nothing by themselves. */
  isPooled?: boolean;
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

/** A savepoint by hand, for libraries that have no word for it. */
async function savepoint<T>(tx: any, send: (sql: string) => Promise<unknown>, body: (tx: any) => Promise<T>): Promise<T> {
  await send('SAVEPOINT s');
  try {
    return await body(tx);
  } catch (error) {
    await send('ROLLBACK TO SAVEPOINT s');
    throw error;
  }
}

const lentBy = (pool: Pool) => async (): Promise<LentClient> => {
  const client = await pool.connect();
  return { query: (sql) => client.query(sql), giveBack: () => client.release() };
};

export async function librariesOn(url: string, { size = 20, limit, isPooled = false }: Connecting = {}): Promise<Libraries> {
  const limits = limit === undefined ? {} : { query_timeout: limit };
  const pool = poolOn(url, size, limits);
  await pool.query('CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY)');
  const source = await new DataSource({ type: 'postgres', url, entities: [], extra: { max: size, ...limits } }).initialize();
  const knex = knexOf({ client: 'pg', connection: { connectionString: url, ...limits }, pool: { min: 0, max: size } });
  const pgjs = postgres(url, { onnotice: () => undefined, prepare: !isPooled });
  const { PrismaClient } = require('./prisma');
  const { PrismaPg } = await import('@prisma/adapter-pg');
  const named = isPooled ? {} : { statementNameGenerator: statementName };
  const adapter = new PrismaPg({ connectionString: url, max: size, ...limits }, named as any);
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 30_000 } });
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const mikro: any = await MikroORM.init({ entities: [], clientUrl: url, discovery: { warnWhenNoEntities: false }, pool: { max: size }, driverOptions: limits });
  const kysely = new Kysely<any>({ dialect: new PostgresDialect({ pool: poolOn(url, size, limits) }) });
  const close = async () => {
    // a rollback that a pool waited no longer for is its own affair
    const ended = Promise.all([source.destroy(), knex.destroy(), pgjs.end({ timeout: 1 }), kysely.destroy(), mikro.close(), prisma.$disconnect(), pool.end()]);
    if (limit === undefined) await ended;
    else await Promise.race([ended.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  };
  const onPool = { given: pool, lend: lentBy(pool) };
  const ways: Record<string, Way> = {
    pg: {
      run: onPoolOf(pool),
      root: () => pool,
      block: (client, body) => savepoint(client, (sql) => client.query(sql), body),
      pool: onPool,
    },
    typeorm: {
      run: (body) => source.transaction((m) => body(m, (id) => m.query('INSERT INTO orders VALUES ($1)', [id]))) as any,
      root: () => source,
      block: (m, body) => m.transaction(body),
      pool: { given: source, lend: () => lentBy((source.driver as any).master)() },
    },
    knex: {
      run: (body) => knex.transaction((trx) => body(trx, (id) => trx('orders').insert({ id }) as any)) as any,
      root: () => knex,
      block: (trx, body) => trx.transaction(body),
      pool: {
        given: knex as object,
        lend: async () => {
          const client = await knex.client.acquireConnection();
          return { query: (sql) => client.query(sql), giveBack: () => knex.client.releaseConnection(client) };
        },
      },
    },
    'drizzle over pg': {
      run: (body) => drizzle(pool).transaction((tx) => body(tx, (id) => tx.execute(sql`INSERT INTO orders VALUES (${id})`))) as any,
      root: () => drizzle(pool),
      block: (tx, body) => tx.transaction(body),
      pool: { ...onPool, given: drizzle(pool) },
    },
    'drizzle over postgres.js': {
      run: (body) => drizzlePostgresJs(pgjs).transaction((tx) => body(tx, (id) => tx.execute(sql`INSERT INTO orders VALUES (${id})`))) as any,
      root: () => drizzlePostgresJs(pgjs),
      block: (tx, body) => tx.transaction(body),
    },
    'postgres.js': {
      run: (body) => pgjs.begin((tx) => body(tx, (id) => tx`INSERT INTO orders VALUES (${id})` as any)) as any,
      root: () => pgjs,
      block: (tx, body) => tx.savepoint(body),
    },
    kysely: {
      run: (body) => kysely.transaction().execute((tx) => body(tx, (id) => kyselySql`INSERT INTO orders VALUES (${id})`.execute(tx))),
      root: () => kysely,
      block: (tx, body) => savepoint(tx, (text) => kyselySql.raw(text).execute(tx), body),
    },
    prisma: {
      run: (body) => prisma.$transaction((tx: any) => body(tx, (id) => tx.$executeRawUnsafe('INSERT INTO orders VALUES ($1)', id))),
      root: () => prisma,
      block: (tx, body) => tx.$transaction(body),
    },
    mikroorm: {
      run: (body) => mikro.em.fork().transactional((em: any) => body(em, (id) => em.execute(`INSERT INTO orders VALUES ('${id}')`))),
      root: () => mikro.em.fork(),
      block: (em, body) => em.transactional(body),
      pool: { given: mikro, lend: async () => lentBy(await mikro.em.getConnection().getNativeClient())() },
    },
  };
  return { pool, source, knex, pgjs, mikro, prisma, ways, close };
}
