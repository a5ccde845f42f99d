// What is taken apart for its members: plain objects, of this realm or another, and nothing with a class.

/** Whether something is an object without a class: without a prototype, or with one that has none itself. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
