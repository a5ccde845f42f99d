"""Shops, customers and their money. Earnest judges whether a shop may do what it asks for."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from earnest import Engine, Money, Page, errors, views
from earnest.fastapi import EngineDep, responses
from shop.database import Customer, Sale, Shop, sessions
from shop.login import TILL, CurrentShop, Key, account_of, account_of_shop, actor_of
from shop.pins import proof_of, typed_by

router = APIRouter()

NOT_FOUND = HTTPException(404, "there is no such customer or sale of this shop")


class NewShop(BaseModel):
    name: str = Field(min_length=1, max_length=100)


class NewCustomer(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    phone: str = Field(min_length=1, max_length=30)


class TopUp(BaseModel):
    amount: Money


class Deduction(BaseModel):
    amount: Money
    pin: SecretStr | None = None


class Purchase(Deduction):
    item: str = Field(min_length=1, max_length=100)


class NewPin(BaseModel):
    pin: SecretStr
    current: SecretStr | None = None


class Made(BaseModel):
    id: int


async def must_be_of(shop: int, customer: int) -> None:
    """Ends a request about somebody who is no customer of the shop."""
    async with sessions() as session:
        found = await session.scalar(select(Customer).where(Customer.id == customer, Customer.shop == shop))
    if found is None:
        raise NOT_FOUND


async def checked(bank: Engine, customer: int, shop: int, body: Deduction, key: str) -> list[str] | None:
    """The proof of the PIN that was typed, outside of every transaction: a wrong one counts, whatever else becomes.

    What was sold under this key already is answered without it: the PIN may have been changed since.
    """
    if body.pin is None:
        return None
    await must_be_of(shop, customer)
    if (await bank.acting(TILL).admin.lookup_key(key)).outcome == "accepted":
        return None
    return [await proof_of(bank, customer, shop, body.amount, body.pin.get_secret_value())]


@router.post("/shops", status_code=201)
async def open_shop(body: NewShop, bank: EngineDep) -> Made:
    """A shop, and the account of what it earns: many pay into it at once, so it is a streaming one."""

    async def work(session: AsyncSession) -> Made:
        shop = Shop(name=body.name)
        session.add(shop)
        await session.flush()
        mine = bank.using(session, actor=TILL)
        await mine.ledger.open_account(account_of_shop(shop.id), currency="KRW", kind="shop", streaming=True)
        return Made(id=shop.id)

    return await bank.run(sessions.begin, work)


@router.post("/customers", status_code=201)
async def add_customer(body: NewCustomer, bank: EngineDep, shop: CurrentShop) -> Made:
    async def work(session: AsyncSession) -> Made:
        customer = Customer(shop=shop, name=body.name, phone=body.phone)
        session.add(customer)
        await session.flush()
        mine = bank.using(session, actor=TILL)
        await mine.ledger.open_account(
            account_of(customer.id),
            currency="KRW",
            kind="customer",
            owner=account_of_shop(shop),
            display_name=body.name,
        )
        return Made(id=customer.id)

    return await bank.run(sessions.begin, work)


@router.get("/customers")
async def customers(
    bank: EngineDep,
    shop: CurrentShop,
    name: str | None = None,
    order: Literal["name", "balance", "created"] = "name",
    after: str | None = None,
    limit: int = 50,
) -> Page[views.Account]:
    """The customers by name or by the beginning of it, or by balance, the greatest first."""
    mine = bank.acting(actor_of(shop))
    # by balance within a currency: from the engine's rank, which does not read every customer
    currency = "KRW" if order == "balance" else None
    return await mine.ledger.accounts(
        owner=account_of_shop(shop), search=name, order=order, currency=currency, after=after, limit=limit
    )


@router.post(
    "/customers/{customer}/top-ups",
    status_code=201,
    responses=responses(errors.InvalidAmount, errors.IdempotencyMismatch),
)
async def top_up(customer: int, body: TopUp, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Moved:
    """Money that the customer paid at the counter. Money by card is in `cards.py`."""
    await must_be_of(shop, customer)
    return await bank.acting(TILL).ledger.top_up(account_of(customer), amount=body.amount, key=key)


@router.post(
    "/customers/{customer}/pin", responses=responses(errors.FactorRequired, errors.PinInvalid, errors.PinLocked)
)
async def set_pin(customer: int, body: NewPin, bank: EngineDep, shop: CurrentShop) -> views.PinSet:
    """The PIN that large purchases need; a second one needs the first. HERE COMES YOUR PROOF OF WHO STANDS THERE."""
    await must_be_of(shop, customer)
    return await typed_by(bank, customer).credentials.set_pin(
        account_of(customer),
        pin=body.pin.get_secret_value(),
        current=body.current.get_secret_value() if body.current else None,
    )


@router.post(
    "/customers/{customer}/purchases",
    status_code=201,
    responses=responses(
        errors.InsufficientBalance,
        errors.AccountNotFound,
        errors.NotPermitted,
        errors.FactorRequired,
        errors.PinInvalid,
        errors.PinLocked,
    ),
)
async def purchase(customer: int, body: Purchase, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Moved:
    """Takes the price from the balance and notes the sale: both in one transaction, or neither."""
    proofs = await checked(bank, customer, shop, body, key)

    async def work(session: AsyncSession) -> views.Moved:
        mine = bank.using(session, actor=actor_of(shop))
        moved = await mine.ledger.deduct(
            account_of(customer), amount=body.amount, to=account_of_shop(shop), key=key, proofs=proofs
        )
        if not moved.replayed:
            sale = {"customer": customer, "item": body.item, "transfer": moved.transfer.id}
            await session.execute(insert(Sale), sale)
        return moved

    return await bank.run(sessions.begin, work)


@router.post("/customers/{customer}/deductions", status_code=201)
async def deduct(customer: int, body: Deduction, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Moved:
    """The same without a row of the shop's own: the engine makes groups of such calls, which is faster."""
    proofs = await checked(bank, customer, shop, body, key)
    mine = bank.acting(actor_of(shop))
    return await mine.ledger.deduct(
        account_of(customer), amount=body.amount, to=account_of_shop(shop), key=key, proofs=proofs
    )


@router.post("/sales/{transfer}/cancel", responses=responses(errors.AlreadyReversed))
async def cancel(transfer: str, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Moved:
    """Gives the money back, once, and marks the sale."""

    async def work(session: AsyncSession) -> views.Moved:
        wanted = select(Sale).join(Customer).where(Sale.transfer == transfer, Customer.shop == shop)
        sale = await session.scalar(wanted)
        if sale is None:
            raise NOT_FOUND
        moved = await bank.using(session, actor=TILL).ledger.cancel(transfer, key=key)
        sale.cancelled = True
        return moved

    return await bank.run(sessions.begin, work)


@router.get("/customers/{customer}/statement")
async def statement(
    customer: int, bank: EngineDep, shop: CurrentShop, after: str | None = None, limit: int = 50
) -> Page[views.Entry]:
    """Lists the entries, newest first."""
    mine = bank.acting(actor_of(shop))
    return await mine.ledger.entries(account_of(customer), after=after, limit=limit)


class Check(BaseModel):
    balanced: bool
    verified: bool


@router.get("/check")
async def check(bank: EngineDep) -> Check:
    """Whether everything adds up: for the operator, so keep it from others."""
    auditor = bank.acting(TILL)
    balanced = (await auditor.ledger.trial_balance()).balanced
    return Check(balanced=balanced, verified=(await auditor.verify()).ok)
