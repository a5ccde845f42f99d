// Where the calls of a request belong: its id goes with them, and back to the caller.

import { randomUUID } from 'node:crypto';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { context, type Context } from 'earnest';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Answers the header of a request under one name, whichever server it came through. */
function headerOf(request: any, name: string): string | undefined {
  const said: unknown = request.headers?.[name];
  return typeof said === 'string' ? said : undefined;
}

/** The id of `nestjs-cls`, where that is used. */
export interface ClsLike {
  isActive(): boolean;
  getId(): string | undefined;
}

/** Takes the id of a request from its header, or makes one. */
@Injectable()
export class CorrelationMiddleware implements NestMiddleware {
  /** The name of the header. */
  static header = 'x-correlation-id';
  /** Where ids come from instead: `ClsService`. */
  static cls: ClsLike | undefined;

  use(request: any, response: any, next: () => void): void {
    const { header, cls } = CorrelationMiddleware;
    const given = headerOf(request, header);
    const own = cls?.isActive() === true ? cls.getId() : undefined;
    const correlationId = own ?? (given !== undefined && /^[!-~]{1,128}$/.test(given) ? given : randomUUID());
    const traceparent = headerOf(request, 'traceparent');
    const where: Context = { correlationId };
    if (traceparent !== undefined && TRACEPARENT.test(traceparent)) where.traceparent = traceparent;
    request.correlationId = correlationId;
    const raw = response.raw ?? response;
    raw.setHeader?.(header, correlationId);
    context(where, next);
  }
}
