"""`earnest.sqlalchemy.MoneyType` on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from earnest import EarnestError, Money, errors
from earnest.sqlalchemy import MoneyType
from hosts import fresh_database, with_driver


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[Money] = mapped_column(MoneyType("USD"))
    paid: Mapped[Money | None] = mapped_column(MoneyType())


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(database: str) -> Iterator[sqlalchemy.Engine]:
    url = "sqlite://" if database == "sqlite" else with_driver(asyncio.run(fresh_database()), "psycopg")
    engine = sqlalchemy.create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_money_in_a_table(database: str, engine: sqlalchemy.Engine) -> None:
    large = Money.from_minor(2**63 - 1 if database == "sqlite" else 10**37, "USD")
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


@pytest.fixture
def shelf(engine: sqlalchemy.Engine) -> Iterator[Session]:
    """Prices whose order as texts is another one."""
    with Session(engine) as session:
        for number, price in enumerate(["9.00", "50.00", "-3.00", "-20.00", "0.05"]):
            session.add(Item(id=number, price=Money(price, "USD"), paid=Money("1.00", "EUR")))
        session.flush()
        yield session


def test_a_database_compares_and_sums(shelf: Session) -> None:
    select, func, price = sqlalchemy.select, sqlalchemy.func, Item.price
    usd = lambda text: Money(text, "USD")  # noqa: E731
    ordered = ["-20.00", "-3.00", "0.05", "9.00", "50.00"]
    assert shelf.scalars(select(price).order_by(price)).all() == [usd(text) for text in ordered]
    assert shelf.scalars(select(price).where(price > usd("8.00")).order_by(price)).all() == [usd("9.00"), usd("50.00")]
    assert len(shelf.scalars(select(price).where(price.between(usd("-5.00"), usd("9.00")))).all()) == 3
    assert shelf.execute(select(func.max(price), func.min(price), func.sum(price))).one() == (
        usd("50.00"),
        usd("-20.00"),
        usd("36.05"),
    )
    doubled = select(price * 2, 2 * price, price + usd("1.00"), price - price, -price).where(price == usd("9.00"))
    assert shelf.execute(doubled).one() == (usd("18.00"), usd("18.00"), usd("10.00"), usd("0"), usd("-9.00"))
    grouped = select(Item.paid).group_by(Item.paid).having(func.sum(price) > usd("36.00"))
    assert shelf.scalars(grouped).all() == [Money("1.00", "EUR")]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda item: item.price == Decimal("9.00"),
        lambda item: item.price > 8,
        lambda item: item.price + Decimal("1"),
        lambda item: item.price == Money("9.00", "EUR"),
        lambda item: item.price * Decimal("1.5"),
        lambda item: item.price * 1.5,
        lambda item: item.price * True,
        lambda item: item.price * item.price,
        lambda item: item.price / 2,
        lambda item: item.price % 2,
        lambda item: item.paid > Money("1.00", "EUR"),
        lambda item: item.paid + Money("1.00", "EUR"),
        lambda item: item.paid * 2,
    ],
)
def test_what_has_no_right_answer_is_refused(shelf: Session, wrong: Any) -> None:
    """On every database alike, by a refusal that names the amount."""
    with pytest.raises((StatementError, EarnestError)) as caught:
        shelf.execute(sqlalchemy.select(wrong(Item))).all()
    refused = caught.value.orig if isinstance(caught.value, StatementError) else caught.value
    assert isinstance(refused, errors.Invalid) and refused.details["field"] in ("amount", "currency"), refused


def test_more_than_sqlite_holds_is_refused(engine: sqlalchemy.Engine, database: str) -> None:
    with Session(engine) as session:
        session.add(Item(id=1, price=Money.from_minor(2**63, "USD")))
        if database == "postgresql":
            session.commit()
        else:
            with pytest.raises(StatementError, match="minor units on SQLite"):
                session.commit()


def test_columns_of_texts_are_refused() -> None:
    """Their order is that of texts: a column of another type than this one's."""
    engine = sqlalchemy.create_engine("sqlite://")
    with Session(engine) as session:
        session.execute(
            sqlalchemy.text("CREATE TABLE items (id integer PRIMARY KEY, price varchar(64), paid varchar(64))")
        )
        session.execute(sqlalchemy.text("INSERT INTO items VALUES (1, '9.00 USD', NULL)"))
        session.add(Item(id=2, price=Money("50.00", "USD")))
        session.flush()
        for number in (1, 2):
            with pytest.raises(errors.StoreConflict, match="INTEGER"):
                session.execute(sqlalchemy.select(Item.price).where(Item.id == number)).one()
        mean = sqlalchemy.type_coerce(sqlalchemy.literal_column("1.5"), MoneyType("USD"))
        with pytest.raises(errors.StoreConflict, match="float"):
            session.execute(sqlalchemy.select(mean)).one()
    engine.dispose()


def test_alembic_writes_a_revision_that_runs(engine: sqlalchemy.Engine) -> None:
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    import earnest.alembic

    assert (repr(MoneyType("USD")), repr(MoneyType())) == ("MoneyType('USD')", "MoneyType()")
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        context = MigrationContext.configure(connection)
        made = produce_migrations(context, Base.metadata)
        imports: set[str] = set()

        def item(kind: str, thing: Any, about: Any) -> Any:
            written = earnest.alembic.render_item(kind, thing, about)
            imports.update(about.imports)
            return written

        code = render_python_code(made.upgrade_ops, render_item=item, migration_context=context)
        assert imports == {"import earnest.sqlalchemy"} and "earnest.sqlalchemy.MoneyType('USD')" in code
        names: dict[str, Any] = {"op": Operations(context), "sa": sqlalchemy}
        exec("\n".join([*sorted(imports), "def upgrade():", code]), names)
        names["upgrade"]()
        connection.execute(sqlalchemy.insert(Item).values(id=1, price=Money("9.00", "USD")))
        assert connection.execute(sqlalchemy.select(Item.price)).scalar_one() == Money("9.00", "USD")
