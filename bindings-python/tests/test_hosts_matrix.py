"""One table for all drivers: what each makes of a call whose answer is lost, and of a block that is rolled back under a call.
Together or not at all, and the answer true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from earnest import EarnestError, Engine, Money, errors
from earnest.hosts import sqlite
from hosts import ASYNC, SqliteSession, fresh_database, orders
from test_hosts_blocking import HOSTS, Host as BlockingHost, Sqlite


def is_write(sql: str) -> bool:
    """Whether a statement writes what a call does."""
    return sql.startswith(("WITH p0 ", "INSERT INTO ", "UPDATE "))


#: Which answer is lost: of the first statement that is so.
ANSWERS: dict[str, Callable[[str], bool]] = {
    "load": lambda sql: not is_write(sql) and "SAVEPOINT" not in sql,
    "write": is_write,
    "end": lambda sql: sql.startswith("RELEASE"),
}


class Once:
    """Whether a statement is the one, the first time."""

    def __init__(self, answer: str) -> None:
        self.fits, self.left = ANSWERS[answer], True

    def __call__(self, sql: str) -> bool:
        if self.left and self.fits(sql):
            self.left = False
            return True
        return False


def lose(mine: Any, once: Once, is_done: bool, patch: pytest.MonkeyPatch) -> None:
    """Has the driver of a bound engine stop waiting for a statement, which was done or was not."""
    adapter, real, lite = mine._adapter, mine._adapter.query, sqlite.query

    async def query(sql: str, params: list[str | None]) -> Any:
        if not once(sql):
            return await real(sql, params)
        if is_done:
            await real(sql, params)
        raise OSError("the driver waits no longer")

    def blocking(sql: str, params: list[str | None]) -> Any:
        if not once(sql):
            return real(sql, params)
        if is_done:
            real(sql, params)
        raise OSError("the driver waits no longer")

    def on_sqlite(connection: Any, sql: str, params: list[str | None]) -> Any:
        if not once(sql):
            return lite(connection, sql, params)
        if is_done:
            lite(connection, sql, params)
        raise OSError("the driver waits no longer")

    patch.setattr(adapter, "query", query if asyncio.iscoroutinefunction(real) else blocking)
    if asyncio.iscoroutinefunction(real):
        patch.setattr(sqlite, "query", on_sqlite)


def judge(
    answer: str, is_done: bool, is_lite: bool, told: Any, committed: bool, found: list[str], outcome: str
) -> None:
    """The call was refused, its money has not moved, and what the application committed beside it agrees with that."""
    assert isinstance(told, EarnestError), told
    assert outcome == "unknown", told
    # what a savepoint takes back, and what only reads, is known not to be done
    if (answer == "end" and is_done) or (answer == "write" and not is_lite):
        assert (told.code, told.retry) == ("outcome_unknown", "transaction"), told
        assert not committed and found == [], told
    else:
        assert told.code == "store_unavailable", told
        assert committed and found == ["one"], told


def cells(is_lite: bool) -> list[tuple[str, bool]]:
    names = ["load", "write", "end"] if is_lite else ["load", "write"]
    return [(name, is_done) for name in names for is_done in (True, False)]


@pytest.mark.parametrize("name", sorted(ASYNC))
async def test_an_answer_that_is_lost(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, is_done in cells(issubclass(ASYNC[name], SqliteSession)):  # type: ignore[arg-type]
        host = ASYNC[name](await fresh_database())
        await host.start()
        async with host.engine_for(background=False, pool_size=4) as bank:
            for person in ("alice", "bob"):
                await bank.ledger.top_up(person, amount="100.00 USD", key=f"open-{person}")
            told, committed = None, False
            try:
                async with host.transaction() as tx:
                    mine = bank.using(tx)
                    with monkeypatch.context() as patched:
                        lose(mine, Once(answer), is_done, patched)
                        try:
                            await mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
                        except EarnestError as refused:
                            told = refused
                    await host.order(tx, "one")
                committed = True
            except Exception as error:
                assert not isinstance(error, AssertionError), error
            outcome = (await bank.admin.lookup_key("x-1")).outcome
            found = await host.orders()
            judge(answer, is_done, isinstance(host, SqliteSession), told, committed, found, outcome)
            assert (await bank.verify()).ok
        await host.stop()


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_an_answer_that_is_lost_to_what_blocks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, is_done in cells(issubclass(HOSTS[name], Sqlite)):
        host: BlockingHost = HOSTS[name](asyncio.run(fresh_database()))
        with host.engine_for(background=False, pool_size=4) as bank:
            for person in ("alice", "bob"):
                bank.ledger.top_up(person, amount="100.00 USD", key=f"open-{person}")
            told, committed = None, False
            try:
                with host.transaction() as tx:
                    mine = bank.using(tx)
                    with monkeypatch.context() as patched:
                        lose(mine, Once(answer), is_done, patched)
                        try:
                            mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
                        except EarnestError as refused:
                            told = refused
                    host.order(tx, "one")
                committed = True
            except Exception as error:
                assert not isinstance(error, AssertionError), error
            outcome = bank.admin.lookup_key("x-1").outcome
            judge(answer, is_done, isinstance(host, Sqlite), told, committed, host.orders(), outcome)
            assert bank.verify().ok
        host.stop()


async def test_the_time_limit_of_asyncpg_itself() -> None:
    """The server is busy for longer than the driver waits for the statement that writes."""
    url = await fresh_database()
    async with Engine.open(url, background=False) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        connection = await asyncpg.connect(url, command_timeout=0.3)
        transaction = connection.transaction()
        await transaction.start()
        mine = bank.using(connection)
        real = mine._adapter.query  # type: ignore[attr-defined]

        async def query(sql: str, params: list[str | None]) -> Any:
            if is_write(sql):
                # what makes an index on our tables lets the call read, and not write
                await holder.execute("BEGIN; LOCK TABLE earnest.idempotency IN SHARE MODE")
            return await real(sql, params)

        holder = await asyncpg.connect(url)
        mine._adapter.query = query  # type: ignore[attr-defined]
        with pytest.raises(errors.OutcomeUnknown) as told:
            await mine.ledger.deduct("alice", amount="1.00 USD", key="d-1")
        assert told.value.retry == "transaction"
        await holder.execute("ROLLBACK")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await connection.execute("INSERT INTO orders VALUES ('unpaid')")
            await transaction.commit()
        await holder.close()
        assert await orders(url) == []
        assert (await bank.ledger.balance("alice")).posted == Money("100", "USD")


#: Blocks around a call, and what is sent under it.
BLOCKS: list[tuple[list[str], list[str]]] = [
    (["SAVEPOINT one"], ["ROLLBACK TO SAVEPOINT one"]),
    (["SAVEPOINT one", "SAVEPOINT two"], ["RELEASE SAVEPOINT two", "ROLLBACK TO SAVEPOINT one"]),
]
ON_POSTGRES = [name for name in sorted(ASYNC) if not issubclass(ASYNC[name], SqliteSession)]  # type: ignore[arg-type]
ON_SQLITE = [name for name in sorted(ASYNC) if name not in ON_POSTGRES]


@pytest.mark.parametrize("name", ON_POSTGRES)
async def test_a_block_that_is_rolled_back_before_the_write(name: str) -> None:
    host = ASYNC[name](await fresh_database())
    await host.start()
    async with host.engine_for(background=False, pool_size=4) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        for number, (before, under) in enumerate(BLOCKS):
            async with host.transaction() as tx:
                mine = bank.using(tx)
                await mine.ledger.balance("alice")
                real = mine._adapter.query
                for statement in before:
                    await real(statement, [])
                left = list(under)

                async def query(sql: str, params: Any, real: Any = real, left: list[str] = left) -> Any:
                    while is_write(sql) and left:
                        await real(left.pop(0), [])
                    return await real(sql, params)

                mine._adapter.query = query
                with pytest.raises(errors.NotInTransaction, match="block"):
                    await mine.ledger.deduct("alice", amount="10.00 USD", key=f"d-{number}")
                # the outer transaction stays usable
                await mine.ledger.deduct("alice", amount="1.00 USD", key=f"e-{number}")
                await host.order(tx, f"{number}")
            assert not left
            assert (await bank.admin.lookup_key(f"d-{number}")).outcome == "unknown"
        assert await host.orders() == ["0", "1"]
        assert (await bank.ledger.balance("alice")).posted == Money("98", "USD")
        assert (await bank.verify()).ok
    await host.stop()


@pytest.mark.parametrize("name", [name for name in sorted(HOSTS) if not issubclass(HOSTS[name], Sqlite)])
def test_a_block_that_is_rolled_back_before_the_write_of_what_blocks(name: str) -> None:
    host = HOSTS[name](asyncio.run(fresh_database()))
    with host.engine_for(background=False, pool_size=4) as bank:
        bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        for number, (before, under) in enumerate(BLOCKS):
            with host.transaction() as tx:
                mine: Any = bank.using(tx)
                mine.ledger.balance("alice")
                real = mine._adapter.query
                for statement in before:
                    real(statement, [])
                left = list(under)

                def query(sql: str, params: Any, real: Any = real, left: list[str] = left) -> Any:
                    while is_write(sql) and left:
                        real(left.pop(0), [])
                    return real(sql, params)

                mine._adapter.query = query
                with pytest.raises(errors.NotInTransaction, match="block"):
                    mine.ledger.deduct("alice", amount="10.00 USD", key=f"d-{number}")
                mine.ledger.deduct("alice", amount="1.00 USD", key=f"e-{number}")
                host.order(tx, f"{number}")
            assert not left
        assert host.orders() == ["0", "1"]
        assert bank.ledger.balance("alice").posted == Money("98", "USD")
        assert bank.verify().ok
    host.stop()


@pytest.mark.parametrize("name", ON_SQLITE)
async def test_nothing_comes_between_the_statements_of_a_call_on_sqlite(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rollback to a savepoint is sent while a call is at work: it takes the whole of it, or nothing."""
    host, lite = ASYNC[name](await fresh_database()), sqlite.query
    await host.start()
    async with host.engine_for(background=False, pool_size=4) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="open")
        loop = asyncio.get_running_loop()
        for stop in range(16):
            sent: list[str] = []
            async with host.transaction() as tx:
                mine = bank.using(tx)
                await mine.ledger.balance("alice")
                await mine._adapter.query("SAVEPOINT one", [])
                rolled: list[asyncio.Future[Any]] = []

                def query(
                    connection: Any,
                    sql: str,
                    params: Any,
                    mine: Any = mine,
                    sent: Any = sent,
                    rolled: Any = rolled,
                    stop: int = stop,
                ) -> Any:
                    if len(sent) == stop and not rolled and sql != "ROLLBACK TO SAVEPOINT one":
                        rolled.append(
                            asyncio.run_coroutine_threadsafe(mine._adapter.query("ROLLBACK TO SAVEPOINT one", []), loop)
                        )
                    sent.append(sql)
                    return lite(connection, sql, params)

                with monkeypatch.context() as patched:
                    patched.setattr(sqlite, "query", query)
                    await mine.ledger.deduct("alice", amount="10.00 USD", key=f"d-{stop}")
                    for one in rolled:
                        await asyncio.wrap_future(one)  # type: ignore[arg-type]
                await host.order(tx, f"{stop:02}")
            found = (await bank.admin.lookup_key(f"d-{stop}")).outcome
            assert found == ("unknown" if rolled else "accepted")
            if not rolled:
                break
        assert not rolled and stop > 4
        assert (await bank.ledger.balance("alice")).posted == Money("90", "USD")
        assert (await bank.verify()).ok
    await host.stop()
