"""Keyrings that a function of the host fetches, from AWS Secrets Manager for example."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Union

from earnest._error import EarnestError, invalid

if TYPE_CHECKING:
    from concurrent.futures import Future

#: What the option `keyring` takes in place of a text: it is called when the engine is opened, and to reload.
KeySource = Callable[[], Union[str, Awaitable[str]]]

#: What was fetched, or why nothing was.
Fetched = tuple[Any, Union[str, None]]

#: How long it may take, in seconds.
LIMIT = 30.0


def source_of(options: Mapping[str, Any]) -> KeySource | None:
    """The function that fetches the keyring, where there is one."""
    given: KeySource | str | None = options.get("keyring")
    return given if callable(given) else None


def with_text(options: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    """The options with the text that was fetched in place of the function."""
    if text is None:
        return dict(options)
    return {**{name: value for name, value in options.items() if name != "keyring"}, "fetched_keyring": text}


async def fetch(source: KeySource | None) -> str | None:
    """What a function fetches, while the event loop goes on: a plain function runs on a thread of its own."""
    if source is None:
        return None
    if not _has_loop():
        return await _under_trio(source)
    from asyncio import TimeoutError as Late
    from asyncio import wait_for

    try:
        fetched = await wait_for(_asked(source), LIMIT)
    except Late:
        fetched = _late()
    return _text(fetched)


def fetch_blocking(source: KeySource | None) -> str | None:
    """The same for a thread that waits."""
    if source is None:
        return None
    from concurrent.futures import TimeoutError as Late

    try:
        fetched = _begun(source, True).result(LIMIT)
    except Late:
        fetched = _late()
    return _text(fetched)


def _has_loop() -> bool:
    """Whether this is asyncio, and not trio."""
    from asyncio import get_running_loop

    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


async def _asked(source: KeySource) -> Fetched:
    from asyncio import wrap_future
    from inspect import isawaitable, iscoroutinefunction

    if not iscoroutinefunction(source):
        found, why = await wrap_future(_begun(source, False))
        if why is not None or not isawaitable(found):
            return found, why
    else:
        found = source()
    try:
        return await found, None
    except Exception as error:
        return _failed(error)


async def _under_trio(source: KeySource) -> str:
    from inspect import iscoroutinefunction

    from trio import move_on_after
    from trio.to_thread import run_sync

    if not iscoroutinefunction(source):
        return str(await run_sync(fetch_blocking, source, abandon_on_cancel=True))
    fetched = _late()
    with move_on_after(LIMIT):
        try:
            fetched = (await source(), None)
        except Exception as error:
            fetched = _failed(error)
    return _text(fetched)


def _begun(source: KeySource, to_its_end: bool) -> Future[Fetched]:
    """Calls it on a thread that holds up nothing: neither an event loop, nor the end of the interpreter."""
    from concurrent.futures import Future
    from inspect import isawaitable

    done: Future[Fetched] = Future()

    def work() -> None:
        try:
            found: Any = source()
            if to_its_end and isawaitable(found):
                from asyncio import run

                found = run(_whole(found))
            done.set_result((found, None))
        except BaseException as error:
            done.set_result(_failed(error))

    # nobody can cancel it from now on: who stops waiting does not hear of its end
    done.set_running_or_notify_cancel()
    threading.Thread(target=copy_context().run, args=(work,), daemon=True, name="earnest-keyring").start()
    return done


async def _whole(found: Awaitable[Any]) -> Any:
    return await found


def _late() -> Fetched:
    return None, f"was not fetched within {LIMIT:g} s"


def _failed(error: BaseException) -> Fetched:
    """The class of what was raised, and not what it says: that may hold the text."""
    return None, f"was not fetched: {error.code if isinstance(error, EarnestError) else type(error).__name__}"


def _text(fetched: Fetched) -> str:
    # raised where no other exception is handled, so that none is its context
    found, why = fetched
    if why is None and not isinstance(found, str):
        why = f"must be a text: the function returned `{type(found).__name__}`"
    if why is not None:
        raise invalid("keyring", why)
    return str(found)
