"""Work after the commit: handlers of jobs, and readers of the log."""

from __future__ import annotations

import asyncio
import functools
import itertools
import re
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import earnest.sync
from earnest import Engine, Failed, _services, _workers, errors, testing, views
from hosts import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
async def where(request: pytest.FixtureRequest, url: str) -> str:
    return url if request.param == "sqlite" else await fresh_database()


async def until(done: Any, seconds: float = 45) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not done():
        assert asyncio.get_running_loop().time() < end, "it never came"
        await asyncio.sleep(0.01)


async def test_handlers_get_their_jobs(where: str) -> None:
    done: dict[str, Any] = {}
    tries: dict[str, int] = {}

    async def mail(job: views.Job) -> Any:
        tries[job.id] = tries.get(job.id, 0) + 1
        if job.payload["number"] % 10 == 3 and tries[job.id] == 1:
            raise Failed("nobody answered", retry_at=datetime.now(timezone.utc) + timedelta(seconds=2))
        done[job.id] = job.payload["number"]
        return {"sent": job.payload["number"]}

    async with Engine.open(where) as bank:
        for number in range(20):
            await bank.jobs.enqueue("mail", payload={"number": number}, key=f"j-{number}")
        async with bank.worker({"mail": mail}, concurrency=4):
            await until(lambda: len(done) == 20)
        jobs = sorted([job async for job in bank.jobs.list(kind="mail")], key=lambda job: int(job.payload["number"]))
        assert [job.state for job in jobs] == ["done"] * 20
        assert [job.result for job in jobs] == [{"sent": n} for n in range(20)]
        assert [job.attempts for job in jobs] == [2 if n % 10 == 3 else 1 for n in range(20)]
        assert jobs[3].last_error == "nobody answered"


async def test_what_a_handler_raises_is_kept_without_its_text(url: str, caplog: pytest.LogCaptureFixture) -> None:
    called = asyncio.Event()

    async def broken(job: views.Job) -> None:
        called.set()
        raise ValueError("alice@example.com")

    async with Engine.open(url) as bank:
        await bank.jobs.enqueue("mail", payload={}, key="j-1")
        async with bank.worker({"mail": broken}):
            await called.wait()
        (job,) = [job async for job in bank.jobs.list(kind="mail")]
        assert (job.state, job.last_error) == ("queued", "ValueError")
    (line,) = [line for line in caplog.records if "handler" in line.getMessage()]
    # the exception is for the application's own log, and not in what is said of it
    assert line.name == "earnest" and line.exc_info is not None and "alice" not in line.getMessage()


async def test_a_handler_that_needs_longer_has_its_job_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock of the engine, which goes on once its lease was made longer: at no time is it over."""
    monkeypatch.setattr(_workers, "LEASE", timedelta(seconds=1))
    extend, calls = _services.Jobs.extend, 0
    extended: list[float] = []

    async def counted(self: Any, *given: Any, **named: Any) -> Any:
        reply = await extend(self, *given, **named)
        extended.append(time.monotonic())
        return reply

    monkeypatch.setattr(_services.Jobs, "extend", counted)

    async def slow(job: views.Job) -> None:
        nonlocal calls
        calls += 1
        for _ in range(2):
            # the second of them was asked for after the clock was moved
            enough = len(extended) + 2
            await until(lambda: len(extended) >= enough)
            bank.clock.advance("PT0.75S")

    async with testing.engine() as bank:
        await bank.jobs.enqueue("mail", payload={}, key="j-1")
        async with bank.worker({"mail": slow}), bank.worker({"mail": slow}):
            # one that failed would wait for a clock that nobody moves
            end = time.monotonic() + 100
            while [job.state async for job in bank.jobs.list(kind="mail")] != ["done"]:
                assert time.monotonic() < end, "it is never done"
                await asyncio.sleep(0.01)
        assert calls == 1
        # by the clock of the machine in time, too: where that stands still, once at least
        assert min(after - before for before, after in itertools.pairwise(extended)) < 1, extended


async def test_what_a_handler_writes_names_its_job(url: str) -> None:
    async with Engine.open(url) as bank:

        async def pay(job: views.Job) -> None:
            await bank.ledger.top_up("alice", amount="1.00 USD", key=job.key)

        made = await bank.jobs.enqueue("pay", payload={}, key="j-1")
        async with bank.worker({"pay": pay}):
            while [job.state async for job in bank.jobs.list(kind="pay")] != ["done"]:
                await asyncio.sleep(0.01)
        causes = {event.causation_id async for event in bank.events.list() if event.type == "transfer.posted"}
        assert causes == {made.job.id}


@pytest.mark.parametrize("bad", ["late", "result"])
async def test_a_report_that_cannot_be_made_is_a_failure(url: str, bad: str) -> None:
    """A time that has gone, or a result without a JSON form: the job comes again, and not only when its lease ends."""

    async def work(job: views.Job) -> Any:
        if bad == "result":
            return object()
        raise Failed("too late", retry_at=datetime(2020, 1, 1, tzinfo=timezone.utc))

    async with Engine.open(url) as bank:
        await bank.jobs.enqueue("mail", payload={}, key="j-1")
        async with bank.worker({"mail": work}):
            while [job.state async for job in bank.jobs.list(kind="mail") if job.last_error] != ["queued"]:
                await asyncio.sleep(0.01)
        (job,) = [job async for job in bank.jobs.list(kind="mail")]
        assert job.last_error == ("too late" if bad == "late" else "its report was refused: invalid_request")


async def test_a_result_with_numbers_under_the_names_of_amounts_is_kept_at_the_first_attempt(url: str) -> None:
    """A result from outside is any JSON: a report that were refused would have its effect repeated."""
    answer = {"id": "ch_1", "amount": 12.5, "lines": [{"price": 7, "fee": 0.25}]}
    async with Engine.open(url) as bank:
        await bank.jobs.enqueue("shop.charge", payload={"price": 9.99, "max": 3}, key="j-1")
        async with bank.worker({"shop.charge": lambda job: answer}):
            while not [job async for job in bank.jobs.list(kind="shop.charge") if job.result or job.last_error]:
                await asyncio.sleep(0.01)
        (job,) = [job async for job in bank.jobs.list(kind="shop.charge")]
        assert (job.state, job.attempts, job.last_error) == ("done", 1, None)
        assert job.result == answer and job.payload == {"price": 9.99, "max": 3}
        with pytest.raises(errors.InvalidAmount, match="amount"):
            await bank.ledger.top_up("alice", amount=12.5, key="t-1")  # type: ignore[arg-type]


def lines_of(job: str) -> set[str]:
    """The lines of the log about a worker and a subscription whose calls were refused once."""
    return {
        "the worker of jobs of the kind `mail`, `other` was interrupted: store_unavailable",
        f"a handler of jobs of the kind `mail` failed at job `{job}`",
        f"job `{job}` of the kind `mail` could not be reported on by `jobs.fail`: invalid_request",
        "the subscription of the sink `notes` was interrupted: store_unavailable",
        "a handler of events failed at `account.opened`, seq 1, of the sink `notes`",
        "events of the sink `notes` up to seq N could not be reported on: invalid_request",
    }


#: Calls that are refused once, each where a line of the log tells of it.
REFUSED_ONCE = (
    ("jobs.lease", "store_unavailable", {"reason": "a test"}),
    ("jobs.fail", "invalid_request", {"field": "error", "reason": "a test"}),
    ("events.take", "store_unavailable", {"reason": "a test"}),
    ("events.settle", "invalid_request", {"field": "failed", "reason": "a test"}),
)


def broken(given: Any) -> None:
    raise Failed("nobody answered")


def lines_in(caplog: pytest.LogCaptureFixture, job: str) -> bool:
    return lines_of(job) <= {re.sub("up to seq [0-9]+", "up to seq N", line.getMessage()) for line in caplog.records}


async def test_lines_of_the_log_name_their_job_or_sink(caplog: pytest.LogCaptureFixture) -> None:
    async with testing.engine() as bank:
        await bank.ledger.open_account("alice", currency="USD")
        job = (await bank.jobs.enqueue("mail", payload={}, key="j-1")).job.id
        for name, code, details in REFUSED_ONCE:
            bank.fail_next(name, code, **details)
        reading = bank.subscribe("notes", broken, types=["account.*"], from_="first")
        async with await reading, bank.worker({"mail": broken, "other": broken}):
            await until(lambda: lines_in(caplog, job))


def test_lines_of_the_log_name_their_job_or_sink_with_threads(caplog: pytest.LogCaptureFixture) -> None:
    with testing.sync_engine() as bank:
        bank.ledger.open_account("alice", currency="USD")
        job = bank.jobs.enqueue("mail", payload={}, key="j-1").job.id
        for name, code, details in REFUSED_ONCE:
            bank.fail_next(name, code, **details)
        reading = bank.subscribe("notes", broken, types=["account.*"], from_="first")
        with reading, bank.worker({"mail": broken, "other": broken}):
            end = time.monotonic() + 45
            while not lines_in(caplog, job):
                assert time.monotonic() < end, caplog.text
                time.sleep(0.01)


async def test_handlers_are_refused_by_name(url: str) -> None:
    async with Engine.open(url) as bank:
        for bad in ({}, {"mail": 7}):
            with pytest.raises(errors.InvalidRequest, match="`handlers`"):
                bank.worker(bad)  # type: ignore[arg-type]


def test_threads_run_jobs(url: str) -> None:
    seen: set[str] = set()
    done = threading.Event()
    lock = threading.Lock()

    def mail(job: views.Job) -> str:
        with lock:
            if job.id in seen or job.payload["number"] % 5:
                seen.add(job.id)
                if len(seen) == 12:
                    done.set()
                return "sent"
            seen.add(job.id)
        raise Failed("once", retry_at=datetime.now(timezone.utc) + timedelta(seconds=2))

    with earnest.sync.Engine.open(url) as bank:
        for number in range(12):
            bank.jobs.enqueue("mail", payload={"number": number}, key=f"j-{number}")
        with bank.worker({"mail": mail}, concurrency=3):
            assert done.wait(45)
            while any(job.state != "done" for job in bank.jobs.list(kind="mail")):
                time.sleep(0.01)
        tries = {job.payload["number"]: job.attempts for job in bank.jobs.list(kind="mail")}
        assert tries == {n: 1 if n % 5 else 2 for n in range(12)}


async def test_the_log_is_followed(where: str) -> None:
    async with Engine.open(where) as bank:
        for number in range(5):
            await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")

        async def first(count: int, after: int, **more: Any) -> list[views.Event]:
            found = []
            async for event in bank.follow(after, **more):
                found.append(event)
                if len(found) == count:
                    break
            return found

        events = await asyncio.wait_for(first(5, 0), 45)
        assert [event.seq for event in events] == list(range(1, 6))
        last = (await bank.events.list(limit=500)).items[-1].seq
        comes = asyncio.ensure_future(first(2, last, types=["transfer.posted"]))
        await asyncio.sleep(0.2)
        for number in range(2):
            await bank.ledger.top_up("bob", amount="1.00 USD", key=f"b-{number}")
        found = await asyncio.wait_for(comes, 45)
        assert [event.type for event in found] == ["transfer.posted"] * 2 and found[0].seq > last


def test_the_log_is_followed_by_a_thread(till: earnest.sync.Engine) -> None:
    till.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    found = []
    for event in till.follow():
        found.append(event.seq)
        if len(found) == 2:
            break
    assert found == [1, 2]


async def test_handlers_of_either_colour_run(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """asyncio takes both, threads refuse what they would not run."""
    ran: list[str] = []

    async def later(job: views.Job) -> None:
        ran.append(job.id)

    async def numbers(job: views.Job) -> Any:
        yield job

    async with Engine.open(url) as bank:
        for number in range(3):
            await bank.jobs.enqueue("mail", payload={}, key=f"m-{number}")
        async with bank.worker({"mail": lambda job: ran.append(job.id)}):
            await until(lambda: len(ran) == 3)
        assert [job.state async for job in bank.jobs.list(kind="mail")] == ["done"] * 3 and len(set(ran)) == 3
        with pytest.raises(errors.InvalidRequest, match="`handlers`.*generator"):
            bank.worker({"mail": numbers})
        for wrong in (0, -1, 1.5, True):
            with pytest.raises(errors.InvalidRequest, match="concurrency"):
                bank.worker({"mail": later}, concurrency=wrong)  # type: ignore[arg-type]
    with earnest.sync.Engine.open(url) as till:
        with pytest.raises(errors.InvalidRequest, match="`handlers`.*`mail` is `async`"):
            till.worker({"mail": functools.partial(later)})
        with pytest.raises(errors.InvalidRequest, match="concurrency"):
            till.worker({"mail": print}, concurrency=0)
        with pytest.raises(errors.InvalidRequest, match="`handler`.*`async`"):
            till.subscribe("notes", later)  # type: ignore[arg-type]
        with pytest.raises(errors.InvalidRequest, match="`handler`"):
            till.subscribe("notes", None)  # type: ignore[arg-type]
        assert list(till.events.sinks()) == []
        # one that hides it is no success either
        till.jobs.enqueue("mail", payload={}, key="hidden")
        with till.worker({"mail": lambda job: later(job)}):
            while not [job for job in till.jobs.list(kind="mail") if job.last_error == "TypeError"]:
                time.sleep(0.01)
    assert len(ran) == 3 and "a handler of jobs of the kind `mail` failed" in caplog.text


async def test_a_handler_that_is_cancelled_has_failed(url: str) -> None:
    tries: list[str] = []

    async def broken(job: views.Job) -> None:
        tries.append(job.id)
        raise asyncio.CancelledError

    async with Engine.open(url) as bank:
        await bank.jobs.enqueue("mail", payload={}, key="j-1")
        async with bank.worker({"mail": broken}):
            await until(lambda: tries)
        (job,) = [job async for job in bank.jobs.list(kind="mail")]
        assert (job.state, job.last_error) == ("queued", "it was cancelled")


async def test_a_worker_that_is_cancelled_cancels_its_handlers(url: str) -> None:
    ended = asyncio.Event()
    began = asyncio.Event()

    async def long(event: views.Event) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async with Engine.open(url) as bank:
        reading = await bank.subscribe("notes", long, from_="first")
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        await asyncio.wait_for(began.wait(), 45)
        reading._task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading._task
        assert ended.is_set()


async def test_what_runs_ends_with_its_engine(where: str, caplog: pytest.LogCaptureFixture) -> None:
    bank = await Engine.open(where)
    running = [bank.worker({"mail": print}), await bank.subscribe("mailer", print)]
    view = bank.book("other").worker({"mail": print})
    await asyncio.sleep(0.2)
    await bank.close()
    await asyncio.wait_for(asyncio.gather(*[one._task for one in (*running, view)]), 45)
    for one in (*running, view):
        await one.stop()
    assert "interrupted" not in caplog.text


def test_threads_end_with_their_engine(url: str, caplog: pytest.LogCaptureFixture) -> None:
    bank = earnest.sync.Engine.open(url)
    running = [bank.worker({"mail": print}), bank.subscribe("mailer", print)]
    time.sleep(0.2)
    bank.close()
    for one in running:
        one._thread.join(45)
        assert not one._thread.is_alive()
        one.stop()
    assert "interrupted" not in caplog.text


async def test_jobs_are_done_by_the_name_of_the_contract(where: str) -> None:
    done: list[Any] = []
    async with Engine.open(where) as bank:
        await bank.jobs.enqueue("mail", payload={"number": 7}, key="j-1")
        async with bank.jobs.worker({"mail": lambda job: done.append(job.payload["number"])}, concurrency=2) as worker:
            await until(lambda: done)
        assert isinstance(worker, _workers.Worker) and worker.concurrency == 2 and not worker.all_books
        async with bank.acting({"id": "ann", "role": "system"}).jobs.worker({"mail": print}, all_books=True) as other:
            assert other.all_books
        with pytest.raises(errors.InvalidRequest, match="handlers"):
            bank.jobs.worker({})
        assert done == [7]


def test_threads_do_jobs_by_the_name_of_the_contract(url: str) -> None:
    done = threading.Event()
    with earnest.sync.Engine.open(url) as bank:
        bank.jobs.enqueue("mail", payload={}, key="j-1")
        with bank.jobs.worker({"mail": lambda _: done.set()}) as worker:
            assert done.wait(45) and worker.concurrency == 4


class Odd(BaseException):
    """An exception that is no `Exception`, as the outcomes of some test tools."""


@pytest.mark.parametrize("ends", [SystemExit, GeneratorExit, asyncio.CancelledError, KeyboardInterrupt, Odd])
def test_a_thread_goes_on_whatever_its_handler_raises(
    url: str, ends: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def broken(given: Any) -> None:
        if getattr(given, "object_id", given.id) in ("a0", first):
            raise ends
        seen.append(given.id)

    with earnest.sync.Engine.open(url) as bank:
        first = bank.jobs.enqueue("mail", payload={}, key="j-1", max_attempts=1).job.id
        bank.jobs.enqueue("mail", payload={}, key="j-2")
        reading = bank.subscribe("notes", broken, types=["account.*"], from_="first", max_attempts=1)
        with reading, bank.worker({"mail": broken}, concurrency=1):
            for number in range(2):
                bank.ledger.open_account(f"a{number}", currency="USD")
            end = time.monotonic() + 45
            while len(seen) < 2 or not list(bank.events.parked("notes")):
                assert time.monotonic() < end, "it has ended"
                time.sleep(0.01)
        assert [one.last_error for one in bank.events.parked("notes")] == [ends.__name__]
        assert {job.id: (job.state, job.last_error) for job in bank.jobs.list(kind="mail")}[first] == (
            "dead",
            ends.__name__,
        )
    assert "a handler of events failed" in caplog.text and "a handler of jobs of the kind `mail` failed" in caplog.text


@pytest.mark.parametrize("ends", [GeneratorExit, asyncio.CancelledError, Odd])
@pytest.mark.parametrize("plain", [False, True])
async def test_a_task_goes_on_whatever_its_handler_raises(url: str, ends: type[BaseException], plain: bool) -> None:
    seen: list[str] = []

    def broken(given: Any) -> None:
        if getattr(given, "object_id", given.id) in ("a0", first):
            raise ends
        seen.append(given.id)

    async def later(given: Any) -> None:
        broken(given)

    handler: Any = broken if plain else later
    async with Engine.open(url) as bank:
        first = (await bank.jobs.enqueue("mail", payload={}, key="j-1", max_attempts=1)).job.id
        await bank.jobs.enqueue("mail", payload={}, key="j-2")
        reading = await bank.subscribe("notes", handler, types=["account.*"], from_="first", max_attempts=1)
        async with reading, bank.worker({"mail": handler}, concurrency=1):
            for number in range(2):
                await bank.ledger.open_account(f"a{number}", currency="USD")
            await until(lambda: len(seen) == 2)
            while not (parked := [one async for one in bank.events.parked("notes")]):
                await asyncio.sleep(0.01)
        kept = "it was cancelled" if ends is asyncio.CancelledError else ends.__name__
        assert [one.last_error for one in parked] == [kept]
        assert [job.last_error async for job in bank.jobs.list(kind="mail") if job.id == first] == [kept]


@pytest.mark.parametrize("inner", [False, True])
async def test_a_handler_may_stop_its_own_reader(url: str, inner: bool) -> None:
    """It does not wait for itself, and neither does a task of its own that it waits for; what is at work ends."""
    seen: list[Any] = []

    async def stops(running: list[Any], given: Any) -> None:
        if inner:
            await asyncio.gather(asyncio.ensure_future(running[0].stop()))
        else:
            await running[0].stop()
        seen.append(given)

    async with Engine.open(url) as bank:
        for number in range(2):
            await bank.jobs.enqueue("mail", payload={}, key=f"j-{number}")
            await bank.ledger.open_account(f"a{number}", currency="USD")
        reading: list[Any] = []
        working: list[Any] = []
        handler = functools.partial(stops, reading)
        reading.append(await bank.subscribe("notes", handler, types=["account.*"], from_="first"))
        working.append(bank.worker({"mail": functools.partial(stops, working)}, concurrency=1))
        for one in (*reading, *working):
            await asyncio.wait_for(asyncio.shield(one._task), 45)
            await one.stop()
        (event,) = [one for one in seen if isinstance(one, views.Event)]
        (status,) = [status async for status in bank.events.sinks()]
        assert (len(seen), status.sink.seq, status.sink.leased_until) == (2, event.seq, None)
        assert sorted([job.state async for job in bank.jobs.list(kind="mail")]) == ["done", "queued"]


async def test_a_task_that_outlives_its_handler_waits_for_the_end(url: str) -> None:
    """A task that a handler has left behind is not inside of it any more."""
    left: list[Any] = []
    at_work = asyncio.Event()

    async def note(event: views.Event) -> None:
        if event.object_id == "a0":

            async def later() -> bool:
                await at_work.wait()
                await reading.stop()
                return reading._task.done()

            left.append(asyncio.ensure_future(later()))
        else:
            at_work.set()
            await asyncio.sleep(0.3)

    async with Engine.open(url) as bank:
        reading = await bank.subscribe("notes", note, types=["account.*"], from_="first")
        for number in range(2):
            await bank.ledger.open_account(f"a{number}", currency="USD")
        await until(lambda: left)
        assert await asyncio.wait_for(left[0], 45)


def test_a_handler_on_a_thread_may_stop_its_own_reader(url: str) -> None:
    seen: list[Any] = []
    begun = threading.Event()

    def stops(running: list[Any], given: Any) -> None:
        assert begun.wait(45)
        running[0].stop()
        seen.append(given)

    with earnest.sync.Engine.open(url) as bank:
        for number in range(2):
            bank.jobs.enqueue("mail", payload={}, key=f"j-{number}")
            bank.ledger.open_account(f"a{number}", currency="USD")
        reading: list[Any] = []
        working: list[Any] = []
        handler = functools.partial(stops, reading)
        reading.append(bank.subscribe("notes", handler, types=["account.*"], from_="first"))
        working.append(bank.worker({"mail": functools.partial(stops, working)}, concurrency=1))
        begun.set()
        for one in (*reading, *working):
            one._thread.join(45)
            assert not one._thread.is_alive()
            one.stop()
        (event,) = [one for one in seen if isinstance(one, views.Event)]
        (status,) = bank.events.sinks()
        assert (len(seen), status.sink.seq, status.sink.leased_until) == (2, event.seq, None)
        assert sorted(job.state for job in bank.jobs.list(kind="mail")) == ["done", "queued"]
