"""Transactions of the host that cannot be used as they are: each is refused by its own code, and none hangs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiosqlite
import anyio
import asyncpg
import psycopg
import psycopg_pool
import pytest
import sqlalchemy
import sqlalchemy.orm
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import earnest.sync
from earnest import Engine, Money, errors
from earnest.hosts import _driver, _pools, sqlite
from hosts import ASYNC, fresh_database, watched, with_driver
from test_hosts_blocking import HOSTS


class Base(sqlalchemy.orm.DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: sqlalchemy.orm.Mapped[str] = sqlalchemy.orm.mapped_column(primary_key=True)


@pytest.fixture
async def database() -> str:
    return await fresh_database()


@pytest.fixture
async def bank(database: str) -> AsyncIterator[Engine]:
    async with Engine.open(database, background=False, pool_size=4) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        yield bank


@pytest.fixture
async def till(database: str) -> AsyncIterator[earnest.sync.Engine]:
    bank = await asyncio.to_thread(earnest.sync.Engine.open, database, background=False, pool_size=4)
    bank.ledger.top_up("alice", amount="100.00 USD", key="open")
    yield bank
    await asyncio.to_thread(bank.close)


def deduct(bank: Any, tx: Any, key: str = "d-1") -> Any:
    return bank.using(tx).ledger.deduct("alice", amount="1.00 USD", key=key)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
async def test_a_session_whose_flush_failed(bank: Engine, database: str, driver: str) -> None:
    engine = create_async_engine(with_driver(database, driver))
    async with AsyncSession(engine) as session:
        session.add(Order(id="one"))
        await session.commit()
        session.add(Order(id="one"))
        session.expunge_all()
        session.add(Order(id="one"))
        with pytest.raises(exc.IntegrityError):
            await session.flush()
        with pytest.raises(errors.TransactionAborted) as refused:
            await deduct(bank, session)
        assert refused.value.retry == "transaction"
        await session.rollback()
        await deduct(bank, session)
        await session.commit()
    await engine.dispose()
    assert (await bank.ledger.balance("alice")).posted == Money("99", "USD")


async def test_a_blocking_session_whose_flush_failed(till: earnest.sync.Engine, database: str) -> None:
    engine = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    with sqlalchemy.orm.Session(engine) as session:
        session.add(Order(id="one"))
        session.commit()
        session.expunge_all()
        session.add(Order(id="one"))
        with pytest.raises(exc.IntegrityError):
            session.flush()
        with pytest.raises(errors.TransactionAborted):
            deduct(till, session)
        session.rollback()
        deduct(till, session)
        session.commit()
    engine.dispose()
    assert till.ledger.balance("alice").posted == Money("99", "USD")


async def test_connections_that_are_closed_or_not_open_yet(
    bank: Engine, till: earnest.sync.Engine, database: str
) -> None:
    engine = create_async_engine(with_driver(database, "asyncpg"))
    async with engine.connect() as connection:
        mine = bank.using(connection)
        await mine.ledger.balance("alice")
    with pytest.raises(errors.StoreUnavailable, match="closed"):
        await mine.ledger.deduct("alice", amount="1.00 USD", key="d-1")
    with pytest.raises(errors.NotInTransaction, match="not been started"):
        await deduct(bank, engine.connect())
    await engine.dispose()
    blocking = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    with blocking.connect() as closed:
        pass
    with pytest.raises(errors.StoreUnavailable, match="closed"):
        deduct(till, closed)
    with sqlalchemy.orm.Session(blocking) as session, session.begin() as begun:
        begun.rollback()
        with pytest.raises(errors.NotInTransaction):
            deduct(till, session)
    blocking.dispose()
    pool = await asyncpg.create_pool(database, min_size=1, max_size=1)
    async with pool.acquire() as proxy:
        lent = bank.using(proxy)
    proxied = bank.using(proxy)
    for given in (lent, proxied):
        with pytest.raises((errors.StoreUnavailable, errors.NotInTransaction)):
            await given.ledger.deduct("alice", amount="1.00 USD", key="d-1")
    await pool.close()


async def test_a_pool_that_has_no_connection_left(bank: Engine, till: earnest.sync.Engine, database: str) -> None:
    one: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.1}
    engine = create_async_engine(with_driver(database, "asyncpg"), **one)
    async with engine.connect(), AsyncSession(engine) as session:
        with pytest.raises(errors.StoreUnavailable, match="QueuePool"):
            await deduct(bank, session)
    await engine.dispose()
    blocking = sqlalchemy.create_engine(with_driver(database, "psycopg"), **one)
    with blocking.connect(), sqlalchemy.orm.Session(blocking) as waits:
        with pytest.raises(errors.StoreUnavailable, match="QueuePool"):
            deduct(till, waits)
    blocking.dispose()


async def test_a_server_that_nobody_can_reach(bank: Engine, till: earnest.sync.Engine) -> None:
    for driver in ("asyncpg", "psycopg"):
        engine = create_async_engine(f"postgresql+{driver}://nobody@127.0.0.1:1/nothing")
        async with AsyncSession(engine) as session:
            with pytest.raises(errors.StoreUnavailable):
                await deduct(bank, session)
        await engine.dispose()
    blocking = sqlalchemy.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with sqlalchemy.orm.Session(blocking) as waits:
        with pytest.raises(errors.StoreUnavailable):
            deduct(till, waits)


async def test_a_session_of_several_databases(bank: Engine, till: earnest.sync.Engine, database: str) -> None:
    engine = create_async_engine(with_driver(database, "psycopg"))
    async with AsyncSession(binds={Order: engine}) as session:
        with pytest.raises(errors.InvalidRequest, match="several binds") as refused:
            await deduct(bank, session)
        assert refused.value.field == "tx"
        # the one that is meant
        await deduct(bank, await session.connection(bind_arguments={"mapper": Order}))
    with sqlalchemy.orm.Session(binds={Order: engine.sync_engine}) as several:
        with pytest.raises(errors.InvalidRequest, match="several binds"):
            deduct(till, several)
    await engine.dispose()


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
async def test_a_server_that_ends_the_connection(bank: Engine, database: str, driver: str) -> None:
    engine = create_async_engine(with_driver(database, driver))
    async with AsyncSession(engine) as session:
        await deduct(bank, session)
        number = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        admin = await asyncpg.connect(database)
        await admin.execute("SELECT pg_terminate_backend($1)", number)
        await admin.close()
        for key in ("d-2", "d-3"):
            with pytest.raises((errors.Unavailable, errors.OutcomeUnknown)):
                await deduct(bank, session, key)
    await engine.dispose()
    assert (await bank.ledger.balance("alice")).posted == Money("100", "USD")


def spoilt(host: Any, bank: earnest.sync.Engine) -> None:
    """A statement fails inside `atomic()`, and the application goes on."""
    from django.db import IntegrityError

    with host.transaction() as tx:
        try:
            host.order(tx, "one")
            host.order(tx, "one")
        except IntegrityError:
            tx.set_rollback(True)
        with pytest.raises(errors.TransactionAborted) as refused:
            deduct(bank, tx)
        assert refused.value.retry == "transaction"


@pytest.mark.parametrize("name", ["django", "sqlite-django"])
async def test_atomic_of_django_after_an_error(database: str, name: str) -> None:
    def work() -> None:
        host = HOSTS[name](database)
        with host.engine_for(background=False) as bank:
            bank.ledger.top_up("alice", amount="100.00 USD", key="open")
            spoilt(host, bank)
            with host.transaction() as tx:
                deduct(bank, tx)
            assert bank.ledger.balance("alice").posted == Money("99", "USD")
        host.stop()

    await asyncio.to_thread(work)


@pytest.mark.parametrize("name", ["asyncpg", "psycopg", "sqlalchemy-asyncpg", "attached-sqlalchemy", "sqlite-session"])
async def test_a_closed_engine_joins_nothing(database: str, name: str) -> None:
    host = ASYNC[name](database)
    await host.start()
    bank = await host.engine_for(background=False, pool_size=4)
    await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
    async with host.transaction() as tx:
        mine = bank.using(tx)
        await mine.ledger.deduct("alice", amount="1.00 USD", key="d-1")
        await bank.close()
        for joined in (mine, bank.using(tx)):
            with pytest.raises(errors.StoreUnavailable, match="closed"):
                await joined.ledger.deduct("alice", amount="1.00 USD", key="d-2")
            with pytest.raises(errors.StoreUnavailable, match="closed"):
                await joined.ledger.balance("alice")
        await host.order(tx, "one")
    assert await host.orders() == ["one"]
    async with host.engine_for(background=False) as again:
        assert (await again.ledger.balance("alice")).posted == Money("99", "USD")
    await host.stop()


async def test_a_closed_blocking_engine_joins_nothing(till: earnest.sync.Engine, database: str) -> None:
    with psycopg.connect(database) as tx:
        till.close()
        with pytest.raises(errors.StoreUnavailable, match="closed"):
            deduct(till, tx)


@pytest.mark.parametrize("name", ["sqlalchemy-asyncpg", "sqlalchemy-psycopg", "sqlite-session"])
async def test_a_session_and_its_connection_take_turns(database: str, name: str) -> None:
    """They are one connection: the steps of two calls must not come in between each other."""
    host = ASYNC[name](database)
    await host.start()
    steps: list[Any] = []
    async with host.engine_for(background=False, pool_size=4) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        async with host.transaction() as session:
            tied = [bank.using(session), bank.using(await session.connection())]
            with watched(before=steps.append):
                await asyncio.gather(
                    *[
                        tied[n % 2].ledger.transfer("alice", to="@fees", amount="1.00 USD", key=f"x-{n}")
                        for n in range(8)
                    ]
                )
        assert (await bank.ledger.balance("alice")).posted == Money("92", "USD")
        assert (await bank.verify()).ok
    await host.stop()
    calls = [call for place, call in enumerate(steps) if place == 0 or steps[place - 1] is not call]
    assert len(calls) == len(set(map(id, calls))) == 8
    assert not _driver._turns


async def test_turns_of_connections_that_are_gone_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"

    def work() -> None:
        with earnest.sync.Engine.attach(lambda: sqlite3.connect(file), background=False) as bank:
            for number in range(5):
                connection = sqlite3.connect(file)
                with connection:
                    bank.using(connection).ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
                connection.close()

    await asyncio.to_thread(work)
    assert not _driver._turns and not getattr(_driver, "_by_number", None)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
async def test_a_call_that_is_cancelled_again_and_again_ends_its_statement(
    bank: Engine, database: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As scopes of anyio do: the statement under way has its time, and the transaction is usable afterwards."""
    engine = create_async_engine(with_driver(database, driver))
    real = _driver.AsyncTransaction._send

    async def send(self: Any, call: Any, sql: str, params: Any) -> Any:
        # a statement that takes a while
        await self._adapter.query("SELECT pg_sleep(0.1)", [])
        return await real(self, call, sql, params)

    async with AsyncSession(engine) as session:
        await session.connection()
        with monkeypatch.context() as patched:
            patched.setattr(_driver.AsyncTransaction, "_send", send)
            with anyio.move_on_after(0.05) as scope:
                await deduct(bank, session)
            assert scope.cancelled_caught
        await session.execute(text("INSERT INTO orders VALUES ('one')"))
        await deduct(bank, session, "d-2")
        await session.commit()
    await engine.dispose()
    assert (await bank.ledger.balance("alice")).posted == Money("99", "USD")
    assert (await bank.verify()).ok


class Busy:
    """A transaction whose file another process has at first."""

    def __init__(self) -> None:
        self.runs = 0

    def __enter__(self) -> int:
        self.runs += 1
        return self.runs

    def __exit__(self, *_: object) -> None: ...

    async def __aenter__(self) -> int:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None: ...


def busy_at_first(run: int) -> int:
    if run < 3:
        # without the number of its code, as in Python 3.10
        raise sqlite3.OperationalError("database is locked")
    return run


async def test_a_busy_file_is_known_by_its_words(bank: Engine, till: earnest.sync.Engine) -> None:
    assert not hasattr(sqlite3.OperationalError("database is locked"), "sqlite_errorcode")

    async def work(run: int) -> int:
        return busy_at_first(run)

    one, two = Busy(), Busy()
    assert await bank.run(lambda: one, work) == till.run(lambda: two, busy_at_first) == 3
    for other in (ValueError("the door is locked"), sqlite3.OperationalError("no such table: orders")):
        tries = Busy()

        def fail(_: int, other: Exception = other) -> None:
            raise other

        with pytest.raises(type(other)):
            till.run(lambda: tries, fail)
        assert tries.runs == 1


def broken(*_: Any) -> Any:
    raise OSError("the line is dead")


async def test_a_pool_of_psycopg_loses_no_connection(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be lent as it must be goes back, and the pool opens another."""
    from earnest.hosts import psycopg as lines

    async with psycopg_pool.AsyncConnectionPool(database, min_size=1, max_size=2, open=False, timeout=60) as pool:
        lender = _pools.PsycopgAsync(pool)
        with monkeypatch.context() as patched:
            patched.setattr(lines.Asynchronous, "lend", broken)
            for _ in range(3):
                with pytest.raises(OSError):
                    await lender.acquire()
        both = [await lender.acquire(), await lender.acquire()]
        for line, token in both:
            assert await line.query("SELECT '7'", []) == [("7",)]
            await lender.release(line, token)

    def work() -> None:
        with psycopg_pool.ConnectionPool(database, min_size=1, max_size=2, timeout=60, open=True) as pool:
            lender = _pools.Psycopg(pool)
            with monkeypatch.context() as patched:
                patched.setattr(lines.Blocking, "lend", broken)
                for _ in range(3):
                    with pytest.raises(OSError):
                        lender.acquire()
            for line, token in [lender.acquire(), lender.acquire()]:
                lender.release(line, token)

    await asyncio.to_thread(work)


def test_a_connection_of_ones_own_that_cannot_be_lent_is_opened_anew(tmp_path: Path) -> None:
    lender = _pools.Factory(lambda: sqlite3.connect(tmp_path / "shop.db"))
    line, token = lender.acquire()
    lender.release(line, token)
    line.close()
    with pytest.raises(sqlite3.ProgrammingError):
        lender.acquire()
    again, _ = lender.acquire()
    assert again.query("SELECT 7", []) == [("7",)]
    lender.end_of_thread()


async def test_pools_of_psycopg_are_no_transactions(bank: Engine, till: earnest.sync.Engine, database: str) -> None:
    async with psycopg_pool.AsyncConnectionPool(database, min_size=0, max_size=1, open=False) as pool:
        with pytest.raises(errors.NotInTransaction, match=r"AsyncConnectionPool.*pool\.connection\(\)"):
            bank.using(pool)
    with psycopg_pool.ConnectionPool(database, min_size=0, max_size=1, open=False) as blocking:
        with pytest.raises(errors.NotInTransaction, match=r"ConnectionPool.*pool\.connection\(\)"):
            till.using(blocking)


async def test_a_connection_in_pipeline_mode_is_refused_by_name(
    bank: Engine, till: earnest.sync.Engine, database: str
) -> None:
    """Its rows are there only later: what is read would be nothing. Behind the pipeline the call takes place."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        async with connection.pipeline():
            with pytest.raises(errors.InvalidRequest, match=r"`connection.pipeline\(\)`") as refused:
                await deduct(bank, connection)
            assert refused.value.field == "tx"
            await connection.execute("INSERT INTO orders VALUES ('one')")
        await deduct(bank, connection)

    def work() -> None:
        with psycopg.connect(database) as connection:
            with connection.pipeline():
                with pytest.raises(errors.InvalidRequest, match=r"`connection.pipeline\(\)`"):
                    deduct(till, connection, "d-2")
                connection.execute("INSERT INTO orders VALUES ('two')")
            deduct(till, connection, "d-2")

    await asyncio.to_thread(work)
    assert (await bank.ledger.balance("alice")).posted == Money("98", "USD")


@pytest.mark.parametrize("option", [{"stream_results": True}, {"stream_results": True, "yield_per": 10}], ids=str)
async def test_an_engine_that_streams_its_results(
    bank: Engine, till: earnest.sync.Engine, database: str, option: dict[str, Any]
) -> None:
    """A cursor on the server is for the application's own statements: a call reads all that it asked for."""
    for number, driver in enumerate(("asyncpg", "psycopg")):
        lent = create_async_engine(with_driver(database, driver), execution_options=option)
        async with AsyncSession(lent) as session:
            await deduct(bank, session, f"a-{number}")
            await session.commit()
        async with lent.begin() as connection:
            await deduct(bank, connection, f"b-{number}")
        await lent.dispose()

    def work() -> None:
        for number, driver in enumerate(("psycopg", "psycopg2")):
            engine = sqlalchemy.create_engine(with_driver(database, driver), execution_options=option)
            with sqlalchemy.orm.Session(engine) as session:
                deduct(till, session, f"c-{number}")
                session.commit()
            engine.dispose()

    await asyncio.to_thread(work)
    assert (await bank.ledger.balance("alice")).posted == Money("94", "USD")


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
async def test_no_statement_of_a_call_goes_into_the_next_transaction_of_a_session(database: str, end: str) -> None:
    """A session that ends between two statements and begins anew has another transaction: half a call would be in it."""
    from earnest.hosts.sqlalchemy import Asynchronous, Blocking

    engine = create_async_engine(with_driver(database, "asyncpg"))
    async with AsyncSession(engine) as session:
        adapter = Asynchronous(session)
        await adapter.ready()
        assert await adapter.query("SELECT 1::text", []) == [("1",)]
        await getattr(session, end)()
        await session.connection()
        with pytest.raises(exc.ResourceClosedError):
            await adapter.query("SELECT 1::text", [])
        await adapter.invalidate()
        assert await session.scalar(text("SELECT 2")) == 2
    await engine.dispose()
    blocking = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    with sqlalchemy.orm.Session(blocking) as own:
        joined = Blocking(own)
        joined.ready()
        getattr(own, end)()
        own.connection()
        with pytest.raises(exc.ResourceClosedError):
            joined.query("SELECT 1::text", [])
        joined.invalidate()
        assert own.scalar(text("SELECT 2")) == 2
    blocking.dispose()


@pytest.mark.parametrize("autocommit", [True, False])
async def test_a_write_behind_the_queued_end_of_its_transaction_is_refused(
    bank: Engine, database: str, autocommit: bool
) -> None:
    """The load waits for a row; its sibling fails, and the ROLLBACK waits for the load. What came behind that would be
    committed by itself, or with the next transaction."""
    holder = await asyncpg.connect(database)
    held = holder.transaction()
    await held.start()
    await holder.execute("SELECT 1 FROM earnest.account WHERE id = 'alice' FOR UPDATE")
    connection = await psycopg.AsyncConnection.connect(database, autocommit=autocommit)
    ends = asyncio.Event()
    calls = []

    async def work() -> None:
        async with AsyncExitStack() as stack:
            if autocommit:
                await stack.enter_async_context(connection.transaction())
            calls.append(asyncio.ensure_future(deduct(bank, connection)))
            while connection.info.transaction_status != psycopg.pq.TransactionStatus.ACTIVE:
                assert not calls[0].done()
                await asyncio.sleep(0.01)
            ends.set()
            if autocommit:
                raise ZeroDivisionError
            await connection.rollback()

    ended = asyncio.ensure_future(work())
    await ends.wait()
    await held.rollback()
    (found,) = await asyncio.gather(ended, return_exceptions=True)
    assert isinstance(found, ZeroDivisionError if autocommit else type(None))
    with pytest.raises(errors.NotInTransaction):
        await calls[0]
    # the connection is as usable as before
    async with connection.transaction():
        await connection.execute("INSERT INTO orders VALUES ('one')")
    await connection.commit()
    assert (await bank.ledger.balance("alice")).posted == Money("100", "USD")
    async with connection.transaction():
        await deduct(bank, connection)
    await connection.close()
    await holder.close()
    assert (await bank.ledger.balance("alice")).posted == Money("99", "USD")


async def test_a_write_behind_the_queued_end_of_its_transaction_of_aiosqlite_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SAVEPOINT outside of a transaction begins one, which its RELEASE would commit."""
    file = tmp_path / "shop.db"
    real = sqlite.Asynchronous.alone
    ends: list[Any] = []
    async with Engine.attach(lambda: aiosqlite.connect(file), background=False) as lent:
        await lent.ledger.top_up("alice", amount="100.00 USD", key="open")
        async with aiosqlite.connect(file, isolation_level=None) as connection:

            async def alone(self: Any, work: Any) -> Any:
                if self.connection is connection and not ends:
                    ends.append(asyncio.ensure_future(connection.rollback()))
                    await asyncio.sleep(0)
                return await real(self, work)

            monkeypatch.setattr(sqlite.Asynchronous, "alone", alone)
            await connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(errors.NotInTransaction):
                await deduct(lent, connection)
            await asyncio.gather(*ends)
            assert len(ends) == 1 and not connection.in_transaction
        assert (await lent.ledger.balance("alice")).posted == Money("100", "USD")


async def test_an_engine_bound_to_a_loan_that_is_over_writes_into_no_transaction_of_the_next_borrower(
    bank: Engine, database: str
) -> None:
    """The pool lends one connection again: what a task of the first request does late is not the second one's."""
    pool = await asyncpg.create_pool(database, min_size=1, max_size=1)
    async with pool.acquire() as first, first.transaction():
        mine, raw = bank.using(first), first._con
        await mine.ledger.deduct("alice", amount="1.00 USD", key="d-1")
    async with pool.acquire() as second, second.transaction():
        assert second._con is raw and second.is_in_transaction()
        with pytest.raises(errors.NotInTransaction):
            await mine.ledger.deduct("alice", amount="1.00 USD", key="d-2")
        await bank.using(second).ledger.deduct("alice", amount="1.00 USD", key="d-3")
    await pool.close()
    assert (await bank.ledger.balance("alice")).posted == Money("98", "USD")
