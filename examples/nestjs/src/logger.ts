// The log: one line of JSON for each thing said, with the id of the request in which it was said.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Injectable, Logger, type LoggerService, type LogLevel, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from './http.js';

const requests = new AsyncLocalStorage<string>();

const ORDER: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const NAMES: Record<string, string> = { log: 'info', verbose: 'trace' };

/** Lines with `timestamp`, `correlationId`, `service`, `level` and `message`. */
export class JsonLogger implements LoggerService {
  readonly #service: string;
  readonly #upTo: number;

  constructor(service: string, level = process.env['LOG_LEVEL'] ?? 'info') {
    this.#service = service;
    this.#upTo = ORDER.findIndex((one) => (NAMES[one] ?? one) === level);
    if (this.#upTo < 0) throw new Error(`LOG_LEVEL is \`${level}\`, and no level: fatal, error, warn, info, debug, trace`);
  }

  log = (message: unknown, ...more: unknown[]) => this.#write('log', message, more);
  fatal = (message: unknown, ...more: unknown[]) => this.#write('fatal', message, more);
  error = (message: unknown, ...more: unknown[]) => this.#write('error', message, more);
  warn = (message: unknown, ...more: unknown[]) => this.#write('warn', message, more);
  debug = (message: unknown, ...more: unknown[]) => this.#write('debug', message, more);
  verbose = (message: unknown, ...more: unknown[]) => this.#write('verbose', message, more);

  #write(level: LogLevel, message: unknown, more: unknown[]): void {
    if (ORDER.indexOf(level) <= this.#upTo) this.say(level, message, more);
  }

  /** A line, whatever the level of the log is. */
  say(level: LogLevel, message: unknown, more: unknown[] = []): void {
    const context = more.at(-1);
    const stack = level === 'error' && more.length > 1 ? more[0] : message instanceof Error ? message.stack : undefined;
    const line = {
      timestamp: new Date().toISOString(),
      correlationId: requests.getStore() ?? null,
      service: this.#service,
      level: NAMES[level] ?? level,
      message: message instanceof Error ? message.message : typeof message === 'string' ? message : JSON.stringify(message),
      ...(typeof context === 'string' ? { context } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** Has every line of a request carry its id, which `EarnestModule` has taken or made; and says how it ended. */
@Injectable()
export class RequestLog implements NestMiddleware {
  readonly #logger = new Logger('http');

  use(request: Request, response: Response, next: NextFunction): void {
    requests.run(request.correlationId ?? '', () => {
      const began = performance.now();
      const ended = () => {
        const took = Math.round(performance.now() - began);
        this.#logger.log(`${request.method} ${request.path} ${response.statusCode} in ${took} ms`);
      };
      response.on('finish', AsyncResource.bind(ended));
      next();
    });
  }
}
