"""Time that goes on whatever tests of an application do with theirs.

They put other functions in the place of those of `time`, freezegun in every module that has them, and the time of the
event loop stands still with them: its timers never end, or all at once. Nothing of this package waits for those.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from earnest._apart import thread_apart

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

#: Seconds since any time. It is no function of `time` itself: those are looked for in the names of modules.
if sys.platform == "win32":
    now: Callable[[], float] = partial(time.perf_counter)
else:
    now: Callable[[], float] = partial(time.clock_gettime, time.CLOCK_MONOTONIC)


class Late(Exception):
    """Something was not done in its time."""


def nap(seconds: float) -> None:
    """Has a thread wait; of greenlets, only the one that calls."""
    threading.Event().wait(seconds)


async def passed(seconds: float) -> None:
    """Has a task wait."""
    alarm = _Alarm(seconds)
    try:
        await alarm.rung
    finally:
        alarm.cancel()


async def ended(work: asyncio.Future[Any], seconds: float) -> bool:
    """Waits until something is done, at most so long, and says whether it is. It is cancelled by nobody here."""
    from asyncio import FIRST_COMPLETED, wait

    alarm = _Alarm(seconds)
    try:
        await wait([work, alarm.rung], return_when=FIRST_COMPLETED)
    finally:
        alarm.cancel()
    return work.done()


async def within(work: Awaitable[T], seconds: float) -> T:
    """Does something in a task of its own. Where that is not done in time, or this is cancelled, it is cancelled: this
    ends when it has ended, and raises `Late` where it came to nothing."""
    from asyncio import ensure_future, wait

    task = ensure_future(work)
    late = False
    try:
        late = not await ended(task, seconds)
    finally:
        if not task.done():
            task.cancel()
            await wait([task])
    if late and task.cancelled():
        raise Late
    return task.result()


class _Alarm:
    """An alarm that rings once, in the event loop that is running."""

    __slots__ = ("_timer", "loop", "rung")

    def __init__(self, seconds: float) -> None:
        from asyncio import get_running_loop

        loop = get_running_loop()
        self.loop: asyncio.AbstractEventLoop | None = loop
        self.rung: asyncio.Future[None] = loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        try:
            _bells().add(seconds, self)
        except RuntimeError:
            # the process may have no more threads
            self._timer = loop.call_later(seconds, self._ring)

    def ring(self) -> None:
        """Rings, from another thread."""
        loop = self.loop
        if loop is not None:
            # a loop that was closed has nobody who waits
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        if not self.rung.done():
            self.rung.set_result(None)

    def cancel(self) -> None:
        """Ends the waiting: what is left of it until its time holds no loop."""
        self.loop = None
        self.rung.cancel()
        if self._timer is not None:
            self._timer.cancel()


class _Bells:
    """A thread that rings for all event loops of the process."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.due: list[tuple[float, int, _Alarm]] = []
        self.numbers = count()
        thread_apart(self._run, name="earnest-clock")

    def add(self, seconds: float, alarm: _Alarm) -> None:
        with self.changed:
            heappush(self.due, (now() + seconds, next(self.numbers), alarm))
            self.changed.notify()

    def _run(self) -> None:
        while True:
            with self.changed:
                while (left := self._left()) is None or left > 0:
                    self.changed.wait(left)
                alarm = heappop(self.due)[2]
            alarm.ring()
            # until the next one it holds none
            del alarm

    def _left(self) -> float | None:
        # a wait takes no longer than the platform counts
        return min(self.due[0][0] - now(), 3600.0) if self.due else None


_guard = threading.Lock()
_ringing: _Bells | None = None


def _bells() -> _Bells:
    global _ringing
    with _guard:
        if _ringing is None:
            _ringing = _Bells()
        return _ringing


def _forget() -> None:
    """After a fork the thread is not there, and who held the locks neither."""
    global _guard, _ringing
    _guard, _ringing = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
