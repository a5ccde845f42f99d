// For TypeORM: a migration that makes the tables, and what keeps its schema builder from dropping them.

import { checkMigration, migratedDialect, migrationSql, noWayBack, type MigrationOptions } from './migrations';
import type { SqliteDatabase } from './hosts/sqlite';

/** The part of a `QueryRunner` that is used. */
interface Runner {
  query(sql: string): Promise<unknown>;
  connect(): Promise<unknown>;
  dataSource?: { options?: { type?: unknown } };
  connection?: { options?: { type?: unknown } };
}

interface Migration {
  name: string;
  up(runner: unknown): Promise<void>;
  down(runner: unknown): Promise<void>;
}

/** The class of a migration that makes the tables in its own transaction; it is not taken back. */
export function migration(options: MigrationOptions = {}): new () => Migration {
  checkMigration(options);
  return class EarnestTables1767225600000 implements Migration {
    readonly name = 'EarnestTables1767225600000';

    async up(given: unknown): Promise<void> {
      const runner = given as Runner;
      const dialect = migratedDialect((runner.dataSource ?? runner.connection)?.options?.type);
      const sql = migrationSql(dialect, options);
      if (dialect === 'sqlite') ((await runner.connect()) as SqliteDatabase & { exec(sql: string): unknown }).exec(sql);
      else await runner.query(sql);
    }

    async down(): Promise<void> {
      throw noWayBack();
    }
  };
}

/** The names of tables that are the engine's: a schema builder is to leave them alone. */
export function ignoreTables(options: MigrationOptions = {}): RegExp {
  checkMigration(options);
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(?:${escape(options.schema ?? 'earnest')}\\.|${escape(options.tablePrefix ?? 'earnest_')})`);
}
