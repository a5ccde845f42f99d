"""The reference of the Python package: a page for each service, with the examples of the contract as Python."""

import json

from model import Contract, Field, Operation, Service
from names import argument as named, pascal
from text import MADE, cell

from . import python_types as types

FOLDER = "docs"
CORE = "../../core/docs"

INDEX = f"""# The Python package, call by call

{MADE}

[The guide](python.md) comes first. Each page has one service; `bank` is an engine, a view of one by `acting` or `book`, or what
`bank.using(session)` answers. With `earnest.sync` the same calls need no `await`.

{{services}}
## What arguments are

- `Money | str` is an amount in units of its currency and never in its smallest unit: `Money("12.50", "USD")` or `"12.50 USD"`, with at most
  the places that the currency has. Floats are refused.
- `datetime | str` is a time with a zone, or RFC 3339; it is kept in UTC to the microsecond, and what is finer is cut off.
- `timedelta | str` is a length of time, or ISO 8601 in weeks, days, hours, minutes and seconds: `"P3D"`, `"PT90S"`. A day has 24 hours.
- `JsonInput` is whatever has a JSON form: texts, numbers, lists and dictionaries, and `Money`, times and actors within them.
- The first required argument may stand alone, all others are named. A name that is a keyword of Python has a `_` behind it: `from_`.
- Every call takes `actor`: an id, an `Actor`, or `{{{{"id": ..., "role": ...}}}}`. Every call that writes takes these too, which the tables leave out:
  `key` (a retry under the same key has no second effect), `reference`, `metadata`, `context`, `risk_score`, `expected_version` and `proofs`.
- A list is awaited for its first page, or gone through by `async for`, which fetches all others.

The examples are one session, with lines between them that [examples.jsonl](../core/docs/examples.jsonl) has: a test runs them in its order.

## Refusals

Each code is a class of `earnest.errors`, under one for its kind. `retry` says what to do: the same `call` again, `later`, the whole
`transaction`, or `never`. [errors.md](../core/docs/errors.md) has their details and texts.

| class | code | kind | HTTP | retry | when |
| --- | --- | --- | ---: | --- | --- |
{{codes}}"""


def files(contract: Contract) -> "dict[str, str]":
    made = {f"{FOLDER}/python-api/{service.name}.md": page(contract, service) for service in contract.services}
    listed = "".join(
        f"- [`bank.{safe(service.name)}`](python-api/{service.name}.md): "
        + ", ".join(f"`{safe(one.method)}`" for one in service.operations)
        + "\n"
        for service in contract.services
    )
    codes = "".join(
        f"| `{pascal(one.code)}` | `{one.code}` | `{pascal(one.kind)}` | {one.http_status} | {one.retry} | {cell(one.doc)} |\n"
        for one in contract.refusals
    )
    made[f"{FOLDER}/python-api.md"] = INDEX.format(services=listed, codes=codes)
    return made


def safe(name: str) -> str:
    return named(name, "python")


def page(contract: Contract, service: Service) -> str:
    out = f"# `bank.{safe(service.name)}`\n\n{MADE}\n\n[All services](../python-api.md), and what amounts, times and common arguments are.\n"
    out += "".join(entry(contract, operation) for operation in service.operations)
    shown = [(operation, field) for operation in service.operations for field in shown_of(contract, operation)]
    records = sorted(
        {(field.type.of or field.type).name for _, field in shown if (field.type.of or field.type).is_ == "record"}
    )
    if records:
        links = ", ".join(f"[`{name}`]({CORE}/operations.md#{name.lower()})" for name in records)
        out += f"\n## Records that these calls take\n\nDictionaries with these keys: {links}.\n"
    return out


KEYS = {
    "required": "needs a `key`",
    "optional": "may have a `key`",
    "derived": "makes a `key` of its own",
    "none": "has no `key`",
}


def entry(contract: Contract, operation: Operation) -> str:
    """The part of a page about one operation."""
    of = f"pages of `{operation.reply}`" if operation.page else f"`{operation.reply}`"
    out = f"\n## `{safe(operation.method)}`\n\n{cell(operation.doc)}\n\n```python\n{called(operation, operation.example)}```\n\n"
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
    kind = cell(types.argument(field, qualifier=""))
    # what may be left out is None then
    kind = kind if field.required else kind.removesuffix(" \\| None")
    needed = "**required**. " if field.required else ""
    return f"| `{safe(field.name)}` | `{kind}` | {needed}{cell(field.doc)}{limits(field)} |\n"


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


def literal(value: object) -> str:
    """A value of JSON in Python; `$order.deal.id` is what an earlier line answered."""
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        if path[:2] == ["error", "details"]:
            path = path[2:]
        # a whole answer is given back as JSON
        return (
            name + ".to_wire()"
            if not path
            else name + "".join(f"[{step}]" if step.isdigit() else f".{safe(step)}" for step in path)
        )
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return repr(value) if value is None or isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def called(operation: Operation, line: dict) -> str:
    """A line of `earnest run` as a call."""
    given = line.get("args", {})
    args = [literal(given[first])] if (first := required_first(operation)) in given else []
    args += [f"{safe(name)}={literal(value)}" for name, value in given.items() if name != first]
    refused = f"errors.{pascal(line['expect'])}" if "expect" in line else ""
    kept = f"{line['as']} = " if "as" in line and not refused else ""
    call = f"{kept}await bank.{'.'.join(map(safe, operation.name.split('.')))}"
    text = f"{call}({', '.join(args)})"
    if len(text) > 100:
        text = call + "(\n" + "".join(f"    {arg},\n" for arg in args) + ")"
    if refused and "as" in line:
        body = text.replace("\n", "\n    ")
        return f"try:\n    {body}\nexcept {refused} as refused:\n    {line['as']} = refused\n"
    return text + (f"  # raises {refused}" if refused else "") + "\n"


def required_first(operation: Operation) -> "str | None":
    """The argument that an example gives without its name: the first one, if it is required."""
    first = operation.arguments[0] if operation.arguments else None
    return first.name if first is not None and first.required else None
