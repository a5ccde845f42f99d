"""The engine for asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from earnest import _earnest, _views
from earnest._clock import passed
from earnest._engine_services import EngineEvents, EngineJobs
from earnest._error import refuse, unwrap, whole
from earnest._keyring import fetch, keys_of, with_text
from earnest._observe import begun, listen, noted, shown
from earnest._options import acting_json, book_text, known, plain_url, settings
from earnest._post import Waiting, loop_post
from earnest._runner import Later
from earnest._services import Services
from earnest._wire import Actor, decoded, encode

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from typing_extensions import Self, Unpack

    from earnest._attached import Attached
    from earnest._host_types import AnyAsyncioTransaction, AnyPool
    from earnest._keyring import Keys
    from earnest._options import Options
    from earnest._workers import EventHandler, JobHandler, Subscription, Worker
    from earnest.hosts._attached import AsyncServer, Server
    from earnest.hosts._driver import AsyncTransaction

S = TypeVar("S")
T = TypeVar("T")


class Engine(Services):
    """An engine, or a view of one with another book or an actor.

    `async with Engine.open("sqlite:shop.db") as bank:` opens and closes it; `bank = await Engine.open(...)` leaves
    closing to `await bank.close()`.
    """

    __slots__ = ("_is_view", "_keys", "_native", "_pool")

    def __init__(
        self, native: _earnest.Engine, pool: AsyncServer | Server | None = None, keys: Keys | None = None
    ) -> None:
        self._native = native
        #: The server of the application's pool, if it is attached.
        self._pool = pool
        #: The source of its keyring.
        self._keys = keys
        #: Whether it is a view of another, which closes it.
        self._is_view = False

    @property
    def _runner(self) -> Self:  # type: ignore[override]
        return self

    @property
    def events(self) -> EngineEvents:
        """The operations of `events`, with handlers and loops that read the log: `subscribe` and `follow`."""
        return EngineEvents(self)

    @property
    def jobs(self) -> EngineJobs:
        """The operations of `jobs`, with handlers that do them: `worker`."""
        return EngineJobs(self)

    @classmethod
    def open(cls, url: str, **options: Unpack[Options]) -> Opening:
        """Opens a store: `memory:`, `sqlite:PATH` or `postgres://...`.

        The option `keyring` is the text of a keyring, `file:` and the path of one, or a function, plain or `async`, that
        fetches the text from where secrets are kept: when the engine is opened, and by `reload_keyring`. It has 30
        seconds. A plain function runs on a thread of its own.

        `keyring_unwrap`, a function of the same sort, has a key service open the data key of a sealed keyring: it gets
        the service's key and the wrapped bytes, and returns the 32 bytes.
        """
        return Opening(plain_url(url), dict(options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Opening:
        """Opens the store that `EARNEST_STORE`, else `DATABASE_URL` names, with the options of the environment."""
        return Opening(None, {**options, "from_env": True})

    @classmethod
    def attach(cls, pool: AnyPool, **options: Unpack[Options]) -> Attached:
        """An engine on your own pool: it opens no connection itself, and works on those that the pool lends it.

            bank = Engine.attach(db)

        `await` and `async with` open it. Where neither did, its first call does, once for all that come at the same time:
        when that fails, each of them is refused, and the next call tries again. In a process that was forked it is opened
        again, and so it is when the event loop of its pool has ended. One that was closed is opened by `await` and
        `async with` only.

        `pool` is an `Engine` or `AsyncEngine` of SQLAlchemy, a pool of asyncpg or psycopg, `django.db.connection`, or a
        function that opens a connection, as `lambda: aiosqlite.connect("shop.db")`. It needs two connections beside
        those that your own requests hold while they wait for a call. Timers and the sequence of events run only with
        `background=True`; without it another process runs them.
        """
        from earnest._attached import AsyncHome, Attached
        from earnest._once import asked

        given = asked(pool, options, False)
        return Attached(AsyncHome(lambda: Opening(None, given, pool)))

    def book(self, name: str) -> Self:
        """A view whose calls go to another book. It closes nothing: its engine stays open behind `with`."""
        return self._view(book_text(name), None)

    def acting(self, actor: Actor | str | Mapping[str, str]) -> Self:
        """A view whose calls are made by this actor and nobody else. It closes nothing, as `book`."""
        return self._view(None, acting_json(actor))

    async def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "own")
        if watched is None:
            return decoded(await self._call(name, encode(noted(name, args, None), name)))
        with watched:
            return watched.done(decoded(await self._call(name, encode(noted(name, args, watched), name))))

    def _call(self, name: str, data: bytes) -> Awaitable[str]:
        """Sends a call at once; its reply is JSON."""
        try:
            post = loop_post()
        except RuntimeError:
            return elsewhere(lambda mailbox, ticket: self._native.call(mailbox, ticket, name, data))
        ticket = next(post.tickets)
        try:
            self._native.call(post.mailbox, ticket, name, data)
        except _earnest.Refused as refused:
            unwrap(refused)
        return post.answer(ticket)

    def using(
        self,
        tx: AnyAsyncioTransaction,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        book: str | None = None,
    ) -> AsyncTransaction:
        """Joins a transaction that the host has open: what is written is committed or rolled back with it.

        `tx` is a session or a connection of SQLAlchemy (asyncio), asyncpg, psycopg 3 or, with an engine that is attached
        to a pool on SQLite, aiosqlite, on the engine's database.
        """
        from earnest.hosts._driver import AsyncTransaction

        return AsyncTransaction(self._native, tx, book, actor, self._pool)

    async def run(self, factory: Callable[[], AbstractAsyncContextManager[S]], fn: Callable[[S], Awaitable[T]]) -> T:
        """Runs a whole transaction of the host, and again when another one was in its way, at most five times.

        `factory()` is entered by `async with` and commits or rolls back at its end, as `sessions.begin` of SQLAlchemy does;
        `fn`, which is `async`, gets what it gives. A session or connection that is only closed at its end, as the answers
        of `async_sessionmaker(...)`, `engine.connect` and `aiosqlite.connect`, is `invalid_request` naming `factory`.
        """
        from earnest.hosts._driver import PAUSE, RUNS, begins, is_worth_running_again, works

        begin, work = begins(factory, fn, "__aenter__"), works(fn, True)
        for attempt in range(1, RUNS):
            try:
                async with begin() as tx:
                    return await work(tx)
            except Exception as error:
                if not is_worth_running_again(error):
                    raise
            # seldom: what it needs is looked for only here
            from random import uniform

            await passed(PAUSE * 2**attempt * uniform(0.5, 1.5))
        async with begin() as tx:
            return await work(tx)

    def worker(self, handlers: Mapping[str, JobHandler], *, concurrency: int = 8, all_books: bool = False) -> Worker:
        """Runs handlers of jobs by their kind, at most so many at once, until it is stopped. `jobs.worker` is the same.

            async with bank.worker({"notify.admins": tell}):
                ...

        A handler, `async` or plain, that returns has done its job; one that raises has it again after a pause that grows,
        and the logger `earnest` has the exception. A plain one holds up the event loop while it runs. `job.key` is
        what to send outside as the key of the effect: it is the same at every attempt. `all_books` is for the
        application itself (`system`) alone.
        """
        from earnest._workers import Worker

        return Worker(self, handlers, concurrency, all_books)

    async def subscribe(
        self,
        name: str,
        handler: EventHandler,
        *,
        types: Sequence[str] | None = None,
        from_: str | None = None,
        max_attempts: int | None = None,
        lease: timedelta | str | None = None,
    ) -> Subscription:
        """Makes a sink, or takes up the one of that name, and gives its events to a handler until it is stopped.
        `events.subscribe` with a handler is the same.

            async with await bank.subscribe("mailer", mail, types=["deal.*"]):
                ...

        Every event comes at least once, those of one object in their order. Of any number of processes one has the
        events at a time, and when it ends another goes on. A handler that raises has its event again after a pause that
        grows; only later events of the same object wait for it, and after `max_attempts` a person looks at it
        (`events.parked`, `events.unpark`). A new sink begins behind the newest event, or with `from_="first"` at the
        beginning of the log.

        `lease` is for how long a process has the events that it took (a minute). An event that takes longer than two
        thirds of it may be given to another process too: give more to a handler that needs it, at most an hour.
        """
        from earnest._workers import Subscription, handler_of, lease_of, needs_asyncio

        needs_asyncio("subscribe")
        whole("name", name)
        handler, span = handler_of(handler, "handler", "", False), lease_of(lease)
        await self.events.subscribe(name, types=types, from_=from_, max_attempts=max_attempts)
        return Subscription(self, name, handler, span)

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> AsyncIterator[_views.Event]:
        """The log of this book after a place in it, with what is to come; nothing is kept of who reads. `events.follow` is
        the same.

            async for event in bank.follow(seq_that_was_done):
                ...
        """
        from earnest._workers import follow

        return follow(self, after_seq, types)

    async def health(self) -> _views.Health:
        """Whether the engine and its store are well: `admin.health`."""
        return await self.admin.health()

    async def metrics(self) -> str:
        """Returns the metrics of this process and how far it is behind, for Prometheus: `admin.metrics`."""
        return (await self.admin.metrics()).text

    async def verify(self) -> _views.Verify:
        """Recomputes every invariant of every book: `admin.verify`."""
        return await self.admin.verify()

    async def reload_keyring(self) -> bool:
        """Asks again where the keyring came from, the function or the file of the option `keyring`, and uses what is there
        from now on. Answers whether anything changed.

        A call that has begun goes on with the keyring that it began with. What is older than the keyring in use, of
        another installation, or lacks a key that something in the store still needs, is refused with `invalid_request`
        naming `keyring`, and nothing changes. A keyring that was given as text is `not_supported`. Of two at once, the
        one that began first takes back nothing that the other has taken up: it answers `False`.
        """
        reload = self._begin_reload()
        text = await fetch(self._keys)
        changed: str = await ask(lambda mailbox, ticket: reload.take_up(mailbox, ticket, text))
        return changed == "true"

    def _begin_reload(self) -> _earnest.Reload:
        try:
            return self._native.begin_reload()
        except _earnest.Refused as refused:
            unwrap(refused)

    def webhook_secrets(self, url: str) -> list[str]:
        """The secrets with which the receiver at `url` checks webhooks, that of the newest key of the keyring first.

        He needs the first; the others are those of keys that were rotated out and sign until they are dropped. They differ
        for every receiver, which is the URL without its query: show him his own, and nobody else. Refused with
        `key_not_found` without a keyring, or with one that has no key for webhooks.
        """
        try:
            return self._native.webhook_secrets(whole("url", url))
        except _earnest.Refused as refused:
            unwrap(refused)

    def nudge(self) -> None:
        """Lets the background look now: after the commit of a transaction in which this engine wrote."""
        try:
            self._native.nudge()
        except _earnest.Refused as refused:
            unwrap(refused)

    async def close(self) -> None:
        """Stops taking calls, answers those that were taken, and closes the store.

        A view of `acting` or `book` closes nothing: this is `not_supported` there.
        """
        if self._is_view:
            raise refuse("not_supported", operation="close", reason="this is a view: close the engine that it is of")
        await ask(self._native.close)
        if self._pool is not None:
            await closed(self._pool)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_view:
            await self.close()

    def _is_over(self) -> bool:
        """Whether nothing more can come: it was closed, or belongs to a process that has forked this one."""
        try:
            return self._native.is_closed()
        except _earnest.Refused:
            return True

    def _view(self, book: str | None, by: bytes | None) -> Self:
        try:
            native = self._native.view(book, by)
        except _earnest.Refused as refused:
            unwrap(refused)
        view = self._like(native)
        view._is_view = True
        return view

    def _like(self, native: _earnest.Engine) -> Self:
        return type(self)(native, self._pool, self._keys)

    def __repr__(self) -> str:
        try:
            return f"<earnest.Engine book={self._native.book()!r}>"
        except _earnest.Refused:
            return "<earnest.Engine of the process that forked this one>"


class Opening(Later[Engine]):
    """An engine that is being opened: `await` it, or enter it by `async with`."""

    __slots__ = ("_engine", "_options", "_pool", "_url")

    def __init__(self, url: str | None, options: dict[str, Any], *pool: AnyPool) -> None:
        super().__init__()
        self._url, self._options, self._pool = url, options, pool
        self._engine: Engine | None = None

    def _begin(self) -> Coroutine[Any, Any, Engine]:
        return self._open()

    async def __aenter__(self) -> Engine:
        self._engine = await self._open()
        return self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.__aexit__(kind, error, trace)

    if not TYPE_CHECKING:
        # a type checker knows that it has no operations
        def __getattr__(self, name):
            # what it has by itself is found before
            raise AttributeError(
                f"`{name}`: the engine is not open yet: `await Engine.open(...)`, or enter it by `async with`"
            )

    async def _open(self) -> Engine:
        keys = keys_of(self._options)
        fetched = await fetch(keys)
        data = settings(with_text(self._options, fetched))
        listen()
        if not self._pool:
            native = await ask(lambda mailbox, ticket: _earnest.open(mailbox, ticket, self._url, data))
            return await self._opened(Engine(native, None, keys))
        from earnest.hosts._attached import serve, told

        server = await serve(self._pool[0], self._options)
        try:
            native = await ask(attaching(server, settings(with_text(told(self._options, server), fetched))))
        except BaseException:
            await closed(server)
            raise
        return await self._opened(Engine(native, server, keys))

    async def _opened(self, engine: Engine) -> Engine:
        shown(engine._native.log())
        try:
            known(self._options)
        except BaseException:
            # another engine that opened meanwhile gave a currency another scale
            await engine.close()
            raise
        return engine


def attaching(server: AsyncServer | Server, data: bytes) -> Callable[[_earnest.Mailbox, int], None]:
    """Opens an engine whose connections a server lends."""
    kind = (server.dialect, server.library or "", server.size)
    return lambda mailbox, ticket: _earnest.attach(mailbox, server.mailbox, ticket, *kind, data)


async def closed(server: AsyncServer | Server) -> None:
    """Gives back what an engine had of a pool."""
    ending = server.close()
    if ending is not None:
        await ending


async def ask(send: Callable[[_earnest.Mailbox, int], None]) -> Any:
    """Sends a question of the native half, and waits for its answer."""
    try:
        post = loop_post()
    except RuntimeError:
        return await elsewhere(send)
    ticket = next(post.tickets)
    try:
        send(post.mailbox, ticket)
    except _earnest.Refused as refused:
        unwrap(refused)
    return await post.answer(ticket)


async def elsewhere(send: Callable[[_earnest.Mailbox, int], None]) -> Any:
    """Under trio a thread waits."""
    from trio.to_thread import run_sync

    return await run_sync(ask_blocking, send, abandon_on_cancel=True)


def ask_blocking(send: Callable[[_earnest.Mailbox, int], None]) -> Any:
    """The same for a thread that waits."""
    with Waiting() as post:
        ticket = next(post.tickets)
        try:
            send(post.mailbox, ticket)
        except _earnest.Refused as refused:
            unwrap(refused)
        return post.answer(ticket)
