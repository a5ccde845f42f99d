"""Connections of asyncpg."""

from __future__ import annotations

from asyncio import TimeoutError
from typing import Any

from asyncpg import InterfaceError, PostgresError

from earnest._error import refuse
from earnest.hosts._base import BACKEND, Rows, backs_of


class Adapter:
    """A connection with `async with connection.transaction():` around the call."""

    dialect = "postgresql"
    #: `False` behind a pooler.
    prepare: bool | None = None
    # that of its own time limit is an `OSError` since Python 3.11
    failures = (PostgresError, InterfaceError, OSError, TimeoutError)

    def __init__(self, connection: Any) -> None:
        # a pool lends a proxy, a new one each time, for one connection
        self.lent = connection
        self.connection = self.driver = getattr(connection, "_con", None) or connection

    def block(self) -> int:
        """How many blocks have ended so far."""
        # what is closed, or back in its pool, has none
        return backs_of(getattr(self.connection, "_protocol", None), query=0).count

    def is_over(self, block: int) -> bool:
        """Whether one was since."""
        return self.block() != block

    async def ready(self) -> None:
        if not self.in_transaction():
            reason = "the connection has no open transaction: `async with connection.transaction():`"
            raise refuse("not_in_transaction", reason=reason)

    def in_transaction(self) -> bool:
        # the proxy lets go when the pool has its connection back, which may be in somebody else's transaction by now
        if self.lent is not self.connection and self.lent._con is not self.connection:
            return False
        return bool(self.connection.is_in_transaction())

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        if self.prepare is False and not self.connection.is_in_transaction():
            # it prepares a statement and runs it by two messages, which a pooler could send to two connections
            async with self.connection.transaction():
                return await self._fetch(sql, params)
        return await self._fetch(sql, params)

    async def _fetch(self, sql: str, params: list[str | None]) -> Rows:
        return [tuple(row) for row in await self.connection.fetch(sql, *params)]

    def code(self, error: BaseException) -> str | None:
        return getattr(error, "sqlstate", None)

    async def invalidate(self) -> None:
        # what the pool has back is in nobody's transaction, or in somebody else's
        if self.lent is self.connection or self.lent._con is self.connection:
            self.connection.terminate()

    async def run(self, statements: list[str]) -> Rows:
        *first, last = statements
        if not last.startswith("SELECT"):
            # several go as one, which answers without rows
            await self.connection.execute("; ".join(statements))
            return []
        if first:
            await self.connection.execute("; ".join(first))
        return await self.query(last, [])

    def is_open(self) -> bool:
        return bool(self.connection.is_in_transaction())

    async def is_pooled(self) -> bool:
        """Whether a pooler answers for the server: it gives a number of its own to whoever connects."""
        async with self.connection.transaction():
            found = await self._fetch(BACKEND, [])
        return found[0][0] != str(self.connection.get_server_pid())

    async def lend(self) -> None:
        """It begins nothing by itself."""

    async def take_back(self, was: None) -> None:
        """As it was lent."""

    async def close(self) -> None:
        await self.connection.close()
