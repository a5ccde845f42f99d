"""Offers of which there are only so many: a customer orders, which holds the units at the price of now, and then pays.

Nothing here counts: the engine does, so that many customers at once never get more than there is, in whichever process.
An order that nobody pays lets its units go after `hold_for`.
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field, SecretStr

from earnest import Engine, Money, Page, errors, views
from earnest.fastapi import EngineDep, responses
from shop.login import CurrentShop, Key, account_of, account_of_shop, actor_of
from shop.pins import proof_for
from shop.routes import NOT_FOUND, must_be_of

router = APIRouter()

#: Of a name within a shop; the offers of all shops are in one book.
NAME = Field(pattern=r"^[A-Za-z0-9_:-]{1,30}$")


class NewOffer(BaseModel):
    name: str = NAME
    price: Money
    stock: int = Field(ge=0, le=1_000_000)
    #: How many one customer may have.
    limit: int | None = Field(default=None, ge=1, le=1_000_000)


class Order(BaseModel):
    offer: str = NAME
    quantity: int = Field(default=1, ge=1, le=1000)
    #: The price that the customer was shown: where it has changed since, nothing is ordered.
    expect: Money | None = None


class Payment(BaseModel):
    pin: SecretStr | None = None


def offer_of(shop: int, name: str) -> str:
    return f"{account_of_shop(shop)}.{name}"


async def must_have_ordered(bank: Engine, shop: int, customer: int, order: str) -> None:
    """Ends a request about an order that is not this customer's."""
    await must_be_of(shop, customer)
    found = await bank.acting(actor_of(shop)).purchases.get(purchase=order)
    if found.buyer != account_of(customer):
        raise NOT_FOUND


@router.post("/offers", status_code=201, responses=responses(errors.ConditionNotMet))
async def set_offer(body: NewOffer, bank: EngineDep, shop: CurrentShop) -> views.Offer:
    """Registers an offer, or changes one: its stock is how many there are in all, sold ones included."""
    made = await bank.acting(actor_of(shop)).purchases.set_offer(
        offer_of(shop, body.name),
        seller=account_of_shop(shop),
        price=body.price,
        stock=body.stock,
        per_user_limit=body.limit,
    )
    return made.offer


@router.get("/offers")
async def offers(bank: EngineDep, shop: CurrentShop, after: str | None = None) -> Page[views.Offer]:
    """Lists the shop's offers, newest first, with how much of each is left."""
    return await bank.acting(actor_of(shop)).purchases.offers(seller=account_of_shop(shop), after=after)


@router.post(
    "/customers/{customer}/orders",
    status_code=201,
    responses=responses(errors.OfferNotFound, errors.OutOfStock, errors.PurchaseLimitExceeded, errors.ConditionNotMet),
)
async def order(customer: int, body: Order, bank: EngineDep, shop: CurrentShop, key: Key) -> views.Purchase:
    """Holds units for a customer until `hold_until`; nothing is paid yet."""
    await must_be_of(shop, customer)
    held = await bank.acting(actor_of(shop)).purchases.reserve(
        offer_of(shop, body.offer),
        buyer=account_of(customer),
        quantity=body.quantity,
        expect=body.expect,
        key=key,
    )
    return held.purchase


@router.get("/customers/{customer}/orders")
async def orders(customer: int, bank: EngineDep, shop: CurrentShop, after: str | None = None) -> Page[views.Purchase]:
    """Lists a customer's orders, newest first."""
    await must_be_of(shop, customer)
    return await bank.acting(actor_of(shop)).purchases.list(buyer=account_of(customer), after=after)


@router.post(
    "/customers/{customer}/orders/{order}/pay",
    responses=responses(
        errors.PurchaseNotFound,
        errors.InsufficientBalance,
        errors.TransitionNotAllowed,
        errors.ConditionNotMet,
        errors.FactorRequired,
        errors.PinInvalid,
        errors.PinLocked,
    ),
)
async def pay(customer: int, order: str, body: Payment, bank: EngineDep, shop: CurrentShop) -> views.Purchase:
    """Pays an order from the balance. Sent again it is answered as before: an order is paid once."""
    await must_have_ordered(bank, shop, customer, order)
    proofs = None
    if body.pin is not None:
        request = {"purchase": order}
        proofs = [await proof_for(bank, customer, body.pin.get_secret_value(), "purchases.pay", request)]
    paid = await bank.acting(actor_of(shop)).purchases.pay(order, proofs=proofs)
    return paid.purchase


@router.post("/customers/{customer}/orders/{order}/cancel", responses=responses(errors.PurchaseNotFound))
async def cancel(customer: int, order: str, bank: EngineDep, shop: CurrentShop) -> views.Purchase:
    """Gives an order up that is not paid: its units are for others at once."""
    await must_have_ordered(bank, shop, customer, order)
    return (await bank.acting(actor_of(shop)).purchases.cancel(order)).purchase
