"""What happens after the commit: handlers of jobs, and readers of the log, until they are stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earnest import _views as v
from earnest._error import EarnestError, invalid
from earnest._observe import context

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from typing_extensions import Self

    from earnest._engine import Engine

JobHandler = Callable[[v.Job], Awaitable[Any]]
EventHandler = Callable[[v.Event], Awaitable[Any]]

#: How long what was taken belongs to this process; a handler that takes longer is given more time.
LEASE = timedelta(seconds=60)

#: How long a reader waits for something new: at first, and at most, in seconds.
PAUSES = (0.05, 1.0)

#: Events that are taken at once.
BATCH = 100


#: What is kept where a report itself was refused: a time that has gone, or a result without a JSON form.
REFUSED = "its report was refused: invalid_request"


class Failed(Exception):
    """What a handler raises when its work could not be done. The text is kept, so it holds no personal data.

    Of any other exception the name of its class alone is kept. A job is tried again at `retry_at`, or after a pause
    that grows.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


def reason(error: BaseException) -> str:
    """What is kept of a failure."""
    text = str(error) if isinstance(error, Failed) else type(error).__name__
    return text[:1000] or "it failed"


def warn(text: str, *args: object) -> None:
    """A line in the log of the application."""
    import logging

    logging.getLogger("earnest").warning(text, *args)


def handlers_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Handlers by the kind of their jobs."""
    for kind, handler in given.items():
        if not callable(handler):
            raise invalid("handlers", f"must be functions: the one of `{kind}` is not")
    if not given:
        raise invalid("handlers", "must have one at least")
    return dict(given)


class _Running:
    """A task until it is stopped: leave `async with`, or `await stop()`."""

    def __init__(self) -> None:
        from asyncio import Event, ensure_future

        self._stopped = Event()
        self._task: asyncio.Task[None] = ensure_future(self._run())

    async def _run(self) -> None:
        pause = PAUSES[0]
        while not self._stopped.is_set():
            try:
                did = await self._round()
            except EarnestError as error:
                warn("%s was interrupted: %s", type(self).__name__.lower(), error.code)
                did = False
            pause = PAUSES[0] if did else min(pause * 2, PAUSES[1])
            if not did:
                await self._wait(pause)
        await self._end()

    async def _wait(self, seconds: float) -> None:
        from asyncio import TimeoutError, wait_for

        try:
            await wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            pass

    async def _round(self) -> bool:
        raise NotImplementedError

    async def _end(self) -> None:
        """What is under way ends first."""

    async def stop(self) -> None:
        """Takes nothing new, waits until what is under way is done and reported, and ends."""
        self._stopped.set()
        await self._task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class Worker(_Running):
    """Runs handlers of jobs: `bank.worker(...)`."""

    def __init__(self, bank: Engine, handlers: Mapping[str, JobHandler], concurrency: int, all_books: bool) -> None:
        self.bank, self.handlers, self.concurrency = bank, handlers_of(handlers), concurrency
        self.all_books = all_books
        self.jobs: set[asyncio.Task[None]] = set()
        super().__init__()

    async def _round(self) -> bool:
        from asyncio import FIRST_COMPLETED, ensure_future, wait

        free = self.concurrency - len(self.jobs)
        if free == 0:
            await wait(self.jobs, return_when=FIRST_COMPLETED)
            return True
        leased = await self.bank.jobs.lease(
            list(self.handlers), limit=free, for_=LEASE, all_books=self.all_books or None
        )
        for job in leased.jobs:
            task = ensure_future(self._work(job))
            self.jobs.add(task)
            task.add_done_callback(self.jobs.discard)
        return bool(leased.jobs)

    async def _end(self) -> None:
        from asyncio import gather

        await gather(*self.jobs)

    async def _work(self, job: v.Job) -> None:
        from asyncio import ensure_future

        bank = self.bank.book(job.book)
        longer = ensure_future(self._extend(bank, job))
        reports: list[dict[str, Any] | None]
        try:
            with context(causation_id=job.id):
                result = await self.handlers[job.kind](job)
        except Exception as error:
            failure, at = reason(error), error.retry_at if isinstance(error, Failed) else None
            reports = [{"error": failure, "retry_at": at}, {"error": failure}]
        else:
            reports = [{"result": result}]
        finally:
            longer.cancel()
        for report in [*reports, None]:
            try:
                if report is None:
                    await bank.jobs.fail(job.id, fence=job.fence, error=REFUSED)
                elif "error" in report:
                    await bank.jobs.fail(job.id, fence=job.fence, **report)
                else:
                    await bank.jobs.complete(job.id, fence=job.fence, **report)
                return
            except EarnestError as error:
                # its lease was over, say: whoever has it now reports
                warn("a job could not be reported on: %s", error.code)
                if error.kind != "invalid":
                    return

    async def _extend(self, bank: Engine, job: v.Job) -> None:
        """More time for a handler that needs it."""
        from asyncio import sleep

        while True:
            await sleep(LEASE.total_seconds() / 2)
            try:
                await bank.jobs.extend(job.id, fence=job.fence, for_=LEASE)
            except EarnestError as error:
                warn("a job was given no more time: %s", error.code)


async def follow(bank: Engine, after_seq: int, types: Sequence[str] | None) -> AsyncIterator[v.Event]:
    """The log, forward only; it waits for what is to come."""
    from asyncio import sleep

    pause = PAUSES[0]
    while True:
        page = await bank.events.list(after_seq=after_seq, types=types, limit=BATCH)
        for event in page.items:
            after_seq = event.seq
            yield event
        if page.items:
            pause = PAUSES[0]
        else:
            await sleep(pause)
            pause = min(pause * 2, PAUSES[1])


class Subscription(_Running):
    """Gives the events of a sink to a handler: `await bank.subscribe(...)`."""

    def __init__(self, bank: Engine, sink: str, handler: EventHandler) -> None:
        self.bank, self.sink, self.handler = bank, sink, handler
        super().__init__()

    async def _round(self) -> bool:
        taken = await self.bank.call("events.take", {"sink": self.sink, "for": LEASE, "limit": BATCH})
        if taken.get("fence") is None:
            return bool(taken["more"])
        batch = Batch(taken)
        for event in batch:
            if batch.is_over(self._stopped.is_set()):
                break
            try:
                with context(causation_id=event.id):
                    await self.handler(event)
            except Exception as error:
                batch.failed(event, error)
            batch.done(event)
        await self.bank.call("events.settle", {"sink": self.sink, **batch.report()})
        return True


class Batch:
    """Events that were taken, those of an object that failed left out, and what came of the others."""

    def __init__(self, taken: dict[str, Any]) -> None:
        from time import monotonic

        self.now = monotonic
        self.fence, self.seq = taken["fence"], taken["seq"]
        self.events = [v._read_event(wire) for wire in taken["events"]]
        self.failures: list[dict[str, Any]] = []
        self.left: set[tuple[str, str]] = set()
        self.last: int | None = None
        # what is done late may be done by another too
        self.until = monotonic() + LEASE.total_seconds() * 2 / 3

    def __iter__(self) -> Any:
        for event in self.events:
            if (event.object, event.object_id) in self.left:
                self.last = event.seq
            else:
                yield event

    def is_over(self, stopped: bool) -> bool:
        """Whether the rest is left to the next batch."""
        over = self.last is not None and (stopped or self.now() > self.until)
        if over and self.last is not None:
            self.seq = self.last
        return over

    def failed(self, event: v.Event, error: Exception) -> None:
        """Later events of its object wait for this one."""
        self.failures.append({"seq": event.seq, "error": reason(error)})
        self.left.add((event.object, event.object_id))

    def done(self, event: v.Event) -> None:
        self.last = event.seq

    def report(self) -> dict[str, Any]:
        return {"fence": self.fence, "seq": self.seq, "failed": self.failures}
