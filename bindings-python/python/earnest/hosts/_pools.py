"""The pools that an engine can be attached to: each lends a connection of its driver, and takes it back."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from earnest._apart import apart, task_apart
from earnest._error import EarnestError, invalid
from earnest._workers import needs_asyncio
from earnest.hosts._base import Rows, Unclean, named

#: How many connections there can be where nothing says how many.
MANY = 64


class Line(Protocol):
    """A connection of a driver that blocks."""

    dialect: str
    failures: tuple[type[BaseException], ...]
    connection: Any

    def query(self, sql: str, params: list[str | None]) -> Rows: ...
    def run(self, statements: list[str]) -> Rows: ...
    def code(self, error: BaseException) -> str | None: ...
    def is_open(self) -> bool: ...
    def lend(self) -> Any: ...
    def take_back(self, was: Any) -> None: ...
    def close(self) -> None: ...
    def invalidate(self) -> None: ...


class AsyncLine(Protocol):
    """A connection of a driver for asyncio."""

    dialect: str
    failures: tuple[type[BaseException], ...]
    connection: Any

    async def query(self, sql: str, params: list[str | None]) -> Rows: ...
    async def run(self, statements: list[str]) -> Rows: ...
    def code(self, error: BaseException) -> str | None: ...
    def is_open(self) -> bool: ...
    async def lend(self) -> Any: ...
    async def take_back(self, was: Any) -> None: ...
    async def close(self) -> None: ...
    async def invalidate(self) -> None: ...


class Pool(Protocol):
    """A pool whose connections block. Each of its threads has one of them at a time."""

    size: int

    def acquire(self) -> tuple[Line, Any]: ...
    def release(self, line: Line, token: Any) -> None: ...
    def discard(self, line: Line, token: Any) -> None: ...
    def end_of_thread(self) -> None: ...


class AsyncPool(Protocol):
    """A pool for asyncio."""

    size: int

    async def acquire(self) -> tuple[AsyncLine, Any]: ...
    async def release(self, line: AsyncLine, token: Any) -> None: ...
    async def discard(self, line: AsyncLine, token: Any) -> None: ...
    async def close(self) -> None: ...


def pool_of(given: Any) -> tuple[Any, bool]:
    """Returns the adapter of a pool, and whether it is for asyncio."""
    for cls in type(given).__mro__:
        package, name = cls.__module__.split(".")[0], cls.__qualname__
        if package == "sqlalchemy" and name in ("Engine", "AsyncEngine"):
            return (SqlalchemyAsync(given), True) if name == "AsyncEngine" else (Sqlalchemy(given), False)
        if package == "asyncpg" and name == "Pool":
            return Asyncpg(given), True
        if package == "psycopg_pool" and name.endswith("Pool"):
            is_async = name.startswith("Async")
            return (PsycopgAsync(given), True) if is_async else (Psycopg(given), False)
        if package == "django":
            alias = getattr(given, "alias", None)
            if alias is not None:
                return Django(alias), False
        if package in ("sqlalchemy", "asyncpg", "psycopg", "sqlite3", "pysqlite3", "aiosqlite"):
            break
    if callable(given) and not isinstance(given, type) and not hasattr(given, "cursor") and not hasattr(given, "kw"):
        return Factory(given), False
    raise invalid(
        "pool",
        "must be an engine of SQLAlchemy, a pool of asyncpg or psycopg, `django.db.connection`, or a function that "
        f"opens a connection, and is {named(given)}",
    )


def line_of(connection: Any) -> Any:
    """The statements of a driver's connection, and whether it is for asyncio."""
    for cls in type(connection).__mro__:
        package, name = str(cls.__module__).split(".")[0].lstrip("_"), cls.__qualname__
        if package in ("sqlite3", "pysqlite3"):
            from earnest.hosts import sqlite

            return sqlite.Blocking(connection)
        if package == "aiosqlite":
            from earnest.hosts import sqlite

            return sqlite.Asynchronous(connection)
        if package == "psycopg":
            from earnest.hosts import psycopg

            return psycopg.Asynchronous(connection) if name.startswith("Async") else psycopg.Blocking(connection)
        if package == "asyncpg":
            from earnest.hosts import asyncpg

            return asyncpg.Adapter(connection)
    raise _unknown(connection)


def look(line: Line | AsyncLine) -> None:
    """Refuses what a pool lends in the middle of a transaction: what stands in that is not the engine's to commit."""
    if line.is_open():
        raise Unclean


def _unknown(connection: Any) -> EarnestError:
    reason = f"has connections of {named(connection)}: psycopg 3, asyncpg, sqlite3 or aiosqlite is needed"
    return invalid("pool", reason)


def _size(pool: Any) -> int:
    """How many connections a pool of SQLAlchemy can have."""
    if type(pool).__name__ == "StaticPool":
        return 1
    size = getattr(pool, "size", None)
    more = getattr(pool, "_max_overflow", 0)
    return int(size()) + more if size is not None and more >= 0 else MANY


class Sqlalchemy:
    """An `Engine` of SQLAlchemy."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.size = engine, _size(engine.pool)

    def acquire(self) -> tuple[Line, Any]:
        lent = self.engine.raw_connection()
        try:
            line: Line = line_of(lent.dbapi_connection)
            try:
                look(line)
            except Unclean:
                # what the pool gives up it may end much later: until then a half transaction has its locks
                with suppress(*line.failures):
                    line.invalidate()
                raise
            return line, (lent, line.lend())
        except BaseException:
            lent.invalidate()
            raise

    def release(self, line: Line, token: Any) -> None:
        lent, was = token
        line.take_back(was)
        lent.close()

    def discard(self, line: Line, token: Any) -> None:
        token[0].invalidate()

    def end_of_thread(self) -> None:
        """The pool keeps its connections."""


class SqlalchemyAsync:
    """An `AsyncEngine` of SQLAlchemy."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.size = engine, _size(engine.pool)

    async def acquire(self) -> tuple[AsyncLine, Any]:
        lent = await self.engine.connect()
        try:
            line: AsyncLine = line_of((await lent.get_raw_connection()).driver_connection)
            try:
                look(line)
            except Unclean:
                # as above
                with suppress(*line.failures):
                    await line.invalidate()
                raise
            return line, (lent, await line.lend())
        except BaseException:
            await self._drop(lent)
            raise

    async def release(self, line: AsyncLine, token: Any) -> None:
        lent, was = token
        await line.take_back(was)
        await lent.close()

    async def discard(self, line: AsyncLine, token: Any) -> None:
        await self._drop(token[0])

    async def _drop(self, lent: Any) -> None:
        await lent.invalidate()
        await lent.close()

    async def close(self) -> None:
        """The pool keeps its connections."""


class Asyncpg:
    """A `Pool` of asyncpg."""

    def __init__(self, pool: Any) -> None:
        self.pool, self.size = pool, int(pool.get_max_size())

    async def acquire(self) -> tuple[AsyncLine, Any]:
        lent = await self.pool.acquire()
        line: AsyncLine = line_of(lent)
        try:
            look(line)
        except Unclean:
            await self.discard(line, lent)
            raise
        return line, lent

    async def release(self, line: AsyncLine, token: Any) -> None:
        await self.pool.release(token)

    async def discard(self, line: AsyncLine, token: Any) -> None:
        token.terminate()
        await self.pool.release(token)

    async def close(self) -> None:
        """The pool keeps its connections."""


class Psycopg:
    """A `ConnectionPool` of psycopg."""

    def __init__(self, pool: Any) -> None:
        self.pool, self.size = pool, int(pool.max_size) or MANY

    def acquire(self) -> tuple[Line, Any]:
        lent = self.pool.getconn()
        try:
            line: Line = line_of(lent)
            look(line)
            return line, line.lend()
        except BaseException:
            # closed, so that the pool opens another one in its place
            lent.close()
            self.pool.putconn(lent)
            raise

    def release(self, line: Line, token: Any) -> None:
        line.take_back(token)
        self.pool.putconn(line.connection)

    def discard(self, line: Line, token: Any) -> None:
        line.close()
        self.pool.putconn(line.connection)

    def end_of_thread(self) -> None:
        """The pool keeps its connections."""


class PsycopgAsync:
    """An `AsyncConnectionPool` of psycopg."""

    def __init__(self, pool: Any) -> None:
        self.pool, self.size = pool, int(pool.max_size) or MANY

    async def acquire(self) -> tuple[AsyncLine, Any]:
        lent = await self.pool.getconn()
        try:
            line: AsyncLine = line_of(lent)
            look(line)
            return line, await line.lend()
        except BaseException:
            # closed, so that the pool opens another one in its place
            await lent.close()
            await self.pool.putconn(lent)
            raise

    async def release(self, line: AsyncLine, token: Any) -> None:
        await line.take_back(token)
        await self.pool.putconn(line.connection)

    async def discard(self, line: AsyncLine, token: Any) -> None:
        await line.close()
        await self.pool.putconn(line.connection)

    async def close(self) -> None:
        """The pool keeps its connections."""


class Factory:
    """A function that opens a connection: each thread has one, and keeps it until the engine is closed."""

    size = MANY

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.mine = threading.local()

    def first(self) -> Any:
        """One connection, which says what the others are; awaited if it must be."""
        return self.make()

    def acquire(self) -> tuple[Line, Any]:
        if getattr(self.mine, "line", None) is None:
            self.mine.line = line_of(self.make())
        line: Line = self.mine.line
        try:
            look(line)
            return line, line.lend()
        except BaseException:
            self.discard(line, None)
            raise

    def release(self, line: Line, token: Any) -> None:
        line.take_back(token)

    def discard(self, line: Line, token: Any) -> None:
        self.mine.line = None
        line.close()

    def end_of_thread(self) -> None:
        line = getattr(self.mine, "line", None)
        if line is not None:
            self.mine.line = None
            line.close()


class AsyncFactory:
    """A function that opens a connection for asyncio, as `lambda: aiosqlite.connect("shop.db")`."""

    size = MANY

    def __init__(self, make: Callable[[], Any], first: Any) -> None:
        self.make = make
        self.idle: list[AsyncLine] = [line_of(first)]

    async def acquire(self) -> tuple[AsyncLine, Any]:
        line: AsyncLine = self.idle.pop() if self.idle else line_of(await self.make())
        try:
            look(line)
            return line, await line.lend()
        except BaseException:
            await line.close()
            raise

    async def release(self, line: AsyncLine, token: Any) -> None:
        await line.take_back(token)
        self.idle.append(line)

    async def discard(self, line: AsyncLine, token: Any) -> None:
        await line.close()

    async def close(self) -> None:
        while self.idle:
            await self.idle.pop().close()


class Django:
    """A database of Django's settings: each thread has the connection that Django gives it."""

    size = MANY

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def acquire(self) -> tuple[Line, Any]:
        wrapper = self._wrapper()
        wrapper.ensure_connection()
        line: Line = line_of(wrapper.connection)
        try:
            look(line)
            return line, line.lend()
        except BaseException:
            self.discard(line, None)
            raise

    def release(self, line: Line, token: Any) -> None:
        line.take_back(token)
        wrapper = self._wrapper()
        if wrapper.vendor == "postgresql":
            # as behind a request: `CONN_MAX_AGE` says how long it stays open, and a pool of Django's has it back
            wrapper.close_if_unusable_or_obsolete()

    def discard(self, line: Line, token: Any) -> None:
        self._wrapper().close()

    def end_of_thread(self) -> None:
        self._wrapper().close()

    def _wrapper(self) -> Any:
        from django.db import connections

        return connections[self.alias]


async def settled(given: Any) -> tuple[Any, bool]:
    """The same as `pool_of`, and a function is asked for a connection to see what it opens."""
    pool, is_async = pool_of(given)
    if not isinstance(pool, Factory):
        if is_async:
            needs_asyncio("attach")
        return pool, is_async
    first = apart(pool.first)
    if inspect.isawaitable(first):
        try:
            needs_asyncio("attach")
        except EarnestError:
            if inspect.iscoroutine(first):
                first.close()
            raise
        return AsyncFactory(pool.make, await task_apart(_opened(first))), True
    _try(first)
    return pool, False


async def _opened(connection: Any) -> Any:
    return await connection


def settled_blocking(given: Any) -> Any:
    """The same for an engine that blocks."""
    pool, is_async = pool_of(given)
    if not is_async and isinstance(pool, Factory):
        first = apart(pool.first)
        is_async = inspect.isawaitable(first)
        if inspect.iscoroutine(first):
            first.close()
        elif not is_async:
            _try(first)
    if is_async:
        raise refuse_asynchronous(given)
    return pool


def refuse_asynchronous(given: Any) -> EarnestError:
    """The refusal of a pool for asyncio where the engine blocks."""
    return invalid("pool", f"is {named(given)}, for asyncio: it goes together with `earnest.Engine`")


def _try(connection: Any) -> None:
    line = line_of(connection)
    if hasattr(line.query, "__func__") and inspect.iscoroutinefunction(line.query):
        raise invalid("pool", "opens connections for asyncio: it must be awaited, as `aiosqlite.connect` is")
    line.close()
