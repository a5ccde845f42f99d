"""`earnest.sqlalchemy.MoneyType` on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy
from hosts import fresh_database, with_driver
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from earnest import Money
from earnest.sqlalchemy import MoneyType


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[Money] = mapped_column(MoneyType("USD"))
    paid: Mapped[Money | None] = mapped_column(MoneyType())


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_money_in_a_table(database: str) -> None:
    url = "sqlite://" if database == "sqlite" else with_driver(asyncio.run(fresh_database()), "psycopg")
    engine = sqlalchemy.create_engine(url)
    Base.metadata.create_all(engine)
    large = Money.from_minor(10**37, "USD")
    with Session(engine) as session:
        session.add_all([Item(id=1, price=Money("40.00", "USD"), paid=Money("5000", "KRW")), Item(id=2, price=large)])
        session.commit()
        first, second = session.scalars(sqlalchemy.select(Item).order_by(Item.id)).all()
        assert (first.price, first.paid, second.price, second.paid) == (
            Money("40.00", "USD"),
            Money("5000", "KRW"),
            large,
            None,
        )
        found = session.scalars(sqlalchemy.select(Item).where(Item.price == Money("40.00", "USD"))).all()
        assert [item.id for item in found] == [1]
    for wrong in (Money("1", "EUR"), 1.5, "1.555 USD"):
        with Session(engine) as session, pytest.raises(StatementError):
            session.add(Item(id=3, price=wrong))
            session.commit()
    engine.dispose()
