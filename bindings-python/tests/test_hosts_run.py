"""Whole transactions of the host that the engine runs: what begins them, and what runs in them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import psycopg
import pytest
import sqlalchemy
import sqlalchemy.orm
import sqlmodel
from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession as SQLModelSession

import earnest.sync
from earnest import Engine, Money, errors
from hosts import fresh_database, with_driver


@pytest.fixture
async def database() -> str:
    return await fresh_database()


@pytest.fixture
async def bank(database: str) -> AsyncIterator[Engine]:
    async with Engine.open(database, background=False) as bank:
        yield bank


@pytest.fixture
async def till(database: str) -> AsyncIterator[earnest.sync.Engine]:
    bank = await asyncio.to_thread(earnest.sync.Engine.open, database, background=False)
    yield bank
    await asyncio.to_thread(bank.close)


def top_up(bank: Any, tx: Any, key: str = "t-1") -> Any:
    return bank.using(tx).ledger.top_up("alice", amount="1.00 USD", key=key)


async def test_a_factory_whose_end_commits_nothing_is_refused(bank: Engine, database: str, tmp_path: Path) -> None:
    """A session alone is closed at its end, and all is lost that was written: no success is reported of it."""
    db = create_async_engine(with_driver(database, "asyncpg"))
    lent = async_sessionmaker(db)
    wrong: dict[str, Any] = {
        "sessions.begin": lent,
        "`begin` ": async_sessionmaker(db, class_=SQLModelSession),
        "begin": async_scoped_session(lent, scopefunc=asyncio.current_task),
        "engine.begin": db.connect,
        "asynccontextmanager": lambda: aiosqlite.connect(tmp_path / "shop.db"),
    }
    ran = []

    async def work(tx: Any) -> Any:
        ran.append(tx)
        return await top_up(bank, tx)

    for words, factory in wrong.items():
        with pytest.raises(errors.InvalidRequest, match=words) as refused:
            await bank.run(factory, work)
        assert refused.value.field == "factory"
    assert ran == []

    class Committing(lent.class_):  # type: ignore[name-defined,misc]
        async def __aexit__(self, kind: Any, *more: Any) -> None:
            await (self.commit() if kind is None else self.rollback())
            await super().__aexit__(kind, *more)

    @asynccontextmanager
    async def own() -> AsyncIterator[Any]:
        async with await psycopg.AsyncConnection.connect(database) as connection:
            yield connection

    right: list[Any] = [lent.begin, db.begin, own, async_sessionmaker(db, class_=Committing)]
    for number, factory in enumerate(right):
        await bank.run(factory, lambda tx, number=number: top_up(bank, tx, f"r-{number}"))
    assert (await bank.ledger.balance("alice")).posted == Money(str(len(right)), "USD")
    await db.dispose()


async def test_a_blocking_factory_whose_end_commits_nothing_is_refused(
    till: earnest.sync.Engine, database: str
) -> None:
    db = sqlalchemy.create_engine(with_driver(database, "psycopg"), pool_size=1, max_overflow=0, pool_timeout=1)
    lent = sqlalchemy.orm.sessionmaker(db)
    wrong: dict[str, Any] = {
        "sessions.begin": lent,
        "`begin` ": lambda: sqlmodel.Session(db),
        "begin": sqlalchemy.orm.scoped_session(lent),
        "engine.begin": db.connect,
    }
    for words, factory in wrong.items():
        with pytest.raises(errors.InvalidRequest, match=words) as refused:
            till.run(factory, lambda tx: top_up(till, tx))
        assert refused.value.field == "factory"

    @contextmanager
    def own() -> Iterator[Any]:
        with lent() as session:
            yield session
            session.commit()

    # what was refused keeps no connection, and a connection of psycopg commits at its end
    right: list[Any] = [lent.begin, db.begin, own, lambda: psycopg.connect(database)]
    for number, factory in enumerate(right):
        till.run(factory, lambda tx, number=number: top_up(till, tx, f"r-{number}"))
    assert till.ledger.balance("alice").posted == Money(str(len(right)), "USD")
    db.dispose()


async def test_what_would_have_to_be_awaited_is_no_work_of_a_thread(till: earnest.sync.Engine, database: str) -> None:
    db = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    begun = []

    @contextmanager
    def begin() -> Iterator[Any]:
        with db.begin() as connection:
            begun.append(connection)
            yield connection

    async def work(tx: Any) -> None:
        top_up(till, tx)

    def hidden(tx: Any) -> Any:
        top_up(till, tx)
        return work(tx)

    for fn in (work, hidden):
        with pytest.raises(errors.InvalidRequest, match="earnest.Engine") as refused:
            till.run(begin, fn)
        assert refused.value.field == "fn"
    # the first was not begun, and the other rolled back
    assert len(begun) == 1
    with pytest.raises(errors.AccountNotFound):
        till.ledger.balance("alice")
    db.dispose()


async def test_what_is_not_to_be_awaited_is_no_work_of_asyncio(bank: Engine, database: str) -> None:
    db = create_async_engine(with_driver(database, "asyncpg"))
    with pytest.raises(errors.InvalidRequest, match="`async`.*None") as refused:
        await bank.run(db.begin, lambda tx: None)  # type: ignore[arg-type,return-value]
    assert refused.value.field == "fn"
    await db.dispose()


class Group(Exception):
    """An error of task groups, as Python 3.10 has it from elsewhere."""

    def __init__(self, *exceptions: BaseException) -> None:
        super().__init__("unhandled errors in a TaskGroup")
        self.exceptions = exceptions


def in_the_way() -> errors.EarnestError:
    from earnest._error import in_the_way

    return in_the_way("serialization")


async def test_what_a_task_group_raises_is_looked_into(bank: Engine, till: earnest.sync.Engine, database: str) -> None:
    """It is worth running again when all that it holds is."""
    db = create_async_engine(with_driver(database, "asyncpg"))
    threads = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    busy = psycopg.errors.SerializationFailure("could not serialize access")
    again = [Group(in_the_way()), Group(Group(in_the_way(), busy), in_the_way())]
    never = [Group(), Group(in_the_way(), ValueError()), Group(Group(KeyError()), in_the_way())]
    if sys.version_info >= (3, 11):
        again.append(ExceptionGroup("two", [in_the_way(), in_the_way()]))  # noqa: F821 - Python has it there
        never.append(ExceptionGroup("two", [in_the_way(), OSError()]))  # noqa: F821
    for error in (*again, *never):
        runs = {"task": 0, "thread": 0}

        def once(where: str, error: Exception = error, runs: dict[str, int] = runs) -> None:
            runs[where] += 1
            if runs[where] == 1:
                raise error

        async def work(tx: Any, once: Any = once) -> None:
            once("task")

        if error in again:
            await bank.run(db.begin, work)
            till.run(threads.begin, lambda tx: once("thread"))
        else:
            with pytest.raises(type(error)):
                await bank.run(db.begin, work)
            with pytest.raises(type(error)):
                till.run(threads.begin, lambda tx: once("thread"))
        assert set(runs.values()) == {2 if error in again else 1}
    deep = Group(in_the_way())
    for _ in range(2000):
        deep = Group(deep)
    deep.exceptions = (deep,)
    with pytest.raises(Group):
        till.run(threads.begin, broken_by(deep))
    await db.dispose()
    threads.dispose()


def broken_by(error: Exception) -> Any:
    def fail(_: Any) -> None:
        raise error

    return fail
