// Refusals of the market's own, in the same envelope as those of the money.

import { HttpException } from '@nestjs/common';

/** A refusal, with a code for programs and a sentence for people. */
export class Refused extends HttpException {
  constructor(status: number, code: string, message: string) {
    super({ error: { code, message, retryable: false } }, status);
  }
}

export const notFound = (what: string) => new Refused(404, 'NOT_FOUND', `There is no such ${what}`);
