// What becomes of a process: its end, its event loop, its threads.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Engine } from 'earnest';
import { database, folder, until } from './support';

/** With EARNEST_SOAK=1 everything is done for long. */
const SOAK = process.env['EARNEST_SOAK'] === '1';
const EXITS = SOAK ? 200 : 20;
const WORKERS = SOAK ? 50 : 8;
const ABORTS = SOAK ? 10_000 : 500;
const CALLS = SOAK ? 1_000_000 : 50_000;
const LOADED = SOAK ? 10_000 : 2_000; // milliseconds
/** A build for tests is many times slower, on a machine that does other things: the bars are for the other. */
const LATE = SOAK ? 10 : 50; // milliseconds

/**
 * How late the loop of a process is that is as busy, and has no engine at work: p99, in milliseconds. Where others have the
 * cores, that is the machine's.
 */
async function lateAlone(milliseconds: number): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    for (const turn = performance.now() + 1; performance.now() < turn; );
    await new Promise(setImmediate);
  }
  delay.disable();
  return delay.percentile(99) / 1e6;
}

/** Runs a script, and answers its exit code and output; it has its time. */
function script(text: string, kind: 'commonjs' | 'module' = 'commonjs', env: Record<string, string> = {}, flags: string[] = []): Promise<[number | null, string]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, '--input-type', kind, '-e', text], { cwd: __dirname, env: { ...process.env, ...env } });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (out += data));
    const timer = setTimeout(() => child.kill('SIGKILL'), 600_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve([code, out]);
    });
  });
}

test('an import opens nothing, and both kinds of modules have one class', async () => {
  const both = `
    import { createRequire } from 'node:module';
    import { EarnestError, Money, errors, views, Engine } from 'earnest';
    import * as named from 'earnest/errors';
    const required = createRequire(import.meta.url)('earnest');
    console.log(required.Money === Money, required.errors.InsufficientBalance === named.InsufficientBalance, required.Engine === Engine);`;
  assert.deepEqual(await script(both, 'module'), [0, 'true true true\n']);
  const missing = `
    const { keygen } = require('earnest');
    try { keygen() } catch (error) { console.log(error.code, /earnest-linux/.test(error.message)) }`;
  assert.deepEqual(await script(missing, 'commonjs', { EARNEST_NODE_BINARY: '' }), [0, 'ERR_EARNEST_PLATFORM true\n']);
});

test('an engine that nobody closed does not keep the process alive, and a call does', async () => {
  const text = `
    const { Engine } = require('earnest');
    Engine.open('memory:').then(async (bank) => {
      await bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
      bank.ledger.trialBalance().then(() => console.log('answered'));
    });`;
  assert.deepEqual(await script(text), [0, 'answered\n']);
});

test(`${EXITS} exits with work under way`, async () => {
  const text = `
    const { Engine } = require('earnest');
    Engine.open('sqlite:' + process.env.FILE).then((bank) => {
      for (let n = 0; n < 200; n++) bank.ledger.topUp({ account: 'a' + n, amount: '1.00 USD', key: 'k' + process.pid + n }).catch(() => {});
      setTimeout(() => process.exit(0), 5 + Math.random() * 20);
    });`;
  const at = folder();
  for (let round = 0; round < EXITS / 4; round++) {
    const ends = await Promise.all([0, 1, 2, 3].map((n) => script(text, 'commonjs', { FILE: join(at, `exit-${n}.db`) })));
    for (const end of ends) assert.deepEqual(end, [0, '']);
  }
  for (const n of [0, 1, 2, 3]) await verified(`sqlite:${join(at, `exit-${n}.db`)}`);
});

async function verified(url: string): Promise<void> {
  const bank = await Engine.open(url);
  assert.ok((await bank.verify()).ok);
  await bank.close();
}

test(`${WORKERS} threads, each with an engine of its own, are terminated in the middle of calls`, async () => {
  const at = folder();
  const code = `
    const { parentPort } = require('node:worker_threads');
    const { Engine } = require(${JSON.stringify(require.resolve('earnest'))});
    Engine.open('sqlite:${join(at, 'workers.db')}').then(async (bank) => {
      // four engines have one writer's place: who has waited too long for it asks again
      // a few times: behind a thread that took its lock with it nobody ever gets it
      const pay = (key, tries = 6) => bank.ledger.topUp({ account: 'w', amount: '1.00 USD', key }).catch((error) => {
        if (error.code !== 'contention' || tries === 0) throw error;
        return pay(key, tries - 1);
      });
      for (let n = 0; ; n++) {
        await Promise.all([...Array(8).keys()].map((m) => pay(process.pid + ':' + Math.random())));
        if (n === 3) parentPort.postMessage('busy');
      }
    });`;
  for (let left = WORKERS; left > 0; left -= 4) {
    const workers = Array.from({ length: Math.min(4, left) }, () => new Worker(code, { eval: true }));
    await Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  await verified(`sqlite:${join(at, 'workers.db')}`);
});

for (const store of ['SQLite', 'PostgreSQL']) {
  test(`the event loop goes on under load, on ${store}`, async (t) => {
    // without an engine: what one does that nobody calls counts as its own
    const before = await lateAlone(LOADED / 2);
    const bank = await Engine.open(store === 'SQLite' ? `sqlite:${join(folder(), 'load.db')}` : await database());
    let calls = 0;
    const one = async (n: number, end: number): Promise<void> => {
      for (let m = 0; performance.now() < end; m++, calls++) await bank.ledger.topUp({ account: `a${n}`, amount: '1.00 USD', key: `k${end}-${n}-${m}` });
    };
    const all = (milliseconds: number) => {
      const end = performance.now() + milliseconds;
      return Promise.all(Array.from({ length: 64 }, (_, n) => one(n, end)));
    };
    await all(300);
    calls = 0;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await all(LOADED);
    delay.disable();
    const late = delay.percentile(99) / 1e6;
    await bank.close();
    const alone = Math.max(before, await lateAlone(LOADED / 2));
    console.log(`event loop on ${store}, 64 calls in flight: p99 ${late.toFixed(1)} ms (without ${alone.toFixed(1)} ms), ${Math.round((calls * 1000) / LOADED)} calls/s`);
    assert.ok(late < Math.max(LATE, 3 * alone), `p99 ${late} ms, and ${alone} ms without a call`);
    void t;
  });
}

test(`${ABORTS} calls are given up, and all of them were made`, async () => {
  const bank = await Engine.open('memory:');
  const { signal, counts } = counted();
  for (let done = 0; done < ABORTS; done += 100) {
    const ends = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => {
        const control = new AbortController();
        const both = n % 10 === 0 ? signal : control.signal;
        const call = bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `k-${done + n}` }, { signal: both });
        if (n % 3 === 0) control.abort();
        else setImmediate(() => control.abort());
        return call;
      }),
    );
    assert.equal(ends.length, 100);
  }
  // each of them was taken, and what was given up is there as well, sooner or later
  await until(async () => (await bank.ledger.balance({ account: 'a' })).available.amount === `${ABORTS}.00`);
  const again = await Promise.all(Array.from({ length: ABORTS }, (_, n) => bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `k-${n}` })));
  assert.ok(again.every((one) => one.replayed));
  assert.equal((await bank.ledger.balance({ account: 'a' })).available.amount, `${ABORTS}.00`);
  assert.ok((await bank.verify()).ok);
  assert.equal(counts(), 0);
  await bank.close();
});

/** A signal that lives on, and how many listen to it. */
function counted(): { signal: AbortSignal; counts: () => number } {
  const { signal } = new AbortController();
  return { signal, counts: () => getEventListeners(signal, 'abort').length };
}

test(`memory over ${CALLS} calls`, async () => {
  // of a heap whose young part does not grow: what the process has more is then what somebody keeps
  const flags = ['--expose-gc', '--max-semi-space-size=1'];
  const text = `
    const { getEventListeners } = require('node:events');
    const { Engine } = require('earnest');
    const { signal } = new AbortController();
    Engine.open('memory:').then(async (bank) => {
      await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k' });
      const one = (n) => bank.ledger.balance({ account: 'alice' }, n % 2 ? { signal } : undefined);
      const some = async (calls) => {
        for (let left = calls; left > 0; left -= 64) await Promise.all(Array.from({ length: 64 }, (_, n) => one(n)));
        for (let round = 0; round < 3; round++) {
          gc();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const { heapUsed, external } = process.memoryUsage();
        // of its own: pages of files come and go
        const [, resident, ofFiles] = require('node:fs').readFileSync('/proc/self/statm', 'utf8').split(' ').map(Number);
        return [heapUsed + external, (resident - ofFiles) * 4096];
      };
      const before = await some(Math.max(20_000, ${CALLS} / 10));
      const behind = await some(${CALLS});
      console.log(JSON.stringify([...behind.map((bytes, place) => bytes - before[place]), getEventListeners(signal, 'abort').length]));
      await bank.close();
    });`;
  const [code, out] = await script(text, 'commonjs', {}, flags);
  assert.equal(code, 0, out);
  const [heap, resident, listeners] = JSON.parse(out) as [number, number, number];
  console.log(`memory over ${CALLS} calls: JavaScript ${(heap / 1e6).toFixed(2)} MB, the process ${(resident / 1e6).toFixed(2)} MB more`);
  // in few calls some of what the process has more is what V8 has compiled of them
  assert.ok(heap < 5e6 && resident < (SOAK ? 5e6 : 16e6), out);
  assert.equal(listeners, 0);
});
