"""Values in Swift: their types, how they are read from a view, and how they are written into arguments."""

import re
from dataclasses import replace

from model import Contract, Field, Operation, Type
from names import KEYWORDS, argument, camel

SCALARS = {
    "string": "String",
    "integer": "Int",
    "boolean": "Bool",
    "time": "Date",
    "duration": "Duration",
    "json": "JSON",
    "object": "JSON",
    "money": "Money",
    "measure": "Measure",
    "actor": "Actor",
    "error": "EarnestError",
}

#: The functions of `_Wire` and `Given` that have a value, and the cases of `_Form.What`.
PARTS = {
    "string": "text",
    "integer": "whole",
    "boolean": "flag",
    "time": "time",
    "duration": "length",
    "json": "any",
    "object": "any",
    "money": "money",
    "measure": "measure",
    "actor": "actor",
    "error": "refusal",
}

#: The triggers of a deal: a set of this package, by hand, for the core has its words as names of operations.
TRIGGER = Type("set", name="Trigger")

#: Where it is told or asked for.
TRIGGERS = {("Action", "trigger"), ("escrow.validate", "trigger")}

#: Fields that come first in a record, whatever it is of.
ORDER = ["id", "account", "currency", "kind", "amount", "from", "to"]


def rank(field: Field) -> "tuple[int, str]":
    return (ORDER.index(field.name) if field.name in ORDER else len(ORDER), field.name)


def answered(kind: Type) -> str:
    """The type of a value that was answered."""
    return f"[{answered(kind.of)}]" if kind.of is not None else SCALARS.get(kind.is_, kind.name)


def chosen(owner: str, fields: "tuple[Field, ...]") -> "list[Field]":
    """The fields of a record, or the arguments of an operation."""
    return [replace(one, type=TRIGGER) if (owner, one.name) in TRIGGERS else one for one in fields]


def given(kind: Type) -> str:
    """The type of what is given for a value: one of a closed set may be written as its text."""
    return answered(kind)


def is_optional(field: Field) -> bool:
    return field.nullable or not field.required


def reading(kind: Type, name: str, optional: bool) -> str:
    """Returns the code that reads a member of a view."""
    each = kind.of or kind
    part = {"record": "view", "set": "of"}.get(each.is_) or PARTS[each.is_]
    if kind.of is not None:
        part = {"record": "views", "set": "sets", "string": "texts", "money": "moneys"}[each.is_]
    return f'wire.{part}{"OrNil" if optional else ""}("{name}")'


def writing(kind: Type, name: str, value: str) -> str:
    """Returns the code that writes an argument."""
    each = kind.of or kind
    part = {"record": "record", "set": "of"}.get(each.is_) or PARTS[each.is_]
    if kind.of is not None:
        part = {"record": "records", "set": "sets", "string": "texts", "money": "moneys"}[each.is_]
    return f'{part}("{name}", {value})'


def form(kind: Type) -> str:
    """Returns the form of a view's member, for the check of JSON."""
    if kind.of is not None:
        return f".list({form(kind.of)})"
    if kind.is_ == "record":
        return f".view {{ {kind.name}._form }}"
    return "." + {"set": "text", "object": "object"}.get(kind.is_, PARTS.get(kind.is_, ""))


def member(name: str) -> str:
    """The name of a property, which may be a keyword in quotes."""
    return argument(name, "swift")


def label(name: str) -> str:
    """The label of an argument: keywords need no quotes there."""
    return camel(name)


def method(operation: Operation) -> str:
    """The name of a method; `open` is a word of declarations alone."""
    name = camel(operation.method)
    return f"`{name}`" if name in KEYWORDS["swift"] and name != "open" else name


def case(value: str) -> str:
    """The name of a member of a closed set, from its text."""
    first, *rest = [part for part in re.split(r"[^A-Za-z0-9]+", value) if part]
    return argument(first.lower() + "".join("_" + part.lower() for part in rest), "swift")


def ordered(contract: Contract, operation: Operation) -> "list[Field]":
    """The arguments: those that are required, the others, and then what every call takes."""
    arguments = chosen(operation.name, operation.arguments)
    required = [one for one in arguments if one.required]
    others = [one for one in arguments if not one.required]
    common = {name: place for place, name in enumerate(contract.common)}
    own = [one for one in others if one.name not in common]
    return required + own + sorted((one for one in others if one.name in common), key=lambda one: common[one.name])
