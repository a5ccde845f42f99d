"""Money in tables of your own, by SQLAlchemy 2.

    price: Mapped[Money] = mapped_column(MoneyType("USD"))
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from earnest._error import refuse
from earnest._money import Money, money_from

__all__ = ["MoneyType"]


class MoneyType(TypeDecorator[Money]):
    """A column of `Money`.

    With a currency it is an exact number, where the database has one (PostgreSQL), and a text elsewhere; money of another
    currency is `currency_mismatch`. Without one it is a text such as `40.00 USD`, which no database can sum.
    """

    impl = String
    cache_ok = True

    def __init__(self, currency: str | None = None) -> None:
        super().__init__(64)
        self.currency = currency
        self.scale = Money.zero(currency).scale if currency is not None else None

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if self._is_number(dialect):
            return dialect.type_descriptor(Numeric(38, self.scale, asdecimal=True))
        return dialect.type_descriptor(String(64))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        money = money_from(value)
        if self.currency is not None and money.currency != self.currency:
            raise refuse("currency_mismatch", field="amount", expected=self.currency, actual=money.currency)
        if self._is_number(dialect):
            return money.amount
        return str(money)

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        if value is None:
            return None
        if self.currency is not None and isinstance(value, Decimal):
            return Money(value, self.currency)
        return Money.parse(str(value))

    def _is_number(self, dialect: Dialect) -> bool:
        return self.currency is not None and dialect.name == "postgresql"
