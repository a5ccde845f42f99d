"""Connections to SQLite: of `sqlite3`, or of a newer SQLite library with the same interface, and of aiosqlite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from earnest._error import in_the_way, invalid, refuse
from earnest._imported import imported
from earnest.hosts._base import Ended, Rows, backs_of, of_one_library, words
from earnest.hosts._text import styled


def library_of(connection: Any) -> str:
    """Which SQLite library drives a connection: two of them on one file break its locks."""
    for cls in type(connection).__mro__:
        package = str(cls.__module__).split(".")[0].lstrip("_")
        if package in DRIVERS:
            return package
    return type(connection).__module__.split(".")[0]


#: Modules of the interface of `sqlite3`.
DRIVERS = ("sqlite3", "pysqlite3")


def failures() -> tuple[type[BaseException], ...]:
    """Returns the exceptions of these modules, of those that the application has imported."""
    found: list[type[BaseException]] = [sqlite3.Error]
    for name in DRIVERS:
        error = getattr(imported(name), "Error", None)
        if isinstance(error, type):
            found.append(error)
    return (*found, OSError)


def code_of(error: BaseException | None) -> str | None:
    """The number of a SQLite result code."""
    number = getattr(error, "sqlite_errorcode", None)
    if number is not None:
        return str(number)
    # Python 3.10 has words alone
    words, kind = str(error), type(error).__name__
    if "is locked" in words:
        return "5"
    return {"IntegrityError": "19", "OperationalError": "1"}.get(kind)


def is_busy(error: BaseException | None) -> bool:
    """Whether it is SQLITE_BUSY, whatever it was that kept the file busy."""
    code = code_of(error) if isinstance(error, failures()) and not isinstance(error, OSError) else None
    return code is not None and int(code) & 0xFF == 5


def query(connection: Any, sql: str, params: list[str | None]) -> Rows:
    """Sends a statement, and takes all its rows."""
    text, given = styled(sql, params, "numbered")
    cursor = connection.cursor()
    try:
        cursor.row_factory = None
        cursor.execute(text, given)
        return [tuple([_text(cell) for cell in row]) for row in cursor.fetchall()]
    finally:
        cursor.close()


def _text(cell: Any) -> str | None:
    """Returns a cell as text, whatever the connection makes of texts; a PRAGMA answers with numbers."""
    if cell is None or cell.__class__ is str:
        return cell
    return cell.decode() if isinstance(cell, bytes) else str(cell)


def run(connection: Any, statements: list[str]) -> Rows:
    """Sends statements one after the other, and takes the rows of the last."""
    rows: Rows = []
    for statement in statements:
        rows = query(connection, statement, [])
    return rows


def commits_by_itself(connection: Any) -> bool:
    """Whether nothing but a statement BEGIN opens a transaction on a connection."""
    if getattr(connection, "autocommit", None) in (True, False):
        return bool(connection.autocommit)
    return connection.isolation_level is None


def begin(connection: Any) -> None:
    """Opens the transaction that the driver would open before its next write: it knows no SAVEPOINT."""
    if connection.in_transaction:
        return
    if commits_by_itself(connection):
        reason = "the connection commits by itself: `BEGIN IMMEDIATE` first, or another `isolation_level`"
        raise refuse("not_in_transaction", reason=reason)
    try:
        query(connection, "BEGIN IMMEDIATE", [])
    except failures() as error:
        if is_busy(error):
            raise in_the_way("lock_timeout") from error
        raise


def to_autocommit(connection: Any) -> tuple[str, Any]:
    """Lets nothing but BEGIN open a transaction, and says what it was before."""
    if getattr(connection, "autocommit", None) in (True, False):
        was = ("autocommit", connection.autocommit)
        connection.autocommit = True
    else:
        was = ("isolation_level", connection.isolation_level)
        connection.isolation_level = None
    return was


class Joining:
    """The engine's checks of a connection's library, before anything is locked."""

    #: Refuses a file, where the engine has a SQLite library of its own.
    refuse: Callable[[str | None], None] | None = None
    #: The server of the pool, where the engine is attached to one.
    pool: Any = None
    #: Of which library the connection is, where that is known already.
    library: str | None = None

    def judge(self, connection: Any) -> None:
        """Refuses a connection that the engine cannot join."""
        if self.refuse is not None:
            self.refuse(file_of(connection))
        if self.pool is not None:
            of_one_library(self.pool, library_of(connection))


def file_of(connection: Any) -> str | None:
    """The file that a connection has open; none of what is in memory."""
    return next((row[2] for row in query(connection, "PRAGMA database_list", []) if row[1] == "main"), None)


class Blocking(Joining):
    """A connection of `sqlite3`."""

    dialect = "sqlite"

    def __init__(self, connection: Any) -> None:
        self.connection = self.driver = connection
        self.failures = failures()
        self.library = library_of(connection)
        try:
            connection.cursor().close()
        except self.failures as error:
            # it is closed, or of another thread
            raise invalid("tx", f"is no connection to be used here: {words(error)}") from error

    def ready(self) -> None:
        self.judge(self.connection)
        begin(self.connection)

    def in_transaction(self) -> bool:
        return bool(self.connection.in_transaction)

    def query(self, sql: str, params: list[str | None]) -> Rows:
        return query(self.connection, sql, params)

    def run(self, statements: list[str]) -> Rows:
        return run(self.connection, statements)

    def code(self, error: BaseException) -> str | None:
        return code_of(error)

    def invalidate(self) -> None:
        try:
            self.connection.rollback()
        finally:
            # one that was only rolled back begins anew with its next statement, and is committed
            self.connection.close()

    def is_open(self) -> bool:
        return bool(self.connection.in_transaction)

    def lend(self) -> Any:
        return to_autocommit(self.connection)

    def take_back(self, was: Any) -> None:
        setattr(self.connection, *was)

    def close(self) -> None:
        self.connection.close()


class Asynchronous(Joining):
    """A connection of aiosqlite, whose statements run on a thread of its own."""

    dialect = "sqlite"

    def __init__(self, connection: Any) -> None:
        self.connection = self.driver = connection
        self.failures = (*failures(), ValueError)
        #: Whether its statements must find their transaction open, as those of calls must.
        self.joins = False
        try:
            self.library = library_of(connection._conn)
        except ValueError as error:
            raise invalid("tx", f"is no connection to be used here: {words(error)}") from error

    def block(self) -> int:
        """How many blocks have ended so far."""
        return backs_of(self.connection, _execute=1).count

    def is_over(self, block: int) -> bool:
        """Whether one was since."""
        return self.block() != block

    async def ready(self) -> None:
        await self._on_its_thread(self.judge)
        await self._on_its_thread(begin)
        self.joins = True

    def in_transaction(self) -> bool:
        return bool(self.connection.in_transaction)

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        rows: Rows = await self._on_its_thread(self._query, sql, params)
        return rows

    def _query(self, connection: Any, sql: str, params: list[str | None]) -> Rows:
        """On the thread, where nothing comes in between: the end of the transaction may have waited before it."""
        if self.joins and not connection.in_transaction:
            raise Ended
        return query(connection, sql, params)

    async def alone(self, work: Callable[[Any], Any]) -> Any:
        """Runs something on the thread: nothing else is done on the connection meanwhile."""
        return await self._on_its_thread(work)

    async def run(self, statements: list[str]) -> Rows:
        rows: Rows = await self._on_its_thread(run, statements)
        return rows

    def code(self, error: BaseException) -> str | None:
        return code_of(error)

    async def invalidate(self) -> None:
        try:
            await self.connection.rollback()
        finally:
            # one that was only rolled back begins anew with its next statement, and is committed
            await self.connection.close()

    def is_open(self) -> bool:
        return bool(self.connection.in_transaction)

    async def lend(self) -> Any:
        return await self._on_its_thread(to_autocommit)

    async def take_back(self, was: Any) -> None:
        await self._on_its_thread(setattr, *was)

    async def close(self) -> None:
        await self.connection.close()

    async def _on_its_thread(self, do: Any, *args: Any) -> Any:
        return await self.connection._execute(do, self.connection._conn, *args)
