"""Amounts of money: exact, of one currency, and never a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from earnest import _earnest
from earnest._error import HALF, EarnestError, invalid, is_whole, refuse, unwrap, whole
from earnest._jsonable import Jsonable

_LIMIT = 10**38

#: How many digits before the point, or zeros behind it, a `Decimal` may have: far more than any amount.
_WRITTEN_OUT = 60

#: Parts that an amount is split into at most.
_PARTS = 100_000
_scales: dict[str, int] = {}


def register_currency(code: str, scale: int) -> None:
    """Makes a currency beside ISO 4217 known to `Money` in this process: its code and its decimal places.

    An engine that is opened with `currencies={"USDC": 6}` does so by itself.
    """
    check_currency(code, scale)
    _scales.setdefault(code, scale)


def check_currency(code: str, scale: int) -> None:
    """Refuses what cannot be registered as a currency."""
    if not isinstance(code, str):
        raise invalid("currencies", f"must have codes as texts, and one is {_kind(code)}")
    whole("currencies", code)
    if isinstance(scale, bool) or not isinstance(scale, int):
        raise invalid("currencies", f"must give `{code}` a whole number of decimal places")
    try:
        _earnest.amount("currencies", "0", code, scale if 0 <= scale <= 255 else 255)
    except _earnest.Refused as refused:
        unwrap(refused)
    if _scales.get(code, scale) != scale:
        raise invalid("currencies", f"gives `{code}` scale {scale}, but it has scale {_scales[code]}")


class Money(Jsonable):
    """An amount of one currency, such as `Money("40.00", "USD")`.

    It is made from a text or a `Decimal`, from an `int` only where the currency has no decimal places, from minor
    units by `Money.from_minor(4000, "USD")`, and from text with its currency by `Money.parse("40.00 USD")`. Floats,
    booleans and NaN are refused.
    """

    __slots__ = ("_currency", "_text")
    __match_args__ = ("amount", "currency")
    _currency: str
    _text: str

    def __init__(self, amount: str | Decimal | int, currency: str) -> None:
        _make(self, _text_of("amount", amount, currency), currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Reads `"40.00 USD"`."""
        amount, space, currency = text.partition(" ") if isinstance(text, str) else ("", "", "")
        if not space:
            raise refuse("invalid_amount", field="amount", reason="must be a text such as `40.00 USD`")
        return cls(amount, currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """So many minor units: cents of a dollar."""
        if isinstance(minor, bool) or not isinstance(minor, int):
            raise refuse("invalid_amount", field="minor", reason=f"must be an int, and is {_kind(minor)}")
        return _of_minor(minor, currency, _scale(currency))

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing of a currency."""
        return cls("0", currency)

    @property
    def amount(self) -> Decimal:
        """The amount, with all decimal places of the currency."""
        return Decimal(self._text)

    @property
    def currency(self) -> str:
        """The code of the currency."""
        return self._currency

    @property
    def minor(self) -> int:
        """The amount in minor units: cents of a dollar."""
        return int(self._text.replace(".", ""))

    @property
    def scale(self) -> int:
        """The decimal places of the currency."""
        return len(self._text.partition(".")[2])

    @property
    def is_zero(self) -> bool:
        """Whether it is nothing."""
        return self.minor == 0

    @property
    def is_negative(self) -> bool:
        """Whether it is below zero."""
        return self._text.startswith("-")

    def split(self, into: int | Sequence[int]) -> list[Money]:
        """Parts that sum to the whole, to the minor unit: so many equal ones, or by weights.

        What cannot be divided goes, a minor unit each, to the first parts.
        """
        weights: list[int] = []
        if _is_count(into) and into <= _PARTS:  # type: ignore[operator]
            weights = [1] * into  # type: ignore[operator]
        elif isinstance(into, Sequence) and not isinstance(into, (bytes, bytearray)) and len(into) <= _PARTS:
            weights = list(into)
        if not all(_is_count(weight) for weight in weights) or sum(weights) == 0:
            reason = f"must be a number of parts from 1 to {_PARTS}, or their weights: whole numbers from 0 up"
            raise invalid("into", reason)
        sign, whole, total = (-1 if self.is_negative else 1), abs(self.minor), sum(weights)
        parts = [whole * weight // total for weight in weights]
        left = whole - sum(parts)
        for place, weight in enumerate(weights):
            if left > 0 and weight > 0:
                parts[place] += 1
                left -= 1
        return [_of_minor(sign * part, self._currency, self.scale) for part in parts]

    def to_wire(self) -> dict[str, str]:
        """As JSON: `{"amount": "40.00", "currency": "USD"}`."""
        return {"amount": self._text, "currency": self._currency}

    def __add__(self, other: object) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        mine, theirs, scale = self._both(other)
        return _of_minor(mine + theirs, self._currency, scale)

    def __radd__(self, other: object) -> Money:
        # `sum()` begins with 0
        return self if type(other) is int and other == 0 else NotImplemented

    def __sub__(self, other: object) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        mine, theirs, scale = self._both(other)
        return _of_minor(mine - theirs, self._currency, scale)

    def __mul__(self, factor: object) -> Money:
        if type(factor) is not int:
            return NotImplemented
        return _of_minor(self.minor * factor, self._currency, self.scale)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return _of_minor(-self.minor, self._currency, self.scale)

    def __pos__(self) -> Money:
        return self

    def __abs__(self) -> Money:
        return -self if self.is_negative else self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return (self._text, self._currency) == (other._text, other._currency)

    def __hash__(self) -> int:
        return hash((self._text, self._currency))

    def __lt__(self, other: Money) -> bool:
        return self._minus(other) < 0 if isinstance(other, Money) else NotImplemented

    def __le__(self, other: Money) -> bool:
        return self._minus(other) <= 0 if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: Money) -> bool:
        return self._minus(other) > 0 if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: Money) -> bool:
        return self._minus(other) >= 0 if isinstance(other, Money) else NotImplemented

    def __str__(self) -> str:
        return f"{self._text} {self._currency}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"Money({self._text!r}, {self._currency!r})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Money cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Money cannot be changed: `{name}`")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_read, (self._text, self._currency))

    def __copy__(self) -> Money:
        return self

    def __deepcopy__(self, memo: object) -> Money:
        return self

    def _both(self, other: Money) -> tuple[int, int, int]:
        """Both in minor units, and their decimal places, which may differ in a currency that is unknown here."""
        if other._currency != self._currency:
            raise refuse("currency_mismatch", field="currency", expected=self._currency, actual=other._currency)
        mine, theirs, scale = self.minor, other.minor, self.scale
        if other.scale != scale:
            scale = max(scale, other.scale)
            mine, theirs = mine * 10 ** (scale - self.scale), theirs * 10 ** (scale - other.scale)
        return mine, theirs, scale

    def _minus(self, other: Money) -> int:
        mine, theirs, _ = self._both(other)
        return mine - theirs

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from earnest._pydantic import money_schema

        return money_schema()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return {
            "type": "object",
            "title": "Money",
            "description": "An amount as a decimal string, and its currency.",
            "properties": {
                "amount": {"type": "string", "examples": ["100.00"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"},
                "currency": {"type": "string", "examples": ["USD"], "pattern": "^[A-Z][A-Z0-9]{0,11}$"},
            },
            "required": ["amount", "currency"],
        }


_set_text = vars(Money)["_text"].__set__
_set_currency = vars(Money)["_currency"].__set__
_new = object.__new__


def _make(money: Money, text: str, currency: str) -> None:
    _set_text(money, text)
    _set_currency(money, currency)


def _read(text: str, currency: str) -> Money:
    money = _new(Money)
    _set_text(money, text)
    _set_currency(money, currency)
    return money


def money_of(wire: dict[str, str]) -> Money:
    """Money of a reply, which has all decimal places."""
    money = _new(Money)
    _set_text(money, wire["amount"])
    _set_currency(money, wire["currency"])
    return money


def brought(money: Money) -> Money:
    """Money of JSON that somebody else may have written: it has all places of its currency then."""
    return _read(_brought(money._text, money._currency), money._currency)


#: An amount as JSON has it; a total may have a digit more than what is counted here.
_WRITTEN = re.compile(r"-?(0|[1-9][0-9]{0,38})(?:\.([0-9]{1,38}))?")


def _brought(text: Any, currency: Any) -> str:
    """An amount of JSON, brought to the places of its currency. Of one that is unknown here it stays as it is."""
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) and isinstance(currency, str) else None
    if found is None:
        reason = "must be the JSON of Money, with its amount and its currency as texts"
        raise refuse("invalid_amount", field="amount", reason=reason)
    try:
        places = _scale(currency)
    except EarnestError as refused:
        if refused.code != "invalid_currency":
            raise
        return str(text)
    digits = found[2] or ""
    if len(digits) > places:
        reason = f"must not have more decimal places than {places}, as `{currency}` has"
        raise refuse("invalid_amount", field="amount", reason=reason)
    full = f"{found[1]}.{digits.ljust(places, '0')}" if places else found[1]
    # what is zero has no sign
    return f"-{full}" if text[0] == "-" and full.strip("0.") else full


def measure_of(wire: int | dict[str, str]) -> int | Money:
    """Reads the measure of a rule: a whole number, or money."""
    return money_of(wire) if isinstance(wire, dict) else wire


def money_from(value: Any, field: str = "amount") -> Money:
    """Money of a text, or of an object with an amount and a currency."""
    if isinstance(value, Money):
        return value
    if isinstance(value, str):
        parts = value.split(" ")
    elif isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        parts = [value["amount"], value["currency"]]
    else:
        parts = []
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        raise refuse("invalid_amount", field=field, reason="must be a text such as `100.00 USD`")
    return _read(_text_of(field, parts[0], parts[1]), parts[1])


def _text_of(field: str, amount: Any, currency: Any) -> str:
    if not isinstance(currency, str):
        raise refuse("invalid_currency", field="currency", currency=str(type(currency).__name__))
    if isinstance(amount, Decimal):
        # written out, 1E+300000000 is half a gigabyte; as it is it has no form that is taken
        short = amount.is_finite() and abs(amount.adjusted()) <= _WRITTEN_OUT
        if amount.is_finite() and not short and amount.adjusted() > 0:
            raise _overflow(field)
        text = format(amount, "f") if short else str(amount)
    elif isinstance(amount, int) and not isinstance(amount, bool):
        places = _scale(currency)
        if places:
            reason = f"must be a text or a Decimal: an int says nothing of the {places} decimal places of {currency}"
            raise refuse("invalid_amount", field=field, reason=reason)
        text = str(amount) if abs(amount) < _LIMIT else "1" + "0" * 38
    elif isinstance(amount, str):
        text = amount
    else:
        reason = f"must be a text or a Decimal, and is {_kind(amount)}"
        raise refuse("invalid_amount", field=field, reason=reason)
    if not is_whole(text):
        raise refuse("invalid_amount", field=field, reason=HALF)
    try:
        return _earnest.amount(field, text, whole("currency", currency), _scales.get(currency))[0]
    except _earnest.Refused as refused:
        unwrap(refused)


def _scale(currency: str) -> int:
    if not isinstance(currency, str):
        raise refuse("invalid_currency", field="currency", currency=str(type(currency).__name__))
    known = _scales.get(currency)
    if known is not None:
        return known
    try:
        return _earnest.amount("currency", "0", whole("currency", currency), None)[1]
    except _earnest.Refused as refused:
        unwrap(refused)


def _of_minor(minor: int, currency: str, scale: int) -> Money:
    if not -_LIMIT < minor < _LIMIT:
        raise _overflow()
    digits = str(abs(minor)).rjust(scale + 1, "0")
    text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return _read(f"-{text}" if minor < 0 else text, currency)


def _overflow(field: str = "amount") -> EarnestError:
    return refuse("invalid_amount", field=field, reason="must be below 10^38 minor units")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
