"""Drivers of hosts, all behind one face, so that one set of tests serves them all."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg
import psycopg_pool
import sqlalchemy
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlmodel.ext.asyncio.session import AsyncSession as SQLModelSession

from earnest import Engine
from earnest.hosts import _driver

BASE = os.environ.get("EARNEST_TEST_POSTGRES", "")


_template: str | None = None


async def fresh_database() -> str:
    """The URL of a database of its own, with a table of the application's: a copy of one that has the schema."""
    global _template
    if _template is None:
        made = await another_database()
        async with Engine.open(made, background=False):
            _template = made.rsplit("/", 1)[1]
    name = f"py_{uuid.uuid4().hex}"
    await _administrate(f"CREATE DATABASE {name} TEMPLATE {_template}")
    return f"{BASE}/{name}"


async def another_database() -> str:
    """One that is no copy: a store of its own."""
    name = f"py_{uuid.uuid4().hex}"
    await _administrate(f"CREATE DATABASE {name}")
    url = f"{BASE}/{name}"
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE orders (id text PRIMARY KEY)")
    await connection.close()
    return url


async def _administrate(statement: str) -> None:
    admin = await asyncpg.connect(f"{BASE}/postgres")
    await admin.execute(statement)
    await admin.close()


def with_driver(url: str, driver: str) -> str:
    return url.replace("postgresql://", f"postgresql+{driver}://").replace("postgres://", f"postgresql+{driver}://")


class Host:
    """A driver: opens connections, and runs a statement of the application's own."""

    #: Whether a statement that failed spoils the transaction.
    aborts = True

    def __init__(self, url: str) -> None:
        self.url = url

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def engine_for(self, **options: Any) -> Any:
        """An engine on the same database."""
        return Engine.open(self.url, **options)

    async def elsewhere(self) -> Any:
        """An engine on another database of the same kind."""
        return await Engine.open(await another_database())

    async def orders(self) -> list[str]:
        return await orders(self.url)

    def transaction(self) -> Any:
        """Enters an open transaction: commits at its end, rolls back on an exception."""
        raise NotImplementedError

    def block(self, tx: Any) -> Any:
        """Enters a block within it, which an exception rolls back alone."""
        return tx.transaction()

    def outside(self) -> Any:
        """Enters something of the same driver that is no transaction: each statement would be committed by itself."""
        raise NotImplementedError

    #: The options of its pool or engine.
    options: dict[str, Any] = {}

    #: The words of its refusal.
    outside_words = "commits by itself"

    async def order(self, tx: Any, name: str) -> None:
        raise NotImplementedError


class Asyncpg(Host):
    outside_words = "no open transaction"

    async def start(self) -> None:
        self.pool = await asyncpg.create_pool(self.url, **{"min_size": 1, "max_size": 12, **self.options})

    async def stop(self) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    def outside(self) -> Any:
        return self.pool.acquire()

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute("INSERT INTO orders VALUES ($1)", name)


class Psycopg(Host):
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            yield connection

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[Any]:
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            yield connection

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute("INSERT INTO orders VALUES (%s)", (name,))


class PsycopgDicts(Psycopg):
    """With rows as dictionaries, and transactions that are begun by hand."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        rows: Any = psycopg.rows.dict_row
        connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True, row_factory=rows)
        try:
            async with connection.transaction():
                yield connection
        finally:
            await connection.close()


class Session(Host):
    driver = "asyncpg"
    cls: Any = AsyncSession
    outside_words = "AUTOCOMMIT"

    async def start(self) -> None:
        self.engine = create_async_engine(with_driver(self.url, self.driver), **{"pool_size": 12, **self.options})
        self.sessions = async_sessionmaker(self.engine, class_=self.cls)

    async def stop(self) -> None:
        await self.engine.dispose()

    def transaction(self) -> Any:
        return self.sessions.begin()

    def block(self, tx: Any) -> Any:
        return tx.begin_nested()

    def outside(self) -> Any:
        return self.cls(self.automatic())

    def automatic(self) -> Any:
        """The same engine, whose statements are committed one by one."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})


class ScopedSession(Session):
    """The registry of sessions, which stands for the one of where it is used."""

    scope: ContextVar[str] = ContextVar("scope", default="")

    async def start(self) -> None:
        await super().start()
        self.registry = async_scoped_session(self.sessions, self.scope.get)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        was = self.scope.set(uuid.uuid4().hex)
        try:
            yield self.registry
            await self.registry.commit()
        finally:
            await self.registry.remove()
            self.scope.reset(was)


class SessionPsycopg(Session):
    driver = "psycopg"


class SQLModel(Session):
    cls = SQLModelSession

    async def order(self, tx: Any, name: str) -> None:
        connection: AsyncConnection = await tx.connection()
        await connection.execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})


class Connection(Session):
    def transaction(self) -> Any:
        return self.engine.begin()

    def outside(self) -> Any:
        return self.automatic().connect()


class ConnectionPsycopg(Connection):
    driver = "psycopg"


class AttachedAsyncpg(Asyncpg):
    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(self.pool, **options)


class AttachedPsycopg(Psycopg):
    async def start(self) -> None:
        options = {"min_size": 1, "max_size": 4, **self.options}
        self.pool = psycopg_pool.AsyncConnectionPool(self.url, open=False, **options)
        await self.pool.open()

    async def stop(self) -> None:
        await self.pool.close()

    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(self.pool, **options)


class AttachedSession(Session):
    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(self.engine, **options)


class AttachedSQLModel(SQLModel):
    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(self.engine, **options)


class AttachedSessionPsycopg(AttachedSession):
    driver = "psycopg"


class SqliteSession(Session):
    """SQLite, where the engine works on the connections of the application, and only there."""

    aborts = False
    outside_words = "commits by itself"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.file = Path(tempfile.mkdtemp()) / "shop.db"

    async def start(self) -> None:
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{self.file}", **{"pool_size": 16, **self.options})
        self.sessions = async_sessionmaker(self.engine, class_=self.cls)
        await self._make_table()

    async def stop(self) -> None:
        await super().stop()
        shutil.rmtree(self.file.parent)

    async def _make_table(self) -> None:
        connection = sqlite3.connect(self.file)
        connection.execute("CREATE TABLE orders (id text PRIMARY KEY)")
        connection.close()

    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(self.engine, **options)

    async def elsewhere(self) -> Any:
        file = self.file.parent / f"{uuid.uuid4().hex}.db"
        return await Engine.attach(lambda: aiosqlite.connect(file))

    async def orders(self) -> list[str]:
        connection = sqlite3.connect(self.file)
        try:
            return [row[0] for row in connection.execute("SELECT id FROM orders ORDER BY id")]
        finally:
            connection.close()


class SqliteConnection(SqliteSession):
    def transaction(self) -> Any:
        return self.engine.begin()

    def outside(self) -> Any:
        return self.automatic().connect()


class SqliteSQLModel(SqliteSession):
    cls = SQLModelSession

    async def order(self, tx: Any, name: str) -> None:
        await SQLModel.order(self, tx, name)  # type: ignore[arg-type]


class Aiosqlite(SqliteSession):
    """Without SQLAlchemy: a function that opens connections."""

    async def start(self) -> None:
        await self._make_table()

    async def stop(self) -> None:
        shutil.rmtree(self.file.parent)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with aiosqlite.connect(self.file) as connection:
            try:
                yield connection
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()

    @asynccontextmanager
    async def block(self, tx: Any) -> AsyncIterator[Any]:
        await tx.execute("SAVEPOINT one")
        try:
            yield tx
        except BaseException:
            await tx.execute("ROLLBACK TO SAVEPOINT one")
            raise

    def outside(self) -> Any:
        return aiosqlite.connect(self.file, isolation_level=None)

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute("INSERT INTO orders VALUES (?)", (name,))

    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(lambda: aiosqlite.connect(self.file), **options)


class AiosqliteRows(Aiosqlite):
    """With rows and texts of another kind, a transaction that is begun by hand, and an engine on threads."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with aiosqlite.connect(self.file, isolation_level=None) as connection:
            connection.row_factory, connection.text_factory = sqlite3.Row, bytes
            await connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()

    def engine_for(self, **options: Any) -> Any:
        return Engine.attach(lambda: sqlite3.connect(self.file), **options)


ASYNC: dict[str, Callable[[str], Host]] = {
    "aiosqlite": Aiosqlite,
    "aiosqlite-rows": AiosqliteRows,
    "attached-asyncpg": AttachedAsyncpg,
    "attached-psycopg": AttachedPsycopg,
    "attached-sqlalchemy": AttachedSession,
    "attached-sqlalchemy-psycopg": AttachedSessionPsycopg,
    "sqlite-connection": SqliteConnection,
    "sqlite-session": SqliteSession,
    "sqlite-sqlmodel": SqliteSQLModel,
    "asyncpg": Asyncpg,
    "psycopg": Psycopg,
    "psycopg-dicts": PsycopgDicts,
    "sqlalchemy-asyncpg": Session,
    "sqlalchemy-psycopg": SessionPsycopg,
    "sqlalchemy-connection": Connection,
    "sqlalchemy-connection-psycopg": ConnectionPsycopg,
    "sqlalchemy-scoped": ScopedSession,
    "sqlmodel": SQLModel,
}

Work = Callable[[Any], Awaitable[Any]]


@contextmanager
def watched(
    before: Callable[[Any], None] = lambda call: None, behind: Callable[[Any], None] = lambda answered: None
) -> Iterator[None]:
    """Does something on the event loop before each statement of a call, and behind it, on whatever thread it is sent."""
    loop, cls = asyncio.get_running_loop(), _driver.AsyncTransaction
    send, now = cls._send, cls._send_now

    async def turn(do: Callable[[Any], None], given: Any) -> None:
        do(given)
        # whoever waits for the task hears of it
        for _ in range(3):
            await asyncio.sleep(0)

    async def sending(self: Any, call: Any, sql: str, params: Any) -> Any:
        await turn(before, call)
        answered = await send(self, call, sql, params)
        await turn(behind, answered)
        return answered

    def sending_now(self: Any, connection: Any, call: Any, sql: str, params: Any) -> Any:
        asyncio.run_coroutine_threadsafe(turn(before, call), loop).result()
        answered = now(self, connection, call, sql, params)
        asyncio.run_coroutine_threadsafe(turn(behind, answered), loop).result()
        return answered

    cls._send, cls._send_now = sending, sending_now  # type: ignore[method-assign]
    try:
        yield
    finally:
        cls._send, cls._send_now = send, now  # type: ignore[method-assign]


async def orders(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch("SELECT id FROM orders ORDER BY id")]
    finally:
        await connection.close()
