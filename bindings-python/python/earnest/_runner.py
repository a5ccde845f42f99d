"""Runners of calls, and pages that go on by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, get_args

from earnest._amounts import COMMON
from earnest._jsonable import Jsonable

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
R = TypeVar("R", covariant=True)


class AsyncRunner(Protocol):
    async def call(self, name: str, args: dict[str, Any]) -> Any: ...


class Runner(Protocol):
    def call(self, name: str, args: dict[str, Any]) -> Any: ...


class Page(Jsonable, Generic[T]):
    """A page of a list: its `items`, and in `next` the `after` of the page behind it.

    Where the order follows the log, `lag` says how many events it is behind.

    `async for` (with `earnest.sync`: `for`) goes through this page and all that follow. What comes back from `pickle` is
    the page alone, and goes on nowhere.
    """

    __slots__ = ("items", "lag", "next")
    items: list[T]
    next: str | None
    lag: int | None

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page(items={self.items!r}, next={self.next!r})"

    def to_wire(self) -> dict[str, Any]:
        """As JSON."""
        wire = {"items": [item.to_wire() for item in self.items], "next": self.next}  # type: ignore[attr-defined]
        return wire if self.lag is None else {**wire, "lag": self.lag}

    def _like(self, items: list[T]) -> Self:
        """The same page with other items."""
        page = object.__new__(type(self))
        page.items, page.next, page.lag = items, self.next, self.lag
        for name in type(self).__slots__:
            if name not in Page.__slots__:
                # what asks for the next page is no part of the content, and works for each copy
                setattr(page, name, getattr(self, name))
        return page

    def __copy__(self) -> Self:
        return self._like(list(self.items))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from copy import deepcopy

        return self._like(deepcopy(self.items, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_kept, (self.items, self.next, self.lag))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from earnest._pydantic import page_schema

        return page_schema((*get_args(source), Any)[0], handler)


def _kept(items: list[Any], next: str | None, lag: int | None) -> Page[Any]:
    page: Page[Any] = Page()
    page.items, page.next, page.lag = items, next, lag
    return page


class AsyncPage(Page[T]):
    """A page that goes on by `async for`."""

    __slots__ = ("_listing",)

    def __init__(self, items: list[T], wire: dict[str, Any], listing: Listing[T]) -> None:
        self.items, self.next, self.lag, self._listing = items, wire.get("next"), wire.get("lag"), listing

    def __aiter__(self) -> AsyncIterator[T]:
        return self._listing._from(self)


class Later(Coroutine[Any, Any, R]):
    """An awaitable that `asyncio.run`, `create_task` and task groups take as any coroutine."""

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun: Coroutine[Any, Any, R] | None = None

    def _begin(self) -> Coroutine[Any, Any, R]:
        raise NotImplementedError

    def _under_way(self) -> Coroutine[Any, Any, R]:
        if self._begun is None:
            self._begun = self._begin()
        return self._begun

    def __await__(self) -> Generator[Any, None, R]:
        return self._begin().__await__()

    def send(self, value: Any) -> Any:
        return self._under_way().send(value)

    def throw(self, *given: Any) -> Any:
        return self._under_way().throw(*given)

    def close(self) -> None:
        if self._begun is not None:
            self._begun.close()


class Listing(Later["AsyncPage[T]"], Generic[T]):
    """A list that was asked for: `await` it for the first page, or go through all of it by `async for`."""

    __slots__ = ("_args", "_name", "_read", "_runner")

    def __init__(self, runner: AsyncRunner, name: str, args: dict[str, Any], read: Callable[[Any], T]) -> None:
        super().__init__()
        self._runner, self._name, self._args, self._read = runner, name, args, read

    def _begin(self) -> Coroutine[Any, Any, AsyncPage[T]]:
        return self._page(self._args)

    def __aiter__(self) -> AsyncIterator[T]:
        return self._from(None)

    async def _page(self, args: dict[str, Any]) -> AsyncPage[T]:
        wire = await self._runner.call(self._name, args)
        return AsyncPage([self._read(item) for item in wire["items"]], wire, self)

    async def _from(self, page: AsyncPage[T] | None) -> AsyncIterator[T]:
        page = page or await self._page(self._args)
        while True:
            for item in page.items:
                yield item
            if page.next is None:
                return
            page = await self._page({**self._args, "after": page.next})


class SyncPage(Page[T]):
    """A page that goes on by `for`."""

    __slots__ = ("_more",)

    def __init__(self, items: list[T], wire: dict[str, Any], more: Callable[[str], SyncPage[T]]) -> None:
        self.items, self.next, self.lag, self._more = items, wire.get("next"), wire.get("lag"), more

    def __iter__(self) -> Iterator[T]:
        page = self
        while True:
            yield from page.items
            if page.next is None:
                return
            page = page._more(page.next)


def more(common: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the arguments that all calls share. Any other name is refused as Python refuses it."""
    if not common.keys() <= COMMON:
        unknown = min(common.keys() - COMMON)
        raise TypeError(f"a call got an unexpected keyword argument '{unknown}'")
    return common


def listed(runner: AsyncRunner, name: str, args: dict[str, Any], read: Callable[[Any], T]) -> Listing[T]:
    return Listing(runner, name, args, read)


def paged(runner: Runner, name: str, args: dict[str, Any], read: Callable[[Any], T]) -> SyncPage[T]:
    wire = runner.call(name, args)
    items = [read(item) for item in wire["items"]]
    return SyncPage(items, wire, lambda after: paged(runner, name, {**args, "after": after}, read))
