"""What a pool lends to an attached engine in the middle of a transaction of the application's, and what the engine knows of a
pooler: neither is committed, seen or prepared."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg
import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

import earnest.sync
from earnest import Engine, Money
from hosts import fresh_database, orders, with_driver

#: States in which an application gives a connection back, and in which a pool then lends it.
LEFT: dict[str, list[str]] = {
    "open": ["BEGIN", "INSERT INTO orders VALUES ('half')"],
    "aborted": ["BEGIN", "INSERT INTO orders VALUES ('half')", "SELECT 1 / 0"],
    "read-only": ["BEGIN READ ONLY", "SELECT 1"],
    "repeatable read": ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM orders"],
}


@pytest.mark.parametrize("left", sorted(LEFT))
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
async def test_a_pool_that_lends_a_transaction(left: str, driver: str) -> None:
    url = await fresh_database()
    pool: Any = create_async_engine(with_driver(url, driver), pool_size=3, pool_reset_on_return=None)
    async with Engine.open(url, background=False) as other, Engine.attach(pool, background=False) as bank:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="open")
        for number in range(3):
            lent = await pool.connect()
            raw = (await lent.get_raw_connection()).driver_connection
            # it may be what was left open before
            await raw.execute("ROLLBACK")
            if driver == "psycopg":
                await raw.set_autocommit(True)
            for statement in LEFT[left]:
                try:
                    await raw.execute(statement.replace("half", f"half-{number}"))
                except (asyncpg.PostgresError, psycopg.Error):
                    assert left == "aborted"
            await lent.close()
            # committed by another, and seen
            await other.ledger.top_up("alice", amount="1.00 USD", key=f"other-{number}")
            assert (await bank.ledger.balance("alice")).posted == Money(str(2 + 2 * number), "USD")
            await bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
        assert (await bank.ledger.balance("alice")).posted == Money("7", "USD")
    await pool.dispose()
    assert await orders(url) == [], "the half transaction was committed"


@pytest.mark.parametrize("left", sorted(LEFT))
def test_a_blocking_pool_that_lends_a_transaction(left: str) -> None:
    url = asyncio.run(fresh_database())
    pool = sqlalchemy.create_engine(with_driver(url, "psycopg"), pool_size=3, pool_reset_on_return=None)
    with earnest.sync.Engine.attach(pool, background=False) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="open")
        for number in range(3):
            lent = pool.raw_connection()
            raw: Any = lent.dbapi_connection
            # it may be what was left open before
            raw.rollback()
            raw.autocommit = True
            for statement in LEFT[left]:
                try:
                    raw.execute(statement.replace("half", f"half-{number}"))
                except psycopg.Error:
                    assert left == "aborted"
            lent.close()
            bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
        assert bank.ledger.balance("alice").posted == Money("4", "USD")
    pool.dispose()
    assert asyncio.run(orders(url)) == []


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_function_that_opens_a_connection_in_a_transaction(tmp_path: Path, is_async: bool) -> None:
    file, made = tmp_path / "shop.db", [0]
    sqlite3.connect(file).execute("CREATE TABLE orders (id text PRIMARY KEY)").connection.close()

    async def opened() -> Any:
        connection = await aiosqlite.connect(file, isolation_level=None)
        made[0] += 1
        if made[0] % 2 == 0:
            await connection.execute("BEGIN")
            await connection.execute("INSERT INTO orders VALUES ('half')")
        return connection

    def blocking() -> Any:
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        made[0] += 1
        if made[0] % 2 == 0:
            connection.execute("BEGIN")
            connection.execute("INSERT INTO orders VALUES ('half')")
        return connection

    async with Engine.attach(opened if is_async else blocking, background=False) as bank:
        await asyncio.gather(
            *[bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}") for number in range(4)]
        )
        assert (await bank.ledger.balance("alice")).posted == Money("4", "USD")
    assert made[0] > 1
    assert sqlite3.connect(file).execute("SELECT id FROM orders").fetchall() == []


@pytest.mark.parametrize("told", ["option", "url", "neither"])
async def test_what_the_engine_knows_of_a_pooler_holds_for_psycopg(told: str) -> None:
    url = await fresh_database()
    options: Any = {"prepared_statements": False} if told == "option" else {}
    through = url + "?pgbouncer=true" if told == "url" else url
    async with (
        Engine.open(through, background=False, **options) as bank,
        await psycopg.AsyncConnection.connect(url) as connection,
    ):
        for number in range(12):
            await bank.using(connection).ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
        found = await connection.execute("SELECT count(*) FROM pg_prepared_statements", prepare=False)
        row = await found.fetchone()
        assert row is not None and (row[0] == 0) == (told != "neither"), row
