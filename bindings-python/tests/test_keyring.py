"""Keyrings that a function fetches, and that change while an engine is open."""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

import earnest.sync
from earnest import Engine, _earnest, _keyring, errors, keygen, seal_keyring, testing

MARKED = "5ec4e7a1"


def rotated(text: str, tmp_path: Path) -> str:
    """The keyring with new keys, as the command line makes it."""
    import os

    before, after = tmp_path / f"{time.monotonic_ns()}.json", tmp_path / f"{time.monotonic_ns()}-new.json"
    before.touch(0o600)
    before.write_text(text)
    program = os.environ["EARNEST_PROGRAM"]
    subprocess.run([program, "keygen", "--rotate", str(before), "--out", str(after)], check=True, capture_output=True)
    return after.read_text()


class Manager:
    """A secrets manager: what it has, and how often it was asked."""

    def __init__(self, text: Any) -> None:
        self.text, self.asked, self.threads = text, 0, set[int]()

    def get(self) -> Any:
        self.asked += 1
        self.threads.add(threading.get_ident())
        if isinstance(self.text, BaseException):
            raise self.text
        return self.text

    async def aget(self) -> Any:
        await asyncio.sleep(0)
        return self.get()


def refused(caught: pytest.ExceptionInfo[errors.InvalidRequest]) -> str:
    """Returns a refusal as it is shown, with all that it hangs on."""
    assert caught.value.field == "keyring"
    # at most the refusal of the native half: never what the function raised
    context = caught.value.__context__
    assert caught.value.__cause__ is None and (context is None or isinstance(context, _earnest.Refused))
    shown = f"{caught.value} {caught.value!r} {json.dumps(caught.value.to_wire())} {context!r}"
    assert MARKED not in shown
    return shown


@pytest.mark.parametrize("kind", ["plain", "async", "partial", "returns an awaitable"])
async def test_a_function_gives_the_keyring(kind: str, tmp_path: Path) -> None:
    manager = Manager(keygen())
    source: Callable[[], Any] = {
        "plain": manager.get,
        "async": manager.aget,
        "partial": partial(manager.get),
        "returns an awaitable": lambda: manager.aget(),
    }[kind]
    async with Engine.open("memory:", keyring=source, background=False) as bank:
        await bank.vault.put("u-1", name="email", value="alice@example.com")
        assert not await bank.reload_keyring()
        manager.text = rotated(manager.text, tmp_path)
        assert await bank.acting("admin").book("main").reload_keyring()
        assert not await bank.reload_keyring()
        assert (await bank.vault.reveal("u-1", name="email")).value == "alice@example.com"
    assert manager.asked == 4
    assert (threading.get_ident() in manager.threads) == (kind in ("async", "returns an awaitable"))


def test_a_function_gives_the_keyring_to_threads(tmp_path: Path) -> None:
    for asynchronous in (False, True):
        manager = Manager(keygen())
        source = manager.aget if asynchronous else manager.get
        with earnest.sync.Engine.open("memory:", keyring=source, background=False) as bank:
            bank.vault.put("u-1", name="email", value="alice@example.com")
            manager.text = rotated(manager.text, tmp_path)
            assert bank.acting("admin").reload_keyring()
            assert not bank.reload_keyring()
            assert bank.vault.reveal("u-1", name="email").value == "alice@example.com"


def test_a_function_gives_the_keyring_under_trio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = Manager(keygen())

    async def of_trio() -> str:
        await trio.sleep(0)
        return str(manager.get())

    async def work() -> None:
        for source in (manager.get, of_trio):
            async with Engine.open("memory:", keyring=source, background=False) as bank:
                await bank.vault.put("u-1", name="email", value="alice@example.com")
                assert not await bank.reload_keyring()
        monkeypatch.setattr(_keyring, "LIMIT", 0.05)
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open("memory:", keyring=trio.sleep_forever)
        assert "within 0.05 s" in refused(caught)

    trio.run(work)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (RuntimeError(f"the secret {MARKED} is not allowed"), "was not fetched: RuntimeError"),
        (TimeoutError(MARKED), "was not fetched: TimeoutError"),
        (KeyError(MARKED), "was not fetched: KeyError"),
        (None, "must be a text: the function returned `NoneType`"),
        (MARKED.encode(), "must be a text: the function returned `bytes`"),
        (MARKED, "must be a keyring"),
        ("", "must be a keyring"),
        ("file:/etc/hostname", "must be a keyring"),
        ('{"earnest_keyring":1,"keys":[{"purpose":"' + MARKED, "is broken at line 1"),
    ],
)
async def test_what_a_function_raises_or_returns_is_never_shown(
    answer: Any, expected: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manager, path = Manager(answer), tmp_path / "shop.db"
    for source in (manager.get, manager.aget):
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open(f"sqlite:{path}", keyring=source)
        assert expected in refused(caught)
        with pytest.raises(errors.InvalidRequest) as caught:
            earnest.sync.Engine.open(f"sqlite:{path}", keyring=source)
        assert expected in refused(caught)
    assert not path.exists()
    assert MARKED not in caplog.text


async def test_a_function_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_keyring, "LIMIT", 0.05)
    go_on, ended = threading.Event(), False

    def hangs() -> str:
        go_on.wait(30)
        return keygen()

    async def sleeps() -> str:
        nonlocal ended
        try:
            await asyncio.sleep(30)
        finally:
            ended = True
        return keygen()

    for source in (hangs, sleeps):
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open("memory:", keyring=source)
        assert "was not fetched within 0.05 s" in refused(caught)
        with pytest.raises(errors.InvalidRequest) as caught:
            earnest.sync.Engine.open("memory:", keyring=source)
        assert "was not fetched within 0.05 s" in refused(caught)
    assert ended
    go_on.set()


async def test_whoever_stops_waiting_opens_nothing(tmp_path: Path) -> None:
    path, waiting = tmp_path / "shop.db", asyncio.Event()

    async def sleeps() -> str:
        waiting.set()
        await asyncio.sleep(30)
        return keygen()

    async def opened() -> None:
        await Engine.open(f"sqlite:{path}", keyring=sleeps)

    task = asyncio.create_task(opened())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not path.exists()


async def test_two_that_open_at_once_ask_for_themselves() -> None:
    manager = Manager(keygen())

    async def opened() -> None:
        async with Engine.open("memory:", keyring=manager.get, background=False) as bank:
            await bank.vault.put("u-1", name="email", value="alice@example.com")

    await asyncio.gather(opened(), opened())
    assert manager.asked == 2


async def test_a_keyring_that_loses_something_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    first = keygen()
    manager = Manager(first)
    async with testing.engine(keyring=manager.get) as bank:
        await bank.vault.put("u-1", name="email", value="alice@example.com")
        manager.text = second = rotated(first, tmp_path)
        assert await bank.reload_keyring()
        wrapping = (await bank.vault.keys()).items[0].key_id
        lines = [line for line in second.splitlines() if wrapping not in line]
        for text, expected in [
            (first, "lacks `"),
            (keygen(), "of another installation"),
            ("\n".join(lines).replace(",\n]}", "\n]}"), f"lacks `{wrapping}`, which book `main` still needs"),
            (OSError(MARKED), "was not fetched: OSError"),
        ]:
            manager.text = text
            with pytest.raises(errors.InvalidRequest) as caught:
                await bank.reload_keyring()
            assert expected in refused(caught)
            assert (await bank.vault.reveal("u-1", name="email")).value == "alice@example.com"


async def test_calls_go_on_while_the_keyring_is_reloaded(url: str, tmp_path: Path) -> None:
    manager = Manager(keygen())
    async with Engine.open(url, keyring=manager.aget, background=False) as bank:
        stop, done = False, 0

        async def puts(who: int) -> None:
            nonlocal done
            while not stop:
                subject = f"u-{who}-{done}"
                await bank.vault.put(subject, name="email", value="alice@example.com")
                assert (await bank.vault.reveal(subject, name="email")).value == "alice@example.com"
                done += 1

        tasks = [asyncio.create_task(puts(who)) for who in range(4)]
        for _ in range(3):
            manager.text = rotated(manager.text, tmp_path)
            assert sorted(await asyncio.gather(*(bank.reload_keyring() for _ in range(3)))) == [False, False, True]
            await bank.vault.rotate()
            await asyncio.sleep(0.05)
        stop = True
        await asyncio.gather(*tasks)
        assert done > 0 and (await bank.verify()).ok


async def test_a_reload_that_is_overtaken_takes_nothing_up(tmp_path: Path) -> None:
    first = keygen()
    second = rotated(first, tmp_path)
    third = rotated(second, tmp_path)
    slow, answers = asyncio.Event(), iter([first, second, third, second])

    async def fetched() -> str:
        text = next(answers)
        if text == second:
            await slow.wait()
        return text

    async with Engine.open("memory:", keyring=fetched, background=False) as bank:
        overtaken = asyncio.create_task(bank.reload_keyring())
        await asyncio.sleep(0)
        assert await bank.reload_keyring()
        slow.set()
        assert not await overtaken
        # whoever asks afterwards learns that it is older
        with pytest.raises(errors.InvalidRequest):
            await bank.reload_keyring()


async def test_a_file_is_read_again_and_a_text_is_not(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(keygen())
    async with Engine.open("memory:", keyring=f"file:{path}", background=False) as bank:
        assert not await bank.reload_keyring()
        path.write_text(rotated(path.read_text(), tmp_path))
        assert await bank.reload_keyring()
        path.chmod(0o644)
        with pytest.raises(errors.InvalidRequest) as caught:
            await bank.reload_keyring()
        assert "chmod 600" in refused(caught)
    for options in ({"keyring": keygen()}, {}):
        async with Engine.open("memory:", background=False, **options) as bank:  # type: ignore[arg-type]
            with pytest.raises(errors.NotSupported):
                await bank.reload_keyring()


@pytest.mark.parametrize("is_sealed", [False, True])
async def test_a_relative_file_is_of_the_folder_of_the_opening(
    is_sealed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, other = keygen(), tmp_path / "other"
    other.mkdir()
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(sealed(text) if is_sealed else text)
    monkeypatch.chdir(tmp_path)
    how: dict[str, Any] = {"keyring_unwrap": Service().open} if is_sealed else {}
    async with Engine.open("memory:", keyring="file:keys.json", background=False, **how) as bank:
        monkeypatch.chdir(other)
        assert not await bank.reload_keyring()
        renewed = rotated(text, tmp_path)
        path.write_text(sealed(renewed) if is_sealed else renewed)
        assert await bank.reload_keyring()


async def test_a_function_comes_before_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = Manager(keygen())
    monkeypatch.setenv("EARNEST_STORE", url)
    monkeypatch.setenv("EARNEST_KEYRING", keygen())
    async with Engine.from_env(keyring=manager.get, background=False) as bank:
        assert (await bank.receipts.public_keys()).keys[0].kid in manager.text


SERVICE = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"


class Service:
    """A key service: it opens what it wrapped under its own key."""

    def __init__(self) -> None:
        self.answer: Any = bytes(range(32))
        self.opened = 0

    def open(self, by: str, wrapped: bytes) -> Any:
        assert (by, wrapped) == (SERVICE, b"wrapped")
        self.opened += 1
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    async def aopen(self, by: str, wrapped: bytes) -> Any:
        await asyncio.sleep(0)
        return self.open(by, wrapped)


def sealed(text: str) -> str:
    return seal_keyring(text, by=SERVICE, wrapped=b"wrapped", key=bytes(range(32)))


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_key_service_opens_a_sealed_keyring(asynchronous: bool, tmp_path: Path) -> None:
    plain, service = keygen(), Service()
    manager = Manager(sealed(plain))
    opens = service.aopen if asynchronous else service.open
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(manager.text)
    for keyring in (manager.get, manager.text, f"file:{path}"):
        async with Engine.open("memory:", keyring=keyring, keyring_unwrap=opens, background=False) as bank:
            await bank.vault.put("u-1", name="email", value="alice@example.com")
            assert not await bank.reload_keyring()
            assert (await bank.receipts.public_keys()).keys[0].kid in plain
        with earnest.sync.Engine.open("memory:", keyring=keyring, keyring_unwrap=opens, background=False) as till:
            assert not till.reload_keyring()
    assert service.opened == 12
    async with Engine.open("memory:", keyring=manager.get, keyring_unwrap=opens, background=False) as bank:
        manager.text = sealed(rotated(plain, tmp_path))
        assert await bank.reload_keyring()
    # one that is not sealed is no matter of the service
    path.write_text(plain)
    for keyring in (lambda: plain, plain, f"file:{path}"):
        async with Engine.open("memory:", keyring=keyring, keyring_unwrap=opens, background=False) as bank:
            assert (await bank.receipts.public_keys()).keys[0].kid in plain
    assert service.opened == 14
    # the same file sealed at one time and plain at another
    for first, second in ((sealed(plain), plain), (plain, sealed(plain))):
        for renewed in (False, True):
            path.write_text(first)
            later = rotated(plain, tmp_path) if renewed else plain
            later = later if second == plain else sealed(later)
            async with Engine.open("memory:", keyring=f"file:{path}", keyring_unwrap=opens, background=False) as bank:
                with earnest.sync.Engine.open(
                    "memory:", keyring=f"file:{path}", keyring_unwrap=opens, background=False
                ) as till:
                    path.write_text(later)
                    assert await bank.reload_keyring() is renewed and till.reload_keyring() is renewed


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (PermissionError(MARKED), "was not fetched: PermissionError"),
        (MARKED, "must be bytes: the function returned `str`"),
        (MARKED.encode(), "a data key of 32 bytes"),
        (bytes(32), f"is sealed by `{SERVICE}`, and did not open"),
    ],
)
async def test_what_a_key_service_does_wrong_is_never_shown(answer: Any, expected: str) -> None:
    service, text = Service(), sealed(keygen())
    service.answer = answer
    for opens in (service.open, service.aopen):
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open("memory:", keyring=text, keyring_unwrap=opens)
        assert expected in refused(caught)
        with pytest.raises(errors.InvalidRequest) as caught:
            earnest.sync.Engine.open("memory:", keyring=text, keyring_unwrap=opens)
        assert expected in refused(caught)


async def test_a_sealed_keyring_without_its_service_is_refused_by_name() -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        await Engine.open("memory:", keyring=sealed(keygen()))
    assert f"is sealed by `{SERVICE}`" in refused(caught)
    for options in ({"keyring_unwrap": Service().open}, {"keyring": keygen(), "keyring_unwrap": "no"}):
        with pytest.raises(errors.InvalidRequest) as caught:
            await Engine.open("memory:", **options)  # type: ignore[arg-type]
        assert caught.value.field == "keyring_unwrap"
    for given, field in [
        ({"by": "", "wrapped": b"w", "key": bytes(32)}, "by"),
        ({"by": "k", "wrapped": b"", "key": bytes(32)}, "wrapped"),
        ({"by": "k", "wrapped": b"w", "key": bytes(16)}, "key"),
    ]:
        with pytest.raises(errors.InvalidRequest) as caught:
            seal_keyring(keygen(), **given)  # type: ignore[arg-type]
        assert caught.value.field == field
