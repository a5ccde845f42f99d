"""Sessions and connections of SQLAlchemy 2, blocking and for asyncio; those of SQLModel are the same."""

from __future__ import annotations

from typing import Any

import sqlalchemy.exc

from earnest._error import EarnestError, invalid, refuse
from earnest.hosts import _sqlite
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
        if name == "sqlite":
            raise _sqlite()
        if name != "postgresql":
            raise invalid("tx", f"is a session on `{name}`: the engine works on PostgreSQL and SQLite")
        self.dialect = "postgresql"
        self.style = "pyformat"

    def in_transaction(self) -> bool:
        return bool(self.given.in_transaction())

    def code(self, error: BaseException) -> str | None:
        origin = getattr(error, "orig", None)
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
        # a session begins its transaction with its first statement, a connection too
        self._look(self._here())

    def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        with self._here().exec_driver_sql(text, given if params else None) as result:
            return [tuple(row) for row in result.all()] if result.returns_rows else []

    def invalidate(self) -> None:
        self._here().invalidate()

    def in_transaction(self) -> bool:
        return True

    def _here(self) -> Any:
        given = self.given
        return given.connection() if hasattr(given, "get_bind") else given


class Asynchronous(_Both):
    """An `AsyncSession` or an `AsyncConnection`."""

    async def ready(self) -> None:
        self._look((await self._here()).sync_connection)

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        result = await (await self._here()).exec_driver_sql(text, given if params else None)
        return [tuple(row) for row in result.all()] if result.returns_rows else []

    async def invalidate(self) -> None:
        await (await self._here()).invalidate()

    def in_transaction(self) -> bool:
        return True

    async def _here(self) -> Any:
        given = self.given
        return await given.connection() if hasattr(given, "get_bind") else given


def _autocommit() -> EarnestError:
    reason = "the session is set to AUTOCOMMIT: each statement would be committed by itself"
    return refuse("not_in_transaction", reason=reason)
