"""Reads the contract of `earnest contract --json`, and refuses one that it cannot read whole."""

import json
import subprocess
from typing import Any

from model import Contract, Detail, Field, Member, Operation, Record, Refusal, Service, Set, Type, Unreadable

#: The form of the contract that this reader was written for.
FORM = 1

SCALARS = {"string", "integer", "boolean", "time", "duration", "json", "object", "money", "measure", "actor", "error"}


def of_program(earnest: str) -> Contract:
    said = subprocess.run([earnest, "contract", "--json"], check=True, capture_output=True).stdout
    return read(json.loads(said))


def read(document: "dict[str, Any]") -> Contract:
    form = document.get("contract")
    if form != FORM:
        raise Unreadable(f"the contract has form {form}, and this generator reads form {FORM}")
    model = Contract(
        version=document["version"],
        common=tuple(document["common"]),
        services=tuple(service(one) for one in document["services"]),
        records={one["name"]: record(one) for one in document["records"]},
        sets={one["name"]: closed_set(one) for one in document["sets"]},
        refusals=tuple(refusal(one) for one in document["errors"]),
    )
    once([one["name"] for one in document["records"] + document["sets"]], "a record or a closed set")
    once([one.name for one in model.operations()], "an operation")
    once([one.code for one in model.refusals], "a code")
    for owner, field in model.every_field():
        known(model, owner, field.type)
    for operation in model.operations():
        if operation.reply not in model.records:
            raise Unreadable(f"`{operation.name}` answers `{operation.reply}`, which is no record")
    return model


def once(names: "list[str]", what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"`{name}` is the name of {what} twice")


def known(model: Contract, owner: str, kind: Type) -> None:
    if kind.of is not None:
        known(model, owner, kind.of)
    if (kind.is_ == "record" and kind.name not in model.records) or (kind.is_ == "set" and kind.name not in model.sets):
        raise Unreadable(f"`{owner}` is of `{kind.name}`, which the contract does not declare")


def service(said: "dict[str, Any]") -> Service:
    return Service(said["name"], tuple(operation(one) for one in said["operations"]))


def operation(said: "dict[str, Any]") -> Operation:
    return Operation(
        name=said["name"],
        method=said["method"],
        doc=said["doc"],
        key=said["key"],
        host=said["host"],
        first=said["first"],
        arguments=tuple(field(one) for one in said["arguments"]),
        reply=said["reply"]["record"],
        page=said["reply"]["page"],
        codes=tuple(said["codes"]),
        example=json.loads(said["example"]),
    )


def record(said: "dict[str, Any]") -> Record:
    return Record(said["name"], said["doc"], tuple(field(one) for one in said["fields"]))


def closed_set(said: "dict[str, Any]") -> Set:
    return Set(said["name"], said["doc"], tuple(Member(one["value"], one["doc"]) for one in said["values"]))


def refusal(said: "dict[str, Any]") -> Refusal:
    details = tuple(
        Detail(one["name"], type_of(one["name"], one["type"]), one["nullable"], one["doc"]) for one in said["details"]
    )
    return Refusal(
        code=said["code"],
        kind=said["kind"],
        retry=said["retry"],
        http_status=said["http_status"],
        doc=said["doc"],
        reserved_for=said["reserved_for"],
        details=details,
    )


def field(said: "dict[str, Any]") -> Field:
    return Field(
        name=said["name"],
        type=type_of(said["name"], said["type"]),
        required=said["required"],
        nullable=said["nullable"],
        secret=said["secret"],
        doc=said["doc"],
        default=said.get("default"),
        bounds=said.get("bounds", {}),
    )


def type_of(owner: str, said: "dict[str, Any]") -> Type:
    kind = said["is"]
    if kind in SCALARS:
        return Type(kind)
    if kind in ("record", "set"):
        return Type(kind, name=said["name"])
    if kind == "list":
        return Type(kind, of=type_of(owner, said["of"]))
    raise Unreadable(f"`{owner}` is of the type `{kind}`, which this generator does not know")
