// What users of the market do in a load test, and what every wallet must have in the end by the answers that came.

import type { Answer, Asked, Client } from './client.js';

/** Times and errors of all requests. */
export class Seen {
  readonly times: number[] = [];
  readonly errors: string[] = [];
}

/** A user of the market. */
interface User {
  id: number;
  as: string;
  /** In won, by the answers. */
  has: number;
  /** Whether a request was answered with something that nobody expects: then nobody knows what became of it. */
  isUnsure: boolean;
  asked: number;
}

const won = (amount: number): string => `${amount} KRW`;
const between = (low: number, high: number): number => low + Math.floor(Math.random() * (high - low + 1));
const minor = (money: { amount: string }): number => Number(money.amount);

/** The users, and what they know of each other. */
export class Crowd {
  readonly users: User[] = [];
  readonly seen = new Seen();
  /** Items that nobody of the crowd has gone for yet. */
  readonly #onSale: { id: number; seller: User; price: number }[] = [];
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Registers somebody and pays something in. */
  async join(number: number): Promise<User> {
    const made = await this.#send('POST', '/users', { body: { name: `user ${number}` } }, 201);
    const id = made?.body.id as number;
    const user: User = { id, as: `user-${id}`, has: 0, isUnsure: made === null, asked: 0 };
    this.users.push(user);
    await this.#topUp(user, 1_000_000);
    return user;
  }

  /** Does one thing, one more often than the other. */
  act(user: User): Promise<void> {
    const what = Math.random() * 20;
    if (what < 3) return this.#topUp(user, between(1, 50) * 1000);
    if (what < 6) return this.#pay(user, 'transfers');
    if (what < 8) return this.#pay(user, 'gifts');
    if (what < 10) return this.#offer(user);
    if (what < 13) return this.#buy(user);
    if (what < 14) return this.#overdraw(user);
    const path = what < 16 ? '/items' : what < 18 ? '/wallet/entries' : '/orders';
    return this.#send('GET', path, { as: user.as }, 200).then(() => undefined);
  }

  /** How many wallets do not have what they must have, and whether the books and the orders are whole. */
  async audit(): Promise<{ mismatches: number; unsure: number; balanced: boolean; verified: boolean; strays: number }> {
    let [mismatches, unsure] = [0, 0];
    for (const user of this.users) {
      if (user.isUnsure) {
        unsure += 1;
        continue;
      }
      const { body } = await this.#client.get('/wallet', { as: user.as });
      if (minor(body.available) !== user.has) mismatches += 1;
    }
    const { body } = await this.#client.get('/check', { as: 'staff-anna' });
    return { mismatches, unsure, ...body };
  }

  async #topUp(user: User, amount: number): Promise<void> {
    const moved = await this.#write(user, '/wallet/top-ups', { amount: won(amount) });
    if (moved !== null) user.has += amount;
  }

  async #pay(user: User, how: string): Promise<void> {
    const other = this.users[between(0, this.users.length - 1)]!;
    if (other === user) return;
    const amount = between(1, 20) * 100;
    const body = { to: other.id, amount: won(amount), ...(how === 'gifts' ? { note: 'for you' } : {}) };
    const moved = await this.#write(user, `/wallet/${how}`, body);
    // whose payment got lost, nobody knows what the other one has
    if (moved === null) other.isUnsure = true;
    else [user.has, other.has] = [user.has - amount, other.has + amount];
  }

  async #offer(user: User): Promise<void> {
    const price = between(1, 20) * 1000;
    const made = await this.#write(user, '/items', { title: 'A lamp', price: won(price) });
    if (made !== null) this.#onSale.push({ id: made.body.id, seller: user, price });
  }

  /** From the order to the seller's money. */
  async #buy(user: User): Promise<void> {
    const item = this.#onSale.shift();
    if (item === undefined || item.seller === user) return;
    const { seller, price } = item;
    const order = await this.#write(user, '/orders', { item: item.id });
    if (order === null) return;
    const path = `/orders/${order.body.id}`;
    const paid = await this.#write(user, `${path}/payment`, {});
    if (paid === null) return;
    user.has -= price;
    const shipped = await this.#write(seller, `${path}/shipment`, { carrier: 'Korea Post', tracking: 'RR1KR' });
    if (shipped === null) return;
    const confirmed = await this.#write(user, `${path}/confirmation`, {});
    if (confirmed === null) seller.isUnsure = true;
    else seller.has += minor(confirmed.body.deal.seller_gets);
  }

  async #overdraw(user: User): Promise<void> {
    const other = this.users[0]!;
    if (other === user) return;
    await this.#write(user, '/wallet/transfers', { to: other.id, amount: won(900_000_000_000) }, 409);
  }

  /** A request that changes something; every tenth is made twice, as a double click does. */
  async #write(user: User, path: string, body: object, wanted = 201): Promise<Answer | null> {
    const asked: Asked = { as: user.as, key: `${user.id}-${++user.asked}`, body };
    const first = await this.#send('POST', path, asked, wanted);
    // an item has no key: offered twice, it is there twice
    if (user.asked % 10 === 0 && path !== '/items') {
      const again = await this.#send('POST', path, asked, wanted);
      const id = (answer: Answer | null): unknown => answer?.body.transfer?.id ?? answer?.body.id;
      if (id(first) !== id(again)) this.seen.errors.push(`${path}: a double click is two effects`);
    }
    if (first === null) user.isUnsure = true;
    return first;
  }

  async #send(method: 'GET' | 'POST', path: string, asked: Asked, wanted: number): Promise<Answer | null> {
    const began = performance.now();
    try {
      const answer = await (method === 'GET' ? this.#client.get(path, asked) : this.#client.post(path, asked));
      this.seen.times.push(performance.now() - began);
      if (answer.status === wanted) return answer;
      this.seen.errors.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    } catch (error) {
      this.seen.times.push(performance.now() - began);
      this.seen.errors.push(`${method} ${path}: ${String(error)}`);
    }
    return null;
  }
}
