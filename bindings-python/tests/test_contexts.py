"""Context variables: what outlives the request in which it was made has none of that request's."""

from __future__ import annotations

import ast
import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import pytest

import earnest.sync
from earnest import Engine, views
from hosts import fresh_database

tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


@contextmanager
def request() -> Iterator[None]:
    """A request of the application's: what it sets is for its own code."""
    token = tenant.set("ann")
    with earnest.context(correlation_id="request-7"):
        yield
    tenant.reset(token)


@pytest.mark.parametrize("way", ["function", "pool"])
async def test_connections_of_an_engine_on_a_pool_are_of_no_request(way: str, tmp_path: Path) -> None:
    """They are opened as they are needed: in that one which opens the engine, and while others call."""
    seen: list[str | None] = []

    async def noted(connection: Any) -> None:
        seen.append(tenant.get())

    def opened() -> Any:
        seen.append(tenant.get())
        return aiosqlite.connect(tmp_path / "shop.db")

    pool = None if way == "function" else await asyncpg.create_pool(await fresh_database(), min_size=0, init=noted)
    bank = Engine.attach(pool or opened)
    with request():
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t")
        await asyncio.gather(*[bank.ledger.balance("alice") for _ in range(20)])
        # a call knows its place all the same
        assert "request-7" in {event.correlation_id async for event in bank.events.list()}
    await bank.close()
    if pool is not None:
        await pool.close()
    assert set(seen) == {None}


def test_connections_of_a_blocking_engine_are_of_no_request(tmp_path: Path) -> None:
    seen: list[str | None] = []

    def opened() -> Any:
        seen.append(tenant.get())
        return sqlite3.connect(tmp_path / "shop.db", check_same_thread=False)

    with request(), earnest.sync.Engine.attach(opened) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t")
    assert set(seen) == {None}


async def test_handlers_are_of_no_request(bank: Engine) -> None:
    seen: list[str | None] = []
    worked, heard = asyncio.Event(), asyncio.Event()

    async def work(job: views.Job) -> None:
        seen.append(tenant.get())
        await bank.ledger.top_up("alice", amount="1.00 USD", key=job.key)
        worked.set()

    def hear(event: views.Event) -> None:
        seen.append(tenant.get())
        if event.type == "transfer.posted":
            heard.set()

    with request():
        running = bank.worker({"shop.mail": work}), await bank.subscribe("mailer", hear)
        await bank.jobs.enqueue("shop.mail", payload={}, key="j")
        await worked.wait()
        await heard.wait()
    for one in running:
        await one.stop()
    assert set(seen) == {None}
    (posted,) = [event async for event in bank.events.list() if event.type == "transfer.posted"]
    assert posted.correlation_id is None


def test_handlers_of_threads_are_of_no_request_and_of_no_other_job(till: earnest.sync.Engine) -> None:
    seen: list[str | None] = []
    jobs, heard = threading.Semaphore(0), threading.Event()

    def work(job: views.Job) -> None:
        seen.append(tenant.get())
        tenant.set("what a handler leaves")
        till.ledger.top_up("alice", amount="1.00 USD", key=job.key)
        jobs.release()

    def hear(event: views.Event) -> None:
        seen.append(tenant.get())
        if event.type == "transfer.posted":
            heard.set()

    with request():
        running = till.worker({"shop.mail": work}, concurrency=1), till.subscribe("mailer", hear)
        for key in ("j-1", "j-2"):
            till.jobs.enqueue("shop.mail", payload={}, key=key)
            assert jobs.acquire(timeout=30)
        assert heard.wait(30)
    for one in running:
        one.stop()
    assert set(seen) == {None}
    assert {event.correlation_id for event in till.events.list() if event.type == "transfer.posted"} == {None}


#: Modules that make tasks, threads and callbacks with the context of their caller: calls, and what a call waits for.
CALLERS = {
    "_apart.py: Thread",
    "_clock.py: ensure_future",
    "_keyring.py: Thread",
    "_workers.py: ensure_future",
    "hosts/_driver.py: create_task",
}


def test_nothing_else_keeps_who_was_there() -> None:
    found = set()
    package = Path(earnest.__file__).parent
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("Thread", "ensure_future", "create_task", "add_reader", "add_writer", "add_signal_handler"):
                    found.add(f"{path.relative_to(package).as_posix()}: {name}")
    assert found == CALLERS
