// A market in a process of its own, and what tests do in it again and again.

import assert from 'node:assert/strict';
import { Client, type Answer } from '../measure/client.js';
import { freshDatabase, Served } from '../measure/serving.js';

let numbers = 0;

/** A key that was never used. */
export const fresh = (): string => `k-${++numbers}`;

export class Market {
  server!: Served;
  client!: Client;
  readonly url: string;
  readonly #env: Record<string, string>;

  private constructor(url: string, env: Record<string, string>) {
    this.url = url;
    this.#env = env;
  }

  static async open(env: Record<string, string> = {}): Promise<Market> {
    const market = new Market(await freshDatabase(), env);
    await market.start();
    return market;
  }

  /** Starts a server, the first or one after the last was ended. */
  async start(): Promise<void> {
    this.server = await Served.start(this.url, this.#env);
    this.client = new Client(this.server.base);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.server.end();
  }

  /** A request that must be answered with 201; its body. */
  async made(path: string, as: string, body: object = {}, key = fresh()): Promise<any> {
    return this.wanted(201, path, as, body, key);
  }

  async wanted(status: number, path: string, as: string, body: object = {}, key = fresh()): Promise<any> {
    const answer = await this.client.post(path, { as, key, body });
    assert.equal(answer.status, status, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A refusal, by its status and code. */
  async refused(path: string, as: string, body: object = {}, key = fresh()): Promise<[number, string]> {
    const answer = await this.client.post(path, { as, key, body });
    return refusalOf(answer);
  }

  async user(name: string, amount?: string): Promise<string> {
    const { id } = await this.made('/users', 'nobody', { name });
    if (amount !== undefined) await this.made('/wallet/top-ups', `user-${id}`, { amount });
    return `user-${id}`;
  }

  async item(seller: string, price: string, title = 'A blue lamp'): Promise<number> {
    return (await this.made('/items', seller, { title, price })).id;
  }

  /** An order that was paid. */
  async sold(buyer: string, seller: string, price: string): Promise<number> {
    const { id } = await this.made('/orders', buyer, { item: await this.item(seller, price) });
    await this.made(`/orders/${id}/payment`, buyer);
    return id;
  }

  async has(user: string): Promise<number> {
    const { body } = await this.client.get('/wallet', { as: user });
    return Number(body.available.amount);
  }

  async stateOf(order: number, as: string): Promise<string> {
    const { body } = await this.client.get(`/orders/${order}`, { as });
    assert.equal(body.state, body.deal.state, 'an order and its deal');
    return body.state;
  }

  /** Fails unless every entry, every balance and every order is right. */
  async check(): Promise<void> {
    const { body } = await this.client.get('/check', { as: 'staff-anna' });
    assert.deepEqual(body, { balanced: true, verified: true, strays: 0 });
  }
}

export function refusalOf({ status, body }: Answer): [number, string] {
  assert.deepEqual(Object.keys(body), ['error'], JSON.stringify(body));
  assert.equal(typeof body.error.message, 'string');
  return [status, body.error.code];
}

/** Waits until something is so, for 45 seconds at most. */
export async function until(so: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 45_000; !(await so()); ) {
    if (Date.now() > end) throw new Error('it did not come to that within 45 seconds');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
