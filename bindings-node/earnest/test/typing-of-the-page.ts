// An application that knows the contract of the package and nothing else, chapter by chapter: this file only
// has to compile, without a cast and without telling the package a type.

import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import knexOf, { type Knex } from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import postgres from 'postgres';
import { DataSource, type MigrationInterface } from 'typeorm';
import {
  Actor, BoundEngine, context, EarnestError, Engine, errors, Failed, IdempotencyKey, keygen, Money, Page, registerCurrency, sealKeyring,
  SyncBoundEngine, verifyWebhook, version, views,
} from 'earnest'; // prettier-ignore
import type { HostProtocol, JsonObject, Kind, MoneyLike, Options, PagePromise, Subscription, WireError, Worker } from 'earnest';
import { InsufficientBalance } from 'earnest/errors';
import { migrationSource } from 'earnest/knex';
import { statementName } from 'earnest/prisma';
import { assertConserved, deal, engine, funded, type TestEngine } from 'earnest/testing';
import { ignoreTables, migration } from 'earnest/typeorm';

const sealed = sealKeyring(keygen(), { by: 'kms', wrapped: new Uint8Array(4), key: new Uint8Array(32) });

/** 2: every option. */
export const options: Options = {
  migrate: 'auto',
  schema: 'earnest',
  tablePrefix: 'earnest_',
  book: 'main',
  books: ['main', 'other'],
  currencies: { USDC: 6 },
  allowedCurrencies: ['USD', 'USDC'],
  defaultCurrency: 'USD',
  requireActor: true,
  policies: [{ id: 'large', operation: 'ledger.deduct', threshold: '1000.00 USD', approvers: 2 }],
  rules: [{ id: 'a-day', action: 'ledger.deduct', subject: 'account', metric: 'sum', limit: '500.00 USD', window: 'P1D', outcome: 'block' }],
  rates: [{ id: 'quick', action: 'ledger.deduct', subject: 'actor', limit: 10, per: 'PT1M' }],
  keyring: async () => sealed,
  keyringUnwrap: async (by, wrapped) => new Uint8Array(by.length + wrapped.length),
  webhooks: { allowHttp: true },
  background: false,
  keepJobs: { days: 30 },
  notifyEveryState: false,
  waitLimits: { 'refund.unknown': { hours: 2 }, 'dispute.open': 'P3D' },
  readOnly: false,
  poolSize: 8,
  queueLimit: 1000,
  groupLimit: 100,
  connectTimeout: 'PT10S',
  statementTimeout: { seconds: 30 },
  synchronous: 'full',
  preparedStatements: true,
  sslmode: 'prefer',
  clock: new Date(0),
  clockIsRight: true,
  log: 'warn',
  messages: { de: { insufficient_balance: 'Das Guthaben reicht nicht.' } },
  logger: ({ level, target, message }) => console.log(`${target}: ${level}: ${message}`),
};

/** 2: the engine. */
export async function engines(): Promise<void> {
  const bank: Engine = await Engine.open('sqlite:shop.db', options);
  const named: Engine = await Engine.fromEnv({ log: 'error' });
  const lent: Engine = await Engine.attach(new Pool(), { background: false }).ready();
  const file: Engine = Engine.attach(() => new Database('shop.db'));
  const narrowed: Engine[] = [bank.acting('alice'), bank.acting(Actor.admin('anna')), bank.acting({ id: 'till', role: 'system' }), bank.book('other')];
  const reply: JsonObject = await bank.call('ledger.top_up', { account: 'alice', amount: '1.00 USD', key: 't-1' }, { signal: AbortSignal.timeout(1000) });
  const health: views.Health = await bank.health();
  const verified: views.Verify = await bank.verify();
  const [text, changed, secrets]: [string, boolean, string[]] = [await bank.metrics(), await bank.reloadKeyring(), bank.webhookSecrets('https://x.example')];
  bank.nudge();
  for (const one of [named, lent, file, ...narrowed]) await one[Symbol.asyncDispose]();
  await bank.close();
  const closed: boolean = bank.closed;
  void [reply, health, verified, text, changed, secrets, closed, version.length];
}

/** 3: calls, replies and lists. */
export async function calls(bank: Engine, orderId: number): Promise<void> {
  const key = new IdempotencyKey(`order-${orderId}`);
  const moved: views.Moved = await bank.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 't-1' }, { signal: AbortSignal.timeout(1000) });
  const held = await bank.ledger.hold({ account: 'alice', amount: Money.of('5.00', 'USD'), key: key.for('hold'), expiresIn: { days: 1 } });
  await bank.ledger.hold({ account: 'alice', amount: { amount: '5.00', currency: 'USD' }, key: `${key}-2`, expiresAt: new Date(), metadata: { at: new Date() } });
  const [replayed, left, until]: [boolean, Money, string | null] = [moved.replayed, moved.balance.available, held.hold.expiresAt];
  const back: views.Moved = views.Moved.fromJSON(JSON.parse(JSON.stringify(moved)));
  await bank.ledger.trialBalance();

  const list: PagePromise<views.Entry> = bank.ledger.entries({ account: 'alice' });
  const page: Page<views.Entry> = await list;
  const [items, next, lag]: [readonly views.Entry[], string | null, number | null] = [page.items, page.next, page.lag];
  for await (const entry of bank.ledger.entries({ account: 'alice' })) console.log(entry.amount.toString());
  for await (const entry of page) console.log(entry.kind);
  const some: views.Entry[] = await bank.ledger.entries({ account: 'alice' }).toArray({ limit: 10 });

  const noted = await context({ correlationId: 'request-7', causationId: 'click-7', ip: '192.0.2.7' }, () => bank.ledger.balance({ account: 'alice' }));
  void [replayed, left, until, back, items, next, lag, some, noted.available];
}

/** 3: money. */
export function amounts(given: unknown): string[] {
  registerCurrency('USDC', 6);
  const price: Money = Money.of('40.00', 'USD');
  const likes: MoneyLike[] = [price, '40.00 USD', { amount: '40.00', currency: 'USD' }];
  const all: Money[] = [...likes.map((one) => Money.from(one)), Money.parse('40.00 USD'), Money.fromMinor(4000n, 'USD'), Money.fromMinor(4000, 'USD')];
  const sum: Money = Money.sum(new Set(all), 'USD').plus(price).minus(price).times(2n).times(2).negated().abs();
  const parts: Money[] = [...price.split(3), ...price.split([1, 2]), Money.zero('USD')];
  const order: -1 | 0 | 1 = price.compare(sum);
  const so: boolean[] = [price.equals(given), price.lessThan(sum), price.lessThanOrEqual(sum), price.greaterThan(sum), price.greaterThanOrEqual(sum)];
  const [minor, scale]: [bigint, number] = [price.minor, price.scale];
  if (Money.isMoney(given)) parts.push(given);
  const { amount, currency }: { amount: string; currency: string } = price.toJSON();
  return [amount, currency, `${price}`, String(minor), String(scale), String(order), String([so, price.isZero, price.isNegative]), price.toLocaleString('ko')];
}

/** 4: refusals. */
export function refused(error: unknown): string {
  if (error instanceof errors.InsufficientBalance) return `${error.details.required.minus(error.details.available)} more`;
  if (error instanceof errors.Rejected) return error.code;
  if (EarnestError.is(error, 'rate_limited', 'invalid_request')) {
    if (error.code === 'invalid_request') return `${error.details.field}: ${error.details.reason}`;
    return String(error.details.retryAfter);
  }
  if (!EarnestError.is(error)) throw error;
  const [kind, status, retry]: [Kind, number, 'never' | 'call' | 'transaction' | 'later'] = [error.kind, error.httpStatus, error.retry];
  const { code, message, retryable }: { code: string; message: string; retryable: boolean } = error.envelope('ko');
  const wire: WireError = EarnestError.fromJSON(error.toJSON()).toJSON();
  const [language, index]: [string | null, number | null] = [error.languageOf('de, ko'), error.index];
  const same: boolean = new InsufficientBalance(wire) instanceof EarnestError && error.retryable === retryable;
  return [kind, status, retry, code, message, wire.code, language, index, same, error.toUser('ko'), error.render('{code}'), error.name, error.cause].join();
}

/** Opens and pays the deal of an order, in any transaction. */
async function bought(bound: BoundEngine, order: string): Promise<string> {
  const opened = await bound.escrow.open({ buyer: 'alice', seller: 'bob', price: '40.00 USD', reference: order, key: order });
  if (!opened.replayed) await bound.escrow.pay({ deal: opened.deal.id });
  return opened.deal.id;
}

interface Tables {
  orders: { id: string };
}

/** 2: `run`, by the means of every library. */
export async function runs(bank: Engine, pool: Pool, source: DataSource, knex: Knex, sql: postgres.Sql): Promise<string[]> {
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const onClient = async <R>(body: (client: PoolClient) => Promise<R>): Promise<R> => body(await pool.connect());
  const by: Promise<string>[] = [
    bank.run(pool, async (client, bound) => {
      const { rows } = await client.query('SELECT id FROM orders');
      return bought(bound, String(rows[0].id));
    }, { actor: 'alice', book: 'main' }),
    bank.run(source, async (manager, bound) => {
      await manager.query('SELECT 1');
      return bought(bound, 'order-2');
    }),
    bank.run(knex, async (trx, bound) => {
      await trx('orders').insert({ id: 'order-3' });
      return bought(bound, 'order-3');
    }),
    bank.run(sql, async (tx, bound) => {
      await tx`INSERT INTO orders VALUES ('order-4')`;
      return bought(bound, 'order-4');
    }),
    bank.run(drizzle(pool), (_, bound) => bought(bound, 'order-5')),
    bank.run(kysely, async (trx, bound) => {
      await trx.insertInto('orders').values({ id: 'order-6' }).execute();
      return bought(bound, 'order-6');
    }),
    bank.run(onClient, async (client, bound) => {
      const ended: { rows: unknown[] } = await client.query('SELECT 1');
      return bought(bound, `order-${ended.rows.length}`);
    }),
    bank.run((body) => source.transaction(body), async (manager, bound) => {
      await manager.query('SELECT 1');
      return bought(bound, 'order-8');
    }),
    bank.run((body) => knex.transaction((trx) => body(trx)), (_, bound) => bought(bound, 'order-9'), { actor: Actor.system() }),
  ]; // prettier-ignore
  // each transaction is typed as its library has it
  void bank.run(pool, async (client) => void (client satisfies PoolClient).release());
  void bank.run(source, async (manager) => manager.getRepository('orders').metadata.tableName);
  void bank.run(kysely, async (trx) => void trx.isTransaction);
  // @ts-expect-error
  void bank.run(pool, async (client) => client.nonsense);
  // @ts-expect-error
  void bank.run(source, async (manager) => manager.nonsense);
  // @ts-expect-error
  void bank.run(knex, async (trx) => trx.nonsense);
  // @ts-expect-error
  void bank.run(sql, async (tx) => tx.nonsense);
  // @ts-expect-error
  void bank.run(drizzle(pool), async (tx) => tx.nonsense);
  // @ts-expect-error
  void bank.run(kysely, async (trx) => trx.nonsense);
  await bank.run(pool, async (client, bound) => {
    await client.query('SELECT 1');
    await bound.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 't-2' });
  });
  return Promise.all(by);
}

/** 5: transactions that are open already. */
export async function joins(bank: Engine, pool: Pool, source: DataSource, knex: Knex, sql: postgres.Sql): Promise<void> {
  const client = await pool.connect();
  await client.query('BEGIN');
  const bound: BoundEngine = bank.using(client, { actor: 'alice', book: 'main' });
  const reply: JsonObject = await bound.call('ledger.trial_balance', {});
  await bound.events.advance({ consumer: 'mails', seq: 7, fence: 1 });
  await bound.events.subscribe({ sink: 'notes', types: ['transfer.*'] });
  await bound.jobs.enqueue({ kind: 'shop.mail', payload: { to: 'customer-7' }, key: 'mail-7' });
  await client.query('COMMIT');
  client.release();
  await source.transaction((manager) => bought(bank.using(manager), 'order-1'));
  await knex.transaction((trx) => bought(bank.using(trx), 'order-2'));
  await sql.begin((tx) => bought(bank.using(tx), 'order-3'));
  await drizzle(pool).transaction((tx) => bought(bank.using(tx), 'order-4'));
  const own: HostProtocol = {
    dialect: 'postgresql',
    query: async (text, params) => (await pool.query({ text, values: params, rowMode: 'array' })).rows,
    inTransaction: () => true,
    code: (error) => (error instanceof Error ? error.name : undefined),
    invalidate: async () => undefined,
  };
  void [reply, bank.using(own)];
}

/** 5: better-sqlite3, whose transactions do not wait. */
export function waitless(bank: Engine): readonly views.Entry[] {
  const db = new Database('shop.db');
  drizzleSqlite(db).transaction((tx) => bank.usingSync(tx).ledger.trialBalance());
  const read = db.transaction((account: string): Page<views.Entry> => {
    const bound: SyncBoundEngine = bank.usingSync(db, { actor: account });
    const moved: views.Moved = bound.ledger.topUp({ account, amount: '1.00 USD', key: 't-1' });
    const reply: JsonObject = bound.call('ledger.balance', { account });
    const page: Page<views.Entry> = bound.ledger.entries({ account });
    for (const entry of page.items) console.log(entry.amount, moved.replayed, reply['account']);
    return page;
  });
  return read.immediate('alice').items;
}

/** 6: jobs, events and webhooks. */
export async function handlers(bank: Engine, body: Uint8Array, headers: NodeJS.Dict<string | string[]>): Promise<void> {
  const worker: Worker = bank.jobs.worker(
    {
      'shop.mail': async (job) => {
        if (job.attempts > 9) throw new Failed('the post is closed', { retryAt: new Date() });
        return { to: job.payload, at: job.runAt };
      },
    },
    { concurrency: 2, allBooks: true },
  );
  const made: views.SinkReply = await bank.events.subscribe({ sink: 'plain', types: ['deal.*'], maxAttempts: 3 });
  const subscription: Subscription = await bank.events.subscribe({ sink: 'notes', lease: 'PT30S' }, (event) => console.log(event.type, made.sink));
  for await (const event of bank.events.follow({ afterSeq: 7, types: ['transfer.posted'] }, { signal: AbortSignal.timeout(1000) })) {
    const one: views.Event = event;
    console.log(one.seq);
  }
  const id: string = verifyWebhook(body, headers, ['whsec_new', 'whsec_old'], { now: new Date() });
  console.log(verifyWebhook('{}', new Headers(), 'whsec_new') === id);
  await Promise.all([worker.stop(), subscription.stop()]);
}

/** 7: tests. */
export async function tests(client: PoolClient): Promise<void> {
  const bank: TestEngine = await engine({ clock: '2026-06-01T00:00:00Z', currencies: { USDC: 6 } });
  const joined: TestEngine = await engine({ host: client });
  const [now, later]: [string, string] = [bank.clock.now, bank.clock.advance('P4D')];
  const balance: views.Balance = await funded(bank, 'alice');
  const open: views.Deal = await deal(bank, 'shipped', { buyer: 'alice', seller: 'bob', price: '40.00 USD' });
  bank.failNext('ledger.deduct', 'store_unavailable', { reason: 'a test' });
  bank.failNext('ledger.deduct', 'insufficient_balance');
  await bank.runDue();
  await assertConserved(joined);
  void [now, later, balance, open.state];
}

/** 8: migrations. */
export async function migrations(knex: Knex): Promise<RegExp> {
  const Made: new () => MigrationInterface = migration({ schema: 'earnest' });
  const source = new DataSource({ type: 'postgres', url: 'postgres://localhost/shop', migrations: [Made] });
  const yours: Knex.MigrationSource<string> = {
    getMigrations: async () => ['0002_orders'],
    getMigrationName: (name) => name,
    getMigration: async () => ({ up: async (k) => void (await k.schema.createTable('orders', (table) => table.text('id'))), down: async () => undefined }),
  };
  await knex.migrate.latest({ migrationSource: migrationSource() });
  await knex.migrate.latest({ migrationSource: migrationSource({ schema: 'earnest' }).combine(yours) });
  await knexOf({ client: 'pg', migrations: { migrationSource: migrationSource() } }).migrate.latest();
  const named: (query: { sql: string }) => string = statementName;
  void [source, named];
  return ignoreTables();
}
