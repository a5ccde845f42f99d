"""The contract as a page for people who write in no language yet: every operation in a line, every record in a table."""

from model import Contract, Field, Record, Type
from text import MADE, cell


def files(contract: Contract) -> "dict[str, str]":
    out = (
        f"# The contract\n\n{MADE} It is what every package is made from; `earnest contract --json` prints it whole.\n"
    )
    for service in contract.services:
        out += f"\n## {service.name}\n\n| operation | arguments | answers | key | |\n| --- | --- | --- | --- | --- |\n"
        for one in service.operations:
            given = ", ".join(argument(field) for field in one.arguments if own(contract, field))
            reply = (
                f"pages of [`{one.reply}`](#{one.reply.lower()})"
                if one.page
                else f"[`{one.reply}`](#{one.reply.lower()})"
            )
            out += f"| `{one.name}` | {given} | {reply} | {one.key} | {cell(one.doc)} |\n"
    out += "\n## Records\n" + "".join(record(one) for one in contract.records.values())
    out += "\n## Closed sets\n\n"
    for closed in contract.sets.values():
        out += f"- **`{closed.name}`**: " + ", ".join(f"`{member.value}`" for member in closed.members) + "\n"
    return {"bindings-shared/contract.md": out}


def own(contract: Contract, field: Field) -> bool:
    return field.required or field.name not in contract.common


def argument(field: Field) -> str:
    each = field.type.of or field.type
    name = f"`{field.name}`" + ("" if field.required else "?")
    return f"{name} (`{each.name}`)" if each.is_ == "set" else name


def record(one: Record) -> str:
    rows = "".join(f"| `{field.name}` | {shown(field)} | {cell(field.doc)} |\n" for field in one.fields)
    return f"\n### {one.name}\n\n{one.doc}\n\n| field | type | |\n| --- | --- | --- |\n{rows}"


def shown(field: Field) -> str:
    return (
        kind(field.type)
        + (" or null" if field.nullable or not field.required else "")
        + (", secret" if field.secret else "")
    )


def kind(type_: Type) -> str:
    if type_.of is not None:
        return f"list of {kind(type_.of)}"
    if type_.is_ == "record":
        return f"[`{type_.name}`](#{type_.name.lower()})"
    return f"`{type_.name}`" if type_.is_ == "set" else type_.is_
