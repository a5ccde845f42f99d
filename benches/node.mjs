// Measures top-ups from Node beside those from Rust, in turn, each on a new SQLite file.
//
//     node benches/node.mjs PROGRAM [--seconds 5] [--rounds 3] [--promises 64] [--json]
//
// `PROGRAM` is a release build of `earnest-benches`. Every chain of promises makes one call after the other on an engine's
// own connections, with a key of its own for each, on 1,000 accounts. Each round prints both rates, calls a second; the
// last line has the medians and Node's share of Rust's. It fails unless the accounts have what was paid in, `admin.verify`
// holds, and Node makes 10,000 a second or 60% of what Rust makes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACCOUNTS = 1_000;

/** So many a second are enough, or such a share of Rust's figure in the same run. */
const ENOUGH = 10_000;
const SHARE = 0.6;

/** The addon that users get, where `make addon` has built it: that of the tests is slow. */
function addon() {
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'node');
  return ['release.node', 'earnest.node'].map((name) => join(folder, name)).find((path) => existsSync(path)) ?? '';
}

process.env.EARNEST_NODE_BINARY ??= addon();
const { Engine, Money } = createRequire(join(ROOT, 'bindings-node/package.json'))('earnest');

async function node(store, promises, seconds) {
  const bank = await Engine.open(store);
  try {
    const until = performance.now() + seconds * 1000;
    const amount = Money.of('0.01', 'USD');
    const pays = async (chain) => {
      let made = 0;
      for (; performance.now() < until; made++) {
        const account = `a-${(made * promises + chain) % ACCOUNTS}`;
        await bank.ledger.topUp({ account, amount, key: `k-${chain}-${made}` });
      }
      return made;
    };
    const began = performance.now();
    const all = await Promise.all(Array.from({ length: promises }, (_, chain) => pays(chain)));
    const took = (performance.now() - began) / 1000;
    const made = all.reduce((sum, one) => sum + one, 0);
    const world = await bank.ledger.balance({ account: '@world', currency: 'USD' });
    const { ok } = await bank.verify();
    assert.deepEqual([world.available.minor, ok], [BigInt(-made), true]);
    return made / took;
  } finally {
    await bank.close();
  }
}

function rust(program, store, promises, seconds) {
  const rest = ['--accounts', ACCOUNTS, '--in-flight', promises, '--seconds', seconds, '--json'].map(String);
  const said = execFileSync(program, ['ledger', '--store', store, '--workload', 'top_up', ...rest], { encoding: 'utf8' });
  return Number(JSON.parse(said.trimEnd().split('\n').at(-1)).ops_per_s);
}

/** What is wrong with the medians, if anything is. */
function missed({ node, rust }) {
  if (node >= ENOUGH || node >= SHARE * rust) return undefined;
  return `Node makes ${node} a second, which is neither ${ENOUGH} nor ${SHARE * 100}% of ${rust}`;
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

const options = { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' }, promises: { type: 'string', default: '64' }, json: { type: 'boolean', default: false } };
const { values: given, positionals } = parseArgs({ options, allowPositionals: true });
const [program] = positionals;
if (program === undefined) throw new Error('usage: node benches/node.mjs PROGRAM [--seconds 5] [--rounds 3] [--promises 64] [--json]');
const [seconds, rounds, promises] = [given.seconds, given.rounds, given.promises].map(Number);

const rates = { node: [], rust: [] };
const folder = mkdtempSync(join(tmpdir(), 'earnest-benches-'));
try {
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? ['node', 'rust'] : ['rust', 'node']) {
      const store = `sqlite:${join(folder, `${name}-${round}.db`)}`;
      rates[name].push(name === 'rust' ? rust(program, store, promises, seconds) : await node(store, promises, seconds));
    }
    if (!given.json) console.log(`round ${round + 1}: node ${Math.round(rates.node.at(-1))}, rust ${Math.round(rates.rust.at(-1))}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const medians = { node: Math.round(median(rates.node)), rust: Math.round(median(rates.rust)) };
const share = Math.round((medians.node / medians.rust) * 100) / 100;
if (given.json) console.log(JSON.stringify({ ...medians, share, promises, rounds }));
else console.log(`median: node ${medians.node} a second, rust ${medians.rust}: ${share}x, with ${process.env.EARNEST_NODE_BINARY}`);
const wrong = missed(medians);
if (wrong !== undefined) {
  console.error(wrong);
  process.exitCode = 1;
}
