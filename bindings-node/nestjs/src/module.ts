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
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule, DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import { Actor, Engine, type HostPool, type Options, type Subscription, type Worker } from 'earnest';
import { engine as testEngine } from 'earnest/testing';
import { CorrelationMiddleware, findCls, type Correlation } from './correlation.js';
import { EVENTS, JOB, type EventsAbout, type JobAbout } from './handlers.js';
import { EarnestHealthIndicator } from './health.js';
import { IdempotencyInterceptor } from './idempotent.js';
import { ScopeInterceptor, type Scope } from './keys.js';
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
    /** Answers the id of who makes a request, for every key that is found in one; a route may say another. */
    scope?: Scope | undefined;
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
  scope?: Scope | undefined;
}

const LIFE = 'earnest:life';

/** The names of engines, each as often as it has one, of all that an application provides. */
function livesOf(discovery: DiscoveryService): [name: string, life: unknown][] {
  const found: [string, unknown][] = [];
  for (const { token, instance } of discovery.getProviders() as { token: unknown; instance: unknown }[]) {
    if (typeof token === 'string' && token.startsWith(`${LIFE}:`)) found.push([token.slice(LIFE.length + 1), instance]);
  }
  return found;
}

/** Opens an engine; it is closed by `Life`. */
async function open(options: ModuleOptions): Promise<Engine> {
  const { url, attach, env, name, isGlobal, filter, correlation, scope, metrics, ...plain } = options as Record<string, any>;
  void [name, isGlobal, filter, correlation, scope, metrics];
  const given: Options = { ...plain, requireActor: plain.requireActor ?? true, logger: plain.logger ?? new EarnestLogger().write };
  if (attach !== undefined) return Engine.attach(attach as HostPool, given).ready();
  if (env === true) return Engine.fromEnv(given);
  return Engine.open(url as string, given);
}

interface LifeOptions {
  name?: string | undefined;
  metrics?: boolean | RegistryLike | undefined;
  scope?: Scope | undefined;
}

/** Ties the life of an engine to the application's. */
class Life implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #bank: Engine;
  readonly #options: LifeOptions;
  readonly #refs: { discovery: DiscoveryService; scanner: MetadataScanner; reflector: Reflector };
  readonly #running: (Worker | Subscription)[] = [];
  #unregister: () => void = () => undefined;

  constructor(
    bank: Engine,
    options: LifeOptions,
    refs: { discovery: DiscoveryService; scanner: MetadataScanner; reflector: Reflector },
  ) {
    this.#bank = bank;
    this.#options = options;
    this.#refs = refs;
  }

  /** The engine. */
  get bank(): Engine {
    return this.#bank;
  }

  /** The function of this module that says who calls. */
  get scope(): Scope | undefined {
    return this.#options.scope;
  }

  async onModuleInit(): Promise<void> {
    await this.#refuseTwins();
    await this.#refuseScopes();
    await exposeToTransformer();
    const { metrics, name } = this.#options;
    if (metrics === undefined || metrics === false) return;
    const { registerMetrics } = await import('./metrics.js');
    const { register } = await import('prom-client');
    this.#unregister = await registerMetrics(this.#bank, (metrics === true ? register : metrics) as never, { name: name === 'default' ? undefined : name });
  }

  /** Two engines of one name: every injection would be of the one, and the other would work for nobody. */
  async #refuseTwins(): Promise<void> {
    const own = this.#options.name ?? 'default';
    const twins = livesOf(this.#refs.discovery).filter(([name]) => name === own);
    if (twins.length < 2) return;
    await Promise.all(twins.map(([, life]) => (life instanceof Life ? life.bank.close() : undefined)));
    const which = own === 'default' ? 'two engines have no `name`' : `two engines have the name \`${own}\``;
    throw new Error(`${which}: give each \`EarnestModule\` of an application another \`name\``);
  }

  /** Two modules that say differently who calls: which of them meant a request nobody could tell. */
  async #refuseScopes(): Promise<void> {
    const lives = livesOf(this.#refs.discovery).flatMap(([, life]) => (life instanceof Life ? [life] : []));
    if (new Set(lives.flatMap((life) => life.scope ?? [])).size < 2) return;
    await Promise.all(lives.map((life) => life.bank.close()));
    throw new Error('two `EarnestModule` have a `scope`, and each is of all requests of the application: say it in one of them');
  }

  async onApplicationBootstrap(): Promise<void> {
    // what the application itself does has an actor as well
    const bank = this.#bank.acting(Actor.system('earnest-nestjs'));
    const byConcurrency = new Map<number, Record<string, (job: any) => unknown>>();
    // found before anything runs: one of them may be refused
    const readers = [...this.#methods<EventsAbout>(EVENTS)];
    const sinks = readers.map(([, about]) => about.sink);
    const twice = sinks.find((sink, place) => sinks.indexOf(sink) !== place);
    // each event would come to one of them alone
    if (twice !== undefined) throw new Error(`two methods take the events of the sink \`${twice}\``);
    const kinds = new Set<string>();
    for (const [method, about] of this.#methods<JobAbout>(JOB)) {
      const handlers = byConcurrency.get(about.concurrency ?? 8) ?? {};
      if (kinds.has(about.kind)) throw new Error(`two methods do jobs of the kind \`${about.kind}\``);
      kinds.add(about.kind);
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
    return new Set(livesOf(this.#refs.discovery).map(([name]) => name));
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
      const isOne = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      const instance: any = isOne ? wrapper.instance : undefined;
      // of what is made for each request there is a class alone
      const given: unknown = isOne ? instance : wrapper.metatype?.prototype;
      if (typeof given !== 'object' || given === null) continue;
      const prototype: any = isOne ? Object.getPrototypeOf(given) : given;
      if (prototype === null) continue;
      for (const method of scanner.getAllMethodNames(prototype as object)) {
        const about = reflector.get<About | undefined>(key, (instance ?? prototype)[method]);
        if (about === undefined) continue;
        if (!isOne) throw new Error(manyOf(key, wrapper.name, method));
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

/** The refusal of a method whose provider there is not one of. */
function manyOf(key: string, provider: unknown, method: string): string {
  const what = `\`${String(provider)}.${method}\` has \`${key === JOB ? '@EarnestJob' : '@EarnestEvents'}\``;
  return `${what}, and nobody makes a request for it: its provider, and what that injects, must be of the default scope, neither per request nor transient`;
}

/** The engines of an application by their names. */
function enginesOf(discovery: DiscoveryService): ReadonlyMap<string, Engine> {
  const lives = livesOf(discovery).filter((one): one is [string, Life] => one[1] instanceof Life);
  return new Map(lives.map(([name, life]) => [name, life.bank]));
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
  static forTest(given: Options & Pick<ModuleOptions, 'scope'> = {}): DynamicModule {
    const { scope, ...options } = given;
    const provider: Provider = { provide: optionsToken(), useValue: options };
    return made({ scope }, [provider], [], (given) => testEngine(given as Options & { host?: undefined }) as Promise<Engine>);
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
  about: Pick<AsyncModuleOptions, 'name' | 'isGlobal' | 'filter' | 'correlation' | 'scope'>,
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
        new Life(bank, { name: about.name, metrics: options.metrics, scope: about.scope ?? options.scope }, { discovery, scanner, reflector }),
      inject: [token, settings, DiscoveryService, MetadataScanner, Reflector],
    },
    IdempotencyInterceptor,
    // before those of routes
    { provide: APP_INTERCEPTOR, useFactory: (found: ModuleOptions) => new ScopeInterceptor(about.scope ?? found.scope), inject: [settings] },
    {
      provide: EarnestHealthIndicator,
      // each module provides one, and each asks all engines
      useFactory: (own: Engine, discovery: DiscoveryService) => new EarnestHealthIndicator(own, () => enginesOf(discovery)),
      inject: [token, DiscoveryService],
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
