// Texts that nobody prints: keyrings, tokens, PINs, the secrets of webhooks.

import { inspect } from 'node:util';
import { invalid, whole } from './error';

/** The mark of a secret, whichever copy of this package made it. */
const BRAND = Symbol.for('earnest.secret');
const HIDDEN = '<hidden>';

/** The texts, apart from what has them: whoever goes over a secret, copies or prints it, finds none. */
const texts = new WeakMap<object, string>();

/**
 * A text that nobody prints: `new Secret(process.env.KEYRING)`. It is taken for the option `keyring`, for secrets of webhooks,
 * and for arguments that are secrets, such as `pin` and `token`. Logs, JSON and texts have `<hidden>` in its place, and copies
 * have nothing; `reveal()` alone answers the text.
 */
export class Secret {
  constructor(text: string) {
    texts.set(this, whole('secret', text));
    Object.freeze(this);
  }

  /** The text. A copy of a secret has none, and refuses. */
  reveal(): string {
    const text = texts.get(this);
    if (text === undefined) throw invalid('secret', 'is a copy of a secret, which has no text: hand over the secret itself');
    return text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  /** @internal */
  [inspect.custom](): string {
    return `Secret(${HIDDEN})`;
  }
}

Object.defineProperty(Secret.prototype, BRAND, { value: true });

/** Whether something is a secret, whichever copy of this package made it. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** The text of a secret; whatever else was given stays as it is. */
export function revealed(value: unknown): unknown {
  return isSecret(value) ? value.reveal() : value;
}
