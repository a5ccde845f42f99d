"""Runs calls inside a transaction of the host: sends each statement with the host's own driver, one after the other.

A call that is cancelled takes back what it had written before anything else is sent on the connection. Where nothing takes
it back the connection is given up, and the transaction of the host is not committed.
"""

from __future__ import annotations

import inspect
import os
import threading
from asyncio import CancelledError, Event, Lock, Task, get_running_loop, shield, wait
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from time import sleep
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from earnest import _earnest, _services, _sync_services
from earnest._clock import ended, now
from earnest._error import EarnestError, error_from, in_the_way, invalid, kind_of, refuse, unwrap
from earnest._observe import begun, noted
from earnest._options import actor_json, book_text
from earnest._post import ThreadPost, Waiting, loop_post
from earnest._wire import decoded, encode
from earnest._workers import needs_asyncio
from earnest.hosts import adapter_of
from earnest.hosts._base import Ended, Rows, of_one_library, words

if TYPE_CHECKING:
    from typing_extensions import Self

SEND, WAIT, DONE, GIVE_UP = 0, 1, 2, 4


class AsyncAdapter(Protocol):
    """A driver for asyncio."""

    #: `postgresql` or `sqlite`.
    dialect: str
    #: The exceptions of the driver.
    failures: tuple[type[BaseException], ...]
    #: The object by which calls on the connection take their turns.
    connection: Any
    #: The driver's own connection, once it is ready: calls by a session and by its connection take turns too.
    driver: Any

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
    driver: Any

    def ready(self) -> None: ...
    def in_transaction(self) -> bool: ...
    def query(self, sql: str, params: list[str | None]) -> Rows: ...
    def code(self, error: BaseException) -> str | None: ...
    def invalidate(self) -> None: ...


_S = TypeVar("_S")
_T = TypeVar("_T")

#: The turns of connections that calls are at work with, and how many calls that are: by number, for not every
#: connection can be a key. A number is another one's only when its connection has gone, and its calls with it.
_turns: dict[int, tuple[Any, int]] = {}
_guard = threading.RLock()


class _Turn(Generic[_T]):
    """The lock that calls on a connection share, to take their turns."""

    __slots__ = ("connection", "make", "number")

    def __init__(self, connection: Any, make: Callable[[], _T]) -> None:
        # which keeps it, and with it its number
        self.connection, self.number, self.make = connection, id(connection), make

    def __enter__(self) -> _T:
        with _guard:
            turn, calls = _turns.get(self.number) or (self.make(), 0)
            _turns[self.number] = (turn, calls + 1)
        found: _T = turn
        return found

    def __exit__(self, *_: object) -> None:
        with _guard:
            turn, calls = _turns[self.number]
            if calls > 1:
                _turns[self.number] = (turn, calls - 1)
            else:
                del _turns[self.number]


def _forget() -> None:
    """After a fork: what another thread was at work with is not here."""
    global _turns, _guard
    _turns, _guard = {}, threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def unready(adapter: Adapter | AsyncAdapter, error: BaseException) -> EarnestError:
    """The refusal of a call whose connection cannot be used at all."""
    code = adapter.code(error)
    if code == "25P02":
        return refuse("transaction_aborted")
    if code in ("40001", "40P01"):
        return in_the_way("serialization")
    if code == "55P03" or (adapter.dialect == "sqlite" and code is not None and int(code) & 0xFF == 5):
        return in_the_way("lock_timeout")
    return refuse("store_unavailable", reason=words(error))


def begin(native: _earnest.Engine, adapter: Any, book: str | None, actor: Any, pool: Any) -> _earnest.Transaction:
    """Joins the transaction of an adapter, for an engine of its own or on a pool of the host."""
    try:
        name = None if book is None else book_text(book)
        view = native.view(name, actor_json(actor)) if name is not None or actor is not None else native
        transaction = view.stepped(adapter.dialect)
    except _earnest.Refused as refused:
        unwrap(refused)
    if hasattr(adapter, "prepare") and not native.prepares_statements():
        adapter.prepare = False
    if adapter.dialect == "sqlite":
        adapter.pool = pool
        if pool is not None:
            of_one_library(pool, adapter.library)

        def refuse_file(file: str | None) -> None:
            try:
                transaction.refuse_library(file)
            except _earnest.Refused as refused:
                unwrap(refused)

        adapter.refuse = refuse_file if pool is None else None
    return transaction


class AsyncTransaction(_services.Services):
    """An engine bound to the host's open transaction: what it writes is committed or rolled back with it."""

    __slots__ = ("_adapter", "_native", "_transaction")

    def __init__(self, native: _earnest.Engine, tx: Any, book: str | None, actor: Any, pool: Any = None) -> None:
        self._adapter: AsyncAdapter = adapter_of(tx, True)
        self._native = native
        self._transaction = begin(native, self._adapter, book, actor, pool)

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    async def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "host")
        if watched is None:
            return await self._call(name, encode(noted(name, args, None), name))
        with watched:
            return watched.done(await self._call(name, encode(noted(name, args, watched), name)))

    async def _call(self, name: str, data: bytes, block: Block | None = None) -> dict[str, Any]:
        needs_asyncio("using")
        loop = get_running_loop()
        state = _State(block or Block(self._adapter))
        work = loop.create_task(self._in_turn(state, name, data))
        try:
            reply: dict[str, Any] = await shield(work)
            return reply
        except CancelledError:
            # this call ends with the statement that is under way, and nothing of it is left half done
            state.given_up = True
            if state.waiting is not None:
                state.waiting.set()
            await _end_of(work)
            if state.over is not None:
                # it was whole before it heard of that, and its caller does not hear that it was
                await _end_of(loop.create_task(self._undo(state.over, False)))
            raise

    async def _in_turn(self, state: _State, name: str, data: bytes) -> Any:
        adapter = self._adapter
        with _Turn(adapter.connection, Lock) as turn:
            async with turn:
                if state.given_up:
                    return None
                state.block.judge()
                try:
                    await adapter.ready()
                except adapter.failures as error:
                    raise unready(adapter, error) from error
                if adapter.driver is adapter.connection:
                    return await self._steps(state, name, data)
                with _Turn(adapter.driver, Lock) as own:
                    async with own:
                        return None if state.given_up else await self._steps(state, name, data)

    async def _steps(self, state: _State, name: str, data: bytes) -> Any:
        post, woken = loop_post(), Event()
        ticket = next(post.tickets)
        state.waiting = woken
        post.heard[ticket] = lambda *_: woken.set()
        try:
            call = self._transaction.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            del post.heard[ticket]
            unwrap(refused)
        over = sent = False
        try:
            step = call.step()
            while not state.given_up:
                if step[0] == SEND and state.block.has_ended():
                    step = call.not_in_transaction()
                elif step[0] == SEND:
                    sent = True
                    if getattr(self._adapter, "alone", None) is None:
                        step = await self._send(call, step[1], step[2])
                    else:
                        step = await self._send_alone(state, call, step)
                    sent = False
                elif step[0] == WAIT:
                    await woken.wait()
                    woken.clear()
                    step = call.step()
                elif step[0] == GIVE_UP:
                    # one that is closed already has nothing left that could be committed
                    with suppress(*self._adapter.failures):
                        await self._adapter.invalidate()
                    step = call.step()
                else:
                    over, state.over = True, call
                    return answer(step)
        finally:
            post.heard.pop(ticket, None)
            if not over:
                await self._undo(call, sent)

    async def _send(self, call: _earnest.Call, sql: str, params: list[str | None]) -> tuple[Any, ...]:
        try:
            if not self._adapter.in_transaction():
                return call.not_in_transaction()
            rows = await self._adapter.query(sql, params)
        except Ended:
            return call.not_in_transaction()
        except self._adapter.failures as error:
            return call.failed(self._adapter.code(error), words(error))
        return call.rows(rows)

    async def _send_alone(self, state: _State, call: _earnest.Call, step: tuple[Any, ...]) -> tuple[Any, ...]:
        adapter: Any = self._adapter
        try:
            answered: tuple[Any, ...] = await adapter.alone(
                lambda connection: self._burst(state, connection, call, step)
            )
            return answered
        except self._adapter.failures as error:
            # it was not begun
            return call.failed(self._adapter.code(error), words(error))

    def _burst(self, state: _State, connection: Any, call: _earnest.Call, step: tuple[Any, ...]) -> tuple[Any, ...]:
        """Runs on the thread of a connection to SQLite, which nothing of the application's comes to meanwhile: SQLite says
        of no statement in which transaction, or in which block of it, it was sent."""
        while step[0] in (SEND, WAIT) and not state.given_up:
            if step[0] == SEND:
                step = self._send_now(connection, call, step[1], step[2])
            else:
                # what the engine does meanwhile is short
                sleep(0.001)
                step = call.step()
        return step

    def _send_now(self, connection: Any, call: _earnest.Call, sql: str, params: list[str | None]) -> tuple[Any, ...]:
        from earnest.hosts import sqlite

        if not connection.in_transaction:
            # its end may have waited before it
            return call.not_in_transaction()
        try:
            rows = sqlite.query(connection, sql, params)
        except self._adapter.failures as error:
            return call.failed(sqlite.code_of(error), words(error))
        return call.rows(rows)

    async def _undo(self, call: _earnest.Call, sent: bool) -> None:
        statements = call.cancel(sent)
        if statements is None:
            await self._adapter.invalidate()
            return
        try:
            for statement in statements:
                await self._adapter.query(statement, [])
        except Ended:
            # nothing is left that could be taken back
            pass
        except self._adapter.failures:
            await self._adapter.invalidate()


class _State:
    """Whether a call was given up, what wakes it, and the call itself once it is over."""

    __slots__ = ("block", "given_up", "over", "waiting")

    def __init__(self, block: Block) -> None:
        self.given_up = False
        self.waiting: Event | None = None
        self.block = block
        self.over: _earnest.Call | None = None


class Block:
    """The block of the host's transaction that a call was made in, where its driver tells: behind the rollback of that it
    is not begun, for it would be committed with the outer one."""

    __slots__ = ("_block", "_is_over", "_sent")

    def __init__(self, adapter: Adapter | AsyncAdapter) -> None:
        block = getattr(adapter, "block", None)
        self._block = None if block is None else block()
        self._is_over: Callable[[Any], bool] = getattr(adapter, "is_over", lambda block: False)
        self._sent = 0

    def judge(self) -> None:
        """Refuses a call that has waited for its turn until then."""
        if self._is_over(self._block):
            raise refuse("not_in_transaction", reason="the block that the call was made in has ended")

    def has_ended(self) -> bool:
        """Whether it had before the first statement was sent, or under that: from then on the statements themselves judge."""
        self._sent += 1
        return self._sent <= 2 and self._is_over(self._block)


async def _end_of(work: Task[Any]) -> None:
    """Waits for what is not cancelled with its caller, but not for ever."""
    until: float | None = now() + GRACE
    while not work.done():
        try:
            await (wait([work]) if until is None else ended(work, until - now()))
        except CancelledError:
            # some cancel again at each turn of the loop: the statement has its time all the same
            pass
        if until is not None and now() >= until and not work.done():
            # the driver gives the statement up, and its transaction with it
            until = None
            work.cancel()
    if not work.cancelled():
        work.exception()


class Transaction(_sync_services.Services):
    """An engine bound to the host's open transaction: what it writes is committed or rolled back with it."""

    __slots__ = ("_adapter", "_native", "_transaction")

    def __init__(self, native: _earnest.Engine, tx: Any, book: str | None, actor: Any, pool: Any = None) -> None:
        self._adapter: Adapter = adapter_of(tx, False)
        self._native = native
        self._transaction = begin(native, self._adapter, book, actor, pool)

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "host")
        if watched is None:
            return self._call(name, encode(noted(name, args, None), name))
        with watched:
            return watched.done(self._call(name, encode(noted(name, args, watched), name)))

    def _call(self, name: str, data: bytes) -> dict[str, Any]:
        adapter = self._adapter
        block = Block(adapter)
        with _Turn(adapter.connection, threading.RLock) as turn, turn:
            block.judge()
            try:
                adapter.ready()
            except adapter.failures as error:
                raise unready(adapter, error) from error
            with _Turn(adapter.driver, threading.RLock) as own, own, Waiting() as post:
                return self._steps(post, block, name, data)

    def _steps(self, post: ThreadPost, block: Block, name: str, data: bytes) -> dict[str, Any]:
        ticket = next(post.tickets)
        try:
            call = self._transaction.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            unwrap(refused)
        over = sent = False
        try:
            step = call.step()
            while step[0] in (SEND, WAIT, GIVE_UP):
                if step[0] == SEND and block.has_ended():
                    step = call.not_in_transaction()
                elif step[0] == SEND:
                    sent = True
                    step = self._send(call, step[1], step[2])
                    sent = False
                elif step[0] == GIVE_UP:
                    # one that is closed already has nothing left that could be committed
                    with suppress(*self._adapter.failures):
                        self._adapter.invalidate()
                    step = call.step()
                else:
                    post.letter(ticket)
                    step = call.step()
            # a reply that its caller does not get, because he was interrupted, is of no call that is over
            over = step[0] != DONE
            reply = answer(step)
            over = True
            return reply
        finally:
            if not over:
                self._undo(call, sent)

    def _send(self, call: _earnest.Call, sql: str, params: list[str | None]) -> tuple[Any, ...]:
        try:
            if not self._adapter.in_transaction():
                return call.not_in_transaction()
            rows = self._adapter.query(sql, params)
        except Ended:
            return call.not_in_transaction()
        except self._adapter.failures as error:
            return call.failed(self._adapter.code(error), words(error))
        return call.rows(rows)

    def _undo(self, call: _earnest.Call, sent: bool) -> None:
        statements = call.cancel(sent)
        if statements is None:
            self._adapter.invalidate()
            return
        try:
            for statement in statements:
                self._adapter.query(statement, [])
        except Ended:
            # nothing is left that could be taken back
            pass
        except self._adapter.failures:
            self._adapter.invalidate()


def answer(step: tuple[Any, ...]) -> dict[str, Any]:
    if step[0] == DONE:
        return decoded(step[1])
    raise error_from(step[1])


#: Contexts of drivers that close without a commit, and what to begin a transaction by instead.
CLOSES = {
    ("sqlalchemy", "Session"): "`begin` of its sessionmaker, as `sessions.begin`",
    ("sqlalchemy", "AsyncSession"): "`begin` of its sessionmaker, as `sessions.begin`",
    ("sqlalchemy", "Connection"): "`engine.begin`",
    ("sqlalchemy", "AsyncConnection"): "`engine.begin`",
    ("aiosqlite", "Connection"): "a function of `@asynccontextmanager` that commits at its end",
}


def begins(factory: Callable[[], _T], fn: object, entering: str) -> Callable[[], _T]:
    """Wraps a factory of the host's transactions: each must be one to enter, and be committed at its end."""
    for field, given in (("factory", factory), ("fn", fn)):
        if not callable(given):
            raise invalid(field, f"must be a function, and is {kind_of(given)}")
    leaving = "__aexit__" if entering == "__aenter__" else "__exit__"
    word = "async with" if entering == "__aenter__" else "with"

    def begin() -> _T:
        given = factory()
        if not hasattr(type(given), entering):
            if isinstance(given, Coroutine):
                # nobody awaits it
                given.close()
            raise invalid(
                "factory", f"must answer what `{word}` enters, as `sessions.begin` does, and answered {kind_of(given)}"
            )
        # a class of the application's own may commit
        leaves = next((cls for cls in type(given).__mro__ if leaving in vars(cls)), object)
        instead = CLOSES.get((leaves.__module__.split(".")[0], leaves.__qualname__))
        if instead is not None:
            if leaving == "__exit__":
                # it may have a connection, which its end would give back
                getattr(given, leaving)(None, None, None)
            raise invalid("factory", f"answered {kind_of(given)}, which `{word}` ends without a commit: give {instead}")
        return given

    return begin


def works(fn: Callable[[_S], _T], is_async: bool) -> Callable[[_S], _T]:
    """Wraps the body of a transaction, which must be awaitable under asyncio, and must not on a thread."""
    if not is_async and inspect.iscoroutinefunction(fn):
        raise invalid("fn", ASYNC)

    def work(tx: _S) -> _T:
        found = fn(tx)
        if inspect.isawaitable(found) != is_async:
            if isinstance(found, Coroutine):
                found.close()
            raise invalid("fn", f"must be `async`, and answered {kind_of(found)}" if is_async else ASYNC)
        return found

    return work


#: The reason to refuse a function that a thread cannot run.
ASYNC = "is `async`: that goes together with `earnest.Engine`"


def is_worth_running_again(error: BaseException | None, depth: int = 0) -> bool:
    """Whether a whole transaction failed because another one was in its way: of Earnest's, or of the host's own. What a
    group of tasks raises is, when all that it holds are."""
    from earnest.hosts.sqlite import is_busy

    seen = 0
    while error is not None and seen < 16:
        if isinstance(error, EarnestError):
            return error.retry == "transaction"
        # also one of the package `exceptiongroup`: Python 3.10 has none of its own
        held = getattr(error, "exceptions", None)
        if isinstance(held, tuple) and held:
            return depth < 16 and all(is_worth_running_again(one, depth + 1) for one in held)
        both = (error, getattr(error, "orig", None))
        states = [getattr(one, name, None) for one in both for name in ("sqlstate", "pgcode")]
        if "40001" in states or "40P01" in states:
            return True
        if any(is_busy(one) for one in both):
            return True
        error, seen = error.__cause__, seen + 1
    return False


#: How long a call that is cancelled waits for its statement, in seconds.
GRACE = 0.5

#: How often a host's transaction is run at most, and the first pause between, in seconds; it doubles, and is uneven.
RUNS, PAUSE = 5, 0.002
