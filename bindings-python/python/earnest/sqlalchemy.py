"""Money in tables of your own, by SQLAlchemy 2.

price: Mapped[Money] = mapped_column(MoneyType("USD"))
"""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from earnest._error import invalid, refuse
from earnest._money import Money, money_from

__all__ = ["MoneyType"]

#: SQLite has no larger integers.
_LARGEST = 2**63 - 1

#: Operations that a database does rightly on amounts of one currency.
_ADDING = (operator.add, operator.sub, operator.neg)

#: Operations without a right answer there: fractions of a minor unit, and texts that are joined.
_NEVER = (operator.truediv, operator.floordiv, operator.mod, operators.concat_op)

#: Operations that need an order.
_RANKING = (operator.lt, operator.le, operator.gt, operator.ge, operators.between_op, operators.not_between_op)


class _Comparator(TypeDecorator.Comparator[Any], Numeric.Comparator[Any]):
    """Amounts are compared and added; by a whole number they are multiplied."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        self._check(op, other)
        return super().operate(op, *other, **kwargs)

    def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
        self._check(op, (other,))
        return super().reverse_operate(op, other, **kwargs)

    def _check(self, op: Any, other: tuple[Any, ...]) -> None:
        kind: Any = self.type
        if kind.currency is None:
            if op in _RANKING or op in _ADDING or op in _NEVER or op is operator.mul:
                raise invalid("amount", "is of no one currency: only `MoneyType` with a currency is ranked or summed")
        elif op in _NEVER:
            raise invalid("amount", "is not divided by a database: `Money.split` keeps every minor unit")
        elif op is operator.mul and not _is_whole(other[0]):
            raise invalid("amount", "is multiplied by whole numbers alone")


def _is_whole(factor: Any) -> bool:
    kind = getattr(factor, "type", None)
    if isinstance(kind, TypeEngine):
        return kind.python_type is int if not isinstance(kind, MoneyType) else False
    return isinstance(factor, int) and not isinstance(factor, bool)


class MoneyType(TypeDecorator[Money]):
    """A column of `Money`.

    With a currency it is an exact number: compared, ordered and summed by the database. On PostgreSQL it is a `NUMERIC`,
    on SQLite an `INTEGER` of minor units, of which no more than 2^63 fit. Money of another currency is
    `currency_mismatch`. Without a currency it is a text such as `40.00 USD`, which no database can order or sum.
    """

    impl = Numeric
    cache_ok = True
    comparator_factory = _Comparator  # pyright: ignore[reportAssignmentType]

    def __init__(self, currency: str | None = None) -> None:
        self.currency = currency
        self.scale = Money.zero(currency).scale if currency is not None else None
        super().__init__(38, self.scale)
        if currency is None:
            self.impl = String(64)  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"MoneyType({self.currency!r})" if self.currency is not None else "MoneyType()"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if self.currency is None:
            return dialect.type_descriptor(String(64))
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(38, self.scale, asdecimal=True))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        # a factor is a number, and everything else that stands beside money is money
        return BigInteger() if op is operator.mul else self

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        money = money_from(value)
        if self.currency is None:
            return str(money)
        if money.currency != self.currency:
            raise refuse("currency_mismatch", field="amount", expected=self.currency, actual=money.currency)
        if dialect.name != "sqlite":
            return money.amount
        if abs(money.minor) > _LARGEST:
            reason = f"must be at most {_LARGEST} minor units on SQLite: `MoneyType()` keeps any amount"
            raise refuse("invalid_amount", field="amount", reason=reason)
        return money.minor

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        if value is None:
            return None
        if self.currency is None and isinstance(value, str):
            return Money.parse(value)
        if self.currency is not None and isinstance(value, Decimal):
            return Money(value, self.currency)
        if self.currency is not None and isinstance(value, int) and dialect.name == "sqlite":
            return Money.from_minor(value, self.currency)
        # a column of texts, whose order is wrong too, or a mean
        kind = "an `INTEGER` of minor units" if dialect.name == "sqlite" else "a `NUMERIC`"
        reason = f"the database answered a {type(value).__name__} for `{self!r}`: its column must be {kind}"
        raise refuse("store_conflict", reason=reason if self.currency is not None else reason.split(": its")[0])
