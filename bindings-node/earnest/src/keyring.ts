// Keyrings that a function of the host fetches, from a manager of secrets for example, and that a key service opens.

import { resolve } from 'node:path';

import { EarnestError, invalid, kindOf, nameOf, told, whole } from './error';
import { clearTimeout, setTimeout } from './globals';
import { native } from './native';
import { revealed, type Secret } from './secret';

/** Has a key service open a data key, given the service's key and the bytes. */
export type Unwrap = (by: string, wrapped: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** How long each function may take, in milliseconds. */
const LIMIT = 30_000;

/** Where an engine has its keyring from, when functions give it. */
export interface Keys {
  setting: string | (() => unknown);
  unwrap: ((by: string, wrapped: Uint8Array) => unknown) | undefined;
}

/** The functions that give the keyring, where there are any. */
export function keysOf(options: ReadonlyMap<string, unknown>): Keys | undefined {
  const setting = options.get('keyring');
  const unwrap = options.get('keyringUnwrap');
  if (unwrap !== undefined && (setting === undefined || typeof unwrap !== 'function')) {
    throw invalid('keyringUnwrap', 'must be a function, beside the option `keyring`');
  }
  if (setting !== undefined && typeof setting !== 'string' && typeof setting !== 'function') {
    throw invalid('keyring', `must be a text or a function, and is ${kindOf(setting)}`);
  }
  if (typeof setting !== 'function' && unwrap === undefined) return undefined;
  // a reload reads the same file, wherever the process is then
  const isFile = typeof setting === 'string' && setting.startsWith('file:');
  const found = isFile ? `file:${resolve(setting.slice('file:'.length))}` : setting;
  return { setting: found as Keys['setting'], unwrap: unwrap as Keys['unwrap'] };
}

/** Fetches the text of the keyring by its functions, or none where the engine reads its setting by itself. */
export async function fetchKeyring(keys: Keys | undefined): Promise<string | undefined> {
  if (keys === undefined) return undefined;
  const { setting, unwrap } = keys;
  const isGiven = typeof setting === 'function';
  const text = isGiven ? revealed(await asked(setting)) : setting;
  if (typeof text !== 'string') throw invalid('keyring', `must be a text: the function answered ${kindOf(text)}`);
  if (isGiven && unwrap === undefined) return text;
  const read = told(() => native().readKeyring(whole('keyring', text), !isGiven));
  if (read.by == null || read.wrapped == null || unwrap === undefined) {
    // a file may be sealed at one time and plain at another
    return isGiven || text.startsWith('file:') ? read.text : undefined;
  }
  const { by, wrapped } = read;
  const key = await asked(() => unwrap(by, wrapped));
  if (!isBytes(key)) throw invalid('keyring', `must be bytes: \`keyringUnwrap\` answered ${kindOf(key)}`);
  return told(() => native().unsealKeyring(read.text, key));
}

/** Calls a function, which has its time; of what it throws nothing but the class is told, as it may hold the text. */
async function asked(work: () => unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(invalid('keyring', 'was not fetched within 30 s')), LIMIT);
  });
  const failed = (error: unknown): never => {
    const name = EarnestError.is(error) ? error.code : typeof error === 'object' && error !== null ? nameOf(error) : typeof error;
    throw invalid('keyring', `was not fetched: ${name}`);
  };
  try {
    return await Promise.race([Promise.resolve().then(work).catch(failed), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** A new keyring, for the option `keyring`: keep it as a secret. */
export function keygen(): string {
  return native().keygen();
}

/** Seals a keyring under a data key of a key service: `key` in the clear, and `wrapped`, as the service opens it. */
export function sealKeyring(keyring: string | Secret, how: { by: string; wrapped: Uint8Array; key: Uint8Array }): string {
  if (typeof how !== 'object' || how === null) throw invalid('how', 'must be `{ by, wrapped, key }`');
  const { by, wrapped, key } = how;
  for (const [field, bytes] of [['wrapped', wrapped], ['key', key]] as const) {
    // not what it is worth: it may be a key
    if (!isBytes(bytes)) throw invalid(field, `must be bytes, and is ${kindOf(bytes)}`);
  }
  const text = whole('keyring', revealed(keyring));
  const name = whole('by', by);
  return told(() => native().sealKeyring(text, name, wrapped, key));
}
