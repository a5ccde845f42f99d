"""PINs of customers. From `PIN_FROM` up, the shop takes money only with the PIN of the customer whose money it is.

That is a policy of the books: no route can forget it. A PIN is checked before the shop's transaction is opened, as an
attempt counts whatever becomes of the purchase; the proof that the check gives is used up inside it, once.
"""

from __future__ import annotations

import os
from typing import Any

from earnest import Actor, Engine, Money
from shop.login import account_of, account_of_shop

#: From this amount up a PIN is asked for.
PIN_FROM = os.environ.get("PIN_FROM", "50000 KRW")

#: The keys that PINs are kept with, as text or `file:` and a path. Without them nobody has a PIN, and from `PIN_FROM` up
#: nothing is sold.
KEYRING = os.environ.get("EARNEST_KEYRING")

POLICIES: list[dict[str, Any]] = [
    {"id": "pin", "operation": "ledger.deduct", "threshold": PIN_FROM, "require": ["pin"], "approvers": 0},
    # what pays an order, in one step or in two
    {"id": "pin-orders", "operation": "purchases.buy", "threshold": PIN_FROM, "require": ["pin"], "approvers": 0},
    {"id": "pin-out", "operation": "withdrawals.request", "threshold": PIN_FROM, "require": ["pin"], "approvers": 0},
]

#: Texts of the shop's own: these say how long to wait.
MESSAGES = {
    "en": {"pin_locked": "The PIN was wrong too often[. Try again in {retry_after} seconds]"},
    "ko": {"pin_locked": "PIN 번호를 여러 번 잘못 입력했습니다[. {retry_after}초 후에 다시 시도해 주세요]"},
}


def typed_by(bank: Engine, customer: int) -> Engine:
    """The engine for what a customer does alone, at the shop's terminal."""
    return bank.acting(Actor(account_of(customer)))


async def proof_of(bank: Engine, customer: int, shop: int, amount: Money, pin: str) -> str:
    """Proves the customer's consent to a deduction: good once, for two minutes, for this amount and shop."""
    request = {"account": account_of(customer), "amount": amount, "to": account_of_shop(shop)}
    return await proof_for(bank, customer, pin, "ledger.deduct", request)


async def proof_for(bank: Engine, customer: int, pin: str, operation: str, request: dict[str, Any]) -> str:
    """The same for any call: it is good for no other request."""
    checked = await typed_by(bank, customer).credentials.verify_pin(
        account_of(customer), pin=pin, for_={"operation": operation, "args": request}
    )
    return checked.proof
