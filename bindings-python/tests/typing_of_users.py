"""Code as users write it, for the type checkers: nothing here runs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import aiosqlite
import asyncpg
import psycopg
from django.db import connection as django_connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from typing_extensions import assert_type

import earnest._attached
import earnest.fastapi
import earnest.sync._workers
import earnest.testing
from earnest import Actor, EarnestError, Engine, IdempotencyKey, Money, Page, Secret, errors, views
from earnest._workers import Subscription, Worker
from earnest.hosts._driver import AsyncTransaction, Transaction


async def shop() -> views.Deal:
    async with Engine.open("sqlite:shop.db", default_currency="USD", connect_timeout=timedelta(seconds=3)) as bank:
        moved = await bank.ledger.top_up("alice", amount=Money("100.00", "USD"), key="t-1")
        assert_type(moved, views.Moved)
        assert_type(moved.balance.available, Money)
        assert_type(moved.transfer.from_, "str | None")
        assert_type(sum([moved.balance.available, moved.balance.held], Money.zero("USD")), Money)
        assert_type(moved.balance.available.amount, Decimal)
        key = IdempotencyKey("order-7")
        opened = await bank.acting(Actor("alice")).escrow.open(
            "alice", seller="bob", price="40.00 USD", key=key.for_("o")
        )
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
        return (await bank.escrow.get(paid.deal.id)).replace(item=None)


async def secrets(bank: Engine, pin: Secret, token: Secret) -> None:
    proof = (await bank.credentials.verify_pin("alice", pin=pin)).proof
    await bank.payments.create("1.00 USD", token=token, key="p-1", proofs=[Secret(proof), "another"])
    await bank.webhooks.set_source("card", scheme="stripe", gateway="cards", secrets=[token, "text"])
    # a name that is a secret of others
    await bank.withdrawals.set_asset("polygon", currency="USDC", kind="erc20", decimals=6, token=token)  # type: ignore[arg-type]


def till() -> Page[views.Transfer]:
    with earnest.sync.Engine.open("memory:") as bank:
        for transfer in bank.ledger.transfers("alice"):
            assert_type(transfer, views.Transfer)
        return bank.ledger.transfers()


async def readers(bank: Engine, till: earnest.sync.Engine) -> None:
    def note(event: views.Event) -> None: ...

    assert_type(await bank.events.subscribe("notes", types=["deal.*"], key="s-1"), views.SinkReply)
    assert_type(await bank.events.subscribe("notes", note, from_="first"), Subscription)
    assert_type(await bank.events.subscribe(name="notes", handler=note), Subscription)
    assert_type(await bank.subscribe(name="notes", handler=note), Subscription)
    assert_type(bank.events.follow(7), AsyncIterator[views.Event])
    assert_type(till.events.subscribe("notes"), views.SinkReply)
    assert_type(till.events.subscribe("notes", note, lease=timedelta(minutes=5)), earnest.sync._workers.Subscription)
    assert_type(till.events.subscribe(name="notes", handler=note), earnest.sync._workers.Subscription)
    assert_type(till.events.follow(7), Iterator[views.Event])
    await bank.events.subscribe("notes", 7)  # type: ignore[call-overload]
    await bank.events.subscribe("notes", lease="PT5M")  # type: ignore[call-overload]
    bank.using(sessions()).events.follow(7)  # type: ignore[attr-defined]


async def chosen(bank: Engine, state: str, deal: views.Deal) -> None:
    bank.escrow.list(state="shipped")
    bank.escrow.list(state=state)
    bank.escrow.list(state=deal.state)
    bank.escrow.list(state=7)  # type: ignore[arg-type]
    await bank.approvals.set_policy("p", operation="*", threshold="1.00 USD", require=["pin", state])


async def guarded(bank: Engine) -> None:
    for rule in await bank.risk.rules():
        assert_type(rule.limit, "int | Money")
    await bank.risk.set_rule(
        "r", action="*", subject="account", metric="sum", limit="5.00 USD", outcome="block", key="r"
    )
    await bank.risk.set_rule("r", action="*", subject="account", metric="count", limit=5, outcome="block", key="r")
    await bank.risk.set_rule("r", action="*", subject="account", metric="count", limit=5.5, outcome="block", key="r")  # type: ignore[arg-type]
    for fired in (await bank.risk.evaluate("ledger.deduct", args={})).fired:
        assert_type(fired.seen, "int | Money")
        assert_type(fired.requested, "int | Money")
        assert_type(fired.limit, "int | Money")
    async for approval in bank.approvals.list():
        assert_type(approval.request, "dict[str, Any] | None")
    assert_type(await bank.call("ledger.balance", {"account": "alice"}), "dict[str, Any]")
    bank.acting({"id": "anna", "role": "admin"}).acting(7)  # type: ignore[arg-type]


db = create_async_engine("sqlite+aiosqlite:///shop.db")
sessions = async_sessionmaker(db)
attached = Engine.attach(db)


async def route(session: AsyncSession) -> None:
    """An engine that nobody opened."""
    assert_type((await attached.using(session, actor="alice").ledger.balance("alice")).posted, Money)
    assert_type(await Engine.attach(db), "earnest._attached.Attached")
    async with Engine.attach(db) as bank:
        engine: Engine = bank
        assert_type((await engine.ledger.balance("alice")).posted, Money)
    with earnest.sync.Engine.attach(lambda: sqlite3.connect("shop.db")) as till:
        blocking: earnest.sync.Engine = till
        assert_type(blocking.ledger.balance("alice").posted, Money)

    async def pay(mine: AsyncSession) -> int:
        return len(mine.new)

    async def wrong(mine: int) -> int:
        return mine

    assert_type(await attached.run(sessions.begin, pay), int)
    await attached.run(sessions.begin, wrong)  # type: ignore[misc]


async def any_json(bank: Engine) -> None:
    parts: list[str] = ["a", "b"]
    paid: dict[str, earnest.JsonInput] = {"price": Money("1.00", "USD"), "parts": parts, "at": (1, 2.5, None)}
    await bank.jobs.enqueue("mail", payload={"to": "customer-7", "paid": paid}, key="j-1")
    await bank.jobs.enqueue("mail", payload=bank, key="j-2")  # type: ignore[arg-type]
    await bank.jobs.enqueue("mail", payload={"to": Decimal("1.5")}, key="j-3")  # type: ignore[dict-item]
    receipt = await bank.receipts.get("rcp_1")
    await bank.receipts.verify(receipt.to_wire(), public_keys=(await bank.receipts.public_keys()).to_wire())
    await bank.receipts.verify(receipt)


def joined(bank: Engine, till: earnest.sync.Engine) -> None:
    """Transactions and pools of every driver, and what is none."""

    def of_asyncio(
        one: AsyncSession, two: AsyncConnection, three: psycopg.AsyncConnection[Any], four: aiosqlite.Connection
    ) -> None:
        for tx in (bank.using(one), bank.using(two), bank.using(three), attached.using(four)):
            assert_type(tx, AsyncTransaction)
        till.using(one)  # type: ignore[arg-type]
        till.using(three)  # type: ignore[arg-type]

    def that_block(one: Session, two: Connection, three: psycopg.Connection[Any], four: sqlite3.Connection) -> None:
        for tx in (
            till.using(one),
            till.using(two),
            till.using(three),
            till.using(four),
            till.using(django_connection),
        ):
            assert_type(tx, Transaction)
        bank.using(one)  # type: ignore[arg-type]
        bank.using(four)  # type: ignore[arg-type]

    def of_asyncpg(pool: asyncpg.Pool, one: asyncpg.Connection, two: asyncpg.pool.PoolConnectionProxy) -> None:
        Engine.attach(pool)
        bank.using(one)
        bank.using(two)

    def pools(blocking: ConnectionPool[Any], asynchronous: AsyncConnectionPool[Any]) -> None:
        for one in (
            Engine.attach(blocking),
            Engine.attach(asynchronous),
            Engine.attach(create_engine("sqlite:///shop.db")),
        ):
            assert_type(one, earnest._attached.Attached)
        Engine.attach(lambda: aiosqlite.connect("shop.db"))
        Engine.attach(lambda: psycopg.AsyncConnection.connect("dbname=shop"))
        Engine.attach(lambda: sqlite3.connect("shop.db"))
        earnest.fastapi.lifespan(pool=db)
        earnest.sync.Engine.attach(blocking)
        earnest.sync.Engine.attach(create_engine("sqlite:///shop.db"))
        earnest.sync.Engine.attach(lambda: psycopg.connect("dbname=shop"))
        earnest.sync.Engine.attach(django_connection)
        earnest.sync.Engine.attach(asynchronous)  # type: ignore[arg-type]
        earnest.sync.Engine.attach(db)  # type: ignore[arg-type]
        Engine.attach(sessions)  # type: ignore[arg-type]
        Engine.attach("sqlite:shop.db")  # type: ignore[arg-type]

    bank.using(db)  # type: ignore[arg-type]
    bank.using(None)  # type: ignore[arg-type]
    earnest.testing.engine(host=sessions())
    earnest.testing.engine(host=db)  # type: ignore


def workers(bank: Engine, till: earnest.sync.Engine) -> None:
    def mail(job: views.Job) -> None: ...

    assert_type(bank.jobs.worker({"mail": mail}, concurrency=2), Worker)
    assert_type(till.jobs.worker({"mail": mail}), earnest.sync._workers.Worker)
    bank.jobs.worker(7)  # type: ignore[arg-type]
    bank.using(sessions()).jobs.worker({"mail": mail})  # type: ignore[attr-defined]

    def told(job: views.Job) -> earnest.Json:
        match job.payload:
            case {"to": str(to)}:
                assert_type(to, str)
                return {"to": to, "parts": [1, None, {"last": True}]}
        return job.payload["to"]  # type: ignore

    async def told_later(job: views.Job) -> dict[str, Any]:
        assert_type(job.result, earnest.Json)
        return {"to": "customer-7", "of": Money("1.00", "USD")}

    def unwritten(job: views.Job) -> object: ...

    bank.jobs.worker({"told": told, "later": told_later})
    till.jobs.worker({"told": told})
    bank.jobs.worker({"unwritten": unwritten})  # type: ignore[dict-item]
    till.jobs.worker({"later": told_later})  # type: ignore[dict-item]


async def wrong(bank: Engine) -> None:
    await bank.ledger.top_up("alice", amount=1.5, key="t")  # type: ignore[arg-type]
    await bank.ledger.top_up("alice", amount="1 USD")  # type: ignore[call-arg]
    await bank.ledger.top_up("alice", amount="1 USD", key="t", colour="red")  # type: ignore[call-arg]
    Money(1.5, "USD")  # type: ignore[arg-type]
    Engine.open("memory:", colour="red")  # type: ignore[call-arg]
    (await bank.ledger.balance("alice")).posted = Money("1", "USD")  # type: ignore[misc]


async def as_coroutines(bank: Engine) -> None:
    assert_type(await asyncio.create_task(Engine.open("memory:")), Engine)
    assert_type((await asyncio.create_task(bank.ledger.transfers())).items, "list[views.Transfer]")
    result = (await bank.ledger.batch([])).results[0]
    assert_type(result.error, "EarnestError | None")
    async for rule in await bank.risk.rules():
        assert_type(rule, views.Rule)


def of_the_package(bank: earnest.sync.Engine) -> None:
    try:
        assert_type(bank.ledger.balance("alice"), earnest.views.Balance)
    except earnest.InsufficientBalance as refused:
        assert_type(refused.available, Money)
    except earnest.errors.AccountNotFound as refused:
        assert_type(refused.account, str)
