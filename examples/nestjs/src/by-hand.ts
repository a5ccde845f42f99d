// The same routes as one writes them by hand, to compare with: `SELECT ... FOR UPDATE`. Served with `BY_HAND=1`.
//
// One row for each movement; no check of what is stored, no event, no receipt.

import { Body, Controller, Injectable, Post, type OnModuleInit } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Money } from 'earnest';
import { DataSource } from 'typeorm';
import { CurrentUser, Key } from './login.js';
import { Refused } from './refused.js';
import { Amount, GiftOf, Payment } from './routes/wallet.js';

const TABLES = `
CREATE TABLE IF NOT EXISTS hand_accounts (id bigint PRIMARY KEY, balance numeric(38, 0) NOT NULL CHECK (balance >= 0));
CREATE TABLE IF NOT EXISTS hand_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sender bigint REFERENCES hand_accounts,
  recipient bigint NOT NULL REFERENCES hand_accounts,
  amount numeric(38, 0) NOT NULL CHECK (amount > 0),
  balance_after numeric(38, 0) NOT NULL,
  key text NOT NULL UNIQUE,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS hand_movements_of_sender ON hand_movements (sender, id);
CREATE INDEX IF NOT EXISTS hand_movements_of_recipient ON hand_movements (recipient, id);
CREATE TABLE IF NOT EXISTS hand_gifts (movement bigint PRIMARY KEY REFERENCES hand_movements, note text NOT NULL);
`;

/** Runs a statement in the open transaction of some library, and answers its rows. */
export type Query = (sql: string, params: unknown[]) => Promise<any[]>;

export interface HandMoved {
  movement: string;
  balance: string;
  replayed: boolean;
}

/** Locks both accounts, in one order for all, then looks for the key: two requests with one key take their turns. */
export async function transferByHand(query: Query, from: number, to: number, amount: bigint, key: string): Promise<HandMoved> {
  const locked = 'SELECT id::text, balance::text FROM hand_accounts WHERE id IN ($1::bigint, $2::bigint) ORDER BY id FOR UPDATE';
  const rows = await query(locked, [from, to]);
  const sender = rows.find((row) => row.id === String(from));
  if (sender === undefined || rows.length !== 2) throw new Refused(404, 'ACCOUNT_NOT_FOUND', 'There is no such account');
  const [before] = await query('SELECT id::text, balance_after::text FROM hand_movements WHERE key = $1', [key]);
  if (before !== undefined) return { movement: before.id, balance: before.balance_after, replayed: true };
  const after = BigInt(sender.balance) - amount;
  if (after < 0n) throw new Refused(409, 'INSUFFICIENT_BALANCE', 'There is not enough money in the account');
  const update =
    'UPDATE hand_accounts SET balance = balance + CASE id WHEN $1::bigint THEN -$3::numeric ELSE $3::numeric END ' +
    'WHERE id IN ($1::bigint, $2::bigint)';
  await query(update, [from, to, String(amount)]);
  const insert =
    'INSERT INTO hand_movements (sender, recipient, amount, balance_after, key) VALUES ($1::bigint, $2::bigint, $3::numeric, $4::numeric, $5) RETURNING id::text';
  const [made] = await query(insert, [from, to, String(amount), String(after), key]);
  return { movement: made.id, balance: String(after), replayed: false };
}

/** The same with a card that goes with it. */
export async function giveByHand(query: Query, from: number, gift: GiftOf, key: string): Promise<HandMoved> {
  const moved = await transferByHand(query, from, gift.to, Money.from(gift.amount).minor, key);
  if (!moved.replayed) await query('INSERT INTO hand_gifts (movement, note) VALUES ($1::bigint, $2)', [moved.movement, gift.note]);
  return moved;
}

/** Books a card payment into an account, which is made when it is first paid into. */
async function topUpByHand(query: Query, to: number, amount: bigint, key: string): Promise<HandMoved> {
  await query('INSERT INTO hand_accounts (id, balance) VALUES ($1::bigint, 0) ON CONFLICT DO NOTHING', [to]);
  const [account] = await query('SELECT balance::text FROM hand_accounts WHERE id = $1::bigint FOR UPDATE', [to]);
  const [before] = await query('SELECT id::text, balance_after::text FROM hand_movements WHERE key = $1', [key]);
  if (before !== undefined) return { movement: before.id, balance: before.balance_after, replayed: true };
  const after = String(BigInt(account.balance) + amount);
  await query('UPDATE hand_accounts SET balance = $2::numeric WHERE id = $1::bigint', [to, after]);
  const insert =
    'INSERT INTO hand_movements (recipient, amount, balance_after, key) VALUES ($1::bigint, $2::numeric, $3::numeric, $4) RETURNING id::text';
  const [made] = await query(insert, [to, String(amount), after, key]);
  return { movement: made.id, balance: after, replayed: false };
}

@Injectable()
@ApiExcludeController()
@Controller('by-hand')
export class ByHand implements OnModuleInit {
  constructor(private readonly db: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.db.query(TABLES);
  }

  @Post('wallet/top-ups')
  topUp(@Body() { amount }: Amount, @CurrentUser() user: number, @Key() key: Key): Promise<HandMoved> {
    return this.#inside((query) => topUpByHand(query, user, Money.from(amount).minor, key.toString()));
  }

  @Post('wallet/transfers')
  transfer(@Body() { amount, to }: Payment, @CurrentUser() user: number, @Key() key: Key): Promise<HandMoved> {
    return this.#inside((query) => transferByHand(query, user, to, Money.from(amount).minor, key.toString()));
  }

  @Post('wallet/gifts')
  give(@Body() gift: GiftOf, @CurrentUser() user: number, @Key() key: Key): Promise<HandMoved> {
    return this.#inside((query) => giveByHand(query, user, gift, key.toString()));
  }

  #inside<T>(work: (query: Query) => Promise<T>): Promise<T> {
    // of a write TypeORM answers rows only when it is asked for the whole result
    return this.db.transaction((manager) => work(async (sql, params) => (await manager.queryRunner!.query(sql, params, true)).records));
  }
}
