"""Connections of psycopg 3."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.rows import tuple_row

from earnest._error import invalid, refuse
from earnest.hosts._base import Rows


class _Both:
    dialect = "postgresql"
    failures: tuple[type[BaseException], ...] = (psycopg.Error, OSError)

    def __init__(self, connection: Any) -> None:
        self.connection = self.driver = connection

    def in_transaction(self) -> bool:
        # without autocommit the driver begins one before the first statement
        idle = self.connection.info.transaction_status == TransactionStatus.IDLE
        return not (self.connection.autocommit and idle)

    def _ready(self) -> None:
        if self.connection.closed:
            raise refuse("store_unavailable", reason="the connection is closed")
        if self.connection.pgconn.pipeline_status != PipelineStatus.OFF:
            # rows come when the pipeline is synchronised, and a call needs them before its next statement
            raise invalid("tx", "is in pipeline mode: call outside of `connection.pipeline()`")
        if not self.in_transaction():
            reason = "the connection commits by itself: `with connection.transaction():`, or `autocommit=False`"
            raise refuse("not_in_transaction", reason=reason)

    def code(self, error: BaseException) -> str | None:
        return getattr(error, "sqlstate", None)


class Blocking(_Both):
    """A `psycopg.Connection`."""

    def ready(self) -> None:
        self._ready()

    def query(self, sql: str, params: list[str | None]) -> Rows:
        cursor: Any = psycopg.RawCursor(self.connection, row_factory=tuple_row)
        with cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    def invalidate(self) -> None:
        self.connection.close()

    def run(self, statements: list[str]) -> Rows:
        cursor: Any = psycopg.Cursor(self.connection, row_factory=tuple_row)
        with cursor:
            # without parameters, and not prepared, several go as one
            cursor.execute("; ".join(statements), prepare=False)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def lend(self) -> bool:
        was = bool(self.connection.autocommit)
        if not was:
            self.connection.set_autocommit(True)
        return was

    def take_back(self, was: bool) -> None:
        if not was:
            self.connection.set_autocommit(False)

    def close(self) -> None:
        self.connection.close()


class Asynchronous(_Both):
    """A `psycopg.AsyncConnection`."""

    async def ready(self) -> None:
        self._ready()

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        cursor: Any = psycopg.AsyncRawCursor(self.connection, row_factory=tuple_row)
        async with cursor:
            await cursor.execute(sql, params or None)
            return await cursor.fetchall() if cursor.description else []

    async def invalidate(self) -> None:
        await self.connection.close()

    async def run(self, statements: list[str]) -> Rows:
        cursor: Any = psycopg.AsyncCursor(self.connection, row_factory=tuple_row)
        async with cursor:
            await cursor.execute("; ".join(statements), prepare=False)
            while cursor.nextset():
                pass
            return await cursor.fetchall() if cursor.description else []

    async def lend(self) -> bool:
        was = bool(self.connection.autocommit)
        if not was:
            await self.connection.set_autocommit(True)
        return was

    async def take_back(self, was: bool) -> None:
        if not was:
            await self.connection.set_autocommit(False)

    async def close(self) -> None:
        await self.connection.close()
