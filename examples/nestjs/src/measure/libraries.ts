// Transactions of five database libraries: the same statements by each, to compare what a call of Earnest costs in them.

import { createRequire } from 'node:module';
import type { Query } from '../by-hand.js';

/** A library with a pool of its own. */
export interface Library {
  /** The object on which `bank.run` begins transactions. */
  root: object;
  transaction<T>(work: (tx: any) => Promise<T>): Promise<T>;
  /** Runs a statement in an open transaction. */
  queryOf(tx: any): Query;
  close(): Promise<unknown>;
}

type Opens = (url: string, size: number) => Promise<Library>;

const opensPg: Opens = async (url, size) => {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: size });
  return {
    root: pool,
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const answer = await work(client);
        await client.query('COMMIT');
        return answer;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    queryOf: (client) => async (sql, params) => (await client.query(sql, params)).rows,
    close: () => pool.end(),
  };
};

const opensKnex: Opens = async (url, size) => {
  const require = createRequire(import.meta.url);
  const knex = require('knex')({ client: 'pg', connection: url, pool: { min: 0, max: size } });
  return {
    root: knex,
    transaction: (work) => knex.transaction(work),
    queryOf: (trx) => async (sql, params) => {
      const values: unknown[] = [];
      const text = sql.replace(/\$(\d+)/g, (_, place: string) => (values.push(params[Number(place) - 1]), '?'));
      return (await trx.raw(text, values)).rows;
    },
    close: () => knex.destroy(),
  };
};

const opensDrizzle: Opens = async (url, size) => {
  const require = createRequire(import.meta.url);
  const { default: pg } = await import('pg');
  const { drizzle } = require('drizzle-orm/node-postgres');
  const { sql: made } = require('drizzle-orm');
  const pool = new pg.Pool({ connectionString: url, max: size });
  const db = drizzle(pool);
  return {
    root: db,
    transaction: (work) => db.transaction(work),
    queryOf: (tx) => async (sql, params) => {
      const parts = sql.split(/\$(\d+)/).map((part, n) => (n % 2 === 0 ? made.raw(part) : made`${params[Number(part) - 1]}`));
      return (await tx.execute(made.join(parts))).rows;
    },
    close: () => pool.end(),
  };
};

/** Its client is generated from a schema: `PRISMA_CLIENT` names the folder. */
const opensPrisma: Opens = async (url, size) => {
  const require = createRequire(import.meta.url);
  const { PrismaClient } = require(process.env['PRISMA_CLIENT'] ?? '');
  const { PrismaPg } = require('@prisma/adapter-pg');
  const { statementName } = require('earnest/prisma');
  const adapter = new PrismaPg({ connectionString: url, max: size }, { statementNameGenerator: statementName });
  // by default a request that waits for a connection for two seconds is refused
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 30_000 } });
  return {
    root: prisma,
    transaction: (work) => prisma.$transaction(work),
    queryOf: (tx) => (sql, params) => tx.$queryRawUnsafe(sql, ...params),
    close: () => prisma.$disconnect(),
  };
};

export const LIBRARIES: Record<string, Opens> = {
  pg: opensPg,
  knex: opensKnex,
  drizzle: opensDrizzle,
  ...(process.env['PRISMA_CLIENT'] === undefined ? {} : { prisma: opensPrisma }),
};
