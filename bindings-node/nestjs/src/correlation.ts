// Where the calls of a request belong: its id goes with them, and back to the caller.

import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Optional, type NestMiddleware } from '@nestjs/common';
import { context, type Context } from 'earnest';
import { CORRELATION } from './tokens.js';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether requests are given an id, and in which header it comes. */
export type Correlation = boolean | { header?: string | undefined };

/** Answers the header of a request under one name, whichever server it came through. */
function headerOf(request: any, name: string): string | undefined {
  const said: unknown = request.headers?.[name];
  return typeof said === 'string' ? said : undefined;
}

/** The part of `ClsService` that is used. */
interface ClsLike {
  isActive(): boolean;
  getId(): string | undefined;
}

/** The service of `nestjs-cls`, once it was found. */
let cls: ClsLike | undefined;

/** Looks for `nestjs-cls`, whose ids are taken where it is used. */
export async function findCls(): Promise<void> {
  try {
    const { ClsServiceManager } = await import('nestjs-cls');
    cls = ClsServiceManager.getClsService();
  } catch (error) {
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(String((error as { code?: unknown }).code))) throw error;
  }
}

/** Takes the id of a request from its header, or makes one. */
@Injectable()
export class CorrelationMiddleware implements NestMiddleware {
  readonly #header: string;

  constructor(@Optional() @Inject(CORRELATION) correlation?: Correlation) {
    const header = typeof correlation === 'object' ? correlation.header : undefined;
    this.#header = header?.toLowerCase() ?? 'x-correlation-id';
  }

  use(request: any, response: any, next: () => void): void {
    // an application with two engines has it twice
    if (typeof request.correlationId === 'string') return next();
    const given = headerOf(request, this.#header);
    const own = cls?.isActive() === true ? cls.getId() : undefined;
    const correlationId = own ?? (given !== undefined && /^[!-~]{1,128}$/.test(given) ? given : randomUUID());
    const traceparent = headerOf(request, 'traceparent');
    const where: Context = { correlationId };
    request.correlationId = correlationId;
    const raw = response.raw ?? response;
    raw.setHeader?.(this.#header, correlationId);
    if (traceparent !== undefined && TRACEPARENT.test(traceparent)) {
      where.traceparent = request.traceparent = traceparent;
      raw.setHeader?.('traceparent', traceparent);
    }
    context(where, next);
  }
}

/** Where a request belongs, for a line of the log. */
export function whereOf(request: any): string {
  // Fastify has its own around the one that a middleware is given
  const { correlationId, traceparent } = request.raw ?? request;
  const said: string[] = [];
  if (typeof correlationId === 'string') said.push(`request ${correlationId}`);
  if (typeof traceparent === 'string') said.push(`traceparent ${traceparent}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
