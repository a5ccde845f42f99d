// The ways in which an application has engines: options found later, names, `nestjs-cls`, terminus, and its end by a signal.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Controller, Get, Headers, Inject, Injectable, Module, Post, UseGuards, UseInterceptors, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FilesInterceptor } from '@nestjs/platform-express';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { ClsModule } from 'nestjs-cls';
import { register, Registry } from 'prom-client';
import { Actor, Engine, EarnestError, keygen, Secret } from 'earnest';
import { EarnestHealthIndicator, EarnestJob, EarnestModule, getEarnestToken, IdempotencyKey, Idempotent, InjectEarnest, WebhookGuard, type ModuleOptions } from 'earnest-nestjs';
import { registerMetrics } from 'earnest-nestjs/metrics';

async function running<T>(module: any, work: (base: string, app: INestApplication) => Promise<T>, options = {}): Promise<T> {
  const app = await NestFactory.create(module, { logger: false, ...options });
  try {
    await app.listen(0, '127.0.0.1');
    return await work(await app.getUrl(), app);
  } finally {
    await app.close();
  }
}

@Controller()
class Events {
  constructor(private readonly bank: Engine) {}

  @Post('top-up')
  async topUp() {
    await this.bank.acting(Actor.system()).ledger.topUp({ account: 'alice', amount: '1.00 USD', key: randomUUID() });
    const events = await this.bank.acting(Actor.system()).events.list().toArray({ limit: 100 });
    return { correlation: events.at(-1)!.correlationId };
  }

  @Post('trace')
  async trace() {
    return { made: true };
  }
}

test('a request has an id: its own, or a new one where that cannot be one', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:', correlation: { header: 'X-Request-Id' } })], controllers: [Events] })
  class App {}
  // the options of one application are not those of another
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:', correlation: false })], controllers: [Events] })
  class Other {}
  await running(App, async (base) => {
    const send = async (id?: string) => {
      const answer = await fetch(`${base}/top-up`, { method: 'POST', headers: id === undefined ? {} : { 'x-request-id': id } });
      return [answer.headers.get('x-request-id'), ((await answer.json()) as any).correlation];
    };
    assert.deepEqual(await send('request-7'), ['request-7', 'request-7']);
    for (const bad of [undefined, 'with space', 'x'.repeat(129)]) {
      const [header, noted] = await send(bad);
      assert.match(header!, /^[0-9a-f]{8}-/);
      assert.equal(noted, header);
    }
  });
  await running(Other, async (base) => {
    const answer = await fetch(`${base}/top-up`, { method: 'POST', headers: { 'x-correlation-id': 'request-7' } });
    assert.deepEqual([answer.headers.get('x-correlation-id'), ((await answer.json()) as any).correlation], [null, null]);
  });
});

test('with nestjs-cls it is the id of that', async () => {
  @Module({
    imports: [
      ClsModule.forRoot({ global: true, middleware: { mount: true, generateId: true, idGenerator: () => 'of-cls' } }),
      EarnestModule.forRoot({ url: 'memory:' }),
    ],
    controllers: [Events],
  })
  class App {}
  await running(App, async (base) => {
    const answer = await fetch(`${base}/top-up`, { method: 'POST', headers: { 'x-correlation-id': 'request-7' } });
    assert.deepEqual([answer.headers.get('x-correlation-id'), ((await answer.json()) as any).correlation], ['of-cls', 'of-cls']);
  });
});

@Controller()
class Health {
  constructor(
    private readonly health: HealthCheckService,
    private readonly earnest: EarnestHealthIndicator,
  ) {}

  @Get('health')
  check() {
    return this.health.check([() => this.earnest.isHealthy('earnest')]);
  }
}

test('terminus asks the engine, which needs nobody for that', async () => {
  @Module({ imports: [TerminusModule, EarnestModule.forRoot({ url: 'memory:' })], controllers: [Health] })
  class App {}
  await running(App, async (base, app) => {
    const well = await fetch(`${base}/health`);
    assert.equal(well.status, 200);
    assert.equal(((await well.json()) as any).details.earnest.status, 'up');
    await app.get(Engine).close();
    const ill = await fetch(`${base}/health`);
    assert.equal(ill.status, 503);
    assert.equal(((await ill.json()) as any).error.earnest.status, 'down');
  });
});

test('health that is down names the checks', async () => {
  const at = mkdtempSync(join(tmpdir(), 'earnest-'));
  const url = `sqlite:${join(at, 'shop.db')}`;
  const before = await Engine.open(url, { keyring: keygen(), background: false });
  await before.credentials.setPin({ subject: 'alice', pin: '493817' });
  await before.close();
  // another keyring opens the store, and not what was sealed
  @Module({ imports: [TerminusModule, EarnestModule.forRoot({ url, keyring: new Secret(keygen()), background: false })], controllers: [Health] })
  class App {}
  await running(App, async (base, app) => {
    const ill = await fetch(`${base}/health`);
    const { earnest } = ((await ill.json()) as any).error;
    assert.deepEqual([ill.status, earnest.status, earnest.reason], [503, 'down', 'critical']);
    assert.ok(earnest.checks.includes('keyring: critical'), JSON.stringify(earnest));
    // neither its keys nor its objects are for whoever probes
    const { checks } = await app.get(Engine).acting(Actor.system()).health();
    for (const { detail } of checks) assert.ok(!JSON.stringify(earnest).includes(detail), detail);
    await app.get(Engine).close();
    assert.equal(((await (await fetch(`${base}/health`)).json()) as any).error.earnest.error, 'store_unavailable');
  });
  rmSync(at, { recursive: true });
});

@Injectable()
class Settings {
  readonly url = 'memory:';
  createEarnestOptions(): ModuleOptions {
    return { url: this.url, requireActor: false };
  }
}
@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

test('options are found later, by a function or a class, and engines have names', async () => {
  @Injectable()
  class Uses {
    constructor(
      readonly bank: Engine,
      @InjectEarnest('second') readonly second: Engine,
      @Inject(getEarnestToken('third')) readonly third: Engine,
    ) {}
  }
  @Module({
    imports: [
      EarnestModule.forRootAsync({ imports: [SettingsModule], inject: [Settings], useFactory: async (found: Settings) => ({ url: found.url, metrics: true }) }),
      EarnestModule.forRootAsync({ useClass: Settings, name: 'second' }),
      EarnestModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings, name: 'third' }),
    ],
    providers: [Uses],
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const { bank, second, third } = app.get(Uses);
  assert.equal(new Set([bank, second, third]).size, 3);
  assert.equal(app.get(Engine), bank);
  // an actor is asked for unless the options say otherwise
  await assert.rejects(bank.ledger.trialBalance(), { code: 'invalid_request', httpStatus: 500 });
  await second.ledger.trialBalance();
  assert.match(await register.metrics(), /earnest_operations_total/);
  await app.close();
  assert.ok(bank.closed && second.closed && third.closed);
  assert.doesNotMatch(await register.metrics(), /earnest_/);
});

test('an application whose engine cannot open does not start', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'sqlite:/nowhere/at/all.db' })] })
  class App {}
  await assert.rejects(NestFactory.createApplicationContext(App, { logger: false, abortOnError: false }), (error) => EarnestError.is(error));
});

@Controller()
class Hooks {
  @Post('hooks')
  @UseGuards(WebhookGuard({ secrets: () => ['whsec_AAAA'] }))
  hook() {}

  @Post('scoped')
  scoped(@IdempotencyKey({ scope: () => undefined as never }) _key: IdempotencyKey) {}
}

test('a guard without the raw body, and a scope that answers nobody, are named', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:' })], controllers: [Hooks] })
  class App {}
  await running(App, async (base) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' };
    for (const [path, field] of [['hooks', 'rawBody'], ['scoped', 'scope']] as const) {
      const answer = await fetch(`${base}/${path}`, { method: 'POST', body: '{}', headers });
      const { error } = (await answer.json()) as any;
      assert.deepEqual([answer.status, error.code], [400, 'INVALID_REQUEST'], field);
    }
  });
});

test('a server ends by SIGTERM, with what was asked of it answered', async () => {
  const script = `
    import 'reflect-metadata';
    import { Controller, Module, Post } from '@nestjs/common';
    import { NestFactory } from '@nestjs/core';
    import { Actor, Engine } from 'earnest';
    import { EarnestModule } from 'earnest-nestjs';
    class Shop {
      constructor(bank) { this.bank = bank.acting(Actor.system()); }
      async slow() {
        process.kill(process.pid, 'SIGTERM');
        await new Promise((resolve) => setTimeout(resolve, 200));
        return (await this.bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k' })).balance;
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Engine], Shop);
    Controller()(Shop);
    Post('slow')(Shop.prototype, 'slow', Object.getOwnPropertyDescriptor(Shop.prototype, 'slow'));
    class App {}
    Module({ imports: [EarnestModule.forRoot({ url: 'memory:', background: true })], controllers: [Shop] })(App);
    const app = await NestFactory.create(App, { logger: false });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
    console.log(await app.getUrl());`;
  const child = spawn(process.execPath, ['--input-type', 'module', '-e', script], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const base = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('close', () => reject(new Error(errors)));
  });
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])));
  const answer = await fetch(`${base}/slow`, { method: 'POST', headers: { connection: 'close' } });
  assert.equal(((await answer.json()) as any).available.amount, '1.00');
  // Nest ends the process by the signal that it was sent, once everything is closed
  assert.deepEqual(await ended, [null, 'SIGTERM'], errors);
});

@Controller()
class Refusing {
  constructor(private readonly bank: Engine) {}

  @Get('refusing')
  refusing() {
    return this.bank.ledger.trialBalance();
  }
}

test('an answer says when to come again, and names no account', async () => {
  @Module({ imports: [EarnestModule.forTest()], controllers: [Refusing] })
  class App {}
  await running(App, async (base, app) => {
    const bank: any = app.get(Engine);
    bank.failNext('ledger.trial_balance', 'rate_limited', { retryAfter: 7 });
    const limited = await fetch(`${base}/refusing`, { headers: { 'accept-language': 'de' } });
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    bank.failNext('ledger.trial_balance', 'insufficient_balance', { account: 'alice' });
    const body = await (await fetch(`${base}/refusing`)).text();
    assert.ok(!body.includes('alice') && body.includes('INSUFFICIENT_BALANCE'), body);
    bank.failNext('ledger.trial_balance', 'store_unavailable');
    assert.equal((await fetch(`${base}/refusing`)).status, 503);
    assert.equal((await fetch(`${base}/refusing`)).status, 200);
  });
});

const made: string[] = [];

@Controller()
class Orders {
  @Post('orders')
  @Idempotent()
  async order(@Headers() headers: Record<string, string>) {
    const of = headers['authorization'] ?? headers['cookie'] ?? headers['x-api-key'];
    made.push(of!);
    await new Promise((resolve) => setTimeout(resolve, 500)); // the other one comes meanwhile
    return { of };
  }
}

test('two people with one key and one body are two: neither gets the answer of the other', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:' })], controllers: [Orders] })
  class App {}
  await running(App, async (base) => {
    for (const header of ['authorization', 'cookie', 'x-api-key']) {
      const order = async (who: string) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': 'order-1', [header]: who };
        return ((await (await fetch(`${base}/orders`, { method: 'POST', body: '{"item":7}', headers })).json()) as any).of;
      };
      const [alice, bob] = [`alice=${header}`, `bob=${header}`];
      assert.deepEqual(await Promise.all([order(alice), order(bob)]), [alice, bob]);
      assert.ok(made.includes(alice) && made.includes(bob));
    }
  });
});

let runs = 0;

@Controller()
class Uploads {
  @Post('uploads')
  @Idempotent({ scope: () => 'alice' })
  async upload() {
    const run = ++runs;
    await new Promise((resolve) => setTimeout(resolve, 300)); // the other one comes meanwhile
    return { run };
  }

  @Post('files')
  @Idempotent({ scope: () => 'alice' })
  @UseInterceptors(FilesInterceptor('file'))
  async files() {
    return this.upload();
  }
}

/** A multipart body. */
function form(...parts: [string, string][]): { body: string; type: string } {
  const disposition = (name: string) => (name === 'file' ? 'form-data; name="file"; filename="a.txt"' : `form-data; name="${name}"`);
  const whole = parts.map(([name, text]) => `--b\r\nContent-Disposition: ${disposition(name)}\r\n\r\n${text}\r\n`);
  return { body: `${whole.join('')}--b--\r\n`, type: 'multipart/form-data; boundary=b' };
}

test('two bodies of one user under one key are two, whatever they are written in', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:' })], controllers: [Uploads] })
  class App {}
  const plain = (type: string, body: string) => ({ type, body });
  /** Two that differ, and whether two that do not are one where the bytes are not kept. */
  const kinds: [string, { body: string; type: string }, { body: string; type: string }, boolean][] = [
    ['uploads', plain('application/json', '{"to":"bob"}'), plain('application/json', '{"to":"eve"}'), true],
    ['uploads', plain('application/json', '{}'), plain('application/json', '{"a":1}'), true],
    ['uploads', plain('application/x-www-form-urlencoded', 'to=bob'), plain('application/x-www-form-urlencoded', 'to=eve'), true],
    ['uploads', plain('text/plain', 'pay bob'), plain('text/plain', 'pay eve'), false],
    ['uploads', plain('application/octet-stream', 'bob'), plain('application/octet-stream', 'eve'), false],
    ['uploads', form(['to', 'bob']), form(['to', 'eve']), false],
    ['files', form(['to', 'bob'], ['file', 'one']), form(['to', 'bob'], ['file', 'two']), true],
    ['files', form(['to', 'bob'], ['file', 'one']), form(['to', 'eve'], ['file', 'one']), true],
  ];
  for (const rawBody of [false, true]) {
    await running(
      App,
      async (base) => {
        for (const [path, one, other, isKnown] of kinds) {
          const send = async ({ body, type }: { body: string; type: string }) => {
            const headers = { 'content-type': type, 'idempotency-key': 'k' };
            return ((await (await fetch(`${base}/${path}`, { method: 'POST', body, headers })).json()) as any).run;
          };
          const [first, second] = await Promise.all([send(one), send(other)]);
          assert.notEqual(first, second, `${path} ${one.type} ${one.body}`);
          if (isKnown) {
            const [again, same] = await Promise.all([send(one), send(one)]);
            assert.equal(again, same, `${path} ${one.type} ${one.body}`);
          }
        }
        const without = async () => ((await (await fetch(`${base}/uploads`, { method: 'POST', headers: { 'idempotency-key': 'k' } })).json()) as any).run;
        const [one, other] = await Promise.all([without(), without()]);
        assert.equal(one, other, 'no body is one body');
      },
      { rawBody },
    );
  }
});

test('`filter` and `correlation` of the options that a factory answers hold, unless the module itself says otherwise', async () => {
  const useFactory = async (): Promise<ModuleOptions> => ({ url: 'memory:', filter: false, correlation: { header: 'X-Request-Id' } });
  @Module({ imports: [EarnestModule.forRootAsync({ useFactory })], controllers: [Events, Hooks] })
  class App {}
  @Module({ imports: [EarnestModule.forRootAsync({ useFactory, filter: true, correlation: false })], controllers: [Events, Hooks] })
  class Other {}
  const asked = async (base: string) => {
    const answer = await fetch(`${base}/top-up`, { method: 'POST', headers: { 'x-request-id': 'request-7' } });
    const refused = await fetch(`${base}/scoped`, { method: 'POST' });
    const { error } = (await refused.json()) as any;
    return [answer.headers.get('x-request-id'), ((await answer.json()) as any).correlation, refused.status, error?.code];
  };
  // without the filter Nest answers what it does not know
  await running(App, async (base) => assert.deepEqual(await asked(base), ['request-7', 'request-7', 500, undefined]));
  await running(Other, async (base) => assert.deepEqual(await asked(base), [null, null, 400, 'IDEMPOTENCY_KEY_MISSING']));
});

@Controller()
class Foreign {
  @Get('later')
  later() {
    throw EarnestError.fromJSON({ code: 'some_new_code', kind: 'rejected', message: 'm', retry: 'never', http_status: 409, details: {} });
  }

  @Get('short')
  short() {
    throw EarnestError.fromJSON({ code: 'rate_limited', kind: 'limited', message: 'm', retry: 'later', details: { retry_after: 7, rule: 'r' } });
  }
}

test('refusals that this version cannot read are answered as what they are', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:' })], controllers: [Foreign] })
  class App {}
  await running(App, async (base) => {
    const of = async (path: string) => {
      const answer = await fetch(`${base}/${path}`, { headers: { 'accept-language': 'ko' } });
      return [answer.status, answer.headers.get('retry-after'), ((await answer.json()) as any).error.code];
    };
    assert.deepEqual(await of('later'), [409, null, 'SOME_NEW_CODE']);
    assert.deepEqual(await of('short'), [429, '7', 'RATE_LIMITED']);
  });
});

test('a method that names no engine belongs to the only one, and is refused where several have names', async () => {
  const seen: string[] = [];
  @Injectable()
  class Mails {
    @EarnestJob('shop.mail')
    mail(job: any) {
      seen.push(job.payload.to);
    }
  }
  @Module({ imports: [EarnestModule.forRootAsync({ useClass: Settings, name: 'second' })], providers: [Mails] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const bank: Engine = app.get(getEarnestToken('second'));
  await bank.acting(Actor.system()).jobs.enqueue({ kind: 'shop.mail', payload: { to: 'carol' }, key: 'mail' });
  for (let n = 0; n < 4500 && seen.length === 0; n++) await new Promise((resolve) => setTimeout(resolve, 10));
  await app.close();
  assert.deepEqual(seen, ['carol']);
  @Module({
    imports: [EarnestModule.forRoot({ url: 'memory:', name: 'second' }), EarnestModule.forRootAsync({ useClass: Settings, name: 'third' })],
    providers: [Mails],
  })
  class Several {}
  const starting = NestFactory.createApplicationContext(Several, { logger: false, abortOnError: false });
  await assert.rejects(starting, /says no `name`.*`second`.*`third`/);
});

test('a method of an engine that no module has is refused at the start', async () => {
  @Injectable()
  class Orders {
    @EarnestJob('shop.order', { name: 'orders' })
    order() {}
  }
  // the name that the factory answers is found later than the engine is provided
  @Module({ imports: [EarnestModule.forRootAsync({ useFactory: () => ({ url: 'memory:', name: 'orders' }) })], providers: [Orders] })
  class App {}
  const starting = NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
  await assert.rejects(starting, /engine `orders`, and none has that name/);
});

test('an application whose only engine has a name is as well as that is', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:', name: 'second' })] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const status = async () => (await app.get(EarnestHealthIndicator).isHealthy())['earnest']!.status;
  assert.equal(await status(), 'up');
  const bank: Engine = app.get(getEarnestToken('second'));
  await bank.close();
  assert.equal(await status(), 'down');
  await app.close();
});

test('what is counted only behind the start is among the metrics', async () => {
  const family = (name: string, sample: string) => `# HELP ${name} Of ${name}.\n# TYPE ${name} counter\n${name}${sample}\n`;
  let text = family('earnest_groups_total', ' 1');
  const own = new Registry();
  const unregister = await registerMetrics({ metrics: async () => text }, own);
  assert.doesNotMatch(await own.metrics(), /^purchase_attempt_total/m);
  await new Promise(setImmediate);
  text += family('purchase_attempt_total', '{flow="escrow",result="failed"} 1') + family('earnest_of_later_total', ' 2');
  assert.match(await own.metrics(), /^# HELP purchase_attempt_total Of .*\n.*\npurchase_attempt_total\{flow="escrow",result="failed"\} 1$/m);
  // a family that nobody has heard of is there from the next reading on
  await new Promise(setImmediate);
  assert.match(await own.metrics(), /^earnest_of_later_total 2$/m);
  unregister();
  assert.equal((await own.metrics()).trim(), '');
});

test('the `traceparent` of a request is in the answer, and in the log beside its id', async () => {
  @Module({ imports: [EarnestModule.forRoot({ url: 'memory:' })], controllers: [Hooks] })
  class App {}
  const lines: string[] = [];
  const say = (line: unknown) => void lines.push(String(line));
  const logger = { log: say, fatal: say, error: say, warn: say, debug: say, verbose: say };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const refused = async (base: string, given: string) => {
    const answer = await fetch(`${base}/scoped`, { method: 'POST', headers: { 'x-correlation-id': 'request-7', traceparent: given } });
    return [answer.status, answer.headers.get('traceparent')];
  };
  await running(
    App,
    async (base) => {
      assert.deepEqual(await refused(base, traceparent), [400, traceparent]);
      assert.deepEqual(await refused(base, 'nonsense'), [400, null]);
    },
    { logger },
  );
  const [first, second] = lines.filter((line) => line.includes('idempotency_key_missing'));
  assert.ok(first!.endsWith(`(request request-7, traceparent ${traceparent})`), first);
  assert.ok(second!.endsWith('(request request-7)'), second);
});
