// For Prisma: statements are prepared once by its adapter of pg.

import { statementName as named } from './hosts/pg';

/** For `new PrismaPg(pool, { statementNameGenerator: statementName })`: a statement has the same name wherever it is sent. */
export function statementName(query: { sql: string }): string {
  return named(query.sql);
}
