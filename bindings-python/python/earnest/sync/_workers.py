"""The same for threads: handlers of jobs, and readers of the log, until they are stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from earnest import _views as v
from earnest._error import EarnestError
from earnest._json import JsonInput
from earnest._workers import (
    BATCH,
    LEASE,
    PAUSES,
    REFUSED,
    Batch,
    Failed,
    as_failure,
    concurrency_of,
    handlers_of,
    handling,
    is_inside,
    is_over,
    reason,
    warn,
)

if TYPE_CHECKING:
    from typing_extensions import Self

    from earnest.sync import Engine

JobHandler = Callable[[v.Job], JsonInput]
EventHandler = Callable[[v.Event], object]


def outcome(handler: Callable[[Any], Any], given: Any) -> Any:
    """What a handler returns, or raises: on a thread even `SystemExit` is a failure, for it would end that thread alone.
    What would have to be awaited has done nothing yet: it has failed."""
    from inspect import isawaitable, iscoroutine

    try:
        found = handler(given)
    except Exception:
        raise
    except BaseException as error:
        raise as_failure(error) from error
    if isawaitable(found):
        if iscoroutine(found):
            found.close()
        raise TypeError("a handler for threads must not be `async`: that goes together with `earnest.Engine`")
    return found


class _Running:
    """A thread until it is stopped, or its engine is closed: leave `with`, or `stop()`."""

    bank: Engine

    def __init__(self) -> None:
        self._stopped = threading.Event()
        name = f"earnest-{type(self).__name__.lower()}"
        self._thread = threading.Thread(target=copy_context().run, args=(self._run,), name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        pause = PAUSES[0]
        while not self._stopped.is_set():
            try:
                did = self._round()
            except EarnestError as error:
                if is_over(self.bank):
                    break
                warn("%s was interrupted: %s", type(self).__name__.lower(), error.code)
                did = False
            pause = PAUSES[0] if did else min(pause * 2, PAUSES[1])
            if not did:
                self._stopped.wait(pause)
        self._end()

    def _round(self) -> bool:
        raise NotImplementedError

    def _end(self) -> None:
        """What is under way ends first."""

    def stop(self) -> None:
        """Takes nothing new, waits until what is under way is done and reported, and ends.

        Inside of one of its handlers it does not wait: it ends when that has ended.
        """
        self._stopped.set()
        if not is_inside(self):
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Worker(_Running):
    """Runs handlers of jobs on threads: `bank.worker(...)`."""

    def __init__(self, bank: Engine, handlers: Mapping[str, JobHandler], concurrency: int, all_books: bool) -> None:
        self.bank, self.handlers, self.concurrency = bank, handlers_of(handlers, True), concurrency_of(concurrency)
        self.all_books = all_books
        self.threads = ThreadPoolExecutor(concurrency, thread_name_prefix="earnest-job")
        self.jobs: set[Future[None]] = set()
        super().__init__()

    def _round(self) -> bool:
        self.jobs = {job for job in self.jobs if not job.done()}
        free = self.concurrency - len(self.jobs)
        if free == 0:
            wait(self.jobs, return_when=FIRST_COMPLETED)
            return True
        leased = self.bank.jobs.lease(list(self.handlers), limit=free, for_=LEASE, all_books=self.all_books or None)
        self.jobs.update(self.threads.submit(copy_context().run, self._work, job) for job in leased.jobs)
        return bool(leased.jobs)

    def _end(self) -> None:
        self.threads.shutdown(wait=True)

    def _work(self, job: v.Job) -> None:
        bank = self.bank.book(job.book)
        over = threading.Event()
        longer = threading.Thread(target=self._extend, args=(bank, job, over), name="earnest-lease", daemon=True)
        longer.start()
        reports: list[dict[str, Any] | None]
        try:
            with handling(self, job.id):
                result = outcome(self.handlers[job.kind], job)
        except Exception as error:
            warn("a handler of jobs of the kind `%s` failed", job.kind, exc_info=True)
            failure, at = reason(error), error.retry_at if isinstance(error, Failed) else None
            reports = [{"error": failure, "retry_at": at}, {"error": failure}]
        else:
            reports = [{"result": result}]
        finally:
            over.set()
            longer.join()
        for report in [*reports, None]:
            try:
                if report is None:
                    bank.jobs.fail(job.id, fence=job.fence, error=REFUSED)
                elif "error" in report:
                    bank.jobs.fail(job.id, fence=job.fence, **report)
                else:
                    bank.jobs.complete(job.id, fence=job.fence, **report)
                return
            except EarnestError as error:
                # its lease was over, say: whoever has it now reports
                warn("a job could not be reported on: %s", error.code)
                if error.kind != "invalid":
                    return

    def _extend(self, bank: Engine, job: v.Job, over: threading.Event) -> None:
        """More time for a handler that needs it."""
        while not over.wait(LEASE.total_seconds() / 2):
            try:
                bank.jobs.extend(job.id, fence=job.fence, for_=LEASE)
            except EarnestError as error:
                warn("a job was given no more time: %s", error.code)


def follow(bank: Engine, after_seq: int, types: Sequence[str] | None) -> Iterator[v.Event]:
    """The log, forward only; it waits for what is to come."""
    from time import sleep

    pause = PAUSES[0]
    while True:
        page = bank.events.list(after_seq=after_seq, types=types, limit=BATCH)
        for event in page.items:
            after_seq = event.seq
            yield event
        if page.items:
            pause = PAUSES[0]
        else:
            sleep(pause)
            pause = min(pause * 2, PAUSES[1])


class Subscription(_Running):
    """Gives the events of a sink to a handler: `bank.subscribe(...)`."""

    def __init__(self, bank: Engine, sink: str, handler: EventHandler, lease: timedelta) -> None:
        self.bank, self.sink, self.handler, self.lease = bank, sink, handler, lease
        super().__init__()

    def _round(self) -> bool:
        batch = Batch(self.lease)
        taken = self.bank.call("events.take", {"sink": self.sink, "for": self.lease, "limit": BATCH})
        if taken.get("fence") is None:
            return bool(taken["more"])
        for event in batch.of(taken):
            if batch.is_over(self._stopped.is_set()):
                break
            try:
                with handling(self, event.id):
                    outcome(self.handler, event)
            except Exception as error:
                batch.failed(event, error)
            batch.done(event)
        try:
            self.bank.call("events.settle", {"sink": self.sink, **batch.report()})
        except EarnestError as error:
            if error.kind != "invalid":
                raise
            warn("a batch of events could not be reported on: %s", error.code)
            self.bank.call("events.settle", {"sink": self.sink, **batch.report(REFUSED)})
        return True
