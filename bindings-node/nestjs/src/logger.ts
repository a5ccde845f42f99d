// Lines of the engine in the log of Nest.

import { Logger } from '@nestjs/common';
import type { LogLine } from 'earnest';

const logger = new Logger('earnest');

/** One for all engines: a line is of the process, and is written once by each function that takes it. */
function write({ level, target, message }: LogLine): void {
  const text = target === 'earnest' ? message : `${target}: ${message}`;
  const as = { error: 'error', warn: 'warn', info: 'log', debug: 'debug', trace: 'verbose' } as const;
  logger[as[level]](text);
}

/** Writes lines of the engine with Nest's logger. */
export class EarnestLogger {
  /** Takes a line. */
  readonly write: (line: LogLine) => void = write;
}
