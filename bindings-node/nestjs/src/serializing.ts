// Answers of the engine behind `ClassSerializerInterceptor`: their JSON, by whatever strategy that goes.

import { Actor, EarnestError, Money, Page, View, views } from 'earnest';

/** The part of class-transformer that is used. */
export interface Transformer {
  Expose(options?: object): (target: any, name?: any) => void;
  Transform(change: (given: { value: any }) => unknown, options?: object): (target: any, name: any) => void;
}

/** JSON of yours within a view. */
class Free {}

/** Free JSON as something with a class: of what has none `excludeAll` leaves nothing. */
function dressed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dressed);
  if (typeof value !== 'object' || value === null || value instanceof View || Money.isMoney(value) || value instanceof Actor) return value;
  const made = new Free() as Record<string, unknown>;
  for (const [name, member] of Object.entries(EarnestError.is(value) ? value.toJSON() : value)) {
    // the two that class-transformer passes over, and a class of its own would be looked for under the second
    if (name !== '__proto__' && name !== 'constructor') made[name] = dressed(member);
  }
  return made;
}

const known = new WeakSet<Transformer>();

/** Has class-transformer write views, pages and money as their JSON, which says all of them and nothing else. */
export function expose(transformer: Transformer): void {
  if (known.has(transformer)) return;
  known.add(transformer);
  const whole = transformer.Expose();
  const free = transformer.Transform(({ value }) => dressed(value), { toPlainOnly: true });
  for (const one of [Free, Money, Page, Actor]) whole(one);
  for (const view of Object.values(views) as unknown[]) {
    if (typeof view !== 'function' || !(view.prototype instanceof View)) continue;
    whole(view);
    const fields = (view as unknown as { known: Record<string, unknown> }).known;
    for (const name of Object.keys(fields)) if (fields[name] === null) free(view.prototype, name);
  }
}

/** The same with the copy that an application has, if it has one. */
export async function exposeToTransformer(): Promise<void> {
  let found: Transformer;
  try {
    found = (await import('class-transformer')) as unknown as Transformer;
  } catch {
    return;
  }
  expose(found);
}
