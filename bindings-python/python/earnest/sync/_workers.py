"""The same for threads: handlers of jobs, and readers of the log, until they are stopped."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from earnest import _views as v
from earnest._apart import apart, thread_apart
from earnest._clock import nap, now
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
    job_named,
    reason,
    subscription_named,
    warn,
    worker_named,
)

if TYPE_CHECKING:
    from typing_extensions import Self

    from earnest._sync_services import Events, Jobs

JobHandler = Callable[[v.Job], JsonInput]
EventHandler = Callable[[v.Event], object]

#: How long the end of a program waits for handlers at work, in seconds.
PATIENCE = 5.0

#: The text kept of a job whose handler was at work then.
ENDED = "its process ended"


def outcome(handler: Callable[[Any], Any], given: Any) -> Any:
    """Returns or raises what a handler does. On a thread even `SystemExit` is a failure, for it would end
    that thread alone. An awaitable has done nothing yet: the handler has failed."""
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


class Bank(Protocol):
    """The part of an engine that handlers use."""

    @property
    def events(self) -> Events: ...

    @property
    def jobs(self) -> Jobs: ...

    def book(self, name: str) -> Bank: ...

    def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]: ...


class _Running:
    """A thread until it is stopped, or its engine is closed: leave `with`, or `stop()`."""

    bank: Bank
    #: Its name in log lines.
    _name: str

    def __init__(self) -> None:
        self._stopped = threading.Event()
        name = f"earnest-{type(self).__name__.lower()}"
        self._thread = thread_apart(self._run, name=name)
        _running.add(self)

    def _run(self) -> None:
        pause = PAUSES[0]
        while not self._stopped.is_set():
            try:
                did = self._round()
            except EarnestError as error:
                if is_over(self.bank):
                    break
                warn("%s was interrupted: %s", self._name, error.code)
                did = False
            pause = PAUSES[0] if did else min(pause * 2, PAUSES[1])
            if not did:
                self._stopped.wait(pause)
        self._end()

    def _round(self) -> bool:
        raise NotImplementedError

    def _end(self) -> None:
        """Waits for what is under way."""

    def _leave(self) -> None:
        """The program ends, and does not wait for what is under way any longer."""

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


#: The workers and readers of this process.
_running: weakref.WeakSet[_Running] = weakref.WeakSet()


def _at_exit() -> None:
    """The end of the program: nothing new is taken, and what is under way has a while."""
    until, ending = now() + PATIENCE, list(_running)
    for one in ending:
        one._stopped.set()
    for one in ending:
        one._thread.join(max(until - now(), 0))
        one._leave()


def _forget() -> None:
    """After a fork: what ran in the other process goes on there."""
    global _running
    _running = weakref.WeakSet()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


class Worker(_Running):
    """Runs handlers of jobs on threads: `bank.worker(...)`."""

    def __init__(self, bank: Bank, handlers: Mapping[str, JobHandler], concurrency: int, all_books: bool) -> None:
        self.bank, self.handlers, self.concurrency = bank, handlers_of(handlers, True), concurrency_of(concurrency)
        self.all_books, self._name = all_books, worker_named(self.handlers)
        self.hands = _Hands(concurrency)
        #: Jobs that were taken and not reported on, and whether each was begun.
        self.jobs: dict[str, tuple[v.Job, bool]] = {}
        self.guard = threading.Lock()
        super().__init__()

    def _round(self) -> bool:
        free = self.hands.free()
        leased = self.bank.jobs.lease(list(self.handlers), limit=free, for_=LEASE, all_books=self.all_books or None)
        self.jobs.update({job.id: (job, False) for job in leased.jobs})
        took = False
        for job in leased.jobs:
            if not self._stopped.is_set() and self.hands.take(self._work, job):
                took = True
            else:
                self._give_up(job)
        return took

    def _end(self) -> None:
        self.hands.end()

    def _leave(self) -> None:
        for job, _ in list(self.jobs.values()):
            self._give_up(job)

    def _give_up(self, job: v.Job) -> None:
        """One that was not begun is given back as it was. One that was has failed: it comes again after a pause."""
        with self.guard:
            _, begun = self.jobs.pop(job.id, (job, None))
        if begun is None:
            return
        try:
            jobs = self.bank.book(job.book).jobs
            if begun:
                jobs.fail(job.id, fence=job.fence, error=ENDED)
            else:
                jobs.release(job.id, fence=job.fence)
        except EarnestError as error:
            warn("%s could not be given back: %s", job_named(job), error.code)

    def _work(self, job: v.Job) -> None:
        over = threading.Event()
        try:
            longer = thread_apart(self._extend, job, over, name="earnest-lease")
        except RuntimeError:
            # the process may have no more threads
            self._give_up(job)
            self._stopped.wait(PAUSES[1])
            return
        try:
            with self.guard:
                if job.id not in self.jobs:
                    return
                self.jobs[job.id] = (job, True)
            reports = self._reports(job)
        finally:
            over.set()
            longer.join()
        if self.jobs.pop(job.id, None) is not None:
            self._report(job, reports)

    def _reports(self, job: v.Job) -> list[dict[str, Any]]:
        """Runs the handler of a job: returns its report, and those to make when it is refused."""
        try:
            with handling(self, job.id):
                return [{"result": outcome(self.handlers[job.kind], job)}]
        except Exception as error:
            warn("a handler of jobs of the kind `%s` failed at job `%s`", job.kind, job.id, exc_info=True)
            failure, at = reason(error), error.retry_at if isinstance(error, Failed) else None
            return [{"error": failure, "retry_at": at}, {"error": failure}]

    def _report(self, job: v.Job, reports: list[dict[str, Any]]) -> None:
        jobs = self.bank.book(job.book).jobs
        for report in [*reports, {"error": REFUSED}]:
            how = "fail" if "error" in report else "complete"
            try:
                if "error" in report:
                    jobs.fail(job.id, fence=job.fence, **report)
                else:
                    jobs.complete(job.id, fence=job.fence, **report)
                return
            except EarnestError as error:
                # its lease was over, say: whoever has it now reports
                warn("%s could not be reported on by `jobs.%s`: %s", job_named(job), how, error.code)
                if error.kind != "invalid":
                    return

    def _extend(self, job: v.Job, over: threading.Event) -> None:
        """More time for a handler that needs it."""
        while not over.wait(LEASE.total_seconds() / 2):
            try:
                self.bank.book(job.book).jobs.extend(job.id, fence=job.fence, for_=LEASE)
            except EarnestError as error:
                warn("%s was given no more time: %s", job_named(job), error.code)


class _Hands:
    """Threads for jobs, as many as are needed. They are daemons: the end of the program waits for none."""

    def __init__(self, most: int) -> None:
        self.most, self.busy, self.threads = most, 0, 0
        self.changed = threading.Condition()
        self.work: SimpleQueue[tuple[Callable[[v.Job], None], v.Job] | None] = SimpleQueue()

    def free(self) -> int:
        """How many jobs there is room for; it waits until there is some."""
        with self.changed:
            self.changed.wait_for(lambda: self.busy < self.most)
            return self.most - self.busy

    def take(self, do: Callable[[v.Job], None], job: v.Job) -> bool:
        """Does a job, if there is a thread for it or can be."""
        with self.changed:
            if self.busy == self.threads:
                try:
                    thread_apart(self._run, name="earnest-job")
                except RuntimeError:
                    return False
                self.threads += 1
            self.busy += 1
        self.work.put((do, job))
        return True

    def _run(self) -> None:
        while (given := self.work.get()) is not None:
            do, job = given
            try:
                # what a handler sets is not there for the next one
                apart(do, job)
            except Exception:
                warn("%s was left to its lease", job_named(job), exc_info=True)
            finally:
                with self.changed:
                    self.busy -= 1
                    self.changed.notify_all()

    def end(self) -> None:
        """Waits for what is under way, and ends the threads."""
        with self.changed:
            self.changed.wait_for(lambda: self.busy == 0)
        for _ in range(self.threads):
            self.work.put(None)


def follow(bank: Bank, after_seq: int, types: Sequence[str] | None) -> Iterator[v.Event]:
    """The log, forward only; it waits for what is to come."""
    pause = PAUSES[0]
    while True:
        page = bank.events.list(after_seq=after_seq, types=types, limit=BATCH)
        for event in page.items:
            after_seq = event.seq
            yield event
        if page.items:
            pause = PAUSES[0]
        else:
            nap(pause)
            pause = min(pause * 2, PAUSES[1])


class Subscription(_Running):
    """Gives the events of a sink to a handler: `bank.subscribe(...)`."""

    def __init__(self, bank: Bank, sink: str, handler: EventHandler, lease: timedelta) -> None:
        self.bank, self.sink, self.handler, self.lease = bank, sink, handler, lease
        self._name = subscription_named(sink)
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
                batch.failed(self.sink, event, error)
            batch.done(event)
        try:
            self.bank.call("events.settle", {"sink": self.sink, **batch.report()})
        except EarnestError as error:
            if error.kind != "invalid":
                raise
            warn("%s could not be reported on: %s", batch.named(self.sink), error.code)
            self.bank.call("events.settle", {"sink": self.sink, **batch.report(REFUSED)})
        return True
