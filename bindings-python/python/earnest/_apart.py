"""Tasks, threads and callbacks that belong to nobody who happens to be there: to no span, no request and no tenant.

A task, a callback of an event loop and, on some builds of Python, a thread keep the context variables of whoever made
them. Connections, handlers and readers of the log outlive the request that opened their engine, and begin with none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


def apart(do: Callable[..., T], *given: Any) -> T:
    """Does something where no context variable is set."""
    return Context().run(do, *given)


def task_apart(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A task of the running event loop."""
    from asyncio import get_running_loop

    # a checker loses what the task answers on the way through `run`
    return cast("asyncio.Task[T]", apart(get_running_loop().create_task, work))


def thread_apart(do: Callable[..., object], *given: Any, name: str) -> threading.Thread:
    """A thread for which the end of the program does not wait."""
    thread = threading.Thread(target=do, args=given, name=name, daemon=True)
    apart(thread.start)
    return thread
