"""Memory of a process stays flat, however many calls it makes: a million in `make soak-python`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import rounds

CALLS = rounds(8_000, 1_000_000)

PROGRAM = """
import asyncio, gc, os, sys
from earnest import Engine, errors

def resident():
    gc.collect()
    with open("/proc/self/statm") as pages:
        # of its own: pages of files come and go
        _, resident, of_files, *_ = map(int, pages.read().split())
        return (resident - of_files) * os.sysconf("SC_PAGE_SIZE")

async def calls(bank, first, count):
    async def one(number):
        kind = number % 5
        if kind == 0:
            await bank.ledger.top_up(f"a{number % 1000}", amount="1.00 USD", key=f"t-{number}")
        elif kind == 1:
            await bank.ledger.top_up("a0", amount="1.00 USD", key="t-0")
        elif kind == 2:
            try:
                await bank.ledger.deduct("a0", amount="99999999.00 USD", key=f"d-{number}")
            except errors.InsufficientBalance:
                pass
        elif kind == 3:
            await bank.ledger.entries("a0", limit=5)
        else:
            await bank.ledger.balance("a0")
    turns = asyncio.Semaphore(64)
    async def in_turn(number):
        async with turns:
            await one(number)
    for begin in range(first, first + count, 1000):
        await asyncio.gather(*[in_turn(number) for number in range(begin, begin + 1000)])

async def main():
    count = int(sys.argv[2])
    async with Engine.open(sys.argv[1], synchronous="normal") as bank:
        await bank.ledger.top_up("a0", amount="1.00 USD", key="t-0")
        await calls(bank, 0, count // 2)
        before = resident()
        await calls(bank, count // 2, count // 2)
        after = resident()
        print(before, after, flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says how much memory is resident")
def test_memory_is_flat(url: str) -> None:
    command = [sys.executable, "-c", PROGRAM, url, str(CALLS)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert ended.returncode == 0, ended.stderr
    before, after = map(int, ended.stdout.split())
    print(f"{CALLS} calls: {before / 1e6:.1f} MB after half of them, {after / 1e6:.1f} MB in the end")
    # what an allocator keeps for itself comes and goes; a leak of ten bytes a call would be seen in a million
    assert after - before < 8_000_000
