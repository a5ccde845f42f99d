// The pages for people: every block of TypeScript is run, in the order in which they stand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { database, folder, ROOT } from './support';

function blocks(page: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((found) => found[1]).join('\n');
}

/** A program of the blocks of a page: what it imports, then all else. */
function program(page: string): string {
  const code = blocks(page);
  const imports = code.match(/^import .*;$/gm) ?? [];
  const rest = code.replace(/^import .*;$/gm, '');
  const known = new Map<string, Set<string>>();
  const lines: string[] = [];
  for (const line of imports) {
    const [, names, from] = /^import \{ (.*) \} from '(.*)';$/.exec(line) ?? [];
    if (names === undefined) lines.push(line);
    else known.set(from!, new Set([...(known.get(from!) ?? []), ...names.split(', ')]));
  }
  for (const [from, names] of known) lines.push(`import { ${[...names].join(', ')} } from '${from}';`);
  const head = `import assert from 'node:assert/strict';\n${lines.join('\n')}\nconst url = process.env['URL']!;\n`;
  return `${head}async function main(): Promise<void> {\n${rest}\n}\nmain().catch((error) => { console.error(error); process.exitCode = 1; });\n`;
}

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
  });
}
