"""Connections of psycopg whose transaction is over: what a task does late with an engine bound to it begins no other one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import psycopg_pool
import pytest

import earnest.sync
from earnest import Engine, Money, errors
from hosts import fresh_database, orders


@pytest.fixture
async def database() -> str:
    return await fresh_database()


@pytest.fixture
async def bank(database: str) -> AsyncIterator[Engine]:
    async with Engine.open(database, background=False, pool_size=4) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        yield bank


def deduct(mine: Any, key: str, amount: str = "1.00 USD") -> Any:
    return mine.ledger.deduct("alice", amount=amount, key=key)


async def test_what_waits_for_its_turn_begins_no_transaction_behind_the_end_of_its_own(
    bank: Engine, database: str
) -> None:
    """The first is refused, and the block ends: the second is under way, and the third has still to begin. What that would
    begin would be in the pool with the connection, and be committed by whoever has it next."""
    async with psycopg_pool.AsyncConnectionPool(database, min_size=1, max_size=1, open=False, timeout=60) as pool:
        calls: list[Any] = []
        with pytest.raises(errors.InsufficientBalance):
            async with pool.connection() as connection:
                await connection.execute("INSERT INTO orders VALUES ('one')")
                mine = bank.using(connection)
                for number, amount in enumerate(("200.00 USD", "1.00 USD", "1.00 USD")):
                    calls.append(asyncio.ensure_future(deduct(mine, f"d-{number}", amount)))
                await asyncio.gather(*calls)
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert isinstance(ended[2], errors.NotInTransaction), ended
        async with pool.connection() as connection:
            assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            await connection.execute("INSERT INTO orders VALUES ('two')")
    assert await orders(database) == ["two"]
    assert (await bank.ledger.balance("alice")).posted == Money("100", "USD")
    assert (await bank.verify()).ok


async def test_an_engine_bound_to_a_connection_that_its_pool_has_back_begins_no_transaction(
    bank: Engine, database: str
) -> None:
    async with psycopg_pool.AsyncConnectionPool(database, min_size=1, max_size=1, open=False, timeout=60) as pool:
        async with pool.connection() as connection:
            used, unused = bank.using(connection), bank.using(connection)
            await deduct(used, "d-1")
        for mine in (used, unused):
            with pytest.raises(errors.NotInTransaction, match="bind anew"):
                await deduct(mine, "d-2")
        async with pool.connection() as again:
            assert again is connection
            await deduct(bank.using(again), "d-3")

    def work() -> None:
        till = earnest.sync.Engine.open(database, background=False, pool_size=4)
        with till, psycopg_pool.ConnectionPool(database, min_size=1, max_size=1, timeout=60, open=True) as pool:
            with pool.connection() as connection:
                used, unused = till.using(connection), till.using(connection)
                deduct(used, "e-1")
            for mine in (used, unused):
                with pytest.raises(errors.NotInTransaction, match="bind anew"):
                    deduct(mine, "e-2")
            with pool.connection() as connection:
                deduct(till.using(connection), "e-3")

    await asyncio.to_thread(work)
    assert (await bank.ledger.balance("alice")).posted == Money("96", "USD")


@pytest.mark.parametrize("autocommit", [True, False])
async def test_a_bound_engine_begins_no_second_transaction(bank: Engine, database: str, autocommit: bool) -> None:
    connection = await psycopg.AsyncConnection.connect(database, autocommit=autocommit)
    mine = bank.using(connection)
    async with connection.transaction():
        # several calls, and a savepoint between them
        await deduct(mine, "d-1")
        async with connection.transaction():
            await deduct(mine, "d-2")
        await deduct(mine, "d-3")
    with pytest.raises(errors.NotInTransaction, match="bind anew"):
        await deduct(mine, "d-4")
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    async with connection.transaction():
        await deduct(bank.using(connection), "d-4")
    await connection.close()
    assert (await bank.ledger.balance("alice")).posted == Money("96", "USD")
