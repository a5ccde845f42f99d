"""Calls of every sort that are cancelled between any two of their steps, in a transaction that is committed all the same:
nothing of them is there."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from earnest import Actor, Engine, Money, errors, keygen
from earnest.hosts import _driver
from hosts import ASYNC, Host, SqliteSession, fresh_database, watched
from test_hosts_blocking import HOSTS

#: A call, given an engine bound to a transaction, or the engine itself, and what was made ready for it.
Call = Callable[[Any, Any], Awaitable[Any]]
Ready = Callable[[Engine], Awaitable[Any]]
KIM = Actor.admin("kim")


async def nothing(bank: Engine) -> None: ...


async def a_deal(bank: Engine) -> str:
    return (await bank.escrow.open("alice", seller="bob", price="40.00 USD", key="o-1")).deal.id


async def a_shipped_deal(bank: Engine) -> str:
    deal = await a_deal(bank)
    await bank.escrow.pay(deal)
    await bank.escrow.ship(deal)
    await bank.escrow.deliver(deal)
    return deal


async def an_approval(bank: Engine) -> str:
    await bank.approvals.set_policy("large", operation="ledger.deduct", threshold="10.00 USD", approvers=1)
    with pytest.raises(errors.ApprovalRequired) as asked:
        await bank.ledger.deduct("alice", amount="20.00 USD", key="d-1", actor="alice")
    return asked.value.approval


async def a_proof(bank: Engine) -> str:
    await bank.approvals.set_policy(
        "pin", operation="ledger.transfer", threshold="0.00 USD", require=["pin"], approvers=0
    )
    await bank.credentials.set_pin("alice", pin="481516", actor="alice")
    return (await bank.credentials.verify_pin("alice", pin="481516", actor="alice")).proof


def batch(bank: Any, _: Any) -> Awaitable[Any]:
    out = {"account": "alice", "amount": "1.00 USD"}
    deducted = {"op": "ledger.deduct", "args": {**out, "key": "b-1"}}
    held = {"op": "ledger.hold", "args": {**out, "key": "b-2", "expires_in": "P7D"}}
    moved = {"op": "ledger.transfer", "args": {"from": "alice", "to": "bob", "amount": "2.00 USD", "key": "b-3"}}
    done: Awaitable[Any] = bank.ledger.batch([deducted, held, moved])
    return done


CALLS: dict[str, tuple[Ready, Call]] = {
    "account": (nothing, lambda bank, _: bank.ledger.open_account("carol", currency="USD", key="a-1")),
    "approval": (an_approval, lambda bank, made: bank.approvals.approve(made, key="a-1", actor=KIM)),
    "batch": (nothing, batch),
    "deal-open": (nothing, lambda bank, _: bank.escrow.open("alice", seller="bob", price="4.00 USD", key="o-2")),
    "deal-pay": (a_deal, lambda bank, made: bank.escrow.pay(made)),
    "deal-release": (a_shipped_deal, lambda bank, made: bank.escrow.confirm(made, actor="alice")),
    "job": (nothing, lambda bank, _: bank.jobs.enqueue("shop.mail", payload={"to": "customer-7"}, key="mail-7")),
    "proof": (
        a_proof,
        lambda bank, made: bank.ledger.transfer(
            "alice", to="bob", amount="1.00 USD", key="x-1", actor="alice", proofs=[made]
        ),
    ),
    "sink": (nothing, lambda bank, _: bank.events.subscribe("notes", types=["transfer.*"], key="s-1")),
}


def hashed(tables: dict[str, list[str]]) -> dict[str, str]:
    return {name: hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest() for name, rows in tables.items()}


async def written(host: Host) -> dict[str, str]:
    """All that the engine has in the database, whatever wrote it."""
    if isinstance(host, SqliteSession):
        lite = sqlite3.connect(host.file)
        names = [
            row[0]
            for row in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'earnest_%'")
        ]
        found = {name: [repr(row) for row in lite.execute(f"SELECT * FROM {name}")] for name in names}
        lite.close()
    else:
        connection = await asyncpg.connect(host.url)
        names = [
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'earnest'")
        ]
        found = {
            name: [row[0] for row in await connection.fetch(f"SELECT t::text FROM earnest.{name} AS t")]
            for name in names
        }
        await connection.close()
    assert len(found) > 5
    return hashed(found)


async def cancelled_at(stop: int, host: Host, bank: Engine, call: Call, made: Any) -> tuple[bool, bool]:
    """Cancels a call when its step of this number is to be sent, and commits. Whether it was whole before that, and
    whether the transaction was committed."""
    task: asyncio.Future[Any] | None = None
    sent, committed = 0, False

    def cancel(_: Any) -> None:
        nonlocal sent
        if sent == stop and task is not None:
            task.cancel()
        sent += 1

    try:
        async with host.transaction() as tx:
            with watched(before=cancel):
                task = asyncio.ensure_future(call(bank.using(tx), made))
                with suppress(asyncio.CancelledError):
                    await task
            await host.order(tx, f"{stop:02}")
        committed = True
    except Exception:
        # nothing takes back what may have been written: then nothing of the transaction is committed
        assert task is not None and task.cancelled()
    assert task is not None and (not task.cancelled() or sent > stop)
    return not task.cancelled(), committed


@pytest.mark.parametrize("kind", sorted(CALLS))
@pytest.mark.parametrize("name", ["asyncpg", "sqlalchemy-psycopg", "sqlite-session"])
async def test_cancelled_between_any_two_steps_and_committed(name: str, kind: str) -> None:
    host, (ready, call) = ASYNC[name](await fresh_database()), CALLS[kind]
    await host.start()
    async with host.engine_for(background=False, pool_size=4, keyring=keygen()) as bank:
        for person in ("alice", "bob"):
            await bank.ledger.top_up(person, amount="100.00 USD", key=f"open-{person}")
        made = await ready(bank)
        before = await written(host)
        kept = []
        for stop in range(32):
            whole, committed = await cancelled_at(stop, host, bank, call, made)
            after = await written(host)
            if committed:
                kept.append(f"{stop:02}")
            if whole:
                break
            assert after == before, "its caller was told that it was cancelled"
        assert whole and committed and after != before and stop >= 1
        assert await host.orders() == kept
        # with the first step out the transaction stays usable, with the last one it does not
        assert "00" in kept and f"{stop - 1:02}" not in kept
        verified = await bank.verify()
        assert verified.ok, [check for check in verified.checks if not check.ok]
    await host.stop()


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_interrupted_behind_its_write_and_committed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where nothing is awaited: the commit fails, and nothing is paid."""
    host, real = HOSTS[name](asyncio.run(fresh_database())), _driver.Transaction._send

    def send(self: Any, *step: Any) -> Any:
        answered = real(self, *step)
        if answered[0] == _driver.DONE:
            raise KeyboardInterrupt
        return answered

    committed = False
    with host.engine_for(pool_size=4) as bank:
        for person in ("alice", "bob"):
            bank.ledger.top_up(person, amount="100.00 USD", key=f"open-{person}")
        try:
            with host.transaction() as tx:
                host.order(tx, "one")
                with monkeypatch.context() as patched:
                    patched.setattr(_driver.Transaction, "_send", send)
                    with pytest.raises(KeyboardInterrupt):
                        bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
            committed = True
        except Exception as error:
            assert not isinstance(error, AssertionError), error
        assert not committed
        assert host.orders() == []
        assert bank.ledger.balance("bob").posted == Money("100", "USD")
        assert bank.admin.lookup_key("x-1").outcome == "unknown"
        assert bank.verify().ok
    host.stop()
