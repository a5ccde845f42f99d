// Measures routes over HTTP against the same routes written by hand, in turn, on PostgreSQL.
//
//     scripts/with-postgres node examples/nestjs/dist/measure/compare.js [SECONDS] [CONNECTIONS] [ROUNDS]
//
// It fails when a ratio is below its bar, or the books are not balanced.

import assert from 'node:assert/strict';
import { Client } from './client.js';
import { LIBRARIES } from './libraries.js';
import { freshDatabase, median, percentile, Served } from './serving.js';

const USERS = 200;

interface Pair {
  name: string;
  ours: string;
  theirs: string;
  /** How many times as fast ours must be at least; without one it is only shown. */
  bar?: number;
}

/** The bars, and what is only shown. */
function pairs(): Pair[] {
  const others = Object.keys(LIBRARIES).map((name) => {
    const pair: Pair = { name: `a gift by ${name}`, ours: `/compared/${name}/gifts`, theirs: `/compared/${name}/by-hand/gifts` };
    return name === 'pg' ? { ...pair, bar: 0.8 } : pair;
  });
  return [
    { name: "a transfer on the engine's own connections", ours: '/wallet/transfers', theirs: '/by-hand/wallet/transfers', bar: 1 },
    { name: 'a gift by TypeORM', ours: '/wallet/gifts', theirs: '/by-hand/wallet/gifts', bar: 0.8 },
    ...others,
  ];
}

interface Figures {
  rates: number[];
  p95: number[];
}

export class Comparison {
  readonly #client: Client;
  #keys = 0;

  constructor(base: string, connections: number) {
    this.#client = new Client(base, connections);
  }

  async prepare(): Promise<void> {
    for (let number = 1; number <= USERS; number++) {
      const { body } = await this.#client.post('/users', { body: { name: `user ${number}` } });
      assert.equal(body.id, number);
      for (const prefix of ['', '/by-hand']) {
        const asked = { as: `user-${number}`, key: `t-${prefix}`, body: { amount: '100000000 KRW' } };
        assert.equal((await this.#client.post(`${prefix}/wallet/top-ups`, asked)).status, 201);
      }
    }
  }

  /** Has so many ask one after the other, for so many seconds. */
  async run(path: string, seconds: number, connections: number, into?: Figures): Promise<void> {
    const times: number[] = [];
    const until = performance.now() + seconds * 1000;
    const one = async (first: number): Promise<void> => {
      for (let number = first; performance.now() < until; ) {
        number = (number * 7919) % 10007;
        const [from, to] = [(number % USERS) + 1, ((number + 1) % USERS) + 1];
        const body = { to, amount: '10 KRW', ...(path.endsWith('gifts') ? { note: 'for you' } : {}) };
        const began = performance.now();
        const answer = await this.#client.post(path, { as: `user-${from}`, key: `k-${++this.#keys}`, body });
        assert.equal(answer.status, 201, `${path}: ${JSON.stringify(answer.body)}`);
        times.push(performance.now() - began);
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: connections }, (_, n) => one(n + 1)));
    into?.rates.push(times.length / ((performance.now() - began) / 1000));
    into?.p95.push(percentile(times, 0.95));
  }

  async end(): Promise<void> {
    const { body } = await this.#client.get('/check', { as: 'staff-anna' });
    this.#client.close();
    assert.deepEqual(body, { balanced: true, verified: true, strays: 0 });
  }
}

/** Prints what was measured, and answers the bars that were missed. */
function judge(found: Map<string, Figures>): string[] {
  const missed: string[] = [];
  for (const { name, ours, theirs, bar } of pairs()) {
    const [a, b] = [found.get(ours)!, found.get(theirs)!];
    const ratio = median(a.rates.map((rate, round) => rate / b.rates[round]!));
    for (const [label, figures] of [[name, a], ['  by hand', b]] as const) {
      const each = figures.rates.map((rate) => rate.toFixed(0)).join(' ');
      console.log(`${label.padEnd(46)} ${median(figures.rates).toFixed(0).padStart(6)} requests/s  P95 ${median(figures.p95).toFixed(1)} ms  (${each})`);
    }
    console.log(`  ${ratio.toFixed(2)} times as fast${bar === undefined ? '' : `; at least ${bar}`}`);
    if (bar !== undefined && ratio < bar) missed.push(`${name} is ${ratio.toFixed(3)} times as fast as by hand, and must be ${bar} times`);
  }
  return missed;
}

const [seconds, connections, rounds] = [5, 64, 5].map((standard, n) => Number(process.argv[n + 2] ?? standard)) as [number, number, number];
const server = await Served.start(await freshDatabase(), { LOG_LEVEL: 'warn', BY_HAND: '1' }, 'measure/main.js');
try {
  const comparison = new Comparison(server.base, connections);
  await comparison.prepare();
  const paths = pairs().flatMap(({ ours, theirs }) => [ours, theirs]);
  const found = new Map<string, Figures>(paths.map((path) => [path, { rates: [], p95: [] }]));
  for (let round = 0; round <= rounds; round++) {
    // the first round warms up, and every other one goes backwards
    for (const path of round % 2 === 0 ? paths : paths.toReversed()) {
      await comparison.run(path, round === 0 ? seconds / 4 : seconds, connections, round === 0 ? undefined : found.get(path));
    }
  }
  await comparison.end();
  const missed = judge(found);
  console.log(missed.join('\n') || 'all bars are met');
  process.exitCode = missed.length > 0 ? 1 : 0;
} finally {
  await server.end();
}
