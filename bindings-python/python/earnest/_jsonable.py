"""JSON of the package's values for serializers of others, the same in every language."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any


class _Serializer:
    """pydantic's serializer of a value that no annotation describes, made when pydantic first asks."""

    def __get__(self, value: object, owner: type) -> Any:
        try:
            from earnest._pydantic import serializer
        except ImportError:
            raise AttributeError("__pydantic_serializer__: pydantic 2 is not installed") from None
        return serializer()


class Jsonable:
    """A value with a JSON form, the same in every language: `to_wire()`."""

    __slots__ = ()

    #: pydantic and FastAPI, where the annotation is `Any`, `object`, `dict[str, Any]` or another that says nothing.
    __pydantic_serializer__ = _Serializer()

    def to_wire(self) -> Any:
        """As JSON."""
        raise NotImplementedError

    def __json__(self) -> Any:
        """Returns the JSON for kombu, and with it Celery."""
        return self.to_wire()


def json_default(value: object) -> Any:
    """The JSON of a view, money, an actor, a page or a refusal, and `<hidden>` for a secret, for serializers that ask about what they do not know:
    `json.dumps(reply, default=earnest.json_default)`, `orjson.dumps(reply, default=earnest.json_default)`.

    Times and durations are those of `to_wire()`. Anything else is a `TypeError`, as serializers want it.
    """
    if isinstance(value, Jsonable):
        return value.to_wire()
    from earnest._wire import span_text, time_text

    if isinstance(value, datetime) and value.tzinfo is not None:
        return time_text(value)
    if isinstance(value, timedelta):
        return span_text(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def teach_fastapi() -> None:
    """Tells FastAPI's `jsonable_encoder` how values are written, where the application has FastAPI."""
    if "fastapi" in sys.modules:
        import earnest._encoders  # noqa: F401
