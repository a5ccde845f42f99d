"""Withdrawals over HTTP: held at once, paid once the chain has said so, and refused in the caller's language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from client import Client
from serving import fresh_database, served
from test_shop import balance, customer

PIN = "480273915264"
TO = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
STATUSES = ["PENDING", "SIGNING", "SIGNED", "BROADCASTING", "BROADCASTED", "CONFIRMING", "CONFIRMED"]


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("withdrawals")
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}" if request.param == "sqlite" else fresh_database(folder)
    with served(url) as base:
        yield base


async def withdraw(client: Client, shop: int, who: int, key: str, **more: Any) -> tuple[int, Any]:
    """Asks for a withdrawal; again, as long as the node has not been asked about the token yet."""
    body = {"amount": "3000 KRW", "to": TO, **more}
    for _ in range(400):
        answer = await client.post(f"/customers/{who}/withdrawals", body, shop, key)
        if answer[0] != 409 or answer[1]["error"]["code"] != "CONDITION_NOT_MET":
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError("the node was not asked")


async def test_a_withdrawal_is_held_and_paid_once(shop: str) -> None:
    """It takes some seconds: the node is looked at once a second, as a chain with such blocks is."""
    async with Client(shop) as client:
        mine, who = await customer(client)
        first = await withdraw(client, mine, who, "w")
        again = await withdraw(client, mine, who, "w")
        assert (first[0], again[0]) == (202, 202) and first[1]["id"] == again[1]["id"], first
        assert await balance(client, mine, who) == 6500, "the amount and the fee are held"
        seen: list[str] = [first[1]["status"]]
        path = f"/customers/{who}/withdrawals/{first[1]['id']}"
        for _ in range(1200):
            status, found = await client.get(path, mine)
            assert status == 200, found
            if found["status"] != seen[-1]:
                seen.append(found["status"])
            if seen[-1] in ("CONFIRMED", "FAILED"):
                break
            await asyncio.sleep(0.05)
        assert seen[-1] == "CONFIRMED" and seen == sorted(seen, key=STATUSES.index), seen
        assert found["hash"].startswith("0x") and found["to"] == TO and found["failure"] is None
        assert await balance(client, mine, who) == 6500
        _, page = await client.get(f"/customers/{who}/withdrawals", mine)
        assert [(one["id"], one["state"]) for one in page["items"]] == [(first[1]["id"], "confirmed")]
        _, check = await client.get("/check")
        assert check == {"balanced": True, "verified": True}


async def test_refusals_have_their_status_and_say_so_in_korean(shop: str) -> None:
    async with Client(shop, "ko-KR") as client:
        mine, who = await customer(client)
        for key, more, status, code, message in (
            ("a", {"amount": "9501 KRW"}, 409, "INSUFFICIENT_BALANCE", "잔액이 부족합니다"),
            ("b", {"to": TO[:-1] + "D"}, 400, "INVALID_ADDRESS", "출금 주소가 올바르지 않습니다"),
            ("c", {"to": "0x" + "0" * 40}, 400, "INVALID_ADDRESS", "출금 주소가 올바르지 않습니다"),
            ("d", {"amount": "999 KRW"}, 400, "INVALID_AMOUNT", "금액이 올바르지 않습니다"),
        ):
            found, refused = await withdraw(client, mine, who, key, **more)
            told = refused["error"]
            assert (found, told["code"], told["message"]) == (status, code, message), refused
            assert told["retryable"] is False, refused
        assert (await withdraw(client, mine, who, "e"))[0] == 202
        found, refused = await withdraw(client, mine, who, "e", amount="4000 KRW")
        assert (found, refused["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH")
        assert refused["error"]["message"] == "같은 키로 보낸 이전 요청과 내용이 다릅니다"
        assert await balance(client, mine, who) == 6500


async def test_a_shop_withdraws_only_for_its_own(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client)
        other, stranger = await customer(client)
        assert (await withdraw(client, other, who, "w"))[0] == 404
        _, asked = await withdraw(client, mine, who, "w")
        assert (await client.get(f"/customers/{who}/withdrawals/{asked['id']}", other))[0] == 404
        assert (await client.get(f"/customers/{stranger}/withdrawals/{asked['id']}", other))[0] == 403


async def test_a_large_one_needs_the_pin(shop: str) -> None:
    async with Client(shop) as client:
        mine, who = await customer(client, "200000 KRW")
        assert (await client.post(f"/customers/{who}/pin", {"pin": PIN}, mine))[0] == 200
        status, refused = await withdraw(client, mine, who, "w", amount="60000 KRW")
        assert (status, refused["error"]["code"]) == (403, "FACTOR_REQUIRED")
        for _ in range(2):
            status, asked = await withdraw(client, mine, who, "w", amount="60000 KRW", pin=PIN)
            assert status == 202, asked
        assert await balance(client, mine, who) == 200_000 - 60_500
