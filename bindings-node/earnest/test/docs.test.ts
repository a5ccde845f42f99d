// The pages for people: every block of TypeScript is run, in the order in which they stand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { DataSource } from 'typeorm';
import { Engine } from 'earnest';
import { blocksOf, program } from './blocks';
import { ROOT, database, folder } from './support';

const SAID: Record<string, string> = { 'bindings-node/earnest/README.md': '100.00 USD\n' };

for (const page of ['docs/node.md', 'docs/payments.md', 'docs/purchases.md', 'bindings-node/earnest/README.md']) {
  test(page, async () => {
    const at = folder();
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
    const made = ts.transpileModule(program(page), { compilerOptions: options }).outputText;
    // beside this file, where the packages are found
    const file = join(__dirname, `page-${process.pid}-${page.replace(/\W/g, '-')}.cjs`);
    writeFileSync(file, made);
    const url = page === 'docs/node.md' ? await database() : '';
    const ran = spawnSync(process.execPath, [file], { cwd: at, env: { ...process.env, URL: url }, encoding: 'utf8', timeout: 300_000 });
    rmSync(file);
    assert.equal(ran.status, 0, `${ran.error ?? ran.signal ?? ''} ${ran.stderr}`);
    // a page closes its engines after what its workers have to report
    assert.doesNotMatch(ran.stderr, /could not be reported/);
    if (page in SAID) assert.equal(ran.stdout, SAID[page]);
  });
}

test('docs/node.md: a copy has all that it names', () => {
  assert.match(blocksOf('docs/node.md').rest, /^const url = 'postgres:/m);
  assert.ok(readFileSync(join(ROOT, 'docs/node.md'), 'utf8').includes("`import assert from 'node:assert/strict'`"));
});

test('README.md: the block inside a transaction of TypeORM, twice', async () => {
  const url = await database();
  const source = await new DataSource({ type: 'postgres', url, entities: [] }).initialize();
  await source.query('CREATE TABLE orders (id text PRIMARY KEY)');
  const bank = await Engine.open(url);
  await bank.ledger.topUp({ account: 'alice', amount: '100.00 USD', key: 'top-up-1' });
  const block = ts.transpile(`(async (bank, source, order) => { ${blocksOf('README.md').rest} })`, { target: ts.ScriptTarget.ES2022 });
  const buy: (bank: Engine, source: DataSource, order: string) => Promise<void> = eval(block);
  await buy(bank, source, 'order-7');
  await buy(bank, source, 'order-7'); // a double click
  assert.equal((await source.query('SELECT id FROM orders')).length, 1);
  assert.equal(String((await bank.ledger.balance({ account: 'alice' })).available), '60.00 USD');
  await bank.close();
  await source.destroy();
});
