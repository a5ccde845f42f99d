"""What all adapters have in common: rows, and words for what was given and what went wrong."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, Protocol

from earnest._error import refuse

Rows = list[tuple["str | None", ...]]


class Unclean(Exception):
    """A pool has lent a connection in the middle of a transaction of the application's."""

    #: The SQLSTATE of a transaction that is open where none may be.
    code = "25001"

    def __init__(self) -> None:
        super().__init__("the connection was lent in an open transaction")


class Ended(Exception):
    """A statement was not sent: the transaction that it belongs to had ended when its turn came."""


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
    """What was given, by its package and class."""
    cls = given if isinstance(given, type) else type(given)
    return f"`{cls.__module__.split('.')[0]}.{cls.__qualname__}`"


def words(error: BaseException) -> str:
    """What a driver says, without values of users: its first line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def of_one_library(server: OfOneLibrary, library: str | None) -> None:
    """Refuses a second SQLite library: two in one process break the locks of a file."""
    if server.library is not None and library is not None and server.library != library:
        reason = f"the engine is on connections of `{server.library}`, and this is one of `{library}`, another SQLite library"
        raise refuse("store_conflict", reason=reason)
