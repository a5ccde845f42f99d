"""An engine that whoever needs it first opens, once for each process."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from earnest import _earnest
from earnest._error import EarnestError, error_of, refuse, unwrap
from earnest._keyring import keys_of
from earnest._options import acting_json, actor_json, book_text, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from earnest._keyring import Keys
    from earnest._wire import Actor
    from earnest.hosts._attached import AsyncServer, Server


class Opened(Protocol):
    """The members that both engines have."""

    @property
    def _native(self) -> _earnest.Engine: ...
    @property
    def _keys(self) -> Keys | None: ...
    @property
    def _pool(self) -> AsyncServer | Server | None: ...
    def nudge(self) -> None: ...
    def _is_over(self) -> bool: ...


E = TypeVar("E", bound=Opened)

#: How an opening ended: with an engine, with why there is none, or with neither, when whoever was at it gave up.
Ended = tuple["E | None", "BaseException | None"]

_guard = threading.RLock()


def _forget() -> None:
    """After a fork the lock may be held by a thread that is not there."""
    global _guard
    _guard = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


class Home(Generic[E]):
    """Where an engine is, once it is open: it and its views share it."""

    __slots__ = ("_engine", "_is_closed", "_opening", "_process")

    def __init__(self) -> None:
        self._engine: E | None = None
        self._opening: Future[Ended[E]] | None = None
        self._is_closed = False
        self._process = os.getpid()

    def engine(self) -> E | None:
        """The engine, if it is open, and here."""
        engine = self._engine
        if engine is None or self._process != os.getpid() or not is_served(engine):
            return None
        return engine

    def is_closed(self) -> bool:
        """Whether it was closed, and nobody has opened it again."""
        return self._is_closed

    def why_not(self) -> EarnestError:
        """Returns the refusal where there is no engine; no later try gets past that of a closed one."""
        closed, late = "the engine is closed", "the engine is not open yet: a call opens it"
        refused = refuse("store_unavailable", reason=closed if self._is_closed else late)
        return error_of({**refused.to_wire(), "retry": "never"}) if self._is_closed else refused

    def claimed(self, anew: bool) -> tuple[E | None, Future[Ended[E]] | None, bool]:
        """The engine, or its opening, and whether that is the caller's to do. One that was closed is opened `anew` only."""
        with _guard:
            if self._process != os.getpid():
                # those of the process that forked this one belong to threads that are not here
                self._process, self._engine, self._opening = os.getpid(), None, None
            before, engine = self._engine, self.engine()
            self._engine = engine
            if before is not None and engine is None:
                given_up(before)
            if engine is not None:
                return engine, None, False
            if self._is_closed and not anew:
                raise self.why_not()
            self._is_closed = False
            if self._opening is not None:
                return None, self._opening, False
            opening: Future[Ended[E]] = Future()
            # nobody can cancel it: who stops waiting does not hear of its end
            opening.set_running_or_notify_cancel()
            self._opening = opening
            return None, opening, True

    def settled(self, opening: Future[Ended[E]], engine: E | None, error: BaseException | None) -> bool:
        """Ends an opening, and says whether its engine is wanted: it may have been closed meanwhile."""
        with _guard:
            wanted = self._opening is opening
            if wanted:
                self._opening, self._engine = None, engine
        if not wanted and error is None:
            engine, error = None, self.why_not()
        opening.set_result((engine, error if isinstance(error, Exception) else None))
        return wanted

    def ended(self) -> E | None:
        """The engine, which is to be closed: from now on there is none."""
        with _guard:
            engine = self.engine()
            self._engine, self._opening, self._is_closed, self._process = None, None, True, os.getpid()
            return engine


def is_served(engine: Any) -> bool:
    """Whether what lends it connections is there: an event loop that has ended lends none."""
    post = getattr(engine._pool, "post", None)
    if post is None:
        return True
    loop = post.loop()
    return loop is not None and not loop.is_closed()


def given_up(engine: Any) -> None:
    """Ends what an engine does in the background, which nobody lends connections any more."""
    try:
        engine._native.close(_earnest.Mailbox(True), 0)
    except _earnest.Refused:
        # it belongs to a process that forked this one
        pass


def again(error: BaseException) -> BaseException:
    """The same refusal for another caller, with a traceback of its own."""
    return error_of(error.to_wire()) if isinstance(error, EarnestError) else error


def asked(pool: Any, options: Mapping[str, Any], blocking: bool) -> dict[str, Any]:
    """The options of an engine that is opened later. What can be refused without a connection is refused here."""
    from earnest.hosts._pools import pool_of, refuse_asynchronous

    _, is_async = pool_of(pool)
    if is_async and blocking:
        raise refuse_asynchronous(pool)
    keys_of(options)
    given = {name: value for name, value in options.items() if name not in ("keyring", "keyring_unwrap")}
    try:
        _earnest.check_options(settings(given))
    except _earnest.Refused as refused:
        unwrap(refused)
    return dict(options)


def checked(book: object, actor: Actor | str | Mapping[str, str] | None) -> tuple[str | None, bytes | None]:
    """The book and the actor of a view of an engine that may not be open yet."""
    name, by = None if book is None else book_text(book), actor_json(actor)
    try:
        _earnest.check_view(name, by)
    except _earnest.Refused as refused:
        unwrap(refused)
    return name, by


class Seen:
    """A view of an engine that may be opened again: the native half of the one that is open now."""

    __slots__ = ("_book", "_by", "_root", "_view")

    def __init__(self, book: str | None, by: bytes | None) -> None:
        self._book, self._by = book, by
        self._root: _earnest.Engine | None = None
        self._view: _earnest.Engine | None = None

    def of(self, root: _earnest.Engine) -> _earnest.Engine:
        """The same view of this engine."""
        if self._book is None and self._by is None:
            return root
        view = self._view
        if view is None or self._root is not root:
            try:
                view = root.view(self._book, self._by)
            except _earnest.Refused as refused:
                unwrap(refused)
            self._view, self._root = view, root
        return view

    def narrowed(self, book: str | None, by: bytes | None) -> Seen:
        """A view of this one."""
        return Seen(self._book if book is None else book, self._by if by is None else by)


H = TypeVar("H", bound=Home[Any])


class OnPool(Generic[E, H]):
    """An engine on a pool of the application, or a view of one, as far as it is the same for asyncio and for threads."""

    if not TYPE_CHECKING:
        # the members below have their places in the class of the engine, where a type checker does not look
        __slots__ = ()

    #: How it calls itself.
    _named: str
    _home: H
    _seen: Seen
    _is_view: bool

    def __init__(self, home: H, seen: Seen | None = None) -> None:
        self._home = home
        self._seen = seen or Seen(None, None)
        self._is_view = seen is not None

    def _open_one(self) -> E:
        raise NotImplementedError

    @property
    def _native(self) -> _earnest.Engine:
        return self._seen.of(self._open_one()._native)

    @property
    def _pool(self) -> Any:
        return self._open_one()._pool

    @property
    def _keys(self) -> Keys | None:
        return self._open_one()._keys

    def _ended(self) -> E | None:
        """The engine, which is to be closed."""
        if self._is_view:
            raise refuse("not_supported", operation="close", reason="this is a view: close the engine that it is of")
        engine: E | None = self._home.ended()
        return engine

    def book(self, name: str) -> Self:
        """A view whose calls go to another book. It closes nothing: its engine stays open behind `with`."""
        book, _ = checked(book_text(name), None)
        return type(self)(self._home, self._seen.narrowed(book, None))

    def acting(self, actor: Actor | str | Mapping[str, str]) -> Self:
        """A view whose calls are made by this actor and nobody else. It closes nothing, as `book`."""
        acting_json(actor)
        _, by = checked(None, actor)
        return type(self)(self._home, self._seen.narrowed(None, by))

    def nudge(self) -> None:
        """Lets the background look now: after the commit of a transaction in which this engine wrote."""
        engine: E | None = self._home.engine()
        # what is not open has written nothing
        if engine is not None:
            engine.nudge()

    def _is_over(self) -> bool:
        engine: E | None = self._home.engine()
        return self._home.is_closed() if engine is None else engine._is_over()

    def __repr__(self) -> str:
        return super().__repr__() if self._home.engine() is not None else f"<{self._named} that is not open>"
