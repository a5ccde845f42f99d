"""The base of what operations answer: records that cannot be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from earnest._jsonable import Jsonable
from earnest._money import Money, brought
from earnest._wire import span_text, time_text

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        return lambda cls: cls


@dataclass_transform(frozen_default=True, kw_only_default=True)
class View(Jsonable):
    """A record of a reply. It cannot be changed, equals another with the same content, and can be pickled.

    `to_wire()` is its JSON as every language writes it, `from_wire()` reads that. In FastAPI it is a `response_model`.
    """

    #: Fields whose name in JSON is a keyword of Python.
    _names: ClassVar[dict[str, str]] = {}
    #: Fields whose values only their reader may see: they stand in no `repr`, and so in no log and no traceback.
    _hidden: ClassVar[frozenset[str]] = frozenset()
    _read: ClassVar[Callable[[dict[str, Any]], Any]]

    def __init__(self, **fields: Any) -> None:
        known = type(self).__annotations__
        wrong = fields.keys() - known.keys()
        missing = [name for name, kind in known.items() if name not in fields and not kind.endswith("None")]
        if wrong or missing:
            what = f"unexpected {sorted(wrong)[0]!r}" if wrong else f"missing {missing[0]!r}"
            raise TypeError(f"{type(self).__name__}: {what}")
        self.__dict__.update({name: fields.get(name) for name in known})

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        """Reads the JSON of any language; members that this version does not know are left out, and an amount has all
        places of its currency then.
        """
        read: Self = cls._read(wire)
        _bring(read.__dict__)
        return read

    def to_wire(self) -> dict[str, Any]:
        """The JSON of any language."""
        return wire_of(self, False)

    def replace(self, **changes: Any) -> Self:
        """The same with other values in some fields."""
        return type(self)(**{**self.__dict__, **changes})

    def __replace__(self, /, **changes: Any) -> Self:
        """For `copy.replace`."""
        return self.replace(**changes)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: `{name}`")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        # not of what it prints: one time in two zones is equal, and so are objects in another order
        plain = [value for value in self.__dict__.values() if not isinstance(value, (list, dict))]
        return hash((type(self), *plain))

    def __repr__(self) -> str:
        hidden = self._hidden
        fields = [f"{name}={'<hidden>' if name in hidden else repr(value)}" for name, value in self.__dict__.items()]
        return f"{type(self).__name__}({', '.join(fields)})"

    def __copy__(self) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from earnest._pydantic import view_schema

        return view_schema(cls, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        from earnest._pydantic import view_json_schema

        return view_json_schema(schema, handler)


_V = TypeVar("_V", bound=View)
_new = object.__new__
_set = object.__setattr__


def _made(cls: type[_V], fields: dict[str, Any]) -> _V:
    view = _new(cls)
    _set(view, "__dict__", fields)
    return view


def _bring(fields: dict[str, Any]) -> None:
    """Brings all money to the places of its currency: somebody else may have written it."""
    for name, value in fields.items():
        fields[name] = _brought(value)


def _brought(value: Any) -> Any:
    if isinstance(value, View):
        _bring(value.__dict__)
    elif isinstance(value, list):
        return [_brought(one) for one in value]
    elif isinstance(value, Money):
        return brought(value)
    return value


def wire_of(view: View, sparse: bool) -> dict[str, Any]:
    """The JSON of a view; if it is sparse, without the fields that say nothing."""
    names, fields = view._names, view.__dict__
    return {
        names.get(name, name): _wire(value, sparse) for name, value in fields.items() if not (sparse and value is None)
    }


def _wire(value: Any, sparse: bool) -> Any:
    if isinstance(value, View):
        return wire_of(value, sparse)
    if isinstance(value, Jsonable):
        return value.to_wire()
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, list):
        return [_wire(one, sparse) for one in value]
    return value


def fields_of(cls: type[View]) -> Iterator[tuple[str, str]]:
    """The fields of a view: name in Python, name in JSON."""
    for name in cls.__annotations__:
        yield name, cls._names.get(name, name)
