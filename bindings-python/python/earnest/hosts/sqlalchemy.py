"""Sessions and connections of SQLAlchemy 2, blocking and for asyncio; those of SQLModel are the same."""

from __future__ import annotations

from typing import Any

import sqlalchemy.exc

from earnest._error import EarnestError, invalid, refuse
from earnest.hosts import sqlite
from earnest.hosts._attached import of_one_library
from earnest.hosts._driver import Rows
from earnest.hosts._text import styled


class _Both:
    failures: tuple[type[BaseException], ...] = (sqlalchemy.exc.DBAPIError, OSError)

    def __init__(self, given: Any) -> None:
        registry = getattr(given, "registry", None)
        self.given = registry() if registry is not None and hasattr(given, "remove") else given
        self.connection = self.given
        bind = self.given.get_bind() if hasattr(self.given, "get_bind") else self.given
        name = bind.dialect.name
        if name not in ("postgresql", "sqlite"):
            raise invalid("tx", f"is a session on `{name}`: the engine works on PostgreSQL and SQLite")
        self.dialect = name
        self.style = "pyformat"
        if name == "sqlite":
            # where errors of the library are not known to SQLAlchemy, they come as they are
            self.failures = (*self.failures, *sqlite.failures())
        #: What drives a connection to SQLite, of which library that is, and what the engine is attached to.
        self.raw: Any = None
        self.library: str | None = None
        self.pool: Any = None

    def in_transaction(self) -> bool:
        # a session and a connection begin their transaction with their first statement
        return self.raw is None or bool(self.raw.in_transaction)

    def code(self, error: BaseException) -> str | None:
        origin = getattr(error, "orig", None)
        if self.dialect == "sqlite":
            return sqlite.code_of(origin or error)
        return getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)

    def _look(self, connection: Any) -> None:
        """A connection that commits every statement by itself joins nothing."""
        self.style = connection.dialect.paramstyle
        raw = connection.connection.dbapi_connection
        level = str(getattr(raw, "isolation_level", "") or connection.get_execution_options().get("isolation_level", ""))
        if level.upper() == "AUTOCOMMIT" or getattr(raw, "autocommit", False) is True:
            raise _autocommit()


class Blocking(_Both):
    """A `Session` or a `Connection`."""

    def ready(self) -> None:
        connection = self._here()
        if self.dialect == "postgresql":
            self._look(connection)
        else:
            self.style, self.raw = "numbered", connection.connection.dbapi_connection
            of_one_library(self.pool, sqlite.library_of(self.raw))
            sqlite.begin(self.raw)

    def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        with self._here().exec_driver_sql(text, given if params else None) as result:
            return [tuple(row) for row in result.all()] if result.returns_rows else []

    def invalidate(self) -> None:
        self._here().invalidate()

    def _here(self) -> Any:
        given = self.given
        return given.connection() if hasattr(given, "get_bind") else given


class Asynchronous(_Both):
    """An `AsyncSession` or an `AsyncConnection`."""

    async def ready(self) -> None:
        connection = await self._here()
        if self.dialect == "postgresql":
            self._look(connection.sync_connection)
        else:
            driver = (await connection.get_raw_connection()).driver_connection
            adapter = sqlite.Asynchronous(driver)
            of_one_library(self.pool, adapter.library)
            self.style, self.raw = "numbered", driver
            await adapter.ready()

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        result = await (await self._here()).exec_driver_sql(text, given if params else None)
        return [tuple(row) for row in result.all()] if result.returns_rows else []

    async def invalidate(self) -> None:
        await (await self._here()).invalidate()

    async def _here(self) -> Any:
        given = self.given
        return await given.connection() if hasattr(given, "get_bind") else given


def _autocommit() -> EarnestError:
    reason = "the session is set to AUTOCOMMIT: each statement would be committed by itself"
    return refuse("not_in_transaction", reason=reason)
