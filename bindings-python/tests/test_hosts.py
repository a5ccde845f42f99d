"""Calls inside the host's own open transaction, by every driver for asyncio, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import psycopg
import pytest
import trio
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from earnest import Actor, Engine, Money, errors
from earnest.hosts import _driver
from hosts import (  # noqa: F401 - two are fixtures
    ASYNC,
    Host,
    SqliteSession,
    another_database,
    fresh_database,
    orders,
    watched,
    with_driver,
)


@pytest.fixture
async def database(request: pytest.FixtureRequest) -> str:
    """None on the server for a host that has a file of its own."""
    of_host = getattr(request.node, "callspec", None)
    host = ASYNC.get(of_host.params.get("host", "")) if of_host else None
    return "" if isinstance(host, type) and issubclass(host, SqliteSession) else await fresh_database()


@pytest.fixture(params=sorted(ASYNC))
async def host(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Host]:
    host = ASYNC[request.param](database)
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
async def bank(database: str, request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    """On the host's pool where that lends connections."""
    host = request.getfixturevalue("host") if "host" in request.fixturenames else Host(database)
    async with host.engine_for(pool_size=4) as bank:
        for name in ("alice", "bob"):
            await bank.ledger.top_up(name, amount="100.00 USD", key=f"open-{name}")
        yield bank


async def total(bank: Engine) -> Money:
    listed = await bank.ledger.balances(accounts=["alice", "bob"])
    return sum((balance.posted for balance in listed.balances), Money.zero("USD"))


async def posted(bank: Engine, account: str) -> Money:
    return (await bank.ledger.balance(account)).posted


async def test_commits_together(host: Host, bank: Engine) -> None:
    async with host.transaction() as tx:
        mine = bank.using(tx, actor=Actor.admin("anna"))
        await host.order(tx, "one")
        moved = await mine.ledger.transfer("alice", to="bob", amount="30.00 USD", key="x-1")
        assert (await mine.ledger.balance("alice")).posted == Money("70", "USD") == moved.balance.posted
        assert await posted(bank, "alice") == Money("100", "USD")
    assert await posted(bank, "alice") == Money("70", "USD")
    assert await host.orders() == ["one"]
    assert (await bank.verify()).ok


async def test_rolls_back_together(host: Host, bank: Engine) -> None:
    class Changed(Exception):
        pass

    with pytest.raises(Changed):
        async with host.transaction() as tx:
            await host.order(tx, "one")
            await bank.using(tx).ledger.transfer("alice", to="bob", amount="30.00 USD", key="x-1")
            raise Changed
    assert await posted(bank, "alice") == Money("100", "USD")
    assert await host.orders() == []
    moved = await bank.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
    assert not moved.replayed


async def test_a_refusal_leaves_the_transaction_usable(host: Host, bank: Engine) -> None:
    async with host.transaction() as tx:
        mine = bank.using(tx)
        with pytest.raises(errors.InsufficientBalance):
            await mine.ledger.transfer("alice", to="bob", amount="300.00 USD", key="x-1")
        with pytest.raises(errors.AccountNotFound):
            await mine.ledger.transfer("nobody", to="bob", amount="3.00 USD", key="x-2")
        with pytest.raises(errors.NotSupported):
            await mine.admin.health()
        await host.order(tx, "one")
        await mine.ledger.transfer("alice", to="bob", amount="3.00 USD", key="x-1")
    assert await posted(bank, "bob") == Money("103", "USD")
    assert await host.orders() == ["one"]


async def test_a_deal_in_one_transaction(host: Host, bank: Engine) -> None:
    async with host.transaction() as tx:
        mine = bank.using(tx)
        opened = await mine.escrow.open("alice", seller="bob", price="40.00 USD", key="o-1")
        paid = await mine.escrow.pay(opened.deal.id)
        assert paid.deal.state == "awaiting_shipment"
        assert [deal.id async for deal in mine.escrow.list(limit=1)] == [opened.deal.id]
        await host.order(tx, opened.deal.id)
    assert (await bank.escrow.get(deal=opened.deal.id)).held == Money("40", "USD")
    assert (await bank.verify()).ok


async def test_64_requests_at_once_conserve_money(host: Host, bank: Engine) -> None:
    async def one(number: int) -> None:
        async def work(tx: Any) -> None:
            payer, payee = ("alice", "bob") if number % 2 else ("bob", "alice")
            await host.order(tx, f"{number:03}")
            await bank.using(tx).ledger.transfer(payer, to=payee, amount=f"{number + 1}.00 USD", key=f"x-{number}")

        # who pays before he is paid waits for the others
        while now() < end:
            try:
                return await bank.run(host.transaction, work)
            except (errors.Contention, errors.InsufficientBalance):
                await asyncio.sleep(0.05 * random.random())
        raise AssertionError("it never came to an end")

    now = asyncio.get_running_loop().time
    end = now() + 300

    await asyncio.gather(*[one(number) for number in range(64)])
    assert await total(bank) == Money("200", "USD")
    assert await host.orders() == [f"{number:03}" for number in range(64)]
    moved = sum(number + 1 if number % 2 == 0 else -(number + 1) for number in range(64))
    assert await posted(bank, "alice") == Money.from_minor(10_000 + moved * 100, "USD")
    assert (await bank.verify()).ok


async def test_gather_on_one_transaction(host: Host, bank: Engine) -> None:
    async with host.transaction() as tx:
        one, two = bank.using(tx), bank.using(tx)
        await asyncio.gather(
            *[
                (one if number % 2 else two).ledger.transfer("alice", to="bob", amount="1.00 USD", key=f"x-{number}")
                for number in range(10)
            ]
        )
    assert await posted(bank, "alice") == Money("90", "USD")
    assert (await bank.verify()).ok


async def test_cancelled_between_any_two_steps(host: Host, bank: Engine) -> None:
    """Whatever the step, the host may commit: nothing of the call is there."""
    kept: list[str] = []
    for stop in range(16):
        sent, whole = 0, False
        task: asyncio.Task[Any] | None = None

        def cancel(_: Any, stop: int = stop) -> None:
            nonlocal sent
            if sent == stop and task is not None:
                task.cancel()
            sent += 1

        try:
            async with host.transaction() as tx:
                mine = bank.using(tx)
                with watched(before=cancel):
                    task = asyncio.ensure_future(
                        mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key=f"x-{stop}")
                    )
                    try:
                        await task
                        whole = True
                    except asyncio.CancelledError:
                        pass
                await host.order(tx, f"{stop:02}")
            kept.append(f"{stop:02}")
        except Exception:
            # nothing takes back what may have been written: then nothing of the transaction is committed
            assert not whole
        verified = await bank.verify()
        assert verified.ok, [check for check in verified.checks if not check.ok]
        assert await total(bank) == Money("200", "USD")
        assert await posted(bank, "bob") == Money("101" if whole else "100", "USD")
        if whole:
            break
    assert sent > 1 and whole
    assert await host.orders() == kept
    assert "00" in kept and f"{stop - 1:02}" not in kept


@pytest.mark.parametrize("at", ["answer", "end"])
async def test_a_call_cancelled_behind_its_write_fails_the_commit(
    host: Host, bank: Engine, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit behind a cancelled call fails, and nothing is paid: the caller was told so."""
    in_turn = _driver.AsyncTransaction._in_turn
    task: asyncio.Future[Any] | None = None

    def cancel(answered: Any) -> None:
        if at == "answer" and answered[0] == _driver.DONE and task is not None:
            task.cancel()

    async def in_its_turn(self: Any, *given: Any) -> Any:
        reply = await in_turn(self, *given)
        if task is not None:
            # it is over, and its caller has not heard of that yet
            task.cancel()
        return reply

    committed = False
    try:
        async with host.transaction() as tx:
            await host.order(tx, "one")
            with monkeypatch.context() as patched, watched(behind=cancel):
                if at == "end":
                    patched.setattr(_driver.AsyncTransaction, "_in_turn", in_its_turn)
                task = asyncio.ensure_future(
                    bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
                )
                with pytest.raises(asyncio.CancelledError):
                    await task
        committed = True
    except Exception as error:
        assert not isinstance(error, AssertionError), error
    assert not committed
    assert await host.orders() == []
    assert await posted(bank, "bob") == Money("100", "USD")
    assert (await bank.admin.lookup_key("x-1")).outcome == "unknown"
    assert (await bank.verify()).ok


async def test_a_read_that_is_cancelled_leaves_the_transaction_usable(host: Host, bank: Engine) -> None:
    task: asyncio.Future[Any] | None = None

    def cancel(answered: Any) -> None:
        if answered[0] == _driver.DONE and task is not None:
            task.cancel()

    async with host.transaction() as tx:
        mine = bank.using(tx)
        with watched(behind=cancel):
            task = asyncio.ensure_future(mine.ledger.balance("alice"))
            with pytest.raises(asyncio.CancelledError):
                await task
        await mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        await host.order(tx, "one")
    assert await host.orders() == ["one"]
    assert await posted(bank, "bob") == Money("101", "USD")


async def test_a_call_that_waits_for_others_is_cancelled(host: Host, bank: Engine) -> None:
    """Another transaction has the rows: the statement waits in the database, and does not keep its caller."""
    async with host.transaction() as first:
        await bank.using(first).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        try:
            async with host.transaction() as second:
                mine = bank.using(second)
                waits = asyncio.ensure_future(mine.ledger.transfer("alice", to="bob", amount="2.00 USD", key="x-2"))
                await asyncio.sleep(0.3)
                waits.cancel()
                with pytest.raises((asyncio.CancelledError, errors.EarnestError)):
                    await asyncio.wait_for(waits, 10)
        except Exception:
            # the transaction may be spoilt by it: then it cannot be committed
            pass
    assert await total(bank) == Money("200", "USD")
    assert await posted(bank, "bob") == Money("101", "USD")
    assert (await bank.verify()).ok


async def test_the_same_key_replays_within_and_after(host: Host, bank: Engine) -> None:
    async with host.transaction() as tx:
        mine = bank.using(tx)
        first = await mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        again = await mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        assert again.replayed and first.transfer.id == again.transfer.id
        with pytest.raises(errors.IdempotencyMismatch):
            await mine.ledger.transfer("alice", to="bob", amount="2.00 USD", key="x-1")
    assert (await bank.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")).replayed


async def test_another_database_is_refused(host: Host, bank: Engine) -> None:
    async with await host.elsewhere() as other:
        async with host.transaction() as tx:
            for call in ("ledger.balance", {}), ("ledger.top_up", {"amount": "1.00 USD", "key": "t-1"}):
                with pytest.raises(errors.StoreMismatch) as refused:
                    await other.using(tx).call(call[0], {"account": "alice", **call[1]})
                assert type(refused.value) is errors.StoreMismatch and refused.value.retry == "never"
            # the transaction is as it was
            await host.order(tx, "one")
            await bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
    assert await host.orders() == ["one"] and await posted(bank, "bob") == Money("101", "USD")
    async with Engine.open("memory:") as nowhere:
        async with host.transaction() as tx:
            with pytest.raises(errors.NotSupported):
                nowhere.using(tx)


async def test_outside_of_a_transaction_is_refused_by_name(host: Host, bank: Engine) -> None:
    async with host.outside() as tx:
        mine = bank.using(tx)
        for _ in range(2):
            with pytest.raises(errors.NotInTransaction, match=host.outside_words):
                await mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
            with pytest.raises(errors.NotInTransaction, match=host.outside_words):
                await mine.ledger.balance("alice")
    async with host.transaction() as tx:
        moved = await bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        assert not moved.replayed
    assert await posted(bank, "bob") == Money("101", "USD")


async def test_an_aborted_transaction_says_so(host: Host, bank: Engine) -> None:
    async def twice() -> None:
        async with host.transaction() as tx:
            try:
                await host.order(tx, "one")
                await host.order(tx, "one")
            except Exception:
                await bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")

    if host.aborts:
        with pytest.raises(errors.TransactionAborted) as refused:
            await twice()
        assert refused.value.retry == "transaction"
    else:
        await twice()
        assert await posted(bank, "bob") == Money("101", "USD")


async def test_what_is_no_transaction_is_refused_by_name(database: str, bank: Engine) -> None:
    async def refused(tx: Any) -> str:
        with pytest.raises((errors.NotInTransaction, errors.InvalidRequest, errors.StoreMismatch)) as found:
            await bank.using(tx).ledger.top_up("alice", amount="1.00 USD", key="t-1")
        return found.value.message

    pool = await asyncpg.create_pool(database, min_size=1, max_size=1)
    assert "`asyncpg.Pool` is no transaction" in await refused(pool)
    async with pool.acquire() as connection:
        assert "no open transaction" in await refused(connection)
    await pool.close()
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        assert "commits by itself" in await refused(connection)
    with psycopg.connect(database) as blocking:
        assert "earnest.sync.Engine" in await refused(blocking)
    engine = create_async_engine(with_driver(database, "asyncpg"))
    assert "is no transaction" in await refused(engine)
    assert "is no transaction" in await refused(async_sessionmaker(engine))
    for driver in ("asyncpg", "psycopg"):
        automatic = create_async_engine(with_driver(database, driver), isolation_level="AUTOCOMMIT")
        async with AsyncSession(automatic) as session:
            assert "AUTOCOMMIT" in await refused(session)
        await automatic.dispose()
    by_option = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with AsyncSession(by_option) as session:
        assert "AUTOCOMMIT" in await refused(session)
    await engine.dispose()
    lite = create_async_engine("sqlite+aiosqlite://")
    async with AsyncSession(lite) as session:
        assert "expected `postgres`, found `sqlite`" in await refused(session)
    await lite.dispose()
    async with aiosqlite.connect(":memory:") as connection:
        assert "expected `postgres`, found `sqlite`" in await refused(connection)
    for nothing in (None, 7, "postgres://", object()):
        assert "must be an open transaction" in await refused(nothing)
    assert await posted(bank, "alice") == Money("100", "USD")


def test_trio_joins_no_transaction_and_lends_no_connection(tmp_path: Path) -> None:
    """The drivers are those of asyncio: it says so, and what to do."""
    database = asyncio.run(fresh_database())
    engine = create_async_engine(with_driver(database, "asyncpg"))

    async def work() -> None:
        async with Engine.open(database, background=False) as bank:
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
            mine = bank.using(AsyncSession(engine))
            for call in (mine.ledger.balance("alice"), mine.ledger.deduct("alice", amount="1.00 USD", key="d-1")):
                with pytest.raises(errors.NotSupported, match="using.*asyncio.*earnest.sync"):
                    await call
            assert (await bank.ledger.balance("alice")).posted == Money("1", "USD")
        for pool in (engine, lambda: aiosqlite.connect(tmp_path / "shop.db"), connected):
            with pytest.raises(errors.NotSupported, match="attach.*asyncio.*earnest.sync"):
                await Engine.attach(pool)

    async def connected() -> Any:
        return await aiosqlite.connect(tmp_path / "shop.db")

    trio.run(work)


async def test_a_transaction_that_another_one_stopped_is_run_again(host: Host, bank: Engine) -> None:
    runs = 0

    async def work(tx: Any) -> str:
        nonlocal runs
        runs += 1
        await host.order(tx, f"run-{runs}")
        if runs < 3:
            raise errors.TransactionAborted(
                {"message": "m", "details": {}, "retry": "transaction", "code": "transaction_aborted"}
            )
        await bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
        return "done"

    assert await bank.run(host.transaction, work) == "done" and runs == 3
    assert await host.orders() == ["run-3"]
    with pytest.raises(errors.InsufficientBalance):
        await bank.run(host.transaction, lambda tx: bank.using(tx).ledger.deduct("bob", amount="999 USD", key="d-1"))
