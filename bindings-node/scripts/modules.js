// Puts the compiled modules of a package into two files, which Node reads several times faster than forty: `all.js` is what an
// import needs, and `later.js` what the first use needs. What the package exports is written beside them: CommonJS, and
// ECMAScript modules that re-export its names, so that there is one class of everything, however it is loaded.
//   node modules.js PACKAGE ENTRY...

const { readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, normalize } = require('node:path').posix;
const ts = require('typescript');

const [folder, ...entries] = process.argv.slice(2);
const from = join(folder, 'build/src');
const into = join(folder, 'dist');
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** What no import needs: replies and forms of operations, adapters of libraries, options, and what has an entry of its own. */
const LATER = /^(generated\/(operations|views)|hosts\/.*|encode|knex|migrations|operations|options|prisma|run|testing|typeorm)$/;

/** The text of a module without comments, which calls what it needs of the others by their names. */
function moduleOf(file) {
  const compilerOptions = { target: 'es2023', module: 'commonjs', allowJs: true, removeComments: true };
  const code = ts.transpileModule(readFileSync(join(from, file), 'utf8'), { compilerOptions }).outputText;
  return code
    .replace(/^"use strict";\n/, '')
    .replace("require('../package.json').version", `'${version}'`)
    .replace(/\brequire\("(\.\.?\/[^"]*)"\)/g, (_, name) => `load("${normalize(join(dirname(file), name))}")`);
}

/** A table of modules, each a function. */
function tableOf(names, open, close) {
  return `{\n${names.map((name) => `"${name}": ${open}function (exports, module) {\n${moduleOf(`${name}.js`)}}${close},\n`).join('')}}`;
}

const names = readdirSync(from, { recursive: true }).map(String).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3)).sort();
const later = names.filter((name) => LATER.test(name));
// in parentheses V8 compiles a function at once, which it does anyway for what every import needs, and reads it one time less
const now = tableOf(names.filter((name) => !later.includes(name)), '(', ')');

/** The first of the two files; `named` has what each module of the other one exports. */
const allOf = (named) => `'use strict';
const made = new Map();
const later = ${JSON.stringify(named)};
let whole = false;
function load(name) {
  let one = made.get(name);
  if (one === undefined) {
    if (!whole && Object.hasOwn(later, name)) return standIn(name);
    made.set(name, (one = { exports: {} }));
    modules[name](one.exports, one);
  }
  return one.exports;
}
const stands = new Map();
function standIn(name) {
  let stand = stands.get(name);
  if (stand === undefined) {
    stands.set(name, (stand = Object.defineProperty({}, '__esModule', { value: true })));
    for (const one of later[name]) {
      Object.defineProperty(stand, one, { enumerable: true, configurable: true, get: () => real(name, stand)[one] });
    }
  }
  return stand;
}
function real(name, stand) {
  rest();
  const exports = load(name);
  for (const one of later[name]) {
    Object.defineProperty(stand, one, { enumerable: true, configurable: true, writable: true, value: exports[one] });
  }
  return exports;
}
function rest() {
  if (whole) return;
  Object.assign(modules, require('./later.js')(load));
  whole = true;
}
const modules = ${now};
module.exports = (name) => {
  if (Object.hasOwn(later, name)) rest();
  return load(name);
};
`;

for (const file of readdirSync(into, { recursive: true }).map(String)) if (/\.m?js$/.test(file)) rmSync(join(into, file));
const first = join(process.cwd(), into, 'all.js');
const second = join(process.cwd(), into, 'later.js');
writeFileSync(second, `'use strict';\nmodule.exports = (load) => (${tableOf(later, '', '')});\n`);
// what they export they say themselves, in a build that has not been told
writeFileSync(first, allOf(Object.fromEntries(later.map((name) => [name, []]))));
const told = require(first);
writeFileSync(first, allOf(Object.fromEntries(later.map((name) => [name, Object.keys(told(name))]))));
for (const file of [first, second]) delete require.cache[file];

for (const entry of entries) {
  const path = join(into, entry);
  // in two steps: of one that looks like a re-export Node would read the whole other file once more, for its names
  writeFileSync(`${path}.js`, `'use strict';\nconst load = require('./all.js');\nmodule.exports = load('${entry}');\n`);
  const all = require(join(process.cwd(), `${path}.js`));
  const exported = Object.keys(all).filter((name) => name !== 'default' && name !== '__esModule');
  const lines = [`import all from './${entry}.js';`, ...exported.map((name) => `export const ${name} = all.${name};`)];
  writeFileSync(`${path}.mjs`, `${lines.join('\n')}\n`);
  writeFileSync(`${path}.d.mts`, `export * from './${entry}.js';\n`);
  exported.forEach((name) => all[name]);
  if (!later.includes(entry) && second in require.cache) throw new Error(`an import of ${entry} reads what is for later`);
}
