"""Helpers of `earnest.testing`, as the tests of users use them."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy
import sqlalchemy.orm
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import earnest.sync
from earnest import Engine, Money, errors, testing
from hosts import fresh_database, with_driver


async def test_the_clock_stands_still_until_it_is_moved() -> None:
    async with testing.engine() as bank:
        began = bank.clock.now
        held = await _held(bank)
        assert held.hold.expires_at == began + timedelta(hours=1) and bank.clock.now == began
        assert bank.clock.advance(timedelta(minutes=59)) == began + timedelta(minutes=59)
        assert (await bank.run_due()).holds == 0
        bank.clock.advance("PT2M")
        assert (await bank.run_due()).holds == 1
        with pytest.raises(errors.InvalidRequest):
            bank.clock.advance("soon")
        await testing.assert_conserved(bank)


async def _held(bank: testing.TestEngine) -> object:
    await testing.funded(bank, "alice", "10.00 USD")
    return await bank.ledger.hold("alice", amount="1.00 USD", key="h-1", expires_in="PT1H")


async def test_a_store_that_has_data_is_opened_again(tmp_path: Path) -> None:
    for url in (f"sqlite:{tmp_path / 'kept.db'}", await fresh_database()):
        for n in range(4):
            async with testing.engine(url) as bank:
                await testing.funded(bank, f"customer-{n}", "10.00 USD")
                await testing.deal(bank, "shipped")
                await testing.assert_conserved(bank)
        with testing.sync_engine(url) as till:
            till.ledger.top_up("customer-0", amount="1.00 USD", key="another-opening")
            assert till.ledger.balance("customer-0").available == Money("11.00", "USD")


@pytest.mark.parametrize("state", ["pending", "awaiting_shipment", "shipped", "delivered", "released"])
async def test_deals_in_every_state_on_their_way(state: testing.MadeState) -> None:
    async with testing.engine() as bank:
        one, two = await testing.deal(bank, state), await testing.deal(bank, state)
        assert one.state == two.state == state and one.id != two.id
        await testing.assert_conserved(bank)
        with pytest.raises(ValueError, match="disputed"):
            await testing.deal(bank, "disputed")  # type: ignore[arg-type]


async def test_refusals_on_demand() -> None:
    async with testing.engine() as bank:
        await testing.funded(bank, "alice")
        bank.fail_next("ledger.deduct", "contention", reason="a test")
        with pytest.raises(errors.Contention) as refused:
            await bank.acting("alice").ledger.deduct("alice", amount="1.00 USD", key="d-1")
        assert refused.value.reason == "a test"
        taken = await bank.ledger.deduct("alice", amount="1.00 USD", key="d-1")
        assert taken.balance.posted == Money("999.00", "USD")
        with pytest.raises(errors.InvalidRequest):
            bank.fail_next("ledger.deduct", "no_such_code")


async def test_a_test_in_a_session_leaves_nothing(tmp_path: Path) -> None:
    for url in (f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}", with_driver(await fresh_database(), "asyncpg")):
        shop = create_async_engine(url)
        async with Engine.attach(shop) as bank:
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
            for _ in range(2):
                async with AsyncSession(shop) as session:
                    async with testing.engine(host=session) as joined:
                        assert (await joined.ledger.balance("alice")).posted == Money("1.00", "USD")
                        assert (await testing.funded(joined, "alice", "9.00 USD")).posted == Money("10.00", "USD")
                        began = joined.clock.now
                        assert joined.clock.advance("P1D") == began + timedelta(days=1)
                        assert (await testing.deal(joined, "shipped")).state == "shipped"
                        joined.fail_next("ledger.deduct", "contention", reason="a test")
                        with pytest.raises(errors.Contention):
                            await joined.acting("alice").ledger.deduct("alice", amount="1.00 USD", key="d-1")
                        assert (await joined.acting("alice").ledger.balance("alice")).posted == Money("10.00", "USD")
                        with pytest.raises(errors.AccountNotFound):
                            await joined.book("other").ledger.balance("alice")
                        with pytest.raises(errors.NotSupported):
                            await joined.jobs.run_due()
                        await testing.assert_conserved(joined)
                    await session.rollback()
            assert (await bank.ledger.balance("alice")).posted == Money("1.00", "USD")
            await testing.assert_conserved(bank)
        await shop.dispose()


async def test_an_actor_keeps_his_book_and_a_book_its_actor(tmp_path: Path) -> None:
    shop = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
    async with Engine.attach(shop) as bank:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        async with AsyncSession(shop) as session:
            async with testing.engine(host=session) as joined:
                await testing.funded(joined.book("shop-1"), "alice", "9.00 USD")
                # each dropped what the other had set: such a call was the application's own, or in `main`
                for alice in (joined.acting("alice").book("shop-1"), joined.book("shop-1").acting("alice")):
                    assert (await alice.ledger.balance("alice")).posted == Money("9.00", "USD")
                    with pytest.raises(errors.NotPermitted):
                        await alice.ledger.trial_balance()
                again = joined.acting("bob").acting("alice")
                assert (await again.ledger.balance("alice")).posted == Money("1.00", "USD")
            await session.rollback()
    await shop.dispose()


async def test_a_test_in_a_connection_of_a_driver_leaves_nothing() -> None:
    url = await fresh_database()
    connection = await asyncpg.connect(url)
    with pytest.raises(errors.InvalidRequest, match="url"):
        async with testing.engine(host=connection):
            pass
    async with testing.engine(url, host=connection) as joined:
        tx = connection.transaction()
        await tx.start()
        await testing.funded(joined, "alice", "9.00 USD")
        await tx.rollback()
        tx = connection.transaction()
        await tx.start()
        with pytest.raises(errors.AccountNotFound):
            await joined.ledger.balance("alice")
        await tx.rollback()
    await connection.close()


def test_a_blocking_test_in_a_session_leaves_nothing(tmp_path: Path) -> None:
    shop = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    with earnest.sync.Engine.attach(shop) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        with sqlalchemy.orm.Session(shop) as session:
            with testing.sync_engine(host=session) as joined:
                moved = joined.acting("alice").ledger.deduct("alice", amount="1.00 USD", key="d-1")
                assert moved.balance.posted == Money("0.00", "USD") and joined.clock.now
                joined.fail_next("ledger.balance", "contention", reason="a test")
                with pytest.raises(errors.Contention):
                    joined.book("main").ledger.balance("alice")
            session.rollback()
        assert bank.ledger.balance("alice").posted == Money("1.00", "USD")
    shop.dispose()


def test_a_blocking_actor_keeps_his_book_and_a_book_its_actor(tmp_path: Path) -> None:
    shop = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    with earnest.sync.Engine.attach(shop) as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        with sqlalchemy.orm.Session(shop) as session:
            with testing.sync_engine(host=session) as joined:
                joined.book("shop-1").ledger.top_up("alice", amount="9.00 USD", key="t-1")
                for alice in (joined.acting("alice").book("shop-1"), joined.book("shop-1").acting("alice")):
                    assert alice.ledger.balance("alice").posted == Money("9.00", "USD")
                    with pytest.raises(errors.NotPermitted):
                        alice.ledger.trial_balance()
            session.rollback()
    shop.dispose()


def test_the_blocking_twin() -> None:
    with testing.sync_engine() as bank:
        began = bank.clock.now
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        bank.clock.advance("P1D")
        assert bank.clock.now - began == timedelta(days=1) and bank.run_due().timers == 0
        bank.book("other").fail_next("ledger.top_up", "overloaded", queued=7)
        with pytest.raises(errors.Overloaded):
            bank.acting("system").ledger.top_up("alice", amount="1.00 USD", key="t-2")


async def test_ids_are_the_same_in_every_run() -> None:
    ids = []
    for _ in range(2):
        async with testing.engine() as bank:
            ids.append((await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")).transfer.id)
    assert ids[0] == ids[1]


def test_the_plugin_of_pytest() -> None:
    users = Path(__file__).with_name("plugin_of_users.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "earnest.testing.plugin", str(users)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=users.parents[1])
    assert ended.returncode == 0 and ended.stdout.startswith("..  "), ended.stdout


def test_the_blocking_factories() -> None:
    with testing.sync_engine() as bank:
        assert testing.sync_funded(bank, "alice", "10.00 USD").posted == Money("10.00", "USD")
        for state in ("pending", "released"):
            assert testing.sync_deal(bank, state).state == state  # type: ignore[arg-type]
        testing.sync_assert_conserved(bank)
        with pytest.raises(ValueError, match="disputed"):
            testing.sync_deal(bank, "disputed")  # type: ignore[arg-type]


def test_every_refusal_can_be_asked_for(refusals: list[dict[str, str]]) -> None:
    """Details that a code needs and was not given are made up."""
    with testing.sync_engine() as bank:
        for refusal in refusals:
            bank.fail_next("ledger.balance", refusal["code"])
            with pytest.raises(errors.EarnestError) as caught:
                bank.ledger.balance("alice")
            assert caught.value.code == refusal["code"]
            for name in vars(type(caught.value)):
                getattr(caught.value, name)
        bank.fail_next("ledger.deduct", "insufficient_balance", available={"amount": "3.00", "currency": "USD"})
        with pytest.raises(errors.InsufficientBalance) as poor:
            bank.ledger.deduct("alice", amount="5.00 USD", key="d-1")
        assert poor.value.available == Money("3.00", "USD")
        for wrong in ("ledger.deduckt", "deduct", ""):
            with pytest.raises(errors.InvalidRequest, match="`operation`"):
                bank.fail_next(wrong, "contention")
