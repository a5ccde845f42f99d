"""Sessions and connections of SQLAlchemy 2, blocking and for asyncio; those of SQLModel are the same."""

from __future__ import annotations

from asyncio import TimeoutError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import exc

from earnest._error import EarnestError, invalid, refuse
from earnest.hosts import sqlite
from earnest.hosts._base import Rows, backs_of, words
from earnest.hosts._text import styled

#: All rows of a statement at once, whatever the application's engine is set to.
WHOLE: dict[str, Any] = {"stream_results": False, "yield_per": None}


class _Both(sqlite.Joining):
    # the time limit of asyncpg comes as it is
    failures: tuple[type[BaseException], ...] = (exc.SQLAlchemyError, OSError, TimeoutError)

    def __init__(self, given: Any) -> None:
        registry = getattr(given, "registry", None)
        self.given = registry() if registry is not None and hasattr(given, "remove") else given
        self.connection = self.given
        with _typed():
            bind = self.given.get_bind() if hasattr(self.given, "get_bind") else self.given
            name = bind.dialect.name
        if name not in ("postgresql", "sqlite"):
            raise invalid("tx", f"is a session on `{name}`: the engine works on PostgreSQL and SQLite")
        self.dialect = name
        self.style = "pyformat"
        if name == "sqlite":
            # where errors of the library are not known to SQLAlchemy, they come as they are
            self.failures = (*self.failures, *sqlite.failures())
        #: The driver's connection to SQLite.
        self.raw: Any = None
        #: The driver's own connection, once it is ready.
        self.driver: Any = None
        #: The connection of this call: to ask a session for it at each statement costs as much as a short statement.
        #: One that ends meanwhile refuses, and a session that begins anew has another one.
        self.here: Any = None
        #: The execution options of its statements.
        self.options: dict[str, Any] | None = None
        #: `False` behind a pooler.
        self.prepare: bool | None = None

    def block(self) -> Any:
        """The block of the transaction that is open now."""
        given = getattr(self.given, "sync_session", None) or getattr(self.given, "sync_connection", None) or self.given
        with suppress(exc.SQLAlchemyError):
            return given.get_nested_transaction()
        return None

    def is_over(self, block: Any) -> bool:
        """Whether such a block has ended."""
        return block is not None and not block.is_active

    def in_transaction(self) -> bool:
        # a session and a connection begin their transaction with their first statement
        return self.raw is None or bool(self.raw.in_transaction)

    def code(self, error: BaseException) -> str | None:
        if isinstance(error, exc.PendingRollbackError) and self.dialect == "postgresql":
            # what the server says of a transaction that has failed
            return "25P02"
        origin = getattr(error, "orig", None)
        if self.dialect == "sqlite":
            return sqlite.code_of(origin or error)
        return getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)

    def _begin(self, here: Any, connection: Any) -> None:
        """The connection that all statements of a call go to; their rows come at once."""
        self.here = here
        options = connection.get_execution_options()
        self.options = WHOLE if options.get("stream_results") or options.get("yield_per") else None

    @contextmanager
    def _unprepared(self) -> Iterator[None]:
        """Keeps psycopg from preparing a statement that comes often: SQLAlchemy has no word for that."""
        driver = self.driver if self.prepare is False and hasattr(self.driver, "prepare_threshold") else None
        was = getattr(driver, "prepare_threshold", None)
        if driver is not None:
            driver.prepare_threshold = None
        try:
            yield
        finally:
            if driver is not None:
                driver.prepare_threshold = was

    def _look(self, connection: Any) -> None:
        """A connection that commits every statement by itself joins nothing."""
        self.style = connection.dialect.paramstyle
        raw = connection.connection.dbapi_connection
        self.driver = connection.connection.driver_connection
        level = str(
            getattr(raw, "isolation_level", "") or connection.get_execution_options().get("isolation_level", "")
        )
        if level.upper() == "AUTOCOMMIT" or getattr(raw, "autocommit", False) is True:
            raise _autocommit()


class Blocking(_Both):
    """A `Session` or a `Connection`."""

    def ready(self) -> None:
        with _typed():
            connection = self._here()
            self._begin(connection, connection)
            if self.dialect == "postgresql":
                self._look(connection)
            else:
                self.style = "numbered"
                self.raw = self.driver = connection.connection.dbapi_connection
                self.judge(self.raw)
                sqlite.begin(self.raw)

    def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        with (
            self._unprepared(),
            self.here.exec_driver_sql(text, given if params else None, execution_options=self.options) as result,
        ):
            return [tuple(row) for row in result.all()] if result.returns_rows else []

    def invalidate(self) -> None:
        # where there is no connection any more, nothing is left that could be committed
        with suppress(exc.InvalidRequestError):
            self.here.invalidate()

    def _here(self) -> Any:
        given = self.given
        return given.connection() if hasattr(given, "get_bind") else given


class Asynchronous(_Both):
    """An `AsyncSession` or an `AsyncConnection`."""

    def block(self) -> Any:
        """The nested transaction that is open, and on SQLite how many blocks were rolled back so far: it goes back to a savepoint
        before it says so."""
        return super().block(), self._count()

    def is_over(self, block: Any) -> bool:
        nested, count = block
        return super().is_over(nested) or (count is not None and self._count() != count)

    def _count(self) -> int | None:
        if self.dialect != "sqlite":
            return None
        driver = self.driver
        # a session has no word for the connections that it has
        with suppress(AttributeError, StopIteration, exc.SQLAlchemyError):
            if driver is None and hasattr(self.given, "sync_session"):
                transaction = self.given.sync_session.get_transaction()
                driver = next(iter(transaction._connections.values()))[0].connection.driver_connection
            elif driver is None:
                driver = self.given.sync_connection.connection.driver_connection
        return None if driver is None else backs_of(driver, _execute=1).count

    async def ready(self) -> None:
        with _typed():
            connection = await self._here()
            self._begin(connection, connection.sync_connection)
            if self.dialect == "postgresql":
                self._look(connection.sync_connection)
            else:
                driver = (await connection.get_raw_connection()).driver_connection
                adapter = sqlite.Asynchronous(driver)
                adapter.refuse, adapter.pool = self.refuse, self.pool
                self.style = "numbered"
                self.raw = self.driver = driver
                await adapter.ready()

    async def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, self.style)
        with self._unprepared():
            result = await self.here.exec_driver_sql(text, given if params else None, execution_options=self.options)
        return [tuple(row) for row in result.all()] if result.returns_rows else []

    @property
    def alone(self) -> Any:
        """The runner of work on the thread of a connection to SQLite."""
        return self._alone if self.dialect == "sqlite" else None

    async def _alone(self, work: Callable[[Any], Any]) -> Any:
        if self.here.closed or self.here.invalidated:
            raise exc.ResourceClosedError("the connection is closed")
        return await sqlite.Asynchronous(self.driver).alone(work)

    async def invalidate(self) -> None:
        with suppress(exc.InvalidRequestError):
            await self.here.invalidate()

    async def _here(self) -> Any:
        given = self.given
        return await given.connection() if hasattr(given, "get_bind") else given


@contextmanager
def _typed() -> Iterator[None]:
    """Refuses by its own code what a session or a connection that cannot be used raises."""
    try:
        yield
    except exc.PendingRollbackError as error:
        raise refuse("transaction_aborted") from error
    except exc.UnboundExecutionError as error:
        reason = "is a session of several binds: give the connection that is meant, `session.connection(...)`"
        raise invalid("tx", reason) from error
    except (exc.ResourceClosedError, exc.TimeoutError) as error:
        raise refuse("store_unavailable", reason=words(error)) from error
    except exc.InvalidRequestError as error:
        # it is not open yet, its transaction has ended, or another task is at work with it
        raise refuse("not_in_transaction", reason=words(error)) from error


def _autocommit() -> EarnestError:
    reason = "the session is set to AUTOCOMMIT: each statement would be committed by itself"
    return refuse("not_in_transaction", reason=reason)
