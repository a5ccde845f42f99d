// The tables, made by the migrations of other libraries.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import knexOf from 'knex';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { migrationSource } from 'earnest/knex';
import { ignoreTables, migration } from 'earnest/typeorm';
import { database, folder, rejection } from './support';

test('TypeORM on PostgreSQL', async () => {
  const url = await database();
  const source = await new DataSource({ type: 'postgres', url, migrations: [migration()] }).initialize();
  assert.equal((await source.runMigrations()).length, 1);
  assert.equal((await rejection(source.undoLastMigration())).code, 'not_supported');
  await source.destroy();
  const bank = await Engine.open(url, { migrate: 'check' });
  await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
  assert.ok((await bank.verify()).ok);
  await bank.close();
  assert.ok(ignoreTables().test('earnest.account') && ignoreTables().test('earnest_account') && !ignoreTables().test('orders'));
});

test('Knex on PostgreSQL, behind yours and in front of them', async () => {
  const url = await database();
  const knex = knexOf({ client: 'pg', connection: url });
  const own = {
    getMigrations: async () => ['0002_orders'],
    getMigrationName: (name: unknown) => String(name),
    getMigration: async () => ({ up: (k: any) => k.schema.createTable('orders', (t: any) => t.text('id')), down: async () => undefined }),
  };
  const [, names] = await knex.migrate.latest({ migrationSource: migrationSource().combine(own) });
  assert.deepEqual(names, ['earnest_0001_tables', '0002_orders']);
  await knex.destroy();
  const bank = await Engine.open(url, { migrate: 'check' });
  assert.ok((await bank.verify()).ok);
  await bank.close();
});

test('both on SQLite', async () => {
  const at = folder();
  const source = await new DataSource({ type: 'better-sqlite3', database: join(at, 'typeorm.db'), migrations: [migration()] }).initialize();
  await source.runMigrations();
  await source.destroy();
  const knex = knexOf({ client: 'better-sqlite3', connection: { filename: join(at, 'knex.db') }, useNullAsDefault: true });
  await knex.migrate.latest({ migrationSource: migrationSource() });
  await knex.destroy();
  for (const name of ['typeorm.db', 'knex.db']) {
    const bank = await Engine.attach(() => new Database(join(at, name)), { migrate: 'check' }).ready();
    await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
    await bank.close();
  }
});
