// Routes whose requests may come again: two at once are one, and a later one is answered as the first was.

import { createHash } from 'node:crypto';
import { applyDecorators, Injectable, SetMetadata, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { bodyOf } from './bodies.js';
import { describeKey } from './described.js';
import { observed } from './observed.js';
import { headerOf, keyOfRequest, type KeyOptions } from './keys.js';

const OPTIONS = 'earnest:idempotent';

const numbers = new WeakMap<object, number>();
let numbered = 0;

/** The number of a class or a handler: bundlers give many of them one name. */
function numberOf(one: object): number {
  const known = numbers.get(one) ?? ++numbered;
  numbers.set(one, known);
  return known;
}

/** Answers requests of one key once, and says of those that were answered before. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #underWay = new Map<string, Promise<[unknown, boolean]>>();
  readonly #reflector: Reflector;
  readonly #host: HttpAdapterHost;

  constructor(@Inject(Reflector) reflector: Reflector, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#reflector = reflector;
    this.#host = host;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const options = this.#reflector.getAllAndOverride<KeyOptions | undefined>(OPTIONS, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest();
    const key = keyOfRequest(request, options).toString();
    // who asks for something else under the same key must hear that from the engine, and not what another request got; nor may
    // anybody hear what somebody else got, where no `scope` keeps their keys apart
    const { authorization, cookie, 'x-api-key': apiKey } = request.headers ?? {};
    const who = [authorization ?? null, cookie ?? null, apiKey ?? null];
    const body = bodyOf(request);
    // nobody knows whether the other one asks for the same: the engine tells them apart by what they do
    if (body === undefined) return from(this.#answered(this.#work(next), context));
    const asked = JSON.stringify([who, request.originalUrl ?? request.url, body]);
    const same = `${numberOf(context.getClass())}.${numberOf(context.getHandler())}:${key}:${createHash('sha256').update(asked).digest('hex')}`;
    return from(this.#once(same, context, next));
  }

  async #once(key: string, context: ExecutionContext, next: CallHandler): Promise<unknown> {
    let work = this.#underWay.get(key);
    if (work === undefined) {
      work = this.#work(next);
      this.#underWay.set(key, work);
      const done = () => this.#underWay.delete(key);
      work.then(done, done);
    }
    return this.#answered(work, context);
  }

  #work(next: CallHandler): Promise<[unknown, boolean]> {
    return observed(() => lastValueFrom(next.handle(), { defaultValue: undefined }));
  }

  async #answered(work: Promise<[unknown, boolean]>, context: ExecutionContext): Promise<unknown> {
    const [answer, replayed] = await work;
    if (replayed) this.#host.httpAdapter.setHeader(context.switchToHttp().getResponse(), 'Idempotency-Replayed', 'true');
    return answer;
  }
}

/** A route whose requests have a key: `IdempotencyInterceptor` is used. Documents of OpenAPI have its header. */
export function Idempotent(options: KeyOptions = {}): MethodDecorator & ClassDecorator {
  const described = (target: object, _name?: unknown, route?: PropertyDescriptor): void =>
    describeKey(route === undefined ? target : (route.value as object), route !== undefined, headerOf(options));
  return applyDecorators(SetMetadata(OPTIONS, options), UseInterceptors(IdempotencyInterceptor), described as MethodDecorator);
}
