"""Connections of psycopg 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.rows import tuple_row

from earnest._error import invalid, refuse
from earnest.hosts._base import BACKEND, Ended, Rows, backs_of, break_line

if TYPE_CHECKING:
    from psycopg.abc import PQGen


class _Both:
    dialect = "postgresql"
    failures: tuple[type[BaseException], ...] = (psycopg.Error, OSError)
    #: `False` behind a pooler; else the driver prepares what comes often, as it is set to.
    prepare: bool | None = None

    def __init__(self, connection: Any) -> None:
        self.connection = self.driver = connection
        #: Whether the next statement of a call must find its transaction open. None of a line that a pool lends must.
        self.begun: bool | None = None
        #: The pool that has lent it, and lets go of it when it has it back.
        self.lender: Any = getattr(connection, "_pool", None)

    def in_transaction(self) -> bool:
        # without autocommit the driver begins one before the first statement of a handle, and before no other
        return not (self._is_back() or (self._is_idle() and (self.begun or self.connection.autocommit)))

    def _is_back(self) -> bool:
        return self.lender is not None and getattr(self.connection, "_pool", None) is not self.lender

    def block(self) -> int:
        """How many blocks have ended so far, those of `transaction()` and by hand."""
        return backs_of(self.connection, _exec_command=0, execute=0).count

    def is_over(self, block: int) -> bool:
        """Whether one was since."""
        return self.block() != block

    def is_open(self) -> bool:
        return not self._is_idle() and not self.connection.closed

    def _is_idle(self) -> bool:
        return bool(self.connection.info.transaction_status == TransactionStatus.IDLE)

    def _ready(self) -> None:
        if self.connection.closed:
            raise refuse("store_unavailable", reason="the connection is closed")
        if self.connection.pgconn.pipeline_status != PipelineStatus.OFF:
            # rows come when the pipeline is synchronised, and a call needs them before its next statement
            raise invalid("tx", "is in pipeline mode: call outside of `connection.pipeline()`")
        if not self.in_transaction():
            reason = "the connection commits by itself: `with connection.transaction():`, or `autocommit=False`"
            if self.begun or self._is_back():
                reason = "the transaction that it was bound to has ended: bind anew, by `using(connection)`"
            raise refuse("not_in_transaction", reason=reason)
        # once begun it stays so: what is behind the end of the transaction begins no other one
        self.begun = bool(self.begun or self.connection.autocommit or not self._is_idle())

    def judge(self) -> None:
        """Refuses a statement whose transaction ended while it waited for the connection."""
        if self.begun is None:
            return
        if not self.in_transaction():
            raise Ended
        self.begun = True

    def code(self, error: BaseException) -> str | None:
        return getattr(error, "sqlstate", None)


class _Cursor(psycopg.RawCursor[Any]):
    """Has its statement judged when the connection is its own: the end of the transaction may have waited before it."""

    judge: Callable[[], None]

    def _start_query(self, query: Any = None) -> PQGen[None]:
        self.judge()
        yield from super()._start_query(query)


class _AsyncCursor(psycopg.AsyncRawCursor[Any]):
    """The same for asyncio."""

    judge: Callable[[], None]

    def _start_query(self, query: Any = None) -> PQGen[None]:
        self.judge()
        yield from super()._start_query(query)


class Blocking(_Both):
    """A `psycopg.Connection`."""

    def ready(self) -> None:
        self._ready()

    def query(self, sql: str, params: list[str | None]) -> Rows:
        cursor: Any = _Cursor(self.connection, row_factory=tuple_row)
        cursor.judge = self.judge
        with cursor:
            cursor.execute(sql, params or None, prepare=self.prepare)
            return cursor.fetchall() if cursor.description else []

    def invalidate(self) -> None:
        if self.begun is None:
            # one of a pool, which looks whether it is closed
            self.connection.close()
        else:
            break_line(self.connection)

    def run(self, statements: list[str]) -> Rows:
        cursor: Any = psycopg.Cursor(self.connection, row_factory=tuple_row)
        with cursor:
            # without parameters, and not prepared, several go as one
            cursor.execute("; ".join(statements), prepare=False)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def is_pooled(self) -> bool:
        """Whether a pooler answers for the server: it gives a number of its own to whoever connects."""
        found = self.query(BACKEND, [])
        return found[0][0] != str(self.connection.info.backend_pid)

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
        cursor: Any = _AsyncCursor(self.connection, row_factory=tuple_row)
        cursor.judge = self.judge
        async with cursor:
            await cursor.execute(sql, params or None, prepare=self.prepare)
            return await cursor.fetchall() if cursor.description else []

    async def invalidate(self) -> None:
        if self.begun is None:
            await self.connection.close()
        else:
            break_line(self.connection)

    async def run(self, statements: list[str]) -> Rows:
        cursor: Any = psycopg.AsyncCursor(self.connection, row_factory=tuple_row)
        async with cursor:
            await cursor.execute("; ".join(statements), prepare=False)
            while cursor.nextset():
                pass
            return await cursor.fetchall() if cursor.description else []

    async def is_pooled(self) -> bool:
        """Whether a pooler answers for the server: it gives a number of its own to whoever connects."""
        found = await self.query(BACKEND, [])
        return found[0][0] != str(self.connection.info.backend_pid)

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
