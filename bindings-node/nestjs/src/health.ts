// Whether the engine is well, for terminus.

import { Inject, Injectable, Optional } from '@nestjs/common';
import { Engine } from 'earnest';

/** What of an answer of terminus is used. */
type Result = Record<string, { status: 'up' | 'down' } & Record<string, unknown>>;

/** `healthy` and `warning` are up, `critical` is down. */
@Injectable()
export class EarnestHealthIndicator {
  readonly #bank: Engine;

  constructor(@Optional() @Inject(Engine) bank: Engine) {
    this.#bank = bank;
  }

  async isHealthy(key = 'earnest'): Promise<Result> {
    let status = 'critical';
    try {
      ({ status } = await this.#bank.health());
    } catch {
      // what cannot be asked is not well
    }
    return { [key]: { status: status === 'critical' ? 'down' : 'up', ...(status === 'critical' ? { reason: status } : { health: status }) } };
  }
}
