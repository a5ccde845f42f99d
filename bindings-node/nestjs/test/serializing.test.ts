// What routes answer behind interceptors of others: one page, and the JSON of every language.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { ClassSerializerInterceptor, Controller, Get, Module, SerializeOptions, type CallHandler, type INestApplication, type NestInterceptor } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { Actor, Engine, Money, Secret, type views } from 'earnest';
import { EarnestModule } from 'earnest-nestjs';
import { BalanceDto } from 'earnest-nestjs/swagger';

const ORDER = { account: 'alice', amount: '9.00 USD', key: 't-1', metadata: { of: { a: [null, 'b'], n: { m: 1 } } } } as const;

/** As nearly every application has one. */
class Wrapper implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Controller()
class Shop {
  readonly #bank: Engine;

  constructor(bank: Engine) {
    this.#bank = bank.acting(Actor.system());
  }

  @Get('view')
  async view(): Promise<views.Moved> {
    return this.#bank.ledger.topUp(ORDER);
  }

  @Get('list')
  list() {
    return this.#bank.ledger.entries({ account: 'alice', limit: 2 });
  }

  @Get('page')
  async page() {
    return await this.#bank.ledger.entries({ account: 'alice', limit: 2 });
  }

  @Get('pages')
  async pages() {
    return { first: await this.#bank.ledger.entries({ account: 'alice', limit: 2 }), money: Money.of('1', 'USD') };
  }

  @Get('stream')
  async stream() {
    return (await this.#bank.ledger.entries({ account: 'alice', limit: 2 })).all();
  }

  @Get('typed')
  @SerializeOptions({ type: BalanceDto })
  async typed() {
    return (await this.#bank.ledger.balance({ account: 'alice' })).toJSON();
  }

  @Get('batch')
  async batch() {
    // a refusal within a view
    return this.#bank.ledger.batch({ atomic: false, ops: [{ op: 'ledger.deduct', args: { account: 'nobody', amount: '1.00 USD', key: 'b-1' } }] });
  }

  @Get('secret')
  async secret() {
    return this.#bank.credentials.verifyPin({ subject: 'alice', pin: '493817' });
  }

  @Get('money')
  money() {
    return Money.of('40.00', 'USD');
  }

  @Get('keyring')
  keyring() {
    return { keyring: new Secret('a keyring') };
  }
}

@Module({ imports: [EarnestModule.forTest()], controllers: [Shop] })
class App {}

type Made = { app: INestApplication; base: string };
const serializer = (app: INestApplication, options: object) => new ClassSerializerInterceptor(app.get(Reflector), options as never);
const INTERCEPTORS: Record<string, (app: INestApplication) => NestInterceptor[]> = {
  none: () => [],
  wrapper: () => [new Wrapper()],
  serializer: (app) => [serializer(app, {})],
  excludeAll: (app) => [serializer(app, { strategy: 'excludeAll' })],
  'serializer in a wrapper': (app) => [new Wrapper(), serializer(app, {})],
  'wrapper in a serializer': (app) => [serializer(app, {}), new Wrapper()],
};
const made: Record<string, Made> = {};

before(async () => {
  for (const [name, interceptors] of Object.entries(INTERCEPTORS)) {
    const app = await NestFactory.create(App, { logger: false });
    const found = interceptors(app);
    if (found.length > 0) app.useGlobalInterceptors(...found);
    await app.listen(0, '127.0.0.1');
    const bank = app.get(Engine).acting(Actor.system());
    await bank.ledger.topUp(ORDER);
    for (let n = 0; n < 5; n++) await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: `e-${n}` });
    await bank.credentials.setPin({ subject: 'alice', pin: '493817' });
    made[name] = { app, base: await app.getUrl() };
  }
});
after(async () => {
  for (const { app } of Object.values(made)) await app.close();
});

async function answered(name: string, route: string): Promise<any> {
  const answer = await fetch(`${made[name]!.base}/${route}`);
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/json; charset=utf-8'], `${name} ${route}`);
  const body: any = await answer.json();
  return name.includes('wrapper') ? body.data : body;
}

for (const route of ['view', 'list', 'page', 'pages', 'batch', 'money', 'typed']) {
  test(`${route}: the same behind every interceptor`, async () => {
    const plain = await answered('none', route);
    if (route === 'list' || route === 'page') assert.deepEqual([plain.items.length, typeof plain.next, Object.keys(plain)], [2, 'string', ['items', 'next']]);
    for (const name of Object.keys(INTERCEPTORS)) {
      // class-transformer leaves nothing of what has no class by that strategy, whatever is in it
      if (name === 'excludeAll' && (route === 'pages' || route === 'typed')) continue;
      assert.deepEqual(await answered(name, route), plain, name);
    }
  });
}

test('the whole list is a stream where that is asked for', async () => {
  for (const name of ['none', 'serializer', 'excludeAll']) {
    const answer = await fetch(`${made[name]!.base}/stream`);
    const lines = (await answer.text()).trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual([answer.headers.get('content-type'), lines.length], ['application/x-ndjson', 6], name);
    assert.ok(lines.every((line) => line.account === 'alice' && line.balance_after.currency === 'USD'), name);
  }
});

test('the rows of docs/node.md', async () => {
  const root = join(dirname(createRequire(import.meta.url).resolve('earnest/package.json')), '../..');
  const rows = readFileSync(join(root, 'docs/node.md'), 'utf8').split('\n').filter((line) => line.startsWith('| NestJS'));
  const cells = Object.fromEntries(rows.map((row) => row.slice(2, -2).split(' | ')).map(([name, ...said]) => [name, said]));
  const usual = ['JSON', 'JSON without it', 'JSON', '(the filter answers it)', 'JSON', 'nothing'];
  assert.deepEqual(cells, { "NestJS's `ClassSerializerInterceptor`": usual, 'NestJS, the same with `excludeAll`': usual });
  for (const name of ['serializer', 'excludeAll']) {
    const { proof, ...rest } = await answered('none', 'secret');
    assert.deepEqual([typeof proof, Object.keys(await answered(name, 'secret'))], ['string', Object.keys(rest)]);
  }
  assert.deepEqual([await answered('none', 'keyring'), await answered('serializer', 'keyring')], [{ keyring: '<hidden>' }, { keyring: {} }]);
});
