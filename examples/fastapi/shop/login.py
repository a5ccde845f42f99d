"""The caller. HERE COMES YOUR LOGIN: this one believes the header `Authorization: Bearer 7` of shop 7."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, HTTPException

from earnest import Actor, IdempotencyKey
from earnest.fastapi import Idempotency


def current_shop(authorization: Annotated[str, Header()] = "") -> int:
    """The shop that asks."""
    token = authorization.removeprefix("Bearer ")
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise HTTPException(401, "log in as a shop")
    return int(token)


CurrentShop = Annotated[int, Depends(current_shop)]

#: The shop's own key for a request: the same key again is the same effect.
Key = Annotated[IdempotencyKey, Depends(Idempotency(scope=current_shop))]

#: The shop's program itself, for what a shop may not do alone: it makes money of what was paid at the counter.
TILL = Actor.system("till")


def account_of_shop(shop: int) -> str:
    return f"shop-{shop}"


def account_of(customer: int) -> str:
    return f"customer-{customer}"


def actor_of(shop: int) -> Actor:
    """The shop, which owns the accounts of its customers, and moves no other."""
    return Actor(account_of_shop(shop))
