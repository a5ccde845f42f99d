"""The engine of asyncio on a pool of the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any

from earnest._engine import Engine, Opening
from earnest._keyring import has_loop
from earnest._once import Ended, Home, OnPool, again, checked
from earnest._wire import Actor
from earnest.hosts import adapter_of
from earnest.hosts._driver import AsyncTransaction, Block, begin

if TYPE_CHECKING:
    from typing_extensions import Self

    from earnest._host_types import AnyAsyncioTransaction


class AsyncHome(Home[Engine]):
    """Where the engine of a pool is."""

    __slots__ = ("_opens",)

    def __init__(self, opens: Callable[[], Opening]) -> None:
        super().__init__()
        self._opens = opens

    async def open(self, anew: bool = False) -> Engine:
        """The engine, which is opened if it is not open. When that fails, everybody who waits hears it, and the next one
        tries again."""
        while True:
            engine, opening, mine = self.claimed(anew)
            if engine is not None:
                return engine
            assert opening is not None
            if mine:
                return await self._open(opening)
            engine, error = await _ended(opening)
            if error is not None:
                raise again(error)
            # where there is neither, whoever was at it was cancelled: this call may be the next one
            if engine is not None:
                return engine

    async def _open(self, opening: Future[Ended[Engine]]) -> Engine:
        try:
            engine = await self._opens()
        except BaseException as error:
            self.settled(opening, None, error)
            raise
        if not self.settled(opening, engine, None):
            await engine.close()
            raise self.why_not()
        return engine


async def _ended(opening: Future[Ended[Engine]]) -> Ended[Engine]:
    """How another task, perhaps of another thread, ended an opening."""
    if not has_loop():
        from trio.to_thread import run_sync

        return await run_sync(opening.result, abandon_on_cancel=True)
    from asyncio import wrap_future

    return await wrap_future(opening)


class Attached(OnPool[Engine, AsyncHome], Engine):  # type: ignore[override]
    """An engine on a pool of the application. Its first call opens it; `await` and `async with` do so before."""

    __slots__ = ("_home", "_seen")

    _named = "earnest.Engine"

    def _open_one(self) -> Engine:
        engine = self._home.engine()
        if engine is None:
            raise self._home.why_not()
        return engine

    def __await__(self) -> Generator[Any, None, Self]:
        """Opens it, if it is not open; one that was closed is opened again."""
        return self.__aenter__().__await__()

    async def __aenter__(self) -> Self:
        await self._home.open(anew=not self._is_view)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_view:
            await self.close()

    async def close(self) -> None:
        """Stops taking calls, answers those that were taken, and gives back what it had of the pool. It is opened again by
        `await` and `async with` only.

        A view of `acting` or `book` closes nothing: this is `not_supported` there.
        """
        engine = self._ended()
        if engine is not None:
            await engine.close()

    def using(
        self,
        tx: AnyAsyncioTransaction,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        book: str | None = None,
    ) -> AsyncTransaction:
        """Joins a transaction that the host has open: what is written is committed or rolled back with it.

        `tx` is a session or a connection of the driver of the pool, on the engine's database. Where the engine is not open
        yet, the first call opens it, on another connection. On SQLite, which has one writer, that must not come behind a
        write of the transaction's own: open the engine before.
        """
        if self._home.engine() is not None:
            return super().using(tx, actor=actor, book=book)
        return LateTransaction(self, tx, book, actor)

    async def reload_keyring(self) -> bool:
        """Asks again where the keyring came from: see `Engine.reload_keyring`."""
        await self._home.open()
        return await super().reload_keyring()

    def _call(self, name: str, data: bytes) -> Awaitable[str]:
        return super()._call(name, data) if self._home.engine() is not None else self._call_first(name, data)

    async def _call_first(self, name: str, data: bytes) -> str:
        await self._home.open()
        return await super()._call(name, data)


class LateTransaction(AsyncTransaction):
    """The open transaction of the host, and an engine that its first call opens."""

    __slots__ = ("_given", "_of")

    def __init__(
        self, of: Attached, tx: AnyAsyncioTransaction, book: str | None, actor: Actor | str | Mapping[str, str] | None
    ) -> None:
        checked(book, actor)
        self._adapter = adapter_of(tx, True)
        self._of = of
        #: Until the transaction is joined.
        self._given: tuple[str | None, Actor | str | Mapping[str, str] | None] | None = (book, actor)

    async def _call(self, name: str, data: bytes, block: Block | None = None) -> dict[str, Any]:
        # what is waited for may be rolled back meanwhile
        block = Block(self._adapter)
        if self._given is not None:
            await self._of._home.open()
        if self._given is not None:
            self._native = self._of._native
            self._transaction = begin(self._native, self._adapter, *self._given, self._of._pool)
            self._given = None
        return await super()._call(name, data, block)
