// The transcripts of the core alone: these loops have sent what those of Rust send, in their order, given back the answers,
// and ended as they end. What is played stands for the addon, which is not loaded, and for the database.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { BoundEngine, EarnestError, SyncBoundEngine } from 'earnest';
import { inner, lines } from './support';

process.env['EARNEST_NODE_BINARY'] = join(__dirname, 'no-addon.js');

type Line = Record<string, any>;
type Row = (string | null)[];

const SCENARIOS = { postgresql: 26, sqlite: 25 };

/** Scenarios with their lines, and the text of every statement by its name. */
function read(name: string): { scenarios: [string, Line[]][]; statements: Map<string, string> } {
  const scenarios: [string, Line[]][] = [];
  const statements = new Map<string, string>();
  for (const line of lines(name).map((text) => JSON.parse(text) as Line)) {
    if ('scenario' in line) scenarios.push([line['scenario'], []]);
    else if ('statement' in line) statements.set(line['statement'], line['sql']);
    else scenarios.at(-1)![1].push(line);
  }
  return { scenarios, statements };
}

/** Plays the lines of one call: what it hands out, and what it must be given back. */
class Played {
  readonly lines: Line[];
  readonly sent: string[];
  readonly statements: Map<string, string>;
  /** The statements that undo the call and were not sent yet. */
  undoing: string[] | undefined;
  /** Nothing takes it back: its transaction is to be given up. */
  isLost = false;
  #wake: () => void;

  constructor(given: { lines: Line[]; sent: string[]; statements: Map<string, string>; wake: () => void }) {
    this.lines = given.lines;
    this.sent = given.sent;
    this.statements = given.statements;
    this.#wake = given.wake;
  }

  step(): object {
    const [next] = this.lines;
    // given up where nothing is out yet: something of the loop's own failed
    if ('cancel' in next!) throw new Error('given up');
    if ('wait' in next!) {
      this.lines.shift();
      this.#wake();
      return {};
    }
    if ('give_up' in next!) {
      this.lines.shift();
      this.isLost = true;
      return { giveUp: true };
    }
    if ('send' in next!) return { sql: this.statements.get(next['send']), params: next['params'] };
    this.lines.shift();
    return 'done' in next! ? { reply: JSON.stringify(next['done']) } : { refused: JSON.stringify(next!['refused']) };
  }

  /** The statement that is out now, and what is said of it. */
  out(): [Line, Line] {
    return [this.lines[0]!, this.lines[1]!];
  }

  #answered(what: string, given: unknown): object {
    const [send, answer] = this.lines.splice(0, 2) as [Line, Line];
    this.sent.push(send['send']);
    assert.deepEqual(given, answer[what]);
    return this.step();
  }

  rows(rows: Row[]): object {
    return this.#answered('rows', rows);
  }

  failed(code: string | undefined, message: string): object {
    // what gives a call up with its statement out is a failure that no loop expects
    if ('cancel' in this.lines[1]!) throw new Error('given up');
    assert.equal(message, this.lines[1]!['message']);
    return this.#answered('failed', code ?? null);
  }

  notInTransaction(): object {
    return this.#answered('not_in_transaction', true);
  }

  cancel(isSent: boolean): string[] | null {
    const place = this.lines.findIndex((line) => 'cancel' in line);
    assert.ok(place >= 0 && place <= 1, 'it was given up, and should not have been');
    assert.equal(isSent, place === 1, 'it was given up with its statement out, or before that');
    const back: string[] | null = this.lines.splice(0, place + 1).at(-1)!['cancel'];
    this.isLost = back === null;
    this.undoing = [...(back ?? [])];
    return back;
  }
}

/** Stands in for the engine's transaction and the driver, in one scenario. */
class Stage {
  readonly sent: string[] = [];
  readonly #calls = new Map<number, Line[]>();
  readonly #statements: Map<string, string>;
  #begun = 0;
  now!: Played;
  readonly played: Played[] = [];

  constructor(script: Line[], statements: Map<string, string>) {
    this.#statements = statements;
    for (const line of script) {
      if (!('n' in line)) continue;
      this.#calls.set(line['n'], [...(this.#calls.get(line['n']) ?? []), line]);
    }
  }

  get calls(): Line[][] {
    return [...this.#calls.values()].map((all) => [...all]);
  }

  readonly transaction = {
    call: (mailbox: any, ticket: number, name: string, args: string): Played => {
      const own = this.#calls.get(++this.#begun)!;
      const begins = own.shift()!;
      assert.deepEqual([name, JSON.parse(args)], [begins['call'], begins['args']]);
      const wake = () => mailbox.put({ ticket, kind: 4 });
      this.now = new Played({ lines: own, sent: this.sent, statements: this.#statements, wake });
      this.played.push(this.now);
      return this.now;
    },
    refuseLibrary: () => undefined,
  };

  /** The driver: it answers what was written down, and fails as was written down. */
  send(sql: string, params: Row): Row[] {
    if (this.now.undoing !== undefined) {
      assert.deepEqual([sql, params], [this.now.undoing.shift(), []]);
      return [];
    }
    const [send, answer] = this.now.out();
    assert.deepEqual([sql, params], [this.#statements.get(send['send']), send['params']]);
    if ('rows' in answer) return answer['rows'];
    throw Object.assign(new Error(answer['message'] ?? 'given up'), { told: answer['failed'] });
  }

  readonly driver = {
    connection: () => this,
    inTransaction: () => this.now === undefined || !('not_in_transaction' in (this.now.out()[1] ?? {})),
    code: (error: any): string | undefined => error.told ?? undefined,
    invalidate: async () => {
      assert.ok(this.now.isLost, 'the transaction was given up, and should not have been');
      this.now.isLost = false;
    },
  };
}

const home = (stage: Stage): any => ({ engine: { stepped: () => stage.transaction }, isClosed: false, open: async () => undefined });

/** Compares the end of a call with the end of its script. */
async function compare(script: Line[], made: Promise<unknown> | (() => unknown)): Promise<void> {
  const end = script.at(-1)!;
  try {
    const reply = await (typeof made === 'function' ? made() : made);
    assert.deepEqual(reply, end['done']);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    if ('cancel' in end) assert.equal((error as Error).message, 'given up');
    else if (EarnestError.is(error)) assert.deepEqual(error.toJSON(), end['refused']);
    else throw error;
  }
}

/** The statements that were answered: not the one under way when the call was given up. */
const expected = (script: Line[]): string[] =>
  script.flatMap((line, place) => ('send' in line && !('cancel' in (script[place + 1] ?? {})) ? [line['send']] : []));

for (const [dialect, file] of [['postgresql', 'steps.postgres.jsonl'], ['sqlite', 'steps.sqlite.jsonl']] as const) {
  const { scenarios, statements } = read(file);
  const { Seen } = inner('home');

  test(`${file}: calls that are waited for`, async () => {
    assert.equal(scenarios.length, SCENARIOS[dialect]);
    for (const [name, script] of scenarios) {
      const stage = new Stage(script, statements);
      const adapter: any = { ...stage.driver, dialect, query: async (sql: string, params: Row) => stage.send(sql, params) };
      const bound = new (BoundEngine as any)(home(stage), new Seen(), adapter);
      const { calls } = stage;
      const begin = (call: Line[]) => bound.call(call[0]!['call'], call[0]!['args']);
      const atOnce = script.some((line) => 'wait' in line);
      if (atOnce) await Promise.all(calls.map((call) => compare(call, begin(call))));
      else for (const call of calls) await compare(call, begin(call));
      assert.deepEqual([stage.sent, stage.now.undoing ?? []], [expected(script), []], name);
      assert.ok(!stage.played.some((played) => played.isLost), name);
    }
  });

  if (dialect === 'sqlite') {
    test(`${file}: calls that do not wait`, async () => {
      for (const [name, script] of scenarios) {
        const stage = new Stage(script, statements);
        const adapter: any = { ...stage.driver, dialect, library: 'better-sqlite3', query: (sql: string, params: Row) => stage.send(sql, params) };
        const bound = new (SyncBoundEngine as any)(home(stage), new Seen(), adapter);
        for (const call of stage.calls) await compare(call, () => bound.call(call[0]!['call'], call[0]!['args']));
        assert.deepEqual([stage.sent, stage.now.undoing ?? []], [expected(script), []], name);
      }
    });
  }
}
