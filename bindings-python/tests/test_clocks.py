"""Tests of applications that hold the clocks of Python, as freezegun does: nothing of the package waits for those."""

from __future__ import annotations

import ast
import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

import earnest.sync
from earnest import Engine, _clock, _keyring, errors, views
from earnest.hosts import _driver
from hosts import fresh_database

PACKAGE = Path(earnest.__file__).parent


@pytest.fixture
def stop() -> Iterator[Callable[[], None]]:
    """Stops the clocks, as freezegun does: in `time`, and in every module that has one of its functions, but for those
    of threads. They all say the seconds since 1970, which is another time than loops have had before."""
    real = {getattr(time, name): name for name in ("monotonic", "perf_counter", "time", "monotonic_ns", "time_ns")}
    changed: list[tuple[Any, str, Any]] = []

    def stop() -> None:
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "threading").split(".")[0] in ("threading", "queue", "_pytest", __name__):
                continue
            for name, value in list(vars(module).items()):
                if type(value) is type(time.sleep) and value in real:
                    changed.append((module, name, value))
                    setattr(
                        module,
                        name,
                        (lambda: 1_796_029_200) if real[value].endswith("_ns") else (lambda: 1_796_029_200.0),
                    )

    yield stop
    for module, name, value in changed:
        setattr(module, name, value)


def to_its_end(work: Callable[[], Any]) -> Any:
    """Runs work that must not wait for a clock, on a thread: the loop of the test has a stopped clock too."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append((work(), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(15)
    assert found, "it waits for a clock that stands still"
    value, error = found[0]
    if error is not None:
        raise error
    return value


def frozen(stop: Callable[[], None], work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work()

    stop()
    return to_its_end(lambda: asyncio.run(run()))


def test_an_engine_on_a_pool_ends(stop: Callable[[], None]) -> None:
    url = asyncio.run(fresh_database())

    async def work() -> None:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=4)
        async with Engine.attach(pool) as bank:
            calls = [bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{n}") for n in range(6)]
            await asyncio.gather(*calls)
            assert (await bank.ledger.balance("alice")).posted.amount == 6
        await pool.close()

    frozen(stop, work)


def test_a_pool_that_lends_nothing_is_waited_for_no_longer(stop: Callable[[], None], tmp_path: Path) -> None:
    async def work() -> None:
        lent = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}", pool_size=1, max_overflow=0)
        async with lent.connect():
            with pytest.raises(errors.StoreUnavailable, match="lent no connection"):
                await Engine.attach(lent, connect_timeout="PT0.2S")
        await lent.dispose()

    frozen(stop, work)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_handlers_get_jobs_and_events(stop: Callable[[], None], when: str) -> None:
    """Where the clock stops meanwhile, the readers wait at that time."""

    async def work() -> None:
        async with Engine.open("memory:") as bank:
            done, heard = asyncio.Event(), asyncio.Event()

            async def mail(job: views.Job) -> None:
                done.set()

            async def followed() -> views.Event:
                async for event in bank.events.follow():
                    if event.type == "transfer.posted":
                        return event
                raise AssertionError("it has no end")

            following = asyncio.ensure_future(followed())
            async with bank.worker({"shop.mail": mail}), await bank.subscribe("mailer", lambda event: heard.set()):
                # until all of them have found nothing, and wait
                await asyncio.get_running_loop().run_in_executor(None, _clock.nap, 0.2)
                stop()
                await bank.jobs.enqueue("shop.mail", payload={}, key="j")
                await bank.ledger.top_up("alice", amount="1.00 USD", key="t")
                await done.wait()
                await heard.wait()
                await following

    if when == "before":
        frozen(stop, work)
    else:
        to_its_end(lambda: asyncio.run(work()))


def test_threads_get_jobs_and_events(stop: Callable[[], None]) -> None:
    def work() -> None:
        with earnest.sync.Engine.open("memory:") as bank:
            done = threading.Event()
            with bank.worker({"shop.mail": lambda job: done.set()}):
                bank.jobs.enqueue("shop.mail", payload={}, key="j")
                done.wait()
            bank.ledger.top_up("alice", amount="1.00 USD", key="t")
            assert next(iter(bank.events.follow())).seq > 0

    stop()
    to_its_end(work)


def test_a_transaction_is_run_again(stop: Callable[[], None]) -> None:
    class Begun:
        async def __aenter__(self) -> None: ...
        async def __aexit__(self, *_: object) -> None: ...

    async def work() -> int:
        tries: list[int] = []

        async def fn(tx: None) -> int:
            tries.append(1)
            if len(tries) == 1:
                wire = {"code": "contention", "message": "m", "retry": "transaction", "details": {"reason": "deadlock"}}
                raise errors.Contention(wire)
            return len(tries)

        async with Engine.open("memory:", background=False) as bank:
            return await bank.run(Begun, fn)

    assert frozen(stop, work) == 2


def test_a_keyring_that_does_not_come_is_refused(stop: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_keyring, "LIMIT", 0.1)

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    async def work() -> None:
        with pytest.raises(errors.InvalidRequest, match="was not fetched within"):
            await Engine.open("memory:", keyring=never)

    frozen(stop, work)


def test_a_statement_of_a_call_that_was_cancelled_has_its_time_and_no_more(
    stop: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_driver, "GRACE", 0.1)

    async def work() -> bool:
        statement = asyncio.ensure_future(asyncio.Event().wait())
        await _driver._end_of(statement)
        return statement.cancelled()

    assert frozen(stop, work)


async def test_what_is_late_is_cancelled_and_what_comes_is_kept() -> None:
    async def soon() -> int:
        return 7

    async def stubborn() -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return 8
        raise AssertionError("nobody cancelled it")

    async def wrong() -> int:
        raise ValueError

    assert await _clock.within(soon(), 5) == 7
    # it was cancelled, and has something all the same, which must not be lost: a connection, say
    assert await _clock.within(stubborn(), 0.01) == 8
    with pytest.raises(_clock.Late):
        await _clock.within(asyncio.Event().wait(), 0.01)
    with pytest.raises(ValueError):
        await _clock.within(wrong(), 5)
    began = _clock.now()
    await asyncio.gather(*[_clock.passed(seconds) for seconds in (0.03, 0.01, 0.02)])
    assert 0.03 <= _clock.now() - began < 5
    waiting = asyncio.ensure_future(_clock.within(asyncio.Event().wait(), 60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


#: Functions that wait, or count, by a clock that may stand still. A wait of threads goes by that of the system.
CLOCKS = {
    "monotonic",
    "perf_counter",
    "monotonic_ns",
    "call_later",
    "call_at",
    "wait_for",
    "timeout",
    "timeout_at",
    "sleep",
}


def test_the_package_asks_no_clock_that_can_be_stopped() -> None:
    """But for the wait of a thread of SQLite, whose `sleep` no such test replaces, and what waits for a process."""
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            named = set()
            if isinstance(node, ast.ImportFrom) and node.module in ("time", "asyncio"):
                named = {name.name for name in node.names} & CLOCKS
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named = {node.attr} & CLOCKS if node.value.id in ("time", "asyncio", "loop") else set()
                if node.attr == "time" and node.value.id in ("time", "loop"):
                    named = {"time"}
            found |= {f"{place}: {name}" for name in named}
    allowed = {"_clock.py: perf_counter", "_clock.py: call_later", "hosts/_driver.py: sleep"}
    assert found == allowed
