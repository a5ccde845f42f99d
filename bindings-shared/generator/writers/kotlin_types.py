"""Values in Kotlin: their types, how they are written as arguments, and how they are read from JSON."""

from dataclasses import dataclass

from model import Contract, Detail, Field, Operation, Type
from names import argument as escaped

#: Members whose names are hard keywords, by what they are there.
RENAMED = {"for": "forTime", "object": "objectKind"}

ANSWERED = {
    "string": "String",
    "integer": "Long",
    "boolean": "Boolean",
    "time": "Instant",
    "duration": "Duration",
    "json": "Json",
    "object": "Json",
    "money": "Money",
    "measure": "Measure",
    "actor": "Actor",
    "error": "EarnestException",
}

#: The methods of `Reading`, and of `Arguments`, by the kind of a value.
METHODS = {
    "string": "text",
    "integer": "integer",
    "boolean": "boolean",
    "time": "time",
    "duration": "duration",
    "json": "json",
    "object": "members",
    "money": "money",
    "measure": "measure",
    "actor": "actor",
    "error": "error",
}


def named(name: str) -> str:
    """The name of an argument, a member or a method."""
    return RENAMED[name] if name in RENAMED else escaped(name, "kotlin")


def optional(field: "Field | Detail") -> bool:
    """Whether a member may be absent; `null` within any JSON is a value of it."""
    if isinstance(field, Detail):
        return field.nullable
    return field.type.is_ != "json" and (field.nullable or not field.required)


def answered(kind: Type) -> str:
    if kind.of is not None:
        return f"List<{answered(kind.of)}>"
    return ANSWERED.get(kind.is_, kind.name)


def given(field: Field) -> str:
    """The type of an argument. A key is a text, or an `IdempotencyKey`; one of a closed set is of that."""
    base = "CharSequence" if is_key(field) else answered(field.type)
    return base if field.required else base + "?"


def is_key(field: Field) -> bool:
    return field.name == "key" and field.type.is_ == "string"


def set_of(field: Field) -> str:
    """The closed set that a value, or each of a list, is one of."""
    each = field.type.of or field.type
    return each.name if each.is_ == "set" else ""


def documented(field: Field) -> str:
    """The doc of an argument, with the closed set that it is one of."""
    name = set_of(field)
    if not name:
        return field.doc
    return f"{field.doc} " + ("Each one" if field.type.of is not None else "One") + f" of [{name}], or its text."


@dataclass(frozen=True)
class AsText:
    """An argument of the same function with texts for closed sets: its type, and what the other one is given for it."""

    declared: str
    passed: str


def with_texts(fields: "list[Field]") -> "list[list[AsText]]":
    """The same arguments with texts in the place of closed sets.

    Each set that may be absent is the first text of one: it is needed there, for with none the typed function is meant.
    """
    sets = [one for one in fields if set_of(one)]
    firsts = sets if sets and not any(one.required for one in sets) else sets[:1]
    return [[as_text(one, sets.index(first), sets) for one in fields] for first in firsts]


def as_text(field: Field, first: int, sets: "list[Field]") -> AsText:
    name, default = named(field.name), "" if field.required else " = null"
    if field not in sets or (sets.index(field) < first and not field.required):
        return AsText(f"{name}: {given(field)}{default}", name)
    needed = field.required or sets.index(field) == first
    many, end = field.type.of is not None, "" if needed else "? = null"
    made = f"{name}.map(::{set_of(field)})" if many else f"{set_of(field)}({name})"
    if not needed:
        made = f"{name}?.map(::{set_of(field)})" if many else f"{name}?.let(::{set_of(field)})"
    return AsText(f"{name}: {'List<String>' if many else 'String'}{end}", made)


def reading(field: "Field | Detail") -> str:
    """An expression that reads a member from `from`."""
    kind = field.type
    name, more = f'"{field.name}"', "OrNull" if optional(field) else ""
    each = kind.of or kind
    how = "list" if kind.of is not None else METHODS.get(each.is_, "one")
    if each.is_ in ("record", "set"):
        return f"from.{how}{more}({name}, ::{each.name})" if each.is_ == "record" else closed(kind, name, more)
    if kind.of is not None:
        how = {"string": "asText", "money": "asMoney"}.get(each.is_) or unreadable(field.name)
        return f"from.list{more}({name}, Reading::{how})"
    return f"from.{how}{more}({name})"


def closed(kind: Type, name: str, more: str) -> str:
    if kind.of is not None:
        return f"from.list{more}({name}) {{ {kind.of.name}(it.asText()) }}"
    if more:
        return f"from.textOrNull({name})?.let(::{kind.name})"
    return f"{kind.name}(from.text({name}))"


def unreadable(name: str) -> str:
    raise AssertionError(f"`{name}` is a list of what this writer has never met")


def writing(field: Field) -> str:
    """A statement that writes an argument into `Arguments`."""
    kind, name, value = field.type, field.name, named(field.name)
    if kind.of is not None:
        method = {"record": "records", "money": "amounts"}.get(kind.of.is_, "texts")
    elif kind.is_ == "record":
        method = "record"
    elif kind.is_ == "set":
        method = "word"
    elif kind.is_ == "string" and name == "key":
        method = "key"
    else:
        method = METHODS[kind.is_]
    return f'{method}("{name}", {value})'


def arguments(contract: Contract, operation: Operation) -> "list[Field]":
    """Required ones, then the optional ones of the operation, then those of every call in their order."""
    required = [one for one in operation.arguments if one.required]
    own = [one for one in operation.arguments if not one.required and one.name not in contract.common]
    common = [one for one in operation.arguments if not one.required and one.name in contract.common]
    return [*required, *own, *sorted(common, key=lambda one: contract.common.index(one.name))]
