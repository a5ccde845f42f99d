"""Keyrings that a function of the host fetches, from AWS Secrets Manager for example, and that a key service opens."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from functools import partial
from os.path import abspath
from typing import TYPE_CHECKING, Any, Union

from earnest import _earnest
from earnest._clock import Late, within
from earnest._error import EarnestError, invalid, unwrap, whole
from earnest._secret import Secret, revealed

if TYPE_CHECKING:
    from concurrent.futures import Future

#: A function for `keyring`: it is called when the engine is opened, and to reload.
KeySource = Callable[[], Union[str, Secret, Awaitable[Union[str, Secret]]]]

#: A function for `keyring_unwrap`: a key service opens a data key, given the service's key and the bytes.
Unwrap = Callable[[str, bytes], Union[bytes, Awaitable[bytes]]]

#: The value of a function, or the reason why there is none.
Fetched = tuple[Any, Union[str, None]]

#: How long each function may take, in seconds.
LIMIT = 30.0


class Keys:
    """Where an engine has its keyring from, when functions give it."""

    __slots__ = ("setting", "unwrap")

    def __init__(self, setting: KeySource | str, unwrap: Unwrap | None) -> None:
        if isinstance(setting, str) and setting.startswith("file:"):
            # a reload reads the same file, wherever the process is then
            setting = "file:" + abspath(setting[5:])
        self.setting, self.unwrap = setting, unwrap

    def read(self, text: str) -> tuple[str | None, Callable[[], Any] | None]:
        """The text of what the setting gave or names, and what opens its data key if it is sealed.

        There is no text where the engine reads the setting by itself: a keyring that was given as a plain text.
        """
        given = callable(self.setting)
        if given and self.unwrap is None:
            return text, None
        try:
            found, sealed = _earnest.read_keyring(whole("keyring", text), not given)
        except _earnest.Refused as refused:
            unwrap(refused)
        if sealed is not None and self.unwrap is not None:
            return found, partial(self.unwrap, *sealed)
        # a file may be sealed at one time and plain at another
        return (found if given or text.startswith("file:") else None), None


def keys_of(options: Mapping[str, Any]) -> Keys | None:
    """The functions that give the keyring, where there are any."""
    setting: KeySource | str | None = revealed(options.get("keyring"))
    opens: Unwrap | None = options.get("keyring_unwrap")
    if opens is not None and (setting is None or not callable(opens)):
        raise invalid("keyring_unwrap", "must be a function, beside the option `keyring`")
    return Keys(setting, opens) if setting is not None and (callable(setting) or opens is not None) else None


def with_text(options: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    """The options with the text that was fetched in place of the functions."""
    kept = {name: value for name, value in options.items() if name != "keyring_unwrap"}
    return kept if text is None else {**kept, "keyring": None, "fetched_keyring": text}


async def fetch(keys: Keys | None) -> str | None:
    """Fetches the keyring while the event loop goes on: a plain function runs on a thread of its own."""
    if keys is None:
        return None
    text = _typed(await _called(keys.setting), str) if callable(keys.setting) else keys.setting
    if not callable(keys.setting) and text.startswith("file:"):
        found, opens = await _read(keys, text)
    else:
        found, opens = keys.read(text)
    if found is None or opens is None:
        return found
    return _unsealed(found, _typed(await _called(opens), bytes))


async def _read(keys: Keys, text: str) -> tuple[str | None, Callable[[], Any] | None]:
    """The content of a file, which a thread of its own reads: a disk may be slow, and a FIFO waits for who writes."""

    def read() -> Any:
        try:
            return keys.read(text)
        except EarnestError as refused:
            return refused

    found, why = await _called(read)
    if why is not None:
        raise invalid("keyring", why)
    if isinstance(found, EarnestError):
        raise found
    kept: tuple[str | None, Callable[[], Any] | None] = found
    return kept


def fetch_blocking(keys: Keys | None) -> str | None:
    """The same for a thread that waits."""
    if keys is None:
        return None
    text = _typed(_called_blocking(keys.setting), str) if callable(keys.setting) else keys.setting
    found, opens = keys.read(text)
    if found is None or opens is None:
        return found
    return _unsealed(found, _typed(_called_blocking(opens), bytes))


async def _called(function: Callable[[], Any]) -> Fetched:
    if not has_loop():
        return await _under_trio(function)
    try:
        return await within(_asked(function), LIMIT)
    except Late:
        return _late()


def _called_blocking(function: Callable[[], Any]) -> Fetched:
    from concurrent.futures import TimeoutError

    try:
        return _begun(function, True).result(LIMIT)
    except TimeoutError:
        return _late()


def has_loop() -> bool:
    """Whether this is asyncio, and not trio."""
    from asyncio import get_running_loop

    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


async def _asked(function: Callable[[], Any]) -> Fetched:
    from asyncio import wrap_future
    from inspect import isawaitable, iscoroutinefunction

    if not iscoroutinefunction(function):
        found, why = await wrap_future(_begun(function, False))
        if why is not None or not isawaitable(found):
            return found, why
    else:
        found = function()
    try:
        return await found, None
    except Exception as error:
        return _failed(error)


async def _under_trio(function: Callable[[], Any]) -> Fetched:
    from inspect import iscoroutinefunction

    from trio import move_on_after
    from trio.to_thread import run_sync

    if not iscoroutinefunction(function):
        return await run_sync(_called_blocking, function, abandon_on_cancel=True)
    with move_on_after(LIMIT):
        try:
            return await function(), None
        except Exception as error:
            return _failed(error)
    return _late()


def _begun(function: Callable[[], Any], to_its_end: bool) -> Future[Fetched]:
    """Calls it on a thread that holds up nothing: neither an event loop, nor the end of the interpreter."""
    from concurrent.futures import Future
    from inspect import isawaitable

    done: Future[Fetched] = Future()

    def work() -> None:
        try:
            found: Any = function()
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


def _typed(fetched: Fetched, kind: type[Any]) -> Any:
    # raised where no other exception is handled, so that none is its context
    found, why = revealed(fetched[0]), fetched[1]
    if why is None and not isinstance(found, kind):
        what = "a text" if kind is str else "bytes"
        why = f"must be {what}: the function returned `{type(found).__name__}`"
    if why is not None:
        raise invalid("keyring", why)
    return found


def _unsealed(text: str, key: bytes) -> str:
    try:
        return _earnest.unseal_keyring(text, key)
    except _earnest.Refused as refused:
        unwrap(refused)
