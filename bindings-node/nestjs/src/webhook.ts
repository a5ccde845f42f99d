// Requests that are webhooks, and genuine.

import { Injectable, mixin, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { verifyWebhook } from 'earnest';
import { isBytes } from './bodies.js';
import { refusal } from './refusals.js';

/** A guard that lets webhooks through which one of these secrets has signed. `request.webhookId` is their id. */
export function WebhookGuard(options: { secrets: (request: any) => string[] | Promise<string[]> }): Type<CanActivate> {
  @Injectable()
  class Guard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest();
      const body: unknown = request.rawBody;
      if (!isBytes(body)) {
        throw refusal('invalid_request', { field: 'rawBody', reason: 'is not there: `NestFactory.create(AppModule, { rawBody: true })`' });
      }
      request.webhookId = verifyWebhook(body, request.headers, await options.secrets(request));
      return true;
    }
  }
  return mixin(Guard);
}

