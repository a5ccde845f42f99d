"""Where answers of the native half arrive: at an event loop, or at a thread that waits.

A thread of the engine never asks for Python's lock: it rings a socket. An event loop watches that socket as any other,
and takes all answers that have come at once.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from earnest import _earnest
from earnest._apart import apart, thread_apart
from earnest._error import EarnestError, own_error_from
from earnest._imported import imported

if TYPE_CHECKING:
    import asyncio

#: The kinds of letters: the numbers that the native half gives.
REPLY, REFUSED, OPENED, DONE, WOKEN, LEND, QUERY, RUN, GIVE_BACK, DISCARD = range(10)

_local = threading.local()
_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LoopPost] = weakref.WeakKeyDictionary()


class LoopPost:
    """The mailbox of an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = weakref.ref(loop)
        self.mailbox = _earnest.Mailbox(False)
        #: The numbers of its questions. They are its own: where no lock keeps threads apart, two that count together may
        #: get one number, and each the other's answer.
        self.tickets = itertools.count(1)
        self.waiting: dict[int, asyncio.Future[tuple[int, Any]]] = {}
        self.heard: dict[int, Callable[[int, Any], None]] = {}
        try:
            apart(loop.add_reader, self.mailbox.fileno(), self.drain)
        except (NotImplementedError, ValueError, OSError):
            # the default loop of Windows watches no such socket
            thread_apart(_relay, weakref.ref(self), name="earnest-post")

    def drain(self) -> None:
        for ticket, what, content in self.mailbox.take():
            future = self.waiting.pop(ticket, None)
            if future is not None:
                if not future.done():
                    future.set_result((what, content))
            elif ticket in self.heard:
                self.heard[ticket](what, content)

    async def answer(self, ticket: int) -> Any:
        loop = _running()
        future: asyncio.Future[tuple[int, Any]] = loop.create_future()
        self.waiting[ticket] = future
        try:
            what, content = await future
        except BaseException:
            # the work goes on: its key tells what became of it
            self.waiting.pop(ticket, None)
            raise
        if what == REFUSED:
            raise own_error_from(content)
        return content


def _relay(post: weakref.ref[LoopPost]) -> None:
    while True:
        here = post()
        loop = here.loop() if here is not None else None
        if here is None or loop is None or loop.is_closed():
            return
        here.mailbox.wait(50)
        try:
            loop.call_soon_threadsafe(here.drain)
        except RuntimeError:
            return


def loop_post() -> LoopPost:
    """The mailbox of the running loop."""
    loop = _running()
    post: LoopPost | None = getattr(_local, "post", None)
    if post is not None and post.loop() is loop:
        return post
    post = _loops.get(loop)
    if post is None:
        post = _loops[loop] = LoopPost(loop)
    _local.post = post
    return post


def _running() -> asyncio.AbstractEventLoop:
    """The running loop. Whoever has one has imported asyncio, which is more than half of what an import costs."""
    global _running
    from asyncio import get_running_loop

    _running = get_running_loop
    return get_running_loop()


def heard(socket: int) -> None:
    """Waits for the bell of a mailbox. Where gevent has made greenlets of threads, the others go on."""
    monkey = imported("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        from gevent.socket import wait_read

        wait_read(socket)
    os.read(socket, 64)


class ThreadPost:
    """The mailbox of a thread that waits for one answer: `Waiting` has it."""

    def __init__(self) -> None:
        self.mailbox = _earnest.Mailbox(True)
        #: The numbers of its questions.
        self.tickets = itertools.count(1)
        self.socket = self.mailbox.fileno()

    def letter(self, ticket: int) -> tuple[int, Any]:
        """Waits for a letter. A signal is served meanwhile: Ctrl-C ends the waiting, and the work goes on."""
        while True:
            if self.socket >= 0:
                heard(self.socket)
            else:
                self.mailbox.wait(50)
            found = None
            for number, what, content in self.mailbox.take():
                if number == ticket:
                    found = (what, content)
            if found is not None:
                return found

    def answer(self, ticket: int) -> Any:
        what, content = self.letter(ticket)
        if what == REFUSED:
            raise own_error_from(content)
        return content


class Waiting:
    """The mailbox of this thread for one call. A signal handler that calls meanwhile has another: it must not open the
    letters of the call that it interrupts."""

    __slots__ = ("_home", "_post")

    def __enter__(self) -> ThreadPost:
        # those of this thread, and after a fork those of the other process: nothing comes back to a new one
        self._home = vars(_local)
        self._post: ThreadPost = self._home.pop("waits", None) or ThreadPost()
        return self._post

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # one whose waiting was ended, by Ctrl-C say, may have its letter yet to come, or no byte for the one it has
        if kind is None or issubclass(kind, EarnestError):
            self._home["waits"] = self._post


def _forget() -> None:
    """After a fork: the sockets of the other process stay its own."""
    global _local, _loops
    _local = threading.local()
    _loops = weakref.WeakKeyDictionary()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
