"""The shop under gunicorn: one process loads it, forks workers, and replaces those that end while customers buy."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from client import Client
from serving import fresh_database, preloaded
from test_shop import balance, buy, customer

#: At least so many, and on for as long as workers are replaced.
REQUESTS, MOST, WORKERS = 200, 5_000, 2


def workers_of(server: subprocess.Popen[bytes]) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()}


async def replaced(server: subprocess.Popen[bytes], gone: set[int]) -> None:
    """Waits until there are as many workers as before, without those."""
    end = time.monotonic() + 120
    while len(workers_of(server) - gone) < WORKERS or workers_of(server) & gone:
        assert time.monotonic() < end and server.poll() is None
        await asyncio.sleep(0.02)


async def until_it_is_answered(base: str, ask: Callable[[Client], Any]) -> tuple[int, Any]:
    """A customer's application: the same request with the same key again, while nobody answers."""
    for _ in range(2400):
        try:
            async with Client(base) as client:
                return await ask(client)
        except (OSError, EOFError):
            await asyncio.sleep(0.05)
    raise AssertionError("nobody answered")


@pytest.mark.parametrize("store", ["postgresql", "sqlite"])
async def test_workers_come_and_go_while_customers_buy(store: str, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}" if store == "sqlite" else fresh_database(tmp_path)
    with preloaded(url, WORKERS) as (base, server):
        await replaced(server, set())
        first = workers_of(server)
        async with Client(base) as client:
            shop, who = await customer(client, "100000 KRW")
        answers: dict[str, Any] = {}
        numbers = iter(range(MOST))
        calm = asyncio.Event()

        async def one() -> None:
            for number in numbers:
                if calm.is_set() and number >= REQUESTS:
                    return
                key = f"k-{number}"
                status, reply = await until_it_is_answered(base, lambda client: buy(client, shop, who, 10, key))
                assert status == 201, reply
                answers[key] = reply["transfer"]["id"]

        async def disturb() -> set[int]:
            """Ends one worker, has all of them started anew, and ends one without any warning."""
            seen = set(first)
            for after, which, sent in ((30, 1, signal.SIGTERM), (80, WORKERS, signal.SIGHUP), (130, 1, signal.SIGKILL)):
                while len(answers) < after:
                    await asyncio.sleep(0.002)
                gone = set(sorted(workers_of(server))[:which])
                # the first process hears SIGHUP, and a worker the others
                os.kill(server.pid if sent == signal.SIGHUP else min(gone), sent)
                await replaced(server, gone)
                seen |= workers_of(server)
            calm.set()
            return seen

        seen, *_ = await asyncio.gather(disturb(), *[one() for _ in range(8)])
        assert REQUESTS <= len(answers) == len(set(answers.values()))
        # one, both and one were replaced
        assert len(seen) >= WORKERS + 4 and not first & workers_of(server)
        for key in ("k-0", f"k-{REQUESTS - 1}"):
            status, reply = await until_it_is_answered(base, lambda client, key=key: buy(client, shop, who, 10, key))
            assert (status, reply["replayed"], reply["transfer"]["id"]) == (201, True, answers[key])
        async with Client(base) as client:
            assert await balance(client, shop, who) == 100_000 - 10 * len(answers)
            _, check = await client.get("/check")
            assert check == {"balanced": True, "verified": True}
    # told to stop, it ends with all of its workers
    assert server.returncode == 0
    assert not [pid for pid in seen if Path(f"/proc/{pid}").exists()]
