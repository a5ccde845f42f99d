"""The reference of the Node package: a page for each service, with the examples of the contract as TypeScript."""

from model import Contract, Field, Operation, Service
from names import camel, pascal
from text import MADE, cell

from . import typescript_types as types
from .typescript import called, literal

FOLDER = "docs"
CORE = "../../core/docs"

INDEX = f"""# The Node package, call by call

{MADE}

Each page has one service; `bank` is an engine, a view of one by `acting` or `book`, or what `bank.using(tx)` answers. What
`bank.usingSync(db)` answers has the same calls, which need no `await`.

{{services}}
## What arguments are

- Each call takes one object of named arguments, then `{{{{ signal }}}}`. What may be left out may be `undefined` or `null`.
- `MoneyLike` is `Money`, a text such as `'12.50 USD'`, or `{{{{ amount: '12.50', currency: 'USD' }}}}`: an amount in units of its currency
  and never in its smallest unit. Numbers are refused.
- `TimeLike` is a `Date`, or RFC 3339 with an offset; it is kept in UTC to the microsecond.
- `DurationLike` is ISO 8601 in weeks, days, hours, minutes and seconds (`'P3D'`, `'PT90S'`), or `{{{{ days: 3 }}}}`. A day has 24 hours.
- `JsonInput` is whatever has a JSON form: texts, numbers, plain objects and arrays, and `Money` and times within them.
- Every call takes `actor`: an id, an `Actor`, or `{{{{ id, role }}}}`. Every call that writes takes these too, which the tables leave out:
  `key` (a retry under the same key has no second effect), `reference`, `metadata`, `context`, `riskScore`, `expectedVersion` and `proofs`.
- A list is awaited for its first page, which is data (`items`, `next`) and goes on by `all()`; `for await` over the call fetches all pages.

## Refusals

Each code is a class of `errors`, under one for its kind. `retry` says what to do: the same `call` again, `later`, the whole `transaction`,
or `never`. [errors.md](../core/docs/errors.md) has their details and texts.

| class | code | kind | HTTP | retry | when |
| --- | --- | --- | ---: | --- | --- |
{{codes}}"""


def files(contract: Contract) -> "dict[str, str]":
    made = {f"{FOLDER}/node-api/{service.name}.md": page(contract, service) for service in contract.services}
    listed = "".join(
        f"- [`bank.{camel(service.name)}`](node-api/{service.name}.md): "
        + ", ".join(f"`{types.method(one)}`" for one in service.operations)
        + "\n"
        for service in contract.services
    )
    codes = "".join(
        f"| `{pascal(one.code)}` | `{one.code}` | `{pascal(one.kind)}` | {one.http_status} | {one.retry} | {cell(one.doc)} |\n"
        for one in contract.refusals
    )
    made[f"{FOLDER}/node-api.md"] = INDEX.format(services=listed, codes=codes)
    return made


def page(contract: Contract, service: Service) -> str:
    out = f"# `bank.{camel(service.name)}`\n\n{MADE}\n\n[All services](../node-api.md), and what amounts, times and common arguments are.\n"
    return out + "".join(entry(contract, operation) for operation in service.operations)


KEYS = {
    "required": "needs a `key`",
    "optional": "may have a `key`",
    "derived": "makes a `key` of its own",
    "none": "has no `key`",
}


def entry(contract: Contract, operation: Operation) -> str:
    """The part of a page about one operation."""
    of = f"pages of `views.{operation.reply}`" if operation.page else f"`views.{operation.reply}`"
    out = f"\n## `{types.method(operation)}`\n\n{cell(operation.doc)}\n\n```ts\n{called(operation, operation.example)}\n```\n\n"
    joins = "joins a transaction" if operation.host == "joins" else "is refused inside a transaction"
    anchor = operation.name.replace(".", "")
    out += f"Answers {of} ([fields]({CORE}/operations.md#{anchor})), {KEYS[operation.key]}, and {joins}.\n"
    rows = "".join(row(field) for field in shown_of(contract, operation))
    if rows:
        out += "\n| argument | type | |\n| --- | --- | --- |\n" + rows
    if operation.codes:
        out += "\nRefused with " + ", ".join(f"`{pascal(code)}`" for code in operation.codes) + ".\n"
    return out


def shown_of(contract: Contract, operation: Operation) -> "list[Field]":
    """The arguments of a table: of what every call that writes takes, those that only read take a part."""
    own = types.documented(contract, operation)
    common = [one for one in operation.arguments if one not in own and one.name != "actor"]
    return [one for one in operation.arguments if one in own or (operation.key == "none" and one in common)]


def row(field: Field) -> str:
    needed = "**required**. " if field.required else ""
    kind = cell(shown(types.taken(field)))
    return f"| `{types.member(field)}` | `{kind}` | {needed}{cell(field.doc)}{limits(field)} |\n"


def shown(kind: str) -> str:
    """A type as people read it."""
    return kind.replace("v.", "views.").replace("(string & {})", "string")


def limits(field: Field) -> str:
    """Returns the limits of a value, beyond its type."""
    said, bounds = [], field.bounds
    if "minimum" in bounds and "maximum" in bounds:
        said.append(f"{bounds['minimum']:,} to {bounds['maximum']:,}")
    elif "maxLength" in bounds:
        said.append(f"at most {bounds['maxLength']:,} characters")
    if field.default not in (None, ""):
        said.append(f"`{literal(field.default)}` when absent")
    return f" ({'; '.join(said)})" if said else ""
