"""Protocols of database drivers, for type checkers: no driver is imported, and most are not installed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, Union


class Proxy(Protocol):
    """`django.db.connection`, or what a pool of asyncpg lends: its members are those of the connection it stands for."""

    def __getattr__(self, name: str, /) -> Any: ...


class BlockingTransaction(Protocol):
    """A session or connection of SQLAlchemy, psycopg 3, `sqlite3` or Django."""

    @property
    def commit(self) -> Callable[[], None]: ...
    @property
    def rollback(self) -> Callable[[], None]: ...


class AsyncioTransaction(Protocol):
    """A session or connection of SQLAlchemy (asyncio), psycopg 3 or aiosqlite."""

    @property
    def commit(self) -> Callable[[], Awaitable[None]]: ...
    @property
    def rollback(self) -> Callable[[], Awaitable[None]]: ...


class AsyncpgTransaction(Protocol):
    """A connection of asyncpg."""

    @property
    def is_in_transaction(self) -> Callable[[], bool]: ...


#: A transaction that `earnest.Engine.using` joins.
AnyAsyncioTransaction = Union[AsyncioTransaction, AsyncpgTransaction, Proxy]

#: A transaction that `earnest.sync.Engine.using` joins.
AnyBlockingTransaction = Union[BlockingTransaction, Proxy]


class BlockingConnection(Protocol):
    """A connection of psycopg 3 or `sqlite3`."""

    @property
    def cursor(self) -> Callable[..., Any]: ...
    @property
    def close(self) -> Callable[[], None]: ...


class AsyncioConnection(Protocol):
    """A connection of asyncpg, psycopg 3 or aiosqlite."""

    @property
    def cursor(self) -> Callable[..., Any]: ...
    @property
    def close(self) -> Callable[[], Awaitable[None]]: ...


class SqlalchemyEngine(Protocol):
    """An `Engine` of SQLAlchemy."""

    @property
    def raw_connection(self) -> Callable[[], Any]: ...
    @property
    def dispose(self) -> Callable[[], None]: ...


class SqlalchemyAsyncEngine(Protocol):
    """An `AsyncEngine` of SQLAlchemy."""

    @property
    def raw_connection(self) -> Callable[[], Awaitable[Any]]: ...
    @property
    def dispose(self) -> Callable[[], Awaitable[None]]: ...


class AsyncpgPool(Protocol):
    """A `Pool` of asyncpg."""

    @property
    def acquire(self) -> Callable[[], Any]: ...
    @property
    def get_max_size(self) -> Callable[[], int]: ...


class PsycopgPool(Protocol):
    """A `ConnectionPool` of psycopg."""

    @property
    def getconn(self) -> Callable[[], BlockingConnection]: ...
    @property
    def putconn(self) -> Callable[[Any], None]: ...


class PsycopgAsyncPool(Protocol):
    """An `AsyncConnectionPool` of psycopg."""

    @property
    def getconn(self) -> Callable[[], Awaitable[AsyncioConnection]]: ...
    @property
    def putconn(self) -> Callable[[Any], Awaitable[None]]: ...


class DjangoConnection(Protocol):
    """One of `django.db.connections`."""

    @property
    def alias(self) -> str: ...
    @property
    def in_atomic_block(self) -> bool: ...


#: A pool for `earnest.sync.Engine.attach`.
AnyBlockingPool = Union[SqlalchemyEngine, PsycopgPool, DjangoConnection, Proxy, Callable[[], BlockingConnection]]

#: A pool for `earnest.Engine.attach`. One function, and not two: type checkers read a `lambda` by the first.
AnyPool = Union[
    SqlalchemyEngine,
    SqlalchemyAsyncEngine,
    AsyncpgPool,
    PsycopgPool,
    PsycopgAsyncPool,
    DjangoConnection,
    Proxy,
    Callable[[], Union[BlockingConnection, AsyncioConnection, Awaitable[AsyncioConnection]]],
]
