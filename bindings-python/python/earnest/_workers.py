"""Work after the commit: handlers of jobs, and readers of the log, until they are stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, Union

from earnest import _views as v
from earnest._apart import task_apart
from earnest._clock import Late, now, passed, within
from earnest._error import EarnestError, invalid, refuse
from earnest._json import JsonInput
from earnest._observe import context, left
from earnest._wire import span_of

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from typing_extensions import Self

    from earnest._services import Events, Jobs

#: `async`, or plain: then the event loop waits for it.
JobHandler = Callable[[v.Job], Union[JsonInput, Awaitable[JsonInput]]]
EventHandler = Callable[[v.Event], object]

#: How long what was taken belongs to this process; a handler of jobs that takes longer is given more time.
LEASE = timedelta(seconds=60)

#: The shortest and the longest time that a reader may have events.
LEASES = (timedelta(seconds=1), timedelta(hours=1))

#: How long a reader waits for something new: at first, and at most, in seconds.
PAUSES = (0.05, 1.0)

#: Events that are taken at once.
BATCH = 100


#: The text kept where a report itself was refused: a time that has gone, or a result without a JSON form.
REFUSED = "its report was refused: invalid_request"


class Bank(Protocol):
    """The part of an engine that handlers use."""

    @property
    def events(self) -> Events: ...

    @property
    def jobs(self) -> Jobs: ...

    def book(self, name: str) -> Bank: ...

    async def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]: ...


class Failed(Exception):
    """The error of a handler whose work could not be done. The text is kept, so it holds no personal data.

    Of any other exception the name of its class alone is kept. A job is tried again at `retry_at`, or after a pause
    that grows.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


def reason(error: BaseException) -> str:
    """Returns the text to keep of a failure, with `?` for a NUL or half a character, which no store holds."""
    text = str(error) if isinstance(error, Failed) else type(error).__name__
    return text[:1000].replace("\0", "?").encode(errors="replace").decode() or "it failed"


def warn(text: str, *args: object, **more: Any) -> None:
    """A line in the log of the application."""
    import logging

    logging.getLogger("earnest").warning(text, *args, **more)


def job_named(job: v.Job) -> str:
    """The name of a job in log lines: whoever reads one looks it up by its id."""
    return f"job `{job.id}` of the kind `{job.kind}`"


def worker_named(kinds: Iterable[str]) -> str:
    """The name of a worker in log lines."""
    return f"the worker of jobs of the kind {', '.join(f'`{kind}`' for kind in kinds)}"


def subscription_named(sink: str) -> str:
    """The name of a subscription in log lines."""
    return f"the subscription of the sink `{sink}`"


def is_over(bank: Any) -> bool:
    """Whether nothing more can come, and nobody has to hear of that: its engine was closed, or belongs to a process
    that has forked this one."""
    return bool(bank._is_over())


def handlers_of(given: Mapping[str, Any], blocking: bool = False) -> dict[str, Any]:
    """Handlers by the kind of their jobs."""
    if not isinstance(given, Mapping) or not given:
        raise invalid("handlers", "must be functions by the kind of their jobs, one at least")
    for kind, handler in given.items():
        handler_of(handler, "handlers", f"the one of `{kind}` ", blocking)
    return dict(given)


def handler_of(given: Any, field: str, which: str, blocking: bool) -> Any:
    """A handler that would be run: a generator is not, and an `async` one not by a thread."""
    from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction

    both = (given, getattr(given, "__call__", None))  # noqa: B004 - an object may have an `async` one
    if not callable(given):
        raise invalid(field, f"must be a function: {which}is not" if which else "must be a function")
    if any(isasyncgenfunction(one) or isgeneratorfunction(one) for one in both):
        raise invalid(field, f"{which}must not be a generator, which nobody would go through")
    if blocking and any(iscoroutinefunction(one) for one in both):
        raise invalid(field, f"{which}is `async`: that goes together with `earnest.Engine`")
    return given


def concurrency_of(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 500:
        raise invalid("concurrency", "must be a whole number from 1 to 500")
    return given


def lease_of(given: timedelta | str | None) -> timedelta:
    """For how long a reader has events."""
    if given is None:
        return LEASE
    span = span_of(given) if isinstance(given, str) else given
    if not isinstance(span, timedelta) or not LEASES[0] <= span <= LEASES[1]:
        raise invalid("lease", "must be between PT1S and PT1H")
    return span


def needs_asyncio(method: str) -> None:
    """Refuses a task in the background outside of asyncio, where nothing would begin."""
    from asyncio import get_running_loop

    try:
        get_running_loop()
    except RuntimeError:
        reason = "it needs a running event loop of asyncio: under trio run `earnest.sync` on a thread"
    else:
        return
    raise refuse("not_supported", operation=method, reason=reason)


#: The handlers that this code runs inside of: what has each, while it is at work.
_inside: ContextVar[tuple[list[object], ...]] = ContextVar("earnest_handlers", default=())


@contextmanager
def handling(running: object, causation_id: str) -> Iterator[None]:
    """Has a handler at work inside: what it writes names its cause, and whoever stops its reader there is known."""
    turn = [running]
    token = _inside.set((*_inside.get(), turn))
    try:
        with context(causation_id=causation_id):
            yield
    finally:
        # for tasks that it has left behind, it is over
        turn.clear()
        left(_inside, token)


def is_inside(running: object) -> bool:
    """Whether this runs inside of a handler of a reader, which would wait for itself."""
    return any(one is running for turn in _inside.get() for one in turn)


def as_failure(error: BaseException) -> Failed:
    """Makes a failure of an exception that is no `Exception`, and would end the handler's reader."""
    return Failed(type(error).__name__)


async def outcome(handler: Callable[[Any], Any], given: Any) -> Any:
    """Returns or raises what a handler does. A handler that was cancelled while nobody stops it has failed;
    `SystemExit` and `KeyboardInterrupt` still end a program of asyncio."""
    from asyncio import CancelledError, ensure_future, wait
    from inspect import isawaitable

    try:
        found = handler(given)
    except CancelledError as error:
        raise Failed("it was cancelled") from error
    except (Exception, SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise as_failure(error) from error
    if not isawaitable(found):
        return found
    # a task of its own: so it is clear who was cancelled
    task = ensure_future(found)
    try:
        await wait([task])
    except CancelledError:
        task.cancel()
        await wait([task])
        raise
    if task.cancelled():
        raise Failed("it was cancelled")
    try:
        return task.result()
    except (Exception, SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise as_failure(error) from error


class _Running:
    """A task until it is stopped, or its engine is closed: leave `async with`, or `await stop()`."""

    bank: Bank
    #: Its name in log lines.
    _name: str

    def __init__(self) -> None:
        from asyncio import Event

        self._stopped = Event()
        self._task: asyncio.Task[None] = task_apart(self._run())

    async def _run(self) -> None:
        pause = PAUSES[0]
        while not self._stopped.is_set():
            try:
                did = await self._round()
            except EarnestError as error:
                if is_over(self.bank):
                    break
                warn("%s was interrupted: %s", self._name, error.code)
                did = False
            pause = PAUSES[0] if did else min(pause * 2, PAUSES[1])
            if not did:
                await self._wait(pause)
        await self._end()

    async def _wait(self, seconds: float) -> None:
        try:
            await within(self._stopped.wait(), seconds)
        except Late:
            pass

    async def _round(self) -> bool:
        raise NotImplementedError

    async def _end(self) -> None:
        """Waits for what is under way."""

    async def stop(self) -> None:
        """Takes nothing new, waits until what is under way is done and reported, and ends.

        Inside of one of its handlers it does not wait: it ends when that has ended.
        """
        self._stopped.set()
        if not is_inside(self):
            await self._task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class Worker(_Running):
    """Runs handlers of jobs: `bank.worker(...)`."""

    def __init__(self, bank: Bank, handlers: Mapping[str, JobHandler], concurrency: int, all_books: bool) -> None:
        needs_asyncio("worker")
        self.bank, self.handlers, self.concurrency = bank, handlers_of(handlers), concurrency_of(concurrency)
        self.all_books, self._name = all_books, worker_named(self.handlers)
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
        reports: list[dict[str, Any]]
        try:
            with handling(self, job.id):
                result = await outcome(self.handlers[job.kind], job)
        except Exception as error:
            warn("a handler of jobs of the kind `%s` failed at job `%s`", job.kind, job.id, exc_info=True)
            failure, at = reason(error), error.retry_at if isinstance(error, Failed) else None
            reports = [{"error": failure, "retry_at": at}, {"error": failure}]
        else:
            reports = [{"result": result}]
        finally:
            longer.cancel()
        for report in [*reports, {"error": REFUSED}]:
            how = "fail" if "error" in report else "complete"
            try:
                if "error" in report:
                    await bank.jobs.fail(job.id, fence=job.fence, **report)
                else:
                    await bank.jobs.complete(job.id, fence=job.fence, **report)
                return
            except EarnestError as error:
                # its lease was over, say: whoever has it now reports
                warn("%s could not be reported on by `jobs.%s`: %s", job_named(job), how, error.code)
                if error.kind != "invalid":
                    return

    async def _extend(self, bank: Bank, job: v.Job) -> None:
        """More time for a handler that needs it."""
        while True:
            await passed(LEASE.total_seconds() / 2)
            try:
                await bank.jobs.extend(job.id, fence=job.fence, for_=LEASE)
            except EarnestError as error:
                warn("%s was given no more time: %s", job_named(job), error.code)


async def follow(bank: Bank, after_seq: int, types: Sequence[str] | None) -> AsyncIterator[v.Event]:
    """The log, forward only; it waits for what is to come."""
    needs_asyncio("follow")
    pause = PAUSES[0]
    while True:
        page = await bank.events.list(after_seq=after_seq, types=types, limit=BATCH)
        for event in page.items:
            after_seq = event.seq
            yield event
        if page.items:
            pause = PAUSES[0]
        else:
            await passed(pause)
            pause = min(pause * 2, PAUSES[1])


class Subscription(_Running):
    """Gives the events of a sink to a handler: `await bank.subscribe(...)`."""

    def __init__(self, bank: Bank, sink: str, handler: EventHandler, lease: timedelta) -> None:
        self.bank, self.sink, self.handler, self.lease = bank, sink, handler, lease
        self._name = subscription_named(sink)
        super().__init__()

    async def _round(self) -> bool:
        batch = Batch(self.lease)
        taken = await self.bank.call("events.take", {"sink": self.sink, "for": self.lease, "limit": BATCH})
        if taken.get("fence") is None:
            return bool(taken["more"])
        for event in batch.of(taken):
            if batch.is_over(self._stopped.is_set()):
                break
            try:
                with handling(self, event.id):
                    await outcome(self.handler, event)
            except Exception as error:
                batch.failed(self.sink, event, error)
            batch.done(event)
        try:
            await self.bank.call("events.settle", {"sink": self.sink, **batch.report()})
        except EarnestError as error:
            if error.kind != "invalid":
                raise
            warn("%s could not be reported on: %s", batch.named(self.sink), error.code)
            await self.bank.call("events.settle", {"sink": self.sink, **batch.report(REFUSED)})
        return True


class Batch:
    """Events that were taken, those of an object that failed left out, and what came of the others."""

    def __init__(self, lease: timedelta) -> None:
        self.failures: list[dict[str, Any]] = []
        self.left: set[tuple[str, str]] = set()
        self.last: int | None = None
        # reported on early enough that the handler at work has the rest of the time: what is done late is done by
        # another too, and then neither would get ahead
        self.until = now() + lease.total_seconds() / 3

    def of(self, taken: dict[str, Any]) -> Self:
        """Begins with what was taken. The time runs since it was asked for."""
        self.fence, self.seq = taken["fence"], taken["seq"]
        self.events = [v._read_event(wire) for wire in taken["events"]]
        return self

    def __iter__(self) -> Any:
        for event in self.events:
            if (event.object, event.object_id) in self.left:
                self.last = event.seq
            else:
                yield event

    def is_over(self, stopped: bool) -> bool:
        """Whether the rest is left to the next batch."""
        over = self.last is not None and (stopped or now() > self.until)
        if over and self.last is not None:
            self.seq = self.last
        return over

    def failed(self, sink: str, event: v.Event, error: Exception) -> None:
        """Later events of its object wait for this one."""
        told = (event.type, event.seq, sink)
        warn("a handler of events failed at `%s`, seq %s, of the sink `%s`", *told, exc_info=True)
        self.failures.append({"seq": event.seq, "error": reason(error)})
        self.left.add((event.object, event.object_id))

    def named(self, sink: str) -> str:
        """Its name in log lines."""
        return f"events of the sink `{sink}` up to seq {self.seq}"

    def done(self, event: v.Event) -> None:
        self.last = event.seq

    def report(self, instead: str | None = None) -> dict[str, Any]:
        """Returns the report of a batch, with another text in place of its failures' own, if refused."""
        failures = self.failures if instead is None else [{**one, "error": instead} for one in self.failures]
        return {"fence": self.fence, "seq": self.seq, "failed": failures}
