"""Runs calls inside a transaction of the host: sends each statement with the host's own driver, one after the other.

A call that is cancelled takes back what it had written before anything else is sent on the connection.
"""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from earnest import _earnest, _services, _sync_services
from earnest._error import EarnestError, error_from, unwrap
from earnest._observe import begun, noted
from earnest._options import actor_json
from earnest._post import ThreadPost, Waiting, loop_post, tickets
from earnest._wire import encode
from earnest.hosts import adapter_of, words

if TYPE_CHECKING:
    import asyncio

    from typing_extensions import Self

Rows = list[tuple["str | None", ...]]
SEND, WAIT, DONE = 0, 1, 2


class AsyncAdapter(Protocol):
    """A driver for asyncio."""

    #: `postgresql` or `sqlite`.
    dialect: str
    #: What the driver raises.
    failures: tuple[type[BaseException], ...]
    #: What stands for the connection: its calls take their turns.
    connection: Any

    async def ready(self) -> None: ...
    def in_transaction(self) -> bool: ...
    async def query(self, sql: str, params: list[str | None]) -> Rows: ...
    def code(self, error: BaseException) -> str | None: ...
    async def invalidate(self) -> None: ...


class Adapter(Protocol):
    """A driver that blocks."""

    dialect: str
    failures: tuple[type[BaseException], ...]
    connection: Any

    def ready(self) -> None: ...
    def in_transaction(self) -> bool: ...
    def query(self, sql: str, params: list[str | None]) -> Rows: ...
    def code(self, error: BaseException) -> str | None: ...
    def invalidate(self) -> None: ...


_T = TypeVar("_T")
_turns: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()


_by_number: dict[int, Any] = {}


def _turn(connection: Any, make: Callable[[], _T]) -> _T:
    try:
        found: Any = _turns.get(connection)
    except TypeError:
        # nobody hears when a connection of `sqlite3` has gone: its number is then another one's
        turn: _T = _by_number.setdefault(id(connection), make())
        return turn
    turn = _turns.setdefault(connection, make()) if found is None else found
    return turn


def begin(native: _earnest.Engine, dialect: str, book: str | None, actor: Any) -> _earnest.Transaction:
    try:
        view = native.view(book, actor_json(actor)) if book is not None or actor is not None else native
        return view.stepped(dialect)
    except _earnest.Refused as refused:
        unwrap(refused)


class AsyncTransaction(_services.Services):
    """An engine bound to the host's open transaction: what it writes is committed or rolled back with it."""

    __slots__ = ("_adapter", "_native", "_transaction")

    def __init__(self, native: _earnest.Engine, tx: Any, book: str | None, actor: Any, pool: Any = None) -> None:
        self._adapter: AsyncAdapter = adapter_of(tx, True, pool)
        self._native = native
        self._transaction = begin(native, self._adapter.dialect, book, actor)

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    async def call(self, name: str, args: Mapping[str, Any]) -> Any:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "host")
        data = encode(noted(args, watched))
        if watched is None:
            return await self._call(name, data)
        with watched:
            return watched.done(await self._call(name, data))

    async def _call(self, name: str, data: bytes) -> Any:
        from asyncio import CancelledError, Lock, ensure_future, shield, wait

        turn: asyncio.Lock = _turn(self._adapter.connection, Lock)
        state = _State()
        work = ensure_future(self._in_turn(turn, state, name, data))
        try:
            return await shield(work)
        except CancelledError:
            # this call ends with the statement that is under way, and nothing of it is left half done
            state.given_up = True
            if state.waiting is not None:
                state.waiting.set()
            patience: float | None = GRACE
            while not work.done():
                try:
                    await wait([work], timeout=patience)
                except CancelledError:
                    pass
                if patience is not None and not work.done():
                    # the driver gives the statement up, and its transaction with it
                    patience = None
                    work.cancel()
            if not work.cancelled():
                work.exception()
            raise

    async def _in_turn(self, turn: asyncio.Lock, state: _State, name: str, data: bytes) -> Any:
        async with turn:
            if state.given_up:
                return None
            await self._adapter.ready()
            return await self._steps(state, name, data)

    async def _steps(self, state: _State, name: str, data: bytes) -> Any:
        from asyncio import Event

        post, ticket, woken = loop_post(), next(tickets), Event()
        state.waiting = woken
        post.heard[ticket] = lambda *_: woken.set()
        try:
            call = self._transaction.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            del post.heard[ticket]
            unwrap(refused)
        over = False
        try:
            step = call.step()
            while not state.given_up:
                if step[0] == SEND:
                    step = await self._send(call, step[1], step[2])
                elif step[0] == WAIT:
                    await woken.wait()
                    woken.clear()
                    step = call.step()
                else:
                    over = True
                    return answer(step)
        finally:
            post.heard.pop(ticket, None)
            if not over:
                await self._undo(call)

    async def _send(self, call: _earnest.Call, sql: str, params: list[str | None]) -> tuple[Any, ...]:
        if not self._adapter.in_transaction():
            return call.not_in_transaction()
        try:
            rows = await self._adapter.query(sql, params)
        except self._adapter.failures as error:
            return call.failed(self._adapter.code(error), words(error))
        return call.rows(rows)

    async def _undo(self, call: _earnest.Call) -> None:
        try:
            for statement in call.cancel():
                await self._adapter.query(statement, [])
        except self._adapter.failures:
            await self._adapter.invalidate()


class _State:
    """Whether a call was given up, and what wakes it."""

    __slots__ = ("given_up", "waiting")

    def __init__(self) -> None:
        self.given_up = False
        self.waiting: asyncio.Event | None = None


class Transaction(_sync_services.Services):
    """An engine bound to the host's open transaction: what it writes is committed or rolled back with it."""

    __slots__ = ("_adapter", "_native", "_transaction")

    def __init__(self, native: _earnest.Engine, tx: Any, book: str | None, actor: Any, pool: Any = None) -> None:
        self._adapter: Adapter = adapter_of(tx, False, pool)
        self._native = native
        self._transaction = begin(native, self._adapter.dialect, book, actor)

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    def call(self, name: str, args: Mapping[str, Any]) -> Any:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "host")
        data = encode(noted(args, watched))
        if watched is None:
            return self._call(name, data)
        with watched:
            return watched.done(self._call(name, data))

    def _call(self, name: str, data: bytes) -> Any:
        with _turn(self._adapter.connection, threading.RLock):
            self._adapter.ready()
            with Waiting() as post:
                return self._steps(post, name, data)

    def _steps(self, post: ThreadPost, name: str, data: bytes) -> Any:
        ticket = next(tickets)
        try:
            call = self._transaction.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            unwrap(refused)
        over = False
        try:
            step = call.step()
            while step[0] in (SEND, WAIT):
                if step[0] == SEND:
                    step = self._send(call, step[1], step[2])
                else:
                    post.letter(ticket)
                    step = call.step()
            over = True
            return answer(step)
        finally:
            if not over:
                self._undo(call)

    def _send(self, call: _earnest.Call, sql: str, params: list[str | None]) -> tuple[Any, ...]:
        if not self._adapter.in_transaction():
            return call.not_in_transaction()
        try:
            rows = self._adapter.query(sql, params)
        except self._adapter.failures as error:
            return call.failed(self._adapter.code(error), words(error))
        return call.rows(rows)

    def _undo(self, call: _earnest.Call) -> None:
        try:
            for statement in call.cancel():
                self._adapter.query(statement, [])
        except self._adapter.failures:
            self._adapter.invalidate()


def answer(step: tuple[Any, ...]) -> Any:
    if step[0] == DONE:
        return json.loads(step[1])
    raise error_from(step[1])


def is_worth_running_again(error: BaseException | None) -> bool:
    """Whether a whole transaction failed because another one was in its way: of Earnest's, or of the host's own."""
    seen = 0
    while error is not None and seen < 16:
        if isinstance(error, EarnestError):
            return error.retry == "transaction"
        both = (error, getattr(error, "orig", None))
        states = [getattr(one, name, None) for one in both for name in ("sqlstate", "pgcode")]
        if "40001" in states or "40P01" in states:
            return True
        # SQLITE_BUSY, whatever it was that kept the file busy
        if any((getattr(one, "sqlite_errorcode", None) or 0) & 0xFF == 5 for one in both):
            return True
        error, seen = error.__cause__, seen + 1
    return False


#: How long a call that is cancelled waits for its statement, in seconds.
GRACE = 0.5

#: How often a host's transaction is run at most, and the first pause between, in seconds; it doubles, and is uneven.
RUNS, PAUSE = 5, 0.002
