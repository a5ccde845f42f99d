"""The engine for asyncio."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Generator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from earnest import _earnest, _views
from earnest._error import unwrap
from earnest._options import actor_json, plain_url, settings
from earnest._post import loop_post, thread_post, tickets
from earnest._services import Services
from earnest._wire import Actor, encode

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from earnest._options import Options
    from earnest.hosts._driver import AsyncTransaction

T = TypeVar("T")


class Engine(Services):
    """An engine, or a view of one with another book or an actor.

    `async with Engine.open("sqlite:shop.db") as bank:` opens and closes it; `bank = await Engine.open(...)` leaves
    closing to `await bank.close()`.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _earnest.Engine) -> None:
        self._native = native

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    @classmethod
    def open(cls, url: str, **options: Unpack[Options]) -> Opening:
        """Opens a store: `memory:`, `sqlite:PATH` or `postgres://...`."""
        return Opening(plain_url(url), dict(options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Opening:
        """Opens the store that `EARNEST_STORE`, else `DATABASE_URL` names, with the options of the environment."""
        return Opening(None, {**options, "from_env": True})

    def book(self, name: str) -> Engine:
        """A view whose calls go to another book."""
        return Engine(self._view(name, None))

    def acting(self, actor: Actor | str | Mapping[str, Any]) -> Engine:
        """A view whose calls are made by this actor and nobody else."""
        return Engine(self._view(None, actor_json(actor)))

    async def call(self, name: str, args: Mapping[str, Any]) -> Any:
        """Runs an operation by its name, from JSON to JSON."""
        data = encode(args)
        try:
            post = loop_post()
        except RuntimeError:
            return await elsewhere(lambda mailbox, ticket: self._native.call(mailbox, ticket, name, data), True)
        ticket = next(tickets)
        try:
            self._native.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            unwrap(refused)
        return json.loads(await post.answer(ticket))

    def using(
        self, tx: Any, *, actor: Actor | str | Mapping[str, Any] | None = None, book: str | None = None
    ) -> AsyncTransaction:
        """Joins a transaction that the host has open: what is written is committed or rolled back with it.

        `tx` is a session or a connection of SQLAlchemy (asyncio), asyncpg or psycopg 3, on the engine's database.
        """
        from earnest.hosts._driver import AsyncTransaction

        return AsyncTransaction(self._native, tx, book, actor)

    async def run(self, factory: Callable[[], Any], fn: Callable[[Any], Awaitable[T]]) -> T:
        """Runs a whole transaction of the host, and again when another one was in its way, at most five times.

        `factory()` is entered by `async with` and commits or rolls back at its end, as `sessions.begin` of SQLAlchemy does;
        `fn` gets what it gives.
        """
        from asyncio import sleep
        from random import uniform

        from earnest.hosts._driver import PAUSE, RUNS, is_worth_running_again

        for attempt in range(1, RUNS):
            try:
                async with factory() as tx:
                    return await fn(tx)
            except Exception as error:
                if not is_worth_running_again(error):
                    raise
            await sleep(PAUSE * 2**attempt * uniform(0.5, 1.5))
        async with factory() as tx:
            return await fn(tx)

    async def health(self) -> _views.Health:
        """Whether the engine and its store are well: `admin.health`."""
        return await self.admin.health()

    async def verify(self) -> _views.Verify:
        """Recomputes every invariant of every book: `admin.verify`."""
        return await self.admin.verify()

    def nudge(self) -> None:
        """Lets the background look now: after the commit of a transaction in which this engine wrote."""
        try:
            self._native.nudge()
        except _earnest.Refused as refused:
            unwrap(refused)

    async def close(self) -> None:
        """Stops taking calls, answers those that were taken, and closes the store."""
        await ask(self._native.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _view(self, book: str | None, by: bytes | None) -> _earnest.Engine:
        try:
            return self._native.view(book, by)
        except _earnest.Refused as refused:
            unwrap(refused)

    def __repr__(self) -> str:
        return f"<earnest.Engine book={self._native.book()!r}>"


class Opening:
    """An engine that is being opened: `await` it, or enter it by `async with`."""

    __slots__ = ("_engine", "_options", "_url")

    def __init__(self, url: str | None, options: dict[str, Any]) -> None:
        self._url, self._options = url, options
        self._engine: Engine | None = None

    def __await__(self) -> Generator[Any, None, Engine]:
        return self._open().__await__()

    async def __aenter__(self) -> Engine:
        self._engine = await self._open()
        return self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.__aexit__(kind, error, trace)

    async def _open(self) -> Engine:
        data = settings(self._options)
        return Engine(await ask(lambda mailbox, ticket: _earnest.open(mailbox, ticket, self._url, data)))


async def ask(send: Callable[[_earnest.Mailbox, int], None]) -> Any:
    """Sends a question of the native half, and waits for its answer."""
    try:
        post = loop_post()
    except RuntimeError:
        return await elsewhere(send, False)
    ticket = next(tickets)
    try:
        send(post.mailbox, ticket)
    except _earnest.Refused as refused:
        unwrap(refused)
    return await post.answer(ticket)


async def elsewhere(send: Callable[[_earnest.Mailbox, int], None], is_json: bool) -> Any:
    """Under trio a thread waits."""
    from trio.to_thread import run_sync

    content = await run_sync(ask_blocking, send, abandon_on_cancel=True)
    return json.loads(content) if is_json else content


def ask_blocking(send: Callable[[_earnest.Mailbox, int], None]) -> Any:
    """The same for a thread that waits."""
    post, ticket = thread_post(), next(tickets)
    try:
        send(post.mailbox, ticket)
    except _earnest.Refused as refused:
        unwrap(refused)
    return post.answer(ticket)

