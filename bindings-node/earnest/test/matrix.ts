// The matrix of hosts: what becomes of a call in each state that each library can be in. Tests are made from it, and so is the table of
// `docs/hosts.md`: a cell is what its test has seen, or the reason why there is none.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support';

/** The words of a cell: together or not at all, and the answer is true. */
export type Seen = 'refused' | 'unknown' | 'taken back' | 'whole' | 'closed' | 'works';

/** Why a cell cannot be. */
class None {
  constructor(readonly reason: string) {}
}

const none = (reason: string) => new None(reason);

/** The states, in the words of the page, by the file that tests them. */
export const STATES = {
  answers: {
    'limit-load': 'the driver waits no longer for the load, by its own limit',
    'limit-write': 'the driver waits no longer for the write, by its own limit',
    'lost-load': 'the answer to the load is lost',
    'lost-write': 'the answer to the write is lost',
    'lost-end': 'the answer to the release of the savepoint is lost',
  },
  blocks: {
    'as made': 'the block is rolled back as the call is made',
    turn: 'the block is rolled back while the call waits for its turn',
    load: 'the block is rolled back while the load waits',
    between: 'the block is rolled back between load and write',
    write: 'the block is rolled back while the write waits',
  },
  loans: {
    open: 'the pool lends a transaction that is open',
    aborted: 'the pool lends one that has failed',
    'read-only': 'the pool lends one that is read-only',
    'repeatable read': 'the pool lends one with an old snapshot',
  },
  poolers: {
    url: 'a pooler that the URL of the engine names',
    environment: 'a pooler that `DATABASE_URL` names',
    option: 'a pooler of which an option tells',
    found: 'a pooler that the engine finds out by itself',
    'attached, url': 'attached, a pooler that the URL of the pool names',
    'attached, option': 'attached, a pooler of which an option tells',
    'attached, found': 'attached, a pooler that is found out',
  },
} as const;

export type Group = keyof typeof STATES;

type Row = Record<string, Seen | None>;

const ANSWERS: Row = {
  'limit-load': 'refused',
  'limit-write': 'unknown',
  'lost-load': 'refused',
  'lost-write': 'unknown',
  'lost-end': none('on PostgreSQL a call needs no savepoint'),
};
const BLOCKS: Row = { 'as made': 'refused', turn: 'refused', load: 'refused', between: 'refused', write: 'taken back' };
const LOANS: Row = { open: 'closed', aborted: 'closed', 'read-only': 'closed', 'repeatable read': 'closed' };
const POOLERS: Row = { url: 'works', environment: 'works', option: 'works', found: 'works' };
const ATTACHED: Row = { 'attached, url': 'works', 'attached, option': 'works', 'attached, found': 'works' };

const each = (states: object, cell: Seen | None): Row => Object.fromEntries(Object.keys(states).map((state) => [state, cell]));

const OF_PG: Row = { ...ANSWERS, ...BLOCKS, ...LOANS, ...POOLERS, ...ATTACHED };
const lendsNothing = (why: string): Row => ({ ...each(LOANS, none(why)), ...each(ATTACHED, none(why)) });
const unlimited = (why: string): Row => ({ 'limit-load': none(why), 'limit-write': none(why) });

const POSTGRES_JS: Row = {
  ...OF_PG,
  ...unlimited('postgres.js has no time limit of a statement'),
  ...lendsNothing('postgres.js lends no connections: `attach` refuses it'),
};
const SQLITE: Row = {
  ...unlimited('better-sqlite3 does not wait for a statement, and has no time limit of one'),
  'lost-load': 'refused',
  'lost-write': 'refused',
  'lost-end': 'unknown',
  'as made': 'whole',
  turn: 'whole',
  between: 'whole',
  load: none('on SQLite no statement within a transaction waits'),
  write: none('on SQLite no statement within a transaction waits'),
  ...each(LOANS, none('Knex and TypeORM have one connection to SQLite, and lend none')),
  ...each({ ...POOLERS, ...ATTACHED }, none('SQLite has no pooler')),
};

/** Every library that a transaction may be of. */
export const HOSTS: Record<string, Row> = {
  pg: OF_PG,
  typeorm: OF_PG,
  knex: OF_PG,
  'drizzle over pg': OF_PG,
  'drizzle over postgres.js': POSTGRES_JS,
  'postgres.js': POSTGRES_JS,
  kysely: { ...OF_PG, ...lendsNothing('Kysely lends no connections: give the pool below it') },
  prisma: { ...OF_PG, ...lendsNothing('Prisma lends no connections: give the pool below it') },
  // it waits for what is under way before it rolls a block back
  mikroorm: { ...OF_PG, 'as made': 'taken back', turn: 'whole', load: 'taken back', 'attached, url': none('MikroORM keeps its URL to itself') },
  'typeorm on SQLite': SQLITE,
  'knex on SQLite': SQLITE,
  'better-sqlite3': {
    ...SQLITE,
    ...each(BLOCKS, none('calls of better-sqlite3 do not wait: nothing comes between their statements')),
    open: 'closed',
    'repeatable read': 'closed',
    aborted: none('SQLite has no transaction that has failed'),
    'read-only': none('SQLite has no read-only transaction'),
  },
};

/** The hosts of a group, without those that have none of its cells. */
export function hostsOf(group: Group): string[] {
  return Object.keys(HOSTS).filter((host) => Object.keys(STATES[group]).some((state) => typeof HOSTS[host]![state] === 'string'));
}

/** Makes the tests of a group: what each says that it has seen is what the cell says. */
export function testsOf(group: Group, seen: (host: string, state: string) => Promise<Seen>): void {
  for (const host of hostsOf(group)) {
    for (const state of Object.keys(STATES[group])) {
      const cell = HOSTS[host]![state];
      if (cell instanceof None) continue;
      assert.ok(cell !== undefined, `${host} says nothing of \`${state}\``);
      test(`${host}: ${STATES[group][state as never]}`, { timeout: 60_000 }, async () => assert.equal(await seen(host, state), cell));
    }
  }
}

/** The table of the page, and the reasons below it. */
export function tableOf(hosts: Record<string, Row>): string {
  const reasons: string[] = [];
  const shown = (cell: Seen | None | undefined): string => {
    if (!(cell instanceof None)) return String(cell);
    if (!reasons.includes(cell.reason)) reasons.push(cell.reason);
    return `(${reasons.indexOf(cell.reason) + 1})`;
  };
  const names = Object.keys(hosts);
  const rows = Object.values(STATES).flatMap((states) =>
    Object.entries(states).map(([state, said]) => `| ${said} | ${names.map((host) => shown(hosts[host]![state])).join(' | ')} |`),
  );
  const head = [`| Node | ${names.join(' | ')} |`, `| --- |${names.map(() => ' --- |').join('')}`];
  return [...head, ...rows, '', ...reasons.map((reason, place) => `${place + 1}. ${reason}`)].join('\n');
}

const BEGIN = '<!-- the matrix of Node, from bindings-node/earnest/test/matrix.ts -->';
const END = '<!-- end of the matrix of Node -->';

/** Compares the table with that of the page; with `EARNEST_WRITE` set it is written. */
export function checkPage(): void {
  const path = join(ROOT, 'docs/hosts.md');
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  assert.ok(before !== undefined && after !== undefined, 'docs/hosts.md has no place for the matrix of Node');
  const expected = `${before}${BEGIN}\n${tableOf(HOSTS)}\n${END}${after}`;
  if (page === expected) return;
  if (process.env['EARNEST_WRITE'] !== undefined) writeFileSync(path, expected);
  else assert.fail('docs/hosts.md is out of date: run `make matrix`');
}
