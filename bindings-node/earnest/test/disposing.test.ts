// `await using`, where Node has it: it is a syntax error of 20, so that it stands in a text here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from 'earnest';

const HAS = Number(process.versions.node.split('.')[0]) >= 24;

test('what is disposed of is closed', async () => {
  const bank = await Engine.open('memory:');
  await bank[Symbol.asyncDispose]();
  assert.ok(bank.closed);
});

test('`await using` closes an engine, and stops what takes jobs', { skip: !HAS && 'Node 24 has it' }, async () => {
  const text = `
    let kept;
    {
      await using bank = await Engine.open('memory:');
      await using worker = bank.jobs.worker({ 'a.b': () => undefined });
      await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k' });
      { await using view = bank.acting('alice'); await view.ledger.balance({ account: 'alice' }); }
      if (bank.closed) throw new Error('a view closes nothing');
      kept = bank;
    }
    return kept.closed;`;
  const AsyncFunction = (async () => undefined).constructor as new (...text: string[]) => (engine: typeof Engine) => Promise<boolean>;
  assert.equal(await new AsyncFunction('Engine', text)(Engine), true);
});
