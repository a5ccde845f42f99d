// Operations by their names.

import { invalid } from './error';
import operations = require('./generated/operations');
import type { Operation } from './shapes';

let byName: ReadonlyMap<string, Operation<unknown>> | undefined;

/** The name of an operation, as it was given. */
export function nameText(name: unknown): string {
  if (typeof name !== 'string' || !/^[a-z_.]+$/.test(name)) throw invalid('op', 'must be an operation such as `ledger.top_up`');
  return name;
}

/** The operation of a name. */
export function operationOf(name: unknown): Operation<unknown> | undefined {
  // made when a name is first asked for: no import needs it
  byName ??= new Map(Object.values(operations).map((one): [string, Operation<unknown>] => [one.name, one]));
  return typeof name === 'string' ? byName.get(name) : undefined;
}
