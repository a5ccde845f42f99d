"""The Python package: services, views, exceptions, and what arguments are."""

from model import Contract, Detail, Field, Operation, Record, Set
from names import argument as named, pascal, snake
from text import MADE, wrapped

from . import python_types as types
from .python_extras import BANK, ITEMS, READERS, WORKERS

FOLDER = "bindings-python/python/earnest"
HEAD = '"""{doc}\n\n{made}\n"""\n\n'
WIDTH = 110


def files(contract: Contract) -> "dict[str, str]":
    records, sets = contract.of_replies(types.rank)
    met = {record.name for record in records}
    inputs = [record for record in contract.of_requests() if record.name not in met]
    declared = sorted(one.name for one in [*records, *sets, *inputs])
    classes = sorted({pascal(one.kind) for one in contract.refusals} | {pascal(one.code) for one in contract.refusals})
    made = {
        "_errors.py": errors(contract),
        "_views.py": views(records, sets, inputs),
        "_services.py": services(contract, is_async=True),
        "_sync_services.py": services(contract, is_async=False),
        "_amounts.py": amounts(contract),
        "_common.py": common(contract),
        "views.py": public("Everything that operations answer.", "_views", declared),
        "errors.py": public(
            "Every refusal, each code a class of its own.", "_errors", ["CODES", *classes], "EarnestError"
        ),
    }
    for subscribe in (one for one in contract.operations() if one.name == "events.subscribe"):
        made["_engine_services.py"] = engine_services(contract, subscribe, is_async=True)
        made["sync/_engine_services.py"] = engine_services(contract, subscribe, is_async=False)
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def head(doc: str) -> str:
    return HEAD.format(doc=doc, made=MADE)


def docstring(text: str, indent: str) -> str:
    return wrapped(text.replace("\\", "\\\\"), indent, WIDTH - 3)


def quoted(text: str, indent: str) -> str:
    text = docstring(text, indent)
    end = f"\n{indent}" if "\n" in text else ""
    return f'{indent}"""{text}{end}"""\n'


def public(doc: str, module: str, names: "list[str]", base: str = "") -> str:
    listed = "".join(f"    {name},\n" for name in names)
    exported = "".join(f'    "{name}",\n' for name in ([base] if base else []) + names)
    first = f"from earnest._error import {base}\n" if base else ""
    text = f"{first}from earnest.{module} import (\n{listed})\n\n__all__ = [\n{exported}]\n"
    return head(doc) + text


# Errors.


def errors(contract: Contract) -> str:
    out = head("Every refusal, each code a class of its own.")
    out += "from __future__ import annotations\n\nfrom datetime import datetime\nfrom typing import ClassVar\n\n"
    out += "from earnest._error import EarnestError\nfrom earnest._money import Money, measure_of, money_of\n"
    out += "from earnest._wire import maybe, time_of\n"
    kinds: dict = {}
    for refusal in contract.refusals:
        kinds.setdefault(refusal.kind, refusal)
    for kind, refusal in kinds.items():
        out += f"\n\nclass {pascal(kind)}(EarnestError):\n"
        out += quoted(f"Refusals of kind `{kind}`, HTTP status {refusal.http_status}.", "    ")
        out += f'\n    kind: ClassVar[str] = "{kind}"\n    http_status: int = {refusal.http_status}\n'
    for refusal in contract.refusals:
        out += f"\n\nclass {pascal(refusal.code)}({pascal(refusal.kind)}):\n"
        reserved = f" Reserved for {refusal.reserved_for}: nothing raises it yet." if refusal.reserved_for else ""
        out += quoted(f"`{refusal.code}`: {refusal.doc}{reserved}", "    ")
        out += f'\n    code: ClassVar[str] = "{refusal.code}"\n'
        # every refusal has a message of its own: that of a rule is in `details`
        out += "".join(detail(one) for one in refusal.details if one.name != "message")
    out += "\n\n#: The class of every code.\nCODES: dict[str, type[EarnestError]] = {\n"
    for refusal in contract.refusals:
        out += f'    "{refusal.code}": {pascal(refusal.code)},\n'
    return out + "}\n"


def detail(detail: Detail) -> str:
    kind = types.answered(detail.type) + (" | None" if detail.nullable else "")
    read = "list" if detail.type.of is not None else types.reader(detail.type)
    said = f"self.details.get({detail.name!r})" if detail.nullable else f"self.details[{detail.name!r}]"
    if read:
        said = f"maybe({read}, {said})" if detail.nullable else f"{read}({said})"
    out = f"\n    @property\n    def {named(detail.name, 'python')}(self) -> {kind}:\n" + quoted(detail.doc, "        ")
    return out + f"        value: {kind} = {said}\n        return value\n"


# Views.


def views(records: "list[Record]", sets: "list[Set]", inputs: "list[Record]") -> str:
    out = head("Everything that operations answer.")
    out += "from __future__ import annotations\n\n"
    out += "from collections.abc import AsyncIterator, Iterator, Mapping, Sequence\nfrom datetime import datetime, timedelta\n"
    out += "from typing import Any, Literal, TypedDict\n\n"
    out += "from earnest._error import EarnestError, error_of\nfrom earnest._json import Json\nfrom earnest._money import Money, measure_of, money_of\n"
    out += "from earnest._view import View, _made\nfrom earnest._wire import Actor, actor_of, span_of, time_of\n"
    for closed in sets:
        lines = "".join(f'    "{member.value}",\n' for member in closed.members)
        out += f"\n#: {closed.doc}\n{closed.name} = Literal[\n{lines}]\n"
    return out + "".join(view(record) for record in records) + "".join(taken(record) for record in inputs)


def view(record: Record) -> str:
    fields = sorted(record.fields, key=types.rank)
    out = f"\n\nclass {record.name}(View):\n" + quoted(record.doc or record.name, "    ")
    for field in fields:
        out += f"\n    {named(field.name, 'python')}: {annotation(field)}\n" + quoted(field.doc or field.name, "    ")
    renamed = [(named(one.name, "python"), one.name) for one in fields if named(one.name, "python") != one.name]
    if renamed:
        out += "\n    _names = {" + ", ".join(f'"{here}": "{wire}"' for here, wire in renamed) + "}\n"
    hidden = [named(one.name, "python") for one in fields if record.hides(one)]
    if hidden:
        out += "\n    _hidden = frozenset({" + ", ".join(f'"{one}"' for one in hidden) + "})\n"
    for field in fields:
        if field.name == "items" and field.type.of is not None and not field.nullable:
            out += ITEMS.format(of=types.answered(field.type.of))
    out += (
        f"\n\ndef _read_{snake(record.name)}(w: dict[str, Any]) -> {record.name}:\n    return _made({record.name}, {{\n"
    )
    for field in fields:
        out += f'        "{named(field.name, "python")}": {reading(field)},\n'
    return out + f"    }})\n\n\n{record.name}._read = _read_{snake(record.name)}\n"


def annotation(field: Field) -> str:
    none = field.type.is_ != "json" and (field.nullable or not field.required)
    return types.answered(field.type) + (" | None" if none else "")


def reading(field: Field) -> str:
    wire, read = field.name, types.reader(field.type)
    if read is None:
        return f'w["{wire}"]' if field.required else f'w.get("{wire}")'
    if read.startswith("["):
        each = f'[{read[1:]}(x) for x in w["{wire}"]]'
        return each if field.required else f'None if w.get("{wire}") is None else {each}'
    if field.required and not field.nullable:
        return f'{read}(w["{wire}"])'
    return f'None if w.get("{wire}") is None else {read}(w["{wire}"])'


def taken(record: Record) -> str:
    """A record within arguments: a dictionary with known members."""
    members = "".join(f'        "{one.name}": {member(one)},\n' for one in record.fields)
    return f'\n\n#: {record.doc}\n{record.name} = TypedDict(\n    "{record.name}",\n    {{\n{members}    }},\n    total=False,\n)\n'


def member(field: Field) -> str:
    return " | ".join((*types.given(field.type), *(("None",) if field.nullable else ())))


# Arguments.


def amounts(contract: Contract) -> str:
    """Returns the names of arguments, by their kinds."""
    fields = [one for operation in contract.operations() for one in operation.arguments]
    fields += [one for record in contract.of_requests() for one in record.fields]

    def those(*kinds: str) -> "set[str]":
        return {one.name for one in fields if (one.type.of or one.type).is_ in kinds}

    def secrets() -> "set[str]":
        """By name, where an argument of that name is a secret in every operation, and else behind its operation."""
        taken = [(operation, one) for operation in contract.operations() for one in operation.arguments]
        plain = {one.name for _, one in taken if not one.secret}
        hidden = [(operation, one) for operation, one in taken if one.secret]
        return {f"{operation.name}.{one.name}" if one.name in plain else one.name for operation, one in hidden}

    free = {one.name for one in fields if one.type.is_ in ("json", "object", "measure") and one.name != "args"}
    listed = [
        ("AMOUNTS", "that are money", those("money")),
        ("TIMES", "that are, or may be, times", those("time")),
        ("SPANS", "that are durations", those("duration")),
        ("FREE", "that may be any JSON", free),
        ("SECRETS", "that are secrets, with their operation where one of another is none", secrets()),
        ("COMMON", "that every call which writes takes besides its own", set(contract.common)),
    ]
    out = head("Names of arguments, by their kinds.")
    for name, what, found in listed:
        members = "".join(f'        "{one}",\n' for one in sorted(found))
        # no member at all would be a dictionary
        given = f"\n    {{\n{members}    }}\n" if members else ""
        out += f"#: The names of arguments {what}.\n{name} = frozenset({given})\n\n"
    return out


def common(contract: Contract) -> str:
    """Returns the arguments that calls share, as records of which a method unpacks one."""
    fields = {one.name: one for operation in contract.operations() for one in operation.arguments if not one.required}
    listed = [fields[name] for name in contract.common if name in fields]
    out = head("Arguments that calls which write share, for type checkers: `**common` is one of these.")
    out += (
        "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING, Any, TypedDict\n\nif TYPE_CHECKING:\n"
    )
    out += "    from collections.abc import Mapping, Sequence\n\n    from earnest import _views as v\n"
    out += "    from earnest._secret import Secret\n    from earnest._wire import Actor\n"
    for name, base, doc, keyed in (
        ("Common", "TypedDict", "Arguments of every call that writes.", False),
        ("Keyed", "Common", "The same, and a key that need not be given.", True),
    ):
        out += f"\n\nclass {name}({base}, total=False):\n" + quoted(doc, "    ")
        for field in listed:
            if (field.name == "key") is keyed:
                out += f"\n    {named(field.name, 'python')}: {types.argument(field)}\n" + quoted(field.doc, "    ")
    return out


# Services.


def services(contract: Contract, is_async: bool) -> str:
    out = imports(is_async)
    runner = "AsyncRunner" if is_async else "Runner"
    for service in contract.services:
        out += f"\n\nclass {pascal(service.name)}:\n" + quoted(f"The operations of `{service.name}`.", "    ")
        out += f'\n    __slots__ = ("_runner",)\n\n    def __init__(self, runner: {runner}) -> None:\n'
        out += "        self._runner = runner\n"
        out += "".join(method(contract, operation, is_async) for operation in service.operations)
    out += "\n\nclass Services:\n" + quoted(
        "All services, of an engine or of a transaction that it is bound to.", "    "
    )
    out += f"\n    _runner: {runner}\n"
    for service in contract.services:
        out += f"\n    @property\n    def {named(service.name, 'python')}(self) -> {pascal(service.name)}:\n"
        out += quoted(f"The operations of `{service.name}`.", "        ")
        out += f"        return {pascal(service.name)}(self._runner)\n"
    return out


def imports(is_async: bool) -> str:
    out = head(f"The services, {'asynchronous' if is_async else 'blocking'}: a method for every operation.")
    out += "from __future__ import annotations\n\nfrom collections.abc import Mapping, Sequence\n"
    out += "from datetime import datetime, timedelta\nfrom typing import TYPE_CHECKING, Any\n\n"
    out += "from earnest import _views as v\nfrom earnest._json import JsonInput\nfrom earnest._money import Money\n"
    used = ("AsyncRunner", "Listing", "listed", "more") if is_async else ("Runner", "SyncPage", "more", "paged")
    out += f"from earnest._runner import {', '.join(used)}\n"
    out += "from earnest._secret import Secret\nfrom earnest._wire import Actor\n\nif TYPE_CHECKING:\n    from typing_extensions import Unpack\n\n"
    return out + "    from earnest._common import Common, Keyed\n"


def parameters(contract: Contract, operation: Operation) -> "list[str]":
    """The parameters of a method; all after the first are given by name."""
    out = ["self"]
    for place, field in enumerate(types.own(contract, operation)):
        if place == (1 if operation.first else 0):
            out.append("*")
        name, kind = named(field.name, "python"), types.argument(field)
        out.append(f"{name}: {kind}" + ("" if field.required else " = None"))
    record = types.shared(contract, operation)
    return [*out, f"**common: Unpack[{record}]"] if record else out


def method(contract: Contract, operation: Operation, is_async: bool) -> str:
    result = f"v.{operation.reply}"
    sent = "".join(
        f'            "{one.name}": {named(one.name, "python")},\n' for one in types.own(contract, operation)
    )
    if types.shared(contract, operation):
        sent += "            **more(common),\n"
    if operation.page:
        answers = f"Listing[{result}]" if is_async else f"SyncPage[{result}]"
        call = (
            "listed" if is_async else "paged"
        ) + f'(self._runner, "{operation.name}", args, v.{types.reply(operation)})'
        defined = "def"
    else:
        answers, defined = result, "async def" if is_async else "def"
        call = f'v.{types.reply(operation)}({"await " if is_async else ""}self._runner.call("{operation.name}", args))'
    out = f"\n    {defined} {named(operation.method, 'python')}(\n"
    out += "".join(f"        {one},\n" for one in parameters(contract, operation)) + f"    ) -> {answers}:\n"
    out += '        """' + docstring(operation.doc, "        ") + "\n"
    documented = types.documented(contract, operation)
    if documented:
        out += "\n"
    for field in documented:
        out += "        " + docstring(f"`{named(field.name, 'python')}`: {field.doc}", "            ") + "\n"
    if operation.codes:
        codes = ", ".join(f"`{code}`" for code in operation.codes)
        out += "\n        " + docstring(f"Refused with {codes}.", "        ") + "\n"
    return out + f'        """\n        args = {{\n{sent}        }}\n        return {call}\n'


def engine_services(contract: Contract, subscribe: Operation, is_async: bool) -> str:
    """Returns the services of an engine, with more than their operations."""
    given = "".join(f"        {one},\n" for one in parameters(contract, subscribe))
    words = ("async ", "await ", "AsyncIterator") if is_async else ("", "", "Iterator")
    said = dict(zip(("async_", "await_", "iterator"), words, strict=True), concurrency=8 if is_async else 4)
    of = "" if is_async else "sync."
    out = head("The services of an engine that do more than operations: handlers, and loops that read the log.")
    out += f"from __future__ import annotations\n\nfrom collections.abc import {', '.join(sorted([words[2], 'Mapping', 'Sequence']))}\n"
    out += "from datetime import timedelta\nfrom typing import TYPE_CHECKING, Any, Protocol, overload\n\nfrom earnest import _views as v\n"
    out += f"from earnest.{'_services' if is_async else '_sync_services'} import Events, Jobs\n\nif TYPE_CHECKING:\n"
    out += "    from typing_extensions import Unpack\n\n    from earnest._common import Keyed\n"
    out += f"    from earnest.{of}_workers import EventHandler, JobHandler, Subscription, Worker\n"
    return out + BANK.format(**said) + READERS.format(made=given, **said) + WORKERS.format(**said)
