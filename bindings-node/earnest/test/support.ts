// What several tests use.

import { spawn } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client, Pool, type PoolConfig } from 'pg';

const PACKAGE = dirname(require.resolve('earnest/package.json'));
export const ROOT = join(PACKAGE, '../..');
export const VECTORS = join(ROOT, 'core/tests/vectors');

/** A module of the package that is not exported. */
export function inner(name: string): any {
  return require(join(PACKAGE, 'dist/all.js'))(name);
}

export function lines(name: string): string[] {
  return readFileSync(join(VECTORS, name), 'utf8').trimEnd().split('\n');
}

const folders: string[] = [];
process.on('exit', () => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));

/** A folder that is gone when the tests of the file are over, wherever it was asked for. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'earnest-'));
  folders.push(made);
  return made;
}

const SERVER = process.env['EARNEST_TEST_POSTGRES'] ?? '';
let databases = 0;

/** A database of its own, by its URL. */
export async function database(): Promise<string> {
  if (SERVER === '') throw new Error('EARNEST_TEST_POSTGRES names no server: run `make test-node`');
  const name = `t_node_${process.pid}_${++databases}`;
  const client = new Client({ connectionString: `${SERVER}/postgres` });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return `${SERVER}/${name}`;
}

export function poolOn(url: string, max = 10, more: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: url, max, ...more });
  pool.on('error', () => undefined);
  return pool;
}

/** A PgBouncer of its own before the server, which ends with the process: the same database through it. */
export async function pooledBy(url: string, connections = 3): Promise<{ url: string; close(): void }> {
  const { origin, pathname } = splitUrl(url);
  const child = spawn(join(ROOT, 'scripts/pgbouncer'), [origin, String(connections)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const first = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`scripts/pgbouncer ended with ${code}`)));
  });
  return { url: `${first}${pathname}`, close: () => child.stdin.end() };
}

function splitUrl(url: string): { origin: string; pathname: string } {
  const at = url.lastIndexOf('/');
  return { origin: url.slice(0, at), pathname: url.slice(at) };
}

/** Returns the error that the work fails with. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<any> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

/** Waits until something is so: less long than a lease, behind which much is so in spite of a fault. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 45_000; !(await so()); ) {
    if (Date.now() > end) throw new Error(`it did not come to that within 45 seconds: ${so}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
