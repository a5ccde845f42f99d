"""Limited offers over HTTP: registered, listed, ordered and paid, and never more of them than there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from client import Client
from serving import fresh_database, served
from test_shop import balance, customer

PIN = "480273915264"


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("offers")
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}" if request.param == "sqlite" else fresh_database(folder)
    with served(url) as base:
        yield base


async def offered(client: Client, shop: int, price: str = "3000 KRW", **more: Any) -> Any:
    status, offer = await client.post("/offers", {"name": "mug", "price": price, "stock": 3, **more}, shop)
    assert status == 201, offer
    return offer


async def order(client: Client, shop: int, who: int, key: str, **more: Any) -> tuple[int, Any]:
    return await client.post(f"/customers/{who}/orders", {"offer": "mug", **more}, shop, key)


async def pay(client: Client, shop: int, who: int, of: Any, **body: Any) -> tuple[int, Any]:
    return await client.post(f"/customers/{who}/orders/{of['id']}/pay", body, shop)


async def left(client: Client, shop: int) -> tuple[int, int, int]:
    """How many are held, sold and left."""
    _, page = await client.get("/offers", shop)
    [offer] = page["items"]
    return offer["held"], offer["sold"], offer["available"]


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


async def test_registered_listed_ordered_and_paid(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        offer = await offered(client, mine)
        assert (offer["id"], offer["available"]) == (f"shop-{mine}.mug", 3)
        status, held = await order(client, mine, who, "o-1", quantity=2, expect="6000 KRW")
        assert (status, held["state"], held["total"]["amount"]) == (201, "held", "6000")
        again = await order(client, mine, who, "o-1", quantity=2, expect="6000 KRW")
        assert again[1]["id"] == held["id"] and await left(client, mine) == (2, 0, 1)
        assert await balance(client, mine, who) == 10_000
        for _ in range(2):
            status, paid = await pay(client, mine, who, held)
            assert (status, paid["id"], paid["state"]) == (200, held["id"], "completed")
        assert await balance(client, mine, who) == 4000 and await left(client, mine) == (0, 2, 1)
        _, page = await client.get(f"/customers/{who}/orders", mine)
        assert [one["id"] for one in page["items"]] == [held["id"]]
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}


async def test_an_order_is_refused_and_holds_nothing(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        await offered(client, mine, limit=2)
        assert code(await order(client, mine, who, "a", offer="cup")) == (404, "OFFER_NOT_FOUND")
        assert code(await order(client, mine, who, "b", quantity=3)) == (409, "PURCHASE_LIMIT_EXCEEDED")
        assert code(await order(client, mine, who, "c", expect="1 KRW")) == (409, "CONDITION_NOT_MET")
        assert (await order(client, mine, who, "d", quantity=0))[0] == 422
        await offered(client, mine, stock=1)
        assert code(await order(client, mine, who, "e", quantity=2)) == (409, "OUT_OF_STOCK")
        assert await left(client, mine) == (0, 0, 1)


async def test_an_order_that_is_given_up_lets_its_units_go(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        await offered(client, mine, price="20000 KRW")
        _, held = await order(client, mine, who, "o")
        assert code(await pay(client, mine, who, held)) == (409, "INSUFFICIENT_BALANCE")
        other, stranger = await customer(client)
        assert (await pay(client, other, stranger, held))[0] == 403
        path = f"/customers/{who}/orders/{held['id']}/cancel"
        for _ in range(2):
            status, gone = await client.post(path, {}, mine)
            assert (status, gone["state"]) == (200, "cancelled")
        assert await left(client, mine) == (0, 0, 3)
        assert code(await pay(client, mine, who, held)) == (409, "TRANSITION_NOT_ALLOWED")


async def test_a_large_order_needs_the_pin(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client, "200000 KRW")
        assert (await client.post(f"/customers/{who}/pin", {"pin": PIN}, mine))[0] == 200
        await offered(client, mine, price="60000 KRW")
        _, held = await order(client, mine, who, "o")
        assert code(await pay(client, mine, who, held)) == (403, "FACTOR_REQUIRED")
        status, paid = await pay(client, mine, who, held, pin=PIN)
        assert (status, paid["state"]) == (200, "completed"), paid
        assert await balance(client, mine, who) == 140_000


async def test_many_at_once_get_no_more_than_there_are(shop: str) -> None:
    async def one(mine: int, who: int, number: int) -> int:
        async with Client(shop) as client:
            status, held = await order(client, mine, who, f"o-{number}")
            if status == 201:
                assert (await pay(client, mine, who, held))[0] == 200
            else:
                assert code((status, held)) == (409, "OUT_OF_STOCK")
            return status

    async with Client(shop) as client:
        mine, who = await customer(client, "100000 KRW")
        await offered(client, mine, stock=10)
        outcomes = await asyncio.gather(*[one(mine, who, number) for number in range(40)])
        assert outcomes.count(201) == 10 and await left(client, mine) == (0, 10, 0)
        assert await balance(client, mine, who) == 70_000
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}
