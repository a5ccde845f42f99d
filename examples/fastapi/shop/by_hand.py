"""The same two routes as one writes them by hand, to compare with: `SELECT ... FOR UPDATE`, on PostgreSQL.

One entry for each movement, and none for the other side; no check of what is stored, and no receipt.
"""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shop.database import IS_SQLITE, making_tables, sessions
from shop.login import CurrentShop, Key
from shop.routes import Purchase, TopUp

router = APIRouter(prefix="/by-hand")

TABLES = """
CREATE TABLE IF NOT EXISTS hand_customers (
    id bigint PRIMARY KEY,
    shop bigint NOT NULL,
    balance numeric(38, 0) NOT NULL CHECK (balance >= 0)
);
CREATE TABLE IF NOT EXISTS hand_transactions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL REFERENCES hand_customers,
    amount numeric(38, 0) NOT NULL,
    balance_after numeric(38, 0) NOT NULL,
    key text NOT NULL UNIQUE,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS hand_transactions_of ON hand_transactions (customer, id);
CREATE TABLE IF NOT EXISTS hand_sales (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL REFERENCES hand_customers,
    item text NOT NULL,
    transaction bigint NOT NULL UNIQUE
)
"""


async def create_tables() -> None:
    if not IS_SQLITE:
        async with making_tables() as connection:
            for statement in TABLES.split(";"):
                await connection.execute(text(statement))


class Moved(BaseModel):
    transaction: int
    balance: Decimal
    replayed: bool


@router.post("/customers/{customer}/top-ups", status_code=201)
async def top_up(customer: int, body: TopUp, shop: CurrentShop, key: Key) -> Moved:
    new = text("INSERT INTO hand_customers VALUES (:id, :shop, 0) ON CONFLICT DO NOTHING")
    async with sessions.begin() as session:
        await session.execute(new, {"id": customer, "shop": shop})
        return await move(session, customer, shop, body.amount.minor, key)


@router.post("/customers/{customer}/deductions", status_code=201)
async def deduct(customer: int, body: TopUp, shop: CurrentShop, key: Key) -> Moved:
    async with sessions.begin() as session:
        return await move(session, customer, shop, -body.amount.minor, key)


@router.post("/customers/{customer}/purchases", status_code=201)
async def purchase(customer: int, body: Purchase, shop: CurrentShop, key: Key) -> Moved:
    sale = text("INSERT INTO hand_sales (customer, item, transaction) VALUES (:customer, :item, :transaction)")
    async with sessions.begin() as session:
        moved = await move(session, customer, shop, -body.amount.minor, key)
        if not moved.replayed:
            row = {"customer": customer, "item": body.item, "transaction": moved.transaction}
            await session.execute(sale, row)
        return moved


async def move(session: AsyncSession, customer: int, shop: int, amount: int, key: str) -> Moved:
    """Locks the customer, then looks for the key, so that two requests with one key take their turns."""
    locked = text("SELECT balance FROM hand_customers WHERE id = :id AND shop = :shop FOR UPDATE")
    balance: Decimal | None = await session.scalar(locked, {"id": customer, "shop": shop})
    if balance is None:
        raise HTTPException(404, "there is no such customer")
    used = text("SELECT id, balance_after FROM hand_transactions WHERE key = :key")
    before = (await session.execute(used, {"key": key})).first()
    if before is not None:
        return Moved(transaction=before[0], balance=before[1], replayed=True)
    after = balance + amount
    if after < 0:
        raise HTTPException(409, "there is not enough money in the account")
    update = text("UPDATE hand_customers SET balance = :after WHERE id = :id")
    await session.execute(update, {"after": after, "id": customer})
    entry = text(
        "INSERT INTO hand_transactions (customer, amount, balance_after, key) "
        "VALUES (:customer, :amount, :after, :key) RETURNING id"
    )
    row = {"customer": customer, "amount": amount, "after": after, "key": key}
    return Moved(transaction=await session.scalar(entry, row) or 0, balance=after, replayed=False)
