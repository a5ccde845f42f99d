"""Views and money in pydantic, which is imported only by those who have it."""

from __future__ import annotations

import datetime
import typing
from functools import cache
from typing import Any

from pydantic_core import PydanticCustomError, SchemaSerializer, core_schema

from earnest import _views
from earnest._error import EarnestError, error_of
from earnest._jsonable import Jsonable
from earnest._money import Money, money_from
from earnest._runner import Page
from earnest._secret import Secret
from earnest._view import View, fields_of, wire_of
from earnest._wire import Actor, actor_of


@cache
def serializer() -> SchemaSerializer:
    """Writes any value of the package, for places of which a schema says nothing."""
    return SchemaSerializer(core_schema.any_schema(serialization=_as_wire(_said)))


def _as_wire(write: Any) -> core_schema.WrapSerializerFunctionSerSchema:
    """The JSON of every language, whatever pydantic makes of times; what is left out of it is pydantic's affair."""
    names = core_schema.dict_schema(core_schema.str_schema())
    return core_schema.wrap_serializer_function_ser_schema(write, info_arg=True, schema=names, when_used="always")


def _said(value: Jsonable, write: Any, info: Any) -> Any:
    if isinstance(value, View):
        return _written(value, write, info)
    if isinstance(value, Page):
        members = _members(value)
        return write({name: member for name, member in members.items() if not (info.exclude_none and member is None)})
    # without what writes objects, where it is none
    return value.to_wire() if isinstance(value, Secret) else write(value.to_wire())


def secret_schema() -> core_schema.CoreSchema:
    """Reads a Secret or a text; writes what stands in its place."""
    return core_schema.no_info_wrap_validator_function(
        lambda secret, read: secret if isinstance(secret, Secret) else _secret(read(secret)),
        core_schema.str_schema(),
        serialization=core_schema.plain_serializer_function_ser_schema(
            Secret.to_wire, return_schema=core_schema.str_schema()
        ),
    )


def _secret(text: str) -> Secret:
    try:
        return Secret(text)
    except EarnestError as error:
        raise PydanticCustomError("secret", "{reason}", {"reason": error.details["reason"]}) from None


def money_schema() -> core_schema.CoreSchema:
    """Reads Money, `"40.00 USD"` or an object; writes the object."""
    return core_schema.no_info_plain_validator_function(
        _money, serialization=core_schema.plain_serializer_function_ser_schema(Money.to_wire)
    )


def actor_schema() -> core_schema.CoreSchema:
    """Reads an Actor, or an object with an id and a role; writes the object."""
    shape = core_schema.typed_dict_schema(
        {
            "id": core_schema.typed_dict_field(core_schema.str_schema()),
            "role": core_schema.typed_dict_field(core_schema.nullable_schema(core_schema.str_schema()), required=False),
        }
    )
    return core_schema.no_info_wrap_validator_function(
        lambda actor, read: actor if isinstance(actor, Actor) else actor_of(read(actor)),
        shape,
        serialization=core_schema.plain_serializer_function_ser_schema(Actor.to_wire, return_schema=shape),
    )


def view_schema(cls: type[View], handler: Any) -> core_schema.CoreSchema:
    """A record whose members have the names of JSON."""
    if cls is View:
        # of no sort: any view, which cannot be told from its JSON
        return core_schema.is_instance_schema(View, serialization=_as_wire(_written))
    # pydantic reads no type that is part of itself, and has nothing to do where any JSON can be
    scope = {**vars(_views), **vars(typing), **vars(datetime), "Json": Any}
    fields = []
    names: list[list[str | int]]
    for name, wire in fields_of(cls):
        kind = eval(cls.__annotations__[name], scope)  # annotations of our own generated classes
        names = [[wire], [name]]
        schema = handler.generate_schema(kind)
        if cls.__annotations__[name].endswith("None"):
            schema = core_schema.with_default_schema(schema, default=None)
        fields.append(
            core_schema.dataclass_field(
                name,
                schema,
                kw_only=True,
                validation_alias=names if wire != name else None,
                serialization_alias=None if wire == name else wire,
            )
        )
    return core_schema.dataclass_schema(
        cls,
        core_schema.dataclass_args_schema(cls.__name__, fields),
        [name for name, _ in fields_of(cls)],
        ref=f"{cls.__module__}.{cls.__qualname__}",
        frozen=True,
        serialization=_as_wire(_written),
    )


def _written(view: View, write: Any, info: Any) -> Any:
    """The JSON of a view, but for what was not asked for: by its names in Python or in JSON."""
    wire = wire_of(view, bool(info.exclude_none or info.exclude_defaults))
    for name, member in type(view)._names.items():
        left_out = isinstance(info.exclude, (set, frozenset)) and name in info.exclude
        left_out = left_out or (isinstance(info.exclude, dict) and info.exclude.get(name) in (True, ...))
        if left_out:
            wire.pop(member, None)
        elif info.include is not None and name in info.include and member in wire:
            # what is written goes by names, and that of JSON was not named
            wire[name] = wire.pop(member)
    written = write(wire)
    return {type(view)._names.get(name, name): member for name, member in written.items()}


def view_json_schema(schema: Any, handler: Any) -> Any:
    """Gives views that are written the schema of those that are read."""
    if schema["type"] == "is-instance":
        return {"type": "object", "title": "View"}
    return handler({name: part for name, part in schema.items() if name != "serialization"})


def page_schema(item: Any, handler: Any) -> core_schema.CoreSchema:
    """A page of a list: `items` and `next`, and `lag` where there is one."""
    inner = handler.generate_schema(item)
    shape = core_schema.typed_dict_schema(
        {
            "items": core_schema.typed_dict_field(core_schema.list_schema(inner)),
            "next": core_schema.typed_dict_field(core_schema.nullable_schema(core_schema.str_schema())),
            "lag": core_schema.typed_dict_field(core_schema.int_schema(), required=False),
        }
    )
    return core_schema.no_info_before_validator_function(
        lambda page: _members(page) if hasattr(page, "next") else page,
        shape,
        serialization=core_schema.wrap_serializer_function_ser_schema(
            lambda page, write: write(page if isinstance(page, dict) else _members(page)),
            schema=shape,
        ),
    )


def _members(page: Any) -> dict[str, Any]:
    members = {"items": page.items, "next": page.next}
    return members if page.lag is None else {**members, "lag": page.lag}


def error_schema() -> core_schema.CoreSchema:
    """Reads a refusal, its JSON, or what a server answers, which has that as `error`; writes its JSON."""
    return core_schema.no_info_wrap_validator_function(
        lambda error, read: error if isinstance(error, EarnestError) else _refusal(read(error)),
        core_schema.dict_schema(core_schema.str_schema()),
        serialization=core_schema.plain_serializer_function_ser_schema(EarnestError.to_wire),
    )


def _refusal(given: dict[str, Any]) -> EarnestError:
    inner = given.get("error")
    wire = inner if "code" not in given and isinstance(inner, dict) else given
    if not isinstance(wire.get("code"), str) or not isinstance(wire.get("message"), str):
        raise PydanticCustomError("refusal", "must be the JSON of a refusal")
    # an envelope for people has neither
    retry = wire.get("retry") or ("later" if wire.get("retryable") is True else "never")
    return error_of({**wire, "retry": retry, "details": wire.get("details") or {}})


def _money(value: Any) -> Money:
    try:
        return money_from(value)
    except EarnestError as error:
        raise PydanticCustomError("money", "{code}: {reason}", {"code": error.code, "reason": error.message}) from None
