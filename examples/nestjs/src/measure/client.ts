// A small HTTP client for tests and measurements: it keeps its connections, and costs little beside the server.

import { Agent, request as send } from 'node:http';

export interface Asked {
  /** The caller: `user-7`, `staff-anna`. */
  as?: string;
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: any;
}

export class Client {
  readonly #base: URL;
  readonly #agent: Agent;

  constructor(base: string, connections = 256) {
    this.#base = new URL(base);
    // a server closes what was idle for five seconds: a request must not go out on such a connection
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: 4000 });
  }

  post(path: string, asked: Asked = {}): Promise<Answer> {
    return this.#ask('POST', path, { body: {}, ...asked });
  }

  get(path: string, asked: Asked = {}): Promise<Answer> {
    return this.#ask('GET', path, asked);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(method: string, path: string, { as, key, body, headers }: Asked): Promise<Answer> {
    const data = body === undefined ? undefined : JSON.stringify(body);
    const sent: Record<string, string | number> = { ...headers };
    if (as !== undefined) sent['authorization'] = `Bearer ${as}`;
    if (key !== undefined) sent['idempotency-key'] = key;
    if (data !== undefined) {
      sent['content-type'] = 'application/json';
      sent['content-length'] = Buffer.byteLength(data);
    }
    return new Promise((resolve, reject) => {
      const asking = send({ agent: this.#agent, host: this.#base.hostname, port: this.#base.port, method, path, headers: sent }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const isJson = answer.headers['content-type']?.includes('json') ?? false;
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: isJson ? JSON.parse(text) : text });
        });
      });
      asking.on('error', reject);
      asking.end(data);
    });
  }
}
