"""For tests: engines in memory with a clock that stands still, data to begin with, and refusals on demand.

    async with earnest.testing.engine() as bank:
        await earnest.testing.funded(bank, "alice", "100.00 USD")
        bank.clock.advance("P4D")

`earnest.testing.plugin` has the same as fixtures of pytest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from secrets import randbelow
from typing import TYPE_CHECKING, Any, Literal, overload
from uuid import uuid4

import earnest.sync
from earnest import _earnest, views
from earnest._engine import Engine, ask, ask_blocking
from earnest._error import EarnestError, invalid, refuse, unwrap, whole
from earnest._errors import CODES
from earnest._keyring import Keys, fetch, fetch_blocking, keys_of, with_text
from earnest._money import Money
from earnest._options import acting_json, book_text, known, settings
from earnest._wire import Actor, span_text, time_of
from earnest.hosts._driver import AsyncTransaction, Transaction

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from earnest._host_types import AnyAsyncioTransaction, AnyBlockingTransaction
    from earnest._options import Options

#: Where the clock of a test begins.
START = "2026-01-01T00:00:00Z"

#: The steps of a deal on its way, each with the state behind it.
_WAY = [("pay", "awaiting_shipment"), ("ship", "shipped"), ("deliver", "delivered"), ("confirm", "released")]

#: The states that a deal is made in.
MadeState = Literal["pending", "awaiting_shipment", "shipped", "delivered", "released"]


class Clock:
    """The clock of a test, which stands still until it is moved."""

    def __init__(self, native: _earnest.Engine) -> None:
        self._native = native

    @property
    def now(self) -> datetime:
        """The time that it shows."""
        try:
            return time_of(self._native.now())
        except _earnest.Refused as refused:
            unwrap(refused)

    def advance(self, by: timedelta | str) -> datetime:
        """Moves it forward, by a `timedelta` or an ISO 8601 duration such as `P4D`, and says what it shows then."""
        try:
            return time_of(self._native.advance(span_text(by) if isinstance(by, timedelta) else whole("by", by)))
        except _earnest.Refused as refused:
            unwrap(refused)


class _Failing:
    """Refusals that tests ask for."""

    def __init__(self) -> None:
        self.planned: list[tuple[str, EarnestError]] = []

    def plan(self, operation: str, code: str, details: dict[str, Any]) -> None:
        if operation not in _earnest.names()[0]:
            raise invalid("operation", "must be an operation such as `ledger.deduct`")
        self.planned.append((operation, refuse(code, **{**_made_up(code), **details})))

    def meet(self, name: str) -> None:
        for place, (operation, refusal) in enumerate(self.planned):
            if operation == name:
                del self.planned[place]
                raise refusal


def _made_up(code: str) -> dict[str, Any]:
    """Details for a code: those that it always has."""
    found: dict[str, Any] = {}
    for name, member in vars(CODES.get(code, EarnestError)).items():
        kind = member.fget.__annotations__["return"] if isinstance(member, property) else "None"
        if not kind.endswith("None") and code in CODES:
            found[name] = _SAMPLES[kind.split(" ")[0]]
    return found


_SAMPLES: dict[str, Any] = {
    "Money": {"amount": "1.00", "currency": "USD"},
    "datetime": START,
    "int": 1,
    "list[str]": ["testing"],
    "str": "testing",
}


class TestEngine(Engine):
    """An engine with a test clock."""

    __test__ = False
    __slots__ = ("_failing",)

    def __init__(self, native: _earnest.Engine, failing: _Failing | None = None, keys: Keys | None = None) -> None:
        super().__init__(native, None, keys)
        self._failing = failing or _Failing()

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return Clock(self._native)

    def fail_next(self, operation: str, code: str, **details: Any) -> None:
        """The next call of this operation is refused with this code, before it reaches the engine.

        Details that the code has and that are not given are made up.
        """
        self._failing.plan(operation, code, details)

    async def run_due(self) -> views.Ran:
        """Runs what is due: timers, the expiry of holds, and jobs that have a handler."""
        return await self.jobs.run_due()

    async def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self._failing.meet(name)
        return await super().call(name, args)

    def _like(self, native: _earnest.Engine) -> Self:
        return type(self)(native, self._failing, self._keys)


class SyncTestEngine(earnest.sync.Engine):
    """A blocking engine with a test clock."""

    __test__ = False
    __slots__ = ("_failing",)

    def __init__(self, native: _earnest.Engine, failing: _Failing | None = None, keys: Keys | None = None) -> None:
        super().__init__(native, None, keys)
        self._failing = failing or _Failing()

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return Clock(self._native)

    def fail_next(self, operation: str, code: str, **details: Any) -> None:
        """The next call of this operation is refused with this code, before it reaches the engine.

        Details that the code has and that are not given are made up.
        """
        self._failing.plan(operation, code, details)

    def run_due(self) -> views.Ran:
        """Runs what is due: timers, the expiry of holds, and jobs that have a handler."""
        return self.jobs.run_due()

    def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self._failing.meet(name)
        return super().call(name, args)

    def _like(self, native: _earnest.Engine) -> Self:
        return type(self)(native, self._failing, self._keys)


class HostEngine(AsyncTransaction):
    """An engine with a test clock whose calls join the open transaction of a session: a test that rolls the session
    back leaves nothing."""

    __slots__ = ("_actor", "_book", "_failing", "_of")

    def __init__(self, of: tuple[Engine, Any], book: str | None, actor: Any, failing: _Failing) -> None:
        super().__init__(of[0]._native, of[1], book, actor, of[0]._pool)
        self._of, self._book, self._actor, self._failing = of, book, actor, failing

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return Clock(self._native)

    def fail_next(self, operation: str, code: str, **details: Any) -> None:
        """The next call of this operation is refused with this code, before it reaches the engine.

        Details that the code has and that are not given are made up.
        """
        self._failing.plan(operation, code, details)

    async def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self._failing.meet(name)
        return await super().call(name, args)

    def book(self, name: str) -> HostEngine:
        return HostEngine(self._of, book_text(name), self._actor, self._failing)

    def acting(self, actor: Actor | str | Mapping[str, str]) -> HostEngine:
        acting_json(actor)
        return HostEngine(self._of, self._book, actor, self._failing)


class SyncHostEngine(Transaction):
    """The same for blocking code."""

    __slots__ = ("_actor", "_book", "_failing", "_of")

    def __init__(self, of: tuple[earnest.sync.Engine, Any], book: str | None, actor: Any, failing: _Failing) -> None:
        super().__init__(of[0]._native, of[1], book, actor, of[0]._pool)
        self._of, self._book, self._actor, self._failing = of, book, actor, failing

    @property
    def clock(self) -> Clock:
        """Its clock."""
        return Clock(self._native)

    def fail_next(self, operation: str, code: str, **details: Any) -> None:
        """The next call of this operation is refused with this code, before it reaches the engine.

        Details that the code has and that are not given are made up.
        """
        self._failing.plan(operation, code, details)

    def call(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self._failing.meet(name)
        return super().call(name, args)

    def book(self, name: str) -> SyncHostEngine:
        return SyncHostEngine(self._of, book_text(name), self._actor, self._failing)

    def acting(self, actor: Actor | str | Mapping[str, str]) -> SyncHostEngine:
        acting_json(actor)
        return SyncHostEngine(self._of, self._book, actor, self._failing)


@overload
def engine(
    url: str = ..., *, host: None = None, **options: Unpack[Options]
) -> AbstractAsyncContextManager[TestEngine]: ...
@overload
def engine(
    url: str = ..., *, host: AnyAsyncioTransaction, **options: Unpack[Options]
) -> AbstractAsyncContextManager[HostEngine]: ...
def engine(url: str = "memory:", *, host: Any = None, **options: Any) -> Any:
    """An engine in memory, or elsewhere, with a test clock, a fixed keyring and no background.

    With `host` its calls join the open transaction of a session, so that a test which rolls that back leaves nothing:

        async with earnest.testing.engine(host=session) as bank:
            await earnest.testing.funded(bank, "alice")

    A session or connection of SQLAlchemy says by itself which database it is on, and lends what else the engine needs;
    for other drivers `url` names it. What may not join a transaction, such as `jobs.run_due`, is refused.
    """
    return _own(url, options) if host is None else _joined(url, host, options)


def _standing(url: str | None) -> dict[str, Any]:
    """A clock that stands still, and ids that are counted. A store may have some of an earlier opening already: there they
    begin elsewhere each time. In memory they are the same in each run."""
    return {"test_clock": START, "test_seed": 0 if url == "memory:" else randbelow(1 << 20)}


@asynccontextmanager
async def _own(url: str, options: Mapping[str, Any]) -> AsyncIterator[TestEngine]:
    keys = keys_of(options)
    data = settings({"background": False, **with_text(options, await fetch(keys)), **_standing(url)})
    native = await ask(lambda mailbox, ticket: _earnest.open(mailbox, ticket, url, data))
    async with TestEngine(native, None, keys) as opened:
        known(options)
        yield opened


@asynccontextmanager
async def _joined(url: str, host: Any, options: Mapping[str, Any]) -> AsyncIterator[HostEngine]:
    given: Any = {"background": False, **options, **_standing(None)}
    opening: AbstractAsyncContextManager[Engine]
    if url == "memory:":
        opening = Engine.attach(_lender(await host.connection() if hasattr(host, "get_bind") else host), **given)
    else:
        opening = Engine.open(url, **given)
    async with opening as opened:
        yield HostEngine((opened, host), None, None, _Failing())


@overload
def sync_engine(
    url: str = ..., *, host: None = None, **options: Unpack[Options]
) -> AbstractContextManager[SyncTestEngine]: ...
@overload
def sync_engine(
    url: str = ..., *, host: AnyBlockingTransaction, **options: Unpack[Options]
) -> AbstractContextManager[SyncHostEngine]: ...
def sync_engine(url: str = "memory:", *, host: Any = None, **options: Any) -> Any:
    """The same for blocking code."""
    return _sync_own(url, options) if host is None else _sync_joined(url, host, options)


@contextmanager
def _sync_own(url: str, options: Mapping[str, Any]) -> Iterator[SyncTestEngine]:
    keys = keys_of(options)
    data = settings({"background": False, **with_text(options, fetch_blocking(keys)), **_standing(url)})
    native = ask_blocking(lambda mailbox, ticket: _earnest.open(mailbox, ticket, url, data))
    with SyncTestEngine(native, None, keys) as opened:
        known(options)
        yield opened


@contextmanager
def _sync_joined(url: str, host: Any, options: Mapping[str, Any]) -> Iterator[SyncHostEngine]:
    given: Any = {"background": False, **options, **_standing(None)}
    opened: earnest.sync.Engine
    if url == "memory:":
        lender = _lender(host.connection() if hasattr(host, "get_bind") else host)
        opened = earnest.sync.Engine.attach(lender, **given)
    else:
        opened = earnest.sync.Engine.open(url, **given)
    with opened as bank:
        yield SyncHostEngine((bank, host), None, None, _Failing())


def _lender(connection: Any) -> Any:
    """The engine of SQLAlchemy that a connection is of."""
    if not hasattr(connection, "engine"):
        raise invalid("url", "must name the database of `host`, which is no session of SQLAlchemy")
    return connection.engine


async def funded(bank: Engine | HostEngine, account: str, amount: Money | str = "1000.00 USD") -> views.Balance:
    """An account with so much more in it."""
    topped = await bank.ledger.top_up(account, amount=amount, key=f"testing:{uuid4()}")
    return topped.balance


async def deal(
    bank: Engine | HostEngine,
    state: MadeState = "pending",
    *,
    buyer: str = "buyer",
    seller: str = "seller",
    price: Money | str = "40.00 USD",
    **terms: Any,
) -> views.Deal:
    """A deal in a state on its way from `pending` to `released`; its buyer has what it costs."""
    way, key = _way(state), f"testing:{uuid4()}"
    shares = {name: terms[name] for name in ("fees", "splits") if name in terms}
    cost = (await bank.escrow.quote(price, **shares)).buyer_pays
    await bank.ledger.top_up(buyer, amount=cost, key=f"{key}:money")
    now = (await bank.escrow.open(buyer, seller=seller, price=price, key=key, **terms)).deal
    for step, after in way:
        by = {"confirm": Actor(buyer)}.get(step)
        reply = await bank.call(f"escrow.{step}", {"deal": now.id, "actor": by})
        now = views.Deal.from_wire(reply["deal"])
        assert now.state == after, now.state
    return now


def _way(state: str) -> list[tuple[str, str]]:
    """The steps of a deal to a state, each with the state behind it."""
    states = ["pending", *[after for _, after in _WAY]]
    if state not in states:
        raise ValueError(f"a deal is made in one of {', '.join(states)}, not in {state!r}")
    return _WAY[: states.index(state)]


async def assert_conserved(bank: Engine | HostEngine) -> None:
    """Every book sums to zero, and every invariant holds; in a transaction of the host, its book sums to zero."""
    balanced = await bank.ledger.trial_balance()
    assert balanced.balanced, balanced
    if isinstance(bank, HostEngine):
        return
    verified = await bank.verify()
    assert verified.ok, [check for check in verified.checks if not check.ok]


def sync_funded(
    bank: earnest.sync.Engine | SyncHostEngine, account: str, amount: Money | str = "1000.00 USD"
) -> views.Balance:
    """An account with so much more in it, for blocking code."""
    return bank.ledger.top_up(account, amount=amount, key=f"testing:{uuid4()}").balance


def sync_deal(
    bank: earnest.sync.Engine | SyncHostEngine,
    state: MadeState = "pending",
    *,
    buyer: str = "buyer",
    seller: str = "seller",
    price: Money | str = "40.00 USD",
    **terms: Any,
) -> views.Deal:
    """A deal in a state on its way from `pending` to `released`, for blocking code."""
    way, key = _way(state), f"testing:{uuid4()}"
    shares = {name: terms[name] for name in ("fees", "splits") if name in terms}
    cost = bank.escrow.quote(price, **shares).buyer_pays
    bank.ledger.top_up(buyer, amount=cost, key=f"{key}:money")
    now = bank.escrow.open(buyer, seller=seller, price=price, key=key, **terms).deal
    for step, after in way:
        by = {"confirm": Actor(buyer)}.get(step)
        now = views.Deal.from_wire(bank.call(f"escrow.{step}", {"deal": now.id, "actor": by})["deal"])
        assert now.state == after, now.state
    return now


def sync_assert_conserved(bank: earnest.sync.Engine | SyncHostEngine) -> None:
    """Every book sums to zero, and every invariant holds, for blocking code."""
    balanced = bank.ledger.trial_balance()
    assert balanced.balanced, balanced
    if isinstance(bank, SyncHostEngine):
        return
    verified = bank.verify()
    assert verified.ok, [check for check in verified.checks if not check.ok]
