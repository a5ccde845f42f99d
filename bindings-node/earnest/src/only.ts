// Options, none of which is passed over.

import { invalid, kindOf } from './error';
import { isPlain } from './plain';

/** Options that have these names and no other; none where nothing was given. A misspelt one would count for nothing. */
export function only<T extends object>(options: T | null | undefined, names: readonly (keyof T & string)[], field = 'options'): Partial<T> {
  if (options === undefined || options === null) return {};
  let given: string[] | undefined;
  try {
    given = isPlain(options) ? Object.keys(options) : undefined;
  } catch {
    throw invalid(field, 'cannot be read');
  }
  if (given === undefined) throw invalid(field, `must be a plain object, and is ${Array.isArray(options) ? 'an array' : kindOf(options)}`);
  for (const name of given) {
    if (!(names as readonly string[]).includes(name)) throw invalid(name, `is no option here: there is ${names.map((one) => `\`${one}\``).join(', ')}`);
  }
  return options;
}
