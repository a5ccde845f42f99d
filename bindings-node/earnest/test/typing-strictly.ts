// What may be left out may be `undefined` as well, also with `exactOptionalPropertyTypes`, and nothing here needs the types of Node: this
// file only has to compile.

import { Actor, context, Engine, errors, Failed, Money, verifyWebhook, type DurationLike, type MoneyLike, type Options, type UsingOptions } from 'earnest';
import { InsufficientBalance } from 'earnest/errors';
import { migrationSource } from 'earnest/knex';
import { statementName } from 'earnest/prisma';
import * as testing from 'earnest/testing';
import { ignoreTables, migration } from 'earnest/typeorm';

declare const form: { note?: string; signal?: AbortSignal; limit?: number; actor?: string; after?: string; flag?: boolean; at?: Date; list?: string[]; price?: MoneyLike };

export async function pay(bank: Engine, account: string, amount: MoneyLike): Promise<Money | undefined> {
  const metadata = form.note === undefined ? undefined : { note: form.note };
  await bank.ledger.deduct({ account, amount, key: 'k', reference: form.note, metadata, actor: form.actor, context: { ip: form.note } });
  await bank.ledger.balance({ account }, { signal: form.signal });
  await bank.ledger.entries({ account, limit: form.limit, after: form.after });
  const length: DurationLike = { days: 1, hours: form.limit };
  await bank.ledger.hold({ account, amount, key: 'k', expiresIn: length });
  bank.jobs.worker({ a: () => undefined }, { concurrency: form.limit, allBooks: form.flag });
  await bank.events.subscribe({ sink: 's', types: form.list, lease: form.note }, () => undefined);
  for await (const event of bank.events.follow({ afterSeq: form.limit, types: form.list }, { signal: form.signal })) void event;
  const using: UsingOptions = { actor: form.actor, book: form.note };
  try {
    await bank.run(async (body) => body({}), async (_, mine) => mine.ledger.balance({ account }), using);
    context({ correlationId: form.note, ip: form.note }, () => 1);
    throw new Failed('no', { retryAt: form.at, cause: form.note });
  } catch (error) {
    if (error instanceof errors.InsufficientBalance && error instanceof InsufficientBalance) return error.details.available;
  }
  return undefined;
}

export async function open(url: string): Promise<void> {
  const options: Options = { keyring: form.note, log: undefined, poolSize: form.limit, webhooks: { allowHttp: form.flag }, connectTimeout: { seconds: form.limit } };
  await Engine.open(url, options);
  const bank = await testing.engine({ url: form.note, clock: form.at });
  bank.acting({ id: 'anna', role: undefined }).failNext('ledger.deduct', 'insufficient_balance', { account: form.note });
  await testing.deal(bank, 'pending', { price: form.price, buyer: form.note });
  verifyWebhook('{}', {}, [], { now: form.at });
  void [migration({ schema: form.note }), migrationSource({ schema: form.note }), ignoreTables({ schema: form.note }), statementName({ sql: '' }), new Actor('a', undefined)];
}
