"""Processes: their end, forks and Ctrl-C, with work in flight. Nothing crashes, nothing hangs, nothing is half done."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import earnest.sync
from conftest import rounds
from earnest import Money, _post
from hosts import another_database

IN_FLIGHT = """
import asyncio, sys
from earnest import Engine, errors

async def main():
    bank = await Engine.open(sys.argv[1])
    async def pay(key):
        # four processes have one writer's place: who has waited too long for it asks again
        while True:
            try:
                return await bank.ledger.top_up("alice", amount="1.00 USD", key=key)
            except errors.Contention:
                pass
    tasks = [asyncio.create_task(pay(f"{sys.argv[2]}-{n}")) for n in range(64)]
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
from earnest import errors
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])
def pay(key):
    while True:
        try:
            return bank.ledger.top_up("alice", amount="1.00 USD", key=key)
        except errors.Contention:
            pass
def work(name):
    for n in range(1000):
        pay(f"{sys.argv[2]}-{name}-{n}")
for name in range(4):
    threading.Thread(target=work, args=(name,), daemon=True).start()
pay(f"{sys.argv[2]}-main")
print(1, flush=True)
"""

FORKS = """
import os, sys
from earnest import errors
from earnest.sync import Engine

url = sys.argv[1]
# SQLite cannot be opened in a process that inherited an open file of it
stays_open = not url.startswith("sqlite:")
bank = Engine.open(url)
bank.ledger.top_up("alice", amount="1.00 USD", key="parent")
children = []
for child in range(int(sys.argv[2])):
    if not stays_open:
        bank.close()
    pid = os.fork()
    if pid == 0:
        try:
            bank.ledger.balance("alice")
        except errors.StoreConflict as refused:
            assert "forked" in refused.message
        else:
            os._exit(3)
        with Engine.open(url) as own:
            for n in range(3):
                own.ledger.top_up("alice", amount="1.00 USD", key=f"{child}-{n}")
        sys.exit(0)
    children.append(pid)
    if not stays_open:
        bank = Engine.open(url)
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"parent-{child}")
for pid in children:
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, status
print(bank.ledger.balance("alice").posted.minor, flush=True)
bank.close()
"""

INHERITED = """
import os, signal, sys, threading
from earnest import errors
from earnest.sync import Engine

def locks():
    try:
        lines = open("/proc/locks").read().splitlines()
    except OSError:
        return []
    return sorted(line.split(":", 1)[1] for line in lines if f" {os.getpid()} " in line)

def refused(ask):
    try:
        ask().close()
    except errors.StoreConflict as refused:
        return "forked" in refused.message
    return False

url, done, stop = sys.argv[1], 0, threading.Event()
bank = Engine.open(url, background=False)
bank.ledger.top_up("alice", amount="1.00 USD", key="first")
had = locks()

def work():
    global done
    while not stop.is_set():
        bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{done}")
        done += 1

writer = threading.Thread(target=work)
for child in range(20):
    if child == 5:
        writer.start()
    pid = os.fork()
    if pid == 0:
        signal.alarm(120)
        asks = (lambda: bank.ledger.balance("alice"), lambda: Engine.open(url), lambda: Engine.open(url + ".other"))
        if not all(map(refused, asks)) or locks():
            os._exit(3)
        Engine.open("memory:").close()
        sys.exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, (child, status)
stop.set()
writer.join()
# the ends of children have released nothing, and taken no log away
assert locks() == had, (locks(), had)
assert bank.verify().ok and bank.ledger.balance("alice").posted.minor == (1 + done) * 100
bank.close()
pid = os.fork()
if pid == 0:
    with Engine.open(url) as own:
        own.ledger.top_up("alice", amount="1.00 USD", key="child")
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
print(done, flush=True)
"""

INHERITED_POOL = """
import os, sys
import pysqlite3.dbapi2, pysqlite3
sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
import sqlite3
from earnest import errors
from earnest.sync import Engine

def opened():
    return Engine.attach(lambda: sqlite3.connect(sys.argv[1]))

def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0

def refused():
    try:
        opened().__enter__()
    except errors.StoreConflict as refused:
        assert "forked" in refused.message
    else:
        os._exit(3)

def works():
    with opened() as own:
        own.ledger.top_up("alice", amount="1.00 USD", key="child")

with opened() as bank:
    bank.ledger.top_up("alice", amount="1.00 USD", key="parent")
    child(refused)
    bank.ledger.top_up("alice", amount="1.00 USD", key="parent-2")
child(works)
with opened() as bank:
    print(bank.ledger.balance("alice").posted.minor, bank.verify().ok, flush=True)
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


def run(program: str, *args: object, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    # since 3.12 Python tells of threads at a fork
    command = [sys.executable, "-W", "ignore:This process:DeprecationWarning", "-c", program, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds)


@pytest.mark.parametrize("program", [IN_FLIGHT, THREADS])
def test_exits_with_work_in_flight(program: str, url: str) -> None:
    def one(number: int) -> tuple[int, str, str]:
        ended = run(program, url, number, number % 5 + 1)
        return ended.returncode, ended.stdout, ended.stderr

    answered = 0
    with ThreadPoolExecutor(4) as pool:
        for code, out, err in pool.map(one, range(rounds(20, 100))):
            assert code == 0 and int(out) >= 1, (code, out, err)
            assert "panicked" not in err and "Fatal" not in err, err
            answered += int(out)
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok
        # every call that was answered is there
        assert bank.ledger.balance("alice").posted >= Money(str(answered), "USD")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_forks_one_after_another(store: str, url: str) -> None:
    children = rounds(12, 50)
    url = asyncio.run(another_database()) if store == "postgres" else url
    ended = run(FORKS, url, children)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) == (1 + 4 * children) * 100
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_child_of_a_process_that_has_a_file_open(url: str) -> None:
    """SQLite in the child would take the locks of the parent for its own: it opens nothing, and says why."""
    ended = run(INHERITED, url)
    assert (ended.returncode, ended.stderr) == (0, "") and int(ended.stdout) > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_child_of_a_process_with_an_engine_on_a_pool_of_sqlite(tmp_path: Path) -> None:
    ended = run(INHERITED_POOL, tmp_path / "shop.db")
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "300 True\n")


def test_ctrl_c_ends_a_program_that_waits(url: str) -> None:
    for _ in range(5):
        program = subprocess.Popen(
            [sys.executable, "-c", WAITING, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
        time.sleep(0.2)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=120)
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
    # one that came while this was at work would be inside it, and so on where calls are slow
    signal.setitimer(signal.ITIMER_REAL, 0.002)

signal.signal(signal.SIGALRM, inside)
signal.setitimer(signal.ITIMER_REAL, 0.002)
for n in range(2000):
    bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{n}")
    if n >= 300 and nested >= 20:
        break
signal.signal(signal.SIGALRM, signal.SIG_IGN)
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
    ended = run(NESTED, url)
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
            _, err = program.communicate(timeout=120)
        finally:
            program.kill()
        assert (program.returncode, err) == (7, "")
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok


def test_ctrl_c_between_the_ring_and_the_letter(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ring is heard, and its letter never read: the next call of this thread must not wait for another ring."""
    found: list[Any] = []

    def interrupted(socket: int, size: int) -> bytes:
        os.read(socket, size)
        raise KeyboardInterrupt

    def work() -> None:
        for number in range(3):
            with monkeypatch.context() as patched:
                patched.setattr(_post, "os", SimpleNamespace(read=interrupted))
                with pytest.raises(KeyboardInterrupt):
                    bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}")
            time.sleep(0.05)
            found.append(bank.ledger.top_up("alice", amount="1.00 USD", key=f"k-{number}").replayed)

    with earnest.sync.Engine.open(url) as bank:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(120)
        assert found == [True] * 3 and not thread.is_alive()


LOGS = """
import json, os, signal, sys
from earnest import _earnest
from earnest.sync import Engine

bank = Engine.open("memory:", log="debug", background=False)
_earnest.log_to(_earnest.Mailbox(True))
box, sent, done = _earnest.Mailbox(True), 0, 0
refused = json.dumps({"account": "nobody", "amount": "1 USD", "key": "k"}).encode()
for _ in range(int(sys.argv[1])):
    # threads of the engine write lines all the time
    while sent - done < 4000:
        sent += 1
        bank._native.call(box, sent, "ledger.deduct", refused)
    pid = os.fork()
    if pid == 0:
        signal.alarm(120)
        _earnest.log_to(_earnest.Mailbox(True))
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, status
    done += len(box.take())
print(done, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_forks_while_the_engine_logs() -> None:
    """A child of a fork waits for nothing that a thread of the engine left undone."""
    ended = run(LOGS, rounds(100, 400))
    assert (ended.returncode, ended.stderr) == (0, "") and int(ended.stdout) > 0


FORKED = """
import os
from earnest import errors, testing

with testing.sync_engine() as bank:
    pid = os.fork()
    if pid == 0:
        assert repr(bank) == "<earnest.sync.Engine of the process that forked this one>", repr(bank)
        for ask in (lambda: bank.clock.now, lambda: bank.clock.advance("PT1S"), lambda: bank.book("other"), bank.nudge):
            try:
                ask()
            except errors.StoreConflict as refused:
                assert "forked" in refused.message
            else:
                os._exit(3)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_what_is_asked_of_an_engine_after_a_fork() -> None:
    ended = run(FORKED)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "0\n")


LEFT = """
import sys, threading, time
from earnest.sync import Engine, _workers

url, name = sys.argv[1:]
if name == "soon":
    # whoever waited for all of that would not end in time
    _workers.PATIENCE = 3600.0
bank, begun = Engine.open(url), threading.Barrier(3)

def blocks(given):
    begun.wait()
    time.sleep(1000)

def soon(given):
    begun.wait()
    time.sleep(0.5)

handler = {"blocks": blocks, "soon": soon}[name]
bank.jobs.enqueue("mail", payload={}, key="j-1")
reading = bank.subscribe("notes", handler, types=["account.*"], from_="first", lease="PT1S")
working = bank.worker({"mail": handler}, concurrency=2)
bank.ledger.open_account("a0", currency="USD")
begun.wait()
print("ends", time.time(), flush=True)
"""


@pytest.mark.parametrize("handler", ["blocks", "soon"])
def test_the_end_of_a_program_with_handlers_at_work(handler: str, url: str) -> None:
    """Work nearly done is finished and reported; blocked work is left, and comes again before the lease ends."""
    ended = run(LEFT, url, handler)
    assert (ended.returncode, ended.stderr) == (0, "")
    # the patience is 5 seconds, and the lease a minute
    assert time.time() - float(ended.stdout.split()[1]) < 45
    with earnest.sync.Engine.open(url) as bank:
        (job,) = bank.jobs.list(kind="mail")
        (status,) = bank.events.sinks()
        if handler == "soon":
            assert (job.state, job.attempts, status.sink.leased_until) == ("done", 1, None)
            return
        assert (job.state, job.attempts, job.last_error) == ("queued", 1, "its process ended")
        seen: list[str] = []
        with bank.subscribe("notes", lambda event: seen.append(event.object_id), types=["account.*"]):
            until = time.monotonic() + 45
            while not seen:
                assert time.monotonic() < until
                time.sleep(0.01)
        assert seen == ["a0"]


ENDING = """
import random, sys, time
from earnest.sync import Engine

bank = Engine.open(sys.argv[1])
chance = random.Random(sys.argv[2])
for number in range(40):
    bank.jobs.enqueue("mail", payload={}, key=f"{sys.argv[2]}-{number}")
    bank.ledger.open_account(f"a-{sys.argv[2]}-{number}", currency="USD")
done = lambda given: time.sleep(chance.random() / 200)
bank.subscribe("notes", done, types=["account.*"], from_="first", lease="PT1S")
bank.worker({"mail": done}, concurrency=3)
time.sleep(chance.random() / 5)
"""


def test_the_end_of_programs_whose_workers_are_busy(url: str) -> None:
    """Wherever the end comes: what was taken and not begun is given back, and no attempt is used up."""
    programs = rounds(5, 12)
    for number in range(programs):
        ended = run(ENDING, url, number)
        assert (ended.returncode, ended.stderr) == (0, "")
        with earnest.sync.Engine.open(url, background=False) as bank:
            jobs = list(bank.jobs.list(kind="mail", limit=500))
            assert {(job.state, job.attempts) for job in jobs} <= {("done", 1), ("queued", 0)}
    assert len(jobs) == 40 * programs
    with earnest.sync.Engine.open(url) as bank:
        assert bank.verify().ok
