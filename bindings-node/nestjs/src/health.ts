// Whether the engines are well, for terminus.

import { Inject, Injectable, Optional } from '@nestjs/common';
import { EarnestError, Engine } from 'earnest';

/** A health result, as terminus reads it. */
type Result = Record<string, { status: 'up' | 'down' } & Record<string, unknown>>;

/** `healthy` and `warning` are up, `critical` is down; the checks that are not healthy are named. */
@Injectable()
export class EarnestHealthIndicator {
  readonly #bank: Engine | undefined;
  readonly #all: (() => ReadonlyMap<string, Engine>) | undefined;

  /** Of one engine, or of all that an application has by their names. */
  constructor(@Optional() @Inject(Engine) bank?: Engine, all?: () => ReadonlyMap<string, Engine>) {
    this.#bank = bank;
    this.#all = all;
  }

  /**
   * Asks the engine of this `name`, and without one all engines of the application: where there are several each says how
   * it is, and one that is not well is enough.
   */
  async isHealthy(key = 'earnest', name?: string): Promise<Result> {
    const engines = this.#engines(name);
    const found = await Promise.all([...engines].map(async ([one, bank]) => [one, await healthOf(bank)] as const));
    const worst = ORDER.find((status) => found.some(([, is]) => is.status === status)) ?? 'critical';
    const isDown = worst === 'critical';
    const each = engines.size > 1 ? { engines: Object.fromEntries(found.map(([one, is]) => [one, is.status])) } : {};
    const of = engines.size > 1 ? (one: string) => `${one}: ` : () => '';
    const checks = found.flatMap(([one, is]) => is.checks.map((check) => `${of(one)}${check}`));
    const error = found.find(([, is]) => is.error !== undefined)?.[1].error;
    return {
      [key]: {
        status: isDown ? 'down' : 'up',
        ...(isDown ? { reason: worst } : { health: worst }),
        ...(checks.length > 0 ? { checks } : {}),
        ...(error === undefined ? {} : { error }),
        ...each,
      },
    };
  }

  #engines(name: string | undefined): ReadonlyMap<string, Engine> {
    const all = this.#all?.() ?? new Map(this.#bank === undefined ? [] : [['default', this.#bank]]);
    if (name === undefined) return all;
    const bank = all.get(name);
    if (bank === undefined) throw new Error(`no engine has the name \`${name}\`: there is ${[...all.keys()].map((one) => `\`${one}\``).join(', ')}`);
    return new Map([[name, bank]]);
  }
}

const ORDER = ['critical', 'warning', 'healthy'];

interface Found {
  status: string;
  /** The checks that are not healthy. */
  checks: string[];
  error?: string;
}

async function healthOf(bank: Engine): Promise<Found> {
  try {
    const { status, checks } = await bank.health();
    // their findings are for `admin.health`: a probe is often open to all, and its answer is one line
    return { status, checks: checks.filter((check) => check.status !== 'healthy').map((check) => `${check.name}: ${check.status}`) };
  } catch (error) {
    // what cannot be asked is not well
    return { status: 'critical', checks: [], error: EarnestError.is(error) ? error.code : 'unknown' };
  }
}
