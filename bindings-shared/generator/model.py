"""The contract, in no language: services, operations, records, closed sets and refusals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class Unreadable(Exception):
    """The contract is of another form, or says something that no package could be made from."""


@dataclass(frozen=True)
class Type:
    """The type of a value: a scalar by its name, a record, one of a closed set, or a list."""

    is_: str
    name: str = ""
    of: "Type | None" = None


@dataclass(frozen=True)
class Field:
    """An argument, or a field of a record."""

    name: str
    type: Type
    required: bool
    nullable: bool
    secret: bool
    doc: str
    default: Any
    bounds: "dict[str, Any]"


#: Members that may hold a secret, such as the token of a gateway, though nothing in the contract says so.
UNSHOWN = {"Job": ("payload", "result")}

#: Records whose members go by their meaning, as arguments do that are required: the others go by their names.
ORDERS = {"ProofFor": ("operation", "args")}


@dataclass(frozen=True)
class Record:
    name: str
    doc: str
    fields: "tuple[Field, ...]"

    def given(self) -> "list[Field]":
        """The fields as they are given: those that are required first."""
        order = ORDERS.get(self.name, ())
        place = {name: at for at, name in enumerate(order)}
        return sorted(self.fields, key=lambda one: (not one.required, place.get(one.name, len(order))))

    def hides(self, field: Field) -> bool:
        """Whether descriptions of what was answered leave the value of a field out."""
        return field.secret or field.name in UNSHOWN.get(self.name, ())

    def hides_given(self, field: Field) -> bool:
        """The same of what is given: the arguments of any operation may hold a secret."""
        return field.secret or (field.type.is_ == "object" and field.name == "args")


@dataclass(frozen=True)
class Member:
    """A text of a closed set."""

    value: str
    doc: str


@dataclass(frozen=True)
class Set:
    """A closed set of texts."""

    name: str
    doc: str
    members: "tuple[Member, ...]"


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    doc: str
    key: str
    host: str
    first: "str | None"
    arguments: "tuple[Field, ...]"
    reply: str
    page: bool
    codes: "tuple[str, ...]"
    example: "dict[str, Any]"


@dataclass(frozen=True)
class Service:
    name: str
    operations: "tuple[Operation, ...]"


@dataclass(frozen=True)
class Detail:
    """A detail of a refusal, beside its code."""

    name: str
    type: Type
    nullable: bool
    doc: str


@dataclass(frozen=True)
class Refusal:
    code: str
    kind: str
    retry: str
    http_status: int
    doc: str
    reserved_for: "str | None"
    details: "tuple[Detail, ...]"


@dataclass(frozen=True)
class Contract:
    version: str
    #: The arguments of every call, in the order in which they are shown.
    common: "tuple[str, ...]"
    services: "tuple[Service, ...]"
    records: "dict[str, Record]"
    sets: "dict[str, Set]"
    refusals: "tuple[Refusal, ...]"

    def operations(self) -> "Iterator[Operation]":
        for service in self.services:
            yield from service.operations

    def every_field(self) -> "Iterator[tuple[str, Field]]":
        """Arguments and fields, each with the name of what has it."""
        for operation in self.operations():
            yield from ((f"{operation.name}.{one.name}", one) for one in operation.arguments)
        for record in self.records.values():
            yield from ((f"{record.name}.{one.name}", one) for one in record.fields)

    def of_replies(self, order: "Callable[[Field], Any]") -> "tuple[list[Record], list[Set]]":
        """The records and closed sets of replies, as they are met from the first reply on; fields go by `order`."""
        records: dict[str, Record] = {}
        sets: dict[str, Set] = {}

        def meet(kind: Type) -> None:
            if kind.of is not None:
                meet(kind.of)
            elif kind.is_ == "set":
                sets.setdefault(kind.name, self.sets[kind.name])
            elif kind.is_ == "record" and kind.name not in records:
                records[kind.name] = self.records[kind.name]
                for field in sorted(records[kind.name].fields, key=order):
                    meet(field.type)

        for operation in self.operations():
            meet(Type("record", operation.reply))
        return list(records.values()), list(sets.values())

    def of_requests(self) -> "list[Record]":
        """The records within arguments, as they are met."""
        return list({record.name: record for one in self.operations() for record in self.within(one)}.values())

    def within(self, operation: Operation) -> "list[Record]":
        """The records within the arguments of an operation, by name."""
        found: dict[str, Record] = {}

        def meet(kind: Type) -> None:
            if kind.of is not None:
                meet(kind.of)
            elif kind.is_ == "record" and kind.name not in found:
                found[kind.name] = self.records[kind.name]
                for field in found[kind.name].fields:
                    meet(field.type)

        for argument in operation.arguments:
            meet(argument.type)
        return sorted(found.values(), key=lambda record: record.name)
