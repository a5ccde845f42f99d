// Puts the compiled modules of a package into one file, which Node reads several times faster than forty, and writes what
// the package exports beside it: CommonJS, and ECMAScript modules that re-export its names, so that there is one class of
// everything, however it is loaded.
//   node modules.js PACKAGE ENTRY...

const { readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, normalize } = require('node:path').posix;
const ts = require('typescript');

const [folder, ...entries] = process.argv.slice(2);
const from = join(folder, 'build/src');
const into = join(folder, 'dist');

/** The text of a module without comments, which calls what it needs of the others by their names. */
function moduleOf(file) {
  const compilerOptions = { target: 'es2023', module: 'commonjs', allowJs: true, removeComments: true };
  const code = ts.transpileModule(readFileSync(join(from, file), 'utf8'), { compilerOptions }).outputText;
  return code.replace(/^"use strict";\n/, '').replace(/\brequire\("(\.\.?\/[^"]*)"\)/g, (_, name) => {
    const found = normalize(join(dirname(file), name));
    return found.startsWith('..') ? `require("../${found.replace(/^(\.\.\/)+/, '')}")` : `load("${found}")`;
  });
}

const files = readdirSync(from, { recursive: true }).map(String).filter((file) => file.endsWith('.js')).sort();
// in parentheses V8 compiles a function at once, which it does anyway for what every import needs, and reads it one time less
const table = files.map((file) => `"${file.slice(0, -3)}": (function (exports, module) {\n${moduleOf(file)}}),\n`).join('');
const all = `'use strict';
const made = new Map();
function load(name) {
  let one = made.get(name);
  if (one === undefined) {
    made.set(name, (one = { exports: {} }));
    modules[name](one.exports, one);
  }
  return one.exports;
}
const modules = {
${table}};
module.exports = load;
`;
for (const file of readdirSync(into, { recursive: true }).map(String)) if (/\.m?js$/.test(file)) rmSync(join(into, file));
writeFileSync(join(into, 'all.js'), all);
for (const entry of entries) {
  const path = join(into, entry);
  // in two steps: of one that looks like a re-export Node would read the whole other file once more, for its names
  writeFileSync(`${path}.js`, `'use strict';\nconst load = require('./all.js');\nmodule.exports = load('${entry}');\n`);
  const names = Object.keys(require(join(process.cwd(), `${path}.js`))).filter((name) => name !== 'default' && name !== '__esModule');
  const lines = [`import all from './${entry}.js';`, ...names.map((name) => `export const ${name} = all.${name};`)];
  writeFileSync(`${path}.mjs`, `${lines.join('\n')}\n`);
  writeFileSync(`${path}.d.mts`, `export * from './${entry}.js';\n`);
}
