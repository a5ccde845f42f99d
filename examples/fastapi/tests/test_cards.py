"""Cards over HTTP: one key is one payment, and its money is on the balance once the provider has said so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client import Client
from serving import fresh_database, served
from test_shop import balance, customer


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A shop that logs all it can: its address and its log."""
    folder = tmp_path_factory.mktemp("cards")
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}" if request.param == "sqlite" else fresh_database(folder)
    with served(url, folder / "log") as base:
        yield base, folder / "log"


async def pay(client: Client, shop: int, who: int, token: str, key: str) -> tuple[int, Any]:
    return await client.post(f"/customers/{who}/payments", {"amount": "7000 KRW", "token": token}, shop, key)


async def ended(client: Client, shop: int, who: int) -> Any:
    """The newest payment, when nothing is asked about it any more."""
    for _ in range(400):
        _, page = await client.get(f"/customers/{who}/payments", shop)
        if page["items"][0]["doing"] is None:
            return page["items"][0]
        await asyncio.sleep(0.05)
    raise AssertionError("the provider was not asked")


async def test_a_card_pays_into_the_balance_once(place: tuple[str, Path]) -> None:
    async with Client(place[0]) as client:
        shop, who = await customer(client)
        first = await pay(client, shop, who, "pm_of_a_customer", "card-1")
        again = await pay(client, shop, who, "pm_of_a_customer", "card-1")
        assert (first[0], again[0]) == (202, 202) and first[1]["id"] == again[1]["id"]
        paid = await ended(client, shop, who)
        assert (paid["id"], paid["state"], paid["captured"]["amount"]) == (first[1]["id"], "captured", "7000")
        assert await balance(client, shop, who) == 17_000
        status, refused = await pay(client, shop, who, "pm_of_another", "card-1")
        assert (status, refused["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH")
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}
    assert b"pm_of_a_customer" not in place[1].read_bytes()


async def test_a_card_that_is_empty_says_so_and_costs_nothing(place: tuple[str, Path]) -> None:
    async with Client(place[0]) as client:
        shop, who = await customer(client)
        assert (await pay(client, shop, who, "pm_empty", "card-1"))[0] == 202
        refused = await ended(client, shop, who)
        assert (refused["state"], refused["failure"]["code"]) == ("failed", "insufficient_funds")
        assert await balance(client, shop, who) == 10_000


async def test_the_number_of_a_card_is_refused(place: tuple[str, Path]) -> None:
    async with Client(place[0]) as client:
        shop, who = await customer(client)
        status, refused = await pay(client, shop, who, "4242 4242 4242 4242", "card-1")
        assert (status, refused["error"]["code"]) == (400, "INVALID_REQUEST")
        assert "4242" not in str(refused)
