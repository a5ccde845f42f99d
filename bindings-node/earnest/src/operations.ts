// Operations by their names.

import operations = require('./generated/operations');
import type { Operation } from './shapes';

let byName: ReadonlyMap<string, Operation<unknown>> | undefined;

/** The operation of a name. */
export function operationOf(name: unknown): Operation<unknown> | undefined {
  // made when a name is first asked for: no import needs it
  byName ??= new Map(Object.values(operations).map((one): [string, Operation<unknown>] => [one.name, one]));
  return typeof name === 'string' ? byName.get(name) : undefined;
}
