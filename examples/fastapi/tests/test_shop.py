"""The shop through a real uvicorn, on PostgreSQL and on SQLite."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

import load
from client import Client
from serving import fresh_database, served

numbers = itertools.count(1)


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shop")
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{folder / 'shop.db'}"
    else:
        url = fresh_database(folder)
        assert url.startswith("postgresql"), "EARNEST_TEST_POSTGRES must name a server"
    with served(url) as base:
        yield base


async def customer(client: Client, amount: str = "10000 KRW") -> tuple[int, int]:
    """A shop and one customer of it, with money."""
    _, made = await client.post("/shops", {"name": "Kim's"}, 0)
    status, new = await client.post("/customers", {"name": "Lee Jun", "phone": "010"}, made["id"])
    assert status == 201
    status, _ = await client.post(f"/customers/{new['id']}/top-ups", {"amount": amount}, made["id"], "first")
    assert status == 201
    return made["id"], new["id"]


async def buy(client: Client, shop: int, who: int, amount: int, key: str) -> tuple[int, Any]:
    body = {"amount": f"{amount} KRW", "item": "a coffee"}
    return await client.post(f"/customers/{who}/purchases", body, shop, key)


async def balance(client: Client, shop: int, who: int) -> int:
    _, page = await client.get("/customers?limit=500", shop)
    return next(int(one["available"]["amount"]) for one in page["items"] if one["account"] == f"customer-{who}")


async def test_a_purchase_is_one_effect_for_one_key(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        first = await buy(client, mine, who, 4500, "k")
        again = await buy(client, mine, who, 4500, "k")
        assert (first[0], again[0]) == (201, 201)
        assert first[1]["transfer"]["id"] == again[1]["transfer"]["id"] and again[1]["replayed"]
        assert await balance(client, mine, who) == 5500
        status, refused = await buy(client, mine, who, 100, "k")
        assert (status, refused["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH")
        status, refused = await buy(client, mine, who, 6000, "k-2")
        assert (status, refused["error"]["code"]) == (409, "INSUFFICIENT_BALANCE")
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}


async def test_a_sale_is_cancelled_once(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        _, sold = await buy(client, mine, who, 4500, "k")
        path = f"/sales/{sold['transfer']['id']}/cancel"
        assert (await client.post(path, {}, mine, "c"))[0] == 200
        assert (await client.post(path, {}, mine, "c"))[1]["replayed"]
        status, refused = await client.post(path, {}, mine, "c-2")
        assert (status, refused["error"]["code"]) == (409, "ALREADY_REVERSED")
        assert (await client.post("/sales/tr_nothing/cancel", {}, mine, "c-3"))[0] == 404
        assert await balance(client, mine, who) == 10_000
        _, page = await client.get(f"/customers/{who}/statement", mine)
        assert [entry["amount"]["amount"] for entry in page["items"]] == ["4500", "-4500", "10000"]


async def test_a_shop_sees_and_moves_only_its_own(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        other, _ = await customer(client)
        status, refused = await buy(client, other, who, 100, "k")
        assert (status, refused["error"]["code"]) == (403, "NOT_PERMITTED")
        assert (await client.get(f"/customers/{who}/statement", other))[0] == 403
        assert (await client.post(f"/customers/{who}/top-ups", {"amount": "1 KRW"}, other, "t"))[0] == 404
        assert (await client.get("/customers"))[0] == 200
        assert await balance(client, mine, who) == 10_000


async def test_customers_by_name_and_by_balance(shop: str) -> None:
    async with Client(shop) as client:
        _, made = await client.post("/shops", {"name": "Park's"}, 0)
        for name, amount in (("Kim A", 300), ("Kim B", 900), ("Lee C", 600)):
            _, new = await client.post("/customers", {"name": name, "phone": "010"}, made["id"])
            await client.post(f"/customers/{new['id']}/top-ups", {"amount": f"{amount} KRW"}, made["id"], name)
        _, page = await client.get("/customers?name=kim", made["id"])
        assert [account["display_name"] for account in page["items"]] == ["Kim A", "Kim B"]
        _, page = await client.get("/customers?order=balance&limit=2", made["id"])
        assert [account["display_name"] for account in page["items"]] == ["Kim B", "Lee C"]
        _, page = await client.get(f"/customers?order=balance&limit=2&after={page['next']}", made["id"])
        assert [account["display_name"] for account in page["items"]] == ["Kim A"] and page["next"] is None


async def test_three_races(shop: str) -> None:
    """Too many deductions, many top-ups, and both: every balance is what the answers say."""

    async def one(mine: int, who: int, path: str, amount: int) -> int:
        async with Client(shop) as client:
            body = {"amount": f"{amount} KRW", "item": "a coffee"}
            status, _ = await client.post(f"/customers/{who}/{path}", body, mine, f"r-{next(numbers)}")
            assert status in (201, 409), status
            return status

    async with Client(shop) as client:
        mine, who = await customer(client)
        outcomes = await asyncio.gather(*[one(mine, who, "purchases", 1000) for _ in range(30)])
        assert outcomes.count(201) == 10 and await balance(client, mine, who) == 0
        outcomes = await asyncio.gather(*[one(mine, who, "top-ups", 100) for _ in range(30)])
        assert outcomes.count(201) == 30 and await balance(client, mine, who) == 3000
        paths = ["purchases", "deductions", "top-ups"]
        outcomes = await asyncio.gather(*[one(mine, who, paths[n % 3], 50) for n in range(60)])
        assert outcomes.count(201) == 60 and await balance(client, mine, who) == 3000 + 20 * 50 - 40 * 50
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/customers/1/top-ups", {"amount": 12.5}, 422),
        ("/customers/1/top-ups", {"amount": "12.5 KRW"}, 422),
        ("/customers/1/top-ups", {"amount": "-5 KRW"}, 400),
        ("/customers/1/purchases", {"amount": "5 KRW"}, 422),
        ("/customers/999999/top-ups", {"amount": "5 KRW"}, 404),
    ],
)
async def test_bad_input_has_its_status(shop: str, path: str, body: dict[str, Any], status: int) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        found, answer = await client.post(path.replace("/1/", f"/{who}/"), body, mine, "k")
        assert found == status, answer
        missing, answer = await client.post(f"/customers/{who}/top-ups", {"amount": "5 KRW"}, mine)
        assert (missing, answer["error"]["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


async def test_by_hand_keeps_the_same_promises(shop: str, request: pytest.FixtureRequest) -> None:
    """The shop by hand does as much, where it can run: it needs `FOR UPDATE`."""
    if request.node.callspec.params["shop"] == "sqlite":
        async with Client(shop) as client:
            assert (await client.get("/openapi.json"))[0] == 200
        return
    async with Client(shop) as client:
        body = {"amount": "100 KRW", "item": "a coffee"}
        for key, status, left in (("a", 201, "100"), ("a", 201, "100")):
            found, moved = await client.post("/by-hand/customers/7/top-ups", body, 1, key)
            assert (found, moved["balance"]) == (status, left)
        assert (await client.post("/by-hand/customers/7/purchases", body, 1, "b"))[0] == 201
        assert (await client.post("/by-hand/customers/7/deductions", body, 1, "c"))[0] == 409


def test_a_short_load(shop: str) -> None:
    """The load test of `make load-fastapi`, for five seconds: its bars but that of time hold anywhere."""
    report = load.run(shop, 40, 6)
    assert load.judge(report, p95_ms=5000, per_second=0) == [], report
    assert len(load.judge({**report, "requests_per_second": 99.9}, p95_ms=5000)) == 1
    assert report["requests"] > 40 and report["customers"] >= 40
