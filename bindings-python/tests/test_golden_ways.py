"""The recorded scenarios of the core, in every way in which Python can call: by the typed methods, without asyncio, and
inside transactions of a host that commit. Replies and refusals are those of Rust, times included.

Ids are drawn in order, so a line that no typed call can be written for, or a request for consent that is written after
the host's transaction, gives later things other ids: they must be other names for the same things throughout.
"""

from __future__ import annotations

import asyncio
import json
import keyword
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import earnest.sync
from earnest import EarnestError, Engine, View, errors
from earnest._engine import ask
from earnest.sync import ask_blocking
from hosts import ASYNC, another_database
from test_golden import NAMES, lines_of, resolve

START = {"test_clock": "2026-01-01T00:00:00Z"}

#: Lines that no typed call can be written for, with what Python says of each: an argument is missing that has no default,
#: or there is no such method.
UNWRITTEN = {
    ("refusals", 9): "'key'",
    ("refusals", 11): "'amount'",
    ("refusals", 14): "'no_such'",
}


def safe(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def typed(services: Any, operation: str, args: dict[str, Any]) -> Any:
    """The call of a generated method: what it answers is awaited, if it is to be."""
    service, name = operation.split(".")
    return getattr(getattr(services, safe(service)), safe(name))(**{safe(key): value for key, value in args.items()})


def wire(reply: Any) -> Any:
    assert isinstance(reply, (View, earnest.Page)), reply
    return reply.to_wire()


#: Values that are drawn, or follow from drawn ones: ids, and hashes of rows.
DRAWN = re.compile(r"[a-z]{2}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


class Play:
    """A scenario that is played line by line: what each answered, with names for what later lines refer to."""

    def __init__(self, name: str, way: str) -> None:
        self.name, self.names = name, dict[str, Any]()
        #: Lines that cannot be written in this way, and those that were not.
        self.hopeless = {number: words for (of, number), words in UNWRITTEN.items() if (of, way) == (name, "typed")}
        self.unwritten: list[int] = []
        self.lines = list(
            zip(map(json.loads, lines_of(name)), map(json.loads, lines_of(f"{name}.replies")), strict=True)
        )
        #: The names of what is drawn, as recorded and now.
        self.drawn: dict[str, str] = {}
        assert len(self.lines) > 30

    def args(self, line: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = resolve(line.get("args", {}), self.names)
        return given

    def compare(self, number: int, answer: dict[str, Any]) -> None:
        line, recorded = self.lines[number - 1]
        self.names[line.get("as", "")] = answer["reply"] if answer["ok"] else {"error": answer["error"]}
        now, then = (json.dumps(one, sort_keys=True, indent=1, ensure_ascii=False) for one in (answer, recorded))
        assert DRAWN.sub("", now) == DRAWN.sub("", then), f"line {number}: {line}"
        for one, other in zip(DRAWN.findall(now), DRAWN.findall(then), strict=True):
            assert self.drawn.setdefault(other, one) == one, f"line {number}: {line}"
        assert len(set(self.drawn.values())) == len(self.drawn)

    def is_unwritten(self, number: int, error: Exception) -> None:
        """Checks that the line cannot be written, and is refused by whoever can write it."""
        assert self.hopeless.get(number, "-") in str(error), f"line {number}: {error!r}"
        self.unwritten.append(number)
        assert self.lines[number - 1][1]["error"]["code"] in ("invalid_request", "idempotency_key_missing")

    def done(self, drawn_alike: bool) -> None:
        assert self.unwritten == list(self.hopeless) and len(self.drawn) >= 5
        if drawn_alike and not self.unwritten:
            assert all(now == then for then, now in self.drawn.items())


def refusal(error: EarnestError) -> dict[str, Any]:
    return {"ok": False, "error": error.to_wire()}


async def play(scenario: Play, bank: Engine, call: Callable[[str, dict[str, Any]], Awaitable[Any]]) -> None:
    for number, (line, _) in enumerate(scenario.lines, 1):
        args = scenario.args(line)
        try:
            if line["op"] == "clock.advance":
                reply: Any = {"now": bank._native.advance(args["by"])}
            else:
                reply = await call(line["op"], args)
            answer = {"ok": True, "reply": reply}
        except EarnestError as refused:
            answer = refusal(refused)
            if refused.code == "approval_required":
                await asked(bank, refused.details["approval"])
        except (TypeError, AttributeError) as error:
            scenario.is_unwritten(number, error)
            continue
        await ask(bank._native.catch_up)
        scenario.compare(number, answer)


async def asked(bank: Engine, approval: str) -> None:
    """Waits for the request for consent: the engine writes it after the host's transaction, where there is one."""
    end = time.monotonic() + 45
    while True:
        try:
            await bank.approvals.get(approval)
            return
        except errors.ApprovalNotFound:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)


async def place(store: str, url: str) -> str:
    return {"file": url, "memory:": store}.get(store) or await another_database()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("store", ["memory:", "file", "postgresql"])
async def test_by_the_typed_methods(store: str, name: str, url: str) -> None:
    async with Engine.open(await place(store, url), **START) as bank:  # type: ignore[arg-type]

        async def call(operation: str, args: dict[str, Any]) -> Any:
            return wire(await typed(bank, operation, args))

        scenario = Play(name, "typed")
        await play(scenario, bank, call)
        scenario.done(drawn_alike=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("store", ["memory:", "file", "postgresql"])
@pytest.mark.parametrize("way", ["typed", "by name"])
def test_without_asyncio(way: str, store: str, name: str, url: str) -> None:
    scenario = Play(name, way)
    where = asyncio.run(place(store, url))
    with earnest.sync.Engine.open(where, **START) as till:  # type: ignore[arg-type]
        for number, (line, _) in enumerate(scenario.lines, 1):
            args = scenario.args(line)
            try:
                if line["op"] == "clock.advance":
                    reply: Any = {"now": till._native.advance(args["by"])}
                elif way == "typed":
                    reply = wire(typed(till, line["op"], args))
                else:
                    reply = till.call(line["op"], args)
                answer = {"ok": True, "reply": reply}
            except EarnestError as refused:
                answer = refusal(refused)
            except (TypeError, AttributeError) as error:
                scenario.is_unwritten(number, error)
                continue
            ask_blocking(till._native.catch_up)
            scenario.compare(number, answer)
    scenario.done(drawn_alike=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "driver", ["asyncpg", "psycopg", "sqlalchemy-asyncpg", "sqlalchemy-psycopg", "sqlite-session", "aiosqlite"]
)
@pytest.mark.parametrize("way", ["typed", "by name"])
async def test_inside_transactions_of_a_host(way: str, driver: str, name: str, operations: Any) -> None:
    """Each line in a transaction of its own, which has a row of the host's too and commits, also after a refusal."""
    joins = {operation["name"]: operation["host"] == "joins" for operation in operations}
    host = ASYNC[driver](await another_database())
    await host.start()
    written: list[str] = []
    outside: set[str] = set()
    try:
        async with host.engine_for(**START) as bank:

            async def call(operation: str, args: dict[str, Any]) -> Any:
                if operation in joins and not joins[operation]:
                    outside.add(operation)
                    return (
                        wire(await typed(bank, operation, args)) if way == "typed" else await bank.call(operation, args)
                    )
                written.append(f"line-{len(written):03}")
                refused: Exception | None = None
                async with host.transaction() as tx:
                    mine = bank.using(tx)
                    try:
                        reply = (
                            wire(await typed(mine, operation, args))
                            if way == "typed"
                            else await mine.call(operation, args)
                        )
                    except (EarnestError, TypeError, AttributeError) as error:
                        refused = error
                    await host.order(tx, written[-1])
                if refused is not None:
                    raise refused
                return reply

            scenario = Play(name, way)
            await play(scenario, bank, call)
            scenario.done(drawn_alike=False)
            assert await host.orders() == written and len(written) > 20
            assert outside <= {"admin.verify", "jobs.lease", "jobs.run_due"}
            assert (await bank.verify()).ok
    finally:
        await host.stop()
