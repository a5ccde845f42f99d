// Writes the ECMAScript modules beside the compiled CommonJS of a package: each re-exports the names of the other, so that
// there is one class of everything, however it is loaded.
//   node modules.js PACKAGE ENTRY...

const { writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const [folder, ...entries] = process.argv.slice(2);
for (const entry of entries) {
  const path = join(resolve(folder), 'dist', entry);
  const names = Object.keys(require(`${path}.js`)).filter((name) => name !== 'default' && name !== '__esModule');
  const lines = [`import all from './${entry}.js';`, ...names.map((name) => `export const ${name} = all.${name};`)];
  writeFileSync(`${path}.mjs`, `${lines.join('\n')}\n`);
  writeFileSync(`${path}.d.mts`, `export * from './${entry}.js';\n`);
}
