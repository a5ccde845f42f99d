"""An engine on your own pool: does with your driver what the engine wants of its connections, one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from earnest import _earnest
from earnest._apart import apart, task_apart, thread_apart
from earnest._clock import Late, within
from earnest._error import EarnestError, refuse
from earnest._post import DISCARD, DONE, GIVE_BACK, LEND, QUERY, LoopPost, heard
from earnest._wire import span_of
from earnest.hosts._base import Unclean, words
from earnest.hosts._pools import AsyncLine, AsyncPool, Line, Pool, settled, settled_blocking

if TYPE_CHECKING:
    import asyncio

#: How long the end of an engine waits for connections that are still at work, in seconds.
PATIENCE = 5.0

NO_OPTIONS: Mapping[str, Any] = {}

#: How long an opening waits for its connection where the options do not say it, in seconds.
LENDING = 10.0


def lending(options: Mapping[str, Any]) -> float:
    """How long an opening waits for its connection: those of the pool may all wait for this very opening."""
    given = options.get("connect_timeout")
    if isinstance(given, str):
        try:
            given = span_of(given)
        except EarnestError:
            # of the forms of a duration this one reads fewer than the engine
            return LENDING
    return given.total_seconds() if isinstance(given, timedelta) else LENDING


def _late() -> EarnestError:
    reason = "the application lent no connection in time: open the engine before transactions begin"
    return refuse("store_unavailable", reason=reason)


def told(options: Mapping[str, Any], server: AsyncServer | Server) -> Mapping[str, Any]:
    """The options of an engine, which is told of a pooler that was found before its server."""
    return options if server.prepares else {**options, "prepared_statements": False}


def _prepares(options: Mapping[str, Any]) -> bool:
    return options.get("prepared_statements") is not False


async def serve(given: Any, options: Mapping[str, Any] = NO_OPTIONS) -> AsyncServer | Server:
    """Serves a pool for an engine of asyncio."""
    try:
        pool, is_async = await settled(given)
        return await AsyncServer.of(pool, options) if is_async else Server(pool, options)
    except EarnestError:
        raise
    except Exception as error:
        raise refuse("store_unavailable", reason=words(error)) from error


def serve_blocking(given: Any, options: Mapping[str, Any] = NO_OPTIONS) -> Server:
    """Serves a pool for an engine that blocks."""
    try:
        return Server(settled_blocking(given), options)
    except EarnestError:
        raise
    except Exception as error:
        raise refuse("store_unavailable", reason=words(error)) from error


async def _clean(pool: AsyncPool) -> tuple[AsyncLine, Any]:
    """The first connection on which no transaction is open."""
    for _ in range(pool.size):
        with suppress(Unclean):
            return await pool.acquire()
    return await pool.acquire()


async def _is_pooled(line: Any) -> bool:
    if not hasattr(line, "is_pooled"):
        return False
    with suppress(*line.failures):
        return bool(await line.is_pooled())
    return False


def _is_pooled_blocking(line: Any) -> bool:
    if not hasattr(line, "is_pooled"):
        return False
    with suppress(*line.failures):
        return bool(line.is_pooled())
    return False


def _prepared(line: Any, prepares: bool) -> None:
    if not prepares and hasattr(line, "prepare"):
        line.prepare = False


def _clean_blocking(pool: Pool) -> tuple[Line, Any]:
    for _ in range(pool.size):
        with suppress(Unclean):
            return pool.acquire()
    return pool.acquire()


class AsyncServer:
    """Answers from the event loop of the pool."""

    @classmethod
    async def of(cls, pool: AsyncPool, options: Mapping[str, Any]) -> AsyncServer:
        """Serves a pool, one connection of which says what the others are."""
        lent = task_apart(_clean(pool))
        try:
            line, token = await within(lent, lending(options))
        except Late:
            raise _late() from None
        except BaseException:
            if lent.done() and not lent.cancelled() and lent.exception() is None:
                # it came as its caller was cancelled
                await pool.release(*lent.result())
            raise
        prepares = _prepares(options) and not await _is_pooled(line)
        await pool.release(line, token)
        return cls(pool, line, prepares)

    def __init__(self, pool: AsyncPool, first: AsyncLine, prepares: bool) -> None:
        from asyncio import Event, get_running_loop

        self.pool = pool
        self.size = pool.size
        #: Whether statements are prepared: not where an option or a pooler forbids it.
        self.prepares = prepares
        self.dialect = first.dialect
        self.library: str | None = getattr(first, "library", None)
        self.lent: dict[int, tuple[AsyncLine, Any]] = {}
        self.work: dict[int, asyncio.Task[None]] = {}
        #: Set whenever no connection is at work.
        self.idle = Event()
        self.post = _Requests(get_running_loop(), self)
        self.mailbox = self.post.mailbox

    def hear(self, what: int, content: Any) -> None:
        """A request of the engine. Those for one connection come one after the other; only its end may come early."""
        if what == DONE:
            self.post.end()
            return
        number = content if what in (GIVE_BACK, DISCARD) else content[0]
        before = self.work.get(number)
        if what == DISCARD and before is not None:
            before.cancel()
        self.idle.clear()
        self.work[number] = task_apart(self._do(before, what, number, content))

    async def _do(self, before: asyncio.Task[None] | None, what: int, number: int, content: Any) -> None:
        from asyncio import wait

        if before is not None and not before.done():
            await wait([before])
        if what == LEND:
            await self._lend(number, content[1])
        elif what in (GIVE_BACK, DISCARD):
            found = self.lent.pop(number, None)
            try:
                if found is not None:
                    await self._end(what, *found)
            finally:
                del self.work[number]
                if not self.work:
                    self.idle.set()
        else:
            await self._send(self.lent[number][0], what, content)

    async def _lend(self, number: int, answer: _earnest.Answer) -> None:
        try:
            self.lent[number] = found = await self.pool.acquire()
            _prepared(found[0], self.prepares)
        except Unclean as error:
            # it is closed, and the engine asks for another
            answer.failed(error.code, words(error))
        except Exception as error:
            answer.failed(None, words(error))
        else:
            answer.rows([])

    async def _send(self, line: AsyncLine, what: int, content: Any) -> None:
        _, answer, *statement = content
        try:
            answer.rows(await (line.query(*statement) if what == QUERY else line.run(*statement)))
        except line.failures as error:
            answer.failed(line.code(error), words(error))
        except Exception as error:
            answer.failed(None, words(error))

    async def _end(self, what: int, line: AsyncLine, token: Any) -> None:
        try:
            if what == GIVE_BACK:
                return await self.pool.release(line, token)
        except Exception:
            # it is not as it was: nobody else may have it
            pass
        try:
            await self.pool.discard(line, token)
        except Exception:
            # a connection that cannot even be closed is gone
            pass

    async def close(self) -> None:
        """Waits for what is under way, and closes what was opened for the engine alone."""
        self.post.drain()
        if self.work:
            with suppress(Late):
                await within(self.idle.wait(), PATIENCE)
        await self.pool.close()


class _Requests(LoopPost):
    """The mailbox of a server."""

    def __init__(self, loop: Any, server: AsyncServer) -> None:
        super().__init__(loop)
        self.server = server

    def drain(self) -> None:
        for _, what, content in self.mailbox.take():
            self.server.hear(what, content)

    def end(self) -> None:
        """No engine is left."""
        loop = self.loop()
        if loop is not None and not loop.is_closed() and self.mailbox.fileno() >= 0:
            loop.remove_reader(self.mailbox.fileno())


class Server:
    """Answers from threads, one for each connection."""

    def __init__(self, pool: Pool, options: Mapping[str, Any]) -> None:
        self.pool = pool
        #: Whether statements are prepared: not where an option or a pooler forbids it.
        self.prepares = _prepares(options)
        self.size = pool.size
        self.mailbox = _earnest.Mailbox(True)
        self.idle: list[_Lane] = []
        self.lanes: dict[int, _Lane] = {}
        self.all: list[_Lane] = []
        self.closing = False
        first = _Lane(self)
        probed: SimpleQueue[Any] = SimpleQueue()
        first.letters.put((None, probed))
        try:
            found = probed.get(timeout=lending(options))
        except Empty:
            # what comes late goes back, and the thread ends
            first.letters.put(None)
            raise _late() from None
        if isinstance(found, BaseException):
            first.letters.put(None)
            raise found
        self.dialect, self.library = found
        try:
            thread_apart(self._serve, name="earnest-pool")
        except RuntimeError:
            self.end()
            raise

    def _serve(self) -> None:
        socket = self.mailbox.fileno()
        while True:
            if socket >= 0:
                heard(socket)
            else:
                self.mailbox.wait(50)
            for _, what, content in self.mailbox.take():
                if what == DONE:
                    self.end()
                    return
                self._pass_on(what, content)

    def _pass_on(self, what: int, content: Any) -> None:
        number = content if what in (GIVE_BACK, DISCARD) else content[0]
        if what == LEND:
            try:
                lane = self.idle.pop()
            except IndexError:
                try:
                    lane = _Lane(self)
                except RuntimeError as error:
                    # the process may have no more threads: this loan fails, and others are served
                    content[1].failed(None, words(error))
                    return
            self.lanes[number] = lane
        elif number in self.lanes:
            lane = self.lanes.pop(number) if what in (GIVE_BACK, DISCARD) else self.lanes[number]
        else:
            # its loan failed
            return
        lane.letters.put((what, content))

    def end(self) -> None:
        """Lets the threads end, each when its connection is back."""
        self.closing = True
        while True:
            try:
                lane = self.idle.pop()
            except IndexError:
                return
            lane.letters.put(None)

    def close(self) -> None:
        """Waits for what is under way, and closes what was opened for the engine alone."""
        self.end()
        for lane in list(self.all):
            lane.join(PATIENCE)


class _Lane(threading.Thread):
    """A thread with a connection."""

    def __init__(self, server: Server) -> None:
        super().__init__(name="earnest-connection", daemon=True)
        self.server = server
        self.letters: SimpleQueue[Any] = SimpleQueue()
        self.found: tuple[Line, Any] | None = None
        apart(self.start)
        server.all.append(self)

    def run(self) -> None:
        while (letter := self.letters.get()) is not None:
            what, content = letter
            if what is None:
                self._probe(content)
            elif what == LEND:
                self._lend(content[1])
            elif what in (GIVE_BACK, DISCARD):
                self._end(what)
            else:
                self._send(what, content)
        try:
            self.server.pool.end_of_thread()
        except Exception:
            # a connection that cannot even be closed is gone
            pass
        self.server.all.remove(self)

    def _probe(self, found: SimpleQueue[Any]) -> None:
        """Says what connections of the pool are."""
        try:
            line, token = _clean_blocking(self.server.pool)
            self.server.prepares = self.server.prepares and not _is_pooled_blocking(line)
            self.server.pool.release(line, token)
        except BaseException as error:
            found.put(error)
            return
        self._wait()
        found.put((line.dialect, getattr(line, "library", None)))

    def _lend(self, answer: _earnest.Answer) -> None:
        try:
            self.found = found = self.server.pool.acquire()
            _prepared(found[0], self.server.prepares)
        except Unclean as error:
            # it is closed, and the engine asks for another
            answer.failed(error.code, words(error))
        except Exception as error:
            answer.failed(None, words(error))
        else:
            answer.rows([])

    def _send(self, what: int, content: Any) -> None:
        _, answer, *statement = content
        if self.found is None:
            return
        line = self.found[0]
        try:
            answer.rows(line.query(*statement) if what == QUERY else line.run(*statement))
        except line.failures as error:
            answer.failed(line.code(error), words(error))
        except Exception as error:
            answer.failed(None, words(error))

    def _end(self, what: int) -> None:
        found, self.found = self.found, None
        if found is not None:
            try:
                if what == GIVE_BACK:
                    self.server.pool.release(*found)
                    found = None
            except Exception:
                # it is not as it was: nobody else may have it
                pass
        if found is not None:
            try:
                self.server.pool.discard(*found)
            except Exception:
                # a connection that cannot even be closed is gone
                pass
        self._wait()

    def _wait(self) -> None:
        """For the next loan, or the end."""
        self.server.idle.append(self)
        if self.server.closing:
            self.server.end()
