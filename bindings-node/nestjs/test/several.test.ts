// Several engines in one application, and declarations that nobody would hear of: each is whole, or refused at the start.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Inject, Injectable, Module, Scope, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Actor, Engine } from 'earnest';
import { EarnestEvents, EarnestHealthIndicator, EarnestJob, EarnestLogger, EarnestModule, getEarnestToken } from 'earnest-nestjs';
import { registerMetrics } from 'earnest-nestjs/metrics';

const forRoot = (more: object = {}): DynamicModule => EarnestModule.forRoot({ url: 'memory:', background: false, ...more });

/** An application of these modules and providers. */
function made(imports: DynamicModule[], providers: Type[] = []) {
  @Module({ imports, providers })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
}

@Injectable()
class Plain {
  @EarnestJob('shop.mail')
  mail() {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @EarnestJob('gateway.card')
  charge() {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  @EarnestEvents({ sink: 'transient' })
  take() {}
}

@Injectable()
class OfTheRequest {
  constructor(@Inject(REQUEST) readonly request: unknown) {}

  @EarnestEvents({ sink: 'request' })
  take() {}
}

@Injectable()
class OfOne {
  constructor(readonly one: PerRequest) {}

  @EarnestJob('shop.order')
  order() {}
}

@Injectable()
class Twice {
  @EarnestJob('shop.mail', { concurrency: 1 })
  mail() {}

  @EarnestEvents({ sink: 'audit' })
  take() {}
}

@Injectable()
class Again {
  @EarnestEvents({ sink: 'audit', types: ['deal.*'] })
  take() {}
}

test('a method of a provider that there is not one of is refused by its name', async () => {
  const wrong: [Type[], RegExp][] = [
    [[PerRequest], /^Error: `PerRequest\.charge` has `@EarnestJob`.*per request/],
    [[Transient], /^Error: `Transient\.take` has `@EarnestEvents`/],
    [[OfTheRequest], /^Error: `OfTheRequest\.take` has `@EarnestEvents`/],
    [[OfOne, PerRequest], /^Error: `(OfOne\.order|PerRequest\.charge)` has `@EarnestJob`/],
    [[Plain, Twice], /^Error: two methods do jobs of the kind `shop\.mail`/],
    [[Twice, Again], /^Error: two methods take the events of the sink `audit`/],
  ];
  for (const [providers, said] of wrong) await assert.rejects(made([forRoot()], providers), said);
  await (await made([forRoot()], [Plain])).close();
});

test('two engines of one name are refused, and closed', async () => {
  const opened: Engine[] = [];
  const { open } = Engine;
  Engine.open = async (url, options) => {
    const bank = await open.call(Engine, url, options);
    opened.push(bank);
    return bank;
  };
  try {
    await assert.rejects(made([forRoot(), forRoot()]), /two engines have no `name`/);
    await assert.rejects(made([forRoot({ name: 'a' }), forRoot({ name: 'a' })]), /two engines have the name `a`/);
    await assert.rejects(made([forRoot(), forRoot({ name: 'default' })]), /two engines have no `name`/);
  } finally {
    Engine.open = open;
  }
  assert.equal(opened.length, 6);
  assert.ok(opened.every((bank) => bank.closed));
  // one module that two others import is one
  const shared = forRoot();
  await (await made([shared, shared])).close();
});

test('metrics of several engines are in one registry, each sample with the name of its engine', async () => {
  const registry = new Registry();
  const app = await made([forRoot({ metrics: registry }), forRoot({ metrics: registry, name: 'second' })]);
  const banks: Engine[] = [app.get(Engine), app.get(getEarnestToken('second'))];
  await banks[1]!.acting(Actor.system()).ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' });
  const text = await registry.metrics();
  const samples = text.split('\n').filter((line) => /^earnest_operations_total\{.*top_up/.test(line));
  assert.equal(samples.length, 1);
  assert.match(samples[0]!, /engine="second"/);
  assert.equal(text.match(/^# TYPE earnest_operations_total /gm)!.length, 1);
  assert.ok(text.split('\n').some((line) => /^earnest_/.test(line) && !/engine="/.test(line)));
  await assert.rejects(registerMetrics(banks[0]!, registry), /of an engine without a name are in this registry already/);
  await app.close();
  assert.equal((await registry.metrics()).trim(), '');
});

test('health is that of all engines, or of the one that is asked for', async () => {
  const app = await made([forRoot(), forRoot({ name: 'second' })]);
  const health = app.get(EarnestHealthIndicator);
  const well = await health.isHealthy();
  assert.deepEqual([well['earnest']!.status, well['earnest']!['engines']], ['up', { default: 'healthy', second: 'healthy' }]);
  const second: Engine = app.get(getEarnestToken('second'));
  await second.close();
  const ill = await health.isHealthy('banks');
  assert.deepEqual([ill['banks']!.status, ill['banks']!['engines']], ['down', { default: 'healthy', second: 'critical' }]);
  assert.deepEqual(await health.isHealthy('one', 'default'), { one: { status: 'up', health: 'healthy' } });
  assert.deepEqual(await health.isHealthy('one', 'second'), { one: { status: 'down', reason: 'critical', error: 'store_unavailable' } });
  await assert.rejects(health.isHealthy('one', 'third'), /no engine has the name `third`: there is `default`, `second`/);
  await app.close();
});

test('a line is written once, however many engines there are', () => {
  assert.equal(new EarnestLogger().write, new EarnestLogger().write);
});

test('an option that is undefined is as one that is left out', async () => {
  const app = await made([forRoot({ requireActor: undefined, logger: undefined })]);
  await assert.rejects(app.get(Engine).ledger.topUp({ account: 'a', amount: '1.00 USD', key: 'k' }), { code: 'invalid_request' });
  await app.close();
});
