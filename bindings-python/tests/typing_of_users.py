"""What users write, for the type checkers: nothing here runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from typing_extensions import assert_type

import earnest.sync
from earnest import Actor, EarnestError, Engine, IdempotencyKey, Money, Page, errors, views


async def shop() -> views.Deal:
    async with Engine.open("sqlite:shop.db", default_currency="USD", connect_timeout=timedelta(seconds=3)) as bank:
        moved = await bank.ledger.top_up("alice", amount=Money("100.00", "USD"), key="t-1")
        assert_type(moved, views.Moved)
        assert_type(moved.balance.available, Money)
        assert_type(moved.transfer.from_, "str | None")
        assert_type(sum([moved.balance.available, moved.balance.held], Money.zero("USD")), Money)
        assert_type(moved.balance.available.amount, Decimal)
        key = IdempotencyKey("order-7")
        opened = await bank.acting(Actor("alice")).escrow.open("alice", seller="bob", price="40.00 USD", key=key.for_("o"))
        page = await bank.ledger.entries("alice", limit=10)
        assert_type(page.items, "list[views.Entry]")
        async for entry in bank.ledger.entries("alice"):
            assert_type(entry, views.Entry)
        try:
            paid = await bank.escrow.pay(opened.deal.id)
        except errors.InsufficientBalance as refused:
            assert_type(refused.available, Money)
            raise
        except EarnestError as refused:
            assert_type(refused.to_user("ko"), str)
            raise
        if paid.deal.state == "awaiting_shipment":
            return paid.deal
        return (await bank.escrow.get(deal=paid.deal.id)).replace(item=None)


def till() -> Page[views.Transfer]:
    with earnest.sync.Engine.open("memory:") as bank:
        for transfer in bank.ledger.transfers(account="alice"):
            assert_type(transfer, views.Transfer)
        return bank.ledger.transfers()


async def wrong(bank: Engine) -> None:
    await bank.ledger.top_up("alice", amount=1.5, key="t")  # type: ignore[arg-type]
    await bank.ledger.top_up("alice", amount="1 USD")  # type: ignore[call-arg]
    await bank.ledger.top_up("alice", amount="1 USD", key="t", colour="red")  # type: ignore[call-arg]
    Money(1.5, "USD")  # type: ignore[arg-type]
    Engine.open("memory:", colour="red")  # type: ignore[call-arg]
    (await bank.ledger.balance("alice")).posted = Money("1", "USD")  # type: ignore[misc]
