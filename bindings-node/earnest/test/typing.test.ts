// What users see of types, with the compilers that they have.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support';

const HOME = join(ROOT, 'bindings-node');
const STRICT = ['--strict', '--noEmit', '--target', 'es2022'];
const AS_USERS = [...STRICT, '--module', 'node16', '--moduleResolution', 'node16', '--types', 'node'];

/** Runs a compiler on files, and returns its complaints. */
function judged(name: string, version: string, files: string[], more: string[], as = AS_USERS): Promise<string> {
  const compiler = join(HOME, 'node_modules', name, 'bin/tsc');
  // the first of them knows no configuration that it could find beside the files
  const given = [...as, ...more, ...(version === '5.9' ? [] : ['--ignoreConfig']), ...files.map((file) => join(HOME, file))];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [compiler, ...given], { cwd: HOME });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (out += data));
    child.once('close', (code) => resolve(code === 0 ? '' : out || `ended with ${code}`));
  });
}

for (const [version, name] of [['5.9', 'typescript-5.9'], ['6.0', 'typescript'], ['7.0', 'typescript-7.0']] as const) {
  test(`TypeScript ${version}`, async () => {
    // the declarations themselves are judged by the fastest one
    const more = ['--skipLibCheck', String(version !== '7.0')];
    assert.equal(await judged(name, version, ['earnest/test/typing-of-users.ts'], more), '');
  });

  test(`TypeScript ${version}: applications that know the contract alone`, async () => {
    // declarations of other libraries are theirs
    const more = ['--skipLibCheck', 'true', '--experimentalDecorators', 'true'];
    const files = ['earnest/test/typing-of-the-page.ts', 'nestjs/test/typing-of-the-page.ts'];
    assert.equal(await judged(name, version, files, more), '');
  });
}

test('what may be left out may be undefined', async () => {
  const more = ['--exactOptionalPropertyTypes', 'true', '--noUncheckedIndexedAccess', 'true', '--noPropertyAccessFromIndexSignature', 'true'];
  const said = [['earnest', 'false'], ['nestjs', 'true']].map(([name, skips]) => judged('typescript-7.0', '7.0', [`${name}/test/typing-strictly.ts`], [...more, '--skipLibCheck', skips!]));
  assert.deepEqual(await Promise.all(said), ['', '']);
});

test('every part is found by an old resolution, and without the types of Node', async () => {
  const old = [...STRICT, '--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop', 'true', '--skipLibCheck', 'true', '--types', 'node'];
  const bare = [...STRICT, '--module', 'node16', '--moduleResolution', 'node16', '--skipLibCheck', 'false', '--lib', 'es2022,dom,esnext.disposable'];
  const files = ['earnest/test/typing-strictly.ts', 'nestjs/test/typing-strictly.ts'];
  const said = [judged('typescript-5.9', '5.9', files, [], old), judged('typescript-7.0', '7.0', files.slice(0, 1), ['--types', ''], bare)];
  assert.deepEqual(await Promise.all(said), ['', '']);
});
