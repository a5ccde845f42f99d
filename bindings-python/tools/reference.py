"""Writes the reference of the Python package, a page for each service, from the tables that `generate.py` reads.

    python3 tools/reference.py EARNEST FOLDER

EARNEST is the command line; FOLDER is `docs`, which gets `python-api.md` and `python-api/SERVICE.md`.
"""

import json
import re
import sys
from pathlib import Path

from generate import COMMON, Views, camel, parameters, safe, table, write

CORE = "../../core/docs"
MADE = "Made by `bindings-python/tools/reference.py` (@{}): do not edit.\n".format("generated")

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

Each code is a class of `earnest.errors`, under one for its kind. `retry` says what to do: `again` as it is, `later`, the whole
`transaction`, or `never`. [errors.md](../core/docs/errors.md) has their details and texts.

| class | code | kind | HTTP | retry | when |
| --- | --- | --- | ---: | --- | --- |
{{codes}}"""


def main() -> None:
    earnest, folder = sys.argv[1], Path(sys.argv[2])
    operations, errors = table(earnest, "operations"), table(earnest, "errors")
    views = Views(operations)
    by_service: dict = {}
    for operation in operations:
        by_service.setdefault(operation["name"].split(".")[0], []).append(operation)
    (folder / "python-api").mkdir(exist_ok=True)
    for service, members in by_service.items():
        write(folder / "python-api" / f"{service}.md", page(service, members, views))
    listed = "".join(
        f"- [`bank.{safe(service)}`](python-api/{service}.md): " + ", ".join(f"`{safe(name_of(one))}`" for one in members) + "\n"
        for service, members in by_service.items()
    )
    codes = "".join(
        f"| `{camel(error['code'])}` | `{error['code']}` | `{camel(error['kind'])}` | {error['http_status']} | {error['retry']} "
        f"| {cell(error['doc'])} |\n"
        for error in errors
    )
    write(folder / "python-api.md", INDEX.format(services=listed, codes=codes))


def name_of(operation: dict) -> str:
    return operation["name"].split(".")[1]


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def page(service: str, members: list, views: Views) -> str:
    out = f"# `bank.{safe(service)}`\n\n{MADE}\n[All services](../python-api.md), and what amounts, times and common arguments are.\n"
    records: set = set()
    for operation in members:
        out += entry(operation, views, records)
    if records:
        links = ", ".join(f"[`{name}`]({CORE}/operations.md#{name.lower()})" for name in sorted(records))
        out += f"\n## Records that these calls take\n\nDictionaries with these keys: {links}.\n"
    return out


def entry(operation: dict, views: Views, records: set) -> str:
    """The part of a page about one operation."""
    reply, _, is_page = views.name_of_reply(operation)
    anchor = operation["name"].replace(".", "")
    of = f"pages of `{reply}`" if is_page else f"`{reply}`"
    out = f"\n## `{safe(name_of(operation))}`\n\n{cell(operation['doc'])}\n\n```python\n{example(operation)}```\n\n"
    keys = {"required": "needs a `key`", "optional": "may have a `key`", "derived": "makes a `key` of its own", "none": "has no `key`"}
    joins = "joins a transaction" if operation["host"] == "joins" else "is refused inside a transaction"
    out += f"Answers {of} ([fields]({CORE}/operations.md#{anchor})), {keys[operation['key']]}, and {joins}.\n"
    rows = arguments(operation, views, records)
    if rows:
        out += "\n| argument | type | |\n| --- | --- | --- |\n" + rows
    if operation["codes"]:
        out += "\nRefused with " + ", ".join(f"`{camel(code)}`" for code in operation["codes"]) + ".\n"
    return out


def arguments(operation: dict, views: Views, records: set) -> str:
    args, fields, docs = parameters(operation, views)
    said = dict(docs)
    properties = operation["request"]["properties"]
    if operation["key"] == "none":
        # of what every call that writes takes, these take a part
        said.update({wire: properties[wire].get("description", "") for wire in COMMON if wire in properties and wire not in said})
    out = ""
    texts = [text for text in args if text not in ("self", "*")]
    for text, wire in zip(texts, fields):
        name, kind = text.removesuffix(" = None").split(": ", 1)
        if name not in said:
            continue
        records.update(found for found in re.findall(r"v\.(\w+)", kind) if found in views.records)
        # what may be left out is None then
        kind = kind.replace("v.", "") if not text.endswith(" = None") else kind.replace("v.", "").removesuffix(" | None")
        needed = "" if text.endswith(" = None") else "**required**. "
        out += f"| `{name}` | `{cell(kind)}` | {needed}{cell(said[name])}{limits(properties[wire])} |\n"
    return out


def limits(node: dict) -> str:
    """What a schema says of a value beyond its type."""
    said = []
    if "minimum" in node and "maximum" in node:
        said.append(f"{node['minimum']:,} to {node['maximum']:,}")
    elif "maxLength" in node:
        said.append(f"at most {node['maxLength']:,} characters")
    if node.get("default") not in (None, ""):
        said.append(f"`{literal(node['default'])}` when absent")
    return f" ({'; '.join(said)})" if said else ""


def literal(value: object) -> str:
    """A value of JSON in Python; `$order.deal.id` is what an earlier line answered."""
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        if path[:2] == ["error", "details"]:
            path = path[2:]
        # a whole answer is given back as JSON
        return name + ".to_wire()" if not path else name + "".join(f"[{step}]" if step.isdigit() else f".{safe(step)}" for step in path)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return repr(value) if value is None or isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def example(operation: dict) -> str:
    return called(operation, json.loads(operation["example"]))


def called(operation: dict, line: dict) -> str:
    """A line of `earnest run` as a call."""
    given = line.get("args", {})
    required = [*operation["request"].get("required", [])]
    first = required[0] if required else None
    args = [literal(given[first])] if first in given else []
    args += [f"{safe(name)}={literal(value)}" for name, value in given.items() if name != first]
    refused = f"errors.{camel(line['expect'])}" if "expect" in line else ""
    kept = f"{line['as']} = " if "as" in line and not refused else ""
    call = f"{kept}await bank.{'.'.join(map(safe, operation['name'].split('.')))}"
    text = f"{call}({', '.join(args)})"
    if len(text) > 100:
        text = call + "(\n" + "".join(f"    {arg},\n" for arg in args) + ")"
    if refused and "as" in line:
        body = text.replace("\n", "\n    ")
        return f"try:\n    {body}\nexcept {refused} as refused:\n    {line['as']} = refused\n"
    return text + (f"  # raises {refused}" if refused else "") + "\n"


if __name__ == "__main__":
    main()
