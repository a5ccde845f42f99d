"""Values in Python: their annotations, and the functions that read them from JSON."""

from model import Contract, Field, Operation, Type
from names import snake

SCALARS = {
    "string": "str",
    "integer": "int",
    "boolean": "bool",
    "time": "datetime",
    "duration": "timedelta",
    "json": "Json",
    "object": "dict[str, Any]",
    "money": "Money",
    "measure": "int | Money",
    "actor": "Actor",
    "error": "EarnestError",
}

READERS = {
    "time": "time_of",
    "duration": "span_of",
    "money": "money_of",
    "measure": "measure_of",
    "actor": "actor_of",
    "error": "error_of",
}

#: Types that callers may give, each with its alternatives.
GIVEN = {
    "string": ("str",),
    "integer": ("int",),
    "boolean": ("bool",),
    "time": ("datetime", "str"),
    "duration": ("timedelta", "str"),
    "json": ("JsonInput",),
    "object": ("Mapping[str, Any]",),
    "money": ("Money", "str"),
    "measure": ("int", "Money", "str"),
    "actor": ("Actor", "str", "Mapping[str, str]"),
}


def answered(kind: Type) -> str:
    """The annotation of a value that was answered."""
    if kind.of is not None:
        return f"list[{answered(kind.of)}]"
    return SCALARS.get(kind.is_, kind.name)


def reader(kind: Type) -> "str | None":
    """The function that reads a value; none where JSON is what is meant, and `[` before that of each item."""
    if kind.of is not None:
        read = reader(kind.of)
        return f"[{read}" if read else None
    return f"_read_{snake(kind.name)}" if kind.is_ == "record" else READERS.get(kind.is_)


def given(kind: Type, qualifier: str = "") -> "tuple[str, ...]":
    """The annotations of what may be given for a value."""
    if kind.of is not None:
        return (f"Sequence[{' | '.join(given(kind.of, qualifier))}]",)
    if kind.is_ == "set":
        # a variable that is a text is taken as it is
        return (qualifier + kind.name, "str")
    return GIVEN.get(kind.is_, (qualifier + kind.name,))


def argument(field: Field, qualifier: str = "v.") -> str:
    """The annotation of an argument: of a text that is a secret also what nobody prints."""
    listed = given(field.type, qualifier)
    if field.secret:
        listed = {("str",): ("str", "Secret"), ("Sequence[str]",): ("Sequence[str | Secret]",)}.get(listed, listed)
    # whatever has a JSON form may be None already
    none = () if field.required or field.type.is_ == "json" else ("None",)
    return " | ".join((*listed, *none))


def reply(operation: Operation) -> str:
    return f"_read_{snake(operation.reply)}"


#: Fields that come first in a record, whatever it is of.
ORDER = ["id", "account", "currency", "kind", "amount", "from", "to"]


def rank(field: Field) -> "tuple[int, str]":
    return (ORDER.index(field.name) if field.name in ORDER else len(ORDER), field.name)


def shared(contract: Contract, operation: Operation) -> "str | None":
    """The record of what calls take besides their own arguments, where an operation takes all of it."""
    taken = {one.name for one in operation.arguments if not one.required}
    if not taken >= set(contract.common) - {"key"}:
        return None
    return "Keyed" if "key" in taken else "Common"


def own(contract: Contract, operation: Operation) -> "list[Field]":
    """The arguments that a method names: the others are in its `**common`."""
    everywhere = contract.common if shared(contract, operation) else ()
    return [one for one in operation.arguments if one.required or one.name not in everywhere]


def documented(contract: Contract, operation: Operation) -> "list[Field]":
    """The arguments that an operation has beyond those of every call."""
    return [one for one in operation.arguments if one.required or one.name not in contract.common]
