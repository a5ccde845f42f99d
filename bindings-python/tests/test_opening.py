"""Beside an engine that is being opened the event loop goes on: nothing is read or waited for on its thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import earnest

#: Opens an engine beside a loop that is never idle, and prints how long the loop stood still at most: by the processor
#: time of its thread, which other work of the machine does not lengthen.
PROGRAM = """
import asyncio, json, sys, time
from earnest import Engine, InvalidRequest

how = json.loads(sys.argv[1])
if "unwrap" in how:
    key = bytes.fromhex(how.pop("unwrap"))
    how["keyring_unwrap"] = lambda by, wrapped: key

async def main():
    processor = 0.0
    rounds, over = 0, False

    async def ticks():
        nonlocal processor, rounds
        used = time.thread_time()
        while not over:
            await asyncio.sleep(0)
            worked = time.thread_time()
            processor = max(processor, worked - used)
            used, rounds = worked, rounds + 1

    ticking = asyncio.create_task(ticks())
    await asyncio.sleep(0)
    url = how.pop("url")
    opening = Engine.open(url, **how) if url is not None else Engine.from_env(**how)
    bank = refused = None
    try:
        bank = await opening
    except InvalidRequest as error:
        refused = [error.details["field"], error.details["reason"]]
    await asyncio.sleep(0)
    over = True
    await ticking
    if bank is not None:
        await bank.close()
    print(json.dumps({"processor": processor, "rounds": rounds, "refused": refused}))

asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["text", "file", "sealed", "environment"])
@pytest.mark.parametrize("kind", ["file", "fifo"])
def test_the_loop_goes_on_while_an_engine_is_opened(tmp_path: Path, way: str, kind: str) -> None:
    """A FIFO to which nobody writes is refused, and waited for by nobody."""
    keyring, around = earnest.keygen(), dict(os.environ)
    given: dict[str, Any] = {"url": f"sqlite:{tmp_path / 'shop.db'}", "keyring": keyring}
    path = tmp_path / "keyring"
    if way == "sealed":
        given["unwrap"] = "ab" * 32
        keyring = earnest.seal_keyring(keyring, by="kms", wrapped=b"wrapped", key=b"\xab" * 32)
    if way != "text":
        given["keyring"] = f"file:{path}"
        os.mkfifo(path, 0o600) if kind == "fifo" else path.touch(0o600)
        if kind == "file":
            path.write_text(keyring)
    if way == "environment":
        around |= {"EARNEST_STORE": given["url"], "EARNEST_KEYRING": given.pop("keyring")}
        given["url"] = None
    command = [sys.executable, "-c", PROGRAM, json.dumps(given)]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=True, timeout=60)
    said = json.loads(done.stdout)
    if kind == "fifo" and way != "text":
        assert said["refused"][0] in ("keyring", "EARNEST_KEYRING") and "which is no file" in said["refused"][1], said
    else:
        assert said["refused"] is None and said["rounds"] > 20, said
    assert said["processor"] < 0.005, said
