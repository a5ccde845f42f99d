"""Handlers of events: each event at least once, those of one object in their order, however often a reader ends."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

import earnest.sync
from conftest import rounds
from earnest import Engine, Failed, _workers, errors, views
from hosts import fresh_database, with_driver


@asynccontextmanager
async def timeout(seconds: float = 45) -> AsyncIterator[None]:
    """Fails what takes longer: `asyncio.timeout` is not in every Python that is served."""
    here = asyncio.current_task()
    assert here is not None
    handle = asyncio.get_running_loop().call_later(seconds, here.cancel)
    try:
        yield
    finally:
        handle.cancel()


@pytest.fixture(params=["sqlite", "postgresql"])
async def where(request: pytest.FixtureRequest, url: str) -> str:
    return url if request.param == "sqlite" else await fresh_database()


async def test_every_event_comes_in_the_order_of_its_object(where: str) -> None:
    """Readers end and others go on, all the time; one of them ends in the middle of its batch."""
    seen: dict[str, list[int]] = defaultdict(list)
    places: set[int] = set()

    async def note(event: views.Event) -> None:
        if event.seq not in places:
            seen[event.object_id].append(event.seq)
        places.add(event.seq)
        await asyncio.sleep(0.001)

    async with Engine.open(where) as bank:
        await bank.events.subscribe("notes", types=["transfer.*"], from_="first")

        async def write() -> None:
            for number in range(120):
                await bank.ledger.top_up(f"a{number % 7}", amount="1.00 USD", key=f"t-{number}")

        writing = asyncio.ensure_future(write())
        while not writing.done() or len(places) < 120:
            async with await bank.subscribe("notes", note, types=["transfer.*"]):
                await asyncio.sleep(0.05)
        await writing
        status = [one async for one in bank.events.sinks()]
        assert [(one.sink.name, one.waiting, one.parked) for one in status] == [("notes", 0, 0)]
    assert len(places) == 120
    assert all(places == sorted(places) for places in seen.values())


async def test_restarts_lose_nothing(where: str) -> None:
    """Restarts of four subscribers: each event at least once, in order, per object."""
    each = rounds(50, 250)
    seen: dict[str, list[int]] = defaultdict(list)
    places: set[int] = set()
    restarts = 0

    async def note(event: views.Event) -> None:
        if event.seq not in places:
            seen[event.object_id].append(event.seq)
        places.add(event.seq)
        await asyncio.sleep(0)

    async with Engine.open(where) as one, Engine.open(where) as two:
        await one.events.subscribe("notes", types=["account.*"], from_="first")

        async def write() -> None:
            for number in range(200):
                account = f"a{number % 20}"
                if number < 20:
                    await one.ledger.open_account(account, currency="USD")
                elif number // 20 % 2:
                    await one.ledger.lock_account(account, reason="a lost phone")
                else:
                    await one.ledger.unlock_account(account, reason="it was found")
                while restarts < number * each // 50 and number % 20 == 0:
                    await asyncio.sleep(0.001)

        async def begin_again(bank: Engine) -> None:
            nonlocal restarts
            for _ in range(each):
                async with await bank.subscribe("notes", note, types=["account.*"]):
                    await asyncio.sleep(0)
                restarts += 1

        await asyncio.gather(write(), *[begin_again(bank) for bank in (one, two, one, two)])
        assert restarts == 4 * each
        async with await one.subscribe("notes", note, types=["account.*"]):
            end = time.monotonic() + 45
            while len(places) < 200 and time.monotonic() < end:
                await asyncio.sleep(0.01)
    assert len(places) == 200 and len(seen) == 20
    assert all(found == sorted(found) and len(found) == 10 for found in seen.values())


async def test_cancelled_readers_lose_nothing(where: str) -> None:
    """Their tasks are cancelled wherever they are: while they subscribe or read. The handler at work ends and is reported."""
    chance = random.Random(7)
    seen: dict[str, list[int]] = defaultdict(list)
    places: set[int] = set()
    begun = ended = 0
    each = rounds(50, 250)

    async def note(event: views.Event) -> None:
        nonlocal ended
        await asyncio.sleep(chance.choice((0, 0, 0.001, 0.003)))
        ended += 1
        if event.seq not in places:
            seen[event.object_id].append(event.seq)
        places.add(event.seq)

    async with Engine.open(where) as one, Engine.open(where) as two:
        await one.events.subscribe("notes", types=["account.*"], from_="first")

        async def read(bank: Engine) -> None:
            nonlocal begun
            async with await bank.subscribe("notes", note, types=["account.*"]):
                begun += 1
                await asyncio.sleep(60)

        async def restart(bank: Engine) -> None:
            for turn in range(each):
                reading = asyncio.ensure_future(read(bank))
                await asyncio.sleep(chance.choice((0, 0.001, 0.003, 0.01, 0.02)))
                while turn == each - 1 and begun == 0 and not reading.done():
                    # where that is too short for every one of them, the last ones are waited for
                    await asyncio.sleep(0.001)
                reading.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await reading

        async def write() -> None:
            for number in range(200):
                account = f"a{number % 20}"
                if number < 20:
                    await one.ledger.open_account(account, currency="USD")
                elif number // 20 % 2:
                    await one.ledger.lock_account(account, reason="a lost phone")
                else:
                    await one.ledger.unlock_account(account, reason="it was found")
                await asyncio.sleep(0.01)

        await asyncio.gather(write(), *[restart(bank) for bank in (one, two, one, two)])
        async with await one.subscribe("notes", note, types=["account.*"]):
            end = time.monotonic() + 60
            while len(places) < 200 and time.monotonic() < end:
                await asyncio.sleep(0.01)
        (status,) = [status async for status in one.events.sinks()]
    # some were cancelled before they had begun, and none twice over: what was handled was reported
    assert 0 < begun < 4 * each and ended == 200
    assert len(places) == 200 and (status.waiting, status.parked) == (0, 0)
    assert all(found == sorted(found) and len(found) == 10 for found in seen.values()) and len(seen) == 20


async def test_an_event_that_fails_holds_back_its_object_alone(where: str) -> None:
    seen: list[str] = []
    broken = True

    async def note(event: views.Event) -> None:
        if broken and event.object_id == "a1":
            raise Failed("no answer")
        seen.append(event.object_id)

    async with Engine.open(where) as bank:
        await bank.events.subscribe("notes", types=["account.*"], from_="first", max_attempts=1)
        async with await bank.subscribe("notes", note, types=["account.*"], max_attempts=1):
            for number in range(3):
                await bank.ledger.open_account(f"a{number}", currency="USD")
            while len(seen) < 2:
                await asyncio.sleep(0.01)
            while not [one async for one in bank.events.parked("notes")]:
                await asyncio.sleep(0.01)
            (left,) = [one async for one in bank.events.parked("notes")]
            assert (left.object_id, left.state, left.last_error) == ("a1", "parked", "no answer")
            await bank.ledger.lock_account("a1", reason="a lost phone")
            await bank.ledger.lock_account("a2", reason="a lost phone")
            while len(seen) < 3:
                await asyncio.sleep(0.01)
            assert seen == ["a0", "a2", "a2"]
            broken = False
            await bank.events.unpark("notes", object=left.object, object_id=left.object_id)
            while len(seen) < 5:
                await asyncio.sleep(0.01)
        assert seen[3:] == ["a1", "a1"]


async def test_a_place_moves_with_the_effect() -> None:
    """In the application's own transaction: both, or neither."""
    url = await fresh_database()
    lent = create_async_engine(with_driver(url, "asyncpg"))
    sessions = async_sessionmaker(lent)
    async with Engine.open(url) as bank:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        last = (await bank.events.list(limit=500)).items[-1].seq
        with pytest.raises(ZeroDivisionError):
            async with sessions.begin() as session:
                await session.execute(text("INSERT INTO orders VALUES ('one')"))
                await bank.using(session).events.advance("reports", seq=last, after_seq=0)
                _ = 1 / 0
        async with sessions.begin() as session:
            await session.execute(text("INSERT INTO orders VALUES ('one')"))
            moved = await bank.using(session).events.advance("reports", seq=last, after_seq=0)
        assert moved.sink.seq == last
        with pytest.raises(errors.VersionConflict):
            await bank.events.advance("reports", seq=last, after_seq=0)
    await lent.dispose()


def test_threads_read_events(url: str) -> None:
    seen: list[int] = []
    with earnest.sync.Engine.open(url) as bank:
        with bank.subscribe("notes", lambda event: seen.append(event.seq), from_="first"):
            for number in range(10):
                bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
            until = time.monotonic() + 45
            while len(seen) < 10 and time.monotonic() < until:
                time.sleep(0.01)
    assert len(seen) >= 10 and seen == sorted(seen)


async def test_events_are_read_by_the_names_of_the_contract(where: str) -> None:
    """`bank.events.subscribe` with a handler and `bank.events.follow` are what the engine's own methods are."""
    seen: list[str] = []
    async with Engine.open(where) as bank:
        made = await bank.events.subscribe("notes", types=["transfer.*"])
        assert isinstance(made, views.SinkReply) and made.sink.types == ["transfer.*"]
        by_admin = bank.acting({"id": "ann", "role": "admin"})
        for name, read in [
            ("notes", bank.events.subscribe),
            ("two", bank.subscribe),
            ("three", by_admin.events.subscribe),
        ]:
            seen.clear()
            async with await read(name, lambda event: seen.append(event.type), types=["transfer.*"], lease="PT1M"):
                await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{name}")
                end = time.monotonic() + 45
                while not seen and time.monotonic() < end:
                    await asyncio.sleep(0.01)
            assert seen == ["transfer.posted"], name
        places = []
        for follow in (bank.events.follow, bank.follow):
            async for event in follow(1, types=["transfer.posted"]):
                places.append((event.seq, event.type))
                if len(places) % 3 == 0:
                    break
        assert places[:3] == places[3:] and {kind for _, kind in places} == {"transfer.posted"}
        with pytest.raises(errors.InvalidRequest, match="`handler`"):
            await bank.events.subscribe("fourth", None)  # type: ignore[call-overload]
        with pytest.raises(TypeError, match="lease"):
            await bank.events.subscribe("fourth", lease="PT1M")  # type: ignore[call-overload]
        assert [status.sink.name async for status in bank.events.sinks()] == ["notes", "three", "two"]
        for subscribe in (bank.events.subscribe, bank.subscribe):
            async with await subscribe(name="by-name", handler=lambda event: None, types=["transfer.*"], from_="first"):
                pass
        await bank.events.subscribe(sink="by-name", types=["deal.*"])
        (found,) = [status.sink async for status in bank.events.sinks() if status.sink.name == "by-name"]
        assert found.types == ["deal.*"]


def test_threads_read_events_by_the_names_of_the_contract(url: str) -> None:
    seen: list[str] = []
    with earnest.sync.Engine.open(url) as bank:
        assert isinstance(bank.events.subscribe("notes", from_="first"), views.SinkReply)
        with bank.events.subscribe("notes", lambda event: seen.append(event.type)):
            bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
            until = time.monotonic() + 45
            while len(seen) < 2 and time.monotonic() < until:
                time.sleep(0.01)
        assert seen == ["account.opened", "transfer.posted"]
        log = bank.events.follow(types=["account.opened", "transfer.posted"])
        assert [next(log).type, next(log).type] == seen
        with pytest.raises(errors.InvalidRequest, match="`handler`"):
            bank.events.subscribe("other", handler=None)  # type: ignore[call-overload]
        for subscribe in (bank.events.subscribe, bank.subscribe):
            with subscribe(name="by-name", handler=lambda event: None, types=["transfer.*"]):
                pass
        assert [status.sink.name for status in bank.events.sinks()] == ["by-name", "notes"]
        with pytest.raises(TypeError, match="lease"):
            bank.events.subscribe("other", lease="PT1M")  # type: ignore[call-overload]


async def test_a_slow_handler_gets_ahead_beside_another_process(url: str) -> None:
    """Two of its events take longer than it has them: what is done is reported before the next one begins. What is not
    reported in time, where the machine stands still for long, comes again."""
    seen: list[tuple[int, int]] = []

    async def status_of(sink: str) -> views.SinkStatus:
        return next(status for status in [one async for one in one.events.sinks()] if status.sink.name == sink)

    async def slow(event: views.Event) -> None:
        seen.append((event.seq, (await status_of(sink)).sink.seq))
        await asyncio.sleep(0.8)

    lease = timedelta(seconds=1.5)
    async with Engine.open(url) as one, Engine.open(url) as two:
        for number in range(3):
            await one.ledger.open_account(f"a{number}", currency="USD")
        for turn in range(5):
            sink = f"notes-{turn}"
            seen.clear()
            await one.events.subscribe(sink, from_="first")
            async with await one.subscribe(sink, slow, lease=lease), await two.subscribe(sink, slow, lease="PT1.5S"):
                end = time.monotonic() + 45
                while len({seq for seq, _ in seen}) < 3:
                    assert time.monotonic() < end
                    await asyncio.sleep(0.02)
            all_of_them = sorted({seq for seq, _ in seen})
            assert ((await status_of(sink)).waiting, len(all_of_them)) == (0, 3), seen
            # whoever begins with one has reported on those before it
            assert all(before <= place for seq, place in seen for before in all_of_them if before < seq), seen
            if len(seen) == 3:
                break
        # where the machine does not stand still none comes twice
        assert [seq for seq, _ in seen] == all_of_them, seen
        for wrong in ("PT0.5S", timedelta(hours=2), 60):
            with pytest.raises(errors.InvalidRequest, match="`lease`"):
                await one.subscribe("notes", slow, lease=wrong)  # type: ignore[arg-type]


async def test_a_handler_that_is_cancelled_ends_no_subscription(url: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    async def note(event: views.Event) -> None:
        if event.object_id == "a0":
            raise asyncio.CancelledError
        seen.append(event.object_id)

    async with Engine.open(url) as bank:
        async with await bank.subscribe("notes", note, from_="first", max_attempts=1):
            for number in range(3):
                await bank.ledger.open_account(f"a{number}", currency="USD")
            while seen != ["a1", "a2"]:
                await asyncio.sleep(0.01)
            while not (parked := [one async for one in bank.events.parked("notes")]):
                await asyncio.sleep(0.01)
        assert [(one.object_id, one.last_error) for one in parked] == [("a0", "it was cancelled")]
    assert "a handler of events failed" in caplog.text


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 a character", "\udcff" * 2000])
async def test_any_text_of_a_failure_is_kept(where: str, text: str) -> None:
    """A text that no store and no JSON can hold is written otherwise: its event is parked, and delays no other."""
    seen: list[str] = []

    async def note(event: views.Event) -> None:
        seen.append(event.object_id)
        if event.object_id == "a0":
            raise Failed(text)

    async with Engine.open(where) as bank:
        async with await bank.subscribe("notes", note, types=["account.*"], from_="first", max_attempts=1):
            for number in range(3):
                await bank.ledger.open_account(f"a{number}", currency="USD")
            async with timeout():
                while not (parked := [one async for one in bank.events.parked("notes")]):
                    await asyncio.sleep(0.01)
                while sorted(seen) != ["a0", "a1", "a2"]:
                    await asyncio.sleep(0.01)
        assert [one.object_id for one in parked] == ["a0"]
        kept = parked[0].last_error
        assert kept is not None and kept == text.replace("\0", "?").encode(errors="replace").decode()[:1000]


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 a character"])
def test_any_text_of_a_failure_on_a_thread_is_kept(url: str, text: str) -> None:
    def note(event: views.Event) -> None:
        raise Failed(text)

    with earnest.sync.Engine.open(url) as bank:
        with bank.subscribe("notes", note, types=["account.*"], from_="first", max_attempts=1):
            bank.ledger.open_account("a0", currency="USD")
            until = time.monotonic() + 45
            while not (parked := list(bank.events.parked("notes"))):
                assert time.monotonic() < until
                time.sleep(0.01)
    assert [one.last_error for one in parked] == [text.replace("\0", "?").replace("\ud800", "?")]


async def test_a_report_of_events_that_is_refused_is_made_without_its_texts(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever text it is that the engine would not keep: the batch ends, and says that its report was refused."""
    long = "x" * 5000
    monkeypatch.setattr(_workers, "reason", lambda error: long)

    def note(event: views.Event) -> None:
        raise Failed("no answer")

    async with Engine.open(url) as bank, timeout():
        async with await bank.subscribe("notes", note, types=["account.*"], from_="first", max_attempts=1):
            await bank.ledger.open_account("a0", currency="USD")
            while not (parked := [one async for one in bank.events.parked("notes")]):
                await asyncio.sleep(0.01)
        assert [one.last_error for one in parked] == [_workers.REFUSED]
    with earnest.sync.Engine.open(url) as till:
        with till.subscribe("others", note, types=["account.*"], from_="first", max_attempts=1):
            until = time.monotonic() + 45
            while not (left := list(till.events.parked("others"))):
                assert time.monotonic() < until
                time.sleep(0.01)
    assert [one.last_error for one in left] == [_workers.REFUSED]
