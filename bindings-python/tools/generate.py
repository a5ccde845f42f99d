"""Writes the Python that follows from the table of operations and the table of errors.

    python3 tools/generate.py EARNEST FOLDER

EARNEST is the command line, which says both tables as JSON; FOLDER is `python/earnest`. The same tables always give
the same files.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path

HEAD = '"""{doc}\n\nMade from `core/src/{source}` by `tools/generate.py` (@{mark}): do not edit.\n"""\n\n'
COMMON = ["key", "reference", "metadata", "context", "risk_score", "expected_version", "proofs"]
WIDTH = 110


def main() -> None:
    earnest, folder = sys.argv[1], Path(sys.argv[2])
    operations, errors = table(earnest, "operations"), table(earnest, "errors")
    views = Views(operations)
    write(folder / "_errors.py", error_classes(errors))
    write(folder / "_views.py", views.text())
    for name, is_async in [("_services.py", True), ("_sync_services.py", False)]:
        write(folder / name, services(operations, views, is_async))
    write(folder / "_amounts.py", amounts(operations))
    write(folder / "views.py", public("Everything that operations answer.", "_views", sorted(views.public)))
    names = sorted(camel(error["code"]) for error in errors)
    kinds = sorted({camel(error["kind"]) for error in errors})
    write(folder / "errors.py", public("Every refusal, each code a class of its own.", "_errors",
                                       ["CODES", *sorted({*kinds, *names})], "EarnestError"))


def table(earnest: str, name: str) -> list:
    return json.loads(subprocess.run([earnest, name, "--json"], check=True, capture_output=True).stdout)


def write(path: Path, text: str) -> None:
    path.write_text(text.rstrip() + "\n", encoding="utf-8")


def head(doc: str, source: str) -> str:
    return HEAD.format(doc=doc, source=source, mark="generated")


def public(doc: str, module: str, names: list, base: str = "") -> str:
    listed = "".join(f"    {name},\n" for name in names)
    quoted = "".join(f'    "{name}",\n' for name in ([base] if base else []) + names)
    first = f"from earnest._error import {base}\n" if base else ""
    text = f"{first}from earnest.{module} import (\n{listed})\n\n__all__ = [\n{quoted}]\n"
    return head(doc, "api/operations.rs" if not base else "error/table.rs") + text


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[._]", name))


def safe(name: str) -> str:
    """A name as Python takes it: a keyword gets a `_`."""
    return name + "_" if keyword.iskeyword(name) else name


def docstring(text: str, indent: str) -> str:
    text = " ".join(text.replace("\\", "\\\\").split())
    lines = textwrap.wrap(text, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False)
    return ("\n" + indent).join(lines)


def quoted(text: str, indent: str) -> str:
    text = docstring(text, indent)
    end = f"\n{indent}" if "\n" in text else ""
    return f'{indent}"""{text}{end}"""\n'


# Errors.

DETAIL_TYPES = {
    "string": ("str", "self.details[{name!r}]"),
    "integer": ("int", "self.details[{name!r}]"),
    "Money": ("Money", "money_of(self.details[{name!r}])"),
    "Money?": ("Money | None", "maybe(money_of, self.details.get({name!r}))"),
    "time": ("datetime", "time_of(self.details[{name!r}])"),
    "string[]": ("list[str]", "list(self.details[{name!r}])"),
    "string?": ("str | None", "self.details.get({name!r})"),
    "integer?": ("int | None", "self.details.get({name!r})"),
    "integer or Money": ("int | Money", "measure_of(self.details[{name!r}])"),
    "time?": ("datetime | None", "maybe(time_of, self.details.get({name!r}))"),
}


def error_classes(errors: list) -> str:
    out = head("Every refusal, each code a class of its own.", "error/table.rs")
    out += "from __future__ import annotations\n\nfrom datetime import datetime\nfrom typing import ClassVar\n\n"
    out += "from earnest._error import EarnestError\nfrom earnest._money import Money, measure_of, money_of\n"
    out += "from earnest._wire import maybe, time_of\n"
    kinds: dict = {}
    for error in errors:
        kinds.setdefault(error["kind"], error)
    for kind, error in kinds.items():
        out += f"\n\nclass {camel(kind)}(EarnestError):\n"
        out += quoted(f"Refusals of kind `{kind}`, HTTP status {error['http_status']}.", "    ")
        out += f'\n    kind: ClassVar[str] = "{kind}"\n    http_status: ClassVar[int] = {error["http_status"]}\n'
    for error in errors:
        out += f"\n\nclass {camel(error['code'])}({camel(error['kind'])}):\n"
        reserved = f" Reserved for {error['reserved_for']}: nothing raises it yet." if error["reserved_for"] else ""
        out += quoted(f"`{error['code']}`: {error['doc']}{reserved}", "    ")
        out += f'\n    code: ClassVar[str] = "{error["code"]}"\n'
        # every refusal has a message of its own: that of a rule is in `details`
        for detail in (one for one in error["details"] if one["name"] != "message"):
            kind, read = DETAIL_TYPES[detail["type"]]
            out += f"\n    @property\n    def {safe(detail['name'])}(self) -> {kind}:\n"
            out += quoted(detail["doc"], "        ")
            read = read.format(name=detail["name"])
            out += f"        value: {kind} = {read}\n        return value\n" if "details" in read else ""
    out += "\n\n#: The class of every code.\nCODES: dict[str, type[EarnestError]] = {\n"
    for error in errors:
        out += f'    "{error["code"]}": {camel(error["code"])},\n'
    return out + "}\n"


# Views.


class Views:
    """The records of all replies, each once, whatever name the schema of an operation gives it."""

    def __init__(self, operations: list) -> None:
        self.literals: dict = {}
        self.records: dict = {}
        self.public: set = set()
        for operation in operations:
            self.reply(operation)
        for operation in operations:
            self.inputs(operation["request"])

    def reply(self, operation: dict) -> None:
        schema = operation["reply"]
        name = schema["title"]
        if name != "Page":
            self.record(name, schema, schema)
        else:
            self.type_of(schema, schema["properties"]["items"]["items"], "Page", "items")

    def name_of_reply(self, operation: dict) -> "tuple[str, str, bool]":
        schema = operation["reply"]
        if schema["title"] != "Page":
            return schema["title"], f"_read_{snake(schema['title'])}", False
        kind, _ = self.type_of(schema, schema["properties"]["items"]["items"], "Page", "items")
        return kind, f"_read_{snake(kind)}", True

    def record(self, name: str, whole: dict, schema: dict) -> str:
        if name in self.records:
            return name
        self.records[name] = []
        self.public.add(name)
        required = set(schema.get("required", []))
        fields = []
        for wire, node in sorted(schema["properties"].items(), key=lambda pair: rank(pair[0])):
            kind, read = self.type_of(whole, node, name, wire)
            optional = wire not in required and not kind.endswith("None") and kind != "Json"
            fields.append((wire, kind + (" | None" if optional else ""), read, wire in required, node))
        self.records[name] = (schema.get("description", ""), fields)
        return name

    def type_of(self, whole: dict, node: dict, owner: str, field: str) -> "tuple[str, str | None]":
        """The type of a property, and the function that reads it; none where JSON is what is meant."""
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            return self.named(whole, name, owner, field)
        if "anyOf" in node:
            inner = [one for one in node["anyOf"] if one.get("type") != "null"]
            none = " | None" if len(inner) < len(node["anyOf"]) else ""
            kinds = [self.type_of(whole, one, owner, field) for one in inner]
            if len(kinds) == 1:
                return kinds[0][0] + none, kinds[0][1]
            if [kind for kind, _ in kinds] != ["int", "Money"]:
                raise ValueError(f"{owner}.{field}: no function reads {node}")
            return "int | Money" + none, "measure_of"
        types = node.get("type")
        if types is None:
            return "Json", None
        listed = types if isinstance(types, list) else [types]
        [kind] = [one for one in listed if one != "null"]
        none = " | None" if "null" in listed else ""
        if kind == "array":
            inner, read = self.type_of(whole, node["items"], owner, field)
            return f"list[{inner}]{none}", f"[{read}" if read else None
        if kind == "object":
            return f"dict[str, Any]{none}", None
        if node.get("format") == "date-time":
            return f"datetime{none}", "time_of"
        if node.get("format") == "duration":
            return f"timedelta{none}", "span_of"
        return {"string": "str", "integer": "int", "boolean": "bool"}[kind] + none, None

    def named(self, whole: dict, name: str, owner: str, field: str) -> "tuple[str, str | None]":
        schema = whole["$defs"][name]
        if name == "Money":
            return "Money", "money_of"
        if name == "Actor":
            return "Actor", "actor_of"
        if name == "Error":
            return "EarnestError", "error_of"
        if "oneOf" in schema:
            return self.literal(name, schema, owner), None
        name = re.sub(r"\d+$", "", name)
        self.record(name, whole, schema)
        return name, f"_read_{snake(name)}"

    def literal(self, name: str, schema: dict, owner: str) -> str:
        values = tuple(one["const"] for one in schema["oneOf"])
        if values not in self.literals:
            name = re.sub(r"\d+$", "", name)
            name = owner + name if name in ("State", "Type", "Role") else name
            self.literals[values] = (name, schema)
            self.public.add(name)
        return self.literals[values][0]

    def inputs(self, request: dict) -> None:
        """Records within requests are dictionaries with known members."""
        for name, schema in request.get("$defs", {}).items():
            if "properties" not in schema or name in ("Money", "Actor"):
                continue
            if name not in self.records:
                self.records[name] = ("input", schema, request)
                self.public.add(name)

    def text(self) -> str:
        out = head("Everything that operations answer.", "api/operations.rs")
        out += "from __future__ import annotations\n\nfrom datetime import datetime, timedelta\n"
        out += "from typing import Any, Literal, TypedDict\n\n"
        out += "from earnest._error import EarnestError, error_of\nfrom earnest._json import Json\nfrom earnest._money import Money, measure_of, money_of\n"
        out += "from earnest._view import View, _made\nfrom earnest._wire import Actor, actor_of, span_of, time_of\n"
        for values, (name, schema) in self.literals.items():
            lines = "".join(f'    "{value}",\n' for value in values)
            out += f"\n#: {' '.join(schema.get('description', '').split())}\n{name} = Literal[\n{lines}]\n"
        for name, record in self.records.items():
            out += self.input_text(name, *record[1:]) if record[0] == "input" else self.view_text(name, *record)
        used = [name for name in ("AsyncIterator", "Iterator", "Mapping", "Sequence") if re.search(rf"\b{name}\[", out)]
        if used:
            imported = f"from collections.abc import {', '.join(used)}\nfrom datetime import"
            out = out.replace("from datetime import", imported, 1)
        return out

    def view_text(self, name: str, doc: str, fields: list) -> str:
        out = f"\n\nclass {name}(View):\n" + quoted(doc or name, "    ")
        for wire, kind, _, _, node in fields:
            out += f"\n    {safe(wire)}: {kind}\n" + quoted(node.get("description", wire), "    ")
        pairs = [(safe(wire), wire) for wire, *_ in fields if safe(wire) != wire]
        if pairs:
            out += f"\n    _names = {dict((a, b) for a, b in pairs)!r}\n".replace("'", '"')
        hidden = [safe(wire) for wire, _, _, _, node in fields if is_secret(node)]
        if hidden:
            out += "\n    _hidden = frozenset({" + ", ".join(f'"{one}"' for one in hidden) + "})\n"
        listed = [kind for wire, kind, *_ in fields if wire == "items" and kind.startswith("list[")]
        if listed:
            out += ITEMS.format(of=listed[0][len("list["):-1])
        out += f"\n\ndef _read_{snake(name)}(w: dict[str, Any]) -> {name}:\n    return _made({name}, {{\n"
        for wire, kind, read, required, _ in fields:
            out += f'        "{safe(wire)}": {reading(wire, kind, read, required)},\n'
        return out + f"    }})\n\n\n{name}._read = _read_{snake(name)}\n"

    def input_text(self, name: str, schema: dict, request: dict) -> str:
        body = "".join(
            f'        "{wire}": {modern(input_type(node))},\n'
            for wire, node in schema["properties"].items()
        )
        doc = " ".join(schema.get("description", "").split())
        return f"\n\n#: {doc}\n{name} = TypedDict(\n    \"{name}\",\n    {{\n{body}    }},\n    total=False,\n)\n"


def is_secret(node: dict) -> bool:
    """Whether a property, or each of its items, is what only its reader may see."""
    listed = [node, node.get("items", {}), *node.get("anyOf", [])]
    return any(one.get("format") == "password" for one in listed)


#: What a record of `items` has beside them.
ITEMS = """
    def __iter__(self) -> Iterator[{of}]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    async def __aiter__(self) -> AsyncIterator[{of}]:
        for item in self.items:
            yield item
"""


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


ORDER = ["id", "account", "currency", "kind", "amount", "from", "to"]


def rank(name: str) -> "tuple[int, str]":
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def reading(wire: str, kind: str, read: "str | None", required: bool) -> str:
    if read is None:
        return f'w["{wire}"]' if required else f'w.get("{wire}")'
    if read.startswith("["):
        inner = f'[{read[1:]}(x) for x in w["{wire}"]]'
        return inner if required else f'None if w.get("{wire}") is None else {inner}'
    if required and not kind.endswith("None"):
        return f'{read}(w["{wire}"])'
    return f'None if w.get("{wire}") is None else {read}(w["{wire}"])'


# Arguments.


def amounts(operations: list) -> str:
    """The arguments that are money, by their names."""
    found = set()
    for operation in operations:
        request = operation["request"]
        for schema in [request, *request.get("$defs", {}).values()]:
            for wire, node in schema.get("properties", {}).items():
                listed = [node, *node.get("anyOf", []), node.get("items", {})]
                if any(one.get("type") == "integer" for one in listed):
                    # so may a number be: of what another one is, its name says nothing
                    continue
                if any(one.get("$ref") == "#/$defs/Amount" for one in listed):
                    found.add(wire)
    listed = [("AMOUNTS", "that are money", found), ("TIMES", "that are, or may be, times", of_format(operations, "date-time"))]
    listed += [("SPANS", "that are durations", of_format(operations, "duration")), ("FREE", "that may be any JSON", free(operations))]
    out = head("What arguments are, by their names.", "api/operations.rs")
    for name, what, names in listed:
        members = "".join(f'        "{one}",\n' for one in sorted(names))
        out += f"#: The names of arguments {what}.\n{name} = frozenset(\n    {{\n{members}    }}\n)\n\n"
    return out


def properties(operations: list) -> "list[tuple[str, dict]]":
    """The arguments of all operations, and the members of these."""
    requests = [operation["request"] for operation in operations]
    schemas = [schema for request in requests for schema in [request, *request.get("$defs", {}).values()]]
    return [pair for schema in schemas for pair in schema.get("properties", {}).items()]


def of_format(operations: list, format: str) -> set:
    """The arguments that are texts of a format."""
    return {wire for wire, node in properties(operations)
            if any(one.get("format") == format for one in [node, *node.get("anyOf", []), node.get("items", {})])}


def free(operations: list) -> set:
    """The arguments of which the table says no more than that they are JSON; those of a call in a batch are of that call."""
    return {wire for wire, node in properties(operations)
            if wire != "args" and not {"$ref", "anyOf", "oneOf", "properties", "const"} & node.keys()
            and (node.get("type") is None or "object" in node["type"])}


# Services.


def input_type(node: dict) -> str:
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return {"Amount": "Union[Money, str]", "ActorInput": "Union[Actor, str, Mapping[str, str]]"}.get(name, name)
    if "anyOf" in node:
        members = []
        for one in node["anyOf"]:
            text = "None" if one.get("type") == "null" else input_type(one)
            members.append(text[len("Union["):-1] if text.startswith("Union[") else text)
        return f"Union[{', '.join(members)}]"
    if node.get("x-measure"):
        return "Union[int, Money, str]"
    types = node.get("type")
    if types is None:
        return "JsonInput"
    listed = types if isinstance(types, list) else [types]
    [kind] = [one for one in listed if one != "null"]
    if kind == "array":
        text = f"Sequence[{input_type(node['items'])}]"
    elif kind == "object":
        text = "Mapping[str, Any]"
    elif node.get("format") == "date-time":
        text = "Union[datetime, str]"
    elif node.get("format") == "duration":
        text = "Union[timedelta, str]"
    else:
        text = {"string": "str", "integer": "int", "boolean": "bool"}[kind]
    if "null" not in listed:
        return text
    return text.replace("]", ", None]") if text.startswith("Union[") else f"Union[{text}, None]"


def modern(text: str) -> str:
    """`Union[a, b]` as `a | b`: annotations are not evaluated, what a TypedDict takes is."""
    while True:
        match = re.search(r"Union\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]", text)
        if not match:
            return text
        depth, parts, part = 0, [], ""
        for letter in match.group(1):
            depth += (letter == "[") - (letter == "]")
            if letter == "," and depth == 0:
                parts.append(part.strip())
                part = ""
            else:
                part += letter
        parts.append(part.strip())
        text = text[: match.start()] + " | ".join(parts) + text[match.end():]


def services(operations: list, views: Views, is_async: bool) -> str:
    what = "asynchronous" if is_async else "blocking"
    out = head(f"The services, {what}: a method for every operation.", "api/operations.rs")
    iterator = "AsyncIterator" if is_async else "Iterator"
    iterators = ", ".join(sorted([iterator, "Mapping", "Sequence"]))
    out += f"from __future__ import annotations\n\nfrom collections.abc import {iterators}\n"
    out += "from datetime import datetime, timedelta\nfrom typing import TYPE_CHECKING, Any, overload\n\n"
    out += "from earnest import _views as v\nfrom earnest._json import JsonInput\nfrom earnest._money import Money\n"
    used = ("AsyncRunner", "Listing", "listed") if is_async else ("Runner", "SyncPage", "paged")
    out += f"from earnest._runner import {', '.join(used)}\n"
    out += "from earnest._wire import Actor\n\nif TYPE_CHECKING:\n"
    if is_async:
        out += "    from earnest._engine import Engine\n    from earnest._workers import EventHandler, Subscription\n"
    else:
        out += "    from earnest._workers import EventHandler\n    from earnest.sync import Engine\n"
        out += "    from earnest.sync._workers import Subscription\n"
    out += f"    from earnest.{'' if is_async else 'sync.'}_workers import JobHandler, Worker\n"
    by_service: dict = {}
    for operation in operations:
        by_service.setdefault(operation["name"].split(".")[0], []).append(operation)
    runner = "AsyncRunner" if is_async else "Runner"
    for service, members in by_service.items():
        out += f"\n\nclass {camel(service)}:\n" + quoted(f"The operations of `{service}`.", "    ")
        out += f"\n    __slots__ = (\"_runner\",)\n\n    def __init__(self, runner: {runner}) -> None:\n"
        out += "        self._runner = runner\n"
        for operation in members:
            out += method(operation, views, is_async)
        if service == "events":
            [made] = [one for one in members if one["name"] == "events.subscribe"]
            out += readers(parameters(made, views)[0], is_async)
        if service == "jobs":
            out += WORKERS.format(concurrency=8 if is_async else 4)
    out += f"\n\nclass Services:\n" + quoted("All services, of an engine or of a transaction that it is bound to.", "    ")
    out += f"\n    _runner: {runner}\n"
    for service in by_service:
        out += f"\n    @property\n    def {safe(service)}(self) -> {camel(service)}:\n"
        out += quoted(f"The operations of `{service}`.", "        ") + f"        return {camel(service)}(self._runner)\n"
    return out


#: The argument that needs no name where none is required: the first one of the contract.
FIRST = {
    "escrow.get": "deal",
    "ledger.balances": "accounts",
    "ledger.holds": "account",
    "ledger.transfers": "account",
}


def parameters(operation: dict, views: Views) -> "tuple[list, list, list]":
    """The parameters of a method, the fields that they are of, and what is said of them."""
    request = operation["request"]
    properties = request["properties"]
    required = [one for one in request.get("required", [])]
    if operation["key"] == "required":
        required.append("key")
    writes = operation["key"] != "none"
    own = sorted(one for one in properties if one not in required and one not in COMMON and one != "actor")
    common = [one for one in COMMON if one in properties and one not in required] if writes else [
        one for one in COMMON if one in properties and one not in required and one not in own]
    first = [FIRST[operation["name"]]] if operation["name"] in FIRST else []
    optional = [*first, *(one for one in own if one not in first), "actor", *common]
    args, docs = ["self"], []
    for place, wire in enumerate(required + optional):
        node = properties[wire]
        if place == (1 if required or first else 0):
            args.append("*")
        kind = modern(qualified(input_type(node), views))
        if wire in required:
            kind = kind.replace(" | None", "")
            args.append(f"{safe(wire)}: {kind}")
        else:
            kind = kind if kind == "JsonInput" or "None" in kind else kind + " | None"
            args.append(f"{safe(wire)}: {kind} = None")
        if wire in required or wire in own:
            docs.append((safe(wire), node.get("description", "")))
    return args, required + optional, docs


def method(operation: dict, views: Views, is_async: bool) -> str:
    args, fields, docs = parameters(operation, views)
    name = operation["name"].split(".")[1]
    result, read, page = views.name_of_reply(operation)
    result = f"v.{result}"
    sent = "{\n" + "".join(f'            "{wire}": {safe(wire)},\n' for wire in fields) + "        }"
    if page:
        answers = f"Listing[{result}]" if is_async else f"SyncPage[{result}]"
        call = ("listed" if is_async else "paged") + f'(self._runner, "{operation["name"]}", args, v.{read})'
        keyword_ = "def"
    else:
        answers, keyword_ = result, "async def" if is_async else "def"
        call = f'v.{read}({"await " if is_async else ""}self._runner.call("{operation["name"]}", args))'
    text = f"\n    {keyword_} {safe(name)}(\n" + "".join(f"        {arg},\n" for arg in args) + f"    ) -> {answers}:\n"
    text += '        """' + docstring(operation["doc"], "        ") + "\n"
    if docs:
        text += "\n"
    for arg, doc in docs:
        text += "        " + docstring(f"`{arg}`: {doc}", "            ").replace("\n            ", "\n            ") + "\n"
    if operation["codes"]:
        text += "\n        " + docstring("Refused with " + ", ".join(f"`{code}`" for code in operation["codes"]) + ".", "        ") + "\n"
    text += '        """\n' + f"        args = {sent}\n        return {call}\n"
    return text


#: What an engine's `events` have beyond the operations, as the methods of the engine itself.
READERS = """

class EngineEvents(Events):
    \"\"\"The operations of `events`, and handlers and loops that read the log: of an engine, not of a transaction.\"\"\"

    __slots__ = ("_bank",)

    def __init__(self, bank: Engine) -> None:
        super().__init__(bank)
        self._bank = bank

    @overload
    {async_}def subscribe(
{made}    ) -> v.SinkReply: ...

    @overload
    {async_}def subscribe(
        self,
        name: str,
        handler: EventHandler,
        *,
        from_: str | None = None,
        lease: timedelta | str | None = None,
        max_attempts: int | None = None,
        types: Sequence[str] | None = None,
    ) -> Subscription: ...

    {async_}def subscribe(self, *given: Any, **fields: Any) -> Any:
        \"\"\"`subscribe(name, handler)` gives the events of a sink to a handler until it is stopped: the same as
        `Engine.subscribe`, which says how. Without a handler it makes the sink, or changes what one wants.
        \"\"\"
        if len(given) < 2 and "handler" not in fields:
            return {await_}super().subscribe(*given, **fields)
        return {await_}self._bank.subscribe(*given, **fields)

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> {iterator}[v.Event]:
        \"\"\"The log of this book after a place in it, with what is to come: the same as `Engine.follow`.\"\"\"
        return self._bank.follow(after_seq, types=types)
"""


def readers(made: list, is_async: bool) -> str:
    """What an engine's `events` are; `made` are the parameters of the operation that makes a sink."""
    words = ("async ", "await ", "AsyncIterator") if is_async else ("", "", "Iterator")
    names = dict(zip(("async_", "await_", "iterator"), words))
    return READERS.format(made="".join(f"        {arg},\n" for arg in made), **names)


#: What an engine's `jobs` have beyond the operations, as the method of the engine itself.
WORKERS = """

class EngineJobs(Jobs):
    \"\"\"The operations of `jobs`, and handlers that do them: of an engine, not of a transaction.\"\"\"

    __slots__ = ("_bank",)

    def __init__(self, bank: Engine) -> None:
        super().__init__(bank)
        self._bank = bank

    def worker(
        self, handlers: Mapping[str, JobHandler], *, concurrency: int = {concurrency}, all_books: bool = False
    ) -> Worker:
        \"\"\"Runs handlers of jobs by their kind until it is stopped: the same as `Engine.worker`, which says how.\"\"\"
        return self._bank.worker(handlers, concurrency=concurrency, all_books=all_books)
"""


def qualified(text: str, views: Views) -> str:
    return re.sub(r"\b[A-Z]\w*\b", lambda found: f"v.{found.group()}" if found.group() in views.public else found.group(), text)


if __name__ == "__main__":
    main()
