"""Calls by each driver whose answer is lost, or whose block is rolled back under them: together or not
at all, and the answer true."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import pytest

import earnest.sync
from earnest import EarnestError, Engine, Money, errors
from earnest.hosts import sqlite
from hosts import fresh_database
from matrix import HOSTS, cells, seen


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


#: The time limit of drivers that have one, in seconds.
LIMIT = 0.3
LIMITED: dict[str, dict[str, Any]] = {
    "asyncpg": {"command_timeout": LIMIT},
    "SQLAlchemy over asyncpg": {"connect_args": {"command_timeout": LIMIT}},
    "SQLModel over asyncpg": {"connect_args": {"command_timeout": LIMIT}},
}


@pytest.fixture(scope="module")
def database() -> str:
    """One database for all cells, each of which has an account of its own."""
    return asyncio.run(fresh_database())


class Cell:
    """A host, an engine on its database, and an account with something in it."""

    def __init__(self, host: Any, bank: Any) -> None:
        self.host, self.bank, self.name = host, bank, uuid.uuid4().hex

    def __call__(self, key: str) -> dict[str, Any]:
        """A call that deducts something."""
        return {"account": self.name, "amount": "1.00 USD", "key": f"{self.name}-{key}"}


def named(name: str, database: str) -> str:
    """The URL of a host's database: on SQLite only Django's name for one."""
    return f"sqlite://file/{uuid.uuid4().hex}" if HOSTS[name].is_lite else database


@asynccontextmanager
async def opened(name: str, database: str, **options: Any) -> AsyncIterator[Cell]:
    about = HOSTS[name]
    host = about.made(named(name, database), **options)
    await host.start()
    async with host.engine_for(background=False) if about.is_lite else Engine.open(database, background=False) as bank:
        cell = Cell(host, bank)
        await bank.ledger.top_up(cell.name, amount="100.00 USD", key=f"{cell.name}-open")
        yield cell
        if about.is_lite:
            assert (await bank.verify()).ok
    await host.stop()


@contextmanager
def opened_blocking(name: str, database: str) -> Iterator[Cell]:
    """The same of what blocks."""
    about, engine = HOSTS[name], earnest.sync.Engine
    host = about.made(named(name, database))
    with host.engine_for(background=False) if about.is_lite else engine.open(database, background=False) as bank:
        cell = Cell(host, bank)
        bank.ledger.top_up(cell.name, amount="100.00 USD", key=f"{cell.name}-open")
        yield cell
        if about.is_lite:
            assert bank.verify().ok
    host.stop()


async def end_of(work: Any) -> BaseException | None:
    """Returns the error that a transaction ended with."""
    try:
        await work
    except Exception as error:
        assert not isinstance(error, AssertionError), error
        return error
    return None


def judged(told: Any, ended: BaseException | None, is_ordered: bool, outcome: str) -> str:
    """Judges a call that was refused, and whose application then went on."""
    about = f"the call: {told!r}; the transaction: {ended!r}"
    assert isinstance(told, EarnestError) and outcome == "unknown", about
    assert is_ordered == (ended is None), about
    if told.code == "outcome_unknown":
        assert told.retry == "transaction" and ended is not None, about
        return "unknown"
    assert told.code == "store_unavailable", about
    return "refused" if ended is None else "fails"


@asynccontextmanager
async def holding(cell: Cell, database: str, what: str) -> AsyncIterator[Callable[[], Any]]:
    """Somebody holds what a call waits for, and lets go."""
    holder = await asyncpg.connect(database)
    await holder.execute("BEGIN")
    if what == "row":
        await cell.bank.using(holder).ledger.deduct(**cell("held"))
    else:
        # what makes an index on our tables lets a call read, and not write
        await holder.execute("LOCK TABLE earnest.idempotency IN SHARE MODE")

    async def let_go() -> None:
        if not holder.is_closed():
            await holder.close()

    try:
        yield let_go
    finally:
        await let_go()


async def refusal_of(work: Any) -> Any:
    """The refusal of a call that the application catches."""
    try:
        await work
    except EarnestError as refused:
        return refused
    return None


async def limit_of(name: str, state: str, database: str) -> str:
    async with opened(name, database, **LIMITED[name]) as cell:
        told: Any = None
        async with holding(cell, database, "row" if state == "limit-load" else "table") as let_go:

            async def pay() -> None:
                nonlocal told
                async with cell.host.transaction() as tx:
                    told = await refusal_of(cell.bank.using(tx).ledger.deduct(**cell("x")))
                    # the driver has the server give the statement up
                    await asyncio.sleep(0.15)
                    await let_go()
                    # the application catches it, and goes on
                    await cell.host.order(tx, cell.name)

            ended = await end_of(pay())
        outcome = (await cell.bank.admin.lookup_key(f"{cell.name}-x")).outcome
        return judged(told, ended, cell.name in await cell.host.orders(), outcome)


async def loss_of(name: str, state: str, database: str, patch: pytest.MonkeyPatch) -> str:
    found = ""
    for is_done in (False, True):
        async with opened(name, database) as cell:
            told: Any = None

            async def pay(is_done: bool = is_done, cell: Cell = cell) -> None:
                nonlocal told
                async with cell.host.transaction() as tx:
                    mine = cell.bank.using(tx)
                    with patch.context() as patched:
                        lose(mine, Once(state.removeprefix("lost-")), is_done, patched)
                        told = await refusal_of(mine.ledger.deduct(**cell("x")))
                    await cell.host.order(tx, cell.name)

            ended = await end_of(pay())
            outcome = (await cell.bank.admin.lookup_key(f"{cell.name}-x")).outcome
            now = judged(told, ended, cell.name in await cell.host.orders(), outcome)
            found = same(found, state, is_done, now)
    return found


def same(before: str, state: str, is_done: bool, now: str) -> str:
    """Returns the finding, the same whether the statement was done or not, but at the end of a savepoint."""
    assert before in ("", now) or (state == "lost-end" and is_done and before == "refused"), (before, now)
    return now


@pytest.mark.parametrize(("name", "state"), cells("answers", True))
async def test_an_answer_that_is_lost(name: str, state: str, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "limit" in state:
        seen(name, state, await limit_of(name, state, database))
    else:
        seen(name, state, await loss_of(name, state, database, monkeypatch))


@pytest.mark.parametrize(("name", "state"), cells("answers", False))
def test_an_answer_that_is_lost_to_what_blocks(
    name: str, state: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ""
    for is_done in (False, True):
        with opened_blocking(name, database) as cell:
            told, ended = None, None
            try:
                with cell.host.transaction() as tx:
                    mine = cell.bank.using(tx)
                    with monkeypatch.context() as patched:
                        lose(mine, Once(state.removeprefix("lost-")), is_done, patched)
                        try:
                            mine.ledger.deduct(**cell("x"))
                        except EarnestError as refused:
                            told = refused
                    cell.host.order(tx, cell.name)
            except Exception as error:
                assert not isinstance(error, AssertionError), error
                ended = error
            outcome = cell.bank.admin.lookup_key(f"{cell.name}-x").outcome
            found = same(found, state, is_done, judged(told, ended, cell.name in cell.host.orders(), outcome))
    seen(name, state, found)


class Stop(Exception):
    """Why a block fails."""


async def said_of(work: Any) -> str:
    """Returns the code of a call's refusal, or `made`."""
    refused = await refusal_of(work)
    return "made" if refused is None else str(refused.code)


async def is_waiting(database: str) -> None:
    """Waits until a statement waits for a lock."""
    watcher = await asyncpg.connect(database)
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not await watcher.fetch(waits):
        await asyncio.sleep(0.01)
    await watcher.close()


async def rolled_back(name: str, state: str, database: str) -> tuple[str, str]:
    """A block fails while calls in it are under way; the application goes on in the outer transaction, and commits."""
    async with opened(name, database) as cell:
        calls: list[asyncio.Task[str]] = []
        held = {"turn": "row", "load": "row", "write": "table"}.get(state)

        async def work(let_go: Any = None) -> None:
            async with cell.host.transaction() as tx:
                if hasattr(tx, "autocommit"):
                    # psycopg begins with the first statement, and takes a block before that for the whole
                    await tx.execute("SELECT 1")
                with pytest.raises(Stop):
                    async with cell.host.block(tx):
                        for number in range(2 if state == "turn" else 1):
                            pays = cell.bank.using(tx).ledger.deduct(**cell(f"x-{number}"))
                            calls.append(asyncio.ensure_future(said_of(pays)))
                        await asyncio.sleep(0)
                        if let_go is not None:
                            await is_waiting(database)
                            asyncio.get_running_loop().call_later(0.06, lambda: asyncio.ensure_future(let_go()))
                        raise Stop
                await cell.host.order(tx, cell.name)

        if held is None:
            ended = await end_of(work())
        else:
            async with holding(cell, database, held) as let_go:
                ended = await end_of(work(let_go))
        said = await asyncio.gather(*calls)
        about = f"calls: {said}; transaction: {ended!r}"
        assert (await cell.bank.ledger.balance(cell.name)).posted == Money("100", "USD"), about
        for number in range(2):
            assert (await cell.bank.admin.lookup_key(f"{cell.name}-x-{number}")).outcome == "unknown", about
        assert (cell.name in await cell.host.orders()) == (ended is None), about
        if ended is not None:
            return "fails", about
        return {"made": "taken back", "not_in_transaction": "refused"}.get(" ".join(sorted(set(said))), about), about


#: Blocks around a call, and what is sent under it.
BETWEEN = (["SAVEPOINT one", "SAVEPOINT two"], ["RELEASE SAVEPOINT two", "ROLLBACK TO SAVEPOINT one"])


async def rolled_between(name: str, database: str) -> str:
    """The rollback comes between load and write, to a savepoint that is not the last one."""
    async with opened(name, database) as cell:
        async with cell.host.transaction() as tx:
            mine = cell.bank.using(tx)
            await mine.ledger.balance(cell.name)
            real = mine._adapter.query
            for statement in BETWEEN[0]:
                await real(statement, [])
            left = list(BETWEEN[1])

            async def query(sql: str, params: Any) -> Any:
                while is_write(sql) and left:
                    await real(left.pop(0), [])
                return await real(sql, params)

            mine._adapter.query = query
            with pytest.raises(errors.NotInTransaction):
                await mine.ledger.deduct(**cell("x"))
            # the outer transaction stays usable
            await mine.ledger.deduct(**cell("y"))
            await cell.host.order(tx, cell.name)
        assert not left
        assert (await cell.bank.admin.lookup_key(f"{cell.name}-x")).outcome == "unknown"
        assert cell.name in await cell.host.orders()
        assert (await cell.bank.ledger.balance(cell.name)).posted == Money("99", "USD")
    return "refused"


@pytest.mark.parametrize(("name", "state"), cells("blocks", True))
async def test_a_block_that_is_rolled_back(
    name: str, state: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if HOSTS[name].is_lite:
        between = state == "between"
        lite = rolled_between_on_sqlite(name, monkeypatch) if between else rolled_back_on_sqlite(name, state)
        seen(name, state, await lite)
    elif state == "between":
        seen(name, state, await rolled_between(name, database))
    else:
        seen(name, state, *await rolled_back(name, state, database))


@pytest.mark.parametrize(("name", "state"), cells("blocks", False))
def test_a_block_that_is_rolled_back_of_what_blocks(name: str, state: str, database: str) -> None:
    with opened_blocking(name, database) as cell:
        with cell.host.transaction() as tx:
            mine: Any = cell.bank.using(tx)
            mine.ledger.balance(cell.name)
            real = mine._adapter.query
            for statement in BETWEEN[0]:
                real(statement, [])
            left = list(BETWEEN[1])

            def query(sql: str, params: Any) -> Any:
                while is_write(sql) and left:
                    real(left.pop(0), [])
                return real(sql, params)

            mine._adapter.query = query
            with pytest.raises(errors.NotInTransaction):
                mine.ledger.deduct(**cell("x"))
            mine.ledger.deduct(**cell("y"))
            cell.host.order(tx, cell.name)
        assert not left
        assert cell.name in cell.host.orders()
        assert cell.bank.ledger.balance(cell.name).posted == Money("99", "USD")
    seen(name, state, "refused")


async def rolled_back_on_sqlite(name: str, state: str) -> str:
    """The block is rolled back so long behind the calls: each was whole by then, and is taken back, or is not begun. A session
    that is at work may refuse that, and the whole transaction ends."""
    said: set[str] = set()
    async with opened(name, "") as cell:
        for turns in range(1, 2 if state == "as-made" else 24):
            calls: list[asyncio.Task[str]] = []

            async def work(turns: int = turns, calls: list[asyncio.Task[str]] = calls) -> None:
                async with cell.host.transaction() as tx:
                    await cell.bank.using(tx).ledger.balance(cell.name)
                    with pytest.raises(Stop):
                        async with cell.host.block(tx):
                            for number in range(3 if state == "turn" else 1):
                                pays = cell.bank.using(tx).ledger.deduct(**cell(f"{turns}-{number}"))
                                calls.append(asyncio.ensure_future(said_of(pays)))
                            await asyncio.sleep(0.0005 * turns)
                            raise Stop
                    await asyncio.gather(*calls)
                    await cell.host.order(tx, f"{turns}")

            ended = await end_of(work())
            said.update(one for one in await asyncio.gather(*calls, return_exceptions=True) if ended is None)
            assert (await cell.bank.ledger.balance(cell.name)).posted == Money("100", "USD"), (turns, said)
            assert (f"{turns}" in await cell.host.orders()) == (ended is None)
    assert said <= {"made", "not_in_transaction"}, said
    assert state == "as-made" or "made" in said, said
    return "whole"


async def rolled_between_on_sqlite(name: str, patch: pytest.MonkeyPatch) -> str:
    """A rollback to a savepoint is sent while a call is at work: it takes the whole of it, or nothing."""
    lite, loop = sqlite.query, asyncio.get_running_loop()
    async with opened(name, "") as cell:
        for stop in range(16):
            sent: list[str] = []
            rolled: list[Any] = []
            async with cell.host.transaction() as tx:
                mine = cell.bank.using(tx)
                await mine.ledger.balance(cell.name)
                await mine._adapter.query("SAVEPOINT one", [])
                back = mine._adapter.query

                def query(
                    connection: Any,
                    sql: str,
                    params: Any,
                    back: Any = back,
                    sent: Any = sent,
                    rolled: Any = rolled,
                    stop: int = stop,
                ) -> Any:
                    if len(sent) == stop and not rolled and "TO SAVEPOINT one" not in sql:
                        rolled.append(asyncio.run_coroutine_threadsafe(back("ROLLBACK TO SAVEPOINT one", []), loop))
                    sent.append(sql)
                    return lite(connection, sql, params)

                with patch.context() as patched:
                    patched.setattr(sqlite, "query", query)
                    await mine.ledger.deduct(**cell(f"{stop}"))
                    for one in rolled:
                        await asyncio.wrap_future(one)
                await cell.host.order(tx, f"{stop:02}")
            found = (await cell.bank.admin.lookup_key(f"{cell.name}-{stop}")).outcome
            assert found == ("unknown" if rolled else "accepted")
            if not rolled:
                break
        assert not rolled and stop > 4
        assert (await cell.bank.ledger.balance(cell.name)).posted == Money("99", "USD")
    return "whole"
