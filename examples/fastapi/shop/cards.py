"""Money by card. A route writes the payment and what is to be asked; a worker asks, outside of every transaction.

A call without an answer is never sent again: the worker is given a question about it instead (`query`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from pydantic import BaseModel, SecretStr

from earnest import Engine, Json, Money, Page, errors, views
from earnest.fastapi import EngineDep, responses
from shop.login import TILL, CurrentShop, Key, account_of, actor_of
from shop.routes import must_be_of

router = APIRouter()

GATEWAY = "card"

#: The provider's charges. HERE COMES YOUR PAYMENT PROVIDER: this dictionary takes every token but one.
charges: dict[str, dict[str, Json]] = {}


class CardPayment(BaseModel):
    amount: Money
    #: The provider's own handle of the card, from its widget: never the number of the card.
    token: SecretStr


@router.post(
    "/customers/{customer}/payments",
    status_code=202,
    responses=responses(errors.InvalidAmount, errors.IdempotencyMismatch, errors.GatewayUnavailable),
)
async def pay(customer: int, body: CardPayment, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Payment:
    """Begins a payment into the balance of a customer; the money is there when its state is `captured`."""
    await must_be_of(shop, customer)
    begun = await bank.acting(TILL).payments.create(
        body.amount, to=account_of(customer), gateway=GATEWAY, token=body.token.get_secret_value(), key=key
    )
    return begun.payment


@router.get("/customers/{customer}/payments")
async def payments(customer: int, bank: EngineDep, shop: CurrentShop, after: str | None = None) -> Page[views.Payment]:
    """The payments of a customer, newest first."""
    await must_be_of(shop, customer)
    return await bank.acting(actor_of(shop)).payments.list(to=account_of(customer), after=after)


async def ask(job: views.Job) -> Json:
    """Asks the provider what a job says, and returns what it answered. What is raised here is "no answer"."""
    match job.payload:
        case {"call": "query", "payment": str(payment)}:
            known = charges.get(payment)
            return {"outcome": "nothing"} if known is None else {"outcome": "captured", **known}
        case {"call": "authorize", "token": "pm_empty"}:
            return {"outcome": "refused", "failure": {"code": "insufficient_funds", "retry": "other_method"}}
        case {"call": "authorize", "payment": str(payment), "amount": amount}:
            # `job.key` is the idempotency key for the provider, the payment its reference of yours
            charges[payment] = {"reference": f"ch_{payment}", "captured": amount}
            return {"outcome": "captured", "reference": f"ch_{payment}", "amount": amount}
        case {"call": "refund", "amount": amount}:
            return {"outcome": "refunded", "amount": amount}
    raise ValueError("the shop asks for nothing else")


@asynccontextmanager
async def working(bank: Engine) -> AsyncIterator[None]:
    """Makes the gateway known, and asks the provider what routes want to know, until the shop is closed."""
    mine = bank.acting(TILL)
    await mine.payments.set_gateway(GATEWAY, driver="host", currencies=["KRW"], abilities=["partial_refund", "query"])
    async with mine.worker({f"gateway.{GATEWAY}": ask}):
        yield
