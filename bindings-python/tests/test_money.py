"""Money: exact, of one currency, and nothing that could be a float gets in."""

from __future__ import annotations

import asyncio
import copy
import pickle
import random
import sqlite3
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import earnest.sync
from earnest import EarnestError, Engine, Money, errors, register_currency, views


def test_is_made_from_texts_decimals_and_minor_units() -> None:
    forty = Money("40.00", "USD")
    assert forty == Money("40", "USD") == Money(Decimal("40.0"), "USD") == Money.from_minor(4000, "USD")
    assert forty == Money.parse("40.00 USD")
    assert (str(forty), repr(forty), f"{forty:>12}") == ("40.00 USD", "Money('40.00', 'USD')", "   40.00 USD")
    assert (forty.amount, forty.currency, forty.minor, forty.scale) == (Decimal("40.00"), "USD", 4000, 2)
    assert Money(4000, "KRW") == Money("4000", "KRW") and Money(4000, "KRW").minor == 4000
    assert Money("-0.05", "USD").minor == -5 and Money.from_minor(-5, "USD") == Money("-0.05", "USD")
    assert Money("1e2" if False else Decimal("1e2"), "USD") == Money("100.00", "USD")
    assert Money(10**37, "KRW").minor == 10**37


class Sly(float):
    pass


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (40.0, "is a float"),
        (Sly(40), "is a Sly"),
        (True, "is a bool"),
        (40, "int says nothing of the 2 decimal places"),
        (None, "is a NoneType"),
        (b"40.00", "is a bytes"),
        (Fraction(1, 2), "is a Fraction"),
        (Decimal("NaN"), "decimal text"),
        (Decimal("Infinity"), "decimal text"),
        (Decimal("40.001"), "decimal places"),
        ("40.001", "decimal places"),
        ("NaN", "decimal text"),
        ("1e3", "decimal text"),
        ("+1", "decimal text"),
        (" 1", "decimal text"),
        ("1_000", "decimal text"),
        ("٤٠", "decimal text"),
        ("007", "leading zeros"),
        ("", "empty"),
        ("1" + "0" * 40, "10^38"),
        (Decimal("1e500"), "10^38"),
    ],
)
def test_refuses_what_is_not_exact(amount: Any, words: str) -> None:
    with pytest.raises(errors.InvalidAmount) as refused:
        Money(amount, "USD")
    assert refused.value.field == "amount"
    assert words in refused.value.message


def test_refuses_scalars_of_numpy() -> None:
    # its float64 is a float, its int64 is not an int, and none is taken
    others: list[Any] = [np.float64(4), np.int64(4), np.bool_(True), np.datetime64("2026-01-01"), np.array([4])]
    for wrong in others:
        words = f"is a {type(wrong).__name__}"
        with pytest.raises(errors.InvalidAmount, match=words):
            Money(wrong, "KRW")
        with pytest.raises(errors.InvalidAmount, match=words):
            Money.from_minor(wrong, "KRW")
    assert Money(np.str_("4"), "KRW") == Money("4", "KRW")


@pytest.mark.parametrize("currency", ["usd", "DOLLAR", "", "X" * 13, 840, None, "US D"])
def test_refuses_unknown_currencies(currency: Any) -> None:
    with pytest.raises(errors.InvalidCurrency):
        Money("1", currency)
    with pytest.raises(errors.InvalidCurrency):
        Money.from_minor(1, currency)


def test_registered_currencies_have_their_scale() -> None:
    register_currency("TOKENA", 6)
    assert Money("1.5", "TOKENA") == Money("1.500000", "TOKENA") == Money.from_minor(1_500_000, "TOKENA")
    register_currency("TOKENA", 6)
    with pytest.raises(errors.InvalidRequest):
        register_currency("TOKENA", 8)
    with pytest.raises(errors.InvalidRequest):
        register_currency("USD", 3)
    for scale in (True, 1.0, -1, 31, 300):
        with pytest.raises(errors.InvalidRequest):
            register_currency("TOKENB", scale)  # type: ignore[arg-type]


async def test_an_engine_makes_its_currencies_known() -> None:
    async with Engine.open("memory:", currencies={"TOKENC": 18}, background=False) as bank:
        await bank.ledger.top_up("alice", amount=Money("0.000000000000000001", "TOKENC"), key="t-1")
        assert (await bank.ledger.balance("alice")).available.minor == 1


def test_sums_compares_and_multiplies() -> None:
    one, two = Money("1.10", "USD"), Money("2.25", "USD")
    assert sum([one, two, one]) == Money("4.45", "USD")
    assert (one + two, two - one, -one, abs(-one), one * 3, 3 * one) == (
        Money("3.35", "USD"),
        Money("1.15", "USD"),
        Money("-1.10", "USD"),
        one,
        Money("3.30", "USD"),
        Money("3.30", "USD"),
    )
    assert one < two and two > one and one <= one and two >= two and one != two
    assert sorted([two, one]) == [one, two] and max(one, two) == two
    assert bool(one) and not Money.zero("USD") and Money.zero("USD").is_zero and (-one).is_negative
    assert len({one, Money("1.1", "USD")}) == 1
    assert Money("1", "USD") != Money("1", "EUR") and Money("1", "USD") != 1


def test_json_is_brought_to_the_places_of_its_currency() -> None:
    def read(amount: Any, currency: Any = "USD") -> Money:
        money = {"amount": amount, "currency": currency}
        wire = {"account": "alice", "currency": currency, "available": money, "held": money, "posted": money}
        return views.Balance.from_wire(wire).available

    dollar = Money("1.00", "USD")
    assert read("40") == Money("40.00", "USD") and read("40").minor == 4_000
    assert [str(read("40") + dollar), str(read("40") - dollar)] == ["41.00 USD", "39.00 USD"]
    assert read("40") > dollar and dollar < read("40") and not read("40") <= dollar
    assert [str(part) for part in read("40").split(3)] == ["13.34 USD", "13.33 USD", "13.33 USD"]
    assert read("-0.0") == Money.zero("USD") == read("-0.00") and read("40", "KRW") == Money(40, "KRW")
    with pytest.raises(errors.InvalidAmount) as refused:
        read("40.001")
    assert refused.value.field == "amount"
    for amount in ("01", "1e3", "", "+1", "--1", "1.", "9" * 60, 40, 40.0, None):
        with pytest.raises(errors.InvalidAmount):
            read(amount)
    # of a currency that nobody has told of: as it is written, and counted rightly all the same
    assert str(read("40", "NOBODY")) == "40 NOBODY"
    assert str(read("40", "NOBODY") + read("1.50", "NOBODY")) == "41.50 NOBODY"
    assert str(read("1.50", "NOBODY") - read("40", "NOBODY")) == "-38.50 NOBODY"
    assert read("2", "NOBODY") > read("1.50", "NOBODY") >= read("1.5", "NOBODY")
    # and once it is known, with all places
    register_currency("TOKENJ", 6)
    assert read("1.5", "TOKENJ") == Money("1.5", "TOKENJ")


def test_a_refusal_is_read_as_a_server_answers_it() -> None:
    with pytest.raises(errors.InvalidAmount) as refused:
        Money("1.001", "USD")
    read = TypeAdapter(EarnestError).validate_python
    assert read({"error": refused.value.to_wire()}) == read(refused.value.to_wire()) == refused.value


def test_refuses_to_mix() -> None:
    dollars, euros = Money("1", "USD"), Money("1", "EUR")
    for mix in (
        lambda: dollars + euros,
        lambda: dollars - euros,
        lambda: dollars < euros,
        lambda: sum([dollars, euros]),
    ):
        with pytest.raises(errors.CurrencyMismatch) as refused:
            mix()
        assert (refused.value.expected, refused.value.actual) == ("USD", "EUR")
    for mix in (lambda: dollars + 1, lambda: dollars * 1.5, lambda: dollars * True, lambda: 1 + dollars):
        with pytest.raises(TypeError):
            mix()
    with pytest.raises(TypeError):
        dollars < 1  # type: ignore[operator]  # noqa: B015
    with pytest.raises(errors.InvalidAmount):
        Money.from_minor(10**38 - 1, "USD") + Money.from_minor(1, "USD")


def test_splits_to_the_minor_unit() -> None:
    assert Money("10.00", "USD").split(3) == [Money("3.34", "USD"), Money("3.33", "USD"), Money("3.33", "USD")]
    assert Money("-0.05", "USD").split(2) == [Money("-0.03", "USD"), Money("-0.02", "USD")]
    assert Money("100", "KRW").split([70, 20, 10]) == [Money(70, "KRW"), Money(20, "KRW"), Money(10, "KRW")]
    assert Money("1", "KRW").split([0, 1, 1]) == [Money(0, "KRW"), Money(1, "KRW"), Money(0, "KRW")]
    dice = random.Random(7)
    for _ in range(500):
        whole = Money.from_minor(dice.randrange(-(10**12), 10**12), "USD")
        weights = [dice.randrange(0, 50) for _ in range(dice.randrange(1, 9))]
        parts = whole.split(weights) if sum(weights) else whole.split(len(weights))
        assert sum(parts) == whole
        assert not sum(weights) or all(part.is_zero for part, weight in zip(parts, weights, strict=True) if not weight)
    for into in (0, -1, [], [0, 0], [1, -1], [1.5], True):
        with pytest.raises((errors.InvalidRequest, TypeError)):
            Money("1", "USD").split(into)  # type: ignore[arg-type]


def test_cannot_be_changed_and_can_be_pickled() -> None:
    money = Money("1.10", "USD")
    for change in (
        lambda: setattr(money, "_text", "2"),
        lambda: delattr(money, "_text"),
        lambda: setattr(money, "x", 1),
    ):
        with pytest.raises(AttributeError):
            change()
    assert pickle.loads(pickle.dumps(money)) == copy.deepcopy(money) == copy.copy(money) == money


def test_is_a_type_of_pydantic() -> None:
    class Order(BaseModel):
        price: Money

    order = Order.model_validate({"price": {"amount": "5.5", "currency": "USD"}})
    assert order.price == Money("5.50", "USD") == Order(price="5.50 USD").price  # type: ignore[arg-type]
    assert order.model_dump_json() == '{"price":{"amount":"5.50","currency":"USD"}}'
    assert Order.model_validate_json(order.model_dump_json()) == order
    for price in (5.5, 5, True, None, "5.50", "5.501 USD", {"amount": 5, "currency": "USD"}, {"amount": "1"}):
        with pytest.raises(ValidationError):
            Order.model_validate({"price": price})
    schema = TypeAdapter(Money).json_schema()
    assert schema["required"] == ["amount", "currency"] and schema["properties"]["amount"]["type"] == "string"


def test_patterns_match() -> None:
    match Money("1.10", "USD"):
        case Money(amount, "USD"):
            assert amount == Decimal("1.10")
        case _:
            raise AssertionError


def test_refusals_are_earnest_errors() -> None:
    assert issubclass(errors.InvalidAmount, errors.Invalid) and issubclass(errors.Invalid, EarnestError)


@pytest.mark.parametrize(
    "text", ["1E+300000000", "-1E+300000000", "1E-300000000", "0E+300000000", "0E-300000000", "1E+61"]
)
def test_a_decimal_of_half_a_gigabyte_is_refused_at_once(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(errors.InvalidAmount):
        Money(Decimal(text), "USD")
    assert time.monotonic() - began < 0.5
    assert Money(Decimal("4E+1"), "USD") == Money("40.00", "USD") == Money(Decimal("0.4E+2"), "USD")


@pytest.mark.parametrize(
    "into", [-1, 0, 1.5, True, None, "3", b"x", bytearray(b"x"), 10**9, [1, -1], [0], [], [1.5], [True]]
)
def test_a_split_into_nonsense_is_refused(into: Any) -> None:
    with pytest.raises(errors.InvalidRequest, match="`into`"):
        Money("1.00", "USD").split(into)


def test_a_currency_that_is_no_text_is_refused() -> None:
    for code, scale in ((5, 2), (None, 2), ("USDC", "6"), ("USDC", True)):
        with pytest.raises(errors.InvalidRequest, match="currencies"):
            register_currency(code, scale)  # type: ignore[arg-type]


async def test_an_engine_that_was_refused_makes_no_currency_known(tmp_path: Path) -> None:
    """Neither by its options, nor by its store or its pool: the next one may give them another scale."""
    nowhere = f"sqlite:{tmp_path / 'no' / 'shop.db'}"
    for options in ({"log": "loud"}, {"pool_size": "many"}, {"currencies": {"TOKEND": 6, "USD": 3}}):
        with pytest.raises(errors.InvalidRequest):
            await Engine.open("memory:", **{"currencies": {"TOKEND": 6}, **options})  # type: ignore[arg-type]
    with pytest.raises(errors.StoreUnavailable):
        await Engine.open(nowhere, currencies={"TOKEND": 6})
    with pytest.raises(errors.StoreUnavailable):
        await asyncio.to_thread(earnest.sync.Engine.open, nowhere, currencies={"TOKEND": 6})
    with pytest.raises(errors.StoreUnavailable):
        await Engine.attach(lambda: sqlite3.connect(tmp_path / "no" / "shop.db"), currencies={"TOKEND": 6})
    with pytest.raises(errors.InvalidRequest):
        earnest.sync.Engine.attach(7, currencies={"TOKEND": 6})
    with pytest.raises(errors.InvalidCurrency):
        Money("1", "TOKEND")
    async with Engine.open("memory:", currencies={"TOKEND": 8}, background=False):
        assert Money("1", "TOKEND").scale == 8
