// JSON, as it is answered and as it is given.

/** Any JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Whatever has a form in JSON: plain objects, arrays, times, and what this package makes. */
export type JsonInput = string | number | boolean | null | undefined | Date | { toJSON(): unknown } | readonly JsonInput[] | { readonly [name: string]: JsonInput };

/** An object of JSON. */
export interface JsonObject {
  [name: string]: any;
}
