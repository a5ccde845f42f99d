"""Processes: their end, forks and Ctrl-C, with work in flight. Nothing crashes, nothing hangs, nothing is half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import earnest.sync
from earnest import Money

IN_FLIGHT = """
import asyncio, sys
from earnest import Engine

async def main():
    bank = await Engine.open(sys.argv[1])
    tasks = [
        asyncio.create_task(bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-{n}")) for n in range(64)
    ]
    done = 0
    for task in asyncio.as_completed(tasks):
        await task
        done += 1
        if done == int(sys.argv[3]):
            break
    print(done, flush=True)
    sys.exit(0)

asyncio.run(main())
"""

THREADS = """
import sys, threading
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])
def work(name):
    for n in range(1000):
        bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-{name}-{n}")
for name in range(4):
    threading.Thread(target=work, args=(name,), daemon=True).start()
bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-main")
print(1, flush=True)
"""

FORKS = """
import os, sys
from earnest import errors
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])
bank.ledger.top_up("alice", amount="1.00 USD", key="parent")
children = []
for child in range(int(sys.argv[2])):
    pid = os.fork()
    if pid == 0:
        try:
            bank.ledger.balance("alice")
        except errors.StoreConflict as refused:
            assert "forked" in refused.message
        else:
            os._exit(3)
        with Engine.open(sys.argv[1]) as own:
            for n in range(3):
                own.ledger.top_up("alice", amount="1.00 USD", key=f"{child}-{n}")
        sys.exit(0)
    children.append(pid)
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"parent-{child}")
for pid in children:
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, status
print(bank.ledger.balance("alice").posted.minor, flush=True)
bank.close()
"""

WAITING = """
import signal, sys
# a shell starts what runs in the background with Ctrl-C ignored, and children take that over
signal.signal(signal.SIGINT, signal.default_int_handler)
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])
print("ready", flush=True)
n = 0
while True:
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{n}")
    n += 1
"""


def run(program: str, *args: object, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds)


@pytest.mark.parametrize("program", [IN_FLIGHT, THREADS])
def test_a_hundred_exits_with_work_in_flight(program: str, url: str) -> None:
    def one(number: int) -> tuple[int, str, str]:
        ended = run(program, url, number, number % 5 + 1)
        return ended.returncode, ended.stdout, ended.stderr

    with ThreadPoolExecutor(4) as pool:
        for code, out, err in pool.map(one, range(100)):
            assert code == 0 and int(out) >= 1, (code, out, err)
            assert "panicked" not in err and "Fatal" not in err, err
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok
        assert bank.ledger.balance("alice").posted >= Money("100", "USD")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_fifty_forks(url: str) -> None:
    ended = run(FORKS, url, 50, seconds=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) == (1 + 50 + 150) * 100
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok


def test_ctrl_c_ends_a_program_that_waits(url: str) -> None:
    for _ in range(5):
        program = subprocess.Popen(
            [sys.executable, "-c", WAITING, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
        time.sleep(0.2)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=20)
        assert "KeyboardInterrupt" in err and "panicked" not in err
        assert program.returncode in (1, 130, -signal.SIGINT)
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok


def test_an_engine_that_nobody_closes(tmp_path: Path) -> None:
    program = """
import asyncio, gc, sys
from earnest import Engine
async def main():
    bank = await Engine.open(sys.argv[1])
    await bank.ledger.top_up("alice", amount="1.00 USD", key="k")
    del bank
    gc.collect()
asyncio.run(main())
"""
    ended = run(program, f"sqlite:{tmp_path / 'left.db'}")
    assert (ended.returncode, ended.stderr) == (0, "")


NESTED = """
import signal, sys
from earnest.sync import Engine

bank, nested = Engine.open(sys.argv[1]), 0
bank.ledger.top_up("alice", amount="1.00 USD", key="first")

def inside(*_):
    global nested
    bank.ledger.balance("alice")
    nested += 1

signal.signal(signal.SIGALRM, inside)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
for n in range(2000):
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{n}")
    if n >= 300 and nested >= 20:
        break
signal.setitimer(signal.ITIMER_REAL, 0)
print(nested, flush=True)
bank.close()
"""

CLOSED = """
import signal, sys
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])

def stop(*_):
    bank.close()
    sys.exit(7)

signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
n = 0
while True:
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"{sys.argv[2]}-{n}")
    n += 1
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only where there are timers")
def test_a_signal_handler_may_call_while_its_thread_waits(url: str) -> None:
    ended = run(NESTED, url, seconds=30)
    assert (ended.returncode, ended.stderr) == (0, "") and int(ended.stdout) >= 20


def test_a_signal_handler_may_close_the_engine(url: str) -> None:
    for number in range(5):
        program = subprocess.Popen(
            [sys.executable, "-c", CLOSED, url, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
        time.sleep(0.1 + number / 50)
        program.send_signal(signal.SIGTERM)
        try:
            _, err = program.communicate(timeout=20)
        finally:
            program.kill()
        assert (program.returncode, err) == (7, "")
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok
