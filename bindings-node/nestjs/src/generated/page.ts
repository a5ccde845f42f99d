// The schema of a page, whatever its items are.
// Made from the contract by `bindings-shared/generator` (@generated): do not edit.

export const PAGE = {
  "description": "One page of a listing. Ask for the next one with `after: next`.",
  "properties": {
    "items": {"description": "The items, in the order of the listing.", "type": "array"},
    "lag": {
      "description": "Where the order follows the log: how many events it is behind; left out elsewhere.",
      "format": "int64",
      "type": ["integer", "null"],
    },
    "next": {"description": "Where the next page begins; `null` at the end.", "type": ["string", "null"]},
  },
  "required": ["items"],
  "type": "object",
};
