"""Engines: opened and closed, called from loops and threads, and refused by name."""

from __future__ import annotations

import asyncio
import copy
import math
import pickle
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiosqlite
import numpy as np
import pytest
import trio
import uvloop

import earnest.sync
from conftest import rounds
from earnest import Actor, EarnestError, Engine, IdempotencyKey, Money, errors, keygen, testing


async def test_is_entered_or_awaited(url: str) -> None:
    async with Engine.open(url) as bank:
        moved = await bank.ledger.top_up("alice", amount=Money("100.00", "USD"), key="t-1")
        assert moved.balance.available == Money("100.00", "USD") and not moved.replayed
        assert moved.transfer.created_at.tzinfo is not None
        again = await bank.ledger.top_up("alice", amount="100.00 USD", key="t-1")
        assert again.replayed and again.transfer.id == moved.transfer.id
    bank = await Engine.open(url)
    assert (await bank.ledger.balance("alice")).posted == Money("100.00", "USD")
    assert (await bank.health()).status == "healthy" and (await bank.verify()).ok
    bank.nudge()
    await bank.close()


def test_the_blocking_twin(url: str) -> None:
    with earnest.sync.Engine.open(url) as bank:
        bank.ledger.top_up("alice", amount=Money("1.00", "USD"), key="t-1")
        paid = bank.ledger.transfer("alice", to="@fees", amount="0.25 USD", key="x-1", actor=Actor.admin("anna"))
        assert paid.transfer.from_ == "alice" and paid.transfer.to == "@fees"
        assert bank.verify().ok and bank.health().status == "healthy"
        with pytest.raises(errors.InsufficientBalance):
            bank.ledger.transfer("alice", to="@fees", amount="9 USD", key="x-2")
    with pytest.raises(errors.Unavailable):
        bank.ledger.balance("alice")


async def test_a_closed_engine_says_so(url: str) -> None:
    bank = await Engine.open(url)
    await bank.close()
    with pytest.raises(errors.StoreUnavailable):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    with pytest.raises(errors.Unavailable):
        await bank.ledger.balance("alice")
    await bank.close()


async def test_close_answers_every_call_that_was_begun_before_it(url: str) -> None:
    for turn in range(5):
        bank = await Engine.open(url)
        calls = [
            asyncio.ensure_future(bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{turn}-{n}")) for n in range(8)
        ]
        await asyncio.sleep(0)
        await bank.close()
        for reply in await asyncio.gather(*calls):
            assert not reply.replayed
        with pytest.raises(errors.StoreUnavailable):
            await bank.ledger.balance("alice")


async def test_a_refusal_of_a_later_version_has_a_text() -> None:
    wire = {"code": "of_later", "kind": "rejected", "message": "alice", "retry": "never", "details": {"left": 3}}
    later = EarnestError(wire)
    assert later.to_user("ko") == "This is not possible" and later.language_of("ko") is None
    assert later.render("{left} left[ of {of}]") == "3 left"


async def test_refusals_are_classes_with_details(bank: Engine) -> None:
    await bank.ledger.top_up("alice", amount="10.00 USD", key="t-1")
    with pytest.raises(errors.InsufficientBalance) as refused:
        await bank.ledger.deduct("alice", amount="25.00 USD", key="d-1")
    error = refused.value
    assert isinstance(error, errors.Rejected) and isinstance(error, EarnestError)
    assert (error.account, error.available, error.required) == ("alice", Money("10", "USD"), Money("25", "USD"))
    assert (error.code, error.kind, error.http_status, error.retry) == (
        "insufficient_balance",
        "rejected",
        409,
        "never",
    )
    assert not error.retryable and error.index is None
    assert error.to_user("ko") == "잔액이 부족합니다" and error.to_user() == "There is not enough money in the account"
    assert error.envelope("ko") == {"code": "INSUFFICIENT_BALANCE", "message": "잔액이 부족합니다", "retryable": False}
    assert error.render("only {available}") == "only 10.00 USD"
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again == error and again.available == Money("10", "USD")
    assert str(error) == error.message == error.to_wire()["message"]


async def test_a_missing_actor_is_invalid_and_the_fault_of_the_program(bank: Engine) -> None:
    with pytest.raises(errors.InvalidRequest) as refused:
        await bank.approvals.approve("ap_00000000-0000-8000-8000-000000000000")
    error = refused.value
    assert (error.code, error.kind, error.http_status, error.field) == ("invalid_request", "invalid", 500, "actor")
    assert "`approvals.approve` needs an actor: bind one with `acting`" in error.reason
    # nobody who reads it has done something wrong
    assert error.to_user() == "The request could not be processed. Please contact the administrator"
    again = pickle.loads(pickle.dumps(error))
    assert (again.http_status, again.to_user("ko")) == (500, error.to_user("ko"))
    with pytest.raises(errors.InvalidRequest) as malformed:
        await bank.ledger.balance("alice", at="yesterday")
    assert (malformed.value.http_status, errors.InvalidRequest.http_status) == (400, 400)


async def test_books_and_actors_are_views(bank: Engine) -> None:
    other = bank.book("shop-1")
    await other.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    with pytest.raises(errors.AccountNotFound):
        await bank.ledger.balance("alice")
    alice = other.acting("alice")
    assert (await alice.ledger.balance("alice")).available == Money("1", "USD")
    with pytest.raises(errors.NotPermitted):
        await alice.ledger.top_up("alice", amount="1.00 USD", key="t-2")
    with pytest.raises(errors.NotPermitted):
        await alice.ledger.balance("alice", actor=Actor.admin("anna"))
    for wrong in (5, 1.5, {"id": 7}, object(), "no body"):
        with pytest.raises(errors.InvalidRequest):
            bank.acting(wrong)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidRequest) as refused:
        bank.book("no book")
    assert refused.value.field == "book"
    assert "shop-1" in repr(other)


async def test_keywords_of_python_have_an_underscore(bank: Engine) -> None:
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    await bank.ledger.top_up("bob", amount="1.00 USD", key="t-2")
    moved = await bank.ledger.transfer("alice", to="bob", amount="0.25 USD", key="x-1")
    assert moved.transfer.from_ == "alice" and moved.transfer.to_wire()["from"] == "alice"


async def test_times_and_durations_are_those_of_python(bank: Engine) -> None:
    await bank.ledger.top_up("alice", amount="100.00 USD", key="t-1")
    until = datetime.now(timezone(timedelta(hours=9))) + timedelta(hours=2)
    held = await bank.ledger.hold("alice", amount="1.00 USD", key="h-1", expires_at=until)
    assert held.hold.expires_at == until
    held = await bank.ledger.hold(
        "alice", amount="1.00 USD", key="h-2", expires_in=timedelta(minutes=1, microseconds=5)
    )
    assert held.hold.expires_at is not None
    apart = held.hold.expires_at - held.hold.created_at - timedelta(minutes=1, microseconds=5)
    assert abs(apart) < timedelta(milliseconds=1)
    deal = (await bank.escrow.open("alice", seller="bob", price="5.00 USD", key="o-1", inspection="P3D")).deal
    assert deal.terms.inspection == timedelta(days=3)


class Colour:
    pass


NAIVE = datetime(2026, 1, 1)
BEYOND = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
BEFORE = datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))
FIRST = datetime.min.replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("call", "code", "field"),
    [
        (lambda b: b.ledger.top_up("a", amount=1.5, key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=5, key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=True, key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=Decimal("1.50"), key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=math.nan, key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount="1.50", key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount="1.555 USD", key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=Colour(), key="k"), "invalid_request", "amount"),
        (lambda b: b.ledger.top_up(7, amount="1 USD", key="k"), "invalid_request", "account"),
        (lambda b: b.ledger.top_up("a b", amount="1 USD", key="k"), "invalid_account", "account"),
        (lambda b: b.ledger.top_up("a\ud800", amount="1 USD", key="k"), "invalid_request", "account"),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": ["\udc00"]}),
            "invalid_request",
            "metadata.x[0]",
        ),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"\ud800": 1}),
            "invalid_request",
            "metadata",
        ),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={1: 2}), "invalid_request", "metadata"),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": {None: 2}}),
            "invalid_request",
            "metadata.x",
        ),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": 2**64}),
            "invalid_request",
            "metadata.x",
        ),
        (lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_at=BEYOND), "invalid_request", "expires_at"),
        (lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_at=BEFORE), "invalid_request", "expires_at"),
        (lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_at=FIRST), "account_not_found", None),
        (lambda b: b.ledger.entries("a", limit=10**30), "invalid_request", "limit"),
        (lambda b: b.ledger.entries("a", limit=10**5000), "invalid_request", "limit"),
        (lambda b: b.call("ledger.balance", None), "invalid_request", "args"),
        (lambda b: b.call("ledger.balance", [1]), "invalid_request", "args"),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key=7), "invalid_request", "key"),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key=""), "invalid_request", "key"),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key=None), "idempotency_key_missing", None),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": math.inf}),
            "invalid_request",
            "metadata.x",
        ),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": [{1, 2}]}),
            "invalid_request",
            "metadata.x[0]",
        ),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={(7,): 1}), "invalid_request", "metadata"),
        (lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata=[1]), "invalid_request", "metadata"),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", expected_version=10**30),
            "invalid_request",
            "expected_version",
        ),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", expected_version=1.5),
            "invalid_request",
            "expected_version",
        ),
        (lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_at=NAIVE), "invalid_request", "expires_at"),
        (lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_in=5), "invalid_request", "expires_in"),
        (lambda b: b.ledger.post([{"account": "a", "amount": 1.5}], key="k"), "invalid_amount", "postings[0].amount"),
        (lambda b: b.ledger.top_up("a", amount=np.float64(1.5), key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=np.int64(5), key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=np.float64("inf"), key="k"), "invalid_amount", "amount"),
        (lambda b: b.ledger.top_up("a", amount=10**30, key="k"), "invalid_amount", "amount"),
        (
            lambda b: b.ledger.post([{"account": "a", "amount": np.int32(1)}], key="k"),
            "invalid_amount",
            "postings[0].amount",
        ),
        (lambda b: b.escrow.open("a", seller="b", price=10**30, key="k"), "invalid_amount", "price"),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"amount": 10**30}),
            "invalid_request",
            "metadata.amount",
        ),
        (lambda b: b.ledger.top_up("a", amount=np.bool_(True), key="k"), "invalid_request", "amount"),
        (lambda b: b.ledger.top_up("a", amount=np.datetime64("2026-01-01"), key="k"), "invalid_request", "amount"),
        (lambda b: b.ledger.top_up("a", amount=np.array([1, 2]), key="k"), "invalid_request", "amount"),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": np.int64(5)}),
            "invalid_request",
            "metadata.x",
        ),
        (
            lambda b: b.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": np.float64("nan")}),
            "invalid_request",
            "metadata.x",
        ),
        (
            lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_at=np.datetime64("2026-01-01")),
            "invalid_request",
            "expires_at",
        ),
        (
            lambda b: b.ledger.hold("a", amount="1 USD", key="k", expires_in=np.timedelta64(1, "D")),
            "invalid_request",
            "expires_in",
        ),
        (lambda b: b.ledger.entries("a", limit=np.int64(5)), "invalid_request", "limit"),
        (lambda b: b.ledger.entries("a", limit=np.bool_(True)), "invalid_request", "limit"),
        (lambda b: b.ledger.entries("a", limit=np.float64(5)), "invalid_request", "limit"),
        (lambda b: b.ledger.entries("a", limit=True), "invalid_request", "limit"),
        (lambda b: b.call("ledger.no_such", {}), "invalid_request", "op"),
        (lambda b: b.call("ledger.balance", {"account": "a", "colour": "red"}), "invalid_request", "colour"),
        (lambda b: b.call("ledger.balance", {}), "invalid_request", "account"),
    ],
)
async def test_bad_input_is_named(bank: Engine, call: Callable[[Any], Any], code: str, field: str | None) -> None:
    with pytest.raises(EarnestError) as refused:
        await call(bank)
    assert refused.value.code == code, refused.value
    assert refused.value.details.get("field") == field, refused.value


HALF = "\ud800"


@pytest.mark.parametrize(
    ("ask", "code", "field"),
    [
        (lambda b: Money(HALF, "USD"), "invalid_amount", "amount"),
        (lambda b: Money("1", HALF), "invalid_request", "currency"),
        (lambda b: Money(1, HALF), "invalid_request", "currency"),
        (lambda b: Money.parse(f"1 {HALF}"), "invalid_request", "currency"),
        (lambda b: Money.from_minor(1, HALF), "invalid_request", "currency"),
        (lambda b: earnest.register_currency(HALF, 2), "invalid_request", "currencies"),
        (lambda b: b.book(HALF), "invalid_request", "book"),
        (lambda b: b.acting(HALF), "invalid_request", "actor"),
        (lambda b: b.call(HALF, {}), "invalid_request", "op"),
        (lambda b: b.call(7, {}), "invalid_request", "op"),
        (lambda b: b.webhook_secrets(HALF), "invalid_request", "url"),
        (lambda b: earnest.sync.Engine.open(f"sqlite:{HALF}"), "invalid_request", "url"),
        (lambda b: earnest.sync.Engine.open("memory:", book=HALF), "invalid_request", "book"),
        (lambda b: earnest.sync.Engine.open("memory:", keyring=HALF), "invalid_request", "keyring"),
        (lambda b: earnest.sync.Engine.open("memory:", keyring=lambda: HALF), "invalid_request", None),
        (lambda b: IdempotencyKey(HALF).for_("open"), "invalid_request", "key"),
        (lambda b: IdempotencyKey("k").for_(HALF), "invalid_request", "step"),
        (lambda b: earnest.seal_keyring(HALF, by="k", wrapped=b"", key=b""), "invalid_request", "keyring"),
        (lambda b: earnest.verify_webhook(b"", {HALF: "a"}, "b"), "invalid_request", "headers"),
        (lambda b: earnest.verify_webhook(b"", {}, HALF), "invalid_request", "secrets"),
        (lambda b: errors.TransactionAborted(REFUSAL).render(HALF), "invalid_request", "template"),
    ],
)
def test_half_a_character_is_refused_by_name(till: earnest.sync.Engine, ask: Any, code: str, field: str | None) -> None:
    with pytest.raises(EarnestError) as refused:
        ask(till)
    assert refused.value.code == code, refused.value
    assert field is None or refused.value.details.get("field") == field, refused.value


REFUSAL = {"code": "transaction_aborted", "message": "it is", "details": {}, "retry": "transaction"}


async def test_half_a_character_elsewhere(bank: Engine) -> None:
    with pytest.raises(errors.InvalidRequest) as refused:
        await bank.call(HALF, {})
    assert refused.value.field == "op"
    with pytest.raises(errors.InvalidRequest) as refused:
        await Engine.open(f"sqlite:{HALF}")
    assert refused.value.field == "url"
    aborted = errors.TransactionAborted(REFUSAL)
    assert aborted.to_user(HALF) == aborted.to_user("en")


async def test_signatures_are_kept(bank: Engine) -> None:
    with pytest.raises(TypeError, match="colour"):
        await bank.ledger.top_up("a", amount="1 USD", key="k", colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="amount"):
        await bank.ledger.top_up("a", key="k")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        await bank.ledger.top_up("a", "1 USD", "k")  # type: ignore[misc]


async def test_a_depth_without_end_is_refused(bank: Engine) -> None:
    deep: dict[str, Any] = {}
    deep["self"] = deep
    with pytest.raises(errors.InvalidRequest):
        await bank.ledger.top_up("a", amount="1 USD", key="k", metadata=deep)
    nested: Any = 1
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(errors.InvalidRequest):
        await bank.ledger.top_up("a", amount="1 USD", key="k", metadata={"x": nested})


async def test_durations_of_options_are_durations_or_texts() -> None:
    spans: dict[str, Any] = {"connect_timeout": timedelta(seconds=3), "keep_jobs": timedelta(days=2)}
    spans["wait_limits"] = {"refund.unknown": timedelta(hours=2), "dispute.open": "P3D"}
    async with Engine.open("memory:", **spans, statement_timeout="PT30S") as bank:
        assert not (await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")).replayed
    with pytest.raises(errors.InvalidRequest, match="wait_limits"):
        await Engine.open("memory:", wait_limits={"refund.done": timedelta(hours=2)})
    with pytest.raises(errors.InvalidRequest, match="`book` must not be `timedelta`"):
        await Engine.open("memory:", **{"book": timedelta(days=1)})


@pytest.mark.parametrize(
    ("url", "options", "field"),
    [
        ("nothing", {}, "url"),
        ("mysql://h/db", {}, "url"),
        (7, {}, "url"),
        ("memory:", {"migrate": "yes"}, "migrate"),
        ("memory:", {"book": "a b"}, "book"),
        ("memory:", {"synchronous": "off"}, "synchronous"),
        ("memory:", {"test_clock": "now"}, "test_clock"),
        ("memory:", {"connect_timeout": timedelta(seconds=-1)}, "connect_timeout"),
        ("memory:", {"currencies": {"USD": 3}}, "currencies"),
        ("memory:", {"keyring": "no"}, "keyring"),
        ("memory:", {"colour": "red"}, "colour"),
        ("memory:", {"pool_size": "marked-7731"}, "pool_size"),
        ("memory:", {"pool_size": True}, "pool_size"),
        ("memory:", {"clock": "marked-7731"}, "clock"),
        ("memory:", {"clock": "2026-01-01"}, "clock"),
        ("memory:", {"clock": NAIVE}, "clock"),
        ("memory:", {"clock": BEYOND}, "clock"),
        ("memory:", {"clock": 7}, "clock"),
        ("memory:", {"clock": True}, "clock"),
        ("memory:", {"pool_size": np.int64(4)}, "pool_size"),
        ("memory:", {"background": np.bool_(True)}, "background"),
        ("memory:", {"book": 5}, "book"),
        ("memory:", {"books": "marked-7731"}, "books"),
        ("memory:", {"require_actor": "marked-7731"}, "require_actor"),
        ("memory:", {"currencies": ["USDC"]}, "currencies"),
        ("memory:", {"policies": [{"id": "p", "threshold": 5}]}, "policies[0]"),
        ("memory:", {"policies": [{"id": "p", "colour": "marked-7731"}]}, "policies[0].colour"),
    ],
)
async def test_bad_options_are_named(url: Any, options: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidRequest) as refused:
        await Engine.open(url, **options)
    assert refused.value.field.startswith(field), refused.value
    assert "marked" not in refused.value.message and "test_clock" not in refused.value.reason


async def test_options_reach_the_engine(url: str) -> None:
    async with Engine.open(url, default_currency="USD", allowed_currencies=["USD"], keyring=keygen()) as bank:
        with pytest.raises(errors.CurrencyNotAllowed):
            await bank.ledger.top_up("alice", amount="1 EUR", key="t-1")
        moved = await bank.ledger.top_up("alice", amount="1 USD", key="t-1")
        receipt = await bank.receipts.get(moved.transfer.id)
        assert (await bank.receipts.verify(receipt.to_wire())).valid
    async with Engine.open(url, require_actor=True, books=["a"], background=False) as bank:
        with pytest.raises(errors.InvalidRequest) as missing:
            await bank.ledger.top_up("alice", amount="1 USD", key="t-1")
        assert (missing.value.field, missing.value.operation) == ("actor", "ledger.top_up")
        with pytest.raises(errors.InvalidRequest):
            bank.book("b")


async def test_a_test_has_a_clock_of_its_own(url: str) -> None:
    noon = datetime(2026, 3, 1, 21, 0, tzinfo=timezone(timedelta(hours=9)))
    for number, clock in enumerate((noon, "2026-03-01T12:00:00Z", "2026-03-01T21:00:00+09:00")):
        async with Engine.open("memory:", clock=clock) as bank:
            moved = await bank.ledger.top_up("alice", amount="1 USD", key="t-1")
            await asyncio.sleep(0.01)
            again = await bank.ledger.top_up("alice", amount="1 USD", key="t-2")
            # each event has a microsecond of its own
            assert noon <= moved.transfer.created_at < again.transfer.created_at < noon + timedelta(milliseconds=1)
        with earnest.sync.Engine.open("memory:", clock=clock) as till:
            same = till.ledger.top_up("alice", amount="1 USD", key="t-1").transfer
            assert (same.created_at, same.id) == (moved.transfer.created_at, moved.transfer.id), number
    async with testing.engine(clock=noon) as one:
        assert one.clock.now == noon and one.clock.advance("P1D") == noon + timedelta(days=1)
    async with Engine.attach(lambda: aiosqlite.connect(url.removeprefix("sqlite:")), clock=noon) as attached:
        moved = await attached.ledger.top_up("alice", amount="1 USD", key="t-1")
        assert noon <= moved.transfer.created_at < noon + timedelta(milliseconds=1)


async def test_books_are_open_or_declared(url: str) -> None:
    async with Engine.open(url, books="open") as bank:
        await bank.book("any").ledger.top_up("alice", amount="1 USD", key="t-1")
    with earnest.sync.Engine.open(url, books=["any"]) as till:
        assert till.book("any").ledger.balance("alice").posted == Money("1", "USD")
        with pytest.raises(errors.InvalidRequest, match="declared"):
            till.book("other")
    with earnest.sync.Engine.open(url, book="main", books="declared") as till:
        assert till.book("main").book("main") is not None
        with pytest.raises(errors.InvalidRequest, match="declared"):
            till.book("any")


async def test_opens_what_the_environment_names(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("EARNEST_STORE", raising=False)
    with pytest.raises(errors.InvalidRequest) as refused:
        await Engine.from_env()
    assert refused.value.field == "EARNEST_STORE"
    monkeypatch.setenv("EARNEST_STORE", url)
    monkeypatch.setenv("EARNEST_BOOK", "shop-9")
    async with Engine.from_env(background=False) as bank:
        assert "shop-9" in repr(bank)
    with earnest.sync.Engine.from_env(background=False) as till:
        assert "shop-9" in repr(till)


def test_keys_have_steps() -> None:
    key = IdempotencyKey("order-7")
    assert key == "order-7" and isinstance(key, str) and key.for_("open") != key.for_("pay")
    assert key.for_("open") == IdempotencyKey("order-7").for_("open")
    assert copy.copy(key) == pickle.loads(pickle.dumps(key)) == key


@pytest.mark.parametrize("text", ["", "k" * 256, "auto:x", "order\n7", "주문", 7, None])
def test_a_key_that_no_call_takes_is_refused_when_it_is_made(text: Any) -> None:
    with pytest.raises(errors.InvalidRequest) as refused:
        IdempotencyKey(text)
    assert refused.value.field == "key"


async def test_many_tasks_and_a_task_group(bank: Engine) -> None:
    await asyncio.gather(*[bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{n}") for n in range(500)])
    if sys.version_info >= (3, 11):
        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(bank.ledger.deduct("alice", amount="1.00 USD", key=f"d-{number}"))
    else:
        await asyncio.gather(*[bank.ledger.deduct("alice", amount="1.00 USD", key=f"d-{n}") for n in range(50)])
    assert (await bank.ledger.balance("alice")).posted == Money("450", "USD")


async def test_cancelled_tasks_lose_nothing(bank: Engine) -> None:
    """A task that is cancelled stops waiting; its key tells what became of its call."""

    async def one(number: int) -> None:
        await bank.ledger.top_up("alice", amount="0.01 USD", key=f"t-{number}")

    calls, tasks = rounds(1_800, 18_000), []
    for group in range(0, calls, 100):
        mine = [asyncio.create_task(one(number)) for number in range(group, group + 100)]
        # some before they begin, some with their call on its way
        for _ in range(group // 100 % 3):
            await asyncio.sleep(0)
        for place, task in enumerate(mine):
            if place % 3:
                task.cancel()
        tasks += mine
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(outcome) for outcome in done} == {type(None), asyncio.CancelledError}
    cancelled = sum(isinstance(outcome, asyncio.CancelledError) for outcome in done)
    assert cancelled >= calls * 5 // 9
    for number in range(0, calls, calls // 36):
        await one(number)
    kept = (await bank.ledger.balance("alice")).posted.minor
    assert calls - cancelled <= kept <= calls
    await asyncio.gather(*[one(number) for number in range(calls)])
    assert (await bank.ledger.balance("alice")).posted == Money.from_minor(calls, "USD")
    assert (await bank.verify()).ok


@pytest.mark.parametrize("loops", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_any_loop_and_several_in_turn(url: str, loops: Any) -> None:
    async def work(number: int) -> None:
        async with Engine.open(url) as bank:
            await asyncio.gather(*[bank.ledger.top_up("a", amount="1 USD", key=f"{number}-{n}") for n in range(20)])

    for number in range(3):
        loop = loops()
        try:
            loop.run_until_complete(work(number))
        finally:
            loop.close()


def test_a_loop_that_watches_no_sockets(url: str) -> None:
    """As the default loop of Windows."""

    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, *_: Any) -> None:
            raise NotImplementedError

        def _add_reader(self, fd: Any, callback: Any, *args: Any) -> Any:
            return super()._add_reader(fd, callback, *args)  # type: ignore[misc]

    async def work() -> None:
        async with Engine.open(url) as bank:
            await asyncio.gather(*[bank.ledger.top_up("a", amount="1 USD", key=f"{n}") for n in range(50)])
            assert (await bank.ledger.balance("a")).posted == Money("50", "USD")

    loop = Loop()
    try:
        loop.run_until_complete(work())
    finally:
        loop.close()


def test_trio(url: str) -> None:
    async def work() -> None:
        async with Engine.open(url) as bank:
            async with trio.open_nursery() as nursery:
                for number in range(10):
                    nursery.start_soon(top_up, bank, number)
            assert (await bank.ledger.balance("a")).posted == Money("10", "USD")
            with pytest.raises(errors.InsufficientBalance):
                await bank.ledger.deduct("a", amount="99 USD", key="d-1")

    async def top_up(bank: Engine, number: int) -> None:
        await bank.ledger.top_up("a", amount="1 USD", key=f"t-{number}")

    trio.run(work)


def test_threads_share_an_engine(url: str) -> None:
    with earnest.sync.Engine.open(url) as bank:
        wrong: list[BaseException] = []

        def work(name: int) -> None:
            try:
                for number in range(40):
                    bank.ledger.top_up("alice", amount="1.00 USD", key=f"{name}-{number}")
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert bank.ledger.balance("alice").posted == Money("320", "USD")


def test_one_engine_serves_two_loops(url: str) -> None:
    bank = asyncio.run(_open(url))
    results: list[Money] = []

    def other() -> None:
        asyncio.run(top_up(bank, results))

    threads = [threading.Thread(target=other) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    asyncio.run(_close(bank))


async def _open(url: str) -> Engine:
    return await Engine.open(url)


async def _close(bank: Engine) -> None:
    await bank.close()


async def top_up(bank: Engine, results: list[Money]) -> None:
    moved = await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{threading.get_ident()}")
    results.append(moved.balance.posted)


async def test_a_second_sqlite_file_is_another_store(tmp_path: Path) -> None:
    async with Engine.open(f"sqlite:{tmp_path}/a.db") as one, Engine.open(f"sqlite:{tmp_path}/b.db") as two:
        await one.ledger.top_up("alice", amount="1 USD", key="t-1")
        with pytest.raises(errors.AccountNotFound):
            await two.ledger.balance("alice")


async def test_nobody_is_no_actor(bank: Engine, till: earnest.sync.Engine) -> None:
    """A call without an actor is the application's own: a caller that was not found must not become that."""
    for acting in (bank.acting, till.acting):
        with pytest.raises(errors.InvalidRequest) as caught:
            acting(None)  # type: ignore[arg-type]
        assert caught.value.field == "actor"
    for book in (bank.book, till.book):
        for wrong in (None, 5):
            with pytest.raises(errors.InvalidRequest) as caught:
                book(wrong)  # type: ignore[arg-type]
            assert caught.value.field == "book"
    async with testing.engine() as one:
        with testing.sync_engine() as two:
            for view in (one.acting, two.acting):
                with pytest.raises(errors.InvalidRequest, match="actor"):
                    view(None)  # type: ignore[arg-type]


async def test_a_view_closes_nothing(bank: Engine, till: earnest.sync.Engine) -> None:
    async with bank.acting("alice") as mine, mine.book("other") as other:
        with pytest.raises(errors.NotSupported, match="view"):
            await other.close()
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    with till.acting("alice") as own, own.book("other") as another:
        with pytest.raises(errors.NotSupported, match="view"):
            another.close()
    till.ledger.top_up("alice", amount="1.00 USD", key="t-1")


async def test_an_engine_that_was_not_awaited_says_so() -> None:
    with pytest.raises(AttributeError, match="`ledger`: the engine is not open yet: `await Engine.open"):
        _ = Engine.open("memory:").ledger  # type: ignore[attr-defined]


def test_trio_has_no_background(url: str) -> None:
    async def work() -> None:
        async with Engine.open(url) as bank:
            with pytest.raises(errors.NotSupported, match="worker"):
                bank.worker({"mail": print})
            with pytest.raises(errors.NotSupported, match="subscribe"):
                await bank.subscribe("notes", print)
            with pytest.raises(errors.NotSupported, match="follow"):
                async for _ in bank.follow():
                    pass
            assert [one async for one in bank.events.sinks()] == []

    trio.run(work)


async def test_a_connection_that_cannot_be_used_here_is_refused_at_once(
    bank: Engine, till: earnest.sync.Engine
) -> None:
    """By `using`, and not by the first call."""
    closed = sqlite3.connect(":memory:")
    closed.close()
    open_there: list[sqlite3.Connection] = []
    thread = threading.Thread(target=lambda: open_there.append(sqlite3.connect(":memory:")))
    thread.start()
    thread.join()
    mine = sqlite3.connect(":memory:")
    for wrong, words in ((closed, "closed"), (open_there[0], "thread")):
        with pytest.raises(errors.InvalidRequest, match=words) as caught:
            till.using(wrong)
        assert caught.value.field == "tx"
    with pytest.raises(errors.NotInTransaction, match="Cursor"):
        till.using(mine.cursor())
    other = await aiosqlite.connect(":memory:")
    cursor = await other.cursor()
    with pytest.raises(errors.NotInTransaction, match="Cursor"):
        bank.using(cursor)
    await cursor.close()
    await other.close()
    with pytest.raises(errors.InvalidRequest, match="connection") as caught:
        bank.using(other)
    assert caught.value.field == "tx"
    mine.close()
