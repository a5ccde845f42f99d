"""Arguments of the package's own methods, which no operation sees: each wrong one is refused by its name."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import numpy as np
import pytest

import earnest.sync
from earnest import Engine, IdempotencyKey, Money, errors

NO_TEXTS = (None, 7, 1.5, True, math.nan, b"x", object(), [], np.int64(7))
REFUSAL = errors.TransactionAborted(
    {"code": "transaction_aborted", "message": "it is", "details": {}, "retry": "transaction"}
)


@pytest.mark.parametrize("bad", NO_TEXTS, ids=repr)
@pytest.mark.parametrize(
    ("field", "ask"),
    [
        ("url", lambda till, bad: till.webhook_secrets(bad)),
        ("url", lambda till, bad: earnest.sync.Engine.open(bad)),
        ("url", lambda till, bad: Engine.open(bad)),
        ("step", lambda till, bad: IdempotencyKey("k").for_(bad)),
        ("keyring", lambda till, bad: earnest.seal_keyring(bad, by="k", wrapped=b"", key=b"")),
        ("by", lambda till, bad: earnest.seal_keyring(earnest.keygen(), by=bad, wrapped=b"", key=b"")),
        ("locale", lambda till, bad: REFUSAL.to_user(bad)),
        ("locale", lambda till, bad: REFUSAL.language_of(bad)),
        ("locale", lambda till, bad: REFUSAL.envelope(bad)),
        ("template", lambda till, bad: REFUSAL.render(bad)),
        ("name", lambda till, bad: till.subscribe(bad, print)),
        ("name", lambda till, bad: till.events.subscribe(bad, print)),
        ("book", lambda till, bad: till.book(bad)),
        ("op", lambda till, bad: till.call(bad, {})),
        ("currency", lambda till, bad: Money("1", bad)),
        ("currency", lambda till, bad: Money.from_minor(1, bad)),
        ("currencies", lambda till, bad: earnest.register_currency(bad, 2)),
    ],
)
def test_what_must_be_a_text(till: earnest.sync.Engine, field: str, ask: Any, bad: object) -> None:
    with pytest.raises((errors.InvalidRequest, errors.InvalidCurrency)) as refused:
        ask(till, bad)
    assert refused.value.field == field, refused.value


@pytest.mark.parametrize("bad", [None, 7, 1.5, "text", object(), bytearray(b"x")], ids=repr)
def test_what_must_be_bytes(bad: Any) -> None:
    for field in ("wrapped", "key"):
        given: Any = {"wrapped": b"w", "key": b"0" * 32, field: bad}
        with pytest.raises(errors.InvalidRequest) as refused:
            earnest.seal_keyring(earnest.keygen(), by="k", **given)
        assert refused.value.field == field
    with pytest.raises(errors.InvalidRequest) as refused:
        earnest.verify_webhook(bad, {}, "x")
    assert refused.value.field == "body"


async def nothing() -> None: ...


@pytest.mark.parametrize("bad", [None, 7, "text", object()], ids=repr)
async def test_what_runs_a_transaction_is_a_function(bank: Engine, till: earnest.sync.Engine, bad: Any) -> None:
    for field, given in (("factory", (bad, print)), ("fn", (print, bad)), ("factory", (lambda: bad, print))):
        with pytest.raises(errors.InvalidRequest) as refused:
            await bank.run(*given)
        assert refused.value.field == field, refused.value
        with pytest.raises(errors.InvalidRequest) as refused:
            await asyncio.to_thread(till.run, *given)
        assert refused.value.field == field, refused.value


async def test_a_factory_that_answers_a_coroutine_is_refused(bank: Engine) -> None:
    with pytest.raises(errors.InvalidRequest, match="`async with`.*coroutine"):
        await bank.run(nothing, print)  # type: ignore[arg-type]


async def test_each_mailbox_has_numbers_of_its_own() -> None:
    """Two threads that count together may get one number, where nothing keeps them apart."""
    from earnest._post import ThreadPost, loop_post

    one, other = loop_post(), ThreadPost()
    before = next(one.tickets)
    assert [next(other.tickets) for _ in range(3)] == [1, 2, 3] and next(one.tickets) == before + 1
