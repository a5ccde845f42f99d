"""Options that say what a book begins with, which gateways are driven, what people read, and what the log shows."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

import earnest.sync
from earnest import Engine, errors, keygen
from hosts import fresh_database

RULE = {
    "id": "most", "action": "ledger.deduct", "subject": "account", "metric": "count", "window": "lifetime", "limit": 1,
    "outcome": "block",
}  # fmt: skip
RATE = {"id": "pace", "action": "ledger.top_up", "subject": "account", "limit": 1, "per": "PT1H"}


async def test_every_book_begins_with_the_rules(url: str) -> None:
    async with Engine.open(url, rules=[RULE], rates=[RATE]) as bank:
        for book in ("main", "other"):
            shop = bank.book(book)
            await shop.ledger.top_up("alice", amount="9.00 USD", key="t-1")
            with pytest.raises(errors.RateLimited):
                await shop.ledger.top_up("alice", amount="9.00 USD", key="t-2")
            await shop.ledger.deduct("alice", amount="1.00 USD", key="d-1")
            with pytest.raises(errors.VelocityBlocked):
                await shop.ledger.deduct("alice", amount="1.00 USD", key="d-2")
            rules = await shop.risk.rules()
            assert [rule.id for rule in rules.items] == ["most"] and [rate.id for rate in rules.rates] == ["pace"]


def test_texts_in_languages_of_ones_own(url: str) -> None:
    texts = {"account_not_found": "Kein Konto {account}[ in {currency}]", "overflow": "zu viel"}
    with earnest.sync.Engine.open(url, messages={"xp": texts}) as bank, pytest.raises(errors.AccountNotFound) as caught:
        bank.ledger.balance("bob")
    assert caught.value.to_user("xp-DE") == "Kein Konto bob"
    assert caught.value.envelope("xp")["message"] == "Kein Konto bob"
    assert caught.value.to_user("xq") == caught.value.to_user("en")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rules": [{**RULE, "limit": -1}]}, "rules[0].limit"),
        ({"rules": [RULE, RULE]}, "rules[1].id"),
        ({"rates": [{**RATE, "per": "soon"}]}, "rates[0].per"),
        ({"messages": {"de": {"no_such_code": "a"}}}, "messages.de.no_such_code"),
        ({"messages": {"de": {"overflow": "{amount"}}}, "messages.de.overflow"),
        ({"messages": {"German": {}}}, "messages.German"),
        ({"gateways": ["cards", "a b"]}, "gateways[1]"),
        ({"gateways": "cards"}, "gateways"),
        ({"log": "loud"}, "log"),
        ({"sslmode": "banana"}, "sslmode"),
        # with none of them no call would ever be made
        ({"group_limit": 0}, "group_limit"),
        ({"pool_size": 0}, "pool_size"),
        ({"queue_limit": 0}, "queue_limit"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(given: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        earnest.sync.Engine.open("memory:", **given)
    assert caught.value.field == field


async def test_gateways_are_driven_where_an_option_names_them() -> None:
    async with Engine.open("memory:", keyring=keygen(), gateways=["cards"], background=False) as bank:
        for gateway in ("cards", "other"):
            # no driver that is built in talks to it: who takes its calls gives them back, and looks again later
            await bank.payments.set_gateway(gateway, driver="host")
            await bank.payments.create("5.00 USD", to="shop", gateway=gateway, token="pm_1", key=gateway)
        await bank.jobs.run_due()
        jobs = (await bank.jobs.list()).items
        given_back = {job.kind: job.run_at - job.created_at > timedelta(seconds=10) for job in jobs}
    assert given_back == {"gateway.cards": True, "gateway.other": False}


async def test_sslmode_is_that_of_libpq_and_of_the_url() -> None:
    url = (await fresh_database()).partition("?")[0]
    for given, mode in [(url, "maybe"), (f"{url}?sslmode=require", "disable")]:
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open(given, sslmode=mode)  # type: ignore[typeddict-item]
        assert caught.value.field == "sslmode"
    # the server of these tests has no certificate
    with pytest.raises(errors.StoreUnavailable):
        await Engine.open(url, sslmode="require")
    async with Engine.open(url, sslmode="disable", background=False) as bank:
        assert (await bank.health()).status == "healthy"


async def test_sslmode_is_refused_where_a_pool_decides_and_has_no_effect_on_a_file(tmp_path: Path) -> None:
    lent, file = tmp_path / "lent.db", tmp_path / "shop.db"
    for attaching in (
        lambda: Engine.attach(lambda: aiosqlite.connect(lent), sslmode="verify-full").__aenter__(),
        lambda: asyncio.to_thread(
            earnest.sync.Engine.attach(lambda: sqlite3.connect(lent), sslmode="disable").__enter__
        ),
    ):
        with pytest.raises(errors.InvalidRequest, match="pool") as caught:
            await attaching()
        assert caught.value.field == "sslmode"
    with pytest.raises(errors.InvalidRequest):
        await Engine.open(f"sqlite:{file}", sslmode="banana")  # type: ignore[typeddict-item]
    assert not file.exists()
    async with Engine.open(f"sqlite:{file}", sslmode="verify-full") as bank:
        assert (await bank.health()).status == "healthy"


def shown(program: str, awaited: str = "", **environment: str) -> list[str]:
    """Returns the log of a process at every level: until it has shown what is `awaited`, or for a while."""
    program = f"""
import logging, sqlite3, sys, time
from earnest import errors
from earnest.sync import Engine

class Seen(logging.Handler):
    found = False

    def emit(self, record):
        self.found |= bool({awaited!r}) and {awaited!r} in record.getMessage()

seen = Seen()
logging.basicConfig(format="%(name)s %(levelname)s %(message)s", stream=sys.stdout, level=1)
logging.getLogger().addHandler(seen)

def listen():
    until = time.monotonic() + {20 if awaited else 0.3}
    while not seen.found and time.monotonic() < until:
        time.sleep(0.01)
{program}"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60, env=environment or None
    )
    return [line for line in done.stdout.splitlines() if line.startswith("earnest")]


def lines(opened: str, awaited: str = "", **environment: str) -> list[str]:
    """The same of one whose engine refuses a call."""
    program = f"""
with {opened} as bank:
    try:
        bank.ledger.deduct("bob", amount="1.00 USD", key="d-1")
    except errors.AccountNotFound:
        listen()
"""
    return shown(program, awaited, **environment)


#: The engine's own line of a refusal; `ledger.deduct: account_not_found` is the package's.
REFUSED = re.compile(r"earnest\.\S+ DEBUG refused .*ledger\.deduct.*account_not_found")


def test_the_log_shows_what_it_is_asked_for() -> None:
    assert lines("Engine.open('memory:', log='off')") == lines("Engine.open('memory:', log='error')") == []
    from_env = {"EARNEST_STORE": "memory:", "EARNEST_LOG": "DEBUG"}
    for opened, environment in [("Engine.open('memory:', log='debug')", {}), ("Engine.from_env()", from_env)]:
        said = lines(opened, "refused operation", **environment)
        assert any("ledger.deduct: account_not_found" in line for line in said)
        assert any(REFUSED.match(line) for line in said), said
    for opened in ("Engine.open('memory:', log='info')", "Engine.open('memory:')"):
        assert not any(REFUSED.match(line) for line in lines(opened))


def test_an_engine_that_is_refused_changes_nothing(tmp_path: Path) -> None:
    program = f"""
import asyncio, earnest
given = dict(log="debug", messages={{"en": {{"account_not_found": "other"}}}})
connect = lambda: sqlite3.connect({str(tmp_path / "shop.db")!r})
refused = (
    lambda: Engine.open("memory:", default_currency="none", **given),
    lambda: Engine.attach(connect, default_currency="none", **given).__enter__(),
    lambda: asyncio.run(earnest.Engine.open("memory:", default_currency="none", **given).__aenter__()),
    lambda: asyncio.run(earnest.Engine.attach(connect, default_currency="none", **given).__aenter__()),
)
for opening in refused:
    try:
        opening()
    except errors.EarnestError:
        assert logging.getLogger("earnest").level == logging.NOTSET
    else:
        raise AssertionError("it is open")
with Engine.open("memory:") as bank:
    try:
        bank.ledger.deduct("bob", amount="1.00 USD", key="d-1")
    except errors.AccountNotFound as error:
        assert error.to_user("en") != "other"
        listen()
"""
    said = shown(program)
    assert said and not any(REFUSED.match(line) for line in said)
