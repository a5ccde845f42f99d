// Whether the engine is well, for terminus.

import { Inject, Injectable, Optional } from '@nestjs/common';
import { EarnestError, Engine } from 'earnest';

/** What of an answer of terminus is used. */
type Result = Record<string, { status: 'up' | 'down' } & Record<string, unknown>>;

/** `healthy` and `warning` are up, `critical` is down; the checks that are not healthy are named. */
@Injectable()
export class EarnestHealthIndicator {
  readonly #bank: Engine;

  constructor(@Optional() @Inject(Engine) bank: Engine) {
    this.#bank = bank;
  }

  async isHealthy(key = 'earnest'): Promise<Result> {
    try {
      const { status, checks } = await this.#bank.health();
      // their findings are for `admin.health`: a probe is often open to all, and its answer is one line
      const found = checks.filter((check) => check.status !== 'healthy').map((check) => `${check.name}: ${check.status}`);
      if (status !== 'critical') return { [key]: { status: 'up', health: status, ...(found.length > 0 ? { checks: found } : {}) } };
      return { [key]: { status: 'down', reason: status, checks: found } };
    } catch (error) {
      // what cannot be asked is not well
      return { [key]: { status: 'down', reason: 'critical', error: EarnestError.is(error) ? error.code : 'unknown' } };
    }
  }
}
