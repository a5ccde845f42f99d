"""The option `deliver`: what is wrong with it, and what a broker that is away uses up."""

from __future__ import annotations

import asyncio
import re

import pytest

from earnest import Engine, errors

URL = "amqp://me:hunter2@127.0.0.1:1/?routing_key=orders"


@pytest.mark.parametrize(
    "deliver",
    [
        {"orders": "http://me:hunter2@mq.example/"},
        {"orders": "amqp://me:hunter2@mq.example/"},
        {"orders": "kafka://me:hunter2@mq.example:9092/orders"},
        {"orders": ""},
    ],
)
async def test_a_url_is_refused_without_being_repeated(deliver: dict[str, str]) -> None:
    with pytest.raises(errors.InvalidRequest, match=re.escape("deliver.orders")) as refused:
        await Engine.open("memory:", deliver=deliver)
    assert "hunter2" not in repr(refused.value) + str(refused.value)


async def test_a_sink_has_a_name() -> None:
    with pytest.raises(errors.InvalidRequest, match="deliver"):
        await Engine.open("memory:", deliver={"a b": URL})


async def test_a_broker_that_is_away_uses_nothing_up() -> None:
    async with Engine.open("memory:", deliver={"orders": URL}) as bank:
        await bank.ledger.top_up("alice", amount="5.00 USD", key="t-1")
        await bank.events.subscribe("orders", from_="first", max_attempts=1)
        while (status := (await bank.events.sinks()).items[0]).sink.retry_at is None:
            await asyncio.sleep(0.02)
        assert (status.waiting, status.parked, status.sink.seq) == (0, 0, 0)
        # a sink is taken back, and removed
        assert (await bank.events.rewind("orders", seq=0)).sink.retry_at is None
        await bank.events.unsubscribe("orders")
        assert (await bank.events.sinks()).items == []
