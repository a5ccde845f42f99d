"""Engines on the application's own pool that nobody opened: their first call does."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg_pool
import pytest
import sqlalchemy
import trio
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

import earnest.sync
from earnest import Actor, Engine, Money, errors
from earnest.hosts import _attached
from hosts import ASYNC, another_database, fresh_database
from test_hosts_blocking import HOSTS
from test_process import run

ATTACHED = ["aiosqlite", "aiosqlite-rows", *[name for name in ASYNC if name.startswith(("attached", "sqlite"))]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pools that engines were opened on."""
    pools: list[Any] = []
    serve, serve_blocking = _attached.serve, _attached.serve_blocking

    async def counted(pool: Any, options: Any) -> Any:
        pools.append(pool)
        return await serve(pool, options)

    def counted_blocking(pool: Any, options: Any) -> Any:
        pools.append(pool)
        return serve_blocking(pool, options)

    monkeypatch.setattr(_attached, "serve", counted)
    monkeypatch.setattr(_attached, "serve_blocking", counted_blocking)
    return pools


@pytest.mark.parametrize("name", ATTACHED)
async def test_the_first_calls_open_it_once(name: str, opened: list[Any]) -> None:
    host = ASYNC[name](await fresh_database())
    await host.start()
    bank = host.engine_for()
    assert opened == [] and repr(bank) == "<earnest.Engine that is not open>"
    await asyncio.gather(*[bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{n}") for n in range(16)])
    assert len(opened) == 1 and "book" in repr(bank)
    with pytest.raises(ZeroDivisionError):
        async with host.transaction() as tx:
            await bank.using(tx).ledger.deduct("alice", amount="1.00 USD", key="d-1")
            await host.order(tx, "one")
            1 / 0  # noqa: B018
    async with host.transaction() as tx:
        await bank.using(tx, actor=Actor.system("till")).ledger.deduct("alice", amount="4.00 USD", key="d-2")
        await host.order(tx, "two")
    assert (await bank.ledger.balance("alice")).posted == Money("12", "USD") and await host.orders() == ["two"]
    await bank.close()
    with pytest.raises(errors.StoreUnavailable, match="closed"):
        await bank.ledger.balance("alice")
    await host.stop()


@pytest.mark.parametrize("name", ATTACHED)
async def test_a_transaction_is_the_first_to_open_it(name: str, opened: list[Any]) -> None:
    host = ASYNC[name](await fresh_database())
    await host.start()
    async with host.engine_for() as bank:
        await bank.ledger.top_up("alice", amount="5.00 USD", key="t-1")
    bank = host.engine_for()
    async with host.transaction() as tx:
        mine = bank.using(tx, actor="alice", book="main")
        balances = await asyncio.gather(mine.ledger.balance("alice"), mine.ledger.balance("alice"))
        assert {balance.posted for balance in balances} == {Money("5", "USD")} and len(opened) == 2
        with pytest.raises(errors.NotPermitted):
            await mine.ledger.top_up("alice", amount="1.00 USD", key="t-2")
        await bank.using(tx).ledger.deduct("alice", amount="2.00 USD", key="d-1")
    assert (await bank.ledger.balance("alice")).posted == Money("3", "USD") and len(opened) == 2
    await bank.close()
    await host.stop()


async def test_what_it_is_before_it_is_open(file: Path, opened: list[Any]) -> None:
    bank = Engine.attach(lambda: aiosqlite.connect(file))
    alice = bank.book("shop-1").acting("alice")
    bank.nudge()
    for wrong in (5, 1.5, None, {"id": 7}, "no body"):
        with pytest.raises(errors.InvalidRequest) as refused:
            bank.acting(wrong)  # type: ignore[arg-type]
        assert str(refused.value.field).startswith("actor")
    for wrong in (5, None, "no book"):
        with pytest.raises(errors.InvalidRequest) as refused:
            bank.book(wrong)  # type: ignore[arg-type]
        assert refused.value.field == "book"
    async with aiosqlite.connect(file) as connection:
        with pytest.raises(errors.InvalidRequest, match="`actor`"):
            bank.using(connection, actor=7)  # type: ignore[arg-type]
        with pytest.raises(errors.InvalidRequest, match="`book`"):
            bank.using(connection, book=7)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidRequest, match="`tx`"):
        bank.using(7)
    with pytest.raises(errors.StoreUnavailable, match="not open yet"):
        bank.webhook_secrets("https://example.com/hook")
    with pytest.raises(errors.NotSupported, match="view"):
        await alice.close()
    assert opened == []
    with pytest.raises(errors.AccountNotFound):
        await alice.ledger.balance("alice")
    assert len(opened) == 1
    for wrong in (7, "a b"):
        async with aiosqlite.connect(file) as connection:
            with pytest.raises(errors.InvalidRequest, match="`book`"):
                bank.using(connection, book=wrong)  # type: ignore[arg-type]
    await bank.close()


@pytest.mark.parametrize("attach", [Engine.attach, earnest.sync.Engine.attach])
def test_what_needs_no_connection_is_refused_at_once(attach: Any, opened: list[Any]) -> None:
    def connect() -> Any:
        raise AssertionError("nothing is opened")

    for pool in (None, 7, "sqlite:shop.db", object()):
        with pytest.raises(errors.InvalidRequest, match="`pool`"):
            attach(pool)
    for name, value in (
        ("migrate", "nonsense"), ("colour", "red"), ("books", 7), ("pool_size", "many"), ("clock", "noon"),
        ("currencies", 7), ("keyring_unwrap", 7), ("log", "loud"), ("book", "no book"),
    ):  # fmt: skip
        with pytest.raises(errors.InvalidRequest, match=f"`{name}`"):
            attach(connect, **{name: value})
    assert opened == []


async def test_an_opening_that_fails_is_heard_by_all_and_tried_again(file: Path) -> None:
    asked, works = 0, False

    async def connect() -> Any:
        nonlocal asked
        asked += 1
        if not works:
            await asyncio.sleep(0.05)
            raise OSError("the disk is away")
        return await aiosqlite.connect(file)

    bank = Engine.attach(connect)
    calls = [bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{n}") for n in range(8)]
    failed = await asyncio.gather(*calls, return_exceptions=True)
    assert asked == 1 and {type(one) for one in failed} == {errors.StoreUnavailable}
    assert all("the disk is away" in str(one) for one in failed) and len({id(one) for one in failed}) == 8
    with pytest.raises(errors.StoreUnavailable):
        await bank
    assert asked == 2
    works = True
    assert not (await bank.ledger.top_up("alice", amount="1.00 USD", key="t-0")).replayed
    await bank.close()


async def test_another_call_goes_on_when_the_one_that_opens_is_cancelled(file: Path) -> None:
    entered = asyncio.Event()
    held = True

    async def connect() -> Any:
        entered.set()
        while held:
            await asyncio.sleep(0.01)
        return await aiosqlite.connect(file)

    bank = Engine.attach(connect)
    first = asyncio.create_task(bank.ledger.top_up("alice", amount="1.00 USD", key="t-1"))
    await entered.wait()
    others = [asyncio.create_task(bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{n}")) for n in range(2, 6)]
    await asyncio.sleep(0.05)
    others.pop().cancel()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    held = False
    assert [moved.replayed for moved in await asyncio.gather(*others)] == [False] * 3
    await bank.close()


async def test_an_opening_behind_transactions_that_have_all_connections_ends_in_time() -> None:
    """They wait for the opening, and it for one of theirs: each is refused, and gives back what it has."""
    pool = await asyncpg.create_pool(await fresh_database(), min_size=2, max_size=2)
    bank = Engine.attach(pool, connect_timeout="PT4S")
    both = asyncio.Event()
    begun = 0

    async def pay(key: str) -> Any:
        nonlocal begun
        async with pool.acquire() as connection, connection.transaction():
            begun += 1
            if begun == 2:
                both.set()
            await both.wait()
            return await bank.using(connection).ledger.top_up("alice", amount="1.00 USD", key=key)

    refused = await asyncio.wait_for(asyncio.gather(pay("t-1"), pay("t-2"), return_exceptions=True), 120)
    assert {type(one) for one in refused} == {errors.StoreUnavailable}
    assert all("lent no connection in time" in str(one) for one in refused)
    assert not (await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")).replayed
    await bank.close()
    await pool.close()


def test_an_opening_of_the_twin_behind_transactions_that_have_all_connections_ends_in_time() -> None:
    url = asyncio.run(fresh_database())
    before = set(threading.enumerate())
    with psycopg_pool.ConnectionPool(url, min_size=2, max_size=2, open=True) as pool:
        bank = earnest.sync.Engine.attach(pool, connect_timeout=timedelta(seconds=4))
        with pool.connection() as one, pool.connection():
            with pytest.raises(errors.StoreUnavailable, match="lent no connection in time"):
                bank.using(one).ledger.top_up("alice", amount="1.00 USD", key="t-1")
        assert not bank.ledger.top_up("alice", amount="1.00 USD", key="t-1").replayed
        bank.close()
    # the one that came late has given back what it got, and has ended
    for thread in set(threading.enumerate()) - before:
        if thread.name == "earnest-connection":
            thread.join(120)
            assert not thread.is_alive()


async def test_it_is_closed_before_while_and_after(file: Path, opened: list[Any]) -> None:
    go = asyncio.Event()

    async def connect() -> Any:
        await go.wait()
        return await aiosqlite.connect(file)

    bank = Engine.attach(connect)
    await bank.close()
    with pytest.raises(errors.StoreUnavailable, match="the engine is closed") as refused:
        await bank.ledger.balance("alice")
    assert refused.value.retry == "never"
    assert opened == []
    entering = asyncio.ensure_future(bank.__aenter__())
    await asyncio.sleep(0.02)
    await bank.close()
    go.set()
    with pytest.raises(errors.StoreUnavailable, match="the engine is closed"):
        await entering
    for _ in range(2):
        async with bank as same:
            assert same is bank
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        with pytest.raises(errors.StoreUnavailable, match="the engine is closed"):
            await bank.ledger.balance("alice")
    again = await bank
    assert (await again.ledger.balance("alice")).posted == Money("1", "USD")
    await bank.close()
    await bank.close()


LOOPS = """
import asyncio, os, sys, time
import psycopg
from earnest import Engine

bank, had = Engine.attach(lambda: psycopg.AsyncConnection.connect(sys.argv[1]), background=True), []

async def work(number):
    await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
    had.append(bank._home.engine())
    if number % 2:
        await bank.close()
        await bank
    return (await bank.ledger.balance("alice")).posted.minor

print(*[asyncio.run(work(number)) for number in range(4)], flush=True)
until = time.monotonic() + 120
while time.monotonic() < until and not all(engine._is_over() for engine in had[:-1]):
    time.sleep(0.05)
assert all(engine._is_over() for engine in had[:-1])
# with the connections that nobody gave back before their loop ended
os._exit(0)
"""


def test_each_loop_of_a_process_has_it() -> None:
    """As tests of an application have, and scripts: what the last loop had is gone."""
    ended = run(LOOPS, asyncio.run(another_database()))
    assert (ended.returncode, ended.stdout) == (0, "100 200 300 400\n"), ended.stderr


async def end(bank: Any) -> None:
    async with bank:
        assert (await bank.verify()).ok


def test_under_trio_with_a_pool_that_blocks(file: Path, opened: list[Any]) -> None:
    bank = Engine.attach(lambda: sqlite3.connect(file))

    async def pay(number: int) -> None:
        await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")

    async def work() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(8):
                nursery.start_soon(pay, number)
        assert (await bank.ledger.balance("alice")).posted == Money("8", "USD")
        await bank.close()

    trio.run(work)
    assert len(opened) == 1


def test_loops_of_two_threads_open_it_once(file: Path, opened: list[Any]) -> None:
    bank = Engine.attach(lambda: sqlite3.connect(file))
    barrier = threading.Barrier(2)

    async def work(name: str) -> None:
        barrier.wait()
        calls = [bank.ledger.top_up("alice", amount="1.00 USD", key=f"{name}-{n}") for n in range(8)]
        await asyncio.gather(*calls)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda name: asyncio.run(work(name)), "ab"))
    assert len(opened) == 1
    asyncio.run(end(bank))


async def test_workers_and_readers_begin_with_it(file: Path) -> None:
    bank = Engine.attach(lambda: aiosqlite.connect(file), background=True)
    done, seen = asyncio.Event(), asyncio.Event()
    async with bank.worker({"shop.mail": lambda job: done.set()}):
        await bank.jobs.enqueue("shop.mail", payload={}, key="m-1")
        await asyncio.wait_for(done.wait(), 45)
    async with await bank.events.subscribe("notes", lambda event: seen.set(), from_="first"):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        await asyncio.wait_for(seen.wait(), 45)
    await bank.close()


@pytest.mark.parametrize("name", [name for name in HOSTS if name.startswith(("attached", "sqlite"))])
def test_the_twin_is_opened_by_its_first_calls(name: str, opened: list[Any]) -> None:
    host = HOSTS[name](asyncio.run(fresh_database()))
    bank = host.engine_for()
    assert opened == [] and repr(bank) == "<earnest.sync.Engine that is not open>"
    alice = bank.acting(Actor.system("till"))
    with ThreadPoolExecutor(8) as threads:
        moved = [threads.submit(alice.ledger.top_up, "alice", amount="1.00 USD", key=f"t-{n}") for n in range(16)]
        assert not any(one.result().replayed for one in moved)
    assert len(opened) == 1
    bank.close()
    with pytest.raises(errors.StoreUnavailable, match="the engine is closed"):
        bank.ledger.balance("alice")
    fresh = host.engine_for()
    with host.transaction() as tx:
        fresh.using(tx, actor=Actor.system("till"), book="main").ledger.deduct("alice", amount="4.00 USD", key="d-1")
        host.order(tx, "one")
    assert len(opened) == 2 and fresh.ledger.balance("alice").posted == Money("12", "USD") and host.orders() == ["one"]
    fresh.close()
    with fresh as same:
        assert same.ledger.balance("alice").posted == Money("12", "USD")
    with pytest.raises(errors.InvalidRequest, match="`actor`"):
        fresh.using(7, actor=7)  # type: ignore[arg-type]
    host.stop()


def test_the_twin_tries_again_after_a_failure(file: Path) -> None:
    asked = 0

    def connect() -> Any:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise OSError("the disk is away")
        return sqlite3.connect(file)

    bank = earnest.sync.Engine.attach(connect)
    with pytest.raises(errors.StoreUnavailable, match="the disk is away"):
        bank.ledger.balance("alice")
    bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    bank.close()


FORKED = """
import asyncio, os, sys
import psycopg
import earnest.sync
from earnest import Engine

url = sys.argv[1]
def connect():
    return psycopg.connect(url)
till, bank = earnest.sync.Engine.attach(connect), Engine.attach(lambda: psycopg.AsyncConnection.connect(url))

def pay(key):
    till.ledger.top_up("alice", amount="1.00 USD", key=f"till-{key}")
    async def work():
        await asyncio.gather(*[bank.ledger.top_up("alice", amount="1.00 USD", key=f"bank-{key}-{n}") for n in range(4)])
    asyncio.run(work())

def children(first):
    for child in range(first, first + 4):
        pid = os.fork()
        if pid == 0:
            pay(child)
            pay(f"{child}-again")
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0

children(0)          # opened by nobody yet
pay("parent")
children(4)          # and by the parent
pay("parent-2")
print(till.ledger.balance("alice").posted.minor, till.verify().ok, flush=True)
till.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_processes_that_fork_have_it_each() -> None:
    ended = run(FORKED, asyncio.run(another_database()))
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", f"{5 * (8 * 2 + 2) * 100} True\n")


def test_behind_a_write_on_sqlite_what_is_there_is_opened(file: Path) -> None:
    """The file has one writer: a new store cannot be made behind it, which leaves the transaction as it was."""
    late = earnest.sync.Engine.attach(lambda: sqlite3.connect(file, timeout=0.1))
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE orders (id text PRIMARY KEY)")
    connection.execute("INSERT INTO orders VALUES ('one')")
    assert connection.in_transaction
    with pytest.raises(errors.Contention, match="lock_timeout"):
        late.using(connection).ledger.balance("alice")
    connection.commit()
    late.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    late.close()
    connection.execute("INSERT INTO orders VALUES ('two')")
    late = earnest.sync.Engine.attach(lambda: sqlite3.connect(file, timeout=0.1))
    late.using(connection).ledger.deduct("alice", amount="1.00 USD", key="d-1")
    connection.commit()
    assert late.ledger.balance("alice").posted.is_zero
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (2,)
    late.close()
    connection.close()


async def test_a_session_of_sqlalchemy_that_is_bound_to_the_pool(file: Path) -> None:
    """As an application has it: everything at the top of a module, and the engine in a route."""
    db = create_async_engine(f"sqlite+aiosqlite:///{file}")
    sessions = async_sessionmaker(db)
    bank = Engine.attach(db)

    async def buy(user: str, key: str) -> str:
        await bank.ledger.open_account(user, currency="USD")
        async with sessions.begin() as session:
            opened = await bank.using(session, actor=user).escrow.open(user, seller="bob", price="1.00 USD", key=key)
            await session.execute(sqlalchemy.text("SELECT 1"))
            return opened.deal.state

    assert await asyncio.gather(buy("alice", "o-1"), buy("carol", "o-2")) == ["pending", "pending"]
    await bank.close()
    await db.dispose()
