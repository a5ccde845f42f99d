// What users see of types, with the compilers that they have.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support';

const HOME = join(ROOT, 'bindings-node');

for (const [version, name] of [['5.9', 'typescript-5.9'], ['6.0', 'typescript'], ['7.0', 'typescript-7.0']] as const) {
  test(`TypeScript ${version}`, async () => {
    // the declarations themselves are judged by the fastest one
    const options = ['--strict', '--noEmit', '--skipLibCheck', String(version !== '7.0'), '--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16', '--types', 'node'];
    const file = join(HOME, 'earnest/test/typing-of-users.ts');
    const compiler = join(HOME, 'node_modules', name, 'bin/tsc');
    const said = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [compiler, ...options, '--ignoreConfig', file].filter((one) => one !== '--ignoreConfig' || version !== '5.9'), { cwd: HOME });
      let out = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (out += data));
      child.once('close', (code) => resolve(code === 0 ? '' : out || `ended with ${code}`));
    });
    assert.equal(said, '');
  });
}
