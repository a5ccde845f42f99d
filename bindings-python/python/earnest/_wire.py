"""Times, durations, actors and arguments, in Python and in JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from numbers import Number
from typing import Any, TypeVar

from earnest._error import HALF, EarnestError, invalid, is_whole, kind_of, refuse
from earnest._jsonable import Jsonable
from earnest._money import Money
from earnest._secret import Secret, revealed

_T = TypeVar("_T")


class Actor(Jsonable):
    """The caller: an id, and the role it claims; without a role, a plain actor."""

    __slots__ = ("id", "role")
    id: str
    role: str | None

    def __init__(self, id: str, role: str | None = None) -> None:
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "role", role)

    @classmethod
    def admin(cls, id: str) -> Actor:
        """A member of staff, who may call everything."""
        return cls(id, "admin")

    @classmethod
    def system(cls, id: str = "system") -> Actor:
        """The host's own program, under a name for the audit trail."""
        return cls(id, "system")

    def to_wire(self) -> dict[str, str]:
        """As JSON."""
        return {"id": self.id} if self.role is None else {"id": self.id, "role": self.role}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Actor cannot be changed: `{name}`")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Actor) and (self.id, self.role) == (other.id, other.role)

    def __hash__(self) -> int:
        return hash((self.id, self.role))

    def __repr__(self) -> str:
        return f"Actor({self.id!r})" if self.role is None else f"Actor({self.id!r}, {self.role!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Actor, (self.id, self.role))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from earnest._pydantic import actor_schema

        return actor_schema()


def actor_of(wire: dict[str, Any]) -> Actor:
    return Actor(wire["id"], wire.get("role"))


if sys.version_info >= (3, 11):
    time_of = datetime.fromisoformat
else:

    def time_of(text: str) -> datetime:
        return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def time_text(time: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    try:
        there = time.astimezone(timezone.utc)
    except OverflowError:
        raise invalid("time", "is beyond the times that there are in UTC") from None
    # `strftime` writes the year 7 as such
    return there.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_SPAN = re.compile(r"(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?\Z", re.ASCII)


def span_of(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds."""
    found = _SPAN.match(text)
    if found is None:
        raise invalid("duration", "must be an ISO 8601 duration such as `P3D`")
    sign, weeks, days, hours, minutes, seconds, micros = found.groups()
    span = timedelta(
        weeks=int(weeks or 0),
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((micros or "0").ljust(6, "0")),
    )
    return -span if sign else span


def span_text(span: timedelta) -> str:
    """A duration as ISO 8601, as every language writes it: `P3D`, `PT1H30M`."""
    micros = span // timedelta(microseconds=1)
    if micros == 0:
        return "PT0S"
    sign = "-" if micros < 0 else ""
    minutes, micros = divmod(abs(micros), 60_000_000)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    seconds, rest = divmod(micros, 1_000_000)
    second = f"{seconds}.{rest:06d}".rstrip("0") if rest else str(seconds)
    parts = [(hours, f"{hours}H"), (minutes, f"{minutes}M"), (micros, f"{second}S")]
    time = "".join(part for amount, part in parts if amount)
    return f"{sign}P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def maybe(read: Callable[[Any], _T], value: Any) -> _T | None:
    return None if value is None else read(value)


#: Reads a reply: what the native half wrote is JSON, from its first character to its last.
_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def decoded(reply: str) -> dict[str, Any]:
    """A reply of the native half."""
    found: dict[str, Any] = _scan(reply, 0)[0]
    return found


_quoted = json.encoder.encode_basestring_ascii


def encode(args: Mapping[str, Any], operation: str | None = None) -> bytes:
    """Arguments as JSON; those that are None are left out. A `Secret` is its text where the operation takes one."""
    members = []
    for name, value in args.items():
        if value is None:
            continue
        if isinstance(value, str):
            if not value.isascii():
                return _encode_any(args, operation)
            members.append(f"{_quoted(name)}:{_quoted(value)}")
        elif type(value) is Money:
            members.append(f'{_quoted(name)}:{{"amount":"{value._text}","currency":"{value._currency}"}}')
        else:
            return _encode_any(args, operation)
    return f"{{{','.join(members)}}}".encode("ascii")


def _encode_any(args: Mapping[str, Any], operation: str | None) -> bytes:
    """The same for arguments that are not all texts and money, as those of nearly all calls are: it takes twice as long."""
    given = {name: value for name, value in args.items() if value is not None}
    if operation is not None:
        args = given = _with_secrets(operation, given)
    try:
        text = _encode(given)
    except (EarnestError, ValueError, TypeError, RecursionError):
        raise _named(args) from None
    # what JSON would write as something else, or cannot be read: only where there may be such
    looked_at = (isinstance(value, _LOOKED_AT) for value in given.values() if type(value) not in _PLAIN)
    if "\\ud" in text or _LONG.search(text) or any(looked_at):
        for name, value in given.items():
            found = _find(name, value, 0)
            if found is not None:
                raise found
    return text.encode("ascii")


def _with_secrets(operation: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments with the texts of secrets, where a secret is what is asked for: what stands elsewhere is shown to others."""
    from earnest._amounts import SECRETS

    found = dict(args)
    for name, value in args.items():
        if type(value) in _PLAIN:
            continue
        if name in SECRETS or f"{operation}.{name}" in SECRETS:
            found[name] = _texts(value)
        elif name == "ops" and operation == "ledger.batch" and isinstance(value, (list, tuple)):
            found[name] = [_member(one) for one in value]
    return found


def _member(call: Any) -> Any:
    """The same for a call of a batch."""
    named = call if isinstance(call, Mapping) else {}
    operation, args = named.get("op"), named.get("args")
    if isinstance(operation, str) and isinstance(args, Mapping):
        return {**named, "args": _with_secrets(operation, args)}
    return call


def _texts(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, (list, tuple)):
        return [revealed(one) for one in value]
    return {name: revealed(one) for name, one in value.items()} if isinstance(value, Mapping) else value


#: Types without secrets, as nearly all values are: to ask whether one has any takes a twentieth of a call.
_PLAIN = frozenset({str, int, bool, Money})

#: Types with members, and those that are texts in JSON.
_LOOKED_AT = (Mapping, list, tuple, datetime, timedelta)

#: A number of more digits than 64 bits surely hold, which may stand in a text too.
_LONG = re.compile(r"[0-9]{20}")


#: The reason to refuse anything else in the place of money.
NO_AMOUNT = "must be Money, or a text with the currency such as `1.00 USD`"


def _default(value: Any) -> Any:
    if isinstance(value, Secret):
        raise invalid("", "must not be a `Secret`: what stands here is kept, and shown to others")
    if isinstance(value, Jsonable):
        return value.to_wire()
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise invalid("", "must have a time zone: a naive datetime could mean any")
        return time_text(value)
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        raise refuse("invalid_amount", field="", reason=NO_AMOUNT)
    raise invalid("", f"must not be a {type(value).__module__}.{type(value).__qualname__}")


_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=_default).encode


def _named(args: Mapping[str, Any]) -> EarnestError:
    """The refusal of the first argument that has no JSON form, under its name."""
    for name, value in args.items():
        found = _find(name, value, 0)
        if found is not None:
            return found
    return invalid("args", "has no JSON form")


def _find(path: str, value: Any, depth: int) -> EarnestError | None:
    if depth > 64:
        return invalid(path, "is nested too deeply")
    if isinstance(value, Mapping):
        members = [(f"{path}.{name}", member) for name, member in value.items()]
        bad = [name for name in value if not isinstance(name, str)]
        if bad:
            return invalid(path, "must have texts as names")
        for name in value:
            if not name.isascii() and _text(path, name) is not None:
                return _text(path, name)
    elif isinstance(value, (list, tuple)):
        members = [(f"{path}[{place}]", member) for place, member in enumerate(value)]
    elif isinstance(value, str):
        return _text(path, value)
    elif isinstance(value, int):
        if -(2**63) <= value < 2**64:
            return None
        if _is_amount(path):
            return _no_amount(path)
        return invalid(path, "must fit into 64 bits, as a number: a text may be longer")
    else:
        plain = value is None or (isinstance(value, Jsonable) and not isinstance(value, Secret))
        return None if plain else _single(path, value)
    for inner, member in members:
        found = _find(inner, member, depth + 1)
        if found is not None:
            return found
    return None


def _is_amount(path: str) -> bool:
    """Whether an argument is to be money. What may be any JSON, as the result of a job, has names of its own."""
    from earnest._amounts import AMOUNTS, FREE

    *outer, name = _names(path)
    return name in AMOUNTS and FREE.isdisjoint(outer)


def _is_in_place(path: str, value: datetime | timedelta) -> bool:
    """Whether an argument may be a time or a duration, and is no text that one would pass for."""
    from earnest._amounts import FREE, SPANS, TIMES

    names = _names(path)
    return names[-1] in (TIMES if isinstance(value, datetime) else SPANS) or not FREE.isdisjoint(names)


def _names(path: str) -> list[str]:
    return re.sub(r"\[[0-9]+\]", "", path).split(".")


def _no_amount(path: str) -> EarnestError:
    return refuse("invalid_amount", field=path, reason=NO_AMOUNT)


def _text(path: str, text: str) -> EarnestError | None:
    return None if is_whole(text) else invalid(path, HALF)


def _single(path: str, value: Any) -> EarnestError | None:
    if isinstance(value, Number) and _is_amount(path):
        return _no_amount(path)
    if isinstance(value, (datetime, timedelta)) and not _is_in_place(path, value):
        return invalid(path, f"must not be {kind_of(value)}: where a text is meant, give the text")
    try:
        _encode(value)
    except EarnestError as error:
        return refuse(error.code, **{**error.details, "field": path})
    except ValueError:
        return invalid(path, "must not be NaN or infinite")
    except TypeError as error:
        return invalid(path, f"has no JSON form: {error}")
    return None
