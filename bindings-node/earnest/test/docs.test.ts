// The pages for people: every block of TypeScript is run, in the order in which they stand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { program } from './blocks';
import { database, folder } from './support';

const SAID: Record<string, string> = { 'bindings-node/earnest/README.md': '100.00 USD\n' };

for (const page of ['docs/node.md', 'bindings-node/earnest/README.md']) {
  test(page, async () => {
    const at = folder();
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
    const made = ts.transpileModule(program(page), { compilerOptions: options }).outputText;
    // beside this file, where the packages are found
    const file = join(__dirname, `page-${process.pid}-${page.replace(/\W/g, '-')}.cjs`);
    writeFileSync(file, made);
    const url = page.startsWith('docs') ? await database() : '';
    const ran = spawnSync(process.execPath, [file], { cwd: at, env: { ...process.env, URL: url }, encoding: 'utf8', timeout: 60_000 });
    rmSync(file);
    assert.equal(ran.status, 0, ran.stderr);
    if (page in SAID) assert.equal(ran.stdout, SAID[page]);
  });
}
