"""The shop's own tables, on PostgreSQL or in one file of SQLite, as `DATABASE_URL` says."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import ForeignKey, Index
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

URL = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///shop.db")
IS_SQLITE = URL.startswith("sqlite")

engine: AsyncEngine = create_async_engine(URL, pool_size=20, max_overflow=0, pool_timeout=60)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The shop's own tables."""


class Shop(Base):
    """A shop. What it earned is in the account `shop-ID`."""

    __tablename__ = "shops"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Customer(Base):
    """A customer of a shop. What was paid in advance is in the account `customer-ID`, which the shop owns."""

    __tablename__ = "customers"
    __table_args__ = (Index("customers_of_shop", "shop", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    shop: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    name: Mapped[str]
    phone: Mapped[str]


class Sale(Base):
    """A sale to a customer, and the transfer that paid for it."""

    __tablename__ = "sales"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    item: Mapped[str]
    transfer: Mapped[str] = mapped_column(unique=True)
    cancelled: Mapped[bool] = mapped_column(default=False)


@asynccontextmanager
async def making_tables() -> AsyncIterator[AsyncConnection]:
    """A transaction in which no other process makes tables: the workers of a server begin at once."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("BEGIN IMMEDIATE" if IS_SQLITE else "SELECT pg_advisory_xact_lock(20260101)")
        yield connection


async def create_tables() -> None:
    """Makes the tables that are not there."""
    async with making_tables() as connection:
        await connection.run_sync(Base.metadata.create_all)
