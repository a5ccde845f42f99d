// Webhooks that were received.

import { invalid, kindOf, told, whole } from './error';
import { isBytes } from './keyring';
import { native } from './native';
import { only } from './only';
import { isSecret, revealed, type Secret } from './secret';
import { dateText, isDate } from './values';

type Named = Iterable<[string, string]> | Record<string, string | string[] | undefined>;

/**
 * Checks a webhook that was received, and answers its id: the same message may come again, and has the same id.
 *
 * `body` is what came over the line, byte by byte, before anybody parsed it. One of `secrets` must have signed it, no
 * more than five minutes before or after `now`; otherwise it is refused with `signature_invalid`.
 */
export function verifyWebhook(
  body: Uint8Array | string,
  headers: Headers | Record<string, string | string[] | undefined>,
  secrets: string | Secret | readonly (string | Secret)[],
  options: { now?: Date | string | undefined } = {},
): string {
  const bytes = typeof body === 'string' ? Buffer.from(whole('body', body)) : body;
  if (!isBytes(bytes)) throw invalid('body', `must be the bytes that came, or their text, and is ${kindOf(body)}: nobody may have parsed it`);
  const texts: unknown = typeof secrets === 'string' || isSecret(secrets) ? [secrets] : secrets;
  if (!Array.isArray(texts)) throw invalid('secrets', `must be a text, or a list of texts, and is ${kindOf(secrets)}`);
  const known = texts.map((secret: unknown) => whole('secrets', revealed(secret)));
  const now: unknown = only(options, ['now']).now;
  const at = now == null ? undefined : isDate(now) ? dateText('now', now) : whole('now', now);
  const named = namesOf(headers);
  return told(() => native().verifyWebhook(bytes, named, known, at));
}

function namesOf(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) throw invalid('headers', `must be names with their values, and is ${kindOf(headers)}`);
  const isIterable = typeof (headers as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
  const entries = isIterable ? (headers as Iterable<[string, string]>) : Object.entries(headers as Exclude<Named, Iterable<unknown>>);
  const found: string[] = [];
  for (const [name, value] of entries as Iterable<[string, unknown]>) {
    // signatures stand in one header, a space between them, whether it came as one or as several
    const text = Array.isArray(value) ? value.join(' ') : value;
    if (text !== undefined) found.push(whole('headers', name), whole('headers', String(text)));
  }
  return found;
}
