"""Behind a real PgBouncer that gives every transaction another connection: whatever has told the engine of it, no statement of a
call is prepared, on connections of yours and on those that your pool lends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

import earnest.sync
from earnest import Engine, Money
from hosts import fresh_database
from matrix import HOSTS, cells, seen
from pooler import pooled


@pytest.fixture(scope="module")
def through() -> Iterator[str]:
    """The URL of one database for all, through the pooler."""
    database = asyncio.run(fresh_database())
    with earnest.sync.Engine.open(database, background=False) as bank:
        # what the first calls of all make, no others wait for
        bank.ledger.top_up("first", amount="1.00 USD", key="first")
    with pooled(database) as url:
        yield url


def told(url: str, state: str, patch: pytest.MonkeyPatch) -> tuple[str | None, dict[str, Any]]:
    """The URL and the options by which an engine hears of it."""
    if state == "environment":
        patch.setenv("DATABASE_URL", f"{url}?pgbouncer=true")
        return None, {}
    return f"{url}?pgbouncer=true" if state == "url" else url, {
        "prepared_statements": False
    } if "option" in state else {}


#: How often a driver runs a statement before it prepares it, and more.
OFTEN = 7


@pytest.mark.parametrize(("name", "state"), cells("poolers", True))
async def test_behind_a_pooler(name: str, state: str, through: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url, options = told(through, state, monkeypatch)
    host = HOSTS[name].made(through, **HOSTS[name].pooled)
    await host.start()
    account = f"{name}-{state}".replace(" ", "-")
    if "attached" in state:
        engine = host.engine_for(background=False, **options)
    else:
        engine = Engine.open(url, background=False, **options) if url else Engine.from_env(background=False)
    async with engine as bank:
        if "attached" in state:
            await asyncio.gather(
                *[bank.ledger.top_up(account, amount="1.00 USD", key=f"{account}-{n}") for n in range(12)]
            )
            assert (await bank.ledger.balance(account)).posted == Money("12", "USD")

        async def work(number: int) -> None:
            async with host.transaction() as tx:
                for n in range(OFTEN):
                    await bank.using(tx).ledger.top_up(
                        f"{account}-{number % 2}", amount="1.00 USD", key=f"{account}-{number}-{n}"
                    )

        for number in (100, 200):
            await asyncio.gather(work(number), work(number + 1))
        for number in range(2):
            assert (await bank.ledger.balance(f"{account}-{number}")).posted == Money(str(2 * OFTEN), "USD")
    await host.stop()
    seen(name, state, "works")


@pytest.mark.parametrize(("name", "state"), cells("poolers", False))
def test_behind_a_pooler_for_what_blocks(name: str, state: str, through: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url, options = told(through, state, monkeypatch)
    host = HOSTS[name].made(through, **HOSTS[name].pooled)
    account = f"{name}-{state}-blocking".replace(" ", "-")
    opened = earnest.sync.Engine
    if "attached" in state:
        engine = host.engine_for(background=False, **options)
    else:
        engine = opened.open(url, background=False, **options) if url else opened.from_env(background=False)
    with engine as bank:
        if "attached" in state:
            for n in range(12):
                bank.ledger.top_up(account, amount="1.00 USD", key=f"{account}-{n}")
            assert bank.ledger.balance(account).posted == Money("12", "USD")
        # two at once, each on another connection
        for number in range(2):
            with host.transaction() as one:
                for n in range(OFTEN):
                    bank.using(one).ledger.top_up(f"{account}-tx", amount="1.00 USD", key=f"{account}-{number}-{n}")
        assert bank.ledger.balance(f"{account}-tx").posted == Money(str(2 * OFTEN), "USD")
    host.stop()
    seen(name, state, "works")
