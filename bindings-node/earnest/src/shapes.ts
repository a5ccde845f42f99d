// What operations take, as the generated table says it.

/**
 * The kind of a value: `s` a text, `k` one that is a secret, `i` an idempotency key, `m` money, `t` a time, `d` a length of time,
 * `a` an actor, `n` a count or money, `j` any JSON, `o` an object of any names, `h` one of secrets, `p` another value as it is.
 */
export type Scalar = 's' | 'k' | 'i' | 'h' | 'm' | 't' | 'd' | 'a' | 'n' | 'j' | 'o' | 'p';

export type Type = Scalar | { list: Type } | { record: () => Shape };

export interface Field {
  /** Its name in JSON. */
  wire: string;
  type: Type;
}

/** The fields of a record by their names here. */
export type Shape = ReadonlyMap<string, Field>;

/** A shape of its fields: a type alone where the name in JSON is the same. */
export function shape(fields: Record<string, Type | [wire: string, type: Type]>): Shape {
  const made = new Map<string, Field>();
  for (const [name, said] of Object.entries(fields)) {
    made.set(name, Array.isArray(said) ? { wire: said[0], type: said[1] } : { wire: name, type: said });
  }
  return made;
}

/** An operation. */
export interface Operation<Reply> {
  /** Its name, such as `ledger.top_up`. */
  readonly name: string;
  /** Whether requests have a place for where they belong. */
  readonly noted: boolean;
  readonly shape: Shape;
  /** Reads a reply, or one item of a page. */
  readonly read: (wire: any) => Reply;
}

/** An operation whose shape is made when it is first called. */
export function operation<Reply>(
  name: string,
  noted: boolean,
  made: () => Shape,
  read: (wire: any) => Reply,
): Operation<Reply> {
  let known: Shape | undefined;
  return {
    name,
    noted,
    read,
    get shape() {
      return (known ??= made());
    },
  };
}
