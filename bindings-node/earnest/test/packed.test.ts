// The packages as npm has them: packed, looked at by what judges packages, and installed in clean folders of applications.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { blocksOf, program } from './blocks';
import { folder, ROOT } from './support';

const HOME = join(ROOT, 'bindings-node');
const MODULES = join(HOME, 'node_modules');
const env: NodeJS.ProcessEnv = { ...process.env, EARNEST_NODE_BINARY: '' };

let tarballs: { earnest: string; nestjs: string; platform: string };

/** Runs a program to its end, and answers what it says; it has to end well. */
function ran(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (out += data));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${out}`))));
  });
}

const node = (args: string[], cwd: string) => ran(process.execPath, args, cwd);

async function packed(from: string, into: string): Promise<string> {
  const said = await ran('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', into, from], into);
  return join(into, said.trim().split('\n').at(-1)!);
}

before(async () => {
  const at = folder();
  const plain = await packed(join(HOME, 'earnest'), at);
  // as the release does it: `earnest` names the packages of platforms, each of which has one file
  execFileSync('tar', ['xzf', plain, '-C', at]);
  execFileSync(process.execPath, [join(HOME, 'scripts/platforms.js'), join(at, 'platforms'), join(at, 'package')]);
  const platform = join(at, 'platforms', 'earnest-linux-x64-gnu');
  assert.equal(readdirSync(join(at, 'platforms')).length, 7);
  mkdirSync(join(at, 'whole'));
  const addon = join(platform, 'earnest.node');
  copyFileSync(process.env['EARNEST_NODE_BINARY']!, addon);
  execFileSync('strip', [addon]);
  // an addon for tests is large: it is packed as npm does it, and compressed no more than is quick
  const large = join(at, 'platform.tgz');
  const quickly = ran('tar', ['--use-compress-program', 'gzip -1', '--transform', 's,^[.],package,', '-cf', large, '-C', platform, '.'], at);
  const all = await Promise.all([packed(join(at, 'package'), join(at, 'whole')), packed(join(HOME, 'nestjs'), at), quickly]);
  tarballs = { earnest: all[0], nestjs: all[1], platform: large };
});

test('publint and attw have nothing to say of them', async () => {
  const publint = join(MODULES, 'publint/src/cli.js');
  const attw = join(MODULES, '@arethetypeswrong/cli/dist/index.js');
  const isolated = folder();
  // there is no CommonJS of the second, which `require` of every Node that is promised takes as it is
  const esm = ['--ignore-rules', 'cjs-resolves-to-esm'];
  await Promise.all([
    ...[tarballs.earnest, tarballs.nestjs].map((tarball) => node([publint, 'run', tarball, '--strict'], isolated)),
    node([attw, tarballs.earnest, '--profile', 'node16'], isolated),
    node([attw, tarballs.nestjs, '--profile', 'node16', ...esm], isolated),
  ]);
});

/** An application's folder, in which the packages are installed from their tarballs; what else it uses is linked. */
async function application(kind: 'commonjs' | 'module', files: Record<string, string>, tarred: string[], linked: string[]): Promise<string> {
  const at = folder();
  const about = { name: 'application', private: true, type: kind };
  const compilerOptions = {
    ...{ strict: true, target: 'ES2022', module: 'node16', moduleResolution: 'node16', outDir: 'out', types: ['node'], esModuleInterop: true },
    ...{ experimentalDecorators: true, emitDecoratorMetadata: true, skipLibCheck: linked.length > 1 },
  };
  writeFileSync(join(at, 'package.json'), JSON.stringify(about));
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--silent'];
  await ran('npm', ['install', '--offline', '--legacy-peer-deps', '--omit=optional', ...quiet, ...tarred], at);
  for (const name of linked) {
    mkdirSync(dirname(join(at, 'node_modules', name)), { recursive: true });
    symlinkSync(join(MODULES, name), join(at, 'node_modules', name));
  }
  await node([join(MODULES, 'typescript-7.0/bin/tsc')], at);
  return at;
}

const README = 'bindings-node/earnest/README.md';

for (const kind of ['commonjs', 'module'] as const) {
  test(`an application of ${kind}: it compiles, and the README runs`, async () => {
    const { imports, rest } = blocksOf(README);
    const asModule = `${imports.join('\n')}\n${rest}`;
    const at = await application(kind, { 'index.ts': kind === 'module' ? asModule : program(README) }, [tarballs.earnest, tarballs.platform], ['@types']);
    assert.equal(await node(['out/index.js'], at), '100.00 USD\n');
    const parity = `
      const { Engine, errors, version } = require('earnest');
      const native = require('earnest-linux-x64-gnu');
      if (errors.ALL.map((one) => one.code).sort().join() !== native.codes().sort().join()) throw new Error('codes');
      const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
      Engine.open('memory:').then((bank) => {
        for (const name of native.operations()) {
          const [service, method] = name.split('.').map(camel);
          if (typeof bank[service][method] !== 'function') throw new Error(name);
        }
        console.log(version === native.version());
        return bank.close();
      });`;
    assert.equal(await node(['--input-type=commonjs', '-e', parity], at), 'true\n');
    await bundled(kind, at);
  });
}

/** A bundle of the package and a call: one file, with the modules of Node outside of it, and a `require` of its own inside. */
function bundleOf(kind: 'commonjs' | 'module', at: string): string {
  const dist = join(at, 'node_modules/earnest/dist');
  const modules = ['all', 'later', 'index'].map((name) => `'./${name}.js': (module, exports, require) => {${readFileSync(join(dist, `${name}.js`), 'utf8')}\n}`);
  return `${kind === 'module' ? "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" : ''}
    const modules = {${modules.join(',\n')}}, made = {};
    const inner = (name) => {
      if (modules[name] === undefined) return require(name);
      if (made[name] === undefined) modules[name]((made[name] = { exports: {} }), made[name].exports, inner);
      return made[name].exports;
    };
    inner('./index.js').Engine.open('memory:').then((bank) => bank.close()).then(() => console.log('runs'), (error) => console.log(error.code + ': ' + error.message));`;
}

/** In one file with an application, and among the files of it that were traced. */
async function bundled(kind: 'commonjs' | 'module', at: string): Promise<void> {
  const file = kind === 'module' ? 'bundle.mjs' : 'bundle.cjs';
  writeFileSync(join(at, file), bundleOf(kind, at));
  assert.equal(await node([file], at), 'runs\n');
  const alone = folder();
  copyFileSync(join(at, file), join(alone, file));
  assert.match(await node([file], alone), /^ERR_EARNEST_PLATFORM: .*`earnest-linux-x64-gnu`.*`serverExternalPackages: \['earnest'\]`.*`externals`.*esbuild: `external: \['earnest'\]`/);
  // what traces files has copied those that the code names, and nothing that makes a package of them
  const addon = join(at, 'node_modules/earnest-linux-x64-gnu');
  rmSync(join(addon, 'package.json'));
  const call = "require('earnest').Engine.open('memory:').then((bank) => bank.close()).then(() => console.log('runs'), (error) => console.log(error.message))";
  assert.equal(await node(['--input-type=commonjs', '-e', call], at), 'runs\n');
  rmSync(addon, { recursive: true });
  assert.match(await node(['--input-type=commonjs', '-e', call], at), /^the package `earnest-linux-x64-gnu`.* is not installed: .*optional dependencies/);
}

test('the addon of every platform is named by a path that is read off the code', () => {
  const code = readFileSync(join(HOME, 'earnest/dist/all.js'), 'utf8');
  const platforms = [...readFileSync(join(HOME, 'scripts/platforms.js'), 'utf8').matchAll(/^  '([a-z0-9-]+)': \{ os/gm)].map(([, name]) => name!);
  assert.equal(platforms.length, 7);
  for (const platform of platforms) assert.ok(code.includes(`join)(__dirname, '../../earnest-${platform}/earnest.node')`), platform);
});

test('an application of NestJS: it compiles, answers, and is closed', async () => {
  const main = `
    import 'reflect-metadata';
    import assert from 'node:assert/strict';
    import { Controller, Get, Module } from '@nestjs/common';
    import { NestFactory } from '@nestjs/core';
    import { Actor, Engine } from 'earnest';
    import { EarnestModule } from 'earnest-nestjs';
    ${blocksOf('bindings-node/nestjs/README.md').rest}
    @Controller()
    class Shop {
      constructor(private readonly bank: Engine) {}
      @Get('balance')
      async balance() {
        const bank = this.bank.acting(Actor.system());
        return (await bank.ledger.topUp({ account: 'alice', amount: '5.00 USD', key: 'k' })).balance;
      }
    }
    @Module({ imports: [AppModule], controllers: [Shop] })
    class Whole {}
    const app = await NestFactory.create(Whole, { logger: false });
    await app.listen(0, '127.0.0.1');
    const balance: any = await (await fetch(\`\${await app.getUrl()}/balance\`)).json();
    const bank = app.get(Engine);
    await app.close();
    assert.ok(bank.closed);
    console.log(balance.available.amount);
  `;
  const linked = ['@types', '@nestjs', 'rxjs', 'reflect-metadata'];
  const at = await application('module', { 'main.ts': main }, [tarballs.earnest, tarballs.nestjs, tarballs.platform], linked);
  assert.equal(await node(['out/main.js'], at), '5.00\n');
});
