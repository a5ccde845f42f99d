"""The shapes of calls and answers: what may stand first, what may be awaited or gone through, and typed refusals."""

from __future__ import annotations

import asyncio
import json
import pickle
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest

import earnest.sync
from earnest import Engine, IdempotencyKey, Money, View, errors, views
from earnest._wire import encode


async def test_a_batch_has_its_refusals_as_errors(bank: Engine) -> None:
    ops = [{"op": "ledger.deduct", "args": {"account": "nobody", "amount": "1.00 USD", "key": "d-1"}}]
    [result] = (await bank.ledger.batch(ops, atomic=False)).results
    assert not result.ok and isinstance(result.error, errors.AccountNotFound) and result.error.account == "nobody"
    assert views.BatchResult.from_wire(result.to_wire()) == result


async def test_the_first_argument_needs_no_name(bank: Engine, till: earnest.sync.Engine) -> None:
    await bank.ledger.top_up("alice", amount="9.00 USD", key="t-1")
    deal = (await bank.escrow.open("alice", seller="bob", price="4.00 USD", key="o-1")).deal
    assert await bank.escrow.get(deal.id) == await bank.escrow.get(deal=deal.id)
    assert [one.id async for one in bank.ledger.transfers("alice")] and (await bank.ledger.holds("alice")).items == []
    assert len((await bank.ledger.balances(["alice"])).balances) == 1
    assert till.ledger.holds("bob").items == [] and till.ledger.transfers("bob").items == []


async def test_what_is_looked_up_or_drawn_needs_no_name(bank: Engine, till: earnest.sync.Engine) -> None:
    """`withdrawals.get("wd_...")` was a `TypeError`, and so were other `get`s and `escrow.diagram`."""
    nobody = "019b76da-a800-7000-8000-000000000000"
    with pytest.raises(errors.PaymentNotFound):
        await bank.payments.get(f"py_{nobody}")
    with pytest.raises(errors.PurchaseNotFound):
        await bank.purchases.get(f"pu_{nobody}")
    with pytest.raises(errors.WithdrawalNotFound):
        await bank.withdrawals.get(f"wd_{nobody}")
    with pytest.raises(errors.WithdrawalNotFound):
        till.withdrawals.get(f"wd_{nobody}")
    assert (await bank.escrow.diagram("svg")).format == till.escrow.diagram("svg").format == "svg"
    assert await bank.payments.diagram() == await bank.payments.diagram("mermaid")
    assert await bank.withdrawals.diagram() == await bank.withdrawals.diagram("mermaid")


def test_what_is_awaited_is_a_coroutine_too() -> None:
    bank = asyncio.run(Engine.open("memory:", background=False))

    async def work() -> None:
        async with Engine.open("memory:", background=False) as bank:
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
            listing = bank.ledger.transfers("alice")
            page = await asyncio.create_task(listing)
            assert len(page) == 1 and len(await listing) == 1
            gathered = await asyncio.gather(bank.ledger.accounts(), bank.ledger.holds())
            assert [len(one) for one in gathered] == [2, 0]
            with pytest.raises(errors.InvalidRequest):
                await asyncio.create_task(bank.ledger.transfers(limit=-1))
            task = asyncio.create_task(bank.ledger.transfers())
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            bank.ledger.transfers().close()

    asyncio.run(work())
    assert bank is not None


async def test_the_rules_are_gone_through(bank: Engine) -> None:
    for name in ("r-1", "r-2"):
        await bank.risk.set_rule(
            name, action="ledger.transfer", subject="account", metric="count", window="PT1H", limit=5, outcome="block"
        )
    rules = await bank.risk.rules()
    assert [rule.id for rule in rules] == [rule.id async for rule in rules] == ["r-1", "r-2"] and len(rules) == 2


async def test_pages_go_on_by_themselves(bank: Engine, till: earnest.sync.Engine) -> None:
    for number in range(7):
        await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
        till.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
    page = await bank.ledger.entries("alice", limit=3)
    assert len(page) == len(page.items) == 3 and page.next is not None
    assert [entry.number async for entry in page] == [7, 6, 5, 4, 3, 2, 1]
    assert [entry.number async for entry in bank.ledger.entries("alice", limit=2)] == [7, 6, 5, 4, 3, 2, 1]
    behind = await bank.ledger.entries("alice", limit=3, after=page.next)
    assert [entry.number for entry in behind.items] == [4, 3, 2]
    pages = till.ledger.entries("alice", limit=3)
    assert [entry.number for entry in pages] == [7, 6, 5, 4, 3, 2, 1] and len(pages) == 3
    with pytest.raises(errors.InvalidRequest) as refused:
        await bank.ledger.entries("alice", limit=0)
    assert refused.value.field == "limit"


async def test_views_are_frozen_values(bank: Engine) -> None:
    moved = await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1", metadata={"n": [1, {"x": None}]})
    transfer = moved.transfer
    with pytest.raises(AttributeError):
        transfer.kind = "fee"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del transfer.kind
    assert pickle.loads(pickle.dumps(moved)) == moved and hash(moved) == hash(pickle.loads(pickle.dumps(moved)))
    assert views.Transfer.from_wire(transfer.to_wire()) == transfer
    assert transfer.replace(reference="r").reference == "r" and "Transfer(id=" in repr(transfer)
    assert isinstance(transfer, View) and transfer != moved and transfer.metadata == {"n": [1, {"x": None}]}
    with pytest.raises(TypeError, match="missing 'account'"):
        views.Posting()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected 'colour'"):
        views.Posting(account="a", amount=Money("1", "USD"), colour="red")  # type: ignore[call-arg]
    assert views.Posting(account="a", amount=Money("1", "USD")).number is None  # type: ignore[call-arg]


class Way(str, Enum):
    CARD = "card"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        'say "no"',
        "a\\b",
        "line\n\t\x00\x1f",
        "\x7f",
        "ü",
        "잔액",
        "😀",
        "9" * 40,
        IdempotencyKey("k"),
        Way.CARD,
    ],
)
def test_texts_are_written_as_json_has_them(text: str) -> None:
    """In the short way, and in that of arguments that are not all texts and money."""
    price = Money("-1.50", "USD")
    for more in ({}, {"limit": 5}, {"given": {"x": [True, None]}}):
        args = {"account": text, "left out": None, 'a "name"': text, "amount": price, "ü": "x", **more}
        wanted = {
            "account": str.__str__(text),
            'a "name"': str.__str__(text),
            "amount": price.to_wire(),
            "ü": "x",
            **more,
        }
        assert json.loads(encode(args)) == wanted
        plain = {name: value for name, value in args.items() if name != "ü"}
        assert json.loads(encode(plain)) == {name: value for name, value in wanted.items() if name != "ü"}


async def test_what_only_its_reader_may_see_is_in_no_repr() -> None:
    """Values, seeds and codes: logs and tracebacks show `<hidden>`, and everything else has them."""
    async with Engine.open("memory:", keyring=earnest.keygen(), background=False) as bank:
        await bank.vault.put("alice", name="email", value="alice@example.com")
        staff = bank.acting(earnest.Actor.admin("ann"))
        revealed = await staff.vault.reveal("alice", name="email")
        exported = await staff.vault.export("alice")
        enrolled = await bank.credentials.enrol_totp("alice", issuer="Shop", account_name="alice")
        await bank.credentials.set_pin("alice", pin="493827")
        proven = await bank.credentials.verify_pin("alice", pin="493827")
    secrets = [revealed.value, enrolled.secret, enrolled.uri, enrolled.qr_svg, *enrolled.recovery_codes, proven.proof]
    assert revealed.value == "alice@example.com" and exported.values[0].value == "alice@example.com"
    for view in (revealed, exported, enrolled, proven):
        assert "<hidden>" in repr(view) and "<hidden>" in f"{view}" and "<hidden>" in repr([view])
        assert not [secret for secret in secrets if secret in repr(view)]
        assert type(view).from_wire(view.to_wire()) == view and hash(view) == hash(type(view).from_wire(view.to_wire()))
        assert pickle.loads(pickle.dumps(view)) == view and "<hidden>" not in json.dumps(view.to_wire())
    assert repr(revealed) == "ValueRevealed(replayed=False, value=<hidden>, version=1)"


def test_every_secret_of_a_reply_is_hidden(operations: Any) -> None:
    """By the table of operations, and not by a list that somebody has to think of."""

    def secret(name: str, schema: Any) -> set[tuple[str, str]]:
        fields = {wire for wire, node in schema.get("properties", {}).items() if '"password"' in json.dumps(node)}
        return {(name, wire) for wire in fields}

    wanted: set[tuple[str, str]] = set()
    for operation in operations:
        reply = operation["reply"]
        wanted |= secret(reply["title"], reply)
        for name, schema in reply.get("$defs", {}).items():
            wanted |= secret(name, schema)
    # what a gateway is to do has its token
    wanted |= {("Job", "payload"), ("Job", "result")}
    kinds = [kind for kind in vars(views).values() if isinstance(kind, type) and issubclass(kind, View)]
    found = {(kind.__name__, kind._names.get(name, name)) for kind in kinds for name in kind._hidden}
    assert found == wanted and len(found) >= 7


async def test_a_time_or_a_duration_in_the_place_of_a_text_is_refused_by_name(
    bank: Engine, till: earnest.sync.Engine
) -> None:
    """As `P1D` and `2026-01-01...` they would pass for names: an account of nobody's, and a key of another call."""
    time, span = datetime(2026, 1, 1, tzinfo=timezone.utc), timedelta(days=1)
    top_up: Any = {"account": "alice", "amount": "1.00 USD", "key": "k"}
    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("account", "ledger.top_up", {**top_up, "account": span}),
        ("key", "ledger.top_up", {**top_up, "key": time}),
        ("reference", "ledger.top_up", {**top_up, "reference": span}),
        ("owner", "ledger.open_account", {"account": "bob", "currency": "USD", "owner": time}),
        ("pay_within", "escrow.open", {"buyer": "alice", "seller": "bob", "price": "1.00 USD", "pay_within": time}),
        ("pay_by", "escrow.open", {"buyer": "alice", "seller": "bob", "price": "1.00 USD", "pay_by": span}),
        (
            "ops[0].args.account",
            "ledger.batch",
            {"ops": [{"op": "ledger.top_up", "args": {**top_up, "account": span}}]},
        ),
        ("context.correlation_id", "ledger.top_up", {**top_up, "context": {"correlation_id": time}}),
    ]
    for field, name, args in wrong:
        for given in (bank.call(name, args), None):
            with pytest.raises(errors.InvalidRequest) as refused:
                await given if given is not None else till.call(name, args)
            assert refused.value.field == field, refused.value
    # where they are meant, and in what the host notes for itself
    moved = await bank.ledger.top_up("alice", amount="1.00 USD", key="k", metadata={"when": time, "in": [span]})
    assert moved.transfer.metadata == {"when": "2026-01-01T00:00:00.000000Z", "in": ["P1D"]}
    await bank.ledger.hold("alice", amount="0.50 USD", key="h", expires_in=span)
    job = await bank.jobs.enqueue("mail", payload={"when": time}, run_at=datetime.now(timezone.utc) + span, key="j")
    assert job.job.payload == {"when": "2026-01-01T00:00:00.000000Z"}
