// For Prisma: statements of the engine are prepared once by the adapter of pg.

import { statementName as named } from './hosts/pg';

/** For `new PrismaPg(pool, { statementNameGenerator: statementName })`: names the engine's statements, and no others. */
export function statementName(query: { sql: string }): string {
  return named(query.sql);
}
