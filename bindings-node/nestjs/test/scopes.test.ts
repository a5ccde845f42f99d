// The `scope` of the module: whose key is in a request, where no route says it.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Controller, Get, Module, Post, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Actor, Engine, type IdempotencyKey as Key } from 'earnest';
import { EarnestModule, IdempotencyKey, Idempotent } from 'earnest-nestjs';

const who = (request: any): string => request.headers['x-user'] as string;

@Controller()
class Wallet {
  constructor(private readonly bank: Engine) {}

  @Post('own')
  @Idempotent()
  async own(@IdempotencyKey() key: Key) {
    const { transfer, replayed } = await this.bank.acting(Actor.system()).ledger.topUp({ account: 'till', amount: '1.00 USD', key });
    return { id: transfer.id, replayed };
  }

  @Post('shared')
  shared(@IdempotencyKey({ scope: () => 'all' }) key: Key) {
    return { key: String(key) };
  }

  @Get('key')
  key(@IdempotencyKey() key: Key) {
    return { key: String(key) };
  }
}

async function serving(imports: DynamicModule[], work: (asked: (method: string, path: string, user?: string) => Promise<any>) => Promise<void>) {
  @Module({ imports, controllers: [Wallet] as Type[] })
  class App {}
  const app = await NestFactory.create(App, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const base = await app.getUrl();
  const asked = async (method: string, path: string, user?: string) =>
    (await fetch(`${base}/${path}`, { method, headers: { 'idempotency-key': 'one', ...(user === undefined ? {} : { 'x-user': user }) } })).json();
  await work(asked).finally(() => app.close());
}

const ways: Record<string, () => DynamicModule> = {
  forRoot: () => EarnestModule.forRoot({ url: 'memory:', background: false, scope: who }),
  'what a factory answers': () => EarnestModule.forRootAsync({ useFactory: () => ({ url: 'memory:', background: false, scope: who }) }),
  forRootAsync: () => EarnestModule.forRootAsync({ scope: who, useFactory: () => ({ url: 'memory:', background: false }) }),
  forTest: () => EarnestModule.forTest({ scope: who }),
};
for (const [name, one] of Object.entries(ways)) {
  test(`${name}: one key of two callers is two, and a route may say otherwise`, () =>
    serving([one()], async (asked) => {
      const first = await asked('POST', 'own', 'alice');
      const [again, other] = [await asked('POST', 'own', 'alice'), await asked('POST', 'own', 'bob')];
      assert.deepEqual([first.replayed, again.replayed, other.replayed], [false, true, false]);
      assert.deepEqual([again.id === first.id, other.id === first.id], [true, false]);
      assert.notDeepEqual(await asked('GET', 'key', 'alice'), await asked('GET', 'key', 'bob'));
      assert.deepEqual(await asked('POST', 'shared', 'alice'), await asked('POST', 'shared', 'bob'));
      // nobody's key is not everybody's
      assert.equal((await asked('GET', 'key')).error.code, 'INVALID_REQUEST');
    }));
}

test('of two engines one says it for all requests, and two that say it are refused', async () => {
  const named = (scope?: (request: any) => string) => EarnestModule.forRoot({ url: 'memory:', background: false, name: 'other', scope });
  await serving([ways['forRoot']!(), named()], async (asked) => {
    assert.notDeepEqual(await asked('GET', 'key', 'alice'), await asked('GET', 'key', 'bob'));
  });
  await assert.rejects(
    serving([ways['forRoot']!(), named(() => 'all')], async () => undefined),
    /two `EarnestModule` have a `scope`/,
  );
});
