"""PINs over HTTP: large purchases need one, wrong ones lock, and no PIN is in the database or in a log."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from client import Client
from serving import fresh_database, served
from test_shop import balance, customer

# of so many digits that no hash and no id has them by chance
PIN, NEW_PIN, WRONG = "480273915264", "917350284613", "305918472605"


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """A shop that logs all it can: its address, its database and its log."""
    folder = tmp_path_factory.mktemp("pins")
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}" if request.param == "sqlite" else fresh_database(folder)
    with served(url, folder / "log") as base:
        yield base, url, folder / "log"


async def buy(
    client: Client, shop: int, who: int, amount: int, key: str, pin: str | None = None, path: str = "purchases"
) -> tuple[int, Any]:
    body = {"amount": f"{amount} KRW", "item": "a cake", "pin": pin}
    return await client.post(f"/customers/{who}/{path}", body, shop, key)


async def with_pin(client: Client) -> tuple[int, int]:
    shop, who = await customer(client, "200000 KRW")
    status, made = await client.post(f"/customers/{who}/pin", {"pin": PIN}, shop)
    assert (status, made) == (200, {"subject": f"customer-{who}", "must_change": False, "replayed": False})
    return shop, who


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


def everything_in(url: str) -> bytes:
    """Every row of every table, as text."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(f"file:{url.partition('///')[2]}?mode=ro", uri=True)) as file:
            return "\n".join(map(repr, _rows(file))).encode()
    with psycopg.connect(url.replace("+asyncpg", "")) as server:
        found = server.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        texts = [
            row
            for table in found
            for row in server.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*table)))
        ]
    return "\n".join(row[0] for row in texts).encode()


def _rows(file: sqlite3.Connection) -> Iterator[Any]:
    for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        yield from file.execute(f'SELECT * FROM "{name}"')


@pytest.mark.parametrize("path", ["purchases", "deductions"])
async def test_a_large_purchase_needs_the_pin(place: tuple[str, str, Path], path: str) -> None:
    async with Client(place[0], "ko-KR") as client:
        shop, who = await with_pin(client)
        assert (await buy(client, shop, who, 49_999, "small", path=path))[0] == 201
        refused = await buy(client, shop, who, 50_000, "k", path=path)
        assert code(refused) == (403, "FACTOR_REQUIRED")
        assert refused[1]["error"]["message"] == "추가 인증이 필요합니다"
        assert code(await buy(client, shop, who, 50_000, "k", WRONG, path)) == (403, "PIN_INVALID")
        done = await buy(client, shop, who, 50_000, "k", PIN, path)
        assert (done[0], done[1]["replayed"]) == (201, False)
        again = await buy(client, shop, who, 50_000, "k", PIN, path)
        assert again[1]["replayed"] and again[1]["transfer"]["id"] == done[1]["transfer"]["id"]
        # who asks again under the key of a purchase needs no PIN, and tries none
        again = await buy(client, shop, who, 50_000, "k", WRONG, path)
        assert again[1]["replayed"] and again[1]["transfer"]["id"] == done[1]["transfer"]["id"]
        # a check of before proves nothing of the next purchase
        assert code(await buy(client, shop, who, 50_000, "k-2", path=path)) == (403, "FACTOR_REQUIRED")
        assert await balance(client, shop, who) == 200_000 - 49_999 - 50_000


async def test_five_wrong_ones_lock_and_say_for_how_long(place: tuple[str, str, Path]) -> None:
    async with Client(place[0], "ko") as client, Client(place[0], "de, en;q=0.5") as other:
        shop, who = await with_pin(client)
        for left in (4, 3, 2, 1):
            refused = await buy(client, shop, who, 60_000, "k", WRONG)
            assert code(refused) == (403, "PIN_INVALID") and f"{left}회" in refused[1]["error"]["message"]
        for pin in (WRONG, PIN):
            refused = await buy(client, shop, who, 60_000, "k", pin)
            wait = int(client.headers["retry-after"])
            assert code(refused) == (429, "PIN_LOCKED") and 200 < wait <= 300
            assert (
                refused[1]["error"]["message"]
                == f"PIN 번호를 여러 번 잘못 입력했습니다. {wait}초 후에 다시 시도해 주세요"
            )
            refused = await buy(other, shop, who, 60_000, "k", pin)
            wait = int(other.headers["retry-after"])
            message = f"The PIN was wrong too often. Try again in {wait} seconds"
            assert (refused[1]["error"]["message"], other.headers["content-language"]) == (message, "en")
        # what needs no PIN goes on
        assert (await buy(client, shop, who, 10_000, "small"))[0] == 201
        assert await balance(client, shop, who) == 190_000


async def test_many_at_once_are_not_more_than_five(place: tuple[str, str, Path]) -> None:
    async def guess(shop: int, who: int, number: int) -> str:
        async with Client(place[0]) as client:
            return code(await buy(client, shop, who, 60_000, f"k-{number}", WRONG))[1]

    async with Client(place[0]) as client:
        shop, who = await with_pin(client)
        answers = await asyncio.gather(*[guess(shop, who, number) for number in range(12)])
        assert answers.count("PIN_INVALID") == 4 and answers.count("PIN_LOCKED") == 8


async def test_a_purchase_that_fails_moves_nothing_and_leaves_no_row(place: tuple[str, str, Path]) -> None:
    """The check was outside of the transaction, and all else was in it."""
    async with Client(place[0]) as client:
        shop, who = await with_pin(client)
        assert code(await buy(client, shop, who, 200_001, "k", PIN)) == (409, "INSUFFICIENT_BALANCE")
        assert (await buy(client, shop, who, 200_000, "k-2", PIN))[0] == 201
        assert await balance(client, shop, who) == 0
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}


async def test_a_second_pin_needs_the_first(place: tuple[str, str, Path]) -> None:
    async with Client(place[0]) as client:
        shop, who = await with_pin(client)
        path = f"/customers/{who}/pin"
        assert code(await client.post(path, {"pin": NEW_PIN}, shop)) == (403, "FACTOR_REQUIRED")
        assert code(await client.post(path, {"pin": NEW_PIN, "current": WRONG}, shop)) == (403, "PIN_INVALID")
        assert (await client.post(path, {"pin": NEW_PIN, "current": PIN}, shop))[0] == 200
        assert code(await buy(client, shop, who, 60_000, "k", PIN)) == (403, "PIN_INVALID")
        assert (await buy(client, shop, who, 60_000, "k", NEW_PIN))[0] == 201
        assert code(await client.post(path, {"pin": "111111", "current": NEW_PIN}, shop))[0] == 400


async def test_no_shop_tries_the_pins_of_others(place: tuple[str, str, Path]) -> None:
    async with Client(place[0]) as client:
        shop, who = await with_pin(client)
        other, _ = await customer(client)
        for _ in range(6):
            assert (await buy(client, other, who, 60_000, "k", WRONG))[0] == 404
            assert (await client.post(f"/customers/{who}/pin", {"pin": NEW_PIN, "current": WRONG}, other))[0] == 404
        assert (await buy(client, shop, who, 60_000, "k", PIN))[0] == 201


async def test_no_pin_is_in_the_database_or_in_a_log(place: tuple[str, str, Path]) -> None:
    base, url, log = place
    async with Client(base) as client:
        shop, who = await with_pin(client)
        assert (await buy(client, shop, who, 60_000, "k-1", PIN))[0] == 201
        assert code(await buy(client, shop, who, 60_000, "k-2", WRONG)) == (403, "PIN_INVALID")
        for path, body in (("pin", {"pin": int(PIN)}), ("purchases", {"amount": "60000 KRW", "pin": PIN})):
            status, told_back = await client.post(f"/customers/{who}/{path}", body, shop, "k-3")
            assert status == 422 and told_back["detail"][0]["loc"] and PIN not in repr(told_back)
    kept, told = everything_in(url), log.read_bytes()
    # it was looked for where it would be
    assert f"customer-{who}".encode() in kept and b"a cake" in kept
    assert b"/customers/" in told and b"INSERT INTO sales" in told and b"credentials.verify_pin" in told
    for pin in (PIN, WRONG, NEW_PIN):
        assert pin.encode() not in kept and pin.encode() not in told
