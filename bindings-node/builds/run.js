// Builds applications as their developers do, each in a clean folder from the packed packages and the registry of npm, and runs what was
// built: NestJS 11 and 12, Next.js with `output: 'standalone'`, webpack, esbuild, Jest. Versions are in versions.json.
//   node run.js ADDON INTO [KIND ...]

const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');

const VERSIONS = require('./versions.json');
const HOME = join(__dirname, '..');
const SAID = '5.00 USD\n';
const [addon, into, ...asked] = process.argv.slice(2).map((given, place) => (place < 2 ? resolve(given) : given));

/** The environment of an application: nothing tells it where the addon is. */
const environment = (more = {}) => {
  const { EARNEST_NODE_BINARY, NODE_PATH, NODE_OPTIONS, ...rest } = process.env;
  return { ...rest, NEXT_TELEMETRY_DISABLED: '1', CI: '1', ...more };
};

/** Runs a program to its end, and answers what it says. */
function ran(command, args, cwd, more = {}) {
  try {
    return execFileSync(command, args, { cwd, env: environment(more), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} in ${cwd}: ${error.message}\n${error.stdout}`);
  }
}

const node = (args, cwd, more) => ran(process.execPath, args, cwd, more);

/** A file for books, in a folder of its own. */
const books = () => ({ BOOKS: join(mkdtempSync(join(tmpdir(), 'earnest-built-')), 'books.db') });

/** Packs the packages as npm does, and the addon as that of this platform. */
function packed() {
  const made = join(into, 'packed');
  const platform = join(made, 'platforms/earnest-linux-x64-gnu');
  mkdirSync(made, { recursive: true });
  for (const name of ['earnest', 'nestjs']) cpSync(join(HOME, name), join(made, name), { recursive: true });
  // what it writes into `earnest` names packages of platforms that nobody has published yet: these stay out
  cpSync(join(HOME, 'earnest'), join(made, 'named'), { recursive: true });
  node([join(HOME, 'scripts/platforms.js'), join(made, 'platforms'), join(made, 'named')], made);
  copyFileSync(addon, join(platform, 'earnest.node'));
  ran('strip', [join(platform, 'earnest.node')], made);
  ran('npm', ['pack', '--silent', '--ignore-scripts', './earnest', './nestjs'], made);
  // an addon for tests is large: it is compressed no more than is quick
  ran('tar', ['--use-compress-program', 'gzip -1', '--transform', 's,^[.],package,', '-cf', join(made, 'platform.tgz'), '-C', platform, '.'], made);
  const { version } = JSON.parse(readFileSync(join(HOME, 'earnest/package.json'), 'utf8'));
  return { earnest: join(made, `earnest-${version}.tgz`), nestjs: join(made, `earnest-nestjs-${version}.tgz`), platform: join(made, 'platform.tgz') };
}

/** A clean folder with the files of a kind, in which the packages and exact versions of others are installed. */
function application(kind, files, type, tarballs) {
  const at = join(into, kind);
  rmSync(at, { recursive: true, force: true });
  cpSync(join(__dirname, files), at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'application', private: true, type, dependencies: VERSIONS[kind] }));
  // with the peers that packages ask for, which npm checks, and without scripts
  ran('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], at);
  return at;
}

function nest(kind, type) {
  return ({ earnest, nestjs, platform }) => {
    const at = application(kind, 'nest', type, [earnest, nestjs, platform]);
    const compilerOptions = {
      ...{ strict: true, target: 'ES2022', module: 'nodenext', outDir: 'out', rootDir: '.', types: ['node'], esModuleInterop: true },
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true, skipLibCheck: true },
    };
    writeFileSync(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['main.ts'] }));
    node(['node_modules/typescript/bin/tsc'], at);
    assert.equal(node(['out/main.js'], at, books()), SAID);
  };
}

/** A port that nobody has at the moment. */
const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

async function next({ earnest, platform }) {
  const at = application('next', 'next', 'module', [earnest, platform]);
  node(['node_modules/next/dist/bin/next', 'build'], at);
  // what is deployed is this folder alone
  const alone = join(mkdtempSync(join(tmpdir(), 'earnest-next-')), 'server');
  cpSync(join(at, '.next/standalone'), alone, { recursive: true });
  const port = await freePort();
  const server = spawn(process.execPath, ['server.js'], { cwd: alone, env: environment({ ...books(), PORT: String(port), HOSTNAME: '127.0.0.1' }) });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (said += data));
  try {
    const request = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: JSON.stringify({ account: 'alice', amount: '5.00 USD' }) };
    let answer;
    for (let tries = 0; answer === undefined && tries < 300; tries++) {
      await new Promise((wait) => setTimeout(wait, 100));
      answer = await fetch(`http://127.0.0.1:${port}/wallet`, request).catch(() => undefined);
    }
    assert.equal(answer?.status, 200, said);
    assert.deepEqual((await answer.json()).available, { amount: '5.00', currency: 'USD' });
  } finally {
    server.kill();
  }
}

function webpack({ earnest, platform }) {
  const at = application('webpack', 'bundle', 'commonjs', [earnest, platform]);
  for (const externals of [{ earnest: 'commonjs earnest' }, {}]) {
    const options = { mode: 'production', target: 'node', context: at, entry: './main.mjs', externals, output: { path: join(at, 'out'), filename: 'webpack.cjs' } };
    const build = `require('webpack')(${JSON.stringify(options)}, (error, stats) => {
      if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
    });`;
    node(['-e', build], at);
    assert.equal(node(['out/webpack.cjs'], at, books()), SAID);
  }
}

/** The `require` that esbuild's manual gives to modules. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

function esbuild({ earnest, platform }) {
  const at = application('esbuild', 'bundle', 'commonjs', [earnest, platform]);
  const ways = [['cjs', '--external:earnest'], ['esm', '--external:earnest'], ['cjs'], ['esm', `--banner:js=${BANNER}`]];
  for (const [format, ...more] of ways) {
    const out = `out.${format === 'cjs' ? 'cjs' : 'mjs'}`;
    const args = ['main.mjs', '--bundle', '--minify', '--platform=node', `--format=${format}`, `--outfile=${out}`, '--log-level=error', ...more];
    ran(join(at, 'node_modules/.bin/esbuild'), args, at);
    assert.equal(node([out], at, books()), SAID, `${format} ${more}`);
  }
}

function jest({ earnest, platform }) {
  const at = application('jest', 'jest', 'commonjs', [earnest, platform]);
  node(['node_modules/jest/bin/jest.js', '--json', '--outputFile', 'said.json', '--silent', '--testTimeout', '20000'], at);
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(join(at, 'said.json'), 'utf8'));
  assert.deepEqual([numPassedTests, numTotalTests], [7, 7]);
}

const KINDS = { nest11: nest('nest11', 'commonjs'), nest12: nest('nest12', 'module'), next, webpack, esbuild, jest };

async function main() {
  const unknown = asked.find((kind) => !Object.hasOwn(KINDS, kind));
  if (unknown !== undefined) throw new Error(`builds: ${Object.keys(KINDS).join(', ')}, and not \`${unknown}\``);
  rmSync(into, { recursive: true, force: true });
  const tarballs = packed();
  const failed = [];
  for (const kind of asked.length > 0 ? asked : Object.keys(KINDS)) {
    const began = Date.now();
    const fault = await Promise.resolve().then(() => KINDS[kind](tarballs)).then(() => undefined, (error) => error);
    console.log(`builds: ${kind}: ${fault === undefined ? 'runs' : 'FAILED'} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
    if (fault === undefined) continue;
    console.log(fault.stack);
    failed.push(kind);
  }
  process.exitCode = failed.length > 0 ? 1 : 0;
}

void main();
