// Pages as answers: Nest streams whatever can be gone through by `for await`, and a page would go on through all behind it.

import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Page } from 'earnest';
import { map, type Observable } from 'rxjs';

/** Answers a page as its JSON, `{ items, next }`. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(map((answer: unknown) => (answer instanceof Page ? answer.toJSON() : answer)));
  }
}
