// Programs of the blocks of TypeScript on a page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './support';

/** Returns the code in the blocks of a page: its imports, sorted by name, and the rest. */
export function blocksOf(page: string): { imports: string[]; rest: string } {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const code = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((found) => found[1]).join('\n');
  const known = new Map<string, Set<string>>();
  const imports: string[] = [];
  for (const line of code.match(/^import .*;$/gm) ?? []) {
    const [, names, from] = /^import \{ (.*) \} from '(.*)';$/.exec(line) ?? [];
    if (names === undefined) imports.push(line);
    else known.set(from!, new Set([...(known.get(from!) ?? []), ...names.split(', ')]));
  }
  for (const [from, names] of known) imports.push(`import { ${[...names].join(', ')} } from '${from}';`);
  return { imports, rest: code.replace(/^import .*;$/gm, '') };
}

/** The database of a page. Tests have one of their own in its place. */
const DATABASE = "'postgres://localhost/shop'";

/** A program of the blocks of a page, with the one import that a page tells of in words. */
export function program(page: string): string {
  const { imports, rest } = blocksOf(page);
  const head = `import assert from 'node:assert/strict';\n${imports.join('\n')}\n`;
  const body = rest.replaceAll(DATABASE, "process.env['URL']!");
  return `${head}async function main(): Promise<void> {\n${body}\n}\nmain().catch((error) => { console.error(error); process.exitCode = 1; });\n`;
}
