"""Values in TypeScript: their types, how they are read from JSON, and what becomes of them there."""

from model import Contract, Field, Operation, Type
from names import argument as named, camel

ANSWERED = {
    "string": "string",
    "integer": "number",
    "boolean": "boolean",
    "time": "string",
    "duration": "string",
    "json": "Json",
    "object": "Record<string, Json>",
    "money": "Money",
    "measure": "number | Money",
    "actor": "Actor",
    "error": "EarnestError",
}

GIVEN = {
    "string": "string",
    "integer": "number",
    "boolean": "boolean",
    "time": "TimeLike",
    "duration": "DurationLike",
    "json": "JsonInput",
    "object": "Record<string, unknown>",
    "money": "MoneyLike",
    "measure": "number | MoneyLike",
    "actor": "ActorLike",
}

READERS = {"money": "moneyOf", "measure": "measureOf", "actor": "actorOf", "error": "errorOf"}

#: Types by their names in the table of operations, as `src/shapes.ts` explains.
SHAPES = {
    "string": "s",
    "time": "t",
    "duration": "d",
    "json": "j",
    "object": "o",
    "money": "m",
    "measure": "n",
    "actor": "a",
}


def answered(kind: Type) -> str:
    """The type of a value that was answered."""
    if kind.of is not None:
        inner = answered(kind.of)
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    return ANSWERED.get(kind.is_, kind.name)


#: As long as a key of a call may be; the id of a key, which has the same name in some requests, is shorter.
KEY_LENGTH = 255


def is_key_of_call(field: Field) -> bool:
    """Whether a field is an idempotency key."""
    longest = field.bounds.get("maxLength", KEY_LENGTH)
    return field.name == "key" and field.type.is_ == "string" and longest == KEY_LENGTH


def taken(field: Field) -> str:
    """The type of what may be given for a field: of a text that is a secret also what nobody prints."""
    if is_key_of_call(field):
        return "string | IdempotencyKey"
    kind = given(field.type)
    if not field.secret:
        return kind
    return {"string": "string | Secret", "readonly string[]": "readonly (string | Secret)[]"}.get(kind, kind)


def given(kind: Type) -> str:
    """The type of what may be given for a value."""
    if kind.of is not None:
        inner = given(kind.of)
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if kind.is_ == "set":
        # an editor lists the words, and a variable that is a text is taken as it is
        return f"v.{kind.name} | (string & {{}})"
    return GIVEN.get(kind.is_, kind.name)


def shaped(field: Field) -> str:
    """A field in the table of operations."""
    if is_key_of_call(field):
        return "'i'"
    secret = {"'s'": "'k'", "{ list: 's' }": "{ list: 'k' }", "'o'": "'h'"} if field.secret else {}
    kind = shape(field.type)
    return secret.get(kind, kind)


def shape(kind: Type) -> str:
    """A type in the table of operations."""
    if kind.of is not None:
        return f"{{ list: {shape(kind.of)} }}"
    if kind.is_ == "record":
        return f"{{ record: {record(kind.name)} }}"
    return f"'{SHAPES.get(kind.is_, 's' if kind.is_ == 'set' else 'p')}'"


def record(name: str) -> str:
    """The shape of a record within arguments."""
    return f"shapeOf{name}"


def reading(field: Field, wire: str) -> str:
    """An expression that reads a field of a reply from JSON."""
    nullable = field.nullable or not field.required
    value = f"{wire}.{field.name}"
    kind = field.type
    each = kind.of or kind
    read = f"new {each.name}" if each.is_ == "record" else READERS.get(each.is_)
    if kind.of is not None:
        listed = f"listOf({value}, (one: any) => {read}(one))" if read else f"frozen({value})"
        return f"({value} == null ? null : {listed})" if nullable else listed
    if read:
        return f"({value} == null ? null : {read}({value}))" if nullable else f"{read}({value})"
    found = f"({value} ?? null)" if nullable else value
    return f"frozen({found})" if kind.is_ in ("json", "object") else found.strip("()") if not nullable else found


def optional(field: Field) -> str:
    return "" if field.required else "?"


def member(field: Field) -> str:
    """The name of a field: every name may stand there."""
    return camel(field.name)


def method(operation: Operation) -> str:
    return camel(operation.method)


def const(operation: Operation) -> str:
    """The name of an operation in the table."""
    return named(operation.name, "typescript")


def documented(contract: Contract, operation: Operation) -> "list[Field]":
    """The arguments that an operation has beyond those of every call."""
    return [one for one in operation.arguments if one.required or one.name not in contract.common]
