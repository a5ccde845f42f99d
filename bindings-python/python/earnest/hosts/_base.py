"""Common parts of all adapters: rows, and words for what was given and what went wrong."""

from __future__ import annotations

import functools
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from earnest._error import refuse

Rows = list[tuple["str | None", ...]]


#: Which process of the server answers.
BACKEND = "SELECT pg_backend_pid()::text"


class Unclean(Exception):
    """A pool has lent a connection in the middle of a transaction of the application's."""

    #: The SQLSTATE of a transaction that is open where none may be.
    code = "25001"

    def __init__(self) -> None:
        super().__init__("the connection was lent in an open transaction")


class Ended(Exception):
    """A statement was not sent: the transaction that it belongs to had ended when its turn came."""


class Backs:
    """How many transactions, and blocks within them, have ended on a connection: all but those that were released."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


def backs_of(given: Any, **places: int) -> Backs:
    """Counts them from now on, when they are sent: by these methods, each with the place of its statement. What takes no
    method of ours tells of none."""
    known: Backs | None = getattr(given, "_earnest_backs", None)
    if known is not None:
        return known
    backs = Backs()
    with suppress(AttributeError):
        given._earnest_backs = backs
        for name, place in places.items():
            setattr(given, name, _counting(getattr(given, name), place, backs))
    return backs


def _counting(real: Callable[..., Any], place: int, backs: Backs) -> Callable[..., Any]:
    @functools.wraps(real)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if len(args) > place and _is_back(args[place]):
            backs.count += 1
        return real(*args, **kwargs)

    return counted


_BACK = re.compile(r"(?:\s|;|--[^\n]*\n|/\*.*?\*/)*(?:rollback|commit|abort|end)\b", re.IGNORECASE | re.DOTALL)


def _is_back(statement: Any) -> bool:
    text = statement.decode(errors="replace") if isinstance(statement, bytes) else statement
    return isinstance(text, str) and _BACK.match(text) is not None


def break_line(connection: Any) -> None:
    """Breaks the line of a connection to its server, which rolls back: the commit fails. One that is closed would be left
    by `with` without a word, as if it had been committed."""
    # where there is no line any more, nothing is left that could be committed
    with suppress(Exception), socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
        line.shutdown(socket.SHUT_RDWR)


class OfOneLibrary(Protocol):
    """A pool whose connections to SQLite one library drives."""

    library: str | None


def named(given: Any) -> str:
    """Names what was given, by its package and class."""
    cls = given if isinstance(given, type) else type(given)
    return f"`{cls.__module__.split('.')[0]}.{cls.__qualname__}`"


def words(error: BaseException) -> str:
    """Returns the first line of a driver's error, as later lines may hold values of users."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def of_one_library(server: OfOneLibrary, library: str | None) -> None:
    """Refuses a second SQLite library: two in one process break the locks of a file."""
    if server.library is not None and library is not None and server.library != library:
        reason = f"the engine is on connections of `{server.library}`, and this is one of `{library}`, another SQLite library"
        raise refuse("store_conflict", reason=reason)
