// Lines of the engine in the log of Nest.

import { Logger } from '@nestjs/common';
import type { LogLine } from 'earnest';

/** Writes lines of the engine with Nest's logger. */
export class EarnestLogger {
  readonly #logger = new Logger('earnest');

  /** Takes a line. */
  readonly write = ({ level, target, message }: LogLine): void => {
    const text = target === 'earnest' ? message : `${target}: ${message}`;
    const as = { error: 'error', warn: 'warn', info: 'log', debug: 'debug', trace: 'verbose' } as const;
    this.#logger[as[level]](text);
  };
}
