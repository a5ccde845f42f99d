"""The services of an engine that do more than operations: handlers, and loops that read the log.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, overload

from earnest import _views as v
from earnest._services import Events, Jobs

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from earnest._common import Keyed
    from earnest._workers import EventHandler, JobHandler, Subscription, Worker


class Bank(Protocol):
    """The methods of an engine that its services pass on to."""

    async def call(self, name: str, args: dict[str, Any]) -> Any: ...

    async def subscribe(self, *given: Any, **fields: Any) -> Any: ...

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> AsyncIterator[v.Event]: ...

    def worker(
        self, handlers: Mapping[str, JobHandler], *, concurrency: int = 8, all_books: bool = False
    ) -> Worker: ...


class EngineEvents(Events):
    """The operations of `events`, and handlers and loops that read the log: of an engine, not of a transaction."""

    __slots__ = ("_bank",)

    def __init__(self, bank: Bank) -> None:
        super().__init__(bank)
        self._bank = bank

    @overload
    async def subscribe(
        self,
        sink: str,
        *,
        from_: str | None = None,
        max_attempts: int | None = None,
        types: Sequence[str] | None = None,
        **common: Unpack[Keyed],
    ) -> v.SinkReply: ...

    @overload
    async def subscribe(
        self,
        name: str,
        handler: EventHandler,
        *,
        from_: str | None = None,
        lease: timedelta | str | None = None,
        max_attempts: int | None = None,
        types: Sequence[str] | None = None,
    ) -> Subscription: ...

    async def subscribe(self, *given: Any, **fields: Any) -> Any:
        """`subscribe(name, handler)` gives the events of a sink to a handler until it is stopped: the same as
        `Engine.subscribe`, which says how. Without a handler it makes the sink, or changes what one wants.
        """
        if len(given) < 2 and "handler" not in fields:
            return await super().subscribe(*given, **fields)
        return await self._bank.subscribe(*given, **fields)

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> AsyncIterator[v.Event]:
        """The log of this book after a place in it, with what is to come: the same as `Engine.follow`."""
        return self._bank.follow(after_seq, types=types)


class EngineJobs(Jobs):
    """The operations of `jobs`, and handlers that do them: of an engine, not of a transaction."""

    __slots__ = ("_bank",)

    def __init__(self, bank: Bank) -> None:
        super().__init__(bank)
        self._bank = bank

    def worker(
        self, handlers: Mapping[str, JobHandler], *, concurrency: int = 8, all_books: bool = False
    ) -> Worker:
        """Runs handlers of jobs by their kind until it is stopped: the same as `Engine.worker`, which says how."""
        return self._bank.worker(handlers, concurrency=concurrency, all_books=all_books)
