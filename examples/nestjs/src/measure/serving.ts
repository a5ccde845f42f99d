// Starts the market on a free port of this machine, for its tests and measurements.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

let databases = 0;

/** The URL of an empty database, on the server that `EARNEST_TEST_POSTGRES` names. */
export async function freshDatabase(): Promise<string> {
  const server = process.env['EARNEST_TEST_POSTGRES'];
  if (server === undefined) throw new Error('EARNEST_TEST_POSTGRES names no server: run this by scripts/with-postgres');
  const name = `market_${process.pid}_${++databases}`;
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return `${server}/${name}`;
}

/** A line of the log. */
export interface Line {
  timestamp: string;
  correlationId: string | null;
  service: string;
  level: string;
  message: string;
}

function lineOf(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { timestamp: '', correlationId: null, service: 'no JSON', level: 'error', message: text };
  }
}

/** A server in a process of its own. */
export class Served {
  readonly base: string;
  /** The lines of its output, the newest last. */
  readonly lines: Line[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, base: string, lines: Line[]) {
    this.#child = child;
    this.base = base;
    this.lines = lines;
  }

  static async start(url: string, more: Record<string, string> = {}, program = 'main.js'): Promise<Served> {
    const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
    const env = { ...process.env, DATABASE_URL: url, PORT: '0', ...more };
    const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: Line[] = [];
    const base = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${JSON.stringify(lines.slice(-3))}`)));
      createInterface({ input: child.stdout! }).on('line', (text) => {
        const line = lineOf(text);
        lines.push(line);
        if (lines.length > 5000) lines.splice(0, 1000);
        const address = /^listening on (http:\S+)$/.exec(line.message)?.[1];
        if (address !== undefined) resolve(address.replace('[::1]', '127.0.0.1'));
      });
    });
    child.removeAllListeners('exit');
    return new Served(child, base, lines);
  }

  /** Ends it, and answers how it ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<{ code: number | null; signal: string | null }> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return { code: this.#child.exitCode, signal: this.#child.signalCode };
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code, by] = (await ended) as [number | null, string | null];
    return { code, signal: by };
  }
}

/** The time within which so many of all were answered, in milliseconds. */
export function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
