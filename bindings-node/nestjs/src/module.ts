// The module: engines as providers, opened with the application and closed with it.

import {
  Inject,
  Module,
  Optional,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import { Actor, Engine, type HostPool, type Options, type Subscription, type Worker } from 'earnest';
import { engine as testEngine } from 'earnest/testing';
import { CorrelationMiddleware, findCls, type Correlation } from './correlation.js';
import { EVENTS, JOB, type EventsAbout, type JobAbout } from './handlers.js';
import { EarnestHealthIndicator } from './health.js';
import { IdempotencyInterceptor } from './idempotent.js';
import { EarnestLogger } from './logger.js';
import { EarnestExceptionFilter, NoFilter } from './refusals.js';
import { exposeToTransformer } from './serializing.js';
import { CORRELATION, getEarnestToken, optionsToken } from './tokens.js';

/** A registry of prom-client. */
type RegistryLike = object;

/** How the module opens an engine. */
export type ModuleOptions = Options &
  ({ url: string } | { attach: HostPool } | { env: true }) & {
    name?: string | undefined;
    isGlobal?: boolean | undefined;
    /** Whether refusals are answered; yes by default. */
    filter?: boolean | undefined;
    /** Whether the id of a request goes with its calls; yes by default. */
    correlation?: Correlation | undefined;
    /** Whether its metrics are among those of prom-client, or of this registry of it. */
    metrics?: boolean | RegistryLike | undefined;
  };

/** Makes `ModuleOptions`. */
export interface ModuleOptionsFactory {
  createEarnestOptions(): ModuleOptions | Promise<ModuleOptions>;
}

/** How the options are found later. */
export interface AsyncModuleOptions {
  imports?: any[] | undefined;
  inject?: any[] | undefined;
  useFactory?: ((...given: any[]) => ModuleOptions | Promise<ModuleOptions>) | undefined;
  useClass?: Type<ModuleOptionsFactory> | undefined;
  useExisting?: Type<ModuleOptionsFactory> | undefined;
  name?: string | undefined;
  isGlobal?: boolean | undefined;
  filter?: boolean | undefined;
  correlation?: Correlation | undefined;
}

const LIFE = 'earnest:life';

/** Opens an engine; it is closed by `Life`. */
async function open(options: ModuleOptions): Promise<Engine> {
  const { url, attach, env, name, isGlobal, filter, correlation, metrics, ...plain } = options as Record<string, any>;
  void [name, isGlobal, filter, correlation, metrics];
  const given: Options = { ...plain, requireActor: plain.requireActor ?? true, logger: plain.logger ?? new EarnestLogger().write };
  if (attach !== undefined) return Engine.attach(attach as HostPool, given).ready();
  if (env === true) return Engine.fromEnv(given);
  return Engine.open(url as string, given);
}

/** What runs as long as an application does. */
class Life implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #bank: Engine;
  readonly #options: { name?: string | undefined; metrics?: boolean | RegistryLike | undefined };
  readonly #refs: { discovery: DiscoveryService; scanner: MetadataScanner; reflector: Reflector };
  readonly #running: (Worker | Subscription)[] = [];
  #unregister: () => void = () => undefined;

  constructor(
    bank: Engine,
    options: { name?: string | undefined; metrics?: boolean | RegistryLike | undefined },
    refs: { discovery: DiscoveryService; scanner: MetadataScanner; reflector: Reflector },
  ) {
    this.#bank = bank;
    this.#options = options;
    this.#refs = refs;
  }

  async onModuleInit(): Promise<void> {
    await exposeToTransformer();
    const { metrics } = this.#options;
    if (metrics === undefined || metrics === false) return;
    const { registerMetrics } = await import('./metrics.js');
    const { register } = await import('prom-client');
    this.#unregister = await registerMetrics(this.#bank, (metrics === true ? register : metrics) as never);
  }

  async onApplicationBootstrap(): Promise<void> {
    // what the application itself does has an actor as well
    const bank = this.#bank.acting(Actor.system('earnest-nestjs'));
    const byConcurrency = new Map<number, Record<string, (job: any) => unknown>>();
    // found before anything runs: one of them may be refused
    const readers = [...this.#methods<EventsAbout>(EVENTS)];
    for (const [method, about] of this.#methods<JobAbout>(JOB)) {
      const handlers = byConcurrency.get(about.concurrency ?? 8) ?? {};
      if (Object.hasOwn(handlers, about.kind)) throw new Error(`two methods do jobs of the kind \`${about.kind}\``);
      byConcurrency.set(about.concurrency ?? 8, { ...handlers, [about.kind]: method });
    }
    for (const [concurrency, handlers] of byConcurrency) this.#running.push(bank.jobs.worker(handlers, { concurrency }));
    for (const [method, { name, ...about }] of readers) {
      void name;
      this.#running.push(await bank.events.subscribe(about, method));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((one) => one.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    this.#unregister();
    await this.#bank.close();
  }

  /** The names of the engines of the application. */
  #names(): Set<string> {
    const tokens: unknown[] = this.#refs.discovery.getProviders().map((wrapper) => wrapper.token);
    const lives = tokens.filter((token): token is string => typeof token === 'string' && token.startsWith(`${LIFE}:`));
    return new Set(lives.map((token) => token.slice(LIFE.length + 1)));
  }

  /** The name of the engine of a method that names none: that of the only one, where it has a name too. */
  #usual(key: string): string {
    const names = this.#names();
    if (names.has('default') || names.size === 0) return 'default';
    const [only = 'default', ...others] = names;
    if (others.length === 0) return only;
    const named = [...names].map((name) => `\`${name}\``).join(', ');
    throw new Error(`a method with \`${key === JOB ? '@EarnestJob' : '@EarnestEvents'}\` says no \`name\`, and each engine has one: ${named}`);
  }

  *#methods<About extends { name?: string }>(key: string): Generator<[(given: any) => unknown, About]> {
    const { discovery, scanner, reflector } = this.#refs;
    const own = this.#options.name ?? 'default';
    for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
      const instance: any = wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined;
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype: object | null = Object.getPrototypeOf(instance);
      if (prototype === null) continue;
      for (const method of scanner.getAllMethodNames(prototype)) {
        const about = reflector.get<About | undefined>(key, instance[method]);
        if (about === undefined) continue;
        if (about.name !== undefined && !this.#names().has(about.name)) {
          throw new Error(`a method with \`${key === JOB ? '@EarnestJob' : '@EarnestEvents'}\` is of the engine \`${about.name}\`, and none has that name`);
        }
        if ((about.name ?? this.#usual(key)) === own) {
          yield [(given: any) => instance[method](given), about];
        }
      }
    }
  }
}

/** Engines of an application: `forRoot`, `forRootAsync`, and `forTest` for its tests. */
@Module({})
export class EarnestModule implements NestModule {
  /** An engine with these options. */
  static forRoot(options: ModuleOptions): DynamicModule {
    const provider: Provider = { provide: optionsToken(options.name), useValue: options };
    return made(options, [provider], [], (given) => open(given));
  }

  /** An engine whose options are found later. */
  static forRootAsync(options: AsyncModuleOptions): DynamicModule {
    const token = optionsToken(options.name);
    const { useFactory, useClass, useExisting, inject = [], imports = [] } = options;
    const providers: Provider[] = [];
    if (useFactory !== undefined) {
      providers.push({ provide: token, useFactory, inject });
    } else {
      const maker = useClass ?? useExisting;
      if (maker === undefined) throw new Error('`forRootAsync` needs `useFactory`, `useClass` or `useExisting`');
      if (useClass !== undefined) providers.push(useClass);
      providers.push({ provide: token, useFactory: (one: ModuleOptionsFactory) => one.createEarnestOptions(), inject: [maker] });
    }
    return made(options, providers, imports, (given) => open(given));
  }

  /** An engine in memory, with a clock that stands still: `app.get(Engine)` is a `TestEngine`. */
  static forTest(options: Options = {}): DynamicModule {
    const provider: Provider = { provide: optionsToken(), useValue: options };
    return made({}, [provider], [], (given) => testEngine(given as Options & { host?: undefined }) as Promise<Engine>);
  }

  readonly #correlates: boolean;

  constructor(@Optional() @Inject(CORRELATION) correlation?: Correlation) {
    this.#correlates = correlation !== false;
  }

  async configure(consumer: MiddlewareConsumer): Promise<void> {
    if (!this.#correlates) return;
    await findCls();
    consumer.apply(CorrelationMiddleware).forRoutes('{*path}');
  }
}

function made(
  about: Pick<AsyncModuleOptions, 'name' | 'isGlobal' | 'filter' | 'correlation'>,
  providers: Provider[],
  imports: any[],
  opens: (options: ModuleOptions) => Promise<Engine>,
): DynamicModule {
  const [token, settings] = [getEarnestToken(about.name), optionsToken(about.name)];
  const own: Provider[] = [
    ...providers,
    { provide: CORRELATION, useFactory: (found: ModuleOptions) => about.correlation ?? found.correlation ?? true, inject: [settings] },
    { provide: token, useFactory: opens, inject: [settings] },
    {
      provide: `${LIFE}:${about.name ?? 'default'}`,
      useFactory: (bank: Engine, options: ModuleOptions, discovery: DiscoveryService, scanner: MetadataScanner, reflector: Reflector) =>
        // its name is that of its provider: what is found later does not say it
        new Life(bank, { name: about.name, metrics: options.metrics }, { discovery, scanner, reflector }),
      inject: [token, settings, DiscoveryService, MetadataScanner, Reflector],
    },
    IdempotencyInterceptor,
    {
      provide: EarnestHealthIndicator,
      // of the engine without a name; of the own one in an application whose engines all have one
      useFactory: (own: Engine, first?: Engine) => new EarnestHealthIndicator(first ?? own),
      inject: [token, { token: Engine, optional: true }],
    },
  ];
  if (about.filter !== false) {
    const filter = (found: ModuleOptions, host: HttpAdapterHost) =>
      (about.filter ?? found.filter) === false ? new NoFilter() : new EarnestExceptionFilter(host);
    own.push({ provide: APP_FILTER, useFactory: filter, inject: [settings, HttpAdapterHost] });
  }
  return {
    module: EarnestModule,
    global: about.isGlobal !== false,
    imports: [DiscoveryModule, ...imports],
    providers: own,
    exports: [token, IdempotencyInterceptor, EarnestHealthIndicator],
  };
}
