"""Connections lent within a transaction of the application's, which is neither committed nor seen."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import suppress
from typing import Any

import aiosqlite
import asyncpg
import psycopg
import pytest
from django.db.backends.signals import connection_created
from sqlalchemy.ext.asyncio import AsyncEngine

import earnest.sync
from earnest import Engine, Money
from hosts import fresh_database
from matrix import HOSTS, cells, seen

#: States in which an application gives a connection back, and in which a pool then lends it.
LEFT: dict[str, list[str]] = {
    "open": ["BEGIN", "INSERT INTO orders VALUES ('half')"],
    "aborted": ["BEGIN", "INSERT INTO orders VALUES ('half')", "SELECT 1 / 0"],
    "read-only": ["BEGIN READ ONLY", "SELECT 1"],
    "repeatable-read": ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM orders"],
}
LITE = {"open": LEFT["open"], "repeatable-read": ["BEGIN", "SELECT count(*) FROM orders"]}
#: Pools of SQLAlchemy end by themselves what is open, unless they are told not to.
KEEPS = {"pool_size": 3, "pool_reset_on_return": None}
#: On SQLite a half transaction keeps everybody else from writing: what came back last is lent first.
ONE = {"pool_size": 2, "max_overflow": 0, "pool_use_lifo": True, "pool_reset_on_return": None}


async def leave(host: Any, state: str) -> bool:
    """Gives a connection back in a transaction, and says whether the pool has ended that."""
    if isinstance(getattr(host, "engine", None), AsyncEngine):
        lent = await host.engine.connect()
        raw = (await lent.get_raw_connection()).driver_connection
    else:
        lent = raw = await (host.pool.acquire() if hasattr(host.pool, "acquire") else host.pool.getconn())
    raw = getattr(raw, "_con", None) or raw
    # it may be what was left open before
    await raw.execute("ROLLBACK")
    if hasattr(raw, "set_autocommit"):
        await raw.set_autocommit(True)
    for statement in LEFT[state]:
        with suppress(asyncpg.PostgresError, psycopg.Error):
            await raw.execute(statement)
    if not hasattr(host, "pool"):
        await lent.close()
    elif hasattr(host.pool, "acquire"):
        await host.pool.release(lent)
    else:
        await host.pool.putconn(lent)
    if hasattr(raw, "is_in_transaction"):
        return not raw.is_in_transaction()
    return bool(raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE)


def leave_blocking(host: Any, state: str) -> bool:
    if hasattr(host, "pool"):
        lent = raw = host.pool.getconn()
    else:
        lent = host.engine.raw_connection()
        raw = lent.dbapi_connection
    raw.rollback()
    raw.autocommit = True
    for statement in LEFT[state]:
        with suppress(psycopg.Error):
            raw.execute(statement)
    if lent is raw:
        host.pool.putconn(lent)
    else:
        lent.close()
    return bool(raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE)


@pytest.mark.parametrize(("name", "state"), [cell for cell in cells("loans", True) if not HOSTS[cell[0]].is_lite])
async def test_a_pool_that_lends_a_transaction(name: str, state: str) -> None:
    host = HOSTS[name].made(await fresh_database(), **(KEEPS if HOSTS[name].cells[state] == "closed" else {}))
    await host.start()
    ended: set[bool] = set()
    async with Engine.open(host.url, background=False) as other, host.engine_for(background=False) as bank:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="open")
        for number in range(2):
            ended.add(await leave(host, state))
            # committed by another, and seen
            await other.ledger.top_up("alice", amount="1.00 USD", key=f"other-{number}")
            assert (await bank.ledger.balance("alice")).posted == Money(str(2 + 2 * number), "USD")
            await bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
    await host.stop()
    assert await host.orders() == [], "the half transaction was committed"
    assert len(ended) == 1
    seen(name, state, "ended" if True in ended else "closed")


BLOCKING = [cell for cell in cells("loans", False) if not HOSTS[cell[0]].is_lite and cell[0] != "Django"]


@pytest.mark.parametrize(("name", "state"), BLOCKING)
def test_a_blocking_pool_that_lends_a_transaction(name: str, state: str) -> None:
    host = HOSTS[name].made(asyncio.run(fresh_database()), **(KEEPS if HOSTS[name].cells[state] == "closed" else {}))
    ended: set[bool] = set()
    with earnest.sync.Engine.open(host.url, background=False) as other, host.engine_for(background=False) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="open")
        for number in range(2):
            ended.add(leave_blocking(host, state))
            other.ledger.top_up("alice", amount="1.00 USD", key=f"other-{number}")
            assert bank.ledger.balance("alice").posted == Money(str(2 + 2 * number), "USD")
            bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
    host.stop()
    assert host.orders() == []
    assert len(ended) == 1
    seen(name, state, "ended" if True in ended else "closed")


@pytest.mark.parametrize(
    ("name", "state"), [cell for cell in cells("loans", False) if cell[0] in ("Django", "Django on SQLite")]
)
def test_connections_of_django_that_begin_by_themselves(name: str, state: str) -> None:
    """A receiver of the application's leaves every other connection in a transaction."""
    host = HOSTS[name].made(asyncio.run(fresh_database()))
    made = [0]

    def begins(connection: Any, **_: Any) -> None:
        made[0] += 1
        if made[0] % 2 == 1:
            for statement in (LITE if HOSTS[name].is_lite else LEFT)[state]:
                with suppress(psycopg.Error):
                    connection.connection.execute(statement)

    connection_created.connect(begins)
    try:
        with host.engine_for(background=False) as bank:
            for number in range(3):
                bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
            assert bank.ledger.balance("alice").posted == Money("3", "USD")
    finally:
        connection_created.disconnect(begins)
    assert made[0] > 1 and host.orders() == []
    host.stop()
    seen(name, state, "closed")


@pytest.mark.parametrize(("name", "state"), [cell for cell in cells("loans", True) if HOSTS[cell[0]].is_lite])
async def test_a_connection_to_sqlite_that_begins_by_itself(name: str, state: str) -> None:
    host = HOSTS[name].made(await fresh_database(), **ONE)
    await host.start()
    made = [0]

    async def opened() -> Any:
        connection = await aiosqlite.connect(host.file, isolation_level=None)
        made[0] += 1
        if made[0] % 2 == 0:
            for statement in LITE[state]:
                await connection.execute(statement)
        return connection

    pool = host.engine if isinstance(getattr(host, "engine", None), AsyncEngine) else opened
    async with Engine.attach(pool, background=False) as bank:
        for number in range(3):
            if pool is not opened:
                made[0] += 2
                while host.engine.pool.checkedout() > 0:
                    await asyncio.sleep(0.001)  # as below
                lent = await host.engine.connect()
                raw = (await lent.get_raw_connection()).driver_connection
                await raw.rollback()
                for statement in LITE[state]:
                    await raw.execute(statement)
                await lent.close()
            await bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
        await asyncio.gather(*[bank.ledger.top_up("alice", amount="1.00 USD", key=f"l-{n}") for n in range(4)])
        assert (await bank.ledger.balance("alice")).posted == Money("7", "USD")
    assert made[0] > 1 and await host.orders() == []
    await host.stop()
    seen(name, state, "closed")


@pytest.mark.parametrize(
    ("name", "state"),
    [cell for cell in cells("loans", False) if HOSTS[cell[0]].is_lite and cell[0] != "Django on SQLite"],
)
async def test_a_blocking_connection_to_sqlite_that_begins_by_itself(name: str, state: str) -> None:
    host = HOSTS[name].made("", **ONE)
    made = [0]

    def opened() -> Any:
        connection = sqlite3.connect(host.file, isolation_level=None, check_same_thread=False)
        made[0] += 1
        if made[0] % 2 == 0:
            for statement in LITE[state]:
                connection.execute(statement)
        return connection

    def left() -> None:
        while host.engine.pool.checkedout() > 0:
            time.sleep(0.001)  # an engine gives a connection back behind its answer: what comes back last is lent first
        lent = host.engine.raw_connection()
        raw = lent.dbapi_connection
        raw.rollback()
        for statement in LITE[state]:
            raw.execute(statement)
        made[0] += 2
        lent.close()

    def work() -> None:
        with earnest.sync.Engine.attach(getattr(host, "engine", opened), background=False) as bank:
            for number in range(3):
                if hasattr(host, "engine"):
                    left()
                bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
            assert bank.ledger.balance("alice").posted == Money("3", "USD")

    work()
    # each thread of the engine opens one
    async with Engine.attach(opened, background=False) as bank:
        await asyncio.gather(*[bank.ledger.top_up("alice", amount="1.00 USD", key=f"l-{n}") for n in range(4)])
        assert (await bank.ledger.balance("alice")).posted == Money("7", "USD")
    assert made[0] > 1 and host.orders() == []
    host.stop()
    seen(name, state, "closed")
