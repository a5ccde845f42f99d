"""The blocking engine on a pool of the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any

from earnest._once import Ended, Home, OnPool, again, checked
from earnest._wire import Actor
from earnest.hosts import adapter_of
from earnest.hosts._driver import Transaction, begin
from earnest.sync import Engine

if TYPE_CHECKING:
    from typing_extensions import Self

    from earnest._host_types import AnyBlockingTransaction


class SyncHome(Home[Engine]):
    """Where the engine of a pool is."""

    __slots__ = ("_opens",)

    def __init__(self, opens: Callable[[], Engine]) -> None:
        super().__init__()
        self._opens = opens

    def open(self, anew: bool = False) -> Engine:
        """The engine, which is opened if it is not open. When that fails, everybody who waits hears it, and the next one
        tries again."""
        while True:
            engine, opening, mine = self.claimed(anew)
            if engine is not None:
                return engine
            assert opening is not None
            if mine:
                return self._open(opening)
            engine, error = opening.result()
            if error is not None:
                raise again(error)
            # where there is neither, whoever was at it was interrupted: this call may be the next one
            if engine is not None:
                return engine

    def _open(self, opening: Future[Ended[Engine]]) -> Engine:
        try:
            engine = self._opens()
        except BaseException as error:
            self.settled(opening, None, error)
            raise
        if not self.settled(opening, engine, None):
            engine.close()
            raise self.why_not()
        return engine


class Attached(OnPool[Engine, SyncHome], Engine):  # type: ignore[override]
    """An engine on a pool of the application. Its first call opens it; `with` does so before."""

    __slots__ = ("_home", "_seen")

    _named = "earnest.sync.Engine"

    def _open_one(self) -> Engine:
        return self._home.engine() or self._home.open()

    def __enter__(self) -> Self:
        self._home.open(anew=not self._is_view)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_view:
            self.close()

    def close(self) -> None:
        """Stops taking calls, answers those that were taken, and gives back what it had of the pool. It is opened again by
        `with` only.

        A view of `acting` or `book` closes nothing: this is `not_supported` there.
        """
        engine = self._ended()
        if engine is not None:
            engine.close()

    def using(
        self,
        tx: AnyBlockingTransaction,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        book: str | None = None,
    ) -> Transaction:
        """Joins a transaction that the host has open: what is written is committed or rolled back with it.

        `tx` is a session or a connection of the driver of the pool, on the engine's database. Where the engine is not open
        yet, the first call opens it, on another connection. On SQLite, which has one writer, that must not come behind a
        write of the transaction's own: open the engine before.
        """
        if self._home.engine() is not None:
            return super().using(tx, actor=actor, book=book)
        return LateTransaction(self, tx, book, actor)


class LateTransaction(Transaction):
    """The open transaction of the host, and an engine that its first call opens."""

    __slots__ = ("_given", "_of")

    def __init__(
        self, of: Attached, tx: AnyBlockingTransaction, book: str | None, actor: Actor | str | Mapping[str, str] | None
    ) -> None:
        checked(book, actor)
        self._adapter = adapter_of(tx, False)
        self._of = of
        #: Until the transaction is joined.
        self._given: tuple[str | None, Actor | str | Mapping[str, str] | None] | None = (book, actor)

    def _call(self, name: str, data: bytes) -> dict[str, Any]:
        given = self._given
        if given is not None:
            self._native = self._of._native
            self._transaction = begin(self._native, self._adapter, *given, self._of._pool)
            self._given = None
        return super()._call(name, data)
