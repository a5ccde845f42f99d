"""What a value is in Kotlin: its type, how it is written as an argument, and how it is read from JSON."""

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
    """The type of an argument. A key is a text, or an `IdempotencyKey`; one of a closed set is that, or its text."""
    each = field.type.of or field.type
    base = "CharSequence" if is_worded(field) else answered(each)
    base = f"List<{base}>" if field.type.of is not None else base
    return base if field.required else base + "?"


def is_worded(field: Field) -> bool:
    """Whether a text is given in more than one way."""
    each = field.type.of or field.type
    return each.is_ == "set" or (field.name == "key" and field.type.is_ == "string")


def documented(field: Field) -> str:
    """What an argument is, with the closed set that it is one of."""
    each = field.type.of or field.type
    if each.is_ != "set":
        return field.doc
    return f"{field.doc} " + ("Each one" if field.type.of is not None else "One") + f" of [{each.name}], or its text."


def part(field: Field) -> str:
    """The value of a member of a record within arguments, by which two of them are equal."""
    name = named(field.name)
    if not is_worded(field):
        return name
    many = "?.map { it.toString() }" if field.type.of is not None else "?.toString()"
    return name + (many.removeprefix("?") if field.required else many)


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
        method = "text"
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
