// What becomes of a process: its end, its event loop, its threads.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Engine } from 'earnest';
import { folder } from './support';

/** Runs a script, and answers its exit code and output; it has its time. */
function script(text: string, kind: 'commonjs' | 'module' = 'commonjs', env: Record<string, string> = {}): Promise<[number | null, string]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type', kind, '-e', text], { cwd: __dirname, env: { ...process.env, ...env } });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (out += data));
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
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

test('twenty exits with work under way', async () => {
  const text = `
    const { Engine } = require('earnest');
    Engine.open('sqlite:' + process.env.FILE).then((bank) => {
      for (let n = 0; n < 200; n++) bank.ledger.topUp({ account: 'a' + n, amount: '1.00 USD', key: 'k' + process.pid + n }).catch(() => {});
      setTimeout(() => process.exit(0), 5 + Math.random() * 20);
    });`;
  const at = folder();
  for (let round = 0; round < 5; round++) {
    const ends = await Promise.all([0, 1, 2, 3].map((n) => script(text, 'commonjs', { FILE: join(at, `exit-${n}.db`) })));
    for (const end of ends) assert.deepEqual(end, [0, '']);
  }
  const bank = await Engine.open(`sqlite:${join(at, 'exit-0.db')}`);
  assert.ok((await bank.verify()).ok);
  await bank.close();
});

test('workers open their own, and may be terminated in the middle', async () => {
  const at = folder();
  const code = `
    const { parentPort } = require('node:worker_threads');
    const { Engine } = require(${JSON.stringify(require.resolve('earnest'))});
    Engine.open('sqlite:${join(at, 'workers.db')}').then(async (bank) => {
      for (let n = 0; ; n++) {
        await Promise.all([...Array(8).keys()].map((m) => bank.ledger.topUp({ account: 'w', amount: '1.00 USD', key: process.pid + ':' + Math.random() })));
        if (n === 3) parentPort.postMessage('busy');
      }
    });`;
  for (let round = 0; round < 2; round++) {
    const workers = Array.from({ length: 4 }, () => new Worker(code, { eval: true }));
    await Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const bank = await Engine.open(`sqlite:${join(at, 'workers.db')}`);
  assert.ok((await bank.verify()).ok);
  await bank.close();
});

test('the event loop goes on under load', async () => {
  const bank = await Engine.open(`sqlite:${join(folder(), 'load.db')}`);
  const one = async (n: number): Promise<void> => {
    for (let m = 0; m < 60; m++) await bank.ledger.topUp({ account: `a${n}`, amount: '1.00 USD', key: `k${n}-${m}` });
  };
  await one(1000);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await Promise.all(Array.from({ length: 64 }, (_, n) => one(n)));
  delay.disable();
  const late = delay.percentile(99) / 1e6;
  assert.ok(late < 50, `p99 ${late} ms`);
  console.log(`event loop, 64 calls in flight: p99 ${late.toFixed(1)} ms`);
  await bank.close();
});

test('500 calls are given up, and all of them were made', async () => {
  const bank = await Engine.open('memory:');
  const ends = await Promise.allSettled(
    Array.from({ length: 500 }, (_, n) => {
      const control = new AbortController();
      const call = bank.ledger.topUp({ account: 'a', amount: '1.00 USD', key: `k-${n}` }, { signal: control.signal });
      setImmediate(() => control.abort());
      return call;
    }),
  );
  assert.equal(ends.length, 500);
  await bank.close();
});
