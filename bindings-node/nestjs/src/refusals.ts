// How a refusal becomes an answer over HTTP.

import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EarnestError } from 'earnest';
import { Inject } from '@nestjs/common';
import { whereOf } from './correlation.js';

/** The retry and the message of each code that this package refuses with. */
const OWN: Record<string, { retry: 'never'; message: (details: Record<string, unknown>) => string }> = {
  invalid_request: { retry: 'never', message: ({ field, reason }) => `invalid request: \`${String(field)}\` ${String(reason)}` },
  idempotency_key_missing: { retry: 'never', message: ({ operation }) => `\`${String(operation)}\` needs an idempotency key` },
};

/** A refusal of this package, as the engine would make it. */
export function refusal(code: keyof typeof OWN & string, details: Record<string, unknown>): EarnestError {
  const { retry, message } = OWN[code]!;
  return EarnestError.fromJSON({ code, message: message(details), retry, details });
}

/** The first language of `Accept-Language` in which there is a text; English if there is none. */
export function localeOf(error: EarnestError, acceptLanguage: string): string {
  const wanted: [number, string][] = [];
  for (const part of acceptLanguage.split(',').slice(0, 16)) {
    const [language = '', ...rest] = part.trim().split(';');
    const quality = /^\s*q=([0-9.]+)\s*$/.exec(rest[0] ?? '')?.[1];
    const weight = rest.length === 0 ? 1 : Number(quality ?? 0);
    if (language.trim() !== '' && weight > 0) wanted.push([weight, language.trim()]);
  }
  wanted.sort(([one], [other]) => other - one);
  for (const [, language] of wanted) {
    const found = error.languageOf(language);
    if (found !== null) return found;
  }
  return 'en';
}

/** Answers refusals: status, envelope, language, and when to come again. Details are not in it: they name accounts. */
@Catch(EarnestError)
export class EarnestExceptionFilter implements ExceptionFilter {
  readonly #logger = new Logger('earnest');
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  catch(error: EarnestError, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const [request, response] = [http.getRequest(), http.getResponse()];
    const where = whereOf(request);
    if (error.httpStatus >= 500) this.#logger.error(`a request ended with \`${error.code}\`: ${error.message}${where}`, error.stack);
    else if (error.httpStatus === 400) this.#logger.warn(`a request was refused with \`${error.code}\`: ${error.message}${where}`);
    const { httpAdapter } = this.#host;
    if (httpAdapter.isHeadersSent(response)) return undefined;
    const locale = localeOf(error, String(request.headers?.['accept-language'] ?? ''));
    httpAdapter.setHeader(response, 'Content-Language', locale);
    const after = (error.details as { retryAfter?: unknown }).retryAfter;
    if (after !== undefined && after !== null) httpAdapter.setHeader(response, 'Retry-After', String(after));
    httpAdapter.reply(response, { error: error.envelope(locale) }, error.httpStatus);
    return undefined;
  }
}

/** Nothing is of this class. */
class Nobody {}

/** Stands where the options that a factory has found want no filter: nothing comes to it. */
@Catch(Nobody)
export class NoFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
