"""Engines on the application's own pool: lent, given back as it was, and refused by name where it cannot serve."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg
import psycopg_pool
import pytest
import sqlalchemy
import sqlalchemy.orm
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

import earnest.sync
from earnest import Engine, Money, errors
from earnest.hosts._driver import unready
from hosts import fresh_database, with_driver


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


async def test_64_tasks_on_a_lent_pool(file: Path) -> None:
    """Top-ups and transfers at once, with the background, through a function that opens connections."""
    async with Engine.attach(lambda: aiosqlite.connect(file), background=True) as bank:
        await asyncio.gather(*[bank.ledger.top_up(f"a{n}", amount="10.00 USD", key=f"t-{n}") for n in range(64)])
        await asyncio.gather(
            *[bank.ledger.transfer(f"a{n}", to=f"a{(n + 1) % 64}", amount="3.00 USD", key=f"x-{n}") for n in range(64)]
        )
        listed = await bank.ledger.balances(accounts=[f"a{n}" for n in range(64)])
        assert {balance.posted for balance in listed.balances} == {Money("10", "USD")}
        assert (await bank.verify()).ok and (await bank.health()).status == "healthy"
    # nothing is open any more: the file alone is the whole
    assert sorted(path.name for path in file.parent.iterdir()) == ["shop.db"]


async def test_connections_come_back_as_they_were() -> None:
    """With their own transaction mode, and without a transaction."""
    url = await fresh_database()
    async with psycopg_pool.AsyncConnectionPool(url, min_size=2, max_size=2) as pool:
        async with Engine.attach(pool) as bank:
            for number in range(8):
                await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
            async with pool.connection() as connection:
                assert not connection.autocommit
                status = psycopg.pq.TransactionStatus.IDLE
                assert connection.info.transaction_status == status
                cursor = await connection.execute("SHOW enable_seqscan")
                assert await cursor.fetchone() == ("on",)
        assert pool.get_stats()["pool_size"] == 2 == pool.get_stats()["pool_available"]


async def test_a_lent_connection_that_dies_is_replaced() -> None:
    url = await fresh_database()
    pool = await asyncpg.create_pool(url, min_size=2, max_size=4)
    async with Engine.attach(pool) as bank:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-0")
        for number in range(1, 5):
            admin = await asyncpg.connect(url)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await admin.close()
            await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
        assert (await bank.ledger.balance("alice")).posted == Money("5", "USD")
    await pool.close()


async def test_a_pool_that_lends_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """All its connections are elsewhere: the call ends by the time-out of connections."""
    url = await fresh_database()
    pool = await asyncpg.create_pool(url, min_size=2, max_size=2)
    async with Engine.attach(pool, connect_timeout="PT4S") as bank:
        async with pool.acquire(), pool.acquire():
            with pytest.raises(errors.StoreUnavailable, match="lent no connection"):
                await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        assert not (await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")).replayed
    await pool.close()


async def test_views_use_the_same_pool(file: Path) -> None:
    lent = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=8)
    async with Engine.attach(lent) as bank:
        alice = bank.book("shop-1").acting(earnest.Actor.system("till"))
        await alice.ledger.top_up("alice", amount="2.00 USD", key="t-1")
        async with async_sessionmaker(lent).begin() as session:
            await alice.using(session).ledger.deduct("alice", amount="0.50 USD", key="d-1")
        assert (await alice.ledger.balance("alice")).posted == Money("1.50", "USD")
    await lent.dispose()


async def test_a_driver_of_another_sqlite_library_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine by URL has a library of its own; so has, perhaps, another module than that of the pool."""
    async with Engine.open(f"sqlite:{file}") as bank:
        async with aiosqlite.connect(file) as connection:
            mine = bank.using(connection)
            for call in (mine.ledger.balance("alice"), mine.ledger.top_up("alice", amount="1.00 USD", key="t-1")):
                with pytest.raises(errors.StoreConflict, match="two SQLite libraries: attach the engine"):
                    await call
            assert not connection.in_transaction
        async with aiosqlite.connect(file.parent / "other.db") as connection:
            with pytest.raises(errors.StoreMismatch) as found:
                await bank.using(connection).ledger.balance("alice")
            assert found.value.actual == "another file" and not connection.in_transaction
        beside = create_async_engine(f"sqlite+aiosqlite:///{file}")
        async with async_sessionmaker(beside)() as session:
            with pytest.raises(errors.StoreConflict, match="two SQLite libraries: attach the engine"):
                await bank.using(session).ledger.balance("alice")
        await beside.dispose()
        with pytest.raises(errors.StoreConflict):
            await Engine.attach(lambda: sqlite3.connect(file))
    async with Engine.attach(lambda: aiosqlite.connect(file)) as bank:
        with pytest.raises(errors.StoreConflict):
            await Engine.open(f"sqlite:{file}")
        assert bank._pool is not None
        bank._pool.library = "another"
        async with aiosqlite.connect(file) as connection:
            with pytest.raises(errors.StoreConflict, match="connections of `another`"):
                bank.using(connection)


def other_library(file: Path) -> Any:
    """A connection of the SQLite library that `sqlite3` is not; its version would do, as far as it says."""
    import _sqlite3

    import pysqlite3.dbapi2

    other = _sqlite3 if sqlite3.__name__.startswith("pysqlite3") else pysqlite3.dbapi2
    connection: Any = other.connect(file)
    connection.create_function("sqlite_version", 0, lambda: "3.53.0")
    return connection


def test_two_libraries_of_the_application_on_one_file_are_refused(file: Path) -> None:
    """Neither is the engine's own: an engine is attached to each, in either order."""

    def one() -> Any:
        return sqlite3.connect(file)

    def other() -> Any:
        return other_library(file)

    attach = earnest.sync.Engine.attach
    for first, second in ((one, other), (other, one)):
        with attach(first) as bank:
            bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
            with pytest.raises(errors.StoreConflict, match="two SQLite libraries"):
                attach(second).__enter__()
        # whoever is refused has looked at the file, and its library folds the log in: no engine goes on from there
        with attach(first) as again:
            assert again.ledger.top_up("alice", amount="1.00 USD", key="t-1").replayed
        with attach(second) as bank:
            assert bank.ledger.balance("alice").posted == Money("1", "USD") and bank.verify().ok


async def test_a_file_that_was_busy_is_worth_another_run(file: Path) -> None:
    """A statement of the application's own, before any of the engine: SQLite has one writer."""
    runs = 0
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE orders (id text PRIMARY KEY)")
    holder.execute("BEGIN IMMEDIATE")
    lent = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 0.05})
    sessions = async_sessionmaker(lent)

    async def work(session: Any) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            holder.execute("ROLLBACK")
        await session.execute(sqlalchemy.text("INSERT INTO orders VALUES ('one')"))

    async with Engine.open("memory:") as bank:
        await bank.run(sessions.begin, work)
    assert runs == 3 and holder.execute("SELECT count(*) FROM orders").fetchone() == (1,)
    holder.close()
    await lent.dispose()


def test_an_old_sqlite_library_is_refused(file: Path) -> None:
    """One whose write-ahead log is not sound; here it says so itself."""

    def old() -> Any:
        connection = sqlite3.connect(file)
        connection.create_function("sqlite_version", 0, lambda: "3.40.1")
        return connection

    with pytest.raises(
        errors.NotSupported, match="3.40.1, and 3.51.3 or newer.*pip install pysqlite3.*docs/python.md, Install"
    ):
        earnest.sync.Engine.attach(old).__enter__()


@pytest.mark.parametrize("store", ["postgresql", "sqlite"])
def test_a_forgotten_using_is_named(store: str, file: Path) -> None:
    """The transaction has the rows, or on SQLite the file, that the call beside it waits for."""
    url = with_driver(asyncio.run(fresh_database()), "psycopg") if store == "postgresql" else "sqlite://"
    creator = None if store == "postgresql" else (lambda: sqlite3.connect(file, check_same_thread=False))
    pool = sqlalchemy.create_engine(url, **({"creator": creator, "poolclass": sqlalchemy.NullPool} if creator else {}))
    with earnest.sync.Engine.attach(pool) as bank:
        bank.ledger.top_up("alice", amount="10.00 USD", key="t-1")
        with sqlalchemy.orm.Session(pool) as session, session.begin():
            bank.using(session).ledger.deduct("alice", amount="1.00 USD", key="d-1")
            with pytest.raises(errors.Contention, match="lock_timeout.*`using`") as refused:
                bank.ledger.deduct("alice", amount="1.00 USD", key="d-2")
            # to programs it is what it was
            assert refused.value.details == {"reason": "lock_timeout"} and refused.value.retryable
            bank.using(session).ledger.deduct("alice", amount="1.00 USD", key="d-2")
        assert bank.ledger.balance("alice").available == Money("8.00", "USD")
    pool.dispose()


def test_threads_on_a_lent_pool(file: Path) -> None:
    """A connection of `sqlite3` is used by the thread alone that opened it."""
    from concurrent.futures import ThreadPoolExecutor

    with earnest.sync.Engine.attach(lambda: sqlite3.connect(file)) as bank:
        with ThreadPoolExecutor(8) as pool:
            tasks = [pool.submit(bank.ledger.top_up, "alice", amount="1.00 USD", key=f"t-{n}") for n in range(64)]
            assert not any(task.result().replayed for task in tasks)
        assert bank.ledger.balance("alice").posted == Money("64", "USD")
        assert bank.verify().ok


async def test_what_lends_no_connections_is_refused_by_name(file: Path) -> None:
    async def refused(pool: Any) -> str:
        with pytest.raises((errors.InvalidRequest, errors.NotSupported, errors.StoreUnavailable)) as found:
            await Engine.attach(pool)
        return found.value.message

    for nothing in (None, 7, "sqlite:shop.db", object(), sqlite3.connect(":memory:"), Engine):
        assert "`pool`" in await refused(nothing)
    assert "memory" in await refused(lambda: sqlite3.connect(":memory:"))
    assert "`pool`" in await refused(lambda: 7)
    assert "`pool`" in await refused(async_sessionmaker())
    assert "unable to open" in await refused(lambda: sqlite3.connect(file.parent / "no" / "shop.db"))
    alone = create_async_engine(f"sqlite+aiosqlite:///{file}", poolclass=sqlalchemy.StaticPool)
    assert "two connections" in await refused(alone)
    await alone.dispose()
    mysql = sqlalchemy.create_mock_engine("postgresql://", lambda *_: None)
    assert "`pool`" in await refused(mysql)
    lent = create_async_engine(f"sqlite+aiosqlite:///{file}")
    with pytest.raises(errors.InvalidRequest, match="earnest.Engine"):
        earnest.sync.Engine.attach(lent)
    with pytest.raises(errors.InvalidRequest, match="earnest.Engine"):
        earnest.sync.Engine.attach(lambda: aiosqlite.connect(file)).__enter__()
    await lent.dispose()
    url = await fresh_database()
    nobody = create_async_engine(with_driver(url, "asyncpg").replace("/py_", "/not_there_"))
    assert "not_there_" in await refused(nobody)
    await nobody.dispose()


def test_the_end_of_a_process_with_calls_under_way(file: Path) -> None:
    program = """
import sys, threading
import pysqlite3.dbapi2, pysqlite3
sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
import sqlite3
from earnest.sync import Engine

bank = Engine.attach(lambda: sqlite3.connect(sys.argv[1]))
def work(name):
    for n in range(1000):
        bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-{name}-{n}")
for name in range(4):
    threading.Thread(target=work, args=(name,), daemon=True).start()
bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-main")
print(1, flush=True)
"""
    for number in range(10):
        ended = subprocess.run(
            [sys.executable, "-c", program, str(file), str(number)], capture_output=True, text=True, timeout=300
        )
        assert (ended.returncode, ended.stdout) == (0, "1\n"), ended.stderr
        assert "panicked" not in ended.stderr and "Fatal" not in ended.stderr, ended.stderr
    with earnest.sync.Engine.attach(lambda: sqlite3.connect(file)) as bank:
        assert bank.verify().ok
        assert bank.ledger.balance("alice").posted >= Money("10", "USD")


def test_the_twin_says_what_a_connection_of_another_library_is(file: Path) -> None:
    with earnest.sync.Engine.open(f"sqlite:{file}") as bank:
        for path, refusal in ((file, errors.StoreConflict), (file.parent / "other.db", errors.StoreMismatch)):
            connection = sqlite3.connect(path)
            with pytest.raises(refusal):
                bank.using(connection).ledger.balance("alice")
            assert not connection.in_transaction
            connection.close()
            lite = sqlalchemy.create_engine(f"sqlite:///{path}")
            with sqlalchemy.orm.Session(lite) as session, pytest.raises(refusal):
                bank.using(session).ledger.balance("alice")
            lite.dispose()


def test_a_store_in_memory_says_what_to_open(till: earnest.sync.Engine, file: Path) -> None:
    connection = sqlite3.connect(file)
    with pytest.raises(errors.NotSupported) as refused:
        till.using(connection)
    assert "open the database that the transaction is on, or attach the engine to its pool" in refused.value.message
    connection.close()


def pool_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name in ("earnest-pool", "earnest-connection")]


def test_a_pool_serves_on_after_a_thread_could_not_be_started(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process had no more threads: one loan fails, and the next is served."""
    start, left = threading.Thread.start, 0

    def fails(thread: threading.Thread) -> None:
        nonlocal left
        if thread.name == "earnest-connection" and left > 0:
            left -= 1
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fails)
    with earnest.sync.Engine.attach(lambda: sqlite3.connect(file)) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-0")
        assert bank._pool is not None
        left, busy = 1_000_000, []
        with pytest.raises(errors.StoreUnavailable, match="can't start new thread"):
            for _ in range(1000):
                # those that have a connection are taken away as they come back
                while bank._pool.idle:
                    busy.append(bank._pool.idle.pop())
                bank.ledger.top_up("alice", amount="1.00 USD", key="t-0")
        left = 0
        assert not bank.ledger.top_up("alice", amount="1.00 USD", key="t-1").replayed
        assert bank.ledger.balance("alice").posted == Money("2", "USD")
        assert all(lane.is_alive() for lane in bank._pool.all)
        bank._pool.idle.extend(busy)


def test_an_attach_that_is_refused_for_its_options_leaves_no_thread(file: Path) -> None:
    before = pool_threads()
    for _ in range(3):
        with pytest.raises(errors.InvalidRequest, match="migrate"):
            earnest.sync.Engine.attach(lambda: sqlite3.connect(file), migrate="nonsense")  # type: ignore[arg-type]
    until = time.monotonic() + 60
    while len(pool_threads()) > len(before) and time.monotonic() < until:
        time.sleep(0.01)
    # one of another test may have ended meanwhile
    assert len(pool_threads()) <= len(before)


#: Holds the write lock of a file until its input ends.
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_file_that_another_process_writes_is_contention(file: Path) -> None:
    """The transaction of the application cannot begin: all of it is run again."""
    twin = earnest.sync.Engine.attach(lambda: sqlite3.connect(file))
    async with Engine.attach(lambda: aiosqlite.connect(file)) as bank:
        await bank.ledger.top_up("alice", amount="5.00 USD", key="t-1")
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        async with aiosqlite.connect(file, timeout=0.05) as connection:
            with pytest.raises(errors.Contention) as refused:
                await bank.using(connection).ledger.deduct("alice", amount="1.00 USD", key="d-1")
        assert refused.value.retry == "transaction" and refused.value.retryable
        blocking = sqlite3.connect(file, timeout=0.05)
        with pytest.raises(errors.Contention) as refused:
            twin.using(blocking).ledger.deduct("alice", amount="1.00 USD", key="d-1")
        assert refused.value.retry == "transaction"
        blocking.close()
        lent = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 0.05})
        runs = 0

        async def work(session: Any) -> None:
            nonlocal runs
            runs += 1
            if runs == 3:
                holder.communicate()
            await bank.using(session).ledger.deduct("alice", amount="1.00 USD", key="d-1")

        await bank.run(async_sessionmaker(lent).begin, work)
        await lent.dispose()
        assert runs == 3 and (await bank.ledger.balance("alice")).posted == Money("4", "USD")
    twin.close()


def test_what_stands_in_the_way_of_a_connection_is_contention() -> None:
    class Some:
        dialect = "sqlite"

        def __init__(self, code: str | None) -> None:
            self.given = code

        def code(self, _: BaseException) -> str | None:
            return self.given

    postgres = type("Postgres", (Some,), {"dialect": "postgresql"})
    for adapter in (Some("5"), Some("261"), Some("517"), postgres("40001"), postgres("40P01"), postgres("55P03")):
        error = unready(adapter, OSError("words"))  # type: ignore[arg-type]
        assert (error.code, error.retry) == ("contention", "transaction"), adapter.given
    assert unready(postgres("25P02"), OSError("words")).code == "transaction_aborted"
    for adapter in (Some(None), Some("14"), postgres("08006"), postgres(None)):
        assert unready(adapter, OSError("words")).code == "store_unavailable"  # type: ignore[arg-type]
