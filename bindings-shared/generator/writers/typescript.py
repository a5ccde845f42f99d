"""The Node package: services, views, errors, requests, and the table of operations."""

import json
import re

from model import Contract, Field, Operation, Record, Refusal, Service, Set, Type
from names import camel, pascal
from text import MADE, one_line, wrapped

from . import typescript_types as types

FOLDER = "bindings-node/earnest/src/generated"
WIDTH = 118
IMPORTS = "// imports\n"

#: Fields that come first in a record, whatever it is of.
ORDER = ["id", "account", "currency", "kind", "amount", "from", "to"]


def rank(field: Field) -> "tuple[int, str]":
    return (ORDER.index(field.name) if field.name in ORDER else len(ORDER), field.name)


def files(contract: Contract) -> "dict[str, str]":
    records, sets = contract.of_replies(rank)
    taken = contract.of_requests()
    made = {
        "errors.ts": errors(contract),
        "views.ts": views(contract, records, sets, taken),
        "requests.ts": requests(contract, taken),
        "operations.ts": operations(contract, taken),
        "services.ts": services(contract, is_async=True),
        "sync.ts": services(contract, is_async=False),
    }
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


#: Imports that a file may need, by their modules.
ERRORS = {
    "../error": ["EarnestError", "register", "type WireError"],
    "../money": ["measureOf", "moneyOf", "type Money"],
    "../json": ["type Json"],
}
VIEWS = {
    "../error": ["type EarnestError", "errorOf"],
    "../json": ["type Json"],
    "../money": ["measureOf", "moneyOf", "type Money"],
    "../values": ["type Actor", "actorOf"],
    "../view": ["absent", "frozen", "unlisted", "unlistedWithToken", "View", "type Known"],
}
REQUESTS = {
    "../json": ["type JsonInput"],
    "../money": ["type MoneyLike"],
    "../secret": ["type Secret"],
    "../values": ["type ActorLike", "type DurationLike", "type IdempotencyKey", "type TimeLike"],
}


def imported(text: str, modules: "dict[str, list[str]]") -> str:
    """A text with the imports that it needs in the place of `IMPORTS`."""
    lines = ""
    for module, names in modules.items():
        used = [name for name in names if re.search(rf"\b{name.removeprefix('type ')}\b", text.replace("// ", ""))]
        lines += f"import {{ {', '.join(used)} }} from '{module}';\n" if used else ""
    return text.replace(IMPORTS, lines, 1)


def head(doc: str) -> str:
    return f"// {doc}\n// {MADE}\n\n"


def comment(paragraphs: "list[str]", indent: str = "") -> str:
    """A comment of documentation; what would end it is broken up."""
    shown = [text.replace("*/", "* /") for text in paragraphs if text]
    if not shown:
        return ""
    if len(shown) == 1 and "\n" not in shown[0] and len(indent) + len(shown[0]) < WIDTH - 8:
        return f"{indent}/** {one_line(shown[0])} */\n"
    blocks = []
    for text in shown:
        lines = (
            text.split("\n")
            if "```" in text or text.startswith("@")
            else wrapped(text, "", WIDTH - len(indent) - 3).split("\n")
        )
        blocks.append("".join(f"{indent} * {line}".rstrip() + "\n" for line in lines))
    return f"{indent}/**\n" + f"{indent} *\n".join(blocks) + f"{indent} */\n"


# Errors.


def errors(contract: Contract) -> str:
    out = head("Every refusal, each code a class of its own.")
    out += IMPORTS + "\n"
    out += (
        "/** Kinds of refusals. */\nexport type KindOf =\n" + union([one.kind for one in contract.refusals]) + ";\n\n"
    )
    out += "/** Every code. */\nexport type Code = keyof Details;\n\n/** The details of each code. */\nexport interface Details {\n"
    for refusal in contract.refusals:
        members = "".join(detail(one) for one in refusal.details)
        out += f"  {refusal.code}: {{" + (f"\n{members}  }};\n" if members else "};\n")
    out += "}\n"
    kinds: dict[str, Refusal] = {}
    for refusal in contract.refusals:
        kinds.setdefault(refusal.kind, refusal)
    for kind, refusal in kinds.items():
        out += "\n" + comment([f"Refusals of kind `{kind}`, HTTP status {refusal.http_status}."])
        out += f"export class {pascal(kind)}<C extends Code = Code> extends EarnestError<C> {{\n"
        out += f"  static override readonly kind: string = '{kind}';\n"
        out += f"  static override readonly httpStatus: number = {refusal.http_status};\n}}\n"
    for refusal in contract.refusals:
        reserved = f"Reserved for {refusal.reserved_for}: nothing refuses with it yet." if refusal.reserved_for else ""
        out += "\n" + comment([f"`{refusal.code}`: {refusal.doc} {reserved}".strip()])
        out += f"export class {pascal(refusal.code)} extends {pascal(refusal.kind)}<'{refusal.code}'> {{\n"
        out += f"  static override readonly code: string = '{refusal.code}';\n"
        readers = "".join(f"    {one.name}: {reader(one.type)},\n" for one in refusal.details if reader(one.type))
        out += f"  static override readonly readers = {{\n{readers}  }};\n" if readers else ""
        out += "}\n"
    listed = "".join(f"  {pascal(one.code)},\n" for one in contract.refusals)
    out += f"\n/** The class of every code. */\nexport const ALL = [\n{listed}] as const;\n\nregister(ALL as never);\n"
    return imported(out, ERRORS)


def reader(kind: Type) -> str:
    if kind.of is not None:
        inner = reader(kind.of)
        return f"(all: unknown[]) => all.map({inner})" if inner else ""
    if kind.is_ == "error":
        return "(wire: WireError) => EarnestError.fromJSON(wire)"
    return {"money": "moneyOf", "measure": "measureOf"}.get(kind.is_, "")


def detail(one: "object") -> str:
    kind = types.answered(one.type).replace("readonly ", "readonly ")
    if (one.type.of or one.type).is_ in ("record", "set", "actor"):
        kind = "Json"
    return comment([one.doc], "    ") + f"    {camel(one.name)}: {kind}{' | null' if one.nullable else ''};\n"


def union(values: "list[str]", indent: str = "  ") -> str:
    return "\n".join(f"{indent}| '{value}'" for value in dict.fromkeys(values))


# Views.


def views(contract: Contract, records: "list[Record]", sets: "list[Set]", taken: "list[Record]") -> str:
    out = head("Everything that operations answer.")
    out += IMPORTS + "\n"
    out += "const freeze = globalThis.Object.freeze;\n"
    out += "const listOf = <T>(all: any[], read: (one: any) => T): readonly T[] => freeze(all.map(read));\n"
    met = {one.name for one in sets}
    more: dict[str, Set] = {}
    for operation in contract.operations():
        for field in operation.arguments:
            collect(contract, field.type, met, more)
    for record in taken:
        for field in record.fields:
            collect(contract, field.type, met, more)
    for closed in [*sets, *more.values()]:
        out += (
            "\n"
            + comment([closed.doc])
            + f"export type {closed.name} =\n"
            + union([one.value for one in closed.members])
            + ";\n"
        )
    return imported(out + "".join(view(record) for record in records), VIEWS)


def collect(contract: Contract, kind: Type, met: "set[str]", more: "dict[str, Set]") -> None:
    """The closed sets that only arguments have."""
    kind = kind.of or kind
    if kind.is_ == "set" and kind.name not in met:
        more.setdefault(kind.name, contract.sets[kind.name])


def view(record: Record) -> str:
    """A class whose own members are those of JSON; of two words they are read by the name that they have here."""
    fields = sorted(record.fields, key=rank)
    out = "\n" + comment([record.doc or record.name]) + f"export class {record.name} extends View {{\n"
    known = ", ".join(f"{one.name}: {inner(one.type)}" for one in fields)
    out += f"  /** @internal */\n  static override readonly known: Known = {{ {known} }};\n"
    hidden = [types.member(one) for one in fields if one.secret]
    if hidden:
        out += f"  /** @internal */\n  static override readonly hidden = [{', '.join(map(repr, hidden))}];\n"
    missing = [one.name for one in fields if may_lack(one) and types.member(one) == one.name]
    if missing:
        out += f"  static {{\n    absent(this, {', '.join(map(repr, missing))});\n  }}\n"
    for field in fields:
        none = " | null" if may_lack(field) and field.type.is_ != "json" else ""
        kind = types.answered(field.type) + none
        if types.member(field) == field.name:
            out += comment([field.doc], "  ") + f"  declare readonly {field.name}: {kind};\n"
            continue
        lacks = " ?? null" if may_lack(field) else ""
        out += f"  /** @internal */\n  declare readonly {field.name}: {kind};\n" + comment([field.doc], "  ")
        out += f"  get {types.member(field)}(): {kind} {{\n    return this.{field.name}{lacks};\n  }}\n"
    out += "\n  /** @internal */\n  constructor(wire: any) {\n    super();\n"
    # in the order of JSON, which copies have too
    for field in sorted(fields, key=lambda one: one.name):
        out += f"    {kept(record, field)}\n"
    return out + "    freeze(this);\n  }\n}\n"


def may_lack(field: Field) -> bool:
    return field.nullable or not field.required


def kept(record: Record, field: Field) -> str:
    """The statement that keeps a field: what JSON leaves out stays out."""
    value = types.reading(field, "wire")
    said = f"this.{field.name} = {value};"
    if record.hides(field):
        said = f"{'unlisted' if field.secret else 'unlistedWithToken'}(this, '{field.name}', {value});"
    return f"if (wire.{field.name} !== undefined) {said}" if may_lack(field) else said


def inner(kind: Type) -> str:
    kind = kind.of or kind
    return f"() => {kind.name}" if kind.is_ == "record" else "null"


# Requests.


def requests(contract: Contract, taken: "list[Record]") -> str:
    out = head("Arguments of operations.")
    out += IMPORTS
    for record in taken:
        out += (
            "\n"
            + comment([record.doc])
            + f"export interface {record.name} {{\n"
            + "".join(map(taken_field, record.fields))
            + "}\n"
        )
    for operation in contract.operations():
        out += "\n" + comment([f"Arguments of `{operation.name}`."]) + f"export interface {args_name(operation)} {{\n"
        out += "".join(map(taken_field, operation.arguments)) + "}\n"
    views_too = "import type * as v from './views';\n" if re.search(r"\bv\.", out) else ""
    return imported(out.replace(IMPORTS, IMPORTS + views_too, 1), REQUESTS)


def args_name(operation: Operation) -> str:
    return pascal(operation.name)


def taken_field(field: Field) -> str:
    none = " | null" if field.nullable or not field.required else ""
    # with `exactOptionalPropertyTypes` what may be left out is not `undefined` unless that is said
    absent = "" if field.required else " | undefined"
    return (
        comment([field.doc], "  ")
        + f"  {types.member(field)}{types.optional(field)}: {types.taken(field)}{none}{absent};\n"
    )


# The table of operations.


def operations(contract: Contract, taken: "list[Record]") -> str:
    out = head("The table of operations: what each takes, by names here and in JSON, and how its reply is read.")
    out += "import { operation, shape, type Shape } from '../shapes';\nimport v = require('./views');\n"
    for record in taken:
        out += f"\nconst {types.record(record.name)} = (): Shape =>\n{shape_of(record.fields)};\n"
    for one in contract.operations():
        noted = "true" if any(field.name == "context" for field in one.arguments) else "false"
        read = f"(wire) => new v.{one.reply}(wire)"
        out += f"\nexport const {types.const(one)} = operation(\n  '{one.name}',\n  {noted},\n  () =>\n{shape_of(one.arguments, '    ')},\n  {read},\n);\n"
    return out


def shape_of(fields: "tuple[Field, ...]", indent: str = "  ") -> str:
    out = f"{indent}shape({{\n"
    for field in fields:
        kind, name = types.shaped(field), types.member(field)
        out += f"{indent}  {name}: " + (kind if name == field.name else f"['{field.name}', {kind}]") + ",\n"
    return out + f"{indent}}})"


# Services.


def services(contract: Contract, is_async: bool) -> str:
    out = head("The services: a method for every operation." if is_async else "The same, without waiting.")
    helpers = (
        "listed, type CallOptions, type PagePromise, type Runner"
        if is_async
        else "paged, type SyncPage, type SyncRunner"
    )
    out += f"import {{ {helpers} }} from '../runner';\nimport o = require('./operations');\n"
    out += "import type * as r from './requests';\nimport type * as v from './views';\n"
    prefix, runner = ("", "Runner") if is_async else ("Sync", "SyncRunner")
    for service in contract.services:
        out += (
            "\n"
            + comment([f"The operations of `{service.name}`."])
            + f"export class {prefix}{pascal(service.name)} {{\n"
        )
        out += f"  readonly #runner: {runner};\n\n  /** @internal */\n  constructor(runner: {runner}) {{\n    this.#runner = runner;\n  }}\n"
        out += "".join(method(contract, one, is_async) for one in service.operations) + "}\n"
    return out + together(contract.services, prefix, runner)


def together(services: "tuple[Service, ...]", prefix: str, runner: str) -> str:
    base = f"{prefix}Services"
    out = "\n" + comment(["All services, of an engine or of a transaction that it is bound to."])
    out += f"export abstract class {base} {{\n  readonly #made = new Map<string, unknown>();\n\n"
    out += f"  /** @internal */\n  protected abstract readonly runner: {runner};\n\n"
    out += f"  /** @internal */\n  protected made<T>(name: string, make: (runner: {runner}) => T): T {{\n"
    out += "    let one = this.#made.get(name) as T | undefined;\n"
    out += "    if (one === undefined) this.#made.set(name, (one = make(this.runner)));\n    return one;\n  }\n"
    for service in services:
        name, kind = camel(service.name), prefix + pascal(service.name)
        out += "\n" + comment([f"The operations of `{service.name}`."], "  ")
        out += f"  get {name}(): {kind} {{\n    return this.made('{name}', (runner) => new {kind}(runner));\n  }}\n"
    return out + "}\n"


def method(contract: Contract, operation: Operation, is_async: bool) -> str:
    required = any(field.required for field in operation.arguments)
    args = f"args{'' if required else '?'}: r.{args_name(operation)}"
    reply = f"v.{operation.reply}"
    doc = [operation.doc]
    doc += ["Refused with " + ", ".join(f"`{code}`" for code in operation.codes) + "."] if operation.codes else []
    if is_async:
        doc.append("@example\n```ts\n" + called(operation, operation.example) + "\n```")
        given, passed = f"{args}, options?: CallOptions", "args, options"
        answers = f"PagePromise<{reply}>" if operation.page else f"Promise<{reply}>"
        call = (
            f"listed(this.#runner, o.{types.const(operation)}, {passed})"
            if operation.page
            else f"this.#runner.one(o.{types.const(operation)}, {passed})"
        )
    else:
        # it has none: one that is given all the same is refused, and not passed over
        given = f"{args}, options?: never"
        answers = f"SyncPage<{reply}>" if operation.page else reply
        call = (
            f"paged(this.#runner, o.{types.const(operation)}, args, options)"
            if operation.page
            else f"this.#runner.one(o.{types.const(operation)}, args, options)"
        )
    return "\n" + comment(doc, "  ") + f"  {types.method(operation)}({given}): {answers} {{\n    return {call};\n  }}\n"


# Examples.


def literal(value: object) -> str:
    """A value of JSON in TypeScript; `$order.deal.id` is what an earlier line answered."""
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        if path[:2] == ["error", "details"]:
            path = path[1:]
        return camel(name) + "".join(f"[{step}]" if step.isdigit() else f".{camel(step)}" for step in path)
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key_of(key)}: {literal(one)}" for key, one in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return json.dumps(value)


def key_of(name: str) -> str:
    return name if name.isidentifier() else literal(name)


def called(operation: Operation, line: "dict[str, object]") -> str:
    """A line of `earnest run` as a call."""
    names = {field.name: types.member(field) for field in operation.arguments}
    records = {field.name: field.type for field in operation.arguments}
    given = ", ".join(
        f"{names.get(name, name)}: {shown(records.get(name), value)}" for name, value in line.get("args", {}).items()
    )
    call = f"await bank.{'.'.join(map(camel, operation.name.split('.')))}(" + (f"{{ {given} }}" if given else "") + ")"
    kept = f"const {camel(line['as'])} = " if "as" in line and "expect" not in line else ""
    text = f"{kept}{call};"
    return text + (f" // rejects with errors.{pascal(line['expect'])}" if "expect" in line else "")


def shown(kind: "Type | None", value: object) -> str:
    """An argument; within records the names are those of here."""
    if kind is None or not isinstance(value, (dict, list)):
        return literal(value)
    if isinstance(value, list):
        return "[" + ", ".join(shown(kind.of, one) for one in value) + "]"
    if kind.is_ != "record":
        return literal(value)
    return "{ " + ", ".join(f"{camel(name)}: {literal(one)}" for name, one in value.items()) + " }"
