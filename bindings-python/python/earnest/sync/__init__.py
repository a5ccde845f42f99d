"""The blocking twin of `earnest`: the same calls for threads, scripts, Django and Flask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from earnest import _earnest, _views
from earnest._clock import nap
from earnest._engine import ask_blocking, attaching
from earnest._error import refuse, unwrap, whole
from earnest._keyring import fetch_blocking, keys_of, with_text
from earnest._observe import begun, listen, noted, shown
from earnest._options import acting_json, book_text, known, plain_url, settings
from earnest._runner import SyncPage
from earnest._sync_services import Services
from earnest._wire import Actor, decoded, encode
from earnest.sync._engine_services import EngineEvents, EngineJobs

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from typing_extensions import Self, Unpack

    from earnest._host_types import AnyBlockingPool, AnyBlockingTransaction
    from earnest._keyring import Keys
    from earnest._options import Options
    from earnest.hosts._attached import Server
    from earnest.hosts._driver import Transaction
    from earnest.sync._attached import Attached
    from earnest.sync._workers import EventHandler, JobHandler, Subscription, Worker

S = TypeVar("S")
T = TypeVar("T")

__all__ = ["Engine", "SyncPage"]


class Engine(Services):
    """An engine whose calls wait for their answers. Any number of threads may use it.

    `with Engine.open("sqlite:shop.db") as bank:` opens and closes it.
    """

    __slots__ = ("_is_view", "_keys", "_native", "_pool")

    def __init__(self, native: _earnest.Engine, pool: Server | None = None, keys: Keys | None = None) -> None:
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
    def open(cls, url: str, **options: Unpack[Options]) -> Engine:
        """Opens a store: `memory:`, `sqlite:PATH` or `postgres://...`.

        The option `keyring` is the text of a keyring, `file:` and the path of one, or a function, plain or `async`, that
        fetches the text from where secrets are kept: when the engine is opened, and by `reload_keyring`. It has 30
        seconds. `keyring_unwrap`, a function of the same sort, has a key service open the data key of a sealed keyring:
        it gets the service's key and the wrapped bytes, and returns the 32 bytes.
        """
        return _open(plain_url(url), dict(options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Engine:
        """Opens the store that `EARNEST_STORE`, else `DATABASE_URL` names, with the options of the environment."""
        return _open(None, {**options, "from_env": True})

    @classmethod
    def attach(cls, pool: AnyBlockingPool, **options: Unpack[Options]) -> Attached:
        """An engine on your own pool: it opens no connection itself, and works on those that the pool lends it.

        `with` opens it. Where nothing did, its first call does, once for all threads that call at the same time: when that
        fails, each of them is refused, and the next call tries again. In a process that was forked it is opened again.
        One that was closed is opened by `with` only.

        `pool` is an `Engine` of SQLAlchemy, a `ConnectionPool` of psycopg, `django.db.connection`, or a function that
        opens a connection, as `lambda: sqlite3.connect("shop.db")`. It needs two connections beside those that your own
        threads hold while they wait for a call. Timers and the sequence of events run only with `background=True`;
        without it another process runs them.
        """
        from earnest._once import asked
        from earnest.sync._attached import Attached, SyncHome

        given = asked(pool, options, True)
        return Attached(SyncHome(lambda: _attach(pool, given)))

    def book(self, name: str) -> Self:
        """A view whose calls go to another book. It closes nothing: its engine stays open behind `with`."""
        return self._view(book_text(name), None)

    def acting(self, actor: Actor | str | Mapping[str, str]) -> Self:
        """A view whose calls are made by this actor and nobody else. It closes nothing, as `book`."""
        return self._view(None, acting_json(actor))

    def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Runs an operation by its name, from JSON to JSON."""
        watched = begun(name, "own")
        if watched is None:
            return self._call(name, encode(noted(name, args, None), name))
        with watched:
            return watched.done(self._call(name, encode(noted(name, args, watched), name)))

    def _call(self, name: str, data: bytes) -> dict[str, Any]:
        return decoded(ask_blocking(lambda mailbox, ticket: self._native.call(mailbox, ticket, name, data)))

    def using(
        self,
        tx: AnyBlockingTransaction,
        *,
        actor: Actor | str | Mapping[str, str] | None = None,
        book: str | None = None,
    ) -> Transaction:
        """Joins a transaction that the host has open: what is written is committed or rolled back with it.

        `tx` is a session or a connection of SQLAlchemy, psycopg 3, Django or, with an engine that is attached to a pool
        on SQLite, `sqlite3`, on the engine's database.
        """
        from earnest.hosts._driver import Transaction

        return Transaction(self._native, tx, book, actor, self._pool)

    def run(self, factory: Callable[[], AbstractContextManager[S]], fn: Callable[[S], T]) -> T:
        """Runs a whole transaction of the host, and again when another one was in its way, at most five times.

        `factory()` is entered by `with` and commits or rolls back at its end, as `sessions.begin` of SQLAlchemy does;
        `fn`, which is not `async`, gets what it gives. A session or connection that is only closed at its end, as the
        answers of `sessionmaker(...)` and `engine.connect`, is `invalid_request` naming `factory`.
        """
        from random import uniform

        from earnest.hosts._driver import PAUSE, RUNS, begins, is_worth_running_again, works

        begin, work = begins(factory, fn, "__enter__"), works(fn, False)
        for attempt in range(1, RUNS):
            try:
                with begin() as tx:
                    return work(tx)
            except Exception as error:
                if not is_worth_running_again(error):
                    raise
            nap(PAUSE * 2**attempt * uniform(0.5, 1.5))
        with begin() as tx:
            return work(tx)

    def worker(self, handlers: Mapping[str, JobHandler], *, concurrency: int = 4, all_books: bool = False) -> Worker:
        """Runs handlers of jobs by their kind on threads, until it is stopped. `jobs.worker` is the same.

            with bank.worker({"notify.admins": tell}):
                ...

        A handler that returns has done its job; one that raises has it again after a pause that grows, and
        the logger `earnest` has the exception. An `async` one goes together with `earnest.Engine`. `job.key` is
        what to send outside as the key of the effect: it is the same at every attempt.
        """
        from earnest.sync._workers import Worker

        return Worker(self, handlers, concurrency, all_books)

    def subscribe(
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

            with bank.subscribe("mailer", mail, types=["deal.*"]):
                ...

        Every event comes at least once, those of one object in their order. Of any number of processes one has the
        events at a time, and when it ends another goes on. A handler that raises has its event again after a pause that
        grows; only later events of the same object wait for it, and after `max_attempts` a person looks at it
        (`events.parked`, `events.unpark`). A new sink begins behind the newest event, or with `from_="first"` at the
        beginning of the log.

        `lease` is for how long a process has the events that it took (a minute). An event that takes longer than two
        thirds of it may be given to another process too: give more to a handler that needs it, at most an hour.
        """
        from earnest._workers import handler_of, lease_of
        from earnest.sync._workers import Subscription

        whole("name", name)
        handler, span = handler_of(handler, "handler", "", True), lease_of(lease)
        self.events.subscribe(name, types=types, from_=from_, max_attempts=max_attempts)
        return Subscription(self, name, handler, span)

    def follow(self, after_seq: int = 0, *, types: Sequence[str] | None = None) -> Iterator[_views.Event]:
        """The log of this book after a place in it, with what is to come; nothing is kept of who reads. `events.follow` is
        the same.
        """
        from earnest.sync._workers import follow

        return follow(self, after_seq, types)

    def health(self) -> _views.Health:
        """Whether the engine and its store are well: `admin.health`."""
        return self.admin.health()

    def metrics(self) -> str:
        """Returns the metrics of this process and how far it is behind, for Prometheus: `admin.metrics`."""
        return self.admin.metrics().text

    def verify(self) -> _views.Verify:
        """Recomputes every invariant of every book: `admin.verify`."""
        return self.admin.verify()

    def reload_keyring(self) -> bool:
        """Asks again where the keyring came from, the function or the file of the option `keyring`, and uses what is there
        from now on. Answers whether anything changed.

        A call that has begun goes on with the keyring that it began with. What is older than the keyring in use, of
        another installation, or lacks a key that something in the store still needs, is refused with `invalid_request`
        naming `keyring`, and nothing changes. A keyring that was given as text is `not_supported`. Of two at once, the
        one that began first takes back nothing that the other has taken up: it answers `False`.
        """
        reload = self._begin_reload()
        text = fetch_blocking(self._keys)
        changed: str = ask_blocking(lambda mailbox, ticket: reload.take_up(mailbox, ticket, text))
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

    def close(self) -> None:
        """Stops taking calls, answers those that were taken, and closes the store.

        A view of `acting` or `book` closes nothing: this is `not_supported` there.
        """
        if self._is_view:
            raise refuse("not_supported", operation="close", reason="this is a view: close the engine that it is of")
        ask_blocking(self._native.close)
        if self._pool is not None:
            self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_view:
            self.close()

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
            return f"<earnest.sync.Engine book={self._native.book()!r}>"
        except _earnest.Refused:
            return "<earnest.sync.Engine of the process that forked this one>"


def _open(url: str | None, options: dict[str, Any]) -> Engine:
    keys = keys_of(options)
    data = settings(with_text(options, fetch_blocking(keys)))
    listen()
    native = ask_blocking(lambda mailbox, ticket: _earnest.open(mailbox, ticket, url, data))
    return _opened(Engine(native, None, keys), options)


def _attach(pool: AnyBlockingPool, options: dict[str, Any]) -> Engine:
    from earnest.hosts._attached import serve_blocking, told

    keys = keys_of(options)
    fetched = fetch_blocking(keys)
    settings(with_text(options, fetched))
    listen()
    server = serve_blocking(pool, options)
    try:
        native = ask_blocking(attaching(server, settings(with_text(told(options, server), fetched))))
    except BaseException:
        server.close()
        raise
    return _opened(Engine(native, server, keys), options)


def _opened(engine: Engine, options: Mapping[str, Any]) -> Engine:
    shown(engine._native.log())
    try:
        known(options)
    except BaseException:
        # another engine that opened meanwhile gave a currency another scale
        engine.close()
        raise
    return engine
