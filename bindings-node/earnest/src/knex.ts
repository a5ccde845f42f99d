// For Knex: a source of migrations that has one for the tables of the engine.

import { checkMigration, migratedDialect, migrationSql, noWayBack, type MigrationOptions } from './migrations';
import type { SqliteDatabase } from './hosts/sqlite';

/** A source of migrations, as Knex takes it. */
export interface MigrationSource {
  getMigrations(loadExtensions: readonly string[]): Promise<any[]>;
  getMigrationName(migration: any): string;
  getMigration(migration: any): Promise<any>;
}

const NAME = 'earnest_0001_tables';

/** A source with one migration, which makes the tables; `combine` puts yours behind it. */
export function migrationSource(options: MigrationOptions = {}): MigrationSource & { combine(other: MigrationSource): MigrationSource } {
  checkMigration(options);
  const own = {
    async up(knex: any): Promise<void> {
      const dialect = migratedDialect(knex.client.driverName ?? knex.client.config.client);
      const sql = migrationSql(dialect, options);
      if (dialect === 'postgresql') {
        await knex.client.query(await knex.client.acquireConnection(), { sql, bindings: [], method: 'raw' });
        return;
      }
      ((await knex.client.acquireConnection()) as SqliteDatabase & { exec(sql: string): unknown }).exec(sql);
    },
    async down(): Promise<void> {
      throw noWayBack();
    },
  };
  const source: MigrationSource = {
    getMigrations: async () => [NAME],
    getMigrationName: () => NAME,
    getMigration: async () => own,
  };
  return { ...source, combine: (other) => combined(source, other) };
}

function combined(first: MigrationSource, other: MigrationSource): MigrationSource {
  const of = (migration: unknown) => (migration === NAME ? first : other);
  return {
    getMigrations: async (extensions) => [...(await first.getMigrations(extensions)), ...(await other.getMigrations(extensions))],
    getMigrationName: (migration) => of(migration).getMigrationName(migration),
    getMigration: (migration) => of(migration).getMigration(migration),
  };
}
