// The SQL that makes the tables of the engine, for migrations of other libraries.

import { invalid, refuse, told, whole } from './error';
import { native } from './native';
import { only } from './only';

/** Where the tables are made. */
export interface MigrationOptions {
  /** The schema, on PostgreSQL: `earnest` by default. */
  schema?: string | undefined;
  /** The prefix of the tables' names, on SQLite: `earnest_` by default. */
  tablePrefix?: string | undefined;
}

/** Refuses options that nobody reads. */
export function checkMigration(options: MigrationOptions): void {
  only(options, ['schema', 'tablePrefix']);
}

/** The statements, without those that open and end a transaction: a migration has its own. */
export function migrationSql(dialect: 'postgresql' | 'sqlite', options: MigrationOptions = {}): string {
  const named = dialect === 'sqlite' ? options.tablePrefix : options.schema;
  const text = told(() => native().migrationSql(dialect, named === undefined ? undefined : whole(dialect === 'sqlite' ? 'tablePrefix' : 'schema', named)));
  return text.replace(/^BEGIN;\n/, '').replace(/COMMIT;\n$/, '');
}

/** The refusal of a migration that is to be taken back. */
export function noWayBack() {
  return refuse('not_supported', { operation: 'migrate', reason: 'books are not undone: what is there stays' });
}

/** The dialect of a library's own name of it. */
export function migratedDialect(name: unknown): 'postgresql' | 'sqlite' {
  const text = String(name);
  if (/^(postgres|postgresql|pg|aurora-postgres)$/.test(text)) return 'postgresql';
  if (text === 'better-sqlite3') return 'sqlite';
  throw invalid('dialect', `is \`${text}\`: PostgreSQL or better-sqlite3 is needed`);
}
