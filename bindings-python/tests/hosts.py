"""Drivers of hosts, all behind one face, so that one set of tests serves them all."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import psycopg
import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession as SQLModelSession

from earnest import Engine

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

    def __init__(self, url: str) -> None:
        self.url = url

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def transaction(self) -> Any:
        """Enters an open transaction: commits at its end, rolls back on an exception."""
        raise NotImplementedError

    async def order(self, tx: Any, name: str) -> None:
        raise NotImplementedError


class Asyncpg(Host):
    async def start(self) -> None:
        self.pool = await asyncpg.create_pool(self.url, min_size=1, max_size=12)

    async def stop(self) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute("INSERT INTO orders VALUES ($1)", name)


class Psycopg(Host):
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
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

    async def start(self) -> None:
        self.engine = create_async_engine(with_driver(self.url, self.driver), pool_size=12)
        self.sessions = async_sessionmaker(self.engine, class_=self.cls)

    async def stop(self) -> None:
        await self.engine.dispose()

    def transaction(self) -> Any:
        return self.sessions.begin()

    async def order(self, tx: Any, name: str) -> None:
        await tx.execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})


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


ASYNC: dict[str, Callable[[str], Host]] = {
    "asyncpg": Asyncpg,
    "psycopg": Psycopg,
    "psycopg-dicts": PsycopgDicts,
    "sqlalchemy-asyncpg": Session,
    "sqlalchemy-psycopg": SessionPsycopg,
    "sqlalchemy-connection": Connection,
    "sqlmodel": SQLModel,
}

Work = Callable[[Any], Awaitable[Any]]


async def orders(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch("SELECT id FROM orders ORDER BY id")]
    finally:
        await connection.close()
