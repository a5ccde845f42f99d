"""A `Secret` as an argument: its text where an operation asks for a secret, and a refusal everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

import earnest.sync
from conftest import said
from earnest import Engine, Secret, errors, testing
from earnest._wire import encode


@pytest.fixture(scope="module")
def arguments() -> list[tuple[str, Any]]:
    """All arguments, with their operations."""
    services = said("contract")["services"]
    return [(one["name"], field) for service in services for one in service["operations"] for field in one["arguments"]]


def in_place(kind: Any, secret: Any) -> Any:
    """A value for an argument of this type that is a secret, or has one in it."""
    if kind["is"] == "list":
        return [secret, "plain"]
    return {"x_key": secret, "plain": "text"} if kind["is"] == "object" else secret


def test_each_argument_that_is_a_secret_takes_one(arguments: list[tuple[str, Any]]) -> None:
    hidden = [(name, field) for name, field in arguments if field["secret"]]
    assert len(hidden) > 100 and {field["type"]["is"] for _, field in hidden} == {"string", "list", "object"}
    for name, field in hidden:
        kind = field["type"]
        given = encode({field["name"]: in_place(kind, Secret("very 'hidden' é"))}, name)
        assert json.loads(given) == {field["name"]: in_place(kind, "very 'hidden' é")}, name
        # in a batch as by itself
        batch = {"ops": [{"op": name, "args": {field["name"]: in_place(kind, Secret("s"))}}]}
        sent = json.loads(encode(batch, "ledger.batch"))
        assert sent["ops"][0]["args"] == {field["name"]: in_place(kind, "s")}, name


def test_no_other_argument_takes_one(arguments: list[tuple[str, Any]]) -> None:
    plain = [(name, field) for name, field in arguments if not field["secret"]]
    # names that are secrets of other operations are among them
    assert {"token", "value"} <= {field["name"] for _, field in plain}
    for name, field in plain:
        for value in (Secret("hidden"), [Secret("hidden")], {"of": Secret("hidden")}):
            with pytest.raises(errors.InvalidRequest) as refused:
                encode({field["name"]: value}, name)
            assert refused.value.details["field"].startswith(field["name"]) and "hidden" not in str(refused.value)


async def test_calls_take_secrets() -> None:
    pin = Secret("908172")
    async with Engine.open("memory:", keyring=earnest.keygen()) as own:
        await own.credentials.set_pin("alice", pin=pin)
        verified = await own.credentials.verify_pin("alice", pin=pin)
        proofs = [Secret(verified.proof)]
        moved = await own.ledger.top_up("alice", amount="1.00 USD", key="t-1", proofs=proofs)
        again = await own.call(
            "ledger.top_up", {"account": "alice", "amount": "1.00 USD", "key": "t-1", "proofs": proofs}
        )
        assert again["replayed"] and again["transfer"]["id"] == moved.transfer.id
        with pytest.raises(errors.PinInvalid):
            await own.credentials.verify_pin("alice", pin=Secret("908173"))
    with testing.sync_engine() as own_till:
        own_till.credentials.set_pin("alice", pin=pin)
        assert own_till.credentials.verify_pin("alice", pin=pin).proof
